/* ISC licence; see LICENSE. */
/* The folders of an account elsewhere, and what they are called here. */
#include "import_imap.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "maildir/mutf7.h"
#include "maildir/namemap.h"
#include "maildir/special_use.h"

struct listing {
  struct import *im;
  struct imap *c;
  struct remotes *all;
  int failed;                   /* too many */
  stralloc own;                 /* prefix of the user's own folders */
  stralloc others;              /* prefixes of other people's, NUL-ended */
};

static char *dup(const stralloc *s)
{
  char *p = xalloc(s->len + 1);

  memcpy(p, s->s, s->len);
  p[s->len] = 0;
  return p;
}

/* UTF-8 of a name on the wire: modified UTF-7, or UTF-8 as some write it */
static int shown(stralloc *out, const char *wire, size_t len)
{
  out->len = 0;
  if (memchr(wire, 0, len) || memchr(wire, '\n', len) || memchr(wire, '\r', len))
    return -1;
  if (mutf7_to_utf8(out, wire, len) == 0) return 0;
  out->len = 0;
  if (!utf8_valid(wire, len)) return -1;
  stralloc_catb(out, wire, len);
  return 0;
}

/* attributes that matter: RFC 9051 section 7.3.1, RFC 6154 */
static void take_attribute(struct remote *f, const char *s, size_t len)
{
  const char *use = special_known(s, len);

  if (!strcasecmp(s, "\\Noselect") || !strcasecmp(s, "\\NonExistent"))
    f->no_mail = 1;
  if (use && !*f->use && strlen(use) < sizeof f->use) strcpy(f->use, use);
}

/* * LIST (attributes) "/" name */
static void take_list(void *arg, const struct imap_reply *r)
{
  struct listing *l = arg;
  struct remote f;
  stralloc name = STRALLOC_ZERO;
  size_t i, behind;

  if (!imap_is(r, 1, "LIST") || r->n < 6 || r->token[2].kind != IMAP_OPEN)
    return;
  memset(&f, 0, sizeof f);
  behind = imap_skip(r, 2);
  for (i = 3; i + 1 < behind; i++)
    take_attribute(&f, imap_word(r, i), r->token[i].len);
  i = behind;
  if (i + 2 > r->n || l->failed) return;
  if (r->token[i].kind == IMAP_STRING && r->token[i].len == 1)
    f.separator = *imap_word(r, i);
  i++;
  if (r->token[i].kind > IMAP_STRING || !r->token[i].len) return;
  if (shown(&name, imap_word(r, i), r->token[i].len) == -1)
    import_left_out(l->im, 0, "its name is in no encoding", imap_word(r, i));
  else if (l->all->n == REMOTES_MAX) l->failed = 1;
  else {
    if (l->all->n == l->all->a) {
      l->all->a = l->all->a ? l->all->a * 2 : 32;
      l->all->r = xrealloc(l->all->r, l->all->a * sizeof *l->all->r);
    }
    f.shown = dup(&name);
    f.wire = xstrdup(imap_word(r, i));
    l->all->r[l->all->n++] = f;
  }
  stralloc_free(&name);
}

static int by_name(const void *a, const void *b)
{
  return strcmp(((const struct remote *)a)->wire,
                ((const struct remote *)b)->wire);
}

/* each once, in octet order: names that clash are settled alike each time */
static void sort(struct remotes *all)
{
  size_t i, n = 0;

  if (all->n) qsort(all->r, all->n, sizeof *all->r, by_name);
  for (i = 0; i < all->n; i++)
    if (n && !strcmp(all->r[n - 1].wire, all->r[i].wire)) {
      free(all->r[i].wire);
      free(all->r[i].shown);
    }
    else
      all->r[n++] = all->r[i];
  all->n = n;
}

static void take_lsub(void *arg, const struct imap_reply *r)
{
  struct listing *l = arg;
  struct remote key, *f;
  size_t i;

  if (!imap_is(r, 1, "LSUB") || r->n < 6 || r->token[2].kind != IMAP_OPEN)
    return;
  for (i = 3; i < r->n && r->token[i].kind != IMAP_CLOSE; i++)
    if (imap_is(r, i, "\\Noselect")) return;    /* a parent: RFC 3501, 6.3.9 */
  i += 2;
  if (i >= r->n) return;
  key.wire = (char *)imap_word(r, i);
  f = l->all->n ? bsearch(&key, l->all->r, l->all->n, sizeof key, by_name) : 0;
  if (f) f->subscribed = 1;
}

/* ---- namespaces: RFC 2342 ---- */

/* ((prefix separator) (prefix separator)) at token i, or NIL */
static void prefixes(const struct imap_reply *r, size_t i, stralloc *out,
                     int first)
{
  size_t end = imap_skip(r, i), k;

  if (r->token[i].kind != IMAP_OPEN) return;
  for (k = i + 1; k + 2 < end; k = imap_skip(r, k)) {
    if (r->token[k].kind != IMAP_OPEN) return;
    if (r->token[k + 1].kind != IMAP_STRING) continue;
    stralloc_catb(out, imap_word(r, k + 1), r->token[k + 1].len);
    stralloc_0(out);
    if (first) return;
  }
}

static void take_namespace(void *arg, const struct imap_reply *r)
{
  struct listing *l = arg;
  size_t i = 2;

  if (!imap_is(r, 1, "NAMESPACE") || r->n < 5 || l->own.len) return;
  prefixes(r, i, &l->own, 1);
  i = imap_skip(r, i);
  if (i < r->n) prefixes(r, i, &l->others, 0);
  i = imap_skip(r, i);
  if (i < r->n) prefixes(r, i, &l->others, 0);
}

