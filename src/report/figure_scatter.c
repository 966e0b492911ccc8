#include "figures.h"

#include <math.h>
#include <stdio.h>

enum { WIDTH = SSRC_PICTURE_WIDTH, PLOT = 400, TOP = 40, RIGHT = 24, BELOW = 44, STRIP = 30, LABELS = 40, SIDES = 8 };
enum { NAME_MOST = 200, RADIUS = SSRC_LEVEL_RADIUS };

typedef struct box {
	double left, top, right, bottom;
} box;

typedef struct sheet {
	ssrc_drawing d;
	const ssrc_figure_scatter *f;
	ssrc_axis x, y;
	double strip_left, strip_bottom; /* width of the strips of points with an unknown value; 0 = none */
	box plot, quadrant;              /* the box of the quadrant's label */
	double *at;                      /* [2 n_points] */
	box label[LABELS];
	uint32_t n_labels;
} sheet;

static bool meet(const box *a, const box *b)
{
	return a->left < b->right && b->left < a->right && a->top < b->bottom && b->top < a->bottom;
}

/* Where points lie; those that lack a value lie in the strips beside the axes. */
static void place_points(sheet *s)
{
	for (uint32_t i = 0; i < s->f->n_points; i++) {
		const ssrc_figure_point *p = &s->f->points[i];
		s->at[2 * i] = isnan(p->x.mid) ? s->plot.left - s->strip_left / 2 : ssrc_axis_at(&s->x, p->x.mid);
		s->at[2 * i + 1] =
			isnan(p->y.mid) ? s->plot.bottom + s->strip_bottom / 2 : ssrc_axis_at(&s->y, p->y.mid);
	}
}

/* The strips are marked "?" in the line and the column of the axes' numbers. */
static void draw_strips(sheet *s)
{
	const box *p = &s->plot;
	double left = p->left - s->strip_left, middle = p->bottom + s->strip_bottom / 2;
	if (s->strip_left > 0) {
		ssrc_draw_rect(&s->d, left, p->top, s->strip_left - 4, p->bottom - p->top, 0, "shade");
		ssrc_draw_text(&s->d, left + s->strip_left / 2 - 2, p->bottom + s->strip_bottom + 16,
			       SSRC_ANCHOR_MIDDLE, "tick ink", "?");
	}
	if (s->strip_bottom > 0) {
		ssrc_draw_rect(&s->d, p->left, p->bottom + 4, p->right - p->left, s->strip_bottom - 4, 0, "shade");
		ssrc_draw_text(&s->d, left - 8, middle + 6, SSRC_ANCHOR_END, "tick ink", "?");
	}
}

static void draw_marks(sheet *s)
{
	const ssrc_figure_scatter *f = s->f;
	const box *p = &s->plot;
	double x = ssrc_axis_at(&s->x, f->x_mark), y = ssrc_axis_at(&s->y, f->y_mark);
	bool has_x = isfinite(f->x_mark), has_y = isfinite(f->y_mark);
	if (has_x && has_y)
		ssrc_draw_rect(&s->d, x, p->top, p->right - x, y - p->top, 0, "shade");
	ssrc_draw_axis_y(&s->d, &s->y, p->left - s->strip_left, p->right, &f->y_title, 0);
	ssrc_draw_axis_x(&s->d, &s->x, p->top, p->bottom + s->strip_bottom, &f->x_title);
	if (has_x)
		ssrc_draw_line(&s->d, x, p->top, x, p->bottom, "rule");
	if (has_y)
		ssrc_draw_line(&s->d, p->left, y, p->right, y, "rule");
	double most = has_x ? p->right - x - 12 : 300,
	       width = fmin(ssrc_words_width(&f->quadrant, SSRC_LABEL_SIZE), most);
	s->quadrant = (box){p->right, p->top, p->right, p->top};
	if (most < 60)
		return;
	ssrc_draw_words_fit(&s->d, p->right - 6, p->top + 18, SSRC_ANCHOR_END, "label halo", &f->quadrant, most);
	s->quadrant = (box){p->right - 6 - width, p->top + 4, p->right, p->top + 24};
}

