/* ISC licence; see LICENSE. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <skalibs/allreadwrite.h>
#include <skalibs/sgetopt.h>
#include <skalibs/strerr.h>
#include <skalibs/types.h>

#include "base/alloc.h"
#include "base/log.h"
#include "password_input.h"
#include "pwhash.h"
#include "pwscheme.h"

/* Makes and checks stored passwords. */

char const *PROG = "roost-password";

#define NO 1
#define MISUSE 100
#define FAILED 111
#define USAGE "usage: roost-password make [-s scheme] [-c cost] | check" \
  " | show [-s scheme] [-c cost] | schemes"

static const char *scheme;
static unsigned long cost;
static stralloc out = STRALLOC_ZERO;

static void usage(void) __attribute__((noreturn));
static void usage(void)
{
  die_text(MISUSE, USAGE, 0);
}

/* One line: from the terminal, twice where it is new, or standard input. */
static void get(stralloc *line, const char *prompt, int twice)
{
  int r;

  if (isatty(0)) r = password_ask(line, prompt, twice, PWHASH_MAX);
  else r = password_line(line, 0, PWHASH_MAX);
  if (!r) return;
  if (errno == ENODATA) die_text(MISUSE, "a line is missing or empty", 0);
  if (errno == EMSGSIZE) die_text(MISUSE, "a line is too long", 0);
  if (errno == EILSEQ)
    die_text(MISUSE, "a line holds a NUL or a carriage return", 0);
  if (errno == EAGAIN) die_text(MISUSE, "the passwords differ", 0);
  die_sys(FAILED, "unable to read", 0);
}

static void put(void)
{
  if (allwrite(1, out.s, out.len) < out.len)
    die_sys(FAILED, "unable to write", 0);
}

static int make(void)
{
  stralloc password = STRALLOC_ZERO;

  get(&password, "Password: ", 1);
  if (pwhash_make(&out, password.s, scheme, cost) == -1) {
    if (errno == EINVAL)
      die_text(MISUSE, "no such scheme or cost (-s, -c)", 0);
    die_sys(FAILED, "unable to make a hash", 0);
  }
  password_wipe(&password);
  stralloc_append(&out, '\n');
  put();
  return 0;
}

static void get_hash(stralloc *hash)
{
  get(hash, "Hash: ", 0);
  if (!pwhash_locked(hash->s) && !pwhash_known(hash->s))
    die_text(MISUSE, "the hash is of no kind that is known, or damaged, cut"
             " short, or asks for too much work", 0);
}

static int check(void)
{
  stralloc password = STRALLOC_ZERO, hash = STRALLOC_ZERO;
  int r = 0;

  get(&password, "Password: ", 0);
  get_hash(&hash);
  if (!pwhash_locked(hash.s)) r = pwhash_check(hash.s, password.s);
  password_wipe(&password);
  if (r == -1) die_sys(FAILED, "unable to check", 0);
  return r ? 0 : NO;
}

static int show(void)
{
  stralloc hash = STRALLOC_ZERO;

  get_hash(&hash);
  stralloc_cats(&out, pwhash_locked(hash.s) ? "locked" : pwhash_scheme(hash.s));
  if (pwhash_outdated(hash.s, scheme, cost)) stralloc_cats(&out, " outdated");
  stralloc_append(&out, '\n');
  put();
  password_wipe(&hash);
  return 0;
}

static int schemes(void)
{
  const char *word;
  size_t i;

  for (i = 0; (word = pwscheme_word(i)); i++) {
    stralloc_cats(&out, word);
    stralloc_append(&out, '\n');
  }
  put();
  return 0;
}

static const struct command {
  const char *word;
  int options;
  int (*run)(void);
} commands[] = {
  { "make", 1, make }, { "check", 0, check }, { "show", 1, show },
  { "schemes", 0, schemes }, { 0, 0, 0 }
};

static void take_options(int argc, const char *const *argv, int allowed)
{
  subgetopt l = SUBGETOPT_ZERO;
  uint64_t n;
  int c;

  while ((c = subgetopt_r(argc, argv, "s:c:", &l)) != -1) {
    if (!allowed) usage();
    if (c == 's') scheme = l.arg;
    else if (c == 'c' && strlen(l.arg) < 10 && uint640_scan(l.arg, &n))
      cost = (unsigned long)n;
    else usage();
  }
  if (argc != l.ind) usage();
}

int main(int argc, char **argv)
{
  const struct command *cmd = commands;

  if (argc < 2) usage();
  while (cmd->word && strcmp(cmd->word, argv[1])) cmd++;
  if (!cmd->word) usage();
  take_options(argc - 1, (const char *const *)argv + 1, cmd->options);
  return cmd->run();
}
