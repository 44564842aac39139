/* ISC licence; see LICENSE. */
#ifndef MESSAGE_MIME_H
#define MESSAGE_MIME_H

#include <stddef.h>
#include <stdint.h>
#include <skalibs/stralloc.h>

#include "message/lstr.h"

/*
 * The structure of a message: a tree of parts, found in one pass over the
 * stored octets, in bounded memory and linear time whatever they are.
 *
 * Lines end with LF, CR LF or a mix. Two sizes are kept of everything: the
 * physical one (octets stored, "len") and the virtual one (octets as sent:
 * each LF not preceded by CR counts as two, "vlen"). A CR that stands alone
 * is an octet like any other.
 *
 * The shape: a message (the root, and what a part of type message/rfc822 or
 * message/global holds) is itself a struct mime_part.
 *   kind MIME_MULTIPART  child is its first part, next leads to the others;
 *                        there is at least one
 *   kind MIME_MESSAGE    child is the one message that it holds; the child's
 *                        header starts where this part's body starts
 *   kind MIME_LEAF       no child
 * section.h turns IMAP part numbers into parts of this tree.
 *
 * What cannot be taken apart becomes a leaf, so that all answers agree:
 * - a multipart without boundary parameter, or whose boundary never comes,
 *   is shown as text/plain (the reader sees its text);
 * - a message/rfc822 or message/global whose transfer encoding is not an
 *   identity, and anything below the limits of depth and number, is shown
 *   as application/octet-stream.
 * Such parts have MIME_OPAQUE set; type, subtype and params are what to show.
 *
 * Boundary lines follow RFC 2046 section 5.1.1: "--" and the boundary at the
 * start of a line suffice. If several open boundaries fit, the longest is
 * meant, and of equal ones the innermost.
 */

/* Limits. What lies beyond one is dealt with as said, never an error. */
#define MIME_DEPTH_MAX 100      /* multiparts and messages inside each other */
#define MIME_PARTS_MAX 10000    /* parts of a message; then leaves only */
#define MIME_BOUNDARY_MAX 250   /* longer: as if it had none (RFC: 70) */
#define MIME_FIELD_MAX 131072   /* octets of one field; rest ignored */
#define MIME_FIELDS_MAX 4194304 /* octets of all fields kept; rest ignored */
#define MIME_PARAMS_MAX 100     /* parameters of one field; rest ignored */
#define MIME_LANGUAGES_MAX 50   /* tags of one Content-Language */
#define MIME_HEADER_MAX 262144  /* octets of the root's header block kept */

enum mime_kind { MIME_LEAF, MIME_MULTIPART, MIME_MESSAGE };

enum mime_encoding {
  MIME_7BIT, MIME_8BIT, MIME_BINARY, MIME_BASE64, MIME_QP,
  MIME_UNKNOWN                  /* an encoding that we cannot undo */
};

/* flags of a part */
#define MIME_TEXT 1u            /* type text */
#define MIME_OPAQUE 2u          /* shown as a leaf, see above */
#define MIME_HEADER_NUL 4u      /* the header has a NUL octet */
#define MIME_BODY_NUL 8u        /* the body has a NUL octet */
#define MIME_HEADER_END 16u     /* the header ends with its empty line */
#define MIME_IS_MESSAGE 32u     /* root, or child of a MIME_MESSAGE */
#define MIME_MESSAGE_TYPE 64u   /* type message, of any kind (leaf: e.g.
                                   message/delivery-status) */

struct mime_param {
  struct lstr name;             /* as written; see below */
  struct lstr value;            /* unquoted, comments gone */
};

/*
 * Parameters as BODYSTRUCTURE shows them (RFC 2231 sections 3 and 6): the
 * pieces NAME*0, NAME*1 are joined into one NAME, those with a charset
 * (NAME*0*) into one NAME*, still percent-encoded as charset'language'text.
 * param_text of param.h gives the decoded text. A text part without charset
 * has charset=us-ascii added at the end (RFC 2045 section 5.2).
 */
struct mime_params {
  const struct mime_param *v;
  size_t n;
};

/*
 * What ENVELOPE is made of: field bodies unfolded (line breaks removed, the
 * white space after them kept), without white space at both ends; NUL is
 * 0x80. s == 0 if there is no such field. Of several fields the first counts,
 * but to, cc and bcc are joined by ", " (RFC 5322 section 4.5.3).
 * from ... bcc go to address_parse of address.h; sender and reply_to that are
 * missing or empty default to from in an ENVELOPE: the caller does that.
 */
