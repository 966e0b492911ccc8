/* Programs, bounds without a solver, and solvers against each other and against the slow definitions. */
#include "harness.h"
#include "ref/solve_ref.h"

#include <pthread.h>

static ssrc_context context;

static ssrc_program random_program(ssrc_arena *arena, const solve_shape *shape, uint64_t seed)
{
	ssrc_program p;
	ssrc_arena_init(arena, &context);
	solve_random(&p, shape, seed, &context, arena);
	return p;
}

static bool have(const char *name, bool mip)
{
	return ssrc_solver_find(name, mip, NULL) != NULL;
}

/* ---- programs ---------------------------------------------------------------------------------------------- */

static void drafts(void)
{
	ssrc_arena arena;
	ssrc_arena_init(&arena, &context);
	ssrc_program_draft d;
	ssrc_draft_init(&d, &context);
	uint32_t x = ssrc_draft_col(&d, 1, 0, 5, false, "x"),
		 y = ssrc_draft_col(&d, 2, -INFINITY, INFINITY, true, NULL);
	uint32_t a = ssrc_draft_row(&d, 1, 4, NULL), b = ssrc_draft_row(&d, -INFINITY, 9, "b");
	ssrc_draft_entry(&d, b, x, 2);
	ssrc_draft_entry(&d, a, y, 3);
	ssrc_draft_entry(&d, a, x, 7);
	ssrc_draft_entry(&d, b, x, 0.5); /* adds up */
	ssrc_draft_entry(&d, b, y, 4);
	ssrc_draft_entry(&d, b, y, -4); /* vanishes */
	ssrc_program p;
	CHECK(ssrc_draft_finish(&p, &d, &arena, NULL) == SSRC_OK);
	ssrc_draft_clear(&d);
	CHECK(p.n_cols == 2 && p.n_rows == 2 && p.start[0] == 0 && p.start[1] == 2 && p.start[2] == 3);
	CHECK(p.row[0] == a && p.row[1] == b && p.row[2] == a);
	CHECK(p.value[0] == 7 && p.value[1] == 2.5 && p.value[2] == 3);
	CHECK(p.integer && !p.integer[x] && p.integer[y]);
	CHECK_TEXT(p.col_name[x], "x");
	CHECK(!p.col_name[y] && !p.row_name[a]);
	ssrc_arena_clear(&arena);
}

/* One mistake each; the error names where. */
static void refused(void)
{
	static const struct {
		double cost, low, high, row_low, row_high, value;
		const char *name;
	} wrong[] = {
		{NAN, 0, 1, 0, 1, 1, "share of Taiwan"},
		{INFINITY, 0, 1, 0, 1, 1, "share of Taiwan"},
		{1, NAN, 1, 0, 1, 1, "share of Taiwan"},
		{1, 2, 1, 0, 1, 1, "share of Taiwan"},
		{1, INFINITY, INFINITY, 0, 1, 1, "share of Taiwan"},
		{1, 0, 1, 3, 2, 1, "balance"},
		{1, 0, 1, NAN, 2, 1, "balance"},
		{1, 0, 1, -INFINITY, -INFINITY, 1, "balance"},
		{1, 0, 1, 0, 1, NAN, "share of Taiwan"},
		{1, 0, 1, 0, 1, INFINITY, "share of Taiwan"},
	};
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		ssrc_arena arena;
		ssrc_arena_init(&arena, &context);
		ssrc_program_draft d;
		ssrc_draft_init(&d, &context);
		ssrc_draft_col(&d, wrong[i].cost, wrong[i].low, wrong[i].high, false, "share of Taiwan");
		ssrc_draft_row(&d, wrong[i].row_low, wrong[i].row_high, "balance");
		ssrc_draft_entry(&d, 0, 0, wrong[i].value);
		ssrc_program p = {.n_cols = 77};
		ssrc_error err = {0};
		CHECK(ssrc_draft_finish(&p, &d, &arena, &err) == SSRC_RANGE);
		CHECK(p.n_cols == 77);
		CHECK_TEXT(err.arg[0], wrong[i].name);
		ssrc_draft_clear(&d);
		ssrc_arena_clear(&arena);
	}
	ssrc_program_draft d;
	ssrc_arena arena;
	ssrc_program p;
	ssrc_arena_init(&arena, &context);
	ssrc_draft_init(&d, &context);
	ssrc_draft_col(&d, 1, 1, 0, false, NULL);
	ssrc_error err = {0};
	CHECK(ssrc_draft_finish(&p, &d, &arena, &err) == SSRC_RANGE);
	CHECK_TEXT(err.arg[0], "c0");
	ssrc_draft_entry(&d, 0, 0, 1);
	CHECK(ssrc_draft_finish(&p, &d, &arena, NULL) == SSRC_BUG); /* a row that was never made */
	ssrc_draft_clear(&d);
	ssrc_arena_clear(&arena);
}

