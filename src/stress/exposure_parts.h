/* The parts of exposure.c: what is scarce and its linear program, and a plan for everything else. Method and proofs:
 * docs/methods/exposure.md. A work belongs to one thread and one scenario at a time. */
#ifndef SSRC_STRESS_EXPOSURE_PARTS_H
#define SSRC_STRESS_EXPOSURE_PARTS_H

#include "exposure.h"

#include <math.h>

/* The network in the order of production; the same for all threads. */
typedef struct ssrc_exposure_shape {
	ssrc_context *ctx;
	const ssrc_exposure_network *net;
	const ssrc_solver_ops *solver;
	uint32_t *order; /* [n] producers before their users, but for circles */
	uint32_t *place; /* [n] in the order */
	bool circles;
	double *scale; /* [n] a flow of the size that the node usually has */
	double *share; /* [arcs] of a need that each producer meets in the undisturbed plan */
	bool *capped;  /* [n_groups] limits that the undisturbed network already needs */
} ssrc_exposure_shape;

/* `sigma` is 1 / the length of the window: all amounts are rates over the window, a stock adds sigma × stock. */
typedef struct ssrc_exposure_work {
	const ssrc_exposure_shape *shape;
	bool *down;                         /* [n] of this scenario */
	bool *capped;                       /* [n_groups] limits that count so far: only ever more */
	bool *barred;                       /* [n] scarce nodes left to the program, which plans do not use */
	bool *plenty;                       /* [n] as much as anybody wants, as long as only `capped` limits count */
	bool *usable;                       /* [n] that plans may use */
	uint32_t *local;                    /* [n] place in the region, SSRC_NONE */
	uint32_t *region, n_region, *stack; /* [n] scarce nodes that products need; inputs first but for circles */
	double *share, *load;               /* [arcs], [n_groups] */
	double *use, *made, *stress; /* [n] wanted of a node; what it makes; strain of its limit and its inputs */
	double *most; /* [n] at most what a node outside the region can deliver, if nobody else wanted anything */
	double *back,
		*before; /* [n] of `use`, what nodes further up in a circle take: in this round, in the last one */
	/* the program of the region */
	ssrc_solver *solver;
	ssrc_arena arena;
	ssrc_program program;
	ssrc_solution solution;
	uint32_t *u_col, *o_col, *y_col; /* [n], [n], [arcs]; SSRC_NONE */
	double value;                    /* of all products of the region per unit of time */
	ssrc_exposure_effort effort;
} ssrc_exposure_work;

static inline double ssrc_exposure_limit(const ssrc_exposure_network *net, uint32_t node)
{
	return net->group[node] == SSRC_NONE ? (double)INFINITY : net->capacity[net->group[node]];
}

/* ---- exposure_program.c ------------------------------------------------------------------------------- */

/* True if a producer of the need has plenty; the program leaves such needs out. */
bool ssrc_exposure_need_is_met(const ssrc_exposure_work *w, uint32_t need);
/* Finds what is scarce under the limits that count, and sets up its program. */
SSRC_MUST_CHECK ssrc_status ssrc_exposure_find_region(ssrc_exposure_work *w);
/* Least loss for a window 1 / sigma, as a fraction of w->value: a lower bound of the full program, equal to it when a
 * plan for the rest exists. *fall: by how much it falls per unit of sigma. Errors: NOMEM, LIMIT. */
SSRC_MUST_CHECK ssrc_status ssrc_exposure_solve(ssrc_exposure_work *w, double sigma, double *loss, double *fall);
void ssrc_exposure_drop_program(ssrc_exposure_work *w);

/* ---- exposure_plan.c ---------------------------------------------------------------------------------- */

/* True if everything outside the region can meet what the region (as solved) and the products want of it. Otherwise
 * the limits that stand in the way count from now on. */
bool ssrc_exposure_plan(ssrc_exposure_work *w, double sigma);
/* `made` of every node when all products are made and no limit counts; false if a circle uses more than it makes. */
bool ssrc_exposure_flows(ssrc_exposure_work *w);

#endif
