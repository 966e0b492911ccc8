/* Two-stage programs: decide now, then answer each scenario (internal). The planning core, other people's instances
 * (SMPS, facility location) and the generator of the benchmarks all come down to this form. */
#ifndef SSRC_TWO_STAGE_H
#define SSRC_TWO_STAGE_H

#include "solve/solve.h"

/* The answer to one scenario: minimise recourse.cost·y subject to row_low <= T x + W y <= row_high, bounds on y.
 * W, rows and bounds are `recourse`; T by rows: entries link_start[r] .. link_start[r+1] of link_col (columns of the
 * first stage) and link_value. */
typedef struct ssrc_scenario_program {
	double probability;
	ssrc_program recourse;
	uint32_t *link_start, *link_col;
	double *link_value;
	const char *name; /* for messages */
} ssrc_scenario_program;

/* Minimise first.cost·x + (1 − risk) Σ p_s Q_s(x) + risk · CVaR_tail(Q(x)), over the rows and bounds of `first`.
 * CVaR_a(Q) = min over η of η + Σ p_s max(0, Q_s − η) / (1 − a)  (Rockafellar, Uryasev 2000). */
typedef struct ssrc_two_stage {
	ssrc_program first;
	ssrc_scenario_program *scenarios;
	uint32_t n_scenarios;
	double risk, tail; /* 0 … 1; tail < 1 */
	bool complete; /* every x of the first stage has an answer in every scenario (loss slack): no feasibility cuts
			*/
} ssrc_two_stage;

typedef struct ssrc_two_stage_options {
	double seconds;     /* for the whole; INFINITY = none */
	double gap;         /* relative, stop when proven */
	int64_t iterations; /* of the decomposition, each phase; < 0 = none. Tests limit by this, not by time */
	int threads;
	uint64_t seed;
	const char *solver; /* "" = best available */
	const volatile int *stop;
	const double *start; /* [first.n_cols] a plan to begin with, NULL */
	bool decompose;      /* small programs too, which are solved as one otherwise */
	bool whole;          /* as one, however large */
} ssrc_two_stage_options;

/* Which part of the method gave a number. */
typedef enum ssrc_phase {
	SSRC_PHASE_NONE,
	SSRC_PHASE_START,      /* the plan handed in, or doing nothing */
	SSRC_PHASE_EXTENSIVE,  /* the whole program as one MIP */
	SSRC_PHASE_RELAXATION, /* decomposition of the linear relaxation */
	SSRC_PHASE_ROUNDING,   /* from the relaxation */
	SSRC_PHASE_RESTRICTED, /* MIP over the options the relaxation uses */
	SSRC_PHASE_SEARCH,     /* neighbourhoods */
	SSRC_PHASE_MASTER,     /* decomposition with whole numbers */
	SSRC_PHASES
} ssrc_phase;

typedef struct ssrc_two_stage_progress {
	ssrc_phase phase;
	double seconds, value, bound, gap;
	int64_t iteration;
} ssrc_two_stage_progress;

typedef struct ssrc_two_stage_result {
	bool has_plan;
	double *x;         /* [first.n_cols] */
	double *answer;    /* Q_s(x), [n_scenarios] */
	double **y;        /* [n_scenarios][recourse.n_cols] */
	double value;      /* of x, as our own checker computes it */
	double bound;      /* proven for the whole program, never that of a restriction */
	double relaxation; /* linear bound */
	ssrc_phase value_phase, bound_phase;
	bool infeasible;        /* proven: no x satisfies the first stage (or a scenario without slack) */
	const char *stopped_by; /* "gap", "time", "iterations", "stop", "solver" */
	double violation;       /* largest, of x and y, as our own checker finds it */
	/* At the relaxation's optimum: what one unit more of each first-stage row's side is worth. [first.n_rows] */
	double *row_price;
} ssrc_two_stage_result;

/* Solves in this process. Result in arena memory. `each` (may be NULL) hears of every better plan or bound.
 * Errors: NOMEM, NOTFOUND (no solver), UNSUPPORTED (solver failed), RANGE. Methods: docs/methods/plan.md.
 * Deterministic for a seed and iteration limits; a time limit may stop it elsewhere. */
typedef void ssrc_on_progress(void *user, const ssrc_two_stage_progress *progress, const double *x);
SSRC_MUST_CHECK ssrc_status ssrc_two_stage_solve(ssrc_two_stage_result *out, const ssrc_two_stage *problem,
						 const ssrc_two_stage_options *options, ssrc_on_progress *each,
						 void *user, ssrc_context *ctx, ssrc_arena *arena, ssrc_error *err);

/* The same in a watched child process (solve.h, box): a crash, too much memory or a time limit leaves the best plan and
 * bound that had arrived, and the plan is checked here again. */
SSRC_MUST_CHECK ssrc_status ssrc_two_stage_solve_boxed(ssrc_two_stage_result *out, const ssrc_two_stage *problem,
						       const ssrc_two_stage_options *options, size_t memory_bytes,
						       ssrc_on_progress *each, void *user, ssrc_context *ctx,
						       ssrc_arena *arena, ssrc_error *err);

/* The whole as one program: columns of the first stage, η and ζ (if risk > 0), then each scenario's.
 * first_col[s] (arena): where scenario s begins. Cost O(entries). */
SSRC_MUST_CHECK ssrc_status ssrc_two_stage_extensive(ssrc_program *out, uint32_t **first_col,
						     const ssrc_two_stage *problem, ssrc_arena *arena, ssrc_error *err);

/* Value and largest violation of a plan with its answers, from the definition, without a solver. */
void ssrc_two_stage_check(ssrc_two_stage_result *result, const ssrc_two_stage *problem);

/* The best answers to a fixed plan x: fills answer, y and value (recourse as linear programs; with whole-number
 * recourse as MIPs). Errors as above; INFEASIBLE names the scenario without an answer. */
SSRC_MUST_CHECK ssrc_status ssrc_two_stage_evaluate(ssrc_two_stage_result *out, const ssrc_two_stage *problem,
						    const double *x, const ssrc_two_stage_options *options,
						    ssrc_context *ctx, ssrc_arena *arena, ssrc_error *err);

#endif
