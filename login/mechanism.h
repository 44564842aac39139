/* ISC licence; see LICENSE. */
#ifndef LOGIN_MECHANISM_H
#define LOGIN_MECHANISM_H

/* The SASL mechanisms that the front ends know, strongest first. */
enum mechanism_kind {
  MECH_CLEAR = 1,       /* a password or token as it is: wants encryption */
  MECH_DIALOGUE = 2,    /* served through roost-sasl(7) */
  MECH_PLUS = 4,        /* a channel binding: wants TLS that has one */
  MECH_CERT = 8         /* wants a client certificate that was verified */
};

struct mechanism {
  const char *name;             /* upper case */
  char method;                  /* enum frame_method */
  unsigned int kind;
};

#define MECHANISM_NAME_MAX 20   /* RFC 4422 section 3.1 */

/* all of them, ended by a name of 0; a set has bit 1 << n for the n-th */
extern const struct mechanism mechanisms[];

/* mechanism_find - by name in any case, or by method; 0 if there is none */
const struct mechanism *mechanism_find(const char *name);
const struct mechanism *mechanism_of(char method);

/* mechanism_bit - the bit of m in a set */
unsigned int mechanism_bit(const struct mechanism *m);

/*
 * mechanism_set - the set that a list of names means
 *
 * list  names with spaces or commas between them, any case
 *
 * Returns 0 if it is empty or has a name that is not known.
 */
unsigned int mechanism_set(const char *list);

#endif
