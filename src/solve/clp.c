/* Clp (EPL) through its C interface, opened at run time: the linear programs of the decomposition. One object per
 * thread; nothing here is shared. The prototypes are of Clp_C_Interface.h, 1.16 and later. */
#include "model.h"

#include <float.h>
#include <limits.h>
#include <math.h>

typedef void clp_model;
typedef void clp_options;

#define CLP_FUNCTIONS(X)                                                                                               \
	X(const char *, Clp_Version, (void))                                                                           \
	X(clp_model *, Clp_newModel, (void))                                                                           \
	X(void, Clp_deleteModel, (clp_model *))                                                                        \
	X(void, Clp_loadProblem,                                                                                       \
	  (clp_model *, int, int, const int *, const int *, const double *, const double *, const double *,            \
	   const double *, const double *, const double *))                                                            \
	X(void, Clp_addRows,                                                                                           \
	  (clp_model *, int, const double *, const double *, const int *, const int *, const double *))                \
	X(void, Clp_deleteRows, (clp_model *, int, const int *))                                                       \
	X(void, Clp_chgRowLower, (clp_model *, const double *))                                                        \
	X(void, Clp_chgRowUpper, (clp_model *, const double *))                                                        \
	X(void, Clp_chgColumnLower, (clp_model *, const double *))                                                     \
	X(void, Clp_chgColumnUpper, (clp_model *, const double *))                                                     \
	X(void, Clp_chgObjCoefficients, (clp_model *, const double *))                                                 \
	X(void, Clp_setLogLevel, (clp_model *, int))                                                                   \
	X(void, Clp_setPrimalTolerance, (clp_model *, double))                                                         \
	X(void, Clp_setDualTolerance, (clp_model *, double))                                                           \
	X(void, Clp_setMaximumIterations, (clp_model *, int))                                                          \
	X(void, Clp_setMaximumSeconds, (clp_model *, double))                                                          \
	X(int, Clp_numberIterations, (clp_model *))                                                                    \
	X(int, Clp_dual, (clp_model *, int))                                                                           \
	X(int, Clp_primal, (clp_model *, int))                                                                         \
	X(int, Clp_initialSolveWithOptions, (clp_model *, clp_options *))                                              \
	X(int, Clp_status, (clp_model *))                                                                              \
	X(int, Clp_secondaryStatus, (clp_model *))                                                                     \
	X(const double *, Clp_getColSolution, (clp_model *))                                                           \
	X(const double *, Clp_getRowPrice, (clp_model *))                                                              \
	X(double *, Clp_infeasibilityRay, (clp_model *))                                                               \
	X(void, Clp_freeRay, (clp_model *, double *))                                                                  \
	X(clp_options *, ClpSolve_new, (void))                                                                         \
	X(void, ClpSolve_delete, (clp_options *))                                                                      \
	X(void, ClpSolve_setSolveType, (clp_options *, int, int))                                                      \
	X(void, ClpSolve_setPresolveType, (clp_options *, int, int))

typedef struct clp_api {
#define X(type, name, arguments) type(*name) arguments;
	CLP_FUNCTIONS(X)
#undef X
} clp_api;

static const ssrc_symbol clp_symbols[] = {
#define X(type, name, arguments) {#name, offsetof(clp_api, name), false},
	CLP_FUNCTIONS(X)
#undef X
};

static bool open_clp(clp_api *api)
{
	static const char *const files[] = {"libClp.so.1", "libClp.so", NULL};
	return ssrc_library_open(files, clp_symbols, sizeof clp_symbols / sizeof *clp_symbols, api);
}

typedef struct clp_solver {
	ssrc_solver base;
	ssrc_model model;
	clp_api api;
	clp_model *clp;
	bool cost_changed;            /* by the caller: the primal simplex goes on from the old basis */
	bool cost_stale, sides_stale; /* Clp's copy is */
	bool solved;
	int64_t iterations; /* of this solve */
	double deadline;
	int slice; /* seconds */
} clp_solver;

static bool clp_available(const char **version)
{
	clp_api api;
	if (!open_clp(&api))
		return false;
	if (version)
		*version = api.Clp_Version();
	return true;
}

/* ---- the model --------------------------------------------------------------------------------------------- */

/* Clp's infinity is DBL_MAX. */
static double finite(double x)
{
	return x > DBL_MAX ? DBL_MAX : x < -DBL_MAX ? -DBL_MAX : x;
}

