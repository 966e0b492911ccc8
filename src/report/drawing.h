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

/* A word of the catalogue in both languages. */
static inline ssrc_words ssrc_catalogue_words(ssrc_text_id id)
{
	return (ssrc_words){{ssrc_text(id, SSRC_LANG_EN), ssrc_text(id, SSRC_LANG_ZH)}};
}

enum { SSRC_PICTURE_WIDTH = 760 }; /* px, of every figure unless it cannot be that narrow */

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

/* <svg role="img"> with title and desc, `width` px wide: a narrow page lets it scroll, paper shrinks it. A picture that
 * stands alone shows its title above itself. picture->id begins the ids of the picture. */
void ssrc_draw_begin(ssrc_drawing *d, ssrc_buf *out, const ssrc_picture *picture, double width, double height);
void ssrc_draw_end(ssrc_drawing *d);
/* A whole picture that says that there is nothing to draw. */
void ssrc_draw_nothing(ssrc_buf *out, const ssrc_picture *picture);
/* <g> with a tooltip; tip may be NULL. */
void ssrc_draw_group(ssrc_drawing *d, const char *class_name, const ssrc_words *tip);
/* The same, the tooltip being "tip: more"; `more` is the same in both languages. */
void ssrc_draw_group_value(ssrc_drawing *d, const char *class_name, const ssrc_words *tip, const char *more);
/* What is drawn around (0, 0) in it lies at (x, y), turned by degrees (negative: upwards). */
void ssrc_draw_group_turned(ssrc_drawing *d, double x, double y, int degrees);
void ssrc_draw_group_end(ssrc_drawing *d);

void ssrc_draw_line(ssrc_drawing *d, double x1, double y1, double x2, double y2, const char *class_name);
void ssrc_draw_rect(ssrc_drawing *d, double x, double y, double width, double height, double radius,
		    const char *class_name);
void ssrc_draw_circle(ssrc_drawing *d, double x, double y, double radius, const char *class_name);
/* points: [2 n] x, y. */
void ssrc_draw_polyline(ssrc_drawing *d, const double *points, size_t n, bool closed, const char *class_name);
/* A cubic curve from (x1, y1) to (x2, y2), horizontal at both ends. */
void ssrc_draw_link(ssrc_drawing *d, double x1, double y1, double x2, double y2, const char *class_name);
/* Names of classes, several may be given: lines "grid", "axis", "rule" (a threshold, dashed), "whisker", "line-1" …
 * "line-7", "link", "thin", "dashed"; areas "paper", "plain" (paper with an outline), "series-1" … "series-7"
 * (outlined), "level-0" … "level-4" and "level-unknown" (outlined), "scale-0" … "scale-8", "ink", "muted", "shade",
 * "band-half", "band-most", "hatch" (unknown: filled with stripes); texts also "halo" (an edge of paper), "on-scale-0"
 * ….
 *
 * class_name: "tick" (12 px), "label" (13 px), "strong" (13 px bold), "note" (12 px, muted). */
void ssrc_draw_words(ssrc_drawing *d, double x, double y, ssrc_anchor anchor, const char *class_name,
		     const ssrc_words *words);
/* The same in both languages: numbers, codes, ids. */
void ssrc_draw_text(ssrc_drawing *d, double x, double y, ssrc_anchor anchor, const char *class_name, const char *text);
/* Words cut to `width`, each language by itself; where one is cut, a tooltip holds the whole. */
void ssrc_draw_words_fit(ssrc_drawing *d, double x, double y, ssrc_anchor anchor, const char *class_name,
			 const ssrc_words *words, double width);
/* A disc of radius 9 with the letter of a level, 0–4, -1 unknown: 1.5 px outline, colour and glyph. */
void ssrc_draw_level(ssrc_drawing *d, double x, double y, int level);
/* A small triangle whose tip is at (x, y) and points right (or left): it goes on. */
void ssrc_draw_arrow(ssrc_drawing *d, double x, double y, bool right, const char *class_name);
/* An entry of a legend: a swatch of the class 14 px wide, then words (12 px), the middle at y. Returns x behind it. */
double ssrc_draw_key(ssrc_drawing *d, double x, double y, const char *swatch_class, const ssrc_words *words);

enum { SSRC_LEVEL_RADIUS = 9, SSRC_TICK_SIZE = 12, SSRC_LABEL_SIZE = 13 };
#define SSRC_STRONG_SIZE 14.5 /* "strong" is 13 px high, but as wide as this */

/* Upper estimate of the width of text in the system's fonts, `size` px high; the wider language of words. */
double ssrc_text_width(const char *text, double size);
double ssrc_words_width(const ssrc_words *words, double size);
/* Cuts text with "…" so that it fits `width`; out has `size_out` bytes. */
void ssrc_text_fit(char *out, size_t size_out, const char *text, double size, double width);

/* A round step of an axis so that at most `most` steps span the range: 1, 2, 2.5 or 5 times a power of ten. */
double ssrc_axis_step(double low, double high, int most);

/* A linear axis: values from..to lie at px at_from..at_to (at_from > at_to for an axis that grows upwards). */
typedef struct ssrc_axis {
	double from, to, step;
	double at_from, at_to;
} ssrc_axis;
/* The axis over low..high, both ends moved out to whole steps; ends that are not finite count as 0 and 1. */
ssrc_axis ssrc_axis_make(double low, double high, double at_from, double at_to);
/* px of a value, held between the ends; NaN gives the px of `from`. */
double ssrc_axis_at(const ssrc_axis *axis, double value);
/* The number as the axis writes it: as many decimals as its step has, thousands set apart by commas. */
void ssrc_axis_text(const ssrc_axis *axis, double value, char out[24]);
/* A number for the end of a bar: three figures or so, "?" for NaN, "∞". */
void ssrc_number_text(double value, char out[24]);
/* "mid (low–high)", or "mid" where the range is a point. */
void ssrc_range_text(double low, double mid, double high, char out[80]);
/* px of the widest number of the axis, in class "tick". */
double ssrc_axis_text_width(const ssrc_axis *axis);
/* Grid lines from top to bottom, numbers below (to bottom + 20), the title below them (to bottom + 40), right-aligned.
 */
void ssrc_draw_axis_x(ssrc_drawing *d, const ssrc_axis *axis, double top, double bottom, const ssrc_words *title);
/* Grid lines from left to right, numbers left of them, the title above (at_to - 12) from x = title_x on. */
void ssrc_draw_axis_y(ssrc_drawing *d, const ssrc_axis *axis, double left, double right, const ssrc_words *title,
		      double title_x);

/* The rules of every class used in pictures; a page takes them in once. Variables: --ink, --paper, --muted, --grid,
 * --level-0 … --level-4, --unknown, --series-1 … --series-7, --scale-0 … --scale-8 (least to most: cividis, from the
 * end that is close to the page), --on-scale-0 …: text on it. */
const char *ssrc_drawing_style(void);
/* The values of these variables, for light and for dark. */
const char *ssrc_drawing_colours(bool in_the_dark);

/* Appends text with & < > " ' escaped; control characters other than tab and newline, and characters that turn the
 * direction of text, become U+FFFD; text that is not UTF-8 too. For HTML, SVG and XML. */
void ssrc_put_escaped(ssrc_buf *out, const char *text);

#endif
