/* ISC licence; see LICENSE. */
#include "scene.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LONG_AGO 1700000000

static void die(const char *what)
{
  perror(what);
  exit(1);
}

static void put(const char *dir, const char *name, const char *s, size_t len)
{
  char path[600];
  struct timespec t[2] = { { LONG_AGO, 0 }, { LONG_AGO, 0 } };
  int fd;

  snprintf(path, sizeof path, "%s/%s", dir, name);
  fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (fd == -1 || write(fd, s, len) != (ssize_t)len) die(path);
  if (futimens(fd, t) == -1) die(path);
  close(fd);
}

/* ---- messages ---- */

size_t message_text(int num, char *buf)
{
  int n = snprintf(buf, MESSAGE_LIMIT, "Subject: message %d\nX-N: %d\n\n",
                   num, num), lines = num >= 100 ? 150 : num % 7, i;

  for (i = 0; i < lines; i++)
    n += snprintf(buf + n, (size_t)(MESSAGE_LIMIT - n),
                  "line %d of message %d, with words to fill it up to here\n",
                  i, num);
  n += snprintf(buf + n, (size_t)(MESSAGE_LIMIT - n), "END %d\n", num);
  return (size_t)n;
}

int message_num(int fd)
{
  static char have[MESSAGE_LIMIT + 1], want[MESSAGE_LIMIT];
  ssize_t n = read(fd, have, MESSAGE_LIMIT);
  int num;

  if (n < 0) return -1;
  have[n] = 0;
  if (sscanf(have, "Subject: message %d\n", &num) != 1) return -1;
  if (message_text(num, want) != (size_t)n || memcmp(have, want, (size_t)n))
    return -1;
  return num;
}

static void add(const char *dir, const char *sub, int num, const char *info)
{
  static char text[MESSAGE_LIMIT];
  char path[300], name[100];
  size_t n = message_text(num, text);

  snprintf(path, sizeof path, "%s/%s", dir, sub);
  snprintf(name, sizeof name, "%d.M%dP1.example%s", LONG_AGO + num, num,
           info);
  put(path, name, text, n);
}

/* ---- folders ---- */

static void folder_made(char *dir, size_t size, const char *path,
                        const char *name)
{
  static const char *const subs[] = { "", "/cur", "/new", "/tmp" };
  char p[400];
  size_t i;

  snprintf(dir, size, "%s%s%s", path, *name ? "/." : "", name);
  for (i = 0; i < 4; i++) {
    snprintf(p, sizeof p, "%s%s", dir, subs[i]);
    if (mkdir(p, 0700) == -1) die(p);
  }
  if (*name) put(dir, "maildirfolder", "", 0);
}

/* a uidlist over the messages nums (ended by 0), UIDs from uids */
static void list(const char *dir, uint32_t v, const int *nums,
                 const int *uids, int what)
{
  static char text[200000];
  int n, i;

  if (what & SCENE_LIST_1)
    n = sprintf(text, "1 %u %u\n", v, 40);
  else
    n = sprintf(text, "3 V%u N%u G%032x\n", v, 40, v);
  for (i = 0; nums[i]; i++) {
    n += sprintf(text + n, what & SCENE_LIST_1 ? "%d %d.M%dP1.example\n"
                 : "%d :%d.M%dP1.example\n", uids[i], LONG_AGO + nums[i],
                 nums[i]);
  }
  if (what & SCENE_LONG_LIST)
    for (i = 0; i < 1600; i++)
      n += sprintf(text + n, "%d :%d.M7P7Q%d.example.example,S=1,W=1\n",
                   100 + i, LONG_AGO + 1000 + i, i);
  if (what & SCENE_BAD_LIST) n += sprintf(text + n, "50 :17000000");
  put(dir, "dovecot-uidlist", text, (size_t)n);
}

/* the first two names, and if all are to be taken the others */
static void keywords(const char *dir, const char *two, int what)
{
  char text[600];
  int n = sprintf(text, "%s", two), i;

  for (i = 2; what & SCENE_EXTRA && i < KEYWORD_LETTERS; i++)
    n += sprintf(text + n, "%d taken%d\n", i, i);
  put(dir, "dovecot-keywords", text, (size_t)n);
}

