/* ISC licence; see LICENSE. */
#ifndef LOGIN_POP3_TALK_H
#define LOGIN_POP3_TALK_H

#include "talker.h"

/*
 * Octets of a command with CR LF. RFC 2449 section 4 allows 255; AUTH with
 * an initial response of more is sent all the same.
 */
#define POP3_LINE_MAX (FRAME_DATA_MAX + 64)

/*
 * pop3_talk - POP3's AUTHORIZATION state, RFC 1939 section 4, to the
 * client. Does not return.
 */
void pop3_talk(struct talk *t);

#endif
