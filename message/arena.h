/* ISC licence; see LICENSE. */
#ifndef MESSAGE_ARENA_H
#define MESSAGE_ARENA_H

#include <stddef.h>

#include "message/lstr.h"

/*
 * Memory that is given back all at once. arena_reset keeps the first block,
 * so that a run over many small messages asks malloc for nothing.
 */
struct mime_arena;

struct mime_arena *arena_new(void);
void arena_reset(struct mime_arena *a);
void arena_free(struct mime_arena *a);  /* a may be 0 */

/* arena_get - n octets, aligned for any pointer or number, not cleared */
void *arena_get(struct mime_arena *a, size_t n);

/* arena_str - a copy of n octets of s */
struct lstr arena_str(struct mime_arena *a, const char *s, size_t n);

#endif
