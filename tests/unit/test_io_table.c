#include "harness.h"
#include "ref/io_table_data.h"
#include "ref/io_table_ref.h"

static uint64_t draws;
static double draw(void)
{
	return ssrc_random_unit(21, 3, draws++);
}
static uint32_t draw_below(uint32_t n)
{
	return (uint32_t)(draw() * n);
}

enum { MAX_N = 8 };

/* A random table in which inputs make up less than all of each sector's output. */
typedef struct sample {
	double z[MAX_N * MAX_N], criticality[MAX_N * MAX_N], household[MAX_N], other[MAX_N], days[MAX_N];
	ssrc_io_table table;
	ssrc_io_shock shocks[6];
	ssrc_io_scenario scenario;
} sample;

/* Sales are drawn first; inputs are scaled down until every sector adds value. */
static void balance(sample *s, uint32_t n)
{
	for (int round = 0; round < 60; round++)
		for (uint32_t j = 0; j < n; j++) {
			double sales = s->household[j] + s->other[j], inputs = 0;
			for (uint32_t k = 0; k < n; k++) {
				sales += s->z[j * n + k];
				inputs += s->z[k * n + j];
			}
			for (uint32_t k = 0; inputs > 0.8 * sales && k < n; k++)
				s->z[k * n + j] *= 0.8 * sales / inputs;
		}
}

static void draw_sample(sample *s, double least_days)
{
	uint32_t n = 1 + draw_below(MAX_N);
	*s = (sample){.scenario = {s->shocks, draw_below(7)}};
	for (uint32_t i = 0; i < n; i++) {
		s->household[i] = draw() < 0.7 ? draw() * 9 + 0.1 : 0;
		s->other[i] = draw() * 5 + 0.1;
		s->days[i] = least_days + draw() * 20;
		for (uint32_t j = 0; j < n; j++) {
			double c = draw();
			s->z[i * n + j] = draw() < 0.5 ? draw() * 6 : 0;
			s->criticality[i * n + j] = c < 0.4 ? 1 : c < 0.7 ? 0.5 : 0;
		}
	}
	balance(s, n);
	s->table = (ssrc_io_table){n, s->z, s->household, s->other, s->criticality, s->days};
	for (uint32_t k = 0; k < s->scenario.n_shocks; k++) {
		double from = draw() * 40;
		s->shocks[k] = (ssrc_io_shock){(ssrc_io_shock_kind)draw_below(3), draw_below(n), from,
					       from + draw() * 60, draw() < 0.2 ? 1 : draw()};
	}
}

typedef struct bed {
	ssrc_context ctx;
	ssrc_arena arena;
} bed;
static void bed_make(bed *b)
{
	ssrc_context_init(&b->ctx);
	ssrc_arena_init(&b->arena, &b->ctx);
}
static ssrc_io_path path_of(bed *b, const ssrc_io_table *t, const ssrc_io_options *o, ssrc_io_scenario scenario)
{
	ssrc_io_path p = {0};
	CHECK(ssrc_io_run(&p, &b->ctx, t, o, &scenario, 1, 1, &b->arena, NULL) == SSRC_OK);
	return p;
}

static double normal_of(const ssrc_io_table *t, uint32_t i)
{
	double sum = t->household[i] + t->other[i];
	for (uint32_t j = 0; j < t->n; j++)
		sum += t->z[i * t->n + j];
	return sum;
}

/* ---- production forms ------------------------------------------------------------------------------------ */

static double ceiling_of(ssrc_production form, const double *available, const double *criticality, const double *weight,
			 int n)
{
	ssrc_ceiling c = ssrc_ceiling_open();
	for (int i = 0; i < n; i++)
		ssrc_ceiling_add(&c, form, available[i], criticality[i], weight[i]);
	return ssrc_ceiling_close(&c, form);
}

