/* ISC licence; see LICENSE. */
#ifndef TOOLS_CONVERT_TREES_H
#define TOOLS_CONVERT_TREES_H

#include <stddef.h>
#include <skalibs/stralloc.h>

/* Which Maildirs maildir-convert is to work on. */
struct trees {
  stralloc paths;               /* NUL-ended */
  stralloc lengths;             /* a size_t each: see trees_length */
  size_t tree;                  /* of the tree that is walked through */
  size_t n;
  int missing;                  /* some path had none; it was told */
};
/* a first struct is { 0 } */

/* trees_add - a Maildir, or all those in a tree; no links, nothing hidden */
void trees_add(struct trees *, const char *path);
/* trees_read - the same of each line of descriptor 0; dies if it cannot */
void trees_read(struct trees *);
/* trees_length - how much of path i was given: for tool_own_below */
size_t trees_length(const struct trees *, size_t i);

#endif
