/* Nodes, cuts and linear programs of branch and bound over tenders. docs/methods/instances.md */
#include "plan/recourse_nodes.h"

#include "plan/core.h"

#include <math.h>
#include <string.h>

/* ---- groups ------------------------------------------------------------------------------------------------ */

/* Blocks by the tenders they see: which group each belongs to, groups numbered by first use. */
static ssrc_status group_blocks(recourse_layout *at, const ssrc_block_set *set, ssrc_context *ctx, ssrc_arena *arena)
{
	ssrc_symbols names;
	ssrc_status status = SSRC_OK;
	uint32_t *group = ssrc_arena_array(arena, set->n_blocks, sizeof *group);
	at->order = ssrc_arena_array(arena, set->n_blocks, sizeof *at->order);
	at->groups = ssrc_arena_array(arena, set->n_blocks, sizeof *at->groups);
	if (!group || !at->order || !at->groups)
		return SSRC_NOMEM;
	ssrc_symbols_init(&names, ctx);
	for (uint32_t b = 0; !status && b < set->n_blocks; b++) {
		const ssrc_block *block = &set->blocks[b];
		/* A block of no tenders has an empty name, which is a name too. */
		status = ssrc_symbols_add(&names, (const char *)block->tender, block->n_tenders * sizeof *block->tender,
					  &group[b], NULL);
		if (status)
			break;
		recourse_group *g = &at->groups[group[b]];
		g->tender = block->tender;
		g->n_tenders = block->n_tenders;
		g->count++;
		g->floor += block->weight * (block->n_points ? block->cost[0] : 0);
	}
	at->n_groups = names.count;
	ssrc_symbols_clear(&names);
	for (uint32_t g = 1; g < at->n_groups; g++)
		at->groups[g].first = at->groups[g - 1].first + at->groups[g - 1].count;
	for (uint32_t g = 0; g < at->n_groups; g++)
		at->groups[g].count = 0;
	for (uint32_t b = 0; !status && b < set->n_blocks; b++) {
		recourse_group *g = &at->groups[group[b]];
		at->order[g->first + g->count++] = b;
	}
	return status;
}

/* ---- the program ------------------------------------------------------------------------------------------- */

static ssrc_status build_program(recourse_layout *at, const ssrc_two_stage *problem, const ssrc_block_set *set,
				 ssrc_context *ctx, ssrc_arena *arena)
{
	const ssrc_program *first = &problem->first;
	const ssrc_tender_box *box = &at->root->box;
	ssrc_program_draft draft;
	ssrc_draft_init(&draft, ctx);
	draft.offset = at->offset;
	for (uint32_t j = 0; j < at->n_x; j++)
		ssrc_draft_col(&draft, first->cost[j], first->low[j], first->high[j], false, NULL);
	for (uint32_t t = 0; t < at->n_tenders; t++)
		ssrc_draft_col(&draft, 0, box->low[t], box->high[t], false, NULL);
	for (uint32_t g = 0; g < at->n_groups; g++)
		ssrc_draft_col(&draft, 1, at->groups[g].floor, (double)INFINITY, false, NULL);
	for (uint32_t i = 0; i < first->n_rows; i++)
		ssrc_draft_row(&draft, first->row_low[i], first->row_high[i], NULL);
	for (uint32_t j = 0; j < at->n_x; j++)
		for (uint32_t k = first->start[j]; k < first->start[j + 1]; k++)
			ssrc_draft_entry(&draft, first->row[k], j, first->value[k]);
	for (uint32_t t = 0; t < at->n_tenders; t++) {
		uint32_t row = ssrc_draft_row(&draft, 0, 0, NULL);
		const ssrc_tender *tender = &set->tenders[t];
		ssrc_draft_entry(&draft, row, at->n_x + t, -1);
		for (uint32_t k = tender->start; k < tender->start + tender->count; k++)
			ssrc_draft_entry(&draft, row, set->col[k], set->value[k]);
	}
	ssrc_status status = ssrc_draft_finish(&at->program, &draft, arena, NULL);
	ssrc_draft_clear(&draft);
	return status;
}

static void *take(char **at, size_t bytes)
{
	void *block = *at;
	*at += (bytes + 15) / 16 * 16;
	return block;
}

static size_t node_bytes(const recourse_layout *at)
{
	size_t x = ((size_t)at->n_x * sizeof(double) + 15) / 16 * 16;
	size_t t = ((size_t)at->n_tenders * sizeof(double) + 15) / 16 * 16;
	size_t open = ((size_t)at->n_tenders * sizeof(bool) + 15) / 16 * 16;
	return (sizeof(recourse_node) + 15) / 16 * 16 + 2 * x + 2 * t + 2 * open;
}

