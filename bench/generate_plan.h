/* Planning problems of any size by a seed: a network in tiers, sources in regions, controls that hit a region. */
#ifndef BENCH_GENERATE_PLAN_H
#define BENCH_GENERATE_PLAN_H

#include "plan/problem.h"

typedef struct bench_plan_size {
	uint32_t items, scenarios, periods;
	uint64_t seed;
} bench_plan_size;

/* Fills problem and settings (weighted, with budgets over time) in arena memory; false without memory. Same size and
 * seed, same problem. */
bool bench_plan_generate(ssrc_plan_problem *problem, ssrc_plan_settings *settings, const bench_plan_size *size,
			 ssrc_arena *arena);

#endif
