/* ISC licence; see LICENSE. */
#include "uidl.h"

#include <string.h>
#include <skalibs/sha256.h>
#include <skalibs/types.h>

#include "base/alloc.h"
#include "md5.h"

static const char hex_digits[] = "0123456789abcdef";

/* -------------------------------------------------------------- formats */

/* names of the former servers: facts that their users' clients remember */
static const struct { const char *name, *format; } formats[] = {
  { "dovecot", UIDL_DEFAULT },
  { "basename", "%f" },         /* qmail-pop3d; Courier without a list */
  { "courier", "%+f" },         /* Courier, without number in its list */
  { "cyrus", "%v.%u" },         /* 2.1.4 and later; Dovecot 0.99 */
  { "cyrus-old", "%u" },
  { "uw", "%08Xv%08Xu" },       /* UW ipop3d */
  { "tpop3d", "%Mf" },
};

static int add_literal(struct uidl_format *f, char c)
{
  struct uidl_piece *p;

  if (c < 0x21 || c > 0x7e || f->textlen == sizeof f->text) return 0;
  if (!f->n || f->p[f->n - 1].key) {
    if (f->n == UIDL_FORMAT_MAX) return 0;
    p = &f->p[f->n++];
    memset(p, 0, sizeof *p);
    p->from = (unsigned char)f->textlen;
  }
  f->p[f->n - 1].len++;
  f->text[f->textlen++] = c;
  return 1;
}

/* "0n", or with lead 0 any octet and n: octets used, 0 if there is none, -1
 * if it is wrong */
static int scan_width(struct uidl_piece *p, const char *s, const char *end,
                      char lead)
{
  int used = 1;
  unsigned n = 0;

  if (s == end || (lead && *s != lead)) return 0;
  for (; s + used < end && s[used] >= '0' && s[used] <= '9'; used++) {
    n = n * 10 + (unsigned)(s[used] - '0');
    if (n > UIDL_MAX) return -1;
  }
  if (!n) return -1;
  p->width = (unsigned char)n;
  return used;
}

/* ---- names in braces ---- */

static const char *skip(const char *s, const char *end)
{
  while (s < end && *s == ' ') s++;
  return s;
}

/* what is piped to: hex(8), md5, hexlify, lower, upper; where it ends, 0 */
static const char *add_filter(struct uidl_piece *p, const char *s,
                              const char *end)
{
  static const char *const known[] = {
    "hexlify", "hex", "md5", "lower", "upper"
  };
  size_t i, n;
  int w;

  for (i = 0; i < sizeof known / sizeof *known; i++) {
    n = strlen(known[i]);
    if ((size_t)(end - s) >= n && !memcmp(s, known[i], n)) break;
  }
  if (i == sizeof known / sizeof *known) return 0;
  s += n;
  if (i == 0) return p->md5 ? s : 0;    /* what we make of md5 anyway */
  if (i == 2) p->md5 = 1;
  if (i > 2) p->letters = i == 3 ? 'L' : 'U';
  if (i != 1) return s;
  p->hex = 1;
  if (s == end || *s != '(') return s;
  if (++s == end || *s < '1' || *s > '9') return 0;
  w = scan_width(p, s - 1, end, 0);
  s += w - 1;
  return w > 1 && s < end && *s == ')' ? s + 1 : 0;
}

/* "{name | filter ...}": octets used, 0 if it is wrong */
static size_t add_braces(struct uidl_piece *p, const char *start,
                         const char *end)
{
  static const struct { const char *name; char key; } names[] = {
    { "uidvalidity", 'v' }, { "uid", 'u' }, { "filename", 'f' },
    { "guid", 'g' }
  };
  const char *s = skip(start + 1, end);
  size_t i, n;

  for (i = 0; i < 4; i++) {
    n = strlen(names[i].name);
    if ((size_t)(end - s) >= n && !memcmp(s, names[i].name, n)) break;
  }
  if (i == 4) return 0;
  p->key = names[i].key;
  for (s = skip(s + n, end); s < end && *s == '|'; s = skip(s, end)) {
    s = add_filter(p, skip(s + 1, end), end);
    if (!s) return 0;
  }
  return s < end && *s == '}' ? (size_t)(s + 1 - start) : 0;
}

