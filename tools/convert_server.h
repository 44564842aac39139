/* ISC licence; see LICENSE. */
#ifndef TOOLS_CONVERT_SERVER_H
#define TOOLS_CONVERT_SERVER_H

#include "convert.h"
#include "import_imap.h"

/* maildir-convert --verify against what a running IMAP server answers */

struct convert_server {
  const char *host, *user;
  struct import_options at;     /* tls, cafile, port, password */
};

/*
 * convert_server - compare the Maildir with what the server tells its user;
 * the differences on descriptor 1. Becomes the Maildir's owner. 0: none, 1:
 * some. Dies if it cannot: 100 if it never will, 111.
 */
int convert_server(const struct convert_server *, const char *path);

/*
 * convert_server_folder - the same of one folder of the server and its
 * directory here; a line in told for each difference. Returns how many. dirfd
 * is closed.
 */
unsigned long convert_server_folder(struct imap *, const char *wire, int dirfd,
                                    int inbox, stralloc *told);

#endif
