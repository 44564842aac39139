/* ISC licence; see LICENSE. */
#include "extra.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/alloc.h"
#include "filename.h"
#include "keywords.h"

/* What roost-extra says, in memory. */

#define PARTS_MAX 1024          /* ranges that wait before they are sorted */
/* more than are ever made, since those that nobody bears any more are in the
 * file until it is compacted */
#define READ_NAMES_MAX (10 * EXTRA_NAMES_MAX)
#define AWAIT_MAX (36 * 3600)   /* s; then the file that it was for is gone */

/* ---- words ---- */

static int name_ok(const char *s, size_t len)
{
  size_t i;

  for (i = 0; i < len; i++)
    if ((unsigned char)s[i] <= ' ' || s[i] == 0x7f) return 0;
  return len && len <= KEYWORD_LIMIT;
}

static int compare(const char *s, size_t len, const char *name)
{
  int r = strncasecmp(s, name, len);

  return r ? r : name[len] ? -1 : 0;
}

/* the place of a name in order; *there: it is at that place */
static size_t place(const struct extra *e, const char *s, size_t len,
                    int *there)
{
  size_t lo = 0, hi = e->n, mid;
  int r;

  *there = 0;
  while (lo < hi) {
    mid = lo + (hi - lo) / 2;
    r = compare(s, len, e->word[e->order[mid]].name);
    if (!r) *there = 1;
    if (r > 0) lo = mid + 1;
    else hi = mid;
  }
  return lo;
}

long extra_find(const struct extra *e, const char *name, size_t len)
{
  int there;
  size_t at = place(e, name, len, &there);

  return there ? (long)e->order[at] : -1;
}

static long word_of(struct extra *e, const char *name, size_t len, size_t max)
{
  struct extra_word *w;
  int there;
  size_t at;

  if (!name_ok(name, len)) {
    errno = EINVAL;
    return -1;
  }
  at = place(e, name, len, &there);
  if (there) return (long)e->order[at];
  if (e->n >= max) {
    errno = EMFILE;
    return -1;
  }
  if (e->n == e->a) {
    e->a = e->a ? e->a * 2 : 8;
    e->word = xrealloc(e->word, e->a * sizeof *e->word);
    e->order = xrealloc(e->order, e->a * sizeof *e->order);
  }
  memmove(e->order + at + 1, e->order + at, (e->n - at) * sizeof *e->order);
  e->order[at] = (uint32_t)e->n;
  w = e->word + e->n;
  memset(w, 0, sizeof *w);
  w->name = xalloc(len + 1);
  memcpy(w->name, name, len);
  w->name[len] = 0;
  return (long)e->n++;
}

long extra_name(struct extra *e, const char *name, size_t len)
{
  return word_of(e, name, len, EXTRA_NAMES_MAX);
}

/* what waits goes into the set, all at once: else a file that jumps to and
 * fro in a large set would be read for ever */
static void flush(struct extra_word *w)
{
  struct uidset s = UIDSET_ZERO;

  if (!w->nparts) return;
  uidset_build(&s, w->part, w->nparts);
  if (w->part_sign > 0) uidset_union(&w->uids, &s);
  else uidset_subtract(&w->uids, &s);
  uidset_free(&s);
  w->nparts = 0;
}

static void change(struct extra_word *w, const struct uidset *uids, int sign)
{
  if (w->nparts && (w->part_sign != sign || w->nparts > PARTS_MAX)) flush(w);
  w->part_sign = sign;
  if (w->nparts + uids->n > w->aparts) {
    w->aparts = (w->nparts + uids->n) * 2;
    w->part = xrealloc(w->part, w->aparts * sizeof *w->part);
  }
  if (uids->n) memcpy(w->part + w->nparts, uids->r, uids->n * sizeof *w->part);
  w->nparts += uids->n;
}

/* ---- dates ---- */

static void add_date(struct extra *e, uint32_t uid, int64_t date)
{
  struct extra_date *d;

  if (e->ndates == e->adates) {
    e->adates = e->adates ? e->adates * 2 : 16;
    e->date = xrealloc(e->date, e->adates * sizeof *e->date);
  }
  d = e->date + e->ndates;
  d->uid = uid;
  d->seq = e->ndates++;
  d->date = date;
}

static int by_uid(const void *a, const void *b)
{
  const struct extra_date *x = a, *y = b;

  if (x->uid != y->uid) return x->uid < y->uid ? -1 : 1;
  return x->seq < y->seq ? -1 : x->seq > y->seq;
}

/* in order, the last of each UID */
static void sort_dates(struct extra *e)
{
  size_t i, n = 0;

  for (i = 1; i < e->ndates && e->date[i - 1].uid < e->date[i].uid; i++) ;
  if (i >= e->ndates) return;
  qsort(e->date, e->ndates, sizeof *e->date, by_uid);
  for (i = 0; i < e->ndates; i++) {
    if (n && e->date[n - 1].uid == e->date[i].uid) n--;
    e->date[n] = e->date[i];
    e->date[n].seq = n;
    n++;
  }
  e->ndates = n;
}

