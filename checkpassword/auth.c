/* ISC licence; see LICENSE. */
#include "auth.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/log.h"
#include "become.h"
#include "pwhash.h"

#define FD_CREDENTIALS 3

static struct id_range range;

void auth_begin(struct credentials *c, char *const argv[])
{
  if (!argv[0] || !argv[1])
    die_text(AUTH_MISUSED, "usage: program to run missing", 0);
  id_range_env(&range);
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

const char *auth_verdict(const struct user *u, const char *dummy,
                         const char *password)
{
  const char *reason = 0;
  int r;

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

  credentials_forget(c);
  reason = id_range_refuses(&range, u);
  if (reason) auth_refuse(c, reason);
  if (user_become(u, &step) == -1) auth_later(c, step, 0);
  credentials_wipe(c);
  run_handler(argv);
}
