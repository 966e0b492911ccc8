/* Input-output dynamics with inventories and essential inputs: Pichler et al. (2022), JEDC 144:104527 (internal).
 * docs/methods/input-output.md has the equations. */
#ifndef SSRC_STRESS_IO_TABLE_H
#define SSRC_STRESS_IO_TABLE_H

#include "base/base.h"
#include "production.h"

/* Flows in value per day; borrowed. Normal output of a sector is the sum of its row, so that every table is at rest
 * when nothing happens. */
typedef struct ssrc_io_table {
	uint32_t n;
	const double *z;              /* [n * n] z[i * n + j]: what j uses of i, >= 0 */
	const double *household;      /* [n] bought by households, >= 0 */
	const double *other;          /* [n] all other final demand; below 0 = supply from outside the table */
	const double *criticality;    /* [n * n] as z: 1 critical, 0.5 important, 0 neither */
	const double *inventory_days; /* [n] of its inputs that a sector holds, >= the step; INFINITY = never short */
} ssrc_io_table;

typedef struct ssrc_io_options {
	ssrc_production form;
	double restock_days;         /* orders close the gap to the stock aimed at in this time */
	double hire_days, fire_days; /* the same for labour that is missing, and too much */
	double saved; /* of what households do not spend: this part is not spent elsewhere either, 0 … 1 */
	double step_days;
	uint32_t steps;
	const uint32_t *watch; /* sectors whose stocks of inputs are wanted; NULL if none */
	uint32_t n_watch;
} ssrc_io_options;
extern const ssrc_io_options ssrc_io_defaults; /* half, 14, 7, 7, 0.75, 1 day, 365 steps */

typedef enum ssrc_io_shock_kind {
	SSRC_IO_LABOUR,    /* part of the sector's labour that cannot work */
	SSRC_IO_HOUSEHOLD, /* part of its sales to households that is not wanted */
	SSRC_IO_OTHER      /* part of its other final demand that is not wanted */
} ssrc_io_shock_kind;

/* In force in the steps that begin in [from_day, until_day). Of several on one sector the largest counts. */
typedef struct ssrc_io_shock {
	ssrc_io_shock_kind kind;
	uint32_t sector;
	double from_day, until_day;
	double part; /* 0 … 1 */
} ssrc_io_shock;

typedef struct ssrc_io_scenario {
	const ssrc_io_shock *shocks;
	uint32_t n_shocks;
} ssrc_io_scenario;

/* Arena memory. Amounts are values per step, rows are steps; stocks at the end of the step. */
typedef struct ssrc_io_path {
	double *index;    /* [steps] output of all sectors / normal */
	double *output;   /* [steps * n] */
	double *received; /* [steps * n] by final demand */
	double *without;  /* [steps * n] inputs that output needed and did without, because they do not limit it */
	double *stocks; /* [steps * n_watch * n] of input i held by a watched sector: [(step * n_watch + w) * n + i] */
	double least;   /* of index */
	uint32_t least_step;
	double lost_days; /* of normal output of all sectors: sum of (1 - index) * step_days */
} ssrc_io_path;

/* One path per scenario, out[n_scenarios]; the same bytes for any number of threads (0 = all). Errors: RANGE names the
 * argument (a table out of range, an inventory below the step, a sector without output that has inputs); NOMEM. On
 * failure *out is as before. Cost O(scenarios · steps · inputs); memory O(scenarios · steps · n + threads · inputs). */
SSRC_MUST_CHECK ssrc_status ssrc_io_run(ssrc_io_path *out, ssrc_context *ctx, const ssrc_io_table *table,
					const ssrc_io_options *options, const ssrc_io_scenario *scenarios,
					uint32_t n_scenarios, int threads, ssrc_arena *arena, ssrc_error *err);

#endif
