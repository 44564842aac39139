/* ISC licence; see LICENSE. */
#ifndef TOOLS_IMPORT_IMAP_H
#define TOOLS_IMPORT_IMAP_H

#include "imap_connection.h"
#include "import.h"

/* maildir-import imap: an account on another server. */

/* a folder there */
struct remote {
  char *wire;                   /* its name as the server writes it */
  char *shown;                  /* in UTF-8, as the server has it */
  char *name;                   /* ours; 0: it is not taken */
  char separator;               /* 0: it has none */
  int no_mail;                  /* \Noselect, \NonExistent */
  char use[16];                 /* "\Sent", "" */
  int subscribed;
};

struct remotes { struct remote *r; size_t n, a; };

#define REMOTES_MAX 100000

/* import_imap_folders - what there is, with the names that it will have here */
void import_imap_folders(struct import *, const struct import_options *,
                         struct imap *, struct remotes *);
void import_imap_folders_free(struct remotes *);

/* import_imap_flag - one word of FLAGS into m's flags or keywords */
void import_imap_flag(struct import_message *m, const char *s, size_t len);

/* import_imap_fetch - the mail of one folder; user is who it belongs to */
void import_imap_fetch(struct import *, struct imap *, const char *user,
                       const struct remote *);

#endif
