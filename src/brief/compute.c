/* From an assessment to everything a brief says: stress tests, a front of budgets, the plan in it. */
#include "sections.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Scenarios that the plan must answer: the worst ones, as each one more makes every program larger. */
enum { PLANNED = 4 };
/* The part of what money can reach that a budget of ours must reach. */
#define WORTHWHILE 0.5
/* Proven gap of each program, and the weeks of a stress test when no cut is longer. */
#define PLAN_GAP 0.01
enum { WEEKS_LEAST = 52, WEEKS_MOST = 520 };

static void tell(const ssrc_brief *b, ssrc_text_id what, size_t done, size_t all)
{
	if (b->settings.progress)
		b->settings.progress(b->settings.user, what, done, all);
}

/* ---- stress tests ----------------------------------------------------------------------------------------------- */

static uint32_t weeks_of(const ssrc_stress_hit *hits, uint32_t n)
{
	double end = 0;
	for (uint32_t i = 0; i < n; i++)
		end = fmax(end, hits[i].to);
	return (uint32_t)fmin(WEEKS_MOST, fmax(WEEKS_LEAST, 13 * ceil((end + 13) / 13)));
}

static ssrc_status run_scenario(ssrc_brief *b, const ssrc_scenario *scenario, ssrc_error *err)
{
	ssrc_arena arena;
	ssrc_stress_hit *hits;
	ssrc_stress_cover *covers;
	uint32_t n = 0, n_covers, left_out;
	bool reaches = false;
	ssrc_stress_options options = ssrc_stress_defaults;
	ssrc_arena_init(&arena, b->ctx);
	ssrc_status status = ssrc_scenario_hits(&hits, &n, &covers, &n_covers, &left_out, &reaches, b->a, scenario,
						SSRC_CASE_MID, &arena, err);
	if (!status)
		options.weeks = weeks_of(hits, n);
	ssrc_arena_clear(&arena);
	if (status || n == 0) {
		b->n_unreached += !status;
		return status;
	}
	options.runs = b->settings.runs;
	options.seed = b->settings.seed;
	status = ssrc_stress_run(&b->stress[b->n_stress], b->a, scenario, &options, NULL, 0, err);
	b->n_stress += !status;
	return status;
}

static int by_loss(const void *x, const void *y)
{
	const ssrc_stress *a = *(ssrc_stress *const *)x, *b = *(ssrc_stress *const *)y;
	for (int c = 0; c < 2; c++) {
		double l = a->loss.at[c ? SSRC_CASE_HIGH : SSRC_CASE_MID];
		double r = b->loss.at[c ? SSRC_CASE_HIGH : SSRC_CASE_MID];
		if (l != r)
			return l > r ? -1 : 1;
	}
	return strcmp(a->scenario->id, b->scenario->id);
}

static ssrc_status run_stress(ssrc_brief *b, ssrc_error *err)
{
	b->stress = ssrc_arena_array(&b->arena, b->settings.n_scenarios + 1, sizeof(ssrc_stress *));
	if (!b->stress)
		return ssrc_no_memory(err);
	for (uint32_t s = 0; s < b->settings.n_scenarios; s++) {
		const ssrc_scenario *scenario = &b->settings.scenarios[s];
		tell(b, SSRC_T_B_DOING_STRESS, s, b->settings.n_scenarios);
		if (scenario->n_cuts == 0 || (*scenario->home && strcmp(scenario->home, b->a->home.text) != 0)) {
			b->n_unreached++;
			continue;
		}
		ssrc_status status = run_scenario(b, scenario, err);
		if (status)
			return status;
	}
	if (b->n_stress)
		qsort(b->stress, b->n_stress, sizeof(ssrc_stress *), by_loss);
	return SSRC_OK;
}

/* ---- the plan ---------------------------------------------------------------------------------------------------- */

static ssrc_plan_effort effort_of(const ssrc_brief *b)
{
	return (ssrc_plan_effort){.core = {.seconds = b->settings.seconds,
					   .gap = PLAN_GAP,
					   .iterations = -1,
					   .threads = b->ctx->threads,
					   .seed = b->settings.seed,
					   .solver = "",
					   .stop = b->settings.stop},
				  .boxed = true,
				  .memory_bytes = (size_t)4 << 30};
}

/* Two digits, upwards. */
static double round_up(double money)
{
	if (!(money > 0))
		return 0;
	double unit = pow(10, floor(log10(money)) - 1);
	return ceil(money / unit) * unit;
}

