/* ISC licence; see LICENSE. */
#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <linux/audit.h>
#include <linux/seccomp.h>

#include "filter.h"

/*
 * The filters are constant tables, of which filter.c makes a program on the
 * stack. A library such as libseccomp would need hundreds of allocations, and
 * they are loaded once for every connection: this must cost microseconds, not
 * milliseconds.
 *
 * Both filters only look at call numbers and at single argument words, never
 * through pointers, so there is nothing that a second thread could change
 * between check and use.
 */

#if defined(__x86_64__)
#define SANDBOX_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define SANDBOX_ARCH AUDIT_ARCH_AARCH64
#else
#error "base/sandbox.c has tables for x86_64 and aarch64 only"
#endif

#define KILL SECCOMP_RET_KILL_PROCESS
#define ALLOW SECCOMP_RET_ALLOW
#define REFUSE (SECCOMP_RET_ERRNO | EPERM)

/* this call gets this action */
#define ROW(call, action) { SYS_##call, (action), 0, FILTER_ALWAYS, 0, 0 }

/* this call gets action if argument n has any of these bits, else otherwise */
#define ROW_BITS(call, n, bits, action, otherwise) \
  { SYS_##call, (action), (otherwise), FILTER_BITS, (n), (bits) }

/* this call gets action if argument n is value, else it is allowed */
#define ROW_VALUE(call, n, value, action) \
  { SYS_##call, (action), ALLOW, FILTER_VALUE, (n), (value) }

/* ------------------------------------------------------------- the talker */

/*
 * recvfrom and sendto are recv and send; close lets it give up descriptor 2
 * after the filter stands; restart_syscall is what a stopped and continued
 * poll becomes. Memory may grow, never become code.
 */
static const struct filter_rule talker_rows[] = {
  ROW(ppoll, ALLOW),
#ifdef SYS_poll
  ROW(poll, ALLOW),
#endif
  ROW(recvfrom, ALLOW),
  ROW(read, ALLOW),
  ROW(sendto, ALLOW),
  ROW(write, ALLOW),
  ROW(clock_gettime, ALLOW),
  ROW(exit_group, ALLOW),
  ROW(exit, ALLOW),
  ROW(close, ALLOW),
  ROW(getrandom, ALLOW),                       /* malloc of glibc */
  ROW(brk, ALLOW),
  ROW(munmap, ALLOW),
  ROW(madvise, ALLOW),
  ROW(restart_syscall, ALLOW),
  ROW(rt_sigreturn, ALLOW),
#ifdef __SANITIZE_ADDRESS__
  ROW(sigaltstack, ALLOW),      /* which it asks for at every _exit */
#endif
  ROW_BITS(mmap, 2, PROT_EXEC, KILL, ALLOW),
  ROW_BITS(mprotect, 2, PROT_EXEC, KILL, ALLOW),
};

/* ------------------------------------------------------------ the TLS half */

/* the talker's and a few more */
static const struct filter_rule tls_rows[] = {
  ROW(ppoll, ALLOW),
#ifdef SYS_poll
  ROW(poll, ALLOW),
#endif
  ROW(read, ALLOW),
  ROW(write, ALLOW),
  ROW(recvfrom, ALLOW),
  ROW(sendto, ALLOW),
  ROW(clock_gettime, ALLOW),
  ROW(getpid, ALLOW),
  ROW(madvise, ALLOW),
  ROW(brk, ALLOW),
  ROW(munmap, ALLOW),
  ROW(mremap, ALLOW),
  ROW(futex, ALLOW),
  ROW(getrandom, ALLOW),
  ROW(fcntl, ALLOW),
  ROW(shutdown, ALLOW),
  ROW(close, ALLOW),
  ROW(exit_group, ALLOW),
  ROW(exit, ALLOW),
  ROW(restart_syscall, ALLOW),
  ROW(rt_sigreturn, ALLOW),
#ifdef __SANITIZE_ADDRESS__
  ROW(sigaltstack, ALLOW),
#endif
  ROW_BITS(mmap, 2, PROT_EXEC, KILL, ALLOW),
  ROW_BITS(mprotect, 2, PROT_EXEC, KILL, ALLOW),
};

/* ------------------------------------------------------- imapd and pop3d */

/*
 * A list of what is refused, for these processes use files, locks, mappings
 * and inotify freely within their Landlock fence, and a C library may change
 * the calls that it makes. Refused: becoming another program or user,
 * reaching other processes, the network, the kernel and its doors.
 */
static const struct filter_rule mail_rows[] = {
  /* another program */
  ROW(execve, REFUSE), ROW(execveat, REFUSE),

  /* another process */
  ROW(ptrace, REFUSE),
  ROW(process_vm_readv, REFUSE), ROW(process_vm_writev, REFUSE),
  ROW(kcmp, REFUSE),
#ifdef SYS_pidfd_getfd
  ROW(pidfd_getfd, REFUSE),
#endif
#ifdef SYS_process_madvise
  ROW(process_madvise, REFUSE),
#endif

  /* the network; connect also turns a socket that is there */
  ROW(socket, REFUSE), ROW(connect, REFUSE), ROW(bind, REFUSE),
  ROW(listen, REFUSE), ROW(accept, REFUSE), ROW(accept4, REFUSE),

  /* another user */
  ROW(setuid, REFUSE), ROW(setgid, REFUSE),
  ROW(setreuid, REFUSE), ROW(setregid, REFUSE),
  ROW(setresuid, REFUSE), ROW(setresgid, REFUSE),
  ROW(setfsuid, REFUSE), ROW(setfsgid, REFUSE),
  ROW(setgroups, REFUSE), ROW(capset, REFUSE),

  /* another view of the file system; handles go round every path */
  ROW(mount, REFUSE), ROW(umount2, REFUSE),
  ROW(pivot_root, REFUSE), ROW(chroot, REFUSE),
  ROW(unshare, REFUSE), ROW(setns, REFUSE),
  ROW(open_by_handle_at, REFUSE), ROW(name_to_handle_at, REFUSE),
  ROW(quotactl, REFUSE), ROW(swapon, REFUSE), ROW(swapoff, REFUSE),
#ifdef SYS_move_mount
  ROW(open_tree, REFUSE), ROW(move_mount, REFUSE), ROW(fsopen, REFUSE),
  ROW(fsconfig, REFUSE), ROW(fsmount, REFUSE), ROW(fspick, REFUSE),
#endif
#ifdef SYS_mount_setattr
  ROW(mount_setattr, REFUSE),
#endif
#ifdef SYS_quotactl_fd
  ROW(quotactl_fd, REFUSE),
#endif

  /* new namespaces by clone; clone3 hides its flags behind a pointer, and
   * the C library falls back to clone when it is missing */
  ROW_BITS(clone, 0, 0x7e020000, REFUSE, ALLOW),
#ifdef SYS_clone3
  ROW(clone3, SECCOMP_RET_ERRNO | ENOSYS),
#endif

  /* modules, keys, and the rest of the kernel's doors */
  ROW(init_module, REFUSE), ROW(finit_module, REFUSE),
  ROW(delete_module, REFUSE), ROW(kexec_load, REFUSE),
#ifdef SYS_kexec_file_load
  ROW(kexec_file_load, REFUSE),
#endif
  ROW(add_key, REFUSE), ROW(request_key, REFUSE), ROW(keyctl, REFUSE),
  ROW(bpf, REFUSE), ROW(perf_event_open, REFUSE),
  ROW(userfaultfd, REFUSE), ROW(fanotify_init, REFUSE),
#ifdef SYS_io_uring_setup
  ROW(io_uring_setup, REFUSE), ROW(io_uring_enter, REFUSE),
  ROW(io_uring_register, REFUSE),
#endif
#ifdef SYS_iopl
  ROW(iopl, REFUSE), ROW(ioperm, REFUSE), ROW(modify_ldt, REFUSE),
#endif
  ROW(personality, REFUSE), ROW(syslog, REFUSE), ROW(acct, REFUSE),
  ROW(reboot, REFUSE), ROW(vhangup, REFUSE),
  ROW(sethostname, REFUSE), ROW(setdomainname, REFUSE),
  ROW(settimeofday, REFUSE), ROW(adjtimex, REFUSE),
  ROW(clock_settime, REFUSE), ROW(clock_adjtime, REFUSE),

  /* typing into the terminal that ssh or an administrator sits at */
  ROW_VALUE(ioctl, 1, TIOCSTI, REFUSE),
};

#define COUNT(table) (sizeof (table) / sizeof *(table))

static int filter_set(const struct filter_rule *rules, size_t n,
  uint32_t rest, uint32_t foreign)
{
  struct sock_filter filter[FILTER_MAX];
  struct sock_fprog prog = { 0, filter };

  prog.len = (unsigned short)filter_make(filter, SANDBOX_ARCH, rules, n, rest,
    foreign);
  if (!prog.len) {
    errno = EOVERFLOW;
    return -1;
  }
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1) return -1;
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog, 0, 0) == -1) {
    if (errno == EINVAL) errno = ENOSYS;        /* a kernel without filters */
    return -1;
  }
  return 0;
}

