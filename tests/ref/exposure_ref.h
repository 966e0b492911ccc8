/* The two programs of docs/methods/exposure.md written out in full, one scenario at a time, solved from nothing. */
#ifndef SSRC_TEST_EXPOSURE_REF_H
#define SSRC_TEST_EXPOSURE_REF_H

#include "stress/exposure.h"

#include <math.h>

typedef struct exposure_ref {
	double value; /* least loss, or longest time; INFINITY if unbounded; NaN if not solved */
	uint32_t columns;
	int64_t pivots;
} exposure_ref;

static inline bool exposure_ref_is_down(const ssrc_exposure_scenario *s, uint32_t node)
{
	for (uint32_t d = 0; d < s->n_down; d++)
		if (s->down[d] == node)
			return true;
	return false;
}

/* Balance: what users take + what is delivered - what is made <= stock. Needs: made <= sum of y / rate. */
static inline void exposure_ref_nodes(ssrc_program_draft *draft, const ssrc_exposure_network *net,
				      const ssrc_exposure_scenario *s)
{
	for (uint32_t i = 0; i < net->n; i++)
		ssrc_draft_row(draft, -(double)INFINITY, net->stock[i], NULL);
	for (uint32_t i = 0; i < net->n; i++) {
		uint32_t u =
			ssrc_draft_col(draft, 0, 0, exposure_ref_is_down(s, i) ? 0 : (double)INFINITY, false, NULL);
		ssrc_draft_entry(draft, i, u, -1);
	}
	for (uint32_t i = 0; i < net->n; i++)
		for (uint32_t k = net->need_start[i]; k < net->need_start[i + 1]; k++) {
			uint32_t row = ssrc_draft_row(draft, -(double)INFINITY, 0, NULL);
			ssrc_draft_entry(draft, row, i, 1);
			for (uint32_t a = net->producer_start[k]; a < net->producer_start[k + 1]; a++) {
				uint32_t y = ssrc_draft_col(draft, 0, 0, (double)INFINITY, false, NULL);
				ssrc_draft_entry(draft, row, y, -1 / net->rate[k]);
				ssrc_draft_entry(draft, net->producer[a], y, 1);
			}
		}
}

/* Columns and rows i < n are made and balance of node i. window < 0: it is a variable, the last column, to be as long
 * as possible. scenario NULL: nothing is down. */
static inline ssrc_status exposure_ref_write(ssrc_program *program, ssrc_context *ctx, ssrc_arena *arena,
					     const ssrc_exposure_network *net, const ssrc_exposure_scenario *s,
					     double window)
{
	ssrc_program_draft draft;
	ssrc_exposure_scenario nothing = {0};
	ssrc_draft_init(&draft, ctx);
	bool timed = window < 0;
	exposure_ref_nodes(&draft, net, s ? s : &nothing);
	for (uint32_t i = 0; i < net->n; i++) {
		if (!(net->demand[i] > 0))
			continue;
		ssrc_draft_row(&draft, timed ? 0 : net->demand[i] * window, (double)INFINITY, NULL);
		uint32_t o = ssrc_draft_col(&draft, 0, 0, (double)INFINITY, false, NULL);
		ssrc_draft_entry(&draft, i, o, 1);
		ssrc_draft_entry(&draft, draft.n_rows - 1, o, 1);
		if (!timed)
			ssrc_draft_entry(&draft, draft.n_rows - 1,
					 ssrc_draft_col(&draft, net->margin[i], 0, (double)INFINITY, false, NULL), 1);
	}
	uint32_t demands = draft.n_rows;
	for (uint32_t g = 0; g < net->n_groups; g++) {
		if (isinf(net->capacity[g]))
			continue;
		uint32_t row = ssrc_draft_row(&draft, -(double)INFINITY, timed ? 0 : net->capacity[g] * window, NULL);
		for (uint32_t i = 0; i < net->n; i++)
			if (net->group[i] == g)
				ssrc_draft_entry(&draft, row, i, 1);
	}
	if (timed) {
		uint32_t t = ssrc_draft_col(&draft, -1, 0, (double)INFINITY, false, NULL), row = draft.n_rows;
		for (uint32_t g = net->n_groups; g-- > 0;)
			if (!isinf(net->capacity[g]))
				ssrc_draft_entry(&draft, --row, t, -net->capacity[g]);
		for (uint32_t i = net->n; i-- > 0;)
			if (net->demand[i] > 0)
				ssrc_draft_entry(&draft, --demands, t, -net->demand[i]);
	}
	ssrc_status status = ssrc_draft_finish(program, &draft, arena, NULL);
	ssrc_draft_clear(&draft);
	return status;
}

/* Value of a solved program: loss, or time if the window was a variable. */
static inline double exposure_ref_value(const ssrc_program *program, const ssrc_solution *x, double window)
{
	if (x->outcome == SSRC_OUTCOME_UNBOUNDED)
		return (double)INFINITY;
	return x->outcome != SSRC_OUTCOME_OPTIMAL ? (double)NAN : window < 0 ? x->x[program->n_cols - 1] : x->value;
}

static inline exposure_ref exposure_ref_solve(ssrc_context *ctx, const ssrc_exposure_network *net,
					      const ssrc_exposure_scenario *s, double window,
					      const ssrc_solver_ops *solver)
{
	ssrc_arena arena;
	ssrc_program program;
	ssrc_solver *solving = NULL;
	ssrc_solution x;
	exposure_ref r = {(double)NAN, 0, 0};
	ssrc_arena_init(&arena, ctx);
	if (exposure_ref_write(&program, ctx, &arena, net, s, window) == SSRC_OK &&
	    solver->create(&solving, ctx, &program, NULL) == SSRC_OK &&
	    solver->solve_lp(solving, &ssrc_no_limits, &x) == SSRC_OK)
		r = (exposure_ref){exposure_ref_value(&program, &x, window), program.n_cols, x.iterations};
	if (solving)
		solver->destroy(solving);
	ssrc_arena_clear(&arena);
	return r;
}

#endif
