/* ISC licence; see LICENSE. */
#ifndef IMAPD_CATENATE_H
#define IMAPD_CATENATE_H

#include "append_text.h"

/*
 * catenate_url - append what a URL of CATENATE names to the message at hand:
 * RFC 4469, with URLs of RFC 5092 that say nothing of a server,
 *
 *   /mailbox[;UIDVALIDITY=n]/;UID=n[/;SECTION=s][/;PARTIAL=from[.len]]
 *
 * and without a mailbox those of the selected one. The mailbox is UTF-8 in
 * %XX, in the server's own hierarchy. What is appended is what BODY[s] would
 * give. Nothing is marked \Seen.
 *
 * Returns 1; 0 the URL is bad or names nothing; -1 with errno, the store's;
 * -2 too big.
 */
int catenate_url(struct session *, const struct text *url,
                 struct appending *);

#endif
