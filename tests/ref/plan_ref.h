/* Planning problems from the equations of docs/methods/plan.md, slowly: every item, every need and every week-wise
 * mean, no reduction, options tried one combination after the other, and an own dense simplex. Times are whole weeks.
 */
#ifndef SSRC_PLAN_REF_H
#define SSRC_PLAN_REF_H

#include "plan/problem.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- dense simplex: maximise c x, A x <= b, x >= 0, b >= 0 ------------------------------------------------ */

typedef struct ref_lp {
	int n, m, n_cap, m_cap;
	double *c, *a, *b; /* a: [m_cap][n_cap] */
} ref_lp;

static inline void ref_lp_init(ref_lp *lp, int n_cap, int m_cap)
{
	*lp = (ref_lp){.n_cap = n_cap, .m_cap = m_cap};
	lp->c = calloc((size_t)n_cap, sizeof(double));
	lp->b = calloc((size_t)m_cap, sizeof(double));
	lp->a = calloc((size_t)n_cap * (size_t)m_cap, sizeof(double));
}

static inline void ref_lp_clear(ref_lp *lp)
{
	free(lp->c);
	free(lp->a);
	free(lp->b);
}

static inline int ref_col(ref_lp *lp, double c)
{
	if (lp->n == lp->n_cap)
		abort();
	lp->c[lp->n] = c;
	return lp->n++;
}

static inline int ref_row(ref_lp *lp, double b)
{
	if (lp->m == lp->m_cap || b < 0)
		abort();
	lp->b[lp->m] = b;
	return lp->m++;
}

static inline void ref_put(ref_lp *lp, int row, int col, double v)
{
	lp->a[(size_t)row * (size_t)lp->n_cap + (size_t)col] += v;
}

/* The maximum. Largest coefficient first; the smallest number first once it seems to stand still. */
static inline double ref_solve(const ref_lp *lp)
{
	int n = lp->n, m = lp->m, w = n + 1;
	double *t = malloc((size_t)(m + 1) * (size_t)w * sizeof *t), value = 0;
	for (int i = 0; i < m; i++) {
		memcpy(t + (size_t)i * w, lp->a + (size_t)i * (size_t)lp->n_cap, (size_t)n * sizeof *t);
		t[(size_t)i * w + n] = lp->b[i];
	}
	double *z = t + (size_t)m * w;
	memcpy(z, lp->c, (size_t)n * sizeof *z);
	z[n] = 0;
	int *name = malloc((size_t)(n + m) * sizeof *name);
	for (int j = 0; j < n + m; j++)
		name[j] = j;
	for (int step = 0; step < 100000; step++) {
		int in = -1, out = -1;
		double best = 1e-11, least = INFINITY;
		for (int j = 0; j < n; j++)
			if (z[j] > best && (step < 2000 || in < 0 || name[j] < name[in])) {
				in = j;
				best = step < 2000 ? z[j] : 1e-11;
			}
		if (in < 0)
			break;
		for (int i = 0; i < m; i++) {
			double a = t[(size_t)i * w + in];
			if (a <= 1e-10)
				continue;
			double ratio = t[(size_t)i * w + n] / a;
			if (ratio < least - 1e-12 ||
			    (ratio <= least + 1e-12 && out >= 0 && name[n + i] < name[n + out])) {
				least = fmin(least, ratio);
				out = i;
			}
		}
		if (out < 0) {
			value = INFINITY;
			break;
		}
		double *p = t + (size_t)out * w, pivot = p[in];
		for (int j = 0; j < w; j++)
			p[j] /= pivot;
		p[in] = 1 / pivot;
		for (int i = 0; i <= m; i++) {
			double *r = t + (size_t)i * w, f = r[in];
			if (i == out || f == 0)
				continue;
			for (int j = 0; j < w; j++)
				if (j != in)
					r[j] -= f * p[j];
			r[in] = -f / pivot;
		}
		int swap = name[in];
		name[in] = name[n + out];
		name[n + out] = swap;
	}
	value = isinf(value) ? value : -z[n];
	free(t);
	free(name);
	return value;
}

/* ---- data week by week ------------------------------------------------------------------------------------ */

