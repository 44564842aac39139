/* ISC licence; see LICENSE. */
#ifndef SSLSERVER_PROXY_HEADER_H
#define SSLSERVER_PROXY_HEADER_H

#include <stddef.h>
#include <stdint.h>

#include "base/address.h"

/*
 * The PROXY protocol, versions 1 and 2, as HAProxy defines it: a header in
 * front of all else in which a proxy names the real client.
 */
#define PROXY_V1_MAX 107        /* octets with CR LF */
#define PROXY_MAX 4112          /* the longest header of version 2 we take */

/* What a header says. Of fixed size: it is handed from process to process. */
struct proxy_info {
  unsigned char known;          /* 0: LOCAL, UNKNOWN: the peer is the client */
  unsigned char tls;            /* the client came to the proxy over TLS */
  unsigned char verified;       /* and its certificate was good */
  struct address client, server;
  char version[24];             /* of TLS, "TLSv1.3"; empty if not told */
  char cipher[64];
  char name[256];               /* the server name that the client asked for */
  char cn[128];                 /* of the client's certificate, if verified */
};

/*
 * proxy_header_more - how many octets may be read next without reading
 * beyond the header of which the first have octets are in buf. 0: it is
 * complete. -1: this is no header, or one that is too long.
 */
int proxy_header_more(const unsigned char *buf, size_t have);

/* proxy_header_parse - take a complete header apart; 0, or -1 if malformed */
int proxy_header_parse(struct proxy_info *p, const unsigned char *buf,
  size_t len);

/*
 * proxy_header_read - read exactly one header from fd
 *
 * deadline  of clock_ms
 *
 * Returns 0, or -1 with errno: EPROTO (none, malformed, or the end of
 * input), ETIMEDOUT, or read's.
 */
int proxy_header_read(struct proxy_info *p, int fd, int64_t deadline);

/*
 * proxy_info_check - the texts of an info that came from another process
 * made safe: ended, and empty if they hold anything but printing ASCII
 */
void proxy_info_check(struct proxy_info *p);

/*
 * proxy_info_tls - set SSL_PROTOCOL and, where the header tells them,
 * SSL_CIPHER, SSL_TLS_SNI_SERVERNAME, SSL_CLIENT_VERIFY and
 * SSL_CLIENT_S_DN_CN in the environment, if the client came over TLS
 */
void proxy_info_tls(const struct proxy_info *p);

#endif
