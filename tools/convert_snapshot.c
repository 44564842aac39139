/* ISC licence; see LICENSE. */
#include "convert.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "maildir/filename.h"

/*
 * A snapshot's lines for one folder:
 *   F UIDVALIDITY UIDNEXT DIRECTORY
 *   m UID TAB FLAGS TAB KEYWORDS TAB UNIQUE-ID TAB BASENAME
 * A base name holds no LF; a directory's is as maildir-check shows it.
 */
static void cat_flags(stralloc *out, uint32_t flags)
{
  static const char letters[] = "DFPRST";
  int i;

  for (i = 0; letters[i]; i++)
    if (flags >> i & 1) stralloc_append(out, letters[i]);
}

static void cat_message(const struct folder_state *s, size_t i, stralloc *out)
{
  stralloc_cats(out, "m ");
  stralloc_catu(out, s->m[i].uid);
  stralloc_append(out, '\t');
  cat_flags(out, s->m[i].flags);
  stralloc_append(out, '\t');
  stralloc_cats(out, state_text(s, s->m[i].words));
  stralloc_append(out, '\t');
  stralloc_cats(out, state_text(s, s->m[i].uidl));
  stralloc_append(out, '\t');
  stralloc_catb(out, namemap_text(&s->map, i), s->map.e[i].base);
  stralloc_append(out, '\n');
}

static void cat_folder(const struct folder_state *s, const char *dir,
                       stralloc *out)
{
  stralloc_cats(out, "F ");
  stralloc_catu(out, s->uidvalidity);
  stralloc_append(out, ' ');
  stralloc_catu(out, s->uidnext);
  stralloc_append(out, ' ');
  for (; *dir; dir++)
    stralloc_append(out, *dir == '\n' ? '?' : *dir);
  stralloc_append(out, '\n');
}

void state_lines(const struct folder_state *s, const char *dir, stralloc *out)
{
  size_t i;

  cat_folder(s, dir, out);
  for (i = 0; i < s->map.n; i++) cat_message(s, i, out);
}

/* ---- comparing ---- */

struct difference {
  const struct folder_state *s;
  stralloc *told;
  unsigned long n;
};

static void differs(struct difference *d, const char *base, size_t len,
                    const char *what, const char *was, size_t waslen,
                    const char *is)
{
  if (d->n++ > 100) return;
  stralloc_cats(d->told, "  ");
  stralloc_catb(d->told, base, len);
  stralloc_cats(d->told, ": ");
  stralloc_cats(d->told, what);
  stralloc_cats(d->told, " was ");
  stralloc_catb(d->told, was, waslen);
  stralloc_cats(d->told, ", is ");
  stralloc_cats(d->told, is);
  stralloc_append(d->told, '\n');
}

/* four fields and the base name; 0: no line of ours */
static int split(const char *s, size_t len, const char **field, size_t *flen)
{
  const char *tab;
  int i;

  for (i = 0; i < 4; i++) {
    tab = memchr(s, '\t', len);
    if (!tab) return 0;
    field[i] = s;
    flen[i] = (size_t)(tab - s);
    len -= flen[i] + 1;
    s = tab + 1;
  }
  field[4] = s;
  flen[4] = len;
  return 1;
}

/* UID 0 and a unique-id that is empty: nothing was promised then */
static void compare_one(struct difference *d, const char *line, size_t len)
{
  static const char *const what[] = { "UID", "flags", "keywords", "UIDL" };
  stralloc now = STRALLOC_ZERO;
  const char *f[5], *g[5];
  size_t n[5], m[5], i;
  int k;

  if (!split(line, len, f, n)) return;
  i = namemap_find(&d->s->map, f[4], n[4]);
  if (i == NAMEMAP_NONE) {
    differs(d, f[4], n[4], "the file", "there", 5, "gone");
    return;
  }
  cat_message(d->s, i, &now);
  split(now.s + 2, now.len - 3, g, m);
  for (k = 0; k < 4; k++) {
    if (n[k] == m[k] && !memcmp(f[k], g[k], n[k])) continue;
    if (k == 0 && n[k] == 1 && *f[k] == '0') continue;
    if (k == 3 && !n[k]) continue;
    now.s[(size_t)(g[k] - now.s) + m[k]] = 0;
    differs(d, f[4], n[4], what[k], f[k], n[k], g[k]);
  }
  stralloc_free(&now);
}

static void compare_folder(struct difference *d, const char *dir,
                           const char *head)
{
  char *end;
  unsigned long v = strtoul(head + 2, &end, 10), next = strtoul(end, 0, 10);
  stralloc was = STRALLOC_ZERO, is = STRALLOC_ZERO;

  stralloc_catu(&was, v);
  stralloc_catu(&is, d->s->uidvalidity);
  stralloc_0(&is);
  if (v && v != d->s->uidvalidity)
    differs(d, dir, strlen(dir), "UIDVALIDITY", was.s, was.len, is.s);
  was.len = is.len = 0;
  stralloc_catu(&was, next);
  stralloc_catu(&is, d->s->uidnext);
  stralloc_0(&is);
  if (v && next > d->s->uidnext)
    differs(d, dir, strlen(dir), "UIDNEXT", was.s, was.len, is.s);
  stralloc_free(&was);
  stralloc_free(&is);
}

unsigned long state_compare(const struct folder_state *s, const char *dir,
                            const char *lines, size_t len, stralloc *told)
{
  struct difference d = { s, told, 0 };
  stralloc head = STRALLOC_ZERO;
  const char *lf, *end = lines + len;
  int mine = 0;
  size_t n;

  for (; lines < end && (lf = memchr(lines, '\n', (size_t)(end - lines)));
       lines = lf + 1) {
    n = (size_t)(lf - lines);
    if (n > 2 && *lines == 'F') {
      head.len = 0;
      stralloc_catb(&head, lines, n);
      stralloc_0(&head);
      mine = strlen(head.s) > strlen(dir)
        && !strcmp(head.s + strlen(head.s) - strlen(dir), dir)
        && head.s[strlen(head.s) - strlen(dir) - 1] == ' ';
      if (mine) compare_folder(&d, dir, head.s);
    }
    else if (mine && n > 2 && *lines == 'm')
      compare_one(&d, lines + 2, n - 2);
  }
  stralloc_free(&head);
  return d.n;
}
