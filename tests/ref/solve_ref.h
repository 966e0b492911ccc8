/* Slow, obvious answers to small programs, and random programs to put the question with. */
#ifndef SSRC_SOLVE_REF_H
#define SSRC_SOLVE_REF_H

#include "solve/solve.h"

#include <math.h>
#include <string.h>

/* ---- random programs --------------------------------------------------------------------------------------- */

static uint64_t solve_seed, solve_draws;

static double solve_unit(void)
{
	return ssrc_random_unit(solve_seed, 41, solve_draws++);
}

static uint32_t solve_below(uint32_t n)
{
	return (uint32_t)(solve_unit() * n);
}

typedef struct solve_shape {
	uint32_t most_cols, most_rows;
	double free, fixed, open; /* chance of a column without bounds, fixed, or without an upper bound */
	double integer;           /* chance of a whole column */
	double filled;            /* chance of an entry */
	double easy;              /* chance that a row is "at most something positive" */
} solve_shape;

/* Anything may come: most are infeasible or unbounded, rows and columns may be empty. */
static const solve_shape solve_wild = {30, 25, 0.1, 0.05, 0.5, 0, 0.3, 0.3};
/* Mostly an optimum. */
static const solve_shape solve_tame = {30, 25, 0.02, 0.05, 0.1, 0, 0.3, 0.7};
/* Whole numbers within bounds: an optimum or none. */
static const solve_shape solve_whole = {12, 8, 0, 0.05, 0, 0.6, 0.6, 0.7};

static inline void solve_random(ssrc_program *out, const solve_shape *shape, uint64_t seed, ssrc_context *ctx,
				ssrc_arena *arena)
{
	solve_seed = seed;
	solve_draws = 0;
	ssrc_program_draft draft;
	ssrc_draft_init(&draft, ctx);
	uint32_t n = 1 + solve_below(shape->most_cols), m = solve_below(shape->most_rows);
	draft.offset = seed % 3 ? 0 : 7;
	for (uint32_t j = 0; j < n; j++) {
		double kind = solve_unit(), low = solve_below(4) ? 0 : -(double)solve_below(6);
		double high = low + 1 + solve_below(9);
		if (kind < shape->free)
			low = -INFINITY;
		if (kind < shape->free || kind > 1 - shape->open)
			high = INFINITY;
		else if (kind < shape->free + shape->fixed)
			high = low;
		ssrc_draft_col(&draft, (double)solve_below(21) - 5 - 4 * (shape->open < 0.3), low, high,
			       solve_unit() < shape->integer, NULL);
	}
	for (uint32_t i = 0; i < m; i++) {
		double kind = solve_unit(), side = (double)solve_below(40) - 8, low = side, high = INFINITY;
		if (kind < shape->easy) {
			low = -INFINITY;
			high = fabs(side) + 3;
		} else if (kind > 0.95)
			high = side;
		else if (kind > 0.85)
			high = side + solve_below(9);
		ssrc_draft_row(&draft, low, high, NULL);
		for (uint32_t j = 0; j < n; j++)
			if (solve_unit() < shape->filled)
				ssrc_draft_entry(&draft, i, j,
						 (double)solve_below(13) - 3 + (solve_below(4) ? 0 : solve_unit()));
	}
	ssrc_error err = {0};
	if (ssrc_draft_finish(out, &draft, arena, &err) != SSRC_OK)
		memset(out, 0, sizeof *out);
	ssrc_draft_clear(&draft);
}

/* ---- the best vertex ------------------------------------------------------------------------------------------- */

enum { SOLVE_REF_COLS = 4, SOLVE_REF_ROWS = 4 };

static inline double solve_ref_entry(const ssrc_program *p, uint32_t row, uint32_t col)
{
	for (uint32_t k = p->start[col]; k < p->start[col + 1]; k++)
		if (p->row[k] == row)
			return p->value[k];
	return 0;
}

