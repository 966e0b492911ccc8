/* What binds a plan and what things are worth: prices of the fixed plan. docs/methods/plan.md */
#include "answer.h"
#include "core.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct pricing {
	const ssrc_plan_problem *problem;
	const ssrc_plan_settings *settings;
	const ssrc_plan_answer *answer;
	const ssrc_plan_effort *effort;
	ssrc_context *ctx;
	ssrc_arena *arena; /* of the result */
	ssrc_error *err;
	ssrc_arena scratch;
	ssrc_plan_model model;
	ssrc_program program; /* linear: what is begun is fixed */
	uint32_t *first_col, *first_row;
	ssrc_plan_binds out;
	size_t cap;
} pricing;

/* Worth less than this part of the value, or of 1, is dust. */
#define LEAST_WORTH 1e-9

static ssrc_status note(pricing *q, ssrc_plan_bind bind)
{
	if (!(bind.worth > LEAST_WORTH * fmax(1, fabs(q->answer->value))))
		return SSRC_OK;
	/* All makers or a whole capacity once more would be worth less than the derivative says, often more than the
	 * whole value: these are told for 1 %. */
	if (bind.kind == SSRC_PLAN_BINDS_MAKERS || bind.kind == SSRC_PLAN_BINDS_CAPACITY)
		bind.worth /= 100;
	void *block = q->out.bind;
	ssrc_status status = ssrc_reserve(q->ctx, &block, &q->cap, q->out.n + (size_t)1, sizeof bind, q->err);
	if (status != SSRC_OK)
		return status;
	q->out.bind = block;
	q->out.bind[q->out.n++] = bind;
	return SSRC_OK;
}

/* ---- the program ------------------------------------------------------------------------------------------ */

static ssrc_status make_program(pricing *q)
{
	ssrc_plan_settings set = *q->settings;
	set.penalty = q->answer->penalty;
	ssrc_status status = ssrc_plan_build(&q->model, q->problem, &set, q->ctx, &q->scratch, q->err);
	if (status == SSRC_OK)
		status = ssrc_two_stage_extensive(&q->program, &q->first_col, &q->model.program, &q->scratch, q->err);
	if (status != SSRC_OK)
		return status;
	const ssrc_two_stage *t = &q->model.program;
	double *x = ssrc_arena_array(&q->scratch, t->first.n_cols, sizeof *x);
	q->first_row = ssrc_arena_array(&q->scratch, t->n_scenarios, sizeof *q->first_row);
	if (!x || !q->first_row)
		return ssrc_no_memory(q->err);
	ssrc_plan_apply(x, q->problem, &q->model, &q->answer->decision);
	for (uint32_t j = 0; j < t->first.n_cols; j++)
		if (t->first.integer && t->first.integer[j])
			q->program.low[j] = q->program.high[j] = x[j];
	q->program.integer = NULL;
	/* With risk each scenario has one row more, for its tail. */
	uint32_t row = t->first.n_rows;
	for (uint32_t s = 0; s < t->n_scenarios; s++) {
		q->first_row[s] = row;
		row += t->scenarios[s].recourse.n_rows + (t->risk > 0);
	}
	return SSRC_OK;
}

/* ---- prices of rows and columns --------------------------------------------------------------------------- */

/* A row "… <= side" gets one more: the value changes by its multiplier, which is <= 0. */
static double worth_of_row(const ssrc_solution *s, uint32_t row)
{
	return fmax(0, -s->dual[row]);
}

static ssrc_status price_budgets(pricing *q, const ssrc_solution *s)
{
	ssrc_status status = SSRC_OK;
	if (q->model.budget_row != SSRC_NONE)
		status = note(q, (ssrc_plan_bind){SSRC_PLAN_BINDS_BUDGET, SSRC_NONE, SSRC_NONE, SSRC_NONE, SSRC_NONE,
						  worth_of_row(s, q->model.budget_row)});
	for (uint32_t k = 0; k < q->problem->n_slots && status == SSRC_OK; k++)
		if (q->model.slot_budget_row[k] != SSRC_NONE)
			status = note(q, (ssrc_plan_bind){SSRC_PLAN_BINDS_SLOT_BUDGET, SSRC_NONE, SSRC_NONE, SSRC_NONE,
							  k, worth_of_row(s, q->model.slot_budget_row[k])});
	return status;
}

