/* ISC licence; see LICENSE. */
#ifndef LOGIN_SIGN_H
#define LOGIN_SIGN_H

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

/*
 * What imap-login and pop3-login hand to the program at the end of the
 * chain. This header alone is all that a handler or a shim needs; nothing
 * of it has to be linked.
 *
 * Descriptors when the handler starts: 0 from the client, 1 to the client
 * (a socket, or two pipes to a TLS process), 2 the log, 3 closed (the
 * authenticator has read it), the sign's descriptor and that of notes. All signals are at
 * their defaults and none is blocked. 0 stands at the first octet behind the
 * line that logged in; commands that the client has pipelined are still
 * there. The descriptors are blocking.
 *
 * Rules for a handler:
 *  - Until the sign it writes nothing to the client. If it cannot serve it
 *    logs the reason and exits 111 (or 1: refuse this user); the front end,
 *    which still holds the connection, answers the client and lets it try
 *    again. Exit 0 or death by a signal before the sign counts as a
 *    temporary failure.
 *  - Once it is sure to serve (mailbox opened, uid checked) it calls
 *    sign_of_life, and only then writes its first line:
 *      IMAP  IMAPLOGINTAG, space, "OK ..." (may carry [CAPABILITY ...])
 *      POP3  "+OK ...", the answer to PASS, APOP or AUTH
 *  - After the sign its exit code is logged and means nothing else. SIGTERM
 *    asks it to end: the front end passes on the one that it gets, and those
 *    below likewise; after those it kills a handler that does not end.
 */
#define SIGN_ADDRESS_LIMIT SIGUSR1      /* too many sessions of this address */
#define SIGN_KICKED SIGUSR2             /* the administrator ends it */
#define SIGN_ACCOUNT_LIMIT (SIGRTMIN)   /* too many sessions of this account */

/*
 * Number of the descriptor that notes go to: which account it is, which
 * folder is selected, when the client said something. base/note.h has the
 * form. A handler need not write any; it is a socket of packets, and a write
 * with MSG_DONTWAIT never waits.
 */
#define SIGN_NOTE_FD_VAR "ROOST_NOTE_FD"

/*
 * Number of the descriptor that the sign is written to. Unset: no front end
 * of ours waits (started by ssh, by qmail-popup, by hand).
 */
#define SIGN_FD_VAR "ROOST_SIGN_FD"

/*
 * IMAP: the tag of the LOGIN or AUTHENTICATE that awaits its tagged OK; 1 to
 * 64 octets, all of them allowed in a tag (RFC 9051 section 9). Unset: there
 * was no login, the greeting is PREAUTH.
 */
#define SIGN_IMAP_TAG_VAR "IMAPLOGINTAG"

/*
 * IMAP: the last ID that the client sent before it logged in (RFC 2971): the
 * list in parentheses, made anew with quoted strings and NIL only, octets
 * 0x20 to 0x7E and 0x80 up, at most 1,024 of them, cut between two pairs.
 * Example: ("name" "Mail" "version" NIL). Unset: no ID, or ID NIL.
 */
#define SIGN_IMAP_ID_VAR "ROOST_IMAP_ID"

/*
 * POP3: "1" when UTF8 was accepted before login (RFC 6856 section 2), else
 * unset; and the language tag that LANG selected (section 3), else unset.
 */
#define SIGN_POP3_UTF8_VAR "ROOST_POP3_UTF8"
#define SIGN_POP3_LANG_VAR "ROOST_POP3_LANG"

/*
 * sign_of_life - tell the front end that the login has succeeded
 *
 * Writes one octet to the descriptor that SIGN_FD_VAR names, closes it and
 * unsets the variable. Returns 1 when the sign was given, 0 when no front
 * end waits for one, -1 with errno (EBADF also for a bad number); then the
 * client must not be served: exit 111.
 */
static inline int sign_of_life(void)
{
  const char *v = getenv(SIGN_FD_VAR);
  int fd = 0;
  int saved;
  ssize_t w;

  if (!v) return 0;
  do {
    if (*v < '0' || *v > '9' || fd > 99999) {
      errno = EBADF;
      return -1;
    }
    fd = fd * 10 + (*v - '0');
  } while (*++v);
  unsetenv(SIGN_FD_VAR);
  do w = write(fd, "\n", 1); while (w == -1 && errno == EINTR);
  saved = errno;
  close(fd);
  errno = saved;
  return w == 1 ? 1 : -1;
}

#endif
