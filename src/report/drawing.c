#include "drawing.h"

#include "base/mask.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- characters ----------------------------------------------------------------------------------------------------
 */

enum { REPLACEMENT = 0xFFFD };

/* The next code point of *text, which moves on; a byte that is not UTF-8 gives U+FFFD. *text is not at its end. */
static uint32_t next_point(const char **text)
{
	const unsigned char *p = (const unsigned char *)*text;
	size_t n = p[0] < 0x80 ? 1 : p[0] >= 0xF0 ? 4 : p[0] >= 0xE0 ? 3 : p[0] >= 0xC0 ? 2 : 0;
	for (size_t i = 1; i < n; i++)
		if ((p[i] & 0xC0) != 0x80) /* also where the text ends too early */
			n = 0;
	if (n == 0 || ssrc_utf8_valid_prefix(*text, n) != n) {
		*text += 1;
		return REPLACEMENT;
	}
	*text += n;
	uint32_t point = n == 1 ? p[0] : p[0] & (0x7Fu >> n);
	for (size_t i = 1; i < n; i++)
		point = point << 6 | (p[i] & 0x3F);
	return point;
}

/* Characters that break XML, are not seen, or turn the direction of what follows. */
static bool is_harmful(uint32_t c)
{
	return (c < 0x20 && c != '\t' && c != '\n') || (c >= 0x7F && c < 0xA0) || c == 0x61C || c == 0x200E ||
	       c == 0x200F || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || (c & 0xFFFE) == 0xFFFE;
}

static void put_escaped(ssrc_buf *out, const char *text)
{
	for (const char *p = text; *p && !out->failed;) {
		const char *from = p;
		uint32_t c = next_point(&p);
		switch (c) {
		case '&': ssrc_buf_puts(out, "&amp;"); break;
		case '<': ssrc_buf_puts(out, "&lt;"); break;
		case '>': ssrc_buf_puts(out, "&gt;"); break;
		case '"': ssrc_buf_puts(out, "&quot;"); break;
		case '\'': ssrc_buf_puts(out, "&#39;"); break;
		default:
			if (c == REPLACEMENT || is_harmful(c))
				ssrc_buf_puts(out, "\xEF\xBF\xBD");
			else
				ssrc_buf_add(out, from, (size_t)(p - from));
		}
	}
}

void ssrc_put_escaped(ssrc_buf *out, const char *text)
{
	ssrc_buf scratch = {0};
	size_t len = text ? strlen(text) : 0;
	put_escaped(out, ssrc_masked(out, text ? text : "", &len, &scratch));
	out->failed |= scratch.failed;
	if (scratch.ctx)
		ssrc_buf_clear(&scratch);
}

/* Hundredths of an em from U+0020 on: the wider of DejaVu Sans and Arial, so that neither runs over. */
static const unsigned char ascii_width[95] = {
	32, 40, 46, 84, 64, 95, 78, 28, 39,  39, 50, 84, 32, 37, 32, 34, 64, 64, 64, 64, 64, 64, 64, 64,
	64, 64, 34, 34, 84, 84, 84, 56, 101, 69, 69, 73, 77, 67, 62, 78, 76, 30, 50, 67, 56, 87, 75, 79,
	67, 79, 73, 67, 62, 74, 69, 99, 69,  67, 69, 39, 34, 39, 84, 56, 50, 62, 64, 55, 64, 62, 36, 64,
	64, 28, 28, 58, 28, 98, 64, 62, 64,  64, 42, 53, 40, 64, 60, 82, 60, 60, 53, 64, 34, 64, 84,
};

/* Width of the character from `from` to `to`, in em. */
static double point_width(uint32_t c, const char *from, const char *to)
{
	if (c < 0x20)
		return 1; /* tab and newline: a space; anything else is replaced */
	if (c < 0x7F)
		return ascii_width[c - 0x20] / 100.0;
	if (c == REPLACEMENT || is_harmful(c))
		return 1.03;
	size_t columns = ssrc_display_width(from, (size_t)(to - from));
	if (columns == 0)
		return 0;
	if (c >= 0x1F000)
		return 1.3; /* emoji */
	if (columns > 1 || c == 0x2014 || c == 0x2026)
		return 1;
	return c < 0x250 ? 0.75 : c >= 0x2010 && c <= 0x2013 ? 0.5 : 0.95;
}

