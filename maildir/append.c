/* ISC licence; see LICENSE. */
#include "folder_impl.h"
#include "place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/timedio.h"
#include "maildirsize.h"
#include "sync_files.h"

/*
 * New messages: each is written to the destination's tmp/ under its unique
 * name, with LF line ends; they are synced together, many at a time, and
 * append_commit names them all at once.
 */
#define WRITE_SIZE 32768
#define HELD_OCTETS (32u << 20) /* written, but not synced */
#define KEPT_SIZE (24 + 46 + 36)        /* ",K=", ",S=" and ",W=", flags */

struct appended {
  stralloc tmp;                 /* path below rootfd, NUL-ended; len 0: none */
  uint64_t size;
  int counted;                  /* in bytes and count */
  int fd;                       /* until it is synced; else -1 */
};

struct append {
  struct folder *dst;
  struct item *item;
  struct appended *file;
  size_t n, a;
  size_t synced;                /* of the n, the first so many */
  size_t held_max;              /* so many may wait for that */
  uint64_t held;                /* their octets */
  int quota;                    /* 1 there is one, -1 none, 0 not asked */
  int fd;                       /* of the message being written; -1 */
  int failed;                   /* errno of a write that failed */
  int failed_sync;              /* errno of an fsync that failed: for good */
  char held_cr;                 /* a CR that waits for its LF */
  int64_t bytes, count;         /* of those that wait, for the quota */
  int64_t bytes_free, count_free;       /* and of the one that goes for them */
  uint64_t size, lines;         /* octets written; LFs without a CR before */
  char *buf;
  size_t len;
  char last;                    /* octet before buf, 0 at the start */
  stralloc origin;              /* append_origin's field for this message */
  int old;                      /* it is not recent */
};

/* how many files may stay open: of a small limit not all */
static size_t held_max(void)
{
  struct rlimit l;

  if (getrlimit(RLIMIT_NOFILE, &l) == -1) return 1;
  return l.rlim_cur / 4 < SYNC_FILES_MAX ? l.rlim_cur / 4 : SYNC_FILES_MAX;
}

struct append *append_begin(struct folder *dst)
{
  struct append *a = xalloc(sizeof *a);

  memset(a, 0, sizeof *a);
  a->held_max = held_max();
  a->dst = dst;
  a->fd = -1;
  a->buf = xalloc(WRITE_SIZE);
  return a;
}

static void make_path(const struct append *a, stralloc *out, const char *sub,
                      const stralloc *name)
{
  out->len = 0;
  stralloc_cats(out, a->dst->dir.s);
  stralloc_cats(out, sub);
  stralloc_cat(out, name);
  stralloc_0(out);
}

void append_instead(struct append *a, struct folder *f, uint32_t uid)
{
  struct message m;
  int64_t size;

  if (folder_begin(f) == -1) return;
  if (folder_get(f, uid, &m) == 1
      && maildirsize_counts(f->storage, strlen(f->storage), m.flags)) {
    size = filename_size(m.name, m.namelen, 'S');
    a->bytes_free = size > 0 ? size : m.vsize > 0 ? m.vsize : 0;
    a->count_free = 1;
  }
  folder_end(f);
}

/* would they fit? Where there is no quota at first that is asked again by
 * append_commit only */
static int room(struct append *a, int64_t bytes, int64_t count)
{
  if (!a->quota) a->quota = maildirsize_is(a->dst->account->rootfd) ? 1 : -1;
  if (a->quota == -1) return 0;
  return place_room(a->dst, bytes - a->bytes_free, count - a->count_free);
}

int append_room(struct append *a, uint64_t size, uint32_t flags)
{
  if (flags & MF_DELETED) return 0;
  if (size > INT64_MAX / 2) {
    errno = EDQUOT;
    return -1;
  }
  /* line ends get shorter: what may just fit is looked at once it is here */
  return room(a, a->bytes + (int64_t)(size - size / 32), a->count + 1);
}

/* Bring what was written to the disk. 0, -1 with errno: then the whole cannot
 * be committed. NFS may tell of a full disk at close. */
static int sync_held(struct append *a)
{
  int fd[SYNC_FILES_MAX] = { -1 }, r, e = 0;
  size_t i, n = 0;

  for (i = a->synced; i < a->n && a->file[i].fd != -1; i++)
    fd[n++] = a->file[i].fd;
  r = sync_files(fd, n);
  if (r == -1) e = errno;
  for (i = a->synced; i < a->synced + n; i++)
    if (fd_close_once(&a->file[i].fd) == -1 && !e) e = errno;
  a->held = 0;
  if (!e) a->synced += n;
  else if (!a->failed_sync) a->failed_sync = e;
  errno = a->failed_sync;
  return a->failed_sync ? -1 : 0;
}

