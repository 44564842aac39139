/* ISC licence; see LICENSE. */
#ifndef CHECKPASSWORD_EXCHANGE_H
#define CHECKPASSWORD_EXCHANGE_H

#include <stddef.h>
#include <skalibs/stralloc.h>

/*
 * An authenticator's side of roost-sasl(7): challenges and responses over a
 * socket to the front end, which carries them to the client and back.
 */
#define EXCHANGE_FD_VAR "ROOST_SASL_FD"
#define EXCHANGE_RESPONSE_MAX 16384     /* octets of base64 */
#define EXCHANGE_CHALLENGE_MAX 8192
#define EXCHANGE_LINE_MAX (EXCHANGE_RESPONSE_MAX + 16)
#define EXCHANGE_MECHANISM_MAX 20

struct exchange {
  int fd;                       /* -1 when it is over */
  char mechanism[EXCHANGE_MECHANISM_MAX + 1];
  int plus;                     /* -PLUS was offered */
  int more;                     /* another authenticator comes after us */
  int first;                    /* 1: there was a first message: */
  stralloc message;             /* the client's last, decoded, and a NUL
                                 * behind its len: it may hold any octet */
  size_t len;                   /* of what was read ahead; never a whole line */
  char line[EXCHANGE_LINE_MAX];
};

/* exchange_wanted - 1 if the front end speaks roost-sasl(7) with us */
int exchange_wanted(void);

/*
 * exchange_begin - read the request
 *
 * Ends the program with 2 if it is not one, 111 if it cannot be read. The
 * descriptor does not survive exec from here on.
 */
void exchange_begin(struct exchange *x);

/* exchange_user - tell the front end who the client says it is; 1 to 1024
 * octets without controls, else nothing is told */
void exchange_user(struct exchange *x, const char *name);

/*
 * exchange_ask - send a challenge; the response becomes x->message
 *
 * data  len octets, at most EXCHANGE_CHALLENGE_MAX / 4 * 3
 *
 * Returns 1, or 0 if there is none: cancelled, or the front end is gone.
 */
int exchange_ask(struct exchange *x, const char *data, size_t len);

/* exchange_end - wipe, close, and unset the variable */
void exchange_end(struct exchange *x);

#endif
