/* ISC licence; see LICENSE. */
#include "maildir/special_use.h"

#include <errno.h>
#include <skalibs/strerr.h>

#include "base/alloc.h"
#include "check.h"
#include "scratch.h"

const char *PROG = "special_use";

static int dir;
static struct tree t;
static struct special sp = SPECIAL_ZERO;
static stralloc names = STRALLOC_ZERO;

/* folders with a space between them */
static void folders(const char *list)
{
  size_t i;

  stralloc_copys(&names, list);
  for (i = 0; i < names.len; i++) if (names.s[i] == ' ') names.s[i] = 0;
  if (names.len) stralloc_0(&names);
}

static int use(const char *name, const char *wanted)
{
  const char *got = special_use(&sp, name, strlen(name));
  int ok = wanted ? got && !strcmp(got, wanted) : !got;

  if (!ok) printf("%s has %s\n", name, got ? got : "nothing");
  return ok;
}

static void by_name(void)
{
  folders("Archives Drafts SENT Sent_Items Spam Trash Junk a");
  CHECK(special_read(&t, &names, &sp) == 0);
  CHECK(use("Drafts", "\\Drafts") && use("SENT", "\\Sent"));
  CHECK(use("Trash", "\\Trash") && use("Archives", "\\Archive"));
  CHECK(use("Junk", "\\Junk") && use("Spam", 0) && use("a", 0));
  CHECK(use("", 0) && use("Draft", 0) && use("Draftss", 0));
  folders("Spam");
  CHECK(special_read(&t, &names, &sp) == 0 && use("Spam", "\\Junk"));
  CHECK(use("Drafts", 0));
  folders("");
  CHECK(special_read(&t, &names, &sp) == 0 && use("Spam", 0));
}

static void by_file(void)
{
  scratch_puts(dir, ATTRIBUTES_NAME, "b\tspecial-use\t\\Sent\n"
    "Trash\tspecial-use\t\n" "x\tspecial-use\t\\archive \\Drafts \\Evil\n"
    "y\tother\t\\Junk\n" "z\tspecial-use\n" "broken\n"
    "a\tspecial-use\t\\Sent\n" "INBOX\tspecial-use\t\\All\n"
    "torn\tspecial-use\t\\Junk");
  folders("Drafts Junk Sent Trash a b x y z");
  CHECK(special_read(&t, &names, &sp) == 0);
  CHECK(use("a", "\\Sent") && use("b", "\\Sent") && use("Sent", 0));
  CHECK(use("x", "\\Archive \\Drafts") && use("Drafts", 0));
  CHECK(use("Trash", 0));               /* its line says so */
  CHECK(use("Junk", "\\Junk") && use("y", 0) && use("torn", 0));
  CHECK(use("INBOX", "\\All"));
  scratch_puts(dir, ATTRIBUTES_NAME, "a\tspecial-use\t\\Sent\n"
    "a\tspecial-use\t\\Junk\n");
  CHECK(special_read(&t, &names, &sp) == 0 && use("a", "\\Junk"));
  unlinkat(dir, ATTRIBUTES_NAME, 0);
  scratch_mkdir(dir, ATTRIBUTES_NAME);
  CHECK(special_read(&t, &names, &sp) == -1 && use("Junk", "\\Junk"));
}

int main(void)
{
  dir = scratch_dir();
  tree_init(&t, dir);
  by_name();
  by_file();
  special_free(&sp);
  stralloc_free(&names);
  tree_free(&t);
  scratch_remove();
  return check_done(PROG);
}
