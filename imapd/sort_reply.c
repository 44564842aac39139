/* ISC licence; see LICENSE. */
#include "sort_reply.h"

#include <stdlib.h>

#include "base/alloc.h"

void sort_put_set(struct reply *out, const uint32_t *v, size_t n)
{
  size_t i, to;

  for (i = 0; i < n; i = to) {
    for (to = i + 1; to < n && v[to] == v[to - 1] + 1; to++)
      ;
    if (i) reply_puts(out, ",");
    reply_num(out, v[i]);
    if (to - i == 1) continue;
    reply_puts(out, ":");
    reply_num(out, v[to - 1]);
  }
}

/* RFC 9394: how many of n results stand at the places, from *from on */
static size_t places(const struct partial *x, size_t n, size_t *from)
{
  size_t hi = x->hi < n ? x->hi : n;

  *from = 0;
  if (x->lo > n) return 0;
  *from = x->last ? n - hi : x->lo - 1;
  return hi - x->lo + 1;
}

static void add(struct uidset *to, const uint32_t *v, size_t n)
{
  struct uidrange *r = xalloc(n * sizeof *r);
  struct uidset all = UIDSET_ZERO;
  size_t i;

  for (i = 0; i < n; i++) r[i].lo = r[i].hi = v[i];
  uidset_build(&all, r, n);
  uidset_union(to, &all);
  uidset_free(&all);
  free(r);
}

void sort_returned(const struct search_program *g, const struct sorted *sorted,
                   struct uidset *found)
{
  int ends = search_only_ends(g), partial;
  size_t n, from;

  partial = g->options & SEARCH_PARTIAL && !(g->options & SEARCH_COUNT);
  if (!sorted->n) return;
  if (!ends && !partial) {
    add(found, sorted->v, sorted->n);
    return;
  }
  if (partial) {
    n = places(&g->partial, sorted->n, &from);
    add(found, sorted->v + from, n);
  }
  if (g->options & SEARCH_MIN) add(found, sorted->v, 1);
  if (g->options & SEARCH_MAX) add(found, sorted->v + sorted->n - 1, 1);
}

/* " 123": there may be a million of them */
static void put_number(struct reply *out, uint32_t n)
{
  char text[11];
  size_t at = sizeof text;

  do text[--at] = (char)('0' + n % 10);
  while (n /= 10);
  text[--at] = ' ';
  reply_put(out, text + at, sizeof text - at);
}

/* modseq 0: none is told */
static void plain(struct reply *out, const uint32_t *v, size_t n,
                  uint64_t modseq)
{
  size_t i;

  reply_puts(out, "* SORT");
  for (i = 0; i < n; i++) {
    put_number(out, v[i]);
    if (reply_drain(out) == -1) return;
  }
  /* RFC 7162 section 3.1.9 */
  if (modseq) {
    reply_word(out, " (MODSEQ ", modseq);
    reply_put(out, ")", 1);
  }
  reply_crlf(out);
}

static void put_partial(struct reply *out, const struct partial *x,
                        const uint32_t *v, size_t n)
{
  size_t from, some = places(x, n, &from);

  reply_puts(out, " PARTIAL (");
  reply_put(out, x->written.s, x->written.len);
  reply_put(out, " ", 1);
  if (some) sort_put_set(out, v + from, some);
  else reply_puts(out, "NIL");
  reply_put(out, ")", 1);
}

/* RFC 5267 section 3.1; MODSEQ, RFC 7162 section 3.1.10 */
static void extended(struct session *s, const struct search_program *g,
                     const uint32_t *v, size_t n, uint64_t modseq)
{
  struct reply *out = &s->out;
  unsigned options = g->options;

  search_reply_begin(s);
  if (n && options & SEARCH_MIN) reply_word(out, " MIN ", v[0]);
  if (n && options & SEARCH_MAX) reply_word(out, " MAX ", v[n - 1]);
  if (n && options & SEARCH_ALL) {
    reply_puts(out, " ALL ");
    sort_put_set(out, v, n);
  }
  if (options & SEARCH_PARTIAL) put_partial(out, &g->partial, v, n);
  if (options & SEARCH_COUNT) reply_word(out, " COUNT ", n);
  if (modseq) reply_word(out, " MODSEQ ", modseq);
  reply_crlf(out);
}

void sort_reply(struct session *s, const struct search_program *g,
                const struct sorted *sorted)
{
  struct uidset told = UIDSET_ZERO;
  uint64_t modseq = 0;
  uint32_t *v;
  size_t i;

  if (!search_shows(g)) return;
  if (g->modseq) {
    sort_returned(g, sorted, &told);
    modseq = search_modseq(s->folder, &told);
    uidset_free(&told);
  }
  v = xalloc(sorted->n * sizeof *v);
  for (i = 0; i < sorted->n; i++)
    v[i] = s->by_uid ? sorted->v[i] : view_msn(&s->view, sorted->v[i]);
  if (g->extended) extended(s, g, v, sorted->n, modseq);
  else plain(&s->out, v, sorted->n, modseq);
  free(v);
}
