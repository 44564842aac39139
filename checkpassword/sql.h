/* ISC licence; see LICENSE. */
#ifndef CHECKPASSWORD_SQL_H
#define CHECKPASSWORD_SQL_H

#include "account.h"
#include "placeholder.h"
#include "sql_text.h"

/*
 * What checkpassword-sqlite, checkpassword-pgsql and checkpassword-mysql
 * share: all but the library. Each of the three is one file, with a driver.
 */

/* One answer of the database, or why there is none. */
struct sql_answer {
  struct account *account;      /* receives the fields of the first row */
  const char *bad;              /* what is wrong with a field, or 0 */
  stralloc field;               /* which field that is; 0-terminated */
  unsigned int rows;            /* 2: more than one */
  stralloc fault;               /* the library's words, 0-terminated */
  unsigned long line;           /* of the text that they are about, or 0 */
};

struct sql_driver {
  enum sql_dialect dialect;
  /*
   * setting - one line of the file of settings; both stay valid. Returns 0,
   * or what is wrong, a constant.
   */
  const char *(*setting)(const char *name, const char *value);
  /* open - connect; update: 1 if the next statement writes. 0, -1 (fault) */
  int (*open)(int update, struct sql_answer *a);
  /*
   * run - prepare, bind, execute. values are in the order of the parameters,
   * 0 is NULL. With a->account set each column of the first row goes to
   * sql_field. Returns 0, or -1 (fault).
   */
  int (*run)(const struct sql_text *t, const char *const *values,
             struct sql_answer *a);
  void (*close)(void);
};

/* sql_field - one column of the first row; value 0 for NULL */
void sql_field(struct sql_answer *a, const char *name, const char *value,
               size_t len);

/* sql_fault - set a->fault to the first line of these words; returns -1 */
int sql_fault(struct sql_answer *a, const char *words);

/* sql_main - the whole authenticator */
int sql_main(char *const argv[], const struct sql_driver *d);

#endif
