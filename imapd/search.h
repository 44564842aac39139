/* ISC licence; see LICENSE. */
#ifndef IMAPD_SEARCH_H
#define IMAPD_SEARCH_H

#include "search_program.h"
#include "session.h"

struct search_result {
  struct uidset uids;           /* that match */
  int error;                    /* errno if some could not be looked at */
  int stopped;                  /* the client or the server is going away */
};

/* where to search: the selected folder, or another one with a view of its own */
struct search_place {
  struct folder *folder;
  const struct view *view;
  const struct uidset *among;   /* only among these; 0: all of the view */
  int whole;                    /* all matches, also if MIN, MAX are asked */
  int limited;                  /* MESSAGELIMIT counts: limit.h */
};

/*
 * search_run - find what the bound program matches in a view
 *
 * If only MIN, MAX or both are asked for, it stops at the first match from
 * below, above or both: then uids has just these, unless the whole is wanted.
 * A search that takes long tells how far it is (progress.h).
 * The caller frees result->uids.
 */
void search_run(struct session *s, const struct search_place *where,
                const struct search_program *g, struct search_result *result);

/* search_only_ends - 1 if nothing but MIN, MAX or both of what is found is
 * asked for; search_ends - add these of uids to found */
int search_only_ends(const struct search_program *g);
void search_ends(const struct search_program *g, const struct uidset *uids,
                 struct uidset *found);

/* search_refuse - BAD, or NO for a charset, after search_parse returned 0 */
enum status search_refuse(struct session *s, const struct search_program *g,
                          const struct parse *p);

/* search_finish - the tagged answer of a search that is over */
enum status search_finish(struct session *s, const struct search_result *,
                          const char *text);

/* search_reply - "* SEARCH" or "* ESEARCH", by message number or by UID as
 * the command was */
void search_reply(struct session *s, const struct search_program *g,
                  const struct uidset *uids);

/* search_reply_begin - "* ESEARCH (TAG "x") UID", to be gone on with
 * search_shows - 0 if SAVE alone leaves nothing to be said */
void search_reply_begin(struct session *s);
int search_shows(const struct search_program *g);

/* search_reply_folder - what ESEARCH says of one folder, by UID: RFC 7377
 * section 2.1; name: as the client knows it */
void search_reply_folder(struct session *s, struct folder *f,
                         const struct search_program *g,
                         const struct uidset *uids, const stralloc *name,
                         uint32_t uidvalidity);

/* search_allowed - 1 if the session may run the program: 0 with BAD in text,
 * for message numbers under UIDONLY and MODSEQ after NOMODSEQ. Does what
 * follows from the keys: MODSEQ enables CONDSTORE, message numbers keep
 * EXPUNGEs back (RFC 7162 section 3.2.10.2). */
int search_allowed(struct session *s, const struct search_program *g);

/* search_modseq - highest modseq of uids; 0: there are none */
uint64_t search_modseq(struct folder *, const struct uidset *uids);

#endif
