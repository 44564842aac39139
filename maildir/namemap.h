/* ISC licence; see LICENSE. */
#ifndef MAILDIR_NAMEMAP_H
#define MAILDIR_NAMEMAP_H

#include <stddef.h>
#include <stdint.h>
#include <skalibs/stralloc.h>

/*
 * Many names in one block, found by base name through a hash table. Entry
 * numbers are given in the order of adding; users keep arrays beside it.
 */
struct name_entry {
  uint32_t hash;
  uint32_t off;                 /* of the text, NUL-terminated */
  uint16_t len, base;           /* octets of the text, of its base (key) */
};

struct name_slot {
  uint32_t n;                   /* entry number + 1; 0: free */
  uint32_t hash;                /* its hash: most others are told apart here */
};

struct namemap {
  stralloc text;
  struct name_entry *e;
  size_t n, a;
  struct name_slot *slot;
  size_t slots;                 /* a power of two */
  size_t found;                 /* entries that the table has */
};

#define NAMEMAP_ZERO { STRALLOC_ZERO, 0, 0, 0, 0, 0, 0 }
#define NAMEMAP_NONE ((size_t)-1)

/* namemap_find - number of the entry with this base, or NAMEMAP_NONE */
size_t namemap_find(const struct namemap *, const char *base, size_t len);
/* namemap_add - a new entry, not found before; its number, or NAMEMAP_NONE
 * with errno EFBIG (over 2^31 names or 4 GB of them) */
size_t namemap_add(struct namemap *, const char *text, size_t len,
                   size_t base);
/* namemap_meet - find, else add: known tells which it was */
size_t namemap_meet(struct namemap *, const char *text, size_t len,
                    size_t base, int *known);
/*
 * namemap_append - a new entry that nobody can find until namemap_find_all has
 * been called, which is to be done before any other search of this map or
 * addition to it; of two with one base the later is found. As namemap_add.
 */
size_t namemap_append(struct namemap *, const char *text, size_t len,
                      size_t base);
void namemap_find_all(struct namemap *);
/* namemap_expect - room for n names in all, so that the table is made once */
void namemap_expect(struct namemap *, size_t n);
/*
 * namemap_meet_at - namemap_meet of a text that somebody put at an offset of
 * the map's own block, NUL-ended; it stays there. hash: namemap_hash of its
 * base, which namemap_near has the table ready for, if called some time before
 */
uint32_t namemap_hash(const char *base, size_t len);
void namemap_near(const struct namemap *, uint32_t hash);
size_t namemap_meet_at(struct namemap *, uint32_t hash, size_t off,
                       size_t len, size_t base, int *known);
/* namemap_in - namemap_find of entry i of another map */
size_t namemap_in(const struct namemap *, const struct namemap *of, size_t i);
/* namemap_in_some - the same for the n entries from i on, at most
 * NAMEMAP_SOME, into found: their memory is asked for at once */
#define NAMEMAP_SOME 32
void namemap_in_some(const struct namemap *, const struct namemap *of,
                     size_t i, size_t n, size_t *found);
/* namemap_reset - give entry i another text with the same base; 0, -1 */
int namemap_reset(struct namemap *, size_t i, const char *text, size_t len);
/* namemap_reset_at - the same with one that lies there, as namemap_meet_at */
int namemap_reset_at(struct namemap *, size_t i, size_t off, size_t len);
static inline const char *namemap_text(const struct namemap *m, size_t i)
{
  return m->text.s + m->e[i].off;
}
void namemap_clear(struct namemap *);           /* memory kept */
void namemap_free(struct namemap *);

#endif
