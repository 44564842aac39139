/* ISC licence; see LICENSE. */
#include "maildir/digest.h"

#include <errno.h>
#include <time.h>
#include <skalibs/strerr.h>

#include "base/alloc.h"
#include "check.h"
#include "maildir/sync.h"
#include "scratch.h"

const char *PROG = "digest";

/*
 * What a digest tells of two sets, and what a sync makes of it: others rename,
 * remove and add some of many files, and the index has to say what the
 * directory does, with the same UIDs, whichever way it came to know.
 */
static const uint64_t key[2] = { 5, 7 };
static uint64_t rng = 1;

static uint32_t rnd(uint32_t n)
{
  rng = rng * 6364136223846793005ull + 1442695040888963407ull;
  return (uint32_t)(rng >> 33) % n;
}

static uint64_t hash(uint32_t i)
{
  return name_hash(key, (const char *)&i, sizeof i);
}

static int has(const uint64_t *list, size_t n, uint64_t h)
{
  while (n--)
    if (list[n] == h) return 1;
  return 0;
}

/* sets of 1,000 that differ by so many each way: is it all told, or not? */
static int told(size_t more, size_t less)
{
  struct digest a, b;
  struct digest_difference diff;
  uint32_t i, base = rnd(1u << 30);
  int ok;

  memset(&a, 0, sizeof a);
  memset(&b, 0, sizeof b);
  for (i = 0; i < 1000; i++) {
    if (i >= less) digest_add(&a, hash(base + i));
    digest_add(&b, hash(base + i));
  }
  for (; i < 1000 + more; i++) digest_add(&a, hash(base + i));
  digest_subtract(&a, &b);
  CHECK(digest_none(&a) == (!more && !less));
  ok = digest_decode(&a, &diff);
  if (!ok) return 0;
  CHECK(diff.nmore == more && diff.nless == less);
  for (i = 0; i < less; i++)
    CHECK(has(diff.less, diff.nless, hash(base + i)));
  for (i = 1000; i < 1000 + more; i++)
    CHECK(has(diff.more, diff.nmore, hash(base + i)));
  return 1;
}

static void differences(void)
{
  unsigned int i, ok = 0;

  CHECK(told(0, 0) && told(1, 0) && told(0, 1) && told(1, 1));
  for (i = 0; i < 300; i++) ok += (unsigned int)told(10, 10);
  CHECK(ok > 290);
  for (i = ok = 0; i < 100; i++) ok += (unsigned int)told(100, 100);
  CHECK(ok == 0);               /* and it says so */
}

/* each octet of a name counts, and its length */
static void hashes(void)
{
  char a[70] = { 0 };
  size_t len, i;
  uint64_t h;

  for (len = 1; len < sizeof a; len++) {
    h = name_hash(key, a, len);
    CHECK(h != name_hash(key, a, len - 1));
    for (i = 0; i < len; i++) {
      a[i] = 1;
      CHECK(h != name_hash(key, a, len));
      a[i] = 0;
    }
  }
}

/* ---- a folder ---- */

#define FILES 400

static struct account acc;
static struct folder *in;
static int root;
static char *name[FILES];       /* in cur/; 0: gone */

static void settle(void)        /* longer than a tick of the file system */
{
  struct timespec t = { 0, 30000000 };

  nanosleep(&t, 0);
}

