/* Branch and bound over the first stage and its tenders. docs/methods/instances.md
 *
 * A node is a box of first-stage columns and tenders. Its bound is a linear program: the first stage relaxed, the value
 * of each group of blocks from below by facets of its convex hull over the box, made as they are needed. Branching on a
 * tender at an end of an answer's range takes answers away on one side and makes them free of charge on the other, so
 * that hulls and values meet after finitely many steps. */
#include "plan/integer_recourse.h"
#include "plan/recourse_nodes.h"

#include "solve/model.h"

#include <math.h>
#include <string.h>

enum { SLOTS = 4, ROOT_ROUNDS = 300, NODE_ROUNDS = 25, SHRINK_ROUNDS = 6, POLISH_EVERY = 8 };

typedef struct search {
	const ssrc_two_stage *problem;
	const ssrc_block_set *set;
	const ssrc_two_stage_options *options;
	ssrc_on_progress *each;
	void *user;
	ssrc_context *ctx;
	ssrc_error *err;
	ssrc_arena arena;
	recourse_layout at;
	recourse_heap heap;
	recourse_slot slots[SLOTS];
	recourse_cuts *base; /* of the root: hold everywhere */
	recourse_node *batch[SLOTS];
	double deadline, begin;
	double value, *x; /* best plan */
	double closed;    /* least bound of nodes that were put aside below the value */
	uint64_t numbers;
	int64_t nodes;
} search;

static double cutoff(const search *s)
{
	double room = fmax(1e-9, s->options->gap) * fmax(1e-10, fabs(s->value));
	return isfinite(s->value) ? s->value - 0.9 * room : (double)INFINITY;
}

static bool asked_to_stop(const search *s)
{
	return (s->options->stop && *s->options->stop) || ssrc_seconds_now() >= s->deadline;
}

/* ---- plans ------------------------------------------------------------------------------------------------- */

/* Value of x (whole columns whole) from the definition; answers chosen go to slot->pick. INFINITY if one has none. */
static double evaluate(const search *s, recourse_slot *slot, const double *x, double slack)
{
	const ssrc_program *first = &s->problem->first;
	const ssrc_block_set *set = s->set;
	double sum = first->offset + set->offset;
	for (uint32_t j = 0; j < first->n_cols; j++)
		sum += first->cost[j] * x[j];
	for (uint32_t t = 0; t < set->n_tenders; t++) {
		slot->at[t] = 0;
		for (uint32_t k = set->tenders[t].start; k < set->tenders[t].start + set->tenders[t].count; k++)
			slot->at[t] += set->value[k] * x[set->col[k]];
	}
	double recourse = 0, cost;
	for (uint32_t b = 0; b < set->n_blocks; b++) {
		slot->pick[b] = ssrc_block_answer(&set->blocks[b], slot->at, slack, &cost);
		if (slot->pick[b] == SSRC_NONE)
			return (double)INFINITY;
		recourse += set->blocks[b].weight * cost;
	}
	return sum + recourse;
}

static bool keeps_rows(const search *s, const double *x)
{
	ssrc_program_report report;
	ssrc_program_check(&report, &s->problem->first, x);
	return report.violation <= 1e-9 && report.fraction <= 1e-9;
}

/* x within its bounds, whole columns whole, becomes the plan in work. */
static void set_trial(const search *s, recourse_slot *slot, const double *x)
{
	const ssrc_program *first = &s->problem->first;
	for (uint32_t j = 0; j < first->n_cols; j++) {
		double v = first->integer && first->integer[j] ? nearbyint(x[j]) : x[j];
		slot->trial[j] = fmax(first->low[j], fmin(first->high[j], v));
	}
}

/* Takes x as the slot's candidate if it is a plan and the best that the slot has seen. */
static void offer(const search *s, recourse_slot *slot, const double *x)
{
	set_trial(s, slot, x);
	if (!keeps_rows(s, slot->trial))
		return;
	double value = evaluate(s, slot, slot->trial, SSRC_RECOURSE_SLACK);
	if (value < slot->value) {
		slot->value = value;
		memcpy(slot->x, slot->trial, s->problem->first.n_cols * sizeof *slot->x);
	}
}

static void take_candidates(search *s, recourse_slot *slot)
{
	if (!(slot->value < s->value))
		return;
	s->value = slot->value;
	memcpy(s->x, slot->x, s->problem->first.n_cols * sizeof *s->x);
}

