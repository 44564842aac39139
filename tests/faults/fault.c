/* ISC licence; see LICENSE. */
#include "fault.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* what parent and child share; the child writes it without a system call */
struct shared {
  volatile int armed;
  volatile long mallocs, fail_malloc;
  volatile int malloc_hit, hit;
};

static struct shared *shared;
static int listener_to = -1;    /* in the child: where the notifier goes */

/* ---- memory ---- */

#if defined(__SANITIZE_ADDRESS__) || !defined(__GLIBC__)
#define OWN_MALLOC 0
#else
#define OWN_MALLOC 1
extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
void *malloc(size_t);
void *calloc(size_t, size_t);
void *realloc(void *, size_t);

static int fails(void)
{
  if (!shared || !shared->armed) return 0;
  if (++shared->mallocs != shared->fail_malloc) return 0;
  shared->malloc_hit = 1;
  errno = ENOMEM;
  return 1;
}

void *malloc(size_t n)
{
  return fails() ? 0 : __libc_malloc(n);
}

void *calloc(size_t n, size_t m)
{
  return fails() ? 0 : __libc_calloc(n, m);
}

void *realloc(void *p, size_t n)
{
  return fails() ? 0 : __libc_realloc(p, n);
}
#endif

/* ---- which calls, and how they may fail ---- */

#define SPACE 1                 /* needs room on the disk */
#define CHANGE 2                /* changes the file system by path */
#define DISK 4                  /* goes to the disk and may find it broken */

static const struct call {
  int nr;
  const char *name;
  int sort;
  int errors[5];
} calls[] = {
#define CALL(n, sort, ...) { SYS_##n, #n, sort, { __VA_ARGS__, 0 } }
#ifdef SYS_open
  CALL(open, 0, EMFILE, EIO, EACCES),
  CALL(mkdir, SPACE | CHANGE | DISK, ENOSPC, EIO),
  CALL(rename, CHANGE | DISK, ENOSPC, EIO),
  CALL(link, SPACE | CHANGE | DISK, ENOSPC, EIO),
  CALL(unlink, CHANGE | DISK, EIO, EACCES),
  CALL(rmdir, CHANGE | DISK, EIO),
  CALL(stat, 0, EIO),
  CALL(access, 0, EIO),
#endif
#ifdef SYS_renameat
  CALL(renameat, CHANGE | DISK, ENOSPC, EIO, EACCES),
#endif
#ifdef SYS_newfstatat
  CALL(newfstatat, 0, EIO),
#endif
  CALL(openat, 0, EMFILE, EIO, EACCES),
  CALL(read, 0, EIO),
  CALL(pread64, 0, EIO),
  CALL(write, SPACE | DISK, ENOSPC, EIO, EDQUOT),
  CALL(pwrite64, SPACE | DISK, ENOSPC, EIO, EDQUOT),
  CALL(writev, SPACE | DISK, ENOSPC, EIO),
  CALL(pwritev, SPACE | DISK, ENOSPC, EIO),
  CALL(fsync, DISK, EIO, ENOSPC),
  CALL(fdatasync, DISK, EIO, ENOSPC),
  CALL(msync, DISK, EIO),
  CALL(io_setup, 0, EAGAIN, ENOSYS),
  CALL(io_submit, DISK, EIO, EAGAIN),
  CALL(io_getevents, DISK, EIO),
  CALL(ftruncate, CHANGE | DISK, EIO, ENOSPC),
  CALL(fallocate, SPACE | DISK, ENOSPC, EIO),
  CALL(mkdirat, SPACE | CHANGE | DISK, ENOSPC, EACCES, EDQUOT),
  CALL(renameat2, CHANGE | DISK, ENOSPC, EIO, EACCES, EDQUOT),
  CALL(linkat, SPACE | CHANGE | DISK, ENOSPC, EIO, EACCES, EDQUOT),
  CALL(unlinkat, CHANGE | DISK, EIO, EACCES),
  CALL(utimensat, CHANGE | DISK, EIO, EACCES),
  CALL(fchmod, CHANGE, EPERM),
  CALL(fchown, CHANGE, EPERM),
  CALL(fstat, 0, EIO),
  CALL(statx, 0, EIO),
  CALL(faccessat, 0, EIO),
  CALL(fstatfs, 0, EIO),
  CALL(getdents64, 0, EIO),
  CALL(readlinkat, 0, EIO),
  CALL(lseek, 0, EIO),
#ifndef __SANITIZE_ADDRESS__   /* which cannot do without */
  CALL(mmap, 0, ENOMEM),
  CALL(mremap, 0, ENOMEM),
#endif
  CALL(memfd_create, 0, EMFILE),
  CALL(flock, 0, ENOLCK),
  CALL(fcntl, 0, ENOLCK),
  CALL(close, 0, EIO),          /* which stays open then: once will do */
};

static const struct call *find_call(int nr)
{
  size_t i;

  for (i = 0; i < sizeof calls / sizeof *calls; i++)
    if (calls[i].nr == nr) return calls + i;
  return 0;
}

