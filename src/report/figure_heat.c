#include "figures.h"

#include <math.h>
#include <stdio.h>

enum {
	WIDTH = SSRC_PICTURE_WIDTH,
	ROW = 26,
	LEGEND = 40,
	STEPS = 9,
	TURN = 50,        /* degrees of names of columns that are wider than their column */
	CELL_LEAST = 22,  /* then lines of turned names are 17 px apart */
	CELL_MOST = 96,   /* few columns: cells need not fill the width */
	CELL_NUMBER = 30, /* from here on a cell has room for "100" */
	ROW_NAME_MOST = 270,
	COLUMN_NAME_MOST = 130
};

typedef struct sheet {
	ssrc_drawing d;
	const ssrc_figure_heat *heat;
	double left, top, cell;
	bool turned;
} sheet;

static double widest(const ssrc_words *names, uint32_t n, double size, double most)
{
	double width = 0;
	for (uint32_t i = 0; i < n && width < most; i++)
		width = fmax(width, ssrc_words_width(&names[i], size));
	return fmin(width, most);
}

/* The step of the scale: 0 … 8. */
static int step_of(double value)
{
	double step = floor(value * STEPS);
	return step < 0 ? 0 : step > STEPS - 1 ? STEPS - 1 : (int)step;
}

static void percent_text(double value, char out[24])
{
	if (value > 0 && value < 0.005)
		snprintf(out, 24, "<1");
	else if (isfinite(value) && fabs(value) < 1e6)
		snprintf(out, 24, "%.0f", round(value * 100));
	else
		snprintf(out, 24, isnan(value) ? "?" : "…");
}

static void draw_legend(sheet *s)
{
	static const char *const scale[] = {"scale-0", "scale-1", "scale-2", "scale-3", "scale-4",
					    "scale-5", "scale-6", "scale-7", "scale-8"};
	ssrc_words unknown = ssrc_catalogue_words(SSRC_T_PIC_UNKNOWN);
	double x = s->left, y = 4, swatch = 24;
	for (int i = 0; i < STEPS; i++)
		ssrc_draw_rect(&s->d, x + i * swatch, y, swatch, 10, 0, scale[i]);
	ssrc_draw_text(&s->d, x, y + 24, SSRC_ANCHOR_START, "tick", "0");
	ssrc_draw_text(&s->d, x + STEPS * swatch / 2, y + 24, SSRC_ANCHOR_MIDDLE, "tick", "50");
	ssrc_draw_text(&s->d, x + STEPS * swatch, y + 24, SSRC_ANCHOR_END, "tick", "100");
	x += STEPS * swatch + 16;
	ssrc_draw_rect(&s->d, x, y - 2, 18, 14, 0, "hatch");
	ssrc_draw_text(&s->d, x + 9, y + 9, SSRC_ANCHOR_MIDDLE, "tick ink halo", "?");
	ssrc_draw_words(&s->d, x + 24, y + 9, SSRC_ANCHOR_START, "note", &unknown);
	/* The unit begins the line, left of the scale where there is room, else behind all. */
	double after = x + 24 + ssrc_words_width(&unknown, SSRC_TICK_SIZE) + 16;
	if (ssrc_words_width(&s->heat->unit, SSRC_TICK_SIZE) <= s->left - 12)
		ssrc_draw_words(&s->d, s->left - 12, y + 9, SSRC_ANCHOR_END, "note", &s->heat->unit);
	else
		ssrc_draw_words_fit(&s->d, after, y + 9, SSRC_ANCHOR_START, "note", &s->heat->unit, s->d.width - after);
}

static void draw_column_names(sheet *s)
{
	for (uint32_t c = 0; c < s->heat->n_columns; c++) {
		double x = s->left + (c + 0.5) * s->cell;
		if (!s->turned) {
			ssrc_draw_words_fit(&s->d, x, s->top - 8, SSRC_ANCHOR_MIDDLE, "tick ink", &s->heat->columns[c],
					    s->cell - 6);
			continue;
		}
		ssrc_draw_group_turned(&s->d, x + 3, s->top - 6, -TURN);
		ssrc_draw_words_fit(&s->d, 0, 0, SSRC_ANCHOR_START, "tick ink", &s->heat->columns[c], COLUMN_NAME_MOST);
		ssrc_draw_group_end(&s->d);
	}
}

static const char *other_words(const ssrc_words *words, int lang)
{
	const char *text = words->in[lang];
	return text && *text ? text : words->in[!lang] ? words->in[!lang] : "";
}

