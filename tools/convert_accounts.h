/* ISC licence; see LICENSE. */
#ifndef TOOLS_CONVERT_ACCOUNTS_H
#define TOOLS_CONVERT_ACCOUNTS_H

#include <stddef.h>
#include <skalibs/stralloc.h>

/* maildir-convert --accounts: whose mail is where, for --verify */
struct convert_account {
  size_t maildir, user;         /* in text, NUL-ended */
  size_t password;              /* in text; 0: none was said */
};

struct convert_accounts {
  struct convert_account *v;
  size_t n, a;
  stralloc text;
  size_t without;               /* so many have no password */
};
/* a first struct is { 0 } */

/*
 * convert_accounts_read - lines of Maildir, user and perhaps password, with a
 * TAB between; file "-" is descriptor 0. Empty lines and those that begin
 * with # are passed over. Dies: 100 on a line that cannot be, 111.
 */
void convert_accounts_read(struct convert_accounts *, const char *file);

/*
 * convert_accounts_take - line i, for a process that needs no other: all of
 * them go, so that what a server makes it do gets nobody else's password
 */
struct convert_account_own {
  const char *maildir, *user, *password;        /* password 0: none was said */
};
void convert_accounts_take(struct convert_accounts *, size_t i,
                           struct convert_account_own *);

#endif
