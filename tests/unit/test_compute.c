/* Training time, chip supply and splits: examples by hand, published runs, laws, and a slow integration beside it. */
#include "harness.h"

#include <secondsource/compute.h>

static uint64_t draws;
static double draw(void)
{
	return ssrc_random_unit(3, 11, draws++);
}
static ssrc_bounds at(double x)
{
	return (ssrc_bounds){x, x};
}
static ssrc_bounds draw_bounds(double least, double most)
{
	double a = least + draw() * (most - least), b = draw() < 0.3 ? a : least + draw() * (most - least);
	return (ssrc_bounds){fmin(a, b), fmax(a, b)};
}
static double inside(ssrc_bounds b)
{
	double u = draw();
	return u < 0.25 ? b.low : u > 0.75 ? b.high : b.low + draw() * (b.high - b.low);
}
static bool holds(ssrc_compute_range r, double x)
{
	if (isinf(x))
		return r.high == x;
	double slack = 1e-9 * (1 + fabs(x));
	return x >= r.low - slack && x <= r.high + slack;
}
static bool same_bytes(const ssrc_compute_time *a, const ssrc_compute_time *b)
{
	return memcmp(a, b, sizeof *a) == 0;
}

static ssrc_compute_run one_kind(double flop, double mfu, double availability, const ssrc_bounds *peak,
				 const ssrc_bounds *count)
{
	return (ssrc_compute_run){.flop = at(flop),
				  .mfu = at(mfu),
				  .availability = at(availability),
				  .scaling = at(1),
				  .peak = peak,
				  .count = count,
				  .n_chips = 1};
}

/* ---- training time ------------------------------------------------------------------------------------------ */

/* 1e24 FLOP on 1,000 chips of 1e15 at 0.5 and 0.8: 4e17 a second, 2.5e6 seconds, 28.935 days. */
static void time_by_hand(void)
{
	ssrc_bounds peak = at(1e15), count = at(1000);
	ssrc_compute_run run = one_kind(1e24, 0.5, 0.8, &peak, &count);
	ssrc_compute_time t;
	CHECK(ssrc_compute_time_of(&run, &t, NULL) == SSRC_OK);
	CHECK_NEAR(t.days.central, 2.5e6 / 86400, 1e-12);
	CHECK_NEAR(t.chip_hours.central, 1000 * 2.5e6 / 3600, 1e-6);
	CHECK(t.days.low == t.days.central && t.days.high == t.days.central);
	CHECK(t.days_cut.central == t.days.central && t.multiplier.central == 1 && t.delay.central == 0);
	CHECK(t.peak.central == 1e18);
	run.mfu = (ssrc_bounds){0.4, 0.5};
	run.availability = (ssrc_bounds){0.8, 1};
	CHECK(ssrc_compute_time_of(&run, &t, NULL) == SSRC_OK);
	CHECK_NEAR(t.days.low, 2e6 / 86400, 1e-12);
	CHECK_NEAR(t.days.high, 1e24 / 3.2e17 / 86400, 1e-12);
	CHECK_NEAR(t.days.central, 1e24 / (1e18 * 0.45 * 0.9) / 86400, 1e-12);
}

/* 1,000 GPUs cut to 500, linear: exactly twice the time, whatever the other numbers. */
static void half_the_chips_take_twice_the_time(void)
{
	for (int i = 0; i < 500; i++) {
		ssrc_bounds peak = draw_bounds(1e14, 1e15), count = at(1000), after = at(500);
		ssrc_compute_run run = one_kind(1e24 * (1 + draw()), 0.4, 0.9, &peak, &count);
		ssrc_compute_phase cut = {.from_days = 0, .kept = at(0.5)};
		ssrc_compute_time t;
		run.mfu = draw_bounds(0.3, 0.5);
		run.phases = &cut;
		run.n_phases = 1;
		CHECK(ssrc_compute_time_of(&run, &t, NULL) == SSRC_OK);
		CHECK(t.multiplier.low == 2 && t.multiplier.central == 2 && t.multiplier.high == 2);
		CHECK(t.days_cut.central == 2 * t.days.central);
		cut = (ssrc_compute_phase){.from_days = 0, .count = &after, .kept = at(1)};
		CHECK(ssrc_compute_time_of(&run, &t, NULL) == SSRC_OK);
		CHECK(t.multiplier.low == 2 && t.multiplier.central == 2 && t.multiplier.high == 2);
	}
}

