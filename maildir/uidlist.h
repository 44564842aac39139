/* ISC licence; see LICENSE. */
#ifndef MAILDIR_UIDLIST_H
#define MAILDIR_UIDLIST_H

#include <stddef.h>
#include <stdint.h>
#include <skalibs/stralloc.h>

#include "dotlock.h"
#include "mailbox_ids.h"
#include "stamp.h"

/*
 * dovecot-uidlist, versions 1 (read) and 3 (read, written). The truth about
 * UIDs. All writing under its dot lock. Byte formats, rules for torn tails:
 * Dovecot 2.3 maildir-uidlist (our facts page), see ARCHITECTURE.md.
 */
#define UIDLIST_NAME "dovecot-uidlist"
#define UIDLIST_LOCK "dovecot-uidlist.lock"
#define UIDLIST_WAIT_MS 122000

#define UIDLIST_TMP "dovecot-uidlist.tmp"
#define UIDLIST_LINE_LIMIT 65536        /* octets; a longer line is broken */

struct uidlist {
  int version;                  /* 3, 1, or 0: there is no file */
  uint32_t uidvalidity;         /* 0 while unknown */
  uint32_t uidnext;             /* max(N, last uid + 1); 1 while empty */
  uint32_t last;                /* uid of the last record, 0: none */
  char guid[33];                /* mailbox GUID, 32 hex digits, or "" */
  stralloc words;               /* the header's other words, raw, " P..." */
  uint64_t end;                 /* octets read, up to the last whole line */
  struct stamp stamp;           /* of the file that was read */
};

struct uidlist_record {
  uint32_t uid;
  const char *name;             /* base name; borrowed during the call */
  size_t namelen;
  const char *fields;           /* raw fields "W123 Gabc", may be empty */
  size_t fieldslen;
};

/* called for each record in file order; return 0 to go on, else it stops */
typedef int uidlist_each(void *arg, const struct uidlist_record *);

/*
 * uidlist_read - read the whole file from dirfd. No file: version 0.
 * Returns 0, or -1 with errno; EBADMSG if the file is broken (not one of our
 * versions, UIDs not ascending): the caller then treats what was read so far
 * as lost, as Dovecot does (the log says so), and makes a new file with a
 * UIDVALIDITY above u->uidvalidity (0 if even that could not be read). A
 * last line without LF is ignored. A file that is replaced while it is read
 * is read to its end (old inode). A first u is { 0 }.
 * uidlist_read_tail - the same for what was appended behind u->end to the
 * file of u->stamp; ESTALE if the file is another one or shrank or its header
 * changed: read it whole.
 */
int uidlist_read(struct uidlist *u, int dirfd, uidlist_each *, void *arg);
int uidlist_read_tail(struct uidlist *u, int dirfd, uidlist_each *,
                      void *arg);
void uidlist_free(struct uidlist *u);

/* uidlist_field - value of one-letter key in raw fields; 0 if absent */
const char *uidlist_field(const char *fields, size_t len, char key,
                          size_t *vlen);

/* lock and unlock around read-modify-append */
int uidlist_lock(struct dotlock *l, int dirfd);

/*
 * uidlist_create - write a new file (tmp, fsync, rename, fsync of the
 * directory) with u's header and the records given as raw lines ("uid fields
 * :name LF" each). Also used for a rewrite; mtime is made to grow. An empty
 * u->guid is given a fresh one. Updates u->uidnext, last, stamp, end and
 * version (3). The lock must be held. 0, or -1 with errno and the old file
 * untouched; EINVAL: u or a line that no reader would take.
 */
int uidlist_create(struct uidlist *u, int dirfd, const stralloc *lines);

/*
 * uidlist_append - append raw lines in one write under the lock: cut the
 * file to its last LF first, ftruncate back after a short write or ENOSPC,
 * fsync before returning. u must be in step with the file (same stamp),
 * else ESTALE, and of version 3, else EINVAL, as for lines that no reader
 * would take or UIDs below u->uidnext. u->uidnext (at least new_uidnext),
 * last, end and stamp are brought up. 0, or -1 with errno, the records in
 * the file and u as before.
 */
int uidlist_append(struct uidlist *u, int dirfd, const stralloc *lines,
                   uint32_t new_uidnext);

/*
 * uidlist_check - 1 if each of the len octets' lines is a record of version 3
 * and the UIDs ascend from above *last, which becomes the last one; else 0
 */
int uidlist_check(const char *lines, size_t len, uint32_t *last);

/* uidlist_line - append one record line to out; fields may be empty */
void uidlist_line(stralloc *out, uint32_t uid, const char *fields,
                  size_t fieldslen, const char *name, size_t namelen);

#endif
