/* ISC licence; see LICENSE. */
/* maildir-expire - remove messages that are older than so many days */
#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/log.h"
#include "maildir/folder.h"
#include "tool.h"

char const *PROG = "maildir-expire";

struct rule {
  int64_t before;               /* INTERNALDATE, seconds */
  uint32_t with, without;       /* MF_ bits that must be set, must not be */
  int dry;
};

/* letters of the file name as in Maildir: S seen, T trashed, ... */
static uint32_t letters(const char *s)
{
  static const char known[] = "DFPRST";
  uint32_t bits = 0;
  const char *p;

  for (; *s; s++) {
    p = strchr(known, *s);
    if (!p) die_text(100, "flags are letters of DFPRST, not ", s);
    bits |= 1u << (p - known);
  }
  return bits;
}

/* 1 to go, 0 to stay, -1 errno */
static int fits(struct folder *f, const struct rule *r,
                const struct message *m)
{
  int64_t date = m->date;

  if ((m->flags & r->with) != r->with || (m->flags & r->without)) return 0;
  if (date == INT64_MIN && folder_date(f, m->uid, &date) == -1)
    return errno == ENOENT ? 0 : -1;
  return date < r->before;
}

/* UIDs first, since dates may need a stat, which is not for inside a read */
static int collect(struct folder *f, const struct rule *r,
                   struct uidset *expired)
{
  uint32_t from = 1;
  struct message m;
  int found, go;

  for (;;) {
    if (folder_begin(f) == -1) return -1;
    found = folder_next(f, from, &m);
    folder_end(f);
    if (found < 1) return found;
    go = fits(f, r, &m);
    if (go == -1) return -1;
    if (go) uidset_add(expired, m.uid, m.uid);
    if (m.uid == UINT32_MAX) return 0;
    from = m.uid + 1;
  }
}

static int expire(struct account *a, const char *storage, const char *name,
                  void *arg)
{
  struct rule *r = arg;
  struct uidset old = UIDSET_ZERO, gone = UIDSET_ZERO;
  struct folder *f;
  stralloc line = STRALLOC_ZERO;
  int ret = 0;

  if (folder_open(&f, a, storage, strlen(storage), 0) == -1) {
    log_fault_file("fault", name);
    return 111;
  }
  if (folder_sync(f) == -1 || collect(f, r, &old) == -1
      || (!r->dry && old.n
          && folder_remove(f, &old, 0, &gone) == -1)) {
    log_fault_file("fault", name);
    ret = 111;
  }
  folder_flush(f);
  folder_close(f);
  stralloc_catu(&line, uidset_count(r->dry ? &old : &gone));
  stralloc_append(&line, '\t');
  stralloc_cats(&line, name);
  stralloc_append(&line, '\n');
  tool_say(&line);
  stralloc_free(&line);
  uidset_free(&old);
  uidset_free(&gone);
  return ret;
}

static void usage(void)
{
  die_text(100, "usage: maildir-expire [-n] [-w flags] [-o flags] -d days "
                "{-a | -f folder} maildir", 0);
}

int main(int argc, char **argv)
{
  struct account a;
  struct rule r = { INT64_MIN, 0, 0, 0 };
  const char *only = 0;
  int opt, all = 0, ret;

  while ((opt = getopt(argc, argv, "+nad:f:w:o:")) != -1)
    if (opt == 'n') r.dry = 1;
    else if (opt == 'a') all = 1;
    else if (opt == 'f') only = optarg;
    else if (opt == 'w') r.with = letters(optarg);
    else if (opt == 'o') r.without = letters(optarg);
    else if (opt == 'd')
      r.before = (int64_t)time(0) - 86400 * (int64_t)tool_number(
        optarg, 36500, "days are a number up to 36500, not ");
    else usage();
  if (argc - optind != 1 || all == !!only || r.before == INT64_MIN) usage();
  tool_open(&a, argv[optind]);
  ret = tool_each(&a, only, expire, &r);
  account_close(&a);
  return ret;
}
