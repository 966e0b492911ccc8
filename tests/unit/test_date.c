/* Calendar dates: every day of two centuries, partial dates, what is no date. */
#include "harness.h"

#include "io/date.h"

#include <time.h>

static bool leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_of(int year, int month)
{
	return month == 2 ? 28 + leap(year) : month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

static void every_day_there_and_back(void)
{
	int32_t expected = -25567; /* 1900-01-01 */
	for (int year = 1900; year <= 2100; year++)
		for (int month = 1; month <= 12; month++)
			for (int day = 1; day <= days_of(year, month); day++, expected++) {
				char text[11], out[11];
				ssrc_date date;
				snprintf(text, sizeof text, "%04d-%02d-%02d", year, month % 100, day % 100);
				if (ssrc_date_days(year, month, day) != expected || !ssrc_date_parse(text, 10, &date) ||
				    date.first != expected || date.last != expected) {
					CHECK(!"a day is not its number");
					printf("# %s\n", text);
				}
				ssrc_date_format(expected, out);
				if (strcmp(out, text) != 0)
					CHECK_TEXT(out, text);
			}
	CHECK(ssrc_date_days(1970, 1, 1) == 0 && ssrc_date_days(2000, 3, 1) == 11017);
}

/* All years that can be written, against the C library. */
static void the_far_ends_of_the_calendar(void)
{
	for (int year = 1000; year <= 9999; year += 7) {
		struct tm tm = {.tm_year = year - 1900, .tm_mon = year % 12, .tm_mday = 1 + year % 28, .tm_hour = 12};
		time_t t = timegm(&tm);
		int64_t days = (int64_t)t >= 0 ? (int64_t)t / 86400 : -((-(int64_t)t + 86399) / 86400);
		CHECK(ssrc_date_days(year, year % 12 + 1, 1 + year % 28) == days);
	}
	ssrc_date date;
	char out[11];
	CHECK(ssrc_date_parse("9999-12-31", 10, &date) && date.first == 2932896);
	ssrc_date_format(date.first, out);
	CHECK_TEXT(out, "9999-12-31");
	CHECK(ssrc_date_parse("1000-01-01", 10, &date));
	ssrc_date_format(date.first, out);
	CHECK_TEXT(out, "1000-01-01");
}

static void partial_dates_mean_all_their_days(void)
{
	ssrc_date date;
	CHECK(ssrc_date_parse("2024", 4, &date) && date.first == ssrc_date_days(2024, 1, 1) &&
	      date.last - date.first == 365);
	CHECK(ssrc_date_parse("2023", 4, &date) && date.last - date.first == 364 &&
	      date.last == ssrc_date_days(2023, 12, 31));
	for (int year = 1896; year <= 2104; year++)
		for (int month = 1; month <= 12; month++) {
			char text[8];
			snprintf(text, sizeof text, "%04d-%02d", year, month % 100);
			CHECK(ssrc_date_parse(text, 7, &date) && date.first == ssrc_date_days(year, month, 1) &&
			      date.last == ssrc_date_days(year, month, days_of(year, month)));
		}
}

static void what_is_no_date(void)
{
	static const char *const bad[] = {
		"",
		"2",
		"202",
		"20244",
		"2024-",
		"2024-1",
		"2024-00",
		"2024-13",
		"2024-1-01",
		"2024-01-1",
		"2024-01-00",
		"2024-01-32",
		"2023-02-29",
		"1900-02-29",
		"2100-02-29",
		"2024-02-30",
		"2024-04-31",
		"2024-06-31",
		"2024-09-31",
		"2024-11-31",
		"0999",
		"0999-12-31",
		"-024",
		"+024",
		" 2024",
		"2024 ",
		"2024/01/01",
		"01-01-2024",
		"2024-01-01T00:00:00Z",
		"20240101",
		"２０２４",
		"2024年",
		"yyyy",
		"2O24",
		"2024-0a",
		"2024-01-0x",
	};
	ssrc_date date = {7, 7};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		if (ssrc_date_parse(bad[i], strlen(bad[i]), &date))
			printf("# %s\n", bad[i]);
		CHECK(!ssrc_date_parse(bad[i], strlen(bad[i]), &date));
	}
	CHECK(date.first == 7 && date.last == 7); /* untouched */
	static const char *const good[] = {"2024-02-29", "2000-02-29", "1600-02-29", "2023-02-28", "1000", "9999-12"};
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		CHECK(ssrc_date_parse(good[i], strlen(good[i]), &date));
	/* Only len bytes count; no terminator is looked for. */
	CHECK(ssrc_date_parse("2024-02-29", 7, &date) && date.last - date.first == 28);
	CHECK(ssrc_date_parse("2024xxx", 4, &date));
}

static void times(void)
{
	static const struct {
		int64_t seconds;
		const char *text;
	} cases[] = {{0, "1970-01-01T00:00:00Z"},
		     {86399, "1970-01-01T23:59:59Z"},
		     {-1, "1969-12-31T23:59:59Z"},
		     {951782400, "2000-02-29T00:00:00Z"},
		     {INT64_C(4102444799), "2099-12-31T23:59:59Z"},
		     {-86400, "1969-12-31T00:00:00Z"}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char out[21];
		ssrc_time_format(cases[i].seconds, out);
		CHECK_TEXT(out, cases[i].text);
	}
}

int main(int argc, char **argv)
{
	TEST(every_day_there_and_back);
	TEST(the_far_ends_of_the_calendar);
	TEST(partial_dates_mean_all_their_days);
	TEST(what_is_no_date);
	TEST(times);
	return tests_done();
}
