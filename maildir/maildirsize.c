/* ISC licence; see LICENSE. */
#include "maildirsize.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/timedio.h"
#include "filename.h"
#include "maildirsize_count.h"
#include "replace.h"

#define NAME "maildirsize"
#define SIZE_LIMIT 5120         /* octets; at that size it is made anew */
#define OLD (15 * 60)           /* seconds */
#define TRIES 3

int maildirsize_counts(const char *storage, size_t len, uint32_t flags)
{
  return !(flags & MF_DELETED) && (len != 5 || memcmp(storage, "Trash", 5));
}

/* Number of a limit, cut off at the highest; octets used. */
static size_t scan_limit(const char *s, size_t len, uint64_t *n)
{
  size_t i;
  unsigned int d;

  *n = 0;
  for (i = 0; i < len && s[i] >= '0' && s[i] <= '9'; i++) {
    d = (unsigned int)(s[i] - '0');
    *n = *n > (UINT64_MAX - d) / 10 ? UINT64_MAX : *n * 10 + d;
  }
  return i;
}

/* "nS" and "nC", a comma between; what has another letter sets no limit */
static void take_quota(struct maildirsize *q, const char *s, size_t len)
{
  uint64_t n;
  size_t i;

  q->max_bytes = q->max_count = 0;
  for (; len; s += i, len -= i) {
    i = scan_limit(s, len, &n);
    if (i && i < len && s[i] == 'S') q->max_bytes = n;
    if (i && i < len && s[i] == 'C') q->max_count = n;
    while (i < len && s[i] != ',') i++;
    if (i < len) i++;
  }
}

static size_t skip_spaces(const char *s, size_t len)
{
  size_t i;

  for (i = 0; i < len && s[i] == ' '; i++) ;
  return i;
}

/* A number with a sign perhaps; octets used, 0 if none or out of range. */
static size_t scan_signed(const char *s, size_t len, int64_t *n)
{
  size_t i = 0, start;
  int minus = len && *s == '-';
  int64_t v = 0;

  if (minus || (len && *s == '+')) i++;
  for (start = i; i < len && s[i] >= '0' && s[i] <= '9'; i++)
    if (__builtin_mul_overflow(v, 10, &v)
        || __builtin_add_overflow(v, s[i] - '0', &v)) return 0;
  *n = minus ? -v : v;
  return i > start ? i : 0;
}

/* "octets SP messages", padded; added to the sums. 0 if it is malformed. */
static int take_line(struct maildirsize *q, const char *s, size_t len)
{
  size_t i = skip_spaces(s, len), n, gap;
  int64_t bytes, count;

  n = scan_signed(s + i, len - i, &bytes);
  i += n;
  gap = skip_spaces(s + i, len - i);
  if (!n || !gap) return 0;
  i += gap;
  n = scan_signed(s + i, len - i, &count);
  i += n;
  if (!n || i + skip_spaces(s + i, len - i) != len) return 0;
  q->lines++;
  return !__builtin_add_overflow(q->bytes, bytes, &q->bytes)
    && !__builtin_add_overflow(q->count, count, &q->count);
}

/* The lines behind the first; what has no LF is left out. 1 if all are good
 * and their sums may be true. */
static int take_lines(struct maildirsize *q, const char *s, size_t len)
{
  const char *lf;

  q->bytes = q->count = 0;
  q->lines = 0;
  for (; len && (lf = memchr(s, '\n', len)); s = lf + 1) {
    if (!take_line(q, s, (size_t)(lf - s))) return 0;
    len -= (size_t)(lf + 1 - s);
  }
  return q->bytes >= 0 && q->count >= 0;
}

static int over(const struct maildirsize *q, int64_t bytes, int64_t count)
{
  int64_t b, c;

  if (__builtin_add_overflow(q->bytes, bytes, &b)
      || __builtin_add_overflow(q->count, count, &c)) return 1;
  return (q->max_bytes && b > 0 && (uint64_t)b > q->max_bytes)
    || (q->max_count && c > 0 && (uint64_t)c > q->max_count);
}

static int may_be_wrong(const struct maildirsize *q)
{
  return q->lines > 1 || q->mtime < time(0) - OLD;
}

/* One line, padded to 14 octets with its LF as Courier does */
static void cat_line(stralloc *out, int64_t bytes, int64_t count)
{
  char s[48], line[64];

  snprintf(s, sizeof s, "%lld %lld", (long long)bytes, (long long)count);
  snprintf(line, sizeof line, "%-13s\n", s);
  stralloc_cats(out, line);
}

