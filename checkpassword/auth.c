/* ISC licence; see LICENSE. */
#include "auth.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/env.h"
#include "base/log.h"
#include "become.h"
#include "pwhash.h"
#include "rehash.h"

#define FD_CREDENTIALS 3
#define AUTH_SASL "ROOST_SASL_FD"

static struct id_range range;

static void need_program(char *const argv[])
{
  if (!argv[0] || !argv[1])
    die_text(AUTH_MISUSED, "usage: program to run missing", 0);
}

static void read_credentials(struct credentials *c)
{
  prctl(PR_SET_DUMPABLE, 0);    /* a new program starts with 1 again */
  if (credentials_read(c, FD_CREDENTIALS) == -1) {
    if (errno == EMSGSIZE) auth_refuse(c, "too-long");
    if (errno == EPROTO)
      die_text(AUTH_MISUSED, "descriptor 3: not name, password, timestamp", 0);
    if (errno == EBADF)
      die_text(AUTH_MISUSED, "descriptor 3 is not open for reading", 0);
    die_sys(AUTH_TEMPORARY, "unable to read descriptor 3", 0);
  }
  close(FD_CREDENTIALS);
}

static int authorized;

/* For this name alone: what follows must not inherit it. */
static void take_authorization(struct credentials *c)
{
  const char *name = getenv(AUTH_AUTHORIZED);

  if (!name) return;
  authorized = !strcmp(name, c->name);
  if (unsetenv(AUTH_AUTHORIZED) == -1 || !authorized)
    die_text(AUTH_TEMPORARY, "authorized for another name than that on"
             " descriptor 3", 0);
}

void auth_rename(const struct credentials *c, const char *name)
{
  const char *was = getenv(AUTH_AUTHORIZED);

  if (was && !strcmp(was, c->name) && setenv(AUTH_AUTHORIZED, name, 1) == -1)
    die_sys(AUTH_TEMPORARY, "unable to hand the account on", 0);
}

int auth_authorized(void)
{
  return authorized;
}

void auth_begin(struct credentials *c, char *const argv[])
{
  need_program(argv);
  id_range_env(&range);
  rehash_env();
  read_credentials(c);
  take_authorization(c);
}

void auth_begin_dialogue(struct credentials *c, char *const argv[])
{
  need_program(argv);
  id_range_env(&range);
  rehash_env();
  prctl(PR_SET_DUMPABLE, 0);
  close(FD_CREDENTIALS);
  credentials_wipe(c);
  take_authorization(c);        /* there is none: it would be for nobody */
}

void auth_credentials(struct credentials *c, char *const argv[])
{
  need_program(argv);
  if (env_str(AUTH_SASL, 0)) run_handler(argv + 1);
  read_credentials(c);
}

/* The account is what is asked for. One without a password ('*') may have
 * been meant for just this; one that was locked ('!') was not. */
static const char *account_verdict(const struct user *u)
{
  if (!u) return "unknown";
  return pwhash_shut(u->hash.s) ? "locked" : 0;
}

const char *auth_verdict(const struct user *u, const char *dummy,
                         const char *password)
{
  const char *reason = 0;
  int r;

  if (authorized) return account_verdict(u);
  if (!u) reason = "unknown";
  else if (pwhash_locked(u->hash.s)) reason = "locked";
  else if (!*password) reason = "empty";
  else {
    r = pwhash_check(u->hash.s, password);
    if (r == 1) return 0;
    if (r == 0) return "password";
    if (errno != EINVAL) return "";
    reason = "scheme";
  }
  /* The same work as a wrong password; what comes out means nothing. A
   * fault (memory) shows as it would with a user that exists. */
  if (pwhash_check(dummy, password) == -1 && errno != EINVAL) return "";
  return reason;
}

static void log_who(const struct credentials *c)
{
  log_str("user", c->name);
  log_str("address", getenv("TCPREMOTEIP"));
}

void auth_refuse(struct credentials *c, const char *reason)
{
  log_begin("refused");
  log_who(c);
  log_str("reason", reason);
  log_end();
  credentials_wipe(c);
  _exit(AUTH_REFUSED);
}

/* As log_errno has it: '_' for a space. */
static void log_why(const char *why)
{
  stralloc s = STRALLOC_ZERO;
  size_t i;

  stralloc_cats(&s, why);
  for (i = 0; i < s.len; i++)
    if (s.s[i] == ' ') s.s[i] = '_';
  log_word("error", s.s, s.len);
  stralloc_free(&s);
}

void auth_later(struct credentials *c, const char *what, const char *why)
{
  int saved = errno;

  log_begin("deferred");
  log_who(c);
  log_str("what", what);
  if (why) log_why(why);
  else log_errno(saved);
  log_end();
  credentials_wipe(c);
  _exit(AUTH_TEMPORARY);
}

void auth_accept(struct credentials *c, const struct user *u,
                 char *const argv[])
{
  const char *reason, *step;

  if (!authorized) rehash_start(c, u->hash.s);
  credentials_forget(c);
  reason = id_range_refuses(&range, u);
  if (reason) auth_refuse(c, reason);
  if (user_become(u, &step) == -1) auth_later(c, step, 0);
  credentials_wipe(c);
  run_handler(argv);
}

void auth_hand_on(struct credentials *c, const char *name,
                  char *const argv[])
{
  if (credentials_hand(name, c->password, c->timestamp) == -1) {
    if (errno == E2BIG) auth_refuse(c, "too-long");
    auth_later(c, "pipe", 0);
  }
  credentials_wipe(c);
  run_handler(argv);
}

void auth_authorize(struct credentials *c, const char *name,
                    char *const argv[])
{
  static const char digits[] = "0123456789abcdef";
  unsigned char raw[16];
  char nobody[2 * sizeof raw + 1];
  size_t i;

  if (getentropy(raw, sizeof raw) == -1
      || setenv(AUTH_AUTHORIZED, name, 1) == -1)
    die_sys(AUTH_TEMPORARY, "unable to hand the account on", 0);
  for (i = 0; i < sizeof raw; i++) {
    nobody[2 * i] = digits[raw[i] >> 4];
    nobody[2 * i + 1] = digits[raw[i] & 15];
  }
  nobody[2 * sizeof raw] = 0;
  if (credentials_hand(name, nobody, "") == -1)
    die_sys(AUTH_TEMPORARY, "unable to hand the account on", 0);
  log_end();
  credentials_wipe(c);
  run_handler(argv + 1);
}
