/* ISC licence; see LICENSE. */
#include "takeover.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "filename.h"

/*
 * Courier's courierimapuiddb:
 *   1 uidvalidity uidnext
 *   uid basename
 * and courierpop3dsizelist (version 3, 2, 1, and without a header):
 *   /3 nextn uidv        /2 nextn uidv       /1 nextn
 *   name size n:uidv:utf8    name size n:uidv    name size n    name size
 * where name may hold spaces and carry ":2,flags".
 */

/* The word at the end of s: its length; *len is what remains before the
 * space. 0: there is no space. */
static size_t last_word(const char *s, size_t *len)
{
  size_t n = 0;

  while (n < *len && s[*len - 1 - n] != ' ') n++;
  if (n == *len || !n) return 0;
  *len -= n + 1;
  return n;
}

/* ---- courierimapuiddb ---- */

static int uids_header(struct takeover *t, struct takeover_file *f)
{
  uint64_t v, next;
  const char *s, *sp;
  size_t len;

  if (!takeover_line(t, f, &s, &len)) {
    if (!f->text.len) takeover_fault(t, f, "header");
    return 0;
  }
  if (len > 2 && s[0] == '1' && s[1] == ' ') {
    s += 2;
    len -= 2;
    sp = memchr(s, ' ', len);
    if (sp && takeover_number(s, (size_t)(sp - s), UINT32_MAX, &v)
        && takeover_number(sp + 1, len - 1 - (size_t)(sp - s), UINT32_MAX,
                           &next))
      return takeover_header(t, f, v, next);
  }
  takeover_fault(t, f, "header");
  return 0;
}

int takeover_courier(struct takeover *t, int dirfd, long long *mtime)
{
  struct takeover_file f = { TAKEOVER_COURIER_UIDS, STRALLOC_ZERO, 0, 0 };
  int r = takeover_load(t, &f, dirfd, mtime);
  const char *s, *sp;
  uint64_t uid;
  size_t len;

  if (r == 1) r = uids_header(t, &f);
  while (r == 1 && takeover_line(t, &f, &s, &len)) {
    sp = len ? memchr(s, ' ', len) : 0;
    if (!sp || !takeover_number(s, (size_t)(sp - s), UINT32_MAX, &uid))
      takeover_fault(t, &f, "form");
    else
      takeover_uid(t, &f, sp + 1, len - 1 - (size_t)(sp - s), uid);
  }
  stralloc_free(&f.text);
  return r;
}

/* ---- courierpop3dsizelist ---- */

/* the base name as Courier shows it: these octets as +HH */
static void cat_escaped(stralloc *out, const char *s, size_t len)
{
  char hex[4];
  size_t i;

  for (i = 0; i < len; i++) {
    unsigned char c = (unsigned char)s[i];

    if (c < 0x21 || c > 0x7e || strchr("'\"+", c)) {
      snprintf(hex, sizeof hex, "+%02X", c);
      stralloc_catb(out, hex, 3);
    } else stralloc_append(out, s[i]);
  }
}

static void cat_uidl(stralloc *out, uint64_t n, uint64_t uidv,
                     const char *base, size_t len)
{
  if (!n) cat_escaped(out, base, len);
  else {
    stralloc_cats(out, "UID");
    stralloc_catu(out, n);
    if (uidv) {
      stralloc_append(out, '-');
      stralloc_catu(out, uidv);
    }
  }
  stralloc_0(out);
}

/* "n", "n:uidv" or "n:uidv:utf8", as the version has it */
static int numbers(int version, const char *s, size_t len, uint64_t *n,
                   uint64_t *uidv)
{
  const char *c = memchr(s, ':', len), *d;
  size_t rest;

  *uidv = 0;
  if (version == 1)
    return takeover_number(s, len, INT64_MAX, n);
  if (!c || !takeover_number(s, (size_t)(c - s), INT64_MAX, n)) return 0;
  rest = len - 1 - (size_t)(c - s);
  d = rest ? memchr(c + 1, ':', rest) : 0;
  if (!d) return version == 2 && takeover_number(c + 1, rest, INT64_MAX, uidv);
  rest = (size_t)(d - c) - 1;
  return takeover_number(c + 1, rest, INT64_MAX, uidv)
    && d + 2 == s + len && (d[1] == '0' || d[1] == '1');
}

static void pop3_record(struct takeover *t, struct takeover_file *f,
                        int version, const char *s, size_t len)
{
  uint64_t n = 0, uidv = 0, size;
  const char *form = "form";
  struct takeover_item *item;
  size_t w;

  if (version) {
    w = last_word(s, &len);
    if (!w || !numbers(version, s + len + 1, w, &n, &uidv)) goto bad;
  }
  w = last_word(s, &len);
  if (!w || !takeover_number(s + len + 1, w, INT64_MAX, &size)) goto bad;
  item = takeover_item_of(t, f, s, len);
  if (!item) return;
  form = "name-twice";
  if (item->uidl) goto bad;     /* Courier takes the first, too */
  item->uidl = t->text.len + 1;
  cat_uidl(&t->text, n, uidv, s, filename_base(s, len));
  return;
bad:
  takeover_fault(t, f, form);
}

/* "/3 next uidv": the version; 0 the line is a record, -1 nothing of use */
static int pop3_header(struct takeover *t, struct takeover_file *f,
                       const char *s, size_t len)
{
  uint64_t n, v = 0;
  const char *sp;

  if (!len || *s != '/') return 0;
  sp = memchr(s, ' ', len);
  if (!sp || !takeover_number(s + 1, (size_t)(sp - s) - 1, 1000, &v) || !v
      || v > 3) goto bad;
  len -= (size_t)(sp + 1 - s);
  s = sp + 1;
  sp = len ? memchr(s, ' ', len) : 0;
  if (takeover_number(s, sp ? (size_t)(sp - s) : len, INT64_MAX, &n))
    return (int)v;
bad:
  takeover_fault(t, f, "header");
  return -1;
}

int takeover_courier_pop3(struct takeover *t, int dirfd, long long uids_mtime)
{
  struct takeover_file f = { TAKEOVER_COURIER_POP3, STRALLOC_ZERO, 0, 0 };
  long long mtime;
  int r = takeover_load(t, &f, dirfd, &mtime), version = -1;
  const char *s;
  size_t len;

  if (r != 1) goto done;
  r = 0;
  if (uids_mtime - mtime > TAKEOVER_POP3_STALE) {
    takeover_fault(t, &f, "stale");     /* POP3 is not used any more */
    goto done;
  }
  while (takeover_line(t, &f, &s, &len)) {
    if (f.line == 1) {
      version = pop3_header(t, &f, s, len);
      if (version == -1) break;
      r = 1;
      if (version) continue;
    }
    pop3_record(t, &f, version, s, len);
  }
  /* New mail goes on in Courier's manner, so that Courier could give the same
   * unique-ids again. */
  if (r && version) t->uidl_format = "UID%u-%v";
done:
  stralloc_free(&f.text);
  return r;
}
