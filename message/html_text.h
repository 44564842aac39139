/* ISC licence; see LICENSE. */
#ifndef MESSAGE_HTML_TEXT_H
#define MESSAGE_HTML_TEXT_H

#include <stddef.h>
#include <skalibs/stralloc.h>

/*
 * The text of HTML mail, piece by piece, for people to read: tags, comments,
 * styles and scripts gone, entities as characters, a line for each block.
 * Lines of a <blockquote> start with "> " and a signature of Gmail's or
 * Thunderbird's with a line "-- ", as in plain text.
 *
 * In: UTF-8, cut anywhere, of any shape. Out: UTF-8, if that was. Memory does
 * not grow; linear time.
 */
#define HTML_TAG_MAX 512        /* of a longer tag the start is looked at */
#define HTML_ENTITY_MAX 12      /* a longer one is text */

struct html_text {
  int state;                    /* private, all of it */
  char quote;                   /* in a tag: which one is open */
  char buf[HTML_TAG_MAX];       /* the tag or entity at hand */
  size_t len;
  char until[12];               /* text counts again behind </until> */
  int raw;                      /* ... and there are no tags before it */
  unsigned depth;               /* of blockquotes */
  unsigned pre;
  int line;                     /* what the last line looks like: LINE_... */
  int dashes;                   /* in a comment */
};

void html_text_begin(struct html_text *h);
void html_text_feed(struct html_text *h, const char *s, size_t len,
                    stralloc *out);
void html_text_end(struct html_text *h, stralloc *out);

/* html_entity - code point of a name without "&" and ";", 0 unknown */
unsigned html_entity(const char *name, size_t len);

#endif
