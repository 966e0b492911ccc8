/* The plumbing to HiGHS, with a stand-in for the library (tests/fake_highs.c). */
#include "harness.h"
#include "ref/solve_ref.h"

static const char fake[] = "highs:" SSRC_FAKE_HIGHS;

static void no_such_library(void)
{
	ssrc_context ctx;
	ssrc_context_init(&ctx);
	ssrc_arena arena;
	ssrc_arena_init(&arena, &ctx);
	ssrc_program p;
	solve_random(&p, &solve_tame, 1, &ctx, &arena);
	ssrc_solver *solver = NULL;
	ssrc_error err = {0};
	CHECK(ssrc_solver_new(&solver, "highs:/nowhere/libhighs.so", false, &ctx, &p, &err) == SSRC_NOTFOUND);
	CHECK(!solver && err.code == SSRC_NOTFOUND);
	CHECK_TEXT(err.arg[0], "/nowhere/libhighs.so");
	ssrc_arena_clear(&arena);
}

/* Ours and the stand-in (which is ours) agree on everything that passes through the interface. */
static void linear_programs(void)
{
	ssrc_context ctx;
	ssrc_context_init(&ctx);
	int seen[5] = {0};
	for (uint64_t seed = 1; seed <= 300; seed++) {
		ssrc_arena arena;
		ssrc_arena_init(&arena, &ctx);
		ssrc_program p;
		solve_random(&p, seed % 2 ? &solve_tame : &solve_wild, seed, &ctx, &arena);
		ssrc_solver *a = NULL, *b = NULL;
		ssrc_solution x, y;
		CHECK(ssrc_solver_new(&a, fake, false, &ctx, &p, NULL) == SSRC_OK);
		CHECK(ssrc_solver_new(&b, "builtin", false, &ctx, &p, NULL) == SSRC_OK);
		if (a && b) {
			CHECK(a->ops->solve_lp(a, &ssrc_no_limits, &x) == SSRC_OK);
			CHECK(b->ops->solve_lp(b, &ssrc_no_limits, &y) == SSRC_OK);
			CHECK(x.outcome == y.outcome && x.has_ray == y.has_ray && x.has_x == y.has_x);
			CHECK(x.outcome != SSRC_OUTCOME_INFEASIBLE || ssrc_ray_proves(&p, x.dual));
			if (x.has_x && y.has_x) {
				CHECK_NEAR(x.value, y.value, 1e-9 * fmax(1, fabs(y.value)));
				CHECK_NEAR(x.bound, y.bound, 1e-9 * fmax(1, fabs(y.value)));
			}
			seen[x.outcome]++;
		}
		ssrc_solver_free(a);
		ssrc_solver_free(b);
		ssrc_arena_clear(&arena);
	}
	CHECK(seen[SSRC_OUTCOME_OPTIMAL] > 50 && seen[SSRC_OUTCOME_INFEASIBLE] > 20 &&
	      seen[SSRC_OUTCOME_UNBOUNDED] > 5);
}

