/* Measures over time: being prepared (a hollow bar), growing (a wedge), in use (a solid bar). */
#include "figures.h"
#include "label.h"

#include <math.h>
#include <string.h>

enum { ROW = 36, LEADING = 14, NAME_ROOM = 212, BAR = 14, TEXT_ROOM = 120 };

typedef struct frame {
	const ssrc_figure_gantt *gantt;
	ssrc_axis axis;
	double top, bottom, left, right;
} frame;

static double later(double a, double b)
{
	return isfinite(b) && b > a ? b : a;
}

static frame make_frame(const ssrc_figure_gantt *gantt)
{
	double last = later(0, gantt->cut_to), text = 0;
	for (uint32_t i = 0; i < gantt->n_tasks; i++) {
		const ssrc_figure_task *t = &gantt->tasks[i];
		last = later(later(later(later(last, t->begin), t->ready), t->full), t->end);
		text = fmax(text, t->text ? ssrc_text_width(t->text, SSRC_TICK_SIZE) : 0);
	}
	frame f = {.gantt = gantt, .top = 52, .left = NAME_ROOM + 12};
	f.bottom = f.top + ROW * (double)gantt->n_tasks;
	f.right = 760 - (text > 0 ? fmin(text, TEXT_ROOM) + 14 : 12);
	f.axis = ssrc_axis_make(0, last > 0 ? last : 1, f.left, f.right);
	return f;
}

/* The weeks of the scenario behind everything, their name on top. */
static void draw_cut(ssrc_drawing *d, const frame *f)
{
	const ssrc_figure_gantt *g = f->gantt;
	if (isnan(g->cut_from) || isnan(g->cut_to) || g->cut_to <= g->cut_from)
		return;
	double from = ssrc_axis_at(&f->axis, g->cut_from), to = ssrc_axis_at(&f->axis, g->cut_to);
	double half = ssrc_words_width(&g->cut, SSRC_TICK_SIZE) / 2;
	double middle = fmax(fmin((from + to) / 2, 760 - half), half);
	ssrc_draw_rect(d, from, f->top, to - from, f->bottom - f->top, 0, "shade");
	ssrc_draw_line(d, from, f->top - 4, to, f->top - 4, "whisker");
	ssrc_draw_words(d, middle, f->top - 10, SSRC_ANCHOR_MIDDLE, "tick ink", &g->cut);
}

/* Where a bar ends that does not: an arrow, or "?" where nobody knows. */
static void draw_open_end(ssrc_drawing *d, const frame *f, double y, double end, const char *class_name)
{
	if (isnan(end))
		ssrc_draw_text(d, f->right - 4, y + 4.3, SSRC_ANCHOR_END, "tick ink halo", "?");
	else if (end > f->axis.to)
		ssrc_draw_arrow(d, f->right + 7, y, true, class_name);
}

static void draw_wedge(ssrc_drawing *d, double x1, double x2, double y)
{
	const double points[] = {x1, y + BAR / 2.0, x2, y - BAR / 2.0, x2, y + BAR / 2.0};
	if (x2 > x1)
		ssrc_draw_polyline(d, points, 3, true, "series-6");
}

static void draw_bars(ssrc_drawing *d, const frame *f, const ssrc_figure_task *t, double y)
{
	const ssrc_axis *axis = &f->axis;
	if (isnan(t->begin)) {
		ssrc_draw_text(d, f->left + 4, y + 4.3, SSRC_ANCHOR_START, "tick ink halo", "?");
		return;
	}
	double begin = ssrc_axis_at(axis, t->begin), edge = f->right;
	double ready = isnan(t->ready) ? edge : fmax(ssrc_axis_at(axis, t->ready), begin);
	ssrc_draw_rect(d, begin, y - BAR / 2.0 + 3, ready - begin, BAR - 6, 0, "plain");
	if (!isfinite(t->ready)) {
		draw_open_end(d, f, y, t->ready, "muted");
		return;
	}
	double full = isnan(t->full) ? ready : fmax(ssrc_axis_at(axis, t->full), ready);
	draw_wedge(d, ready, full, y);
	if (!isnan(t->full) && t->full > axis->to) {
		draw_open_end(d, f, y, t->full, "ink");
		return;
	}
	double end = isnan(t->end) ? edge : fmax(ssrc_axis_at(axis, t->end), full);
	ssrc_draw_rect(d, full, y - BAR / 2.0, end - full, BAR, 0, "series-1");
	draw_open_end(d, f, y, t->end, "ink");
}

static void draw_task(ssrc_drawing *d, const frame *f, uint32_t i)
{
	const ssrc_figure_task *t = &f->gantt->tasks[i];
	double y = f->top + ROW * (i + 0.5);
	ssrc_label name;
	ssrc_label_wrap(&name, &t->name, d->picture->langs, SSRC_TICK_SIZE, NAME_ROOM, 2);
	ssrc_draw_group(d, NULL, &t->name);
	if (i > 0)
		ssrc_draw_line(d, 0, f->top + ROW * (double)i, f->right, f->top + ROW * (double)i, "grid");
	ssrc_label_draw(d, 0, y, LEADING, SSRC_ANCHOR_START, "tick ink", &name);
	draw_bars(d, f, t, y);
	if (t->text) {
		char text[160];
		ssrc_text_fit(text, sizeof text, t->text, SSRC_TICK_SIZE, TEXT_ROOM);
		ssrc_draw_text(d, 760, y + 4.3, SSRC_ANCHOR_END, "tick ink", text);
	}
	ssrc_draw_group_end(d);
}

static void draw_keys(ssrc_drawing *d, const frame *f)
{
	const ssrc_figure_gantt *g = f->gantt;
	double x = 0;
	x = ssrc_draw_key(d, x, 10, "plain", &g->preparing);
	const double wedge[] = {x, 15, x + 14, 5, x + 14, 15};
	ssrc_draw_polyline(d, wedge, 3, true, "series-6");
	ssrc_draw_words(d, x + 20, 14, SSRC_ANCHOR_START, "note", &g->ramping);
	x += 20 + ssrc_words_width(&g->ramping, SSRC_TICK_SIZE) + 18;
	(void)ssrc_draw_key(d, x, 10, "series-1", &g->ready);
}

void ssrc_figure_draw_gantt(ssrc_buf *out, const ssrc_picture *picture, const ssrc_figure_gantt *gantt)
{
	if (gantt->n_tasks == 0) {
		ssrc_label_nothing(out, picture);
		return;
	}
	ssrc_drawing d;
	frame f = make_frame(gantt);
	ssrc_draw_begin(&d, out, picture, 760, f.bottom + 46);
	draw_cut(&d, &f);
	ssrc_draw_axis_x(&d, &f.axis, f.top, f.bottom, &gantt->x_title);
	for (uint32_t i = 0; i < gantt->n_tasks; i++)
		draw_task(&d, &f, i);
	draw_keys(&d, &f);
	ssrc_draw_end(&d);
}
