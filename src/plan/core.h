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

/* ---- tighten.c: the same plans, a stronger relaxation -------------------------------------------------------------
 */

/* Binary columns of the first stage in paths x[k1] <= x[k2] <= …: "begun by slot". Each binary is in one path (often by
 * itself); columns of path p are col[start[p]] .. col[start[p + 1]] - 1 in that order.
 * The master has "begun at" instead: u[k] = x[k] − x[the one before], at most one of a path. There a reduced cost says
 * what it costs to begin at a slot, and the rows that order the path are gone. */
typedef struct core_paths {
	uint32_t n;
	uint32_t *start, *col;
	uint32_t *path, *place; /* [n_cols of the first stage] path of a column (SSRC_NONE) and its place in it */
	bool *orders;           /* [n_rows] the row orders a path */
} core_paths;

/* x from u and back; the same array may serve for both. Cost O(n_cols). */
void ssrc_core_begun_by(double *x, const double *u, const core_paths *paths, uint32_t n_cols);
void ssrc_core_begun_at(double *u, const double *x, const core_paths *paths, uint32_t n_cols);

/* Finds paths from the rows x_a − x_b <= 0 of the first stage. Arena memory. Errors: NOMEM. Cost O(size). */
SSRC_MUST_CHECK ssrc_status ssrc_core_find_paths(core_paths *out, const ssrc_program *first, ssrc_arena *arena,
						 ssrc_error *err);
/* A copy of the problem (arena; shares what does not change) in which binaries of the first stage have no more weight
 * in a row of an answer than they can use: with the row slack at any answer, the weight is cut down to where it is just
 * slack. Whole-number plans and their answers are the same. Errors: NOMEM. Cost O(size · rounds). */
SSRC_MUST_CHECK ssrc_status ssrc_core_tighten(ssrc_two_stage *out, const ssrc_two_stage *problem,
					      const core_paths *paths, ssrc_arena *arena, ssrc_error *err);

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
/* Takes the plan and its last answers, which must all be there, and checks them against the problem as it was given. */
void ssrc_core_result_take(ssrc_two_stage_result *result, const core_recourse *recourse, const double *x,
			   const ssrc_two_stage *given);

/* ---- cuts.c: what a scenario costs at least -------------------------------------------------------------------- */

/* Q_scenario >= constant + Σ value·u, or with `feasibility` 0 >= constant + Σ value·u for every u ("begun at") that has
 * an answer. Entries first .. first + n of col[] and value[] of the list. */
typedef struct core_cut {
	uint32_t scenario, n;
	size_t first;
	double constant;
	bool feasibility;
	uint32_t idle; /* rounds without being tight */
} core_cut;

typedef struct core_cuts {
	ssrc_context *ctx;
	core_cut *cuts;
	uint32_t n;
	size_t cuts_cap, n_entries, col_cap, value_cap;
	uint32_t *col;
	double *value;
	const core_paths *paths;
	core_sum *gradient; /* [n_cols of the first stage] scratch, zero between calls */
} core_cuts;

SSRC_MUST_CHECK ssrc_status ssrc_core_cuts_init(core_cuts *cuts, const ssrc_two_stage *problem, const core_paths *paths,
						ssrc_context *ctx, ssrc_error *err);
void ssrc_core_cuts_clear(core_cuts *cuts);
/* Appends the cut that any multipliers dual[n_rows] of a scenario's rows give (weak duality in our own arithmetic):
 * wrong ones give a weak cut, never a false one. With `feasibility` the multipliers are a ray and costs count as 0.
 * *added false: no bound follows from them. Errors: NOMEM. Cost O(entries of the scenario).
 * Sources: Van Slyke, Wets, SIAM J. Appl. Math. 17 (1969); Neumaier, Shcherbina, Math. Program. 99 (2004). */
SSRC_MUST_CHECK ssrc_status ssrc_core_cut_add(core_cuts *cuts, const ssrc_two_stage *problem, uint32_t scenario,
					      const double *dual, bool feasibility, bool *added, ssrc_error *err);
