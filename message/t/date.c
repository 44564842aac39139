/* ISC licence; see LICENSE. */
#include "message/date.h"

#include <time.h>

#include "message/t/test.h"

static const struct {
  const char *in;
  long long time;               /* -1: no date */
  int zone;
  int day;
} cases[] = {
  /* RFC 5322 appendix A */
  { "Fri, 21 Nov 1997 09:55:06 -0600", 880127706, -360, 10186 },
  { "Tue, 1 Jul 2003 10:52:37 +0200", 1057049557, 120, 12234 },
  { "Thu, 13 Feb 1969 23:32:54 -0330", -27723426, -210, -322 },
  { "Mon, 24 Nov 1997 14:22:01 -0800", 880410121, -480, 10189 },
  { "Thu,\r\n      13\r\n        Feb\r\n          1969\r\n      23:32\r\n"
    "               -0330 (Newfoundland Time)", -27723480, -210, -322 },
  { "21 Nov 97 09:55:06 GMT", 880106106, 0, 10186 },
  { "Fri, 21 Nov 1997 09(comment):   55  :  06 -0600", -2, 0, 10186 },
  /* RFC 3501, RFC 2822 */
  { "Wed, 17 Jul 1996 02:23:25 -0700 (PDT)", 837595405, -420, 9694 },
  { "17 Jul 96 02:23 EDT", 837584580, -240, 9694 },
  /* years of two and three digits */
  { "1 Jan 00 00:00:00 +0000", 946684800, 0, 10957 },
  { "1 Jan 49 00:00:00 +0000", 2493072000, 0, 28855 },
  { "1 Jan 50 00:00:00 +0000", -631152000, 0, -7305 },
  { "1 Jan 100 00:00:00 +0000", 946684800, 0, 10957 },
  { "1 Jan 124 00:00:00 +0000", 1704067200, 0, 19723 },
  /* zones */
  { "1 Jan 2000 12:00:00 EST", 946746000, -300, 10957 },
  { "1 Jan 2000 12:00:00 PDT", 946753200, -420, 10957 },
  { "1 Jan 2000 12:00:00 Z", 946728000, 0, 10957 },
  { "1 Jan 2000 12:00:00 A", 946728000, 0, 10957 },
  { "1 Jan 2000 12:00:00 XYZZY", 946728000, 0, 10957 },
  { "1 Jan 2000 12:00:00 GMT+0200", 946720800, 120, 10957 },
  { "1 Jan 2000 12:00:00 +02:00", 946720800, 120, 10957 },
  { "1 Jan 2000 12:00:00 +9999", 946728000, 0, 10957 },
  { "1 Jan 2000 12:00:00 CEST", 946720800, 120, 10957 },
  { "1 Jan 2000 12:00:00", 946728000, 0, 10957 },
  /* the day is that of the text, whatever the zone */
  { "31 Dec 1999 23:59:59 -0800", 946713599, -480, 10956 },
  /* other orders and separators */
  { "Sat Jan  1 12:00:00 2000", 946728000, 0, 10957 },
  { "Sat Jan  1 12:00:00 EST 2000", 946746000, -300, 10957 },
  { "Sat Jan  1 12:00:00 2000 +0100", 946724400, 60, 10957 },
  { "Jan 1, 2000 3:04 PM", 946739040, 0, 10957 },
  { "Jan 1, 2000 12:04 AM", 946685040, 0, 10957 },
  { "01-Jan-2000 12:00:00", 946728000, 0, 10957 },
  { "01-Jan-00 12:00:00 +0100", 946724400, 60, 10957 },
  { "1/Jan/2000 12:00", 946728000, 0, 10957 },
  { "2000-01-01 12:00:00 +0100", 946724400, 60, 10957 },
  { "2000-01-01T12:00:00Z", 946728000, 0, 10957 },
  { "2000-01-01T12:00:00.123456-05:00", 946746000, -300, 10957 },
  { "Saturday, January 1, 2000 12:00:00", 946728000, 0, 10957 },
  { "1 Jan 2000", 946684800, 0, 10957 },
  { "Sat,1 Jan 2000 12:00:00+0100", 946724400, 60, 10957 },
  { "  1 JAN 2000 12:00:00 +0000 garbage \x80\xff", 946728000, 0, 10957 },
  { "1 Jan 2000 25:00:00 +0000", 946684800, 0, 10957 },
  { "29 Feb 2000 00:00:00 +0000", 951782400, 0, 11016 },
  { "31 Dec 2016 23:59:60 +0000", 1483228800, 0, 17166 },
  /* none */
  { "", -1, 0, 0 },
  { "yesterday", -1, 0, 0 },
  { "30 Feb 2000 00:00:00 +0000", -1, 0, 0 },
  { "29 Feb 1900 00:00:00 +0000", -1, 0, 0 },
  { "31 Apr 2000 00:00:00 +0000", -1, 0, 0 },
  { "32 Jan 2000", -1, 0, 0 },
  { "0 Jan 2000", -1, 0, 0 },
  { "1 Foo 2000", -1, 0, 0 },
  { "1 Jan", -1, 0, 0 },
  { "Jan 2000", -1, 0, 0 },
  { "99999999999999999999 Jan 99999999999", -1, 0, 0 },
  { "(((((((((", -1, 0, 0 }
};