/* The report against sums written out. */
static void checks(void)
{
	for (uint64_t seed = 1; seed <= 200; seed++) {
		ssrc_arena arena;
		solve_shape shape = solve_tame;
		shape.integer = 0.3;
		if (seed == 7) /* more rows than one block of the check */
			shape = (solve_shape){3, 20000, 0, 0, 0, 0, 0.4, 1};
		ssrc_program p = random_program(&arena, &shape, seed);
		double *x = ssrc_arena_array(&arena, p.n_cols, sizeof *x), worst = 0, fraction = 0;
		for (uint32_t j = 0; j < p.n_cols; j++) {
			x[j] = 12 * solve_unit() - 3;
			worst = fmax(worst, fmax((p.low[j] - x[j]) / fmax(1, fabs(p.low[j])),
						 (x[j] - p.high[j]) / fmax(1, fabs(p.high[j]))));
			if (p.integer && p.integer[j])
				fraction = fmax(fraction, fmin(x[j] - floor(x[j]), ceil(x[j]) - x[j]));
		}
		for (uint32_t i = 0; i < p.n_rows; i++) {
			double sum = 0;
			for (uint32_t j = 0; j < p.n_cols; j++)
				sum += solve_ref_entry(&p, i, j) * x[j];
			double low = (p.row_low[i] - sum) / fmax(1, fabs(p.row_low[i]));
			double high = (sum - p.row_high[i]) / fmax(1, fabs(p.row_high[i]));
			worst = fmax(worst, fmax(isnan(low) ? 0 : low, isnan(high) ? 0 : high));
		}
		ssrc_program_report r;
		ssrc_program_check(&r, &p, x);
		CHECK_NEAR(r.value, solve_ref_cost(&p, x), 1e-11 * fmax(1, fabs(r.value)));
		CHECK_NEAR(r.violation, worst, 1e-12 * fmax(1, worst));
		CHECK_NEAR(r.fraction, fraction, 1e-15);
		CHECK(worst == 0 || (r.row == SSRC_NONE) != (r.col == SSRC_NONE));
		x[0] = NAN;
		ssrc_program_check(&r, &p, x);
		CHECK(r.violation == INFINITY && r.col == 0);
		ssrc_arena_clear(&arena);
	}
}

/* 1e16 + 1 - 1e16 is 1, not 0. */
static void compensated(void)
{
	double cost[] = {1e16, 1, -1e16}, low[] = {0, 0, 0}, high[] = {9, 9, 9}, x[] = {1, 1, 1};
	uint32_t start[] = {0, 0, 0, 0};
	ssrc_program p = {.n_cols = 3, .cost = cost, .low = low, .high = high, .start = start};
	ssrc_program_report r;
	ssrc_program_check(&r, &p, x);
	CHECK(r.value == 1);
}

/* ---- bounds -------------------------------------------------------------------------------------------------- */

/* Whatever the multipliers, the bound is not above the cost of any feasible point. */
static void any_multipliers(void)
{
	int finite = 0;
	for (uint64_t seed = 1; seed <= 400; seed++) {
		ssrc_arena arena;
		solve_shape shape = solve_tame;
		shape.open = shape.free = seed % 2 ? 0 : 0.05;
		ssrc_program p = random_program(&arena, &shape, seed);
		ssrc_solver *s = NULL;
		ssrc_solution r;
		CHECK(ssrc_solver_new(&s, "builtin", false, &context, &p, NULL) == SSRC_OK);
		if (s && s->ops->solve_lp(s, &ssrc_no_limits, &r) == SSRC_OK && r.outcome == SSRC_OUTCOME_OPTIMAL) {
			double *y = ssrc_arena_array(&arena, p.n_rows, sizeof *y);
			for (int round = 0; round < 20; round++) {
				for (uint32_t i = 0; i < p.n_rows; i++)
					y[i] = round == 0  ? 0
					       : round % 2 ? 20 * solve_unit() - 10
							   : r.dual[i] + 0.01 * (solve_unit() - 0.5);
				double bound = ssrc_dual_bound(&p, y, NULL);
				CHECK(bound <= r.value + 1e-9 * fmax(1, fabs(r.value)));
				finite += isfinite(bound);
			}
		}
		ssrc_solver_free(s);
		ssrc_arena_clear(&arena);
	}
	CHECK(finite > 2000);
}

/* min -x, x + y <= 4, 0 <= x <= 3, y free: with y = 0 the box; a multiplier on the missing side is left out. */
static void bound_by_hand(void)
{
	double cost[] = {-1, 0}, low[] = {0, -INFINITY}, high[] = {3, INFINITY}, row_low[] = {-INFINITY},
	       row_high[] = {4}, value[] = {1, 1};
	uint32_t start[] = {0, 1, 2}, row[] = {0, 0};
	ssrc_program p = {
		.n_cols = 2, .n_rows = 1, .offset = 10, .cost = cost, .low = low, .high = high, .row_low = row_low};
	p.row_high = row_high;
	p.start = start;
	p.row = row;
	p.value = value;
	double y = 0, reduced[2];
	CHECK_NEAR(ssrc_dual_bound(&p, &y, reduced), 7, 1e-13);
	CHECK(reduced[0] == -1 && reduced[1] == 0);
	y = 5; /* no lower side to press on */
	CHECK_NEAR(ssrc_dual_bound(&p, &y, NULL), 7, 1e-13);
	y = -1; /* prices the free column out */
	CHECK(ssrc_dual_bound(&p, &y, NULL) == -INFINITY);
	y = NAN;
	CHECK_NEAR(ssrc_dual_bound(&p, &y, NULL), 7, 1e-13);
	high[1] = 2;
	low[1] = 1;
	y = -1; /* x + y <= 4: -4 + min(0 x + y) */
	CHECK_NEAR(ssrc_dual_bound(&p, &y, NULL), 10 - 4 + 1, 1e-13);
	y = 0;
	CHECK(!ssrc_ray_proves(&p, &y));
	row_high[0] = 0.5;
	y = -1;
	CHECK(ssrc_ray_proves(&p, &y));
	y = 1;
	CHECK(!ssrc_ray_proves(&p, &y));
}

