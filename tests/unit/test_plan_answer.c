/* Answers to planning problems: US5 of the product by hand, closed forms, and laws on random problems. */
#include "harness.h"

#include "plan/answer.h"
#include "ref/plan_ref.h"

/* ---- one problem, one arena ------------------------------------------------------------------------------- */

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

/* ---- US5: use 10 a week, 40 in stock, 12 weeks without the maker ------------------------------------------ */

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
	u->p = (ssrc_plan_problem){u->items, &u->arc,   u->options, &u->scenario, 2, 1,    2,
				   1,        u->period, 3,          &u->slot,     1, false};
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

/* ---- what binds, what if ---------------------------------------------------------------------------------- */

static const ssrc_plan_bind *find_bind(const ssrc_plan_binds *b, ssrc_plan_bind_kind kind, uint32_t item)
{
	for (uint32_t k = 0; k < b->n; k++)
		if (b->bind[k].kind == kind && b->bind[k].item == item)
			return &b->bind[k];
	return NULL;
}

static const ssrc_plan_change *find_change(const ssrc_plan_changes *c, ssrc_plan_change_kind kind, uint32_t option)
{
	for (uint32_t k = 0; k < c->n; k++)
		if (c->change[k].kind == kind && c->change[k].option == option)
			return &c->change[k];
	return NULL;
}

static void us5_prices_and_regrets(void)
{
	bench b;
	us5 u;
	ssrc_plan_binds binds = {0};
	ssrc_plan_changes changes = {0};
	bench_open(&b);
	us5_make(&u, 6);
	ssrc_plan_answer a = solve(&b, &u.p, &u.set);
	CHECK(ssrc_plan_bindings(&binds, &u.p, &u.set, &a, &b.effort, &b.ctx, &b.arena, &b.err) == SSRC_OK);
	CHECK(binds.solved);
	/* A week more in stock saves one that is bought for 10; so does a week of loss allowed. */
	const ssrc_plan_bind *stock = find_bind(&binds, SSRC_PLAN_BINDS_STOCK, 1);
	const ssrc_plan_bind *limit = find_bind(&binds, SSRC_PLAN_BINDS_LIMIT, 0);
	CHECK(stock && fabs(stock->worth - 10) < 1e-7);
	CHECK(limit && fabs(limit->worth - 10) < 1e-7);
	CHECK(ssrc_plan_what_if(&changes, &u.p, &u.set, &a, &binds, 2, &b.effort, &b.ctx, &b.arena, &b.err) == SSRC_OK);
	const ssrc_plan_change *without = find_change(&changes, SSRC_PLAN_WITHOUT, 1);
	CHECK(without && fabs(without->regret - 35) < 1e-6); /* 80 − 45 */
	CHECK(without && without->low <= 35 + 1e-6 && without->high >= 35 - 1e-6 && !without->within_gap);
	without = find_change(&changes, SSRC_PLAN_WITHOUT, 0);
	CHECK(without && without->verdict == SSRC_PLAN_INFEASIBLE && isinf(without->regret));
	CHECK(without && isnan(without->low) && !without->within_gap);
	const ssrc_plan_change *sooner = find_change(&changes, SSRC_PLAN_SOONER, 1);
	CHECK(sooner && fabs(sooner->regret + 10) < 1e-6); /* a week of stock less */
	/* With 40 and the least loss: 10 more buy a week; that the source is taken is settled. */
	u.set.mode = SSRC_PLAN_BUDGET;
	u.set.budget = 40;
	a = solve(&b, &u.p, &u.set);
	CHECK(ssrc_plan_bindings(&binds, &u.p, &u.set, &a, &b.effort, &b.ctx, &b.arena, &b.err) == SSRC_OK);
	CHECK(binds.n > 0 && find_bind(&binds, SSRC_PLAN_BINDS_BUDGET, SSRC_NONE));
	CHECK_NEAR(find_bind(&binds, SSRC_PLAN_BINDS_BUDGET, SSRC_NONE)->worth, 0.1, 1e-7);
	CHECK(ssrc_plan_what_if(&changes, &u.p, &u.set, &a, &binds, 2, &b.effort, &b.ctx, &b.arena, &b.err) == SSRC_OK);
	CHECK_NEAR(find_change(&changes, SSRC_PLAN_MORE, SSRC_NONE)->regret, -0.04, 1e-7);
	bench_close(&b);
}

static void us5_why_40_is_too_little(void)
{
	bench b;
	us5 u;
	ssrc_plan_conflict c = {0};
	bench_open(&b);
	us5_make(&u, 6);
	u.set.budget = 40;
	CHECK(ssrc_plan_explain(&c, &u.p, &u.set, &b.effort, INFINITY, &b.ctx, &b.arena, &b.err) == SSRC_OK);
	CHECK(c.conflict && c.decided && c.irreducible);
	CHECK(c.n == 2 && c.rule[0].kind == SSRC_PLAN_RULE_BUDGET);
	CHECK(c.n == 2 && c.rule[1].kind == SSRC_PLAN_RULE_TARGET && c.rule[1].item == 0 && c.rule[1].scenario == 0);
	CHECK_NEAR(c.budget_needed, 45, 1e-6);
	CHECK_NEAR(c.loss_reachable, 0.5, 1e-6);
	CHECK_NEAR(c.weeks_sooner, 1, 0); /* ready week 5: 25 + 10 */
	CHECK(c.n_missing == 0);
	/* Nothing can be bought: the item is named that needs an option. */
	u.p.n_options = 0;
	u.set.budget = INFINITY;
	CHECK(ssrc_plan_explain(&c, &u.p, &u.set, &b.effort, INFINITY, &b.ctx, &b.arena, &b.err) == SSRC_OK);
	CHECK(c.conflict && c.irreducible && c.n == 1 && c.rule[0].kind == SSRC_PLAN_RULE_TARGET);
	CHECK(isinf(c.budget_needed) && isinf(c.weeks_sooner));
	CHECK_NEAR(c.loss_reachable, 8, 1e-6);
	CHECK(c.n_missing == 1 && c.missing[0] == 1);
	/* What can be done is no conflict. */
	us5_make(&u, 6);
	CHECK(ssrc_plan_explain(&c, &u.p, &u.set, &b.effort, INFINITY, &b.ctx, &b.arena, &b.err) == SSRC_OK);
	CHECK(!c.conflict && c.decided && c.n == 0);
	bench_close(&b);
}

