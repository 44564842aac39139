/* ISC licence; see LICENSE. */
#include "capture.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <skalibs/types.h>

#include "base/alloc.h"
#include "base/log.h"
#include "base/timedio.h"
#include "become.h"

#define HOLD "login-hold"
#define LIMIT_SOFT 26           /* columns of /proc/PID/limits */
#define LIMIT_HARD 47
#define CHAIN_FD_MIN 5          /* 3 is the authenticator's, 4 Dovecot's */

static int pidfd_of(pid_t pid)
{
  return (int)syscall(SYS_pidfd_open, pid, 0);
}

/* ---- starting ---- */

/* login-hold lies beside this program; the chain's PATH may be another. */
static const char *hold_path(void)
{
  static char path[PATH_MAX];
  ssize_t n = readlink("/proc/self/exe", path, sizeof path - sizeof HOLD);
  char *slash;

  if (n <= 0) return HOLD;
  path[n] = 0;
  slash = strrchr(path, '/');
  if (!slash) return HOLD;
  strcpy(slash + 1, HOLD);
  return path;
}

/* A copy that survives exec, and its number in decimal. */
static void pass_on(int fd, char *num)
{
  fd = fcntl(fd, F_DUPFD, CHAIN_FD_MIN);
  if (fd == -1) die_sys(111, "unable to copy a descriptor", 0);
  num[int_fmt(num, fd)] = 0;
}

static void become(char *const auth[], int fd3, int sasl, int hold)
  __attribute__((noreturn));
static void become(char *const auth[], int fd3, int sasl, int hold)
{
  char num[INT_FMT], sasl_num[INT_FMT];
  char **argv;
  size_t n = 0;

  prctl(PR_SET_PDEATHSIG, SIGTERM);     /* until it changes its uid */
  while (auth[n]) n++;
  argv = xalloc((n + 3) * sizeof *argv);
  memcpy(argv, auth, n * sizeof *argv);
  argv[n] = (char *)hold_path();
  argv[n + 1] = num;
  argv[n + 2] = 0;
  pass_on(hold, num);
  if (sasl != -1) {
    pass_on(sasl, sasl_num);
    if (setenv("ROOST_SASL_FD", sasl_num, 1) == -1) die_nomem();
  }
  if (fd3 == 3) fcntl(3, F_SETFD, 0);
  else if (dup2(fd3, 3) == -1) die_sys(111, "unable to set descriptor 3", 0);
  run_handler(argv);
}

int capture_start(struct capture *k, char *const auth[], int fd3, int sasl)
{
  int pair[2], one = 1, saved;

  k->pid = -1;
  k->pidfd = k->hold = -1;
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == -1)
    return -1;
  k->hold = pair[0];
  if (setsockopt(pair[0], SOL_SOCKET, SO_PASSCRED, &one, sizeof one) == 0)
    k->pid = fork();
  if (!k->pid) become(auth, fd3, sasl, pair[1]);
  saved = errno;
  close(pair[1]);
  if (k->pid != -1) {
    k->pidfd = pidfd_of(k->pid);
    if (k->pidfd != -1) return 0;
    saved = errno;
    kill(k->pid, SIGTERM);
  }
  capture_end(k);
  errno = saved;
  return -1;
}

