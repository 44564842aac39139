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

/* import_imap_fetch - the mail of one folder into the one of that storage
 * name; user is who it belongs to */
void import_imap_fetch(struct import *, const struct import_options *,
                       struct imap *, const char *user, const struct remote *,
                       const char *storage);

/* a folder there, of which a message's id is made */
struct import_origin {
  const char *host, *user;
  const struct remote *from;
  uint32_t uidvalidity;
};
void import_imap_id(const struct import_origin *, uint32_t uid,
                    struct import_id *);

/* import_imap_flags - those of uids, which are here already, get the flags
 * and keywords that they have there; the folder is open there */
void import_imap_flags(struct import *, struct imap *,
                       const struct import_origin *,
                       const struct uidset *uids);

#endif
