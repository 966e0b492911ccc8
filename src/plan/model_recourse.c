/* The answer to one scenario as a linear program. docs/methods/plan.md */
#include "model.h"

#include <math.h>
#include <string.h>

#define AT_MOST ((double)-INFINITY)

/* What a user draws of an input in one period: nothing that matters, its own output's worth, or a column. */
#define NOTHING UINT32_MAX
#define OWN_OUTPUT (UINT32_MAX - 1)

typedef struct tie {
	uint32_t row, col;
	double value;
} tie;

typedef struct recourse {
	ssrc_plan_build_state *b;
	uint32_t scenario;
	const ssrc_plan_scenario *s;
	const ssrc_plan_window *w;
	ssrc_plan_scenario_map *map;
	ssrc_program_draft draft;
	tie *links; /* rows ascending: the links of a row are made right after it */
	size_t n_links, links_cap;
	bool failed;
	uint32_t *cover_start, *cover; /* covers of each item */
	bool *serves;                  /* [n_items] stands in for another item */
	uint32_t *drawn;               /* [n_arcs] in this period: a column, or one of the two above */
	uint32_t *extra;               /* [n_covers] in this period: column of what a cover for one user brings */
	uint32_t *draws;  /* [n_arcs * n] columns: stock that the user of an arc draws; proportional only */
	double *used;     /* [n_items] weeks of stock that earlier periods have used without a plan */
	double *shortage; /* [n_items] in this period, without a plan: a guide to the best of a choice */
} recourse;

static void add_link(recourse *r, uint32_t row, uint32_t col, double value)
{
	void *block = r->links;
	if (value == 0)
		return;
	if (ssrc_reserve(r->b->ctx, &block, &r->links_cap, r->n_links + 1, sizeof *r->links, NULL) != SSRC_OK) {
		r->failed = true;
		return;
	}
	r->links = block;
	r->links[r->n_links++] = (tie){row, col, value};
}

static size_t cell_of(const recourse *r, uint32_t item, uint32_t t)
{
	return (size_t)item * r->w->n + t;
}

static bool affected(const recourse *r, uint32_t item, uint32_t t)
{
	return r->w->affected[cell_of(r, item, t)];
}

static double length_of(const recourse *r, uint32_t t)
{
	return r->w->to[t] - r->w->from[t];
}

/* A licence or service whose shortage is counted from when it has run out. In proportion, one that only misses inputs
 * is drained like a good: its run-on cannot be dated before the inputs are. */
static bool runs_out(const recourse *r, uint32_t item)
{
	bool hit = !r->b->problem->proportional;
	for (uint32_t h = 0; h < r->s->n_hits; h++)
		hit |= r->s->hits[h].item == item;
	return hit && r->b->problem->items[item].expires;
}

/* ---- options ---------------------------------------------------------------------------------------------- */

/* Adds sign · capacity ready in period t of all options of one kind to a row; false and nothing added if there is none.
 * Begun by slot s brings effect(s), and what is begun by an earlier slot brings more by the difference. */
static bool add_ready(recourse *r, uint32_t row, uint32_t item, ssrc_plan_kind kind, uint32_t t, double sign)
{
	const ssrc_plan_build_state *b = r->b;
	const ssrc_plan_problem *p = b->problem;
	bool any = false;
	for (uint32_t k = b->index.option_start[item]; k < b->index.option_start[item + 1]; k++) {
		uint32_t o = b->index.option[k];
		if (p->options[o].kind != kind)
			continue;
		double later = 0;
		for (uint32_t s = p->n_slots; s-- > 0;) {
			uint32_t col = b->model->start[(size_t)o * p->n_slots + s];
			if (col == SSRC_NONE)
				continue;
			double effect = ssrc_plan_effect(b, r->scenario, o, s, t);
			if (effect != later) {
				any = true;
				if (row != SSRC_NONE)
					add_link(r, row, col, sign * (effect - later));
			}
			later = effect;
		}
	}
	return any;
}

static bool any_ready(recourse *r, uint32_t item, ssrc_plan_kind kind, uint32_t t)
{
	return add_ready(r, SSRC_NONE, item, kind, t, 0);
}

/* ---- covers ----------------------------------------------------------------------------------------------- */

