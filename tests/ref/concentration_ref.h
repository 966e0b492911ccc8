/* Reference for concentration bounds: every candidate table of providers is written out in full and measured by the
 * definition of HHI and CRk. Slow and obvious; at most 8 rows. */
#ifndef SSRC_TEST_CONCENTRATION_REF_H
#define SSRC_TEST_CONCENTRATION_REF_H

#include <secondsource/concentration.h>

#include <math.h>
#include <stdbool.h>
#include <string.h>

enum { REF_PROVIDERS = 400, REF_RATIOS = 8, REF_ROWS = 8 };

/* Providers of noticeable size; what they lack to 1 is dust. */
typedef struct ref_market {
	double share[REF_PROVIDERS];
	size_t n;
} ref_market;

static inline void ref_add(ref_market *m, double share)
{
	if (share > 0 && m->n < REF_PROVIDERS)
		m->share[m->n++] = share;
}

static inline double ref_hhi(const ref_market *m)
{
	double sum = 0;
	for (size_t i = 0; i < m->n; i++)
		sum += m->share[i] * m->share[i];
	return sum;
}

static inline double ref_ratio(const ref_market *m, size_t k)
{
	double top[REF_RATIOS + 1] = {0}, sum = 0; /* falling */
	for (size_t i = 0; i < m->n; i++) {
		size_t j = k;
		for (; j > 0 && top[j - 1] < m->share[i]; j--)
			top[j] = top[j - 1];
		top[j] = m->share[i];
	}
	for (size_t i = 0; i < k; i++)
		sum += top[i];
	return sum;
}

typedef struct ref_best {
	double hhi, ratio[REF_RATIOS + 1];
} ref_best;

static inline void ref_measure(ref_best *best, const ref_market *m)
{
	best->hhi = fmax(best->hhi, ref_hhi(m));
	for (size_t k = 1; k <= REF_RATIOS; k++)
		best->ratio[k] = fmax(best->ratio[k], ref_ratio(m, k));
}

typedef struct ref_case {
	const ssrc_share_block *blocks;
	size_t n;
	bool complete;
	size_t groups;
	double x[REF_ROWS];
} ref_case;

/* Shares of all rows are fixed. Every small member and every full unnamed provider holds r. */
static inline void ref_spread(const ref_case *c, double rest, double r, ref_best *best)
{
	ref_market m = {.n = 0};
	for (size_t i = 0; i < c->n; i++) {
		if (c->blocks[i].fragmented)
			continue;
		double others = c->blocks[i].members - 1.0;
		ref_add(&m, c->x[i] - others * r);
		for (size_t j = 1; j < c->blocks[i].members; j++)
			ref_add(&m, r);
	}
	if (!c->complete && c->groups == 0)
		ref_add(&m, rest);
	else if (!c->complete && r > 0) {
		for (; rest > r * (1 + 1e-12) && m.n < REF_PROVIDERS; rest -= r)
			ref_add(&m, r);
		ref_add(&m, rest > 1e-14 ? rest : 0);
	}
	ref_measure(best, &m);
}

static inline double ref_smallest_member(const ref_case *c, size_t skip)
{
	double r = (double)INFINITY;
	for (size_t i = 0; i < c->n; i++)
		if (i != skip && !c->blocks[i].fragmented && c->blocks[i].members > 1)
			r = fmin(r, c->x[i] / c->blocks[i].members);
	return r;
}

static inline void ref_fixed(const ref_case *c, ref_best *best)
{
	double rest = 1;
	for (size_t i = 0; i < c->n; i++) {
		rest -= c->x[i];
		if (c->x[i] < c->blocks[i].low - 1e-12 || c->x[i] > c->blocks[i].high + 1e-12)
			return;
	}
	if (rest < -1e-12 || (c->complete && rest > 1e-12))
		return;
	rest = fmax(0, rest);
	double r = ref_smallest_member(c, SIZE_MAX);
	ref_spread(c, rest, 0, best);
	if (c->complete || c->groups == 0 || r <= 1e-9)
		return;
	ref_spread(c, rest, r, best);
	for (int parts = 1; parts < 60; parts++)
		if (rest / parts <= r)
			ref_spread(c, rest, rest / parts, best);
}

/* Row f is free: it takes the rest, or the rest less m unnamed providers of the size that joint rows allow. */
static inline void ref_free(ref_case *c, size_t f, ref_best *best)
{
	double others = 0, r = ref_smallest_member(c, f), members = c->blocks[f].members;
	for (size_t i = 0; i < c->n; i++)
		others += i == f ? 0 : c->x[i];
	for (int m = 0; m < 40; m++) {
		if (r < 1e9) {
			c->x[f] = 1 - others - m * r;
			ref_fixed(c, best);
		}
		c->x[f] = members > 0 ? members * (1 - others) / (members + m) : 1 - others;
		ref_fixed(c, best);
		if (c->x[f] < c->blocks[f].low && 1 - others - m * r < c->blocks[f].low)
			return;
	}
}

static inline void ref_assign(ref_case *c, size_t i, size_t f, ref_best *best)
{
	if (i == c->n) {
		if (f < c->n)
			ref_free(c, f, best);
		else
			ref_fixed(c, best);
		return;
	}
	if (i == f) {
		ref_assign(c, i + 1, f, best);
		return;
	}
	c->x[i] = c->blocks[i].low;
	ref_assign(c, i + 1, f, best);
	c->x[i] = c->blocks[i].high;
	ref_assign(c, i + 1, f, best);
}

/* Greatest HHI and CR1..CR8: all rows at an end but at most one. */
static inline ref_best ref_greatest(const ssrc_share_block *blocks, size_t n)
{
	ref_case c = {.blocks = blocks, .n = n};
	ref_best best = {0};
	for (size_t i = 0; i < n; i++) {
		c.complete |= blocks[i].fragmented;
		c.groups += !blocks[i].fragmented && blocks[i].members > 1;
	}
	for (size_t f = 0; f <= n; f++)
		ref_assign(&c, 0, f, &best);
	return best;
}

/* Least HHI and CRk: the level at which clamp(members * level, low, high) makes the least named sum, by bisection. */
static inline ref_best ref_least(const ssrc_share_block *blocks, size_t n)
{
	double low = 0, various = 0, a = 0, b = 1, sum;
	bool complete = false;
	for (size_t i = 0; i < n; i++) {
		complete |= blocks[i].fragmented;
		various += blocks[i].fragmented ? blocks[i].high : 0;
		low += blocks[i].fragmented ? 0 : blocks[i].low;
	}
	double target = complete ? fmax(low, 1 - various) : low;
	for (int step = 0; step < 200; step++) {
		double level = (a + b) / 2;
		sum = 0;
		for (size_t i = 0; i < n; i++)
			if (!blocks[i].fragmented)
				sum += fmax(blocks[i].low, fmin(blocks[i].high, blocks[i].members * level));
		if (sum < target)
			a = level;
		else
			b = level;
	}
	ref_market m = {.n = 0};
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; !blocks[i].fragmented && j < blocks[i].members; j++)
			ref_add(&m,
				fmax(blocks[i].low, fmin(blocks[i].high, blocks[i].members * (target <= low ? 0 : b))) /
					blocks[i].members);
	ref_best best = {0};
	ref_measure(&best, &m);
	return best;
}

#endif