static void report(const search *s, double bound)
{
	if (!s->each)
		return;
	ssrc_two_stage_progress progress = {
		.phase = SSRC_PHASE_MASTER,
		.seconds = ssrc_seconds_now() - s->begin,
		.value = s->value,
		.bound = fmin(bound, s->value),
		.gap = isfinite(s->value) ? fmax(0, s->value - bound) / fmax(1e-10, fabs(s->value)) : (double)INFINITY,
		.iteration = s->nodes,
	};
	s->each(s->user, &progress, isfinite(s->value) ? s->x : NULL);
}

/* ---- the linear program of a node -------------------------------------------------------------------------- */

static ssrc_status set_limits(const search *s, recourse_slot *slot, const recourse_node *node)
{
	const ssrc_solver_ops *ops = slot->solver->ops;
	ssrc_status status = SSRC_OK;
	for (uint32_t j = 0; !status && j < s->at.n_x; j++)
		status = ops->set_col(slot->solver, j, node->x_low[j], node->x_high[j]);
	for (uint32_t t = 0; !status && t < s->at.n_tenders; t++)
		status = ops->set_col(slot->solver, s->at.n_x + t, node->box.low[t], node->box.high[t]);
	return status;
}

static ssrc_status solve(const search *s, recourse_slot *slot)
{
	ssrc_solve_limits limits = ssrc_no_limits;
	limits.seconds = fmax(0, s->deadline - ssrc_seconds_now());
	limits.stop = s->options->stop;
	return slot->solver->ops->solve_lp(slot->solver, &limits, &slot->solution);
}

/* No answer, or none that its own multipliers confirm. */
static bool is_doubtful(const ssrc_solution *found)
{
	if (found->outcome == SSRC_OUTCOME_OPTIMAL)
		return !found->has_x || found->value - found->bound > 1e-7 * fmax(1, fabs(found->value));
	return found->outcome != SSRC_OUTCOME_STOPPED && !found->has_ray;
}

/* Solves the program of a node. What a warm solver leaves in doubt a new one may settle, or the built-in one. */
static ssrc_status solve_node(const search *s, recourse_slot *slot, const recourse_node *node)
{
	ssrc_status status = solve(s, slot);
	for (int attempt = 0; !status && attempt < 2 && is_doubtful(&slot->solution); attempt++) {
		status = recourse_slot_renew(slot, &s->at, s->options, attempt == 1, NULL);
		if (!status)
			status = set_limits(s, slot, node);
		if (!status)
			status = solve(s, slot);
	}
	return status;
}

static ssrc_status load(const search *s, recourse_slot *slot, const recourse_node *node)
{
	ssrc_status status = SSRC_OK;
	recourse_cuts_empty(slot->cuts);
	if (slot->stand_in)
		status = recourse_slot_renew(slot, &s->at, s->options, false, NULL);
	if (!status)
		status = recourse_drop_rows(slot, slot->base_rows);
	if (!status)
		status = set_limits(s, slot, node);
	if (!status && node->cuts)
		status = recourse_cuts_copy(slot->cuts, node->cuts);
	if (!status)
		status = recourse_load_rows(slot, 0);
	return status;
}

/* ---- cuts -------------------------------------------------------------------------------------------------- */

/* What the recourse at the tenders of the solution is worth, where it is not convex: by tender how much, and the end of
 * a range that is about it. */
static void note_gap(recourse_slot *slot, const ssrc_block *block)
{
	const ssrc_block_cut *cut = &slot->cut;
	double hull = cut->alpha, exact, total = 0;
	(void)ssrc_block_answer(block, slot->t, SSRC_RECOURSE_SLACK, &exact);
	for (uint32_t k = 0; k < block->n_tenders; k++) {
		hull += cut->beta[k] * slot->t[block->tender[k]];
		total += cut->miss[k];
	}
	if (!cut->feasible)
		hull = block->cost[0];
	if (!isfinite(exact))
		exact = fmax(block->cost[block->n_points - 1], hull) + 1;
	double gap = block->weight * (exact - hull);
	slot->gap += gap;
	for (uint32_t k = 0; k < block->n_tenders && total > 0; k++) {
		uint32_t t = block->tender[k];
		slot->score[t] += gap * cut->miss[k] / total;
		recourse_note_end(slot, t, cut->next[k]);
	}
}

