/* ISC licence; see LICENSE. */
#include "namemap.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

uint64_t name_hash(const char *name, size_t len)
{
  uint64_t h = 0x9ae16a3b2f90404full ^ len, w;

  for (; len >= 8; name += 8, len -= 8) {
    memcpy(&w, name, 8);
    h = (h ^ w) * 0x9e3779b97f4a7c15ull;
    h ^= h >> 29;
  }
  w = 0;
  memcpy(&w, name, len);
  h = (h ^ w) * 0xc2b2ae3d27d4eb4full;
  return h ^ (h >> 32);
}

static void insert(struct namemap *m, size_t i)
{
  size_t at = m->e[i].hash & (m->slots - 1);

  while (m->slot[at]) at = (at + 1) & (m->slots - 1);
  m->slot[at] = (uint32_t)i + 1;
}

static void make_room(struct namemap *m)
{
  size_t i;

  if (m->n == m->a) {
    m->a = m->a ? m->a * 2 : 64;
    m->e = xrealloc(m->e, m->a * sizeof *m->e);
  }
  if (m->n * 2 < m->slots) return;
  m->slots = m->slots ? m->slots * 2 : 128;
  free(m->slot);
  m->slot = xalloc(m->slots * sizeof *m->slot);
  memset(m->slot, 0, m->slots * sizeof *m->slot);
  for (i = 0; i < m->n; i++) insert(m, i);
}

static size_t find(const struct namemap *m, uint32_t h, const char *base,
                   size_t len)
{
  size_t at, mask = m->slots - 1;
  const struct name_entry *e;

  if (!m->n) return NAMEMAP_NONE;
  for (at = h & mask; m->slot[at]; at = (at + 1) & mask) {
    e = m->e + m->slot[at] - 1;
    if (e->hash == h && e->base == len
        && !memcmp(m->text.s + e->off, base, len))
      return m->slot[at] - 1;
  }
  return NAMEMAP_NONE;
}

size_t namemap_find(const struct namemap *m, const char *base, size_t len)
{
  return find(m, (uint32_t)name_hash(base, len), base, len);
}

/* append text; -1 when offsets would no longer fit */
static int store(struct namemap *m, struct name_entry *e, const char *text,
                 size_t len)
{
  if (m->text.len > UINT32_MAX - 2 * (size_t)UINT16_MAX) {
    errno = EFBIG;
    return -1;
  }
  e->off = (uint32_t)m->text.len;
  e->len = (uint16_t)len;
  stralloc_catb(&m->text, text, len);
  stralloc_0(&m->text);
  return 0;
}

static size_t add(struct namemap *m, uint32_t h, const char *text, size_t len,
                  size_t base)
{
  struct name_entry *e;

  if (m->n >= UINT32_MAX / 2 || len > UINT16_MAX) {
    errno = EFBIG;
    return NAMEMAP_NONE;
  }
  make_room(m);
  e = m->e + m->n;
  if (store(m, e, text, len) == -1) return NAMEMAP_NONE;
  e->hash = h;
  e->base = (uint16_t)base;
  insert(m, m->n);
  return m->n++;
}

size_t namemap_add(struct namemap *m, const char *text, size_t len,
                   size_t base)
{
  return add(m, (uint32_t)name_hash(text, base), text, len, base);
}

size_t namemap_meet(struct namemap *m, const char *text, size_t len,
                    size_t base, int *known)
{
  uint32_t h = (uint32_t)name_hash(text, base);
  size_t i = find(m, h, text, base);

  *known = i != NAMEMAP_NONE;
  return *known ? i : add(m, h, text, len, base);
}

size_t namemap_in(const struct namemap *m, const struct namemap *of, size_t i)
{
  return find(m, of->e[i].hash, namemap_text(of, i), of->e[i].base);
}

int namemap_reset(struct namemap *m, size_t i, const char *text, size_t len)
{
  return store(m, m->e + i, text, len);
}

const char *namemap_text(const struct namemap *m, size_t i)
{
  return m->text.s + m->e[i].off;
}

void namemap_clear(struct namemap *m)
{
  m->text.len = 0;
  m->n = 0;
  if (m->slot) memset(m->slot, 0, m->slots * sizeof *m->slot);
}

void namemap_free(struct namemap *m)
{
  struct namemap zero = NAMEMAP_ZERO;

  stralloc_free(&m->text);
  free(m->e);
  free(m->slot);
  *m = zero;
}
