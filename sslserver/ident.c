/* ISC licence; see LICENSE. */
#include "ident.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/timedio.h"

#define PORT 113
#define REPLY_MAX 1000          /* octets; RFC 1413 section 4 */

/* the field up to the next colon or the end, without the colon */
static size_t field(const char *s, const char *end)
{
  const char *colon = memchr(s, ':', (size_t)(end - s));

  return (size_t)((colon ? colon : end) - s);
}

static int is_space(char c)
{
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* 1 if the field is this word with white space around it */
static int is_word(const char *s, size_t len, const char *word)
{
  while (len && is_space(*s)) s++, len--;
  while (len && is_space(s[len - 1])) len--;
  return len == strlen(word) && !strncasecmp(s, word, len);
}

/* ports : USERID : system : name */
int ident_parse(char *out, const char *line, size_t len)
{
  const char *end = line + len;
  size_t n, used = 0;
  int i;

  out[0] = 0;
  for (i = 0; i < 3; i++) {
    n = field(line, end);
    if (line + n == end || (i == 1 && !is_word(line, n, "USERID"))) return 0;
    line += n + 1;
  }
  for (; line < end && used < IDENT_MAX - 1; line++)
    if (!is_space(*line))
      out[used++] = *line < '!' || *line > '~' ? '?' : *line;
  out[used] = 0;
  return used > 0;
}

/* a connected socket, or -1 */
static int reach(const struct address *local, const struct address *remote,
  unsigned int scope, int64_t deadline)
{
  struct sockaddr_storage from, to;
  struct address here = *local, there = *remote;
  socklen_t fromlen, tolen;
  struct pollfd p;
  int64_t left;
  int fd, err = 0;
  socklen_t len = sizeof err;

  here.port = 0;
  there.port = PORT;
  fromlen = address_to(&here, &from, scope);
  tolen = address_to(&there, &to, scope);
  fd = socket(to.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd == -1) return -1;
  if (bind(fd, (struct sockaddr *)&from, fromlen) == -1) goto fail;
  if (connect(fd, (struct sockaddr *)&to, tolen) == 0) return fd;
  if (errno != EINPROGRESS) goto fail;
  p.fd = fd;
  p.events = POLLOUT;
  do left = deadline - clock_ms();
  while (poll(&p, 1, left < 0 ? 0 : (int)left) == -1 && errno == EINTR);
  if ((p.revents & POLLOUT)
      && getsockopt(fd, SOL_SOCKET, SO_ERROR, &err, &len) == 0 && !err)
    return fd;
fail:
  close(fd);
  return -1;
}

/* one line, without its LF; its length, 0 if there is none in time */
static size_t read_line(int fd, char *buf, size_t size, int64_t deadline)
{
  size_t have = 0;
  ssize_t r;
  char *lf;

  while (have < size) {
    r = timed_read(fd, buf + have, size - have, deadline);
    if (r == -1 && errno == EINTR) continue;
    if (r <= 0) break;
    lf = memchr(buf + have, '\n', (size_t)r);
    if (lf) return (size_t)(lf - buf);
    have += (size_t)r;
  }
  return 0;
}

void ident_ask(char *out, const struct address *local,
  const struct address *remote, unsigned int scope, int64_t deadline)
{
  char buf[REPLY_MAX];
  size_t len;
  int fd = reach(local, remote, scope, deadline), n;

  out[0] = 0;
  if (fd == -1) return;
  /* the first port is that of the machine that is asked */
  n = snprintf(buf, sizeof buf, "%u , %u\r\n", remote->port, local->port);
  if (timed_write(fd, buf, (size_t)n, deadline - clock_ms()) == 0) {
    len = read_line(fd, buf, sizeof buf, deadline);
    ident_parse(out, buf, len);
  }
  close(fd);
}
