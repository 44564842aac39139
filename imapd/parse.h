/* ISC licence; see LICENSE. */
#ifndef IMAPD_PARSE_H
#define IMAPD_PARSE_H

#include <stddef.h>
#include <stdint.h>

#include "maildir/uidset.h"

/*
 * A command's text, read from the left piece by piece. The whole command,
 * literals included as they stand on the wire ("{3}" CR LF "abc"), lies in
 * memory, without its last CR LF; the input has enforced the limits.
 *
 * parse_* return 1 and move on, or 0: then nothing was consumed (or the
 * command is broken anyway) and why says in a few words what is wrong, fit to
 * be shown to the client. So a handler reads:
 *
 *   if (!parse_sp(p) || !parse_mailbox(p, &name) || !parse_end(p))
 *     return cmd_syntax(s, p);
 *
 * Text that comes out is borrowed from the command and may hold any octet; it
 * is valid until the command ends. Quoted strings are unquoted in place.
 */
struct parse {
  char *s;                      /* next octet */
  char *end;
  const char *why;              /* set when something returned 0 */
  int utf8;                     /* UTF8=ACCEPT is enabled: quoted strings are
                                   UTF-8 or BAD, and charsets are no choice */
};

struct text { const char *s; size_t len; };

void parse_init(struct parse *, char *s, size_t len);

/* classes of octets, RFC 3501 section 9 */
int is_atom_char(unsigned char);        /* ATOM-CHAR */
int is_astring_char(unsigned char);     /* ATOM-CHAR or "]" */
int is_list_char(unsigned char);        /* ATOM-CHAR, "%", "*", "]" */
int is_tag_char(unsigned char);         /* ASTRING-CHAR but "+" */

/* parse_peek - next octet, -1 at the end */
int parse_peek(const struct parse *);
/* parse_try - 1 and consumed if c is next; else 0 and no fault */
int parse_try(struct parse *, char c);
/* parse_try_word - the same for a word, ASCII case ignored, that is not just
 * the beginning of a longer atom ("RETURN" of "RETURN (") */
int parse_try_word(struct parse *, const char *word);
/* parse_char - c must be next */
int parse_char(struct parse *, char c);
/* parse_sp - exactly one space; parse_end - nothing more may follow */
int parse_sp(struct parse *);
int parse_end(struct parse *);

/*
 * parse_atom - 1*ATOM-CHAR. parse_astring - atom (with "]"), quoted or
 * literal. parse_string - quoted or literal. parse_nstring - string or NIL:
 * then s is 0. parse_list_mailbox - list-mailbox of LIST and LSUB.
 * parse_mailbox - astring; INBOX and the encoding are left to
 * tree_storage_name.
 */
int parse_atom(struct parse *, struct text *);
int parse_astring(struct parse *, struct text *);
int parse_string(struct parse *, struct text *);
int parse_nstring(struct parse *, struct text *);
/* parse_nstring8 - the same, or literal8 ("~{n}"), which may hold NUL */
int parse_nstring8(struct parse *, struct text *);
int parse_list_mailbox(struct parse *, struct text *);
int parse_mailbox(struct parse *, struct text *);

/* text_is - 1 if t is the C string word, ASCII case ignored */
int text_is(const struct text *t, const char *word);

/* parse_number - 0..2^32-1; parse_nz_number - 1..2^32-1; parse_number64 -
 * 0..2^63-1. No sign. A number too large is a fault. */
int parse_number(struct parse *, uint32_t *);
int parse_nz_number(struct parse *, uint32_t *);
int parse_number64(struct parse *, uint64_t *);

/* parse_literal_header - "{n}", "{n+}" or the same behind "~" at the very end
 * of the text, when the literal itself is not in memory: APPEND */
int parse_literal_header(struct parse *, uint64_t *size);

/*
 * A sequence_set as written: each range's ends, with 0 for "*", and whether
 * "$" ends it, the result that a SEARCH has saved (RFC 5182). Which UIDs it
 * names, view_resolve says. RFC 9051 section 9. Freed with seqset_free.
 */
struct seqset { struct uidrange *r; size_t n, a; int saved; };
#define SEQSET_ZERO { 0, 0, 0, 0 }
int parse_sequence_set(struct parse *, struct seqset *);
/* seqset_add - one more range, 0 for "*" */
void seqset_add(struct seqset *, uint32_t lo, uint32_t hi);
void seqset_free(struct seqset *);

/*
 * Dates. parse_date - "1-Feb-1994" with or without quotes, as seconds since
 * 1970 at 00:00 UTC of that day. parse_date_time - "\" 1-Feb-1994 12:00:00
 * +0100\"" in quotes, as seconds since 1970. Impossible days are faults.
 */
int parse_date(struct parse *, int64_t *);
int parse_date_time(struct parse *, int64_t *);

#endif
