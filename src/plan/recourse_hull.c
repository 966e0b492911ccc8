/* Facets of the convex hull of a block's value over a box of tenders. docs/methods/instances.md
 *
 * Answers λ mixed to one: min Σ λ cost, Σ λ = 1, Σ λ (low − box low) <= t − box low, Σ λ (box high − high) <=
 * box high − t, ranges cut to the box. Its multipliers give the slope of a facet. The program has a row per tender and
 * side and a few columns: a revised simplex method on a dense inverse. The height of the facet is then taken from the
 * definition, so that it bounds the block whatever the slope. */
#include "plan/recourse_blocks.h"

#include <math.h>
#include <string.h>

enum { PIVOTS_MAX = 400 };

struct ssrc_block_work {
	ssrc_context *ctx;
	ssrc_arena arena;
	/* The answers that fit the box. */
	uint32_t n, *point;
	double *below, *above; /* [n][n_tenders] of the range cut to the box: low − box low, box high − high; >= 0 */
	double *cost;
	/* The program: row 0 is the sum, then 2 rows per tender. */
	uint32_t m;
	double *inverse, *x, *y, *column, *b; /* [m][m], [m] … */
	uint32_t *basis; /* [m] number of an answer, n + row for a slack, n for the artificial column of row 0 */
	double *phase_cost;
};

ssrc_status ssrc_block_work_new(ssrc_block_work **out, const ssrc_block_set *set, ssrc_context *ctx, ssrc_error *err)
{
	size_t points = 1, tenders = 0, cells = 1;
	for (uint32_t b = 0; b < set->n_blocks; b++) {
		const ssrc_block *it = &set->blocks[b];
		size_t here = (size_t)it->n_points * it->n_tenders;
		points = it->n_points > points ? it->n_points : points;
		tenders = it->n_tenders > tenders ? it->n_tenders : tenders;
		cells = here > cells ? here : cells;
	}
	ssrc_block_work *w = ssrc_alloc_array(ctx, 1, sizeof *w);
	if (!w)
		return ssrc_no_memory(err);
	size_t m = 1 + 2 * tenders;
	w->ctx = ctx;
	ssrc_arena_init(&w->arena, ctx);
	w->point = ssrc_arena_array(&w->arena, points, sizeof *w->point);
	w->below = ssrc_arena_array(&w->arena, cells, sizeof *w->below);
	w->above = ssrc_arena_array(&w->arena, cells, sizeof *w->above);
	w->cost = ssrc_arena_array(&w->arena, points, sizeof *w->cost);
	w->phase_cost = ssrc_arena_array(&w->arena, points + m, sizeof *w->phase_cost);
	w->inverse = ssrc_arena_array(&w->arena, m * m, sizeof *w->inverse);
	w->x = ssrc_arena_array(&w->arena, m, sizeof *w->x);
	w->y = ssrc_arena_array(&w->arena, m, sizeof *w->y);
	w->column = ssrc_arena_array(&w->arena, m, sizeof *w->column);
	w->b = ssrc_arena_array(&w->arena, m, sizeof *w->b);
	w->basis = ssrc_arena_array(&w->arena, m, sizeof *w->basis);
	if (!w->point || !w->below || !w->above || !w->cost || !w->phase_cost || !w->inverse || !w->x || !w->y ||
	    !w->column || !w->b || !w->basis) {
		ssrc_block_work_free(w);
		return ssrc_no_memory(err);
	}
	*out = w;
	return SSRC_OK;
}

void ssrc_block_work_free(ssrc_block_work *w)
{
	if (!w)
		return;
	ssrc_arena_clear(&w->arena);
	ssrc_release(w->ctx, w);
}

/* ---- the answers of the box ------------------------------------------------------------------------------- */

static bool fits(const ssrc_block *b, const ssrc_tender_box *box, const double *low, const double *high)
{
	for (uint32_t k = 0; k < b->n_tenders; k++) {
		uint32_t t = b->tender[k];
		if (low[k] > box->high[t] || (box->high_open[t] && low[k] >= box->high[t]) || high[k] < box->low[t] ||
		    (box->low_open[t] && high[k] <= box->low[t]))
			return false;
	}
	return true;
}

/* By how much an answer's lower end lies inside the box; next to nothing counts as nothing, for it would make facets
 * too steep for a linear program. The answer then counts as possible where it just is not, which lowers the hull a
 * little; branching at its end sets that right. */
static double beyond_sliver(double end, double box)
{
	double inside = end - box;
	return inside > 1e-6 * fmax(1, fabs(end)) ? inside : 0;
}

