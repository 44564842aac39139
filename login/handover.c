/* ISC licence; see LICENSE. */
#include "handover.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "signals.h"

/* the program lies beside our own; -1 with errno */
static int find(char *path, size_t size)
{
  static const char name[] = "login-wait";
  ssize_t n = readlink("/proc/self/exe", path, size);

  if (n == -1) return -1;
  while (n && path[n - 1] != '/') n--;
  if ((size_t)n + sizeof name > size) {
    errno = ENAMETOOLONG;
    return -1;
  }
  memcpy(path + n, name, sizeof name);
  return 0;
}

/* close-on-exec off, or on again */
static void keep(int fd, int it)
{
  if (fd != -1) fcntl(fd, F_SETFD, it ? 0 : FD_CLOEXEC);
}

int handover(pid_t handler, int notes, int dir, const struct place *p,
  int64_t since, const char *line, const char *title)
{
  char program[PATH_MAX], list[160], file[2 * ENTRY_NAME_MAX];
  char account[ENTRY_NAME_MAX];
  const char *argv[] = { title, 0 };
  const char *envp[HANDOVER_WORDS + 1] = { 0 };
  int place = dir == -1 ? -1 : p->fd, saved;

  if (find(program, sizeof program) == -1) return -1;
  snprintf(list, sizeof list, "%d %ld %d %d %d %lld %llu", HANDOVER_FORM,
    (long)handler, notes, dir, place, (long long)since,
    (unsigned long long)signals_mask());
  snprintf(file, sizeof file, "%s/%s", p->account, p->name);
  snprintf(account, sizeof account, "%s", p->account);
  envp[HANDOVER_LIST] = list;
  envp[HANDOVER_LINE] = line;
  envp[HANDOVER_FILE] = file;
  envp[HANDOVER_ACCOUNT] = account;
  keep(notes, 1);
  keep(dir, 1);
  keep(place, 1);
  execve(program, (char **)argv, (char **)envp);
  saved = errno;
  keep(notes, 0);
  keep(dir, 0);
  keep(place, 0);
  errno = saved;
  return -1;
}
