/* ISC licence; see LICENSE. */
#include "claims.h"

#include <string.h>

/* 1 if word, len octets, is one of those between spaces in list */
static int listed(const char *list, const char *word, size_t len)
{
  size_t n;

  for (; *list; list += n + strspn(list + n, " ")) {
    n = strcspn(list, " ");
    if (n == len && !memcmp(list, word, len)) return 1;
  }
  return 0;
}

static int is_one_of(const json_t *v, const char *list)
{
  const char *s = json_string_value(v);

  return s && *s && listed(list, s, strlen(s));
}

/* a string or an array of them, RFC 7519 section 4.1.3 */
static int has_audience(const json_t *aud, const char *list)
{
  size_t i;

  if (is_one_of(aud, list)) return 1;
  for (i = 0; i < json_array_size(aud); i++)
    if (is_one_of(json_array_get(aud, i), list)) return 1;
  return 0;
}

/* RFC 8693 section 4.2: words between spaces; some write "scp", or an array */
static int has_scope(const json_t *claims, const char *want)
{
  const json_t *v = json_object_get(claims, "scope");
  const char *s;
  size_t i;

  if (!v) v = json_object_get(claims, "scp");
  s = json_string_value(v);
  if (s) return listed(s, want, strlen(want));
  for (i = 0; i < json_array_size(v); i++) {
    s = json_string_value(json_array_get(v, i));
    if (s && !strcmp(s, want)) return 1;
  }
  return 0;
}

/* a NumericDate, which may have a fraction; 1, or 0 if it is none */
static int date(const json_t *v, double *out)
{
  *out = json_number_value(v);
  return json_is_number(v);
}

static const char *check_time(const json_t *claims, int need, int64_t now)
{
  const json_t *exp = json_object_get(claims, "exp");
  const json_t *nbf = json_object_get(claims, "nbf");
  double t;

  if (exp || need) {
    if (!date(exp, &t) || (double)now >= t + CLAIMS_LEEWAY) return "expired";
  }
  if (nbf && (!date(nbf, &t) || (double)now + CLAIMS_LEEWAY < t))
    return "not-yet";
  return 0;
}

/* Whoever may write any address into his profile is not that address. Some
 * servers write the word in place of the value. */
static int verified(const json_t *claims)
{
  const json_t *v = json_object_get(claims, "email_verified");
  const char *s = json_string_value(v);

  return !v || json_is_true(v) || (s && !strcmp(s, "true"));
}

const char *claims_check(const json_t *claims, const struct claims_want *want,
                         int64_t now, const char **user)
{
  const char *bad = check_time(claims, want->expiry, now);
  const char *iss = json_string_value(json_object_get(claims, "iss"));

  if (bad) return bad;
  if (want->issuer && (!iss || strcmp(iss, want->issuer))) return "issuer";
  if (want->audience
      && !has_audience(json_object_get(claims, "aud"), want->audience))
    return "audience";
  if (want->scope && !has_scope(claims, want->scope)) return "scope";
  *user = json_string_value(json_object_get(claims, want->name));
  if (!*user || !**user) return "claim";
  if (!strcmp(want->name, "email") && !verified(claims)) return "claim";
  return 0;
}
