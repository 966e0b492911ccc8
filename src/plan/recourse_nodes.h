/* What branch and bound over tenders is made of: nodes, cuts, the linear program of a slot (internal to it). */
#ifndef SSRC_RECOURSE_NODES_H
#define SSRC_RECOURSE_NODES_H

#include "plan/recourse_blocks.h"

/* Blocks that see the same tenders share one column of the linear program. */
typedef struct recourse_group {
	uint32_t n_tenders, first, count; /* blocks order[first … first + count) */
	const uint32_t *tender;
	double floor; /* least value */
} recourse_group;

typedef struct recourse_node {
	double bound;
	uint64_t number;
	struct recourse_cuts *cuts; /* hold in this box */
	double *x_low, *x_high;     /* [n_x] */
	ssrc_tender_box box;
} recourse_node;

/* Columns of the linear program: the first stage, the tenders, one value per group. */
typedef struct recourse_layout {
	uint32_t n_x, n_tenders, n_groups, n_cols;
	recourse_group *groups;
	uint32_t *order; /* [n_blocks] */
	ssrc_program program;
	double offset;       /* of the program */
	recourse_node *root; /* the whole box; arena memory */
} recourse_layout;

/* *fit is false if a tender has no bounds, not even by the rows of the first stage. */
SSRC_MUST_CHECK ssrc_status recourse_layout_make(recourse_layout *out, const ssrc_two_stage *problem,
						 const ssrc_block_set *set, const ssrc_two_stage_options *options,
						 ssrc_context *ctx, ssrc_arena *arena, bool *fit, ssrc_error *err);

/* ---- cuts: rows value · column >= low, shared by the children of a node ------------------------------------ */

typedef struct recourse_cuts {
	ssrc_context *ctx;
	uint32_t uses, n;
	size_t n_entries, low_cap, start_cap, col_cap, value_cap;
	double *low;
	uint32_t *start, *col; /* start: [n + 1] once there is a cut */
	double *value;
} recourse_cuts;

typedef struct recourse_slot recourse_slot;

SSRC_MUST_CHECK ssrc_status recourse_cuts_new(recourse_cuts **out, ssrc_context *ctx);
recourse_cuts *recourse_cuts_share(recourse_cuts *cuts); /* one more use */
void recourse_cuts_drop(recourse_cuts *cuts);            /* one use less; NULL allowed */
void recourse_cuts_empty(recourse_cuts *cuts);
SSRC_MUST_CHECK ssrc_status recourse_cuts_copy(recourse_cuts *to, const recourse_cuts *from);
/* Those of the slot that press on its solution, or came after it. */
SSRC_MUST_CHECK ssrc_status recourse_cuts_pressing(recourse_cuts *to, const recourse_slot *slot);
/* value of group g >= alpha + beta·tenders; g SSRC_NONE: 0 >= alpha + beta·tenders. */
SSRC_MUST_CHECK ssrc_status recourse_cuts_add(recourse_cuts *cuts, const recourse_layout *at,
					      const recourse_group *group, uint32_t g, double alpha,
					      const double *beta);

/* ---- nodes ------------------------------------------------------------------------------------------------- */

SSRC_MUST_CHECK ssrc_status recourse_node_copy(recourse_node **out, const recourse_node *from,
					       const recourse_layout *at, ssrc_context *ctx); /* without its cuts */
void recourse_node_free(recourse_node *node, ssrc_context *ctx);

/* The node with the least bound first, of equal ones the oldest. */
typedef struct recourse_heap {
	ssrc_context *ctx;
	recourse_node **nodes;
	size_t n, cap;
} recourse_heap;

SSRC_MUST_CHECK ssrc_status recourse_heap_push(recourse_heap *heap, recourse_node *node);
recourse_node *recourse_heap_pop(recourse_heap *heap);
void recourse_heap_clear(recourse_heap *heap);

/* ---- slots: one linear program and its scratch, for one node at a time ------------------------------------- */

struct recourse_slot {
	ssrc_solver *solver;
	ssrc_solution solution;
	uint32_t base_rows, rows, loaded; /* rows that stay; all; cuts that the last solution knew */
	recourse_cuts *cuts, *kept;       /* of the node in work; for its children */
	const recourse_cuts *base;        /* rows that stay beside those of the program; NULL = none yet */
	bool stand_in;                    /* the solver is not the one asked for: for this node only */
	ssrc_block_work *work;
	ssrc_block_cut cut;
	bool *keep;
	size_t keep_cap;
	ssrc_context *ctx;
	/* Of the last solution. */
	double *t;           /* [n_tenders] */
	double *score, *end; /* [n_tenders] what is not convex there, and the end of a range to branch on */
	double gap, bound;
	bool separated, lost;
	double *relaxed; /* [n_x] */
	double *beta;    /* [n_tenders] */
	/* Plans. */
	double *x, *trial; /* [n_x] the best the slot has seen; the one in work */
	double value;
	double *at, *need_low, *need_high; /* [n_tenders] */
	uint32_t *pick;                    /* [n_blocks] */
	recourse_node *child[2];
};

SSRC_MUST_CHECK ssrc_status recourse_slot_make(recourse_slot *slot, const recourse_layout *at,
					       const ssrc_block_set *set, const ssrc_two_stage_options *options,
					       ssrc_context *ctx, ssrc_arena *arena, ssrc_error *err);
/* A new solver with the same rows, that of the options or the built-in one: for what the last could not do. Bounds of
 * columns are those of the program. Changes nothing on failure. */
SSRC_MUST_CHECK ssrc_status recourse_slot_renew(recourse_slot *slot, const recourse_layout *at,
						const ssrc_two_stage_options *options, bool built_in, ssrc_error *err);
void recourse_slot_clear(recourse_slot *slot, ssrc_context *ctx);
/* Takes rows from `first` on out of the solver. */
SSRC_MUST_CHECK ssrc_status recourse_drop_rows(recourse_slot *slot, uint32_t first);
/* Hands the slot's cuts from number `first` on to the solver. */
SSRC_MUST_CHECK ssrc_status recourse_load_rows(recourse_slot *slot, uint32_t first);
/* A row cost <= most, behind all others. */
SSRC_MUST_CHECK ssrc_status recourse_set_goal(recourse_slot *slot, const recourse_layout *at, const ssrc_program *first,
					      double most);
void recourse_clear_gaps(recourse_slot *slot, uint32_t n_tenders);
/* Keeps the end closest to the slot's tender. */
void recourse_note_end(recourse_slot *slot, uint32_t t, double end);

#endif
