#include "harness.h"
#include "ref/exposure_ref.h"

static uint64_t draws;
static double draw(void)
{
	return ssrc_random_unit(31, 9, draws++);
}
static uint32_t draw_below(uint32_t n)
{
	return (uint32_t)(draw() * n);
}

enum { N_MAX = 14, NEEDS_MAX = 3 * N_MAX, ARCS_MAX = 3 * NEEDS_MAX };

/* A network that is put together node by node. */
typedef struct sample {
	double stock[N_MAX], demand[N_MAX], margin[N_MAX], capacity[N_MAX], rate[NEEDS_MAX];
	uint32_t group[N_MAX], need_start[N_MAX + 1], producer_start[NEEDS_MAX + 1], producer[ARCS_MAX];
	uint32_t needs, arcs;
	ssrc_exposure_network net;
} sample;

static sample *empty(sample *s)
{
	*s = (sample){0};
	s->net = (ssrc_exposure_network){0,          0,           s->stock,      s->demand, s->margin,
					 s->group,   s->capacity, s->need_start, s->rate,   s->producer_start,
					 s->producer};
	return s;
}

/* capacity < 0: none. */
static uint32_t add(sample *s, double stock, double demand, double capacity)
{
	uint32_t i = s->net.n++;
	s->stock[i] = stock;
	s->demand[i] = demand;
	s->margin[i] = 1;
	s->group[i] = capacity < 0 ? SSRC_NONE : s->net.n_groups;
	if (capacity >= 0)
		s->capacity[s->net.n_groups++] = capacity;
	s->need_start[i + 1] = s->needs;
	return i;
}

/* A need of the node added last, by the producers that follow. */
static void need(sample *s, double rate)
{
	s->rate[s->needs++] = rate;
	s->producer_start[s->needs] = s->arcs;
	s->need_start[s->net.n] = s->needs;
}
static void by(sample *s, uint32_t producer)
{
	s->producer[s->arcs++] = producer;
	s->producer_start[s->needs] = s->arcs;
}

typedef struct bed {
	ssrc_context ctx;
	ssrc_arena arena;
} bed;
static bed *bed_make(bed *b)
{
	ssrc_context_init(&b->ctx);
	ssrc_arena_init(&b->arena, &b->ctx);
	return b;
}

static ssrc_exposure one(bed *b, const sample *s, uint32_t down, double recovery)
{
	ssrc_exposure r = {0};
	ssrc_exposure_scenario scenario = {&down, 1, recovery, false};
	CHECK(ssrc_exposure_run(&r, &b->ctx, &s->net, &scenario, 1, NULL, 1, &b->arena, NULL, NULL) == SSRC_OK);
	return r;
}

/* ---- by hand ----------------------------------------------------------------------------------------------- */

/* 40 on hand, 10 used: 4.0. */
static void stock_of_a_part(void)
{
	bed b;
	sample s;
	bed_make(&b);
	empty(&s);
	uint32_t part = add(&s, 40, 0, -1), device = add(&s, 0, 10, -1);
	need(&s, 1);
	by(&s, part);
	ssrc_exposure r = one(&b, &s, part, 12);
	CHECK_NEAR(r.survive, 4, 1e-9);
	CHECK_NEAR(r.loss, 80, 1e-7);
	CHECK(r.exposed && r.n_lost == 1 && r.lost[0].node == device && r.index == 1);
	CHECK_NEAR(r.lost[0].units, 80, 1e-7);
	r = one(&b, &s, part, 4);
	CHECK(!r.exposed && r.loss == 0 && r.n_lost == 0 && r.lost == NULL && r.index == 0);
	r = one(&b, &s, part, 0);
	CHECK(!r.exposed && r.loss == 0);
	r = one(&b, &s, device, 3);
	CHECK(r.survive == 0 && r.exposed);
	CHECK_NEAR(r.loss, 30, 1e-7);
	ssrc_arena_clear(&b.arena);
}

