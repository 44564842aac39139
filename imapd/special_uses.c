/* ISC licence; see LICENSE. */
#include "metadata.h"

#include <string.h>

#include "base/alloc.h"

/* Special uses that clients give: CREATE (USE ...), /private/specialuse. */

/* those of which there can be none here: no folder of ours is made of mail
 * that lies in others */
static int is_virtual(const char *use)
{
  return !strcmp(use, "\\All") || !strcmp(use, "\\Flagged");
}

static int refuse(struct session *s, const char *why)
{
  cmd_no(s, "[USEATTR] ");
  stralloc_cats(&s->text, why);
  return 0;
}

/* is the use that of another folder, by roost-attributes? What it has by its
 * name alone goes to the one that asks. */
static int taken(struct session *s, const char *use, const char *storage)
{
  struct special sp = SPECIAL_ZERO;
  stralloc names = STRALLOC_ZERO, none = STRALLOC_ZERO;
  const char *name, *has;
  size_t n;
  int r = 0;

  if (tree_list(&s->account.tree, &names) == -1
      || special_read(&s->account.tree, &none, &sp) == -1)
    names.len = 0;
  for (name = names.s; !r && name && name < names.s + names.len;
       name += strlen(name) + 1) {
    has = special_use(&sp, name, strlen(name));
    if (!has || !strcmp(name, storage)) continue;
    n = strlen(use);
    for (; (has = strstr(has, use)); has += n)
      if (!has[n] || has[n] == ' ') r = 1;
  }
  special_free(&sp);
  stralloc_free(&names);
  return r;
}

int metadata_special(struct session *s, stralloc *uses, const char *storage)
{
  stralloc out = STRALLOC_ZERO;
  const char *use;
  size_t i, n;
  int ok = 1;

  for (i = 0; ok && i < uses->len; i += n + 1) {
    for (n = 0; i + n < uses->len && uses->s[i + n] != ' '; n++) ;
    use = special_known(uses->s + i, n);
    if (!use) ok = refuse(s, "no such special use");
    else if (is_virtual(use)) ok = refuse(s, "no mailbox can be that here");
    else if (!*storage) ok = refuse(s, "INBOX has no other use");
    else if (taken(s, use, storage))
      ok = refuse(s, "another mailbox has that use");
    if (!ok) break;
    if (out.len) stralloc_append(&out, ' ');
    stralloc_cats(&out, use);
  }
  if (ok) stralloc_copy(uses, &out);
  stralloc_free(&out);
  return ok;
}
