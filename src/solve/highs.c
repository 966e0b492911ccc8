/* HiGHS (MIT) through its C interface, opened at run time: linear programs with warm starts, and whole numbers. Written
 * from its documentation (highs_c_api.h, 1.5 to 1.15, 32-bit HighsInt); see README.md for what it was tested with. */
#include "model.h"

#include <limits.h>
#include <math.h>
#include <string.h>

typedef int highs_int;
typedef void highs;

typedef void highs_callback(int kind, const char *message, const void *out, void *in, void *user);

#define HIGHS_FUNCTIONS(X)                                                                                             \
	X(false, highs *, Highs_create, (void))                                                                        \
	X(false, void, Highs_destroy, (highs *))                                                                       \
	X(false, const char *, Highs_version, (void))                                                                  \
	X(false, highs_int, Highs_passLp,                                                                              \
	  (highs *, highs_int, highs_int, highs_int, highs_int, highs_int, double, const double *, const double *,     \
	   const double *, const double *, const double *, const highs_int *, const highs_int *, const double *))      \
	X(false, highs_int, Highs_passMip,                                                                             \
	  (highs *, highs_int, highs_int, highs_int, highs_int, highs_int, double, const double *, const double *,     \
	   const double *, const double *, const double *, const highs_int *, const highs_int *, const double *,       \
	   const highs_int *))                                                                                         \
	X(false, highs_int, Highs_setBoolOptionValue, (highs *, const char *, highs_int))                              \
	X(false, highs_int, Highs_setIntOptionValue, (highs *, const char *, highs_int))                               \
	X(false, highs_int, Highs_setDoubleOptionValue, (highs *, const char *, double))                               \
	X(false, highs_int, Highs_setStringOptionValue, (highs *, const char *, const char *))                         \
	X(false, highs_int, Highs_changeColCost, (highs *, highs_int, double))                                         \
	X(false, highs_int, Highs_changeColBounds, (highs *, highs_int, double, double))                               \
	X(false, highs_int, Highs_changeRowBounds, (highs *, highs_int, double, double))                               \
	X(false, highs_int, Highs_addRows,                                                                             \
	  (highs *, highs_int, const double *, const double *, highs_int, const highs_int *, const highs_int *,        \
	   const double *))                                                                                            \
	X(false, highs_int, Highs_deleteRowsByMask, (highs *, highs_int *))                                            \
	X(false, highs_int, Highs_setSolution,                                                                         \
	  (highs *, const double *, const double *, const double *, const double *))                                   \
	X(false, highs_int, Highs_zeroAllClocks, (const highs *))                                                      \
	X(false, highs_int, Highs_run, (highs *))                                                                      \
	X(false, highs_int, Highs_getModelStatus, (const highs *))                                                     \
	X(false, highs_int, Highs_getSolution, (const highs *, double *, double *, double *, double *))                \
	X(false, highs_int, Highs_getDualRay, (const highs *, highs_int *, double *))                                  \
	X(false, highs_int, Highs_getIntInfoValue, (const highs *, const char *, highs_int *))                         \
	X(false, highs_int, Highs_getInt64InfoValue, (const highs *, const char *, int64_t *))                         \
	X(false, highs_int, Highs_getDoubleInfoValue, (const highs *, const char *, double *))                         \
	X(true, highs_int, Highs_setCallback, (highs *, highs_callback *, void *))                                     \
	X(true, highs_int, Highs_startCallback, (highs *, int))                                                        \
	X(true, const void *, Highs_getCallbackDataOutItem, (const void *, const char *))

typedef struct highs_api {
#define X(optional, type, name, arguments) type(*name) arguments;
	HIGHS_FUNCTIONS(X)
#undef X
} highs_api;

static const ssrc_symbol highs_symbols[] = {
#define X(optional, type, name, arguments) {#name, offsetof(highs_api, name), optional},
	HIGHS_FUNCTIONS(X)
#undef X
};

/* Constants of the interface. */
enum { COLUMN_WISE = 1, MINIMISE = 1, FEASIBLE_POINT = 2 };
enum { ON_IMPROVED = 4, ON_INTERRUPT = 6 };
enum {
	STATUS_EMPTY = 6,
	STATUS_OPTIMAL = 7,
	STATUS_INFEASIBLE = 8,
	STATUS_EITHER = 9, /* unbounded or infeasible */
	STATUS_UNBOUNDED = 10,
	STATUS_BOUND = 11,
	STATUS_TIME = 13,
	STATUS_ITERATIONS = 14,
	STATUS_SOLUTIONS = 16,
	STATUS_INTERRUPT = 17
};

