/* ISC licence; see LICENSE. */
#include "sync.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/log.h"

/* The step of a sync that reads new/ and cur/ and finds what differs. */

void sync_change(struct sync *s, enum change_kind kind, uint32_t uid,
                 int in_new, const char *name, size_t namelen, int64_t vsize,
                 const char *guid, size_t guidlen)
{
  struct change *c;

  if (s->n == s->a) {
    s->a = s->a ? s->a * 2 : 32;
    s->changes = xrealloc(s->changes, s->a * sizeof *s->changes);
  }
  c = s->changes + s->n++;
  c->kind = kind;
  c->uid = uid;
  c->in_new = in_new != 0;
  c->vsize = vsize;
  c->text = s->text.len;
  c->namelen = (uint16_t)namelen;
  c->guidlen = (uint8_t)guidlen;
  stralloc_catb(&s->text, name, namelen);
  stralloc_catb(&s->text, guid, guidlen);
  if (s->claimed.n && namemap_find(&s->claimed, name,
                                   filename_base(name, namelen))
      != NAMEMAP_NONE)
    uidset_add(&s->recent, uid, uid);
}

void sync_claim(struct sync *s, size_t i)
{
  struct folder *f = s->f;
  stralloc from = STRALLOC_ZERO, to = STRALLOC_ZERO, name = STRALLOC_ZERO;
  const struct name_entry *e = s->scan.map.e + i;

  stralloc_catb(&name, namemap_text(&s->scan.map, i), e->len);
  folder_path(f, &from, 1, name.s, name.len);
  if (e->len == e->base) stralloc_cats(&name, ":2,");
  folder_path(f, &to, 0, name.s, name.len);
  if (name.len > FILENAME_LIMIT) goto done;
  if (rename_keep(f->account->rootfd, from.s, f->account->rootfd, to.s)
      == -1) {
    /* ENOENT: someone else did. A full disk: it is served from new/. */
    s->again = 1;
    goto done;
  }
  if (namemap_reset(&s->scan.map, i, name.s, name.len) == 0)
    s->scan.where[i] &= (unsigned char)~SCAN_NEW;
  namemap_add(&s->claimed, name.s, name.len, e->base);
done:
  stralloc_free(&from);
  stralloc_free(&to);
  stralloc_free(&name);
}

static int read_dirs(struct sync *s)
{
  int root = s->f->account->rootfd;
  const char *dir = s->f->dir.s;
  size_t i;

  scan_clear(&s->scan);
  if (s->look_new && scan_dir(&s->scan, root, dir, 1) == -1) return -1;
  if (s->f->claim)
    for (i = 0; i < s->scan.map.n; i++) sync_claim(s, i);
  if (s->read_cur && scan_dir(&s->scan, root, dir, 0) == -1) return -1;
  return 0;
}

/* does the uidlist, read whole, give this message another UID or none? */
static int renumbered(const struct sync *s, const struct message *m)
{
  size_t j;

  if (!s->full_list || !s->u.version) return 0;
  j = namemap_find(&s->listed.map, m->name,
                   filename_base(m->name, m->namelen));
  return j == NAMEMAP_NONE || s->listed.item[j].uid != m->uid;
}

/* no look has seen it so far */
static void miss(struct sync *s, const struct message *m)
{
  int known;

  uidset_add(&s->missing, m->uid, m->uid);
  namemap_meet(&s->wanted, m->name, m->namelen,
               filename_base(m->name, m->namelen), &known);
}

