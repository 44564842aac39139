/* ISC licence; see LICENSE. */
#ifndef MESSAGE_NET_UNICODE_H
#define MESSAGE_NET_UNICODE_H

#include <stddef.h>
#include <skalibs/stralloc.h>

/*
 * net_unicode - append a name in the form of RFC 5198: NFC
 *
 * Returns 1; 0 with nothing appended if no normalizing makes it such a text:
 * it is not UTF-8, or has a control, a line or paragraph separator, a code
 * point that is not assigned, or a byte order mark at its start.
 */
int net_unicode(stralloc *out, const char *s, size_t len);

#endif