/* ---- linear programs ----------------------------------------------------------------------------------------------
 */

static void against_vertices(void)
{
	int solved = 0;
	for (uint64_t seed = 1; seed <= 150; seed++) {
		ssrc_arena arena;
		solve_shape shape = {SOLVE_REF_COLS, SOLVE_REF_ROWS + 1, 0, 0.1, 0, 0, 0.7, 0.5};
		ssrc_program p = random_program(&arena, &shape, seed);
		double least = solve_ref_vertex(&p);
		static const char *const names[] = {"builtin", "clp"};
		for (size_t k = 0; k < 2; k++) {
			ssrc_solver *s = NULL;
			ssrc_solution r;
			if (!have(names[k], false))
				continue;
			CHECK(ssrc_solver_new(&s, names[k], false, &context, &p, NULL) == SSRC_OK);
			CHECK(s && s->ops->solve_lp(s, &ssrc_no_limits, &r) == SSRC_OK);
			CHECK(r.outcome == (isinf(least) ? SSRC_OUTCOME_INFEASIBLE : SSRC_OUTCOME_OPTIMAL));
			if (isfinite(least)) {
				CHECK_NEAR(r.value, least, 1e-7 * fmax(1, fabs(least)));
				solved++;
			}
			ssrc_solver_free(s);
		}
		ssrc_arena_clear(&arena);
	}
	CHECK(solved > 50);
}

/* One answer is another's: outcome, value; the bound confirms an optimum, a ray that there is none. */
static void check_linear(const ssrc_program *p, const ssrc_solution *r)
{
	if (r->outcome == SSRC_OUTCOME_OPTIMAL) {
		ssrc_program_report report;
		ssrc_program_check(&report, p, r->x);
		CHECK(r->has_x && r->has_dual && report.violation <= 1e-6 && report.value == r->value);
		CHECK_NEAR(r->bound, r->value, 1e-7 * fmax(1, fabs(r->value)));
		CHECK(r->bound == ssrc_dual_bound(p, r->dual, NULL));
	}
	if (r->outcome == SSRC_OUTCOME_INFEASIBLE)
		CHECK(r->has_ray && ssrc_ray_proves(p, r->dual));
}

static void linear_agree(void)
{
	if (!have("clp", false))
		SKIP("no Clp here");
	int seen[5] = {0};
	for (uint64_t seed = 1; seed <= 600; seed++) {
		ssrc_arena arena;
		ssrc_program p = random_program(&arena, seed % 2 ? &solve_tame : &solve_wild, seed);
		ssrc_solver *a = NULL, *b = NULL;
		ssrc_solution x, y;
		CHECK(ssrc_solver_new(&a, "clp", false, &context, &p, NULL) == SSRC_OK);
		CHECK(ssrc_solver_new(&b, "builtin", false, &context, &p, NULL) == SSRC_OK);
		if (a && b) {
			CHECK(a->ops->solve_lp(a, &ssrc_no_limits, &x) == SSRC_OK);
			CHECK(b->ops->solve_lp(b, &ssrc_no_limits, &y) == SSRC_OK);
			CHECK(x.outcome == y.outcome);
			check_linear(&p, &x);
			check_linear(&p, &y);
			if (x.has_x && y.has_x && x.outcome == SSRC_OUTCOME_OPTIMAL)
				CHECK_NEAR(x.value, y.value, 1e-6 * fmax(1, fabs(y.value)));
			seen[x.outcome]++;
		}
		ssrc_solver_free(a);
		ssrc_solver_free(b);
		ssrc_arena_clear(&arena);
	}
	CHECK(seen[SSRC_OUTCOME_OPTIMAL] > 150 && seen[SSRC_OUTCOME_INFEASIBLE] > 100 &&
	      seen[SSRC_OUTCOME_UNBOUNDED] > 30);
}

