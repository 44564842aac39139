/* ISC licence; see LICENSE. */
#ifndef CHECKPASSWORD_SCRAM_H
#define CHECKPASSWORD_SCRAM_H

#include <stddef.h>
#include <skalibs/stralloc.h>

#include "pwkeys.h"

/*
 * The server of SCRAM, RFC 5802 and 7677: its messages, and who has proved
 * what. It reads from nowhere and looks nobody up:
 *
 *   scram_first     the client's first message: a name
 *   scram_challenge with the keys of that name: the answer to it
 *   scram_final     the client's proof: right or not, and the server's own
 *
 * Messages are hostile, and of bounded size.
 */
#define SCRAM_NONCE_MAX 1024    /* octets of a client's nonce */

struct scram {
  /* set by the caller, zeroed before */
  enum digest digest;
  int plus;                     /* the mechanism is the -PLUS one */
  int plus_offered;             /* it was offered */
  const char *exporter;         /* channel bindings in hexadecimal, 0: none; */
  const char *end_point;        /* RFC 9266 and 5929 */
  const char *unique;

  /* for those who call: the name after SASLprep, 0-terminated */
  stralloc name;

  stralloc gs2;                 /* header and binding: what c= has to be */
  stralloc nonce;               /* the client's, then both */
  stralloc said;                /* the messages so far, with commas between */
};

/*
 * scram_first - the client's first message, len octets
 *
 * Returns 0, or why the exchange fails: a server-error-value of RFC 5802
 * section 7, or "authzid" for a wish to act for somebody else.
 */
const char *scram_first(struct scram *x, const char *msg, size_t len);

/*
 * scram_challenge - set out to the server's first message
 *
 * nonce  the server's own, of printable octets but comma, new each time
 */
void scram_challenge(struct scram *x, const struct scram_keys *k,
                     const char *nonce, stralloc *out);

/*
 * scram_final - the client's proof, len octets
 *
 * Returns 0 with out set to the server's final message; or why it fails, as
 * above. invalid-proof is a wrong password, or a right one for keys that are
 * made up.
 */
const char *scram_final(struct scram *x, const struct scram_keys *k,
                        const char *msg, size_t len, stralloc *out);

/* scram_free - wipe and free */
void scram_free(struct scram *x);

/*
 * scram_fake - keys for a name that has none: the same each time
 *
 * like    keys whose rounds and length of salt to take; 0: the usual ones
 * secret  of the installation, len octets; nobody else can tell what salt a
 *         name would get
 *
 * No proof is right for them. Where the password is known in the clear, the
 * salt and rounds are good for its keys too.
 */
void scram_fake(struct scram_keys *k, enum digest digest, const char *name,
                const struct scram_keys *like, const char *secret,
                size_t len);

#endif