/* Hands one array to Clp, infinities replaced, in the memory of `scratch`. */
static void push(clp_solver *s, void (*change)(clp_model *, const double *), const double *values, uint32_t n,
		 double *scratch)
{
	for (uint32_t i = 0; i < n; i++)
		scratch[i] = finite(values[i]);
	change(s->clp, scratch);
}

static void push_sides(clp_solver *s)
{
	const ssrc_program *p = &s->model.program;
	push(s, s->api.Clp_chgRowLower, p->row_low, p->n_rows, s->model.dual);
	push(s, s->api.Clp_chgRowUpper, p->row_high, p->n_rows, s->model.dual);
	push(s, s->api.Clp_chgColumnLower, p->low, p->n_cols, s->model.x);
	push(s, s->api.Clp_chgColumnUpper, p->high, p->n_cols, s->model.x);
	s->sides_stale = false;
}

/* Columns without entries are left out of Clp's objective: it scales them by up to 1e20 and then takes programs for
 * infeasible that are not (1.17.6). take_optimum puts them on the better bound. */
static void push_cost(clp_solver *s, bool feasibility_only)
{
	const ssrc_program *p = &s->model.program;
	double *cost = s->model.x;
	for (uint32_t j = 0; j < p->n_cols; j++)
		cost[j] = feasibility_only || p->start[j] == p->start[j + 1] ? 0 : p->cost[j];
	s->api.Clp_chgObjCoefficients(s->clp, cost);
	s->cost_stale = feasibility_only;
}

static ssrc_status load(clp_solver *s)
{
	const ssrc_program *p = &s->model.program;
	double *sides = ssrc_model_finite_sides(&s->model);
	if (!sides)
		return SSRC_NOMEM;
	const double *high = sides + p->n_cols, *row_low = high + p->n_cols, *row_high = row_low + p->n_rows;
	s->api.Clp_loadProblem(s->clp, (int)p->n_cols, (int)p->n_rows, (const int *)p->start, (const int *)p->row,
			       p->value, sides, high, NULL, row_low, row_high);
	s->cost_stale = true;
	ssrc_release(s->model.ctx, sides);
	return SSRC_OK;
}

static void clp_destroy(ssrc_solver *solver)
{
	clp_solver *s = (clp_solver *)solver;
	ssrc_context *ctx = s->model.ctx;
	if (s->clp)
		s->api.Clp_deleteModel(s->clp);
	ssrc_model_clear(&s->model);
	ssrc_release(ctx, s);
}

static ssrc_status clp_create(ssrc_solver **out, ssrc_context *ctx, const ssrc_program *program, ssrc_error *err)
{
	clp_solver *s = ssrc_alloc_array(ctx, 1, sizeof *s);
	if (!s)
		return ssrc_no_memory(err);
	s->base.ops = &ssrc_clp;
	ssrc_status status = ssrc_model_init(&s->model, ctx, program, err);
	if (status == SSRC_OK && !open_clp(&s->api))
		status = ssrc_fail(err, SSRC_NOTFOUND, SSRC_M_SOLVER_MISSING, "clp", "coinor-libclp1", NULL);
	if (status == SSRC_OK) {
		s->clp = s->api.Clp_newModel();
		status = s->clp ? SSRC_OK : ssrc_no_memory(err);
	}
	if (status == SSRC_OK) {
		s->api.Clp_setLogLevel(s->clp, 0);
		status = load(s) == SSRC_OK ? SSRC_OK : ssrc_no_memory(err);
	}
	if (status == SSRC_OK)
		*out = &s->base;
	else
		clp_destroy(&s->base);
	return status;
}

static ssrc_status clp_set_cost(ssrc_solver *solver, uint32_t col, double cost)
{
	clp_solver *s = (clp_solver *)solver;
	s->cost_changed = s->cost_stale = true;
	return ssrc_model_set_cost(&s->model, col, cost);
}

static ssrc_status clp_set_col(ssrc_solver *solver, uint32_t col, double low, double high)
{
	clp_solver *s = (clp_solver *)solver;
	s->sides_stale = true;
	return ssrc_model_set_col(&s->model, col, low, high);
}

static ssrc_status clp_set_row(ssrc_solver *solver, uint32_t row, double low, double high)
{
	clp_solver *s = (clp_solver *)solver;
	s->sides_stale = true;
	return ssrc_model_set_row(&s->model, row, low, high);
}

