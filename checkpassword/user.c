/* ISC licence; see LICENSE. */
#include "user.h"

#include <string.h>
#include <strings.h>
#include <skalibs/types.h>

#include "base/alloc.h"
#include "pwhash.h"

void user_clear(struct user *u)
{
  u->name.len = u->home.len = u->shell.len = u->env.len = 0;
  if (u->hash.s) explicit_bzero(u->hash.s, u->hash.len);
  u->hash.len = 0;
  u->uid = (uid_t)-1;
  u->gid = (gid_t)-1;
  u->groups = 0;
}

void user_free(struct user *u)
{
  user_clear(u);
  stralloc_free(&u->name);
  stralloc_free(&u->hash);
  stralloc_free(&u->home);
  stralloc_free(&u->shell);
  stralloc_free(&u->env);
}

void user_set(stralloc *field, const char *s, size_t len)
{
  stralloc_copyb(field, s, len);
  stralloc_0(field);
}

/* 1 if s holds an octet of bad or, unless spaces are allowed, below 0x21 */
static int holds(const char *s, size_t len, const char *bad, int spaces)
{
  size_t i;

  for (i = 0; i < len; i++) {
    unsigned char c = (unsigned char)s[i];

    if (c < ' ' || c == 0x7f || (c == ' ' && !spaces)) return 1;
    if (strchr(bad, c)) return 1;
  }
  return 0;
}

const char *user_bad_name(const char *s, size_t len)
{
  if (!len) return "the name is empty";
  if (len > USER_NAME_MAX) return "the name is longer than 255 octets";
  if (*s == '#' || *s == '-' || *s == '.')
    return "the name starts with one of # - .";
  if (holds(s, len, ":/\\", 0))
    return "the name holds a space, a control character or one of : / \\";
  return 0;
}

const char *user_bad_home(const char *s, size_t len)
{
  if (!len || *s != '/') return "the home is not an absolute path";
  if (len > USER_HOME_MAX) return "the home is longer than 1023 octets";
  if (holds(s, len, ":", 1)) return "the home holds a control character or :";
  return 0;
}

const char *user_bad_hash(const char *hash)
{
  if (!*hash) return "the hash is empty (write * for a user without password)";
  if (strlen(hash) > PWHASH_MAX) return "the hash is too long";
  if (holds(hash, strlen(hash), ":", 0))
    return "the hash holds a space, a control character or :";
  if (pwhash_locked(hash) || pwhash_known(hash)) return 0;
  return "the hash is of no kind that is known, or damaged, cut short, or"
    " asks for too much work";
}

/*
 * Not for a user's record, whoever wrote it: what decides which program or
 * library runs, and what front end and handler have to say to each other.
 */
static int forbidden(const char *name, size_t len)
{
  static const char *const whole[] = {
    "USER", "HOME", "SHELL",            /* fields of their own */
    "PATH", "GCONV_PATH", "LOCPATH", "NLSPATH", "GLIBC_TUNABLES",
    "MALLOC_CHECK_", "IFS", "ENV", "BASH_ENV", "TMPDIR",
    "IMAPLOGINTAG", 0
  };
  int i;

  if (len > 3 && !strncmp(name, "LD_", 3)) return 1;
  if (len > 6 && !strncmp(name, "ROOST_", 6)) return 1;
  for (i = 0; whole[i]; i++)
    if (strlen(whole[i]) == len && !memcmp(whole[i], name, len)) return 1;
  return 0;
}

static int identifier(const char *s, size_t len)
{
  size_t i;

  for (i = 0; i < len; i++) {
    char c = s[i];

    if (c == '_' || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')) continue;
    if (i && c >= '0' && c <= '9') continue;
    return 0;
  }
  return len > 0;
}

const char *user_bad_env(const char *s, size_t len)
{
  const char *eq = memchr(s, '=', len);
  size_t n;

  if (!eq) return "a variable is written NAME=value";
  n = (size_t)(eq - s);
  if (!identifier(s, n))
    return "a variable's name is made of letters, digits and _";
  if (forbidden(s, n)) return "this variable cannot be set for a user";
  if (holds(eq + 1, len - n - 1, "", 1))
    return "a variable's value holds a control character";
  return 0;
}

/* Each string of env, and no name twice; at most USER_ENV_COUNT of them. */
static const char *bad_list(const stralloc *env)
{
  const char *s, *t, *bad, *end = env->s + env->len;
  int n = 0;

  if (env->len > USER_ENV_MAX) return "the variables take more than 16 kB";
  for (s = env->s; s < end; s += strlen(s) + 1) {
    if (++n > USER_ENV_COUNT) return "more than 64 variables";
    bad = user_bad_env(s, strlen(s));
    if (bad) return bad;
    for (t = env->s; t < s; t += strlen(t) + 1)
      if (!strncmp(s, t, (size_t)(strchr(s, '=') + 1 - s)))
        return "a variable is there twice";
  }
  return 0;
}

const char *user_bad_record(const struct user *u)
{
  const char *bad = user_bad_name(u->name.s, strlen(u->name.s));

  if (!bad) bad = user_bad_home(u->home.s, strlen(u->home.s));
  if (!bad && (!u->uid || u->uid == (uid_t)-1)) bad = "the uid is invalid";
  if (!bad && (!u->gid || u->gid == (gid_t)-1)) bad = "the gid is invalid";
  if (!bad && u->env.len) bad = bad_list(&u->env);
  return bad;
}

const char *user_bad(const struct user *u)
{
  const char *bad = user_bad_record(u);

  return bad ? bad : user_bad_hash(u->hash.s);
}

int user_scan_id(const char *s, size_t len, uint32_t *out)
{
  char digits[11];
  uint64_t n;

  if (!len || len >= sizeof digits) return 0;
  memcpy(digits, s, len);
  digits[len] = 0;
  if (uint64_scan(digits, &n) != len || !n || n >= UINT32_MAX) return 0;
  *out = (uint32_t)n;
  return 1;
}