static double cover_part(const recourse *r, const ssrc_plan_cover *c, uint32_t t)
{
	return c->cover * ssrc_plan_ready_part(c->from, 0, r->w->from[t], r->w->to[t]);
}

static bool is_item_for_all(const ssrc_plan_cover *c)
{
	return c->by_item != SSRC_NONE && c->user == SSRC_NONE;
}

/* What other items that are at their normal output bring all users of `item`. */
static double whole_items_bring(const recourse *r, uint32_t item, uint32_t t)
{
	double sum = 0;
	for (uint32_t k = r->cover_start[item]; k < r->cover_start[item + 1]; k++) {
		const ssrc_plan_cover *c = &r->s->covers[r->cover[k]];
		if (is_item_for_all(c) && r->map->output[cell_of(r, c->by_item, t)] == SSRC_NONE)
			sum += cover_part(r, c, t);
	}
	return sum;
}

/* The others, limited by their own output, with factor `sign`. */
static void add_items_standing_in(recourse *r, uint32_t row, uint32_t item, uint32_t t, double sign)
{
	for (uint32_t k = r->cover_start[item]; k < r->cover_start[item + 1]; k++) {
		const ssrc_plan_cover *c = &r->s->covers[r->cover[k]];
		uint32_t col = is_item_for_all(c) ? r->map->output[cell_of(r, c->by_item, t)] : SSRC_NONE;
		if (col != SSRC_NONE)
			ssrc_draft_entry(&r->draft, row, col, sign * cover_part(r, c, t));
	}
}

/* What a cover brings its only user, as part of that user's need. */
static uint32_t add_extra(recourse *r, const ssrc_plan_cover *c, uint32_t t)
{
	double part = fmin(1, cover_part(r, c, t));
	bool makers = c->by_item == SSRC_NONE;
	if (!(part > 0) || (makers && !(r->w->missing[cell_of(r, c->item, t)] > 0)))
		return SSRC_NONE;
	uint32_t by = makers ? SSRC_NONE : r->map->output[cell_of(r, c->by_item, t)];
	uint32_t col = ssrc_draft_col(&r->draft, 0, 0, part, false, NULL);
	if (by != SSRC_NONE) {
		uint32_t row = ssrc_draft_row(&r->draft, AT_MOST, 0, NULL);
		ssrc_draft_entry(&r->draft, row, col, 1);
		ssrc_draft_entry(&r->draft, row, by, -part);
	}
	return col;
}

static void add_extras(recourse *r, uint32_t t)
{
	for (uint32_t k = 0; k < r->s->n_covers; k++) {
		const ssrc_plan_cover *c = &r->s->covers[k];
		r->extra[k] = SSRC_NONE;
		if (c->user != SSRC_NONE && affected(r, c->item, t) && affected(r, c->user, t) &&
		    ssrc_plan_felt(r->b, r->w, c->item))
			r->extra[k] = add_extra(r, c, t);
	}
}

/* The part of the need of `user` for `input` that one of its covers brings; SSRC_NONE if cover k is none of those. */
static uint32_t extra_for(const recourse *r, uint32_t k, uint32_t user, uint32_t input)
{
	const ssrc_plan_cover *c = &r->s->covers[k];
	return c->item == input && c->user == user ? r->extra[k] : SSRC_NONE;
}

static double share_of(const recourse *r, uint32_t user, uint32_t input)
{
	const ssrc_plan_index *x = &r->b->index;
	double share = 0;
	for (uint32_t k = x->user_start[input]; k < x->user_start[input + 1]; k++)
		if (r->b->problem->arcs[x->user_arc[k]].item == user)
			share += x->share[x->user_arc[k]];
	return share;
}

/* factor · everything that makers of `item` make: its output, and what makers for one user alone add. */
static void add_made(recourse *r, uint32_t row, uint32_t item, uint32_t t, double factor)
{
	ssrc_draft_entry(&r->draft, row, r->map->output[cell_of(r, item, t)], factor);
	for (uint32_t k = r->cover_start[item]; k < r->cover_start[item + 1]; k++) {
		uint32_t n = r->cover[k];
		const ssrc_plan_cover *c = &r->s->covers[n];
		if (c->user != SSRC_NONE && c->by_item == SSRC_NONE && r->extra[n] != SSRC_NONE)
			ssrc_draft_entry(&r->draft, row, r->extra[n], factor * share_of(r, c->user, item));
	}
}

