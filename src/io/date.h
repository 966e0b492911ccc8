/* Calendar dates: ISO 8601, possibly partial (a year, a month), as days since 1970-01-01. */
#ifndef SSRC_IO_DATE_H
#define SSRC_IO_DATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct ssrc_date {
	int32_t first, last; /* first and last day it can mean, closed; days since 1970-01-01 */
} ssrc_date;

/* Parses YYYY, YYYY-MM or YYYY-MM-DD (years 1000–9999). False unless it is a date of the calendar. */
bool ssrc_date_parse(const char *text, size_t len, ssrc_date *out);
int32_t ssrc_date_days(int year, int month, int day);
/* Writes YYYY-MM-DD (11 bytes). */
void ssrc_date_format(int32_t days, char out[11]);
/* Writes YYYY-MM-DDTHH:MM:SSZ (21 bytes). */
void ssrc_time_format(int64_t seconds, char out[21]);

#endif
