/* The files of a brief: the page, tables, figures, exchange formats, metadata. */
#include "sections.h"

#include "base/mask.h"
#include "io/date.h"
#include "report/exchange.h"

#include <math.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "brief/assets.h"

const char *ssrc_brief_text(ssrc_brief_writer *w, const char *format, ...)
{
	char text[1400];
	va_list args;
	va_start(args, format);
	int len = vsnprintf(text, sizeof text, format, args);
	va_end(args);
	size_t size = len < 0 ? 0 : (size_t)len < sizeof text ? (size_t)len : sizeof text - 1;
	size = ssrc_utf8_valid_prefix(text, size);
	const char *copy = ssrc_arena_text(w->arena, text, size);
	w->failed |= !copy;
	return copy ? copy : "";
}

void ssrc_brief_add(ssrc_brief_writer *w, const char *name, const ssrc_buf *bytes)
{
	ssrc_buf scratch = {.ctx = w->b->ctx};
	size_t name_len = strlen(name);
	name = ssrc_masked(&scratch, name, &name_len, &scratch);
	ssrc_brief_files *files = w->files;
	if (bytes->failed) {
		w->failed = true;
		return;
	}
	if (files->n == files->cap) {
		size_t cap = files->cap ? files->cap * 2 : 64;
		ssrc_brief_file *file = ssrc_arena_array(&files->arena, cap, sizeof *file);
		if (!file) {
			w->failed = true;
			return;
		}
		if (files->n)
			memcpy(file, files->file, files->n * sizeof *file);
		files->file = file;
		files->cap = cap;
	}
	const char *copy = ssrc_arena_text(&files->arena, bytes->data ? bytes->data : "", bytes->len);
	const char *own = ssrc_arena_text(&files->arena, name, name_len);
	w->failed |= !copy || !own;
	if (copy && own)
		files->file[files->n++] = (ssrc_brief_file){own, copy, bytes->len};
	ssrc_buf_clear(&scratch);
}

void ssrc_brief_files_clear(ssrc_brief_files *files)
{
	ssrc_arena_clear(&files->arena);
}

/* ---- shared pieces ---------------------------------------------------------------------------------------------- */

void ssrc_brief_begin(ssrc_brief_writer *w, const char *id, ssrc_text_id heading)
{
	ssrc_words words = ssrc_catalogue_words(heading);
	ssrc_buf_printf(w->page.out, "<section id=\"%s\" aria-labelledby=\"h-%s\">\n<h2 id=\"h-%s\">", id, id, id);
	ssrc_page_words(&w->page, &words);
	ssrc_page_raw(&w->page, "</h2>\n");
}

void ssrc_brief_end(ssrc_brief_writer *w)
{
	ssrc_page_raw(&w->page, "</section>\n");
}

void ssrc_brief_sheet(ssrc_brief_writer *w, const ssrc_sheet *sheet, size_t most)
{
	ssrc_buf csv;
	char name[160];
	w->failed |= sheet->failed;
	if (sheet->failed)
		return;
	ssrc_buf_init(&csv, w->b->ctx);
	ssrc_sheet_put_csv(sheet, &csv);
	snprintf(name, sizeof name, "tables/%s.csv", sheet->id);
	ssrc_brief_add(w, name, &csv);
	ssrc_buf_clear(&csv);
	ssrc_sheet_put_json(sheet, &w->json);
	if (most != SIZE_MAX)
		ssrc_sheet_put_page(sheet, &w->page, most);
}

static void add_drawing(ssrc_brief_writer *w, const ssrc_picture *picture, ssrc_langs lang, ssrc_brief_draw *draw,
			const void *data)
{
	ssrc_buf svg;
	char name[160];
	ssrc_picture own = *picture;
	own.langs = lang;
	own.standalone = true;
	ssrc_buf_init(&svg, w->b->ctx);
	draw(&svg, &own, data, w->b->ctx);
	snprintf(name, sizeof name, "figures/%s.%s.svg", picture->id, lang == SSRC_LANGS_ZH ? "zh" : "en");
	ssrc_brief_add(w, name, &svg);
	ssrc_buf_clear(&svg);
}

