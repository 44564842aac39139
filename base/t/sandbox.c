/* ISC licence; see LICENSE. */
/*
 * Each fence is tried in a child of its own, since there is no way back.
 * A child's exit code says what it saw; SIGSYS says that the filter struck.
 * Where the kernel lacks a fence its checks are left out, and that is said.
 */
#include "base/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/timedio.h"

static int passed, failed;

#define NO_FENCE 77
#define KILLED 1000

static void check(int ok, const char *what)
{
  if (ok) passed++;
  else {
    failed++;
    printf("sandbox: FAILED: %s\n", what);
  }
}

/* run act in a child behind the fence set: its exit code, KILLED by SIGSYS */
static int behind(int (*set)(void), int (*act)(void))
{
  int status;
  pid_t pid;

  fflush(stdout);
  pid = fork();
  if (pid == -1) return -1;
  if (!pid) {
    if (set() == -1)
      _exit(errno == ENOSYS || errno == EOPNOTSUPP ? NO_FENCE : 76);
    _exit(act());
  }
  if (waitpid(pid, &status, 0) == -1) return -1;
  if (WIFSIGNALED(status))
    return WTERMSIG(status) == SIGSYS ? KILLED : -WTERMSIG(status);
  return WEXITSTATUS(status);
}

static int act_none(void) { return 0; }

/* what the talker does all day, on a socket and on a pipe */
static int act_talk(void)
{
  char buf[16];
  struct pollfd p = { 10, POLLIN, 0 };

  if (send(11, "hello\n", 6, MSG_NOSIGNAL) != 6) return 1;
  if (poll(&p, 1, 1000) != 1) return 2;
  if (recv(10, buf, sizeof buf, MSG_PEEK) != 6) return 3;
  if (read(10, buf, 6) != 6) return 4;
  if (write(13, "x", 1) != 1 || read(12, buf, 1) != 1) return 5;
  if (timed_write(13, "y", 1, 1000) == -1) return 6;
  if (timed_read(12, buf, 1, clock_ms() + 1000) != 1) return 7;
  if (close(2) == -1) return 8;
  return clock_ms() > 0 ? 0 : 9;
}

static int act_memory(void)
{
  char *p = malloc(1 << 20);

  if (!p) return 1;
  memset(p, 1, 1 << 20);
  free(p);
  return 0;
}

static int act_open(void) { return open("/dev/null", O_RDONLY) == -1; }
static int act_fork(void) { return fork() == -1; }
static int act_kill(void) { return kill(getppid(), 0); }
static int act_dup(void) { return dup(0); }

static int act_exec(void)
{
  char *argv[] = { "/bin/true", 0 };

  execv(argv[0], argv);
  return errno == EPERM ? 42 : 1;
}

static int act_socket(void)
{
  if (socket(AF_INET, SOCK_STREAM, 0) != -1) return 1;
  return errno == EPERM ? 42 : 2;
}