/* Random changes, each solved warm and, from the changed program, cold. */
static void warm_is_cold(const char *name)
{
	int optimal = 0;
	for (uint64_t seed = 1; seed <= 60; seed++) {
		ssrc_arena arena;
		ssrc_program p = random_program(&arena, &solve_tame, seed);
		ssrc_solver *warm = NULL;
		ssrc_solution r, cold;
		CHECK(ssrc_solver_new(&warm, name, false, &context, &p, NULL) == SSRC_OK);
		for (int round = 0; warm && round < 12; round++) {
			/* The same in `p`, whose rows have room in fresh arrays each time. */
			uint32_t col = solve_below(p.n_cols), kind = solve_below(5);
			if (kind == 0) {
				p.cost[col] = (double)solve_below(21) - 9;
				CHECK(warm->ops->set_cost(warm, col, p.cost[col]) == SSRC_OK);
			} else if (kind == 1) {
				p.low[col] = -(double)solve_below(5);
				p.high[col] = solve_below(3) ? p.low[col] + solve_below(8) : INFINITY;
				CHECK(warm->ops->set_col(warm, col, p.low[col], p.high[col]) == SSRC_OK);
			} else if (kind == 2 && p.n_rows > 0) {
				uint32_t row = solve_below(p.n_rows);
				p.row_low[row] = -INFINITY;
				p.row_high[row] = (double)solve_below(40);
				CHECK(warm->ops->set_row(warm, row, p.row_low[row], p.row_high[row]) == SSRC_OK);
			} else {
				bool keep[128];
				double low[2] = {-INFINITY, -50}, high[2] = {20 + (double)solve_below(9), 60},
				       value[3] = {1, 2, -1};
				uint32_t start[3] = {0, p.n_cols > 1 ? 2 : 1, p.n_cols > 1 ? 3 : 2},
					 cols[3] = {0, p.n_cols - 1, 0};
				ssrc_program_draft d;
				ssrc_draft_init(&d, &context);
				d.offset = p.offset;
				for (uint32_t j = 0; j < p.n_cols; j++)
					ssrc_draft_col(&d, p.cost[j], p.low[j], p.high[j], false, NULL);
				uint32_t *number = ssrc_arena_array(&arena, p.n_rows, sizeof *number);
				for (uint32_t i = 0; i < p.n_rows; i++) {
					keep[i] = kind != 3 || solve_below(4) != 0;
					number[i] = keep[i] ? ssrc_draft_row(&d, p.row_low[i], p.row_high[i], NULL)
							    : SSRC_NONE;
				}
				for (uint32_t j = 0; j < p.n_cols; j++)
					for (uint32_t k = p.start[j]; k < p.start[j + 1]; k++)
						if (keep[p.row[k]])
							ssrc_draft_entry(&d, number[p.row[k]], j, p.value[k]);
				if (kind == 3) {
					CHECK(warm->ops->keep_rows(warm, keep) == SSRC_OK);
				} else {
					CHECK(warm->ops->add_rows(warm, 2, low, high, start, cols, value) == SSRC_OK);
					for (uint32_t i = 0; i < 2; i++) {
						uint32_t row = ssrc_draft_row(&d, low[i], high[i], NULL);
						for (uint32_t k = start[i]; k < start[i + 1]; k++)
							ssrc_draft_entry(&d, row, cols[k], value[k]);
					}
				}
				CHECK(ssrc_draft_finish(&p, &d, &arena, NULL) == SSRC_OK);
				ssrc_draft_clear(&d);
			}
			ssrc_solver *fresh = NULL;
			CHECK(ssrc_solver_new(&fresh, name, false, &context, &p, NULL) == SSRC_OK);
			if (!fresh)
				continue;
			CHECK(warm->ops->solve_lp(warm, &ssrc_no_limits, &r) == SSRC_OK);
			CHECK(fresh->ops->solve_lp(fresh, &ssrc_no_limits, &cold) == SSRC_OK);
			CHECK(r.outcome == cold.outcome);
			check_linear(&p, &r);
			if (r.outcome == SSRC_OUTCOME_OPTIMAL) {
				CHECK_NEAR(r.value, cold.value, 1e-6 * fmax(1, fabs(cold.value)));
				optimal++;
			}
			ssrc_solver_free(fresh);
		}
		ssrc_solver_free(warm);
		ssrc_arena_clear(&arena);
	}
	CHECK(optimal > 200);
}
static void warm_builtin(void)
{
	warm_is_cold("builtin");
}
static void warm_clp(void)
{
	if (!have("clp", false))
		SKIP("no Clp here");
	warm_is_cold("clp");
}