/* one message of the index against the scan */
static void compare_one(struct sync *s, const struct message *m)
{
  struct scan *sc = &s->scan;
  size_t i = namemap_find(&sc->map, m->name,
                          filename_base(m->name, m->namelen));
  const char *name;
  int in_new;

  if (i == NAMEMAP_NONE) {
    if (m->in_new ? s->look_new : s->read_cur) miss(s, m);
    return;
  }
  if (renumbered(s, m)) {
    sync_change(s, CHANGE_GONE, m->uid, 0, "", 0, -1, "", 0);
    return;                     /* and its file gets the other UID */
  }
  if (sc->where[i] & SCAN_MATCHED) {    /* two UIDs for one name: later wins */
    sync_change(s, CHANGE_GONE, m->uid, 0, "", 0, -1, "", 0);
    return;
  }
  sc->where[i] |= SCAN_MATCHED;
  name = namemap_text(&sc->map, i);
  in_new = sc->where[i] & SCAN_NEW;
  if (in_new != m->in_new || sc->map.e[i].len != m->namelen
      || memcmp(name, m->name, m->namelen))
    sync_change(s, CHANGE_NAME, m->uid, in_new, name, sc->map.e[i].len, -1,
                "", 0);
}

static int compare_all(struct sync *s)
{
  struct message m;
  uint32_t from = 1, seen = 0;
  int r;

  if (!s->had || s->rebuild) return 0;
  /* only new/ was read, and the index knows nothing that lies there */
  if (!s->read_cur && !s->full_list && !s->old.in_new) return 0;
  if (folder_begin(s->f) == -1) return -1;
  while ((r = folder_next(s->f, from, &m)) == 1) {
    compare_one(s, &m);
    seen++;
    if (m.uid == UINT32_MAX) break;
    from = m.uid + 1;
  }
  /* a damaged tree hides records; their files must not get new UIDs */
  if (r != -1 && seen != s->f->rec.messages)
    index_damaged(s->f->account->index, "messages are missing");
  folder_end(s->f);
  return r == -1 ? -1 : 0;
}

/* Some messages were missing, and have been searched for: those that were
 * found stay, the others are gone. */
static int settle_missing(struct sync *s)
{
  struct uidset uids = s->missing, *gone = &s->missing;
  struct message m;
  uint32_t uid = 0;
  int r;

  memset(gone, 0, sizeof *gone);
  r = folder_begin(s->f);
  if (r != -1) {
    while (uid != UINT32_MAX && (uid = uidset_next(&uids, uid + 1))) {
      r = folder_get(s->f, uid, &m);
      if (r == -1) break;
      if (r == 1) compare_one(s, &m);
    }
    folder_end(s->f);
  }
  for (uid = 0; uid != UINT32_MAX && (uid = uidset_next(gone, uid + 1)); )
    sync_change(s, CHANGE_GONE, uid, 0, "", 0, -1, "", 0);
  namemap_clear(&s->wanted);            /* nobody looks for these any more */
  uidset_free(&uids);
  return r == -1 ? -1 : 0;
}

/* the cheap look: most often nothing but our own changes happened */
static int same_sum(struct sync *s)
{
  stralloc cur = STRALLOC_ZERO;
  uint64_t sum;
  int r;

  stralloc_cats(&cur, s->f->dir.s);
  stralloc_cats(&cur, "/cur");
  stralloc_0(&cur);
  r = scan_sum(s->f->account->rootfd, cur.s, &sum);
  stralloc_free(&cur);
  return r == -1 ? -1 : sum == s->old.cur_sum;
}

/*
 * Files get their names before the uidlist gets their records, so whoever
 * reads the list first and then the directories sees every file that is
 * listed. One that is not seen was removed, or readdir passed it over: then
 * it is searched for, or a higher UID would be shown before it. At the first
 * look of all, when old records abound, only if someone was at work.
 */
static int passed_over(struct sync *s)
{
  if (!s->had && sync_quiet(s, &s->stamps, s->started)) return 0;
  return sync_unseen(s, &s->wanted);
}

int sync_compare(struct sync *s)
{
  int known = s->had && !s->rebuild && !s->full_list, same;

  if (!known) s->look_new = s->look_cur = 1;
  s->read_cur = s->look_cur;
  if (s->look_cur && known) {
    same = same_sum(s);
    if (same == -1) return -1;
    s->read_cur = !same;
  }
  if (read_dirs(s) == -1 || compare_all(s) == -1) return -1;
  if ((passed_over(s) || s->missing.n) && sync_search(s) == -1) return -1;
  return s->missing.n ? settle_missing(s) : 0;
}
