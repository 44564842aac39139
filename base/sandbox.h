/* ISC licence; see LICENSE. */
#ifndef BASE_SANDBOX_H
#define BASE_SANDBOX_H

#include <stddef.h>

/*
 * The kernel's fences, set once per process, after which there is no way
 * back. Each returns 0, or -1 with errno and the process as it was (ENOSYS,
 * EOPNOTSUPP: this kernel has no such fence; callers log that and go on).
 */

/*
 * sandbox_talker - for the process that speaks with a client before login:
 * no_new_privs and a seccomp filter that leaves read, write, send, recv,
 * poll, close, time, random octets, memory and exit. Anything else kills it.
 */
int sandbox_talker(void);

/*
 * sandbox_tls - for the process that speaks TLS with a client: as
 * sandbox_talker, with what OpenSSL and a relay ask for besides: getpid, to
 * notice a fork; futex; mremap; shutdown of sockets; fcntl.
 */
int sandbox_tls(void);

/*
 * sandbox_paths - Landlock: from here on only files below the directories
 * rw (0-terminated list) may be changed and only those below rw and ro be
 * read. Paths that do not exist are passed over. Needs ABI 2 for REFER
 * (renames between directories): older is ENOSYS.
 */
int sandbox_paths(const char *const *rw, const char *const *ro);

/*
 * sandbox_paths_exec - the same, and the n files that run has descriptors of
 * (O_PATH will do) may be executed, as far as the filter lets them; no other
 */
int sandbox_paths_exec(const char *const *rw, const char *const *ro,
  const int *run, size_t n);

/*
 * sandbox_mail - for imapd and pop3d after sandbox_paths: no_new_privs and a
 * seccomp filter without exec, ptrace, sockets, mounts, uid changes, module
 * or key calls. A forbidden call fails with EPERM.
 */
int sandbox_mail(void);

/*
 * sandbox_mail_exec - the same, but that a program may be run that a
 * descriptor is open on (execveat with AT_EMPTY_PATH): only behind
 * sandbox_paths_exec, which says which
 */
int sandbox_mail_exec(void);

#endif