static void gather(ssrc_block_work *w, const ssrc_block *b, const ssrc_tender_box *box)
{
	w->n = 0;
	for (uint32_t p = 0; p < b->n_points; p++) {
		const double *low = b->low + (size_t)p * b->n_tenders, *high = b->high + (size_t)p * b->n_tenders;
		if (!fits(b, box, low, high))
			continue;
		size_t at = (size_t)w->n * b->n_tenders;
		bool everywhere = true;
		for (uint32_t k = 0; k < b->n_tenders; k++) {
			uint32_t t = b->tender[k];
			w->below[at + k] = beyond_sliver(low[k], box->low[t]);
			w->above[at + k] = beyond_sliver(-high[k], -box->high[t]);
			everywhere = everywhere && w->below[at + k] == 0 && w->above[at + k] == 0;
		}
		w->point[w->n] = p;
		w->cost[w->n++] = b->cost[p];
		if (everywhere) /* what costs more is of no use in this box */
			break;
	}
}

/* ---- the simplex method ----------------------------------------------------------------------------------- */

static double coefficient(const ssrc_block_work *w, uint32_t tenders, uint32_t j, uint32_t row)
{
	if (j >= w->n)
		return row == j - w->n ? 1 : 0;
	if (row == 0)
		return 1;
	return row <= tenders ? w->below[(size_t)j * tenders + row - 1]
			      : w->above[(size_t)j * tenders + row - 1 - tenders];
}

static void multipliers(ssrc_block_work *w)
{
	for (uint32_t i = 0; i < w->m; i++) {
		w->y[i] = 0;
		for (uint32_t r = 0; r < w->m; r++)
			w->y[i] += w->phase_cost[w->basis[r]] * w->inverse[r * w->m + i];
	}
}

/* The column that lowers the cost most; SSRC_NONE at the optimum. The artificial column never comes back. */
static uint32_t enter(const ssrc_block_work *w, uint32_t tenders, double scale)
{
	uint32_t best = SSRC_NONE;
	double least = -1e-10 * scale;
	for (uint32_t j = 0; j < w->n + w->m; j++) {
		if (j == w->n)
			continue;
		double reduced = w->phase_cost[j];
		if (j > w->n)
			reduced -= w->y[j - w->n];
		else
			for (uint32_t i = 0; i < w->m; i++)
				reduced -= w->y[i] * coefficient(w, tenders, j, i);
		if (reduced < least) {
			least = reduced;
			best = j;
		}
	}
	return best;
}

/* The row that column j takes; SSRC_NONE if nothing limits it. */
static uint32_t leaving_row(const ssrc_block_work *w)
{
	uint32_t leave = SSRC_NONE;
	double ratio = (double)INFINITY;
	for (uint32_t r = 0; r < w->m; r++) {
		/* The artificial column stands in the basis at 0 once there is a mix: it must not grow again. */
		if (w->basis[r] == w->n && w->x[r] <= 1e-9 && fabs(w->column[r]) > 1e-11)
			return r;
		if (w->column[r] <= 1e-11)
			continue;
		double q = fmax(0, w->x[r]) / w->column[r];
		if (q < ratio || (q == ratio && w->column[r] > w->column[leave])) {
			ratio = q;
			leave = r;
		}
	}
	return leave;
}

/* Takes column j into the basis; false if nothing limits it, which rounding alone can bring about. */
static bool pivot(ssrc_block_work *w, uint32_t tenders, uint32_t j)
{
	uint32_t m = w->m;
	for (uint32_t r = 0; r < m; r++) {
		w->column[r] = 0;
		for (uint32_t i = 0; i < m; i++)
			w->column[r] += w->inverse[r * m + i] * coefficient(w, tenders, j, i);
	}
	uint32_t leave = leaving_row(w);
	if (leave == SSRC_NONE)
		return false;
	double p = w->column[leave], ratio = p > 0 ? fmax(0, w->x[leave]) / p : 0;
	for (uint32_t i = 0; i < m; i++)
		w->inverse[leave * m + i] /= p;
	w->x[leave] = ratio;
	for (uint32_t r = 0; r < m; r++) {
		if (r == leave || w->column[r] == 0)
			continue;
		for (uint32_t i = 0; i < m; i++)
			w->inverse[r * m + i] -= w->column[r] * w->inverse[leave * m + i];
		w->x[r] -= w->column[r] * ratio;
	}
	w->basis[leave] = j;
	return true;
}

static void run(ssrc_block_work *w, uint32_t tenders, double scale)
{
	multipliers(w);
	for (int i = 0; i < PIVOTS_MAX; i++) {
		uint32_t j = enter(w, tenders, scale);
		if (j == SSRC_NONE || !pivot(w, tenders, j))
			return;
		multipliers(w);
	}
}

static void start(ssrc_block_work *w, uint32_t tenders)
{
	memset(w->inverse, 0, (size_t)w->m * w->m * sizeof *w->inverse);
	uint32_t last = w->n - 1;
	bool everywhere = true;
	for (uint32_t i = 1; i < w->m; i++)
		everywhere = everywhere && coefficient(w, tenders, last, i) == 0;
	for (uint32_t i = 0; i < w->m; i++) {
		w->inverse[i * w->m + i] = 1;
		w->x[i] = w->b[i];
		w->basis[i] = i > 0 ? w->n + i : everywhere ? last : w->n;
	}
}

