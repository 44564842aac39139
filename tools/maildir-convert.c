/* ISC licence; see LICENSE. */
/* maildir-convert - move trees of Maildirs from one server to another */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/env.h"
#include "base/log.h"
#include "convert.h"
#include "convert_maildir.h"
#include "convert_server.h"
#include "imap_arguments.h"
#include "maildir/namemap.h"
#include "maildir/replace.h"
#include "maildir/uidl.h"
#include "tool.h"

char const *PROG = "maildir-convert";

#define DEPTH_MAX 12            /* directories above a Maildir */
#define JOBS_MAX 64
#define LINE_MAX_IN 4096        /* of the list on descriptor 0 */

struct worker {
  pid_t pid;                    /* 0: free */
  int fd;
  size_t path;                  /* in paths */
  stralloc out;
};

struct run {
  struct conversion c;
  stralloc paths;               /* NUL-ended */
  stralloc trees;               /* of each the length of the tree's path */
  size_t tree;                  /* of the tree that is walked through */
  size_t n, done, failed;
  struct worker worker[JOBS_MAX];
  size_t jobs;
  stralloc before;              /* the snapshot that is compared with */
  struct namemap section_of;    /* by path */
  size_t *section;              /* where its lines begin */
  int snapshot_fd;
  const char *snapshot;
  struct convert_server server; /* user 0: there is none to compare with */
  const char *password;         /* the file that has it */
  int tty, worst;
  size_t told;                  /* tenths of the way that were told */
};

/* ---- which Maildirs ---- */

static void add_path(struct run *r, const char *s)
{
  stralloc_cats(&r->paths, s);
  stralloc_0(&r->paths);
  stralloc_catb(&r->trees, (const char *)&r->tree, sizeof r->tree);
  r->n++;
}

static int has(int fd, const char *sub)
{
  struct stat st;

  return fstatat(fd, sub, &st, 0) == 0 && S_ISDIR(st.st_mode);
}

static int by_text(const void *a, const void *b)
{
  return strcmp(*(char *const *)a, *(char *const *)b);
}

/* the directories in fd, sorted; no links, nothing hidden */
static char **directories(int fd, const char *dir, size_t *n)
{
  int copy = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *d = copy == -1 ? 0 : fdopendir(copy);
  struct dirent *e;
  struct stat st;
  char **v = 0;
  size_t a = 0;

  *n = 0;
  if (!d) {
    log_fault_file("fault", dir);
    if (copy != -1) close(copy);
    return 0;
  }
  while ((e = readdir(d))) {
    if (*e->d_name == '.'
        || fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) == -1
        || !S_ISDIR(st.st_mode)) continue;
    if (*n == a) {
      a = a ? a * 2 : 64;
      v = xrealloc(v, a * sizeof *v);
    }
    v[(*n)++] = xstrdup(e->d_name);
  }
  closedir(d);
  if (*n) qsort(v, *n, sizeof *v, by_text);
  return v;
}

/* By descriptors: below the tree that was given every directory is someone's,
 * who may put a link in its place while root looks. */
static void walk(struct run *r, int fd, const char *dir, int depth)
{
  stralloc path = STRALLOC_ZERO;
  char **v;
  size_t n, i;
  int sub;

  if (has(fd, "cur") && has(fd, "new")) {
    add_path(r, dir);
    return;
  }
  if (depth == DEPTH_MAX) return;
  v = directories(fd, dir, &n);
  for (i = 0; i < n; i++) {
    path.len = 0;
    stralloc_cats(&path, dir);
    stralloc_append(&path, '/');
    stralloc_cats(&path, v[i]);
    stralloc_0(&path);
    sub = openat(fd, v[i], O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (sub == -1) log_fault_file("fault", path.s);
    else {
      walk(r, sub, path.s, depth + 1);
      close(sub);
    }
    free(v[i]);
  }
  free(v);
  stralloc_free(&path);
}

/* an argument or a line: a Maildir, or a tree that has some */
static void add_tree(struct run *r, const char *path)
{
  size_t before = r->n;
  int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);

  r->tree = strlen(path);
  if (fd == -1) log_fault_file("fault", path);
  else {
    walk(r, fd, path, 0);
    close(fd);
  }
  if (r->n > before) return;
  log_begin("no-maildir");
  log_str("file", path);
  log_end();
  r->worst = 111;
}