/* The arrays of a node lie behind it in one block. */
static recourse_node *lay_out(void *block, const recourse_layout *at)
{
	char *next = block;
	recourse_node *node = take(&next, sizeof *node);
	node->x_low = take(&next, at->n_x * sizeof(double));
	node->x_high = take(&next, at->n_x * sizeof(double));
	node->box.low = take(&next, at->n_tenders * sizeof(double));
	node->box.high = take(&next, at->n_tenders * sizeof(double));
	node->box.low_open = take(&next, at->n_tenders * sizeof(bool));
	node->box.high_open = take(&next, at->n_tenders * sizeof(bool));
	return node;
}

/* Rows of a scenario that only the first stage enters bound their tender. */
static void apply_bare_rows(recourse_node *root, const ssrc_two_stage *problem, const ssrc_block_set *set)
{
	for (uint32_t i = 0; i < set->n_bare; i++) {
		const ssrc_bare_row *bare = &set->bare[i];
		const ssrc_program *p = &problem->scenarios[bare->scenario].recourse;
		double x = p->row_low[bare->row] / bare->scale, y = p->row_high[bare->row] / bare->scale;
		double *low = &root->box.low[bare->tender], *high = &root->box.high[bare->tender];
		*low = fmax(*low, bare->scale > 0 ? x : y);
		*high = fmin(*high, bare->scale > 0 ? y : x);
	}
}

static bool make_root(recourse_layout *at, const ssrc_two_stage *problem, const ssrc_block_set *set, ssrc_arena *arena)
{
	const ssrc_program *first = &problem->first;
	void *block = ssrc_arena_array(arena, 1, node_bytes(at));
	if (!block)
		return false;
	at->root = lay_out(block, at);
	at->root->bound = -(double)INFINITY;
	for (uint32_t j = 0; j < at->n_x; j++) {
		bool whole = first->integer && first->integer[j];
		at->root->x_low[j] = whole ? ceil(first->low[j] - 1e-9) : first->low[j];
		at->root->x_high[j] = whole ? floor(first->high[j] + 1e-9) : first->high[j];
	}
	for (uint32_t t = 0; t < at->n_tenders; t++) {
		at->root->box.low[t] = set->tenders[t].low;
		at->root->box.high[t] = set->tenders[t].high;
	}
	apply_bare_rows(at->root, problem, set);
	return true;
}

/* Tenders that the columns leave without a bound may have one by the rows. */
static ssrc_status bound_by_rows(recourse_layout *at, const ssrc_two_stage_options *options, ssrc_context *ctx,
				 bool *fit, ssrc_error *err)
{
	ssrc_solver *solver = NULL;
	ssrc_solution found;
	ssrc_tender_box *box = &at->root->box;
	ssrc_status status = ssrc_core_solver(&solver, options, false, ctx, &at->program, err);
	for (uint32_t j = 0; !status && j < at->n_cols; j++)
		status = solver->ops->set_cost(solver, j, 0);
	for (uint32_t t = 0; !status && *fit && t < at->n_tenders; t++)
		for (int sign = 1; !status && *fit && sign >= -1; sign -= 2) {
			double *end = sign > 0 ? &box->low[t] : &box->high[t];
			if (isfinite(*end))
				continue;
			status = solver->ops->set_cost(solver, at->n_x + t, sign);
			if (!status)
				status = solver->ops->solve_lp(solver, &ssrc_no_limits, &found);
			double reached = status ? 0 : sign * (found.bound - at->offset);
			*fit = !status && found.outcome == SSRC_OUTCOME_OPTIMAL && isfinite(reached);
			if (*fit)
				*end = reached;
			if (!status)
				status = solver->ops->set_cost(solver, at->n_x + t, 0);
		}
	ssrc_solver_free(solver);
	return status;
}

