/* ISC licence; see LICENSE. */
#include "mailbox_ids.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <skalibs/random.h>

#include "replace.h"

#define PREFIX "dovecot-uidvalidity"
#define MISSED_MAX 50           /* then it really is not there */
#define TRIES 500               /* others may take a value at the same time */

void mailbox_guid(char out[33])
{
  static const char hex[] = "0123456789abcdef";
  unsigned char r[16];
  int i;

  random_buf((char *)r, sizeof r);
  for (i = 0; i < 16; i++) {
    out[2 * i] = hex[r[i] >> 4];
    out[2 * i + 1] = hex[r[i] & 15];
  }
  out[32] = 0;
}

/* 8 hex digits and nothing else */
static int scan_value(const char *s, uint32_t *value)
{
  if (strspn(s, "0123456789abcdefABCDEF") != 8 || s[8]) return 0;
  *value = (uint32_t)strtoul(s, 0, 16);
  return 1;
}

static void name_of(char *name, size_t size, uint32_t value)
{
  snprintf(name, size, PREFIX ".%08lx", (unsigned long)value);
}

/* What the file says; 0 if it says nothing. */
static uint32_t read_value(int rootfd)
{
  char s[9] = "";
  uint32_t value = 0;
  int fd = openat(rootfd, PREFIX, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

  if (fd == -1) return 0;
  if (read(fd, s, 8) != 8 || !scan_value(s, &value)) value = 0;
  close(fd);
  return value;
}

/* A hint for the next one who asks: no harm if it is lost or lags. */
static void write_value(int rootfd, uint32_t value)
{
  char s[16];
  int fd = openat(rootfd, PREFIX, O_WRONLY | O_CREAT | O_CLOEXEC | O_NONBLOCK,
                  0600);

  if (fd == -1) return;
  give_mode(fd, rootfd);
  snprintf(s, sizeof s, "%08lx", (unsigned long)value);
  if (pwrite(fd, s, 8, 0) == -1) {
    close(fd);
    return;
  }
  close(fd);
}

/* Highest value that a file's name bears; 0 if there is none. */
static uint32_t scan_names(int rootfd)
{
  int fd = openat(rootfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *d = fd == -1 ? 0 : fdopendir(fd);
  uint32_t value, highest = 0;
  struct dirent *e;

  if (!d) {
    if (fd != -1) close(fd);
    return 0;
  }
  while ((e = readdir(d)))
    if (!strncmp(e->d_name, PREFIX ".", sizeof PREFIX)
        && scan_value(e->d_name + sizeof PREFIX, &value) && value > highest)
      highest = value;
  closedir(d);
  return highest;
}

/* The clock, but never the same value twice from this process. */
static uint32_t clock_value(void)
{
  static uint32_t last;
  uint32_t now = (uint32_t)time(0);

  last = now > last ? now : last + 1;
  if (!last) last = 1;
  return last;
}

/* Rename the file of value to value + 1. 0, or -1 with errno. */
static int step(int rootfd, uint32_t value)
{
  char from[40], to[40];

  name_of(from, sizeof from, value);
  name_of(to, sizeof to, value + 1);
  if (renameat2(rootfd, from, rootfd, to, RENAME_NOREPLACE) == 0) return 0;
  if (errno != EINVAL && errno != ENOSYS) return -1;
  return renameat(rootfd, from, rootfd, to);
}

/* The account's first value: made with O_EXCL, so that two who start at once
 * cannot both have it. 0 if it cannot be made. */
static uint32_t first(int rootfd)
{
  char name[40];
  uint32_t value = clock_value();
  int fd;

  name_of(name, sizeof name, value);
  fd = openat(rootfd, name, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444);
  if (fd == -1) return 0;
  close(fd);
  return value;
}

uint32_t uidvalidity_next(int rootfd)
{
  uint32_t value = read_value(rootfd);
  int i, missed = 0;

  for (i = 0; i < TRIES; i++) {
    if (!value) value = scan_names(rootfd);
    /* readdir may pass over a name that is being changed; a chain that has
     * begun is not begun again */
    if (!value && missed < MISSED_MAX && read_value(rootfd)) {
      missed++;
      sched_yield();
      continue;
    }
    missed = 0;
    if (value == UINT32_MAX) break;
    if (!value) {
      value = first(rootfd);
      if (value) {
        write_value(rootfd, value);
        return value;
      }
      if (errno != EEXIST) break;
    } else if (step(rootfd, value) == 0) {
      write_value(rootfd, value + 1);
      return value + 1;
    } else if (errno != ENOENT && errno != EEXIST) break;
    value = 0;                          /* someone was faster: look again */
  }
  return clock_value();
}