/* ---- columns and rows of one period ----------------------------------------------------------------------- */

/* Output: at most what makers are left, stand in, or are ready. */
static void add_outputs(recourse *r, uint32_t t)
{
	const ssrc_plan_problem *p = r->b->problem;
	for (uint32_t i = 0; i < p->n_items; i++) {
		bool wanted = p->items[i].value > 0 || r->serves[i] || ssrc_plan_felt(r->b, r->w, i);
		if (!affected(r, i, t) || !wanted)
			continue;
		double left = 1 - r->w->missing[cell_of(r, i, t)];
		bool sources = any_ready(r, i, SSRC_PLAN_SOURCE, t);
		uint32_t col = ssrc_draft_col(&r->draft, 0, 0, sources ? 1 : left, false, NULL);
		r->map->output[cell_of(r, i, t)] = col;
		if (!sources)
			continue;
		uint32_t row = ssrc_draft_row(&r->draft, AT_MOST, left, NULL);
		r->map->makers_row[cell_of(r, i, t)] = row;
		ssrc_draft_entry(&r->draft, row, col, 1);
		add_ready(r, row, i, SSRC_PLAN_SOURCE, t, -1);
	}
}

/* Some member of the group is never short in this period, so the user is served. */
static bool is_served(const recourse *r, uint32_t group, uint32_t t)
{
	const ssrc_plan_index *x = &r->b->index;
	for (uint32_t k = x->group_start[group]; k < x->group_start[group + 1]; k++) {
		uint32_t input = r->b->problem->arcs[x->group_arc[k]].input;
		if (!affected(r, input, t) || !ssrc_plan_felt(r->b, r->w, input))
			return true;
	}
	return false;
}

static bool has_extra(const recourse *r, uint32_t user, uint32_t input)
{
	for (uint32_t k = r->cover_start[input]; k < r->cover_start[input + 1]; k++)
		if (extra_for(r, r->cover[k], user, input) != SSRC_NONE)
			return true;
	return false;
}

/* Part of an item that its users miss in period t without a plan: what its makers miss themselves or for want of
 * inputs, less what is left of a stock that earlier periods have used. */
static double felt_shortage(const recourse *r, uint32_t item, uint32_t t)
{
	const ssrc_plan_item *it = &r->b->problem->items[item];
	double length = length_of(r, t), missed = r->shortage[item];
	if (!affected(r, item, t) || !ssrc_plan_felt(r->b, r->w, item))
		return 0;
	if (runs_out(r, item))
		return missed; /* counted from when it runs out */
	return fmax(0, fmin(missed, (r->used[item] + missed * length - it->stock) / length));
}

static double group_shortage(const recourse *r, uint32_t group, uint32_t t, uint32_t *best)
{
	const ssrc_plan_index *x = &r->b->index;
	double least = (double)INFINITY;
	for (uint32_t k = x->group_start[group]; k < x->group_start[group + 1]; k++) {
		const ssrc_plan_arc *arc = &r->b->problem->arcs[x->group_arc[k]];
		double missed = arc->weight * felt_shortage(r, arc->input, t);
		if (missed < least) {
			least = missed;
			*best = k;
		}
	}
	return least;
}

/* From nothing upwards until nothing changes; shortages only grow, and take one of finitely many values. */
static void guess_shortages(recourse *r, uint32_t t)
{
	const ssrc_plan_index *x = &r->b->index;
	uint32_t n_items = r->b->problem->n_items, ignored;
	bool changed = true;
	for (uint32_t i = 0; i < n_items; i++)
		r->shortage[i] = r->w->missing[cell_of(r, i, t)];
	for (uint32_t round = 0; changed && round < n_items; round++) {
		changed = false;
		for (uint32_t g = 0; g < x->n_groups; g++) {
			double missed = group_shortage(r, g, t, &ignored);
			if (missed <= r->shortage[x->group_item[g]])
				continue;
			r->shortage[x->group_item[g]] = missed;
			changed = true;
		}
	}
}

