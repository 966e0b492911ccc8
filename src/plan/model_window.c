/* Scenarios on the grid: window, missing makers, and the items that a shortage can reach. docs/methods/plan.md */
#include "model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- look-ups --------------------------------------------------------------------------------------------- */

bool ssrc_plan_sort_by_key(ssrc_arena *arena, uint32_t n, uint32_t n_keys, const uint32_t *key, uint32_t **start,
			   uint32_t **list)
{
	uint32_t *first = ssrc_arena_array(arena, (size_t)n_keys + 2, sizeof *first);
	uint32_t *out = ssrc_arena_array(arena, n, sizeof *out);
	if (!first || !out)
		return false;
	for (uint32_t i = 0; i < n; i++)
		first[key[i] + 2]++;
	for (uint32_t k = 0; k < n_keys; k++)
		first[k + 2] += first[k + 1];
	for (uint32_t i = 0; i < n; i++)
		out[first[key[i] + 1]++] = i;
	*start = first;
	*list = out;
	return true;
}

/* Arcs of one item and one choice are one group, any other arc is a group by itself. */
static void number_groups(ssrc_plan_build_state *b, const uint32_t *start, const uint32_t *arc)
{
	const ssrc_plan_problem *p = b->problem;
	ssrc_plan_index *x = &b->index;
	for (uint32_t i = 0; i < p->n_items; i++)
		for (uint32_t k = start[i]; k < start[i + 1]; k++) {
			const ssrc_plan_arc *a = &p->arcs[arc[k]];
			uint32_t group = SSRC_NONE;
			for (uint32_t m = start[i]; m < k && a->choice != SSRC_NONE && group == SSRC_NONE; m++)
				if (p->arcs[arc[m]].choice == a->choice)
					group = x->arc_group[arc[m]];
			if (group == SSRC_NONE) {
				group = x->n_groups++;
				x->group_item[group] = i;
				x->group_weight[group] = a->weight;
			}
			x->arc_group[arc[k]] = group;
			x->group_weight[group] = fmin(x->group_weight[group], a->weight);
		}
}

static void scale_shares(ssrc_plan_build_state *b)
{
	const ssrc_plan_problem *p = b->problem;
	const ssrc_plan_index *x = &b->index;
	for (uint32_t j = 0; j < p->n_items; j++) {
		double sum = 0;
		for (uint32_t k = x->user_start[j]; k < x->user_start[j + 1]; k++)
			sum += p->arcs[x->user_arc[k]].use;
		for (uint32_t k = x->user_start[j]; k < x->user_start[j + 1]; k++)
			x->share[x->user_arc[k]] = p->arcs[x->user_arc[k]].use / fmax(1, sum);
	}
}

ssrc_status ssrc_plan_make_index(ssrc_plan_build_state *b)
{
	const ssrc_plan_problem *p = b->problem;
	ssrc_plan_index *x = &b->index;
	ssrc_arena scratch;
	ssrc_arena_init(&scratch, b->ctx);
	uint32_t n = p->n_arcs > p->n_options ? p->n_arcs : p->n_options;
	uint32_t *key = ssrc_arena_array(&scratch, n, sizeof *key), *start = NULL, *arc = NULL;
	x->group_item = ssrc_arena_array(b->arena, p->n_arcs, sizeof *x->group_item);
	x->group_weight = ssrc_arena_array(b->arena, p->n_arcs, sizeof *x->group_weight);
	x->arc_group = ssrc_arena_array(b->arena, p->n_arcs, sizeof *x->arc_group);
	x->share = ssrc_arena_array(b->arena, p->n_arcs, sizeof *x->share);
	bool ok = key && x->group_item && x->group_weight && x->arc_group && x->share;
	for (uint32_t k = 0; ok && k < p->n_arcs; k++)
		key[k] = p->arcs[k].item;
	ok = ok && ssrc_plan_sort_by_key(&scratch, p->n_arcs, p->n_items, key, &start, &arc);
	if (ok) {
		number_groups(b, start, arc);
		ok = ssrc_plan_sort_by_key(b->arena, p->n_arcs, x->n_groups, x->arc_group, &x->group_start,
					   &x->group_arc) &&
		     ssrc_plan_sort_by_key(b->arena, x->n_groups, p->n_items, x->group_item, &x->item_start,
					   &x->item_group);
	}
	for (uint32_t k = 0; ok && k < p->n_arcs; k++)
		key[k] = p->arcs[k].input;
	ok = ok && ssrc_plan_sort_by_key(b->arena, p->n_arcs, p->n_items, key, &x->user_start, &x->user_arc);
	for (uint32_t o = 0; ok && o < p->n_options; o++)
		key[o] = p->options[o].item;
	ok = ok && ssrc_plan_sort_by_key(b->arena, p->n_options, p->n_items, key, &x->option_start, &x->option);
	ssrc_arena_clear(&scratch);
	if (!ok)
		return ssrc_no_memory(b->err);
	scale_shares(b);
	return SSRC_OK;
}

