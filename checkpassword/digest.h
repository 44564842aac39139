/* ISC licence; see LICENSE. */
#ifndef CHECKPASSWORD_DIGEST_H
#define CHECKPASSWORD_DIGEST_H

#define OPENSSL_SUPPRESS_DEPRECATED
#include <stddef.h>
#include <openssl/md4.h>
#include <openssl/md5.h>
#include <openssl/sha.h>

/*
 * Digests, HMAC (RFC 2104) and PBKDF2 (RFC 8018 section 5.2) over them.
 *
 * These are the functions of libcrypto below its EVP interface: linked from
 * the archive they cost a program some ten microseconds at exec, where the
 * shared library costs more than three hundred, and where EVP would bring all
 * of the library along.
 */
enum digest {
  DIGEST_MD4, DIGEST_MD5, DIGEST_SHA1, DIGEST_SHA256, DIGEST_SHA512
};
#define DIGEST_MAX 64           /* octets of the longest */

struct digest_state {
  enum digest kind;
  union {
    MD4_CTX md4;
    MD5_CTX md5;
    SHA_CTX sha1;
    SHA256_CTX sha256;
    SHA512_CTX sha512;
  } u;
};

/* digest_size - octets of a digest */
size_t digest_size(enum digest kind);

void digest_begin(struct digest_state *s, enum digest kind);
void digest_add(struct digest_state *s, const void *data, size_t len);
/* digest_end - write digest_size octets to out, and wipe s */
void digest_end(struct digest_state *s, unsigned char *out);

/* digest_of - of one piece of data; out receives digest_size octets */
void digest_of(enum digest kind, const void *data, size_t len,
               unsigned char *out);

/* A key made ready: inner and outer state behind their first block. */
struct hmac_key {
  struct digest_state inner, outer;
};

void hmac_ready(struct hmac_key *k, enum digest kind, const void *key,
                size_t len);
/* hmac_of - of one piece of data; k can be used again, and is to be wiped */
void hmac_of(const struct hmac_key *k, const void *data, size_t len,
             unsigned char *out);

/* pbkdf2 - fill len octets of out; rounds at least 1 */
void pbkdf2(enum digest kind, const void *password, size_t plen,
            const void *salt, size_t slen, unsigned long rounds,
            unsigned char *out, size_t len);

/* digest_same - 1 if len octets agree; takes the same time if they do not */
int digest_same(const void *a, const void *b, size_t len);

#endif
