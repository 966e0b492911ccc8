/* Whole-number recourse: optima against trying everything, hulls against a linear program, and what must not matter. */
#include "harness.h"

#include "plan/instances.h"
#include "plan/integer_recourse.h"
#include "ref/integer_recourse_ref.h"

static ssrc_context ctx;
static ssrc_arena arena;
static ssrc_error err;

static ssrc_two_stage_options options = {
	.seconds = INFINITY, .gap = 1e-9, .iterations = -1, .threads = 1, .solver = ""};

static void begin(void)
{
	ssrc_context_init(&ctx);
	ssrc_arena_init(&arena, &ctx);
	err = (ssrc_error){0};
	options.threads = 1;
	options.iterations = -1;
	options.start = NULL;
}

static bool solves(ssrc_two_stage_result *out, const ssrc_two_stage *problem)
{
	ssrc_status status = ssrc_integer_recourse_solve(out, problem, &options, NULL, NULL, &ctx, &arena, &err);
	if (status) {
		char text[600];
		ssrc_error_render(text, sizeof text, &err, SSRC_LANG_EN);
		printf("# %s\n", text);
	}
	return status == SSRC_OK;
}

/* True if the result is right: the optimum reached and proven, or shown to be infeasible. */
static bool is_right(const ssrc_two_stage *problem, const ssrc_two_stage_result *r, double best)
{
	if (best == INFINITY)
		return !r->has_plan && r->infeasible;
	double value = r->has_plan ? ref_plan_value(problem, r->x) : NAN, room = 1e-6 * fmax(1, fabs(best));
	return r->has_plan && !r->infeasible && fabs(r->value - best) <= room && fabs(value - best) <= room &&
	       r->bound <= r->value + 1e-9 && r->bound >= best - room && r->violation <= 1e-6;
}

static void compare(uint64_t first, uint64_t last, ref_shape (*shape_of)(uint64_t seed), uint32_t least_feasible)
{
	uint32_t feasible = 0;
	for (uint64_t seed = first; seed <= last; seed++) {
		ref_shape shape = shape_of(seed);
		ssrc_two_stage problem;
		ssrc_two_stage_result result;
		begin();
		CHECK(ref_random_problem(&problem, seed, &shape, &ctx, &arena) == SSRC_OK);
		double best = ref_optimum(&problem);
		bool right = solves(&result, &problem) && is_right(&problem, &result, best);
		if (!right)
			printf("# seed %d: value %.12g bound %.12g by %s, expected %.12g\n", (int)seed, result.value,
			       result.bound, result.stopped_by, best);
		CHECK(right);
		feasible += best < INFINITY;
		ssrc_arena_clear(&arena);
	}
	if (feasible < least_feasible)
		printf("# only %u problems have a plan\n", feasible);
	CHECK(feasible >= least_feasible);
}

static ref_shape all_whole(uint64_t seed)
{
	return (ref_shape){1 + seed % 3, 1 + seed % 4, 1 + seed % 4, 1 + seed % 3, true, 4, 2 + seed % 2};
}

static void all_whole_agrees_with_trying_everything(void)
{
	compare(1, 500, all_whole, 200);
}

static ref_shape one_continuous_first(uint64_t seed)
{
	return (ref_shape){1, 1 + seed % 4, 1 + seed % 5, 1 + seed % 3, false, 4, 2 + seed % 3};
}

static void continuous_first_stage_agrees(void)
{
	compare(1001, 1500, one_continuous_first, 150);
}

/* A continuous column in the second stage: answers cannot be listed. */
static ref_shape one_continuous_answer(uint64_t seed)
{
	uint32_t n = 1 + seed % 3;
	return (ref_shape){1 + seed % 2, n + 1, 1 + seed % 3, 1 + seed % 3, true, n, 2};
}

static void mixed_answers_agree(void)
{
	compare(2001, 2120, one_continuous_answer, 40);
}

/* ---- what must not matter ---------------------------------------------------------------------------------- */

