/* ISC licence; see LICENSE. */
/* maildir-convert - move trees of Maildirs from one server to another */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/env.h"
#include "base/log.h"
#include "convert.h"
#include "convert_accounts.h"
#include "convert_maildir.h"
#include "convert_server.h"
#include "convert_trees.h"
#include "imap_arguments.h"
#include "maildir/namemap.h"
#include "maildir/replace.h"
#include "maildir/uidl.h"
#include "tool.h"

char const *PROG = "maildir-convert";

#define JOBS_MAX 64

struct worker {
  pid_t pid;                    /* 0: free */
  int fd;
  const char *path;             /* its Maildir */
  stralloc out;
};

struct run {
  struct conversion c;
  struct trees trees;
  size_t n, done, failed;       /* of their Maildirs, or of the accounts */
  struct worker worker[JOBS_MAX];
  size_t jobs;
  stralloc before;              /* the snapshot that is compared with */
  struct namemap section_of;    /* by path */
  size_t *section;              /* where its lines begin */
  int snapshot_fd;
  const char *snapshot;
  struct convert_server server; /* host 0: there is none to compare with */
  struct convert_accounts accounts;     /* there, one by one */
  const char *list;             /* the file that has these */
  const char *password;         /* the file that has it */
  int tty, worst;
  size_t told;                  /* tenths of the way that were told */
};

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

/* one of the accounts, and what the server shows to it */
static int against_account(struct run *r, size_t n)
{
  struct convert_server *s = &r->server;
  struct convert_account_own own;

  convert_accounts_take(&r->accounts, n, &own);
  s->user = own.user;
  if (own.password) {
    if (s->at.password.len)
      explicit_bzero(s->at.password.s, s->at.password.len);
    s->at.password.len = 0;
    stralloc_cats(&s->at.password, own.password);
  }
  return convert_server(s, own.maildir);
}

/* what worker w does; n: which of all it is */
static int task(struct run *r, const struct worker *w, size_t n)
{
  if (r->list) return against_account(r, n);
  return convert_maildir(&r->c, w->path, trees_length(&r->trees, n));
}