/* Facets of one group at slot->t, summed; *worth: the height there. False if some block has no answer in the box. */
static bool sum_group(const search *s, recourse_slot *slot, const recourse_node *node, uint32_t g, double *alpha,
		      double *worth, ssrc_status *status)
{
	const recourse_group *group = &s->at.groups[g];
	double *beta = slot->beta;
	*alpha = 0;
	memset(beta, 0, group->n_tenders * sizeof *beta);
	for (uint32_t i = group->first; i < group->first + group->count; i++) {
		const ssrc_block *block = &s->set->blocks[s->at.order[i]];
		if (!ssrc_block_hull(&slot->cut, block, &node->box, slot->t, slot->work))
			return false;
		note_gap(slot, block);
		if (!slot->cut.feasible) {
			*status = recourse_cuts_add(slot->cuts, &s->at, group, SSRC_NONE, slot->cut.alpha,
						    slot->cut.beta);
			slot->separated = true;
			if (*status)
				return true;
			*alpha += block->weight * block->cost[0]; /* no hull here: what it costs at least */
			continue;
		}
		*alpha += block->weight * slot->cut.alpha;
		for (uint32_t k = 0; k < group->n_tenders; k++)
			beta[k] += block->weight * slot->cut.beta[k];
	}
	*worth = *alpha;
	for (uint32_t k = 0; k < group->n_tenders; k++)
		*worth += beta[k] * slot->t[group->tender[k]];
	return true;
}

/* Cuts that the present solution violates. *fits false: the box holds no answer of some block. */
static ssrc_status separate(const search *s, recourse_slot *slot, const recourse_node *node, bool *fits)
{
	const double *solution = slot->solution.x;
	ssrc_status status = SSRC_OK;
	recourse_clear_gaps(slot, s->at.n_tenders);
	slot->separated = false;
	for (uint32_t t = 0; t < s->at.n_tenders; t++)
		slot->t[t] = fmax(node->box.low[t], fmin(node->box.high[t], solution[s->at.n_x + t]));
	for (uint32_t g = 0; !status && g < s->at.n_groups; g++) {
		double alpha, worth = 0, theta = solution[s->at.n_x + s->at.n_tenders + g];
		*fits = sum_group(s, slot, node, g, &alpha, &worth, &status);
		if (!*fits)
			return SSRC_OK;
		if (status || worth <= theta + 1e-9 * fmax(1, fabs(worth)))
			continue;
		slot->separated = true;
		status = recourse_cuts_add(slot->cuts, &s->at, &s->at.groups[g], g, alpha, slot->beta);
	}
	return status;
}

typedef enum node_end { NODE_OPEN, NODE_DONE, NODE_LOST } node_end;

static uint32_t most_fractional(const search *s, const double *x)
{
	const ssrc_program *first = &s->problem->first;
	uint32_t best = SSRC_NONE;
	double most = 1e-6;
	for (uint32_t j = 0; first->integer && j < first->n_cols; j++) {
		double away = fabs(x[j] - nearbyint(x[j]));
		if (first->integer[j] && away > most) {
			most = away;
			best = j;
		}
	}
	return best;
}

/* True where cutting goes on: whatever is left between the cuts and the hulls must be closed by cuts if there is
 * nothing to branch on; else only while rounds raise the bound. */
static bool worth_cutting(const search *s, const recourse_slot *slot, bool root, int round, int stalled)
{
	if (!slot->separated || round >= ROOT_ROUNDS)
		return false;
	bool convex =
		slot->gap <= 1e-9 * fmax(1, fabs(slot->bound)) && most_fractional(s, slot->solution.x) == SSRC_NONE;
	return root || convex || (stalled < 2 && round < NODE_ROUNDS);
}

/* Solves and cuts until nothing more comes of it. Afterwards slot->bound is a bound of the node. */
static ssrc_status bound_node(const search *s, recourse_slot *slot, const recourse_node *node, bool root, double limit,
			      node_end *end)
{
	double last = -(double)INFINITY;
	int stalled = 0;
	*end = NODE_LOST;
	slot->bound = node->bound;
	for (int round = 1;; round++) {
		bool fits = true;
		ssrc_status status = solve_node(s, slot, node);
		if (status)
			return status;
		const ssrc_solution *found = &slot->solution;
		bool closed = found->outcome == SSRC_OUTCOME_INFEASIBLE && found->has_ray;
		if (!closed && (found->outcome != SSRC_OUTCOME_OPTIMAL || !found->has_x))
			return SSRC_OK;
		slot->loaded = slot->cuts->n;
		if (!closed)
			status = separate(s, slot, node, &fits);
		if (status)
			return status;
		slot->bound = closed || !fits ? (double)INFINITY : fmax(slot->bound, found->bound);
		*end = slot->bound >= limit ? NODE_DONE : NODE_OPEN;
		/* A round that adds a hundredth of what is missing is worth its time. */
		double missing = isfinite(limit) ? limit - slot->bound : fabs(slot->bound);
		stalled = slot->bound < last + 1e-2 * missing ? stalled + 1 : 0;
		last = slot->bound;
		if (*end == NODE_DONE || !worth_cutting(s, slot, root, round, stalled))
			return SSRC_OK;
		status = recourse_load_rows(slot, slot->loaded);
		if (status)
			return status;
	}
}

