/* ISC licence; see LICENSE. */
#ifndef CHECKPASSWORD_PASSWORD_INPUT_H
#define CHECKPASSWORD_PASSWORD_INPUT_H

#include <skalibs/stralloc.h>

/*
 * The longest password that goes through the checkpassword interface with a
 * name of this length: 512 octets hold both, their NULs and the timestamp's.
 */
#define PASSWORD_MAX(name_len) (512 - 3 - (name_len))

/*
 * password_line - read one line from fd, without its LF, NUL added
 *
 * Returns 0, or -1 with errno: ENODATA (empty, or nothing there), EMSGSIZE
 * (longer than max), EILSEQ (holds a NUL or CR), or that of read(2). Takes
 * one octet at a time, so that what follows the line is left for others.
 */
int password_line(stralloc *out, int fd, size_t max);

/*
 * password_ask - ask on the terminal, without echo; twice: ask again, and
 * fail with EAGAIN if the answers differ
 *
 * On a signal that stops or ends the process the echo is on again first.
 * Returns 0, or -1 with errno as above; EINTR: a signal ended it.
 */
int password_ask(stralloc *out, const char *prompt, int twice, size_t max);

/* password_wipe - overwrite and free */
void password_wipe(stralloc *s);

#endif
