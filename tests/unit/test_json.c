/* The JSON writer: escapes, numbers that read back, nesting, both layouts. */
#include "harness.h"

#include "io/json.h"

static ssrc_context ctx;

static void expect(ssrc_buf *out, const char *text)
{
	CHECK(!out->failed);
	CHECK_TEXT(out->data ? out->data : "", text);
	ssrc_buf_clear(out);
}

static void begin(ssrc_json *json, ssrc_buf *out, bool pretty)
{
	ssrc_context_init(&ctx);
	ssrc_buf_init(out, &ctx);
	ssrc_json_begin(json, out, pretty);
}

static void every_kind_of_value(void)
{
	ssrc_json json;
	ssrc_buf out;
	begin(&json, &out, false);
	ssrc_json_open(&json, NULL, '{');
	ssrc_json_string(&json, "s", "text");
	ssrc_json_string(&json, "none", NULL);
	ssrc_json_number(&json, "n", 0.1);
	ssrc_json_integer(&json, "i", INT64_MIN);
	ssrc_json_bool(&json, "t", true);
	ssrc_json_bool(&json, "f", false);
	ssrc_json_interval(&json, "r", 1, 2.5);
	ssrc_json_open(&json, "list", '[');
	ssrc_json_integer(&json, NULL, 1);
	ssrc_json_open(&json, NULL, '{');
	ssrc_json_close(&json, '}');
	ssrc_json_open(&json, NULL, '[');
	ssrc_json_close(&json, ']');
	ssrc_json_close(&json, ']');
	ssrc_json_close(&json, '}');
	ssrc_json_end(&json);
	expect(&out, "{\"s\":\"text\",\"none\":null,\"n\":0.1,\"i\":-9223372036854775808,\"t\":true,\"f\":false,\"r\":["
		     "1,2.5],"
		     "\"list\":[1,{},[]]}\n");
}

static void pretty_layout(void)
{
	ssrc_json json;
	ssrc_buf out;
	begin(&json, &out, true);
	ssrc_json_open(&json, NULL, '{');
	ssrc_json_string(&json, "a", "x");
	ssrc_json_open(&json, "b", '[');
	ssrc_json_number(&json, NULL, 1);
	ssrc_json_interval(&json, NULL, 0, (double)NAN);
	ssrc_json_close(&json, ']');
	ssrc_json_open(&json, "c", '{');
	ssrc_json_close(&json, '}');
	ssrc_json_close(&json, '}');
	ssrc_json_end(&json);
	expect(&out, "{\n  \"a\": \"x\",\n  \"b\": [\n    1,\n    [0, null]\n  ],\n  \"c\": {}\n}\n");
}

static void escapes(void)
{
	ssrc_json json;
	ssrc_buf out;
	begin(&json, &out, false);
	ssrc_json_open(&json, NULL, '[');
	ssrc_json_string(&json, NULL, "\"\\/\b\f\n\r\t");
	ssrc_json_string(&json, NULL, "\x01\x1F\x7F");
	ssrc_json_string(&json, NULL, "镓 é 😀");
	ssrc_json_string(&json, NULL, "");
	ssrc_json_close(&json, ']');
	expect(&out, "[\"\\\"\\\\/\\u0008\\u000c\\n\\r\\t\",\"\\u0001\\u001f\x7F\",\"镓 é 😀\",\"\"]");
	begin(&json, &out, false);
	ssrc_json_open(&json, NULL, '{');
	ssrc_json_integer(&json, "a \"key\"\n", 1);
	ssrc_json_close(&json, '}');
	expect(&out, "{\"a \\\"key\\\"\\n\":1}");
}

static void what_is_no_number_is_null(void)
{
	ssrc_json json;
	ssrc_buf out;
	begin(&json, &out, false);
	ssrc_json_open(&json, NULL, '[');
	ssrc_json_number(&json, NULL, (double)NAN);
	ssrc_json_number(&json, NULL, (double)INFINITY);
	ssrc_json_number(&json, NULL, -(double)INFINITY);
	ssrc_json_number(&json, NULL, -0.0);
	ssrc_json_interval(&json, NULL, (double)NAN, (double)INFINITY);
	ssrc_json_close(&json, ']');
	expect(&out, "[null,null,null,0,[null,null]]");
}

/* Every number reads back as the same double, in a form that JSON allows. */
static void numbers_read_back(void)
{
	ssrc_json json;
	ssrc_buf out;
	for (uint64_t k = 0; k < 20000; k++) {
		uint64_t bits = ssrc_random_bits(5, 1, k);
		double value, back;
		memcpy(&value, &bits, sizeof value);
		if (k % 3 == 0)
			value = round(ssrc_random_unit(5, 2, k) * 1e6) / 100;
		if (k % 3 == 1)
			value = (double)(int64_t)(bits >> 12);
		if (!isfinite(value))
			continue;
		begin(&json, &out, false);
		ssrc_json_number(&json, NULL, value);
		CHECK(ssrc_parse_number(out.data, out.len, &back) && back == value);
		CHECK(out.len < 32 && strtod(out.data, NULL) == value);
		const char *digits = out.data + (out.data[0] == '-');
		/* no leading zero before a digit, no bare point */
		CHECK(*digits >= '0' && *digits <= '9' && !(digits[0] == '0' && digits[1] >= '0' && digits[1] <= '9'));
		ssrc_buf_clear(&out);
	}
}

static void nesting_to_the_limit(void)
{
	ssrc_json json;
	ssrc_buf out;
	begin(&json, &out, false);
	for (int i = 0; i < SSRC_JSON_DEPTH_MAX; i++)
		ssrc_json_open(&json, NULL, '[');
	ssrc_json_integer(&json, NULL, 1);
	ssrc_json_integer(&json, NULL, 2);
	for (int i = 0; i < SSRC_JSON_DEPTH_MAX; i++)
		ssrc_json_close(&json, ']');
	CHECK(json.depth == 0 && out.len == 2 * SSRC_JSON_DEPTH_MAX + 3);
	CHECK(strncmp(out.data + SSRC_JSON_DEPTH_MAX, "1,2]", 4) == 0);
	ssrc_buf_clear(&out);
}

static void lost_memory_is_seen(void)
{
	for (long fail_at = 1; fail_at < 20; fail_at++) {
		test_faults f;
		ssrc_json json;
		ssrc_buf out;
		test_faults_init(&f, &ctx, fail_at);
		ssrc_buf_init(&out, &ctx);
		ssrc_json_begin(&json, &out, true);
		ssrc_json_open(&json, NULL, '[');
		for (int i = 0; i < 400; i++)
			ssrc_json_string(&json, NULL, "some text of a length");
		ssrc_json_close(&json, ']');
		CHECK(out.failed == (f.calls >= fail_at));
		ssrc_buf_clear(&out);
		CHECK(f.live_blocks == 0);
	}
}

int main(int argc, char **argv)
{
	TEST(every_kind_of_value);
	TEST(pretty_layout);
	TEST(escapes);
	TEST(what_is_no_number_is_null);
	TEST(numbers_read_back);
	TEST(nesting_to_the_limit);
	TEST(lost_memory_is_seen);
	return tests_done();
}
