/* ISC licence; see LICENSE. */
#include <skalibs/strerr.h>

#include "base/log.h"
#include "base/title.h"
#include "monitor.h"
#include "pop3_talk.h"
#include "settings.h"

/* pop3-login authenticator handler [arguments]: see pop3-login.8 */
int main(int argc, char **argv)
{
  static struct settings s;

  PROG = "pop3-login";
  if (argc < 2) die_text(100, "usage: pop3-login program [arguments]", 0);
  title_init(argc, argv);
  s.service = "pop3";
  s.talk = pop3_talk;
  s.chain = argv + 1;
  settings_read(&s);
  settings_stamp(&s);
  return monitor_run(&s);
}
