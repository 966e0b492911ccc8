#include "harness.h"

static void numbers_round_trip(void)
{
	const char *texts[] = {
		"0", "62", "62.5", "0.1", "-3", "1e-07", "123456789012345", "98.6", "0.3333333333333333"};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		double value;
		char out[32];
		CHECK(ssrc_parse_number(texts[i], strlen(texts[i]), &value));
		CHECK(value == strtod(texts[i], NULL));
		ssrc_format_number(out, value);
		CHECK_TEXT(out, texts[i]);
	}
	const char *bad[] = {"", "-", "1,5", "1e", "0x10", "nan", "inf", "1 ", " 1", "1.2.3", "٣", "1e999"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		double value;
		CHECK(!ssrc_parse_number(bad[i], strlen(bad[i]), &value));
	}
	for (uint64_t k = 0; k < 20000; k++) {
		char text[32], back[32];
		double value = ssrc_random_unit(1, 2, k) * 1e3, again;
		ssrc_format_number(text, value);
		CHECK(ssrc_parse_number(text, strlen(text), &again) && again == value);
		ssrc_format_number(back, again);
		CHECK_TEXT(back, text);
	}
}

static void symbols_keep_order_of_first_use(void)
{
	ssrc_context ctx;
	ssrc_context_init(&ctx);
	ssrc_symbols s;
	ssrc_symbols_init(&s, &ctx);
	for (int round = 0; round < 2; round++)
		for (uint32_t i = 0; i < 5000; i++) {
			char name[16];
			uint32_t id;
			int n = snprintf(name, sizeof name, "k%u", i);
			CHECK(ssrc_symbols_add(&s, name, (size_t)n, &id, NULL) == SSRC_OK && id == i);
		}
	CHECK(s.count == 5000 && ssrc_symbols_find(&s, "k77", 3) == 77);
	CHECK(ssrc_symbols_find(&s, "nothing", 7) == SSRC_NONE);
	ssrc_symbols_clear(&s);
}

static void text_is_measured_in_columns(void)
{
	CHECK(ssrc_display_width("EDA", 3) == 3);
	CHECK(ssrc_display_width("电子EDA", strlen("电子EDA")) == 7);
	CHECK(ssrc_utf8_valid_prefix("ab\xFF"
				     "c",
				     4) == 2);
	CHECK(ssrc_utf8_valid_prefix("ab\0c", 4) == 2);
	CHECK(ssrc_utf8_valid_prefix("电", 2) == 0);
	CHECK(ssrc_utf8_valid_prefix("\xED\xA0\x80", 3) == 0); /* surrogate */
}

static void a_full_message_is_never_cut_inside_a_character(void)
{
	char out[8];
	const char *args[] = {"电子设计"};
	size_t n = ssrc_text_fill(out, sizeof out, "{0}!", args, 1);
	CHECK(ssrc_utf8_valid_prefix(out, n) == n && n == 7);
	CHECK_TEXT(out, "电子!");
}

static void the_innermost_cause_survives(void)
{
	ssrc_error err = {0};
	CHECK(ssrc_fail(&err, SSRC_IO, SSRC_M_READ, "a.csv", "EIO", NULL) == SSRC_IO);
	CHECK(ssrc_fail(&err, SSRC_FORMAT, SSRC_M_NOMEM, NULL, NULL, NULL) == SSRC_FORMAT);
	CHECK(err.code == SSRC_IO);
	char text[256];
	ssrc_error_render(text, sizeof text, &err, SSRC_LANG_EN);
	CHECK_TEXT(text, "reading a.csv failed: EIO");
}

static void every_message_stands_in_both_languages(void)
{
	for (int id = 1; id < SSRC_TEXT_COUNT; id++) {
		const char *en = ssrc_text((ssrc_text_id)id, SSRC_LANG_EN),
			   *zh = ssrc_text((ssrc_text_id)id, SSRC_LANG_ZH);
		CHECK(*en && *zh);
		for (int k = 0; k < 4; k++) {
			char mark[4] = {'{', (char)('0' + k), '}', 0};
			if ((strstr(en, mark) != NULL) != (strstr(zh, mark) != NULL)) {
				printf("# %s: argument {%d} in one language only\n", ssrc_text_code((ssrc_text_id)id),
				       k);
				CHECK(false);
			}
		}
	}
}

static void suggestions_are_close_words(void)
{
	const char *names[] = {"euv-scanner", "eda", "arfi-scanner"}, *out[3];
	CHECK(ssrc_did_you_mean("euv-scaner", names, 3, out) >= 1);
	CHECK_TEXT(out[0], "euv-scanner");
	CHECK(ssrc_did_you_mean("zzzzzz", names, 3, out) == 0);
}

static void sums_do_not_depend_on_how_blocks_are_shared(void)
{
	double *values = malloc(100000 * sizeof *values);
	for (uint64_t i = 0; i < 100000; i++)
		values[i] = ssrc_random_unit(3, 0, i) - 0.5;
	double whole = ssrc_sum(values, 100000);
	CHECK(whole == ssrc_sum(values, 100000));
	CHECK_NEAR(ssrc_sum((double[]){1e16, 1, -1e16}, 3), 0.0, 1.0);
	free(values);
}

int main(int argc, char **argv)
{
	TEST(numbers_round_trip);
	TEST(symbols_keep_order_of_first_use);
	TEST(text_is_measured_in_columns);
	TEST(a_full_message_is_never_cut_inside_a_character);
	TEST(the_innermost_cause_survives);
	TEST(every_message_stands_in_both_languages);
	TEST(suggestions_are_close_words);
	TEST(sums_do_not_depend_on_how_blocks_are_shared);
	return tests_done();
}
