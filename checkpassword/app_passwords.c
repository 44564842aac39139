/* ISC licence; see LICENSE. */
#include "app_passwords.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "hash_file.h"
#include "pwhash.h"
#include "user.h"

const char *app_bad_label(const char *label)
{
  static const char set[] = "abcdefghijklmnopqrstuvwxyz"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";

  if (!*label) return "the label is empty";
  if (strlen(label) > APP_LABEL_MAX)
    return "the label is longer than 64 octets";
  if (label[strspn(label, set)] || *label == '-')
    return "a label is made of letters, digits, - and _, and does not begin"
      " with -";
  return 0;
}

int app_open(const char *root, const char *name)
{
  int fd, user, saved;

  if (user_bad_name(name, strlen(name))) return (errno = ENOENT, -1);
  fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd == -1) return -1;
  user = openat(fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  saved = errno;
  close(fd);
  errno = saved;
  return user;
}

static int by_name(const void *a, const void *b)
{
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void sort(stralloc *labels, int n)
{
  const char *at[APP_COUNT_MAX], *s = labels->s;
  stralloc sorted = STRALLOC_ZERO;
  int i;

  for (i = 0; i < n; i++, s += strlen(s) + 1) at[i] = s;
  qsort(at, (size_t)n, sizeof at[0], by_name);
  for (i = 0; i < n; i++) {
    stralloc_cats(&sorted, at[i]);
    stralloc_0(&sorted);
  }
  if (n) stralloc_copy(labels, &sorted);
  stralloc_free(&sorted);
}

int app_labels(stralloc *out, int dir)
{
  int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), n = 0;
  DIR *d = fd == -1 ? 0 : fdopendir(fd);
  struct dirent *e;

  out->len = 0;
  if (!d) return -1;
  while ((errno = 0, e = readdir(d))) {
    if (app_bad_label(e->d_name)) continue;
    if (++n > APP_COUNT_MAX) {
      errno = E2BIG;
      break;
    }
    stralloc_cats(out, e->d_name);
    stralloc_0(out);
  }
  if (errno) n = -1;
  closedir(d);
  if (n > 0) sort(out, n);
  return n;
}

/* One line, or what there is; -1 with errno of the file or of pwhash_check */
static int fits(int dir, const char *label, const char *password)
{
  stralloc text = STRALLOC_ZERO;
  int r = -1, saved;

  if (hash_file_read(&text, dir, label) == 0) {
    text.s[strcspn(text.s, "\n")] = 0;
    r = pwhash_known(text.s) ? pwhash_check(text.s, password) : 0;
  }
  saved = errno;
  if (text.s) explicit_bzero(text.s, text.a);
  stralloc_free(&text);
  errno = saved;
  return r;
}

int app_find(stralloc *label, int dir, const char *password)
{
  stralloc labels = STRALLOC_ZERO;
  int n = app_labels(&labels, dir), found = 0, r;
  const char *s = labels.s;

  if (!*password) n = n == -1 ? -1 : 0;
  for (; n > 0 && !found; n--, s += strlen(s) + 1) {
    r = fits(dir, s, password);
    if (r == -1 && errno != ENOENT) n = 0, found = -1;  /* removed just now */
    if (r != 1) continue;
    found = 1;
    stralloc_copys(label, s);
    stralloc_0(label);
  }
  stralloc_free(&labels);
  return n == -1 ? -1 : found;
}

int app_used(int dir, const char *label, const char *address)
{
  char name[APP_LABEL_MAX + 2], line[128];
  time_t now = time(0);
  struct tm tm;
  int fd, n, r = -1, saved;

  if (app_bad_label(label) || !gmtime_r(&now, &tm))
    return (errno = EINVAL, -1);
  snprintf(name, sizeof name, ".%s", label);
  n = (int)strftime(line, sizeof line, "%Y-%m-%dT%H:%M:%SZ", &tm);
  n += snprintf(line + n, sizeof line - (size_t)n, " %.64s\n",
                address ? address : "-");
  fd = openat(dir, name, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC,
              0600);
  if (fd == -1) return -1;
  if (write(fd, line, (size_t)n) == n) r = 0;
  saved = errno;
  close(fd);
  errno = saved;
  return r;
}