static void options_that_contradict_each_other(void)
{
	bench b;
	us5 u;
	bench_open(&b);
	us5_make(&u, 6);
	/* The source needs the stock, the stock rules the source out. */
	uint32_t stock = 0, source = 1;
	bool forced[2] = {false, true};
	u.options[1].needs = &stock;
	u.options[1].n_needs = 1;
	u.options[0].excludes = &source;
	u.options[0].n_excludes = 1;
	ssrc_plan_answer a = solve(&b, &u.p, &u.set);
	CHECK(a.verdict == SSRC_PLAN_PROVEN && !a.choices[1].taken);
	CHECK_NEAR(a.cost, 80, 1e-6);
	u.set.forced = forced;
	a = solve(&b, &u.p, &u.set);
	CHECK(a.verdict == SSRC_PLAN_INFEASIBLE && !a.has_plan);
	ssrc_plan_conflict c = {0};
	CHECK(ssrc_plan_explain(&c, &u.p, &u.set, &b.effort, INFINITY, &b.ctx, &b.arena, &b.err) == SSRC_OK);
	CHECK(c.conflict && c.irreducible && c.n == 3);
	unsigned kinds = 0;
	for (uint32_t k = 0; k < c.n; k++)
		kinds |= 1u << c.rule[k].kind;
	CHECK(kinds == (1u << SSRC_PLAN_RULE_EXCLUDES | 1u << SSRC_PLAN_RULE_NEEDS | 1u << SSRC_PLAN_RULE_FORCED));
	bench_close(&b);
}

/* ---- closed forms (reference/planning.md §4) -------------------------------------------------------------- */

/* Stock of one item against cuts of random length: P(D >= n) = .3 · .6^(n−1) up to 25, mean and CVaR. */
static void stockpile_against_its_closed_form(void)
{
	enum { LONGEST = 25 };
	bench b;
	ssrc_plan_item items[2] = {{"product", 0, false, 10}, {"part", 0, false, 0}};
	ssrc_plan_arc arc = {0, 1, SSRC_NONE, 1, 1};
	ssrc_plan_option option = {.name = "stock", .kind = SSRC_PLAN_STOCK, .item = 1, .unit = 2.2, .capacity = 100};
	ssrc_plan_hit hits[LONGEST];
	ssrc_plan_scenario scenarios[LONGEST + 1];
	double period[LONGEST + 1], slot = 0;
	for (int n = 0; n <= LONGEST; n++) {
		double longer = n == 0 ? 1 : 0.3 * pow(0.6, n - 1), next = n == LONGEST ? 0 : 0.3 * pow(0.6, n);
		scenarios[n] = (ssrc_plan_scenario){.name = "cut", .probability = longer - next, .n_hits = n > 0};
		period[n] = n;
		if (n > 0) {
			hits[n - 1] = (ssrc_plan_hit){1, 0, n, 1};
			scenarios[n].hits = &hits[n - 1];
		}
	}
	ssrc_plan_problem p = {items, &arc, &option, scenarios, 2, 1, 1, LONGEST + 1, period, LONGEST, &slot, 1, false};
	ssrc_plan_settings set = {.mode = SSRC_PLAN_WEIGHTED, .budget = INFINITY, .risk = 0.5, .tail = 0.9};
	bench_open(&b);
	ssrc_plan_answer a = solve(&b, &p, &set);
	CHECK(a.verdict == SSRC_PLAN_PROVEN);
	CHECK_NEAR(a.value, 14.145882725, 1e-6);
	CHECK_NEAR(a.choices[0].amount, 4, 1e-6);
	/* Without aversion to risk: the newsvendor, P(D >= n) >= C / v. */
	set.risk = 0;
	a = solve(&b, &p, &set);
	CHECK_NEAR(a.choices[0].amount, 1, 1e-6);
	bench_close(&b);
}

/* Second source of capacity κ there in time against stock: source iff F < C κ D (a week of use). */
static void source_or_stock(void)
{
	bench b;
	us5 u;
	bench_open(&b);
	for (int cheap = 0; cheap < 2; cheap++) {
		us5_make(&u, 0);
		double edge = 10 * 0.5 * 12;
		u.items[1].stock = 0;
		u.options[1].capacity = 0.5;
		u.options[1].fixed = edge + (cheap ? -0.5 : 0.5);
		ssrc_plan_answer a = solve(&b, &u.p, &u.set);
		CHECK(a.choices[1].taken == (cheap == 1));
		CHECK_NEAR(a.cost, cheap ? edge - 0.5 + 60 : 120, 1e-6);
	}
	bench_close(&b);
}

