/* ISC licence; see LICENSE. */
#include "sync.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The last step of a sync: what was found goes into the index at once. */

struct apply {
  struct sync *s;
  struct folder_rec rec;
  struct folder_stamps after;   /* what claiming left behind */
  struct uidset changed, gone, added;
  int stale;                    /* others wrote since we looked */
  int conflict;                 /* and of one message something else */
  uint32_t uidnext;             /* of the index before this transaction */
  int fresh;                    /* it knew nothing of the folder */
  uint32_t last;                /* highest UID put in, where it is fresh */
  MDB_cursor *end;              /* behind that */
};

static int in_order(const struct sync *s)
{
  size_t i;

  for (i = 1; i < s->n; i++)
    if (s->changes[i].uid < s->changes[i - 1].uid) return 0;
  return 1;
}

static int by_uid(const void *a, const void *b)
{
  uint32_t i = ((const struct change *)a)->uid;
  uint32_t j = ((const struct change *)b)->uid;

  return i < j ? -1 : i > j;
}

/* a record as the change describes it, from what was there before */
static void describe(const struct sync *s, const struct change *c,
                     const struct record *old, struct record *r)
{
  memset(&r->m, 0, sizeof r->m);
  r->name = sync_name(s, c);
  r->m.namelen = c->namelen;
  r->m.in_new = c->in_new;
  r->m.date = old ? old->m.date : INT64_MIN;
  r->m.vsize = old ? old->m.vsize : c->vsize;
  r->m.modseq = old ? old->m.modseq : 0;
  r->m.synced = old ? old->m.synced : 0;
  r->guid = old ? old->guid : s->text.s + c->guid;
  r->m.guidlen = old ? old->m.guidlen : c->guidlen;
  filename_flags(r->name, c->namelen, &r->m.flags, &r->m.keywords);
}

static int change_one(MDB_txn *txn, struct index *ix, struct apply *a,
                      const struct change *c, uint64_t modseq)
{
  struct record old, r;
  char buf[RECORD_TEXT];
  int end = a->fresh && c->kind == CHANGE_ADD && c->uid > a->last;
  int there = !end && msg_copy(txn, ix, a->rec.id, c->uid, &old, buf), rc;

  /* changed by someone who knew better than our scan: theirs stays */
  if (there && a->stale && old.m.modseq > a->s->old.modseq) {
    if (c->kind == CHANGE_GONE || old.m.namelen != c->namelen
        || memcmp(old.name, sync_name(a->s, c), c->namelen))
      a->conflict = 1;
    return 0;
  }
  if (c->kind == CHANGE_GONE) {
    if (!there) return 0;
    uidset_add(&a->gone, c->uid, c->uid);
    return msg_delete(txn, ix, &a->rec, c->uid, &old);
  }
  if (c->kind == CHANGE_NAME && !there) return 0;
  /* Others have taken the index past this UID: it came and went, or they
   * did not see it. It must not appear below what clients know. */
  if (c->kind == CHANGE_ADD && !there && c->uid < a->uidnext) {
    a->stale = 1;
    return 0;
  }
  describe(a->s, c, there ? &old : 0, &r);
  if (!there || r.m.flags != old.m.flags
      || r.m.keywords != old.m.keywords) {
    r.m.modseq = modseq;
    uidset_add(&a->changed, c->uid, c->uid);
  }
  rc = end ? msg_append(txn, &a->end, ix, &a->rec, c->uid, &r)
    : msg_put(txn, ix, &a->rec, c->uid, there ? &old : 0, &r);
  if (end) a->last = c->uid;
  if (!rc && !there) uidset_add(&a->added, c->uid, c->uid);
  return rc;
}

/* a folder that the index did not know, or one of another UIDVALIDITY */
static int start_anew(MDB_txn *txn, struct index *ix, struct apply *a,
                      int had)
{
  const struct sync *s = a->s;
  uint64_t modseq = 0, t;
  const int64_t times[] = { s->stamps.cur.mtime_ns, s->stamps.new.mtime_ns,
                            s->u.stamp.ctime_ns };
  size_t i;
  int rc = 0;

  if (had) {
    modseq = a->rec.modseq;
    rc = rec_clear(txn, ix, a->rec.id);
  }
  memset(&a->rec, 0, sizeof a->rec);
  if (!rc) rc = rec_new_id(txn, ix, &a->rec.id);
  a->rec.uidvalidity = s->u.uidvalidity;
  a->rec.unseen_from = UINT32_MAX;
  /* ahead of any value that a client may have seen */
  for (i = 0; i < sizeof times / sizeof *times; i++) {
    t = times[i] > 0 ? (uint64_t)times[i] / 1000 : 0;
    if (t > modseq) modseq = t;
  }
  a->rec.modseq = modseq;
  return rc;
}

/* those of which roost-extra says something new */
static int touch(MDB_txn *txn, struct index *ix, struct apply *a,
                 uint64_t modseq)
{
  struct uidset uids = UIDSET_ZERO;
  struct record old, r;
  char buf[RECORD_TEXT];
  uint32_t uid = 0;
  int rc = 0;

  uids_read(txn, ix, a->rec.id, &uids);
  if (!a->s->touched_all) uidset_intersect(&uids, &a->s->touched);
  uidset_subtract(&uids, &a->changed);
  while (!rc && uid != UINT32_MAX && (uid = uidset_next(&uids, uid + 1))) {
    if (!msg_copy(txn, ix, a->rec.id, uid, &old, buf)) continue;
    r = old;
    r.m.modseq = modseq;
    rc = msg_put(txn, ix, &a->rec, uid, &old, &r);
    uidset_add(&a->changed, uid, uid);
  }
  uidset_free(&uids);
  return rc;
}

