/* ISC licence; see LICENSE. */
#include "account.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/address.h"
#include "base/alloc.h"
#include "base/env.h"
#include "base/log.h"
#include "auth.h"
#include "exchange.h"
#include "pwhash.h"
#include "sasl_login.h"
#include "secret_file.h"

#define NO_SHELL "/bin/false"   /* a virtual user has none */
#define SECRET_VAR "DUMMY_SECRET"
#define SECRET_DEFAULT "/etc/machine-id"

void account_clear(struct account *a, const char *name)
{
  user_clear(&a->user);
  user_set(&a->user.name, name, strlen(name));
  user_set(&a->user.hash, "*", 1);
  user_set(&a->user.home, "", 0);
  user_set(&a->user.shell, NO_SHELL, strlen(NO_SHELL));
  user_set(&a->networks, "", 0);
  a->disabled = 0;
}

void account_free(struct account *a)
{
  user_free(&a->user);
  stralloc_free(&a->networks);
}

/* ------------------------------------------------------------- the fields */

static const char *set_id(uint32_t *id, const char *value, size_t len,
                          const char *bad)
{
  return user_scan_id(value, len, id) ? 0 : bad;
}

static const char *set_disabled(struct account *a, const char *value,
                                size_t len)
{
  static const char *const words[] = {
    "", "0", "f", "false", "n", "no", "off",
    "1", "t", "true", "y", "yes", "on"
  };
  size_t i;

  for (i = 0; i < sizeof words / sizeof words[0]; i++)
    if (strlen(words[i]) == len && !strncasecmp(words[i], value, len)) {
      a->disabled = i >= 7;
      return 0;
    }
  return "disabled is neither yes nor no";
}

static const char *set_env(struct account *a, const char *name,
                           const char *value, size_t len)
{
  stralloc *env = &a->user.env;
  size_t start = env->len, i;
  const char *bad;

  if (strchr(name, '=')) return "a = in the name of a variable";
  for (i = 0; name[i]; i++)
    stralloc_append(env, (char)toupper((unsigned char)name[i]));
  stralloc_append(env, '=');
  stralloc_catb(env, value, len);
  bad = user_bad_env(env->s + start, env->len - start);
  if (bad) env->len = start;
  else stralloc_0(env);
  return bad;
}

static const char *set_networks(struct account *a, const char *value,
                                size_t len)
{
  struct nets l;

  user_set(&a->networks, value, len);
  if (strlen(a->networks.s) == len && nets_scan(&l, a->networks.s) == 0)
    return 0;
  return "networks is not a list of networks";
}

static const char *set_hash(struct account *a, const char *value, size_t len)
{
  if (len > PWHASH_MAX || memchr(value, 0, len)) return "the hash is too long";
  if (a->user.hash.s) explicit_bzero(a->user.hash.s, a->user.hash.len);
  user_set(&a->user.hash, value, len);
  return 0;
}

static const char *set_text(stralloc *field, const char *value, size_t len)
{
  if (len > USER_HOME_MAX) return "a value is too long";
  if (memchr(value, 0, len)) return "a value holds a NUL";
  user_set(field, value, len);
  return 0;
}

const char *account_set(struct account *a, const char *field,
                        const char *value, size_t len)
{
  struct user *u = &a->user;

  if (!value) return 0;
  if (!strcasecmp(field, "password")) return set_hash(a, value, len);
  if (!strcasecmp(field, "uid"))
    return set_id(&u->uid, value, len, "the uid is invalid");
  if (!strcasecmp(field, "gid"))
    return set_id(&u->gid, value, len, "the gid is invalid");
  if (!strcasecmp(field, "home")) return set_text(&u->home, value, len);
  if (!strcasecmp(field, "user")) return set_text(&u->name, value, len);
  if (!strcasecmp(field, "maildir")) return set_env(a, "maildir", value, len);
  if (!strcasecmp(field, "disabled")) return set_disabled(a, value, len);
  if (!strcasecmp(field, "networks")) return set_networks(a, value, len);
  if (!strncasecmp(field, "env_", 4)) return set_env(a, field + 4, value, len);
  return "there is no such field";
}

