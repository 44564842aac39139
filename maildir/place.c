/* ISC licence; see LICENSE. */
#include "place.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/log.h"
#include "base/timedio.h"
#include "maildirsize.h"
#include "replace.h"

#define LOOK_MS 20              /* between two looks at the lock */

struct work {
  struct placing *p;
  struct uidlist u;
  struct folder_stamps before, after;
  struct stamp list_before;     /* the uidlist's, before we appended */
  int in_step;                  /* the index knew the folder as it was */
  int locked;
  struct dotlock lock;
  long long looked;             /* at it, clock_ms */
  int extra_written;            /* 1 the index may take our word for it */
  struct stamp extra_before;    /* roost-extra's, before we wrote */
  int look;                     /* others may have seen what is gone again */
  uint32_t first, next;         /* UIDs given: first .. next - 1 */
};

static int no_record(void *arg, const struct uidlist_record *r)
{
  (void)arg;
  (void)r;
  return 0;
}

/* the uidlist's end and next UID, from the index where that is up to date */
static int learn_list(struct work *w, int fd)
{
  struct folder *f = w->p->dst;

  if (f->rec.uidlist_version == 3
      && stamp_eq(&f->rec.uidlist, &w->before.uidlist)) {
    w->u.version = 3;
    w->u.uidvalidity = f->rec.uidvalidity;
    w->u.uidnext = f->rec.uidnext;
    w->u.end = f->rec.uidlist_end;
    w->u.stamp = f->rec.uidlist;
  }
  else if (uidlist_read(&w->u, fd, no_record, 0) == -1)
    return -1;
  if (w->u.version != 3) {
    errno = EAGAIN;             /* the sync before us could not make it */
    return -1;
  }
  w->next = w->u.uidnext;
  if (w->u.uidvalidity == f->rec.uidvalidity && f->rec.uidnext > w->next)
    w->next = f->rec.uidnext;
  w->first = w->next;
  w->list_before = w->before.uidlist;
  return 0;
}

int place_sync(const struct folder *f, int in_new)
{
  stralloc path = STRALLOC_ZERO;
  int fd, r = -1, saved;

  stralloc_cats(&path, f->dir.s);
  stralloc_cats(&path, in_new ? "/new" : "/cur");
  stralloc_0(&path);
  fd = openat(f->account->rootfd, path.s, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd != -1) {
    r = sync_dir(fd);
    saved = errno;
    close(fd);
    errno = saved;
  }
  stralloc_free(&path);
  return r;
}

/* A lock that nothing happens to for two minutes looks left to those of other
 * hosts, and many files, or large ones, may take longer. 0, or -1: lost. */
static int keep_lock(struct work *w)
{
  long long now = clock_ms();

  if (!w->locked || now - w->looked < LOOK_MS) return 0;
  w->looked = now;
  if (dotlock_touch(&w->lock) == 0) return 0;
  errno = EAGAIN;
  return -1;
}

static int put_all(struct work *w)
{
  struct placing *p = w->p;
  size_t i;
  int r, in_new = 0, in_cur = 0;

  for (i = 0; i < p->n; i++) {
    if (keep_lock(w) == -1) return -1;
    r = p->put(p->arg, p->item + i);
    if (r == -1) return -1;
    p->item[i].placed = r == 0;
    if (r == 0 && w->locked && p->item[i].wanted > w->next)
      w->next = p->item[i].wanted;
    if (r == 0 && w->locked && w->next < UINT32_MAX - 1)
      p->item[i].uid = w->next++;
    if (r == 0) *(p->item[i].in_new ? &in_new : &in_cur) = 1;
  }
  if (in_new && place_sync(p->dst, 1) == -1) return -1;
  if (in_cur && place_sync(p->dst, 0) == -1) return -1;
  return 0;
}

