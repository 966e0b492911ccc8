/* Planning problems as two-stage programs: against the equations, closed forms, and every combination of options. */
#include "harness.h"

#include "plan/problem.h"
#include "ref/plan_ref.h"
#include "solve/solve.h"

typedef struct solved {
	ssrc_status status;
	ssrc_outcome outcome;
	double value, penalty;
	ssrc_plan_choice choices[16];
	double cost;
	uint32_t cols, naive;
} solved;

/* Builds, writes out as one program and solves that. */
static solved solve_whole(const ssrc_plan_problem *p, const ssrc_plan_settings *set)
{
	solved out = {0};
	ssrc_context ctx;
	ssrc_context_init(&ctx);
	ssrc_arena arena;
	ssrc_arena_init(&arena, &ctx);
	ssrc_error err = {0};
	ssrc_plan_model model;
	ssrc_program program;
	uint32_t *first_col;
	ssrc_solver *solver = NULL;
	const ssrc_solver_ops *ops = ssrc_solver_find("", true, &err);
	out.status = ssrc_plan_build(&model, p, set, &ctx, &arena, &err);
	if (out.status == SSRC_OK)
		out.status = ssrc_two_stage_extensive(&program, &first_col, &model.program, &arena, &err);
	if (out.status == SSRC_OK)
		out.status = ops->create(&solver, &ctx, &program, &err);
	if (out.status == SSRC_OK) {
		ssrc_solution s = {0};
		out.status = ops->solve_mip(solver, &ssrc_no_limits, NULL, NULL, NULL, &s);
		out.outcome = s.outcome;
		out.value = s.has_x ? s.value : INFINITY;
		out.penalty = model.penalty;
		if (s.has_x)
			out.cost = ssrc_plan_choices(out.choices, p, &model, s.x);
		out.cols = program.n_cols;
		out.naive = (uint32_t)model.naive_columns;
		ops->destroy(solver);
	}
	ssrc_arena_clear(&arena);
	return out;
}

/* ---- US5 of the product: use 10 a week, 40 in stock, 12 weeks without the maker --------------------------- */

typedef struct us5 {
	ssrc_plan_item items[2];
	ssrc_plan_arc arc;
	ssrc_plan_option options[2];
	ssrc_plan_hit hit;
	ssrc_plan_scenario scenario;
	double period[4], slot;
	ssrc_plan_problem p;
	ssrc_plan_settings set;
} us5;

static void us5_make(us5 *u, double ready)
{
	*u = (us5){.items = {{"device", 0, false, 1}, {"part", 4, false, 0}},
		   .arc = {0, 1, SSRC_NONE, 1, 1},
		   .options = {{.name = "stock", .kind = SSRC_PLAN_STOCK, .item = 1, .unit = 10, .capacity = 100},
			       {.name = "source", .item = 1, .fixed = 25, .lead = ready, .capacity = 1}},
		   .hit = {1, 0, 12, 1},
		   .scenario = {.name = "s1", .probability = 1, .n_hits = 1},
		   .period = {0, 6, 12, 20}};
	u->scenario.hits = &u->hit;
	u->p = (ssrc_plan_problem){u->items, &u->arc,   u->options, &u->scenario, 2, 1,    2,
				   1,        u->period, 3,          &u->slot,     1, false};
	u->set = (ssrc_plan_settings){.mode = SSRC_PLAN_SURVIVE, .budget = INFINITY};
}

static void us5_stock_and_source(void)
{
	us5 u;
	us5_make(&u, 6);
	solved s = solve_whole(&u.p, &u.set);
	CHECK(s.outcome == SSRC_OUTCOME_OPTIMAL);
	CHECK_NEAR(s.cost, 45, 1e-7);
	CHECK_NEAR(s.choices[0].amount, 2, 1e-7);
	CHECK(s.choices[1].taken);
	us5_make(&u, 12);
	s = solve_whole(&u.p, &u.set);
	CHECK_NEAR(s.cost, 80, 1e-7);
	CHECK(!s.choices[1].taken);
	us5_make(&u, 6);
	u.set.budget = 40;
	s = solve_whole(&u.p, &u.set);
	CHECK_NEAR(s.cost + s.penalty * 0.5, s.value, 1e-6);
}

