/* ISC licence; see LICENSE. */
#include "command.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/log.h"
#include "flags.h"
#include "list_line.h"
#include "mailbox_name.h"
#include "modseq.h"
#include "qresync.h"
#include "object_id.h"

/* SELECT, EXAMINE, CLOSE, UNSELECT. */

/* select-param of RFC 4466, RFC 7162 */
struct params {
  int condstore;
  struct qresync qresync;
};

/* Mail that we may not change is selected read-only: RFC 3501 section 6.3.1 */
static int may_write(struct session *s, const stralloc *storage)
{
  stralloc dir = STRALLOC_ZERO;
  int ok;

  tree_dir(&dir, storage->s ? storage->s : "", storage->len);
  if (dir.len) dir.len--;               /* its NUL */
  stralloc_cats(&dir, "/cur");
  stralloc_0(&dir);
  ok = !faccessat(s->account.rootfd, dir.s, W_OK, AT_EACCESS)
       || (errno != EACCES && errno != EROFS);
  stralloc_free(&dir);
  return ok;
}

static void number(struct session *s, const char *before, uint32_t n,
                   const char *after)
{
  reply_puts(&s->out, before);
  reply_num(&s->out, n);
  reply_puts(&s->out, after);
  reply_crlf(&s->out);
}

/* what IMAP4rev2 no longer has: RFC 9051 appendix E, points 11 and 12 */
static void tell_rev1(struct session *s)
{
  uint32_t unseen, msn;

  number(s, "* ", s->view.recent, " RECENT");
  if (session_uidonly(s)) return;       /* UNSEEN is a message number */
  unseen = folder_first_unseen(s->folder);
  msn = unseen ? view_msn(&s->view, unseen) : 0;
  if (msn) number(s, "* OK [UNSEEN ", msn, "] first unseen");
}

static void tell(struct session *s, const struct folder_counts *c,
                 const object_id id)
{
  view_tell_flags(s);
  number(s, "* ", s->view.exists, " EXISTS");
  if (!session_rev2(s)) tell_rev1(s);
  number(s, "* OK [UIDVALIDITY ", c->uidvalidity, "] UIDs are valid");
  number(s, "* OK [UIDNEXT ", c->uidnext, "] predicted next UID");
  reply_puts(&s->out, "* OK [MAILBOXID (");     /* RFC 8474 section 4.2 */
  reply_puts(&s->out, id);
  reply_puts(&s->out, ")] its id\r\n");
  modseq_open(s);
}

/* oldname: what the client called it, if it had to be normalized */
static enum status open_folder(struct session *s, const stralloc *storage,
                               int readonly, const struct text *oldname,
                               const struct params *params)
{
  struct folder_counts c;
  object_id id;

  if (folder_open(&s->folder, &s->account, storage->s ? storage->s : "",
                  storage->len, !readonly) == -1) {
    s->folder = 0;
    return cmd_fault(s, "select");
  }
  s->readonly = readonly;
  if (folder_sync(s->folder) == -1 || view_open(&s->view, s->folder) == -1
      || folder_counts(s->folder, &c) == -1
      || object_id_mailbox(id, s->folder) == -1
      || (session_rev2(s) && list_mailbox(s, storage, oldname) == -1)) {
    int e = errno;

    session_close_folder(s);
    errno = e;
    return cmd_fault(s, "select");
  }
  tell(s, &c, id);
  if (params->qresync.uidvalidity
      && qresync_select(s, &params->qresync, c.uidvalidity, c.uidnext)
         == -1) {
    int e = errno;

    session_close_folder(s);
    errno = e;
    return cmd_fault(s, "select");
  }
  session_folder(s, storage);
  return readonly ? cmd_ok(s, "[READ-ONLY] selected")
                  : cmd_ok(s, "[READ-WRITE] selected");
}

/* [SP "(" select-param *(SP select-param) ")"]; 1, 0 with p->why */
static int parse_params(struct session *s, struct parse *p,
                        struct params *params)
{
  struct qresync *q = &params->qresync;

  if (parse_peek(p) != ' ') return 1;
  if (!parse_sp(p) || !parse_char(p, '(')) return 0;
  do {
    if (!params->condstore && parse_try_word(p, "CONDSTORE")) {
      params->condstore = 1;
      continue;
    }
    if (q->uidvalidity || !parse_try_word(p, "QRESYNC")) {
      p->why = "unknown or repeated SELECT parameter";
      return 0;
    }
    /* RFC 7162 section 3.2.5 */
    if (!(s->enabled & ENABLED_QRESYNC)) {
      p->why = "QRESYNC must be enabled first";
      return 0;
    }
    if (!parse_sp(p) || !qresync_parse(q, p)) return 0;
  } while (parse_try(p, ' '));
  return parse_char(p, ')');
}

static void close_other(struct session *s)
{
  /* RFC 7162 section 3.2.11; even a SELECT that fails deselects */
  if (s->folder)
    reply_untagged(&s->out, "OK [CLOSED] the other mailbox is closed");
  session_close_folder(s);
}

static enum status select_or_examine(struct session *s, struct parse *p,
                                     int examine)
{
  stralloc storage = STRALLOC_ZERO;
  struct params params = { 0, QRESYNC_ZERO };
  struct text name;
  enum status st = STATUS_NO;
  int changed;

  if (!parse_sp(p) || !parse_mailbox(p, &name)
      || !parse_params(s, p, &params) || !parse_end(p))
    st = cmd_syntax(s, p);
  else if (params.qresync.msns.n && session_uidonly(s))
    st = cmd_uid_required(s);           /* RFC 9586 section 3.7 */
  else {
    close_other(s);
    if (params.condstore) modseq_enable(s);
    if (mailbox_storage(s, &name, &storage, &changed))
      st = open_folder(s, &storage, examine || !may_write(s, &storage),
                       changed ? &name : 0, &params);
  }
  qresync_free(&params.qresync);
  stralloc_free(&storage);
  return st;
}

enum status cmd_select(struct session *s, struct parse *p)
{
  return select_or_examine(s, p, 0);
}

enum status cmd_examine(struct session *s, struct parse *p)
{
  return select_or_examine(s, p, 1);
}

enum status cmd_close(struct session *s, struct parse *p)
{
  struct uidset removed = UIDSET_ZERO;

  if (!parse_end(p)) return cmd_syntax(s, p);
  if (!s->readonly) {
    /* RFC 3501 section 6.4.2 knows no NO here: what stays, stays \Deleted */
    if (folder_remove(s->folder, &s->view.uids, 1, &removed) == -1
        && errno != ENOENT)
      log_fault("fault", "close");
    s->expunged += uidset_count(&removed);
    view_removed(s, &removed);
    uidset_free(&removed);
  }
  session_close_folder(s);
  return cmd_ok(s, "CLOSE done");
}

enum status cmd_unselect(struct session *s, struct parse *p)
{
  if (!parse_end(p)) return cmd_syntax(s, p);
  session_close_folder(s);
  return cmd_ok(s, "UNSELECT done");
}
