/* The equations of docs/methods/input-output.md one by one on full matrices: slow and obvious. Amounts per step. */
#ifndef SSRC_TEST_IO_TABLE_REF_H
#define SSRC_TEST_IO_TABLE_REF_H

#include "stress/io_table.h"

enum { IO_REF_N = 64 };

typedef struct io_ref {
	const ssrc_io_table *table;
	const ssrc_io_options *options;
	uint32_t n;
	double Z[IO_REF_N][IO_REF_N], A[IO_REF_N][IO_REF_N], S[IO_REF_N][IO_REF_N];
	double x0[IO_REF_N], d[IO_REF_N], l[IO_REF_N];
} io_ref;

static inline void io_ref_begin(io_ref *r, const ssrc_io_table *t, const ssrc_io_options *o)
{
	*r = (io_ref){.table = t, .options = o, .n = t->n};
	for (uint32_t i = 0; i < t->n; i++) {
		for (uint32_t j = 0; j < t->n; j++) {
			r->Z[i][j] = t->z[(size_t)i * t->n + j] * o->step_days;
			r->x0[i] += r->Z[i][j];
		}
		r->x0[i] += (t->household[i] + t->other[i]) * o->step_days;
	}
	for (uint32_t i = 0; i < t->n; i++) {
		for (uint32_t j = 0; j < t->n; j++) {
			r->A[i][j] = r->Z[i][j] > 0 ? r->Z[i][j] / r->x0[j] : 0;
			r->S[i][j] = r->Z[i][j] > 0 ? t->inventory_days[j] / o->step_days * r->Z[i][j] : 0;
		}
		r->d[i] = r->x0[i];
		r->l[i] = 1;
	}
}

static inline double io_ref_shock(const ssrc_io_scenario *s, ssrc_io_shock_kind kind, uint32_t sector, double day)
{
	double part = 0;
	for (uint32_t k = 0; k < s->n_shocks; k++)
		if (s->shocks[k].kind == kind && s->shocks[k].sector == sector && s->shocks[k].from_day <= day &&
		    day < s->shocks[k].until_day)
			part = fmax(part, s->shocks[k].part);
	return part;
}

/* Output that the inputs of j allow. */
static inline double io_ref_limit(const io_ref *r, uint32_t j)
{
	double least = (double)INFINITY, stocks = 0, needs = 0;
	for (uint32_t i = 0; i < r->n; i++) {
		if (r->A[i][j] == 0)
			continue;
		double may = r->S[i][j] / r->A[i][j], c = r->table->criticality[(size_t)i * r->n + j];
		stocks += r->S[i][j];
		needs += r->A[i][j];
		switch (r->options->form) {
		case SSRC_LEONTIEF: least = fmin(least, may); break;
		case SSRC_STRONG:
			if (c == 1 || c == 0.5)
				least = fmin(least, may);
			break;
		case SSRC_HALF:
			if (c == 1)
				least = fmin(least, may);
			if (c == 0.5)
				least = fmin(least, 0.5 * (may + r->x0[j]));
			break;
		case SSRC_WEAK:
			if (c == 1)
				least = fmin(least, may);
			break;
		default: break;
		}
	}
	return r->options->form == SSRC_LINEAR && needs > 0 ? stocks / needs : least;
}

/* One step: output x[n], deliveries to final demand received[n]. */
static inline void io_ref_step(io_ref *r, const ssrc_io_scenario *s, double day, double *x, double *received)
{
	const ssrc_io_options *o = r->options;
	static double O[IO_REF_N][IO_REF_N];
	double c[IO_REF_N], f[IO_REF_N], theta[IO_REF_N], limit[IO_REF_N], d[IO_REF_N], all = 0, kept = 0;
	for (uint32_t i = 0; i < r->n; i++)
		all += r->table->household[i];
	for (uint32_t i = 0; i < r->n; i++) {
		theta[i] =
			all > 0 ? (1 - io_ref_shock(s, SSRC_IO_HOUSEHOLD, i, day)) * r->table->household[i] / all : 0;
		kept += theta[i];
	}
	for (uint32_t i = 0; i < r->n; i++) {
		c[i] = kept > 0 ? theta[i] / kept * all * (1 - o->saved * (1 - kept)) * o->step_days : 0;
		f[i] = r->table->other[i] * (1 - io_ref_shock(s, SSRC_IO_OTHER, i, day)) * o->step_days;
		limit[i] = io_ref_limit(r, i);
	}
	for (uint32_t i = 0; i < r->n; i++) {
		d[i] = c[i] + f[i];
		for (uint32_t j = 0; j < r->n; j++) {
			O[i][j] = r->A[i][j] == 0 ? 0
						  : r->A[i][j] * r->d[j] +
							    (r->table->inventory_days[j] / o->step_days * r->Z[i][j] -
							     r->S[i][j]) /
								    (o->restock_days / o->step_days);
			O[i][j] = fmax(0, O[i][j]);
			d[i] += O[i][j];
		}
		d[i] = fmax(0, d[i]);
		x[i] = fmin(fmin(r->l[i] * r->x0[i], limit[i]), d[i]);
	}
	for (uint32_t i = 0; i < r->n; i++) {
		double met = d[i] > 0 ? fmin(1, x[i] / d[i]) : 0;
		received[i] = met * (c[i] + f[i]);
		for (uint32_t j = 0; j < r->n; j++)
			r->S[i][j] = fmax(0, r->S[i][j] + met * O[i][j] - r->A[i][j] * x[j]);
		double dl = r->x0[i] > 0 ? (fmin(limit[i], d[i]) - r->l[i] * r->x0[i]) / r->x0[i] : 0;
		r->l[i] += dl / ((dl > 0 ? o->hire_days : o->fire_days) / o->step_days);
		r->l[i] = fmin(r->l[i], 1 - io_ref_shock(s, SSRC_IO_LABOUR, i, day));
		r->d[i] = d[i];
	}
}

#endif