/* Losses that have nothing to do with each other and one budget: a knapsack. */
static void knapsack(void)
{
	enum { N = 9 };
	static const double cost[N] = {7, 3, 9, 4, 6, 5, 8, 2, 11}, value[N] = {10, 4, 13, 5, 9, 6, 10, 3, 14};
	bench b;
	ssrc_plan_item items[N];
	ssrc_plan_option options[N];
	ssrc_plan_hit hits[N];
	ssrc_plan_scenario scenarios[N];
	double period[2] = {0, 1}, slot = 0, best = 0, all = 0, budget = 25;
	for (uint32_t k = 0; k < N; k++) {
		items[k] = (ssrc_plan_item){"product", 0, false, value[k]};
		options[k] = (ssrc_plan_option){.name = "source", .item = k, .fixed = cost[k], .capacity = 1};
		hits[k] = (ssrc_plan_hit){k, 0, 1, 1};
		scenarios[k] = (ssrc_plan_scenario){.name = "cut", .probability = 1, .hits = &hits[k], .n_hits = 1};
		all += value[k];
	}
	for (unsigned set = 0; set < 1u << N; set++) {
		double c = 0, v = 0;
		for (int k = 0; k < N; k++)
			if (set >> k & 1) {
				c += cost[k];
				v += value[k];
			}
		if (c <= budget)
			best = fmax(best, v);
	}
	ssrc_plan_problem p = {items, NULL, options, scenarios, N, 0, N, N, period, 1, &slot, 1, false};
	ssrc_plan_settings set = {.mode = SSRC_PLAN_BUDGET, .budget = budget};
	bench_open(&b);
	ssrc_plan_answer a = solve(&b, &p, &set);
	CHECK(a.verdict == SSRC_PLAN_PROVEN);
	CHECK_NEAR(a.value, (all - best) / N, 1e-9);
	CHECK(a.cost <= budget + 1e-9);
	bench_close(&b);
}

/* Every item once hit by itself, options that serve several: the least number that covers them all. */
static void set_cover(void)
{
	enum { ITEMS = 6, SETS = 5 };
	static const char *const covers[SETS] = {"110100", "001100", "010011", "100010", "001001"};
	bench b;
	/* A set is a source of a part; the item gets by with any of the parts of the sets that hold it. */
	ssrc_plan_item items[ITEMS + SETS];
	ssrc_plan_arc arcs[ITEMS * SETS];
	ssrc_plan_option options[SETS];
	ssrc_plan_hit hits[SETS];
	uint32_t n_arcs = 0;
	double period[2] = {0, 1}, slot = 0;
	for (uint32_t i = 0; i < ITEMS; i++) {
		items[i] = (ssrc_plan_item){"product", 0, false, 1};
		for (uint32_t s = 0; s < SETS; s++)
			if (covers[s][i] == '1')
				arcs[n_arcs++] = (ssrc_plan_arc){i, ITEMS + s, 0, 1, 0.125};
	}
	for (uint32_t s = 0; s < SETS; s++) {
		items[ITEMS + s] = (ssrc_plan_item){"part", 0, false, 0};
		options[s] = (ssrc_plan_option){.name = "source", .item = ITEMS + s, .fixed = 1, .capacity = 1};
		hits[s] = (ssrc_plan_hit){ITEMS + s, 0, 1, 1};
	}
	ssrc_plan_scenario scenario = {.name = "all", .probability = 1, .hits = hits, .n_hits = SETS};
	ssrc_plan_problem p = {items,  arcs, options, &scenario, ITEMS + SETS, n_arcs, SETS, 1,
			       period, 1,    &slot,   1,         false};
	ssrc_plan_settings set = {.mode = SSRC_PLAN_SURVIVE, .budget = INFINITY};
	double best = SETS;
	for (unsigned chosen = 0; chosen < 1u << SETS; chosen++) {
		bool all = true;
		double n = 0;
		for (int s = 0; s < SETS; s++)
			n += chosen >> s & 1;
		for (int i = 0; i < ITEMS; i++) {
			bool covered = false;
			for (int s = 0; s < SETS; s++)
				covered |= (chosen >> s & 1) && covers[s][i] == '1';
			all &= covered;
		}
		if (all)
			best = fmin(best, n);
	}
	bench_open(&b);
	ssrc_plan_answer a = solve(&b, &p, &set);
	CHECK(a.verdict == SSRC_PLAN_PROVEN);
	CHECK_NEAR(a.cost, best, 1e-6);
	bench_close(&b);
}

/* ---- laws on random problems ------------------------------------------------------------------------------ */

enum { LAWS = 60 };

/* The value, INFINITY where nothing does what is asked. */
static double value_of(bench *b, const ssrc_plan_problem *p, const ssrc_plan_settings *set)
{
	ssrc_plan_answer a = solve(b, p, set);
	CHECK(a.verdict == SSRC_PLAN_PROVEN || a.verdict == SSRC_PLAN_INFEASIBLE);
	return a.verdict == SSRC_PLAN_PROVEN ? a.value : INFINITY;
}

static bool same_value(double a, double b)
{
	return a == b || fabs(a - b) <= 1e-6 * fmax(1, fabs(a));
}

static void optimum_is_that_of_all_combinations(void)
{
	bench b;
	int begun[RANDOM_OPTIONS];
	for (uint64_t seed = 5001; seed < 5001 + 2 * LAWS; seed++) {
		random_problem r;
		random_problem_make(&r, seed, (uint32_t)(1 + seed % 4));
		bench_open(&b);
		ssrc_plan_answer a = solve(&b, &r.p, &r.set);
		double best = ref_best(&r.p, &r.set, fmax(1, a.penalty), begun);
		bool found = a.verdict == SSRC_PLAN_PROVEN;
		CHECK(found || a.verdict == SSRC_PLAN_INFEASIBLE);
		if (found && !same_value(a.value, best)) {
			printf("# seed %d: %.12g, by trying all %.12g\n", (int)seed, a.value, best);
			CHECK(false);
		}
		if (!found) /* nothing is allowed, or excess is what makes it dear */
			CHECK(isinf(best) || (r.set.mode == SSRC_PLAN_SURVIVE && best > a.penalty * 1e-7));
		if (a.has_plan && r.set.budget < INFINITY)
			CHECK(a.cost <= r.set.budget + 1e-6);
		bench_close(&b);
	}
}

