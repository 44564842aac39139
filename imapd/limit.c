/* ISC licence; see LICENSE. */
#include "limit.h"

#include "base/alloc.h"
#include "partial.h"

void limit_cut(struct session *s, struct uidset *uids)
{
  uint64_t n = uidset_count(uids);

  if (!s->message_limit || n <= s->message_limit) return;
  s->limited = partial_at(uids, n - s->message_limit + 1);
  uidset_remove(uids, 1, s->limited - 1);
}

static void code(const struct session *s, uint32_t uid, stralloc *out)
{
  stralloc_cats(out, "[MESSAGELIMIT ");
  stralloc_catu(out, s->message_limit);
  if (uid) stralloc_cats(out, " ");
  if (uid) stralloc_catu(out, uid);
  stralloc_cats(out, "] ");
}

void limit_finish(struct session *s, enum status st)
{
  stralloc text = STRALLOC_ZERO;

  if (!s->limited || st == STATUS_BAD) return;
  code(s, s->limited, &text);
  if (st == STATUS_OK && !(s->text.len && s->text.s[0] == '[')) {
    stralloc_cat(&text, &s->text);
    stralloc_copy(&s->text, &text);
  } else {
    reply_puts(&s->out, "* NO ");
    reply_put(&s->out, text.s, text.len);
    reply_puts(&s->out, "only the last messages\r\n");
  }
  stralloc_free(&text);
}

int limit_refuse(struct session *s, const struct uidset *uids, uint64_t count)
{
  uint32_t uid = 0;

  if (!s->message_limit || count <= s->message_limit) return 0;
  if (uids) uid = partial_at(uids, count - s->message_limit + 1);
  s->text.len = 0;
  code(s, uid, &s->text);
  stralloc_cats(&s->text, "too many messages for one command");
  return 1;
}
