/* ISC licence; see LICENSE. */
#ifndef IMAPD_BODY_SECTION_H
#define IMAPD_BODY_SECTION_H

#include <stddef.h>
#include <stdint.h>
#include <skalibs/stralloc.h>

#include "message/section.h"
#include "parse.h"

enum section_form {
  SECTION_BODY,                 /* BODY[...] */
  SECTION_BINARY,               /* BINARY[...]: decoded */
  SECTION_BINARY_SIZE           /* BINARY.SIZE[...] */
};

/*
 * One BODY[section]<origin.count>, or RFC822, RFC822.HEADER, RFC822.TEXT,
 * which are the same texts under other names: RFC 3501 section 6.4.5. Or one
 * BINARY[part]<origin.count> or BINARY.SIZE[part]: RFC 9051 section 6.4.5.
 */
struct body_section {
  enum section_form form;
  uint32_t path[SECTION_PATH_MAX];
  size_t depth;
  int too_deep;                 /* longer than any message can answer: NIL */
  enum section_what what;
  int fields;                   /* 0, or HEADER.FIELDS (1) or .NOT (2) */
  struct lstr *names;           /* of the fields; borrowed from the command */
  size_t n;
  int cached_names;             /* message_cache.h has all of these fields */
  int peek;                     /* does not set \Seen */
  int partial;
  uint64_t origin, count;
  stralloc label;               /* the name of the answer: "BODY[...]<n>" */
};

#define BODY_SECTION_NAMES_MAX 500      /* of HEADER.FIELDS */

/*
 * body_section_parse - the section and what may follow it, from "[" on;
 * form and peek are set by the caller. Returns 1, or 0 with p->why.
 */
int body_section_parse(struct body_section *b, struct parse *p);

/* body_section_rfc822 - b as one of the three old names says */
void body_section_rfc822(struct body_section *b, const char *label,
                         enum section_what what);

void body_section_free(struct body_section *b);

#endif
