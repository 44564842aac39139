/* ISC licence; see LICENSE. */
#ifndef CHECKPASSWORD_LDAP_TEXT_H
#define CHECKPASSWORD_LDAP_TEXT_H

#include <skalibs/stralloc.h>

#include "account.h"

/* What of LDAP is text, and needs no library. */

/*
 * ldap_put - append a value for a filter or a distinguished name, for
 * template_expand; returns 0
 *
 * All but letters, digits and . _ - @ becomes \hh, which both know: RFC 4515
 * section 3, RFC 4514 section 2.4. So nothing in it can be syntax.
 */
const char *ldap_put(stralloc *out, const char *value);

/* Which attribute gives which field of account_set. */
#define LDAP_FIELDS_MAX 32

struct ldap_fields {
  size_t n;
  const char *field[LDAP_FIELDS_MAX];
  char *attribute[LDAP_FIELDS_MAX + 1]; /* 0-terminated, for the search */
  stralloc text;
};

#define LDAP_FIELDS_ZERO { .n = 0 }

/*
 * ldap_fields_scan - of a text "uid=uidNumber home=homeDirectory"
 *
 * Returns 0, or what is wrong, a constant.
 */
const char *ldap_fields_scan(struct ldap_fields *f, const char *text);
void ldap_fields_free(struct ldap_fields *f);

#endif