/* Every change arrives: after each the optimum is that of a program built so from the start. */
static void changes(void)
{
	ssrc_context ctx;
	ssrc_context_init(&ctx);
	ssrc_arena arena;
	ssrc_arena_init(&arena, &ctx);
	double cost[] = {-3, -2}, low[] = {0, 0}, high[] = {4, INFINITY}, row_low[] = {-INFINITY}, row_high[] = {10},
	       value[] = {1, 2};
	uint32_t start[] = {0, 1, 2}, row[] = {0, 0};
	ssrc_program p = {.n_cols = 2,
			  .n_rows = 1,
			  .cost = cost,
			  .low = low,
			  .high = high,
			  .row_low = row_low,
			  .row_high = row_high};
	p.start = start;
	p.row = row;
	p.value = value;
	ssrc_solver *s = NULL;
	ssrc_solution r = {0};
	CHECK(ssrc_solver_new(&s, fake, false, &ctx, &p, NULL) == SSRC_OK);
	if (!s)
		return;
	CHECK(s->ops->solve_lp(s, &ssrc_no_limits, &r) == SSRC_OK);
	CHECK_NEAR(r.value, -18, 1e-9); /* x = 4, y = 3 */
	CHECK(s->ops->set_cost(s, 1, -7) == SSRC_OK && s->ops->solve_lp(s, &ssrc_no_limits, &r) == SSRC_OK);
	CHECK_NEAR(r.value, -35, 1e-9); /* x = 0, y = 5 */
	CHECK(s->ops->set_col(s, 1, 0, 4) == SSRC_OK && s->ops->solve_lp(s, &ssrc_no_limits, &r) == SSRC_OK);
	CHECK_NEAR(r.value, -34, 1e-9); /* x = 2, y = 4 */
	CHECK(s->ops->set_row(s, 0, -INFINITY, 6) == SSRC_OK && s->ops->solve_lp(s, &ssrc_no_limits, &r) == SSRC_OK);
	CHECK_NEAR(r.value, -21, 1e-9); /* y = 3 */
	double new_low[] = {-INFINITY, 1}, new_high[] = {2, INFINITY}, entries[] = {1, 1};
	uint32_t starts[] = {0, 1, 2}, cols[] = {1, 0};
	CHECK(s->ops->add_rows(s, 2, new_low, new_high, starts, cols, entries) == SSRC_OK);
	CHECK(s->ops->solve_lp(s, &ssrc_no_limits, &r) == SSRC_OK);
	CHECK_NEAR(r.value, -20, 1e-9); /* x = 2, y = 2 */
	bool keep[] = {true, false, true};
	CHECK(s->ops->keep_rows(s, keep) == SSRC_OK && s->ops->solve_lp(s, &ssrc_no_limits, &r) == SSRC_OK);
	CHECK_NEAR(r.value, -20.5, 1e-9); /* x = 1, y = 2.5 */
	CHECK(s->ops->set_row(s, 7, 0, 1) == SSRC_RANGE && s->ops->set_cost(s, 0, NAN) == SSRC_RANGE);
	ssrc_solve_limits none = ssrc_no_limits;
	volatile int stop = 1;
	none.stop = &stop;
	CHECK(s->ops->solve_lp(s, &none, &r) == SSRC_OK && r.outcome == SSRC_OUTCOME_STOPPED);
	ssrc_solver_free(s);
	ssrc_arena_clear(&arena);
}

typedef struct heard {
	int times;
	double value;
	volatile int stop;
} heard;

static void hear(void *user, const double *x, double value, double bound)
{
	heard *h = user;
	CHECK(x && bound <= value + 1e-9);
	CHECK(h->times == 0 || value <= h->value);
	h->value = value;
	h->times++;
	h->stop = 1;
}

static void whole_numbers(void)
{
	ssrc_context ctx;
	ssrc_context_init(&ctx);
	int stopped = 0;
	for (uint64_t seed = 1; seed <= 200; seed++) {
		ssrc_arena arena;
		ssrc_arena_init(&arena, &ctx);
		ssrc_program p;
		solve_random(&p, &solve_whole, seed, &ctx, &arena);
		ssrc_solver *a = NULL, *b = NULL;
		ssrc_solution x, y;
		CHECK(ssrc_solver_new(&a, fake, true, &ctx, &p, NULL) == SSRC_OK);
		CHECK(ssrc_solver_new(&b, "builtin", true, &ctx, &p, NULL) == SSRC_OK);
		if (a && b) {
			heard h = {0, 0, 0};
			CHECK(a->ops->solve_mip(a, &ssrc_no_limits, NULL, hear, &h, &x) == SSRC_OK);
			CHECK(b->ops->solve_mip(b, &ssrc_no_limits, NULL, NULL, NULL, &y) == SSRC_OK);
			CHECK(x.outcome == y.outcome && x.has_x == y.has_x && (h.times > 0) == x.has_x);
			if (x.has_x && y.has_x) {
				CHECK_NEAR(x.value, y.value, 1e-7 * fmax(1, fabs(y.value)));
				CHECK_NEAR(h.value, x.value, 1e-9);
				ssrc_solve_limits better = ssrc_no_limits;
				better.cutoff = y.value - 0.01;
				CHECK(a->ops->solve_mip(a, &better, NULL, NULL, NULL, &x) == SSRC_OK);
				CHECK(x.outcome == SSRC_OUTCOME_INFEASIBLE || x.has_x);
				ssrc_solve_limits impatient = ssrc_no_limits;
				impatient.stop = &h.stop;
				h = (heard){0, 0, 0};
				CHECK(a->ops->solve_mip(a, &impatient, y.x, hear, &h, &x) == SSRC_OK);
				CHECK(x.has_x);
				stopped += x.outcome == SSRC_OUTCOME_STOPPED;
			}
		}
		ssrc_solver_free(a);
		ssrc_solver_free(b);
		ssrc_arena_clear(&arena);
	}
	CHECK(stopped > 5);
}

int main(int argc, char **argv)
{
	TEST(no_such_library);
	TEST(linear_programs);
	TEST(changes);
	TEST(whole_numbers);
	return tests_done();
}
