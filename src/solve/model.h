/* What the solvers of this module share: the program as it stands after changes, solutions filled by our own
 * arithmetic, libraries opened at run time, and a clock for limits (of this module only). */
#ifndef SSRC_SOLVE_MODEL_H
#define SSRC_SOLVE_MODEL_H

#include "solve.h"

/* A program with its own memory that changes as the solver's does. */
typedef struct ssrc_model {
	ssrc_context *ctx;
	ssrc_program program;
	size_t row_low_cap, row_high_cap, row_cap, value_cap, dual_cap;
	uint32_t *mark;      /* [n_cols] scratch */
	double *x, *reduced; /* [n_cols] of the last solution */
	double *dual;        /* [n_rows] */
} ssrc_model;

/* Validates and copies. Errors: NOMEM, RANGE. Clear in any case. */
SSRC_MUST_CHECK ssrc_status ssrc_model_init(ssrc_model *model, ssrc_context *ctx, const ssrc_program *program,
					    ssrc_error *err);
void ssrc_model_clear(ssrc_model *model);

/* As the operations of solve.h of the same names. */
SSRC_MUST_CHECK ssrc_status ssrc_model_set_cost(ssrc_model *model, uint32_t col, double cost);
SSRC_MUST_CHECK ssrc_status ssrc_model_set_col(ssrc_model *model, uint32_t col, double low, double high);
SSRC_MUST_CHECK ssrc_status ssrc_model_set_row(ssrc_model *model, uint32_t row, double low, double high);
SSRC_MUST_CHECK ssrc_status ssrc_model_add_rows(ssrc_model *model, uint32_t n, const double *low, const double *high,
						const uint32_t *start, const uint32_t *col, const double *value);
SSRC_MUST_CHECK ssrc_status ssrc_model_keep_rows(ssrc_model *model, const bool *keep);

/* The sides with DBL_MAX for INFINITY, as COIN-OR wants them: low, high [n_cols], row_low, row_high [n_rows] in one
 * block of the context's memory. NULL if there is none, or if the program is too large for 32-bit signed numbers. */
double *ssrc_model_finite_sides(ssrc_model *model);

/* An empty solution of this model's arrays. */
ssrc_solution ssrc_model_no_solution(ssrc_model *model, ssrc_outcome outcome);
/* x as the solver gave it: pulled onto its bounds, whole where whole is asked for (mip), and evaluated. */
void ssrc_model_take_x(ssrc_model *model, const double *x, bool mip, ssrc_solution *out);
/* Multipliers: those without a side become 0; reduced costs and the bound are ours. */
void ssrc_model_take_dual(ssrc_model *model, const double *y, ssrc_solution *out);
/* Takes y, or -y, as ray if it proves that there is no solution. */
bool ssrc_model_take_ray(ssrc_model *model, const double *y, ssrc_solution *out);
/* A ray of one row, where a row alone cannot be met within the columns' bounds. */
bool ssrc_model_find_ray(ssrc_model *model, ssrc_solution *out);

/* What counts as solved: violation and difference of value and bound, both relative. */
#define SSRC_FEASIBLE 1e-6
#define SSRC_SOLVED 1e-6

/* True if value and bound of a linear program agree and x is feasible. */
bool ssrc_solution_proven(const ssrc_solution *solution);

/* ---- limits ----------------------------------------------------------------------------------------------- */

/* Seconds of a clock that only goes forward. */
double ssrc_seconds_now(void);
static inline bool ssrc_stop_asked(const ssrc_solve_limits *limits)
{
	return limits->stop && *limits->stop;
}

/* ---- libraries -------------------------------------------------------------------------------------------- */

typedef struct ssrc_symbol {
	const char *name;
	size_t offset; /* of the function pointer in the table */
	bool optional;
} ssrc_symbol;

/* Opens the first of `files` (NULL-terminated) that has all functions, and writes their addresses into `table`. A
 * library once opened stays in the process: unloading C++ is not safe. False if there is none; `table` is then
 * undefined. */
bool ssrc_library_open(const char *const *files, const ssrc_symbol *symbols, size_t n_symbols, void *table);

/* ---- whole numbers ------------------------------------------------------------------------------------------ */

/* Takes a MIP solver's x; where rounding its integers or its digits makes it infeasible, a linear program moves the
 * rest. NOMEM. */
SSRC_MUST_CHECK ssrc_status ssrc_mip_take(ssrc_model *model, const double *x, const ssrc_solve_limits *limits,
					  ssrc_solution *out);
/* The linear relaxation, by the best solver for it. NOMEM. */
SSRC_MUST_CHECK ssrc_status ssrc_mip_relax(ssrc_model *model, const ssrc_solve_limits *limits, ssrc_solution *out);
/* The same as the first step of a MIP: *done if that was all (no integers, no solution, unbounded, or whole already).
 */
SSRC_MUST_CHECK ssrc_status ssrc_mip_begin(ssrc_model *model, const ssrc_solve_limits *limits, ssrc_solution *out,
					   bool *done);
bool ssrc_mip_is_linear(const ssrc_model *model);
/* Where a solver leaves nothing better, the solution to begin with stands; that there is none is then a failure. NOMEM.
 */
SSRC_MUST_CHECK ssrc_status ssrc_mip_keep_start(ssrc_model *model, const double *start, const ssrc_solve_limits *limits,
						ssrc_solution *out);
/* What value and bound may differ by. */
double ssrc_mip_slack(const ssrc_solve_limits *limits, double value);
/* Sets bound from what the solver claims, as far as that is consistent, and takes back an optimum without a solution.
 */
void ssrc_mip_close(const ssrc_solve_limits *limits, double claimed, ssrc_solution *out);

/* ---- solvers that keep nothing between two solves ----------------------------------------------------------- */

/* Such a solver has this as its first member, and these as operations. */
typedef struct ssrc_plain_solver {
	ssrc_solver base;
	ssrc_model model;
} ssrc_plain_solver;

/* A zeroed object of `size` bytes that begins with an ssrc_plain_solver for the program. NOMEM, RANGE. */
SSRC_MUST_CHECK ssrc_status ssrc_plain_new(ssrc_solver **out, const ssrc_solver_ops *ops, size_t size,
					   ssrc_context *ctx, const ssrc_program *program, ssrc_error *err);
void ssrc_plain_destroy(ssrc_solver *solver);
ssrc_status ssrc_plain_set_cost(ssrc_solver *solver, uint32_t col, double cost);
ssrc_status ssrc_plain_set_col(ssrc_solver *solver, uint32_t col, double low, double high);
ssrc_status ssrc_plain_set_row(ssrc_solver *solver, uint32_t row, double low, double high);
ssrc_status ssrc_plain_add_rows(ssrc_solver *solver, uint32_t n, const double *low, const double *high,
				const uint32_t *start, const uint32_t *col, const double *value);
ssrc_status ssrc_plain_keep_rows(ssrc_solver *solver, const bool *keep);

/* ---- the solvers ------------------------------------------------------------------------------------------- */

extern const ssrc_solver_ops ssrc_clp, ssrc_cbc, ssrc_highs, ssrc_builtin, ssrc_file_solver;

#endif
