/* ISC licence; see LICENSE. */
#ifndef MESSAGE_CHARSET_H
#define MESSAGE_CHARSET_H

#include <stddef.h>
#include <stdint.h>
#include <skalibs/stralloc.h>

#include "message/lstr.h"

/*
 * Text of any charset to UTF-8. The charsets are those of message/gen/charsets;
 * their tables are made by the build, nothing is read at run time. Input that
 * is wrong in the charset becomes U+FFFD, the output is always valid UTF-8.
 *
 * No charset, us-ascii and names that nobody knows are taken for UTF-8 where
 * the octets are that, and octet by octet for windows-1252 where they are
 * not: real mail is full of it, and ASCII is the same in nearly all.
 * iso-8859-1 is taken for windows-1252, which only differs where iso-8859-1
 * has controls that no text has.
 */
#define CHARSET_NAME_MAX 63

struct charset {
  int how;                      /* private, all of it */
  uint32_t row;
  unsigned char ascii, last;
  unsigned char g[4], shift;    /* ISO 2022: sets, and the one in use */
  unsigned char order, begun;   /* UTF-16 and the like */
  unsigned char base64;         /* UTF-7 */
  unsigned int nbits;
  uint32_t bits, lead;
  size_t wrong;                 /* how many U+FFFD were put */
  size_t nheld;
  unsigned char held[16];
};

/* charset_known - 1 if name (ASCII without case) can be converted */
int charset_known(struct lstr name);

/*
 * charset_begin - start a conversion; name.s may be 0
 * Returns 1, or 0 if the charset is not known; it then does as said above.
 */
int charset_begin(struct charset *c, struct lstr name);

/* charset_feed - append the UTF-8 of len octets; may hold back a few */
void charset_feed(struct charset *c, const char *s, size_t len, stralloc *out);

/* charset_end - append what was held back */
void charset_end(struct charset *c, stralloc *out);

/*
 * charset_convert - all at once and strictly, for the strings of a command:
 * Returns 1; 0 if the charset is not known (NO [BADCHARSET]); -1 if s is not
 * valid in it (BAD). out is appended to only on 1.
 */
int charset_convert(struct lstr name, const char *s, size_t len,
                    stralloc *out);

/*
 * rfc2047_decode - append a header field's body as UTF-8
 *
 * Unfolds it (a line break and the white space around it are one space, as in
 * text_search.h), undoes encoded words (RFC 2047; RFC 2231 section 5 language
 * tags too), removes the white space between adjacent words, joins
 * characters that are split over words of one charset. Words that are
 * malformed or of an unknown charset stay as they are. 8-bit octets outside
 * of words: as under "No charset" above. White space at both ends is removed.
 */
void rfc2047_decode(const char *s, size_t len, stralloc *out);

/* rfc2047_known - 0 if there is an encoded word of a charset that is not known
 * in s, which must not be 0 */
int rfc2047_known(const char *s, size_t len);

#endif
