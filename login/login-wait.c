/* ISC licence; see LICENSE. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>

#include "base/bare.h"
#include "base/note.h"
#include "handover.h"
#include "session_limits.h"

/*
 * login-wait: what is left of the monitor while a session lasts (handover.h).
 * The same as session.c does: notes into the session's file, signals to the
 * handler, a line for the log at its end. Signals are blocked, and come
 * through a descriptor.
 */

struct wait {
  int64_t n[HANDOVER_NUMBERS];
  const char *const *word;
  int signals;                  /* descriptor */
  unsigned int burst;           /* notes since window */
  int64_t window;
  int64_t kill_at;              /* -1: nobody has asked for the end */
  int status;                   /* of the handler */
};

/* ---------------------------------------------------------------- the notes */

/* as entry_put does */
static void put_folder(const struct wait *w, char *name, size_t len)
{
  struct entry *e = 0;
  char field[sizeof e->folder];
  size_t i;

  for (i = 0; i < sizeof field; i++) {
    field[i] = 0;
    /* no call of memset is to be made of this */
    __asm__ volatile ("" : : : "memory");
  }
  if (len > sizeof field - 1) len = sizeof field - 1;
  for (i = 0; i < len; i++) field[i] = name[i] ? name[i] : '?';
  bare_call(pwrite64, w->n[HANDOVER_PLACE], field, sizeof field,
    offsetof(struct entry, folder));
}

static void take_notes(struct wait *w)
{
  char buf[NOTE_MAX];
  int64_t active;
  int n = 0;
  long r;

  for (; w->burst < NOTES_BURST; w->burst++, n++) {
    r = bare_call6(SYS_recvfrom, (long)w->n[HANDOVER_NOTES], (long)buf,
      sizeof buf, MSG_DONTWAIT, 0, 0);
    if (r == -EINTR) continue;
    if (r == -EAGAIN) break;
    if (r <= 0) {
      bare_call(close, w->n[HANDOVER_NOTES]);
      w->n[HANDOVER_NOTES] = -1;
      break;
    }
    if (buf[0] == 'F' && w->n[HANDOVER_PLACE] != -1)
      put_folder(w, buf + 1, (size_t)r - 1);
  }
  if (!n || w->n[HANDOVER_PLACE] == -1) return;
  active = bare_clock_ms();
  bare_call(pwrite64, w->n[HANDOVER_PLACE], &active, sizeof active,
    offsetof(struct entry, active));
}

/* --------------------------------------------------------------- the signals */

/* TERM asks a handler to end some time, the others by END_GRACE_MS */
static void take_signals(struct wait *w)
{
  struct signalfd_siginfo s;

  while (bare_call(read, w->signals, &s, sizeof s) == (long)sizeof s) {
    if (s.ssi_signo == SIGCHLD) continue;
    bare_call(kill, w->n[HANDOVER_HANDLER], s.ssi_signo);
    if (s.ssi_signo != SIGTERM && w->kill_at == -1)
      w->kill_at = bare_clock_ms() + END_GRACE_MS;
  }
}

static void put_down(struct wait *w)
{
  if (w->kill_at == -1 || bare_clock_ms() < w->kill_at) return;
  bare_call(kill, w->n[HANDOVER_HANDLER], SIGKILL);
  w->kill_at = bare_clock_ms() + END_GRACE_MS;
}

/* ------------------------------------------------------------- the waiting */

static void wait_some(struct wait *w)
{
  struct pollfd p[2] = { { w->signals, POLLIN, 0 },
    { (int)w->n[HANDOVER_NOTES], POLLIN, 0 } };
  struct { long s, ns; } left;
  int64_t now, deadline = w->kill_at;

  if (w->burst || deadline != -1) {
    now = bare_clock_ms();
    if (now - w->window >= NOTES_WINDOW_MS) {
      w->window = now;
      w->burst = 0;
    }
    if (w->burst >= NOTES_BURST) {
      p[1].fd = -1;
      if (deadline == -1 || deadline > w->window + NOTES_WINDOW_MS)
        deadline = w->window + NOTES_WINDOW_MS;
    }
    if (deadline != -1) deadline = deadline > now ? deadline - now : 0;
    left.s = (long)(deadline / 1000);
    left.ns = (long)(deadline % 1000) * 1000000;
  }
  bare_call(ppoll, p, 2, deadline == -1 ? 0 : &left, 0, 0);
  if (p[0].revents) take_signals(w);
  if (p[1].revents) take_notes(w);
}

static int ended(struct wait *w)
{
  return bare_call(wait4, w->n[HANDOVER_HANDLER], &w->status, WNOHANG, 0);
}

/* ------------------------------------------------------------------ the end */

static void leave_roster(const struct wait *w)
{
  if (w->n[HANDOVER_PLACE] == -1) return;
  bare_call(unlinkat, w->n[HANDOVER_DIR], w->word[HANDOVER_FILE], 0);
  bare_call(unlinkat, w->n[HANDOVER_DIR], w->word[HANDOVER_ACCOUNT],
    AT_REMOVEDIR);              /* if that was the last */
}

static void put(struct iovec *v, const char *s)
{
  v->iov_base = (char *)s;
  v->iov_len = bare_len(s);
}

static void log_end(const struct wait *w)
{
  char seconds[BARE_FMT], how[BARE_FMT];
  int sig = WIFSIGNALED(w->status);
  struct iovec v[6];

  put(v, w->word[HANDOVER_LINE]);
  put(v + 1, " seconds=");
  put(v + 2, bare_fmt(seconds, (uint64_t)(bare_clock_ms()
    - w->n[HANDOVER_SINCE]) / 1000));
  put(v + 3, sig ? " signal=" : " code=");
  put(v + 4, bare_fmt(how, (uint64_t)(sig ? WTERMSIG(w->status)
    : WEXITSTATUS(w->status))));
  put(v + 5, "\n");
  bare_call(writev, 2, v, 6);
}

/* ------------------------------------------------------------------- main */

static int complain(void)
{
  static const char text[] = "login-wait: fatal: to be started by imap-login "
    "and pop3-login alone\n";

  bare_call(write, 2, text, sizeof text - 1);
  return 100;
}

int bare_main(char **argv, char **envp)
{
  uint64_t set;
  struct wait w;
  const char *list;
  int i;

  (void)argv;
  for (i = 0; i < HANDOVER_WORDS; i++)
    if (!envp[i]) return complain();
  list = envp[HANDOVER_LIST];
  for (i = 0; i < HANDOVER_NUMBERS; i++) w.n[i] = bare_num(&list);
  if (w.n[HANDOVER_IS] != HANDOVER_FORM || w.n[HANDOVER_HANDLER] <= 1)
    return complain();
  w.word = (const char *const *)envp;
  w.burst = 0;
  w.window = 0;
  w.kill_at = -1;
  w.status = 0;
  set = (uint64_t)w.n[HANDOVER_SIGNALS];
  w.signals = (int)bare_call(signalfd4, -1, &set, sizeof set,
    SFD_NONBLOCK | SFD_CLOEXEC);
  if (w.signals < 0) return 111;
  while (!ended(&w)) {
    put_down(&w);
    wait_some(&w);
  }
  leave_roster(&w);
  log_end(&w);
  return 0;
}
