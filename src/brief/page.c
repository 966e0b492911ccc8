#include "page.h"

#include <string.h>

static const char *const language_tag[2] = {"en", "zh"};

void ssrc_page_raw(ssrc_page *page, const char *markup)
{
	ssrc_buf_puts(page->out, markup);
}

void ssrc_page_attribute(ssrc_page *page, const char *name, const char *value)
{
	ssrc_buf_printf(page->out, " %s=\"", name);
	ssrc_put_escaped(page->out, value);
	ssrc_buf_putc(page->out, '"');
}

void ssrc_page_open(ssrc_page *page, const char *tag, const char *class_name)
{
	ssrc_buf_printf(page->out, "<%s", tag);
	if (class_name)
		ssrc_buf_printf(page->out, " class=\"%s\"", class_name);
	ssrc_buf_putc(page->out, '>');
}

void ssrc_page_close(ssrc_page *page, const char *tag)
{
	ssrc_buf_printf(page->out, "</%s>", tag);
}

void ssrc_page_text(ssrc_page *page, const char *text)
{
	ssrc_put_escaped(page->out, text ? text : "");
}

static const char *in_language(const char *const in[2], int lang)
{
	return in[lang] && *in[lang] ? in[lang] : in[1 - lang] ? in[1 - lang] : "";
}

/* One language alone, or the same text in both: no span is needed. */
static bool is_one(const ssrc_page *page, const char *en, const char *zh)
{
	return page->langs != SSRC_LANGS_BOTH || strcmp(en, zh) == 0;
}

static int only(const ssrc_page *page)
{
	return page->langs == SSRC_LANGS_ZH ? SSRC_LANG_ZH : SSRC_LANG_EN;
}

static void open_language(ssrc_page *page, int lang)
{
	ssrc_buf_printf(page->out, "<span class=\"%s\" lang=\"%s\">", language_tag[lang],
			lang == SSRC_LANG_ZH ? "zh-Hans" : "en");
}

void ssrc_page_words(ssrc_page *page, const ssrc_words *words)
{
	const char *en = in_language(words->in, 0), *zh = in_language(words->in, 1);
	if (is_one(page, en, zh)) {
		ssrc_page_text(page, only(page) ? zh : en);
		return;
	}
	for (int lang = 0; lang < 2; lang++) {
		open_language(page, lang);
		ssrc_page_text(page, lang ? zh : en);
		ssrc_page_close(page, "span");
	}
}

static void put_bit(ssrc_page *page, const ssrc_bit *bit, int lang)
{
	if (bit->href) {
		ssrc_page_raw(page, "<a");
		ssrc_page_attribute(page, "href", bit->href);
		ssrc_page_raw(page, ">");
	}
	ssrc_page_text(page, in_language(bit->in, lang));
	if (bit->href)
		ssrc_page_raw(page, "</a>");
}

static void fill(ssrc_page *page, const char *text, int lang, const ssrc_bit *bits, size_t n)
{
	char piece[1200];
	while (*text) {
		const char *brace = strchr(text, '{');
		size_t len = brace ? (size_t)(brace - text) : strlen(text);
		size_t which = brace && brace[1] ? (size_t)(brace[1] - '0') : 9;
		if (brace && (which > 7 || brace[2] != '}'))
			len++, which = 9;
		if (len >= sizeof piece)
			len = sizeof piece - 1, which = 9;
		memcpy(piece, text, len);
		piece[len] = '\0';
		ssrc_page_text(page, piece);
		text += len;
		if (which == 9)
			continue;
		if (which < n)
			put_bit(page, &bits[which], lang);
		text += brace ? 3 : 0;
	}
}

void ssrc_page_say(ssrc_page *page, ssrc_text_id id, const ssrc_bit *bits, size_t n)
{
	const char *en = ssrc_text(id, SSRC_LANG_EN), *zh = ssrc_text(id, SSRC_LANG_ZH);
	if (page->langs != SSRC_LANGS_BOTH) {
		fill(page, only(page) ? zh : en, only(page), bits, n);
		return;
	}
	for (int lang = 0; lang < 2; lang++) {
		open_language(page, lang);
		fill(page, lang ? zh : en, lang, bits, n);
		ssrc_page_close(page, "span");
	}
}

void ssrc_page_line(ssrc_page *page, const char *tag, const char *class_name, ssrc_text_id id, const ssrc_bit *bits,
		    size_t n)
{
	ssrc_page_open(page, tag, class_name);
	ssrc_page_say(page, id, bits, n);
	ssrc_page_close(page, tag);
	ssrc_page_raw(page, "\n");
}

ssrc_words ssrc_words_fill(ssrc_arena *arena, ssrc_text_id id, const ssrc_words *args, size_t n)
{
	ssrc_words out = {{"", ""}};
	for (int lang = 0; lang < 2; lang++) {
		char text[1200];
		const char *filled[8] = {0};
		for (size_t i = 0; i < n && i < 8; i++)
			filled[i] = in_language(args[i].in, lang);
		size_t len = ssrc_text_fill(text, sizeof text, ssrc_text(id, (ssrc_lang)lang), filled, n);
		const char *copy = ssrc_arena_text(arena, text, len);
		out.in[lang] = copy ? copy : "";
	}
	return out;
}

void ssrc_page_link(ssrc_page *page, const char *href, const ssrc_words *words)
{
	ssrc_page_raw(page, "<a");
	ssrc_page_attribute(page, "href", href);
	ssrc_page_raw(page, ">");
	ssrc_page_words(page, words);
	ssrc_page_raw(page, "</a>");
}

void ssrc_page_level(ssrc_page *page, int level)
{
	static const ssrc_text_id word[] = {SSRC_T_W_LEVEL_0, SSRC_T_W_LEVEL_1, SSRC_T_W_LEVEL_2, SSRC_T_W_LEVEL_3,
					    SSRC_T_W_LEVEL_4};
	ssrc_words name = level < 0 ? ssrc_catalogue_words(SSRC_T_B_UNKNOWN) : ssrc_catalogue_words(word[level]);
	ssrc_buf_printf(page->out,
			"<span class=\"level l%c\"><span aria-hidden=\"true\">%c</span><span class=\"hear\">",
			level < 0 ? 'x' : '0' + level, level < 0 ? '?' : '0' + level);
	ssrc_page_words(page, &name);
	ssrc_page_raw(page, "</span></span>");
}
