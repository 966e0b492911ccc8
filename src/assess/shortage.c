#include "shortage.h"

#include <math.h>

void ssrc_step_pool_clear(ssrc_step_pool *pool)
{
	ssrc_release(pool->ctx, pool->steps);
	*pool = (ssrc_step_pool){.ctx = pool->ctx};
}

/* A function under construction at the end of the pool. */
typedef struct writer {
	ssrc_step *steps;
	uint32_t n;
} writer;

/* Room for a function of up to `most` steps; false (and pool->failed) if there is none. */
static bool begin(ssrc_step_pool *pool, size_t most, writer *out)
{
	if (pool->cap - pool->count < most && ssrc_reserve(pool->ctx, (void **)&pool->steps, &pool->cap,
							   pool->count + most + 4096, sizeof *pool->steps, NULL)) {
		pool->failed = true;
		return false;
	}
	*out = (writer){pool->steps + pool->count, 0};
	return true;
}

static ssrc_steps end(ssrc_step_pool *pool, const writer *out)
{
	ssrc_steps f = {(uint32_t)pool->count, out->n};
	pool->count += out->n;
	return f;
}

/* A later height at the same time takes the place of the earlier one; equal neighbours are joined, so that a function
 * has one form only and 0 is empty. */
static inline void put(writer *out, double t, double h)
{
	if (out->n > 0 && out->steps[out->n - 1].t >= t)
		t = out->steps[--out->n].t;
	if (out->n > 0 ? out->steps[out->n - 1].h == h : h <= 0)
		return;
	out->steps[out->n++] = (ssrc_step){t, h};
}

ssrc_steps ssrc_steps_make(ssrc_step_pool *pool, const ssrc_step *steps, uint32_t n)
{
	writer out;
	if (!begin(pool, n, &out))
		return (ssrc_steps){0, 0};
	for (uint32_t i = 0; i < n; i++)
		put(&out, steps[i].t, steps[i].h);
	return end(pool, &out);
}

ssrc_steps ssrc_steps_absorb(ssrc_step_pool *pool, ssrc_steps f, double weeks)
{
	writer out;
	if (f.n == 0 || !(weeks > 0))
		return f;
	if (!begin(pool, f.n, &out))
		return (ssrc_steps){0, 0};
	const ssrc_step *from = pool->steps + f.first;
	double left = weeks;
	for (uint32_t i = 0; i < f.n; i++) {
		ssrc_step step = from[i];
		if (left > 0 && i + 1 < f.n) {
			double length = from[i + 1].t - step.t;
			double mass = step.h * length;
			if (mass <= left + SSRC_SLIVER) {
				left = mass < left ? left - mass : 0;
				continue;
			}
			step.t += left / step.h;
			left = 0;
		} else if (left > 0) {
			break;
		}
		put(&out, step.t, step.h);
	}
	return end(pool, &out);
}

/* Walks two functions together. */
static inline ssrc_steps walk(ssrc_step_pool *pool, ssrc_steps f, double wf, ssrc_steps g, double wg, bool minimum)
{
	writer out;
	if (!begin(pool, (size_t)f.n + g.n, &out))
		return (ssrc_steps){0, 0};
	const ssrc_step *x = pool->steps + f.first, *x_end = x + f.n, *y = pool->steps + g.first, *y_end = y + g.n;
	double a = 0, b = 0;
	while (x < x_end || y < y_end) {
		double tf = x < x_end ? x->t : (double)INFINITY;
		double tg = y < y_end ? y->t : (double)INFINITY;
		double t = tf < tg ? tf : tg;
		if (tf == t)
			a = wf * x++->h;
		if (tg == t)
			b = wg * y++->h;
		put(&out, t, minimum ? (a < b ? a : b) : (a > b ? a : b));
	}
	return end(pool, &out);
}

/* True if weight · g nowhere exceeds f, seen at a glance: f is of one height over all of g. */
static bool covers(const ssrc_step *f, uint32_t f_n, const ssrc_step *g, uint32_t g_n, double weight)
{
	if (f_n != 2 || f[0].t > g[0].t || f[1].t < g[g_n - 1].t)
		return false;
	for (uint32_t i = 0; i < g_n; i++)
		if (weight * g[i].h > f[0].h)
			return false;
	return f[1].h == 0;
}

ssrc_steps ssrc_steps_max(ssrc_step_pool *pool, ssrc_steps f, ssrc_steps g, double weight)
{
	if (g.n == 0 || !(weight > 0))
		return f;
	if (f.n == 0 && weight == 1)
		return g;
	if (covers(pool->steps + f.first, f.n, pool->steps + g.first, g.n, weight))
		return f;
	if (weight == 1 && covers(pool->steps + g.first, g.n, pool->steps + f.first, f.n, 1))
		return g;
	return walk(pool, f, 1, g, weight, false);
}

ssrc_steps ssrc_steps_min(ssrc_step_pool *pool, ssrc_steps f, double wf, ssrc_steps g, double wg)
{
	if (f.n == 0 || g.n == 0)
		return (ssrc_steps){0, 0};
	return walk(pool, f, wf, g, wg, true);
}

double ssrc_steps_area(const ssrc_step_pool *pool, ssrc_steps f)
{
	double area = 0;
	for (uint32_t i = 0; i + 1 < f.n; i++)
		area += pool->steps[f.first + i].h * (pool->steps[f.first + i + 1].t - pool->steps[f.first + i].t);
	return area;
}

double ssrc_steps_begin(const ssrc_step_pool *pool, ssrc_steps f)
{
	return f.n ? pool->steps[f.first].t : (double)INFINITY;
}

double ssrc_steps_end(const ssrc_step_pool *pool, ssrc_steps f)
{
	return f.n ? pool->steps[f.first + f.n - 1].t : 0;
}

bool ssrc_steps_equal(const ssrc_step_pool *pool, ssrc_steps f, ssrc_steps g)
{
	if (f.n != g.n)
		return false;
	if (f.first == g.first)
		return true;
	for (uint32_t i = 0; i < f.n; i++)
		if (pool->steps[f.first + i].t != pool->steps[g.first + i].t ||
		    pool->steps[f.first + i].h != pool->steps[g.first + i].h)
			return false;
	return true;
}
