/* The chain as a layered map. Links from one node of one kind run together as a bundle; in a column that they pass they
 * have a lane of their own between the boxes, so that no line ever crosses a box. Lanes and nodes are ordered by
 * barycentres to cross seldom, then moved up and down to lie level with what they are linked to. */
#include "figures.h"
#include "label.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SWEEPS = 24, SETTLES = 16, LEADING = 14, HEAD = 50, FOOT = 34, TIP_USERS = 6 };
static const double between_boxes = 10, beside_lane = 6, disc_room = 28;

typedef struct bundle {
	uint32_t from, first, n; /* links[first .. first + n) */
	int essential, way;      /* +1 towards the products, -1 against, 0 inside the column */
	bool focus;
	uint32_t far; /* the last column it reaches */
	double start; /* y where it leaves its node */
} bundle;

typedef struct link {
	uint32_t from, to, column; /* of `to` */
	int essential, way;
	bool focus;
} link;

typedef struct slot { /* a node (the first ones) or a lane of a bundle */
	uint32_t column, rank;
	double y, height, want, weight; /* y: middle */
} slot;

typedef struct wire { /* between neighbouring columns, or inside one */
	uint32_t a, b, bundle;
	double start, end; /* start: inside a column only; end: at a node only */
} wire;

typedef struct port {
	uint32_t slot, side, order;
	double key, *y;
} port;

typedef struct block { /* of slots that touch each other */
	double sum, weight;
	uint32_t first;
} block;

typedef struct layout {
	const ssrc_figure_map *map;
	uint32_t n, n_links, n_bundles, n_slots, n_wires, n_columns, widest;
	uint32_t *title; /* of each column shown: column of the map */
	link *links;
	bundle *bundles;
	slot *slots;
	wire *wires;
	ssrc_label *labels;
	uint32_t *start, *order, *best; /* slots of each column from top to bottom */
	uint64_t *keys;
	uint32_t *tree;
	block *blocks;
	port *ports;
	bool any_focus;
	double box, gap, left, height, width;
} layout;

/* ---- links and bundles ---------------------------------------------------------------------------------------------
 */

