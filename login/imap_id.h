/* ISC licence; see LICENSE. */
#ifndef LOGIN_IMAP_ID_H
#define LOGIN_IMAP_ID_H

#include "imap_args.h"

#define IMAP_ID_PAIRS_MAX 30    /* RFC 2971 section 3.3, all three */
#define IMAP_ID_FIELD_MAX 30
#define IMAP_ID_VALUE_MAX 1024

/*
 * imap_id - take the argument of ID: NIL or a list of pairs
 *
 * id  FRAME_ID_MAX + 1 octets; receives the list in the form that sign.h
 *     promises, empty for NIL and ()
 *
 * Returns 0, or -1 with a->error. RFC 2971 section 3.1.
 */
int imap_id(struct imap_args *a, char *id);

#endif
