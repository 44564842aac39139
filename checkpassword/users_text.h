/* ISC licence; see LICENSE. */
#ifndef CHECKPASSWORD_USERS_TEXT_H
#define CHECKPASSWORD_USERS_TEXT_H

#include <stddef.h>

#include "user.h"

/*
 * The text file of virtual users, roost-users(5):
 *
 *   # comment
 *   name:hash:uid:gid:home
 *     NAME=value
 *
 * Lines that start with a space or tab belong to the user above.
 */
#define USERS_LINE_MAX 8192     /* octets without LF */
#define USERS_SHELL "/bin/false" /* a virtual user has none */

struct users_error {
  unsigned long line;           /* from 1; 0: not a matter of one line */
  const char *reason;           /* a constant */
};

/* One user of the file, and where in the text it stands. */
struct users_entry {
  struct user user;             /* name in lower case, shell as by default */
  unsigned long line;           /* of the user's first line, from 1 */
  size_t start;                 /* octets [start, end) are its lines: from */
  size_t body;                  /* the name, through the LF of the last     */
  size_t end;                   /* variable; body is where the second starts */
};

/* A place in the text; start with { .text = t, .len = n, .line = 1 }. */
struct users_text {
  const char *text;
  size_t len;
  size_t pos;
  unsigned long line;           /* of pos, from 1 */
};

/*
 * users_text_next - the next user
 *
 * Checks all that user_bad does. Names that are there twice are not seen
 * here. Returns 1, 0 at the end of the text, or -1 with *err.
 */
int users_text_next(struct users_text *t, struct users_entry *e,
                    struct users_error *err);

/* users_lower - to lower case, ASCII only: how names are compared */
void users_lower(char *s, size_t len);

#endif
