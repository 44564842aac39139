/* ISC licence; see LICENSE. */
/*
 * A client's octets through the reader of commands, and the arguments of each
 * command through every piece of the parser. Whatever comes, the pieces stay
 * within the text.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <skalibs/strerr.h>

#include "base/alloc.h"
#include "imapd/command.h"
#include "imapd/flags.h"
#include "imapd/pattern.h"
#include "imapd/read.h"
#include "imapd/status_items.h"

char const *PROG = "fuzz_imap_parse";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static struct session s;

static void within(const struct parse *p, const char *start)
{
  if (p->s < start || p->s > p->end) abort();
}

static void text_within(const struct parse *p, const struct text *t,
                        const char *start)
{
  if (t->len && (t->s < start || t->s + t->len > p->end)) abort();
}

static void texts(const char *args, size_t len)
{
  static int (*const f[])(struct parse *, struct text *) = {
    parse_atom, parse_astring, parse_string, parse_nstring,
    parse_list_mailbox, parse_mailbox
  };
  char *copy = xalloc(len);
  struct pattern pattern;
  struct parse p;
  struct text t;
  size_t i;

  for (i = 0; i < sizeof f / sizeof *f; i++) {
    memcpy(copy, args, len);
    parse_init(&p, copy, len);
    while (p.s < p.end) {
      t.len = 0;
      if (f[i](&p, &t)) {
        text_within(&p, &t, copy);
        pattern_init(&pattern, t.s ? t.s : "", t.len, '.');
        pattern_match(&pattern, args, len < 200 ? len : 200, 5);
        pattern_free(&pattern);
      } else if (p.s < p.end)
        p.s++;
      within(&p, copy);
    }
  }
  free(copy);
}

static void others(const char *args, size_t len)
{
  char *copy = xalloc(len);
  struct seqset set = SEQSET_ZERO;
  struct flag_list flags = { 0, STRALLOC_ZERO };
  struct parse p;
  unsigned items;
  uint32_t n;
  uint64_t big;
  int64_t t;
  size_t at;

  memcpy(copy, args, len);
  for (at = 0; at < len; at++) {
    if (at && copy[at - 1] != ' ') continue;
#define TRY(call) parse_init(&p, copy + at, len - at); call; within(&p, copy)
    TRY(parse_sequence_set(&p, &set));
    TRY(parse_flag_list(&p, &flags, 1));
    TRY(parse_status_items(&p, &items));
    TRY(parse_date(&p, &t));
    TRY(parse_date_time(&p, &t));
    TRY(parse_number(&p, &n));
    TRY(parse_number64(&p, &big));
    TRY(parse_literal_header(&p, &big));
#undef TRY
  }
  seqset_free(&set);
  flag_list_free(&flags);
  free(copy);
}

static void open_session(int in, int out)
{
  memset(&s, 0, sizeof s);
  reply_init(&s.out, out);
  input_init(&s.in, in, &s.out);
  s.message_max = 100000;
  s.in.line_max = 1000;
}

static void close_session(void)
{
  stralloc_free(&s.cmd);
  stralloc_free(&s.tag);
  stralloc_free(&s.text);
  reply_free(&s.out);
}

/* all the commands that fd gives, one behind the other */
static void run(int in, int out)
{
  const struct command *row;
  size_t args = 0;
  int r;

  open_session(in, out);
  while ((r = command_read(&s, &row, &args)) != -1) {
    if (!r || s.cmd.len - args > 2000) continue;
    if (args > s.cmd.len) abort();
    texts(s.cmd.s + args, s.cmd.len - args);
    others(s.cmd.s + args, s.cmd.len - args);
  }
  close_session();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
  static int null = -1;
  int fd[2];

  if (null == -1) null = open("/dev/null", O_WRONLY);
  if (len > 60000) return 0;            /* what a pipe holds */
  if (pipe(fd) == -1) abort();
  if (len && write(fd[1], data, len) != (ssize_t)len) abort();
  close(fd[1]);
  run(fd[0], null);
  close(fd[0]);
  return 0;
}
