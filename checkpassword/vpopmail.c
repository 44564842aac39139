/* ISC licence; see LICENSE. */
#include "vpopmail.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <skalibs/buffer.h>
#include <skalibs/skamisc.h>
#include <skalibs/uint32.h>

#include "base/alloc.h"
#include "cdb_file.h"
#include "pwhash.h"
#include "user.h"
#include "users_text.h"

#define TEXT_LINE_MAX 8192      /* octets */
#define SAMPLE 16               /* users looked at for a stand-in */
#define FIELDS 6                /* those that a record needs */

static int damaged(void)
{
  errno = EPROTO;
  return -1;
}

/* ----------------------------------------------------- looking things up */

/* The record of a key in a cdb, as octets: 1, 0, -1 errno. */
static int from_cdb(stralloc *out, const char *path, const char *key,
                    size_t len)
{
  cdb map = CDB_ZERO;
  cdb_data d;
  int r;

  if (cdb_file_open(&map, path) == -1) return -1;
  r = cdb_file_find(&map, &d, key, len);
  if (r == 1) stralloc_copyb(out, d.s, d.len);
  cdb_free(&map);
  return r;
}

static int open_text(const char *path)
{
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), saved;
  struct stat st;

  if (fd == -1) return -1;
  if (fstat(fd, &st) == 0) {
    if (!S_ISREG(st.st_mode)) errno = EPROTO;
    else if (st.st_mode & S_IWOTH) errno = EPERM;
    else return fd;
  }
  saved = errno;
  close(fd);
  errno = saved;
  return -1;
}

/* The rest of the first line that starts so: 1, 0, -1 errno. */
static int from_text(stralloc *out, const char *path, const char *start,
                     size_t len)
{
  char room[8192], line[TEXT_LINE_MAX];
  size_t n;
  buffer in;
  int fd = open_text(path), r, found = 0, saved;

  if (fd == -1) return -1;
  buffer_init(&in, buffer_read, fd, room, sizeof room);
  do {
    n = 0;
    r = getlnmax(&in, line, sizeof line, &n, '\n');
    if (r == -1 && errno == EPIPE) r = 0;       /* no LF at the end */
    if (r == -1 && errno == ERANGE) damaged();
    found = r != -1 && n > len && !memcmp(line, start, len);
  } while (r == 1 && !found);
  saved = errno;
  close(fd);
  if (found) stralloc_copyb(out, line + len, n - len);
  if (found && out->s[out->len - 1] == '\n') out->len--;
  explicit_bzero(room, sizeof room);
  explicit_bzero(line, sizeof line);
  errno = saved;
  return r == -1 ? -1 : found;
}

static void path_of(stralloc *out, const char *dir, const char *file)
{
  out->len = 0;
  stralloc_cats(out, dir);
  stralloc_append(out, '/');
  stralloc_cats(out, file);
  stralloc_0(out);
}

/* At most n fields, ended by sep, the last by the end; returns how many. */
static size_t split(const stralloc *s, char sep, const char **at, size_t *len,
                    size_t n)
{
  const char *p = s->s, *end = p + s->len, *e;
  size_t i = 0;

  while (i < n && p <= end) {
    e = p < end ? memchr(p, sep, (size_t)(end - p)) : 0;
    if (!e) e = end;
    at[i] = p;
    len[i++] = (size_t)(e - p);
    p = e + 1;
  }
  return i;
}

static void set(stralloc *out, const char *s, size_t len)
{
  user_set(out, s, len);
}

/* ------------------------------------------------------------- domains */

/* real domain, uid, gid, directory, and more that is not for us */
static int take_domain(struct vpop_domain *d, const stralloc *s, char sep)
{
  const char *at[FIELDS];
  size_t len[FIELDS];

  if (split(s, sep, at, len, FIELDS) < 4) return damaged();
  if (!user_scan_id(at[1], len[1], &d->uid)
      || !user_scan_id(at[2], len[2], &d->gid)) return damaged();
  if (!len[0] || memchr(at[0], 0, len[0]) || user_bad_home(at[3], len[3]))
    return damaged();
  set(&d->name, at[0], len[0]);
  set(&d->dir, at[3], len[3]);
  return 1;
}

