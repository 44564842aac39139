/* ISC licence; see LICENSE. */
#ifndef TOOLS_MBOX_H
#define TOOLS_MBOX_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <skalibs/stralloc.h>

/*
 * Messages in an mbox file, RFC 4155 and its variants:
 *
 *   mboxo    "From " at the start of a line of the text was written as ">From "
 *   mboxrd   every line of ">"s and "From " got one more ">"
 *   mboxcl   as mboxo, and Content-Length says how long the text is
 *   mboxcl2  Content-Length alone: nothing is quoted
 *   auto     Content-Length where it leads to the end or to a "From " line,
 *            and nothing is unquoted there; else as mboxrd, but a "From " line
 *            that follows no empty line or has no date is text
 *
 * A file is read piece by piece; nothing in it makes memory grow.
 */
enum mbox_format { MBOX_AUTO, MBOX_O, MBOX_RD, MBOX_CL, MBOX_CL2 };

#define MBOX_BUFFER 65536
#define MBOX_FROM_MAX 1024      /* octets of a "From " line that are looked at */
#define MBOX_FIELD_MAX 65536    /* octets of a field of the mbox's own */

struct mbox {
  int fd;                       /* a regular file; borrowed */
  enum mbox_format format;
  off_t size;                   /* of the file */
  off_t start;                  /* of the message, behind its "From " line */
  off_t next;                   /* of the "From " line that follows, or size */
  int64_t date;                 /* of the "From " line; INT64_MIN: none */
  /* where buf lies in the file */
  off_t at;
  size_t pos, len;
  char buf[MBOX_BUFFER];
};

/* what the mbox's own fields say; read by mbox_text */
struct mbox_fields {
  stralloc status;              /* letters of Status and X-Status */
  stralloc keywords;            /* X-Keywords, as it is written */
  uint32_t uid;                 /* X-UID; 0: none */
  uint32_t uidvalidity, lastuid;        /* X-IMAPbase or X-IMAP; 0: none */
  int internal;                 /* X-IMAP: data of the mbox, no mail */
};

/* mbox_open - 0, or -1 with errno: EINVAL, it does not begin as an mbox */
int mbox_open(struct mbox *, int fd, enum mbox_format);

/* mbox_next - the next message: 1; 0 there is none; -1 with errno */
int mbox_next(struct mbox *);

/*
 * mbox_text - the message's text as it was before it was put into the mbox:
 * to put, in pieces, without the fields that belong to the mbox; those go to
 * fields (both may be 0). May be called more than once for a message. Sets
 * m->next. 0, or -1 with errno: EIO, the file has become shorter.
 */
typedef void mbox_put(void *arg, const char *, size_t);
int mbox_text(struct mbox *m, struct mbox_fields *fields, mbox_put *put,
              void *arg);
void mbox_fields_free(struct mbox_fields *);

/* mbox_date - of a "From " line's rest; INT64_MIN if it has none that is one */
int64_t mbox_date(const char *s, size_t len);

#endif
