/* ISC licence; see LICENSE. */
#include "record.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <skalibs/stralloc.h>

#include "base/alloc.h"
#include "column.h"
#include "filename.h"

#define CHUNK_BITS 13           /* UIDs per stored chunk of ranges: 8192 */

/* ---- keys: big-endian, so that they sort by number ---- */

static void put32(unsigned char *p, uint32_t n)
{
  p[0] = (unsigned char)(n >> 24);
  p[1] = (unsigned char)(n >> 16);
  p[2] = (unsigned char)(n >> 8);
  p[3] = (unsigned char)n;
}

static uint32_t get32(const unsigned char *p)
{
  return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8
    | p[3];
}

static void key2(unsigned char k[8], uint32_t id, uint32_t n)
{
  put32(k, id);
  put32(k + 4, n);
}

static void key_log(unsigned char k[12], uint32_t id, uint64_t modseq)
{
  put32(k, id);
  put32(k + 4, (uint32_t)(modseq >> 32));
  put32(k + 8, (uint32_t)modseq);
}

void key_cache(unsigned char k[9], uint32_t id, int kind, uint32_t uid)
{
  put32(k, id);
  k[4] = (unsigned char)kind;
  put32(k + 5, uid);
}

/* "." + storage name */
static size_t key_folder(char *k, const char *storage)
{
  size_t n = strlen(storage);

  if (n > FILENAME_LIMIT) n = FILENAME_LIMIT;
  k[0] = '.';
  memcpy(k + 1, storage, n);
  return n + 1;
}

/* ---- folders ---- */

int rec_load(MDB_txn *txn, struct index *ix, const char *storage,
             struct folder_rec *rec)
{
  char k[FILENAME_LIMIT + 1];
  const char *data;
  size_t len;

  if (!index_get_sure(txn, ix, IX_FOLDER, k, key_folder(k, storage),
                      &data, &len))
    return 0;
  if (len != sizeof *rec) index_damaged(ix, "folder record");
  memcpy(rec, data, sizeof *rec);
  return 1;
}

int rec_save(MDB_txn *txn, struct index *ix, const char *storage,
             const struct folder_rec *rec)
{
  char k[FILENAME_LIMIT + 1];

  return index_put(txn, ix, IX_FOLDER, k, key_folder(k, storage),
                   rec, sizeof *rec, 0, 0, 0);
}

int rec_new_id(MDB_txn *txn, struct index *ix, uint32_t *id)
{
  const char *data;
  size_t len;

  *id = 0;
  if (index_get_sure(txn, ix, IX_META, "lastid", 6, &data, &len)) {
    if (len != sizeof *id) index_damaged(ix, "last id");
    memcpy(id, data, sizeof *id);
  }
  ++*id;
  return index_put(txn, ix, IX_META, "lastid", 6, id, sizeof *id, 0, 0, 0);
}

/* delete all keys of a table that start with a prefix */
static int del_prefix(MDB_txn *txn, struct index *ix, enum index_table t,
                      const unsigned char *prefix, size_t plen)
{
  MDB_cursor *c;
  MDB_val k = { plen, (void *)prefix }, v;
  int rc = mdb_cursor_open(txn, ix->table[t], &c);

  if (rc) return rc;
  rc = mdb_cursor_get(c, &k, &v, MDB_SET_RANGE);
  while (!rc && k.mv_size >= plen && !memcmp(k.mv_data, prefix, plen)) {
    index_step();
    rc = mdb_cursor_del(c, 0);
    if (!rc) rc = mdb_cursor_get(c, &k, &v, MDB_NEXT);  /* what moved up */
  }
  mdb_cursor_close(c);
  return rc == MDB_NOTFOUND ? 0 : rc;
}

int rec_clear(MDB_txn *txn, struct index *ix, uint32_t id)
{
  static const enum index_table tables[] = {
    IX_MESSAGE, IX_UIDS, IX_LOG, IX_CACHE
  };
  unsigned char k[4];
  size_t i;
  int rc = 0;

  put32(k, id);
  for (i = 0; !rc && i < sizeof tables / sizeof *tables; i++)
    rc = del_prefix(txn, ix, tables[i], k, 4);
  return rc;
}

