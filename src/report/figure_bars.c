#include "figures.h"

#include <math.h>
#include <stdio.h>

enum { WIDTH = SSRC_PICTURE_WIDTH, ROW = 28, BAR = 16, NAME_MOST = 300, TEXT_MOST = 170, BELOW = 44, SERIES = 7 };

static const char *const series_class[SERIES] = {"series-1", "series-2", "series-3", "series-4",
						 "series-5", "series-6", "series-7"};

static void bar_text(const ssrc_figure_bar *bar, char out[160])
{
	char number[24];
	ssrc_number_text(bar->value.mid, number);
	ssrc_text_fit(out, 160, bar->text ? bar->text : number, SSRC_TICK_SIZE, TEXT_MOST);
}

static void take_in(double value, double *low, double *high)
{
	if (!isfinite(value))
		return;
	*low = fmin(*low, value);
	*high = fmax(*high, value);
}

/* Rows of the legend; draws them if d is not NULL. */
static int legend(ssrc_drawing *d, const ssrc_figure_bars *bars, double left)
{
	double x = left;
	int row = 0;
	for (uint32_t i = 0; i < bars->n_series && i < SERIES && bars->series; i++) {
		double width = ssrc_words_width(&bars->series[i], SSRC_TICK_SIZE) + 38;
		if (x > left && x + width > WIDTH) {
			x = left;
			row++;
		}
		if (d) {
			ssrc_draw_rect(d, x, row * 22 + 5, 14, 10, 0, series_class[i]);
			ssrc_draw_words_fit(d, x + 20, row * 22 + 14, SSRC_ANCHOR_START, "note", &bars->series[i],
					    WIDTH - x - 20);
		}
		x += width;
	}
	return x > left ? row + 1 : 0;
}

static void draw_bar(ssrc_drawing *d, const ssrc_axis *axis, const ssrc_figure_bar *bar, double y)
{
	char text[160], range[80];
	const ssrc_span *value = &bar->value;
	double zero = ssrc_axis_at(axis, 0), end = ssrc_axis_at(axis, value->mid), last = fmax(zero, end);
	ssrc_range_text(value->low, value->mid, value->high, range);
	bar_text(bar, text);
	ssrc_draw_group_value(d, NULL, &bar->name, range);
	if (isnan(value->mid)) {
		last = isfinite(value->high) ? ssrc_axis_at(axis, value->high) : axis->at_to;
		double from = isfinite(value->low) ? ssrc_axis_at(axis, value->low) : zero;
		ssrc_draw_rect(d, from, y - BAR / 2.0, fmax(last - from, 14), BAR, 0, "hatch");
		last = fmax(last, from + 14);
	} else {
		int i = bar->series < 0 || bar->series >= SERIES ? 0 : bar->series;
		ssrc_draw_rect(d, fmin(zero, end), y - BAR / 2.0, fmax(fabs(end - zero), 1), BAR, 0, series_class[i]);
		ssrc_draw_whisker(d, axis, value, y, 7);
		if (value->high > value->mid)
			last = fmax(last, ssrc_axis_at(axis, value->high));
		if (value->mid > axis->to)
			ssrc_draw_arrow(d, end + 7, y, true, "ink");
	}
	/* Behind the arrow, where there may be one. */
	ssrc_draw_text(d, last + (last > axis->at_to - 1 ? 12 : 8), y + 4, SSRC_ANCHOR_START, "tick ink", text);
	ssrc_draw_group_end(d);
}

void ssrc_figure_draw_bars(ssrc_buf *out, const ssrc_picture *picture, const ssrc_figure_bars *bars)
{
	ssrc_drawing d;
	double names = 0, texts = 0, low = 0, high = 0;
	char text[160];
	if (bars->n_bars == 0) {
		ssrc_draw_nothing(out, picture);
		return;
	}
	for (uint32_t i = 0; i < bars->n_bars; i++) {
		names = fmax(names, fmin(ssrc_words_width(&bars->bars[i].name, SSRC_LABEL_SIZE), NAME_MOST));
		bar_text(&bars->bars[i], text);
		texts = fmax(texts, ssrc_text_width(text, SSRC_TICK_SIZE));
		take_in(bars->bars[i].value.low, &low, &high);
		take_in(bars->bars[i].value.mid, &low, &high);
		take_in(bars->bars[i].value.high, &low, &high);
	}
	double left = names + 14, top = 22 * legend(NULL, bars, left) + 6,
	       bottom = top + (double)bars->n_bars * ROW + 4;
	ssrc_axis axis = ssrc_axis_make(low, high, left, WIDTH - fmax(texts + 14, 30));
	ssrc_draw_begin(&d, out, picture, WIDTH, bottom + BELOW);
	legend(&d, bars, left);
	ssrc_draw_axis_x(&d, &axis, top, bottom, &bars->x_title);
	for (uint32_t i = 0; i < bars->n_bars && !out->failed; i++) {
		double y = top + (i + 0.5) * ROW;
		ssrc_draw_words_fit(&d, left - 12, y + 4.5, SSRC_ANCHOR_END, "label", &bars->bars[i].name, left - 12);
		draw_bar(&d, &axis, &bars->bars[i], y);
	}
	ssrc_draw_end(&d);
}