/* Mixes to the least cost; false if no mix meets the ranges at t. */
static bool mix(ssrc_block_work *w, uint32_t tenders)
{
	double scale = 1;
	start(w, tenders);
	for (uint32_t j = 0; j < w->n; j++)
		scale = fmax(scale, fabs(w->cost[j]));
	if (w->basis[0] == w->n) {
		memset(w->phase_cost, 0, (w->n + w->m) * sizeof *w->phase_cost);
		w->phase_cost[w->n] = 1;
		run(w, tenders, 1);
		for (uint32_t r = 0; r < w->m; r++)
			if (w->basis[r] == w->n && w->x[r] > 1e-9)
				return false;
	}
	memset(w->phase_cost + w->n, 0, w->m * sizeof *w->phase_cost);
	memcpy(w->phase_cost, w->cost, w->n * sizeof *w->cost);
	run(w, tenders, scale);
	return true;
}

/* ---- the cut ---------------------------------------------------------------------------------------------- */

/* The height of a cut of this slope from its definition: over every answer, the least of cost − beta·tender on its
 * range. */
static double height(const ssrc_block_work *w, const ssrc_block *b, const ssrc_tender_box *box, const double *beta,
		     bool feasible)
{
	double alpha = (double)INFINITY;
	for (uint32_t j = 0; j < w->n; j++) {
		double sum = feasible ? w->cost[j] : 0, size = fabs(sum);
		for (uint32_t k = 0; k < b->n_tenders; k++) {
			size_t at = (size_t)j * b->n_tenders + k;
			double end = beta[k] > 0 ? box->high[b->tender[k]] - w->above[at]
						 : box->low[b->tender[k]] + w->below[at];
			sum -= beta[k] * end;
			size += fabs(beta[k] * end);
		}
		alpha = fmin(alpha, sum - 1e-15 * size * (b->n_tenders + 1));
	}
	return alpha;
}

/* What an answer of this weight in the mix asks of the tenders beyond t. */
static void blame(ssrc_block_cut *out, const ssrc_block *b, uint32_t point, const double *t, double weight)
{
	size_t at = (size_t)point * b->n_tenders;
	for (uint32_t k = 0; k < b->n_tenders; k++) {
		double x = t[b->tender[k]], low = b->low[at + k], high = b->high[at + k];
		double end = x < low - SSRC_RECOURSE_SLACK * fmax(1, fabs(low))     ? low
			     : x > high + SSRC_RECOURSE_SLACK * fmax(1, fabs(high)) ? high
										    : (double)NAN;
		if (isnan(end))
			continue;
		out->miss[k] += weight;
		if (isnan(out->next[k]) || fabs(end - x) < fabs(out->next[k] - x))
			out->next[k] = end;
	}
}

static void fill_sides(ssrc_block_work *w, const ssrc_block *b, const ssrc_tender_box *box, const double *t)
{
	w->m = 1 + 2 * b->n_tenders;
	w->b[0] = 1;
	for (uint32_t k = 0; k < b->n_tenders; k++) {
		uint32_t at = b->tender[k];
		w->b[1 + k] = fmax(0, t[at] - box->low[at]);
		w->b[1 + b->n_tenders + k] = fmax(0, box->high[at] - t[at]);
	}
}

bool ssrc_block_hull(ssrc_block_cut *out, const ssrc_block *b, const ssrc_tender_box *box, const double *t,
		     ssrc_block_work *w)
{
	for (uint32_t k = 0; k < b->n_tenders; k++) {
		out->beta[k] = out->miss[k] = 0;
		out->next[k] = (double)NAN;
	}
	gather(w, b, box);
	if (w->n == 0)
		return false;
	out->feasible = true;
	fill_sides(w, b, box, t);
	bool cheapest_fits = true;
	for (uint32_t i = 1; i < w->m; i++)
		cheapest_fits = cheapest_fits && coefficient(w, b->n_tenders, 0, i) <= w->b[i];
	out->alpha = w->cost[0];
	if (cheapest_fits) {
		blame(out, b, w->point[0], t, 1);
		return true;
	}
	out->feasible = mix(w, b->n_tenders);
	for (uint32_t k = 0; k < b->n_tenders; k++)
		out->beta[k] = w->y[1 + k] - w->y[1 + b->n_tenders + k];
	out->alpha = height(w, b, box, out->beta, out->feasible);
	for (uint32_t r = 0; r < w->m; r++)
		if (w->basis[r] < w->n && w->x[r] > 1e-9)
			blame(out, b, w->point[w->basis[r]], t, w->x[r]);
	return true;
}
