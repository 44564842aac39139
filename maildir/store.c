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
#include "maildirsize.h"

/*
 * Changing and removing messages: first the files, in batches, then the
 * index in one transaction a batch. A kill between the two leaves a
 * directory whose mtime the index does not know, so that the next sync looks.
 */
#define BATCH 4096
#define NEAR 64                 /* records read together; see in_batches */
#define LOCK_TRIES 20           /* until the index is up to roost-extra */

int rename_keep(int fromfd, const char *from, int tofd, const char *to)
{
  struct stat st;

  if (renameat2(fromfd, from, tofd, to, RENAME_NOREPLACE) == 0) return 0;
  if (errno != EINVAL && errno != ENOSYS) return -1;
  /* a file system without it */
  if (fstatat(tofd, to, &st, AT_SYMLINK_NOFOLLOW) == 0) {
    errno = EEXIST;
    return -1;
  }
  return renameat(fromfd, from, tofd, to);
}

/* what was done to one file */
struct done {
  uint32_t uid;
  uint32_t flags, keywords;     /* now */
  size_t name;                  /* in names, now; its length */
  uint16_t len;
  size_t old;                   /* the name before, NUL-terminated */
  uint64_t seen;                /* the record's modseq when we looked */
};

struct batch {
  struct folder *f;
  enum store_how how;
  uint32_t flags, keywords, known;
  uint64_t unchangedsince;
  int only_deleted;
  const struct keyword_ids *more;       /* keywords beyond the letters */
  struct uidset chosen;         /* messages whose such keywords may change */
  struct uidset extra_changed;  /* and those where they did */
  struct stamp extra_before;
  struct uidset *modified;
  struct folder_stamps before, after;
  struct done *d;
  size_t n;
  struct near *near;
  stralloc names, name, from, to;
  struct uidset changed, there; /* changed or removed; of the folder */
  uint64_t modseq;
  int64_t bytes, count;         /* for maildirsize: how its sums change */
  uint32_t uid;                 /* the message in hand */
};

static size_t keep_name(struct batch *b, const char *name, size_t len)
{
  size_t at = b->names.len;

  stralloc_catb(&b->names, name, len);
  stralloc_0(&b->names);
  return at;
}

static void note_done(struct batch *b, const struct record *r,
                      const char *name, size_t len, uint32_t flags,
                      uint32_t keywords)
{
  struct done *d = b->d + b->n++;

  d->uid = b->uid;
  d->flags = flags;
  d->keywords = keywords;
  d->len = (uint16_t)len;
  d->name = keep_name(b, name, len);
  d->old = keep_name(b, r->name, r->m.namelen);
  d->seen = r->m.modseq;
}

/* maildirsize: messages with T do not count, as Courier has it */
static void quota_note(struct batch *b, const struct record *r,
                       const char *path, int sign)
{
  int64_t size = filename_size(r->name, r->m.namelen, 'S');
  struct stat st;

  if (size < 0 && fstatat(b->f->account->rootfd, path, &st, 0) == 0)
    size = st.st_size;
  b->bytes += size > 0 ? sign * size : 0;
  b->count += sign;
}

static void quota_write(struct batch *b)
{
  if (b->count && strcmp(b->f->storage, "Trash"))
    maildirsize_note(b->f->account->rootfd, b->bytes, b->count);
  b->bytes = b->count = 0;
}

static void wanted(const struct batch *b, const struct record *r,
                   uint32_t *flags, uint32_t *keywords)
{
  /* the flags of the name itself, not of anyone's memory */
  filename_flags(r->name, r->m.namelen, flags, keywords);
  switch (b->how) {
  case STORE_ADD:
    *flags |= b->flags;
    *keywords |= b->keywords;
    break;
  case STORE_REMOVE:
    *flags &= ~b->flags;
    *keywords &= ~b->keywords;
    break;
  case STORE_SET:
    /* P is kept: no protocol shows it, so none asked to take it away */
    *flags = b->flags | (*flags & MF_PASSED);
    *keywords = b->keywords | (*keywords & ~b->known);
    break;
  }
}

/* The target name is taken. By a second link to the same file: ours goes.
 * By another file: the next sync parts the two; try again then. */
static int target_exists(struct folder *f, const char *from, const char *to)
{
  struct stat a, b;
  int fd = f->account->rootfd;

  if (fstatat(fd, from, &a, AT_SYMLINK_NOFOLLOW) == -1) return -1;
  if (fstatat(fd, to, &b, AT_SYMLINK_NOFOLLOW) == -1
      || a.st_ino != b.st_ino || a.st_dev != b.st_dev) {
    errno = ENOENT;
    return -1;
  }
  return unlinkat(fd, from, 0);
}

