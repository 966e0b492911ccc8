/* The weekly simulation on a generated package: how long an ensemble takes, and how much blocks of runs side by side on
 * all threads are worth against one run after the other.
 *   bench_stress FOLDER RUNS [WEEKS [THREADS]]      1000 runs, 52 weeks, all threads
 * The scenario takes the largest supplier country of the package from everything it supplies. Prints one NDJSON line;
 * exit 1 if a run alone differs from the same run in the batch by a bit. */
#include "stress/simulate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { AS_OF = 20454, ALONE = 24 }; /* 2026-01-01 */

static double seconds_now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static ssrc_sim_run drawn(uint64_t number)
{
	return (ssrc_sim_run){
		.drawn = true, .number = number, .input = SSRC_NONE, .only = SSRC_NONE, .except = SSRC_NONE};
}

/* The country abroad that supplies most items. */
static uint32_t largest_country(const ssrc_assessment *a)
{
	uint32_t best = 0, most = 0;
	for (uint32_t c = 0; c < a->chain->n_countries; c++) {
		uint32_t n = 0;
		for (uint32_t i = 0; i < a->chain->n_items; i++)
			n += !a->home.is_country[c] && a->items[i].supply.country[c].at[SSRC_CASE_MID] > 0;
		if (n > most) {
			most = n;
			best = c;
		}
	}
	return best;
}

/* Seconds per run, one after the other; counts runs that differ from the batch. */
static double one_by_one(const ssrc_sim_net *net, const double *batch, int n, int *different)
{
	ssrc_context *ctx = net->a->ctx;
	int threads = ctx->threads;
	double balance = 0, start = seconds_now();
	ctx->threads = 1;
	for (int k = 0; k < n; k++) {
		double worst;
		ssrc_sim_run run = drawn((uint64_t)k);
		if (ssrc_sim_all(net, &run, 1, &(ssrc_sim_want){.worst = &worst}, &balance, NULL) ||
		    memcmp(&worst, &batch[k], sizeof worst) != 0)
			++*different;
	}
	ctx->threads = threads;
	return (seconds_now() - start) / n;
}

static int measure(const ssrc_assessment *a, const ssrc_stress_options *o)
{
	ssrc_error err = {0};
	ssrc_scenario_cut cut = {.kind = SSRC_CUT_COUNTRY,
				 .target = largest_country(a),
				 .fraction = {0.5, 1},
				 .weeks = {8, 40},
				 .recovery = SSRC_RECOVERY_LINEAR,
				 .recovery_weeks = {2, 10}};
	ssrc_scenario scenario = {.id = "bench", .path = "", .source = "", .home = "", .cuts = &cut, .n_cuts = 1};
	ssrc_stress *s;
	double start = seconds_now();
	if (ssrc_stress_run(&s, a, &scenario, o, NULL, 0, &err))
		return 1;
	double whole = seconds_now() - start, balance = 0;
	ssrc_arena arena;
	ssrc_arena_init(&arena, a->ctx);
	ssrc_sim_net net;
	ssrc_sim_run *runs = malloc(o->runs * sizeof *runs);
	double *worst = malloc(o->runs * sizeof *worst);
	int different = 0, alone = o->runs < ALONE ? (int)o->runs : ALONE, code = 1;
	if (runs && worst && !ssrc_sim_net_build(&net, a, &scenario, o, NULL, 0, &arena, &err)) {
		for (uint32_t k = 0; k < o->runs; k++)
			runs[k] = drawn(k);
		start = seconds_now();
		code = ssrc_sim_all(&net, runs, o->runs, &(ssrc_sim_want){.worst = worst}, &balance, &err) != SSRC_OK;
		double batch = seconds_now() - start, each = one_by_one(&net, worst, alone, &different);
		code |= different > 0;
		printf("{\"name\":\"stress\",\"items\":%u,\"affected\":%u,\"needs\":%u,\"products\":%u,\"weeks\":%u,"
		       "\"runs\":%u,\"whole_s\":%.3f,\"runs_s\":%.3f,\"one_by_one_s\":%.3f,\"ratio\":%.2f,"
		       "\"different\":%d,\"balance\":%.3g}\n",
		       (unsigned)a->chain->n_items, (unsigned)net.n, (unsigned)net.n_edges, (unsigned)s->n_products,
		       (unsigned)o->weeks, (unsigned)o->runs, whole, batch, each * o->runs, each * o->runs / batch,
		       different, s->balance);
	}
	free(runs);
	free(worst);
	ssrc_arena_clear(&arena);
	ssrc_stress_free(s);
	return code;
}

int main(int argc, char **argv)
{
	ssrc_context ctx;
	ssrc_error err = {0};
	ssrc_package *package = NULL;
	ssrc_findings *findings = NULL;
	ssrc_chain *chain = NULL;
	ssrc_assessment *a = NULL;
	ssrc_stress_options o = ssrc_stress_defaults;
	if (argc < 3) {
		fprintf(stderr, "usage: bench_stress FOLDER RUNS [WEEKS [THREADS]]\n");
		return 2;
	}
	ssrc_context_init(&ctx);
	o.runs = (uint32_t)strtoul(argv[2], NULL, 10);
	o.weeks = argc > 3 ? (uint32_t)strtoul(argv[3], NULL, 10) : 52;
	ctx.threads = argc > 4 ? atoi(argv[4]) : 0;
	const ssrc_assess_options home = {"CN", SSRC_BASIS_SITE};
	int code = 1;
	if (!ssrc_findings_new(&findings, &ctx, &err) && !ssrc_package_read(&package, &ctx, argv[1], findings, &err) &&
	    !ssrc_chain_build(&chain, package, AS_OF, &err) && !ssrc_assess(&a, chain, &home, &err))
		code = measure(a, &o);
	if (code)
		fprintf(stderr, "bench_stress: failed (%s)\n", ssrc_status_text(err.code, SSRC_LANG_EN));
	ssrc_assessment_free(a);
	ssrc_chain_free(chain);
	ssrc_package_free(package);
	ssrc_findings_free(findings);
	return code;
}
