/* A scenario on the network of items: the three cases, then draws, causes and what is uncertain. docs/methods/stress.md
 */
#include "stress.h"
#include "simulate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const ssrc_stress_options ssrc_stress_defaults = {
	.weeks = 52, .step = 1, .seed = 1, .form = SSRC_HALF, .training_weeks = 13};

/* ---- what is given ------------------------------------------------------------------------------------------- */

static ssrc_status refuse(ssrc_error *err, const char *what)
{
	return ssrc_fail(err, SSRC_RANGE, SSRC_M_ARGUMENT, what, NULL, NULL);
}

static ssrc_status check_options(const ssrc_stress_options *o, ssrc_error *err)
{
	if (o->weeks < 1 || o->weeks > 5200)
		return refuse(err, "a run takes 1 to 5200 weeks");
	if (!(o->step >= 0.05 && o->step <= 13))
		return refuse(err, "a step takes 0.05 to 13 weeks");
	if (o->runs > 1000000)
		return refuse(err, "at most 1000000 runs");
	if ((unsigned)o->form >= SSRC_PRODUCTIONS || (unsigned)o->rationing > SSRC_RATION_LARGEST ||
	    (unsigned)o->mode >= SSRC_MODES)
		return refuse(err, "no such form, rationing or mode");
	if (!(o->refill >= 0 && o->refill <= 10))
		return refuse(err, "output for refilling stocks is within 0 to 10 of normal");
	if (!(o->training_weeks > 0) || !isfinite(o->training_weeks))
		return refuse(err, "a training job takes more than 0 weeks");
	return SSRC_OK;
}

static ssrc_status check_backups(const ssrc_stress_backup *backups, uint32_t n, uint32_t n_items, ssrc_error *err)
{
	for (uint32_t k = 0; k < n; k++) {
		const ssrc_stress_backup *b = &backups[k];
		bool timed = b->kind == SSRC_BACKUP_STOCK ? b->shelf_weeks >= 0 : !isnan(b->from) && !isnan(b->full);
		if (b->item >= n_items || !(b->amount >= 0) || !isfinite(b->amount) || !timed)
			return refuse(err, "a backup needs an item, an amount and its weeks");
	}
	return SSRC_OK;
}

/* ---- the three cases --------------------------------------------------------------------------------------------- */

static ssrc_estimate same(double x)
{
	return (ssrc_estimate){{x, x, x}};
}

static bool is_compute(const ssrc_chain *chain, uint32_t item)
{
	uint32_t tier = chain->items[item].tier;
	return tier < chain->n_tiers && strcmp(chain->tiers[tier].id, "compute") == 0;
}

/* What nothing happens to. */
static ssrc_stress_item untouched(const ssrc_chain *chain, uint32_t item)
{
	const ssrc_stress_band none = {(double)NAN, (double)NAN, (double)NAN, (double)NAN, (double)NAN};
	return (ssrc_stress_item){.first_short = same((double)INFINITY),
				  .tts = same((double)INFINITY),
				  .multiplier = same(is_compute(chain, item) ? 1 : (double)NAN),
				  .loss_band = none,
				  .first_short_band = none,
				  .short_odds = (double)NAN};
}

static void read_case(ssrc_stress *s, const ssrc_sim_net *net, const ssrc_sim_state *state, uint32_t k, uint32_t w)
{
	ssrc_stress_item *item = &s->items[net->nodes[k].item];
	double first = ssrc_sim_first_cut(state, k, w), short_at = ssrc_sim_first_short(state, k, w);
	double back = fmax(ssrc_sim_own_back(state, k, w), ssrc_sim_inputs_back(state, k, w));
	item->hit = net->nodes[k].hit != SSRC_NONE;
	item->lost_supply.at[w] = ssrc_sim_most_lost(state, k, w);
	item->first_short.at[w] = short_at;
	item->tts.at[w] = isinf(short_at) ? short_at : fmax(0, short_at - first);
	item->ttr.at[w] = isinf(first) ? 0 : fmax(0, back - first);
	item->loss.at[w] = ssrc_sim_loss(state, k, w);
	item->affected |= isfinite(short_at) || item->loss.at[w] > 1e-12;
}

