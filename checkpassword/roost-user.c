/* ISC licence; see LICENSE. */
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <skalibs/allreadwrite.h>
#include <skalibs/sgetopt.h>
#include <skalibs/strerr.h>
#include <skalibs/types.h>

#include "auth.h"
#include "base/alloc.h"
#include "base/log.h"
#include "become.h"
#include "homes.h"
#include "password_input.h"
#include "pwhash.h"
#include "users_cdb.h"
#include "users_edit.h"
#include "users_files.h"

/*
 * The administrator's tool for virtual users. Each command reads the text,
 * makes a new one of it in memory, and has both files replaced.
 */

char const *PROG = "roost-user";

#define USAGE "usage: roost-user [-f file] command [options] [name]; commands:" \
  " add change passwd lock unlock remove list check hash compile"

#define MISUSE 100
#define FAILED 111
#define NOT_SO 1                /* the answer is no */

struct options {
  const char *uid, *gid, *home, *scheme;
  unsigned long cost;
  int fd;                       /* to read the password from; -1 ask */
  int ready_hash, no_password, make_home;
  const char *vars[USER_ENV_COUNT + 1];
  unsigned nvars;
};

struct job {
  struct users_files files;
  struct options o;
  const char *name;             /* 0 if not given */
  stralloc text, out;
  struct users_entry e;
};

/* ---- passwords ---- */

static void die_password(int e)
{
  if (e == ENODATA) die_text(MISUSE, "the password is empty", 0);
  if (e == EMSGSIZE) die_text(MISUSE, "the password is too long", 0);
  if (e == EILSEQ)
    die_text(MISUSE, "the password holds a NUL or a carriage return", 0);
  if (e == EAGAIN) die_text(MISUSE, "the passwords differ", 0);
  errno = e;
  die_sys(FAILED, "unable to read the password", 0);
}

