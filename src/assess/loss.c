/* Loss if cut: weeks of home output lost while a provider, country or item is gone. docs/methods/loss.md */
#include "assess.h"
#include "graph/graph.h"
#include "shortage.h"

#include <math.h>
#include <string.h>

const ssrc_change ssrc_no_change = {0, 0, 0, (double)NAN, (double)NAN};

enum { ALTERNATES_MAX = 64, CIRCLE_ROUNDS_MAX = 64 };

/* The state of one item in one evaluation; all zero unless it is touched. One cache line. */
typedef struct flow {
	ssrc_steps own;           /* shortage by the cut itself, less the alternates for everybody */
	ssrc_steps inputs;        /* shortage of what its makers need */
	ssrc_steps made;          /* shortage of what the item's makers deliver: the larger of the two */
	ssrc_steps reaches;       /* what reaches its users, after their stocks */
	double stock[SSRC_CASES]; /* weeks; the same in all evaluations */
} flow;

struct ssrc_workspace {
	ssrc_context *ctx;
	const ssrc_assessment *a;
	ssrc_step_pool pool;
	flow *flows; /* [n] */
	bool *touched;
	uint64_t *pending; /* bit set over places in the order */
	uint64_t
		*slots; /* [n] by place: links whose input may be short; what an earlier evaluation left does no harm */
	uint32_t *list; /* touched items */
	uint32_t n_list;
	ssrc_arena arena;
	ssrc_csr made_by;   /* party -> items it makes, ascending; built at the first cut of a party */
	double lost, weeks; /* of the last source made: of the cut item, when one */
};

/* The end of an interval that belongs to a case; `good` says whether a high value helps (low loss). */
static double pick(ssrc_interval x, ssrc_case which, bool good)
{
	if (which == SSRC_CASE_MID)
		return (x.low + x.high) / 2;
	return (which == SSRC_CASE_LOW) == good ? x.high : x.low;
}

/* A stock nobody states may be anything in the best case and counts as none otherwise. */
static double stock_weeks(const ssrc_item *item, ssrc_case which)
{
	if (!ssrc_known(item->stock))
		return which == SSRC_CASE_LOW ? (double)INFINITY : 0;
	return pick(item->stock, which, true);
}

ssrc_status ssrc_workspace_new(ssrc_workspace **out, const ssrc_assessment *a, ssrc_error *err)
{
	uint32_t n = a->network.n;
	ssrc_workspace *w = ssrc_alloc_array(a->ctx, 1, sizeof *w);
	if (!w)
		return ssrc_fail(err, SSRC_NOMEM, SSRC_M_NOMEM, NULL, NULL, NULL);
	w->ctx = a->ctx;
	w->a = a;
	w->pool.ctx = a->ctx;
	ssrc_arena_init(&w->arena, a->ctx);
	w->flows = ssrc_alloc_array(a->ctx, n, sizeof *w->flows);
	w->touched = ssrc_alloc_array(a->ctx, n, sizeof *w->touched);
	w->pending = ssrc_alloc_array(a->ctx, n / 64 + 1, sizeof *w->pending);
	w->slots = ssrc_alloc_array(a->ctx, n, sizeof *w->slots);
	w->list = ssrc_alloc_array(a->ctx, n, sizeof *w->list);
	if (!w->flows || !w->touched || !w->pending || !w->slots || !w->list) {
		ssrc_workspace_free(w);
		return ssrc_fail(err, SSRC_NOMEM, SSRC_M_NOMEM, NULL, NULL, NULL);
	}
	for (uint32_t i = 0; i < n; i++)
		for (int which = 0; which < SSRC_CASES; which++)
			w->flows[i].stock[which] = stock_weeks(&a->chain->items[i], (ssrc_case)which);
	*out = w;
	return SSRC_OK;
}

