/* ISC licence; see LICENSE. */
#include "index.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>
#include <skalibs/random.h>
#include <skalibs/strerr.h>

#include "base/alloc.h"
#include "base/log.h"
#include "index_boot.h"

#define INDEX_FORMAT 5          /* raise when a record's layout changes */
#define READERS 1024
#define LOCK_FILE_SIZE (READERS * 64 + 16384)
#define MAP_SPARE (4u << 20)
#define MAP_GROWTH (16u << 20)

void (*index_on_fatal)(void);

static struct index *guarded;   /* for the handlers of SIGBUS and the like */

/* what the data file says of itself; another file's copy is discarded */
struct self {
  uint32_t format, pad;
  uint64_t dev, ino;
  uint64_t birth;
  uint64_t key[2];
};

/*
 * 32 bits over key and value: sixteen octets at a time are folded by one wide
 * multiplication, in two lanes, which the processor works on at once. It has
 * to catch a stray or torn page, not an adversary: who can write the index can
 * write the mail.
 */
static uint64_t mix(uint64_t h, const unsigned char *p, size_t len)
{
  static const uint64_t k[2] = { 0x9ae16a3b2f90404full,
                                 0xc2b2ae3d27d4eb4full };
  uint64_t other = h ^ 0x726f6f7374ull, w[4];
  size_t all = len;

  for (; len >= 32; p += 32, len -= 32) {
    memcpy(w, p, 32);
    h = name_fold(w[0] ^ h, w[1] ^ k[0]);
    other = name_fold(w[2] ^ other, w[3] ^ k[1]);
  }
  if (len) {
    if (all >= 32) memcpy(w, p + len - 32, 32);
    else {
      memset(w, 0, sizeof w);
      memcpy(w, p, len);
    }
    h = name_fold(w[0] ^ h, w[1] ^ k[0]);
    other = name_fold(w[2] ^ other, w[3] ^ k[1]);
  }
  return name_fold(h ^ all, other ^ k[1]);
}

/* keys are of a few octets */
static uint32_t sum_of(const void *key, size_t klen, const void *a,
                       size_t alen)
{
  uint64_t w[2] = { 0, 0 }, h;

  if (klen <= sizeof w) memcpy(w, key, klen);
  else w[0] = mix(klen, key, klen);
  h = mix(name_fold(w[0] ^ 0x9e3779b97f4a7c15ull, w[1] ^ klen), a, alen);
  return (uint32_t)(h ^ (h >> 32));
}

/* ---- throwing it away ---- */

/* async-signal-safe: rename the folder out of the way, once */
static void put_aside(const struct index *ix)
{
  char to[64];
  size_t i = 0;
  const char *p = "roost.index.damaged.";
  unsigned long n = (unsigned long)getpid();

  if (!ix->dir) return;
  while (*p) to[i++] = *p++;
  do to[i++] = (char)('0' + n % 10); while (n /= 10);
  to[i] = 0;
  renameat(ix->parentfd, ix->base, ix->parentfd, to);
}

/*
 * Under AddressSanitizer a fault is its to report, unless it came while the
 * index was in use: then a damaged page is at fault, as nearly always.
 */
static volatile sig_atomic_t inside, turn;      /* in a transaction; where */
#ifdef __SANITIZE_ADDRESS__
static struct sigaction sanitizer;
#endif

static void on_fault(int sig)
{
  static char text[] =
    ": fatal: index damaged, discarded: fault while reading it\n";
  struct iovec line[2] =
    { { (char *)PROG, strlen(PROG) }, { text, sizeof text - 1 } };

#ifdef __SANITIZE_ADDRESS__
  if (sig == SIGSEGV && !inside) {
    sigaction(sig, &sanitizer, 0);      /* and it faults again */
    return;
  }
#endif
  if (guarded) {
    put_aside(guarded);
    if (index_on_fatal) index_on_fatal();
    if (writev(2, line, 2) == -1) _exit(111);
    _exit(111);
  }
  signal(sig, SIG_DFL);
  raise(sig);
}

/*
 * A page that points to one above it keeps LMDB going round for ever, with
 * the write lock in hand. So every index_patience seconds of computing
 * (waiting does not count) we look whether it is still at the same value.
 */
