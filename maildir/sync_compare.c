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
  c->kind = (uint8_t)kind;
  c->uid = uid;
  c->in_new = in_new != 0;
  c->vsize = vsize;
  c->name = namelen ? (uint32_t)(name - s->scan.map.text.s) : 0;
  c->namelen = (uint16_t)namelen;
  c->guid = s->text.len;
  c->guidlen = (uint8_t)guidlen;
  stralloc_catb(&s->text, guid, guidlen);
  if (s->claimed.n && namemap_find(&s->claimed, name,
                                   filename_base(name, namelen))
      != NAMEMAP_NONE)
    uidset_add(&s->recent, uid, uid);
}

void sync_gone(struct sync *s, uint32_t uid)
{
  sync_change(s, CHANGE_GONE, uid, 0, "", 0, -1, "", 0);
}

const char *sync_name(const struct sync *s, const struct change *c)
{
  return s->scan.map.text.s + c->name;
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

/* does the uidlist, read whole, give this message another UID or none? */
static int renumbered(const struct sync *s, const struct message *m)
{
  size_t j;

  if (!s->full_list || !s->u.version) return 0;
  j = namemap_find(&s->listed.map, m->name,
                   filename_base(m->name, m->namelen));
  return j == NAMEMAP_NONE || s->listed.item[j].uid != m->uid;
}

void sync_miss(struct sync *s, const struct message *m)
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
    if (m->in_new ? s->look_new : s->read_cur) sync_miss(s, m);
    return;
  }
  if (renumbered(s, m)) {
    sync_gone(s, m->uid);
    return;                     /* and its file gets the other UID */
  }
  if (sc->where[i] & SCAN_MATCHED) {    /* two UIDs for one name: later wins */
    sync_gone(s, m->uid);
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
  namemap_find_all(&s->listed.map);
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
  s->read_cur = 1;              /* for these, by the search */
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
    sync_gone(s, uid);
  namemap_clear(&s->wanted);            /* nobody looks for these any more */
  uidset_free(&uids);
  return r == -1 ? -1 : 0;
}

static int read_new(struct sync *s)
{
  size_t i;

  if (scan_dir(&s->scan, s->f->account->rootfd, s->f->dir.s, 1) == -1)
    return -1;
  for (i = 0; s->f->claim && i < s->scan.map.n; i++) sync_claim(s, i);
  return 0;
}

/*
 * The cheap look, which goes by the digest of the names: most often nothing
 * but our own changes happened, or somebody changed a few flags. 1: all that
 * happened in cur/ is noted; 0: compare it name by name.
 */
static int same(struct sync *s)
{
  struct index *ix = s->f->account->index;
  struct digest_difference diff;
  struct digest d;
  size_t i;

  memset(&d, 0, sizeof d);
  if (scan_digest(&s->scan, s->f->account->rootfd, s->f->dir.s, ix->key, &d)
      == -1) return -1;
  for (i = 0; i < s->scan.map.n; i++)   /* what we moved there just now */
    if (!(s->scan.where[i] & SCAN_NEW))
      digest_remove(&d, index_hash(ix, namemap_text(&s->scan.map, i),
                                   s->scan.map.e[i].len));
  digest_subtract(&d, &s->old.names);
  if (digest_none(&d)) return 1;
  /* what the index knows in new/ may have gone to cur/ */
  return (!s->look_new || !s->old.in_new) && digest_decode(&d, &diff)
    ? sync_renamed(s, &diff) : 0;
}

static int read_cur(struct sync *s, int known)
{
  int root = s->f->account->rootfd, r;
  const char *dir = s->f->dir.s;

  if (!known) return scan_dir(&s->scan, root, dir, 0);
  r = same(s);
  s->read_cur = r == 0;
  return r == 0 ? scan_take(&s->scan, root, dir) : r == -1 ? -1 : 0;
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
  int known = s->had && !s->rebuild && !s->full_list;

  if (!known) s->look_new = s->look_cur = 1;
  s->read_cur = s->look_cur;
  scan_clear(&s->scan);
  if ((s->look_new && read_new(s) == -1)
      || (s->look_cur && read_cur(s, known) == -1)
      || compare_all(s) == -1) return -1;
  if ((passed_over(s) || s->missing.n) && sync_search(s) == -1) return -1;
  return s->missing.n ? settle_missing(s) : 0;
}
