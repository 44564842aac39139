/* ISC licence; see LICENSE. */
#include "sync.h"

#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "base/log.h"

/*
 * roost-extra in a sync: what others wrote there since the index last knew it
 * is a change of those messages, and what waits there for a message that has
 * its UID now is given to it.
 */

static uint32_t validity(const struct folder *f)
{
  return f->uidvalidity ? f->uidvalidity : f->rec.uidvalidity;
}

struct extra *folder_extra(struct folder *f)
{
  if (folder_extra_load(f) == -1) {
    log_fault_file("extra-unread", f->dir.s);
    f->extra_now = f->extra.stamp;      /* again after the next sync */
  }
  return &f->extra;
}

int folder_extra_load(struct folder *f)
{
  int fd;

  if (stamp_eq(&f->extra.stamp, &f->extra_now)) return 0;
  fd = folder_dirfd(f);
  if (fd == -1 || extra_read(&f->extra, fd, validity(f)) == -1) return -1;
  f->extra_now = f->extra.stamp;
  return 0;
}

/* UIDs that compaction has to keep: those that the index has, and all that it
 * does not know of yet */
static int kept(struct folder *f, struct uidset *uids)
{
  if (folder_uids(f, uids) == -1) return 0;
  uidset_add(uids, f->rec.uidnext ? f->rec.uidnext : 1, UINT32_MAX);
  return 1;
}

int folder_extra_write(struct folder *f, uint32_t v, const stralloc *lines,
                       int sync, struct stamp *before)
{
  struct uidset uids = UIDSET_ZERO;
  int fd = folder_dirfd(f), r, have, saved;

  if (fd == -1 || extra_read(&f->extra, fd, v) == -1) return -1;
  *before = f->extra.stamp;
  have = extra_full(&f->extra, lines->len) && kept(f, &uids);
  r = extra_append(&f->extra, fd, v, lines, have ? &uids : 0, sync);
  saved = errno;
  f->extra_now = f->extra.stamp;
  uidset_free(&uids);
  errno = saved;
  return r;
}

void extra_noted(struct folder_rec *rec, const struct folder *f,
                 const struct stamp *before)
{
  if (!stamp_eq(&rec->extra, before)) return;   /* the next sync will look */
  rec->extra = f->extra.stamp;
  rec->extra_end = f->extra.end;
}

/* lines for new messages that something waits for */
static void arrivals(struct sync *s)
{
  const struct change *c;
  const char *name;
  size_t i, base;

  if (!s->f->extra.pending.len) return;
  for (i = 0; i < s->n; i++) {
    c = s->changes + i;
    if (c->kind != CHANGE_ADD) continue;
    name = sync_name(s, c);
    base = filename_base(name, c->namelen);
    if (extra_awaited(&s->f->extra, name, base))
      extra_line_is(&s->extra_lines, c->uid, name, base);
  }
}

static void write_lines(struct sync *s)
{
  struct folder *f = s->f;
  struct stamp known = f->extra.stamp, before;
  struct dotlock lock;
  int fd = folder_dirfd(f), r = -1;

  if (fd != -1 && uidlist_lock(&lock, fd) == 0) {
    r = folder_extra_write(f, s->u.uidvalidity, &s->extra_lines, 1, &before);
    dotlock_release(&lock);
    if (r == 0 && !stamp_eq(&before, &known)) s->extra_known = 0;
  }
  if (r == 0) return;
  log_fault_file("extra-unwritten", f->dir.s);
  s->extra_known = 0;
}

int sync_extra(struct sync *s)
{
  static const struct stamp none;
  struct folder *f = s->f;
  int adds = s->n || s->rebuild || !s->had, fd, r;

  if (!s->look_extra && stamp_eq(&s->stamps.extra, &none)
      && !s->extra_lines.len) {
    s->extra_known = 1;         /* there is none, and none is needed */
    extra_clear(&f->extra);
    return 0;
  }
  if (!s->look_extra && !adds && !s->extra_lines.len) return 0;
  fd = folder_dirfd(f);
  if (fd == -1) return -1;
  r = extra_read(&f->extra, fd, s->u.uidvalidity);
  if (r == -1) {
    log_fault_file("extra-unread", f->dir.s);
    return 0;
  }
  f->extra_now = f->extra.stamp;
  /* what came after the index was read is for the next sync to find */
  s->extra_known = s->look_extra || !s->had || s->rebuild
    || stamp_eq(&f->extra.stamp, &s->old.extra);
  if (s->look_extra && !s->rebuild) {
    r = extra_touched(fd, &s->old.extra, s->old.extra_end, &s->touched);
    if (r == -1) return 0;
    s->touched_all = !r;
  }
  arrivals(s);
  if (s->extra_lines.len) write_lines(s);
  return 0;
}