int index_patience = 2;

void index_step(void)
{
  turn = (turn + 1) & 0xffffff;
}

static void on_tick(int sig)
{
  static sig_atomic_t last;

  if (inside && turn == last) on_fault(sig);
  last = turn;
}

static void watch(void)
{
  struct itimerval t;
  struct sigaction sa;

  memset(&sa, 0, sizeof sa);
  sa.sa_handler = on_tick;
  sa.sa_flags = SA_RESTART;
  sigemptyset(&sa.sa_mask);
  sigaction(SIGVTALRM, &sa, 0);
  memset(&t, 0, sizeof t);
  t.it_interval.tv_sec = t.it_value.tv_sec = index_patience;
  setitimer(ITIMER_VIRTUAL, &t, 0);
}

static void unwatch(void)
{
  static const struct itimerval off;

  setitimer(ITIMER_VIRTUAL, &off, 0);   /* it would outlive an exec */
}

static void guard(struct index *ix)
{
  struct sigaction sa;

  guarded = ix;
  memset(&sa, 0, sizeof sa);
  sa.sa_handler = on_fault;
  sigemptyset(&sa.sa_mask);
  sigaction(SIGBUS, &sa, 0);
#ifdef __SANITIZE_ADDRESS__
  if (!sanitizer.sa_sigaction) sigaction(SIGSEGV, 0, &sanitizer);
  sigaction(SIGSEGV, &sa, 0);
#else
  sigaction(SIGSEGV, &sa, 0);
  /* LMDB believes what stands in a page: a bad one can spoil the heap */
  sigaction(SIGABRT, &sa, 0);
  sigaction(SIGFPE, &sa, 0);
#endif
  watch();
}

void index_damaged(struct index *ix, const char *why)
{
  put_aside(ix);
  if (index_on_fatal) index_on_fatal();
  die_text(111, "index damaged, discarded: ", why);
}

void index_failed(struct index *ix, int rc)
{
  if (rc == ENOMEM) die_nomem();
  index_damaged(ix, mdb_strerror(rc));
}

static void on_assert(MDB_env *env, const char *msg)
{
  struct index *ix = mdb_env_get_userctx(env);

  index_damaged(ix, msg);
}

static int spoilt(int rc)
{
  return rc == MDB_CORRUPTED || rc == MDB_PAGE_NOTFOUND || rc == MDB_PANIC
    || rc == MDB_INVALID || rc == MDB_VERSION_MISMATCH
    || rc == MDB_INCOMPATIBLE || rc == MDB_BAD_TXN || rc == MDB_BAD_DBI
    || rc == MDB_CURSOR_FULL || rc == MDB_BAD_VALSIZE;
}

/* ---- opening ---- */

/*
 * Only one of the two files is there: somebody removed the other, or is just
 * making it (that takes no time). A new data file beside the old lock file
 * would mix up those who still have the old data file open, so what is left
 * is put aside as a whole. 1 if it was.
 */
static int put_part_aside(struct index *ix)
{
  static const struct timespec pause = { 0, 10000000 };
  int tries;

  for (tries = 0; tries < 20; tries++) {
    if ((faccessat(ix->dirfd, "data.mdb", F_OK, 0) == 0)
        == (faccessat(ix->dirfd, "lock.mdb", F_OK, 0) == 0)) return 0;
    nanosleep(&pause, 0);
  }
  put_aside(ix);
  return 1;
}

/* Blocks for the lock file: on a full disk LMDB's first write to a sparse
 * page of it would be SIGBUS. */
static int make_lock_file(struct index *ix)
{
  struct stat st;
  int fd, e = 0;

  fd = openat(ix->dirfd, "lock.mdb", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd == -1) return -1;
  if (fstat(fd, &st) == -1) e = errno;
  else if (st.st_size < LOCK_FILE_SIZE
           || st.st_blocks * 512 < LOCK_FILE_SIZE)
    e = posix_fallocate(fd, 0, LOCK_FILE_SIZE);
  close(fd);
  if (e) errno = e;
  return e ? -1 : 0;
}