static void test_parse(void)
{
  size_t i;

  for (i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct mail_date d = { 7, 7, 7 };
    int ok = date_parse(cases[i].in, strlen(cases[i].in), &d);

    CHECK(ok == (cases[i].time != -1), "\"%s\"", cases[i].in);
    if (!ok) continue;
    if (cases[i].time != -2) {
      CHECK(d.time == cases[i].time, "\"%s\" is %lld", cases[i].in,
            (long long)d.time);
      CHECK(d.zone == cases[i].zone, "\"%s\" has %d", cases[i].in, d.zone);
    }
    CHECK(d.day == cases[i].day, "\"%s\" is day %d", cases[i].in, d.day);
  }
}

static void test_internaldate(void)
{
  static const char *const wrong[] = {
    "17-Jul-1996 02:44:25 -0700x", "32-Jul-1996 02:44:25 -0700",
    "31-Jun-1996 02:44:25 -0700", " 0-Jul-1996 02:44:25 -0700",
    "00-Jul-1996 02:44:25 -0700", "17-Jux-1996 02:44:25 -0700",
    "17-Jul-1996 24:44:25 -0700", "17-Jul-1996 02:60:25 -0700",
    "17-Jul-1996 02:44:61 -0700", "17-Jul-1996 02:44:25 -2400",
    "17-Jul-1996 02:44:25 -0760", "17-Jul-1996 02:44:25  0700",
    "17 Jul 1996 02:44:25 -0700", "29-Feb-1997 02:44:25 -0700",
    "7-Jul-1996 02:44:25 -0700", "17-Jul-199x 02:44:25 -0700",
    "1 -Jul-1996 02:44:25 -0700", "", "-----------------------------"
  };
  char out[INTERNALDATE_LEN];
  struct mail_date d;
  size_t i;

  for (i = 0; i < sizeof wrong / sizeof *wrong; i++)
    CHECK(!internaldate_scan(wrong[i], strlen(wrong[i]), &d), "%s", wrong[i]);
  EQ_NUM(internaldate_scan("17-Jul-1996 02:44:25 -0700", 26, &d), 1);
  EQ_NUM(d.time, 837596665);
  EQ_NUM(d.zone, -420);
  EQ_NUM(d.day, 9694);
  EQ_NUM(internaldate_scan(" 7-jul-1996 02:44:25 +0530", 26, &d), 1);
  internaldate_fmt(out, d.time, d.zone);
  test_eq(__FILE__, __LINE__, "fmt", out, 26, " 7-Jul-1996 02:44:25 +0530",
          26);
  internaldate_fmt(out, 0, -60);
  test_eq(__FILE__, __LINE__, "fmt", out, 26, "31-Dec-1969 23:00:00 -0100",
          26);
  internaldate_fmt(out, INT64_MAX, 0);
  test_eq(__FILE__, __LINE__, "fmt", out, 26, "31-Dec-9999 23:59:59 +0000",
          26);
  internaldate_fmt(out, INT64_MIN, -1439);
  test_eq(__FILE__, __LINE__, "fmt", out, 26, " 1-Jan-0000 00:00:00 -2359",
          26);
}

/* against the C library, every 9 hours or so from 1900 to 2100 */
static void test_calendar(void)
{
  int64_t t;
  int bad = 0;

  for (t = -2208988800; t < 4102444800; t += 33333) {
    char out[INTERNALDATE_LEN], want[40];
    struct mail_date d;
    time_t clock = (time_t)t;
    struct tm tm;

    gmtime_r(&clock, &tm);
    strftime(want, sizeof want, "%e-%b-%Y %H:%M:%S +0000", &tm);
    internaldate_fmt(out, t, 0);
    if (memcmp(out, want, 26)) bad++;
    if (!internaldate_scan(out, 26, &d) || d.time != t
        || d.day != date_day(t, 0)) bad++;
    strftime(want, sizeof want, "%a, %d %b %Y %H:%M:%S +0000", &tm);
    if (!date_parse(want, strlen(want), &d) || d.time != t) bad++;
  }
  EQ_NUM(bad, 0);
}

static void test_day(void)
{
  int32_t day = 0;

  EQ_NUM(date_scan_day("1-Feb-1994", 10, &day), 1);
  EQ_NUM(day, 8797);
  EQ_NUM(date_scan_day("01-fEB-1994", 11, &day), 1);
  EQ_NUM(day, 8797);
  EQ_NUM(date_scan_day("30-Feb-1994", 11, &day), 0);
  EQ_NUM(date_scan_day("1-Feb-94", 8, &day), 0);
  EQ_NUM(date_scan_day("1 Feb 1994", 10, &day), 0);
  EQ_NUM(date_scan_day("", 0, &day), 0);
  EQ_NUM(date_scan_day("1-Feb-1994 ", 11, &day), 0);
  EQ_NUM(date_day(0, 0), 0);
  EQ_NUM(date_day(-1, 0), -1);
  EQ_NUM(date_day(-1, 1), 0);
  EQ_NUM(date_day(86399, 1), 1);
}

int main(void)
{
  test_parse();
  test_internaldate();
  test_calendar();
  test_day();
  return test_end("date");
}
