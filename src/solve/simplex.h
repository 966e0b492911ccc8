/* A small simplex method for bounded variables with a dense inverse: the oracle of tests, and the solver of a machine
 * that has no other. Good for about 1500 rows. */
#ifndef SSRC_SOLVE_SIMPLEX_H
#define SSRC_SOLVE_SIMPLEX_H

#include "model.h"

/* Variables: the columns, then one for each row whose value is the row's (column -e_i), so that A x - r = 0. All in a
 * space scaled by powers of two, which changes no digit. */
typedef struct ssrc_simplex {
	ssrc_context *ctx;
	const ssrc_model *model;
	uint32_t n, m;                 /* columns and rows that the arrays below are for */
	double *col_scale, *row_scale; /* column: true / scaled; row: scaled / true */
	double *low, *high, *cost, *x; /* [n + m] */
	uint8_t *state;                /* [n + m] */
	uint32_t *head;                /* [m] the basic variable of each place */
	double *inverse;               /* [m * m] of the basis, by columns */
	double *y, *w;                 /* [m] multipliers; the entering column */
	double cost_size;
	uint32_t updates; /* of the inverse since it was made anew */
	int64_t iterations;
	bool stale; /* the inverse belongs to another basis or program */
} ssrc_simplex;

/* For the program of `model`, which must outlive it. Clear in any case. */
SSRC_MUST_CHECK ssrc_status ssrc_simplex_init(ssrc_simplex *s, ssrc_context *ctx, const ssrc_model *model);
void ssrc_simplex_clear(ssrc_simplex *s);
/* After rows were added: the basis stays, with the new rows in it. After rows went: begins anew. NOMEM: s is cleared.
 */
SSRC_MUST_CHECK ssrc_status ssrc_simplex_resize(ssrc_simplex *s);
/* Solves from the last basis and fills `out` from the model's arrays as ssrc_clp does. `model` is the one of init. */
void ssrc_simplex_solve(ssrc_simplex *s, ssrc_model *model, const ssrc_solve_limits *limits, double deadline,
			ssrc_solution *out);

#endif