static size_t round_map(uint64_t size)
{
  return (size_t)((size + MAP_SPARE + 0xfffff) & ~(uint64_t)0xfffff);
}

static int open_tables(struct index *ix)
{
  static const char *const names[IX_TABLES] = {
    "meta", "folder", "message", "uids", "log", "cache"
  };
  MDB_txn *txn;
  int i, rc;
  unsigned int create;

  for (create = 0; ; create = MDB_CREATE) {
    rc = mdb_txn_begin(ix->env, 0, create ? 0 : MDB_RDONLY, &txn);
    if (rc) return rc;
    for (i = 0; !rc && i < IX_TABLES; i++)
      rc = mdb_dbi_open(txn, names[i], create, &ix->table[i]);
    if (!rc) return mdb_txn_commit(txn);
    mdb_txn_abort(txn);
    if (rc != MDB_NOTFOUND || create) return rc;
  }
}

static uint64_t now_us(void)
{
  struct timespec t;

  clock_gettime(CLOCK_REALTIME, &t);
  return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static int get_self(MDB_txn *txn, struct index *ix, struct self *s)
{
  const char *data;
  size_t len;
  int r = index_get(txn, ix, IX_META, "self", 4, &data, &len);

  memset(s, 0, sizeof *s);
  if (r == 1 && len == sizeof *s) memcpy(s, data, sizeof *s);
  return r;
}

/* another who opened it at this moment may have been first */
static int write_self(MDB_txn *txn, struct index *ix, void *arg)
{
  struct self *s = arg, other;

  if (get_self(txn, ix, &other)) {
    *s = other;
    return 0;
  }
  return index_put(txn, ix, IX_META, "self", 4, s, sizeof *s, 0, 0, 0);
}

/* 0; ESTALE: it is a copy, or of another format */
static int check_self(struct index *ix)
{
  struct self s;
  int r = get_self(index_read(ix), ix, &s);

  index_read_end(ix);
  if (!r) {
    s.format = INDEX_FORMAT;
    s.dev = ix->data_dev;
    s.ino = ix->data_ino;
    s.birth = now_us();
    random_buf((char *)s.key, sizeof s.key);
    if (index_write(ix, write_self, &s) == -1) return errno;
  }
  ix->birth = s.birth;
  memcpy(ix->key, s.key, sizeof ix->key);
  return s.format == INDEX_FORMAT && s.dev == ix->data_dev
    && s.ino == ix->data_ino ? 0 : ESTALE;
}

/* open the environment at path; 0 or an LMDB code */
static int open_env(struct index *ix, const char *path, unsigned int flags,
                    uint64_t size)
{
  int rc = mdb_env_create(&ix->env), dead;

  if (rc) return rc;
  mdb_env_set_userctx(ix->env, ix);
  mdb_env_set_assert(ix->env, on_assert);
  mdb_env_set_maxreaders(ix->env, READERS);
  mdb_env_set_maxdbs(ix->env, IX_TABLES);
  mdb_env_set_mapsize(ix->env, round_map(size));
  rc = mdb_env_open(ix->env, path,
                    flags | MDB_NOSYNC | MDB_NOTLS | MDB_NOMEMINIT, 0600);
  index_step();
  inside = 1;
  if (!rc) rc = mdb_reader_check(ix->env, &dead);
  if (!rc) rc = open_tables(ix);
  inside = 0;
  return rc;
}

static void close_env(struct index *ix)
{
  if (ix->reader) mdb_txn_abort(ix->reader);
  ix->reader = 0;
  if (ix->env) mdb_env_close(ix->env);
  ix->env = 0;
}

static void close_files(struct index *ix)
{
  if (ix->bootfd != -1) close(ix->bootfd);
  if (ix->dirfd != -1) close(ix->dirfd);
  if (ix->parentfd != -1) close(ix->parentfd);
  ix->bootfd = ix->dirfd = ix->parentfd = -1;
}

static int open_files(struct index *ix)
{
  const char *slash = strrchr(ix->dir, '/');
  char *parent = xstrdup(ix->dir);
  struct stat st;

  ix->base = slash ? slash + 1 : ix->dir;
  parent[slash ? (slash == ix->dir ? 1 : slash - ix->dir) : 0] = 0;
  ix->parentfd = open(*parent ? parent : ".",
                      O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  free(parent);
  if (ix->parentfd == -1) return -1;
  if (mkdirat(ix->parentfd, ix->base, 0700) == -1 && errno != EEXIST)
    return -1;
  ix->dirfd = openat(ix->parentfd, ix->base,
                     O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (ix->dirfd == -1 || fstat(ix->dirfd, &st) == -1) return -1;
  if (st.st_uid != geteuid()) {
    errno = EPERM;
    return -1;
  }
  if (boot_join(ix) == -1) return -1;
  if (put_part_aside(ix)) {
    errno = ESTALE;
    return -1;
  }
  return make_lock_file(ix);
}

/* 0, -1 errno (it cannot be used), 1 it was discarded: try again */
static int open_shared(struct index *ix)
{
  struct stat st;
  uint64_t size = 0;
  int rc;

  if (open_files(ix) == -1)
    return errno == ESTALE || errno == ENOENT ? 1 : -1;
  if (fstatat(ix->dirfd, "data.mdb", &st, 0) == 0) size = (uint64_t)st.st_size;
  rc = open_env(ix, ix->dir, 0, size);
  if (!rc && fstatat(ix->dirfd, "data.mdb", &st, 0) == -1) rc = errno;
  if (!rc) {
    ix->data_dev = st.st_dev;
    ix->data_ino = st.st_ino;
    if (fstatat(ix->dirfd, "lock.mdb", &st, 0) == -1) rc = errno;
    ix->lock_ino = st.st_ino;
  }
  if (!rc) rc = check_self(ix);
  if (!rc) return 0;
  close_env(ix);
  if (rc == EAGAIN || rc == ENOENT) return 1;   /* deleted this very moment */
  if (spoilt(rc) || rc == ESTALE) {
    log_begin("index-discarded");
    log_str("file", ix->dir);
    log_str("reason", rc == ESTALE ? "copy" : mdb_strerror(rc));
    log_end();
    put_aside(ix);
    return 1;
  }
  errno = rc > 0 ? rc : EIO;
  return -1;
}

static void open_private(struct index *ix)
{
  char path[64];
  int fd = memfd_create("roost-index", MFD_CLOEXEC), rc;

  ix->dir = 0;
  if (fd == -1) die_sys(111, "unable to make a private index", 0);
  snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  rc = open_env(ix, path, MDB_NOSUBDIR | MDB_NOLOCK, 0);
  close(fd);
  if (!rc) rc = check_self(ix);
  if (rc) die_text(111, "unable to make a private index: ", mdb_strerror(rc));
}

/*
 * The shared index cannot be written any more: this session goes on with a
 * private one, empty at first; the next sync fills it from the disk, as
 * after the index was deleted.
 */
static int no_room(int rc)
{
  return rc == ENOSPC || rc == EDQUOT || rc == EROFS || rc == EIO;
}

static void go_private(struct index *ix, int rc)
{
  errno = rc > 0 ? rc : EAGAIN;
  log_fault_file("index-private", ix->dir);
  close_env(ix);
  close_files(ix);
  ix->left = 1;
  open_private(ix);
}

/* ix->dir, or a private one */
static void open_now(struct index *ix)
{
  char *dir = ix->dir;
  int tries, r = -1;

  ix->unopened = 0;
  guard(ix);                    /* opening reads pages, too */
  for (tries = 0; tries < 5; tries++) {
    ix->dir = dir;
    r = open_shared(ix);
    if (r == 0) break;
    close_files(ix);
    if (r == -1) break;
  }
  if (r != 0) {
    log_fault_file("index-private", dir);
    close_files(ix);
    open_private(ix);
  }
  else
    boot_sweep(ix);
}

struct index *index_open(const char *dir)
{
  struct index *ix = xalloc(sizeof *ix);

  memset(ix, 0, sizeof *ix);
  ix->parentfd = ix->dirfd = ix->bootfd = -1;
  ix->dir = (char *)dir;
  ix->unopened = 1;
  return ix;
}

void index_rest(struct index *ix)
{
  if (ix->dir && !ix->reading) close_env(ix);
}

/* after index_rest: 0, or an LMDB code; EAGAIN: it is not there any more */
static int open_again(struct index *ix)
{
  struct stat st;
  int rc;

  if (index_stale(ix)) return EAGAIN;
  if (fstatat(ix->dirfd, "data.mdb", &st, 0) == -1) return errno;
  rc = open_env(ix, ix->dir, 0, (uint64_t)st.st_size);
  if (!rc && index_stale(ix)) rc = EAGAIN;      /* it went while we opened */
  if (rc) close_env(ix);
  return rc;
}

/*
 * Where that cannot be done (it went since the session woke up) the session
 * goes on with a private one.
 */
static void wake(struct index *ix)
{
  int rc;

  if (ix->unopened) open_now(ix);
  rc = ix->env ? 0 : open_again(ix);
  if (!rc) return;
  if (rc == ENOMEM || spoilt(rc)) index_failed(ix, rc);
  go_private(ix, rc);
}

void index_close(struct index *ix)
{
  if (!ix) return;
  if (guarded == ix) {
    guarded = 0;
    unwatch();
  }
  if (!ix->unopened && ix->dir
      && (ix->env || (ix->dirty && open_again(ix) == 0)))
    boot_leave(ix);
  close_env(ix);
  close_files(ix);
  free(ix);
}

int index_stale(const struct index *ix)
{
  struct stat st;
  char *path;
  size_t n;
  int stale;

  if (!ix->dir || ix->unopened) return 0;
  n = strlen(ix->dir);
  path = xalloc(n + 10);
  memcpy(path, ix->dir, n);
  memcpy(path + n, "/data.mdb", 10);
  stale = stat(path, &st) == -1 || st.st_ino != ix->data_ino
    || st.st_dev != ix->data_dev;
  memcpy(path + n, "/lock.mdb", 10);
  stale = stale || stat(path, &st) == -1 || st.st_ino != ix->lock_ino;
  free(path);
  return stale;
}

/* ---- transactions ---- */

MDB_txn *index_read(struct index *ix)
{
  int rc;

  wake(ix);
  index_step();
  inside = 1;
  for (;;) {
    rc = ix->reader ? mdb_txn_renew(ix->reader)
      : mdb_txn_begin(ix->env, 0, MDB_RDONLY, &ix->reader);
    if (!rc) break;
    if (rc == MDB_MAP_RESIZED) mdb_env_set_mapsize(ix->env, 0);
    /* no slot or no lock for us is no reason to take it from the others */
    else if (ix->dir && rc != ENOMEM && !spoilt(rc)) go_private(ix, rc);
    else index_failed(ix, rc);
  }
  ix->reading = 1;
  return ix->reader;
}

void index_read_end(struct index *ix)
{
  if (ix->reading) mdb_txn_reset(ix->reader);
  ix->reading = 0;
  inside = 0;
}

static void grow(struct index *ix, size_t least)
{
  MDB_envinfo info;
  size_t more;

  mdb_env_info(ix->env, &info);
  more = info.me_mapsize / 4;
  if (more < least) more = least;
  mdb_env_set_mapsize(ix->env, info.me_mapsize + more);
}

void index_room(struct index *ix, size_t octets)
{
  MDB_envinfo info;
  MDB_stat st;
  size_t used;

  if (octets < MAP_SPARE / 2) return;
  index_read_end(ix);
  wake(ix);
  if (mdb_env_info(ix->env, &info) || mdb_env_stat(ix->env, &st)) return;
  used = (info.me_last_pgno + 1) * st.ms_psize;
  if (used > info.me_mapsize || info.me_mapsize - used < octets)
    grow(ix, round_map(octets));
}

int index_write(struct index *ix, index_fn *fn, void *arg)
{
  MDB_txn *txn;
  int rc;

  index_read_end(ix);
  wake(ix);
  if (ix->dir && !ix->dirty && boot_dirty(ix) == -1) {
    if (!no_room(errno)) return -1;
    go_private(ix, errno);
    errno = EAGAIN;
    return -1;
  }
  ix->dirty = 1;
  for (;;) {
    index_step();
    inside = 1;
    rc = mdb_txn_begin(ix->env, 0, 0, &txn);
    if (!rc) {
      /* Deleted under us? Others may have made a new one, or a new lock file
       * for this one, and what we wrote would be seen by nobody. */
      rc = index_stale(ix) ? EAGAIN : fn(txn, ix, arg);
      if (rc) mdb_txn_abort(txn);
      else rc = mdb_txn_commit(txn);
    }
    if (rc == MDB_MAP_RESIZED) mdb_env_set_mapsize(ix->env, 0);
    else if (rc == MDB_MAP_FULL) grow(ix, MAP_GROWTH);
    else break;
  }
  inside = 0;
  if (spoilt(rc)) index_damaged(ix, mdb_strerror(rc));
  if (!rc) return 0;
  if (ix->dir && no_room(rc)) {
    go_private(ix, rc);
    rc = EAGAIN;
  }
  errno = rc > 0 ? rc : EIO;
  return -1;
}

/* ---- values ---- */

static int check(const MDB_val *k, const MDB_val *v, const char **data,
                 size_t *len)
{
  uint32_t sum;

  if (v->mv_size < 4) return -1;
  memcpy(&sum, v->mv_data, 4);
  *data = (const char *)v->mv_data + 4;
  *len = v->mv_size - 4;
  return sum == sum_of(k->mv_data, k->mv_size, *data, *len) ? 1 : -1;
}

int index_check(struct index *ix, const MDB_val *key, const MDB_val *val,
                const char **data, size_t *len)
{
  index_step();
  if (check(key, val, data, len) != 1) index_damaged(ix, "checksum");
  return 1;
}

int index_good(const MDB_val *key, const MDB_val *val, const char **data,
               size_t *len)
{
  index_step();
  return check(key, val, data, len) == 1;
}

int index_get(MDB_txn *txn, struct index *ix, enum index_table t,
              const void *key, size_t klen, const char **data, size_t *len)
{
  MDB_val k = { klen, (void *)key }, v;
  int rc = mdb_get(txn, ix->table[t], &k, &v);

  index_step();
  if (rc == MDB_NOTFOUND) return 0;
  if (rc) index_failed(ix, rc);
  return check(&k, &v, data, len);
}

int index_get_sure(MDB_txn *txn, struct index *ix, enum index_table t,
                   const void *key, size_t klen,
                   const char **data, size_t *len)
{
  int r = index_get(txn, ix, t, key, klen, data, len);

  if (r == -1) index_damaged(ix, "checksum");
  return r;
}

/* a value's octets in the room that LMDB gave for them */
static void fill(const MDB_val *key, char *p, const void *a, size_t alen,
                 const void *b, size_t blen)
{
  uint32_t sum;

  if (alen) memcpy(p + 4, a, alen);
  if (blen) memcpy(p + 4 + alen, b, blen);
  sum = sum_of(key->mv_data, key->mv_size, p + 4, alen + blen);
  memcpy(p, &sum, 4);
}

int index_put(MDB_txn *txn, struct index *ix, enum index_table t,
              const void *key, size_t klen, const void *a, size_t alen,
              const void *b, size_t blen, unsigned int flags)
{
  MDB_val k = { klen, (void *)key }, v = { 4 + alen + blen, 0 };
  int rc = mdb_put(txn, ix->table[t], &k, &v, flags | MDB_RESERVE);

  index_step();
  if (!rc) fill(&k, v.mv_data, a, alen, b, blen);
  return rc;
}

int index_put_at(MDB_cursor *c, const void *key, size_t klen,
                 const void *a, size_t alen, const void *b, size_t blen,
                 unsigned int flags)
{
  MDB_val k = { klen, (void *)key }, v = { 4 + alen + blen, 0 };
  int rc = mdb_cursor_put(c, &k, &v, flags | MDB_RESERVE);

  index_step();
  if (!rc) fill(&k, v.mv_data, a, alen, b, blen);
  return rc;
}

int index_del(MDB_txn *txn, struct index *ix, enum index_table t,
              const void *key, size_t klen)
{
  MDB_val k = { klen, (void *)key };
  int rc = mdb_del(txn, ix->table[t], &k, 0);

  index_step();
  return rc == MDB_NOTFOUND ? 0 : rc;
}