static void forms_by_hand(void)
{
	double available[] = {0.6, 0.2, 0}, criticality[] = {1, 0.5, 0}, weight[] = {5, 3, 2};
	double expected[] = {0, 0.2, 0.6, 0.6, 0.36};
	for (int form = 0; form < SSRC_PRODUCTIONS; form++)
		CHECK_NEAR(ceiling_of((ssrc_production)form, available, criticality, weight, 3), expected[form], 1e-15);
	available[1] = 0;
	CHECK_NEAR(ceiling_of(SSRC_HALF, available, criticality, weight, 3), 0.5, 1e-15);
	CHECK(isinf(ceiling_of(SSRC_WEAK, available + 1, criticality + 1, weight + 1, 2)));
	for (int form = 0; form < SSRC_PRODUCTIONS; form++) {
		const char *word = ssrc_production_word((ssrc_production)form);
		CHECK(ssrc_production_parse(word, strlen(word)) == (ssrc_production)form);
		CHECK(isinf(ceiling_of((ssrc_production)form, NULL, NULL, NULL, 0)));
	}
	CHECK(ssrc_production_word(SSRC_PRODUCTIONS) == NULL && ssrc_production_parse("halves", 6) == SSRC_PRODUCTIONS);
}

/* Where output is at most normal, each form allows at least what the one before it does; linear at least Leontief. */
static void forms_are_in_order(void)
{
	for (int round = 0; round < 5000; round++) {
		double available[5], criticality[5], weight[5], ceiling[SSRC_PRODUCTIONS];
		for (int i = 0; i < 5; i++) {
			double c = draw();
			available[i] = draw() * 1.5;
			criticality[i] = c < 0.3 ? 1 : c < 0.6 ? 0.5 : 0;
			weight[i] = 0.1 + draw();
		}
		for (int form = 0; form < SSRC_PRODUCTIONS; form++)
			ceiling[form] = fmin(1, ceiling_of((ssrc_production)form, available, criticality, weight, 5));
		for (int form = SSRC_STRONG; form <= SSRC_WEAK; form++)
			CHECK(ceiling[form] >= ceiling[form - 1]);
		CHECK(ceiling[SSRC_LINEAR] >= ceiling[SSRC_LEONTIEF] - 1e-15);
	}
}

/* ---- dynamics -------------------------------------------------------------------------------------------- */

static void agrees_with_the_reference(void)
{
	static io_ref ref;
	for (int round = 0; round < 200; round++) {
		sample s;
		bed b;
		ssrc_io_options o = ssrc_io_defaults;
		bed_make(&b);
		o.form = (ssrc_production)(round % SSRC_PRODUCTIONS);
		o.step_days = round % 3 == 0 ? 1 : 0.5 + draw() * 3;
		o.restock_days = o.step_days * (1 + draw() * 20);
		o.hire_days = o.step_days * (1 + draw() * 10);
		o.fire_days = o.step_days * (1 + draw() * 10);
		o.saved = draw();
		o.steps = 120;
		draw_sample(&s, 4);
		s.scenario.shocks = s.shocks;
		ssrc_io_path p = path_of(&b, &s.table, &o, s.scenario);
		io_ref_begin(&ref, &s.table, &o);
		double x[MAX_N], received[MAX_N], lost = 0, least = 2;
		for (uint32_t t = 0; t < o.steps; t++) {
			double made = 0, all = 0;
			io_ref_step(&ref, &s.scenario, t * o.step_days, x, received);
			for (uint32_t i = 0; i < s.table.n; i++) {
				CHECK_NEAR(p.output[t * s.table.n + i], x[i], 1e-9 * (1 + ref.x0[i]));
				CHECK_NEAR(p.received[t * s.table.n + i], received[i], 1e-9 * (1 + ref.x0[i]));
				made += x[i];
				all += ref.x0[i];
			}
			CHECK_NEAR(p.index[t], made / all, 1e-9);
			lost += (1 - made / all) * o.step_days;
			least = fmin(least, made / all);
		}
		CHECK_NEAR(p.lost_days, lost, 1e-7);
		CHECK_NEAR(p.least, least, 1e-9);
		CHECK(p.index[p.least_step] == p.least);
		ssrc_arena_clear(&b.arena);
	}
}

