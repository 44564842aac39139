/* ISC licence; see LICENSE. */
#include "auth_cache.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <skalibs/allreadwrite.h>

#include "base/alloc.h"
#include "base/timedio.h"
#include "digest.h"

extern char **environ;

#define MAGIC "roost-auth-1"    /* other layouts get another */
#define KEY_FILE "key"
#define CODE 32                 /* octets of HMAC-SHA256 */
#define SALT 16
#define STALE_TMP 60            /* seconds; its writer was killed */

/* ---- keyed sums ---- */

/* HMAC of the parts with a letter before them, so that no two uses meet */
static void keyed(const struct auth_cache *k, char use, const void *a,
                  size_t alen, const void *b, size_t blen, unsigned char *out)
{
  stralloc s = STRALLOC_ZERO;
  struct hmac_key h;
  uint64_t n = alen;

  stralloc_ready(&s, alen + blen + sizeof n + 1);       /* never moves */
  stralloc_append(&s, use);
  stralloc_catb(&s, (const char *)&n, sizeof n);
  stralloc_catb(&s, a, alen);
  stralloc_catb(&s, b, blen);
  hmac_ready(&h, DIGEST_SHA256, k->key, sizeof k->key);
  hmac_of(&h, s.s, s.len, out);
  explicit_bzero(&h, sizeof h);
  explicit_bzero(s.s, s.a);
  stralloc_free(&s);
}

/* Who and in what context; the place follows from it. */
static void who(const struct auth_cache *k, const stralloc *context,
                const char *name, unsigned char *id, char *file)
{
  uint64_t n = 0;
  int i;

  keyed(k, 'i', context->s, context->len, name, strlen(name), id);
  for (i = 0; i < 8; i++) n = n << 8 | id[i];
  snprintf(file, 24, "%08llx", (unsigned long long)(n % k->entries));
}

/* ---- the directory and its key ---- */

static int read_file(stralloc *out, int dir, const char *name, size_t max)
{
  int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC), saved;

  out->len = 0;
  if (fd == -1) return -1;
  stralloc_ready(out, max + 1);
  errno = 0;
  out->len = allread(fd, out->s, max + 1);
  saved = errno;
  close(fd);
  if (saved && saved != EPIPE) return (errno = saved, -1);
  return out->len > max ? (errno = E2BIG, -1) : 0;
}

static int write_file(int dir, const char *name, const void *s, size_t len)
{
  int fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  int r = -1, saved;

  if (fd == -1) return -1;
  if (allwrite(fd, s, len) == len) r = 0;
  saved = errno;
  if (close(fd) == -1 && !r) r = -1, saved = errno;
  if (r == -1) unlinkat(dir, name, 0);
  errno = saved;
  return r;
}

/* The first one here makes it; it appears whole, by link. */
static int make_key(const struct auth_cache *k)
{
  unsigned char key[sizeof k->key];
  char tmp[32];
  int r;

  snprintf(tmp, sizeof tmp, "key.%ld", (long)getpid());
  unlinkat(k->dir, tmp, 0);
  if (getentropy(key, sizeof key) == -1) return -1;
  r = write_file(k->dir, tmp, key, sizeof key);
  explicit_bzero(key, sizeof key);
  if (r == -1) return -1;
  r = linkat(k->dir, tmp, k->dir, KEY_FILE, 0);
  if (r == -1 && errno == EEXIST) r = 0;
  unlinkat(k->dir, tmp, 0);
  return r;
}

static int read_key(struct auth_cache *k)
{
  stralloc s = STRALLOC_ZERO;
  int r = read_file(&s, k->dir, KEY_FILE, sizeof k->key), saved;

  if (!r && s.len != sizeof k->key) r = (errno = EPROTO, -1);
  if (!r) memcpy(k->key, s.s, sizeof k->key);
  saved = errno;
  if (s.s) explicit_bzero(s.s, s.a);
  stralloc_free(&s);
  errno = saved;
  return r;
}

int auth_cache_open(struct auth_cache *k, const char *path, uint64_t entries,
                    uint64_t seconds)
{
  struct stat st;

  k->entries = entries;
  k->seconds = seconds;
  k->dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (k->dir == -1 || fstat(k->dir, &st) == -1) return -1;
  if (st.st_uid != geteuid() || (st.st_mode & 077)) return (errno = EPERM, -1);
  if (read_key(k) == 0) return 0;
  if (errno != ENOENT || make_key(k) == -1) return -1;
  return read_key(k);
}

