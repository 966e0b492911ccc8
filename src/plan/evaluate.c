/* The best answers to a fixed plan: one warm linear program for each scenario, in parallel. docs/methods/plan-core.md
 */
#include "core.h"
#include "solve/model.h"

#include <string.h>

struct core_recourse {
	ssrc_context *ctx;
	const ssrc_two_stage *problem;
	ssrc_solver **solvers; /* [n_scenarios], NULL until first needed */
	core_answer *answers;  /* [n_scenarios] */
	const ssrc_two_stage_options *options;
	bool whole;
	/* of the call that runs */
	const double *x;
	double deadline;
	const bool *only; /* NULL = all */
};

/* So small that our own solver is quick, and surer than CBC, which now and then claims too much of tiny programs. */
static bool is_tiny(const ssrc_program *program)
{
	uint32_t whole = 0;
	for (uint32_t j = 0; program->integer && j < program->n_cols; j++)
		whole += program->integer[j];
	return program->n_cols <= 100 && whole <= 20;
}

ssrc_status ssrc_core_solver(ssrc_solver **out, const ssrc_two_stage_options *options, bool mip, ssrc_context *ctx,
			     const ssrc_program *program, ssrc_error *err)
{
	if (mip && (!options->solver || !*options->solver) && is_tiny(program))
		return ssrc_solver_new(out, "builtin", true, ctx, program, err);
	const char *name = options->solver ? options->solver : "";
	size_t len = strcspn(name, ":");
	for (size_t i = 0; ssrc_solvers[i]; i++)
		if (ssrc_text_equal(name, len, ssrc_solvers[i]->name) &&
		    !(mip ? ssrc_solvers[i]->mip : ssrc_solvers[i]->lp))
			name = "";
	return ssrc_solver_new(out, name, mip, ctx, program, err);
}

ssrc_status ssrc_core_recourse_new(core_recourse **out, const ssrc_two_stage *problem,
				   const ssrc_two_stage_options *options, ssrc_context *ctx, ssrc_error *err)
{
	core_recourse *r = ssrc_alloc_array(ctx, 1, sizeof *r);
	if (!r)
		return ssrc_no_memory(err);
	*r = (core_recourse){.ctx = ctx, .problem = problem, .options = options};
	r->whole = ssrc_two_stage_whole_recourse(problem);
	/* NOLINTNEXTLINE(bugprone-sizeof-expression): a list of pointers */
	r->solvers = ssrc_alloc_array(ctx, problem->n_scenarios, sizeof *r->solvers);
	r->answers = ssrc_alloc_array(ctx, problem->n_scenarios, sizeof *r->answers);
	ssrc_status status = r->solvers && r->answers ? SSRC_OK : ssrc_no_memory(err);
	for (uint32_t s = 0; s < problem->n_scenarios && status == SSRC_OK; s++)
		status = ssrc_core_solver(&r->solvers[s], options, r->whole, ctx, &problem->scenarios[s].recourse, err);
	if (status == SSRC_OK)
		*out = r;
	else
		ssrc_core_recourse_free(r);
	return status;
}

void ssrc_core_recourse_free(core_recourse *r)
{
	if (!r)
		return;
	for (uint32_t s = 0; r->solvers && s < r->problem->n_scenarios; s++)
		ssrc_solver_free(r->solvers[s]);
	ssrc_release(r->ctx, r->solvers);
	ssrc_release(r->ctx, r->answers);
	ssrc_release(r->ctx, r);
}

/* The sides of the rows that the plan moves: side − T x. */
static ssrc_status set_sides(ssrc_solver *solver, const ssrc_scenario_program *scenario, const double *x)
{
	const ssrc_program *p = &scenario->recourse;
	ssrc_status status = SSRC_OK;
	for (uint32_t r = 0; r < p->n_rows && status == SSRC_OK; r++) {
		if (scenario->link_start[r] == scenario->link_start[r + 1])
			continue;
		core_sum moved = {0, 0};
		for (uint32_t k = scenario->link_start[r]; k < scenario->link_start[r + 1]; k++)
			core_add_product(&moved, -scenario->link_value[k], x[scenario->link_col[k]]);
		core_sum low = moved, high = moved;
		core_add(&low, isfinite(p->row_low[r]) ? p->row_low[r] : 0);
		core_add(&high, isfinite(p->row_high[r]) ? p->row_high[r] : 0);
		status = solver->ops->set_row(solver, r, isfinite(p->row_low[r]) ? core_total(low) : p->row_low[r],
					      isfinite(p->row_high[r]) ? core_total(high) : p->row_high[r]);
	}
	return status;
}

static ssrc_status solve_one(void *user, uint32_t s, int worker)
{
	(void)worker;
	core_recourse *r = user;
	if (r->only && !r->only[s])
		return SSRC_OK;
	ssrc_solver *solver = r->solvers[s];
	ssrc_solve_limits limits = ssrc_no_limits;
	ssrc_solution solution;
	limits.seconds = fmax(0, r->deadline - ssrc_seconds_now());
	limits.stop = r->options->stop;
	limits.seed = r->options->seed;
	ssrc_status status = set_sides(solver, &r->problem->scenarios[s], r->x);
	if (status == SSRC_OK)
		status = r->whole ? solver->ops->solve_mip(solver, &limits, NULL, NULL, NULL, &solution)
				  : solver->ops->solve_lp(solver, &limits, &solution);
	if (status != SSRC_OK)
		return status;
	bool solved = solution.outcome == SSRC_OUTCOME_OPTIMAL && solution.has_x;
	r->answers[s] = (core_answer){.outcome = solution.outcome,
				      .value = solved                                        ? solution.value
					       : solution.outcome == SSRC_OUTCOME_INFEASIBLE ? (double)INFINITY
											     : (double)NAN,
				      .y = solution.x,
				      .dual = solution.dual,
				      .has_dual = solution.has_dual,
				      .has_ray = solution.has_ray};
	return SSRC_OK;
}

