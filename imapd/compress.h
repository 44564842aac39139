/* ISC licence; see LICENSE. */
#ifndef IMAPD_COMPRESS_H
#define IMAPD_COMPRESS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * COMPRESS=DEFLATE (RFC 4978): the layer between the session and its
 * descriptors. All memory is asked for at once (some 180 kB), and what comes
 * out of it is read in the same bounded pieces as what comes from a client
 * that does not compress, so that a few octets that stand for gigabytes only
 * cost the time to throw them away.
 */
struct compress;

/* compress_new - 0: memory is out */
struct compress *compress_new(void);
void compress_free(struct compress *);

/* compress_feed - octets that were read before the layer was there: 0, or -1:
 * too many. compress_read - decompressed octets, as read(2): waits for none,
 * -1 with EAGAIN if the descriptor has to be read first; EPROTO: the data are
 * broken. *raw is raised by what was read from fd. fd -1: what is here already */
int compress_feed(struct compress *, const char *data, size_t len);
ssize_t compress_read(struct compress *, int fd, char *buf, size_t len,
                      uint64_t *raw);

/* compress_write - compress and write all of it, so that the client can read
 * it to its end; as timed_write */
int compress_write(struct compress *, int fd, const char *data, size_t len,
                   int64_t ms);

#endif