typedef struct highs_solver {
	ssrc_plain_solver plain;
	highs_api api;
	highs *linear; /* holds the linear program and its basis */
	double deadline;
	int64_t iterations;
} highs_solver;

static bool open_highs(highs_api *api, const char *path)
{
	static const char *const usual[] = {"libhighs.so.1", "libhighs.so", NULL};
	const char *const given[] = {path, NULL};
	return ssrc_library_open(path ? given : usual, highs_symbols, sizeof highs_symbols / sizeof *highs_symbols,
				 api);
}

static bool highs_available(const char **version)
{
	highs_api api;
	if (!open_highs(&api, NULL))
		return false;
	if (version)
		*version = api.Highs_version();
	return true;
}

static highs *load(highs_solver *s, bool mip)
{
	ssrc_model *model = &s->plain.model;
	const ssrc_program *p = &model->program;
	highs_int n = (highs_int)p->n_cols, m = (highs_int)p->n_rows, entries = (highs_int)p->start[p->n_cols];
	highs_int *whole = mip ? ssrc_alloc_array(model->ctx, p->n_cols, sizeof *whole) : NULL;
	highs *h = mip && !whole ? NULL : s->api.Highs_create();
	if (h) {
		s->api.Highs_setBoolOptionValue(h, "output_flag", 0);
		s->api.Highs_setIntOptionValue(h, "threads", 1);
		s->api.Highs_setStringOptionValue(h, "parallel", "off");
		for (uint32_t j = 0; j < p->n_cols && mip; j++)
			whole[j] = p->integer[j];
		const highs_int *start = (const highs_int *)p->start, *row = (const highs_int *)p->row;
		if (mip)
			s->api.Highs_passMip(h, n, m, entries, COLUMN_WISE, MINIMISE, p->offset, p->cost, p->low,
					     p->high, p->row_low, p->row_high, start, row, p->value, whole);
		else
			s->api.Highs_passLp(h, n, m, entries, COLUMN_WISE, MINIMISE, p->offset, p->cost, p->low,
					    p->high, p->row_low, p->row_high, start, row, p->value);
	}
	ssrc_release(model->ctx, whole);
	return h;
}

static void highs_destroy(ssrc_solver *solver)
{
	highs_solver *s = (highs_solver *)solver;
	if (s->linear)
		s->api.Highs_destroy(s->linear);
	ssrc_plain_destroy(solver);
}

static ssrc_status highs_create_at(ssrc_solver **out, const char *path, ssrc_context *ctx, const ssrc_program *program,
				   ssrc_error *err)
{
	highs_api api;
	ssrc_solver *made;
	if (!open_highs(&api, path))
		return ssrc_fail(err, SSRC_NOTFOUND, SSRC_M_SOLVER_MISSING, path ? path : "highs", "highs", NULL);
	ssrc_status status = ssrc_plain_new(&made, &ssrc_highs, sizeof(highs_solver), ctx, program, err);
	if (status != SSRC_OK)
		return status;
	highs_solver *s = (highs_solver *)made;
	s->api = api;
	const ssrc_program *p = &s->plain.model.program;
	if (p->n_cols < INT_MAX && p->n_rows < INT_MAX && p->start[p->n_cols] < INT_MAX)
		s->linear = load(s, false);
	if (!s->linear) {
		highs_destroy(made);
		return ssrc_no_memory(err);
	}
	*out = made;
	return SSRC_OK;
}

static ssrc_status highs_create(ssrc_solver **out, ssrc_context *ctx, const ssrc_program *program, ssrc_error *err)
{
	return highs_create_at(out, NULL, ctx, program, err);
}

/* ---- changes: in the model and in HiGHS ----------------------------------------------------------------------------
 */

static ssrc_status highs_set_cost(ssrc_solver *solver, uint32_t col, double cost)
{
	highs_solver *s = (highs_solver *)solver;
	ssrc_status status = ssrc_plain_set_cost(solver, col, cost);
	if (status == SSRC_OK)
		s->api.Highs_changeColCost(s->linear, (highs_int)col, cost);
	return status;
}

