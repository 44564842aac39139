/* ISC licence; see LICENSE. */
#include "view.h"

#include <errno.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "contexts.h"
#include "fetch_new.h"
#include "flags.h"
#include "modseq.h"
#include "notify.h"
#include "reply.h"
#include "session.h"
#include "tell.h"

void view_free(struct view *v)
{
  static const struct view zero;

  uidset_free(&v->uids);
  uidset_free(&v->gone);
  uidset_free(&v->saved);
  uidset_free(&v->untold);
  uidset_free(&v->made);
  uidset_free(&v->removed);
  uidrank_free(&v->rank);
  *v = zero;
}

/* \Recent of this session among the messages that have a number */
static uint32_t count_recent(const struct view *v, struct folder *f)
{
  const struct uidset *recent = folder_recent(f);
  struct uidset both = UIDSET_ZERO;
  uint32_t n;

  if (!recent->n) return 0;
  uidset_copy(&both, recent);
  uidset_intersect(&both, &v->uids);
  uidset_subtract(&both, &v->gone);
  n = (uint32_t)uidset_count(&both);
  uidset_free(&both);
  return n;
}

int view_open(struct view *v, struct folder *f)
{
  struct folder_counts counts;

  view_free(v);
  /* The modseq first: what happens between the two calls is told twice at
   * worst; the other way round it could be missed. */
  if (folder_counts(f, &counts) == -1) return -1;
  if (folder_uids(f, &v->uids) == -1) return -1;
  uidrank_build(&v->rank, &v->uids);
  v->top = uidset_max(&v->uids);
  v->exists = (uint32_t)uidset_count(&v->uids);
  v->modseq = counts.modseq;
  v->birth = folder_birth(f);
  v->recent = count_recent(v, f);
  v->keywords = flags_named_letters(f);
  v->beyond = flags_beyond(f);
  return 0;
}

uint32_t view_uid(const struct view *v, uint32_t msn)
{
  return uidrank_uid(&v->rank, &v->uids, msn);
}

uint32_t view_msn(const struct view *v, uint32_t uid)
{
  return uidrank_msn(&v->rank, &v->uids, uid);
}

void view_numbers(const struct view *v, const struct uidset *uids, int by_uid,
                  struct uidset *shown)
{
  uint32_t uid, msn, more;
  size_t r;

  if (by_uid) {
    uidset_copy(shown, uids);
    return;
  }
  for (r = 0; r < uids->n; r++) {
    /* what is adjacent among UIDs is so among the view's numbers */
    uid = uids->r[r].lo;
    msn = view_msn(v, uid);
    more = uids->r[r].hi - uid;
    if (msn) uidset_add(shown, msn, msn + more);
  }
}

/* One end of a range: "*" is the last message. -1: no such number. */
static int one_end(const struct view *v, uint32_t written, int by_uid,
                   uint32_t *uid)
{
  if (by_uid) {
    *uid = written ? written : uidset_max(&v->uids);
    return 0;
  }
  *uid = view_uid(v, written ? written : v->exists);
  return *uid ? 0 : -1;
}

int view_resolve(const struct view *v, const struct seqset *set, int by_uid,
                 struct uidset *uids)
{
  struct uidrange *r;
  uint32_t a, b;
  size_t i, n = 0;
  int ret = -1;

  uidset_clear(uids);
  r = xalloc(set->n * sizeof *r);
  for (i = 0; i < set->n; i++) {
    if (one_end(v, set->r[i].lo, by_uid, &a) == -1
        || one_end(v, set->r[i].hi, by_uid, &b) == -1)
      goto done;
    if (!a || !b) continue;             /* "*" of an empty folder */
    /* "9:*" names the last message even when that is 5: RFC 3501 6.4.8 */
    r[n].lo = a < b ? a : b;
    r[n++].hi = a < b ? b : a;
  }
  uidset_build(uids, r, n);
  if (set->saved) uidset_union(uids, &v->saved);
  uidset_intersect(uids, &v->uids);
  ret = 0;
done:
  free(r);
  return ret;
}

void view_resolve_some(const struct view *v, const struct seqset *set,
                       struct uidset *uids)
{
  struct uidrange *r = xalloc(set->n * sizeof *r);
  uint32_t a, b, t;
  size_t i, n = 0;

