#include "assess.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

enum { SHARE_BLOCKS_MAX = 1024 };
/* A maker with at least this much of the supply leaves no real second source; a lower bound must show it. */
static const double SOLE_SHARE = 0.95, SINGLE_SHARE = 0.80;
/* Sums of published shares miss 100 by rounding; within this they count as complete. */
static const double SUM_TOLERANCE = 0.02;

static ssrc_estimate exactly(double x)
{
	return (ssrc_estimate){{x, x, x}};
}

static const ssrc_estimate UNKNOWN = {{(double)NAN, (double)NAN, (double)NAN}};

/* ---- concentration ------------------------------------------------------------------------------------ */

static ssrc_share_block block_of(const ssrc_share *share)
{
	bool known = ssrc_known(share->share);
	return (ssrc_share_block){
		.low = known ? share->share.low : 0,
		.high = known ? share->share.high : 1,
		.members = share->kind == SSRC_BY_JOINT && share->n_members > 1 ? share->n_members : 1,
		.fragmented = share->kind == SSRC_BY_VARIOUS,
	};
}

static void concentrate_firms(const ssrc_assessment *a, ssrc_item_result *r)
{
	ssrc_share_block blocks[SHARE_BLOCKS_MAX];
	uint32_t set_index = r->supply.firm_set;
	if (set_index == SSRC_NONE || a->chain->sets[set_index].count > SHARE_BLOCKS_MAX)
		return;
	const ssrc_share_set *set = &a->chain->sets[set_index];
	uint32_t n = 0;
	for (uint32_t i = 0; i < set->count; i++) {
		const ssrc_share *share = &a->chain->shares[set->first + i];
		/* "Other makers of this country" may be one or many: they belong to what is not named. */
		if (share->kind != SSRC_BY_COUNTRY)
			blocks[n++] = block_of(share);
	}
	bool exact;
	if (ssrc_concentration_bounds(a->ctx, blocks, n, SUM_TOLERANCE, &r->firms, NULL))
		return;
	r->firms_known = r->firms.informative;
	if (ssrc_concentration_ratio(a->ctx, blocks, n, SUM_TOLERANCE, 1, &r->cr1, &exact, NULL))
		r->cr1 = (ssrc_bounds){(double)NAN, (double)NAN};
}

/* Countries: what no country is named for may be any of them or many. */
static void concentrate_countries(const ssrc_assessment *a, ssrc_item_result *r)
{
	ssrc_share_block blocks[26 * 26];
	size_t n = 0;
	double sum = 0;
	if (r->supply.country_set == SSRC_NONE)
		return;
	for (uint32_t c = 0; c < a->chain->n_countries; c++) {
		const ssrc_estimate *e = &r->supply.country[c];
		if (!(e->at[SSRC_CASE_MID] > 0))
			continue;
		blocks[n++] =
			(ssrc_share_block){.low = e->at[SSRC_CASE_LOW], .high = e->at[SSRC_CASE_HIGH], .members = 1};
		sum += e->at[SSRC_CASE_LOW];
	}
	if (n == 0 || sum > 1 + SUM_TOLERANCE)
		return;
	if (!ssrc_concentration_bounds(a->ctx, blocks, n, SUM_TOLERANCE, &r->countries, NULL))
		r->countries_known = r->countries.informative;
}

/* Named makers; a set of countries names none. */
static void count_providers(const ssrc_assessment *a, ssrc_item_result *r)
{
	uint32_t index = r->supply.firm_set != SSRC_NONE ? r->supply.firm_set : r->supply.country_set;
	if (index == SSRC_NONE)
		return;
	const ssrc_share_set *set = &a->chain->sets[index];
	bool only_various = true;
	for (uint32_t i = set->first; i < set->first + set->count; i++) {
		const ssrc_share *share = &a->chain->shares[i];
		only_various &= share->kind == SSRC_BY_VARIOUS;
		if ((share->kind != SSRC_BY_PARTY && share->kind != SSRC_BY_JOINT) || share->share.high == 0)
			continue;
		r->n_providers += share->kind == SSRC_BY_JOINT ? share->n_members : 1;
	}
	r->fragmented = only_various;
}

/* ---- dependence looked through -------------------------------------------------------------------------- */

