/* ISC licence; see LICENSE. */
#ifndef IMAPD_REPLY_H
#define IMAPD_REPLY_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/alloc.h"

/*
 * What goes to the client. Everything is appended to one buffer; nothing here
 * waits for the client but reply_drain, reply_flush and reply_direct. These
 * three must not be called between folder_begin and folder_end.
 *
 * When the client is gone (or took nothing for REPLY_STALL_MS) the reply is
 * dead: what is put into it is thrown away, the three calls above return -1,
 * and the session ends after the command. A long loop looks at the result of
 * reply_drain and stops.
 */
#define REPLY_HIGH 32768        /* octets that make reply_drain write */
#define REPLY_STALL_MS 300000

struct compress;
struct reply {
  stralloc buf;                 /* not yet written */
  int fd;
  struct compress *z;           /* COMPRESS is on; 0; borrowed */
  int utf8;                     /* quoted strings may hold UTF-8 */
  int dead;                     /* the client is gone */
  int error;                    /* errno of that */
  uint64_t sent;                /* octets written so far */
  uint64_t whole;               /* of these, up to the last whole line that
                                   we know of */
};

void reply_init(struct reply *, int fd);
void reply_free(struct reply *);

/* reply_put - append octets; reply_puts - a C string; reply_num - decimal */
static inline void reply_put(struct reply *r, const char *data, size_t len)
{
  if (!r->dead) stralloc_catb(&r->buf, data, len);
}

static inline void reply_puts(struct reply *r, const char *s)
{
  reply_put(r, s, strlen(s));
}

void reply_num(struct reply *, uint64_t n);
/* reply_word - a word with the spaces that it needs, and its number */
void reply_word(struct reply *, const char *word, uint64_t n);
/* reply_crlf - end a line */
void reply_crlf(struct reply *);

/*
 * reply_string - a "string": quoted if it is short and has only octets that
 * may stand in quotes, else a literal. NUL, which neither may hold, becomes
 * 0x80 as other servers do. RFC 3501 section 4.3. UTF-8 is quoted only if
 * utf8 is set: RFC 9051 appendix A.
 * reply_nstring - the same; NIL if data is 0.
 * reply_astring - as an atom where it may be one, else as reply_string; for
 * mailbox names. "NIL" and "" are quoted. RFC 3501 section 9.
 */
void reply_string(struct reply *, const char *data, size_t len);
void reply_nstring(struct reply *, const char *data, size_t len);
void reply_astring(struct reply *, const char *data, size_t len);
/* the same choice, appended to a stralloc, for text that is kept: UTF-8 is a
 * literal there */
void string_cat(stralloc *out, const char *data, size_t len);

/* reply_untagged - "* TEXT CRLF" */
void reply_untagged(struct reply *, const char *text);

/*
 * reply_drain - write what is waiting if it is more than REPLY_HIGH; call it
 * in loops, outside of snapshots. reply_flush - write all of it.
 * reply_direct - write data behind all that is waiting, without copying big
 * pieces: for message texts. Each returns 0, or -1: the reply is dead.
 */
int reply_drain(struct reply *);
int reply_flush(struct reply *);
int reply_direct(struct reply *, const char *data, size_t len);

/*
 * reply_flush_whole - reply_flush at the end of a line. reply_last_words -
 * a line, with its CRLF, at once and in place of what waits, for a session
 * that has to end now. Nothing is said behind a line or literal that has gone
 * in part: the client would take it for what is missing. No memory is asked
 * for.
 */
int reply_flush_whole(struct reply *);
void reply_last_words(struct reply *, const char *line);

#endif
