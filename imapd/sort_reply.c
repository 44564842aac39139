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

void sort_ends(const struct search_program *g, const struct sorted *sorted,
               struct uidset *found)
{
  uint32_t last;

  if (!sorted->n) return;
  last = sorted->v[sorted->n - 1];
  if (g->options & SEARCH_MIN) uidset_add(found, *sorted->v, *sorted->v);
  if (g->options & SEARCH_MAX) uidset_add(found, last, last);
}

static void plain(struct reply *out, const uint32_t *v, size_t n)
{
  size_t i;

  reply_puts(out, "* SORT");
  for (i = 0; i < n; i++) {
    reply_put(out, " ", 1);
    reply_num(out, v[i]);
    if (reply_drain(out) == -1) return;
  }
  reply_crlf(out);
}

static void option(struct reply *out, const char *name, uint64_t n)
{
  reply_puts(out, name);
  reply_num(out, n);
}

/* RFC 5267 section 3.1 */
static void extended(struct session *s, unsigned options, const uint32_t *v,
                     size_t n)
{
  struct reply *out = &s->out;

  search_reply_begin(s);
  if (n && options & SEARCH_MIN) option(out, " MIN ", v[0]);
  if (n && options & SEARCH_MAX) option(out, " MAX ", v[n - 1]);
  if (n && options & SEARCH_ALL) {
    reply_puts(out, " ALL ");
    sort_put_set(out, v, n);
  }
  if (options & SEARCH_COUNT) option(out, " COUNT ", n);
  reply_crlf(out);
}

void sort_reply(struct session *s, const struct search_program *g,
                const struct sorted *sorted)
{
  uint32_t *v;
  size_t i;

  if (!search_shows(g)) return;
  v = xalloc(sorted->n * sizeof *v);
  for (i = 0; i < sorted->n; i++)
    v[i] = s->by_uid ? sorted->v[i] : view_msn(&s->view, sorted->v[i]);
  if (g->extended) extended(s, g->options, v, sorted->n);
  else plain(&s->out, v, sorted->n);
  free(v);
}