double ssrc_text_width(const char *text, double size)
{
	double width = 0;
	for (const char *p = text ? text : ""; *p;) {
		const char *from = p;
		uint32_t c = next_point(&p);
		width += point_width(c, from, p);
	}
	return width * size;
}

void ssrc_text_fit(char *out, size_t size_out, const char *text, double size, double width)
{
	static const char dots[] = "…", unknown[] = "\xEF\xBF\xBD";
	if (size_out == 0)
		return;
	size_t len = 0, cut = 0;
	double used = 0;
	const char *p = text ? text : "";
	while (*p) {
		const char *from = p;
		uint32_t c = next_point(&p);
		double w = point_width(c, from, p) * size;
		if (w > 0 && used + size <= width && len + sizeof dots <= size_out)
			cut = len; /* "…" would still fit before this character */
		const char *take = c == REPLACEMENT ? unknown : from;
		size_t n = c == REPLACEMENT ? sizeof unknown - 1 : (size_t)(p - from);
		used += w;
		if (used > width || len + n + 1 > size_out) {
			while (cut > 0 && out[cut - 1] == ' ')
				cut--;
			bool room = cut + sizeof dots <= size_out;
			memcpy(out + cut, dots, room ? sizeof dots : 0);
			out[room ? cut + sizeof dots - 1 : cut] = '\0';
			return;
		}
		memcpy(out + len, take, n);
		len += n;
	}
	out[len] = '\0';
}

/* ---- words ---------------------------------------------------------------------------------------------------------
 */

static const char *in_lang(const ssrc_words *words, int lang)
{
	const char *text = words ? words->in[lang] : NULL;
	if (words && (!text || !*text))
		text = words->in[!lang];
	return text ? text : "";
}

double ssrc_words_width(const ssrc_words *words, double size)
{
	return fmax(ssrc_text_width(in_lang(words, 0), size), ssrc_text_width(in_lang(words, 1), size));
}

/* Which of the two texts a picture writes: bit 0 the first, bit 1 the second. The same twice is written once. */
static int langs_of(const ssrc_drawing *d, const ssrc_words *words)
{
	int langs = (int)d->picture->langs;
	if (langs == SSRC_LANGS_BOTH && strcmp(in_lang(words, 0), in_lang(words, 1)) == 0)
		return SSRC_LANGS_EN;
	return langs == SSRC_LANGS_ZH || langs == SSRC_LANGS_BOTH ? langs : SSRC_LANGS_EN;
}

/* Escaped; both languages behind each other where a picture has both: titles cannot be hidden by a page. */
static void put_words(ssrc_drawing *d, const ssrc_words *words)
{
	int langs = langs_of(d, words);
	if (langs & SSRC_LANGS_EN)
		ssrc_put_escaped(d->out, in_lang(words, 0));
	if (langs == SSRC_LANGS_BOTH)
		ssrc_buf_puts(d->out, " · ");
	if (langs & SSRC_LANGS_ZH)
		ssrc_put_escaped(d->out, in_lang(words, 1));
}

/* ---- marks ---------------------------------------------------------------------------------------------------------
 */

/* A length to a tenth of a px, the same in every locale. */
static void put_px(ssrc_buf *out, double value)
{
	double held = isnan(value) ? 0 : fmin(fmax(value, -1e6), 1e6);
	long tenths = lround(held * 10), whole = labs(tenths) / 10, rest = labs(tenths) % 10;
	if (rest)
		ssrc_buf_printf(out, "%s%ld.%ld", tenths < 0 ? "-" : "", whole, rest);
	else
		ssrc_buf_printf(out, "%s%ld", tenths < 0 ? "-" : "", whole);
}