/* ---- better plans ------------------------------------------------------------------------------------------ */

/* The ranges of tenders in which all answers just picked can be given, `margin` inside where there is room: a linear
 * program keeps its rows to about 1e-7 only. */
static void gather_needs(const search *s, recourse_slot *slot, double margin)
{
	const ssrc_tender_box *box = &s->at.root->box;
	for (uint32_t t = 0; t < s->at.n_tenders; t++) {
		slot->need_low[t] = box->low[t];
		slot->need_high[t] = box->high[t];
	}
	for (uint32_t b = 0; b < s->set->n_blocks; b++) {
		const ssrc_block *block = &s->set->blocks[b];
		size_t at = (size_t)slot->pick[b] * block->n_tenders;
		for (uint32_t k = 0; k < block->n_tenders; k++) {
			uint32_t t = block->tender[k];
			double low = block->low[at + k], high = block->high[at + k];
			slot->need_low[t] = fmax(slot->need_low[t], low + margin * fmax(1, fabs(low)));
			slot->need_high[t] = fmin(slot->need_high[t], high - margin * fmax(1, fabs(high)));
		}
	}
	for (uint32_t t = 0; t < s->at.n_tenders; t++) {
		slot->need_low[t] = fmin(slot->need_low[t], box->high[t]);
		slot->need_high[t] = fmax(slot->need_high[t], slot->need_low[t]);
	}
}

/* The cheapest first stage that allows the answers just picked, whole columns as they are in slot->trial. */
static ssrc_status tighten_plan(const search *s, recourse_slot *slot, double margin)
{
	const ssrc_program *first = &s->problem->first;
	const ssrc_solver_ops *ops = slot->solver->ops;
	ssrc_status status = SSRC_OK;
	gather_needs(s, slot, margin);
	for (uint32_t j = 0; !status && j < first->n_cols; j++)
		if (first->integer && first->integer[j])
			status = ops->set_col(slot->solver, j, slot->trial[j], slot->trial[j]);
	for (uint32_t t = 0; !status && t < s->at.n_tenders; t++)
		status = ops->set_col(slot->solver, s->at.n_x + t, slot->need_low[t], slot->need_high[t]);
	for (uint32_t g = 0; !status && g < s->at.n_groups; g++)
		status = ops->set_cost(slot->solver, s->at.n_x + s->at.n_tenders + g, 0);
	if (!status)
		status = solve(s, slot);
	for (uint32_t g = 0; !status && g < s->at.n_groups; g++)
		status = ops->set_cost(slot->solver, s->at.n_x + s->at.n_tenders + g, 1);
	if (!status && slot->solution.has_x)
		offer(s, slot, slot->solution.x);
	return status;
}

/* Whole columns at the solution of the relaxation rounded, the rest by the linear program. */
static ssrc_status round_columns(const search *s, recourse_slot *slot, bool up)
{
	const ssrc_program *first = &s->problem->first;
	const ssrc_solver_ops *ops = slot->solver->ops;
	const recourse_node *root = s->at.root;
	ssrc_status status = SSRC_OK;
	for (uint32_t j = 0; !status && j < first->n_cols; j++) {
		double low = root->x_low[j], high = root->x_high[j];
		if (first->integer && first->integer[j]) {
			double v = up ? ceil(slot->relaxed[j] - 1e-6) : nearbyint(slot->relaxed[j]);
			low = high = fmax(low, fmin(high, v));
		}
		status = ops->set_col(slot->solver, j, low, high);
	}
	for (uint32_t t = 0; !status && t < s->at.n_tenders; t++)
		status = ops->set_col(slot->solver, s->at.n_x + t, root->box.low[t], root->box.high[t]);
	return status ? status : solve(s, slot);
}

