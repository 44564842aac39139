/* ISC licence; see LICENSE. */
#include "filter.h"

#include <linux/seccomp.h>

/*
 * The numbers fall into spans that have one fate each. The program is a
 * comparison for every border between two spans, then the tests of arguments,
 * then one return for every action. Jumps go forward only, so what is jumped
 * to has to be placed before: the sizes of the three parts are known first.
 */

#define X32 0x40000000u
#define ACTIONS_MAX 6
#define HEAD 4                  /* instructions before the comparisons */

struct span {
  uint32_t from;
  uint32_t action;
  const struct filter_rule *test;       /* 0: action, whatever is asked */
};

struct maker {
  struct sock_filter *out;
  struct span span[2 * FILTER_RULES_MAX + 1];
  size_t spans, tests, at;
  size_t next_test, first_test, first_action;
  uint32_t action[ACTIONS_MAX];
  size_t actions;
};

static void add_span(struct maker *m, uint32_t from, uint32_t action,
  const struct filter_rule *test)
{
  struct span *last = m->spans ? &m->span[m->spans - 1] : 0;

  if (last && !last->test && !test && last->action == action) return;
  m->span[m->spans].from = from;
  m->span[m->spans].action = action;
  m->span[m->spans++].test = test;
  if (test) m->tests++;
}

static void add_spans(struct maker *m, const struct filter_rule **sorted,
  size_t n, uint32_t rest)
{
  uint32_t from = 0;
  size_t i;

  for (i = 0; i < n; i++) {
    if (sorted[i]->call > from) add_span(m, from, rest, 0);
    add_span(m, sorted[i]->call, sorted[i]->action,
      sorted[i]->test == FILTER_ALWAYS ? 0 : sorted[i]);
    from = sorted[i]->call + 1;
  }
  add_span(m, from, rest, 0);
}

/* where the return of this action will stand; ~0: too many of them */
static size_t action_at(struct maker *m, uint32_t action)
{
  size_t i;

  for (i = 0; i < m->actions; i++)
    if (m->action[i] == action) return m->first_action + i;
  if (i == ACTIONS_MAX) return ~(size_t)0;
  m->action[m->actions++] = action;
  return m->first_action + i;
}

static void put(struct sock_filter *f, unsigned int code, uint32_t k,
  size_t jt, size_t jf)
{
  f->code = (uint16_t)code;
  f->k = k;
  f->jt = (uint8_t)jt;
  f->jf = (uint8_t)jf;
}

/* a jump at instruction at; 0 if one of its ends is too far */
static int put_jump(struct maker *m, size_t at, unsigned int how, uint32_t k,
  size_t yes, size_t no)
{
  if (yes <= at || yes - at > 256 || no <= at || no - at > 256) return 0;
  put(&m->out[at], BPF_JMP | how | BPF_K, k, yes - at - 1, no - at - 1);
  return 1;
}

/* the two instructions for a test of an argument */
static size_t put_test(struct maker *m, const struct filter_rule *r)
{
  size_t at = m->next_test;
  unsigned int how = r->test == FILTER_BITS ? BPF_JSET : BPF_JEQ;

  m->next_test += 2;
  put(&m->out[at], BPF_LD | BPF_W | BPF_ABS,
    (uint32_t)offsetof(struct seccomp_data, args) + 8u * r->arg, 0, 0);
  return put_jump(m, at + 1, how, r->value, action_at(m, r->action),
    action_at(m, r->otherwise)) ? at : ~(size_t)0;
}

/* the comparisons for spans lo to hi - 1; where they, or the only span, are */
static size_t put_tree(struct maker *m, size_t lo, size_t hi)
{
  size_t at, mid, yes, no;

  if (hi - lo == 1)
    return m->span[lo].test ? put_test(m, m->span[lo].test)
      : action_at(m, m->span[lo].action);
  mid = lo + (hi - lo) / 2;
  at = m->at++;
  no = put_tree(m, lo, mid);
  yes = put_tree(m, mid, hi);
  return put_jump(m, at, BPF_JGE, m->span[mid].from, yes, no)
    ? at : ~(size_t)0;
}

static void sort(const struct filter_rule **sorted,
  const struct filter_rule *rules, size_t n)
{
  size_t i, j;

  for (i = 0; i < n; i++) {
    for (j = i; j && sorted[j - 1]->call > rules[i].call; j--)
      sorted[j] = sorted[j - 1];
    sorted[j] = rules + i;
  }
}

size_t filter_make(struct sock_filter out[FILTER_MAX], uint32_t arch,
  const struct filter_rule *rules, size_t n, uint32_t rest,
  uint32_t foreign)
{
  const struct filter_rule *sorted[FILTER_RULES_MAX];
  struct maker m;
  size_t i, refuse;

  if (n > FILTER_RULES_MAX) return 0;
  m.out = out;
  m.spans = m.tests = m.actions = 0;
  sort(sorted, rules, n);
  add_spans(&m, sorted, n, rest);
  m.at = HEAD;
  m.first_test = m.next_test = HEAD + m.spans - 1;
  m.first_action = m.first_test + 2 * m.tests;
  if (m.spans < 2 || m.first_action + ACTIONS_MAX > FILTER_MAX) return 0;
  refuse = action_at(&m, foreign);
  if (put_tree(&m, 0, m.spans) != HEAD) return 0;
  put(&out[0], BPF_LD | BPF_W | BPF_ABS,
    offsetof(struct seccomp_data, arch), 0, 0);
  if (!put_jump(&m, 1, BPF_JEQ, arch, 2, refuse)) return 0;
  put(&out[2], BPF_LD | BPF_W | BPF_ABS,
    offsetof(struct seccomp_data, nr), 0, 0);
  if (!put_jump(&m, 3, BPF_JGE, X32, refuse, 4)) return 0;
  for (i = 0; i < m.actions; i++)
    put(&out[m.first_action + i], BPF_RET | BPF_K, m.action[i], 0, 0);
  return m.first_action + m.actions;
}
