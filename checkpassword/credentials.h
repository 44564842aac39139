/* ISC licence; see LICENSE. */
#ifndef CHECKPASSWORD_CREDENTIALS_H
#define CHECKPASSWORD_CREDENTIALS_H

#include <stddef.h>

/*
 * What a front end hands to a checkpassword program on descriptor 3 (the
 * checkpassword interface, cr.yp.to): name NUL password NUL timestamp NUL,
 * at most 512 octets up to the end of file.
 */
#define CREDENTIALS_MAX 512

struct credentials {
  char octets[CREDENTIALS_MAX + 1];
  const char *name;             /* C strings within octets */
  const char *password;
  const char *timestamp;
};

/*
 * credentials_read - read and take apart what a front end wrote
 *
 * c   receives the three strings; the caller wipes it after use
 * fd  descriptor to read to its end; it is not closed
 *
 * A caller that leaves out the timestamp altogether (as some do) is taken to
 * have sent an empty one; octets behind the timestamp's NUL are ignored.
 * Returns 0, or -1 with errno and c wiped: EMSGSIZE (more than 512 octets),
 * EPROTO (a NUL is missing), or that of read(2).
 */
int credentials_read(struct credentials *c, int fd);

/*
 * credentials_wipe - overwrite all that was read; the strings become empty
 * credentials_forget - the same, but the name stays
 */
void credentials_wipe(struct credentials *c);
void credentials_forget(struct credentials *c);

/*
 * credentials_pipe - a descriptor that a program can read all of these from,
 * up to its end, closed at exec; -1 with errno (E2BIG: too long together)
 *
 * credentials_hand - make descriptor 3 one, for the program that this process
 * is to become; 0, or -1 with errno
 */
int credentials_pipe(const char *name, const char *password,
                     const char *timestamp);
int credentials_hand(const char *name, const char *password,
                     const char *timestamp);

#endif
