/* ISC licence; see LICENSE. */
#include "board.h"

#include <string.h>
#include <sys/mman.h>

#include "base/alloc.h"

static size_t octets(unsigned int size)
{
  return sizeof(struct board) + size * sizeof(struct slot);
}

struct board *board_new(unsigned int size)
{
  struct board *b = mmap(0, octets(size), PROT_READ | PROT_WRITE,
    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

  if (b == MAP_FAILED) die_nomem();
  b->size = size;
  return b;
}

void board_free(struct board *b)
{
  munmap(b, octets(b->size));
}

static int is_free(const struct slot *s)
{
  return !s->starter && !s->half;
}

/*
 * The first one: the slots that are taken stay together, and who goes through
 * them all at each connection need not go through the room for thousands. The
 * starters only read top, and all that came before them is below it.
 */
struct slot *board_slot(struct board *b)
{
  unsigned int i, top = b->top;

  while (top && is_free(&b->slot[top - 1])) top--;
  for (i = 0; i < top && !is_free(&b->slot[i]); i++) continue;
  if (i == b->size) return 0;
  memset(&b->slot[i], 0, sizeof b->slot[i]);
  __atomic_store_n(&b->top, i < top ? top : i + 1, __ATOMIC_SEQ_CST);
  return &b->slot[i];
}

static unsigned int top_of(const struct board *b)
{
  return __atomic_load_n(&b->top, __ATOMIC_SEQ_CST);
}

struct slot *board_of(struct board *b, pid_t pid)
{
  unsigned int i, n = top_of(b);

  for (i = 0; i < n; i++)
    if (b->slot[i].half == pid || b->slot[i].starter == pid)
      return &b->slot[i];
  return 0;
}

struct slot *board_slowest(struct board *b, int64_t before)
{
  struct slot *s, *slowest = 0;
  unsigned int i, n = top_of(b);

  for (i = 0; i < n; i++) {
    s = &b->slot[i];
    if (!s->half || s->ready || s->ousted || s->since >= before) continue;
    if (!slowest || s->since < slowest->since) slowest = s;
  }
  return slowest;
}

void board_arrive(struct board *b, struct slot *s, const struct address *a)
{
  struct address place = *a;

  /* others may be counting: no number while the address is written */
  __atomic_store_n(&s->arrival, 0, __ATOMIC_SEQ_CST);
  s->peer = *a;
  address_place(&place);
  memcpy(s->ip, place.ip, sizeof s->ip);
  __atomic_store_n(&s->arrival,
    __atomic_add_fetch(&b->arrivals, 1, __ATOMIC_SEQ_CST), __ATOMIC_SEQ_CST);
}

unsigned int board_count(const struct board *b, const struct slot *s)
{
  unsigned int i, n = top_of(b), count = 1;
  const struct slot *t;
  uint64_t arrival;

  for (i = 0; i < n; i++) {
    t = &b->slot[i];
    arrival = __atomic_load_n(&t->arrival, __ATOMIC_SEQ_CST);
    if (arrival && arrival < s->arrival && (t->starter || t->half)
        && !memcmp(t->ip, s->ip, sizeof s->ip))
      count++;
  }
  return count;
}
