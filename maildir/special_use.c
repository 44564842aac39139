/* ISC licence; see LICENSE. */
#include "special_use.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "replace.h"

#define FILE_LIMIT 8388608
#define KEY "special-use"

/* RFC 6154 section 2, RFC 8457 section 3 */
static const char *const known[] = {
  "\\All", "\\Archive", "\\Drafts", "\\Flagged", "\\Important", "\\Junk",
  "\\Sent", "\\Trash"
};
#define KNOWN (sizeof known / sizeof *known)

/* What people and programs call them; the first that exists has it. */
static const struct { const char *name, *use; } by_name[] = {
  { "Drafts", "\\Drafts" }, { "Draft", "\\Drafts" },
  { "Sent", "\\Sent" }, { "Sent Items", "\\Sent" },
  { "Sent Messages", "\\Sent" }, { "Sent Mail", "\\Sent" },
  { "sent-mail", "\\Sent" },
  { "Trash", "\\Trash" }, { "Deleted Items", "\\Trash" },
  { "Deleted Messages", "\\Trash" }, { "Deleted", "\\Trash" },
  { "Junk", "\\Junk" }, { "Spam", "\\Junk" }, { "Junk E-mail", "\\Junk" },
  { "Junk Email", "\\Junk" }, { "Junk Mail", "\\Junk" },
  { "Bulk Mail", "\\Junk" },
  { "Archive", "\\Archive" }, { "Archives", "\\Archive" }
};

static size_t index_of(const char *s, size_t len)
{
  size_t i;

  for (i = 0; i < KNOWN; i++)
    if (strlen(known[i]) == len && !strncasecmp(known[i], s, len)) break;
  return i;
}

const char *special_known(const char *s, size_t len)
{
  size_t i = index_of(s, len);

  return i < KNOWN ? known[i] : 0;
}

/* Attributes with a space between them to a set of bits; what we do not know
 * is passed over. */
static unsigned int scan_uses(const char *s, size_t len)
{
  unsigned int uses = 0;
  size_t n, i;

  for (; len; s += n, len -= n) {
    for (n = 0; n < len && s[n] != ' '; n++) ;
    i = index_of(s, n);
    if (i < KNOWN) uses |= 1u << i;
    if (n < len) n++;
  }
  return uses;
}

static void add(struct special *sp, size_t *a, const char *name, size_t len,
                unsigned int uses)
{
  size_t i, start;

  if (sp->n == *a) {
    *a = *a * 2 + 8;
    sp->at = xrealloc(sp->at, *a * sizeof *sp->at);
  }
  sp->at[sp->n++] = sp->text.len;
  stralloc_catb(&sp->text, name, len);
  stralloc_0(&sp->text);
  start = sp->text.len;
  for (i = 0; i < KNOWN; i++) {
    if (!(uses & 1u << i)) continue;
    if (sp->text.len > start) stralloc_append(&sp->text, ' ');
    stralloc_cats(&sp->text, known[i]);
  }
  stralloc_0(&sp->text);
}

/* "name TAB special-use TAB attributes"; sets *given to those that it gives */
static void take_line(struct special *sp, size_t *a, const char *s, size_t len,
                      unsigned int *given)
{
  const char *tab = memchr(s, '\t', len), *end = s + len;
  static const size_t n = sizeof KEY - 1;
  unsigned int uses;

  if (!tab || memchr(s, 0, len) || (size_t)(end - tab) < n + 2
      || memcmp(tab + 1, KEY, n) || tab[n + 1] != '\t') return;
  uses = scan_uses(tab + n + 2, (size_t)(end - tab) - n - 2);
  *given |= uses;
  add(sp, a, s, (size_t)(tab - s), uses);
}

static const char *text_of;     /* qsort has no argument for it */

static int by_text(const void *a, const void *b)
{
  size_t x = *(const size_t *)a, y = *(const size_t *)b;
  int r = strcmp(text_of + x, text_of + y);

  return r ? r : x < y ? -1 : x > y;    /* of several lines the last holds */
}

static void sort(struct special *sp)
{
  text_of = sp->text.s;
  if (sp->n) qsort(sp->at, sp->n, sizeof *sp->at, by_text);
}

/* Index of the last entry for name among the first count, which are sorted;
 * -1 if there is none. */
static ssize_t find(const struct special *sp, size_t count, const char *name,
                    size_t len)
{
  size_t lo = 0, hi = count, mid, n;
  const char *s;
  int r;

  while (lo < hi) {             /* first entry above name */
    mid = lo + (hi - lo) / 2;
    s = sp->text.s + sp->at[mid];
    n = strlen(s);
    r = memcmp(s, name, n < len ? n : len);
    if (r < 0 || (!r && n <= len)) lo = mid + 1;
    else hi = mid;
  }
  if (!lo) return -1;
  s = sp->text.s + sp->at[lo - 1];
  return strlen(s) == len && !memcmp(s, name, len) ? (ssize_t)lo - 1 : -1;
}

/* The folder of the list that is called so, or 0. */
static const char *folder_called(const stralloc *names, const char *name)
{
  const char *s = names->s, *end = names->s + names->len;

  for (; s < end; s += strlen(s) + 1)
    if (!strcasecmp(s, name)) return s;
  return 0;
}

static void guess(struct special *sp, size_t *a, const stralloc *names,
                  unsigned int given)
{
  size_t i, n = sp->n;          /* so many come from the file */
  unsigned int use;
  const char *s;

  if (!names->len) return;
  for (i = 0; i < sizeof by_name / sizeof *by_name; i++) {
    use = 1u << index_of(by_name[i].use, strlen(by_name[i].use));
    if (given & use) continue;
    s = folder_called(names, by_name[i].name);
    if (!s || find(sp, n, s, strlen(s)) != -1) continue;
    given |= use;
    add(sp, a, s, strlen(s), use);
  }
}

int special_read(const struct tree *t, const stralloc *names,
                 struct special *sp)
{
  stralloc sa = STRALLOC_ZERO;
  unsigned int given = 0;
  const char *s, *lf;
  size_t a = 0, len;
  int ret, saved;

  special_free(sp);
  ret = read_whole(&sa, t->rootfd, ATTRIBUTES_NAME, FILE_LIMIT, 0);
  if (ret == -1 && errno == ENOENT) ret = 0;
  saved = errno;
  for (s = sa.s, len = sa.len; len && (lf = memchr(s, '\n', len));
       len -= (size_t)(lf + 1 - s), s = lf + 1)
    take_line(sp, &a, s, (size_t)(lf - s), &given);
  sort(sp);
  guess(sp, &a, names, given);
  sort(sp);
  stralloc_free(&sa);
  errno = saved;
  return ret;
}

const char *special_use(const struct special *sp, const char *storage,
                        size_t len)
{
  ssize_t i = find(sp, sp->n, storage, len);
  const char *s;

  if (i == -1) return 0;
  s = sp->text.s + sp->at[i];
  s += strlen(s) + 1;
  return *s ? s : 0;
}

void special_free(struct special *sp)
{
  stralloc_free(&sp->text);
  free(sp->at);
  sp->at = 0;
  sp->n = 0;
}
