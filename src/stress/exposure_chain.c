/* The chain as a network for exposure.c, built for one cut. Nodes: one per item, one per product for what it delivers,
 * layers of items with inputs that are not critical, one per input that is not simply drawn from the item, alternates,
 * the makers that are cut and those that are not. Units: weeks of an item's normal output. Every use has its part of
 * it, and all parts together are all of it: nothing can be made in excess, so that nothing makes up for what is missing
 * but stock, choices and alternates. */
#include "exposure_chain.h"

#include <math.h>
#include <omp.h>
#include <string.h>

typedef struct builder {
	const ssrc_assessment *a;
	const ssrc_links *links;
	ssrc_context *ctx;
	ssrc_arena *arena;
	const ssrc_cut *cut; /* of one item */
	double lost, weeks;  /* part of its supply, until when */
	bool *used;          /* [n_items] leads to a product, or helps something that does */
	double *part;        /* [n_items] of an item's normal output that a use of size 1 takes */
	double *rate;        /* [links] size of the use for a unit of the user's output */
	double *size;        /* [links] of the use in all: less than rate where variants bring a part of it along */
	double *inherited;   /* [links] of groups: largest part of a variant that brings the input along; 0 = none */
	uint32_t *hands;     /* [links] the node that hands the input to its user, SSRC_NONE = straight from the item */
	uint32_t *layers;    /* [n_items] how many; 0 = all inputs critical */
	uint32_t *store;     /* [n_items] the node that its users take it from */
	uint32_t *alternate; /* [n_alternates] its node, SSRC_NONE = does not count */
	double *brings;      /* [n_alternates] weeks of the item's output for each week, on average until recovery */
	uint32_t gone, rest; /* makers that are cut and those that are not; rest SSRC_NONE = nobody is left */
	ssrc_exposure_network net;
	/* the arrays of net while they grow */
	double *stock, *demand, *margin, *capacity, *per_unit;
	uint32_t *group, *need_start, *producer_start, *producer;
	size_t needs, arcs, need_cap, start_cap, arc_cap;
	bool failed;
} builder;

static double middle(ssrc_interval x)
{
	return (x.low + x.high) / 2;
}

static double stock_of(const ssrc_item *item)
{
	return ssrc_known(item->stock) ? middle(item->stock) : 0;
}

/* ---- inputs of an item ----------------------------------------------------------------------------------- */

static double link_weight(const builder *b, uint32_t k)
{
	const ssrc_link *link = &b->links->links[k];
	double weight =
		link->weight < 0 ? b->a->network.edges[link->edge].part.at[SSRC_CASE_MID] : (double)link->weight;
	return weight > 0 ? weight : 0; /* unknown: none */
}

/* The weight of the choice that starts at link k: the least of its members; 0 inside a choice. */
static double choice_weight(const builder *b, uint32_t k)
{
	double weight = b->links->links[k].members > 0 ? 1 : 0;
	for (uint32_t m = k; m < k + b->links->links[k].members; m++)
		weight = fmin(weight, link_weight(b, m));
	return weight;
}

/* The largest weight below `limit`, 0 if there is none. */
static double next_weight(const builder *b, uint32_t item, double limit)
{
	double found = 0;
	for (uint32_t k = b->links->start[item]; k < b->links->start[item + 1]; k++) {
		double weight = choice_weight(b, k);
		if (weight < limit)
			found = fmax(found, weight);
	}
	return found;
}

static uint32_t count_layers(const builder *b, uint32_t item)
{
	double largest = next_weight(b, item, 2);
	uint32_t n = 0;
	for (double weight = largest; weight > 0; weight = next_weight(b, item, weight))
		n++;
	if (largest >= 1)
		return n == 1 ? 0 : n; /* all critical */
	return n > 0 ? n + 1 : 0;      /* one that needs nothing */
}

/* The link of `item` to `input`, SSRC_NONE. */
static uint32_t find_link(const builder *b, uint32_t item, uint32_t input)
{
	for (uint32_t k = b->links->start[item]; k < b->links->start[item + 1]; k++)
		if (b->links->links[k].input == input)
			return k;
	return SSRC_NONE;
}

