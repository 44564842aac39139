/* ISC licence; see LICENSE. */
#include "uidlist.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/timedio.h"
#include "filename.h"

/*
 * The file is read in large pieces, not mapped: another process may cut a
 * torn tail off at any time, and touching a page that is gone is SIGBUS.
 * Records are handed out where they lie in the buffer; nothing is allocated
 * for one.
 */
#define PIECE 262144            /* octets per read; above UIDLIST_LINE_LIMIT */
#define HEADER_LIMIT 4096       /* for a comparison without a whole read */

struct reader {
  int fd;
  char *buf;
  size_t size, from, to;        /* allocated; the unread part */
  int eof;
};

/* Move the rest to the front and read on. 0, or -1 with errno. */
static int fill(struct reader *r)
{
  ssize_t n;

  if (r->from) memmove(r->buf, r->buf + r->from, r->to - r->from);
  r->to -= r->from;
  r->from = 0;
  do n = read(r->fd, r->buf + r->to, r->size - r->to);
  while (n == -1 && errno == EINTR);
  if (n == -1) return -1;
  if (!n) r->eof = 1;
  r->to += (size_t)n;
  return 0;
}

/* The buffer is full and has no LF: a torn tail if none follows to the end
 * (a power cut may leave blocks of NULs), else a broken file. */
static int too_long(struct reader *r)
{
  while (!r->eof) {
    r->from = r->to = 0;
    if (fill(r) == -1) return -1;
    if (memchr(r->buf, '\n', r->to)) {
      errno = EBADMSG;
      return -1;
    }
  }
  return 0;
}

/* Next line without its LF. 1, 0 at the end (what has no LF is left out), or
 * -1 with errno. */
static int next_line(struct reader *r, char **line, size_t *len)
{
  size_t seen = 0;
  char *lf;

  for (;;) {
    lf = memchr(r->buf + r->from + seen, '\n', r->to - r->from - seen);
    if (lf) break;
    if (r->eof) return 0;
    seen = r->to - r->from;
    if (seen >= UIDLIST_LINE_LIMIT) return too_long(r);
    if (fill(r) == -1) return -1;
  }
  *line = r->buf + r->from;
  *len = (size_t)(lf - *line);
  r->from += *len + 1;
  if (*len <= UIDLIST_LINE_LIMIT) return 1;
  errno = EBADMSG;
  return -1;
}

/* Decimal number; octets used, 0 if none or above 2^32 - 1. */
static size_t scan_uid(const char *s, size_t len, uint32_t *n)
{
  uint64_t v = 0;
  size_t i;

  for (i = 0; i < len && s[i] >= '0' && s[i] <= '9'; i++) {
    v = v * 10 + (uint64_t)(s[i] - '0');
    if (v > UINT32_MAX) return 0;
  }
  *n = (uint32_t)v;
  return i;
}

static int scan_whole(const char *s, size_t len, uint32_t *n)
{
  return len && scan_uid(s, len, n) == len;
}

/* Length of the word at s, up to a space or the end. */
static size_t word(const char *s, size_t len)
{
  const char *sp = len ? memchr(s, ' ', len) : 0;

  return sp ? (size_t)(sp - s) : len;
}

/* A GUID that is none is not worth new UIDs for all: it is left out. */
static void take_guid(struct uidlist *u, const char *s, size_t len)
{
  static const char hex[] = "0123456789abcdefABCDEF";
  size_t i;

  *u->guid = 0;
  if (len != 32) return;
  for (i = 0; i < 32; i++)
    if (!s[i] || !strchr(hex, s[i])) return;
  memcpy(u->guid, s, 32);
  u->guid[32] = 0;
}

/* "3 V1 N2 Gx ...": s is what follows the 3. 1 if it is well-formed. */
static int header_3(struct uidlist *u, const char *s, size_t len)
{
  size_t n;

  for (; len; s += n, len -= n) {
    if (*s == ' ') {
      n = 1;
      continue;
    }
    n = word(s, len);
    if (*s == 'V') {
      if (!scan_whole(s + 1, n - 1, &u->uidvalidity)) return 0;
    } else if (*s == 'N') {
      if (!scan_whole(s + 1, n - 1, &u->uidnext)) return 0;
    } else if (*s == 'G') take_guid(u, s + 1, n - 1);
    else {
      stralloc_append(&u->words, ' ');
      stralloc_catb(&u->words, s, n);
    }
  }
  return u->uidvalidity && u->uidnext;
}