static int order_of(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int by_pair(const void *left, const void *right)
{
	const link *a = left, *b = right;
	int c = order_of(a->from, b->from);
	c = c ? c : order_of(a->to, b->to);
	return c ? c : (a->essential > b->essential) - (a->essential < b->essential);
}

static int by_bundle(const void *left, const void *right)
{
	const link *a = left, *b = right;
	int c = order_of(a->from, b->from);
	c = c ? c : (a->way > b->way) - (a->way < b->way);
	c = c ? c : (a->essential > b->essential) - (a->essential < b->essential);
	c = c ? c : (int)a->focus - (int)b->focus;
	uint32_t far_a = a->way < 0 ? UINT32_MAX - a->column : a->column;
	uint32_t far_b = b->way < 0 ? UINT32_MAX - b->column : b->column;
	c = c ? c : order_of(far_a, far_b);
	return c ? c : order_of(a->to, b->to);
}

/* Keeps links between nodes that are shown, each pair once with its strongest need. */
static void take_links(layout *l)
{
	const ssrc_figure_map *map = l->map;
	for (uint32_t i = 0; i < map->n_links; i++) {
		const ssrc_figure_link *from = &map->links[i];
		if (from->from >= l->n || from->to >= l->n || from->from == from->to)
			continue;
		uint32_t a = l->slots[from->from].column, b = l->slots[from->to].column;
		l->links[l->n_links++] =
			(link){.from = from->from,
			       .to = from->to,
			       .column = b,
			       .essential = from->essential < 0 || from->essential > 3 ? 2 : from->essential,
			       .way = (b > a) - (b < a),
			       .focus = map->nodes[from->from].focus || map->nodes[from->to].focus};
	}
	qsort(l->links, l->n_links, sizeof *l->links, by_pair);
	uint32_t kept = 0;
	for (uint32_t i = 0; i < l->n_links; i++)
		if (kept == 0 || l->links[kept - 1].from != l->links[i].from || l->links[kept - 1].to != l->links[i].to)
			l->links[kept++] = l->links[i];
	l->n_links = kept;
	qsort(l->links, l->n_links, sizeof *l->links, by_bundle);
}

static uint32_t apart(uint32_t a, uint32_t b)
{
	return a > b ? a - b : b - a;
}

/* Returns the number of lanes they need. */
static uint32_t make_bundles(layout *l)
{
	uint32_t lanes = 0;
	for (uint32_t i = 0; i < l->n_links; i++) {
		const link *k = &l->links[i];
		bundle *last = l->n_bundles ? &l->bundles[l->n_bundles - 1] : NULL;
		if (!last || k->way == 0 || last->from != k->from || last->way != k->way ||
		    last->essential != k->essential || last->focus != k->focus) {
			last = &l->bundles[l->n_bundles++];
			*last = (bundle){k->from, i, 0, k->essential, k->way, k->focus, k->column, 0};
		}
		last->n++;
		last->far = k->column;
	}
	for (uint32_t i = 0; i < l->n_bundles; i++) {
		uint32_t far = apart(l->slots[l->bundles[i].from].column, l->bundles[i].far);
		lanes += far > 1 ? far - 1 : 0;
	}
	return lanes;
}

static void make_wires(layout *l, double lane_height)
{
	for (uint32_t i = 0; i < l->n_bundles; i++) {
		const bundle *b = &l->bundles[i];
		uint32_t at = b->from, column = l->slots[at].column, k = b->first;
		do {
			column = b->way > 0 ? column + 1 : b->way < 0 ? column - 1 : column;
			for (; k < b->first + b->n && l->links[k].column == column; k++)
				l->wires[l->n_wires++] = (wire){at, l->links[k].to, i, 0, 0};
			if (column == b->far)
				break;
			l->slots[l->n_slots] = (slot){.column = column, .height = lane_height};
			l->wires[l->n_wires++] = (wire){at, l->n_slots, i, 0, 0};
			at = l->n_slots++;
		} while (true);
	}
}

/* ---- order inside the columns ------------------------------------------------------------------------------------ */

static double distance(const layout *l, const slot *above, const slot *below)
{
	bool lane_above = (size_t)(above - l->slots) >= l->n, lane_below = (size_t)(below - l->slots) >= l->n;
	double gap = lane_above && lane_below ? 0 : lane_above || lane_below ? beside_lane : between_boxes;
	return above->height / 2 + gap + below->height / 2;
}

/* From the first top to the last bottom. */
static double column_height(const layout *l, uint32_t column)
{
	double height = 0;
	for (uint32_t i = l->start[column]; i < l->start[column + 1]; i++) {
		const slot *s = &l->slots[l->order[i]];
		height += i == l->start[column] ? s->height / 2 : distance(l, &l->slots[l->order[i - 1]], s);
		if (i + 1 == l->start[column + 1])
			height += s->height / 2;
	}
	return height;
}

/* Places a column around 0 without room between. */
static void pack(layout *l, uint32_t column)
{
	double y = -column_height(l, column) / 2;
	for (uint32_t i = l->start[column]; i < l->start[column + 1]; i++) {
		slot *s = &l->slots[l->order[i]];
		y += i == l->start[column] ? s->height / 2 : distance(l, &l->slots[l->order[i - 1]], s);
		s->y = y;
		s->rank = i - l->start[column];
	}
}

/* Mean height of the neighbours on one side (or both); a slot without any wants to stay. */
static void find_wants(layout *l, bool left, bool right)
{
	for (uint32_t i = 0; i < l->n_slots; i++)
		l->slots[i].want = l->slots[i].weight = 0;
	for (uint32_t i = 0; i < l->n_wires; i++) {
		slot *a = &l->slots[l->wires[i].a], *b = &l->slots[l->wires[i].b];
		if (a->column == b->column)
			continue;
		slot *first = a->column < b->column ? a : b, *second = first == a ? b : a;
		if (left) {
			second->want += first->y;
			second->weight++;
		}
		if (right) {
			first->want += second->y;
			first->weight++;
		}
	}
	for (uint32_t i = 0; i < l->n_slots; i++) {
		slot *s = &l->slots[i];
		s->want = s->weight > 0 ? s->want / s->weight : s->y;
	}
}

static void sort_column(layout *l, uint32_t column)
{
	for (uint32_t i = l->start[column] + 1; i < l->start[column + 1]; i++) {
		uint32_t moving = l->order[i], j = i;
		for (; j > l->start[column] && l->slots[l->order[j - 1]].want > l->slots[moving].want + 1e-6; j--)
			l->order[j] = l->order[j - 1];
		l->order[j] = moving;
	}
	pack(l, column);
}

static int by_key(const void *left, const void *right)
{
	return order_of(*(const uint64_t *)left, *(const uint64_t *)right);
}

/* Crossings of wires: inversions of the ranks on the right once the wires are in order of those on the left. */
static uint64_t crossings(layout *l)
{
	uint64_t crossed = 0;
	uint32_t n = 0, gap = SSRC_NONE, seen = 0;
	for (uint32_t i = 0; i < l->n_wires; i++) {
		const slot *a = &l->slots[l->wires[i].a], *b = &l->slots[l->wires[i].b];
		const slot *first = a->column < b->column ? a : b, *second = first == a ? b : a;
		if (a->column != b->column)
			l->keys[n++] = (uint64_t)first->column << 48 | (uint64_t)first->rank << 24 | second->rank;
	}
	qsort(l->keys, n, sizeof *l->keys, by_key);
	for (uint32_t i = 0; i < n; i++) {
		uint32_t rank = (uint32_t)(l->keys[i] & 0xffffff);
		if ((uint32_t)(l->keys[i] >> 48) != gap) {
			gap = (uint32_t)(l->keys[i] >> 48);
			memset(l->tree, 0, ((size_t)l->widest + 2) * sizeof *l->tree);
			seen = 0;
		}
		uint32_t not_above = 0;
		for (uint32_t k = rank + 1; k > 0; k &= k - 1)
			not_above += l->tree[k];
		crossed += seen++ - not_above;
		for (uint32_t k = rank + 1; k <= l->widest + 1; k += k & (0U - k))
			l->tree[k]++;
	}
	return crossed;
}

static void order_columns(layout *l)
{
	uint64_t least = UINT64_MAX;
	for (uint32_t c = 0; c < l->n_columns; c++)
		pack(l, c);
	for (int sweep = 0; sweep <= SWEEPS; sweep++) {
		uint64_t now = crossings(l);
		if (sweep > 0 && now < least) { /* before the first sweep, lanes stand at the bottom by chance */
			least = now;
			memcpy(l->best, l->order, l->n_slots * sizeof *l->order);
		}
		for (uint32_t i = 0; i < l->n_columns; i++) {
			find_wants(l, sweep % 2 == 0, sweep % 2 != 0);
			sort_column(l, sweep % 2 == 0 ? i : l->n_columns - 1 - i);
		}
	}
	memcpy(l->order, l->best, l->n_slots * sizeof *l->order);
	for (uint32_t c = 0; c < l->n_columns; c++)
		pack(l, c);
}

/* ---- heights -------------------------------------------------------------------------------------------------------
 */

/* Least squares from the wants, in order and apart (pool adjacent violators), inside 0 … height. */
static void settle_column(layout *l, uint32_t column)
{
	uint32_t first = l->start[column], last = l->start[column + 1], n = 0;
	double offset = 0;
	if (first == last)
		return;
	for (uint32_t i = first; i < last; i++) {
		slot *s = &l->slots[l->order[i]];
		if (i > first)
			offset += distance(l, &l->slots[l->order[i - 1]], s);
		/* Boxes catch the eye: they count for more than lanes. */
		double weight = l->order[i] < l->n ? 4 : 1;
		l->blocks[n++] = (block){(s->want - offset) * weight, weight, i};
		while (n > 1 && l->blocks[n - 2].sum * l->blocks[n - 1].weight >
					l->blocks[n - 1].sum * l->blocks[n - 2].weight) {
			l->blocks[n - 2].sum += l->blocks[n - 1].sum;
			l->blocks[n - 2].weight += l->blocks[n - 1].weight;
			n--;
		}
	}
	double lowest = l->slots[l->order[first]].height / 2;
	double highest = fmax(lowest, l->height - l->slots[l->order[last - 1]].height / 2 - offset);
	offset = 0;
	for (uint32_t i = first, b = 0; i < last; i++) {
		slot *s = &l->slots[l->order[i]];
		if (i > first)
			offset += distance(l, &l->slots[l->order[i - 1]], s);
		b += b + 1 < n && l->blocks[b + 1].first <= i;
		s->y = fmin(fmax(l->blocks[b].sum / l->blocks[b].weight, lowest), highest) + offset;
	}
}

static void settle(layout *l)
{
	for (uint32_t c = 0; c < l->n_columns; c++)
		l->height = fmax(l->height, column_height(l, c));
	for (uint32_t i = 0; i < l->n_slots; i++)
		l->slots[i].y += l->height / 2;
	for (int round = 0; round < SETTLES; round++)
		for (uint32_t i = 0; i < l->n_columns; i++) {
			bool both = round >= SETTLES / 2;
			find_wants(l, both || round % 2 == 0, both || round % 2 != 0);
			settle_column(l, round % 2 == 0 ? i : l->n_columns - 1 - i);
		}
}

/* ---- where links touch the boxes ------------------------------------------------------------------------------- */

static int by_place(const void *left, const void *right)
{
	const port *a = left, *b = right;
	int c = order_of(a->slot, b->slot);
	c = c ? c : order_of(a->side, b->side);
	c = c ? c : (a->key > b->key) - (a->key < b->key);
	return c ? c : order_of(a->order, b->order);
}

/* A link inside a column leaves below and arrives above (or the other way up), the longer the further out. */
static double loop_key(double here, double there)
{
	return there > here ? 1e6 - (there - here) : -1e6 + (here - there);
}

static void spread_ports(layout *l, uint32_t n)
{
	qsort(l->ports, n, sizeof *l->ports, by_place);
	for (uint32_t i = 0, end; i < n; i = end) {
		for (end = i;
		     end < n && l->ports[end].slot == l->ports[i].slot && l->ports[end].side == l->ports[i].side;)
			end++;
		const slot *s = &l->slots[l->ports[i].slot];
		double step = end - i > 1 ? fmin(6, (s->height - 12) / (end - i - 1)) : 0;
		for (uint32_t k = i; k < end; k++)
			*l->ports[k].y = s->y + (k - i - (end - i - 1) / 2.0) * step;
	}
}

static void place_ports(layout *l)
{
	uint32_t n = 0;
	double *sum = &l->blocks[0].sum; /* scratch of one bundle */
	for (uint32_t i = 0, w = 0; i < l->n_bundles; i++) {
		bundle *b = &l->bundles[i];
		uint32_t first = w;
		*sum = 0;
		for (; w < l->n_wires && l->wires[w].bundle == i; w++) {
			wire *v = &l->wires[w];
			double here = l->slots[v->a].y, there = l->slots[v->b].y;
			if (b->way == 0)
				l->ports[n++] = (port){v->a, 0, w, loop_key(here, there), &v->start};
			if (v->b < l->n)
				l->ports[n++] =
					(port){v->b, b->way < 0, w, b->way ? here : loop_key(there, here), &v->end};
			else
				v->end = there;
			if (v->a == b->from)
				*sum += there;
		}
		uint32_t hops = 0;
		for (uint32_t k = first; k < w; k++)
			hops += l->wires[k].a == b->from;
		if (b->way != 0)
			l->ports[n++] = (port){b->from, b->way > 0, i, hops ? *sum / hops : 0, &b->start};
	}
	spread_ports(l, n);
}

/* ---- drawing -------------------------------------------------------------------------------------------------------
 */

static double left_of(const layout *l, uint32_t column)
{
	return l->left + column * (l->box + l->gap);
}

static const char *class_of_link(const layout *l, const bundle *b)
{
	static const char *const names[3][4] = {
		{"link", "link thin", "link dotted", "link dashed"},
		{"link quiet", "link thin quiet", "link dotted quiet", "link dashed quiet"},
		{"link chosen", "link chosen thin", "link chosen dotted", "link chosen dashed"},
	};
	return names[!l->any_focus ? 0 : b->focus ? 2 : 1][b->essential];
}

/* Half an ellipse left of the column. */
static void draw_loop(ssrc_drawing *d, double x, double y1, double y2, double depth, const char *class_name)
{
	double points[2 * 17];
	for (int i = 0; i <= 16; i++) {
		double angle = 3.14159265358979323846 * i / 16;
		points[2 * i] = x - depth * sin(angle);
		points[2 * i + 1] = (y1 + y2) / 2 + (y1 - y2) / 2 * cos(angle);
	}
	ssrc_draw_polyline(d, points, 17, false, class_name);
}

static void draw_wire(ssrc_drawing *d, const layout *l, const wire *w)
{
	const bundle *b = &l->bundles[w->bundle];
	const char *class_name = class_of_link(l, b);
	const char *head = l->any_focus && b->focus ? "ink" : "muted";
	const slot *from = &l->slots[w->a], *to = &l->slots[w->b];
	double x1 = left_of(l, from->column) + (b->way > 0 ? l->box : 0);
	double x2 = left_of(l, to->column) + (b->way < 0 ? l->box : 0);
	double y1 = w->a == b->from ? b->start : from->y;
	if (b->way == 0) {
		double depth = fmin(8 + fabs(w->end - w->start) * 0.06, l->gap * 0.6);
		draw_loop(d, x1, HEAD + w->start, HEAD + w->end, depth, class_name);
		ssrc_draw_arrow(d, x2, HEAD + w->end, true, head);
		return;
	}
	bool node = w->b < l->n;
	ssrc_draw_link(d, x1, HEAD + y1, x2, HEAD + w->end, class_name);
	if (node && b->way < 0)
		ssrc_draw_arrow(d, x2, HEAD + w->end, false, head);
	if (!node)
		ssrc_draw_line(d, x2, HEAD + to->y, b->way > 0 ? x2 + l->box : x2 - l->box, HEAD + to->y, class_name);
}

/* "A → B, C" */
static void tip_of(const layout *l, const bundle *b, int lang, char out[800])
{
	char name[120];
	const ssrc_words *words = &l->map->nodes[b->from].name;
	size_t at = 0;
	for (uint32_t i = 0; i <= b->n && i <= TIP_USERS; i++) {
		const char *text = words->in[lang] && *words->in[lang] ? words->in[lang] : words->in[!lang];
		ssrc_text_fit(name, sizeof name, text ? text : "?", 1, 40);
		int n = snprintf(out + at, 800 - at, "%s%s", i == 0 ? "" : i == 1 ? " → " : ", ", name);
		at += n > 0 && (size_t)n < 800 - at ? (size_t)n : 0;
		out[at] = '\0';
		if (i < b->n)
			words = &l->map->nodes[l->links[b->first + i].to].name;
	}
	if (b->n > TIP_USERS && at < 790)
		snprintf(out + at, 800 - at, ", …");
}

static void draw_bundle(ssrc_drawing *d, const layout *l, uint32_t i, uint32_t first_wire)
{
	char tip[2][800];
	for (int lang = 0; lang < 2; lang++)
		tip_of(l, &l->bundles[i], lang, tip[lang]);
	ssrc_draw_group(d, NULL, &(ssrc_words){{tip[0], tip[1]}});
	for (uint32_t w = first_wire; w < l->n_wires && l->wires[w].bundle == i; w++)
		draw_wire(d, l, &l->wires[w]);
	ssrc_draw_group_end(d);
}

/* The strongest last, on top. */
static void draw_links(ssrc_drawing *d, const layout *l)
{
	for (int pass = 0; pass < 8; pass++)
		for (uint32_t w = 0; w < l->n_wires;) {
			uint32_t first = w, i = l->wires[w].bundle;
			while (w < l->n_wires && l->wires[w].bundle == i)
				w++;
			const bundle *b = &l->bundles[i];
			if ((int)b->focus * 4 + 3 - b->essential == pass)
				draw_bundle(d, l, i, first);
		}
}

static void draw_node(ssrc_drawing *d, const layout *l, uint32_t i)
{
	const ssrc_figure_node *node = &l->map->nodes[i];
	const slot *s = &l->slots[i];
	double x = left_of(l, s->column), y = HEAD + s->y;
	ssrc_draw_group(d, NULL, &node->name);
	ssrc_draw_rect(d, x, y - s->height / 2, l->box, s->height, 5, node->focus ? "plain chosen" : "plain");
	if (node->product)
		ssrc_draw_rect(d, x + l->box - 5, y - s->height / 2 + 5, 5, s->height - 10, 0, "ink");
	ssrc_draw_level(d, x + 15, y, node->level);
	ssrc_label_draw(d, x + disc_room, y, LEADING, SSRC_ANCHOR_START, "tick ink", &l->labels[i]);
	ssrc_draw_group_end(d);
}

static void draw_titles(ssrc_drawing *d, const layout *l)
{
	for (uint32_t c = 0; c < l->n_columns; c++) {
		ssrc_label title;
		double x = left_of(l, c);
		ssrc_label_wrap(&title, &l->map->columns[l->title[c]], d->picture->langs, SSRC_STRONG_SIZE, l->box, 2);
		uint32_t lines = ssrc_label_lines(&title, d->picture->langs);
		ssrc_label_draw(d, x, lines > 1 ? 16 : 24, 16, SSRC_ANCHOR_START, "strong", &title);
		ssrc_draw_line(d, x, HEAD - 14, x + l->box, HEAD - 14, "axis");
	}
}

/* What a legend has to explain: bit 0–3 kinds of links, 4 against the tiers. */
static unsigned kinds_shown(const layout *l)
{
	unsigned kinds = 0;
	for (uint32_t i = 0; i < l->n_bundles; i++)
		kinds |= 1U << l->bundles[i].essential | (l->bundles[i].way < 0 ? 16U : 0);
	return kinds;
}

/* Draws or, without d, measures; returns the height it takes. */
static double legend(ssrc_drawing *d, const layout *l, double top)
{
	static const char *const lines[] = {"link", "link thin", "link dotted", "link dashed"};
	static const ssrc_text_id ids[] = {SSRC_T_G_CRITICAL, SSRC_T_G_IMPORTANT, SSRC_T_G_OPTIONAL,
					   SSRC_T_G_CAPITAL,  SSRC_T_G_BACK,      SSRC_T_G_PRODUCT};
	unsigned kinds = kinds_shown(l);
	double x = l->left, y = top;
	for (uint32_t i = 0; i < l->n && !(kinds & 32U); i++)
		kinds |= l->map->nodes[i].product ? 32U : 0;
	for (int i = 0; i < 6; i++) {
		ssrc_words words = ssrc_catalogue_words(ids[i]);
		if (!(kinds >> i & 1))
			continue;
		double used = 50 + ssrc_words_width(&words, SSRC_TICK_SIZE);
		if (x > l->left && x + used > l->width) {
			x = l->left;
			y += 20;
		}
		if (d && i < 4)
			(void)ssrc_label_key(d, x, y, lines[i], &words);
		if (d && i == 4)
			ssrc_draw_arrow(d, x + 10, y, false, "muted");
		if (d && i == 5) {
			ssrc_draw_rect(d, x, y - 7, 22, 14, 3, "plain");
			ssrc_draw_rect(d, x + 18, y - 5, 4, 10, 0, "ink");
		}
		if (d && i >= 4)
			ssrc_draw_words(d, x + 32, y + 4, SSRC_ANCHOR_START, "note", &words);
		x += used;
	}
	return y - top;
}

static void draw_left_out(ssrc_drawing *d, const layout *l, double y, uint32_t n)
{
	char number[16], text[2][120];
	const char *args[] = {number};
	snprintf(number, sizeof number, "%u", n);
	for (int lang = 0; lang < 2; lang++)
		ssrc_text_fill(text[lang], sizeof text[lang], ssrc_text(SSRC_T_G_LEFT_OUT, (ssrc_lang)lang), args, 1);
	ssrc_draw_words(d, l->left, y + 4, SSRC_ANCHOR_START, "note", &(ssrc_words){{text[0], text[1]}});
}

static void draw(ssrc_buf *out, const ssrc_picture *picture, layout *l)
{
	ssrc_drawing d;
	uint32_t hidden = l->map->n_left_out + (l->map->n_nodes - l->n);
	double foot = HEAD + l->height + FOOT, more = legend(NULL, l, 0);
	ssrc_draw_begin(&d, out, picture, l->width, foot + more + (hidden ? 20 : 0) + 12);
	draw_titles(&d, l);
	draw_links(&d, l);
	for (uint32_t i = 0; i < l->n; i++)
		draw_node(&d, l, i);
	(void)legend(&d, l, foot);
	if (hidden)
		draw_left_out(&d, l, foot + more + 20, hidden);
	ssrc_draw_end(&d);
}

/* ---- sizes and memory -----------------------------------------------------------------------------------------------
 */

static uint32_t column_of(const ssrc_figure_map *map, uint32_t i)
{
	uint32_t column = map->nodes[i].column;
	return column < map->n_columns ? column : map->n_columns - 1;
}

/* Columns without a node take no room. */
static void find_columns(layout *l)
{
	for (uint32_t c = 0; c < l->map->n_columns; c++) {
		bool used = false;
		for (uint32_t i = 0; i < l->n; i++)
			if (column_of(l->map, i) == c) {
				l->slots[i].column = l->n_columns;
				used = true;
			}
		if (used)
			l->title[l->n_columns++] = c;
	}
}

static void measure(layout *l, ssrc_langs langs)
{
	bool loops = false;
	uint32_t per_gap = 0;
	for (uint32_t i = 0; i < l->n_bundles; i++) {
		loops |= l->bundles[i].way == 0 && l->slots[l->bundles[i].from].column == 0;
		l->any_focus |= l->bundles[i].focus;
	}
	if (l->n_columns > 1)
		per_gap = l->n_links / (l->n_columns - 1);
	l->gap = 40 + fmin(30, per_gap * 0.8);
	l->left = loops ? l->gap * 0.6 + 2 : 1;
	l->box = fmin(fmax((760 - 2 * l->left - (l->n_columns - 1) * l->gap) / l->n_columns, 132), 210);
	l->width = fmax(2 * l->left + l->n_columns * l->box + (l->n_columns - 1) * l->gap, 760);
	for (uint32_t i = 0; i < l->n; i++) {
		const ssrc_figure_node *node = &l->map->nodes[i];
		double room = l->box - disc_room - (node->product ? 9 : 6);
		ssrc_label_wrap(&l->labels[i], &node->name, langs, SSRC_TICK_SIZE, room, SSRC_LABEL_LINES);
		l->slots[i].height = fmax(LEADING * ssrc_label_lines(&l->labels[i], langs) + 10, 28);
	}
}

/* Nodes in the order given, then lanes. */
static void fill_columns(layout *l)
{
	uint32_t at = 0;
	for (uint32_t c = 0; c < l->n_columns; c++) {
		l->start[c] = at;
		for (uint32_t i = 0; i < l->n_slots; i++)
			if (l->slots[i].column == c)
				l->order[at++] = i;
		l->widest = at - l->start[c] > l->widest ? at - l->start[c] : l->widest;
	}
	l->start[l->n_columns] = at;
}

static bool lay_out(layout *l, ssrc_arena *arena, ssrc_langs langs)
{
	const ssrc_figure_map *map = l->map;
	l->n = map->n_nodes < SSRC_FIGURE_NODES ? map->n_nodes : SSRC_FIGURE_NODES;
	slot *nodes = l->slots = ssrc_arena_array(arena, l->n, sizeof *l->slots);
	l->title = ssrc_arena_array(arena, l->n, sizeof *l->title);
	l->labels = ssrc_arena_array(arena, l->n, sizeof *l->labels);
	l->links = ssrc_arena_array(arena, (size_t)map->n_links + 1, sizeof *l->links);
	l->bundles = ssrc_arena_array(arena, (size_t)map->n_links + 1, sizeof *l->bundles);
	if (!nodes || !l->title || !l->labels || !l->links || !l->bundles)
		return false;
	find_columns(l);
	take_links(l);
	uint32_t lanes = make_bundles(l), all = l->n + lanes;
	measure(l, langs);
	l->slots = ssrc_arena_array(arena, all, sizeof *l->slots);
	l->wires = ssrc_arena_array(arena, (size_t)l->n_links + lanes + 1, sizeof *l->wires);
	l->keys = ssrc_arena_array(arena, (size_t)l->n_links + lanes + 1, sizeof *l->keys);
	l->ports = ssrc_arena_array(arena, 3 * (size_t)l->n_links + 1, sizeof *l->ports);
	l->start = ssrc_arena_array(arena, (size_t)l->n_columns + 1, sizeof *l->start);
	l->order = ssrc_arena_array(arena, all, sizeof *l->order);
	l->best = ssrc_arena_array(arena, all, sizeof *l->best);
	l->tree = ssrc_arena_array(arena, (size_t)all + 2, sizeof *l->tree);
	l->blocks = ssrc_arena_array(arena, (size_t)all + 1, sizeof *l->blocks);
	if (!l->slots || !l->wires || !l->keys || !l->ports || !l->start || !l->order || !l->best || !l->tree ||
	    !l->blocks)
		return false;
	memcpy(l->slots, nodes, l->n * sizeof *nodes);
	l->n_slots = l->n;
	/* Very many lanes move closer together. */
	make_wires(l, fmin(5, fmax(1.5, 160.0 * l->n_columns / (lanes + 1.0))));
	fill_columns(l);
	order_columns(l);
	settle(l);
	place_ports(l);
	return true;
}

void ssrc_figure_draw_map(ssrc_buf *out, const ssrc_picture *picture, const ssrc_figure_map *map, ssrc_context *ctx)
{
	if (map->n_nodes == 0 || map->n_columns == 0) {
		ssrc_label_nothing(out, picture);
		return;
	}
	ssrc_arena arena;
	ssrc_arena_init(&arena, ctx);
	layout l = {.map = map};
	if (lay_out(&l, &arena, picture->langs))
		draw(out, picture, &l);
	else
		out->failed = true;
	ssrc_arena_clear(&arena);
}
