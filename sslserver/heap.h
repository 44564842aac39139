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

/* heap_seal - before the forks: nothing that is there will be freed or used
 * anew until heap_open */
void heap_seal(void);

/*
 * heap_settle - once, in a fork, when a handshake is over: pages of small
 * objects that are again as they were go back to being shared. Half of those
 * that a handshake writes to are such: a count went up and down.
 */
void heap_settle(void);

/* heap_open - the opposite, before much is freed and made anew */
void heap_open(void);

#endif