static int store_one(void *arg, struct folder *f, const struct record *r)
{
  struct batch *b = arg;
  uint32_t flags, keywords;
  int fd = f->account->rootfd;

  wanted(b, r, &flags, &keywords);
  if (r->m.modseq > b->unchangedsince) {
    if (b->modified) uidset_add(b->modified, b->uid, b->uid);
    /* the first try may have chosen it, before another renamed the file */
    uidset_remove(&b->chosen, b->uid, b->uid);
    return 0;
  }
  if (b->more) uidset_add(&b->chosen, b->uid, b->uid);
  if (flags == r->m.flags && keywords == r->m.keywords) return 0;
  b->name.len = 0;
  filename_with(&b->name, r->name, r->m.namelen, flags, keywords, b->known);
  if (b->name.len > FILENAME_LIMIT) {
    errno = ENAMETOOLONG;
    return -1;
  }
  folder_path(f, &b->from, r->m.in_new, r->name, r->m.namelen);
  folder_path(f, &b->to, 0, b->name.s, b->name.len);
  if (rename_keep(fd, b->from.s, fd, b->to.s) == -1
      && (errno != EEXIST || target_exists(f, b->from.s, b->to.s) == -1))
    return -1;
  note_done(b, r, b->name.s, b->name.len, flags, keywords);
  if ((flags ^ r->m.flags) & MF_DELETED)
    quota_note(b, r, b->to.s, flags & MF_DELETED ? -1 : 1);
  return 0;
}

static int is_name(const struct batch *b, size_t at, const struct record *r)
{
  return strlen(b->names.s + at) == r->m.namelen
    && !memcmp(r->name, b->names.s + at, r->m.namelen);
}

/*
 * Renames of one file follow each other on the disk, but their writers come
 * to the index in any order. Ours is next if the record is the very one that
 * we had seen: the same name is not enough, for a flag that was set and
 * cleared gives it back. Who came between has seen our rename or a later one,
 * since none could be done by the name that we took away; where that cannot
 * be told from an index built anew, the directory is asked at once.
 */
static int store_record(struct index *ix, MDB_cursor *c, struct batch *b,
                        struct folder_rec *rec, const struct done *d)
{
  struct record old, r;
  char buf[RECORD_TEXT];
  int near = d > b->d && d->uid == d[-1].uid + 1;

  if (!msg_at(ix, c, rec->id, d->uid, near, &old, buf)) return 0;
  if (is_name(b, d->name, &old)) return 0;      /* a scan was faster */
  if (old.m.modseq != d->seen || !is_name(b, d->old, &old)) {
    look_at_once(rec);
    return 0;
  }
  r = old;
  r.name = b->names.s + d->name;
  r.m.namelen = d->len;
  r.m.in_new = 0;
  r.m.flags = d->flags;
  r.m.keywords = d->keywords;
  r.m.modseq = b->modseq;
  uidset_add(&b->changed, d->uid, d->uid);
  return msg_replace(ix, c, rec, d->uid, &old, &r);
}

static int store_records(MDB_txn *txn, struct index *ix, struct batch *b,
                         struct folder_rec *rec)
{
  MDB_cursor *c;
  size_t i;
  int rc = msg_walk(txn, ix, &c);

  if (rc) return rc;
  for (i = 0; !rc && i < b->n; i++)
    rc = store_record(ix, c, b, rec, b->d + i);
  mdb_cursor_close(c);
  return rc;
}

/* the messages of which only roost-extra says something new */
static int write_touched(MDB_txn *txn, struct index *ix, struct batch *b,
                         struct folder_rec *rec)
{
  struct record old, r;
  char buf[RECORD_TEXT];
  uint32_t uid = 0;
  int rc = 0;

  while (!rc && uid != UINT32_MAX
         && (uid = uidset_next(&b->extra_changed, uid + 1))) {
    if (uidset_has(&b->changed, uid)
        || !msg_copy(txn, ix, rec->id, uid, &old, buf))
      continue;
    r = old;
    r.m.modseq = b->modseq;
    rc = msg_put(txn, ix, rec, uid, &old, &r);
    uidset_add(&b->changed, uid, uid);
  }
  extra_noted(rec, b->f, &b->extra_before);
  return rc;
}

