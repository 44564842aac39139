/* ISC licence; see LICENSE. */
/* Hashes that tell where a message comes from. */
#include "import.h"

#include <stdlib.h>
#include <string.h>
#include <openssl/evp.h>

#include "base/alloc.h"

struct import_hash { EVP_MD_CTX *ctx; };

struct import_hash *import_hash_begin(void)
{
  struct import_hash *h = xalloc(sizeof *h);

  h->ctx = EVP_MD_CTX_new();
  if (!h->ctx || EVP_DigestInit_ex(h->ctx, EVP_sha256(), 0) != 1) die_nomem();
  return h;
}

void import_hash_put(struct import_hash *h, const char *s, size_t len)
{
  if (EVP_DigestUpdate(h->ctx, s, len) != 1) die_nomem();
}

void import_hash_end(struct import_hash *h, unsigned char out[32])
{
  unsigned int n = 32;

  if (EVP_DigestFinal_ex(h->ctx, out, &n) != 1) die_nomem();
  EVP_MD_CTX_free(h->ctx);
  free(h);
}

void import_id_of(struct import_id *id, const char *const *part, size_t n)
{
  struct import_hash *h = import_hash_begin();
  unsigned char all[32];
  size_t i;

  for (i = 0; i < n; i++)
    import_hash_put(h, part[i], strlen(part[i]) + 1);   /* the NUL parts them */
  import_hash_end(h, all);
  memcpy(id->b, all, IMPORT_ID);
}

/* ---- the same content more than once ---- */

static size_t count_place(const struct import_counts *c,
                          const struct import_id *id)
{
  size_t at;

  memcpy(&at, id->b, sizeof at);
  for (at &= c->size - 1; c->n[at]; at = (at + 1) & (c->size - 1))
    if (!memcmp(c->id[at].b, id->b, IMPORT_ID)) break;
  return at;
}

static void count_grow(struct import_counts *c)
{
  struct import_counts old = *c;
  size_t i, at;

  c->size = old.size ? old.size * 2 : 256;
  c->id = xalloc(c->size * sizeof *c->id);
  c->n = xalloc(c->size * sizeof *c->n);
  memset(c->n, 0, c->size * sizeof *c->n);
  for (i = 0; i < old.size; i++) {
    if (!old.n[i]) continue;
    at = count_place(c, old.id + i);
    c->id[at] = old.id[i];
    c->n[at] = old.n[i];
  }
  free(old.id);
  free(old.n);
}

void import_content_id(struct import_counts *c, const char *folder,
                       const unsigned char content[32], struct import_id *id)
{
  struct import_id first;
  char hex[65], nth[16];
  const char *part[4] = { "file", folder, hex, nth };
  uint32_t n;
  size_t i, at;

  memcpy(first.b, content, IMPORT_ID);
  if (c->used * 2 >= c->size) count_grow(c);
  at = count_place(c, &first);
  if (!c->n[at]) c->used++;
  c->id[at] = first;
  n = ++c->n[at];
  for (i = 0; i < 32; i++) {
    hex[2 * i] = "0123456789abcdef"[content[i] >> 4];
    hex[2 * i + 1] = "0123456789abcdef"[content[i] & 15];
  }
  hex[64] = 0;
  for (i = sizeof nth - 1, nth[i] = 0; n; n /= 10) nth[--i] = (char)('0' + n % 10);
  part[3] = nth + i;
  import_id_of(id, part, 4);
}

void import_counts_free(struct import_counts *c)
{
  free(c->id);
  free(c->n);
  memset(c, 0, sizeof *c);
}
