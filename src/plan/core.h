/* The parts of the planning core (internal to it): sums, answers to a fixed plan, cuts, the master, neighbourhoods.
 * docs/methods/plan-core.md */
#ifndef SSRC_PLAN_CORE_H
#define SSRC_PLAN_CORE_H

#include "plan/two_stage.h"

#include <math.h>

/* ---- compensated sums --------------------------------------------------------------------------------- */

/* sum + error is the exact sum to about twice the precision of a double (Ogita, Rump, Oishi 2005). */
typedef struct core_sum {
	double sum, error;
} core_sum;

static inline void core_add(core_sum *to, double x)
{
	double s = to->sum + x, z = s - to->sum;
	to->error += (to->sum - (s - z)) + (x - z);
	to->sum = s;
}

/* Adds x · y exactly: both are split into halves of 26 bits (Veltkamp, Dekker). */
static inline void core_add_product(core_sum *to, double x, double y)
{
	double p = x * y;
	core_add(to, p);
	if (!(fabs(x) < 1e150 && fabs(y) < 1e150))
		return;
	double cx = 134217729.0 * x, cy = 134217729.0 * y;
	double x1 = cx - (cx - x), x2 = x - x1, y1 = cy - (cy - y), y2 = y - y1;
	to->error += x2 * y2 - (((p - x1 * y1) - x2 * y1) - x1 * y2);
}

static inline double core_total(core_sum s)
{
	return s.sum + s.error;
}

/* By how much x leaves low .. high, relative to max(1, |its side|); <= 0 inside. */
static inline double core_beyond(double x, double low, double high)
{
	double under = (low - x) / fmax(1, fabs(low)), over = (x - high) / fmax(1, fabs(high));
	return fmax(isnan(under) ? 0 : under, isnan(over) ? 0 : over); /* NaN: an infinite side */
}

/* ---- check.c ------------------------------------------------------------------------------------------- */

/* (1 − risk) Σ p_s answer_s + risk · CVaR_tail(answer), from the definition: the minimum over η is at one of the
 * answers. Needs no memory. Cost O(n_scenarios²). */
double ssrc_two_stage_risk(const ssrc_two_stage *problem, const double *answer);
/* first.cost·x + offset, compensated. Cost O(n_cols). */
double ssrc_two_stage_first_cost(const ssrc_two_stage *problem, const double *x);
/* What the core asks of a problem: valid programs, probabilities >= 0 that sum to 1 within 1e-6, risk and tail in
 * range, links to columns that are there. Errors: RANGE. Cost O(size). */
SSRC_MUST_CHECK ssrc_status ssrc_two_stage_valid(const ssrc_two_stage *problem, ssrc_error *err);
/* True if an answer needs whole numbers. */
bool ssrc_two_stage_whole_recourse(const ssrc_two_stage *problem);

/* The scenario's name, or "#3" where it has none. */
const char *ssrc_core_scenario_name(const ssrc_two_stage *problem, uint32_t s, char made_up[24]);

/* ---- evaluate.c: the answers to a plan ---------------------------------------------------------------------- */

/* A solver for linear or mixed programs: the one asked for if it can, else the best that is here. */
SSRC_MUST_CHECK ssrc_status ssrc_core_solver(ssrc_solver **out, const ssrc_two_stage_options *options, bool mip,
					     ssrc_context *ctx, const ssrc_program *program, ssrc_error *err);

/* One solver for each scenario, kept warm. */
typedef struct core_recourse core_recourse;

/* The answer to one scenario, valid until the next call on it. */
typedef struct core_answer {
	ssrc_outcome outcome;
	double value;           /* cost·y by our own sums; INFINITY if infeasible */
	const double *y, *dual; /* dual: multipliers of the rows, or the ray of an infeasible scenario if has_ray */
	bool has_dual, has_ray;
} core_answer;

SSRC_MUST_CHECK ssrc_status ssrc_core_recourse_new(core_recourse **out, const ssrc_two_stage *problem,
						   const ssrc_two_stage_options *options, ssrc_context *ctx,
						   ssrc_error *err);
void ssrc_core_recourse_free(core_recourse *recourse);
/* Solves the scenarios (those with only[s], all if NULL) for x in parallel; the same answers for any number of threads.
 * `deadline` by ssrc_seconds_now. Afterwards answers[s] holds what became of s. Errors: NOMEM. */
SSRC_MUST_CHECK ssrc_status ssrc_core_recourse_solve(core_recourse *recourse, const double *x, const bool *only,
						     double deadline, ssrc_error *err);
const core_answer *ssrc_core_recourse_answers(const core_recourse *recourse);
/* Value of the whole plan from the last answers, which go to answer[n_scenarios]; INFINITY if a scenario has none, NAN
 * if one was stopped or failed (*missing: the first of them, or SSRC_NONE; may be NULL). */
double ssrc_core_recourse_value(const core_recourse *recourse, const double *x, double *answer, uint32_t *missing);

/* An empty result with its arrays. Errors: NOMEM. */
SSRC_MUST_CHECK ssrc_status ssrc_core_result_new(ssrc_two_stage_result *out, const ssrc_two_stage *problem,
						 ssrc_arena *arena, ssrc_error *err);
/* Takes the plan and its last answers, which must all be there, and checks them. */
void ssrc_core_result_take(ssrc_two_stage_result *result, const core_recourse *recourse, const double *x);

#endif
