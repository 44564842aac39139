/* ISC licence; see LICENSE. */
#ifndef LOGIN_IMAP_TALK_H
#define LOGIN_IMAP_TALK_H

#include "talker.h"

/* octets of a command, literals included; an initial response is the longest
 * that there is, and RFC 9051 section 4 asks for 8192 at least */
#define IMAP_COMMAND_MAX (FRAME_DATA_MAX + 512)
#define IMAP_LITERAL_MAX 1024   /* octets of one literal before login */
#define IMAP_LITERAL_SKIP 65536 /* larger ones that we did not ask for end
                                   the connection, smaller are thrown away */

/*
 * imap_talk - IMAP before login, RFC 9051 sections 6.1 and 6.2, RFC 3501 to
 * the client. Does not return.
 */
void imap_talk(struct talk *t);

#endif
