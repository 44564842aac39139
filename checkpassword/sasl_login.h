/* ISC licence; see LICENSE. */
#ifndef CHECKPASSWORD_SASL_LOGIN_H
#define CHECKPASSWORD_SASL_LOGIN_H

#include "credentials.h"
#include "user.h"

/*
 * For authenticators that look a user up by name and get what is stored of
 * the password: these two, in place of auth_begin and auth_verdict, serve
 * whatever way of proving a password the front end comes with.
 *
 *   a password           as ever
 *   APOP, CRAM-MD5       by the third field, where the password is stored in
 *                        the clear (CRAM-MD5: or as {CRAM-MD5})
 *   SCRAM-SHA-1, SCRAM-SHA-256, and their -PLUS
 *                        through roost-sasl(7), where the password is stored
 *                        as {SCRAM-SHA-...} of that digest, or in the clear
 *   EXTERNAL             likewise, by the client's certificate
 *
 *   sasl_begin(&c, argv);
 *   ... look up c.name ...
 *   reason = sasl_verdict(&c, found ? &u : 0, dummy, secret, secretlen);
 *   ... and on as after auth_verdict
 */
#define SASL_EXTERNAL_VAR "EXTERNAL_NAME"
#define SASL_EXTERNAL_DEFAULT "SSL_CLIENT_S_DN_CN"

/*
 * sasl_begin - start of such an authenticator, as auth_begin
 *
 * c->name is set when it returns: it is who the client says it is. Ends with
 * AUTH_REFUSED and a line in the log if the first message is none of the
 * mechanism, with AUTH_MISUSED for a mechanism not served here.
 */
void sasl_begin(struct credentials *c, char *const argv[]);

/*
 * sasl_any_case - this source finds names in either case of ASCII letters
 *
 * A made-up salt is then the same for both, as that of a user is: or it would
 * tell which names there are.
 */
void sasl_any_case(void);

/*
 * sasl_verdict - may it log in? As auth_verdict
 *
 * secret  of this installation, len octets, the same for all processes: salts
 *         of users that do not exist are made with it
 *
 * More words for the log: authzid, binding, downgrade, message, cancelled,
 * certificate. The client has had the server's proof when it returns 0.
 */
const char *sasl_verdict(struct credentials *c, const struct user *u,
                         const char *dummy, const char *secret, size_t len);

#endif