ssrc_status recourse_layout_make(recourse_layout *out, const ssrc_two_stage *problem, const ssrc_block_set *set,
				 const ssrc_two_stage_options *options, ssrc_context *ctx, ssrc_arena *arena, bool *fit,
				 ssrc_error *err)
{
	recourse_layout at = {.n_x = problem->first.n_cols, .n_tenders = set->n_tenders};
	bool bounded = true;
	*fit = true;
	ssrc_status status = group_blocks(&at, set, ctx, arena);
	at.n_cols = at.n_x + at.n_tenders + at.n_groups;
	at.offset = problem->first.offset + set->offset;
	if (!status && !make_root(&at, problem, set, arena))
		status = SSRC_NOMEM;
	for (uint32_t t = 0; !status && t < at.n_tenders; t++) {
		bounded = bounded && isfinite(at.root->box.low[t]) && isfinite(at.root->box.high[t]);
		*fit = *fit && at.root->box.low[t] <= at.root->box.high[t];
	}
	if (!status && *fit)
		status = build_program(&at, problem, set, ctx, arena);
	if (!status && *fit && !bounded)
		status = bound_by_rows(&at, options, ctx, fit, err);
	if (!status)
		*out = at;
	return status;
}

/* ---- cuts -------------------------------------------------------------------------------------------------- */

ssrc_status recourse_cuts_new(recourse_cuts **out, ssrc_context *ctx)
{
	recourse_cuts *cuts = ssrc_alloc_array(ctx, 1, sizeof *cuts);
	if (!cuts)
		return SSRC_NOMEM;
	cuts->ctx = ctx;
	cuts->uses = 1;
	*out = cuts;
	return SSRC_OK;
}

recourse_cuts *recourse_cuts_share(recourse_cuts *cuts)
{
	cuts->uses++;
	return cuts;
}

void recourse_cuts_drop(recourse_cuts *cuts)
{
	if (!cuts || --cuts->uses > 0)
		return;
	ssrc_context *ctx = cuts->ctx;
	ssrc_release(ctx, cuts->low);
	ssrc_release(ctx, cuts->start);
	ssrc_release(ctx, cuts->col);
	ssrc_release(ctx, cuts->value);
	ssrc_release(ctx, cuts);
}

void recourse_cuts_empty(recourse_cuts *cuts)
{
	cuts->n = 0;
	cuts->n_entries = 0;
}

/* Room for one more cut of `entries`. */
static ssrc_status grow(recourse_cuts *c, size_t entries)
{
	size_t need = c->n_entries + entries;
	ssrc_status status =
		ssrc_reserve(c->ctx, (void **)&c->low, &c->low_cap, (size_t)c->n + 1, sizeof *c->low, NULL);
	if (!status)
		status = ssrc_reserve(c->ctx, (void **)&c->start, &c->start_cap, (size_t)c->n + 2, sizeof *c->start,
				      NULL);
	if (!status)
		status = ssrc_reserve(c->ctx, (void **)&c->col, &c->col_cap, need, sizeof *c->col, NULL);
	if (!status)
		status = ssrc_reserve(c->ctx, (void **)&c->value, &c->value_cap, need, sizeof *c->value, NULL);
	return status;
}

static ssrc_status add_copy(recourse_cuts *to, const recourse_cuts *from, uint32_t cut)
{
	uint32_t begin = from->start[cut], n = from->start[cut + 1] - begin;
	ssrc_status status = grow(to, n);
	if (status)
		return status;
	memcpy(to->col + to->n_entries, from->col + begin, n * sizeof *to->col);
	memcpy(to->value + to->n_entries, from->value + begin, n * sizeof *to->value);
	to->start[to->n] = (uint32_t)to->n_entries;
	to->n_entries += n;
	to->low[to->n++] = from->low[cut];
	to->start[to->n] = (uint32_t)to->n_entries;
	return SSRC_OK;
}

ssrc_status recourse_cuts_copy(recourse_cuts *to, const recourse_cuts *from)
{
	ssrc_status status = SSRC_OK;
	for (uint32_t c = 0; !status && c < from->n; c++)
		status = add_copy(to, from, c);
	return status;
}

ssrc_status recourse_cuts_pressing(recourse_cuts *to, const recourse_slot *slot)
{
	const ssrc_solution *found = &slot->solution;
	ssrc_status status = SSRC_OK;
	for (uint32_t c = 0; !status && c < slot->cuts->n; c++)
		if (c >= slot->loaded || !found->has_dual || found->dual[slot->base_rows + c] != 0)
			status = add_copy(to, slot->cuts, c);
	return status;
}