/* Cover by qualified alternates outside the block, per item, in one case; best case takes their high ends. */
static void fill_covers(const ssrc_assessment *a, const bool *block, ssrc_case which, const double *share,
			double *cover)
{
	const ssrc_chain *chain = a->chain;
	ssrc_cut cut = {.countries = block, .party = SSRC_NONE, .item = SSRC_NONE};
	memset(cover, 0, chain->n_items * sizeof *cover);
	for (uint32_t i = 0; i < chain->n_alternates; i++) {
		const ssrc_alternate *alternate = &chain->alternates[i];
		if (alternate->for_item != SSRC_NONE || !ssrc_alternate_counts(a, i, &cut))
			continue;
		double lost = alternate->by_item == SSRC_NONE ? 0 : share[alternate->by_item];
		cover[alternate->item] += ssrc_alternate_share(alternate, which) * (1 - lost);
	}
}

/* Where the middle is unknown the least counts that is certain. */
static double share_in_case(const ssrc_estimate *e, ssrc_case which)
{
	return isnan(e->at[which]) ? e->at[SSRC_CASE_LOW] : e->at[which];
}

static void dependence_on_country(const ssrc_assessment *a, uint32_t country, bool *block, double *share, double *cover,
				  double *total)
{
	const ssrc_chain *chain = a->chain;
	memset(block, 0, chain->n_countries * sizeof *block);
	block[country] = true;
	for (int which = 0; which < SSRC_CASES; which++) {
		for (uint32_t i = 0; i < chain->n_items; i++)
			share[i] = share_in_case(&a->items[i].supply.country[country], (ssrc_case)which);
		fill_covers(a, block, (ssrc_case)which, share, cover);
		ssrc_lookthrough(a, (ssrc_case)which, share, cover, total);
		for (uint32_t i = 0; i < chain->n_items; i++)
			a->dependence[(size_t)i * chain->n_countries + country].at[which] = total[i];
	}
}

static void dependence_on_foreign(const ssrc_assessment *a, bool *block, double *share, double *cover, double *total)
{
	const ssrc_chain *chain = a->chain;
	for (uint32_t c = 0; c < chain->n_countries; c++)
		block[c] = !a->home.is_country[c];
	for (int which = 0; which < SSRC_CASES; which++) {
		for (uint32_t i = 0; i < chain->n_items; i++)
			share[i] = share_in_case(&a->items[i].supply.foreign, (ssrc_case)which);
		fill_covers(a, block, (ssrc_case)which, share, cover);
		ssrc_lookthrough(a, (ssrc_case)which, share, cover, total);
		for (uint32_t i = 0; i < chain->n_items; i++) {
			bool known = which != SSRC_CASE_MID || !isnan(a->items[i].supply.foreign.at[which]);
			a->items[i].lookthrough.at[which] = known ? total[i] : (double)NAN;
		}
	}
}

static int thread_count(const ssrc_context *ctx, uint32_t work)
{
	int most = ctx->threads > 0 ? ctx->threads : omp_get_max_threads();
	return work < 64 ? 1 : most;
}

/* Each country's column is written by one thread from the same inputs: the result knows nothing of threads. */
static ssrc_status build_dependence(ssrc_assessment *a, ssrc_error *err)
{
	const ssrc_chain *chain = a->chain;
	uint32_t n = chain->n_items, countries = chain->n_countries;
	if (!a->dependence)
		a->dependence = ssrc_arena_array(&a->arena, (size_t)n * countries + 1, sizeof *a->dependence);
	int threads = thread_count(a->ctx, n);
	double *numbers = ssrc_alloc_array(a->ctx, 3 * (size_t)threads * n + 1, sizeof *numbers);
	bool *blocks = ssrc_alloc_array(a->ctx, (size_t)threads * countries + 1, sizeof *blocks);
	ssrc_status status = a->dependence && numbers && blocks ? SSRC_OK : ssrc_no_memory(err);
	if (!status) {
#pragma omp parallel for num_threads(threads) schedule(dynamic)
		for (uint32_t c = 0; c < countries; c++) {
			size_t t = (size_t)omp_get_thread_num();
			double *mine = numbers + 3 * t * n;
			dependence_on_country(a, c, blocks + t * countries, mine, mine + n, mine + 2 * (size_t)n);
		}
		dependence_on_foreign(a, blocks, numbers, numbers + n, numbers + 2 * (size_t)n);
	}
	ssrc_release(a->ctx, numbers);
	ssrc_release(a->ctx, blocks);
	return status;
}

