#include "harness.h"
#include "ref/concentration_ref.h"

#include <time.h>

static uint64_t draws;
static double draw(void)
{
	return ssrc_random_unit(11, 5, draws++);
}
static size_t draw_below(size_t n)
{
	return (size_t)(draw() * (double)n);
}

static ssrc_share_block one(double low, double high)
{
	return (ssrc_share_block){low, high, 1, false};
}
static ssrc_share_block joint(uint32_t members, double low, double high)
{
	return (ssrc_share_block){low, high, members, false};
}
static ssrc_share_block various(double low, double high)
{
	return (ssrc_share_block){low, high, 1, true};
}

static ssrc_concentration bounds_of(const ssrc_share_block *blocks, size_t n)
{
	ssrc_concentration c = {0};
	CHECK(ssrc_concentration_bounds(NULL, blocks, n, 0, &c, NULL) == SSRC_OK);
	return c;
}
static ssrc_bounds ratio_of(const ssrc_share_block *blocks, size_t n, uint32_t k)
{
	ssrc_bounds b = {0, 0};
	CHECK(ssrc_concentration_ratio(NULL, blocks, n, 0, k, &b, NULL, NULL) == SSRC_OK);
	return b;
}

#define BOUNDS(...)                                                                                                    \
	bounds_of((ssrc_share_block[]){__VA_ARGS__}, sizeof(ssrc_share_block[]){__VA_ARGS__} / sizeof(ssrc_share_block))
#define CHECK_BOUNDS(b, l, h)                                                                                          \
	do {                                                                                                           \
		ssrc_bounds bounds_here = (b);                                                                         \
		CHECK_NEAR(bounds_here.low, l, 1e-12);                                                                 \
		CHECK_NEAR(bounds_here.high, h, 1e-12);                                                                \
	} while (0)

static void hand_examples(void)
{
	CHECK_BOUNDS(BOUNDS(one(1, 1)).hhi, 1, 1);
	CHECK_BOUNDS(BOUNDS(joint(3, 0.9, 0.9)).hhi, 0.27, 0.81);
	CHECK_BOUNDS(BOUNDS(joint(3, 0.9, 0.9), various(0.1, 0.1)).hhi, 0.27, 0.81);
	CHECK_BOUNDS(BOUNDS(joint(3, 0.9, 1)).hhi, 0.27, 1);
	CHECK_BOUNDS(BOUNDS(one(0.5, 0.5), one(0.5, 0.5)).hhi, 0.5, 0.5);
	CHECK_BOUNDS(BOUNDS(one(0.6, 0.6)).hhi, 0.36, 0.52);
	CHECK_BOUNDS(BOUNDS(one(0.6, 0.6), various(0.4, 0.4)).hhi, 0.36, 0.36);
	CHECK_BOUNDS(BOUNDS(one(0.6, 0.6)).effective, 1 / 0.52, 1 / 0.36);
	CHECK_BOUNDS(BOUNDS(one(0.3, 0.5), various(0, 1)).known, 0.3, 0.5);
	CHECK_BOUNDS(BOUNDS(one(0.1, 0.1), one(0, 1)).hhi, 0.01, 0.82);
	CHECK_BOUNDS(BOUNDS(one(0, 1), various(0.4, 0.4)).hhi, 0.36, 0.36);
}

/* The worked example of docs/methods/concentration.md. */
static void worked_example(void)
{
	ssrc_share_block rows[] = {one(0.5, 0.6), one(0.2, 0.25), various(0.1, 0.3)};
	ssrc_concentration c = bounds_of(rows, 3);
	CHECK_BOUNDS(c.hhi, 0.29, 0.4225);
	CHECK_BOUNDS(c.effective, 1 / 0.4225, 1 / 0.29);
	CHECK_BOUNDS(c.known, 0.7, 0.85);
	CHECK(c.exact && c.informative);
	CHECK_BOUNDS(ratio_of(rows, 3, 1), 0.5, 0.6);
	CHECK_BOUNDS(ratio_of(rows, 3, 2), 0.7, 0.85);
	ssrc_share_block open[] = {one(0.5, 0.6), one(0.2, 0.25)};
	CHECK_BOUNDS(bounds_of(open, 2).hhi, 0.29, 0.445);
	CHECK_BOUNDS(ratio_of(open, 2, 2), 0.7, 0.85);
	CHECK_BOUNDS(ratio_of(open, 2, 3), 0.7, 1);
}