/* From the descriptor asked for, the terminal, or standard input. */
static void get_line(struct job *j, stralloc *out, const char *prompt,
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
static void get_hash(struct job *j, stralloc *hash)
{
  stralloc pw = STRALLOC_ZERO;
  const char *bad;

  hash->len = 0;
  if (j->o.no_password) {
    stralloc_copys(hash, "*");
  } else if (j->o.ready_hash) {
    get_line(j, &pw, "Hash: ", 0);
    bad = user_bad_hash(pw.s);
    if (bad) die_text(MISUSE, bad, 0);
    stralloc_copys(hash, pw.s);
  } else {
    get_line(j, &pw, "New password: ", 1);
    if (pwhash_make(hash, pw.s, j->o.scheme, j->o.cost) == -1) {
      password_wipe(&pw);
      if (errno == EINVAL) die_text(MISUSE, "no such scheme or cost (-s, -c)", 0);
      die_sys(FAILED, "unable to make a hash", 0);
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
    die_text(MISUSE, "not an account of the system, or root: ", s);
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
    die_text(MISUSE, "not a group of the system, or root: ", s);
  u->gid = gr->gr_gid;
}

static void take_fields(struct job *j, struct user *u)
{
  const struct options *o = &j->o;

  if (o->uid) take_uid(u, o->uid);
  if (o->gid) take_gid(u, o->gid);
  if (o->home) user_set(&u->home, o->home, strlen(o->home));
}

static void no_fault(const char *bad)
{
  if (bad) die_text(MISUSE, bad, 0);
}

/* adding: 1 if a name alone, which takes a variable away, makes no sense */
static void check_vars(const struct options *o, int adding)
{
  unsigned i, k;
  size_t n;

  for (i = 0; i < o->nvars; i++) {
    n = strcspn(o->vars[i], "=");
    if (adding || o->vars[i][n])
      no_fault(user_bad_env(o->vars[i], strlen(o->vars[i])));
    for (k = 0; k < i; k++)
      if (!strncmp(o->vars[k], o->vars[i], n)
          && strcspn(o->vars[k], "=") == n)
        die_text(MISUSE, "a variable is there twice (-e)", 0);
  }
}

/* 1 and j->e if the name is there; ends if the text has a fault */
static int find(struct job *j)
{
  struct users_error err;
  int r = users_edit_find(&j->text, j->name, &j->e, &err);

  if (r == -1) users_files_fault(&j->files, err.line, err.reason);
  return r;
}

static void must_find(struct job *j)
{
  users_files_lock(&j->files);
  users_files_read(&j->files, &j->text, 0);
  if (!find(j)) die_text(NOT_SO, "no such user: ", j->name);
}

static int finish(struct job *j)
{
  users_files_write(&j->files, &j->out, 0);
  return 0;
}

static int finish_change(struct job *j)
{
  no_fault(user_bad(&j->e.user));
  users_edit_change(&j->out, &j->text, &j->e, j->o.vars);
  return finish(j);
}

/* ---- commands ---- */

static void new_user(struct job *j, struct user *u)
{
  user_clear(u);
  u->groups = 0;
  if (!j->o.home) die_text(MISUSE, "add needs a home (-d)", 0);
  if (!j->o.uid && !geteuid())
    die_text(MISUSE, "add needs the account that owns the mail (-u)", 0);
  u->uid = getuid();            /* not root here, or set next */
  u->gid = getgid();
  if (j->o.uid) u->gid = (gid_t)-1;
  take_fields(j, u);
  if (u->gid == (gid_t)-1) die_text(MISUSE, "a uid in numbers needs -g", 0);
  user_set(&u->name, j->name, strlen(j->name));
  user_set(&u->hash, "*", 1);
  no_fault(user_bad(u));
}

static int cmd_add(struct job *j)
{
  struct user u = USER_ZERO;

  new_user(j, &u);
  check_vars(&j->o, 1);
  get_hash(j, &u.hash);
  users_files_lock(&j->files);
  if (!users_files_read(&j->files, &j->text, 1))
    stralloc_copys(&j->text, "# roost-users(5): name:hash:uid:gid:home\n");
  if (find(j)) die_text(NOT_SO, "this user is already there: ", j->name);
  users_edit_add(&j->out, &j->text, j->name, &u, j->o.vars);
  if (j->o.make_home && home_make(&u) == -1)
    die_sys(FAILED, "unable to make a Maildir in ", u.home.s);
  return finish(j);
}

static int cmd_change(struct job *j)
{
  check_vars(&j->o, 0);
  must_find(j);
  take_fields(j, &j->e.user);
  return finish_change(j);
}

static int cmd_passwd(struct job *j)
{
  stralloc hash = STRALLOC_ZERO;

  get_hash(j, &hash);           /* a person types; the lock does not wait */
  must_find(j);
  stralloc_copy(&j->e.user.hash, &hash);
  return finish_change(j);
}

static int cmd_lock(struct job *j)
{
  stralloc *hash = &j->e.user.hash;

  must_find(j);
  if (pwhash_locked(hash->s)) return 0;
  stralloc_insertb(hash, 0, "!", 1);
  return finish_change(j);
}

static int cmd_unlock(struct job *j)
{
  stralloc *hash = &j->e.user.hash;
  size_t n;

  must_find(j);
  if (!pwhash_locked(hash->s)) return 0;
  n = strspn(hash->s, "!");
  if (pwhash_locked(hash->s + n))
    die_text(NOT_SO, "this user has no password to unlock: ", j->name);
  memmove(hash->s, hash->s + n, hash->len - n);
  hash->len -= n;
  return finish_change(j);
}

static int cmd_remove(struct job *j)
{
  must_find(j);
  users_edit_remove(&j->out, &j->text, &j->e);
  return finish(j);
}

static int cmd_compile(struct job *j)
{
  users_files_lock(&j->files);
  users_files_read(&j->files, &j->text, 0);
  users_files_write(&j->files, &j->text, 1);
  return 0;
}

static void put(const stralloc *s)
{
  if (allwrite(1, s->s, s->len) < s->len)
    die_sys(FAILED, "unable to write", 0);
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

static int list_one(struct job *j)
{
  if (!find(j)) die_text(NOT_SO, "no such user: ", j->name);
  list_user(&j->out, &j->e.user);
  list_vars(&j->out, &j->e.user.env);
  put(&j->out);
  return 0;
}

static int cmd_list(struct job *j)
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

static int cmd_hash(struct job *j)
{
  get_hash(j, &j->out);
  j->out.s[j->out.len - 1] = '\n';
  put(&j->out);
  return 0;
}

/* As checkpassword-cdb would decide, from the same compiled file. */
static int cmd_check(struct job *j)
{
  struct users_cdb db = USERS_CDB_ZERO;
  struct id_range range;
  stralloc pw = STRALLOC_ZERO, dummy = STRALLOC_ZERO;
  const char *reason;
  int found;

  id_range_env(&range);
  if (users_cdb_open(&db, j->files.cdb_path.s) == -1)
    die_sys(FAILED, "unable to read ", j->files.cdb_path.s);
  get_line(j, &pw, "Password: ", 0);
  found = users_cdb_find(&db, j->name, &j->e.user);
  if (found == -1 || users_cdb_dummy(&db, j->name, &dummy) == -1)
    die_sys(FAILED, "unable to read ", j->files.cdb_path.s);
  reason = auth_verdict(found ? &j->e.user : 0, dummy.s, pw.s);
  password_wipe(&pw);
  if (reason && !*reason) die_sys(FAILED, "unable to check", 0);
  if (!reason) reason = id_range_refuses(&range, &j->e.user);
  stralloc_cats(&j->out, reason ? "refused: " : "accepted");
  if (reason) stralloc_cats(&j->out, reason);
  stralloc_append(&j->out, '\n');
  put(&j->out);
  return reason ? NOT_SO : 0;
}

/* ---- arguments ---- */

static const struct command {
  const char *word;
  const char *options;          /* those of OPTIONS that it takes */
  int names;                    /* 1 needs a name, 0 takes none, -1 may */
  int (*run)(struct job *j);
} commands[] = {
  { "add", "ugdescpHnm", 1, cmd_add },
  { "change", "ugde", 1, cmd_change },
  { "passwd", "scpHn", 1, cmd_passwd },
  { "lock", "", 1, cmd_lock },
  { "unlock", "", 1, cmd_unlock },
  { "remove", "", 1, cmd_remove },
  { "list", "", -1, cmd_list },
  { "check", "p", 1, cmd_check },
  { "hash", "scp", 0, cmd_hash },
  { "compile", "", 0, cmd_compile },
  { 0, 0, 0, 0 }
};
#define OPTIONS "u:g:d:e:s:c:p:Hnm"

static void usage(void) __attribute__((noreturn));
static void usage(void)
{
  die_text(MISUSE, USAGE, 0);
}

static unsigned long number(const char *s, unsigned long max)
{
  uint64_t n;

  if (strlen(s) > 9 || !uint640_scan(s, &n) || n > max) usage();
  return (unsigned long)n;
}

static void take_option(struct options *o, int c, const char *arg)
{
  switch (c) {
  case 'u': o->uid = arg; break;
  case 'g': o->gid = arg; break;
  case 'd': o->home = arg; break;
  case 's': o->scheme = arg; break;
  case 'c': o->cost = number(arg, 999999999); break;
  case 'p': o->fd = (int)number(arg, 65535); break;
  case 'H': o->ready_hash = 1; break;
  case 'n': o->no_password = 1; break;
  case 'm': o->make_home = 1; break;
  case 'e':
    if (o->nvars == USER_ENV_COUNT)
      die_text(MISUSE, "more than 64 variables (-e)", 0);
    o->vars[o->nvars++] = arg;
    o->vars[o->nvars] = 0;
    break;
  default: usage();
  }
}

static const struct command *command_of(const char *word)
{
  const struct command *c = commands;

  while (c->word && strcmp(c->word, word)) c++;
  if (!c->word) die_text(MISUSE, USAGE, 0);
  return c;
}

static void take_arguments(struct job *j, const struct command *cmd, int argc,
                           const char *const *argv)
{
  subgetopt l = SUBGETOPT_ZERO;
  int c;

  j->o.fd = -1;
  while ((c = subgetopt_r(argc, argv, OPTIONS, &l)) != -1) {
    if (c == '?' || !strchr(cmd->options, c)) usage();
    take_option(&j->o, c, l.arg);
  }
  argc -= l.ind;
  if (argc > 1 || (argc && !cmd->names) || (!argc && cmd->names == 1)) usage();
  j->name = argc ? argv[l.ind] : 0;
  if (j->name) no_fault(user_bad_name(j->name, strlen(j->name)));
}

int main(int argc, char **argv)
{
  const char *const *args = (const char *const *)argv;
  static struct job j;
  const struct command *cmd;
  const char *file = 0;

  args++;
  argc--;
  if (argc > 1 && !strcmp(*args, "-f")) {
    file = args[1];
    args += 2;
    argc -= 2;
  }
  if (argc < 1) usage();
  cmd = command_of(*args);
  take_arguments(&j, cmd, argc, args);
  if (cmd->run != cmd_hash) users_files_name(&j.files, file);
  return cmd->run(&j);
}