static void rests_when_nothing_happens(void)
{
	for (int round = 0; round < 100; round++) {
		sample s;
		bed b;
		ssrc_io_options o = ssrc_io_defaults;
		bed_make(&b);
		o.form = (ssrc_production)(round % SSRC_PRODUCTIONS);
		draw_sample(&s, 1);
		ssrc_io_path p = path_of(&b, &s.table, &o, (ssrc_io_scenario){NULL, 0});
		for (uint32_t t = 0; t < o.steps; t++)
			for (uint32_t i = 0; i < s.table.n; i++) {
				double normal = normal_of(&s.table, i);
				CHECK_NEAR(p.output[t * s.table.n + i], normal, 1e-12 * normal);
			}
		ssrc_arena_clear(&b.arena);
	}
}

/* What is made is delivered or put into stock, and stocks fall by what is used, in every step and sector. */
static void nothing_is_lost(void)
{
	for (int round = 0; round < 100; round++) {
		sample s;
		bed b;
		uint32_t watch[MAX_N];
		ssrc_io_options o = ssrc_io_defaults;
		bed_make(&b);
		draw_sample(&s, 1);
		s.scenario.shocks = s.shocks;
		uint32_t n = s.table.n;
		for (uint32_t i = 0; i < n; i++)
			watch[i] = n - 1 - i;
		o.form = (ssrc_production)(round % SSRC_PRODUCTIONS);
		o.watch = watch;
		o.n_watch = n;
		ssrc_io_path p = path_of(&b, &s.table, &o, s.scenario);
		for (uint32_t t = 0; t < o.steps; t++)
			for (uint32_t i = 0; i < n; i++) {
				double normal = normal_of(&s.table, i);
				double left = p.output[t * n + i] - p.received[t * n + i] + p.without[t * n + i];
				for (uint32_t w = 0; w < n; w++) {
					uint32_t j = watch[w];
					double before = t > 0 ? p.stocks[((t - 1) * n + w) * n + i]
							      : s.z[i * n + j] * s.days[j];
					left -= p.stocks[(t * n + w) * n + i] - before;
					left -= s.z[i * n + j] / normal_of(&s.table, j) * p.output[t * n + j];
					CHECK(p.stocks[(t * n + w) * n + i] >= 0);
				}
				CHECK_NEAR(left, 0, 1e-10 * normal);
				CHECK(p.output[t * n + i] <= normal * (1 + 1e-12) && p.output[t * n + i] >= 0);
			}
		ssrc_arena_clear(&b.arena);
	}
}

/* Money in other units, sectors in another order: the same path. */
static void units_and_order_do_not_matter(void)
{
	for (int round = 0; round < 60; round++) {
		sample s, other;
		bed b;
		ssrc_io_options o = ssrc_io_defaults;
		bed_make(&b);
		o.form = (ssrc_production)(round % SSRC_PRODUCTIONS);
		draw_sample(&s, 1);
		s.scenario.shocks = s.shocks;
		uint32_t n = s.table.n, shift = draw_below(n);
		double unit = pow(10, draw() * 18 - 9);
		other = s;
		other.table = (ssrc_io_table){n, other.z, other.household, other.other, other.criticality, other.days};
		other.scenario.shocks = other.shocks;
		for (uint32_t i = 0; i < n; i++) {
			uint32_t to = (i + shift) % n;
			other.household[to] = s.household[i] * unit;
			other.other[to] = s.other[i] * unit;
			other.days[to] = s.days[i];
			for (uint32_t j = 0; j < n; j++) {
				other.z[to * n + (j + shift) % n] = s.z[i * n + j] * unit;
				other.criticality[to * n + (j + shift) % n] = s.criticality[i * n + j];
			}
		}
		for (uint32_t k = 0; k < s.scenario.n_shocks; k++)
			other.shocks[k].sector = (s.shocks[k].sector + shift) % n;
		ssrc_io_path p = path_of(&b, &s.table, &o, s.scenario);
		ssrc_io_path q = path_of(&b, &other.table, &o, other.scenario);
		for (uint32_t t = 0; t < o.steps; t++)
			CHECK_NEAR(p.index[t], q.index[t], 1e-9);
		ssrc_arena_clear(&b.arena);
	}
}