static void put_attribute(ssrc_drawing *d, const char *name, double value)
{
	ssrc_buf_printf(d->out, " %s=\"", name);
	put_px(d->out, value);
	ssrc_buf_putc(d->out, '"');
}

static bool has_word(const char *list, const char *word)
{
	size_t n = strlen(word);
	for (const char *p = list; (p = strstr(p, word)); p += n)
		if ((p == list || p[-1] == ' ') && (p[n] == ' ' || p[n] == '\0'))
			return true;
	return false;
}

/* Stripes need the picture's own pattern, which a style sheet shared by a page cannot name. */
static void put_class(ssrc_drawing *d, const char *class_name)
{
	if (!class_name)
		return;
	ssrc_buf_printf(d->out, " class=\"%s\"", class_name);
	if (has_word(class_name, "hatch"))
		ssrc_buf_printf(d->out, " fill=\"url(#%s-hatch)\"", d->picture->id);
}

void ssrc_draw_group(ssrc_drawing *d, const char *class_name, const ssrc_words *tip)
{
	ssrc_buf_puts(d->out, "<g");
	put_class(d, class_name);
	ssrc_buf_puts(d->out, ">");
	if (tip) {
		ssrc_buf_puts(d->out, "<title>");
		put_words(d, tip);
		ssrc_buf_puts(d->out, "</title>");
	}
	ssrc_buf_puts(d->out, "\n");
}

void ssrc_draw_group_value(ssrc_drawing *d, const char *class_name, const ssrc_words *tip, const char *more)
{
	ssrc_buf_puts(d->out, "<g");
	put_class(d, class_name);
	ssrc_buf_puts(d->out, "><title>");
	put_words(d, tip);
	ssrc_buf_puts(d->out, ": ");
	ssrc_put_escaped(d->out, more);
	ssrc_buf_puts(d->out, "</title>\n");
}

void ssrc_draw_group_turned(ssrc_drawing *d, double x, double y, int degrees)
{
	ssrc_buf_puts(d->out, "<g transform=\"translate(");
	put_px(d->out, x);
	ssrc_buf_putc(d->out, ' ');
	put_px(d->out, y);
	ssrc_buf_printf(d->out, ") rotate(%d)\">\n", degrees);
}

void ssrc_draw_group_end(ssrc_drawing *d)
{
	ssrc_buf_puts(d->out, "</g>\n");
}

void ssrc_draw_line(ssrc_drawing *d, double x1, double y1, double x2, double y2, const char *class_name)
{
	ssrc_buf_puts(d->out, "<line");
	put_attribute(d, "x1", x1);
	put_attribute(d, "y1", y1);
	put_attribute(d, "x2", x2);
	put_attribute(d, "y2", y2);
	put_class(d, class_name);
	ssrc_buf_puts(d->out, "/>\n");
}

void ssrc_draw_rect(ssrc_drawing *d, double x, double y, double width, double height, double radius,
		    const char *class_name)
{
	ssrc_buf_puts(d->out, "<rect");
	put_attribute(d, "x", x);
	put_attribute(d, "y", y);
	put_attribute(d, "width", fmax(width, 0));
	put_attribute(d, "height", fmax(height, 0));
	if (radius > 0)
		put_attribute(d, "rx", radius);
	put_class(d, class_name);
	ssrc_buf_puts(d->out, "/>\n");
}

void ssrc_draw_circle(ssrc_drawing *d, double x, double y, double radius, const char *class_name)
{
	ssrc_buf_puts(d->out, "<circle");
	put_attribute(d, "cx", x);
	put_attribute(d, "cy", y);
	put_attribute(d, "r", fmax(radius, 0));
	put_class(d, class_name);
	ssrc_buf_puts(d->out, "/>\n");
}

