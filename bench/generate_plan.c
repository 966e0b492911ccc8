/* The instances of bench/plan. As planning.md §3.1 of the notes describes them: a DAG of 6 tiers with 2 to 5 inputs an
 * item, 1 to 3 sources in 8 regions, 0 to 2 candidate sources, half of the items stockable, a redesign for 15 % of the
 * needs; controls of one region that hit 10 to 50 % of what it makes for 3 to 8 periods; budgets over time that pay for
 * a small part of all that could be done. */
#include "generate_plan.h"

#include <math.h>
#include <string.h>

enum { TIERS = 6, REGIONS = 8, SOURCES_MAX = 3 };
#define PERIOD_WEEKS 13.0

typedef struct maker {
	uint32_t region;
	double share;
} maker;

typedef struct generator {
	const bench_plan_size *size;
	ssrc_arena *arena;
	uint64_t counter;
	ssrc_plan_item *items;
	ssrc_plan_arc *arcs;
	ssrc_plan_option *options;
	uint32_t n_arcs, n_options;
	maker *makers;           /* [items * SOURCES_MAX], share 0 = none */
	uint32_t *option_region; /* REGIONS = none */
	uint32_t *tier_first;    /* [TIERS + 1] */
} generator;

static double unit(generator *g)
{
	return ssrc_random_unit(g->size->seed, 1, g->counter++);
}

static double between(generator *g, double low, double high)
{
	return low + (high - low) * unit(g);
}

static uint32_t whole(generator *g, uint32_t low, uint32_t high)
{
	return low + (uint32_t)(unit(g) * (double)(high - low + 1));
}

/* Four digits are as good as sixteen, and leave numbers people can read. */
static double rounded(double x)
{
	return round(x * 1e4) / 1e4;
}

static void make_items(generator *g)
{
	uint32_t n = g->size->items;
	for (uint32_t t = 0; t <= TIERS; t++)
		g->tier_first[t] = t * n / TIERS;
	for (uint32_t i = 0; i < n; i++) {
		g->items[i].stock = rounded(between(g, 0, 8));
		g->items[i].value = i >= g->tier_first[TIERS - 1] ? rounded(between(g, 2, 20)) : 0;
		uint32_t sources = whole(g, 1, SOURCES_MAX);
		double left = 1;
		for (uint32_t k = 0; k < sources; k++) {
			double share = k + 1 == sources ? left : rounded(left * between(g, 0.3, 0.7));
			g->makers[i * SOURCES_MAX + k] = (maker){whole(g, 0, REGIONS - 1), share};
			left -= share;
		}
	}
}

/* Inputs from lower tiers, most from the tier just below; use: an input's users share it. */
static void make_arcs(generator *g, uint32_t *users)
{
	for (uint32_t t = 1; t < TIERS; t++)
		for (uint32_t i = g->tier_first[t]; i < g->tier_first[t + 1]; i++) {
			uint32_t wanted = whole(g, 2, 5), first = g->n_arcs;
			for (uint32_t k = 0; k < wanted; k++) {
				uint32_t from = unit(g) < 0.7 ? g->tier_first[t - 1] : 0;
				uint32_t input = whole(g, from, g->tier_first[t] - 1);
				bool twice = false;
				for (uint32_t a = first; a < g->n_arcs; a++)
					twice |= g->arcs[a].input == input;
				if (twice)
					continue;
				double weight = unit(g) < 0.8 ? 1 : 0.5;
				g->arcs[g->n_arcs++] = (ssrc_plan_arc){i, input, SSRC_NONE, weight, 0};
				users[input]++;
			}
		}
	for (uint32_t a = 0; a < g->n_arcs; a++)
		g->arcs[a].use = 1.0 / users[g->arcs[a].input];
}

static void add_option(generator *g, ssrc_plan_option option, uint32_t region)
{
	g->option_region[g->n_options] = region;
	g->options[g->n_options++] = option;
}

static void make_options(generator *g)
{
	for (uint32_t i = 0; i < g->size->items; i++) {
		uint32_t candidates = whole(g, 0, 2);
		for (uint32_t k = 0; k < candidates; k++)
			add_option(g,
				   (ssrc_plan_option){.kind = SSRC_PLAN_SOURCE,
						      .item = i,
						      .fixed = rounded(between(g, 20, 120)),
						      .lead = PERIOD_WEEKS * whole(g, 1, 6),
						      .ramp = PERIOD_WEEKS * whole(g, 0, 2),
						      .capacity = rounded(between(g, 0.2, 0.7))},
				   whole(g, 0, REGIONS - 1));
		if (unit(g) < 0.5)
			add_option(g,
				   (ssrc_plan_option){.kind = SSRC_PLAN_STOCK,
						      .item = i,
						      .unit = rounded(between(g, 0.5, 4)),
						      .holding = rounded(between(g, 0.001, 0.01)),
						      .lead = PERIOD_WEEKS,
						      .capacity = rounded(between(g, 10, 40))},
				   REGIONS);
	}
	for (uint32_t a = 0; a < g->n_arcs; a++)
		if (g->arcs[a].weight == 1 && unit(g) < 0.15)
			add_option(g,
				   (ssrc_plan_option){.kind = SSRC_PLAN_BYPASS,
						      .item = g->arcs[a].input,
						      .fixed = rounded(between(g, 40, 200)),
						      .lead = PERIOD_WEEKS * whole(g, 2, 8),
						      .capacity = rounded(g->arcs[a].use * between(g, 0.5, 1))},
				   REGIONS);
}

