/* ISC licence; see LICENSE. */
#include "heap.h"

#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

struct filler {
  struct filler *next;
};

static struct filler *fillers;

void heap_open(void)
{
  struct filler *f;

  while ((f = fillers)) {
    fillers = f->next;
    free(f);
  }
}

/* take every free chunk of at least n octets that lies below top */
static void fill(size_t n, uintptr_t top)
{
  struct filler *f;

  while ((f = malloc(n))) {
    if ((uintptr_t)f >= top) {
      free(f);
      return;
    }
    f->next = fillers;
    fillers = f;
  }
}

void heap_seal(void)
{
#ifndef __SANITIZE_ADDRESS__
  uintptr_t top;
  size_t n;

  malloc_trim(0);
  top = (uintptr_t)sbrk(0) - mallinfo2().keepcost;
  for (n = 65536; n > 1024; n -= n / 16) fill(n, top);
  for (n = 1024; n >= 24; n -= 8) fill(n, top);
  malloc_trim(0);
#endif
}
