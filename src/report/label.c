#include "label.h"

#include <string.h>

/* Length of the character at `p`; a byte that begins none counts as one. */
static size_t char_length(const char *p)
{
	unsigned char c = (unsigned char)*p;
	size_t n = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : c >= 0xc0 ? 2 : 1;
	return strnlen(p, n) < n ? 1 : n;
}

/* Chinese text may be broken between any two characters, but no line begins with closing punctuation. */
static bool may_break_between(const char *before, size_t n_before, const char *after)
{
	static const char *const closing[] = {"、", "，", "。", "；", "：", "）", "》", "”", "！", "？", "·"};
	size_t n_after = char_length(after);
	if (n_before == 1 && (*before == '-' || *before == '/'))
		return *after != ' ';
	if (n_before < 3 && n_after < 3)
		return false;
	for (size_t i = 0; i < sizeof closing / sizeof *closing; i++)
		if (!strncmp(after, closing[i], strlen(closing[i])))
			return false;
	/* "（" belongs to what follows it. */
	return strncmp(before, "（", 3) != 0 && strncmp(before, "《", 3) != 0;
}

static double char_width(const char *p, size_t n, double size)
{
	char one[8] = {0};
	memcpy(one, p, n);
	return ssrc_text_width(one, size);
}

static size_t skip_blanks(const char *text)
{
	return strspn(text, " \t\n\r");
}

/* Bytes of the line that begins at `text`; *next is where the following one begins. */
static size_t break_line(const char *text, double size, double width, size_t *next)
{
	double used = 0;
	size_t at = 0, good = 0, good_next = 0;
	while (text[at]) {
		size_t n = char_length(text + at);
		used += char_width(text + at, n, size);
		if (used > width || at + n >= SSRC_LABEL_BYTES)
			break;
		at += n;
		if (strchr(" \t\n\r", text[at]) && text[at]) {
			good = at;
			good_next = at + skip_blanks(text + at);
		} else if (text[at] && may_break_between(text + at - n, n, text + at))
			good = good_next = at;
	}
	if (!text[at] || good == 0)
		good = good_next = at > 0 ? at : char_length(text); /* all of it, or a word longer than a line */
	*next = good_next;
	return good;
}

static void copy_line(char *out, const char *text, size_t n)
{
	n = n < SSRC_LABEL_BYTES ? n : SSRC_LABEL_BYTES - 1;
	for (size_t i = 0; i < n; i++)
		out[i] = strchr("\t\n\r", text[i]) ? ' ' : text[i];
	out[n] = '\0';
}

static uint32_t wrap(char lines[][SSRC_LABEL_BYTES], const char *text, double size, double width, uint32_t most)
{
	uint32_t n = 0;
	text += skip_blanks(text);
	while (*text && n < most) {
		size_t next;
		size_t length = break_line(text, size, width, &next);
		/* Trailing blanks are not a reason for another line. */
		if (n + 1 == most && text[next + skip_blanks(text + next)]) {
			/* As much of the name as could matter for the cut. */
			char rest[4 * SSRC_LABEL_BYTES];
			size_t m = strnlen(text, sizeof rest - 1);
			while (m > 0 && text[m] && ((unsigned char)text[m] & 0xc0) == 0x80)
				m--;
			for (size_t i = 0; i < m; i++)
				rest[i] = strchr("\t\n\r", text[i]) ? ' ' : text[i];
			rest[m] = '\0';
			ssrc_text_fit(lines[n++], SSRC_LABEL_BYTES, rest, size, width);
			break;
		}
		copy_line(lines[n++], text, length);
		text += next;
	}
	return n;
}

static bool shows(ssrc_langs langs, int lang)
{
	return ((unsigned)langs >> (unsigned)lang & 1U) != 0;
}

void ssrc_label_wrap(ssrc_label *label, const ssrc_words *words, ssrc_langs langs, double size, double width,
		     uint32_t lines)
{
	label->size = size;
	label->width = 0;
	lines = lines < SSRC_LABEL_LINES ? lines : SSRC_LABEL_LINES;
	for (int lang = 0; lang < 2; lang++) {
		const char *text = words->in[lang] && *words->in[lang] ? words->in[lang] : words->in[1 - lang];
		label->n[lang] = wrap(label->line[lang], text && *text ? text : "?", size, width, lines);
		for (uint32_t i = 0; i < label->n[lang] && shows(langs, lang); i++) {
			double w = ssrc_text_width(label->line[lang][i], size);
			label->width = w > label->width ? w : label->width;
		}
	}
}

uint32_t ssrc_label_lines(const ssrc_label *label, ssrc_langs langs)
{
	uint32_t n = 1;
	for (int lang = 0; lang < 2; lang++)
		if (shows(langs, lang) && label->n[lang] > n)
			n = label->n[lang];
	return n;
}

static bool same_in_both(const ssrc_label *label)
{
	bool same = label->n[0] == label->n[1];
	for (uint32_t i = 0; same && i < label->n[0]; i++)
		same = strcmp(label->line[0][i], label->line[1][i]) == 0;
	return same;
}

void ssrc_label_draw(ssrc_drawing *d, double x, double middle, double leading, ssrc_anchor anchor,
		     const char *class_name, const ssrc_label *label)
{
	static const char *const names[] = {"en", "zh"};
	ssrc_langs langs = d->picture->langs;
	if (langs == SSRC_LANGS_BOTH && same_in_both(label))
		langs = SSRC_LANGS_EN;
	/* The languages may break into different numbers of lines, so each is a group of its own. */
	for (int lang = 0; lang < 2; lang++) {
		if (!shows(langs, lang))
			continue;
		if (langs == SSRC_LANGS_BOTH)
			ssrc_draw_group(d, names[lang], NULL);
		double y = middle - (label->n[lang] - 1.0) / 2 * leading + 0.36 * label->size;
		for (uint32_t i = 0; i < label->n[lang]; i++, y += leading)
			ssrc_draw_text(d, x, y, anchor, class_name, label->line[lang][i]);
		if (langs == SSRC_LANGS_BOTH)
			ssrc_draw_group_end(d);
	}
}

double ssrc_label_key(ssrc_drawing *d, double x, double y, const char *line_class, const ssrc_words *words)
{
	ssrc_draw_line(d, x, y, x + 26, y, line_class);
	ssrc_draw_words(d, x + 32, y + 4, SSRC_ANCHOR_START, "note", words);
	return x + 32 + ssrc_words_width(words, SSRC_TICK_SIZE) + 18;
}

void ssrc_label_nothing(ssrc_buf *out, const ssrc_picture *picture)
{
	ssrc_drawing d;
	ssrc_words nothing = ssrc_catalogue_words(SSRC_T_G_NOTHING);
	ssrc_draw_begin(&d, out, picture, 760, 40);
	ssrc_draw_words(&d, 0, 24, SSRC_ANCHOR_START, "note", &nothing);
	ssrc_draw_end(&d);
}
