/* ISC licence; see LICENSE. */
#include "monitor.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "address_limit.h"
#include "attempt.h"
#include "base/log.h"
#include "base/timedio.h"
#include "base/title.h"
#include "frame.h"
#include "mechanism.h"
#include "session.h"
#include "slow.h"
#include "signals.h"
#include "talker.h"
#include "ucspitls.h"

#define DELAY_MAX_MS 30000      /* between a failure and its verdict */
#define TALKER_GRACE_MS 3000    /* for its farewell after the deadline */

struct monitor {
  struct settings *s;
  pid_t talker;                 /* -1: none lives */
  int fd;                       /* the socket to it */
  int64_t start;                /* clock_ms */
  int64_t deadline;
  unsigned int failures;
  pid_t handler;                /* after a login */
  int notes;                    /* from it */
  struct slow slow;             /* what is known of this address, from the */
  unsigned int attempts;        /* first attempt on */
  struct address_limit limit;   /* until there is a login */
  struct frame frame;           /* the one being served */
};

enum next { GO_ON, DONE, LOGGED_IN };

/* ---------------------------------------------------------------- the log */

static void log_peer(const struct settings *s)
{
  log_str("address", s->peer.ip);
  if (s->peer.port[0]) log_str("port", s->peer.port);
}

static void log_tls(const struct settings *s)
{
  log_str("tls", settings_tls(s));
  if (s->encrypted) log_str("cipher", getenv("SSL_CIPHER"));
}

static void log_login(const struct monitor *m)
{
  log_begin("login");
  log_str("user", m->frame.login);
  log_peer(m->s);
  log_str("method", frame_method_name(m->frame.detail));
  log_tls(m->s);
  log_num("pid", (uint64_t)m->handler);
  log_end();
}

/* code -1 and sig 0 are left out */
static void log_failure(const struct monitor *m, const char *reason,
  int code, int sig)
{
  log_begin("failure");
  if (m->frame.kind == FRAME_ATTEMPT) log_str("user", m->frame.login);
  log_peer(m->s);
  log_str("method", frame_method_name(m->frame.detail));
  log_tls(m->s);
  log_str("reason", reason);
  if (code != -1) log_num("code", (uint64_t)code);
  if (sig) log_num("signal", (uint64_t)sig);
  log_num("attempt", m->failures);
  log_end();
}

static void log_disconnect(const struct monitor *m, const char *reason)
{
  log_begin("disconnect");
  log_peer(m->s);
  log_tls(m->s);
  log_str("reason", reason);
  log_num("attempts", m->failures);
  log_num("seconds", (uint64_t)(clock_ms() - m->start) / 1000);
  log_end();
}

/* --------------------------------------------------------------- the end */

/*
 * A newer connection of the same address has the place of this one. That is
 * the one thing that the monitor itself says to a client, if it can be said
 * at once: the talker may be waiting for an answer.
 */
static void say_room(const struct settings *s)
{
  static const char text[] = "too many connections from your address wait "
    "for a login\r\n";
  const char *head = !strcmp(s->service, "pop3") ? "-ERR [SYS/TEMP] "
    : "* BYE [UNAVAILABLE] ";

  write_some(1, head, strlen(head));
  write_some(1, text, sizeof text - 1);
}

/* 1 if the connection has to end, which has been logged */
static int asked_to_end(const struct monitor *m)
{
  if (signals_term()) {
    log_disconnect(m, "term");
    return 1;
  }
  if (!signals_room()) return 0;
  say_room(m->s);
  log_disconnect(m, "limit");
  return 1;
}

/* ------------------------------------------------------------- the talker */

/* end it, whatever it is doing; returns how it had ended */
static int talker_stop(struct monitor *m)
{
  int status = 0;

  if (m->talker == -1) return 0;
  close(m->fd);
  kill(m->talker, SIGKILL);
  while (waitpid(m->talker, &status, 0) == -1 && errno == EINTR);
  m->talker = -1;
  m->fd = -1;
  return status;
}

