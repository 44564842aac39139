/* ISC licence; see LICENSE. */
#include "takeover.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "filename.h"
#include "keywords.h"
#include "replace.h"

/*
 * Courier's courierimapkeywords/:list has names of keywords, a line each, an
 * empty line, and then
 *   basename:0 2 5
 * with places in that list. Beside it lie changes that it does not have yet:
 * "basename", which holds over all, or ".N.basename", of which the highest N
 * holds; in each a keyword a line, none for no keywords. A message has in the
 * end what one file says of it.
 */
#define UPDATE_MAX 262144       /* octets of a change */
#define OF_LIST 0               /* ranks: who holds over whom */
#define OF_BASE UINT64_MAX

struct reading {
  struct takeover *t;
  int dirfd;                    /* of courierimapkeywords */
  uint64_t *rank;               /* by entry of the map, + 1; 0: none yet */
  size_t a;
  uint32_t *place;              /* of the list's lines: ids */
  size_t nplaces, aplaces;
  size_t in_row[TAKEOVER_WORDS_MAX];    /* by id: the row that has it last */
};

/* an atom of IMAP (RFC 9051 section 9, flag-keyword): what else there is no
 * client could name */
static int word_ok(const char *s, size_t len)
{
  size_t i;

  for (i = 0; i < len; i++)
    if ((unsigned char)s[i] <= ' ' || (unsigned char)s[i] >= 0x7f
        || strchr("(){%*\"\\]", s[i])) return 0;
  return len && len <= KEYWORD_LIMIT;
}

/* the id of a keyword; NO_WORD: it cannot be one (told) */
static uint32_t word_of(struct takeover *t, const struct takeover_file *f,
                        const char *s, size_t len)
{
  char low[KEYWORD_LIMIT];
  size_t i;

  if (!word_ok(s, len)) {
    takeover_fault(t, f, "keyword");
    return TAKEOVER_NO_WORD;
  }
  for (i = 0; i < len; i++)
    low[i] = s[i] >= 'A' && s[i] <= 'Z' ? (char)(s[i] + 32) : s[i];
  i = namemap_find(&t->word_map, low, len);
  if (i != NAMEMAP_NONE) return (uint32_t)i;
  if (t->word_map.n >= TAKEOVER_WORDS_MAX) {
    takeover_fault(t, f, "keywords");
    return TAKEOVER_NO_WORD;
  }
  i = namemap_add(&t->word_map, low, len, len);
  if (i >= t->aword) {
    t->aword = t->word_map.a;
    t->word = xrealloc(t->word, t->aword * sizeof *t->word);
  }
  t->word[i].name = t->text.len;
  t->word[i].uses = 0;
  stralloc_catb(&t->text, s, len);
  stralloc_0(&t->text);
  return (uint32_t)i;
}

static void add_id(struct takeover *t, uint32_t id)
{
  if (t->nids == t->aids) {
    t->aids = t->aids ? t->aids * 2 : 256;
    t->ids = xrealloc(t->ids, t->aids * sizeof *t->ids);
  }
  t->ids[t->nids++] = id;
}

/* each keyword of a row once */
static void add_word(struct reading *r, size_t row, uint32_t id)
{
  if (id == TAKEOVER_NO_WORD || r->in_row[id] == row) return;
  r->in_row[id] = row;
  add_id(r->t, id);
}

/* begin what is said of a message; 0: another file holds, or no message */
static int begin_row(struct reading *r, const struct takeover_file *f,
                     const char *name, size_t len, uint64_t rank)
{
  struct takeover_item *item = takeover_item_of(r->t, f, name, len);
  size_t i;

  if (!item) return 0;
  i = (size_t)(item - r->t->item);
  if (i >= r->a) {
    r->rank = xrealloc(r->rank, r->t->a * sizeof *r->rank);
    memset(r->rank + r->a, 0, (r->t->a - r->a) * sizeof *r->rank);
    r->a = r->t->a;
  }
  if (r->rank[i] > rank) return 0;
  r->rank[i] = rank;
  item->words = r->t->nids;
  return 1;
}

/* ---- :list ---- */

static void take_places(struct reading *r, const struct takeover_file *f,
                        const char *s, size_t len)
{
  size_t row = r->t->nids, n;
  uint64_t place;
  const char *sp;

  for (; len; s += n, len -= n) {
    if (*s == ' ') {
      n = 1;
      continue;
    }
    sp = memchr(s, ' ', len);
    n = sp ? (size_t)(sp - s) : len;
    if (!takeover_number(s, n, UINT32_MAX, &place) || place >= r->nplaces)
      takeover_fault(r->t, f, "place");
    else add_word(r, row, r->place[place]);
  }
  add_id(r->t, TAKEOVER_NO_WORD);
}

static void take_name(struct reading *r, const struct takeover_file *f,
                      const char *s, size_t len)
{
  if (r->nplaces == r->aplaces) {
    r->aplaces = r->aplaces ? r->aplaces * 2 : 32;
    r->place = xrealloc(r->place, r->aplaces * sizeof *r->place);
  }
  r->place[r->nplaces++] = word_of(r->t, f, s, len);
}

