/* ISC licence; see LICENSE. */
#include "parse.h"

#include <string.h>
#include <strings.h>

/* Dates of RFC 3501 section 9: date and date-time. */

static int fault(struct parse *p)
{
  p->why = "bad date";
  return 0;
}

/* days since 1970-01-01 of a day of the Gregorian calendar; years >= 0 */
static int64_t days(int year, int month, int day)
{
  int64_t y = year - (month <= 2), era, yoe, doy;

  era = (y >= 0 ? y : y - 399) / 400;
  yoe = y - era * 400;
  doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static int month_length(int year, int month)
{
  static const unsigned char n[12] =
    { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

  if (month == 2 && !(year % 4) && (year % 100 || !(year % 400))) return 29;
  return n[month - 1];
}

/* exactly n digits */
static int digits(struct parse *p, int n, int *value)
{
  int v = 0;

  for (; n; n--) {
    int c = parse_peek(p);

    if (c < '0' || c > '9') return 0;
    v = v * 10 + (c - '0');
    p->s++;
  }
  *value = v;
  return 1;
}

static int month_name(struct parse *p, int *month)
{
  static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
  int i;

  if (p->end - p->s < 3) return 0;
  for (i = 0; i < 12; i++)
    if (!strncasecmp(p->s, names + 3 * i, 3)) {
      p->s += 3;
      *month = i + 1;
      return 1;
    }
  return 0;
}

/* "d-Mon-yyyy" or "dd-Mon-yyyy" */
static int day_month_year(struct parse *p, int64_t *day_number)
{
  int day, day2, month, year;

  if (!digits(p, 1, &day)) return 0;
  if (parse_peek(p) != '-') {
    if (!digits(p, 1, &day2)) return 0;
    day = day * 10 + day2;
  }
  if (!parse_try(p, '-') || !month_name(p, &month) || !parse_try(p, '-')
      || !digits(p, 4, &year))
    return 0;
  if (day < 1 || day > month_length(year, month)) return 0;
  *day_number = days(year, month, day);
  return 1;
}

int parse_date(struct parse *p, int64_t *t)
{
  int q = parse_try(p, '"');
  int64_t d;

  if (!day_month_year(p, &d)) return fault(p);
  if (q && !parse_try(p, '"')) return fault(p);
  *t = d * 86400;
  return 1;
}

static int clock_time(struct parse *p, int64_t *seconds)
{
  int h, m, s;

  if (!digits(p, 2, &h) || !parse_try(p, ':') || !digits(p, 2, &m)
      || !parse_try(p, ':') || !digits(p, 2, &s))
    return 0;
  if (h > 23 || m > 59 || s > 60) return 0;
  *seconds = h * 3600 + m * 60 + s;
  return 1;
}

static int zone(struct parse *p, int64_t *seconds)
{
  int h, m, east = parse_try(p, '+');

  if (!east && !parse_try(p, '-')) return 0;
  if (!digits(p, 2, &h) || !digits(p, 2, &m)) return 0;
  if (h > 23 || m > 59) return 0;
  *seconds = h * 3600 + m * 60;
  if (!east) *seconds = -*seconds;
  return 1;
}

int parse_date_time(struct parse *p, int64_t *t)
{
  int64_t d, c, z;

  if (!parse_try(p, '"')) return fault(p);
  (void)parse_try(p, ' ');              /* date-day-fixed: SP DIGIT */
  if (!day_month_year(p, &d) || !parse_try(p, ' ') || !clock_time(p, &c)
      || !parse_try(p, ' ') || !zone(p, &z) || !parse_try(p, '"'))
    return fault(p);
  *t = d * 86400 + c - z;
  return 1;
}
