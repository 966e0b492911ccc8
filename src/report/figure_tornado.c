/* What one input at either end of its interval does to the result, the widest swing on top. */
#include "figures.h"
#include "label.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LEADING = 14, NAME_ROOM = 200, TOP = 40, ROW = 36, HALF = 15, END_ROOM = 96 };

typedef struct row {
	double span; /* NaN last */
	uint32_t index;
	bool split; /* both ends on one side of the centre: above each other */
} row;

typedef struct frame {
	const ssrc_figure_tornado *tornado;
	row *rows;
	ssrc_axis axis;
	double left, right, bottom, centre; /* px of the centre */
} frame;

static double span_of(double from, double to)
{
	return isnan(to) ? -1 : fabs(to - from);
}

static int by_span(const void *left, const void *right)
{
	const row *a = left, *b = right;
	int c = (a->span < b->span) - (a->span > b->span);
	return c ? c : (a->index > b->index) - (a->index < b->index);
}

/* On which side of the centre the label of an end stands; the other end decides where it does not lie on either. */
static bool on_right(double value, double other, double centre)
{
	if (isnan(value) || value == centre)
		return isnan(other) || other == centre ? false : other < centre;
	return value > centre;
}

static bool prepare(frame *f, ssrc_arena *arena)
{
	const ssrc_figure_tornado *t = f->tornado;
	double centre = isfinite(t->centre) ? t->centre : 0, least = centre, most = centre, room = 0;
	f->rows = ssrc_arena_array(arena, t->n_swings, sizeof *f->rows);
	if (!f->rows)
		return false;
	for (uint32_t i = 0; i < t->n_swings; i++) {
		const ssrc_figure_swing *s = &t->swings[i];
		const double ends[] = {s->low, s->high};
		for (int k = 0; k < 2; k++) {
			least = isfinite(ends[k]) ? fmin(least, ends[k]) : least;
			most = isfinite(ends[k]) ? fmax(most, ends[k]) : most;
		}
		bool unknown = isnan(s->low) && isnan(s->high);
		bool low_right = on_right(s->low, s->high, centre), high_right = on_right(s->high, s->low, centre);
		if (s->low == centre && s->high == centre)
			high_right = !low_right;
		f->rows[i] = (row){fmax(span_of(centre, s->low), span_of(centre, s->high)), i,
				   !unknown && low_right == high_right};
		room = fmax(room, ssrc_text_width(s->low_text, SSRC_TICK_SIZE));
		room = fmax(room, ssrc_text_width(s->high_text, SSRC_TICK_SIZE));
	}
	qsort(f->rows, t->n_swings, sizeof *f->rows, by_span);
	room = fmin(room, END_ROOM) + 28; /* an arrow, "?" */
	f->left = NAME_ROOM + 12 + room;
	f->right = 760 - room;
	f->axis = ssrc_axis_make(least, most, f->left, f->right);
	f->centre = ssrc_axis_at(&f->axis, centre);
	f->bottom = TOP + ROW * (double)t->n_swings;
	return true;
}

static void draw_end(ssrc_drawing *d, const frame *f, double value, const char *text, double y, double height,
		     bool right, const char *class_name)
{
	char cut[80], shown[100];
	double at = isnan(value) ? f->centre : ssrc_axis_at(&f->axis, value), way = right ? 1 : -1;
	ssrc_draw_rect(d, fmin(at, f->centre), y - height / 2, fabs(at - f->centre), height, 0, class_name);
	if (isinf(value)) {
		ssrc_draw_arrow(d, at + way * 8, y, right, "ink");
		at += way * 8;
	}
	ssrc_text_fit(cut, sizeof cut, text, SSRC_TICK_SIZE, END_ROOM);
	snprintf(shown, sizeof shown, "%s%s", cut, !isnan(value) || strcmp(cut, "?") == 0 ? "" : *cut ? " ?" : "?");
	ssrc_draw_text(d, at + way * 5, y + 4.3, right ? SSRC_ANCHOR_START : SSRC_ANCHOR_END, "tick ink halo", shown);
}

static void draw_row(ssrc_drawing *d, const frame *f, uint32_t place)
{
	const row *r = &f->rows[place];
	const ssrc_figure_swing *s = &f->tornado->swings[r->index];
	double y = TOP + ROW * (place + 0.5), apart = r->split ? HALF / 2.0 : 0, height = r->split ? HALF - 2 : HALF;
	double centre = isfinite(f->tornado->centre) ? f->tornado->centre : 0;
	bool low_right = on_right(s->low, s->high, centre), high_right = on_right(s->high, s->low, centre);
	if (!r->split && low_right == high_right)
		high_right = !low_right;
	ssrc_label name;
	ssrc_label_wrap(&name, &s->name, d->picture->langs, SSRC_TICK_SIZE, NAME_ROOM, 2);
	ssrc_draw_group(d, NULL, &s->name);
	ssrc_label_draw(d, 0, y, LEADING, SSRC_ANCHOR_START, "tick ink", &name);
	draw_end(d, f, s->low, s->low_text, y - apart, height, low_right, "series-5");
	draw_end(d, f, s->high, s->high_text, y + apart, height, high_right, "series-1");
	ssrc_draw_group_end(d);
}

static void draw(ssrc_buf *out, const ssrc_picture *picture, const frame *f)
{
	ssrc_drawing d;
	ssrc_draw_begin(&d, out, picture, 760, f->bottom + 46);
	double x = ssrc_draw_key(&d, 0, 10, "series-5", &f->tornado->at_low);
	(void)ssrc_draw_key(&d, x, 10, "series-1", &f->tornado->at_high);
	ssrc_draw_axis_x(&d, &f->axis, TOP, f->bottom, &f->tornado->x_title);
	for (uint32_t i = 0; i < f->tornado->n_swings; i++)
		draw_row(&d, f, i);
	ssrc_draw_line(&d, f->centre, TOP - 6, f->centre, f->bottom, "whisker");
	ssrc_draw_end(&d);
}

void ssrc_figure_draw_tornado(ssrc_buf *out, const ssrc_picture *picture, const ssrc_figure_tornado *tornado)
{
	if (tornado->n_swings == 0) {
		ssrc_label_nothing(out, picture);
		return;
	}
	ssrc_arena arena;
	ssrc_arena_init(&arena, out->ctx);
	frame f = {.tornado = tornado};
	if (prepare(&f, &arena))
		draw(out, picture, &f);
	else
		out->failed = true;
	ssrc_arena_clear(&arena);
}