static void begin(void)
{
  static char path[300], file[40];
  int base = scratch_dir(), i;

  scratch_mkdir(base, "Maildir");
  root = openat(base, "Maildir", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  close(base);
  snprintf(path, sizeof path, "%s/Maildir", scratch_path);
  if (account_open(&acc, path) == -1) scratch_die(path);
  for (i = 0; i < FILES; i++) {
    snprintf(file, sizeof file, "cur/%d.%d.h:2,", 1500000000 + i, i);
    scratch_puts(root, file, "x\n");
    name[i] = xstrdup(file);
  }
  if (folder_open(&in, &acc, "", 0, 1) == -1) scratch_die("INBOX");
  CHECK(folder_sync(in) == 0);
  settle();
  CHECK(folder_sync(in) == 0);
}

static void end(void)
{
  int i;

  folder_close(in);
  account_close(&acc);
  close(root);
  for (i = 0; i < FILES; i++) free(name[i]);
  scratch_remove();
}

static void flags(int i)
{
  static const char *const set[] = { "", "S", "FS", "ST", "RSa", "F" };
  char to[80];

  if (!name[i]) return;
  snprintf(to, sizeof to, "%.*s:2,%s", (int)(strchr(name[i], ':') - name[i]),
           name[i], set[rnd(6)]);
  if (renameat(root, name[i], root, to) == -1) scratch_die(to);
  free(name[i]);
  name[i] = xstrdup(to);
}

/* UID i + 1 is file i, as it is named now */
static int right(void)
{
  struct message m;
  int i, ok = 1, n;

  if (folder_begin(in) == -1) return 0;
  for (i = 0; i < FILES; i++) {
    n = folder_get(in, (uint32_t)i + 1, &m);
    if (n != !!name[i]) ok = 0;
    else if (n && (m.namelen != strlen(name[i]) - 4
                   || memcmp(m.name, name[i] + 4, m.namelen))) ok = 0;
  }
  folder_end(in);
  return ok;
}

static void by_others(void)
{
  static const int changes[] = { 1, 2, 7, 15, 40, 300 };
  int round, i;

  begin();
  for (round = 0; round < 12; round++) {
    for (i = 0; i < changes[round % 6]; i++) flags((int)rnd(FILES));
    if (round > 6) {
      i = (int)rnd(FILES);
      if (name[i]) unlinkat(root, name[i], 0);
      free(name[i]);
      name[i] = 0;
    }
    settle();
    CHECK(folder_sync(in) == 0);
    CHECK(right());
  }
  end();
}

static struct sync s;

/* the steps up to the comparison; 1 if it did without the names of all */
static int cheap(void)
{
  int r;

  memset(&s, 0, sizeof s);
  s.f = in;
  s.started = now_ns();
  CHECK(folder_stamps(in, &s.stamps) == 0);
  s.had = folder_reload(in);
  s.old = in->rec;
  s.look_new = s.look_cur = 1;
  CHECK(sync_uidlist(&s) == 0 && sync_compare(&s) == 0);
  r = !s.scan.map.n;
  return r;
}

static void forget(void)
{
  scan_free(&s.scan);
  uidlist_free(&s.u);
  namemap_free(&s.wanted);
  stralloc_free(&s.text);
  uidset_free(&s.missing);
  uidset_free(&s.recent);
  free(s.changes);
}

static void the_cheap_way(void)
{
  char to[80];
  int i;

  begin();
  CHECK(cheap() && s.n == 0);
  forget();
  for (i = 100; i < 105; i++) {
    snprintf(to, sizeof to, "%sFS", name[i]);
    if (renameat(root, name[i], root, to) == -1) scratch_die(to);
    free(name[i]);
    name[i] = xstrdup(to);
  }
  CHECK(cheap() && s.n == 5);
  for (i = 0; i < (int)s.n; i++)
    CHECK(s.changes[i].kind == CHANGE_NAME
          && s.changes[i].uid == 101 + (uint32_t)i
          && s.changes[i].namelen == strlen(name[100 + i]) - 4
          && !memcmp(sync_name(&s, s.changes + i), name[100 + i] + 4,
                     s.changes[i].namelen));
  forget();
  /* a file of another base name beside them */
  scratch_puts(root, "cur/1600000000.x.h:2,", "x\n");
  CHECK(!cheap() && s.n == 5);
  forget();
  end();
}

/* A digest that is not of these records does no harm: it says that this one is
 * new, in place of one that no record has, or of another message's. */
struct lie {
  const char *real, *told;
};

static int tell_lie(MDB_txn *txn, struct index *ix, void *arg)
{
  const struct lie *lie = arg;
  struct folder_rec rec;

  if (!rec_load(txn, ix, "", &rec)) return EINVAL;
  digest_remove(&rec.names, index_hash(ix, lie->real, strlen(lie->real)));
  digest_add(&rec.names, index_hash(ix, lie->told, strlen(lie->told)));
  rec.cur.mtime_ns = 1;         /* look at it */
  return rec_save(txn, ix, "", &rec);
}

static void lies(void)
{
  struct lie lie[] = {
    { "1500000050.50.h:2,", "1500000050.50.h:2,S" },
    { "1500000051.51.h:2,", "1500000052.52.h:2," },
    { "1500000053.53.h:2,", "" }
  };
  size_t i;

  begin();
  for (i = 0; i < sizeof lie / sizeof *lie; i++) {
    CHECK(index_write(acc.index, tell_lie, lie + i) == 0);
    CHECK(folder_sync(in) == 0);
    CHECK(right());
  }
  end();
}

/* names that somebody else put where the other's had been */
static void exchanged(void)
{
  begin();
  free(name[7]);
  if (renameat(root, "cur/1500000007.7.h:2,", root, "cur/z:2,") == -1
      || renameat(root, "cur/1500000008.8.h:2,", root,
                  "cur/1500000007.7.h:2,S") == -1
      || renameat(root, "cur/z:2,", root, "cur/1500000008.8.h:2,F") == -1)
    scratch_die("exchange");
  free(name[8]);
  name[7] = xstrdup("cur/1500000007.7.h:2,S");
  name[8] = xstrdup("cur/1500000008.8.h:2,F");
  settle();
  CHECK(folder_sync(in) == 0);
  CHECK(right());
  end();
}

int main(void)
{
  hashes();
  differences();
  by_others();
  the_cheap_way();
  lies();
  exchanged();
  return check_done("digest");
}