static void add_list(struct run *r)
{
  stralloc in = STRALLOC_ZERO;
  char buf[65536], *lf;
  ssize_t got;
  size_t at = 0;

  while ((got = read(0, buf, sizeof buf)) > 0) stralloc_catb(&in, buf, got);
  if (got == -1) die_sys(111, "unable to read the list", 0);
  if (in.len && in.s[in.len - 1] != '\n') stralloc_append(&in, '\n');
  for (; at < in.len; at = (size_t)(lf + 1 - in.s)) {
    lf = memchr(in.s + at, '\n', in.len - at);
    *lf = 0;
    if ((size_t)(lf - in.s) - at > LINE_MAX_IN)
      die_text(100, "a line of the list is too long", 0);
    if (lf > in.s + at) add_tree(r, in.s + at);
  }
  stralloc_free(&in);
}

/* ---- the snapshot of before ---- */

/* "M path" begins the lines of a Maildir: where each begins and ends */
static void sections(struct run *r)
{
  const char *s = r->before.s, *end = s + r->before.len, *lf;
  size_t i, a = 0;

  for (; s < end && (lf = memchr(s, '\n', (size_t)(end - s))); s = lf + 1) {
    if (lf - s < 3 || lf - s > UINT16_MAX || memcmp(s, "M ", 2)) continue;
    i = namemap_add(&r->section_of, s + 2, (size_t)(lf - s) - 2,
                    (size_t)(lf - s) - 2);
    if (i == NAMEMAP_NONE) die_sys(111, "unable to read the snapshot", 0);
    if (i >= a) {
      a = r->section_of.a;
      r->section = xrealloc(r->section, a * sizeof *r->section);
    }
    r->section[i] = (size_t)(s - r->before.s);
  }
}

/* a Maildir that is not in the snapshot has nothing to be compared with */
static void choose_section(struct run *r, const char *path)
{
  stralloc name = STRALLOC_ZERO;
  size_t i = NAMEMAP_NONE, to;

  state_name(&name, path);
  if (r->section_of.n) i = namemap_find(&r->section_of, name.s, name.len);
  stralloc_free(&name);
  r->c.len = 0;
  if (i == NAMEMAP_NONE) return;
  to = i + 1 < r->section_of.n ? r->section[i + 1] : r->before.len;
  r->c.lines = r->before.s + r->section[i];
  r->c.len = to - r->section[i];
}

/* ---- workers ---- */

static void progress(struct run *r, int end)
{
  static const char bar[] = "########################################";
  static const char dots[] = "........................................";
  stralloc line = STRALLOC_ZERO;
  size_t part = r->n ? 40 * r->done / r->n : 40, tenth;

  if (r->tty) {
    stralloc_cats(&line, "\r[");
    stralloc_catb(&line, bar, part);
    stralloc_catb(&line, dots, 40 - part);
    stralloc_cats(&line, "] ");
    stralloc_catu(&line, r->done);
    stralloc_append(&line, '/');
    stralloc_catu(&line, r->n);
    if (end) stralloc_append(&line, '\n');
    if (write(2, line.s, line.len) == -1) r->tty = 0;
    stralloc_free(&line);
    return;
  }
  tenth = r->n ? 10 * r->done / r->n : 10;
  if (tenth <= r->told || r->n < 10) return;
  r->told = tenth;
  log_begin("progress");
  log_num("done", r->done);
  log_num("of", r->n);
  log_end();
}