/* A run of 100 days; half the fleet from day 20 for 40 days does 20 days' work: 120 days. For ever: 20 + 80·2. */
static void a_cut_may_come_later_and_end(void)
{
	ssrc_bounds peak = at(1e15), count = at(100);
	ssrc_compute_run run = one_kind(100.0 * 86400 * 1e17 * 0.5, 0.5, 1, &peak, &count);
	ssrc_compute_phase phases[] = {{.from_days = 20, .kept = at(0.5)}, {.from_days = 60, .kept = at(1)}};
	ssrc_compute_time t;
	run.phases = phases;
	run.n_phases = 2;
	CHECK(ssrc_compute_time_of(&run, &t, NULL) == SSRC_OK);
	CHECK_NEAR(t.days.central, 100, 1e-12);
	CHECK_NEAR(t.days_cut.central, 120, 1e-12);
	CHECK_NEAR(t.multiplier.central, 1.2, 1e-12);
	CHECK_NEAR(t.delay.central, 20, 1e-12);
	run.n_phases = 1;
	CHECK(ssrc_compute_time_of(&run, &t, NULL) == SSRC_OK);
	CHECK_NEAR(t.days_cut.central, 180, 1e-12);
	phases[0].from_days = 100.5; /* after the end */
	CHECK(ssrc_compute_time_of(&run, &t, NULL) == SSRC_OK);
	CHECK(t.multiplier.central == 1);
	phases[0] = (ssrc_compute_phase){.from_days = 20, .kept = at(0)};
	CHECK(ssrc_compute_time_of(&run, &t, NULL) == SSRC_OK);
	CHECK(isinf(t.days_cut.central) && isinf(t.multiplier.central) && isinf(t.delay.central));
	phases[1].kept = (ssrc_bounds){0.5, 1};
	run.n_phases = 2; /* nothing for 40 days, then between half and all: 140 to 220 days */
	CHECK(ssrc_compute_time_of(&run, &t, NULL) == SSRC_OK);
	CHECK_NEAR(t.days_cut.low, 140, 1e-9);
	CHECK_NEAR(t.days_cut.high, 220, 1e-9);
	CHECK_NEAR(t.days_cut.central, 60 + 80 / 0.75, 1e-9);
}

/* The multiplier is largest for a run that ends with the cut, in the middle of the range of times. */
static void a_multiplier_peaks_inside(void)
{
	ssrc_bounds peak = at(1e15), count = at(100);
	double day = 86400 * 1e17 * 0.5;
	ssrc_compute_run run = one_kind(day, 0.5, 1, &peak, &count);
	ssrc_compute_phase phases[] = {{.from_days = 10, .kept = at(0.25)}, {.from_days = 50, .kept = at(1)}};
	ssrc_compute_time t;
	run.flop = (ssrc_bounds){5 * day, 400 * day};
	run.phases = phases;
	run.n_phases = 2;
	CHECK(ssrc_compute_time_of(&run, &t, NULL) == SSRC_OK);
	CHECK_NEAR(t.multiplier.low, 1, 1e-12);
	CHECK_NEAR(t.multiplier.high, 2.5, 1e-12); /* work of 20 days takes 50 */
	CHECK_NEAR(t.delay.low, 0, 1e-9);
	CHECK_NEAR(t.delay.high, 30, 1e-9);
}

