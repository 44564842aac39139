/* ISC licence; see LICENSE. */
#ifndef LOGIN_TALKER_H
#define LOGIN_TALKER_H

#include <stdint.h>
#include <sys/types.h>

#include "client.h"
#include "frame.h"
#include "settings.h"

/*
 * The talker: the process that alone speaks with the client before login.
 * It is forked, confines itself, and then runs one of the two protocols.
 * When the client asks for TLS it sends its go-ahead and ends; the next
 * talker starts with a fresh memory, so that nothing which was said, or
 * planted, in the clear can see what comes encrypted.
 */
struct talk {
  struct client client;
  int monitor;                  /* descriptor of the monitor */
  int greet;                    /* 0 after STARTTLS: no second greeting */
  int plain_ok;                 /* passwords may come now */
  int starttls;                 /* STARTTLS or STLS is offered */
  unsigned int errors;          /* bad commands so far */
  const char *stamp;            /* POP3: for APOP, or empty */
  const char *noise;            /* for CRAM-MD5, see settings.h */
  unsigned int mechanisms;      /* sets, see mechanism.h: those that are */
  unsigned int offered;         /* served here, and may be used now */
  unsigned int failures;        /* verdicts so far, as the monitor counts */
  char challenge[VERDICT_CHALLENGE_MAX + 1];    /* the last, in base64 */
};

#define TALK_ERRORS_MAX 20      /* bad commands until we hang up */

/*
 * talker_start - fork a talker for the client on 0 and 1
 *
 * greet     1 for the first talker of a connection
 * failures  attempts before it
 * deadline  clock_ms of the end of the login
 * fd        receives the monitor's end of the socket between them
 *
 * Returns its process id, or -1 with errno. The talker has: descriptors 0,
 * 1 and its socket; when started by root the uid, gid and root directory of
 * s; no environment, no new privileges, limits, and a seccomp filter. If any
 * of that cannot be had it logs the reason and exits 111 before it reads
 * from the client; only a kernel without seccomp is logged and borne.
 */
pid_t talker_start(const struct settings *s, int greet,
  unsigned int failures, int64_t deadline, int *fd);

/* what the protocols use */

/*
 * talk_ask - flush, send f to the monitor and wait for its verdict, or for
 * the challenge of a dialogue, which is put into t->challenge
 *
 * Neither reads from nor writes to the client meanwhile. Does not return
 * after a success: the monitor ends the talker.
 */
struct talk_verdict {
  char why;                     /* enum verdict */
  int last;                     /* no further attempt */
};
struct talk_verdict talk_ask(struct talk *t, const struct frame *f);

/* talk_tls - flush, tell the monitor that TLS may start, and end */
void talk_tls(struct talk *t) __attribute__((noreturn));

/* talk_end - flush, tell the monitor why, and end */
void talk_end(struct talk *t, enum frame_reason why)
  __attribute__((noreturn));

/* talk_reason - the END reason for a client_result other than OK and LONG */
enum frame_reason talk_reason(enum client_result r);

#endif
