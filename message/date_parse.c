/* ISC licence; see LICENSE. */
#include <string.h>
#include <strings.h>

#include "message/date.h"
#include "message/date_impl.h"

/*
 * Reads a Date field token by token, and lets what each token looks like
 * decide what it is: a word may name a month or a zone, digits with colons
 * are the time, a signed number after the time is the zone, other numbers are
 * day and year. So the order matters little, and rests are ignored.
 */
struct reader {
  const char *s, *end;
  int year, month, day;         /* 0: not known yet; year -1: not known yet */
  int hour, minute, second, has_time;
  int zone, has_zone;
  char sign;                    /* a '+' or '-' right before this token */
};

static int is_digit(char c)
{
  return c >= '0' && c <= '9';
}

static int is_letter(char c)
{
  return (unsigned char)((c | 32) - 'a') < 26;
}

static void comment(struct reader *r)
{
  size_t depth = 0;

  for (; r->s < r->end; r->s++) {
    if (*r->s == '(') depth++;
    else if (*r->s == ')' && --depth == 0) {
      r->s++;
      return;
    }
    else if (*r->s == '\\' && r->s + 1 < r->end) r->s++;
  }
}

/* digits; n how many; too many are too large for anything */
static int number(struct reader *r, size_t *n)
{
  int v = 0;

  for (*n = 0; r->s < r->end && is_digit(*r->s); r->s++, (*n)++)
    if (v < 1000000) v = 10 * v + (*r->s - '0');
  return v;
}

/* ":digits" */
static int colon_number(struct reader *r, int *v)
{
  size_t n;

  if (r->end - r->s < 2 || *r->s != ':' || !is_digit(r->s[1])) return 0;
  r->s++;
  *v = number(r, &n);
  return 1;
}

static void clock_time(struct reader *r, int hour)
{
  size_t n;

  r->has_time = 1;
  r->hour = hour;
  colon_number(r, &r->minute);
  if (!colon_number(r, &r->second)) r->second = 0;
  else if (r->end - r->s > 1 && *r->s == '.' && is_digit(r->s[1])) {
    r->s++;
    number(r, &n);              /* parts of a second */
  }
  if (r->hour > 23 || r->minute > 59 || r->second > 60)
    r->hour = r->minute = r->second = 0;
}

/* RFC 5322 section 3.3; also hh, hhmm without 0, hh:mm */
static void zone_number(struct reader *r, int v, size_t n)
{
  int m = 0, h = v;

  if (r->s < r->end && *r->s == ':') colon_number(r, &m);
  else if (n > 2) {
    h = v / 100;
    m = v % 100;
  }
  r->has_zone = 1;
  r->zone = 0;
  if (h > 23 || m > 59 || n > 4) return;
  r->zone = 60 * h + m;
  if (r->sign == '-') r->zone = -r->zone;
}

/* 4 digits are a year; RFC 5322 section 4.3 for two and three */
static int full_year(int v, size_t n)
{
  if (n == 4 || n > 4) return v >= 1 && v <= 9999 ? v : -1;
  if (n == 3) return 1900 + v;
  return v < 50 ? 2000 + v : 1900 + v;
}

/* "-mm-dd" behind a year of four digits, ISO 8601 */
static void iso_date(struct reader *r, int year)
{
  const char *back = r->s;
  size_t n, k;
  int month, day;

  if (r->end - r->s < 4 || (*r->s != '-' && *r->s != '/')) return;
  r->s++;
  month = number(r, &n);
  if (n < 1 || n > 2 || month < 1 || month > 12 || r->s == r->end
      || *r->s != *back) {
    r->s = back;
    return;
  }
  r->s++;
  day = number(r, &k);
  if (k < 1 || k > 2) {
    r->s = back;
    return;
  }
  r->year = year;
  r->month = month;
  r->day = day;
  if (r->s < r->end && (*r->s | 32) == 't') r->s++;
}