static void ratios_of_a_joint_row(void)
{
	ssrc_share_block three[] = {joint(3, 0.9, 0.9)};
	CHECK_BOUNDS(ratio_of(three, 1, 1), 0.3, 0.9);
	CHECK_BOUNDS(ratio_of(three, 1, 2), 0.6, 0.9);
	CHECK_BOUNDS(ratio_of(three, 1, 3), 0.9, 0.9);
	CHECK_BOUNDS(ratio_of(three, 1, 4), 0.9, 1);
	ssrc_share_block two[] = {joint(2, 0.2, 0.2)};
	CHECK_BOUNDS(ratio_of(two, 1, 5), 0.2, 0.5);
	/* Ten providers of 10 % beat one of 20 % and dust. */
	CHECK_BOUNDS(bounds_of(two, 1).hhi, 0.02, 0.1);
}

static void nothing_known_is_not_monopoly(void)
{
	ssrc_share_block tables[][2] = {{various(1, 1), one(0, 1)}, {various(0, 1), one(0, 1)}, {one(0, 1), one(0, 1)}};
	size_t counts[] = {0, 1, 2};
	for (size_t t = 0; t < 3; t++)
		for (size_t n = 0; n < 3; n++) {
			if (t == 1 && n == 0)
				continue;
			ssrc_concentration c = bounds_of(tables[t], counts[n]);
			CHECK(!c.informative && c.hhi.low == 0 && isnan(c.hhi.high));
			CHECK(isnan(c.effective.low) && isinf(c.effective.high));
			CHECK(isnan(ratio_of(tables[t], counts[n], 3).high));
		}
}

static void wrong_tables_are_refused(void)
{
	ssrc_share_block bad[][2] = {{one(0.6, 0.6), one(0.5, 0.5)},     {one(0.6, 0.5), one(0, 1)},
				     {one(-0.1, 0.5), one(0, 1)},        {one(0.1, 1.1), one(0, 1)},
				     {joint(0, 0, 1), one(0, 1)},        {one(0.2, 0.2), various(0.7, 0.7)},
				     {one((double)NAN, 0.2), one(0, 1)}, {one(0.2, (double)NAN), one(0, 1)}};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		ssrc_concentration c = {.exact = true};
		ssrc_bounds b = {7, 7};
		ssrc_error err = {0};
		CHECK(ssrc_concentration_bounds(NULL, bad[i], 2, 0, &c, &err) == SSRC_RANGE);
		CHECK(err.code == SSRC_RANGE && err.message == SSRC_M_ARGUMENT && err.arg[0][0]);
		CHECK(c.exact && c.hhi.high == 0);
		CHECK(ssrc_concentration_ratio(NULL, bad[i], 2, 0, 2, &b, NULL, NULL) == SSRC_RANGE && b.low == 7);
	}
	ssrc_share_block good[] = {one(0.5, 0.5)};
	ssrc_concentration c;
	ssrc_bounds b;
	CHECK(ssrc_concentration_bounds(NULL, good, 1, -0.1, &c, NULL) == SSRC_RANGE);
	CHECK(ssrc_concentration_bounds(NULL, good, 1, (double)NAN, &c, NULL) == SSRC_RANGE);
	CHECK(ssrc_concentration_ratio(NULL, good, 1, 0, 0, &b, NULL, NULL) == SSRC_RANGE);
}