/* Solves the n equations a x = b by elimination with pivoting; false if they are dependent. */
static inline bool solve_ref_equations(double a[SOLVE_REF_COLS][SOLVE_REF_COLS + 1], uint32_t n, double *x)
{
	for (uint32_t k = 0; k < n; k++) {
		uint32_t best = k;
		for (uint32_t i = k; i < n; i++)
			if (fabs(a[i][k]) > fabs(a[best][k]))
				best = i;
		if (fabs(a[best][k]) < 1e-9)
			return false;
		for (uint32_t j = 0; j <= n; j++) {
			double swap = a[k][j];
			a[k][j] = a[best][j];
			a[best][j] = swap;
		}
		for (uint32_t i = 0; i < n; i++) {
			double factor = i == k ? 0 : a[i][k] / a[k][k];
			for (uint32_t j = k; j <= n && factor != 0; j++)
				a[i][j] -= factor * a[k][j];
		}
	}
	for (uint32_t k = 0; k < n; k++)
		x[k] = a[k][n] / a[k][k];
	return true;
}

static inline bool solve_ref_holds(const ssrc_program *p, const double *x)
{
	for (uint32_t j = 0; j < p->n_cols; j++)
		if (x[j] < p->low[j] - 1e-7 || x[j] > p->high[j] + 1e-7)
			return false;
	for (uint32_t i = 0; i < p->n_rows; i++) {
		double sum = 0;
		for (uint32_t j = 0; j < p->n_cols; j++)
			sum += solve_ref_entry(p, i, j) * x[j];
		if (sum < p->row_low[i] - 1e-7 || sum > p->row_high[i] + 1e-7)
			return false;
	}
	return true;
}

static inline double solve_ref_cost(const ssrc_program *p, const double *x)
{
	double value = p->offset;
	for (uint32_t j = 0; j < p->n_cols; j++)
		value += p->cost[j] * x[j];
	return value;
}

/* The least cost over all places where as many sides as there are columns meet: the minimum of a bounded program of at
 * most 4 x 4. INFINITY if no such place is feasible. */
static inline double solve_ref_vertex(const ssrc_program *p)
{
	uint32_t n = p->n_cols, sides = 2 * (n + p->n_rows);
	double least = INFINITY;
	for (uint32_t set = 0; set < 1u << sides; set++) {
		double a[SOLVE_REF_COLS][SOLVE_REF_COLS + 1] = {{0}}, x[SOLVE_REF_COLS];
		if ((uint32_t)__builtin_popcount(set) != n)
			continue;
		uint32_t used = 0;
		bool finite = true;
		for (uint32_t s = 0; s < sides; s++) {
			if (!(set >> s & 1))
				continue;
			uint32_t which = s / 2;
			bool high = s & 1, row = which >= n;
			for (uint32_t j = 0; j < n; j++)
				a[used][j] = row ? solve_ref_entry(p, which - n, j) : j == which;
			a[used][n] =
				row ? (high ? p->row_high : p->row_low)[which - n] : (high ? p->high : p->low)[which];
			finite &= isfinite(a[used++][n]) != 0;
		}
		if (finite && solve_ref_equations(a, n, x) && solve_ref_holds(p, x))
			least = fmin(least, solve_ref_cost(p, x));
	}
	return least;
}

/* ---- every whole point ------------------------------------------------------------------------------------------ */

/* The least cost over all whole x within the (finite) bounds; every column counts as whole. At most 4 columns. */
static inline double solve_ref_whole(const ssrc_program *p)
{
	double x[SOLVE_REF_COLS] = {0}, least = INFINITY;
	for (uint32_t j = 0; j < p->n_cols && j < SOLVE_REF_COLS; j++)
		x[j] = ceil(p->low[j]);
	for (uint32_t j = 0; j < p->n_cols;) {
		if (solve_ref_holds(p, x))
			least = fmin(least, solve_ref_cost(p, x));
		for (j = 0; j < p->n_cols && ++x[j] > p->high[j]; j++) /* the next one, as an odometer */
			x[j] = ceil(p->low[j]);
		if (j < p->n_cols)
			j = 0;
	}
	return least;
}

#endif