/* ---- what is missing of an item's makers ------------------------------------------------------------------ */

/* The step function of one item in one scenario: value[k] from at[k] to at[k + 1], 0 outside. */
typedef struct step_line {
	uint32_t n;
	double *at, *value;
} step_line;

static int by_number(const void *a, const void *b)
{
	const double *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

static bool stands_in(const ssrc_plan_cover *cover, uint32_t item)
{
	return cover->item == item && cover->by_item == SSRC_NONE && cover->user == SSRC_NONE;
}

static double missing_at(const ssrc_plan_scenario *s, uint32_t item, double week)
{
	double lost = 0, cover = 0;
	for (uint32_t k = 0; k < s->n_hits; k++)
		if (s->hits[k].item == item && s->hits[k].from <= week && week < s->hits[k].to)
			lost += s->hits[k].lost;
	for (uint32_t k = 0; k < s->n_covers; k++)
		if (stands_in(&s->covers[k], item) && s->covers[k].from <= week)
			cover += s->covers[k].cover;
	return fmax(0, fmin(1, lost) - cover);
}

/* Limits between which nothing changes. `run_on`: those of an expired licence lie `run_on` later as well. */
static void collect_limits(step_line *out, const ssrc_plan_scenario *s, uint32_t item, double run_on)
{
	out->n = 0;
	for (uint32_t k = 0; k < s->n_hits; k++)
		if (s->hits[k].item == item) {
			out->at[out->n++] = s->hits[k].from;
			out->at[out->n++] = s->hits[k].to;
		}
	for (uint32_t k = 0; k < s->n_covers; k++)
		if (stands_in(&s->covers[k], item))
			out->at[out->n++] = s->covers[k].from;
	uint32_t plain = out->n;
	for (uint32_t k = 0; run_on > 0 && k < plain; k++)
		out->at[out->n++] = out->at[k] + run_on;
	if (out->n > 0)
		qsort(out->at, out->n, sizeof *out->at, by_number);
}

/* Least that is missing between from and to: a licence runs out when the makers have been gone for as long as it ran.
 */
static double least_missing(const ssrc_plan_scenario *s, uint32_t item, const step_line *limits, double from, double to)
{
	double least = fmin(missing_at(s, item, from), missing_at(s, item, to));
	for (uint32_t k = 0; k < limits->n; k++)
		if (limits->at[k] > from && limits->at[k] <= to)
			least = fmin(least, missing_at(s, item, limits->at[k]));
	return least;
}

static void fill_steps(step_line *out, const ssrc_plan_problem *p, const ssrc_plan_scenario *s, uint32_t item)
{
	const ssrc_plan_item *it = &p->items[item];
	/* A product is lost where it is made, however long its users run on. */
	double run_on = it->expires && !(it->value > 0) ? it->stock : 0;
	collect_limits(out, s, item, run_on);
	for (uint32_t k = 0; k + 1 < out->n; k++) {
		double middle = out->at[k] + (out->at[k + 1] - out->at[k]) / 2;
		out->value[k] = isfinite(run_on) ? least_missing(s, item, out, middle - run_on, middle) : 0;
	}
}

static double mean_of(const step_line *steps, double from, double to)
{
	double sum = 0;
	for (uint32_t k = 0; k + 1 < steps->n; k++) {
		double length = fmin(to, steps->at[k + 1]) - fmax(from, steps->at[k]);
		if (length > 0)
			sum += length * steps->value[k];
	}
	return fmin(1, sum / (to - from));
}

/* ---- the window (R1) -------------------------------------------------------------------------------------- */

static ssrc_status make_window(ssrc_plan_build_state *b, ssrc_plan_window *w, const ssrc_plan_scenario *s)
{
	const ssrc_plan_problem *p = b->problem;
	double horizon = p->period[p->n_periods];
	w->onset = horizon;
	w->end = 0;
	for (uint32_t k = 0; k < s->n_hits; k++)
		if (s->hits[k].lost > 0 && s->hits[k].from < s->hits[k].to) {
			w->onset = fmin(w->onset, fmax(0, s->hits[k].from));
			w->end = fmax(w->end, fmin(horizon, s->hits[k].to));
		}
	w->first = 0;
	while (w->first < p->n_periods && p->period[w->first + 1] <= w->onset)
		w->first++;
	while (w->first + w->n < p->n_periods && p->period[w->first + w->n] < w->end)
		w->n++;
	size_t cells = (size_t)p->n_items * w->n;
	w->from = ssrc_arena_array(b->arena, w->n, sizeof *w->from);
	w->to = ssrc_arena_array(b->arena, w->n, sizeof *w->to);
	w->missing = ssrc_arena_array(b->arena, cells, sizeof *w->missing);
	w->affected = ssrc_arena_array(b->arena, cells, sizeof *w->affected);
	w->relevant = ssrc_arena_array(b->arena, p->n_items, sizeof *w->relevant);
	w->covered = ssrc_arena_array(b->arena, p->n_items, sizeof *w->covered);
	w->short_weeks = ssrc_arena_array(b->arena, p->n_items, sizeof *w->short_weeks);
	if (!w->from || !w->to || !w->missing || !w->affected || !w->relevant || !w->covered || !w->short_weeks)
		return ssrc_no_memory(b->err);
	for (uint32_t t = 0; t < w->n; t++) {
		w->from[t] = fmax(w->onset, p->period[w->first + t]);
		w->to[t] = fmin(w->end, p->period[w->first + t + 1]);
	}
	return SSRC_OK;
}

static ssrc_status fill_missing(ssrc_plan_build_state *b, ssrc_plan_window *w, const ssrc_plan_scenario *s)
{
	const ssrc_plan_problem *p = b->problem;
	ssrc_arena scratch;
	ssrc_arena_init(&scratch, b->ctx);
	size_t most = 2 * ((size_t)2 * s->n_hits + s->n_covers);
	step_line steps = {0, ssrc_arena_array(&scratch, most, sizeof(double)),
			   ssrc_arena_array(&scratch, most, sizeof(double))};
	bool *hit = ssrc_arena_array(&scratch, p->n_items, sizeof *hit);
	ssrc_status status = steps.at && steps.value && hit ? SSRC_OK : ssrc_no_memory(b->err);
	for (uint32_t k = 0; status == SSRC_OK && k < s->n_hits; k++) {
		uint32_t item = s->hits[k].item;
		if (hit[item])
			continue;
		hit[item] = true;
		fill_steps(&steps, p, s, item);
		for (uint32_t t = 0; t < w->n; t++)
			w->missing[(size_t)item * w->n + t] = mean_of(&steps, w->from[t], w->to[t]);
	}
	ssrc_arena_clear(&scratch);
	return status;
}

/* ---- the affected closure (R2) ---------------------------------------------------------------------------- */

/* Items that some product needs, through inputs that may run short or as another item that stands in. */
static void fill_relevant(const ssrc_plan_build_state *b, ssrc_plan_window *w, const ssrc_plan_scenario *s,
			  uint32_t *queue)
{
	const ssrc_plan_problem *p = b->problem;
	const ssrc_plan_index *x = &b->index;
	uint32_t n = 0;
	for (uint32_t i = 0; i < p->n_items; i++)
		if (p->items[i].value > 0) {
			w->relevant[i] = true;
			queue[n++] = i;
		}
	for (uint32_t k = 0; k < n; k++) {
		uint32_t i = queue[k];
		for (uint32_t g = x->item_start[i]; g < x->item_start[i + 1]; g++)
			for (uint32_t a = x->group_start[x->item_group[g]]; a < x->group_start[x->item_group[g] + 1];
			     a++) {
				uint32_t input = p->arcs[x->group_arc[a]].input;
				if (!w->relevant[input] && p->items[input].stock < (double)INFINITY) {
					w->relevant[input] = true;
					queue[n++] = input;
				}
			}
		for (uint32_t c = 0; c < s->n_covers; c++) {
			uint32_t by = s->covers[c].by_item;
			if (s->covers[c].item == i && by != SSRC_NONE && !w->relevant[by]) {
				w->relevant[by] = true;
				queue[n++] = by;
			}
		}
	}
}

/* All items that a shortage reaches in period t. `left`: members of each group that are not affected yet. */
static void spread(const ssrc_plan_build_state *b, ssrc_plan_window *w, uint32_t t, uint32_t *queue, uint32_t *left)
{
	const ssrc_plan_problem *p = b->problem;
	const ssrc_plan_index *x = &b->index;
	uint32_t n = 0;
	for (uint32_t g = 0; g < x->n_groups; g++)
		left[g] = x->group_start[g + 1] - x->group_start[g];
	for (uint32_t i = 0; i < p->n_items; i++) {
		size_t cell = (size_t)i * w->n + t;
		w->affected[cell] = w->relevant[i] && w->missing[cell] > 0;
		if (w->affected[cell])
			queue[n++] = i;
	}
	for (uint32_t k = 0; k < n; k++) {
		if (!ssrc_plan_felt(b, w, queue[k]))
			continue;
		for (uint32_t u = x->user_start[queue[k]]; u < x->user_start[queue[k] + 1]; u++) {
			uint32_t group = x->arc_group[x->user_arc[u]], user = x->group_item[group];
			size_t cell = (size_t)user * w->n + t;
			if (--left[group] > 0 || !w->relevant[user] || w->affected[cell])
				continue;
			w->affected[cell] = true;
			queue[n++] = user;
		}
	}
}

/* Items whose users' stock outlasts all weeks in which they are affected; true if there is a new one. */
static bool find_covered(const ssrc_plan_build_state *b, ssrc_plan_window *w)
{
	const ssrc_plan_problem *p = b->problem;
	bool found = false;
	for (uint32_t i = 0; i < p->n_items; i++) {
		double weeks = 0;
		for (uint32_t t = 0; t < w->n; t++)
			if (w->affected[(size_t)i * w->n + t])
				weeks += w->to[t] - w->from[t];
		w->short_weeks[i] = weeks;
		if (weeks > 0 && !w->covered[i] && !p->items[i].expires && p->items[i].stock >= weeks) {
			w->covered[i] = true;
			found = true;
		}
	}
	return found;
}

static ssrc_status close_window(ssrc_plan_build_state *b, ssrc_plan_window *w, const ssrc_plan_scenario *s)
{
	const ssrc_plan_problem *p = b->problem;
	uint32_t *queue = ssrc_alloc_array(b->ctx, p->n_items, sizeof *queue);
	uint32_t *left = ssrc_alloc_array(b->ctx, b->index.n_groups, sizeof *left);
	ssrc_status status = queue && left ? SSRC_OK : ssrc_no_memory(b->err);
	if (status == SSRC_OK) {
		fill_relevant(b, w, s, queue);
		do
			for (uint32_t t = 0; t < w->n; t++)
				spread(b, w, t, queue, left);
		while (find_covered(b, w));
	}
	ssrc_release(b->ctx, queue);
	ssrc_release(b->ctx, left);
	return status;
}

ssrc_status ssrc_plan_make_windows(ssrc_plan_build_state *b)
{
	const ssrc_plan_problem *p = b->problem;
	b->windows = ssrc_arena_array(b->arena, p->n_scenarios, sizeof *b->windows);
	ssrc_status status = b->windows ? SSRC_OK : ssrc_no_memory(b->err);
	for (uint32_t s = 0; s < p->n_scenarios && status == SSRC_OK; s++) {
		status = make_window(b, &b->windows[s], &p->scenarios[s]);
		if (status == SSRC_OK)
			status = fill_missing(b, &b->windows[s], &p->scenarios[s]);
		if (status == SSRC_OK)
			status = close_window(b, &b->windows[s], &p->scenarios[s]);
	}
	return status;
}