static void laws_of_money_and_choice(void)
{
	bench b;
	for (uint64_t seed = 7001; seed < 7001 + LAWS; seed++) {
		random_problem r;
		random_problem_make(&r, seed, 4);
		r.set.forced = NULL;
		bench_open(&b);
		double value = value_of(&b, &r.p, &r.set);
		ssrc_plan_settings more = r.set;
		more.budget = r.set.budget * 1.5;
		CHECK(value_of(&b, &r.p, &more) <= value + 1e-6 * fmax(1, value));
		/* One option fewer. */
		bool barred[RANDOM_OPTIONS];
		memcpy(barred, r.barred, sizeof barred);
		barred[seed % 4] = true;
		ssrc_plan_settings fewer = r.set;
		fewer.barred = barred;
		CHECK(value_of(&b, &r.p, &fewer) >= value - 1e-6 * fmax(1, isinf(value) ? 1 : value));
		bench_close(&b);
	}
}

static void laws_of_form(void)
{
	bench b;
	for (uint64_t seed = 8001; seed < 8001 + LAWS; seed++) {
		random_problem r;
		random_problem_make(&r, seed, 4);
		bench_open(&b);
		double value = value_of(&b, &r.p, &r.set);
		/* All money in other units. */
		random_problem m = r;
		m.p.items = m.items;
		m.p.options = m.options;
		m.set.slot_budget = r.set.slot_budget ? m.slot_budget : NULL;
		for (uint32_t i = 0; i < r.p.n_items; i++)
			m.items[i].value *= 1000;
		for (uint32_t o = 0; o < r.p.n_options; o++) {
			m.options[o].fixed *= 1000;
			m.options[o].unit *= 1000;
			m.options[o].holding *= 1000;
		}
		for (int k = 0; k < 3; k++)
			m.slot_budget[k] *= 1000;
		m.set.budget *= 1000;
		CHECK(same_value(value_of(&b, &m.p, &m.set) / 1000, value));
		/* An item that nothing hits, and a scenario twice with half the weight. */
		m = r;
		m.p.items = m.items;
		m.items[r.p.n_items] = (ssrc_plan_item){"new", 0, false, 5};
		m.p.n_items++;
		m.p.scenarios = m.scenarios;
		m.scenarios[0].probability /= 2;
		m.scenarios[r.p.n_scenarios] = m.scenarios[0];
		m.p.n_scenarios++;
		CHECK(same_value(value_of(&b, &m.p, &m.set), value));
		bench_close(&b);
	}
}

/* Items, options and scenarios in the opposite order: the same plan under other numbers. */
static void laws_of_names(void)
{
	bench b;
	for (uint64_t seed = 9001; seed < 9001 + LAWS; seed++) {
		random_problem r, m;
		random_problem_make(&r, seed, 4);
		for (uint32_t o = 0; o < 4; o++) /* costs apart, so that there is one best plan */
			r.options[o].fixed += 0.01 * (1 << o);
		m = r;
		uint32_t n = r.p.n_items;
		for (uint32_t i = 0; i < n; i++)
			m.items[i] = r.items[n - 1 - i];
		for (uint32_t k = 0; k < r.p.n_arcs; k++) {
			m.arcs[k] = r.arcs[r.p.n_arcs - 1 - k];
			m.arcs[k].item = n - 1 - m.arcs[k].item;
			m.arcs[k].input = n - 1 - m.arcs[k].input;
		}
		for (uint32_t o = 0; o < 4; o++) {
			m.options[o] = r.options[3 - o];
			m.options[o].item = n - 1 - m.options[o].item;
			m.others[o][0] = 3 - r.others[3 - o][0];
			m.others[o][1] = 3 - r.others[3 - o][1];
			m.options[o].needs = &m.others[o][0];
			m.options[o].excludes = &m.others[o][1];
			m.barred[o] = r.barred[3 - o];
			m.forced[o] = r.forced[3 - o];
			m.started[o] = r.started[3 - o];
			m.started_week[o] = r.started_week[3 - o];
		}
		for (uint32_t s = 0; s < r.p.n_scenarios; s++) {
			uint32_t from = r.p.n_scenarios - 1 - s;
			m.scenarios[s] = r.scenarios[from];
			m.scenarios[s].hits = m.hits[s];
			m.scenarios[s].covers = m.covers[s];
			for (uint32_t k = 0; k < m.scenarios[s].n_hits; k++) {
				m.hits[s][k] = r.hits[from][k];
				m.hits[s][k].item = n - 1 - m.hits[s][k].item;
			}
			for (uint32_t k = 0; k < m.scenarios[s].n_covers; k++) {
				ssrc_plan_cover c = r.covers[from][k];
				c.item = n - 1 - c.item;
				c.user = c.user == SSRC_NONE ? SSRC_NONE : n - 1 - c.user;
				c.by_item = c.by_item == SSRC_NONE ? SSRC_NONE : n - 1 - c.by_item;
				m.covers[s][k] = c;
			}
			for (uint32_t o = 0; o < 4; o++)
				m.works[s][o] = r.works[from][3 - o];
			m.scenarios[s].works = r.scenarios[from].works ? m.works[s] : NULL;
		}
		m.p.items = m.items;
		m.p.arcs = m.arcs;
		m.p.options = m.options;
		m.p.scenarios = m.scenarios;
		m.set.barred = m.barred;
		m.set.started = m.started;
		m.set.started_week = m.started_week;
		m.set.forced = r.set.forced ? m.forced : NULL;
		bench_open(&b);
		ssrc_plan_answer a = solve(&b, &r.p, &r.set), c = solve(&b, &m.p, &m.set);
		CHECK(a.verdict == c.verdict);
		CHECK(same_value(a.has_plan ? a.value : 0, c.has_plan ? c.value : 0));
		for (uint32_t o = 0; o < 4 && a.has_plan && c.has_plan && r.set.mode != SSRC_PLAN_BUDGET; o++)
			if (a.choices[o].taken != c.choices[3 - o].taken) {
				printf("# seed %d: option %d\n", (int)seed, (int)o);
				CHECK(false);
			}
		bench_close(&b);
	}
}

