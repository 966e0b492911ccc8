/* The decomposition against the whole program as one, on generated planning problems. */
#include "harness.h"

#include "plan/problem.h"

#include "../../bench/generate_plan.c"

typedef struct fixture {
	ssrc_context ctx;
	ssrc_arena arena;
	ssrc_plan_problem problem;
	ssrc_plan_settings settings;
	ssrc_plan_model model;
} fixture;

static void begin(fixture *f, uint64_t seed, double risk)
{
	bench_plan_size size = {14, 4, 6, seed};
	*f = (fixture){0};
	ssrc_context_init(&f->ctx);
	ssrc_arena_init(&f->arena, &f->ctx);
	CHECK(bench_plan_generate(&f->problem, &f->settings, &size, &f->arena));
	f->settings.risk = risk;
	f->settings.tail = 0.8;
	CHECK(ssrc_plan_build(&f->model, &f->problem, &f->settings, &f->ctx, &f->arena, NULL) == SSRC_OK);
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

int main(int argc, char **argv)
{
	TEST(decomposition_equals_the_whole);
	TEST(threads_change_nothing);
	TEST(the_box_gives_the_same);
	return tests_done();
}
