/* ISC licence; see LICENSE. */
/* maildir-quota - show, set or recount what maildirsize says */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/log.h"
#include "maildir/maildirsize.h"
#include "tool.h"

char const *PROG = "maildir-quota";

static void usage(void)
{
  die_text(100, "usage: maildir-quota [-r | -s quota | -d] maildir", 0);
}

static void put_pair(stralloc *out, const char *what, int64_t used,
                     uint64_t limit)
{
  stralloc_cats(out, what);
  stralloc_append(out, '\t');
  stralloc_catu(out, used > 0 ? (uint64_t)used : 0);
  stralloc_append(out, '\t');
  if (limit) stralloc_catu(out, limit);
  else stralloc_append(out, '-');
  stralloc_append(out, '\n');
}

/* 0, or 1 if there is no quota */
static int show(int rootfd)
{
  struct maildirsize q;
  stralloc out = STRALLOC_ZERO;
  int r = maildirsize_open(&q, rootfd);

  if (r == -1) die_sys(111, "unable to read maildirsize", 0);
  if (!r) return 1;
  put_pair(&out, "octets", q.bytes, q.max_bytes);
  put_pair(&out, "messages", q.count, q.max_count);
  maildirsize_close(&q);
  tool_say(&out);
  stralloc_free(&out);
  return 0;
}

int main(int argc, char **argv)
{
  const char *quota = 0;
  int opt, recount = 0, drop = 0, fd;

  while ((opt = getopt(argc, argv, "+rds:")) != -1)
    if (opt == 'r') recount = 1;
    else if (opt == 'd') drop = 1;
    else if (opt == 's') quota = optarg;
    else usage();
  if (argc - optind != 1 || recount + drop + !!quota > 1) usage();
  if (quota && !maildirsize_quota_ok(quota))
    die_text(100, "a quota is like 100000000S,1000C, not ", quota);
  tool_own(argv[optind]);
  fd = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd == -1) die_sys(111, "unable to open ", argv[optind]);
  if (drop && unlinkat(fd, "maildirsize", 0) == -1 && errno != ENOENT)
    die_sys(111, "unable to remove maildirsize", 0);
  if ((recount || quota) && maildirsize_set(fd, quota) == -1) {
    if (errno == ENOENT) die_text(100, "there is no quota to count for", 0);
    die_sys(111, "unable to write maildirsize", 0);
  }
  return drop ? 0 : show(fd);
}
