/* ISC licence; see LICENSE. */
#include "homes.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "become.h"

/*
 * Between mkdir and chown the parent's owner could put another directory in
 * the place: so what is handed over is what was opened, without following a
 * link, and only if it is still ours and closed to all others.
 */
static int hand_over(const char *path, const struct user *u)
{
  struct stat st;
  int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  int r = -1, saved;

  if (fd == -1) return -1;
  if (fstat(fd, &st) == 0) {
    if (st.st_uid == geteuid() && (st.st_mode & 07777) == 0700
        && st.st_nlink <= 2)
      r = fchown(fd, u->uid, u->gid);
    else
      errno = EPERM;
  }
  saved = errno;
  close(fd);
  errno = saved;
  return r;
}

static int make_dir(const char *path)
{
  return mkdir(path, 0700) == -1 && errno != EEXIST ? -1 : 0;
}

/* In a process that is the user; its exit code is errno. */
static int make_maildir(const struct user *u)
{
  static const char *const dirs[] = {
    "Maildir", "Maildir/tmp", "Maildir/new", "Maildir/cur"
  };
  const char *step;
  size_t i;

  if (user_become(u, &step) == -1) return errno;
  for (i = 0; i < sizeof dirs / sizeof dirs[0]; i++)
    if (make_dir(dirs[i]) == -1) return errno;
  return 0;
}

static int make_all(const struct user *u)
{
  const char *step;

  if (!u->uid) return EPERM;
  if (geteuid() == 0 && setgroups(1, &u->gid) == -1) return errno;
  if (ids_take(u->uid, u->gid, &step) == -1) return errno;
  if (make_dir(u->home.s) == -1) return errno;
  return make_maildir(u);
}

static int in_process(int (*make)(const struct user *), const struct user *u)
{
  pid_t pid = fork();
  int status;

  if (pid == -1) return -1;
  if (!pid) _exit(make(u));
  while (waitpid(pid, &status, 0) == -1)
    if (errno != EINTR) return -1;
  if (!WIFEXITED(status)) return (errno = EINTR, -1);
  errno = WEXITSTATUS(status);
  return errno ? -1 : 0;
}

int home_make(const struct user *u)
{
  umask(077);
  if (mkdir(u->home.s, 0700) == 0) {
    if (geteuid() == 0 && hand_over(u->home.s, u) == -1) return -1;
  } else if (errno != EEXIST) {
    return -1;
  }
  return in_process(make_maildir, u);
}

int home_make_own(const struct user *u)
{
  umask(077);
  return in_process(make_all, u);
}