/* ---- routes ------------------------------------------------------------------------------------------------ */

enum { ROUTES_MANY = 999 };

/* Routes of the choice that edge e starts (or of e alone); SSRC_NONE if it does not bind: a member is not critical, or
 * its makers are unknown. */
static uint32_t choice_routes(const ssrc_assessment *a, uint32_t item, uint32_t e)
{
	const ssrc_network *net = &a->network;
	uint32_t group = net->edges[e].group, sum = 0;
	for (uint32_t m = e; m < net->start[item + 1]; m++) {
		const ssrc_edge *edge = &net->edges[m];
		if (m != e && (group == SSRC_NONE || edge->from_variant || edge->group != group))
			continue;
		uint32_t routes = a->items[edge->input].routes;
		if (edge->essential != SSRC_CRITICAL || routes == SSRC_NONE)
			return SSRC_NONE;
		sum = sum + routes > ROUTES_MANY ? ROUTES_MANY : sum + routes;
	}
	return sum;
}

/* Fewest makers at any stage that cannot be done without: min over the item itself and its critical inputs, where the
 * members of a choice add up. Numbers only fall, so circles settle. */
static void build_routes(const ssrc_assessment *a)
{
	const ssrc_network *net = &a->network;
	for (uint32_t i = 0; i < net->n; i++) {
		const ssrc_item_result *r = &a->items[i];
		a->items[i].routes = r->fragmented ? ROUTES_MANY : r->n_providers ? r->n_providers : SSRC_NONE;
	}
	for (bool again = true; again;) {
		again = false;
		for (uint32_t k = 0; k < net->n; k++) {
			uint32_t item = net->order[k], least = a->items[item].routes;
			for (uint32_t e = net->start[item]; e < net->start[item + 1]; e++) {
				const ssrc_edge *edge = &net->edges[e];
				bool first = edge->group == SSRC_NONE || edge->group == e - net->start[item];
				uint32_t routes = edge->from_variant || !first ? SSRC_NONE : choice_routes(a, item, e);
				if (routes < least)
					least = routes;
			}
			again |= least != a->items[item].routes;
			a->items[item].routes = least;
		}
	}
}

/* ---- facts, level, grade ---------------------------------------------------------------------------------------- */

static ssrc_truth test_holds(const ssrc_condition *test, const ssrc_estimate *facts, int at_override)
{
	const ssrc_estimate *e = &facts[test->fact];
	ssrc_test_at at = at_override >= 0 ? (ssrc_test_at)at_override : test->at;
	bool rising = test->op == SSRC_AT_LEAST || test->op == SSRC_ABOVE;
	ssrc_case which = at == SSRC_CENTRAL               ? SSRC_CASE_MID
			  : (at == SSRC_CERTAIN) == rising ? SSRC_CASE_LOW
							   : SSRC_CASE_HIGH;
	double x = e->at[which];
	if (isnan(x))
		return SSRC_UNKNOWN;
	switch (test->op) {
	case SSRC_AT_LEAST: return x >= test->value ? SSRC_TRUE : SSRC_FALSE;
	case SSRC_ABOVE: return x > test->value ? SSRC_TRUE : SSRC_FALSE;
	case SSRC_AT_MOST: return x <= test->value ? SSRC_TRUE : SSRC_FALSE;
	case SSRC_BELOW: return x < test->value ? SSRC_TRUE : SSRC_FALSE;
	}
	return SSRC_UNKNOWN;
}

ssrc_truth ssrc_condition_holds(const ssrc_condition *condition, const ssrc_estimate *facts, int at_override)
{
	if (condition->kind == SSRC_TEST)
		return test_holds(condition, facts, at_override);
	bool all = condition->kind == SSRC_ALL;
	ssrc_truth result = all ? SSRC_TRUE : SSRC_FALSE;
	for (const ssrc_condition *child = condition->first; child; child = child->next) {
		ssrc_truth truth = ssrc_condition_holds(child, facts, at_override);
		if (all ? truth < result : truth > result)
			result = truth;
	}
	return result;
}

