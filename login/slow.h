/* ISC licence; see LICENSE. */
#ifndef LOGIN_SLOW_H
#define LOGIN_SLOW_H

#include <stdint.h>

/*
 * Guessing is slowed across connections: the attempts of one address (IPv6:
 * of one /64) come one after the other, with a pause that grows with its
 * failures, however many connections it opens.
 *
 * Nobody is locked out: a pause has an upper bound, and so has the queue; an
 * attempt that would wait for longer goes ahead. An account that has logged
 * in from the address before is not slowed by what others do there, only by
 * failures of its own; when it logs in, those are forgiven. Failures decay.
 *
 * What is known is in one file of the roster's directory, of fixed size, that
 * all front ends share without a server: sets of a few records, where the
 * least important goes when a new one needs its place. Names and addresses
 * are not in it, only a keyed hash of each, so nobody can aim at a set.
 */
#define SLOW_FILE ".failures"
#define SLOW_SETS 2048          /* a power of 2 */
#define SLOW_WAYS 4             /* records in a set */
#define SLOW_FREE 3             /* failures that cost nothing */
#define SLOW_HALF_MS 600000     /* in this time the count is halved */
#define SLOW_COUNT_MAX 1000000

struct slow {
  int fd;                       /* -1: nothing is slowed */
  char address[40];             /* the address, or its /64; for hashing */
  int64_t unit;                 /* the first pause, milliseconds */
  int64_t max;                  /* the longest */
  char key[32];
};

/*
 * slow_open - from now on attempts may be slowed
 *
 * run      the roster's directory; 0: nothing is slowed
 * address  the client's; nothing is slowed if it is none, or loopback, behind
 *          which may be everybody
 *
 * Returns 0, or -1 with errno: then nothing is slowed.
 */
int slow_open(struct slow *s, const char *run, const char *address,
  int64_t unit, int64_t max);

/*
 * slow_turn - how long an attempt has to wait, in milliseconds; its place in
 * the queue is taken
 *
 * user  who wants to log in; "" if that is not known yet
 * now   milliseconds of the clock
 * failures  receives the count that the pause comes from
 */
int64_t slow_turn(struct slow *s, const char *user, int64_t now,
  unsigned int *failures);

/* slow_failed, slow_good - how it ended */
void slow_failed(struct slow *s, const char *user, int64_t now);
void slow_good(struct slow *s, const char *user, int64_t now);

void slow_close(struct slow *s);

/* slow_pause - of so many failures, from unit to max */
int64_t slow_pause(const struct slow *s, unsigned int failures);

#endif
