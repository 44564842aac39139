/* ISC licence; see LICENSE. */
/* Making folders, and UIDs that are kept. */
#include "import.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/log.h"

static int open_dir(struct import *im, const char *storage)
{
  stralloc dir = STRALLOC_ZERO;
  int fd;

  tree_dir(&dir, storage, strlen(storage));
  fd = openat(im->account.rootfd, dir.s, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd == -1) die_sys(111, "unable to open the folder ", dir.s);
  stralloc_free(&dir);
  return fd;
}

static int none(void *arg, const struct uidlist_record *r)
{
  (void)arg;
  (void)r;
  return 0;
}

static int line(void *arg, const struct uidlist_record *r)
{
  uidlist_line(arg, r->uid, r->fields, r->fieldslen, r->name, r->namelen);
  return 0;
}

/* 1: nothing but dot files in a directory of the folder */
static int is_empty(int fd, const char *sub)
{
  int at = openat(fd, sub, O_RDONLY | O_DIRECTORY | O_CLOEXEC), r = 1;
  DIR *d = at == -1 ? 0 : fdopendir(at);
  struct dirent *e;

  if (!d) die_sys(111, "unable to read a folder's ", sub);
  while (r && (e = readdir(d))) r = e->d_name[0] == '.';
  closedir(d);
  return r;
}

/* 1: nobody was ever told a UID of this folder, and no mail waits for one */
static int untouched(int fd, const struct uidlist *u)
{
  return !u->last && u->uidnext <= 1 && is_empty(fd, "cur")
    && is_empty(fd, "new");
}

/* the folder's UIDVALIDITY, changed to wanted if the folder is untouched */
static uint32_t uidvalidity(struct import *im, const char *storage,
                            uint32_t wanted)
{
  struct uidlist u;
  struct dotlock lock = DOTLOCK_ZERO;
  stralloc lines = STRALLOC_ZERO;
  int fd = open_dir(im, storage), fresh;
  uint32_t r;

  memset(&u, 0, sizeof u);
  if (uidlist_read(&u, fd, none, 0) == -1)
    die_sys(111, "unable to read a dovecot-uidlist", 0);
  fresh = u.uidvalidity != wanted && untouched(fd, &u);
  if (fresh) {
    if (uidlist_lock(&lock, fd) == -1
        || uidlist_read(&u, fd, none, 0) == -1)
      die_sys(111, "unable to lock a dovecot-uidlist", 0);
    if (!u.last && u.uidnext <= 1) {
      u.uidvalidity = wanted;
      if (uidlist_create(&u, fd, &lines) == -1)
        die_sys(111, "unable to write a dovecot-uidlist", 0);
    }
    dotlock_release(&lock);
  }
  r = u.uidvalidity;
  uidlist_free(&u);
  close(fd);
  return r;
}

int import_make(struct import *im, const char *storage, uint32_t wanted)
{
  int there = tree_exists(&im->account.tree, storage, strlen(storage));

  if (there == -1) die_sys(111, "unable to look at the folder ", storage);
  if (im->dry) return 0;
  if (!there && account_create(&im->account, storage, strlen(storage)) == -1
      && errno != EEXIST)
    import_die(im, 111, 1, "unable to make the folder ", storage);
  return wanted && uidvalidity(im, storage, wanted) == wanted;
}

void import_uidnext(struct import *im, const char *storage, uint32_t next)
{
  struct uidlist u;
  struct dotlock lock = DOTLOCK_ZERO;
  stralloc lines = STRALLOC_ZERO;
  int fd = open_dir(im, storage);

  memset(&u, 0, sizeof u);
  if (uidlist_lock(&lock, fd) == -1 || uidlist_read(&u, fd, line, &lines) == -1)
    die_sys(111, "unable to lock a dovecot-uidlist", 0);
  if (u.uidnext < next) {
    u.uidnext = next;
    if (uidlist_create(&u, fd, &lines) == -1)
      die_sys(111, "unable to write a dovecot-uidlist", 0);
  }
  dotlock_release(&lock);
  stralloc_free(&lines);
  uidlist_free(&u);
  close(fd);
}