/* ---- other plans, budgets, information -------------------------------------------------------------------- */

static void other_plans_are_near_and_different(void)
{
	bench b;
	uint32_t found = 0;
	for (uint64_t seed = 10001; seed < 10001 + LAWS; seed++) {
		random_problem r;
		ssrc_plan_other *other = NULL;
		uint32_t n = 0;
		random_problem_make(&r, seed, 5);
		bench_open(&b);
		ssrc_plan_answer a = solve(&b, &r.p, &r.set);
		CHECK(ssrc_plan_others(&other, &n, 3, 0.2, &r.p, &r.set, &a, &b.effort, &b.ctx, &b.arena, &b.err) ==
		      SSRC_OK);
		CHECK(n <= 3);
		double room = 0.2 * (fabs(a.value) > 1e-9 ? fabs(a.value) : 1);
		ssrc_plan_changes changes = {0};
		CHECK(ssrc_plan_what_if(&changes, &r.p, &r.set, &a, NULL, 0, &b.effort, &b.ctx, &b.arena, &b.err) ==
		      SSRC_OK);
		for (uint32_t k = 0; k < changes.n; k++) {
			const ssrc_plan_change *x = &changes.change[k];
			CHECK(!(x->low > x->regret + 1e-9) && !(x->high < x->regret - 1e-9));
			/* Nobody is worse off for being ready sooner: such a difference is never told as one. */
			CHECK(x->kind != SSRC_PLAN_SOONER || !(x->regret > 0));
		}
		/* Where one option can be done without within the room there is another plan. */
		for (uint32_t k = 0; k < changes.n && a.verdict == SSRC_PLAN_PROVEN; k++) {
			if (changes.change[k].kind != SSRC_PLAN_WITHOUT || !(changes.change[k].regret < room - 1e-6))
				continue;
			const ssrc_plan_option *o = &r.options[changes.change[k].option];
			CHECK(n > 0 || (o->kind == SSRC_PLAN_STOCK && o->fixed == 0));
		}
		for (uint32_t k = 0; k < n; k++) {
			CHECK(other[k].value <= a.value + room + 1e-8);
			CHECK(other[k].value >= a.value - 1e-6 * fmax(1, a.value));
			for (uint32_t m = 0; m <= k; m++) {
				const ssrc_plan_decision *d = m == k ? &a.decision : &other[m].decision;
				bool same = true;
				for (uint32_t o = 0; o < r.p.n_options; o++)
					same &= (d->begun[o] == SSRC_NONE) == (other[k].decision.begun[o] == SSRC_NONE);
				CHECK(!same);
			}
		}
		found += n;
		bench_close(&b);
	}
	CHECK(found >= LAWS / 3);
}

static void frontier_never_rises(void)
{
	bench b;
	us5 u;
	double budgets[] = {0, 20, 25, 40, 45, 100};
	ssrc_plan_answer a[6];
	bench_open(&b);
	us5_make(&u, 6);
	CHECK(ssrc_plan_frontier(a, budgets, 6, &u.p, &u.set, &b.effort, &b.ctx, &b.arena, &b.err) == SSRC_OK);
	/* 8 weeks short; 2 bought; the source; and half, and all of the stock it needs. */
	double expect[] = {8, 6, 2, 0.5, 0, 0}, cost[] = {0, 20, 25, 40, 45, 45};
	for (int k = 0; k < 6; k++) {
		CHECK(a[k].verdict == SSRC_PLAN_PROVEN);
		CHECK_NEAR(a[k].value, expect[k], 1e-7);
		CHECK_NEAR(a[k].cost, cost[k], 1e-6);
	}
	double falling[] = {5, 4};
	CHECK(ssrc_plan_frontier(a, falling, 2, &u.p, &u.set, &b.effort, &b.ctx, &b.arena, &b.err) == SSRC_RANGE);
	bench_close(&b);
}

static void information_is_worth_something(void)
{
	bench b;
	for (uint64_t seed = 11001; seed < 11001 + LAWS; seed++) {
		random_problem r;
		ssrc_plan_information info;
		random_problem_make(&r, seed, 4);
		if (r.set.mode == SSRC_PLAN_SURVIVE)
			continue;
		bench_open(&b);
		ssrc_plan_answer a = solve(&b, &r.p, &r.set);
		if (a.has_plan) {
			CHECK(ssrc_plan_information_worth(&info, &r.p, &r.set, &a, &b.effort, &b.ctx, &b.arena,
							  &b.err) == SSRC_OK);
			CHECK(info.perfect >= -1e-6 * fmax(1, a.value));
			CHECK(!(info.stochastic < -1e-6 * fmax(1, a.value)));
			CHECK_NEAR(info.wait_and_see + info.perfect, a.value, 1e-9 * fmax(1, a.value));
		}
		bench_close(&b);
	}
}

/* Two scenarios of equal weight; each has its own item and source for 3, worth 4 in its scenario: knowing which comes
 * saves half of the money. */