/* "row × column" in both languages, for the tooltip of a cell; long names are cut. */
static void open_cell(sheet *s, uint32_t r, uint32_t c, const ssrc_span *span)
{
	char low[24], mid[24], high[24], more[80], text[2][512], name[200], column[200];
	percent_text(span->low, low);
	percent_text(span->mid, mid);
	percent_text(span->high, high);
	bool wide = span->low < span->mid || span->high > span->mid;
	snprintf(more, sizeof more, wide ? "%s (%s–%s)" : "%s", mid, low, high);
	for (int lang = 0; lang < 2; lang++) {
		ssrc_text_fit(name, sizeof name, other_words(&s->heat->rows[r], lang), 1, 100);
		ssrc_text_fit(column, sizeof column, other_words(&s->heat->columns[c], lang), 1, 100);
		snprintf(text[lang], sizeof text[lang], "%s × %s", name, column);
	}
	const ssrc_words tip = {{text[0], text[1]}};
	ssrc_draw_group_value(&s->d, NULL, &tip, more);
}

static void draw_cell(sheet *s, uint32_t r, uint32_t c)
{
	const ssrc_span *span = &s->heat->cells[(size_t)r * s->heat->n_columns + c];
	double x = s->left + c * s->cell, y = s->top + (double)r * ROW, middle = y + ROW / 2.0 + 4;
	char class_name[32], text[24];
	if (span->mid == 0 && !(span->high > 0)) {
		ssrc_draw_rect(&s->d, x + 0.5, y + 0.5, s->cell - 1, ROW - 1, 0, "grid");
		return;
	}
	open_cell(s, r, c, span);
	if (isnan(span->mid)) {
		ssrc_draw_rect(&s->d, x + 0.5, y + 0.5, s->cell - 1, ROW - 1, 0, "hatch");
		ssrc_draw_text(&s->d, x + s->cell / 2, middle, SSRC_ANCHOR_MIDDLE, "tick ink halo", "?");
	} else if (span->mid < 0.005 && span->high >= 0.005) {
		/* Nothing known, something possible: quiet, or a page of such cells outshines what is known. */
		char most[24];
		percent_text(span->high, most);
		snprintf(text, sizeof text, "≤%.18s", most);
		ssrc_draw_rect(&s->d, x + 0.5, y + 0.5, s->cell - 1, ROW - 1, 0, "grid");
		if (s->cell >= CELL_NUMBER && ssrc_text_width(text, SSRC_TICK_SIZE) <= s->cell - 2)
			ssrc_draw_text(&s->d, x + s->cell / 2, middle, SSRC_ANCHOR_MIDDLE, "tick", text);
	} else {
		int step = step_of(span->mid);
		snprintf(class_name, sizeof class_name, "scale-%d", step);
		ssrc_draw_rect(&s->d, x + 0.5, y + 0.5, s->cell - 1, ROW - 1, 0, class_name);
		percent_text(span->mid, text);
		snprintf(class_name, sizeof class_name, "tick on-scale-%d", step);
		if (s->cell >= CELL_NUMBER && ssrc_text_width(text, SSRC_TICK_SIZE) <= s->cell - 2)
			ssrc_draw_text(&s->d, x + s->cell / 2, middle, SSRC_ANCHOR_MIDDLE, class_name, text);
	}
	ssrc_draw_group_end(&s->d);
}

/* Sizes from the names; returns the width of the picture, wider than usual where there are very many columns. */
static double lay_out(sheet *s)
{
	const ssrc_figure_heat *heat = s->heat;
	double names = widest(heat->columns, heat->n_columns, SSRC_TICK_SIZE, COLUMN_NAME_MOST), right = 0;
	s->left = widest(heat->rows, heat->n_rows, SSRC_LABEL_SIZE, ROW_NAME_MOST) + 12;
	double room = WIDTH - s->left;
	s->turned = names + 6 > fmin(room / heat->n_columns, CELL_MOST);
	if (s->turned) /* the last name leans over the edge */
		right = names * cos(TURN * 3.14159265358979 / 180) + 12;
	s->cell = floor(fmin(fmax((room - right) / heat->n_columns, CELL_LEAST), s->turned ? 56 : CELL_MOST));
	s->top = LEGEND + (s->turned ? names * sin(TURN * 3.14159265358979 / 180) + 18 : 24);
	return fmax(WIDTH, s->left + heat->n_columns * s->cell + right);
}

void ssrc_figure_draw_heat(ssrc_buf *out, const ssrc_picture *picture, const ssrc_figure_heat *heat)
{
	sheet s = {.heat = heat};
	if (heat->n_rows == 0 || heat->n_columns == 0) {
		ssrc_draw_nothing(out, picture);
		return;
	}
	double width = lay_out(&s);
	ssrc_draw_begin(&s.d, out, picture, width, s.top + (double)heat->n_rows * ROW + 4);
	draw_legend(&s);
	draw_column_names(&s);
	for (uint32_t r = 0; r < heat->n_rows && !out->failed; r++) {
		ssrc_draw_words_fit(&s.d, s.left - 12, s.top + (double)r * ROW + ROW / 2.0 + 4.5, SSRC_ANCHOR_END,
				    "label", &heat->rows[r], s.left - 12);
		for (uint32_t c = 0; c < heat->n_columns; c++)
			draw_cell(&s, r, c);
	}
	ssrc_draw_end(&s.d);
}
