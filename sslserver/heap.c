/* ISC licence; see LICENSE. */
#include "heap.h"

#include <errno.h>
#include <malloc.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <openssl/crypto.h>

#include "base/alloc.h"

static int sealed;

/* ---------------------------------------------------------- small objects */

#define ARENA (1 << 20)         /* octets; about half is used; below 2 MB the
                                 * kernel makes no huge pages of it */
#define PAGE 4096
#define STEP 16
#define SMALL 512               /* the largest that is kept here */

struct object {
  struct object *next;
};

static char *arena;
static size_t pages;            /* of the arena that are in use */
static unsigned char class_of_page[ARENA / PAGE];
static struct object *unused[SMALL / STEP + 1];

/* cut a fresh page into objects of n * STEP octets; 0, or -1: none is left */
static int cut_page(size_t n)
{
  char *p = arena + pages * PAGE;
  struct object *o;
  size_t at;

  if (pages == ARENA / PAGE) return -1;
  class_of_page[pages++] = (unsigned char)n;
  for (at = 0; at + n * STEP <= PAGE; at += n * STEP) {
    o = (struct object *)(p + at);
    o->next = unused[n];
    unused[n] = o;
  }
  return 0;
}

static int in_arena(const void *p)
{
  return arena && (const char *)p >= arena && (const char *)p < arena + ARENA;
}

static void *small_alloc(size_t size)
{
  size_t n = (size + STEP - 1) / STEP;
  struct object *o;

  if (!unused[n] && cut_page(n) == -1) return malloc(size);
  o = unused[n];
  unused[n] = o->next;
  return o;
}

static size_t small_size(const void *p)
{
  return STEP * (size_t)class_of_page[((const char *)p - arena) / PAGE];
}

static void *get(size_t size, const char *file, int line)
{
  (void)file;
  (void)line;
  if (!size) return 0;
  if (!sealed && arena && size <= SMALL) return small_alloc(size);
  return malloc(size);
}

static void put(void *p, const char *file, int line)
{
  struct object *o = p;
  size_t n;

  (void)file;
  (void)line;
  if (!in_arena(p)) free(p);
  else if (!sealed) {
    n = small_size(p) / STEP;
    o->next = unused[n];
    unused[n] = o;
  }
}

static void *get_again(void *p, size_t size, const char *file, int line)
{
  void *q;
  size_t old;

  if (!p) return get(size, file, line);
  if (!size) {
    put(p, file, line);
    return 0;
  }
  if (!in_arena(p)) return realloc(p, size);
  old = small_size(p);
  if (size <= old) return p;
  q = get(size, file, line);
  if (!q) return 0;
  memcpy(q, p, old);
  put(p, file, line);
  return q;
}

void heap_init(void)
{
#ifndef __SANITIZE_ADDRESS__
  void *p = mmap(0, ARENA, PROT_READ | PROT_WRITE,
    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

  if (p != MAP_FAILED && CRYPTO_set_mem_functions(get, get_again, put))
    arena = p;
#else
  (void)get_again;
#endif
}

/* ---------------------------------------------------------- sharing again */

/*
 * Once sealed, the arena is a private mapping of a file in memory: so a page
 * can be given back for the one that it was forked with, which anonymous
 * memory cannot. It is a new file each time: forks that live keep theirs.
 */
static char *original;          /* a view of that file, or 0 */

#ifndef __SANITIZE_ADDRESS__
#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 8U      /* since Linux 6.3 */
#endif

static int file_new(void)
{
  int fd = memfd_create("sslserver-heap", MFD_CLOEXEC | MFD_NOEXEC_SEAL);

  return fd == -1 && errno == EINVAL
    ? memfd_create("sslserver-heap", MFD_CLOEXEC) : fd;
}

static int file_of_arena(void)
{
  int fd = file_new();
  size_t have = 0, len = pages * PAGE;
  ssize_t w;

  if (fd == -1 || ftruncate(fd, ARENA) == -1) goto fail;
  while (have < len) {
    w = write(fd, arena + have, len - have);
    if (w == -1 && errno == EINTR) continue;
    if (w <= 0) goto fail;
    have += (size_t)w;
  }
  return fd;
fail:
  if (fd != -1) close(fd);
  return -1;
}

/* without such files it stays as it is, and pages are not shared again */
static void share(void)
{
  int fd = arena ? file_of_arena() : -1;
  void *p;

  if (original) munmap(original, ARENA);
  original = 0;
  if (fd == -1) return;
  p = mmap(0, ARENA, PROT_READ, MAP_SHARED, fd, 0);
  if (p != MAP_FAILED) {
    original = p;
    if (mmap(arena, ARENA, PROT_READ | PROT_WRITE,
        MAP_PRIVATE | MAP_FIXED | MAP_NORESERVE, fd, 0) == MAP_FAILED)
      die_nomem();
  }
  close(fd);
}
#endif

void heap_settle(void)
{
  size_t i;

  if (!original) return;
  for (i = 0; i < pages * PAGE; i += PAGE)
    if (!memcmp(arena + i, original + i, PAGE))
      madvise(arena + i, PAGE, MADV_DONTNEED);
  munmap(original, ARENA);
  original = 0;
}

/* -------------------------------------------------------------- the holes */

static struct object *fillers;

void heap_open(void)
{
  struct object *f;

  sealed = 0;
  while ((f = fillers)) {
    fillers = f->next;
    free(f);
  }
}

#ifndef __SANITIZE_ADDRESS__
/* take every free chunk of at least n octets that lies below top */
static void fill(size_t n, uintptr_t top)
{
  struct object *f;

  while ((f = malloc(n))) {
    if ((uintptr_t)f >= top) {
      free(f);
      return;
    }
    f->next = fillers;
    fillers = f;
  }
}
#endif

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
  share();
  sealed = 1;
#endif
}
