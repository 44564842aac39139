/* ISC licence; see LICENSE. */
#ifndef CHECKPASSWORD_LOGIN_NAME_H
#define CHECKPASSWORD_LOGIN_NAME_H

#include <skalibs/stralloc.h>

/* How a name that somebody typed becomes the one that a database has. */
struct login_name_rules {
  const char *separators;       /* each of these is as good as '@', or "" */
  const char *extensions;       /* what follows one of these before '@' goes */
  const char *domain;           /* for names without '@'; or "" */
  const char *strip;            /* this domain is taken off; or "" */
  int lower;                    /* ASCII letters to lower case */
};

/*
 * login_name - set out, 0-terminated, to name by the rules, in this order:
 * separator, case, extension, stripping, domain
 *
 * Of several separators the first counts where there is no '@'. A name that
 * would be empty before its '@', or hold nothing else, stays as it is.
 */
void login_name(stralloc *out, const struct login_name_rules *r,
                const char *name);

#endif
