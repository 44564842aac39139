/* ISC licence; see LICENSE. */
/*
 * Threads made of random and of hostile references. Links are compared with a
 * simple way to make them, which goes up from the parent each time.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "imapd/thread_links.h"
#include "imapd/thread_tree.h"
#include "message/t/test.h"

char const *PROG = "thread_tree";

/* ---- links ---- */

#define NODES 60

static int simple_above(const uint32_t *parent, uint32_t child, uint32_t node)
{
  for (; node; node = parent[node]) if (node == child) return 1;
  return 0;
}

/* patience 0: the link-cut tree from the first look on */
static void random_links(uint64_t patience)
{
  struct thread_links *t = thread_links_new(NODES, 10);
  uint32_t parent[NODES + 1] = { 0 }, a, b;
  int i;

  t->patience = patience;
  for (i = 0; i < 2000; i++) {
    a = test_random() % (NODES + 1);
    b = 1 + test_random() % NODES;
    if (test_random() % 3) {
      thread_links_add(t, a, b);
      if (!parent[b] && !simple_above(parent, b, a)) parent[b] = a;
    } else {
      thread_links_set(t, a, b);
      if (parent[b] != a) {
        parent[b] = 0;
        if (!simple_above(parent, b, a)) parent[b] = a;
      }
    }
    if (memcmp(parent, t->parent, sizeof parent)) break;
  }
  EQ_NUM(i, 2000);
  thread_links_free(t);
}

static void names(void)
{
  struct thread_links *t = thread_links_new(3, 1000);
  uint64_t id;
  int bad = 0;

  thread_links_name(t, 1, 77);
  thread_links_name(t, 2, 77);
  EQ_NUM(thread_links_node(t, 77), 1);
  for (id = 100; id < 1100; id++)
    if (thread_links_node(t, id) != id - 96) bad++;
  for (id = 100; id < 1100; id++)
    if (thread_links_node(t, id) != id - 96) bad++;
  EQ_NUM(bad, 0);
  EQ_NUM(thread_links_node(t, 5000), 0);        /* there are too many */
  EQ_NUM(thread_links_node(t, 1099), 1003);
  thread_links_free(t);
}

/* ---- trees ---- */

struct mail { int64_t date; uint64_t id, subject; int reply; int nrefs;
              uint64_t refs[6]; };

static struct thread_tree make(const struct mail *m, size_t n,
                               enum thread_algorithm how, uint64_t patience)
{
  struct thread_tree t;
  struct thread_keys k;
  size_t i;

  thread_begin(&t, n);
  t.links->patience = patience;
  for (i = 0; i < n; i++) thread_ids(&t, (uint32_t)i + 1, m[i].id);
  for (i = 0; i < n; i++) {
    k.date = m[i].date;
    k.id = m[i].id;
    k.subject = m[i].subject;
    k.reply = m[i].reply;
    k.refs = (const char *)m[i].refs;
    k.nrefs = (size_t)m[i].nrefs;
    thread_message(&t, how, (uint32_t)i + 1, &k, (int64_t)(i * 7 % 11));
  }
  thread_finish(&t, how);
  return t;
}

static void show(const struct thread_tree *t, stralloc *text)
{
  uint32_t *number = xalloc(t->n * sizeof *number);
  struct reply out;
  uint32_t i;

  for (i = 0; i < t->n; i++) number[i] = i + 1;
  reply_init(&out, 1);
  /* big answers go to the buffer alone: nothing is written below this */
  thread_put(t, number, &out);
  stralloc_copyb(text, out.buf.s, out.buf.len);
  reply_free(&out);
  free(number);
}

/* each number once, parentheses that match, no "()" */
static void check(const stralloc *text, size_t n)
{
  char *seen = xalloc(n + 1);
  long depth = 0, found = 0, bad = 0;
  size_t i, k;

  memset(seen, 0, n + 1);
  for (i = 0; i < text->len; i++) {
    if (text->s[i] == '(') depth++;
    else if (text->s[i] == ')') bad += --depth < 0 || text->s[i - 1] == '(';
    else if (text->s[i] == ' ') bad += text->s[i - 1] == '(';
    else {
      k = strtoul(text->s + i, 0, 10);
      while (i + 1 < text->len && text->s[i + 1] >= '0'
             && text->s[i + 1] <= '9') i++;
      if (k < 1 || k > n || seen[k]) bad++;
      else seen[k] = 1, found++;
    }
  }
  EQ_NUM(bad, 0);
  EQ_NUM(depth, 0);
  EQ_NUM(found, (long)n);
  free(seen);
}

