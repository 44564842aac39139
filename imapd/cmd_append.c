/* ISC licence; see LICENSE. */
#include "command.h"

#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "base/log.h"
#include "append_text.h"
#include "limit.h"
#include "list_line.h"
#include "mailbox_name.h"
#include "notify.h"
#include "read.h"

/*
 * APPEND: RFC 3501 section 6.3.11, with several messages RFC 3502, APPENDUID
 * RFC 4315, REPLACE RFC 8508. The command comes line by line: what stands
 * before a message's text is looked at in full before the client is told to
 * send it, and the text goes straight to the store.
 *
 * A literal8 (RFC 3516 section 4.4) is taken if the store, which keeps lines,
 * gives it back to the octet: not with NUL, and not with LF without CR.
 *
 * Once something is refused, what the client sends without asking (literals
 * that do not synchronize) is read and thrown away; it gets no go-ahead.
 */

/* messages in one command */
#define MESSAGES_MAX 5000

/* Read the literal that the mailbox name is, if it is one, so that
 * the text holds it. 1, 0 refused, -1 the session ends. */
static int name_literal(struct session *s, struct parse *p)
{
  size_t at = (size_t)(p->s - s->cmd.s);
  struct literal lit;
  int r;

  if (parse_peek(p) != '{' || !input_literal(&s->in, &lit)) return 1;
  r = read_literal(s, &lit, 0);
  if (r != 1) return r;
  parse_init(p, s->cmd.s + at, s->cmd.len - at);
  return 1;
}

/* NO for a mailbox that is not there; it could be created */
static void no_mailbox(struct session *s)
{
  if (errno == ENOENT || errno == ENOTDIR)
    cmd_no(s, "[TRYCREATE] no such mailbox");
  else
    cmd_fault(s, "append");
}

static int open_destination(struct session *s, struct appending *a,
                            const struct text *name)
{
  stralloc storage = STRALLOC_ZERO;
  int ret = -1, changed;

  if (!mailbox_storage(s, name, &storage, &changed)) goto done;
  stralloc_0(&storage);
  if (s->folder && !strcmp(folder_name(s->folder), storage.s))
    a->dst = s->folder;
  else if (folder_open(&a->dst, &s->account, storage.s, storage.len - 1, 0)
           == -1) {
    a->dst = 0;
    no_mailbox(s);
    goto done;
  }
  if (folder_sync(a->dst) == -1) {
    no_mailbox(s);
    goto done;
  }
  a->append = append_begin(a->dst);
  storage.len--;
  if (changed) list_mailbox(s, &storage, name);
  ret = 0;
done:
  stralloc_free(&storage);
  return ret;
}

/* SP [flag-list SP] [date-time SP], and what announces the text: RFC 3502,
 * RFC 4466 section 2.4. *size is that of a literal, which p stays at. */
static int message_head(struct parse *p, struct appending *a, uint64_t *size)
{
  struct parse ahead;

  a->list.flags = 0;
  a->list.names.len = 0;
  a->date = INT64_MIN;
  a->form = TEXT_LITERAL;
  if (!parse_sp(p)) return 0;
  if (parse_peek(p) == '('
      && (!parse_flag_list(p, &a->list, 0) || !parse_sp(p)))
    return 0;
  if (parse_peek(p) == '"'
      && (!parse_date_time(p, &a->date) || !parse_sp(p)))
    return 0;
  *size = 1;                    /* not known yet: something */
  if (parse_try_word(p, "CATENATE")) a->form = TEXT_CATENATE;
  else if (parse_try_word(p, "UTF8")) a->form = TEXT_UTF8;
  if (a->form != TEXT_LITERAL) return parse_sp(p);
  ahead = *p;
  if (parse_literal_header(&ahead, size)) return 1;
  p->why = ahead.why;
  return 0;
}

/* What can be refused before the message is sent. 0, or -1: st, text */
static int may_come(struct session *s, struct appending *a, uint64_t size,
                    uint32_t *letters, enum status *st)
{
  *st = STATUS_NO;
  a->room = s->message_max;
  if (!size)
    /* a client's way to take it all back: RFC 3502 */
    cmd_no(s, "[CANNOT] an empty message cannot be appended");
  else if (size > a->room)
    cmd_no(s, "[TOOBIG] message too large");
  else if (limit_refuse(s, 0, (uint64_t)a->count + 1))
    return -1;
  else if (a->count == MESSAGES_MAX)
    cmd_no(s, "[LIMIT] too many messages in one command");
  else if (append_room(a->append, size, a->list.flags) == -1
           || flags_letters(a->dst, &a->list, 1, letters, &a->more) == -1
           || append_start(a->append) == -1)
    cmd_fault(s, "append");
  else
    return 0;
  return -1;
}

/*
 * One message, and the line behind it. 1; 0: refused, *st and text are set;
 * -1: the session ends.
 */
static int one_message(struct session *s, struct appending *a,
                       struct parse *p, enum status *st)
{
  uint64_t size;
  uint32_t letters;
  int r;

  if (!message_head(p, a, &size)) {
    *st = cmd_syntax(s, p);
    return 0;
  }
  if (may_come(s, a, size, &letters, st) == -1) return 0;
  r = append_text(s, a, p, st);
  if (r != 1) return r;
  append_keywords(a->append, &a->more);
  if (append_finish(a->append, a->list.flags, letters, a->date) == -1) {
    *st = cmd_fault(s, "append");
    return 0;
  }
  a->count++;
  return 1;
}

