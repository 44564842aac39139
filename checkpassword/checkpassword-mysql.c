/* ISC licence; see LICENSE. */
#include <mysql.h>
#include <stdlib.h>
#include <string.h>
#include <skalibs/strerr.h>

#include "base/alloc.h"
#include "sql.h"

/* The authenticator for users in a MySQL or MariaDB database. */

char const *PROG = "checkpassword-mysql";

#define FIELD_MAX 8192          /* octets of one value */
#define FIELDS_MAX 64

enum { HOST, PORT, SOCKET, USER, PASSWORD, DATABASE, TLS, TLS_CA, TLS_CERT,
       TLS_KEY, SETTINGS };
static const char *const names[SETTINGS] = {
  "host", "port", "socket", "user", "password", "database", "tls", "tls_ca",
  "tls_cert", "tls_key"
};
static const char *set[SETTINGS];
static MYSQL *db;

static const char *setting(const char *name, const char *value)
{
  int i;

  for (i = 0; i < SETTINGS && strcmp(names[i], name); i++);
  if (i == SETTINGS) return "there is no such setting";
  if (set[i]) return "a setting is there twice";
  if (i == PORT && !(atoi(value) > 0 && atoi(value) < 65536))
    return "the port is none";
  if (i == TLS && strcmp(value, "no") && strcmp(value, "require")
      && strcmp(value, "verify")) return "tls is no, require or verify";
  set[i] = value;
  return 0;
}

/* verify: the certificate has to be of that host; require: any will do. */
static void tls(void)
{
  my_bool yes = 1, verify = set[TLS] && !strcmp(set[TLS], "verify");

  if (!set[TLS] || !strcmp(set[TLS], "no")) return;
  mysql_optionsv(db, MYSQL_OPT_SSL_ENFORCE, &yes);
  mysql_optionsv(db, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &verify);
  if (set[TLS_CA]) mysql_optionsv(db, MYSQL_OPT_SSL_CA, set[TLS_CA]);
  else if (verify)
    mysql_optionsv(db, MYSQL_OPT_SSL_CA, "/etc/ssl/certs/ca-certificates.crt");
  if (set[TLS_CERT]) mysql_optionsv(db, MYSQL_OPT_SSL_CERT, set[TLS_CERT]);
  if (set[TLS_KEY]) mysql_optionsv(db, MYSQL_OPT_SSL_KEY, set[TLS_KEY]);
}

static int open_db(int update, struct sql_answer *a)
{
  unsigned int no = 0;

  (void)update;
  db = mysql_init(0);
  if (!db) return sql_fault(a, "out of memory");
  /* or a server could ask for any file that root may read */
  mysql_optionsv(db, MYSQL_OPT_LOCAL_INFILE, &no);
  mysql_optionsv(db, MYSQL_SET_CHARSET_NAME, "utf8mb4");
  tls();
  if (mysql_real_connect(db, set[HOST], set[USER], set[PASSWORD],
                         set[DATABASE],
                         set[PORT] ? (unsigned int)atoi(set[PORT]) : 0,
                         set[SOCKET], 0)) return 0;
  return sql_fault(a, mysql_error(db));
}

/* "... near 'x' at line 3" */
static int fault(MYSQL_STMT *s, struct sql_answer *a)
{
  const char *words = mysql_stmt_error(s), *at = 0, *next = words;

  while ((next = strstr(next, " at line "))) at = next += 9;
  if (at) a->line = strtoul(at, 0, 10);
  return sql_fault(a, *words ? words : mysql_error(db));
}

static int bind_values(MYSQL_STMT *s, const struct sql_text *t,
                       const char *const *values)
{
  MYSQL_BIND b[SQL_BIND_MAX];
  size_t i;

  memset(b, 0, sizeof b);
  for (i = 0; i < t->n; i++) {
    b[i].buffer_type = values[i] ? MYSQL_TYPE_STRING : MYSQL_TYPE_NULL;
    b[i].buffer = (void *)(uintptr_t)values[i];
    b[i].buffer_length = values[i] ? strlen(values[i]) : 0;
  }
  if (mysql_stmt_param_count(s) != t->n) return -1;
  return mysql_stmt_bind_param(s, b) || mysql_stmt_execute(s) ? -1 : 0;
}

static void row(MYSQL_RES *meta, const MYSQL_BIND *b, unsigned int n,
                struct sql_answer *a)
{
  MYSQL_FIELD *f = mysql_fetch_fields(meta);
  unsigned int i;

  for (i = 0; i < n; i++)
    sql_field(a, f[i].name, *b[i].is_null ? 0 : b[i].buffer, *b[i].length);
}

/* Numbers and dates become text: that is the type of every buffer. */
static int fetch(MYSQL_STMT *s, MYSQL_RES *meta, struct sql_answer *a)
{
  unsigned int i, n = mysql_num_fields(meta);
  MYSQL_BIND b[FIELDS_MAX];
  my_bool null[FIELDS_MAX];
  unsigned long len[FIELDS_MAX];
  char *room;
  int r;

  if (n > FIELDS_MAX) return sql_fault(a, "more than 64 columns");
  memset(b, 0, sizeof b);
  room = xalloc((size_t)n * FIELD_MAX);
  for (i = 0; i < n; i++) {
    b[i].buffer_type = MYSQL_TYPE_STRING;
    b[i].buffer = room + (size_t)i * FIELD_MAX;
    b[i].buffer_length = FIELD_MAX;
    b[i].is_null = &null[i];
    b[i].length = &len[i];
  }
  r = mysql_stmt_bind_result(s, b) ? 1 : 0;
  while (!r && a->rows < 2 && !(r = mysql_stmt_fetch(s)))
    if (!a->rows++) row(meta, b, n, a);
  explicit_bzero(room, (size_t)n * FIELD_MAX);
  free(room);
  if (r == MYSQL_DATA_TRUNCATED) return sql_fault(a, "a value is too long");
  return r && r != MYSQL_NO_DATA ? fault(s, a) : 0;
}

static int run(const struct sql_text *t, const char *const *values,
               struct sql_answer *a)
{
  MYSQL_STMT *s = mysql_stmt_init(db);
  MYSQL_RES *meta;
  int r;

  if (!s) return sql_fault(a, "out of memory");
  if (mysql_stmt_prepare(s, t->text.s, t->text.len - 1)
      || bind_values(s, t, values) == -1) return fault(s, a);
  if (!a->account) return mysql_stmt_close(s), 0;
  meta = mysql_stmt_result_metadata(s);
  if (!meta) return sql_fault(a, "the statement gives no rows");
  r = fetch(s, meta, a);
  mysql_free_result(meta);
  mysql_stmt_close(s);
  return r;
}

static void close_db(void)
{
  if (db) mysql_close(db);
  db = 0;
}

int main(int argc, char **argv)
{
  static const struct sql_driver driver = {
    SQL_MYSQL, setting, open_db, run, close_db
  };

  (void)argc;
  return sql_main(argv, &driver);
}
