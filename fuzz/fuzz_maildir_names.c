/* ISC licence; see LICENSE. */
/*
 * Mailbox names: modified UTF-7 and UTF-8 turn into each other and back, and
 * whatever name a client sends becomes a directory below the Maildir or an
 * error, and comes back as the same name. The first octet says in which
 * namespace, encoding and direction.
 */
#include <errno.h>
#include <string.h>
#include <strings.h>
#include <skalibs/strerr.h>

#include "base/alloc.h"
#include "maildir/mutf7.h"
#include "maildir/tree.h"
#include "maildir_scratch.h"

char const *PROG = "fuzz_maildir_names";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static int is(const stralloc *sa, const char *s, size_t len)
{
  return sa->len == len && (!len || !memcmp(sa->s, s, len));
}

static void encodings(const char *s, size_t len)
{
  stralloc a = STRALLOC_ZERO, b = STRALLOC_ZERO;

  if (mutf7_to_utf8(&a, s, len) == 0) {
    must(mutf7_valid(s, len) && utf8_valid(a.s, a.len));
    must(utf8_to_mutf7(&b, a.s, a.len) == 0 && is(&b, s, len));
  } else must(!mutf7_valid(s, len) && errno == EILSEQ && !a.len);
  a.len = b.len = 0;
  if (utf8_to_mutf7(&a, s, len) == 0) {
    must(utf8_valid(s, len));
    must(mutf7_to_utf8(&b, a.s, a.len) == 0 && is(&b, s, len));
  } else must(errno == EILSEQ && !a.len);
  stralloc_free(&a);
  stralloc_free(&b);
}

/* a storage name that a client gave rise to: one directory, below here */
static void harmless(const stralloc *storage)
{
  must(storage->len < TREE_DIR_LIMIT);
  if (!storage->len) return;
  must(storage->s[0] != '.' && storage->s[storage->len - 1] != '.');
  must(!memchr(storage->s, '/', storage->len));
  must(!memchr(storage->s, 0, storage->len));
  must(!memchr(storage->s, '\n', storage->len));
}

static void from_client(const struct tree *t, const char *s, size_t len,
                        int utf8)
{
  stralloc storage = STRALLOC_ZERO, back = STRALLOC_ZERO;
  const char *why = 0;
  int alias = 0;

  if (tree_storage_as(t, &storage, s, len, utf8, &alias, &why) == -1) {
    must(why && (errno == EINVAL || errno == ENAMETOOLONG));
  } else {
    harmless(&storage);
    must((alias ? tree_alias_name : tree_mailbox_name)
           (t, &back, storage.s, storage.len, utf8) == 0);
    must(is(&back, s, len)              /* INBOX in another case: as long */
         || (back.len == len && !strncasecmp(back.s, s, len < 5 ? len : 5)
             && !memcmp(back.s + 5, s + 5, len - 5)));
  }
  stralloc_free(&storage);
  stralloc_free(&back);
}

static void from_disk(const struct tree *t, const char *s, size_t len,
                      int utf8)
{
  stralloc mailbox = STRALLOC_ZERO, back = STRALLOC_ZERO;
  const char *why = 0;

  if (len < TREE_DIR_LIMIT && !memchr(s, 0, len) && !memchr(s, '/', len)
      && tree_mailbox_name(t, &mailbox, s, len, utf8) == 0
      /* the own name of a folder that is not there is another's by the alias */
      && !namespace_asks_alias(&t->ns, mailbox.s, mailbox.len)) {
    must(tree_storage_name(t, &back, mailbox.s, mailbox.len, utf8, &why) == 0
         || errno == ENAMETOOLONG);
    /* an UTF-8 name in a UTF-7 account comes back as the name that it would
     * get if it were made, for no such folder is there */
    if (t->encoding == TREE_UTF8 || mutf7_valid(s, len))
      must(is(&back, s, len));
  }
  stralloc_free(&mailbox);
  stralloc_free(&back);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
  static const char *const prefix[] = { "", "INBOX.", "", "Mail/" };
  static const char *const alias[] = { "INBOX.", "", "INBOX/", "" };
  const char *s = (const char *)data + 1;
  struct tree t;
  int way;

  if (!len--) return 0;
  way = data[0];
  memset(&t, 0, sizeof t);
  t.rootfd = scratch_dir();
  t.encoding = way & 4 ? TREE_UTF8 : TREE_MUTF7;
  t.ns.separator = way & 2 ? '/' : '.';
  stralloc_copys(&t.ns.prefix, prefix[way & 3]);
  t.ns.has_alias = !!(way & 16);
  stralloc_copys(&t.ns.alias, alias[way & 3]);
  encodings(s, len);
  from_client(&t, s, len, !!(way & 8));
  from_disk(&t, s, len, !!(way & 8));
  tree_free(&t);
  return 0;
}
