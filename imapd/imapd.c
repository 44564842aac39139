/* ISC licence; see LICENSE. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include <skalibs/strerr.h>
#include <skalibs/types.h>

#include "base/alloc.h"
#include "base/env.h"
#include "base/log.h"
#include "base/sandbox.h"
#include "command.h"
#include "login/sign.h"
#include "session.h"

/* imapd Maildir: one IMAP session for the user that it runs as. */

char const *PROG = "imapd";

/* once SIGTERM came, a client that takes nothing may hold us so long */
#define STOP_GRACE 10

static struct session session;
static int stop_fd = -1;

static void on_term(int sig)
{
  uint64_t one = 1;
  ssize_t w;

  (void)sig;
  session_stop = 1;
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
  sa.sa_handler = on_term;
  sigaction(SIGTERM, &sa, 0);
}

/* Nobody reads mail as root; a site may narrow the range further. */
static void check_uid(void)
{
  uint64_t uid = getuid();
  uint64_t min = env_num("MIN_UID", 1, UINT32_MAX, 1);
  uint64_t max = env_num("MAX_UID", 1, UINT32_MAX, UINT32_MAX);
  char text[UINT64_FMT + 1];

  text[uint64_fmt(text, uid)] = 0;
  if (!uid || !geteuid()) die_text(111, "refusing to run as root", 0);
  if (uid < min || uid > max)
    die_text(111, "uid outside of MIN_UID and MAX_UID: ", text);
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

/*
 * All that a session may touch from here on: the mail, the index, and what
 * iconv and localtime read. RFC-less, see ARCHITECTURE.md.
 */
static void fence(const char *dir)
{
  const char *rw[] = { dir, getenv("INDEXDIR"), 0 };
  static const char *const ro[] = {
    "/usr/lib", "/usr/lib64", "/lib", "/lib64", "/usr/local/lib",
    "/etc/ld.so.cache", "/usr/share/zoneinfo", "/etc/localtime",
    "/proc", 0
  };

  if (!env_bool("SANDBOX", 1)) return;
  if (rw[1] && !*rw[1]) rw[1] = 0;
  if (sandbox_paths(rw, ro) == -1) log_fault("trouble", "landlock");
  if (sandbox_mail() == -1) log_fault("trouble", "seccomp");
}

static void settings(struct session *s)
{
  s->in.idle_ms = (int64_t)env_num("IDLE_TIMEOUT", 1800, 86400, 1800) * 1000;
  s->in.line_max = env_num("LINE_MAX", 8192, 262144, 65536);
  s->message_max = env_num("MESSAGE_MAX", 1024, (uint64_t)1 << 40,
                           (uint64_t)100 << 20);
  s->user = env_str("USER", 0);
}

static void greet(struct session *s, const char *tag)
{
  if (tag) {
    reply_puts(&s->out, tag);
    reply_puts(&s->out, " OK [CAPABILITY ");
  } else
    reply_puts(&s->out, "* PREAUTH [CAPABILITY ");
  reply_puts(&s->out, capabilities);
  reply_puts(&s->out, tag ? "] logged in\r\n" : "] Roost ready\r\n");
}

static void log_start(const struct session *s, const char *tag)
{
  const char *id = getenv(SIGN_IMAP_ID_VAR);

  if (tag && !id) return;               /* the front end has logged it */
  log_begin(tag ? "id" : "start");
  log_str("user", s->user);
  log_str("id", id);
  log_end();
}

static void log_session_end(const struct session *s)
{
  log_begin("end");
  log_str("user", s->user);
  log_num("in", s->in.received);
  log_num("out", s->out.sent);
  log_num("fetched", s->fetched);
  log_num("expunged", s->expunged);
  log_num("appended", s->appended);
  log_str("why", s->why ? s->why : "unknown");
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

int main(int argc, char **argv)
{
  struct session *s = &session;
  const char *tag;

  if (argc != 2) die_text(100, "usage: imapd Maildir", 0);
  check_uid();
  tag = login_tag();
  reply_init(&s->out, 1);
  input_init(&s->in, 0, &s->out);
  settings(s);
  catch_signals();
  s->in.stop_fd = stop_fd;
  if (account_open(&s->account, argv[1]) == -1) refuse(argv[1], tag);
  fence(argv[1]);
  if (sign_of_life() == -1) die_sys(111, "unable to give the sign of life", 0);
  log_start(s, tag);
  greet(s, tag);
  session_run(s);
  account_close(&s->account);
  log_session_end(s);
  return 0;
}