/* 100 chips of 1 and 100 of 3: without the fast ones a quarter is left; square-root scaling makes it a half. */
static void a_mix_and_its_scaling(void)
{
	ssrc_bounds peak[] = {at(1e14), at(3e14)}, count[] = {at(100), at(100)}, after[] = {at(100), at(0)};
	ssrc_compute_run run = one_kind(1e22, 0.4, 0.9, peak, count);
	ssrc_compute_phase phase = {.from_days = 0, .count = after, .kept = at(1)};
	ssrc_compute_time t;
	run.n_chips = 2;
	run.phases = &phase;
	run.n_phases = 1;
	CHECK(ssrc_compute_time_of(&run, &t, NULL) == SSRC_OK);
	CHECK_NEAR(t.multiplier.central, 4, 1e-12);
	run.scaling = at(0.5);
	CHECK(ssrc_compute_time_of(&run, &t, NULL) == SSRC_OK);
	CHECK_NEAR(t.multiplier.central, 2, 1e-12);
	run.scaling = (ssrc_bounds){0.5, 1};
	CHECK(ssrc_compute_time_of(&run, &t, NULL) == SSRC_OK);
	CHECK_NEAR(t.multiplier.low, 2, 1e-12);
	CHECK_NEAR(t.multiplier.high, 4, 1e-12);
	phase.kept = at(0.25); /* the cloud quarter that is left of the rest */
	run.scaling = at(1);
	CHECK(ssrc_compute_time_of(&run, &t, NULL) == SSRC_OK);
	CHECK_NEAR(t.multiplier.central, 16, 1e-12);
}

/* ---- published runs: indicators of docs/validation.md, here with tolerances ---------------------------------- */

static double days_of_run(double flop, double chips, double peak, double mfu)
{
	ssrc_bounds p = at(peak), n = at(chips);
	ssrc_compute_run run = one_kind(flop, mfu, 1, &p, &n);
	ssrc_compute_time t;
	CHECK(ssrc_compute_time_of(&run, &t, NULL) == SSRC_OK);
	return t.days.central;
}

static void published_runs(void)
{
	ssrc_bounds flop;
	/* Megatron: 8 T P / (n X): 34 days and 84 days. */
	CHECK(ssrc_compute_flop(at(175e9), at(300e9), true, &flop, NULL) == SSRC_OK);
	CHECK_NEAR(days_of_run(flop.low, 1024, 312e12, 140.0 / 312), 34, 0.15);
	CHECK(ssrc_compute_flop(at(1008e9), at(450e9), true, &flop, NULL) == SSRC_OK);
	CHECK_NEAR(days_of_run(flop.low, 3072, 312e12, 163.0 / 312), 84, 0.15);
	/* Llama 3.1: 6 N D is 3.8e25; its GPU hours are 67.7 days at 0.40 over an availability of 0.86. */
	CHECK(ssrc_compute_flop(at(405e9), at(15.6e12), false, &flop, NULL) == SSRC_OK);
	CHECK_NEAR(flop.low, 3.79e25, 0.005e25);
	CHECK_NEAR(days_of_run(flop.low, 16384, 989e12, 0.40), 67.7, 0.05);
	CHECK_NEAR(days_of_run(flop.low, 16384, 989e12, 0.40) * 24 * 16384 / 30.84e6, 0.863, 0.001);
	/* DeepSeek-V3, 37 B active: 3.29e24, 54.2 days for 2.664 M hours on 2048. */
	CHECK(ssrc_compute_flop(at(37e9), at(14.8e12), false, &flop, NULL) == SSRC_OK);
	CHECK_NEAR(flop.low, 3.29e24, 0.005e24);
	CHECK_NEAR(days_of_run(flop.low, 2048, 989e12, 0.346), 54.2, 0.2);
	/* Hours: LLaMA-65B 504 at 0.4746, Llama 2 1720, PaLM 899 of 1536 (utilisation of steady state). */
	CHECK_NEAR(days_of_run(5.5e23, 2048, 312e12, 0.4746) * 24, 504, 1);
	CHECK_NEAR(days_of_run(8.1e23, 1000, 312e12, 0.419) * 24, 1720, 2);
	CHECK_NEAR(days_of_run(2.53e24, 6144, 275e12, 0.462) * 24, 899, 2);
	CHECK_NEAR(days_of_run(3.14e23, 10000, 125e12, 0.1966), 14.8, 0.05);
}

/* ---- laws ------------------------------------------------------------------------------------------------------ */

enum { KINDS = 4, PHASES = 3 };
typedef struct world {
	ssrc_compute_run run;
	ssrc_bounds peak[KINDS], count[KINDS], after[PHASES][KINDS];
	ssrc_compute_phase phases[PHASES];
} world;

