/* ISC licence; see LICENSE. */
#include "fetch_file.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/timedio.h"
#include "message/crlf.h"
#include "message_cache.h"

int fetch_file_open_seen(struct fetch_file *f, struct folder *folder,
                         const struct message *m)
{
  fetch_file_close(f);
  f->folder = folder;
  f->uid = m->uid;
  f->fd = folder_message_open(folder, m, &f->st);
  return f->fd == -1 ? -1 : 0;
}

int fetch_file_open(struct fetch_file *f, struct folder *folder, uint32_t uid)
{
  struct message m;

  memset(&m, 0, sizeof m);
  m.uid = uid;
  return fetch_file_open_seen(f, folder, &m);
}

void fetch_file_close(struct fetch_file *f)
{
  fd_close_once(&f->fd);
  f->raw.len = 0;
  f->vsize = -1;
  f->have_header = 0;
  f->header.s = 0;
  f->header.len = 0;
  f->parsed = FILE_NOTHING;
}

void fetch_file_free(struct fetch_file *f)
{
  fetch_file_close(f);
  stralloc_free(&f->raw);
  mime_free(&f->mime);
}

/* Grow raw to the file's first want octets, or to its end. */
static int read_first(struct fetch_file *f, size_t want)
{
  ssize_t r;

  if ((uint64_t)f->st.st_size < want) want = (size_t)f->st.st_size;
  if (f->raw.len < want) stralloc_ready(&f->raw, want);
  while (f->raw.len < want) {
    r = pread(f->fd, f->raw.s + f->raw.len, want - f->raw.len,
              (off_t)f->raw.len);
    if (r == -1 && errno == EINTR) continue;
    if (r == -1) return -1;
    if (!r) {                   /* shorter than fstat said */
      errno = EIO;
      return -1;
    }
    f->raw.len += (size_t)r;
  }
  return 0;
}

int fetch_file_first(struct fetch_file *f)
{
  return read_first(f, FILE_FIRST_READ);
}

int fetch_file_in_memory(const struct fetch_file *f, uint64_t at, uint64_t len)
{
  return at <= f->raw.len && len <= f->raw.len - at;
}

/* Offset behind the empty line that ends a header, 0 if there is none. from
 * is where to look on: the start, or a place behind which nothing was seen. */
static size_t header_end(const char *s, size_t len, size_t from)
{
  const char *end = s + len, *p;

  if (!len) return 0;
  if (!from && s[0] == '\n') return 1;
  if (!from && len > 1 && s[0] == '\r' && s[1] == '\n') return 2;
  for (p = s + from; (p = memchr(p, '\n', (size_t)(end - p))); p++) {
    if (end - p > 1 && p[1] == '\n') return (size_t)(p - s) + 2;
    if (end - p > 2 && p[1] == '\r' && p[2] == '\n')
      return (size_t)(p - s) + 3;
  }
  return 0;
}

int fetch_file_header(struct fetch_file *f)
{
  size_t want = FILE_FIRST_READ, seen = 0, end;

  while (!f->have_header) {
    if (read_first(f, want) == -1) return -1;
    end = header_end(f->raw.s, f->raw.len, seen);
    if (!end && f->raw.len == (uint64_t)f->st.st_size) end = f->raw.len;
    if (end > FILE_HEADER_MAX || (!end && f->raw.len >= FILE_HEADER_MAX)) {
      f->have_header = -1;
    } else if (end || f->raw.len == (uint64_t)f->st.st_size) {
      f->have_header = 1;
      f->header.len = end;
    }
    seen = f->raw.len > 2 ? f->raw.len - 2 : 0;
    want *= 2;
  }
  f->header.s = f->raw.s ? f->raw.s : "";
  return f->have_header == 1;
}

int fetch_file_same(const struct stat *a, const struct stat *b)
{
  return a->st_dev == b->st_dev && a->st_ino == b->st_ino &&
         a->st_size == b->st_size &&
         a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
         a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

/* 0 with vsize and has_nul, -1 errno */
static int count(struct fetch_file *f)
{
  uint64_t at = 0, size = (uint64_t)f->st.st_size, vsize = 0;
  char buf[FILE_FIRST_READ];
  ssize_t got;
  int cr = 0;

  f->has_nul = 0;
  while (at < size) {
    got = pread(f->fd, buf, sizeof buf, (off_t)at);
    if (got == -1 && errno == EINTR) continue;
    if (!got) errno = EIO;
    if (got <= 0) return -1;
    if ((uint64_t)got > size - at) got = (ssize_t)(size - at);
    vsize += crlf_size(buf, (size_t)got) - (cr && buf[0] == '\n');
    if (!f->has_nul && memchr(buf, 0, (size_t)got)) f->has_nul = 1;
    cr = buf[got - 1] == '\r';
    at += (uint64_t)got;
  }
  f->vsize = (int64_t)vsize;
  return 0;
}

int fetch_file_count(struct fetch_file *f)
{
  static struct { int used, has_nul; struct stat st; int64_t vsize; } last;

  if (f->vsize >= 0) return 0;
  if (f->st.st_size <= FILE_FIRST_READ && fetch_file_first(f) == -1) return -1;
  if (f->raw.len && f->raw.len == (uint64_t)f->st.st_size) {
    f->vsize = (int64_t)crlf_size(f->raw.s, f->raw.len);
    f->has_nul = 1;             /* maybe: it costs little to look again */
    return 0;
  }
  if (last.used && fetch_file_same(&last.st, &f->st)) {
    f->vsize = last.vsize;
    f->has_nul = last.has_nul;
    return 0;
  }
  if (count(f) == -1) return -1;
  last.used = 1;
  last.st = f->st;
  last.vsize = f->vsize;
  last.has_nul = f->has_nul;
  return 0;
}

int fetch_file_envelope(struct fetch_file *f)
{
  int r;

  if (f->parsed == FILE_ENVELOPE || f->parsed == FILE_WHOLE) return 0;
  r = fetch_file_header(f);
  if (r == -1) return -1;
  if (!r) return fetch_file_whole(f);
  mime_parse_mem(&f->mime, f->header.s, f->header.len);
  f->parsed = FILE_ENVELOPE;
  return 0;
}

int fetch_file_parts(struct fetch_file *f, struct lstr packed)
{
  if (f->parsed >= FILE_PARTS) return 0;
  if (packed.s && mime_unpack(&f->mime, packed.s, packed.len) &&
      f->mime.size == (uint64_t)f->st.st_size) {
    f->parsed = FILE_PARTS;
    return 0;
  }
  return fetch_file_whole(f);
}

int fetch_file_whole(struct fetch_file *f)
{
  stralloc packed = STRALLOC_ZERO;

  if (f->parsed == FILE_WHOLE) return 0;
  f->parsed = FILE_NOTHING;
  if (fetch_file_first(f) == -1) return -1;
  if (f->raw.len == (uint64_t)f->st.st_size)
    mime_parse_mem(&f->mime, f->raw.s ? f->raw.s : "", f->raw.len);
  else if (mime_parse_fd(&f->mime, f->fd) == -1)
    return -1;
  f->parsed = FILE_WHOLE;
  f->vsize = (int64_t)f->mime.vsize;
  f->has_nul = 1;               /* maybe */
  mime_pack(&f->mime, &packed);
  message_cache_put(f->folder, f->uid, CACHE_PARTS, packed.s, packed.len);
  stralloc_free(&packed);
  return 0;
}