static inline double ref_missing_in_week(const ssrc_plan_scenario *s, uint32_t item, int week)
{
	double lost = 0, cover = 0, middle = week + 0.5;
	for (uint32_t k = 0; k < s->n_hits; k++)
		if (s->hits[k].item == item && s->hits[k].from <= middle && middle < s->hits[k].to)
			lost += s->hits[k].lost;
	for (uint32_t k = 0; k < s->n_covers; k++)
		if (s->covers[k].item == item && s->covers[k].by_item == SSRC_NONE && s->covers[k].user == SSRC_NONE &&
		    s->covers[k].from <= middle)
			cover += s->covers[k].cover;
	return fmax(0, fmin(1, lost) - cover);
}

static inline bool ref_runs_out(const ssrc_plan_item *item)
{
	return item->expires && !(item->value > 0);
}

/* What is missing, as felt: of a licence, the least of the weeks it still runs. */
static inline double ref_missing(const ssrc_plan_problem *p, const ssrc_plan_scenario *s, uint32_t item, double from,
				 double to)
{
	double sum = 0;
	int run_on = ref_runs_out(&p->items[item]) ? (int)fmin(p->items[item].stock, 100000) : 0;
	for (int week = (int)from; week < (int)to; week++) {
		double least = 1;
		for (int back = 0; back <= run_on && least > 0; back++)
			least = fmin(least, ref_missing_in_week(s, item, week - back));
		sum += least;
	}
	return sum / (to - from);
}

static inline double ref_ready(double ready, double ramp, double from, double to)
{
	double sum = 0;
	for (int week = (int)from; week < (int)to; week++) {
		double past = week + 0.5 - ready;
		sum += past <= 0 ? 0 : ramp > 0 ? fmin(1, past / ramp) : 1;
	}
	return sum / (to - from);
}

static inline double ref_ready_week(const ssrc_plan_problem *p, const ssrc_plan_settings *set, uint32_t o, int slot)
{
	bool started = set->started && set->started[o];
	if (started && p->options[o].kind == SSRC_PLAN_STOCK)
		return p->slot[slot];
	return (started ? set->started_week[o] : p->slot[slot]) + p->options[o].lead;
}

/* Fraction of normal use that an option begun in slot (-1: not) brings. */
static inline double ref_brings(const ssrc_plan_problem *p, const ssrc_plan_settings *set, const ssrc_plan_scenario *s,
				uint32_t o, int slot, double from, double to)
{
	if (slot < 0 || (s->works && !s->works[o]))
		return 0;
	return p->options[o].capacity * ref_ready(ref_ready_week(p, set, o, slot), p->options[o].ramp, from, to);
}

static inline double ref_discount(const ssrc_plan_settings *set, double week)
{
	return pow(1 + set->discount, -week / 52.0);
}

static inline double ref_unit(const ssrc_plan_problem *p, const ssrc_plan_settings *set, uint32_t o, int slot)
{
	double ready = ref_ready_week(p, set, o, slot), horizon = p->period[p->n_periods];
	return p->options[o].unit + p->options[o].holding * fmax(0, horizon - ready);
}

/* ---- the program of fixed starts -------------------------------------------------------------------------- */

typedef struct ref_plan {
	const ssrc_plan_problem *p;
	const ssrc_plan_settings *set;
	const int *begun;  /* [n_options] slot, -1 = not */
	const double *buy; /* [n_options * n_slots] amounts, NULL = to be found */
	bool whole;        /* all periods of all weeks, not just the window */
} ref_plan;

enum { REF_CELLS = 64 };

/* Periods, cut where the window begins and ends. */
static inline int ref_cells(const ref_plan *r, const ssrc_plan_scenario *s, double from[REF_CELLS],
			    double to[REF_CELLS], double *onset)
{
	const ssrc_plan_problem *p = r->p;
	double horizon = p->period[p->n_periods], end = 0;
	*onset = horizon;
	for (uint32_t k = 0; k < s->n_hits; k++)
		if (s->hits[k].lost > 0 && s->hits[k].from < s->hits[k].to) {
			*onset = fmin(*onset, fmax(0, s->hits[k].from));
			end = fmax(end, fmin(horizon, s->hits[k].to));
		}
	int n = 0;
	for (uint32_t t = 0; t < p->n_periods; t++) {
		double cut[4] = {p->period[t], fmin(fmax(*onset, p->period[t]), p->period[t + 1]),
				 fmin(fmax(end, p->period[t]), p->period[t + 1]), p->period[t + 1]};
		for (int k = 0; k < 3; k++)
			if (cut[k + 1] > cut[k] && (r->whole || k == 1)) {
				from[n] = cut[k];
				to[n++] = cut[k + 1];
			}
	}
	return n;
}

