/* ISC licence; see LICENSE. */
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <security/pam_appl.h>
#include <shadow.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <skalibs/strerr.h>

#include "base/alloc.h"
#include "base/env.h"
#include "base/log.h"
#include "account.h"
#include "auth.h"
#include "become.h"
#include "deadline.h"
#include "placeholder.h"
#include "pwhash.h"

/*
 * The authenticator that asks PAM: may this one log in? Who that is, its ids
 * and its home, comes from passwd(5), or for users that only PAM knows from
 * the environment.
 */

char const *PROG = "checkpassword-pam";

static struct credentials c;
static pam_handle_t *pam;

/* ------------------------------------------------------- the conversation */

static void answers_free(struct pam_response *r, int n)
{
  int i;

  for (i = 0; i < n; i++)
    if (r[i].resp) {
      explicit_bzero(r[i].resp, strlen(r[i].resp));
      free(r[i].resp);
    }
  free(r);
}

/*
 * A prompt without echo is the password's. One with echo asks for something
 * that we do not have: a stack that needs more than a password cannot serve
 * here, so that is a fault. What modules say to the user nobody reads.
 */
static int converse(int n, const struct pam_message **m,
                    struct pam_response **out, void *arg)
{
  struct pam_response *r;
  int i, ret = PAM_SUCCESS;

  (void)arg;
  if (n <= 0 || n > PAM_MAX_NUM_MSG) return PAM_CONV_ERR;
  r = calloc((size_t)n, sizeof *r);
  if (!r) return PAM_BUF_ERR;
  for (i = 0; i < n && ret == PAM_SUCCESS; i++)
    switch (m[i]->msg_style) {
      case PAM_PROMPT_ECHO_OFF:
        r[i].resp = strdup(c.password);
        if (!r[i].resp) ret = PAM_BUF_ERR;
        break;
      case PAM_TEXT_INFO: case PAM_ERROR_MSG: break;
      default: ret = PAM_CONV_ERR;
    }
  if (ret == PAM_SUCCESS) *out = r;
  else answers_free(r, n);
  return ret;
}

/* A refusal takes as long as it takes here; the front end delays clients. */
static void no_delay(int status, unsigned int usec, void *arg)
{
  (void)status;
  (void)usec;
  (void)arg;
}

/* ------------------------------------------------------------- verdicts */

static const struct {
  int code;
  const char *reason;
} refusals[] = {
  { PAM_AUTH_ERR, "password" },
  { PAM_MAXTRIES, "password" },
  { PAM_USER_UNKNOWN, "unknown" },
  { PAM_PERM_DENIED, "denied" },
  { PAM_CRED_INSUFFICIENT, "denied" },
  { PAM_ACCT_EXPIRED, "expired" },
  { PAM_CRED_EXPIRED, "expired" },
  { PAM_NEW_AUTHTOK_REQD, "aged" },
  { PAM_AUTHTOK_EXPIRED, "aged" }
};

/* Whatever is not a clear refusal may be different later. */
static void verdict(const char *step, int r)
{
  size_t i;

  if (r == PAM_SUCCESS) return;
  for (i = 0; i < sizeof refusals / sizeof refusals[0]; i++)
    if (r == refusals[i].code) {
      pam_end(pam, r);
      auth_refuse(&c, refusals[i].reason);
    }
  auth_later(&c, step, pam_strerror(pam, r));
}

static void must(const char *step, int r)
{
  if (r != PAM_SUCCESS) auth_later(&c, step, pam_strerror(pam, r));
}

/* ------------------------------------------------------------ who it is */

/* "name" names an account of the system whose ids and groups are meant */
static struct passwd *system_account(const char *name)
{
  struct passwd *pw;

  errno = 0;
  pw = getpwnam(name);
  if (!pw && errno && errno != ENOENT) auth_later(&c, "accounts", 0);
  return pw;
}

/* PAM_ACCOUNT: all users are that account's; PAM_HOME is where they live. */
static void virtual(struct account *a, const char *name, const char *owner)
{
  struct login_values v = LOGIN_VALUES_ZERO;
  struct passwd *pw = system_account(owner);
  stralloc home = STRALLOC_ZERO;
  const char *bad;

  if (!pw) auth_later(&c, "PAM_ACCOUNT", "there is no such account");
  if (!account_name_ok(name)) auth_refuse(&c, "name");
  login_values_set(&v, name);
  bad = template_expand(&home, env_str("PAM_HOME", ""), &v, template_path);
  stralloc_0(&home);
  if (!bad) bad = user_bad_home(home.s, home.len - 1);
  if (bad) auth_later(&c, "PAM_HOME", bad);
  account_clear(a, name);
  user_set(&a->user.home, home.s, home.len - 1);
  a->user.uid = pw->pw_uid;
  a->user.gid = pw->pw_gid;
}

/*
 * pam_unix looks whether a password is locked in its first stage only, which
 * is left out where a wrapper has checked the client.
 */
static void not_locked(const struct passwd *pw)
{
  const char *hash = pw->pw_passwd;
  struct spwd *sp;

  if (!strcmp(hash, "x") && (sp = getspnam(pw->pw_name))) hash = sp->sp_pwdp;
  if (pwhash_shut(hash)) auth_refuse(&c, "locked");
}

