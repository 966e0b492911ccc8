/* The program as it stands after changes, and solutions filled by our own arithmetic. */
#include "model.h"

#include <float.h>
#include <limits.h>
#include <math.h>
#include <string.h>
#include <time.h>

const ssrc_solve_limits ssrc_no_limits = {(double)INFINITY, -1, -1, 1e-9, (double)INFINITY, 0, NULL};

double ssrc_seconds_now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void *copy_of(ssrc_context *ctx, const void *from, size_t count, size_t size)
{
	void *copy = ssrc_alloc_array(ctx, count, size);
	if (copy && count)
		memcpy(copy, from, count * size);
	return copy;
}

ssrc_status ssrc_model_init(ssrc_model *model, ssrc_context *ctx, const ssrc_program *program, ssrc_error *err)
{
	*model = (ssrc_model){.ctx = ctx};
	ssrc_status status = ssrc_program_valid(program, err);
	if (status != SSRC_OK)
		return status;
	uint32_t n = program->n_cols, m = program->n_rows, entries = program->start[n];
	ssrc_program *p = &model->program;
	p->n_cols = n;
	p->n_rows = m;
	p->offset = program->offset;
	p->cost = copy_of(ctx, program->cost, n, sizeof *p->cost);
	p->low = copy_of(ctx, program->low, n, sizeof *p->low);
	p->high = copy_of(ctx, program->high, n, sizeof *p->high);
	if (program->integer)
		p->integer = copy_of(ctx, program->integer, n, sizeof *p->integer);
	p->row_low = copy_of(ctx, program->row_low, m, sizeof *p->row_low);
	p->row_high = copy_of(ctx, program->row_high, m, sizeof *p->row_high);
	p->start = copy_of(ctx, program->start, (size_t)n + 1, sizeof *p->start);
	p->row = copy_of(ctx, program->row, entries, sizeof *p->row);
	p->value = copy_of(ctx, program->value, entries, sizeof *p->value);
	model->mark = ssrc_alloc_array(ctx, n, sizeof *model->mark);
	model->x = ssrc_alloc_array(ctx, n, sizeof *model->x);
	model->reduced = ssrc_alloc_array(ctx, n, sizeof *model->reduced);
	model->dual = ssrc_alloc_array(ctx, m, sizeof *model->dual);
	model->row_low_cap = model->row_high_cap = model->dual_cap = m;
	model->row_cap = model->value_cap = entries;
	bool whole = p->cost && p->low && p->high && (p->integer || !program->integer) && p->row_low && p->row_high &&
		     p->start && p->row && p->value && model->mark && model->x && model->reduced && model->dual;
	return whole ? SSRC_OK : ssrc_no_memory(err);
}

void ssrc_model_clear(ssrc_model *model)
{
	ssrc_program *p = &model->program;
	void *const blocks[] = {p->cost, p->low,   p->high,     p->integer, p->row_low,     p->row_high, p->start,
				p->row,  p->value, model->mark, model->x,   model->reduced, model->dual};
	for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
		ssrc_release(model->ctx, blocks[i]);
	*model = (ssrc_model){.ctx = model->ctx};
}

/* ---- changes ----------------------------------------------------------------------------------------------- */

static bool sides_valid(double low, double high)
{
	return low <= high && low != (double)INFINITY && high != (double)-INFINITY; /* false for NaN */
}

ssrc_status ssrc_model_set_cost(ssrc_model *model, uint32_t col, double cost)
{
	if (col >= model->program.n_cols || !isfinite(cost))
		return SSRC_RANGE;
	model->program.cost[col] = cost;
	return SSRC_OK;
}

ssrc_status ssrc_model_set_col(ssrc_model *model, uint32_t col, double low, double high)
{
	if (col >= model->program.n_cols || !sides_valid(low, high))
		return SSRC_RANGE;
	model->program.low[col] = low;
	model->program.high[col] = high;
	return SSRC_OK;
}

ssrc_status ssrc_model_set_row(ssrc_model *model, uint32_t row, double low, double high)
{
	if (row >= model->program.n_rows || !sides_valid(low, high))
		return SSRC_RANGE;
	model->program.row_low[row] = low;
	model->program.row_high[row] = high;
	return SSRC_OK;
}

