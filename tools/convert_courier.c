/* ISC licence; see LICENSE. */
#include "convert.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "maildir/extra.h"
#include "maildir/replace.h"
#include "maildir/subscriptions.h"
#include "maildir/takeover.h"
#include "maildir/uidlist.h"

/* The way back: Courier's files from ours. */

#define TMP "tmp/roost-convert"
#define HEADER_MAX 65536        /* octets looked at for 8 bits */

static int write_file(int dirfd, const char *name, const stralloc *text)
{
  struct iovec v;

  v.iov_base = text->s;
  v.iov_len = text->len;
  return replace_file(dirfd, TMP, name, &v, 1, 0);
}

static int write_uids(const struct folder_state *s, int dirfd,
                      const size_t *order, size_t n)
{
  stralloc out = STRALLOC_ZERO;
  size_t i;
  int r;

  stralloc_cats(&out, "1 ");
  stralloc_catu(&out, s->uidvalidity);
  stralloc_append(&out, ' ');
  stralloc_catu(&out, s->uidnext);
  stralloc_append(&out, '\n');
  for (i = 0; i < n; i++) {
    stralloc_catu(&out, s->m[order[i]].uid);
    stralloc_append(&out, ' ');
    stralloc_catb(&out, namemap_text(&s->map, order[i]),
                  s->map.e[order[i]].base);
    stralloc_append(&out, '\n');
  }
  r = write_file(dirfd, TAKEOVER_COURIER_UIDS, &out);
  stralloc_free(&out);
  return r;
}

/* ---- keywords ---- */

/* changes that wait there were taken over; now they would hold over the list */
static int remove_changes(int fd)
{
  int copy = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *d = copy == -1 ? 0 : fdopendir(copy);
  struct dirent *e;
  int r = 0;

  if (!d) {
    if (copy != -1) close(copy);
    return -1;
  }
  while (r == 0 && (e = readdir(d)))
    if (strcmp(e->d_name, ".") && strcmp(e->d_name, "..")
        && strcmp(e->d_name, ":list") && e->d_type != DT_DIR
        && unlinkat(fd, e->d_name, 0) == -1 && errno != ENOENT) r = -1;
  closedir(d);
  return r;
}

/* the places of a message's keywords, new names to names */
static void cat_places(struct namemap *map, stralloc *names, const char *words,
                       stralloc *out)
{
  size_t n, i;
  char sep = ':';

  for (; *words; words += n + (words[n] == ' ')) {
    n = strcspn(words, " ");
    i = namemap_find(map, words, n);
    if (i == NAMEMAP_NONE) {
      i = namemap_add(map, words, n, n);
      stralloc_catb(names, words, n);
      stralloc_append(names, '\n');
    }
    stralloc_append(out, sep);
    stralloc_catu(out, i);
    sep = ' ';
  }
  stralloc_append(out, '\n');
}

static int write_keywords(const struct folder_state *s, int dirfd)
{
  struct namemap map = NAMEMAP_ZERO;
  stralloc names = STRALLOC_ZERO, rows = STRALLOC_ZERO;
  struct stat st;
  size_t i;
  int fd, r = -1;

  if (fstat(dirfd, &st) == -1) return -1;
  if (mkdirat(dirfd, TAKEOVER_COURIER_KEYWORDS, st.st_mode & 0777) == -1
      && errno != EEXIST) return -1;
  fd = openat(dirfd, TAKEOVER_COURIER_KEYWORDS,
              O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd == -1) return -1;
  for (i = 0; i < s->map.n; i++) {
    if (!s->m[i].words) continue;
    stralloc_catb(&rows, namemap_text(&s->map, i), s->map.e[i].base);
    cat_places(&map, &names, state_text(s, s->m[i].words), &rows);
  }
  stralloc_append(&names, '\n');
  stralloc_cat(&names, &rows);
  if (remove_changes(fd) == 0)
    r = write_file(dirfd, TAKEOVER_COURIER_WORDS, &names);
  close(fd);
  namemap_free(&map);
  stralloc_free(&names);
  stralloc_free(&rows);
  return r;
}