ssrc_status recourse_cuts_add(recourse_cuts *cuts, const recourse_layout *at, const recourse_group *group, uint32_t g,
			      double alpha, const double *beta)
{
	ssrc_status status = grow(cuts, (size_t)group->n_tenders + 1);
	if (status)
		return status;
	cuts->start[cuts->n] = (uint32_t)cuts->n_entries;
	for (uint32_t k = 0; k < group->n_tenders; k++) {
		if (beta[k] == 0)
			continue;
		cuts->col[cuts->n_entries] = at->n_x + group->tender[k];
		cuts->value[cuts->n_entries++] = -beta[k];
	}
	if (g != SSRC_NONE) {
		cuts->col[cuts->n_entries] = at->n_x + at->n_tenders + g;
		cuts->value[cuts->n_entries++] = 1;
	}
	cuts->low[cuts->n++] = alpha;
	cuts->start[cuts->n] = (uint32_t)cuts->n_entries;
	return SSRC_OK;
}

/* ---- nodes ------------------------------------------------------------------------------------------------- */

ssrc_status recourse_node_copy(recourse_node **out, const recourse_node *from, const recourse_layout *at,
			       ssrc_context *ctx)
{
	void *block = ssrc_alloc(ctx, node_bytes(at));
	if (!block)
		return SSRC_NOMEM;
	recourse_node *node = lay_out(block, at);
	node->bound = from->bound;
	node->number = 0;
	node->cuts = NULL;
	memcpy(node->x_low, from->x_low, at->n_x * sizeof(double));
	memcpy(node->x_high, from->x_high, at->n_x * sizeof(double));
	memcpy(node->box.low, from->box.low, at->n_tenders * sizeof(double));
	memcpy(node->box.high, from->box.high, at->n_tenders * sizeof(double));
	memcpy(node->box.low_open, from->box.low_open, at->n_tenders * sizeof(bool));
	memcpy(node->box.high_open, from->box.high_open, at->n_tenders * sizeof(bool));
	*out = node;
	return SSRC_OK;
}

void recourse_node_free(recourse_node *node, ssrc_context *ctx)
{
	if (!node)
		return;
	recourse_cuts_drop(node->cuts);
	ssrc_release(ctx, node);
}

static bool before(const recourse_node *a, const recourse_node *b)
{
	return a->bound != b->bound ? a->bound < b->bound : a->number < b->number;
}

ssrc_status recourse_heap_push(recourse_heap *heap, recourse_node *node)
{
	const size_t size = sizeof(recourse_node *);
	ssrc_status status = ssrc_reserve(heap->ctx, (void **)&heap->nodes, &heap->cap, heap->n + 1, size, NULL);
	if (status)
		return status;
	size_t i = heap->n++;
	for (; i > 0 && before(node, heap->nodes[(i - 1) / 2]); i = (i - 1) / 2)
		heap->nodes[i] = heap->nodes[(i - 1) / 2];
	heap->nodes[i] = node;
	return SSRC_OK;
}

recourse_node *recourse_heap_pop(recourse_heap *heap)
{
	recourse_node *top = heap->nodes[0], *last = heap->nodes[--heap->n];
	size_t i = 0;
	for (size_t child = 1; child < heap->n; child = 2 * i + 1) {
		if (child + 1 < heap->n && before(heap->nodes[child + 1], heap->nodes[child]))
			child++;
		if (!before(heap->nodes[child], last))
			break;
		heap->nodes[i] = heap->nodes[child];
		i = child;
	}
	heap->nodes[i] = last;
	return top;
}

void recourse_heap_clear(recourse_heap *heap)
{
	ssrc_release(heap->ctx, heap->nodes);
}

/* ---- slots ------------------------------------------------------------------------------------------------- */

ssrc_status recourse_slot_make(recourse_slot *slot, const recourse_layout *at, const ssrc_block_set *set,
			       const ssrc_two_stage_options *options, ssrc_context *ctx, ssrc_arena *arena,
			       ssrc_error *err)
{
	size_t x = at->n_x, t = at->n_tenders;
	slot->ctx = ctx;
	slot->value = (double)INFINITY;
	double **arrays[] = {&slot->relaxed,  &slot->x,        &slot->trial,   &slot->t,        &slot->score,
			     &slot->end,      &slot->beta,     &slot->at,      &slot->need_low, &slot->need_high,
			     &slot->cut.beta, &slot->cut.miss, &slot->cut.next};
	for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
		if (!(*arrays[i] = ssrc_arena_array(arena, i < 3 ? x : t, sizeof(double))))
			return SSRC_NOMEM;
	slot->pick = ssrc_arena_array(arena, set->n_blocks, sizeof *slot->pick);
	if (!slot->pick)
		return SSRC_NOMEM;
	slot->base_rows = slot->rows = at->program.n_rows;
	ssrc_status status = recourse_cuts_new(&slot->cuts, ctx);
	if (!status)
		status = ssrc_block_work_new(&slot->work, set, ctx, err);
	if (!status)
		status = ssrc_core_solver(&slot->solver, options, false, ctx, &at->program, err);
	return status;
}

