/* ISC licence; see LICENSE. */
#include "envelope.h"

#include "base/alloc.h"
#include "message/address.h"
#include "reply.h"

void nstring_cat(stralloc *out, struct lstr t)
{
  if (t.s) string_cat(out, t.s, t.len);
  else stralloc_cats(out, "NIL");
}

static void cat_address(stralloc *out, const struct address *a)
{
  stralloc_append(out, '(');
  nstring_cat(out, a->name);
  stralloc_append(out, ' ');
  nstring_cat(out, a->adl);
  stralloc_append(out, ' ');
  nstring_cat(out, a->mailbox);
  stralloc_append(out, ' ');
  nstring_cat(out, a->host);
  stralloc_append(out, ')');
}

/* Returns 1, or 0 with nothing appended: the field names nobody. */
static int cat_list(stralloc *out, struct address_list *l, struct lstr field)
{
  size_t i;

  if (!field.s) return 0;
  address_parse(l, field.s, field.len);
  if (!l->n) return 0;
  stralloc_append(out, '(');
  for (i = 0; i < l->n; i++) cat_address(out, &l->v[i]);
  stralloc_append(out, ')');
  return 1;
}

static void cat_nlist(stralloc *out, struct address_list *l, struct lstr field)
{
  if (!cat_list(out, l, field)) stralloc_cats(out, "NIL");
  stralloc_append(out, ' ');
}

/* Sender, Reply-To: as From if it names nobody. The text of From is in out,
 * at an offset, since out may move while it grows. */
static void cat_sender(stralloc *out, struct address_list *l,
                       struct lstr field, size_t from, size_t fromlen)
{
  if (!cat_list(out, l, field)) {
    stralloc_readyplus(out, fromlen);
    stralloc_catb(out, out->s + from, fromlen);
  }
  stralloc_append(out, ' ');
}

void envelope_cat(stralloc *out, const struct mime_envelope *e)
{
  struct address_list l = ADDRESS_LIST_ZERO;
  size_t from, fromlen;

  stralloc_append(out, '(');
  nstring_cat(out, e->date);
  stralloc_append(out, ' ');
  nstring_cat(out, e->subject);
  stralloc_append(out, ' ');
  from = out->len;
  cat_nlist(out, &l, e->from);
  fromlen = out->len - from - 1;
  cat_sender(out, &l, e->sender, from, fromlen);
  cat_sender(out, &l, e->reply_to, from, fromlen);
  cat_nlist(out, &l, e->to);
  cat_nlist(out, &l, e->cc);
  cat_nlist(out, &l, e->bcc);
  nstring_cat(out, e->in_reply_to);
  stralloc_append(out, ' ');
  nstring_cat(out, e->message_id);
  stralloc_append(out, ')');
  address_free(&l);
}
