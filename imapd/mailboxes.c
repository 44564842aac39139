/* ISC licence; see LICENSE. */
#include "mailboxes.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"

/*
 * While the text grows, name and storage hold offsets into it (plus 1, so
 * that 0 can mean none); settle() makes pointers of them.
 */
#define OFFSET(o) ((const char *)(uintptr_t)((o) + 1))
#define POINTER(text, p) ((text)->s + ((uintptr_t)(p) - 1))

static struct mailbox *new_row(struct mailboxes *all)
{
  struct mailbox *m;

  if (all->n == all->a) {
    all->a = all->a ? all->a * 2 : 32;
    all->m = xrealloc(all->m, all->a * sizeof *all->m);
  }
  m = &all->m[all->n++];
  memset(m, 0, sizeof *m);
  m->parent = -1;
  return m;
}

/* one folder by its storage name; passed over if it has no mailbox name */
static void add(struct mailboxes *all, const struct tree *t,
                const char *storage, int exists, int subscribed)
{
  size_t start = all->text.len, len = strlen(storage), nul;
  struct mailbox *m;

  if ((all->by_alias ? tree_alias_name : tree_mailbox_name)
        (t, &all->text, storage, len, all->utf8) == -1
      || all->text.len == start) {
    all->text.len = start;
    return;
  }
  m = new_row(all);
  m->name = OFFSET(start);
  m->len = all->text.len - start;
  stralloc_0(&all->text);
  nul = all->text.len;
  stralloc_catb(&all->text, storage, len + 1);
  m->storage = OFFSET(nul);
  m->exists = exists;
  m->subscribed = subscribed;
}

static void settle(struct mailboxes *all, size_t from)
{
  size_t i;

  for (i = from; i < all->n; i++) {
    all->m[i].name = POINTER(&all->text, all->m[i].name);
    if (all->m[i].storage)
      all->m[i].storage = POINTER(&all->text, all->m[i].storage);
  }
}

/* Order of octets, with the separator before all others: then everything
 * below a name follows it at once. */
static int name_cmp(const char *a, size_t alen, const char *b, size_t blen,
                    char sep)
{
  size_t i;

  for (i = 0; i < alen && i < blen; i++) {
    int x = a[i] == sep ? -1 : (unsigned char)a[i];
    int y = b[i] == sep ? -1 : (unsigned char)b[i];

    if (x != y) return x < y ? -1 : 1;
  }
  return alen < blen ? -1 : alen > blen;
}

static int is_inbox(const struct mailbox *m)
{
  return m->len == 5 && !memcmp(m->name, "INBOX", 5);
}

static int row_cmp(const void *a, const void *b, void *sep)
{
  const struct mailbox *x = a, *y = b;
  int xi = is_inbox(x), yi = is_inbox(y);

  if (xi != yi) return xi ? -1 : 1;
  return name_cmp(x->name, x->len, y->name, y->len, *(const char *)sep);
}

/* sort, and make one row of those with one name */
static void sort_rows(struct mailboxes *all, char sep)
{
  struct mailbox *to, *from;
  size_t i;

  if (!all->n) return;
  qsort_r(all->m, all->n, sizeof *all->m, row_cmp, &sep);
  to = all->m;
  for (i = 1; i < all->n; i++) {
    from = &all->m[i];
    if (to->len == from->len && !memcmp(to->name, from->name, to->len)) {
      to->exists |= from->exists;
      to->subscribed |= from->subscribed;
      if (!to->storage) to->storage = from->storage;
    } else
      *++to = *from;
  }
  all->n = (size_t)(to - all->m) + 1;
}

long mailboxes_find(const struct mailboxes *all, const char *name, size_t len,
                    char sep)
{
  struct mailbox key = { .name = name, .len = len };
  size_t lo = 0, hi = all->n, mid;
  int c;

  while (lo < hi) {
    mid = lo + (hi - lo) / 2;
    c = row_cmp(&key, &all->m[mid], &sep);
    if (!c) return (long)mid;
    if (c < 0)
      hi = mid;
    else
      lo = mid + 1;
  }
  return -1;
}

/* octets of the name above, 0 if there is none */
static size_t above(const char *name, size_t len, char sep)
{
  while (len && name[len - 1] != sep) len--;
  return len ? len - 1 : 0;
}

