#include "date.h"

#include <stdio.h>

/* Days from civil, after H. Hinnant's public-domain derivation: eras of 400 years starting in March. */
int32_t ssrc_date_days(int year, int month, int day)
{
	int y = month <= 2 ? year - 1 : year;
	int era = (y >= 0 ? y : y - 399) / 400;
	int of_era = y - era * 400;
	int of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static void civil(int32_t days, int *year, int *month, int *day)
{
	int z = days + 719468;
	int era = (z >= 0 ? z : z - 146096) / 146097;
	int of_era = z - era * 146097;
	int y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int of_year = of_era - (365 * y + y / 4 - y / 100);
	int m = (5 * of_year + 2) / 153;
	*day = of_year - (153 * m + 2) / 5 + 1;
	*month = m < 10 ? m + 3 : m - 9;
	*year = y + era * 400 + (*month <= 2);
}

static bool digits(const char *text, size_t n, int *out)
{
	*out = 0;
	for (size_t i = 0; i < n; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		*out = *out * 10 + (text[i] - '0');
	}
	return true;
}

static int days_in_month(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	return days[month - 1] + (month == 2 && leap);
}

bool ssrc_date_parse(const char *text, size_t len, ssrc_date *out)
{
	int year, month = 1, day = 1;
	if ((len != 4 && len != 7 && len != 10) || !digits(text, 4, &year) || year < 1000)
		return false;
	if (len >= 7 && (text[4] != '-' || !digits(text + 5, 2, &month) || month < 1 || month > 12))
		return false;
	if (len == 10 && (text[7] != '-' || !digits(text + 8, 2, &day) || day < 1 || day > days_in_month(year, month)))
		return false;
	out->first = ssrc_date_days(year, month, day);
	if (len == 4)
		out->last = ssrc_date_days(year, 12, 31);
	else if (len == 7)
		out->last = ssrc_date_days(year, month, days_in_month(year, month));
	else
		out->last = out->first;
	return true;
}

void ssrc_date_format(int32_t days, char out[11])
{
	int year, month, day;
	civil(days, &year, &month, &day);
	snprintf(out, 11, "%04u-%02u-%02u", (unsigned)year % 10000, (unsigned)month % 100, (unsigned)day % 100);
}

void ssrc_time_format(int64_t seconds, char out[21])
{
	int64_t days = seconds / 86400, rest = seconds % 86400;
	if (rest < 0) {
		rest += 86400;
		days--;
	}
	char date[11];
	ssrc_date_format((int32_t)days, date);
	unsigned second = (unsigned)rest;
	snprintf(out, 21, "%.10sT%02u:%02u:%02uZ", date, second / 3600 % 24, second / 60 % 60, second % 60);
}
