/* ISC licence; see LICENSE. */
#include "command.h"

#include <errno.h>

#include "fetch.h"
#include "limit.h"
#include "modseq.h"
#include "partial.h"
#include "qresync.h"
#include "tell.h"

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

/* fetch-modifier of RFC 4466: those of RFC 7162 and RFC 9394 */
struct modifiers {
  int changed;                  /* CHANGEDSINCE */
  uint64_t since;
  int vanished;
  struct partial partial;
};

static int fault(struct parse *p, const char *why)
{
  p->why = why;
  return 0;
}

static int modifier(struct session *s, struct parse *p, struct modifiers *m)
{
  if (!m->changed && parse_try_word(p, "CHANGEDSINCE")) {
    m->changed = 1;
    return parse_sp(p) && parse_number64(p, &m->since);
  }
  if (!m->vanished && parse_try_word(p, "VANISHED")) {
    m->vanished = 1;
    /* RFC 7162 section 3.2.6 */
    if (!s->by_uid) return fault(p, "VANISHED is for UID FETCH only");
    if (s->enabled & ENABLED_QRESYNC) return 1;
    return fault(p, "VANISHED: QRESYNC must be enabled first");
  }
  if (!m->partial.lo && parse_try_word(p, "PARTIAL")) {
    /* RFC 9394 section 3.3 */
    if (!s->by_uid) return fault(p, "PARTIAL is for UID FETCH only");
    return parse_sp(p) && parse_partial(p, &m->partial);
  }
  return fault(p, "unknown or repeated FETCH modifier");
}

/* [SP "(" modifier *(SP modifier) ")"] */
static int modifiers(struct session *s, struct parse *p, struct modifiers *m)
{
  if (parse_peek(p) != ' ') return 1;
  if (!parse_sp(p) || !parse_char(p, '(')) return 0;
  do
    if (!modifier(s, p, m)) return 0;
  while (parse_try(p, ' '));
  if (m->vanished && !m->changed)
    return fault(p, "VANISHED needs CHANGEDSINCE");
  return parse_char(p, ')');
}

/*
 * CHANGEDSINCE and VANISHED: only what the history names is looked at, and
 * what it says is gone is told before any FETCH (RFC 7162 section 3.2.6).
 */
static int since(struct session *s, const struct seqset *set,
                 const struct modifiers *m, struct uidset *uids)
{
  struct uidset known = UIDSET_ZERO, changed = UIDSET_ZERO;
  struct uidset gone = UIDSET_ZERO;
  struct folder_counts c;
  int r = -1;

  if (folder_counts(s->folder, &c) == -1) return -1;
  if (m->vanished) {
    view_known(&s->view, set, c.uidnext, &known);
    r = qresync_since(s, m->since, &known, c.uidnext, &changed, &gone);
    if (r == 0) tell_vanished(s, 1, &gone);
  } else {
    r = folder_since(s->folder, m->since, &changed, &gone);
  }
  uidset_intersect(uids, &changed);
  uidset_free(&known);
  uidset_free(&changed);
  uidset_free(&gone);
  return r == -1 ? -1 : 0;
}

static void pick(const struct partial *x, struct uidset *uids)
{
  struct uidset some = UIDSET_ZERO;

  partial_pick(x, uids, &some);
  uidset_copy(uids, &some);
  uidset_free(&some);
}

/* 1; 0 with the answer in *ret */
static int may_run(struct session *s, const struct seqset *set,
                   const struct fetch_items *items, const struct modifiers *m,
                   struct uidset *uids, enum status *ret)
{
  int modseq = m->changed || items->asked >> FETCH_MODSEQ & 1;

  *ret = STATUS_BAD;
  if (view_resolve(&s->view, set, s->by_uid, uids) == -1) {
    cmd_bad(s, "no such message number");
    return 0;
  }
  if (modseq && !modseq_usable(s)) return 0;
  if (modseq) modseq_enable(s);
  if (m->partial.lo) {
    /* RFC 9738 section 3.1: nothing is done */
    *ret = STATUS_NO;
    if (limit_refuse(s, 0, (uint64_t)m->partial.hi - m->partial.lo + 1))
      return 0;
    pick(&m->partial, uids);
  }
  return 1;
}

static enum status run(struct session *s, const struct seqset *set,
                       struct fetch_items *items, const struct modifiers *m)
{
  struct uidset uids = UIDSET_ZERO;
  struct fetch_result result;
  enum status ret;

  if (!may_run(s, set, items, m, &uids, &ret)) goto done;
  limit_cut(s, &uids);
  if (m->changed) {
    fetch_items_modseq(items);
    items->changedsince = m->since;
    if (since(s, set, m, &uids) == -1) {
      ret = cmd_fault(s, "fetch");
      goto done;
    }
  }
  fetch_run(s, items, &uids, &result);
  ret = finish(s, &result);
done:
  uidset_free(&uids);
  return ret;
}

/* FETCH: RFC 3501 section 6.4.5 */
enum status cmd_fetch(struct session *s, struct parse *p)
{
  struct fetch_items items = FETCH_ITEMS_ZERO;
  struct seqset set = SEQSET_ZERO;
  struct modifiers m = { 0, 0, 0, PARTIAL_ZERO };
  enum status ret;

  if (!parse_sp(p) || !parse_sequence_set(p, &set) || !parse_sp(p) ||
      !fetch_items_parse(&items, p, s->by_uid && !session_uidonly(s)) ||
      !modifiers(s, p, &m) || !parse_end(p))
    ret = cmd_syntax(s, p);
  else
    ret = run(s, &set, &items, &m);
  fetch_items_free(&items);
  seqset_free(&set);
  return ret;
}