/* Where only one of a choice counts: the range of that one. */
static void narrow_choice(const recourse *r, uint32_t group, uint32_t t, uint32_t *first, uint32_t *end, double *weight)
{
	if (!r->b->problem->proportional || *end - *first == 1)
		return;
	group_shortage(r, group, t, first);
	*end = *first + 1;
	*weight = r->b->problem->arcs[r->b->index.group_arc[*first]].weight;
}

/* made − weight · Σ got <= 1 − weight, got: parts of the need that come from the pool or for this user alone. */
static void add_group(recourse *r, uint32_t group, uint32_t t)
{
	const ssrc_plan_index *x = &r->b->index;
	uint32_t first = x->group_start[group], end = x->group_start[group + 1], user = x->group_item[group];
	double weight = x->group_weight[group];
	narrow_choice(r, group, t, &first, &end, &weight);
	bool single = end - first == 1;
	if (single && weight == 1 && !has_extra(r, user, r->b->problem->arcs[x->group_arc[first]].input)) {
		r->drawn[x->group_arc[first]] = OWN_OUTPUT;
		return;
	}
	uint32_t row = ssrc_draft_row(&r->draft, AT_MOST, 1 - weight, NULL);
	add_made(r, row, user, t, 1);
	for (uint32_t k = first; k < end; k++) {
		uint32_t arc = x->group_arc[k], input = r->b->problem->arcs[arc].input;
		r->drawn[arc] = ssrc_draft_col(&r->draft, 0, 0, 1, false, NULL);
		ssrc_draft_entry(&r->draft, row, r->drawn[arc], -weight);
		for (uint32_t c = r->cover_start[input]; c < r->cover_start[input + 1]; c++) {
			uint32_t col = extra_for(r, r->cover[c], user, input);
			if (col != SSRC_NONE)
				ssrc_draft_entry(&r->draft, row, col, -weight);
		}
	}
}

static void add_groups(recourse *r, uint32_t t)
{
	const ssrc_plan_index *x = &r->b->index;
	for (uint32_t a = 0; a < r->b->problem->n_arcs; a++)
		r->drawn[a] = NOTHING;
	if (r->b->problem->proportional)
		guess_shortages(r, t);
	for (uint32_t g = 0; g < x->n_groups; g++)
		if (r->map->output[cell_of(r, x->group_item[g], t)] != SSRC_NONE && !is_served(r, g, t))
			add_group(r, g, t);
	for (uint32_t i = 0; r->b->problem->proportional && i < r->b->problem->n_items; i++)
		r->used[i] += r->shortage[i] * length_of(r, t);
}

/* A week of stock brings a week of use; of what expires, it fills what the makers are missing while it runs. */
static double drawn_brings(const recourse *r, uint32_t item, uint32_t t)
{
	return (runs_out(r, item) ? r->w->missing[cell_of(r, item, t)] : 1) / length_of(r, t);
}

static bool has_stock(const recourse *r, uint32_t item)
{
	const ssrc_plan_build_state *b = r->b;
	const ssrc_plan_problem *p = b->problem;
	const ssrc_plan_item *it = &p->items[item];
	if (it->stock > 0 && (!runs_out(r, item) || it->value > 0))
		return true;
	for (uint32_t k = b->index.option_start[item]; k < b->index.option_start[item + 1]; k++)
		for (uint32_t s = 0; s < p->n_slots; s++) {
			uint32_t o = b->index.option[k];
			if (b->model->bought[(size_t)o * p->n_slots + s] != SSRC_NONE &&
			    ssrc_plan_stock_counts(b, r->scenario, o, s))
				return true;
		}
	return false;
}

/* Output + stock + what reaches the users without the makers, on the right side of `row`. */
static void add_supply(recourse *r, uint32_t row, uint32_t item, uint32_t t, uint32_t *drawn)
{
	double brings = drawn_brings(r, item, t);
	ssrc_draft_entry(&r->draft, row, r->map->output[cell_of(r, item, t)], -1);
	add_ready(r, row, item, SSRC_PLAN_BYPASS, t, -1);
	add_items_standing_in(r, row, item, t, -1);
	if (!(brings > 0) || !has_stock(r, item))
		return;
	*drawn = ssrc_draft_col(&r->draft, 0, 0, length_of(r, t), false, NULL);
	ssrc_draft_entry(&r->draft, row, *drawn, -brings);
}

