/* ISC licence; see LICENSE. */
#ifndef IMAPD_BODYSTRUCTURE_H
#define IMAPD_BODYSTRUCTURE_H

#include <skalibs/stralloc.h>

#include "message/mime.h"

/*
 * bodystructure_cat - append the structure of a message as it goes over the
 * wire: RFC 3501 section 7.4.2
 *
 * root      of a message that was parsed, not unpacked
 * extended  1: BODYSTRUCTURE, with all extension data; 0: BODY
 *
 * Octets are those of BODY[n], lines the line ends in it. Types, encodings
 * and parameters are written as they are in the message. Languages are
 * always a list. message/global stands as message/rfc822 does, with envelope
 * and body, since its parts have numbers like those of the other (RFC 9051
 * section 7.5.2).
 */
void bodystructure_cat(stralloc *out, const struct mime_part *root,
                       int extended);

#endif
