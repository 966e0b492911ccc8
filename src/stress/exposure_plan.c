/* A plan for what is not scarce: every need is shared among its producers, and shares move away from producers whose
 * limits, or whose inputs' limits, are strained. A plan that keeps all limits proves that they do not matter. */
#include "exposure_parts.h"

#include <string.h>

enum { PASSES_MAX = 500, PASSES_IDLE = 8, CIRCLE_ROUNDS = 60 };
#define ROUNDING 1e-9 /* relative: a limit is kept */
#define GAIN 0.9      /* of what is too much: less left than this is progress */
#define CALM 0.05     /* strain below which producers count as alike */
#define STRAIN_MAX 1e3
#define SETTLED 1e-13   /* relative change of a round */
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

/* Adds to what is wanted of the producers of a need. What goes to a node that came before in this sweep, as in a
 * circle, counts in the next one. */
static void share_need(ssrc_exposure_work *w, uint32_t need, double wanted, uint32_t place)
{
	const ssrc_exposure_network *net = w->shape->net;
	double sum = 0;
	for (uint32_t a = net->producer_start[need]; a < net->producer_start[need + 1]; a++)
		sum += w->usable[net->producer[a]] ? w->share[a] : 0;
	for (uint32_t a = net->producer_start[need]; sum > 0 && a < net->producer_start[need + 1]; a++) {
		uint32_t node = net->producer[a];
		if (w->usable[node])
			(w->shape->place[node] < place ? w->use : w->back)[node] += wanted * (w->share[a] / sum);
	}
}

static void use_inputs(ssrc_exposure_work *w, uint32_t node, uint32_t place)
{
	const ssrc_exposure_network *net = w->shape->net;
	for (uint32_t k = net->need_start[node]; k < net->need_start[node + 1] && w->made[node] > 0; k++)
		share_need(w, k, net->rate[k] * w->made[node], place);
}

static double flow_of(const ssrc_exposure_work *w, uint32_t node, double sigma)
{
	double made = w->use[node] - sigma * w->shape->net->stock[node];
	return made > 0 ? made : 0;
}

/* What products outside the region deliver, what the region takes as solved (nobody is usable for its scarce inputs),
 * and what circles took in the sweep before. */
static void start_use(ssrc_exposure_work *w)
{
	const ssrc_exposure_network *net = w->shape->net;
	for (uint32_t i = 0; i < net->n; i++) {
		w->use[i] = (in_region(w, i) ? 0 : net->demand[i]) + w->back[i];
		w->before[i] = w->back[i];
		w->back[i] = 0;
	}
	for (uint32_t i = 0; i < w->n_region; i++)
		use_inputs(w, w->region[i], net->n);
}

/* From users to producers: `made` of the nodes outside the region. With circles, from nothing upwards until it settles;
 * false if it does not, as when a circle uses more than it makes. */
