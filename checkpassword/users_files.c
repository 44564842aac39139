/* ISC licence; see LICENSE. */
#include "users_files.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <skalibs/allreadwrite.h>

#include "base/alloc.h"
#include "base/log.h"
#include "swap.h"
#include "users_cdb.h"

#define BROKEN 100              /* for the user to mend */
#define FAILED 111              /* the system's refusal */
#define LOCK_MS 10000
#define TEXT_MAX (256u << 20)   /* octets */

void users_files_name(struct users_files *f, const char *text_path)
{
  const char *cdb = users_cdb_path();
  size_t len = strlen(cdb);

  if (text_path) {
    stralloc_copys(&f->text_path, text_path);
  } else {
    if (len < 5 || strcmp(cdb + len - 4, ".cdb"))
      die_text(BROKEN, "$" USERS_CDB_VAR " does not end in .cdb; use -f", 0);
    stralloc_copyb(&f->text_path, cdb, len - 4);
  }
  stralloc_copy(&f->cdb_path, &f->text_path);
  stralloc_cats(&f->cdb_path, ".cdb");
  stralloc_0(&f->text_path);
  stralloc_0(&f->cdb_path);
}

void users_files_lock(const struct users_files *f)
{
  if (swap_lock(f->text_path.s, LOCK_MS) != -1) return;
  if (errno == EWOULDBLOCK)
    die_text(FAILED, "another roost-user is at work on ", f->text_path.s);
  die_sys(FAILED, "unable to lock ", f->text_path.s);
}

/* All of fd, at most TEXT_MAX octets; 0, or -1 with errno. */
static int slurp(stralloc *text, int fd)
{
  char buf[8192];
  ssize_t r;

  while ((r = fd_read(fd, buf, sizeof buf)) > 0) {
    if (text->len > TEXT_MAX) return (errno = EFBIG, -1);
    stralloc_catb(text, buf, (size_t)r);
  }
  explicit_bzero(buf, sizeof buf);
  return r == -1 ? -1 : 0;
}

int users_files_read(const struct users_files *f, stralloc *text,
                     int may_miss)
{
  int fd = open(f->text_path.s, O_RDONLY | O_CLOEXEC);

  text->len = 0;
  if (fd == -1 && errno == ENOENT && may_miss) return 0;
  if (fd == -1 || slurp(text, fd) == -1)
    die_sys(FAILED, "unable to read ", f->text_path.s);
  close(fd);
  if (text->len && text->s[text->len - 1] != '\n') stralloc_append(text, '\n');
  return 1;
}

void users_files_fault(const struct users_files *f, unsigned long line,
                       const char *reason)
{
  stralloc s = STRALLOC_ZERO;

  stralloc_cats(&s, f->text_path.s);
  stralloc_append(&s, ':');
  stralloc_catu(&s, line);
  stralloc_cats(&s, ": ");
  stralloc_cats(&s, reason);
  stralloc_0(&s);
  die_text(BROKEN, s.s, 0);
}

/* The database that stands there now, for its key; a damaged one is no loss. */
static const struct users_cdb *old_of(struct users_cdb *db, const char *path)
{
  return users_cdb_open(db, path) == -1 ? 0 : db;
}

/* 0, or -1 with errno and *what the file; ends in case of a fault. */
static int compile(const struct users_files *f, const stralloc *text,
                   struct swap *s)
{
  struct users_cdb db = USERS_CDB_ZERO;
  const struct users_cdb *old = old_of(&db, f->cdb_path.s);
  struct users_error err = { .line = 0 };
  int r, saved;

  if (swap_open(s, f->cdb_path.s, f->text_path.s, 0600) == -1) return -1;
  r = users_cdb_write(s->fd, text->s, text->len, old, &err);
  saved = errno;
  if (old) users_cdb_close(&db);
  errno = saved;
  if (r == -1 && err.reason) {
    swap_end(s);
    users_files_fault(f, err.line, err.reason);
  }
  return r == -1 ? -1 : swap_ready(s);
}

static int write_text(const struct users_files *f, const stralloc *text,
                      struct swap *s)
{
  if (swap_open(s, f->text_path.s, 0, 0600) == -1) return -1;
  if (allwrite(s->fd, text->s, text->len) < text->len) return -1;
  return swap_ready(s);
}

/* Whoever reads a hash can try passwords on it for as long as he likes. */
static void warn_if_open(const char *path)
{
  struct stat st;

  if (stat(path, &st) == -1 || !(st.st_mode & S_IROTH)) return;
  log_begin("warning");
  log_str("what", "readable-by-everyone");
  log_str("file", path);
  log_end();
}

void users_files_write(const struct users_files *f, const stralloc *text,
                       int keep_text)
{
  struct swap t = SWAP_ZERO, c = SWAP_ZERO;
  const char *what = f->cdb_path.s;
  int r = compile(f, text, &c);

  if (!r && !keep_text) {
    what = f->text_path.s;
    r = write_text(f, text, &t);
    if (!r) r = swap_commit(&t);
  }
  if (!r) {
    what = f->cdb_path.s;
    r = swap_commit(&c);
  }
  swap_end(&t);
  swap_end(&c);
  if (r == -1) die_sys(FAILED, "unable to write ", what);
  warn_if_open(f->text_path.s);
  warn_if_open(f->cdb_path.s);
}