/* NaN, crossed sides, columns out of range or twice in a row. */
static bool rows_valid(ssrc_model *model, uint32_t n, const double *low, const double *high, const uint32_t *start,
		       const uint32_t *col, const double *value)
{
	memset(model->mark, 0, model->program.n_cols * sizeof *model->mark);
	for (uint32_t i = 0; i < n; i++) {
		if (!sides_valid(low[i], high[i]))
			return false;
		for (uint32_t k = start[i]; k < start[i + 1]; k++) {
			if (col[k] >= model->program.n_cols || !isfinite(value[k]) || model->mark[col[k]] == i + 1)
				return false;
			model->mark[col[k]] = i + 1;
		}
	}
	return true;
}

static ssrc_status reserve_rows(ssrc_model *model, size_t rows, size_t entries)
{
	ssrc_program *p = &model->program;
	struct {
		void **block;
		size_t *cap, need, size;
	} arrays[] = {
		{(void **)&p->row_low, &model->row_low_cap, rows, sizeof(double)},
		{(void **)&p->row_high, &model->row_high_cap, rows, sizeof(double)},
		{(void **)&model->dual, &model->dual_cap, rows, sizeof(double)},
		{(void **)&p->row, &model->row_cap, entries, sizeof(uint32_t)},
		{(void **)&p->value, &model->value_cap, entries, sizeof(double)},
	};
	ssrc_status status = SSRC_OK;
	for (size_t i = 0; i < sizeof arrays / sizeof *arrays && status == SSRC_OK; i++)
		status = ssrc_reserve(model->ctx, arrays[i].block, arrays[i].cap, arrays[i].need, arrays[i].size, NULL);
	return status;
}

/* Moves the columns apart from the last one on; mark[j] becomes the place of the next new entry of column j. */
static void spread_columns(ssrc_model *model, const uint32_t *start, const uint32_t *col, uint32_t n)
{
	ssrc_program *p = &model->program;
	memset(model->mark, 0, p->n_cols * sizeof *model->mark);
	for (uint32_t k = 0; k < start[n]; k++)
		model->mark[col[k]]++;
	uint32_t shift = start[n];
	for (uint32_t j = p->n_cols; j-- > 0 && shift > 0;) {
		uint32_t from = p->start[j], end = p->start[j + 1], more = model->mark[j];
		p->start[j + 1] = end + shift;
		shift -= more;
		memmove(p->row + from + shift, p->row + from, (end - from) * sizeof *p->row);
		memmove(p->value + from + shift, p->value + from, (end - from) * sizeof *p->value);
	}
	for (uint32_t j = 0; j < p->n_cols; j++)
		model->mark[j] = p->start[j + 1] - model->mark[j];
}

ssrc_status ssrc_model_add_rows(ssrc_model *model, uint32_t n, const double *low, const double *high,
				const uint32_t *start, const uint32_t *col, const double *value)
{
	if (n == 0)
		return SSRC_OK;
	ssrc_program *p = &model->program;
	if (!rows_valid(model, n, low, high, start, col, value))
		return SSRC_RANGE;
	size_t rows = (size_t)p->n_rows + n, entries = (size_t)p->start[p->n_cols] + (start[n]);
	if (rows >= SSRC_NONE || entries >= SSRC_NONE || reserve_rows(model, rows, entries) != SSRC_OK)
		return SSRC_NOMEM;
	spread_columns(model, start, col, n);
	for (uint32_t i = 0; i < n; i++)
		for (uint32_t k = start[i]; k < start[i + 1]; k++) {
			uint32_t at = model->mark[col[k]]++;
			p->row[at] = p->n_rows + i;
			p->value[at] = value[k];
		}
	memcpy(p->row_low + p->n_rows, low, n * sizeof *low);
	memcpy(p->row_high + p->n_rows, high, n * sizeof *high);
	p->n_rows = (uint32_t)rows;
	return SSRC_OK;
}

