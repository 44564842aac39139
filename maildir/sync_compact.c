/* ISC licence; see LICENSE. */
#include "sync.h"

#include "base/alloc.h"

/*
 * A uidlist keeps the records of messages that are gone, so that of a busy
 * folder it would grow for ever. Whoever holds its lock anyway and finds
 * mostly dead records writes it anew. So is one that was put back from an
 * older copy: its UIDNEXT is below what clients were told, and only the index
 * would know that those UIDs are used up.
 */
#define COMPACT_ABOVE 65536     /* octets; less is not worth a rewrite */
#define COMPACT_LINE 600        /* octets a living message may take: a line
                                 * with two long names; four times the usual */

struct keeping {
  const struct sync *s;
  struct uidset alive;
  stralloc lines;
};

static int keep(void *arg, const struct uidlist_record *r)
{
  struct keeping *k = arg;

  /* what came behind the index's back is not ours to judge */
  if (r->uid >= k->s->old.uidnext || uidset_has(&k->alive, r->uid))
    uidlist_line(&k->lines, r->uid, r->fields, r->fieldslen, r->name,
                 r->namelen);
  return 0;
}

int sync_behind(const struct sync *s)
{
  return s->had && !s->rebuild && s->full_list && s->u.version == 3
    && s->u.uidnext < s->old.uidnext;
}

void sync_compact(struct sync *s, int fd)
{
  struct keeping k = { s, UIDSET_ZERO, STRALLOC_ZERO };
  size_t i;
  uint64_t living = (uint64_t)s->old.messages + s->n;

  if (!s->had || s->rebuild || s->u.version != 3) return;
  if (!sync_behind(s)
      && s->u.end <= COMPACT_ABOVE + living * COMPACT_LINE) return;
  folder_uids(s->f, &k.alive);
  for (i = 0; i < s->n; i++)
    if (s->changes[i].kind == CHANGE_GONE)
      uidset_remove(&k.alive, s->changes[i].uid, s->changes[i].uid);
  if (uidlist_read(&s->u, fd, keep, &k) == 0 && s->u.version == 3) {
    if (s->u.uidnext < s->old.uidnext) s->u.uidnext = s->old.uidnext;
    uidlist_create(&s->u, fd, &k.lines);        /* fails: it stays long */
  }
  uidset_free(&k.alive);
  stralloc_free(&k.lines);
}