void ssrc_draw_polyline(ssrc_drawing *d, const double *points, size_t n, bool closed, const char *class_name)
{
	if (n == 0)
		return;
	ssrc_buf_puts(d->out, closed ? "<polygon points=\"" : "<polyline points=\"");
	for (size_t i = 0; i < n; i++) {
		if (i)
			ssrc_buf_putc(d->out, ' ');
		put_px(d->out, points[2 * i]);
		ssrc_buf_putc(d->out, ',');
		put_px(d->out, points[2 * i + 1]);
	}
	ssrc_buf_putc(d->out, '"');
	put_class(d, class_name);
	if (!closed)
		ssrc_buf_puts(d->out, " fill=\"none\"");
	ssrc_buf_puts(d->out, "/>\n");
}

void ssrc_draw_link(ssrc_drawing *d, double x1, double y1, double x2, double y2, const char *class_name)
{
	const double at[] = {(x1 + x2) / 2, y1, (x1 + x2) / 2, y2, x2, y2};
	ssrc_buf_puts(d->out, "<path d=\"M");
	put_px(d->out, x1);
	ssrc_buf_putc(d->out, ' ');
	put_px(d->out, y1);
	ssrc_buf_puts(d->out, " C");
	for (size_t i = 0; i < 6; i++) {
		if (i)
			ssrc_buf_putc(d->out, ' ');
		put_px(d->out, at[i]);
	}
	ssrc_buf_puts(d->out, "\" fill=\"none\"");
	put_class(d, class_name);
	ssrc_buf_puts(d->out, "/>\n");
}

void ssrc_draw_arrow(ssrc_drawing *d, double x, double y, bool right, const char *class_name)
{
	double back = right ? x - 7 : x + 7;
	const double points[] = {x, y, back, y - 4.5, back, y + 4.5};
	ssrc_draw_polyline(d, points, 3, true, class_name);
}

/* ---- text ----------------------------------------------------------------------------------------------------------
 */

/* One <text>; lang NULL = neither; whole, if not NULL, is its tooltip. */
static void put_text(ssrc_drawing *d, double x, double y, ssrc_anchor anchor, const char *class_name, const char *lang,
		     const char *text, const char *whole)
{
	if (!*text)
		return;
	ssrc_buf_puts(d->out, "<text");
	put_attribute(d, "x", x);
	put_attribute(d, "y", y);
	if (anchor != SSRC_ANCHOR_START)
		ssrc_buf_printf(d->out, " text-anchor=\"%s\"", anchor == SSRC_ANCHOR_MIDDLE ? "middle" : "end");
	ssrc_buf_printf(d->out, " class=\"%s%s%s\"", class_name, lang ? " " : "", lang ? lang : "");
	if (lang)
		ssrc_buf_printf(d->out, " lang=\"%s\"", lang);
	ssrc_buf_putc(d->out, '>');
	if (whole) {
		ssrc_buf_puts(d->out, "<title>");
		ssrc_put_escaped(d->out, whole);
		ssrc_buf_puts(d->out, "</title>");
	}
	ssrc_put_escaped(d->out, text);
	ssrc_buf_puts(d->out, "</text>\n");
}

void ssrc_draw_text(ssrc_drawing *d, double x, double y, ssrc_anchor anchor, const char *class_name, const char *text)
{
	put_text(d, x, y, anchor, class_name, NULL, text ? text : "", NULL);
}

static const char *const lang_class[] = {"en", "zh"};

void ssrc_draw_words(ssrc_drawing *d, double x, double y, ssrc_anchor anchor, const char *class_name,
		     const ssrc_words *words)
{
	int langs = langs_of(d, words);
	bool mark = langs == SSRC_LANGS_BOTH;
	for (int lang = 0; lang < 2; lang++)
		if (langs >> lang & 1)
			put_text(d, x, y, anchor, class_name, mark ? lang_class[lang] : NULL, in_lang(words, lang),
				 NULL);
}

static double size_of(const char *class_name)
{
	return has_word(class_name, "strong")  ? SSRC_STRONG_SIZE
	       : has_word(class_name, "label") ? SSRC_LABEL_SIZE
					       : SSRC_TICK_SIZE;
}

