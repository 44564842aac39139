/* ISC licence; see LICENSE. */
#include "search.h"

#include "base/alloc.h"

/* The numbers that the client wants to see: UIDs, or message numbers, which
 * ascend as they do. */
static void numbers(const struct session *s, const struct uidset *uids,
                    struct uidset *out)
{
  uint32_t uid, msn, i;
  size_t r;

  if (s->by_uid) {
    uidset_copy(out, uids);
    return;
  }
  for (r = 0; r < uids->n; r++) {
    /* what is adjacent among UIDs is so among the view's numbers */
    uid = uids->r[r].lo;
    msn = view_msn(&s->view, uid);
    i = uids->r[r].hi - uid;
    if (msn) uidset_add(out, msn, msn + i);
  }
}

static void plain(struct reply *out, const struct uidset *set)
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
  reply_crlf(out);
}

static void option(struct reply *out, const char *name, uint64_t n)
{
  reply_puts(out, name);
  reply_num(out, n);
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

/* RFC 4731 section 3.1: nothing found leaves out all but COUNT */
static void extended(struct session *s, unsigned options,
                     const struct uidset *set)
{
  struct reply *out = &s->out;
  stralloc all = STRALLOC_ZERO;

  search_reply_begin(s);
  if (set->n && options & SEARCH_MIN) option(out, " MIN ", set->r[0].lo);
  if (set->n && options & SEARCH_MAX) option(out, " MAX ", uidset_max(set));
  if (set->n && options & SEARCH_ALL) {
    uidset_fmt(&all, set);
    reply_puts(out, " ALL ");
    reply_put(out, all.s, all.len);
    stralloc_free(&all);
  }
  if (options & SEARCH_COUNT) option(out, " COUNT ", uidset_count(set));
  reply_crlf(out);
}

void search_reply(struct session *s, const struct search_program *g,
                  const struct uidset *uids)
{
  struct uidset set = UIDSET_ZERO;

  if (!search_shows(g)) return;
  numbers(s, uids, &set);
  if (g->extended) extended(s, g->options, &set);
  else plain(&s->out, &set);
  uidset_free(&set);
}
