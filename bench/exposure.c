/* All single-node programs of a random network: time to recover and time to survive.
 *
 *   bench_exposure [NODES [TIERS [SLACK [SEED [THREADS [SAMPLE]]]]]]     defaults 1531 3 0.2 1 2 20
 *
 * Nodes stand in TIERS tiers; each but those of the first needs 2 to 4 materials of the tier before, of 1 to 3 makers
 * each. A capacity is 1 + SLACK … 1 + 10 SLACK times what the undisturbed network takes, one in ten is shared by two
 * nodes; stocks last 2 units of time on average, recovery takes 4 to 26. Prints one line of JSON: seconds, and how long
 * SAMPLE scenarios take in full on one thread, times nodes / SAMPLE: "cold", both programs written out and solved from
 * nothing; "warm", both set up once and solved again from the last basis. Fails if any of them differs by 1e-6. */
#include "../tests/ref/exposure_ref.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { MATERIALS_MAX = 4, MAKERS_MAX = 3 };

typedef struct random_network {
	ssrc_exposure_network net;
	double *stock, *demand, *margin, *capacity, *rate, *split;
	uint32_t *group, *need_start, *producer_start, *producer;
	ssrc_exposure_scenario *scenarios;
	uint32_t *down;
} random_network;

static uint64_t seed, draws;
static double draw(void)
{
	return ssrc_random_unit(seed, 1, draws++);
}
static double seconds(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void draw_needs(random_network *r, uint32_t n, uint32_t tiers)
{
	uint32_t needs = 0, arcs = 0;
	for (uint32_t i = 0; i < n; i++) {
		uint32_t tier = (uint32_t)((uint64_t)i * tiers / n);
		uint32_t first = tier > 0 ? (uint32_t)(((uint64_t)n * (tier - 1) + tiers - 1) / tiers) : 0;
		uint32_t end = (uint32_t)(((uint64_t)n * tier + tiers - 1) / tiers);
		r->need_start[i] = needs;
		for (int k = tier > 0 ? 2 + (int)(3 * draw()) : 0; k > 0; k--) {
			uint32_t makers = 1 + (uint32_t)(3 * draw()), at = first + (uint32_t)(draw() * (end - first));
			double sum = 0;
			r->producer_start[needs] = arcs;
			r->rate[needs++] = 0.2 + 1.8 * draw();
			for (uint32_t m = 0; m < makers; m++, arcs++) {
				/* Another one every time. */
				at = first + (at - first + 1 + (uint32_t)(draw() * ((end - first) / MAKERS_MAX - 1))) %
						     (end - first);
				r->producer[arcs] = at;
				sum += r->split[arcs] = 0.2 + draw();
			}
			for (uint32_t m = 1; m <= makers; m++)
				r->split[arcs - m] /= sum;
		}
	}
	r->need_start[n] = needs;
	r->producer_start[needs] = arcs;
}

/* Flows of the undisturbed network, then capacities and stocks in proportion. */
static void draw_amounts(random_network *r, uint32_t n, uint32_t tiers, double slack, double *flow)
{
	for (uint32_t i = n; i-- > 0;) {
		if ((uint64_t)i * tiers / n == tiers - 1) {
			r->demand[i] = 1 + 9 * draw();
			r->margin[i] = 1 + draw();
			flow[i] += r->demand[i];
		}
		for (uint32_t k = r->need_start[i]; k < r->need_start[i + 1]; k++)
			for (uint32_t a = r->producer_start[k]; a < r->producer_start[k + 1]; a++)
				flow[r->producer[a]] += flow[i] * r->rate[k] * r->split[a];
	}
	for (uint32_t i = 0; i < n; i++) {
		r->group[i] = i % 10 == 1 ? i - 1 : i;
		r->capacity[r->group[i]] += flow[i] * (1 + slack * (1 + 9 * draw()));
		r->stock[i] = -2 * log(1 - draw()) * flow[i];
		r->down[i] = i;
		r->scenarios[i] = (ssrc_exposure_scenario){&r->down[i], 1, 4 + 22 * draw(), false};
	}
}

static bool make(random_network *r, uint32_t n, uint32_t tiers, double slack, ssrc_arena *arena)
{
	size_t needs = (size_t)n * MATERIALS_MAX, arcs = needs * MAKERS_MAX;
	double *flow = ssrc_arena_array(arena, n, sizeof *flow);
	r->stock = ssrc_arena_array(arena, n, sizeof *r->stock);
	r->demand = ssrc_arena_array(arena, n, sizeof *r->demand);
	r->margin = ssrc_arena_array(arena, n, sizeof *r->margin);
	r->capacity = ssrc_arena_array(arena, n, sizeof *r->capacity);
	r->group = ssrc_arena_array(arena, n, sizeof *r->group);
	r->down = ssrc_arena_array(arena, n, sizeof *r->down);
	r->scenarios = ssrc_arena_array(arena, n, sizeof *r->scenarios);
	r->need_start = ssrc_arena_array(arena, (size_t)n + 1, sizeof *r->need_start);
	r->rate = ssrc_arena_array(arena, needs, sizeof *r->rate);
	r->producer_start = ssrc_arena_array(arena, needs + 1, sizeof *r->producer_start);
	r->producer = ssrc_arena_array(arena, arcs, sizeof *r->producer);
	r->split = ssrc_arena_array(arena, arcs, sizeof *r->split);
	if (!flow || !r->stock || !r->demand || !r->margin || !r->capacity || !r->group || !r->down || !r->scenarios ||
	    !r->need_start || !r->rate || !r->producer_start || !r->producer || !r->split)
		return false;
	draw_needs(r, n, tiers);
	draw_amounts(r, n, tiers, slack, flow);
	r->net = (ssrc_exposure_network){n,          n,           r->stock,      r->demand, r->margin,
					 r->group,   r->capacity, r->need_start, r->rate,   r->producer_start,
					 r->producer};
	return true;
}

/* Seconds for `sample` scenarios in full from nothing; *worst: largest relative difference. */
static double run_in_full(ssrc_context *ctx, const random_network *r, const ssrc_exposure *results, uint32_t sample,
			  const ssrc_solver_ops *solver, double *worst, uint32_t *columns)
{
	double begin = seconds(), value = 0;
	for (uint32_t i = 0; i < r->net.n; i++)
		value += r->demand[i] * r->margin[i];
	for (uint32_t s = 0; s < sample; s++) {
		uint32_t k = (uint32_t)((uint64_t)s * r->net.n / sample);
		exposure_ref loss =
			exposure_ref_solve(ctx, &r->net, &r->scenarios[k], r->scenarios[k].recovery, solver);
		exposure_ref time = exposure_ref_solve(ctx, &r->net, &r->scenarios[k], -1, solver);
		double here = fabs(loss.value - results[k].loss) / (value * r->scenarios[k].recovery);
		if (!isinf(time.value) || !isinf(results[k].survive))
			here = fmax(here, fabs(time.value - results[k].survive) / fmax(1, time.value));
		*worst = here <= *worst ? *worst : here; /* NaN stays */
		*columns = loss.columns;
	}
	return seconds() - begin;
}

/* Seconds for the same scenarios with both programs set up once and solved again from the last basis. */
static double run_warm(ssrc_context *ctx, const random_network *r, const ssrc_exposure *results, uint32_t sample,
		       const ssrc_solver_ops *solver, double *worst)
{
	ssrc_arena arena;
	ssrc_program program[2];
	ssrc_solver *solving[2] = {NULL, NULL};
	ssrc_solution x;
	double value = 0, took = 0;
	bool good = true;
	ssrc_arena_init(&arena, ctx);
	for (uint32_t i = 0; i < r->net.n; i++)
		value += r->demand[i] * r->margin[i];
	for (int p = 0; p < 2 && sample > 0; p++) /* the undisturbed programs: rates, and time */
		good = good && !exposure_ref_write(&program[p], ctx, &arena, &r->net, NULL, p ? -1 : 1) &&
		       !solver->create(&solving[p], ctx, &program[p], NULL) &&
		       !solver->solve_lp(solving[p], &ssrc_no_limits, &x);
	for (uint32_t s = 0; s < sample && good; s++) {
		uint32_t k = (uint32_t)((uint64_t)s * r->net.n / sample);
		double window = r->scenarios[k].recovery, begin = seconds(), answer[2] = {0, 0};
		for (uint32_t i = 0; i < r->net.n; i++)
			good &= !solver->set_row(solving[0], i, -(double)INFINITY, r->stock[i] / window);
		for (int p = 0; p < 2 && good; p++) {
			good = !solver->set_col(solving[p], k, 0, 0) &&
			       !solver->solve_lp(solving[p], &ssrc_no_limits, &x);
			answer[p] = good ? exposure_ref_value(&program[p], &x, p ? -1 : 1) : 0;
			good = good && !solver->set_col(solving[p], k, 0, (double)INFINITY);
		}
		took += seconds() - begin;
		double here = fabs(answer[0] - results[k].loss / window) / value;
		if (!isinf(answer[1]) || !isinf(results[k].survive))
			here = fmax(here, fabs(answer[1] - results[k].survive) / fmax(1, answer[1]));
		*worst = here <= *worst ? *worst : here; /* NaN stays */
	}
	for (int p = 0; p < 2; p++)
		if (solving[p])
			solver->destroy(solving[p]);
	ssrc_arena_clear(&arena);
	return good ? took : (double)NAN;
}

int main(int argc, char **argv)
{
	uint32_t n = argc > 1 ? (uint32_t)atoi(argv[1]) : 1531, tiers = argc > 2 ? (uint32_t)atoi(argv[2]) : 3;
	double slack = argc > 3 ? atof(argv[3]) : 0.2;
	seed = argc > 4 ? (uint64_t)atoi(argv[4]) : 1;
	int threads = argc > 5 ? atoi(argv[5]) : 2;
	uint32_t sample = argc > 6 ? (uint32_t)atoi(argv[6]) : 20;
	ssrc_context ctx;
	ssrc_arena arena;
	random_network r = {0};
	ssrc_exposure_effort effort;
	ssrc_context_init(&ctx);
	ssrc_arena_init(&arena, &ctx);
	const ssrc_solver_ops *solver = ssrc_solver_find("clp", false, NULL);
	ssrc_exposure *results = ssrc_arena_array(&arena, n, sizeof *results);
	if (!solver || !results || n < 9 * tiers || tiers < 2 || !make(&r, n, tiers, slack, &arena)) {
		fprintf(stderr, "bench_exposure: needs Clp, 2 tiers or more and 9 nodes for each\n");
		return 2;
	}
	double begin = seconds(), worst = 0;
	ssrc_error err = {0};
	ssrc_status status =
		ssrc_exposure_run(results, &ctx, &r.net, r.scenarios, n, solver, threads, &arena, &effort, &err);
	double took = seconds() - begin;
	if (status) {
		fprintf(stderr, "bench_exposure: %s\n", err.arg[0]);
		return 1;
	}
	uint32_t exposed = 0, for_ever = 0, columns = 0;
	for (uint32_t k = 0; k < n; k++) {
		exposed += results[k].exposed;
		for_ever += isinf(results[k].survive) != 0;
	}
	double cold = run_in_full(&ctx, &r, results, sample, solver, &worst, &columns);
	double warm = run_warm(&ctx, &r, results, sample, solver, &worst);
	double times = sample > 0 ? (double)n / sample : 0;
	printf("{\"bench\":\"exposure\",\"nodes\":%lu,\"tiers\":%lu,\"slack\":%g,\"columns\":%lu,\"threads\":%d,"
	       "\"seconds\":%.3f,\"programs\":%llu,\"solves\":%llu,\"pivots\":%llu,\"largest\":%lu,\"exposed\":%lu,"
	       "\"never_short\":%lu,",
	       (unsigned long)n, (unsigned long)tiers, slack, (unsigned long)columns, threads, took,
	       (unsigned long long)effort.programs, (unsigned long long)effort.solves,
	       (unsigned long long)effort.pivots, (unsigned long)effort.largest, (unsigned long)exposed,
	       (unsigned long)for_ever);
	printf("\"sample\":%lu,\"cold_extrapolated\":%.1f,\"cold_ratio\":%.1f,\"warm_extrapolated\":%.1f,"
	       "\"warm_ratio\":%.1f,\"worst_difference\":%.1e}\n",
	       (unsigned long)sample, cold * times, cold * times / took, warm * times, warm * times / took, worst);
	ssrc_arena_clear(&arena);
	return worst <= 1e-6 ? 0 : 1;
}
