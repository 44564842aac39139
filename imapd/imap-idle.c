/* ISC licence; see LICENSE. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/uio.h>

#include "base/bare.h"
#include "rest_head.h"

/*
 * imap-idle: waits in imapd's place (rest.h), and runs imapd again when the
 * client says something, when the mail may have changed, when a signal asks
 * for the end, or when it is time. It reads nothing: all that is left to
 * imapd, signals too, which stay blocked and waiting.
 */
#define TRIES 30                /* of a second each: the machine is full, or
                                   imapd is just being written (cp over it) */
#define DEAF_MS 1000            /* then imapd has a look for signals, if there
                                   is no descriptor left to be told of them */

/* the number of the file with the state; 0: this is no place for us */
static long state_of(const char *word)
{
  static const char name[] = REST_VAR;
  const char *p = name;

  if (!word) return 0;
  for (; *p; p++, word++)
    if (*word != *p) return 0;
  return (long)bare_num(&word);
}

static int read_head(struct rest_head *head, char **envp)
{
  static const char magic[] = REST_MAGIC;
  long fd = state_of(*envp);
  size_t i;

  if (fd < 3 || bare_call(pread64, fd, head, sizeof *head, 0)
                != (long)sizeof *head)
    return 0;
  for (i = 0; i < sizeof head->magic; i++)
    if (head->magic[i] != magic[i]) return 0;
  return 1;
}

static void wait_for_all(const struct rest_head *head)
{
  struct pollfd p[3] = { { 0, POLLIN, 0 }, { head->watch, POLLIN, 0 },
                         { -1, POLLIN, 0 } };
  struct { long s, ns; } left;
  int64_t wake, ms;
  long r;

  p[2].fd = (int)bare_call(signalfd4, -1, &head->signals,
                           sizeof head->signals, SFD_CLOEXEC);
  wake = head->wake;
  if (p[2].fd < 0 && wake > bare_clock_ms() + DEAF_MS)
    wake = bare_clock_ms() + DEAF_MS;
  do {
    ms = wake - bare_clock_ms();
    if (ms <= 0) return;
    left.s = (long)(ms / 1000);
    left.ns = (long)(ms % 1000) * 1000000;
    r = bare_call(ppoll, p, 3, &left, 0, 0);
  } while (r == -EINTR);
}

static void put(int fd, const char *s)
{
  bare_call(write, fd, s, bare_len(s));
}

int bare_main(char **argv, char **envp)
{
  struct { long s, ns; } second = { 1, 0 };
  struct rest_head head;
  int tries;
  long r = 0;

  if (!read_head(&head, envp)) {
    put(2, "imap-idle: fatal: to be started by imapd alone\n");
    return 100;
  }
  bare_call(prctl, PR_SET_NAME, "imap-idle");
  wait_for_all(&head);
  for (tries = 0; tries < TRIES; tries++) {
    r = bare_call(execveat, head.imapd, "", argv, envp, AT_EMPTY_PATH);
    if (r != -EAGAIN && r != -ENOMEM && r != -ENFILE && r != -ETXTBSY) break;
    bare_call(nanosleep, &second, 0);
  }
  put(2, "imap-idle: fatal: unable to run imapd\n");
  put(1, "* BYE [UNAVAILABLE] the session cannot go on, connect again\r\n");
  return 111;
}
