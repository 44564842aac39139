/* ISC licence; see LICENSE. */
#include "become.h"

#include <errno.h>
#include <grp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/env.h"
#include "base/log.h"

void id_range_env(struct id_range *r)
{
  r->uid_min = env_num("MIN_UID", 0, UINT32_MAX, 1);
  r->uid_max = env_num("MAX_UID", 0, UINT32_MAX, UINT32_MAX);
  r->gid_min = env_num("MIN_GID", 0, UINT32_MAX, 0);
  r->gid_max = env_num("MAX_GID", 0, UINT32_MAX, UINT32_MAX);
}

const char *id_range_refuses(const struct id_range *r, const struct user *u)
{
  if (!u->uid) return "root";
  if (u->uid == (uid_t)-1) return "uid";        /* no id at all */
  if (u->gid == (gid_t)-1) return "gid";
  if (u->uid < r->uid_min || u->uid > r->uid_max) return "uid";
  if (u->gid < r->gid_min || u->gid > r->gid_max) return "gid";
  return 0;
}

static int take_groups(const struct user *u)
{
  if (u->groups) return u->groups(u->name.s, u->gid);
  return setgroups(1, &u->gid);
}

/* All three of each id, and no way back: a setuid that does nothing, as a
 * full process table once made it on Linux, must not go unseen. */
static int ids_are(uid_t uid, gid_t gid)
{
  uid_t r, e, s;
  gid_t rg, eg, sg;

  if (getresuid(&r, &e, &s) == -1 || getresgid(&rg, &eg, &sg) == -1) return 0;
  return r == uid && e == uid && s == uid && rg == gid && eg == gid
    && sg == gid;
}

int ids_take(uid_t uid, gid_t gid, const char **step)
{
  if (geteuid() == 0) {
    *step = "setgid";
    if (setresgid(gid, gid, gid) == -1) return -1;
    *step = "setuid";
    if (setresuid(uid, uid, uid) == -1) return -1;
    if (setuid(0) == 0) return (errno = EPERM, -1);
  }
  *step = "become";
  if (!ids_are(uid, gid)) return (errno = EPERM, -1);
  return 0;
}

static int take_ids(const struct user *u, const char **step)
{
  *step = "setgroups";
  if (geteuid() == 0 && take_groups(u) == -1) return -1;
  return ids_take(u->uid, u->gid, step);
}

static int set_one(const char *name, const stralloc *value)
{
  return setenv(name, value->len ? value->s : "", 1);
}

static int set_env(const struct user *u)
{
  const char *s, *end = u->env.s + u->env.len;
  char *name;
  int r;

  if (set_one("USER", &u->name) == -1 || set_one("HOME", &u->home) == -1
      || set_one("SHELL", &u->shell) == -1) return -1;
  if (!u->env.len) return 0;
  for (s = u->env.s; s < end; s += strlen(s) + 1) {
    name = xstrdup(s);
    name[strcspn(name, "=")] = 0;
    r = setenv(name, s + strcspn(s, "=") + 1, 1);
    free(name);
    if (r == -1) return -1;
  }
  return 0;
}

int user_become(const struct user *u, const char **step)
{
  *step = "become";
  if (!u->uid) return (errno = EPERM, -1);
  if (take_ids(u, step) == -1) return -1;
  *step = "chdir";
  if (chdir(u->home.s) == -1) return -1;
  *step = "environment";
  return set_env(u);
}

void run_handler(char *const argv[])
{
  execvp(argv[0], argv);
  die_sys(111, "unable to run ", argv[0]);
}