int sandbox_talker(void)
{
  return filter_set(talker_rows, COUNT(talker_rows), KILL, KILL);
}

int sandbox_tls(void)
{
  return filter_set(tls_rows, COUNT(tls_rows), KILL, KILL);
}

int sandbox_mail(void)
{
  return filter_set(mail_rows, COUNT(mail_rows), ALLOW, REFUSE);
}

int sandbox_mail_exec(void)
{
  struct filter_rule rows[COUNT(mail_rows)];
  size_t i;

  memcpy(rows, mail_rows, sizeof rows);
  for (i = 0; i < COUNT(rows); i++)
    if (rows[i].call == SYS_execveat) {
      rows[i].test = FILTER_VALUE;
      rows[i].arg = 4;
      rows[i].value = AT_EMPTY_PATH;
      rows[i].action = ALLOW;
      rows[i].otherwise = REFUSE;
    }
  return filter_set(rows, COUNT(rows), ALLOW, REFUSE);
}

/* --------------------------------------------------------------- Landlock */

/*
 * The kernel's interface, spelled out here because the headers of an older
 * system may lack it or its newer rights while the kernel has them.
 */
#define LL_EXECUTE      (1ULL << 0)
#define LL_WRITE_FILE   (1ULL << 1)
#define LL_READ_FILE    (1ULL << 2)
#define LL_READ_DIR     (1ULL << 3)
#define LL_REMOVE_DIR   (1ULL << 4)
#define LL_REMOVE_FILE  (1ULL << 5)
#define LL_MAKE_DIR     (1ULL << 7)
#define LL_MAKE_REG     (1ULL << 8)
#define LL_REFER        (1ULL << 13)    /* ABI 2 */
#define LL_TRUNCATE     (1ULL << 14)    /* ABI 3 */

