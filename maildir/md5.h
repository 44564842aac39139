/* ISC licence; see LICENSE. */
#ifndef MAILDIR_MD5_H
#define MAILDIR_MD5_H

#include <stddef.h>

/*
 * md5 - the digest of RFC 1321, for unique-ids that another server made of
 * it. Here and not from OpenSSL, since loading that library would make two
 * thirds of the memory of an idle session.
 */
void md5(unsigned char digest[16], const char *s, size_t len);

#endif