static int record_uids(struct work *w, int fd)
{
  struct placing *p = w->p;
  stralloc lines = STRALLOC_ZERO, field = STRALLOC_ZERO;
  size_t i;
  int r;

  for (i = 0; i < p->n; i++) {
    if (!p->item[i].uid) continue;
    field.len = 0;
    if (p->item[i].guidlen) {
      stralloc_cats(&field, "G");
      stralloc_catb(&field, p->item[i].guid, p->item[i].guidlen);
    }
    uidlist_line(&lines, p->item[i].uid, field.s, field.len,
                 p->item[i].name.s, p->item[i].base);
  }
  r = lines.len ? uidlist_append(&w->u, fd, &lines, w->next) : 0;
  stralloc_free(&lines);
  stralloc_free(&field);
  return r;
}

/*
 * Keywords beyond the letters: first under the base names, before any file has
 * its new name, then, when the UIDs are recorded, who is who. So a MOVE that is
 * killed loses none: the next sync finds the UID and ends it.
 */
static int record_extra(struct work *w, int uids)
{
  struct placing *p = w->p;
  stralloc lines = STRALLOC_ZERO;
  struct stamp was = p->dst->extra.stamp, before;
  const struct item *it;
  size_t i;
  int r = 0;

  for (i = 0; i < p->n; i++) {
    it = p->item + i;
    if (!it->extra.len) continue;
    if (!uids) extra_line_await(&lines, it->name.s, it->base, &it->extra);
    else if (it->uid) extra_line_is(&lines, it->uid, it->name.s, it->base);
  }
  if (lines.len) {
    r = folder_extra_write(p->dst, w->u.uidvalidity, &lines, 1, &before);
    if (r == -1 || (uids && !stamp_eq(&was, &before))) w->extra_written = 0;
    else if (!uids) {
      w->extra_written = 1;
      w->extra_before = before;
    }
    /* the first lines are on the disk; or none can be, and mail is thrown
     * away so that some can */
    if (r == -1 && p->may_go_without_uids
        && (uids || errno == ENOSPC || errno == EDQUOT)) {
      w->in_step = 0;           /* the next sync may have more luck */
      r = 0;
    }
  }
  stralloc_free(&lines);
  return r;
}

static void undo_all(struct placing *p)
{
  size_t i;
  int saved = errno;

  for (i = p->n; i-- > 0; )
    if (p->item[i].placed) {
      p->undo(p->arg, p->item + i);
      p->item[i].placed = 0;
      p->item[i].uid = 0;
    }
  errno = saved;
}

/* ---- the index ---- */

static int insert(MDB_txn *txn, struct index *ix, struct folder_rec *rec,
                  const struct item *it, uint64_t modseq)
{
  struct record r, old;
  char buf[RECORD_TEXT];

  /* past it already: as in sync_apply */
  if (it->uid < rec->uidnext || msg_copy(txn, ix, rec->id, it->uid, &old, buf))
    return 0;
  memset(&r.m, 0, sizeof r.m);
  r.name = it->name.s;
  r.guid = it->guid;
  r.m.namelen = (uint16_t)it->name.len;
  r.m.guidlen = (uint8_t)it->guidlen;
  r.m.modseq = modseq;
  r.m.date = it->date;
  r.m.vsize = it->vsize;
  r.m.flags = it->flags;
  r.m.keywords = it->keywords;
  r.m.in_new = it->in_new != 0;
  r.m.synced = 1;
  return msg_put(txn, ix, rec, it->uid, 0, &r);
}