/* All makers of an item, in all periods: their rows, or the upper bound of the output where no option adds to it. */
static double worth_of_makers(const pricing *q, const ssrc_solution *s, uint32_t scenario, uint32_t item)
{
	const ssrc_plan_scenario_map *map = &q->model.scenarios[scenario];
	const ssrc_program *recourse = &q->model.program.scenarios[scenario].recourse;
	double worth = 0;
	for (uint32_t t = 0; t < map->n_periods; t++) {
		size_t cell = (size_t)item * map->n_periods + t;
		if (map->makers_row[cell] != SSRC_NONE)
			worth += worth_of_row(s, q->first_row[scenario] + map->makers_row[cell]);
		else if (map->output[cell] != SSRC_NONE && recourse->high[map->output[cell]] < 1)
			worth += fmax(0, -s->reduced[q->first_col[scenario] + map->output[cell]]);
	}
	return worth;
}

static ssrc_status price_items(pricing *q, const ssrc_solution *s)
{
	ssrc_status status = SSRC_OK;
	for (uint32_t k = 0; k < q->problem->n_scenarios; k++)
		for (uint32_t i = 0; i < q->problem->n_items && status == SSRC_OK; i++) {
			const ssrc_plan_scenario_map *map = &q->model.scenarios[k];
			ssrc_plan_bind bind = {SSRC_PLAN_BINDS_MAKERS,     SSRC_NONE, i, k, SSRC_NONE,
					       worth_of_makers(q, s, k, i)};
			status = note(q, bind);
			bind.kind = SSRC_PLAN_BINDS_STOCK;
			bind.worth = map->stock_row[i] != SSRC_NONE
					     ? worth_of_row(s, q->first_row[k] + map->stock_row[i])
					     : 0;
			if (status == SSRC_OK)
				status = note(q, bind);
			bind.kind = SSRC_PLAN_BINDS_LIMIT;
			bind.worth = map->limit_row[i] != SSRC_NONE
					     ? worth_of_row(s, q->first_row[k] + map->limit_row[i])
					     : 0;
			if (status == SSRC_OK)
				status = note(q, bind);
		}
	return status;
}

/* What each first-stage column is worth through the rows of the scenarios: − Σ coefficient · multiplier. */
static void worth_of_columns(const pricing *q, const ssrc_solution *s, double *worth)
{
	const ssrc_two_stage *t = &q->model.program;
	for (uint32_t k = 0; k < t->n_scenarios; k++) {
		const ssrc_scenario_program *scenario = &t->scenarios[k];
		for (uint32_t r = 0; r < scenario->recourse.n_rows; r++)
			for (uint32_t e = scenario->link_start[r]; e < scenario->link_start[r + 1]; e++)
				worth[scenario->link_col[e]] += scenario->link_value[e] * s->dual[q->first_row[k] + r];
	}
}

/* An option in full: all of its columns that its being begun at once would raise. */
static double worth_if_begun(const pricing *q, const double *worth, uint32_t o, bool as_decided)
{
	const ssrc_plan_problem *p = q->problem;
	uint32_t begun = as_decided ? q->answer->decision.begun[o] : 0;
	double sum = 0, best = 0;
	for (uint32_t s = 0; s < p->n_slots; s++) {
		size_t cell = (size_t)o * p->n_slots + s;
		if (q->model.start[cell] != SSRC_NONE && begun <= s)
			sum += worth[q->model.start[cell]];
		if (q->model.bought[cell] != SSRC_NONE) {
			uint32_t col = q->model.bought[cell];
			double unit = ssrc_plan_unit_cost(p, q->settings->started, o, s);
			best = fmax(best, fmax(0, worth[col] - unit) * p->options[o].capacity);
		}
	}
	return p->options[o].kind == SSRC_PLAN_STOCK && !as_decided ? best : sum;
}