/* A plan close to the solution of the relaxation. */
static ssrc_status find_plan(const search *s, recourse_slot *slot, bool up)
{
	static const double margin[] = {0, 2e-7};
	bool whole = most_fractional(s, slot->relaxed) == SSRC_NONE;
	ssrc_status status = round_columns(s, slot, up);
	if (status || (!whole && !slot->solution.has_x))
		return status;
	offer(s, slot, whole ? slot->relaxed : slot->solution.x);
	/* What misses its range by the tolerance of the linear program is taken as meant. */
	for (int i = 0; !status && i < 2; i++) {
		if (!isfinite(evaluate(s, slot, slot->trial, 1e-6)))
			break;
		status = tighten_plan(s, slot, margin[i]);
	}
	return status;
}

/* ---- branching --------------------------------------------------------------------------------------------- */

/* What the bounds of columns must be for a node that is to beat the value: by reduced costs. */
static void tighten_node(const search *s, recourse_slot *slot, recourse_node *node, double limit)
{
	const ssrc_program *first = &s->problem->first;
	const ssrc_solution *found = &slot->solution;
	double room = limit - found->bound;
	if (!isfinite(room) || !(room > 0) || !found->has_dual)
		return;
	for (uint32_t j = 0; j < s->at.n_x + s->at.n_tenders; j++) {
		bool tender = j >= s->at.n_x, whole = !tender && first->integer && first->integer[j];
		double *low = tender ? &node->box.low[j - s->at.n_x] : &node->x_low[j];
		double *high = tender ? &node->box.high[j - s->at.n_x] : &node->x_high[j];
		double cost = found->reduced[j], step = room * (1 + 1e-9) / fabs(cost);
		if (fabs(cost) < 1e-9 || !(step < *high - *low))
			continue;
		if (cost > 0) {
			*high = whole ? floor(*low + step + 1e-6) : *low + step;
			if (tender)
				node->box.high_open[j - s->at.n_x] = false;
		} else {
			*low = whole ? ceil(*high - step - 1e-6) : *high - step;
			if (tender)
				node->box.low_open[j - s->at.n_x] = false;
		}
	}
}

static ssrc_status branch_on_column(search *s, recourse_slot *slot, recourse_node *node, uint32_t j)
{
	ssrc_status status = recourse_node_copy(&slot->child[0], node, &s->at, s->ctx);
	if (!status)
		status = recourse_node_copy(&slot->child[1], node, &s->at, s->ctx);
	if (status)
		return status;
	slot->child[0]->x_high[j] = floor(slot->relaxed[j]);
	slot->child[1]->x_low[j] = floor(slot->relaxed[j]) + 1;
	return SSRC_OK;
}

/* At an end of an answer's range: below a lower end the answer is gone, above it is there without doubt. */
static ssrc_status branch_on_tender(search *s, recourse_slot *slot, recourse_node *node, uint32_t t, double end)
{
	ssrc_status status = recourse_node_copy(&slot->child[0], node, &s->at, s->ctx);
	if (!status)
		status = recourse_node_copy(&slot->child[1], node, &s->at, s->ctx);
	if (status)
		return status;
	bool lower = end > slot->t[t];
	slot->child[0]->box.high[t] = end;
	slot->child[0]->box.high_open[t] = lower;
	slot->child[1]->box.low[t] = end;
	slot->child[1]->box.low_open[t] = !lower;
	return SSRC_OK;
}

/* What the children take from their parent. Uses of cuts are counted when the round is over: see merge. */
static void inherit(recourse_slot *slot, recourse_cuts *cuts)
{
	for (int c = 0; c < 2 && slot->child[c]; c++) {
		slot->child[c]->bound = slot->bound;
		slot->child[c]->cuts = cuts;
	}
}

static uint32_t worst_tender(const search *s, const recourse_slot *slot)
{
	uint32_t best = SSRC_NONE;
	double most = 0;
	for (uint32_t t = 0; t < s->at.n_tenders; t++)
		if (slot->score[t] > most && !isnan(slot->end[t])) {
			most = slot->score[t];
			best = t;
		}
	return best;
}

static ssrc_status branch(search *s, recourse_slot *slot, recourse_node *node, node_end *end)
{
	uint32_t j = most_fractional(s, slot->relaxed), t = worst_tender(s, slot);
	ssrc_status status = SSRC_OK;
	if (j != SSRC_NONE)
		status = branch_on_column(s, slot, node, j);
	else if (t != SSRC_NONE)
		status = branch_on_tender(s, slot, node, t, slot->end[t]);
	else
		*end = NODE_LOST; /* rounding is all that is left between bound and value */
	if (!status)
		inherit(slot, slot->kept);
	return status;
}

