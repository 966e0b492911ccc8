/* Two-stage programs: the decomposition against trying everything and against the whole program as one; cuts that no
 * multipliers can make false; what must not change an answer, and what it must not do; closed forms. */
#include "harness.h"

#include "plan/core.h"
#include "plan/problem.h"
#include "ref/two_stage_ref.h"

#include <signal.h>

#include "../../bench/generate_plan.c"

typedef struct fixture {
	ssrc_context ctx;
	ssrc_arena arena;
	ssrc_plan_problem problem;
	ssrc_plan_settings settings;
	ssrc_plan_model model;
} fixture;

static void begin_sized(fixture *f, bench_plan_size size, double risk)
{
	*f = (fixture){0};
	ssrc_context_init(&f->ctx);
	ssrc_arena_init(&f->arena, &f->ctx);
	CHECK(bench_plan_generate(&f->problem, &f->settings, &size, &f->arena));
	f->settings.risk = risk;
	f->settings.tail = 0.8;
	CHECK(ssrc_plan_build(&f->model, &f->problem, &f->settings, &f->ctx, &f->arena, NULL) == SSRC_OK);
}

static void begin(fixture *f, uint64_t seed, double risk)
{
	begin_sized(f, (bench_plan_size){14, 4, 6, seed}, risk);
}

static ssrc_two_stage_result solve(fixture *f, bool decompose, int threads)
{
	ssrc_two_stage_result result = {0};
	ssrc_two_stage_options options = {.seconds = 120,
					  .gap = 1e-7,
					  .iterations = -1,
					  .threads = threads,
					  .seed = 1,
					  .solver = "",
					  .decompose = decompose};
	CHECK(ssrc_two_stage_solve(&result, &f->model.program, &options, NULL, NULL, &f->ctx, &f->arena, NULL) ==
	      SSRC_OK);
	CHECK(result.has_plan && result.violation < 1e-6);
	CHECK(result.bound <= result.value + 1e-9 * fabs(result.value));
	return result;
}

static void decomposition_equals_the_whole(void)
{
	for (uint64_t seed = 1; seed <= 12; seed++) {
		fixture f;
		begin(&f, seed, seed % 3 == 0 ? 0.5 : 0);
		ssrc_two_stage_result parts = solve(&f, true, 2), whole = solve(&f, false, 1);
		CHECK_NEAR(parts.value, whole.value, 1e-5 * (1 + fabs(whole.value)));
		CHECK(parts.bound <= whole.value + 1e-6 * (1 + fabs(whole.value)));
		CHECK(whole.bound <= parts.value + 1e-6 * (1 + fabs(parts.value)));
		ssrc_arena_clear(&f.arena);
	}
}

static void threads_change_nothing(void)
{
	fixture f;
	begin(&f, 5, 0.3);
	ssrc_two_stage_result one = solve(&f, true, 1), two = solve(&f, true, 2);
	CHECK(memcmp(one.x, two.x, f.model.program.first.n_cols * sizeof *one.x) == 0);
	CHECK(one.value == two.value && one.bound == two.bound);
	ssrc_arena_clear(&f.arena);
}

/* What the worker's death leaves, and the limit of time: no plan is lost, no bound is made up. */
static void the_box_gives_the_same(void)
{
	fixture f;
	begin(&f, 3, 0);
	ssrc_two_stage_result inside = solve(&f, false, 1), boxed = {0};
	ssrc_two_stage_options options = {
		.seconds = 120, .gap = 1e-7, .iterations = -1, .threads = 1, .seed = 1, .solver = ""};
	CHECK(ssrc_two_stage_solve_boxed(&boxed, &f.model.program, &options, 0, NULL, NULL, &f.ctx, &f.arena, NULL) ==
	      SSRC_OK);
	CHECK(boxed.has_plan && boxed.value == inside.value && boxed.bound == inside.bound);
	CHECK_TEXT(boxed.stopped_by, "gap");
	volatile int stop = 1;
	options.stop = &stop;
	ssrc_status status =
		ssrc_two_stage_solve_boxed(&boxed, &f.model.program, &options, 0, NULL, NULL, &f.ctx, &f.arena, NULL);
	CHECK(status == SSRC_OK);
	CHECK(!boxed.has_plan || boxed.violation < 1e-6);
	ssrc_arena_clear(&f.arena);
}

