/* A two-stage program as one mixed-integer program. docs/methods/plan-core.md */
#include "core.h"
#include "solve/model.h"

#include <string.h>

double ssrc_core_whole_columns(const ssrc_two_stage *problem)
{
	double columns = problem->first.n_cols;
	for (uint32_t s = 0; s < problem->n_scenarios; s++)
		columns += problem->scenarios[s].recourse.n_cols;
	return columns;
}

/* The answers to the first-stage part of a solution, by linear programs of their own, then the plan is offered. */
static ssrc_status offer(core_run *run, const double *x)
{
	ssrc_status status = SSRC_OK;
	if (!run->recourse)
		status = ssrc_core_recourse_new(&run->recourse, run->given, run->options, run->ctx, run->err);
	if (!status)
		status = ssrc_core_recourse_solve(run->recourse, x, NULL, (double)INFINITY, run->err);
	if (!status)
		ssrc_core_offer(run, x);
	return status;
}

/* Integer columns to the nearest whole number: a solver's may be off by its tolerance. */
static void make_whole(double *x, const ssrc_program *first)
{
	for (uint32_t j = 0; j < first->n_cols; j++) {
		if (first->integer && first->integer[j])
			x[j] = round(x[j]);
		x[j] = fmin(fmax(x[j], first->low[j]), first->high[j]);
	}
}

/* Solves the extensive form of `problem`, which is that of the run or a restriction of it; *bound, *infeasible: of it.
 */
static ssrc_status solve_extensive(core_run *run, const ssrc_two_stage *problem, double seconds, double *bound,
				   bool *infeasible)
{
	ssrc_program program;
	ssrc_solver *solver = NULL;
	ssrc_solution solution;
	ssrc_arena arena;
	ssrc_solve_limits limits = ssrc_no_limits;
	*bound = -(double)INFINITY;
	*infeasible = false;
	ssrc_arena_init(&arena, run->ctx);
	ssrc_status status = ssrc_two_stage_extensive(&program, NULL, problem, &arena, run->err);
	if (!status)
		status = ssrc_core_solver(&solver, run->options, true, run->ctx, &program, run->err);
	limits.seconds = seconds;
	limits.gap = run->options->gap;
	limits.seed = run->options->seed;
	limits.stop = run->options->stop;
	if (!status && solver->ops->solve_mip(solver, &limits, NULL, NULL, NULL, &solution))
		status = ssrc_no_memory(run->err);
	double *x = status ? NULL : ssrc_arena_array(&arena, problem->first.n_cols, sizeof *x);
	if (!status && !x)
		status = ssrc_no_memory(run->err);
	if (!status) {
		*bound = solution.bound;
		*infeasible = solution.outcome == SSRC_OUTCOME_INFEASIBLE;
	}
	if (!status && solution.has_x) {
		memcpy(x, solution.x, problem->first.n_cols * sizeof *x);
		make_whole(x, &problem->first);
		status = offer(run, x);
	}
	ssrc_solver_free(solver);
	ssrc_arena_clear(&arena);
	return status;
}

ssrc_status ssrc_core_whole(core_run *run)
{
	double bound;
	run->phase = SSRC_PHASE_EXTENSIVE;
	ssrc_status status =
		solve_extensive(run, run->given, run->deadline - ssrc_seconds_now(), &bound, &run->result->infeasible);
	if (!status)
		ssrc_core_raise(run, bound);
	run->result->stopped_by = run->result->infeasible || ssrc_core_closed(run) ? "gap"
				  : run->options->stop && *run->options->stop      ? "stop"
				  : ssrc_seconds_now() >= run->deadline            ? "time"
										   : "solver";
	return status;
}
