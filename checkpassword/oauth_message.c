/* ISC licence; see LICENSE. */
#include "oauth_message.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <jansson.h>

#include "base/alloc.h"

#define KVSEP 1                 /* RFC 7628 section 3.1 */

static void set(stralloc *out, const char *s, size_t len)
{
  stralloc_copyb(out, s, len);
  stralloc_0(out);
}

/* the field up to the next KVSEP; *at moves behind that. -1: there is none */
static int field(const char **at, const char *end, const char **s,
                 size_t *len)
{
  const char *sep = memchr(*at, KVSEP, (size_t)(end - *at));

  if (!sep) return -1;
  *s = *at;
  *len = (size_t)(sep - *at);
  *at = sep + 1;
  return 0;
}

/* saslname of the GS2 header: =2C and =3D, as in RFC 5801 section 4 */
static int unquote(stralloc *out, const char *s, size_t len)
{
  size_t i;

  out->len = 0;
  for (i = 0; i < len; i++) {
    if (s[i] != '=') stralloc_append(out, s[i]);
    else if (len - i >= 3 && !memcmp(s + i, "=2C", 3)) {
      stralloc_append(out, ',');
      i += 2;
    } else if (len - i >= 3 && !memcmp(s + i, "=3D", 3)) {
      stralloc_append(out, '=');
      i += 2;
    } else return (out->len = 0, -1);
  }
  stralloc_0(out);
  return 0;
}

/* n,[a=authzid], : there is no channel binding to be had */
static int header(struct oauth_message *m, const char *s, size_t len)
{
  if (len < 3 || (s[0] != 'n' && s[0] != 'y') || s[1] != ','
      || s[len - 1] != ',')
    return -1;
  s += 2;
  len -= 3;
  if (!len) return 0;
  if (len < 2 || memcmp(s, "a=", 2) || memchr(s, ',', len)) return -1;
  return unquote(&m->user, s + 2, len - 2);
}

/* b64token, RFC 6750 section 2.1 */
static int is_token(const char *s, size_t len)
{
  static const char set[] = "-._~+/0123456789abcdefghijklmnopqrstuvwxyz"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  size_t i;

  while (len && s[len - 1] == '=') len--;
  for (i = 0; i < len; i++)
    if (!s[i] || !strchr(set, s[i])) return 0;
  return len != 0;
}

static int authorization(struct oauth_message *m, const char *s, size_t len)
{
  if (len < 7 || strncasecmp(s, "Bearer ", 7) || m->token.len) return -1;
  s += 7;
  len -= 7;
  while (len && *s == ' ') s++, len--;
  if (!is_token(s, len)) return -1;
  set(&m->token, s, len);
  return 0;
}

/* key=value; keys that are not known say nothing */
static int pair(struct oauth_message *m, int bearer, const char *s,
                size_t len)
{
  const char *eq = memchr(s, '=', len);
  size_t n, left;

  if (!eq) return -1;
  n = (size_t)(eq - s);
  left = len - n - 1;
  if (n == 4 && !memcmp(s, "auth", 4))
    return authorization(m, eq + 1, left);
  if (bearer && n == 4 && !memcmp(s, "host", 4)) set(&m->host, eq + 1, left);
  if (!bearer && n == 4 && !memcmp(s, "user", 4)) set(&m->user, eq + 1, left);
  return 0;
}

static void empty(stralloc *s)
{
  if (s->s) explicit_bzero(s->s, s->a);
  s->len = 0;
}

int oauth_message(struct oauth_message *m, int bearer, const char *msg,
                  size_t len)
{
  const char *at = msg, *end = msg + len, *s;
  size_t n;
  int bad = memchr(msg, 0, len) != 0;

  if (!bad && bearer)
    bad = field(&at, end, &s, &n) == -1 || header(m, s, n) == -1;
  while (!bad) {
    bad = field(&at, end, &s, &n) == -1;
    if (bad || !n) break;       /* an empty one is the end */
    bad = pair(m, bearer, s, n) == -1;
  }
  if (at != end || !m->token.len) bad = 1;
  if (bad) empty(&m->token);
  if (!m->user.len) set(&m->user, "", 0);
  if (!m->host.len) set(&m->host, "", 0);
  return bad ? -1 : 0;
}

void oauth_error(stralloc *out, int bearer, const char *status,
                 const char *scope, const char *configuration)
{
  json_t *o = json_object();
  char *text;

  if (bearer) json_object_set_new(o, "status", json_string(status));
  else {
    json_object_set_new(o, "status", json_string(
      !strcmp(status, "insufficient_scope") ? "403"
      : !strcmp(status, "invalid_request") ? "400" : "401"));
    json_object_set_new(o, "schemes", json_string("bearer"));
  }
  if (scope) json_object_set_new(o, "scope", json_string(scope));
  if (bearer && configuration)
    json_object_set_new(o, "openid-configuration", json_string(configuration));
  text = json_dumps(o, JSON_COMPACT | JSON_PRESERVE_ORDER);
  if (!text) die_nomem();
  stralloc_cats(out, text);
  free(text);
  json_decref(o);
}

void oauth_message_free(struct oauth_message *m)
{
  empty(&m->user);
  empty(&m->host);
  empty(&m->token);
  stralloc_free(&m->user);
  stralloc_free(&m->host);
  stralloc_free(&m->token);
}
