/* ISC licence; see LICENSE. */
#ifndef MESSAGE_LINE_SCAN_H
#define MESSAGE_LINE_SCAN_H

#include <stddef.h>
#include <stdint.h>

/* what a run of octets has in it */
struct line_count {
  uint64_t lf;                  /* LF octets */
  uint64_t crlf;                /* those of them right after a CR */
};

/*
 * line_scan - count line ends in n octets, and stop before a '-' that starts
 * a line if dash is not 0
 *
 * prev  the octet before p[0]; LF if p[0] starts a line
 * c     added to, for the octets passed
 *
 * Returns the octets passed: n, or the index of that '-'.
 */
size_t line_scan(const char *p, size_t n, unsigned char prev, int dash,
                 struct line_count *c);

/* octet_count - how often c is in n octets */
uint64_t octet_count(const char *p, size_t n, char c);

#endif
