/* ISC licence; see LICENSE. */
#include "maildir/column.h"

#include <string.h>

#include "maildir/record.h"
#include "maildir/t/check.h"
#include "maildir/t/scratch.h"

char const *PROG = "column";

#define ID 7
#define KIND 3
#define VERSION 9

static struct index *ix;
static struct uidset there;
static const struct column_text *texts;
static size_t ntexts;
static unsigned char version = VERSION;

static int save(MDB_txn *txn, struct index *i, void *arg)
{
  (void)arg;
  return column_save(txn, i, ID, KIND, version, &there, texts, ntexts);
}

static void put(const struct column_text *v, size_t n)
{
  texts = v;
  ntexts = n;
  CHECK(index_write(ix, save, 0) == 0);
}

/* "uid=text uid=text", as the index has them in the stretch of uid */
static int has(uint32_t uid, const char *want)
{
  char got[4096];
  struct column c;
  size_t i, n = 0, from = 0;

  got[0] = 0;
  if (!column_load(index_read(ix), ix, ID, KIND, uid, VERSION, &c)) c.n = 0;
  for (i = 0; i < c.n; from = c.end[i++])
    n += (size_t)snprintf(got + n, sizeof got - n, "%s%u=%.*s", i ? " " : "",
                          (uid & ~(COLUMN_UIDS - 1)) + c.slot[i],
                          (int)(c.end[i] - from), c.text + from);
  index_read_end(ix);
  if (strcmp(got, want)) printf("have [%s], want [%s]\n", got, want);
  return !strcmp(got, want);
}

static void grows(void)
{
  static const struct column_text a[] = { { 300, "b", 1 }, { 511, "", 0 } };
  static const struct column_text b[] = {
    { 256, "first", 5 }, { 300, "b", 1 }, { 300, "b", 1 }, { 301, "\n", 1 }
  };
  static const struct column_text c[] = { { 4294967295u, "end", 3 } };

  uidset_add(&there, 1, 4294967295u);
  CHECK(has(300, ""));
  put(a, 2);
  CHECK(has(300, "300=b 511="));
  put(b, 4);
  CHECK(has(511, "256=first 300=b 301=\n 511="));
  CHECK(has(255, ""));
  CHECK(has(512, ""));
  put(c, 1);
  CHECK(has(4294967040u, "4294967295=end"));
  CHECK(has(256, "256=first 300=b 301=\n 511="));
}

/* those of messages that are gone leave at the next chance */
static void shrinks(void)
{
  static const struct column_text a[] = { { 257, "x", 1 } };

  uidset_remove(&there, 300, 301);
  put(a, 1);
  CHECK(has(256, "256=first 257=x 511="));
}

static int change(MDB_txn *txn, struct index *i, void *arg)
{
  const struct uidset *const *set = arg;

  return uids_change(txn, i, ID, set[0], set[1]);
}

static void changed(const struct uidset *add, const struct uidset *remove)
{
  const struct uidset *set[2] = { add, remove };

  CHECK(index_write(ix, change, set) == 0);
}

/* a stretch without messages has no columns */
static void leaves(void)
{
  static const struct column_text far[] = { { 513, "y", 1 } };
  struct uidset some = UIDSET_ZERO;

  put(far, 1);
  uidset_add(&some, 200, 600);
  changed(&some, 0);
  uidset_clear(&some);
  uidset_add(&some, 257, 511);
  changed(0, &some);
  CHECK(has(256, "256=first 257=x 511="));      /* 256 is left */
  uidset_add(&some, 256, 256);
  changed(0, &some);
  CHECK(has(256, ""));
  CHECK(has(513, "513=y"));
  uidset_free(&some);
}

static void versions(void)
{
  static const struct column_text a[] = { { 514, "new", 3 } };

  version = VERSION + 1;
  put(a, 1);
  CHECK(has(513, ""));
  version = VERSION;
  put(a, 1);
  CHECK(has(513, "514=new"));
}

/* octets that have the right start and nothing else */
static void broken(void)
{
  char v[36 + 8 + 4] = { VERSION };
  uint32_t end[2] = { 2, 4 };
  struct column c;
  size_t n;

  v[4] = 5;                     /* 0 and 2 */
  memcpy(v + 36, end, 8);
  CHECK(column_parse(v, sizeof v, VERSION, &c) && c.n == 2 && c.slot[1] == 2);
  for (n = 0; n < sizeof v; n++) CHECK(!column_parse(v, n, VERSION, &c));
  CHECK(!column_parse(v, sizeof v, VERSION + 1, &c));
  end[0] = 5;
  memcpy(v + 36, end, 8);
  CHECK(!column_parse(v, sizeof v, VERSION, &c));
  end[0] = 2;
  end[1] = 3;
  memcpy(v + 36, end, 8);
  CHECK(!column_parse(v, sizeof v, VERSION, &c));
}

int main(void)
{
  char path[300];

  scratch_dir();
  snprintf(path, sizeof path, "%s/index", scratch_path);
  ix = index_open(path);
  grows();
  shrinks();
  leaves();
  versions();
  broken();
  index_close(ix);
  uidset_free(&there);
  scratch_remove();
  return check_done("column");
}
