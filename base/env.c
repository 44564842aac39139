/* ISC licence; see LICENSE. */
#include "env.h"

#include <stdlib.h>
#include <string.h>
#include <skalibs/types.h>

#include "log.h"

const char *env_str(const char *name, const char *dflt)
{
  const char *v = getenv(name);

  return v && *v ? v : dflt;
}

uint64_t env_num(const char *name, uint64_t min, uint64_t max, uint64_t dflt)
{
  const char *v = env_str(name, 0);
  uint64_t n;

  if (!v) return dflt;
  if (strlen(v) > 19 || !uint640_scan(v, &n) || n < min || n > max)
    die_text(100, "invalid value of $", name);
  return n;
}

int env_bool(const char *name, int dflt)
{
  const char *v = env_str(name, 0);

  if (!v) return dflt;
  if (!strcmp(v, "1") || !strcmp(v, "yes")) return 1;
  if (!strcmp(v, "0") || !strcmp(v, "no")) return 0;
  die_text(100, "invalid value of $", name);
}

const char *env_user(const char *dflt)
{
  return env_str("VPOPUSER", env_str("USER", dflt));
}