void ssrc_workspace_free(ssrc_workspace *w)
{
	if (!w)
		return;
	ssrc_context *ctx = w->ctx;
	ssrc_step_pool_clear(&w->pool);
	ssrc_arena_clear(&w->arena);
	ssrc_release(ctx, w->flows);
	ssrc_release(ctx, w->touched);
	ssrc_release(ctx, w->pending);
	ssrc_release(ctx, w->slots);
	ssrc_release(ctx, w->list);
	ssrc_release(ctx, w);
}

/* ---- the cut at its source --------------------------------------------------------------------------- */

static bool in_cut_country(const ssrc_cut *cut, uint32_t country)
{
	return cut->countries && country != SSRC_NONE && cut->countries[country];
}

bool ssrc_alternate_is_open(const ssrc_assessment *a, const ssrc_alternate *alternate)
{
	bool open = alternate->n_markets == 0 && !alternate->market_eu;
	for (uint32_t m = 0; m < alternate->n_markets; m++)
		open |= ssrc_home_market(a, alternate->markets[m]);
	for (uint32_t c = 0; alternate->market_eu && c < a->chain->n_countries; c++)
		open |= ssrc_home_market(a, c) && ssrc_country_is_eu_member(a->chain->countries[c]);
	return open;
}

bool ssrc_alternate_counts(const ssrc_assessment *a, uint32_t alternate, const ssrc_cut *cut)
{
	const ssrc_alternate *x = &a->chain->alternates[alternate];
	if (x->state < SSRC_QUALIFIED || a->blocked[alternate] || !ssrc_alternate_is_open(a, x))
		return false;
	if (x->by_party != SSRC_NONE) {
		const ssrc_party *party = &a->chain->parties[x->by_party];
		if (cut->party != SSRC_NONE && party->same_as == cut->party)
			return false;
		return !in_cut_country(cut, ssrc_party_country(party, a->basis));
	}
	return x->by_item != cut->item;
}

/* The part of an alternate item that the cut takes too: its own looked-through dependence on the cut countries. */
static double alternate_lost(const ssrc_assessment *a, const ssrc_alternate *alternate, const ssrc_cut *cut,
			     ssrc_case which)
{
	if (alternate->by_item == SSRC_NONE || !cut->countries || !a->dependence)
		return 0;
	double lost = 0;
	for (uint32_t c = 0; c < a->chain->n_countries; c++) {
		if (!cut->countries[c])
			continue;
		double d = a->dependence[(size_t)alternate->by_item * a->chain->n_countries + c].at[which];
		lost += isnan(d) ? (which == SSRC_CASE_LOW ? 0 : 1) : d;
	}
	return lost > 1 ? 1 : lost;
}

typedef struct cover_step {
	double week, cover;
} cover_step;

double ssrc_alternate_share(const ssrc_alternate *alternate, ssrc_case which)
{
	double low = isnan(alternate->share.low) ? 0 : alternate->share.low;
	double high = isnan(alternate->share.high) ? (which == SSRC_CASE_LOW ? 1 : low) : alternate->share.high;
	double share = which == SSRC_CASE_LOW ? high : which == SSRC_CASE_HIGH ? low : (low + high) / 2;
	double gap = which == SSRC_CASE_HIGH ? 1 : 0;
	if (ssrc_known(alternate->performance))
		gap = pick(alternate->performance, which, false);
	return share * (1 - gap);
}

/* Cover of one alternate in one case: fraction of the need and the week it starts. An unknown time is at once in the
 * best case and never otherwise. */
static cover_step alternate_cover(const ssrc_assessment *a, const ssrc_alternate *alternate, const ssrc_cut *cut,
				  ssrc_case which)
{
	double week = ssrc_known(alternate->weeks) ? pick(alternate->weeks, which, false)
		      : which == SSRC_CASE_LOW     ? 0
						   : (double)INFINITY;
	return (cover_step){week,
			    ssrc_alternate_share(alternate, which) * (1 - alternate_lost(a, alternate, cut, which))};
}

