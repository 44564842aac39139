/* ISC licence; see LICENSE. */
#include "timedio.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

int64_t clock_ms(void)
{
  struct timespec t;

  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* 1 ready, 0 with ETIMEDOUT, -1 with errno */
static int wait_for(int fd, short events, int64_t deadline)
{
  struct pollfd p = { fd, events, 0 };
  int64_t left = deadline - clock_ms();
  int r;

  if (left < 0) left = 0;
  if (left > 86400000) left = 86400000;
  r = poll(&p, 1, (int)left);
  if (!r) errno = ETIMEDOUT;
  return r;
}

ssize_t timed_read(int fd, char *buf, size_t len, int64_t deadline)
{
  ssize_t r;

  for (;;) {
    if (wait_for(fd, POLLIN, deadline) != 1) return -1;
    r = read(fd, buf, len);
    if (r != -1 || (errno != EAGAIN && errno != EWOULDBLOCK)) return r;
  }
}

/* a pipe that is ready takes PIPE_BUF octets at once */
ssize_t write_some(int fd, const char *buf, size_t len)
{
  ssize_t w = send(fd, buf, len, MSG_DONTWAIT | MSG_NOSIGNAL);

  if (w == -1 && errno == ENOTSOCK)
    w = write(fd, buf, len < PIPE_BUF ? len : PIPE_BUF);
  return w;
}

int timed_write(int fd, const char *buf, size_t len, int64_t ms)
{
  ssize_t w;
  int r;

  while (len) {
    /* a socket takes most of it at once, without being asked before */
    w = send(fd, buf, len, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (w == -1 && (errno == EAGAIN || errno == EWOULDBLOCK
                    || errno == ENOTSOCK)) {
      r = wait_for(fd, POLLOUT, clock_ms() + ms);
      if (r == -1 && errno == EINTR) continue;
      if (r != 1) return -1;
      w = write_some(fd, buf, len);
    }
    if (w == -1) {
      if (errno == EINTR || errno == EAGAIN || errno == EWOULDBLOCK) continue;
      return -1;
    }
    buf += w;
    len -= (size_t)w;
  }
  return 0;
}

ssize_t fd_fill(int fd, char *buf, size_t room)
{
  size_t len = 0;
  ssize_t r;

  while (len < room) {
    r = read(fd, buf + len, room - len);
    if (r == -1 && errno == EINTR) continue;
    if (r == -1) return -1;
    if (!r) break;
    len += (size_t)r;
  }
  return (ssize_t)len;
}

int fd_put(int fd, const char *buf, size_t len)
{
  ssize_t w;

  while (len) {
    w = write(fd, buf, len);
    if (w == -1 && errno == EINTR) continue;
    if (w <= 0) {
      if (!w) errno = ENOSPC;
      return -1;
    }
    buf += w;
    len -= (size_t)w;
  }
  return 0;
}

int fd_pipe_of(const char *buf, size_t len)
{
  int fd[2], r = -1, saved;

  if (pipe2(fd, O_CLOEXEC) == -1) return -1;
  if (write(fd[1], buf, len) == (ssize_t)len) r = fd[0];
  saved = errno;
  close(fd[1]);
  if (r == -1) close(fd[0]);
  errno = saved;
  return r;
}

int fd_close_once(int *fd)
{
  int r = 0;

  if (*fd != -1) r = close(*fd);
  *fd = -1;
  return r;
}