static ssrc_status read_back(ssrc_instance *out, ref_smps *w)
{
	ssrc_named_text core = {"a.cor", w->core.data, w->core.len}, time = {"a.tim", w->time.data, w->time.len};
	ssrc_named_text stoch = {"a.sto", w->stoch.data, w->stoch.len};
	return ssrc_smps_read(out, &core, &time, &stoch, 1000, &ctx, &arena, &err);
}

static void order_does_not_matter(void)
{
	for (uint64_t seed = 1; seed <= 60; seed++) {
		ref_shape shape = all_whole(seed);
		ssrc_two_stage problem;
		ssrc_instance shuffled;
		ssrc_instance_answer answer;
		ref_smps w = {.r = {seed, 0}, .shuffle = true};
		begin();
		CHECK(ref_random_problem(&problem, seed, &shape, &ctx, &arena) == SSRC_OK);
		ref_align_sides(&problem);
		ref_put_smps(&w, &problem, &ctx);
		double best = ref_optimum(&problem);
		CHECK(read_back(&shuffled, &w) == SSRC_OK);
		CHECK(ssrc_plan_instance_solve(&answer, &shuffled, &options, NULL, NULL, &ctx, &arena, &err) ==
		      SSRC_OK);
		if (best < INFINITY)
			CHECK_NEAR(answer.value, best, 1e-6 * fmax(1, fabs(best)));
		else
			CHECK(answer.result.infeasible && isnan(answer.value));
		ref_clear_smps(&w);
		ssrc_arena_clear(&arena);
	}
}

static void a_scenario_in_two_halves_is_the_same(void)
{
	for (uint64_t seed = 1; seed <= 60; seed++) {
		ref_shape shape = one_continuous_first(seed);
		ssrc_two_stage problem, halves;
		ssrc_two_stage_result a, b;
		begin();
		CHECK(ref_random_problem(&problem, seed, &shape, &ctx, &arena) == SSRC_OK);
		halves = problem;
		halves.n_scenarios++;
		halves.scenarios = ssrc_arena_array(&arena, halves.n_scenarios, sizeof *halves.scenarios);
		memcpy(halves.scenarios, problem.scenarios, problem.n_scenarios * sizeof *halves.scenarios);
		halves.scenarios[problem.n_scenarios] = problem.scenarios[0];
		halves.scenarios[problem.n_scenarios].probability *= 0.25;
		halves.scenarios[0].probability *= 0.75;
		if (solves(&a, &problem) && solves(&b, &halves)) {
			CHECK(a.has_plan == b.has_plan && a.infeasible == b.infeasible);
			if (a.has_plan)
				CHECK_NEAR(a.value, b.value, 1e-7 * fmax(1, fabs(a.value)));
		} else
			CHECK(false);
		ssrc_arena_clear(&arena);
	}
}