/* Covers of an item for one consumer (SSRC_NONE = those that serve any), earliest first. */
static uint32_t collect_covers(const ssrc_assessment *a, uint32_t item, uint32_t consumer, const ssrc_cut *cut,
			       ssrc_case which, const ssrc_change *change, cover_step *out)
{
	const ssrc_chain *chain = a->chain;
	const ssrc_item *it = &chain->items[item];
	uint32_t n = 0;
	if (change->add_cover > 0)
		out[n++] = (cover_step){change->cover_week, change->add_cover};
	for (uint32_t i = it->first_alternate; i < it->first_alternate + it->n_alternates && n < ALTERNATES_MAX; i++) {
		const ssrc_alternate *alternate = &chain->alternates[i];
		if (alternate->for_item != SSRC_NONE && alternate->for_item != consumer)
			continue;
		if (!ssrc_alternate_counts(a, i, cut))
			continue;
		cover_step step = alternate_cover(a, alternate, cut, which);
		if (!(step.cover > 0) || isinf(step.week))
			continue;
		uint32_t at = n++;
		for (; at > 0 && out[at - 1].week > step.week; at--)
			out[at] = out[at - 1];
		out[at] = step;
	}
	return n;
}

/* Missing supply: `lost` from week 0 to `weeks`, less what alternates bring once they are on line. */
static ssrc_steps source_shortage(ssrc_step_pool *pool, double lost, double weeks, const cover_step *covers, uint32_t n)
{
	ssrc_step steps[ALTERNATES_MAX + 2];
	uint32_t used = 0;
	double height = lost;
	steps[used++] = (ssrc_step){0, height};
	for (uint32_t i = 0; i < n && covers[i].week < weeks; i++) {
		height = height - covers[i].cover > SSRC_SLIVER ? height - covers[i].cover : 0;
		steps[used++] = (ssrc_step){covers[i].week, height};
	}
	steps[used++] = (ssrc_step){weeks, 0};
	return ssrc_steps_make(pool, steps, used);
}

/* The part of an item's supply that the cut takes. NaN unknown. */
static double lost_share(const ssrc_assessment *a, uint32_t item, const ssrc_cut *cut, ssrc_case which)
{
	const ssrc_supply *supply = &a->items[item].supply;
	double low = 0, high = 0, mid = 0;
	if (cut->countries) {
		/* Several countries: the sum of lows; at most the sum of highs, and what the lows of the others leave.
		 */
		double others = 0;
		for (uint32_t c = 0; c < a->chain->n_countries; c++) {
			if (!cut->countries[c]) {
				others += supply->country[c].at[SSRC_CASE_LOW];
				continue;
			}
			low += supply->country[c].at[SSRC_CASE_LOW];
			mid += supply->country[c].at[SSRC_CASE_MID];
			high += supply->country[c].at[SSRC_CASE_HIGH];
		}
		high = fmax(fmin(high, 1 - others), isnan(mid) ? low : mid);
	} else if (cut->party != SSRC_NONE) {
		if (supply->firm_set == SSRC_NONE)
			return 0;
		const ssrc_share_set *set = &a->chain->sets[supply->firm_set];
		for (uint32_t i = set->first; i < set->first + set->count; i++) {
			const ssrc_share *share = &a->chain->shares[i];
			bool member = share->kind == SSRC_BY_PARTY && share->party == cut->party;
			bool joint = false;
			for (uint32_t m = 0; share->kind == SSRC_BY_JOINT && m < share->n_members; m++)
				joint |= a->chain->parties[share->members[m]].same_as == cut->party;
			if (!member && !joint)
				continue;
			bool known = ssrc_known(share->share);
			if (member) {
				low += known ? share->share.low : 0;
				mid += known ? (share->share.low + share->share.high) / 2 : 0;
			} else {
				mid += known ? (share->share.low + share->share.high) / 2 / share->n_members : 0;
			}
			high += known ? share->share.high : 1;
		}
	} else {
		return 1; /* the item altogether */
	}
	double lost = which == SSRC_CASE_LOW ? low : which == SSRC_CASE_MID ? mid : high;
	return lost > 1 ? 1 : lost; /* NaN stays */
}

