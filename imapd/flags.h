/* ISC licence; see LICENSE. */
#ifndef IMAPD_FLAGS_H
#define IMAPD_FLAGS_H

#include <stdint.h>
#include <skalibs/stralloc.h>

#include "maildir/folder.h"
#include "parse.h"
#include "reply.h"

struct session;

/* the flags that we show and change: all but P, see flags.c */
#define FLAGS_SHOWN \
  (MF_ANSWERED | MF_FLAGGED | MF_DELETED | MF_SEEN | MF_DRAFT)

/* longest keyword that we store; RFC 3501 sets no limit */
#define KEYWORD_MAX 128

/*
 * flags_put - append "FLAGS (\Seen $Junk ...)" of a message: the one place
 * where FETCH and unsolicited FETCH write flags. recent: it is in
 * folder_recent. May be called between folder_begin and folder_end.
 */
void flags_put(struct reply *, struct folder *, uint32_t uid, uint32_t flags,
               uint32_t keywords, int recent);

/* flags_put_list - the list alone, "(\Seen ...)"; uid 0: with all keywords
 * beyond the letters that are in use */
void flags_put_list(struct reply *, struct folder *, uint32_t uid,
                    uint32_t flags, uint32_t keywords, int recent);

/* flags_named_letters - mask of the letters that have a name here;
 * flags_beyond - a number that changes with the keywords beyond them */
uint32_t flags_named_letters(struct folder *);
uint32_t flags_beyond(struct folder *);

/* flags_system - MF_ bit of "\Seen" and so on, ASCII case ignored; 0: none.
 * \Recent is none. */
uint32_t flags_system(const struct text *);

/*
 * A flag-list as a client wrote it: RFC 3501 section 9. Keywords become
 * letters only in the folder that they are for (flags_letters).
 */
struct flag_list {
  uint32_t flags;
  stralloc names;               /* keywords, each ended by NUL */
};
/* parse_flag_list - "(\Seen foo)"; with bare 1 also without parentheses, up
 * to the end of the command, as STORE takes it */
int parse_flag_list(struct parse *, struct flag_list *, int bare);
void flag_list_free(struct flag_list *);

/* flags_letters - the letters of the list's keywords in this folder, and the
 * ids of those beyond the letters, made if create. -1 with errno as
 * folder_keyword. ids is the caller's to free. */
int flags_letters(struct folder *, const struct flag_list *, int create,
                  uint32_t *letters, struct keyword_ids *ids);

/*
 * flags_report - append "* msn FETCH (FLAGS (...))" for those of uids that
 * are in the view, still exist, and have a modseq above since. With with_uid
 * and for CONDSTORE clients it begins with the UID (tell_uid_item), and the
 * latter get MODSEQ. Without flags it is MODSEQ alone (STORE .SILENT), or
 * nothing at all.
 * Takes its own snapshots and drains the reply. Returns how many of uids could
 * not be reported because they are gone, or -1: the reply died, or errno.
 */
#define REPORT_FLAGS 1u
#define REPORT_UID 2u
int64_t flags_report(struct session *, const struct uidset *uids,
                     unsigned what, uint64_t since);

#endif