void ssrc_brief_draw_bars(ssrc_buf *out, const ssrc_picture *picture, const void *data, ssrc_context *ctx)
{
	(void)ctx;
	ssrc_figure_draw_bars(out, picture, data);
}

void ssrc_brief_figure(ssrc_brief_writer *w, const char *id, ssrc_words title, ssrc_text_id how, const char *command,
		       ssrc_brief_draw *draw, const void *data)
{
	ssrc_langs langs = w->page.langs;
	ssrc_picture picture = {.id = id, .title = title, .summary = ssrc_catalogue_words(how), .langs = langs};
	ssrc_page_raw(&w->page, "<figure>\n<figcaption><strong");
	ssrc_page_attribute(&w->page, "id", ssrc_brief_text(w, "f-%s", id));
	ssrc_page_raw(&w->page, ">");
	ssrc_page_words(&w->page, &title);
	ssrc_page_raw(&w->page, "</strong> ");
	ssrc_page_line(&w->page, "span", "note", how, NULL, 0);
	ssrc_page_raw(&w->page, "</figcaption>\n<div class=\"scroll\" tabindex=\"0\" role=\"group\"");
	ssrc_page_attribute(&w->page, "aria-labelledby", ssrc_brief_text(w, "f-%s", id));
	ssrc_page_raw(&w->page, ">\n");
	draw(w->page.out, &picture, data, w->b->ctx);
	ssrc_page_raw(&w->page, "</div>\n<p class=\"cmd\"><code>");
	ssrc_page_text(&w->page, command);
	ssrc_page_raw(&w->page, "</code></p></figure>\n");
	if (langs & SSRC_LANGS_EN)
		add_drawing(w, &picture, SSRC_LANGS_EN, draw, data);
	if (langs & SSRC_LANGS_ZH)
		add_drawing(w, &picture, SSRC_LANGS_ZH, draw, data);
}

ssrc_words ssrc_brief_names(const ssrc_brief_writer *w, const char *const name[2], const char *id)
{
	ssrc_words out = {{ssrc_name(name, id, SSRC_LANG_EN), ssrc_name(name, id, SSRC_LANG_ZH)}};
	for (int lang = 0; lang < 2 && w->b->ctx->mask; lang++) {
		ssrc_buf scratch = {.ctx = w->b->ctx};
		size_t len = strlen(out.in[lang]);
		const char *masked = ssrc_masked(&scratch, out.in[lang], &len, &scratch);
		const char *copy = ssrc_arena_text(w->arena, masked, len);
		out.in[lang] = copy ? copy : "";
		ssrc_buf_clear(&scratch);
	}
	return out;
}

ssrc_words ssrc_brief_item(const ssrc_brief_writer *w, uint32_t item)
{
	return ssrc_brief_names(w, w->chain->items[item].name, w->chain->items[item].id);
}

const char *ssrc_brief_item_href(ssrc_brief_writer *w, uint32_t item)
{
	return w->card[item] ? ssrc_brief_text(w, "#item-%s", w->chain->items[item].id) : NULL;
}

ssrc_bit ssrc_brief_bit(ssrc_words words, const char *href)
{
	return (ssrc_bit){{words.in[0], words.in[1]}, href};
}

ssrc_bit ssrc_brief_item_bit(ssrc_brief_writer *w, uint32_t item)
{
	return ssrc_brief_bit(ssrc_brief_item(w, item), ssrc_brief_item_href(w, item));
}

ssrc_words ssrc_brief_scenario(const ssrc_brief_writer *w, const ssrc_scenario *scenario)
{
	return ssrc_brief_names(w, scenario->title, scenario->id);
}

ssrc_span ssrc_brief_span(const ssrc_estimate *e)
{
	double a = e->at[SSRC_CASE_LOW], m = e->at[SSRC_CASE_MID], z = e->at[SSRC_CASE_HIGH];
	return (ssrc_span){fmin(fmin(a, z), m), m, fmax(fmax(a, z), m)};
}

