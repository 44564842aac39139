/* ISC licence; see LICENSE. */
#include "maildir/subscriptions.h"

#include <errno.h>
#include <sys/wait.h>
#include <skalibs/strerr.h>

#include "base/alloc.h"
#include "check.h"
#include "scratch.h"

const char *PROG = "subscriptions";

#define NAME "subscriptions"
#define V2 "V\t2\n\n"

static int dir;
static struct tree t;

/* "" (INBOX) shows as *, a space stands behind each */
static int reads(const char *wanted)
{
  stralloc names = STRALLOC_ZERO, got = STRALLOC_ZERO;
  const char *s;
  int ok = subscriptions_read(&t, &names) == 0;

  for (s = names.s; s && s < names.s + names.len; s += strlen(s) + 1) {
    stralloc_cats(&got, *s ? s : "*");
    stralloc_cats(&got, " ");
  }
  ok = ok && stralloc_eqs(&got, wanted);
  if (!ok) printf("got [%.*s], wanted [%s]\n", (int)got.len, got.s, wanted);
  stralloc_free(&names);
  stralloc_free(&got);
  return ok;
}

static int set(const char *name, int on)
{
  return subscriptions_set(&t, name, strlen(name), on);
}

static void version_2(void)
{
  CHECK(reads(""));
  CHECK(set("a.b", 1) == 0 && scratch_is(dir, NAME, V2 "a\tb\n"));
  CHECK(set("", 1) == 0 && scratch_is(dir, NAME, V2 "a\tb\nINBOX\n"));
  CHECK(reads("* a.b "));
  CHECK(set("a.b", 1) == 0 && scratch_is(dir, NAME, V2 "a\tb\nINBOX\n"));
  CHECK(set("a", 0) == 0 && reads("* a.b "));
  CHECK(set("a.b", 0) == 0 && scratch_is(dir, NAME, V2 "INBOX\n"));
  CHECK(set("", 0) == 0 && scratch_is(dir, NAME, V2));
  scratch_puts(dir, NAME, V2 "z\na\1tb\nx.y\nbad\1\n\1q\n\na\tb\nz\nInbox\n");
  CHECK(reads("* a\tb a.b z "));
  CHECK(set("z", 0) == 0);              /* what we cannot read stays */
  CHECK(scratch_is(dir, NAME,
                   V2 "a\1tb\nx.y\nbad\1\n\1q\n\na\tb\nInbox\n"));
  CHECK(set("a\rb\1", 1) == 0 && reads("* a\tb a\rb\1 a.b "));
  CHECK(set("a\nb", 1) == -1 && errno == EINVAL);
  CHECK(!scratch_has(dir, "subscriptions.lock") && scratch_count(dir) == 1);
}

static void version_1(void)
{
  scratch_puts(dir, NAME, "b\nINBOX\na.c");
  CHECK(reads("* a.c b "));
  CHECK(set("d.e", 1) == 0 && scratch_is(dir, NAME, "b\nINBOX\na.c\nd.e\n"));
  CHECK(set("b", 0) == 0 && scratch_is(dir, NAME, "INBOX\na.c\nd.e\n"));
  scratch_puts(dir, NAME, "");
  CHECK(set("a.b", 1) == 0 && scratch_is(dir, NAME, V2 "a\tb\n"));
}

static void courier(void)
{
  unlinkat(dir, NAME, 0);
  scratch_puts(dir, "courierimapsubscribed", "INBOX\nINBOX.a.b\n"
    "inbox.Sent\n#shared.x\nINBOXx\nINBOX.\nINBOX.\xc3\xa9\ntorn");
  CHECK(reads("* &AOk- Sent a.b "));
  CHECK(set("Sent", 0) == 0);
  CHECK(scratch_is(dir, NAME, V2 "INBOX\na\tb\n&AOk-\n"));
  CHECK(reads("* &AOk- a.b "));         /* Courier's is no longer looked at */
  t.encoding = TREE_UTF8;
  unlinkat(dir, NAME, 0);
  scratch_puts(dir, "courierimapsubscribed", "INBOX.&AOk-\n");
  CHECK(reads("\xc3\xa9 "));
  t.encoding = TREE_MUTF7;
}

static void bincimap(void)
{
  unlinkat(dir, NAME, 0);
  unlinkat(dir, "courierimapsubscribed", 0);
  scratch_puts(dir, "bincimap-subscribed", "subscribed {\n\t1 = INBOX,\n"
    "\t2 = \"INBOX/a b/c\",\n\t_x = <494e424f582f64>\n}\nother {\n"
    "\t1 = no\n}\nsubscribed {\n\t1 = \"INBOX/e\"\n}\nsubscribed {\n\t1");
  CHECK(reads("* a b.c d e "));
  scratch_puts(dir, ".bincimap-subscribed", "INBOX\n  inbox/a/b \r\nINBOX/x.y\n"
    "INBOX/Sent\n\n/\nINBOX/\nINBOX/\xc3\xa9\ntorn");
  CHECK(reads("* &AOk- Sent a.b "));
  CHECK(subscriptions_settle(&t) == 0);
  CHECK(scratch_is(dir, NAME, V2 "INBOX\na\tb\nSent\n&AOk-\n"));
  scratch_puts(dir, ".bincimap-subscribed", "INBOX/other\n");
  CHECK(reads("* &AOk- Sent a.b "));
  unlinkat(dir, ".bincimap-subscribed", 0);
  unlinkat(dir, "bincimap-subscribed", 0);
}

static void several(void)
{
  stralloc names = STRALLOC_ZERO;
  char name[32];
  pid_t pid[4];
  int i, j, n = 0, st;

  unlinkat(dir, NAME, 0);
  unlinkat(dir, "courierimapsubscribed", 0);
  for (i = 0; i < 4; i++) {
    pid[i] = fork();
    if (pid[i]) continue;
    for (j = 0; j < 20; j++) {
      snprintf(name, sizeof name, "f%d.%d", i, j);
      if (set(name, 1) == -1) _exit(1);
    }
    _exit(0);
  }
  for (i = 0; i < 4; i++) {
    waitpid(pid[i], &st, 0);
    CHECK(WIFEXITED(st) && !WEXITSTATUS(st));
  }
  CHECK(subscriptions_read(&t, &names) == 0);
  for (i = 0; i < (int)names.len; i++) n += !names.s[i];
  CHECK(n == 80);
  stralloc_free(&names);
}

int main(void)
{
  dir = scratch_dir();
  tree_init(&t, dir);
  version_2();
  version_1();
  courier();
  bincimap();
  several();
  tree_free(&t);
  scratch_remove();
  return check_done(PROG);
}
