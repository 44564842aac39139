/* ISC licence; see LICENSE. */
#ifndef SSLSERVER_CERTS_H
#define SSLSERVER_CERTS_H

#include <stdint.h>
#include <time.h>
#include <openssl/evp.h>

#include "base/alloc.h"

/*
 * Certificates with their private keys, as files have them. Only the
 * key-holder uses this: nothing else may ever read a key.
 *
 * Files are looked at again at most once a second when they are asked for;
 * when any of them has changed the set is loaded anew. What cannot be
 * loaded, or does not fit together (a certificate that is there before its
 * key), is logged once and the old set stays.
 */
struct cert {
  uint64_t number;              /* never used twice */
  stralloc public;              /* of KEY_CERT, behind the number */
  EVP_PKEY *key;
  int twin;                     /* told: of the same kind as the first */
  time_t ocsp_until;            /* when its OCSP response is stale; 0: none */
  struct cert *next;
  int64_t until;                /* clock_ms: then it is forgotten */
};

/* the files of one certificate */
struct cert_files {
  const char *chain;            /* PEM: certificate, then its issuers; or 0 */
  const char *key;              /* PEM; 0: the same file */
  const char *ocsp;             /* DER: an OCSP response, or 0 */
};

/*
 * certs_init - where certificates are
 *
 * files     of the default one, and of one with another kind of key for the
 *           same name. Without the first: "default" in dir; without the
 *           second there is none, but see dir
 * dir       directory with more, or 0: NAME.pem with the key in it or in
 *           NAME.key, and NAME.ocsp; or as certbot has it, NAME/fullchain.pem,
 *           NAME/privkey.pem, and NAME/ocsp.der. A wildcard is under _.DOMAIN
 *           or *.DOMAIN. A second one with another kind of key is under
 *           NAME-2
 * password  for encrypted keys, or 0
 *
 * All are borrowed for good. Returns 0, or -1 after it has logged why a
 * default certificate could not be loaded.
 */
int certs_init(const struct cert_files files[2], const char *dir,
  const char *password);

/*
 * certs_find - the certificates for a server name, the default ones if there
 * are none; name is len octets from a client. found[0] is never 0, found[1]
 * may be. Borrowed until the next call of certs_find or certs_forget.
 */
void certs_find(const struct cert *found[2], const char *name, size_t len);

/* certs_number - the one with this number, also if just replaced, or 0 */
const struct cert *certs_number(uint64_t number);

/* certs_forget - free what was replaced more than two minutes ago */
void certs_forget(void);

#endif
