/* Numbers, dates, UTF-8, widths and suggestions from any bytes. */
#include "fuzz_context.h"

#include "io/date.h"

#include <math.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void numbers(const char *text, size_t len)
{
	double value, back;
	if (!ssrc_parse_number(text, len, &value))
		return;
	FUZZ_REQUIRE(isfinite(value));
	char copy[600], out[32];
	FUZZ_REQUIRE(len < sizeof copy);
	memcpy(copy, text, len);
	copy[len] = '\0';
	FUZZ_REQUIRE(strtod(copy, NULL) == value); /* correctly rounded, as in the C locale */
	size_t n = ssrc_format_number(out, value);
	FUZZ_REQUIRE(n < sizeof out && ssrc_parse_number(out, n, &back) && back == value);
}

static void dates(const char *text, size_t len)
{
	ssrc_date date;
	char day[11], time[21];
	if (ssrc_date_parse(text, len, &date)) {
		FUZZ_REQUIRE(date.first <= date.last && date.last - date.first < 366);
		ssrc_date_format(date.first, day);
		FUZZ_REQUIRE(memcmp(day, text, len) == 0);
	}
	int64_t seconds = 0;
	memcpy(&seconds, text, len < 6 ? len : 6);
	seconds %= INT64_C(253402300800); /* clocks show years up to 9999 */
	ssrc_time_format(seconds, time);
	FUZZ_REQUIRE(strlen(time) == 20);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	numbers(text, size);
	dates(text, size);
	size_t valid = ssrc_utf8_valid_prefix(text, size);
	FUZZ_REQUIRE(valid <= size && ssrc_utf8_count(text, valid) <= valid);
	FUZZ_REQUIRE(ssrc_display_width(text, size) <= 2 * size);
	if (size > 300)
		return 0;
	char word[301], filled[64];
	memcpy(word, data, valid);
	word[valid] = '\0';
	static const char *const names[] = {"items", "needs", "parties", "shares", "alternates", ""};
	const char *close[3], *const args[] = {word, "two"};
	FUZZ_REQUIRE(ssrc_did_you_mean(word, names, sizeof names / sizeof *names, close) <= 3);
	size_t n = ssrc_text_fill(filled, sizeof filled, word, args, 2);
	FUZZ_REQUIRE(n < sizeof filled && ssrc_utf8_valid_prefix(filled, n) == n && filled[n] == '\0');
	return 0;
}