/* "1 uidvalidity nextuid": s is what follows the 1. */
static int header_1(struct uidlist *u, const char *s, size_t len)
{
  size_t n;

  if (!len || *s != ' ') return 0;
  n = scan_uid(s + 1, len - 1, &u->uidvalidity);
  if (!n || n + 1 == len || s[n + 1] != ' ') return 0;
  s += n + 2;
  len -= n + 2;
  return scan_whole(s, len, &u->uidnext) && u->uidvalidity && u->uidnext;
}

static int header(struct uidlist *u, const char *s, size_t len)
{
  int ok = 0;

  u->uidvalidity = u->uidnext = 0;
  if (len > 1 && s[1] == ' ' && !memchr(s, 0, len)) {
    if (*s == '3') ok = header_3(u, s + 1, len - 1);
    else if (*s == '1') ok = header_1(u, s + 1, len - 1);
  }
  if (ok) {
    u->version = *s - '0';
    return 0;
  }
  errno = EBADMSG;
  return -1;
}

/* The fields up to " :"; *s and *len then stand behind the ':'. 1 if so. */
static int take_fields(struct uidlist_record *rec, const char **s, size_t *len)
{
  const char *p = *s, *end = *s + *len;

  while (p < end && *p == ' ') p++;
  rec->fields = p;
  rec->fieldslen = 0;
  while (p < end && *p != ':') {
    if (*p < 'A' || *p > 'Z') return 0;
    p += word(p, (size_t)(end - p));
    rec->fieldslen = (size_t)(p - rec->fields);
    while (p < end && *p == ' ') p++;
  }
  if (p == end) return 0;
  *s = p + 1;
  *len = (size_t)(end - *s);
  return 1;
}

/* 1 if line is a record; the caller has yet to look at the UID's order */
static int record(int version, const char *line, size_t len,
                  struct uidlist_record *rec)
{
  size_t n = scan_uid(line, len, &rec->uid);

  if (!n || n == len || line[n] != ' ') return 0;
  line += n + 1;
  len -= n + 1;
  if (version == 3) {
    if (!take_fields(rec, &line, &len)) return 0;
  } else {
    rec->fields = line;
    rec->fieldslen = 0;
  }
  rec->name = line;
  rec->namelen = filename_base(line, len);
  return rec->namelen && !memchr(line, '/', len) && !memchr(line, 0, len);
}

static int in_order(const struct uidlist_record *rec, uint32_t last)
{
  return rec->uid > last && rec->uid < UINT32_MAX;
}

/* Records to the end of the file, each handed to each. 0 or -1. */
static int records(struct uidlist *u, struct reader *r, uidlist_each *each,
                   void *arg)
{
  struct uidlist_record rec;
  size_t len;
  char *line;
  int ret;

  while ((ret = next_line(r, &line, &len)) == 1) {
    if (!record(u->version, line, len, &rec) || !in_order(&rec, u->last)
        || (u->version == 1 && rec.uid >= u->uidnext)) {
      errno = EBADMSG;
      return -1;
    }
    u->last = rec.uid;
    if (u->uidnext <= rec.uid) u->uidnext = rec.uid + 1;
    u->end += len + 1;
    if (each && each(arg, &rec)) return 0;
  }
  return ret;
}

/* Buffer for what is left to read. */
static void reader_init(struct reader *r, int fd, uint64_t left)
{
  r->fd = fd;
  r->from = r->to = 0;
  r->eof = 0;
  r->size = left < PIECE ? (size_t)left + 1 : PIECE;
  if (r->size < UIDLIST_LINE_LIMIT + 1 && r->size > 4096)
    r->size = UIDLIST_LINE_LIMIT + 1;
  else if (r->size < 4096) r->size = 4096;
  r->buf = xalloc(r->size);
}

static void reset(struct uidlist *u)
{
  u->version = 0;
  u->uidvalidity = u->last = 0;
  u->uidnext = 1;
  *u->guid = 0;
  u->words.len = 0;
  u->end = 0;
  memset(&u->stamp, 0, sizeof u->stamp);
}