/* A node whose program no solver can answer is halved: whole columns first, then tenders, the widest. */
static ssrc_status halve(search *s, recourse_slot *slot, recourse_node *node)
{
	const ssrc_program *first = &s->problem->first;
	uint32_t col = SSRC_NONE, tender = SSRC_NONE;
	double width = 0.5;
	for (uint32_t j = 0; first->integer && j < first->n_cols; j++)
		if (first->integer[j] && isfinite(node->x_high[j] - node->x_low[j]) &&
		    node->x_high[j] - node->x_low[j] > width) {
			width = node->x_high[j] - node->x_low[j];
			col = j;
		}
	if (col != SSRC_NONE) {
		slot->relaxed[col] = (node->x_low[col] + node->x_high[col]) / 2;
		return branch_on_column(s, slot, node, col);
	}
	width = 1e-3;
	for (uint32_t t = 0; t < s->at.n_tenders; t++)
		if (node->box.high[t] - node->box.low[t] > width * fmax(1, fabs(node->box.high[t]))) {
			width = (node->box.high[t] - node->box.low[t]) / fmax(1, fabs(node->box.high[t]));
			tender = t;
		}
	if (tender == SSRC_NONE)
		return SSRC_OK;
	slot->t[tender] = node->box.high[tender];
	return branch_on_tender(s, slot, node, tender, (node->box.low[tender] + node->box.high[tender]) / 2);
}

/* Cuts that press on the solution go to the children. */
static ssrc_status keep_cuts(const search *s, recourse_slot *slot)
{
	ssrc_status status = recourse_cuts_new(&slot->kept, s->ctx);
	return status ? status : recourse_cuts_pressing(slot->kept, slot);
}

/* ---- nodes ------------------------------------------------------------------------------------------------- */

static ssrc_status process(search *s, recourse_slot *slot, recourse_node *node, int64_t number)
{
	double limit = cutoff(s);
	node_end end;
	ssrc_status status = load(s, slot, node);
	if (!status)
		status = bound_node(s, slot, node, false, limit, &end);
	if (!status && end == NODE_LOST && slot->solution.outcome != SSRC_OUTCOME_STOPPED) {
		status = halve(s, slot, node);
		inherit(slot, node->cuts);
	}
	slot->lost = !status && end == NODE_LOST && !slot->child[0];
	if (status || end != NODE_OPEN)
		return status;
	memcpy(slot->relaxed, slot->solution.x, s->at.n_x * sizeof *slot->relaxed);
	tighten_node(s, slot, node, limit);
	status = keep_cuts(s, slot);
	if (!status)
		status = branch(s, slot, node, &end);
	slot->lost = !status && end == NODE_LOST;
	if (!status && most_fractional(s, slot->relaxed) == SSRC_NONE)
		offer(s, slot, slot->relaxed);
	if (!status && (end == NODE_LOST || number % POLISH_EVERY == 0))
		status = find_plan(s, slot, false);
	return status;
}

static ssrc_status process_slot(void *user, uint32_t k, int worker)
{
	search *s = user;
	(void)worker;
	return process(s, &s->slots[k], s->batch[k], s->nodes + k);
}

static ssrc_status merge(search *s, uint32_t k)
{
	recourse_slot *slot = &s->slots[k];
	recourse_node *node = s->batch[k];
	ssrc_status status = SSRC_OK;
	take_candidates(s, slot);
	if (slot->lost || (slot->bound < s->value && !slot->child[0]))
		s->closed = fmin(s->closed, slot->bound);
	for (int c = 0; c < 2; c++) {
		recourse_node *child = slot->child[c];
		slot->child[c] = NULL;
		if (!child)
			continue;
		child->number = s->numbers++;
		if (child->cuts)
			(void)recourse_cuts_share(child->cuts);
		if (!status)
			status = recourse_heap_push(&s->heap, child);
		if (status)
			recourse_node_free(child, s->ctx);
	}
	recourse_cuts_drop(slot->kept);
	slot->kept = NULL;
	recourse_node_free(node, s->ctx);
	s->batch[k] = NULL;
	return status;
}

static double open_bound(const search *s)
{
	double bound = fmin(s->closed, s->value);
	return s->heap.n > 0 ? fmin(bound, s->heap.nodes[0]->bound) : bound;
}

/* Nodes in rounds of a fixed number, so that the number of threads does not matter. */
static ssrc_status run_batch(search *s)
{
	uint32_t n = 0;
	while (n < SLOTS && s->heap.n > 0) {
		recourse_node *node = recourse_heap_pop(&s->heap);
		if (node->bound < cutoff(s)) {
			s->batch[n++] = node;
			continue;
		}
		s->closed = fmin(s->closed, node->bound);
		recourse_node_free(node, s->ctx);
	}
	ssrc_status status = ssrc_parallel(n, s->options->threads, process_slot, s), merged;
	for (uint32_t k = 0; k < n; k++) {
		merged = merge(s, k);
		status = status ? status : merged;
	}
	s->nodes += n;
	return status;
}

