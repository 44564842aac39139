/* ISC licence; see LICENSE. */
/* maildir-import - mail from mbox files, MH and other IMAP servers */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/log.h"
#include "import.h"
#include "mbox.h"
#include "tool.h"

char const *PROG = "maildir-import";

#define PASSWORD_MAX 1024       /* octets */

static void usage(void) __attribute__((noreturn));
static void usage(void)
{
  die_text(100, "usage: maildir-import mbox [-nq] [-m format] [-f folder] "
           "maildir file ... | mh [-nq] [-f folder] [-x pattern] [-i pattern] "
           "maildir directory | imap [-nq] [-x pattern] [-i pattern] [-t tls | "
           "starttls | none] [-c cafile] [-p port] [-w file] maildir host user",
           0);
}

static int format_of(const char *s)
{
  static const char *const name[] = {
    "auto", "mboxo", "mboxrd", "mboxcl", "mboxcl2"
  };
  size_t i;

  for (i = 0; i < sizeof name / sizeof *name; i++)
    if (!strcmp(s, name[i])) return (int)i;
  die_text(100, "-m is auto, mboxo, mboxrd, mboxcl or mboxcl2, not ", s);
}

static const char *tls_of(const char *s)
{
  if (strcmp(s, "tls") && strcmp(s, "starttls") && strcmp(s, "none"))
    die_text(100, "-t is tls, starttls or none, not ", s);
  return s;
}

/* the first line of descriptor fd, without its end */
static void read_line(stralloc *s, int fd)
{
  char c;
  ssize_t r;

  stralloc_ready(s, PASSWORD_MAX + 1);  /* it is never moved, to be wiped */
  while ((r = read(fd, &c, 1)) != 0 && s->len <= PASSWORD_MAX) {
    if (r == -1 && errno == EINTR) continue;
    if (r == -1) die_sys(111, "unable to read the password", 0);
    if (c == '\n') break;
    if (!c) die_text(100, "there is a NUL in the password", 0);
    stralloc_append(s, c);
  }
  if (s->len && s->s[s->len - 1] == '\r') s->len--;
  if (s->len > PASSWORD_MAX) die_text(100, "the password is too long", 0);
  if (!s->len) die_text(100, "the password is missing", 0);
}

/* from a file, the terminal, or descriptor 0; read with the caller's rights */
static void get_password(stralloc *s, const char *file)
{
  char *typed;
  int fd;

  if (!file && isatty(0)) {
    typed = getpass("Password: ");
    if (!typed || !*typed) die_text(100, "the password is missing", 0);
    stralloc_copys(s, typed);
    explicit_bzero(typed, strlen(typed));
    return;
  }
  fd = file ? open(file, O_RDONLY | O_CLOEXEC) : 0;
  if (fd == -1) die_sys(111, "unable to open ", file);
  read_line(s, fd);
  if (file) close(fd);
}

/* we change to the Maildir before files are opened */
static char *absolute(const char *path)
{
  stralloc s = STRALLOC_ZERO;
  char *cwd;

  if (*path == '/') return xstrdup(path);
  cwd = getcwd(0, 0);
  if (!cwd) die_sys(111, "unable to tell the current directory", 0);
  stralloc_cats(&s, cwd);
  stralloc_cats(&s, "/");
  stralloc_cats(&s, path);
  stralloc_0(&s);
  free(cwd);
  return s.s;
}

static void add(const char ***list, size_t *n, const char *s)
{
  *list = xrealloc(*list, (*n + 1) * sizeof **list);
  (*list)[(*n)++] = s;
}

enum source { FROM_MBOX, FROM_MH, FROM_IMAP };

static void parse(int argc, char **argv, enum source from, struct import *im,
                  struct import_options *o, const char **password)
{
  static const char *const options[] = {
    "+nqm:f:", "+nqf:x:i:", "+nqx:i:t:c:p:w:"
  };
  int opt;

  while ((opt = getopt(argc, argv, options[from])) != -1)
    switch (opt) {
    case 'n': im->dry = 1; break;
    case 'q': im->quiet = 1; break;
    case 'm': o->format = format_of(optarg); break;
    case 'f': o->folder = optarg; break;
    case 'x': add(&o->patterns.out, &o->patterns.nout, optarg); break;
    case 'i': add(&o->patterns.only, &o->patterns.nonly, optarg); break;
    case 't': o->tls = tls_of(optarg); break;
    case 'c': o->cafile = absolute(optarg); break;
    case 'p': o->port = optarg; break;
    case 'w': *password = optarg; break;
    default: usage();
    }
}

int main(int argc, char **argv)
{
  struct import im = { .dry = 0 };
  struct import_options o = { .tls = "tls" };
  const char *password = 0;
  enum source from;
  int i;

  if (argc < 2) usage();
  if (!strcmp(argv[1], "mbox")) from = FROM_MBOX;
  else if (!strcmp(argv[1], "mh")) from = FROM_MH;
  else if (!strcmp(argv[1], "imap")) from = FROM_IMAP;
  else usage();
  parse(--argc, ++argv, from, &im, &o, &password);
  argc -= optind;
  argv += optind;
  if (from == FROM_MBOX ? argc < 2 : argc != (from == FROM_MH ? 2 : 3))
    usage();
  signal(SIGPIPE, SIG_IGN);
  if (from == FROM_IMAP) get_password(&o.password, password);
  else
    for (i = 1; i < argc; i++) argv[i] = absolute(argv[i]);
  import_open(&im, argv[0]);
  if (from == FROM_IMAP) import_imap(&im, &o, argv[1], argv[2]);
  else if (from == FROM_MH) import_mh(&im, &o, argv[1]);
  else
    for (i = 1; i < argc; i++) import_mbox(&im, &o, argv[i]);
  return import_total(&im);
}
