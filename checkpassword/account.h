/* ISC licence; see LICENSE. */
#ifndef CHECKPASSWORD_ACCOUNT_H
#define CHECKPASSWORD_ACCOUNT_H

#include "credentials.h"
#include "user.h"

/*
 * A user from a database that is not a file of ours (SQL, LDAP, vpopmail):
 * looking the account up, checking the password and letting it in are three
 * steps, so that a source need know nothing of how it is asked.
 */
struct account {
  struct user user;             /* the hash is "*" where none was given */
  stralloc networks;            /* 0-terminated; empty: from everywhere */
  int disabled;                 /* 1: may not log in, whatever the password */
};

#define ACCOUNT_ZERO { .user = USER_ZERO, .disabled = 0 }

/* account_clear - empty, for the user of this name; account_free - the end */
void account_clear(struct account *a, const char *name);
void account_free(struct account *a);

/*
 * account_set - one field, as a database gives it
 *
 * field  user       the name for USER, in place of what the client wrote
 *        password   the hash
 *        uid, gid   decimal, not 0
 *        home       the home directory
 *        maildir    for the handler: MAILDIR
 *        disabled   0 f false n no off, or 1 t true y yes on; empty: no
 *        networks   addresses and networks, as in nets_scan; empty: all
 *        env_NAME   a variable for the handler, NAME in upper case
 *        Letters of a field may be of either case.
 * value  len octets; 0 for SQL's NULL, which is as if the field were missing
 *
 * Returns 0, or what is wrong, a constant.
 */
const char *account_set(struct account *a, const char *field,
                        const char *value, size_t len);

/* account_bad_field - 0 if there is such a field; else what is wrong with it,
 * a constant */
const char *account_bad_field(const char *field);

/* account_bad - 0 if nothing is missing and all may be used; else what is
 * wrong, a constant. The hash is not looked at. */
const char *account_bad(const struct account *a);

/* account_name_ok - 1 for a name that a database may be asked for: as
 * user_bad_name has it, and UTF-8 */
int account_name_ok(const char *name);

/*
 * account_begin - sasl_begin: passwords, digests, and mechanisms of
 * roost-sasl(7)
 */
void account_begin(struct credentials *c, char *const argv[]);

/*
 * account_stand_in - the hash to work through for users that do not exist,
 * where DUMMY_HASH does not say; it stays the caller's
 */
void account_stand_in(const char *hash);

/*
 * account_verdict - sasl_verdict, for a, or 0 where there is no such account
 *
 * The stand-in hash is that of DUMMY_HASH in the environment, the default
 * scheme where it is unset; DUMMY_SECRET names a file whose contents salts of
 * users that do not exist are made with, /etc/machine-id where it is unset.
 * On a fault, or if the password is not right, this logs and ends the process.
 */
void account_verdict(struct credentials *c, const struct account *a);

/*
 * account_accept - the password was right: refuse an account that is
 * disabled or asked for from another network, else auth_accept
 */
void account_accept(struct credentials *c, const struct account *a,
                    char *const argv[]) __attribute__((noreturn));

#endif