const char *account_bad_field(const char *field)
{
  static const char *const fields[] = {
    "password", "uid", "gid", "home", "user", "maildir", "disabled", "networks"
  };
  struct account a = ACCOUNT_ZERO;
  const char *bad;
  size_t i;

  for (i = 0; i < sizeof fields / sizeof fields[0]; i++)
    if (!strcasecmp(field, fields[i])) return 0;
  bad = account_set(&a, field, "", 0);  /* env_NAME */
  account_free(&a);
  return bad;
}

const char *account_bad(const struct account *a)
{
  const struct user *u = &a->user;

  if (u->home.len <= 1) return "there is no home";
  if (u->uid == (uid_t)-1) return "there is no uid";
  if (u->gid == (gid_t)-1) return "there is no gid";
  return user_bad_record(u);
}

/* --------------------------------------------------------------- the name */

/* Length of the UTF-8 character that s starts with, 0 if it is none (RFC
 * 3629 section 4: nothing overlong, no surrogates, at most U+10FFFF). */
static size_t character(const unsigned char *s)
{
  size_t n, i;

  if (*s < 0x80) return 1;
  n = *s < 0xc2 ? 0 : *s < 0xe0 ? 2 : *s < 0xf0 ? 3 : *s < 0xf5 ? 4 : 0;
  for (i = 1; i < n; i++)
    if ((s[i] & 0xc0) != 0x80) return 0;
  if ((*s == 0xe0 && s[1] < 0xa0) || (*s == 0xed && s[1] > 0x9f)
      || (*s == 0xf0 && s[1] < 0x90) || (*s == 0xf4 && s[1] > 0x8f)) return 0;
  return n;
}

int account_name_ok(const char *name)
{
  const unsigned char *s = (const unsigned char *)name;
  size_t n;

  if (user_bad_name(name, strlen(name))) return 0;
  for (; *s; s += n)
    if (!(n = character(s))) return 0;
  return 1;
}

/* ------------------------------------------------------------ letting in */

static int dialogue;
static const char *stand_in;

void account_begin(struct credentials *c, char *const argv[])
{
  dialogue = exchange_wanted();
  sasl_begin(c, argv);
}

/* Passwords have no need of it. */
static void read_secret(stralloc *out)
{
  if (dialogue)
    settings_file_read(out, env_str(SECRET_VAR, SECRET_DEFAULT), 0);
}

void account_stand_in(const char *hash)
{
  stand_in = hash;
}

void account_verdict(struct credentials *c, const struct account *a)
{
  const char *dummy = env_str("DUMMY_HASH", stand_in), *reason;
  stralloc made = STRALLOC_ZERO, secret = STRALLOC_ZERO;

  if (!dummy) {
    if (pwhash_salt(&made, 0, 0) == -1) auth_later(c, "salt", 0);
    stralloc_0(&made);
    dummy = made.s;
  }
  read_secret(&secret);
  reason = sasl_verdict(c, a ? &a->user : 0, dummy, secret.s, secret.len);
  stralloc_free(&made);
  stralloc_free(&secret);
  if (reason && !*reason) auth_later(c, "crypt", 0);
  if (reason) auth_refuse(c, reason);
}

/* An address that is not known is in no network. */
static int from_there(const char *networks)
{
  struct address a;
  struct nets l;

  if (!*networks) return 1;
  return nets_scan(&l, networks) == 0
    && address_scan(&a, env_str("TCPREMOTEIP", "")) == 0 && nets_match(&l, &a);
}

void account_accept(struct credentials *c, const struct account *a,
                    char *const argv[])
{
  if (a->disabled) auth_refuse(c, "disabled");
  if (!from_there(a->networks.s)) auth_refuse(c, "network");
  auth_accept(c, &a->user, argv);
}
