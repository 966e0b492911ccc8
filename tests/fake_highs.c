/* A stand-in for libhighs.so.1: the entry points of its C interface that src/solve/highs.c uses, over our own solver.
 * It shows that the arguments, options and statuses go where they belong; it cannot show that the real one behaves so.
 */
#include "solve/solve.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define API __attribute__((visibility("default")))

typedef void callback(int kind, const char *message, const void *out, void *in, void *user);

typedef struct fake {
	ssrc_context ctx;
	ssrc_solver *solver;
	ssrc_solve_limits limits;
	ssrc_solution solution;
	int n, m, status;
	bool mip, presolve, silent, single;
	double *start;
	callback *on_event;
	void *user;
	bool wants[10];
	volatile int stop;
} fake;

/* What the callbacks see through Highs_getCallbackDataOutItem. */
typedef struct event {
	const double *x;
	double bound;
} event;

API const char *Highs_version(void);
API void *Highs_create(void);
API void Highs_destroy(void *h);
API int Highs_passMip(void *h, int n, int m, int entries, int format, int sense, double offset, const double *cost,
		      const double *low, const double *high, const double *row_low, const double *row_high,
		      const int *start, const int *row, const double *value, const int *whole);
API int Highs_passLp(void *h, int n, int m, int entries, int format, int sense, double offset, const double *cost,
		     const double *low, const double *high, const double *row_low, const double *row_high,
		     const int *start, const int *row, const double *value);
API int Highs_setBoolOptionValue(void *h, const char *name, int value);
API int Highs_setIntOptionValue(void *h, const char *name, int value);
API int Highs_setDoubleOptionValue(void *h, const char *name, double value);
API int Highs_setStringOptionValue(void *h, const char *name, const char *value);
API int Highs_changeColCost(void *h, int col, double cost);
API int Highs_changeColBounds(void *h, int col, double low, double high);
API int Highs_changeRowBounds(void *h, int row, double low, double high);
API int Highs_addRows(void *h, int n, const double *low, const double *high, int entries, const int *start,
		      const int *col, const double *value);
API int Highs_deleteRowsByMask(void *h, int *mask);
API int Highs_setSolution(void *h, const double *x, const double *rows, const double *reduced, const double *dual);
API int Highs_zeroAllClocks(const void *h);
API int Highs_run(void *h);
API int Highs_getModelStatus(const void *h);
API int Highs_getSolution(const void *h, double *x, double *reduced, double *rows, double *dual);
API int Highs_getDualRay(const void *h, int *has, double *ray);
API int Highs_getIntInfoValue(const void *h, const char *name, int *value);
API int Highs_getInt64InfoValue(const void *h, const char *name, int64_t *value);
API int Highs_getDoubleInfoValue(const void *h, const char *name, double *value);
API int Highs_setCallback(void *h, callback *on_event, void *user);
API int Highs_startCallback(void *h, int kind);
API const void *Highs_getCallbackDataOutItem(const void *data, const char *name);

const char *Highs_version(void)
{
	return "fake";
}

void *Highs_create(void)
{
	fake *f = calloc(1, sizeof *f);
	ssrc_context_init(&f->ctx);
	f->limits = ssrc_no_limits;
	f->limits.stop = &f->stop;
	f->presolve = true;
	return f;
}

void Highs_destroy(void *h)
{
	fake *f = h;
	ssrc_solver_free(f->solver);
	free(f->start);
	free(f);
}