static void a_tolerance_accepts_but_never_rescales(void)
{
	ssrc_share_block over[] = {one(0.52, 0.52), one(0.5, 0.5)}, under[] = {one(0.59, 0.59), various(0.4, 0.4)};
	ssrc_concentration c;
	CHECK(ssrc_concentration_bounds(NULL, over, 2, 0.02, &c, NULL) == SSRC_OK);
	CHECK_BOUNDS(c.hhi, 0.52 * 0.52 + 0.25, 0.52 * 0.52 + 0.25);
	CHECK(ssrc_concentration_bounds(NULL, over, 2, 0.019, &c, NULL) == SSRC_RANGE);
	CHECK(ssrc_concentration_bounds(NULL, under, 2, 0.02, &c, NULL) == SSRC_OK);
	CHECK_BOUNDS(c.hhi, 0.59 * 0.59, 0.59 * 0.59);
	CHECK(ssrc_concentration_bounds(NULL, under, 2, 0.009, &c, NULL) == SSRC_RANGE);
	ssrc_share_block rounding[10];
	for (size_t i = 0; i < 10; i++)
		rounding[i] = one(0.1 + 5e-11, 0.1 + 5e-11);
	CHECK_NEAR(bounds_of(rounding, 10).hhi.high, 0.1, 1e-9);
}

/* ---- random tables ------------------------------------------------------------------------------ */

typedef struct random_table {
	ssrc_share_block blocks[REF_ROWS];
	size_t n, groups;
	bool complete;
} random_table;

static double on_grid(double x, bool grid)
{
	return grid ? round(x * 20) / 20 : x;
}

/* Intervals round a true table, so that the table is consistent. */
static random_table draw_table(size_t max_rows, size_t max_groups)
{
	random_table t = {.n = 1 + draw_below(max_rows)};
	double weight[REF_ROWS + 1], sum = 0, truth[REF_ROWS], made = 0;
	bool grid = draw() < 0.5;
	t.complete = draw() < 0.4;
	for (size_t i = 0; i <= t.n; i++)
		sum += weight[i] = draw() < 0.2 ? 0 : draw() * draw();
	for (size_t i = 0; i < t.n; i++)
		made += truth[i] = on_grid(sum > 0 ? weight[i] / sum : 0, grid) * (made >= 0.94 ? 0 : 1);
	if (t.complete || made > 1)
		truth[t.n - 1] = fmax(0, truth[t.n - 1] + 1 - made);
	for (size_t i = 0; i < t.n; i++) {
		double spread = draw() < 0.3 ? 0 : draw() * 0.4, kind = draw();
		t.blocks[i] = one(fmax(0, on_grid(truth[i] - spread * draw(), grid)),
				  fmin(1, on_grid(truth[i] + spread * draw(), grid)));
		t.blocks[i].low = fmin(t.blocks[i].low, truth[i]);
		t.blocks[i].high = fmax(t.blocks[i].high, truth[i]);
		if (kind < 0.1)
			t.blocks[i] = one(0, 1);
		if (kind > 0.7 && t.groups < max_groups) {
			t.blocks[i].members = 2 + (uint32_t)draw_below(3);
			t.groups++;
		}
	}
	if (t.complete) {
		t.groups -= t.blocks[t.n - 1].members > 1;
		t.blocks[t.n - 1].fragmented = true;
	}
	return t;
}

static bool is_consistent(const random_table *t)
{
	double low = 0, high = 0;
	for (size_t i = 0; i < t->n; i++) {
		low += t->blocks[i].low;
		high += t->blocks[i].high;
	}
	return low <= 1 && (!t->complete || high >= 1);
}

/* The reference writes every unnamed provider out, so that they must not be too small. */
static bool fits_reference(const random_table *t)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->blocks[i].members > 1 && t->blocks[i].high < 0.04 * t->blocks[i].members)
			return false;
	return is_consistent(t);
}

static void bounds_are_those_of_the_reference(void)
{
	size_t tables = 0, inexact = 0, open_ended = 0;
	for (size_t round = 0; round < 6000 && !checks_failed_here; round++) {
		random_table t = draw_table(round < 5900 ? 4 : 7, round % 3);
		if (!fits_reference(&t))
			continue;
		ref_best high = ref_greatest(t.blocks, t.n), low = ref_least(t.blocks, t.n);
		ssrc_concentration c = bounds_of(t.blocks, t.n);
		tables++;
		CHECK_NEAR(c.hhi.low, low.hhi, 1e-9);
		if (!c.informative) {
			open_ended++;
			continue;
		}
		CHECK(c.hhi.high >= high.hhi - 1e-9);
		if (c.exact)
			CHECK_NEAR(c.hhi.high, high.hhi, 1e-9);
		inexact += !c.exact;
		CHECK(c.exact || (t.groups > 1 && !t.complete));
		for (uint32_t k = 1; k <= REF_RATIOS; k++) {
			ssrc_bounds b = ratio_of(t.blocks, t.n, k);
			CHECK_NEAR(b.low, low.ratio[k], 1e-9);
			CHECK_NEAR(b.high, fmin(1, high.ratio[k]), 1e-9);
		}
		if (checks_failed_here)
			for (size_t i = 0; i < t.n; i++)
				printf("#   [%.17g %.17g] x%u%s\n", t.blocks[i].low, t.blocks[i].high,
				       t.blocks[i].members, t.blocks[i].fragmented ? " various" : "");
	}
	printf("# %zu tables, %zu outer bounds, %zu uninformative\n", tables, inexact, open_ended);
	CHECK(tables > 3000 && inexact * 20 < tables);
}