static void random_trees(void)
{
  struct mail m[40];
  stralloc a = STRALLOC_ZERO, b = STRALLOC_ZERO;
  int round, how, k;
  size_t i, n;

  for (round = 0; round < 600; round++) {
    n = 1 + test_random() % 40;
    memset(m, 0, sizeof m);
    for (i = 0; i < n; i++) {
      m[i].date = test_random() % 20;
      m[i].id = test_random() % 50;
      m[i].subject = test_random() % 6;
      m[i].reply = test_random() % 2;
      m[i].nrefs = (int)(test_random() % 7);
      for (k = 0; k < m[i].nrefs; k++) m[i].refs[k] = 1 + test_random() % 60;
    }
    for (how = THREAD_ORDEREDSUBJECT; how <= THREAD_REFS; how++) {
      struct thread_tree t = make(m, n, (enum thread_algorithm)how, 1000);

      show(&t, &a);
      thread_free(&t);
      check(&a, n);
      t = make(m, n, (enum thread_algorithm)how, 0);
      show(&t, &b);
      thread_free(&t);
      CHECK(a.len == b.len && !memcmp(a.s, b.s, a.len), "round %d", round);
    }
  }
  stralloc_free(&a);
  stralloc_free(&b);
}

/* ---- what would take for ever ---- */

#define MANY 300000

/* 0: one chain; 1: its last one first; 2: half of them a chain, on whose end
 * the other half are hung, each with a child; 3: all with one subject;
 * 4: a chain of dummies above each; 5: all in one loop */
static void fill(struct mail *m, int kind)
{
  size_t i;

  memset(m, 0, MANY * sizeof *m);
  for (i = 0; i < MANY; i++) {
    m[i].date = (int64_t)(i * 7919 % MANY);
    m[i].id = i + 1;
    if (kind == 3) {
      m[i].subject = 1;
      m[i].reply = i % 2;
      continue;
    }
    m[i].nrefs = 1;
    if (kind == 0 && i) m[i].refs[0] = i;
    else if (kind == 1) m[i].refs[0] = i + 2;
    else if (kind == 5) m[i].refs[0] = i ? i : MANY;
    else if (kind == 4) {
      m[i].nrefs = 2;
      m[i].refs[0] = 1000000 + i;
      m[i].refs[1] = 1000001 + i;
    } else if (kind == 2 && i < MANY / 2) m[i].refs[0] = i ? i : 1;
    else if (kind == 2) {       /* end of the chain, an id, its child */
      m[i].nrefs = i % 2 ? 2 : 1;
      m[i].refs[0] = i % 2 ? MANY / 2 : i + 2000000;
      m[i].refs[1] = i - 1 + 2000000;
    }
  }
}

static void hostile(void)
{
  struct mail *m = xalloc(MANY * sizeof *m);
  clock_t begin = clock();
  int kind, how;

  for (kind = 0; kind < 6; kind++) {
    fill(m, kind);
    for (how = THREAD_ORDEREDSUBJECT; how <= THREAD_REFS; how++) {
      struct thread_tree t = make(m, MANY, (enum thread_algorithm)how,
                                  1000000);

      CHECK(t.root != 0, "kind %d", kind);
      thread_free(&t);
    }
  }
  /* a minute and more if one of them is quadratic; far below a second each
   * if not, but the machine may be busy */
  CHECK((clock() - begin) / CLOCKS_PER_SEC < 20, "it took %ld s",
        (long)((clock() - begin) / CLOCKS_PER_SEC));
  free(m);
}

int main(void)
{
  int i;

  for (i = 0; i < 200; i++) random_links((uint64_t)i % 4 * 50);
  names();
  random_trees();
  hostile();
  return test_end("thread_tree");
}
