/* ISC licence; see LICENSE. */
#include <errno.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>
#include <skalibs/strerr.h>

#include "sql.h"

/* The authenticator for users in an SQLite database. */

char const *PROG = "checkpassword-sqlite";

static const char *path;
static sqlite3 *db;

static const char *setting(const char *name, const char *value)
{
  if (strcmp(name, "database")) return "the only setting is database=PATH";
  if (*value != '/') return "the path is not absolute";
  path = value;
  return 0;
}

static int fault(struct sql_answer *a)
{
  return sql_fault(a, db ? sqlite3_errmsg(db) : "out of memory");
}

static int open_db(int update, struct sql_answer *a)
{
  struct stat st;

  if (!path) return sql_fault(a, "the setting database=PATH is missing");
  if (stat(path, &st) == -1) return sql_fault(a, strerror(errno));
  if (st.st_mode & S_IWOTH) return sql_fault(a, "writable by everyone");
  if (sqlite3_open_v2(path, &db, (update ? SQLITE_OPEN_READWRITE
                      : SQLITE_OPEN_READONLY) | SQLITE_OPEN_PRIVATECACHE, 0)
      != SQLITE_OK) return fault(a);
  sqlite3_busy_timeout(db, 600000);     /* the deadline comes before */
  sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)0);
  sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, (int *)0);
  return 0;
}

static void row(sqlite3_stmt *s, struct sql_answer *a)
{
  int i, n = sqlite3_column_count(s);
  const char *value;

  for (i = 0; i < n; i++) {
    value = (const char *)sqlite3_column_text(s, i);
    sql_field(a, sqlite3_column_name(s, i), value,
              value ? (size_t)sqlite3_column_bytes(s, i) : 0);
  }
}

static int steps(sqlite3_stmt *s, struct sql_answer *a)
{
  int r;

  while (a->rows < 2 && (r = sqlite3_step(s)) == SQLITE_ROW)
    if (!a->rows++ && a->account) row(s, a);
  return a->rows == 2 || r == SQLITE_DONE ? 0 : fault(a);
}

static int run(const struct sql_text *t, const char *const *values,
               struct sql_answer *a)
{
  sqlite3_stmt *s = 0;
  size_t i;
  int at, r = 0;

  if (sqlite3_prepare_v2(db, t->text.s, (int)t->text.len, &s, 0)
      != SQLITE_OK) {
    at = sqlite3_error_offset(db);
    if (at >= 0) a->line = sql_text_line(t, (size_t)at);
    return fault(a);
  }
  for (i = 0; i < t->n && r == 0; i++)
    if (sqlite3_bind_text(s, (int)i + 1, values[i], -1, SQLITE_STATIC)
        != SQLITE_OK) r = fault(a);
  if (r == 0) r = steps(s, a);
  sqlite3_finalize(s);
  return r;
}

static void close_db(void)
{
  sqlite3_close(db);
  db = 0;
}

int main(int argc, char **argv)
{
  static const struct sql_driver driver = {
    SQL_SQLITE, setting, open_db, run, close_db
  };

  (void)argc;
  return sql_main(argv, &driver);
}