/* ---- small programs at random ----------------------------------------------------------------------------------- */

typedef struct small {
	ssrc_context ctx;
	ssrc_arena arena;
	ssrc_two_stage problem;
} small;

static void begin_small(small *f, uint64_t seed, ref_shape shape)
{
	*f = (small){0};
	ssrc_context_init(&f->ctx);
	ssrc_arena_init(&f->arena, &f->ctx);
	CHECK(ref_two_stage(&f->problem, seed, shape, &f->arena) == SSRC_OK);
}

static const ssrc_two_stage_options exact = {
	.seconds = 120, .gap = 1e-9, .iterations = -1, .threads = 1, .seed = 1, .solver = "", .decompose = true};

static ssrc_two_stage_result solve_small(small *f, const ssrc_two_stage *problem)
{
	ssrc_two_stage_result result = {0};
	CHECK(ssrc_two_stage_solve(&result, problem, &exact, NULL, NULL, &f->ctx, &f->arena, NULL) == SSRC_OK);
	return result;
}

static double near_to(double x)
{
	return 1e-6 * (1 + fabs(x));
}

static void equals_trying_everything(void)
{
	for (uint64_t seed = 1; seed <= 200; seed++) {
		small f;
		begin_small(&f, seed, (ref_shape){seed % 2 == 0, seed % 3 == 0});
		double best = ref_optimum(&f.problem, "builtin", &f.ctx);
		ssrc_two_stage_result r = solve_small(&f, &f.problem);
		CHECK(r.infeasible == isinf(best) && r.has_plan == isfinite(best));
		if (r.has_plan) {
			CHECK_NEAR(r.value, best, near_to(best));
			CHECK(r.bound <= best + near_to(best) && r.relaxation <= best + near_to(best));
			CHECK_NEAR(r.bound, r.value, near_to(best));
			CHECK(r.violation < 1e-6);
		}
		ssrc_arena_clear(&f.arena);
	}
}

/* Without whole numbers there is nothing to divide. */
static void amounts_alone_are_a_linear_program(void)
{
	for (uint64_t seed = 1; seed <= 60; seed++) {
		small f;
		ssrc_program p;
		ssrc_solver *solver = NULL;
		ssrc_solution solution;
		begin_small(&f, seed, (ref_shape){true, seed % 2 == 0});
		f.problem.first.integer = NULL;
		CHECK(ssrc_two_stage_extensive(&p, NULL, &f.problem, &f.arena, NULL) == SSRC_OK);
		CHECK(ssrc_solver_new(&solver, "builtin", false, &f.ctx, &p, NULL) == SSRC_OK);
		CHECK(solver->ops->solve_lp(solver, &ssrc_no_limits, &solution) == SSRC_OK && solution.has_x);
		ssrc_two_stage_result r = solve_small(&f, &f.problem);
		CHECK_NEAR(r.value, solution.value, near_to(solution.value));
		CHECK_NEAR(r.relaxation, solution.value, 2e-4 * (1 + fabs(solution.value)));
		ssrc_solver_free(solver);
		ssrc_arena_clear(&f.arena);
	}
}

