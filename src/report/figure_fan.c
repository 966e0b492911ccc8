#include "figures.h"

#include <math.h>
#include <stdio.h>

enum { WIDTH = SSRC_PICTURE_WIDTH, PLOT = 110, PANEL = 168, GAP = 28, HEAD = 52, LEGEND = 22, POINTS = 400 };

typedef struct sheet {
	ssrc_drawing d;
	const ssrc_figure_fan *fan;
	uint32_t columns;
	double width; /* of a panel's plot */
	double high;  /* per cent */
	double left;  /* room for the numbers of an axis */
	double head;  /* where the first plot begins */
	uint32_t stride;
} sheet;

static double value_at(const double *path, uint32_t i)
{
	return path ? path[i] * 100 : (double)NAN;
}

static void take_in(const double *path, uint32_t n, double *high)
{
	for (uint32_t i = 0; i < n && path; i++)
		if (isfinite(path[i]))
			*high = fmax(*high, path[i] * 100);
}

/* One polygon for every run of steps where both ends of the band are known. */
static void draw_band(sheet *s, const ssrc_axis *x, const ssrc_axis *y, const double *low, const double *high,
		      const char *class_name)
{
	double points[4 * (POINTS + 2)];
	uint32_t n = 0, steps = s->fan->n_steps;
	double upper[POINTS + 2];
	for (uint32_t i = 0; low && high; i += s->stride) {
		bool end = i >= steps, known = !end && !isnan(low[i]) && !isnan(high[i]);
		if (known && n < POINTS + 2) {
			points[2 * n] = ssrc_axis_at(x, i * s->fan->step);
			points[2 * n + 1] = ssrc_axis_at(y, value_at(low, i));
			upper[n++] = ssrc_axis_at(y, value_at(high, i));
		}
		if (known)
			continue;
		for (uint32_t k = 0; k < n; k++) {
			points[2 * (n + k)] = points[2 * (n - 1 - k)];
			points[2 * (n + k) + 1] = upper[n - 1 - k];
		}
		if (n > 1)
			ssrc_draw_polyline(&s->d, points, 2 * (size_t)n, true, class_name);
		n = 0;
		if (end)
			break;
	}
}

/* Stripes from top to bottom, with "?" where it does not meet the one before. */
static void draw_unknown(sheet *s, const ssrc_axis *y, double from, double to, double *asked)
{
	double middle = (from + to) / 2;
	ssrc_draw_rect(&s->d, from, y->at_to, to - from, y->at_from - y->at_to, 0, "hatch");
	if (middle - 6 < *asked)
		return;
	ssrc_draw_text(&s->d, middle, y->at_from - PLOT / 2.0 + 4, SSRC_ANCHOR_MIDDLE, "strong halo", "?");
	*asked = middle + 16;
}

/* The median; where it is unknown the plot is hatched from top to bottom. */
static void draw_median(sheet *s, const ssrc_axis *x, const ssrc_axis *y, const double *path)
{
	double points[2 * (POINTS + 2)];
	double asked = 0; /* where the last "?" ends */
	uint32_t n = 0, steps = s->fan->n_steps, unknown_from = SSRC_NONE;
	for (uint32_t i = 0;; i += s->stride) {
		bool end = i >= steps, known = !end && path && !isnan(path[i]);
		if (known && n < POINTS + 2) {
			points[2 * n] = ssrc_axis_at(x, i * s->fan->step);
			points[2 * n + 1] = ssrc_axis_at(y, value_at(path, i));
			n++;
		}
		if (!known && !end && unknown_from == SSRC_NONE)
			unknown_from = i;
		if ((known || end) && unknown_from != SSRC_NONE) {
			double from = ssrc_axis_at(x, unknown_from * s->fan->step),
			       to = end ? x->at_to : ssrc_axis_at(x, i * s->fan->step);
			draw_unknown(s, y, from, to, &asked);
			unknown_from = SSRC_NONE;
		}
		if (known)
			continue;
		if (n == 1)
			ssrc_draw_circle(&s->d, points[0], points[1], 2.5, "series-1");
		else if (n > 1)
			ssrc_draw_polyline(&s->d, points, n, false, "line-1");
		n = 0;
		if (end)
			break;
	}
}

