/* ISC licence; see LICENSE. */
/*
 * Responses of an IMAP server, in pieces as they may come: the first octet is
 * how many octets at a time. Tokens lie within the octets; no loop is endless.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "tools/imap_reply.h"

char const *PROG = "fuzz";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

struct input { const uint8_t *data; size_t len, step; uint64_t text; };

static ssize_t give(void *arg, char *buf, size_t n)
{
  struct input *in = arg;

  if (n > in->step) n = in->step;
  if (n > in->len) n = in->len;
  memcpy(buf, in->data, n);
  in->data += n;
  in->len -= n;
  return (ssize_t)n;
}

static void text(void *arg, const char *s, size_t len)
{
  if (s) ((struct input *)arg)->text += len;
}

static void look(const struct imap_reply *r)
{
  size_t i;

  for (i = 0; i < r->n; i++) {
    if (r->token[i].at + r->token[i].len >= r->octets.len) abort();
    if (imap_word(r, i)[r->token[i].len]) abort();
    if (imap_skip(r, i) <= i || imap_skip(r, i) > r->n) abort();
    imap_number(r, i);
    imap_date(imap_word(r, i), r->token[i].len);
    if (i > 200) return;
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
  static struct imap_reply r;
  struct input in = { data + 1, len - 1, 0, 0 };

  if (!len) return 0;
  in.step = *data ? *data : 65536;
  memset(&r, 0, sizeof r);
  r.read = give;
  r.text = text;
  r.arg = &in;
  while (imap_reply_next(&r) == 1) look(&r);
  if (in.text > len) abort();
  imap_reply_free(&r);
  return 0;
}
