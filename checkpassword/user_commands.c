/* ISC licence; see LICENSE. */
#include "user_commands.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <skalibs/allreadwrite.h>

#include "auth.h"
#include "base/alloc.h"
#include "base/log.h"
#include "become.h"
#include "homes.h"
#include "password_input.h"
#include "pwhash.h"
#include "rehash.h"
#include "users_cdb.h"
#include "users_edit.h"

/* ---- passwords ---- */

static void die_password(int e)
{
  if (e == ENODATA) die_text(USER_MISUSE, "the password is empty", 0);
  if (e == EMSGSIZE) die_text(USER_MISUSE, "the password is too long", 0);
  if (e == EILSEQ)
    die_text(USER_MISUSE, "the password holds a NUL or a carriage return", 0);
  if (e == EAGAIN) die_text(USER_MISUSE, "the passwords differ", 0);
  errno = e;
  die_sys(USER_FAILED, "unable to read the password", 0);
}

/* From the descriptor asked for, the terminal, or standard input. */
static void get_line(struct user_job *j, stralloc *out, const char *prompt,
                     int twice)
{
  size_t name = j->name ? strlen(j->name) : 0;
  size_t max = j->o.ready_hash ? PWHASH_MAX : PASSWORD_MAX(name);
  int r;

  if (j->o.fd == -1 && isatty(0)) r = password_ask(out, prompt, twice, max);
  else r = password_line(out, j->o.fd == -1 ? 0 : j->o.fd, max);
  if (r == -1) die_password(errno);
}

/* A hash for the user, 0-terminated: made, read ready, or "*". */
static void get_hash(struct user_job *j, stralloc *hash)
{
  stralloc pw = STRALLOC_ZERO;
  const char *bad;

  hash->len = 0;
  if (j->o.no_password) {
    stralloc_copys(hash, "*");
  } else if (j->o.ready_hash) {
    get_line(j, &pw, "Hash: ", 0);
    bad = user_bad_hash(pw.s);
    if (bad) die_text(USER_MISUSE, bad, 0);
    stralloc_copys(hash, pw.s);
  } else {
    get_line(j, &pw, "New password: ", 1);
    if (pwhash_make(hash, pw.s, j->o.scheme, j->o.cost) == -1) {
      password_wipe(&pw);
      if (errno == EINVAL)
        die_text(USER_MISUSE, "no such scheme or cost (-s, -c)", 0);
      die_sys(USER_FAILED, "unable to make a hash", 0);
    }
  }
  password_wipe(&pw);
  stralloc_0(hash);
}

/* ---- fields ---- */

static void take_uid(struct user *u, const char *s)
{
  struct passwd *pw;
  uint32_t n;

  if (user_scan_id(s, strlen(s), &n)) {
    u->uid = (uid_t)n;
    return;
  }
  pw = getpwnam(s);
  if (!pw || !pw->pw_uid)
    die_text(USER_MISUSE, "not an account of the system, or root: ", s);
  u->uid = pw->pw_uid;
  u->gid = pw->pw_gid;
}

static void take_gid(struct user *u, const char *s)
{
  struct group *gr;
  uint32_t n;

  if (user_scan_id(s, strlen(s), &n)) {
    u->gid = (gid_t)n;
    return;
  }
  gr = getgrnam(s);
  if (!gr || !gr->gr_gid)
    die_text(USER_MISUSE, "not a group of the system, or root: ", s);
  u->gid = gr->gr_gid;
}

static void take_fields(struct user_job *j, struct user *u)
{
  const struct user_options *o = &j->o;

  if (o->uid) take_uid(u, o->uid);
  if (o->gid) take_gid(u, o->gid);
  if (o->home) user_set(&u->home, o->home, strlen(o->home));
}

void user_no_fault(const char *bad)
{
  if (bad) die_text(USER_MISUSE, bad, 0);
}

/* adding: 1 if a name alone, which takes a variable away, makes no sense */
static void check_vars(const struct user_options *o, int adding)
{
  unsigned i, k;
  size_t n;

  for (i = 0; i < o->nvars; i++) {
    n = strcspn(o->vars[i], "=");
    if (adding || o->vars[i][n])
      user_no_fault(user_bad_env(o->vars[i], strlen(o->vars[i])));
    for (k = 0; k < i; k++)
      if (!strncmp(o->vars[k], o->vars[i], n)
          && strcspn(o->vars[k], "=") == n)
        die_text(USER_MISUSE, "a variable is there twice (-e)", 0);
  }
}

