#include "base.h"

#include <string.h>

typedef struct catalogue_entry {
	const char *code;
	const char *text[2];
	const char *hint[2];
} catalogue_entry;

static const catalogue_entry catalogue[SSRC_TEXT_COUNT] = {
	{"NONE", {"", ""}, {"", ""}},
#define T(id, en, zh) {#id, {en, zh}, {"", ""}},
#define M(id, en, hint_en, zh, hint_zh) {#id, {en, zh}, {hint_en, hint_zh}},
#include <secondsource/catalogue/all.def>
#undef T
#undef M
};

const char *ssrc_text(ssrc_text_id id, ssrc_lang lang)
{
	return (unsigned)id < SSRC_TEXT_COUNT ? catalogue[id].text[lang == SSRC_LANG_ZH] : "";
}

const char *ssrc_text_hint(ssrc_text_id id, ssrc_lang lang)
{
	return (unsigned)id < SSRC_TEXT_COUNT ? catalogue[id].hint[lang == SSRC_LANG_ZH] : "";
}

const char *ssrc_text_code(ssrc_text_id id)
{
	return (unsigned)id < SSRC_TEXT_COUNT ? catalogue[id].code : "";
}

int ssrc_status_exit_code(ssrc_status status)
{
	static const int codes[] = {
#define SSRC_X(name, exit_code, en, zh) exit_code,
		SSRC_STATUS_LIST(SSRC_X)
#undef SSRC_X
	};
	return (unsigned)status < SSRC_STATUS_COUNT ? codes[status] : 70;
}

const char *ssrc_status_text(ssrc_status status, ssrc_lang lang)
{
	static const char *const texts[][2] = {
#define SSRC_X(name, exit_code, en, zh) {en, zh},
		SSRC_STATUS_LIST(SSRC_X)
#undef SSRC_X
	};
	return (unsigned)status < SSRC_STATUS_COUNT ? texts[status][lang == SSRC_LANG_ZH] : "";
}

/* Copies at most `room` bytes without cutting a character; returns bytes copied. */
static size_t copy_whole_characters(char *out, size_t room, const char *text)
{
	size_t n = strlen(text);
	if (n > room) {
		n = room;
		while (n > 0 && ((unsigned char)text[n] & 0xC0) == 0x80)
			n--;
	}
	memcpy(out, text, n);
	return n;
}

size_t ssrc_text_fill(char *out, size_t size, const char *tmpl, const char *const *args, size_t n_args)
{
	if (size == 0)
		return 0;
	size_t used = 0;
	for (const char *p = tmpl; *p;) {
		if (p[0] == '{' && p[1] >= '0' && p[1] <= '9' && p[2] == '}') {
			size_t which = (size_t)(p[1] - '0');
			if (which < n_args && args[which])
				used += copy_whole_characters(out + used, size - 1 - used, args[which]);
			p += 3;
			continue;
		}
		size_t n = 1;
		while (((unsigned char)p[n] & 0xC0) == 0x80)
			n++;
		if (n > size - 1 - used)
			break;
		memcpy(out + used, p, n);
		used += n;
		p += n;
	}
	out[used] = '\0';
	return used;
}

static void set_argument(ssrc_error *error, int index, const char *text)
{
	if (!text)
		text = "";
	size_t n = copy_whole_characters(error->arg[index], SSRC_ERROR_ARG_BYTES - 1, text);
	error->arg[index][n] = '\0';
}

ssrc_status ssrc_fail(ssrc_error *error, ssrc_status code, ssrc_text_id message, const char *arg0, const char *arg1,
		      const char *arg2)
{
	if (!error || error->code != SSRC_OK)
		return code;
	error->code = code;
	error->message = (uint32_t)message;
	set_argument(error, 0, arg0);
	set_argument(error, 1, arg1);
	set_argument(error, 2, arg2);
	set_argument(error, 3, NULL);
	error->file[0] = '\0';
	error->line = 0;
	error->column = 0;
	return code;
}

ssrc_status ssrc_fail_at(ssrc_error *error, ssrc_status code, ssrc_text_id message, const char *file, int64_t line,
			 int64_t column, const char *arg0, const char *arg1)
{
	if (!error || error->code != SSRC_OK)
		return code;
	ssrc_fail(error, code, message, arg0, arg1, NULL);
	size_t n = copy_whole_characters(error->file, sizeof error->file - 1, file ? file : "");
	error->file[n] = '\0';
	error->line = line;
	error->column = column;
	return code;
}

size_t ssrc_error_render(char *out, size_t size, const ssrc_error *error, ssrc_lang lang)
{
	const char *args[SSRC_ERROR_ARGS];
	for (int i = 0; i < SSRC_ERROR_ARGS; i++)
		args[i] = error->arg[i];
	char place[320] = "";
	if (error->file[0]) {
		char numbers[48] = "";
		size_t n = 0;
		if (error->line > 0) {
			char digits[24];
			numbers[n++] = ':';
			n += ssrc_format_number(digits, (double)error->line);
			memcpy(numbers + 1, digits, n - 1);
			if (error->column > 0) {
				numbers[n++] = ':';
				size_t m = ssrc_format_number(digits, (double)error->column);
				memcpy(numbers + n, digits, m);
				n += m;
			}
			numbers[n] = '\0';
		}
		const char *parts[] = {error->file, numbers};
		ssrc_text_fill(place, sizeof place, "{0}{1}: ", parts, 2);
	}
	char message[640];
	ssrc_text_fill(message, sizeof message, ssrc_text((ssrc_text_id)error->message, lang), args, SSRC_ERROR_ARGS);
	const char *all[] = {place, message};
	return ssrc_text_fill(out, size, "{0}{1}", all, 2);
}
