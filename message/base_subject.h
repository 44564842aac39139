/* ISC licence; see LICENSE. */
#ifndef MESSAGE_BASE_SUBJECT_H
#define MESSAGE_BASE_SUBJECT_H

#include <stddef.h>
#include <skalibs/stralloc.h>

/* what is longer once it is decoded is cut: RFC 5322 has no such subjects */
#define BASE_SUBJECT_MAX 8192

/*
 * base_subject - append the base subject of a Subject field's body, by which
 * messages are sorted and threaded: RFC 5256 section 2.1
 *
 * s  as it stands in the header, or joined to one line; encoded words are
 *    decoded here. What is appended is UTF-8, not folded for comparison.
 *
 * Returns 1 if the message is a reply or forward (section 3, REFERENCES):
 * "re:", "fw:", "(fwd)" or "[fwd: ]" was taken away; else 0. Linear time.
 */
int base_subject(const char *s, size_t len, stralloc *out);

#endif
