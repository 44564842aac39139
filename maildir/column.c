/* ISC licence; see LICENSE. */
#include "column.h"

#include <string.h>
#include <skalibs/stralloc.h>

#include "base/alloc.h"
#include "record.h"

#define HEAD 4
#define BITS (COLUMN_UIDS / 8)

static int known(const struct column *c, unsigned slot)
{
  return c->known[slot / 64] >> slot % 64 & 1;
}

int column_parse(const char *data, size_t len, unsigned char version,
                 struct column *c)
{
  uint32_t before = 0;
  unsigned slot;
  size_t i;

  c->n = 0;
  if (len < HEAD + BITS || (unsigned char)data[0] != version) return 0;
  memcpy(c->known, data + HEAD, BITS);
  for (slot = 0; slot < COLUMN_UIDS; slot++)
    if (known(c, slot)) c->slot[c->n++] = (unsigned char)slot;
  data += HEAD + BITS;
  len -= HEAD + BITS;
  if (len < c->n * sizeof *c->end) return 0;
  memcpy(c->end, data, c->n * sizeof *c->end);
  c->text = data + c->n * sizeof *c->end;
  c->len = len - c->n * sizeof *c->end;
  for (i = 0; i < c->n; i++) {
    if (c->end[i] < before) return 0;
    before = c->end[i];
  }
  return before == c->len;
}

/* Before what hangs on single messages, so that these still go to the end of
 * the table, where pages are filled, when columns grow along with them. */
static void key_of(unsigned char k[9], uint32_t id, int kind, uint32_t uid)
{
  key_cache(k, id, 0, (uint32_t)kind << (32 - COLUMN_BITS) | uid >> COLUMN_BITS);
}

int column_load(MDB_txn *txn, struct index *ix, uint32_t id, int kind,
                uint32_t uid, unsigned char version, struct column *c)
{
  unsigned char k[9];
  const char *data;
  size_t len;

  key_of(k, id, kind, uid);
  return index_get(txn, ix, IX_CACHE, k, 9, &data, &len) == 1
    && column_parse(data, len, version, c);
}

/* the value that is to be: its bits and ends grow in c, its texts in out */
static void add(struct column *c, unsigned slot, stralloc *out, const char *s,
                size_t len)
{
  c->known[slot / 64] |= (uint64_t)1 << slot % 64;
  stralloc_catb(out, s, len);
  c->end[c->n++] = (uint32_t)out->len;
}

static void merge(const struct column *old, uint32_t base,
                  const struct uidset *there, const struct column_text *v,
                  size_t n, struct column *c, stralloc *out)
{
  size_t i = 0, k = 0, from;
  unsigned slot;

  for (slot = 0; slot < COLUMN_UIDS; slot++) {
    while (k < old->n && old->slot[k] < slot) k++;
    for (; i + 1 < n && v[i + 1].uid == base + slot; i++) ;
    if (i < n && v[i].uid == base + slot) {
      add(c, slot, out, v[i].s, v[i].len);
      i++;
    } else if (k < old->n && old->slot[k] == slot
               && uidset_has(there, base + slot)) {
      from = k ? old->end[k - 1] : 0;
      add(c, slot, out, old->text + from, old->end[k] - from);
    }
  }
}

int column_save(MDB_txn *txn, struct index *ix, uint32_t id, int kind,
                unsigned char version, const struct uidset *there,
                const struct column_text *v, size_t n)
{
  struct column old, c;
  stralloc out = STRALLOC_ZERO, head = STRALLOC_ZERO;
  const char start[HEAD] = { (char)version, 0, 0, 0 };
  unsigned char k[9];
  uint32_t uid = v[0].uid;
  int rc;

  if (!column_load(txn, ix, id, kind, uid, version, &old)) old.n = 0;
  memset(&c, 0, sizeof c);
  merge(&old, uid & ~(COLUMN_UIDS - 1), there, v, n, &c, &out);
  stralloc_catb(&head, start, sizeof start);
  stralloc_catb(&head, (const char *)c.known, sizeof c.known);
  stralloc_catb(&head, (const char *)c.end, c.n * sizeof *c.end);
  key_of(k, id, kind, uid);
  rc = index_put(txn, ix, IX_CACHE, k, 9, head.s, head.len, out.s, out.len, 0);
  stralloc_free(&head);
  stralloc_free(&out);
  return rc;
}

int column_forget(MDB_txn *txn, struct index *ix, uint32_t id, uint32_t uid)
{
  unsigned char k[9];
  int kind, rc = 0;

  for (kind = 0; !rc && kind < COLUMN_KINDS; kind++) {
    key_of(k, id, kind, uid);
    rc = index_del(txn, ix, IX_CACHE, k, 9);
  }
  return rc;
}
