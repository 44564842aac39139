/* ISC licence; see LICENSE. */
#ifndef CHECKPASSWORD_PLACEHOLDER_H
#define CHECKPASSWORD_PLACEHOLDER_H

#include <stddef.h>
#include <skalibs/stralloc.h>

/*
 * What a query, a filter or a path may say of a login: the one list of names
 * and their values, for all sources.
 */
enum placeholder {
  PLACEHOLDER_USER,             /* user: the name as the client wrote it */
  PLACEHOLDER_LOCAL,            /* local: all before its last @ */
  PLACEHOLDER_DOMAIN,           /* domain: what follows that, or empty */
  PLACEHOLDER_IP,               /* ip: of the client, TCPREMOTEIP */
  PLACEHOLDER_LOCALIP,          /* localip: TCPLOCALIP */
  PLACEHOLDER_LOCALPORT,        /* localport: TCPLOCALPORT */
  PLACEHOLDER_HASH,             /* hash: a new one, for SQL_UPDATE only */
  PLACEHOLDERS
};

/* placeholder_find - which one has this name, or -1 */
int placeholder_find(const char *name, size_t len);

/* The values; 0 for one that is not known, as an address without a server. */
struct login_values {
  const char *of[PLACEHOLDERS];
  stralloc local;               /* owned; the others are borrowed */
};

#define LOGIN_VALUES_ZERO { .of = { 0 } }

/* login_values_set - for a name, and the environment; both are borrowed */
void login_values_set(struct login_values *v, const char *name);
void login_values_free(struct login_values *v);

/*
 * template_expand - append a text with {name} replaced by values
 *
 * put  appends one value in the form that the text needs (escaped); it
 *      returns 0, or why the value cannot stand there, a constant. 0: as is
 *
 * Returns 0, or what is wrong, a constant: no such name, a '{' without '}',
 * what put said. {hash} is no name here. The caller adds the NUL.
 */
const char *template_expand(stralloc *out, const char *text,
                            const struct login_values *v,
                            const char *(*put)(stralloc *, const char *));

/* template_path - put for a part of a path: not empty, no '/', no leading
 * '.', no control character */
const char *template_path(stralloc *out, const char *value);

#endif
