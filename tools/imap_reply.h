/* ISC licence; see LICENSE. */
#ifndef TOOLS_IMAP_REPLY_H
#define TOOLS_IMAP_REPLY_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <skalibs/stralloc.h>

/*
 * The responses of an IMAP server that nobody vouches for: RFC 3501 section 7,
 * RFC 9051 section 7. Each is taken apart into a flat list of tokens; the text
 * of a message goes on as it comes and is never held.
 */
#define IMAP_BUFFER 65536
#define IMAP_RESPONSE_MAX (16 << 20)    /* octets of a response, texts not
                                         * counted: SEARCH of 2 million */
#define IMAP_TOKENS_MAX (3 << 20)
#define IMAP_LITERAL_MAX (1 << 20)      /* octets of one that is no text */
#define IMAP_TEXT_MAX 0x7fffffff        /* octets of a message */

enum imap_kind {
  IMAP_ATOM,                    /* as it stands, NIL too */
  IMAP_STRING,                  /* quoted or a literal */
  IMAP_OPEN, IMAP_CLOSE,
  IMAP_STREAMED                 /* the text behind BODY[] went to text() */
};

struct imap_token {
  enum imap_kind kind;
  size_t at, len;               /* in the response's octets; a NUL follows */
};

/* as read(2) */
typedef ssize_t imap_read(void *arg, char *, size_t);
/* the text of a message comes: first with 0 and the size, then the pieces */
typedef void imap_text(void *arg, const char *, size_t);

struct imap_reply {
  imap_read *read;
  imap_text *text;              /* 0: texts are thrown away */
  void *arg;
  size_t pos, len;              /* of buf */
  char buf[IMAP_BUFFER];
  stralloc octets;
  struct imap_token *token;
  size_t n, a;
};

/*
 * imap_reply_next - the next response: 1, its tokens are there; 0 the end; -1
 * with errno: EPROTO (none that a server may send), EMSGSIZE (above a limit),
 * ECONNRESET (the end came within one),
 * or read's. A status response (OK, NO, BAD, BYE, PREAUTH) and "+" have what
 * follows the word as one IMAP_STRING.
 */
int imap_reply_next(struct imap_reply *);
void imap_reply_free(struct imap_reply *);

/* token i's octets, NUL-ended; "" if there is none */
const char *imap_word(const struct imap_reply *, size_t i);
/* 1: token i is an atom that reads so, without case */
int imap_is(const struct imap_reply *, size_t i, const char *word);
/* the token behind the one at i: behind the whole list if that opens one */
size_t imap_skip(const struct imap_reply *, size_t i);
/* number of an atom; 0 if it is none or above 32 bits */
uint32_t imap_number(const struct imap_reply *, size_t i);

/* imap_date - INTERNALDATE's text in seconds; INT64_MIN: it is none */
int64_t imap_date(const char *s, size_t len);

#endif