/* The plan as the extensive form sees it: one checker knows nothing of the other. */
static void both_forms_value_a_plan_alike(void)
{
	for (uint64_t seed = 1; seed <= 60; seed++) {
		small f;
		ssrc_program p;
		uint32_t *at;
		begin_small(&f, seed, (ref_shape){true, false});
		CHECK(ssrc_two_stage_extensive(&p, &at, &f.problem, &f.arena, NULL) == SSRC_OK);
		ssrc_two_stage_result r = solve_small(&f, &f.problem);
		double *x = ssrc_arena_array(&f.arena, p.n_cols, sizeof *x), best = INFINITY;
		uint32_t n = f.problem.first.n_cols, scenarios = f.problem.n_scenarios;
		memcpy(x, r.x, n * sizeof *x);
		for (uint32_t s = 0; s < scenarios; s++)
			memcpy(x + at[s], r.y[s], f.problem.scenarios[s].recourse.n_cols * sizeof *x);
		for (uint32_t k = 0; k < scenarios; k++) { /* η is one of the answers */
			ssrc_program_report report;
			for (uint32_t s = 0; s < scenarios && f.problem.risk > 0; s++) {
				x[n] = r.answer[k];
				x[n + 1 + s] = fmax(0, r.answer[s] - r.answer[k]);
			}
			ssrc_program_check(&report, &p, x);
			CHECK(report.violation < 1e-6);
			best = fmin(best, report.value);
		}
		CHECK_NEAR(best, r.value, 1e-9 * (1 + fabs(best)));
		ssrc_arena_clear(&f.arena);
	}
}

/* ---- cuts -----------------------------------------------------------------------------------------------------------
 */

/* A plan within the bounds, whole where it must be and ordered where the paths say so. */
static void random_plan(double *x, const ssrc_two_stage *problem, const core_paths *paths, ref_random *r)
{
	for (uint32_t j = 0; j < problem->first.n_cols; j++) {
		double low = problem->first.low[j], high = problem->first.high[j];
		x[j] = low + (high - low) * ref_unit(r);
		if (problem->first.integer && problem->first.integer[j])
			x[j] = nearbyint(x[j]);
	}
	for (uint32_t p = 0; p < paths->n; p++)
		for (uint32_t k = paths->start[p] + 1; k < paths->start[p + 1]; k++)
			x[paths->col[k]] = fmax(x[paths->col[k]], x[paths->col[k - 1]]);
}

/* Any multipliers, also of the wrong sign, also infinite. */
static void random_multipliers(double *y, uint32_t n, ref_random *r)
{
	for (uint32_t i = 0; i < n; i++) {
		y[i] = ref_unit(r) < 0.3 ? 0 : 40 * ref_unit(r) - 15;
		if (ref_unit(r) < 0.02)
			y[i] = ref_unit(r) < 0.5 ? NAN : INFINITY;
	}
}

static void no_multipliers_make_a_cut_false(void)
{
	uint32_t cuts_seen = 0;
	for (uint64_t seed = 1; seed <= 60; seed++) {
		small f;
		core_paths paths;
		core_cuts cuts;
		ref_random r = {seed, 1000};
		double x[32], u[32], y[2 * REF_ROWS];
		begin_small(&f, seed, (ref_shape){true, seed % 2 == 0});
		CHECK(ssrc_core_find_paths(&paths, &f.problem.first, &f.arena, NULL) == SSRC_OK);
		CHECK(ssrc_core_cuts_init(&cuts, &f.problem, &paths, &f.ctx, NULL) == SSRC_OK);
		for (int k = 0; k < 40; k++) {
			uint32_t s = ref_whole(&r, 0, f.problem.n_scenarios - 1);
			bool added;
			random_multipliers(y, f.problem.scenarios[s].recourse.n_rows, &r);
			CHECK(ssrc_core_cut_add(&cuts, &f.problem, s, y, false, &added, NULL) == SSRC_OK);
		}
		for (int k = 0; k < 10; k++) {
			ssrc_two_stage_result result = {0};
			random_plan(x, &f.problem, &paths, &r);
			ssrc_core_begun_at(u, x, &paths, f.problem.first.n_cols);
			CHECK(ssrc_two_stage_evaluate(&result, &f.problem, x, &exact, &f.ctx, &f.arena, NULL) ==
			      SSRC_OK);
			for (uint32_t c = 0; c < cuts.n; c++) {
				double answer = result.answer[cuts.cuts[c].scenario];
				CHECK(ssrc_core_cut_at(&cuts, c, u) <= answer + 1e-8 * (1 + fabs(answer)));
			}
		}
		cuts_seen += cuts.n;
		ssrc_core_cuts_clear(&cuts);
		ssrc_arena_clear(&f.arena);
	}
	CHECK(cuts_seen > 200);
}