/* what follows a %: octets used, 0 if it is wrong */
static size_t add_variable(struct uidl_format *f, const char *s, size_t len)
{
  const char *at = s, *end = s + len;
  struct uidl_piece p;
  int w, number;
  size_t used = 1;

  memset(&p, 0, sizeof p);
  if (f->n == UIDL_FORMAT_MAX) return 0;
  w = scan_width(&p, s, end, '0');
  if (w == -1) return 0;
  for (at += w; at < end && strchr("XMLU+", *at) && *at; at++) {
    if (*at == 'X') p.hex = 1;
    else if (*at == 'M') p.md5 = 1;
    else p.letters = *at;
  }
  if (at == end || !*at || !strchr("uvfg{", *at)) return 0;
  p.key = *at;
  if (*at == '{') used = add_braces(&p, at, end);
  if (!used) return 0;
  number = p.key == 'u' || p.key == 'v';
  if (p.hex && !number) return 0;
  if ((p.md5 || p.letters == '+') && number) return 0;
  if (p.letters == '+') {
    if (p.key != 'f' || p.md5) return 0;
    p.key = '+';
    p.letters = 0;
  }
  f->p[f->n++] = p;
  return (size_t)(at - s) + used;
}

int uidl_format_parse(struct uidl_format *f, const char *s, size_t len)
{
  size_t i, used, uids = 0, names = 0;

  f->n = f->textlen = 0;
  for (i = 0; i < len; ) {
    if (s[i] != '%' || (i + 1 < len && s[i + 1] == '%')) {
      if (!add_literal(f, s[i])) return 0;
      i += s[i] == '%' ? 2 : 1;
      continue;
    }
    used = add_variable(f, s + i + 1, len - i - 1);
    if (!used) return 0;
    i += used + 1;
  }
  for (i = 0; i < f->n; i++) {
    if (f->p[i].key == 'u') uids++;
    else if (f->p[i].key && f->p[i].key != 'v') names++;
  }
  return names || uids == 1;    /* with two %u, numbers may run together */
}

int uidl_format_name(struct uidl_format *f, const char *s)
{
  size_t i;

  for (i = 0; i < sizeof formats / sizeof *formats; i++)
    if (!strcmp(s, formats[i].name)) {
      s = formats[i].format;
      break;
    }
  return uidl_format_parse(f, s, strlen(s));
}

/* value of word P in the header's words; 0 if there is none */
static const char *header_format(const stralloc *words, size_t *len)
{
  size_t i = 0, start;

  while (i < words->len) {
    while (i < words->len && words->s[i] == ' ') i++;
    start = i;
    while (i < words->len && words->s[i] != ' ') i++;
    if (i - start > 1 && words->s[start] == 'P') {
      *len = i - start - 1;
      return words->s + start + 1;
    }
  }
  return 0;
}

int uidl_format_words(struct uidl_format *f, const stralloc *words,
                      const char **s, size_t *len)
{
  *s = header_format(words, len);
  if (!*s) return 0;
  return uidl_format_parse(f, *s, *len) ? 1 : -1;
}

int uidl_format_needs_uid(const struct uidl_format *f)
{
  size_t i;

  for (i = 0; i < f->n; i++)
    if (f->p[i].key == 'u' || f->p[i].key == 'v') return 1;
  return 0;
}

int uidl_format_needs_name(const struct uidl_format *f)
{
  size_t i;

  for (i = 0; i < f->n; i++)
    if (f->p[i].key && f->p[i].key != 'u' && f->p[i].key != 'v') return 1;
  return 0;
}

/* ------------------------------------------------------------ unique-ids */

static void cat_hex(stralloc *out, const unsigned char *d, size_t n)
{
  size_t i;

  for (i = 0; i < n; i++) {
    stralloc_append(out, hex_digits[d[i] >> 4]);
    stralloc_append(out, hex_digits[d[i] & 15]);
  }
}

