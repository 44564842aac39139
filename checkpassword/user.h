/* ISC licence; see LICENSE. */
#ifndef CHECKPASSWORD_USER_H
#define CHECKPASSWORD_USER_H

#include <stdint.h>
#include <sys/types.h>
#include <skalibs/stralloc.h>

/*
 * One user, from whatever database: what an authenticator needs to check a
 * password and to become the user. The strings are 0-terminated (and the 0
 * counts in len); env holds any number of NAME=value NUL.
 */
struct user {
  stralloc name;                /* the value of USER */
  stralloc hash;                /* for crypt(3); see pwhash_locked */
  stralloc home;                /* an absolute path */
  stralloc shell;
  stralloc env;                 /* set for the handler */
  uid_t uid;
  gid_t gid;
  /* initgroups(3), for supplementary groups by name; 0: none. Named where it
   * is needed only, since it needs libraries that others do without */
  int (*groups)(const char *name, gid_t gid);
};

#define USER_ZERO { .groups = 0 }

/* Limits of one user's record, in octets without the NUL */
#define USER_NAME_MAX 255
#define USER_HOME_MAX 1023
#define USER_ENV_MAX 16384      /* all of env */
#define USER_ENV_COUNT 64

/* user_clear - make empty, keeping the memory; user_free - give it back */
void user_clear(struct user *u);
void user_free(struct user *u);

/* user_set - copy len octets and a NUL into one of the strings */
void user_set(stralloc *field, const char *s, size_t len);

/*
 * The checks below return 0 if all is well, or what is wrong, for people to
 * read; a constant.
 *
 * user_bad_name   a name for virtual users: 1 to 255 octets, none of them a
 *                 control, space, ':', '/' or '\'; not starting '#' '-' '.'
 * user_bad_home   an absolute path without controls or ':'
 * user_bad_hash   locked, or of a kind that libcrypt knows
 * user_bad_env    NAME=value that may be set for a handler: a C identifier,
 *                 no control in the value, and not a name that decides which
 *                 program or library runs (PATH, LD_*, ...) or that is set
 *                 from elsewhere (USER, HOME, SHELL, ROOST_*, IMAPLOGINTAG)
 * user_bad        all of these for a whole record, and the ids
 * user_bad_record the same without the hash
 */
const char *user_bad_name(const char *s, size_t len);
const char *user_bad_home(const char *s, size_t len);
const char *user_bad_hash(const char *hash);
const char *user_bad_env(const char *s, size_t len);
const char *user_bad(const struct user *u);
const char *user_bad_record(const struct user *u);

/*
 * user_scan_id - 1 and *out for a decimal number from 1 to 2^32-2 that takes
 * up all of the len octets, else 0. Neither root nor "none" can be meant.
 */
int user_scan_id(const char *s, size_t len, uint32_t *out);

#endif
