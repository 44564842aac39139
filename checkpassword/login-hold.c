/* ISC licence; see LICENSE. */
#include <errno.h>
#include <unistd.h>
#include <skalibs/strerr.h>
#include <skalibs/types.h>

#include "base/log.h"

/*
 * What an authenticator runs that another program of ours wants to know more
 * of: says that it is there, and waits until it was looked at. capture.h
 */

char const *PROG = "login-hold";

int main(int argc, char **argv)
{
  unsigned fd;
  char c;
  ssize_t r;

  if (argc != 2 || !uint0_scan(argv[1], &fd) || fd > 65535)
    die_text(100, "to be run by checkpassword-any and its like only", 0);
  if (write((int)fd, "\n", 1) != 1)
    die_sys(111, "unable to say that the login was accepted", 0);
  do r = read((int)fd, &c, 1); while (r == -1 && errno == EINTR);
  return 0;
}
