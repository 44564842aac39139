/* ISC licence; see LICENSE. */
#include "slow.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>
#include <skalibs/sha256.h>

#include "base/address.h"
#include "base/timedio.h"
#include "peer.h"
#include "roster.h"

#define MAGIC "roost-failures1"
#define LOCK_TRIES 50           /* of a millisecond each */

struct header {
  char magic[sizeof MAGIC];
  char key[32];
};

/* of an address, or of an account and an address; all 0 is a free one */
struct record {
  uint64_t key;
  int64_t at;                   /* of the count, milliseconds */
  int64_t turn;                 /* when the next attempt may be made */
  uint32_t count;               /* failures */
  uint32_t known;               /* it has logged in */
};

struct set {
  struct record r[SLOW_WAYS];
};

/* ------------------------------------------------------------ the file */

static off_t place_of(uint64_t key)
{
  return (off_t)(sizeof (struct header)
    + (key & (SLOW_SETS - 1)) * sizeof (struct set));
}

/*
 * Locks that belong to what was opened, not to the process. Whoever was
 * stopped while it held one is not waited for.
 */
static int lock(int fd, short type, off_t at, off_t len)
{
  struct flock l = { .l_type = type, .l_whence = SEEK_SET, .l_start = at,
    .l_len = len };
  int i;

  for (i = 0; i < LOCK_TRIES; i++) {
    if (fcntl(fd, F_OFD_SETLK, &l) == 0) return 0;
    if (errno != EAGAIN && errno != EACCES && errno != EINTR) return -1;
    poll(0, 0, 1);
  }
  return -1;
}

static int read_header(int fd, struct header *h)
{
  return pread(fd, h, sizeof *h, 0) == (ssize_t)sizeof *h
    && !memcmp(h->magic, MAGIC, sizeof MAGIC) ? 0 : -1;
}

/* the key of this file, which whoever comes first makes up */
static int take_key(struct slow *s)
{
  struct header h;
  int r;

  if (lock(s->fd, F_WRLCK, 0, sizeof h) == -1) return -1;
  r = read_header(s->fd, &h);
  if (r == -1) {
    memcpy(h.magic, MAGIC, sizeof MAGIC);
    if (getrandom(h.key, sizeof h.key, 0) == (ssize_t)sizeof h.key
        && ftruncate(s->fd, 0) == 0
        && pwrite(s->fd, &h, sizeof h, 0) == (ssize_t)sizeof h)
      r = 0;
  }
  memcpy(s->key, h.key, sizeof s->key);
  lock(s->fd, F_UNLCK, 0, sizeof h);
  return r;
}

static int is_loopback(const struct address *a)
{
  char text[ADDRESS_TEXT];

  address_text(a, text);
  return peer_is_loopback(text);
}

