/* ISC licence; see LICENSE. */
#include "sort_keys.h"

#include <string.h>

#include "base/alloc.h"
#include "message/address.h"
#include "message/base_subject.h"
#include "message/charset.h"
#include "message/date.h"
#include "message/fold.h"
#include "message/msgid.h"

struct thread_head {
  int64_t date;
  uint64_t id, subject;
  uint64_t reply;
};

static void put64(stralloc *out, uint64_t n)
{
  stralloc_catb(out, (const char *)&n, sizeof n);
}

static uint64_t one_id(struct lstr field, size_t *pos, stralloc *buf)
{
  if (!field.s || !msgid_next(field.s, field.len, pos, buf)) return 0;
  return msgid_hash(buf->s, buf->len);
}

/* Of a list that is too long, its first and its last ones: who shortens one
 * for lack of room does the same. */
static void references(const struct mime_envelope *e, stralloc *buf,
                       stralloc *out)
{
  const size_t max = (THREAD_REFERENCES_MAX - 1) * sizeof(uint64_t);
  size_t from = out->len + sizeof(uint64_t), pos = 0;
  uint64_t id;

  while ((id = one_id(e->references, &pos, buf))) {
    if (out->len >= from + 2 * max) {
      memmove(out->s + from, out->s + out->len - max, max);
      out->len = from + max;
    }
    put64(out, id);
  }
  if (out->len > from + max) {
    memmove(out->s + from, out->s + out->len - max, max);
    out->len = from + max;
  }
  pos = 0;
  if (out->len < from && (id = one_id(e->in_reply_to, &pos, buf)))
    put64(out, id);
}

/*
 * A string prepared for comparison. What could not be converted to UTF-8 comes
 * behind all others, as it is: RFC 5255 section 4.6. No UTF-8 has a 0xFF.
 */
static void prepare(stralloc *out, struct lstr raw, const stralloc *text)
{
  if ((raw.s && !rfc2047_known(raw.s, raw.len)) ||
      (text->len && memmem(text->s, text->len, "\xEF\xBF\xBD", 3))) {
    stralloc_append(out, (char)0xFF);
    stralloc_catb(out, text->s, text->len);
  } else fold(out, text->s, text->len);
}

/* the same, with its length before it */
static void put_string(stralloc *out, struct lstr raw, const stralloc *text)
{
  size_t at = out->len;
  uint16_t n;

  stralloc_catb(out, "\0\0", 2);
  prepare(out, raw, text);
  if (out->len - at - 2 > SORT_STRING_MAX) out->len = at + 2 + SORT_STRING_MAX;
  n = (uint16_t)(out->len - at - 2);
  memcpy(out->s + at, &n, sizeof n);
}

/* RFC 5957 section 3 */
static void put_display(stralloc *out, const struct address *a, stralloc *buf)
{
  buf->len = 0;
  if (a->name.s) rfc2047_decode(a->name.s, a->name.len, buf);
  if (!buf->len && a->mailbox.s) {
    stralloc_catb(buf, a->mailbox.s, a->mailbox.len);
    if (a->host.s && a->host.len) {
      stralloc_append(buf, '@');
      stralloc_catb(buf, a->host.s, a->host.len);
    }
  }
  put_string(out, a->name, buf);
}

/* the first address of a field: its mailbox to out, to display the other */
static void put_address(stralloc *out, stralloc *display, struct lstr field)
{
  static struct address_list list = ADDRESS_LIST_ZERO;
  static stralloc buf = STRALLOC_ZERO;
  static const struct address none;
  static const struct lstr no_charset = LSTR_ZERO;
  const struct address *a = &none;
  struct charset c;

  if (field.s) {
    address_parse(&list, field.s, field.len);
    if (list.n) a = &list.v[0];
  }
  /* no encoded words in an addr-spec: RFC 2047 section 5 */
  buf.len = 0;
  charset_begin(&c, no_charset);
  if (a->mailbox.s) charset_feed(&c, a->mailbox.s, a->mailbox.len, &buf);
  charset_end(&c, &buf);
  put_string(out, none.name, &buf);
  if (display) put_display(display, a, &buf);
}

static void make_thread(const struct mime_envelope *e, int64_t date,
                        uint64_t subject, int reply, stralloc *out)
{
  struct thread_head head = { .date = date, .subject = subject };
  static stralloc buf = STRALLOC_ZERO;
  struct mail_date d;
  size_t pos = 0;

  if (e->date.s && date_parse(e->date.s, e->date.len, &d)) head.date = d.time;
  head.id = one_id(e->message_id, &pos, &buf);
  head.reply = reply != 0;
  out->len = 0;
  stralloc_catb(out, (const char *)&head, sizeof head);
  references(e, &buf, out);
}

void sort_keys_make(const struct mime_envelope *e, int64_t date,
                    struct sort_keys *keys)
{
  static stralloc base = STRALLOC_ZERO, display = STRALLOC_ZERO;
  stralloc *subject = &keys->subject, *addresses = &keys->addresses;
  uint64_t hash = 0;
  int reply = 0;

  base.len = display.len = subject->len = addresses->len = 0;
  if (e->subject.s) reply = base_subject(e->subject.s, e->subject.len, &base);
  prepare(subject, e->subject, &base);
  if (subject->len) hash = msgid_hash(subject->s, subject->len);
  if (subject->len > SORT_STRING_MAX) subject->len = SORT_STRING_MAX;
  make_thread(e, date, hash, reply, &keys->thread);
  put_address(addresses, &display, e->from);
  put_address(addresses, &display, e->to);
  put_address(addresses, 0, e->cc);
  stralloc_catb(addresses, display.s, display.len);
}

void sort_keys_free(struct sort_keys *keys)
{
  stralloc_free(&keys->thread);
  stralloc_free(&keys->subject);
  stralloc_free(&keys->addresses);
}

int thread_keys_good(const char *s, size_t len)
{
  (void)s;
  return len >= sizeof(struct thread_head) && len % sizeof(uint64_t) == 0;
}

int sort_strings_good(const char *s, size_t len)
{
  uint16_t n;
  int i;

  for (i = 0; i < SORT_STRINGS; i++) {
    if (len < sizeof n) return 0;
    memcpy(&n, s, sizeof n);
    if (len - sizeof n < n) return 0;
    s += sizeof n + n;
    len -= sizeof n + n;
  }
  return !len;
}

void thread_keys_get(struct lstr value, struct thread_keys *k)
{
  struct thread_head head;

  memcpy(&head, value.s, sizeof head);
  k->date = head.date;
  k->id = head.id;
  k->subject = head.subject;
  k->reply = head.reply != 0;
  k->refs = value.s + sizeof head;
  k->nrefs = (value.len - sizeof head) / sizeof(uint64_t);
}

uint64_t thread_reference(const struct thread_keys *k, size_t i)
{
  uint64_t id;

  memcpy(&id, k->refs + i * sizeof id, sizeof id);
  return id;
}

struct lstr sort_string_get(struct lstr value, enum sort_string which)
{
  struct lstr string;
  uint16_t n;
  int i;

  for (i = 0; ; i++) {
    memcpy(&n, value.s, sizeof n);
    value.s += sizeof n;
    if (i == (int)which) break;
    value.s += n;
  }
  string.s = value.s;
  string.len = n;
  return string;
}