void auth_cache_close(struct auth_cache *k)
{
  explicit_bzero(k->key, sizeof k->key);
  fd_close_once(&k->dir);
}

/* ---- the changes of an environment ---- */

static int has(const char *s, const char *end, const char *var)
{
  for (; s < end; s += strlen(s) + 1)
    if (!strcmp(s, var)) return 1;
  return 0;
}

/* Is there a variable of that name, up to the '='? */
static int names(const char *s, const char *end, const char *var)
{
  size_t n = strcspn(var, "=");

  for (; s < end; s += strlen(s) + 1)
    if (!strncmp(s, var, n) && s[n] == '=') return 1;
  return 0;
}

static void flatten(stralloc *out)
{
  char **e;

  for (e = environ; *e; e++) {
    stralloc_cats(out, *e);
    stralloc_0(out);
  }
}

/* "NAME=value" for what is new or other than before, "NAME" for what is gone.
 * What belongs to this connection is in both, and so in neither. */
static void changes(stralloc *out, const stralloc *env)
{
  stralloc now = STRALLOC_ZERO;
  const char *s, *end;

  flatten(&now);
  end = env->s + env->len;
  for (s = env->s; s < end; s += strlen(s) + 1)
    if (strchr(s, '=') && !has(now.s, now.s + now.len, s)) {
      stralloc_cats(out, s);
      stralloc_0(out);
    }
  for (s = now.s; s < now.s + now.len; s += strlen(s) + 1)
    if (!names(env->s, end, s)) {
      stralloc_catb(out, s, strcspn(s, "="));
      stralloc_0(out);
    }
  stralloc_free(&now);
}

/* The present environment with the changes in s to end. */
static void apply(stralloc *out, const char *s, const char *end)
{
  const char *v;
  char **e;
  size_t n;
  int keep;

  out->len = 0;
  for (e = environ; *e; e++) {
    n = strcspn(*e, "=");
    for (keep = 1, v = s; keep && v < end; v += strlen(v) + 1)
      keep = strncmp(v, *e, n) || (v[n] && v[n] != '=');
    if (!keep) continue;
    stralloc_cats(out, *e);
    stralloc_0(out);
  }
  for (v = s; v < end; v += strlen(v) + 1)
    if (strchr(v, '=')) {
      stralloc_cats(out, v);
      stralloc_0(out);
    }
}

/* ---- records ----
 *
 * code, then what it is over: MAGIC, id, salt, password's code, head, groups,
 * directory NUL, changes of the environment.
 */
struct head {
  uint64_t made;                /* CLOCK_REALTIME */
  uint64_t groups, dir, env;    /* octets of each */
  uint32_t uid, gid, umask;
  struct rlimit limits[RLIM_NLIMITS];
};

#define FIXED (CODE + sizeof MAGIC + CODE + SALT + CODE + sizeof(struct head))

static int now(uint64_t *t)
{
  struct timespec ts;

  if (clock_gettime(CLOCK_REALTIME, &ts) == -1) return -1;
  *t = (uint64_t)ts.tv_sec;
  return 0;
}

static const char *piece(const char **s, size_t n)
{
  const char *p = *s;

  *s += n;
  return p;
}

static int current(const struct auth_cache *k, const struct head *h)
{
  uint64_t t;

  return now(&t) == 0 && t >= h->made && t - h->made < k->seconds;
}

static int take(const struct auth_cache *k, const stralloc *rec,
                const unsigned char *id, const char *password,
                struct captured *c)
{
  const char *s = rec->s, *salt, *proof;
  unsigned char code[CODE];
  struct head h;

