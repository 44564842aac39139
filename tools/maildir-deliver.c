/* ISC licence; see LICENSE. */
/* maildir-deliver - put the message on descriptor 0 into a Maildir */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/env.h"
#include "base/log.h"
#include "base/timedio.h"
#include "delivery.h"
#include "maildir/maildirsize.h"
#include "tool.h"

char const *PROG = "maildir-deliver";

/* A deliverer gives up after a day: then what lies in tmp/ may be swept. */
#define PATIENCE 86400
#define BUFFER 65536
#define FROM_LINE_LIMIT 4096    /* octets of an mbox "From " line */

/*
 * A message bounces only if it does not fit or is none. A mistake of the
 * administrator (no Maildir, a wrong option) is put right before the mail
 * system stops trying.
 */
#define LATER 111
#define NEVER 100
#define FULL 101

struct into {
  int rootfd;
  struct tree tree;
  stralloc storage, dir;
};

static void fail(struct delivery *d, const char *why)
{
  int full = errno == EDQUOT;

  delivery_drop(d);
  die_sys(full ? FULL : LATER, why, 0);
}

static void open_tree(struct into *t, const char *maildir)
{
  tool_own(maildir);
  t->rootfd = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (t->rootfd == -1) die_sys(LATER, "unable to open ", maildir);
  tree_init(&t->tree, t->rootfd);
  if (tree_make_inbox(&t->tree) == -1)
    die_sys(LATER, "this is no Maildir: ", maildir);
}

/* The folder that the address names, upper and lower case alike; only what
 * exists, for the sender of a message chooses the extension. */
static int find_folder(struct into *t, const char *wanted)
{
  stralloc names = STRALLOC_ZERO;
  const char *s, *name;
  int found = 0;

  if (tree_list(&t->tree, &names) == -1)
    die_sys(LATER, "unable to list the folders", 0);
  for (s = names.s; !found && s && s < names.s + names.len;
       s += strlen(s) + 1) {
    name = tool_name(&t->tree, s);
    if (!name || strcasecmp(name, wanted)) continue;
    stralloc_copys(&t->storage, s);
    found = 1;
  }
  stralloc_free(&names);
  return found;
}

/* -f: made if it is not there and -c was given, else INBOX takes the mail */
static void choose_folder(struct into *t, const char *folder, int create)
{
  int there;

  tool_storage(&t->tree, &t->storage, folder);
  there = tree_exists(&t->tree, t->storage.s, t->storage.len);
  if (there == -1) die_sys(LATER, "unable to look at ", folder);
  if (there) return;
  if (create && (tree_create(&t->tree, t->storage.s, t->storage.len) == 0
                 || errno == EEXIST)) return;
  log_fault_file("no-folder", folder);
  t->storage.len = 0;
}

/* quota: 0, or the message would not fit */
static int count_it(struct into *t, const struct delivery *d)
{
  struct maildirsize q;
  int fits = 1;

  if (!maildirsize_counts(t->storage.s, t->storage.len, 0)) return 0;
  if (maildirsize_open(&q, t->rootfd) != 1) return 0;
  fits = maildirsize_room(&q, (int64_t)d->size, 1);
  if (fits) maildirsize_update(&q, (int64_t)d->size, 1);
  maildirsize_close(&q);
  return fits ? 0 : -1;
}

/* Octets to leave out at the start: the "From " line that qmail's preline
 * and Postfix put before a message. */
static size_t from_line(const char *s, size_t len)
{
  const char *lf;

  if (len < 5 || memcmp(s, "From ", 5)) return 0;
  lf = memchr(s, '\n', len < FROM_LINE_LIMIT ? len : FROM_LINE_LIMIT);
  return lf ? (size_t)(lf + 1 - s) : 0;
}

static void take_message(struct delivery *d)
{
  static char buf[BUFFER];
  ssize_t r;
  size_t skip;

  do {
    r = fd_fill(0, buf, BUFFER);
    if (r == -1) fail(d, "unable to read the message");
    skip = d->size ? 0 : from_line(buf, (size_t)r);
    if (delivery_write(d, buf + skip, (size_t)r - skip) == -1)
      fail(d, "unable to write the message");
  } while (r == BUFFER);
  if (d->size) return;
  delivery_drop(d);
  die_text(NEVER, "the message is empty", 0);
}

/*
 * The mail system waits for a parent that knows what it wants to be told:
 * qmail's codes, or those of sysexits.h (65, 73, 75), whatever the child ends
 * with and however.
 */
static void deliver_in_child(int sysexits)
{
  pid_t pid = fork();
  int status, full;

  if (pid == -1) _exit(sysexits ? 75 : LATER);
  if (!pid) return;
  while (waitpid(pid, &status, 0) == -1)
    if (errno != EINTR) _exit(sysexits ? 75 : LATER);
  if (!WIFEXITED(status)) _exit(sysexits ? 75 : LATER);
  if (!WEXITSTATUS(status)) _exit(0);
  full = WEXITSTATUS(status) == FULL;
  if (full || WEXITSTATUS(status) == NEVER)
    _exit(!sysexits ? NEVER : full ? 73 : 65);
  _exit(sysexits ? 75 : LATER);
}

static void usage(void)
{
  die_text(LATER, "usage: maildir-deliver [-x] [-p | [-c] -f folder] maildir",
           0);
}

int main(int argc, char **argv)
{
  struct into t = { 0 };
  struct delivery d;
  const char *folder = 0, *ext;
  int opt, plus = 0, create = 0, sysexits = 0;

  tool_never = LATER;
  while ((opt = getopt(argc, argv, "+xpcf:")) != -1)
    if (opt == 'x') sysexits = 1;
    else if (opt == 'p') plus = 1;
    else if (opt == 'c') create = 1;
    else if (opt == 'f') folder = optarg;
    else plus = 1, folder = "";
  deliver_in_child(sysexits);
  if (argc - optind != 1 || (plus && folder)) usage();
  alarm(PATIENCE);
  open_tree(&t, argv[optind]);
  ext = env_str("EXTENSION", env_str("EXT", 0));
  if (plus && ext) find_folder(&t, ext);
  else if (folder) choose_folder(&t, folder, create);
  tree_dir(&t.dir, t.storage.s, t.storage.len);
  if (delivery_begin(&d, t.rootfd, t.dir.s) == -1)
    die_sys(LATER, "unable to write to tmp/ of ", argv[optind]);
  take_message(&d);
  if (count_it(&t, &d) == -1) {
    delivery_drop(&d);
    die_text(FULL, "mailbox is over its quota (#5.2.2)", 0);
  }
  if (delivery_end(&d) == -1) fail(&d, "unable to deliver");
  delivery_drop(&d);
  return 0;
}
