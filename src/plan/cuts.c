/* Lower bounds of what a scenario costs, linear in the plan. docs/methods/plan-core.md */
#include "core.h"

#include <float.h>
#include <string.h>

ssrc_status ssrc_core_cuts_init(core_cuts *cuts, const ssrc_two_stage *problem, const core_paths *paths,
				ssrc_context *ctx, ssrc_error *err)
{
	*cuts = (core_cuts){.ctx = ctx, .paths = paths};
	cuts->gradient = ssrc_alloc_array(ctx, problem->first.n_cols, sizeof *cuts->gradient);
	return cuts->gradient ? SSRC_OK : ssrc_no_memory(err);
}

void ssrc_core_cuts_clear(core_cuts *cuts)
{
	ssrc_release(cuts->ctx, cuts->cuts);
	ssrc_release(cuts->ctx, cuts->col);
	ssrc_release(cuts->ctx, cuts->value);
	ssrc_release(cuts->ctx, cuts->gradient);
	*cuts = (core_cuts){.ctx = cuts->ctx};
}

/* ---- weak duality -------------------------------------------------------------------------------------------- */

/* The constant as it grows: its exact sum, and the sum of the terms' sizes, of which rounding may have changed a part.
 */
typedef struct constant_part {
	core_sum sum;
	double size;
	bool open; /* a column without the bound it needs prices out */
} constant_part;

static double usable(const ssrc_program *p, const double *dual, uint32_t r)
{
	return isfinite(dual[r]) && isfinite(dual[r] > 0 ? p->row_low[r] : p->row_high[r]) ? dual[r] : 0;
}

/* Sides of the rows; the columns of the first stage in them give the gradient. */
static void rows_part(constant_part *constant, core_cuts *cuts, const ssrc_scenario_program *scenario,
		      const double *dual)
{
	const ssrc_program *p = &scenario->recourse;
	for (uint32_t r = 0; r < p->n_rows; r++) {
		double y = usable(p, dual, r), side = y > 0 ? p->row_low[r] : p->row_high[r];
		if (y == 0)
			continue;
		core_add_product(&constant->sum, y, side);
		constant->size += fabs(y * side);
		for (uint32_t k = scenario->link_start[r]; k < scenario->link_start[r + 1]; k++)
			core_add_product(&cuts->gradient[scenario->link_col[k]], -y, scenario->link_value[k]);
	}
}

/* Reduced costs of the answer's columns at the bound that is worst for us. */
static void cols_part(constant_part *constant, const ssrc_program *p, const double *dual, bool feasibility)
{
	for (uint32_t j = 0; j < p->n_cols && !constant->open; j++) {
		core_sum d = {feasibility ? 0 : p->cost[j], 0};
		double terms = fabs(d.sum);
		for (uint32_t k = p->start[j]; k < p->start[j + 1]; k++) {
			double y = usable(p, dual, p->row[k]);
			core_add_product(&d, -p->value[k], y);
			terms += fabs(p->value[k] * y);
		}
		double price = core_total(d), at = price > 0 ? p->low[j] : p->high[j];
		if (price == 0)
			continue;
		if (!isfinite(at)) {
			constant->open = fabs(price) > 1e-9 * terms;
			continue;
		}
		core_add_product(&constant->sum, price, at);
		constant->size += fabs(price * at) + DBL_EPSILON * terms * fabs(at);
	}
}

/* Coefficients far below the largest are noise to a solver: they go into the constant at the bound that keeps the cut
 * valid, if there is one. */
static bool fold(constant_part *constant, double g, double low, double high, double largest)
{
	double at = g > 0 ? low : high;
	if (fabs(g) > 1e-9 * largest || !isfinite(at))
		return g == 0;
	core_add_product(&constant->sum, g, at);
	constant->size += fabs(g * at);
	return true;
}

static ssrc_status reserve(core_cuts *cuts, uint32_t n, ssrc_error *err)
{
	void *list = cuts->cuts, *col = cuts->col, *value = cuts->value;
	ssrc_status status =
		ssrc_reserve(cuts->ctx, &list, &cuts->cuts_cap, (size_t)cuts->n + 1, sizeof *cuts->cuts, err);
	cuts->cuts = list;
	if (status == SSRC_OK)
		status = ssrc_reserve(cuts->ctx, &col, &cuts->col_cap, cuts->n_entries + n, sizeof *cuts->col, err);
	cuts->col = col;
	if (status == SSRC_OK)
		status = ssrc_reserve(cuts->ctx, &value, &cuts->value_cap, cuts->n_entries + n, sizeof *cuts->value,
				      err);
	cuts->value = value;
	return status;
}