  uidset_clear(uids);
  for (i = 0; i < set->n; i++) {
    a = set->r[i].lo ? set->r[i].lo : v->exists;
    b = set->r[i].hi ? set->r[i].hi : v->exists;
    if (a > b) t = a, a = b, b = t;
    if (b > v->exists) b = v->exists;
    if (!a || a > b) continue;
    r[n].lo = view_uid(v, a);
    r[n++].hi = view_uid(v, b);
  }
  uidset_build(uids, r, n);
  if (set->saved) uidset_union(uids, &v->saved);
  uidset_intersect(uids, &v->uids);
  free(r);
}

void view_known(const struct view *v, const struct seqset *set,
                uint32_t uidnext, struct uidset *uids)
{
  struct uidrange *r = xalloc(set->n * sizeof *r);
  uint32_t star = uidnext > 1 ? uidnext - 1 : 1, a, b;
  size_t i;

  for (i = 0; i < set->n; i++) {
    a = set->r[i].lo ? set->r[i].lo : star;
    b = set->r[i].hi ? set->r[i].hi : star;
    r[i].lo = a < b ? a : b;
    r[i].hi = a < b ? b : a;
  }
  uidset_build(uids, r, set->n);
  if (set->saved) uidset_union(uids, &v->saved);
  free(r);
}

/*
 * What the folder has seen since the last look, sorted into what the client
 * must be told. added: new messages; changed: flags of others.
 */
struct news {
  struct uidset added, changed, gone;
  struct uidset expunged;       /* of the view's gone: to be told now */
};

static void news_free(struct news *n)
{
  uidset_free(&n->added);
  uidset_free(&n->changed);
  uidset_free(&n->gone);
  uidset_free(&n->expunged);
}

void view_made(struct session *s, const struct uidset *uids)
{
  if (s->notify) uidset_union(&s->view.made, uids);
}

void view_removed(struct session *s, const struct uidset *uids)
{
  if (s->notify) uidset_union(&s->view.removed, uids);
}

/* The history does not reach back: compare everything. */
static int compare_all(struct view *v, struct folder *f, uint64_t since,
                       struct news *n)
{
  struct uidset all = UIDSET_ZERO;

  if (folder_uids(f, &all) == -1) {
    uidset_free(&all);
    return -1;
  }
  uidset_copy(&n->gone, &v->uids);
  uidset_subtract(&n->gone, &all);
  uidset_intersect(&n->changed, &all);
  uidset_free(&all);
  return folder_since(f, since, &n->changed, &n->gone) == -1 ? -1 : 0;
}

/* what NOTIFY does not want is kept until it does (RFC 5465 section 3.1) */
static void keep_back(struct session *s, struct news *n, unsigned events)
{
  if (!(events & NOTIFY_NEW)) {
    uidset_union(&s->view.untold, &n->added);
    uidset_clear(&n->added);
  }
  if (!(events & NOTIFY_FLAGS)) {
    uidset_union(&s->view.untold, &n->changed);
    uidset_clear(&n->changed);
  }
}

static int gather(struct session *s, struct news *n, unsigned events)
{
  struct view *v = &s->view;
  uint64_t now = v->modseq, before = v->modseq;
  int r, withheld = modseq_withheld(s), other;

  if (folder_sync(s->folder) == -1) return -1;
  modseq_look(s);
  r = folder_changes(s->folder, v->modseq, &n->changed, &n->gone, 1, &now);
  if (r == -1) return -1;
  uidset_union(&n->changed, &v->untold);
  uidset_clear(&v->untold);
  other = folder_birth(s->folder) != v->birth || v->modseq > now;
  if ((!r || other)
      && compare_all(v, s->folder, other ? 0 : v->modseq, n) == -1)
    return -1;
  v->birth = folder_birth(s->folder);
  v->modseq = now;
  uidset_subtract(&n->changed, &n->gone);
  uidset_intersect(&n->gone, &v->uids);
  /* back again after a false alarm that was not told yet */
  uidset_subtract(&v->gone, &n->changed);
  uidset_union(&v->gone, &n->gone);
  uidset_copy(&n->added, &n->changed);
  uidset_subtract(&n->added, &v->uids);
  /* a number in the middle cannot be given: RFC 3501 section 2.3.1.2 */
  if (v->top && uidset_next(&n->added, 1) <= v->top && n->added.n) {
    v->hidden = 1;
    uidset_remove(&n->added, 1, v->top);
  }
  if (!withheld) v->safe = before;
  uidset_intersect(&n->changed, &v->uids);
  keep_back(s, n, events);
  return 0;
}