static inline double ref_share(const ssrc_plan_problem *p, uint32_t arc)
{
	double sum = 0;
	for (uint32_t k = 0; k < p->n_arcs; k++)
		if (p->arcs[k].input == p->arcs[arc].input)
			sum += p->arcs[k].use;
	return p->arcs[arc].use / fmax(1, sum);
}

static inline double ref_share_of_user(const ssrc_plan_problem *p, uint32_t user, uint32_t input)
{
	double sum = 0;
	for (uint32_t k = 0; k < p->n_arcs; k++)
		if (p->arcs[k].item == user && p->arcs[k].input == input)
			sum += ref_share(p, k);
	return sum;
}

/* Columns of one scenario that other rows need. */
typedef struct ref_block {
	int n_delivered, delivered[256]; /* what a product delivers */
	double length[256], gain[256];   /* weeks; money */
	uint32_t product[256];
	double window; /* weeks */
	double worth;  /* if everything is lost */
} ref_block;

/* buy_col: [n_options * n_slots] columns of amounts, or NULL. */
static inline void ref_add_scenario(ref_lp *lp, const ref_plan *r, uint32_t scenario, const int *buy_col,
				    ref_block *out)
{
	const ssrc_plan_problem *p = r->p;
	const ssrc_plan_settings *set = r->set;
	const ssrc_plan_scenario *s = &p->scenarios[scenario];
	double from[REF_CELLS], to[REF_CELLS], onset;
	int n_cells = ref_cells(r, s, from, to, &onset);
	int *stock_row = malloc(p->n_items * sizeof *stock_row);
	int *x = malloc(p->n_items * sizeof *x), *y = malloc((p->n_arcs + 1) * sizeof *y);
	int *v = malloc((s->n_covers + 1) * sizeof *v);
	*out = (ref_block){0};
	for (uint32_t i = 0; i < p->n_items; i++) {
		double stock = ref_runs_out(&p->items[i]) ? 0 : fmin(p->items[i].stock, 1e6);
		for (uint32_t o = 0; r->buy && o < p->n_options; o++)
			for (uint32_t k = 0; k < p->n_slots; k++)
				if (p->options[o].kind == SSRC_PLAN_STOCK && p->options[o].item == i &&
				    (!s->works || s->works[o]) && ref_ready_week(p, set, o, (int)k) <= onset)
					stock += r->buy[o * p->n_slots + k];
		stock_row[i] = ref_row(lp, stock);
		for (uint32_t o = 0; buy_col && o < p->n_options; o++)
			for (uint32_t k = 0; k < p->n_slots; k++)
				if (buy_col[o * p->n_slots + k] >= 0 && p->options[o].item == i &&
				    (!s->works || s->works[o]) && ref_ready_week(p, set, o, (int)k) <= onset)
					ref_put(lp, stock_row[i], buy_col[o * p->n_slots + k], -1);
	}
	for (int t = 0; t < n_cells; t++) {
		double length = to[t] - from[t];
		out->window += length;
		for (uint32_t i = 0; i < p->n_items; i++) {
			double can = 1 - ref_missing(p, s, i, from[t], to[t]);
			for (uint32_t o = 0; o < p->n_options; o++)
				if (p->options[o].item == i && p->options[o].kind == SSRC_PLAN_SOURCE)
					can += ref_brings(p, set, s, o, r->begun[o], from[t], to[t]);
			x[i] = ref_col(lp, 0);
			ref_put(lp, ref_row(lp, fmin(1, can)), x[i], 1);
		}
		/* What stands in for one user, as part of that user's need. */
		for (uint32_t k = 0; k < s->n_covers; k++) {
			const ssrc_plan_cover *c = &s->covers[k];
			double part = c->cover * ref_ready(c->from, 0, from[t], to[t]);
			v[k] = -1;
			if (c->user == SSRC_NONE ||
			    (c->by_item == SSRC_NONE && !(ref_missing(p, s, c->item, from[t], to[t]) > 0)))
				continue;
			v[k] = ref_col(lp, 0);
			ref_put(lp, ref_row(lp, fmin(1, part)), v[k], 1);
			if (c->by_item != SSRC_NONE) {
				int row = ref_row(lp, 0);
				ref_put(lp, row, v[k], 1);
				ref_put(lp, row, x[c->by_item], -fmin(1, part));
			}
		}
		for (uint32_t a = 0; a < p->n_arcs; a++) {
			y[a] = ref_col(lp, 0);
			ref_put(lp, ref_row(lp, 1), y[a], 1);
		}
		/* Made <= 1 - w + w · what it gets of each input or choice. */
		for (uint32_t a = 0; a < p->n_arcs; a++) {
			const ssrc_plan_arc *arc = &p->arcs[a];
			bool first = true;
			double weight = arc->weight;
			for (uint32_t k = 0; k < p->n_arcs; k++)
				if (k != a && p->arcs[k].item == arc->item && p->arcs[k].choice == arc->choice &&
				    arc->choice != SSRC_NONE) {
					first &= k > a;
					weight = fmin(weight, p->arcs[k].weight);
				}
			if (!first)
				continue;
			int row = ref_row(lp, 1 - weight);
			ref_put(lp, row, x[arc->item], 1);
			for (uint32_t k = 0; k < s->n_covers; k++)
				if (v[k] >= 0 && s->covers[k].by_item == SSRC_NONE && s->covers[k].item == arc->item)
					ref_put(lp, row, v[k], ref_share_of_user(p, s->covers[k].user, arc->item));
			for (uint32_t m = 0; m < p->n_arcs; m++) {
				if (m != a && (p->arcs[m].item != arc->item || arc->choice == SSRC_NONE ||
					       p->arcs[m].choice != arc->choice))
					continue;
				ref_put(lp, row, y[m], -weight);
				for (uint32_t k = 0; k < s->n_covers; k++)
					if (v[k] >= 0 && s->covers[k].item == p->arcs[m].input &&
					    s->covers[k].user == arc->item)
						ref_put(lp, row, v[k], -weight);
			}
		}
		for (uint32_t i = 0; i < p->n_items; i++) {
			const ssrc_plan_item *item = &p->items[i];
			double beside = 0;
			for (uint32_t o = 0; o < p->n_options; o++)
				if (p->options[o].item == i && p->options[o].kind == SSRC_PLAN_BYPASS)
					beside += ref_brings(p, set, s, o, r->begun[o], from[t], to[t]);
			int row = ref_row(lp, isinf(item->stock) ? beside + 10 : beside), o_row = -1;
			ref_put(lp, row, x[i], -1);
			for (uint32_t a = 0; a < p->n_arcs; a++)
				if (p->arcs[a].input == i)
					ref_put(lp, row, y[a], ref_share(p, a));
			int draw = ref_col(lp, 0);
			double missing = ref_missing(p, s, i, from[t], to[t]);
			ref_put(lp, ref_row(lp, length), draw, 1);
			ref_put(lp, stock_row[i], draw, 1);
			ref_put(lp, row, draw, -(item->expires ? missing : 1) / length);
			if (item->value > 0) {
				int o = ref_col(lp, 0);
				ref_put(lp, ref_row(lp, 1), o, 1);
				o_row = ref_row(lp, beside);
				ref_put(lp, o_row, o, 1);
				ref_put(lp, o_row, x[i], -1);
				out->delivered[out->n_delivered] = o;
				out->product[out->n_delivered] = i;
				out->length[out->n_delivered] = length;
				out->gain[out->n_delivered] =
					item->value * length * ref_discount(set, (from[t] + to[t]) / 2);
				out->worth += out->gain[out->n_delivered++];
			}
			for (uint32_t k = 0; k < s->n_covers; k++) {
				const ssrc_plan_cover *c = &s->covers[k];
				if (c->item != i || c->by_item == SSRC_NONE || c->user != SSRC_NONE)
					continue;
				double part = c->cover * ref_ready(c->from, 0, from[t], to[t]);
				ref_put(lp, row, x[c->by_item], -part);
				if (o_row >= 0)
					ref_put(lp, o_row, x[c->by_item], -part);
			}
		}
	}
	free(stock_row);
	free(x);
	free(y);
	free(v);
}