/* A group and its variants need the same thing once. What a variant takes of an input that it inherits is taken out of
 * the group's use, by its part of the group: rate of the variant = that part, and the group needs the input by itself
 * only for output that no such variant stands behind. Where the input is not critical, half and half. */
static void share_with_variants(const builder *b, uint32_t group, uint32_t own)
{
	const ssrc_network *net = &b->a->network;
	double sum = 0, largest = 0;
	for (int pass = 0; pass < 2; pass++) {
		double of_variants = link_weight(b, own) < 1 ? 0.5 : largest;
		for (uint32_t k = b->links->start[group]; k < b->links->start[group + 1]; k++) {
			double part = link_weight(b, k);
			if (b->links->links[k].weight >= 0 || !(part > 0))
				continue;
			uint32_t m = find_link(b, b->links->links[k].input, b->links->links[own].input);
			if (m == SSRC_NONE || !net->edges[b->links->links[m].edge].inherited)
				continue;
			if (pass == 1)
				b->rate[m] = of_variants * part / sum, b->size[m] *= b->rate[m];
			sum += pass == 0 ? part : 0;
			largest = fmax(largest, part);
		}
		if (!(sum > 0))
			return;
	}
	bool critical = link_weight(b, own) >= 1;
	b->inherited[own] = critical ? largest : 0;
	b->rate[own] = critical ? 1 : 0.5;
	b->size[own] *= critical ? 1 - largest : 0.5;
}

/* Sizes of all uses, and the part of normal output that a use of size 1 takes: equal, as no data say more. */
static void measure_uses(builder *b)
{
	const ssrc_chain *chain = b->a->chain;
	const ssrc_links *links = b->links;
	for (uint32_t k = 0; k < links->start[chain->n_items]; k++) {
		uint32_t members = links->links[k].members;
		for (uint32_t m = k; m < k + members; m++)
			b->size[m] = 1.0 / members;
		b->rate[k] = 1;
		b->inherited[k] = 0;
	}
	for (uint32_t i = 0; i < chain->n_items; i++)
		for (uint32_t k = links->start[i]; k < links->start[i + 1]; k++)
			if (links->links[k].weight >= 0)
				share_with_variants(b, i, k);
	for (uint32_t i = 0; i < chain->n_items; i++) {
		b->part[i] += chain->items[i].product;
		for (uint32_t k = links->start[i]; b->used[i] && k < links->start[i + 1]; k++)
			b->part[links->links[k].input] += link_weight(b, k) > 0 ? b->size[k] : 0;
	}
	const ssrc_item *it = &chain->items[b->cut->item];
	for (uint32_t k = it->first_alternate; k < it->first_alternate + it->n_alternates; k++)
		if (b->brings[k] > 0 && chain->alternates[k].by_item != SSRC_NONE)
			b->part[chain->alternates[k].by_item] += 1;
	for (uint32_t i = 0; i < chain->n_items; i++)
		b->part[i] = b->part[i] > 0 ? 1 / b->part[i] : 1;
}

/* ---- alternates of what is cut --------------------------------------------------------------------------- */

/* Of an item, looked through, on the countries of the cut; unknown counts as all of it, as in the loss if cut. */
static double dependence_on_cut(const builder *b, uint32_t item)
{
	uint32_t n = b->a->chain->n_countries;
	double sum = 0;
	for (uint32_t c = 0; b->cut->countries && c < n; c++) {
		double d = b->a->dependence[(size_t)item * n + c].at[SSRC_CASE_MID];
		sum += !b->cut->countries[c] ? 0 : isnan(d) ? 1 : d;
	}
	return fmin(sum, 1);
}

/* Part of the need that an alternate covers from its week on; 0 if it does not count or comes too late. */
static double cover_of(const builder *b, uint32_t index)
{
	const ssrc_alternate *alternate = &b->a->chain->alternates[index];
	if (!ssrc_alternate_counts(b->a, index, b->cut) || !ssrc_known(alternate->weeks) ||
	    middle(alternate->weeks) >= b->weeks)
		return 0;
	double cover = ssrc_alternate_share(alternate, SSRC_CASE_MID);
	return alternate->by_item == SSRC_NONE ? cover : cover * (1 - dependence_on_cut(b, alternate->by_item));
}

