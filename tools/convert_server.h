/* ISC licence; see LICENSE. */
#ifndef TOOLS_CONVERT_SERVER_H
#define TOOLS_CONVERT_SERVER_H

#include "convert.h"
#include "import_imap.h"

/* maildir-convert --verify against what a running server answers */

struct convert_server {
  const char *host, *user;
  const char *master;           /* whose password it is; 0: the user's */
  struct import_options at;     /* tls, cafile, port, password */
  int imap, pop3;               /* which of them is asked */
  const char *pop3_port;        /* 0: the usual one */
};

/*
 * convert_server - compare the Maildir with what the server tells its user;
 * the differences on descriptor 1. Becomes the Maildir's owner. 0: none, 1:
 * some. Dies if it cannot: 100 if it never will, 111. The password is wiped.
 */
int convert_server(struct convert_server *, const char *path);

/*
 * convert_server_folder - the same of one folder of the server and its
 * directory here; a line in told for each difference. Returns how many. dirfd
 * is closed.
 */
unsigned long convert_server_folder(struct imap *, const char *wire, int dirfd,
                                    int inbox, stralloc *told);

/*
 * convert_server_pop3 - the INBOX, whose directory is dirfd, and the unique-ids
 * that the POP3 server gives; the rest as convert_server_folder, but dirfd
 * stays open. Dies if the server cannot be asked.
 */
unsigned long convert_server_pop3(const struct convert_server *, int dirfd,
                                  stralloc *told);

#endif