/* A capacity problem of the kind of DCAP: capacities of r resources in t periods, n tasks a period to place whole. */
static ssrc_status capacity_problem(ssrc_two_stage *out, uint64_t seed, uint32_t r, uint32_t t, uint32_t n, uint32_t s)
{
	ref_random rnd = {seed, 0};
	ssrc_program_draft draft;
	*out = (ssrc_two_stage){.n_scenarios = s, .complete = true};
	ssrc_draft_init(&draft, &ctx);
	for (uint32_t k = 0; k < r * t; k++) {
		uint32_t x = ssrc_draft_col(&draft, 5 + 5 * ssrc_random_unit(seed, 1, k), 0, INFINITY, false, NULL);
		uint32_t u = ssrc_draft_col(&draft, 10 + 40 * ssrc_random_unit(seed, 2, k), 0, 1, true, NULL);
		uint32_t row = ssrc_draft_row(&draft, -INFINITY, 0, NULL);
		ssrc_draft_entry(&draft, row, x, 1);
		ssrc_draft_entry(&draft, row, u, -1);
	}
	ssrc_status status = ssrc_draft_finish(&out->first, &draft, &arena, NULL);
	ssrc_draft_clear(&draft);
	out->scenarios = ssrc_arena_array(&arena, s, sizeof *out->scenarios);
	for (uint32_t w = 0; w < s && !status; w++) {
		ssrc_scenario_program *sp = &out->scenarios[w];
		sp->probability = 1.0 / s;
		sp->link_start = ssrc_arena_array(&arena, r * t + n * t + 1, sizeof *sp->link_start);
		sp->link_col = ssrc_arena_array(&arena, r * t * t, sizeof *sp->link_col);
		sp->link_value = ssrc_arena_array(&arena, r * t * t, sizeof *sp->link_value);
		uint32_t at = 0;
		for (uint32_t i = 0; i < r; i++)
			for (uint32_t p = 0; p < t; p++) {
				uint32_t row = ssrc_draft_row(&draft, -INFINITY, 0, NULL);
				for (uint32_t q = 0; q <= p; q++) {
					sp->link_col[at] = 2 * (i * t + q);
					sp->link_value[at++] = -1;
				}
				sp->link_start[row + 1] = at;
			}
		for (uint32_t p = 0; p < t; p++)
			for (uint32_t k = 0; k < n; k++) {
				uint32_t row = ssrc_draft_row(&draft, 1, 1, NULL);
				double size = 0.5 + ref_below(&rnd, 1000) / 1000.0;
				sp->link_start[row + 1] = at;
				for (uint32_t i = 0; i < r; i++) {
					uint32_t y = ssrc_draft_col(&draft, 5 + ref_below(&rnd, 3), 0, 1, true, NULL);
					ssrc_draft_entry(&draft, i * t + p, y, size);
					ssrc_draft_entry(&draft, row, y, 1);
				}
				uint32_t z = ssrc_draft_col(&draft, 200, 0, 1, true, NULL);
				ssrc_draft_entry(&draft, row, z, 1);
			}
		status = ssrc_draft_finish(&sp->recourse, &draft, &arena, NULL);
		ssrc_draft_clear(&draft);
	}
	return status;
}

static double whole_as_one(const ssrc_two_stage *problem)
{
	ssrc_program whole;
	uint32_t *first_col;
	ssrc_solver *solver = NULL;
	ssrc_solution found;
	double value = NAN;
	if (ssrc_two_stage_extensive(&whole, &first_col, problem, &arena, NULL) == SSRC_OK &&
	    ssrc_solver_new(&solver, "", true, &ctx, &whole, NULL) == SSRC_OK &&
	    solver->ops->solve_mip(solver, &ssrc_no_limits, NULL, NULL, NULL, &found) == SSRC_OK &&
	    found.outcome == SSRC_OUTCOME_OPTIMAL)
		value = found.value;
	ssrc_solver_free(solver);
	return value;
}

static void capacity_agrees_with_one_program(void)
{
	for (uint64_t seed = 1; seed <= 6; seed++) {
		ssrc_two_stage problem;
		ssrc_two_stage_result result;
		begin();
		CHECK(capacity_problem(&problem, seed, 1 + seed % 2, 2, 2, 4) == SSRC_OK);
		if (solves(&result, &problem)) {
			CHECK(result.bound_phase == SSRC_PHASE_MASTER && result.violation <= 1e-8);
			CHECK_NEAR(result.value, whole_as_one(&problem), 1e-5 * fabs(result.value));
			CHECK(result.bound >= result.value * (1 - 1e-8));
		} else
			CHECK(false);
		ssrc_arena_clear(&arena);
	}
}

static void threads_do_not_matter(void)
{
	ssrc_two_stage problem;
	ssrc_two_stage_result one, many;
	begin();
	CHECK(capacity_problem(&problem, 11, 2, 2, 3, 20) == SSRC_OK);
	CHECK(solves(&one, &problem));
	options.threads = 3;
	CHECK(solves(&many, &problem));
	CHECK(memcmp(one.x, many.x, problem.first.n_cols * sizeof *one.x) == 0);
	CHECK(memcmp(&one.value, &many.value, sizeof one.value) == 0);
	CHECK(memcmp(&one.bound, &many.bound, sizeof one.bound) == 0);
	ssrc_arena_clear(&arena);
}