static void draw_world(world *w)
{
	size_t n = 1 + (size_t)(draw() * KINDS), m = (size_t)(draw() * (PHASES + 1));
	for (size_t i = 0; i < n; i++) {
		w->peak[i] = draw_bounds(1e14, 1e15);
		w->count[i] = draw() < 0.2 && i > 0 ? at(0) : draw_bounds(10, 100);
	}
	double from = draw() < 0.4 ? 0 : draw() * 40;
	for (size_t k = 0; k < m; k++) {
		for (size_t i = 0; i < n; i++)
			w->after[k][i] = draw() < 0.3 ? at(0) : draw_bounds(0, 120);
		w->phases[k] = (ssrc_compute_phase){from, draw() < 0.5 ? w->after[k] : NULL, draw_bounds(0.1, 1)};
		from += 1 + draw() * 30;
	}
	w->run = (ssrc_compute_run){
		.flop = draw_bounds(1e23, 4e23),
		.mfu = draw_bounds(0.2, 0.6),
		.availability = draw_bounds(0.7, 1),
		.scaling = draw() < 0.5 ? at(1) : draw_bounds(0.5, 1),
		.peak = w->peak,
		.count = w->count,
		.n_chips = n,
		.phases = w->phases,
		.n_phases = m,
	};
}

/* Step by step: days until the work is done, by adding up small steps between the phases. */
static double slow_days(double flop, double speed, const double *from, const double *part, size_t n)
{
	double day = 0;
	for (size_t i = 0; i <= n; i++) {
		double rate = speed * (i == 0 ? 1 : part[i - 1]) * 86400;
		double end = i < n ? from[i] : (double)INFINITY;
		if (rate > 0 && flop <= rate * (end - day))
			return day + flop / rate;
		flop -= rate * (end - day);
		day = end;
	}
	return (double)INFINITY;
}

/* Any choice of inputs within their intervals lies within the results. */
static void results_hold_every_choice(void)
{
	for (int round = 0; round < 3000; round++) {
		world w;
		ssrc_compute_time t;
		draw_world(&w);
		CHECK(ssrc_compute_time_of(&w.run, &t, NULL) == SSRC_OK);
		CHECK(t.days.low <= t.days.central && t.days.central <= t.days.high);
		CHECK(t.days_cut.low <= t.days_cut.central && t.days_cut.central <= t.days_cut.high);
		for (int k = 0; k < 20; k++) {
			double peak = 0, chips = 0, p[KINDS], c[KINDS], from[PHASES], part[PHASES];
			double scaling = inside(w.run.scaling), flop = inside(w.run.flop);
			for (size_t i = 0; i < w.run.n_chips; i++) {
				p[i] = inside(w.peak[i]);
				c[i] = inside(w.count[i]);
				peak += p[i] * c[i];
				chips += c[i];
			}
			for (size_t j = 0; j < w.run.n_phases; j++) {
				double after = w.phases[j].count ? 0 : peak;
				for (size_t i = 0; w.phases[j].count && i < w.run.n_chips; i++)
					after += p[i] * inside(w.after[j][i]);
				from[j] = w.phases[j].from_days;
				part[j] = pow(inside(w.phases[j].kept) * after / peak, scaling);
			}
			double speed = peak * inside(w.run.mfu) * inside(w.run.availability);
			double days = flop / speed / 86400, cut = slow_days(flop, speed, from, part, w.run.n_phases);
			CHECK(holds(t.peak, peak) && holds(t.days, days) && holds(t.days_cut, cut));
			CHECK(holds(t.chip_hours, chips * days * 24));
			CHECK(holds(t.multiplier, cut / days) && holds(t.delay, cut - days));
		}
	}
}

static void order_of_the_mix_changes_no_bit(void)
{
	for (int round = 0; round < 1000; round++) {
		world w, v;
		ssrc_compute_time t, u;
		draw_world(&w);
		v = w;
		v.run.peak = v.peak;
		v.run.count = v.count;
		v.run.phases = v.phases;
		for (size_t i = 0; i < w.run.n_chips; i++) {
			size_t to = (i * 3 + 1) % w.run.n_chips;
			if (w.run.n_chips == 3)
				to = (i + 1) % 3;
			v.peak[to] = w.peak[i];
			v.count[to] = w.count[i];
			for (size_t k = 0; k < w.run.n_phases; k++)
				v.after[k][to] = w.after[k][i];
		}
		for (size_t k = 0; k < w.run.n_phases; k++)
			if (w.phases[k].count)
				v.phases[k].count = v.after[k];
		CHECK(ssrc_compute_time_of(&w.run, &t, NULL) == SSRC_OK);
		CHECK(ssrc_compute_time_of(&v.run, &u, NULL) == SSRC_OK);
		CHECK(same_bytes(&t, &u));
	}
}