static ssrc_status highs_set_col(ssrc_solver *solver, uint32_t col, double low, double high)
{
	highs_solver *s = (highs_solver *)solver;
	ssrc_status status = ssrc_plain_set_col(solver, col, low, high);
	if (status == SSRC_OK)
		s->api.Highs_changeColBounds(s->linear, (highs_int)col, low, high);
	return status;
}

static ssrc_status highs_set_row(ssrc_solver *solver, uint32_t row, double low, double high)
{
	highs_solver *s = (highs_solver *)solver;
	ssrc_status status = ssrc_plain_set_row(solver, row, low, high);
	if (status == SSRC_OK)
		s->api.Highs_changeRowBounds(s->linear, (highs_int)row, low, high);
	return status;
}

static ssrc_status highs_add_rows(ssrc_solver *solver, uint32_t n, const double *low, const double *high,
				  const uint32_t *start, const uint32_t *col, const double *value)
{
	highs_solver *s = (highs_solver *)solver;
	ssrc_status status = ssrc_plain_add_rows(solver, n, low, high, start, col, value);
	if (status == SSRC_OK && n > 0)
		s->api.Highs_addRows(s->linear, (highs_int)n, low, high, (highs_int)start[n], (const highs_int *)start,
				     (const highs_int *)col, value);
	return status;
}

static ssrc_status highs_keep_rows(ssrc_solver *solver, const bool *keep)
{
	highs_solver *s = (highs_solver *)solver;
	ssrc_model *model = &s->plain.model;
	uint32_t m = model->program.n_rows;
	highs_int *drop = ssrc_alloc_array(model->ctx, m, sizeof *drop);
	ssrc_status status = drop ? ssrc_plain_keep_rows(solver, keep) : SSRC_NOMEM;
	if (status == SSRC_OK) {
		for (uint32_t i = 0; i < m; i++)
			drop[i] = !keep[i];
		s->api.Highs_deleteRowsByMask(s->linear, drop);
	}
	ssrc_release(model->ctx, drop);
	return status;
}

/* ---- linear programs
 * -------------------------------------------------------------------------------------------------- */

/* Runs to an end or a limit. A linear program cannot be interrupted, so with a stop flag it runs in slices, each from
 * the basis of the last; the time limit counts all runs of an object unless its clocks are set back. */
static highs_int run(highs_solver *s, const ssrc_solve_limits *limits)
{
	double slice = limits->stop ? 2 : (double)INFINITY;
	for (;;) {
		double left = s->deadline - ssrc_seconds_now();
		int64_t more = limits->iterations < 0 ? INT_MAX : limits->iterations - s->iterations;
		if (ssrc_stop_asked(limits) || left <= 0 || more <= 0)
			return STATUS_TIME;
		s->api.Highs_zeroAllClocks(s->linear);
		s->api.Highs_setDoubleOptionValue(s->linear, "time_limit", fmin(left, slice));
		s->api.Highs_setIntOptionValue(s->linear, "simplex_iteration_limit",
					       more < INT_MAX ? (int)more : INT_MAX);
		s->api.Highs_run(s->linear);
		highs_int status = s->api.Highs_getModelStatus(s->linear), moved = 0;
		s->api.Highs_getIntInfoValue(s->linear, "simplex_iteration_count", &moved);
		s->iterations += moved > 0 ? moved : 0;
		if (status != STATUS_TIME || slice >= left)
			return status;
		slice = moved > 0 ? slice : 2 * slice;
	}
}

static void take_ray(highs_solver *s, ssrc_solution *out)
{
	ssrc_model *model = &s->plain.model;
	double *ray = ssrc_alloc_array(model->ctx, model->program.n_rows, sizeof *ray);
	highs_int has = 0;
	if (ray)
		s->api.Highs_getDualRay(s->linear, &has, ray);
	if (has)
		ssrc_model_take_ray(model, ray, out);
	if (!out->has_ray)
		ssrc_model_find_ray(model, out);
	ssrc_release(model->ctx, ray);
}

