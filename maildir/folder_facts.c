/* ISC licence; see LICENSE. */
#include "folder_impl.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/log.h"
#include "column.h"

/*
 * Facts about messages that are found out when first asked for. They wait
 * in memory and go to the index together, so that a FETCH over a whole
 * folder costs one transaction, not one per message.
 */
#define FACTS_MAX 8192
/* How often others may rename a file between our look and our touch. When it
 * is gone the sync in between tells, so this ends in contention only. */
#define RENAMED_TRIES 25
#define FACTS_TEXT_MAX (4u << 20)

static struct fact *wait_fact(struct folder *f, uint32_t uid, int kind)
{
  struct fact *fact;

  if (f->nfacts >= FACTS_MAX || f->facts_text.len >= FACTS_TEXT_MAX)
    folder_flush(f);
  if (f->nfacts == f->afacts) {
    f->afacts = f->afacts ? f->afacts * 2 : 16;
    f->facts = xrealloc(f->facts, f->afacts * sizeof *f->facts);
  }
  fact = f->facts + f->nfacts++;
  fact->uid = uid;
  fact->kind = kind;
  fact->date = INT64_MIN;
  fact->vsize = -1;
  fact->off = f->facts_text.len;
  fact->len = 0;
  return fact;
}

static int by_kind_and_uid(const void *a, const void *b)
{
  const struct fact *x = a, *y = b;

  if (x->kind != y->kind) return x->kind < y->kind ? -1 : 1;
  return x->uid < y->uid ? -1 : x->uid > y->uid;
}

static int write_fact(MDB_txn *txn, struct index *ix, struct folder *f,
                      struct folder_rec *rec, const struct uidset *there,
                      MDB_cursor *c, const struct fact *fact)
{
  struct record old, r;
  char buf[RECORD_TEXT];

  if (!uidset_has(there, fact->uid)) return 0;
  if (fact->kind)
    return cache_save_by(c, rec, fact->uid, fact->kind,
                         f->facts_text.s + fact->off, fact->len);
  if (!msg_copy(txn, ix, rec->id, fact->uid, &old, buf)) return 0;
  r = old;
  if (fact->date != INT64_MIN) r.m.date = fact->date;
  if (fact->vsize >= 0) r.m.vsize = fact->vsize;
  return msg_put(txn, ix, rec, fact->uid, &old, &r);
}

/* is it of a column, and of which stretch of it? */
static int same_column(const struct fact *a, const struct fact *b)
{
  return a->kind == b->kind
    && a->uid >> COLUMN_BITS == b->uid >> COLUMN_BITS;
}

/* the facts from i on that go to one column's value; *next: behind them */
static int write_column(MDB_txn *txn, struct index *ix, struct folder *f,
                        const struct folder_rec *rec,
                        const struct uidset *there, size_t i, size_t *next)
{
  const struct fact *first = f->facts + i, *fact;
  struct column_text *v;
  const char *s;
  size_t n = 0;
  int rc;

  for (*next = i; *next < f->nfacts; ++*next)
    if (!same_column(first, f->facts + *next)) break;
  v = xalloc((*next - i) * sizeof *v);
  for (fact = first; fact < f->facts + *next; fact++) {
    if (!uidset_has(there, fact->uid)) continue;
    s = f->facts_text.s + fact->off;
    if (*s != f->facts_text.s[first->off]) continue;    /* not in practice */
    v[n].uid = fact->uid;
    v[n].s = s + 1;
    v[n++].len = fact->len - 1;
  }
  rc = n ? column_save(txn, ix, rec->id, first->kind - CACHE_KINDS - 1,
                       (unsigned char)f->facts_text.s[first->off], there, v, n)
         : 0;
  free(v);
  return rc;
}