/* ---- POP3 ---- */

static size_t digits(const char *s, uint64_t *n)
{
  size_t i = strspn(s, "0123456789");

  return i && i < 19 && takeover_number(s, i, INT64_MAX, n) ? i : 0;
}

static int is_escaped(const char *uidl, const char *base, size_t len)
{
  char hex[4];
  size_t i;

  for (i = 0; i < len; i++) {
    unsigned char c = (unsigned char)base[i];

    if (c < 0x21 || c > 0x7e || strchr("'\"+", c)) {
      snprintf(hex, sizeof hex, "+%02X", c);
      if (strncmp(uidl, hex, 3)) return 0;
      uidl += 3;
    } else if (*uidl++ != base[i]) return 0;
  }
  return !*uidl;
}

int convert_courier_uidl(const char *uidl, const char *base, size_t len,
                         uint64_t *n, uint64_t *uidv)
{
  size_t used;

  *n = *uidv = 0;
  if (is_escaped(uidl, base, len)) return 1;
  if (strncmp(uidl, "UID", 3) || uidl[3] == '0') return 0;
  used = digits(uidl + 3, n);
  if (!used) return 0;
  uidl += 3 + used;
  if (!*uidl) return 1;
  if (*uidl != '-' || uidl[1] == '0') return 0;
  used = digits(uidl + 1, uidv);
  return used && !uidl[1 + used];
}

/* size with CR LF, and whether the header has 8 bits; what cannot be read now
 * has size 0, as for Courier */