static int talker_begin(struct monitor *m, int greet)
{
  settings_offer(m->s);
  m->talker = talker_start(m->s, greet, m->failures, m->deadline, &m->fd);
  if (m->talker != -1) return 0;
  log_fault("fault", "talker");
  return -1;
}

/* the talker closed its socket without a word: give it time to be dead */
static enum next talker_lost(struct monitor *m)
{
  int64_t end = clock_ms() + 1000;
  siginfo_t si;
  int status;

  do {
    si.si_pid = 0;
    if (waitid(P_PID, (id_t)m->talker, &si, WEXITED | WNOHANG | WNOWAIT) == -1
        || si.si_pid)
      break;
    signals_poll(0, 0, end);
  } while (clock_ms() < end);
  status = talker_stop(m);
  log_begin("fault");
  log_str("what", "talker");
  if (WIFSIGNALED(status)) log_num("signal", (uint64_t)WTERMSIG(status));
  else log_num("code", (uint64_t)WEXITSTATUS(status));
  log_peer(m->s);
  log_end();
  log_disconnect(m, "fault");
  return DONE;
}

/* ---------------------------------------------------------- the verdicts */

/*
 * The talker, and so the client, waits, but not beyond the deadline. GO_ON,
 * or DONE when there is nobody left to wait for.
 */
static enum next wait_for(struct monitor *m, int64_t delay)
{
  struct pollfd p = { m->fd, 0, 0 };
  int64_t end = clock_ms() + delay;

  if (end > m->deadline) end = m->deadline;
  while (clock_ms() < end) {
    if (asked_to_end(m)) return DONE;
    if (signals_poll(&p, 1, end) == 1) break;   /* the talker is gone */
  }
  return GO_ON;
}

/* after the n-th failure: delay, twice that, four times ... */
static enum next pause_after_failure(struct monitor *m)
{
  int64_t delay = m->s->delay_ms;
  unsigned int i;

  for (i = 1; i < m->failures && delay < DELAY_MAX_MS; i++) delay *= 2;
  if (delay > DELAY_MAX_MS) delay = DELAY_MAX_MS;
  return wait_for(m, delay);
}

/* before an attempt: what this address has done in all its connections */
static enum next wait_for_turn(struct monitor *m)
{
  const struct settings *s = m->s;
  unsigned int failures;
  int64_t wait;

  /* without the directory nothing is slowed: the roster says why, later */
  if (!m->attempts++)
    slow_open(&m->slow, s->run, s->peer.ip, s->delay_ms, s->slow_ms);
  wait = slow_turn(&m->slow, m->frame.login, clock_ms(), &failures);
  if (!wait) return GO_ON;
  log_begin("slow");
  if (m->frame.login[0]) log_str("user", m->frame.login);
  log_peer(m->s);
  log_num("failures", failures);
  log_num("milliseconds", (uint64_t)wait);
  log_end();
  return wait_for(m, wait);
}

static enum next verdict(struct monitor *m, char why)
{
  char v[2] = { why, VERDICT_GO_ON };

  if (why == VERDICT_TIMEOUT || m->failures >= m->s->attempts)
    v[1] = VERDICT_LAST;
  if (send(m->fd, v, 2, MSG_NOSIGNAL | MSG_DONTWAIT) == 2) return GO_ON;
  return talker_lost(m);
}

static enum next failed(struct monitor *m, char why, const char *reason,
  int code, int sig)
{
  m->failures++;
  log_failure(m, reason, code, sig);
  if (why == VERDICT_REFUSED && m->frame.kind == FRAME_ATTEMPT)
    slow_failed(&m->slow, m->frame.login, clock_ms());
  frame_wipe(&m->frame);
  if (pause_after_failure(m) == DONE) return DONE;
  return verdict(m, why);
}

static enum next attempt_timeout(struct monitor *m)
{
  m->failures++;
  log_failure(m, "timeout", -1, 0);
  return verdict(m, VERDICT_TIMEOUT);
}

/* ------------------------------------------------------------ the handler */

/*
 * Logged in: the client belongs to the handler. The talker is gone before
 * anything else; then every descriptor of the connection, so that it closes
 * when the handler closes it.
 */