/* Each four times the one before, up to all that helps; the budget asked for in its place among them. */
static uint32_t budgets_of(double *out, double most, double asked)
{
	uint32_t n = 0;
	out[n++] = 0;
	for (int k = SSRC_BRIEF_FRONT - 2; k >= 0; k--)
		out[n++] = k ? round_up(most / pow(4, k)) : round_up(most);
	if (isnan(asked))
		return n;
	out[n++] = asked;
	for (uint32_t i = n - 1; i > 0 && out[i] < out[i - 1]; i--) {
		double swap = out[i];
		out[i] = out[i - 1];
		out[i - 1] = swap;
	}
	return n;
}

static uint32_t choose(const ssrc_brief *b)
{
	uint32_t n = b->page.n_frontier, last = n - 1;
	const ssrc_plan_answer *front = b->page.frontier;
	double none = front[0].value, all = front[last].value;
	for (uint32_t i = 0; i < n; i++)
		if (isnan(b->settings.budget) ? none - front[i].value >= WORTHWHILE * (none - all)
					      : b->page.budgets[i] == b->settings.budget)
			return i;
	return last;
}

static ssrc_status solve_front(ssrc_brief *b, ssrc_error *err)
{
	ssrc_plan_effort effort = effort_of(b);
	ssrc_plan_answer *most = ssrc_arena_array(&b->arena, 1, sizeof *most);
	ssrc_plan_answer *front = ssrc_arena_array(&b->arena, SSRC_BRIEF_FRONT + 1, sizeof *front);
	double *budgets = ssrc_arena_array(&b->arena, SSRC_BRIEF_FRONT + 1, sizeof *budgets);
	if (!most || !front || !budgets)
		return ssrc_no_memory(err);
	tell(b, SSRC_T_B_DOING_PLAN, 0, SSRC_BRIEF_FRONT + 1);
	ssrc_status status =
		ssrc_plan_solve(most, &b->from.problem, &b->plan_settings, NULL, &effort, b->ctx, &b->arena, err);
	if (status || !most->has_plan)
		return status;
	uint32_t n = budgets_of(budgets, most->cost, b->settings.budget);
	tell(b, SSRC_T_B_DOING_PLAN, 1, SSRC_BRIEF_FRONT + 1);
	status = ssrc_plan_frontier(front, budgets, n, &b->from.problem, &b->plan_settings, &effort, b->ctx, &b->arena,
				    err);
	if (status)
		return status;
	b->page.frontier = front;
	b->page.budgets = budgets;
	b->page.n_frontier = n;
	for (uint32_t i = 0; i < n; i++)
		b->limited |= front[i].verdict != SSRC_PLAN_PROVEN;
	b->chosen = choose(b);
	b->page.answer = &front[b->chosen];
	b->budget_chosen = isnan(b->settings.budget);
	b->budget = budgets[b->chosen];
	b->plan_settings.budget = b->budget;
	b->has_plan = true;
	return SSRC_OK;
}

/* Expected loss if one measure of the plan is left out, all others kept: what it contributes. */
static ssrc_status look_without(ssrc_brief *b, const ssrc_plan_effort *effort, ssrc_error *err)
{
	const ssrc_plan_problem *problem = &b->from.problem;
	const ssrc_plan_decision *decision = &b->page.answer->decision;
	ssrc_status status = SSRC_OK;
	b->without = ssrc_arena_array(&b->arena, problem->n_options + 1, sizeof *b->without);
	if (!b->without)
		return ssrc_no_memory(err);
	for (uint32_t o = 0; o < problem->n_options && !status; o++) {
		uint32_t begun = decision->begun[o];
		ssrc_plan_outlook outlook;
		b->without[o] = (double)NAN;
		if (!b->page.answer->choices[o].taken)
			continue;
		tell(b, SSRC_T_B_DOING_EFFORT, o, problem->n_options);
		double *bought = decision->bought + (size_t)o * problem->n_slots;
		double *kept = ssrc_arena_array(&b->arena, problem->n_slots, sizeof *kept);
		if (!kept)
			return ssrc_no_memory(err);
		memcpy(kept, bought, problem->n_slots * sizeof *kept);
		memset(bought, 0, problem->n_slots * sizeof *bought);
		decision->begun[o] = SSRC_NONE;
		status = ssrc_plan_look(&outlook, problem, &b->plan_settings, decision, false, effort, b->ctx,
					&b->arena, err);
		decision->begun[o] = begun;
		memcpy(bought, kept, problem->n_slots * sizeof *kept);
		if (!status)
			b->without[o] = outlook.expected;
	}
	return status;
}

