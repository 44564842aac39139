/* ISC licence; see LICENSE. */
#include "command.h"

#include <string.h>
#include <strings.h>

static const char bad_number[] = "a number is digits alone, without zeros "
                                 "before it";

struct words { const char *s; size_t len; };

/* the next word; 0 if there is none */
static int next_word(struct words *line, struct words *word)
{
  while (line->len && *line->s == ' ') line->s++, line->len--;
  word->s = line->s;
  while (line->len && *line->s != ' ') line->s++, line->len--;
  word->len = (size_t)(line->s - word->s);
  return word->len > 0;
}

/* digits without sign or leading zero, below 2^63; 1 or 0 */
static int number(const struct words *w, uint64_t *n)
{
  size_t i;

  if (!w->len || w->len > 18 || (w->len > 1 && *w->s == '0')) return 0;
  for (*n = i = 0; i < w->len; i++) {
    if (w->s[i] < '0' || w->s[i] > '9') return 0;
    *n = *n * 10 + (uint64_t)(w->s[i] - '0');
  }
  return 1;
}

static const struct command_row *find(const struct words *w)
{
  const struct command_row *r;

  for (r = command_table; r->name; r++)
    if (strlen(r->name) == w->len && !strncasecmp(r->name, w->s, w->len))
      return r;
  return 0;
}

static const char *arguments(struct command *c, struct words *line)
{
  struct words w, extra;

  if (c->row->args == ARGS_ANY) return 0;
  if (!next_word(line, &w)) {
    if (c->row->args == ARGS_MSN) return "which message?";
    if (c->row->args == ARGS_MSN_LINES)
      return "a message and a number of lines are needed";
    return 0;
  }
  if (c->row->args == ARGS_NONE) return "this command takes no argument";
  if (c->row->args == ARGS_WORD_OPTIONAL) {
    c->word = w.s;
    c->wordlen = w.len;
  } else {
    if (!number(&w, &c->msn)) return bad_number;
    if (!c->msn) return "messages are counted from 1";
  }
  if (c->row->args == ARGS_MSN_LINES) {
    if (!next_word(line, &w)) return "a number of lines is needed, too";
    if (!number(&w, &c->lines)) return bad_number;
  }
  return next_word(line, &extra) ? "too many arguments" : 0;
}

const char *command_parse(struct command *c, const char *line, size_t len)
{
  struct words rest = { line, len }, name;
  size_t i;

  memset(c, 0, sizeof *c);
  for (i = 0; i < len; i++)
    if ((unsigned char)line[i] < ' ' || line[i] == 0x7f)
      return "control characters are not allowed";
  if (!len) return "an empty line is no command";
  if (*line == ' ' || !next_word(&rest, &name))
    return "a command does not start with a space";
  c->row = find(&name);
  if (!c->row) return "unknown command";
  return arguments(c, &rest);
}