/* constant + Σ value·u */
double ssrc_core_cut_at(const core_cuts *cuts, uint32_t cut, const double *u);
/* Keeps the cuts with keep[] true, in order. */
void ssrc_core_cuts_keep(core_cuts *cuts, const bool *keep);

/* ---- master.c: the first stage with the cuts ------------------------------------------------------------------ */

/* Columns: the first stage with "begun at" for its binaries, θ_s >= Q_s from `theta` on; with risk ζ_s from `zeta` on
 * and η. Rows: those of the first stage that order no path, for each path of more than one column that it begins at
 * most once, with risk ζ_s + η >= θ_s, then one for each cut. */
typedef struct core_master {
	ssrc_context *ctx;
	const ssrc_two_stage *problem;
	const core_paths *paths;
	core_cuts cuts;
	ssrc_solver *solver;    /* of the linear relaxation, warm */
	ssrc_solution solution; /* the last */
	uint32_t n_cols, theta, zeta, eta, base_rows;
	uint32_t *row_of;   /* [n_rows of the first stage] row of the master, SSRC_NONE if it orders a path */
	uint32_t *path_row; /* [paths] SSRC_NONE for paths of one column */
	double *low, *high; /* [n_cols of the first stage] bounds in the master */
	double *path_low;   /* [paths] 1 where the path must be begun */
	/* What the solver has now: */
	double *now_low, *now_high, *now_path_low;
	uint32_t loaded; /* cuts that the solver has */
	double *floor;   /* [n_scenarios] least that the scenario can cost at all */
} core_master;

/* floor[n_scenarios]: a valid lower bound of each answer, copied. */
SSRC_MUST_CHECK ssrc_status ssrc_core_master_init(core_master *master, const ssrc_two_stage *problem,
						  const core_paths *paths, const ssrc_two_stage_options *options,
						  const double *floor, ssrc_context *ctx, ssrc_error *err);
void ssrc_core_master_clear(core_master *master);
/* The program with the cuts that are marked, all if NULL; integers where `whole`. low, high: [n_cols of the first
 * stage] limits of "begun at"; NULL = those of the problem. */
SSRC_MUST_CHECK ssrc_status ssrc_core_master_program(ssrc_program *out, const core_master *master, bool whole,
						     const double *low, const double *high, const bool *cuts,
						     ssrc_arena *arena, ssrc_error *err);
/* Limits of the solver's columns [n_cols of the first stage] and of begun paths [paths]: only what differs is handed
 * over. Errors: NOMEM. */
SSRC_MUST_CHECK ssrc_status ssrc_core_master_limit(core_master *master, const double *low, const double *high,
						   const double *path_low, ssrc_error *err);
/* Hands new cuts to the solver and solves the relaxation; solution.bound is then a bound of the whole. Errors: NOMEM.
 */
SSRC_MUST_CHECK ssrc_status ssrc_core_master_solve(core_master *master, const ssrc_solve_limits *limits,
						   ssrc_error *err);
/* Drops cuts that have not been tight in the last `rounds` solutions; `keep_most` at least stay. Call after a solution.
 */
SSRC_MUST_CHECK ssrc_status ssrc_core_master_purge(core_master *master, uint32_t rounds, ssrc_error *err);

/* ---- the state of one run ---------------------------------------------------------------------------------------- */

typedef struct core_run {
	ssrc_context *ctx;
	ssrc_arena arena;              /* scratch of the run */
	const ssrc_two_stage *given;   /* plans are checked against this */
	const ssrc_two_stage *problem; /* the same, tightened */
	ssrc_two_stage tight;
	core_paths paths;
	const ssrc_two_stage_options *options;
	ssrc_on_progress *each;
	void *user;
	ssrc_error *err;
	double begun, deadline;  /* by ssrc_seconds_now */
	core_recourse *recourse; /* NULL until needed */
	core_master master;
	ssrc_two_stage_result *result;
	double *answer;       /* [n_scenarios] scratch */
	double *center;       /* [n_cols] the best point of the relaxation so far */
	double relaxed_value; /* of it: an upper bound of the relaxation's optimum */
	double *reduced;      /* [n_cols] reduced costs at the relaxation's optimum */
	double *relaxed;      /* [n_cols] the relaxation's optimum as the master has it */
	ssrc_phase phase;
	int64_t iteration;
	bool stopped; /* at a limit of the whole run */
} core_run;

