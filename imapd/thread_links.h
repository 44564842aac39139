/* ISC licence; see LICENSE. */
#ifndef IMAPD_THREAD_LINKS_H
#define IMAPD_THREAD_LINKS_H

#include <stddef.h>
#include <stdint.h>

/*
 * Step 1 of THREAD=REFERENCES (RFC 5256 section 3): nodes, named by message
 * ids, linked to parents, never in a loop. Nodes 1 .. n are the messages,
 * those above are dummies for ids that no message has; 0 is none.
 *
 * Whether a link would close a loop is found out by going up from the parent.
 * Where that gets long in sum (a long chain that others are hung on again and
 * again) the links are kept as a link-cut tree as well, whose look-ups take
 * log n: Sleator and Tarjan, "A data structure for dynamic trees".
 */
struct thread_links {
  uint32_t *parent;
  unsigned char *has_child;     /* it has or had one: else there is no loop */
  size_t n, nodes, anodes;      /* messages; messages and dummies */
  size_t dummies_max;
  struct thread_id { uint64_t id; uint32_t node; } *table;
  size_t size, used;            /* of table, a power of two */
  uint64_t seed;
  uint64_t patience;            /* steps up, until we change to the other way */
  uint32_t *up, *left, *right;  /* the link-cut tree; 0 not in use */
};

struct thread_links *thread_links_new(size_t n, size_t dummies_max);
void thread_links_free(struct thread_links *);

/* thread_links_name - message i has this id, unless another one has it */
void thread_links_name(struct thread_links *, uint32_t i, uint64_t id);

/* thread_links_node - the node of an id, a new dummy if there is none; 0:
 * there are too many */
uint32_t thread_links_node(struct thread_links *, uint64_t id);

/* thread_links_add - parent becomes the parent of child, if child has none
 * and that makes no loop; thread_links_set - the same, in place of the parent
 * that child has. parent 0: none. */
void thread_links_add(struct thread_links *, uint32_t parent, uint32_t child);
void thread_links_set(struct thread_links *, uint32_t parent, uint32_t child);

#endif
