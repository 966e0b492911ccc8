/* Two-stage programs with whole numbers in the second stage: which method, and its result. docs/methods/instances.md */
#include "plan/integer_recourse.h"

#include "plan/core.h"
#include "solve/model.h"

#include <math.h>
#include <string.h>

/* The answers that the best plan picks from the lists. */
static ssrc_status take_answers(ssrc_two_stage_result *result, const ssrc_two_stage *problem, const ssrc_block_set *set,
				ssrc_context *ctx, ssrc_error *err)
{
	double *at = ssrc_alloc_array(ctx, set->n_tenders, sizeof *at), cost;
	if (!at)
		return ssrc_no_memory(err);
	for (uint32_t t = 0; t < set->n_tenders; t++)
		for (uint32_t k = set->tenders[t].start; k < set->tenders[t].start + set->tenders[t].count; k++)
			at[t] += set->value[k] * result->x[set->col[k]];
	for (uint32_t b = 0; b < set->n_blocks; b++) {
		const ssrc_block *block = &set->blocks[b];
		uint32_t p = ssrc_block_answer(block, at, SSRC_RECOURSE_SLACK, &cost);
		for (uint32_t c = 0; p != SSRC_NONE && c < block->n_cols; c++)
			result->y[block->scenario][block->col[c]] = block->answer[(size_t)p * block->n_cols + c];
	}
	ssrc_release(ctx, at);
	ssrc_two_stage_check(result, problem);
	return SSRC_OK;
}

static ssrc_status by_blocks(ssrc_two_stage_result *result, bool *done, const ssrc_two_stage *problem,
			     const ssrc_two_stage_options *options, ssrc_on_progress *each, void *user,
			     ssrc_context *ctx, ssrc_error *err)
{
	ssrc_arena scratch;
	ssrc_block_set set;
	ssrc_recourse_found found = {.x = result->x};
	ssrc_arena_init(&scratch, ctx);
	*done = false;
	ssrc_status status = ssrc_blocks_list(&set, done, problem, ctx, &scratch, err);
	if (!status && *done && set.infeasible) {
		found.infeasible = true;
		found.bound = (double)INFINITY;
		found.stopped_by = "gap";
	} else if (!status && *done) {
		status = ssrc_recourse_search(&found, problem, &set, options, each, user, ctx, err);
		*done = !found.unfit;
	}
	if (!status && *done) {
		result->has_plan = found.has_plan;
		result->bound = found.bound;
		result->infeasible = found.infeasible;
		result->stopped_by = found.stopped_by;
		result->bound_phase = SSRC_PHASE_MASTER;
		result->value_phase = found.has_plan ? SSRC_PHASE_MASTER : SSRC_PHASE_NONE;
		if (found.has_plan)
			status = take_answers(result, problem, &set, ctx, err);
	}
	ssrc_arena_clear(&scratch);
	return status;
}

/* ---- the whole as one program ------------------------------------------------------------------------------- */

typedef struct listener {
	ssrc_on_progress *each;
	void *user;
	double begin;
} listener;

static void hear(void *user, const double *x, double value, double bound)
{
	const listener *l = user;
	ssrc_two_stage_progress progress = {
		.phase = SSRC_PHASE_EXTENSIVE,
		.seconds = ssrc_seconds_now() - l->begin,
		.value = value,
		.bound = bound,
		.gap = fmax(0, value - bound) / fmax(1e-10, fabs(value)),
	};
	l->each(l->user, &progress, x);
}

