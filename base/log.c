/* ISC licence; see LICENSE. */
#include "log.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <skalibs/strerr.h>

#include "alloc.h"

static stralloc line = STRALLOC_ZERO;

void log_begin(const char *event)
{
  line.len = 0;
  stralloc_cats(&line, PROG);
  stralloc_cats(&line, ": ");
  stralloc_cats(&line, event);
}

static void octet(stralloc *out, unsigned char c)
{
  static const char hex[] = "0123456789abcdef";
  char x[4] = { '\\', 'x', hex[c >> 4], hex[c & 15] };

  if (c <= ' ' || c > '~' || c == '=' || c == '"' || c == '\\')
    stralloc_catb(out, x, 4);
  else
    stralloc_append(out, (char)c);
}

void log_value(stralloc *out, const char *value, size_t len)
{
  size_t i;

  for (i = 0; i < len && i < LOG_VALUE_MAX; i++)
    octet(out, (unsigned char)value[i]);
}

void log_word(const char *key, const char *value, size_t len)
{
  stralloc_append(&line, ' ');
  stralloc_cats(&line, key);
  stralloc_append(&line, '=');
  log_value(&line, value, len);
}

void log_str(const char *key, const char *value)
{
  if (value) log_word(key, value, strlen(value));
}

void log_num(const char *key, uint64_t value)
{
  stralloc_append(&line, ' ');
  stralloc_cats(&line, key);
  stralloc_append(&line, '=');
  stralloc_catu(&line, value);
}

void log_errno(int e)
{
  const char *text = strerror(e);

  stralloc_cats(&line, " error=");
  for (; *text; text++)
    stralloc_append(&line, *text == ' ' ? '_' : *text);
}

static void put(void)
{
  size_t done = 0;
  ssize_t w;

  stralloc_append(&line, '\n');
  while (done < line.len) {
    w = write(2, line.s + done, line.len - done);
    if (w == -1 && errno != EINTR) break;       /* nowhere left to say so */
    if (w > 0) done += (size_t)w;
  }
}

void log_end(void)
{
  int saved = errno;

  put();
  errno = saved;
}

const char *log_so_far(void)
{
  stralloc_0(&line);
  return line.s;
}

static void fault(const char *event, const char *key, const char *value)
{
  int saved = errno;

  log_begin(event);
  log_str(key, value);
  log_errno(saved);
  log_end();
  errno = saved;
}

void log_fault(const char *event, const char *what)
{
  fault(event, "what", what);
}

void log_fault_file(const char *event, const char *file)
{
  fault(event, "file", file);
}

static void fatal(const char *text, const char *what)
{
  log_begin("fatal: ");
  stralloc_cats(&line, text);
  if (what)
    for (; *what; what++) octet(&line, (unsigned char)*what);
}

void die_sys(int code, const char *text, const char *what)
{
  int saved = errno;

  fatal(text, what);
  stralloc_cats(&line, ": ");
  stralloc_cats(&line, strerror(saved));
  put();
  _exit(code);
}

void die_text(int code, const char *text, const char *what)
{
  fatal(text, what);
  put();
  _exit(code);
}
