/* ISC licence; see LICENSE. */
/*
 * What another server left: pieces of the input, parted by 0xFF, are files;
 * the first octet of each says which. Whatever is in them, what comes out is
 * a uidlist that can be written: no UID twice, none at or above UIDNEXT.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <skalibs/strerr.h>

#include "base/alloc.h"
#include "maildir/filename.h"
#include "maildir/keywords.h"
#include "maildir/takeover.h"
#include "maildir/uidlist.h"
#include "maildir_scratch.h"

char const *PROG = "fuzz_maildir_takeover";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static const char *const files[] = {
  TAKEOVER_COURIER_UIDS, TAKEOVER_COURIER_POP3, TAKEOVER_COURIER_WORDS,
  TAKEOVER_BINC_UIDVALIDITY, TAKEOVER_BINC_CACHE,
  TAKEOVER_COURIER_KEYWORDS "/.5.1700000001.a",
  TAKEOVER_COURIER_KEYWORDS "/.40.1700000001.a",
  TAKEOVER_COURIER_KEYWORDS "/1700000002.b"
};
#define FILES (sizeof files / sizeof *files)

static unsigned long told;

static void count(void *arg, const char *file, unsigned long line,
                  const char *why)
{
  (void)arg;
  must(file && *file && why && *why && line < 1000000);
  told++;
}

static void put_files(int dir, const uint8_t *data, size_t len)
{
  const uint8_t *end;
  size_t n;

  for (; len; data += n, len -= n) {
    end = memchr(data, 0xff, len);
    n = end ? (size_t)(end - data) : len;
    if (n) scratch_put(dir, files[*data % FILES], data + 1, n - 1);
    if (end) n++;
  }
}

static const struct takeover *all;

static int by_uid(const void *a, const void *b)
{
  uint32_t i = all->item[*(const size_t *)a].uid;
  uint32_t j = all->item[*(const size_t *)b].uid;

  return i < j ? -1 : i > j;
}

/* the records are ones that every reader takes */
static void as_uidlist(const struct takeover *t)
{
  size_t *order = xalloc(t->map.n * sizeof *order), n = 0, i;
  stralloc lines = STRALLOC_ZERO, field = STRALLOC_ZERO;
  const char *uidl;
  uint32_t last = 0;

  for (i = 0; i < t->map.n; i++)
    if (t->item[i].uid) order[n++] = i;
  all = t;
  qsort(order, n, sizeof *order, by_uid);
  for (i = 0; i < n; i++) {
    uidl = takeover_uidl(t, t->item + order[i]);
    field.len = 0;
    if (uidl) stralloc_append(&field, 'P');
    if (uidl) stralloc_cats(&field, uidl);
    uidlist_line(&lines, t->item[order[i]].uid, field.s, field.len,
                 namemap_text(&t->map, order[i]), t->map.e[order[i]].len);
  }
  must(!lines.len || uidlist_check(lines.s, lines.len, &last));
  must(last < t->uidnext && t->uidnext <= TAKEOVER_UID_MAX);
  free(order);
  stralloc_free(&lines);
  stralloc_free(&field);
}

static void words(const struct takeover *t)
{
  size_t i, j, n;
  const char *s;

  for (i = 0; i < t->map.n; i++) {
    s = namemap_text(&t->map, i);
    must(filename_ok(s, t->map.e[i].len) && !strchr(s, ':'));
    if (!t->item[i].words) continue;
    for (j = t->item[i].words, n = 0; t->ids[j] != TAKEOVER_NO_WORD; j++, n++)
      must(j + 1 < t->nids && t->ids[j] < t->word_map.n);
    must(n <= t->word_map.n);
  }
  for (i = 0; i < t->word_map.n; i++) {
    s = takeover_word_name(t, (uint32_t)i);
    must(*s && strlen(s) <= KEYWORD_LIMIT && !strchr(s, ' '));
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
  int dir = scratch_dir(), r;
  struct takeover t;
  size_t i;

  must(mkdirat(dir, TAKEOVER_COURIER_KEYWORDS, 0700) == 0 || errno == EEXIST);
  put_files(dir, data, len);
  memset(&t, 0, sizeof t);
  t.tell = count;
  told = 0;
  r = takeover_read(&t, dir, 1);
  must(r == 0 || r == 1);
  must(told == t.faults);
  as_uidlist(&t);
  words(&t);
  takeover_free(&t);
  for (i = 0; i < FILES; i++) unlinkat(dir, files[i], 0);
  return 0;
}