static void inbox(const char *path, int what)
{
  static const int nums[] = { 1, 2, 3, 4, 5, 6, 0 };
  static const int uids[] = { 3, 4, 7, 8, 10, 11 };
  char dir[300];

  folder_made(dir, sizeof dir, path, "");
  add(dir, "cur", 1, ":2,S");
  add(dir, "cur", 2, ":2,T");
  add(dir, "cur", 3, ":2,b");
  add(dir, "cur", 4, ":2,FR");
  add(dir, "cur", 5, ":2,Sa");
  add(dir, "cur", 6, ":2,");
  keywords(dir, "0 Label\n1 Work\n", what);
  if (what & SCENE_EXTRA)
    put(dir, "roost-extra", "1 V1700000000 S0\n7 +Far\n7,8 +Gone\n"
        "7,8 -Gone\n7 +To", 48);
  list(dir, LONG_AGO, nums, uids, what);
}

/* where SCENE_APART puts folders; the Maildir has a link to them */
static const char *apart(const char *path)
{
  static char to[300];
  const char *slash = strrchr(path, '/');

  snprintf(to, sizeof to, "%s/%s.apart",
           strncmp(path, "/dev/shm/", 9) ? "/dev/shm" : "/tmp",
           slash ? slash + 1 : path);
  return to;
}

int scene_apart(const char *path)
{
  struct stat a, b;
  const char *to = apart(path);
  int there = mkdir(to, 0700) == 0 && stat(to, &b) == 0
    && stat(path, &a) == 0 && a.st_dev != b.st_dev;

  rmdir(to);
  return there;
}

static void others(const char *path, int what)
{
  static const int other[] = { 11, 12, 0 }, sub[] = { 21, 0 };
  static const int trash[] = { 31, 0 }, uids[] = { 1, 5 };
  char dir[300], link[300];

  if (what & SCENE_APART) {
    if (mkdir(apart(path), 0700) == -1) die(apart(path));
    folder_made(dir, sizeof dir, apart(path), "Other");
    snprintf(link, sizeof link, "%s/.Other", path);
    if (symlink(dir, link) == -1) die(link);
  }
  else
    folder_made(dir, sizeof dir, path, "Other");
  add(dir, "cur", 11, ":2,S");
  add(dir, "cur", 12, ":2,b");
  keywords(dir, "0 Old\n1 Label\n", what);
  list(dir, LONG_AGO + 1, other, uids, 0);
  folder_made(dir, sizeof dir, path, "Other.Sub");
  add(dir, "cur", 21, ":2,");
  list(dir, LONG_AGO + 2, sub, uids, 0);
  folder_made(dir, sizeof dir, path, "Trash");
  add(dir, "cur", 31, ":2,S");
  list(dir, LONG_AGO + 3, trash, uids, 0);
}

/* call each for the path and all below it, deepest first */
static int walk(const char *path, int (*each)(const char *,
                const struct stat *, int, struct FTW *))
{
  return nftw(path, each, 8, FTW_DEPTH | FTW_PHYS);
}

static int back_date(const char *path, const struct stat *st, int kind,
                     struct FTW *ftw)
{
  struct timespec t[2] = { { LONG_AGO, 0 }, { LONG_AGO, 0 } };

  (void)st;
  (void)ftw;
  if (kind == FTW_DP) utimensat(AT_FDCWD, path, t, 0);
  return 0;
}

void scene_make(const char *path, int what)
{
  scene_remove(path);
  inbox(path, what);
  others(path, what);
  put(path, "subscriptions", "V\t2\n\nOther\n", 11);
  if (what & SCENE_QUOTA)
    put(path, "maildirsize", "1000000S,1000C\n2000 9\n", 22);
  walk(path, back_date);
  if (what & SCENE_APART) walk(apart(path), back_date);
}

void scene_late(const char *path, int what)
{
  char p[300];

  if (what & SCENE_NEW) {
    add(path, "new", 7, "");
    add(path, "new", 8, "");
  }
  if (what & SCENE_NO_LIST) {
    snprintf(p, sizeof p, "%s/dovecot-uidlist", path);
    if (unlink(p) == -1) die(p);
  }
  if (what & SCENE_NO_INDEX) scene_remove_index(path);
}

static int remove_one(const char *path, const struct stat *st, int kind,
                      struct FTW *ftw)
{
  (void)st;
  (void)kind;
  (void)ftw;
  return remove(path) == -1 && errno != ENOENT ? -1 : 0;
}

void scene_remove(const char *path)
{
  if (walk(apart(path), remove_one) == -1 && errno != ENOENT) die(path);
  if (walk(path, remove_one) == -1 && errno != ENOENT) die(path);
}

void scene_remove_index(const char *path)
{
  char p[300];

  snprintf(p, sizeof p, "%s/roost.index", path);
  scene_remove(p);
}

static int ends_in(const char *s, const char *end)
{
  size_t n = strlen(s), m = strlen(end);

  return n >= m && !strcmp(s + n - m, end);
}

