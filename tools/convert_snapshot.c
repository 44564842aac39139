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
 * A base name holds no LF; a directory's is as state_name writes it.
 */
void state_name(stralloc *out, const char *s)
{
  unsigned char c;

  for (; (c = (unsigned char)*s); s++)
    if (c < 32 || c == 127 || c == '\\') {
      stralloc_append(out, '\\');
      stralloc_append(out, (char)('0' + (c >> 6)));
      stralloc_append(out, (char)('0' + (c >> 3 & 7)));
      stralloc_append(out, (char)('0' + (c & 7)));
    } else
      stralloc_append(out, (char)c);
}

void state_unname(stralloc *out, const char *s, size_t len)
{
  for (; len; s++, len--)
    if (*s == '\\' && len > 3) {
      stralloc_append(out, (char)((s[1] - '0') << 6 | (s[2] - '0') << 3
                                  | (s[3] - '0')));
      s += 3;
      len -= 3;
    } else
      stralloc_append(out, *s);
}

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
  state_name(out, dir);
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

/* what another user chose is shown to root's terminal */
static void cat_shown(stralloc *out, const char *s, size_t len)
{
  for (; len; s++, len--)
    stralloc_append(out, (unsigned char)*s < 32 || *s == 127 ? '?' : *s);
}

static void differs(struct difference *d, const char *base, size_t len,
                    const char *what, const char *was, size_t waslen,
                    const char *is)
{
  if (d->n++ > 100) return;
  stralloc_cats(d->told, "  ");
  cat_shown(d->told, base, len);
  stralloc_cats(d->told, ": ");
  stralloc_cats(d->told, what);
  stralloc_cats(d->told, " was ");
  cat_shown(d->told, was, waslen);
  stralloc_cats(d->told, ", is ");
  cat_shown(d->told, is, strlen(is));
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
  const char *lf, *end = lines + len;
  size_t n;

  for (; lines < end && (lf = memchr(lines, '\n', (size_t)(end - lines)));
       lines = lf + 1) {
    n = (size_t)(lf - lines);
    if (n > 2 && *lines == 'F') compare_folder(&d, dir, lines);
    if (n > 2 && *lines == 'm') compare_one(&d, lines + 2, n - 2);
  }
  return d.n;
}
