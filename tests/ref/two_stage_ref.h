/* Small two-stage programs at random, and their optimum by trying every whole-number plan: slow and obvious. */
#ifndef SSRC_TWO_STAGE_REF_H
#define SSRC_TWO_STAGE_REF_H

#include "plan/two_stage.h"

#include <math.h>
#include <string.h>

enum { REF_ROWS = 4, REF_WHOLE_MOST = 8 };

typedef struct ref_random {
	uint64_t seed, counter;
} ref_random;

static inline double ref_unit(ref_random *r)
{
	return ssrc_random_unit(r->seed, 77, r->counter++);
}

static inline uint32_t ref_whole(ref_random *r, uint32_t low, uint32_t high)
{
	return low + (uint32_t)(ref_unit(r) * (double)(high - low + 1));
}

/* Quarters: sums are exact, and ties are common. */
static inline double ref_quarters(ref_random *r, uint32_t low, uint32_t high)
{
	return (double)ref_whole(r, 4 * low, 4 * high) / 4;
}

typedef struct ref_shape {
	bool slack;   /* every plan has an answer */
	bool general; /* a column that may be 0 … 3 */
} ref_shape;

/* The first stage: binaries of which some are ordered x1 <= x2 <= x3, amounts, a budget. */
static inline ssrc_status ref_first(ssrc_two_stage *out, ref_random *r, ref_shape shape, ssrc_arena *arena)
{
	ssrc_program_draft draft;
	ssrc_draft_init(&draft, arena->ctx);
	uint32_t binaries = ref_whole(r, 2, 6), amounts = ref_whole(r, 0, 2), all = binaries + amounts + shape.general;
	double sum = 0, price[16];
	for (uint32_t j = 0; j < all; j++) {
		bool general = j >= binaries + amounts, binary = j < binaries;
		ssrc_draft_col(&draft, ref_quarters(r, 0, 6), 0, binary ? 1 : general ? 3 : 4, binary || general, NULL);
		price[j] = ref_quarters(r, 1, 8);
		sum += price[j];
	}
	uint32_t budget = ssrc_draft_row(&draft, -INFINITY, floor(sum * (0.2 + 0.6 * ref_unit(r))), NULL);
	for (uint32_t j = 0; j < all; j++)
		ssrc_draft_entry(&draft, budget, j, price[j]);
	for (uint32_t j = 0; j + 1 < binaries; j++)
		if (ref_unit(r) < 0.6) {
			uint32_t row = ssrc_draft_row(&draft, -INFINITY, 0, NULL);
			ssrc_draft_entry(&draft, row, j, 1);
			ssrc_draft_entry(&draft, row, j + 1, -1);
		}
	draft.offset = ref_quarters(r, 0, 3);
	ssrc_status status = ssrc_draft_finish(&out->first, &draft, arena, NULL);
	ssrc_draft_clear(&draft);
	return status;
}

/* An answer: two ways to serve each of a few demands, one of them limited by the plan, and a loss for what is not. */
static inline ssrc_status ref_scenario(ssrc_scenario_program *out, const ssrc_two_stage *problem, ref_random *r,
				       ref_shape shape, ssrc_arena *arena)
{
	ssrc_program_draft draft;
	uint32_t rows = ref_whole(r, 1, REF_ROWS), n = problem->first.n_cols, links = 0;
	ssrc_draft_init(&draft, arena->ctx);
	out->link_start = ssrc_arena_array(arena, 2 * REF_ROWS + 1, sizeof *out->link_start);
	out->link_col = ssrc_arena_array(arena, (size_t)2 * REF_ROWS * n, sizeof *out->link_col);
	out->link_value = ssrc_arena_array(arena, (size_t)2 * REF_ROWS * n, sizeof *out->link_value);
	if (!out->link_start || !out->link_col || !out->link_value)
		return SSRC_NOMEM;
	for (uint32_t i = 0; i < rows; i++) {
		double most = ref_unit(r) < 0.5 ? (double)INFINITY : ref_quarters(r, 1, 3);
		uint32_t cheap = ssrc_draft_col(&draft, ref_quarters(r, 0, 2), 0, most, false, NULL);
		uint32_t loss = ssrc_draft_col(&draft, ref_quarters(r, 4, 20), 0,
					       shape.slack ? (double)INFINITY : ref_quarters(r, 0, 4), false, NULL);
		uint32_t need = ssrc_draft_row(&draft, ref_quarters(r, 1, 6), INFINITY, NULL);
		ssrc_draft_entry(&draft, need, cheap, 1);
		ssrc_draft_entry(&draft, need, loss, 1);
		for (uint32_t j = 0; j < n; j++)
			if (ref_unit(r) < 0.4) {
				out->link_col[links] = j;
				out->link_value[links++] = ref_quarters(r, 0, 3);
			}
		out->link_start[2 * i + 1] = links;
		uint32_t limit = ssrc_draft_row(&draft, -INFINITY, ref_quarters(r, 0, 2), NULL);
		ssrc_draft_entry(&draft, limit, cheap, 1);
		if (i > 0)
			ssrc_draft_entry(&draft, limit, cheap - 2, 0.5);
		for (uint32_t j = 0; j < n; j++)
			if (ref_unit(r) < 0.4) {
				out->link_col[links] = j;
				out->link_value[links++] = -ref_quarters(r, 0, 4);
			}
		out->link_start[2 * i + 2] = links;
	}
	draft.offset = ref_quarters(r, 0, 2);
	ssrc_status status = ssrc_draft_finish(&out->recourse, &draft, arena, NULL);
	ssrc_draft_clear(&draft);
	return status;
}