static void draw_whiskers(sheet *s, uint32_t i)
{
	const ssrc_figure_point *p = &s->f->points[i];
	double x = s->at[2 * i], y = s->at[2 * i + 1];
	if (p->x.low < p->x.high)
		ssrc_draw_line(&s->d, ssrc_axis_at(&s->x, p->x.low), y, ssrc_axis_at(&s->x, p->x.high), y, "spread");
	if (p->y.low < p->y.high)
		ssrc_draw_line(&s->d, x, ssrc_axis_at(&s->y, p->y.low), x, ssrc_axis_at(&s->y, p->y.high), "spread");
}

static void draw_point(sheet *s, uint32_t i)
{
	const ssrc_figure_point *p = &s->f->points[i];
	char x[80], y[80], more[170];
	ssrc_range_text(p->x.low, p->x.mid, p->x.high, x);
	ssrc_range_text(p->y.low, p->y.mid, p->y.high, y);
	snprintf(more, sizeof more, "%s × %s", x, y);
	ssrc_draw_group_value(&s->d, NULL, &p->name, more);
	ssrc_draw_level(&s->d, s->at[2 * i], s->at[2 * i + 1], p->level);
	if (p->x.mid > s->x.to || p->x.high > s->x.to)
		ssrc_draw_arrow(&s->d, s->plot.right + (p->x.mid > s->x.to ? 18 : 8), s->at[2 * i + 1], true, "ink");
	if (p->y.mid > s->y.to) {
		double tip_x = s->at[2 * i], tip = s->plot.top - 18;
		const double points[] = {tip_x, tip, tip_x - 4.5, tip + 7, tip_x + 4.5, tip + 7};
		ssrc_draw_polyline(&s->d, points, 3, true, "ink");
	}
	ssrc_draw_group_end(&s->d);
}

/* The whiskers of point i as boxes; empty boxes where it has none. */
static void whisker_boxes(const sheet *s, uint32_t i, box out[2])
{
	const ssrc_figure_point *p = &s->f->points[i];
	double x = s->at[2 * i], y = s->at[2 * i + 1];
	out[0] = out[1] = (box){x, y, x, y};
	if (p->x.low < p->x.high)
		out[0] = (box){ssrc_axis_at(&s->x, p->x.low), y - 1, ssrc_axis_at(&s->x, p->x.high), y + 1};
	if (p->y.low < p->y.high)
		out[1] = (box){x - 1, ssrc_axis_at(&s->y, p->y.high), x + 1, ssrc_axis_at(&s->y, p->y.low)};
}

static bool crosses_whisker(const sheet *s, const box *b)
{
	for (uint32_t i = 0; i < s->f->n_points; i++) {
		box lines[2];
		whisker_boxes(s, i, lines);
		if (meet(b, &lines[0]) || meet(b, &lines[1]))
			return true;
	}
	return false;
}

static bool is_free(const sheet *s, uint32_t self, const box *b)
{
	const box room = {s->plot.left - s->strip_left, s->plot.top, s->plot.right + RIGHT - 2,
			  s->plot.bottom + s->strip_bottom};
	if (b->left < room.left || b->right > room.right || b->top < room.top || b->bottom > room.bottom ||
	    meet(b, &s->quadrant))
		return false;
	for (uint32_t i = 0; i < s->n_labels; i++)
		if (meet(b, &s->label[i]))
			return false;
	for (uint32_t i = 0; i < s->f->n_points; i++) {
		const box disc = {s->at[2 * i] - RADIUS - 1, s->at[2 * i + 1] - RADIUS - 1, s->at[2 * i] + RADIUS + 1,
				  s->at[2 * i + 1] + RADIUS + 1};
		if (i != self && meet(b, &disc))
			return false;
	}
	return true;
}

