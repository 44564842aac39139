/* ISC licence; see LICENSE. */
#ifndef LOGIN_ENTRY_H
#define LOGIN_ENTRY_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * What is known of one session: the contents of its file in the roster
 * (roster.h), written by its monitor alone. A record of fixed size, for
 * programs of one machine and one version; a reader takes no word of it that
 * entry_fits has not seen.
 */
#define ENTRY_MAGIC "roost-1"
#define ENTRY_NAME_MAX 96       /* octets of a file's name, with its NUL */

struct entry {
  char magic[8];
  int64_t since, active;        /* clock_ms: login, and the last command */
  int32_t monitor, handler;     /* process ids */
  char service[8];              /* imap or pop3 */
  char user[512];               /* as it logged in */
  char address[64], port[8], tls[16];
  char folder[128];             /* empty: none is selected */
};

/*
 * entry_put - copy s, cut to fit, into a field of size octets; the rest of
 * the field is cleared. Octets that are NUL within len become ?.
 */
void entry_put(char *field, size_t size, const char *s, size_t len);

/* entry_fits - 1 if these len octets are a record that may be used */
int entry_fits(const struct entry *, size_t len);

/*
 * The name of an entry's file: PID-ADDRESS, the monitor's pid and the
 * client's address, so that sessions of an address are counted by reading
 * names alone. In an address, octets that a name should not have are _.
 *
 * entry_name - write it into buf[ENTRY_NAME_MAX]
 * entry_name_parse - pid of a name, and where the address begins; 0: no name
 */
void entry_name(char *buf, pid_t monitor, const char *address);
pid_t entry_name_parse(const char *name, const char **address);

/*
 * The account that a session belongs to, and the name of its directory.
 *
 * A handler of ours shows the Maildir that it has open: then uid (of that
 * process, by the kernel), device and inode name the account, whatever the
 * user called himself. Of others only the name is known that logged in.
 */
struct entry_account {
  int shown;                    /* uid, dev and ino are known */
  uid_t uid;
  dev_t dev;
  ino_t ino;
  const char *user;             /* otherwise; borrowed */
};

/* entry_account_name - into buf[ENTRY_NAME_MAX] */
void entry_account_name(char *buf, const struct entry_account *);
/* entry_account_is - 1 if name has the form of an account's directory */
int entry_account_is(const char *name);

#endif