static void information_by_hand(void)
{
	bench b;
	ssrc_plan_item items[2] = {{"a", 0, false, 4}, {"b", 0, false, 4}};
	ssrc_plan_option options[2] = {{.name = "for a", .item = 0, .fixed = 1.5, .capacity = 1},
				       {.name = "for b", .item = 1, .fixed = 1.5, .capacity = 1}};
	ssrc_plan_hit hits[2] = {{0, 0, 1, 1}, {1, 0, 1, 1}};
	ssrc_plan_scenario scenarios[2] = {{.name = "a", .probability = 1, .hits = &hits[0], .n_hits = 1},
					   {.name = "b", .probability = 1, .hits = &hits[1], .n_hits = 1}};
	double period[2] = {0, 1}, slot = 0;
	ssrc_plan_problem p = {items, NULL, options, scenarios, 2, 0, 2, 2, period, 1, &slot, 1, false};
	ssrc_plan_settings set = {.mode = SSRC_PLAN_WEIGHTED, .budget = INFINITY};
	ssrc_plan_information info = {0};
	bench_open(&b);
	ssrc_plan_answer a = solve(&b, &p, &set);
	CHECK_NEAR(a.value, 3, 1e-7);
	CHECK(ssrc_plan_information_worth(&info, &p, &set, &a, &b.effort, &b.ctx, &b.arena, &b.err) == SSRC_OK);
	CHECK_NEAR(info.wait_and_see, 1.5, 1e-7);
	CHECK_NEAR(info.perfect, 1.5, 1e-7);
	/* The mean loses half of both: 2 each, so both are bought as well. */
	CHECK_NEAR(info.of_mean_plan, 3, 1e-7);
	CHECK_NEAR(info.stochastic, 0, 1e-7);
	bench_close(&b);
}

/* ---- looking at a fixed plan ------------------------------------------------------------------------------ */

/* Any plan, also one that is bad, against the equations on the whole horizon without any reduction. */
static void outlook_is_that_of_the_equations(void)
{
	bench b;
	for (uint64_t seed = 12001; seed < 12001 + 2 * LAWS; seed++) {
		random_problem r;
		random_problem_make(&r, seed, (uint32_t)(1 + seed % 6));
		ssrc_plan_decision d;
		ssrc_plan_outlook look = {0};
		int begun[RANDOM_OPTIONS];
		bench_open(&b);
		r.set.mode = SSRC_PLAN_BUDGET;
		r.set.budget = INFINITY;
		r.set.slot_budget = NULL;
		CHECK(ssrc_plan_decision_new(&d, &r.p, &b.arena, &b.err) == SSRC_OK);
		for (uint32_t o = 0; o < r.p.n_options; o++) {
			begun[o] = r.started[o] ? 0 : random_int(&r, -1, (int)r.p.n_slots - 1);
			d.begun[o] = begun[o] < 0 ? SSRC_NONE : (uint32_t)begun[o];
			for (uint32_t k = 0; begun[o] >= 0 && k < r.p.n_slots; k++)
				if (r.options[o].kind == SSRC_PLAN_STOCK && (int)k >= begun[o])
					d.bought[o * r.p.n_slots + k] = r.options[o].capacity / (2.0 * r.p.n_slots);
		}
		CHECK(ssrc_plan_look(&look, &r.p, &r.set, &d, true, &b.effort, &b.ctx, &b.arena, &b.err) == SSRC_OK);
		double value = (1 - r.set.risk) * look.expected + r.set.risk * look.tail;
		double ref = ref_fixed(&(ref_plan){&r.p, &r.set, begun, d.bought, true}, 0);
		if (!same_value(value, ref)) {
			printf("# seed %d: %.12g, by the equations %.12g\n", (int)seed, value, ref);
			CHECK(false);
		}
		/* One hand that decides who gets what does no worse than equal parts for all; licences that only miss
		 * inputs are treated otherwise there. */
		bool licences = false;
		for (uint32_t i = 0; i < r.p.n_items; i++)
			licences |= r.items[i].expires;
		ssrc_plan_problem equal = r.p;
		ssrc_plan_outlook parts = {0};
		equal.proportional = true;
		CHECK(ssrc_plan_look(&parts, &equal, &r.set, &d, false, &b.effort, &b.ctx, &b.arena, &b.err) ==
		      SSRC_OK);
		for (uint32_t s = 0; s < r.p.n_scenarios; s++)
			CHECK(licences || parts.loss[s] >= look.loss[s] - 1e-6 * fmax(1, look.loss[s]));
		/* The course adds up to the weeks. */
		for (uint32_t k = 0; k < look.n_scenarios * look.n_products; k++) {
			double weeks = 0;
			for (uint32_t t = 0; t < r.p.n_periods; t++)
				weeks += look.path[k * r.p.n_periods + t] * (r.period[t + 1] - r.period[t]);
			if (look.n_products == 1)
				CHECK_NEAR(weeks, look.weeks[k], 1e-5);
			CHECK(isnan(look.first_week[k]) == !(weeks > 0));
		}
		bench_close(&b);
	}
}

/* Losses by hand: half of 100 scenarios lose 8 weeks, half nothing. */
static void trial_on_other_scenarios(void)
{
	enum { N = 100 };
	bench b;
	us5 u;
	ssrc_plan_scenario other[N];
	ssrc_plan_sample sample = {0};
	bench_open(&b);
	us5_make(&u, 6);
	for (int s = 0; s < N; s++)
		other[s] = (ssrc_plan_scenario){.name = "other", .probability = 1, .hits = &u.hit, .n_hits = s % 2};
	u.p.scenarios = other;
	u.p.n_scenarios = N;
	u.set.mode = SSRC_PLAN_BUDGET;
	u.set.tail = 0.75;
	ssrc_plan_decision nothing;
	CHECK(ssrc_plan_decision_new(&nothing, &u.p, &b.arena, &b.err) == SSRC_OK);
	CHECK(ssrc_plan_try(&sample, &u.p, &u.set, &nothing, &b.effort, &b.ctx, &b.arena, &b.err) == SSRC_OK);
	CHECK(sample.n == N);
	CHECK_NEAR(sample.mean, 4, 1e-7);
	CHECK_NEAR(sample.half_width, 1.96 * 4 / sqrt(99), 1e-7);
	CHECK_NEAR(sample.tail, 8, 1e-7);
	CHECK_NEAR(sample.part_short, 0.5, 1e-12);
	CHECK_NEAR(sample.worst_weeks, 8, 1e-7);
	bench_close(&b);
}