static inline int ref_scenario_size(const ssrc_plan_problem *p)
{
	uint32_t covers = 0;
	for (uint32_t s = 0; s < p->n_scenarios; s++)
		covers = p->scenarios[s].n_covers > covers ? p->scenarios[s].n_covers : covers;
	return (int)((p->n_periods + 2) * (6 * p->n_items + 3 * p->n_arcs + 3 * covers) + 3 * p->n_items + 4);
}

/* (1 - risk) mean + risk CVaR of losses with weights. */
static inline double ref_risk(const ssrc_plan_settings *set, uint32_t n, const double *p, const double *loss)
{
	double mean = 0, cvar = INFINITY;
	for (uint32_t s = 0; s < n; s++)
		mean += p[s] * loss[s];
	for (uint32_t k = 0; k < n; k++) {
		double at = loss[k];
		for (uint32_t s = 0; s < n; s++)
			at += p[s] * fmax(0, loss[s] - loss[k]) / (1 - set->tail);
		cvar = fmin(cvar, at);
	}
	return (1 - set->risk) * mean + set->risk * cvar;
}

typedef struct ref_value {
	double objective; /* of the mode, INFINITY if the starts alone break a rule; SURVIVE: cost + penalty · excess */
} ref_value;

/* The best value of fixed starts, amounts free (or fixed), by one program. `penalty`: of a week of excess. */
static inline double ref_fixed(const ref_plan *r, double penalty)
{
	const ssrc_plan_problem *p = r->p;
	const ssrc_plan_settings *set = r->set;
	uint32_t n_s = p->n_scenarios;
	int size = ref_scenario_size(p) * (int)n_s + (int)(p->n_options * p->n_slots * 3) + 64;
	double fixed = 0, total_weight = 0, worst = 0;
	bool survive = set->mode == SSRC_PLAN_SURVIVE;
	ref_lp lp;
	ref_lp_init(&lp, size, size);
	int *buy_col = malloc((p->n_options * p->n_slots + 1) * sizeof *buy_col);
	for (uint32_t s = 0; s < n_s; s++)
		total_weight += p->scenarios[s].probability;
	/* Amounts: cost, budgets, capacity. */
	double *left = malloc((p->n_slots + 1) * sizeof *left); /* spent by each slot on starts, last: in all */
	memset(left, 0, (p->n_slots + 1) * sizeof *left);
	for (uint32_t o = 0; o < p->n_options; o++) {
		bool started = set->started && set->started[o];
		for (uint32_t k = 0; k < p->n_slots; k++) {
			bool can = p->options[o].kind == SSRC_PLAN_STOCK && r->begun[o] >= 0 && (int)k >= r->begun[o];
			bool costs = set->mode != SSRC_PLAN_BUDGET;
			double price = ref_unit(p, set, o, (int)k) * ref_discount(set, p->slot[k]);
			buy_col[o * p->n_slots + k] = can && !r->buy ? ref_col(&lp, costs ? -price : 0) : -1;
		}
		if (r->begun[o] < 0 || started)
			continue;
		if (set->mode != SSRC_PLAN_BUDGET)
			fixed += p->options[o].fixed * ref_discount(set, p->slot[r->begun[o]]);
		for (uint32_t k = (uint32_t)r->begun[o]; k < p->n_slots; k++)
			left[k] += p->options[o].fixed;
		left[p->n_slots] += p->options[o].fixed;
	}
	double sum = 0, value = 0;
	for (uint32_t k = 0; k <= p->n_slots; k++) {
		double limit = set->budget;
		if (k < p->n_slots)
			limit = sum += set->slot_budget ? set->slot_budget[k] : INFINITY;
		if (isinf(limit))
			continue;
		if (left[k] > limit + 1e-9)
			value = INFINITY;
		int row = ref_row(&lp, fmax(0, limit - left[k]));
		for (uint32_t o = 0; o < p->n_options; o++)
			for (uint32_t m = 0; m <= k && m < p->n_slots; m++)
				if (buy_col[o * p->n_slots + m] >= 0)
					ref_put(&lp, row, buy_col[o * p->n_slots + m], ref_unit(p, set, o, (int)m));
	}
	for (uint32_t o = 0; o < p->n_options; o++) {
		if (p->options[o].kind != SSRC_PLAN_STOCK || r->begun[o] < 0 || r->buy)
			continue;
		int row = ref_row(&lp, p->options[o].capacity);
		for (uint32_t k = 0; k < p->n_slots; k++)
			if (buy_col[o * p->n_slots + k] >= 0)
				ref_put(&lp, row, buy_col[o * p->n_slots + k], 1);
	}
	ref_block *block = calloc(n_s, sizeof *block);
	for (uint32_t s = 0; s < n_s && !isinf(value); s++) {
		ref_add_scenario(&lp, r, s, buy_col, &block[s]);
		worst = fmax(worst, block[s].worth);
	}
	int eta = -1;
	double constant = 0;
	if (!survive && set->risk > 0) { /* eta = worst - column */
		eta = ref_col(&lp, set->risk);
		constant += set->risk * worst;
		ref_put(&lp, ref_row(&lp, worst), eta, 1);
	}
	for (uint32_t s = 0; s < n_s && !isinf(value); s++) {
		double weight = p->scenarios[s].probability / total_weight;
		const ref_block *b = &block[s];
		if (survive) {
			for (uint32_t i = 0; i < p->n_items; i++) {
				double need = b->window - set->max_loss;
				if (!(p->items[i].value > 0) || need <= 0)
					continue;
				int g = ref_col(&lp, penalty), row = ref_row(&lp, 0);
				constant += penalty * need;
				ref_put(&lp, ref_row(&lp, need), g, 1);
				ref_put(&lp, row, g, 1);
				for (int k = 0; k < b->n_delivered; k++)
					if (b->product[k] == i)
						ref_put(&lp, row, b->delivered[k], -b->length[k]);
			}
			continue;
		}
		constant += (1 - set->risk) * weight * b->worth;
		for (int k = 0; k < b->n_delivered; k++)
			lp.c[b->delivered[k]] += (1 - set->risk) * weight * b->gain[k];
		if (eta >= 0) {
			int zeta = ref_col(&lp, -set->risk * weight / (1 - set->tail));
			int row = ref_row(&lp, worst - b->worth);
			ref_put(&lp, row, zeta, -1);
			ref_put(&lp, row, eta, 1);
			for (int k = 0; k < b->n_delivered; k++)
				ref_put(&lp, row, b->delivered[k], -b->gain[k]);
		}
	}
	if (!isinf(value))
		value = fixed + constant - ref_solve(&lp);
	ref_lp_clear(&lp);
	free(buy_col);
	free(left);
	free(block);
	return value;
}

