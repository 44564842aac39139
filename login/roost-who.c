/* ISC licence; see LICENSE. */
#include <skalibs/strerr.h>

#include "chosen.h"

/* roost-who [-u user] [-a address] [-p pid]: see roost-who.8 */

static void show(const struct roster_at *at, const struct entry *e)
{
  (void)at;
  chosen_print(e);
}

int main(int argc, char **argv)
{
  struct chosen c;

  PROG = "roost-who";
  chosen_options(&c, argc, argv,
    "usage: roost-who [-u user] [-a address] [-p pid]");
  chosen_each(&c, show);
  chosen_flush();
  return 0;
}