static void limits_leave_a_bound(void)
{
	ssrc_two_stage problem;
	ssrc_two_stage_result full, cut;
	volatile int stop = 1;
	begin();
	CHECK(capacity_problem(&problem, 12, 2, 3, 3, 30) == SSRC_OK);
	CHECK(solves(&full, &problem));
	CHECK_TEXT(full.stopped_by, "gap");
	options.iterations = 0;
	CHECK(solves(&cut, &problem));
	CHECK(cut.bound <= full.value + 1e-9 && (!cut.has_plan || cut.value >= full.value - 1e-9));
	CHECK_TEXT(cut.stopped_by, "iterations");
	options.iterations = -1;
	options.stop = &stop;
	CHECK(solves(&cut, &problem));
	CHECK(cut.bound <= full.value + 1e-9);
	CHECK_TEXT(cut.stopped_by, "stop");
	options.stop = NULL;
	/* A plan to begin with is at least kept. */
	options.iterations = 0;
	options.start = full.x;
	CHECK(solves(&cut, &problem));
	CHECK(cut.has_plan && cut.value <= full.value + 1e-9);
	ssrc_arena_clear(&arena);
}

static void hear(void *user, const ssrc_two_stage_progress *progress, const double *x)
{
	ssrc_two_stage_progress *last = user;
	CHECK(progress->bound >= last->bound - 1e-9 && progress->value <= last->value);
	CHECK((x != NULL) == isfinite(progress->value));
	*last = *progress;
}

static void progress_only_gets_better(void)
{
	ssrc_two_stage problem;
	ssrc_two_stage_result result;
	ssrc_two_stage_progress last = {.value = INFINITY, .bound = -INFINITY};
	begin();
	CHECK(capacity_problem(&problem, 13, 2, 2, 3, 20) == SSRC_OK);
	CHECK(ssrc_integer_recourse_solve(&result, &problem, &options, hear, &last, &ctx, &arena, &err) == SSRC_OK);
	CHECK(last.value == result.value || fabs(last.value - result.value) < 1e-9);
	ssrc_arena_clear(&arena);
}

/* ---- blocks and hulls -------------------------------------------------------------------------------------- */

static void blocks_come_apart(void)
{
	ssrc_two_stage problem;
	ssrc_block_set set;
	bool listed;
	begin();
	CHECK(capacity_problem(&problem, 1, 2, 3, 3, 5) == SSRC_OK);
	CHECK(ssrc_blocks_list(&set, &listed, &problem, &ctx, &arena, &err) == SSRC_OK && listed);
	/* One block per scenario and period; two resources; at most 27 ways to place three tasks. */
	CHECK(set.n_blocks == 15 && set.n_tenders == 6 && set.n_bare == 0 && !set.infeasible);
	for (uint32_t b = 0; b < set.n_blocks; b++) {
		const ssrc_block *it = &set.blocks[b];
		CHECK(it->n_tenders == 2 && it->n_cols == 9 && it->n_points > 1 && it->n_points <= 27);
		for (uint32_t p = 1; p < it->n_points; p++)
			CHECK(it->cost[p] >= it->cost[p - 1]);
	}
	ssrc_arena_clear(&arena);
}

static void too_many_answers_are_not_listed(void)
{
	ssrc_two_stage problem;
	ssrc_two_stage_result result;
	ssrc_block_set set;
	bool listed = true;
	begin();
	CHECK(capacity_problem(&problem, 2, 2, 1, 7, 2) == SSRC_OK); /* 3^7 answers */
	CHECK(ssrc_blocks_list(&set, &listed, &problem, &ctx, &arena, &err) == SSRC_OK && !listed);
	if (solves(&result, &problem))
		CHECK(result.has_plan && result.bound_phase == SSRC_PHASE_EXTENSIVE);
	else
		CHECK(false);
	ssrc_arena_clear(&arena);
}

