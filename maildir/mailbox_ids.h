/* ISC licence; see LICENSE. */
#ifndef MAILDIR_MAILBOX_IDS_H
#define MAILDIR_MAILBOX_IDS_H

#include <stdint.h>

/* mailbox_guid - 32 random hex digits and a NUL */
void mailbox_guid(char out[33]);

/*
 * uidvalidity_next - a value never used before in the account: Dovecot's
 * dovecot-uidvalidity files in rootfd (rename of the 8-hex-digit file), made
 * if they are missing; where that cannot be, the clock. Never fails; never
 * 0. It knows nothing of a single folder's former value: who replaces a
 * broken uidlist takes the greater of this and that value + 1.
 */
uint32_t uidvalidity_next(int rootfd);

#endif
