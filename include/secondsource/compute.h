/* Training time of a model from chips, what a cut of the fleet does to it, which input limits the supply of chips, and
 * the split of a budget of compute between parameters and tokens.
 *
 * Sources: J. Kaplan et al., arXiv:2001.08361 (6 N D); D. Narayanan et al., arXiv:2104.04473 (8 N D with full
 * recomputation); J. Hoffmann et al., arXiv:2203.15556, and T. Besiroglu et al., arXiv:2404.10102 (scaling laws).
 * Equations, assumptions and worked examples: docs/methods/compute.md.
 *
 * Conventions of all functions: an uncertain number is an interval, a known one has equal ends; a central estimate is
 * computed from the middles of the inputs; arrays are read only and may be NULL where their count is 0; nothing is kept
 * and no memory is used; `err` may be NULL; *out is untouched on failure; a wrong value is SSRC_RANGE. */
#ifndef SECONDSOURCE_COMPUTE_H
#define SECONDSOURCE_COMPUTE_H

#include <secondsource/concentration.h>
#include <secondsource/status.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { SSRC_COMPUTE_CHIPS_MAX = 64, SSRC_COMPUTE_PHASES_MAX = 64, SSRC_COMPUTE_LIMITS_MAX = 64 };

/* Best, central and worst number of something; INFINITY where it says so. */
typedef struct ssrc_compute_range {
	double low, central, high;
} ssrc_compute_range;

/* ---- training time ------------------------------------------------------------------------------ */

/* Floating-point operations of one training run: 6 N D, with full activation recomputation 8 N D. params: N, of a
 * mixture of experts the active ones; tokens: D; both > 0. Cost O(1). */
SSRC_API SSRC_MUST_CHECK ssrc_status ssrc_compute_flop(ssrc_bounds params, ssrc_bounds tokens, bool recompute,
						       ssrc_bounds *out, ssrc_error *err);

/* The fleet from one day on, until the next phase or for ever. */
typedef struct ssrc_compute_phase {
	double from_days;         /* since the start of the run, >= 0, rising from phase to phase */
	const ssrc_bounds *count; /* [n_chips] chips of each kind; NULL = those of the run */
	ssrc_bounds kept;         /* part of them that is left, 0..1 */
} ssrc_compute_phase;

typedef struct ssrc_compute_run {
	ssrc_bounds flop;         /* of the whole run, > 0 */
	ssrc_bounds mfu;          /* model FLOP utilisation of the whole fleet while it trains, 0 < mfu <= 1 */
	ssrc_bounds availability; /* part of wall time in which it trains, 0 < availability <= 1 */
	/* A fleet with the part f of the peak of the whole one trains at the part f^scaling of its speed; 0 < scaling
	 * <= 1, 1 = linear. */
	ssrc_bounds scaling;
	const ssrc_bounds *peak;  /* [n_chips] dense FLOP/s of one chip in the precision of the run, > 0 */
	const ssrc_bounds *count; /* [n_chips] >= 0, together > 0 */
	size_t n_chips;           /* kinds of chips, 1..SSRC_COMPUTE_CHIPS_MAX */
	const ssrc_compute_phase *phases;
	size_t n_phases; /* 0..SSRC_COMPUTE_PHASES_MAX */
} ssrc_compute_run;

typedef struct ssrc_compute_time {
	ssrc_compute_range peak;       /* of the whole fleet, FLOP/s */
	ssrc_compute_range days;       /* with the whole fleet */
	ssrc_compute_range chip_hours; /* chips held times wall hours */
	ssrc_compute_range days_cut;   /* with the phases; INFINITY = never done */
	ssrc_compute_range multiplier; /* days_cut / days */
	ssrc_compute_range delay;      /* days_cut - days */
} ssrc_compute_time;

/* Wall time = flop / (sum of count * peak * mfu * availability), and the same integrated over the phases until the
 * compute is done. days, days_cut and chip_hours are exact bounds for inputs that vary by themselves; multiplier and
 * delay are exact for one kind of chip or a cut of all alike, else outer bounds. The order of the chips changes no
 * bit. Cost O(chips^2 phases + phases^2). */
SSRC_API SSRC_MUST_CHECK ssrc_status ssrc_compute_time_of(const ssrc_compute_run *run, ssrc_compute_time *out,
							  ssrc_error *err);

/* ---- chip supply ---------------------------------------------------------------------------------- */

/* One input of a chip: dies, stacks of memory, packaging slots, power. */
typedef struct ssrc_compute_limit {
	ssrc_bounds available; /* >= 0 */
	ssrc_bounds per_unit;  /* of it in one chip, > 0, in the same unit */
} ssrc_compute_limit;

typedef enum ssrc_compute_case { SSRC_COMPUTE_LOW, SSRC_COMPUTE_CENTRAL, SSRC_COMPUTE_HIGH } ssrc_compute_case;

/* Indexed by case: low = every input at its poor end, high = every input at its good end. */
typedef struct ssrc_compute_input {
	double units[3];    /* chips that this input would allow by itself */
	bool binds[3];      /* no input allows fewer */
	double left[3];     /* of it when the scarcest input is used up, in its unit */
	double marginal[3]; /* chips more for one unit of it more; 0 unless it alone binds */
	bool may_bind;      /* for some values within the intervals */
} ssrc_compute_input;

typedef struct ssrc_compute_supply {
	double units[3];     /* chips: least over the inputs */
	uint32_t binding[3]; /* input, the first of equals */
	uint32_t next[3];    /* input that binds when there is enough of `binding`; UINT32_MAX with one input */
	double units_next[3];
	double to_next[3]; /* so much more of `binding` is needed until `next` binds too, in its unit */
} ssrc_compute_supply;

/* Chips from their scarcest input: min over inputs of available / per_unit, in three cases. inputs gets n results.
 * n: 1..SSRC_COMPUTE_LIMITS_MAX. Cost O(n^2). */
SSRC_API SSRC_MUST_CHECK ssrc_status ssrc_compute_supply_of(const ssrc_compute_limit *limits, size_t n,
							    ssrc_compute_supply *out, ssrc_compute_input *inputs,
							    ssrc_error *err);

/* ---- parameters and tokens for a budget ------------------------------------------------------------- */

/* Loss = e + a / N^alpha + b / D^beta. */
typedef struct ssrc_scaling_fit {
	double e, a, b, alpha, beta;
} ssrc_scaling_fit;

/* The constants as published by Hoffmann et al. 2022, and the corrected fit to the same data of Besiroglu et al. 2024.
 * Static storage. Cost O(1). */
SSRC_API const ssrc_scaling_fit *ssrc_scaling_fit_hoffmann(void);
SSRC_API const ssrc_scaling_fit *ssrc_scaling_fit_besiroglu(void);

typedef struct ssrc_compute_split {
	double params, tokens, tokens_per_param;
	double loss; /* NAN for a rule */
} ssrc_compute_split;

/* The N and D with 6 N D = flop whose loss under the fit is least. Constants and flop > 0. Cost O(1). */
SSRC_API SSRC_MUST_CHECK ssrc_status ssrc_compute_optimum(const ssrc_scaling_fit *fit, double flop,
							  ssrc_compute_split *out, ssrc_error *err);

/* The N and D with 6 N D = flop and D = tokens_per_param * N: a rule of thumb, not an optimum. Cost O(1). */
SSRC_API SSRC_MUST_CHECK ssrc_status ssrc_compute_rule(double tokens_per_param, double flop, ssrc_compute_split *out,
						       ssrc_error *err);

#ifdef __cplusplus
}
#endif
#endif