/* Starts obey needs, excludes, forced and barred. */
static inline bool ref_allowed(const ssrc_plan_problem *p, const ssrc_plan_settings *set, const int *begun)
{
	for (uint32_t o = 0; o < p->n_options; o++) {
		const ssrc_plan_option *option = &p->options[o];
		bool started = set->started && set->started[o];
		if (!started && begun[o] >= 0 && set->barred && set->barred[o])
			return false;
		if (begun[o] < 0 && set->forced && set->forced[o])
			return false;
		for (uint32_t k = 0; k < option->n_needs && begun[o] >= 0 && !started; k++)
			if (begun[option->needs[k]] < 0 || begun[option->needs[k]] > begun[o])
				return false;
		for (uint32_t k = 0; k < option->n_excludes && begun[o] >= 0; k++)
			if (begun[option->excludes[k]] >= 0)
				return false;
	}
	return true;
}

/* The best value over all starts. *begun: [n_options] the first best. INFINITY: nothing is allowed. */
static inline double ref_best(const ssrc_plan_problem *p, const ssrc_plan_settings *set, double penalty, int *begun)
{
	int *now = malloc((p->n_options + 1) * sizeof *now);
	double best = INFINITY;
	for (uint32_t o = 0; o < p->n_options; o++)
		now[o] = set->started && set->started[o] ? 0 : -1;
	for (;;) {
		if (ref_allowed(p, set, now)) {
			double value = ref_fixed(&(ref_plan){p, set, now, NULL, false}, penalty);
			if (value < best) {
				best = value;
				memcpy(begun, now, p->n_options * sizeof *now);
			}
		}
		uint32_t o = 0;
		for (; o < p->n_options; o++) {
			if (set->started && set->started[o])
				continue;
			if (++now[o] < (int)p->n_slots)
				break;
			now[o] = -1;
		}
		if (o == p->n_options)
			break;
	}
	free(now);
	return best;
}

