/* ISC licence; see LICENSE. */
#include "namemap.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "name_hash.h"

uint32_t namemap_hash(const char *base, size_t len)
{
  static const uint64_t key[2] =
    { 0x9ae16a3b2f90404full, 0x9e3779b97f4a7c15ull };

  return (uint32_t)name_hash(key, base, len);
}

/* the slot of an entry of this base, or the free one where it belongs */
static struct name_slot *slot_for(const struct namemap *m,
                                  const struct name_entry *e)
{
  const struct name_entry *other;
  size_t at, mask = m->slots - 1;

  for (at = e->hash & mask; m->slot[at].n; at = (at + 1) & mask) {
    if (m->slot[at].hash != e->hash) continue;
    other = m->e + m->slot[at].n - 1;
    if (other->base == e->base
        && !memcmp(m->text.s + other->off, m->text.s + e->off, e->base))
      break;
  }
  return m->slot + at;
}

/* of two with one base the later is found */
static void insert(struct namemap *m, size_t i)
{
  struct name_slot *slot = slot_for(m, m->e + i);

  slot->n = (uint32_t)i + 1;
  slot->hash = m->e[i].hash;
}

static void make_table(struct namemap *m, size_t slots)
{
  size_t i;

  m->slots = slots;
  free(m->slot);
  m->slot = xalloc(slots * sizeof *m->slot);
  memset(m->slot, 0, slots * sizeof *m->slot);
  for (i = 0; i < m->found; i++) insert(m, i);
}

static void room_for_entry(struct namemap *m)
{
  if (m->n < m->a) return;
  m->a = m->a ? m->a * 2 : 64;
  m->e = xrealloc(m->e, m->a * sizeof *m->e);
}

static void room_in_table(struct namemap *m)
{
  if (m->found * 2 >= m->slots) make_table(m, m->slots ? m->slots * 2 : 128);
}

void namemap_near(const struct namemap *m, uint32_t hash)
{
  if (m->slots) __builtin_prefetch(m->slot + (hash & (m->slots - 1)));
}

void namemap_expect(struct namemap *m, size_t n)
{
  size_t slots = 128;

  if (n > UINT32_MAX / 2) return;
  if (m->a < n) {
    m->a = n;
    m->e = xrealloc(m->e, m->a * sizeof *m->e);
  }
  while (slots <= n * 2) slots *= 2;
  if (m->slots < slots) make_table(m, slots);
}

static size_t find(const struct namemap *m, uint32_t h, const char *base,
                   size_t len)
{
  size_t at, mask = m->slots - 1;
  const struct name_entry *e;

  if (!m->found) return NAMEMAP_NONE;
  for (at = h & mask; m->slot[at].n; at = (at + 1) & mask) {
    if (m->slot[at].hash != h) continue;
    e = m->e + m->slot[at].n - 1;
    if (e->base == len && !memcmp(m->text.s + e->off, base, len))
      return m->slot[at].n - 1;
  }
  return NAMEMAP_NONE;
}

size_t namemap_find(const struct namemap *m, const char *base, size_t len)
{
  return find(m, namemap_hash(base, len), base, len);
}

static int fits(size_t off)
{
  if (off <= UINT32_MAX - 2 * (size_t)UINT16_MAX) return 1;
  errno = EFBIG;
  return 0;
}

/* append text; -1 when offsets would no longer fit */
static int store(struct namemap *m, struct name_entry *e, const char *text,
                 size_t len)
{
  if (!fits(m->text.len)) return -1;
  e->off = (uint32_t)m->text.len;
  e->len = (uint16_t)len;
  stralloc_catb(&m->text, text, len);
  stralloc_0(&m->text);
  return 0;
}

/* the entry that becomes number n, its text yet to be told; 0: EFBIG */
static struct name_entry *next(struct namemap *m, uint32_t h, size_t len,
                               size_t base)
{
  struct name_entry *e;

  if (m->n >= UINT32_MAX / 2 || len > UINT16_MAX) {
    errno = EFBIG;
    return 0;
  }
  room_for_entry(m);
  e = m->e + m->n;
  e->hash = h;
  e->len = (uint16_t)len;
  e->base = (uint16_t)base;
  return e;
}

