/* ISC licence; see LICENSE. */
/* maildir-check - what is wrong with a Maildir, in words, with the cure */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/log.h"
#include "check.h"
#include "tool.h"

char const *PROG = "maildir-check";

/* names on disk may hold anything; a line is a line */
static void put_name(stralloc *out, const char *s)
{
  for (; *s; s++)
    stralloc_append(out, (unsigned char)*s < 32 || *s == 127 ? '?' : *s);
}

void check_tell(struct check *c, const char *dir, const char *name,
                const char *what, const char *cure, int fixed)
{
  stralloc line = STRALLOC_ZERO;

  c->found++;
  if (fixed) c->fixed++;
  put_name(&line, dir);
  if (name) {
    stralloc_append(&line, '/');
    put_name(&line, name);
  }
  stralloc_cats(&line, ": ");
  stralloc_cats(&line, what);
  stralloc_cats(&line, fixed ? "; put right" : "; ");
  if (!fixed) stralloc_cats(&line, cure);
  stralloc_append(&line, '\n');
  tool_say(&line);
  stralloc_free(&line);
}

/* path of an entry for the system calls; NUL-ended */
static void join(stralloc *path, const char *dir, const char *name)
{
  path->len = 0;
  stralloc_cats(path, dir);
  if (name) {
    stralloc_append(path, '/');
    stralloc_cats(path, name);
  }
  stralloc_0(path);
}

void check_mode(struct check *c, const char *dir, const char *name,
                const struct stat *st, mode_t need)
{
  mode_t want = (st->st_mode & 07777) | need;
  stralloc path = STRALLOC_ZERO;
  int fixed;

  if (st->st_uid != c->owner) {
    check_tell(c, dir, name, "belongs to someone else",
               "chown it to the owner of the Maildir", 0);
    return;
  }
  if (st->st_mode & S_IWOTH) want &= ~(mode_t)S_IWOTH;
  if (want == (st->st_mode & 07777)) return;
  join(&path, dir, name);
  fixed = c->fix && fchmodat(c->tree.rootfd, path.s, want, 0) == 0;
  check_tell(c, dir, name, st->st_mode & S_IWOTH
             ? "everyone may write to it" : "its owner has not all rights",
             "chmod it, or run this with -f", fixed);
  stralloc_free(&path);
}

static void check_one(struct check *c, const char *dir)
{
  check_folder(c, dir);
  check_control(c, dir);
}

/* a directory that has something of a folder; others keep what they like */
static int is_half_a_folder(struct check *c, const char *dir)
{
  static const char *const sign[] = { "cur", "new", "tmp", "maildirfolder" };
  stralloc path = STRALLOC_ZERO;
  size_t i;
  int found = 0;

  for (i = 0; i < sizeof sign / sizeof *sign && !found; i++) {
    join(&path, dir, sign[i]);
    found = faccessat(c->tree.rootfd, path.s, F_OK, 0) == 0;
  }
  stralloc_free(&path);
  return found;
}

/* every directory that starts with a dot, folder or not yet */
static void check_folders(struct check *c)
{
  DIR *d = opendir(".");
  struct dirent *e;
  struct stat st;

  if (!d) die_sys(111, "unable to read the Maildir", 0);
  while ((e = readdir(d))) {
    if (e->d_name[0] != '.' || !strcmp(e->d_name, ".")
        || !strcmp(e->d_name, "..")) continue;
    if (fstatat(c->tree.rootfd, e->d_name, &st, 0) == -1) {
      check_tell(c, e->d_name, 0, "is a link to nothing", "remove it", 0);
      continue;
    }
    if (S_ISDIR(st.st_mode) && is_half_a_folder(c, e->d_name))
      check_one(c, e->d_name);
  }
  closedir(d);
}

int main(int argc, char **argv)
{
  struct check c = { 0 };
  struct stat st;
  int opt;

  while ((opt = getopt(argc, argv, "+f")) != -1)
    if (opt == 'f') c.fix = 1;
    else optind = argc + 1;
  if (argc - optind != 1) die_text(100, "usage: maildir-check [-f] maildir", 0);
  tool_own(argv[optind]);
  c.tree.rootfd = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (c.tree.rootfd == -1 || fstat(c.tree.rootfd, &st) == -1)
    die_sys(111, "unable to open ", argv[optind]);
  tree_init(&c.tree, c.tree.rootfd);
  c.owner = st.st_uid;
  check_one(&c, ".");
  check_folders(&c);
  check_root(&c);
  return c.found == c.fixed ? 0 : 1;
}
