/* ISC licence; see LICENSE. */
#include "tell.h"

#include "base/alloc.h"

/* ranges in a line of VANISHED: a line stays below some 8,000 octets, as RFC
 * 7162 section 4 has it for what clients send */
#define RANGES_MAX 350

void tell_fetch(struct session *s, uint32_t uid)
{
  struct reply *r = &s->out;
  int by_uid = session_uidonly(s);

  reply_put(r, "* ", 2);
  reply_num(r, by_uid ? uid : view_msn(&s->view, uid));
  reply_puts(r, by_uid ? " UIDFETCH (" : " FETCH (");
}

int tell_uid_item(const struct session *s, int by_uid)
{
  if (session_uidonly(s)) return 0;
  return by_uid || session_condstore(s);
}

void tell_vanished(struct session *s, int earlier, const struct uidset *uids)
{
  stralloc text = STRALLOC_ZERO;
  struct uidset some;
  size_t i;

  for (i = 0; i < uids->n; i += some.n) {
    some.r = uids->r + i;
    some.n = uids->n - i < RANGES_MAX ? uids->n - i : RANGES_MAX;
    some.a = 0;
    text.len = 0;
    uidset_fmt(&text, &some);
    reply_puts(&s->out, earlier ? "* VANISHED (EARLIER) " : "* VANISHED ");
    reply_put(&s->out, text.s, text.len);
    reply_crlf(&s->out);
    if (reply_drain(&s->out) == -1) break;
  }
  stralloc_free(&text);
}

static void tell_numbers(struct session *s, const struct uidset *gone)
{
  size_t i;
  uint32_t uid;

  for (i = gone->n; i--; )
    for (uid = gone->r[i].hi; uid >= gone->r[i].lo; uid--) {
      reply_put(&s->out, "* ", 2);
      reply_num(&s->out, view_msn(&s->view, uid));
      reply_puts(&s->out, " EXPUNGE\r\n");
      if (reply_drain(&s->out) == -1) return;
    }
}

void tell_expunged(struct session *s, const struct uidset *gone)
{
  if (session_vanished(s)) tell_vanished(s, 0, gone);
  else tell_numbers(s, gone);
}
