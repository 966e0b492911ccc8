/* The chain as a network for exposure.c. Nodes: one per item, one per product for what it delivers, layers of items
 * with inputs that are not critical, alternates. Units: weeks of an item's normal output. */
#include "exposure_chain.h"

#include <math.h>
#include <string.h>

typedef struct builder {
	const ssrc_assessment *a;
	ssrc_mode mode;
	ssrc_context *ctx;
	ssrc_arena *arena;
	double *part;        /* [n_items] of an item's normal output that each use of it takes */
	uint32_t *layers;    /* [n_items] how many; 0 = all inputs critical */
	uint32_t *store;     /* [n_items] the node that its users take it from */
	uint32_t *alternate; /* [n_alternates] its node, SSRC_NONE = does not count */
	ssrc_exposure_network net;
	/* the arrays of net while they grow */
	double *stock, *demand, *margin, *capacity, *rate;
	uint32_t *group, *need_start, *producer_start, *producer;
	size_t needs, arcs, need_cap, start_cap, arc_cap;
	bool failed;
} builder;

/* ---- inputs of an item ----------------------------------------------------------------------------------- */

/* The weight of the choice that starts at edge k: the least of its members; 0 if it is not the first of its choice. */
static double choice_weight(const builder *b, uint32_t item, uint32_t k)
{
	const ssrc_network *net = &b->a->network;
	const ssrc_edge *edge = &net->edges[k];
	double weight = ssrc_edge_weight(edge, b->mode, SSRC_CASE_MID);
	if (edge->group == SSRC_NONE)
		return weight;
	for (uint32_t m = net->start[item]; m < net->start[item + 1]; m++) {
		if (net->edges[m].group != edge->group)
			continue;
		if (m < k)
			return 0;
		weight = fmin(weight, ssrc_edge_weight(&net->edges[m], b->mode, SSRC_CASE_MID));
	}
	return weight;
}

/* The largest weight below `limit`, 0 if there is none. */
static double next_weight(const builder *b, uint32_t item, double limit)
{
	const ssrc_network *net = &b->a->network;
	double found = 0;
	for (uint32_t k = net->start[item]; k < net->start[item + 1]; k++) {
		double weight = choice_weight(b, item, k);
		if (weight < limit)
			found = fmax(found, weight);
	}
	return found;
}

static bool is_member(const builder *b, uint32_t first, uint32_t k)
{
	const ssrc_edge *edges = b->a->network.edges;
	return k == first || (edges[first].group != SSRC_NONE && edges[k].group == edges[first].group);
}

/* Counts uses and layers; an input that is used by several gives each the same part. */
static void count_uses(builder *b)
{
	const ssrc_network *net = &b->a->network;
	for (uint32_t i = 0; i < net->n; i++) {
		double largest = next_weight(b, i, 2), weight = largest;
		b->part[i] += b->a->chain->items[i].product;
		for (uint32_t k = net->start[i]; k < net->start[i + 1]; k++)
			for (uint32_t m = k; choice_weight(b, i, k) > 0 && m < net->start[i + 1]; m++)
				b->part[net->edges[m].input] += is_member(b, k, m);
		b->layers[i] = 0;
		while (weight > 0) {
			b->layers[i]++;
			weight = next_weight(b, i, weight);
		}
		if (largest >= 1)
			b->layers[i] -= b->layers[i] == 1; /* all critical */
		else
			b->layers[i] += b->layers[i] > 0; /* one that needs nothing */
	}
	for (uint32_t i = 0; i < net->n; i++)
		b->part[i] = b->part[i] > 0 ? 1 / b->part[i] : 1;
}

/* ---- building -------------------------------------------------------------------------------------------- */

