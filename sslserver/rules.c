/* ISC licence; see LICENSE. */
#include "rules.h"

#include <errno.h>
#include <string.h>
#include <skalibs/cdb.h>

#include "base/alloc.h"

struct search {
  cdb map;
  cdb_data found;
  stralloc key;
  int broken;
};

/* 1 if there is a rule under this key; a broken file ends the search too */
static int look(struct search *s, const char *key, size_t len)
{
  int r = cdb_find(&s->map, &s->found, key, (uint32_t)len);
  size_t at;

  if (!r) return 0;
  at = r == 1 ? (size_t)(s->found.s - s->map.map) : 0;
  if (r != 1 || at > s->map.size || s->found.len > s->map.size - at)
    s->broken = 1;
  return 1;
}

static int look_key(struct search *s)
{
  return look(s, s->key.s, s->key.len);
}

static int with_info(struct search *s, const char *info, const char *ip,
  const char *host)
{
  if (!info || !*info) return 0;
  stralloc_copys(&s->key, info);
  stralloc_append(&s->key, '@');
  stralloc_cats(&s->key, ip);
  if (look_key(s)) return 1;
  if (!host) return 0;
  stralloc_copys(&s->key, info);
  stralloc_cats(&s->key, "@=");
  stralloc_cats(&s->key, host);
  return look_key(s);
}

/* 192.0.2. 192.0. 192. */
static int cut_back(struct search *s, const char *ip)
{
  char sep = strchr(ip, ':') ? ':' : '.';
  size_t n = strlen(ip);

  while (n > 0) {
    n--;
    if (n > 0 && ip[n - 1] == sep && look(s, ip, n)) return 1;
  }
  return 0;
}

static int by_bits(struct search *s, const struct address *a)
{
  size_t first = address_is4(a) ? 96 : 0, i;

  stralloc_copys(&s->key, first ? "_" : "^");
  for (i = first; i < 128; i++)
    stralloc_append(&s->key, a->ip[i / 8] & (0x80 >> (i % 8)) ? '1' : '0');
  for (; s->key.len > 1; s->key.len--)
    if (look_key(s)) return 1;
  return 0;
}

static int by_host(struct search *s, const char *host)
{
  const char *dot;

  for (dot = strchr(host, '.'); dot; dot = strchr(dot + 1, '.')) {
    stralloc_copys(&s->key, "=");
    stralloc_cats(&s->key, dot);
    if (look_key(s)) return 1;
  }
  return look(s, "=", 1);
}

static int search(struct search *s, const struct address *a,
  const char *host, const char *info)
{
  char ip[ADDRESS_TEXT];

  if (address_is4(a)) address_text(a, ip);
  else address_expanded(a, ip);
  if (with_info(s, info, ip, host) || look(s, ip, strlen(ip))) return 1;
  if (host) {
    stralloc_copys(&s->key, "=");
    stralloc_cats(&s->key, host);
    if (look_key(s)) return 1;
  }
  if (cut_back(s, ip) || by_bits(s, a)) return 1;
  if (host && by_host(s, host)) return 1;
  return look(s, "", 0);
}

/* strings, each ended by a zero octet: D, or + name = value */
static int obey(const cdb_data *d,
  void (*set)(const char *name, const char *value))
{
  const char *p = d->s, *end = d->s + d->len, *nul, *eq;
  stralloc name = STRALLOC_ZERO;

  for (; p < end && (nul = memchr(p, 0, (size_t)(end - p))); p = nul + 1)
    if (*p == 'D') return 0;
  for (p = d->s; p < end && (nul = memchr(p, 0, (size_t)(end - p)));
       p = nul + 1) {
    if (*p != '+' || !(eq = strchr(p, '=')) || eq == p + 1) continue;
    stralloc_copyb(&name, p + 1, (size_t)(eq - p - 1));
    stralloc_0(&name);
    set(name.s, eq + 1);
  }
  stralloc_free(&name);
  return 1;
}

int rules_apply(const char *path, const struct address *a, const char *host,
  const char *info, void (*set)(const char *name, const char *value))
{
  struct search s = { CDB_ZERO, { 0, 0 }, STRALLOC_ZERO, 0 };
  int r = 1;

  if (!cdb_init(&s.map, path)) return -1;
  if (search(&s, a, host, info)) {
    r = s.broken ? -1 : obey(&s.found, set);
    if (s.broken) errno = EPROTO;
  }
  cdb_free(&s.map);
  stralloc_free(&s.key);
  return r;
}