static int make_file(struct append *a, const char *path)
{
  int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC;
  int fd = openat(a->dst->account->rootfd, path, flags, 0600);

  if (fd != -1 || (errno != EMFILE && errno != ENFILE) || !a->held) return fd;
  if (sync_held(a) == -1) return -1;    /* those that wait made it so */
  return openat(a->dst->account->rootfd, path, flags, 0600);
}

int append_start(struct append *a)
{
  struct item *it;

  if (a->n == a->a) {
    a->a = a->a ? a->a * 2 : 4;
    a->item = xrealloc(a->item, a->a * sizeof *a->item);
    a->file = xrealloc(a->file, a->a * sizeof *a->file);
  }
  it = a->item + a->n;
  memset(it, 0, sizeof *it);
  memset(a->file + a->n, 0, sizeof *a->file);
  a->file[a->n].fd = -1;
  it->own = 0;
  filename_unique(&it->name);
  make_path(a, &a->file[a->n].tmp, "/tmp/", &it->name);
  a->n++;
  a->size = a->lines = 0;
  a->len = 0;
  a->held_cr = a->last = 0;
  a->failed = 0;
  a->origin.len = 0;
  a->old = 0;
  a->fd = make_file(a, a->file[a->n - 1].tmp.s);
  if (a->fd != -1) return 0;
  a->file[a->n - 1].tmp.len = 0;        /* not ours to remove */
  return -1;
}

static void count_lines(struct append *a)
{
  const char *p = a->buf, *end = a->buf + a->len, *lf;

  for (; (lf = memchr(p, '\n', (size_t)(end - p))); p = lf + 1)
    if ((lf == a->buf ? a->last : lf[-1]) != '\r') a->lines++;
  if (a->len) a->last = end[-1];
}

static int flush(struct append *a)
{
  size_t at = 0;
  ssize_t w;

  count_lines(a);
  while (at < a->len) {
    w = write(a->fd, a->buf + at, a->len - at);
    if (w == -1 && errno == EINTR) continue;
    if (w <= 0) {
      a->failed = errno;
      return -1;
    }
    at += (size_t)w;
  }
  a->size += a->len;
  a->len = 0;
  return 0;
}

static int put(struct append *a, const char *p, size_t n)
{
  size_t k;

  while (n) {
    if (a->len == WRITE_SIZE && flush(a) == -1) return -1;
    k = WRITE_SIZE - a->len;
    if (k > n) k = n;
    memcpy(a->buf + a->len, p, k);
    a->len += k;
    p += k;
    n -= k;
  }
  return 0;
}

static char last_put(const struct append *a)
{
  return a->len ? a->buf[a->len - 1] : a->last;
}

/*
 * CR LF becomes LF; any other CR stays, and a lone LF too. Behind another CR
 * the pair is kept, so that CR CR LF comes back as it was sent.
 */
int append_data(struct append *a, const char *data, size_t len)
{
  const char *cr;
  size_t n;

  if (a->failed) {
    errno = a->failed;
    return -1;
  }
  while (len) {
    if (a->held_cr) {
      a->held_cr = 0;
      if ((*data != '\n' || last_put(a) == '\r')
          && put(a, "\r", 1) == -1)
        return -1;
    }
    cr = memchr(data, '\r', len);
    n = cr ? (size_t)(cr - data) : len;
    if (put(a, data, n) == -1) return -1;
    data += n;
    len -= n;
    if (!cr) break;
    data++;
    len--;
    a->held_cr = 1;
  }
  return 0;
}

static int set_date(int fd, int64_t date)
{
  struct timespec t[2];

  t[0].tv_sec = 0;
  t[0].tv_nsec = UTIME_OMIT;
  t[1].tv_sec = (time_t)date;
  t[1].tv_nsec = 0;
  return futimens(fd, t);
}

int append_finish(struct append *a, uint32_t flags, uint32_t keywords,
                  int64_t date)
{
  struct item *it = a->item + a->n - 1;
  struct stat st;
  int r = -1, saved;

  if (a->held_cr && put(a, "\r", 1) == -1) goto done;
  if (flush(a) == -1) goto done;
  if (date != INT64_MIN && set_date(a->fd, date) == -1) goto done;
  if (fstat(a->fd, &st) == -1) goto done;
  a->file[a->n - 1].size = a->size;
  if (!(flags & MF_DELETED)) {
    a->bytes += (int64_t)a->size;
    a->count++;
    a->file[a->n - 1].counted = 1;
    if (room(a, a->bytes, a->count) == -1) goto done;
  }
  it->date = st.st_mtime;
  it->vsize = (int64_t)(a->size + a->lines);
  stralloc_cat(&it->name, &a->origin);
  filename_add_sizes(&it->name, a->size, (uint64_t)it->vsize);
  it->base = it->name.len;
  it->flags = flags;
  it->keywords = keywords;
  it->in_new = !flags && !keywords && !it->extra.len && !a->old;   /* it is recent: RFC 3501, 6.3.11 */
  if (!it->in_new) {
    stralloc name = STRALLOC_ZERO;

    filename_with(&name, it->name.s, it->name.len, flags, keywords, ~0u);
    stralloc_copy(&it->name, &name);
    stralloc_free(&name);
  }
  r = 0;
  a->file[a->n - 1].fd = a->fd;
  a->fd = -1;
  a->held += a->size + 1;
  if (a->n - a->synced >= a->held_max || a->held >= HELD_OCTETS)
    r = sync_held(a);
done:
  saved = errno;
  fd_close_once(&a->fd);
  errno = saved;
  return r;
}

