/* ISC licence; see LICENSE. */
#ifndef CHECKPASSWORD_VPOPMAIL_H
#define CHECKPASSWORD_VPOPMAIL_H

#include <stdint.h>
#include <skalibs/stralloc.h>

/*
 * The files of vpopmail, read as they are: qmail's users/cdb (or users/assign)
 * for domains, vpasswd.cdb (or vpasswd) in a domain's directory for users.
 */

/* The flags that a user has, or a domain for its users. */
#define VPOP_NO_POP 0x02
#define VPOP_NO_WEBMAIL 0x04
#define VPOP_NO_IMAP 0x08
#define VPOP_NO_SMTP 0x800
#define VPOP_NO_LIMITS 0x2000   /* those of the domain are not for this one */

struct vpop_domain {
  stralloc name;                /* the real one, if it was an alias */
  stralloc dir;
  uint32_t uid, gid;
};

#define VPOP_DOMAIN_ZERO { .uid = 0, .gid = 0 }

struct vpop_user {
  stralloc hash;
  stralloc clear;               /* empty if it is not kept */
  stralloc dir;
  uint32_t flags;
};

#define VPOP_USER_ZERO { .flags = 0 }

/*
 * All strings are 0-terminated. The three functions below return 1; 0 if
 * there is no such domain or user; -1 with errno, and file the path that was
 * at fault: EPROTO (damaged), EPERM (everyone may write to it), or that of
 * open(2) and read(2).
 */

/* vpop_domain_find - by name, in lower case; qmail is as /var/qmail */
int vpop_domain_find(struct vpop_domain *d, const char *qmail,
                     const char *name, stralloc *file);

/* vpop_user_find - by name, in lower case, without the domain */
int vpop_user_find(struct vpop_user *u, const struct vpop_domain *d,
                   const char *name, stralloc *file);

/*
 * vpop_sample - one of the first users of the domain who has a password: what
 * a name that does not exist is to take the work of; 1, or 0
 */
int vpop_sample(struct vpop_user *u, const struct vpop_domain *d);

/* vpop_limits - flags for all users, of the domain's .qmailadmin-limits */
int vpop_limits(uint32_t *flags, const struct vpop_domain *d, stralloc *file);

/*
 * vpop_name - take apart what a client calls itself
 *
 * At the first '@', else '%', else '/'; in lower case; domain is dflt if
 * there is none or it is empty.
 */
void vpop_name(stralloc *local, stralloc *domain, const char *name,
               const char *dflt);

/* Which service is asked for. */
enum vpop_service { VPOP_POP, VPOP_IMAP, VPOP_WEBMAIL, VPOP_SMTP };

/*
 * vpop_service_of - by the server's port (0: unknown), else by the program
 * and its arguments; by the client's address: IMAP and POP from 127.0.0.1
 * are webmail
 */
enum vpop_service vpop_service_of(const char *port, const char *address,
                                  char *const argv[]);

/* vpop_denies - 1 if these flags deny that service */
int vpop_denies(uint32_t flags, enum vpop_service s);

void vpop_domain_free(struct vpop_domain *d);
void vpop_user_free(struct vpop_user *u);

#endif
