/* ISC licence; see LICENSE. */
#include "command.h"

#include "contexts.h"

/* CANCELUPDATE 1*(SP quoted): RFC 5267 section 4.3.5. Parsed to its end before
 * anything is cancelled. */
enum status cmd_cancelupdate(struct session *s, struct parse *p)
{
  struct text tags[CONTEXTS_MAX];
  size_t n = 0, i;
  int all = 1;

  do {
    if (n == CONTEXTS_MAX) return cmd_bad(s, "too many tags");
    if (!parse_sp(p) || !parse_string(p, &tags[n])) return cmd_syntax(s, p);
    n++;
  } while (parse_peek(p) == ' ');
  if (!parse_end(p)) return cmd_syntax(s, p);
  for (i = 0; i < n; i++) if (!contexts_cancel(s, &tags[i])) all = 0;
  if (!all) return cmd_no(s, "no updates are sent for a tag of these");
  return cmd_ok(s, "no further updates");
}
