/* ISC licence; see LICENSE. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>
#include <skalibs/strerr.h>

#include "base/alloc.h"
#include "base/log.h"
#include "base/timedio.h"
#include "context.h"
#include "heap.h"
#include "keyclient.h"
#include "keyholder.h"
#include "listener.h"
#include "options.h"
#include "tickets.h"

char const *PROG = "sslserver";

extern char **environ;

/*
 * What is said of TLS is said by us alone: SSL_PROTOCOL left over from
 * whoever started us would pass for an encrypted connection.
 */
static void forget_facts(void)
{
  static const char *const keep[] = { "SSL_UID=", "SSL_GID=", "SSL_CHROOT=",
    "SSL_CERT_FILE=", "SSL_CERT_DIR=", 0 };
  static const char *const drop[] = { "SSLCTLFD", "SSLREADFD", "SSLWRITEFD",
    0 };
  stralloc name = STRALLOC_ZERO;
  char **e = environ;
  int i;

  for (i = 0; drop[i]; i++) unsetenv(drop[i]);
  while (*e) {
    for (i = 0; keep[i] && strncmp(*e, keep[i], strlen(keep[i])); i++);
    if (keep[i] || strncmp(*e, "SSL_", 4)) {
      e++;
      continue;
    }
    stralloc_copyb(&name, *e, strcspn(*e, "="));
    stralloc_0(&name);
    unsetenv(name.s);           /* moves what is behind to here */
  }
  stralloc_free(&name);
}

/* no socket of ours may ever get one of these numbers */
static void check_descriptors(void)
{
  int fd;

  for (fd = 0; fd <= 2; fd++)
    if (fcntl(fd, F_GETFD) == -1 && open("/dev/null", O_RDWR) != fd)
      _exit(111);
}

int main(int argc, char **argv)
{
  static struct options o;
  int control, listener;
  const char *what;
  pid_t keyholder;

  check_descriptors();
  heap_init();
  options_read(&o, argc, argv);
  forget_facts();
  listener_bind(&o);
  control = keyholder_start(o.read_password, &listener, &keyholder);
  if (control == -1) {
    if (errno == EINVAL) die_text(111, "no certificate to serve", 0);
    die_sys(111, "unable to start the key-holder", 0);
  }
  keyclient_use(listener);
  if (tickets_turn((long)(clock_ms() / 1000)) == -1)
    die_text(111, "unable to get random octets", 0);
  if (context_make(o.client, &what) == -1)
    die_text(111, "unable to use ", what);
  if (context_warm() == -1)
    die_text(111, "no handshake is possible with these settings", 0);
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  heap_seal();
  return listener_run(&o, control, keyholder);
}
