/* ISC licence; see LICENSE. */
#ifndef MESSAGE_DECODE_H
#define MESSAGE_DECODE_H

#include <stddef.h>

#include "message/mime.h"

/*
 * Undoes a Content-Transfer-Encoding (RFC 2045 section 6) in a stream, and
 * tolerates what real mail does: base64 with foreign octets, wrong or no
 * padding, several padded stretches one after the other, an end anywhere;
 * quoted-printable with bad hex (kept as it is), lower-case hex, long lines.
 * White space before a line end of quoted-printable is removed. Line ends
 * pass as they come. MIME_UNKNOWN passes all through.
 */
#define DECODE_HELD_MAX 512

struct decoder {
  unsigned char encoding;       /* enum mime_encoding */
  unsigned char damaged;        /* something was not as the RFC has it */
  unsigned char nheld;          /* private from here */
  unsigned char state;
  unsigned int bits;
  size_t nspace;
  char held[4];
  char space[DECODE_HELD_MAX];
};

/* decode_begin - start; encoding is an enum mime_encoding */
void decode_begin(struct decoder *d, int encoding);

/*
 * decode_feed - decode len octets; out has DECODE_ROOM(len) and is not in
 * decode_end - what is left at the end of the part
 * Both return the octets put to out.
 */
#define DECODE_ROOM(len) ((len) + DECODE_HELD_MAX + 8)
size_t decode_feed(struct decoder *d, const char *in, size_t len, char *out);
size_t decode_end(struct decoder *d, char out[DECODE_ROOM(0)]);

#endif
