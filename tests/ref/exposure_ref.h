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

/* Node rows: sum of y out + delivered - made (- stock per unit of time: TTS has none) <= stock. */
static inline void exposure_ref_nodes(ssrc_program_draft *draft, const ssrc_exposure_network *net,
				      const ssrc_exposure_scenario *s, uint32_t *balance)
{
	for (uint32_t i = 0; i < net->n; i++)
		balance[i] = ssrc_draft_row(draft, -(double)INFINITY, net->stock[i], NULL);
	for (uint32_t i = 0; i < net->n; i++) {
		uint32_t u =
			ssrc_draft_col(draft, 0, 0, exposure_ref_is_down(s, i) ? 0 : (double)INFINITY, false, NULL);
		ssrc_draft_entry(draft, balance[i], u, -1);
	}
	for (uint32_t i = 0; i < net->n; i++)
		for (uint32_t k = net->need_start[i]; k < net->need_start[i + 1]; k++) {
			uint32_t row = ssrc_draft_row(draft, -(double)INFINITY, 0, NULL);
			ssrc_draft_entry(draft, row, i, 1);
			for (uint32_t a = net->producer_start[k]; a < net->producer_start[k + 1]; a++) {
				uint32_t y = ssrc_draft_col(draft, 0, 0, (double)INFINITY, false, NULL);
				ssrc_draft_entry(draft, row, y, -1 / net->rate[k]);
				ssrc_draft_entry(draft, balance[net->producer[a]], y, 1);
			}
		}
}

/* window < 0: it is a variable, to be as long as possible. */
static inline exposure_ref exposure_ref_solve(ssrc_context *ctx, const ssrc_exposure_network *net,
					      const ssrc_exposure_scenario *s, double window,
					      const ssrc_solver_ops *solver)
{
	ssrc_program_draft draft;
	ssrc_arena arena;
	ssrc_program program;
	ssrc_solver *solving = NULL;
	ssrc_solution x;
	exposure_ref r = {(double)NAN, 0, 0};
	ssrc_draft_init(&draft, ctx);
	ssrc_arena_init(&arena, ctx);
	uint32_t *balance = ssrc_arena_array(&arena, net->n, sizeof *balance), t = SSRC_NONE;
	exposure_ref_nodes(&draft, net, s, balance);
	if (window < 0)
		t = ssrc_draft_col(&draft, -1, 0, (double)INFINITY, false, NULL);
	for (uint32_t i = 0; i < net->n; i++) {
		if (!(net->demand[i] > 0))
			continue;
		uint32_t row =
			ssrc_draft_row(&draft, t == SSRC_NONE ? net->demand[i] * window : 0, (double)INFINITY, NULL);
		uint32_t o = ssrc_draft_col(&draft, 0, 0, (double)INFINITY, false, NULL);
		ssrc_draft_entry(&draft, balance[i], o, 1);
		ssrc_draft_entry(&draft, row, o, 1);
		if (t == SSRC_NONE)
			ssrc_draft_entry(&draft, row,
					 ssrc_draft_col(&draft, net->margin[i], 0, (double)INFINITY, false, NULL), 1);
		else
			ssrc_draft_entry(&draft, row, t, -net->demand[i]);
	}
	for (uint32_t g = 0; g < net->n_groups; g++) {
		if (isinf(net->capacity[g]))
			continue;
		uint32_t row =
			ssrc_draft_row(&draft, -(double)INFINITY, t == SSRC_NONE ? net->capacity[g] * window : 0, NULL);
		for (uint32_t i = 0; i < net->n; i++)
			if (net->group[i] == g)
				ssrc_draft_entry(&draft, row, i, 1);
		if (t != SSRC_NONE)
			ssrc_draft_entry(&draft, row, t, -net->capacity[g]);
	}
	if (ssrc_draft_finish(&program, &draft, &arena, NULL) == SSRC_OK &&
	    solver->create(&solving, ctx, &program, NULL) == SSRC_OK &&
	    solver->solve_lp(solving, &ssrc_no_limits, &x) == SSRC_OK) {
		r.columns = program.n_cols;
		r.pivots = x.iterations;
		if (x.outcome == SSRC_OUTCOME_OPTIMAL)
			r.value = t == SSRC_NONE ? x.value : x.x[t];
		else if (x.outcome == SSRC_OUTCOME_UNBOUNDED)
			r.value = (double)INFINITY;
	}
	if (solving)
		solver->destroy(solving);
	ssrc_draft_clear(&draft);
	ssrc_arena_clear(&arena);
	return r;
}

#endif
