/* ISC licence; see LICENSE. */
#include "read.h"

#include <errno.h>
#include <string.h>

#include "base/alloc.h"

/* longest tag that we repeat; clients use less than ten octets */
#define TAG_MAX 256

static int ended(struct session *s, int result)
{
  session_input_ended(s, result);
  return -1;
}

int read_discard(struct session *s)
{
  struct literal lit;
  int r;

  while (input_literal(&s->in, &lit) && !lit.sync) {
    /* RFC 7888 section 4: swallow it, or if that takes too long, end */
    if (lit.size > s->message_max + COMMAND_MAX) {
      reply_untagged(&s->out, "BYE [TOOBIG] literal too large");
      s->logout = 1;
      s->why = "too-long";
      return -1;
    }
    r = input_skip(&s->in, lit.size);
    if (r <= 0) return ended(s, r);
    s->cmd.len = 0;
    r = input_line(&s->in, &s->cmd);
    if (r <= 0 && !(r == -1 && errno == EMSGSIZE)) return ended(s, r);
  }
  return 0;
}

int read_literal(struct session *s, const struct literal *lit, int binary)
{
  /* the line behind the last literal may have taken it past the limit */
  size_t room = s->cmd.len < COMMAND_MAX ? COMMAND_MAX - s->cmd.len : 0;
  int r;

  if ((lit->binary && !binary) || lit->size > room || !room) {
    cmd_bad(s, lit->binary && !binary ? "no binary literal allowed here"
                           : "[TOOBIG] literal too large");
    return read_discard(s);
  }
  if (lit->sync && (r = input_go_ahead(&s->in, "go ahead")) != 1)
    return ended(s, r);
  stralloc_catb(&s->cmd, "\r\n", 2);
  r = input_bytes(&s->in, &s->cmd, (size_t)lit->size);
  if (r == 1) r = input_line(&s->in, &s->cmd);
  if (r == -1 && errno == EMSGSIZE) {
    cmd_bad(s, "line too long");
    return read_discard(s);
  }
  return r <= 0 ? ended(s, r) : 1;
}

/* A tag to answer with; "*" stands for one that cannot be read. */
static int tag(struct session *s, struct parse *p)
{
  char *start = p->s;

  s->tag.len = 0;
  while (p->s < p->end && is_tag_char((unsigned char)*p->s)) p->s++;
  if (p->s == start || p->s - start > TAG_MAX
      || (p->s < p->end && *p->s != ' ')) {
    stralloc_append(&s->tag, '*');
    return 0;
  }
  stralloc_catb(&s->tag, start, (size_t)(p->s - start));
  return 1;
}

/* The row of the command whose first line lies in cmd; 0: refused. */
static const struct command *head(struct session *s, size_t *args)
{
  const struct command *row;
  struct parse p;
  struct text name;

  parse_init(&p, s->cmd.s, s->cmd.len);
  s->by_uid = 0;
  if (!tag(s, &p)) {
    cmd_bad(s, s->cmd.len ? "bad tag" : "empty line");
    return 0;
  }
  if (p.s == p.end || !parse_sp(&p) || !parse_atom(&p, &name)) {
    cmd_bad(s, "missing command");
    return 0;
  }
  if (text_is(&name, "UID")) {
    s->by_uid = 1;
    if (!parse_sp(&p) || !parse_atom(&p, &name)) {
      cmd_bad(s, "UID must be followed by a command");
      return 0;
    }
  }
  row = command_find(&name, s->by_uid);
  if (!row)
    cmd_bad(s, s->by_uid ? "no such UID command" : "unknown command");
  else if ((row->flags & CMD_SELECTED) && !s->folder) {
    cmd_bad(s, "no mailbox is selected");
    row = 0;
  } else if ((row->flags & CMD_UID) && !s->by_uid && session_uidonly(s)) {
    cmd_uid_required(s);
    row = 0;
  }
  *args = (size_t)(p.s - s->cmd.s);
  return row;
}

int command_read(struct session *s, const struct command **row, size_t *args)
{
  struct literal lit;
  int r, toolong;

  s->cmd.len = 0;
  s->text.len = 0;
  input_begin(&s->in);
  r = input_line(&s->in, &s->cmd);
  toolong = r == -1 && errno == EMSGSIZE;
  if (r <= 0 && !toolong) return ended(s, r);
  stralloc_readyplus(&s->cmd, 1);       /* never a null pointer */
  *row = head(s, args);
  if (toolong) cmd_bad(s, "line too long");
  if (toolong || !*row) return read_discard(s);
  if ((*row)->flags & CMD_STREAM) return 1;
  while (input_literal(&s->in, &lit)) {
    r = read_literal(s, &lit, !!((*row)->flags & CMD_LITERAL8));
    if (r != 1) return r;
  }
  return 1;
}
