/* ISC licence; see LICENSE. */
#include <skalibs/strerr.h>

#include "base/log.h"
#include "base/title.h"
#include "monitor.h"
#include "imap_talk.h"
#include "settings.h"

/* imap-login authenticator handler [arguments]: see imap-login.8 */
int main(int argc, char **argv)
{
  static struct settings s;

  PROG = "imap-login";
  if (argc < 2) die_text(100, "usage: imap-login program [arguments]", 0);
  title_init(argc, argv);
  s.service = "imap";
  s.talk = imap_talk;
  s.chain = argv + 1;
  settings_read(&s);
  return monitor_run(&s);
}
