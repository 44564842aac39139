/* ISC licence; see LICENSE. */
#include "note.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <skalibs/types.h>

#include "timedio.h"

static int to = -1;
static int64_t last;

/* the fd may be anything that a caller who is not our front end left */
static int take_fd(void)
{
  const char *v = getenv(NOTE_FD_VAR);
  unsigned int fd = 0;
  size_t n = v ? uint_scan(v, &fd) : 0;

  if (!n || v[n] || fd < 3 || fd > 65535) fd = 0;
  unsetenv(NOTE_FD_VAR);
  if (!fd || fcntl((int)fd, F_SETFD, FD_CLOEXEC) == -1) return -1;
  return (int)fd;
}

void note_account(int rootfd)
{
  union {
    struct cmsghdr align;
    char buf[CMSG_SPACE(sizeof (int))];
  } control;
  struct iovec v = { (char *)"A", 1 };
  struct msghdr m;
  struct cmsghdr *c;

  to = take_fd();
  if (to == -1) return;
  memset(&m, 0, sizeof m);
  memset(&control, 0, sizeof control);
  m.msg_iov = &v;
  m.msg_iovlen = 1;
  m.msg_control = control.buf;
  m.msg_controllen = sizeof control.buf;
  c = CMSG_FIRSTHDR(&m);
  c->cmsg_level = SOL_SOCKET;
  c->cmsg_type = SCM_RIGHTS;
  c->cmsg_len = CMSG_LEN(sizeof (int));
  memcpy(CMSG_DATA(c), &rootfd, sizeof rootfd);
  sendmsg(to, &m, MSG_DONTWAIT | MSG_NOSIGNAL);
  last = clock_ms();
}

void note_folder(const char *name, size_t len)
{
  char buf[NOTE_MAX] = "F";

  if (to == -1) return;
  if (len > sizeof buf - 1) len = sizeof buf - 1;
  if (len) memcpy(buf + 1, name, len);
  send(to, buf, len + 1, MSG_DONTWAIT | MSG_NOSIGNAL);
}

void note_active(void)
{
  int64_t now;

  if (to == -1) return;
  now = clock_ms();
  if (now - last < NOTE_EVERY_MS) return;
  last = now;
  send(to, "I", 1, MSG_DONTWAIT | MSG_NOSIGNAL);
}

int note_fd(int64_t *when)
{
  *when = last;
  return to;
}

void note_resume(int fd, int64_t when)
{
  to = fd;
  last = when;
}