/* Tightened, every plan in whole numbers that the first stage allows has the answers it had. */
static void tightening_keeps_every_plan(void)
{
	bool changed = false;
	uint32_t compared = 0;
	for (uint64_t seed = 1; seed <= 100; seed++) {
		small f;
		core_paths paths;
		ssrc_two_stage tight;
		ref_random r = {seed, 2000};
		double x[32];
		begin_small(&f, seed, (ref_shape){true, seed % 2 == 0});
		CHECK(ssrc_core_find_paths(&paths, &f.problem.first, &f.arena, NULL) == SSRC_OK);
		CHECK(ssrc_core_tighten(&tight, &f.problem, &paths, &f.arena, NULL) == SSRC_OK);
		for (uint32_t s = 0; s < tight.n_scenarios; s++) {
			const ssrc_scenario_program *old = &f.problem.scenarios[s];
			for (uint32_t k = 0; k < old->link_start[old->recourse.n_rows]; k++)
				changed |= tight.scenarios[s].link_value[k] != old->link_value[k];
		}
		for (int k = 0; k < 10; k++) {
			ssrc_two_stage_result before = {0}, after = {0};
			ssrc_program_report report;
			random_plan(x, &f.problem, &paths, &r);
			ssrc_program_check(&report, &f.problem.first, x);
			if (report.violation > 1e-9)
				continue;
			compared++;
			ssrc_program_check(&report, &tight.first, x);
			CHECK(report.violation <= 1e-9);
			CHECK(ssrc_two_stage_evaluate(&before, &f.problem, x, &exact, &f.ctx, &f.arena, NULL) ==
			      SSRC_OK);
			CHECK(ssrc_two_stage_evaluate(&after, &tight, x, &exact, &f.ctx, &f.arena, NULL) == SSRC_OK);
			CHECK_NEAR(before.value, after.value, near_to(before.value));
		}
		ssrc_arena_clear(&f.arena);
	}
	CHECK(changed && compared > 100);
}

/* ---- what must not matter
 * --------------------------------------------------------------------------------------------- */

static ssrc_two_stage scaled(const ssrc_two_stage *problem, double money, ssrc_arena *arena)
{
	ssrc_two_stage out = *problem;
	out.first.cost = ssrc_arena_array(arena, out.first.n_cols, sizeof(double));
	out.scenarios = ssrc_arena_array(arena, out.n_scenarios, sizeof *out.scenarios);
	out.first.offset *= money;
	for (uint32_t j = 0; j < out.first.n_cols; j++)
		out.first.cost[j] = money * problem->first.cost[j];
	for (uint32_t s = 0; s < out.n_scenarios; s++) {
		ssrc_program *recourse = &out.scenarios[s].recourse;
		out.scenarios[s] = problem->scenarios[s];
		recourse->cost = ssrc_arena_array(arena, recourse->n_cols, sizeof(double));
		recourse->offset *= money;
		for (uint32_t j = 0; j < recourse->n_cols; j++)
			recourse->cost[j] = money * problem->scenarios[s].recourse.cost[j];
	}
	return out;
}

/* The first scenario twice, with a third and two thirds of its probability, at the two ends. */
static ssrc_two_stage split_first(const ssrc_two_stage *problem, ssrc_arena *arena)
{
	ssrc_two_stage out = *problem;
	uint32_t n = out.n_scenarios++;
	out.scenarios = ssrc_arena_array(arena, out.n_scenarios, sizeof *out.scenarios);
	memcpy(out.scenarios, problem->scenarios, n * sizeof *out.scenarios);
	out.scenarios[n] = problem->scenarios[0];
	out.scenarios[0].probability = problem->scenarios[0].probability / 3;
	out.scenarios[n].probability = problem->scenarios[0].probability - out.scenarios[0].probability;
	return out;
}

