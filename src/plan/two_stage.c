/* Two-stage programs solved: the phases, and what they have found so far. docs/methods/plan-core.md */
#include "core.h"
#include "solve/model.h"

#include <stdlib.h>
#include <string.h>

/* ---- what is known -------------------------------------------------------------------------------------------- */

static void report(core_run *run, const double *x)
{
	const ssrc_two_stage_result *r = run->result;
	ssrc_two_stage_progress progress = {.phase = run->phase,
					    .seconds = ssrc_seconds_now() - run->begun,
					    .value = r->has_plan ? r->value : (double)INFINITY,
					    .bound = r->bound,
					    .iteration = run->iteration};
	progress.gap = r->has_plan ? (r->value - r->bound) / fmax(1e-10, fabs(r->value)) : (double)INFINITY;
	if (run->each)
		run->each(run->user, &progress, x);
}

bool ssrc_core_goes_on(core_run *run)
{
	if (run->options->stop && *run->options->stop)
		run->result->stopped_by = "stop";
	else if (ssrc_seconds_now() >= run->deadline)
		run->result->stopped_by = "time";
	else
		return true;
	run->stopped = true;
	return false;
}

bool ssrc_core_closed(const core_run *run)
{
	const ssrc_two_stage_result *r = run->result;
	/* Branches are pruned at exactly this distance, so rounding may leave a hair more. */
	return r->has_plan && r->value - r->bound <= fmax(run->options->gap * fabs(r->value), 1e-9) * (1 + 1e-9);
}

void ssrc_core_raise(core_run *run, double bound)
{
	ssrc_two_stage_result *r = run->result;
	if (!(bound > r->bound) || run->result->infeasible)
		return;
	r->bound = r->has_plan ? fmin(bound, r->value) : bound;
	r->bound_phase = run->phase;
	report(run, NULL);
}

void ssrc_core_offer(core_run *run, const double *x)
{
	ssrc_two_stage_result *r = run->result;
	uint32_t missing;
	double value = ssrc_core_recourse_value(run->recourse, x, run->answer, &missing);
	if (missing != SSRC_NONE || !(value < r->value))
		return;
	ssrc_program_report report_of_first;
	ssrc_program_check(&report_of_first, &run->problem->first, x);
	if (report_of_first.violation > SSRC_FEASIBLE || report_of_first.fraction > 0)
		return;
	ssrc_core_result_take(r, run->recourse, x, run->given);
	r->value_phase = run->phase;
	ssrc_core_fix(run);
	report(run, r->x);
}

/* Rounding of the bound is in the 1e-9. */
void ssrc_core_fix(core_run *run)
{
	core_master *m = &run->master;
	const ssrc_two_stage_result *r = run->result;
	if (!m->high || !isfinite(r->relaxation))
		return;
	double room = r->value - r->relaxation + 1e-9 * fabs(r->value);
	for (uint32_t p = 0; p < run->paths.n; p++)
		for (uint32_t k = run->paths.start[p]; k < run->paths.start[p + 1]; k++) {
			uint32_t j = run->paths.col[k];
			if (m->low[j] == 0 && run->reduced[j] > room)
				m->high[j] = 0;
		}
}

/* ---- the least that a scenario can cost
 * ------------------------------------------------------------------------------ */

static double box_bound(const ssrc_program *p)
{
	core_sum sum = {p->offset, 0};
	double size = fabs(p->offset);
	for (uint32_t j = 0; j < p->n_cols; j++) {
		double at = p->cost[j] > 0 ? p->low[j] : p->high[j];
		if (p->cost[j] == 0)
			continue;
		if (!isfinite(at))
			return -(double)INFINITY;
		core_add_product(&sum, p->cost[j], at);
		size += fabs(p->cost[j] * at);
	}
	return core_total(sum) - 1e-15 * size;
}

/* The scenario with the whole first stage as its own, without its costs. */
static ssrc_status floor_program(ssrc_program *out, const core_run *run, uint32_t s, ssrc_arena *arena)
{
	ssrc_two_stage alone = *run->problem;
	ssrc_scenario_program scenario = run->problem->scenarios[s];
	double *no_cost = ssrc_arena_array(arena, alone.first.n_cols, sizeof *no_cost);
	if (!no_cost)
		return ssrc_no_memory(run->err);
	scenario.probability = 1;
	alone.first.cost = no_cost;
	alone.first.offset = 0;
	alone.scenarios = &scenario;
	alone.n_scenarios = 1;
	alone.risk = 0;
	return ssrc_two_stage_extensive(out, NULL, &alone, arena, run->err);
}

