/* Plans: from what is handed in, from the relaxation, and from neighbourhoods of the best, in turns with the tree that
 * proves the bound. docs/methods/plan-core.md */
#include "core.h"

#include <string.h>

/* Chosen on the instances of bench/plan. */
enum {
	SUPPORT_NODES = 300,
	NEAR_NODES = 60,
	FIRST_TURN = 50, /* nodes of the whole tree between two neighbourhoods */
	LONGEST_TURN = 1600,
	FIRST_FREE = 24, /* paths that a neighbourhood leaves open */
	LOOK = 6
};

/* ---- plans to begin with ---------------------------------------------------------------------------------------- */

static ssrc_status offer(core_run *run, const double *x)
{
	ssrc_program_report report;
	uint32_t added;
	ssrc_program_check(&report, &run->problem->first, x);
	if (report.violation > 1e-6 || report.fraction > 0)
		return SSRC_OK;
	ssrc_status status = ssrc_core_recourse_solve(run->recourse, x, NULL, run->deadline, run->err);
	if (status == SSRC_OK) {
		ssrc_core_offer(run, x);
		status = ssrc_core_add_cuts(run, 0, &added);
	}
	return status;
}

ssrc_status ssrc_core_starts(core_run *run)
{
	const ssrc_program *first = &run->problem->first;
	double *x = ssrc_arena_array(&run->arena, first->n_cols, sizeof *x);
	if (!x)
		return ssrc_no_memory(run->err);
	run->phase = SSRC_PHASE_START;
	for (uint32_t j = 0; j < first->n_cols; j++)
		x[j] = fmin(fmax(0, first->low[j]), first->high[j]);
	ssrc_status status = offer(run, x);
	for (uint32_t j = 0; run->options->start && j < first->n_cols; j++) {
		bool whole = first->integer && first->integer[j];
		double value = whole ? nearbyint(run->options->start[j]) : run->options->start[j];
		x[j] = fmin(fmax(value, first->low[j]), first->high[j]);
	}
	if (status == SSRC_OK && run->options->start)
		status = offer(run, x);
	return status;
}

/* ---- what a neighbourhood leaves open ------------------------------------------------------------------------------
 */

typedef struct search {
	core_run *run;
	core_state *state; /* [paths] */
	double *relaxed;   /* [paths] how much of it the relaxation begins */
	double *price;     /* [paths] least reduced cost of beginning it */
	uint32_t *order;   /* [paths] by price */
	uint32_t support;  /* paths that the relaxation uses */
	uint32_t free;     /* paths that the next neighbourhood leaves open */
	uint64_t round;
} search;

static bool take_arrays(search *s, core_run *run)
{
	uint32_t n = run->paths.n;
	*s = (search){.run = run, .free = FIRST_FREE};
	s->state = ssrc_arena_array(&run->arena, n, sizeof *s->state);
	s->relaxed = ssrc_arena_array(&run->arena, n, sizeof *s->relaxed);
	s->price = ssrc_arena_array(&run->arena, n, sizeof *s->price);
	s->order = ssrc_arena_array(&run->arena, n, sizeof *s->order);
	return s->state && s->relaxed && s->price && s->order;
}

static void rank_paths(search *s)
{
	const core_paths *paths = &s->run->paths;
	for (uint32_t p = 0; p < paths->n; p++) {
		s->relaxed[p] = s->run->relaxed[paths->col[paths->start[p + 1] - 1]];
		s->price[p] = (double)INFINITY;
		for (uint32_t k = paths->start[p]; k < paths->start[p + 1]; k++)
			s->price[p] = fmin(s->price[p], s->run->reduced[paths->col[k]]);
		if (s->relaxed[p] > 1e-6)
			s->price[p] = fmin(s->price[p], 0);
		s->support += s->relaxed[p] > 1e-6;
		uint32_t k = p;
		for (; k > 0 && s->price[s->order[k - 1]] > s->price[p]; k--)
			s->order[k] = s->order[k - 1];
		s->order[k] = p;
	}
}

static double taken_by(const search *s, const double *x, uint32_t path)
{
	return x[s->run->paths.col[s->run->paths.start[path + 1] - 1]];
}

/* What the relaxation uses and as much again of the next best, and what the best plan takes. */
static void open_support(search *s)
{
	const ssrc_two_stage_result *r = s->run->result;
	uint32_t open = 2 * s->support + 4;
	for (uint32_t k = 0; k < s->run->paths.n; k++)
		s->state[s->order[k]] = k < open ? CORE_FREE : CORE_NOT;
	for (uint32_t p = 0; p < s->run->paths.n && r->has_plan; p++)
		if (taken_by(s, r->x, p) > 0.5)
			s->state[p] = CORE_FREE;
}

/* The best plan with some paths open: half of them where it differs from the relaxation, the others at random, those
 * that the relaxation would rather have before others. When what is taken begins stays open. */