/* Columns of the first stage in the opposite order. */
static ssrc_two_stage reversed(const ssrc_two_stage *problem, ssrc_arena *arena)
{
	ssrc_two_stage out = *problem;
	ssrc_program_draft draft;
	const ssrc_program *first = &problem->first;
	uint32_t n = first->n_cols;
	ssrc_draft_init(&draft, arena->ctx);
	for (uint32_t i = 0; i < first->n_rows; i++)
		ssrc_draft_row(&draft, first->row_low[i], first->row_high[i], NULL);
	for (uint32_t j = n; j-- > 0;) {
		uint32_t col = ssrc_draft_col(&draft, first->cost[j], first->low[j], first->high[j],
					      first->integer && first->integer[j], NULL);
		for (uint32_t k = first->start[j]; k < first->start[j + 1]; k++)
			ssrc_draft_entry(&draft, first->row[k], col, first->value[k]);
	}
	draft.offset = first->offset;
	CHECK(ssrc_draft_finish(&out.first, &draft, arena, NULL) == SSRC_OK);
	ssrc_draft_clear(&draft);
	out.scenarios = ssrc_arena_array(arena, out.n_scenarios, sizeof *out.scenarios);
	for (uint32_t s = 0; s < out.n_scenarios; s++) {
		const ssrc_scenario_program *old = &problem->scenarios[s];
		uint32_t links = old->link_start[old->recourse.n_rows];
		out.scenarios[s] = *old;
		out.scenarios[s].link_col = ssrc_arena_array(arena, links, sizeof(uint32_t));
		for (uint32_t k = 0; k < links; k++)
			out.scenarios[s].link_col[k] = n - 1 - old->link_col[k];
	}
	return out;
}

static void labels_money_and_split_scenarios_do_not_matter(void)
{
	for (uint64_t seed = 1; seed <= 40; seed++) {
		small f;
		begin_small(&f, seed, (ref_shape){true, seed % 2 == 0});
		double value = solve_small(&f, &f.problem).value;
		ssrc_two_stage dear = scaled(&f.problem, 1000, &f.arena), split = split_first(&f.problem, &f.arena);
		ssrc_two_stage other = reversed(&f.problem, &f.arena);
		CHECK_NEAR(solve_small(&f, &dear).value, 1000 * value, 1000 * near_to(value));
		CHECK_NEAR(solve_small(&f, &split).value, value, near_to(value));
		CHECK_NEAR(solve_small(&f, &other).value, value, near_to(value));
		ssrc_arena_clear(&f.arena);
	}
}

/* ---- what must hold
 * ------------------------------------------------------------------------------------------------------ */

static void risk_is_ordered(void)
{
	for (uint64_t seed = 1; seed <= 40; seed++) {
		small f;
		begin_small(&f, seed, (ref_shape){true, false});
		f.problem.risk = 0;
		double mean = solve_small(&f, &f.problem).value, before = mean;
		f.problem.risk = 1;
		for (int tail = 0; tail < 10; tail++) {
			f.problem.tail = tail / 10.0;
			ssrc_two_stage_result r = solve_small(&f, &f.problem);
			CHECK(r.value >= before - near_to(before));
			CHECK(r.relaxation <= r.value + near_to(r.value));
			if (tail == 0)
				CHECK_NEAR(r.value, mean, near_to(mean));
			before = r.value;
		}
		ssrc_arena_clear(&f.arena);
	}
}

static void more_budget_is_never_worse(void)
{
	for (uint64_t seed = 1; seed <= 40; seed++) {
		small f;
		begin_small(&f, seed, (ref_shape){true, false});
		double before = INFINITY;
		for (int more = 0; more < 6; more++) {
			double value = solve_small(&f, &f.problem).value;
			CHECK(value <= before + near_to(value));
			before = value;
			f.problem.first.row_high[0] += 2; /* the first row is the budget */
		}
		ssrc_arena_clear(&f.arena);
	}
}

