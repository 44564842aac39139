/* ISC licence; see LICENSE. */
#include "placeholder.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "user.h"

static const char *const names[PLACEHOLDERS] = {
  "user", "local", "domain", "ip", "localip", "localport", "hash"
};

int placeholder_find(const char *name, size_t len)
{
  int i;

  for (i = 0; i < PLACEHOLDERS; i++)
    if (strlen(names[i]) == len && !memcmp(names[i], name, len)) return i;
  return -1;
}

static const char *env_or_0(const char *name)
{
  const char *s = getenv(name);

  return s && *s ? s : 0;
}

void login_values_set(struct login_values *v, const char *name)
{
  const char *at = strrchr(name, '@');

  user_set(&v->local, name, at ? (size_t)(at - name) : strlen(name));
  v->of[PLACEHOLDER_USER] = name;
  v->of[PLACEHOLDER_LOCAL] = v->local.s;
  v->of[PLACEHOLDER_DOMAIN] = at ? at + 1 : "";
  v->of[PLACEHOLDER_IP] = env_or_0("TCPREMOTEIP");
  v->of[PLACEHOLDER_LOCALIP] = env_or_0("TCPLOCALIP");
  v->of[PLACEHOLDER_LOCALPORT] = env_or_0("TCPLOCALPORT");
  v->of[PLACEHOLDER_HASH] = 0;
}

void login_values_free(struct login_values *v)
{
  stralloc_free(&v->local);
}

static const char *put_as_is(stralloc *out, const char *value)
{
  stralloc_cats(out, value);
  return 0;
}

const char *template_expand(stralloc *out, const char *text,
                            const struct login_values *v,
                            const char *(*put)(stralloc *, const char *))
{
  const char *brace, *end, *bad, *value;
  int which;

  if (!put) put = put_as_is;
  for (; (brace = strchr(text, '{')); text = end + 1) {
    stralloc_catb(out, text, (size_t)(brace - text));
    end = strchr(brace, '}');
    if (!end) return "a { without its }";
    which = placeholder_find(brace + 1, (size_t)(end - brace - 1));
    if (which == -1 || which == PLACEHOLDER_HASH)
      return "a name in { } that there is not";
    value = v->of[which];
    bad = put(out, value ? value : "");
    if (bad) return bad;
  }
  stralloc_cats(out, text);
  return 0;
}

const char *template_path(stralloc *out, const char *value)
{
  const char *s;

  if (!*value || *value == '.') return "a part of a path is empty or hidden";
  for (s = value; *s; s++)
    if (*s == '/' || (unsigned char)*s < ' ' || *s == 0x7f)
      return "a part of a path holds / or a control character";
  stralloc_cats(out, value);
  return 0;
}