ssrc_status ssrc_model_keep_rows(ssrc_model *model, const bool *keep)
{
	ssrc_program *p = &model->program;
	uint32_t *number = ssrc_alloc_array(model->ctx, p->n_rows, sizeof *number);
	if (!number)
		return SSRC_NOMEM;
	uint32_t rows = 0, used = 0, begin = 0;
	for (uint32_t i = 0; i < p->n_rows; i++) {
		number[i] = keep[i] ? rows : SSRC_NONE;
		if (keep[i]) {
			p->row_low[rows] = p->row_low[i];
			p->row_high[rows++] = p->row_high[i];
		}
	}
	for (uint32_t j = 0; j < p->n_cols; j++) {
		uint32_t end = p->start[j + 1];
		for (uint32_t k = begin; k < end; k++)
			if (number[p->row[k]] != SSRC_NONE) {
				p->row[used] = number[p->row[k]];
				p->value[used++] = p->value[k];
			}
		p->start[j + 1] = used;
		begin = end;
	}
	p->n_rows = rows;
	ssrc_release(model->ctx, number);
	return SSRC_OK;
}

double *ssrc_model_finite_sides(ssrc_model *model)
{
	const ssrc_program *p = &model->program;
	if (p->n_cols > INT_MAX || p->n_rows > INT_MAX || p->start[p->n_cols] > INT_MAX)
		return NULL;
	const double *const from[] = {p->low, p->high, p->row_low, p->row_high};
	const size_t count[] = {p->n_cols, p->n_cols, p->n_rows, p->n_rows};
	double *block = ssrc_alloc_array(model->ctx, 2 * ((size_t)p->n_cols + p->n_rows), sizeof *block), *to = block;
	for (size_t i = 0; block && i < 4; i++)
		for (size_t k = 0; k < count[i]; k++)
			*to++ = fmin(fmax(from[i][k], -DBL_MAX), DBL_MAX);
	return block;
}

/* ---- solutions ---------------------------------------------------------------------------------------------- */

ssrc_solution ssrc_model_no_solution(ssrc_model *model, ssrc_outcome outcome)
{
	return (ssrc_solution){.outcome = outcome,
			       .violation = (double)INFINITY,
			       .value = (double)INFINITY,
			       .bound = outcome == SSRC_OUTCOME_INFEASIBLE ? (double)INFINITY : (double)-INFINITY,
			       .x = model->x,
			       .dual = model->dual,
			       .reduced = model->reduced};
}

void ssrc_model_take_x(ssrc_model *model, const double *x, bool mip, ssrc_solution *out)
{
	const ssrc_program *p = &model->program;
	for (uint32_t j = 0; j < p->n_cols; j++) {
		double at = x[j];
		if (mip && p->integer && p->integer[j] && fabs(at - nearbyint(at)) <= 1e-5)
			at = nearbyint(at);
		model->x[j] = at < p->low[j] ? p->low[j] : at > p->high[j] ? p->high[j] : at;
	}
	ssrc_program_report report;
	ssrc_program_check(&report, p, model->x);
	out->violation = mip && report.fraction > SSRC_FEASIBLE ? (double)INFINITY : report.violation;
	out->has_x = out->violation <= SSRC_FEASIBLE;
	out->value = out->has_x ? report.value : (double)INFINITY;
}

/* Multipliers as they are of use: finite, with a side to press on, and not the noise of a sum that should be zero,
 * which on a column without bounds would cost the whole bound. Any multipliers are right, so leaving some out is. */
static void take_multipliers(ssrc_model *model, const double *y, double factor)
{
	const ssrc_program *p = &model->program;
	double largest = 0;
	for (uint32_t i = 0; i < p->n_rows; i++)
		largest = fmax(largest, fabs(y[i]));
	for (uint32_t i = 0; i < p->n_rows; i++) {
		double at = factor * y[i], side = at > 0 ? p->row_low[i] : p->row_high[i];
		model->dual[i] = isfinite(at) && isfinite(side) && fabs(y[i]) > 1e-13 * largest ? at : 0;
	}
}

void ssrc_model_take_dual(ssrc_model *model, const double *y, ssrc_solution *out)
{
	take_multipliers(model, y, 1);
	out->bound = ssrc_dual_bound(&model->program, model->dual, model->reduced);
	out->has_dual = true;
}

