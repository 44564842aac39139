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

#endif
