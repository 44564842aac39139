/* ISC licence; see LICENSE. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>
#include <skalibs/allreadwrite.h>
#include <skalibs/strerr.h>

#include "app_passwords.h"
#include "base/alloc.h"
#include "base/env.h"
#include "base/log.h"
#include "hash_file.h"
#include "pwhash.h"
#include "user.h"

/* The administrator's tool for application passwords. */

char const *PROG = "roost-app-password";

#define NO 1
#define MISUSE 100
#define FAILED 111

/*
 * 20 letters in groups of 5, out of 32 that nobody mixes up: 100 bits. So
 * many cannot be guessed, whatever they are hashed with, and a quick hash
 * makes no login slower, however many passwords somebody has.
 */
#define LETTERS 20
#define GROUP 5
#define SCHEME "SSHA512"

static const char *root;

static void new_password(stralloc *out)
{
  static const char alphabet[] = "abcdefghijkmnpqrstuvwxyz23456789";
  unsigned char raw[LETTERS];
  int i;

  if (getentropy(raw, sizeof raw) == -1)
    die_sys(FAILED, "unable to get random octets", 0);
  for (i = 0; i < LETTERS; i++) {
    if (i && i % GROUP == 0) stralloc_append(out, '-');
    stralloc_append(out, alphabet[raw[i] & 31]);
  }
  explicit_bzero(raw, sizeof raw);
}

static int open_user(const char *name, int make)
{
  stralloc path = STRALLOC_ZERO;
  int fd;

  if (make) {
    stralloc_cats(&path, root);
    stralloc_append(&path, '/');
    stralloc_cats(&path, name);
    stralloc_0(&path);
    if (mkdir(root, 0700) == -1 && errno != EEXIST)
      die_sys(FAILED, "unable to make ", root);
    if (mkdir(path.s, 0700) == -1 && errno != EEXIST)
      die_sys(FAILED, "unable to make ", path.s);
    stralloc_free(&path);
  }
  fd = app_open(root, name);
  if (fd == -1 && errno == ENOENT)
    die_text(NO, "this user has none: ", name);
  if (fd == -1) die_sys(FAILED, "unable to open the passwords of ", name);
  return fd;
}

static int add(const char *name, const char *label)
{
  stralloc password = STRALLOC_ZERO, hash = STRALLOC_ZERO;
  int dir = open_user(name, 1), n, fd;

  n = app_labels(&hash, dir);
  if (n == -1 || n == APP_COUNT_MAX)
    die_text(NO, "this user has 64 already: ", name);
  new_password(&password);
  stralloc_0(&password);
  hash.len = 0;
  if (pwhash_make(&hash, password.s, SCHEME, 0) == -1)
    die_sys(FAILED, "unable to make a hash", 0);
  stralloc_append(&hash, '\n');
  fd = openat(dir, label, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd == -1 && errno == EEXIST)
    die_text(NO, "this label is there already: ", label);
  if (fd == -1 || allwrite(fd, hash.s, hash.len) < hash.len
      || fsync(fd) == -1 || close(fd) == -1 || fsync(dir) == -1) {
    unlinkat(dir, label, 0);
    die_sys(FAILED, "unable to write ", label);
  }
  password.s[password.len - 1] = '\n';
  if (allwrite(1, password.s, password.len) < password.len)
    die_sys(FAILED, "unable to write the password", 0);
  return 0;
}

/* label TAB when TAB where, or "never" */
static int list(const char *name)
{
  stralloc labels = STRALLOC_ZERO, out = STRALLOC_ZERO, used = STRALLOC_ZERO;
  stralloc dotted = STRALLOC_ZERO;
  int dir = open_user(name, 0), n = app_labels(&labels, dir);
  const char *s = labels.s;
  char *space;

  if (n == -1) die_sys(FAILED, "unable to read the passwords of ", name);
  for (; n; n--, s += strlen(s) + 1) {
    stralloc_copys(&dotted, ".");
    stralloc_cats(&dotted, s);
    stralloc_0(&dotted);
    stralloc_cats(&out, s);
    stralloc_append(&out, '\t');
    if (hash_file_read(&used, dir, dotted.s) == -1 || !used.len) {
      stralloc_cats(&out, "never\n");
      continue;
    }
    space = strchr(used.s, ' ');
    if (space) *space = '\t';
    stralloc_cats(&out, used.s);
  }
  if (allwrite(1, out.s, out.len) < out.len)
    die_sys(FAILED, "unable to write", 0);
  return 0;
}

static int take_away(const char *name, const char *label)
{
  stralloc dotted = STRALLOC_ZERO;
  int dir = open_user(name, 0);

  if (unlinkat(dir, label, 0) == -1) {
    if (errno == ENOENT) die_text(NO, "there is no such label: ", label);
    die_sys(FAILED, "unable to remove ", label);
  }
  stralloc_cats(&dotted, ".");
  stralloc_cats(&dotted, label);
  stralloc_0(&dotted);
  unlinkat(dir, dotted.s, 0);
  if (fsync(dir) == -1) die_sys(FAILED, "unable to sync", 0);
  return 0;
}

static void no_fault(const char *bad)
{
  if (bad) die_text(MISUSE, bad, 0);
}

int main(int argc, char **argv)
{
  const char *word = argc > 2 ? argv[1] : "";

  root = env_str(APP_PASSWORDS_VAR, APP_PASSWORDS_DEFAULT);
  if (argc > 2) no_fault(user_bad_name(argv[2], strlen(argv[2])));
  if (argc > 3) no_fault(app_bad_label(argv[3]));
  if (argc == 4 && !strcmp(word, "add")) return add(argv[2], argv[3]);
  if (argc == 4 && !strcmp(word, "remove")) return take_away(argv[2], argv[3]);
  if (argc == 3 && !strcmp(word, "list")) return list(argv[2]);
  die_text(MISUSE, "usage: roost-app-password add user label | remove user"
           " label | list user", 0);
}
