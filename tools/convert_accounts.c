/* ISC licence; see LICENSE. */
#include "convert_accounts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/log.h"

#define LIST_MAX ((size_t)1 << 30)      /* octets */
#define LINE_LIMIT 4096

/* twice the room, and no passwords left where they were */
static void grow(stralloc *s)
{
  stralloc more = STRALLOC_ZERO;

  stralloc_ready(&more, 2 * s->len + 65536);
  if (s->len) {
    stralloc_catb(&more, s->s, s->len);
    explicit_bzero(s->s, s->len);
  }
  stralloc_free(s);
  *s = more;
}

static void read_file(stralloc *s, const char *file)
{
  ssize_t r = -1;
  int fd = strcmp(file, "-") ? open(file, O_RDONLY | O_CLOEXEC) : 0;

  if (fd == -1) die_sys(111, "unable to open ", file);
  grow(s);
  stralloc_append(s, 0);                /* so that no place is 0 */
  for (;;) {
    if (s->a - s->len < 2) grow(s);     /* room for an LF, too */
    r = read(fd, s->s + s->len, s->a - s->len - 1);
    if (!r) break;
    if (r == -1 && errno == EINTR) continue;
    if (r == -1) die_sys(111, "unable to read ", file);
    if (s->len > LIST_MAX) die_text(100, "too long: ", file);
    s->len += (size_t)r;
  }
  if (s->s[s->len - 1] != '\n') stralloc_append(s, '\n');
  if (fd) close(fd);
}

static void wrong(const char *file, size_t line)
{
  stralloc s = STRALLOC_ZERO;

  stralloc_cats(&s, file);
  stralloc_cats(&s, ", line ");
  stralloc_catu(&s, line);
  stralloc_cats(&s, ": Maildir, TAB, user (, TAB, password)");
  stralloc_0(&s);
  die_text(100, "no account: ", s.s);
}

/* at begins a line that ends with NUL, of len octets; 0: it is none */
static int take_line(struct convert_accounts *a, size_t at, size_t len)
{
  char *s = a->text.s + at, *tab = memchr(s, '\t', len), *more;
  struct convert_account *x;

  if (!tab || tab == s || !tab[1] || tab[1] == '\t' || len > LINE_LIMIT
      || memchr(s, 0, len)) return 0;
  if (a->n == a->a) {
    a->a = a->a ? a->a * 2 : 64;
    a->v = xrealloc(a->v, a->a * sizeof *a->v);
  }
  x = a->v + a->n++;
  *tab = 0;
  x->maildir = at;
  x->user = (size_t)(tab + 1 - a->text.s);
  more = strchr(tab + 1, '\t');
  x->password = more && more[1] ? (size_t)(more + 1 - a->text.s) : 0;
  if (more) *more = 0;
  a->without += !x->password;
  return 1;
}

void convert_accounts_read(struct convert_accounts *a, const char *file)
{
  size_t at, end, len, line = 0;
  char *lf;

  read_file(&a->text, file);
  for (at = 1; at < a->text.len; at = end + 1) {
    lf = memchr(a->text.s + at, '\n', a->text.len - at);
    end = (size_t)(lf - a->text.s);
    line++;
    len = end - at;
    if (len && a->text.s[end - 1] == '\r') a->text.s[--len + at] = 0;
    *lf = 0;
    if (!len || a->text.s[at] == '#') continue;
    if (!take_line(a, at, len)) wrong(file, line);
  }
  if (!a->n) die_text(100, "there is no account in ", file);
}

static const char *copy(const char *s)
{
  return s ? xstrdup(s) : 0;
}

void convert_accounts_take(struct convert_accounts *a, size_t i,
                           struct convert_account_own *own)
{
  const struct convert_account *x = a->v + i;

  own->maildir = copy(a->text.s + x->maildir);
  own->user = copy(a->text.s + x->user);
  own->password = copy(x->password ? a->text.s + x->password : 0);
  explicit_bzero(a->text.s, a->text.len);
  stralloc_free(&a->text);
  free(a->v);
  a->v = 0;
  a->n = a->a = 0;
}
