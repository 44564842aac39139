/* ISC licence; see LICENSE. */
#ifndef MAILDIR_FILENAME_H
#define MAILDIR_FILENAME_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <skalibs/stralloc.h>

/*
 * Names of mail files: base[:2,FLAGS]. The base (all before the first ':')
 * is the message's identity and is never changed by us.
 */

/* flags: bits of the letters D F P R S T */
#define MF_DRAFT    0x01u       /* D */
#define MF_FLAGGED  0x02u       /* F */
#define MF_PASSED   0x04u       /* P: forwarded; the keyword $Forwarded */
#define MF_ANSWERED 0x08u       /* R */
#define MF_SEEN     0x10u       /* S */
#define MF_DELETED  0x20u       /* T */
#define MF_ALL      0x3fu

/* keywords: bit i of a 26-bit mask is the letter 'a' + i */
#define KEYWORD_LETTERS 26

#define FILENAME_LIMIT 255      /* NAME_MAX */

/* filename_base - octets of name before the first ':' */
size_t filename_base(const char *name, size_t len);

/*
 * filename_flags - read the info part; sets *flags and *keywords, both 0 when
 * there is no ":2," part. Unknown letters are passed over.
 */
void filename_flags(const char *name, size_t len,
                    uint32_t *flags, uint32_t *keywords);

/*
 * filename_with - append to out the name that name becomes with exactly
 * these flags and keywords: letters in ASCII order, letters that we do not
 * know kept, keyword letters outside known_keywords kept as they are,
 * whatever follows a second ',' kept verbatim, the base untouched.
 * An info part that is not ":2," is replaced (":1," is experimental).
 */
void filename_with(stralloc *out, const char *name, size_t len,
                   uint32_t flags, uint32_t keywords,
                   uint32_t known_keywords);

/* filename_size - value of ",S=" (key 'S') or ",W=" in the base; -1: none or
 * malformed (facts: counts only if digits end at ':' ',' or the end) */
int64_t filename_size(const char *name, size_t len, char key);

/* no UID above this: a wrong name must not use all of them up */
#define FILENAME_KEPT_MAX 0xefffffffu
/*
 * filename_kept - the UID that a message shall have (append_origin) and, in
 * *uidvalidity, where: ",K=UIDVALIDITY.UID" in the base. 0: none or malformed
 */
uint32_t filename_kept(const char *name, size_t len, uint32_t *uidvalidity);

/* filename_time - leading decimal number (delivery time, s), 0 if none;
 * *micro receives the M field's value or 0: the order of new messages */
int64_t filename_time(const char *name, size_t len, uint32_t *micro);

/* filename_cmp_arrival - order in which new files get their UIDs: time,
 * then M, then the rest as octets; as qsort wants it */
int filename_cmp_arrival(const char *a, size_t alen,
                         const char *b, size_t blen);

/*
 * filename_unique - append a fresh base name: time.M..P..Q...host, unique
 * on this host for this process (counter, microseconds, pid, random), with
 * '/' and ':' of the host escaped. ",S=" and ",W=" are appended by
 * filename_add_sizes once they are known. Always below FILENAME_LIMIT - 80.
 */
void filename_unique(stralloc *out);
void filename_add_sizes(stralloc *out, uint64_t size, uint64_t vsize);

/* filename_ok - 1 if a directory entry may be a mail file: not starting with
 * '.', a base that is not empty, no LF (it could not stand in a uidlist), no
 * '/' or NUL, at most FILENAME_LIMIT */
int filename_ok(const char *name, size_t len);

#endif
