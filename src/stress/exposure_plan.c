/* A plan for what is not scarce: every need is shared among its producers, and shares move away from producers whose
 * limits, or whose inputs' limits, are strained. A plan that keeps all limits proves that they do not matter. */
#include "exposure_parts.h"

#include <string.h>

enum { PASSES_MAX = 500, PASSES_WITHOUT_GAIN = 40, CIRCLE_ROUNDS = 200 };
#define ROUNDING 1e-9 /* relative: a limit is kept */
#define CALM 0.05     /* strain below which producers count as alike */
#define STRAIN_MAX 1e3
#define SHARE_MIN 1e-12 /* a share never vanishes: what nobody makes is not met */

static bool in_region(const ssrc_exposure_work *w, uint32_t node)
{
	return w->local[node] != SSRC_NONE;
}

/* ---- who may be used ------------------------------------------------------------------------------------- */

static bool may_use(const ssrc_exposure_work *w, uint32_t node)
{
	const ssrc_exposure_network *net = w->shape->net;
	if (w->plenty[node])
		return true;
	if (in_region(w, node) || w->down[node] || w->barred[node] || !(ssrc_exposure_limit(net, node) > 0))
		return false;
	for (uint32_t k = net->need_start[node]; k < net->need_start[node + 1]; k++) {
		bool met = false;
		for (uint32_t a = net->producer_start[k]; !met && a < net->producer_start[k + 1]; a++)
			met = w->usable[net->producer[a]];
		if (!met)
			return false;
	}
	return true;
}

static void find_usable(ssrc_exposure_work *w)
{
	memset(w->usable, 0, w->shape->net->n * sizeof *w->usable);
	for (uint32_t i = 0; i < w->shape->net->n; i++)
		w->usable[w->shape->order[i]] = may_use(w, w->shape->order[i]);
}

/* ---- flows ----------------------------------------------------------------------------------------------- */

static void share_need(ssrc_exposure_work *w, uint32_t need, double wanted)
{
	const ssrc_exposure_network *net = w->shape->net;
	double sum = 0;
	for (uint32_t a = net->producer_start[need]; a < net->producer_start[need + 1]; a++)
		sum += w->usable[net->producer[a]] ? w->share[a] : 0;
	for (uint32_t a = net->producer_start[need]; sum > 0 && a < net->producer_start[need + 1]; a++)
		if (w->usable[net->producer[a]])
			w->use[net->producer[a]] += wanted * (w->share[a] / sum);
}

static void use_inputs(ssrc_exposure_work *w, uint32_t node)
{
	const ssrc_exposure_network *net = w->shape->net;
	for (uint32_t k = net->need_start[node]; k < net->need_start[node + 1] && w->made[node] > 0; k++)
		share_need(w, k, net->rate[k] * w->made[node]);
}

/* What the region, as solved, takes from outside, and what products outside deliver. */
static void start_use(ssrc_exposure_work *w)
{
	const ssrc_exposure_network *net = w->shape->net;
	for (uint32_t i = 0; i < net->n; i++)
		w->use[i] = in_region(w, i) ? 0 : net->demand[i];
	for (uint32_t i = 0; i < w->n_region; i++) {
		uint32_t node = w->region[i];
		use_inputs(w, node); /* of scarce inputs nobody is usable: the program has them */
	}
}

static double flow_of(const ssrc_exposure_work *w, uint32_t node, double sigma)
{
	double made = w->use[node] - sigma * w->shape->net->stock[node];
	return made > 0 ? made : 0;
}

/* `made` of the nodes outside the region, from users to producers. */
static void find_flows_once(ssrc_exposure_work *w, double sigma)
{
	start_use(w);
	for (uint32_t i = w->shape->net->n; i-- > 0;) {
		uint32_t node = w->shape->order[i];
		if (in_region(w, node))
			continue;
		w->made[node] = flow_of(w, node, sigma);
		use_inputs(w, node);
	}
}

/* With circles, from nothing upwards until it settles; false if it does not, as when a circle uses more than it makes.
 */
static bool find_flows_round(ssrc_exposure_work *w, double sigma)
{
	uint32_t n = w->shape->net->n;
	for (uint32_t i = 0; i < n; i++)
		if (!in_region(w, i))
			w->made[i] = 0;
	for (int round = 0; round < CIRCLE_ROUNDS; round++) {
		double change = 0;
		start_use(w);
		for (uint32_t i = 0; i < n; i++)
			if (!in_region(w, i))
				use_inputs(w, i);
		for (uint32_t i = 0; i < n; i++) {
			if (in_region(w, i))
				continue;
			double made = flow_of(w, i, sigma);
			change = fmax(change, (made - w->made[i]) / (made + w->made[i] + 1e-300));
			w->made[i] = made;
		}
		if (change < 1e-13)
			return true;
	}
	return false;
}

static bool find_flows(ssrc_exposure_work *w, double sigma)
{
	if (w->shape->circles)
		return find_flows_round(w, sigma);
	find_flows_once(w, sigma);
	return true;
}

/* ---- strain ---------------------------------------------------------------------------------------------- */

/* Load of each limit / the limit; returns the largest of those that do not count yet. */
static double find_load(ssrc_exposure_work *w)
{
	const ssrc_exposure_network *net = w->shape->net;
	double worst = 0;
	memset(w->load, 0, net->n_groups * sizeof *w->load);
	for (uint32_t i = 0; i < net->n; i++)
		if (net->group[i] != SSRC_NONE)
			w->load[net->group[i]] += w->made[i];
	for (uint32_t g = 0; g < net->n_groups; g++) {
		if (w->load[g] > 0)
			w->load[g] /= net->capacity[g];
		if (!w->capped[g])
			worst = fmax(worst, w->load[g]);
	}
	return worst;
}

