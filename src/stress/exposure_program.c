/* What is scarce, and the linear program of it. */
#include "exposure_parts.h"

#include <string.h>

/* ---- region ---------------------------------------------------------------------------------------------- */

bool ssrc_exposure_need_is_met(const ssrc_exposure_work *w, uint32_t need)
{
	const ssrc_exposure_network *net = w->shape->net;
	for (uint32_t a = net->producer_start[need]; a < net->producer_start[need + 1]; a++)
		if (w->plenty[net->producer[a]])
			return true;
	return false;
}

static bool has_plenty(const ssrc_exposure_work *w, uint32_t node)
{
	const ssrc_exposure_network *net = w->shape->net;
	if (w->down[node] || (net->group[node] != SSRC_NONE && w->capped[net->group[node]]))
		return false;
	for (uint32_t k = net->need_start[node]; k < net->need_start[node + 1]; k++)
		if (!ssrc_exposure_need_is_met(w, k))
			return false;
	return true;
}

/* The least set: what stands in a circle is scarce unless the circle can do without. */
static void find_plenty(ssrc_exposure_work *w)
{
	const ssrc_exposure_shape *s = w->shape;
	memset(w->plenty, 0, s->net->n * sizeof *w->plenty);
	for (bool changed = true; changed;) {
		changed = false;
		for (uint32_t i = 0; i < s->net->n; i++) {
			uint32_t node = s->order[i];
			if (!w->plenty[node] && has_plenty(w, node))
				changed = w->plenty[node] = true;
		}
		changed &= s->circles;
	}
}

static void reach(ssrc_exposure_work *w, uint32_t node, uint32_t *n_stack)
{
	if (w->local[node] == SSRC_NONE) {
		w->local[node] = 0;
		w->stack[(*n_stack)++] = node;
	}
}

static void find_members(ssrc_exposure_work *w)
{
	const ssrc_exposure_network *net = w->shape->net;
	uint32_t n_stack = 0;
	for (uint32_t i = 0; i < net->n; i++)
		w->local[i] = SSRC_NONE;
	for (uint32_t i = 0; i < net->n; i++)
		if (net->demand[i] > 0 && !w->plenty[i])
			reach(w, i, &n_stack);
	while (n_stack > 0) {
		uint32_t node = w->stack[--n_stack];
		for (uint32_t k = net->need_start[node]; k < net->need_start[node + 1] && !w->down[node]; k++)
			for (uint32_t a = net->producer_start[k];
			     !ssrc_exposure_need_is_met(w, k) && a < net->producer_start[k + 1]; a++)
				reach(w, net->producer[a], &n_stack);
	}
	w->n_region = 0;
	for (uint32_t i = 0; i < net->n; i++)
		if (w->local[w->shape->order[i]] != SSRC_NONE) {
			w->local[w->shape->order[i]] = w->n_region;
			w->region[w->n_region++] = w->shape->order[i];
		}
}

/* ---- program --------------------------------------------------------------------------------------------- */

/* Flows are in units of the node's scale, shares of a need in units of the need: everything is near 1. */

/* Rows 0 … n_region - 1: made + stock - used - delivered >= 0. */
static void add_node(ssrc_exposure_work *w, ssrc_program_draft *draft, uint32_t node)
{
	const ssrc_exposure_network *net = w->shape->net;
	uint32_t row = w->local[node];
	w->u_col[node] = w->o_col[node] = SSRC_NONE;
	if (!w->down[node]) {
		w->u_col[node] = ssrc_draft_col(draft, 0, 0, (double)INFINITY, false, NULL);
		ssrc_draft_entry(draft, row, w->u_col[node], 1);
	}
	if (net->demand[node] > 0) {
		double part = net->margin[node] * net->demand[node] / w->value;
		w->o_col[node] = ssrc_draft_col(draft, -part, 0, 1, false, NULL);
		ssrc_draft_entry(draft, row, w->o_col[node], -net->demand[node] / w->shape->scale[node]);
	}
}

/* What one producer alone makes is taken from it as the user runs; otherwise the producers share the need. */
static void add_need(ssrc_exposure_work *w, ssrc_program_draft *draft, uint32_t node, uint32_t need)
{
	const ssrc_exposure_network *net = w->shape->net;
	uint32_t first = net->producer_start[need], end = net->producer_start[need + 1], row = SSRC_NONE;
	double wanted = net->rate[need] * w->shape->scale[node];
	if (end - first != 1) {
		row = ssrc_draft_row(draft, 0, (double)INFINITY, NULL);
		ssrc_draft_entry(draft, row, w->u_col[node], -1);
	}
	for (uint32_t a = first; a < end; a++) {
		uint32_t from = net->producer[a];
		uint32_t col = w->u_col[node];
		if (row != SSRC_NONE) {
			col = w->y_col[a] = ssrc_draft_col(draft, 0, 0, (double)INFINITY, false, NULL);
			ssrc_draft_entry(draft, row, col, 1);
		}
		ssrc_draft_entry(draft, w->local[from], col, -wanted / w->shape->scale[from]);
	}
}

