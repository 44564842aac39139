/* ISC licence; see LICENSE. */
#include "extra.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/timedio.h"
#include "replace.h"

/* Reading and writing roost-extra. */

#define COMPACT_ABOVE 16384     /* octets beyond twice the compact size */

/* "1 V1700000000 S0"; 1, or 0 if it is no header */
static int take_header(const char *s, size_t len, uint32_t *v, uint64_t *base)
{
  uint64_t n[2];
  size_t i = 3, k;
  int part;

  if (len < 4 || memcmp(s, "1 V", 3)) return 0;
  for (part = 0; part < 2; part++) {
    n[part] = 0;
    for (k = i; i < len && i - k < 10 && s[i] >= '0' && s[i] <= '9'; i++)
      n[part] = n[part] * 10 + (uint64_t)(s[i] - '0');
    if (i == k) return 0;
    if (part) break;
    if (len - i < 3 || s[i] != ' ' || s[i + 1] != 'S') return 0;
    i += 2;
  }
  if (i != len || !n[0] || n[0] > UINT32_MAX) return 0;
  *v = (uint32_t)n[0];
  *base = n[1];
  return 1;
}

static void catch_up(struct extra *e, const char *s, size_t len, size_t from,
                     const struct stat *st)
{
  size_t whole = len;

  while (whole && s[whole - 1] != '\n') whole--;
  if (whole > from) extra_take(e, s + from, whole - from);
  extra_settle(e);
  e->end = whole;
  stamp_of(&e->stamp, st);
}

static int read_all(struct extra *e, int dirfd, uint32_t uidvalidity)
{
  stralloc sa = STRALLOC_ZERO;
  const char *lf;
  struct stat st;
  size_t head;
  int r;

  extra_clear(e);
  r = read_whole(&sa, dirfd, EXTRA_NAME, EXTRA_FILE_MAX, &st);
  if (r == 0) {
    lf = sa.len ? memchr(sa.s, '\n', sa.len) : 0;
    head = lf ? (size_t)(lf + 1 - sa.s) : 0;
    if (head && take_header(sa.s, head - 1, &e->uidvalidity, &e->base)
        && e->uidvalidity == uidvalidity)
      catch_up(e, sa.s, sa.len, head, &st);
    else {
      e->uidvalidity = 0;       /* it says nothing, and may be replaced */
      stamp_of(&e->stamp, &st);
    }
  }
  stralloc_free(&sa);           /* free(3) keeps errno */
  return r == -1 && errno != ENOENT ? -1 : 1;
}

/* Octets from `from` on if the file is the one of the stamp and only grew.
 * 1, 0 it is another, -1 errno. */