const char *fault_call(int nr)
{
  const struct call *c = find_call(nr);

  return c ? c->name : "?";
}

const int *fault_errors(int nr, int creat)
{
  static const int none[1], making[] = { ENOSPC, EMFILE, EDQUOT, EACCES, 0 };
  const struct call *c = find_call(nr);

  return creat ? making : c ? c->errors : none;
}

/* ---- the child ---- */

static int install(void)
{
  static struct sock_filter f[] = {
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_sendmsg, 3, 0),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit_group, 2, 0),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_rt_sigreturn, 1, 0),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog p = { sizeof f / sizeof *f, f };

  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1) return -1;
  return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
                      SECCOMP_FILTER_FLAG_NEW_LISTENER, &p);
}

static void send_fd(int to, int fd)
{
  char c = 0, control[CMSG_SPACE(sizeof fd)];
  struct iovec v = { &c, 1 };
  struct msghdr m = { 0, 0, &v, 1, control, sizeof control, 0 };
  struct cmsghdr *h;

  memset(control, 0, sizeof control);
  h = CMSG_FIRSTHDR(&m);
  h->cmsg_level = SOL_SOCKET;
  h->cmsg_type = SCM_RIGHTS;
  h->cmsg_len = CMSG_LEN(sizeof fd);
  memcpy(CMSG_DATA(h), &fd, sizeof fd);
  if (sendmsg(to, &m, 0) != 1) _exit(99);
}

static int receive_fd(int from)
{
  char c, control[CMSG_SPACE(sizeof(int))];
  struct iovec v = { &c, 1 };
  struct msghdr m = { 0, 0, &v, 1, control, sizeof control, 0 };
  struct cmsghdr *h;
  int fd = -1;

  if (recvmsg(from, &m, MSG_CMSG_CLOEXEC) != 1) return -1;
  h = CMSG_FIRSTHDR(&m);
  if (h) memcpy(&fd, CMSG_DATA(h), sizeof fd);
  return fd;
}

void fault_arm(void)
{
  int fd = install();

  if (fd == -1) _exit(98);
  send_fd(listener_to, fd);
  shared->armed = 1;
}

void fault_disarm(void)
{
  shared->armed = 0;
}

/* ---- the parent ---- */

struct watch {
  const struct fault *f;
  struct fault_seen *seen;
  int fd;                       /* the notifier */
  pid_t pid;
};

/* do half of the child's write in its place; octets done, -1 */
static long half_write(struct watch *w, const struct seccomp_data *d)
{
  size_t n = (size_t)d->args[2] / 2;
  struct iovec mine = { malloc(n + 1), n };
  struct iovec its = { (void *)(uintptr_t)d->args[1], n };
  int pidfd = (int)syscall(SYS_pidfd_open, w->pid, 0), fd;
  long r = -1;

  fd = pidfd == -1 ? -1
    : (int)syscall(SYS_pidfd_getfd, pidfd, (int)d->args[0], 0);
  if (fd != -1 && process_vm_readv(w->pid, &mine, 1, &its, 1, 0) == (long)n)
    r = d->nr == SYS_write ? write(fd, mine.iov_base, n)
      : pwrite(fd, mine.iov_base, n, (off_t)d->args[3]);
  if (fd != -1) close(fd);
  if (pidfd != -1) close(pidfd);
  free(mine.iov_base);
  return r;
}

/* does it open a descriptor again, whose file is no disk's? */
static int opens_again(const struct watch *w, const struct seccomp_data *d)
{
  static const char again[] = "/proc/self/fd/";
  char path[sizeof again - 1];
  struct iovec mine = { path, sizeof path };
  struct iovec its = { (void *)(uintptr_t)d->args[1], sizeof path };

  return process_vm_readv(w->pid, &mine, 1, &its, 1, 0)
    == (ssize_t)sizeof path && !memcmp(path, again, sizeof path);
}

static int is_creat(const struct watch *w, const struct seccomp_data *d)
{
  return d->nr == SYS_openat && d->args[2] & O_CREAT && !opens_again(w, d);
}

/* memory that is written like a file has no disk that could be full */
static int is_memory(const struct watch *w, const struct seccomp_data *d)
{
  char path[64], to[16];

  snprintf(path, sizeof path, "/proc/%ld/fd/%d", (long)w->pid,
           (int)d->args[0]);
  return readlink(path, to, sizeof to) > 7 && !memcmp(to, "/memfd:", 7);
}

/* is this call of the sort that fails from now on? */
static int goes_on(const struct watch *w, const struct seccomp_data *d)
{
  const struct fault *f = w->f;
  const struct call *c = find_call(d->nr);
  int sort = c ? c->sort : 0;

  if (c && !(sort & CHANGE) && is_memory(w, d)) return 0;

  if (is_creat(w, d)) sort |= SPACE | CHANGE;
  if (d->nr == SYS_openat && (d->args[2] & O_ACCMODE) != O_RDONLY
      && !opens_again(w, d)) sort |= CHANGE;
  if (f->err == ENOSPC || f->err == EDQUOT) return sort & SPACE;
  if (f->err == EROFS) return sort & CHANGE;
  return sort & DISK;
}