static ssrc_status price_options(pricing *q, const ssrc_solution *s)
{
	const ssrc_plan_problem *p = q->problem;
	double *worth = ssrc_arena_array(&q->scratch, q->model.program.first.n_cols, sizeof *worth);
	q->out.option_worth = ssrc_arena_array(q->arena, p->n_options, sizeof *q->out.option_worth);
	if (!worth || !q->out.option_worth)
		return ssrc_no_memory(q->err);
	worth_of_columns(q, s, worth);
	ssrc_status status = SSRC_OK;
	for (uint32_t o = 0; o < p->n_options && status == SSRC_OK; o++) {
		const ssrc_plan_option *option = &p->options[o];
		if (!q->answer->choices[o].taken) {
			q->out.option_worth[o] = worth_if_begun(q, worth, o, false) - option->fixed;
			continue;
		}
		q->out.option_worth[o] = (double)NAN;
		if (option->kind == SSRC_PLAN_STOCK)
			continue;
		status = note(q, (ssrc_plan_bind){SSRC_PLAN_BINDS_CAPACITY, o, option->item, SSRC_NONE, SSRC_NONE,
						  worth_if_begun(q, worth, o, true)});
	}
	return status;
}

/* ---- the list --------------------------------------------------------------------------------------------- */

static int by_place(uint32_t a, uint32_t b)
{
	return (a > b) - (a < b);
}

static int by_worth(const void *a, const void *b)
{
	const ssrc_plan_bind *x = a, *y = b;
	if (x->worth != y->worth)
		return x->worth < y->worth ? 1 : -1;
	int order = by_place(x->kind, y->kind);
	order = order ? order : by_place(x->item, y->item);
	order = order ? order : by_place(x->option, y->option);
	order = order ? order : by_place(x->scenario, y->scenario);
	return order ? order : by_place(x->slot, y->slot);
}

static ssrc_status take_prices(pricing *q, const ssrc_solution *s)
{
	ssrc_status status = price_budgets(q, s);
	if (status == SSRC_OK)
		status = price_items(q, s);
	if (status == SSRC_OK)
		status = price_options(q, s);
	q->out.solved = status == SSRC_OK;
	if (status != SSRC_OK || q->out.n == 0)
		return status;
	qsort(q->out.bind, q->out.n, sizeof *q->out.bind, by_worth);
	ssrc_plan_bind *kept = ssrc_arena_array(q->arena, q->out.n, sizeof *kept);
	if (!kept)
		return ssrc_no_memory(q->err);
	memcpy(kept, q->out.bind, q->out.n * sizeof *kept);
	ssrc_release(q->ctx, q->out.bind);
	q->out.bind = kept;
	q->cap = 0;
	return SSRC_OK;
}

ssrc_status ssrc_plan_bindings(ssrc_plan_binds *out, const ssrc_plan_problem *problem,
			       const ssrc_plan_settings *settings, const ssrc_plan_answer *answer,
			       const ssrc_plan_effort *effort, ssrc_context *ctx, ssrc_arena *arena, ssrc_error *err)
{
	pricing q = {.problem = problem,
		     .settings = settings,
		     .answer = answer,
		     .effort = effort,
		     .ctx = ctx,
		     .arena = arena,
		     .err = err};
	ssrc_solver *solver = NULL;
	ssrc_solution solution = {0};
	ssrc_solve_limits limits = ssrc_no_limits;
	limits.seconds = effort->core.seconds;
	limits.stop = effort->core.stop;
	ssrc_arena_init(&q.scratch, ctx);
	ssrc_status status = answer->has_plan ? make_program(&q) : SSRC_OK;
	if (status == SSRC_OK && answer->has_plan)
		status = ssrc_core_solver(&solver, &effort->core, false, ctx, &q.program, err);
	if (status == SSRC_OK && answer->has_plan)
		status = solver->ops->solve_lp(solver, &limits, &solution) == SSRC_OK ? SSRC_OK : ssrc_no_memory(err);
	if (status == SSRC_OK && solution.outcome == SSRC_OUTCOME_OPTIMAL && solution.has_dual)
		status = take_prices(&q, &solution);
	ssrc_solver_free(solver);
	ssrc_arena_clear(&q.scratch);
	if (q.cap > 0)
		ssrc_release(ctx, q.out.bind);
	if (status == SSRC_OK)
		*out = q.out;
	return status;
}
