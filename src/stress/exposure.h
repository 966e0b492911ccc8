/* Time to recover against time to survive, one linear program for each thing that may fail (internal): Simchi-Levi et
 * al., Interfaces 45 (2015) 375. docs/methods/exposure.md has the programs and why the short way gives the same. */
#ifndef SSRC_STRESS_EXPOSURE_H
#define SSRC_STRESS_EXPOSURE_H

#include "solve/solve.h"

/* Who makes what of what; borrowed. Rates are per unit of time (any, the same everywhere). A node makes one thing, and
 * needs rate[k] units of material k for each unit of it; the producers of a material replace each other. Circles are
 * allowed. */
typedef struct ssrc_exposure_network {
	uint32_t n, n_groups;
	const double *stock;            /* [n] units on hand, >= 0 */
	const double *demand;           /* [n] units wanted from outside per unit of time; > 0 = a product */
	const double *margin;           /* [n] value of a unit; > 0 for products */
	const uint32_t *group;          /* [n] the capacity a node shares, SSRC_NONE = no limit */
	const double *capacity;         /* [n_groups] units per unit of time; INFINITY = no limit */
	const uint32_t *need_start;     /* [n + 1] needs of node j: need_start[j] … need_start[j + 1] */
	const double *rate;             /* [needs] > 0 */
	const uint32_t *producer_start; /* [needs + 1] */
	const uint32_t *producer;       /* [producer_start[needs]] nodes; a need without producers cannot be met */
} ssrc_exposure_network;

typedef struct ssrc_exposure_scenario {
	const uint32_t *down; /* nodes that make nothing; what they have in stock is left */
	uint32_t n_down;
	double recovery; /* time until they are back, finite */
	bool loss_only;  /* the time to survive is not wanted (NaN then): quicker */
} ssrc_exposure_scenario;

typedef struct ssrc_exposure_lost {
	uint32_t node;
	double units; /* not delivered until recovery */
} ssrc_exposure_lost;

typedef struct ssrc_exposure {
	double loss;    /* least value lost until recovery: performance impact */
	double survive; /* longest time without any loss; INFINITY = for ever */
	bool exposed;   /* recovery takes longer than that */
	double index;   /* loss / largest loss of all scenarios, 0 if nothing is lost in any */
	uint32_t n_lost;
	const ssrc_exposure_lost *lost; /* one best way to share the loss, by node; others may lose the same value */
} ssrc_exposure;

/* What it took; for measurements. */
typedef struct ssrc_exposure_effort {
	uint64_t programs, solves, pivots; /* linear programs set up, solved (again), steps of the simplex method */
	uint32_t largest;                  /* columns of the largest */
} ssrc_exposure_effort;

/* Results of all scenarios, out[n_scenarios]; their lists are arena memory. Every answer is that of the full program
 * (1e-6, relative), and the same bytes for any number of threads (0 = all). solver: of ssrc_solver_find; NULL = the
 * best available. effort may be NULL. Errors: RANGE names the argument; NOTFOUND without a solver; LIMIT where the
 * solver fails; NOMEM. On failure *out is as before. Cost O(scenarios · arcs) and the programs of what each touches. */
SSRC_MUST_CHECK ssrc_status ssrc_exposure_run(ssrc_exposure *out, ssrc_context *ctx,
					      const ssrc_exposure_network *network,
					      const ssrc_exposure_scenario *scenarios, uint32_t n_scenarios,
					      const ssrc_solver_ops *solver, int threads, ssrc_arena *arena,
					      ssrc_exposure_effort *effort, ssrc_error *err);

#endif