static void wait_for_handler(struct monitor *m)
{
  talker_stop(m);
  address_limit_leave(&m->limit);
  close(0);
  close(1);
  ucspitls_forget(m->s);
  log_login(m);
  slow_good(&m->slow, m->frame.login, clock_ms());
  slow_close(&m->slow);
  session_wait(m->s, m->frame.login, m->handler, m->notes);
}

/* ------------------------------------------------------------- the frames */

static int has_control(const char *s)
{
  for (; *s; s++)
    if ((unsigned char)*s < ' ' || *s == 0x7f) return 1;
  return 0;
}

/* LOGIN and PASS are served where PLAIN or LOGIN is */
static int passwords_served(const struct monitor *m)
{
  return (m->s->mechanisms & (mechanism_bit(mechanism_of(METHOD_SASL_PLAIN))
    | mechanism_bit(mechanism_of(METHOD_SASL_LOGIN)))) != 0;
}

/* why these credentials need not be tried, or 0 */
static const char *unfit(const struct monitor *m, const char *stamp)
{
  const struct frame *f = &m->frame;

  if (f->detail == METHOD_APOP) {
    if (!m->s->stamp[0]) return "no-apop";
  } else if (f->detail != METHOD_CRAM_MD5 && !settings_plain_ok(m->s))
    return "plaintext";
  if ((f->detail == METHOD_LOGIN || f->detail == METHOD_PASS)
      && !passwords_served(m))
    return "mechanism";
  /* a directory would take an empty password for an anonymous bind */
  if (!f->login[0] || !f->password[0]) return "empty";
  if (has_control(f->login)) return "name";
  if (strlen(f->login) + strlen(f->password) + 3
      + strlen(stamp) > ATTEMPT_DATA_MAX)
    return "too-long";
  return 0;
}

/* what the third field has to be */
static const char *stamp_of(const struct monitor *m, char *challenge)
{
  if (m->frame.detail == METHOD_APOP) return m->s->stamp;
  challenge[0] = 0;
  if (m->frame.detail == METHOD_CRAM_MD5)
    settings_challenge(m->s->noise, m->failures, challenge);
  return challenge;
}

/* the client left in the middle of a dialogue: that was an attempt, too */
static enum next attempt_ended(struct monitor *m, char why)
{
  m->failures++;
  log_failure(m, "cancelled", -1, 0);
  slow_failed(&m->slow, m->frame.login, clock_ms());
  log_disconnect(m, frame_reason_name(why));
  return DONE;
}

static enum next serve_outcome(struct monitor *m, const struct attempt *a,
  const struct dialogue *d)
{
  const char *refused = d && d->cancelled ? "cancelled" : "refused";

  switch (a->outcome) {
    case ATTEMPT_ALIVE:
      m->handler = a->pid;
      m->notes = a->notes;
      return LOGGED_IN;
    case ATTEMPT_REFUSED:
      return failed(m, VERDICT_REFUSED, refused, a->code, a->sig);
    case ATTEMPT_TEMP:
      return failed(m, VERDICT_TEMP, "temporary", a->code, a->sig);
    case ATTEMPT_TIMEOUT:
      return attempt_timeout(m);
    case ATTEMPT_LOST:
      return talker_lost(m);
    case ATTEMPT_ENDED:
      return attempt_ended(m, d->ended);
    case ATTEMPT_TERM:
      break;
  }
  log_disconnect(m, "term");
  return DONE;
}

static enum next attempt(struct monitor *m, struct dialogue *d,
  const char *stamp)
{
  struct attempt a;

  if (wait_for_turn(m) == DONE) return DONE;
  if (attempt_run(&a, m->s->chain, &m->frame, d, stamp, m->fd,
      m->deadline) == -1) {
    log_fault("fault", "attempt");
    if (d) dialogue_end(d);
    return failed(m, VERDICT_TEMP, "fault", -1, 0);
  }
  explicit_bzero(m->frame.password, strlen(m->frame.password));
  if (d) memcpy(m->frame.login, d->user, sizeof m->frame.login);
  return serve_outcome(m, &a, d);
}

static enum next attempt_dialogue(struct monitor *m)
{
  static struct dialogue d;
  const struct mechanism *mech;
  int plus = 0, r;