/* Highest rank whose rule holds; -1 if none holds and one is unknown. */
static int highest(const ssrc_rule *rules, size_t n, const ssrc_estimate *facts, int at_override, uint32_t *rule)
{
	int best = 0;
	bool unknown = false;
	*rule = SSRC_NONE;
	for (size_t i = 0; i < n; i++) {
		ssrc_truth truth = ssrc_condition_holds(rules[i].condition, facts, at_override);
		unknown |= truth == SSRC_UNKNOWN;
		if (truth == SSRC_TRUE && rules[i].rank > best) {
			best = rules[i].rank;
			*rule = (uint32_t)i;
		}
	}
	return best == 0 && unknown ? -1 : best;
}

static void judge(const ssrc_assessment *a, ssrc_item_result *r)
{
	const ssrc_policy *policy = a->policy;
	uint32_t rule;
	int low = highest(policy->levels, policy->n_levels, r->fact, SSRC_CERTAIN, &rule);
	int high = highest(policy->levels, policy->n_levels, r->fact, SSRC_POSSIBLE, &rule);
	int grade = highest(policy->grades, policy->n_grades, r->fact, -1, &rule);
	r->level = highest(policy->levels, policy->n_levels, r->fact, -1, &r->level_rule);
	r->grade = grade;
	r->level_low = low < 0 ? 0 : low;
	/* Where a fact is missing altogether, any level with a rule on it may be true. */
	r->level_high = high;
	for (size_t i = 0; i < policy->n_levels; i++)
		if (policy->levels[i].rank > r->level_high &&
		    ssrc_condition_holds(policy->levels[i].condition, r->fact, SSRC_POSSIBLE) == SSRC_UNKNOWN)
			r->level_high = policy->levels[i].rank;
	if (r->level_high < r->level)
		r->level_high = r->level;
	if (r->level >= 0 && r->level_low > r->level)
		r->level_low = r->level;
}

static ssrc_estimate bounds_estimate(ssrc_bounds b, bool known)
{
	return known ? (ssrc_estimate){{b.low, (b.low + b.high) / 2, b.high}} : UNKNOWN;
}

static void fill_facts(const ssrc_assessment *a, uint32_t item, ssrc_item_result *r)
{
	const ssrc_supply *s = &r->supply;
	ssrc_estimate *f = r->fact;
	f[SSRC_FACT_HHI] = bounds_estimate(r->firms.hhi, r->firms_known);
	f[SSRC_FACT_COUNTRY_HHI] = bounds_estimate(r->countries.hhi, r->countries_known);
	f[SSRC_FACT_CR1] = bounds_estimate(r->cr1, r->firms_known);
	f[SSRC_FACT_TOP_FOREIGN] = s->top_foreign != SSRC_NONE ? s->country[s->top_foreign]
				   : ssrc_supply_is_named(s)
					   ? (ssrc_estimate){{0, 0, s->unknown.at[SSRC_CASE_HIGH]}}
					   : (ssrc_estimate){{0, (double)NAN, s->foreign.at[SSRC_CASE_HIGH]}};
	f[SSRC_FACT_FOREIGN] = s->foreign;
	f[SSRC_FACT_LOOKTHROUGH] = r->lookthrough;
	f[SSRC_FACT_LOSS] = r->loss[SSRC_MODE_RUN];
	f[SSRC_FACT_GROWTH_LOSS] = r->loss[SSRC_MODE_GROW];
	f[SSRC_FACT_TTS] = r->tts;
	f[SSRC_FACT_TTR] = r->ttr;
	f[SSRC_FACT_COVER] = r->cover;
	f[SSRC_FACT_ALTERNATES] = exactly(r->n_alternates);
	f[SSRC_FACT_ROUTES] = r->routes == SSRC_NONE ? UNKNOWN : exactly(r->routes);
	f[SSRC_FACT_DEPENDANTS] = exactly(a->network.dependants[item]);
	f[SSRC_FACT_PRODUCTS] = exactly(a->network.products[item]);
	f[SSRC_FACT_CONTROLS] = exactly(r->n_controls);
	f[SSRC_FACT_CONTROLS_NAMED] = exactly(r->n_controls_named);
	f[SSRC_FACT_SOLE] = exactly(r->sole_source);
	f[SSRC_FACT_SINGLE] = exactly(r->single_source);
	f[SSRC_FACT_KNOWN] = (ssrc_estimate){{1 - s->unknown.at[SSRC_CASE_HIGH], 1 - s->unknown.at[SSRC_CASE_MID], 1}};
}