/* 1 and j->e if the name is there; ends if the text has a fault */
static int find(struct user_job *j)
{
  struct users_error err;
  int r = users_edit_find(&j->text, j->name, &j->e, &err);

  if (r == -1) users_files_fault(&j->files, err.line, err.reason);
  return r;
}

static void must_find(struct user_job *j)
{
  users_files_lock(&j->files);
  users_files_read(&j->files, &j->text, 0);
  if (!find(j)) die_text(USER_NO, "no such user: ", j->name);
}

static int finish(struct user_job *j)
{
  users_files_write(&j->files, &j->out, 0);
  return 0;
}

static int finish_change(struct user_job *j)
{
  user_no_fault(user_bad(&j->e.user));
  users_edit_change(&j->out, &j->text, &j->e, j->o.vars);
  return finish(j);
}

/* ---- commands ---- */

static void new_user(struct user_job *j, struct user *u)
{
  user_clear(u);
  u->groups = 0;
  if (!j->o.home) die_text(USER_MISUSE, "add needs a home (-d)", 0);
  if (!j->o.uid && !geteuid())
    die_text(USER_MISUSE, "add needs the account that owns the mail (-u)", 0);
  u->uid = getuid();            /* not root here, or set next */
  u->gid = getgid();
  if (j->o.uid) u->gid = (gid_t)-1;
  take_fields(j, u);
  if (u->gid == (gid_t)-1)
    die_text(USER_MISUSE, "a uid in numbers needs -g", 0);
  user_set(&u->name, j->name, strlen(j->name));
  user_set(&u->hash, "*", 1);
  user_no_fault(user_bad(u));
}

int user_add(struct user_job *j)
{
  struct user u = USER_ZERO;

  new_user(j, &u);
  check_vars(&j->o, 1);
  get_hash(j, &u.hash);
  users_files_lock(&j->files);
  if (!users_files_read(&j->files, &j->text, 1))
    stralloc_copys(&j->text, "# roost-users(5): name:hash:uid:gid:home\n");
  if (find(j)) die_text(USER_NO, "this user is already there: ", j->name);
  users_edit_add(&j->out, &j->text, j->name, &u, j->o.vars);
  if (j->o.make_home && home_make(&u) == -1)
    die_sys(USER_FAILED, "unable to make a Maildir in ", u.home.s);
  return finish(j);
}

int user_change(struct user_job *j)
{
  check_vars(&j->o, 0);
  must_find(j);
  take_fields(j, &j->e.user);
  return finish_change(j);
}

int user_passwd(struct user_job *j)
{
  stralloc hash = STRALLOC_ZERO;

  get_hash(j, &hash);           /* a person types; the lock does not wait */
  must_find(j);
  stralloc_copy(&j->e.user.hash, &hash);
  return finish_change(j);
}

int user_lock(struct user_job *j)
{
  stralloc *hash = &j->e.user.hash;

  must_find(j);
  if (pwhash_locked(hash->s)) return 0;
  stralloc_insertb(hash, 0, "!", 1);
  return finish_change(j);
}

int user_unlock(struct user_job *j)
{
  stralloc *hash = &j->e.user.hash;
  size_t n;

  must_find(j);
  if (!pwhash_locked(hash->s)) return 0;
  n = strspn(hash->s, "!");
  if (pwhash_locked(hash->s + n))
    die_text(USER_NO, "this user has no password to unlock: ", j->name);
  memmove(hash->s, hash->s + n, hash->len - n);
  hash->len -= n;
  return finish_change(j);
}

int user_remove(struct user_job *j)
{
  must_find(j);
  users_edit_remove(&j->out, &j->text, &j->e);
  return finish(j);
}

int user_compile(struct user_job *j)
{
  users_files_lock(&j->files);
  users_files_read(&j->files, &j->text, 0);
  users_files_write(&j->files, &j->text, 1);
  return 0;
}

/*
 * What an authenticator's rehash_start runs: descriptor 3 has the name, the
 * password, and the hash to be. It may be late: only a user whose password it
 * still is gets it.
 */
