/* ISC licence; see LICENSE. */
#include "search.h"

#include "base/alloc.h"

/* modseq 0: none is told */
static void plain(struct reply *out, const struct uidset *set, uint64_t modseq)
{
  uint32_t n;
  size_t r;

  reply_puts(out, "* SEARCH");
  for (r = 0; r < set->n; r++)
    for (n = set->r[r].lo; ; n++) {
      reply_put(out, " ", 1);
      reply_num(out, n);
      if (reply_drain(out) == -1) return;
      if (n == set->r[r].hi) break;
    }
  /* RFC 7162 section 3.1.6 */
  if (modseq) {
    reply_word(out, " (MODSEQ ", modseq);
    reply_put(out, ")", 1);
  }
  reply_crlf(out);
}

void search_reply_begin(struct session *s)
{
  reply_puts(&s->out, "* ESEARCH (TAG \"");
  reply_put(&s->out, s->tag.s, s->tag.len);
  reply_puts(&s->out, s->by_uid ? "\") UID" : "\")");
}

int search_shows(const struct search_program *g)
{
  const unsigned quiet = SEARCH_SAVE | SEARCH_CONTEXT | SEARCH_UPDATE;

  return !g->extended || g->options & ~quiet || !(g->options & SEARCH_SAVE);
}

/* RFC 9394: the range as it was asked for, and what is there, or NIL */
static void partial(struct reply *out, const struct partial *x,
                    const struct uidset *set)
{
  struct uidset some = UIDSET_ZERO;
  stralloc text = STRALLOC_ZERO;

  partial_pick(x, set, &some);
  if (some.n) uidset_fmt(&text, &some);
  else stralloc_cats(&text, "NIL");
  reply_puts(out, " PARTIAL (");
  reply_put(out, x->written.s, x->written.len);
  reply_put(out, " ", 1);
  reply_put(out, text.s, text.len);
  reply_put(out, ")", 1);
  stralloc_free(&text);
  uidset_free(&some);
}

/* RFC 4731 section 3.1: nothing found leaves out all but COUNT (and PARTIAL,
 * RFC 9394); MODSEQ comes last: section 3.2 */
static void data(struct session *s, const struct search_program *g,
                 const struct uidset *set, uint64_t modseq)
{
  struct reply *out = &s->out;
  stralloc all = STRALLOC_ZERO;
  unsigned options = g->options;

  if (set->n && options & SEARCH_MIN) reply_word(out, " MIN ", set->r[0].lo);
  if (set->n && options & SEARCH_MAX)
    reply_word(out, " MAX ", uidset_max(set));
  if (set->n && options & SEARCH_ALL) {
    uidset_fmt(&all, set);
    reply_puts(out, " ALL ");
    reply_put(out, all.s, all.len);
    stralloc_free(&all);
  }
  if (options & SEARCH_PARTIAL) partial(out, &g->partial, set);
  if (options & SEARCH_COUNT) reply_word(out, " COUNT ", uidset_count(set));
  if (modseq) reply_word(out, " MODSEQ ", modseq);
  reply_crlf(out);
}

/* highest modseq of what is told of uids, 0 if none is to be told */
static uint64_t told_modseq(struct folder *f, const struct search_program *g,
                            const struct uidset *uids)
{
  struct uidset told = UIDSET_ZERO;
  uint64_t modseq;

  if (!g->modseq) return 0;
  search_returned(g, uids, &told);
  modseq = search_modseq(f, &told);
  uidset_free(&told);
  return modseq;
}

void search_reply(struct session *s, const struct search_program *g,
                  const struct uidset *uids)
{
  struct uidset set = UIDSET_ZERO;
  uint64_t modseq;

  if (!search_shows(g)) return;
  modseq = told_modseq(s->folder, g, uids);
  view_numbers(&s->view, uids, s->by_uid, &set);
  if (g->extended) {
    search_reply_begin(s);
    data(s, g, &set, modseq);
  } else plain(&s->out, &set, modseq);
  uidset_free(&set);
}

void search_reply_folder(struct session *s, struct folder *f,
                         const struct search_program *g,
                         const struct uidset *uids, const stralloc *name,
                         uint32_t uidvalidity)
{
  struct reply *out = &s->out;

  if (!search_shows(g)) return;
  reply_puts(out, "* ESEARCH (TAG \"");
  reply_put(out, s->tag.s, s->tag.len);
  reply_puts(out, "\" MAILBOX ");
  reply_astring(out, name->s, name->len);
  reply_word(out, " UIDVALIDITY ", uidvalidity);
  reply_puts(out, ") UID");
  data(s, g, uids, told_modseq(f, g, uids));
}
