/* ISC licence; see LICENSE. */
#include "date.h"

#include <string.h>
#include <strings.h>
#include <time.h>

#include "message/date_impl.h"

static const char months[] = "janfebmaraprmayjunjulaugsepoctnovdec";

int date_month(const char *s, size_t len)
{
  int i;

  if (len < 3) return 0;
  for (i = 0; i < 12; i++)
    if (!strncasecmp(s, months + 3 * i, 3)) return i + 1;
  return 0;
}

int date_month_days(int year, int month)
{
  static const unsigned char days[] =
    { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

  if (month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0))
    return 29;
  return days[month - 1];
}

/*
 * Days since 1970-01-01. The year is taken to begin in March, so that the
 * leap day comes last and months have a regular pattern of 153 days in five,
 * and 400 years are added, so that no division is of a negative number.
 */
#define ERA 146097              /* days in 400 years */
#define EPOCH (719468 + ERA)    /* 1970-01-01, from 1 March of year -400 */

int32_t date_days(int year, int month, int day)
{
  int y = 400 + (month > 2 ? year : year - 1);
  int m = month > 2 ? month - 3 : month + 9;

  return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1
    - EPOCH;
}

/* the date of a day from year 0 on */
void date_civil(int32_t days, int *year, int *month, int *day)
{
  int32_t n = days + EPOCH;
  int32_t era = n / ERA, in_era = n % ERA;
  int32_t y = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096)
    / 365;
  int32_t d = in_era - (365 * y + y / 4 - y / 100);
  int32_t m = (5 * d + 2) / 153;

  *day = d - (153 * m + 2) / 5 + 1;
  *month = m < 10 ? m + 3 : m - 9;
  *year = (int)(era * 400 - 400 + y + (*month <= 2));
}

int32_t date_day(int64_t t, int zone)
{
  int64_t local = t + 60 * (int64_t)zone;
  int64_t d = local / 86400;

  return (int32_t)(local % 86400 < 0 ? d - 1 : d);
}

int date_zone(int64_t t)
{
  time_t clock = (time_t)t;
  struct tm tm;

  if (!localtime_r(&clock, &tm)) return 0;
  return (int)(tm.tm_gmtoff / 60);
}

static void two(char *out, int n)
{
  out[0] = (char)('0' + n / 10);
  out[1] = (char)('0' + n % 10);
}

void internaldate_fmt(char out[INTERNALDATE_LEN], int64_t t, int zone)
{
  const int64_t least = -62167219200, most = 253402300799; /* years 0-9999 */
  int64_t local;
  int year, month, day, in_day;

  if (zone < -1439 || zone > 1439) zone = 0;
  local = t < least ? least : t > most ? most : t;
  local += 60 * zone;
  if (local < least) local = least;
  if (local > most) local = most;
  date_civil(date_day(local, 0), &year, &month, &day);
  in_day = (int)(local - 86400 * (int64_t)date_day(local, 0));
  two(out, day);
  if (day < 10) out[0] = ' ';
  out[2] = '-';
  memcpy(out + 3, months + 3 * (month - 1), 3);
  out[3] = (char)(out[3] - 32);
  out[6] = '-';
  two(out + 7, year / 100);
  two(out + 9, year % 100);
  out[11] = ' ';
  two(out + 12, in_day / 3600);
  out[14] = ':';
  two(out + 15, in_day / 60 % 60);
  out[17] = ':';
  two(out + 18, in_day % 60);
  out[20] = ' ';
  out[21] = zone < 0 ? '-' : '+';
  if (zone < 0) zone = -zone;
  two(out + 22, zone / 60);
  two(out + 24, zone % 60);
}

/* n decimal digits at s; -1 if one is none */
static int digits(const char *s, size_t n)
{
  int v = 0;

  for (; n--; s++) {
    if (*s < '0' || *s > '9') return -1;
    v = 10 * v + (*s - '0');
  }
  return v;
}

/* "Mon-yyyy" at s with a day already read */
static int month_year(const char *s, int day, int32_t *out)
{
  int month = date_month(s, 3), year = digits(s + 4, 4);

  if (!month || s[3] != '-' || year < 0) return 0;
  if (day < 1 || day > date_month_days(year, month)) return 0;
  *out = date_days(year, month, day);
  return 1;
}

int date_scan_day(const char *s, size_t len, int32_t *day)
{
  size_t n = len == 11 ? 2 : len == 10 ? 1 : 0;

  if (!n || s[n] != '-') return 0;
  return month_year(s + n + 1, digits(s, n), day);
}

int internaldate_scan(const char *s, size_t len, struct mail_date *d)
{
  int h, m, sec, zh, zm;

  if (len != INTERNALDATE_LEN || s[2] != '-' || s[11] != ' ' || s[14] != ':'
      || s[17] != ':' || s[20] != ' ' || (s[21] != '+' && s[21] != '-'))
    return 0;
  h = *s == ' ' ? digits(s + 1, 1) : digits(s, 2);
  if (!month_year(s + 3, h, &d->day)) return 0;
  h = digits(s + 12, 2);
  m = digits(s + 15, 2);
  sec = digits(s + 18, 2);
  zh = digits(s + 22, 2);
  zm = digits(s + 24, 2);
  if (h < 0 || h > 23 || m < 0 || m > 59 || sec < 0 || sec > 60
      || zh < 0 || zh > 23 || zm < 0 || zm > 59)
    return 0;
  d->zone = 60 * zh + zm;
  if (s[21] == '-') d->zone = -d->zone;
  d->time = 86400 * (int64_t)d->day + 3600 * h + 60 * m + sec
    - 60 * d->zone;
  return 1;
}