/* A control of one region: from one to a few steps, for 3 to 8 periods. */
static bool make_scenario(generator *g, ssrc_plan_scenario *scenario)
{
	uint32_t n = g->size->items, periods = g->size->periods, region = whole(g, 0, REGIONS - 1);
	ssrc_plan_hit *hits = ssrc_arena_array(g->arena, n, sizeof *hits);
	bool *works = ssrc_arena_array(g->arena, g->n_options, sizeof *works);
	if (!hits || !works)
		return false;
	double part = between(g, 0.1, 0.5);
	uint32_t length = whole(g, 3, 8), onset = whole(g, periods / 4, periods - length);
	uint32_t n_hits = 0;
	for (uint32_t i = 0; i < n; i++) {
		double lost = 0;
		for (uint32_t k = 0; k < SOURCES_MAX; k++)
			if (g->makers[i * SOURCES_MAX + k].region == region)
				lost += g->makers[i * SOURCES_MAX + k].share;
		bool hit = unit(g) < part;
		if (hit && lost > 0)
			hits[n_hits++] = (ssrc_plan_hit){i, onset * PERIOD_WEEKS, (onset + length) * PERIOD_WEEKS,
							 fmin(1, rounded(lost))};
	}
	for (uint32_t o = 0; o < g->n_options; o++)
		works[o] = g->option_region[o] != region;
	*scenario = (ssrc_plan_scenario){
		.probability = rounded(between(g, 0.2, 1)), .hits = hits, .works = works, .n_hits = n_hits};
	return true;
}

static bool make_settings(generator *g, ssrc_plan_settings *settings)
{
	double *budget = ssrc_arena_array(g->arena, g->size->periods, sizeof *budget), all = 0;
	if (!budget)
		return false;
	for (uint32_t o = 0; o < g->n_options; o++)
		all += g->options[o].fixed;
	for (uint32_t t = 0; t < g->size->periods; t++)
		budget[t] = rounded(0.12 * all / g->size->periods);
	*settings = (ssrc_plan_settings){.mode = SSRC_PLAN_WEIGHTED,
					 .budget = (double)INFINITY,
					 .slot_budget = budget,
					 .risk = 0.5,
					 .tail = 0.9,
					 .discount = 0.03};
	return true;
}

static bool take_arrays(generator *g, uint32_t most_arcs, uint32_t most_options)
{
	uint32_t n = g->size->items;
	g->items = ssrc_arena_array(g->arena, n, sizeof *g->items);
	g->arcs = ssrc_arena_array(g->arena, most_arcs, sizeof *g->arcs);
	g->options = ssrc_arena_array(g->arena, most_options, sizeof *g->options);
	g->option_region = ssrc_arena_array(g->arena, most_options, sizeof *g->option_region);
	g->makers = ssrc_arena_array(g->arena, (size_t)n * SOURCES_MAX, sizeof *g->makers);
	g->tier_first = ssrc_arena_array(g->arena, TIERS + 1, sizeof *g->tier_first);
	return g->items && g->arcs && g->options && g->option_region && g->makers && g->tier_first;
}

static double *grid(ssrc_arena *arena, uint32_t n)
{
	double *weeks = ssrc_arena_array(arena, n, sizeof *weeks);
	for (uint32_t t = 0; weeks && t < n; t++)
		weeks[t] = t * PERIOD_WEEKS;
	return weeks;
}

bool bench_plan_generate(ssrc_plan_problem *problem, ssrc_plan_settings *settings, const bench_plan_size *size,
			 ssrc_arena *arena)
{
	generator g = {.size = size, .arena = arena};
	uint32_t n = size->items, most_arcs = 5 * n;
	uint32_t *users = ssrc_arena_array(arena, n, sizeof *users);
	ssrc_plan_scenario *scenarios = ssrc_arena_array(arena, size->scenarios, sizeof *scenarios);
	double *period = grid(arena, size->periods + 1), *slot = grid(arena, size->periods);
	if (!users || !scenarios || !period || !slot || !take_arrays(&g, most_arcs, 3 * n + most_arcs))
		return false;
	make_items(&g);
	make_arcs(&g, users);
	make_options(&g);
	for (uint32_t s = 0; s < size->scenarios; s++)
		if (!make_scenario(&g, &scenarios[s]))
			return false;
	*problem = (ssrc_plan_problem){.items = g.items,
				       .arcs = g.arcs,
				       .options = g.options,
				       .scenarios = scenarios,
				       .n_items = n,
				       .n_arcs = g.n_arcs,
				       .n_options = g.n_options,
				       .n_scenarios = size->scenarios,
				       .period = period,
				       .n_periods = size->periods,
				       .slot = slot,
				       .n_slots = size->periods};
	return make_settings(&g, settings);
}
