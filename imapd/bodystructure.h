/* ISC licence; see LICENSE. */
#ifndef IMAPD_BODYSTRUCTURE_H
#define IMAPD_BODYSTRUCTURE_H

#include <skalibs/stralloc.h>

#include "message/mime.h"

#define BODYSTRUCTURE_EXTENDED 1u       /* BODYSTRUCTURE, with all extension
                                           data; else BODY */
#define BODYSTRUCTURE_REV1     2u       /* for a client of IMAP4rev1 */

/*
 * bodystructure_cat - append the structure of a message as it goes over the
 * wire: RFC 9051 section 7.5.2
 *
 * root      of a message that was parsed, not unpacked
 *
 * Octets are those of BODY[n], lines the line ends in it. Types, encodings
 * and parameters are written as they are in the message. Languages are
 * always a list. message/global stands as message/rfc822 does, with envelope
 * and body; for IMAP4rev1, where body-type-msg is message/rfc822 alone (RFC
 * 3501 section 9), it is a part like any other.
 */
void bodystructure_cat(stralloc *out, const struct mime_part *root,
                       unsigned how);

/* bodystructure_two_forms - 1 if BODYSTRUCTURE_REV1 makes a difference */
int bodystructure_two_forms(const struct mime_part *root);

#endif
