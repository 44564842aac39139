/* ISC licence; see LICENSE. */
/* maildir-make - make a Maildir, folders in it, its quota */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/log.h"
#include "maildir/maildirsize.h"
#include "tool.h"

char const *PROG = "maildir-make";

static void usage(void)
{
  die_text(100, "usage: maildir-make [-s] [-q quota] [-f folder] ... maildir",
           0);
}

static void make_folder(struct account *a, const char *name, int subscribe)
{
  stralloc storage = STRALLOC_ZERO;

  tool_storage(&a->tree, &storage, name);
  if (storage.len
      && account_create(a, storage.s, storage.len) == -1 && errno != EEXIST)
    die_sys(111, "unable to make ", name);
  if (subscribe
      && subscriptions_set(&a->tree, storage.s, storage.len, 1) == -1)
    die_sys(111, "unable to subscribe to ", name);
  stralloc_free(&storage);
}

/* Root makes none: it would be root's, and whose else is not known. */
static void make_maildir(const char *path)
{
  struct stat st;

  if (geteuid()) {
    if (mkdir(path, 0700) == -1 && errno != EEXIST)
      die_sys(111, "unable to make ", path);
  } else if (stat(path, &st) == -1 && errno == ENOENT)
    die_text(100, "root makes no Maildir: call this as its owner for ", path);
}

int main(int argc, char **argv)
{
  struct account a;
  const char *quota = 0, **folder;
  int opt, subscribe = 0, n = 0, i;

  folder = xalloc((size_t)argc * sizeof *folder);
  while ((opt = getopt(argc, argv, "+sq:f:")) != -1)
    if (opt == 's') subscribe = 1;
    else if (opt == 'q') quota = optarg;
    else if (opt == 'f') folder[n++] = optarg;
    else usage();
  if (argc - optind != 1) usage();
  if (quota && !maildirsize_quota_ok(quota))
    die_text(100, "a quota is like 100000000S,1000C, not ", quota);
  make_maildir(argv[optind]);
  tool_open(&a, argv[optind]);          /* makes cur/, new/ and tmp/ */
  if (quota && maildirsize_set(a.rootfd, quota) == -1)
    die_sys(111, "unable to write maildirsize", 0);
  for (i = 0; i < n; i++) make_folder(&a, folder[i], subscribe);
  account_close(&a);
  return 0;
}
