/* ISC licence; see LICENSE. */
#ifndef MESSAGE_HEADER_H
#define MESSAGE_HEADER_H

#include <stddef.h>
#include <stdint.h>
#include <skalibs/stralloc.h>

#include "message/lstr.h"

/*
 * Header blocks: fields of "name: body" lines, continued by lines that start
 * with a space or tab (RFC 5322 section 2.2), ended by an empty line. Space
 * before the colon is allowed (section 4.5). Lines that are no field are
 * passed over with what continues them. Line ends are LF or CR LF.
 */
struct header_field {
  struct lstr name;
  struct lstr body;             /* after the colon, folded as it is, without
                                   the last line end */
  struct lstr whole;            /* name to last line end */
};

/*
 * header_next - the next field of a block in memory
 *
 * pos  0 at first, then left alone by the caller; points into block
 *
 * Returns 1, or 0 at the empty line or the end of the block.
 */
int header_next(const char *block, size_t len, size_t *pos,
                struct header_field *f);

/* header_find - first field of that name; 1 or 0 */
int header_find(const char *block, size_t len, const char *name,
                struct header_field *f);

/*
 * header_unfold - append body without its line breaks, and without white
 * space at both ends; the white space that follows a break is kept
 * (RFC 5322 section 2.2.3). NUL becomes 0x80.
 */
void header_unfold(stralloc *out, const char *body, size_t len);

/*
 * HEADER.FIELDS (not == 0) and HEADER.FIELDS.NOT (not == 1) of RFC 3501
 * section 6.4.5 from a block that comes in pieces, in any amount: matching
 * fields in their order with CR LF and NUL as 0x80, then the empty line if
 * the block has one.
 *
 * feed with out == 0 only counts: run once for the size of the literal, once
 * more for the text. Fields of HEADER.FIELDS may be partial in out at the
 * end of each feed; memory does not grow but by what the caller leaves there.
 */
#define HEADER_NAME_MAX 128
struct header_filter {
  const struct lstr *names;
  size_t n;
  int not;
  uint32_t first;               /* what the names begin with; private */
  uint64_t size;                /* octets put out so far */
  int state;                    /* private from here */
  int keep;
  int cr;
  size_t name_len;
  char name[HEADER_NAME_MAX];   /* longer names match nothing */
};

void header_filter_begin(struct header_filter *f, const struct lstr *names,
                         size_t n, int not);
void header_filter_feed(struct header_filter *f, const char *buf, size_t len,
                        stralloc *out);
void header_filter_end(struct header_filter *f, stralloc *out);

/* header_fields - the three above for a whole block in memory */
void header_fields(const char *block, size_t len, const struct lstr *names,
                   size_t n, int not, stralloc *out);

#endif