static bool not_slower(ssrc_compute_range a, ssrc_compute_range b)
{
	double slack = 1 + 1e-12;
	return a.low <= b.low * slack && a.central <= b.central * slack && a.high <= b.high * slack;
}

/* More chips, at the start or after the cut, or a smaller cut: never slower. */
static void more_chips_are_never_slower(void)
{
	for (int round = 0; round < 3000; round++) {
		world w;
		ssrc_compute_time t, u;
		draw_world(&w);
		for (size_t k = 0; k < w.run.n_phases; k++)
			if (round % 2 && w.phases[k].count)
				w.phases[k].count = NULL;
		CHECK(ssrc_compute_time_of(&w.run, &t, NULL) == SSRC_OK);
		size_t kind = (size_t)(draw() * (double)w.run.n_chips);
		double more = draw() * 50;
		if (round % 3 == 0 && w.run.n_phases) {
			size_t k = (size_t)(draw() * (double)w.run.n_phases);
			w.phases[k].kept.low += (1 - w.phases[k].kept.low) * 0.5;
			w.phases[k].kept.high = fmax(w.phases[k].kept.high, w.phases[k].kept.low);
			w.after[k][kind].high += more;
		} else {
			w.count[kind].low += more;
			w.count[kind].high += more;
		}
		CHECK(ssrc_compute_time_of(&w.run, &u, NULL) == SSRC_OK);
		CHECK(not_slower(u.days, t.days) && not_slower(u.days_cut, t.days_cut));
	}
}

/* Doubling compute doubles the days; splitting a kind into two of the same peak changes nothing. */
static void scale_and_split(void)
{
	for (int round = 0; round < 500; round++) {
		world w;
		ssrc_compute_time t, u;
		draw_world(&w);
		w.run.n_phases = 0;
		CHECK(ssrc_compute_time_of(&w.run, &t, NULL) == SSRC_OK);
		w.run.flop.low *= 2;
		w.run.flop.high *= 2;
		CHECK(ssrc_compute_time_of(&w.run, &u, NULL) == SSRC_OK);
		CHECK(u.days.low == 2 * t.days.low && u.days.central == 2 * t.days.central);
		ssrc_bounds peak[] = {w.peak[0], w.peak[0]}, count[] = {at(30), at(20)}, whole = at(50);
		ssrc_compute_run a = one_kind(1e23, 0.4, 0.9, peak, count), b = one_kind(1e23, 0.4, 0.9, peak, &whole);
		a.n_chips = 2;
		CHECK(ssrc_compute_time_of(&a, &t, NULL) == SSRC_OK && ssrc_compute_time_of(&b, &u, NULL) == SSRC_OK);
		CHECK_NEAR(t.days.central, u.days.central, 1e-12 * u.days.central);
	}
}

static void refuse_run(ssrc_compute_run run)
{
	ssrc_compute_time t, before;
	ssrc_error err = {0};
	memset(&t, 0x5A, sizeof t);
	before = t;
	CHECK(ssrc_compute_time_of(&run, &t, &err) == SSRC_RANGE);
	CHECK(same_bytes(&t, &before));
	CHECK(err.message != 0 && *ssrc_text((ssrc_text_id)err.message, SSRC_LANG_ZH));
	CHECK(ssrc_compute_time_of(&run, &t, NULL) == SSRC_RANGE);
}