/* The largest foreign country is cut from this item. */
static ssrc_cut top_cut(const ssrc_assessment *a, uint32_t item, const ssrc_item_result *r, bool *block)
{
	memset(block, 0, a->chain->n_countries * sizeof *block);
	if (r->supply.top_foreign != SSRC_NONE)
		block[r->supply.top_foreign] = true;
	return (ssrc_cut){.countries = block, .party = SSRC_NONE, .item = item};
}

static ssrc_status fill_losses(ssrc_item_result *r, const ssrc_assessment *a, ssrc_workspace *w, uint32_t item,
			       const ssrc_change *change, ssrc_error *err)
{
	bool block[26 * 26];
	ssrc_cut cut = top_cut(a, item, r, block);
	r->loss[SSRC_MODE_RUN] = r->loss[SSRC_MODE_GROW] = r->tts = r->ttr = UNKNOWN;
	r->cover = exactly(0);
	r->n_alternates = 0;
	r->worst_product[SSRC_MODE_RUN] = r->worst_product[SSRC_MODE_GROW] = SSRC_NONE;
	if (r->supply.top_foreign == SSRC_NONE) {
		/* No foreign country is named though most of the supply is: nothing is lost as far as anybody knows,
		 * and the worst case stays open unless the home supplies it all. */
		if (!ssrc_supply_is_named(&r->supply))
			return SSRC_OK;
		double worst = r->supply.unknown.at[SSRC_CASE_HIGH] < 0.01 ? 0 : (double)NAN;
		r->loss[SSRC_MODE_RUN] = r->loss[SSRC_MODE_GROW] = (ssrc_estimate){{0, 0, worst}};
		r->tts = (ssrc_estimate){
			{worst == 0 ? (double)INFINITY : (double)NAN, (double)INFINITY, (double)INFINITY}};
		r->ttr = (ssrc_estimate){{0, 0, worst}};
		return SSRC_OK;
	}
	for (int mode = 0; mode < SSRC_MODES; mode++)
		for (int which = 0; which < SSRC_CASES; which++) {
			ssrc_loss loss;
			ssrc_status status =
				ssrc_loss_if_cut(&loss, w, &cut, (ssrc_case)which, (ssrc_mode)mode, change, err);
			if (status)
				return status;
			r->loss[mode].at[which] = loss.weeks;
			if (which == SSRC_CASE_MID)
				r->worst_product[mode] = loss.product;
			if (mode == SSRC_MODE_GROW)
				continue;
			/* The worst case survives shortest. */
			r->tts.at[SSRC_CASE_HIGH - which] = loss.tts;
			r->ttr.at[which] = loss.ttr;
			r->cover.at[SSRC_CASE_HIGH - which] = loss.cover;
			if (which == SSRC_CASE_LOW)
				r->n_alternates = loss.alternates;
		}
	return SSRC_OK;
}

static void flag_sources(ssrc_item_result *r)
{
	bool known = r->firms_known && !isnan(r->cr1.low);
	r->sole_source = known && r->cr1.low >= SOLE_SHARE;
	r->single_source =
		known && !r->sole_source && r->cr1.low >= SINGLE_SHARE && r->cover.at[SSRC_CASE_MID] < r->cr1.low / 2;
}

ssrc_status ssrc_assess_item(ssrc_item_result *out, const ssrc_assessment *a, ssrc_workspace *w, uint32_t item,
			     const ssrc_change *change, ssrc_error *err)
{
	ssrc_item_result r = a->items[item];
	ssrc_status status = fill_losses(&r, a, w, item, change, err);
	if (status)
		return status;
	flag_sources(&r);
	fill_facts(a, item, &r);
	if (!isnan(change->cap_top_share)) {
		/* The leader gives up share to a source outside the cut: both its share and the dependence fall. */
		for (int which = 0; which < SSRC_CASES; which++)
			if (r.fact[SSRC_FACT_TOP_FOREIGN].at[which] > change->cap_top_share)
				r.fact[SSRC_FACT_TOP_FOREIGN].at[which] = change->cap_top_share;
	}
	judge(a, &r);
	*out = r;
	return SSRC_OK;
}