/* Adds up products, in the order of their ids. */
static void sum_products(ssrc_stress *s)
{
	const ssrc_chain *chain = s->a->chain;
	for (int w = 0; w < SSRC_CASES; w++) {
		bool any = false, valued = false;
		double worst = 0, value = 0;
		for (uint32_t i = 0; i < s->n_items; i++) {
			double weeks = s->items[i].loss.at[w], worth = chain->items[i].value_per_week;
			if (!chain->items[i].product || !(weeks > 0))
				continue;
			any = true;
			worst = fmax(worst, weeks);
			valued |= !isnan(worth);
			value += isnan(worth) ? 0 : weeks * worth;
		}
		s->loss.at[w] = worst;
		s->value.at[w] = valued || !any ? value : (double)NAN;
	}
}

typedef struct rank_key {
	double central, worst;
	uint32_t item;
} rank_key;

static int compare_keys(const void *x, const void *y)
{
	const rank_key *a = x, *b = y;
	if (a->central != b->central)
		return a->central > b->central ? -1 : 1;
	if (a->worst != b->worst)
		return a->worst > b->worst ? -1 : 1;
	return (a->item > b->item) - (a->item < b->item);
}

static ssrc_status rank_items(ssrc_stress *s, ssrc_error *err)
{
	rank_key *keys = ssrc_alloc_array(s->ctx, (size_t)s->n_items + 1, sizeof *keys);
	s->ranking = ssrc_arena_array(&s->arena, s->n_items, sizeof *s->ranking);
	s->products = ssrc_arena_array(&s->arena, s->n_items, sizeof *s->products);
	if (!keys || !s->ranking || !s->products) {
		ssrc_release(s->ctx, keys);
		return ssrc_no_memory(err);
	}
	for (uint32_t i = 0; i < s->n_items; i++) {
		const ssrc_stress_item *item = &s->items[i];
		if (item->hit || item->affected)
			keys[s->n_ranking++] =
				(rank_key){item->loss.at[SSRC_CASE_MID], item->loss.at[SSRC_CASE_HIGH], i};
		s->n_hit += item->hit;
	}
	if (s->n_ranking)
		qsort(keys, s->n_ranking, sizeof *keys, compare_keys);
	for (uint32_t k = 0; k < s->n_ranking; k++) {
		s->ranking[k] = keys[k].item;
		if (s->a->chain->items[keys[k].item].product && keys[k].worst > 1e-12)
			s->products[s->n_products++] = keys[k].item;
	}
	ssrc_release(s->ctx, keys);
	return SSRC_OK;
}

static const ssrc_sim_run CASES[SSRC_CASES] = {
	{.which = SSRC_CASE_LOW, .input = SSRC_NONE, .only = SSRC_NONE, .except = SSRC_NONE},
	{.which = SSRC_CASE_MID, .input = SSRC_NONE, .only = SSRC_NONE, .except = SSRC_NONE},
	{.which = SSRC_CASE_HIGH, .input = SSRC_NONE, .only = SSRC_NONE, .except = SSRC_NONE}};

/* Weeks from the first week of the cut until a job of `need` weeks is done, in multiples of it. After the run the last
 * output goes on. path: every stride-th value. */
static double job_time(const double *path, size_t stride, uint32_t n_steps, double h, double first, double need)
{
	double done = 0, level = 1;
	if (isinf(first))
		return 1;
	for (uint32_t k = 0; k < n_steps; k++) {
		double from = fmax(k * h, first), to = (k + 1) * h;
		level = path[k * stride];
		if (to <= from)
			continue;
		if (done + level * (to - from) >= need)
			return (from - first + (need - done) / level) / need;
		done += level * (to - from);
	}
	double end = fmax(n_steps * h, first);
	return level > 1e-12 ? (end - first + (need - done) / level) / need : (double)INFINITY;
}

