/* ISC licence; see LICENSE. */
#include "mailbox_name.h"

#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "message/net_unicode.h"
#include "message/utf8.h"

static int refuse(struct session *s, const char *why)
{
  cmd_no(s, "[CANNOT] bad mailbox name: ");
  stralloc_cats(&s->text, why);
  return 0;
}

static int convert(struct session *s, const char *name, size_t len,
                   stralloc *storage)
{
  const char *why = "not possible";

  storage->len = 0;
  if (tree_storage_as(&s->account.tree, storage, name, len, session_utf8(s),
                      &s->by_alias, &why) != -1)
    return 1;
  if (errno != ENAMETOOLONG) return refuse(s, why);
  cmd_no(s, "[LIMIT] mailbox name too long");
  return 0;
}

/* the name in the form of RFC 5198 if it is not there as it is */
static int normalize(struct session *s, const struct text *name,
                     stralloc *storage, int *changed)
{
  stralloc nfc = STRALLOC_ZERO;
  int r = tree_exists(&s->account.tree, storage->s, storage->len) == 1;

  if (!r && !net_unicode(&nfc, name->s, name->len))
    refuse(s, "it has characters that RFC 5198 does not allow");
  else if (!r) {
    *changed = nfc.len != name->len || memcmp(nfc.s, name->s, nfc.len);
    r = !*changed || convert(s, nfc.s, nfc.len, storage);
  }
  stralloc_free(&nfc);
  return r;
}

int mailbox_storage(struct session *s, const struct text *name,
                    stralloc *storage, int *changed)
{
  int unheeded;

  if (!changed) changed = &unheeded;
  *changed = 0;
  if (!convert(s, name->s, name->len, storage)) return 0;
  if (!session_utf8(s) || utf8_ascii(name->s, name->len) == name->len)
    return 1;
  return normalize(s, name, storage, changed);
}

void mailbox_wire(struct session *s, const char *storage, size_t len,
                  stralloc *name)
{
  /* without a name it appends nothing */
  (void)(s->by_alias ? tree_alias_name : tree_mailbox_name)
    (&s->account.tree, name, storage, len, session_utf8(s));
}