/* Cases with a name: what must come out is written down. */
static void corners(void)
{
	static const char *const names[] = {"builtin", "clp", "cbc"};
	for (size_t k = 0; k < 3; k++) {
		bool mip = k == 2;
		if (!have(names[k], mip))
			continue;
		for (int which = 0; which < 8; which++) {
			ssrc_arena arena;
			ssrc_arena_init(&arena, &context);
			ssrc_program_draft d;
			ssrc_program p;
			ssrc_draft_init(&d, &context);
			static const ssrc_outcome want[] = {SSRC_OUTCOME_OPTIMAL,   SSRC_OUTCOME_OPTIMAL,
							    SSRC_OUTCOME_UNBOUNDED, SSRC_OUTCOME_INFEASIBLE,
							    SSRC_OUTCOME_OPTIMAL,   SSRC_OUTCOME_INFEASIBLE,
							    SSRC_OUTCOME_OPTIMAL,   SSRC_OUTCOME_OPTIMAL};
			static const double value[] = {0, -6, 0, 0, -4, 0, -12, 3.5};
			if (which == 1) /* no rows */
				ssrc_draft_col(&d, -2, 0, 3, false, NULL);
			if (which == 2) /* an empty column that pays, next to one that does not */
				ssrc_draft_entry(&d, ssrc_draft_row(&d, 0, 4, NULL),
						 ssrc_draft_col(&d, 1, 0, 3, false, NULL), 1);
			if (which == 2)
				ssrc_draft_col(&d, -1, 0, INFINITY, false, NULL);
			if (which == 3) /* an empty row that asks for something, and an unbounded cost */
				ssrc_draft_row(&d, 1, 2, NULL);
			if (which == 3)
				ssrc_draft_col(&d, -1, 0, INFINITY, false, NULL);
			if (which == 4) { /* free columns that only differ */
				uint32_t a = ssrc_draft_col(&d, 1, -INFINITY, INFINITY, false, NULL);
				uint32_t b = ssrc_draft_col(&d, -1, -INFINITY, INFINITY, false, NULL),
					 r = ssrc_draft_row(&d, -4, 9, NULL);
				ssrc_draft_entry(&d, r, a, 1);
				ssrc_draft_entry(&d, r, b, -1);
			}
			if (which == 5) { /* two equations at odds */
				uint32_t a = ssrc_draft_col(&d, 1, -INFINITY, INFINITY, false, NULL);
				ssrc_draft_entry(&d, ssrc_draft_row(&d, 1, 1, NULL), a, 1);
				ssrc_draft_entry(&d, ssrc_draft_row(&d, 2, 2, NULL), a, 1);
			}
			if (which == 6) { /* degenerate: the same row many times */
				uint32_t a = ssrc_draft_col(&d, -1, 0, INFINITY, false, NULL),
					 b = ssrc_draft_col(&d, -3, 0, INFINITY, false, NULL);
				for (int i = 0; i < 9; i++) {
					uint32_t r = ssrc_draft_row(&d, -INFINITY, 4.0 * (i + 1), NULL);
					ssrc_draft_entry(&d, r, a, i + 1);
					ssrc_draft_entry(&d, r, b, i + 1);
				}
			}
			if (which == 7) { /* all fixed */
				uint32_t a = ssrc_draft_col(&d, 1, 1.5, 1.5, false, NULL),
					 b = ssrc_draft_col(&d, 1, 2, 2, false, NULL),
					 r = ssrc_draft_row(&d, 3.5, 3.5, NULL);
				ssrc_draft_entry(&d, r, a, 1);
				ssrc_draft_entry(&d, r, b, 1);
			}
			CHECK(ssrc_draft_finish(&p, &d, &arena, NULL) == SSRC_OK);
			ssrc_draft_clear(&d);
			ssrc_solver *s = NULL;
			ssrc_solution r = {0};
			CHECK(ssrc_solver_new(&s, names[k], mip, &context, &p, NULL) == SSRC_OK);
			if (s)
				CHECK((mip ? s->ops->solve_mip(s, &ssrc_no_limits, NULL, NULL, NULL, &r)
					   : s->ops->solve_lp(s, &ssrc_no_limits, &r)) == SSRC_OK);
			if (r.outcome != want[which])
				printf("# %s, case %d: %d\n", names[k], which, r.outcome);
			CHECK(r.outcome == want[which]);
			if (want[which] == SSRC_OUTCOME_OPTIMAL)
				CHECK_NEAR(r.value, value[which], 1e-9);
			if (want[which] == SSRC_OUTCOME_INFEASIBLE)
				CHECK(r.has_ray && ssrc_ray_proves(&p, r.dual));
			ssrc_solver_free(s);
			ssrc_arena_clear(&arena);
		}
	}
}

static void limits_hold(void)
{
	static const char *const names[] = {"builtin", "clp"};
	ssrc_arena arena;
	solve_shape shape = {600, 500, 0, 0, 0.1, 0, 0.05, 1};
	ssrc_program p = random_program(&arena, &shape, 3);
	for (size_t k = 0; k < 2; k++) {
		ssrc_solver *s = NULL;
		ssrc_solution r;
		if (!have(names[k], false))
			continue;
		CHECK(ssrc_solver_new(&s, names[k], false, &context, &p, NULL) == SSRC_OK);
		if (!s)
			continue;
		ssrc_solve_limits few = ssrc_no_limits, late = ssrc_no_limits, stopped = ssrc_no_limits,
				  stoppable = ssrc_no_limits;
		volatile int stop = 1, go = 0;
		few.iterations = 3;
		late.seconds = 0;
		stopped.stop = &stop;
		stoppable.stop = &go;
		stoppable.seconds = 1000;
		CHECK(s->ops->solve_lp(s, &few, &r) == SSRC_OK && r.outcome == SSRC_OUTCOME_STOPPED &&
		      r.iterations <= 3);
		CHECK(s->ops->solve_lp(s, &late, &r) == SSRC_OK && r.outcome == SSRC_OUTCOME_STOPPED);
		CHECK(s->ops->solve_lp(s, &stopped, &r) == SSRC_OK && r.outcome == SSRC_OUTCOME_STOPPED);
		CHECK(s->ops->solve_lp(s, &stoppable, &r) == SSRC_OK && r.outcome == SSRC_OUTCOME_OPTIMAL);
		double value = r.value;
		CHECK(s->ops->solve_lp(s, &ssrc_no_limits, &r) == SSRC_OK && r.outcome == SSRC_OUTCOME_OPTIMAL);
		CHECK_NEAR(r.value, value, 1e-9 * fmax(1, fabs(value)));
		ssrc_solver_free(s);
	}
	ssrc_arena_clear(&arena);
}

