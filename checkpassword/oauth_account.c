/* ISC licence; see LICENSE. */
#include <string.h>

#include "base/alloc.h"
#include "oauth.h"
#include "users_text.h"

int oauth_listed(const char *list, const char *word)
{
  size_t n;

  for (; *list; list += n + strspn(list + n, " ")) {
    n = strcspn(list, " ");
    if (n && n == strlen(word) && !memcmp(list, word, n)) return 1;
  }
  return 0;
}

/* a part of the name, which is to be no "." and no ".." in a path */
static int put(stralloc *out, const char *s, size_t len)
{
  if (!len || *s == '.') return -1;
  stralloc_catb(out, s, len);
  return 0;
}

/* %u the name, %n before @, %d behind it */
static int fill(stralloc *out, const char *t, const char *name)
{
  const char *at = strrchr(name, '@');
  size_t n = at ? (size_t)(at - name) : strlen(name);
  int r = 0;

  for (; *t && r == 0; t++) {
    if (*t != '%') {
      stralloc_append(out, *t);
      continue;
    }
    t++;
    if (*t == 'u') r = put(out, name, strlen(name));
    else if (*t == 'n') r = put(out, name, n);
    else if (*t == 'd') r = at ? put(out, at + 1, strlen(at + 1)) : -1;
    else if (*t == '%') stralloc_append(out, '%');
    else return -1;
  }
  return r;
}

int oauth_account(const struct oauth *o, const char *name, struct user *u)
{
  stralloc home = STRALLOC_ZERO;
  int r;

  user_clear(u);
  user_set(&u->name, name, strlen(name));
  users_lower(u->name.s, u->name.len);
  r = fill(&home, o->home, u->name.s);
  user_set(&u->hash, "*", 1);
  user_set(&u->home, home.s, home.len);
  user_set(&u->shell, USERS_SHELL, sizeof USERS_SHELL - 1);
  u->uid = (uid_t)o->mail_uid;
  u->gid = (gid_t)o->mail_gid;
  stralloc_free(&home);
  return r == 0 && !user_bad(u) ? 0 : -1;
}