static void appenduid(stralloc *out, struct appending *a,
                      const struct uidset *uids)
{
  struct folder_counts c;

  if (uidset_count(uids) != a->count || folder_counts(a->dst, &c) == -1)
    return;
  stralloc_cats(out, "[APPENDUID ");
  stralloc_catu(out, c.uidvalidity);
  stralloc_append(out, ' ');
  uidset_fmt(out, uids);
  stralloc_cats(out, "] ");
}

/*
 * The other message goes: RFC 8508 section 3.4. If it cannot, the new one is
 * taken back, so that either both is done or nothing.
 */
static enum status replace(struct session *s, struct appending *a,
                           const struct uidset *new)
{
  struct uidset old = UIDSET_ZERO, removed = UIDSET_ZERO;
  stralloc code = STRALLOC_ZERO;
  enum status st = STATUS_OK;

  uidset_add(&old, a->replaces, a->replaces);
  if (folder_remove(s->folder, &old, 0, &removed) == -1 || !removed.n) {
    st = removed.n || errno != ENOENT
      ? cmd_fault(s, "replace")
      : cmd_no(s, "[EXPUNGEISSUED] the message to be replaced is gone");
    if (new->n && folder_remove(a->dst, new, 0, 0) == -1)
      log_fault("fault", "replace-undo");
  } else {
    s->expunged++;
    view_removed(s, &old);
    appenduid(&code, a, new);
    if (code.len) {             /* before the EXPUNGE: section 4.3 */
      reply_puts(&s->out, "* OK ");
      reply_put(&s->out, code.s, code.len);
      reply_puts(&s->out, "replaced\r\n");
    }
    cmd_ok(s, "REPLACE done");
  }
  stralloc_free(&code);
  uidset_free(&old);
  uidset_free(&removed);
  return st;
}

static enum status commit(struct session *s, struct appending *a)
{
  struct uidset uids = UIDSET_ZERO;
  enum status st = STATUS_OK;

  if (append_commit(a->append, &uids) == -1)
    st = cmd_fault(s, "append");
  else if (a->replaces)
    st = replace(s, a, &uids);
  else {
    s->text.len = 0;
    appenduid(&s->text, a, &uids);
    stralloc_cats(&s->text, "APPEND done");
  }
  if (st == STATUS_OK) s->appended += a->count;
  if (st == STATUS_OK && a->dst == s->folder) view_made(s, &uids);
  else if (st == STATUS_OK)
    notify_appended(s, folder_name(a->dst), a->count);
  uidset_free(&uids);
  return st;
}

static enum status append(struct session *s, struct appending *a,
                          struct parse *p)
{
  struct text name;
  enum status st = STATUS_NO;
  int r;

  if (!parse_sp(p)) {
    st = cmd_syntax(s, p);
    goto refused;
  }
  r = name_literal(s, p);
  if (r != 1) return r ? STATUS_NONE : STATUS_BAD;
  if (!parse_mailbox(p, &name)) {
    st = cmd_syntax(s, p);
    goto refused;
  }
  if (parse_peek(p) == -1) {
    st = cmd_bad(s, "missing message");
    goto refused;
  }
  if (open_destination(s, a, &name) == -1) goto refused;
  if (a->replaces) append_instead(a->append, s->folder, a->replaces);
  do {
    r = one_message(s, a, p, &st);
    if (r == -1) return STATUS_NONE;
    if (!r) goto refused;
  } while (p->s < p->end && !a->replaces);
  if (!parse_end(p)) {          /* REPLACE is of one: RFC 8508 section 4.7 */
    st = cmd_syntax(s, p);
    goto refused;
  }
  return commit(s, a);
refused:
  return read_discard(s) == -1 ? STATUS_NONE : st;
}

static enum status run(struct session *s, struct parse *p, uint32_t replaces)
{
  struct appending a;
  enum status st;

  memset(&a, 0, sizeof a);
  a.replaces = replaces;
  st = append(s, &a, p);
  if (a.append) append_free(a.append);
  if (a.dst && a.dst != s->folder) folder_close(a.dst);
  flag_list_free(&a.list);
  keyword_ids_free(&a.more);
  return st;
}

enum status cmd_append(struct session *s, struct parse *p)
{
  return run(s, p, 0);
}

/* The message to be replaced. 1; 0: *st and text are set. */
static int replaced(struct session *s, struct parse *p, uint32_t *uid,
                    enum status *st)
{
  struct seqset set = SEQSET_ZERO;
  struct uidset uids = UIDSET_ZERO;
  int one;

  *uid = 0;
  if (!parse_sp(p) || !parse_sequence_set(p, &set)) *st = cmd_syntax(s, p);
  else {
    one = set.n == 1 && !set.saved && set.r[0].lo == set.r[0].hi;
    if (!one || view_resolve(&s->view, &set, s->by_uid, &uids) == -1)
      *st = cmd_bad(s, one ? "no such message number" : "one message expected");
    else if (cmd_may_change(s)) {
      *uid = uidset_next(&uids, 1);
      if (!*uid || uidset_has(&s->view.gone, *uid)) {
        *uid = 0;
        cmd_no(s, "the message to be replaced is not there");
      }
    }
  }
  uidset_free(&uids);
  seqset_free(&set);
  return !!*uid;
}

/* REPLACE and UID REPLACE: RFC 8508 */
enum status cmd_replace(struct session *s, struct parse *p)
{
  enum status st = STATUS_NO;
  uint32_t uid;

  if (replaced(s, p, &uid, &st)) return run(s, p, uid);
  return read_discard(s) == -1 ? STATUS_NONE : st;
}
