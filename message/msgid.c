/* ISC licence; see LICENSE. */
#include "msgid.h"

#include <string.h>

#include "base/alloc.h"

static int is_space(char c)
{
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* quoted-string behind its first quote; *i is then behind its last one */
static void quoted(const char *s, size_t len, size_t *i, stralloc *id)
{
  for (; *i < len && s[*i] != '"'; ++*i) {
    if (s[*i] == '\\' && *i + 1 < len) ++*i;
    if (s[*i] != '\r' && s[*i] != '\n') stralloc_append(id, s[*i]);
  }
  if (*i < len) ++*i;
}

/* what stands behind a "<"; *i is then where to go on. 1 if it is an id. */
static int one(const char *s, size_t len, size_t *i, stralloc *id)
{
  size_t at = 0;

  id->len = 0;
  while (*i < len && s[*i] != '>' && s[*i] != '<') {
    char c = s[(*i)++];

    if (c == '"') quoted(s, len, i, id);
    else if (!is_space(c)) {
      if (c == '@' && !at) at = id->len + 1;
      stralloc_append(id, c);
    }
  }
  return *i < len && s[*i] == '>' && at > 1 && at < id->len;
}

int msgid_next(const char *s, size_t len, size_t *pos, stralloc *id)
{
  const char *lt;

  while (*pos < len && (lt = memchr(s + *pos, '<', len - *pos))) {
    *pos = (size_t)(lt - s) + 1;
    if (one(s, len, pos, id)) return 1;
  }
  *pos = len;
  return 0;
}

/* FNV-1a, stirred so that all bits count. Whoever makes two ids collide could
 * as well have used one id twice. */
uint64_t msgid_hash(const char *s, size_t len)
{
  uint64_t h = 0xCBF29CE484222325u;
  size_t i;

  for (i = 0; i < len; i++) {
    h ^= (unsigned char)s[i];
    h *= 0x100000001B3u;
  }
  h ^= h >> 32;
  h *= 0xD6E8FEB86659FD93u;
  h ^= h >> 32;
  return h ? h : 1;
}
