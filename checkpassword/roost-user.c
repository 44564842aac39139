/* ISC licence; see LICENSE. */
#include <string.h>
#include <skalibs/sgetopt.h>
#include <skalibs/strerr.h>
#include <skalibs/types.h>

#include "base/log.h"
#include "user_commands.h"

/* The administrator's tool for virtual users: its arguments. */

char const *PROG = "roost-user";

#define USAGE \
  "usage: roost-user [-f file] command [options] [name]; commands:" \
  " add change passwd lock unlock remove list check hash compile rehash"

static const struct command {
  const char *word;
  const char *options;          /* those of OPTIONS that it takes */
  int names;                    /* 1 needs a name, 0 takes none, -1 may */
  int (*run)(struct user_job *j);
} commands[] = {
  { "add", "ugdescpHnm", 1, user_add },
  { "change", "ugde", 1, user_change },
  { "passwd", "scpHn", 1, user_passwd },
  { "lock", "", 1, user_lock },
  { "unlock", "", 1, user_unlock },
  { "remove", "", 1, user_remove },
  { "list", "", -1, user_list },
  { "check", "p", 1, user_check },
  { "hash", "scp", 0, user_hash },
  { "compile", "", 0, user_compile },
  { "rehash", "", 0, user_rehash },
  { 0, 0, 0, 0 }
};
#define OPTIONS "u:g:d:e:s:c:p:Hnm"

static void usage(void) __attribute__((noreturn));
static void usage(void)
{
  die_text(USER_MISUSE, USAGE, 0);
}

static unsigned long number(const char *s, unsigned long max)
{
  uint64_t n;

  if (strlen(s) > 9 || !uint640_scan(s, &n) || n > max) usage();
  return (unsigned long)n;
}

static void take_option(struct user_options *o, int c, const char *arg)
{
  switch (c) {
  case 'u': o->uid = arg; break;
  case 'g': o->gid = arg; break;
  case 'd': o->home = arg; break;
  case 's': o->scheme = arg; break;
  case 'c': o->cost = number(arg, 999999999); break;
  case 'p': o->fd = (int)number(arg, 65535); break;
  case 'H': o->ready_hash = 1; break;
  case 'n': o->no_password = 1; break;
  case 'm': o->make_home = 1; break;
  case 'e':
    if (o->nvars == USER_ENV_COUNT)
      die_text(USER_MISUSE, "more than 64 variables (-e)", 0);
    o->vars[o->nvars++] = arg;
    o->vars[o->nvars] = 0;
    break;
  default: usage();
  }
}

static const struct command *command_of(const char *word)
{
  const struct command *c = commands;

  while (c->word && strcmp(c->word, word)) c++;
  if (!c->word) die_text(USER_MISUSE, USAGE, 0);
  return c;
}

static void take_arguments(struct user_job *j, const struct command *cmd,
                           int argc, const char *const *argv)
{
  subgetopt l = SUBGETOPT_ZERO;
  int c;

  j->o.fd = -1;
  while ((c = subgetopt_r(argc, argv, OPTIONS, &l)) != -1) {
    if (c == '?' || !strchr(cmd->options, c)) usage();
    take_option(&j->o, c, l.arg);
  }
  argc -= l.ind;
  if (argc > 1 || (argc && !cmd->names) || (!argc && cmd->names == 1)) usage();
  j->name = argc ? argv[l.ind] : 0;
  if (j->name) user_no_fault(user_bad_name(j->name, strlen(j->name)));
}

int main(int argc, char **argv)
{
  const char *const *args = (const char *const *)argv;
  static struct user_job j;
  const struct command *cmd;
  const char *file = 0;

  args++;
  argc--;
  if (argc > 1 && !strcmp(*args, "-f")) {
    file = args[1];
    args += 2;
    argc -= 2;
  }
  if (argc < 1) usage();
  cmd = command_of(*args);
  take_arguments(&j, cmd, argc, args);
  if (cmd->run != user_hash) users_files_name(&j.files, file);
  return cmd->run(&j);
}
