/* ISC licence; see LICENSE. */
/* A directory of MH: a file for each message, its name a number; folders are
 * directories in it; .mh_sequences says what is unseen, replied, flagged. */
#include "import.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/log.h"
#include "maildir/names.h"
#include "maildir/replace.h"
#include "maildir/uidset.h"
#include "tool.h"

#define SEQUENCES ".mh_sequences"
#define MH_SEQUENCES_MAX (4 << 20)      /* octets of it */
#define MH_DEPTH_MAX 32                 /* folders in folders */
#define MH_BUFFER 65536

struct sequences { struct uidset unseen, replied, flagged; };

struct mh {
  struct import *im;
  const struct import_options *opt;
  int depth;
};

/* a message's number; 0: it is none, as ",12", which is deleted, or "cur" */
static uint32_t number(const char *s)
{
  uint64_t n = 0;

  if (*s == '0' || strlen(s) > 9) return 0;
  for (; *s >= '0' && *s <= '9'; s++) n = n * 10 + (uint64_t)(*s - '0');
  return *s ? 0 : (uint32_t)n;
}

static void add_range(stralloc *ranges, unsigned long a, unsigned long b)
{
  struct uidrange r = { (uint32_t)a, (uint32_t)b };

  stralloc_catb(ranges, (char *)&r, sizeof r);
}

/* in whatever order they came */
static void build(struct uidset *set, stralloc *ranges)
{
  if (ranges->len)
    uidset_build(set, (struct uidrange *)ranges->s,
                 ranges->len / sizeof(struct uidrange));
  stralloc_free(ranges);
}

/* "3 5-7 12" */
static void take_ranges(struct uidset *set, const char *s)
{
  stralloc ranges = STRALLOC_ZERO;
  char *end;
  unsigned long a, b;

  for (;; s = end) {
    a = b = strtoul(s, &end, 10);
    if (end == s) break;
    if (*end == '-') b = strtoul(end + 1, &end, 10);
    if (a && a <= b && b < UINT32_MAX) add_range(&ranges, a, b);
  }
  build(set, &ranges);
}

/* "name: ranges", a line each; folded lines go on with a space */
static void read_sequences(struct import *im, int dir, struct sequences *q)
{
  stralloc s = STRALLOC_ZERO;
  char *line, *lf;

  if (read_whole(&s, dir, SEQUENCES, MH_SEQUENCES_MAX, 0) == -1) {
    if (errno != ENOENT)
      import_left_out(im, 0, "it cannot be read, or is too long", SEQUENCES);
    stralloc_free(&s);
    return;
  }
  stralloc_0(&s);
  for (line = s.s; *line; line = lf + 1) {
    for (lf = line; (lf = strchr(lf, '\n')) && (lf[1] == ' ' || lf[1] == '\t'); )
      *lf = ' ';
    if (lf) *lf = 0;
    if (!strncmp(line, "unseen:", 7)) take_ranges(&q->unseen, line + 7);
    else if (!strncmp(line, "replied:", 8)) take_ranges(&q->replied, line + 8);
    else if (!strncmp(line, "flagged:", 8)) take_ranges(&q->flagged, line + 8);
    if (!lf) break;
  }
  stralloc_free(&s);
}

/* the file's octets to the hash or to the store; 0, -1 with errno */
static int copy(struct import *im, struct import_hash *h, int fd)
{
  static char buf[MH_BUFFER];
  ssize_t r;
  off_t at = 0;

  while ((r = pread(fd, buf, sizeof buf, at)) > 0
         || (r == -1 && errno == EINTR)) {
    if (r == -1) continue;
    if (h) import_hash_put(h, buf, (size_t)r);
    else import_data(im, buf, (size_t)r);
    at += r;
  }
  return (int)r;
}

static void read_failed(struct import *im, const char *file)
{
  import_die(im, 111, 1, "unable to read message ", file);
}

static void one_message(struct import *im, struct import_counts *counts,
                        const struct sequences *q, int dir, uint32_t n,
                        const char *folder)
{
  struct import_message msg = { .flags = 0 };
  struct import_hash *h;
  stralloc file = STRALLOC_ZERO;
  unsigned char content[32];
  struct stat st;
  int fd;

  stralloc_catu(&file, n);
  stralloc_0(&file);
  fd = openat(dir, file.s, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd == -1 || fstat(fd, &st) == -1) read_failed(im, file.s);
  if (S_ISREG(st.st_mode)) {
    h = import_hash_begin();
    if (copy(im, h, fd) == -1) read_failed(im, file.s);
    import_hash_end(h, content);
    import_content_id(counts, folder, content, &msg.id);
    if (import_is_known(im, &msg.id)) im->there++;
    else {
      msg.date = st.st_mtime;
      msg.flags = (uidset_has(&q->unseen, n) ? 0 : MF_SEEN)
        | (uidset_has(&q->replied, n) ? MF_ANSWERED : 0)
        | (uidset_has(&q->flagged, n) ? MF_FLAGGED : 0);
      import_start(im);
      if (copy(im, 0, fd) == -1) {
        import_drop(im);
        read_failed(im, file.s);
      }
      import_finish(im, &msg);
    }
  }
  close(fd);
  stralloc_free(&file);
}

