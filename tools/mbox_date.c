/* ISC licence; see LICENSE. */
/* The date of a "From " line: as asctime writes it, or with a zone before or
 * behind the year. Without a zone it is the local time of who wrote it. */
#include "mbox.h"

#include <string.h>
#include <strings.h>
#include <time.h>

static int month_of(const char *s)
{
  static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";
  int i;

  for (i = 0; i < 12; i++)
    if (!strncasecmp(s, names + 3 * i, 3)) return i;
  return -1;
}

/* two digits, or one with a space before it */
static int number(const char *s, size_t n, int *out)
{
  size_t i = 0;

  *out = 0;
  while (i < n && s[i] >= '0' && s[i] <= '9') *out = *out * 10 + s[i++] - '0';
  return (int)i;
}

/* "hh:mm" or "hh:mm:ss"; octets used, 0: it is none */
static size_t clock_time(const char *s, size_t len, struct tm *t)
{
  int a, b, c;

  a = number(s, len < 2 ? len : 2, &t->tm_hour);
  if (!a || (size_t)a + 3 > len || s[a] != ':') return 0;
  b = number(s + a + 1, 2, &t->tm_min);
  if (b != 2 || t->tm_hour > 23 || t->tm_min > 59) return 0;
  t->tm_sec = 0;
  a += 3;
  if ((size_t)a + 3 > len || s[a] != ':') return (size_t)a;
  c = number(s + a + 1, 2, &t->tm_sec);
  return c == 2 && t->tm_sec <= 60 ? (size_t)a + 3 : 0;
}

static int is_year(const char *s, size_t n, struct tm *t)
{
  int y;

  if (n != 4 || number(s, 4, &y) != 4 || y < 1970 || y > 2200) return 0;
  t->tm_year = y - 1900;
  return 1;
}

/* "+0100", or one of the two names that mean one thing everywhere */
static int is_zone(const char *s, size_t n, long *zone)
{
  int h, m;

  if (n == 3 && (!strncasecmp(s, "GMT", 3) || !strncasecmp(s, "UTC", 3))) {
    *zone = 0;
    return 1;
  }
  if (n != 5 || (*s != '+' && *s != '-')) return 0;
  if (number(s + 1, 2, &h) != 2 || number(s + 3, 2, &m) != 2) return 0;
  *zone = (h * 60L + m) * 60 * (*s == '-' ? -1 : 1);
  return 1;
}

/* the word at *at; its length, 0 at the end */
static size_t word(const char *s, size_t len, size_t *at)
{
  size_t n = 0;

  while (*at < len && (s[*at] == ' ' || s[*at] == '\t')) ++*at;
  while (*at + n < len && s[*at + n] != ' ' && s[*at + n] != '\t'
         && s[*at + n] != '\r' && s[*at + n] != '\n') n++;
  return n;
}

/* behind the time: the year, with a zone on either side or none */
static int64_t rest(const char *s, size_t len, size_t at, struct tm *t)
{
  long zone = 0;
  int year = 0, zoned = 0, i;
  size_t n;

  for (i = 0; i < 4 && (n = word(s, len, &at)); i++, at += n) {
    if (!year && is_year(s + at, n, t)) year = 1;
    else if (!zoned && is_zone(s + at, n, &zone)) zoned = 1;
  }
  if (!year) return INT64_MIN;
  t->tm_isdst = -1;
  return zoned ? (int64_t)timegm(t) - zone : (int64_t)mktime(t);
}

/* month, day, time: the month may be anywhere, for an address comes first */
int64_t mbox_date(const char *s, size_t len)
{
  struct tm t;
  size_t at = 0, n, day, d, time, k;
  int month;

  for (; (n = word(s, len, &at)); at += n) {
    if (n != 3 || (month = month_of(s + at)) == -1) continue;
    memset(&t, 0, sizeof t);
    t.tm_mon = month;
    day = at + n;
    d = word(s, len, &day);
    if (!d || d > 2 || (size_t)number(s + day, d, &t.tm_mday) != d
        || t.tm_mday < 1 || t.tm_mday > 31) continue;
    time = day + d;
    k = word(s, len, &time);
    if (!k || clock_time(s + time, k, &t) != k) continue;
    return rest(s, len, time + k, &t);
  }
  return INT64_MIN;
}