/* Serial chain, node i down: survives all stock from i on / demand, loses max(0, d TTR - all of it). */
static void serial_chain(void)
{
	for (int round = 0; round < 100; round++) {
		bed b;
		sample s;
		double stock[6], below = 0, demand = 0.5 + draw() * 10, recovery = draw() * 30;
		bed_make(&b);
		empty(&s);
		for (uint32_t i = 0; i < 6; i++) {
			stock[i] = draw() < 0.2 ? 0 : draw() * 60;
			add(&s, stock[i], i == 5 ? demand : 0, i % 2 ? demand * (1 + draw()) : -1);
			if (i > 0) {
				need(&s, 1);
				by(&s, i - 1);
			}
		}
		s.margin[5] = 2;
		for (uint32_t i = 6; i-- > 0;) {
			below += stock[i];
			ssrc_exposure r = one(&b, &s, i, recovery);
			CHECK_NEAR(r.survive, below / demand, 1e-9 * (1 + r.survive));
			CHECK_NEAR(r.loss, 2 * fmax(0, demand * recovery - below), 1e-7 * (1 + r.loss));
		}
		ssrc_arena_clear(&b.arena);
	}
}

/* Two like sources, one down: loses max(0, d - capacity) × window. */
static void parallel_sources(void)
{
	for (int round = 0; round < 50; round++) {
		bed b;
		sample s;
		double capacity = 1 + draw() * 9, demand = 1 + draw() * 18, recovery = 1 + draw() * 20;
		bed_make(&b);
		empty(&s);
		add(&s, 0, 0, capacity);
		add(&s, 0, 0, capacity);
		add(&s, 0, demand, -1);
		need(&s, 1);
		by(&s, 0);
		by(&s, 1);
		ssrc_exposure r = one(&b, &s, 0, recovery);
		CHECK_NEAR(r.loss, fmax(0, demand - capacity) * recovery, 1e-6 * demand * recovery);
		CHECK(demand > capacity ? r.survive == 0 : isinf(r.survive));
		/* Both together have a stock of 3 weeks' shortage then. */
		s.stock[1] = 3 * fmax(0, demand - capacity);
		r = one(&b, &s, 0, recovery);
		CHECK(demand > capacity ? fabs(r.survive - 3) < 1e-6 : isinf(r.survive));
		ssrc_arena_clear(&b.arena);
	}
}

/* One plant makes two parts: what one needs more the other lacks; the dearer product goes first. */
static void shared_capacity(void)
{
	bed b;
	sample s;
	bed_make(&b);
	empty(&s);
	add(&s, 0, 0, 10);                /* first maker of part A */
	uint32_t own = add(&s, 0, 0, 10); /* second maker of part A */
	uint32_t other = add(&s, 0, 0, 0);
	s.group[other] = s.group[own]; /* part B from the same plant */
	uint32_t dear = add(&s, 0, 8, -1);
	need(&s, 1);
	by(&s, 0);
	by(&s, own);
	uint32_t cheap = add(&s, 0, 6, -1);
	need(&s, 1);
	by(&s, other);
	s.margin[dear] = 5;
	ssrc_exposure r = one(&b, &s, 0, 10);
	/* 14 wanted of 10: 4 a week of the cheap one are lost. */
	CHECK_NEAR(r.loss, 40, 1e-6);
	CHECK(r.n_lost == 1 && r.lost[0].node == cheap);
	s.margin[dear] = 0.5;
	r = one(&b, &s, 0, 10);
	CHECK_NEAR(r.loss, 20, 1e-6);
	CHECK(r.n_lost == 1 && r.lost[0].node == dear);
	ssrc_arena_clear(&b.arena);
}

/* a needs half a unit of b, b a quarter of a; from outside both need raw material. */
static void circle(void)
{
	bed b;
	sample s;
	bed_make(&b);
	empty(&s);
	uint32_t raw = add(&s, 100, 0, -1), first = add(&s, 0, 7, -1);
	need(&s, 0.5);
	by(&s, 2);
	need(&s, 1);
	by(&s, raw);
	uint32_t second = add(&s, 0, 0, -1);
	need(&s, 0.25);
	by(&s, first);
	/* 7 delivered: 7 / (1 - 1/8) = 8 made, 8 raw. */
	ssrc_exposure r = one(&b, &s, raw, 20);
	CHECK_NEAR(r.survive, 12.5, 1e-9);
	CHECK_NEAR(r.loss, (20 - 12.5) * 7, 1e-6);
	r = one(&b, &s, second, 20);
	CHECK(r.survive == 0);
	s.stock[second] = 6; /* 3.5 of it a week */
	r = one(&b, &s, second, 20);
	CHECK_NEAR(r.survive, 6 / 3.5, 1e-9);
	ssrc_arena_clear(&b.arena);
}

/* ---- against the programs in full ---------------------------------------------------------------------------- */