  if (rec->len < FIXED) return 0;
  keyed(k, 'r', s + CODE, rec->len - CODE, "", 0, code);
  if (!digest_same(code, piece(&s, CODE), CODE)) return 0;
  if (memcmp(piece(&s, sizeof MAGIC), MAGIC, sizeof MAGIC)) return 0;
  if (memcmp(piece(&s, CODE), id, CODE)) return 0;
  salt = piece(&s, SALT);
  proof = piece(&s, CODE);
  memcpy(&h, piece(&s, sizeof h), sizeof h);
  if (!current(k, &h) || rec->len - FIXED != h.groups + h.dir + h.env) return 0;
  keyed(k, 'p', salt, SALT, password, strlen(password), code);
  if (!digest_same(code, proof, CODE)) return 0;
  c->uid = h.uid;
  c->gid = h.gid;
  c->umask = h.umask;
  memcpy(c->limits, h.limits, sizeof h.limits);
  stralloc_copyb(&c->groups, piece(&s, h.groups), h.groups);
  stralloc_copyb(&c->dir, piece(&s, h.dir), h.dir);
  apply(&c->env, s, s + h.env);
  return 1;
}

int auth_cache_get(const struct auth_cache *k, const stralloc *context,
                   const char *name, const char *password,
                   struct captured *c)
{
  stralloc rec = STRALLOC_ZERO;
  unsigned char id[CODE];
  char file[24];
  int r = 0;

  who(k, context, name, id, file);
  if (read_file(&rec, k->dir, file, AUTH_CACHE_RECORD_MAX) == 0)
    r = take(k, &rec, id, password, c);
  stralloc_free(&rec);
  return r;
}

static int make(stralloc *rec, const struct auth_cache *k,
                const unsigned char *id, const char *password,
                const struct captured *c)
{
  stralloc env = STRALLOC_ZERO;
  unsigned char code[CODE] = {0}, salt[SALT];
  struct head h;

  memset(&h, 0, sizeof h);
  if (now(&h.made) == -1 || getentropy(salt, sizeof salt) == -1) return -1;
  changes(&env, &c->env);
  h.groups = c->groups.len;
  h.dir = c->dir.len;
  h.env = env.len;
  h.uid = c->uid;
  h.gid = c->gid;
  h.umask = c->umask;
  memcpy(h.limits, c->limits, sizeof h.limits);
  stralloc_catb(rec, (char *)code, CODE);
  stralloc_catb(rec, MAGIC, sizeof MAGIC);
  stralloc_catb(rec, (const char *)id, CODE);
  stralloc_catb(rec, (char *)salt, SALT);
  keyed(k, 'p', salt, SALT, password, strlen(password), code);
  stralloc_catb(rec, (char *)code, CODE);
  stralloc_catb(rec, (char *)&h, sizeof h);
  stralloc_catb(rec, c->groups.s, c->groups.len);
  stralloc_catb(rec, c->dir.s, c->dir.len);
  stralloc_catb(rec, env.s, env.len);
  stralloc_free(&env);
  if (rec->len > AUTH_CACHE_RECORD_MAX) return (errno = E2BIG, -1);
  keyed(k, 'r', rec->s + CODE, rec->len - CODE, "", 0, code);
  memcpy(rec->s, code, CODE);
  return 0;
}

/* One writer for each place; another's login need not be kept as well. */
static int replace(int dir, const char *file, const stralloc *rec)
{
  struct stat st;
  uint64_t t;
  char tmp[32];
  int saved;

  snprintf(tmp, sizeof tmp, "%s.tmp", file);
  if (fstatat(dir, tmp, &st, AT_SYMLINK_NOFOLLOW) == 0 && now(&t) == 0
      && t > (uint64_t)st.st_mtime + STALE_TMP) unlinkat(dir, tmp, 0);
  if (write_file(dir, tmp, rec->s, rec->len) == -1)
    return errno == EEXIST ? 0 : -1;
  if (renameat(dir, tmp, dir, file) == 0) return 0;
  saved = errno;
  unlinkat(dir, tmp, 0);
  errno = saved;
  return -1;
}

int auth_cache_put(const struct auth_cache *k, const stralloc *context,
                   const char *name, const char *password,
                   const struct captured *c)
{
  stralloc rec = STRALLOC_ZERO;
  unsigned char id[CODE];
  char file[24];
  int r, saved;

  who(k, context, name, id, file);
  r = make(&rec, k, id, password, c);
  if (!r) r = replace(k->dir, file, &rec);
  saved = errno;
  stralloc_free(&rec);
  errno = saved;
  return r;
}
