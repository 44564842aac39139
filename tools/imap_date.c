/* ISC licence; see LICENSE. */
/* date-time of RFC 9051 section 9: "dd-Mon-yyyy hh:mm:ss +zzzz" */
#include "imap_reply.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

int64_t imap_date(const char *s, size_t len)
{
  static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";
  struct tm t;
  char month[4], sign;
  int zone, used = 0, i;

  memset(&t, 0, sizeof t);
  if (len > 32 || sscanf(s, "%2d-%3[A-Za-z]-%4d %2d:%2d:%2d %c%4d%n",
                         &t.tm_mday, month, &t.tm_year, &t.tm_hour, &t.tm_min,
                         &t.tm_sec, &sign, &zone, &used) != 8
      || (size_t)used != len || (sign != '+' && sign != '-'))
    return INT64_MIN;
  for (i = 0; i < 12 && strncasecmp(month, names + 3 * i, 3); i++) ;
  if (i == 12 || t.tm_mday < 1 || t.tm_mday > 31 || t.tm_hour < 0
      || t.tm_hour > 23 || t.tm_min < 0 || t.tm_min > 59 || t.tm_sec < 0
      || t.tm_sec > 60 || t.tm_year < 1900 || zone < 0)
    return INT64_MIN;
  t.tm_mon = i;
  t.tm_year -= 1900;
  zone = (zone / 100 * 60 + zone % 100) * 60;
  return (int64_t)timegm(&t) - (sign == '-' ? -zone : zone);
}