static void draw_network(sample *s, bool circles)
{
	uint32_t n = 2 + draw_below(N_MAX - 2);
	empty(s);
	double room = draw() < 0.5 ? 12 : 3;
	for (uint32_t i = 0; i < n; i++) {
		bool product = i + 3 >= n || draw() < 0.15;
		add(s, draw() < 0.4 ? 0 : draw() * 30, product && draw() < 0.9 ? 0.2 + draw() * 4 : 0,
		    draw() < 0.4 ? -1 : draw() * draw() * room * 5);
		s->margin[i] = 0.1 + draw() * 3;
		if (s->net.n_groups > 1 && draw() < 0.2) {
			if (s->group[i] != SSRC_NONE)
				s->net.n_groups--;
			s->group[i] = draw_below(s->net.n_groups);
		}
		for (uint32_t k = i > 1 ? draw_below(4) : 0; k > 0; k--) {
			uint32_t makers = draw() < 0.02 ? 0 : 1 + draw_below(3);
			need(s, 0.1 + draw() * 1.5);
			while (makers-- > 0)
				by(s, circles && draw() < 0.3 ? draw_below(n) : draw_below(i));
		}
	}
	if (draw() < 0.3 && s->net.n_groups > 0)
		s->capacity[draw_below(s->net.n_groups)] = draw() < 0.5 ? 0 : (double)INFINITY;
}

static double worth_of(const ssrc_exposure_network *net)
{
	double sum = 0;
	for (uint32_t i = 0; i < net->n; i++)
		sum += net->demand[i] * net->margin[i];
	return sum;
}

static void compare(bed *b, const sample *s, const ssrc_exposure_scenario *scenarios, uint32_t n,
		    const ssrc_solver_ops *reference)
{
	ssrc_exposure r[N_MAX + 1];
	double most = 0;
	CHECK(ssrc_exposure_run(r, &b->ctx, &s->net, scenarios, n, NULL, 1, &b->arena, NULL, NULL) == SSRC_OK);
	for (uint32_t k = 0; k < n; k++) {
		double recovery = scenarios[k].recovery, worth = worth_of(&s->net) * recovery, lost = 0;
		exposure_ref loss = exposure_ref_solve(&b->ctx, &s->net, &scenarios[k], recovery, reference);
		exposure_ref time = exposure_ref_solve(&b->ctx, &s->net, &scenarios[k], -1, reference);
		CHECK_NEAR(r[k].loss, loss.value, 1e-6 * worth);
		if (isinf(time.value) || isinf(r[k].survive))
			CHECK(r[k].survive > 1e6 && time.value > 1e6);
		else
			CHECK_NEAR(r[k].survive, time.value, 1e-6 * (1 + time.value));
		CHECK(r[k].exposed == (recovery > r[k].survive) && (r[k].exposed || r[k].loss == 0));
		for (uint32_t l = 0; l < r[k].n_lost; l++) {
			uint32_t node = r[k].lost[l].node;
			CHECK(l == 0 || node > r[k].lost[l - 1].node);
			CHECK(r[k].lost[l].units <= s->demand[node] * recovery * (1 + 1e-9));
			lost += r[k].lost[l].units * s->margin[node];
		}
		CHECK_NEAR(lost, r[k].loss, 1e-6 * worth);
		most = fmax(most, r[k].loss);
	}
	for (uint32_t k = 0; k < n; k++) {
		ssrc_exposure_scenario quick = scenarios[k];
		ssrc_exposure q = {0};
		quick.loss_only = true;
		CHECK_NEAR(r[k].index, most > 0 ? r[k].loss / most : 0, 1e-12);
		CHECK(ssrc_exposure_run(&q, &b->ctx, &s->net, &quick, 1, NULL, 1, &b->arena, NULL, NULL) == SSRC_OK);
		CHECK(isnan(q.survive) && q.exposed == (q.loss > 0));
		CHECK_NEAR(q.loss, r[k].loss, 1e-6 * worth_of(&s->net) * quick.recovery);
	}
}

static void random_networks(void)
{
	const ssrc_solver_ops *builtin = ssrc_solver_find("builtin", false, NULL);
	CHECK(builtin != NULL);
	for (int round = 0; round < 400 && builtin; round++) {
		bed b;
		sample s;
		uint32_t down[N_MAX + 1][2];
		ssrc_exposure_scenario scenarios[N_MAX + 1];
		bed_make(&b);
		draw_network(&s, round % 2);
		for (uint32_t k = 0; k <= s.net.n; k++) {
			down[k][0] = k;
			down[k][1] = draw_below(s.net.n);
			scenarios[k] = (ssrc_exposure_scenario){down[k], k == s.net.n ? 0 : 1 + draw_below(2),
								draw() * 25, false};
		}
		compare(&b, &s, scenarios, s.net.n + 1, builtin);
		ssrc_arena_clear(&b.arena);
	}
}