/* A year later: what was begun is paid and nearly there, what was bought has come. */
static void planning_again(void)
{
	bench b;
	us5 u;
	bool started[2];
	double week[2], arrived[2];
	bench_open(&b);
	us5_make(&u, 6);
	ssrc_plan_answer a = solve(&b, &u.p, &u.set);
	ssrc_plan_carry(started, week, arrived, &u.p, &a, 4);
	CHECK(started[1] && week[1] == -4 && started[0] && week[0] == -4);
	CHECK_NEAR(arrived[1], 2, 1e-7);
	CHECK(arrived[0] == 0);
	/* The cut comes 4 weeks later than was feared: the source is ready in week 2, stock is 6 weeks. */
	u.items[1].stock += arrived[1];
	u.set.started = started;
	u.set.started_week = week;
	ssrc_plan_answer next = solve(&b, &u.p, &u.set);
	CHECK(next.verdict == SSRC_PLAN_PROVEN);
	CHECK_NEAR(next.cost, 0, 1e-9);
	CHECK(next.choices[1].taken && next.choices[1].start == -4 && next.choices[1].ready == 2);
	bench_close(&b);
}

/* ---- conflicts on random problems ------------------------------------------------------------------------- */

/* The conflict is one, and leaving out any one rule of it ends it: tested by the other solver, on all combinations. */
static void conflicts_are_irreducible(void)
{
	bench b;
	int conflicts = 0;
	for (uint64_t seed = 13001; seed < 13001 + 2 * LAWS; seed++) {
		random_problem r;
		ssrc_plan_conflict c = {0};
		random_problem_make(&r, seed, (uint32_t)(1 + seed % 4));
		r.set.mode = SSRC_PLAN_SURVIVE;
		r.set.max_loss = 1;
		r.set.budget = 10;
		bench_open(&b);
		ssrc_plan_answer a = solve(&b, &r.p, &r.set);
		CHECK(ssrc_plan_explain(&c, &r.p, &r.set, &b.effort, INFINITY, &b.ctx, &b.arena, &b.err) == SSRC_OK);
		CHECK(c.decided && c.conflict == (a.verdict == SSRC_PLAN_INFEASIBLE));
		CHECK(c.conflict == (c.n > 0));
		conflicts += c.conflict;
		if (c.conflict) {
			CHECK(c.irreducible);
			/* The figures that would help do help. */
			ssrc_plan_settings more = r.set;
			if (isfinite(c.budget_needed)) {
				CHECK(c.budget_needed >= 10 - 1e-6);
				more.budget = c.budget_needed + 1e-6;
				CHECK(solve(&b, &r.p, &more).verdict == SSRC_PLAN_PROVEN);
			}
			more = r.set;
			if (isfinite(c.loss_reachable)) {
				more.max_loss = c.loss_reachable + 1e-6;
				CHECK(solve(&b, &r.p, &more).verdict == SSRC_PLAN_PROVEN);
				more.max_loss = c.loss_reachable - 1e-3;
				CHECK(solve(&b, &r.p, &more).verdict == SSRC_PLAN_INFEASIBLE);
			}
			if (isinf(c.budget_needed) && a.has_plan && !r.set.slot_budget)
				CHECK(c.n_missing > 0);
		}
		bench_close(&b);
	}
	CHECK(conflicts > LAWS / 2);
}

/* ---- the worst attack ------------------------------------------------------------------------------------- */

/* All sets of two at once against the loop that finds only those that matter. */
static void worst_attack_is_that_of_all_sets(void)
{
	enum { ATTACKS = 5, PAIRS = ATTACKS * (ATTACKS - 1) / 2 };
	bench b;
	for (uint64_t seed = 14001; seed < 14001 + LAWS / 2; seed++) {
		random_problem r;
		random_problem_make(&r, seed, 4);
		r.set.forced = NULL;
		ssrc_plan_hit hit[ATTACKS], pair[PAIRS][2];
		ssrc_plan_attack attacks[ATTACKS];
		ssrc_plan_scenario all[PAIRS];
		uint32_t n = 0;
		for (int k = 0; k < ATTACKS; k++) {
			int from = random_int(&r, 0, 4);
			hit[k] = (ssrc_plan_hit){(uint32_t)random_int(&r, 0, (int)r.p.n_items - 1), from,
						 from + random_int(&r, 1, 9), random_int(&r, 0, 1) ? 1 : 0.5};
			attacks[k] = (ssrc_plan_attack){.name = "attack", .hits = &hit[k], .n_hits = 1};
		}
		for (int k = 0; k < ATTACKS; k++)
			for (int m = k + 1; m < ATTACKS; m++, n++) {
				pair[n][0] = hit[k];
				pair[n][1] = hit[m];
				all[n] = (ssrc_plan_scenario){
					.name = "pair", .probability = 1, .hits = pair[n], .n_hits = 2};
			}
		ssrc_plan_threat threat = {.attacks = attacks,
					   .n_attacks = ATTACKS,
					   .most = 2,
					   .most_tests = 100,
					   .most_rounds = PAIRS + 1};
		ssrc_plan_worst w = {0};
		ssrc_plan_problem whole = r.p;
		ssrc_plan_settings set = r.set;
		whole.scenarios = all;
		whole.n_scenarios = PAIRS;
		if (set.mode != SSRC_PLAN_SURVIVE) {
			set.risk = 1;
			set.tail = 1 - 0.5 / PAIRS;
		}
		bench_open(&b);
		double value = value_of(&b, &whole, &set);
		CHECK(ssrc_plan_against(&w, &r.p, &r.set, &threat, &b.effort, &b.ctx, &b.arena, &b.err) == SSRC_OK);
		if (!same_value(w.upper, value) || (!isinf(value) && !same_value(w.lower, value))) {
			printf("# seed %d mode %d: %.12g .. %.12g, by all sets %.12g\n", (int)seed, r.set.mode, w.lower,
			       w.upper, value);
			CHECK(false);
		}
		CHECK(w.exact);
		CHECK(w.n_scenarios <= PAIRS);
		/* Greedy from single attacks: bounds still hold from below. */
		threat.most_tests = 1;
		CHECK(ssrc_plan_against(&w, &r.p, &r.set, &threat, &b.effort, &b.ctx, &b.arena, &b.err) == SSRC_OK);
		CHECK(w.lower <= value + 1e-6 * fmax(1, isinf(value) ? 1 : value));
		bench_close(&b);
	}
}

