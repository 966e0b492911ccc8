/* Names in pictures: broken into lines that fit a width, in each language by its own rules (internal). */
#ifndef SSRC_LABEL_H
#define SSRC_LABEL_H

#include "report/drawing.h"

enum { SSRC_LABEL_LINES = 3, SSRC_LABEL_BYTES = 256 };

typedef struct ssrc_label {
	char line[2][SSRC_LABEL_LINES][SSRC_LABEL_BYTES]; /* [ssrc_lang] */
	uint32_t n[2];
	double size, width; /* of the text in px; of the widest line shown */
} ssrc_label;

/* Breaks words into at most `lines` lines of `width` px: at blanks, after hyphens, between Chinese characters. The last
 * ends with "…" where something is missing. Only the languages of `langs` count for the width. */
void ssrc_label_wrap(ssrc_label *label, const ssrc_words *words, ssrc_langs langs, double size, double width,
		     uint32_t lines);
/* Lines of the language that needs more of them. */
uint32_t ssrc_label_lines(const ssrc_label *label, ssrc_langs langs);
/* Draws the lines around the height `middle`, `leading` px apart. */
void ssrc_label_draw(ssrc_drawing *d, double x, double middle, double leading, ssrc_anchor anchor,
		     const char *class_name, const ssrc_label *label);
/* An entry of a legend: a piece of line 26 px long, then words. Returns x behind it. */
double ssrc_label_key(ssrc_drawing *d, double x, double y, const char *line_class, const ssrc_words *words);
/* The picture of no rows. */
void ssrc_label_nothing(ssrc_buf *out, const ssrc_picture *picture);

#endif
