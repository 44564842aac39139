/* ISC licence; see LICENSE. */
/* maildir-reindex - throw a Maildir's index away, and make it anew */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/log.h"
#include "maildir/folder.h"
#include "tool.h"

char const *PROG = "maildir-reindex";

static int sync_folder(struct account *a, const char *storage,
                       const char *name, void *arg)
{
  struct folder *f;
  int ret = 0;

  (void)arg;
  if (folder_open(&f, a, storage, strlen(storage), 0) == -1) {
    log_fault_file("fault", name);
    return 111;
  }
  if (folder_sync(f) == -1) {
    log_fault_file("fault", name);
    ret = 111;
  }
  folder_close(f);
  return ret;
}

int main(int argc, char **argv)
{
  struct account a;
  int ret;

  if (argc != 2 || argv[1][0] == '-')
    die_text(100, "usage: maildir-reindex maildir", 0);
  tool_own(argv[1]);
  if (account_discard_index(".") == -1)
    die_sys(111, "unable to put the index aside", 0);
  if (account_open(&a, ".") == -1) die_sys(111, "unable to open ", argv[1]);
  ret = tool_each(&a, 0, sync_folder, 0);
  account_close(&a);
  return ret;
}