/* What alternates bring on average until recovery: earliest first, and none more than is still missing then. One for a
 * user alone is held to what the cut takes from that user. */
static void measure_alternates(builder *b)
{
	const ssrc_alternate *all = b->a->chain->alternates;
	const ssrc_item *it = &b->a->chain->items[b->cut->item];
	uint32_t first = it->first_alternate, last = first + it->n_alternates;
	double left = b->lost;
	for (uint32_t k = first; k < last; k++)
		if (all[k].for_item != SSRC_NONE)
			b->brings[k] = fmin(cover_of(b, k), b->lost) * (1 - middle(all[k].weeks) / b->weeks);
		else
			b->brings[k] = -1; /* not yet */
	for (;;) {
		uint32_t next = SSRC_NONE;
		for (uint32_t k = first; k < last; k++)
			if (b->brings[k] < 0 && (next == SSRC_NONE || middle(all[k].weeks) < middle(all[next].weeks)))
				next = k;
		if (next == SSRC_NONE)
			break;
		double cover = fmin(cover_of(b, next), left);
		left -= cover;
		b->brings[next] = cover > 0 ? cover * (1 - middle(all[next].weeks) / b->weeks) : 0;
	}
	for (uint32_t k = first; k < last; k++)
		b->brings[k] = b->brings[k] > 0 ? b->brings[k] : 0; /* not for NaN */
}

/* Items that full output of some product takes in the central case, and what the alternates of the cut item are made
 * of. Whoever is not among them has no use of anything: it would be a reserve that costs nothing. */
static bool find_used(builder *b)
{
	const ssrc_chain *chain = b->a->chain;
	const ssrc_item *it = &chain->items[b->cut->item];
	uint32_t n = 0, *stack = ssrc_arena_array(b->arena, chain->n_items, sizeof *stack);
	if (!stack)
		return false;
	for (uint32_t i = 0; i < chain->n_items; i++)
		b->used[i] = chain->items[i].product;
	for (uint32_t k = it->first_alternate; k < it->first_alternate + it->n_alternates; k++)
		if (b->brings[k] > 0 && chain->alternates[k].by_item != SSRC_NONE)
			b->used[chain->alternates[k].by_item] = true;
	for (uint32_t i = 0; i < chain->n_items; i++)
		if (b->used[i])
			stack[n++] = i;
	while (n > 0) {
		uint32_t item = stack[--n];
		for (uint32_t k = b->links->start[item]; k < b->links->start[item + 1]; k++) {
			uint32_t input = b->links->links[k].input;
			if (b->used[input] || !(link_weight(b, k) > 0))
				continue;
			b->used[input] = true;
			stack[n++] = input;
		}
	}
	return true;
}

/* ---- building -------------------------------------------------------------------------------------------- */

static void add_need(builder *b, double rate)
{
	if (b->failed ||
	    ssrc_reserve(b->ctx, (void **)&b->per_unit, &b->need_cap, b->needs + 1, sizeof *b->per_unit, NULL) ||
	    ssrc_reserve(b->ctx, (void **)&b->producer_start, &b->start_cap, b->needs + 2, sizeof *b->producer_start,
			 NULL)) {
		b->failed = true;
		return;
	}
	b->per_unit[b->needs++] = rate;
	b->producer_start[b->needs - 1] = b->producer_start[b->needs] = (uint32_t)b->arcs;
}

static void add_producer(builder *b, uint32_t node)
{
	if (b->failed ||
	    ssrc_reserve(b->ctx, (void **)&b->producer, &b->arc_cap, b->arcs + 1, sizeof *b->producer, NULL)) {
		b->failed = true;
		return;
	}
	b->producer[b->arcs++] = node;
	b->producer_start[b->needs] = (uint32_t)b->arcs;
}

static void limit(builder *b, uint32_t node, double capacity)
{
	b->group[node] = b->net.n_groups;
	b->capacity[b->net.n_groups++] = capacity;
}

