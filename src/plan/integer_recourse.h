/* Two-stage programs whose answers need whole numbers (internal). docs/methods/instances.md */
#ifndef SSRC_INTEGER_RECOURSE_H
#define SSRC_INTEGER_RECOURSE_H

#include "plan/recourse_blocks.h"
#include "plan/two_stage.h"

/* Solves in this process; result in arena memory as of ssrc_two_stage_solve (relaxation NaN, row_price NULL). Where the
 * recourse comes apart into blocks whose answers can be listed, branch and bound over the first stage and its tenders:
 * bounds rest on linear bounds that are computed here. Elsewhere the whole as one mixed-integer program: the bound is
 * the solver's. options->iterations limits nodes; the result is the same for any number of threads unless a time limit
 * or stop ends it. Errors: NOMEM, NOTFOUND (no solver), UNSUPPORTED (solver failed), RANGE. */
SSRC_MUST_CHECK ssrc_status ssrc_integer_recourse_solve(ssrc_two_stage_result *out, const ssrc_two_stage *problem,
							const ssrc_two_stage_options *options, ssrc_on_progress *each,
							void *user, ssrc_context *ctx, ssrc_arena *arena,
							ssrc_error *err);

/* The whole as one mixed-integer program, whatever its recourse. */
SSRC_MUST_CHECK ssrc_status ssrc_one_program_solve(ssrc_two_stage_result *out, const ssrc_two_stage *problem,
						   const ssrc_two_stage_options *options, ssrc_on_progress *each,
						   void *user, ssrc_context *ctx, ssrc_arena *arena, ssrc_error *err);

/* ---- recourse_search.c: branch and bound ------------------------------------------------------------------- */

typedef struct ssrc_recourse_found {
	bool has_plan, infeasible;
	double *x; /* [first.n_cols] of the caller */
	double value, bound;
	int64_t nodes;
	const char *stopped_by;
	bool unfit; /* a tender has no bounds: nothing was done */
} ssrc_recourse_found;

SSRC_MUST_CHECK ssrc_status ssrc_recourse_search(ssrc_recourse_found *out, const ssrc_two_stage *problem,
						 const ssrc_block_set *set, const ssrc_two_stage_options *options,
						 ssrc_on_progress *each, void *user, ssrc_context *ctx,
						 ssrc_error *err);

#endif