/* Same seed and shape, same program. */
static inline ssrc_status ref_two_stage(ssrc_two_stage *out, uint64_t seed, ref_shape shape, ssrc_arena *arena)
{
	ref_random r = {seed, 0};
	double sum = 0;
	*out = (ssrc_two_stage){.n_scenarios = ref_whole(&r, 1, 5), .complete = shape.slack};
	out->risk = ref_unit(&r) < 0.5 ? 0 : (double)ref_whole(&r, 1, 4) / 4;
	out->tail = (double)ref_whole(&r, 0, 9) / 10;
	out->scenarios = ssrc_arena_array(arena, out->n_scenarios, sizeof *out->scenarios);
	if (!out->scenarios)
		return SSRC_NOMEM;
	ssrc_status status = ref_first(out, &r, shape, arena);
	for (uint32_t s = 0; s < out->n_scenarios && status == SSRC_OK; s++) {
		out->scenarios[s].probability = (double)ref_whole(&r, 1, 8);
		sum += out->scenarios[s].probability;
		status = ref_scenario(&out->scenarios[s], out, &r, shape, arena);
	}
	for (uint32_t s = 0; s < out->n_scenarios; s++)
		out->scenarios[s].probability /= sum;
	return status;
}

/* The least value over all choices of the whole-number columns, each a linear program by `solver`; INFINITY if none has
 * an answer, NAN if the solver failed. */
static inline double ref_optimum(const ssrc_two_stage *problem, const char *solver, ssrc_context *ctx)
{
	ssrc_arena arena;
	ssrc_program p;
	ssrc_solver *lp = NULL;
	ssrc_solution solution;
	uint32_t whole[REF_WHOLE_MOST], n = 0, choice[REF_WHOLE_MOST] = {0};
	double best = INFINITY;
	ssrc_arena_init(&arena, ctx);
	if (ssrc_two_stage_extensive(&p, NULL, problem, &arena, NULL) != SSRC_OK ||
	    ssrc_solver_new(&lp, solver, false, ctx, &p, NULL) != SSRC_OK)
		best = NAN;
	for (uint32_t j = 0; j < p.n_cols && p.integer; j++)
		if (p.integer[j])
			whole[n++] = j;
	for (bool more = lp != NULL; more;) {
		for (uint32_t k = 0; k < n; k++)
			if (lp->ops->set_col(lp, whole[k], choice[k], choice[k]) != SSRC_OK)
				best = NAN;
		if (lp->ops->solve_lp(lp, &ssrc_no_limits, &solution) != SSRC_OK ||
		    (solution.outcome != SSRC_OUTCOME_OPTIMAL && solution.outcome != SSRC_OUTCOME_INFEASIBLE))
			best = NAN;
		else if (solution.outcome == SSRC_OUTCOME_OPTIMAL && solution.value < best)
			best = solution.value;
		uint32_t k = 0;
		for (; k < n && choice[k] == p.high[whole[k]]; k++)
			choice[k] = 0;
		more = k < n;
		if (more)
			choice[k]++;
	}
	ssrc_solver_free(lp);
	ssrc_arena_clear(&arena);
	return best;
}

#endif
