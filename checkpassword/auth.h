/* ISC licence; see LICENSE. */
#ifndef CHECKPASSWORD_AUTH_H
#define CHECKPASSWORD_AUTH_H

#include "credentials.h"
#include "user.h"

/*
 * What all authenticators share: the way in and the ways out. The exit codes
 * of the checkpassword interface (cr.yp.to):
 */
#define AUTH_REFUSED 1
#define AUTH_MISUSED 2
#define AUTH_TEMPORARY 111

/*
 * auth_begin - start of every authenticator
 *
 * Ends with AUTH_MISUSED if there is no program to run or no descriptor 3,
 * or if what was read there is not as the interface says; with AUTH_REFUSED
 * if it is too long (a client can make it so). Descriptor 3 is closed, and
 * the process leaves no core file from here on. The range of ids is taken
 * from the environment (become.h), so that a fault in it shows at once.
 */
void auth_begin(struct credentials *c, char *const argv[]);

/*
 * auth_credentials - what auth_begin does but for the range of ids, for
 * wrappers that hand the credentials on
 *
 * For a mechanism that is no password (roost-sasl(7)) there is nothing that
 * such a wrapper could look at: it is left out, and argv + 1 is run.
 */
void auth_credentials(struct credentials *c, char *const argv[]);

/*
 * A wrapper that has checked the client in a way of its own, and needs the
 * account only, sets this variable to the name that is on descriptor 3. An
 * authenticator of ours then takes the account as if the password were
 * right, unless it is locked by '!'. To others it says nothing: they see a
 * password that is random, and refuse.
 */
#define AUTH_AUTHORIZED "ROOST_AUTHORIZED"

/*
 * auth_authorize - become argv + 1 with this name, authorized; never returns
 *
 * log_begin and what is to be logged come before this, log_end after all has
 * been made ready, just before the exec.
 */
void auth_authorize(struct credentials *c, const char *name,
                    char *const argv[]) __attribute__((noreturn));

/* auth_rename - where a wrapper before this has checked the client: what it
 * said of the name in c is true of this one, which is about to be handed on */
void auth_rename(const struct credentials *c, const char *name);

/* auth_authorized - 1 if a wrapper before this has checked the client */
int auth_authorized(void);

/*
 * auth_hand_on - become argv with these on descriptor 3; c is wiped. Refuses
 * what got too long.
 */
void auth_hand_on(struct credentials *c, const char *name,
                  char *const argv[]) __attribute__((noreturn));

/*
 * auth_begin_dialogue - the same for a mechanism of roost-sasl(7): descriptor
 * 3 is closed unread, c is empty
 */
void auth_begin_dialogue(struct credentials *c, char *const argv[]);

/*
 * auth_verdict - is this the password, and may it log in?
 *
 * u      the user, or 0 if there is none of that name
 * dummy  a stand-in hash of the same kind (dummy.h)
 *
 * Works through crypt(3) exactly once, whatever the outcome, but for a hash
 * that libcrypt does not know. An empty password is never right. Returns 0
 * if the password is right; else why it is refused, as a word for the log:
 * unknown, empty, locked, scheme, password. Or "" with errno: temporary.
 */
const char *auth_verdict(const struct user *u, const char *dummy,
                         const char *password);

/*
 * auth_refuse - log "PROG: refused user=... reason=...", exit AUTH_REFUSED
 * auth_later - log "PROG: deferred user=... what=... error=...", exit
 * AUTH_TEMPORARY; the error is why, or the text of errno where why is 0
 * Both wipe c. The client learns nothing but the exit code.
 */
void auth_refuse(struct credentials *c, const char *reason)
  __attribute__((noreturn));
void auth_later(struct credentials *c, const char *what, const char *why)
  __attribute__((noreturn));

/*
 * auth_accept - wipe c, become the user and run the rest of the arguments
 *
 * Refuses users out of the range of ids.
 */
void auth_accept(struct credentials *c, const struct user *u,
                 char *const argv[]) __attribute__((noreturn));

#endif
