/* ISC licence; see LICENSE. */
#ifndef CHECKPASSWORD_CAPTURE_H
#define CHECKPASSWORD_CAPTURE_H

#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>
#include <skalibs/stralloc.h>

/*
 * Run an authenticator to see what it says, and what it makes of itself.
 *
 * A child becomes the authenticator, and that, once it has accepted, the
 * program login-hold. This tells us so over a socket and waits. What it is by
 * then (ids, groups, directory, environment, limits) we read from the kernel,
 * not from it: other processes of that user could speak in its place. It ends
 * when we let go, and this process can become what it was.
 *
 * What is not seen: descriptors that the authenticator opened, and what lasts
 * as long as one of its processes (a session of PAM).
 */
struct captured {
  uid_t uid;
  gid_t gid;
  mode_t umask;
  stralloc groups;              /* gid_t, in host order */
  stralloc dir;                 /* 0-terminated */
  stralloc env;                 /* NAME=value NUL, any number */
  struct rlimit limits[RLIM_NLIMITS];
};

#define CAPTURED_ZERO { .uid = (uid_t)-1 }
#define CAPTURE_ENV_MAX 262144  /* octets */
#define CAPTURE_GROUPS_MAX 65536

struct capture {
  pid_t pid;
  int pidfd;                    /* readable once it has ended */
  int hold;                     /* readable once it has accepted, or ended */
};

/*
 * capture_start - run an authenticator
 *
 * auth   its arguments, ended by 0
 * fd3    becomes its descriptor 3; stays the caller's
 * sasl   -1, or a descriptor that it finds in ROOST_SASL_FD
 *
 * Returns 0, or -1 with errno. capture_end has to follow.
 */
int capture_start(struct capture *k, char *const auth[], int fd3, int sasl);

/*
 * capture_wait - wait for the end, or for what it accepts
 *
 * Returns 1 and fills c; 0 if it has ended (capture_end tells how); -1 with
 * errno, and *step what failed, for the log (EPERM: it became root, or
 * nobody in particular).
 */
int capture_wait(struct capture *k, struct captured *c, const char **step);

/* capture_accepted - the same, once hold is known to be readable */
int capture_accepted(struct capture *k, struct captured *c,
                     const char **step);

/* capture_end - let it go, wait for it; its exit code, or -1 for a signal */
int capture_end(struct capture *k);

/*
 * captured_become - become what was captured; 0, or -1 with errno and *step.
 * The process may then be half changed and can only end.
 */
int captured_become(const struct captured *c, const char **step);

void captured_free(struct captured *c);

#endif
