/* ISC licence; see LICENSE. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <skalibs/strerr.h>

#include "base/alloc.h"
#include "base/env.h"
#include "base/log.h"
#include "base/note.h"
#include "base/sandbox.h"
#include "base/title.h"
#include "login/sign.h"
#include "maildir/account.h"
#include "maildir/folder.h"
#include "session.h"
#include "term.h"

char const *PROG = "pop3d";

#define TIMEOUT_MIN 600         /* seconds; RFC 1939 section 3 */
#define TIMEOUT_MAX 86400

static struct session session;  /* its buffers cost nothing until used */

struct settings {
  const char *maildir;
  struct uidl_format format;
  const struct uidl_format *wanted;     /* &format, or 0 */
};

static enum send_how read_how(void)
{
  const char *v = env_str("POP3_8BIT", "surrogate");

  if (getenv(SIGN_POP3_UTF8_VAR)) return SEND_AS_IS;
  if (!strcmp(v, "surrogate")) return SEND_SURROGATE;
  if (!strcmp(v, "refuse")) return SEND_REFUSE;
  if (!strcmp(v, "as-is")) return SEND_AS_IS;
  die_text(100, "invalid value of $", "POP3_8BIT");
}

static void read_settings(struct settings *set, struct session *s)
{
  const char *v = env_str("POP3_UIDL", 0);
  int64_t ms = (int64_t)env_num("POP3_TIMEOUT", TIMEOUT_MIN, TIMEOUT_MAX,
                                TIMEOUT_MIN) * 1000;

  set->wanted = 0;
  if (v) {
    if (!uidl_format_name(&set->format, v))
      die_text(100, "invalid value of $", "POP3_UIDL");
    set->wanted = &set->format;
  }
  s->how = read_how();
  s->mark_seen = env_bool("POP3_SEEN", 1);
  s->expire = "NEVER";
  if (env_num("POP3_EXPIRE", 1, 100000, 0)) s->expire = getenv("POP3_EXPIRE");
  s->front_end = getenv(SIGN_FD_VAR) != 0;
  input_init(&s->in, 0, &s->out, ms);
  output_init(&s->out, 1, ms);
}

/* root's mail is not served, nor that of users outside of a range */
static void check_uid(void)
{
  uint64_t min = env_num("MIN_UID", 0, UINT32_MAX, 1);
  uint64_t max = env_num("MAX_UID", 0, UINT32_MAX, UINT32_MAX);
  uid_t uid = getuid();

  if (!uid || !geteuid()) die_text(100, "uid 0 is not served", 0);
  if (uid != geteuid()) die_text(100, "started set-uid", 0);
  if (uid < min || uid > max)
    die_text(100, "uid is not between MIN_UID and MAX_UID", 0);
}

/* a fence that this kernel lacks is not needed to serve mail, but the log
 * says so */
static void fence(const char *maildir)
{
  static const char *const below[] = { "/cur", "/new", "/tmp" };
  stralloc path[3] = { STRALLOC_ZERO, STRALLOC_ZERO, STRALLOC_ZERO };
  const char *rw[6] = { maildir }, *ro[] = { "/proc", 0 };
  size_t i, n = 1;

  for (i = 0; i < 3; i++) {             /* they may be links to elsewhere */
    stralloc_cats(&path[i], maildir);
    stralloc_cats(&path[i], below[i]);
    stralloc_0(&path[i]);
    rw[n++] = path[i].s;
  }
  rw[n] = env_str("INDEXDIR", 0);
  if (sandbox_paths(rw, ro) == -1) log_fault("warning", "landlock");
  if (sandbox_mail() == -1) log_fault("warning", "seccomp");
  for (i = 0; i < 3; i++) stralloc_free(&path[i]);
}

/*
 * There is no mail to serve. A front end of ours still holds the client and
 * answers it; behind any other the client gets its line from us.
 */
static void refuse(const char *text, const char *what)
{
  int saved = errno;

  if (!session.front_end) {
    reply_err(&session, "[SYS/TEMP] the mailbox cannot be opened now");
    output_flush(&session.out);
  }
  errno = saved;
  die_sys(111, text, what);
}

int main(int argc, char **argv)
{
  struct settings set;
  struct account account;
  struct folder *inbox;

  title_init(argc, argv);
  set.maildir = argc > 1 ? argv[1] : env_str("MAILDIR", 0);
  if (argc > 2 || !set.maildir)
    die_text(100, "usage: pop3d maildir (or $MAILDIR)", 0);
  signal(SIGPIPE, SIG_IGN);
  read_settings(&set, &session);
  check_uid();
  if (account_open(&account, set.maildir) == -1)
    refuse("unable to open ", set.maildir);
  note_account(account.rootfd);
  fence(set.maildir);
  if (folder_open(&inbox, &account, "", 0, 0) == -1
      || folder_sync(inbox) == -1
      || maildrop_open(&session.drop, inbox, set.wanted) == -1)
    refuse("unable to read ", set.maildir);
  if (sign_of_life() == -1) die_sys(111, "unable to give the sign", 0);
  note_folder("INBOX", 5);
  title_set(env_user(""), env_str("TCPREMOTEIP", ""), "INBOX",
            (char *)0);
  term_init();
  session_run(&session);
  session_log(&session);
  maildrop_close(&session.drop);
  folder_close(inbox);
  account_close(&account);
  return 0;
}