static void changes_refused(void)
{
	static const char *const names[] = {"builtin", "clp"};
	ssrc_arena arena;
	ssrc_program p = random_program(&arena, &solve_tame, 5);
	for (size_t k = 0; k < 2; k++) {
		ssrc_solver *s = NULL;
		ssrc_solution before, after;
		if (!have(names[k], false) || ssrc_solver_new(&s, names[k], false, &context, &p, NULL) != SSRC_OK)
			continue;
		CHECK(s->ops->solve_lp(s, &ssrc_no_limits, &before) == SSRC_OK);
		double low = 2, high = 1, value[] = {1, 1};
		uint32_t start[] = {0, 2}, twice[] = {0, 0}, outside[] = {0, p.n_cols}, right[] = {0, 1};
		CHECK(s->ops->set_cost(s, p.n_cols, 1) == SSRC_RANGE && s->ops->set_cost(s, 0, NAN) == SSRC_RANGE);
		CHECK(s->ops->set_col(s, 0, 2, 1) == SSRC_RANGE && s->ops->set_col(s, p.n_cols, 0, 1) == SSRC_RANGE);
		CHECK(s->ops->set_row(s, p.n_rows, 0, 1) == SSRC_RANGE && s->ops->set_row(s, 0, NAN, 1) == SSRC_RANGE);
		CHECK(s->ops->add_rows(s, 1, &low, &high, start, right, value) == SSRC_RANGE);
		CHECK(s->ops->add_rows(s, 1, &high, &low, start, twice, value) == SSRC_RANGE);
		CHECK(s->ops->add_rows(s, 1, &high, &low, start, outside, value) == SSRC_RANGE);
		value[1] = NAN;
		CHECK(s->ops->add_rows(s, 1, &high, &low, start, right, value) == SSRC_RANGE);
		double was = before.value;
		CHECK(s->ops->solve_lp(s, &ssrc_no_limits, &after) == SSRC_OK && after.outcome == before.outcome);
		CHECK(after.value == was || fabs(after.value - was) < 1e-9);
		ssrc_solver_free(s);
	}
	ssrc_arena_clear(&arena);
}

/* ---- whole numbers
 * ---------------------------------------------------------------------------------------------------- */

static void against_all_points(void)
{
	int solved = 0;
	for (uint64_t seed = 1; seed <= 150; seed++) {
		ssrc_arena arena;
		solve_shape shape = {4, 5, 0, 0.1, 0, 1, 0.8, 0.5};
		ssrc_program p = random_program(&arena, &shape, seed);
		double least = solve_ref_whole(&p);
		static const char *const names[] = {"builtin", "cbc"};
		for (size_t k = 0; k < 2; k++) {
			ssrc_solver *s = NULL;
			ssrc_solution r;
			if (!have(names[k], true))
				continue;
			CHECK(ssrc_solver_new(&s, names[k], true, &context, &p, NULL) == SSRC_OK);
			CHECK(s && s->ops->solve_mip(s, &ssrc_no_limits, NULL, NULL, NULL, &r) == SSRC_OK);
			CHECK(r.outcome == (isinf(least) ? SSRC_OUTCOME_INFEASIBLE : SSRC_OUTCOME_OPTIMAL));
			if (isfinite(least)) {
				CHECK_NEAR(r.value, least, 1e-7 * fmax(1, fabs(least)));
				CHECK(r.bound <= least + 1e-7 && r.bound >= least - 1e-6 * fmax(1, fabs(least)));
				solved++;
			}
			ssrc_solver_free(s);
		}
		ssrc_arena_clear(&arena);
	}
	CHECK(solved > 50);
}

static void whole_agree(void)
{
	if (!have("cbc", true))
		SKIP("no CBC here");
	int seen[5] = {0};
	for (uint64_t seed = 1; seed <= 300; seed++) {
		ssrc_arena arena;
		ssrc_program p = random_program(&arena, &solve_whole, seed);
		ssrc_solver *a = NULL, *b = NULL;
		ssrc_solution x, y;
		CHECK(ssrc_solver_new(&a, "cbc", true, &context, &p, NULL) == SSRC_OK);
		CHECK(ssrc_solver_new(&b, "builtin", true, &context, &p, NULL) == SSRC_OK);
		if (a && b) {
			CHECK(b->ops->solve_mip(b, &ssrc_no_limits, NULL, NULL, NULL, &y) == SSRC_OK);
			CHECK(a->ops->solve_mip(a, &ssrc_no_limits, NULL, NULL, NULL, &x) == SSRC_OK);
			if (x.outcome != y.outcome)
				printf("# seed %d: %d, %d\n", (int)seed, x.outcome, y.outcome);
			CHECK(x.outcome == y.outcome);
			if (x.has_x && y.has_x) {
				CHECK_NEAR(x.value, y.value, 1e-6 * fmax(1, fabs(y.value)));
				/* From its own solution, and asked for better than it. */
				ssrc_solve_limits better = ssrc_no_limits;
				better.cutoff = y.value - 1e-3;
				CHECK(a->ops->solve_mip(a, &ssrc_no_limits, y.x, NULL, NULL, &x) == SSRC_OK);
				CHECK(x.outcome == SSRC_OUTCOME_OPTIMAL);
				CHECK_NEAR(x.value, y.value, 1e-6 * fmax(1, fabs(y.value)));
				CHECK(b->ops->solve_mip(b, &better, NULL, NULL, NULL, &y) == SSRC_OK);
				CHECK(y.outcome == SSRC_OUTCOME_INFEASIBLE || y.outcome == SSRC_OUTCOME_OPTIMAL);
				CHECK(y.outcome == SSRC_OUTCOME_OPTIMAL || y.bound == better.cutoff);
			}
			seen[x.outcome]++;
		}
		ssrc_solver_free(a);
		ssrc_solver_free(b);
		ssrc_arena_clear(&arena);
	}
	CHECK(seen[SSRC_OUTCOME_OPTIMAL] > 150 && seen[SSRC_OUTCOME_INFEASIBLE] > 20);
}

