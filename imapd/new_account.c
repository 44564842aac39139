/* ISC licence; see LICENSE. */
#include "new_account.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/env.h"
#include "base/log.h"
#include "maildir/uidlist.h"

static const char *names;

/* the next name, and what is behind it; 0: there is none */
static size_t next_name(const char **s)
{
  while (**s == ',') ++*s;
  return strcspn(*s, ",");
}

void new_account_init(void)
{
  const char *s;
  size_t n, i;

  names = env_str("NEW_FOLDERS", "Drafts,Sent,Trash,Junk,Archive");
  for (s = names; (n = next_name(&s)); s += n)
    for (i = 0; i < n; i++)
      if ((unsigned char)s[i] < ' ' || (unsigned char)s[i] > '~'
          || strchr("/.&~\\\"", s[i]) || n > 60)
        die_text(100, "invalid value of $", "NEW_FOLDERS");
}

/* files that IMAP servers leave behind in a Maildir */
static int is_new(const struct account *a)
{
  static const char *const signs[] = {
    UIDLIST_NAME, "subscriptions", "courierimapuiddb",
    "courierimapsubscribed", ATTRIBUTES_NAME
  };
  stralloc list = STRALLOC_ZERO;
  struct stat st;
  size_t i;
  int r;

  for (i = 0; i < sizeof signs / sizeof *signs; i++)
    if (fstatat(a->rootfd, signs[i], &st, 0) == 0 || errno != ENOENT) return 0;
  r = tree_list(&a->tree, &list) == 0 && !list.len;
  stralloc_free(&list);
  return r;
}

void new_account(struct account *a)
{
  const char *s;
  size_t n;

  if (!*names || !is_new(a)) return;
  for (s = names; (n = next_name(&s)); s += n)
    if ((account_create(a, s, n) == -1 && errno != EEXIST)
        || subscriptions_set(&a->tree, s, n, 1) == -1) {
      log_fault("warning", "new-folders");      /* mail can be read all the same */
      return;
    }
}
