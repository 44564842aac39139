/* ISC licence; see LICENSE. */
#ifndef IMAPD_FETCH_FILE_H
#define IMAPD_FETCH_FILE_H

#include <stdint.h>
#include <sys/stat.h>
#include <skalibs/stralloc.h>

#include "maildir/folder.h"
#include "message/lstr.h"
#include "message/mime.h"

/*
 * One message's file while FETCH or SEARCH works on it: read no further and
 * parsed no further than is needed, and nothing of that twice. Used for one
 * message after the other, so that its memory is asked for once.
 *
 * All outside of folder_begin/end.
 */
struct fetch_file {
  struct folder *folder;
  uint32_t uid;
  int fd;                       /* -1: closed */
  struct stat st;
  stralloc raw;                 /* the file's first octets, maybe all */
  int64_t vsize;                /* octets as sent; -1 not counted yet */
  int has_nul;                  /* with vsize */
  int have_header;              /* 1 known, -1 longer than FILE_HEADER_MAX */
  struct lstr header;           /* root header as stored, with its empty line
                                   if it has one; in raw */
  struct mime_message mime;
  int parsed;                   /* FILE_...: what mime.root is good for */
};
#define FETCH_FILE_ZERO \
  { 0, 0, -1, { 0 }, STRALLOC_ZERO, -1, 0, 0, LSTR_ZERO, MIME_MESSAGE_ZERO, 0 }

#define FILE_NOTHING 0
#define FILE_ENVELOPE 1         /* root->envelope */
#define FILE_PARTS 2            /* section_find, search_message */
#define FILE_WHOLE 3            /* everything */

#define FILE_FIRST_READ 32768   /* most messages fit, nearly all headers do */
#define FILE_HEADER_MAX MIME_HEADER_MAX

/* fetch_file_open - 0, or -1 with errno (ENOENT: the message is gone) */
int fetch_file_open(struct fetch_file *, struct folder *, uint32_t uid);
/* fetch_file_open_seen - the same by the name that it has in m, if it still
 * has that name */
int fetch_file_open_seen(struct fetch_file *, struct folder *,
                         const struct message *m);
/* fetch_file_close - ready for the next message; fetch_file_free - all */
void fetch_file_close(struct fetch_file *);
void fetch_file_free(struct fetch_file *);

/* fetch_file_header - 1: f->header is there; 0: it is too long to be held in
 * memory; -1 errno */
int fetch_file_header(struct fetch_file *);

/* fetch_file_first - read the first octets into f->raw; 0 or -1 errno */
int fetch_file_first(struct fetch_file *);
/* fetch_file_in_memory - 1 if octets at..at+len lie in f->raw */
int fetch_file_in_memory(const struct fetch_file *, uint64_t at, uint64_t len);

/*
 * fetch_file_count - count the octets as they are sent: 0 and f->vsize, or -1
 * errno. Nothing is parsed. Of the file that was counted last it is known,
 * for clients that fetch it piece by piece.
 */
int fetch_file_count(struct fetch_file *);
/* fetch_file_same - 1 if two files are one, and it was not written to */
int fetch_file_same(const struct stat *, const struct stat *);

/* fetch_file_envelope - 0: f->mime.root->envelope is there; -1 errno */
int fetch_file_envelope(struct fetch_file *);
/* fetch_file_parts - 0: f->mime.root knows where everything lies, from packed
 * (what the index had of PARTS; s == 0: nothing) if that is good, else by
 * fetch_file_whole; -1 errno */
int fetch_file_parts(struct fetch_file *, struct lstr packed);
/* fetch_file_whole - 0: parsed, and PARTS put into the index; -1 errno */
int fetch_file_whole(struct fetch_file *);

#endif
