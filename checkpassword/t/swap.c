/* ISC licence; see LICENSE. */
#include "checkpassword/swap.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <skalibs/strerr.h>

#include "test.h"

char const *PROG = "swap";

static void put(const char *name, const char *s, mode_t mode)
{
  int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

  CHECK(fd != -1 && write(fd, s, strlen(s)) == (ssize_t)strlen(s));
  fchmod(fd, mode);
  close(fd);
}

static const char *get(const char *name)
{
  static char buf[100];
  int fd = open(name, O_RDONLY);
  ssize_t r = fd == -1 ? -1 : read(fd, buf, sizeof buf - 1);

  close(fd);
  if (r == -1) return 0;
  buf[r] = 0;
  return buf;
}

static int mode_of(const char *name)
{
  struct stat st;

  return stat(name, &st) == -1 ? -1 : (int)(st.st_mode & 07777);
}

static void replace(const char *name, const char *like, const char *s)
{
  struct swap w = SWAP_ZERO;

  CHECK(swap_open(&w, name, like, 0640) == 0);
  CHECK(write(w.fd, s, strlen(s)) == (ssize_t)strlen(s));
  CHECK(swap_ready(&w) == 0);
  CHECK(swap_commit(&w) == 0);
  swap_end(&w);
}

static void replacing(void)
{
  struct stat st;

  replace("a", 0, "one");
  SAME(get("a"), "one");
  CHECK(mode_of("a") == 0640);
  chmod("a", 0604);
  replace("a", 0, "two");
  SAME(get("a"), "two");
  CHECK(mode_of("a") == 0604);
  replace("b", "a", "three");                   /* takes after a */
  CHECK(mode_of("b") == 0604);
  CHECK(symlink("a", "link") == 0);
  replace("link", 0, "four");
  SAME(get("a"), "four");
  CHECK(lstat("link", &st) == 0 && S_ISLNK(st.st_mode));
  put("a.tmp", "left over", 0400);
  replace("a", 0, "five");
  SAME(get("a"), "five");
  CHECK(access("a.tmp", F_OK) == -1);
}

static void giving_up(void)
{
  struct swap w = SWAP_ZERO;

  put("c", "old", 0600);
  CHECK(swap_open(&w, "c", 0, 0600) == 0);
  CHECK(write(w.fd, "new", 3) == 3);
  CHECK(swap_ready(&w) == 0);
  errno = 77;
  swap_end(&w);
  CHECK(errno == 77);
  SAME(get("c"), "old");
  CHECK(access("c.tmp", F_OK) == -1);
  swap_end(&w);                                 /* twice does no harm */
  CHECK(swap_open(&w, "nowhere/c", 0, 0600) == -1 && errno == ENOENT);
  swap_end(&w);
  CHECK(mkdir("dir", 0700) == 0);
  CHECK(swap_open(&w, "dir", 0, 0600) == -1 && errno == EINVAL);
  swap_end(&w);
}

/* A link in the temporary file's place is not followed. */
static void links(void)
{
  put("victim", "mine", 0600);
  CHECK(symlink("victim", "d.tmp") == 0);
  replace("d", 0, "new");
  SAME(get("victim"), "mine");
  SAME(get("d"), "new");
}

static void locking(void)
{
  int fd = swap_lock("a", 0), status = -1;
  pid_t pid;

  CHECK(fd != -1);
  CHECK(swap_lock("a", 0) == -1 && errno == EWOULDBLOCK);
  CHECK(swap_lock("a", 60) == -1 && errno == EWOULDBLOCK);
  CHECK(swap_lock("link", 0) == -1 && errno == EWOULDBLOCK);
  pid = fork();
  if (!pid) _exit(swap_lock("a", 0) == -1 ? 7 : 8);
  CHECK(waitpid(pid, &status, 0) == pid);
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 7);
  close(fd);
  fd = swap_lock("a", 0);
  CHECK(fd != -1);
  close(fd);
  CHECK(mode_of("a.lock") == 0600);
}

int main(void)
{
  char dir[] = "/tmp/swap.XXXXXX", cmd[64];
  int r;

  umask(022);
  if (!mkdtemp(dir) || chdir(dir) == -1) return 1;
  replacing();
  giving_up();
  links();
  locking();
  r = test_end(PROG);
  snprintf(cmd, sizeof cmd, "rm -rf %s", dir);
  return system(cmd) ? 1 : r;
}