ssrc_bit ssrc_brief_number(ssrc_brief_writer *w, double value, int decimals)
{
	char text[40];
	const char *copy = ssrc_brief_text(w, "%s", ssrc_grouped_text(text, value, decimals));
	return SSRC_SAME_BIT(copy);
}

ssrc_bit ssrc_brief_span_bit(ssrc_brief_writer *w, ssrc_span span, double scale, int decimals)
{
	char text[80];
	ssrc_span_text(text, span, scale, decimals);
	const char *copy = ssrc_brief_text(w, "%s", text);
	return SSRC_SAME_BIT(copy);
}

const char *ssrc_brief_command(ssrc_brief_writer *w, const char *command, const char *rest)
{
	return ssrc_brief_text(w, "secondsource %s %s --home %s%s%s", command, w->b->settings.path, w->b->a->home.text,
			       *rest ? " " : "", rest);
}

/* ---- the page ------------------------------------------------------------------------------------------------------
 */

/* 'sha256-…' of a Content-Security-Policy. */
static void put_hash(ssrc_buf *out, const char *text)
{
	ssrc_hash hash = ssrc_hash_bytes(text, strlen(text));
	char base64[64];
	sodium_bin2base64(base64, sizeof base64, hash.bytes, sizeof hash.bytes, sodium_base64_VARIANT_ORIGINAL);
	ssrc_buf_printf(out, "'sha256-%s'", base64);
}

static void put_style(ssrc_buf *style)
{
	ssrc_buf_printf(style,
			":root{%s}\n@media (prefers-color-scheme:dark){:root{%s}}\n@media print{:root{%s}}\n%s\n%s",
			ssrc_drawing_colours(false), ssrc_drawing_colours(true), ssrc_drawing_colours(false),
			ssrc_drawing_style(), ssrc_brief_css);
}

static void put_title(ssrc_brief_writer *w)
{
	const ssrc_words *name =
		&(ssrc_words){{ssrc_package_name(w->chain->package), ssrc_package_name(w->chain->package)}};
	bool zh = w->page.langs == SSRC_LANGS_ZH;
	ssrc_page_raw(&w->page, "<title>");
	ssrc_page_text(&w->page, name->in[0]);
	ssrc_page_raw(&w->page, " · ");
	ssrc_page_text(&w->page, ssrc_text(SSRC_T_B_TITLE, zh ? SSRC_LANG_ZH : SSRC_LANG_EN));
	ssrc_page_raw(&w->page, "</title>\n");
}

