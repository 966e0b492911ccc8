#include "figures.h"

#include <math.h>
#include <stdio.h>

enum { WIDTH = SSRC_PICTURE_WIDTH, ROW = 30, TOP = 34, BELOW = 44, NAME_MOST = 280, DISC = 28, MARK = 6 };

/* Columns of numbers at the right: right edges. */
enum { SURVIVE_AT = WIDTH - 74, RECOVER_AT = WIDTH - 4, NUMBERS = 150 };

static void draw_mark(ssrc_drawing *d, double x, double y, bool recover)
{
	const double diamond[] = {x, y - MARK - 1, x + MARK + 1, y, x, y + MARK + 1, x - MARK - 1, y};
	if (recover)
		ssrc_draw_polyline(d, diamond, 4, true, "series-2");
	else
		ssrc_draw_circle(d, x, y, MARK, "series-1");
}

/* The high end of the axis: all central values and ends, except ends so far out that they would squeeze the rest. */
static double axis_high(const ssrc_figure_dumbbell *f)
{
	double mid = 0, end = 0;
	for (uint32_t i = 0; i < f->n_rows; i++) {
		const ssrc_span *spans[] = {&f->rows[i].survive, &f->rows[i].recover};
		for (int k = 0; k < 2; k++) {
			mid = isfinite(spans[k]->mid) ? fmax(mid, spans[k]->mid) : mid;
			end = isfinite(spans[k]->high) ? fmax(end, spans[k]->high) : end;
		}
	}
	return mid > 0 ? fmin(end > mid ? end : mid, 1.6 * mid) : end > 0 ? end : 1;
}

/* The two ranges lie 3 px above and below the middle, so that one does not hide the other. */
static void draw_row(ssrc_drawing *d, const ssrc_axis *axis, const ssrc_figure_dumbbell_row *row, double y)
{
	const ssrc_span *a = &row->survive, *b = &row->recover;
	bool known = !isnan(a->mid) && !isnan(b->mid);
	if (!known)
		ssrc_draw_rect(d, axis->at_from, y - 4, axis->at_to - axis->at_from, 8, 0, "hatch");
	else {
		double from = ssrc_axis_at(axis, a->mid), to = ssrc_axis_at(axis, b->mid);
		ssrc_draw_line(d, from, y, to, y, b->mid > a->mid ? "gap" : "gap-covered");
	}
	ssrc_draw_whisker(d, axis, a, y - 3, 9);
	ssrc_draw_whisker(d, axis, b, y + 3, 9);
	for (int k = 0; k < 2; k++) {
		const ssrc_span *span = k ? b : a;
		if (isnan(span->mid))
			continue;
		draw_mark(d, ssrc_axis_at(axis, span->mid), y, k == 1);
		if (span->mid > axis->to)
			ssrc_draw_arrow(d, axis->at_to + 14, y, true, "ink");
	}
}

static void draw_numbers(ssrc_drawing *d, const ssrc_figure_dumbbell_row *row, double y)
{
	char a[24], b[24];
	ssrc_number_text(row->survive.mid, a);
	ssrc_number_text(row->recover.mid, b);
	ssrc_draw_text(d, SURVIVE_AT, y + 4, SSRC_ANCHOR_END, "tick ink", a);
	ssrc_draw_text(d, RECOVER_AT, y + 4, SSRC_ANCHOR_END, "tick ink", b);
}

/* Legend of the marks, above the plot or as far to the left as it needs; the same marks head the columns of numbers. */
static void draw_head(ssrc_drawing *d, const ssrc_figure_dumbbell *f, double left)
{
	const ssrc_words *words[] = {&f->survive, &f->recover};
	double end = SURVIVE_AT - 30, most = end / 2 - 44, width[2];
	for (int k = 0; k < 2; k++)
		width[k] = fmin(ssrc_words_width(words[k], SSRC_TICK_SIZE), most);
	double x = fmax(fmin(left, end - width[0] - width[1] - 84), 0);
	for (int k = 0; k < 2; k++) {
		draw_mark(d, x + 7, 13, k == 1);
		ssrc_draw_words_fit(d, x + 20, 17, SSRC_ANCHOR_START, "note", words[k], most);
		x += width[k] + 44;
	}
	draw_mark(d, SURVIVE_AT - 8, 13, false);
	draw_mark(d, RECOVER_AT - 8, 13, true);
}

void ssrc_figure_draw_dumbbell(ssrc_buf *out, const ssrc_picture *picture, const ssrc_figure_dumbbell *f)
{
	ssrc_drawing d;
	double names = 0;
	if (f->n_rows == 0) {
		ssrc_draw_nothing(out, picture);
		return;
	}
	for (uint32_t i = 0; i < f->n_rows && names < NAME_MOST; i++)
		names = fmax(names, ssrc_words_width(&f->rows[i].name, SSRC_LABEL_SIZE));
	names = fmin(names, NAME_MOST);
	double left = names + DISC + 16, bottom = TOP + (double)f->n_rows * ROW + 2;
	ssrc_axis axis = ssrc_axis_make(0, axis_high(f), left, WIDTH - NUMBERS);
	ssrc_draw_begin(&d, out, picture, WIDTH, bottom + BELOW);
	draw_head(&d, f, left);
	ssrc_draw_axis_x(&d, &axis, TOP, bottom, &f->unit);
	for (uint32_t i = 0; i < f->n_rows && !out->failed; i++) {
		const ssrc_figure_dumbbell_row *row = &f->rows[i];
		char a[80], b[80], more[170];
		double y = TOP + (i + 0.5) * ROW;
		ssrc_range_text(row->survive.low, row->survive.mid, row->survive.high, a);
		ssrc_range_text(row->recover.low, row->recover.mid, row->recover.high, b);
		snprintf(more, sizeof more, "%s / %s", a, b);
		ssrc_draw_level(&d, 11, y, row->level);
		ssrc_draw_words_fit(&d, DISC, y + 4.5, SSRC_ANCHOR_START, "label", &row->name, names);
		ssrc_draw_group_value(&d, NULL, &row->name, more);
		draw_row(&d, &axis, row, y);
		draw_numbers(&d, row, y);
		ssrc_draw_group_end(&d);
	}
	ssrc_draw_end(&d);
}