/* The new rows come in with their slack in the basis, so that the dual simplex goes on from where it was. */
static ssrc_status clp_add_rows(ssrc_solver *solver, uint32_t n, const double *low, const double *high,
				const uint32_t *start, const uint32_t *col, const double *value)
{
	clp_solver *s = (clp_solver *)solver;
	ssrc_status status = ssrc_model_add_rows(&s->model, n, low, high, start, col, value);
	if (status == SSRC_OK && n > 0) {
		s->api.Clp_addRows(s->clp, (int)n, NULL, NULL, (const int *)start, (const int *)col, value);
		s->sides_stale = s->cost_stale = true; /* a column may have got its first entry */
	}
	return status;
}

static ssrc_status clp_keep_rows(ssrc_solver *solver, const bool *keep)
{
	clp_solver *s = (clp_solver *)solver;
	uint32_t n_rows = s->model.program.n_rows;
	int *which = ssrc_alloc_array(s->model.ctx, n_rows, sizeof *which), n = 0;
	ssrc_status status = which ? ssrc_model_keep_rows(&s->model, keep) : SSRC_NOMEM;
	if (status == SSRC_OK) {
		for (uint32_t i = 0; i < n_rows; i++)
			if (!keep[i])
				which[n++] = (int)i;
		if (n)
			s->api.Clp_deleteRows(s->clp, n, which);
		s->sides_stale = s->cost_stale = true;
	}
	ssrc_release(s->model.ctx, which);
	return status;
}

/* ---- solving ------------------------------------------------------------------------------------------------ */

enum { CLP_OPTIMAL, CLP_INFEASIBLE, CLP_UNBOUNDED, CLP_STOPPED };
enum { USE_DUAL, USE_PRIMAL, USE_PRESOLVE };
enum { PRESOLVE_FROM = 20000 }; /* rows and columns */

static int once(clp_solver *s, int how)
{
	if (how == USE_DUAL)
		s->api.Clp_dual(s->clp, 0);
	else if (how == USE_PRIMAL)
		s->api.Clp_primal(s->clp, 0);
	else {
		clp_options *options = s->api.ClpSolve_new();
		s->api.ClpSolve_setSolveType(options, 0, -1);
		s->api.ClpSolve_setPresolveType(options, 0, -1);
		s->api.Clp_initialSolveWithOptions(s->clp, options);
		s->api.ClpSolve_delete(options);
	}
	int iterations = s->api.Clp_numberIterations(s->clp);
	s->iterations += iterations;
	return iterations;
}

/* Runs to an end or a limit. Clp measures the processor time of all threads and cannot be told to stop, so it works in
 * slices, each from the basis of the last; a slice in which nothing moved is doubled. */
static int run(clp_solver *s, int how, const ssrc_solve_limits *limits)
{
	double slice = 2;
	for (;;) {
		double left = s->deadline - ssrc_seconds_now();
		int64_t more = limits->iterations < 0 ? INT_MAX : limits->iterations - s->iterations;
		if (ssrc_stop_asked(limits) || left <= 0 || more <= 0)
			return CLP_STOPPED;
		bool limited = limits->stop || isfinite(left);
		s->api.Clp_setMaximumSeconds(s->clp, limited ? fmin(left, slice) : -1);
		s->api.Clp_setMaximumIterations(s->clp, more < INT_MAX ? (int)more : INT_MAX);
		int moved = once(s, how), status = s->api.Clp_status(s->clp);
		if (status != CLP_STOPPED)
			return status;
		if (!limited && limits->iterations < 0)
			return CLP_STOPPED;
		slice = moved ? slice : 2 * slice;
		how = how == USE_PRESOLVE ? USE_DUAL : how;
	}
}

/* The better end of a column without entries; where there is none, any value. *open: there is none and it matters. */
static double best_end(const ssrc_program *p, uint32_t j, bool *open)
{
	double end = p->cost[j] < 0 ? p->high[j] : p->low[j];
	if (p->cost[j] == 0 && !isfinite(end))
		end = p->high[j];
	if (isfinite(end))
		return end;
	*open |= p->cost[j] != 0;
	return isfinite(p->low[j]) ? p->low[j] : isfinite(p->high[j]) ? p->high[j] : 0;
}

/* False if a column without entries makes the program unbounded. */
static bool take_optimum(clp_solver *s, ssrc_solution *out)
{
	const ssrc_program *p = &s->model.program;
	const double *x = s->api.Clp_getColSolution(s->clp);
	bool open = false;
	ssrc_model_take_dual(&s->model, s->api.Clp_getRowPrice(s->clp), out);
	for (uint32_t j = 0; j < p->n_cols; j++)
		s->model.x[j] = p->start[j] == p->start[j + 1] ? best_end(p, j, &open) : x[j];
	ssrc_model_take_x(&s->model, s->model.x, false, out);
	return !open;
}

