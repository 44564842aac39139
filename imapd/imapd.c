/* ISC licence; see LICENSE. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>
#include <skalibs/strerr.h>

#include "base/alloc.h"
#include "base/env.h"
#include "base/log.h"
#include "base/note.h"
#include "base/sandbox.h"
#include "base/title.h"
#include "command.h"
#include "login/sign.h"
#include "new_account.h"
#include "maildir/index.h"
#include "rest.h"
#include "session.h"

/* imapd Maildir: one IMAP session for the user that it runs as. */

char const *PROG = "imapd";

/* once a signal asked for the end, a client that takes nothing may hold us so long */
#define STOP_GRACE 10

/* IMAP_REST: stay */
#define REST_NEVER 86400000

static struct session session;
static int stop_fd = -1;

static void on_stop(int sig)
{
  uint64_t one = 1;
  ssize_t w;

  session_stop = sig;
  w = write(stop_fd, &one, sizeof one);
  (void)w;
  alarm(STOP_GRACE);
}

static void catch_signals(void)
{
  struct sigaction sa;

  memset(&sa, 0, sizeof sa);
  sa.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &sa, 0);
  stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (stop_fd == -1) die_sys(111, "unable to make an eventfd", 0);
  sa.sa_handler = on_stop;
  sigaction(SIGTERM, &sa, 0);
  sigaction(SIGN_ADDRESS_LIMIT, &sa, 0);
  sigaction(SIGN_ACCOUNT_LIMIT, &sa, 0);
  sigaction(SIGN_KICKED, &sa, 0);
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

/*
 * The account cannot be opened. With a front end of ours that is all: it
 * still holds the client and answers it. Others get one line.
 */
static void refuse(const char *dir, const char *tag)
{
  int e = errno;

  if (!getenv(SIGN_FD_VAR)) {
    if (tag) {
      reply_puts(&session.out, tag);
      reply_puts(&session.out, " NO [UNAVAILABLE] the mailbox cannot be opened"
                               ", try again later\r\n");
    } else
      reply_untagged(&session.out,
                     "BYE [UNAVAILABLE] the mailbox cannot be opened");
    reply_flush(&session.out);
  }
  errno = e;
  die_sys(111, "unable to open ", dir);
}

/* what localtime reads; locks look at /proc/PID */
static const char *const readable[] = {
  "/usr/share/zoneinfo", "/etc/localtime", "/proc", 0
};
/* the same for an imapd that has shared libraries, and comes back by exec */
static const char *const readable_to_load[] = {
  "/usr/share/zoneinfo", "/etc/localtime", "/proc", "/usr/lib", "/usr/lib64",
  "/lib", "/lib64", "/usr/local/lib", "/etc/ld.so.cache", 0
};

/* folders that are links to elsewhere, for the fence */
#define LINKS_MAX 64

/* PATH/NAME into paths if it is a link; names are borrowed by nobody */
static void add_link(stralloc *paths, size_t *n, int rootfd, const char *dir,
                     const char *name)
{
  struct stat st;

  if (fstatat(rootfd, name, &st, AT_SYMLINK_NOFOLLOW) == -1
      || !S_ISLNK(st.st_mode) || *n == LINKS_MAX)
    return;
  stralloc_cats(paths, dir);
  stralloc_cats(paths, "/");
  stralloc_cats(paths, name);
  stralloc_0(paths);
  ++*n;
}

static void find_links(const struct account *a, const char *dir,
                       stralloc *paths, size_t *n)
{
  stralloc names = STRALLOC_ZERO, name = STRALLOC_ZERO;
  size_t i, len;

  add_link(paths, n, a->rootfd, dir, "cur");
  add_link(paths, n, a->rootfd, dir, "new");
  add_link(paths, n, a->rootfd, dir, "tmp");
  if (tree_list(&a->tree, &names) == -1) names.len = 0;
  for (i = 0; i < names.len; i += len + 1) {
    len = strlen(names.s + i);
    name.len = 0;
    tree_dir(&name, names.s + i, len);
    add_link(paths, n, a->rootfd, dir, name.s);
  }
  stralloc_free(&names);
  stralloc_free(&name);
}

/*
 * From here on: the mail, the index, and what is readable. A fence that this
 * kernel lacks is not needed to serve mail, but the log says so.
 */
static void fence(const struct account *a, const char *dir)
{
  const char *rw[LINKS_MAX + 3] = { dir };
  stralloc paths = STRALLOC_ZERO;
  size_t i, at = 0, links = 0, n = 1, programs = 0;
  int run[REST_PROGRAMS], whole;

  if (!a->tree.plain) find_links(a, dir, &paths, &links);
  for (i = 0; i < links; i++, at += strlen(paths.s + at) + 1)
    rw[n++] = paths.s + at;
  rw[n] = env_str("INDEXDIR", 0);
  if (session.in.leave_ms != REST_NEVER) programs = rest_programs(run);
  whole = sandbox_paths_exec(rw, programs == REST_PROGRAMS ? readable_to_load
                             : readable, run, programs) == 0;
  if (!whole) log_fault("warning", "landlock");
  if ((whole && programs ? sandbox_mail_exec() : sandbox_mail()) == -1) {
    log_fault("warning", "seccomp");
    whole = 0;
  }
  if (programs == REST_PROGRAMS) close(run[programs - 1]);
  if (whole && programs) rest_allow(&session, dir);
  else if (programs) rest_forbid();
  stralloc_free(&paths);
}