int user_rehash(struct user_job *j)
{
  static char data[REHASH_DATA_MAX];
  const char *password, *hash;
  int r;

  if (rehash_read(data, &password, &hash) == -1) {
    if (errno != EPROTO)
      die_sys(USER_FAILED, "unable to read descriptor 3", 0);
    die_text(USER_MISUSE, "descriptor 3: not name, password, empty, hash", 0);
  }
  j->name = data;
  must_find(j);
  r = pwhash_locked(j->e.user.hash.s)
    ? 0 : pwhash_check(j->e.user.hash.s, password);
  if (r == 1) user_set(&j->e.user.hash, hash, strlen(hash));
  explicit_bzero(data + strlen(data), sizeof data - strlen(data));
  if (r != 1) die_text(USER_NO, "no longer this user's password: ", j->name);
  return finish_change(j);
}

static void put(const stralloc *s)
{
  if (allwrite(1, s->s, s->len) < s->len)
    die_sys(USER_FAILED, "unable to write", 0);
}

/* name TAB uid TAB gid TAB home TAB locked or scheme */
static void list_user(stralloc *out, const struct user *u)
{
  stralloc_cats(out, u->name.s);
  stralloc_append(out, '\t');
  stralloc_catu(out, u->uid);
  stralloc_append(out, '\t');
  stralloc_catu(out, u->gid);
  stralloc_append(out, '\t');
  stralloc_cats(out, u->home.s);
  stralloc_append(out, '\t');
  stralloc_cats(out, pwhash_locked(u->hash.s) ? "locked"
                : pwhash_scheme(u->hash.s));
  stralloc_append(out, '\n');
}

static void list_vars(stralloc *out, const stralloc *env)
{
  const char *s = env->s, *end = env->s + env->len;

  for (; env->len && s < end; s += strlen(s) + 1) {
    stralloc_cats(out, "  ");
    stralloc_cats(out, s);
    stralloc_append(out, '\n');
  }
}

static int list_one(struct user_job *j)
{
  if (!find(j)) die_text(USER_NO, "no such user: ", j->name);
  list_user(&j->out, &j->e.user);
  list_vars(&j->out, &j->e.user.env);
  put(&j->out);
  return 0;
}

int user_list(struct user_job *j)
{
  struct users_text t = { .line = 1 };
  struct users_error err;
  int r;

  users_files_read(&j->files, &j->text, 0);
  if (j->name) return list_one(j);
  t.text = j->text.s;
  t.len = j->text.len;
  while ((r = users_text_next(&t, &j->e, &err)) == 1)
    list_user(&j->out, &j->e.user);
  put(&j->out);
  if (r == -1) users_files_fault(&j->files, err.line, err.reason);
  return 0;
}

int user_hash(struct user_job *j)
{
  get_hash(j, &j->out);
  j->out.s[j->out.len - 1] = '\n';
  put(&j->out);
  return 0;
}

/* As checkpassword-cdb would decide, from the same compiled file. */
int user_check(struct user_job *j)
{
  struct users_cdb db = USERS_CDB_ZERO;
  struct id_range range;
  stralloc pw = STRALLOC_ZERO, dummy = STRALLOC_ZERO;
  const char *reason;
  int found;

  id_range_env(&range);
  if (users_cdb_open(&db, j->files.cdb_path.s) == -1)
    die_sys(USER_FAILED, "unable to read ", j->files.cdb_path.s);
  get_line(j, &pw, "Password: ", 0);
  found = users_cdb_find(&db, j->name, &j->e.user);
  if (found == -1 || users_cdb_dummy(&db, j->name, &dummy) == -1)
    die_sys(USER_FAILED, "unable to read ", j->files.cdb_path.s);
  reason = auth_verdict(found ? &j->e.user : 0, dummy.s, pw.s);
  password_wipe(&pw);
  if (reason && !*reason) die_sys(USER_FAILED, "unable to check", 0);
  if (!reason) reason = id_range_refuses(&range, &j->e.user);
  stralloc_cats(&j->out, reason ? "refused: " : "accepted");
  if (reason) stralloc_cats(&j->out, reason);
  stralloc_append(&j->out, '\n');
  put(&j->out);
  return reason ? USER_NO : 0;
}