/* From "begun by" to "begun at": what is begun at a place is begun by all later ones. */
static void gather_paths(core_cuts *cuts)
{
	const core_paths *paths = cuts->paths;
	for (uint32_t p = 0; p < paths->n; p++)
		for (uint32_t k = paths->start[p + 1]; k-- > paths->start[p] + 1;) {
			core_sum later = cuts->gradient[paths->col[k]], *at = &cuts->gradient[paths->col[k - 1]];
			core_add(at, later.sum);
			at->error += later.error;
		}
}

/* Takes the gradient out of the scratch and leaves it zero. */
static void take_gradient(core_cuts *cuts, core_cut *cut, constant_part *constant, const ssrc_program *first)
{
	double largest = 0;
	for (uint32_t j = 0; j < first->n_cols; j++)
		largest = fmax(largest, fabs(core_total(cuts->gradient[j])));
	for (uint32_t j = 0; j < first->n_cols; j++) {
		bool begun = cuts->paths->path[j] != SSRC_NONE;
		double g = core_total(cuts->gradient[j]);
		double low = begun ? 0 : first->low[j], high = begun ? 1 : first->high[j];
		double reach = fmax(fabs(low), fabs(high));
		cuts->gradient[j] = (core_sum){0, 0};
		if (fold(constant, g, low, high, largest))
			continue;
		constant->size += isfinite(reach) ? fabs(g) * reach : 0;
		cuts->col[cut->first + cut->n] = j;
		cuts->value[cut->first + cut->n++] = g;
	}
}

static uint32_t gradient_size(const core_cuts *cuts, uint32_t n_cols)
{
	uint32_t n = 0;
	for (uint32_t j = 0; j < n_cols; j++)
		n += cuts->gradient[j].sum != 0 || cuts->gradient[j].error != 0;
	return n;
}

ssrc_status ssrc_core_cut_add(core_cuts *cuts, const ssrc_two_stage *problem, uint32_t s, const double *dual,
			      bool feasibility, bool *added, ssrc_error *err)
{
	const ssrc_program *recourse = &problem->scenarios[s].recourse, *first = &problem->first;
	constant_part constant = {{feasibility ? 0 : recourse->offset, 0}, fabs(recourse->offset), false};
	core_cut cut = {.scenario = s, .first = cuts->n_entries, .feasibility = feasibility};
	*added = false;
	cols_part(&constant, recourse, dual, feasibility);
	if (constant.open)
		return SSRC_OK;
	rows_part(&constant, cuts, &problem->scenarios[s], dual);
	gather_paths(cuts);
	ssrc_status status = reserve(cuts, gradient_size(cuts, first->n_cols), err);
	if (status != SSRC_OK)
		return status;
	take_gradient(cuts, &cut, &constant, first);
	cut.constant = core_total(constant.sum) - 4 * DBL_EPSILON * constant.size;
	cuts->n_entries += cut.n;
	cuts->cuts[cuts->n++] = cut;
	*added = true;
	return SSRC_OK;
}

/* ---- the list ------------------------------------------------------------------------------------------------- */

double ssrc_core_cut_at(const core_cuts *cuts, uint32_t at, const double *u)
{
	const core_cut *cut = &cuts->cuts[at];
	core_sum sum = {cut->constant, 0};
	for (size_t k = cut->first; k < cut->first + cut->n; k++)
		core_add_product(&sum, cuts->value[k], u[cuts->col[k]]);
	return core_total(sum);
}

void ssrc_core_cuts_keep(core_cuts *cuts, const bool *keep)
{
	uint32_t n = 0;
	size_t entries = 0;
	for (uint32_t i = 0; i < cuts->n; i++) {
		core_cut cut = cuts->cuts[i];
		if (!keep[i])
			continue;
		memmove(cuts->col + entries, cuts->col + cut.first, cut.n * sizeof *cuts->col);
		memmove(cuts->value + entries, cuts->value + cut.first, cut.n * sizeof *cuts->value);
		cut.first = entries;
		entries += cut.n;
		cuts->cuts[n++] = cut;
	}
	cuts->n = n;
	cuts->n_entries = entries;
}