void ssrc_draw_words_fit(ssrc_drawing *d, double x, double y, ssrc_anchor anchor, const char *class_name,
			 const ssrc_words *words, double width)
{
	int langs = langs_of(d, words);
	bool mark = langs == SSRC_LANGS_BOTH;
	for (int lang = 0; lang < 2; lang++) {
		const char *whole = in_lang(words, lang);
		char cut[600];
		if (!(langs >> lang & 1))
			continue;
		ssrc_text_fit(cut, sizeof cut, whole, size_of(class_name), width);
		put_text(d, x, y, anchor, class_name, mark ? lang_class[lang] : NULL, cut,
			 ssrc_text_width(whole, 1) > ssrc_text_width(cut, 1) ? whole : NULL);
	}
}

void ssrc_draw_level(ssrc_drawing *d, double x, double y, int level)
{
	/* Dark discs carry white letters: 5.2:1 and 7.1:1; yellow, orange and grey black ones: 12:1, 7:1 and 6.7:1. */
	static const char *const disc[] = {"level-unknown", "level-0", "level-1", "level-2", "level-3", "level-4"};
	static const char *const glyph[] = {"glyph on-light", "glyph",          "glyph on-dark",
					    "glyph on-light", "glyph on-light", "glyph on-dark"};
	static const char *const letter[] = {"?", "0", "1", "2", "3", "4"};
	int i = level < 0 || level > 4 ? 0 : level + 1;
	ssrc_draw_circle(d, x, y, SSRC_LEVEL_RADIUS, disc[i]);
	ssrc_draw_text(d, x, y + 4.4, SSRC_ANCHOR_MIDDLE, glyph[i], letter[i]);
}

double ssrc_draw_key(ssrc_drawing *d, double x, double y, const char *swatch_class, const ssrc_words *words)
{
	ssrc_draw_rect(d, x, y - 5, 14, 10, 0, swatch_class);
	ssrc_draw_words(d, x + 20, y + 4, SSRC_ANCHOR_START, "note", words);
	return x + 20 + ssrc_words_width(words, SSRC_TICK_SIZE) + 18;
}

/* ---- the picture ---------------------------------------------------------------------------------------------------
 */

/* Bytes of the first line of text that is at most width wide: breaks at blanks and beside wide characters. */
static size_t line_bytes(const char *text, double size, double width)
{
	static const char *const clinging = ",。;:!?、)」』”’%";
	size_t last = 0;
	double used = 0;
	bool wide_before = false;
	for (const char *p = text; *p;) {
		const char *from = p;
		uint32_t c = next_point(&p);
		char bytes[5] = {0};
		memcpy(bytes, from, (size_t)(p - from) < 5 ? (size_t)(p - from) : 4);
		bool wide = ssrc_display_width(from, (size_t)(p - from)) > 1;
		if (from > text && (c == ' ' || ((wide || wide_before) && !strstr(clinging, bytes))))
			last = (size_t)(from - text);
		used += point_width(c, from, p) * size;
		if (used > width)
			return last ? last : from > text ? (size_t)(from - text) : (size_t)(p - text);
		wide_before = wide;
	}
	return strlen(text);
}

enum { HEAD_LINES = 3 };

/* Draws the title in one language from y on (or only counts); returns the number of lines. */
static int head_lines(ssrc_drawing *d, int lang, double y, bool draw)
{
	const char *rest = in_lang(&d->picture->title, lang);
	bool both = langs_of(d, &d->picture->title) == SSRC_LANGS_BOTH;
	int n = 0;
	for (; *rest && n < HEAD_LINES; n++) {
		char line[1024];
		size_t bytes = n == HEAD_LINES - 1 ? strlen(rest) : line_bytes(rest, 18, d->width);
		char cut[1024];
		snprintf(line, sizeof line, "%.*s", (int)(bytes < 1000 ? bytes : 1000), rest);
		ssrc_text_fit(cut, sizeof cut, line, 18, d->width);
		if (draw)
			put_text(d, 0, y + 22 * n, SSRC_ANCHOR_START, "head", both ? lang_class[lang] : NULL, cut,
				 NULL);
		rest += bytes;
		while (*rest == ' ')
			rest++;
	}
	return n;
}

