/* ISC licence; see LICENSE. */
/*
 * Parsers of SORT, THREAD's keys and ESEARCH's mailboxes; the kept keys of any
 * header; what the index might hold in their place; threads of what comes.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "imapd/mailbox_filter.h"
#include "imapd/sort.h"
#include "imapd/sort_keys.h"
#include "imapd/thread_links.h"
#include "imapd/thread_tree.h"

const char *PROG = "fuzz_imap_sort";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void parsers(const uint8_t *data, size_t len)
{
  struct mailbox_filter f = MAILBOX_FILTER_ZERO;
  char *copy = xalloc(len + 1);
  struct sort_order by;
  struct parse p;

  if (len) memcpy(copy, data, len);
  parse_init(&p, copy, len);
  if (sort_parse(&by, &p)) {
    if (!by.n || by.n > SORT_KEYS) abort();
  } else if (!p.why) abort();
  if (len) memcpy(copy, data, len);
  parse_init(&p, copy, len);
  if (!mailbox_filter_parse(&f, &p) && !p.why) abort();
  mailbox_filter_free(&f);
  free(copy);
}

static volatile uint64_t sink;  /* so that what is read is read */

static void kept(struct lstr value)
{
  struct thread_keys k;
  struct lstr s;
  size_t i;
  uint64_t sum = 0;
  int n;

  if (thread_keys_good(value.s, value.len)) {
    thread_keys_get(value, &k);
    for (i = 0; i < k.nrefs; i++) sum += thread_reference(&k, i);
  }
  if (sort_strings_good(value.s, value.len))
    for (n = 0; n < SORT_STRINGS; n++) {
      s = sort_string_get(value, (enum sort_string)n);
      for (i = 0; i < s.len; i++) sum += (unsigned char)s.s[i];
    }
  sink = sum;
}

static void header(const char *s, size_t len)
{
  static struct mime_message m = MIME_MESSAGE_ZERO;
  static struct sort_keys k = SORT_KEYS_ZERO;

  mime_parse_mem(&m, s, len);
  sort_keys_make(m.root->envelope, 0, &k);
  if (!thread_keys_good(k.thread.s, k.thread.len)) abort();
  if (!sort_strings_good(k.addresses.s, k.addresses.len)) abort();
  if (k.thread.len > 32000 || k.addresses.len > 32000 ||
      k.subject.len > SORT_STRING_MAX) abort();
}

/* each octet is a reference, eight of them a message */
static void threads(const uint8_t *data, size_t len, enum thread_algorithm how)
{
  size_t n = len / 8, i, r;
  struct thread_tree t;
  struct thread_keys k;
  uint64_t refs[4];
  struct reply out;
  uint32_t *number;

  if (!n || n > 1000) return;
  number = xalloc(n * sizeof *number);
  thread_begin(&t, n);
  t.links->patience = data[0];
  for (i = 0; i < n; i++)
    if (data[8 * i + 3] != 255) thread_ids(&t, (uint32_t)i + 1, data[8 * i]);
  for (i = 0; i < n; i++) {
    const uint8_t *d = data + 8 * i;

    number[i] = (uint32_t)i + 1;
    k.date = d[1];
    k.subject = d[2] % 8;
    k.reply = d[2] / 8 % 2;
    k.nrefs = d[3] % 5;
    for (r = 0; r < k.nrefs; r++) refs[r] = (uint64_t)d[4 + r] + 1;
    k.refs = (const char *)refs;
    if (d[3] == 255) thread_leave_out(&t, (uint32_t)i + 1);
    else thread_message(&t, how, (uint32_t)i + 1, &k, d[7]);
  }
  thread_finish(&t, how);
  reply_init(&out, 1);
  thread_put(&t, number, &out);
  reply_free(&out);
  thread_free(&t);
  free(number);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
  struct lstr value = { len ? (const char *)data : "", len };

  parsers(data, len);
  kept(value);
  header(value.s, len);
  threads(data, len, THREAD_ORDEREDSUBJECT);
  threads(data, len, THREAD_REFERENCES);
  threads(data, len, THREAD_REFS);
  return 0;
}
