/* ISC licence; see LICENSE. */
#ifndef MAILDIR_COLUMN_H
#define MAILDIR_COLUMN_H

#include <stddef.h>
#include <stdint.h>

/*
 * Columns: one short text of each message, those of COLUMN_UIDS messages in
 * one value of the index, so that who looks through all of a folder's texts
 * of a kind has them one after the other and not one by one. The octets are
 * opaque here.
 *
 * A value: a version (the caller's; texts of another one are as good as
 * none), three octets of zero, which UIDs of its stretch have a text (256
 * bits), where the text of each of them ends (32 bits each, in the machine's
 * own order), and the texts.
 *
 * A text never changes: what is said of a UID is true for ever. Those of
 * messages that are gone leave when the value is written anew, or with the
 * last message of the stretch.
 */
#define COLUMN_BITS 8
#define COLUMN_UIDS (1u << COLUMN_BITS)
#define COLUMN_KINDS 8
#define COLUMN_TEXT_MAX 4096    /* of one message; longer ones are not kept */

struct column {
  uint64_t known[COLUMN_UIDS / 64];     /* bit: of the UID's low octet */
  size_t n;                     /* texts */
  unsigned char slot[COLUMN_UIDS];      /* low octet of the UID of each */
  uint32_t end[COLUMN_UIDS];    /* where each ends in text */
  const char *text;             /* borrowed */
  size_t len;
};

/* column_parse - 1, or 0 if it is none, or of another version */
int column_parse(const char *data, size_t len, unsigned char version,
                 struct column *);

#endif