/* ---- wrong data, no memory -------------------------------------------------------------------------------- */

static void wrong_data_is_refused_by_name(void)
{
	bench b;
	us5 u;
	ssrc_plan_answer a = {0};
	bench_open(&b);
	us5_make(&u, 6);
	u.options[1].capacity = -1;
	CHECK(ssrc_plan_solve(&a, &u.p, &u.set, NULL, &b.effort, &b.ctx, &b.arena, &b.err) == SSRC_RANGE);
	CHECK(strstr(b.err.arg[0], "source") != NULL);
	CHECK(!a.has_plan && a.choices == NULL);
	us5_make(&u, 6);
	u.hit.item = 7;
	b.err = (ssrc_error){0};
	CHECK(ssrc_plan_solve(&a, &u.p, &u.set, NULL, &b.effort, &b.ctx, &b.arena, &b.err) == SSRC_RANGE);
	us5_make(&u, 6);
	u.scenario.probability = 0;
	CHECK(ssrc_plan_solve(&a, &u.p, &u.set, NULL, &b.effort, &b.ctx, &b.arena, &b.err) == SSRC_RANGE);
	us5_make(&u, 6);
	u.period[2] = u.period[1];
	CHECK(ssrc_plan_solve(&a, &u.p, &u.set, NULL, &b.effort, &b.ctx, &b.arena, &b.err) == SSRC_RANGE);
	bench_close(&b);
}

/* Everything once, with the fail_at-th allocation failing. */
static ssrc_status all_of_it(ssrc_context *ctx)
{
	us5 u;
	us5_make(&u, 6);
	ssrc_plan_effort effort = {
		.core = {.seconds = INFINITY, .gap = 1e-9, .iterations = -1, .threads = 1, .solver = "builtin"}};
	ssrc_arena arena;
	ssrc_error err = {0};
	ssrc_plan_answer a;
	ssrc_plan_binds binds;
	ssrc_plan_conflict c;
	ssrc_plan_worst w;
	ssrc_plan_attack attack = {.name = "attack", .hits = &u.hit, .n_hits = 1};
	ssrc_plan_threat threat = {.attacks = &attack, .n_attacks = 1, .most = 1, .most_tests = 9, .most_rounds = 2};
	ssrc_arena_init(&arena, ctx);
	u.set.budget = 40;
	ssrc_status status = ssrc_plan_solve(&a, &u.p, &u.set, NULL, &effort, ctx, &arena, &err);
	if (status == SSRC_OK)
		status = ssrc_plan_explain(&c, &u.p, &u.set, &effort, INFINITY, ctx, &arena, &err);
	u.set.mode = SSRC_PLAN_BUDGET;
	if (status == SSRC_OK)
		status = ssrc_plan_solve(&a, &u.p, &u.set, NULL, &effort, ctx, &arena, &err);
	if (status == SSRC_OK)
		status = ssrc_plan_bindings(&binds, &u.p, &u.set, &a, &effort, ctx, &arena, &err);
	if (status == SSRC_OK)
		status = ssrc_plan_against(&w, &u.p, &u.set, &threat, &effort, ctx, &arena, &err);
	if (status != SSRC_OK)
		CHECK(err.code == status);
	ssrc_arena_clear(&arena);
	return status;
}

static void memory_may_fail(void)
{
	test_faults f;
	ssrc_context ctx;
	test_faults_init(&f, &ctx, 0);
	CHECK(all_of_it(&ctx) == SSRC_OK);
	CHECK(f.live_blocks == 0);
	long calls = f.calls, step = calls / 700 + 1;
	for (long k = 1; k <= calls; k += step) {
		test_faults_init(&f, &ctx, k);
		ssrc_status status = all_of_it(&ctx);
		if (status != SSRC_NOMEM || f.live_blocks != 0) {
			printf("# allocation %ld of %ld: status %d, %ld blocks left\n", k, calls, status,
			       f.live_blocks);
			CHECK(false);
		}
	}
}

int main(int argc, char **argv)
{
	TEST(us5_stock_and_source);
	TEST(us5_budget_40_is_too_little);
	TEST(us5_prices_and_regrets);
	TEST(us5_why_40_is_too_little);
	TEST(options_that_contradict_each_other);
	TEST(stockpile_against_its_closed_form);
	TEST(source_or_stock);
	TEST(knapsack);
	TEST(set_cover);
	TEST(optimum_is_that_of_all_combinations);
	TEST(laws_of_money_and_choice);
	TEST(laws_of_form);
	TEST(laws_of_names);
	TEST(other_plans_are_near_and_different);
	TEST(frontier_never_rises);
	TEST(information_is_worth_something);
	TEST(information_by_hand);
	TEST(outlook_is_that_of_the_equations);
	TEST(trial_on_other_scenarios);
	TEST(planning_again);
	TEST(conflicts_are_irreducible);
	TEST(worst_attack_is_that_of_all_sets);
	TEST(wrong_data_is_refused_by_name);
	TEST(memory_may_fail);
	return tests_done();
}