static void settings(struct session *s)
{
  s->in.idle_ms = (int64_t)env_num("IMAP_TIMEOUT", 1800, 86400, 1800) * 1000;
  s->in.line_max = env_num("IMAP_LINE_MAX", 8192, 262144, 65536);
  s->in.leave_ms = (int64_t)env_num("IMAP_REST", 0, REST_NEVER, 4000);
  s->progress_ms = (int64_t)env_num("IMAP_PROGRESS", 1, 3600, 12) * 1000;
  s->message_max = env_num("IMAP_MESSAGE_MAX", 1024, (uint64_t)1 << 40,
                           (uint64_t)100 << 20);
  s->message_limit = (uint32_t)env_num("IMAP_MESSAGE_LIMIT", 1000, UINT32_MAX,
                                       0);
  s->utf8_strict = env_bool("IMAP_UTF8", 1);
  s->shed_load = (int64_t)env_num("SHED_LOAD", 0, 100000, SHED_NEVER);
  new_account_init();
  s->user = env_user(0);
  s->address = env_str("TCPREMOTEIP", 0);
}

static void greet(struct session *s, const char *tag)
{
  if (tag) {
    reply_puts(&s->out, tag);
    reply_puts(&s->out, " OK [CAPABILITY ");
  } else
    reply_puts(&s->out, "* PREAUTH [CAPABILITY ");
  capabilities_put(s);
  reply_puts(&s->out, tag ? "] logged in\r\n" : "] Roost ready\r\n");
}

static void log_start(const struct session *s, const char *tag)
{
  const char *id = getenv(SIGN_IMAP_ID_VAR);

  if (tag && !id) return;               /* the front end has logged it */
  log_begin(tag ? "id" : "start");
  log_str("user", s->user);
  log_str("address", s->address);
  log_str("id", id);
  log_end();
}

static void log_session_end(const struct session *s)
{
  log_begin("end");
  log_str("user", s->user);
  log_str("address", s->address);
  log_num("in", s->in.received);
  log_num("out", s->out.sent);
  log_num("fetched", s->fetched);
  log_num("expunged", s->expunged);
  log_num("appended", s->appended);
  log_str("reason", s->why ? s->why : "unknown");
  log_end();
}

/* the tag that awaits its OK; 0 if there was no login */
static const char *login_tag(void)
{
  const char *tag = env_str(SIGN_IMAP_TAG_VAR, 0), *t;

  for (t = tag; t && *t; t++)
    if (!is_tag_char((unsigned char)*t))
      die_text(100, "invalid value of $", SIGN_IMAP_TAG_VAR);
  return tag;
}

static void say_no_memory(void)
{
  reply_last_words(&session.out, "* BYE [UNAVAILABLE] the server is out of "
                   "memory, try again later\r\n");
}

static void say_index_damaged(void)
{
  reply_last_words(&session.out, "* BYE [UNAVAILABLE] the index of the mail "
                   "is made anew, connect again\r\n");
}

static void prepare(struct session *s)
{
  check_uid();
  reply_init(&s->out, 1);
  input_init(&s->in, 0, &s->out);
  settings(s);
  catch_signals();
  s->in.stop_fd = stop_fd;
  s->in.rest = session_rest;
  s->in.rest_arg = s;
}

static void serve(struct session *s)
{
  nomem_last_words = say_no_memory;
  index_on_fatal = say_index_damaged;
  session_run(s);
  account_close(&s->account);
  log_session_end(s);
}

/* imap-idle has waited, and there is something to do */
static void go_on(struct session *s)
{
  prepare(s);
  if (rest_back(s) == 0) {
    rest_signals(0);
    session_title(s, "");
    serve(s);
    return;
  }
  log_fault("fault", "imap-idle");
  reply_untagged(&s->out, "BYE [UNAVAILABLE] the session cannot go on, "
                 "connect again");
  reply_flush(&s->out);
  s->why = "rest";
  log_session_end(s);
}

int main(int argc, char **argv)
{
  struct session *s = &session;
  const char *tag, *maildir;

  title_init(argc, argv);
  if (rest_is_back()) {
    go_on(s);
    return 0;
  }
  maildir = argc > 1 ? argv[1] : env_str("MAILDIR", 0);
  if (argc > 2 || !maildir)
    die_text(100, "usage: imapd Maildir (or $MAILDIR)", 0);
  tag = login_tag();
  prepare(s);
  if (account_open(&s->account, maildir) == -1) refuse(maildir, tag);
  note_account(s->account.rootfd);
  fence(&s->account, maildir);
  if (sign_of_life() == -1) die_sys(111, "unable to give the sign of life", 0);
  new_account(&s->account);
  log_start(s, tag);
  session_title(s, "");
  greet(s, tag);
  serve(s);
  return 0;
}