/* ---- spreading ------------------------------------------------------------------------------------------ */

static void touch(ssrc_workspace *w, uint32_t item)
{
	if (!w->touched[item]) {
		w->touched[item] = true;
		w->list[w->n_list++] = item;
	}
}

static void reset(ssrc_workspace *w)
{
	for (uint32_t i = 0; i < w->n_list; i++) {
		flow *f = &w->flows[w->list[i]];
		f->own = f->inputs = f->made = f->reaches = (ssrc_steps){0, 0};
		w->slots[w->a->network.place[w->list[i]]] = 0;
		w->touched[w->list[i]] = false;
	}
	w->n_list = 0;
	w->pool.count = 0;
	w->pool.failed = false;
	memset(w->pending, 0, (w->a->network.n / 64 + 1) * sizeof *w->pending);
}

/* Calls for the users of an item; returns the first word of `pending` to look at, `word` unless a circle leads back.
 * `back` counts down how often that may happen. */
static uint32_t mark_users(ssrc_workspace *w, const ssrc_links *links, uint32_t item, uint32_t word, uint32_t *back)
{
	for (uint32_t k = links->users_start[item]; k < links->users_start[item + 1]; k++) {
		uint32_t place = links->users[k] >> SSRC_SLOT_BITS;
		w->slots[place] |= UINT64_C(1) << (links->users[k] % SSRC_SLOTS);
		w->pending[place / 64] |= UINT64_C(1) << (place % 64);
		if (place / 64 < word && *back > 0) {
			word = place / 64;
			(*back)--;
		}
	}
	return word;
}

/* What the cut takes of an item: *lost of its supply for *weeks. False if nobody knows. */
static bool find_source(const ssrc_assessment *a, uint32_t item, const ssrc_cut *cut, ssrc_case which,
			const ssrc_change *change, double *lost, double *weeks)
{
	const ssrc_item *it = &a->chain->items[item];
	bool own = cut->item == item;
	*lost = lost_share(a, item, cut, which);
	if (own && *lost > change->cap_top_share) /* false for NaN */
		*lost = change->cap_top_share;
	if (isnan(*lost) || (*lost > 0 && !ssrc_known(it->recovery)))
		return false;
	*weeks = *lost > 0 ? pick(it->recovery, which, false) : 0;
	if (own && *weeks > change->cap_recovery_weeks)
		*weeks = change->cap_recovery_weeks;
	return true;
}

/* What reaches `user` of an input that the cut hits, with the alternates that serve this user alone: they help against
 * the cut, not against what the input's makers miss themselves. */
static ssrc_steps with_own_alternates(ssrc_workspace *w, uint32_t input, uint32_t user, const ssrc_cut *cut,
				      ssrc_case which, const ssrc_change *change)
{
	const flow *f = &w->flows[input];
	cover_step covers[ALTERNATES_MAX];
	bool own = cut->item == input;
	uint32_t n = collect_covers(w->a, input, user, cut, which, own ? change : &ssrc_no_change, covers);
	double stock = f->stock[which] + (own ? change->add_stock_weeks : 0), lost, weeks;
	if (!find_source(w->a, input, cut, which, change, &lost, &weeks))
		return f->reaches; /* not so: it is a source */
	ssrc_steps made = source_shortage(&w->pool, lost, weeks, covers, n);
	return ssrc_steps_absorb(&w->pool, ssrc_steps_max(&w->pool, made, f->inputs, 1), stock);
}

/* What `user` misses of an input. */
static ssrc_steps of_input(ssrc_workspace *w, uint32_t input, uint32_t user, const ssrc_cut *cut, ssrc_case which,
			   const ssrc_change *change)
{
	if (!w->touched[input])
		return (ssrc_steps){0, 0};
	const flow *f = &w->flows[input];
	if (f->own.n == 0)
		return f->reaches;
	const ssrc_item *it = &w->a->chain->items[input];
	for (uint32_t i = it->first_alternate; i < it->first_alternate + it->n_alternates; i++)
		if (w->a->chain->alternates[i].for_item == user)
			return with_own_alternates(w, input, user, cut, which, change);
	return f->reaches;
}