typedef struct hull_case {
	ssrc_block block;
	ssrc_block_set set;
	ssrc_tender_box box;
	double t[3];
	/* storage */
	uint32_t tender[3];
	double cost[12], low[36], high[36], box_low[3], box_high[3];
	bool open_low[3], open_high[3];
} hull_case;

static void make_hull_case(hull_case *c, uint64_t seed)
{
	ref_random r = {seed, 0};
	uint32_t k = 1 + (uint32_t)(seed % 3), n = 1 + ref_below(&r, 12);
	*c = (hull_case){.tender = {0, 1, 2}};
	c->block = (ssrc_block){.n_tenders = k,
				.n_points = n,
				.tender = c->tender,
				.cost = c->cost,
				.low = c->low,
				.high = c->high,
				.weight = 1};
	c->set = (ssrc_block_set){.n_tenders = k, .blocks = &c->block, .n_blocks = 1};
	c->box = (ssrc_tender_box){c->box_low, c->box_high, c->open_low, c->open_high};
	double cost = ref_between(&r, -5, 5);
	for (uint32_t p = 0; p < n; p++) {
		c->cost[p] = cost;
		cost += ref_between(&r, 0, 4);
		for (uint32_t i = 0; i < k; i++) {
			c->low[p * k + i] = ref_below(&r, 3) ? ref_between(&r, 0, 8) : -INFINITY;
			c->high[p * k + i] = ref_below(&r, 3) ? INFINITY : c->low[p * k + i] + ref_between(&r, 0, 6);
			if (c->high[p * k + i] == -INFINITY)
				c->high[p * k + i] = ref_between(&r, 0, 8);
		}
	}
	for (uint32_t i = 0; i < k; i++) {
		c->box_low[i] = ref_between(&r, -1, 4);
		c->box_high[i] = c->box_low[i] + ref_between(&r, 0, 6);
		c->open_low[i] = ref_below(&r, 4) == 0;
		c->open_high[i] = ref_below(&r, 4) == 0;
		c->t[i] = c->box_low[i] + (c->box_high[i] - c->box_low[i]) * ref_between(&r, 0, 8) / 8;
	}
}

static bool fits_box(const hull_case *c, uint32_t p)
{
	uint32_t k = c->block.n_tenders;
	for (uint32_t i = 0; i < k; i++) {
		double low = c->low[p * k + i], high = c->high[p * k + i];
		if (low > c->box_high[i] || high < c->box_low[i] || (c->open_high[i] && low >= c->box_high[i]) ||
		    (c->open_low[i] && high <= c->box_low[i]))
			return false;
	}
	return true;
}

/* The hull at t from its definition, as a linear program: a weight w and a weighted place v for each answer,
 * w·low <= v <= w·high, Σ v = t. NAN if there is none. */
static double hull_by_program(const hull_case *c)
{
	ssrc_program_draft draft;
	ssrc_program p;
	ssrc_solver *solver = NULL;
	ssrc_solution found;
	uint32_t k = c->block.n_tenders, sum, place[3];
	double value = NAN;
	ssrc_draft_init(&draft, &ctx);
	sum = ssrc_draft_row(&draft, 1, 1, NULL);
	for (uint32_t i = 0; i < k; i++)
		place[i] = ssrc_draft_row(&draft, c->t[i], c->t[i], NULL);
	for (uint32_t a = 0; a < c->block.n_points; a++) {
		if (!fits_box(c, a))
			continue;
		uint32_t w = ssrc_draft_col(&draft, c->cost[a], 0, 1, false, NULL);
		ssrc_draft_entry(&draft, sum, w, 1);
		for (uint32_t i = 0; i < k; i++) {
			uint32_t v = ssrc_draft_col(&draft, 0, -INFINITY, INFINITY, false, NULL);
			uint32_t least = ssrc_draft_row(&draft, 0, INFINITY, NULL);
			uint32_t most = ssrc_draft_row(&draft, -INFINITY, 0, NULL);
			ssrc_draft_entry(&draft, place[i], v, 1);
			ssrc_draft_entry(&draft, least, v, 1);
			ssrc_draft_entry(&draft, least, w, -fmax(c->low[a * k + i], c->box_low[i]));
			ssrc_draft_entry(&draft, most, v, 1);
			ssrc_draft_entry(&draft, most, w, -fmin(c->high[a * k + i], c->box_high[i]));
		}
	}
	if (draft.n_cols > 0 && ssrc_draft_finish(&p, &draft, &arena, NULL) == SSRC_OK &&
	    ssrc_solver_new(&solver, "", false, &ctx, &p, NULL) == SSRC_OK &&
	    solver->ops->solve_lp(solver, &ssrc_no_limits, &found) == SSRC_OK && found.outcome == SSRC_OUTCOME_OPTIMAL)
		value = found.value;
	ssrc_solver_free(solver);
	ssrc_draft_clear(&draft);
	return value;
}