  for (mech = mechanisms; mech->name; mech++)
    if (mech->kind & MECH_PLUS && m->s->offered & mechanism_bit(mech))
      plus = 1;
  r = dialogue_begin(&d, &m->frame, plus);
  explicit_bzero(m->frame.data, strlen(m->frame.data));
  if (r == 0) return attempt(m, &d, "");
  log_fault("fault", "dialogue");
  dialogue_end(&d);
  return failed(m, VERDICT_TEMP, "fault", -1, 0);
}

static enum next serve_attempt(struct monitor *m)
{
  const struct mechanism *mech = mechanism_of(m->frame.detail);
  char challenge[STAMP_MAX + 1];
  const char *stamp = stamp_of(m, challenge), *reason;

  /* LOGIN, PASS and APOP are not among the mechanisms */
  if (mech && !(m->s->mechanisms & mechanism_bit(mech))) reason = "mechanism";
  else if (mech && !(m->s->offered & mechanism_bit(mech)))
    reason = settings_plain_ok(m->s) ? "mechanism" : "plaintext";
  else if (mech && mech->kind & MECH_DIALOGUE) return attempt_dialogue(m);
  else reason = unfit(m, stamp);
  if (reason) return failed(m, VERDICT_REFUSED, reason, -1, 0);
  return attempt(m, 0, stamp);
}

static enum next serve_tls(struct monitor *m)
{
  if (!settings_starttls(m->s)) return talker_lost(m);
  talker_stop(m);
  if (ucspitls_start(m->s, m->deadline) == -1) {
    /* a handshake that fails is the client's affair, not a fault */
    if (errno != EPROTO && errno != ETIMEDOUT) log_fault("fault", "starttls");
    log_disconnect(m, "starttls");
    return DONE;
  }
  return talker_begin(m, 0) == -1 ? DONE : GO_ON;
}

static enum next serve(struct monitor *m)
{
  /* a talker that goes on after its last verdict is not ours any more */
  if (m->failures >= m->s->attempts && m->frame.kind != FRAME_END)
    return talker_lost(m);
  switch (m->frame.kind) {
    case FRAME_ATTEMPT: return serve_attempt(m);
    case FRAME_PLAIN: return failed(m, VERDICT_REFUSED, "plaintext", -1, 0);
    case FRAME_TLS: return serve_tls(m);
    case FRAME_END: break;
    default: return talker_lost(m);     /* an answer to no question */
  }
  log_disconnect(m, frame_reason_name(m->frame.detail));
  return DONE;
}

static enum next next_frame(struct monitor *m)
{
  static char buf[FRAME_MAX + 1];
  struct pollfd p = { m->fd, POLLIN, 0 };
  ssize_t r;
  int good;

  if (asked_to_end(m)) return DONE;
  if (signals_poll(&p, 1, m->deadline + TALKER_GRACE_MS) != 1) {
    if (clock_ms() < m->deadline + TALKER_GRACE_MS) return GO_ON;
    log_disconnect(m, "timeout");
    return DONE;
  }
  r = recv(m->fd, buf, sizeof buf, MSG_DONTWAIT);
  if (r <= 0) return talker_lost(m);
  good = frame_parse(&m->frame, buf, (size_t)r) == 0;
  explicit_bzero(buf, (size_t)r);
  return good ? serve(m) : talker_lost(m);
}

int monitor_run(struct settings *s)
{
  static struct monitor m;
  enum next n = GO_ON;

  m.s = s;
  m.slow.fd = -1;
  m.start = clock_ms();
  m.deadline = m.start + s->timeout_ms;
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  title_set(s->peer.ip, "login", (char *)0);
  signals_init();
  peer_answer_at_once();
  address_limit_enter(&m.limit, s->run, s->peer.ip, s->max_waiting);
  if (talker_begin(&m, 1) == -1) {
    address_limit_leave(&m.limit);
    return 111;
  }
  while (n == GO_ON) n = next_frame(&m);
  if (n == LOGGED_IN) wait_for_handler(&m);
  talker_stop(&m);
  address_limit_leave(&m.limit);
  return 0;
}
