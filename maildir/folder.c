/* ISC licence; see LICENSE. */
#include "folder_impl.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/timedio.h"

/* A folder's handle, and reading what the index holds of it. */

struct folder *folder_make(struct account *a, const char *storage, size_t len,
                           int claim)
{
  struct folder *f = xalloc(sizeof *f);

  memset(f, 0, sizeof *f);
  f->account = a;
  f->claim = claim;
  f->dirfd = f->watchfd = f->watch_dirs[0] = f->watch_dirs[1] = -1;
  f->storage = xalloc(len + 1);
  memcpy(f->storage, storage, len);
  f->storage[len] = 0;
  tree_dir(&f->dir, storage, len);
  return f;
}

int folder_name_fits(const char *storage, size_t len)
{
  return len < FILENAME_LIMIT && !memchr(storage, 0, len)
    && !memchr(storage, '/', len);
}

int folder_open(struct folder **out, struct account *a, const char *storage,
                size_t len, int claim)
{
  struct folder *f;
  struct stat st;

  *out = 0;
  if (!folder_name_fits(storage, len)) {
    errno = len > FILENAME_LIMIT - 1 ? ENAMETOOLONG : EINVAL;
    return -1;
  }
  f = folder_make(a, storage, len, claim);
  if (fstatat(a->rootfd, f->dir.s, &st, 0) == -1) {
    int saved = errno;

    folder_close(f);
    errno = saved;
    return -1;
  }
  *out = f;
  return 0;
}

void folder_close(struct folder *f)
{
  if (!f) return;
  folder_end(f);
  folder_flush(f);
  folder_unwatch(f);
  fd_close_once(&f->dirfd);
  uidset_free(&f->recent);
  keywords_free(&f->keywords);
  extra_free(&f->extra);
  stralloc_free(&f->dir);
  stralloc_free(&f->facts_text);
  free(f->facts);
  free(f->own);
  free(f->storage);
  free(f);
}

const char *folder_name(const struct folder *f)
{
  return f->storage;
}

void folder_path(const struct folder *f, stralloc *out, int in_new,
                 const char *name, size_t len)
{
  out->len = 0;
  stralloc_cats(out, f->dir.s);
  stralloc_cats(out, in_new ? "/new/" : "/cur/");
  stralloc_catb(out, name, len);
  stralloc_0(out);
}

