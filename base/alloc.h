/* ISC licence; see LICENSE. */
#ifndef BASE_ALLOC_H
#define BASE_ALLOC_H

#include <stdint.h>
#include <string.h>
#include <skalibs/stralloc.h>

/*
 * The thin layer over skalibs that makes appending unable to fail: with this
 * header included, every stralloc_* call that could run out of memory ends
 * the program with 111 instead, so callers need not test it. Nothing is lost
 * by that, because each change of a mailbox is one link, rename, unlink or
 * appended line at a time.
 */

/*
 * die_nomem - log "out of memory" and exit 111. nomem_last_words, if set, is
 * called first, so that a handler may tell its client; it must not allocate.
 */
extern void (*nomem_last_words)(void);
void die_nomem(void) __attribute__((noreturn));

/* xalloc, xrealloc - malloc and realloc that die_nomem; n may be 0 */
void *xalloc(size_t n);
void *xrealloc(void *p, size_t n);

/* xstrdup - a copy of s that the caller frees */
char *xstrdup(const char *s);

#define ALLOC_MUST(call) ((void)((call) || (die_nomem(), 0)))

#define stralloc_ready_tuned(sa, n, b, x, y) \
  ALLOC_MUST((stralloc_ready_tuned)((sa), (n), (b), (x), (y)))
#define stralloc_readyplus_tuned(sa, n, b, x, y) \
  ALLOC_MUST((stralloc_readyplus_tuned)((sa), (n), (b), (x), (y)))
#define stralloc_copyb(sa, p, n) ALLOC_MUST((stralloc_copyb)((sa), (p), (n)))
#define stralloc_catb(sa, p, n) alloc_catb((sa), (p), (n))
#define stralloc_append(sa, c) alloc_append((sa), (c))
#define stralloc_insertb(sa, o, p, n) \
  ALLOC_MUST((stralloc_insertb)((sa), (o), (p), (n)))

/* most of what is appended is short and has room: no call for that */
static inline void alloc_catb(stralloc *sa, const char *p, size_t n)
{
  if (sa->a - sa->len < n) ALLOC_MUST((stralloc_catb)(sa, p, n));
  else if (n) {
    memcpy(sa->s + sa->len, p, n);
    sa->len += n;
  }
}

static inline void alloc_append(stralloc *sa, char c)
{
  if (sa->len < sa->a) sa->s[sa->len++] = c;
  else ALLOC_MUST((stralloc_append)(sa, c));
}

/* stralloc_catu - append n in decimal */
void stralloc_catu(stralloc *sa, uint64_t n);

/* stralloc_eqs - 1 if sa holds exactly the octets of the C string s */
int stralloc_eqs(const stralloc *sa, const char *s);

#endif