bool ssrc_model_take_ray(ssrc_model *model, const double *y, ssrc_solution *out)
{
	for (int sign = 1; sign >= -1; sign -= 2) {
		take_multipliers(model, y, sign);
		if (ssrc_ray_proves(&model->program, model->dual))
			return out->has_ray = true;
	}
	return out->has_ray = false;
}

/* Sums of the smallest (sign 1) or the largest (sign -1) a row can be within the columns' bounds, into `sums`. */
static void extreme_rows(const ssrc_program *p, int sign, double *sums)
{
	memset(sums, 0, p->n_rows * sizeof *sums);
	for (uint32_t j = 0; j < p->n_cols; j++)
		for (uint32_t k = p->start[j]; k < p->start[j + 1]; k++)
			sums[p->row[k]] += p->value[k] * (sign * p->value[k] > 0 ? p->low[j] : p->high[j]);
}

bool ssrc_model_find_ray(ssrc_model *model, ssrc_solution *out)
{
	const ssrc_program *p = &model->program;
	for (int sign = 1; sign >= -1; sign -= 2) {
		extreme_rows(p, sign, model->dual);
		uint32_t found = SSRC_NONE;
		for (uint32_t i = 0; i < p->n_rows && found == SSRC_NONE; i++)
			if (sign > 0 ? model->dual[i] > p->row_high[i] : model->dual[i] < p->row_low[i])
				found = i;
		memset(model->dual, 0, p->n_rows * sizeof *model->dual);
		if (found == SSRC_NONE)
			continue;
		model->dual[found] = -sign;
		if (ssrc_ray_proves(p, model->dual))
			return out->has_ray = true;
	}
	return out->has_ray = false;
}

bool ssrc_solution_proven(const ssrc_solution *s)
{
	return s->has_x && s->value - s->bound <= SSRC_SOLVED * fmax(1, fabs(s->value));
}

/* ---- solvers that keep nothing between two solves ----------------------------------------------------------- */

ssrc_status ssrc_plain_new(ssrc_solver **out, const ssrc_solver_ops *ops, size_t size, ssrc_context *ctx,
			   const ssrc_program *program, ssrc_error *err)
{
	ssrc_plain_solver *s = ssrc_alloc_array(ctx, 1, size);
	if (!s)
		return ssrc_no_memory(err);
	s->base.ops = ops;
	ssrc_status status = ssrc_model_init(&s->model, ctx, program, err);
	if (status == SSRC_OK)
		*out = &s->base;
	else
		ssrc_plain_destroy(&s->base);
	return status;
}

void ssrc_plain_destroy(ssrc_solver *solver)
{
	ssrc_plain_solver *s = (ssrc_plain_solver *)solver;
	ssrc_context *ctx = s->model.ctx;
	ssrc_model_clear(&s->model);
	ssrc_release(ctx, s);
}

ssrc_status ssrc_plain_set_cost(ssrc_solver *solver, uint32_t col, double cost)
{
	return ssrc_model_set_cost(&((ssrc_plain_solver *)solver)->model, col, cost);
}

ssrc_status ssrc_plain_set_col(ssrc_solver *solver, uint32_t col, double low, double high)
{
	return ssrc_model_set_col(&((ssrc_plain_solver *)solver)->model, col, low, high);
}

ssrc_status ssrc_plain_set_row(ssrc_solver *solver, uint32_t row, double low, double high)
{
	return ssrc_model_set_row(&((ssrc_plain_solver *)solver)->model, row, low, high);
}

ssrc_status ssrc_plain_add_rows(ssrc_solver *solver, uint32_t n, const double *low, const double *high,
				const uint32_t *start, const uint32_t *col, const double *value)
{
	return ssrc_model_add_rows(&((ssrc_plain_solver *)solver)->model, n, low, high, start, col, value);
}

ssrc_status ssrc_plain_keep_rows(ssrc_solver *solver, const bool *keep)
{
	return ssrc_model_keep_rows(&((ssrc_plain_solver *)solver)->model, keep);
}
