/* ISC licence; see LICENSE. */
#ifndef IMAPD_SESSION_H
#define IMAPD_SESSION_H

#include <stdint.h>
#include <skalibs/stralloc.h>

#include "maildir/account.h"
#include "maildir/folder.h"
#include "input.h"
#include "parse.h"
#include "reply.h"
#include "view.h"

/*
 * One connection of one user. Owned by main; every command handler gets it.
 */
#define SHED_NEVER 1000000
struct session {
  struct account account;
  struct input in;
  struct reply out;

  struct folder *folder;        /* selected, or 0 */
  int readonly;                 /* selected with EXAMINE */
  char shown[64];               /* its name, cut, for the title */
  struct view view;             /* of the selected folder */
  struct contexts *contexts;    /* searches with updates; 0: none */
  struct notify *notify;        /* what NOTIFY asked for; 0: it was not used */

  stralloc cmd;                 /* text of the command at hand */
  stralloc tag;                 /* of the command at hand */
  int by_uid;                   /* it came as UID FETCH, UID SEARCH, ... */
  int by_number;                /* its keys had message numbers: no EXPUNGE */
  stralloc text;                /* what its tagged response will say */
  unsigned enabled;             /* ENABLED_... */
  int by_alias;                 /* the last mailbox that it named was named by
                                   the namespace's alias: so are ours */

  int64_t progress_ms;          /* between INPROGRESS lines */
  int utf8_strict;              /* UTF8=ACCEPT is offered, and its rules hold */
  int64_t shed_load;            /* load from which on indexing is refused */
  uint64_t message_max;         /* largest message that APPEND takes */
  uint32_t message_limit;       /* messages in one command; 0: no limit */
  uint32_t limited;             /* lowest UID of a command that was cut short,
                                   see limit.h; 0: it was not */
  unsigned bad_commands;        /* in a row */
  struct compress *compress;    /* COMPRESS: made, and perhaps in use; owned */
  int logout;                   /* end after this command */
  const char *why;              /* why it ended, for the log */

  int fault_told;               /* a failing sync was logged */

  int waiting;                  /* WAITING_... */
  int64_t deadline;             /* of that: the autologout, clock_ms; 0: new */

  /* for the log */
  const char *user, *address;
  uint64_t fetched, expunged, appended;
};

/* for what the session waits: imap-idle may do so (rest.h) */
#define WAITING_NOT 0
#define WAITING_COMMAND 1
#define WAITING_IDLE 2

/* what ENABLE has switched on: RFC 9051 section 6.3.1 */
#define ENABLED_REV2 0x01u      /* IMAP4rev2 */
#define ENABLED_CONDSTORE 0x02u /* RFC 7162; also by what modseq.h tells */
#define ENABLED_QRESYNC 0x04u   /* RFC 7162, CONDSTORE too */
#define ENABLED_UTF8 0x10u      /* UTF8=ACCEPT: RFC 9755 */
#define ENABLED_UIDONLY 0x08u   /* RFC 9586 */
#define ENABLED_ALL 0x1fu

/* session_rev2 - 1 once the client has enabled IMAP4rev2 */
static inline int session_rev2(const struct session *s)
{
  return !!(s->enabled & ENABLED_REV2);
}

/* session_utf8 - 1 once UTF-8 may stand in quoted strings and mailbox names:
 * with UTF8=ACCEPT (RFC 9755), and with IMAP4rev2 */
static inline int session_utf8(const struct session *s)
{
  return !!(s->enabled & (ENABLED_REV2 | ENABLED_UTF8));
}

/* session_condstore - 1 if FETCH responses get UID and MODSEQ */
static inline int session_condstore(const struct session *s)
{
  return !!(s->enabled & ENABLED_CONDSTORE);
}

/* session_uidonly - 1 if no message number may travel, in either direction;
 * tell.h for what we send, cmd_uid_required for what the client sends */
static inline int session_uidonly(const struct session *s)
{
  return !!(s->enabled & ENABLED_UIDONLY);
}

/* session_vanished - 1 if VANISHED takes the place of EXPUNGE: RFC 7162
 * section 3.2.10, RFC 9586 section 3.4 */
static inline int session_vanished(const struct session *s)
{
  if (s->enabled & ENABLED_QRESYNC && !s->view.nomodseq) return 1;
  return session_uidonly(s);
}

/* session_append_limit - what APPENDLIMIT says: RFC 7889 has 32 bits for it */
static inline uint64_t session_append_limit(const struct session *s)
{
  return s->message_max < UINT32_MAX ? s->message_max : UINT32_MAX;
}

/* session_recent - UIDs that are shown with \Recent, which IMAP4rev2 has no
 * more; borrowed until the next call of the folder */
const struct uidset *session_recent(const struct session *);

/* session_run - serve commands until the session ends; why is set then */
void session_run(struct session *);
/* session_stop - the signal that asks us to end before the next command: SIGTERM
 * or one of login/sign.h; 0: none */
extern volatile int session_stop;
/* session_title - what ps(1) shows: user, address, this state, the folder */
void session_title(const struct session *, const char *state);
/*
 * session_wait_begin - the session waits for the client, and imap-idle may do
 * so in its place: the deadline, which is kept over that. session_wait_end
 */
int64_t session_wait_begin(struct session *, int waiting);
void session_wait_end(struct session *);
/* session_rest - of a struct session: the client is silent (1), so give memory
 * back; there is something to do (0) */
void session_rest(void *, int silent);
/* session_folder - note that a folder (storage name) is selected, or none: 0;
 * session_show - the same for the title alone */
void session_folder(struct session *, const stralloc *storage);
void session_show(struct session *, const char *name, size_t len);
/* session_close_folder - deselect; tells the client nothing */
void session_close_folder(struct session *);
/* session_sync - view_sync, and what has to be done when it fails. 0, or -1:
 * the session ends (logout is set and the client was told) */
int session_sync(struct session *, int expunges, int with_uid);
/*
 * session_input_ended - take note of how input_* ended (its 0 or -1 with
 * errno): tells the client BYE where that makes sense and sets logout
 */
void session_input_ended(struct session *, int result);

/*
 * How a command ends. The loop sends what the view has to tell, then
 * "TAG OK text". cmd_ok and the others keep a copy of text, which begins with
 * a response code where one is due: cmd_no(s, "[NONEXISTENT] no such
 * mailbox"). They return the status, for a handler to return.
 */
enum status {
  STATUS_OK, STATUS_NO, STATUS_BAD,
  STATUS_NONE                   /* the session ended meanwhile */
};
enum status cmd_ok(struct session *, const char *text);
enum status cmd_no(struct session *, const char *text);
enum status cmd_bad(struct session *, const char *text);
/* cmd_syntax - BAD with the parser's reason */
enum status cmd_syntax(struct session *, const struct parse *);
/*
 * cmd_fault - NO for a failed call of the store: errno picks the response
 * code of RFC 5530 (ENOSPC, EDQUOT, EACCES, ENOENT, ...); what is logged with
 * it, and is not shown to the client.
 */
enum status cmd_fault(struct session *, const char *what);
/* cmd_uid_required - BAD for a message number after ENABLE UIDONLY */
enum status cmd_uid_required(struct session *);
/* cmd_may_change - 1; 0 with NO in text if it was EXAMINEd */
int cmd_may_change(struct session *);

#endif
