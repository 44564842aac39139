/* ISC licence; see LICENSE. */
#ifndef TOOLS_CONVERT_MAILDIR_H
#define TOOLS_CONVERT_MAILDIR_H

#include <stddef.h>

/* what is to be done with each Maildir */
enum convert_to { TO_ROOST, TO_DOVECOT, TO_COURIER };

struct conversion {
  enum convert_to to;
  int go;                       /* do it; else only tell */
  int quiet;                    /* tell what cannot be kept, nothing else */
  int snapshot;                 /* write the state to descriptor 1 */
  int verify;                   /* compare with lines, of a snapshot */
  const char *lines;            /* those of this Maildir */
  size_t len;
};

/*
 * convert_maildir - one Maildir, in a process of its own, which becomes its
 * owner (tree: as for tool_own_below); tells on descriptor 1. Returns what to exit with: 0; 1 (verify)
 * something differs; 111 it could not be done.
 */
int convert_maildir(const struct conversion *, const char *path, size_t tree);

#endif