/* ---- closed forms (planning notes, §4.1 and §4.4)
 * ------------------------------------------------------------------------- */

static ssrc_program one_column_answer(double value, double need, ssrc_arena *arena)
{
	ssrc_program_draft draft;
	ssrc_program out;
	ssrc_draft_init(&draft, arena->ctx);
	uint32_t col = ssrc_draft_col(&draft, value, 0, INFINITY, false, NULL);
	ssrc_draft_entry(&draft, ssrc_draft_row(&draft, need, INFINITY, NULL), col, 1);
	CHECK(ssrc_draft_finish(&out, &draft, arena, NULL) == SSRC_OK);
	ssrc_draft_clear(&draft);
	return out;
}

/* Cut for n periods with P(D >= n) = 0.3 · 0.6^(n − 1), at most 25; a week short costs 10, a week of stock 2.2: the
 * best stock is 4, by P and the weight g(u) = (1 − λ) u + λ min(1, u / (1 − α)). */
static void stock_of_one_item(void)
{
	small f = {0};
	ssrc_program_draft draft;
	uint32_t start[2] = {0, 1}, col[1] = {0};
	double weight[1] = {1};
	ssrc_context_init(&f.ctx);
	ssrc_arena_init(&f.arena, &f.ctx);
	ssrc_draft_init(&draft, &f.ctx);
	ssrc_draft_col(&draft, 2.2, 0, 100, false, NULL);
	f.problem = (ssrc_two_stage){.n_scenarios = 26, .risk = 0.5, .tail = 0.9, .complete = true};
	CHECK(ssrc_draft_finish(&f.problem.first, &draft, &f.arena, NULL) == SSRC_OK);
	ssrc_draft_clear(&draft);
	f.problem.scenarios = ssrc_arena_array(&f.arena, 26, sizeof *f.problem.scenarios);
	for (uint32_t n = 0; n <= 25; n++) {
		double at_least = n == 0 ? 1 : 0.3 * pow(0.6, n - 1), more = n == 25 ? 0 : 0.3 * pow(0.6, n);
		f.problem.scenarios[n] = (ssrc_scenario_program){.probability = at_least - more,
								 .recourse = one_column_answer(10, n, &f.arena),
								 .link_start = start,
								 .link_col = col,
								 .link_value = weight};
	}
	ssrc_two_stage_result r = solve_small(&f, &f.problem);
	CHECK_NEAR(r.value, 14.145882725, 1e-8);
	CHECK_NEAR(r.x[0], 4, 1e-6);
	ssrc_arena_clear(&f.arena);
}

/* Losses that have nothing to do with each other and one budget: a knapsack. By a table over budgets. */
static void independent_losses_are_a_knapsack(void)
{
	enum { ITEMS = 12, BUDGET = 40 };
	for (uint64_t seed = 1; seed <= 10; seed++) {
		small f = {0};
		ref_random r = {seed, 0};
		ssrc_program_draft draft;
		double best[BUDGET + 1] = {0}, all = 0, worth[ITEMS];
		uint32_t starts[2] = {0, 1}, *col, weight[ITEMS];
		ssrc_context_init(&f.ctx);
		ssrc_arena_init(&f.arena, &f.ctx);
		ssrc_draft_init(&draft, &f.ctx);
		f.problem = (ssrc_two_stage){.n_scenarios = ITEMS, .complete = true};
		f.problem.scenarios = ssrc_arena_array(&f.arena, ITEMS, sizeof *f.problem.scenarios);
		col = ssrc_arena_array(&f.arena, ITEMS, sizeof *col);
		double *one = ssrc_arena_array(&f.arena, 1, sizeof *one);
		*one = 1;
		uint32_t row = ssrc_draft_row(&draft, -INFINITY, BUDGET, NULL);
		for (uint32_t i = 0; i < ITEMS; i++) {
			weight[i] = ref_whole(&r, 3, 15);
			worth[i] = (double)ref_whole(&r, 1, 30);
			col[i] = ssrc_draft_col(&draft, 0, 0, 1, true, NULL);
			ssrc_draft_entry(&draft, row, col[i], weight[i]);
			f.problem.scenarios[i] =
				(ssrc_scenario_program){.probability = 1.0 / ITEMS,
							.recourse = one_column_answer(worth[i], 1, &f.arena),
							.link_start = starts,
							.link_col = &col[i],
							.link_value = one};
			all += worth[i];
			for (uint32_t b = BUDGET; b >= weight[i]; b--)
				best[b] = fmax(best[b], best[b - weight[i]] + worth[i]);
		}
		CHECK(ssrc_draft_finish(&f.problem.first, &draft, &f.arena, NULL) == SSRC_OK);
		ssrc_draft_clear(&draft);
		CHECK_NEAR(solve_small(&f, &f.problem).value, (all - best[BUDGET]) / ITEMS, 1e-7);
		ssrc_arena_clear(&f.arena);
	}
}

