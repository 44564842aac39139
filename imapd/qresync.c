/* ISC licence; see LICENSE. */
#include "qresync.h"

#include "flags.h"
#include "tell.h"

#define FAULT(p, text) ((p)->why = (text), 0)

void qresync_free(struct qresync *q)
{
  seqset_free(&q->known);
  seqset_free(&q->msns);
  seqset_free(&q->uids);
}

/* "*" and "$" are not allowed in any set here: RFC 7162 section 7 */
static int plain_set(struct parse *p, struct seqset *set)
{
  size_t i;

  if (!parse_sequence_set(p, set)) return 0;
  for (i = 0; i < set->n; i++)
    if (!set->r[i].lo || !set->r[i].hi) break;
  if (i == set->n && !set->saved) return 1;
  return FAULT(p, "QRESYNC: only numbers may stand in a set");
}

/* section 3.2.5.2: MUST be in ascending order; how many numbers in *n */
static int ascending(struct parse *p, const struct seqset *set, uint64_t *n)
{
  size_t i;

  for (*n = 0, i = 0; i < set->n; i++) {
    if (set->r[i].lo > set->r[i].hi || (i && set->r[i].lo <= set->r[i - 1].hi))
      return FAULT(p, "QRESYNC: match data must ascend");
    *n += (uint64_t)set->r[i].hi - set->r[i].lo + 1;
  }
  return 1;
}

static int match_data(struct qresync *q, struct parse *p)
{
  uint64_t msns, uids;

  if (!plain_set(p, &q->msns) || !parse_sp(p) || !plain_set(p, &q->uids)
      || !parse_char(p, ')') || !ascending(p, &q->msns, &msns)
      || !ascending(p, &q->uids, &uids))
    return 0;
  return msns == uids ? 1 : FAULT(p, "QRESYNC: match data must pair off");
}

int qresync_parse(struct qresync *q, struct parse *p)
{
  if (!parse_char(p, '(') || !parse_nz_number(p, &q->uidvalidity)
      || !parse_sp(p) || !parse_number64(p, &q->modseq))
    return 0;
  if (!parse_try(p, ' ')) return parse_char(p, ')');
  if (parse_peek(p) != '(') {
    if (!plain_set(p, &q->known)) return 0;
    if (!parse_try(p, ' ')) return parse_char(p, ')');
  }
  return parse_char(p, '(') && match_data(q, p) && parse_char(p, ')');
}

static void to_uidset(const struct seqset *set, struct uidset *out)
{
  struct uidset one = UIDSET_ZERO;
  struct uidrange *r = set->r;
  size_t i;
  uint32_t swap;

  for (i = 0; i < set->n; i++) {
    if (r[i].lo <= r[i].hi) continue;
    swap = r[i].lo;
    r[i].lo = r[i].hi;
    r[i].hi = swap;
  }
  uidset_build(&one, r, set->n);
  uidset_union(out, &one);
  uidset_free(&one);
}

/*
 * One stretch of pairs, msn + i and uid + i for i in 0..last: the highest i
 * that fits the view. There UID minus number never falls, so those that fit
 * stand side by side. Returns the UID, 0 if none fits.
 */
static uint32_t best_of_stretch(const struct view *v, uint32_t msn,
                                uint32_t uid, uint32_t last)
{
  uint64_t lo = 0, hi, mid;     /* the first that is too high is in lo..hi */

  if (msn > v->exists) return 0;
  if (last > v->exists - msn) last = v->exists - msn;
  hi = (uint64_t)last + 1;
  while (lo < hi) {
    mid = lo + (hi - lo) / 2;
    if (view_uid(v, msn + (uint32_t)mid) > uid + mid) hi = mid;
    else lo = mid + 1;
  }
  if (!lo) return 0;
  lo--;
  return view_uid(v, msn + (uint32_t)lo) == uid + lo ? uid + (uint32_t)lo : 0;
}

uint32_t qresync_matched(const struct view *v, const struct qresync *q)
{
  const struct uidrange *m = q->msns.r, *u = q->uids.r;
  size_t i = 0, j = 0;
  uint32_t moff = 0, uoff = 0, mleft, uleft, step, uid, best = 0;

  while (i < q->msns.n && j < q->uids.n) {
    mleft = m[i].hi - m[i].lo - moff;           /* more of them, less 1 */
    uleft = u[j].hi - u[j].lo - uoff;
    step = mleft < uleft ? mleft : uleft;
    uid = best_of_stretch(v, m[i].lo + moff, u[j].lo + uoff, step);
    if (uid) best = uid;
    moff = step == mleft ? 0 : moff + step + 1;
    uoff = step == uleft ? 0 : uoff + step + 1;
    i += step == mleft;
    j += step == uleft;
  }
  return best;
}

int qresync_since(struct session *s, uint64_t since,
                  const struct uidset *known, uint32_t uidnext,
                  struct uidset *changed, struct uidset *gone)
{
  /* a number that was never given here: of another, later index */
  uint64_t from = since > s->view.modseq ? 0 : since;
  struct uidset there = UIDSET_ZERO;
  int r = folder_since(s->folder, from, changed, gone);

  if (r == -1) return -1;
  if (!r) {
    uidset_copy(gone, known);
    uidset_remove(gone, uidnext, UINT32_MAX);
  }
  uidset_intersect(changed, known);
  uidset_intersect(changed, &s->view.uids);
  uidset_intersect(gone, known);
  uidset_subtract(gone, &s->view.uids);
  if (!gone->n) return 0;
  /* what is new, or back again, is not gone; the view may not know it yet */
  r = folder_uids(s->folder, &there);
  uidset_subtract(gone, &there);
  uidset_free(&there);
  return r;
}

int qresync_select(struct session *s, const struct qresync *q,
                   uint32_t uidvalidity, uint32_t uidnext)
{
  struct uidset known = UIDSET_ZERO, changed = UIDSET_ZERO;
  struct uidset gone = UIDSET_ZERO;
  int ret = -1;

  if (q->uidvalidity != uidvalidity || s->view.nomodseq) return 0;
  if (q->known.n) to_uidset(&q->known, &known);
  else if (uidnext > 1) uidset_add(&known, 1, uidnext - 1);
  if (qresync_since(s, q->modseq, &known, uidnext, &changed, &gone) == -1)
    goto done;
  uidset_remove(&gone, 1, qresync_matched(&s->view, q));
  tell_vanished(s, 1, &gone);
  if (flags_report(s, &changed, REPORT_FLAGS | REPORT_UID, 0) == -1
      && !s->out.dead)
    goto done;
  ret = 0;
done:
  uidset_free(&known);
  uidset_free(&changed);
  uidset_free(&gone);
  return ret;
}