/* Makers who stand in make the item, of its inputs; items that stand in reach the users without these. */
static bool is_maker(const builder *b, uint32_t alternate)
{
	const ssrc_alternate *x = &b->a->chain->alternates[alternate];
	return x->by_item == SSRC_NONE && x->for_item == SSRC_NONE;
}

/* The item and what may stand in for it where `user` needs it; SSRC_NONE = what is delivered. */
static void add_sources(builder *b, uint32_t item, uint32_t user)
{
	const ssrc_item *it = &b->a->chain->items[item];
	add_producer(b, user == SSRC_NONE ? item : b->store[item]);
	if (item != b->cut->item)
		return;
	for (uint32_t k = it->first_alternate; k < it->first_alternate + it->n_alternates; k++) {
		uint32_t only = b->a->chain->alternates[k].for_item;
		if (b->alternate[k] != SSRC_NONE && !is_maker(b, k) && (only == SSRC_NONE || only == user))
			add_producer(b, b->alternate[k]);
	}
}

/* What runs on at a user (a licence, a service) helps this user only; goods in stock may go to anybody. */
static double runs_on(const builder *b, uint32_t input)
{
	const ssrc_item *item = &b->a->chain->items[input];
	return strcmp(item->kind, "good") == 0 ? 0 : stock_of(item);
}

static bool needs_hands(const builder *b, uint32_t first, uint32_t k)
{
	return b->links->links[first].members > 1 || runs_on(b, b->links->links[k].input) > 0;
}

/* Inputs whose weight is at least `from`, for the layer of output of that weight; the part of output above 1 - weight
 * is what needs them. */
static void add_inputs(builder *b, uint32_t item, double from)
{
	for (uint32_t k = b->links->start[item]; k < b->links->start[item + 1]; k++) {
		double weight = choice_weight(b, k);
		if (!(weight > 0) || weight < from || (from > 0 && b->inherited[k] >= from))
			continue;
		uint32_t input = b->links->links[k].input;
		bool hands = b->hands[k] != SSRC_NONE;
		add_need(b, hands ? 1 / weight : b->part[input] * b->rate[k] / weight);
		for (uint32_t m = k; hands && m < k + b->links->links[k].members; m++)
			add_producer(b, b->hands[m]);
		if (!hands)
			add_sources(b, input, item);
	}
}

/* What all output of an item needs: its layers together, or its inputs. */
static void add_making(builder *b, uint32_t item, uint32_t first_layer)
{
	if (b->layers[item] == 0) {
		add_inputs(b, item, 0);
		return;
	}
	add_need(b, 1);
	for (uint32_t k = 0; k < b->layers[item]; k++)
		add_producer(b, first_layer + k);
}

/* Whoever makes the cut item is one of those that the cut takes, one of the others, or one who stands in. */
static void add_makers(builder *b)
{
	const ssrc_item *it = &b->a->chain->items[b->cut->item];
	add_need(b, 1);
	add_producer(b, b->gone);
	if (b->rest != SSRC_NONE)
		add_producer(b, b->rest);
	for (uint32_t k = it->first_alternate; k < it->first_alternate + it->n_alternates; k++)
		if (b->alternate[k] != SSRC_NONE && is_maker(b, k))
			add_producer(b, b->alternate[k]);
}

static uint32_t first_layer_of_all(const builder *b)
{
	uint32_t node = b->a->chain->n_items;
	for (uint32_t i = 0; i < b->a->chain->n_items; i++)
		node += b->a->chain->items[i].product ? 2 : 0;
	return node;
}