/* ---- refusals, limits, faults
 * ------------------------------------------------------------------------------------------------ */

static ssrc_status status_of(small *f, const ssrc_two_stage_options *options)
{
	ssrc_two_stage_result result = {0};
	return ssrc_two_stage_solve(&result, &f->problem, options, NULL, NULL, &f->ctx, &f->arena, NULL);
}

static void what_is_refused(void)
{
	small f;
	ssrc_two_stage_options options = exact;
	begin_small(&f, 3, (ref_shape){true, false});
	f.problem.risk = 2;
	CHECK(status_of(&f, &options) == SSRC_RANGE);
	f.problem.risk = 0;
	f.problem.scenarios[0].probability += 0.5;
	CHECK(status_of(&f, &options) == SSRC_RANGE);
	f.problem.scenarios[0].probability -= 0.5;
	bool *whole = ssrc_arena_array(&f.arena, f.problem.scenarios[0].recourse.n_cols, sizeof *whole);
	whole[0] = true;
	f.problem.scenarios[0].recourse.integer = whole;
	CHECK(status_of(&f, &options) == SSRC_UNSUPPORTED);
	f.problem.scenarios[0].recourse.integer = NULL;
	f.problem.scenarios[0].recourse.cost[1] = -1; /* the loss pays, and has no end */
	CHECK(status_of(&f, &options) == SSRC_RANGE);
	options.solver = "nonesuch";
	CHECK(status_of(&f, &options) == SSRC_NOTFOUND);
	ssrc_arena_clear(&f.arena);
}

static void a_plan_without_an_answer_is_named(void)
{
	for (uint64_t seed = 1; seed <= 100; seed += 2) {
		small f;
		ssrc_error err = {0};
		ssrc_two_stage_result result = {0};
		begin_small(&f, seed, (ref_shape){false, false});
		double *x = ssrc_arena_array(&f.arena, f.problem.first.n_cols, sizeof *x);
		ssrc_status status = ssrc_two_stage_evaluate(&result, &f.problem, x, &exact, &f.ctx, &f.arena, &err);
		CHECK(status == SSRC_OK || status == SSRC_INFEASIBLE);
		CHECK(status == SSRC_OK || (err.message == SSRC_M_TWO_STAGE_NO_ANSWER && err.arg[0][0] == '#'));
		ssrc_arena_clear(&f.arena);
	}
}

static void a_start_is_used_and_iterations_are_a_limit(void)
{
	fixture f;
	begin_sized(&f, (bench_plan_size){40, 6, 10, 2}, 0.3);
	ssrc_two_stage_result best = solve(&f, true, 1), result = {0};
	ssrc_two_stage_options options = exact;
	options.start = best.x;
	options.iterations = 0;
	CHECK(ssrc_two_stage_solve(&result, &f.model.program, &options, NULL, NULL, &f.ctx, &f.arena, NULL) == SSRC_OK);
	CHECK(result.has_plan && result.value <= best.value + near_to(best.value));
	CHECK(result.value_phase == SSRC_PHASE_START && result.bound <= result.value);
	CHECK_TEXT(result.stopped_by, "iterations");
	ssrc_arena_clear(&f.arena);
}

