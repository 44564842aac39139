/* ISC licence; see LICENSE. */
#ifndef CHECKPASSWORD_SQL_TEXT_H
#define CHECKPASSWORD_SQL_TEXT_H

#include <stddef.h>
#include <skalibs/stralloc.h>

#include "placeholder.h"

/*
 * The text of one SQL statement with placeholders such as :user, made into
 * what a library prepares: each becomes a bound parameter, no value ever
 * becomes part of the text.
 */
enum sql_dialect { SQL_SQLITE, SQL_PGSQL, SQL_MYSQL };

#define SQL_BIND_MAX 64

struct sql_text {
  stralloc text;                /* 0-terminated; lines as in the file */
  size_t n;                     /* parameters, in their order */
  unsigned char bind[SQL_BIND_MAX];     /* of enum placeholder */
};

#define SQL_TEXT_ZERO { .n = 0 }

/*
 * sql_text_scan - find the placeholders
 *
 * in       0-terminated
 * dialect  whose quotes and comments are meant, and how a parameter is
 *          written: ?1 (SQLite), $1 (PostgreSQL), ? (MySQL)
 * hash     1: :hash is a placeholder
 * line     receives the line of a fault, from 1
 *
 * A name in a string, a quoted identifier or a comment is left alone, so is
 * a ::cast. What could be taken for a parameter otherwise ($1, ?), a second
 * statement, and a backslash in a string (its meaning hangs on a server's
 * settings) are faults. Returns 0, or what is wrong, a constant.
 */
const char *sql_text_scan(struct sql_text *t, const char *in,
                          enum sql_dialect dialect, int hash,
                          unsigned long *line);

/* sql_text_line - the line of the octet at this offset, from 1 */
unsigned long sql_text_line(const struct sql_text *t, size_t offset);

void sql_text_free(struct sql_text *t);

#endif
