/* ISC licence; see LICENSE. */
#ifndef SSLSERVER_KEYCLIENT_H
#define SSLSERVER_KEYCLIENT_H

#include <stddef.h>
#include <stdint.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "keyproto.h"

/*
 * The side of those who have no key: certificates and signatures come from
 * the key-holder over one socket for the whole process.
 */
struct chain {
  uint64_t number;
  X509 *cert;
  STACK_OF(X509) *issuers;
  EVP_PKEY *key;                /* a remote key, see remote_key.h */
  unsigned char *ocsp;          /* OPENSSL_malloc'ed, or 0 */
  size_t ocsplen;
};

/* keyclient_use - ask on fd from now on; -1: close it and ask no more */
void keyclient_use(int fd);

/*
 * keyclient_chains - the certificates for a server name
 *
 * c      receives them; of the second, number is 0 if there is none
 * known  those that the caller has, number 0 for none
 *
 * Returns 1 with c filled in (chain_free both), 0 if they are the known ones,
 * -1 with errno.
 */
int keyclient_chains(struct chain c[KEY_KINDS],
  const struct chain known[KEY_KINDS], const char *name);

/* keyclient_sign - 0 with the signature of at most *siglen octets, or -1 */
int keyclient_sign(uint64_t number, enum key_hash hash, enum key_pad pad,
  const unsigned char *tbs, size_t len, unsigned char *sig, size_t *siglen);

void chain_free(struct chain *c);

#endif
