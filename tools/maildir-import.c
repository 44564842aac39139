/* ISC licence; see LICENSE. */
/* maildir-import - mail from mbox files, MH and other IMAP servers */
#include <getopt.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/log.h"
#include "imap_arguments.h"
#include "import.h"
#include "mbox.h"
#include "tool.h"

char const *PROG = "maildir-import";

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
    "+nqm:f:", "+nqf:x:i:", "+nqkux:i:t:c:p:w:"
  };
  static const struct option longer[] = {
    { "keep-uids", no_argument, 0, 'k' },
    { "update-flags", no_argument, 0, 'u' },
    { 0, 0, 0, 0 }
  };
  int opt;

  while ((opt = getopt_long(argc, argv, options[from],
                            from == FROM_IMAP ? longer : longer + 2, 0)) != -1)
    switch (opt) {
    case 'n': im->dry = 1; break;
    case 'q': im->quiet = 1; break;
    case 'k': o->keep_uids = 1; break;
    case 'u': o->update_flags = 1; break;
    case 'm': o->format = format_of(optarg); break;
    case 'f': o->folder = optarg; break;
    case 'x': add(&o->patterns.out, &o->patterns.nout, optarg); break;
    case 'i': add(&o->patterns.only, &o->patterns.nonly, optarg); break;
    case 't': o->tls = imap_tls(optarg); break;
    case 'c': o->cafile = tool_absolute(optarg); break;
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
  if (from == FROM_IMAP) imap_password(&o.password, password);
  else
    for (i = 1; i < argc; i++) argv[i] = tool_absolute(argv[i]);
  import_open(&im, argv[0]);
  if (from == FROM_IMAP) import_imap(&im, &o, argv[1], argv[2]);
  else if (from == FROM_MH) import_mh(&im, &o, argv[1]);
  else
    for (i = 1; i < argc; i++) import_mbox(&im, &o, argv[i]);
  return import_total(&im);
}