/* Paths of the products and jobs of compute items; a second run of the cases, now that it is known which. */
static ssrc_status keep_paths(ssrc_stress *s, const ssrc_sim_net *net, ssrc_sim_state *state, ssrc_error *err)
{
	uint32_t *nodes = ssrc_alloc_array(s->ctx, (size_t)net->n + s->n_products + 1, sizeof *nodes), n = 0;
	for (uint32_t i = 0; nodes && i < s->n_products; i++)
		nodes[n++] = net->place[s->products[i]];
	for (uint32_t k = 0; nodes && k < net->n; k++)
		if (is_compute(s->a->chain, net->nodes[k].item))
			nodes[n++] = k;
	double *path = ssrc_alloc_array(s->ctx, (size_t)n * s->n_steps + 1, SSRC_CASES * sizeof *path);
	s->paths = ssrc_arena_array(&s->arena, s->n_products, sizeof *s->paths);
	ssrc_status status = nodes && path && s->paths ? SSRC_OK : ssrc_no_memory(err);
	if (!status)
		ssrc_sim_block(state, CASES, SSRC_CASES, &(ssrc_sim_watch){nodes, n, path, SSRC_CASES}, 0);
	for (uint32_t i = 0; i < n && !status; i++)
		for (uint32_t w = 0; w < SSRC_CASES && !status; w++) {
			const double *from = path + (size_t)i * s->n_steps * SSRC_CASES + w;
			if (i >= s->n_products) {
				s->items[net->nodes[nodes[i]].item].multiplier.at[w] =
					job_time(from, SSRC_CASES, s->n_steps, s->options.step,
						 ssrc_sim_first_cut(state, nodes[i], w), s->options.training_weeks);
				continue;
			}
			double *to = ssrc_arena_array(&s->arena, s->n_steps, sizeof *to);
			if (!to)
				status = ssrc_no_memory(err);
			for (uint32_t k = 0; to && k < s->n_steps; k++)
				to[k] = from[(size_t)k * SSRC_CASES];
			s->paths[i][w].output = to;
		}
	ssrc_release(s->ctx, nodes);
	ssrc_release(s->ctx, path);
	return status;
}

static ssrc_status run_cases(ssrc_stress *s, const ssrc_sim_net *net, ssrc_error *err)
{
	ssrc_sim_state *state;
	s->items = ssrc_arena_array(&s->arena, s->n_items, sizeof *s->items);
	if (!s->items)
		return ssrc_no_memory(err);
	for (uint32_t i = 0; i < s->n_items; i++)
		s->items[i] = untouched(s->a->chain, i);
	ssrc_status status = ssrc_sim_state_new(&state, net, err);
	if (status)
		return status;
	ssrc_sim_block(state, CASES, SSRC_CASES, NULL, 0);
	for (uint32_t k = 0; k < net->n; k++)
		for (uint32_t w = 0; w < SSRC_CASES; w++)
			read_case(s, net, state, k, w);
	sum_products(s);
	status = rank_items(s, err);
	if (!status)
		status = keep_paths(s, net, state, err);
	s->balance = ssrc_sim_balance(state);
	ssrc_sim_state_free(state);
	return status;
}

/* ---- the whole -----------------------------------------------------------------------------------------------------
 */

static ssrc_status run_all(ssrc_stress *s, const ssrc_stress_backup *backups, uint32_t n_backups, ssrc_error *err)
{
	ssrc_sim_net net;
	ssrc_status status =
		ssrc_sim_net_build(&net, s->a, s->scenario, &s->options, backups, n_backups, &s->arena, err);
	if (status)
		return status;
	s->n_steps = net.n_steps;
	s->left_out = net.hits.left_out;
	s->reaches_home = net.hits.reaches_home;
	status = run_cases(s, &net, err);
	if (!status && s->options.runs > 0)
		status = ssrc_stress_ensemble(s, &net, err);
	if (!status && !s->options.brief)
		status = ssrc_stress_causes(s, &net, err);
	if (!status && !s->options.brief)
		status = ssrc_stress_tornado(s, &net, err);
	return status;
}

ssrc_status ssrc_stress_run(ssrc_stress **out, const ssrc_assessment *a, const ssrc_scenario *scenario,
			    const ssrc_stress_options *options, const ssrc_stress_backup *backups, uint32_t n_backups,
			    ssrc_error *err)
{
	const ssrc_stress_band none = {(double)NAN, (double)NAN, (double)NAN, (double)NAN, (double)NAN};
	ssrc_status status = check_options(options, err);
	if (!status)
		status = check_backups(backups, n_backups, a->chain->n_items, err);
	if (status)
		return status;
	ssrc_stress *s = ssrc_alloc_array(a->ctx, 1, sizeof *s);
	if (!s)
		return ssrc_no_memory(err);
	s->ctx = a->ctx;
	ssrc_arena_init(&s->arena, a->ctx);
	s->a = a;
	s->scenario = scenario;
	s->options = *options;
	s->n_items = a->chain->n_items;
	s->loss_band = s->value_band = none;
	status = run_all(s, backups, n_backups, err);
	if (status)
		ssrc_stress_free(s);
	else
		*out = s;
	return status;
}

void ssrc_stress_free(ssrc_stress *s)
{
	if (!s)
		return;
	ssrc_context *ctx = s->ctx;
	ssrc_arena_clear(&s->arena);
	ssrc_release(ctx, s);
}
