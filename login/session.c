/* ISC licence; see LICENSE. */
#include "session.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "base/note.h"
#include "base/timedio.h"
#include "base/title.h"
#include "handover.h"
#include "roster.h"
#include "session_limits.h"
#include "sign.h"
#include "signals.h"

struct session {
  const struct settings *s;
  const char *user;
  pid_t handler;
  int notes;                    /* -1: closed */
  int dir;                      /* of the roster, or -1 */
  struct place place;
  struct entry entry;
  unsigned int burst;           /* notes since window */
  int64_t window;
  int64_t kill_at;              /* -1: nobody has asked for the end */
  int64_t since;
  int64_t rest_at;              /* when to become login-wait; -1: stay */
};

/* ------------------------------------------------------------- the account */

/* the first descriptor of a message, -1; others that came are closed */
static int one_fd(const struct cmsghdr *c, int have)
{
  size_t i, n = (c->cmsg_len - CMSG_LEN(0)) / sizeof (int);
  int fd;

  for (i = 0; i < n; i++) {
    memcpy(&fd, CMSG_DATA(c) + i * sizeof fd, sizeof fd);
    if (have == -1) have = fd;
    else close(fd);
  }
  return have;
}

/*
 * The first note, which was sent before the sign of life if it was sent at
 * all: the uid of its sender, and a directory that he has open for reading
 * (O_PATH needs no permission, so it proves nothing). 1 if that is there.
 */
static int shown_account(int notes, struct entry_account *a)
{
  union {
    struct cmsghdr align;
    char buf[CMSG_SPACE(sizeof (int)) + CMSG_SPACE(sizeof (struct ucred))];
  } control;
  char octet = 0;
  struct iovec v = { &octet, 1 };
  struct msghdr m;
  struct cmsghdr *c;
  struct ucred who;
  struct stat st;
  int fd = -1, creds = 0, good = 0, flags;

  memset(&m, 0, sizeof m);
  m.msg_iov = &v;
  m.msg_iovlen = 1;
  m.msg_control = control.buf;
  m.msg_controllen = sizeof control.buf;
  if (recvmsg(notes, &m, MSG_DONTWAIT | MSG_CMSG_CLOEXEC) != 1) return 0;
  for (c = CMSG_FIRSTHDR(&m); c; c = CMSG_NXTHDR(&m, c)) {
    if (c->cmsg_level != SOL_SOCKET) continue;
    if (c->cmsg_type == SCM_CREDENTIALS
        && c->cmsg_len == CMSG_LEN(sizeof who)) {
      memcpy(&who, CMSG_DATA(c), sizeof who);
      creds = 1;
    }
    if (c->cmsg_type == SCM_RIGHTS) fd = one_fd(c, fd);
  }
  if (fd == -1) return 0;
  flags = fcntl(fd, F_GETFL);
  if (octet == 'A' && creds && flags != -1 && !(flags & O_PATH)
      && fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
    a->shown = good = 1;
    a->uid = who.uid;
    a->dev = st.st_dev;
    a->ino = st.st_ino;
  }
  close(fd);
  return good;
}

/* -------------------------------------------------------------- the roster */

static void fill(struct session *x)
{
  struct entry *e = &x->entry;
  const struct settings *s = x->s;
  const char *tls = settings_tls(s);

  memcpy(e->magic, ENTRY_MAGIC, sizeof e->magic);
  e->since = e->active = clock_ms();
  e->monitor = getpid();
  e->handler = x->handler;
  entry_put(e->service, sizeof e->service, s->service, strlen(s->service));
  entry_put(e->user, sizeof e->user, x->user, strlen(x->user));
  entry_put(e->address, sizeof e->address, s->peer.ip, strlen(s->peer.ip));
  entry_put(e->port, sizeof e->port, s->peer.port, strlen(s->peer.port));
  entry_put(e->tls, sizeof e->tls, tls, strlen(tls));
}

static void log_ended(const struct entry *e, void *arg)
{
  log_begin("limit");
  log_str("user", e->user);
  log_str("address", e->address);
  log_num("pid", (uint64_t)e->handler);
  log_str("reason", arg);
  log_end();
}

/* the newest wins: when we are too many, the longest idle have to go */
static void keep_limits(struct session *x)
{
  const struct settings *s = x->s;
  static char address[] = "address", account[] = "account";
  unsigned int near, all;

  if (roster_count(x->dir, &x->place, &near, &all) == 0
      && near <= s->max_address && all <= s->max_account)
    return;
  if (roster_limit(x->dir, &x->place, 0, s->max_address, SIGN_ADDRESS_LIMIT,
      log_ended, address) == -1
      || roster_limit(x->dir, &x->place, 1, s->max_account,
      SIGN_ACCOUNT_LIMIT, log_ended, account) == -1)
    log_fault("warning", "run-directory");
}