/* No threshold: the loss goes to nothing in proportion to the shock. */
static void small_shocks_have_small_effects(void)
{
	for (int round = 0; round < 50; round++) {
		sample s;
		bed b;
		ssrc_io_options o = ssrc_io_defaults;
		bed_make(&b);
		draw_sample(&s, 30);
		ssrc_io_shock shock = {SSRC_IO_LABOUR, draw_below(s.table.n), 5, 20, 1e-3};
		ssrc_io_path p = path_of(&b, &s.table, &o, (ssrc_io_scenario){&shock, 1});
		shock.part = 1e-6;
		ssrc_io_path q = path_of(&b, &s.table, &o, (ssrc_io_scenario){&shock, 1});
		CHECK(p.lost_days > 0);
		CHECK_NEAR(q.lost_days / p.lost_days, 1e-3, 1e-6);
		ssrc_arena_clear(&b.arena);
	}
}

/* One sector without inputs loses what its labour loses; more and longer shocks lose more. */
static void labour_alone(void)
{
	double z = 0, household = 4, other = 6, criticality = 0, days = 10;
	ssrc_io_table t = {1, &z, &household, &other, &criticality, &days};
	ssrc_io_options o = ssrc_io_defaults;
	bed b;
	bed_make(&b);
	double before = 0;
	for (int k = 1; k <= 10; k++) {
		ssrc_io_shock shock = {SSRC_IO_LABOUR, 0, 10, 20, k / 10.0};
		ssrc_io_path p = path_of(&b, &t, &o, (ssrc_io_scenario){&shock, 1});
		/* Labour falls at the end of day 10 and stays down until day 20, then closes 1/7 of the gap a day. */
		CHECK(p.index[10] == 1);
		CHECK_NEAR(p.index[11], 1 - k / 10.0, 1e-12);
		CHECK_NEAR(p.index[20], 1 - k / 10.0, 1e-12);
		CHECK_NEAR(p.index[21], 1 - k / 10.0 * 6 / 7, 1e-12);
		CHECK_NEAR(p.lost_days, k / 10.0 * (9 + 7), 1e-9);
		CHECK(p.lost_days > before && p.least_step == 11);
		before = p.lost_days;
	}
	ssrc_arena_clear(&b.arena);
}

static void households_spend_part_elsewhere(void)
{
	double z[4] = {0}, household[] = {60, 40}, other[] = {0, 0}, criticality[4] = {0}, days[] = {10, 10};
	ssrc_io_table t = {2, z, household, other, criticality, days};
	ssrc_io_options o = ssrc_io_defaults;
	ssrc_io_shock shock = {SSRC_IO_HOUSEHOLD, 0, 0, 1, 0.5};
	bed b;
	bed_make(&b);
	ssrc_io_path p = path_of(&b, &t, &o, (ssrc_io_scenario){&shock, 1});
	/* 30 are not spent on the first, 75 % of them not at all: 77.5 in proportion 30 : 40. Output of the second
	 * cannot exceed its labour. */
	CHECK_NEAR(p.received[0], 77.5 * 30 / 70, 1e-12);
	CHECK_NEAR(p.received[1], 40, 1e-12);
	o.saved = 1;
	p = path_of(&b, &t, &o, (ssrc_io_scenario){&shock, 1});
	CHECK_NEAR(p.received[0], 30, 1e-12);
	o.saved = 0;
	shock.part = 1;
	p = path_of(&b, &t, &o, (ssrc_io_scenario){&shock, 1});
	CHECK_NEAR(p.received[0], 0, 1e-12);
	ssrc_arena_clear(&b.arena);
}

