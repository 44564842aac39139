/* ISC licence; see LICENSE. */
#ifndef LOGIN_DIALOGUE_H
#define LOGIN_DIALOGUE_H

#include <stddef.h>

#include "frame.h"

/*
 * The monitor's part in a mechanism that is a dialogue, roost-sasl(7): it
 * carries bounded lines of base64 between the authenticator and the talker,
 * and looks into none of them.
 */
#define DIALOGUE_FD_VAR "ROOST_SASL_FD"
#define DIALOGUE_CHALLENGES_MAX 8
#define DIALOGUE_LINE_MAX (VERDICT_CHALLENGE_MAX + 16)

struct dialogue {
  int fd;                       /* our end, or -1 */
  int theirs;                   /* the authenticator's, until it has it */
  int asked;                    /* the talker has to answer a challenge */
  int cancelled;                /* it will not */
  char ended;                   /* enum frame_reason: the talker has ended */
  unsigned int challenges;
  size_t len;
  char line[DIALOGUE_LINE_MAX];
  char user[FRAME_LOGIN_MAX + 1];       /* who the client says it is */
};

enum dialogue_result {
  DIALOGUE_ON,
  DIALOGUE_OVER,                /* the authenticator closed its end */
  DIALOGUE_FAULT,               /* it said what is not in the protocol */
  DIALOGUE_LOST                 /* the talker did, or is gone */
};

/*
 * dialogue_begin - make the socket and put the request for f in it
 *
 * plus  mechanisms with a channel binding were offered
 *
 * Returns 0, or -1 with errno.
 */
int dialogue_begin(struct dialogue *d, const struct frame *f, int plus);

/* dialogue_read - take what the authenticator has said, without waiting */
enum dialogue_result dialogue_read(struct dialogue *d, int talker);

/* dialogue_answer - take the talker's frame, when it is asked for one */
enum dialogue_result dialogue_answer(struct dialogue *d, int talker);

/* dialogue_end - close what is open */
void dialogue_end(struct dialogue *d);

#endif