/* Right, left, above, below, then the corners: the first free place off all whiskers, else the first free one. */
static bool place_label(sheet *s, uint32_t i, double width, box *b, ssrc_anchor *anchor)
{
	static const int side[SIDES][2] = {{1, 0}, {-1, 0}, {0, -1}, {0, 1}, {1, -1}, {1, 1}, {-1, -1}, {-1, 1}};
	static const ssrc_anchor anchors[] = {SSRC_ANCHOR_END, SSRC_ANCHOR_MIDDLE, SSRC_ANCHOR_START};
	for (int k = 0; k < 2 * SIDES; k++) {
		int dx = side[k % SIDES][0], dy = side[k % SIDES][1];
		double away = dy ? RADIUS - 2 : RADIUS + 4, x = s->at[2 * i] + dx * away,
		       y = s->at[2 * i + 1] + dy * (dx ? 12 : RADIUS + 9);
		double left = dx > 0 ? x : dx < 0 ? x - width : x - width / 2;
		*b = (box){left, y - 8, left + width, y + 8};
		*anchor = anchors[dx + 1];
		if (is_free(s, i, b) && (k >= SIDES || !crosses_whisker(s, b)))
			return true;
	}
	return false;
}

static void draw_labels(sheet *s)
{
	for (uint32_t i = 0; i < s->f->n_points && s->n_labels < LABELS; i++) {
		const ssrc_words *name = &s->f->points[i].name;
		double width = fmin(ssrc_words_width(name, SSRC_LABEL_SIZE), NAME_MOST);
		box b;
		ssrc_anchor anchor;
		if (width <= 0 || !place_label(s, i, width, &b, &anchor))
			continue;
		s->label[s->n_labels++] = b;
		double x = anchor == SSRC_ANCHOR_START ? b.left
			   : anchor == SSRC_ANCHOR_END ? b.right
						       : (b.left + b.right) / 2;
		ssrc_draw_words_fit(&s->d, x, b.bottom - 3.5, anchor, "label halo", name, width);
	}
}

static void lay_out(sheet *s)
{
	const ssrc_figure_scatter *f = s->f;
	for (uint32_t i = 0; i < f->n_points; i++) {
		s->strip_left = isnan(f->points[i].x.mid) ? STRIP : s->strip_left;
		s->strip_bottom = isnan(f->points[i].y.mid) ? STRIP : s->strip_bottom;
	}
	s->plot = (box){0, TOP, WIDTH - RIGHT, TOP + PLOT};
	s->y = ssrc_axis_make(0, f->y_high, s->plot.bottom, s->plot.top);
	/* Numbers of the axis, then the strip, then the plot. */
	s->plot.left = ceil(ssrc_axis_text_width(&s->y)) + 12 + s->strip_left;
	s->x = ssrc_axis_make(0, f->x_high, s->plot.left, s->plot.right);
}

void ssrc_figure_draw_scatter(ssrc_buf *out, const ssrc_picture *picture, const ssrc_figure_scatter *scatter,
			      ssrc_context *ctx)
{
	sheet s = {.f = scatter};
	if (scatter->n_points == 0) {
		ssrc_draw_nothing(out, picture);
		return;
	}
	s.at = ssrc_alloc_array(ctx, scatter->n_points, 2 * sizeof *s.at);
	if (!s.at) {
		out->failed = true;
		return;
	}
	lay_out(&s);
	place_points(&s);
	ssrc_draw_begin(&s.d, out, picture, WIDTH, s.plot.bottom + s.strip_bottom + BELOW);
	draw_marks(&s);
	draw_strips(&s);
	/* The most important last, on top of the others. */
	for (uint32_t i = scatter->n_points; i-- > 0 && !out->failed;)
		draw_whiskers(&s, i);
	for (uint32_t i = scatter->n_points; i-- > 0 && !out->failed;)
		draw_point(&s, i);
	draw_labels(&s);
	ssrc_draw_end(&s.d);
	ssrc_release(ctx, s.at);
}