/* ---- random problems -------------------------------------------------------------------------------------- */

enum {
	RANDOM_ITEMS = 8,
	RANDOM_ARCS = 24,
	RANDOM_OPTIONS = 12,
	RANDOM_SCENARIOS = 4,
	RANDOM_HITS = 6,
	RANDOM_COVERS = 4
};

typedef struct random_problem {
	ssrc_plan_problem p;
	ssrc_plan_settings set;
	ssrc_plan_item items[RANDOM_ITEMS];
	ssrc_plan_arc arcs[RANDOM_ARCS];
	ssrc_plan_option options[RANDOM_OPTIONS];
	uint32_t others[RANDOM_OPTIONS][2];
	ssrc_plan_scenario scenarios[RANDOM_SCENARIOS];
	ssrc_plan_hit hits[RANDOM_SCENARIOS][RANDOM_HITS];
	ssrc_plan_cover covers[RANDOM_SCENARIOS][RANDOM_COVERS];
	bool works[RANDOM_SCENARIOS][RANDOM_OPTIONS];
	double period[8], slot[3], slot_budget[3], started_week[RANDOM_OPTIONS];
	bool forced[RANDOM_OPTIONS], barred[RANDOM_OPTIONS], started[RANDOM_OPTIONS];
	uint64_t seed, counter;
} random_problem;