static void start(struct run *r, struct worker *w, size_t path, size_t i)
{
  const char *dir = r->paths.s + path;
  int p[2];

  if (pipe(p) == -1) die_sys(111, "unable to make a pipe", 0);
  if (r->c.verify) choose_section(r, dir);
  w->pid = fork();
  if (w->pid == -1) die_sys(111, "unable to fork", 0);
  if (!w->pid) {
    if (dup2(p[1], 1) == -1) _exit(111);
    close(p[0]);
    close(p[1]);
    if (r->snapshot_fd != -1) close(r->snapshot_fd);
    _exit(convert_maildir(&r->c, dir, ((size_t *)r->trees.s)[i]));
  }
  close(p[1]);
  w->fd = p[0];
  w->path = path;
  w->out.len = 0;
}

static void finish(struct run *r, struct worker *w)
{
  int status, code;

  close(w->fd);
  while (waitpid(w->pid, &status, 0) == -1 && errno == EINTR) ;
  code = WIFEXITED(status) ? WEXITSTATUS(status) : 111;
  w->pid = 0;
  r->done++;
  if (r->tty && w->out.len && r->snapshot_fd == -1
      && write(2, "\r\033[K", 4) == -1) r->tty = 0;
  if (r->snapshot_fd != -1) {
    if (code == 0 && write(r->snapshot_fd, w->out.s, w->out.len)
        != (ssize_t)w->out.len) die_sys(111, "unable to write ", r->snapshot);
  }
  else tool_say(&w->out);
  if (code) {
    r->failed++;
    if (code == 111) log_begin("not-converted");
    else log_begin("differs");
    log_str("file", r->paths.s + w->path);
    log_end();
  }
  if (code > r->worst) r->worst = code;
  progress(r, 0);
}

static void hear(struct run *r, struct worker *w)
{
  char buf[65536];
  ssize_t n = read(w->fd, buf, sizeof buf);

  if (n == -1 && errno == EINTR) return;
  if (n > 0) stralloc_catb(&w->out, buf, n);
  else finish(r, w);
}

static void work(struct run *r)
{
  struct pollfd p[JOBS_MAX];
  size_t next = 0, nth = 0, i, busy;

  progress(r, 0);
  for (;;) {
    for (i = busy = 0; i < r->jobs; i++) {
      if (!r->worker[i].pid && next < r->paths.len) {
        start(r, r->worker + i, next, nth++);
        next += strlen(r->paths.s + next) + 1;
      }
      p[i].fd = r->worker[i].pid ? r->worker[i].fd : -1;
      p[i].events = POLLIN;
      p[i].revents = 0;
      busy += r->worker[i].pid != 0;
    }
    if (!busy) break;
    if (poll(p, r->jobs, -1) == -1 && errno != EINTR)
      die_sys(111, "unable to wait", 0);
    for (i = 0; i < r->jobs; i++)
      if (p[i].revents && r->worker[i].pid) hear(r, r->worker + i);
  }
  if (r->tty) progress(r, 1);
}

/* ---- */

static const char usage[] =
  "usage: maildir-convert [-gq] [-j jobs] [--to roost|dovecot|courier] "
  "[--snapshot file | --verify file] directory|- ..., or: maildir-convert "
  "-u user [-t tls|starttls|none] [-c cafile] [-p port] [-w file] "
  "--verify host maildir";

static enum convert_to target(const char *s)
{
  static const char *const names[] = { "roost", "dovecot", "courier" };
  int i;

  for (i = 0; i < 3; i++)
    if (!strcmp(s, names[i])) return (enum convert_to)i;
  die_text(100, "there is no way to ", s);
}

/* of a running server; 1: it was one */
static int server_option(struct run *r, int opt)
{
  struct import_options *at = &r->server.at;

  switch (opt) {
  case 'u': r->server.user = optarg; return 1;
  case 't': at->tls = imap_tls(optarg); return 1;
  case 'c': at->cafile = tool_absolute(optarg); return 1;
  case 'p': at->port = optarg; return 1;
  case 'w': r->password = optarg; return 1;
  }
  return 0;
}

