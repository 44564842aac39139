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

/* name to folder and form, and the folder's name by the alias */
static int by(int alias, const char *mailbox, const char *storage,
              const char *named)
{
  stralloc sa = STRALLOC_ZERO, back = STRALLOC_ZERO;
  const char *why = 0;
  int form = 2, ok;

  ok = tree_storage_as(&t, &sa, mailbox, strlen(mailbox), 1, &form, &why) == 0
    && stralloc_eqs(&sa, storage) && form == alias
    && tree_alias_name(&t, &back, storage, strlen(storage), 1) == 0
    && stralloc_eqs(&back, named);
  if (!ok) printf("%s: got %.*s, %d, %.*s\n", mailbox, (int)sa.len, sa.s,
                  form, (int)back.len, back.s);
  stralloc_free(&sa);
  stralloc_free(&back);
  return ok;
}

static int asks(const char *pattern)
{
  return namespace_asks_alias(&t.ns, pattern, strlen(pattern));
}

static void make(const char *name)
{
  CHECK(tree_create(&t, name, strlen(name)) == 0);
}

static void aliases(void)
{
  setenv("NAMESPACE_ALIAS", "INBOX.", 1);
  use("", ".");
  CHECK(by(2, "inbox", "", "INBOX") && by(0, "a", "a", "INBOX.a"));
  CHECK(by(1, "INBOX.a", "a", "INBOX.a") && by(1, "inbox.a", "a", "INBOX.a"));
  CHECK(by(0, "inboxa", "inboxa", "INBOX.inboxa"));
  CHECK(by(1, "INBOX.INBOX.a", "INBOX.a", "INBOX.INBOX.a"));
  CHECK(refused("INBOX.", 1) && refused("INBOX..a", 1));
  CHECK(refused("INBOX.INBOX", 1) && refused("inbox.inbox", 0));
  CHECK(asks("INBOX.") && asks("inbox.%") && asks("INBOX.a*"));
  CHECK(asks("INBOX*") && !asks("INBOX") && !asks("INBO*") && !asks(""));
  CHECK(!asks("*") && !asks("INBOXa*") && asks("Inbox.*"));
  make("INBOX.a");              /* has that name itself; so has what is below */
  CHECK(by(2, "INBOX.a", "INBOX.a", "INBOX.a") && by(0, "a", "a", "a"));
  CHECK(to_storage("INBOX.a.c", 1, "INBOX.a.c"));
  CHECK(by(1, "INBOX.c.d", "c.d", "INBOX.c.d"));
  make("a.b");                  /* unless it is there by the alias */
  CHECK(by(1, "INBOX.a.b", "a.b", "INBOX.a.b"));
  CHECK(tree_delete(&t, "INBOX.a", 7) == 0 && tree_delete(&t, "a.b", 3) == 0);
  setenv("NAMESPACE_ALIAS", "-", 1);
  use("INBOX.", ".");
  CHECK(by(0, "INBOX.a", "a", "a") && by(1, "a", "a", "a"));
  CHECK(by(0, "INBOX.INBOX", "INBOX", "INBOX.INBOX"));
  CHECK(by(1, "INBOXa", "INBOXa", "INBOXa") && refused("~a", 1));
  CHECK(!asks("") && !asks("*") && !asks("I*") && !asks("inb%"));
  CHECK(!asks("INBOX.a") && asks("a") && asks("Important") && asks("a%"));
  unsetenv("NAMESPACE_ALIAS");
  use("INBOX.", ".");
  CHECK(refused("a", 0) && !asks("a"));
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
  aliases();
  utf8_on_disk();
  mixed();
  tree_free(&t);
  scratch_remove();
  return check_done(PROG);
}