static int age_one(const char *path, const struct stat *st, int kind,
                   struct FTW *ftw)
{
  struct timespec t[2] = { { LONG_AGO, 0 }, { LONG_AGO, 0 } };

  (void)st;
  (void)ftw;
  if (kind == FTW_F && ends_in(path, ".lock"))
    utimensat(AT_FDCWD, path, t, AT_SYMLINK_NOFOLLOW);
  return 0;
}

void scene_age_locks(const char *path)
{
  walk(path, age_one);
  walk(apart(path), age_one);
}

/* ---- looking for what is wrong ---- */

static char *wrong;
static size_t wrong_size;
static int torn_allowed;

static int bad(const char *path, const char *what)
{
  snprintf(wrong, wrong_size, "%s: %s", path, what);
  return 1;
}

static int list_lines(const char *path, char *s, char *end)
{
  unsigned int last = 0, uid, v, n;
  int version, skip = 0;
  char *lf;

  if (sscanf(s, "3 V%u N%u G%*32[0-9a-f]%n", &v, &n, &skip) < 2 || !skip) {
    if (sscanf(s, "%d %u %u", &version, &v, &n) == 3 && version == 1)
      return 0;                 /* not yet made anew */
    return bad(path, "header");
  }
  for (s = memchr(s, '\n', (size_t)(end - s)); s && ++s < end; s = lf) {
    lf = memchr(s, '\n', (size_t)(end - s));
    if (!lf) return torn_allowed ? 0 : bad(path, "torn tail");
    if (sscanf(s, "%u", &uid) != 1 || uid <= last || !memchr(s, ':',
        (size_t)(lf - s))) return bad(path, "record");
    last = uid;
  }
  return s ? 0 : bad(path, "no line");
}

static int list_one(const char *path, const struct stat *st, int kind,
                    struct FTW *ftw)
{
  static char text[300000];
  int fd;
  ssize_t n;

  (void)st;
  (void)ftw;
  if (kind != FTW_F || !ends_in(path, "/dovecot-uidlist")) return 0;
  fd = open(path, O_RDONLY);
  n = fd == -1 ? -1 : read(fd, text, sizeof text - 1);
  if (fd != -1) close(fd);
  if (n < 0) return bad(path, "unreadable");
  text[n] = 0;
  return list_lines(path, text, text + n);
}

int scene_lists_whole(const char *path, int torn, char *why, size_t size)
{
  wrong = why;
  wrong_size = size;
  torn_allowed = torn;
  return walk(path, list_one) == 0
    && (access(apart(path), F_OK) || walk(apart(path), list_one) == 0);
}

static int litter_one(const char *path, const struct stat *st, int kind,
                      struct FTW *ftw)
{
  (void)st;
  (void)ftw;
  if (kind != FTW_F && kind != FTW_DP) return 0;
  if (ends_in(path, ".lock")) return bad(path, "a lock stayed");
  if (ends_in(path, ".tmp") && kind == FTW_F)
    return bad(path, "a temporary file stayed");
  if (kind == FTW_F && strstr(path, "/tmp/1") && strstr(path, ".example"))
    return bad(path, "left in tmp/");
  if (strstr(path, "roost.index.damaged")) return bad(path, "put aside");
  return 0;
}

int scene_litter(const char *path, char *why, size_t size)
{
  wrong = why;
  wrong_size = size;
  return walk(path, litter_one) != 0
    || (!access(apart(path), F_OK) && walk(apart(path), litter_one) != 0);
}

/* ---- pictures ---- */

static int failed(struct picture *p, const char *folder, const char *what)
{
  snprintf(p->why, sizeof p->why, "%s: %s: %s", *folder ? folder : "INBOX",
           what, strerror(errno));
  return -1;
}

static int by_name(const void *a, const void *b)
{
  return strcmp(*(char *const *)a, *(char *const *)b);
}

/* the names of its keywords, in order: how they are kept is nobody's business */
#define NAMES_MAX (KEYWORD_LETTERS + 10)

static void keyword_names(struct folder *f, uint32_t uid, uint32_t letters,
                          char *out, size_t size)
{
  size_t at = 0;
  char *names[NAMES_MAX], *end = out + size;
  const char *s;
  int i, n = 0;

  for (i = 0; i < KEYWORD_LETTERS; i++)
    if (letters >> i & 1) {
      s = folder_keyword_name(f, i);
      names[n++] = strdup(s ? s : "?");
    }
  while (n < NAMES_MAX && (s = folder_keyword_next(f, uid, letters, &at)))
    names[n++] = strdup(s);
  qsort(names, (size_t)n, sizeof *names, by_name);
  *out = 0;
  for (i = 0; i < n; i++) {
    out += snprintf(out, (size_t)(end - out), "%s ", names[i]);
    free(names[i]);
  }
}