static int write_facts(MDB_txn *txn, struct index *ix, void *arg)
{
  struct folder *f = arg;
  struct folder_rec rec;
  struct uidset there = UIDSET_ZERO;
  MDB_cursor *c;
  size_t i, next;
  int rc = 0;

  if (!rec_load(txn, ix, f->storage, &rec) || rec.id != f->rec.id) return 0;
  if (f->nfacts) uids_read(txn, ix, rec.id, &there);
  cache_walk(txn, ix, &c);
  for (i = 0; !rc && i < f->nfacts; i = next) {
    next = i + 1;
    rc = f->facts[i].kind > CACHE_KINDS
      ? write_column(txn, ix, f, &rec, &there, i, &next)
      : write_fact(txn, ix, f, &rec, &there, c, f->facts + i);
  }
  mdb_cursor_close(c);
  uidset_free(&there);
  /* still true? marking unseen lowers the bound, in the same transaction */
  if (f->unseen_from && rec.modseq == f->rec.modseq)
    rec.unseen_from = f->unseen_from;
  return rc ? rc : rec_save(txn, ix, f->storage, &rec);
}

void folder_flush(struct folder *f)
{
  int far = f->unseen_from > f->rec.unseen_from
    && f->unseen_from - f->rec.unseen_from > 1000;

  if (!f->nfacts && !far) return;
  qsort(f->facts, f->nfacts, sizeof *f->facts, by_kind_and_uid);
  index_write(f->account->index, write_facts, f);
  f->nfacts = 0;
  f->unseen_from = 0;
  f->facts_text.len = 0;
  if (f->facts_text.a > 65536) stralloc_free(&f->facts_text);
}

int folder_cache_get(struct folder *f, uint32_t uid, int kind,
                     const char **data, size_t *len)
{
  int r;

  if (kind < 1 || kind > CACHE_KINDS) return 0;
  if (!f->kept[kind]) cache_walk(f->txn, f->account->index, &f->kept[kind]);
  /* most callers go up */
  r = cache_at(f->account->index, f->kept[kind], f->rec.id, kind, uid,
               f->kept_uid[kind] && f->kept_uid[kind] < uid, data, len);
  f->kept_uid[kind] = r ? uid : 0;
  return r == 1;
}

int folder_cache_next(struct folder *f, int kind, uint32_t from,
                      uint32_t *uid, const char **data, size_t *len)
{
  if (kind < 1 || kind > CACHE_KINDS) return 0;
  if (!f->walk) cache_walk(f->txn, f->account->index, &f->walk);
  if (!cache_step(f->account->index, f->walk, f->rec.id, kind, from,
                  f->walk_kind == kind && from == f->walk_uid + 1,
                  uid, data, len)) {
    f->walk_kind = 0;
    return 0;
  }
  f->walk_kind = kind;
  f->walk_uid = *uid;
  return 1;
}

static void wait_text(struct folder *f, uint32_t uid, int kind,
                      unsigned char version, const char *s, size_t len)
{
  struct fact *fact = wait_fact(f, uid, kind);

  fact->len = len + 1;
  stralloc_append(&f->facts_text, (char)version);
  stralloc_catb(&f->facts_text, s, len);
}

void folder_cache_put(struct folder *f, uint32_t uid, int kind,
                      unsigned char version, const char *data, size_t len)
{
  if (kind < 1 || kind > CACHE_KINDS) return;
  wait_text(f, uid, kind, version, data, len);
}

int folder_column_get(struct folder *f, uint32_t uid, int kind,
                      unsigned char version, struct column *c)
{
  if (kind < 0 || kind >= COLUMN_KINDS) return 0;
  return column_load(f->txn, f->account->index, f->rec.id, kind, uid, version,
                     c);
}

void folder_column_put(struct folder *f, uint32_t uid, int kind,
                       unsigned char version, const char *s, size_t len)
{
  if (kind < 0 || kind >= COLUMN_KINDS || len > COLUMN_TEXT_MAX) return;
  wait_text(f, uid, CACHE_KINDS + 1 + kind, version, s, len);
}

/* ---- the file behind a message ---- */

int file_of(struct folder *f, uint32_t uid, file_fn *fn, void *arg)
{
  struct record r;
  char buf[RECORD_TEXT];
  int tries;

  for (tries = 0; tries < RENAMED_TRIES; tries++) {
    if (!folder_locate(f, uid, &r, buf)) {
      errno = ENOENT;
      return -1;
    }
    if (fn(arg, f, &r) == 0) return 0;
    if (errno != ENOENT) return -1;
    if (sync_forced(f) == -1) return -1;
  }
  errno = EAGAIN;               /* it is there, and always under another name */
  return -1;
}

