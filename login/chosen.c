/* ISC licence; see LICENSE. */
#include "chosen.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <skalibs/types.h>

#include "base/alloc.h"
#include "base/env.h"
#include "base/log.h"
#include "base/timedio.h"

int chosen_options(struct chosen *c, int argc, char **argv,
  const char *usage)
{
  unsigned int pid;
  size_t n;
  int opt, given = 0;

  memset(c, 0, sizeof *c);
  opterr = 0;
  while ((opt = getopt(argc, argv, "u:a:p:")) != -1) {
    given++;
    switch (opt) {
      case 'u':
        c->user = optarg;
        break;
      case 'a':
        c->address = optarg;
        break;
      case 'p':
        n = uint_scan(optarg, &pid);
        if (!n || optarg[n] || pid < 2 || pid > 0x7fffffff)
          die_text(100, "not a process id: ", optarg);
        c->pid = (long)pid;
        break;
      default:
        die_text(100, usage, 0);
    }
  }
  if (optind != argc) die_text(100, usage, 0);
  return given;
}

struct choice {
  const struct chosen *c;
  void (*each)(const struct roster_at *, const struct entry *);
};

/* a name that was too long for the entry is found by what is there of it */
static int fits(const struct chosen *c, const struct entry *e)
{
  if (c->user && strncmp(c->user, e->user, sizeof e->user - 1)) return 0;
  if (c->address && strcmp(c->address, e->address)) return 0;
  return !c->pid || c->pid == e->handler || c->pid == e->monitor;
}

static void one(const struct roster_at *at, const struct entry *e, void *arg)
{
  const struct choice *x = arg;

  if (fits(x->c, e)) x->each(at, e);
}

void chosen_each(struct chosen *c, void (*each)(const struct roster_at *,
  const struct entry *))
{
  const char *run = env_str("LOGIN_RUN", "/run/roost");
  struct choice x = { c, each };
  int dir;

  if (run[0] != '/') die_text(100, "not an absolute path: $", "LOGIN_RUN");
  if (access(run, F_OK) == -1 && errno == ENOENT) return;
  dir = roster_open(run);
  if (dir == -1) die_sys(111, "unable to open ", run);
  if (roster_each(dir, one, &x) == -1) die_sys(111, "unable to read ", run);
  close(dir);
}

static stralloc out = STRALLOC_ZERO;

static void word(const char *key, const char *value)
{
  if (!*value) return;
  stralloc_cats(&out, " ");
  stralloc_cats(&out, key);
  stralloc_cats(&out, "=");
  log_value(&out, value, strlen(value));
}

static uint64_t seconds_since(int64_t then, int64_t now)
{
  return then < now ? (uint64_t)(now - then) / 1000 : 0;
}

void chosen_print(const struct entry *e)
{
  int64_t now = clock_ms();
  time_t since = time(0) - (time_t)seconds_since(e->since, now);
  char when[32] = "";
  struct tm tm;

  if (gmtime_r(&since, &tm))
    strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ", &tm);
  stralloc_cats(&out, "pid=");
  stralloc_catu(&out, (uint64_t)e->handler);
  word("service", e->service);
  word("user", e->user);
  word("address", e->address);
  word("port", e->port);
  word("tls", e->tls);
  word("since", when);
  stralloc_cats(&out, " idle=");
  stralloc_catu(&out, seconds_since(e->active, now));
  word("folder", e->folder);
  stralloc_append(&out, '\n');
  if (out.len > 32768) chosen_flush();
}

void chosen_flush(void)
{
  size_t done = 0;
  ssize_t w;

  while (done < out.len) {
    w = write(1, out.s + done, out.len - done);
    if (w == -1 && errno == EINTR) continue;
    if (w == -1) die_sys(111, "unable to write", 0);
    done += (size_t)w;
  }
  out.len = 0;
}
