/* The second stage taken apart: independent blocks of recourse, and the few whole-number answers of each (internal). */
#ifndef SSRC_RECOURSE_BLOCKS_H
#define SSRC_RECOURSE_BLOCKS_H

#include "plan/two_stage.h"

/* A combination of first-stage columns that some recourse sees: Σ value · x, the first value being 1. Recourse that
 * sees the first stage through few tenders can be searched in their space, however many columns they stand for. */
typedef struct ssrc_tender {
	uint32_t start, count; /* entries in col[] and value[] of the set */
	double low, high;      /* over the bounds of the first stage */
} ssrc_tender;

/* One answer of a block: what it costs and the range of each tender in which it can be given. */
typedef struct ssrc_block {
	uint32_t scenario;
	double weight; /* probability of the scenario */
	uint32_t n_tenders, n_points, n_cols;
	uint32_t *tender;   /* [n_tenders] ascending */
	uint32_t *col;      /* [n_cols] of the scenario's recourse */
	double *cost;       /* [n_points] ascending */
	double *low, *high; /* [n_points][n_tenders] */
	double *answer;     /* [n_points][n_cols] */
} ssrc_block;

/* A row of a scenario that no column of the second stage enters: scale · tender within its sides. */
typedef struct ssrc_bare_row {
	uint32_t scenario, row, tender;
	double scale;
} ssrc_bare_row;

typedef struct ssrc_block_set {
	ssrc_tender *tenders;
	uint32_t *col;
	double *value;
	uint32_t n_tenders, n_entries;
	ssrc_block *blocks;
	uint32_t n_blocks;
	double offset; /* expected value of what does not depend on the first stage */
	ssrc_bare_row *bare;
	uint32_t n_bare;
	bool infeasible; /* a block has no answer at all */
} ssrc_block_set;

/* Takes the recourse apart. *listed is false, and *out of no use, if some block cannot be listed: it has a continuous
 * column, a whole one without bounds, or more than a thousand answers. Equal blocks are not merged. Arena memory.
 * Errors: NOMEM. Cost O(entries + answers² per block). */
SSRC_MUST_CHECK ssrc_status ssrc_blocks_list(ssrc_block_set *out, bool *listed, const ssrc_two_stage *problem,
					     ssrc_context *ctx, ssrc_arena *arena, ssrc_error *err);

/* A box of tenders; a side that is open does not belong to it. All arrays [n_tenders] of the set. */
typedef struct ssrc_tender_box {
	double *low, *high;
	bool *low_open, *high_open;
} ssrc_tender_box;

/* The cheapest answer of a block at the tenders t: its number and cost; SSRC_NONE and INFINITY if there is none. A
 * range counts as met within `slack` of max(1, |its end|). Cost O(answers). */
uint32_t ssrc_block_answer(const ssrc_block *block, const double *t, double slack, double *cost);
#define SSRC_RECOURSE_SLACK 1e-9 /* of a plan that is handed out */

/* alpha + Σ beta[k] · tender[k] <= cost of the block everywhere in the box, as high as possible at t: a facet of the
 * convex hull of the block's value over the box. `miss`: [n_tenders] how much of the hull at t rests on answers that
 * tender k does not allow there, `next` the end of range closest to t that it is about (NaN = none).
 * Returns false if no answer at all fits the box. Valid whatever rounding does to beta. */
typedef struct ssrc_block_cut {
	double alpha;
	double *beta, *miss, *next; /* [n_tenders] of the block */
	bool feasible;              /* the hull has a value at t; else the cut separates t: 0 >= alpha + beta·t */
} ssrc_block_cut;
typedef struct ssrc_block_work ssrc_block_work;
SSRC_MUST_CHECK ssrc_status ssrc_block_work_new(ssrc_block_work **out, const ssrc_block_set *set, ssrc_context *ctx,
						ssrc_error *err);
void ssrc_block_work_free(ssrc_block_work *work);
bool ssrc_block_hull(ssrc_block_cut *out, const ssrc_block *block, const ssrc_tender_box *box, const double *t,
		     ssrc_block_work *work);

#endif