static void tell_number(struct reply *r, uint32_t n, const char *what)
{
  reply_put(r, "* ", 2);
  reply_num(r, n);
  reply_puts(r, what);
}

void view_new_keywords(struct session *s)
{
  uint32_t letters = flags_named_letters(s->folder);
  uint32_t beyond = flags_beyond(s->folder);

  if (letters == s->view.keywords && beyond == s->view.beyond) return;
  s->view.keywords = letters;
  s->view.beyond = beyond;
  view_tell_flags(s);
}

void view_tell_flags(struct session *s)
{
  uint32_t letters = s->view.keywords;
  struct reply *r = &s->out;

  reply_puts(r, "* FLAGS ");
  flags_put_list(r, s->folder, 0, FLAGS_SHOWN, letters, 0);
  reply_puts(r, "\r\n* OK [PERMANENTFLAGS ");
  if (s->readonly) {
    reply_puts(r, "()] read-only\r\n");
    return;
  }
  flags_put_list(r, s->folder, 0, FLAGS_SHOWN, letters, 0);
  r->buf.len -= !r->dead;               /* the ")" */
  reply_puts(r, " \\*)] flags that are kept\r\n");
}

static void tell_recent(struct session *s, int always)
{
  uint32_t recent = count_recent(&s->view, s->folder);

  if (always || recent != s->view.recent)
    tell_number(&s->out, recent, " RECENT\r\n");
  s->view.recent = recent;
}

/* the EXPUNGEs that may be told: of others only if NOTIFY wants them */
static void pick_expunged(struct session *s, struct news *n, unsigned events)
{
  uidset_copy(&n->expunged, &s->view.gone);
  if (!(events & NOTIFY_GONE))
    uidset_intersect(&n->expunged, &s->view.removed);
  uidset_clear(&s->view.removed);
}

/* the messages that others brought, with what NOTIFY wants to know of them */
static void fetch_added(struct session *s, struct uidset *added)
{
  const stralloc *items = notify_items(s);

  uidset_subtract(added, &s->view.made);
  uidset_clear(&s->view.made);
  if (items && added->n) fetch_new(s, items, 0, added);
}

int view_sync(struct session *s, int expunges, int with_uid)
{
  struct view *v = &s->view;
  struct news n = { UIDSET_ZERO, UIDSET_ZERO, UIDSET_ZERO, UIDSET_ZERO };
  unsigned events = notify_selected(s);
  int ret = -1;

  /* RFC 9051 section 7.5.2: always in what the client did not ask for; RFC
   * 5465 section 5.1 */
  if (session_rev2(s) || s->notify) with_uid = 1;
  if (gather(s, &n, events) == -1) goto done;
  contexts_removed(s);
  if (expunges && v->gone.n) pick_expunged(s, &n, events);
  if (n.expunged.n) {
    tell_expunged(s, &n.expunged);
    v->expunge_sent = 1;
    uidset_subtract(&v->uids, &n.expunged);
    uidset_subtract(&v->gone, &n.expunged);
  }
  if (n.added.n) {
    uidset_union(&v->uids, &n.added);
    v->top = uidset_max(&n.added);
  }
  if (n.added.n || n.expunged.n) {
    uidrank_build(&v->rank, &v->uids);
    v->exists = (uint32_t)uidset_count(&v->uids);
  }
  if (n.added.n) tell_number(&s->out, v->exists, " EXISTS\r\n");
  if (!session_rev2(s) && events & NOTIFY_NEW)
    tell_recent(s, n.added.n != 0);
  if (n.added.n || n.changed.n) view_new_keywords(s);
  uidset_subtract(&n.changed, &v->gone);
  if (flags_report(s, &n.changed, REPORT_FLAGS | (with_uid ? REPORT_UID : 0),
                   0) == -1 && !s->out.dead) goto done;
  contexts_changed(s, &n.added);
  fetch_added(s, &n.added);
  ret = 0;
done:
  news_free(&n);
  return ret;
}