static void bad_runs_are_refused(void)
{
	static const double bad[] = {-1, (double)NAN, (double)INFINITY, -(double)INFINITY};
	ssrc_bounds peak = at(1e15), count = at(10), wrong;
	const ssrc_compute_run good = one_kind(1e23, 0.4, 0.9, &peak, &count);
	for (size_t i = 0; i < 4; i++) {
		ssrc_compute_run run = good;
		run.flop = at(bad[i]);
		refuse_run(run);
		run = good;
		run.mfu.high = bad[i];
		refuse_run(run);
		run = good;
		run.availability.low = bad[i];
		refuse_run(run);
		run = good;
		run.scaling = at(bad[i]);
		refuse_run(run);
		wrong = at(bad[i]);
		run = good;
		run.peak = &wrong;
		refuse_run(run);
		run = good;
		run.count = &wrong;
		refuse_run(run);
		ssrc_compute_phase phases[] = {{.from_days = bad[i], .kept = at(1)}, {.from_days = 5, .kept = at(1)}};
		run = good;
		run.phases = phases;
		run.n_phases = 2;
		refuse_run(run);
		phases[0] = (ssrc_compute_phase){.from_days = 1, .kept = at(bad[i])};
		refuse_run(run);
		phases[0] = (ssrc_compute_phase){.from_days = 1, .count = &wrong, .kept = at(1)};
		refuse_run(run);
		phases[0] = (ssrc_compute_phase){.from_days = 5, .kept = at(1)};
		refuse_run(run);
	}
	ssrc_compute_run run = good;
	run.flop = at(0);
	refuse_run(run);
	run = good;
	run.mfu = (ssrc_bounds){0.5, 0.4};
	refuse_run(run);
	run = good;
	run.mfu = at(1.01);
	refuse_run(run);
	run = good;
	run.scaling = at(0);
	refuse_run(run);
	run = good;
	run.n_chips = 0;
	refuse_run(run);
	run = good;
	run.n_chips = SSRC_COMPUTE_CHIPS_MAX + 1;
	refuse_run(run);
	run = good;
	run.n_phases = SSRC_COMPUTE_PHASES_MAX + 1;
	refuse_run(run);
	wrong = at(0);
	run = good;
	run.count = &wrong;
	refuse_run(run);
	run = good;
	run.flop = at(1e308);
	wrong = at(1e-300);
	run.peak = &wrong;
	refuse_run(run);
	wrong = at(1e308);
	run = good;
	run.peak = &wrong;
	refuse_run(run);
}

static void flop_of_a_model(void)
{
	ssrc_bounds flop;
	CHECK(ssrc_compute_flop(at(2), at(5), false, &flop, NULL) == SSRC_OK && flop.low == 60 && flop.high == 60);
	CHECK(ssrc_compute_flop((ssrc_bounds){1, 2}, (ssrc_bounds){5, 10}, true, &flop, NULL) == SSRC_OK);
	CHECK(flop.low == 40 && flop.high == 160);
	static const double bad[] = {0, -1, (double)NAN, (double)INFINITY};
	for (size_t i = 0; i < 4; i++) {
		CHECK(ssrc_compute_flop(at(bad[i]), at(5), false, &flop, NULL) == SSRC_RANGE && flop.low == 40);
		CHECK(ssrc_compute_flop(at(5), at(bad[i]), false, &flop, NULL) == SSRC_RANGE && flop.low == 40);
	}
	CHECK(ssrc_compute_flop(at(1e200), at(1e200), false, &flop, NULL) == SSRC_RANGE);
}

/* ---- chip supply ---------------------------------------------------------------------------------------------- */

/* 2.9 M dies at 2 a package make 1.45 M, 13 M stacks at 8 make 1.625 M: of these two banks alone the dies bind. 0.35 M
 * dies more and the stacks bind. */
static void dies_and_stacks(void)
{
	const ssrc_compute_limit limits[] = {{at(13e6), at(8)}, {at(2.9e6), at(2)}};
	ssrc_compute_supply s;
	ssrc_compute_input in[2];
	CHECK(ssrc_compute_supply_of(limits, 2, &s, in, NULL) == SSRC_OK);
	for (int k = 0; k < 3; k++) {
		CHECK(s.units[k] == 1.45e6 && s.binding[k] == 1 && s.next[k] == 0 && s.units_next[k] == 1.625e6);
		CHECK(s.to_next[k] == 0.35e6);
		CHECK(in[1].binds[k] && !in[0].binds[k] && in[1].marginal[k] == 0.5 && in[0].marginal[k] == 0);
		CHECK(in[0].left[k] == 1.4e6 && in[1].left[k] == 0);
	}
	CHECK(in[1].may_bind && !in[0].may_bind);
	/* With what the fab adds, 1 to 2 M dies, the stacks bind in every case. */
	const ssrc_compute_limit more[] = {{at(13e6), at(8)}, {{3.9e6, 4.9e6}, at(2)}};
	CHECK(ssrc_compute_supply_of(more, 2, &s, in, NULL) == SSRC_OK);
	for (int k = 0; k < 3; k++)
		CHECK(s.units[k] == 1.625e6 && s.binding[k] == 0 && in[0].marginal[k] == 0.125);
	CHECK(in[0].may_bind && !in[1].may_bind);
}

