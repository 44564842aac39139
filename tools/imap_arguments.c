/* ISC licence; see LICENSE. */
#include "imap_arguments.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/log.h"

#define PASSWORD_MAX 1024       /* octets */

const char *imap_tls(const char *s)
{
  if (strcmp(s, "tls") && strcmp(s, "starttls") && strcmp(s, "none"))
    die_text(100, "-t is tls, starttls or none, not ", s);
  return s;
}

/* the first line of descriptor fd, without its end */
static void read_line(stralloc *s, int fd)
{
  char c;
  ssize_t r;

  stralloc_ready(s, PASSWORD_MAX + 1);  /* it is never moved, to be wiped */
  while ((r = read(fd, &c, 1)) != 0 && s->len <= PASSWORD_MAX) {
    if (r == -1 && errno == EINTR) continue;
    if (r == -1) die_sys(111, "unable to read the password", 0);
    if (c == '\n') break;
    if (!c) die_text(100, "there is a NUL in the password", 0);
    stralloc_append(s, c);
  }
  if (s->len && s->s[s->len - 1] == '\r') s->len--;
  if (s->len > PASSWORD_MAX) die_text(100, "the password is too long", 0);
  if (!s->len) die_text(100, "the password is missing", 0);
}

void imap_password(stralloc *s, const char *file)
{
  char *typed;
  int fd;

  if (!file && isatty(0)) {
    typed = getpass("Password: ");
    if (!typed || !*typed) die_text(100, "the password is missing", 0);
    stralloc_copys(s, typed);
    explicit_bzero(typed, strlen(typed));
    return;
  }
  fd = file ? open(file, O_RDONLY | O_CLOEXEC) : 0;
  if (fd == -1) die_sys(111, "unable to open ", file);
  read_line(s, fd);
  if (file) close(fd);
}
