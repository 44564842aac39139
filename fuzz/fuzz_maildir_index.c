/* ISC licence; see LICENSE. */
/*
 * Values of the index as another program or another version could have left
 * them, with checksums that are right: each entry is a table, a key (of the
 * right shape, or any octets) and a value. All that is read from them stays
 * within them, sets are in order, and what is no record ends the session.
 */
#include <setjmp.h>
#include <string.h>
#include <skalibs/stralloc.h>

#include "base/alloc.h"
#include "maildir/column.h"
#include "maildir/index.h"
#include "maildir/record.h"
#include "maildir_scratch.h"

char const *PROG = "fuzz_maildir_index";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

#define ID 1
#define UIDS 8                  /* looked for as messages */

static jmp_buf given_up;
static struct index *ix;

static void on_fatal(void)
{
  longjmp(given_up, 1);
}

struct input {
  const uint8_t *p, *end;
};

static size_t take(struct input *in, size_t n)
{
  size_t have = (size_t)(in->end - in->p);

  return n < have ? n : have;
}

/* ID and the number, in as many octets as the table's keys have */
static size_t make_key(unsigned char *key, enum index_table t, uint8_t n)
{
  memset(key, 0, 12);
  key[3] = ID;
  if (t == IX_FOLDER) {
    memcpy(key, ".x", 2);
    return 2;
  }
  if (t == IX_CACHE) {
    key[4] = n & 7;
    key[8] = n >> 3 & 3;
    return 9;
  }
  key[t == IX_LOG ? 11 : 7] = n;
  if (t == IX_UIDS && n & 0x80) memset(key + 4, 0xff, 2);       /* the last */
  return t == IX_LOG ? 12 : 8;
}

static int put_all(MDB_txn *txn, struct index *i, void *arg)
{
  struct input in = *(struct input *)arg;
  unsigned char made[12];
  const void *key;
  size_t klen, len;
  int t, rc = 0;

  for (t = IX_FOLDER; !rc && t < IX_TABLES; t++)
    rc = mdb_drop(txn, i->table[t], 0);
  while (!rc && in.end - in.p > 3) {
    t = IX_FOLDER + in.p[0] % (IX_TABLES - IX_FOLDER);
    key = made;
    klen = make_key(made, (enum index_table)t, in.p[1]);
    len = in.p[2];
    if (in.p[0] & 0x80) len *= 16;
    in.p += 3;
    if (in.p[-3] & 0x40) {
      klen = take(&in, 1 + in.p[-2] % 40);
      key = in.p;
      in.p += klen;
      if (!klen) break;
    }
    len = take(&in, len);
    rc = index_put(txn, i, (enum index_table)t, key, klen, in.p, len, 0, 0, 0);
    in.p += len;
  }
  return rc;
}

static void in_order(const struct uidset *u)
{
  size_t i;

  for (i = 0; i < u->n; i++) {
    must(u->r[i].lo && u->r[i].lo <= u->r[i].hi);
    must(!i || (uint64_t)u->r[i - 1].hi + 1 < u->r[i].lo);
  }
}

static void read_messages(MDB_txn *txn)
{
  char text[RECORD_TEXT];
  struct record r;
  const char *data;
  size_t len;
  uint32_t uid;
  int kind;

  for (uid = 0; uid < UIDS; uid++) {
    if (msg_copy(txn, ix, ID, uid, &r, text))
      must((size_t)r.m.namelen + r.m.guidlen <= sizeof text);
    for (kind = 0; kind < CACHE_KINDS; kind++)
      cache_load(txn, ix, ID, uid, kind, &data, &len);
  }
}

/* what a column says lies within its value */
static void read_columns(MDB_txn *txn)
{
  struct column c;
  uint32_t stretch, end;
  volatile char last = 0;
  size_t i;

  for (stretch = 0; stretch < 4; stretch++) {
    if (!column_load(txn, ix, ID, 0, stretch << COLUMN_BITS, 3, &c)) continue;
    must(c.n <= COLUMN_UIDS);
    for (i = 0, end = 0; i < c.n; i++) {
      must(c.end[i] >= end && (!i || c.slot[i] > c.slot[i - 1]));
      must(c.known[c.slot[i] / 64] >> c.slot[i] % 64 & 1);
      end = c.end[i];
    }
    must(end == c.len);
    if (c.len) last = c.text[c.len - 1];
  }
  (void)last;
}

static void read_all(void)
{
  static struct uidset uids, changed, gone;     /* what is read may jump out */
  struct folder_rec rec;
  uint64_t skip = 3;
  MDB_txn *txn = index_read(ix);

  memset(&rec, 0, sizeof rec);
  rec_load(txn, ix, "x", &rec);
  rec.id = ID;
  uids_read(txn, ix, ID, &uids);
  in_order(&uids);
  rec.log_floor = 0;
  if (rec.modseq < 1000) rec.modseq = 1000;
  log_read(txn, ix, &rec, 1, &skip, 1, &changed, &gone);
  in_order(&changed);
  in_order(&gone);
  uidset_clear(&changed);
  uidset_clear(&gone);
  read_messages(txn);
  read_columns(txn);
  index_read_end(ix);
}

/* a message record where the sanitizer watches its ends */
static void parse_copy(const uint8_t *data, size_t len)
{
  char *copy = xalloc(len ? len : 1), *end = copy + len;
  struct record r;

  if (len) memcpy(copy, data, len);
  if (msg_parse(copy, len, &r)) {
    must(r.name >= copy && r.name + r.m.namelen == r.guid);
    must(r.guid + r.m.guidlen == end);
  }
  free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
  static char path[sizeof scratch_path + 20];
  struct input in = { data, data + len };

  parse_copy(data, len);
  index_on_fatal = on_fatal;
  scratch_dir();
  snprintf(path, sizeof path, "%s/roost.index", scratch_path);
  if (!ix) ix = index_open(path);
  if (setjmp(given_up)) {
    index_read_end(ix);
    index_close(ix);
    ix = 0;
    return 0;
  }
  if (index_write(ix, put_all, &in) == 0) read_all();
  return 0;
}
