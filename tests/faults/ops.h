/* ISC licence; see LICENSE. */
#ifndef TESTS_FAULTS_OPS_H
#define TESTS_FAULTS_OPS_H

#include "scene.h"

/*
 * The operations on which faults are tried, and what each may change:
 *   'A'  message num comes to folder: after OK it is there, after a failure
 *        not, after a kill perhaps
 *   'N'  it comes whatever happens (it was delivered)
 *   'D'  goes from folder: after OK it is gone, else perhaps
 *   'M'  moves from folder to `to`: it is always in exactly one of the two;
 *        after OK in the second, after a failure in the first
 *   'B'  moves to another file system, copied and then removed: it may be in
 *        both unless OK was said and nothing failed; after a failure it is
 *        in the first
 *   'F'  its flags (and keywords, if not 0) become those here, else perhaps
 *   'C'  folder is made; 'X' is deleted; 'R' becomes `to`
 *   'S'  subscriptions may become `to`
 * A table ends with kind 0.
 */
struct effect {
  char kind;
  const char *folder;
  int num;
  const char *to;
  uint32_t flags;
  const char *keywords;
};

struct doing {                  /* one run of an operation; shared memory */
  char path[200];
  struct account a;
  struct folder *in, *other;
  int calm;                     /* nothing fails */
  int r, e;                     /* what the operation said; 1 not yet */
  uint32_t uids[8];             /* that it told, for nums */
  int nums[8], n;
};

struct op {
  const char *name;
  int scene;                    /* SCENE_* */
  int cold;                     /* from before the account is opened */
  int frees;                    /* must work on a full disk */
  int (*run)(struct doing *);   /* 0, -1 with errno */
  const struct effect *effects;
};

extern const struct op ops[];
extern const size_t ops_n;

/* op_append - one message to a folder; told: its UID is noted */
int op_append(struct doing *, struct folder *, int num, uint32_t flags,
              uint32_t letters);

#endif
