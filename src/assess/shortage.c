#include "shortage.h"

#include <math.h>

void ssrc_step_pool_clear(ssrc_step_pool *pool)
{
	ssrc_release(pool->ctx, pool->steps);
	*pool = (ssrc_step_pool){.ctx = pool->ctx};
}

static void put(ssrc_step_pool *pool, ssrc_steps *f, double t, double h)
{
	if (f->n == 0 && h <= 0)
		return;
	if (f->n > 0) {
		ssrc_step *last = &pool->steps[f->first + f->n - 1];
		if (last->h == h)
			return;
		if (last->t >= t) {
			last->h = h;
			return;
		}
	}
	if (pool->count == pool->cap &&
	    ssrc_reserve(pool->ctx, (void **)&pool->steps, &pool->cap, pool->count + 4096, sizeof *pool->steps, NULL)) {
		pool->failed = true;
		return;
	}
	pool->steps[pool->count++] = (ssrc_step){t, h};
	f->n++;
}

ssrc_steps ssrc_steps_make(ssrc_step_pool *pool, const ssrc_step *steps, uint32_t n)
{
	ssrc_steps f = {(uint32_t)pool->count, 0};
	for (uint32_t i = 0; i < n; i++)
		put(pool, &f, steps[i].t, steps[i].h);
	return f;
}

ssrc_steps ssrc_steps_absorb(ssrc_step_pool *pool, ssrc_steps f, double weeks)
{
	if (f.n == 0 || !(weeks > 0))
		return f;
	ssrc_steps out = {(uint32_t)pool->count, 0};
	double left = weeks;
	for (uint32_t i = 0; i < f.n; i++) {
		ssrc_step step = pool->steps[f.first + i];
		if (left > 0 && i + 1 < f.n) {
			double length = pool->steps[f.first + i + 1].t - step.t;
			double mass = step.h * length;
			if (mass <= left) {
				left -= mass;
				continue;
			}
			step.t += left / step.h;
			left = 0;
		} else if (left > 0) {
			break;
		}
		put(pool, &out, step.t, step.h);
	}
	return out;
}

/* Walks two functions together; combine: 0 max, 1 min. */
static ssrc_steps walk(ssrc_step_pool *pool, ssrc_steps f, double wf, ssrc_steps g, double wg, bool minimum)
{
	ssrc_steps out = {(uint32_t)pool->count, 0};
	uint32_t i = 0, k = 0;
	double a = 0, b = 0;
	while (i < f.n || k < g.n) {
		double tf = i < f.n ? pool->steps[f.first + i].t : (double)INFINITY;
		double tg = k < g.n ? pool->steps[g.first + k].t : (double)INFINITY;
		double t = tf < tg ? tf : tg;
		if (tf == t)
			a = wf * pool->steps[f.first + i++].h;
		if (tg == t)
			b = wg * pool->steps[g.first + k++].h;
		put(pool, &out, t, minimum ? (a < b ? a : b) : (a > b ? a : b));
	}
	return out;
}

ssrc_steps ssrc_steps_max(ssrc_step_pool *pool, ssrc_steps f, ssrc_steps g, double weight)
{
	if (g.n == 0 || !(weight > 0))
		return f;
	if (f.n == 0 && weight == 1)
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
	for (uint32_t i = 0; i < f.n; i++)
		if (pool->steps[f.first + i].t != pool->steps[g.first + i].t ||
		    pool->steps[f.first + i].h != pool->steps[g.first + i].h)
			return false;
	return true;
}
