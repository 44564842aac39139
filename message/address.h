/* ISC licence; see LICENSE. */
#ifndef MESSAGE_ADDRESS_H
#define MESSAGE_ADDRESS_H

#include <stddef.h>
#include <skalibs/stralloc.h>

#include "message/lstr.h"

/* addresses and group marks of one field; what follows is left out */
#define ADDRESS_MAX 20000

/*
 * One address as ENVELOPE shows it (RFC 3501 section 7.4.2); s == 0 is NIL.
 *   name     display name, quotes and backslashes undone, RFC 2047 words as
 *            they are; of "a@b (Name)" the comment
 *   adl      source route "@a,@b" (obsolete)
 *   mailbox  local part, quotes and backslashes undone
 *   host     domain; "" if the address has none, for NIL would be a group
 * A group is: an entry with host NIL and mailbox its name, then its members,
 * then an entry with all NIL. A group that does not end is ended.
 */
struct address {
  struct lstr name, adl, mailbox, host;
};

struct address_list {
  struct address *v;
  size_t n;
  size_t a;                     /* private */
  stralloc text;                /* private: what v points into */
};

#define ADDRESS_LIST_ZERO { 0, 0, 0, STRALLOC_ZERO }

/*
 * address_parse - the addresses of a field's body (From, To, ...)
 *
 * l  replaced; its memory is reused. v[].* live until the next call.
 * s  may be folded; 8-bit octets stand for themselves; NUL is 0x80
 *
 * RFC 5322 section 3.4 with the obsolete syntax of 4.4; what is broken gives
 * what can be made of it, and text that is no address at all gives an entry
 * with that mailbox and host "". Linear time, comments of any depth.
 */
void address_parse(struct address_list *l, const char *s, size_t len);

/*
 * address_plain - append "mailbox@host, mailbox@host" of a field's body, if
 * some address in it has a comment or white space at an "@" or "."; else the
 * field itself shows them so, and nothing is appended
 */
void address_plain(stralloc *out, const char *s, size_t len);

void address_free(struct address_list *l);

#endif
