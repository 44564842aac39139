/* ISC licence; see LICENSE. */
#include "sql.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/env.h"
#include "base/log.h"
#include "auth.h"
#include "deadline.h"
#include "pwhash.h"
#include "rehash.h"
#include "sasl_login.h"
#include "secret_file.h"

#define CONNECT_VAR "SQL_CONNECT"
#define QUERY_VAR "SQL_QUERY"
#define UPDATE_VAR "SQL_UPDATE"
#define CONNECT_DEFAULT "/etc/roost/sql/connect"
#define QUERY_DEFAULT "/etc/roost/sql/query"
#define UPDATE_DEFAULT "/etc/roost/sql/update"
#define TIMEOUT_VAR "SQL_TIMEOUT"

int sql_fault(struct sql_answer *a, const char *words)
{
  user_set(&a->fault, words, strcspn(words, "\r\n"));
  return -1;
}

void sql_field(struct sql_answer *a, const char *name, const char *value,
               size_t len)
{
  const char *bad = account_set(a->account, name, value, len);

  if (!bad || a->bad) return;
  a->bad = bad;
  user_set(&a->field, name, strlen(name));
}

/* ------------------------------------------------------------- the files */

/* What the file said lies in memory until the exec, which ends it. */
static void read_settings(const struct sql_driver *d)
{
  static stralloc text;
  const char *path = env_str(CONNECT_VAR, CONNECT_DEFAULT), *bad;
  struct settings_lines l = { 0, 0 };
  char *name, *value;
  int r;

  if (text.len) return;
  settings_file_read(&text, path, 1);
  l.at = text.s;
  while ((r = settings_next(&l, &name, &value))) {
    bad = r == -1 ? "a line that is not NAME=value" : d->setting(name, value);
    if (bad) settings_die(path, l.line, bad);
  }
}

static void read_text(struct sql_text *t, const char *path,
                      const struct sql_driver *d, int hash)
{
  stralloc in = STRALLOC_ZERO;
  unsigned long line;
  const char *bad;

  settings_file_read(&in, path, 0);
  bad = sql_text_scan(t, in.s, d->dialect, hash, &line);
  if (bad) settings_die(path, line, bad);
  stralloc_free(&in);
}

/* ------------------------------------------------------------ the lookup */

/* "deferred what=PATH:LINE error=...": the server's words on a statement. */
static void later(struct credentials *c, const char *what, unsigned long line,
                  const char *why)
{
  stralloc s = STRALLOC_ZERO;

  stralloc_cats(&s, what);
  if (line) {
    stralloc_append(&s, ':');
    stralloc_catu(&s, line);
  }
  stralloc_0(&s);
  auth_later(c, s.s, why);
}

static int run(const struct sql_driver *d, const struct sql_text *t,
               const struct login_values *v, struct sql_answer *a)
{
  const char *values[SQL_BIND_MAX];
  size_t i;

  for (i = 0; i < t->n; i++) values[i] = v->of[t->bind[i]];
  a->rows = 0;
  a->line = 0;
  return d->run(t, values, a);
}

/* The row has to be one, and whole. */
static void check_row(struct credentials *c, const char *path,
                      struct sql_answer *a)
{
  if (a->rows > 1) later(c, path, 0, "more than one row");
  if (!a->bad) {
    a->bad = account_bad(a->account);
    user_set(&a->field, "row", 3);
  }
  if (a->bad) later(c, a->field.s, 0, a->bad);
}

/* Returns 1, or 0 if there is no such user; ends the process on a fault. */
static int find(struct credentials *c, const struct sql_driver *d,
                struct account *account)
{
  static struct sql_text t;
  struct login_values v = LOGIN_VALUES_ZERO;
  struct sql_answer a = { .account = account };
  const char *path = env_str(QUERY_VAR, QUERY_DEFAULT);

  read_settings(d);
  read_text(&t, path, d, 0);
  account_clear(account, c->name);
  if (!account_name_ok(c->name)) return 0;
  login_values_set(&v, c->name);
  deadline_step("connect");
  if (d->open(0, &a) == -1) later(c, "connect", 0, a.fault.s);
  deadline_step("query");
  if (run(d, &t, &v, &a) == -1) later(c, path, a.line, a.fault.s);
  if (a.rows) check_row(c, path, &a);
  login_values_free(&v);
  return a.rows == 1;
}

/* ------------------------------------------------------------ a new hash */

/* The password has to be right still: this may come late. */
static int is_still(struct credentials *c, const struct sql_driver *d,
                    struct account *account, const char *password)
{
  return find(c, d, account) && !pwhash_locked(account->user.hash.s)
    && pwhash_check(account->user.hash.s, password) == 1;
}

/* What REHASH runs, rehash.h: "-u". */
static void update(struct credentials *c, const struct sql_driver *d)
  __attribute__((noreturn));
static void update(struct credentials *c, const struct sql_driver *d)
{
  static char data[REHASH_DATA_MAX];
  static struct sql_text t;
  struct account account = ACCOUNT_ZERO;
  struct login_values v = LOGIN_VALUES_ZERO;
  struct sql_answer a = { .account = 0 };
  const char *path = env_str(UPDATE_VAR, UPDATE_DEFAULT), *password, *hash;

  if (rehash_read(data, &password, &hash) == -1)
    die_sys(AUTH_MISUSED, "descriptor 3: not name, password, empty, hash", 0);
  c->name = data;
  deadline_begin((unsigned int)env_num(TIMEOUT_VAR, 1, 600, 10), c);
  read_text(&t, path, d, 1);
  if (!is_still(c, d, &account, password)) auth_refuse(c, "password");
  d->close();
  login_values_set(&v, data);
  v.of[PLACEHOLDER_HASH] = hash;
  deadline_step("update");
  if (d->open(1, &a) == -1) later(c, "connect", 0, a.fault.s);
  if (run(d, &t, &v, &a) == -1) later(c, path, a.line, a.fault.s);
  d->close();
  explicit_bzero(data, sizeof data);
  _exit(0);
}

int sql_main(char *const argv[], const struct sql_driver *d)
{
  static struct credentials c;
  struct account account = ACCOUNT_ZERO;
  int found;

  if (argv[0] && argv[1] && !strcmp(argv[1], "-u")) update(&c, d);
  if (d->dialect == SQL_MYSQL) sasl_any_case();         /* its collations */
  account_begin(&c, argv);
  deadline_begin((unsigned int)env_num(TIMEOUT_VAR, 1, 600, 10), &c);
  found = find(&c, d, &account);
  d->close();
  deadline_end();
  account_verdict(&c, found ? &account : 0);
  account_accept(&c, &account, argv + 1);
}