/* What each measure contributes, and what binds: where effort pays. */
static ssrc_status ask_effort(ssrc_brief *b, ssrc_error *err)
{
	ssrc_plan_effort effort = effort_of(b);
	ssrc_plan_binds *binds = ssrc_arena_array(&b->arena, 1, sizeof *binds);
	if (!binds)
		return ssrc_no_memory(err);
	ssrc_status status = look_without(b, &effort, err);
	if (!status)
		status = ssrc_plan_bindings(binds, &b->from.problem, &b->plan_settings, b->page.answer, &effort, b->ctx,
					    &b->arena, err);
	if (!status)
		b->page.binds = binds;
	return status;
}

static ssrc_status look_at_plan(ssrc_brief *b, ssrc_error *err)
{
	double *weeks = ssrc_arena_array(&b->arena, b->from.problem.n_scenarios, sizeof *weeks);
	if (!weeks)
		return ssrc_no_memory(err);
	ssrc_status status =
		ssrc_plan_replay(weeks, b->a, &b->from, &b->scope, b->page.answer->choices, &b->arena, err);
	b->page.replay = weeks;
	b->page.without = &b->page.frontier[0].outlook;
	return status ? status : ask_effort(b, err);
}

/* The worst scenarios, as the plan takes them. */
static ssrc_status scope_of(ssrc_brief *b, ssrc_error *err)
{
	uint32_t n = 0;
	ssrc_scenario *list = ssrc_arena_array(&b->arena, PLANNED, sizeof *list);
	if (!list)
		return ssrc_no_memory(err);
	for (uint32_t s = 0; s < b->n_stress && n < PLANNED; s++)
		if (b->stress[s]->loss.at[SSRC_CASE_MID] > 0)
			list[n++] = *b->stress[s]->scenario;
	b->scope = (ssrc_plan_scope){.scenarios = list,
				     .n_scenarios = n,
				     .which = SSRC_CASE_MID,
				     .mode = SSRC_MODE_RUN,
				     .seed = b->settings.seed};
	b->plan_settings = (ssrc_plan_settings){.mode = SSRC_PLAN_BUDGET, .budget = (double)INFINITY, .tail = 0.9};
	return SSRC_OK;
}

static ssrc_status make_plan(ssrc_brief *b, ssrc_error *err)
{
	ssrc_error local = {0};
	ssrc_status status = scope_of(b, err);
	b->no_plan = b->a->chain->n_options == 0 ? SSRC_T_B_NO_OPTIONS
		     : b->scope.n_scenarios == 0 ? SSRC_T_B_NO_LOSS
						 : SSRC_T_B_NO_SOLVER;
	if (status || b->a->chain->n_options == 0 || b->scope.n_scenarios == 0)
		return status;
	status = ssrc_plan_problem_from_chain(&b->from, b->a, &b->scope, &b->arena, &local);
	b->page = (ssrc_plan_page){.a = b->a, .scope = &b->scope, .from = &b->from, .settings = &b->plan_settings};
	if (!status)
		status = solve_front(b, &local);
	if (!status && b->has_plan)
		status = look_at_plan(b, &local);
	if (status == SSRC_NOMEM)
		return ssrc_no_memory(err);
	if (status)
		b->has_plan = false;
	return SSRC_OK;
}

/* ---- all of it -------------------------------------------------------------------------------------------------- */

ssrc_status ssrc_brief_compute(ssrc_brief **out, const ssrc_assessment *a, const ssrc_findings *findings,
			       const ssrc_brief_settings *settings, ssrc_error *err)
{
	ssrc_brief *b = ssrc_alloc_array(a->ctx, 1, sizeof *b);
	if (!b)
		return ssrc_no_memory(err);
	b->ctx = a->ctx;
	b->a = a;
	b->findings = findings;
	b->settings = *settings;
	b->chosen = SSRC_NONE;
	ssrc_arena_init(&b->arena, a->ctx);
	ssrc_status status = ssrc_brief_compare(b, err);
	if (!status)
		status = run_stress(b, err);
	if (!status)
		status = make_plan(b, err);
	if (status)
		ssrc_brief_free(b);
	else
		*out = b;
	return status;
}

void ssrc_brief_free(ssrc_brief *b)
{
	if (!b)
		return;
	for (uint32_t s = 0; s < b->n_stress; s++)
		ssrc_stress_free(b->stress[s]);
	ssrc_arena_clear(&b->arena);
	ssrc_release(b->ctx, b);
}
