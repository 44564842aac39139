/* ISC licence; see LICENSE. */
/*
 * What pop3d takes from others: the first octet chooses a command line, a
 * format of unique-ids, a header for a client without UTF-8, the parts of one
 * (addresses, text, parameters), or the lines of a response.
 */
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "pop3d/command.h"
#include "pop3d/dotstuff.h"
#include "pop3d/surrogate.h"
#include "pop3d/surrogate_words.h"
#include "maildir/uidl.h"

const char *PROG = "fuzz_pop3_command";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void command(const char *s, size_t len)
{
  struct command c;
  const char *why = command_parse(&c, s, len);

  if (why) {
    if (*why == '[' || strlen(why) > 200) abort();
    return;
  }
  if (!c.row || !c.row->name) abort();
  if (c.row->args == ARGS_MSN && !c.msn) abort();
  if (c.row->args == ARGS_MSN_LINES && !c.msn) abort();
  if (c.word && (c.word < s || c.word + c.wordlen > s + len)) abort();
}

/* two messages of one folder have different unique-ids */
static void format(const char *s, size_t len)
{
  static stralloc a = STRALLOC_ZERO, b = STRALLOC_ZERO;
  struct uidl_facts x = { 1, 17, "One.Name", 8, "g1", 2 };
  struct uidl_format f;

  if (!uidl_format_parse(&f, s, len)) return;
  a.len = b.len = 0;
  uidl_make(&a, &f, &x);
  x.uid = 11;
  x.name = "Other.Name";
  x.namelen = 10;
  x.guid = "g2";
  uidl_make(&b, &f, &x);
  if (!uidl_valid(a.s, a.len) || !uidl_valid(b.s, b.len)) abort();
  if (a.len == b.len && !memcmp(a.s, b.s, a.len)) abort();
}

static void header(const char *s, size_t len, int which)
{
  static stralloc out = STRALLOC_ZERO;

  out.len = 0;
  stralloc_append(&out, ':');           /* as behind a field's name */
  if (which == 0) surrogate_header(&out, s, len);
  else if (which == 1) words_addresses(&out, s, len);
  else if (which == 2) words_params(&out, s, len);
  else words_text(&out, s, len);
  if (has_8bit(out.s, out.len)) abort();
  if (out.len > 50 * len + 200) abort();
}

/* the client gets the text back, and finds the end where it is */
static void lines(const char *s, size_t len)
{
  static struct output o;
  struct dotstuff d;
  size_t i, start, left = len;

  if (len > 10000) return;
  output_init(&o, open("/dev/null", O_WRONLY), 1000);
  dotstuff_begin(&d, &o, DOTSTUFF_ALL);
  for (i = 0; left; i += start, left -= start) {
    start = (unsigned char)s[i] % left + 1;
    if (dotstuff_put(&d, s + i, start) != 1) abort();
  }
  if (dotstuff_end(&d) == -1) abort();
  if (o.len < 3 || memcmp(o.buf + o.len - 3, ".\r\n", 3)) abort();
  for (start = i = 0; i < o.len - 3; i++) {
    if (o.buf[i] != '\n') continue;
    if (!i || o.buf[i - 1] != '\r') abort();
    if (i - start == 2 && o.buf[start] == '.') abort();
    start = i + 1;
  }
  if (start != o.len - 3) abort();
  close(o.fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
  const char *s = (const char *)data + 1;

  if (!len) return 0;
  switch (*data % 8) {
  case 0: command(s, len - 1); break;
  case 1: format(s, len - 1); break;
  case 2: lines(s, len - 1); break;
  case 3: header(s, len - 1, 1); break;
  case 4: header(s, len - 1, 2); break;
  case 5: header(s, len - 1, 3); break;
  default: header(s, len - 1, 0); break;
  }
  return 0;
}
