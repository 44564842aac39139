/* ISC licence; see LICENSE. */
#ifndef BASE_ADDRESS_H
#define BASE_ADDRESS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

/* An IPv4 address is kept as IPv6 has it: ::ffff:a.b.c.d. */
struct address {
  unsigned char ip[16];
  uint16_t port;                /* host byte order */
};

#define ADDRESS_TEXT 46         /* octets of an address as text, with NUL */

/* address_of - of a socket address; 0, or -1 for another family */
int address_of(struct address *a, const struct sockaddr_storage *from);

/*
 * address_to - the opposite; scope is that of a link-local address, or 0.
 * Returns the length of what was written to s.
 */
socklen_t address_to(const struct address *a, struct sockaddr_storage *s,
  unsigned int scope);

/* address_scan - of text, without the port; 0, or -1 if s is none */
int address_scan(struct address *a, const char *s);

/* address_is4 - 1 for an IPv4 address */
int address_is4(const struct address *a);

/*
 * address_place - from an address to where it is: IPv6 beyond the link is cut
 * to its /64, which is what one customer has; all others stay as they are
 */
void address_place(struct address *a);

/* address_text - dotted or short IPv6, into ADDRESS_TEXT octets */
void address_text(const struct address *a, char *out);

/* address_expanded - IPv6 as eight groups of four digits, for rules */
void address_expanded(const struct address *a, char *out);

/* A list of networks, for those who are believed. */
#define NETS_MAX 64

struct nets {
  size_t n;
  struct {
    unsigned char ip[16];
    unsigned int bits;          /* 0 to 128 */
  } net[NETS_MAX];
};

/*
 * nets_scan - addresses and networks (10.0.0.0/8, fd00::/8), separated by
 * spaces or commas. Returns 0, or -1 if one is malformed, has bits set
 * behind its length, or there are too many.
 */
int nets_scan(struct nets *l, const char *s);

/* nets_match - 1 if a is in one of them */
int nets_match(const struct nets *l, const struct address *a);

#endif
