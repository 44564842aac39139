/* ISC licence; see LICENSE. */
#include "preview.h"

#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "message/utf8.h"

struct made {
  stralloc *out;
  size_t start;                 /* of out: ours begins here */
  size_t characters;
  size_t line, line_characters; /* where the last line began in out */
  size_t before, before_characters;     /* and the one above it */
  int adjacent;                 /* no empty line between these two */
  int introduced;               /* the last line may introduce a quotation */
  int space;                    /* white space is due */
};

static int full(const struct made *m)
{
  return m->characters >= PREVIEW_CHARACTERS;
}

/* Characters that nobody sees: newsletters put hundreds of them behind their
 * first sentence. */
static int invisible(uint32_t c)
{
  return c < 32 || (c >= 0x7F && c < 0xA0) || c == 0xAD || c == 0x34F ||
         (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) ||
         (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF ||
         (c >= 0xFFF9 && c <= 0xFFFC) || c == 0x180E || c == 0x61C;
}

static int white(uint32_t c)
{
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == 0xA0 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 ||
         c == 0x202F || c == 0x205F || c == 0x3000 || c == 0x2007;
}

static void put(struct made *m, const char *s, size_t len)
{
  if (full(m)) return;
  if (m->space && m->out->len > m->start) {
    stralloc_append(m->out, ' ');
    m->characters++;
  }
  m->space = 0;
  if (full(m)) return;
  stralloc_catb(m->out, s, len);
  m->characters++;
}

static void put_line(struct made *m, const char *s, size_t len)
{
  size_t i = 0;
  uint32_t c;
  int n;

  while (i < len && !full(m)) {
    n = utf8_get(s + i, len - i, &c);
    if (n < 1) {                /* no such octets come from charset.h */
      i++;
      continue;
    }
    if (white(c)) m->space = 1;
    else if (!invisible(c)) put(m, s + i, (size_t)n);
    i += (size_t)n;
  }
  m->space = 1;
}

/* "-----", "=====", "* * *": at least three of them and nothing else */
static int is_rule(const char *s, size_t len)
{
  size_t i, marks = 0;

  for (i = 0; i < len; i++) {
    if (s[i] == ' ') continue;
    if (!strchr("-=_*#~+.", s[i]) || !s[i]) return 0;
    marks++;
  }
  return marks >= 3;
}

/* what Outlook and others put above the message that they quote whole */
static int is_original(const char *s, size_t len)
{
  while (len && *s == '-') s++, len--;
  while (len && *s == ' ') s++, len--;
  return len >= 16 && !strncasecmp(s, "Original Message", 16);
}

static int is_signature(const char *s, size_t len)
{
  return len == 2 && s[0] == '-' && s[1] == '-';
}

/* a quotation comes: what introduced it goes ("On ... wrote:") */
static void drop_introduction(struct made *m)
{
  const char *above;

  if (!m->introduced || m->out->len == m->line) return;
  m->introduced = 0;
  above = m->out->s + m->before;
  /* in two lines: the first begins with "On" */
  if (m->adjacent && m->line - m->before > 3 &&
      !strncasecmp(above + (*above == ' '), "On ", 3)) {
    m->line = m->before;
    m->line_characters = m->before_characters;
  }
  m->out->len = m->line;
  m->characters = m->line_characters;
  m->space = m->out->len > m->start;
}

static void text_line(struct made *m, const char *s, size_t len)
{
  m->before = m->line;
  m->before_characters = m->line_characters;
  m->line = m->out->len;
  m->line_characters = m->characters;
  put_line(m, s, len);
  m->introduced = s[len - 1] == ':' && !full(m);
}

/* Returns 0 when nothing more is to be said. */
static int one_line(struct made *m, const char *s, size_t len, int quoted)
{
  int quote = 0;

  while (len && (s[len - 1] == ' ' || s[len - 1] == '\t' ||
                 s[len - 1] == '\r')) len--;
  while (len && (*s == ' ' || *s == '\t')) s++, len--;
  while (len && *s == '>') {
    quote = 1;
    s++, len--;
    while (len && *s == ' ') s++, len--;
  }
  if (quote && !quoted) {
    drop_introduction(m);
    return 1;
  }
  if (!len) {
    m->adjacent = 0;
    return 1;
  }
  if (is_signature(s, len) && m->out->len > m->start) return 0;
  if (is_original(s, len) && m->out->len > m->start) return 0;
  if (is_rule(s, len) || is_signature(s, len)) return 1;
  text_line(m, s, len);
  m->adjacent = 1;
  return !full(m);
}

/* behind "-----BEGIN PGP SIGNED MESSAGE-----" and its Hash fields */
static const char *behind_pgp(const char *s, const char *end)
{
  const char *lf;

  while (s < end && (lf = memchr(s, '\n', (size_t)(end - s)))) {
    if (lf == s || (lf == s + 1 && *s == '\r')) return lf + 1;
    s = lf + 1;
  }
  return end;
}

void preview_text(const char *s, size_t len, int quoted, stralloc *out)
{
  static const char clear[] = "-----BEGIN PGP SIGNED MESSAGE-----";
  static const char secret[] = "-----BEGIN PGP MESSAGE-----";
  static const char seal[] = "-----BEGIN PGP SIGNATURE-----";
  struct made m = { .out = out, .start = out->len, .line = out->len,
                    .before = out->len };
  const char *end, *lf;
  size_t n;

  if (!len) return;
  for (end = s + len; s < end; s = lf + 1) {
    lf = memchr(s, '\n', (size_t)(end - s));
    if (!lf) lf = end;
    n = (size_t)(lf - s);
    if (n >= sizeof secret - 1 && !memcmp(s, secret, sizeof secret - 1))
      return;
    if (n >= sizeof seal - 1 && !memcmp(s, seal, sizeof seal - 1)) return;
    if (n >= sizeof clear - 1 && !memcmp(s, clear, sizeof clear - 1)) {
      if (lf == end) return;
      lf = behind_pgp(lf + 1, end) - 1;
      continue;
    }
    if (!one_line(&m, s, n, quoted)) return;
  }
}