static void which_input_binds_depends_on_the_case(void)
{
	const ssrc_compute_limit limits[] = {{{80, 200}, at(1)}, {{180, 260}, {1, 2}}};
	ssrc_compute_supply s;
	ssrc_compute_input in[2];
	CHECK(ssrc_compute_supply_of(limits, 2, &s, in, NULL) == SSRC_OK);
	CHECK(s.units[0] == 80 && s.binding[0] == 0 && s.units_next[0] == 90);
	CHECK(s.units[1] == 140 && s.binding[1] == 0);
	CHECK_NEAR(in[1].units[1], 220 / 1.5, 1e-12);
	CHECK(s.units[2] == 200 && s.binding[2] == 0);
	CHECK(in[0].may_bind && in[1].may_bind);
	const ssrc_compute_limit equal[] = {{at(10), at(2)}, {at(20), at(4)}};
	CHECK(ssrc_compute_supply_of(equal, 2, &s, in, NULL) == SSRC_OK);
	CHECK(in[0].binds[1] && in[1].binds[1] && in[0].marginal[1] == 0 && in[1].marginal[1] == 0);
	CHECK(s.to_next[1] == 0);
	CHECK(ssrc_compute_supply_of(equal, 1, &s, in, NULL) == SSRC_OK);
	CHECK(s.next[1] == UINT32_MAX && isinf(s.units_next[1]) && in[0].marginal[1] == 0.5);
}

/* The marginal value is what one unit more really gives, if that is not beyond the next limit. */
static void marginal_is_what_one_more_gives(void)
{
	for (int round = 0; round < 2000; round++) {
		ssrc_compute_limit limits[5];
		ssrc_compute_supply s, t;
		ssrc_compute_input in[5], after[5];
		size_t n = 1 + (size_t)(draw() * 5);
		for (size_t i = 0; i < n; i++)
			limits[i] = (ssrc_compute_limit){draw_bounds(100, 1000), draw_bounds(1, 8)};
		CHECK(ssrc_compute_supply_of(limits, n, &s, in, NULL) == SSRC_OK);
		CHECK(s.units[0] <= s.units[1] && s.units[1] <= s.units[2]);
		for (size_t i = 0; i < n; i++) {
			double unit = 1e-3;
			limits[i].available.low += unit;
			limits[i].available.high += unit;
			CHECK(ssrc_compute_supply_of(limits, n, &t, after, NULL) == SSRC_OK);
			limits[i].available.low -= unit;
			limits[i].available.high -= unit;
			for (int k = 0; k < 3; k++)
				if (s.to_next[k] > unit || !in[i].binds[k])
					CHECK_NEAR(t.units[k] - s.units[k], in[i].marginal[k] * unit, 1e-9);
		}
	}
}

static void bad_inputs_of_supply(void)
{
	ssrc_compute_supply s = {.units = {7, 7, 7}};
	ssrc_compute_input in[2] = {{.units = {7}}, {.units = {7}}};
	static const double bad[] = {-1, (double)NAN, (double)INFINITY};
	for (size_t i = 0; i < 3; i++) {
		ssrc_compute_limit limits[] = {{at(5), at(1)}, {at(bad[i]), at(1)}};
		CHECK(ssrc_compute_supply_of(limits, 2, &s, in, NULL) == SSRC_RANGE);
		limits[1] = (ssrc_compute_limit){at(5), at(bad[i])};
		CHECK(ssrc_compute_supply_of(limits, 2, &s, in, NULL) == SSRC_RANGE);
		limits[1] = (ssrc_compute_limit){at(5), at(0)};
		CHECK(ssrc_compute_supply_of(limits, 2, &s, in, NULL) == SSRC_RANGE);
		limits[1] = (ssrc_compute_limit){{5, 4}, at(1)};
		CHECK(ssrc_compute_supply_of(limits, 2, &s, in, NULL) == SSRC_RANGE);
	}
	CHECK(ssrc_compute_supply_of(NULL, 0, &s, in, NULL) == SSRC_RANGE);
	CHECK(s.units[0] == 7 && in[0].units[0] == 7);
}