int Highs_passMip(void *h, int n, int m, int entries, int format, int sense, double offset, const double *cost,
		  const double *low, const double *high, const double *row_low, const double *row_high,
		  const int *start, const int *row, const double *value, const int *whole)
{
	fake *f = h;
	bool *integer = calloc((size_t)n + 1, sizeof *integer);
	uint32_t *starts = calloc((size_t)n + 1, sizeof *starts);
	for (int j = 0; j < n; j++) {
		integer[j] = whole && whole[j];
		starts[j] = (uint32_t)start[j];
	}
	starts[n] = (uint32_t)entries;
	ssrc_program p = {.n_cols = (uint32_t)n, .n_rows = (uint32_t)m, .offset = offset, .start = starts};
	p.integer = whole ? integer : NULL;
	memcpy(&p.cost, &cost, sizeof cost);
	memcpy(&p.low, &low, sizeof low);
	memcpy(&p.high, &high, sizeof high);
	memcpy(&p.row_low, &row_low, sizeof row_low);
	memcpy(&p.row_high, &row_high, sizeof row_high);
	memcpy(&p.row, &row, sizeof row);
	memcpy(&p.value, &value, sizeof value);
	f->n = n;
	f->m = m;
	f->mip = whole != NULL;
	bool right = format == 1 && sense == 1 &&
		     ssrc_solver_new(&f->solver, "builtin", f->mip, &f->ctx, &p, NULL) == SSRC_OK;
	free(integer);
	free(starts);
	return right ? 0 : -1;
}

int Highs_passLp(void *h, int n, int m, int entries, int format, int sense, double offset, const double *cost,
		 const double *low, const double *high, const double *row_low, const double *row_high, const int *start,
		 const int *row, const double *value)
{
	return Highs_passMip(h, n, m, entries, format, sense, offset, cost, low, high, row_low, row_high, start, row,
			     value, NULL);
}

int Highs_setBoolOptionValue(void *h, const char *name, int value)
{
	fake *f = h;
	f->silent |= strcmp(name, "output_flag") == 0 && !value;
	return 0;
}

int Highs_setIntOptionValue(void *h, const char *name, int value)
{
	fake *f = h;
	if (strcmp(name, "threads") == 0)
		f->single = value == 1;
	else if (strcmp(name, "simplex_iteration_limit") == 0)
		f->limits.iterations = value == INT_MAX ? -1 : value;
	else if (strcmp(name, "mip_max_nodes") == 0)
		f->limits.nodes = value;
	else if (strcmp(name, "random_seed") != 0)
		return -1;
	return 0;
}

int Highs_setDoubleOptionValue(void *h, const char *name, double value)
{
	fake *f = h;
	if (strcmp(name, "time_limit") == 0)
		f->limits.seconds = value;
	else if (strcmp(name, "mip_rel_gap") == 0)
		f->limits.gap = value;
	else if (strcmp(name, "objective_bound") == 0)
		f->limits.cutoff = value;
	else if (strcmp(name, "mip_abs_gap") != 0)
		return -1;
	return 0;
}

int Highs_setStringOptionValue(void *h, const char *name, const char *value)
{
	fake *f = h;
	if (strcmp(name, "presolve") == 0)
		f->presolve = strcmp(value, "off") != 0;
	else if (strcmp(name, "parallel") != 0)
		return -1;
	return 0;
}

int Highs_changeColCost(void *h, int col, double cost)
{
	fake *f = h;
	return f->solver->ops->set_cost(f->solver, (uint32_t)col, cost) == SSRC_OK ? 0 : -1;
}

int Highs_changeColBounds(void *h, int col, double low, double high)
{
	fake *f = h;
	return f->solver->ops->set_col(f->solver, (uint32_t)col, low, high) == SSRC_OK ? 0 : -1;
}

int Highs_changeRowBounds(void *h, int row, double low, double high)
{
	fake *f = h;
	return f->solver->ops->set_row(f->solver, (uint32_t)row, low, high) == SSRC_OK ? 0 : -1;
}

int Highs_addRows(void *h, int n, const double *low, const double *high, int entries, const int *start, const int *col,
		  const double *value)
{
	fake *f = h;
	uint32_t *starts = calloc((size_t)n + 1, sizeof *starts);
	for (int i = 0; i < n; i++)
		starts[i] = (uint32_t)start[i];
	starts[n] = (uint32_t)entries;
	ssrc_status status =
		f->solver->ops->add_rows(f->solver, (uint32_t)n, low, high, starts, (const uint32_t *)col, value);
	free(starts);
	f->m += n;
	return status == SSRC_OK ? 0 : -1;
}