static void add_need(builder *b, double rate)
{
	if (b->failed || ssrc_reserve(b->ctx, (void **)&b->rate, &b->need_cap, b->needs + 1, sizeof *b->rate, NULL) ||
	    ssrc_reserve(b->ctx, (void **)&b->producer_start, &b->start_cap, b->needs + 2, sizeof *b->producer_start,
			 NULL)) {
		b->failed = true;
		return;
	}
	b->rate[b->needs++] = rate;
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

/* The item and what may stand in for it where `user` needs it; SSRC_NONE = what is delivered. */
static void add_sources(builder *b, uint32_t item, uint32_t user)
{
	const ssrc_item *it = &b->a->chain->items[item];
	add_producer(b, user == SSRC_NONE ? item : b->store[item]);
	for (uint32_t k = it->first_alternate; k < it->first_alternate + it->n_alternates; k++) {
		uint32_t only = b->a->chain->alternates[k].for_item;
		if (b->alternate[k] != SSRC_NONE && (only == SSRC_NONE || only == user))
			add_producer(b, b->alternate[k]);
	}
}

/* Inputs whose weight is at least `from`; the part of output above 1 - weight is what needs them. */
static void add_inputs(builder *b, uint32_t item, double from)
{
	const ssrc_network *net = &b->a->network;
	for (uint32_t k = net->start[item]; k < net->start[item + 1]; k++) {
		double weight = choice_weight(b, item, k);
		if (!(weight > 0) || weight < from)
			continue;
		add_need(b, b->part[net->edges[k].input] / weight);
		for (uint32_t m = k; m < net->start[item + 1]; m++)
			if (is_member(b, k, m))
				add_sources(b, net->edges[m].input, item);
	}
}

static void limit(builder *b, uint32_t node, double capacity)
{
	b->group[node] = b->net.n_groups;
	b->capacity[b->net.n_groups++] = capacity;
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
		add_inputs(b, item, weight);
		if (below > 0)
			limit(b, *node, weight - below);
		(*node)++;
	}
}

/* What an alternate brings on average until the item it stands in for is back, as part of the item's normal output. */
static double alternate_capacity(const builder *b, uint32_t index)
{
	const ssrc_alternate *alternate = &b->a->chain->alternates[index];
	ssrc_cut cut = {NULL, SSRC_NONE, alternate->item};
	ssrc_interval recovery = b->a->chain->items[alternate->item].recovery;
	if (!ssrc_alternate_counts(b->a, index, &cut) || !ssrc_known(alternate->weeks) || !ssrc_known(recovery))
		return 0;
	double weeks = (recovery.low + recovery.high) / 2, wait = (alternate->weeks.low + alternate->weeks.high) / 2;
	double share = ssrc_alternate_share(alternate, SSRC_CASE_MID);
	if (alternate->for_item != SSRC_NONE)
		share *= b->part[alternate->item];
	return weeks > wait ? share * (1 - wait / weeks) : 0;
}

static uint32_t number_nodes(builder *b)
{
	const ssrc_chain *chain = b->a->chain;
	uint32_t node = chain->n_items;
	for (uint32_t i = 0; i < chain->n_items; i++) {
		b->store[i] = chain->items[i].product ? node + 1 : i;
		node += chain->items[i].product ? 2 : 0;
	}
	for (uint32_t i = 0; i < chain->n_items; i++)
		node += b->layers[i];
	for (uint32_t k = 0; k < chain->n_alternates; k++)
		b->alternate[k] = alternate_capacity(b, k) > 0 ? node++ : SSRC_NONE;
	return node;
}

static bool has_all_values(const ssrc_chain *chain)
{
	bool all = true;
	for (uint32_t i = 0; i < chain->n_items; i++)
		all &= !chain->items[i].product || chain->items[i].value_per_week > 0;
	return all;
}

static double stock_of(const ssrc_item *item)
{
	return ssrc_known(item->stock) ? (item->stock.low + item->stock.high) / 2 : 0;
}

static void add_items(builder *b)
{
	const ssrc_chain *chain = b->a->chain;
	uint32_t layer = chain->n_items;
	for (uint32_t i = 0; i < chain->n_items; i++)
		layer += chain->items[i].product ? 2 : 0;
	for (uint32_t i = 0; i < chain->n_items; i++) {
		b->need_start[i] = (uint32_t)b->needs;
		if (!chain->items[i].product)
			b->stock[i] = stock_of(&chain->items[i]);
		if (b->layers[i] == 0) {
			add_inputs(b, i, 0);
			continue;
		}
		add_need(b, 1);
		for (uint32_t k = 0; k < b->layers[i]; k++)
			add_producer(b, layer++);
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
		b->stock[(*node)++] = stock_of(&chain->items[i]) * (1 - b->part[i]);
		add_need(b, 1);
		add_producer(b, i);
	}
}

static void add_alternates(builder *b, uint32_t *node)
{
	const ssrc_chain *chain = b->a->chain;
	for (uint32_t k = 0; k < chain->n_alternates; k++) {
		if (b->alternate[k] == SSRC_NONE)
			continue;
		b->need_start[*node] = (uint32_t)b->needs;
		limit(b, (*node)++, alternate_capacity(b, k));
		if (chain->alternates[k].by_item != SSRC_NONE) {
			add_need(b, 1);
			add_producer(b, chain->alternates[k].by_item);
		}
	}
}

/* In the order of number_nodes. */
static void fill(builder *b, bool in_money)
{
	uint32_t node = b->a->chain->n_items;
	add_items(b);
	add_products(b, &node, in_money);
	for (uint32_t i = 0; i < b->a->chain->n_items; i++)
		add_layers(b, i, &node);
	add_alternates(b, &node);
	b->need_start[node] = (uint32_t)b->needs;
}