/* ---- every combination ------------------------------------------------------------------------------------ */

static void check_against_all(uint64_t seed, uint32_t n_options)
{
	random_problem r;
	int begun[RANDOM_OPTIONS];
	random_problem_make(&r, seed, n_options);
	solved s = solve_whole(&r.p, &r.set);
	CHECK(s.status == SSRC_OK);
	double best = ref_best(&r.p, &r.set, s.penalty, begun);
	if (isinf(best) != isinf(s.value) || (!isinf(best) && fabs(best - s.value) > 1e-6 * fmax(1, fabs(best)))) {
		printf("# seed %d mode %d: %.12g, by trying all %.12g\n", (int)seed, r.set.mode, s.value, best);
		CHECK(false);
	}
}

/* 500 problems; the last ones with up to 12 options, so with 4,096 combinations. */
static void optimum_is_that_of_all_combinations(void)
{
	for (uint64_t seed = 1; seed <= 480; seed++)
		check_against_all(seed, (uint32_t)(1 + seed % 4));
	for (uint64_t seed = 1001; seed <= 1020; seed++)
		check_against_all(seed, (uint32_t)(6 + seed % 7));
}

/* ---- reductions ------------------------------------------------------------------------------------------- */

/* Of 6 periods, 4 items and 2 options only what the cut reaches is left: 2 periods, a part and the device. */
static void only_what_matters_is_left(void)
{
	ssrc_plan_item items[4] = {
		{"device", 0, false, 1}, {"part", 1, false, 0}, {"other", 0, false, 0}, {"box", 0, false, 0}};
	ssrc_plan_arc arcs[3] = {{0, 1, SSRC_NONE, 1, 1}, {0, 2, SSRC_NONE, 1, 1}, {3, 1, SSRC_NONE, 1, 1}};
	ssrc_plan_option options[2] = {{.name = "source", .item = 1, .fixed = 1, .lead = 9, .capacity = 1},
				       {.name = "useless", .item = 2, .fixed = 1, .capacity = 1}};
	ssrc_plan_hit hit = {1, 8, 16, 1};
	ssrc_plan_scenario scenario = {.name = "s", .probability = 1, .hits = &hit, .n_hits = 1};
	double period[7] = {0, 4, 8, 12, 16, 20, 24}, slot[4] = {0, 1, 4, 8};
	ssrc_plan_problem p = {items, arcs, options, &scenario, 4, 3, 2, 1, period, 6, slot, 4};
	ssrc_plan_settings set = {.mode = SSRC_PLAN_WEIGHTED, .budget = INFINITY};
	ssrc_context ctx;
	ssrc_arena arena;
	ssrc_plan_model m;
	ssrc_context_init(&ctx);
	ssrc_arena_init(&arena, &ctx);
	CHECK(ssrc_plan_build(&m, &p, &set, &ctx, &arena, NULL) == SSRC_OK);
	/* Begun in week 0, 1 or 4 the source is ready in week 9, 10, 13; in week 8 too late. The other does nothing. */
	CHECK(m.program.first.n_cols == 3);
	CHECK(m.start[3] == SSRC_NONE && m.start[4] == SSRC_NONE);
	CHECK(m.scenarios[0].first_period == 2 && m.scenarios[0].n_periods == 2);
	for (uint32_t t = 0; t < 2; t++) {
		CHECK(m.scenarios[0].output[2 * 0 + t] != SSRC_NONE && m.scenarios[0].output[2 * 1 + t] != SSRC_NONE);
		CHECK(m.scenarios[0].output[2 * 2 + t] == SSRC_NONE && m.scenarios[0].output[2 * 3 + t] == SSRC_NONE);
	}
	/* Output of two items, stock drawn and loss, in two periods. */
	CHECK(m.program.scenarios[0].recourse.n_cols == 8);
	CHECK(m.naive_columns > 60);
	/* A stock that outlasts the cut: nothing is left at all. */
	items[1].stock = 8;
	CHECK(ssrc_plan_build(&m, &p, &set, &ctx, &arena, NULL) == SSRC_OK);
	CHECK(m.program.scenarios[0].recourse.n_cols == 0);
	ssrc_arena_clear(&arena);
}