static void digits(struct reader *r)
{
  size_t n;
  int v = number(r, &n);

  if (!r->has_time && n <= 2 && r->end - r->s > 1 && *r->s == ':'
      && is_digit(r->s[1]))
    clock_time(r, v);
  else if (r->has_time && r->sign && !r->has_zone)
    zone_number(r, v, n);
  else if (n == 4 && r->year < 0 && !r->month) {
    iso_date(r, v);
    if (r->year < 0) r->year = full_year(v, n);
  }
  else if (n <= 2 && v >= 1 && v <= 31 && !r->day)
    r->day = v;
  else if (r->year < 0 && n >= 2)
    r->year = full_year(v, n);
}

static const struct { const char *name; short minutes; } zones[] = {
  /* RFC 5322 section 4.3; a single letter is not to be believed */
  { "ut", 0 }, { "utc", 0 }, { "gmt", 0 }, { "z", 0 },
  { "est", -300 }, { "edt", -240 }, { "cst", -360 }, { "cdt", -300 },
  { "mst", -420 }, { "mdt", -360 }, { "pst", -480 }, { "pdt", -420 },
  /* seen in mail, and not ambiguous there */
  { "akst", -540 }, { "akdt", -480 }, { "hst", -600 },
  { "wet", 0 }, { "west", 60 }, { "bst", 60 }, { "cet", 60 }, { "met", 60 },
  { "cest", 120 }, { "mest", 120 }, { "mesz", 120 }, { "mez", 60 },
  { "eet", 120 }, { "eest", 180 }, { "msk", 180 }, { "msd", 240 },
  { "sast", 120 }, { "jst", 540 }, { "kst", 540 }, { "hkt", 480 },
  { "awst", 480 }, { "aest", 600 }, { "aedt", 660 }, { "nzst", 720 },
  { "nzdt", 780 }
};

static void zone_name(struct reader *r, const char *s, size_t n)
{
  size_t i;

  for (i = 0; i < sizeof zones / sizeof *zones; i++)
    if (strlen(zones[i].name) == n && !strncasecmp(zones[i].name, s, n)) {
      r->zone = zones[i].minutes;
      /* "GMT+0200": the number counts */
      r->has_zone = !(r->s < r->end && (*r->s == '+' || *r->s == '-'));
      return;
    }
}

static void letters(struct reader *r)
{
  const char *s = r->s;
  size_t n;
  int month;

  while (r->s < r->end && is_letter(*r->s)) r->s++;
  n = (size_t)(r->s - s);
  month = date_month(s, n);
  if (month && !r->month) {
    r->month = month;
    return;
  }
  if (!r->has_time) return;
  if (n == 2 && (s[1] | 32) == 'm' && r->hour <= 12) {
    if ((s[0] | 32) == 'p' && r->hour < 12) r->hour += 12;
    if ((s[0] | 32) == 'a' && r->hour == 12) r->hour = 0;
    return;
  }
  if (!r->has_zone) zone_name(r, s, n);
}

static void tokens(struct reader *r)
{
  char sign;

  while (r->s < r->end) {
    sign = 0;
    if (*r->s == '(') {
      comment(r);
      continue;
    }
    if ((*r->s == '+' || *r->s == '-') && r->s + 1 < r->end
        && is_digit(r->s[1]))
      sign = *r->s++;
    r->sign = sign;
    if (is_digit(*r->s)) digits(r);
    else if (is_letter(*r->s)) letters(r);
    else r->s++;
  }
}

int date_parse(const char *s, size_t len, struct mail_date *d)
{
  struct reader r = { 0 };

  if (!len) return 0;
  r.s = s;
  r.end = s + (len < 256 ? len : 256);  /* what comes later is no date */
  r.year = -1;
  tokens(&r);
  if (r.year < 0 || !r.month || !r.day
      || r.day > date_month_days(r.year, r.month))
    return 0;
  d->day = date_days(r.year, r.month, r.day);
  d->zone = r.zone;
  d->time = 86400 * (int64_t)d->day + 3600 * r.hour + 60 * r.minute + r.second
    - 60 * r.zone;
  return 1;
}