void recourse_slot_clear(recourse_slot *slot, ssrc_context *ctx)
{
	ssrc_solver_free(slot->solver);
	ssrc_block_work_free(slot->work);
	recourse_cuts_drop(slot->cuts);
	recourse_cuts_drop(slot->kept);
	ssrc_release(ctx, slot->keep);
	for (int c = 0; c < 2; c++)
		recourse_node_free(slot->child[c], ctx);
}

ssrc_status recourse_drop_rows(recourse_slot *slot, uint32_t first)
{
	ssrc_status status = ssrc_reserve(slot->ctx, (void **)&slot->keep, &slot->keep_cap, (size_t)slot->rows + 1,
					  sizeof *slot->keep, NULL);
	if (status || slot->rows <= first)
		return status;
	for (uint32_t r = 0; r < slot->rows; r++)
		slot->keep[r] = r < first;
	slot->rows = first;
	return slot->solver->ops->keep_rows(slot->solver, slot->keep);
}

static ssrc_status add_rows(ssrc_solver *solver, const recourse_cuts *cuts, uint32_t first)
{
	ssrc_status status = SSRC_OK;
	for (uint32_t c = first; !status && c < cuts->n; c++) {
		double high = (double)INFINITY;
		uint32_t start[] = {0, cuts->start[c + 1] - cuts->start[c]};
		status = solver->ops->add_rows(solver, 1, &cuts->low[c], &high, start, cuts->col + cuts->start[c],
					       cuts->value + cuts->start[c]);
	}
	return status;
}

ssrc_status recourse_load_rows(recourse_slot *slot, uint32_t first)
{
	ssrc_status status = add_rows(slot->solver, slot->cuts, first);
	slot->rows += status ? 0 : slot->cuts->n - first;
	return status;
}

ssrc_status recourse_slot_renew(recourse_slot *slot, const recourse_layout *at, const ssrc_two_stage_options *options,
				bool built_in, ssrc_error *err)
{
	ssrc_solver *fresh = NULL;
	ssrc_status status = built_in ? ssrc_solver_new(&fresh, "builtin", false, slot->ctx, &at->program, err)
				      : ssrc_core_solver(&fresh, options, false, slot->ctx, &at->program, err);
	if (!status && slot->base)
		status = add_rows(fresh, slot->base, 0);
	if (!status)
		status = add_rows(fresh, slot->cuts, 0);
	if (status) {
		ssrc_solver_free(fresh);
		return status;
	}
	ssrc_solver_free(slot->solver);
	slot->solver = fresh;
	slot->rows = slot->base_rows + slot->cuts->n;
	slot->stand_in = built_in;
	return SSRC_OK;
}

ssrc_status recourse_set_goal(recourse_slot *slot, const recourse_layout *at, const ssrc_program *first, double most)
{
	ssrc_status status = SSRC_OK;
	uint32_t n = 0, n_costs = at->n_cols - at->n_tenders;
	uint32_t *col = ssrc_alloc_array(slot->ctx, n_costs, sizeof *col);
	double *value = ssrc_alloc_array(slot->ctx, n_costs, sizeof *value), low = -(double)INFINITY;
	for (uint32_t j = 0; col && value && j < at->n_cols; j++) {
		double cost = j < at->n_x ? first->cost[j] : j < at->n_x + at->n_tenders ? 0 : 1;
		if (cost == 0)
			continue;
		col[n] = j;
		value[n++] = cost;
	}
	uint32_t start[] = {0, n};
	if (!col || !value)
		status = SSRC_NOMEM;
	else
		status = slot->solver->ops->add_rows(slot->solver, 1, &low, &most, start, col, value);
	slot->rows += !status;
	ssrc_release(slot->ctx, col);
	ssrc_release(slot->ctx, value);
	return status;
}

void recourse_clear_gaps(recourse_slot *slot, uint32_t n_tenders)
{
	slot->gap = 0;
	for (uint32_t t = 0; t < n_tenders; t++) {
		slot->score[t] = 0;
		slot->end[t] = (double)NAN;
	}
}

void recourse_note_end(recourse_slot *slot, uint32_t t, double end)
{
	if (!isnan(end) && (isnan(slot->end[t]) || fabs(end - slot->t[t]) < fabs(slot->end[t] - slot->t[t])))
		slot->end[t] = end;
}
