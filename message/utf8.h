/* ISC licence; see LICENSE. */
#ifndef MESSAGE_UTF8_H
#define MESSAGE_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* utf8_ascii - how many octets at the start of s are below 0x80 */
size_t utf8_ascii(const char *s, size_t len);

/*
 * utf8_get - the code point that s starts with, len > 0
 *
 * Returns the octets of its sequence (RFC 3629: no overlong forms, no
 * surrogates, up to U+10FFFF), 0 if all len octets are the start of a
 * sequence that needs more, -1 if the first octet starts none.
 */
int utf8_get(const char *s, size_t len, uint32_t *cp);

/* utf8_put - write cp; returns the octets, 1 to 4 */
size_t utf8_put(char out[4], uint32_t cp);

#endif
