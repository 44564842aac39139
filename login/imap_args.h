/* ISC licence; see LICENSE. */
#ifndef LOGIN_IMAP_ARGS_H
#define LOGIN_IMAP_ARGS_H

#include <stddef.h>
#include <stdint.h>

/*
 * The few pieces of IMAP's grammar that a client may use before login (RFC
 * 9051 section 9). The whole command is in memory; a literal stands in it as
 * it came: {n}, CR LF, and n octets.
 */
struct imap_args {
  const char *p;
  const char *end;
  const char *error;            /* why the last call failed, for the client */
};

/*
 * Each of these takes one piece at a->p and moves behind it. They return 0,
 * or -1 with a->error set. out receives at most max octets and a NUL, and
 * never holds another NUL.
 */
int imap_tag(struct imap_args *a, char *out, size_t max);
int imap_atom(struct imap_args *a, char *out, size_t max);
int imap_astring(struct imap_args *a, char *out, size_t max);
int imap_string(struct imap_args *a, char *out, size_t max);

/* a run of anything but space and controls: base64, or a bad try at it */
int imap_word(struct imap_args *a, const char **out, size_t *len);

/* imap_nstring - the same for a string or NIL, for which it returns 1 */
int imap_nstring(struct imap_args *a, char *out, size_t max);

int imap_space(struct imap_args *a);
int imap_end(struct imap_args *a);

/* imap_at - 1 and moved behind it if the next octet is c, else 0 */
int imap_at(struct imap_args *a, char c);

enum imap_literal {
  IMAP_NO_LITERAL,
  IMAP_SYNC,                    /* {n}: the client waits for our + */
  IMAP_NONSYNC,                 /* {n+}: the octets follow at once */
  IMAP_LITERAL_BAD              /* a number beyond 32 bits */
};

/*
 * imap_literal_at_end - does this line announce a literal? RFC 7888
 *
 * n receives its size. Only behind a space or parenthesis: a brace that is
 * glued to a word is not an announcement but a mistake.
 */
enum imap_literal imap_literal_at_end(const char *line, size_t len,
  uint32_t *n);

#endif
