/* ISC licence; see LICENSE. */
#include <ldap.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <skalibs/strerr.h>

#include "base/alloc.h"
#include "base/env.h"
#include "base/log.h"
#include "account.h"
#include "auth.h"
#include "deadline.h"
#include "ldap_text.h"
#include "placeholder.h"
#include "pwhash.h"
#include "sasl_login.h"
#include "secret_file.h"

/*
 * The authenticator for users in a directory. Either the password is tried by
 * binding with it (bind), or the entry's hashes are read and compared here
 * (search).
 */

char const *PROG = "checkpassword-ldap";

#define CA_DEFAULT "/etc/ssl/certs/ca-certificates.crt"
#define FIELDS_DEFAULT "uid=uidNumber gid=gidNumber home=homeDirectory"
#define HASHES_MAX 8            /* values of userPassword that are tried */

static struct {
  const char *uri, *cafile, *dn, *base, *filter, *bind_dn, *home;
  const char *uid, *gid;
  int starttls, scope, by_search;
  unsigned int timeout;
  stralloc password;            /* of bind_dn */
  struct ldap_fields fields;
} set;

static const char *const styles[] = { "bind", "search", 0 };
static LDAP *ld;
static struct credentials c;

/* ------------------------------------------------------------ settings */

static int word_of(const char *var, const char *const *words)
{
  const char *s = env_str(var, words[0]);
  int i;

  for (i = 0; words[i]; i++)
    if (!strcmp(s, words[i])) return i;
  die_text(100, "invalid value of $", var);
}

static const char *id_of(const char *var)
{
  const char *s = env_str(var, 0);
  uint32_t id;

  if (s && !user_scan_id(s, strlen(s), &id))
    die_text(100, "invalid value of $", var);
  return s;
}

/* A template is tried out: a fault in it should not wait for a login. */
static const char *template_of(const char *var)
{
  struct login_values v = LOGIN_VALUES_ZERO;
  stralloc out = STRALLOC_ZERO;
  const char *s = env_str(var, 0), *bad;

  if (!s) return 0;
  login_values_set(&v, "user@domain");
  bad = template_expand(&out, s, &v, 0);
  if (bad) die_text(100, "invalid value of $", var);
  login_values_free(&v);
  stralloc_free(&out);
  return s;
}

/* The first line is the password. */
static void read_password(void)
{
  const char *path = env_str("LDAP_PASSWORD_FILE", 0);

  if (!set.bind_dn != !path)
    die_text(100, "LDAP_BIND_DN and LDAP_PASSWORD_FILE go together", 0);
  if (!path) return;
  settings_file_read(&set.password, path, 1);
  set.password.s[strcspn(set.password.s, "\r\n")] = 0;
  if (!*set.password.s) die_text(100, "there is no password in ", path);
}

static void fields(void)
{
  const char *text = env_str("LDAP_FIELDS", set.by_search
    ? "password=userPassword " FIELDS_DEFAULT : FIELDS_DEFAULT);

  if (ldap_fields_scan(&set.fields, text))
    die_text(100, "invalid value of $", "LDAP_FIELDS");
}

static void settings(void)
{
  static const char *const scopes[] = { "sub", "one", "base", 0 };
  static const int scope[] = {
    LDAP_SCOPE_SUBTREE, LDAP_SCOPE_ONELEVEL, LDAP_SCOPE_BASE
  };

  set.uri = env_str("LDAP_URI", 0);
  if (!set.uri || !ldap_is_ldap_url(set.uri))
    die_text(100, "LDAP_URI has to be an ldap, ldaps or ldapi address", 0);
  set.starttls = env_bool("LDAP_STARTTLS", 0);
  set.cafile = env_str("LDAP_CAFILE", CA_DEFAULT);
  set.scope = scope[word_of("LDAP_SCOPE", scopes)];
  set.dn = template_of("LDAP_DN");
  set.base = template_of("LDAP_BASE");
  set.filter = template_of("LDAP_FILTER");
  set.home = template_of("LDAP_HOME");
  set.bind_dn = env_str("LDAP_BIND_DN", 0);
  set.uid = id_of("LDAP_UID");
  set.gid = id_of("LDAP_GID");
  set.timeout = (unsigned int)env_num("LDAP_TIMEOUT", 1, 600, 10);
  if (!set.dn && !(set.base && set.filter))
    die_text(100, "LDAP_DN, or LDAP_BASE and LDAP_FILTER, have to be set", 0);
  if (set.dn && (set.base || set.by_search))
    die_text(100, "LDAP_DN is without LDAP_BASE, and for LDAP_STYLE=bind", 0);
  read_password();
  fields();
}

/* ---------------------------------------------------------- the server */

/* The words of the library; the server's own may quote what was sent. */
static void later(const char *what, int r)
{
  auth_later(&c, what, ldap_err2string(r));
}