/* numbers of messages, and names of directories that may be folders */
static void list(struct import *im, int dir, const char *path,
                 struct uidset *numbers, stralloc *subs)
{
  int at = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *d = at == -1 ? 0 : fdopendir(at);
  stralloc ranges = STRALLOC_ZERO;
  struct dirent *e;
  struct stat st;
  uint32_t n;

  if (!d) import_die(im, 111, 1, "unable to read ", path);
  while ((e = readdir(d))) {
    if (e->d_name[0] == '.') continue;
    if (fstatat(dir, e->d_name, &st, AT_SYMLINK_NOFOLLOW) == -1) continue;
    n = number(e->d_name);
    if (n && S_ISREG(st.st_mode)) add_range(&ranges, n, n);
    else if (S_ISDIR(st.st_mode)) {
      stralloc_cats(subs, e->d_name);
      stralloc_0(subs);
    }
  }
  closedir(d);
  build(numbers, &ranges);
  names_sort(subs, 0);
}

static void messages(struct mh *mh, int dir, const struct uidset *numbers,
                     const char *name)
{
  struct sequences q = { UIDSET_ZERO, UIDSET_ZERO, UIDSET_ZERO };
  struct import_counts counts = { 0, 0, 0, 0 };
  stralloc storage = STRALLOC_ZERO;
  uint64_t all = uidset_count(numbers), done = 0;
  size_t i;
  uint32_t n;

  tool_storage(&mh->im->account.tree, &storage, name);
  stralloc_0(&storage);
  read_sequences(mh->im, dir, &q);
  import_folder(mh->im, storage.s, name);
  for (i = 0; i < numbers->n; i++)
    for (n = numbers->r[i].lo; n <= numbers->r[i].hi; n++) {
      one_message(mh->im, &counts, &q, dir, n, name);
      import_progress(mh->im, ++done, all);
    }
  import_folder_end(mh->im);
  uidset_free(&q.unseen);
  uidset_free(&q.replied);
  uidset_free(&q.flagged);
  import_counts_free(&counts);
  stralloc_free(&storage);
}

static void folder(struct mh *mh, int dir, const char *path,
                   const stralloc *name);

static void sub_folders(struct mh *mh, int dir, const stralloc *subs,
                        const stralloc *name)
{
  const struct tree *t = &mh->im->account.tree;
  stralloc sub = STRALLOC_ZERO;
  const char *s;
  int fd;

  for (s = subs->s; s && s < subs->s + subs->len; s += strlen(s) + 1) {
    fd = openat(dir, s, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    if (fd == -1) import_die(mh->im, 111, 1, "unable to read ", s);
    if (!name->len && !strcasecmp(s, "inbox")) stralloc_copys(&sub, "INBOX");
    else {
      if (name->len && !(name->len == 5 && !strncasecmp(name->s, "INBOX", 5)))
        stralloc_copy(&sub, name);
      else import_prefix(t, &sub);
      import_part(t, &sub, s, strlen(s));
    }
    folder(mh, fd, s, &sub);
    close(fd);
  }
  stralloc_free(&sub);
}

/* a folder and those in it; name.len 0: the directory that was given */
static void folder(struct mh *mh, int dir, const char *path,
                   const stralloc *name)
{
  struct uidset numbers = UIDSET_ZERO;
  stralloc subs = STRALLOC_ZERO, called = STRALLOC_ZERO;

  if (mh->depth == MH_DEPTH_MAX) {
    import_left_out(mh->im, 0, "too deep", path);
    return;
  }
  list(mh->im, dir, path, &numbers, &subs);
  if (name->len) stralloc_copy(&called, name);
  else stralloc_copys(&called, "INBOX");
  stralloc_0(&called);
  if (import_chosen(&mh->opt->patterns, called.s)
      && (uidset_count(&numbers) || name->len))
    messages(mh, dir, &numbers, called.s);
  mh->depth++;
  sub_folders(mh, dir, &subs, name);
  mh->depth--;
  stralloc_free(&subs);
  stralloc_free(&called);
  uidset_free(&numbers);
}

void import_mh(struct import *im, const struct import_options *opt,
               const char *path)
{
  struct mh mh = { im, opt, 0 };
  stralloc name = STRALLOC_ZERO;
  int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd == -1)
    die_sys(errno == ENOENT || errno == ENOTDIR ? 100 : 111,
            "unable to open ", path);
  if (opt->folder) stralloc_copys(&name, opt->folder);
  folder(&mh, fd, path, &name);
  stralloc_free(&name);
  close(fd);
}