static void open_near(search *s)
{
	const core_run *run = s->run;
	uint32_t n = run->paths.n, open = 0;
	uint64_t counter = 0;
	s->round++;
	for (uint32_t p = 0; p < n; p++)
		s->state[p] = taken_by(s, run->result->x, p) > 0.5 ? CORE_TAKEN : CORE_NOT;
	for (uint32_t p = 0; p < n; p++) {
		double apart = fabs(taken_by(s, run->result->x, p) - s->relaxed[p]);
		double chance = ssrc_random_unit(run->options->seed, s->round, counter++);
		if (apart > 0.05 && chance < 0.5 * s->free / fmax(1, s->support)) {
			s->state[p] = CORE_FREE;
			open++;
		}
	}
	for (uint32_t tries = 0; open < s->free && tries < 20 * s->free; tries++) {
		double chance = ssrc_random_unit(run->options->seed, s->round, counter++);
		uint32_t p = s->order[(uint32_t)(chance * chance * n)];
		open += s->state[p] != CORE_FREE;
		s->state[p] = CORE_FREE;
	}
}

/* ---- the search
 * ------------------------------------------------------------------------------------------------------ */

static ssrc_status grow_restricted(search *s, ssrc_phase phase, const core_tree_limits *limits, bool *done)
{
	core_tree *tree;
	ssrc_phase was = s->run->phase;
	s->run->phase = phase;
	ssrc_status status = ssrc_core_tree_new(&tree, s->run, s->state);
	if (status != SSRC_OK)
		return status;
	status = ssrc_core_tree_grow(tree, limits, done);
	ssrc_core_tree_free(tree);
	s->run->phase = was;
	return status;
}

/* One neighbourhood. It grows when nothing better is in it, and shrinks when it was too large to tell. */
static ssrc_status look_near(search *s, bool *better)
{
	core_tree_limits limits = {.nodes = NEAR_NODES, .seconds = (double)INFINITY, .look = LOOK, .dive = true};
	double before = s->run->result->value;
	bool done = false;
	open_near(s);
	ssrc_status status = grow_restricted(s, SSRC_PHASE_SEARCH, &limits, &done);
	*better = s->run->result->value < before;
	if (!*better && done)
		s->free += s->free / 4 + 1;
	else if (!*better)
		s->free -= s->free / 4;
	s->free = s->free < 4 ? 4 : s->free > s->run->paths.n ? s->run->paths.n : s->free;
	return status;
}

/* The whole tree and neighbourhoods in turns, longer turns of the tree when neighbourhoods find nothing. */
static ssrc_status take_turns(search *s, core_tree *whole)
{
	core_run *run = s->run;
	core_tree_limits limits = {.nodes = FIRST_TURN, .seconds = (double)INFINITY, .look = LOOK};
	int64_t left = run->options->iterations;
	bool done = false, better;
	ssrc_status status = SSRC_OK;
	while (status == SSRC_OK && !done && !run->stopped && !ssrc_core_closed(run) && left != 0) {
		if (left > 0) {
			limits.nodes = limits.nodes < left ? limits.nodes : left;
			left -= limits.nodes;
		}
		limits.dive = !run->result->has_plan;
		status = ssrc_core_tree_grow(whole, &limits, &done);
		if (status != SSRC_OK || done || run->stopped || !run->result->has_plan || run->paths.n < 4)
			continue;
		status = look_near(s, &better);
		limits.nodes = better ? FIRST_TURN : limits.nodes * 2;
		limits.nodes = limits.nodes > LONGEST_TURN ? LONGEST_TURN : limits.nodes;
	}
	return status;
}

ssrc_status ssrc_core_search(core_run *run)
{
	search s;
	core_tree *whole = NULL;
	core_tree_limits limits = {.nodes = SUPPORT_NODES, .seconds = (double)INFINITY, .look = LOOK, .dive = true};
	bool done = false;
	if (!take_arrays(&s, run))
		return ssrc_no_memory(run->err);
	rank_paths(&s);
	open_support(&s);
	if (run->options->iterations >= 0 && run->options->iterations < limits.nodes)
		limits.nodes = run->options->iterations;
	ssrc_status status = SSRC_OK;
	if (run->paths.n > 8)
		status = grow_restricted(&s, SSRC_PHASE_RESTRICTED, &limits, &done);
	run->phase = SSRC_PHASE_MASTER;
	if (status == SSRC_OK && !run->stopped)
		status = ssrc_core_tree_new(&whole, run, NULL);
	if (status == SSRC_OK && whole)
		status = take_turns(&s, whole);
	if (status == SSRC_OK && whole && !run->result->has_plan && isinf(ssrc_core_tree_bound(whole)))
		run->result->infeasible = true; /* nothing is open, nothing was given up */
	ssrc_core_tree_free(whole);
	return status;
}