static int act_code(void)
{
  void *p = mmap(0, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

  return p == MAP_FAILED;
}

static int act_sendmsg(void)
{
  struct msghdr m;

  memset(&m, 0, sizeof m);
  return sendmsg(11, &m, 0) == -1;
}

static void test_talker(void)
{
  if (behind(sandbox_talker, act_none) == NO_FENCE) {
    printf("sandbox: no seccomp here, its checks are left out\n");
    return;
  }
  check(behind(sandbox_talker, act_none) == 0, "talker: stands and ends");
  check(behind(sandbox_talker, act_talk) == 0, "talker: can talk");
  check(behind(sandbox_talker, act_memory) == 0, "talker: has memory");
  check(behind(sandbox_talker, act_open) == KILLED, "talker: no open");
  check(behind(sandbox_talker, act_fork) == KILLED, "talker: no fork");
  check(behind(sandbox_talker, act_kill) == KILLED, "talker: no kill");
  check(behind(sandbox_talker, act_dup) == KILLED, "talker: no dup");
  check(behind(sandbox_talker, act_exec) == KILLED, "talker: no exec");
  check(behind(sandbox_talker, act_socket) == KILLED, "talker: no socket");
  check(behind(sandbox_talker, act_code) == KILLED, "talker: no new code");
  check(behind(sandbox_talker, act_sendmsg) == KILLED,
    "talker: no descriptors passed");
}

#define EPERMED(call) ((call) == -1 && errno == EPERM)

static int act_refused(void)
{
  char c = 'x';

  if (!EPERMED(setuid(getuid()))) return 1;
  if (!EPERMED(setgroups(0, 0))) return 2;
  if (!EPERMED(chroot("/"))) return 3;
  if (!EPERMED(unshare(CLONE_NEWNS))) return 4;
  if (!EPERMED(syscall(SYS_ptrace, 0, 0, 0, 0))) return 5;
  if (!EPERMED(syscall(SYS_keyctl, 0, 0, 0, 0, 0))) return 6;
  if (!EPERMED(syscall(SYS_bpf, 0, 0, 0))) return 7;
  if (!EPERMED(syscall(SYS_mount, 0, 0, 0, 0, 0))) return 8;
  if (!EPERMED(syscall(SYS_init_module, 0, 0, 0))) return 9;
  if (!EPERMED(ioctl(0, TIOCSTI, &c))) return 10;
  if (!EPERMED(syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0)))
    return 11;
  if (!EPERMED(connect(10, 0, 0))) return 12;
  return 42;
}

static int act_work(void)
{
  int status;
  pid_t pid = fork();

  if (pid == -1) return 1;
  if (!pid) _exit(3);
  if (waitpid(pid, &status, 0) != pid || WEXITSTATUS(status) != 3) return 2;
  if (access("/", R_OK) == -1) return 3;
  return act_memory();
}

#if defined(__x86_64__)
static int act_x32(void)
{
  return syscall(0x40000000 + SYS_getpid) == -1 && errno == EPERM ? 42 : 1;
}
#endif

/* with that fence: itself, by a descriptor, and nothing else */
static int some_programs(void)
{
  static const char *const rw[] = { ".", 0 }, *const ro[] = { "/lib", "/usr/lib",
    "/lib64", "/etc/ld.so.cache", "/proc", 0 };
  int run[2] = { open("/bin/true", O_PATH | O_CLOEXEC),
    open("/lib64/ld-linux-x86-64.so.2", O_PATH | O_CLOEXEC) };

  if (run[1] == -1)
    run[1] = open("/lib/ld-linux-aarch64.so.1", O_PATH | O_CLOEXEC);
  if (sandbox_paths_exec(rw, ro, run, 2) == -1) return -1;
  return sandbox_mail_exec();
}

static int run_by(const char *path)
{
  char *argv[] = { "x", 0 }, *envp[] = { 0 };
  int fd = open(path, O_PATH | O_CLOEXEC);

  syscall(SYS_execveat, fd, "", argv, envp, AT_EMPTY_PATH);
  return errno == EACCES ? 42 : 1;
}

static int act_allowed(void)
{
  return run_by("/bin/true");
}

static int act_another(void)
{
  return run_by("/bin/false");
}

static int act_by_path(void)
{
  char *argv[] = { "x", 0 }, *envp[] = { 0 };

  syscall(SYS_execveat, AT_FDCWD, "/bin/true", argv, envp, 0);
  return errno == EPERM ? 42 : 1;
}

static void test_exec(void)
{
  if (behind(some_programs, act_none) == NO_FENCE) return;
  check(behind(some_programs, act_allowed) == 0, "exec: the one on the list");
  check(behind(some_programs, act_another) == 42, "exec: no other");
  check(behind(some_programs, act_by_path) == 42, "exec: not by path");
  check(behind(some_programs, act_exec) == 42, "exec: not otherwise");
}