ssrc_status ssrc_core_recourse_solve(core_recourse *r, const double *x, const bool *only, double deadline,
				     ssrc_error *err)
{
	r->x = x;
	r->deadline = deadline;
	r->only = only;
	ssrc_status status = ssrc_parallel(r->problem->n_scenarios, r->options->threads, solve_one, r);
	return status == SSRC_NOMEM ? ssrc_no_memory(err)
	       : status != SSRC_OK  ? ssrc_fail(err, status, SSRC_M_BUG, "ssrc_core_recourse_solve", NULL, NULL)
				    : SSRC_OK;
}

const core_answer *ssrc_core_recourse_answers(const core_recourse *r)
{
	return r->answers;
}

double ssrc_core_recourse_value(const core_recourse *r, const double *x, double *answer, uint32_t *missing)
{
	bool failed = false;
	uint32_t none = SSRC_NONE;
	for (uint32_t s = 0; s < r->problem->n_scenarios; s++) {
		answer[s] = r->answers[s].value;
		failed |= isnan(answer[s]);
		if (none == SSRC_NONE && !isfinite(answer[s]))
			none = s;
	}
	if (missing)
		*missing = none;
	if (none != SSRC_NONE)
		return failed ? (double)NAN : (double)INFINITY;
	return ssrc_two_stage_first_cost(r->problem, x) + ssrc_two_stage_risk(r->problem, answer);
}

/* ---- results ------------------------------------------------------------------------------------------------ */

ssrc_status ssrc_core_result_new(ssrc_two_stage_result *out, const ssrc_two_stage *problem, ssrc_arena *arena,
				 ssrc_error *err)
{
	*out = (ssrc_two_stage_result){.value = (double)INFINITY,
				       .bound = -(double)INFINITY,
				       .relaxation = -(double)INFINITY,
				       .stopped_by = ""};
	out->x = ssrc_arena_array(arena, problem->first.n_cols, sizeof *out->x);
	out->answer = ssrc_arena_array(arena, problem->n_scenarios, sizeof *out->answer);
	out->y = ssrc_arena_array(arena, problem->n_scenarios, sizeof *out->y);
	out->row_price = ssrc_arena_array(arena, problem->first.n_rows, sizeof *out->row_price);
	bool ok = out->x && out->answer && out->y && out->row_price;
	for (uint32_t s = 0; s < problem->n_scenarios && ok; s++) {
		out->y[s] = ssrc_arena_array(arena, problem->scenarios[s].recourse.n_cols, sizeof **out->y);
		ok = out->y[s] != NULL;
	}
	return ok ? SSRC_OK : ssrc_no_memory(err);
}

void ssrc_core_result_take(ssrc_two_stage_result *result, const core_recourse *r, const double *x,
			   const ssrc_two_stage *given)
{
	memcpy(result->x, x, r->problem->first.n_cols * sizeof *x);
	for (uint32_t s = 0; s < r->problem->n_scenarios; s++)
		memcpy(result->y[s], r->answers[s].y, r->problem->scenarios[s].recourse.n_cols * sizeof *result->y[s]);
	result->has_plan = true;
	ssrc_two_stage_check(result, given);
}

static ssrc_status no_value(const core_recourse *r, uint32_t missing, ssrc_error *err)
{
	char made_up[24];
	const char *name = ssrc_core_scenario_name(r->problem, missing, made_up);
	switch (r->answers[missing].outcome) {
	case SSRC_OUTCOME_INFEASIBLE:
		return ssrc_fail(err, SSRC_INFEASIBLE, SSRC_M_TWO_STAGE_NO_ANSWER, name, NULL, NULL);
	case SSRC_OUTCOME_UNBOUNDED: return ssrc_fail(err, SSRC_RANGE, SSRC_M_TWO_STAGE_OPEN, NULL, NULL, NULL);
	case SSRC_OUTCOME_STOPPED: return ssrc_fail(err, SSRC_LIMIT, SSRC_M_TWO_STAGE_SOLVER, name, NULL, NULL);
	default: return ssrc_fail(err, SSRC_UNSUPPORTED, SSRC_M_TWO_STAGE_SOLVER, name, NULL, NULL);
	}
}

ssrc_status ssrc_two_stage_evaluate(ssrc_two_stage_result *out, const ssrc_two_stage *problem, const double *x,
				    const ssrc_two_stage_options *options, ssrc_context *ctx, ssrc_arena *arena,
				    ssrc_error *err)
{
	core_recourse *recourse = NULL;
	ssrc_two_stage_result result;
	uint32_t missing;
	double deadline = ssrc_seconds_now() + options->seconds;
	ssrc_status status = ssrc_two_stage_valid(problem, err);
	if (status == SSRC_OK)
		status = ssrc_core_result_new(&result, problem, arena, err);
	if (status == SSRC_OK)
		status = ssrc_core_recourse_new(&recourse, problem, options, ctx, err);
	if (status == SSRC_OK)
		status = ssrc_core_recourse_solve(recourse, x, NULL, deadline, err);
	if (status == SSRC_OK) {
		(void)ssrc_core_recourse_value(recourse, x, result.answer, &missing);
		status = missing == SSRC_NONE ? SSRC_OK : no_value(recourse, missing, err);
	}
	if (status == SSRC_OK) {
		ssrc_core_result_take(&result, recourse, x, problem);
		result.value_phase = SSRC_PHASE_START;
		*out = result;
	}
	ssrc_core_recourse_free(recourse);
	return status;
}