struct mime_envelope {
  struct lstr date, subject, from, sender, reply_to, to, cc, bcc,
    in_reply_to, message_id;
  struct lstr references;       /* not in ENVELOPE; for threads */
};

struct mime_part {
  /* shape */
  struct mime_part *parent, *child, *next;
  struct mime_part *last;       /* the last child */
  uint32_t number;              /* from 1, among the parts of its parent */
  uint32_t children;            /* how many parts */
  uint32_t index;               /* place in the walk root, child, next: 0.. */
  uint32_t depth;               /* multiparts and messages around it */
  /* all from here to charset survives mime_pack */
  uint8_t kind;                 /* enum mime_kind */
  uint8_t encoding;             /* enum mime_encoding */
  uint16_t flags;
  uint64_t header_at;           /* offset in the file */
  uint64_t header_len, header_vlen;     /* with the empty line, if any */
  uint64_t header_lines;
  uint64_t body_at;             /* always header_at + header_len */
  uint64_t body_len, body_vlen;
  uint64_t body_lines;          /* line ends in the body (body-fld-lines) */
  struct lstr charset;          /* text: of the parameter, or us-ascii */
  /* the rest comes from a parse only; all 0 after mime_unpack */
  struct lstr type, subtype;    /* as written; "text" "plain" by default */
  struct mime_params params;
  struct lstr id, description;  /* Content-ID, -Description: unfolded */
  struct lstr cte;              /* encoding as written; "7bit" by default */
  struct lstr md5;              /* Content-MD5 */
  struct lstr disposition;      /* s == 0: NIL */
  struct mime_params disposition_params;
  const struct lstr *language;  /* Content-Language: tags */
  size_t languages;
  struct lstr location;         /* Content-Location: all white space removed */
  const struct mime_envelope *envelope; /* if MIME_IS_MESSAGE, else 0 */
};

/*
 * struct mime_message - a parsed message and the memory of all its parts
 *
 * Start with MIME_MESSAGE_ZERO; each mime_parse_* or mime_unpack replaces
 * what was there and reuses its memory; mime_free when done. All pointers in
 * the tree live until the next of these calls.
 */
struct mime_message {
  struct mime_part *root;       /* 0 before the first parse */
  uint32_t parts;               /* number of parts in the tree, messages too */
  uint64_t size, vsize;         /* the whole: RFC822.SIZE is vsize */
  struct lstr header;           /* the root's header block as stored, with its
                                   empty line; cut at a field's start if it
                                   is longer than MIME_HEADER_MAX. s == 0
                                   after mime_unpack */
  int header_cut;               /* 1 if it was cut */
  struct mime_arena *arena;     /* private */
  struct mime_parser *parser;   /* private */
};

#define MIME_MESSAGE_ZERO { 0, 0, 0, 0, LSTR_ZERO, 0, 0, 0 }

/*
 * mime_begin, mime_feed, mime_end - parse a message that comes in pieces
 *
 * Feed any number of pieces of any size (the result does not depend on how
 * they are cut); after mime_end the tree is there. An empty message is a
 * root with no octets. Cannot fail but by memory.
 */
void mime_begin(struct mime_message *m);
void mime_feed(struct mime_message *m, const char *buf, size_t len);
void mime_end(struct mime_message *m);

/* mime_parse_mem - the three above for a message in memory */
void mime_parse_mem(struct mime_message *m, const char *buf, size_t len);

/*
 * mime_parse_fd - parse the file from its start to its end with pread(2),
 * 64 kB at a time. Returns 0, or -1 with errno of pread; m is then empty
 * (root == 0).
 */
int mime_parse_fd(struct mime_message *m, int fd);

/* mime_free - free all; m may be used again */
void mime_free(struct mime_message *m);

/*
 * mime_pack - append a compact form of the tree: what survives is marked in
 * struct mime_part, enough for every BODY[section], BINARY and text_search.
 * Some 12 octets a part. It has no pointers and no byte order.
 */
void mime_pack(const struct mime_message *m, stralloc *out);

/*
 * mime_unpack - the tree from what mime_pack made
 *
 * Believes nothing: sizes, numbers and nesting are checked, so that every
 * range lies inside the message and inside its parent. Compare m->size with
 * fstat afterwards: a file of another size is another file.
 * Returns 1, or 0 if buf is not such a form (m is then empty).
 */
int mime_unpack(struct mime_message *m, const char *buf, size_t len);

/* mime_next - the part after p in the walk (root, its parts, theirs), or 0 */
const struct mime_part *mime_next(const struct mime_part *p);

#endif
