/* What is the same for every solver of whole-number programs: answers that miss by a tolerance are repaired by a linear
 * program, and claims are checked as far as they can be. */
#include "model.h"

#include <math.h>
#include <string.h>

enum { SMALL = 2000 }; /* rows that our own simplex method does in seconds */

/* The linear program of `model`, with the integer columns at whole numbers near x where x is not NULL. */
static ssrc_status solve_linear(ssrc_model *model, const double *x, const ssrc_solve_limits *limits, ssrc_solution *out,
				ssrc_solver **solver)
{
	ssrc_program p = model->program;
	ssrc_status status = ssrc_solver_new(solver, "", false, model->ctx, &p, NULL);
	for (uint32_t j = 0; j < p.n_cols && status == SSRC_OK && x; j++)
		if (p.integer && p.integer[j]) {
			double whole = fmin(fmax(nearbyint(x[j]), p.low[j]), p.high[j]);
			status = (*solver)->ops->set_col(*solver, j, whole, whole);
		}
	return status == SSRC_OK ? (*solver)->ops->solve_lp(*solver, limits, out) : status;
}

ssrc_status ssrc_mip_take(ssrc_model *model, const double *x, const ssrc_solve_limits *limits, ssrc_solution *out)
{
	ssrc_model_take_x(model, x, true, out);
	if (out->has_x)
		return SSRC_OK;
	ssrc_solver *linear = NULL;
	ssrc_solution repaired;
	ssrc_status status = solve_linear(model, x, limits, &repaired, &linear);
	if (status == SSRC_OK && repaired.has_x)
		ssrc_model_take_x(model, repaired.x, true, out);
	ssrc_solver_free(linear);
	return status;
}

ssrc_status ssrc_mip_relax(ssrc_model *model, const ssrc_solve_limits *limits, ssrc_solution *out)
{
	ssrc_solver *linear = NULL;
	ssrc_solution relaxed;
	ssrc_status status = solve_linear(model, NULL, limits, &relaxed, &linear);
	if (status == SSRC_OK) {
		*out = ssrc_model_no_solution(model, relaxed.outcome);
		out->bound = relaxed.bound;
		out->iterations = relaxed.iterations;
		if (relaxed.has_x)
			ssrc_model_take_x(model, relaxed.x, false, out);
		if (relaxed.has_ray || relaxed.has_dual) {
			memcpy(model->dual, relaxed.dual, model->program.n_rows * sizeof *model->dual);
			out->has_ray = relaxed.has_ray;
		}
	}
	ssrc_solver_free(linear);
	return status;
}

bool ssrc_mip_is_linear(const ssrc_model *model)
{
	const ssrc_program *p = &model->program;
	for (uint32_t j = 0; j < p->n_cols && p->integer; j++)
		if (p->integer[j])
			return false;
	return true;
}

double ssrc_mip_slack(const ssrc_solve_limits *limits, double value)
{
	return fmax(limits->gap, 1e-9) * fmax(1, fabs(value));
}

ssrc_status ssrc_mip_begin(ssrc_model *model, const ssrc_solve_limits *limits, ssrc_solution *out, bool *done)
{
	ssrc_solve_limits inner = *limits;
	bool linear = ssrc_mip_is_linear(model), small = model->program.n_rows <= SMALL;
	*done = false;
	*out = ssrc_model_no_solution(model, SSRC_OUTCOME_STOPPED);
	if (!linear && !small && ssrc_solver_find("", false, NULL) == &ssrc_builtin)
		return SSRC_OK;
	inner.iterations = -1;
	inner.seconds = linear ? limits->seconds : limits->seconds / 4;
	ssrc_status status = ssrc_mip_relax(model, &inner, out);
	*done = linear || out->outcome == SSRC_OUTCOME_INFEASIBLE || out->outcome == SSRC_OUTCOME_UNBOUNDED;
	if (status != SSRC_OK || *done || !out->has_x)
		return status;
	ssrc_solution whole = *out;
	ssrc_model_take_x(model, out->x, true, &whole);
	if (out->outcome == SSRC_OUTCOME_OPTIMAL && whole.has_x &&
	    whole.value - out->bound <= ssrc_mip_slack(limits, whole.value)) {
		*out = whole;
		*done = true;
	} else {
		out->has_x = out->has_dual = false;
	}
	return status;
}

ssrc_status ssrc_mip_keep_start(ssrc_model *model, const double *start, const ssrc_solve_limits *limits,
				ssrc_solution *out)
{
	ssrc_status status = ssrc_mip_take(model, start, limits, out);
	if (out->has_x && out->value >= limits->cutoff) {
		out->has_x = false;
		out->value = (double)INFINITY;
	}
	if (out->has_x && out->outcome != SSRC_OUTCOME_STOPPED)
		out->outcome = SSRC_OUTCOME_FAILED;
	return status;
}

void ssrc_mip_close(const ssrc_solve_limits *limits, double claimed, ssrc_solution *out)
{
	double slack = ssrc_mip_slack(limits, out->value);
	switch (out->outcome) {
	case SSRC_OUTCOME_OPTIMAL:
		if (!out->has_x) {
			out->outcome = SSRC_OUTCOME_FAILED;
			break;
		}
		out->bound = claimed >= out->value - slack ? fmin(claimed, out->value) : out->value - slack;
		break;
	case SSRC_OUTCOME_INFEASIBLE:
		/* With a cutoff: nothing better than it. */
		out->bound = isfinite(limits->cutoff) ? limits->cutoff : out->has_ray ? (double)INFINITY : out->bound;
		break;
	case SSRC_OUTCOME_STOPPED:
		/* A bound above a solution in hand is false, and so is what it came from. */
		if (isfinite(claimed) && fabs(claimed) < 1e40 && claimed <= out->value + slack)
			out->bound = fmin(claimed, out->value);
		break;
	default: break;
	}
}