/* What a user draws of the item, as a part of its own need (scale 1) or of all use. */
static void add_draw(recourse *r, uint32_t row, uint32_t arc, uint32_t t, double scale)
{
	if (r->drawn[arc] == OWN_OUTPUT)
		add_made(r, row, r->b->problem->arcs[arc].item, t, scale);
	else
		ssrc_draft_entry(&r->draft, row, r->drawn[arc], scale);
}

/* Σ users' draws <= supply. In proportion: each user's part of its need <= supply, with a stock of its own. */
static void add_balance(recourse *r, uint32_t item, uint32_t t)
{
	const ssrc_plan_index *x = &r->b->index;
	bool each = r->b->problem->proportional;
	uint32_t row = SSRC_NONE;
	for (uint32_t k = x->user_start[item]; k < x->user_start[item + 1]; k++) {
		uint32_t arc = x->user_arc[k];
		if (r->drawn[arc] == NOTHING)
			continue;
		if (row == SSRC_NONE || each)
			row = ssrc_draft_row(&r->draft, AT_MOST, whole_items_bring(r, item, t), NULL);
		add_draw(r, row, arc, t, each ? 1 : x->share[arc]);
		if (each)
			add_supply(r, row, item, t, &r->draws[(size_t)arc * r->w->n + t]);
	}
	if (row != SSRC_NONE && !each)
		add_supply(r, row, item, t, &r->map->draw[cell_of(r, item, t)]);
}

/* Lost output of a product: where it is made, less what replaces it altogether. */
static void add_loss(recourse *r, uint32_t item, uint32_t t)
{
	const ssrc_plan_settings *set = r->b->settings;
	const ssrc_plan_item *it = &r->b->problem->items[item];
	double from = r->w->from[t], to = r->w->to[t];
	double price = it->value * (to - from) * ssrc_plan_discount(set, (from + to) / 2);
	uint32_t col = ssrc_draft_col(&r->draft, set->mode == SSRC_PLAN_SURVIVE ? 0 : price, 0, 1, false, NULL);
	r->map->price[cell_of(r, item, t)] = price;
	uint32_t row = ssrc_draft_row(&r->draft, 1 - whole_items_bring(r, item, t), (double)INFINITY, NULL);
	r->map->loss[cell_of(r, item, t)] = col;
	ssrc_draft_entry(&r->draft, row, col, 1);
	ssrc_draft_entry(&r->draft, row, r->map->output[cell_of(r, item, t)], 1);
	add_items_standing_in(r, row, item, t, 1);
	add_ready(r, row, item, SSRC_PLAN_BYPASS, t, 1);
}

static void add_period(recourse *r, uint32_t t)
{
	const ssrc_plan_problem *p = r->b->problem;
	add_outputs(r, t);
	add_extras(r, t);
	add_groups(r, t);
	for (uint32_t i = 0; i < p->n_items; i++) {
		if (r->map->output[cell_of(r, i, t)] == SSRC_NONE)
			continue;
		if (ssrc_plan_felt(r->b, r->w, i))
			add_balance(r, i, t);
		if (p->items[i].value > 0)
			add_loss(r, i, t);
	}
}

/* ---- rows over the whole window --------------------------------------------------------------------------- */

/* The first row: Σ drawn <= stock + what was bought in time, with `drawn` still to be entered. */
static uint32_t begin_stock(recourse *r, uint32_t item)
{
	const ssrc_plan_build_state *b = r->b;
	const ssrc_plan_problem *p = b->problem;
	const ssrc_plan_item *it = &p->items[item];
	/* What makers of a licence are missing is already counted from when it runs out. */
	double stock = runs_out(r, item) && !(it->value > 0) ? 0 : it->stock;
	uint32_t row = r->map->stock_row[item] = ssrc_draft_row(&r->draft, AT_MOST, stock, NULL);
	for (uint32_t k = b->index.option_start[item]; k < b->index.option_start[item + 1]; k++)
		for (uint32_t s = 0; s < p->n_slots; s++) {
			uint32_t o = b->index.option[k], col = b->model->bought[(size_t)o * p->n_slots + s];
			if (col != SSRC_NONE && ssrc_plan_stock_counts(b, r->scenario, o, s))
				add_link(r, row, col, -1);
		}
	return row;
}

