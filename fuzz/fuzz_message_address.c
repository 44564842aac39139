/* ISC licence; see LICENSE. */
#include <stdint.h>
#include <stdlib.h>

#include "message/address.h"
#include "message/date.h"

/* an address list; and the same octets as dates of each kind */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void addresses(const char *s, size_t n)
{
  static struct address_list l = ADDRESS_LIST_ZERO;
  size_t i, total = 0;
  int group = 0;

  address_parse(&l, s, n);
  for (i = 0; i < l.n; i++) {
    const struct address *a = &l.v[i];

    total += a->name.len + a->adl.len + a->mailbox.len + a->host.len;
    if (a->name.len && memchr(a->name.s, 0, a->name.len)) abort();
    if (a->host.s) {
      if (!a->mailbox.s) abort();
    }
    else {                      /* a group starts if none is open, or ends */
      if (a->name.s || a->adl.s || (a->mailbox.s == 0) != group) abort();
      group = !group;
    }
  }
  if (group || total > 2 * n) abort();
}

static void dates(const char *s, size_t n)
{
  char out[INTERNALDATE_LEN];
  struct mail_date d, e;
  int32_t day;

  if (date_parse(s, n, &d)) {
    if (d.zone < -1439 || d.zone > 1439) abort();
    internaldate_fmt(out, d.time, d.zone);
    if (!internaldate_scan(out, sizeof out, &e)) abort();
  }
  if (internaldate_scan(s, n, &d)) {
    internaldate_fmt(out, d.time, d.zone);
    if (!internaldate_scan(out, sizeof out, &e)) abort();
  }
  date_scan_day(s, n, &day);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  addresses((const char *)data, size);
  dates((const char *)data, size);
  return 0;
}