/* A random admissible market, without any theory: members cut at random, unnamed providers no larger than the
 * smallest member. */
static bool draw_market(const random_table *t, ref_market *m)
{
	double x[REF_ROWS] = {0}, sum = 0, smallest = 1;
	size_t last = draw_below(t->n);
	for (size_t i = 0; i < t->n; i++) {
		double u = draw() < 0.5 ? draw() : round(draw());
		sum += x[i] = t->blocks[i].low + u * (t->blocks[i].high - t->blocks[i].low);
	}
	if (t->complete || sum > 1) {
		x[last] += 1 - sum;
		sum = 1;
	}
	if (x[last] < t->blocks[last].low || x[last] > t->blocks[last].high)
		return false;
	m->n = 0;
	for (size_t i = 0; i < t->n; i++) {
		double rest = x[i];
		for (uint32_t j = 1; j < t->blocks[i].members && !t->blocks[i].fragmented; j++) {
			double part = rest * draw();
			ref_add(m, part);
			smallest = fmin(smallest, part);
			rest -= part;
		}
		if (!t->blocks[i].fragmented)
			ref_add(m, rest);
		if (t->blocks[i].members > 1 && !t->blocks[i].fragmented)
			smallest = fmin(smallest, rest);
	}
	for (double rest = 1 - sum; rest > 0 && m->n < REF_PROVIDERS / 2 && draw() < 0.9;) {
		double part = fmin(rest, smallest * (draw() < 0.7 ? 1 : draw()));
		ref_add(m, part);
		rest -= part;
	}
	return true;
}

static void no_admissible_market_is_outside(void)
{
	size_t markets = 0;
	for (size_t round = 0; round < 2000 && !checks_failed_here; round++) {
		random_table t = draw_table(7, 3);
		ssrc_concentration c;
		if (!is_consistent(&t))
			continue;
		c = bounds_of(t.blocks, t.n);
		for (size_t draw_nr = 0; c.informative && draw_nr < 40; draw_nr++) {
			ref_market m;
			if (!draw_market(&t, &m))
				continue;
			markets++;
			double hhi = ref_hhi(&m);
			uint32_t k = 1 + (uint32_t)draw_below(6);
			ssrc_bounds b = ratio_of(t.blocks, t.n, k);
			CHECK(hhi >= c.hhi.low - 1e-9 && hhi <= c.hhi.high + 1e-9);
			CHECK(ref_ratio(&m, k) >= b.low - 1e-9 && ref_ratio(&m, k) <= b.high + 1e-9);
		}
	}
	printf("# %zu markets\n", markets);
	CHECK(markets > 10000);
}

/* ---- laws ----------------------------------------------------------------------------------------- */

static bool within(ssrc_bounds inner, ssrc_bounds outer)
{
	return isnan(outer.high) || (inner.low >= outer.low - 1e-10 && inner.high <= outer.high + 1e-10);
}

static void order_does_not_matter(void)
{
	for (size_t round = 0; round < 2000; round++) {
		random_table t = draw_table(7, 2), u = t;
		if (!is_consistent(&t))
			continue;
		for (size_t i = 0; i + 1 < u.n; i++) {
			size_t j = i + draw_below(u.n - i);
			ssrc_share_block b = u.blocks[i];
			u.blocks[i] = u.blocks[j];
			u.blocks[j] = b;
		}
		ssrc_concentration a = bounds_of(t.blocks, t.n), b = bounds_of(u.blocks, u.n);
		CHECK(memcmp(&a.hhi, &b.hhi, sizeof a.hhi) == 0 && a.exact == b.exact);
		CHECK(memcmp(&a.known, &b.known, sizeof a.known) == 0);
		ssrc_bounds c = ratio_of(t.blocks, t.n, 3), d = ratio_of(u.blocks, u.n, 3);
		CHECK(memcmp(&c, &d, sizeof c) == 0);
	}
}

