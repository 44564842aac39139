/* ISC licence; see LICENSE. */
#ifndef MAILDIR_NAMES_H
#define MAILDIR_NAMES_H

#include <stddef.h>
#include <skalibs/stralloc.h>

/* Lists of names, each ended by NUL, in one stralloc. */

/* names_sort - bring those that begin at start into octet order, each once */
void names_sort(stralloc *names, size_t start);

#endif