void append_keywords(struct append *a, const struct keyword_ids *ids)
{
  struct item *it = a->item + a->n - 1;
  const struct extra *e = &a->dst->extra;
  size_t i;

  for (i = 0; i < ids->n; i++) {
    if (ids->id[i] >= e->n) continue;
    stralloc_cats(&it->extra, e->word[ids->id[i]].name);
    stralloc_0(&it->extra);
  }
}

void append_origin(struct append *a, const char *field, uint32_t uid,
                   uint32_t uidvalidity, int recent)
{
  stralloc_copys(&a->origin, field);
  if (uid && uid <= FILENAME_KEPT_MAX
      && a->item[a->n - 1].name.len + a->origin.len + KEPT_SIZE
         <= FILENAME_LIMIT) {
    stralloc_cats(&a->origin, ",K=");
    stralloc_catu(&a->origin, uidvalidity);
    stralloc_append(&a->origin, '.');
    stralloc_catu(&a->origin, uid);
  }
  a->item[a->n - 1].wanted = uid <= FILENAME_KEPT_MAX ? uid : 0;
  a->old = !recent;
}

static void free_last(struct append *a)
{
  struct appended *file = a->file + --a->n;

  fd_close_once(&file->fd);
  if (a->synced > a->n) a->synced = a->n;
  if (file->tmp.len) unlinkat(a->dst->account->rootfd, file->tmp.s, 0);
  stralloc_free(&file->tmp);
  stralloc_free(&a->item[a->n].name);
  stralloc_free(&a->item[a->n].extra);
}

void append_drop(struct append *a)
{
  fd_close_once(&a->fd);
  if (a->file[a->n - 1].counted) {
    a->bytes -= (int64_t)a->file[a->n - 1].size;
    a->count--;
  }
  free_last(a);
}

/* ---- naming them ---- */

static int put_item(void *arg, struct item *it)
{
  struct append *a = arg;
  struct appended *file = a->file + (it - a->item);
  stralloc to = STRALLOC_ZERO;
  int fd = a->dst->account->rootfd, r;

  make_path(a, &to, it->in_new ? "/new/" : "/cur/", &it->name);
  r = rename_keep(fd, file->tmp.s, fd, to.s);
  stralloc_free(&to);
  return r;
}

static void undo_item(void *arg, struct item *it)
{
  struct append *a = arg;
  stralloc at = STRALLOC_ZERO;

  make_path(a, &at, it->in_new ? "/new/" : "/cur/", &it->name);
  unlinkat(a->dst->account->rootfd, at.s, 0);
  stralloc_free(&at);
}

/* Those that are to have a UID of their own first, by that: a server may have
 * told them in any order. Nearly always they are in order. */
static int comes_later(const struct item *a, const struct item *b)
{
  return b->wanted && (!a->wanted || a->wanted > b->wanted);
}

static void put_in_order(struct append *a)
{
  struct item it;
  struct appended file;
  size_t i, k;

  for (i = 1; i < a->n; i++) {
    it = a->item[i];
    file = a->file[i];
    for (k = i; k && comes_later(a->item + k - 1, &it); k--) {
      a->item[k] = a->item[k - 1];
      a->file[k] = a->file[k - 1];
    }
    a->item[k] = it;
    a->file[k] = file;
  }
}

int append_commit(struct append *a, struct uidset *uids)
{
  struct placing p;
  size_t i;

  a->quota = 0;
  if (sync_held(a) == -1 || room(a, a->bytes, a->count) == -1) return -1;
  put_in_order(a);
  memset(&p, 0, sizeof p);
  p.dst = a->dst;
  p.item = a->item;
  p.n = a->n;
  p.put = put_item;
  p.undo = undo_item;
  p.arg = a;
  if (place_all(&p, uids) == -1) return -1;
  for (i = 0; i < a->n; i++) a->file[i].tmp.len = 0;
  if (a->count) place_count(a->dst, a->bytes, a->count);
  return 0;
}

void append_free(struct append *a)
{
  int saved = errno;

  if (!a) return;
  fd_close_once(&a->fd);
  while (a->n) free_last(a);
  stralloc_free(&a->origin);
  free(a->item);
  free(a->file);
  free(a->buf);
  free(a);
  errno = saved;
}