/* One row per limit that counts, over its members here. */
static void add_limits(ssrc_exposure_work *w, ssrc_program_draft *draft, uint32_t *row_of)
{
	const ssrc_exposure_network *net = w->shape->net;
	for (uint32_t i = 0; i < w->n_region; i++) {
		uint32_t node = w->region[i], g = net->group[node];
		if (g == SSRC_NONE || !w->capped[g] || w->u_col[node] == SSRC_NONE)
			continue;
		double limit = net->capacity[g];
		if (row_of[g] == 0)
			row_of[g] = 1 + ssrc_draft_row(draft, -(double)INFINITY, limit > 0 ? 1 : 0, NULL);
		ssrc_draft_entry(draft, row_of[g] - 1, w->u_col[node],
				 w->shape->scale[node] / (limit > 0 ? limit : w->shape->scale[node]));
	}
}

static ssrc_status build(ssrc_exposure_work *w)
{
	const ssrc_exposure_network *net = w->shape->net;
	ssrc_program_draft draft;
	uint32_t *row_of = ssrc_arena_array(&w->arena, net->n_groups, sizeof *row_of);
	if (!row_of)
		return SSRC_NOMEM;
	ssrc_draft_init(&draft, w->shape->ctx);
	draft.offset = 1;
	for (uint32_t i = 0; i < w->n_region; i++)
		ssrc_draft_row(&draft, 0, (double)INFINITY, NULL);
	for (uint32_t i = 0; i < w->n_region; i++)
		add_node(w, &draft, w->region[i]);
	for (uint32_t i = 0; i < w->n_region; i++) {
		uint32_t node = w->region[i];
		for (uint32_t k = net->need_start[node]; k < net->need_start[node + 1] && !w->down[node]; k++)
			if (!ssrc_exposure_need_is_met(w, k))
				add_need(w, &draft, node, k);
	}
	add_limits(w, &draft, row_of);
	ssrc_status status = ssrc_draft_finish(&w->program, &draft, &w->arena, NULL);
	ssrc_draft_clear(&draft);
	return status;
}

void ssrc_exposure_drop_program(ssrc_exposure_work *w)
{
	if (w->solver)
		w->solver->ops->destroy(w->solver);
	w->solver = NULL;
	ssrc_arena_clear(&w->arena);
}

ssrc_status ssrc_exposure_find_region(ssrc_exposure_work *w)
{
	const ssrc_exposure_network *net = w->shape->net;
	ssrc_exposure_drop_program(w);
	find_plenty(w);
	find_members(w);
	w->value = 0;
	for (uint32_t i = 0; i < w->n_region; i++)
		w->value += net->margin[w->region[i]] * net->demand[w->region[i]];
	if (w->n_region == 0)
		return SSRC_OK;
	ssrc_status status = build(w);
	if (!status)
		status = w->shape->solver->create(&w->solver, w->shape->ctx, &w->program, NULL);
	w->effort.programs++;
	if (!status && w->program.n_cols > w->effort.largest)
		w->effort.largest = w->program.n_cols;
	return status;
}

/* ---- solving --------------------------------------------------------------------------------------------- */

static ssrc_status set_stocks(ssrc_exposure_work *w, double sigma)
{
	for (uint32_t i = 0; i < w->n_region; i++) {
		uint32_t node = w->region[i];
		double stock = sigma * w->shape->net->stock[node] / w->shape->scale[node];
		if (w->shape->net->stock[node] == 0)
			continue;
		ssrc_status status = w->solver->ops->set_row(w->solver, i, -stock, (double)INFINITY);
		if (status)
			return status;
	}
	return SSRC_OK;
}

ssrc_status ssrc_exposure_solve(ssrc_exposure_work *w, double sigma, double *loss, double *fall)
{
	*loss = *fall = 0;
	if (w->n_region == 0)
		return SSRC_OK;
	ssrc_status status = set_stocks(w, sigma);
	if (!status)
		status = w->solver->ops->solve_lp(w->solver, &ssrc_no_limits, &w->solution);
	if (status)
		return status;
	w->effort.solves++;
	w->effort.pivots += (uint64_t)w->solution.iterations;
	if (w->solution.outcome != SSRC_OUTCOME_OPTIMAL || !w->solution.has_dual)
		return SSRC_LIMIT;
	*loss = w->solution.value;
	for (uint32_t i = 0; i < w->n_region; i++) {
		uint32_t node = w->region[i];
		*fall += w->solution.dual[i] * w->shape->net->stock[node] / w->shape->scale[node];
	}
	return SSRC_OK;
}