static ssrc_status run_nodes(search *s, ssrc_recourse_found *out)
{
	ssrc_status status = SSRC_OK;
	double told_value = s->value, told_bound = -(double)INFINITY;
	out->stopped_by = "gap";
	while (!status && s->heap.n > 0) {
		double bound = open_bound(s);
		if (s->value < told_value || bound > told_bound + 1e-4 * fabs(bound)) {
			told_value = s->value;
			told_bound = bound;
			report(s, bound);
		}
		if (s->heap.nodes[0]->bound >= cutoff(s))
			break;
		if (asked_to_stop(s))
			break;
		if (s->options->iterations >= 0 && s->nodes >= s->options->iterations) {
			out->stopped_by = "iterations";
			break;
		}
		status = run_batch(s);
	}
	if (s->closed < cutoff(s))
		out->stopped_by = "solver"; /* it had no answer to some linear program */
	if (open_bound(s) < cutoff(s) && asked_to_stop(s))
		out->stopped_by = s->options->stop && *s->options->stop ? "stop" : "time";
	return status;
}

/* ---- root -------------------------------------------------------------------------------------------------- */

static double column_cost(const search *s, uint32_t j)
{
	return j < s->at.n_x ? s->problem->first.cost[j] : j < s->at.n_x + s->at.n_tenders ? 0 : 1;
}

/* Moves one end of a tender to what the relaxation allows; *shrunk if that is worth another round of cuts. */
static ssrc_status shrink_end(const search *s, recourse_slot *slot, recourse_node *root, uint32_t t, int sign,
			      bool *shrunk)
{
	double *low = &root->box.low[t], *high = &root->box.high[t], width = *high - *low;
	ssrc_status status = slot->solver->ops->set_cost(slot->solver, s->at.n_x + t, sign);
	if (!status)
		status = solve(s, slot);
	if (status || slot->solution.outcome != SSRC_OUTCOME_OPTIMAL)
		return status;
	double end = sign * (slot->solution.bound - s->at.offset);
	if (sign > 0 && end > *low) {
		*shrunk = *shrunk || end - *low > 0.05 * width;
		*low = fmin(end, *high);
	} else if (sign < 0 && end < *high) {
		*shrunk = *shrunk || *high - end > 0.05 * width;
		*high = fmax(end, *low);
	}
	return SSRC_OK;
}

/* Least and largest value of each tender in a solution that beats the best plan. */
static ssrc_status shrink_tenders(const search *s, recourse_slot *slot, recourse_node *root, bool *shrunk)
{
	const ssrc_solver_ops *ops = slot->solver->ops;
	ssrc_status status = recourse_set_goal(slot, &s->at, &s->problem->first, s->value - s->at.offset);
	*shrunk = false;
	for (uint32_t j = 0; !status && j < s->at.n_cols; j++)
		status = ops->set_cost(slot->solver, j, 0);
	for (uint32_t t = 0; !status && t < s->at.n_tenders; t++) {
		status = shrink_end(s, slot, root, t, 1, shrunk);
		if (!status)
			status = shrink_end(s, slot, root, t, -1, shrunk);
		if (!status)
			status = ops->set_cost(slot->solver, s->at.n_x + t, 0);
	}
	for (uint32_t j = 0; !status && j < s->at.n_cols; j++)
		status = ops->set_cost(slot->solver, j, column_cost(s, j));
	return status;
}

static ssrc_status solve_root(search *s, recourse_node *root, node_end *end)
{
	recourse_slot *slot = &s->slots[0];
	ssrc_status status = load(s, slot, root);
	for (int round = 0; !status && round < SHRINK_ROUNDS; round++) {
		bool shrunk = false;
		status = bound_node(s, slot, root, true, cutoff(s), end);
		if (status || *end != NODE_OPEN)
			break;
		root->bound = slot->bound;
		memcpy(slot->relaxed, slot->solution.x, s->at.n_x * sizeof *slot->relaxed);
		status = find_plan(s, slot, false);
		if (!status)
			status = find_plan(s, slot, true);
		take_candidates(s, slot);
		report(s, slot->bound);
		if (!status)
			status = set_limits(s, slot, root);
		if (!status && isfinite(s->value) && round + 1 < SHRINK_ROUNDS)
			status = shrink_tenders(s, slot, root, &shrunk);
		if (!status)
			status = set_limits(s, slot, root);
		if (!status)
			status = recourse_drop_rows(slot, slot->base_rows);
		if (!status)
			status = recourse_load_rows(slot, 0);
		if (!shrunk || asked_to_stop(s))
			break;
	}
	return status;
}