static void wider_intervals_give_wider_bounds(void)
{
	for (size_t round = 0; round < 4000 && !checks_failed_here; round++) {
		random_table t = draw_table(7, round % 4), u = t;
		if (!is_consistent(&t))
			continue;
		for (size_t i = 0; i < u.n; i++) {
			u.blocks[i].low *= draw() < 0.5 ? 1 : draw();
			u.blocks[i].high += draw() < 0.5 ? 0 : draw() * (1 - u.blocks[i].high);
		}
		ssrc_concentration a = bounds_of(t.blocks, t.n), b = bounds_of(u.blocks, u.n);
		CHECK(a.informative ? within(a.hhi, b.hhi) : b.hhi.low <= a.hhi.low);
		for (uint32_t k = 1; k < 7 && a.informative; k++)
			CHECK(within(ratio_of(t.blocks, t.n, k), ratio_of(u.blocks, u.n, k)));
	}
}

static void one_more_equal_supplier_never_concentrates(void)
{
	for (size_t n = 1; n < 60; n++) {
		ssrc_share_block few[64], more[64];
		for (size_t i = 0; i < 64; i++) {
			few[i] = one(1.0 / (double)n, 1.0 / (double)n);
			more[i] = one(1.0 / (double)(n + 1), 1.0 / (double)(n + 1));
		}
		ssrc_concentration a = bounds_of(few, n), b = bounds_of(more, n + 1);
		CHECK(b.hhi.high < a.hhi.high && b.hhi.low < a.hhi.low);
		CHECK_NEAR(a.hhi.high, 1.0 / (double)n, 1e-9);
		CHECK_NEAR(a.effective.low, (double)n, 1e-6);
		few[n] = various(0, 0); /* n unknown providers that make the whole */
		for (size_t i = 0; i < n; i++)
			few[i] = one(0, 0.999);
		if (n > 1)
			CHECK_NEAR(bounds_of(few, n + 1).hhi.low, 1.0 / (double)n, 1e-9);
	}
}

/* Two halves instead of one provider: never more concentrated. A joint row instead of its members: never narrower. */
static void splitting_and_joining(void)
{
	for (size_t round = 0; round < 2000; round++) {
		random_table t = draw_table(6, 0), u = t;
		if (!is_consistent(&t) || t.blocks[0].fragmented)
			continue;
		u.blocks[0].low /= 2;
		u.blocks[0].high /= 2;
		u.blocks[u.n++] = u.blocks[0];
		ssrc_concentration a = bounds_of(t.blocks, t.n), b = bounds_of(u.blocks, u.n);
		if (a.informative && b.informative)
			CHECK(b.hhi.low <= a.hhi.low + 1e-10 && b.hhi.high <= a.hhi.high + 1e-10);
		u = t;
		u.blocks[0].members = 2;
		b = bounds_of(u.blocks, u.n);
		if (a.informative && t.complete)
			CHECK(b.hhi.low <= a.hhi.low + 1e-10 && b.hhi.high >= a.hhi.high - 1e-10);
	}
}

