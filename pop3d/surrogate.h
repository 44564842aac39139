/* ISC licence; see LICENSE. */
#ifndef POP3D_SURROGATE_H
#define POP3D_SURROGATE_H

#include <stddef.h>
#include <skalibs/stralloc.h>

/*
 * What a client gets that did not ask for UTF-8 when a message has octets
 * above 0x7E in its header fields, its own or those of a part: RFC 6856
 * section 2.1 forbids to send them as they are, RFC 6858 says what to send.
 *
 *   addresses      a name in other letters becomes encoded words; an address
 *                  that itself needs UTF-8 becomes the name before
 *                  invalid@internationalized-address.invalid
 *   Subject        encoded words; also Comments and Content-Description,
 *                  which are text for people, too
 *   parameters of Content-Type and Content-Disposition: as RFC 2231 has them,
 *                  so that the name of a file is not lost; what is not valid
 *                  UTF-8 is left out
 *   other fields   left out
 *
 * Fields without such octets stay as they are to the octet, and so do bodies:
 * 8bit is a content transfer encoding, not a matter of UTF-8 mode.
 */

/* has_8bit - 1 if an octet is above 0x7F */
int has_8bit(const char *s, size_t len);

/*
 * surrogate_header - append a header block (fields, and the empty line if it
 * has one) in ASCII. New line ends are LF.
 */
void surrogate_header(stralloc *out, const char *block, size_t len);

#endif
