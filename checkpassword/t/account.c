/* ISC licence; see LICENSE. */
#include "checkpassword/account.h"

#include <skalibs/strerr.h>

#include "base/alloc.h"
#include "checkpassword/ldap_text.h"
#include "checkpassword/placeholder.h"
#include "checkpassword/secret_file.h"
#include "checkpassword/vpopmail.h"
#include "test.h"

char const *PROG = "account";

static struct account a;

static const char *set(const char *field, const char *value)
{
  return account_set(&a, field, value, value ? strlen(value) : 0);
}

static void whole(void)
{
  account_clear(&a, "joe");
  set("uid", "1000");
  set("GID", "100");
  set("Home", "/home/joe");
}

static void fields(void)
{
  account_clear(&a, "joe");
  SAME(account_bad(&a), "there is no home");
  SAME(set("home", "/home/joe"), 0);
  SAME(account_bad(&a), "there is no uid");
  SAME(set("uid", "1000"), 0);
  SAME(account_bad(&a), "there is no gid");
  SAME(set("gid", "100"), 0);
  SAME(account_bad(&a), 0);
  SAME(a.user.hash.s, "*");
  SAME(a.user.shell.s, "/bin/false");
  SAME(set("password", 0), 0);
  SAME(a.user.hash.s, "*");
  SAME(set("password", "x"), 0);
  SAME(a.user.hash.s, "x");
  SAME(set("env_quota", "1"), 0);
  SAME(set("maildir", "M"), 0);
  CHECK(a.user.env.len == 18 && !memcmp(a.user.env.s, "QUOTA=1\0MAILDIR=M",
                                        18));
  SAME(account_bad(&a), 0);
  SAME(set("env_QUOTA", "2"), 0);
  SAME(account_bad(&a), "a variable is there twice");
  account_clear(&a, "joe");
  CHECK(!a.user.env.len && !a.disabled && a.user.uid == (uid_t)-1);
}

static void faults(void)
{
  static const struct { const char *field, *value; } bad[] = {
    { "uid", "0" }, { "uid", "" }, { "uid", "x" }, { "uid", "4294967295" },
    { "uid", "-1" }, { "gid", "0" }, { "gid", "1 " }, { "disabled", "2" },
    { "disabled", "maybe" }, { "networks", "here" }, { "networks", "1.2.3/8" },
    { "env_path", "x" }, { "env_ld_preload", "x" }, { "env_user", "x" },
    { "env_", "x" }, { "env_a-b", "x" }, { "env_a=b", "x" }, { "env_x", "a\nb" },
    { "hoem", "/" }, { "", "x" }, { "env", "x" }
  };
  size_t i;

  whole();
  for (i = 0; i < sizeof bad / sizeof bad[0]; i++)
    CHECK(set(bad[i].field, bad[i].value) != 0);
  SAME(account_bad(&a), 0);
  CHECK(account_set(&a, "home", "/a\0b", 4) != 0);
  CHECK(account_set(&a, "password", "a\0b", 3) != 0);
  CHECK(account_set(&a, "networks", "::1\0x", 5) != 0);
  whole();
  set("home", "relative");
  CHECK(account_bad(&a) != 0);
  whole();
  set("user", "a b");
  CHECK(account_bad(&a) != 0);
  SAME(account_bad_field("env_path"), "this variable cannot be set for a user");
  SAME(account_bad_field("env_x"), 0);
  SAME(account_bad_field("Networks"), 0);
  CHECK(account_bad_field("nets") != 0);
}

static void disabled(void)
{
  static const char *const yes[] = { "1", "t", "TRUE", "y", "Yes", "on" };
  static const char *const no[] = { "", "0", "f", "False", "n", "NO", "off" };
  size_t i;

  for (i = 0; i < sizeof yes / sizeof yes[0]; i++) {
    a.disabled = 0;
    CHECK(!set("disabled", yes[i]) && a.disabled);
  }
  for (i = 0; i < sizeof no / sizeof no[0]; i++) {
    a.disabled = 1;
    CHECK(!set("disabled", no[i]) && !a.disabled);
  }
}

/* UTF-8 by RFC 3629 section 4. */
static void names(void)
{
  static const char *const good[] = {
    "joe", "joe@example.org", "\xc3\xbc", "\xe2\x82\xac", "\xf0\x9f\x98\x80",
    "\xee\x80\x80", "\xf4\x8f\xbf\xbf", "'", "%", "_"
  };
  static const char *const bad[] = {
    "", "\x80", "\xc3", "\xc0\xaf", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80",
    "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff",
    "\xe2\x82", "a b", "a/b", "a:b", "a\\b", "-a", ".a", "#a", "a\n"
  };
  size_t i;

  for (i = 0; i < sizeof good / sizeof good[0]; i++)
    CHECK(account_name_ok(good[i]));
  for (i = 0; i < sizeof bad / sizeof bad[0]; i++)
    CHECK(!account_name_ok(bad[i]));
}