static ssrc_status assess_items(ssrc_assessment *a, ssrc_error *err)
{
	uint32_t n = a->chain->n_items;
	int threads = thread_count(a->ctx, n);
	ssrc_workspace **spaces = ssrc_alloc_array(a->ctx, (size_t)threads, sizeof(ssrc_workspace *));
	if (!spaces)
		return ssrc_no_memory(err);
	ssrc_status status = SSRC_OK;
	for (int t = 0; t < threads && !status; t++)
		status = ssrc_workspace_new(&spaces[t], a, err);
	if (!status) {
		int failed = 0;
#pragma omp parallel for num_threads(threads) schedule(dynamic, 16)
		for (uint32_t i = 0; i < n; i++) {
			ssrc_item_result r;
			if (ssrc_assess_item(&r, a, spaces[omp_get_thread_num()], i, &ssrc_no_change, NULL)) {
#pragma omp atomic write
				failed = 1;
			} else {
				a->items[i] = r;
			}
		}
		if (failed)
			status = ssrc_no_memory(err);
	}
	for (int t = 0; t < threads; t++)
		ssrc_workspace_free(spaces[t]);
	ssrc_release(a->ctx, spaces);
	return status;
}

/* ---- the order of `rank` ----------------------------------------------------------------------------------------- */

typedef struct rank_key {
	double level, loss, growth, share;
	uint32_t item;
} rank_key;

static double or_below(double x)
{
	return isnan(x) ? -1 : x;
}

static int compare_rank(const void *x, const void *y)
{
	const rank_key *p = x, *q = y;
	const double a[] = {p->level, p->loss, p->growth, p->share}, b[] = {q->level, q->loss, q->growth, q->share};
	for (size_t i = 0; i < sizeof a / sizeof *a; i++)
		if (a[i] != b[i])
			return a[i] > b[i] ? -1 : 1;
	return (p->item > q->item) - (p->item < q->item);
}

static ssrc_status rank_items(ssrc_assessment *a, ssrc_error *err)
{
	uint32_t n = a->chain->n_items;
	rank_key *keys = ssrc_alloc_array(a->ctx, (size_t)n + 1, sizeof *keys);
	a->rank = ssrc_arena_array(&a->arena, (size_t)n + 1, sizeof *a->rank);
	if (!keys || !a->rank) {
		ssrc_release(a->ctx, keys);
		return ssrc_no_memory(err);
	}
	for (uint32_t i = 0; i < n; i++) {
		const ssrc_item_result *r = &a->items[i];
		keys[i] = (rank_key){
			/* An unknown level stands between 1 and 0: unknown is never green. */
			.level = r->level < 0 ? 0.5 : r->level,
			.loss = or_below(r->loss[SSRC_MODE_RUN].at[SSRC_CASE_MID]),
			.growth = or_below(r->loss[SSRC_MODE_GROW].at[SSRC_CASE_MID]),
			.share = or_below(r->fact[SSRC_FACT_TOP_FOREIGN].at[SSRC_CASE_MID]),
			.item = i,
		};
	}
	qsort(keys, n, sizeof *keys, compare_rank);
	for (uint32_t i = 0; i < n; i++)
		a->rank[i] = keys[i].item;
	ssrc_release(a->ctx, keys);
	return SSRC_OK;
}

/* ---- the whole ------------------------------------------------------------------------------------------------------
 */

/* The rows of set `all` of makers that also stand in set `makers`, at most the whole. Unknown: none as far as anybody
 * knows, all in the worst case. */
