/* SVG pictures in one or both languages (internal). Lengths in px, y grows downwards. Colours come from classes, so
 * that one picture serves dark and light pages and paper; no picture relies on colour alone. */
#ifndef SSRC_DRAWING_H
#define SSRC_DRAWING_H

#include "base/base.h"

typedef enum ssrc_langs { SSRC_LANGS_EN = 1, SSRC_LANGS_ZH = 2, SSRC_LANGS_BOTH = 3 } ssrc_langs;

/* The same in English and 中文; where one is NULL or empty the other stands for it. */
typedef struct ssrc_words {
	const char *in[2]; /* [ssrc_lang] */
} ssrc_words;

typedef struct ssrc_picture {
	const char *id;     /* unique in a page: [a-z0-9-] */
	ssrc_words title;   /* the finding, a sentence */
	ssrc_words summary; /* what a reader who does not see the picture should know */
	ssrc_langs langs;   /* BOTH: every text twice, class "en" or "zh"; the page shows one of them */
	bool standalone;    /* a file of its own: XML head, style inside, follows the reader's dark or light */
} ssrc_picture;

typedef enum ssrc_anchor { SSRC_ANCHOR_START, SSRC_ANCHOR_MIDDLE, SSRC_ANCHOR_END } ssrc_anchor;

typedef struct ssrc_drawing {
	ssrc_buf *out;
	const ssrc_picture *picture;
	double width, height;
} ssrc_drawing;

/* <svg role="img"> with title and desc; the picture scales with the page up to its own width. */
void ssrc_draw_begin(ssrc_drawing *d, ssrc_buf *out, const ssrc_picture *picture, double width, double height);
void ssrc_draw_end(ssrc_drawing *d);
/* <g> with a tooltip; tip may be NULL. */
void ssrc_draw_group(ssrc_drawing *d, const char *class_name, const ssrc_words *tip);
void ssrc_draw_group_end(ssrc_drawing *d);

void ssrc_draw_line(ssrc_drawing *d, double x1, double y1, double x2, double y2, const char *class_name);
void ssrc_draw_rect(ssrc_drawing *d, double x, double y, double width, double height, double radius,
		    const char *class_name);
void ssrc_draw_circle(ssrc_drawing *d, double x, double y, double radius, const char *class_name);
/* points: [2 n] x, y. */
void ssrc_draw_polyline(ssrc_drawing *d, const double *points, size_t n, bool closed, const char *class_name);
/* A cubic curve from (x1, y1) to (x2, y2), horizontal at both ends. */
void ssrc_draw_link(ssrc_drawing *d, double x1, double y1, double x2, double y2, const char *class_name);
/* class_name: "tick" (12 px), "label" (13 px), "strong" (13 px bold), "note" (12 px, muted). */
void ssrc_draw_words(ssrc_drawing *d, double x, double y, ssrc_anchor anchor, const char *class_name,
		     const ssrc_words *words);
/* The same in both languages: numbers, codes, ids. */
void ssrc_draw_text(ssrc_drawing *d, double x, double y, ssrc_anchor anchor, const char *class_name, const char *text);
/* A disc with the letter of a level, 0–4, -1 unknown: 1.5 px outline, colour and glyph. */
void ssrc_draw_level(ssrc_drawing *d, double x, double y, int level);

/* Upper estimate of the width of text in the system's fonts, `size` px high; the wider language of words. */
double ssrc_text_width(const char *text, double size);
double ssrc_words_width(const ssrc_words *words, double size);
/* Cuts text with "…" so that it fits `width`; out has `size_out` bytes. */
void ssrc_text_fit(char *out, size_t size_out, const char *text, double size, double width);

/* A round step of an axis so that at most `most` steps span the range: 1, 2, 2.5 or 5 times a power of ten. */
double ssrc_axis_step(double low, double high, int most);

/* The rules of every class used in pictures; a page takes them in once. Variables: --ink, --paper, --muted, --grid,
 * --level-0 … --level-4, --unknown, --series-1 … --series-7, --scale-0 … --scale-8 (light to dark: cividis). */
const char *ssrc_drawing_style(void);
/* The values of these variables, for light and for dark. */
const char *ssrc_drawing_colours(bool dark);

/* Appends text with & < > " ' escaped; control characters other than tab and newline, and characters that turn the
 * direction of text, become U+FFFD; text that is not UTF-8 too. For HTML, SVG and XML. */
void ssrc_put_escaped(ssrc_buf *out, const char *text);

#endif
