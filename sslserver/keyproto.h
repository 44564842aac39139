/* ISC licence; see LICENSE. */
#ifndef SSLSERVER_KEYPROTO_H
#define SSLSERVER_KEYPROTO_H

#include <stddef.h>
#include <stdint.h>

/*
 * What is said between a process that speaks TLS and the key-holder, over a
 * SOCK_SEQPACKET socket: one message is one packet. Numbers are big-endian.
 *
 *   N  numbers (8 each) of the two certificates that are known already, 0
 *      for none, server name
 *      -> C  the two for that name, of which the second may be missing: each
 *            number (8), 0 for none, length (4) of what follows; that is
 *            nothing if both are the known ones, else the length (4) of the
 *            OCSP response, that, and for each certificate of the chain its
 *            length (4) and DER
 *   S  number (8), hash (1), padding (1), what is to be signed
 *      -> S  the signature
 *   -> E  refused, or it failed
 *
 * What is to be signed is whole, never a digest, so that the key-holder can
 * see that it is the content of a TLS handshake and nothing else.
 */
#define KEY_NAME 'N'
#define KEY_CERT 'C'
#define KEY_SIGN 'S'
#define KEY_ERROR 'E'

#define KEY_REQUEST_MAX 4096    /* octets of a message to the key-holder */
#define KEY_REPLY_MAX 65536     /* and of one from it */
#define KEY_CHAIN_MAX 32000     /* octets of what is said of one certificate */
#define KEY_KINDS 2             /* certificates for a name; RSA and EC, say */
#define KEY_NAME_HEAD (1 + 8 * KEY_KINDS)       /* octets before the name */
#define KEY_NAME_MAX 253        /* of a server name; RFC 1035 section 3.1 */

/* what one connection may ask for: a handshake needs one of each */
#define KEY_NAMES 3
#define KEY_SIGNS 2

enum key_hash { KEY_NOHASH, KEY_SHA256, KEY_SHA384, KEY_SHA512 };
enum key_pad { KEY_NOPAD, KEY_PKCS1, KEY_PSS };

/*
 * key_content_fits - 1 if this is what a TLS server signs: the content of a
 * CertificateVerify (RFC 8446 section 4.4.3) without PKCS #1 padding, or the
 * randoms and the parameters of a ServerKeyExchange with ECDHE (RFC 8422
 * section 5.4) or DHE (RFC 5246 section 7.4.3)
 */
int key_content_fits(const unsigned char *s, size_t len, enum key_pad pad);

void key_pack64(unsigned char *out, uint64_t n);
uint64_t key_unpack64(const unsigned char *s);
void key_pack32(unsigned char *out, uint32_t n);
uint32_t key_unpack32(const unsigned char *s);

#endif