static stralloc out;

static const char *expand(const char *text, const char *name,
                          const char *(*put)(stralloc *, const char *))
{
  struct login_values v = LOGIN_VALUES_ZERO;
  const char *bad;

  out.len = 0;
  login_values_set(&v, name);
  bad = template_expand(&out, text, &v, put);
  stralloc_0(&out);
  login_values_free(&v);
  return bad;
}

static void templates(void)
{
  SAME(expand("<{user}|{local}|{domain}|{ip}>", "a@b@c", 0), 0);
  SAME(out.s, "<a@b@c|a@b|c|>");
  SAME(expand("{domain}{local}", "joe", 0), 0);
  SAME(out.s, "joe");
  CHECK(expand("{", "joe", 0) != 0);
  CHECK(expand("{usr}", "joe", 0) != 0);
  CHECK(expand("{hash}", "joe", 0) != 0);
  CHECK(expand("{}", "joe", 0) != 0);
  SAME(expand("/h/{domain}/{local}", "joe@x.org", template_path), 0);
  SAME(out.s, "/h/x.org/joe");
  CHECK(expand("/h/{domain}", "joe", template_path) != 0);
  CHECK(expand("/h/{domain}", "joe@..", template_path) != 0);
  CHECK(expand("/h/{user}", "../x", template_path) != 0);
  CHECK(expand("/h/{user}", "a/b", template_path) != 0);
  CHECK(expand("/h/{user}", "a\nb", template_path) != 0);
}

/* RFC 4515 section 3 and 4514 section 2.4 */
static void ldap(void)
{
  struct ldap_fields f = LDAP_FIELDS_ZERO;

  SAME(expand("(uid={user})", "*)(uid=\\", ldap_put), 0);
  SAME(out.s, "(uid=\\2a\\29\\28uid\\3d\\5c)");
  SAME(expand("{user}", " #,+\"<>;=\xc3\xbc\x7f", ldap_put), 0);
  SAME(out.s, "\\20\\23\\2c\\2b\\22\\3c\\3e\\3b\\3d\\c3\\bc\\7f");
  SAME(expand("{user}", "Jo-e_9.x@y", ldap_put), 0);
  SAME(out.s, "Jo-e_9.x@y");
  SAME(ldap_fields_scan(&f, " uid=uidNumber\tenv_q=a;lang-de "), 0);
  CHECK(f.n == 2 && !f.attribute[2]);
  SAME(f.field[1], "env_q");
  SAME(f.attribute[1], "a;lang-de");
  SAME(ldap_fields_scan(&f, ""), 0);
  CHECK(ldap_fields_scan(&f, "uid") != 0);
  CHECK(ldap_fields_scan(&f, "uid=") != 0);
  CHECK(ldap_fields_scan(&f, "uid=a*b") != 0);
  CHECK(ldap_fields_scan(&f, "nothing=x") != 0);
  ldap_fields_free(&f);
}

static void settings(void)
{
  char text[] = "# c\n\n a = b = c \r\nx=\n=y\nz\nlast=1";
  struct settings_lines l = { text, 0 };
  char *name, *value;

  CHECK(settings_next(&l, &name, &value) == 1 && l.line == 3);
  SAME(name, "a");
  SAME(value, "b = c");
  CHECK(settings_next(&l, &name, &value) == 1);
  SAME(name, "x");
  SAME(value, "");
  CHECK(settings_next(&l, &name, &value) == -1 && l.line == 5);
  CHECK(settings_next(&l, &name, &value) == -1 && l.line == 6);
  CHECK(settings_next(&l, &name, &value) == 1 && l.line == 7);
  SAME(value, "1");
  CHECK(settings_next(&l, &name, &value) == 0);
}

static void vpop(void)
{
  static const struct { const char *name, *local, *domain; } n[] = {
    { "Joe", "joe", "d" }, { "J@X", "j", "x" }, { "j%x", "j", "x" },
    { "j/x", "j", "x" }, { "a%b@c", "a%b", "c" }, { "a/b%c", "a/b", "c" },
    { "a@b@c", "a", "b@c" }, { "@x", "", "x" }, { "j@", "j", "d" }
  };
  stralloc local = STRALLOC_ZERO, domain = STRALLOC_ZERO;
  size_t i;

  for (i = 0; i < sizeof n / sizeof n[0]; i++) {
    vpop_name(&local, &domain, n[i].name, "D");
    SAME(local.s, n[i].local);
    SAME(domain.s, n[i].domain);
  }
  stralloc_free(&local);
  stralloc_free(&domain);
}

int main(void)
{
  fields();
  faults();
  disabled();
  names();
  templates();
  ldap();
  settings();
  vpop();
  account_free(&a);
  stralloc_free(&out);
  return test_end(PROG);
}