static void put_head(ssrc_brief_writer *w, const ssrc_buf *style)
{
	ssrc_page *p = &w->page;
	bool zh = p->langs == SSRC_LANGS_ZH;
	ssrc_page_raw(
		p, zh ? "<!DOCTYPE html>\n<html lang=\"zh-Hans\" data-lang=\"zh\">\n<head>\n<meta charset=\"utf-8\">\n"
		      : "<!DOCTYPE html>\n<html lang=\"en\" data-lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
	ssrc_page_raw(p, "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src ");
	put_hash(p->out, style->data);
	ssrc_page_raw(p, "; script-src ");
	put_hash(p->out, ssrc_brief_js);
	ssrc_page_raw(p, "; base-uri 'none'; form-action 'none'\">\n"
			 "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
			 "<meta name=\"referrer\" content=\"no-referrer\">\n"
			 "<meta name=\"color-scheme\" content=\"light dark\">\n");
	put_title(w);
	ssrc_page_raw(p, "<style>");
	ssrc_page_raw(p, style->data);
	ssrc_page_raw(p, "</style>\n</head>\n<body>\n");
}

static const struct {
	const char *id;
	ssrc_text_id heading;
} contents[] = {
	{"answers", SSRC_T_B_H_ANSWERS},     {"chain", SSRC_T_B_H_CHAIN},           {"countries", SSRC_T_B_H_COUNTRIES},
	{"points", SSRC_T_B_H_POINTS},       {"controls", SSRC_T_B_H_CONTROLS},     {"time", SSRC_T_B_H_TIME},
	{"scenarios", SSRC_T_B_H_SCENARIOS}, {"compute", SSRC_T_B_H_COMPUTE},       {"plan", SSRC_T_B_H_PLAN},
	{"effort", SSRC_T_B_H_EFFORT},       {"alternates", SSRC_T_B_H_ALTERNATES}, {"alerts", SSRC_T_B_H_ALERTS},
	{"items", SSRC_T_B_H_ITEMS},         {"quality", SSRC_T_B_H_QUALITY},       {"later", SSRC_T_B_H_LATER},
	{"methods", SSRC_T_B_H_METHODS},     {"sources", SSRC_T_B_H_SOURCES},
};

static void put_banner(ssrc_brief_writer *w)
{
	ssrc_page *p = &w->page;
	char day[11];
	const ssrc_assessment *a = w->b->a;
	ssrc_date_format(w->chain->as_of, day);
	ssrc_page_raw(p, "<a class=\"skip\" href=\"#answers\">");
	ssrc_page_say(p, SSRC_T_B_SKIP, NULL, 0);
	ssrc_page_raw(p, "</a>\n<header>\n<div class=\"top\"><p class=\"brand\">secondsource 备源</p>");
	if (p->langs == SSRC_LANGS_BOTH)
		ssrc_page_raw(p,
			      "<div class=\"switch\" role=\"group\" aria-label=\"Language 语言\">"
			      "<button type=\"button\" id=\"to-en\" lang=\"en\" aria-pressed=\"true\">English</button>"
			      "<button type=\"button\" id=\"to-zh\" lang=\"zh-Hans\" "
			      "aria-pressed=\"false\">中文</button></div>");
	const char *name = ssrc_package_name(w->chain->package);
	ssrc_bit title[] = {SSRC_SAME_BIT(name), SSRC_SAME_BIT(a->home.text)};
	ssrc_page_raw(p, "</div>\n");
	ssrc_page_line(p, "h1", NULL, SSRC_T_B_HEADLINE, title, 2);
	ssrc_bit facts[] = {SSRC_SAME_BIT(day), SSRC_SAME_BIT(a->home.text), SSRC_SAME_BIT(ssrc_basis_word(a->basis)),
			    SSRC_SAME_BIT(a->policy->name), SSRC_SAME_BIT(w->b->settings.version)};
	ssrc_page_line(p, "p", "note", SSRC_T_B_FACTS, facts, 5);
	ssrc_page_line(p, "p", "exercise", SSRC_T_B_EXERCISE, NULL, 0);
	ssrc_page_raw(p, "</header>\n<nav aria-label=\"Contents 目录\"><ul>\n");
	for (size_t i = 0; i < sizeof contents / sizeof *contents; i++) {
		ssrc_words heading = ssrc_catalogue_words(contents[i].heading);
		ssrc_page_raw(p, "<li>");
		ssrc_page_link(p, ssrc_brief_text(w, "#%s", contents[i].id), &heading);
		ssrc_page_raw(p, "</li>\n");
	}
	ssrc_page_raw(p, "</ul></nav>\n<main>\n");
}

void ssrc_brief_put_document(ssrc_brief_writer *w)
{
	ssrc_buf style;
	ssrc_buf_init(&style, w->b->ctx);
	put_style(&style);
	w->failed |= style.failed;
	if (style.failed)
		return;
	put_head(w, &style);
	ssrc_buf_clear(&style);
	put_banner(w);
	ssrc_brief_put_answers(w);
	ssrc_brief_put_structure(w);
	ssrc_brief_put_scenarios(w);
	ssrc_brief_put_backup(w);
	ssrc_brief_put_cards(w);
	ssrc_brief_put_quality(w);
	ssrc_page_raw(&w->page, "</main>\n<footer>");
	ssrc_page_line(&w->page, "p", "note", SSRC_T_B_FOOT, NULL, 0);
	ssrc_page_raw(&w->page, "<p class=\"cmd\"><code>");
	ssrc_page_text(&w->page, w->b->settings.command);
	ssrc_page_raw(&w->page, "</code></p></footer>\n<script>");
	ssrc_page_raw(&w->page, ssrc_brief_js);
	ssrc_page_raw(&w->page, "</script>\n</body>\n</html>\n");
}
