/* ISC licence; see LICENSE. */
#include "sync.h"

#include <string.h>

#include "base/alloc.h"

/*
 * Somebody else changed a few flags, or removed a few files: the digest of
 * cur/ told the hashes of the old names and of the new ones. What the digest
 * says is only a hint. A message gets another name only if its record has the
 * one that is said to be gone, and if the directory has one of the same base
 * name that is said to be new.
 */
struct renamed {
  struct sync *s;
  const struct digest_difference *diff;
  unsigned char may[256];       /* low octets of the hashes that are gone */
  size_t at[DIGEST_MOST];       /* names that are new, in the scan's texts */
  unsigned char used[DIGEST_MOST];
  struct uidset found;          /* whose names are gone */
};

/* the new name of this base, or 0 */
static const char *new_name(struct renamed *r, const char *base, size_t len)
{
  const char *name;
  size_t i;

  for (i = 0; i < r->diff->nmore; i++) {
    name = r->s->scan.map.text.s + r->at[i];
    if (r->used[i] || strncmp(name, base, len) || (name[len] && name[len] != ':'))
      continue;
    r->used[i] = 1;
    return name;
  }
  return 0;
}

static int is_gone(const struct renamed *r, const struct message *m)
{
  struct index *ix = r->s->f->account->index;
  uint64_t h = index_hash(ix, m->name, m->namelen);
  size_t i;

  if (!r->may[h & 255] || m->in_new) return 0;
  for (i = 0; i < r->diff->nless && r->diff->less[i] != h; i++) ;
  return i < r->diff->nless;
}

/* go through the messages for those whose names are gone; 0, -1 */
static int find_gone(struct renamed *r)
{
  struct folder *f = r->s->f;
  struct message m;
  uint32_t from = 1;
  size_t left = r->diff->nless;

  if (folder_begin(f) == -1) return -1;
  for (; left && folder_next(f, from, &m) == 1; from = m.uid + 1) {
    if (is_gone(r, &m)) {
      uidset_add(&r->found, m.uid, m.uid);
      left--;
    }
    if (m.uid == UINT32_MAX) break;
  }
  return 0;
}

/* 1 if each message has its new name, or is missing, and no name is left */
static int settle(struct renamed *r)
{
  struct sync *s = r->s;
  struct message m;
  uint32_t uid = 0;
  const char *name;
  size_t i, before = s->n;

  if (uidset_count(&r->found) != r->diff->nless) return 0;
  while (uid != UINT32_MAX && (uid = uidset_next(&r->found, uid + 1))) {
    if (folder_get(s->f, uid, &m) != 1) break;
    name = new_name(r, m.name, filename_base(m.name, m.namelen));
    if (name)
      sync_change(s, CHANGE_NAME, uid, 0, name, strlen(name), -1, "", 0);
    else sync_miss(s, &m);
  }
  for (i = 0; !uid && i < r->diff->nmore && r->used[i]; i++) ;
  if (!uid && i == r->diff->nmore) return 1;
  s->n = before;                /* a file of another's base name, or damage */
  uidset_clear(&s->missing);
  namemap_clear(&s->wanted);
  return 0;
}

int sync_renamed(struct sync *s, const struct digest_difference *diff)
{
  struct renamed r;
  size_t i;
  int done;

  memset(&r, 0, sizeof r);
  r.s = s;
  r.diff = diff;
  if (!scan_find(&s->scan, s->f->account->index->key, diff->more,
                 diff->nmore, r.at)) return 0;
  for (i = 0; i < diff->nless; i++) r.may[diff->less[i] & 255] = 1;
  if (find_gone(&r) == -1) return -1;
  done = settle(&r);
  folder_end(s->f);
  uidset_free(&r.found);
  return done;
}