/* Cut short at any node, no bound is above the optimum, and no solution below it. */
static void cut_short(void)
{
	static const char *const names[] = {"builtin", "cbc"};
	int stopped = 0;
	for (uint64_t seed = 1; seed <= 120; seed++) {
		ssrc_arena arena;
		ssrc_program p = random_program(&arena, &solve_whole, seed);
		ssrc_solver *exact = NULL;
		ssrc_solution best, r;
		CHECK(ssrc_solver_new(&exact, "builtin", true, &context, &p, NULL) == SSRC_OK);
		CHECK(exact && exact->ops->solve_mip(exact, &ssrc_no_limits, NULL, NULL, NULL, &best) == SSRC_OK);
		for (size_t k = 0; k < 2 && best.outcome == SSRC_OUTCOME_OPTIMAL; k++) {
			ssrc_solver *s = NULL;
			ssrc_solve_limits few = ssrc_no_limits;
			few.nodes = (int64_t)(seed % 4);
			if (!have(names[k], true) || ssrc_solver_new(&s, names[k], true, &context, &p, NULL) != SSRC_OK)
				continue;
			CHECK(s->ops->solve_mip(s, &few, NULL, NULL, NULL, &r) == SSRC_OK);
			CHECK(r.bound <= best.value + 1e-6 * fmax(1, fabs(best.value)));
			CHECK(!r.has_x || r.value >= best.value - 1e-6 * fmax(1, fabs(best.value)));
			CHECK(r.outcome == SSRC_OUTCOME_OPTIMAL || r.outcome == SSRC_OUTCOME_STOPPED);
			stopped += r.outcome == SSRC_OUTCOME_STOPPED;
			ssrc_solver_free(s);
		}
		ssrc_solver_free(exact);
		ssrc_arena_clear(&arena);
	}
	CHECK(stopped > 10);
}

/* ---- choosing
 * ----------------------------------------------------------------------------------------------------------- */

static void choosing(void)
{
	ssrc_error err = {0};
	CHECK(ssrc_solver_find("", false, NULL) && ssrc_solver_find(NULL, true, NULL));
	CHECK(ssrc_solver_find("", false, NULL)->lp && ssrc_solver_find("", true, NULL)->mip);
	CHECK(!ssrc_solver_find("cplex", true, &err) && err.code == SSRC_NOTFOUND);
	CHECK_TEXT(err.arg[0], "cplex");
	CHECK(!ssrc_solver_find("clp", true, NULL) && !ssrc_solver_find("cbc", false, NULL));
	CHECK(!ssrc_solver_find("clp:/usr/lib/libClp.so", false, NULL) && !ssrc_solver_find("file", true, NULL));
	CHECK(ssrc_solver_find("file:/usr/bin/cbc", true, NULL) && ssrc_solver_find("builtin", true, NULL));
	const char *version = NULL;
	if (have("clp", false))
		CHECK(ssrc_solver_find("clp", false, NULL)->available(&version) && strchr(version, '.'));
}

/* ---- threads
 * --------------------------------------------------------------------------------------------------------------- */

typedef struct pieces {
	uint64_t done[1000];
	uint32_t fail_from;
} pieces;

static ssrc_status piece(void *user, uint32_t k, int worker)
{
	pieces *all = user;
	if (worker < 0 || worker >= 64)
		return SSRC_BUG;
	for (uint64_t i = 0; i < 1000 * (1 + k % 7); i++)
		all->done[k] += i * k;
	return k < all->fail_from ? SSRC_OK : k == all->fail_from ? SSRC_FORMAT : SSRC_IO;
}

static void threads(void)
{
	static pieces one, many;
	for (int threads_wanted = 1; threads_wanted <= 8; threads_wanted++) {
		one = many = (pieces){{0}, 1000};
		CHECK(ssrc_parallel(1000, 1, piece, &one) == SSRC_OK);
		CHECK(ssrc_parallel(1000, threads_wanted, piece, &many) == SSRC_OK);
		CHECK(memcmp(one.done, many.done, sizeof one.done) == 0);
		for (uint32_t from = 0; from < 50; from += 7) {
			many.fail_from = from;
			CHECK(ssrc_parallel(1000, threads_wanted, piece, &many) == SSRC_FORMAT);
		}
	}
	CHECK(ssrc_parallel(0, 0, piece, &many) == SSRC_OK);
	CHECK(ssrc_thread_count(0) >= 1 && ssrc_thread_count(3) == 3);
}