int vpop_domain_find(struct vpop_domain *d, const char *qmail,
                     const char *name, stralloc *file)
{
  stralloc key = STRALLOC_ZERO, s = STRALLOC_ZERO;
  char sep = 0;
  int r, saved;

  stralloc_cats(&key, "!");
  stralloc_cats(&key, name);
  stralloc_cats(&key, "-");
  path_of(file, qmail, "users/cdb");
  r = from_cdb(&s, file->s, key.s, key.len);
  if (r == -1 && errno == ENOENT) {
    key.s[0] = '+';
    stralloc_append(&key, ':');
    path_of(file, qmail, "users/assign");
    r = from_text(&s, file->s, key.s, key.len);
    sep = ':';
  }
  if (r == 1) r = take_domain(d, &s, sep);
  saved = errno;
  stralloc_free(&key);
  stralloc_free(&s);
  errno = saved;
  return r;
}

/* --------------------------------------------------------------- users */

static int scan_hex(const char *s, size_t len, uint32_t *out)
{
  uint32_t n = 0;
  size_t i;

  if (len > 8) return 0;
  for (i = 0; i < len; i++) {
    const char *digits = "0123456789abcdef", *d;
    char c = s[i];

    if (c >= 'A' && c <= 'F') c += 'a' - 'A';
    d = c ? strchr(digits, c) : 0;
    if (!d) return 0;
    n = n << 4 | (uint32_t)(d - digits);
  }
  *out = n;
  return 1;
}

/* crypted:1:flags:gecos:directory:quota[:clear] */
static int take_user(struct vpop_user *u, const stralloc *s)
{
  const char *at[7];
  size_t len[7], n = split(s, ':', at, len, 7);

  if (n < 5 || memchr(s->s, 0, s->len)) return damaged();
  if (!scan_hex(at[2], len[2], &u->flags)) return damaged();
  set(&u->hash, at[0], len[0]);
  set(&u->dir, at[4], len[4]);
  set(&u->clear, n > 6 ? at[6] : "", n > 6 ? len[6] : 0);
  return 1;
}

int vpop_user_find(struct vpop_user *u, const struct vpop_domain *d,
                   const char *name, stralloc *file)
{
  stralloc s = STRALLOC_ZERO, key = STRALLOC_ZERO;
  int r, saved;

  if (!*name || strchr(name, ':')) return 0;
  stralloc_cats(&key, name);
  path_of(file, d->dir.s, "vpasswd.cdb");
  r = from_cdb(&s, file->s, key.s, key.len);
  if (r == -1 && errno == ENOENT) {
    stralloc_append(&key, ':');
    path_of(file, d->dir.s, "vpasswd");
    r = from_text(&s, file->s, key.s, key.len);
  }
  if (r == 1) r = take_user(u, &s);
  saved = errno;
  if (s.s) explicit_bzero(s.s, s.len);
  stralloc_free(&s);
  stralloc_free(&key);
  errno = saved;
  return r;
}

static int take_sample(struct vpop_user *u, const char *s, size_t len)
{
  stralloc record = STRALLOC_ZERO;
  int r;

  stralloc_copyb(&record, s, len);
  r = take_user(u, &record) == 1 && pwhash_known(u->hash.s);
  if (len) explicit_bzero(record.s, len);
  stralloc_free(&record);
  return r;
}

/* The records of a cdb stand one behind the other: two sizes, key, data. */
static int sample_cdb(struct vpop_user *u, const char *path)
{
  cdb map = CDB_ZERO;
  size_t at = CDB_TRAVERSE_INIT();
  uint32_t key, data;
  int i, r = 0;

  if (cdb_file_open(&map, path) == -1) return -1;
  for (i = 0; !r && i < SAMPLE && map.size - at >= 8; i++) {
    uint32_unpack(map.map + at, &key);
    uint32_unpack(map.map + at + 4, &data);
    at += 8;
    if (key > map.size - at || data > map.size - at - key) break;
    at += key;
    r = take_sample(u, map.map + at, data);
    at += data;
  }
  cdb_free(&map);
  return r;
}

/* Its first users: the file may be a large one. */
static int sample_text(struct vpop_user *u, const char *path)
{
  char room[TEXT_LINE_MAX], *line = room, *end, *lf, *colon;
  int fd = open_text(path), r = 0;
  ssize_t n;

  if (fd == -1) return -1;
  n = read(fd, room, sizeof room);
  close(fd);
  if (n <= 0) return -1;
  for (end = room + n; !r && (lf = memchr(line, '\n', (size_t)(end - line)));
       line = lf + 1) {
    colon = memchr(line, ':', (size_t)(lf - line));
    if (colon) r = take_sample(u, colon + 1, (size_t)(lf - colon) - 1);
  }
  explicit_bzero(room, sizeof room);
  return r;
}

