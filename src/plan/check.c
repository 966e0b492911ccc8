/* Plans checked from the definition, without a solver. docs/methods/plan-core.md */
#include "core.h"

#include <stdio.h>
#include <string.h>

enum { ROW_BLOCK = 4096 };

/* ---- risk ------------------------------------------------------------------------------------------------ */

/* η + Σ p max(0, Q − η) / (1 − tail) */
static double tail_at(const ssrc_two_stage *problem, const double *answer, double eta)
{
	core_sum over = {0, 0};
	for (uint32_t s = 0; s < problem->n_scenarios; s++)
		if (answer[s] > eta)
			core_add_product(&over, problem->scenarios[s].probability, answer[s] - eta);
	return eta + core_total(over) / (1 - problem->tail);
}

double ssrc_two_stage_risk(const ssrc_two_stage *problem, const double *answer)
{
	core_sum mean = {0, 0};
	for (uint32_t s = 0; s < problem->n_scenarios; s++)
		core_add_product(&mean, problem->scenarios[s].probability, answer[s]);
	if (!(problem->risk > 0) || problem->n_scenarios == 0)
		return core_total(mean);
	double tail = (double)INFINITY;
	for (uint32_t s = 0; s < problem->n_scenarios; s++)
		tail = fmin(tail, tail_at(problem, answer, answer[s]));
	return (1 - problem->risk) * core_total(mean) + problem->risk * tail;
}

double ssrc_two_stage_first_cost(const ssrc_two_stage *problem, const double *x)
{
	core_sum cost = {problem->first.offset, 0};
	for (uint32_t j = 0; j < problem->first.n_cols; j++)
		core_add_product(&cost, problem->first.cost[j], x[j]);
	return core_total(cost);
}

/* ---- rows and bounds --------------------------------------------------------------------------------------- */

static double cols_violation(const ssrc_program *p, const double *y)
{
	double violation = 0;
	for (uint32_t j = 0; j < p->n_cols; j++) {
		if (!isfinite(y[j]))
			return (double)INFINITY;
		violation = fmax(violation, core_beyond(y[j], p->low[j], p->high[j]));
		if (p->integer && p->integer[j])
			violation = fmax(violation, fabs(y[j] - nearbyint(y[j])));
	}
	return violation;
}

/* Rows first .. first + ROW_BLOCK of T x + W y, whose sums fit on the stack. */
static double rows_violation(const ssrc_scenario_program *scenario, const double *x, const double *y, uint32_t first)
{
	const ssrc_program *p = &scenario->recourse;
	core_sum sums[ROW_BLOCK];
	uint32_t end = p->n_rows - first < ROW_BLOCK ? p->n_rows : first + ROW_BLOCK;
	memset(sums, 0, (end - first) * sizeof *sums);
	for (uint32_t r = first; r < end; r++)
		for (uint32_t k = scenario->link_start[r]; k < scenario->link_start[r + 1]; k++)
			core_add_product(&sums[r - first], scenario->link_value[k], x[scenario->link_col[k]]);
	for (uint32_t j = 0; j < p->n_cols; j++)
		for (uint32_t k = p->start[j]; y[j] != 0 && k < p->start[j + 1] && p->row[k] < end; k++)
			if (p->row[k] >= first)
				core_add_product(&sums[p->row[k] - first], p->value[k], y[j]);
	double violation = 0;
	for (uint32_t r = first; r < end; r++)
		violation = fmax(violation, core_beyond(core_total(sums[r - first]), p->row_low[r], p->row_high[r]));
	return violation;
}

static double scenario_violation(const ssrc_scenario_program *scenario, const double *x, const double *y)
{
	double violation = cols_violation(&scenario->recourse, y);
	for (uint32_t first = 0; first < scenario->recourse.n_rows && isfinite(violation); first += ROW_BLOCK)
		violation = fmax(violation, rows_violation(scenario, x, y, first));
	return violation;
}