static void draw_panel(sheet *s, uint32_t i)
{
	const ssrc_figure_fan_panel *p = &s->fan->panels[i];
	uint32_t row = i / s->columns;
	double left = s->left + (i % s->columns) * (s->width + s->left + GAP), top = s->head + (double)row * PANEL;
	double end = s->fan->step * (s->fan->n_steps > 1 ? s->fan->n_steps - 1 : 1);
	ssrc_axis y = ssrc_axis_make(0, s->high, top + PLOT, top), x = ssrc_axis_make(0, end, left, left + s->width);
	if (end > 0 && isfinite(end))
		x.to = end; /* time runs to the edge of the plot */
	ssrc_draw_group(&s->d, NULL, &p->name);
	ssrc_draw_words_fit(&s->d, left - s->left + 4, top - 10, SSRC_ANCHOR_START, "strong", &p->name,
			    s->width + s->left - 4);
	ssrc_draw_axis_y(&s->d, &y, left, left + s->width, NULL, 0);
	ssrc_draw_axis_x(&s->d, &x, top, top + PLOT, NULL);
	draw_band(s, &x, &y, p->p05, p->p95, "band-most");
	draw_band(s, &x, &y, p->p25, p->p75, "band-half");
	draw_median(s, &x, &y, p->p50);
	ssrc_draw_group_end(&s->d);
}

/* The legend where there are bands, then what the axes measure. */
static void draw_head(sheet *s, bool bands)
{
	const ssrc_words *words[] = {&s->fan->middle, &s->fan->half, &s->fan->most};
	static const char *const swatch[] = {"line-1", "band-half", "band-most"};
	double x = 4, most = WIDTH / 3.0 - 44;
	for (int i = 0; i < 3 && bands; i++) {
		if (i == 0)
			ssrc_draw_line(&s->d, x, 10, x + 14, 10, swatch[i]);
		else
			ssrc_draw_rect(&s->d, x, 5, 14, 10, 0, swatch[i]);
		ssrc_draw_words_fit(&s->d, x + 20, 14, SSRC_ANCHOR_START, "note", words[i], most);
		x += fmin(ssrc_words_width(words[i], SSRC_TICK_SIZE), most) + 40;
	}
	ssrc_draw_words_fit(&s->d, 4, s->head - HEAD + 14, SSRC_ANCHOR_START, "note", &s->fan->y_title, WIDTH - 4);
}

void ssrc_figure_draw_fan(ssrc_buf *out, const ssrc_picture *picture, const ssrc_figure_fan *fan)
{
	sheet s = {.fan = fan, .columns = fan->n_panels > 1 ? 2 : 1, .high = 100, .stride = 1};
	bool bands = false;
	if (fan->n_panels == 0 || fan->n_steps == 0) {
		ssrc_draw_nothing(out, picture);
		return;
	}
	for (uint32_t i = 0; i < fan->n_panels; i++) {
		take_in(fan->panels[i].p50, fan->n_steps, &s.high);
		take_in(fan->panels[i].p95, fan->n_steps, &s.high);
		bands |= fan->panels[i].p05 && fan->panels[i].p95;
	}
	s.stride = 1 + (fan->n_steps - 1) / POINTS;
	ssrc_axis y = ssrc_axis_make(0, s.high, PLOT, 0);
	s.left = fmax(36, ceil(ssrc_axis_text_width(&y)) + 12);
	s.head = HEAD + (bands ? LEGEND : 0);
	s.width = (WIDTH - (s.columns - 1) * GAP) / (double)s.columns - s.left - 6;
	uint32_t rows = (fan->n_panels + s.columns - 1) / s.columns;
	double height = s.head + (double)rows * PANEL - (PANEL - PLOT) + 40;
	ssrc_draw_begin(&s.d, out, picture, WIDTH, height);
	draw_head(&s, bands);
	for (uint32_t i = 0; i < fan->n_panels && !out->failed; i++)
		draw_panel(&s, i);
	ssrc_draw_words_fit(&s.d, WIDTH, height - 4, SSRC_ANCHOR_END, "note", &fan->x_title, WIDTH);
	ssrc_draw_end(&s.d);
}