static void note_stamps(struct apply *a)
{
  struct sync *s = a->s;
  struct folder_rec *rec = &a->rec;
  int64_t quiet = s->started - tick_ns(s->f->account);
  int fresh = !s->had || s->rebuild;

  if (fresh || (dir_stamp_eq(&rec->cur, &s->old.cur)
                && dir_stamp_eq(&rec->new, &s->old.new))) {
    if (fresh || s->look_cur) {
      rec->cur = s->stamps.cur;
      rec->again_cur = s->again || s->stamps.cur.mtime_ns > quiet;
    }
    if (fresh || s->look_new) {
      rec->new = s->stamps.new;
      rec->again_new = s->again || s->blocked
        || s->stamps.new.mtime_ns > quiet;
    }
    if (s->claimed.n) {
      rec->cur = a->after.cur;
      rec->new = a->after.new;
      rec->again_cur = rec->again_new = 1;
    }
  }
  else
    rec->again_cur = rec->again_new = 1;
  if (a->stale) rec->again_cur = rec->again_new = 1;
  if (fresh || stamp_eq(&rec->uidlist, &s->old.uidlist)) {
    rec->uidlist = s->u.stamp;
    rec->uidlist_end = s->u.end;
    rec->uidlist_version = (uint32_t)s->u.version;
  }
  if (s->extra_known && (fresh || stamp_eq(&rec->extra, &s->old.extra))) {
    rec->extra = s->f->extra.stamp;
    rec->extra_end = s->f->extra.end;
  }
}

/* names lie in the order of the directory: a look ahead saves the wait */
#define AHEAD 16

static int change_all(MDB_txn *txn, struct index *ix, struct apply *a,
                      uint64_t modseq)
{
  const struct sync *s = a->s;
  const char *name;
  size_t i;
  int rc = 0;

  a->end = 0;
  for (i = 0; !rc && i < s->n; i++) {
    if (i + AHEAD < s->n) {
      name = sync_name(s, s->changes + i + AHEAD);
      __builtin_prefetch(name);
      __builtin_prefetch(name + 64);
    }
    rc = change_one(txn, ix, a, s->changes + i, modseq);
  }
  if (a->end) mdb_cursor_close(a->end);
  return rc;
}

static int apply(MDB_txn *txn, struct index *ix, void *arg)
{
  struct apply *a = arg;
  struct sync *s = a->s;
  uint64_t modseq, before;
  int had = rec_load(txn, ix, s->f->storage, &a->rec), rc = 0, fresh;

  uidset_clear(&a->changed);
  uidset_clear(&a->gone);
  uidset_clear(&a->added);
  fresh = !s->had || s->rebuild;
  if (had != s->had || (had && a->rec.id != s->old.id)) return EAGAIN;
  if (fresh) rc = start_anew(txn, ix, a, had);
  a->stale = !fresh && a->rec.modseq != s->old.modseq;
  a->conflict = 0;
  a->fresh = fresh;
  a->last = 0;
  a->uidnext = a->rec.uidnext;
  before = a->rec.modseq;
  modseq = rec_next_modseq(&a->rec);
  if (!rc) rc = change_all(txn, ix, a, modseq);
  if (!rc && !fresh && (s->touched_all || s->touched.n))
    rc = touch(txn, ix, a, modseq);
  if (rc) return rc;
  if (s->u.uidnext > a->rec.uidnext) a->rec.uidnext = s->u.uidnext;
  if (fresh) a->rec.log_floor = modseq;
  else if (!a->changed.n && !a->gone.n && !a->added.n)
    a->rec.modseq = before;
  else rc = log_add(txn, ix, &a->rec, modseq, &a->changed, &a->gone);
  if (!rc) rc = uids_change(txn, ix, a->rec.id, &a->added, &a->gone);
  note_stamps(a);
  if (a->conflict) look_at_once(&a->rec);
  return rc ? rc : rec_save(txn, ix, s->f->storage, &a->rec);
}

/* is there anything to write at all? */
static int nothing_new(const struct apply *a)
{
  struct apply b = *a;

  if (!a->s->had || a->s->rebuild || a->s->n || a->s->claimed.n
      || a->s->touched_all || a->s->touched.n) return 0;
  b.rec = a->s->old;
  b.stale = 0;
  note_stamps(&b);
  if (b.rec.uidnext < a->s->u.uidnext) return 0;
  return !memcmp(&b.rec, &a->s->old, sizeof b.rec);
}

/* about what the new records take */
#define MANY_OCTETS 1000000

static size_t octets(const struct sync *s)
{
  size_t i, sum = s->text.len;

  for (i = 0; i < s->n; i++)
    if (s->changes[i].kind == CHANGE_ADD)
      sum += MSG_OCTETS + s->changes[i].namelen;
  return sum + sum / 8;
}

int sync_apply(struct sync *s)
{
  struct index *ix = s->f->account->index;
  struct apply a;
  size_t n;
  int r;

  memset(&a, 0, sizeof a);
  a.s = s;
  if (!in_order(s)) qsort(s->changes, s->n, sizeof *s->changes, by_uid);
  if (s->claimed.n && folder_stamps(s->f, &a.after) == -1) return -1;
  if (nothing_new(&a)) return 0;
  n = octets(s);
  index_room(ix, n);
  r = index_write(ix, apply, &a);
  /* LMDB keeps the memory of the pages that it wrote until it is closed */
  if (n > MANY_OCTETS) index_rest(ix);
  if (r == 0) s->f->rec = a.rec;
  uidset_free(&a.changed);
  uidset_free(&a.gone);
  uidset_free(&a.added);
  return r;
}