/* The presolve may find a program without a solution and leave no ray, or not know which of two it is. */
static highs_int settle(highs_solver *s, const ssrc_solve_limits *limits, highs_int status, ssrc_solution *out)
{
	if (status == STATUS_INFEASIBLE)
		take_ray(s, out);
	if (status == STATUS_EITHER || (status == STATUS_INFEASIBLE && !out->has_ray)) {
		s->api.Highs_setStringOptionValue(s->linear, "presolve", "off");
		status = run(s, limits);
		s->api.Highs_setStringOptionValue(s->linear, "presolve", "choose");
		if (status == STATUS_INFEASIBLE)
			take_ray(s, out);
	}
	return status;
}

static ssrc_status take_point(highs_solver *s, ssrc_solution *out)
{
	ssrc_model *model = &s->plain.model;
	uint32_t n = model->program.n_cols, m = model->program.n_rows;
	double *block = ssrc_alloc_array(model->ctx, 2 * ((size_t)n + m), sizeof *block);
	if (!block)
		return SSRC_NOMEM;
	double *x = block, *reduced = x + n, *activity = reduced + n, *y = activity + m;
	s->api.Highs_getSolution(s->linear, x, reduced, activity, y);
	ssrc_model_take_dual(model, y, out);
	ssrc_model_take_x(model, x, false, out);
	ssrc_release(model->ctx, block);
	return SSRC_OK;
}

static ssrc_outcome outcome_of(highs_int status)
{
	switch (status) {
	case STATUS_EMPTY:
	case STATUS_OPTIMAL: return SSRC_OUTCOME_OPTIMAL;
	case STATUS_BOUND:
	case STATUS_INFEASIBLE: return SSRC_OUTCOME_INFEASIBLE;
	case STATUS_UNBOUNDED: return SSRC_OUTCOME_UNBOUNDED;
	case STATUS_TIME:
	case STATUS_ITERATIONS:
	case STATUS_SOLUTIONS:
	case STATUS_INTERRUPT: return SSRC_OUTCOME_STOPPED;
	default: return SSRC_OUTCOME_FAILED;
	}
}

static ssrc_status highs_solve_lp(ssrc_solver *solver, const ssrc_solve_limits *limits, ssrc_solution *out)
{
	highs_solver *s = (highs_solver *)solver;
	ssrc_model *model = &s->plain.model;
	s->iterations = 0;
	s->deadline = ssrc_seconds_now() + limits->seconds;
	ssrc_solution result = ssrc_model_no_solution(model, SSRC_OUTCOME_FAILED);
	highs_int status = settle(s, limits, run(s, limits), &result);
	result.outcome = outcome_of(status);
	result.iterations = s->iterations;
	ssrc_status taken = SSRC_OK;
	if (result.outcome == SSRC_OUTCOME_OPTIMAL || result.outcome == SSRC_OUTCOME_STOPPED)
		taken = take_point(s, &result);
	if (result.outcome == SSRC_OUTCOME_OPTIMAL && !result.has_x)
		result.outcome = SSRC_OUTCOME_FAILED;
	if (result.outcome == SSRC_OUTCOME_INFEASIBLE)
		result.bound = result.has_ray ? (double)INFINITY : -(double)INFINITY;
	if (taken == SSRC_OK)
		*out = result;
	return taken;
}

/* ---- whole numbers
 * ------------------------------------------------------------------------------------------------------ */

typedef struct watch {
	highs_solver *s;
	const ssrc_solve_limits *limits;
	ssrc_on_incumbent *each;
	void *user;
} watch;

/* `in` begins with the flag that interrupts, in all versions. */
static void on_event(int kind, const char *message, const void *data, void *in, void *user)
{
	(void)message;
	const watch *w = user;
	if (kind == ON_INTERRUPT && in)
		*(int *)in = ssrc_stop_asked(w->limits);
	if (kind != ON_IMPROVED || !w->each)
		return;
	const double *x = w->s->api.Highs_getCallbackDataOutItem(data, "mip_solution");
	const double *bound = w->s->api.Highs_getCallbackDataOutItem(data, "mip_dual_bound");
	if (!x)
		return;
	ssrc_solution found = ssrc_model_no_solution(&w->s->plain.model, SSRC_OUTCOME_STOPPED);
	ssrc_model_take_x(&w->s->plain.model, x, true, &found);
	if (found.has_x)
		w->each(w->user, found.x, found.value, bound ? fmin(*bound, found.value) : -(double)INFINITY);
}