int folder_dirfd(struct folder *f)
{
  if (f->dirfd == -1)
    f->dirfd = openat(f->account->rootfd, f->dir.s,
                      O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  return f->dirfd;
}

int folder_reload(struct folder *f)
{
  struct index *ix = f->account->index;
  int r = rec_load(index_read(ix), ix, f->storage, &f->rec);

  index_read_end(ix);
  if (!r) memset(&f->rec, 0, sizeof f->rec);
  return r;
}

void folder_did(struct folder *f, uint64_t modseq)
{
  if (f->nown == f->aown) {
    f->aown = f->aown ? f->aown * 2 : 8;
    f->own = xrealloc(f->own, f->aown * sizeof *f->own);
  }
  f->own[f->nown++] = modseq;
}

/* ---- snapshots ---- */

/*
 * A snapshot with the folder's record, read anew. Where another index came
 * under us (the old one was thrown away; a private one, since the disk is
 * full) it does not know the folder yet: then the disk is read. 1 with the
 * snapshot open; 0 without.
 */
static int snapshot(struct folder *f, MDB_txn **txn)
{
  int tries;

  for (tries = 0; ; tries++) {
    *txn = index_read(f->account->index);
    if (rec_load(*txn, f->account->index, f->storage, &f->rec)) return 1;
    index_read_end(f->account->index);
    if (tries || !f->uidvalidity || f->syncing || folder_sync(f) == -1) break;
  }
  memset(&f->rec, 0, sizeof f->rec);
  return 0;
}

int folder_begin(struct folder *f)
{
  struct index *ix;
  int rc;

  if (!snapshot(f, &f->txn)) {
    f->txn = 0;
    errno = ENOENT;
    return -1;
  }
  ix = f->account->index;
  rc = mdb_cursor_open(f->txn, ix->table[IX_MESSAGE], &f->cursor);
  if (rc) index_failed(ix, rc);
  return 0;
}

void folder_end(struct folder *f)
{
  int kind;

  if (!f->txn) return;
  if (f->cursor) mdb_cursor_close(f->cursor);
  if (f->walk) mdb_cursor_close(f->walk);
  for (kind = 1; kind <= CACHE_KINDS; kind++) {
    if (f->kept[kind]) mdb_cursor_close(f->kept[kind]);
    f->kept[kind] = 0;
    f->kept_uid[kind] = 0;
  }
  f->cursor = f->walk = 0;
  f->cursor_uid = 0;
  f->walk_kind = 0;
  f->txn = 0;
  index_read_end(f->account->index);
}

static void fill(struct message *m, uint32_t uid, const struct record *r)
{
  m->uid = uid;
  m->flags = r->m.flags;
  m->keywords = r->m.keywords;
  m->modseq = r->m.modseq;
  m->date = r->m.date;
  m->vsize = r->m.vsize;
  m->name = r->name;
  m->namelen = r->m.namelen;
  m->in_new = r->m.in_new;
  m->guid = r->guid;
  m->guidlen = r->m.guidlen;
}

/* the first message at or above from, by cursor: 1, 0 */
static int seek(struct folder *f, uint32_t from, uint32_t *uid,
                struct record *r)
{
  struct index *ix = f->account->index;
  unsigned char key[8] = {
    (unsigned char)(f->rec.id >> 24), (unsigned char)(f->rec.id >> 16),
    (unsigned char)(f->rec.id >> 8), (unsigned char)f->rec.id,
    (unsigned char)(from >> 24), (unsigned char)(from >> 16),
    (unsigned char)(from >> 8), (unsigned char)from
  };
  MDB_val k = { 8, key }, v;
  const char *data;
  const unsigned char *p;
  size_t len;
  int rc, on = f->cursor_uid && from == f->cursor_uid + 1;

  /* most callers go from one message to the next */
  rc = mdb_cursor_get(f->cursor, &k, &v, on ? MDB_NEXT : MDB_SET_RANGE);
  f->cursor_uid = 0;
  if (rc == MDB_NOTFOUND) return 0;
  if (rc) index_failed(ix, rc);
  if (k.mv_size != 8 || memcmp(k.mv_data, key, 4)) return 0;
  index_check(ix, &k, &v, &data, &len);
  if (!msg_parse(data, len, r)) index_damaged(ix, "message record");
  p = (const unsigned char *)k.mv_data + 4;
  *uid = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8
    | p[3];
  if (*uid < from) index_damaged(ix, "order of messages");
  f->cursor_uid = *uid;
  return 1;
}

int folder_next(struct folder *f, uint32_t from, struct message *m)
{
  struct record r;
  uint32_t uid;

  if (!seek(f, from, &uid, &r)) return 0;
  fill(m, uid, &r);
  return 1;
}

int folder_get(struct folder *f, uint32_t uid, struct message *m)
{
  if (folder_next(f, uid, m) == 1 && m->uid == uid) return 1;
  uids_without(f->txn, f->account->index, f->rec.id, uid);
  return 0;
}

size_t folder_near(struct folder *f, const struct uidset *uids, uint32_t from,
                   struct near *out, size_t n)
{
  uint32_t uid, found;
  size_t i = 0;

  if (folder_begin(f) == -1) return 0;
  while (i < n && (uid = uidset_next(uids, from))) {
    if (!seek(f, uid, &found, &out[i].r) || found != uid)
      uids_without(f->txn, f->account->index, f->rec.id, uid);
    else {
      msg_keep(&out[i].r, out[i].text);
      out[i++].uid = uid;
    }
    if (uid == UINT32_MAX) break;
    from = uid + 1;
  }
  folder_end(f);
  return i;
}

int folder_locate(struct folder *f, uint32_t uid, struct record *r, char *buf)
{
  MDB_txn *txn;
  int found;

  if (!snapshot(f, &txn)) return 0;
  found = msg_copy(txn, f->account->index, f->rec.id, uid, r, buf);
  if (!found) uids_without(txn, f->account->index, f->rec.id, uid);
  index_read_end(f->account->index);
  return found;
}

/* ---- what a view needs ---- */

int folder_uids(struct folder *f, struct uidset *set)
{
  MDB_txn *txn;

  uidset_clear(set);
  if (!snapshot(f, &txn)) {
    errno = ENOENT;
    return -1;
  }
  uids_read(txn, f->account->index, f->rec.id, set);
  if (uidset_count(set) != f->rec.messages)
    index_damaged(f->account->index, "UIDs are missing");
  index_read_end(f->account->index);
  return 0;
}

int folder_changes(struct folder *f, uint64_t since, struct uidset *changed,
                   struct uidset *gone, int skip_own, uint64_t *now)
{
  MDB_txn *txn;
  int r;

  if (!snapshot(f, &txn)) {
    errno = ENOENT;
    return -1;
  }
  r = log_read(txn, f->account->index, &f->rec, since, f->own,
               skip_own ? f->nown : 0, changed, gone);
  *now = f->rec.modseq;
  index_read_end(f->account->index);
  f->nown = 0;
  if (gone->n) uidset_subtract(&f->recent, gone);
  return r;
}

int folder_modseqs(const struct folder *f)
{
  return f->account->index->dir && tick_ns(f->account) != TICK_NETWORK_NS;
}

uint64_t folder_birth(const struct folder *f)
{
  return f->account->index->birth;
}

/* the history is too short: each message knows when it changed */
static void look_at_all(struct folder *f, uint64_t since,
                        struct uidset *changed)
{
  struct record r;
  uint32_t uid, from;

  for (from = 1; seek(f, from, &uid, &r); from = uid + 1) {
    if (r.m.modseq > since) uidset_add(changed, uid, uid);
    if (uid == UINT32_MAX) break;
  }
}

int folder_since(struct folder *f, uint64_t since, struct uidset *changed,
                 struct uidset *gone)
{
  int r;

  if (folder_begin(f) == -1) return -1;
  r = log_read(f->txn, f->account->index, &f->rec, since, 0, 0, changed,
               gone);
  if (!r) look_at_all(f, since, changed);
  folder_end(f);
  return r;
}

static int raise_modseq(MDB_txn *txn, struct index *ix, void *arg)
{
  struct folder *f = arg;
  struct folder_rec rec;

  if (!rec_load(txn, ix, f->storage, &rec)) return 0;
  rec_next_modseq(&rec);
  return rec_save(txn, ix, f->storage, &rec);
}

int folder_raise_modseq(struct folder *f)
{
  return index_write(f->account->index, raise_modseq, f);
}

/* without claim nothing is moved: what lies in new/ is recent */
static void find_in_new(struct folder *f)
{
  struct record r;
  uint32_t uid, from = 1, left;

  uidset_clear(&f->recent);
  if (folder_begin(f) == -1) return;
  for (left = f->rec.in_new; left && seek(f, from, &uid, &r); from = uid + 1)
    if (r.m.in_new) {
      uidset_add(&f->recent, uid, uid);
      left--;
    }
  folder_end(f);
}

const struct uidset *folder_recent(struct folder *f)
{
  if (!f->claim && (f->rec.in_new || f->recent.n)) find_in_new(f);
  return &f->recent;
}

int folder_counts(struct folder *f, struct folder_counts *c)
{
  MDB_txn *txn;

  if (!snapshot(f, &txn)) {
    errno = ENOENT;
    return -1;
  }
  index_read_end(f->account->index);
  c->uidvalidity = f->rec.uidvalidity;
  c->uidnext = f->rec.uidnext;
  c->messages = f->rec.messages;
  c->unseen = f->rec.unseen;
  c->deleted = f->rec.deleted;
  c->recent = f->claim ? (uint32_t)uidset_count(&f->recent) : f->rec.in_new;
  c->size = f->rec.size;
  c->modseq = f->rec.modseq;
  return 0;
}

uint32_t folder_first_unseen(struct folder *f)
{
  struct record r;
  uint32_t uid, from, found = 0;

  if (folder_begin(f) == -1) return 0;
  if (f->rec.unseen)
    for (from = f->rec.unseen_from; seek(f, from, &uid, &r); from = uid + 1)
      if (!(r.m.flags & MF_SEEN)) {
        found = uid;
        break;
      }
  folder_end(f);
  if (f->rec.unseen && found > f->rec.unseen_from) f->unseen_from = found;
  return found;
}

static int no_record(void *arg, const struct uidlist_record *r)
{
  (void)arg;
  (void)r;
  return 1;                     /* the header is enough */
}

int folder_guid(struct folder *f, char guid[33], uint32_t *uidvalidity)
{
  struct uidlist u;
  int fd = folder_dirfd(f), r;

  if (fd == -1) return -1;
  memset(&u, 0, sizeof u);
  r = uidlist_read(&u, fd, no_record, 0);
  memcpy(guid, u.guid, sizeof u.guid);
  *uidvalidity = u.uidvalidity;
  uidlist_free(&u);
  return r;
}

int folder_uidlist(struct folder *f, uidlist_each *each, void *arg,
                   stralloc *words)
{
  struct uidlist u;
  int fd = folder_dirfd(f), r;

  if (fd == -1) return -1;
  memset(&u, 0, sizeof u);
  r = uidlist_read(&u, fd, each, arg);
  stralloc_copy(words, &u.words);
  uidlist_free(&u);
  return r;
}
