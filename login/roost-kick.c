/* ISC licence; see LICENSE. */
#include <errno.h>
#include <skalibs/strerr.h>

#include "base/log.h"
#include "chosen.h"
#include "sign.h"

/* roost-kick [-u user] [-a address] [-p pid]: see roost-kick.8 */

static int ended, failed;

static void end(const struct roster_at *at, const struct entry *e)
{
  if (roster_signal(at, SIGN_KICKED) == 0) {
    chosen_print(e);
    ended++;
  } else if (errno != ESRCH) {
    log_fault("fault", "kick");
    failed++;
  }
}

int main(int argc, char **argv)
{
  static const char usage[] =
    "usage: roost-kick -u user | -a address | -p pid";
  struct chosen c;

  PROG = "roost-kick";
  if (!chosen_options(&c, argc, argv, usage)) die_text(100, usage, 0);
  chosen_each(&c, end);
  chosen_flush();
  if (failed) return 111;
  return ended ? 0 : 1;
}
