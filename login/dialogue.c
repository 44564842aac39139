/* ISC licence; see LICENSE. */
#include "dialogue.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/timedio.h"
#include "mechanism.h"
#include "sasl.h"

#define REQUEST_ROOM (FRAME_DATA_MAX + MECHANISM_NAME_MAX + 64)

/*
 * One line at a time is all that ever waits in the socket, so a write that
 * does not fit at once goes to an authenticator that does not read.
 */
static int put(struct dialogue *d, const char *s, size_t len)
{
  return send(d->fd, s, len, MSG_NOSIGNAL | MSG_DONTWAIT) == (ssize_t)len
    ? 0 : -1;
}

static size_t add(char *buf, size_t n, const char *s)
{
  size_t len = strlen(s);

  memcpy(buf + n, s, len);
  return n + len;
}

int dialogue_begin(struct dialogue *d, const struct frame *f, int plus)
{
  char buf[REQUEST_ROOM];
  size_t n = 0;
  int pair[2], r;

  d->asked = d->cancelled = d->ended = 0;
  d->challenges = 0;
  d->len = 0;
  d->user[0] = 0;
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == -1)
    return -1;
  d->fd = pair[0];
  d->theirs = pair[1];
  n = add(buf, n, "auth ");
  n = add(buf, n, mechanism_of(f->detail)->name);
  n = add(buf, n, plus ? "\nplus\ninitial " : "\ninitial ");
  n = add(buf, n, f->data);
  n = add(buf, n, "\nbegin\n");
  r = put(d, buf, n);
  explicit_bzero(buf, n);
  return r;
}

void dialogue_end(struct dialogue *d)
{
  fd_close_once(&d->fd);
  fd_close_once(&d->theirs);
}

/* ----------------------------------------------------- the authenticator */

static enum dialogue_result challenge(struct dialogue *d, int talker,
  const char *text, size_t len)
{
  char buf[VERDICT_CHALLENGE_MAX + 1];

  if (d->asked || d->cancelled || len > VERDICT_CHALLENGE_MAX
      || ++d->challenges > DIALOGUE_CHALLENGES_MAX
      || !base64_valid(text, len))
    return DIALOGUE_FAULT;
  buf[0] = VERDICT_CHALLENGE;
  memcpy(buf + 1, text, len);
  if (send(talker, buf, len + 1, MSG_NOSIGNAL | MSG_DONTWAIT)
      != (ssize_t)len + 1)
    return DIALOGUE_LOST;
  d->asked = 1;
  return DIALOGUE_ON;
}

static enum dialogue_result user(struct dialogue *d, const char *name,
  size_t len)
{
  size_t i;

  if (!len || len > FRAME_LOGIN_MAX) return DIALOGUE_FAULT;
  for (i = 0; i < len; i++)
    if ((unsigned char)name[i] < ' ' || name[i] == 0x7f)
      return DIALOGUE_FAULT;
  memcpy(d->user, name, len);
  d->user[len] = 0;
  return DIALOGUE_ON;
}

static int begins(const char *s, size_t len, const char *word)
{
  return len >= strlen(word) && !memcmp(s, word, strlen(word));
}

static enum dialogue_result line(struct dialogue *d, int talker,
  const char *s, size_t len)
{
  if (len == 9 && begins(s, len, "challenge"))
    return challenge(d, talker, s + len, 0);
  if (begins(s, len, "challenge "))
    return challenge(d, talker, s + 10, len - 10);
  if (begins(s, len, "user ")) return user(d, s + 5, len - 5);
  return DIALOGUE_FAULT;
}

/* the whole lines that are there; what is behind them moves to the front */
static enum dialogue_result lines(struct dialogue *d, int talker)
{
  enum dialogue_result r = DIALOGUE_ON;
  size_t at = 0;
  char *lf;

  while (r == DIALOGUE_ON
      && (lf = memchr(d->line + at, '\n', d->len - at))) {
    r = line(d, talker, d->line + at, (size_t)(lf - d->line) - at);
    at = (size_t)(lf - d->line) + 1;
  }
  memmove(d->line, d->line + at, d->len - at);
  d->len -= at;
  if (r == DIALOGUE_ON && d->len == sizeof d->line) return DIALOGUE_FAULT;
  return r;
}

enum dialogue_result dialogue_read(struct dialogue *d, int talker)
{
  enum dialogue_result result;
  ssize_t r;

  for (;;) {
    r = recv(d->fd, d->line + d->len, sizeof d->line - d->len, MSG_DONTWAIT);
    if (r == -1 && errno == EINTR) continue;
    if (r == -1 && (errno == EAGAIN || errno == EWOULDBLOCK))
      return DIALOGUE_ON;
    if (r <= 0) return DIALOGUE_OVER;
    d->len += (size_t)r;
    result = lines(d, talker);
    if (result != DIALOGUE_ON) return result;
  }
}

/* ------------------------------------------------------------ the talker */

static enum dialogue_result pass_on(struct dialogue *d, const char *data)
{
  char buf[FRAME_DATA_MAX + 16];
  size_t n = add(buf, 0, "response ");
  int r;

  n = add(buf, n, data);
  n = add(buf, n, "\n");
  r = put(d, buf, n);
  explicit_bzero(buf, n);
  /* its exit says what that means */
  return r == -1 ? DIALOGUE_OVER : DIALOGUE_ON;
}

enum dialogue_result dialogue_answer(struct dialogue *d, int talker)
{
  static char buf[FRAME_MAX + 1];
  static struct frame f;
  enum dialogue_result result = DIALOGUE_LOST;
  ssize_t r = recv(talker, buf, sizeof buf, MSG_DONTWAIT);

  if (r == -1 && (errno == EINTR || errno == EAGAIN)) return DIALOGUE_ON;
  if (r <= 0 || frame_parse(&f, buf, (size_t)r) == -1) return DIALOGUE_LOST;
  explicit_bzero(buf, (size_t)r);
  if (f.kind == FRAME_RESPONSE) result = pass_on(d, f.data);
  else if (f.kind == FRAME_CANCEL) {
    d->cancelled = 1;
    result = put(d, "cancel\n", 7) == -1 ? DIALOGUE_OVER : DIALOGUE_ON;
  } else if (f.kind == FRAME_END) d->ended = f.detail;
  d->asked = 0;
  frame_wipe(&f);
  return result;
}