/* what becomes of a call: 1 killed, 0 answered */
static int decide(struct watch *w, const struct seccomp_data *d,
                  struct seccomp_notif_resp *resp)
{
  const struct fault *f = w->f;
  struct fault_seen *s = w->seen;
  int writes = d->nr == SYS_write || d->nr == SYS_pwrite64, now;
  long n;

  resp->flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
  if (!shared->armed) return 0;
  if (s->calls < FAULT_CALLS) {
    s->nr[s->calls] = (short)d->nr;
    s->creat[s->calls] = is_creat(w, d) != 0;
  }
  now = ++s->calls == f->at;
  if (f->kind == FAULT_ON && s->calls >= f->at && goes_on(w, d)) now = 1;
  else if (f->kind == FAULT_ON) now = 0;
  if (f->kind == FAULT_ONCE && f->nr && d->nr != f->nr) now = 0;
  if (!now || f->kind == FAULT_NONE || f->kind == FAULT_MALLOC) return 0;
  s->hit = shared->hit = 1;
  if (f->kind == FAULT_SHORT || f->kind == FAULT_TORN) {
    n = writes ? half_write(w, d) : -1;
    if (n == -1) s->hit = 0;
    if (f->kind == FAULT_TORN) return 1;
    if (n == -1) return 0;
    resp->flags = 0;
    resp->val = n;
    return 0;
  }
  if (f->kind == FAULT_KILL) return 1;
  resp->flags = 0;
  resp->error = -f->err;
  return 0;
}

static void serve(struct watch *w)
{
  struct seccomp_notif req;
  struct seccomp_notif_resp resp;
  struct pollfd p = { w->fd, POLLIN, 0 };
  time_t until = time(0) + FAULT_LIMIT_MS / 1000;
  int r;

  for (;;) {
    r = poll(&p, 1, FAULT_LIMIT_MS);
    if (r == 0 || time(0) > until) {
      w->seen->hung = 1;
      kill(w->pid, SIGKILL);
      return;
    }
    if (r == -1 || !(p.revents & POLLIN)) return;
    memset(&req, 0, sizeof req);
    if (ioctl(w->fd, SECCOMP_IOCTL_NOTIF_RECV, &req) == -1) {
      if (errno == ENOENT || errno == EINTR) continue;
      return;
    }
    memset(&resp, 0, sizeof resp);
    resp.id = req.id;
    if (decide(w, &req.data, &resp)) {
      kill(w->pid, SIGKILL);
      return;
    }
    ioctl(w->fd, SECCOMP_IOCTL_NOTIF_SEND, &resp);
  }
}

static void child(void (*fn)(void *), void *arg, int errfd, int to)
{
  if (dup2(errfd, 2) == -1) _exit(97);
  listener_to = to;
  fn(arg);
  shared->armed = 0;
  _exit(0);
}

int fault_run(const struct fault *f, void (*fn)(void *), void *arg, int errfd,
              struct fault_seen *s)
{
  struct watch w = { f, s, -1, 0 };
  int sv[2];

  memset(s, 0, sizeof *s);
  if (!shared) {
    void *m = mmap(0, sizeof *shared, PROT_READ | PROT_WRITE,
                   MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (m == MAP_FAILED) return -1;
    shared = m;
  }
  memset((void *)shared, 0, sizeof *shared);
  if (f->kind == FAULT_MALLOC) shared->fail_malloc = f->at;
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sv) == -1) return -1;
  w.pid = fork();
  if (w.pid == 0) {
    close(sv[0]);
    child(fn, arg, errfd, sv[1]);
  }
  close(sv[1]);
  if (w.pid != -1) w.fd = receive_fd(sv[0]);
  if (w.fd != -1) {
#ifdef SECCOMP_IOCTL_NOTIF_SET_FLAGS
    ioctl(w.fd, SECCOMP_IOCTL_NOTIF_SET_FLAGS,
          SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP);  /* faster; may be missing */
#endif
    serve(&w);
    close(w.fd);
  }
  close(sv[0]);
  if (w.pid == -1) return -1;
  while (waitpid(w.pid, &s->status, 0) == -1 && errno == EINTR) ;
  s->mallocs = shared->mallocs;
  if (shared->malloc_hit) s->hit = 1;
  return 0;
}

int fault_was_hit(void)
{
  return shared->hit || shared->malloc_hit;
}

static void nothing(void *arg)
{
  (void)arg;
  fault_arm();
  getppid();
  fault_disarm();
}

int fault_available(void)
{
  static const struct fault none;
  struct fault_seen *s = malloc(sizeof *s);
  int ok = fault_run(&none, nothing, 0, 2, s) == 0 && s->status == 0
    && s->calls >= 1;

  free(s);
  return ok;
}