static double link_weight(const ssrc_network *net, const ssrc_link *link, ssrc_case which)
{
	return link->weight < 0 ? net->edges[link->edge].part.at[which] : (double)link->weight;
}

/* The larger of `made` and what the item misses through one link, or the choice that starts there. */
static ssrc_steps add_link(ssrc_workspace *w, ssrc_steps made, const ssrc_link *link, uint32_t item,
			   const ssrc_cut *cut, ssrc_case which, const ssrc_change *change)
{
	const ssrc_network *net = &w->a->network;
	ssrc_steps f = of_input(w, link->input, item, cut, which, change);
	if (f.n == 0)
		return made;
	double weight = link_weight(net, link, which);
	for (uint32_t m = 1; m < link->members && f.n > 0; m++) {
		ssrc_steps g = of_input(w, link[m].input, item, cut, which, change);
		f = ssrc_steps_min(&w->pool, f, weight, g, link_weight(net, &link[m], which));
		weight = 1;
	}
	return ssrc_steps_max(&w->pool, made, f, weight);
}

/* What an item's makers can make less because inputs are missing. */
static ssrc_steps from_inputs(ssrc_workspace *w, const ssrc_links *links, uint32_t item, uint64_t slots,
			      const ssrc_cut *cut, ssrc_case which, const ssrc_change *change)
{
	const ssrc_link *all = links->links + links->start[item];
	uint32_t n = links->start[item + 1] - links->start[item];
	uint32_t shift = ssrc_slot_shift(n);
	ssrc_steps made = {0, 0};
	for (; slots; slots &= slots - 1) {
		uint32_t first = (uint32_t)__builtin_ctzll(slots) << shift, end = first + (1u << shift);
		for (uint32_t k = first; k < end && k < n; k++)
			if (all[k].members)
				made = add_link(w, made, &all[k], item, cut, which, change);
	}
	return made;
}

/* Stores what the item now delivers less; true if its users notice a difference. */
static bool deliver(ssrc_workspace *w, uint32_t item, ssrc_steps made, const ssrc_cut *cut, ssrc_case which,
		    const ssrc_change *change)
{
	flow *f = &w->flows[item];
	double stock = f->stock[which] + (item == cut->item ? change->add_stock_weeks : 0);
	ssrc_steps before = f->reaches;
	f->made = made;
	f->reaches = ssrc_steps_absorb(&w->pool, made, stock);
	return !ssrc_steps_equal(&w->pool, before, f->reaches);
}

/* From the cut items (touched, with `own`) downstream, inputs before users. A circle calls for an earlier item again;
 * shortages only grow there, so it settles. */
static void spread(ssrc_workspace *w, const ssrc_cut *cut, ssrc_case which, ssrc_mode mode, const ssrc_change *change)
{
	const ssrc_network *net = &w->a->network;
	const ssrc_links *links = &net->links[mode];
	uint32_t words = net->n / 64 + 1, back = CIRCLE_ROUNDS_MAX * net->n;
	for (uint32_t i = 0; i < w->n_list; i++)
		if (deliver(w, w->list[i], w->flows[w->list[i]].own, cut, which, change))
			mark_users(w, links, w->list[i], 0, &back);
	for (uint32_t word = 0; word < words;) {
		if (w->pending[word] == 0) {
			word++;
			continue;
		}
		uint32_t place = word * 64 + (uint32_t)__builtin_ctzll(w->pending[word]), item = net->order[place];
		w->pending[word] &= w->pending[word] - 1;
		touch(w, item);
		flow *f = &w->flows[item];
		f->inputs = from_inputs(w, links, item, w->slots[place], cut, which, change);
		ssrc_steps made = ssrc_steps_max(&w->pool, f->own, f->inputs, 1);
		if (!ssrc_steps_equal(&w->pool, made, f->made) && deliver(w, item, made, cut, which, change))
			word = mark_users(w, links, item, word, &back);
	}
}