/* Write a new file with one line of sums below the quota; q->fd becomes it.
 * 0, or -1 with errno and the old one in place and open. */
static int write_file(struct maildirsize *q, const stralloc *quota,
                      int64_t bytes, int64_t count)
{
  stralloc tmp = STRALLOC_ZERO, text = STRALLOC_ZERO;
  int fd = -1, made = 0, ret = -1, saved;

  stralloc_cat(&text, quota);
  cat_line(&text, bytes, count);
  stralloc_cats(&tmp, "tmp/");
  filename_unique(&tmp);
  stralloc_0(&tmp);
  fd = openat(q->rootfd, tmp.s,
              O_RDWR | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600);
  if (fd == -1) goto done;
  made = 1;
  give_mode(fd, q->rootfd);
  errno = ENOSPC;                       /* of a short write */
  if (write(fd, text.s, text.len) != (ssize_t)text.len || fsync(fd) == -1)
    goto done;
  if (renameat(q->rootfd, tmp.s, q->rootfd, NAME) == -1) goto done;
  made = 0;
  fd_close_once(&q->fd);
  q->fd = fd;
  fd = -1;
  ret = 0;
done:
  saved = errno;
  fd_close_once(&fd);
  if (made) unlinkat(q->rootfd, tmp.s, 0);
  stralloc_free(&tmp);
  stralloc_free(&text);
  errno = saved;
  return ret;
}

/*
 * Count anew. A delivery while we count may be in both the old file and our
 * sum, or in neither; the directories' times tell, and we start over. If it
 * never gets quiet, the file gets a sum that makes the next reader count:
 * removing it, as others do, would lose the quota, which is in it.
 */
static void recalculate(struct maildirsize *q, const stralloc *quota)
{
  struct usage u;
  int64_t newest;
  int i;

  for (i = 0; i < TRIES; i++) {
    if (usage_count(&u, q->rootfd) == -1) return;
    q->bytes = u.bytes;
    q->count = u.count;
    q->lines = 1;
    q->mtime = time(0);
    /* where nothing can be written the sums still serve this once */
    if (write_file(q, quota, u.bytes, u.count) == -1) return;
    if (usage_newest(&newest, q->rootfd) == -1 || newest <= u.newest) return;
  }
  write_file(q, quota, -1, -1);
}

