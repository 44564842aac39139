/* ISC licence; see LICENSE. */
#ifndef MESSAGE_FIND_H
#define MESSAGE_FIND_H

#include <stddef.h>

/*
 * find_octets - where key first is in n octets, 0 if it is nowhere
 *
 * As memmem, which it is for keys and texts that would keep it busy: it never
 * takes longer than a time in proportion to n + klen. An empty key is at the
 * start.
 */
const char *find_octets(const char *s, size_t n, const char *key,
                        size_t klen);

#endif