/* ---- laws -------------------------------------------------------------------------------------------------- */

/* More stock or capacity, a shorter recovery, fewer nodes down: never a larger loss, never a shorter survival. */
static void more_is_never_worse(void)
{
	for (int round = 0; round < 150; round++) {
		bed b;
		sample s;
		bed_make(&b);
		draw_network(&s, round % 2);
		uint32_t n = s.net.n, down[2] = {draw_below(n), draw_below(n)};
		ssrc_exposure_scenario two[] = {{down, 2, 9, false}, {down, 1, 9, false}, {down, 2, 7, false}};
		ssrc_exposure r[3], better;
		double slack = 1e-6 * (worth_of(&s.net) * 9 + 1);
		CHECK(ssrc_exposure_run(r, &b.ctx, &s.net, two, 3, NULL, 1, &b.arena, NULL, NULL) == SSRC_OK);
		CHECK(r[1].loss <= r[0].loss + slack && r[2].loss <= r[0].loss + slack);
		CHECK(r[1].survive >= r[0].survive * (1 - 1e-6) && r[2].survive == r[0].survive);
		s.stock[draw_below(n)] += draw() * 10;
		if (s.net.n_groups > 0)
			s.capacity[draw_below(s.net.n_groups)] += draw() * 5;
		CHECK(ssrc_exposure_run(&better, &b.ctx, &s.net, two, 1, NULL, 1, &b.arena, NULL, NULL) == SSRC_OK);
		CHECK(better.loss <= r[0].loss + slack && better.survive >= r[0].survive * (1 - 1e-6));
		ssrc_arena_clear(&b.arena);
	}
}

static void any_number_of_threads(void)
{
	for (int round = 0; round < 20; round++) {
		bed b;
		sample s;
		uint32_t down[N_MAX];
		ssrc_exposure_scenario scenarios[N_MAX];
		ssrc_exposure few[N_MAX], many[N_MAX], alone;
		ssrc_exposure_effort effort[2];
		bed_make(&b);
		draw_network(&s, round % 2);
		uint32_t n = s.net.n;
		for (uint32_t k = 0; k < n; k++) {
			down[k] = k;
			scenarios[k] = (ssrc_exposure_scenario){&down[k], 1, draw() * 25, false};
		}
		CHECK(ssrc_exposure_run(few, &b.ctx, &s.net, scenarios, n, NULL, 1, &b.arena, &effort[0], NULL) ==
		      SSRC_OK);
		CHECK(ssrc_exposure_run(many, &b.ctx, &s.net, scenarios, n, NULL, 5, &b.arena, &effort[1], NULL) ==
		      SSRC_OK);
		CHECK(effort[0].programs == effort[1].programs && effort[0].solves == effort[1].solves);
		CHECK(effort[0].pivots == effort[1].pivots && effort[0].largest == effort[1].largest);
		for (uint32_t k = 0; k < n; k++) {
			CHECK(few[k].loss == many[k].loss && few[k].survive == many[k].survive);
			CHECK(few[k].n_lost == many[k].n_lost);
			CHECK(few[k].n_lost == 0 ||
			      memcmp(few[k].lost, many[k].lost, few[k].n_lost * sizeof *few[k].lost) == 0);
			CHECK(ssrc_exposure_run(&alone, &b.ctx, &s.net, &scenarios[k], 1, NULL, 1, &b.arena, NULL,
						NULL) == SSRC_OK);
			CHECK(alone.loss == many[k].loss && alone.survive == many[k].survive);
		}
		ssrc_arena_clear(&b.arena);
	}
}