static int write_stored(MDB_txn *txn, struct index *ix, void *arg)
{
  struct batch *b = arg;
  struct folder_rec rec;
  uint64_t before;
  int rc;

  if (!rec_load(txn, ix, b->f->storage, &rec)) return 0;
  uidset_clear(&b->changed);
  before = rec.modseq;
  b->modseq = rec_next_modseq(&rec);
  rc = store_records(txn, ix, b, &rec);
  if (!rc && b->extra_changed.n) rc = write_touched(txn, ix, b, &rec);
  if (!b->changed.n) rec.modseq = before;
  else if (!rc) rc = log_add(txn, ix, &rec, b->modseq, &b->changed, 0);
  stamps_after(&rec, &b->before, &b->after);
  return rc ? rc : rec_save(txn, ix, b->f->storage, &rec);
}

static void batch_free(struct batch *b)
{
  free(b->d);
  free(b->near);
  stralloc_free(&b->names);
  stralloc_free(&b->name);
  stralloc_free(&b->from);
  stralloc_free(&b->to);
  uidset_free(&b->changed);
  uidset_free(&b->there);
  uidset_free(&b->chosen);
  uidset_free(&b->extra_changed);
}

static int is_in(const struct keyword_ids *k, size_t id)
{
  size_t i;

  for (i = 0; i < k->n; i++)
    if (k->id[i] == id) return 1;
  return 0;
}

/* lines for the keywords that have to change of the chosen messages */
static void extra_lines(struct batch *b, stralloc *lines)
{
  const struct extra *e = folder_extra(b->f);
  struct uidset s = UIDSET_ZERO;
  size_t i;
  int add;

  for (i = 0; i < e->n; i++) {
    add = is_in(b->more, i);
    if (!add && b->how != STORE_SET) continue;
    add = add && b->how != STORE_REMOVE;
    if (!add && !e->word[i].uids.n) continue;
    uidset_copy(&s, &b->chosen);
    if (add) uidset_subtract(&s, &e->word[i].uids);
    else uidset_intersect(&s, &e->word[i].uids);
    extra_line(lines, &s, add ? '+' : '-', e->word[i].name);
    uidset_union(&b->extra_changed, &s);
  }
  uidset_free(&s);
}

/* of the chosen messages leave those whose MODSEQ says that others have
 * changed them; what we renamed ourselves has passed the test */
static int drop_modified(struct batch *b)
{
  struct uidset ours = UIDSET_ZERO;
  struct message m;
  uint32_t uid = 0;
  size_t i;

  for (i = 0; i < b->n; i++) uidset_add(&ours, b->d[i].uid, b->d[i].uid);
  if (folder_begin(b->f) == -1) return -1;
  while (uid != UINT32_MAX && (uid = uidset_next(&b->chosen, uid + 1))) {
    if (uidset_has(&ours, uid) || folder_get(b->f, uid, &m) != 1
        || m.modseq <= b->unchangedsince)
      continue;
    if (b->modified) uidset_add(b->modified, uid, uid);
    uidset_remove(&b->chosen, uid, uid);
  }
  folder_end(b->f);
  uidset_free(&ours);
  return 0;
}

/*
 * Lock and read roost-extra. For a conditional change the index must have
 * noted all that stands there, since its MODSEQs are what is tested: who
 * changes keywords writes the file first, and then no name stands in the way
 * of another. 0 with the lock held, -1 with errno.
 */
static int lock_extra(struct batch *b, struct dotlock *lock, int fd)
{
  struct folder *f = b->f;
  int tries, saved;

  for (tries = 0; tries < LOCK_TRIES; tries++) {
    if (fd == -1 || uidlist_lock(lock, fd) == -1) return -1;
    if (extra_read(&f->extra, fd, f->uidvalidity) == -1) goto failed;
    f->extra_now = f->extra.stamp;
    if (b->unchangedsince == UINT64_MAX) return 0;
    folder_reload(f);
    if (stamp_eq(&f->rec.extra, &f->extra.stamp)) {
      if (drop_modified(b) == -1) goto failed;
      return 0;
    }
    dotlock_release(lock);      /* a sync may need it */
    if (folder_sync(f) == -1) return -1;
  }
  errno = EAGAIN;
  return -1;
failed:
  saved = errno;
  dotlock_release(lock);
  errno = saved;
  return -1;
}