static void every_allocation_may_fail(void)
{
	long calls = 1;
	for (long at = 0; at <= calls; at += at < 60 ? 1 : 7) {
		test_faults faults;
		ssrc_context ctx;
		ssrc_arena arena, of_problem;
		ssrc_context plain;
		ssrc_two_stage problem;
		ssrc_two_stage_result result = {.value = 42};
		ssrc_context_init(&plain);
		ssrc_arena_init(&of_problem, &plain);
		CHECK(ref_two_stage(&problem, 12, (ref_shape){true, true}, &of_problem) == SSRC_OK);
		test_faults_init(&faults, &ctx, at);
		ssrc_arena_init(&arena, &ctx);
		ssrc_error err = {0};
		ssrc_status status = ssrc_two_stage_solve(&result, &problem, &exact, NULL, NULL, &ctx, &arena, &err);
		CHECK(at == 0 || faults.calls < at ? status == SSRC_OK : status == SSRC_NOMEM);
		CHECK(status == SSRC_OK || result.value == 42);
		calls = at == 0 ? faults.calls : calls;
		ssrc_arena_clear(&arena);
		CHECK(faults.live_blocks == 0);
		ssrc_arena_clear(&of_problem);
	}
	CHECK(calls > 100);
}

/* ---- the child is killed
 * --------------------------------------------------------------------------------------------------------- */

static void kill_child(void *user, const ssrc_two_stage_progress *progress, const double *x)
{
	char path[64];
	long child = 0;
	(void)x;
	bool *killed = user;
	if (*killed || !isfinite(progress->value))
		return;
	snprintf(path, sizeof path, "/proc/self/task/%ld/children", (long)getpid());
	FILE *file = fopen(path, "r");
	if (file) {
		*killed = fscanf(file, "%ld", &child) == 1 && kill((pid_t)child, SIGKILL) == 0;
		fclose(file);
	}
}

static void a_killed_child_leaves_what_it_had(void)
{
	fixture f;
	ssrc_two_stage_result result = {0};
	ssrc_two_stage_options options = exact;
	bool killed = false;
	begin_sized(&f, (bench_plan_size){60, 10, 12, 1}, 0.5);
	ssrc_status status = ssrc_two_stage_solve_boxed(&result, &f.model.program, &options, 0, kill_child, &killed,
							&f.ctx, &f.arena, NULL);
	if (!killed) {
		ssrc_arena_clear(&f.arena);
		SKIP("no list of child processes here");
	}
	CHECK(status == SSRC_OK || !result.has_plan);
	if (status == SSRC_OK) {
		CHECK(result.has_plan && result.violation < 1e-6 && isfinite(result.value));
		CHECK(result.bound <= result.value);
		CHECK_TEXT(result.stopped_by, "solver");
	}
	ssrc_arena_clear(&f.arena);
}

int main(int argc, char **argv)
{
	TEST(decomposition_equals_the_whole);
	TEST(threads_change_nothing);
	TEST(the_box_gives_the_same);
	TEST(equals_trying_everything);
	TEST(amounts_alone_are_a_linear_program);
	TEST(both_forms_value_a_plan_alike);
	TEST(no_multipliers_make_a_cut_false);
	TEST(tightening_keeps_every_plan);
	TEST(labels_money_and_split_scenarios_do_not_matter);
	TEST(risk_is_ordered);
	TEST(more_budget_is_never_worse);
	TEST(stock_of_one_item);
	TEST(independent_losses_are_a_knapsack);
	TEST(what_is_refused);
	TEST(a_plan_without_an_answer_is_named);
	TEST(a_start_is_used_and_iterations_are_a_limit);
	TEST(every_allocation_may_fail);
	TEST(a_killed_child_leaves_what_it_had);
	return tests_done();
}
