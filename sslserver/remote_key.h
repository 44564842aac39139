/* ISC licence; see LICENSE. */
#ifndef SSLSERVER_REMOTE_KEY_H
#define SSLSERVER_REMOTE_KEY_H

#include <stdint.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

/*
 * A private key for OpenSSL that is not here: a provider of our own holds
 * the public half and sends what is to be signed to the key-holder
 * (keyclient_sign). RSA (PKCS #1 and PSS), EC and Ed25519.
 *
 * The provider lives in a library context of its own, so that nothing else,
 * such as a client's certificate, is ever handled by it.
 */

/* remote_key - the key of certificate x; 0 if its kind is not supported */
EVP_PKEY *remote_key(X509 *x, uint64_t number);

#endif
