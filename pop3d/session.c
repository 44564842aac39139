/* ISC licence; see LICENSE. */
#include "session.h"

#include <errno.h>
#include <stdlib.h>

#include "base/env.h"
#include "base/log.h"
#include "command.h"
#include "login/sign.h"
#include "term.h"

void session_end(struct session *s, const char *why, int error)
{
  if (s->why) return;
  s->why = why;
  s->error = error;
}

void reply_ok(struct session *s, const char *text)
{
  output_puts(&s->out, "+OK ");
  output_puts(&s->out, text);
  output_puts(&s->out, "\r\n");
}

void reply_err(struct session *s, const char *text)
{
  output_puts(&s->out, "-ERR ");
  output_puts(&s->out, text);
  output_puts(&s->out, "\r\n");
}

static void greet(struct session *s)
{
  output_puts(&s->out, "+OK ");
  output_num(&s->out, s->drop.n);
  output_puts(&s->out, s->drop.n == 1 ? " message\r\n" : " messages\r\n");
}

/* the connection has failed with errno e */
static void broken(struct session *s, int e)
{
  if (e == ETIMEDOUT) session_end(s, "stalled", e);
  else if (e == EPIPE || e == ECONNRESET) session_end(s, "closed", 0);
  else session_end(s, "io", e);
}

/* RFC 3206 has no code for the one that is not wanted any more */
static const char *stopped(int sig)
{
  if (sig == SIGN_ADDRESS_LIMIT)
    return "[SYS/TEMP] too many sessions from this address, the newest wins";
  if (sig == SIGN_ACCOUNT_LIMIT)
    return "[SYS/TEMP] too many sessions of this user, the newest wins";
  if (sig == SIGN_KICKED) return "[SYS/TEMP] ended by the administrator";
  return "[SYS/TEMP] the server ends this session";
}

static const char *stop_reason(int sig)
{
  if (sig == SIGN_ADDRESS_LIMIT || sig == SIGN_ACCOUNT_LIMIT) return "limit";
  return sig == SIGN_KICKED ? "kicked" : "term";
}

/* the input has failed with errno e */
static void input_failed(struct session *s, int e)
{
  if (e == EINTR) {
    if (!s->out.dead) {
      reply_err(s, stopped(term_caught()));
      output_flush(&s->out);
    }
    session_end(s, stop_reason(term_caught()), 0);
  } else if (e == EPIPE) broken(s, s->out.dead);
  else if (e == ETIMEDOUT) session_end(s, "timeout", 0);
  else broken(s, e);
}

static void one_command(struct session *s)
{
  struct command c;
  const char *line, *fault;
  size_t len;
  int r = input_line(&s->in, &line, &len);

  if (r == -1 && errno == EMSGSIZE) reply_err(s, "the line is too long");
  else if (r == -1) input_failed(s, errno);
  else if (!r) session_end(s, "closed", 0);
  else {
    fault = command_parse(&c, line, len);
    if (fault) reply_err(s, fault);
    else c.row->run(s, &c);
  }
}

/*
 * After the handler has ended the session what it said must still go out;
 * a response that was cut ("mail") is cut where it is.
 */
void session_run(struct session *s)
{
  s->why = 0;
  greet(s);
  while (!s->why) {
    one_command(s);
    if (s->out.dead && !s->why) {
      if (term_caught()) session_end(s, stop_reason(term_caught()),
                                     s->out.dead);
      else broken(s, s->out.dead);
    }
  }
  output_flush(&s->out);
}

void session_log(const struct session *s)
{
  log_begin("end");
  log_str("user", env_user(0));
  log_str("address", getenv("TCPREMOTEIP"));
  log_num("in", s->in.received);
  log_num("out", s->out.sent);
  log_num("messages", s->drop.n);
  log_num("fetched", s->retrieved);
  log_num("topped", s->topped);
  log_num("expunged", s->deleted);
  log_str("reason", s->why);
  if (s->error) log_errno(s->error);
  log_end();
}