static int read_tail(int dirfd, const struct stamp *was, uint64_t from,
                     stralloc *sa, struct stat *st)
{
  int fd = openat(dirfd, EXTRA_NAME, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  int r = 0, saved;
  size_t want;
  ssize_t n;

  if (fd == -1) return errno == ENOENT ? 0 : -1;
  if (fstat(fd, st) == -1) r = -1;
  else if (S_ISREG(st->st_mode) && st->st_dev == was->dev
           && st->st_ino == was->ino && (uint64_t)st->st_size >= from
           && from && st->st_size <= EXTRA_FILE_MAX) {
    want = (size_t)((uint64_t)st->st_size - from);
    stralloc_ready(sa, want + 1);
    for (sa->len = 0; sa->len < want; sa->len += (size_t)n) {
      n = pread(fd, sa->s + sa->len, want - sa->len, (off_t)(from + sa->len));
      if (n <= 0) break;
    }
    r = sa->len == want;
  }
  saved = errno;
  fd_close_once(&fd);
  errno = saved;
  return r;
}

static int stamp_now(int dirfd, struct stamp *s)
{
  struct stat st;

  memset(s, 0, sizeof *s);
  if (fstatat(dirfd, EXTRA_NAME, &st, 0) == 0) stamp_of(s, &st);
  else if (errno != ENOENT) return -1;
  return 0;
}

int extra_read(struct extra *e, int dirfd, uint32_t uidvalidity)
{
  stralloc sa = STRALLOC_ZERO;
  struct stamp now;
  struct stat st;
  size_t whole;
  int r;

  if (stamp_now(dirfd, &now) == -1) return -1;
  if (stamp_eq(&now, &e->stamp) && (!now.ino || e->asked == uidvalidity))
    return 0;
  e->asked = uidvalidity;
  if (e->uidvalidity != uidvalidity) return read_all(e, dirfd, uidvalidity);
  r = read_tail(dirfd, &e->stamp, e->end, &sa, &st);
  if (r == 1) {
    for (whole = sa.len; whole && sa.s[whole - 1] != '\n'; whole--) ;
    extra_take(e, sa.s, whole);
    extra_settle(e);
    e->end += whole;
    stamp_of(&e->stamp, &st);
  }
  stralloc_free(&sa);
  return r == 0 ? read_all(e, dirfd, uidvalidity) : r;
}

int extra_touched(int dirfd, const struct stamp *was, uint64_t end,
                  struct uidset *uids)
{
  stralloc sa = STRALLOC_ZERO;
  struct uidset some = UIDSET_ZERO;
  struct stat st;
  const char *s, *lf, *last;
  int r = read_tail(dirfd, was, end, &sa, &st);

  if (r == 1) {
    last = sa.s + sa.len;
    for (s = sa.s; s < last && (lf = memchr(s, '\n', (size_t)(last - s)));
         s = lf + 1)
      if (extra_uids(s, (size_t)(lf - s), &some)) uidset_union(uids, &some);
  }
  uidset_free(&some);
  stralloc_free(&sa);
  return r;
}

int extra_full(const struct extra *e, size_t more)
{
  return e->uidvalidity && e->end + more > 2 * e->base + COMPACT_ABOVE;
}

/* the whole file anew: it is missing, of another folder, or long */
static int write_anew(struct extra *e, int dirfd, uint32_t uidvalidity,
                      const stralloc *lines, const struct uidset *there)
{
  stralloc head = STRALLOC_ZERO, body = STRALLOC_ZERO;
  struct iovec v[2];
  struct stat st;
  int r;

  extra_take(e, lines->s, lines->len);
  extra_settle(e);
  extra_state(e, there, &body);
  stralloc_cats(&head, "1 V");
  stralloc_catu(&head, uidvalidity);
  stralloc_cats(&head, " S");
  stralloc_catu(&head, body.len);
  stralloc_append(&head, '\n');
  v[0].iov_base = head.s;
  v[0].iov_len = head.len;
  v[1].iov_base = body.s;
  v[1].iov_len = body.len;
  errno = EFBIG;
  r = head.len + body.len > EXTRA_FILE_MAX ? -1
    : replace_file(dirfd, EXTRA_TMP, EXTRA_NAME, v, 2, &st);
  if (r == 0) {
    e->uidvalidity = e->asked = uidvalidity;
    e->base = body.len;
    e->end = head.len + body.len;
    stamp_of(&e->stamp, &st);
  }
  else extra_clear(e);          /* what memory holds is not on the disk */
  stralloc_free(&head);
  stralloc_free(&body);
  return r;
}

/* behind the last whole line; taken back if not all of it could be written */
static int write_tail(struct extra *e, int dirfd, const stralloc *lines,
                      int sync)
{
  int fd = openat(dirfd, EXTRA_NAME, O_WRONLY | O_CLOEXEC | O_NONBLOCK);
  struct stat st;
  ssize_t w;
  int r = -1, saved;

  if (fd == -1) return -1;
  if ((e->stamp.size == e->end || ftruncate(fd, (off_t)e->end) == 0)) {
    w = pwrite(fd, lines->s, lines->len, (off_t)e->end);
    if (w >= 0 && w != (ssize_t)lines->len) errno = ENOSPC;
    r = w == (ssize_t)lines->len && (!sync || fsync(fd) == 0) ? 0 : -1;
  }
  saved = errno;
  if (r == -1 && ftruncate(fd, (off_t)e->end) == -1) e->uidvalidity = 0;
  if (r == 0) e->end += lines->len;
  if (fstat(fd, &st) == 0) stamp_of(&e->stamp, &st);
  if (fd_close_once(&fd) == -1 && r == 0) {     /* NFS: a full disk */
    saved = errno;
    r = -1;
    extra_clear(e);
  }
  errno = saved;
  return r;
}

int extra_append(struct extra *e, int dirfd, uint32_t uidvalidity,
                 const stralloc *lines, const struct uidset *there, int sync)
{
  int r;

  if (!lines->len) return 0;
  if (!e->uidvalidity || extra_full(e, lines->len))
    return write_anew(e, dirfd, uidvalidity, lines, there);
  if (e->end + lines->len > EXTRA_FILE_MAX) {
    errno = EFBIG;
    return -1;
  }
  r = write_tail(e, dirfd, lines, sync);
  if (r == -1) return -1;
  extra_take(e, lines->s, lines->len);
  extra_settle(e);
  return 0;
}
