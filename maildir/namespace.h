/* ISC licence; see LICENSE. */
#ifndef MAILDIR_NAMESPACE_H
#define MAILDIR_NAMESPACE_H

#include <skalibs/stralloc.h>

/* RFC 2342: what stands before and between the parts of a mailbox name */
struct namespace {
  stralloc prefix;              /* "", "INBOX." (with its separator), ... */
  char separator;               /* '.' or '/' */
  int has_alias;                /* a second prefix is understood, too */
  stralloc alias;               /* that prefix: it may be "" */
};

/*
 * namespace_init - from the variables NAMESPACE_PREFIX and
 * NAMESPACE_SEPARATOR ("." or "/"; default prefix "" and separator "."); dies
 * with 100 on nonsense (a prefix must be empty or end in the separator, and
 * be printable ASCII without & * % " \ or empty parts). NAMESPACE_ALIAS is a
 * second such prefix, other than the first; "-" stands for the empty one.
 */
void namespace_init(struct namespace *);
void namespace_free(struct namespace *);

/*
 * namespace_skip - octets of prefix (the prefix or the alias) that a name
 * starts with, -1 if it does not. INBOX is INBOX in any case, also in
 * "inbox.a".
 */
ssize_t namespace_skip(const struct namespace *, const stralloc *prefix,
                       const char *s, size_t len);

/*
 * namespace_asks_alias - 1 if a pattern of LIST asks for names in the form of
 * the alias: what stands before its first wildcard begins with the alias (the
 * separator of that may be left to the wildcard: "INBOX*"), and is not better
 * understood as the prefix, or as the begin of it
 */
int namespace_asks_alias(const struct namespace *, const char *pattern,
                         size_t len);

#endif