#define LL_OF_ABI_2 ((1ULL << 14) - 1)
#define LL_READ (LL_READ_FILE | LL_READ_DIR)
#define LL_CHANGE (LL_WRITE_FILE | LL_TRUNCATE | LL_REMOVE_DIR \
  | LL_REMOVE_FILE | LL_MAKE_DIR | LL_MAKE_REG | LL_REFER)

/* those that make sense for what is not a directory; others are EINVAL */
#define LL_FILE (LL_EXECUTE | LL_WRITE_FILE | LL_READ_FILE | LL_TRUNCATE)

#define LL_CREATE_VERSION 1U
#define LL_RULE_PATH_BENEATH 1

#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule 445
#define SYS_landlock_restrict_self 446
#endif

struct ll_ruleset {
  uint64_t handled_fs;
  uint64_t handled_net;         /* ABI 4 */
  uint64_t scoped;              /* ABI 6 */
};

/* bind and connect by TCP; signals to and abstract sockets of outsiders */
#define LL_NET 3ULL
#define LL_SCOPED 3ULL

struct ll_beneath {
  uint64_t allowed;
  int32_t fd;
} __attribute__((packed));

/* one rule; a path that does not exist is passed over */
static int ll_path(int ruleset, const char *path, uint64_t rights)
{
  struct ll_beneath rule;
  struct stat st;
  int fd, r = -1, saved;

  fd = open(path, O_PATH | O_CLOEXEC);
  if (fd == -1) return errno == ENOENT || errno == ENOTDIR ? 0 : -1;
  if (fstat(fd, &st) == -1) goto done;
  if (!S_ISDIR(st.st_mode)) rights &= LL_FILE;
  rule.allowed = rights;
  rule.fd = fd;
  r = (int)syscall(SYS_landlock_add_rule, ruleset, LL_RULE_PATH_BENEATH,
    &rule, 0);
done:
  saved = errno;
  close(fd);
  errno = saved;
  return r;
}

static int ll_paths(int ruleset, const char *const *path, uint64_t rights)
{
  for (; *path; path++)
    if (ll_path(ruleset, *path, rights) == -1) return -1;
  return 0;
}

/*
 * A ruleset of all that this kernel can fence. Older kernels refuse a struct
 * whose later words are set, and take one whose later words are 0.
 */
static int ll_create(struct ll_ruleset *set)
{
  long abi = syscall(SYS_landlock_create_ruleset, 0, 0, LL_CREATE_VERSION);

  if (abi == -1) return -1;                     /* ENOSYS, EOPNOTSUPP */
  if (abi < 2) {
    errno = ENOSYS;
    return -1;
  }
  set->handled_fs = LL_OF_ABI_2 | (abi >= 3 ? LL_TRUNCATE : 0);
  set->handled_net = abi >= 4 ? LL_NET : 0;
  set->scoped = abi >= 6 ? LL_SCOPED : 0;
  return (int)syscall(SYS_landlock_create_ruleset, set, sizeof *set, 0);
}

static int ll_run(int ruleset, const int *run, size_t n)
{
  struct ll_beneath rule = { LL_EXECUTE | LL_READ_FILE, 0 };
  size_t i;

  for (i = 0; i < n; i++) {
    rule.fd = run[i];
    if (syscall(SYS_landlock_add_rule, ruleset, LL_RULE_PATH_BENEATH, &rule,
                0) == -1)
      return -1;
  }
  return 0;
}

int sandbox_paths(const char *const *rw, const char *const *ro)
{
  return sandbox_paths_exec(rw, ro, 0, 0);
}

int sandbox_paths_exec(const char *const *rw, const char *const *ro,
  const int *run, size_t n)
{
  struct ll_ruleset set;
  int fd = ll_create(&set), r = -1, saved;

  if (fd == -1) return -1;
  if (ll_paths(fd, rw, (LL_READ | LL_CHANGE) & set.handled_fs) == -1
      || ll_paths(fd, ro, LL_READ) == -1 || ll_run(fd, run, n) == -1)
    goto done;
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1) goto done;
  r = (int)syscall(SYS_landlock_restrict_self, fd, 0);
done:
  saved = errno;
  close(fd);
  errno = saved;
  return r;
}