static void who(struct account *a, const char *name)
{
  const char *owner = env_str("PAM_ACCOUNT", 0);
  struct passwd *pw;

  if (owner) {
    virtual(a, name, owner);
    return;
  }
  pw = system_account(name);
  if (!pw) auth_refuse(&c, "no-account");
  if (auth_authorized()) not_locked(pw);
  account_clear(a, pw->pw_name);
  a->user.uid = pw->pw_uid;
  a->user.gid = pw->pw_gid;
  a->user.groups = initgroups;
  user_set(&a->user.home, pw->pw_dir, strlen(pw->pw_dir));
  if (*pw->pw_shell)
    user_set(&a->user.shell, pw->pw_shell, strlen(pw->pw_shell));
  else
    user_set(&a->user.shell, "/bin/sh", 7);
}

/* What pam_env and others set, as far as a user may have it. */
static void environment(struct account *a)
{
  char **list = pam_getenvlist(pam);
  size_t i;

  for (i = 0; list && list[i]; i++) {
    if (!user_bad_env(list[i], strlen(list[i]))) {
      stralloc_cats(&a->user.env, list[i]);
      stralloc_0(&a->user.env);
    }
    free(list[i]);
  }
  free(list);
  if (a->user.env.len > USER_ENV_MAX)
    auth_later(&c, "environment", "more than 16 kB");
}

/* ------------------------------------------------------------- sessions */

static pid_t child;

static void pass_on(int sig)
{
  if (child > 0) kill(child, sig);
}

static void catch_signals(void)
{
  static const int signals[] = { SIGTERM, SIGHUP, SIGINT, SIGUSR1, SIGUSR2 };
  struct sigaction act = { .sa_handler = pass_on };
  size_t i;

  sigemptyset(&act.sa_mask);
  for (i = 0; i < sizeof signals / sizeof signals[0]; i++)
    sigaction(signals[i], &act, 0);
}

/*
 * A session has to be closed by somebody with the rights that opened it: this
 * process waits for the handler, passes signals on, and ends as it ended.
 */
static void wait_and_close(void)
{
  int status = 0, r;

  close(0);
  close(1);
  while (waitpid(child, &status, 0) == -1)
    if (errno != EINTR) break;
  child = -1;
  r = pam_close_session(pam, PAM_SILENT);
  pam_setcred(pam, PAM_DELETE_CRED | PAM_SILENT);
  pam_end(pam, r);
  if (!WIFSIGNALED(status)) _exit(WEXITSTATUS(status));
  signal(WTERMSIG(status), SIG_DFL);
  kill(getpid(), WTERMSIG(status));
  _exit(AUTH_TEMPORARY);
}

/* Credentials are for a session: without one nobody would delete them. */
static void open_session(void)
{
  deadline_step("credentials");
  must("credentials", pam_setcred(pam, PAM_ESTABLISH_CRED | PAM_SILENT));
  deadline_step("session");
  must("session", pam_open_session(pam, PAM_SILENT));
  deadline_end();
}

/* Returns in the process that becomes the handler. */
static void keep_session(void)
{
  sigset_t all, old;

  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, &old);   /* none is lost before the handler */
  child = fork();
  if (child == -1) {
    pam_close_session(pam, PAM_SILENT);
    auth_later(&c, "fork", 0);
  }
  if (child) {
    credentials_wipe(&c);
    catch_signals();
  }
  sigprocmask(SIG_SETMASK, &old, 0);
  if (child) wait_and_close();
}

/* ---------------------------------------------------------------- main */

static void start(const char *service)
{
  struct pam_conv conv = { converse, 0 };
  const char *address = env_str("TCPREMOTEIP", 0);
  int r = pam_start(service, c.name, &conv, &pam);

  if (r != PAM_SUCCESS) auth_later(&c, "start", "PAM does not start");
  if (address) must("start", pam_set_item(pam, PAM_RHOST, address));
  must("start", pam_set_item(pam, PAM_TTY, PROG));
  pam_set_item(pam, PAM_FAIL_DELAY, (const void *)no_delay);
}

static int service_ok(const char *s)
{
  return *s && *s != '.' && !strchr(s, '/');
}

/* The name of the account as the modules left it, which may be another. */
static const char *final_name(void)
{
  const void *name = 0;

  must("name", pam_get_item(pam, PAM_USER, &name));
  if (!name || !*(const char *)name) auth_refuse(&c, "unknown");
  return name;
}

static void printable_name(void)
{
  const char *s;

  for (s = c.name; *s; s++)
    if ((unsigned char)*s < ' ' || *s == 0x7f) auth_refuse(&c, "unknown");
  if (!*c.name) auth_refuse(&c, "unknown");
}

int main(int argc, char **argv)
{
  const char *service = env_str("PAM_SERVICE", "roost");
  struct account a = ACCOUNT_ZERO;
  int sessions;

  if (argc > 2 && !strcmp(argv[1], "-s")) {
    service = argv[2];
    argv += 2;
  }
  auth_begin(&c, argv);
  if (!service_ok(service)) die_text(100, "not a name of a service: ", service);
  sessions = env_bool("PAM_SESSION", 0);
  deadline_begin((unsigned int)env_num("PAM_TIMEOUT", 1, 600, 30), &c);
  printable_name();
  if (!*c.password) auth_refuse(&c, "empty");
  deadline_step("start");
  start(service);
  deadline_step("authenticate");
  if (!auth_authorized())
    verdict("authenticate", pam_authenticate(pam, PAM_SILENT
                                             | PAM_DISALLOW_NULL_AUTHTOK));
  deadline_step("account");
  verdict("account", pam_acct_mgmt(pam, PAM_SILENT
                                   | PAM_DISALLOW_NULL_AUTHTOK));
  deadline_step("accounts");
  who(&a, final_name());
  if (sessions) open_session();
  environment(&a);
  if (sessions) keep_session();
  deadline_end();
  account_accept(&c, &a, argv + 1);
}