int rec_drop(MDB_txn *txn, struct index *ix, const char *storage)
{
  struct folder_rec rec;
  int rc;

  if (!rec_load(txn, ix, storage, &rec)) return 0;
  rc = rec_clear(txn, ix, rec.id);
  return rc ? rc : rec_forget(txn, ix, storage);
}

int rec_forget(MDB_txn *txn, struct index *ix, const char *storage)
{
  char k[FILENAME_LIMIT + 1];

  return index_del(txn, ix, IX_FOLDER, k, key_folder(k, storage));
}

uint64_t rec_next_modseq(struct folder_rec *rec)
{
  struct timespec t;
  uint64_t now;

  clock_gettime(CLOCK_REALTIME, &t);
  now = (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
  rec->modseq = now > rec->modseq ? now : rec->modseq + 1;
  return rec->modseq;
}

/* ---- messages ---- */

int msg_parse(const char *data, size_t len, struct record *r)
{
  if (len < sizeof r->m) return 0;
  memcpy(&r->m, data, sizeof r->m);
  if (r->m.namelen > FILENAME_LIMIT
      || len != sizeof r->m + r->m.namelen + r->m.guidlen)
    return 0;
  r->name = data + sizeof r->m;
  r->guid = r->name + r->m.namelen;
  return 1;
}

int msg_load(MDB_txn *txn, struct index *ix, uint32_t id, uint32_t uid,
             struct record *r)
{
  unsigned char k[8];
  const char *data;
  size_t len;

  key2(k, id, uid);
  if (!index_get_sure(txn, ix, IX_MESSAGE, k, 8, &data, &len)) return 0;
  if (!msg_parse(data, len, r)) index_damaged(ix, "message record");
  return 1;
}

void msg_keep(struct record *r, char *buf)
{
  memcpy(buf, r->name, (size_t)r->m.namelen + r->m.guidlen);
  r->name = buf;
  r->guid = buf + r->m.namelen;
}

int msg_copy(MDB_txn *txn, struct index *ix, uint32_t id, uint32_t uid,
             struct record *r, char *buf)
{
  if (!msg_load(txn, ix, id, uid, r)) return 0;
  msg_keep(r, buf);
  return 1;
}

/* take one message into the folder's counts, or out of them (sign -1) */
static void count(const struct index *ix, struct folder_rec *rec,
                  uint32_t uid, const struct record *r, int sign)
{
  uint64_t h;
  uint32_t one = sign > 0 ? 1u : ~0u;

  rec->messages += one;
  if (!(r->m.flags & MF_SEEN)) {
    rec->unseen += one;
    if (sign > 0 && uid < rec->unseen_from) rec->unseen_from = uid;
  }
  if (r->m.flags & MF_DELETED) rec->deleted += one;
  if (r->m.in_new) rec->in_new += one;
  if (r->m.vsize >= 0) {
    rec->sized += one;
    rec->size += sign > 0 ? (uint64_t)r->m.vsize : -(uint64_t)r->m.vsize;
  }
  if (!r->m.in_new) {
    h = index_hash(ix, r->name, r->m.namelen);
    if (sign > 0) digest_add(&rec->names, h);
    else digest_remove(&rec->names, h);
  }
  rec->keywords_used |= r->m.keywords;
}

/* a record's fixed part and name; the octets used */
static size_t pack(char buf[sizeof(struct message_rec) + FILENAME_LIMIT],
                   const struct record *r)
{
  memcpy(buf, &r->m, sizeof r->m);
  memcpy(buf + sizeof r->m, r->name, r->m.namelen);
  return sizeof r->m + r->m.namelen;
}

static int put(MDB_txn *txn, struct index *ix, const struct folder_rec *rec,
               uint32_t uid, const struct record *r)
{
  unsigned char k[8];
  char buf[sizeof r->m + FILENAME_LIMIT];
  size_t n = pack(buf, r);

  key2(k, rec->id, uid);
  return index_put(txn, ix, IX_MESSAGE, k, 8, buf, n, r->guid, r->m.guidlen,
                   0);
}

int msg_walk(MDB_txn *txn, struct index *ix, MDB_cursor **c)
{
  return mdb_cursor_open(txn, ix->table[IX_MESSAGE], c);
}

int msg_at(struct index *ix, MDB_cursor *c, uint32_t id, uint32_t uid,
           int near, struct record *r, char *buf)
{
  unsigned char key[8];
  MDB_val k, v;
  const char *data;
  size_t len;
  int rc;

  key2(key, id, uid);
  rc = near ? mdb_cursor_get(c, &k, &v, MDB_NEXT) : MDB_NOTFOUND;
  if (rc || k.mv_size != 8 || memcmp(k.mv_data, key, 8)) {
    k.mv_size = 8;
    k.mv_data = key;
    rc = mdb_cursor_get(c, &k, &v, MDB_SET_KEY);
  }
  if (rc == MDB_NOTFOUND) return 0;
  if (rc) index_failed(ix, rc);
  index_check(ix, &k, &v, &data, &len);
  if (!msg_parse(data, len, r)) index_damaged(ix, "message record");
  msg_keep(r, buf);
  return 1;
}

int msg_replace(struct index *ix, MDB_cursor *c, struct folder_rec *rec,
                uint32_t uid, const struct record *old,
                const struct record *r)
{
  unsigned char k[8];
  char buf[sizeof r->m + FILENAME_LIMIT];
  size_t n = pack(buf, r);
  int rc;

  key2(k, rec->id, uid);
  rc = index_put_at(c, k, 8, buf, n, r->guid, r->m.guidlen, MDB_CURRENT);
  if (rc) return rc;
  count(ix, rec, uid, old, -1);
  count(ix, rec, uid, r, 1);
  return 0;
}

int msg_append(MDB_txn *txn, MDB_cursor **c, struct index *ix,
               struct folder_rec *rec, uint32_t uid, const struct record *r)
{
  unsigned char k[8];
  char buf[sizeof r->m + FILENAME_LIMIT];
  size_t n = pack(buf, r);
  int rc = *c ? 0 : mdb_cursor_open(txn, ix->table[IX_MESSAGE], c);

  if (rc) return rc;
  key2(k, rec->id, uid);
  rc = index_put_at(*c, k, 8, buf, n, r->guid, r->m.guidlen, MDB_APPEND);
  if (rc == MDB_KEYEXIST) rc = put(txn, ix, rec, uid, r);
  if (!rc) count(ix, rec, uid, r, 1);
  return rc;
}

int msg_put(MDB_txn *txn, struct index *ix, struct folder_rec *rec,
            uint32_t uid, const struct record *old, const struct record *r)
{
  int rc = put(txn, ix, rec, uid, r);

  if (rc) return rc;
  if (old) count(ix, rec, uid, old, -1);
  count(ix, rec, uid, r, 1);
  return 0;
}

static int delete_caches(MDB_txn *txn, struct index *ix,
                         const struct folder_rec *rec, uint32_t uid)
{
  unsigned char c[9];
  int rc = 0, kind;

  for (kind = 1; !rc && kind <= CACHE_KINDS; kind++) {
    if (!(rec->cache_kinds >> kind & 1)) continue;
    key_cache(c, rec->id, kind, uid);
    rc = index_del(txn, ix, IX_CACHE, c, 9);
  }
  return rc;
}

int msg_remove(MDB_txn *txn, struct index *ix, MDB_cursor *c,
               struct folder_rec *rec, uint32_t uid, const struct record *old)
{
  int rc = mdb_cursor_del(c, 0);

  index_step();
  if (rc) return rc;
  count(ix, rec, uid, old, -1);
  return delete_caches(txn, ix, rec, uid);
}

int msg_delete(MDB_txn *txn, struct index *ix, struct folder_rec *rec,
               uint32_t uid, const struct record *old)
{
  unsigned char k[8];
  int rc;

  count(ix, rec, uid, old, -1);
  key2(k, rec->id, uid);
  rc = index_del(txn, ix, IX_MESSAGE, k, 8);
  return rc ? rc : delete_caches(txn, ix, rec, uid);
}

/* ---- UIDs, in chunks of ranges: pairs of 16-bit offsets ---- */

static void chunk_parse(uint32_t chunk, const char *data, size_t len,
                        struct uidset *to)
{
  uint16_t p[2];
  uint32_t base = chunk << CHUNK_BITS;
  size_t i;

  for (i = 0; i + sizeof p <= len; i += sizeof p) {
    memcpy(p, data + i, sizeof p);
    if (p[0] <= p[1] && p[1] < 1u << CHUNK_BITS && base + p[0])
      uidset_add(to, base + p[0], base + p[1]);
  }
}

void uids_read(MDB_txn *txn, struct index *ix, uint32_t id,
               struct uidset *set)
{
  unsigned char prefix[8];
  MDB_cursor *c;
  MDB_val k = { 8, prefix }, v;
  const char *data;
  size_t len;
  uint32_t chunk, next = 0;
  int rc;

  uidset_clear(set);
  key2(prefix, id, 0);
  rc = mdb_cursor_open(txn, ix->table[IX_UIDS], &c);
  if (rc) index_failed(ix, rc);
  rc = mdb_cursor_get(c, &k, &v, MDB_SET_RANGE);
  while (!rc && k.mv_size == 8 && get32(k.mv_data) == id) {
    index_check(ix, &k, &v, &data, &len);
    chunk = get32((unsigned char *)k.mv_data + 4);
    if (chunk < next) index_damaged(ix, "order of UIDs");
    next = chunk + 1;
    chunk_parse(chunk, data, len, set);
    rc = mdb_cursor_get(c, &k, &v, MDB_NEXT);
  }
  mdb_cursor_close(c);
  if (rc && rc != MDB_NOTFOUND) index_failed(ix, rc);
}

void uids_without(MDB_txn *txn, struct index *ix, uint32_t id, uint32_t uid)
{
  struct uidset set = UIDSET_ZERO;
  unsigned char k[8];
  const char *data;
  size_t len;

  key2(k, id, uid >> CHUNK_BITS);
  if (index_get_sure(txn, ix, IX_UIDS, k, 8, &data, &len))
    chunk_parse(uid >> CHUNK_BITS, data, len, &set);
  if (uidset_has(&set, uid)) index_damaged(ix, "a message is missing");
  uidset_free(&set);
}

static int chunk_save(MDB_txn *txn, struct index *ix, uint32_t id,
                      uint32_t chunk, const struct uidset *set)
{
  unsigned char k[8];
  uint32_t base = chunk << CHUNK_BITS;
  uint16_t p[2];
  stralloc out = STRALLOC_ZERO;
  size_t i;
  int rc;

  key2(k, id, chunk);
  if (!set->n) return index_del(txn, ix, IX_UIDS, k, 8);
  for (i = 0; i < set->n; i++) {
    p[0] = (uint16_t)(set->r[i].lo - base);
    p[1] = (uint16_t)(set->r[i].hi - base);
    stralloc_catb(&out, (char *)p, sizeof p);
  }
  rc = index_put(txn, ix, IX_UIDS, k, 8, out.s, out.len, 0, 0, 0);
  stralloc_free(&out);
  return rc;
}

/* the part of set that lies in one chunk */
static void clip(struct uidset *out, const struct uidset *set, uint32_t chunk)
{
  struct uidrange r = { chunk << CHUNK_BITS, 0 };
  struct uidset window = { &r, 1, 1 };

  r.hi = r.lo + ((1u << CHUNK_BITS) - 1);
  if (!r.lo) r.lo = 1;
  uidset_copy(out, set);
  uidset_intersect(out, &window);
}

/* the columns of which no message is left, now that those of gone are */
static int forget_columns(MDB_txn *txn, struct index *ix, uint32_t id,
                          const struct uidset *gone,
                          const struct uidset *left)
{
  uint32_t uid = uidset_next(gone, 1), first, last, next;
  int rc = 0;

  while (!rc && uid) {
    first = uid & ~(COLUMN_UIDS - 1);
    last = uid | (COLUMN_UIDS - 1);
    next = uidset_next(left, first);
    if (!next || next > last) rc = column_forget(txn, ix, id, uid);
    uid = last == UINT32_MAX ? 0 : uidset_next(gone, last + 1);
  }
  return rc;
}

static int chunk_change(MDB_txn *txn, struct index *ix, uint32_t id,
                        uint32_t chunk, const struct uidset *add,
                        const struct uidset *remove)
{
  unsigned char k[8];
  struct uidset set = UIDSET_ZERO, part = UIDSET_ZERO;
  const char *data;
  size_t len;
  int rc = 0;

  key2(k, id, chunk);
  if (index_get_sure(txn, ix, IX_UIDS, k, 8, &data, &len))
    chunk_parse(chunk, data, len, &set);
  if (add && add->n) {
    clip(&part, add, chunk);
    uidset_union(&set, &part);
  }
  if (remove && remove->n) {
    clip(&part, remove, chunk);
    uidset_subtract(&set, &part);
    rc = forget_columns(txn, ix, id, &part, &set);
  }
  if (!rc) rc = chunk_save(txn, ix, id, chunk, &set);
  uidset_free(&set);
  uidset_free(&part);
  return rc;
}

int uids_change(MDB_txn *txn, struct index *ix, uint32_t id,
                const struct uidset *add, const struct uidset *remove)
{
  uint64_t from = 0;
  uint32_t a, r, uid;
  int rc = 0;

  while (!rc && from <= UINT32_MAX) {
    a = add ? uidset_next(add, (uint32_t)from) : 0;
    r = remove ? uidset_next(remove, (uint32_t)from) : 0;
    if (!a && !r) break;
    uid = !a ? r : !r ? a : a < r ? a : r;
    rc = chunk_change(txn, ix, id, uid >> CHUNK_BITS, add, remove);
    from = ((uint64_t)(uid >> CHUNK_BITS) + 1) << CHUNK_BITS;
  }
  return rc;
}

/* ---- the log ---- */

static void log_ranges(stralloc *out, const struct uidset *set)
{
  if (set) stralloc_catb(out, (const char *)set->r, set->n * sizeof *set->r);
}

static int log_trim(MDB_txn *txn, struct index *ix, struct folder_rec *rec)
{
  unsigned char from[12];
  const unsigned char *p;
  MDB_cursor *c;
  MDB_val k = { 12, from }, v;
  uint32_t i;
  int rc = mdb_cursor_open(txn, ix->table[IX_LOG], &c);

  if (rc) return rc;
  for (i = 0; !rc && i < LOG_MAX / 2; i++) {
    key_log(from, rec->id, 0);
    k.mv_size = 12;
    k.mv_data = from;
    rc = mdb_cursor_get(c, &k, &v, MDB_SET_RANGE);
    p = k.mv_data;
    if (rc || k.mv_size != 12 || get32(p) != rec->id) break;
    rec->log_floor = (uint64_t)get32(p + 4) << 32 | get32(p + 8);
    rc = mdb_cursor_del(c, 0);
    if (!rc) rec->log_count--;
  }
  mdb_cursor_close(c);
  return rc == MDB_NOTFOUND ? 0 : rc;
}

int log_add(MDB_txn *txn, struct index *ix, struct folder_rec *rec,
            uint64_t modseq, const struct uidset *changed,
            const struct uidset *gone)
{
  unsigned char k[12];
  uint32_t n = changed ? (uint32_t)changed->n : 0;
  stralloc out = STRALLOC_ZERO;
  int rc;

  if (!n && !(gone && gone->n)) return 0;
  if (rec->log_count >= LOG_MAX && (rc = log_trim(txn, ix, rec))) return rc;
  stralloc_catb(&out, (char *)&n, sizeof n);
  log_ranges(&out, changed);
  log_ranges(&out, gone);
  key_log(k, rec->id, modseq);
  rc = index_put(txn, ix, IX_LOG, k, 12, out.s, out.len, 0, 0, 0);
  stralloc_free(&out);
  if (!rc) rec->log_count++;
  return rc;
}

static void log_take(const char *data, size_t len, int want_changed,
                     struct uidset *changed, struct uidset *gone)
{
  struct uidrange r;
  uint32_t n, i;

  if (len < sizeof n) return;
  memcpy(&n, data, sizeof n);
  data += sizeof n;
  len -= sizeof n;
  for (i = 0; len >= sizeof r; data += sizeof r, len -= sizeof r, i++) {
    memcpy(&r, data, sizeof r);
    if (i >= n) uidset_add(gone, r.lo, r.hi);
    else if (want_changed) uidset_add(changed, r.lo, r.hi);
  }
}

int log_read(MDB_txn *txn, struct index *ix, const struct folder_rec *rec,
             uint64_t since, const uint64_t *skip, size_t nskip,
             struct uidset *changed, struct uidset *gone)
{
  unsigned char from[12];
  const unsigned char *p;
  MDB_cursor *c;
  MDB_val k = { 12, from }, v;
  const char *data;
  uint64_t modseq;
  size_t len, i;
  int rc;

  if (since < rec->log_floor || since > rec->modseq) return 0;
  if (since == rec->modseq) return 1;
  key_log(from, rec->id, since + 1);
  rc = mdb_cursor_open(txn, ix->table[IX_LOG], &c);
  if (rc) index_failed(ix, rc);
  rc = mdb_cursor_get(c, &k, &v, MDB_SET_RANGE);
  while (!rc && k.mv_size == 12 && get32(k.mv_data) == rec->id) {
    p = k.mv_data;
    modseq = (uint64_t)get32(p + 4) << 32 | get32(p + 8);
    if (modseq <= since) index_damaged(ix, "order of changes");
    since = modseq;
    for (i = 0; i < nskip && skip[i] != modseq; i++) ;
    index_check(ix, &k, &v, &data, &len);
    log_take(data, len, i == nskip, changed, gone);
    rc = mdb_cursor_get(c, &k, &v, MDB_NEXT);
  }
  mdb_cursor_close(c);
  if (rc && rc != MDB_NOTFOUND) index_failed(ix, rc);
  return 1;
}

/* ---- caches ---- */

int cache_load(MDB_txn *txn, struct index *ix, uint32_t id, uint32_t uid,
               int kind, const char **data, size_t *len)
{
  unsigned char k[9];

  key_cache(k, id, kind, uid);
  return index_get(txn, ix, IX_CACHE, k, 9, data, len) == 1;
}

void cache_walk(MDB_txn *txn, struct index *ix, MDB_cursor **c)
{
  int rc = mdb_cursor_open(txn, ix->table[IX_CACHE], c);

  if (rc) index_failed(ix, rc);
}

int cache_step(struct index *ix, MDB_cursor *c, uint32_t id, int kind,
               uint32_t from, int on, uint32_t *uid,
               const char **data, size_t *len)
{
  unsigned char key[9];
  MDB_val k = { 9, key }, v;
  int rc;

  key_cache(key, id, kind, from);
  rc = mdb_cursor_get(c, &k, &v, on ? MDB_NEXT : MDB_SET_RANGE);
  for (; !rc; rc = mdb_cursor_get(c, &k, &v, MDB_NEXT)) {
    if (k.mv_size != 9 || memcmp(k.mv_data, key, 5)) return 0;
    *uid = get32((const unsigned char *)k.mv_data + 5);
    if (*uid < from) index_damaged(ix, "order of caches");
    if (index_good(&k, &v, data, len)) return 1;
    if (*uid == UINT32_MAX) return 0;
    from = *uid + 1;
  }
  if (rc != MDB_NOTFOUND) index_failed(ix, rc);
  return 0;
}

int cache_at(struct index *ix, MDB_cursor *c, uint32_t id, int kind,
             uint32_t uid, int near, const char **data, size_t *len)
{
  unsigned char key[9];
  MDB_val k, v;
  int rc;

  key_cache(key, id, kind, uid);
  rc = near ? mdb_cursor_get(c, &k, &v, MDB_NEXT) : MDB_NOTFOUND;
  if (rc || k.mv_size != 9 || memcmp(k.mv_data, key, 9)) {
    k.mv_size = 9;
    k.mv_data = key;
    rc = mdb_cursor_get(c, &k, &v, MDB_SET_KEY);
  }
  if (rc && rc != MDB_NOTFOUND) index_failed(ix, rc);
  if (!rc) return index_good(&k, &v, data, len) ? 1 : -1;
  index_step();
  return 0;
}

int cache_save(MDB_txn *txn, struct index *ix, struct folder_rec *rec,
               uint32_t uid, int kind, const char *data, size_t len)
{
  unsigned char k[9];

  rec->cache_kinds |= (uint16_t)(1u << kind);
  key_cache(k, rec->id, kind, uid);
  return index_put(txn, ix, IX_CACHE, k, 9, data, len, 0, 0, 0);
}

int cache_save_by(MDB_cursor *c, struct folder_rec *rec, uint32_t uid,
                  int kind, const char *data, size_t len)
{
  unsigned char k[9];

  rec->cache_kinds |= (uint16_t)(1u << kind);
  key_cache(k, rec->id, kind, uid);
  return index_put_at(c, k, 9, data, len, 0, 0, 0);
}
