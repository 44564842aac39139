/* ISC licence; see LICENSE. */
#ifndef CHECKPASSWORD_SECRET_FILE_H
#define CHECKPASSWORD_SECRET_FILE_H

#include <skalibs/stralloc.h>

/*
 * Small files of settings: how to reach a database, a password, the text of
 * a query.
 */
#define SETTINGS_FILE_MAX 65536 /* octets */

/*
 * settings_file_read - append the whole file and a NUL; no NUL within
 *
 * secret  1: it holds a password. Then it has to belong to root or to this
 *         process's user, and others must not read it or its group write it.
 *         0: others must not write it
 *
 * Ends the process with 111 (it cannot be read) or 100 (mode, owner, size,
 * a NUL) and a clear line.
 */
void settings_file_read(stralloc *out, const char *path, int secret);

/* The lines NAME=value of such a text; empty ones and # comments are passed
 * over. Start with { .at = text, .line = 0 }. */
struct settings_lines {
  char *at;                     /* the text; it is taken apart */
  unsigned long line;           /* of what was given last, from 1 */
};

/*
 * settings_next - the next setting, without spaces around name and value
 *
 * Returns 1, 0 at the end, -1 for a line that is not NAME=value.
 */
int settings_next(struct settings_lines *l, char **name, char **value);

/* settings_die - log "PROG: fatal: TEXT: PATH:LINE" and exit 100 */
void settings_die(const char *path, unsigned long line, const char *text)
  __attribute__((noreturn));

#endif