/* An input that is never short neither limits output nor is tracked. */
static void endless_inventories(void)
{
	double z[] = {0, 5, 0, 0}, household[] = {1, 10}, other[] = {4, 0}, criticality[] = {0, 1, 0, 0};
	double days[] = {5, (double)INFINITY};
	ssrc_io_table t = {2, z, household, other, criticality, days};
	ssrc_io_shock shock = {SSRC_IO_LABOUR, 0, 0, 300, 1};
	ssrc_io_options o = ssrc_io_defaults;
	bed b;
	bed_make(&b);
	for (int form = 0; form < SSRC_PRODUCTIONS; form++) {
		o.form = (ssrc_production)form;
		ssrc_io_path p = path_of(&b, &t, &o, (ssrc_io_scenario){&shock, 1});
		CHECK(p.output[100 * 2] == 0 && p.output[100 * 2 + 1] == 10);
	}
	days[1] = 5;
	o.form = SSRC_HALF;
	ssrc_io_path p = path_of(&b, &t, &o, (ssrc_io_scenario){&shock, 1});
	CHECK(p.output[3 * 2 + 1] == 10 && p.output[100 * 2 + 1] < 1e-9);
	ssrc_arena_clear(&b.arena);
}

static void any_number_of_threads(void)
{
	bed b;
	sample s;
	ssrc_io_options o = ssrc_io_defaults;
	ssrc_io_scenario scenarios[40];
	ssrc_io_shock shocks[40];
	ssrc_io_path one[40], many[40];
	bed_make(&b);
	draw_sample(&s, 2);
	for (uint32_t k = 0; k < 40; k++) {
		shocks[k] = (ssrc_io_shock){SSRC_IO_LABOUR, draw_below(s.table.n), 3, 50 + k, draw()};
		scenarios[k] = (ssrc_io_scenario){&shocks[k], 1};
	}
	CHECK(ssrc_io_run(one, &b.ctx, &s.table, &o, scenarios, 40, 1, &b.arena, NULL) == SSRC_OK);
	CHECK(ssrc_io_run(many, &b.ctx, &s.table, &o, scenarios, 40, 7, &b.arena, NULL) == SSRC_OK);
	for (uint32_t k = 0; k < 40; k++) {
		ssrc_io_path alone = path_of(&b, &s.table, &o, scenarios[k]);
		size_t bytes = (size_t)o.steps * s.table.n * sizeof(double);
		CHECK(memcmp(one[k].output, many[k].output, bytes) == 0);
		CHECK(memcmp(one[k].received, many[k].received, bytes) == 0);
		CHECK(memcmp(alone.output, many[k].output, bytes) == 0);
		CHECK(one[k].lost_days == many[k].lost_days && one[k].least_step == many[k].least_step);
	}
	ssrc_arena_clear(&b.arena);
}