static void cat_md5(stralloc *out, const char *s, size_t len)
{
  unsigned char d[16];

  md5(d, s, len);
  cat_hex(out, d, sizeof d);
}

static void cat_number(stralloc *out, const struct uidl_piece *p, uint32_t n)
{
  char fmt[UINT32_FMT];
  size_t len = p->hex ? uint32_xfmt(fmt, n) : uint32_fmt(fmt, n);
  size_t pad = p->width > len ? p->width - len : 0;

  while (pad--) stralloc_append(out, '0');
  stralloc_catb(out, fmt, len);
}

/* Courier's: octets below 0x21, above 0x7E and ' " + as +HH */
static void cat_escaped(stralloc *out, const char *s, size_t len)
{
  static const char upper[] = "0123456789ABCDEF";
  size_t i;
  unsigned char c;

  for (i = 0; i < len; i++) {
    c = (unsigned char)s[i];
    if (c < 0x21 || c > 0x7e || c == '\'' || c == '"' || c == '+') {
      stralloc_append(out, '+');
      stralloc_append(out, upper[c >> 4]);
      stralloc_append(out, upper[c & 15]);
    } else stralloc_append(out, (char)c);
  }
}

static void change_case(char *s, size_t len, char letters)
{
  for (; len; len--, s++) {
    if (letters == 'L' && *s >= 'A' && *s <= 'Z') *s = (char)(*s + 32);
    if (letters == 'U' && *s >= 'a' && *s <= 'z') *s = (char)(*s - 32);
  }
}

static void cat_piece(stralloc *out, const struct uidl_format *f,
                      const struct uidl_piece *p, const struct uidl_facts *x)
{
  int guid = p->key == 'g' && x->guidlen;
  const char *s = guid ? x->guid : x->name;
  size_t len = guid ? x->guidlen : x->namelen, before = out->len;
  size_t pad;

  if (!p->key) stralloc_catb(out, f->text + p->from, p->len);
  else if (p->key == 'u') cat_number(out, p, x->uid);
  else if (p->key == 'v') cat_number(out, p, x->uidvalidity);
  else if (p->key == '+') cat_escaped(out, s, len);
  else {
    for (pad = p->md5 ? 32 : len; pad < p->width; pad++)
      stralloc_append(out, '0');
    if (p->md5) cat_md5(out, s, len);
    else stralloc_catb(out, s, len);
  }
  if (p->letters) change_case(out->s + before, out->len - before, p->letters);
}

void uidl_make(stralloc *out, const struct uidl_format *f,
               const struct uidl_facts *x)
{
  static stralloc raw = STRALLOC_ZERO;
  size_t i;

  raw.len = 0;
  for (i = 0; i < f->n; i++) cat_piece(&raw, f, &f->p[i], x);
  uidl_fix(out, raw.s, raw.len);
}

int uidl_valid(const char *s, size_t len)
{
  size_t i;

  if (!len || len > UIDL_MAX) return 0;
  for (i = 0; i < len; i++)
    if (s[i] < 0x21 || s[i] > 0x7e) return 0;
  return 1;
}

void uidl_fix(stralloc *out, const char *s, size_t len)
{
  SHA256Schedule ctx = SHA256_INIT();
  char d[32];

  if (uidl_valid(s, len)) {
    stralloc_catb(out, s, len);
    return;
  }
  sha256_update(&ctx, s, len);
  sha256_final(&ctx, d);
  cat_hex(out, (unsigned char *)d, sizeof d);
}

void uidl_other(stralloc *out, const char *s, size_t len, uint32_t uid)
{
  static stralloc both = STRALLOC_ZERO;

  both.len = 0;
  stralloc_catb(&both, s, len);
  stralloc_append(&both, '\n');         /* never valid: so it is hashed */
  stralloc_catu(&both, uid);
  uidl_fix(out, both.s, both.len);
}
