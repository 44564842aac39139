/* ISC licence; see LICENSE. */
#ifndef MAILDIR_EXTRA_H
#define MAILDIR_EXTRA_H

#include <stddef.h>
#include <stdint.h>
#include <skalibs/stralloc.h>

#include "stamp.h"
#include "uidset.h"

/*
 * roost-extra: what a message has beyond what names of files and Dovecot's
 * files can hold: keywords for which no letter was left, and the date at which
 * it came here where its base name does not tell. Truth, like the uidlist, and
 * written under its lock. One line a change, the last one holds:
 *
 *   1 V1700000000 S0            UIDVALIDITY; octets after the last compaction
 *   3,7:9 +$Label -Old          messages 3, 7, 8, 9 got one keyword, lost one
 *   12 D1731000000              when 12 came here (seconds)
 *   =1731000000.M1P2.host +$Label      a message that is about to get a UID
 *   13 =1731000000.M1P2.host           it is 13
 *
 * The two last forms keep keywords through a MOVE that is killed: the first is
 * on disk before the file has its new name, the second follows the uidlist,
 * written by whoever sees the UID first.
 *
 * Lines that cannot be read are passed over, and so is a last one without LF,
 * which the next writer cuts off. A file of another UIDVALIDITY says nothing.
 */
#define EXTRA_NAME "roost-extra"
#define EXTRA_TMP "roost-extra.tmp"
#define EXTRA_NAMES_MAX 2000            /* keywords that one folder may get */
#define EXTRA_FILE_MAX (16u << 20)      /* octets */
#define EXTRA_LINE_MAX 65536            /* longer ones are passed over */

/* A keyword; its place in the table is its id, the same while the struct
 * lives. Ranges wait in part until they are many. */
struct extra_word {
  char *name;
  struct uidset uids;           /* the messages that bear it */
  struct uidrange *part;
  size_t nparts, aparts;
  int part_sign;
};

struct extra_date { uint32_t uid; size_t seq; int64_t date; };

struct extra {
  struct extra_word *word;
  size_t n, a;
  uint32_t *order;              /* ids in the order of their names */
  struct extra_date *date;      /* by UID */
  size_t ndates, adates;
  stralloc pending;             /* "base NUL operations NUL" ... */
  size_t head;                  /* where what still waits begins in it */
  uint32_t uidvalidity;         /* of the file; 0: there is none of use */
  uint32_t asked;               /* the one that extra_read was for */
  uint64_t end;                 /* octets read, up to the last whole line */
  uint64_t base;                /* octets after the last compaction */
  struct stamp stamp;           /* all 0: no file */
};
/* a first struct is { 0 } */
void extra_free(struct extra *);

/*
 * extra_read - bring it up to the file, its tail alone where that will do.
 * 1 something was read, 0 nothing new, -1 with errno (then empty).
 */
int extra_read(struct extra *, int dirfd, uint32_t uidvalidity);

/*
 * extra_touched - add to uids those that were written about since the file
 * had this stamp and length. 1; 0: that cannot be told, every message may have
 * changed; -1 with errno.
 */
int extra_touched(int dirfd, const struct stamp *, uint64_t end,
                  struct uidset *uids);

/* extra_find - id of a keyword (ASCII without case), -1 if it is not there;
 * extra_name - the id for it, new if need be; -1 EMFILE, EINVAL */
long extra_find(const struct extra *, const char *name, size_t len);
long extra_name(struct extra *, const char *name, size_t len);

/* extra_saved - when a message came here; INT64_MIN: not in this file */
int64_t extra_saved(const struct extra *, uint32_t uid);

/* extra_awaited - the operations that wait for this base name, or 0 */
const char *extra_awaited(const struct extra *, const char *base, size_t len);

/*
 * Lines to be written:
 * extra_line - uids, then op ('+' or '-') and a name
 * extra_line_date, extra_line_await (names: each ended by NUL),
 * extra_line_is - the other forms
 */
void extra_line(stralloc *out, const struct uidset *uids, char op,
                const char *name);
void extra_line_date(stralloc *out, uint32_t uid, int64_t date);
void extra_line_await(stralloc *out, const char *base, size_t len,
                      const stralloc *names);
void extra_line_is(stralloc *out, uint32_t uid, const char *base, size_t len);

/* extra_full - 1 if that many octets more make it time to compact */
int extra_full(const struct extra *, size_t more);

/*
 * extra_append - write lines, in one write or not at all; the uidlist's lock
 * is held and extra_read was called under it. there: the UIDs that exist, if
 * extra_full, else 0. With sync it is on disk before this returns. Brings the
 * struct up. 0; -1 with errno and nothing changed: ENOSPC, EDQUOT, EACCES;
 * EFBIG: there is too much in it.
 */
int extra_append(struct extra *, int dirfd, uint32_t uidvalidity,
                 const stralloc *lines, const struct uidset *there, int sync);

/* extra_take - what lines of the file say (no header), into memory */
void extra_take(struct extra *, const char *lines, size_t len);
/* extra_settle - after the last extra_take */
void extra_settle(struct extra *);
/* extra_clear - empty, but ids keep their names */
void extra_clear(struct extra *);
/* extra_uids - the key of a line as a set; octets used, 0: it is none */
size_t extra_uids(const char *s, size_t len, struct uidset *);
/* extra_state - append all that is known of those of the UIDs, as lines */
void extra_state(const struct extra *, const struct uidset *there,
                 stralloc *out);

#endif
