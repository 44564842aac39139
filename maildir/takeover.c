/* ISC licence; see LICENSE. */
#include "takeover.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/log.h"
#include "filename.h"
#include "replace.h"

/* Which server was here, and what the readers of its files share. */

static void to_log(const struct takeover *t, const char *file,
                   unsigned long line, const char *why)
{
  stralloc path = STRALLOC_ZERO;

  if (t->folder && strcmp(t->folder, ".")) {
    stralloc_cats(&path, t->folder);
    stralloc_append(&path, '/');
  }
  stralloc_cats(&path, file);
  log_begin("takeover-passed-over");
  log_word("file", path.s, path.len);
  if (line) log_num("line", line);
  log_str("reason", why);
  log_end();
  stralloc_free(&path);
}

void takeover_fault(struct takeover *t, const struct takeover_file *f,
                    const char *why)
{
  t->faults++;
  if (t->tell) t->tell(t->arg, f->name, f->line, why);
  else if (t->faults < TAKEOVER_OTHERS) to_log(t, f->name, f->line, why);
  else if (t->faults == TAKEOVER_OTHERS) to_log(t, f->name, f->line, "more");
}

int takeover_load(struct takeover *t, struct takeover_file *f, int dirfd,
                  long long *mtime)
{
  struct stat st;

  f->at = 0;
  f->line = 0;
  if (read_whole(&f->text, dirfd, f->name, TAKEOVER_FILE_MAX, &st) == 0) {
    if (mtime) *mtime = st.st_mtime;
    return 1;
  }
  if (errno == ENOENT || errno == ENOTDIR) return 0;
  if (errno == EINVAL || errno == EISDIR || errno == ENXIO || errno == ELOOP) {
    takeover_fault(t, f, "no-file");
    return 0;
  }
  if (errno == EFBIG) {
    takeover_fault(t, f, "too-long");
    return 0;
  }
  return -1;
}

int takeover_line(struct takeover *t, struct takeover_file *f, const char **s,
                  size_t *len)
{
  const char *lf;

  if (f->at >= f->text.len) return 0;
  f->line++;
  *s = f->text.s + f->at;
  lf = memchr(*s, '\n', f->text.len - f->at);
  if (!lf) {
    f->at = f->text.len;
    takeover_fault(t, f, "truncated");
    return 0;
  }
  *len = (size_t)(lf - *s);
  f->at += *len + 1;
  return 1;
}

int takeover_number(const char *s, size_t len, uint64_t max, uint64_t *n)
{
  size_t i;

  *n = 0;
  for (i = 0; i < len; i++) {
    if (s[i] < '0' || s[i] > '9' || *n > max / 10) return 0;
    *n = *n * 10 + (uint64_t)(s[i] - '0');
    if (*n > max) return 0;
  }
  return len > 0;
}

struct takeover_item *takeover_item_of(struct takeover *t,
                                       const struct takeover_file *f,
                                       const char *name, size_t len)
{
  size_t base = filename_base(name, len), i;

  if (!filename_ok(name, base)) {
    takeover_fault(t, f, "name");
    return 0;
  }
  i = namemap_find(&t->map, name, base);
  if (i != NAMEMAP_NONE) return t->item + i;
  i = namemap_add(&t->map, name, base, base);
  if (i == NAMEMAP_NONE) return 0;
  if (i >= t->a) {
    t->a = t->map.a;
    t->item = xrealloc(t->item, t->a * sizeof *t->item);
  }
  memset(t->item + i, 0, sizeof *t->item);
  return t->item + i;
}

int takeover_header(struct takeover *t, const struct takeover_file *f,
                    uint64_t uidvalidity, uint64_t uidnext)
{
  if (!uidvalidity || uidvalidity > UINT32_MAX || !uidnext
      || uidnext > TAKEOVER_UID_MAX) {
    takeover_fault(t, f, "header");
    return 0;
  }
  t->uidvalidity = (uint32_t)uidvalidity;
  t->uidnext = (uint32_t)uidnext;
  return 1;
}

/* A UID above UIDNEXT shows that the header lags: it is raised, for no UID
 * may be given twice. */
void takeover_uid(struct takeover *t, const struct takeover_file *f,
                  const char *name, size_t len, uint64_t uid)
{
  struct takeover_item *item;

  if (!uid || uid >= TAKEOVER_UID_MAX) {
    takeover_fault(t, f, "uid");
    return;
  }
  item = takeover_item_of(t, f, name, len);
  if (!item) return;
  if (item->uid) {
    takeover_fault(t, f, "name-twice");
    if (item->uid > uid) return;        /* the later UID holds */
  }
  item->uid = (uint32_t)uid;
  if (uid >= t->uidnext) {
    takeover_fault(t, f, "above-uidnext");
    t->uidnext = (uint32_t)uid + 1;
  }
}

