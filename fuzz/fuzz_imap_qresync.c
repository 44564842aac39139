/* ISC licence; see LICENSE. */
/*
 * The parameter of SELECT (QRESYNC ...) against a small view, and a partial
 * range against its messages. What comes out must be in the view.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "imapd/partial.h"
#include "imapd/qresync.h"

const char *PROG = "fuzz_imap_qresync";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void make_view(struct view *v)
{
  memset(v, 0, sizeof *v);
  uidset_add(&v->uids, 2, 9);
  uidset_add(&v->uids, 20, 20);
  uidset_add(&v->uids, 4294967290u, 4294967295u);
  uidrank_build(&v->rank, &v->uids);
  v->exists = (uint32_t)uidset_count(&v->uids);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
  struct qresync q = QRESYNC_ZERO;
  struct partial x = PARTIAL_ZERO;
  struct uidset some = UIDSET_ZERO;
  char *copy = xalloc(len ? len : 1);
  struct parse p;
  struct view v;
  uint32_t uid;

  make_view(&v);
  if (len) memcpy(copy, data, len);
  parse_init(&p, copy, len);
  if (qresync_parse(&q, &p)) {
    uid = qresync_matched(&v, &q);
    if (uid && !uidset_has(&v.uids, uid)) abort();
  } else if (!p.why) {
    abort();                    /* a fault must have a name */
  }
  parse_init(&p, copy, len);
  if (parse_partial(&p, &x)) {
    partial_pick(&x, &v.uids, &some);
    if (uidset_count(&some) > (uint64_t)x.hi - x.lo + 1) abort();
    uidset_subtract(&some, &v.uids);
    if (some.n) abort();
  } else if (!p.why) {
    abort();
  }
  uidset_free(&some);
  qresync_free(&q);
  view_free(&v);
  free(copy);
  return 0;
}
