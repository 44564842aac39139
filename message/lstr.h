/* ISC licence; see LICENSE. */
#ifndef MESSAGE_LSTR_H
#define MESSAGE_LSTR_H

#include <stddef.h>

/*
 * Borrowed counted octets. s == 0 means that there is nothing (IMAP's NIL),
 * which is not the same as an empty string. Never 0-terminated by contract.
 */
struct lstr {
  const char *s;
  size_t len;
};

#define LSTR_ZERO { 0, 0 }
#define LSTR(text) ((struct lstr){ (text), sizeof (text) - 1 })

/* lstr_is - 1 if a is present and equals the C string b, ASCII without case */
int lstr_is(struct lstr a, const char *b);

/* lstr_case_eq - 1 if both are present and equal, ASCII without case */
int lstr_case_eq(struct lstr a, struct lstr b);

#endif