static int set_options(void)
{
  struct timeval limit = { (time_t)set.timeout, 0 };
  int version = LDAP_VERSION3, deref = LDAP_DEREF_NEVER;
  int demand = LDAP_OPT_X_TLS_HARD, server = 0, r = 0;

  r |= ldap_set_option(ld, LDAP_OPT_PROTOCOL_VERSION, &version);
  r |= ldap_set_option(ld, LDAP_OPT_REFERRALS, LDAP_OPT_OFF);
  r |= ldap_set_option(ld, LDAP_OPT_DEREF, &deref);
  r |= ldap_set_option(ld, LDAP_OPT_NETWORK_TIMEOUT, &limit);
  r |= ldap_set_option(ld, LDAP_OPT_TIMEOUT, &limit);
  if (!set.starttls && strncasecmp(set.uri, "ldaps:", 6)) return r;
  r |= ldap_set_option(ld, LDAP_OPT_X_TLS_REQUIRE_CERT, &demand);
  r |= ldap_set_option(ld, LDAP_OPT_X_TLS_CACERTFILE, set.cafile);
  r |= ldap_set_option(ld, LDAP_OPT_X_TLS_NEWCTX, &server);
  return r;
}

static int bind_as(const char *dn, const char *password)
{
  struct berval cred;

  cred.bv_val = (char *)(uintptr_t)password;
  cred.bv_len = strlen(password);
  return ldap_sasl_bind_s(ld, dn, LDAP_SASL_SIMPLE, &cred, 0, 0, 0);
}

/* No file of the caller's and no variable but ours says how to connect. */
static void connect_server(void)
{
  int r;

  setenv("LDAPNOINIT", "1", 1);
  deadline_step("connect");
  r = ldap_initialize(&ld, set.uri);
  unsetenv("LDAPNOINIT");
  if (r != LDAP_SUCCESS) later("connect", r);
  if (set_options()) auth_later(&c, "connect", "options-or-LDAP_CAFILE");
  if (set.starttls) {
    deadline_step("starttls");
    r = ldap_start_tls_s(ld, 0, 0);
    if (r != LDAP_SUCCESS) later("starttls", r);
  }
}

static void bind_service(void)
{
  int r;

  if (!set.bind_dn) return;
  deadline_step("bind");
  r = bind_as(set.bind_dn, set.password.s);
  explicit_bzero(set.password.s, set.password.len);
  if (r != LDAP_SUCCESS) later("bind", r);
}

/* ------------------------------------------------------------ the entry */

static const char *expand(stralloc *out, const char *text,
                          const struct login_values *v)
{
  out->len = 0;
  template_expand(out, text, v, ldap_put);
  stralloc_0(out);
  return out->s;
}

/*
 * A userPassword may have several values: the one that the password fits is
 * taken, else the first that is not locked; where all are, one that shuts the
 * account shows that. A value without {SCHEME} is the password itself, RFC
 * 4519 section 2.41.
 */
static void set_hash(struct account *a, struct berval **v)
{
  stralloc value = STRALLOC_ZERO, hash = STRALLOC_ZERO;
  int i, fits = 0, first = 1;

  for (i = 0; v[i] && i < HASHES_MAX && !fits; i++) {
    if (memchr(v[i]->bv_val, 0, v[i]->bv_len)) continue;
    user_set(&value, v[i]->bv_val, v[i]->bv_len);
    pwhash_prefixed(&hash, "PLAIN", value.s);
    if (pwhash_locked(hash.s)) {
      if (first && pwhash_shut(hash.s))
        account_set(a, "password", hash.s, hash.len - 1);
      continue;
    }
    fits = v[1] && *c.password && pwhash_check(hash.s, c.password) == 1;
    if (first || fits) account_set(a, "password", hash.s, hash.len - 1);
    first = 0;
  }
  if (value.s) explicit_bzero(value.s, value.a);
  if (hash.s) explicit_bzero(hash.s, hash.a);
  stralloc_free(&value);
  stralloc_free(&hash);
}

static void set_field(struct account *a, const char *field, LDAPMessage *entry,
                      const char *attribute)
{
  struct berval **v = ldap_get_values_len(ld, entry, attribute);
  const char *bad = 0;

  if (v && v[0]) {
    if (!strcasecmp(field, "password")) set_hash(a, v);
    else bad = account_set(a, field, v[0]->bv_val, v[0]->bv_len);
  }
  if (v) ldap_value_free_len(v);
  if (bad) auth_later(&c, attribute, bad);
}

static void set_ids(struct account *a)
{
  if (set.uid) account_set(a, "uid", set.uid, strlen(set.uid));
  if (set.gid) account_set(a, "gid", set.gid, strlen(set.gid));
}

static void set_home(struct account *a, const struct login_values *v)
{
  stralloc home = STRALLOC_ZERO;
  const char *bad = template_expand(&home, set.home, v, template_path);

  if (!bad) bad = account_set(a, "home", home.s, home.len);
  if (bad) auth_later(&c, "LDAP_HOME", bad);
  stralloc_free(&home);
}

