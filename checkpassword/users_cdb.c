/* ISC licence; see LICENSE. */
#include "users_cdb.h"

#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "base/env.h"
#include "cdb_file.h"

#define KEY_VERSION "roost-users"
#define KEY_DUMMIES "dummies"
#define KEY_USER "user"

const char *users_cdb_path(void)
{
  return env_str(USERS_CDB_VAR, USERS_CDB_DEFAULT);
}

static int damaged(void)
{
  errno = EPROTO;
  return -1;
}

/* 0 if this is a database of ours, else -1 */
static int is_ours(struct users_cdb *db)
{
  cdb_data d;

  if (cdb_file_find(&db->map, &d, KEY_VERSION, sizeof KEY_VERSION - 1) != 1
      || d.len != 1 || *d.s != '1') return damaged();
  if (cdb_file_find(&db->map, &d, KEY_DUMMIES, sizeof KEY_DUMMIES - 1) != 1)
    return damaged();
  return dummies_load(&db->dummies, d.s, d.len);
}

int users_cdb_open(struct users_cdb *db, const char *path)
{
  int r, saved;

  if (cdb_file_open(&db->map, path) == -1) return -1;
  r = is_ours(db);
  saved = errno;
  if (r == -1) users_cdb_close(db);
  errno = saved;
  return r;
}

void users_cdb_close(struct users_cdb *db)
{
  cdb_free(&db->map);
  dummies_free(&db->dummies);
}

/* "user" NUL name in lower case, without a NUL behind */
static void key_of(stralloc *key, const char *name)
{
  size_t n = strlen(name);

  stralloc_copyb(key, KEY_USER, sizeof KEY_USER);
  stralloc_catb(key, name, n);
  users_lower(key->s + sizeof KEY_USER, n);
}

/* The next string of a record, or 0. */
static const char *string(const char **s, const char *end)
{
  const char *from = *s, *nul = memchr(from, 0, (size_t)(end - from));

  if (!nul) return 0;
  *s = nul + 1;
  return from;
}

static int take(const cdb_data *d, struct user *u)
{
  const char *s = d->s, *end = d->s + d->len, *f[4];
  uint32_t uid, gid;
  int i;

  for (i = 0; i < 4; i++) {
    f[i] = string(&s, end);
    if (!f[i]) return damaged();
  }
  if (!user_scan_id(f[1], strlen(f[1]), &uid)
      || !user_scan_id(f[2], strlen(f[2]), &gid)
      || (s < end && end[-1])) return damaged();
  user_set(&u->hash, f[0], strlen(f[0]));
  u->uid = (uid_t)uid;
  u->gid = (gid_t)gid;
  user_set(&u->home, f[3], strlen(f[3]));
  user_set(&u->shell, USERS_SHELL, sizeof USERS_SHELL - 1);
  stralloc_copyb(&u->env, s, (size_t)(end - s));
  return user_bad(u) ? damaged() : 0;
}

int users_cdb_find(const struct users_cdb *db, const char *name,
                   struct user *u)
{
  stralloc key = STRALLOC_ZERO;
  cdb_data d;
  int r;

  user_clear(u);
  key_of(&key, name);
  user_set(&u->name, key.s + sizeof KEY_USER, key.len - sizeof KEY_USER);
  r = cdb_file_find(&db->map, &d, key.s, key.len);
  stralloc_free(&key);
  if (r == 1 && take(&d, u) == -1) r = -1;
  return r;
}

int users_cdb_dummy(const struct users_cdb *db, const char *name,
                    stralloc *out)
{
  stralloc low = STRALLOC_ZERO;
  int r;

  user_set(&low, name, strlen(name));
  users_lower(low.s, low.len);
  r = dummies_pick(&db->dummies, low.s, out);
  stralloc_free(&low);
  return r;
}
