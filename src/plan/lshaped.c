/* The linear relaxation by decomposition: cuts for all scenarios at a point between the best so far and the master's.
 * docs/methods/plan-core.md */
#include "core.h"
#include "solve/model.h"

#include <string.h>

/* What the objective moves by when scenario s costs 1 more, at most. */
static double weight_of(const ssrc_two_stage *problem, uint32_t s)
{
	return problem->scenarios[s].probability * (1 - problem->risk + problem->risk / (1 - problem->tail));
}

/* By how much the master's solution is too low for scenario s, as the objective sees it. */
static double short_by(const core_run *run, const core_answer *answer, uint32_t s)
{
	const core_master *m = &run->master;
	if (answer->has_ray || !m->solution.x || m->solution.outcome != SSRC_OUTCOME_OPTIMAL)
		return (double)INFINITY;
	return weight_of(run->problem, s) * (answer->value - m->solution.x[m->theta + s]);
}

ssrc_status ssrc_core_add_cuts(core_run *run, double least, uint32_t *added)
{
	const core_answer *answers = ssrc_core_recourse_answers(run->recourse);
	ssrc_status status = SSRC_OK;
	double limit = least * fmax(1e-9, fabs(run->result->bound));
	*added = 0;
	for (uint32_t s = 0; s < run->problem->n_scenarios && status == SSRC_OK; s++) {
		bool one = false, ray = answers[s].has_ray;
		if ((answers[s].has_dual || ray) && !(short_by(run, &answers[s], s) <= limit))
			status = ssrc_core_cut_add(&run->master.cuts, run->problem, s, answers[s].dual, ray, &one,
						   run->err);
		*added += one;
	}
	return status;
}

/* Half of the way from the best point to the master's was fastest of 0.2 … 1 on the instances of bench/plan. */
static const double HALF_WAY = 0.5;
enum { IDLE_ROUNDS = 10 };

/* How the points are chosen. */
typedef struct stabiliser {
	double step;    /* 1 = the master's own point */
	double *point;  /* [n_cols] where the scenarios are asked */
	double *master; /* [n_cols] the master's point */
	double bound;
	uint32_t stalled; /* rounds in which the bound did not move */
} stabiliser;

static void choose_point(stabiliser *at, const core_run *run)
{
	double step = isfinite(run->relaxed_value) ? at->step : 1;
	for (uint32_t j = 0; j < run->problem->first.n_cols; j++)
		at->point[j] = step * at->master[j] + (1 - step) * run->center[j];
}

static ssrc_status solve_master(core_run *run, stabiliser *at)
{
	ssrc_solve_limits limits = ssrc_no_limits;
	limits.seconds = run->deadline - ssrc_seconds_now();
	limits.stop = run->options->stop;
	core_master *m = &run->master;
	ssrc_status status = ssrc_core_master_solve(m, &limits, run->err);
	if (status != SSRC_OK || m->solution.outcome == SSRC_OUTCOME_STOPPED)
		return status;
	if (m->solution.outcome == SSRC_OUTCOME_INFEASIBLE && m->solution.has_ray) {
		run->result->infeasible = true;
		return SSRC_OK;
	}
	if (m->solution.outcome != SSRC_OUTCOME_OPTIMAL)
		return ssrc_fail(run->err, SSRC_UNSUPPORTED, SSRC_M_TWO_STAGE_SOLVER, "master", NULL, NULL);
	ssrc_core_begun_by(at->master, m->solution.x, m->paths, run->problem->first.n_cols);
	at->stalled = m->solution.bound > at->bound + 1e-6 * fabs(at->bound) ? 0 : at->stalled + 1;
	if (m->solution.bound > at->bound || !isfinite(at->bound)) {
		at->bound = m->solution.bound;
		memcpy(run->relaxed, at->master, run->problem->first.n_cols * sizeof *at->master);
		memcpy(run->reduced, m->solution.reduced, run->problem->first.n_cols * sizeof *run->reduced);
		for (uint32_t r = 0; r < run->problem->first.n_rows; r++)
			run->result->row_price[r] = m->row_of[r] == SSRC_NONE ? 0 : m->solution.dual[m->row_of[r]];
		run->result->relaxation = at->bound;
		ssrc_core_raise(run, at->bound);
	}
	return SSRC_OK;
}

/* Asks the scenarios, takes their cuts, and moves the centre if the point is the best so far. */
static ssrc_status ask(core_run *run, stabiliser *at, double least, uint32_t *added)
{
	ssrc_status status = ssrc_core_recourse_solve(run->recourse, at->point, NULL, run->deadline, run->err);
	if (status != SSRC_OK)
		return status;
	double value = ssrc_core_recourse_value(run->recourse, at->point, run->answer, NULL);
	if (value < run->relaxed_value) {
		run->relaxed_value = value;
		memcpy(run->center, at->point, run->problem->first.n_cols * sizeof *run->center);
	}
	return ssrc_core_add_cuts(run, least, added);
}

static bool relaxed_enough(const core_run *run, const stabiliser *at, double gap)
{
	return isfinite(run->relaxed_value) &&
	       run->relaxed_value - at->bound <= gap * fmax(1e-9, fabs(run->relaxed_value));
}

ssrc_status ssrc_core_relaxation(core_run *run, double gap, int64_t iterations)
{
	uint32_t n = run->problem->first.n_cols, added = 1;
	double n_scenarios = fmax(1, run->problem->n_scenarios);
	stabiliser at = {.step = HALF_WAY, .bound = -(double)INFINITY};
	at.point = ssrc_arena_array(&run->arena, n, sizeof *at.point);
	at.master = ssrc_arena_array(&run->arena, n, sizeof *at.master);
	if (!at.point || !at.master)
		return ssrc_no_memory(run->err);
	ssrc_status status = solve_master(run, &at);
	for (int64_t k = 0; status == SSRC_OK && k != iterations && !run->result->infeasible; k++) {
		if (!ssrc_core_goes_on(run) || relaxed_enough(run, &at, gap) || (added == 0 && at.step == 1))
			break;
		run->iteration = k + 1;
		at.step = at.stalled > 0 || added == 0 ? 1 : HALF_WAY;
		choose_point(&at, run);
		status = ask(run, &at, gap / (2 * n_scenarios), &added);
		if (status == SSRC_OK)
			status = ssrc_core_master_purge(&run->master, IDLE_ROUNDS, run->err);
		if (status == SSRC_OK)
			status = solve_master(run, &at);
	}
	return status;
}
