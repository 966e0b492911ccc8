/* From a planning problem to its two-stage program, in three steps shared by the files model*.c (internal). */
#ifndef SSRC_PLAN_MODEL_H
#define SSRC_PLAN_MODEL_H

#include "plan/problem.h"

#include <math.h>

/* A year of discounting, in weeks. */
#define SSRC_PLAN_YEAR 52.0
/* Less than this of a week of use is no purchase. */
#define SSRC_PLAN_LEAST 1e-9

/* Look-ups that all scenarios share. A group is what one item takes of one input, or of the inputs of one choice. */
typedef struct ssrc_plan_index {
	uint32_t n_groups;
	uint32_t *group_start, *group_arc; /* arcs of each group */
	uint32_t *group_item;              /* [n_groups] user */
	double *group_weight;              /* [n_groups] least weight of its arcs */
	uint32_t *item_start, *item_group; /* groups of each item */
	uint32_t *arc_group;               /* [n_arcs] */
	uint32_t *user_start, *user_arc;   /* arcs that take each item */
	uint32_t *option_start, *option;   /* options of each item */
	double *share;                     /* [n_arcs] of the input's use; scaled where those of an input exceed 1 */
} ssrc_plan_index;

/* A scenario on the grid: the window, what is missing, and what that can reach (reductions R1 and R2). */
typedef struct ssrc_plan_window {
	double onset, end;
	uint32_t first, n;   /* periods of the grid */
	double *from, *to;   /* [n] the part of each period inside the window */
	double *missing;     /* [n_items * n] of the item's makers, less makers that stand in; mean of the period */
	bool *affected;      /* [n_items * n] output may be below normal */
	bool *relevant;      /* [n_items] matters to some product */
	bool *covered;       /* [n_items] its users' stock outlasts every shortage: never felt */
	double *short_weeks; /* [n_items] weeks in which it is affected */
} ssrc_plan_window;

typedef struct ssrc_plan_build_state {
	ssrc_context *ctx;
	ssrc_arena *arena;
	const ssrc_plan_problem *problem;
	const ssrc_plan_settings *settings;
	ssrc_plan_index index;
	ssrc_plan_window *windows; /* [n_scenarios] */
	double *most;              /* [n_options] STOCK: weeks of use beyond which more never helps */
	bool *kept;                /* [n_options * n_slots] a start in this slot may be better than in the next */
	ssrc_plan_model *model;
	ssrc_error *err;
} ssrc_plan_build_state;

/* Users feel an item's shortage at all: finite stock, and not outlasted. */
static inline bool ssrc_plan_felt(const ssrc_plan_build_state *b, const ssrc_plan_window *w, uint32_t item)
{
	return b->problem->items[item].stock < (double)INFINITY && !w->covered[item];
}

/* Numbers 0 … n-1 by key (< n_keys), stable: start[n_keys + 1], list[n] (arena). False without memory. */
bool ssrc_plan_sort_by_key(ssrc_arena *arena, uint32_t n, uint32_t n_keys, const uint32_t *key, uint32_t **start,
			   uint32_t **list);
/* Price of money in week `week` at the discount rate of the settings. */
double ssrc_plan_discount(const ssrc_plan_settings *settings, double week);
/* Part of the weeks from..to in which a step that rises from `ready` to `ready + ramp` is up, 0 … 1. */
double ssrc_plan_ready_part(double ready, double ramp, double from, double to);
/* The week in which an option begun in a slot is ready; with `started` that of its real start. */
double ssrc_plan_ready_week(const ssrc_plan_build_state *b, uint32_t option, uint32_t slot);
bool ssrc_plan_is_started(const ssrc_plan_settings *settings, uint32_t option);
/* What an option begun in `slot` (n_slots = never) adds in period t of a scenario: fraction of normal use. */
double ssrc_plan_effect(const ssrc_plan_build_state *b, uint32_t scenario, uint32_t option, uint32_t slot, uint32_t t);
/* STOCK: bought in `slot` it is there when the scenario begins, and can be of use. */
bool ssrc_plan_stock_counts(const ssrc_plan_build_state *b, uint32_t scenario, uint32_t option, uint32_t slot);

/* A week of use bought in a slot, with what holding it to the horizon costs; `started` may be NULL. */
double ssrc_plan_unit_cost(const ssrc_plan_problem *problem, const bool *started, uint32_t option, uint32_t slot);

SSRC_MUST_CHECK ssrc_status ssrc_plan_validate(const ssrc_plan_problem *problem, const ssrc_plan_settings *settings,
					       ssrc_error *err);
SSRC_MUST_CHECK ssrc_status ssrc_plan_make_index(ssrc_plan_build_state *b);
SSRC_MUST_CHECK ssrc_status ssrc_plan_make_windows(ssrc_plan_build_state *b);
SSRC_MUST_CHECK ssrc_status ssrc_plan_make_first(ssrc_plan_build_state *b);
SSRC_MUST_CHECK ssrc_status ssrc_plan_make_recourse(ssrc_plan_build_state *b, uint32_t scenario);

#endif
