/* Concentration of supply when shares are known only as intervals: bounds of the Herfindahl-Hirschman index (HHI),
 * of the effective number of providers and of the concentration ratios CRk.
 *
 * Sources: O. C. Herfindahl (1950), A. O. Hirschman (1945, 1964) for the index; M. A. Adelman (1969) for its inverse;
 * A. W. Marshall and I. Olkin (1979), Inequalities: Theory of Majorization, for the lower bounds.
 * Equations, proofs and a worked example: docs/methods/concentration.md. */
#ifndef SECONDSOURCE_CONCENTRATION_H
#define SECONDSOURCE_CONCENTRATION_H

#include <secondsource/context.h>
#include <secondsource/status.h>

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A closed interval. NAN or INFINITY may stand at an end where a function says so. */
typedef struct ssrc_bounds {
	double low, high;
} ssrc_bounds;

/* What is known of one row of a share table. Shares are fractions of the whole, 0 <= low <= high <= 1;
 * an unknown share is low 0, high 1. */
typedef struct ssrc_share_block {
	double low, high;
	/* 1 = one provider; k > 1 = the k largest of the providers that have no row of their own, known only by their
	 * sum. Ignored where `fragmented`. */
	uint32_t members;
	/* A `various` row: infinitely many small providers. Its presence says that the table is complete. */
	bool fragmented;
} ssrc_share_block;

typedef struct ssrc_concentration {
	ssrc_bounds hhi;       /* 0..1; high is NAN where not `informative` */
	ssrc_bounds effective; /* providers, 1/HHI: {1/hhi.high, 1/hhi.low}; INFINITY at HHI 0, low NAN with hhi.high */
	ssrc_bounds known;     /* share held by providers that have a row, joint rows included, fragmented rows not */
	bool exact;       /* both ends of hhi are attained or approached by admissible shares; false = outer bound */
	bool informative; /* false: nothing is known of any named provider */
} ssrc_concentration;

/* Shares up to this much beyond their limits count as rounding. */
#define SSRC_SHARE_EPSILON 1e-9

/* Bounds of HHI over all shares that agree with blocks[0..count).
 *
 * Without a fragmented block the mass that the rows leave belongs to unnamed providers, anything from dust to one
 * firm, none larger than the smallest member of any joint block. With one, named + fragmented shares make the total.
 * The total is 1, or where no shares can make 1 the nearest total they can make; it is refused when farther than
 * max(tolerance, SSRC_SHARE_EPSILON) from 1. Shares are never rescaled: 0.52 and 0.50 under tolerance 0.02 give
 * 0.52^2 + 0.50^2. hhi.high is cut at 1.
 *
 * Unit: fractions of the whole. Ownership: blocks are read only, nothing is kept. Memory: none for count <= 64, where
 * ctx may be NULL; else one block from ctx, released before return.
 * Errors: SSRC_RANGE for a bad interval, members 0, a negative tolerance or shares that cannot make the total;
 * SSRC_NOMEM. *out is untouched on failure.
 * Cost: O(n log n) for the lower bound; branch and bound for the upper one, about O(n^2) on real tables, cut after
 * 20,000 nodes with an outer bound and exact = false. */
SSRC_API SSRC_MUST_CHECK ssrc_status ssrc_concentration_bounds(ssrc_context *ctx, const ssrc_share_block *blocks,
							       size_t count, double tolerance, ssrc_concentration *out,
							       ssrc_error *err);

/* Bounds of CRk, the joint share of the k largest providers (k >= 1), over the same admissible shares.
 * out->high is NAN where nothing is known of any named provider. *exact may be NULL. Ownership, memory, errors and
 * node limit as above; k = 0 is SSRC_RANGE. Cost O(n log n) for most tables. */
SSRC_API SSRC_MUST_CHECK ssrc_status ssrc_concentration_ratio(ssrc_context *ctx, const ssrc_share_block *blocks,
							      size_t count, double tolerance, uint32_t k,
							      ssrc_bounds *out, bool *exact, ssrc_error *err);

#ifdef __cplusplus
}
#endif
#endif
