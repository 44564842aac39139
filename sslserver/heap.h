/* ISC licence; see LICENSE. */
#ifndef SSLSERVER_HEAP_H
#define SSLSERVER_HEAP_H

/*
 * A TLS half shares the listener's heap until it writes to it, and then gets
 * a page of its own. Two things make it write all over the heap: the counts
 * of references in OpenSSL's small objects, and the holes that making a
 * context and warming up leave behind. So small objects are kept together,
 * by size; and before the forks the heap is sealed: the holes are filled, and
 * what a half allocates comes from fresh pages at the end, which it can give
 * back.
 */

/* heap_init - serve OpenSSL from here on; before its first use */
void heap_init(void);

/* heap_seal - nothing that is there will be freed or used anew */
void heap_seal(void);

/* heap_open - the opposite, before much is freed and made anew */
void heap_open(void);

#endif