/* ---- splits ------------------------------------------------------------------------------------------------------ */

/* The published constants give 93 tokens per parameter at 5.88e23, the corrected fit 18.4; 20 is neither. */
static void splits_of_a_budget(void)
{
	ssrc_compute_split s;
	CHECK(ssrc_compute_optimum(ssrc_scaling_fit_hoffmann(), 5.88e23, &s, NULL) == SSRC_OK);
	CHECK_NEAR(s.tokens_per_param, 93, 0.5);
	CHECK_NEAR(6 * s.params * s.tokens, 5.88e23, 1e12);
	CHECK(ssrc_compute_optimum(ssrc_scaling_fit_besiroglu(), 5.88e23, &s, NULL) == SSRC_OK);
	CHECK_NEAR(s.tokens_per_param, 18.4, 0.05);
	CHECK(ssrc_compute_rule(20, 5.88e23, &s, NULL) == SSRC_OK);
	CHECK_NEAR(s.tokens, 1.4e12, 1e6);
	CHECK_NEAR(s.params, 7e10, 1e5);
	CHECK(isnan(s.loss));
}

static double loss_of(const ssrc_scaling_fit *f, double params, double flop)
{
	return f->e + f->a / pow(params, f->alpha) + f->b / pow(flop / 6 / params, f->beta);
}

static void an_optimum_is_one(void)
{
	const ssrc_scaling_fit *fits[] = {ssrc_scaling_fit_hoffmann(), ssrc_scaling_fit_besiroglu()};
	for (int i = 0; i < 40; i++)
		for (size_t f = 0; f < 2; f++) {
			double flop = pow(10, 18 + i * 0.25);
			ssrc_compute_split s;
			CHECK(ssrc_compute_optimum(fits[f], flop, &s, NULL) == SSRC_OK);
			CHECK_NEAR(s.loss, loss_of(fits[f], s.params, flop), 1e-9);
			CHECK(s.loss < loss_of(fits[f], s.params * 1.05, flop));
			CHECK(s.loss < loss_of(fits[f], s.params / 1.05, flop));
		}
	ssrc_compute_split s = {.params = 7};
	ssrc_scaling_fit wrong = *fits[0];
	wrong.alpha = 0;
	CHECK(ssrc_compute_optimum(&wrong, 1e20, &s, NULL) == SSRC_RANGE);
	static const double bad[] = {0, -1, (double)NAN, (double)INFINITY};
	for (size_t i = 0; i < 4; i++) {
		CHECK(ssrc_compute_optimum(fits[0], bad[i], &s, NULL) == SSRC_RANGE);
		CHECK(ssrc_compute_rule(bad[i], 1e20, &s, NULL) == SSRC_RANGE);
		CHECK(ssrc_compute_rule(20, bad[i], &s, NULL) == SSRC_RANGE);
	}
	wrong = *fits[0];
	wrong.a = 1e-300;
	wrong.alpha = wrong.beta = 1e-4;
	CHECK(ssrc_compute_optimum(&wrong, 1e20, &s, NULL) == SSRC_RANGE);
	CHECK(s.params == 7);
}

int main(int argc, char **argv)
{
	TEST(time_by_hand);
	TEST(half_the_chips_take_twice_the_time);
	TEST(a_cut_may_come_later_and_end);
	TEST(a_multiplier_peaks_inside);
	TEST(a_mix_and_its_scaling);
	TEST(published_runs);
	TEST(results_hold_every_choice);
	TEST(order_of_the_mix_changes_no_bit);
	TEST(more_chips_are_never_slower);
	TEST(scale_and_split);
	TEST(bad_runs_are_refused);
	TEST(flop_of_a_model);
	TEST(dies_and_stacks);
	TEST(which_input_binds_depends_on_the_case);
	TEST(marginal_is_what_one_more_gives);
	TEST(bad_inputs_of_supply);
	TEST(splits_of_a_budget);
	TEST(an_optimum_is_one);
	return tests_done();
}
