/* ISC licence; see LICENSE. */
#include "command.h"

/*
 * UIDBATCHES: RFC 10022. The selected folder in batches of so many messages,
 * each as a range of UIDs, "high:low", from the highest down. The ranges
 * divide all UIDs from the highest message's to 1 without a gap: a range may
 * end where no message is, but holds exactly its messages.
 *
 * It is answered from the view's ranges and costs the batches, not the
 * messages, so nothing is limited: neither the messages that it spans nor how
 * often it may be asked (TOOMANY and LIMIT).
 */
#define BATCH_MIN 500           /* smaller ones may be refused */

struct batches {
  uint32_t size;
  uint32_t first, last;         /* wanted, from 1 */
};

static int parse_batches(struct parse *p, struct batches *b)
{
  b->first = 1;
  b->last = UINT32_MAX;
  if (!parse_sp(p) || !parse_nz_number(p, &b->size)) return 0;
  if (parse_peek(p) != ' ') return parse_end(p);
  return parse_sp(p) && parse_nz_number(p, &b->first) && parse_char(p, ':')
    && parse_nz_number(p, &b->last) && parse_end(p);
}

/* the highest UID of batch k: one below the lowest message of the one above */
static uint32_t top_of(const struct view *v, const struct batches *b,
                       uint64_t k)
{
  uint64_t above = (k - 1) * b->size;

  if (!above) return view_uid(v, v->exists);
  return view_uid(v, (uint32_t)(v->exists - above + 1)) - 1;
}

static void put_batches(struct session *s, const struct batches *b)
{
  const struct view *v = &s->view;
  uint64_t all = ((uint64_t)v->exists + b->size - 1) / b->size, k;

  reply_puts(&s->out, "* UIDBATCHES (TAG \"");
  reply_put(&s->out, s->tag.s, s->tag.len);
  reply_puts(&s->out, "\")");
  for (k = b->first; k <= all && k <= b->last; k++) {
    reply_puts(&s->out, k == b->first ? " " : ",");
    reply_num(&s->out, top_of(v, b, k));
    reply_put(&s->out, ":", 1);
    reply_num(&s->out, k == all ? 1 : (uint64_t)top_of(v, b, k + 1) + 1);
    if (reply_drain(&s->out) == -1) return;
  }
  reply_crlf(&s->out);
}

enum status cmd_uidbatches(struct session *s, struct parse *p)
{
  struct batches b;

  if (!parse_batches(p, &b)) return cmd_syntax(s, p);
  if (b.first > b.last)
    return cmd_bad(s, "[CLIENTBUG] the first batch comes behind the last");
  if (b.size < BATCH_MIN)
    return cmd_no(s, "[TOOFEW] a batch has at least 500 messages");
  put_batches(s, &b);
  return cmd_ok(s, "UIDBATCHES done");
}