/* The cuts of the root go to every slot as rows that stay. */
static ssrc_status share_root(search *s)
{
	ssrc_status status = recourse_cuts_copy(s->base, s->slots[0].cuts);
	for (int k = 0; !status && k < SLOTS; k++) {
		recourse_slot *slot = &s->slots[k];
		status = recourse_drop_rows(slot, slot->base_rows);
		recourse_cuts_empty(slot->cuts);
		if (!status)
			status = recourse_cuts_copy(slot->cuts, s->base);
		if (!status)
			status = recourse_load_rows(slot, 0);
		slot->base_rows += s->base->n;
		slot->base = s->base;
		recourse_cuts_empty(slot->cuts);
	}
	return status;
}

static ssrc_status start_from(search *s)
{
	if (s->options->start) {
		offer(s, &s->slots[0], s->options->start);
		take_candidates(s, &s->slots[0]);
	}
	recourse_node *root;
	node_end end = NODE_OPEN;
	ssrc_status status = recourse_node_copy(&root, s->at.root, &s->at, s->ctx);
	if (status)
		return status;
	status = solve_root(s, root, &end);
	if (!status && end == NODE_OPEN) {
		status = share_root(s);
		if (!status)
			status = recourse_heap_push(&s->heap, root);
		if (!status)
			return SSRC_OK;
	} else if (!status && (end == NODE_LOST || s->slots[0].bound < s->value))
		s->closed = s->slots[0].bound;
	recourse_node_free(root, s->ctx);
	return status;
}

static ssrc_status set_up(search *s, bool *fit)
{
	ssrc_status status =
		recourse_layout_make(&s->at, s->problem, s->set, s->options, s->ctx, &s->arena, fit, s->err);
	if (status || !*fit)
		return status;
	s->x = ssrc_arena_array(&s->arena, s->at.n_x, sizeof *s->x);
	if (!s->x)
		return SSRC_NOMEM;
	status = recourse_cuts_new(&s->base, s->ctx);
	for (int k = 0; !status && k < SLOTS; k++)
		status = recourse_slot_make(&s->slots[k], &s->at, s->set, s->options, s->ctx, &s->arena, s->err);
	return status;
}

static void tear_down(search *s)
{
	for (int k = 0; k < SLOTS; k++) {
		recourse_node_free(s->batch[k], s->ctx);
		recourse_slot_clear(&s->slots[k], s->ctx);
	}
	recourse_cuts_drop(s->base);
	while (s->heap.n > 0)
		recourse_node_free(recourse_heap_pop(&s->heap), s->ctx);
	recourse_heap_clear(&s->heap);
	ssrc_arena_clear(&s->arena);
}

ssrc_status ssrc_recourse_search(ssrc_recourse_found *out, const ssrc_two_stage *problem, const ssrc_block_set *set,
				 const ssrc_two_stage_options *options, ssrc_on_progress *each, void *user,
				 ssrc_context *ctx, ssrc_error *err)
{
	search s = {.problem = problem,
		    .set = set,
		    .options = options,
		    .each = each,
		    .user = user,
		    .ctx = ctx,
		    .err = err,
		    .begin = ssrc_seconds_now(),
		    .value = (double)INFINITY,
		    .closed = (double)INFINITY};
	bool fit = true;
	s.deadline = s.begin + options->seconds;
	s.heap.ctx = ctx;
	ssrc_arena_init(&s.arena, ctx);
	ssrc_status status = set_up(&s, &fit);
	out->unfit = !fit;
	if (!status && fit)
		status = start_from(&s);
	if (!status && fit)
		status = run_nodes(&s, out);
	if (!status && fit) {
		out->has_plan = isfinite(s.value);
		out->value = s.value;
		out->bound = open_bound(&s);
		out->nodes = s.nodes;
		out->infeasible = !out->has_plan && out->bound == (double)INFINITY;
		if (out->has_plan)
			memcpy(out->x, s.x, s.at.n_x * sizeof *s.x);
		report(&s, out->bound);
	}
	tear_down(&s);
	return status == SSRC_NOMEM ? ssrc_no_memory(err) : status;
}