int vpop_sample(struct vpop_user *u, const struct vpop_domain *d)
{
  stralloc file = STRALLOC_ZERO;
  int r;

  path_of(&file, d->dir.s, "vpasswd.cdb");
  r = sample_cdb(u, file.s);
  if (r == -1 && errno == ENOENT) {
    path_of(&file, d->dir.s, "vpasswd");
    r = sample_text(u, file.s);
  }
  stralloc_free(&file);
  return r == 1;
}

/* -------------------------------------------------------------- limits */

/* A line is a word, or a word and a value: what is off is not there. */
int vpop_limits(uint32_t *flags, const struct vpop_domain *d, stralloc *file)
{
  static const struct { const char *word; uint32_t flag; } words[] = {
    { "disable_pop", VPOP_NO_POP }, { "disable_imap", VPOP_NO_IMAP },
    { "disable_webmail", VPOP_NO_WEBMAIL }, { "disable_smtp", VPOP_NO_SMTP }
  };
  stralloc rest = STRALLOC_ZERO;
  size_t i, len;
  int r = 1;

  *flags = 0;
  path_of(file, d->dir.s, ".qmailadmin-limits");
  for (i = 0; r != -1 && i < sizeof words / sizeof words[0]; i++) {
    len = strlen(words[i].word);
    r = from_text(&rest, file->s, words[i].word, len - 1);
    if (r == 1 && rest.len && rest.s[0] == words[i].word[len - 1]
        && (rest.len == 1 || memchr(" :\t\r", rest.s[1], 4)))
      *flags |= words[i].flag;
  }
  stralloc_free(&rest);
  return r == -1 && errno == ENOENT ? 0 : r == -1 ? -1 : 1;
}

/* ---------------------------------------------------- names and services */

void vpop_name(stralloc *local, stralloc *domain, const char *name,
               const char *dflt)
{
  static const char seps[] = "@%/";
  const char *at = 0;
  size_t i, len;

  for (i = 0; !at && seps[i]; i++) at = strchr(name, seps[i]);
  len = at ? (size_t)(at - name) : strlen(name);
  set(local, name, len);
  set(domain, at && at[1] ? at + 1 : dflt, strlen(at && at[1] ? at + 1 : dflt));
  users_lower(local->s, local->len);
  users_lower(domain->s, domain->len);
}

static enum vpop_service by_program(char *const argv[])
{
  size_t i;

  if (argv[0] && strstr(argv[0], "true")) return VPOP_SMTP;
  for (i = 0; argv[i]; i++)
    if (strstr(argv[i], "imap")) return VPOP_IMAP;
  return VPOP_POP;
}

enum vpop_service vpop_service_of(const char *port, const char *address,
                                  char *const argv[])
{
  static const struct { const char *port; enum vpop_service s; } ports[] = {
    { "25", VPOP_SMTP }, { "465", VPOP_SMTP }, { "587", VPOP_SMTP },
    { "110", VPOP_POP }, { "995", VPOP_POP }, { "143", VPOP_IMAP },
    { "993", VPOP_IMAP }
  };
  enum vpop_service s = by_program(argv);
  size_t i;

  for (i = 0; port && i < sizeof ports / sizeof ports[0]; i++)
    if (!strcmp(port, ports[i].port)) s = ports[i].s;
  if (s != VPOP_SMTP && address && !strcmp(address, "127.0.0.1"))
    s = VPOP_WEBMAIL;
  return s;
}

int vpop_denies(uint32_t flags, enum vpop_service s)
{
  switch (s) {
    case VPOP_POP: return !!(flags & VPOP_NO_POP);
    case VPOP_IMAP: return !!(flags & VPOP_NO_IMAP);
    case VPOP_WEBMAIL: return !!(flags & VPOP_NO_WEBMAIL);
    case VPOP_SMTP: return !!(flags & VPOP_NO_SMTP);
  }
  return 1;
}

void vpop_domain_free(struct vpop_domain *d)
{
  stralloc_free(&d->name);
  stralloc_free(&d->dir);
}

void vpop_user_free(struct vpop_user *u)
{
  if (u->hash.s) explicit_bzero(u->hash.s, u->hash.len);
  if (u->clear.s) explicit_bzero(u->clear.s, u->clear.len);
  stralloc_free(&u->hash);
  stralloc_free(&u->clear);
  stralloc_free(&u->dir);
}
