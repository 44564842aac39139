/* ISC licence; see LICENSE. */
#include "jwks.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <skalibs/allreadwrite.h>

#include "base/alloc.h"
#include "base/log.h"
#include "base/timedio.h"

/* the set in a text, or 0 */
static json_t *set_of(const char *s, size_t len, const char **why)
{
  json_t *o = json_loadb(s, len, JSON_REJECT_DUPLICATES, 0);

  if (json_is_array(json_object_get(o, "keys"))) return o;
  json_decref(o);
  *why = "not a set of keys";
  return 0;
}

/* -1 with errno */
static int slurp(stralloc *out, int fd)
{
  ssize_t r;

  for (;;) {
    if (out->len > OAUTH_HTTP_MAX) return (errno = EFBIG, -1);
    stralloc_readyplus(out, 8192);
    r = read(fd, out->s + out->len, 8192);
    if (r == -1 && errno == EINTR) continue;
    if (r <= 0) return (int)r;
    out->len += (size_t)r;
  }
}

static json_t *load(const char *path, time_t *made, const char **why)
{
  stralloc text = STRALLOC_ZERO;
  struct stat st;
  json_t *o = 0;
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

  if (fd == -1 || fstat(fd, &st) == -1 || slurp(&text, fd) == -1)
    *why = strerror(errno);
  else if (st.st_mode & S_IWOTH) *why = "writable by everyone";
  else {
    *made = st.st_mtime;
    o = set_of(text.s, text.len, why);
  }
  fd_close_once(&fd);
  stralloc_free(&text);
  return o;
}

json_t *jwks_file(const char *path, const char **why)
{
  time_t made;

  return load(path, &made, why);
}

/* replace the file; the next process fetches again if that fails */
static int keep(const char *cache, const stralloc *text)
{
  stralloc temp = STRALLOC_ZERO;
  int fd, r = -1;

  stralloc_copys(&temp, cache);
  stralloc_cats(&temp, ".");
  stralloc_catu(&temp, (uint64_t)getpid());
  stralloc_0(&temp);
  fd = open(temp.s, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC,
    0600);
  if (fd != -1 && allwrite(fd, text->s, text->len) == text->len)
    r = rename(temp.s, cache);
  if (fd != -1 && r == -1) unlink(temp.s);
  fd_close_once(&fd);
  stralloc_free(&temp);
  return r;
}

json_t *jwks_fetched(const struct oauth_http *h, const char *cache, int newer,
                     const char **why)
{
  stralloc text = STRALLOC_ZERO;
  const char *ignored;
  time_t made = 0, now = time(0);
  json_t *old = cache ? load(cache, &made, &ignored) : 0, *o = 0;
  time_t fresh = newer ? JWKS_AGAIN : JWKS_FRESH;

  if (old && made <= now && now - made < fresh) return old;
  if (oauth_http_get(h, &text, why) == 0) {
    o = set_of(text.s, text.len, why);
    if (o && cache && keep(cache, &text) == -1)
      log_fault_file("warning", cache);
  }
  stralloc_free(&text);
  if (!o && old && !newer && made <= now && now - made < JWKS_STALE) return old;
  json_decref(old);
  return o;
}