/* Limits that count are kept by the program; only what the plan adds to them can be too much. */
static bool is_overused(const ssrc_exposure_work *w, uint32_t node)
{
	uint32_t g = w->shape->net->group[node];
	return !in_region(w, node) && w->made[node] > 0 && g != SSRC_NONE && w->capped[g] && w->load[g] > 1 + ROUNDING;
}

static bool any_overused(const ssrc_exposure_work *w)
{
	for (uint32_t i = 0; i < w->shape->net->n; i++)
		if (is_overused(w, i))
			return true;
	return false;
}

/* A node is strained by its own limit and by what it has to take from strained producers. */
static void find_strain(ssrc_exposure_work *w)
{
	const ssrc_exposure_network *net = w->shape->net;
	for (uint32_t i = 0; i < net->n; i++) {
		uint32_t node = w->shape->order[i], g = net->group[node];
		double strain = g == SSRC_NONE ? 0 : w->load[g];
		for (uint32_t k = net->need_start[node]; k < net->need_start[node + 1]; k++) {
			double sum = 0, weighed = 0;
			for (uint32_t a = net->producer_start[k]; a < net->producer_start[k + 1]; a++)
				if (w->usable[net->producer[a]]) {
					sum += w->share[a];
					weighed += w->share[a] * w->stress[net->producer[a]];
				}
			if (sum > 0)
				strain = fmax(strain, weighed / sum);
			for (uint32_t a = net->producer_start[k]; sum > 0 && a < net->producer_start[k + 1]; a++)
				w->share[a] = fmax(SHARE_MIN, w->share[a] / sum * (weighed / sum + CALM) /
								      (w->stress[net->producer[a]] + CALM));
		}
		w->stress[node] = fmin(strain, STRAIN_MAX);
	}
}

static void count_limits(ssrc_exposure_work *w)
{
	const ssrc_exposure_network *net = w->shape->net;
	for (uint32_t i = 0; i < net->n; i++)
		w->barred[i] |= is_overused(w, i);
	for (uint32_t g = 0; g < net->n_groups; g++)
		w->capped[g] |= w->load[g] > 1 + ROUNDING;
}

static bool all_limits_count(const ssrc_exposure_work *w)
{
	const ssrc_exposure_network *net = w->shape->net;
	for (uint32_t g = 0; g < net->n_groups; g++)
		if (!w->capped[g] && !isinf(net->capacity[g]))
			return false;
	return true;
}

/* ---- the region as solved ---------------------------------------------------------------------------------- */

static double value_of(const ssrc_exposure_work *w, uint32_t col)
{
	return col == SSRC_NONE ? 0 : w->solution.x[col];
}

/* The program may make more than is used, at no cost: cut back to what is, from users to producers. */
static void cut_back(ssrc_exposure_work *w, double sigma)
{
	const ssrc_exposure_network *net = w->shape->net;
	const double *scale = w->shape->scale;
	memset(w->use, 0, net->n * sizeof *w->use);
	for (uint32_t i = w->n_region; i-- > 0;) {
		uint32_t node = w->region[i];
		w->made[node] = value_of(w, w->u_col[node]) * scale[node];
		if (w->shape->circles)
			continue;
		w->use[node] += value_of(w, w->o_col[node]) * net->demand[node];
		w->made[node] = fmin(w->made[node], flow_of(w, node, sigma));
		for (uint32_t k = net->need_start[node]; k < net->need_start[node + 1] && w->made[node] > 0; k++) {
			uint32_t first = net->producer_start[k], end = net->producer_start[k + 1];
			double sum = 0;
			if (ssrc_exposure_need_is_met(w, k))
				continue;
			for (uint32_t a = first; a < end; a++)
				sum += end - first == 1 ? 1 : value_of(w, w->y_col[a]);
			for (uint32_t a = first; sum > 0 && a < end; a++)
				w->use[net->producer[a]] += net->rate[k] * w->made[node] *
							    (end - first == 1 ? 1 : value_of(w, w->y_col[a]) / sum);
		}
	}
}

bool ssrc_exposure_plan(ssrc_exposure_work *w, double sigma)
{
	double best = (double)INFINITY;
	int idle = 0;
	if (all_limits_count(w))
		return true;
	cut_back(w, sigma);
	find_usable(w);
	for (int pass = 0; pass < PASSES_MAX; pass++) {
		if (!find_flows(w, sigma))
			break;
		double worst = find_load(w);
		if (worst <= 1 + ROUNDING && !any_overused(w))
			return true;
		idle = worst < best * 0.9999 ? 0 : idle + 1;
		best = fmin(best, worst);
		if (idle > PASSES_WITHOUT_GAIN || pass == PASSES_MAX - 1) {
			count_limits(w);
			return false;
		}
		find_strain(w);
	}
	memset(w->capped, true, w->shape->net->n_groups * sizeof *w->capped);
	return false;
}

bool ssrc_exposure_flows(ssrc_exposure_work *w)
{
	uint32_t n = w->shape->net->n;
	w->n_region = 0;
	for (uint32_t i = 0; i < n; i++) {
		w->local[i] = SSRC_NONE;
		w->usable[i] = true;
	}
	return find_flows(w, 0);
}
