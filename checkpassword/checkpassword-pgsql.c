/* ISC licence; see LICENSE. */
#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>
#include <skalibs/strerr.h>

#include "sql.h"

/* The authenticator for users in a PostgreSQL database. */

char const *PROG = "checkpassword-pgsql";

/* libpq's own settings; those that we want come first, later ones win. GSS
 * would ask a Kerberos library that nobody set up. */
#define SETTINGS_MAX 48
#define OURS 3
static const char *names[SETTINGS_MAX + 1] = {
  "client_encoding", "fallback_application_name", "gssencmode"
};
static const char *values_of[SETTINGS_MAX + 1] = { "UTF8", 0, "disable" };
static size_t settings = OURS;
static PGconn *db;

static const char *setting(const char *name, const char *value)
{
  size_t i;

  if (!strcmp(name, "client_encoding")) return "client_encoding is UTF8";
  for (i = 0; i < settings; i++)
    if (!strcmp(names[i], name)) break;
  if (i >= OURS && i < settings) return "a setting is there twice";
  if (i == SETTINGS_MAX) return "too many settings";
  names[i] = name;
  values_of[i] = value;
  if (i == settings) settings++;
  return 0;
}

static void quiet(void *arg, const char *message)
{
  (void)arg;
  (void)message;                /* notices of the server are not for the log */
}

static int open_db(int update, struct sql_answer *a)
{
  (void)update;
  values_of[1] = PROG;
  db = PQconnectdbParams(names, values_of, 0);
  if (!db) return sql_fault(a, "out of memory");
  PQsetNoticeProcessor(db, quiet, 0);
  if (PQstatus(db) == CONNECTION_OK) return 0;
  return sql_fault(a, PQerrorMessage(db));
}

/* A client's name that its column cannot hold (no number, an octet that the
 * database's encoding has not) is the name of nobody. */
static int no_such_value(const char *state)
{
  return state && (!strcmp(state, "22P02") || !strcmp(state, "22P05")
                   || !strcmp(state, "22021"));
}

/* The place is in characters; so is the count of line ends before it. */
static unsigned long line_of(const struct sql_text *t, const char *place)
{
  unsigned long n = strtoul(place, 0, 10);
  size_t i;

  for (i = 0; i < t->text.len && n > 1; i++)
    if ((t->text.s[i + 1] & 0xc0) != 0x80) n--;
  return sql_text_line(t, i);
}

static int fault(const struct sql_text *t, const PGresult *r,
                 struct sql_answer *a)
{
  const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);
  const char *words = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);
  const char *place = PQresultErrorField(r, PG_DIAG_STATEMENT_POSITION);

  if (a->account && no_such_value(state)) return 0;
  if (place) a->line = line_of(t, place);
  return sql_fault(a, words ? words : PQerrorMessage(db));
}

static void row(const PGresult *r, struct sql_answer *a)
{
  int i, n = PQnfields(r);

  for (i = 0; i < n; i++)
    sql_field(a, PQfname(r, i), PQgetisnull(r, 0, i) ? 0 : PQgetvalue(r, 0, i),
              (size_t)PQgetlength(r, 0, i));
}

/* The extended protocol: the server parses the text, then gets the values. */
static int run(const struct sql_text *t, const char *const *values,
               struct sql_answer *a)
{
  PGresult *r = PQexecParams(db, t->text.s, (int)t->n, 0, values, 0, 0, 0);
  int ret = 0;

  switch (PQresultStatus(r)) {
    case PGRES_TUPLES_OK:
      a->rows = PQntuples(r) > 1 ? 2 : (unsigned int)PQntuples(r);
      if (a->rows && a->account) row(r, a);
      break;
    case PGRES_COMMAND_OK:
      if (a->account) ret = sql_fault(a, "the statement gives no rows");
      break;
    default:
      ret = fault(t, r, a);
  }
  PQclear(r);
  return ret;
}

static void close_db(void)
{
  PQfinish(db);
  db = 0;
}

int main(int argc, char **argv)
{
  static const struct sql_driver driver = {
    SQL_PGSQL, setting, open_db, run, close_db
  };

  (void)argc;
  return sql_main(argv, &driver);
}
