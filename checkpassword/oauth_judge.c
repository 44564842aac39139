/* ISC licence; see LICENSE. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/confine.h"
#include "base/log.h"
#include "jwks.h"
#include "jwt.h"
#include "oauth.h"

#define TEXT_MAX 1024           /* octets of what the worker says */

/* what the worker found, before it is told */
struct found {
  enum oauth_verdict verdict;
  const char *text;
};

static struct found found(enum oauth_verdict v, const char *text)
{
  struct found f = { v, text };

  return f;
}

/* ------------------------------------------------------------ the worker */

static struct found judge_claims(const struct oauth *o, const json_t *claims)
{
  const char *user = 0;
  const char *bad = claims_check(claims, &o->want, (int64_t)time(0), &user);

  return bad ? found(OAUTH_BAD, bad) : found(OAUTH_GOOD, user);
}

static const char *word_of(enum jwt_result r)
{
  switch (r) {
    case JWT_MALFORMED: return "malformed";
    case JWT_ALGORITHM: return "algorithm";
    case JWT_KEY: return "key";
    default: return "signature";
  }
}

/* 0 with *why if there is no set */
static const json_t *keys_of(const struct oauth *o, int newer,
                             const char **why)
{
  if (o->keys) return o->keys;
  return jwks_fetched(&o->http, o->cache.len ? o->cache.s : 0, newer, why);
}

/* A key that is not known may be a new one: the set is fetched once more. */
static struct found judge_jwt(const struct oauth *o, const char *token)
{
  const json_t *keys;
  const char *why = 0;
  json_t *claims = 0;
  enum jwt_result r;
  int newer = 0;

  if (!jwt_is(token, strlen(token))) return found(OAUTH_BAD, "malformed");
  do {
    keys = keys_of(o, newer, &why);
    if (!keys) return found(OAUTH_LATER, why);
    r = jwt_open(token, strlen(token), keys, &claims);
  } while (r == JWT_KEY && !o->keys && !newer++);
  if (r != JWT_GOOD) return found(OAUTH_BAD, word_of(r));
  return judge_claims(o, claims);
}

/* RFC 7662 section 2.2: nothing counts but "active" that is true */
static struct found introspect(const struct oauth *o, const char *token)
{
  stralloc body = STRALLOC_ZERO;
  const char *why;
  json_t *answer;

  if (oauth_http_token(&o->http, token, &body, &why) == -1)
    return found(OAUTH_LATER, why);
  answer = json_loadb(body.s, body.len, JSON_REJECT_DUPLICATES, 0);
  if (!json_is_boolean(json_object_get(answer, "active")))
    return found(OAUTH_LATER, "the answer is none of RFC 7662");
  if (!json_is_true(json_object_get(answer, "active")))
    return found(OAUTH_BAD, "inactive");
  return judge_claims(o, answer);
}

static void confine(const struct oauth *o)
{
  confine_limit(RLIMIT_CORE, 0);
  confine_limit(RLIMIT_CPU, 20);
  confine_limit(RLIMIT_FSIZE, OAUTH_HTTP_MAX + 1024);
  if (geteuid() == 0) confine_ids(o->uid, o->gid);
  confine_capabilities();
  prctl(PR_SET_DUMPABLE, 0);
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
    die_sys(111, "unable to forbid new privileges", 0);
}

static void work(const struct oauth *o, const char *token, int out)
{
  int null = open("/dev/null", O_RDWR);
  struct found f;
  char buf[TEXT_MAX + 1];
  size_t n;

  /* the client's connection, the sign of life and the rest are not for it */
  if (null == -1 || (out != 3 && dup2(out, 3) == -1) || dup2(null, 0) == -1
      || dup2(null, 1) == -1)
    _exit(111);
  confine_descriptors(4);
  confine(o);
  alarm((unsigned)o->http.timeout * 2 + 5);
  f = o->jwks ? judge_jwt(o, token) : introspect(o, token);
  n = strlen(f.text);
  if (n > TEXT_MAX) {
    f = found(OAUTH_BAD, "claim");
    n = strlen(f.text);
  }
  buf[0] = (char)('0' + (int)f.verdict);
  memcpy(buf + 1, f.text, n);
  _exit(write(3, buf, n + 1) == (ssize_t)n + 1 ? 0 : 111);
}

/* ------------------------------------------------------------ the parent */

/* what came through the pipe; a worker that died has said nothing */
static enum oauth_verdict listen_to(int fd, stralloc *text)
{
  char buf[TEXT_MAX + 1];
  size_t len = 0, i;
  ssize_t r;

  while (len < sizeof buf) {
    r = read(fd, buf + len, sizeof buf - len);
    if (r == -1 && errno == EINTR) continue;
    if (r <= 0) break;
    len += (size_t)r;
  }
  for (i = 1; i < len; i++)
    if ((unsigned char)buf[i] < ' ' || buf[i] == 0x7f) len = 0;
  if (len < 2 || buf[0] < '0' || buf[0] > '0' + OAUTH_LATER) {
    stralloc_copys(text, "the worker failed");
    stralloc_0(text);
    return OAUTH_LATER;
  }
  stralloc_copyb(text, buf + 1, len - 1);
  stralloc_0(text);
  return (enum oauth_verdict)(buf[0] - '0');
}

enum oauth_verdict oauth_judge(const struct oauth *o, const char *token,
                               stralloc *text)
{
  enum oauth_verdict v;
  int fd[2];
  pid_t pid;

  if (pipe(fd) == -1 || (pid = fork()) == -1) {
    stralloc_copys(text, strerror(errno));
    stralloc_0(text);
    return OAUTH_LATER;
  }
  if (!pid) work(o, token, fd[1]);
  close(fd[1]);
  v = listen_to(fd[0], text);
  close(fd[0]);
  while (waitpid(pid, 0, 0) == -1 && errno == EINTR);
  return v;
}
