/* ISC licence; see LICENSE. */
/*
 * Filters are run here as the kernel would, for every call number, and have
 * to say what the rules say; those of base/sandbox.c are tried on the kernel
 * in sandbox.c.
 */
#include "base/filter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/seccomp.h>

#define ARCH 0xC000003Eu
#define FOREIGN 7u
#define REST 1u

static int passed, failed;

static void check(int ok, const char *what)
{
  if (ok) passed++;
  else {
    failed++;
    printf("filter: FAILED: %s\n", what);
  }
}

/* what the program returns; ~0: it is not one */
static uint32_t run(const struct sock_filter *f, size_t n,
  const struct seccomp_data *d)
{
  uint32_t a = 0, steps = 0;
  size_t pc;
  int yes;

  for (pc = 0; pc < n; pc++, steps++)
    switch (f[pc].code) {
      case BPF_LD | BPF_W | BPF_ABS:
        if (f[pc].k % 4 || f[pc].k + 4 > sizeof *d) return ~0u;
        memcpy(&a, (const char *)d + f[pc].k, 4);
        break;
      case BPF_RET | BPF_K:
        return steps < 20 ? f[pc].k : ~0u;
      case BPF_JMP | BPF_JGE | BPF_K:
      case BPF_JMP | BPF_JEQ | BPF_K:
      case BPF_JMP | BPF_JSET | BPF_K:
        yes = BPF_OP(f[pc].code) == BPF_JGE ? a >= f[pc].k
          : BPF_OP(f[pc].code) == BPF_JEQ ? a == f[pc].k : !!(a & f[pc].k);
        pc += yes ? f[pc].jt : f[pc].jf;
        break;
      default:
        return ~0u;
    }
  return ~0u;
}

static uint32_t wanted(const struct filter_rule *r, size_t n,
  const struct seccomp_data *d)
{
  uint32_t arg;

  if (d->arch != ARCH || (uint32_t)d->nr >= 0x40000000u) return FOREIGN;
  for (; n; r++, n--) {
    if (r->call != (uint32_t)d->nr) continue;
    arg = (uint32_t)d->args[r->arg];
    if (r->test == FILTER_BITS && !(arg & r->value)) return r->otherwise;
    if (r->test == FILTER_VALUE && arg != r->value) return r->otherwise;
    return r->action;
  }
  return REST;
}

/* for every number to 600, some beyond, and arguments with and without */
static int agrees(const struct sock_filter *f, size_t len,
  const struct filter_rule *r, size_t n)
{
  static const uint32_t beyond[] = { 0x3fffffff, 0x40000000, 0x40000001,
    0x7fffffff, 0x80000000, 0xffffffff };
  static const uint64_t arg[] = { 0, 1, 2, 3, 4, 0x100000001, ~0ull };
  struct seccomp_data d;
  size_t i, k, j;

  for (i = 0; i < 600 + sizeof beyond / sizeof *beyond; i++)
    for (k = 0; k < sizeof arg / sizeof *arg; k++) {
      memset(&d, 0, sizeof d);
      d.nr = (int)(i < 600 ? i : beyond[i - 600]);
      for (j = 0; j < 6; j++) d.args[j] = arg[(k + j) % 7];
      d.arch = ARCH;
      if (run(f, len, &d) != wanted(r, n, &d)) return 0;
      d.arch = 0x40000003;
      if (run(f, len, &d) != FOREIGN) return 0;
    }
  return 1;
}

static void test_edges(void)
{
  static const struct filter_rule r[] = {
    { 0, 2, 0, FILTER_ALWAYS, 0, 0 }, { 1, 2, 0, FILTER_ALWAYS, 0, 0 },
    { 2, 3, 4, FILTER_BITS, 2, 2 }, { 5, 3, 1, FILTER_VALUE, 1, 3 },
    { 6, REST, 0, FILTER_ALWAYS, 0, 0 }, { 599, 2, 0, FILTER_ALWAYS, 0, 0 }
  };
  struct sock_filter f[FILTER_MAX];
  size_t n, len;

  for (n = 1; n <= sizeof r / sizeof *r; n++) {
    len = filter_make(f, ARCH, r, n, REST, FOREIGN);
    check(len && agrees(f, len, r, n), "rules at the edges");
  }
  check(!filter_make(f, ARCH, r, 0, REST, FOREIGN), "no rules");
  check(!filter_make(f, ARCH, r + 4, 1, REST, FOREIGN), "a rule of nothing");
}

/* any set of calls, in any order */
static void test_random(void)
{
  struct filter_rule r[FILTER_RULES_MAX];
  struct sock_filter f[FILTER_MAX];
  unsigned char there[600];
  size_t i, n, len;
  int round, good = 0, fit = 0;

  srand(7);
  for (round = 0; round < 300; round++) {
    memset(there, 0, sizeof there);
    n = 1 + (size_t)rand() % FILTER_RULES_MAX;
    for (i = 0; i < n; i++) {
      do r[i].call = (uint32_t)(rand() % (round & 1 ? 600 : 120));
      while (there[r[i].call]);
      there[r[i].call] = 1;
      r[i].action = 2 + (uint32_t)(rand() % 2);
      r[i].otherwise = 1 + (uint32_t)(rand() % 2);
      r[i].test = rand() % 20 ? FILTER_ALWAYS : rand() % 2 ? FILTER_BITS
        : FILTER_VALUE;
      r[i].arg = (unsigned char)(rand() % 6);
      r[i].value = 1 + (uint32_t)(rand() % 4);
    }
    len = filter_make(f, ARCH, r, n, REST, FOREIGN);
    if (!len) continue;
    fit++;
    good += len <= FILTER_MAX && agrees(f, len, r, n);
  }
  check(fit > 200, "most sets of rules fit");
  check(good == fit, "random rules");
}

static void test_too_many(void)
{
  static struct filter_rule r[FILTER_RULES_MAX + 1];
  struct sock_filter f[FILTER_MAX];
  size_t i;

  for (i = 0; i <= FILTER_RULES_MAX; i++) {
    r[i].call = (uint32_t)(3 * i);
    r[i].action = 2;
    r[i].otherwise = 3;
    r[i].test = FILTER_BITS;
  }
  check(!filter_make(f, ARCH, r, FILTER_RULES_MAX, REST, FOREIGN),
    "too many instructions");
  check(!filter_make(f, ARCH, r, FILTER_RULES_MAX + 1, REST, FOREIGN),
    "too many rules");
}

int main(void)
{
  test_edges();
  test_random();
  test_too_many();
  printf("filter: %d passed, %d failed\n", passed, failed);
  return failed != 0;
}