static size_t added(struct namemap *m)
{
  room_in_table(m);
  insert(m, m->n);
  m->found = m->n + 1;
  return m->n++;
}

static size_t add(struct namemap *m, uint32_t h, const char *text, size_t len,
                  size_t base)
{
  struct name_entry *e = next(m, h, len, base);

  return e && store(m, e, text, len) == 0 ? added(m) : NAMEMAP_NONE;
}

size_t namemap_add(struct namemap *m, const char *text, size_t len,
                   size_t base)
{
  return add(m, namemap_hash(text, base), text, len, base);
}

size_t namemap_meet(struct namemap *m, const char *text, size_t len,
                    size_t base, int *known)
{
  uint32_t h = namemap_hash(text, base);
  size_t i = find(m, h, text, base);

  *known = i != NAMEMAP_NONE;
  return *known ? i : add(m, h, text, len, base);
}

size_t namemap_meet_at(struct namemap *m, uint32_t h, size_t off, size_t len,
                       size_t base, int *known)
{
  size_t i = find(m, h, m->text.s + off, base);
  struct name_entry *e;

  *known = i != NAMEMAP_NONE;
  if (*known) return i;
  if (!fits(off)) return NAMEMAP_NONE;
  e = next(m, h, len, base);
  if (!e) return NAMEMAP_NONE;
  e->off = (uint32_t)off;
  return added(m);
}

size_t namemap_append(struct namemap *m, const char *text, size_t len,
                      size_t base)
{
  struct name_entry *e = next(m, namemap_hash(text, base), len, base);

  return e && store(m, e, text, len) == 0 ? m->n++ : NAMEMAP_NONE;
}

void namemap_find_all(struct namemap *m)
{
  if (m->found == m->n) return;
  namemap_expect(m, m->n);
  for (; m->found < m->n; m->found++) {
    if (m->found + NAMEMAP_SOME < m->n)
      namemap_near(m, m->e[m->found + NAMEMAP_SOME].hash);
    insert(m, m->found);
  }
}

size_t namemap_in(const struct namemap *m, const struct namemap *of, size_t i)
{
  return find(m, of->e[i].hash, namemap_text(of, i), of->e[i].base);
}

/*
 * A big map is not in the processor's cache, and each look waits for the slot,
 * the entry and the text in turn. Of many looks all wait at once.
 */
void namemap_in_some(const struct namemap *m, const struct namemap *of,
                     size_t i, size_t n, size_t *found)
{
  const struct name_slot *slot;
  size_t k;

  if (!m->found) {
    for (k = 0; k < n; k++) found[k] = NAMEMAP_NONE;
    return;
  }
  for (k = 0; k < n; k++)
    __builtin_prefetch(m->slot + (of->e[i + k].hash & (m->slots - 1)));
  for (k = 0; k < n; k++) {
    slot = m->slot + (of->e[i + k].hash & (m->slots - 1));
    if (slot->n) __builtin_prefetch(m->e + slot->n - 1);
  }
  for (k = 0; k < n; k++) {
    slot = m->slot + (of->e[i + k].hash & (m->slots - 1));
    if (!slot->n) continue;
    __builtin_prefetch(m->text.s + m->e[slot->n - 1].off);
    __builtin_prefetch(m->text.s + m->e[slot->n - 1].off + 40);
  }
  for (k = 0; k < n; k++) found[k] = namemap_in(m, of, i + k);
}

int namemap_reset(struct namemap *m, size_t i, const char *text, size_t len)
{
  return store(m, m->e + i, text, len);
}

int namemap_reset_at(struct namemap *m, size_t i, size_t off, size_t len)
{
  if (!fits(off)) return -1;
  m->e[i].off = (uint32_t)off;
  m->e[i].len = (uint16_t)len;
  return 0;
}

void namemap_clear(struct namemap *m)
{
  m->text.len = 0;
  m->n = m->found = 0;
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
