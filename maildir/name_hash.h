/* ISC licence; see LICENSE. */
#ifndef MAILDIR_NAME_HASH_H
#define MAILDIR_NAME_HASH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/*
 * name_hash - 64 bits over a name, under a key. Sixteen octets at a time are
 * folded by one wide multiplication; the end is read once more with what is
 * before it, which costs less than to read it octet by octet.
 */
static inline uint64_t name_fold(uint64_t a, uint64_t b)
{
#ifdef __SIZEOF_INT128__
  unsigned __int128 p = (unsigned __int128)a * b;

  return (uint64_t)p ^ (uint64_t)(p >> 64);
#else
  uint64_t low = (a & UINT32_MAX) * (b & UINT32_MAX);
  uint64_t mid = (a >> 32) * (b & UINT32_MAX) + (low >> 32);
  uint64_t more = (a & UINT32_MAX) * (b >> 32) + (mid & UINT32_MAX);

  return (more << 32 | (low & UINT32_MAX))
    ^ ((a >> 32) * (b >> 32) + (mid >> 32) + (more >> 32));
#endif
}

static inline uint64_t name_hash(const uint64_t key[2], const char *name,
                                 size_t len)
{
  uint64_t h = key[0] ^ len, w[2];
  size_t i;

  for (i = 0; len - i > 16; i += 16) {
    memcpy(w, name + i, 16);
    h = name_fold(w[0] ^ h, w[1] ^ key[1]);
  }
  if (len >= 16) memcpy(w, name + len - 16, 16);
  else {
    w[0] = w[1] = 0;
    memcpy(w, name, len);
  }
  h = name_fold(w[0] ^ h, w[1] ^ key[1]);
  return name_fold(h ^ key[1], len ^ 0x9e3779b97f4a7c15ull);
}

#endif