static void read_snapshot(struct run *r, const char *file)
{
  if (read_whole(&r->before, AT_FDCWD, file, (size_t)1 << 34, 0) == -1)
    die_sys(111, "unable to read ", file);
  if (r->before.len < 17 || memcmp(r->before.s, "roost-snapshot 1\n", 17))
    die_text(100, "no snapshot: ", file);
  sections(r);
}

/* what fits together: with a server, one Maildir and nothing else */
static void check_options(struct run *r, const char *verify, int strange,
                          int left)
{
  struct import_options *at = &r->server.at;

  if (!left || (r->snapshot && verify)
      || (r->c.go && (r->snapshot || verify))) die_text(100, usage, 0);
  if (r->server.user ? !verify || left != 1 || strange
      : at->tls || at->cafile || at->port || r->password)
    die_text(100, usage, 0);
}

static void options(struct run *r, int argc, char **argv)
{
  enum { TO = 256, SNAPSHOT, VERIFY };
  static const struct option longer[] = {
    { "go", no_argument, 0, 'g' },
    { "quiet", no_argument, 0, 'q' },
    { "jobs", required_argument, 0, 'j' },
    { "to", required_argument, 0, TO },
    { "snapshot", required_argument, 0, SNAPSHOT },
    { "verify", required_argument, 0, VERIFY },
    { "user", required_argument, 0, 'u' },
    { 0, 0, 0, 0 }
  };
  const char *verify = 0;
  int opt, strange = 0;

  opterr = 0;
  while ((opt = getopt_long(argc, argv, "+gqj:u:t:c:p:w:", longer, 0)) != -1) {
    if (server_option(r, opt)) continue;
    strange |= opt != VERIFY;
    switch (opt) {
    case 'g': r->c.go = 1; break;
    case 'q': r->c.quiet = 1; break;
    case 'j': r->jobs = tool_number(optarg, JOBS_MAX, "not a number of jobs: ");
              if (!r->jobs) die_text(100, usage, 0);
              break;
    case TO: r->c.to = target(optarg); break;
    case SNAPSHOT: r->snapshot = optarg; break;
    case VERIFY: verify = optarg; break;
    default: die_text(100, usage, 0);
    }
  }
  check_options(r, verify, strange, argc - optind);
  r->c.snapshot = r->snapshot != 0;
  r->c.verify = verify != 0;
  if (r->server.user) r->server.host = verify;
  else if (verify) read_snapshot(r, verify);
}

static int against_server(struct run *r, const char *maildir)
{
  if (!r->server.at.tls) r->server.at.tls = "tls";
  imap_password(&r->server.at.password, r->password);
  return convert_server(&r->server, maildir);
}

static void open_snapshot(struct run *r)
{
  if (!r->snapshot) return;
  r->snapshot_fd = open(r->snapshot, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
                        0600);
  if (r->snapshot_fd == -1 || write(r->snapshot_fd, "roost-snapshot 1\n", 17)
      != 17) die_sys(errno == EEXIST ? 100 : 111, "unable to make ",
                     r->snapshot);
}

static void check_environment(void)
{
  const char *v = env_str("POP3_UIDL", 0);
  struct uidl_format f;

  if (v && !uidl_format_name(&f, v))
    die_text(100, "invalid value of $", "POP3_UIDL");
}

int main(int argc, char **argv)
{
  static struct run r;
  int i;

  r.jobs = 1;
  r.snapshot_fd = -1;
  r.tty = isatty(2);
  signal(SIGPIPE, SIG_IGN);
  options(&r, argc, argv);
  check_environment();
  if (r.server.user) return against_server(&r, argv[optind]);
  for (i = optind; i < argc; i++)
    if (!strcmp(argv[i], "-")) add_list(&r);
    else add_tree(&r, argv[i]);
  open_snapshot(&r);
  work(&r);
  if (r.snapshot_fd != -1
      && (fsync(r.snapshot_fd) == -1 || close(r.snapshot_fd) == -1))
    die_sys(111, "unable to write ", r.snapshot);
  return r.worst;
}
