/* Answers to planning problems: US5 of the product by hand, closed forms, and laws on random problems. */
#include "harness.h"

#include "plan/answer.h"
#include "ref/plan_ref.h"

/* ---- one problem, one arena --------------------------------------------------------------------------------- */

typedef struct bench {
	ssrc_context ctx;
	ssrc_arena arena;
	ssrc_error err;
	ssrc_plan_effort effort;
} bench;

static void bench_open(bench *b)
{
	*b = (bench){0};
	ssrc_context_init(&b->ctx);
	ssrc_arena_init(&b->arena, &b->ctx);
	b->effort.core = (ssrc_two_stage_options){
		.seconds = INFINITY, .gap = 1e-9, .iterations = -1, .threads = 1, .solver = ""};
}

static void bench_close(bench *b)
{
	ssrc_arena_clear(&b->arena);
}

static ssrc_plan_answer solve(bench *b, const ssrc_plan_problem *p, const ssrc_plan_settings *set)
{
	ssrc_plan_answer a = {0};
	ssrc_status status = ssrc_plan_solve(&a, p, set, NULL, &b->effort, &b->ctx, &b->arena, &b->err);
	if (status != SSRC_OK)
		printf("# status %d: %s\n", status, b->err.arg[0]);
	CHECK(status == SSRC_OK);
	return a;
}

/* ---- US5: use 10 a week, 40 in stock, 12 weeks without the maker ----------------------------------------------- */

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

/* Money: a unit of the part costs 1, so a week of use 10. */
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
	bench b;
	us5 u;
	bench_open(&b);
	us5_make(&u, 6);
	ssrc_plan_answer a = solve(&b, &u.p, &u.set);
	CHECK(a.verdict == SSRC_PLAN_PROVEN);
	CHECK_NEAR(a.cost, 45, 1e-6);
	CHECK_NEAR(a.value, 45, 1e-6);
	CHECK_NEAR(a.bound, 45, 1e-6);
	CHECK_NEAR(a.choices[0].amount, 2, 1e-7);
	CHECK(a.choices[1].taken && a.choices[1].ready == 6 && a.choices[1].start == 0);
	CHECK_NEAR(a.spent[0], 45, 1e-6);
	CHECK_NEAR(a.outlook.worst_weeks, 0, 1e-7);
	us5_make(&u, 12);
	a = solve(&b, &u.p, &u.set);
	CHECK(a.verdict == SSRC_PLAN_PROVEN);
	CHECK_NEAR(a.cost, 80, 1e-6);
	CHECK(!a.choices[1].taken);
	CHECK_NEAR(a.choices[0].amount, 8, 1e-7);
	bench_close(&b);
}

static void us5_budget_40_is_too_little(void)
{
	bench b;
	us5 u;
	bench_open(&b);
	us5_make(&u, 6);
	u.set.budget = 40;
	ssrc_plan_answer a = solve(&b, &u.p, &u.set);
	CHECK(a.verdict == SSRC_PLAN_INFEASIBLE);
	CHECK(a.has_plan);
	CHECK_NEAR(a.outlook.worst_weeks, 0.5, 1e-7); /* 5 units */
	CHECK_NEAR(a.bound, 0.5, 1e-6);
	CHECK_NEAR(a.cost, 40, 1e-6);
	/* The same as the least loss for 40. */
	u.set.mode = SSRC_PLAN_BUDGET;
	a = solve(&b, &u.p, &u.set);
	CHECK(a.verdict == SSRC_PLAN_PROVEN);
	CHECK_NEAR(a.value, 0.5, 1e-7);
	/* Stock lasts 5.5 weeks: what is lost is the end of the first period. */
	CHECK_NEAR(a.outlook.path[0], 0.5 / 6, 1e-7);
	CHECK_NEAR(a.outlook.path[1], 0, 1e-7);
	CHECK(a.outlook.first_week[0] == 0);
	bench_close(&b);
}

int main(int argc, char **argv)
{
	TEST(us5_stock_and_source);
	TEST(us5_budget_40_is_too_little);
	return tests_done();
}
