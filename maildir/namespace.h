/* ISC licence; see LICENSE. */
#ifndef MAILDIR_NAMESPACE_H
#define MAILDIR_NAMESPACE_H

#include <skalibs/stralloc.h>

/* RFC 2342: what stands before and between the parts of a mailbox name */
struct namespace {
  stralloc prefix;              /* "", "INBOX." (with its separator), ... */
  char separator;               /* '.' or '/' */
};

/*
 * namespace_init - from the variables NAMESPACE_PREFIX and
 * NAMESPACE_SEPARATOR ("." or "/"; default prefix "" and separator "."); dies
 * with 100 on nonsense (a prefix must be empty or end in the separator, and
 * be printable ASCII without & * % " \ or empty parts).
 */
void namespace_init(struct namespace *);

#endif