/* what a front end keeps about a message must stay with it */
static int cache(struct folder *f, const struct pic_message *m)
{
  const char *data;
  size_t len;
  int known, right = 1;

  if (folder_begin(f) == -1) return 0;
  known = folder_cache_get(f, m->uid, 1, &data, &len);
  if (known)
    right = len == sizeof m->num && !memcmp(data, &m->num, sizeof m->num);
  folder_end(f);
  if (!known)
    folder_cache_put(f, m->uid, 1, *(const unsigned char *)&m->num,
                     (const char *)&m->num + 1, sizeof m->num - 1);
  return right;
}

static int one_message(struct picture *p, struct folder *f,
                       struct pic_message *m)
{
  struct message have;
  uint32_t letters;
  int fd, got;

  if (folder_begin(f) == -1) return failed(p, folder_name(f), "begin");
  got = folder_get(f, m->uid, &have);
  m->flags = have.flags;
  letters = have.keywords;
  m->date = have.date;
  m->vsize = have.vsize;
  folder_end(f);
  if (got != 1) return failed(p, folder_name(f), "a UID has no message");
  keyword_names(f, m->uid, letters, m->keywords, sizeof m->keywords);
  if (m->date == INT64_MIN && folder_date(f, m->uid, &m->date) == -1)
    return failed(p, folder_name(f), "date");
  if (m->vsize < 0 && folder_vsize(f, m->uid, &m->vsize) == -1)
    return failed(p, folder_name(f), "size");
  fd = folder_message_fd(f, m->uid);
  if (fd == -1) return failed(p, folder_name(f), "message");
  m->num = message_num(fd);
  close(fd);
  if (m->num == -1) return failed(p, folder_name(f), "message in part");
  if (!cache(f, m)) return failed(p, folder_name(f), "another's cache");
  return 0;
}

static int one_folder(struct picture *p, struct folder *f)
{
  struct pic_folder *o = p->f + p->n++;
  struct uidset uids = UIDSET_ZERO;
  struct folder_counts c;
  uint32_t uid = 0;
  int r = 0;

  snprintf(o->name, sizeof o->name, "%s", folder_name(f));
  if (folder_sync(f) == -1) return failed(p, o->name, "sync");
  if (folder_counts(f, &c) == -1) return failed(p, o->name, "counts");
  o->uidvalidity = c.uidvalidity;
  o->uidnext = c.uidnext;
  o->unseen = c.unseen;
  o->deleted = c.deleted;
  o->modseq = c.modseq;
  folder_uids(f, &uids);
  while (r == 0 && o->n < PICTURE_MESSAGES
         && (uid = uidset_next(&uids, uid + 1))) {
    o->m[o->n].uid = uid;
    r = one_message(p, f, o->m + o->n++);
  }
  uidset_free(&uids);
  if (r == 0 && c.messages != (uint32_t)o->n) {
    errno = 0;
    return failed(p, o->name, "counts differ from UIDs");
  }
  return r;
}

static int named(struct picture *p, struct account *a, const char *name)
{
  struct folder *f;
  int r;

  if (p->n == PICTURE_FOLDERS) return failed(p, name, "too many");
  if (folder_open(&f, a, name, strlen(name), 0) == -1)
    return failed(p, name, "open");
  r = one_folder(p, f);
  folder_close(f);
  return r;
}

void picture_take(struct picture *p, struct account *a)
{
  stralloc names = STRALLOC_ZERO, subs = STRALLOC_ZERO;
  const char *s;
  size_t i;

  memset(p, 0, sizeof *p);
  if (tree_list(&a->tree, &names) == -1) {
    failed(p, "", "list");
    return;
  }
  if (named(p, a, "") == -1) return;
  for (s = names.s; s && s < names.s + names.len; s += strlen(s) + 1)
    if (named(p, a, s) == -1) return;
  if (subscriptions_read(&a->tree, &subs) == -1) {
    failed(p, "", "subscriptions");
    return;
  }
  for (i = 0; i < subs.len && i < sizeof p->subscribed - 1; i++)
    p->subscribed[i] = subs.s[i] ? subs.s[i] : '|';
  stralloc_free(&names);
  stralloc_free(&subs);
  p->whole = 1;
}

struct pic_folder *picture_folder(struct picture *p, const char *name)
{
  int i;

  for (i = 0; i < p->n; i++)
    if (!strcmp(p->f[i].name, name)) return p->f + i;
  return 0;
}