static ssrc_status solve_piece(void *user, uint32_t k, int worker)
{
	(void)worker;
	double *values = user;
	ssrc_arena arena;
	ssrc_program p;
	/* The generator has one state: only the solving is done at once. */
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	pthread_mutex_lock(&lock);
	p = random_program(&arena, &solve_tame, k + 1);
	pthread_mutex_unlock(&lock);
	ssrc_solver *s = NULL;
	ssrc_solution r;
	ssrc_status status = ssrc_solver_new(&s, "", false, &context, &p, NULL);
	if (status == SSRC_OK)
		status = s->ops->solve_lp(s, &ssrc_no_limits, &r);
	values[k] = status == SSRC_OK && r.has_x ? r.value : 0;
	ssrc_solver_free(s);
	ssrc_arena_clear(&arena);
	return status;
}

/* One solver in each of several threads: the same bytes as one after the other. */
static void solvers_in_threads(void)
{
	static double alone[200], together[200];
	CHECK(ssrc_parallel(200, 1, solve_piece, alone) == SSRC_OK);
	CHECK(ssrc_parallel(200, 4, solve_piece, together) == SSRC_OK);
	CHECK(memcmp(alone, together, sizeof alone) == 0);
}

/* ---- want of memory
 * ---------------------------------------------------------------------------------------------------------- */

/* All that our own code does, with the k-th allocation failing: NOMEM, nothing leaks. */
static ssrc_status everything(ssrc_context *ctx, const char *name, bool mip, bool *looked)
{
	ssrc_arena arena;
	ssrc_arena_init(&arena, ctx);
	ssrc_program p;
	ssrc_program_draft d;
	ssrc_draft_init(&d, ctx);
	for (uint32_t j = 0; j < 9; j++)
		ssrc_draft_col(&d, -(double)(j % 4) - 1, 0, 3, mip, NULL);
	for (uint32_t i = 0; i < 3; i++)
		ssrc_draft_row(&d, -INFINITY, 7.5 + i, NULL);
	for (uint32_t k = 0; k < 27; k++)
		ssrc_draft_entry(&d, k % 3, k / 3, 1 + (double)(k * 7 % 5));
	ssrc_status status = ssrc_draft_finish(&p, &d, &arena, NULL);
	ssrc_draft_clear(&d);
	ssrc_solver *s = NULL;
	ssrc_solution r;
	if (status == SSRC_OK)
		status = ssrc_solver_new(&s, name, mip, ctx, &p, NULL);
	double low = -INFINITY, high = 4, value[] = {1, 1};
	uint32_t start[] = {0, 2}, cols[] = {0, 8};
	bool keep[] = {true, true, false, true};
	if (status == SSRC_OK)
		status = s->ops->add_rows(s, 1, &low, &high, start, cols, value);
	if (status == SSRC_OK)
		status = mip ? s->ops->solve_mip(s, &ssrc_no_limits, NULL, NULL, NULL, &r)
			     : s->ops->solve_lp(s, &ssrc_no_limits, &r);
	if (status == SSRC_OK && r.outcome == SSRC_OUTCOME_OPTIMAL)
		status = s->ops->keep_rows(s, keep);
	*looked = status == SSRC_OK;
	ssrc_solver_free(s);
	ssrc_arena_clear(&arena);
	return status;
}

static void every_allocation(void)
{
	static const struct {
		const char *name;
		bool mip;
	} cases[] = {{"builtin", false}, {"builtin", true}, {"clp", false}, {"cbc", true}};
	for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
		if (!have(cases[c].name, cases[c].mip))
			continue;
		bool whole = false;
		long k = 1;
		for (; k < 500; k++) {
			test_faults faults;
			ssrc_context ctx;
			test_faults_init(&faults, &ctx, k);
			ssrc_status status = everything(&ctx, cases[c].name, cases[c].mip, &whole);
			CHECK(faults.live_blocks == 0);
			if (faults.calls < k)
				break;
			/* What fails in CBC's child is a failed solve or NOMEM; here it is never taken for an answer.
			 */
			CHECK(status == SSRC_NOMEM || (cases[c].mip && status == SSRC_OK));
		}
		CHECK(whole && k > 15 && k < 500);
	}
}

int main(int argc, char **argv)
{
	ssrc_context_init(&context);
	TEST(drafts);
	TEST(refused);
	TEST(checks);
	TEST(compensated);
	TEST(any_multipliers);
	TEST(bound_by_hand);
	TEST(against_vertices);
	TEST(linear_agree);
	TEST(warm_builtin);
	TEST(warm_clp);
	TEST(corners);
	TEST(limits_hold);
	TEST(changes_refused);
	TEST(against_all_points);
	TEST(whole_agree);
	TEST(cut_short);
	TEST(choosing);
	TEST(threads);
	TEST(solvers_in_threads);
	TEST(every_allocation);
	return tests_done();
}
