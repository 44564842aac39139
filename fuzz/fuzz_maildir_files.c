/* ISC licence; see LICENSE. */
/*
 * The small control files: dovecot-keywords, subscriptions (Dovecot's,
 * Courier's, BincIMAP's), maildirsize, roost-attributes. The first octet says which one
 * the rest is. They are read, changed by us, and read again.
 */
#include <errno.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <skalibs/strerr.h>

#include "base/alloc.h"
#include "maildir/keywords.h"
#include "maildir/maildirsize.h"
#include "maildir/tree.h"
#include "maildir_scratch.h"

char const *PROG = "fuzz_maildir_files";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void try_keywords(int dir, const uint8_t *data, size_t len)
{
  struct keywords k = KEYWORDS_ZERO;
  int i, j;

  scratch_put(dir, KEYWORDS_NAME, data, len);
  must(keywords_read(&k, dir) != -1);
  i = keywords_add(&k, dir, "fresh", 5, 3);
  must(i >= 0 || errno == EMFILE);
  for (j = 0; j < KEYWORD_LETTERS; j++)
    must(!k.name[j]
         || keywords_find(&k, k.name[j], strlen(k.name[j])) <= j);
  keywords_free(&k);
  must(keywords_read(&k, dir) == 1 || !len);
  must(i < 0 || keywords_find(&k, "FRESH", 5) == i);
  keywords_free(&k);
  unlinkat(dir, KEYWORDS_NAME, 0);
}

static int subscribed(const struct tree *t, const char *name)
{
  stralloc names = STRALLOC_ZERO;
  const char *s;
  int found = 0;

  must(subscriptions_read(t, &names) == 0);
  for (s = names.s; s && s < names.s + names.len; s += strlen(s) + 1)
    found += !strcmp(s, name);
  stralloc_free(&names);
  must(found < 2);
  return found;
}

static void try_subscriptions(struct tree *t, const char *file,
                              const uint8_t *data, size_t len)
{
  scratch_put(t->rootfd, file, data, len);
  subscribed(t, "");
  must(subscriptions_set(t, "a.b", 3, 1) == 0 && subscribed(t, "a.b"));
  must(subscriptions_set(t, "", 0, 1) == 0 && subscribed(t, ""));
  must(subscriptions_set(t, "a.b", 3, 0) == 0 && !subscribed(t, "a.b"));
  must(subscribed(t, ""));
  unlinkat(t->rootfd, "subscriptions", 0);
  unlinkat(t->rootfd, file, 0);
}

struct found { const char *value; size_t len; int n; };

static void look(void *arg, const struct attribute *a)
{
  struct found *f = arg;

  if (a->keylen != 8 || strncasecmp(a->key, "/x/fresh", 8)) return;
  f->n++;
  must(a->len == f->len && !memcmp(a->value, f->value, f->len));
}

/* what is set is read back to the octet, once, whatever was there */
static void try_entries(struct tree *t, const uint8_t *data, size_t len)
{
  static const char value[] = "a\0%\t\n\x7f\xff%41";
  struct attribute_owner o = { "", 0, 1 };
  struct attribute a = { "/x/Fresh", 8, value, sizeof value };
  struct found f = { value, sizeof value, 0 };

  scratch_put(t->rootfd, ATTRIBUTES_NAME, data, len);
  if (attributes_set(t, &o, &a, 1) == 0) {
    must(attributes_each(t, &o, look, &f) == 0 && f.n == 1);
    must(special_set(t, "a.b", "\\Sent") == 0);
    must(special_moved(t, "a", "c") == 0);
    must(attributes_each(t, &o, look, &f) == 0 && f.n == 2);
  } else must(errno == E2BIG);
  unlinkat(t->rootfd, ATTRIBUTES_NAME, 0);
}

static void try_quota(int dir, const uint8_t *data, size_t len)
{
  struct maildirsize q;

  mkdirat(dir, "tmp", 0700);
  mkdirat(dir, "new", 0700);
  mkdirat(dir, "cur", 0700);
  scratch_put(dir, "maildirsize", data, len);
  if (maildirsize_open(&q, dir) == 1) {
    must(q.bytes >= 0 && q.count >= 0);
    must(maildirsize_room(&q, -5, -1));
    maildirsize_room(&q, INT64_MAX, INT64_MAX);
    must(maildirsize_update(&q, 5, 1) == 0);
    maildirsize_close(&q);
  } else must(!memchr(data, '\n', len < 5120 ? len : 5120));
  unlinkat(dir, "maildirsize", 0);
}

static void try_attributes(const struct tree *t, const uint8_t *data,
                           size_t len)
{
  static char list[] = "Drafts\0Junk\0Sent\0a";
  struct special sp = SPECIAL_ZERO;
  stralloc names = { list, sizeof list, sizeof list };
  const char *s, *use;

  scratch_put(t->rootfd, ATTRIBUTES_NAME, data, len);
  must(special_read(t, &names, &sp) == 0);
  for (s = list; s < list + sizeof list; s += strlen(s) + 1) {
    use = special_use(&sp, s, strlen(s));
    must(!use || *use == '\\');
  }
  special_free(&sp);
  unlinkat(t->rootfd, ATTRIBUTES_NAME, 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
  struct tree t;
  int way;

  if (!len--) return 0;
  way = *data++;
  memset(&t, 0, sizeof t);
  t.rootfd = scratch_dir();
  t.encoding = way & 8 ? TREE_UTF8 : TREE_MUTF7;
  switch (way % 5) {
  case 0: try_keywords(t.rootfd, data, len); break;
  case 1: try_subscriptions(&t, "subscriptions", data, len); break;
  case 2:
    try_subscriptions(&t, way & 16 ? ".bincimap-subscribed" : way & 32
                      ? "bincimap-subscribed" : "courierimapsubscribed",
                      data, len);
    break;
  case 3: try_quota(t.rootfd, data, len); break;
  default:
    try_attributes(&t, data, len);
    try_entries(&t, data, len);
  }
  return 0;
}
