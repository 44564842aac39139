/* ISC licence; see LICENSE. */
#include "sasl_peek.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/timedio.h"

#define PIECE 4096
#define WRITE_MS 60000

/* Octets up to and with the line "begin", or 0. */
static size_t whole(const stralloc *s)
{
  const char *end = memmem(s->s, s->len, "\nbegin\n", 7);

  return end ? (size_t)(end - s->s) + 7 : 0;
}

/* Each call of recv waits for octets behind those that it has shown. */
static int peek_all(stralloc *out, int fd)
{
  ssize_t r;

  for (;;) {
    do r = recv(fd, out->s + out->len, SASL_REQUEST_MAX - out->len, MSG_PEEK);
    while (r == -1 && errno == EINTR);
    if (r == -1) return -1;
    if (!r) return (errno = EPROTO, -1);        /* the end, or no room */
    out->len += (size_t)r;
    if (whole(out)) return 0;
  }
}

int sasl_peek(stralloc *out, int fd)
{
  int at = 0, r, saved;

  out->len = 0;
  stralloc_ready(out, SASL_REQUEST_MAX);
  if (setsockopt(fd, SOL_SOCKET, SO_PEEK_OFF, &at, sizeof at) == -1) return -1;
  r = peek_all(out, fd);
  saved = errno;
  at = -1;
  setsockopt(fd, SOL_SOCKET, SO_PEEK_OFF, &at, sizeof at);
  errno = saved;
  if (!r) out->len = whole(out);
  return r;
}

int sasl_take(int fd, size_t len)
{
  char buf[PIECE];
  ssize_t r;

  while (len) {
    r = recv(fd, buf, len < sizeof buf ? len : sizeof buf, 0);
    if (r == -1 && errno == EINTR) continue;
    if (r <= 0) return -1;
    len -= (size_t)r;
  }
  explicit_bzero(buf, sizeof buf);
  return 0;
}

/* The request with a line "more" before its "begin". */
static int send_request(int fd, const stralloc *request)
{
  size_t n = request->len - strlen("begin\n");
  int64_t ms = WRITE_MS;

  if (timed_write(fd, request->s, n, ms) == -1) return -1;
  return timed_write(fd, "more\nbegin\n", 11, ms);
}

/*
 * What the authenticator writes, to the front end. Nobody is to be held to
 * the words of one that then gives up, so its first challenge takes the
 * request out of the front end's socket. -1 when it has no more to say.
 */
static int from_authenticator(int auth, int front, const stralloc *request,
                              stralloc *held, int *said)
{
  char buf[PIECE];
  ssize_t r = timed_read(auth, buf, sizeof buf, clock_ms());

  if (r <= 0) return -1;
  if (*said) return timed_write(front, buf, (size_t)r, WRITE_MS);
  stralloc_catb(held, buf, (size_t)r);
  if (held->len > SASL_REQUEST_MAX) return -1;
  if (!held->len || held->s[held->len - 1] != '\n') return 0;
  if (strncmp(held->s, "challenge ", 10)
      && !memmem(held->s, held->len, "\nchallenge ", 11)) return 0;
  *said = 1;
  if (sasl_take(front, request->len) == -1) return -1;
  return timed_write(front, held->s, held->len, WRITE_MS);
}

static int from_front(int front, int auth)
{
  char buf[PIECE];
  ssize_t r = timed_read(front, buf, sizeof buf, clock_ms());
  int ok = r > 0 && timed_write(auth, buf, (size_t)r, WRITE_MS) == 0;

  explicit_bzero(buf, sizeof buf);
  return ok ? 0 : -1;
}

static int relay(struct capture *k, struct captured *c, const char **step,
                 int auth, int front, const stralloc *request, int *said)
{
  struct pollfd p[4] = { { k->hold, POLLIN, 0 }, { auth, POLLIN, 0 },
                         { k->pidfd, POLLIN, 0 }, { -1, POLLIN, 0 } };
  stralloc held = STRALLOC_ZERO;
  int r;

  for (;;) {
    *step = "poll";
    p[3].fd = *said && p[1].fd != -1 ? front : -1;
    if (poll(p, 4, -1) == -1 && errno != EINTR) { r = -1; break; }
    if (p[1].fd != -1 && p[1].revents
        && from_authenticator(auth, front, request, &held, said) == -1)
      p[1].fd = -1;
    else if (p[0].fd != -1 && p[0].revents) {
      r = capture_accepted(k, c, step);
      if (r) break;
      p[0].fd = -1;
    } else if (p[3].fd != -1 && p[3].revents
               && from_front(front, auth) == -1) {
      shutdown(auth, SHUT_RDWR);        /* the client has gone */
      p[1].fd = -1;
    } else if (p[2].revents && p[1].fd == -1) {
      r = 0;
      break;
    }
  }
  /* who it is, if no challenge came before */
  if (r == 1 && !*said && held.len)
    timed_write(front, held.s, held.len, WRITE_MS);
  stralloc_free(&held);
  return r;
}

int sasl_try(struct capture *k, struct captured *c, const char **step,
             char *const auth[], int front, const stralloc *request,
             int *said)
{
  int pair[2], empty[2], r = -1, saved;

  *step = "socketpair";
  k->pid = -1;
  k->pidfd = k->hold = -1;
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == -1)
    return -1;
  if (pipe2(empty, O_CLOEXEC) == 0) {
    close(empty[1]);
    *step = "fork";
    r = capture_start(k, auth, empty[0], pair[1]);
    close(empty[0]);
  }
  saved = errno;
  close(pair[1]);
  if (!r) {
    /* one that reads nothing is one that does not know this page */
    send_request(pair[0], request);
    r = relay(k, c, step, pair[0], front, request, said);
    saved = errno;
  }
  close(pair[0]);
  errno = saved;
  return r;
}