static void put_own_style(ssrc_drawing *d)
{
	ssrc_buf_printf(d->out, "<style>svg{%s}\n@media (prefers-color-scheme:dark){svg{%s}}\n%s%s</style>\n",
			ssrc_drawing_colours(false), ssrc_drawing_colours(true), ssrc_drawing_style(),
			d->picture->langs == SSRC_LANGS_BOTH ? ".zh{display:none}\n" : "");
}

static void put_head(ssrc_drawing *d, double above, int langs)
{
	if (d->picture->standalone) {
		put_own_style(d);
		ssrc_draw_rect(d, -16, -above, d->width + 32, d->height + above + 16, 0, "paper");
		for (int lang = 0; lang < 2; lang++)
			if (langs >> lang & 1)
				head_lines(d, lang, 32 - above, true);
	}
	ssrc_buf_printf(d->out,
			"<defs><pattern id=\"%s-hatch\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" "
			"patternTransform=\"rotate(45)\"><rect width=\"6\" height=\"6\" class=\"paper\"/>"
			"<rect width=\"2\" height=\"6\" class=\"stripe\"/></pattern></defs>\n",
			d->picture->id);
}

void ssrc_draw_begin(ssrc_drawing *d, ssrc_buf *out, const ssrc_picture *picture, double width, double height)
{
	*d = (ssrc_drawing){.out = out, .picture = picture, .width = width, .height = height};
	int langs = langs_of(d, &picture->title), lines = 0;
	for (int lang = 0; lang < 2; lang++)
		if (langs >> lang & 1) {
			int n = head_lines(d, lang, 0, false);
			lines = n > lines ? n : lines;
		}
	double above = picture->standalone ? 22.0 * lines + 28 : 0, beside = picture->standalone ? 16 : 0;
	if (picture->standalone)
		ssrc_buf_puts(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
	ssrc_buf_printf(out,
			"<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"fig\" id=\"%s\" role=\"img\" "
			"aria-labelledby=\"%s-title %s-desc\"",
			picture->id, picture->id, picture->id);
	put_attribute(d, "width", width + 2 * beside);
	put_attribute(d, "height", height + above + beside);
	ssrc_buf_puts(out, " viewBox=\"");
	const double box[] = {-beside, -above, width + 2 * beside, height + above + beside};
	for (int i = 0; i < 4; i++) {
		put_px(out, box[i]);
		ssrc_buf_putc(out, i < 3 ? ' ' : '"');
	}
	ssrc_buf_printf(out, ">\n<title id=\"%s-title\">", picture->id);
	put_words(d, &picture->title);
	ssrc_buf_printf(out, "</title>\n<desc id=\"%s-desc\">", picture->id);
	put_words(d, &picture->summary);
	ssrc_buf_puts(out, "</desc>\n");
	put_head(d, above, langs);
}

void ssrc_draw_end(ssrc_drawing *d)
{
	ssrc_buf_puts(d->out, "</svg>\n");
}

void ssrc_draw_nothing(ssrc_buf *out, const ssrc_picture *picture)
{
	ssrc_drawing d;
	ssrc_words words = ssrc_catalogue_words(SSRC_T_PIC_NO_DATA);
	ssrc_draw_begin(&d, out, picture, SSRC_PICTURE_WIDTH, 60);
	ssrc_draw_rect(&d, 0.5, 0.5, SSRC_PICTURE_WIDTH - 1, 59, 0, "shade");
	ssrc_draw_words(&d, SSRC_PICTURE_WIDTH / 2.0, 34, SSRC_ANCHOR_MIDDLE, "label", &words);
	ssrc_draw_end(&d);
}
