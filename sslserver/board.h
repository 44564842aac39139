/* ISC licence; see LICENSE. */
#ifndef SSLSERVER_BOARD_H
#define SSLSERVER_BOARD_H

#include <stdint.h>
#include <sys/types.h>

#include "base/address.h"

/*
 * Who is connected: memory that the listener and the starters share, and the
 * TLS halves do not.
 *
 * The limit for an address counts those who were there before: each gets a
 * number when its address is known, and only smaller numbers count. So of a
 * crowd that comes at once as many are let in as may be; if each counted all
 * that are there, everybody would be one too many.
 */
struct slot {
  pid_t starter, half;          /* 0: ended, or none; the listener's */
  uint64_t arrival;             /* 0: its address is not known yet */
  unsigned char ip[16];         /* of the client: its address_place */
  struct address peer;          /* for the log: the client, once it is known */
  int64_t since;                /* clock_ms: when it was accepted */
  int ready;                    /* the program has it: TLS is on, or may wait */
  int ousted;                   /* by the listener, for one that waits */
};

struct board {
  uint64_t arrivals;            /* the last number that was given */
  unsigned int size;
  unsigned int top;             /* no slot from here on is taken */
  struct slot slot[];
};

/* board_new - with size free slots; ends the program if memory is out */
struct board *board_new(unsigned int size);

/* board_free - give this process's view of it back */
void board_free(struct board *);

/* board_slot - a free one, cleared, or 0 */
struct slot *board_slot(struct board *);

/* board_of - the slot that pid belongs to, or 0 */
struct slot *board_of(struct board *, pid_t pid);

/*
 * board_slowest - the connection that has been without a program for the
 * longest time, if it came before a time of clock_ms, else 0
 */
struct slot *board_slowest(struct board *, int64_t before);

/* board_arrive - note the address of s's client and give it a number */
void board_arrive(struct board *, struct slot *s, const struct address *);

/*
 * board_count - connections from the same place as s that came before it,
 * and s itself
 */
unsigned int board_count(const struct board *, const struct slot *s);

#endif