/* A licence that runs on for 4 weeks: cuts of 3 weeks with a break in between are never felt, one of 6 weeks for 2. */
static void licence_runs_on_in_calendar_time(void)
{
	ssrc_plan_item items[2] = {{"device", 0, false, 1}, {"licence", 4, true, 0}};
	ssrc_plan_arc arc = {0, 1, SSRC_NONE, 1, 1};
	ssrc_plan_hit hits[2] = {{1, 0, 3, 1}, {1, 4, 7, 1}};
	ssrc_plan_scenario scenario = {.name = "s", .probability = 1, .hits = hits, .n_hits = 2};
	double period[3] = {0, 5, 12}, slot = 0;
	ssrc_plan_problem p = {items, &arc, NULL, &scenario, 2, 1, 0, 1, period, 2, &slot, 1, false};
	ssrc_plan_settings set = {.mode = SSRC_PLAN_WEIGHTED, .budget = INFINITY};
	CHECK_NEAR(solve_whole(&p, &set).value, 0, 1e-9);
	hits[0].to = 6;
	scenario.n_hits = 1;
	CHECK_NEAR(solve_whole(&p, &set).value, 2, 1e-9);
	/* Parts in a store would have lasted through all but 2 of the 6 weeks of both: they are not refilled. */
	items[1].expires = false;
	hits[0].to = 3;
	scenario.n_hits = 2;
	CHECK_NEAR(solve_whole(&p, &set).value, 2, 1e-9);
}

/* Two in a circle, each half dependent on the other: a cut of half of one. X_b <= 1/2 + X_a/2, X_a <= min(1/2, 1/2 +
 * X_b/2). */
static void circles_are_fine(void)
{
	ssrc_plan_item items[2] = {{"a", 0, false, 1}, {"b", 0, false, 1}};
	ssrc_plan_arc arcs[2] = {{0, 1, SSRC_NONE, 0.5, 1}, {1, 0, SSRC_NONE, 0.5, 1}};
	ssrc_plan_hit hit = {0, 0, 4, 0.5};
	ssrc_plan_scenario scenario = {.name = "s", .probability = 1, .hits = &hit, .n_hits = 1};
	double period[2] = {0, 4}, slot = 0;
	ssrc_plan_problem p = {items, arcs, NULL, &scenario, 2, 2, 0, 1, period, 1, &slot, 1, false};
	ssrc_plan_settings set = {.mode = SSRC_PLAN_WEIGHTED, .budget = INFINITY};
	CHECK_NEAR(solve_whole(&p, &set).value, 4 * (0.5 + 0.25), 1e-9);
}

/* ---- no memory -------------------------------------------------------------------------------------------- */

static ssrc_status build_random(ssrc_context *ctx)
{
	random_problem r;
	ssrc_plan_model model;
	ssrc_arena arena;
	ssrc_error err = {0};
	random_problem_make(&r, 42, 5);
	ssrc_arena_init(&arena, ctx);
	ssrc_status status = ssrc_plan_build(&model, &r.p, &r.set, ctx, &arena, &err);
	CHECK(err.code == status);
	ssrc_arena_clear(&arena);
	return status;
}

static void memory_may_fail(void)
{
	test_faults f;
	ssrc_context ctx;
	test_faults_init(&f, &ctx, 0);
	CHECK(build_random(&ctx) == SSRC_OK && f.live_blocks == 0);
	long calls = f.calls;
	for (long k = 1; k <= calls; k++) {
		test_faults_init(&f, &ctx, k);
		CHECK(build_random(&ctx) == SSRC_NOMEM);
		CHECK(f.live_blocks == 0);
	}
}

int main(int argc, char **argv)
{
	TEST(us5_stock_and_source);
	TEST(optimum_is_that_of_all_combinations);
	TEST(only_what_matters_is_left);
	TEST(licence_runs_on_in_calendar_time);
	TEST(circles_are_fine);
	TEST(memory_may_fail);
	return tests_done();
}