static int open_file(struct maildirsize *q)
{
  struct stat st;

  q->fd = openat(q->rootfd, NAME,
                 O_RDWR | O_APPEND | O_CLOEXEC | O_NONBLOCK);
  if (q->fd == -1 && (errno == EACCES || errno == EROFS))
    q->fd = openat(q->rootfd, NAME, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (q->fd == -1) return -1;
  if (fstat(q->fd, &st) == 0 && S_ISREG(st.st_mode)) {
    q->mtime = st.st_mtime;
    return 0;
  }
  maildirsize_close(q);
  errno = ENOENT;
  return -1;
}

/* Up to SIZE_LIMIT octets of the file. 0, or -1 with errno. */
static int read_file(const struct maildirsize *q, char *s, size_t *len)
{
  ssize_t r;

  for (*len = 0; *len < SIZE_LIMIT; *len += (size_t)r) {
    r = pread(q->fd, s + *len, SIZE_LIMIT - *len, (off_t)*len);
    if (r == -1) return -1;
    if (!r) break;
  }
  return 0;
}

/* Read the file; *quota receives its first line with the LF, which is empty
 * if there is none. 1 if the sums can be used, 0 if not, -1 with errno. */
static int read_sums(struct maildirsize *q, stralloc *quota)
{
  char s[SIZE_LIMIT], *lf;
  size_t len, n;

  quota->len = 0;
  if (read_file(q, s, &len) == -1) return -1;
  lf = memchr(s, '\n', len);
  if (!lf) return 0;
  n = (size_t)(lf + 1 - s);
  stralloc_catb(quota, s, n);
  take_quota(q, s, n - 1);
  return take_lines(q, s + n, len - n) && q->lines && len < SIZE_LIMIT;
}

int maildirsize_open(struct maildirsize *q, int rootfd)
{
  stralloc quota = STRALLOC_ZERO;
  int ret;

  memset(q, 0, sizeof *q);
  q->rootfd = rootfd;
  if (open_file(q) == -1) return errno == ENOENT ? 0 : -1;
  ret = read_sums(q, &quota);
  if (ret == -1 || !quota.len) {        /* no first line: no quota in it */
    maildirsize_close(q);
    stralloc_free(&quota);
    return ret;
  }
  if (!ret || (over(q, 0, 0) && may_be_wrong(q))) recalculate(q, &quota);
  stralloc_free(&quota);
  return 1;
}

/* Our own changes are noted behind them, so the file is the younger one; but
 * flags that were changed look like anything else, and what has the same time
 * may have come behind it, in the same tick of the clock. */
static int newer_mail(const struct maildirsize *q)
{
  struct stat st;
  int64_t newest;

  if (fstat(q->fd, &st) == -1 || usage_newest(&newest, q->rootfd) == -1)
    return 0;
  return newest >= (int64_t)st.st_mtim.tv_sec * 1000000000
    + st.st_mtim.tv_nsec;
}

int maildirsize_now(struct maildirsize *q, int rootfd)
{
  stralloc quota = STRALLOC_ZERO;
  int r = maildirsize_open(q, rootfd);

  if (r == 1 && newer_mail(q) && read_sums(q, &quota) != -1 && quota.len)
    recalculate(q, &quota);
  stralloc_free(&quota);
  return r;
}

int maildirsize_room(struct maildirsize *q, int64_t bytes, int64_t count)
{
  stralloc quota = STRALLOC_ZERO;

  if ((bytes <= 0 && count <= 0) || !over(q, bytes, count)) return 1;
  if (!may_be_wrong(q)) return 0;
  if (read_sums(q, &quota) != -1 && quota.len) recalculate(q, &quota);
  stralloc_free(&quota);
  return !over(q, bytes, count);
}

int maildirsize_quota_ok(const char *text)
{
  int seen_s = 0, seen_c = 0;
  uint64_t n;
  size_t i;

  for (;; text++) {
    i = scan_limit(text, strlen(text), &n);
    if (!i || i > 18) return 0;
    text += i;
    if (*text == 'S' ? seen_s++ : *text == 'C' ? seen_c++ : 1) return 0;
    if (!*++text) return 1;
    if (*text != ',') return 0;
  }
}

/* The first line of the file that is there, with its LF; 0 or -1. */
static int old_quota(struct maildirsize *q, stralloc *quota)
{
  if (open_file(q) == -1) return -1;
  if (read_sums(q, quota) == -1) return -1;
  errno = ENOENT;
  return quota->len ? 0 : -1;
}

int maildirsize_set(int rootfd, const char *text)
{
  struct maildirsize q;
  stralloc quota = STRALLOC_ZERO;
  struct usage u;
  int ret, saved;

  memset(&q, 0, sizeof q);
  q.rootfd = rootfd;
  q.fd = -1;
  if (text) {
    stralloc_cats(&quota, text);
    stralloc_cats(&quota, "\n");
  }
  ret = text ? 0 : old_quota(&q, &quota);
  if (ret == 0) ret = usage_count(&u, rootfd);
  /* written once to see that it can be, then counted until it is quiet */
  if (ret == 0) ret = write_file(&q, &quota, u.bytes, u.count);
  if (ret == 0) recalculate(&q, &quota);
  saved = errno;
  maildirsize_close(&q);
  stralloc_free(&quota);
  errno = saved;
  return ret;
}

static int append(int fd, int64_t bytes, int64_t count)
{
  stralloc line = STRALLOC_ZERO;
  ssize_t w;

  cat_line(&line, bytes, count);
  w = write(fd, line.s, line.len);
  if (w >= 0 && w != (ssize_t)line.len) errno = ENOSPC;
  w = w == (ssize_t)line.len ? 0 : -1;
  stralloc_free(&line);                 /* free(3) keeps errno */
  return (int)w;
}

int maildirsize_update(struct maildirsize *q, int64_t bytes, int64_t count)
{
  if (!bytes && !count) return 0;
  if (append(q->fd, bytes, count) == -1) return -1;
  q->lines++;
  if (__builtin_add_overflow(q->bytes, bytes, &q->bytes)) q->bytes = 0;
  if (__builtin_add_overflow(q->count, count, &q->count)) q->count = 0;
  return 0;
}

int maildirsize_is(int rootfd)
{
  return faccessat(rootfd, NAME, F_OK, 0) == 0;
}

int maildirsize_note(int rootfd, int64_t bytes, int64_t count)
{
  int fd, ret = 0, saved;
  struct stat st;

  if (!bytes && !count) return 0;
  fd = openat(rootfd, NAME, O_WRONLY | O_APPEND | O_CLOEXEC | O_NONBLOCK);
  if (fd == -1) return errno == ENOENT ? 0 : -1;
  if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size)
    ret = append(fd, bytes, count);
  saved = errno;
  fd_close_once(&fd);
  errno = saved;
  return ret;
}

void maildirsize_close(struct maildirsize *q)
{
  fd_close_once(&q->fd);
}
