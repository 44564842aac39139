/* ISC licence; see LICENSE. */
#ifndef IMAPD_PATTERN_H
#define IMAPD_PATTERN_H

#include <stddef.h>
#include <stdint.h>

/*
 * Patterns of LIST and LSUB: "*" stands for anything, "%" for anything
 * without the hierarchy separator. RFC 3501 section 6.3.8. All ways to match
 * are followed at once, a bit for each place in the pattern, so that the time
 * is the product of the lengths / 64 whatever the pattern is.
 */
struct pattern {
  size_t words;                 /* of 64 bits; 0: matches nothing */
  size_t len;                   /* the accepting bit */
  char separator;
  uint64_t *bits;               /* owned: [256] octets, then star, percent */
};

/* pattern_init - compile; a pattern too long for any name matches nothing */
void pattern_init(struct pattern *, const char *s, size_t len, char separator);
void pattern_free(struct pattern *);

/* pattern_match - 1 if name matches; of its first nocase octets ASCII case is
 * ignored (INBOX) */
int pattern_match(const struct pattern *, const char *name, size_t len,
                  size_t nocase);

#endif
