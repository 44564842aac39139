/* ISC licence; see LICENSE. */
#ifndef SSLSERVER_OPTIONS_H
#define SSLSERVER_OPTIONS_H

#include <stdint.h>
#include <sys/types.h>

#include "base/address.h"
#include "context.h"

/* The command line and the environment, read once. Texts are borrowed. */
struct options {
  const char *host, *port;
  char **prog;
  int family;                   /* AF_UNSPEC, AF_INET or AF_INET6 */
  const char *interface;        /* for a link-local host, or 0 */
  unsigned int limit;           /* connections at a time */
  unsigned int limit_ip;        /* and from one address; 0: no limit */
  int backlog;
  int print_port;
  int verbosity;                /* 0 quiet, 1 errors, 2 all */

  int set_ids;                  /* of the program: uid and gid */
  uid_t uid;
  gid_t gid;
  uid_t tls_uid;                /* of the TLS half */
  gid_t tls_gid;
  const char *tls_root;

  const char *rules, *rules_ip; /* cdb files, or 0 */
  int rules_optional;
  int look_host, paranoid;
  int ask_info;                 /* TCPREMOTEINFO, by ident */
  int64_t info_ms;
  const char *localname;        /* 0: look it up */
  const char *banner;
  int keep_ip_options, delay;

  int tcp_names;                /* set TCP* besides SSL* */
  int all_facts;                /* SSL_SERVER_* and more of SSL_CLIENT_* */
  int delayed;                  /* UCSPI-TLS */
  int read_password;
  enum context_client client;
  int match_host;               /* its certificate has to bear its name */
  int64_t handshake_ms, idle_ms;
  int64_t proxy_ms;
  struct nets proxies;          /* who has to send a PROXY header */
};

/* options_read - ends the program with 100 and a line if anything is wrong */
void options_read(struct options *o, int argc, char **argv);

#endif