/* A whole number from low to high. */
static inline int random_int(random_problem *r, int low, int high)
{
	return low + (int)(ssrc_random_unit(r->seed, 77, r->counter++) * (high - low + 1));
}

static inline double random_of(random_problem *r, int n, const double *from)
{
	return from[random_int(r, 0, n - 1)];
}

static inline void random_network(random_problem *r)
{
	static const char *const names[] = {"item0", "item1", "item2", "item3", "item4", "item5", "item6", "item7"};
	ssrc_plan_problem *p = &r->p;
	p->items = r->items;
	p->arcs = r->arcs;
	for (uint32_t i = 0; i < p->n_items; i++) {
		r->items[i] = (ssrc_plan_item){.name = names[i]};
		r->items[i].stock = random_of(r, 7, (double[]){0, 0, 1, 2, 4, 3, INFINITY});
		r->items[i].expires = random_int(r, 0, 6) == 0;
		r->items[i].value = i == 0 || random_int(r, 0, 9) == 0 ? random_int(r, 1, 9) : 0;
	}
	for (uint32_t i = 0; i < p->n_items; i++) {
		int n = i + 1 < p->n_items ? random_int(r, 1, 2) : 0;
		for (int k = 0; k < n && p->n_arcs < RANDOM_ARCS; k++) {
			/* Mostly downwards, now and then in a circle. */
			uint32_t input = (uint32_t)random_int(r, (int)i + 1, (int)p->n_items - 1);
			if (random_int(r, 0, 11) == 0)
				input = (uint32_t)random_int(r, 0, (int)p->n_items - 1);
			r->arcs[p->n_arcs++] =
				(ssrc_plan_arc){i, input, k > 0 && random_int(r, 0, 3) == 0 ? 7 : SSRC_NONE,
						random_of(r, 4, (double[]){1, 1, 0.5, 0.25}),
						random_of(r, 4, (double[]){1, 0.5, 0.25, 0.75})};
			if (r->arcs[p->n_arcs - 1].choice == 7)
				r->arcs[p->n_arcs - 2].choice = 7;
		}
	}
}

static inline void random_options(random_problem *r)
{
	static const char *const names[] = {"o0", "o1", "o2", "o3", "o4", "o5", "o6", "o7", "o8", "o9", "o10", "o11"};
	ssrc_plan_problem *p = &r->p;
	p->options = r->options;
	for (uint32_t o = 0; o < p->n_options; o++) {
		ssrc_plan_option *x = &r->options[o];
		*x = (ssrc_plan_option){.name = names[o], .kind = (ssrc_plan_kind)random_int(r, 0, 2)};
		x->item = (uint32_t)random_int(r, 0, (int)p->n_items - 1);
		x->fixed = x->kind == SSRC_PLAN_STOCK && random_int(r, 0, 1) ? 0 : random_int(r, 1, 20);
		x->unit = x->kind == SSRC_PLAN_STOCK ? random_int(r, 0, 4) : 0;
		x->holding = x->kind == SSRC_PLAN_STOCK && random_int(r, 0, 1) ? 0.125 : 0;
		x->lead = random_int(r, 0, 8);
		x->ramp = random_int(r, 0, 2) ? 0 : random_int(r, 1, 4);
		x->capacity = x->kind == SSRC_PLAN_STOCK ? random_int(r, 0, 8)
							 : random_of(r, 4, (double[]){1, 0.5, 0.25, 0.75});
		x->needs = &r->others[o][0];
		x->excludes = &r->others[o][1];
		r->others[o][0] = (uint32_t)random_int(r, 0, (int)p->n_options - 1);
		r->others[o][1] = (uint32_t)random_int(r, 0, (int)p->n_options - 1);
		x->n_needs = random_int(r, 0, 5) == 0 && r->others[o][0] != o;
		x->n_excludes = random_int(r, 0, 5) == 0 && r->others[o][1] != o;
	}
}