static double cut_at(const hull_case *c, const ssrc_block_cut *cut, const double *t)
{
	double sum = cut->alpha;
	for (uint32_t i = 0; i < c->block.n_tenders; i++)
		sum += cut->beta[i] * t[i];
	return sum;
}

/* Nowhere in the box may the cut be above an answer that is possible there. */
static bool holds_in_box(const hull_case *c, const ssrc_block_cut *cut)
{
	uint32_t k = c->block.n_tenders;
	for (uint32_t cell = 0; cell < 729; cell++) {
		double t[3], value;
		uint32_t rest = cell;
		bool inside = true;
		for (uint32_t i = 0; i < k; i++, rest /= 9) {
			t[i] = c->box_low[i] + (c->box_high[i] - c->box_low[i]) * (rest % 9) / 8.0;
			inside = inside && !(c->open_low[i] && t[i] == c->box_low[i]) &&
				 !(c->open_high[i] && t[i] == c->box_high[i]);
		}
		if (!inside || ssrc_block_answer(&c->block, t, 0, &value) == SSRC_NONE)
			continue;
		if (cut_at(c, cut, t) > (cut->feasible ? value : 0) + 1e-9)
			return false;
	}
	return true;
}

static void hulls_are_the_highest_cuts(void)
{
	uint32_t curved = 0, separated = 0;
	for (uint64_t seed = 1; seed <= 600; seed++) {
		hull_case c;
		ssrc_block_work *work;
		double beta[3], miss[3], next[3];
		ssrc_block_cut cut = {.beta = beta, .miss = miss, .next = next};
		begin();
		make_hull_case(&c, seed);
		CHECK(ssrc_block_work_new(&work, &c.set, &ctx, &err) == SSRC_OK);
		bool any = ssrc_block_hull(&cut, &c.block, &c.box, c.t, work), fits = false;
		for (uint32_t p = 0; p < c.block.n_points; p++)
			fits = fits || fits_box(&c, p);
		double hull = hull_by_program(&c);
		bool right = any == fits;
		if (any && right) {
			right = cut.feasible == !isnan(hull) && holds_in_box(&c, &cut);
			right = right && (cut.feasible ? fabs(cut_at(&c, &cut, c.t) - hull) < 1e-7
						       : cut_at(&c, &cut, c.t) > 1e-9);
			curved += cut.feasible && cut_at(&c, &cut, c.t) != c.cost[0];
			separated += !cut.feasible;
		}
		if (!right)
			printf("# seed %d: any %d feasible %d, hull %g, cut %g\n", (int)seed, any, cut.feasible, hull,
			       any ? cut_at(&c, &cut, c.t) : NAN);
		CHECK(right);
		ssrc_block_work_free(work);
		ssrc_arena_clear(&arena);
	}
	if (curved < 80 || separated < 30)
		printf("# %u curved, %u separated\n", curved, separated);
	CHECK(curved >= 80 && separated >= 30);
}

/* ---- failures ---------------------------------------------------------------------------------------------- */

