/* ISC licence; see LICENSE. */
#ifndef IMAPD_MESSAGE_CACHE_H
#define IMAPD_MESSAGE_CACHE_H

#include <stddef.h>
#include <stdint.h>
#include <skalibs/stralloc.h>

#include "maildir/folder.h"
#include "message/lstr.h"
#include "message/mime.h"

/*
 * What FETCH and SEARCH keep of a message in the index, so that its file is
 * opened once for each thing that clients ask for. Nine kinds, each with a
 * version in its first octet; another version, and what does not look like
 * the kind, is as good as nothing.
 *
 *   ENVELOPE       the text of the answer
 *   BODYSTRUCTURE  the text of the answer
 *   BODY           the text of the answer
 *   PARTS          mime_pack: where each part lies; says nothing of a file
 *                  whose size is not that of the message it was made from
 *   THREAD, SUBJECT, ADDRESSES
 *                  what SORT and THREAD compare: see sort_keys.h
 *   PREVIEW        the text, in UTF-8
 *   HEADERS        the fields of the list in message_cache.c that the
 *                  message has, as HEADER.FIELDS sends them, with the empty
 *                  line if the header has one
 *
 * What is kept, and when. A message's header comes with the first read of its
 * file, so ENVELOPE and HEADERS cost no more than that read and never parse
 * the rest; each is kept when a client first asks for it (most clients ask
 * for one of the two, and a folder's index should not hold what nobody
 * wants). BODYSTRUCTURE, BODY and BODY[n] need the whole file: that pass
 * always keeps PARTS (some 12 octets a part) and the answers that were asked
 * for, but for those with a message/global, which IMAP4rev1 and IMAP4rev2 show
 * differently. BODY[] and BODY[HEADER] parse nothing and keep nothing. SEARCH
 * keeps HEADERS when a key needs the header, PARTS when one needs the text. And
 * what keys for From, Subject and the like are looked for in it keeps in
 * columns (search_columns.h), which have CACHE_VERSION, too.
 *
 * Measured with 10,000 messages of 9 kB, microseconds a message, first time
 * and from the index: ENVELOPE 13 and 1.2, HEADER.FIELDS 10 and 1.7,
 * BODYSTRUCTURE 10 and 1.5. Of a message of 100 MB the header alone takes 0.3
 * ms, the whole 40 ms: hence the two passes.
 */
enum cache_kind {
  CACHE_ENVELOPE = 1,
  CACHE_BODYSTRUCTURE = 2,
  CACHE_BODY = 3,
  CACHE_PARTS = 4,
  CACHE_HEADERS = 5,
  CACHE_THREAD = 6,
  CACHE_SUBJECT = 7,
  CACHE_ADDRESSES = 8,
  CACHE_PREVIEW = 9
};
#define CACHE_KINDS 10           /* kinds are 1 .. CACHE_KINDS - 1 */

#define CACHE_VERSION 3

/* what is larger is not kept: such mail is rare and would fill the index */
#define CACHE_VALUE_MAX 32768

/* message_cache_has_field - 1 if HEADERS knows about that field */
int message_cache_has_field(struct lstr name);

/*
 * message_cache_get - inside folder_begin/end: 1 and the value without its
 * version, borrowed until folder_end; 0 if there is none that is good
 */
int message_cache_get(struct folder *f, uint32_t uid, enum cache_kind kind,
                      struct lstr *value);

/* message_cache_next - the first good value of a kind at or above UID from,
 * for many messages in their order: 1, 0 there is none */
int message_cache_next(struct folder *f, enum cache_kind kind, uint32_t from,
                       uint32_t *uid, struct lstr *value);

/* message_cache_put - outside; a value that is too large is not kept */
void message_cache_put(struct folder *f, uint32_t uid, enum cache_kind kind,
                       const char *s, size_t len);

/* message_cache_headers - append HEADERS of a header block, all of it */
void message_cache_headers(const char *block, size_t len, stralloc *out);

#endif
