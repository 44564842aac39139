/* ISC licence; see LICENSE. */
#include "command.h"

#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "flags.h"
#include "limit.h"
#include "list_line.h"
#include "mailbox_name.h"
#include "read.h"

/*
 * APPEND: RFC 3501 section 6.3.11, with several messages RFC 3502, APPENDUID
 * RFC 4315. The command comes line by line: what stands before a message's
 * literal is looked at in full before the client is told to send it, and the
 * literal goes straight to the store.
 *
 * A literal8 (RFC 3516 section 4.4) is taken if the store, which keeps lines,
 * gives it back to the octet: not with NUL, and not with LF without CR.
 *
 * Once something is refused, what the client sends without asking (literals
 * that do not synchronize) is read and thrown away; it gets no go-ahead.
 */

/* messages in one command */
#define MESSAGES_MAX 5000

struct appending {
  struct folder *dst;           /* owned if it is not the selected one */
  struct append *append;
  uint32_t count;
  struct flag_list list;        /* of the message at hand */
  struct keyword_ids more;      /* its keywords beyond the letters */
  int64_t date;
};

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

/* SP [flag-list SP] [date-time SP] literal: RFC 3502 */
static int message_head(struct parse *p, struct appending *a, uint64_t *size)
{
  a->list.flags = 0;
  a->list.names.len = 0;
  a->date = INT64_MIN;
  if (!parse_sp(p)) return 0;
  if (parse_peek(p) == '('
      && (!parse_flag_list(p, &a->list, 0) || !parse_sp(p)))
    return 0;
  if (parse_peek(p) == '"'
      && (!parse_date_time(p, &a->date) || !parse_sp(p)))
    return 0;
  return parse_literal_header(p, size);
}

/* What can be refused before the message is sent. 0, or -1: st, text */
static int may_come(struct session *s, struct appending *a, uint64_t size,
                    uint32_t *letters, enum status *st)
{
  *st = STATUS_NO;
  if (!size)
    /* a client's way to take it all back: RFC 3502 */
    cmd_no(s, "[CANNOT] an empty message cannot be appended");
  else if (size > s->message_max)
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

/* LF without CR? *last is the octet before s, and becomes the last of s. */
static int bare_lf(const char *s, size_t len, char *last)
{
  const char *p = s, *end = s + len;
  int bare = 0;

  for (; !bare && (p = memchr(p, '\n', (size_t)(end - p))); p++)
    bare = (p == s ? *last : p[-1]) != '\r';
  *last = end[-1];
  return bare;
}

/* 0, or why octets of a literal cannot be stored. Only literal8 may hold NUL:
 * RFC 3501 section 9, CHAR8. */
static const char *octets_fault(const char *s, size_t len, int binary,
                                char *last)
{
  int nul = !!memchr(s, 0, len);

  if (!binary) return nul ? "NUL in message" : 0;
  if (!nul && !bare_lf(s, len, last)) return 0;
  return "[UNKNOWN-CTE] binary content cannot be stored";
}

/*
 * The literal, into the store. 1; 0: refused, *st and text are set, but the
 * whole literal was read; -1: the session ends.
 */
static int take_literal(struct session *s, struct appending *a,
                        const struct literal *lit, enum status *st)
{
  uint64_t size;
  const char *data, *why;
  char last = 0;
  ptrdiff_t n;
  int ok = 1;

  for (size = lit->size; size; size -= (uint64_t)n) {
    n = input_some(&s->in, &data, size);
    if (n <= 0) {
      session_input_ended(s, (int)n);
      return -1;
    }
    if (!ok) continue;
    why = octets_fault(data, (size_t)n, lit->binary, &last);
    if (why) {
      *st = lit->binary ? cmd_no(s, why) : cmd_bad(s, why);
      ok = 0;
    } else if (append_data(a->append, data, (size_t)n) == -1) {
      *st = cmd_fault(s, "append");
      ok = 0;
    }
  }
  return ok;
}

/* The line behind a literal, alone in s->cmd. 1, 0 refused, -1 */
static int next_line(struct session *s, struct parse *p, enum status *st)
{
  int r;

  s->cmd.len = 0;
  r = input_line(&s->in, &s->cmd);
  if (r == -1 && errno == EMSGSIZE) {
    *st = cmd_bad(s, "line too long");
    return 0;
  }
  if (r != 1) {
    session_input_ended(s, r);
    return -1;
  }
  stralloc_readyplus(&s->cmd, 1);
  parse_init(p, s->cmd.s, s->cmd.len);
  return 1;
}

/*
 * One message, and the line behind it. 1; 0: refused, *st and text are set;
 * -1: the session ends.
 */
static int one_message(struct session *s, struct appending *a,
                       struct parse *p, enum status *st)
{
  struct literal lit;
  uint64_t size;
  uint32_t letters;
  int r, refused = 0;

  if (!message_head(p, a, &size) || !input_literal(&s->in, &lit)) {
    *st = cmd_syntax(s, p);
    return 0;
  }
  if (may_come(s, a, size, &letters, st) == -1) return 0;
  if (lit.sync && (r = input_go_ahead(&s->in, "go ahead")) != 1) {
    session_input_ended(s, r);
    return -1;
  }
  r = take_literal(s, a, &lit, st);
  if (r == -1) return -1;
  refused = !r;
  append_keywords(a->append, &a->more);
  if (r && append_finish(a->append, a->list.flags, letters, a->date) == -1) {
    *st = cmd_fault(s, "append");
    refused = 1;
  }
  r = next_line(s, p, st);
  if (r == 1) a->count++;
  return r == 1 && refused ? 0 : r;
}

static enum status commit(struct session *s, struct appending *a)
{
  struct uidset uids = UIDSET_ZERO;
  struct folder_counts c;
  enum status st = STATUS_OK;

  if (append_commit(a->append, &uids) == -1) {
    st = cmd_fault(s, "append");
    goto done;
  }
  s->appended += a->count;
  s->text.len = 0;
  if (uidset_count(&uids) == a->count && folder_counts(a->dst, &c) == 0) {
    stralloc_cats(&s->text, "[APPENDUID ");
    stralloc_catu(&s->text, c.uidvalidity);
    stralloc_append(&s->text, ' ');
    uidset_fmt(&s->text, &uids);
    stralloc_cats(&s->text, "] ");
  }
  stralloc_cats(&s->text, "APPEND done");
done:
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
  do {
    r = one_message(s, a, p, &st);
    if (r == -1) return STATUS_NONE;
    if (!r) goto refused;
  } while (p->s < p->end);
  return commit(s, a);
refused:
  return read_discard(s) == -1 ? STATUS_NONE : st;
}

enum status cmd_append(struct session *s, struct parse *p)
{
  struct appending a = { 0, 0, 0, { 0, STRALLOC_ZERO },
                         KEYWORD_IDS_ZERO, 0 };
  enum status st = append(s, &a, p);

  if (a.append) append_free(a.append);
  if (a.dst && a.dst != s->folder) folder_close(a.dst);
  flag_list_free(&a.list);
  keyword_ids_free(&a.more);
  return st;
}
