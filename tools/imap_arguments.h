/* ISC licence; see LICENSE. */
#ifndef TOOLS_IMAP_ARGUMENTS_H
#define TOOLS_IMAP_ARGUMENTS_H

#include <skalibs/stralloc.h>

/* What a person says of another IMAP server. Both die with 100 on what cannot
 * be. */

/*
 * imap_password - the first line of file, read with the caller's rights; with
 * file 0 asked for on a terminal, else the first line of descriptor 0
 */
void imap_password(stralloc *, const char *file);

/* imap_tls - s, which has to be "tls", "starttls" or "none" */
const char *imap_tls(const char *s);

#endif
