/* ISC licence; see LICENSE. */
/* maildir-ls - folders with their messages, unseen ones and octets */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/log.h"
#include "maildir/folder.h"
#include "tool.h"

char const *PROG = "maildir-ls";

struct total { uint64_t messages, unseen, size; };

static void put_line(stralloc *out, uint64_t messages, uint64_t unseen,
                     uint64_t size, const char *name)
{
  stralloc_catu(out, messages);
  stralloc_append(out, '\t');
  stralloc_catu(out, unseen);
  stralloc_append(out, '\t');
  stralloc_catu(out, size);
  stralloc_append(out, '\t');
  stralloc_cats(out, name);
  stralloc_append(out, '\n');
}

/* messages, unseen, octets as a client counts them (CR LF), name */
static int show(struct account *a, const char *storage, const char *name,
                void *arg)
{
  struct total *t = arg;
  struct folder *f;
  struct folder_counts c;
  stralloc line = STRALLOC_ZERO;
  uint64_t size;

  if (folder_open(&f, a, storage, strlen(storage), 0) == -1) {
    log_fault_file("fault", name);
    return 111;
  }
  if (folder_sync(f) == -1 || folder_counts(f, &c) == -1
      || folder_size(f, &size) == -1) {
    log_fault_file("fault", name);
    folder_close(f);
    return 111;
  }
  folder_flush(f);
  folder_close(f);
  put_line(&line, c.messages, c.unseen, size, name);
  t->messages += c.messages;
  t->unseen += c.unseen;
  t->size += size;
  tool_say(&line);
  stralloc_free(&line);
  return 0;
}

int main(int argc, char **argv)
{
  struct account a;
  struct total t = { 0, 0, 0 };
  stralloc line = STRALLOC_ZERO;
  const char *only = 0;
  int opt, total = 0, ret;

  while ((opt = getopt(argc, argv, "+tf:")) != -1)
    if (opt == 't') total = 1;
    else if (opt == 'f') only = optarg;
    else optind = argc + 1;
  if (argc - optind != 1)
    die_text(100, "usage: maildir-ls [-t] [-f folder] maildir", 0);
  tool_open(&a, argv[optind]);
  ret = tool_each(&a, only, show, &t);
  if (total) {
    put_line(&line, t.messages, t.unseen, t.size, "");
    tool_say(&line);
  }
  account_close(&a);
  return ret;
}