static uint32_t number_nodes(builder *b)
{
	const ssrc_chain *chain = b->a->chain;
	const ssrc_links *links = b->links;
	uint32_t node = chain->n_items, first = 0;
	for (uint32_t i = 0; i < chain->n_items; i++) {
		b->store[i] = chain->items[i].product ? node + 1 : i;
		node += chain->items[i].product ? 2 : 0;
	}
	for (uint32_t i = 0; i < chain->n_items; i++)
		node += b->layers[i];
	for (uint32_t i = 0; i < chain->n_items; i++)
		for (uint32_t k = links->start[i]; k < links->start[i + 1]; k++) {
			first = links->links[k].members ? k : first;
			b->hands[k] = b->used[i] && needs_hands(b, first, k) ? node++ : SSRC_NONE;
		}
	for (uint32_t k = 0; k < chain->n_alternates; k++)
		b->alternate[k] = b->brings[k] > 0 ? node++ : SSRC_NONE;
	b->gone = node++;
	b->rest = b->lost < 1 ? node++ : SSRC_NONE;
	return node;
}

/* A member of a choice makes no more than it normally does: its other uses and its part of the choice. All others do
 * not either, because nobody needs more of them than the uses that are counted. */
static void limit_members(builder *b)
{
	const ssrc_links *links = b->links;
	for (uint32_t i = 0; i < b->a->chain->n_items; i++)
		for (uint32_t k = links->start[i]; b->used[i] && k < links->start[i + 1]; k++)
			for (uint32_t m = k; links->links[k].members > 1 && m < k + links->links[k].members; m++)
				if (b->group[links->links[m].input] == SSRC_NONE)
					limit(b, links->links[m].input, 1);
}

static void add_items(builder *b)
{
	const ssrc_chain *chain = b->a->chain;
	uint32_t layer = first_layer_of_all(b);
	for (uint32_t i = 0; i < chain->n_items; i++) {
		b->need_start[i] = (uint32_t)b->needs;
		if (!chain->items[i].product && !(runs_on(b, i) > 0))
			b->stock[i] = stock_of(&chain->items[i]);
		if (i == b->cut->item)
			add_makers(b);
		if (b->used[i])
			add_making(b, i, layer);
		layer += b->layers[i];
	}
}

/* A product is lost where it is made: what its users hold is no help to what it delivers. */
static void add_products(builder *b, uint32_t *node, bool in_money)
{
	const ssrc_chain *chain = b->a->chain;
	for (uint32_t i = 0; i < chain->n_items; i++) {
		if (!chain->items[i].product)
			continue;
		b->need_start[*node] = (uint32_t)b->needs;
		b->demand[*node] = 1;
		b->margin[(*node)++] = in_money ? chain->items[i].value_per_week : 1;
		add_need(b, b->part[i]);
		add_sources(b, i, SSRC_NONE);
		b->need_start[*node] = (uint32_t)b->needs;
		b->stock[(*node)++] = runs_on(b, i) > 0 ? 0 : stock_of(&chain->items[i]) * (1 - b->part[i]);
		add_need(b, 1);
		add_producer(b, i);
	}
}

static void add_layers(builder *b, uint32_t item, uint32_t *node)
{
	double weight = next_weight(b, item, 2);
	if (b->layers[item] > 0 && weight < 1) {
		b->need_start[*node] = (uint32_t)b->needs;
		limit(b, (*node)++, 1 - weight);
	}
	for (; b->layers[item] > 0 && weight > 0; weight = next_weight(b, item, weight)) {
		double below = next_weight(b, item, weight);
		b->need_start[*node] = (uint32_t)b->needs;
		if (b->used[item])
			add_inputs(b, item, weight);
		if (below > 0)
			limit(b, *node, weight - below);
		(*node)++;
	}
}

/* From the item to one user: weeks of what this user needs at full output. */
static void add_hands(builder *b, uint32_t *node)
{
	for (uint32_t i = 0; i < b->a->chain->n_items; i++)
		for (uint32_t k = b->links->start[i]; k < b->links->start[i + 1]; k++) {
			if (b->hands[k] == SSRC_NONE)
				continue;
			uint32_t input = b->links->links[k].input;
			b->need_start[*node] = (uint32_t)b->needs;
			b->stock[(*node)++] = runs_on(b, input) * b->size[k] / b->rate[k];
			add_need(b, b->part[input] * b->rate[k]);
			add_sources(b, input, i);
		}
}