/* ---- one UID, one message ---- */

static const struct takeover *sorted;

static int by_uid(const void *a, const void *b)
{
  size_t i = *(const size_t *)a, j = *(const size_t *)b;
  uint32_t u = sorted->item[i].uid, v = sorted->item[j].uid;

  if (u != v) return u < v ? -1 : 1;
  return i < j ? -1 : i > j;
}

static void settle(struct takeover *t, const char *file)
{
  struct takeover_file f = { file, STRALLOC_ZERO, 0, 0 };
  size_t *order = xalloc(t->map.n * sizeof *order), n = 0, i;

  for (i = 0; i < t->map.n; i++)
    if (t->item[i].uid) order[n++] = i;
  sorted = t;
  qsort(order, n, sizeof *order, by_uid);
  for (i = n; i-- > 1;)
    if (t->item[order[i]].uid == t->item[order[i - 1]].uid) {
      takeover_fault(t, &f, "uid-twice");
      t->item[order[i]].uid = 0;        /* the first one keeps it */
    }
  free(order);
}

/* ---- */

static void forget(struct takeover *t)
{
  namemap_clear(&t->map);
  t->uidvalidity = 0;
  t->uidnext = 1;
}

static long long mtime_of(int dirfd, const char *name)
{
  struct stat st;

  return fstatat(dirfd, name, &st, 0) == 0 ? st.st_mtime : -1;
}

/* who wrote last, where two servers were here */
static int read_uids(struct takeover *t, int dirfd, long long *mtime)
{
  long long c = mtime_of(dirfd, TAKEOVER_COURIER_UIDS);
  long long b = mtime_of(dirfd, TAKEOVER_BINC_UIDVALIDITY);
  int i, binc, r;

  for (i = 0; i < 2; i++) {
    binc = (i == 0) == (b > c);
    r = binc ? takeover_binc(t, dirfd, mtime)
             : takeover_courier(t, dirfd, mtime);
    if (r == 1) {
      t->from = binc ? "bincimap" : "courier";
      settle(t, binc ? TAKEOVER_BINC_CACHE : TAKEOVER_COURIER_UIDS);
    }
    if (r) return r;
    forget(t);
  }
  return 0;
}

int takeover_read(struct takeover *t, int dirfd, int inbox)
{
  long long mtime = -1;
  int r;

  t->uidnext = 1;
  if (read_uids(t, dirfd, &mtime) == -1) return -1;
  r = takeover_courier_keywords(t, dirfd);
  if (r == 1 && !t->from) t->from = "courier";
  if (r != -1 && inbox) {
    r = takeover_courier_pop3(t, dirfd, mtime);
    if (r == 1 && !t->from) t->from = "courier";
  }
  return r == -1 ? -1 : t->from != 0;
}

int takeover_waits(int dirfd)
{
  static const char *const files[] = {
    TAKEOVER_COURIER_UIDS, TAKEOVER_COURIER_POP3, TAKEOVER_COURIER_WORDS,
    TAKEOVER_BINC_UIDVALIDITY
  };
  size_t i;
  int saved = errno, found = 0;

  for (i = 0; i < sizeof files / sizeof *files && !found; i++)
    found = faccessat(dirfd, files[i], F_OK, 0) == 0;
  errno = saved;
  return found;
}

const struct takeover_item *takeover_find(const struct takeover *t,
                                          const char *base, size_t len)
{
  size_t i = t->map.n ? namemap_find(&t->map, base, len) : NAMEMAP_NONE;

  return i == NAMEMAP_NONE ? 0 : t->item + i;
}

const char *takeover_uidl(const struct takeover *t,
                          const struct takeover_item *item)
{
  return item && item->uidl ? t->text.s + item->uidl - 1 : 0;
}

const char *takeover_word_name(const struct takeover *t, uint32_t id)
{
  return t->text.s + t->word[id].name;
}

void takeover_free(struct takeover *t)
{
  namemap_free(&t->map);
  namemap_free(&t->word_map);
  free(t->item);
  free(t->word);
  free(t->ids);
  stralloc_free(&t->text);
  memset(t, 0, sizeof *t);
}
