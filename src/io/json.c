#include "json.h"

#include "base/mask.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

void ssrc_json_begin(ssrc_json *json, ssrc_buf *out, bool pretty)
{
	*json = (ssrc_json){.out = out, .pretty = pretty};
}

static void put_text(ssrc_buf *out, const char *given)
{
	ssrc_buf scratch = {0};
	size_t len = strlen(given);
	const char *text = ssrc_masked(out, given, &len, &scratch);
	out->failed |= scratch.failed;
	ssrc_buf_putc(out, '"');
	for (const unsigned char *p = (const unsigned char *)text; *p; p++) {
		switch (*p) {
		case '"': ssrc_buf_puts(out, "\\\""); break;
		case '\\': ssrc_buf_puts(out, "\\\\"); break;
		case '\n': ssrc_buf_puts(out, "\\n"); break;
		case '\r': ssrc_buf_puts(out, "\\r"); break;
		case '\t': ssrc_buf_puts(out, "\\t"); break;
		default:
			if (*p < 0x20)
				ssrc_buf_printf(out, "\\u%04x", *p);
			else
				ssrc_buf_putc(out, (char)*p);
		}
	}
	ssrc_buf_putc(out, '"');
	if (scratch.ctx)
		ssrc_buf_clear(&scratch);
}

static void new_line(ssrc_json *json)
{
	if (!json->pretty || json->depth == 0)
		return;
	ssrc_buf_putc(json->out, '\n');
	for (int i = 0; i < json->depth; i++)
		ssrc_buf_puts(json->out, "  ");
}

static void member(ssrc_json *json, const char *key)
{
	if (json->depth > 0 && json->has_member[json->depth - 1])
		ssrc_buf_putc(json->out, ',');
	if (json->depth > 0)
		json->has_member[json->depth - 1] = true;
	new_line(json);
	if (key) {
		put_text(json->out, key);
		ssrc_buf_puts(json->out, json->pretty ? ": " : ":");
	}
}

void ssrc_json_open(ssrc_json *json, const char *key, char bracket)
{
	member(json, key);
	ssrc_buf_putc(json->out, bracket);
	if (json->depth < SSRC_JSON_DEPTH_MAX)
		json->has_member[json->depth] = false;
	json->depth++;
}

void ssrc_json_close(ssrc_json *json, char bracket)
{
	json->depth--;
	if (json->has_member[json->depth] && json->pretty) {
		ssrc_buf_putc(json->out, '\n');
		for (int i = 0; i < json->depth; i++)
			ssrc_buf_puts(json->out, "  ");
	}
	ssrc_buf_putc(json->out, bracket);
}

void ssrc_json_string(ssrc_json *json, const char *key, const char *text)
{
	member(json, key);
	if (text)
		put_text(json->out, text);
	else
		ssrc_buf_puts(json->out, "null");
}

static void put_number(ssrc_buf *out, double value)
{
	char text[32];
	if (!isfinite(value)) {
		ssrc_buf_puts(out, "null");
		return;
	}
	ssrc_buf_add(out, text, ssrc_format_number(text, value));
}

void ssrc_json_number(ssrc_json *json, const char *key, double value)
{
	member(json, key);
	put_number(json->out, value);
}

void ssrc_json_integer(ssrc_json *json, const char *key, int64_t value)
{
	member(json, key);
	ssrc_buf_printf(json->out, "%lld", (long long)value);
}

void ssrc_json_bool(ssrc_json *json, const char *key, bool value)
{
	member(json, key);
	ssrc_buf_puts(json->out, value ? "true" : "false");
}

void ssrc_json_interval(ssrc_json *json, const char *key, double low, double high)
{
	member(json, key);
	ssrc_buf_putc(json->out, '[');
	put_number(json->out, low);
	ssrc_buf_puts(json->out, json->pretty ? ", " : ",");
	put_number(json->out, high);
	ssrc_buf_putc(json->out, ']');
}

void ssrc_json_raw(ssrc_json *json, const char *key, const char *text, size_t len)
{
	member(json, key);
	ssrc_buf_add(json->out, text, len);
}

void ssrc_json_end(ssrc_json *json)
{
	ssrc_buf_putc(json->out, '\n');
}