/* Rows for names above that are in no list; shares the text of the names. */
static void add_missing_parents(struct mailboxes *all, char sep)
{
  size_t i, n = all->n, len;
  struct mailboxes extra = { 0 };
  struct mailbox *m;

  for (i = 0; i < n; i++)
    for (len = above(all->m[i].name, all->m[i].len, sep); len;
         len = above(all->m[i].name, len, sep)) {
      if (mailboxes_find(all, all->m[i].name, len, sep) != -1) break;
      m = new_row(&extra);
      m->name = all->m[i].name;
      m->len = len;
    }
  for (i = 0; i < extra.n; i++) *new_row(all) = extra.m[i];
  free(extra.m);
  if (all->n > n) sort_rows(all, sep);
}

/* The text of a row that borrows another's name is not NUL-ended there. */
static void own_names(struct mailboxes *all)
{
  size_t i, more = 0, at;
  stralloc old = all->text;

  for (i = 0; i < all->n; i++) more += all->m[i].len + 1;
  all->text.s = 0;
  all->text.len = all->text.a = 0;
  stralloc_ready(&all->text, old.len + more + 1);
  stralloc_catb(&all->text, old.s, old.len);
  for (i = 0; i < all->n; i++) {
    struct mailbox *m = &all->m[i];

    at = all->text.len;
    stralloc_catb(&all->text, m->name, m->len);
    stralloc_0(&all->text);
    m->name = all->text.s + at;
    if (m->storage) m->storage = all->text.s + (m->storage - old.s);
  }
  stralloc_free(&old);
}

static void link_rows(struct mailboxes *all, char sep)
{
  size_t i, len;
  long p;

  for (i = 0; i < all->n; i++) {
    len = above(all->m[i].name, all->m[i].len, sep);
    if (len) all->m[i].parent = mailboxes_find(all, all->m[i].name, len, sep);
  }
  for (i = 0; i < all->n; i++) {
    if (!all->m[i].exists) continue;
    for (p = all->m[i].parent; p != -1; p = all->m[p].parent) {
      if (all->m[p].children) break;
      all->m[p].children = 1;
    }
  }
}

static void add_all(struct mailboxes *all, const struct tree *t,
                    const stralloc *names, int exists)
{
  size_t i;
  const char *s;

  for (i = 0; i < names->len; i += strlen(names->s + i) + 1) {
    s = names->s + i;
    /* in the file of subscriptions it has a name, on disk it has none */
    if (!exists && !strcasecmp(s, "INBOX")) s = "";
    add(all, t, s, exists, !exists);
  }
}

int mailboxes_read(struct mailboxes *all, const struct tree *t, int subscribed,
                   int utf8, int by_alias)
{
  stralloc names = STRALLOC_ZERO, subs = STRALLOC_ZERO;
  char sep = t->ns.separator;
  size_t i;
  int ret = -1;

  all->utf8 = utf8;
  all->by_alias = by_alias;
  add(all, t, "", 1, 0);
  if (tree_list(t, &names) == -1) goto done;
  add_all(all, t, &names, 1);
  if (subscribed) {
    if (subscriptions_read(t, &subs) == -1) goto done;
    add_all(all, t, &subs, 0);
  }
  settle(all, 0);
  sort_rows(all, sep);
  add_missing_parents(all, sep);
  own_names(all);
  link_rows(all, sep);
  if (special_read(t, &names, &all->special) == -1) goto done;
  for (i = 0; i < all->n; i++)
    if (all->m[i].exists)
      all->m[i].use = special_use(&all->special, all->m[i].storage,
                                  strlen(all->m[i].storage));
  ret = 0;
done:
  stralloc_free(&names);
  stralloc_free(&subs);
  return ret;
}

void mailboxes_free(struct mailboxes *all)
{
  free(all->m);
  all->m = 0;
  all->n = all->a = 0;
  stralloc_free(&all->text);
  special_free(&all->special);
}

size_t mailbox_nocase(const struct mailbox *m, char separator)
{
  if (m->len < 5 || memcmp(m->name, "INBOX", 5)) return 0;
  return m->len == 5 || m->name[5] == separator ? 5 : 0;
}
