/* ISC licence; see LICENSE. */
#include "keywords.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <fcntl.h>

#include "base/alloc.h"
#include "replace.h"

#define FILE_LIMIT 65536        /* 26 lines fit many times over */

static void clear(struct keywords *k)
{
  int i;

  for (i = 0; i < KEYWORD_LETTERS; i++) {
    free(k->name[i]);
    k->name[i] = 0;
  }
  memset(&k->stamp, 0, sizeof k->stamp);
}

static void set(struct keywords *k, int i, const char *name, size_t len)
{
  char *s = xalloc(len + 1);

  memcpy(s, name, len);
  s[len] = 0;
  free(k->name[i]);
  k->name[i] = s;
}

static int name_ok(const char *s, size_t len)
{
  size_t i;

  for (i = 0; i < len; i++)
    if ((unsigned char)s[i] <= ' ' || s[i] == 0x7f) return 0;
  return len && len <= KEYWORD_LIMIT;
}

/* "index SP name" */
static void take_line(struct keywords *k, const char *s, size_t len)
{
  size_t n = 0;
  int i = 0;

  while (n < len && n < 2 && s[n] >= '0' && s[n] <= '9')
    i = i * 10 + (s[n++] - '0');
  if (!n || n == len || s[n] != ' ' || i >= KEYWORD_LETTERS) return;
  if (name_ok(s + n + 1, len - n - 1)) set(k, i, s + n + 1, len - n - 1);
}

static void parse(struct keywords *k, const char *s, size_t len)
{
  const char *lf;

  while (len && (lf = memchr(s, '\n', len))) {
    take_line(k, s, (size_t)(lf - s));
    len -= (size_t)(lf + 1 - s);
    s = lf + 1;
  }
}

int keywords_read(struct keywords *k, int dirfd)
{
  static const struct stamp none;
  stralloc sa = STRALLOC_ZERO;
  struct stamp now;
  struct stat st;
  int had = !stamp_eq(&k->stamp, &none), ret;

  if (fstatat(dirfd, KEYWORDS_NAME, &st, 0) == 0) {
    stamp_of(&now, &st);
    if (stamp_eq(&now, &k->stamp)) return 0;
    if (read_whole(&sa, dirfd, KEYWORDS_NAME, FILE_LIMIT, &st) == 0) {
      clear(k);
      parse(k, sa.s, sa.len);
      stamp_of(&k->stamp, &st);
      stralloc_free(&sa);
      return 1;
    }
  }
  ret = errno == ENOENT ? had : -1;
  stralloc_free(&sa);                   /* keeps errno: it is free(3) */
  clear(k);
  return ret;
}

void keywords_free(struct keywords *k)
{
  clear(k);
}

uint32_t keywords_known(const struct keywords *k)
{
  uint32_t mask = 0;
  int i;

  for (i = 0; i < KEYWORD_LETTERS; i++)
    if (k->name[i]) mask |= 1u << i;
  return mask;
}

int keywords_find(const struct keywords *k, const char *name, size_t len)
{
  int i;

  for (i = 0; i < KEYWORD_LETTERS; i++)
    if (k->name[i] && strlen(k->name[i]) == len
        && !strncasecmp(k->name[i], name, len)) return i;
  return -1;
}

static int write_file(struct keywords *k, int dirfd)
{
  stralloc sa = STRALLOC_ZERO;
  struct iovec v;
  struct stat st;
  int i, ret;

  for (i = 0; i < KEYWORD_LETTERS; i++) {
    if (!k->name[i]) continue;
    stralloc_catu(&sa, (uint64_t)i);
    stralloc_append(&sa, ' ');
    stralloc_cats(&sa, k->name[i]);
    stralloc_append(&sa, '\n');
  }
  v.iov_base = sa.s;
  v.iov_len = sa.len;
  /* who wants KEYWORDS_TMP has to hold the uidlist lock, which is ours: one
   * that exists was left by a process that died */
  ret = replace_file(dirfd, KEYWORDS_TMP, KEYWORDS_NAME, &v, 1, &st);
  if (ret == 0) stamp_of(&k->stamp, &st);
  stralloc_free(&sa);
  return ret;
}

int keywords_add(struct keywords *k, int dirfd, const char *name, size_t len,
                 uint32_t in_use)
{
  int i;

  if (!name_ok(name, len)) {
    errno = EINVAL;
    return -1;
  }
  if (keywords_read(k, dirfd) == -1) return -1;
  i = keywords_find(k, name, len);
  if (i != -1) return i;
  in_use |= keywords_known(k);
  for (i = 0; i < KEYWORD_LETTERS && (in_use & (1u << i)); i++) ;
  if (i == KEYWORD_LETTERS) {
    errno = EMFILE;
    return -1;
  }
  set(k, i, name, len);
  if (write_file(k, dirfd) == 0) return i;
  free(k->name[i]);
  k->name[i] = 0;
  return -1;
}
