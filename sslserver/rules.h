/* ISC licence; see LICENSE. */
#ifndef SSLSERVER_RULES_H
#define SSLSERVER_RULES_H

#include "base/address.h"

/*
 * rules_apply - what a cdb made by tcprules says of a client
 *
 * path  the file
 * a     the client's address
 * host  its name from the DNS, or 0
 * info  TCPREMOTEINFO, or 0
 * set   called for each variable of the rule that fits; not after a refusal
 *
 * The keys are tried in this order, and the first that exists decides:
 * info@ip, info@=host, ip, =host, ip cut back to each dot (or colon), the
 * bits of the address with _ (IPv4) or ^ (IPv6) in front, cut back bit by
 * bit, = with each ending of host that starts with a dot, = if there is a
 * host, and the empty key. IPv6 addresses are in expanded form.
 *
 * Returns 1 allowed, 0 denied, -1 with errno: the file cannot be read.
 */
int rules_apply(const char *path, const struct address *a, const char *host,
  const char *info, void (*set)(const char *name, const char *value));

#endif