int capture_end(struct capture *k)
{
  int status = -1;

  fd_close_once(&k->hold);
  if (k->pid != -1)
    while (waitpid(k->pid, &status, 0) == -1 && errno == EINTR);
  k->pid = -1;
  fd_close_once(&k->pidfd);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* ---- what it is ---- */

/* The octet of login-hold, with the pid that the kernel puts to it. */
static pid_t sender(int fd)
{
  union {
    struct cmsghdr h;
    char room[CMSG_SPACE(sizeof(struct ucred))];
  } u;
  char octet;
  struct iovec io = { &octet, 1 };
  struct msghdr m = { .msg_iov = &io, .msg_iovlen = 1, .msg_control = &u,
                      .msg_controllen = sizeof u };
  struct cmsghdr *h;
  struct ucred cred;
  ssize_t r;

  do r = recvmsg(fd, &m, 0); while (r == -1 && errno == EINTR);
  if (r <= 0) return r ? -1 : 0;
  for (h = CMSG_FIRSTHDR(&m); h; h = CMSG_NXTHDR(&m, h))
    if (h->cmsg_level == SOL_SOCKET && h->cmsg_type == SCM_CREDENTIALS) {
      memcpy(&cred, CMSG_DATA(h), sizeof cred);
      if (cred.pid > 0) return cred.pid;
    }
  return (errno = EPROTO, -1);
}

/* A file of /proc/PID, with a NUL behind it that does not count. */
static int slurp(stralloc *out, int proc, const char *name, size_t max)
{
  int fd = openat(proc, name, O_RDONLY | O_CLOEXEC), saved;
  ssize_t r = -1;

  out->len = 0;
  if (fd == -1) return -1;
  do {
    stralloc_readyplus(out, 4096);
    do r = read(fd, out->s + out->len, 4095); while (r == -1 && errno == EINTR);
    if (r > 0) out->len += (size_t)r;
    if (out->len > max) r = (errno = E2BIG, -1);
  } while (r > 0);
  saved = errno;
  close(fd);
  errno = saved;
  if (r == -1) return -1;
  out->s[out->len] = 0;
  return 0;
}

/* The text behind "\nNAME:" in /proc/PID/status, or 0. */
static const char *line_of(const stralloc *status, const char *name)
{
  const char *s = strstr(status->s, name);

  return s ? s + strlen(name) : 0;
}

/* Real, effective, saved and file system id: one for all. */
static int one_id(const char *s, uint32_t *out)
{
  unsigned long id[4];

  if (!s || sscanf(s, " %lu %lu %lu %lu", id, id + 1, id + 2, id + 3) != 4)
    return (errno = EPROTO, -1);
  if (id[0] != id[1] || id[0] != id[2] || id[0] != id[3]
      || id[0] >= UINT32_MAX) return (errno = EPERM, -1);
  *out = (uint32_t)id[0];
  return 0;
}

static int take_groups(struct captured *c, const char *s)
{
  unsigned long id;
  char *end;
  gid_t g;

  c->groups.len = 0;
  if (!s) return (errno = EPROTO, -1);
  for (;;) {
    while (*s == ' ' || *s == '\t') s++;
    if (*s < '0' || *s > '9') return 0;
    id = strtoul(s, &end, 10);
    s = end;
    g = (gid_t)id;
    if (c->groups.len >= CAPTURE_GROUPS_MAX * sizeof g)
      return (errno = E2BIG, -1);
    stralloc_catb(&c->groups, (char *)&g, sizeof g);
  }
}

static int take_status(struct captured *c, int proc)
{
  stralloc text = STRALLOC_ZERO;
  const char *mask;
  uint32_t uid, gid;
  int r = -1, saved;

  if (slurp(&text, proc, "status", 1 << 20) == 0
      && one_id(line_of(&text, "\nUid:"), &uid) == 0
      && one_id(line_of(&text, "\nGid:"), &gid) == 0
      && take_groups(c, line_of(&text, "\nGroups:")) == 0) {
    mask = line_of(&text, "\nUmask:");
    c->umask = mask ? (mode_t)strtoul(mask, 0, 8) & 0777 : 077;
    c->uid = uid;
    c->gid = gid;
    r = uid ? 0 : (errno = EPERM, -1);
  }
  saved = errno;
  stralloc_free(&text);
  errno = saved;
  return r;
}

static int take_dir(struct captured *c, int proc)
{
  char path[PATH_MAX];
  ssize_t n = readlinkat(proc, "cwd", path, sizeof path);

  if (n == -1) return -1;
  if (n == 0 || (size_t)n == sizeof path || *path != '/')
    return (errno = ENAMETOOLONG, -1);
  stralloc_copyb(&c->dir, path, (size_t)n);
  stralloc_0(&c->dir);
  return 0;
}

/* A root directory of its own could not be taken over with its name. */
static int same_root(int proc)
{
  struct stat its, ours;

  if (fstatat(proc, "root", &its, 0) == -1 || stat("/", &ours) == -1) return -1;
  if (its.st_dev == ours.st_dev && its.st_ino == ours.st_ino) return 0;
  return (errno = EPERM, -1);
}

static rlim_t limit_at(const char *s)
{
  return !strncmp(s, "unlimited", 9) ? RLIM_INFINITY
    : (rlim_t)strtoull(s, 0, 10);
}

/*
 * From /proc/PID/limits, which prlimit would tell us only with
 * CAP_SYS_RESOURCE: a heading, then a line for each limit in the order of
 * their numbers, soft and hard one at fixed columns.
 */
static int take_limits(struct captured *c, int proc)
{
  stralloc text = STRALLOC_ZERO;
  const char *s;
  int i, r = slurp(&text, proc, "limits", 1 << 16), saved;

  for (i = 0, s = text.s; r == 0 && i < RLIM_NLIMITS; i++) {
    s = strchr(s, '\n');
    if (!s || strnlen(++s, LIMIT_HARD + 1) <= LIMIT_HARD) {
      r = (errno = EPROTO, -1);
      break;
    }
    c->limits[i].rlim_cur = limit_at(s + LIMIT_SOFT);
    c->limits[i].rlim_max = limit_at(s + LIMIT_HARD);
  }
  saved = errno;
  stralloc_free(&text);
  errno = saved;
  return r;
}

static int ended(int pidfd)
{
  struct pollfd p = { .fd = pidfd, .events = POLLIN };

  return poll(&p, 1, 0) != 0;
}

/*
 * Is it login-hold? The socket may have come to another process of the user,
 * and that may run what changes ids; and a number may have gone to another
 * process altogether. A path that is none is looked for elsewhere: then this
 * cannot be told.
 */
static int is_hold(int proc)
{
  const char *path = hold_path();
  struct stat its, ours;

  if (*path != '/') return 0;
  if (fstatat(proc, "exe", &its, 0) == -1 || stat(path, &ours) == -1) return -1;
  if (its.st_dev == ours.st_dev && its.st_ino == ours.st_ino) return 0;
  return (errno = EPERM, -1);
}

static int take_all(struct captured *c, int proc, const char **step)
{
  *step = "ids";
  if (take_status(c, proc) == -1) return -1;
  *step = "root";
  if (same_root(proc) == -1) return -1;
  *step = "login-hold";
  if (is_hold(proc) == -1) return -1;
  *step = "directory";
  if (take_dir(c, proc) == -1) return -1;
  *step = "environment";
  if (slurp(&c->env, proc, "environ", CAPTURE_ENV_MAX) == -1) return -1;
  if (c->env.len && c->env.s[c->env.len - 1]) return (errno = EPROTO, -1);
  *step = "limits";
  return take_limits(c, proc);
}

/* A process that was there before and after has been there all the time, so
 * what was read under its number is its own. */
static int take(struct captured *c, pid_t pid, const char **step)
{
  char path[32];
  int pidfd = pidfd_of(pid), proc = -1, r = -1, saved;

  *step = "process";
  if (pidfd == -1) return -1;
  snprintf(path, sizeof path, "/proc/%ld", (long)pid);
  proc = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (proc != -1) r = take_all(c, proc, step);
  if (!r && ended(pidfd)) r = (errno = ESRCH, -1);
  saved = errno;
  close(pidfd);
  if (proc != -1) close(proc);
  errno = saved;
  return r;
}

int capture_accepted(struct capture *k, struct captured *c,
                     const char **step)
{
  pid_t pid = sender(k->hold);

  *step = "login-hold";
  if (pid == -1) return -1;
  if (!pid) return 0;
  return take(c, pid, step) == -1 ? -1 : 1;
}

int capture_wait(struct capture *k, struct captured *c, const char **step)
{
  struct pollfd p[2] = { { k->hold, POLLIN, 0 }, { k->pidfd, POLLIN, 0 } };
  int r;

  *step = "poll";
  for (;;) {
    if (poll(p, 2, -1) == -1) {
      if (errno == EINTR) continue;
      return -1;
    }
    if (p[0].revents) {
      r = capture_accepted(k, c, step);
      if (r) return r;
      p[0].fd = -1;             /* closed it; its end is yet to come */
      p[0].revents = 0;
    } else if (p[1].revents) {
      return 0;
    }
  }
}

/* ---- becoming the same ---- */

static int set_limits(const struct captured *c)
{
  struct rlimit now;
  int i;

  for (i = 0; i < RLIM_NLIMITS; i++) {
    if (getrlimit(i, &now) == -1) return -1;
    if (now.rlim_cur == c->limits[i].rlim_cur
        && now.rlim_max == c->limits[i].rlim_max) continue;
    if (setrlimit(i, &c->limits[i]) == -1) return -1;
  }
  return 0;
}

static int set_env(const struct captured *c)
{
  char *s = c->env.s, *end = c->env.s + c->env.len;

  if (clearenv()) return -1;
  for (; s < end; s += strlen(s) + 1)   /* stays ours to the exec */
    if (strchr(s, '=') && putenv(s)) return -1;
  return 0;
}

int captured_become(const struct captured *c, const char **step)
{
  *step = "become";
  if (!c->uid || c->uid == (uid_t)-1) return (errno = EPERM, -1);
  *step = "limits";
  if (set_limits(c) == -1) return -1;
  *step = "setgroups";
  if (geteuid() == 0 && setgroups(c->groups.len / sizeof(gid_t),
                                  (const gid_t *)(void *)c->groups.s) == -1)
    return -1;
  if (ids_take(c->uid, c->gid, step) == -1) return -1;
  umask(c->umask);
  *step = "chdir";
  if (chdir(c->dir.s) == -1) return -1;
  *step = "environment";
  return set_env(c);
}

void captured_free(struct captured *c)
{
  stralloc_free(&c->groups);
  stralloc_free(&c->dir);
  stralloc_free(&c->env);
}