/* Solves once more from the optimal basis when what we compute does not confirm it: costs and sides were perturbed, or
 * the unscaled program is not met. */
static int confirm(clp_solver *s, const ssrc_solve_limits *limits, ssrc_solution *out)
{
	if (!take_optimum(s, out))
		return CLP_UNBOUNDED;
	if (ssrc_solution_proven(out))
		return CLP_OPTIMAL;
	s->api.Clp_setPrimalTolerance(s->clp, 1e-9);
	s->api.Clp_setDualTolerance(s->clp, 1e-9);
	int status = run(s, USE_PRIMAL, limits);
	s->api.Clp_setPrimalTolerance(s->clp, 1e-7);
	s->api.Clp_setDualTolerance(s->clp, 1e-7);
	if (status == CLP_OPTIMAL)
		(void)take_optimum(s, out);
	return status == CLP_STOPPED ? CLP_STOPPED : CLP_OPTIMAL;
}

static void take_ray(clp_solver *s, ssrc_solution *out)
{
	double *ray = s->api.Clp_infeasibilityRay(s->clp);
	if (ray) {
		ssrc_model_take_ray(&s->model, ray, out);
		s->api.Clp_freeRay(s->clp, ray);
	}
}

/* What is not solved is infeasible, unbounded or wrong, and Clp mixes them up when a program is infeasible in both
 * senses. With no cost every slack basis is dual feasible: the dual simplex then ends with a point or a ray, and from a
 * point the primal simplex ends optimal or unbounded. */
static int settle(clp_solver *s, const ssrc_solve_limits *limits, ssrc_solution *out)
{
	push_cost(s, true);
	int status = run(s, USE_DUAL, limits);
	if (status == CLP_INFEASIBLE) {
		take_ray(s, out);
		if (!out->has_ray)
			ssrc_model_find_ray(&s->model, out);
	}
	push_cost(s, false);
	return status == CLP_OPTIMAL ? run(s, USE_PRIMAL, limits) : status;
}

static int solve(clp_solver *s, const ssrc_solve_limits *limits, ssrc_solution *out)
{
	const ssrc_program *p = &s->model.program;
	bool large = !s->solved && p->n_rows + p->n_cols > PRESOLVE_FROM;
	int status = run(s, large ? USE_PRESOLVE : s->cost_changed && s->solved ? USE_PRIMAL : USE_DUAL, limits);
	s->solved = true;
	s->cost_changed = false;
	if (status == CLP_INFEASIBLE)
		take_ray(s, out);
	if (!out->has_ray && status != CLP_OPTIMAL && status != CLP_STOPPED)
		status = settle(s, limits, out);
	return status == CLP_OPTIMAL ? confirm(s, limits, out) : status;
}

static ssrc_status clp_solve_lp(ssrc_solver *solver, const ssrc_solve_limits *limits, ssrc_solution *out)
{
	clp_solver *s = (clp_solver *)solver;
	if (s->sides_stale)
		push_sides(s);
	if (s->cost_stale)
		push_cost(s, false);
	s->iterations = 0;
	s->deadline = ssrc_seconds_now() + limits->seconds;
	ssrc_solution result = ssrc_model_no_solution(&s->model, SSRC_OUTCOME_FAILED);
	switch (solve(s, limits, &result)) {
	case CLP_OPTIMAL: result.outcome = result.has_x ? SSRC_OUTCOME_OPTIMAL : SSRC_OUTCOME_FAILED; break;
	case CLP_INFEASIBLE:
		result.outcome = SSRC_OUTCOME_INFEASIBLE;
		result.bound = result.has_ray ? (double)INFINITY : (double)-INFINITY;
		break;
	case CLP_UNBOUNDED: result.outcome = SSRC_OUTCOME_UNBOUNDED; break;
	case CLP_STOPPED:
		(void)take_optimum(s, &result);
		result.outcome = SSRC_OUTCOME_STOPPED;
		break;
	default: break;
	}
	result.iterations = s->iterations;
	*out = result;
	return SSRC_OK;
}

const ssrc_solver_ops ssrc_clp = {
	.name = "clp",
	.lp = true,
	.available = clp_available,
	.create = clp_create,
	.destroy = clp_destroy,
	.set_cost = clp_set_cost,
	.set_col = clp_set_col,
	.set_row = clp_set_row,
	.add_rows = clp_add_rows,
	.keep_rows = clp_keep_rows,
	.solve_lp = clp_solve_lp,
};