static ssrc_estimate variant_part(const ssrc_chain *chain, uint32_t all, uint32_t makers)
{
	ssrc_estimate part = {{0, 0, 0}};
	if (makers == SSRC_NONE || all == SSRC_NONE)
		return (ssrc_estimate){{0, 0, 1}};
	for (uint32_t i = 0; i < chain->sets[makers].count; i++) {
		const ssrc_share *maker = &chain->shares[chain->sets[makers].first + i];
		for (uint32_t k = 0; maker->kind == SSRC_BY_PARTY && k < chain->sets[all].count; k++) {
			const ssrc_share *share = &chain->shares[chain->sets[all].first + k];
			if (share->kind != SSRC_BY_PARTY || share->party != maker->party)
				continue;
			bool known = ssrc_known(share->share);
			part.at[SSRC_CASE_LOW] += known ? share->share.low : 0;
			part.at[SSRC_CASE_MID] += known ? (share->share.low + share->share.high) / 2 : 0;
			part.at[SSRC_CASE_HIGH] += known ? share->share.high : 1;
		}
	}
	for (int which = 0; which < SSRC_CASES; which++)
		part.at[which] = fmin(part.at[which], 1);
	return part;
}

/* What part of a group's supply a variant is: the group's share rows of the variant's makers. */
static void fill_variant_parts(ssrc_assessment *a)
{
	const ssrc_chain *chain = a->chain;
	for (uint32_t group = 0; group < chain->n_items; group++) {
		for (uint32_t e = a->network.start[group]; e < a->network.start[group + 1]; e++) {
			ssrc_edge *edge = &a->network.edges[e];
			if (!edge->from_variant)
				continue;
			edge->part = variant_part(chain, a->items[group].supply.firm_set,
						  a->items[edge->input].supply.firm_set);
		}
	}
}

/* A control reaches an alternate only where its issuer has a lever, levers come from dependence, and dependence from
 * the alternates that count: repeated until no further one is blocked. What is blocked only ever grows, and so does
 * dependence, so this ends, with the least set that agrees with itself. Mostly one round is enough. */
static ssrc_status build_dependence_and_controls(ssrc_assessment *a, ssrc_error *err)
{
	bool again = true;
	ssrc_status status = ssrc_controls_new(a, err);
	while (!status && again) {
		status = build_dependence(a, err);
		if (!status)
			again = ssrc_block_alternates(a);
	}
	return status;
}

static ssrc_status build_supplies(ssrc_assessment *a, ssrc_error *err)
{
	const ssrc_chain *chain = a->chain;
	a->items = ssrc_arena_array(&a->arena, (size_t)chain->n_items + 1, sizeof *a->items);
	if (!a->items)
		return ssrc_no_memory(err);
	for (uint32_t i = 0; i < chain->n_items; i++) {
		ssrc_item_result *r = &a->items[i];
		r->first_control = SSRC_NONE;
		r->lookthrough = UNKNOWN;
		ssrc_status status = ssrc_supply_build(&r->supply, a, i, &a->arena, err);
		if (status)
			return status;
		concentrate_firms(a, r);
		concentrate_countries(a, r);
		count_providers(a, r);
	}
	return SSRC_OK;
}

ssrc_status ssrc_assess(ssrc_assessment **out, const ssrc_chain *chain, const ssrc_assess_options *options,
			ssrc_error *err)
{
	ssrc_assessment *a = ssrc_alloc_array(chain->ctx, 1, sizeof *a);
	if (!a)
		return ssrc_no_memory(err);
	a->ctx = chain->ctx;
	a->chain = chain;
	a->basis = (ssrc_basis)options->basis;
	ssrc_arena_init(&a->arena, a->ctx);
	ssrc_status status = ssrc_home_parse(&a->home, chain, options->home, &a->arena, err);
	if (!status)
		status = ssrc_policy_read(&a->policy, chain->package, &a->arena, err);
	if (!status)
		status = ssrc_network_build(&a->network, chain, &a->arena, err);
	if (!status)
		status = build_supplies(a, err);
	if (!status) {
		fill_variant_parts(a);
		build_routes(a);
		status = build_dependence_and_controls(a, err);
	}
	if (!status) {
		ssrc_count_controls(a);
		status = assess_items(a, err);
	}
	if (!status)
		status = rank_items(a, err);
	if (status)
		ssrc_assessment_free(a);
	else
		*out = a;
	return status;
}

void ssrc_assessment_free(ssrc_assessment *assessment)
{
	if (!assessment)
		return;
	ssrc_context *ctx = assessment->ctx;
	ssrc_arena_clear(&assessment->arena);
	ssrc_release(ctx, assessment);
}