static void start(struct run *r, struct worker *w, const char *dir, size_t n)
{
  int p[2];

  if (pipe(p) == -1) die_sys(111, "unable to make a pipe", 0);
  if (r->c.verify && !r->list) choose_section(r, dir);
  w->path = dir;
  w->pid = fork();
  if (w->pid == -1) die_sys(111, "unable to fork", 0);
  if (!w->pid) {
    if (dup2(p[1], 1) == -1) _exit(111);
    close(p[0]);
    close(p[1]);
    if (r->snapshot_fd != -1) close(r->snapshot_fd);
    _exit(task(r, w, n));
  }
  close(p[1]);
  w->fd = p[0];
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
    if (code == 1) log_begin("differs");
    else if (r->list) log_begin("not-compared");
    else log_begin("not-converted");
    log_str("file", w->path);
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

/* the next Maildir of all, 0 there is none; *at is kept between calls */
static const char *next_path(const struct run *r, size_t begun, size_t *at)
{
  const char *s = r->trees.paths.s + *at;

  if (begun == r->n) return 0;
  if (r->list) return r->accounts.text.s + r->accounts.v[begun].maildir;
  *at += strlen(s) + 1;
  return s;
}

static void work(struct run *r)
{
  struct pollfd p[JOBS_MAX];
  size_t at = 0, begun = 0, i, busy;
  const char *dir;

  progress(r, 0);
  for (;;) {
    for (i = busy = 0; i < r->jobs; i++) {
      if (!r->worker[i].pid && (dir = next_path(r, begun, &at)))
        start(r, r->worker + i, dir, begun++);
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
  "[-u user | -j jobs --accounts file] [-m master] [-w file] "
  "[-t tls|starttls|none] [-c cafile] [-p port] [--pop3 | --pop3-only] "
  "[--pop3-port port] --verify host [maildir]";

static enum convert_to target(const char *s)
{
  static const char *const names[] = { "roost", "dovecot", "courier" };
  int i;

  for (i = 0; i < 3; i++)
    if (!strcmp(s, names[i])) return (enum convert_to)i;
  die_text(100, "there is no way to ", s);
}

enum { TO = 256, SNAPSHOT, VERIFY, ACCOUNTS, POP3, POP3_ONLY, POP3_PORT };

/* of a running server; 1: it was one */
static int server_option(struct run *r, int opt)
{
  struct import_options *at = &r->server.at;

  switch (opt) {
  case 'u': r->server.user = optarg; return 1;
  case 'm': r->server.master = optarg; return 1;
  case ACCOUNTS: r->list = optarg; return 1;
  case POP3: r->server.pop3 = 1; return 1;
  case POP3_ONLY: r->server.pop3 = 2; return 1;
  case POP3_PORT: r->server.pop3_port = optarg; return 1;
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

/* is anything said that is for a server? */
static int server_said(const struct run *r)
{
  const struct convert_server *s = &r->server;

  return s->at.tls || s->at.cafile || s->at.port || r->password || s->master
    || s->pop3 || s->pop3_port;
}

/* what fits together: with a server, one Maildir or a list, nothing else */
static void check_options(struct run *r, const char *verify, int strange,
                          int left)
{
  const struct convert_server *s = &r->server;

  if ((r->snapshot && verify) || (r->c.go && (r->snapshot || verify)))
    die_text(100, usage, 0);
  if (s->user || r->list
      ? !verify || strange || (s->user && r->list) || left != !r->list
      : !left || server_said(r)) die_text(100, usage, 0);
  if (s->pop3_port && !s->pop3) die_text(100, usage, 0);
  if (s->user && r->jobs > 1) die_text(100, usage, 0);
}

static void options(struct run *r, int argc, char **argv)
{
  static const struct option longer[] = {
    { "go", no_argument, 0, 'g' },
    { "quiet", no_argument, 0, 'q' },
    { "jobs", required_argument, 0, 'j' },
    { "to", required_argument, 0, TO },
    { "snapshot", required_argument, 0, SNAPSHOT },
    { "verify", required_argument, 0, VERIFY },
    { "user", required_argument, 0, 'u' },
    { "master", required_argument, 0, 'm' },
    { "accounts", required_argument, 0, ACCOUNTS },
    { "pop3", no_argument, 0, POP3 },
    { "pop3-only", no_argument, 0, POP3_ONLY },
    { "pop3-port", required_argument, 0, POP3_PORT },
    { 0, 0, 0, 0 }
  };
  const char *verify = 0;
  int opt, strange = 0;

  opterr = 0;
  while ((opt = getopt_long(argc, argv, "+gqj:u:m:t:c:p:w:", longer, 0)) != -1) {
    if (server_option(r, opt)) continue;
    strange |= opt != VERIFY && opt != 'j';
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
  if (r->server.user || r->list) r->server.host = verify;
  else if (verify) read_snapshot(r, verify);
}

/* the list and the password are read before anyone's rights are given up */
static void prepare_server(struct run *r)
{
  struct convert_server *s = &r->server;

  if (!s->at.tls) s->at.tls = "tls";
  s->imap = s->pop3 < 2;
  if (r->list) {
    convert_accounts_read(&r->accounts, r->list);
    r->n = r->accounts.n;
    if (!r->accounts.without) return;
    if (!r->password && !strcmp(r->list, "-"))
      die_text(100, "the list has lines without a password: use -w", 0);
  }
  imap_password(&s->at.password, r->password);
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
  if (r.server.host) prepare_server(&r);
  if (r.server.user) return convert_server(&r.server, argv[optind]);
  for (i = optind; i < argc; i++)
    if (!strcmp(argv[i], "-")) trees_read(&r.trees);
    else trees_add(&r.trees, argv[i]);
  if (!r.list) r.n = r.trees.n;
  if (r.trees.missing) r.worst = 111;
  open_snapshot(&r);
  work(&r);
  if (r.snapshot_fd != -1
      && (fsync(r.snapshot_fd) == -1 || close(r.snapshot_fd) == -1))
    die_sys(111, "unable to write ", r.snapshot);
  return r.worst;
}