static inline void random_scenarios(random_problem *r)
{
	ssrc_plan_problem *p = &r->p;
	int horizon = (int)p->period[p->n_periods];
	p->scenarios = r->scenarios;
	for (uint32_t s = 0; s < p->n_scenarios; s++) {
		ssrc_plan_scenario *x = &r->scenarios[s];
		*x = (ssrc_plan_scenario){.name = "scenario", .probability = random_int(r, 1, 4)};
		x->hits = r->hits[s];
		x->covers = r->covers[s];
		x->n_hits = (uint32_t)random_int(r, random_int(r, 0, 5) > 0, 3);
		x->n_covers = random_int(r, 0, 1) ? (uint32_t)random_int(r, 0, 2) : 0;
		int onset = random_int(r, 0, 8);
		for (uint32_t k = 0; k < x->n_hits; k++) {
			int from = onset + random_int(r, 0, 2), to = from + random_int(r, 1, horizon);
			r->hits[s][k] = (ssrc_plan_hit){(uint32_t)random_int(r, 0, (int)p->n_items - 1), from, to,
							random_of(r, 4, (double[]){1, 1, 0.5, 0.75})};
		}
		for (uint32_t k = 0; k < x->n_covers; k++) {
			uint32_t item = (uint32_t)random_int(r, 0, (int)p->n_items - 1);
			uint32_t by = (uint32_t)random_int(r, 0, (int)p->n_items - 1);
			const ssrc_plan_arc *arc = &r->arcs[random_int(r, 0, (int)p->n_arcs - 1)];
			bool own = random_int(r, 0, 2) == 0;
			r->covers[s][k] = (ssrc_plan_cover){own ? arc->input : item, own ? arc->item : SSRC_NONE,
							    random_int(r, 0, 1) ? by : SSRC_NONE, random_int(r, 0, 6),
							    random_of(r, 3, (double[]){0.25, 0.5, 1})};
		}
		if (random_int(r, 0, 2) == 0) {
			for (uint32_t o = 0; o < p->n_options; o++)
				r->works[s][o] = random_int(r, 0, 3) > 0;
			x->works = r->works[s];
		}
	}
}

static inline void random_settings(random_problem *r)
{
	ssrc_plan_problem *p = &r->p;
	ssrc_plan_settings *set = &r->set;
	*set = (ssrc_plan_settings){.mode = (ssrc_plan_mode)random_int(r, 0, 2), .budget = INFINITY};
	set->max_loss = random_int(r, 0, 2);
	if (random_int(r, 0, 1) || set->mode == SSRC_PLAN_BUDGET)
		set->budget = random_int(r, 5, 40);
	if (random_int(r, 0, 2) == 0)
		set->slot_budget = r->slot_budget;
	for (uint32_t k = 0; k < p->n_slots; k++)
		r->slot_budget[k] = random_int(r, 0, 20);
	set->risk = random_int(r, 0, 1) ? 0 : 0.5;
	set->tail = 0.75;
	set->discount = random_int(r, 0, 1) ? 0 : 0.1;
	for (uint32_t o = 0; o < p->n_options; o++) {
		int kind = random_int(r, 0, 15);
		r->barred[o] = kind == 0;
		r->started[o] = kind == 1;
		r->forced[o] = kind == 2;
		r->started_week[o] = -random_int(r, 1, 6);
	}
	set->barred = r->barred;
	set->started = r->started;
	set->started_week = r->started_week;
	set->forced = random_int(r, 0, 2) == 0 ? r->forced : NULL;
}

/* A small problem that has a bit of everything; times are whole weeks. */
static inline void random_problem_make(random_problem *r, uint64_t seed, uint32_t n_options)
{
	*r = (random_problem){.seed = seed};
	ssrc_plan_problem *p = &r->p;
	p->n_items = (uint32_t)random_int(r, 2, 6);
	p->n_options = n_options;
	p->n_scenarios = (uint32_t)random_int(r, 1, 3);
	p->n_periods = (uint32_t)random_int(r, 2, 4);
	for (uint32_t t = 0; t < p->n_periods; t++)
		r->period[t + 1] = r->period[t] + random_int(r, 2, 8);
	p->period = r->period;
	p->n_slots = (uint32_t)random_int(r, 1, n_options > 5 ? 1 : 3);
	for (uint32_t k = 1; k < p->n_slots; k++)
		r->slot[k] = r->slot[k - 1] + random_int(r, 1, 5);
	p->slot = r->slot;
	random_network(r);
	random_options(r);
	random_scenarios(r);
	random_settings(r);
}

#endif
