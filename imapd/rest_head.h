/* ISC licence; see LICENSE. */
#ifndef IMAPD_REST_HEAD_H
#define IMAPD_REST_HEAD_H

#include <stdint.h>

/*
 * What imap-idle and imapd agree upon. imap-idle gets the descriptor of a file
 * in the first word of its environment, reads this from its beginning, waits,
 * and runs imapd with the arguments and the environment that it was given.
 */
#define REST_VAR "ROOST_REST="
#define REST_MAGIC "roost-r1"           /* raise when the state changes */

struct rest_head {
  char magic[8];
  int32_t imapd;                /* descriptors: of the program, */
  int32_t watch;                /* and readable when mail may have changed; -1 */
  uint64_t signals;             /* to wake up for, bit n - 1 is signal n */
  int64_t wake;                 /* when to, clock_ms */
};

#endif