static int read_list(struct reading *r, int dirfd)
{
  struct takeover_file f = { TAKEOVER_COURIER_WORDS, STRALLOC_ZERO, 0, 0 };
  int ret = takeover_load(r->t, &f, dirfd, &r->t->keywords_mtime), names = 1;
  const char *s;
  size_t len, base;

  while (ret == 1 && takeover_line(r->t, &f, &s, &len)) {
    if (names) {
      if (!len) names = 0;
      else take_name(r, &f, s, len);
      continue;
    }
    base = filename_base(s, len);
    if (base == len) takeover_fault(r->t, &f, "form");
    else if (begin_row(r, &f, s, base, OF_LIST + 1))
      take_places(r, &f, s + base + 1, len - base - 1);
  }
  stralloc_free(&f.text);
  return ret;
}

/* ---- changes ---- */

/* ".N.basename" to N and the base name; 0: it is a file of something else */
static int update_name(const char **s, size_t *len, uint64_t *rank)
{
  const char *dot;

  *rank = OF_BASE;
  if (**s == ':') return 0;
  if (**s != '.') return 1;
  dot = memchr(*s + 1, '.', *len - 1);
  if (!dot || !takeover_number(*s + 1, (size_t)(dot - *s) - 1,
                               UINT64_MAX / 2, rank)) return 0;
  *rank += 2;                   /* above the list's */
  *len -= (size_t)(dot + 1 - *s);
  *s = dot + 1;
  return *len > 0;
}

/* 0, -1 errno */
static int read_update(struct reading *r, const char *name)
{
  stralloc path = STRALLOC_ZERO;
  struct takeover_file f = { 0, STRALLOC_ZERO, 0, 0 };
  struct stat st;
  const char *s = name;
  size_t len = strlen(name), row;
  uint64_t rank;
  int ret;

  if (!update_name(&s, &len, &rank)) return 0;
  stralloc_cats(&path, TAKEOVER_COURIER_KEYWORDS "/");
  stralloc_cats(&path, name);
  stralloc_0(&path);
  f.name = path.s;
  ret = read_whole(&f.text, r->dirfd, name, UPDATE_MAX, &st);
  if (ret == -1 && (errno == EINVAL || errno == EFBIG || errno == ELOOP
                    || errno == ENXIO)) {
    takeover_fault(r->t, &f, "no-file");
    ret = 0;
  }
  else if (ret == -1) ret = errno == ENOENT ? 0 : -1;
  else if (begin_row(r, &f, s, len, rank)) {
    if (st.st_mtime > r->t->keywords_mtime) r->t->keywords_mtime = st.st_mtime;
    if (f.text.len && f.text.s[f.text.len - 1] != '\n')
      stralloc_append(&f.text, '\n');
    for (row = r->t->nids; takeover_line(r->t, &f, &s, &len); )
      if (len) add_word(r, row, word_of(r->t, &f, s, len));
    add_id(r->t, TAKEOVER_NO_WORD);
  }
  stralloc_free(&f.text);
  stralloc_free(&path);
  return ret;
}

static int read_updates(struct reading *r)
{
  DIR *d = fdopendir(r->dirfd);
  struct dirent *e;
  int ret = 0;

  if (!d) {
    close(r->dirfd);
    return -1;
  }
  errno = 0;
  while (ret == 0 && (e = readdir(d))) {
    if (strcmp(e->d_name, ".") && strcmp(e->d_name, "..")
        && e->d_type != DT_DIR)
      ret = read_update(r, e->d_name);
    if (ret == 0) errno = 0;
  }
  if (ret == 0 && errno) ret = -1;
  closedir(d);
  return ret;
}

/* what every message has in the end; rows that do not hold stay unused */
static void count_uses(struct takeover *t)
{
  size_t i, j;

  for (i = 0; i < t->map.n; i++)
    if (t->item[i].words)
      for (j = t->item[i].words; t->ids[j] != TAKEOVER_NO_WORD; j++)
        t->word[t->ids[j]].uses++;
}

int takeover_courier_keywords(struct takeover *t, int dirfd)
{
  struct reading r;
  int ret;

  memset(&r, 0, sizeof r);
  r.t = t;
  r.dirfd = openat(dirfd, TAKEOVER_COURIER_KEYWORDS,
                   O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (r.dirfd == -1) return errno == ENOENT || errno == ENOTDIR ? 0 : -1;
  t->has_keywords = 1;
  add_id(t, TAKEOVER_NO_WORD);  /* so that no row is number 0 */
  ret = read_list(&r, dirfd);
  if (ret == -1) close(r.dirfd);
  else ret = read_updates(&r);
  if (ret == 0) {
    count_uses(t);
    ret = t->word_map.n > 0;
  }
  free(r.rank);
  free(r.place);
  return ret;
}
