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

/* ---- US5 of the product: use 10 a week, 40 in stock, 12 weeks without the maker --------------------------------------- */

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
	u->p = (ssrc_plan_problem){u->items, &u->arc, u->options, &u->scenario, 2, 1, 2, 1, u->period, 3, &u->slot, 1};
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

/* ---- every combination ---------------------------------------------------------------------------------------------------- */

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

static void optimum_is_that_of_all_combinations(void)
{
	for (uint64_t seed = 1; seed <= 480; seed++)
		check_against_all(seed, (uint32_t)(1 + seed % 4));
	for (uint64_t seed = 1001; seed <= 1016; seed++)
		check_against_all(seed, 6);
}

int main(int argc, char **argv)
{
	TEST(us5_stock_and_source);
	TEST(optimum_is_that_of_all_combinations);
	return tests_done();
}