int Highs_deleteRowsByMask(void *h, int *mask)
{
	fake *f = h;
	bool *keep = calloc((size_t)f->m + 1, sizeof *keep);
	int kept = 0;
	for (int i = 0; i < f->m; i++)
		kept += keep[i] = !mask[i];
	ssrc_status status = f->solver->ops->keep_rows(f->solver, keep);
	free(keep);
	f->m = kept;
	return status == SSRC_OK ? 0 : -1;
}

int Highs_setSolution(void *h, const double *x, const double *rows, const double *reduced, const double *dual)
{
	fake *f = h;
	if (rows || reduced || dual)
		return -1;
	f->start = calloc((size_t)f->n + 1, sizeof *f->start);
	memcpy(f->start, x, (size_t)f->n * sizeof *x);
	return 0;
}

int Highs_zeroAllClocks(const void *h)
{
	(void)h;
	return 0;
}

static void improved(void *user, const double *x, double value, double bound)
{
	(void)value;
	fake *f = user;
	event e = {x, bound};
	int interrupt = 0;
	if (f->on_event && f->wants[4])
		f->on_event(4, "", &e, &interrupt, f->user);
	if (f->on_event && f->wants[6])
		f->on_event(6, "", &e, &interrupt, f->user);
	f->stop |= interrupt;
}

/* As the real one with its presolve on, it does not say which of the two a program without an optimum is. */
int Highs_run(void *h)
{
	static const int statuses[] = {7, 8, 10, 13, 4};
	fake *f = h;
	if (!f->silent || !f->single)
		return -1;
	ssrc_status status =
		f->mip ? f->solver->ops->solve_mip(f->solver, &f->limits, f->start, improved, f, &f->solution)
		       : f->solver->ops->solve_lp(f->solver, &f->limits, &f->solution);
	f->status = status == SSRC_OK ? statuses[f->solution.outcome] : 4;
	if (!f->mip && f->presolve && (f->status == 8 || f->status == 10))
		f->status = 9;
	return 0;
}

int Highs_getModelStatus(const void *h)
{
	return ((const fake *)h)->status;
}

int Highs_getSolution(const void *h, double *x, double *reduced, double *rows, double *dual)
{
	const fake *f = h;
	memcpy(x, f->solution.x, (size_t)f->n * sizeof *x);
	memcpy(reduced, f->solution.reduced, (size_t)f->n * sizeof *reduced);
	memset(rows, 0, (size_t)f->m * sizeof *rows);
	memcpy(dual, f->solution.dual, (size_t)f->m * sizeof *dual);
	return 0;
}

int Highs_getDualRay(const void *h, int *has, double *ray)
{
	const fake *f = h;
	*has = f->solution.has_ray;
	for (int i = 0; i < f->m && *has; i++)
		ray[i] = -f->solution.dual[i]; /* the other sign: the caller has to find out */
	return 0;
}

int Highs_getIntInfoValue(const void *h, const char *name, int *value)
{
	const fake *f = h;
	if (strcmp(name, "simplex_iteration_count") == 0)
		*value = (int)f->solution.iterations;
	else if (strcmp(name, "primal_solution_status") == 0)
		*value = f->solution.has_x ? 2 : 0;
	else
		return -1;
	return 0;
}

int Highs_getInt64InfoValue(const void *h, const char *name, int64_t *value)
{
	*value = ((const fake *)h)->solution.nodes;
	return strcmp(name, "mip_node_count") == 0 ? 0 : -1;
}

int Highs_getDoubleInfoValue(const void *h, const char *name, double *value)
{
	*value = ((const fake *)h)->solution.bound;
	return strcmp(name, "mip_dual_bound") == 0 ? 0 : -1;
}

int Highs_setCallback(void *h, callback *on_event, void *user)
{
	fake *f = h;
	f->on_event = on_event;
	f->user = user;
	return 0;
}

int Highs_startCallback(void *h, int kind)
{
	((fake *)h)->wants[kind] = true;
	return 0;
}

const void *Highs_getCallbackDataOutItem(const void *data, const char *name)
{
	const event *e = data;
	return strcmp(name, "mip_solution") == 0     ? (const void *)e->x
	       : strcmp(name, "mip_dual_bound") == 0 ? &e->bound
						     : NULL;
}