static int open_list(int dirfd, struct stat *st)
{
  int fd = openat(dirfd, UIDLIST_NAME, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

  if (fd == -1) return -1;
  if (fstat(fd, st) == 0) {
    if (S_ISREG(st->st_mode)) return fd;
    errno = EINVAL;
  }
  fd_close_once(&fd);
  return -1;
}

static int read_fd(struct uidlist *u, int fd, const struct stat *st,
                   uidlist_each *each, void *arg)
{
  struct reader r;
  char *line;
  size_t len;
  int ret;

  stamp_of(&u->stamp, st);
  reader_init(&r, fd, (uint64_t)st->st_size);
  ret = next_line(&r, &line, &len);
  if (!ret) {                           /* empty, or not even a header */
    errno = EBADMSG;
    ret = -1;
  }
  if (ret == 1) ret = header(u, line, len);
  if (ret == 0) {
    u->end = len + 1;
    ret = records(u, &r, each, arg);
  }
  free(r.buf);
  return ret;
}

int uidlist_read(struct uidlist *u, int dirfd, uidlist_each *each, void *arg)
{
  struct stat st;
  int fd = open_list(dirfd, &st), ret, saved;

  reset(u);
  if (fd == -1) return errno == ENOENT ? 0 : -1;
  ret = read_fd(u, fd, &st, each, arg);
  saved = errno;
  fd_close_once(&fd);
  errno = saved;
  return ret;
}

/* Is it the file of u->stamp, grown at most, with the same header? */
static int same_list(const struct uidlist *u, int fd, const struct stat *st)
{
  struct uidlist h = { 0 };
  char s[HEADER_LIMIT], c, *lf;
  ssize_t n;
  int same;

  if (!u->version || st->st_dev != u->stamp.dev || st->st_ino != u->stamp.ino
      || (uint64_t)st->st_size < u->end) return 0;
  n = pread(fd, s, sizeof s, 0);
  lf = n > 0 ? memchr(s, '\n', (size_t)n) : 0;
  if (!lf || pread(fd, &c, 1, (off_t)u->end - 1) != 1 || c != '\n') return 0;
  same = header(&h, s, (size_t)(lf - s)) == 0 && h.version == u->version
    && h.uidvalidity == u->uidvalidity && h.uidnext <= u->uidnext
    && !strcmp(h.guid, u->guid) && h.words.len == u->words.len
    && (!h.words.len || !memcmp(h.words.s, u->words.s, h.words.len));
  uidlist_free(&h);
  return same;
}

int uidlist_read_tail(struct uidlist *u, int dirfd, uidlist_each *each,
                      void *arg)
{
  struct stat st;
  struct reader r;
  int fd = open_list(dirfd, &st), ret = -1, saved;

  if (fd == -1) {
    if (errno == ENOENT) errno = ESTALE;
    return -1;
  }
  if (!same_list(u, fd, &st) || lseek(fd, (off_t)u->end, SEEK_SET) == -1)
    errno = ESTALE;
  else {
    stamp_of(&u->stamp, &st);
    reader_init(&r, fd, (uint64_t)st.st_size - u->end);
    ret = records(u, &r, each, arg);
    free(r.buf);
  }
  saved = errno;
  fd_close_once(&fd);
  errno = saved;
  return ret;
}

int uidlist_check(const char *lines, size_t len, uint32_t *last)
{
  struct uidlist_record rec;
  const char *lf;
  size_t n;

  for (; len; lines += n + 1, len -= n + 1) {
    lf = memchr(lines, '\n', len);
    if (!lf) return 0;
    n = (size_t)(lf - lines);
    if (n > UIDLIST_LINE_LIMIT || !record(3, lines, n, &rec)
        || !in_order(&rec, *last)) return 0;
    /* what a reader would cut off must not be written */
    if (rec.name + rec.namelen != lf) return 0;
    *last = rec.uid;
  }
  return 1;
}

const char *uidlist_field(const char *fields, size_t len, char key,
                          size_t *vlen)
{
  size_t n;

  for (; len; fields += n, len -= n) {
    n = *fields == ' ' ? 1 : word(fields, len);
    if (*fields != key || key == ' ') continue;
    *vlen = n - 1;
    return fields + 1;
  }
  return 0;
}

void uidlist_free(struct uidlist *u)
{
  stralloc_free(&u->words);
  reset(u);
}