static bool find_flows(ssrc_exposure_work *w, double sigma)
{
	uint32_t n = w->shape->net->n;
	memset(w->back, 0, n * sizeof *w->back);
	for (int round = 0; round < CIRCLE_ROUNDS; round++) {
		double change = 0;
		start_use(w);
		for (uint32_t i = n; i-- > 0;) {
			uint32_t node = w->shape->order[i];
			if (in_region(w, node))
				continue;
			w->made[node] = flow_of(w, node, sigma);
			use_inputs(w, node, i);
		}
		if (!w->shape->circles)
			return true;
		for (uint32_t i = 0; i < n; i++)
			if (w->back[i] > w->before[i])
				change = fmax(change, (w->back[i] - w->before[i]) / w->back[i]);
		if (change < SETTLED)
			return true;
	}
	return false;
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

/* False if there is nothing new. */
static bool count_limits(ssrc_exposure_work *w)
{
	const ssrc_exposure_network *net = w->shape->net;
	bool more = false;
	for (uint32_t i = 0; i < net->n; i++) {
		bool overused = is_overused(w, i);
		more |= overused && !w->barred[i];
		w->barred[i] |= overused;
	}
	for (uint32_t g = 0; g < net->n_groups; g++) {
		bool over = w->load[g] > 1 + ROUNDING;
		more |= over && !w->capped[g];
		w->capped[g] |= over;
	}
	return more;
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

/* ---- what cannot be planned ------------------------------------------------------------------------------ */

/* Of one need, per unit: INFINITY if a producer has more than anybody knows. */
static double most_of_need(const ssrc_exposure_work *w, uint32_t need)
{
	const ssrc_exposure_network *net = w->shape->net;
	double sum = 0;
	for (uint32_t a = net->producer_start[need]; a < net->producer_start[need + 1]; a++)
		if (w->usable[net->producer[a]])
			sum += w->most[net->producer[a]];
	return sum / net->rate[need];
}

static void find_most(ssrc_exposure_work *w, double sigma)
{
	const ssrc_exposure_network *net = w->shape->net;
	for (uint32_t i = 0; i < net->n; i++)
		w->most[i] = (double)INFINITY; /* until its turn: circles */
	for (uint32_t i = 0; i < net->n; i++) {
		uint32_t node = w->shape->order[i];
		double made = ssrc_exposure_limit(net, node);
		for (uint32_t k = net->need_start[node]; k < net->need_start[node + 1]; k++)
			made = fmin(made, most_of_need(w, k));
		w->most[node] = made + sigma * net->stock[node];
	}
}

/* True if all usable producers come earlier in the order, so that `most` rests on what it says of them. */
static bool is_settled(const ssrc_exposure_work *w, uint32_t need, uint32_t node)
{
	const ssrc_exposure_network *net = w->shape->net;
	for (uint32_t a = net->producer_start[need]; a < net->producer_start[need + 1]; a++)
		if (w->usable[net->producer[a]] && w->shape->place[net->producer[a]] >= w->shape->place[node])
			return false;
	return true;
}

/* What keeps a node from more counts from now on: its limit or, where that does already, plans do without the node;
 * otherwise what keeps the producers of its scarcest need. True if that is new. */
static bool rule_out(ssrc_exposure_work *w, uint32_t node, double sigma)
{
	const ssrc_exposure_network *net = w->shape->net;
	double made = (w->most[node] - sigma * net->stock[node]) * (1 + ROUNDING);
	if (ssrc_exposure_limit(net, node) <= made) {
		bool *which = &w->capped[net->group[node]];
		which = *which ? &w->barred[node] : which;
		bool before = *which;
		*which = true;
		return !before;
	}
	for (uint32_t k = net->need_start[node]; k < net->need_start[node + 1]; k++) {
		if (!is_settled(w, k, node) || most_of_need(w, k) > made)
			continue;
		bool more = false;
		for (uint32_t a = net->producer_start[k]; a < net->producer_start[k + 1]; a++)
			if (w->usable[net->producer[a]])
				more |= rule_out(w, net->producer[a], sigma);
		return more;
	}
	return false;
}

/* `wanted` of a need, at least: what the other producers cannot deliver is certainly wanted of each. True if all of
 * them together cannot, and what keeps them is new. */
static bool press(ssrc_exposure_work *w, uint32_t need, double wanted, double sigma)
{
	const ssrc_exposure_network *net = w->shape->net;
	double all = most_of_need(w, need) * net->rate[need];
	bool good = wanted <= all * (1 + ROUNDING), more = false;
	for (uint32_t a = net->producer_start[need]; !isinf(all) && a < net->producer_start[need + 1]; a++) {
		uint32_t node = net->producer[a];
		if (!w->usable[node])
			continue;
		if (good)
			w->use[node] += fmax(0, wanted - (all - w->most[node]));
		else
			more |= rule_out(w, node, sigma);
	}
	return more;
}

/* False if no way to share can keep all limits. Quick, and enough for most. */
static bool has_hope(ssrc_exposure_work *w, double sigma)
{
	const ssrc_exposure_network *net = w->shape->net;
	bool good = true;
	find_most(w, sigma);
	for (uint32_t i = 0; i < net->n; i++)
		w->use[i] = in_region(w, i) ? 0 : net->demand[i];
	for (uint32_t i = net->n; i-- > 0;) {
		uint32_t node = w->shape->order[i];
		bool fixed = in_region(w, node);
		double made = fixed ? w->made[node] : flow_of(w, node, sigma);
		if (!fixed && w->use[node] > w->most[node] * (1 + ROUNDING)) {
			good &= !rule_out(w, node, sigma);
			continue;
		}
		for (uint32_t k = net->need_start[node]; k < net->need_start[node + 1] && made > 0; k++)
			if (!fixed || ssrc_exposure_need_is_met(w, k))
				good &= !press(w, k, net->rate[k] * made, sigma);
	}
	return good;
}

/* ---- the plan -------------------------------------------------------------------------------------------- */

/* False when the passes end without a plan; the loads are those of the last one then. */
static bool find_plan(ssrc_exposure_work *w, double sigma)
{
	double mark = (double)INFINITY;
	for (int pass = 0, idle = 0; pass < PASSES_MAX && idle <= PASSES_IDLE; pass++) {
		bool settled = find_flows(w, sigma);
		double worst = find_load(w);
		if (settled && worst <= 1 + ROUNDING && !any_overused(w))
			return true;
		bool gain = worst - 1 < (mark - 1) * GAIN;
		idle = gain ? 0 : idle + 1;
		mark = gain ? worst : mark;
		find_strain(w);
	}
	return false;
}

bool ssrc_exposure_plan(ssrc_exposure_work *w, double sigma)
{
	if (all_limits_count(w))
		return true;
	cut_back(w, sigma);
	find_usable(w);
	if (!has_hope(w, sigma))
		return false;
	if (find_plan(w, sigma))
		return true;
	if (!count_limits(w))
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
