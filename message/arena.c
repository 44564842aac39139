/* ISC licence; see LICENSE. */
#include "arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

#define BLOCK_MIN 16384

struct block {
  struct block *next;
  size_t used, room;
  uint64_t mem[];
};

struct mime_arena {
  struct block *now;            /* the newest; the first one is last */
};

static struct block *block_new(struct block *next, size_t room)
{
  struct block *b = xalloc(sizeof *b + room);

  b->next = next;
  b->used = 0;
  b->room = room;
  return b;
}

struct mime_arena *arena_new(void)
{
  struct mime_arena *a = xalloc(sizeof *a);

  a->now = block_new(0, BLOCK_MIN);
  return a;
}

void arena_reset(struct mime_arena *a)
{
  struct block *b;

  while ((b = a->now)->next) {
    a->now = b->next;
    free(b);
  }
  b->used = 0;
}

void arena_free(struct mime_arena *a)
{
  if (!a) return;
  arena_reset(a);
  free(a->now);
  free(a);
}

void *arena_get(struct mime_arena *a, size_t n)
{
  struct block *b = a->now;
  void *p;

  n = (n + 7) & ~(size_t)7;
  if (b->room - b->used < n) {
    size_t room = b->room < 1048576 ? 2 * b->room : b->room;

    b = a->now = block_new(b, room > n ? room : n);
  }
  p = (char *)b->mem + b->used;
  b->used += n;
  return p;
}

struct lstr arena_str(struct mime_arena *a, const char *s, size_t n)
{
  struct lstr r = { "", n };

  if (n) r.s = memcpy(arena_get(a, n), s, n);
  return r;
}