static int is_others(const struct listing *l, const char *wire)
{
  const char *s = l->others.s, *end = s + l->others.len;

  for (; s && s < end; s += strlen(s) + 1)
    if (*s && !strncmp(wire, s, strlen(s))) return 1;
  return 0;
}

/* ---- names ---- */

/* what is behind the prefix of the user's own folders, and behind "INBOX" and
 * a separator: a folder below the INBOX is one beside it here */
static const char *bare(const struct listing *l, const struct remote *f)
{
  const char *s = f->shown;
  size_t n = l->own.len ? l->own.len - 1 : 0;

  if (n && !strncasecmp(s, l->own.s, n) && s[n]) return s + n;
  if (f->separator && !strncasecmp(s, "INBOX", 5) && s[5] == f->separator
      && s[6]) return s + 6;
  return s;
}

/* the name here; -1: it has an empty part */
static int our_name(const struct tree *t, const struct listing *l,
                    const struct remote *f, stralloc *name)
{
  const char *s = bare(l, f), *p;
  size_t n;

  if (!strcasecmp(f->shown, "INBOX")) {
    stralloc_copys(name, "INBOX");
    return 0;
  }
  import_prefix(t, name);
  for (;; s = p + 1) {
    p = f->separator ? strchr(s, f->separator) : 0;
    n = p ? (size_t)(p - s) : strlen(s);
    if (!n) return -1;
    import_part(t, name, s, n);
    if (!p) return 0;
  }
}

struct clash { struct remote *f; };

static int by_ours(const void *a, const void *b)
{
  const struct remote *x = ((const struct clash *)a)->f;
  const struct remote *y = ((const struct clash *)b)->f;
  int r = strcmp(x->name, y->name);

  return r ? r : strcmp(x->wire, y->wire);
}

/* name with "-2" or the first higher number that none has; from: the last one
 * that was taken for it */
static char *other_name(const char *name, size_t *from, struct namemap *taken)
{
  stralloc s = STRALLOC_ZERO;
  char *made;
  int known;

  do {
    s.len = 0;
    stralloc_cats(&s, name);
    stralloc_append(&s, '-');
    stralloc_catu(&s, ++*from);
    namemap_meet(taken, s.s, s.len, s.len, &known);
  } while (known);
  made = dup(&s);
  stralloc_free(&s);
  return made;
}

/* "a.b" and "a_b" elsewhere may both be "a_b" here: the second is "a_b-2",
 * unless there is one that is called so */
static void part_clashes(struct remotes *all)
{
  struct clash *c = xalloc(all->n * sizeof *c);
  struct namemap taken = NAMEMAP_ZERO;
  size_t i, n = 0, first = 0, last = 1, len;
  int known;
  char *name;

  for (i = 0; i < all->n; i++)
    if (all->r[i].name) c[n++].f = all->r + i;
  if (n) qsort(c, n, sizeof *c, by_ours);
  for (i = 0; i < n; i++) {
    len = strlen(c[i].f->name);
    namemap_meet(&taken, c[i].f->name, len, len, &known);
  }
  for (i = 1; i < n; i++) {
    if (strcmp(c[i].f->name, c[first].f->name)) {
      first = i;
      last = 1;
      continue;
    }
    name = other_name(c[i].f->name, &last, &taken);
    free(c[i].f->name);
    c[i].f->name = name;
  }
  namemap_free(&taken);
  free(c);
}

/* the user chooses by the names that the server shows */
static void choose(struct import *im, const struct import_options *opt,
                   const struct listing *l, struct remote *f)
{
  stralloc name = STRALLOC_ZERO, storage = STRALLOC_ZERO;
  const char *why = "it has an empty part";

  if (f->no_mail || is_others(l, f->wire)) return;
  if (!import_chosen(&opt->patterns, f->shown)) return;
  if (our_name(&im->account.tree, l, f, &name) == 0
      && tree_storage_name(&im->account.tree, &storage, name.s, name.len, 1,
                           &why) == 0)
    f->name = dup(&name);
  else
    import_left_out(im, 0, why, f->shown);
  stralloc_free(&name);
  stralloc_free(&storage);
}

static void ask(struct listing *l, const char *command,
                void (*fn)(void *, const struct imap_reply *))
{
  l->c->untagged = fn;
  l->c->arg = l;
  imap_begin(l->c, command);
  imap_end(l->c);
  l->c->untagged = 0;
}

void import_imap_folders(struct import *im, const struct import_options *opt,
                         struct imap *c, struct remotes *all)
{
  struct listing l = { .im = im, .c = c, .all = all };
  size_t i;

  if (imap_can(c, "NAMESPACE")) ask(&l, "NAMESPACE", take_namespace);
  ask(&l, imap_can(c, "LIST-EXTENDED") && imap_can(c, "SPECIAL-USE")
      ? "LIST \"\" \"*\" RETURN (SPECIAL-USE)" : "LIST \"\" \"*\"", take_list);
  if (l.failed) import_die(im, 100, 0, "the server has too many folders", 0);
  sort(all);
  ask(&l, "LSUB \"\" \"*\"", take_lsub);
  for (i = 0; i < all->n; i++) choose(im, opt, &l, all->r + i);
  part_clashes(all);
  stralloc_free(&l.own);
  stralloc_free(&l.others);
}

void import_imap_folders_free(struct remotes *all)
{
  size_t i;

  for (i = 0; i < all->n; i++) {
    free(all->r[i].wire);
    free(all->r[i].shown);
    free(all->r[i].name);
  }
  free(all->r);
}