/* 0, -1 with errno: the keywords of roost-extra are as they were */
static int store_extra(struct batch *b)
{
  stralloc lines = STRALLOC_ZERO;
  struct dotlock lock;
  struct folder *f = b->f;
  int fd = folder_dirfd(f), r = 0, saved;

  if (!b->chosen.n) return 0;
  if (b->how != STORE_ADD && stamp_eq(&b->before.extra, &(struct stamp){ 0 }))
    return 0;                   /* there is no file: nothing to take away */
  if (b->unchangedsince == UINT64_MAX) {
    extra_lines(b, &lines);
    if (!lines.len) goto done;
    lines.len = 0;
    uidset_clear(&b->extra_changed);
  }
  r = lock_extra(b, &lock, fd);
  if (r == -1) goto done;
  extra_lines(b, &lines);               /* now for sure */
  if (lines.len)
    r = folder_extra_write(f, f->uidvalidity, &lines, 0, &b->extra_before);
  saved = errno;
  dotlock_release(&lock);
  errno = saved;
  if (r == -1) uidset_clear(&b->extra_changed);
done:
  stralloc_free(&lines);                /* free(3) keeps errno */
  return r;
}

static int finish_store(struct batch *b)
{
  int r = b->more ? store_extra(b) : 0, saved = errno;

  if (!b->n && !b->extra_changed.n) return r;
  folder_stamps(b->f, &b->after);
  /* a full disk: the files have it, the next sync tells the index */
  if (index_write(b->f->account->index, write_stored, b) == -1)
    folder_sync(b->f);          /* another index: what we tell is from there */
  else if (b->changed.n)
    folder_did(b->f, b->modseq);
  quota_write(b);
  errno = saved;
  return r;
}

/* does this errno concern one file only, so that the others can go on? A
 * link or a fifo in cur/ must not keep people from marking all as read. */
static int only_this(int e)
{
  return e == EACCES || e == EPERM || e == EXDEV || e == ELOOP
    || e == ENAMETOOLONG || e == EINVAL || e == EISDIR;
}

/* the files of up to so many messages from *uid + 1 on; *uid becomes the last
 * of them, or 0: there are no more. 0, -1 errno as in_batches */
static int some(struct batch *b, file_fn *one, size_t n, uint32_t *uid,
                int *go_on)
{
  struct near *m = b->near;
  size_t got, i;
  int r, e = 0;

  if (n > NEAR) n = NEAR;
  /* the record that was looked at has to be the newest there is */
  if (b->unchangedsince != UINT64_MAX) n = 1;
  got = folder_near(b->f, &b->there, *uid + 1, m, n);
  for (i = 0; *go_on && i < got; i++) {
    *uid = b->uid = m[i].uid;
    r = one(b, b->f, &m[i].r);
    if (r == -1 && errno == ENOENT) r = file_of(b->f, b->uid, one, b);
    if (r == 0 || errno == ENOENT) continue;
    if (!e) e = errno;
    *go_on = only_this(errno);
  }
  if (got < n || *uid == UINT32_MAX) *uid = 0;
  errno = e;
  return e ? -1 : 0;
}

/*
 * Run one over the messages in uids, finish after each batch; -1 with the
 * first errno that is not ENOENT, the rest done as far as it goes. The index is
 * asked for some records at a time: a name that is no more by the time that
 * its turn comes is no file's, and then the message is looked for.
 */
static int in_batches(struct batch *b, const struct uidset *uids,
                      file_fn *one, int (*finish)(struct batch *))
{
  uint32_t uid = 0;
  int e = 0, go_on = 1;

  b->d = xalloc(BATCH * sizeof *b->d);
  b->near = xalloc(NEAR * sizeof *b->near);
  do {
    b->n = 0;
    b->names.len = 0;
    uidset_clear(&b->chosen);
    uidset_clear(&b->extra_changed);
    if (folder_sync(b->f) == -1 || folder_stamps(b->f, &b->before) == -1
        || folder_uids(b->f, &b->there) == -1) return -1;
    uidset_intersect(&b->there, uids);  /* a wide range may be asked for */
    do {
      if (some(b, one, BATCH - b->n, &uid, &go_on) == -1 && !e) e = errno;
    } while (go_on && uid && b->n < BATCH && b->chosen.n < BATCH);
    if (finish(b) == -1) {
      if (!e) e = errno;
      go_on = 0;
    }
  } while (go_on && uid);
  errno = e;
  return e ? -1 : 0;
}

int folder_store(struct folder *f, const struct uidset *uids,
                 enum store_how how, uint32_t flags, uint32_t keywords,
                 uint64_t unchangedsince, struct uidset *modified)
{
  return folder_store_more(f, uids, how, flags, keywords, 0, unchangedsince,
                           modified);
}

