/* ISC licence; see LICENSE. */
#ifndef IMAPD_FETCH_BINARY_H
#define IMAPD_FETCH_BINARY_H

#include "body_section.h"
#include "fetch_file.h"
#include "reply.h"

/*
 * BINARY[...] and BINARY.SIZE[...]: a section without its transfer encoding,
 * RFC 9051 section 6.4.5 and RFC 3516 section 4.
 *
 * What is damaged (base64 that is cut off, foreign octets in it) gives what
 * of it can be decoded, as message/decode.h has it: the encoding is known, so
 * there is no reason for UNKNOWN-CTE, and BODY[...] has the octets themselves.
 * The whole message, a multipart and a part that holds a message have no
 * encoding of their own: they are as in BODY[...]. Clients should not ask.
 * Text gets CR LF line ends after it was decoded, but not in charsets whose
 * line ends are more than an octet each.
 */

/*
 * fetch_binary_known - 1 if the encoding is one that can be undone, or there
 * is no such section; 0: UNKNOWN-CTE; -1 with errno: the file cannot be read
 * parts: what the index had of PARTS, or s == 0
 */
int fetch_binary_known(struct fetch_file *f, struct lstr parts,
                       const struct body_section *b);

/*
 * fetch_binary_put - put the answer: "LABEL nstring", "LABEL literal8" if the
 * section holds a NUL, or "LABEL number"
 *
 * A section that the message does not have is NIL, its size 0. Returns as
 * fetch_section_put does. Takes two passes over the encoded text, one if it
 * is the text that was asked for last.
 */
int fetch_binary_put(struct reply *out, struct fetch_file *f,
                     struct lstr parts, const struct body_section *b);

#endif