static int write_placed(MDB_txn *txn, struct index *ix, void *arg)
{
  struct work *w = arg;
  struct placing *p = w->p;
  struct folder_rec rec;
  struct uidset added = UIDSET_ZERO;
  uint64_t modseq;
  size_t i;
  int rc = 0, known = rec_load(txn, ix, p->dst->storage, &rec);

  /* only if nothing but our lines came to the uidlist since the index read
   * it; else the next sync finds the files and their UIDs by itself */
  if (known && w->in_step && stamp_eq(&rec.uidlist, &w->list_before)
      && rec.uidvalidity == w->u.uidvalidity) {
    modseq = rec_next_modseq(&rec);
    for (i = 0; !rc && i < p->n; i++) {
      if (!p->item[i].uid) continue;
      rc = insert(txn, ix, &rec, p->item + i, modseq);
      if (p->item[i].uid >= rec.uidnext)
        uidset_add(&added, p->item[i].uid, p->item[i].uid);
    }
    if (!rc) rc = uids_change(txn, ix, rec.id, &added, 0);
    if (!rc) rc = log_add(txn, ix, &rec, modseq, &added, 0);
    rec.uidlist = w->u.stamp;
    rec.uidlist_end = w->u.end;
    if (w->next > rec.uidnext) rec.uidnext = w->next;
    stamps_after(&rec, &w->before, &w->after);
    if (w->extra_written) extra_noted(&rec, p->dst, &w->extra_before);
    if (!rc) rc = rec_save(txn, ix, p->dst->storage, &rec);
  }
  if (!rc && known && w->look) {
    look_at_once(&rec);
    rc = rec_save(txn, ix, p->dst->storage, &rec);
  }
  uidset_free(&added);
  if (!rc && p->also) rc = p->also(txn, ix, p->arg, &rec);
  return rc;
}

/* with the lock held, or (a MOVE only) without it */
static int place(struct work *w)
{
  struct placing *p = w->p;
  int fd = folder_dirfd(p->dst);

  if (folder_stamps(p->dst, &w->before) == -1) return -1;
  folder_reload(p->dst);
  if (w->locked && (fd == -1 || learn_list(w, fd) == -1)) return -1;
  if (w->locked && record_extra(w, 0) == -1) return -1;
  if (put_all(w) == -1) return -1;
  if (w->locked && record_uids(w, fd) == 0) return record_extra(w, 1);
  if (w->locked) {
    size_t i;

    if (!p->may_go_without_uids) return -1;
    for (i = 0; i < p->n; i++) p->item[i].uid = 0;
    w->in_step = 0;             /* the next sync has to look */
  }
  return 0;
}

/* without the lock: may they go all the same? Not if keywords would be lost,
 * but where the disk is full. errno is the lock's. */
static int may_go(const struct placing *p)
{
  size_t i;

  if (!p->may_go_without_uids) return 0;
  if (errno == ENOSPC || errno == EDQUOT) return 1;
  for (i = 0; i < p->n; i++)
    if (p->item[i].extra.len) return 0;
  return 1;
}

int place_all(struct placing *p, struct uidset *uids)
{
  struct work w;
  size_t i;
  int fd = folder_dirfd(p->dst), r = -1;

  memset(&w, 0, sizeof w);
  w.p = p;
  /* so that the index is in step and there is a uidlist to append to */
  if (fd == -1 || folder_sync(p->dst) == -1) return -1;
  w.locked = uidlist_lock(&w.lock, fd) == 0;
  w.in_step = w.locked;
  if (w.locked || may_go(p)) {
    r = place(&w);
    if (r == -1) undo_all(p);
  }
  if (w.locked) dotlock_release(&w.lock);
  if (r == 0 && p->settle) w.look = p->settle(p->arg);
  if (r == 0) {
    folder_stamps(p->dst, &w.after);
    for (i = 0; i < p->n; i++)
      if (p->item[i].uid) uidset_add(uids, p->item[i].uid, p->item[i].uid);
    /* a failure here loses nothing: the next sync brings it up */
    index_write(p->dst->account->index, write_placed, &w);
  }
  uidlist_free(&w.u);
  return r;
}

/* ---- quota ---- */

int place_room(struct folder *dst, int64_t bytes, int64_t count)
{
  struct maildirsize q;
  int ok;

  if (!strcmp(dst->storage, "Trash")) return 0;
  if (maildirsize_open(&q, dst->account->rootfd) != 1) return 0;
  ok = maildirsize_room(&q, bytes, count);
  maildirsize_close(&q);
  if (ok) return 0;
  errno = EDQUOT;
  return -1;
}

void place_count(struct folder *dst, int64_t bytes, int64_t count)
{
  if (strcmp(dst->storage, "Trash"))
    maildirsize_note(dst->account->rootfd, bytes, count);
}