/* Units of goods, of time and of money. */
static void units_do_not_matter(void)
{
	for (int round = 0; round < 60; round++) {
		bed b;
		sample s, t;
		bed_make(&b);
		draw_network(&s, round % 2);
		uint32_t n = s.net.n, down = draw_below(n);
		empty(&t);
		double goods = pow(10, draw() * 12 - 6), money = pow(10, draw() * 12 - 6),
		       week = pow(10, draw() * 4 - 2);
		sample keep = t;
		t = s;
		t.net = keep.net;
		t.net.n = n;
		t.net.n_groups = s.net.n_groups;
		for (uint32_t i = 0; i < n; i++) {
			t.stock[i] *= goods;
			t.demand[i] *= goods / week;
			t.margin[i] *= money;
			t.capacity[i] *= goods / week;
		}
		ssrc_exposure p = one(&b, &s, down, 8), q = one(&b, &t, down, 8 * week);
		CHECK_NEAR(q.loss / (goods * money), p.loss, 1e-6 * (worth_of(&s.net) * 8 + 1));
		if (isinf(p.survive))
			CHECK(isinf(q.survive));
		else
			CHECK_NEAR(q.survive / week, p.survive, 1e-6 * (1 + p.survive));
		ssrc_arena_clear(&b.arena);
	}
}

/* ---- refusals and faults ------------------------------------------------------------------------------------- */

static void wrong_input_is_refused(void)
{
	bed b;
	sample s;
	bed_make(&b);
	empty(&s);
	uint32_t part = add(&s, 40, 0, 5), bad_down = 7;
	add(&s, 0, 10, -1);
	need(&s, 1);
	by(&s, part);
	double *cell[] = {&s.stock[0], &s.demand[1], &s.margin[1], &s.capacity[0], &s.rate[0], &s.rate[0]};
	double bad[] = {-1, (double)NAN, 0, (double)NAN, 0, (double)INFINITY};
	ssrc_exposure_scenario scenario = {&part, 1, 3, false},
			       wrong[] = {{&bad_down, 1, 3, false}, {&part, 1, (double)INFINITY, false}};
	ssrc_exposure r = {.loss = 7};
	for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
		double keep = *cell[k];
		ssrc_error err = {0};
		*cell[k] = bad[k];
		CHECK(ssrc_exposure_run(&r, &b.ctx, &s.net, &scenario, 1, NULL, 1, &b.arena, NULL, &err) == SSRC_RANGE);
		CHECK(r.loss == 7 && err.arg[0][0] != '\0');
		*cell[k] = keep;
	}
	uint32_t *index[] = {&s.group[1], &s.producer[0]};
	for (int k = 0; k < 2; k++) {
		uint32_t keep = *index[k];
		*index[k] = 9;
		CHECK(ssrc_exposure_run(&r, &b.ctx, &s.net, &scenario, 1, NULL, 1, &b.arena, NULL, NULL) == SSRC_RANGE);
		*index[k] = keep;
		CHECK(ssrc_exposure_run(&r, &b.ctx, &s.net, &wrong[k], 1, NULL, 1, &b.arena, NULL, NULL) == SSRC_RANGE);
	}
	CHECK(ssrc_exposure_run(&r, &b.ctx, &s.net, NULL, 0, NULL, 1, &b.arena, NULL, NULL) == SSRC_OK && r.loss == 7);
	ssrc_arena_clear(&b.arena);
}

/* With the built-in solver, whose memory is the context's. */
static void memory_may_fail(void)
{
	const ssrc_solver_ops *builtin = ssrc_solver_find("builtin", false, NULL);
	sample s;
	do {
		draw_network(&s, true);
	} while (s.net.n < 8);
	uint32_t down[] = {0, 1, 2, 3};
	ssrc_exposure_scenario scenarios[] = {{down, 1, 9, false}, {down + 1, 2, 9, true}, {down, 4, 20, false}};
	for (long k = 1; builtin && k < 20000; k++) {
		test_faults faults;
		ssrc_context ctx;
		ssrc_arena arena;
		ssrc_exposure r[3] = {{.loss = 7}};
		test_faults_init(&faults, &ctx, k);
		ssrc_arena_init(&arena, &ctx);
		ssrc_status status = ssrc_exposure_run(r, &ctx, &s.net, scenarios, 3, builtin, 1, &arena, NULL, NULL);
		ssrc_arena_clear(&arena);
		CHECK(status == SSRC_OK || (status == SSRC_NOMEM && r[0].loss == 7));
		CHECK(faults.live_blocks == 0);
		if (status == SSRC_OK) {
			CHECK(k > 10);
			break;
		}
	}
}

int main(int argc, char **argv)
{
	TEST(stock_of_a_part);
	TEST(serial_chain);
	TEST(parallel_sources);
	TEST(shared_capacity);
	TEST(circle);
	TEST(random_networks);
	TEST(more_is_never_worse);
	TEST(any_number_of_threads);
	TEST(units_do_not_matter);
	TEST(wrong_input_is_refused);
	TEST(memory_may_fail);
	return tests_done();
}
