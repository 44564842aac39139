/* ISC licence; see LICENSE. */
#ifndef MESSAGE_DATE_IMPL_H
#define MESSAGE_DATE_IMPL_H

#include <stddef.h>
#include <stdint.h>

/* What date.c and date_parse.c share; nobody else includes this. */

/* date_month - 1..12 if the first three octets of s name a month, else 0 */
int date_month(const char *s, size_t len);

/* date_month_days - days in a month, 1..12 */
int date_month_days(int year, int month);

/* date_days - days since 1970-01-01 of a date from year 0 on */
int32_t date_days(int year, int month, int day);

/* date_civil - the same back; not before year 0 */
void date_civil(int32_t days, int *year, int *month, int *day);

#endif