void ssrc_two_stage_check(ssrc_two_stage_result *result, const ssrc_two_stage *problem)
{
	if (!result->has_plan) {
		result->value = (double)INFINITY;
		result->violation = 0;
		return;
	}
	ssrc_program_report report;
	ssrc_program_check(&report, &problem->first, result->x);
	double violation = fmax(report.violation, report.fraction);
	for (uint32_t s = 0; s < problem->n_scenarios; s++) {
		const ssrc_program *recourse = &problem->scenarios[s].recourse;
		core_sum answer = {recourse->offset, 0};
		for (uint32_t j = 0; j < recourse->n_cols; j++)
			core_add_product(&answer, recourse->cost[j], result->y[s][j]);
		result->answer[s] = core_total(answer);
		if (isfinite(violation))
			violation =
				fmax(violation, scenario_violation(&problem->scenarios[s], result->x, result->y[s]));
	}
	result->violation = violation;
	result->value = ssrc_two_stage_first_cost(problem, result->x) + ssrc_two_stage_risk(problem, result->answer);
}

/* ---- what the core asks of a problem -------------------------------------------------------------------------- */

bool ssrc_two_stage_whole_recourse(const ssrc_two_stage *problem)
{
	for (uint32_t s = 0; s < problem->n_scenarios; s++) {
		const ssrc_program *recourse = &problem->scenarios[s].recourse;
		for (uint32_t j = 0; recourse->integer && j < recourse->n_cols; j++)
			if (recourse->integer[j])
				return true;
	}
	return false;
}

const char *ssrc_core_scenario_name(const ssrc_two_stage *problem, uint32_t s, char made_up[24])
{
	if (problem->scenarios[s].name)
		return problem->scenarios[s].name;
	snprintf(made_up, 24, "#%lu", (unsigned long)s + 1);
	return made_up;
}

static bool links_valid(const ssrc_scenario_program *scenario, uint32_t n_cols)
{
	uint32_t n = scenario->recourse.n_rows;
	for (uint32_t r = 0; r < n; r++)
		if (scenario->link_start[r] > scenario->link_start[r + 1])
			return false;
	for (uint32_t k = n ? scenario->link_start[0] : 0; n && k < scenario->link_start[n]; k++)
		if (scenario->link_col[k] >= n_cols || !isfinite(scenario->link_value[k]))
			return false;
	return true;
}

ssrc_status ssrc_two_stage_valid(const ssrc_two_stage *problem, ssrc_error *err)
{
	char made_up[24];
	ssrc_status status = ssrc_program_valid(&problem->first, err);
	core_sum sum = {0, 0};
	for (uint32_t s = 0; s < problem->n_scenarios && status == SSRC_OK; s++) {
		const ssrc_scenario_program *scenario = &problem->scenarios[s];
		if (!(scenario->probability >= 0))
			return ssrc_fail(err, SSRC_RANGE, SSRC_M_TWO_STAGE_PROBABILITY, NULL, NULL, NULL);
		core_add(&sum, scenario->probability);
		status = ssrc_program_valid(&scenario->recourse, err);
		if (status == SSRC_OK && !links_valid(scenario, problem->first.n_cols))
			return ssrc_fail(err, SSRC_RANGE, SSRC_M_PROGRAM_NUMBER,
					 ssrc_core_scenario_name(problem, s, made_up), NULL, NULL);
	}
	if (status != SSRC_OK)
		return status;
	if (problem->n_scenarios > 0 && !(fabs(core_total(sum) - 1) <= 1e-6))
		return ssrc_fail(err, SSRC_RANGE, SSRC_M_TWO_STAGE_PROBABILITY, NULL, NULL, NULL);
	if (!(problem->risk >= 0 && problem->risk <= 1 && problem->tail >= 0 && problem->tail < 1))
		return ssrc_fail(err, SSRC_RANGE, SSRC_M_TWO_STAGE_RISK, NULL, NULL, NULL);
	return SSRC_OK;
}