static ssrc_status find_floor(core_run *run, uint32_t s, double *floor)
{
	ssrc_arena arena;
	ssrc_program program;
	ssrc_solver *solver = NULL;
	ssrc_solution solution;
	*floor = box_bound(&run->problem->scenarios[s].recourse);
	if (isfinite(*floor))
		return SSRC_OK;
	ssrc_arena_init(&arena, run->ctx);
	ssrc_status status = floor_program(&program, run, s, &arena);
	if (status == SSRC_OK)
		status = ssrc_core_solver(&solver, run->options, false, run->ctx, &program, run->err);
	if (status == SSRC_OK && solver->ops->solve_lp(solver, &ssrc_no_limits, &solution) != SSRC_OK)
		status = ssrc_no_memory(run->err);
	if (status == SSRC_OK) {
		*floor = solution.bound;
		if (solution.outcome == SSRC_OUTCOME_INFEASIBLE && solution.has_ray)
			run->result->infeasible = true;
		else if (!isfinite(*floor))
			status = ssrc_fail(run->err, SSRC_RANGE, SSRC_M_TWO_STAGE_OPEN, NULL, NULL, NULL);
	}
	ssrc_solver_free(solver);
	ssrc_arena_clear(&arena);
	return status;
}

/* ---- the run
 * ---------------------------------------------------------------------------------------------------------- */

static ssrc_status start_run(core_run *run)
{
	const ssrc_two_stage *problem = run->problem;
	uint32_t n = problem->first.n_cols;
	run->answer = ssrc_arena_array(&run->arena, problem->n_scenarios, sizeof *run->answer);
	run->center = ssrc_arena_array(&run->arena, n, sizeof *run->center);
	run->reduced = ssrc_arena_array(&run->arena, n, sizeof *run->reduced);
	run->relaxed = ssrc_arena_array(&run->arena, n, sizeof *run->relaxed);
	double *floor = ssrc_arena_array(&run->arena, problem->n_scenarios, sizeof *floor);
	if (!run->answer || !run->center || !run->reduced || !run->relaxed || !floor)
		return ssrc_no_memory(run->err);
	ssrc_status status = ssrc_core_find_paths(&run->paths, &problem->first, &run->arena, run->err);
	if (status == SSRC_OK)
		status = ssrc_core_tighten(&run->tight, problem, &run->paths, &run->arena, run->err);
	run->given = problem;
	run->problem = problem = &run->tight;
	for (uint32_t s = 0; s < problem->n_scenarios && status == SSRC_OK; s++)
		status = find_floor(run, s, &floor[s]);
	if (status == SSRC_OK && !run->result->infeasible)
		status = ssrc_core_master_init(&run->master, problem, &run->paths, run->options, floor, run->ctx,
					       run->err);
	if (status == SSRC_OK && !run->result->infeasible)
		status = ssrc_core_recourse_new(&run->recourse, problem, run->options, run->ctx, run->err);
	return status;
}

static ssrc_status phases(core_run *run)
{
	if (run->result->infeasible)
		return SSRC_OK;
	ssrc_status status = ssrc_core_starts(run);
	run->phase = SSRC_PHASE_RELAXATION;
	if (status == SSRC_OK)
		status = ssrc_core_relaxation(run, 1e-4, run->options->iterations);
	if (status == SSRC_OK && !run->result->infeasible && !run->stopped)
		status = ssrc_core_search(run);
	if (!*run->result->stopped_by)
		run->result->stopped_by = run->result->infeasible || ssrc_core_closed(run) ? "gap" : "iterations";
	return status;
}

static ssrc_status solve_whole(core_run *run)
{
	run->given = run->problem;
	run->answer = ssrc_arena_array(&run->arena, run->problem->n_scenarios, sizeof *run->answer);
	return run->answer ? ssrc_core_whole(run) : ssrc_no_memory(run->err);
}

ssrc_status ssrc_two_stage_solve(ssrc_two_stage_result *out, const ssrc_two_stage *problem,
				 const ssrc_two_stage_options *options, ssrc_on_progress *each, void *user,
				 ssrc_context *ctx, ssrc_arena *arena, ssrc_error *err)
{
	ssrc_two_stage_result result;
	core_run run = {.ctx = ctx,
			.problem = problem,
			.options = options,
			.each = each,
			.user = user,
			.err = err,
			.begun = ssrc_seconds_now(),
			.result = &result,
			.relaxed_value = (double)INFINITY};
	run.deadline = run.begun + options->seconds;
	run.master.ctx = ctx;
	ssrc_arena_init(&run.arena, ctx);
	ssrc_status status = ssrc_two_stage_valid(problem, err);
	if (status == SSRC_OK)
		status = ssrc_core_result_new(&result, problem, arena, err);
	bool small = ssrc_core_whole_columns(problem) <= SSRC_CORE_WHOLE_MOST;
	if (status == SSRC_OK && (options->whole || (small && !options->decompose))) {
		status = solve_whole(&run);
	} else if (status == SSRC_OK && ssrc_two_stage_whole_recourse(problem)) {
		status = ssrc_fail(err, SSRC_UNSUPPORTED, SSRC_M_TWO_STAGE_WHOLE, NULL, NULL, NULL);
	} else if (status == SSRC_OK) {
		status = start_run(&run);
		if (status == SSRC_OK)
			status = phases(&run);
	}
	ssrc_core_recourse_free(run.recourse);
	ssrc_core_master_clear(&run.master);
	ssrc_arena_clear(&run.arena);
	if (status == SSRC_OK)
		*out = result;
	return status;
}
