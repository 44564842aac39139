/* ISC licence; see LICENSE. */
#include "account.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/env.h"
#include "base/log.h"
#include "base/timedio.h"
#include "record.h"
#include "sync_files.h"
#include "tree_impl.h"

static void cat_hex(stralloc *out, uint64_t n)
{
  static const char digits[] = "0123456789abcdef";
  char buf[16];
  size_t i = sizeof buf;

  do buf[--i] = digits[n & 15]; while (n >>= 4);
  stralloc_catb(out, buf + i, sizeof buf - i);
}

/*
 * Where the index lies: roost.index in the Maildir, or with INDEXDIR set,
 * INDEXDIR/UID-DEVICE-INODE of the Maildir (all in hex but the uid), since
 * many accounts share that directory.
 */
static char *index_dir(int rootfd, const char *path)
{
  const char *shared = env_str("INDEXDIR", 0);
  stralloc dir = STRALLOC_ZERO;
  struct stat st;

  if (shared) {
    if (*shared != '/') die_text(100, "invalid value of $", "INDEXDIR");
    if (fstat(rootfd, &st) == -1) return 0;
    stralloc_cats(&dir, shared);
    stralloc_cats(&dir, "/");
    stralloc_catu(&dir, geteuid());
    stralloc_cats(&dir, "-");
    cat_hex(&dir, st.st_dev);
    stralloc_cats(&dir, "-");
    cat_hex(&dir, st.st_ino);
  }
  else {
    char *real = realpath(path, 0);

    if (!real) return 0;
    stralloc_cats(&dir, real);
    stralloc_cats(&dir, "/roost.index");
    free(real);
  }
  stralloc_0(&dir);
  return dir.s;
}

static int open_account(struct account *a, const char *path, int make)
{
  char *dir;
  int saved;

  memset(a, 0, sizeof *a);
  a->rootfd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (a->rootfd == -1) return -1;
  dir = index_dir(a->rootfd, path);
  tree_init(&a->tree, a->rootfd);
  if (!dir || (make && tree_make_inbox(&a->tree) == -1)) {
    saved = errno;
    free(dir);
    fd_close_once(&a->rootfd);
    errno = saved;
    return -1;
  }
  a->index_path = dir;
  a->index = index_open(dir);
  return 0;
}

int account_open(struct account *a, const char *path)
{
  return open_account(a, path, 1);
}

int account_open_again(struct account *a, const char *path)
{
  return open_account(a, path, 0);
}

void account_leave(struct account *a)
{
  index_close(a->index);
  a->index = 0;
}

void account_stay(struct account *a)
{
  a->index = index_open(a->index_path);
}

/* Both files at once, by a rename: LMDB lets two writers in if only one of
 * them goes. */
static int put_away(const char *dir)
{
  stralloc to = STRALLOC_ZERO;
  int ret;

  stralloc_cats(&to, dir);
  stralloc_cats(&to, ".discarded.");
  stralloc_catu(&to, (uint64_t)getpid());
  stralloc_0(&to);
  ret = rename(dir, to.s);
  if (ret == 0) ret = remove_below(AT_FDCWD, to.s);
  else if (errno == ENOENT) ret = 0;
  stralloc_free(&to);                   /* free(3) keeps errno */
  return ret;
}

int account_discard_index(const char *path)
{
  int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), ret, saved;
  char *dir;

  if (fd == -1) return -1;
  dir = index_dir(fd, path);
  ret = dir ? put_away(dir) : -1;
  saved = errno;
  free(dir);
  fd_close_once(&fd);
  errno = saved;
  return ret;
}

int account_private(const struct account *a)
{
  return !a->index->dir;
}

void account_rest(struct account *a)
{
  if (a->index) index_rest(a->index);
  sync_files_rest();
}

void account_wake(struct account *a)
{
  if (!index_stale(a->index)) return;
  index_close(a->index);
  a->index = index_open(a->index_path);
}

void account_close(struct account *a)
{
  index_close(a->index);
  a->index = 0;
  free(a->index_path);
  a->index_path = 0;
  tree_free(&a->tree);
  fd_close_once(&a->rootfd);
}

int account_create(struct account *a, const char *storage, size_t len)
{
  return tree_create(&a->tree, storage, len);
}

/* ---- the index follows ---- */

static int drop(MDB_txn *txn, struct index *ix, void *arg)
{
  return rec_drop(txn, ix, arg);
}

static char *name_of(const char *storage, size_t len)
{
  char *s = xalloc(len + 1);

  memcpy(s, storage, len);
  s[len] = 0;
  return s;
}

int account_delete(struct account *a, const char *storage, size_t len)
{
  char *name;

  if (tree_delete(&a->tree, storage, len) == -1) return -1;
  name = name_of(storage, len);
  index_write(a->index, drop, name);
  if (special_moved(&a->tree, name, 0) == -1)
    log_fault_file("attributes-unwritten", name);
  free(name);
  tree_sweep(&a->tree);
  return 0;
}

struct renamed { const char *from, *to; };

static int rename_rec(MDB_txn *txn, struct index *ix, void *arg)
{
  const struct renamed *r = arg;
  struct folder_rec rec;
  int rc = rec_drop(txn, ix, r->to);

  if (rc || !rec_load(txn, ix, r->from, &rec)) return rc;
  rc = rec_save(txn, ix, r->to, &rec);
  return rc ? rc : rec_forget(txn, ix, r->from);
}

static void moved(void *arg, const char *from, const char *to)
{
  struct account *a = arg;
  struct renamed r = { from, to };

  index_write(a->index, rename_rec, &r);
}

int account_rename(struct account *a, const char *from, size_t fromlen,
                   const char *to, size_t tolen)
{
  char *name;
  char *new_name;

  if (tree_rename(&a->tree, from, fromlen, to, tolen, moved, a) == -1)
    return -1;
  name = name_of(from, fromlen);
  new_name = name_of(to, tolen);
  if (special_moved(&a->tree, name, new_name) == -1)
    log_fault_file("attributes-unwritten", name);
  free(name);
  free(new_name);
  return 0;
}