static void enroll(struct session *x)
{
  struct entry_account a = { 0, 0, 0, 0, x->user };

  x->place.fd = x->dir = -1;
  shown_account(x->notes, &a);
  if (!x->s->run) return;
  fill(x);
  x->dir = roster_open(x->s->run);
  if (x->dir != -1 && roster_add(&x->place, x->dir, &a, &x->entry) == 0) {
    keep_limits(x);
    return;
  }
  log_fault("warning", "run-directory");
  fd_close_once(&x->dir);
}

/* --------------------------------------------------------------- the notes */

static void take_note(struct session *x, const char *buf, size_t len)
{
  if (buf[0] == 'F')
    entry_put(x->entry.folder, sizeof x->entry.folder, buf + 1, len - 1);
  x->entry.active = clock_ms();
}

/* those that are there; the end of the socket ends nothing but the notes */
static void take_notes(struct session *x)
{
  char buf[NOTE_MAX];
  ssize_t r;
  int n = 0;

  for (; x->burst < NOTES_BURST; x->burst++, n++) {
    r = recv(x->notes, buf, sizeof buf, MSG_DONTWAIT);
    if (r == -1 && errno == EINTR) continue;
    if (r == -1 && (errno == EAGAIN || errno == EWOULDBLOCK)) break;
    if (r <= 0) {
      fd_close_once(&x->notes);
      break;
    }
    take_note(x, buf, (size_t)r);
  }
  if (n && x->place.fd != -1) roster_write(&x->place, &x->entry);
}

/* ------------------------------------------------------------- the waiting */

static void wait_some(struct session *x)
{
  struct pollfd p = { x->notes, POLLIN, 0 };
  int64_t now = clock_ms(), deadline = x->kill_at;

  if (x->rest_at != -1 && (deadline == -1 || deadline > x->rest_at))
    deadline = x->rest_at;
  if (now - x->window >= NOTES_WINDOW_MS) {
    x->window = now;
    x->burst = 0;
  }
  if (x->burst >= NOTES_BURST) {
    p.fd = -1;
    if (deadline == -1 || deadline > x->window + NOTES_WINDOW_MS)
      deadline = x->window + NOTES_WINDOW_MS;
  }
  if (signals_poll(&p, 1, deadline) == 1) take_notes(x);
}

static void pass_signals(struct session *x)
{
  int sig = signals_end();

  if (signals_term()) kill(x->handler, SIGTERM);
  if (sig) {
    kill(x->handler, sig);
    if (x->kill_at == -1) x->kill_at = clock_ms() + END_GRACE_MS;
  }
  if (x->kill_at != -1 && clock_ms() >= x->kill_at) {
    kill(x->handler, SIGKILL);
    x->kill_at = clock_ms() + END_GRACE_MS;
  }
}

/* ------------------------------------------------------------------ the end */

static void begin_end(const struct session *x)
{
  log_begin("end");
  log_str("user", x->user);
  log_str("address", x->s->peer.ip);
  if (x->s->peer.port[0]) log_str("port", x->s->peer.port);
  log_num("pid", (uint64_t)x->handler);
}

static void put_end(const struct session *x, int status)
{
  begin_end(x);
  log_num("seconds", (uint64_t)(clock_ms() - x->since) / 1000);
  if (WIFSIGNALED(status)) log_num("signal", (uint64_t)WTERMSIG(status));
  else log_num("code", (uint64_t)WEXITSTATUS(status));
  log_end();
}

/*
 * Most sessions are short, or rest for hours: those become small. What has
 * been asked for and is not done yet is not handed over.
 */
static void rest(struct session *x)
{
  char title[TITLE_MAX];

  if (x->rest_at == -1 || clock_ms() < x->rest_at || x->kill_at != -1) return;
  x->rest_at = -1;
  begin_end(x);
  title_get(title);
  handover(x->handler, x->notes, x->dir, &x->place, x->since, log_so_far(),
    title);
  log_fault("warning", "login-wait");
}

void session_wait(const struct settings *s, const char *user, pid_t handler,
  int notes)
{
  static struct session x;
  int status = 0;

  x.s = s;
  x.user = user;
  x.handler = handler;
  x.notes = notes;
  x.kill_at = -1;
  x.since = clock_ms();
  x.rest_at = s->rest_ms == REST_NEVER ? -1 : x.since + s->rest_ms;
  title_set(user, s->peer.ip, "session", (char *)0);
  enroll(&x);
  while (waitpid(handler, &status, WNOHANG) == 0) {
    pass_signals(&x);
    rest(&x);
    wait_some(&x);
  }
  if (x.dir != -1) roster_remove(&x.place, x.dir);
  put_end(&x, status);
}