static void add_pooled_stock(recourse *r, uint32_t item)
{
	uint32_t row = SSRC_NONE;
	for (uint32_t t = 0; t < r->w->n; t++) {
		uint32_t col = r->map->draw[cell_of(r, item, t)];
		if (col == SSRC_NONE)
			continue;
		if (row == SSRC_NONE)
			row = begin_stock(r, item);
		ssrc_draft_entry(&r->draft, row, col, 1);
	}
}

/* Every user holds the same weeks of its own use: a column for those weeks, and a row for each user. */
static void add_users_stock(recourse *r, uint32_t item)
{
	const ssrc_plan_index *x = &r->b->index;
	uint32_t weeks = SSRC_NONE;
	for (uint32_t k = x->user_start[item]; k < x->user_start[item + 1]; k++) {
		const uint32_t *draws = r->draws + (size_t)x->user_arc[k] * r->w->n;
		uint32_t row = SSRC_NONE;
		for (uint32_t t = 0; t < r->w->n; t++) {
			if (draws[t] == SSRC_NONE)
				continue;
			if (weeks == SSRC_NONE) {
				weeks = ssrc_draft_col(&r->draft, 0, 0, (double)INFINITY, false, NULL);
				ssrc_draft_entry(&r->draft, begin_stock(r, item), weeks, 1);
			}
			if (row == SSRC_NONE) {
				row = ssrc_draft_row(&r->draft, AT_MOST, 0, NULL);
				ssrc_draft_entry(&r->draft, row, weeks, -1);
			}
			ssrc_draft_entry(&r->draft, row, draws[t], 1);
		}
	}
}

/* To survive: Σ lost weeks <= max_loss + excess, and excess is dear. The probability that the solver weighs it with is
 * taken out again. */
static uint32_t begin_limit(recourse *r, uint32_t item, double most)
{
	uint32_t row = ssrc_draft_row(&r->draft, AT_MOST, most, NULL);
	double price = r->b->model->penalty * r->b->problem->n_scenarios;
	r->map->limit_row[item] = row;
	r->map->excess[item] = ssrc_draft_col(&r->draft, price, 0, (double)INFINITY, false, NULL);
	ssrc_draft_entry(&r->draft, row, r->map->excess[item], -1);
	return row;
}

static void add_limits(recourse *r)
{
	const ssrc_plan_settings *set = r->b->settings;
	uint32_t row = SSRC_NONE;
	for (uint32_t i = 0; i < r->b->problem->n_items; i++) {
		row = set->max_money ? row : SSRC_NONE;
		for (uint32_t t = 0; t < r->w->n; t++) {
			size_t cell = cell_of(r, i, t);
			if (r->map->loss[cell] == SSRC_NONE)
				continue;
			if (row == SSRC_NONE)
				row = begin_limit(r, i, set->max_money ? set->max_money[r->scenario] : set->max_loss);
			ssrc_draft_entry(&r->draft, row, r->map->loss[cell],
					 set->max_money ? r->map->price[cell] : length_of(r, t));
		}
	}
}

/* ---- the whole -------------------------------------------------------------------------------------------- */

/* n numbers, all SSRC_NONE. */
static uint32_t *take_places(ssrc_arena *arena, size_t n)
{
	uint32_t *places = ssrc_arena_array(arena, n, sizeof *places);
	if (places)
		memset(places, 0xff, n * sizeof *places);
	return places;
}

static bool take_map(recourse *r)
{
	ssrc_arena *arena = r->b->arena;
	uint32_t n_items = r->b->problem->n_items, n = r->w->n;
	size_t cells = (size_t)n_items * n;
	ssrc_plan_scenario_map *map = r->map;
	map->first_period = r->w->first;
	map->n_periods = n;
	map->output = take_places(arena, cells);
	map->loss = take_places(arena, cells);
	map->draw = take_places(arena, cells);
	map->makers_row = take_places(arena, cells);
	map->excess = take_places(arena, n_items);
	map->stock_row = take_places(arena, n_items);
	map->limit_row = take_places(arena, n_items);
	map->price = ssrc_arena_array(arena, cells, sizeof *map->price);
	map->from = ssrc_arena_array(arena, n, sizeof *map->from);
	map->to = ssrc_arena_array(arena, n, sizeof *map->to);
	if (!map->output || !map->loss || !map->draw || !map->makers_row || !map->excess || !map->stock_row ||
	    !map->limit_row || !map->price || !map->from || !map->to)
		return false;
	for (uint32_t t = 0; t < n; t++) {
		map->from[t] = r->w->from[t];
		map->to[t] = r->w->to[t];
	}
	return true;
}

