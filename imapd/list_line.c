/* ISC licence; see LICENSE. */
#include "list_line.h"

#include <string.h>

#include "base/alloc.h"
#include "mailbox_name.h"

static void attribute(struct reply *r, const char **between, const char *name)
{
  reply_puts(r, *between);
  reply_puts(r, name);
  *between = " ";
}

static void attributes(struct reply *r, const struct mailbox *m, unsigned how)
{
  const char *between = "";

  if (how & LINE_SUBSCRIBED && m->subscribed)
    attribute(r, &between, "\\Subscribed");
  if (!m->exists && how & LINE_NONEXISTENT)
    attribute(r, &between, "\\NonExistent");
  else if (how & LINE_NOSELECT || (!m->exists && !(how & LINE_LSUB)))
    attribute(r, &between, "\\Noselect");
  if (how & LINE_LSUB) return;
  if (how & LINE_NOACCESS) attribute(r, &between, "\\NoAccess");
  attribute(r, &between, m->children ? "\\HasChildren" : "\\HasNoChildren");
  if (m->use) attribute(r, &between, m->use);
}

static void childinfo(struct reply *r, unsigned how)
{
  if (!(how & (LINE_BELOW_SUBSCRIBED | LINE_BELOW_USE))) return;
  reply_puts(r, " (\"CHILDINFO\" (");
  if (how & LINE_BELOW_SUBSCRIBED) reply_puts(r, "\"SUBSCRIBED\"");
  if (how & LINE_BELOW_SUBSCRIBED && how & LINE_BELOW_USE) reply_puts(r, " ");
  if (how & LINE_BELOW_USE) reply_puts(r, "\"SPECIAL-USE\"");
  reply_puts(r, "))");
}

void list_line(struct session *s, const struct mailbox *m, unsigned how,
               const struct text *oldname)
{
  struct reply *r = &s->out;
  char sep[4] = { '"', s->account.tree.ns.separator, '"', ' ' };

  reply_puts(r, how & LINE_LSUB ? "* LSUB (" : "* LIST (");
  attributes(r, m, how);
  reply_puts(r, ") ");
  reply_put(r, sep, sizeof sep);
  reply_astring(r, m->name, m->len);
  childinfo(r, how);
  if (oldname) {
    reply_puts(r, " (\"OLDNAME\" (");
    reply_string(r, oldname->s, oldname->len);
    reply_puts(r, "))");
  }
  reply_crlf(r);
}

int list_mailbox(struct session *s, const stralloc *storage,
                 const struct text *oldname)
{
  struct mailboxes all = { 0 };
  struct mailbox none = { 0 };
  const struct mailbox *m = &none;
  stralloc name = STRALLOC_ZERO;
  size_t i;
  int r = mailboxes_read(&all, &s->account.tree, 1, session_utf8(s),
                         s->by_alias);

  mailbox_wire(s, storage->s ? storage->s : "", storage->len, &name);
  none.name = name.s;
  none.len = name.len;
  for (i = 0; r == 0 && i < all.n; i++)
    if (all.m[i].len == name.len && !memcmp(all.m[i].name, name.s, name.len))
      m = &all.m[i];
  if (r == 0) list_line(s, m, LINE_SUBSCRIBED | LINE_NONEXISTENT, oldname);
  stralloc_free(&name);
  mailboxes_free(&all);
  return r;
}
