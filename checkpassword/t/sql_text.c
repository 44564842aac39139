/* ISC licence; see LICENSE. */
#include "checkpassword/sql_text.h"

#include "base/alloc.h"
#include "test.h"

char const *PROG = "sql_text";

static struct sql_text t;
static unsigned long line;

static const char *scan(enum sql_dialect d, const char *in)
{
  line = 0;
  return sql_text_scan(&t, in, d, 0, &line);
}

/* Each dialect's text of one statement, and that n parameters are in it. */
static void gives(const char *in, size_t n, const char *sqlite,
                  const char *pgsql, const char *mysql)
{
  SAME(scan(SQL_SQLITE, in), 0);
  SAME(t.text.s, sqlite);
  CHECK(t.n == n);
  SAME(scan(SQL_PGSQL, in), 0);
  SAME(t.text.s, pgsql);
  CHECK(t.n == n);
  SAME(scan(SQL_MYSQL, in), 0);
  SAME(t.text.s, mysql);
  CHECK(t.n == n);
}

static void parameters(void)
{
  gives("SELECT 1", 0, "SELECT 1", "SELECT 1", "SELECT 1");
  gives("a=:user AND b=:user", 2, "a=?1 AND b=?2", "a=$1 AND b=$2",
        "a=? AND b=?");
  gives(":local:domain", 2, "?1?2", "$1$2", "??");
  gives("(:ip,:localip,:localport)", 3, "(?1,?2,?3)", "($1,$2,$3)",
        "(?,?,?)");
  CHECK(t.bind[0] == PLACEHOLDER_IP && t.bind[1] == PLACEHOLDER_LOCALIP
        && t.bind[2] == PLACEHOLDER_LOCALPORT);
  gives("a ;\n -- end\n", 0, "a \n -- end\n", "a \n -- end\n",
        "a \n -- end\n");
}

/* What only looks like one stays as it is. */
static void not_parameters(void)
{
  static const char *const all[] = {
    "':user'", "'it''s :user'", "\":user\"", "'' || ':user'",
    "1 -- :user\n+1", "1 /* :user */", "x::text", "a$b"
  };
  size_t i;

  for (i = 0; i < sizeof all / sizeof all[0]; i++)
    gives(all[i], 0, all[i], all[i], all[i]);
  SAME(scan(SQL_MYSQL, "a # :user '\n+ `:user`"), 0);
  SAME(t.text.s, "a # :user '\n+ `:user`");
  SAME(scan(SQL_SQLITE, "[:user ' ] = :user"), 0);
  SAME(t.text.s, "[:user ' ] = ?1");
  SAME(scan(SQL_PGSQL, "1 /* /* */ :user */ + a[1:2] - :user"), 0);
  SAME(t.text.s, "1 /* /* */ :user */ + a[1:2] - $1");
  SAME(scan(SQL_PGSQL, "a ? 'x' AND b = :user"), 0);
  SAME(t.text.s, "a ? 'x' AND b = $1");
  SAME(scan(SQL_MYSQL, "1 /* /* */ + :user"), 0);
  SAME(t.text.s, "1 /* /* */ + ?");
  SAME(scan(SQL_MYSQL, "@x := 1"), 0);
  SAME(scan(SQL_PGSQL, "a `:user"), 0);         /* an operator there */
  SAME(t.text.s, "a `$1");
}

static void fault(enum sql_dialect d, const char *in, const char *bad,
                  unsigned long at)
{
  SAME(scan(d, in), bad);
  CHECK(line == at);
}

static void faults(void)
{
  static const char *const none = "there is no placeholder of this name",
    *const quote = "a quote is not closed", *const two =
    "more than one statement", *const other =
    "a parameter that is not written :name", *const empty =
    "there is no statement";
  char many[8 * 65 + 1] = "";
  int i;

  fault(SQL_PGSQL, "a\n=\n:usr", none, 3);
  fault(SQL_PGSQL, ":password", none, 1);
  fault(SQL_PGSQL, "a = :users", none, 1);
  fault(SQL_PGSQL, "\n:hash", ":hash is for the statement that updates it", 2);
  fault(SQL_MYSQL, "a\n'b\nc", quote, 2);
  fault(SQL_MYSQL, "`", quote, 1);
  fault(SQL_SQLITE, "[a", quote, 1);
  fault(SQL_PGSQL, "a /* /* */", "a comment is not closed", 1);
  fault(SQL_PGSQL, "a; DROP TABLE x", two, 1);
  fault(SQL_PGSQL, "a;\n;", two, 2);
  fault(SQL_SQLITE, "$user", other, 1);
  fault(SQL_SQLITE, "@user", other, 1);
  fault(SQL_SQLITE, "a ?", other, 1);
  fault(SQL_SQLITE, ":1", other, 1);
  fault(SQL_MYSQL, "a ?", other, 1);
  fault(SQL_PGSQL, "$1", other, 1);
  fault(SQL_PGSQL, "$$ :user $$", other, 1);
  fault(SQL_MYSQL, "'\\' = :user '", "a backslash in a string", 1);
  fault(SQL_MYSQL, "\"\\\" = :user \"", "a backslash in a string", 1);
  fault(SQL_PGSQL, "E'\\' = :user '", "a backslash in a string", 1);
  fault(SQL_PGSQL, "", empty, 1);
  fault(SQL_PGSQL, " -- nothing\n\n", empty, 3);
  fault(SQL_PGSQL, ";", empty, 1);
  for (i = 0; i < 65; i++) strcat(many, " :user  ");
  fault(SQL_MYSQL, many, "more than 64 placeholders", 1);
}

static void update(void)
{
  SAME(sql_text_scan(&t, "a = :hash,\nb = :user", SQL_MYSQL, 1, &line), 0);
  CHECK(t.n == 2 && t.bind[0] == PLACEHOLDER_HASH);
  CHECK(sql_text_line(&t, 0) == 1 && sql_text_line(&t, 9) == 2
        && sql_text_line(&t, 999) == 2);
}

int main(void)
{
  parameters();
  not_parameters();
  faults();
  update();
  sql_text_free(&t);
  return test_end(PROG);
}