static int open_it(void *arg, struct folder *f, const struct record *r)
{
  stralloc path = STRALLOC_ZERO;
  int fd;

  folder_path(f, &path, r->m.in_new, r->name, r->m.namelen);
  fd = openat(f->account->rootfd, path.s,
              O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  stralloc_free(&path);
  if (fd == -1) return -1;
  *(int *)arg = fd;
  return 0;
}

int folder_message_open(struct folder *f, const struct message *m,
                        struct stat *st)
{
  struct record r;
  int fd = -1;

  if (m->name) {
    memset(&r, 0, sizeof r);
    r.name = m->name;
    r.m.namelen = (uint16_t)m->namelen;
    r.m.in_new = m->in_new != 0;
  }
  if (!m->name || open_it(&fd, f, &r) == -1)
    if (file_of(f, m->uid, open_it, &fd) == -1) return -1;
  if (fstat(fd, st) == -1 || !S_ISREG(st->st_mode)) {
    close(fd);                  /* a fifo, a device: no message */
    errno = EINVAL;
    return -1;
  }
  return fd;
}

int folder_message_fd(struct folder *f, uint32_t uid)
{
  struct message m;
  struct stat st;

  memset(&m, 0, sizeof m);
  m.uid = uid;
  return folder_message_open(f, &m, &st);
}

static int stat_it(void *arg, struct folder *f, const struct record *r)
{
  stralloc path = STRALLOC_ZERO;
  int ret;

  folder_path(f, &path, r->m.in_new, r->name, r->m.namelen);
  ret = fstatat(f->account->rootfd, path.s, arg, 0);
  stralloc_free(&path);
  return ret;
}

int folder_date(struct folder *f, uint32_t uid, int64_t *date)
{
  struct stat st;

  if (file_of(f, uid, stat_it, &st) == -1) return -1;
  *date = st.st_mtime;
  wait_fact(f, uid, 0)->date = *date;
  return 0;
}

/* octets with every LF that has no CR before it counted as two */
static int count_virtual(int fd, int64_t *vsize)
{
  char buf[32768];
  const char *p, *lf;
  ssize_t n;
  char last = 0;

  *vsize = 0;
  while ((n = read(fd, buf, sizeof buf)) > 0) {
    *vsize += n;
    for (p = buf; (lf = memchr(p, '\n', (size_t)(buf + n - p))); p = lf + 1)
      if ((lf == buf ? last : lf[-1]) != '\r') ++*vsize;
    last = buf[n - 1];
  }
  return n == -1 ? -1 : 0;
}

int folder_vsize(struct folder *f, uint32_t uid, int64_t *vsize)
{
  int fd = folder_message_fd(f, uid), r, saved;

  if (fd == -1) return -1;
  r = count_virtual(fd, vsize);
  saved = errno;
  close(fd);
  errno = saved;
  if (r == 0) wait_fact(f, uid, 0)->vsize = *vsize;
  return r;
}

void folder_vsize_is(struct folder *f, uint32_t uid, int64_t vsize)
{
  wait_fact(f, uid, 0)->vsize = vsize;
}

int folder_size(struct folder *f, uint64_t *size)
{
  struct message m;
  struct uidset unknown = UIDSET_ZERO;
  uint32_t uid = 0;
  int64_t vsize;

  if (!folder_reload(f)) {
    errno = ENOENT;
    return -1;
  }
  *size = f->rec.size;
  if (f->rec.sized == f->rec.messages) return 0;
  if (folder_begin(f) == -1) return -1;
  while (folder_next(f, uid + 1, &m) == 1) {
    if (m.vsize < 0) uidset_add(&unknown, m.uid, m.uid);
    if ((uid = m.uid) == UINT32_MAX) break;
  }
  folder_end(f);
  for (uid = 0; uid != UINT32_MAX && (uid = uidset_next(&unknown, uid + 1)); )
    if (folder_vsize(f, uid, &vsize) == 0) *size += (uint64_t)vsize;
  uidset_free(&unknown);
  folder_flush(f);
  return 0;
}