int slow_open(struct slow *s, const char *run, const char *address,
  int64_t unit, int64_t max)
{
  struct address a;
  int dir, saved;

  s->fd = -1;
  s->unit = unit;
  s->max = max;
  if (!run || !unit || !max || address_scan(&a, address) == -1
      || is_loopback(&a))
    return 0;
  address_place(&a);
  memset(s->address, 0, sizeof s->address);
  memcpy(s->address, a.ip, sizeof a.ip);
  dir = roster_open(run);
  if (dir == -1) return -1;
  s->fd = openat(dir, SLOW_FILE,
    O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
  saved = errno;
  close(dir);
  errno = saved;
  if (s->fd == -1) return -1;
  if (take_key(s) == 0) return 0;
  saved = errno;
  slow_close(s);
  errno = saved;
  return -1;
}

void slow_close(struct slow *s)
{
  fd_close_once(&s->fd);
}

/* ------------------------------------------------------------- a record */

/* of the address with user, or of it alone */
static uint64_t key_of(const struct slow *s, const char *user)
{
  SHA256Schedule ctx = SHA256_INIT();
  unsigned char digest[32];
  uint64_t key;

  sha256_update(&ctx, s->key, sizeof s->key);
  sha256_update(&ctx, s->address, sizeof s->address);
  sha256_update(&ctx, user, strlen(user));
  sha256_final(&ctx, (char *)digest);
  memcpy(&key, digest, sizeof key);
  return key ? key : 1;
}

/* what time has left of it; a time to come is one of before a boot */
static void decay(struct record *r, int64_t now)
{
  int64_t halves;

  if (r->at > now || r->turn > now + 3600000) r->count = 0;
  if (r->at > now) r->at = now;
  if (r->turn > now + 3600000) r->turn = now;
  if (r->count > SLOW_COUNT_MAX) r->count = SLOW_COUNT_MAX;
  halves = (now - r->at) / SLOW_HALF_MS;
  if (!halves) return;
  r->count = halves < 32 ? r->count >> halves : 0;
  r->at += halves * SLOW_HALF_MS;
}

/* what is to be kept before other things */
static int worth(const struct record *r)
{
  if (!r->key) return -1;
  if (r->count > SLOW_FREE) return 3;
  return r->known ? 2 : r->count ? 1 : 0;
}

/* the record of key in a set; the least one gives way, if make */
static struct record *find(struct set *set, uint64_t key, int64_t now,
  int make)
{
  struct record *least = set->r, *r;

  for (r = set->r; r < set->r + SLOW_WAYS; r++) {
    decay(r, now);
    if (r->key == key) return r;
    if (worth(r) < worth(least)
        || (worth(r) == worth(least) && r->at < least->at))
      least = r;
  }
  if (!make) return 0;
  memset(least, 0, sizeof *least);
  least->key = key;
  least->at = now;
  return least;
}

/* change the record of key by what, under the set's lock */
static void change(struct slow *s, uint64_t key, int64_t now, int make,
  void (*what)(struct slow *, struct record *, int64_t, void *), void *arg)
{
  off_t at = place_of(key);
  struct set set;
  struct record *r;
  ssize_t n;

  if (lock(s->fd, F_WRLCK, at, sizeof set) == -1) return;
  memset(&set, 0, sizeof set);
  n = pread(s->fd, &set, sizeof set, at);
  if (n != -1) {
    if (n != (ssize_t)sizeof set) memset(&set, 0, sizeof set);
    r = find(&set, key, now, make);
    if (r) {
      what(s, r, now, arg);
      /* a full disk: it is as if this had not been */
      n = pwrite(s->fd, &set, sizeof set, at);
    }
  }
  lock(s->fd, F_UNLCK, at, sizeof set);
}

/* --------------------------------------------------------------- the turn */

int64_t slow_pause(const struct slow *s, unsigned int failures)
{
  int64_t pause = s->unit;

  if (failures <= SLOW_FREE) return 0;
  for (failures -= SLOW_FREE + 1; failures && pause < s->max; failures--)
    pause *= 2;
  return pause < s->max ? pause : s->max;
}

struct turn {
  int known;
  int64_t wait;
  unsigned int failures;
};

/*
 * The next attempt's turn is a pause behind this one's. The queue is no
 * longer than the longest pause: what would be behind its end goes with it.
 */
static void take_turn(struct slow *s, struct record *r, int64_t now,
  void *arg)
{
  struct turn *t = arg;
  int64_t pause = slow_pause(s, r->count);

  t->known = r->known != 0;
  t->failures = r->count;
  if (r->turn < now) r->turn = now;
  t->wait = pause ? r->turn - now + pause : 0;
  if (t->wait > s->max) t->wait = s->max;
  if (pause) r->turn = now + t->wait;
}

int64_t slow_turn(struct slow *s, const char *user, int64_t now,
  unsigned int *failures)
{
  struct turn t = { 0, 0, 0 };

  *failures = 0;
  if (s->fd == -1) return 0;
  if (*user) change(s, key_of(s, user), now, 0, take_turn, &t);
  if (!t.known) change(s, key_of(s, ""), now, 0, take_turn, &t);
  *failures = t.failures;
  return t.wait;
}

/* ------------------------------------------------------------- the outcome */

static void add_one(struct slow *s, struct record *r, int64_t now, void *arg)
{
  (void)s;
  (void)arg;
  if (!r->count) r->at = now;
  if (r->count < SLOW_COUNT_MAX) r->count++;
}

void slow_failed(struct slow *s, const char *user, int64_t now)
{
  if (s->fd == -1) return;
  change(s, key_of(s, ""), now, 1, add_one, 0);
  if (*user) change(s, key_of(s, user), now, 1, add_one, 0);
}

static void forgive(struct slow *s, struct record *r, int64_t now, void *arg)
{
  uint32_t *count = arg;

  (void)s;
  *count = r->count;
  r->count = 0;
  r->known = 1;
  r->turn = r->at = now;
}

static void take_off(struct slow *s, struct record *r, int64_t now, void *arg)
{
  uint32_t *count = arg;

  (void)s;
  r->count -= *count < r->count ? *count : r->count;
  if (!r->count) r->turn = now;
}

/* what others did from there stays: or an account of one's own would make
 * all the guessing at others good */
void slow_good(struct slow *s, const char *user, int64_t now)
{
  uint32_t count = 0;

  if (s->fd == -1 || !*user) return;
  change(s, key_of(s, user), now, 1, forgive, &count);
  if (count) change(s, key_of(s, ""), now, 0, take_off, &count);
}
