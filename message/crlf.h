/* ISC licence; see LICENSE. */
#ifndef MESSAGE_CRLF_H
#define MESSAGE_CRLF_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <skalibs/stralloc.h>

/*
 * A stretch of a file as it is sent: LF not preceded by CR (in the stretch)
 * becomes CR LF, all else stays; optionally NUL becomes 0x80.
 *
 *   struct crlf_reader r;
 *   crlf_open(&r, fd, range.at, range.len, range.vlen, range.has_nul);
 *   if (crlf_seek(&r, origin) == -1) ...
 *   while ((n = crlf_read(&r, buf, sizeof buf)) > 0) ...
 *
 * The reader holds no memory and no descriptor of its own, so it may be kept
 * for a client that fetches a large part piece by piece: crlf_seek goes on
 * from where the reader stands when it can, instead of counting from the
 * start again. (Keep the file's descriptor or know that it is the same file.)
 */
struct crlf_reader {
  int fd;
  uint64_t at, len, vlen;       /* as given to crlf_open */
  uint64_t pos, vpos;           /* where we stand, relative to at */
  int cr;                       /* the octet before pos was CR */
  int half;                     /* CR of a line end was given, LF not yet */
  int nul;                      /* NUL is given as 0x80 */
};

/* crlf_open - stand at the start; nul: 1 if NUL shall become 0x80 */
void crlf_open(struct crlf_reader *r, int fd, uint64_t at, uint64_t len,
               uint64_t vlen, int nul);

/*
 * crlf_seek - stand at virtual offset v; beyond the end is at the end
 * Returns 0, or -1 with errno (of pread; EIO: the file is shorter than it
 * was). After -1 only crlf_open helps.
 */
int crlf_seek(struct crlf_reader *r, uint64_t v);

/*
 * crlf_read - the next n virtual octets at most
 *
 * Returns how many (as many as n allows but at the end), 0 at the end, -1
 * with errno (EIO: the file is shorter than it was, so that the literal that
 * was announced cannot be filled).
 */
ssize_t crlf_read(struct crlf_reader *r, char *buf, size_t n);

/* crlf_plain - 1 if octets are sent as stored (sendfile(2) may do it) */
int crlf_plain(const struct crlf_reader *r);

/* crlf_cat - append len octets of s in sent form (NUL as 0x80 if nul) */
void crlf_cat(stralloc *out, const char *s, size_t len, int nul);
/* crlf_cat_sized - the same, where size is what crlf_size gives */
void crlf_cat_sized(stralloc *out, const char *s, size_t len, uint64_t size,
                    int nul);

/* crlf_size - virtual size of len octets of s */
uint64_t crlf_size(const char *s, size_t len);

/*
 * Storing what a client sent: CR LF becomes LF. CR CR LF stays as it is,
 * since CR LF left in the file would be sent without the second CR: what goes
 * in with CR LF line ends comes out to the octet.
 */
struct crlf_strip {
  int crs;                      /* CRs not yet given: 0 or 1; 2: in a run */
};

#define CRLF_STRIP_ZERO { 0 }

/*
 * crlf_strip - convert len octets; out has room for len + 1 and is not in
 * crlf_strip_end - the rest at the end of input (at most 1 octet)
 * Both return the octets put to out.
 */
size_t crlf_strip(struct crlf_strip *s, const char *in, size_t len, char *out);
size_t crlf_strip_end(struct crlf_strip *s, char *out);

#endif