int64_t extra_saved(const struct extra *e, uint32_t uid)
{
  size_t lo = 0, hi = e->ndates, mid;

  while (lo < hi) {
    mid = lo + (hi - lo) / 2;
    if (e->date[mid].uid < uid) lo = mid + 1;
    else hi = mid;
  }
  return lo < e->ndates && e->date[lo].uid == uid ? e->date[lo].date
                                                  : INT64_MIN;
}

/* ---- messages without a UID ---- */

/* offset of "base NUL" in pending, or pending.len */
static size_t awaited_at(const struct extra *e, const char *base, size_t len)
{
  const char *s;
  size_t i;

  for (i = e->head; i < e->pending.len; i += strlen(e->pending.s + i) + 1) {
    s = e->pending.s + i;
    if (!strncmp(s, base, len) && !s[len]) break;
    i += strlen(s) + 1;
  }
  return i;
}

const char *extra_awaited(const struct extra *e, const char *base, size_t len)
{
  size_t i = awaited_at(e, base, len);

  return i < e->pending.len ? e->pending.s + i + len + 1 : 0;
}

static void await(struct extra *e, const char *base, size_t len,
                  const char *ops, size_t opslen)
{
  uint32_t micro;

  if (!filename_ok(base, len)
      || filename_time(base, len, &micro) < time(0) - AWAIT_MAX)
    return;
  stralloc_catb(&e->pending, base, len);
  stralloc_0(&e->pending);
  stralloc_catb(&e->pending, ops, opslen);
  stralloc_0(&e->pending);
}

static void operate(struct extra *e, const struct uidset *uids, const char *s,
                    size_t len);

/* it has come: what waited for it is its own now */
static void arrived(struct extra *e, const struct uidset *uids,
                    const char *base, size_t len)
{
  size_t at = awaited_at(e, base, len), end;
  stralloc ops = STRALLOC_ZERO;

  if (at >= e->pending.len) return;
  stralloc_cats(&ops, e->pending.s + at + len + 1);
  end = at + len + 1 + ops.len + 1;
  if (at == e->head) e->head = end;     /* they come in their order */
  else {
    memmove(e->pending.s + at, e->pending.s + end, e->pending.len - end);
    e->pending.len -= end - at;
  }
  if (e->head == e->pending.len) e->head = e->pending.len = 0;
  operate(e, uids, ops.s, ops.len);
  stralloc_free(&ops);
}

/* ---- lines ---- */

static size_t scan_number(const char *s, size_t len, uint64_t max,
                          uint64_t *n)
{
  size_t i;

  *n = 0;
  for (i = 0; i < len && s[i] >= '0' && s[i] <= '9'; i++) {
    *n = *n * 10 + (uint64_t)(s[i] - '0');
    if (*n > max) return 0;
  }
  return i;
}

size_t extra_uids(const char *s, size_t len, struct uidset *set)
{
  struct uidrange *r = 0;
  size_t at = 0, n = 0, a = 0, k;
  uint64_t lo, hi;

  for (;;) {
    k = scan_number(s + at, len - at, UINT32_MAX, &lo);
    if (!k || !lo) goto bad;
    at += k;
    hi = lo;
    if (at < len && s[at] == ':') {
      k = scan_number(s + at + 1, len - at - 1, UINT32_MAX, &hi);
      if (!k || hi < lo) goto bad;
      at += k + 1;
    }
    if (n == a) r = xrealloc(r, (a = a * 2 + 4) * sizeof *r);
    r[n].lo = (uint32_t)lo;
    r[n++].hi = (uint32_t)hi;
    if (at == len || s[at] != ',') break;
    at++;
  }
  uidset_build(set, r, n);
  free(r);
  return at;
bad:
  free(r);
  return 0;
}

static void one_operation(struct extra *e, const struct uidset *uids,
                          const char *s, size_t len)
{
  uint64_t n;
  long id;

  if (len < 2) return;
  switch (*s) {
  case '+':
    id = word_of(e, s + 1, len - 1, READ_NAMES_MAX);
    if (id != -1) change(e->word + id, uids, 1);
    break;
  case '-':
    id = extra_find(e, s + 1, len - 1);
    if (id != -1) change(e->word + id, uids, -1);
    break;
  case 'D':
    if (scan_number(s + 1, len - 1, INT64_MAX / 16, &n) == len - 1
        && uids->n == 1 && uids->r[0].lo == uids->r[0].hi)
      add_date(e, uids->r[0].lo, (int64_t)n);
    break;
  case '=':
    if (uids->n == 1 && uids->r[0].lo == uids->r[0].hi)
      arrived(e, uids, s + 1, len - 1);
    break;
  }
}

/* "+a -b": words with one space between them. What arrives brings no other
 * "=", so this goes no deeper than twice. */
