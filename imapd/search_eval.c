/* ISC licence; see LICENSE. */
#include "search_eval.h"

#include <string.h>

struct eval {
  const struct search_program *g;
  const struct search_facts *facts;
  struct search_needs *needs;
};

static enum search_answer truth(int yes)
{
  return yes ? SEARCH_YES : SEARCH_NO;
}

static enum search_answer unknown(struct eval *e, unsigned want)
{
  e->needs->want |= want;
  return SEARCH_UNKNOWN;
}

static enum search_answer in_range(struct eval *e, unsigned need,
                                   const struct search_node *x, int64_t n)
{
  if (!(e->facts->known & need)) return unknown(e, need);
  return truth(n >= x->lo && n <= x->hi);
}

static enum search_answer words(struct eval *e, uint32_t key)
{
  const struct search_key *k = &e->g->keys[key];
  unsigned need = KNOW_TEXT;
  int r = -1;

  if (e->facts->columns)
    r = search_columns_answer(e->facts->columns, key, e->facts->uid);
  if (r != -1) return truth(r);
  if (k->scope == SEARCH_HEADER)
    need = e->g->in_fields[key] ? KNOW_FIELDS : KNOW_HEADER;
  if (e->facts->known & need) return truth(k->found);
  e->needs->keys[e->needs->n++] = key;
  return unknown(e, need);
}

static enum search_answer sent(struct eval *e, const struct search_node *x)
{
  if (!(e->facts->known & KNOW_FIELDS)) return unknown(e, KNOW_FIELDS);
  if (!e->facts->has_sent) return SEARCH_NO;
  return in_range(e, KNOW_FIELDS, x, e->facts->sent);
}

/* object ids are case-sensitive: RFC 8474 section 7 */
static int is_id(const struct search_node *x, const object_id id)
{
  return x->text.len == OBJECT_ID_LEN
    && !memcmp(x->text.s, id, OBJECT_ID_LEN);
}

static enum search_answer eval_node(struct eval *e, size_t i);

/* AND is decided by a NO, OR by a YES; then nothing below is needed */
static enum search_answer join(struct eval *e, const struct search_node *x)
{
  enum search_answer decisive = truth(x->op == SEARCH_OR), a;
  enum search_answer ret = truth(x->op == SEARCH_AND);
  unsigned want = e->needs->want;
  size_t n = e->needs->n, i;

  for (i = x->child; i; i = e->g->v[i].next) {
    a = eval_node(e, i);
    if (a == decisive) {
      e->needs->want = want;
      e->needs->n = n;
      return a;
    }
    if (a == SEARCH_UNKNOWN) ret = a;
  }
  return ret;
}

static enum search_answer eval_op(struct eval *e, const struct search_node *x)
{
  const struct search_facts *f = e->facts;

  switch (x->op) {
    case SEARCH_AND: case SEARCH_OR: return join(e, x);
    case SEARCH_FLAG: return truth(!!(f->flags & x->mask));
    case SEARCH_LETTER:
      return truth(f->keywords & x->mask || uidset_has(&x->uids, f->uid));
    case SEARCH_RECENT: return truth(f->recent);
    case SEARCH_MSNS: case SEARCH_UIDS:
      return truth(uidset_has(&x->uids, f->uid));
    case SEARCH_MODSEQ: return truth(f->modseq >= (uint64_t)x->lo);
    case SEARCH_EMAILID: return truth(is_id(x, f->email));
    case SEARCH_THREADID:
      if (!(f->known & KNOW_FIELDS)) return unknown(e, KNOW_FIELDS);
      return truth(is_id(x, f->thread));
    case SEARCH_SAVED:
      if (f->saved_day == INT64_MIN) return in_range(e, KNOW_DATE, x, f->day);
      return truth(f->saved_day >= x->lo && f->saved_day <= x->hi);
    case SEARCH_DAY: return in_range(e, KNOW_DATE, x, f->day);
    case SEARCH_TIME:
      if (!(f->known & KNOW_DATE)) return unknown(e, KNOW_DATE);
      return truth(f->date >= x->from && f->date <= x->to);
    case SEARCH_SIZE: return in_range(e, KNOW_SIZE, x, f->size);
    case SEARCH_SENT: return sent(e, x);
    case SEARCH_WORDS: return words(e, x->key);
  }
  return SEARCH_NO;
}

/* Recursion is as deep as the program, which the parser has bounded. */
static enum search_answer eval_node(struct eval *e, size_t i)
{
  const struct search_node *x = &e->g->v[i];
  enum search_answer a = eval_op(e, x);

  if (!x->not || a == SEARCH_UNKNOWN) return a;
  return a == SEARCH_YES ? SEARCH_NO : SEARCH_YES;
}

enum search_answer search_eval(const struct search_program *g,
                               const struct search_facts *facts,
                               struct search_needs *needs)
{
  struct eval e = { g, facts, needs };

  needs->want = 0;
  needs->n = 0;
  return eval_node(&e, 0);
}
