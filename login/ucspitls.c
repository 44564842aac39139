/* ISC licence; see LICENSE. */
#include "ucspitls.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/log.h"
#include "base/timedio.h"

/*
 * Names in our pattern that tell somebody where to find keys, roots of trust
 * or privileges: an authenticator that speaks TLS to a directory would obey.
 */
static const char *const reserved[] = {
  "SSL_CERT_FILE", "SSL_CERT_DIR", "SSL_UID", "SSL_GID", "SSL_CHROOT", 0
};

static int name_fits(const char *name, size_t len)
{
  size_t i;

  if (len < 5 || len > UCSPITLS_NAME_MAX || memcmp(name, "SSL_", 4)) return 0;
  for (i = 4; i < len; i++)
    if (!((name[i] >= 'A' && name[i] <= 'Z')
        || (name[i] >= '0' && name[i] <= '9') || name[i] == '_'))
      return 0;
  for (i = 0; reserved[i]; i++)
    if (strlen(reserved[i]) == len && !memcmp(reserved[i], name, len))
      return 0;
  return 1;
}

size_t ucspitls_take(const char *answer, size_t len,
  void (*set)(const char *name, const char *value))
{
  char name[UCSPITLS_NAME_MAX + 1];
  const char *end = answer + len, *nul, *eq;
  size_t ignored = 0, taken = 0, n;

  for (; answer < end; answer = nul + 1) {
    nul = memchr(answer, 0, (size_t)(end - answer));
    if (!nul) return ignored + 1;
    if (nul == answer) continue;
    eq = memchr(answer, '=', (size_t)(nul - answer));
    n = (size_t)((eq ? eq : nul) - answer);
    if (!name_fits(answer, n) || taken == UCSPITLS_NAMES_MAX) {
      ignored++;
      continue;
    }
    memcpy(name, answer, n);
    name[n] = 0;
    set(name, eq ? eq + 1 : 0);
    taken++;
  }
  return ignored;
}

static void set_variable(const char *name, const char *value)
{
  if (!value) unsetenv(name);
  else if (setenv(name, value, 1) == -1) die_nomem();
}

/* how many of these octets, behind last, belong to the answer */
static size_t part(const char *s, size_t len, char last)
{
  size_t i;

  for (i = 0; i < len; i++) {
    if (!s[i] && !last) return i + 1;
    last = s[i];
  }
  return len;
}

/* some octets that may be looked at but stay; what is no socket gives one */
static ssize_t look(int fd, char *buf, size_t len, int64_t deadline)
{
  struct pollfd p = { fd, POLLIN, 0 };
  int64_t left = deadline - clock_ms();
  ssize_t r;
  int n;

  if (left < 0) left = 0;
  n = poll(&p, 1, left > 86400000 ? 86400000 : (int)left);
  if (!n) errno = ETIMEDOUT;
  if (n != 1) return -1;
  r = recv(fd, buf, len, MSG_PEEK | MSG_DONTWAIT);
  return r == -1 && errno == ENOTSOCK ? 1 : r;
}

int ucspitls_read(int fd, stralloc *a, int64_t deadline)
{
  char buf[1024], last = 'x';
  size_t room;
  ssize_t r;

  a->len = 0;
  while ((room = UCSPITLS_ANSWER_MAX - a->len)) {
    r = look(fd, buf, room < sizeof buf ? room : sizeof buf, deadline);
    if (r > 0) r = read(fd, buf, r > 1 ? part(buf, (size_t)r, last) : 1);
    if (r == -1 && (errno == EINTR || errno == EAGAIN)) continue;
    if (r == -1) return -1;
    if (!r) break;
    stralloc_catb(a, buf, (size_t)r);
    if (a->len > 1 && !a->s[a->len - 1] && !a->s[a->len - 2]) return 0;
    last = a->s[a->len - 1];
  }
  errno = EPROTO;
  return -1;
}

/* make fd number 0 or 1 */
static int move(int fd, int to)
{
  return fd == to || dup2(fd, to) == to ? 0 : -1;
}

void ucspitls_forget(struct settings *s)
{
  int ctl = s->ctlfd, in = s->readfd, out = s->writefd;

  s->ctlfd = s->readfd = s->writefd = -1;
  if (ctl > 2) close(ctl);
  if (in > 2 && in != ctl) close(in);
  if (out > 2 && out != ctl && out != in) close(out);
}

int ucspitls_start(struct settings *s, int64_t deadline)
{
  stralloc answer = STRALLOC_ZERO;
  size_t ignored;
  int r = -1, saved;

  if (timed_write(s->ctlfd, "Y", 1, deadline - clock_ms()) == -1
      || ucspitls_read(s->ctlfd, &answer, deadline) == -1
      || move(s->readfd, 0) == -1 || move(s->writefd, 1) == -1)
    goto done;
  ignored = ucspitls_take(answer.s, answer.len, set_variable);
  if (ignored) {
    log_begin("starttls-ignored");
    log_num("variables", ignored);
    log_end();
  }
  s->encrypted = 1;
  r = 0;
done:
  saved = errno;
  stralloc_free(&answer);
  ucspitls_forget(s);
  errno = saved;
  return r;
}
