/* Least loss of coordinated use: what is lost if an item is gone for its recovery time and everybody shares what is
 * left in the best way for all products together (internal). docs/methods/exposure.md, "The chain". */
#ifndef SSRC_STRESS_EXPOSURE_CHAIN_H
#define SSRC_STRESS_EXPOSURE_CHAIN_H

#include "assess/assess.h"
#include "solve/solve.h"

typedef struct ssrc_coordinated {
	double *loss;  /* [n_items] over all products until recovery; NaN = the recovery time is unknown */
	bool in_money; /* million currency: every product states its value. Otherwise weeks of output, each product 1 */
} ssrc_coordinated;

/* Central case of docs/methods/loss.md, arena memory. wanted: [n_items] the items to take away, NULL = all. solver NULL
 * = the best available. Same bytes for any number of threads (0 = all). Errors: NOTFOUND without a solver, LIMIT,
 * NOMEM; *out is as before then. Cost O(items · needs) and the programs of what each item's loss touches. */
SSRC_MUST_CHECK ssrc_status ssrc_coordinated_loss(ssrc_coordinated *out, const ssrc_assessment *a, ssrc_mode mode,
						  const bool *wanted, const ssrc_solver_ops *solver, int threads,
						  ssrc_arena *arena, ssrc_error *err);

typedef enum ssrc_least_state {
	SSRC_LEAST_COMPUTED,
	SSRC_LEAST_UNKNOWN, /* share, source or recovery time: nobody knows what the cut takes */
	SSRC_LEAST_FAILED,  /* no solver, or it gave up; more than 4 million items · products */
	SSRC_LEAST_BEYOND   /* not asked for: further down than the limit (set by callers) */
} ssrc_least_state;

typedef struct ssrc_least {
	ssrc_least_state state;
	double alone; /* what the loss if cut adds up to over all products; NaN = unknown */
	double least; /* the least that coordinated use could reach, at most `alone`; NaN unless computed */
} ssrc_least;

/* For n items the cut that `rank` looks at, the largest foreign country and its share of this item alone: the loss over
 * all products, alone and at best, central case; million currency if *in_money, else weeks of output. out[n] is the
 * caller's. One program for each item, several at a time; same bytes for any number of threads (0 = all). solver NULL =
 * the best available. Errors: NOMEM; a program that fails is a state. Cost O(needs · products) and n programs. */
SSRC_MUST_CHECK ssrc_status ssrc_least_losses(ssrc_least *out, bool *in_money, const ssrc_assessment *a, ssrc_mode mode,
					      const uint32_t *items, uint32_t n, const ssrc_solver_ops *solver,
					      int threads, ssrc_error *err);

#endif