static void add_alternates(builder *b, uint32_t *node)
{
	const ssrc_chain *chain = b->a->chain;
	uint32_t layer = first_layer_of_all(b);
	for (uint32_t i = 0; i < b->cut->item; i++)
		layer += b->layers[i];
	for (uint32_t k = 0; k < chain->n_alternates; k++) {
		if (b->alternate[k] == SSRC_NONE)
			continue;
		const ssrc_alternate *x = &chain->alternates[k];
		uint32_t use = x->for_item == SSRC_NONE ? SSRC_NONE : find_link(b, x->for_item, x->item);
		double share = x->for_item == SSRC_NONE ? 1 : use == SSRC_NONE ? 0 : b->part[x->item] * b->size[use];
		double capacity = share * b->brings[k];
		b->need_start[*node] = (uint32_t)b->needs;
		limit(b, (*node)++, capacity);
		if (x->by_item != SSRC_NONE && capacity > 0) {
			/* One more use of the item that stands in, as large as any of its others. */
			add_need(b, b->part[x->by_item] / capacity);
			add_producer(b, b->store[x->by_item]);
		} else if (x->for_item != SSRC_NONE && b->used[x->item]) {
			add_making(b, x->item, layer);
		}
	}
}

/* In the order of number_nodes. */
static void fill(builder *b, bool in_money)
{
	uint32_t node = b->a->chain->n_items;
	limit_members(b);
	add_items(b);
	add_products(b, &node, in_money);
	for (uint32_t i = 0; i < b->a->chain->n_items; i++)
		add_layers(b, i, &node);
	add_hands(b, &node);
	add_alternates(b, &node);
	b->need_start[node++] = (uint32_t)b->needs;
	if (b->rest != SSRC_NONE) {
		b->need_start[node] = (uint32_t)b->needs;
		limit(b, node++, 1 - b->lost);
	}
	b->need_start[node] = (uint32_t)b->needs;
}

static bool take_room(builder *b)
{
	const ssrc_chain *chain = b->a->chain;
	uint32_t n_links = b->links->start[chain->n_items];
	b->used = ssrc_arena_array(b->arena, chain->n_items, sizeof *b->used);
	b->part = ssrc_arena_array(b->arena, chain->n_items, sizeof *b->part);
	b->layers = ssrc_arena_array(b->arena, chain->n_items, sizeof *b->layers);
	b->store = ssrc_arena_array(b->arena, chain->n_items, sizeof *b->store);
	b->rate = ssrc_arena_array(b->arena, n_links, sizeof *b->rate);
	b->size = ssrc_arena_array(b->arena, n_links, sizeof *b->size);
	b->inherited = ssrc_arena_array(b->arena, n_links, sizeof *b->inherited);
	b->hands = ssrc_arena_array(b->arena, n_links, sizeof *b->hands);
	b->alternate = ssrc_arena_array(b->arena, chain->n_alternates, sizeof *b->alternate);
	b->brings = ssrc_arena_array(b->arena, chain->n_alternates, sizeof *b->brings);
	return b->used && b->part && b->layers && b->store && b->rate && b->size && b->inherited && b->hands &&
	       b->alternate && b->brings;
}

static bool take_nodes(builder *b, uint32_t n)
{
	b->stock = ssrc_arena_array(b->arena, n, sizeof *b->stock);
	b->demand = ssrc_arena_array(b->arena, n, sizeof *b->demand);
	b->margin = ssrc_arena_array(b->arena, n, sizeof *b->margin);
	b->capacity = ssrc_arena_array(b->arena, n, sizeof *b->capacity);
	b->group = ssrc_arena_array(b->arena, n, sizeof *b->group);
	b->need_start = ssrc_arena_array(b->arena, (size_t)n + 1, sizeof *b->need_start);
	if (!b->stock || !b->demand || !b->margin || !b->capacity || !b->group || !b->need_start ||
	    ssrc_reserve(b->ctx, (void **)&b->producer_start, &b->start_cap, 1, sizeof *b->producer_start, NULL))
		return false;
	memset(b->group, 0xff, n * sizeof *b->group); /* SSRC_NONE */
	b->producer_start[0] = 0;
	return true;
}

