/* ISC licence; see LICENSE. */
#include "system.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <paths.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <skalibs/sha256.h>

#include "dummy.h"

#define PASSWD "/etc/passwd"
#define SAMPLE 4096             /* entries looked at for stand-ins */

/*
 * Is it sure that there is none of that name? getpwnam and getspnam say that
 * in several ways; and where nsswitch names a second source, its "no" hides
 * that the file of the first could not be opened. 1, or 0 with errno.
 */
static int absent(const char *file)
{
  int fd;

  if (errno && errno != ENOENT && errno != ESRCH) return 0;
  fd = open(file, O_RDONLY | O_CLOEXEC);
  if (fd == -1) return errno == ENOENT;
  close(fd);
  return 1;
}

const char *shadow_refuses(const struct spwd *sp, long today)
{
  if (sp->sp_expire >= 0 && today >= sp->sp_expire) return "expired";
  if (sp->sp_lstchg == 0) return "aged";
  if (sp->sp_lstchg > 0 && sp->sp_max >= 0
      && today > sp->sp_lstchg && today - sp->sp_lstchg > sp->sp_max)
    return "aged";
  return 0;
}

static int shadowed(const struct passwd *pw)
{
  return !strcmp(pw->pw_passwd, "x") || !strncmp(pw->pw_passwd, "##", 2);
}

static int take_hash(const struct passwd *pw, struct user *u,
                     const char **late)
{
  struct spwd *sp;

  if (!shadowed(pw)) {
    user_set(&u->hash, pw->pw_passwd, strlen(pw->pw_passwd));
    return 0;
  }
  errno = 0;
  sp = getspnam(pw->pw_name);
  if (!sp) {
    if (!absent(_PATH_SHADOW)) return -1;
    user_set(&u->hash, "!", 1);
    return 0;
  }
  user_set(&u->hash, sp->sp_pwdp, strlen(sp->sp_pwdp));
  *late = shadow_refuses(sp, (long)(time(0) / 86400));
  return 0;
}

int system_find(const char *name, struct user *u, const char **late)
{
  struct passwd *pw;
  const char *shell;

  user_clear(u);
  *late = 0;
  errno = 0;
  pw = getpwnam(name);
  if (!pw) return absent(PASSWD) ? 0 : -1;
  u->uid = pw->pw_uid;
  u->gid = pw->pw_gid;
  u->groups = initgroups;
  user_set(&u->name, pw->pw_name, strlen(pw->pw_name));
  user_set(&u->home, pw->pw_dir, strlen(pw->pw_dir));
  shell = *pw->pw_shell ? pw->pw_shell : _PATH_BSHELL;  /* passwd(5) */
  user_set(&u->shell, shell, strlen(shell));
  if (take_hash(pw, u, late) == -1) return -1;
  return 1;
}

int system_dummy(const char *name, stralloc *out)
{
  struct dummies d = DUMMIES_ZERO;
  SHA256Schedule ctx = SHA256_INIT();
  FILE *f = fopen(_PATH_SHADOW, "re");
  struct spwd *sp;
  int i, r;

  memset(d.key, 0, sizeof d.key);
  if (f) {
    for (i = 0; i < SAMPLE && (sp = fgetspent(f)); i++)
      dummies_add(&d, sp->sp_pwdp);
    fclose(f);
  }
  if (d.n) {                    /* a key that only root could know */
    sha256_update(&ctx, d.c[0].hash.s, d.c[0].hash.len);
    sha256_final(&ctx, d.key);
  }
  r = dummies_pick(&d, name, out);
  dummies_free(&d);
  return r;
}
