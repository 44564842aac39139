/* ISC licence; see LICENSE. */
#include <skalibs/strerr.h>

#include "base/log.h"
#include "become.h"
#include "login/sign.h"

/*
 * Gives the sign of life for a handler that knows nothing of it. Here login
 * stands for an interface: one header with a variable's name, nothing linked.
 */

char const *PROG = "login-ok";

int main(int argc, char **argv)
{
  if (argc < 2) die_text(100, "usage: login-ok program [arguments]", 0);
  if (sign_of_life() == -1)
    die_sys(111, "unable to give the sign of life", 0);
  run_handler(argv + 1);
}
