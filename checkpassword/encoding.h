/* ISC licence; see LICENSE. */
#ifndef CHECKPASSWORD_ENCODING_H
#define CHECKPASSWORD_ENCODING_H

#include <stddef.h>
#include <skalibs/stralloc.h>

/*
 * Octets as text, the ways in which stored passwords have them: hexadecimal,
 * and base64 of RFC 4648 section 4, with its padding or without.
 */
enum base64_kind {
  BASE64,                       /* + and / */
  BASE64_DOT,                   /* . in place of +, as passlib writes it */
  BASE64_URL                    /* - and _, RFC 4648 section 5; to read only */
};

/*
 * hex_decode, base64_take - append the octets of len octets of text
 *
 * Hexadecimal is taken in either case. Returns 0, or -1 with out as it was:
 * an octet that does not belong there, a length that cannot be, or bits of
 * base64 that lead nowhere.
 */
int hex_decode(stralloc *out, const char *s, size_t len);
int base64_take(stralloc *out, const char *s, size_t len,
                enum base64_kind kind);

/* hex_put, base64_put - append the text of octets; hex in lower case */
void hex_put(stralloc *out, const void *data, size_t len);
void base64_put(stralloc *out, const void *data, size_t len,
                enum base64_kind kind, int padded);

#endif
