/* ISC licence; see LICENSE. */
#ifndef TESTS_FAULTS_JUDGE_H
#define TESTS_FAULTS_JUDGE_H

#include "ops.h"

/*
 * judge - hold what is seen after an operation against what it promised.
 * said: 1 it said OK, 0 it failed and nothing kept it from cleaning up, -1
 * it was killed, or the fault went on. no_room: the fault was one of room. 1; 0 with the reason in why.
 */
int judge(const struct op *, struct picture *before, struct picture *after,
          const struct doing *, int said, int no_room, char *why,
          size_t size);

/* judge_same - two sessions must see the same */
int judge_same(const struct picture *, const struct picture *, char *why,
               size_t size);

#endif