static void operate(struct extra *e, const struct uidset *uids, const char *s,
                    size_t len)
{
  const char *sp;
  size_t n;

  for (; len; s += n, len -= n) {
    sp = memchr(s, ' ', len);
    n = sp ? (size_t)(sp - s) : len;
    one_operation(e, uids, s, n);
    if (n < len) n++;
  }
}

static void take_line(struct extra *e, const char *s, size_t len)
{
  struct uidset uids = UIDSET_ZERO;
  const char *sp = memchr(s, ' ', len);
  size_t key = sp ? (size_t)(sp - s) : 0;

  if (!key || len > EXTRA_LINE_MAX || memchr(s, 0, len)) return;
  if (*s == '=') {
    if (!memchr(sp, '=', len - key))
      await(e, s + 1, key - 1, sp + 1, len - key - 1);
  }
  else if (extra_uids(s, key, &uids) == key)
    operate(e, &uids, sp + 1, len - key - 1);
  uidset_free(&uids);
}

void extra_take(struct extra *e, const char *s, size_t len)
{
  const char *lf;

  while (len && (lf = memchr(s, '\n', len))) {
    take_line(e, s, (size_t)(lf - s));
    len -= (size_t)(lf + 1 - s);
    s = lf + 1;
  }
}

void extra_settle(struct extra *e)
{
  size_t i;

  for (i = 0; i < e->n; i++) {
    flush(e->word + i);
    free(e->word[i].part);
    e->word[i].part = 0;
    e->word[i].aparts = 0;
  }
  sort_dates(e);
}

/* ---- writing ---- */

/* as many lines as it takes, each short enough to be read again */
void extra_line(stralloc *out, const struct uidset *uids, char op,
                const char *name)
{
  struct uidset some = UIDSET_ZERO;
  size_t i = 0;
  static const size_t most = (EXTRA_LINE_MAX - KEYWORD_LIMIT - 8) / 22;

  while (i < uids->n) {
    some.r = uids->r + i;
    some.n = uids->n - i < most ? uids->n - i : most;
    i += some.n;
    uidset_fmt(out, &some);
    stralloc_append(out, ' ');
    stralloc_append(out, op);
    stralloc_cats(out, name);
    stralloc_append(out, '\n');
  }
}

void extra_line_date(stralloc *out, uint32_t uid, int64_t date)
{
  if (date < 0) return;
  stralloc_catu(out, uid);
  stralloc_cats(out, " D");
  stralloc_catu(out, (uint64_t)date);
  stralloc_append(out, '\n');
}

void extra_line_await(stralloc *out, const char *base, size_t len,
                      const stralloc *names)
{
  size_t i;

  stralloc_append(out, '=');
  stralloc_catb(out, base, len);
  for (i = 0; i < names->len; i += strlen(names->s + i) + 1) {
    stralloc_cats(out, " +");
    stralloc_cats(out, names->s + i);
  }
  stralloc_append(out, '\n');
}

void extra_line_is(stralloc *out, uint32_t uid, const char *base, size_t len)
{
  stralloc_catu(out, uid);
  stralloc_cats(out, " =");
  stralloc_catb(out, base, len);
  stralloc_append(out, '\n');
}

void extra_state(const struct extra *e, const struct uidset *there,
                 stralloc *out)
{
  struct uidset s = UIDSET_ZERO;
  size_t i;

  for (i = 0; i < e->n; i++) {
    uidset_copy(&s, &e->word[i].uids);
    if (there) uidset_intersect(&s, there);
    extra_line(out, &s, '+', e->word[i].name);
  }
  for (i = 0; i < e->ndates; i++)
    if (!there || uidset_has(there, e->date[i].uid))
      extra_line_date(out, e->date[i].uid, e->date[i].date);
  for (i = e->head; i < e->pending.len; i += strlen(e->pending.s + i) + 1) {
    stralloc_append(out, '=');
    stralloc_cats(out, e->pending.s + i);
    i += strlen(e->pending.s + i) + 1;
    stralloc_append(out, ' ');
    stralloc_cats(out, e->pending.s + i);
    stralloc_append(out, '\n');
  }
  uidset_free(&s);
}

void extra_clear(struct extra *e)
{
  size_t i;

  for (i = 0; i < e->n; i++) {
    uidset_clear(&e->word[i].uids);
    e->word[i].nparts = 0;
  }
  e->ndates = 0;
  e->pending.len = e->head = 0;
  e->uidvalidity = 0;
  e->end = e->base = 0;
  memset(&e->stamp, 0, sizeof e->stamp);
}

void extra_free(struct extra *e)
{
  size_t i;

  for (i = 0; i < e->n; i++) {
    free(e->word[i].name);
    free(e->word[i].part);
    uidset_free(&e->word[i].uids);
  }
  free(e->word);
  free(e->order);
  free(e->date);
  stralloc_free(&e->pending);
  memset(e, 0, sizeof *e);
}
