/* ISC licence; see LICENSE. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <skalibs/strerr.h>

#include "base/alloc.h"
#include "base/env.h"
#include "account.h"
#include "auth.h"
#include "become.h"
#include "exchange.h"
#include "homes.h"
#include "pwhash.h"
#include "vpopmail.h"

/* The authenticator for vpopmail's users, without vpopmail's library. */

char const *PROG = "checkpassword-vpopmail";

#define QMAIL_DEFAULT "/var/qmail"
#define NO_LOGIN_SHELL "NOLOGIN"        /* as vchkpw has it */

static struct credentials c;
static stralloc file;           /* the one that was read last */
static enum vpop_service service;
static int dialogue;            /* of roost-sasl(7) */

static void fault(void)
{
  auth_later(&c, file.s, errno == EPROTO ? "damaged"
             : errno == EPERM ? "writable-by-everyone" : 0);
}

static int may_be_name(const char *local, const char *domain)
{
  stralloc s = STRALLOC_ZERO;
  int r;

  stralloc_cats(&s, local);
  stralloc_append(&s, '@');
  stralloc_cats(&s, domain);
  stralloc_0(&s);
  r = *local && *domain && *domain != '.' && account_name_ok(s.s);
  stralloc_free(&s);
  return r;
}

/* The name that vchkpw gives: what the client wrote. */
static void set_env(struct account *a)
{
  const char *bad = account_set(a, "env_vpopuser", c.name, strlen(c.name));

  if (bad) auth_later(&c, "VPOPUSER", bad);
}

/* What is kept in the clear serves where a hash cannot: digests, SCRAM. */
static void set_password(struct account *a, const struct vpop_user *u)
{
  stralloc clear = STRALLOC_ZERO;

  account_set(a, "password", u->hash.s, u->hash.len - 1);
  if (!(dialogue || *c.timestamp) || u->clear.len <= 1
      || pwhash_locked(u->hash.s)) return;
  stralloc_ready(&clear, u->clear.len + 16);    /* so that it never moves */
  stralloc_cats(&clear, "{PLAIN}");
  stralloc_cats(&clear, u->clear.s);
  account_set(a, "password", clear.s, clear.len);
  explicit_bzero(clear.s, clear.a);
  stralloc_free(&clear);
}

static void fill(struct account *a, const struct vpop_domain *d,
                 const struct vpop_user *u, const char *local)
{
  uint32_t flags = 0;

  if (!(u->flags & VPOP_NO_LIMITS) && vpop_limits(&flags, d, &file) == -1)
    fault();
  account_clear(a, local);
  set_password(a, u);
  user_set(&a->user.home, u->dir.s, u->dir.len - 1);
  user_set(&a->user.shell, NO_LOGIN_SHELL, strlen(NO_LOGIN_SHELL));
  a->user.uid = d->uid;
  a->user.gid = d->gid;
  a->disabled = vpop_denies(u->flags | flags, service);
  set_env(a);
}

/* A name that does not exist takes the work of one of its domain, or, if that
 * does not exist either, of the default one. */
static void stand_in(struct vpop_domain *d, const char *qmail)
{
  static struct account a = ACCOUNT_ZERO;
  struct vpop_user u = VPOP_USER_ZERO;
  const char *dflt = env_str("VPOPMAIL_DOMAIN", "");

  if ((d->dir.len || (*dflt && vpop_domain_find(d, qmail, dflt, &file) == 1))
      && vpop_sample(&u, d)) {
    set_password(&a, &u);
    account_stand_in(a.user.hash.s);
  }
  vpop_user_free(&u);
}

/* Returns 1, or 0 if there is no such user. */
static int find(struct account *a)
{
  const char *qmail = env_str("QMAIL_DIR", QMAIL_DEFAULT), *bad;
  stralloc local = STRALLOC_ZERO, domain = STRALLOC_ZERO;
  struct vpop_domain d = VPOP_DOMAIN_ZERO;
  struct vpop_user u = VPOP_USER_ZERO;
  int r = 0;

  vpop_name(&local, &domain, c.name, env_str("VPOPMAIL_DOMAIN", ""));
  if (may_be_name(local.s, domain.s)) {
    r = vpop_domain_find(&d, qmail, domain.s, &file);
    if (r == 1) r = vpop_user_find(&u, &d, local.s, &file);
  }
  if (r == -1) fault();
  if (r) {
    fill(a, &d, &u, local.s);
    bad = account_bad(a);
    if (bad) auth_later(&c, "record", bad);
  }
  if (!r) stand_in(&d, qmail);
  vpop_user_free(&u);
  vpop_domain_free(&d);
  stralloc_free(&local);
  stralloc_free(&domain);
  return r;
}

/* vpopmail's makes the directories of users when they first log in. Where
 * they are stands in a file of the domain's owner, so it is him who makes. */
static void make_home(const struct account *a)
{
  struct stat st;

  if (stat(a->user.home.s, &st) == 0 || errno != ENOENT) return;
  if (home_make_own(&a->user) == -1) auth_later(&c, "home", 0);
}

/*
 * qmail-smtpd and its like run this to ask and want `true' behind it: without
 * root, that runs as whoever asks.
 */
static void accept_smtp(char *const argv[])
{
  credentials_wipe(&c);
  run_handler(argv);
}

int main(int argc, char **argv)
{
  struct account a = ACCOUNT_ZERO;
  int found;

  (void)argc;
  dialogue = exchange_wanted();
  account_begin(&c, argv);
  service = vpop_service_of(getenv("TCPLOCALPORT"), getenv("TCPREMOTEIP"),
                            argv + 1);
  found = find(&a);
  account_verdict(&c, found ? &a : 0);
  if (a.disabled) auth_refuse(&c, "service");
  if (service == VPOP_SMTP && geteuid() != 0) accept_smtp(argv + 1);
  if (service != VPOP_SMTP) make_home(&a);
  account_accept(&c, &a, argv + 1);
}
