/* ISC licence; see LICENSE. */
#include "maildir/tree.h"

#include <errno.h>
#include <skalibs/strerr.h>

#include "base/alloc.h"
#include "check.h"
#include "scratch.h"

const char *PROG = "tree_names";

static int dir;
static struct tree t;

static void use(const char *prefix, const char *separator)
{
  setenv("NAMESPACE_PREFIX", prefix, 1);
  setenv("NAMESPACE_SEPARATOR", separator, 1);
  tree_free(&t);
  tree_init(&t, dir);
}

static int to_storage(const char *mailbox, int utf8, const char *wanted)
{
  stralloc sa = STRALLOC_ZERO;
  const char *why = 0;
  int ok;

  ok = tree_storage_name(&t, &sa, mailbox, strlen(mailbox), utf8, &why) == 0
    && stralloc_eqs(&sa, wanted);
  if (!ok) printf("%s: got %.*s, %s\n", mailbox, (int)sa.len, sa.s,
                  why ? why : "");
  stralloc_free(&sa);
  return ok;
}

static int to_mailbox(const char *storage, int utf8, const char *wanted)
{
  stralloc sa = STRALLOC_ZERO;
  int ok;

  ok = tree_mailbox_name(&t, &sa, storage, strlen(storage), utf8) == 0
    && stralloc_eqs(&sa, wanted);
  if (!ok) printf("%s: got %.*s\n", storage, (int)sa.len, sa.s);
  stralloc_free(&sa);
  return ok;
}

static int both(const char *mailbox, int utf8, const char *storage)
{
  return to_storage(mailbox, utf8, storage)
    && to_mailbox(storage, utf8, mailbox);
}

static int refused_len(const char *mailbox, size_t len, int utf8, int e)
{
  stralloc sa = STRALLOC_ZERO;
  const char *why = 0;
  int ok;

  ok = tree_storage_name(&t, &sa, mailbox, len, utf8, &why) == -1
    && errno == e && why;
  stralloc_free(&sa);
  return ok;
}

static int refused(const char *mailbox, int utf8)
{
  return refused_len(mailbox, strlen(mailbox), utf8, EINVAL);
}

static int hidden(const char *storage)
{
  stralloc sa = STRALLOC_ZERO;
  int ok;

  ok = tree_mailbox_name(&t, &sa, storage, strlen(storage), 1) == -1
    && errno == EILSEQ && !sa.len;
  stralloc_free(&sa);
  return ok;
}

static void plain(void)
{
  char n[3000];

  use("", ".");
  CHECK(t.encoding == TREE_MUTF7);
  CHECK(both("INBOX", 0, "") && to_storage("inBox", 1, ""));
  CHECK(both("a", 0, "a") && both("a.b c", 1, "a.b c"));
  CHECK(both("Entw&APw-rfe", 0, "Entw&APw-rfe"));
  CHECK(both("Entwürfe", 1, "Entw&APw-rfe"));
  CHECK(both("A&-T", 0, "A&-T") && both("A&T", 1, "A&-T"));
  CHECK(both("INBOX.a", 0, "INBOX.a") && both("INBOXa", 0, "INBOXa"));
  CHECK(refused("", 0) && refused(".", 0) && refused("..", 0));
  CHECK(refused("..a", 1) && refused("a..b", 1) && refused("a.", 1));
  CHECK(refused(".a", 1) && refused("a/b", 1) && refused("../x", 1));
  CHECK(refused("~root", 1) && refused("/etc", 0) && refused("~", 1));
  CHECK(refused("a\nb", 1) && refused("a\tb", 0) && refused("a\x7f", 1));
  CHECK(refused("\xff", 1) && refused("\xc3\xa9", 0) && refused("&x-", 0));
  CHECK(refused("\xc0\xae", 1));        /* an overlong dot */
  CHECK(refused("&AC4-", 0) && refused("&AC8-", 0));    /* hidden . and / */
  CHECK(refused_len("a\0b", 3, 1, EINVAL));
  CHECK(refused_len("a\0b", 3, 0, EINVAL));
  memset(n, 'n', sizeof n);
  CHECK(refused_len(n, 255, 1, ENAMETOOLONG));
  CHECK(refused_len(n, sizeof n, 1, ENAMETOOLONG));
  n[254] = 0;
  CHECK(both(n, 0, n));
  CHECK(hidden("INBOX") && hidden("inbox"));
  CHECK(hidden("a..b") && hidden("a.") && hidden("~a") && hidden("a\nb"));
  CHECK(hidden("\xff") && hidden("a/b"));
}

static void courier(void)
{
  use("INBOX.", ".");
  CHECK(both("INBOX", 0, "") && both("INBOX.a.b", 0, "a.b"));
  CHECK(to_storage("inbox.a", 0, "a") && to_storage("Inbox", 0, ""));
  CHECK(both("INBOX.INBOX", 0, "INBOX"));
  CHECK(refused("a", 0) && refused("INBOX.", 0) && refused("INBOXa", 0));
  CHECK(refused("INBOX..a", 0) && refused("INBOX.~a", 0));
}

static void slashes(void)
{
  use("", "/");
  CHECK(both("a/b", 0, "a.b") && both("INBOX/x", 1, "INBOX.x"));
  CHECK(refused("a.b", 0) && refused("a//b", 0) && refused("/a", 0));
  CHECK(refused("..", 0) && refused("../../etc", 0) && refused("a/", 0));
  use("Mail/", "/");
  CHECK(both("Mail/a/b", 0, "a.b") && both("INBOX", 0, ""));
  CHECK(refused("a", 0) && refused("mail/a", 0) && refused("Mail/", 0));
}

static void utf8_on_disk(void)
{
  scratch_mkdir(dir, ".Entwürfe");
  use("", ".");
  CHECK(t.encoding == TREE_UTF8);
  CHECK(both("Entwürfe", 1, "Entwürfe"));
  CHECK(both("Entw&APw-rfe", 0, "Entwürfe"));
  CHECK(both("&AOk-", 1, "&AOk-") && both("&-AOk-", 0, "&AOk-"));
  CHECK(hidden("\xff"));
  unlinkat(dir, ".Entwürfe", AT_REMOVEDIR);
  scratch_mkdir(dir, ".AT&T");
  use("", ".");
  CHECK(t.encoding == TREE_UTF8 && both("AT&T", 1, "AT&T"));
}

/* an account with names of both kinds: each stays reachable */
static void mixed(void)
{
  scratch_mkdir(dir, ".&AOk-");
  scratch_mkdir(dir, ".Übel");
  use("", ".");
  CHECK(t.encoding == TREE_MUTF7);
  CHECK(both("é", 1, "&AOk-") && both("&AOk-", 0, "&AOk-"));
  CHECK(both("Übel", 1, "Übel") && both("&ANw-bel", 0, "Übel"));
  CHECK(both("AT&T", 1, "AT&T") && both("AT&-T", 0, "AT&T"));
  CHECK(both("Öl", 1, "&ANY-l"));       /* a new one */
}

int main(void)
{
  dir = scratch_dir();
  plain();
  courier();
  slashes();
  utf8_on_disk();
  mixed();
  tree_free(&t);
  scratch_remove();
  return check_done(PROG);
}
