/* Least loss of coordinated use: what is lost if an item is gone for its recovery time and everybody shares what is
 * left in the best way for all products together (internal). docs/methods/exposure.md, "The chain". */
#ifndef SSRC_STRESS_EXPOSURE_CHAIN_H
#define SSRC_STRESS_EXPOSURE_CHAIN_H

#include "assess/assess.h"
#include "exposure.h"

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

#endif
