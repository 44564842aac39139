/* ISC licence; see LICENSE. */
#include "command.h"

#include <errno.h>

#include "fetch.h"

/*
 * Messages that others expunged get no answer. A FETCH by number then ends
 * with NO, as RFC 2180 section 4.1.2 has it, and the response code of RFC
 * 5530 that tells the client to look for EXPUNGEs. In UID FETCH a UID that
 * is not there is no error: RFC 3501 section 6.4.8.
 */
static enum status finish(struct session *s, const struct fetch_result *r)
{
  if (r->error == EINTR) return cmd_no(s, "[UNAVAILABLE] interrupted");
  if (r->error) {
    errno = r->error;
    return cmd_fault(s, "fetch");
  }
  if (r->unknown_cte)
    return cmd_no(s, "[UNKNOWN-CTE] a part is in an unknown encoding");
  if (r->gone && !s->by_uid)
    return cmd_no(s, "[EXPUNGEISSUED] some of the messages no longer exist");
  return cmd_ok(s, "fetched");
}

static enum status run(struct session *s, const struct seqset *set,
                       const struct fetch_items *items)
{
  struct uidset uids = UIDSET_ZERO;
  struct fetch_result result;
  enum status ret;

  if (view_resolve(&s->view, set, s->by_uid, &uids) == -1) {
    ret = cmd_bad(s, "no such message number");
  } else {
    fetch_run(s, items, &uids, &result);
    ret = finish(s, &result);
  }
  uidset_free(&uids);
  return ret;
}

/* FETCH: RFC 3501 section 6.4.5 */
enum status cmd_fetch(struct session *s, struct parse *p)
{
  struct fetch_items items = FETCH_ITEMS_ZERO;
  struct seqset set = SEQSET_ZERO;
  enum status ret;

  if (!parse_sp(p) || !parse_sequence_set(p, &set) || !parse_sp(p) ||
      !fetch_items_parse(&items, p, s->by_uid && !session_uidonly(s)) || !parse_end(p))
    ret = cmd_syntax(s, p);
  else
    ret = run(s, &set, &items);
  fetch_items_free(&items);
  seqset_free(&set);
  return ret;
}