static void look_at(int dirfd, const struct folder_state *s, size_t i,
                    uint64_t *size, int *eight)
{
  stralloc path = STRALLOC_ZERO;
  char buf[HEADER_MAX], last = '\n', before = 0;
  int header = 1, fd;
  ssize_t r, k;

  *size = 0;
  *eight = 0;
  stralloc_cats(&path, s->m[i].in_new ? "new/" : "cur/");
  stralloc_catb(&path, namemap_text(&s->map, i), s->map.e[i].len);
  stralloc_0(&path);
  fd = openat(dirfd, path.s, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  stralloc_free(&path);
  if (fd == -1) return;
  while ((r = read(fd, buf, sizeof buf)) > 0)
    for (k = 0; k < r; k++) {
      ++*size;
      if (buf[k] == '\n') {
        if (last != '\r') ++*size;
        if (last == '\n' || (last == '\r' && before == '\n')) header = 0;
      }
      else if (header && buf[k] & 0x80) *eight = 1;
      before = last;
      last = buf[k];
    }
  if (*size && last != '\n') *size += 2;
  close(fd);
}

/* "/3 next uidv" as Courier left it, or a list of its own; the next number is
 * above all that the list has given */
static void cat_header(const struct folder_state *s, int dirfd, stralloc *out)
{
  stralloc old = STRALLOC_ZERO;
  uint64_t next = 1, uidv = 0, n, v;
  unsigned long long a, b;
  size_t i;

  if (read_whole(&old, dirfd, TAKEOVER_COURIER_POP3, TAKEOVER_FILE_MAX, 0)
      == 0) {
    stralloc_0(&old);
    if (sscanf(old.s, "/%*[23] %llu %llu\n", &a, &b) == 2 && a && b
        && a < INT64_MAX && b < INT64_MAX) {
      next = a;
      uidv = b;
    }
  }
  if (!uidv) uidv = (uint64_t)time(0);
  for (i = 0; i < s->map.n; i++)
    if (convert_courier_uidl(state_text(s, s->m[i].uidl),
                             namemap_text(&s->map, i), s->map.e[i].base, &n,
                             &v) && v == uidv && n >= next) next = n + 1;
  stralloc_cats(out, "/3 ");
  stralloc_catu(out, next);
  stralloc_append(out, ' ');
  stralloc_catu(out, uidv);
  stralloc_append(out, '\n');
  stralloc_free(&old);
}

static int write_pop3(const struct folder_state *s, int dirfd,
                      const size_t *order, size_t count)
{
  stralloc out = STRALLOC_ZERO;
  uint64_t n, v, size;
  size_t i, k;
  int r, eight;

  cat_header(s, dirfd, &out);
  for (k = 0; k < count; k++) {
    i = order[k];
    if (!s->m[i].uidl
        || !convert_courier_uidl(state_text(s, s->m[i].uidl),
                                 namemap_text(&s->map, i), s->map.e[i].base,
                                 &n, &v)) continue;
    look_at(dirfd, s, i, &size, &eight);
    stralloc_catb(&out, namemap_text(&s->map, i), s->map.e[i].len);
    stralloc_append(&out, ' ');
    stralloc_catu(&out, size);
    stralloc_append(&out, ' ');
    stralloc_catu(&out, n);
    stralloc_append(&out, ':');
    stralloc_catu(&out, v);
    stralloc_cats(&out, eight ? ":1\n" : ":0\n");
  }
  r = write_file(dirfd, TAKEOVER_COURIER_POP3, &out);
  stralloc_free(&out);
  return r;
}

/* ---- */

static int aside(int dirfd, const char *name)
{
  stralloc to = STRALLOC_ZERO;
  int r;

  stralloc_cats(&to, name);
  stralloc_cats(&to, ".old");
  stralloc_0(&to);
  r = renameat(dirfd, name, dirfd, to.s);
  stralloc_free(&to);
  return r == -1 && errno != ENOENT ? -1 : 0;
}

int convert_courier(const struct folder_state *s, int dirfd, int inbox)
{
  size_t n, *order = state_order(s, &n);
  int r = -1;

  if (write_keywords(s, dirfd) == 0
      && (!inbox || write_pop3(s, dirfd, order, n) == 0)
      && write_uids(s, dirfd, order, n) == 0
      && aside(dirfd, UIDLIST_NAME) == 0
      && aside(dirfd, EXTRA_NAME) == 0) r = sync_dir(dirfd);
  free(order);
  return r;
}

int convert_courier_root(const struct tree *t)
{
  stralloc names = STRALLOC_ZERO, out = STRALLOC_ZERO;
  const char *s;
  int r = subscriptions_read(t, &names);

  for (s = names.s; r == 0 && s && s < names.s + names.len;
       s += strlen(s) + 1) {
    stralloc_cats(&out, *s ? "INBOX." : "INBOX");
    stralloc_cats(&out, s);
    stralloc_append(&out, '\n');
  }
  if (r == 0) r = write_file(t->rootfd, "courierimapsubscribed", &out);
  stralloc_free(&names);
  stralloc_free(&out);
  return r;
}

/* ---- Dovecot ---- */

struct pinning {
  const struct folder_state *s;
  stralloc lines;
  int pinned;
};

static int pin(void *arg, const struct uidlist_record *r)
{
  struct pinning *p = arg;
  size_t i = namemap_find(&p->s->map, r->name, r->namelen), n;
  stralloc fields = STRALLOC_ZERO;

  stralloc_catb(&fields, r->fields, r->fieldslen);
  if (i != NAMEMAP_NONE && p->s->m[i].uidl
      && !uidlist_field(r->fields, r->fieldslen, 'P', &n)
      && !strchr(state_text(p->s, p->s->m[i].uidl), ' ')) {
    if (fields.len) stralloc_append(&fields, ' ');
    stralloc_append(&fields, 'P');
    stralloc_cats(&fields, state_text(p->s, p->s->m[i].uidl));
    p->pinned = 1;
  }
  uidlist_line(&p->lines, r->uid, fields.s, fields.len, r->name, r->namelen);
  stralloc_free(&fields);
  return 0;
}

int convert_dovecot(const struct folder_state *s, int dirfd)
{
  struct pinning p = { s, STRALLOC_ZERO, 0 };
  struct uidlist u = { 0 };
  int r = uidlist_read(&u, dirfd, pin, &p);

  if (r == 0 && p.pinned) r = uidlist_create(&u, dirfd, &p.lines);
  stralloc_free(&p.lines);
  uidlist_free(&u);
  return r;
}
