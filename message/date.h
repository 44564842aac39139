/* ISC licence; see LICENSE. */
#ifndef MESSAGE_DATE_H
#define MESSAGE_DATE_H

#include <stddef.h>
#include <stdint.h>

/*
 * A date and time as somebody wrote it. day is the date as written, counted
 * from 1970-01-01: what SENTBEFORE, SENTON and SENTSINCE compare, for they
 * disregard time and zone (RFC 3501 section 6.4.4).
 */
struct mail_date {
  int64_t time;                 /* seconds since the epoch, UTC */
  int zone;                     /* minutes east of UTC, -1439 .. 1439 */
  int32_t day;
};

/*
 * date_parse - body of a Date field: RFC 5322 section 3.3 and 4.3 (two and
 * three-digit years, zone names, comments) and what real mail has instead:
 * no seconds, no zone (taken as UTC), dashes or slashes between day, month
 * name and year, asctime order, ISO 8601 order, AM/PM, garbage at the end.
 * Returns 1, or 0 if there is no date in it (day 31 of a 30-day month, month
 * names that are none, and so on; hours out of range are taken as 0:00 if
 * the date is good).
 */
int date_parse(const char *s, size_t len, struct mail_date *d);

/* the shape of INTERNALDATE: "dd-Mon-yyyy hh:mm:ss +zzzz" without quotes */
#define INTERNALDATE_LEN 26

/* internaldate_fmt - write INTERNALDATE_LEN octets, day padded by a space */
void internaldate_fmt(char out[INTERNALDATE_LEN], int64_t t, int zone);

/*
 * internaldate_scan - the same back, strictly: RFC 3501 date-time, two-digit
 * day or space and digit, ranges of all parts, leap years, zone up to 23:59.
 * Returns 1, or 0 (the command is BAD).
 */
int internaldate_scan(const char *s, size_t len, struct mail_date *d);

/*
 * date_scan_day - date of a SEARCH key, "1-Feb-1994" (one or two digits),
 * without quotes, into *day. Returns 1, or 0 (BAD).
 */
int date_scan_day(const char *s, size_t len, int32_t *day);

/* date_day - the day that time t is in, zone minutes east of UTC */
int32_t date_day(int64_t t, int zone);

/*
 * date_zone - minutes east of UTC that the process's TZ has at t, to show an
 * INTERNALDATE and to compare BEFORE, ON, SINCE in the same zone
 */
int date_zone(int64_t t);

#endif
