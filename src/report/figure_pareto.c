/* Money against shortage. Between two plans the cheaper one holds, so the front is drawn in steps; what is proven is a
 * step line below it, and the room between is what nobody knows yet. */
#include "figures.h"
#include "label.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct place {
	double cost, loss, bound;
	uint32_t index;
} place;

typedef struct frame {
	const ssrc_figure_pareto *pareto;
	place *places; /* by cost; only known costs */
	uint32_t n;
	ssrc_axis x, y;
	double left, right, top, bottom;
	double *points; /* scratch: 4 numbers a place */
} frame;

static int by_cost(const void *left, const void *right)
{
	const place *a = left, *b = right;
	int c = (a->cost > b->cost) - (a->cost < b->cost);
	return c ? c : (a->index > b->index) - (a->index < b->index);
}

static bool prepare(frame *f, ssrc_arena *arena)
{
	const ssrc_figure_pareto *p = f->pareto;
	double cost = 0, loss = 0;
	f->places = ssrc_arena_array(arena, (size_t)p->n + 1, sizeof *f->places);
	f->points = ssrc_arena_array(arena, 4 * ((size_t)p->n + 1), sizeof *f->points);
	if (!f->places || !f->points)
		return false;
	for (uint32_t i = 0; i < p->n; i++) {
		if (!isfinite(p->cost[i]))
			continue;
		f->places[f->n++] = (place){p->cost[i], p->loss[i], p->bound ? p->bound[i] : (double)NAN, i};
		cost = fmax(cost, p->cost[i]);
		loss = isfinite(p->loss[i]) ? fmax(loss, p->loss[i]) : loss;
	}
	qsort(f->places, f->n, sizeof *f->places, by_cost);
	f->top = 76;
	f->bottom = 316;
	f->right = 730;
	f->y = ssrc_axis_make(0, loss > 0 ? loss : 1, f->bottom, f->top);
	f->left = ssrc_axis_text_width(&f->y) + 14;
	f->x = ssrc_axis_make(0, cost > 0 ? cost : 1, f->left, f->right);
	return true;
}

static double value_of(const place *p, bool bound)
{
	return bound ? p->bound : p->loss;
}

/* Steps over the places with a finite value. The plan holds until a dearer one comes; a bound of a place also holds for
 * everything cheaper. */
static void draw_steps(ssrc_drawing *d, const frame *f, bool bound, const char *class_name)
{
	size_t n = 0;
	for (uint32_t i = 0; i < f->n; i++) {
		double value = value_of(&f->places[i], bound);
		if (!isfinite(value))
			continue;
		double x = ssrc_axis_at(&f->x, f->places[i].cost), y = ssrc_axis_at(&f->y, value);
		if (n > 0) {
			f->points[2 * n] = bound ? f->points[2 * n - 2] : x;
			f->points[2 * n + 1] = bound ? y : f->points[2 * n - 1];
			n++;
		}
		f->points[2 * n] = x;
		f->points[2 * n + 1] = y;
		n++;
	}
	if (n > 1)
		ssrc_draw_polyline(d, f->points, n, false, class_name);
}

static void draw_marks(ssrc_drawing *d, const frame *f)
{
	for (uint32_t i = 0; i < f->n; i++) {
		const place *p = &f->places[i];
		double x = ssrc_axis_at(&f->x, p->cost);
		/* A plan that is proven best has one mark, not two. */
		if (isfinite(p->bound) && fabs(ssrc_axis_at(&f->y, p->bound) - ssrc_axis_at(&f->y, p->loss)) > 0.5)
			ssrc_draw_rect(d, x - 3.5, ssrc_axis_at(&f->y, p->bound) - 3.5, 7, 7, 0, "plain");
		if (isfinite(p->loss))
			ssrc_draw_circle(d, x, ssrc_axis_at(&f->y, p->loss), 5, "series-1");
		else
			ssrc_draw_text(d, x, f->top + 12, SSRC_ANCHOR_MIDDLE, "tick ink halo",
				       isnan(p->loss) ? "?" : "∞");
	}
}

/* A front falls to the right: above and right of a plan there is room. */
static void draw_choice(ssrc_drawing *d, const frame *f)
{
	for (uint32_t i = 0; i < f->n; i++) {
		const place *p = &f->places[i];
		if (p->index != f->pareto->chosen || !isfinite(p->loss))
			continue;
		double x = ssrc_axis_at(&f->x, p->cost), y = ssrc_axis_at(&f->y, p->loss);
		double room = fmax(f->right - x, x - f->left) - 16;
		bool right = f->right - x >= x - f->left ||
			     f->right - x - 16 >= ssrc_words_width(&f->pareto->choice, SSRC_STRONG_SIZE);
		ssrc_draw_circle(d, x, y, 9, "ring");
		ssrc_draw_words_fit(d, right ? x + 12 : x - 12, y - 12, right ? SSRC_ANCHOR_START : SSRC_ANCHOR_END,
				    "strong halo", &f->pareto->choice, right ? f->right - x - 12 : room);
	}
}

static void draw_keys(ssrc_drawing *d, const frame *f)
{
	bool proven = false;
	for (uint32_t i = 0; i < f->n; i++)
		proven |= isfinite(f->places[i].bound);
	double x = ssrc_label_key(d, 0, 10, "line-1", &f->pareto->plan);
	if (proven)
		(void)ssrc_label_key(d, x, 10, "whisker dashed", &f->pareto->proven);
}

static void draw(ssrc_buf *out, const ssrc_picture *picture, const frame *f)
{
	ssrc_drawing d;
	ssrc_draw_begin(&d, out, picture, 760, f->bottom + 46);
	ssrc_draw_axis_y(&d, &f->y, f->left, f->right, &f->pareto->y_title, 0);
	ssrc_draw_axis_x(&d, &f->x, f->top, f->bottom, &f->pareto->x_title);
	draw_keys(&d, f);
	draw_steps(&d, f, true, "whisker dashed");
	draw_steps(&d, f, false, "line-1");
	draw_marks(&d, f);
	draw_choice(&d, f);
	ssrc_draw_end(&d);
}

void ssrc_figure_draw_pareto(ssrc_buf *out, const ssrc_picture *picture, const ssrc_figure_pareto *pareto)
{
	if (pareto->n == 0) {
		ssrc_label_nothing(out, picture);
		return;
	}
	ssrc_arena arena;
	ssrc_arena_init(&arena, out->ctx);
	frame f = {.pareto = pareto};
	if (prepare(&f, &arena))
		draw(out, picture, &f);
	else
		out->failed = true;
	ssrc_arena_clear(&arena);
}
