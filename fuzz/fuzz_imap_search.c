/* ISC licence; see LICENSE. */
/*
 * The parser of SEARCH programs, and one answer for a message of which
 * nothing, then everything is known.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "imapd/search_eval.h"
#include "imapd/search_program.h"

const char *PROG = "fuzz_imap_search";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void answer(const struct search_program *g)
{
  struct search_facts f;
  struct search_needs needs;

  memset(&f, 0, sizeof f);
  needs.keys = xalloc(g->nkeys * sizeof *needs.keys);
  search_eval(g, &f, &needs);
  if (needs.n > g->nkeys) abort();
  f.known = KNOW_DATE | KNOW_FIELDS | KNOW_HEADER | KNOW_SIZE | KNOW_TEXT;
  if (search_eval(g, &f, &needs) == SEARCH_UNKNOWN) abort();
  free(needs.keys);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
  struct search_program g = SEARCH_PROGRAM_ZERO;
  char *copy = xalloc(len ? len : 1);
  struct uidset uids = UIDSET_ZERO;
  struct parse p;

  if (len) memcpy(copy, data, len);
  parse_init(&p, copy, len);
  if (search_parse(&g, &p)) {
    answer(&g);
    uidset_add(&uids, 1, 100);
    search_narrow(&g, &uids);
  } else if (!p.why) {
    abort();                    /* a fault must have a name */
  }
  uidset_free(&uids);
  search_program_free(&g);
  free(copy);
  return 0;
}