/* ---- what a party makes ---------------------------------------------------------------------------------- */

/* Calls for each party with a share in the set an item's makers are taken from; from and to NULL: counts only. */
static uint32_t list_makers(const ssrc_assessment *a, uint32_t *from, uint32_t *to)
{
	const ssrc_chain *chain = a->chain;
	uint32_t n = 0;
	for (uint32_t item = 0; item < chain->n_items; item++) {
		uint32_t index = a->items[item].supply.firm_set;
		if (index == SSRC_NONE)
			continue;
		const ssrc_share_set *set = &chain->sets[index];
		for (uint32_t i = set->first; i < set->first + set->count; i++) {
			const ssrc_share *share = &chain->shares[i];
			uint32_t n_makers = share->kind == SSRC_BY_PARTY   ? 1
					    : share->kind == SSRC_BY_JOINT ? share->n_members
									   : 0;
			for (uint32_t m = 0; m < n_makers; m++, n++) {
				if (!from)
					continue;
				from[n] = share->kind == SSRC_BY_PARTY ? share->party
								       : chain->parties[share->members[m]].same_as;
				to[n] = item;
			}
		}
	}
	return n;
}

static ssrc_status index_makers(ssrc_workspace *w, ssrc_error *err)
{
	if (w->made_by.start)
		return SSRC_OK;
	uint32_t n = list_makers(w->a, NULL, NULL);
	uint32_t *from = ssrc_arena_array(&w->arena, n, sizeof *from), *to = ssrc_arena_array(&w->arena, n, sizeof *to);
	if (!from || !to)
		return ssrc_fail(err, SSRC_NOMEM, SSRC_M_NOMEM, NULL, NULL, NULL);
	list_makers(w->a, from, to);
	return ssrc_csr_build(&w->made_by, &w->arena, w->a->chain->n_parties, n, from, to, err);
}

/* ---- the whole ------------------------------------------------------------------------------------------ */

static void sum_products(const ssrc_workspace *w, ssrc_loss *out)
{
	const ssrc_chain *chain = w->a->chain;
	double value = 0, total = 0;
	bool valued = false;
	out->weeks = 0;
	for (uint32_t i = 0; i < w->n_list; i++) {
		uint32_t item = w->list[i];
		if (!chain->items[item].product || w->flows[item].made.n == 0)
			continue;
		double weeks = ssrc_steps_area(&w->pool, w->flows[item].made);
		if (!(weeks > 0))
			continue;
		out->products++;
		total += weeks;
		if (weeks > out->weeks || (weeks == out->weeks && item < out->product)) {
			out->weeks = weeks;
			out->product = item;
		}
		if (!isnan(chain->items[item].value_per_week)) {
			value += weeks * chain->items[item].value_per_week;
			valued = true;
		}
	}
	out->total = total;
	out->value = valued ? value : (double)NAN;
}

/* Makes `item` a source of the cut; false if it is not touched. *unknown: it may be, nobody knows how much. */
static bool make_source(ssrc_workspace *w, uint32_t item, const ssrc_cut *cut, ssrc_case which,
			const ssrc_change *change, ssrc_loss *out, bool *unknown)
{
	bool own = cut->item == item;
	cover_step covers[ALTERNATES_MAX];
	uint32_t n = 0;
	*unknown = !find_source(w->a, item, cut, which, change, &w->lost, &w->weeks);
	bool hit = !*unknown && w->lost > 0;
	if (own || hit) /* what covers the cut item is told even if nothing is lost */
		n = collect_covers(w->a, item, SSRC_NONE, cut, which, own ? change : &ssrc_no_change, covers);
	out->alternates = n;
	out->cover = 0;
	for (uint32_t i = 0; i < n; i++)
		out->cover += covers[i].cover;
	if (!hit)
		return false;
	touch(w, item);
	w->flows[item].own = source_shortage(&w->pool, w->lost, w->weeks, covers, n);
	return true;
}

