/* ISC licence; see LICENSE. */
#include "checkpassword/users_edit.h"

#include <skalibs/strerr.h>

#include "base/alloc.h"
#include "test.h"

char const *PROG = "users_edit";

static const char before[] =
  "# the users\n"
  "\n"
  "Joe@x.org:*:1000:100:/home/joe\n"
  "  # why\n"
  "\tQUOTA=1\n"
  "  A=b\n"
  "\n"
  "  # about ann\n"
  "ann:!:1:2:/home/ann\n"
  "# end\n";

static stralloc text = STRALLOC_ZERO, out = STRALLOC_ZERO;
static struct users_entry e = { .user = USER_ZERO };
static struct users_error err;

static int find(const char *name)
{
  stralloc_copys(&text, before);
  out.len = 0;
  return users_edit_find(&text, name, &e, &err);
}

static void is(const char *expected)
{
  stralloc_0(&out);
  SAME(out.s, expected);
}

static void finding(void)
{
  CHECK(find("joe@X.ORG") == 1);
  SAME(e.user.name.s, "joe@x.org");
  CHECK(e.line == 3);
  CHECK(find("ann") == 1);
  CHECK(e.line == 9 && e.user.uid == 1);
  CHECK(find("bob") == 0);
  stralloc_copys(&text, "a:*:1:1:/\nbroken\n");
  CHECK(users_edit_find(&text, "a", &e, &err) == -1 && err.line == 2);
  stralloc_copys(&text, "");
  CHECK(users_edit_find(&text, "a", &e, &err) == 0);
}

static void changing(void)
{
  static const char *const vars[] = { "QUOTA=2", "A", "NEW=x y", "GONE", 0 };
  static const char *const none[] = { 0 };

  CHECK(find("joe@x.org") == 1);
  user_set(&e.user.hash, "!", 1);
  user_set(&e.user.home, "/h", 2);
  e.user.uid = 4294967294u;
  users_edit_change(&out, &text, &e, vars);
  is("# the users\n"
     "\n"
     "Joe@x.org:!:4294967294:100:/h\n"
     "  # why\n"
     "  QUOTA=2\n"
     "  NEW=x y\n"
     "\n"
     "  # about ann\n"
     "ann:!:1:2:/home/ann\n"
     "# end\n");
  CHECK(find("ann") == 1);
  users_edit_change(&out, &text, &e, none);
  is(before);
}

static void removing(void)
{
  CHECK(find("joe@x.org") == 1);
  users_edit_remove(&out, &text, &e);
  is("# the users\n"
     "\n"
     "\n"
     "  # about ann\n"
     "ann:!:1:2:/home/ann\n"
     "# end\n");
  CHECK(find("ann") == 1);
  users_edit_remove(&out, &text, &e);
  CHECK(out.len == sizeof before - 1 - 20);
}

static void adding(void)
{
  static const char *const vars[] = { "A=b", 0 };
  struct user u = USER_ZERO;

  user_set(&u.hash, "*", 1);
  user_set(&u.home, "/h", 2);
  u.uid = 5;
  u.gid = 6;
  stralloc_copys(&text, "# x\n");
  out.len = 0;
  users_edit_add(&out, &text, "Bob", &u, vars);
  is("# x\nBob:*:5:6:/h\n  A=b\n");
  user_free(&u);
}

int main(void)
{
  finding();
  changing();
  removing();
  adding();
  user_free(&e.user);
  stralloc_free(&text);
  stralloc_free(&out);
  return test_end(PROG);
}