static ssrc_status build(builder *b, bool in_money)
{
	if (!take_room(b))
		return SSRC_NOMEM;
	measure_alternates(b);
	if (!find_used(b))
		return SSRC_NOMEM;
	measure_uses(b);
	for (uint32_t i = 0; i < b->a->chain->n_items; i++)
		b->layers[i] = b->used[i] ? count_layers(b, i) : 0;
	uint32_t n = number_nodes(b);
	if (!take_nodes(b, n))
		return SSRC_NOMEM;
	fill(b, in_money);
	b->net = (ssrc_exposure_network){n,           b->net.n_groups,   b->stock,    b->demand,
					 b->margin,   b->group,          b->capacity, b->need_start,
					 b->per_unit, b->producer_start, b->producer};
	return b->failed ? SSRC_NOMEM : SSRC_OK;
}

/* ---- cuts ------------------------------------------------------------------------------------------------ */

static bool has_all_values(const ssrc_chain *chain)
{
	bool all = true;
	for (uint32_t i = 0; i < chain->n_items; i++)
		all &= !chain->items[i].product || chain->items[i].value_per_week > 0;
	return all;
}

/* The least loss if the cut takes `lost` of its item until the item's recovery, which is known. */
static ssrc_status least_of_cut(double *out, const ssrc_assessment *a, ssrc_mode mode, const ssrc_cut *cut, double lost,
				bool in_money, const ssrc_solver_ops *solver, ssrc_error *err)
{
	ssrc_arena scratch;
	ssrc_exposure result = {0};
	builder b = {.a = a,
		     .links = &a->network.links[mode],
		     .ctx = a->ctx,
		     .arena = &scratch,
		     .cut = cut,
		     .lost = lost,
		     .weeks = middle(a->chain->items[cut->item].recovery)};
	if (!(b.weeks > 0) || !(lost > 0) || !a->network.leads_to_product[mode][cut->item]) {
		*out = 0;
		return SSRC_OK;
	}
	ssrc_arena_init(&scratch, a->ctx);
	ssrc_status status = build(&b, in_money);
	ssrc_exposure_scenario scenario = {&b.gone, 1, b.weeks, true};
	if (status)
		status = ssrc_no_memory(err);
	else
		status = ssrc_exposure_run(&result, a->ctx, &b.net, &scenario, 1, solver, 1, &scratch, NULL, err);
	if (!status)
		*out = result.loss;
	ssrc_release(b.ctx, b.per_unit);
	ssrc_release(b.ctx, b.producer_start);
	ssrc_release(b.ctx, b.producer);
	ssrc_arena_clear(&scratch);
	return status;
}

ssrc_status ssrc_coordinated_loss(ssrc_coordinated *out, const ssrc_assessment *a, ssrc_mode mode, const bool *wanted,
				  const ssrc_solver_ops *solver, int threads, ssrc_arena *arena, ssrc_error *err)
{
	const ssrc_chain *chain = a->chain;
	ssrc_coordinated result = {ssrc_arena_array(arena, chain->n_items, sizeof *result.loss), has_all_values(chain)};
	if (!result.loss)
		return ssrc_no_memory(err);
	ssrc_status status = SSRC_OK;
	uint32_t failed = SSRC_NONE; /* the first one: the same for any number of threads */
#pragma omp parallel for num_threads(threads < 1 ? omp_get_max_threads() : threads) schedule(dynamic, 1)
	for (uint32_t i = 0; i < chain->n_items; i++) {
		ssrc_error why = {0};
		ssrc_cut cut = {NULL, SSRC_NONE, i};
		result.loss[i] = (double)NAN;
		if (!ssrc_known(chain->items[i].recovery) || (wanted && !wanted[i]))
			continue;
		ssrc_status one = least_of_cut(&result.loss[i], a, mode, &cut, 1, result.in_money, solver, &why);
#pragma omp critical(ssrc_coordinated_failed)
		if (one && (failed == SSRC_NONE || i < failed)) {
			failed = i;
			status = one;
			if (err)
				*err = why;
		}
	}
	if (!status)
		*out = result;
	return status;
}