static void large_tables_borrow_memory(void)
{
	ssrc_share_block rows[200];
	for (size_t i = 0; i < 200; i++)
		rows[i] = one(0.002, 0.004 + 0.0001 * (double)(i % 7));
	for (long k = 1; k <= 2; k++) {
		test_faults faults;
		ssrc_context ctx;
		ssrc_concentration c = {0};
		ssrc_bounds b = {0, 0};
		ssrc_error err = {0};
		test_faults_init(&faults, &ctx, k);
		ssrc_status want = k == 1 ? SSRC_NOMEM : SSRC_OK;
		CHECK(ssrc_concentration_bounds(&ctx, rows, 200, 0, &c, &err) == want && err.code == want);
		CHECK(faults.calls == 1 && faults.live_blocks == 0);
		want = k == 2 ? SSRC_NOMEM : SSRC_OK;
		CHECK(ssrc_concentration_ratio(&ctx, rows, 200, 0, 5, &b, NULL, NULL) == want);
		CHECK(faults.live_blocks == 0);
	}
	test_faults faults;
	ssrc_context ctx;
	ssrc_concentration c;
	test_faults_init(&faults, &ctx, 0);
	CHECK(ssrc_concentration_bounds(&ctx, rows, 64, 0, &c, NULL) == SSRC_OK && faults.calls == 0);
	CHECK(ssrc_concentration_bounds(NULL, rows, 64, 0, &c, NULL) == SSRC_OK);
	rows[0].low = 0.9;
	CHECK(ssrc_concentration_bounds(&ctx, rows, 200, 0, &c, NULL) == SSRC_RANGE && faults.live_blocks == 0);
}

/* Nested intervals with a binding sum are a knapsack: the cut search must still contain the truth. */
static void hard_tables_give_outer_bounds(void)
{
	ssrc_share_block rows[41];
	double low = 0;
	for (size_t i = 0; i < 40; i++) {
		double middle = 0.02 + 1e-5 * draw(), width = 0.001 + 0.01 * draw();
		rows[i] = one(middle - width, middle + width);
		low += rows[i].low;
	}
	rows[40] = various(0.1, 0.1);
	clock_t start = clock();
	ssrc_concentration c = bounds_of(rows, 41);
	double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
	printf("# hard table: %s, [%.6f, %.6f], %.0f ms\n", c.exact ? "exact" : "outer", c.hhi.low, c.hhi.high,
	       seconds * 1e3);
	CHECK(low < 0.9 && c.hhi.high > c.hhi.low && seconds < 5);
}

static void ten_thousand_items_are_quick(void)
{
	enum { ITEMS = 10000, ROWS = 10 };
	ssrc_share_block *rows = malloc(sizeof *rows * ITEMS * ROWS);
	for (size_t i = 0; i < ITEMS; i++) {
		double weight[ROWS], sum = 0;
		for (size_t j = 0; j < ROWS; j++)
			sum += weight[j] = (0.1 + draw()) * draw();
		for (size_t j = 0; j < ROWS; j++) {
			double x = 0.97 * weight[j] / sum, w = draw() < 0.3 ? 0.25 * draw() : 0;
			rows[i * ROWS + j] = one(x * (1 - w), x * (1 + w));
		}
		if (i % 2)
			rows[i * ROWS] = various(0, 1);
		if (i % 5 == 0)
			rows[i * ROWS + 1].members = 3;
	}
	clock_t start = clock();
	size_t exact = 0;
	for (size_t i = 0; i < ITEMS; i++) {
		ssrc_concentration c;
		ssrc_bounds b;
		CHECK(ssrc_concentration_bounds(NULL, rows + i * ROWS, ROWS, 0, &c, NULL) == SSRC_OK);
		CHECK(ssrc_concentration_ratio(NULL, rows + i * ROWS, ROWS, 0, 3, &b, NULL, NULL) == SSRC_OK);
		exact += c.exact;
	}
	double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
	printf("# %d items: %.1f ms, %zu exact\n", ITEMS, seconds * 1e3, exact);
	CHECK(exact == ITEMS);
#ifdef __OPTIMIZE__
	CHECK(seconds < 0.2);
#endif
	free(rows);
}

int main(int argc, char **argv)
{
	TEST(hand_examples);
	TEST(worked_example);
	TEST(ratios_of_a_joint_row);
	TEST(nothing_known_is_not_monopoly);
	TEST(wrong_tables_are_refused);
	TEST(a_tolerance_accepts_but_never_rescales);
	TEST(bounds_are_those_of_the_reference);
	TEST(no_admissible_market_is_outside);
	TEST(order_does_not_matter);
	TEST(wider_intervals_give_wider_bounds);
	TEST(one_more_equal_supplier_never_concentrates);
	TEST(splitting_and_joining);
	TEST(large_tables_borrow_memory);
	TEST(hard_tables_give_outer_bounds);
	TEST(ten_thousand_items_are_quick);
	return tests_done();
}
