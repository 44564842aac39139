/* ISC licence; see LICENSE. */
#include "credentials.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/timedio.h"

/* The next string that ends before end, or 0. */
static const char *next(const char **pos, const char *end)
{
  const char *s = *pos;
  const char *nul = memchr(s, 0, (size_t)(end - s));

  if (!nul) return 0;
  *pos = nul + 1;
  return s;
}

static int take_apart(struct credentials *c, size_t len)
{
  const char *pos = c->octets, *end = c->octets + len;

  c->name = next(&pos, end);
  if (!c->name) return -1;
  c->password = next(&pos, end);
  if (!c->password) return -1;
  c->timestamp = pos == end ? "" : next(&pos, end);
  return c->timestamp ? 0 : -1;
}

int credentials_read(struct credentials *c, int fd)
{
  ssize_t len = fd_fill(fd, c->octets, sizeof c->octets);
  int saved = errno;

  /* one octet of room tells "too long" */
  if (len == sizeof c->octets) saved = EMSGSIZE;
  else if (len != -1) {
    if (take_apart(c, (size_t)len) == 0) return 0;
    saved = EPROTO;
  }
  credentials_wipe(c);
  errno = saved;
  return -1;
}

void credentials_wipe(struct credentials *c)
{
  explicit_bzero(c->octets, sizeof c->octets);
  c->name = c->password = c->timestamp = c->octets;
}

void credentials_forget(struct credentials *c)
{
  char *from = c->octets + strlen(c->name);

  explicit_bzero(from, (size_t)(c->octets + sizeof c->octets - from));
  c->password = c->timestamp = from;
}

static size_t put(char *buf, size_t n, const char *s)
{
  size_t len = strlen(s) + 1;

  if (n > CREDENTIALS_MAX || len > CREDENTIALS_MAX - n)
    return CREDENTIALS_MAX + 1;
  memcpy(buf + n, s, len);
  return n + len;
}

/* 512 octets fit into any pipe: nobody has to wait, and its write end can be
 * closed before anybody reads. */
int credentials_pipe(const char *name, const char *password,
                     const char *timestamp)
{
  char buf[CREDENTIALS_MAX];
  int r = -1;
  size_t n;

  n = put(buf, put(buf, put(buf, 0, name), password), timestamp);
  if (n > CREDENTIALS_MAX) errno = E2BIG;
  else r = fd_pipe_of(buf, n);
  explicit_bzero(buf, sizeof buf);
  return r;
}

int credentials_hand(const char *name, const char *password,
                     const char *timestamp)
{
  int fd = credentials_pipe(name, password, timestamp);

  if (fd == -1) return -1;
  if (fd == 3) return fcntl(fd, F_SETFD, 0);
  if (dup2(fd, 3) == -1) return -1;
  return close(fd);
}