int folder_store_more(struct folder *f, const struct uidset *uids,
                      enum store_how how, uint32_t flags, uint32_t keywords,
                      const struct keyword_ids *more,
                      uint64_t unchangedsince, struct uidset *modified)
{
  static const struct keyword_ids none = KEYWORD_IDS_ZERO;
  struct batch b;
  int r, fd = folder_dirfd(f);

  memset(&b, 0, sizeof b);
  if (fd == -1 || keywords_read(&f->keywords, fd) == -1) return -1;
  b.f = f;
  b.how = how;
  b.flags = flags;
  b.keywords = keywords;
  b.known = keywords_known(&f->keywords);
  b.unchangedsince = unchangedsince;
  b.more = more && (more->n || how == STORE_SET) ? more : 0;
  if (!b.more && how == STORE_SET) b.more = &none;
  b.modified = modified;
  r = in_batches(&b, uids, store_one, finish_store);
  batch_free(&b);
  return r;
}

/* ---- removing ---- */

static int remove_one(void *arg, struct folder *f, const struct record *r)
{
  struct batch *b = arg;
  int64_t bytes = b->bytes, count = b->count;

  if (b->only_deleted && !(r->m.flags & MF_DELETED)) return 0;
  folder_path(f, &b->from, r->m.in_new, r->name, r->m.namelen);
  if (!(r->m.flags & MF_DELETED)) quota_note(b, r, b->from.s, -1);
  if (unlinkat(f->account->rootfd, b->from.s, 0) == -1) {
    b->bytes = bytes;
    b->count = count;
    return -1;
  }
  note_done(b, r, "", 0, r->m.flags, 0);
  return 0;
}

static int remove_records(MDB_txn *txn, struct index *ix,
                          struct folder_rec *rec, const struct uidset *uids,
                          struct uidset *gone)
{
  struct record old;
  MDB_cursor *c;
  char buf[RECORD_TEXT];
  uint32_t uid = 0, last = 0;
  int rc = msg_walk(txn, ix, &c);

  if (rc) return rc;
  while (!rc && uid != UINT32_MAX && (uid = uidset_next(uids, uid + 1))) {
    if (!msg_at(ix, c, rec->id, uid, last && uid == last + 1, &old, buf))
      continue;
    rc = msg_remove(txn, ix, c, rec, uid, &old);
    uidset_add(gone, uid, uid);
    last = uid;
  }
  mdb_cursor_close(c);
  return rc;
}

int write_gone(MDB_txn *txn, struct index *ix, struct folder *f,
               const struct uidset *uids, const struct folder_stamps *before,
               const struct folder_stamps *after)
{
  struct folder_rec rec;
  struct uidset gone = UIDSET_ZERO;
  int rc;

  if (!rec_load(txn, ix, f->storage, &rec)) return 0;
  rc = remove_records(txn, ix, &rec, uids, &gone);
  if (!rc) rc = uids_change(txn, ix, rec.id, 0, &gone);
  if (!rc && gone.n)
    rc = log_add(txn, ix, &rec, rec_next_modseq(&rec), 0, &gone);
  uidset_free(&gone);
  stamps_after(&rec, before, after);
  return rc ? rc : rec_save(txn, ix, f->storage, &rec);
}

static int write_removed(MDB_txn *txn, struct index *ix, void *arg)
{
  struct batch *b = arg;

  return write_gone(txn, ix, b->f, &b->changed, &b->before, &b->after);
}

static int finish_remove(struct batch *b)
{
  size_t i;

  if (!b->n) return 0;
  uidset_clear(&b->changed);
  for (i = 0; i < b->n; i++)
    uidset_add(&b->changed, b->d[i].uid, b->d[i].uid);
  folder_stamps(b->f, &b->after);
  index_write(b->f->account->index, write_removed, b);
  quota_write(b);
  if (b->modified) uidset_union(b->modified, &b->changed);
  return 0;
}

int folder_remove(struct folder *f, const struct uidset *uids,
                  int only_deleted, struct uidset *removed)
{
  struct batch b;
  int r;

  memset(&b, 0, sizeof b);
  b.f = f;
  b.unchangedsince = UINT64_MAX;
  b.only_deleted = only_deleted;
  b.modified = removed;
  r = in_batches(&b, uids, remove_one, finish_remove);
  batch_free(&b);
  return r;
}