/* False if the time is up or a stop was asked for; notes why. */
bool ssrc_core_goes_on(core_run *run);
/* True if value and bound are as close as asked for. */
bool ssrc_core_closed(const core_run *run);
/* A better bound of the whole: kept and reported. */
void ssrc_core_raise(core_run *run, double bound);
/* The plan x with the answers that the recourse has just found: kept and reported if it is feasible and better. */
void ssrc_core_offer(core_run *run, const double *x);
/* Adds the cuts of the last answers that move the objective by more than `least` (relative to the bound) where the
 * master's last solution stands; *added counts them. Errors: NOMEM. */
SSRC_MUST_CHECK ssrc_status ssrc_core_add_cuts(core_run *run, double least, uint32_t *added);
/* Plans that are better than the present one do not begin where the relaxation's reduced cost says so: barred for good.
 */
void ssrc_core_fix(core_run *run);

/* ---- whole.c: as one mixed-integer program -------------------------------------------------------------------------
 */

/* Programs of at most so many columns are solved as one; the decomposition was faster at every larger size measured
 * (bench_plan), and its bound does not rest on the solver's word. */
#define SSRC_CORE_WHOLE_MOST 2000.0
/* Columns of the extensive form. */
double ssrc_core_whole_columns(const ssrc_two_stage *problem);
/* Solves the extensive form until the deadline: value and bound of the whole. Errors: NOMEM, NOTFOUND. */
SSRC_MUST_CHECK ssrc_status ssrc_core_whole(core_run *run);

/* ---- lshaped.c -----------------------------------------------------------------------------------------------------
 */

/* Solves the linear relaxation by stabilised multi-cut decomposition until value and bound are within `gap`, or for at
 * most `iterations` (< 0 = no limit). Fills relaxed, reduced, center, the relaxation and prices of the result.
 * Errors: NOMEM, UNSUPPORTED. */
SSRC_MUST_CHECK ssrc_status ssrc_core_relaxation(core_run *run, double gap, int64_t iterations);

/* ---- tree.c --------------------------------------------------------------------------------------------------------
 */

typedef enum core_state { CORE_FREE, CORE_NOT, CORE_TAKEN } core_state;

typedef struct core_tree_limits {
	int64_t nodes; /* < 0 = no limit */
	double seconds;
	uint32_t look; /* branchings in a row that are tried out without a better one; 0 = none is tried */
	bool dive;     /* go down from each node until it is cut off, as deep as possible until there is a plan */
} core_tree_limits;

/* Branch and bound over the master in whose nodes scenarios are asked for cuts; better plans are offered. */
typedef struct core_tree core_tree;
SSRC_MUST_CHECK ssrc_status ssrc_core_tree_new(core_tree **out, core_run *run, const core_state *state);
void ssrc_core_tree_free(core_tree *tree);
/* Goes on until a limit; *done: nothing is left that is better than the present plan by more than the gap.
 * Errors: NOMEM, UNSUPPORTED. */
SSRC_MUST_CHECK ssrc_status ssrc_core_tree_grow(core_tree *tree, const core_tree_limits *limits, bool *done);
/* No plan that agrees with `state` is better than this and than the present plan less the gap. */
double ssrc_core_tree_bound(const core_tree *tree);

/* ---- search.c ------------------------------------------------------------------------------------------------------
 */

/* Offers the plan handed in, and doing nothing. Errors: NOMEM. */
SSRC_MUST_CHECK ssrc_status ssrc_core_starts(core_run *run);
/* Plans from the relaxation, from neighbourhoods of the best plan, and the bound by the whole tree, until the gap is
 * closed or a limit. Errors: NOMEM, UNSUPPORTED. */
SSRC_MUST_CHECK ssrc_status ssrc_core_search(core_run *run);

#endif
