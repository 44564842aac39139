/* ISC licence; see LICENSE. */
#ifndef MAILDIR_UIDL_H
#define MAILDIR_UIDL_H

#include <stddef.h>
#include <stdint.h>
#include <skalibs/stralloc.h>

/*
 * Unique-ids: RFC 1939 section 7. What they are made of is a format with the
 * variables of Dovecot's pop3_uidl_format:
 *
 *   %u UID  %v UIDVALIDITY  %f base name of the file  %g GUID  %% a percent
 *
 * with, between % and the letter: 0n, pad with zeros to n places; X, lower-
 * case hexadecimal (u and v only); M, MD5 in hexadecimal (f and g only);
 * L, U, lower or upper case. In place of the letter its name may stand, and
 * what is made of it behind, as Dovecot 2.4 has it:
 *
 *   %{uid | hex(8)}  %{uidvalidity}  %{filename | md5 | hexlify}
 *   %{guid | upper}  %{guid | lower}
 */
#define UIDL_MAX 70             /* octets; RFC 1939 section 7 */
#define UIDL_FORMAT_MAX 16      /* pieces of a format */
#define UIDL_DEFAULT "%08Xu%08Xv"

struct uidl_piece {
  char key;                     /* u v f g, + for f escaped, or 0: a literal */
  unsigned char width;
  unsigned char hex, md5;       /* flags */
  char letters;                 /* 'L', 'U', or 0 */
  unsigned char from, len;      /* a literal: octets of text */
};

struct uidl_format {
  struct uidl_piece p[UIDL_FORMAT_MAX];
  size_t n;
  char text[UIDL_MAX];          /* the literals */
  size_t textlen;
};

/*
 * uidl_format_parse - read a format. 1; 0 if it is none: a variable that we
 * do not know, too long, or not unique since it has neither %u, %f nor %g.
 */
int uidl_format_parse(struct uidl_format *, const char *s, size_t len);

/*
 * uidl_format_name - the same for a value of POP3_UIDL: one of the names in
 * pop3d(8), or a format, which is known by its %.
 */
int uidl_format_name(struct uidl_format *, const char *s);

/* uidl_format_words - the same of the word P in a uidlist's header. 1; 0 there
 * is none; -1 it is none that we know: *s and *len are its text */
int uidl_format_words(struct uidl_format *, const stralloc *words,
                      const char **s, size_t *len);

/* uidl_format_needs_uid - 1 if a unique-id needs UID or UIDVALIDITY */
int uidl_format_needs_uid(const struct uidl_format *);

/* uidl_format_needs_name - 1 if a unique-id needs the file name or GUID */
int uidl_format_needs_name(const struct uidl_format *);

/* what a unique-id is made of; guid has no octets: the base name stands in */
struct uidl_facts {
  uint32_t uid, uidvalidity;
  const char *name;
  size_t namelen;
  const char *guid;
  size_t guidlen;
};

/* uidl_make - append the unique-id of a message, valid and without a NUL */
void uidl_make(stralloc *out, const struct uidl_format *,
               const struct uidl_facts *);

/* uidl_valid - 1 to 70 octets of 0x21 to 0x7E */
int uidl_valid(const char *s, size_t len);

/* uidl_fix - append s as it is if valid, else as 64 hexadecimal digits of
 * its SHA-256: always the same ones */
void uidl_fix(stralloc *out, const char *s, size_t len);

/*
 * uidl_other - append what stands for a unique-id that a message with a
 * lower UID has already: made of both, so it is always the same
 */
void uidl_other(stralloc *out, const char *s, size_t len, uint32_t uid);

#endif
