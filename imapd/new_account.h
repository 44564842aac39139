/* ISC licence; see LICENSE. */
#ifndef IMAPD_NEW_ACCOUNT_H
#define IMAPD_NEW_ACCOUNT_H

#include "maildir/account.h"

/*
 * new_account_init - read NEW_FOLDERS: names with commas between; an invalid
 * one ends the program
 * new_account - if nobody has used this Maildir by IMAP before and it has no
 * folders, make these and subscribe to them. Their names say what they are
 * for, so every client finds the same Sent and Trash, and none makes another
 * under a name of its own.
 */
void new_account_init(void);
void new_account(struct account *);

#endif
