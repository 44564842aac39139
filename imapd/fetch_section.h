/* ISC licence; see LICENSE. */
#ifndef IMAPD_FETCH_SECTION_H
#define IMAPD_FETCH_SECTION_H

#include "body_section.h"
#include "fetch_file.h"
#include "reply.h"

/*
 * fetch_section_cached - put the answer to a HEADER.FIELDS item whose
 * cached_names is set, from the index's HEADERS
 */
void fetch_section_cached(struct reply *out, const struct body_section *b,
                          struct lstr headers);

/*
 * fetch_section_find - where the section lies: 1 and the range; 0: the message
 * has no such section; -1 errno. parts: as below
 */
int fetch_section_find(struct fetch_file *f, struct lstr parts,
                       const struct body_section *b,
                       struct section_range *range);

/*
 * fetch_section_slice - how many of a text of total octets are asked for, and
 * from where on
 * fetch_section_head - "LABEL {n}" CR LF; with literal8 "~{n}", RFC 9051
 * section 9
 * fetch_section_nil - "LABEL NIL"
 */
uint64_t fetch_section_slice(const struct body_section *b, uint64_t total,
                             uint64_t *from);
void fetch_section_head(struct reply *out, const struct body_section *b,
                        uint64_t n, int literal8);
void fetch_section_nil(struct reply *out, const struct body_section *b);

/*
 * fetch_section_put - put the answer to a BODY[...] item, "LABEL nstring",
 * from the message's file; large texts are streamed to the client
 *
 * parts  what the index had of PARTS, or s == 0
 *
 * A section that the message does not have is NIL. Returns 0; -1 with errno
 * and nothing put: the file could not be read; -2 with errno: the file got
 * shorter or unreadable behind the announcement of a literal. Then the stream
 * cannot be saved and the session must end.
 */
int fetch_section_put(struct reply *out, struct fetch_file *f,
                      struct lstr parts, const struct body_section *b);

#endif
