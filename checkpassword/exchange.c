/* ISC licence; see LICENSE. */
#include "exchange.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "auth.h"
#include "base/alloc.h"
#include "base/env.h"
#include "base/log.h"
#include "encoding.h"

#define REQUEST_LINES 32        /* words of a request, unknown ones too */

int exchange_wanted(void)
{
  return env_str(EXCHANGE_FD_VAR, 0) != 0;
}

static void die_protocol(void)
{
  die_text(AUTH_MISUSED, "$ROOST_SASL_FD: not a request of roost-sasl(7)", 0);
}

/*
 * The next line, 0-terminated in place of its LF; *used receives its length
 * with that. 0 at the end, or for a line without end.
 */
static char *next_line(struct exchange *x, size_t *used)
{
  char *lf;
  ssize_t r;

  while (!(lf = memchr(x->line, '\n', x->len))) {
    if (x->len == sizeof x->line) return 0;
    r = recv(x->fd, x->line + x->len, sizeof x->line - x->len, 0);
    if (r == -1 && errno == EINTR) continue;
    if (r <= 0) return 0;
    x->len += (size_t)r;
  }
  *lf = 0;
  *used = (size_t)(lf - x->line) + 1;
  return x->line;
}

/* behind a line: what was read ahead moves to the front, the rest is wiped */
static void drop_line(struct exchange *x, size_t used)
{
  size_t left = x->len - used;

  memmove(x->line, x->line + used, left);
  explicit_bzero(x->line + left, used);
  x->len = left;
}

/* the value behind word, which may be missing with its space; 0: another */
static const char *value(const char *line, const char *word)
{
  size_t n = strlen(word);

  if (strncmp(line, word, n)) return 0;
  if (!line[n]) return line + n;
  return line[n] == ' ' ? line + n + 1 : 0;
}

static int take_message(struct exchange *x, const char *text)
{
  size_t n = strlen(text);

  if (x->message.s) explicit_bzero(x->message.s, x->message.len);
  x->message.len = 0;
  if (n > EXCHANGE_RESPONSE_MAX
      || base64_take(&x->message, text, n, BASE64) == -1)
    return -1;
  stralloc_readyplus(&x->message, 1);
  x->message.s[x->message.len] = 0;
  return 0;
}

static void take_mechanism(struct exchange *x, const char *name)
{
  size_t n = strlen(name);

  if (!n || n > EXCHANGE_MECHANISM_MAX) die_protocol();
  memcpy(x->mechanism, name, n + 1);
}

/* 1 if the request goes on behind this line */
static int take_word(struct exchange *x, const char *line)
{
  const char *v;

  if (!strcmp(line, "begin")) return 0;
  if ((v = value(line, "auth"))) take_mechanism(x, v);
  else if (!strcmp(line, "plus")) x->plus = 1;
  else if (!strcmp(line, "more")) x->more = 1;
  else if ((v = value(line, "initial"))) {
    if (take_message(x, v) == -1) die_protocol();
    x->first = 1;
  }
  return 1;
}

void exchange_begin(struct exchange *x)
{
  const char *line;
  size_t used;
  int i, on = 1;

  x->fd = (int)env_num(EXCHANGE_FD_VAR, 4, 65535, 0);
  x->plus = x->more = x->first = 0;
  x->mechanism[0] = 0;
  x->message.len = x->len = 0;
  if (fcntl(x->fd, F_SETFD, FD_CLOEXEC) == -1)
    die_sys(AUTH_MISUSED, "bad descriptor in $", EXCHANGE_FD_VAR);
  for (i = 0; i < REQUEST_LINES && on; i++) {
    line = next_line(x, &used);
    if (!line) die_protocol();
    on = take_word(x, line);
    drop_line(x, used);
  }
  if (on || !x->mechanism[0]) die_protocol();
}

static int put(struct exchange *x, const stralloc *s)
{
  size_t at = 0;
  ssize_t r;

  while (at < s->len) {
    r = send(x->fd, s->s + at, s->len - at, MSG_NOSIGNAL);
    if (r == -1 && errno == EINTR) continue;
    if (r == -1) return -1;
    at += (size_t)r;
  }
  return 0;
}

void exchange_user(struct exchange *x, const char *name)
{
  stralloc line = STRALLOC_ZERO;
  size_t i;

  for (i = 0; name[i]; i++)
    if ((unsigned char)name[i] < ' ' || name[i] == 0x7f) return;
  if (!i || i > 1024) return;
  stralloc_cats(&line, "user ");
  stralloc_cats(&line, name);
  stralloc_append(&line, '\n');
  put(x, &line);                /* if that fails, the next question tells */
  stralloc_free(&line);
}

int exchange_ask(struct exchange *x, const char *data, size_t len)
{
  stralloc line = STRALLOC_ZERO;
  const char *text, *v;
  size_t used;
  int r;

  stralloc_cats(&line, "challenge ");
  base64_put(&line, data, len, BASE64, 1);
  stralloc_append(&line, '\n');
  r = put(x, &line);
  stralloc_free(&line);
  text = r == -1 ? 0 : next_line(x, &used);
  if (!text) return 0;
  v = value(text, "response");
  r = v && take_message(x, v) == 0;
  drop_line(x, used);
  return r;
}

void exchange_end(struct exchange *x)
{
  if (x->message.s) explicit_bzero(x->message.s, x->message.a);
  stralloc_free(&x->message);
  explicit_bzero(x->line, sizeof x->line);
  if (x->fd != -1) close(x->fd);
  x->fd = -1;
  unsetenv(EXCHANGE_FD_VAR);
}