static void set_limits(highs_solver *s, highs *h, const ssrc_solve_limits *limits, double left)
{
	s->api.Highs_setDoubleOptionValue(h, "mip_rel_gap", limits->gap);
	s->api.Highs_setDoubleOptionValue(h, "mip_abs_gap", 1e-9);
	s->api.Highs_setIntOptionValue(h, "random_seed", (highs_int)(limits->seed % INT_MAX));
	if (limits->nodes >= 0)
		s->api.Highs_setIntOptionValue(h, "mip_max_nodes",
					       limits->nodes < INT_MAX ? (int)limits->nodes : INT_MAX);
	if (isfinite(limits->cutoff))
		s->api.Highs_setDoubleOptionValue(h, "objective_bound", limits->cutoff);
	if (isfinite(left))
		s->api.Highs_setDoubleOptionValue(h, "time_limit", fmax(left, 0));
}

static ssrc_status take_mip(highs_solver *s, const highs *h, const ssrc_solve_limits *limits, ssrc_solution *out)
{
	ssrc_model *model = &s->plain.model;
	uint32_t n = model->program.n_cols, m = model->program.n_rows;
	double *x = ssrc_alloc_array(model->ctx, 2 * ((size_t)n + m), sizeof *x), bound = -(double)INFINITY;
	highs_int has = 0;
	if (!x)
		return SSRC_NOMEM;
	*out = ssrc_model_no_solution(model, outcome_of(s->api.Highs_getModelStatus(h)));
	s->api.Highs_getIntInfoValue(h, "primal_solution_status", &has);
	s->api.Highs_getInt64InfoValue(h, "mip_node_count", &out->nodes);
	s->api.Highs_getDoubleInfoValue(h, "mip_dual_bound", &bound);
	ssrc_status status = SSRC_OK;
	if (has == FEASIBLE_POINT) {
		s->api.Highs_getSolution(h, x, x + n, x + 2 * (size_t)n, x + 2 * (size_t)n + m);
		status = ssrc_mip_take(model, x, limits, out);
	}
	ssrc_mip_close(limits, bound, out);
	ssrc_release(model->ctx, x);
	return status;
}

static ssrc_status search(highs_solver *s, const ssrc_solve_limits *limits, const double *start, double left,
			  watch *watcher, ssrc_solution *out)
{
	highs *h = load(s, true);
	if (!h)
		return SSRC_NOMEM;
	set_limits(s, h, limits, left);
	if (start)
		s->api.Highs_setSolution(h, start, NULL, NULL, NULL);
	if (s->api.Highs_setCallback && s->api.Highs_startCallback && s->api.Highs_getCallbackDataOutItem) {
		s->api.Highs_setCallback(h, on_event, watcher);
		s->api.Highs_startCallback(h, ON_IMPROVED);
		s->api.Highs_startCallback(h, ON_INTERRUPT);
	}
	s->api.Highs_run(h);
	ssrc_status status = take_mip(s, h, limits, out);
	s->api.Highs_destroy(h);
	return status;
}

static ssrc_status highs_solve_mip(ssrc_solver *solver, const ssrc_solve_limits *limits, const double *start,
				   ssrc_on_incumbent *each, void *user, ssrc_solution *out)
{
	highs_solver *s = (highs_solver *)solver;
	ssrc_model *model = &s->plain.model;
	watch watcher = {s, limits, each, user};
	double deadline = ssrc_seconds_now() + limits->seconds;
	bool done;
	ssrc_status status = ssrc_mip_begin(model, limits, out, &done);
	if (status == SSRC_OK && !done) {
		double linear = out->bound;
		status = search(s, limits, start, deadline - ssrc_seconds_now(), &watcher, out);
		if (status == SSRC_OK && start && !out->has_x)
			status = ssrc_mip_keep_start(model, start, limits, out);
		out->bound = fmax(out->bound, fmin(linear, out->value));
	}
	if (status == SSRC_OK && out->has_x && each)
		each(user, out->x, out->value, out->bound);
	return status;
}

const ssrc_solver_ops ssrc_highs = {
	.name = "highs",
	.lp = true,
	.mip = true,
	.available = highs_available,
	.create = highs_create,
	.create_at = highs_create_at,
	.destroy = highs_destroy,
	.set_cost = highs_set_cost,
	.set_col = highs_set_col,
	.set_row = highs_set_row,
	.add_rows = highs_add_rows,
	.keep_rows = highs_keep_rows,
	.solve_lp = highs_solve_lp,
	.solve_mip = highs_solve_mip,
};
