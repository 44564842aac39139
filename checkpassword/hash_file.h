/* ISC licence; see LICENSE. */
#ifndef CHECKPASSWORD_HASH_FILE_H
#define CHECKPASSWORD_HASH_FILE_H

#include <stddef.h>
#include <skalibs/stralloc.h>

/* Small text files of NAME:HASH lines; '#' begins a comment. */
#define HASH_FILE_MAX 65536     /* octets */

/*
 * hash_file_verdict - is this the password of name in the file?
 *
 * Works through a hash whether the name is there or not. Returns as
 * auth_verdict; errno of "" may be EPROTO (a line without ':', or the file is
 * too large) or EPERM (everyone may write to it).
 */
const char *hash_file_verdict(const char *path, const char *name,
                              const char *password);

/*
 * hash_file_read - set out to a file and a NUL that does not count
 *
 * dir  descriptor that path is relative to
 *
 * Returns 0, or -1 with errno as above.
 */
int hash_file_read(stralloc *out, int dir, const char *path);

#endif