static ssrc_status build(builder *b, bool in_money)
{
	const ssrc_chain *chain = b->a->chain;
	b->part = ssrc_arena_array(b->arena, chain->n_items, sizeof *b->part);
	b->layers = ssrc_arena_array(b->arena, chain->n_items, sizeof *b->layers);
	b->store = ssrc_arena_array(b->arena, chain->n_items, sizeof *b->store);
	b->alternate = ssrc_arena_array(b->arena, chain->n_alternates, sizeof *b->alternate);
	if (!b->part || !b->layers || !b->store || !b->alternate)
		return SSRC_NOMEM;
	count_uses(b);
	uint32_t n = number_nodes(b);
	b->stock = ssrc_arena_array(b->arena, n, sizeof *b->stock);
	b->demand = ssrc_arena_array(b->arena, n, sizeof *b->demand);
	b->margin = ssrc_arena_array(b->arena, n, sizeof *b->margin);
	b->capacity = ssrc_arena_array(b->arena, n, sizeof *b->capacity);
	b->group = ssrc_arena_array(b->arena, n, sizeof *b->group);
	b->need_start = ssrc_arena_array(b->arena, (size_t)n + 1, sizeof *b->need_start);
	if (!b->stock || !b->demand || !b->margin || !b->capacity || !b->group || !b->need_start ||
	    ssrc_reserve(b->ctx, (void **)&b->producer_start, &b->start_cap, 1, sizeof *b->producer_start, NULL))
		return SSRC_NOMEM;
	memset(b->group, 0xff, n * sizeof *b->group); /* SSRC_NONE */
	b->producer_start[0] = 0;
	fill(b, in_money);
	b->net =
		(ssrc_exposure_network){n,           b->net.n_groups, b->stock, b->demand,         b->margin,  b->group,
					b->capacity, b->need_start,   b->rate,  b->producer_start, b->producer};
	return b->failed ? SSRC_NOMEM : SSRC_OK;
}

/* ---- scenarios ------------------------------------------------------------------------------------------- */

static ssrc_status run(builder *b, const bool *wanted, const ssrc_solver_ops *solver, int threads, double *loss,
		       ssrc_error *err)
{
	const ssrc_chain *chain = b->a->chain;
	uint32_t n = 0;
	uint32_t *item = ssrc_arena_array(b->arena, chain->n_items, sizeof *item);
	ssrc_exposure_scenario *scenarios = ssrc_arena_array(b->arena, chain->n_items, sizeof *scenarios);
	ssrc_exposure *results = ssrc_arena_array(b->arena, chain->n_items, sizeof *results);
	if (!item || !scenarios || !results)
		return ssrc_no_memory(err);
	for (uint32_t i = 0; i < chain->n_items; i++) {
		ssrc_interval recovery = chain->items[i].recovery;
		loss[i] = (double)NAN;
		if (!ssrc_known(recovery) || (wanted && !wanted[i]))
			continue;
		item[n] = i;
		scenarios[n] = (ssrc_exposure_scenario){&item[n], 1, (recovery.low + recovery.high) / 2, true};
		n++;
	}
	ssrc_status status =
		ssrc_exposure_run(results, b->ctx, &b->net, scenarios, n, solver, threads, b->arena, NULL, err);
	for (uint32_t s = 0; !status && s < n; s++)
		loss[item[s]] = results[s].loss;
	return status;
}

ssrc_status ssrc_coordinated_loss(ssrc_coordinated *out, const ssrc_assessment *a, ssrc_mode mode, const bool *wanted,
				  const ssrc_solver_ops *solver, int threads, ssrc_arena *arena, ssrc_error *err)
{
	ssrc_arena scratch;
	ssrc_arena_init(&scratch, a->ctx);
	builder b = {.a = a, .mode = mode, .ctx = a->ctx, .arena = &scratch};
	ssrc_coordinated result = {ssrc_arena_array(arena, a->chain->n_items, sizeof *result.loss),
				   has_all_values(a->chain)};
	ssrc_status status = result.loss ? build(&b, result.in_money) : SSRC_NOMEM;
	if (!status)
		status = run(&b, wanted, solver, threads, result.loss, err);
	else
		status = ssrc_no_memory(err);
	ssrc_release(a->ctx, b.rate);
	ssrc_release(a->ctx, b.producer_start);
	ssrc_release(a->ctx, b.producer);
	ssrc_arena_clear(&scratch);
	if (!status)
		*out = result;
	return status;
}
