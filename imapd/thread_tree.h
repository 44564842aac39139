/* ISC licence; see LICENSE. */
#ifndef IMAPD_THREAD_TREE_H
#define IMAPD_THREAD_TREE_H

#include <stddef.h>
#include <stdint.h>

#include "reply.h"
#include "sort_keys.h"

/*
 * Threads of messages: RFC 5256 section 3, and REFS of
 * draft-ietf-morg-inthread: as REFERENCES without step 5, the threads in the
 * order of their newest INTERNALDATE. Whatever the references are, loops or
 * chains of any length, it takes n log n.
 */
enum thread_algorithm { THREAD_ORDEREDSUBJECT, THREAD_REFERENCES, THREAD_REFS };

/* what is remembered of ids that no message has; more are passed over */
#define THREAD_DUMMIES_MAX 1000000

/* Message i (from 1) of the n; 0 is none. */
struct thread_node {
  int64_t date;                 /* sent */
  int64_t arrival;              /* REFS only */
  uint64_t subject;
  int reply;
  uint32_t parent, child, next; /* the tree: first child, next sibling */
  uint32_t last;                /* last child */
};

struct thread_tree {
  struct thread_node *v;        /* 0 .. n + groups: messages, then groups:
                                   roots that stand for no message */
  size_t n, groups, agroups;
  uint32_t root;                /* first one; the others by next */
  struct thread_links *links;   /* private, while it is built */
};

/* thread_begin - a tree of n messages, to be fed with thread_ids for each and
 * then with thread_message for each, in the order of the mailbox */
void thread_begin(struct thread_tree *, size_t n);
void thread_free(struct thread_tree *);

/* thread_ids - step 1: whose id it is; before any thread_message */
void thread_ids(struct thread_tree *, uint32_t i, uint64_t id);
/* thread_message - what is known of message i; references are followed unless
 * the algorithm is ORDEREDSUBJECT */
void thread_message(struct thread_tree *, enum thread_algorithm, uint32_t i,
                    const struct thread_keys *, int64_t arrival);
/* thread_leave_out - message i, of which no id was given, is gone and in no
 * thread */
void thread_leave_out(struct thread_tree *, uint32_t i);

/* thread_finish - make the tree of what was fed */
void thread_finish(struct thread_tree *, enum thread_algorithm);

/* thread_put - "(1 2 (3)(4))(5)", where number[i - 1] stands for message i;
 * 0, or -1: the reply is dead */
int thread_put(const struct thread_tree *, const uint32_t *number,
               struct reply *out);

#endif
