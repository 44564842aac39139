/* ISC licence; see LICENSE. */
#include "session.h"

#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "base/log.h"

/* How commands end: the text of the tagged response. */

static enum status end(struct session *s, enum status st, const char *text)
{
  s->text.len = 0;
  stralloc_cats(&s->text, text);
  return st;
}

enum status cmd_ok(struct session *s, const char *text)
{
  return end(s, STATUS_OK, text);
}

enum status cmd_no(struct session *s, const char *text)
{
  return end(s, STATUS_NO, text);
}

enum status cmd_bad(struct session *s, const char *text)
{
  return end(s, STATUS_BAD, text);
}

enum status cmd_syntax(struct session *s, const struct parse *p)
{
  return cmd_bad(s, p->why ? p->why : "syntax error");
}

/* RFC 5530 section 3 */
static const struct { int e; const char *text; } faults[] = {
  { ENOENT, "[NONEXISTENT] no such mailbox" },
  { ENOTDIR, "[NONEXISTENT] no such mailbox" },
  { EEXIST, "[ALREADYEXISTS] there is a mailbox of that name" },
  { EACCES, "[NOPERM] permission denied" },
  { EPERM, "[NOPERM] permission denied" },
  { EROFS, "[NOPERM] the mail store is read-only" },
  { EDQUOT, "[OVERQUOTA] quota exceeded" },
  { ENOSPC, "[UNAVAILABLE] the disk is full" },
  { EMFILE, "[LIMIT] no more keywords can be made in this mailbox" },
  { EFBIG, "[LIMIT] there are too many keywords in this mailbox" },
  { ENAMETOOLONG, "[LIMIT] name too long" },
  { EAGAIN, "[INUSE] the mailbox is locked" },
  { EINVAL, "[CANNOT] that is not possible" },
  { ESTALE, "[UNAVAILABLE] the mailbox was replaced" },
};

enum status cmd_fault(struct session *s, const char *what)
{
  int e = errno;
  size_t i;

  for (i = 0; i < sizeof faults / sizeof *faults; i++)
    if (faults[i].e == e) break;
  /* what a client can bring about by asking is no event for the log */
  if (e != ENOENT && e != EEXIST && e != EDQUOT && e != EINVAL
      && e != ENAMETOOLONG && e != EMFILE && e != EFBIG) {
    log_begin("fault");
    log_str("user", s->user);
    log_str("what", what);
    log_errno(e);
    log_end();
  }
  if (i < sizeof faults / sizeof *faults) return cmd_no(s, faults[i].text);
  return cmd_no(s, "[UNAVAILABLE] internal trouble, see the server's log");
}

/* RFC 9586 section 3 */
enum status cmd_uid_required(struct session *s)
{
  return cmd_bad(s, "[UIDREQUIRED] no message numbers once UIDONLY is enabled");
}

int cmd_may_change(struct session *s)
{
  if (!s->readonly) return 1;
  cmd_no(s, "[READ-ONLY] the mailbox is selected read-only");
  return 0;
}
