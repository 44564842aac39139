/* ISC licence; see LICENSE. */
/*
 * Up to the first NUL the items of a FETCH, behind it a message: the parser,
 * and what ENVELOPE and BODYSTRUCTURE make of the message.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "imapd/bodystructure.h"
#include "imapd/envelope.h"
#include "imapd/fetch_items.h"

const char *PROG = "fuzz_imap_fetch";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void items(const uint8_t *data, size_t len)
{
  struct fetch_items f = FETCH_ITEMS_ZERO;
  char *copy = xalloc(len ? len : 1);
  struct parse p;

  if (len) memcpy(copy, data, len);
  parse_init(&p, copy, len);
  if (!fetch_items_parse(&f, &p, 1) && !p.why) abort();
  fetch_items_free(&f);
  free(copy);
}

/* Balanced, and without the octets that may not be sent: what a client reads
 * behind it would be taken for something else. */
static void sound(const stralloc *s)
{
  size_t i, n;
  long depth = 0;

  for (i = 0; i < s->len; i++) {
    if (!s->s[i]) abort();
    if (s->s[i] == '(') depth++;
    if (s->s[i] == ')' && --depth < 0) abort();
    if (s->s[i] == '"')
      for (i++; s->s[i] != '"'; i++) {
        if (i + 1 >= s->len || s->s[i] == '\r' || s->s[i] == '\n') abort();
        if (s->s[i] == '\\') i++;
      }
    if (s->s[i] != '{') continue;
    for (n = 0, i++; s->s[i] != '}'; i++) n = n * 10 + (size_t)(s->s[i] - '0');
    i += 2 + n;
    if (i >= s->len) abort();
  }
  if (depth || s->s[0] != '(' || s->s[s->len - 1] != ')') abort();
}

static void message(const uint8_t *data, size_t len)
{
  struct mime_message m = MIME_MESSAGE_ZERO;
  stralloc out = STRALLOC_ZERO;

  mime_parse_mem(&m, (const char *)data, len);
  envelope_cat(&out, m.root->envelope);
  sound(&out);
  out.len = 0;
  bodystructure_cat(&out, m.root, 1);
  sound(&out);
  out.len = 0;
  bodystructure_cat(&out, m.root, 0);
  sound(&out);
  stralloc_free(&out);
  mime_free(&m);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
  const uint8_t *nul = len ? memchr(data, 0, len) : 0;
  size_t n = nul ? (size_t)(nul - data) : len;

  items(data, n);
  if (nul) message(nul + 1, len - n - 1);
  return 0;
}
