/* ISC licence; see LICENSE. */
#include <errno.h>
#include <string.h>
#include <strings.h>
#include <skalibs/strerr.h>

#include "auth.h"
#include "base/alloc.h"
#include "base/log.h"
#include "exchange.h"
#include "oauth.h"
#include "oauth_message.h"
#include "pwhash.h"
#include "users_cdb.h"

/*
 * The authenticator for access tokens: OAUTHBEARER and XOAUTH2. A worker
 * without rights judges the token and gives a name; the account of that name
 * comes from the users' cdb or from a template.
 */

char const *PROG = "checkpassword-oauth";

static struct credentials c;
static struct exchange x = { .fd = -1 };
static struct oauth o;
static int bearer;

/* who it is, for all that comes later; a fault in it is the message's */
static int take_name(const char *name)
{
  size_t n = strlen(name);

  if (n > USER_NAME_MAX || user_bad_name(name, n)) return -1;
  memcpy(c.octets, name, n + 1);
  c.name = c.octets;
  c.password = c.timestamp = c.octets + n;
  exchange_user(&x, name);
  return 0;
}

static const char *status_of(const char *reason)
{
  if (!strcmp(reason, "scope")) return "insufficient_scope";
  if (!strcmp(reason, "host")) return "invalid_request";
  return "invalid_token";
}

/* a token that an authenticator behind us may know better */
static int of_others(const char *reason)
{
  static const char *const reasons[] = {
    "message", "malformed", "algorithm", "key", "issuer", "inactive",
    "unknown", 0
  };
  int i = 0;

  while (reasons[i] && strcmp(reasons[i], reason)) i++;
  return x.more && reasons[i];
}

/* RFC 7628 section 3.2.3: the client gets an object, and says it has seen it;
 * then it is refused */
static void refuse(const char *reason) __attribute__((noreturn));
static void refuse(const char *reason)
{
  stralloc out = STRALLOC_ZERO;

  oauth_error(&out, bearer, status_of(reason), o.want.scope, o.configuration);
  if (!of_others(reason)) exchange_ask(&x, out.s, out.len);
  exchange_end(&x);
  auth_refuse(&c, reason);
}

static void begin(char **argv)
{
  if (!exchange_wanted()) {     /* no password is a token */
    auth_begin(&c, argv);
    auth_refuse(&c, "mechanism");
  }
  oauth_settings(&o);
  auth_begin_dialogue(&c, argv);
  exchange_begin(&x);
  bearer = !strcmp(x.mechanism, "OAUTHBEARER");
  if ((!bearer && strcmp(x.mechanism, "XOAUTH2")) || !x.first)
    die_text(AUTH_MISUSED, "mechanism not served: ", x.mechanism);
}

/* the token says who it is, the client whom it wants to be: the same */
static void judge(void)
{
  struct oauth_message m = { .user = STRALLOC_ZERO };
  stralloc text = STRALLOC_ZERO;
  enum oauth_verdict v;
  int bad = oauth_message(&m, bearer, x.message.s, x.message.len);

  if (*m.user.s && take_name(m.user.s) == -1) bad = -1;
  if (bad) refuse("message");
  if (o.hosts && *m.host.s && !oauth_listed(o.hosts, m.host.s)) refuse("host");
  v = oauth_judge(&o, m.token.s, &text);
  explicit_bzero(m.token.s, m.token.a);
  if (v == OAUTH_LATER) auth_later(&c, "token", text.s);
  if (v == OAUTH_BAD) refuse(text.s);
  if (*m.user.s && strcasecmp(m.user.s, text.s)) refuse("authzid");
  if (take_name(text.s) == -1) refuse("claim");
  oauth_message_free(&m);
  stralloc_free(&text);
}

static void find(struct user *u)
{
  struct users_cdb db = USERS_CDB_ZERO;
  int r;

  if (o.home) {
    if (oauth_account(&o, c.name, u) == -1) refuse("unknown");
    return;
  }
  if (users_cdb_open(&db, users_cdb_path()) == -1)
    auth_later(&c, users_cdb_path(), 0);
  r = users_cdb_find(&db, c.name, u);
  if (r == -1) auth_later(&c, users_cdb_path(), 0);
  users_cdb_close(&db);
  if (!r) refuse("unknown");
  /* "*" is a user without a password, who may have tokens */
  if (pwhash_shut(u->hash.s)) refuse("locked");
}

int main(int argc, char **argv)
{
  struct user u = USER_ZERO;

  (void)argc;
  begin(argv);
  judge();
  find(&u);
  exchange_end(&x);
  auth_accept(&c, &u, argv + 1);
}