static bool take_scratch(recourse *r, ssrc_arena *scratch)
{
	const ssrc_plan_problem *p = r->b->problem;
	uint32_t *key = ssrc_arena_array(scratch, r->s->n_covers, sizeof *key);
	r->serves = ssrc_arena_array(scratch, p->n_items, sizeof *r->serves);
	r->drawn = ssrc_arena_array(scratch, p->n_arcs, sizeof *r->drawn);
	r->extra = ssrc_arena_array(scratch, r->s->n_covers, sizeof *r->extra);
	r->shortage = ssrc_arena_array(scratch, p->n_items, sizeof *r->shortage);
	r->used = ssrc_arena_array(scratch, p->n_items, sizeof *r->used);
	r->draws = p->proportional ? take_places(scratch, (size_t)p->n_arcs * r->w->n) : NULL;
	if (!key || !r->serves || !r->drawn || !r->extra || !r->shortage || !r->used || (p->proportional && !r->draws))
		return false;
	for (uint32_t k = 0; k < r->s->n_covers; k++) {
		key[k] = r->s->covers[k].item;
		if (r->s->covers[k].by_item != SSRC_NONE)
			r->serves[r->s->covers[k].by_item] = true;
	}
	return ssrc_plan_sort_by_key(scratch, r->s->n_covers, p->n_items, key, &r->cover_start, &r->cover);
}

/* Links of each row, from the list. */
static bool place_links(const recourse *r, ssrc_scenario_program *out)
{
	ssrc_arena *arena = r->b->arena;
	uint32_t n_rows = out->recourse.n_rows;
	out->link_start = ssrc_arena_array(arena, (size_t)n_rows + 1, sizeof *out->link_start);
	out->link_col = ssrc_arena_array(arena, r->n_links, sizeof *out->link_col);
	out->link_value = ssrc_arena_array(arena, r->n_links, sizeof *out->link_value);
	if (r->failed || !out->link_start || !out->link_col || !out->link_value)
		return false;
	for (size_t k = 0; k < r->n_links; k++) {
		out->link_start[r->links[k].row + 1]++;
		out->link_col[k] = r->links[k].col;
		out->link_value[k] = r->links[k].value;
	}
	for (uint32_t i = 0; i < n_rows; i++)
		out->link_start[i + 1] += out->link_start[i];
	return true;
}

ssrc_status ssrc_plan_make_recourse(ssrc_plan_build_state *b, uint32_t scenario)
{
	recourse r = {.b = b,
		      .scenario = scenario,
		      .s = &b->problem->scenarios[scenario],
		      .w = &b->windows[scenario],
		      .map = &b->model->scenarios[scenario]};
	ssrc_scenario_program *out = &b->model->program.scenarios[scenario];
	ssrc_arena scratch;
	ssrc_arena_init(&scratch, b->ctx);
	ssrc_draft_init(&r.draft, b->ctx);
	ssrc_status status = take_map(&r) && take_scratch(&r, &scratch) ? SSRC_OK : ssrc_no_memory(b->err);
	if (status == SSRC_OK) {
		for (uint32_t t = 0; t < r.w->n; t++)
			add_period(&r, t);
		for (uint32_t i = 0; i < b->problem->n_items; i++)
			(b->problem->proportional ? add_users_stock : add_pooled_stock)(&r, i);
		if (b->settings->mode == SSRC_PLAN_SURVIVE)
			add_limits(&r);
		status = ssrc_draft_finish(&out->recourse, &r.draft, b->arena, b->err);
	}
	if (status == SSRC_OK && !place_links(&r, out))
		status = ssrc_no_memory(b->err);
	ssrc_draft_clear(&r.draft);
	ssrc_release(b->ctx, r.links);
	ssrc_arena_clear(&scratch);
	return status;
}
