/* ISC licence; see LICENSE. */
#include "address_limit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/address.h"
#include "base/timedio.h"
#include "roster.h"

#define TRIES 8                 /* an empty directory may go as we come */
#define ROUNDS 16               /* to end, for one that comes */

/* the directory of an address; 0, or -1 if that is none */
static int place_of(char *out, const char *address)
{
  struct address a;
  char text[ADDRESS_TEXT];

  if (address_scan(&a, address) == -1) return -1;
  address_place(&a);
  address_text(&a, text);
  snprintf(out, ENTRY_NAME_MAX, ROSTER_PLACE "%s", text);
  return 0;
}

/* ------------------------------------------------------------ one's own file */

/* under another name until it is locked: without a lock it would be stale */
static int add_file(struct address_limit *l, int place)
{
  char draft[ENTRY_NAME_MAX + 1];

  snprintf(draft, sizeof draft, ".%s", l->name);
  l->fd = openat(place, draft,
    O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (l->fd == -1) return -1;
  if (flock(l->fd, LOCK_EX | LOCK_NB) == 0
      && renameat(place, draft, place, l->name) == 0)
    return 0;
  fd_close_once(&l->fd);
  unlinkat(place, draft, 0);
  return -1;
}

/* the directory of the address, with our file in it, or -1 */
static int add(struct address_limit *l)
{
  int place, tries;

  for (tries = 0; tries < TRIES; tries++) {
    if (mkdirat(l->dir, l->place, 0700) == -1 && errno != EEXIST) return -1;
    place = openat(l->dir, l->place,
      O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (place != -1 && add_file(l, place) == 0) return place;
    if (place != -1) close(place);
    if (errno != ENOENT) return -1;
  }
  return -1;
}

/* -------------------------------------------------------------- the others */

struct look {
  const char *own;
  unsigned int count;           /* those that live; by names alone: all */
  int by_name;
  char oldest[ENTRY_NAME_MAX];
  struct timespec since;
};

/* a file's time is when its monitor came: nobody writes to it */
static int look_at(int place, const char *name, void *arg)
{
  struct look *k = arg;
  const char *address;
  struct stat st;
  int fd;

  if (!entry_name_parse(name, &address)) return 0;
  if (k->by_name) {
    k->count++;
    return 0;
  }
  fd = openat(place, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd == -1) return 0;
  if (flock(fd, LOCK_SH | LOCK_NB) == 0) unlinkat(place, name, 0);
  else if (fstat(fd, &st) == 0) {
    k->count++;
    if (strcmp(name, k->own) && (!k->oldest[0]
        || st.st_mtim.tv_sec < k->since.tv_sec
        || (st.st_mtim.tv_sec == k->since.tv_sec
          && st.st_mtim.tv_nsec < k->since.tv_nsec))) {
      snprintf(k->oldest, sizeof k->oldest, "%s", name);
      k->since = st.st_mtim;
    }
  }
  close(fd);
  return 0;
}

/*
 * Too many by their names: then the files are opened, which tells the stale
 * ones, and of the others the oldest goes. Who takes its file away has ended
 * it, so that two who come at once end two.
 */
static void make_room(const struct address_limit *l, int place,
  unsigned int max)
{
  struct look k = { .own = l->name, .by_name = 1 };
  struct roster_at at = { place, k.oldest };
  int round;

  for (round = 0; round < ROUNDS; round++) {
    k.count = 0;
    k.oldest[0] = 0;
    if (roster_names(place, look_at, &k) == -1 || k.count <= max) return;
    if (!k.by_name) {
      if (!k.oldest[0] || roster_signal(&at, ADDRESS_LIMIT_SIGNAL) == -1)
        return;
      unlinkat(place, k.oldest, 0);
    }
    k.by_name = 0;
  }
}

/* -------------------------------------------------------------------- both */

void address_limit_enter(struct address_limit *l, const char *run,
  const char *address, unsigned int max)
{
  int place;

  l->dir = l->fd = -1;
  if (!run || !max || place_of(l->place, address) == -1) return;
  entry_name(l->name, getpid(), address);
  l->dir = roster_open(run);
  if (l->dir == -1) return;
  place = add(l);
  if (place == -1) {
    fd_close_once(&l->dir);
    return;
  }
  make_room(l, place, max);
  close(place);
}

void address_limit_leave(struct address_limit *l)
{
  char path[2 * ENTRY_NAME_MAX];

  if (l->fd == -1) return;
  snprintf(path, sizeof path, "%s/%s", l->place, l->name);
  unlinkat(l->dir, path, 0);
  unlinkat(l->dir, l->place, AT_REMOVEDIR);     /* if that was the last */
  fd_close_once(&l->fd);
  fd_close_once(&l->dir);
}