/* What the environment gives stands in for what the entry has not. */
static void fill(struct account *a, LDAPMessage *entry,
                 const struct login_values *v)
{
  const char *bad;
  size_t i;

  set_ids(a);
  for (i = 0; entry && i < set.fields.n; i++)
    set_field(a, set.fields.field[i], entry, set.fields.attribute[i]);
  if (set.home && a->user.home.len <= 1) set_home(a, v);
  bad = account_bad(a);
  if (bad) auth_later(&c, "entry", bad);
}

/* The one entry of a search, its DN in dn: 1; 0 if there is none. */
static int search(const char *base, int scope, const char *filter,
                  const struct login_values *v, struct account *a,
                  stralloc *dn)
{
  LDAPMessage *m = 0, *entry;
  char *name;
  int r, n;

  deadline_step("search");
  r = ldap_search_ext_s(ld, base, scope, filter, set.fields.attribute, 0, 0, 0,
                        0, 2, &m);
  n = m ? ldap_count_entries(ld, m) : 0;
  if (r == LDAP_SIZELIMIT_EXCEEDED || n > 1)
    auth_later(&c, "search", "more-than-one-entry");
  if (r != LDAP_SUCCESS && r != LDAP_NO_SUCH_OBJECT) later("search", r);
  if (n == 1) {
    entry = ldap_first_entry(ld, m);
    fill(a, entry, v);
    name = ldap_get_dn(ld, entry);
    if (!name) auth_later(&c, "search", "no-name");
    user_set(dn, name, strlen(name));
    ldap_memfree(name);
  }
  if (m) ldap_msgfree(m);
  return n == 1;
}

/* -------------------------------------------------------- the two styles */

/* What an answer to a bind means: 0 in, 1 refused, -1 not known. */
static int bind_verdict(int r)
{
  switch (r) {
    case LDAP_SUCCESS: return 0;
    case LDAP_INVALID_CREDENTIALS: case LDAP_NO_SUCH_OBJECT:
    case LDAP_INVALID_DN_SYNTAX: case LDAP_INAPPROPRIATE_AUTH:
    case LDAP_CONSTRAINT_VIOLATION: case LDAP_UNWILLING_TO_PERFORM:
    case LDAP_INSUFFICIENT_ACCESS: return 1;
  }
  return -1;
}

/*
 * An empty password would be an unauthenticated bind, which many servers
 * answer with success (RFC 4513 section 5.1.2).
 */
static void bind_user(const char *dn)
{
  int r;

  if (!*c.password) auth_refuse(&c, "empty");
  deadline_step("bind-user");
  r = bind_as(dn, c.password);
  if (bind_verdict(r) == -1) later("bind-user", r);
  if (bind_verdict(r) == 1)
    auth_refuse(&c, r == LDAP_INVALID_CREDENTIALS ? "password" : "server");
}

/* The name of the entry follows from that of the user: one bind, then the
 * entry is read with the user's own rights. */
static void direct(struct account *a, const struct login_values *v)
{
  stralloc dn = STRALLOC_ZERO, filter = STRALLOC_ZERO, found = STRALLOC_ZERO;

  expand(&dn, set.dn, v);
  if (auth_authorized()) bind_service();
  else bind_user(dn.s);
  if (!search(dn.s, LDAP_SCOPE_BASE,
              expand(&filter, set.filter ? set.filter : "(objectClass=*)", v),
              v, a, &found)) {
    if (set.filter) auth_refuse(&c, "filter");
    if (auth_authorized()) auth_refuse(&c, "unknown"); /* or not readable */
    fill(a, 0, v);              /* it may not be readable */
  }
}

static int look_up(struct account *a, const struct login_values *v,
                   stralloc *dn)
{
  stralloc base = STRALLOC_ZERO, filter = STRALLOC_ZERO;

  bind_service();
  return search(expand(&base, set.base, v), set.scope,
                expand(&filter, set.filter, v), v, a, dn);
}

int main(int argc, char **argv)
{
  struct account a = ACCOUNT_ZERO;
  struct login_values v = LOGIN_VALUES_ZERO;
  stralloc dn = STRALLOC_ZERO;
  int found = 0, asked;

  (void)argc;
  set.by_search = word_of("LDAP_STYLE", styles);
  sasl_any_case();              /* as most attributes are compared */
  if (set.by_search) account_begin(&c, argv);
  else auth_begin(&c, argv);
  settings();
  deadline_begin(set.timeout, &c);
  account_clear(&a, c.name);
  login_values_set(&v, c.name);
  asked = account_name_ok(c.name);
  if (asked) {
    connect_server();
    if (set.dn) direct(&a, &v);
    else found = look_up(&a, &v, &dn);
    if (found && !set.by_search && !auth_authorized()) bind_user(dn.s);
    ldap_unbind_ext_s(ld, 0, 0);
  }
  deadline_end();
  if (set.by_search) account_verdict(&c, found ? &a : 0);
  else if (!found && !(asked && set.dn)) auth_refuse(&c, "unknown");
  account_accept(&c, &a, argv + 1);
}
