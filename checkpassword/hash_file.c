/* ISC licence; see LICENSE. */
#include "hash_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <skalibs/allreadwrite.h>

#include "auth.h"
#include "base/alloc.h"
#include "dummy.h"

static int slurp(stralloc *out, int fd)
{
  struct stat st;
  size_t n;

  if (fstat(fd, &st) == -1) return -1;
  if (!S_ISREG(st.st_mode) || st.st_size > HASH_FILE_MAX)
    return (errno = EPROTO, -1);
  if (st.st_mode & S_IWOTH) return (errno = EPERM, -1);
  stralloc_ready(out, HASH_FILE_MAX + 2);
  errno = 0;
  n = allread(fd, out->s, HASH_FILE_MAX + 1);
  if (n > HASH_FILE_MAX) return (errno = EPROTO, -1);
  if (errno && errno != EPIPE) return -1;
  out->len = n;
  out->s[n] = 0;
  return 0;
}

int hash_file_read(stralloc *out, int dir, const char *path)
{
  int fd = openat(dir, path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  int r, saved;

  out->len = 0;
  if (fd == -1) return -1;
  r = slurp(out, fd);
  saved = errno;
  close(fd);
  errno = saved;
  return r;
}

/*
 * Goes through all lines, whatever is found: 1 if name is there, hash set; 0;
 * -1 for a line that is none. Its hashes are the stand-ins of other names.
 */
static int find(stralloc *text, const char *name, const char **hash,
                struct dummies *d)
{
  char *line = text->s, *lf, *colon;
  int found = 0;

  for (; line < text->s + text->len; line = lf + 1) {
    lf = strchr(line, '\n');
    if (!lf) lf = line + strlen(line);
    *lf = 0;
    if (!*line || *line == '#') continue;
    colon = strchr(line, ':');
    if (!colon) return -1;
    *colon++ = 0;
    dummies_add(d, colon);
    if (strcmp(line, name)) continue;
    *hash = colon;
    found = 1;
  }
  return found;
}

const char *hash_file_verdict(const char *path, const char *name,
                              const char *password)
{
  stralloc text = STRALLOC_ZERO, dummy = STRALLOC_ZERO;
  struct dummies d = DUMMIES_ZERO;
  struct user u = USER_ZERO;
  const char *hash = "", *reason = "";
  int found, saved;

  memset(d.key, 0, sizeof d.key);
  if (hash_file_read(&text, AT_FDCWD, path) == -1) goto done;
  found = find(&text, name, &hash, &d);
  if (found == -1) {
    errno = EPROTO;
    goto done;
  }
  if (dummies_pick(&d, name, &dummy) == -1) goto done;
  user_set(&u.hash, hash, strlen(hash));
  reason = auth_verdict(found ? &u : 0, dummy.s, password);
done:
  saved = errno;
  if (text.s) explicit_bzero(text.s, text.a);
  stralloc_free(&text);
  stralloc_free(&dummy);
  dummies_free(&d);
  user_free(&u);
  errno = saved;
  return reason;
}