static void take_solution(ssrc_two_stage_result *result, const ssrc_two_stage *problem, const ssrc_solution *found,
			  const uint32_t *first_col, const ssrc_two_stage_options *options)
{
	result->has_plan = found->has_x;
	result->bound = found->bound;
	result->bound_phase = SSRC_PHASE_EXTENSIVE;
	result->infeasible = found->outcome == SSRC_OUTCOME_INFEASIBLE;
	bool finished = found->outcome == SSRC_OUTCOME_OPTIMAL || result->infeasible;
	bool asked = options->stop && *options->stop;
	result->stopped_by = finished                                 ? "gap"
			     : asked                                  ? "stop"
			     : found->outcome == SSRC_OUTCOME_STOPPED ? "time"
								      : "solver";
	if (!found->has_x)
		return;
	result->value_phase = SSRC_PHASE_EXTENSIVE;
	memcpy(result->x, found->x, problem->first.n_cols * sizeof *result->x);
	for (uint32_t s = 0; s < problem->n_scenarios; s++)
		memcpy(result->y[s], found->x + first_col[s],
		       problem->scenarios[s].recourse.n_cols * sizeof *result->y[s]);
	ssrc_two_stage_check(result, problem);
}

static ssrc_status as_one(ssrc_two_stage_result *result, const ssrc_two_stage *problem,
			  const ssrc_two_stage_options *options, ssrc_on_progress *each, void *user, ssrc_context *ctx,
			  ssrc_error *err)
{
	ssrc_arena scratch;
	ssrc_program whole;
	uint32_t *first_col;
	ssrc_solver *solver = NULL;
	ssrc_solution found;
	listener l = {each, user, ssrc_seconds_now()};
	ssrc_solve_limits limits = ssrc_no_limits;
	limits.seconds = options->seconds;
	limits.nodes = options->iterations;
	limits.gap = fmax(options->gap, 1e-9);
	limits.seed = options->seed;
	limits.stop = options->stop;
	ssrc_arena_init(&scratch, ctx);
	ssrc_status status = ssrc_two_stage_extensive(&whole, &first_col, problem, &scratch, err);
	if (!status)
		status = ssrc_core_solver(&solver, options, true, ctx, &whole, err);
	if (!status)
		status = solver->ops->solve_mip(solver, &limits, NULL, each ? hear : NULL, &l, &found);
	if (!status)
		take_solution(result, problem, &found, first_col, options);
	ssrc_solver_free(solver);
	ssrc_arena_clear(&scratch);
	return status == SSRC_NOMEM ? ssrc_no_memory(err) : status;
}

static void finish(ssrc_two_stage_result *out, ssrc_two_stage_result *result)
{
	result->bound = fmin(result->bound, result->infeasible ? (double)INFINITY : result->value);
	*out = *result;
}

ssrc_status ssrc_one_program_solve(ssrc_two_stage_result *out, const ssrc_two_stage *problem,
				   const ssrc_two_stage_options *options, ssrc_on_progress *each, void *user,
				   ssrc_context *ctx, ssrc_arena *arena, ssrc_error *err)
{
	ssrc_two_stage_result result;
	ssrc_status status = ssrc_two_stage_valid(problem, err);
	if (!status)
		status = ssrc_core_result_new(&result, problem, arena, err);
	if (!status)
		status = as_one(&result, problem, options, each, user, ctx, err);
	if (!status)
		finish(out, &result);
	return status;
}

ssrc_status ssrc_integer_recourse_solve(ssrc_two_stage_result *out, const ssrc_two_stage *problem,
					const ssrc_two_stage_options *options, ssrc_on_progress *each, void *user,
					ssrc_context *ctx, ssrc_arena *arena, ssrc_error *err)
{
	ssrc_two_stage_result result;
	ssrc_two_stage_options rest = *options;
	double begin = ssrc_seconds_now();
	bool done = false;
	ssrc_status status = ssrc_two_stage_valid(problem, err);
	if (!status)
		status = ssrc_core_result_new(&result, problem, arena, err);
	/* Risk ties the blocks of a scenario together. */
	if (!status && !(problem->risk > 0))
		status = by_blocks(&result, &done, problem, options, each, user, ctx, err);
	if (!status && !done) {
		rest.seconds = fmax(0, options->seconds - (ssrc_seconds_now() - begin));
		status = as_one(&result, problem, &rest, each, user, ctx, err);
	}
	if (!status)
		finish(out, &result);
	return status;
}
