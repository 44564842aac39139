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
