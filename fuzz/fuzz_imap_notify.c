/* ISC licence; see LICENSE. */
/*
 * The parser of NOTIFY SET, and which mailboxes its groups mean.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <skalibs/strerr.h>

#include "base/alloc.h"
#include "imapd/notify_impl.h"

char const *PROG = "fuzz_imap_notify";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* the rules of RFC 5465 section 5 */
static void check(unsigned events)
{
  unsigned both = NOTIFY_NEW | NOTIFY_GONE;

  if (events & (both | NOTIFY_FLAGS) && (events & both) != both) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
  static const char *const names[] = { "", "a", "a.b", "a.b.c", "INBOX.a" };
  static struct session s;
  struct notify_wish w;
  char *copy = xalloc(len ? len : 1);
  struct parse p;
  size_t i;

  s.account.rootfd = s.account.tree.rootfd = -1;
  s.account.tree.ns.separator = '.';
  memset(&w, 0, sizeof w);
  if (len) memcpy(copy, data, len);
  parse_init(&p, copy, len);
  if (notify_parse_set(&s, &w, &p)) {
    s.notify = &w.n;
    check(w.n.selected);
    for (i = 0; i < sizeof names / sizeof *names; i++)
      check(notify_match(&s, names[i], i & 1));
  } else if (!p.why)
    abort();                    /* a fault must have a name */
  notify_wish_free(&w);
  s.notify = 0;
  free(copy);
  return 0;
}