static void fill_waterfall(const ssrc_workspace *w, uint32_t item, ssrc_loss *out)
{
	const ssrc_step_pool *pool = &w->pool;
	double own = ssrc_steps_area(pool, w->flows[item].own), gross = w->lost * w->weeks;
	double reaches = ssrc_steps_area(pool, w->flows[item].reaches);
	bool delivered = w->a->chain->items[item].product;
	/* A product is lost where it is made, before anybody's stock of it helps. */
	double stock = delivered ? 0 : reaches - own;
	out->waterfall = (ssrc_waterfall){
		.gross = gross,
		.alternates = own - gross,
		.stock = stock,
		.downstream = out->weeks - own - stock,
		.loss = out->weeks,
	};
	out->tts = ssrc_steps_begin(pool, delivered ? w->flows[item].own : w->flows[item].reaches);
	out->ttr = ssrc_steps_end(pool, w->flows[item].own);
}

/* Every item that the cut supplies and that leads to a product. */
static ssrc_status make_sources(ssrc_workspace *w, const ssrc_cut *cut, ssrc_case which, ssrc_mode mode,
				const ssrc_change *change, uint32_t *left_out, ssrc_error *err)
{
	const ssrc_network *net = &w->a->network;
	bool by_party = !cut->countries && cut->party != SSRC_NONE, unknown;
	ssrc_loss ignored;
	ssrc_status status = by_party ? index_makers(w, err) : SSRC_OK;
	if (status)
		return status;
	uint32_t first = by_party ? w->made_by.start[cut->party] : 0;
	uint32_t last = by_party ? w->made_by.start[cut->party + 1] : net->n;
	for (uint32_t k = first; k < last; k++) {
		uint32_t item = by_party ? w->made_by.to[k] : k;
		/* A party may stand in several rows of an item, one after the other. */
		if (!net->leads_to_product[mode][item] || (by_party && k > first && w->made_by.to[k - 1] == item))
			continue;
		/* What nobody says the countries supply is left aside, though a remainder might come from there. */
		if (!by_party && !(lost_share(w->a, item, cut, SSRC_CASE_MID) > 0))
			continue;
		make_source(w, item, cut, which, change, &ignored, &unknown);
		*left_out += unknown;
	}
	return SSRC_OK;
}

ssrc_status ssrc_loss_if_cut(ssrc_loss *out, ssrc_workspace *w, const ssrc_cut *cut, ssrc_case which, ssrc_mode mode,
			     const ssrc_change *change, ssrc_error *err)
{
	ssrc_loss loss = {.weeks = (double)NAN,
			  .total = (double)NAN,
			  .value = (double)NAN,
			  .product = SSRC_NONE,
			  .tts = (double)NAN,
			  .ttr = (double)NAN};
	bool single = cut->item != SSRC_NONE, hit = false, unknown = false;
	reset(w);
	if (single) {
		hit = make_source(w, cut->item, cut, which, change, &loss, &unknown);
	} else {
		ssrc_status status = make_sources(w, cut, which, mode, change, &loss.left_out, err);
		if (status)
			return status;
	}
	if (!unknown) {
		spread(w, cut, which, mode, change);
		sum_products(w, &loss);
		/* With items left out the loss is a lower bound: no worst case, and nothing at all from nothing. */
		if (loss.left_out > 0 && (which == SSRC_CASE_HIGH || (which == SSRC_CASE_MID && loss.weeks == 0)))
			loss.weeks = loss.total = (double)NAN;
		if (hit) {
			fill_waterfall(w, cut->item, &loss);
		} else if (single) {
			loss.tts = (double)INFINITY;
			loss.ttr = 0;
		}
	}
	if (w->pool.failed)
		return ssrc_fail(err, SSRC_NOMEM, SSRC_M_NOMEM, NULL, NULL, NULL);
	*out = loss;
	return SSRC_OK;
}
