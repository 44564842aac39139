/* ISC licence; see LICENSE. */
#ifndef SSLSERVER_HEAP_H
#define SSLSERVER_HEAP_H

/*
 * A TLS half shares the listener's heap until it writes to it. What making a
 * context and warming up leave behind are hundreds of holes on as many pages;
 * a half that allocates from them gets a copy of each page. So the holes are
 * filled before the forks, and halves allocate from fresh pages at the top,
 * which they can give back.
 */

/* heap_seal - fill the holes, and give what is behind them to the kernel */
void heap_seal(void);

/* heap_open - make the holes free again, before much is freed and made anew */
void heap_open(void);

#endif
