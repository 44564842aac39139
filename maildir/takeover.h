/* ISC licence; see LICENSE. */
#ifndef MAILDIR_TAKEOVER_H
#define MAILDIR_TAKEOVER_H

#include <stddef.h>
#include <stdint.h>
#include <skalibs/stralloc.h>

#include "namemap.h"

/*
 * What another server kept of a folder in files of its own: Courier
 * (courierimapuiddb, courierimapkeywords/, courierpop3dsizelist) or BincIMAP
 * (bincimap-uidvalidity, bincimap-cache). It is read once, when the folder
 * has no dovecot-uidlist yet; the files are never changed.
 *
 * They are believed line by line: one that cannot be is passed over and told,
 * and its message is treated as new. A file without a good header is passed
 * over as a whole.
 */
#define TAKEOVER_COURIER_UIDS "courierimapuiddb"
#define TAKEOVER_COURIER_POP3 "courierpop3dsizelist"
#define TAKEOVER_COURIER_KEYWORDS "courierimapkeywords"
#define TAKEOVER_COURIER_WORDS "courierimapkeywords/:list"
#define TAKEOVER_BINC_UIDVALIDITY "bincimap-uidvalidity"
#define TAKEOVER_BINC_CACHE "bincimap-cache"

#define TAKEOVER_FILE_MAX (256u << 20)  /* octets */
/* no UID at or above this: a wrong number must not use all of them up */
#define TAKEOVER_UID_MAX 0xf0000000u
#define TAKEOVER_POP3_STALE (30 * 86400) /* s older than the list of UIDs */
#define TAKEOVER_WORDS_MAX 2000         /* keywords of a folder */
#define TAKEOVER_OTHERS 40              /* faults told one by one */

struct takeover_item {
  uint32_t uid;                 /* 0: the list of UIDs has it not */
  size_t uidl;                  /* POP3's unique-id in text, + 1; 0: none */
  size_t words;                 /* keywords: place in ids; ends at NO_WORD */
};
#define TAKEOVER_NO_WORD UINT32_MAX

struct takeover_word { size_t name; size_t uses; };     /* name in text */

/* told of each thing that is passed over; line 0: the whole file */
typedef void takeover_tell(void *arg, const char *file, unsigned long line,
                           const char *why);

struct takeover {
  const char *from;             /* "courier", "bincimap", 0: nobody was here */
  uint32_t uidvalidity;         /* 0: unknown */
  uint32_t uidnext;
  const char *uidl_format;      /* for the header's word P; 0: none */
  struct namemap map;           /* base names */
  struct takeover_item *item;   /* by entry of map */
  size_t a;
  stralloc text;                /* unique-ids and names, each NUL-ended */
  struct namemap word_map;      /* keywords in lower case */
  struct takeover_word *word;   /* by entry of word_map */
  size_t aword;
  uint32_t *ids;                /* keywords of messages, in rows */
  size_t nids, aids;
  int has_keywords;             /* it kept keywords: those are all */
  long long keywords_mtime;     /* when it wrote them last, seconds */
  unsigned long faults;         /* how much was passed over */
  takeover_tell *tell;          /* 0: the log */
  void *arg;
  const char *folder;           /* its directory, for the log */
};
/* a first struct is { 0 } with tell, arg and folder set as wanted */

/*
 * takeover_read - what is there in dirfd; inbox: POP3's list counts, too.
 * 1; 0 if no other server was here, or nothing of its files is of use; -1
 * with errno: they are there, but cannot be read now.
 */
int takeover_read(struct takeover *, int dirfd, int inbox);
void takeover_free(struct takeover *);
/* takeover_waits - 1 if another server's files are there; keeps errno */
int takeover_waits(int dirfd);

/* takeover_find - what is known of a base name, or 0 */
const struct takeover_item *takeover_find(const struct takeover *,
                                          const char *base, size_t len);
/* takeover_uidl - its unique-id, 0 if none; takeover_word_name - a keyword */
const char *takeover_uidl(const struct takeover *,
                          const struct takeover_item *);
const char *takeover_word_name(const struct takeover *, uint32_t id);

/* takeover_binc_values - append the values that a section of a file of
 * BincIMAP's kind has, whatever their keys, each ended by NUL; up to where the
 * text makes no sense */
void takeover_binc_values(const stralloc *text, const char *section,
                          stralloc *values);

/* ---- among takeover*.c ---- */

/* a file's text and the line that is in hand */
struct takeover_file {
  const char *name;
  stralloc text;
  size_t at;
  unsigned long line;           /* from 1 */
};

/* takeover_load - 1; 0 there is none, or it is of no use (told); -1 errno */
int takeover_load(struct takeover *, struct takeover_file *, int dirfd,
                  long long *mtime);
/* takeover_line - the next line without its LF. 1, 0 at the end; a last one
 * without LF is told and left out */
int takeover_line(struct takeover *, struct takeover_file *, const char **s,
                  size_t *len);
void takeover_fault(struct takeover *, const struct takeover_file *,
                    const char *why);
/* takeover_number - decimal, of n octets and at most max; 1, 0 it is none */
int takeover_number(const char *s, size_t len, uint64_t max, uint64_t *n);
/* takeover_item_of - the entry of a base name, made if need be; 0: it cannot
 * be one of a message (told). Moves when the next one is made. */
struct takeover_item *takeover_item_of(struct takeover *,
                                       const struct takeover_file *,
                                       const char *name, size_t len);
/* takeover_uid - note a message's UID, if it can be believed */
void takeover_uid(struct takeover *, const struct takeover_file *,
                  const char *name, size_t len, uint64_t uid);
/* takeover_header - note UIDVALIDITY and UIDNEXT. 1, 0 they cannot be */
int takeover_header(struct takeover *, const struct takeover_file *,
                    uint64_t uidvalidity, uint64_t uidnext);

/* each 1 something was read, 0 nothing, -1 errno */
int takeover_courier(struct takeover *, int dirfd, long long *mtime);
int takeover_courier_pop3(struct takeover *, int dirfd, long long uids_mtime);
int takeover_courier_keywords(struct takeover *, int dirfd);
int takeover_binc(struct takeover *, int dirfd, long long *mtime);

#endif
