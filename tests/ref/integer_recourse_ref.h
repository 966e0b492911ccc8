/* Two-stage programs with whole numbers by trying everything: every first stage of whole columns, and where one column
 * is continuous every end of an interval that some answer needs; for each every whole answer, at most one continuous
 * column of the second stage set by its own interval. Nothing here knows of blocks, hulls or linear programs. */
#ifndef SSRC_INTEGER_RECOURSE_REF_H
#define SSRC_INTEGER_RECOURSE_REF_H

#include "ref/smps_ref.h"

static inline double ref_row_sum(const ssrc_program *p, uint32_t i, const double *x)
{
	double sum = 0;
	for (uint32_t j = 0; j < p->n_cols; j++)
		sum += ref_value_at(p, i, j) * x[j];
	return sum;
}

/* Least cost over whole y from column j on, y[0..j) given; the last column may be continuous. */
static inline double ref_answer_from(const ssrc_scenario_program *s, const double *tx, double *y, uint32_t j)
{
	const ssrc_program *p = &s->recourse;
	double best = INFINITY;
	if (j == p->n_cols || !p->integer || !p->integer[j]) {
		double low = -INFINITY, high = INFINITY, cost = p->offset;
		if (j < p->n_cols) {
			low = p->low[j], high = p->high[j];
			y[j] = 0;
		}
		for (uint32_t k = 0; k < p->n_cols; k++)
			cost += p->cost[k] * (k < j ? y[k] : 0);
		for (uint32_t i = 0; i < p->n_rows; i++) {
			double rest = tx[i] + ref_row_sum(p, i, y), a = j < p->n_cols ? ref_value_at(p, i, j) : 0;
			if (a == 0 && (rest < p->row_low[i] - 1e-9 || rest > p->row_high[i] + 1e-9))
				return INFINITY;
			if (a == 0)
				continue;
			double u = (p->row_low[i] - rest) / a, v = (p->row_high[i] - rest) / a;
			low = fmax(low, fmin(u, v));
			high = fmin(high, fmax(u, v));
		}
		if (low > high + 1e-9)
			return INFINITY;
		return j < p->n_cols ? cost + p->cost[j] * (p->cost[j] > 0 ? low : high) : cost;
	}
	for (double v = ceil(p->low[j]); v <= p->high[j]; v++) {
		y[j] = v;
		best = fmin(best, ref_answer_from(s, tx, y, j + 1));
	}
	return best;
}

static inline double ref_answer(const ssrc_scenario_program *s, const double *x)
{
	double tx[16] = {0}, y[16] = {0};
	for (uint32_t i = 0; i < s->recourse.n_rows; i++)
		for (uint32_t k = s->link_start[i]; k < s->link_start[i + 1]; k++)
			tx[i] += s->link_value[k] * x[s->link_col[k]];
	return ref_answer_from(s, tx, y, 0);
}

static inline double ref_plan_value(const ssrc_two_stage *problem, const double *x)
{
	const ssrc_program *first = &problem->first;
	double value = first->offset;
	for (uint32_t i = 0; i < first->n_rows; i++) {
		double sum = ref_row_sum(first, i, x);
		if (sum < first->row_low[i] - 1e-9 || sum > first->row_high[i] + 1e-9)
			return INFINITY;
	}
	for (uint32_t j = 0; j < first->n_cols; j++)
		value += first->cost[j] * x[j];
	for (uint32_t s = 0; s < problem->n_scenarios; s++)
		value += problem->scenarios[s].probability * ref_answer(&problem->scenarios[s], x);
	return value;
}

/* With coefficients and sides that are whole and |coefficients of x| <= 2, rows end at multiples of 1/2 in the one
 * continuous column of the first stage: the best plan is at one of them. */
static inline double ref_optimum_from(const ssrc_two_stage *problem, double *x, uint32_t j, double step)
{
	const ssrc_program *first = &problem->first;
	double best = INFINITY;
	if (j == first->n_cols)
		return ref_plan_value(problem, x);
	for (double v = first->low[j]; v <= first->high[j]; v += step) {
		x[j] = v;
		best = fmin(best, ref_optimum_from(problem, x, j + 1, step));
	}
	return best;
}

static inline double ref_optimum(const ssrc_two_stage *problem)
{
	double x[8] = {0};
	return ref_optimum_from(problem, x, 0, problem->first.integer ? 1 : 0.5);
}

#endif
