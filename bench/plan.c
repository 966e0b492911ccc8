/* Planning problems of four sizes: the decomposition beside the whole program as one MIP, same time, same run.
 *   bench_plan [SECONDS [ITEMS SCENARIOS PERIODS]] */
#include "generate_plan.h"

#include "solve/model.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* When the linear bound came within 0.2 % of the last one. */
typedef struct watch {
	double bound[4096], at[4096];
	size_t n;
} watch;

static void on_progress(void *user, const ssrc_two_stage_progress *p, const double *x)
{
	watch *w = user;
	(void)x;
	if (p->phase != SSRC_PHASE_RELAXATION || w->n == sizeof w->at / sizeof *w->at)
		return;
	w->bound[w->n] = p->bound;
	w->at[w->n++] = p->seconds;
}

static double seconds_to_bound(const watch *w)
{
	for (size_t i = 0; i < w->n; i++)
		if (w->bound[i] >= w->bound[w->n - 1] * (1 - 0.002))
			return w->at[i];
	return (double)NAN;
}

static int solve(const char *name, const ssrc_two_stage *program, bool decompose, double seconds, ssrc_context *ctx,
		 ssrc_arena *arena)
{
	ssrc_two_stage_result r;
	ssrc_error err = {0};
	watch *w = calloc(1, sizeof *w);
	ssrc_two_stage_options options = {.seconds = seconds,
					  .gap = 1e-3,
					  .iterations = -1,
					  .seed = 1,
					  .solver = "",
					  .decompose = decompose,
					  .whole = !decompose};
	double began = ssrc_seconds_now();
	if (!w || ssrc_two_stage_solve(&r, program, &options, on_progress, w, ctx, arena, &err) != SSRC_OK) {
		printf("  %-13s failed\n", name);
		free(w);
		return 1;
	}
	printf("  %-13s %7.1f s  ", name, ssrc_seconds_now() - began);
	if (r.has_plan)
		printf("plan %12.3f  bound %12.3f  gap %7.3f %%", r.value, r.bound,
		       100 * (r.value - r.bound) / fabs(r.value));
	else
		printf("no plan            bound %12.3f", r.bound);
	if (decompose)
		printf("  linear bound %.3f within 0.2 %% after %.1f s", r.relaxation, seconds_to_bound(w));
	printf("  stopped by: %s\n", r.stopped_by);
	free(w);
	return 0;
}

static int run(const bench_plan_size *size, double seconds)
{
	ssrc_context ctx;
	ssrc_arena arena;
	ssrc_plan_problem problem;
	ssrc_plan_settings settings;
	ssrc_plan_model model;
	ssrc_error err = {0};
	ssrc_context_init(&ctx);
	ssrc_arena_init(&arena, &ctx);
	if (!bench_plan_generate(&problem, &settings, size, &arena) ||
	    ssrc_plan_build(&model, &problem, &settings, &ctx, &arena, &err) != SSRC_OK)
		return 1;
	double columns = model.program.first.n_cols;
	for (uint32_t s = 0; s < model.program.n_scenarios; s++)
		columns += model.program.scenarios[s].recourse.n_cols;
	printf("%u x %u x %u: %.0f columns, %.0f before the reductions\n", size->items, size->scenarios, size->periods,
	       columns, model.naive_columns);
	int failed = solve("decomposition", &model.program, true, seconds, &ctx, &arena);
	failed |= solve("one MIP", &model.program, false, seconds, &ctx, &arena);
	fflush(stdout);
	ssrc_arena_clear(&arena);
	return failed;
}

int main(int argc, char **argv)
{
	static const bench_plan_size sizes[] = {{50, 10, 12, 1}, {100, 20, 16, 1}, {200, 30, 20, 1}, {500, 50, 20, 1}};
	double seconds = argc > 1 ? strtod(argv[1], NULL) : 300;
	if (argc > 4) {
		bench_plan_size one = {(uint32_t)strtoul(argv[2], NULL, 10), (uint32_t)strtoul(argv[3], NULL, 10),
				       (uint32_t)strtoul(argv[4], NULL, 10), 1};
		return run(&one, seconds);
	}
	int failed = 0;
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
		failed |= run(&sizes[i], seconds);
	return failed;
}