static void test_mail(void)
{
  if (behind(sandbox_mail, act_none) == NO_FENCE) return;
  check(behind(sandbox_mail, act_work) == 0, "mail: can work");
  check(behind(sandbox_mail, act_exec) == 42, "mail: no exec");
  check(behind(sandbox_mail, act_socket) == 42, "mail: no socket");
  check(behind(sandbox_mail, act_refused) == 42, "mail: what is refused");
#if defined(__x86_64__)
  check(behind(sandbox_mail, act_x32) == 42, "mail: no calls of x32");
#endif
}

/* the folder of the path tests: in/ is rw, read/ is ro, out/ is neither */
static int fence_paths(void)
{
  static const char *const rw[] = { "in", "missing", 0 };
  static const char *const ro[] = { "read", "one", "missing", 0 };

  return sandbox_paths(rw, ro);
}

static int denied(const char *path, int flags)
{
  int fd = open(path, flags, 0600);

  if (fd != -1) close(fd);
  return fd == -1 && errno == EACCES;
}

static int allowed(const char *path, int flags)
{
  int fd = open(path, flags, 0600);

  if (fd != -1) close(fd);
  return fd != -1;
}

static int act_paths(void)
{
  if (!allowed("in/a/new", O_WRONLY | O_CREAT | O_TRUNC)) return 1;
  if (rename("in/a/new", "in/b/new") == -1) return 2;
  if (link("in/b/new", "in/a/twin") == -1) return 3;
  if (mkdir("in/c", 0700) == -1 || rmdir("in/c") == -1) return 4;
  if (unlink("in/b/new") == -1 || unlink("in/a/twin") == -1) return 5;
  if (!allowed("read/file", O_RDONLY)) return 6;
  if (!denied("read/file", O_WRONLY)) return 7;
  if (!denied("read/new", O_WRONLY | O_CREAT)) return 8;
  if (!denied("out/file", O_RDONLY)) return 9;
  if (!denied("out/new", O_WRONLY | O_CREAT)) return 10;
  if (rename("read/file", "in/a/stolen") != -1) return 11;
  if (!allowed("one", O_RDONLY) || !denied("one", O_WRONLY)) return 12;
  if (symlink("/", "in/sym") != -1) return 13;
  if (!denied("/etc/passwd", O_RDONLY)) return 14;
  return 0;
}

static int act_both(void)
{
  return sandbox_mail() == -1 ? 1 : act_paths();
}

static void touch(const char *path)
{
  close(open(path, O_WRONLY | O_CREAT, 0600));
}

static void test_paths(void)
{
  static const char *const dir[] = { "in/a", "in/b", "in", "read", "out", 0 };
  static const char *const file[] = { "read/file", "out/file", "one", 0 };
  char top[] = "/tmp/sandbox.XXXXXX";
  int i;

  if (!mkdtemp(top) || chdir(top) == -1) {
    check(0, "a folder in /tmp");
    return;
  }
  for (i = 4; i >= 0; i--) mkdir(dir[i], 0700);
  for (i = 0; file[i]; i++) touch(file[i]);
  if (behind(fence_paths, act_none) == NO_FENCE)
    printf("sandbox: no Landlock here, its checks are left out\n");
  else {
    int r = behind(fence_paths, act_paths);

    if (r) printf("sandbox: act_paths gave %d\n", r);
    check(!r, "paths: what may be read and changed");
    check(behind(fence_paths, act_both) == 0, "paths: with the mail filter");
  }
  for (i = 0; file[i]; i++) unlink(file[i]);
  for (i = 0; dir[i]; i++) rmdir(dir[i]);
  if (chdir("/") == 0) rmdir(top);
}

int main(void)
{
  int s[2], p[2];

  if (socketpair(AF_UNIX, SOCK_STREAM, 0, s) == -1 || pipe(p) == -1)
    return 111;
  if (dup2(s[0], 10) == -1 || dup2(s[1], 11) == -1
      || dup2(p[0], 12) == -1 || dup2(p[1], 13) == -1)
    return 111;
  test_talker();
  test_mail();
  test_exec();
  test_paths();
  printf("sandbox: %d passed, %d failed\n", passed, failed);
  return failed != 0;
}