static void survives_failed_allocations(void)
{
	test_faults faults;
	bool done = false;
	long most = 0;
	for (long k = 1; !done && k < 20000; k += 1 + k / 40) {
		ssrc_two_stage problem;
		ssrc_two_stage_result result = {.value = 17};
		begin();
		test_faults_init(&faults, &ctx, 0);
		ssrc_arena_init(&arena, &ctx);
		CHECK(capacity_problem(&problem, 3, 1, 2, 2, 2) == SSRC_OK);
		faults.calls = 0;
		faults.fail_at = k;
		ssrc_status status =
			ssrc_integer_recourse_solve(&result, &problem, &options, NULL, NULL, &ctx, &arena, &err);
		done = faults.calls < k;
		CHECK(done ? status == SSRC_OK : status == SSRC_OK || status == SSRC_NOMEM);
		CHECK(status == SSRC_OK || (err.code == SSRC_NOMEM && result.value == 17));
		most = k;
		ssrc_arena_clear(&arena);
		CHECK(faults.live_blocks == 0);
	}
	CHECK(done && most > 50);
}

static void broken_problems_are_refused(void)
{
	ssrc_two_stage problem;
	ssrc_two_stage_result result = {.value = 17};
	begin();
	CHECK(capacity_problem(&problem, 4, 1, 1, 1, 2) == SSRC_OK);
	problem.scenarios[0].probability = 0.9;
	CHECK(ssrc_integer_recourse_solve(&result, &problem, &options, NULL, NULL, &ctx, &arena, &err) == SSRC_RANGE);
	CHECK(result.value == 17);
	ssrc_arena_clear(&arena);
}

/* By hand (docs/methods/instances.md): two machines, 10 + (2 + 6) / 2. */
static void solves_the_example(void)
{
	static const char *const endings[] = {"cor", "tim", "sto"};
	ssrc_named_text texts[3];
	char *block[3], path[3][600];
	ssrc_instance in;
	ssrc_instance_answer answer;
	begin();
	for (int i = 0; i < 3; i++) {
		snprintf(path[i], sizeof path[i], "%s/tests/data/plan/press.%s", SSRC_SOURCE_DIR, endings[i]);
		FILE *f = fopen(path[i], "rb");
		block[i] = calloc(1, 10000);
		size_t got = f && block[i] ? fread(block[i], 1, 9999, f) : 0;
		texts[i] = (ssrc_named_text){path[i], block[i], got};
		if (f)
			fclose(f);
	}
	CHECK(ssrc_smps_read(&in, &texts[0], &texts[1], &texts[2], 10, &ctx, &arena, &err) == SSRC_OK);
	if (!err.code)
		CHECK(ssrc_plan_instance_solve(&answer, &in, &options, NULL, NULL, &ctx, &arena, &err) == SSRC_OK);
	if (!err.code) {
		CHECK_NEAR(answer.value, 14, 1e-9);
		CHECK_NEAR(answer.bound, 14, 1e-7);
		CHECK(answer.result.x[0] == 2 && answer.method == SSRC_METHOD_WHOLE_RECOURSE);
		CHECK_NEAR(answer.result.answer[1], 6, 1e-12);
	}
	for (int i = 0; i < 3; i++)
		free(block[i]);
	ssrc_arena_clear(&arena);
}

int main(int argc, char **argv)
{
	TEST(solves_the_example);
	TEST(all_whole_agrees_with_trying_everything);
	TEST(continuous_first_stage_agrees);
	TEST(mixed_answers_agree);
	TEST(order_does_not_matter);
	TEST(a_scenario_in_two_halves_is_the_same);
	TEST(capacity_agrees_with_one_program);
	TEST(threads_do_not_matter);
	TEST(limits_leave_a_bound);
	TEST(progress_only_gets_better);
	TEST(blocks_come_apart);
	TEST(too_many_answers_are_not_listed);
	TEST(hulls_are_the_highest_cuts);
	TEST(survives_failed_allocations);
	TEST(broken_problems_are_refused);
	return tests_done();
}
