/* ISC licence; see LICENSE. */
#ifndef BASE_FILTER_H
#define BASE_FILTER_H

#include <stddef.h>
#include <stdint.h>
#include <linux/filter.h>

/*
 * Seccomp filters from lists of system calls. The kernel runs a new filter
 * once for each call number there is, to learn which calls it always allows,
 * and that at every login. So a filter is not a list that is gone through,
 * but a tree of comparisons over ranges of numbers: seven steps for a hundred
 * rules.
 */

/*
 * One call and what becomes of it. With test FILTER_BITS the low word of
 * argument arg decides: action if it has any of the bits of value, otherwise
 * if not; FILTER_VALUE: if it is value.
 */
struct filter_rule {
  uint32_t call;
  uint32_t action;              /* SECCOMP_RET_ */
  uint32_t otherwise;
  unsigned char test, arg;
  uint32_t value;
};

enum { FILTER_ALWAYS, FILTER_BITS, FILTER_VALUE };

#define FILTER_MAX 250          /* instructions: jumps reach 255 */
#define FILTER_RULES_MAX 100

/*
 * filter_make - write a filter to out
 *
 * arch     AUDIT_ARCH_: calls by another architecture's numbers, and those
 *          of the x32 ABI, get foreign
 * rules    n of them, at most FILTER_RULES_MAX, one per call, in any order
 * rest     for calls that no rule names
 *
 * Returns the number of instructions, or 0 if they would not fit, or if the
 * rules say what holds for the rest.
 */
size_t filter_make(struct sock_filter out[FILTER_MAX], uint32_t arch,
  const struct filter_rule *rules, size_t n, uint32_t rest,
  uint32_t foreign);

#endif