static void wrong_input_is_refused(void)
{
	double z[] = {1, 1, 0, 1}, household[] = {3, 3}, other[] = {1, 1}, criticality[] = {1, 1, 1, 1},
	       days[] = {5, 5};
	ssrc_io_table t = {2, z, household, other, criticality, days};
	ssrc_io_shock shock = {SSRC_IO_LABOUR, 0, 0, 10, 0.5};
	ssrc_io_scenario scenario = {&shock, 1};
	bed b;
	bed_make(&b);
	double *cell[] = {&z[1], &household[1], &other[0], &criticality[2], &days[1], &shock.part, &shock.from_day};
	double bad[] = {-1, -1, (double)NAN, 1.5, 0.5, 1.5, (double)NAN};
	ssrc_io_path p = {.least = 7};
	for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
		double keep = *cell[k];
		ssrc_error err = {0};
		*cell[k] = bad[k];
		CHECK(ssrc_io_run(&p, &b.ctx, &t, &ssrc_io_defaults, &scenario, 1, 1, &b.arena, &err) == SSRC_RANGE);
		CHECK(p.least == 7 && err.arg[0][0] != '\0');
		*cell[k] = keep;
	}
	ssrc_io_options o[8];
	for (int k = 0; k < 8; k++)
		o[k] = ssrc_io_defaults;
	o[0].form = SSRC_PRODUCTIONS;
	o[1].step_days = 0;
	o[2].restock_days = 0.5;
	o[3].hire_days = (double)NAN;
	o[4].fire_days = 0;
	o[5].saved = 2;
	o[6].watch = (uint32_t[]){2};
	o[6].n_watch = 1;
	o[7].watch = (uint32_t[]){1, 1};
	o[7].n_watch = 2;
	for (int k = 0; k < 8; k++)
		CHECK(ssrc_io_run(&p, &b.ctx, &t, &o[k], &scenario, 1, 1, &b.arena, NULL) == SSRC_RANGE);
	shock.sector = 2;
	CHECK(ssrc_io_run(&p, &b.ctx, &t, &ssrc_io_defaults, &scenario, 1, 1, &b.arena, NULL) == SSRC_RANGE);
	double none[] = {0, 0}, idle[] = {0, 1, 0, 0};
	ssrc_io_table sectors[] = {{2, idle, none, none, criticality, days}, {2, none, none, none, criticality, days}};
	sectors[1].n = 1;
	for (int k = 0; k < 2; k++)
		CHECK(ssrc_io_run(&p, &b.ctx, &sectors[k], &ssrc_io_defaults, NULL, 0, 1, &b.arena, NULL) ==
		      SSRC_RANGE);
	ssrc_arena_clear(&b.arena);
}

static void memory_may_fail(void)
{
	sample s;
	draw_sample(&s, 2);
	s.scenario.shocks = s.shocks;
	for (long k = 1; k < 1000; k++) {
		test_faults faults;
		ssrc_context ctx;
		ssrc_arena arena;
		ssrc_io_path p = {0};
		test_faults_init(&faults, &ctx, k);
		ssrc_arena_init(&arena, &ctx);
		ssrc_status status =
			ssrc_io_run(&p, &ctx, &s.table, &ssrc_io_defaults, &s.scenario, 1, 1, &arena, NULL);
		ssrc_arena_clear(&arena);
		CHECK(status == SSRC_OK || (status == SSRC_NOMEM && !p.index));
		CHECK(faults.live_blocks == 0);
		if (status == SSRC_OK) {
			CHECK(k > 2);
			break;
		}
	}
}

static void belgium(void)
{
	const char *folder = test_reference_data();
	static io_data d;
	if (!folder || !io_data_read(&d, folder))
		SKIP("no io/belgium_sweden_iot and io/pichler in SSRC_REFERENCE_DATA");
	bed b;
	bed_make(&b);
	ssrc_io_shock shock = io_data_shock(&d);
	for (uint32_t i = 0; i < IO_DATA_N; i++)
		CHECK_NEAR(normal_of(&d.table, i), d.output[i], 1e-13 * d.output[i]);
	for (int k = 0; k < IO_DATA_FORMS; k++) {
		ssrc_io_options o = ssrc_io_defaults;
		o.form = io_figures[k].form;
		ssrc_io_path p = path_of(&b, &d.table, &o, (ssrc_io_scenario){&shock, 1});
		CHECK_NEAR(p.least, io_figures[k].least, 5e-6);
		CHECK_NEAR(p.lost_days, io_figures[k].lost_days, 5e-3);
		CHECK(k > 0 || p.least_step == 70);
	}
	ssrc_arena_clear(&b.arena);
}

int main(int argc, char **argv)
{
	TEST(forms_by_hand);
	TEST(forms_are_in_order);
	TEST(agrees_with_the_reference);
	TEST(rests_when_nothing_happens);
	TEST(nothing_is_lost);
	TEST(units_and_order_do_not_matter);
	TEST(small_shocks_have_small_effects);
	TEST(labour_alone);
	TEST(households_spend_part_elsewhere);
	TEST(endless_inventories);
	TEST(any_number_of_threads);
	TEST(wrong_input_is_refused);
	TEST(memory_may_fail);
	TEST(belgium);
	return tests_done();
}
