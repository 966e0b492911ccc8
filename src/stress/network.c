/* The part of the network that a scenario can touch, laid out for calculation. docs/methods/stress.md */
#include "graph/graph.h"
#include "simulate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What is needed of an edge only while building. */
typedef struct draft_edge {
	double weight; /* units a week that the user takes; NaN unknown */
	int class;     /* of priority: 0 first */
} draft_edge;

typedef struct builder {
	ssrc_sim_net *net;
	const ssrc_network *from;
	ssrc_arena *arena;
	const bool *affected;
	draft_edge *drafts;  /* [edges] */
	uint32_t *inputs_of; /* [alternates] first input, SSRC_NONE */
	uint32_t *circle_of; /* [nodes] */
	uint32_t n_backups;
} builder;

/* Capital goods are no input of what runs; they are of what grows. */
static bool is_need(const builder *b, const ssrc_edge *edge)
{
	return edge->from_variant || edge->essential != SSRC_CAPITAL || b->net->options->mode == SSRC_MODE_GROW;
}

/* ---- nodes in the order of calculation ------------------------------------------------------------------------ */

/* Arcs from what depends to what it depends on: users to inputs, items to the items that stand in for them. from NULL:
 * counts. */
static uint32_t list_arcs(const builder *b, const uint32_t *local, uint32_t *from, uint32_t *to)
{
	const ssrc_chain *chain = b->net->a->chain;
	uint32_t n = 0;
	for (uint32_t i = 0; i < b->from->n; i++) {
		if (!b->affected[i])
			continue;
		const ssrc_item *it = &chain->items[i];
		uint32_t first = b->from->start[i], n_edges = b->from->start[i + 1] - first;
		for (uint32_t k = 0; k < n_edges + it->n_alternates; k++) {
			const ssrc_edge *edge = k < n_edges ? &b->from->edges[first + k] : NULL;
			uint32_t x = edge ? SSRC_NONE : it->first_alternate + k - n_edges;
			uint32_t other = edge ? edge->input : chain->alternates[x].by_item;
			if (other == SSRC_NONE || !b->affected[other] ||
			    !(edge ? is_need(b, edge) : ssrc_sim_alternate_counts(&b->net->hits, x)))
				continue;
			if (from) {
				from[n] = local[i];
				to[n] = local[other];
			}
			n++;
		}
	}
	return n;
}

/* Nodes, inputs first, and the circles among them. */
static ssrc_status order_nodes(builder *b, ssrc_error *err)
{
	ssrc_sim_net *net = b->net;
	uint32_t count = 0, n = 0;
	uint32_t *local = ssrc_arena_array(b->arena, b->from->n, sizeof *local);
	uint32_t *item_of = ssrc_arena_array(b->arena, net->n, sizeof *item_of);
	uint32_t *component = ssrc_arena_array(b->arena, net->n, sizeof *component);
	uint32_t *order = ssrc_arena_array(b->arena, net->n, sizeof *order);
	if (!local || !item_of || !component || !order)
		return ssrc_no_memory(err);
	for (uint32_t i = 0; i < b->from->n; i++)
		if (b->affected[i]) {
			item_of[n] = i;
			local[i] = n++;
		}
	uint32_t m = list_arcs(b, local, NULL, NULL);
	uint32_t *from = ssrc_arena_array(b->arena, m, sizeof *from), *to = ssrc_arena_array(b->arena, m, sizeof *to);
	if (!from || !to)
		return ssrc_no_memory(err);
	list_arcs(b, local, from, to);
	ssrc_csr arcs;
	ssrc_status status = ssrc_csr_build(&arcs, b->arena, net->n, m, from, to, err);
	if (!status)
		status = ssrc_components(&arcs, component, &count, b->arena, err);
	if (!status)
		status = ssrc_component_order(net->n, component, count, order, b->arena, err);
	for (uint32_t k = 0; k < net->n && !status; k++) {
		net->nodes[k].item = item_of[order[k]];
		net->place[item_of[order[k]]] = k;
		if (k == 0 || component[order[k]] != component[order[k - 1]])
			net->circles[net->n_circles++].first = k;
		ssrc_sim_circle *circle = &net->circles[net->n_circles - 1];
		circle->end = k + 1;
		circle->around = circle->end - circle->first > 1;
		b->circle_of[k] = net->n_circles - 1;
	}
	return status;
}

/* ---- inputs of a node ----------------------------------------------------------------------------------------------
 */

static uint32_t add_input(builder *b, ssrc_input_kind kind, uint32_t item, const double at[SSRC_CASES], double low,
			  double high)
{
	ssrc_sim_input input = {.kind = kind, .item = item, .index = SSRC_NONE, .low = low, .high = high};
	memcpy(input.at.at, at, sizeof input.at.at);
	input.number = ssrc_sim_number(kind, b->net->a->chain->items[item].id, "", "");
	return ssrc_sim_add_input(&b->net->hits, input);
}

static void add_times(builder *b, ssrc_sim_node *node)
{
	const ssrc_item *it = &b->net->a->chain->items[node->item];
	ssrc_interval stock = it->stock, transit = it->transit;
	const double stocks[] = {stock.high, (stock.low + stock.high) / 2, stock.low};
	const double unknown[] = {(double)INFINITY, 0, 0}, none[] = {0, 0, 0};
	/* What is on the road still arrives: the longer the way, the later everything happens. */
	const double transits[] = {transit.high, (transit.low + transit.high) / 2, transit.low};
	node->in_stock =
		add_input(b, SSRC_INPUT_STOCK, node->item, ssrc_known(stock) ? stocks : unknown, stock.low, stock.high);
	node->in_transit = add_input(b, SSRC_INPUT_TRANSIT, node->item, ssrc_known(transit) ? transits : none,
				     transit.low, transit.high);
}

static uint32_t inputs_of_alternate(builder *b, uint32_t alternate)
{
	if (b->inputs_of[alternate] == SSRC_NONE)
		b->inputs_of[alternate] = ssrc_sim_alternate_inputs(&b->net->hits, alternate);
	return b->inputs_of[alternate];
}

/* Alternates of a node's item for one user (SSRC_NONE: for all), as covers. */
static uint32_t add_covers(builder *b, uint32_t place, uint32_t user)
{
	ssrc_sim_net *net = b->net;
	const ssrc_chain *chain = net->a->chain;
	const ssrc_item *it = &chain->items[net->nodes[place].item];
	uint32_t n = 0;
	for (uint32_t i = it->first_alternate; i < it->first_alternate + it->n_alternates; i++) {
		const ssrc_alternate *x = &chain->alternates[i];
		if (x->for_item != user || !ssrc_sim_alternate_counts(&net->hits, i))
			continue;
		uint32_t by = x->by_item == SSRC_NONE ? SSRC_NONE : net->place[x->by_item];
		if (x->by_item != SSRC_NONE && by == SSRC_NONE)
			by = net->n;
		net->covers[net->n_covers++] = (ssrc_sim_cover){inputs_of_alternate(b, i), by, place};
		n++;
	}
	return n;
}

static size_t steps_of(const builder *b, double weeks)
{
	double steps = ceil(weeks / b->net->options->step);
	return steps < b->net->n_steps ? (size_t)steps : b->net->n_steps;
}

/* Weeks that the users of the node may go on at most. */
static double longest_stock(const builder *b, const ssrc_sim_node *node)
{
	double most = b->net->hits.inputs[node->in_stock].at.at[SSRC_CASE_LOW];
	for (uint32_t k = 0; k < b->n_backups; k++)
		if (b->net->backups[k].item == node->item && b->net->backups[k].kind == SSRC_BACKUP_STOCK)
			most += b->net->backups[k].amount;
	return fmin(most, node->shelf);
}

static size_t take_ring(builder *b, size_t len)
{
	size_t at = b->net->ring_lanes;
	b->net->ring_lanes += len;
	return at;
}

static void add_node(builder *b, uint32_t place)
{
	ssrc_sim_net *net = b->net;
	ssrc_sim_node *node = &net->nodes[place];
	const ssrc_item *it = &net->a->chain->items[node->item];
	node->hit = net->hits.hit_of[node->item];
	node->runs_on = strcmp(it->kind, "good") != 0;
	node->product = it->product;
	node->shelf = isnan(it->shelf_weeks) ? (double)INFINITY : it->shelf_weeks;
	add_times(b, node);
	node->first_cover = net->n_covers;
	node->n_covers = add_covers(b, place, SSRC_NONE);
	node->first_backup = place == 0 ? 0 : node[-1].first_backup + node[-1].n_backups;
	for (uint32_t k = 0; k < b->n_backups; k++)
		if (net->backups[k].item == node->item)
			net->backup_of[node->first_backup + node->n_backups++] = k;
	double transit = net->hits.inputs[node->in_transit].at.at[SSRC_CASE_LOW];
	if (transit > 0)
		node->pipe_len = steps_of(b, transit) + 1;
	node->pipe = take_ring(b, node->pipe_len);
	if (node->runs_on)
		node->past_len = steps_of(b, longest_stock(b, node)) + 2;
	node->past = take_ring(b, node->past_len);
}

/* ---- edges
 * ------------------------------------------------------------------------------------------------------------ */

/* Units a week of the input that the user takes, NaN unless both numbers are known. */
static double weight_of(const builder *b, uint32_t user, const ssrc_edge *edge)
{
	const ssrc_chain *chain = b->net->a->chain;
	const ssrc_item *it = &chain->items[user];
	const ssrc_item *owner = edge->inherited ? &chain->items[it->variant_of] : it;
	for (uint32_t i = owner->first_need; !edge->from_variant && i < owner->first_need + owner->n_needs; i++)
		if (chain->needs[i].row == edge->row)
			return chain->needs[i].per_unit * it->use_per_week;
	return (double)NAN;
}

/* What a need of this class leaves of output at most is 1 − slope · (1 − available). */
static double slope_of(const ssrc_sim_net *net, const ssrc_edge *edge)
{
	ssrc_ceiling ceiling = ssrc_ceiling_open();
	double weight = ssrc_edge_weight(edge, net->options->mode, SSRC_CASE_MID);
	if (net->options->form == SSRC_LINEAR)
		return 1;
	ssrc_ceiling_add(&ceiling, net->options->form, 0, weight, 1);
	double left = ssrc_ceiling_close(&ceiling, net->options->form);
	return left < 1 ? 1 - left : 0;
}

static void add_edge(builder *b, uint32_t user, const ssrc_edge *edge)
{
	ssrc_sim_net *net = b->net;
	uint32_t place = net->place[edge->input];
	const ssrc_sim_node *input = &net->nodes[place];
	ssrc_sim_edge out = {.user = user, .item = place, .in_part = SSRC_NONE};
	if (edge->from_variant) {
		const double *at = edge->part.at;
		/* Anything from none to all with none in the middle: nobody knows, and a draw is as the middle. */
		bool known = at[SSRC_CASE_MID] > 0 || at[SSRC_CASE_HIGH] < 1;
		out.in_part = add_input(b, SSRC_INPUT_PART, input->item, at, known ? at[SSRC_CASE_LOW] : (double)NAN,
					known ? at[SSRC_CASE_HIGH] : (double)NAN);
	} else {
		out.slope = slope_of(net, edge);
	}
	out.first_cover = net->n_covers;
	out.n_covers = add_covers(b, place, net->nodes[user].item);
	if (!input->runs_on && input->shelf < (double)INFINITY)
		out.ring_len = steps_of(b, input->shelf) + 2;
	out.ring = take_ring(b, out.ring_len);
	ssrc_sim_circle *circle = &net->circles[b->circle_of[user]];
	circle->around |= user == place;
	bool first = edge->from_variant || edge->essential == SSRC_CRITICAL || edge->essential == SSRC_CAPITAL;
	b->drafts[net->n_edges] =
		(draft_edge){weight_of(b, net->nodes[user].item, edge), first                               ? 0
									: edge->essential == SSRC_IMPORTANT ? 1
													    : 2};
	net->edges[net->n_edges++] = out;
}

/* Edge `first` of the item by itself, or the choice that begins there. */
static void add_choice(builder *b, uint32_t user, uint32_t first)
{
	ssrc_sim_net *net = b->net;
	uint32_t item = net->nodes[user].item;
	const ssrc_edge *head = &b->from->edges[first];
	ssrc_sim_choice choice = {.first = net->n_edges};
	bool always = false, untouched = false;
	for (uint32_t e = first; e < b->from->start[item + 1]; e++) {
		const ssrc_edge *edge = &b->from->edges[e];
		bool member = e == first || (!head->from_variant && head->group != SSRC_NONE && !edge->from_variant &&
					     edge->group == head->group);
		if (!member)
			continue;
		always |= !is_need(b, edge);
		always |= !edge->from_variant && !(slope_of(net, edge) > 0);
		untouched |= !b->affected[edge->input];
		if (is_need(b, edge) && b->affected[edge->input])
			add_edge(b, user, edge);
	}
	bool mean = net->options->form == SSRC_LINEAR && !head->from_variant;
	choice.n = net->n_edges - choice.first;
	choice.limit = always || untouched || choice.n == 0 ? SSRC_SIM_FREE : mean ? SSRC_SIM_MEAN : SSRC_SIM_LEAST;
	if (mean && !always) {
		net->nodes[user].needs++;
		net->nodes[user].outside += untouched;
	}
	if (choice.n > 0)
		net->choices[net->n_choices++] = choice;
}

static void add_choices(builder *b, uint32_t user)
{
	ssrc_sim_node *node = &b->net->nodes[user];
	uint32_t start = b->from->start[node->item];
	node->first_choice = b->net->n_choices;
	for (uint32_t e = start; e < b->from->start[node->item + 1]; e++) {
		const ssrc_edge *edge = &b->from->edges[e];
		if (edge->from_variant || edge->group == SSRC_NONE || edge->group == e - start)
			add_choice(b, user, e);
	}
	node->n_choices = b->net->n_choices - node->first_choice;
}

/* Those who take a product, or what nobody in the network takes. */
static void add_outside(builder *b, const bool *taken)
{
	ssrc_sim_net *net = b->net;
	for (uint32_t k = 0; k < net->n; k++) {
		const ssrc_item *it = &net->a->chain->items[net->nodes[k].item];
		if (!net->nodes[k].product && taken[k])
			continue;
		b->drafts[net->n_edges] = (draft_edge){taken[k] ? (double)NAN : it->use_per_week, 0};
		ssrc_sim_edge out = {.user = net->n,
				     .item = k,

				     .in_part = SSRC_NONE,
				     .first_cover = net->n_covers};
		if (!net->nodes[k].runs_on && !net->nodes[k].product && net->nodes[k].shelf < (double)INFINITY)
			out.ring_len = steps_of(b, net->nodes[k].shelf) + 2;
		out.ring = take_ring(b, out.ring_len);
		net->edges[net->n_edges++] = out;
	}
}

static void mark_covers(const builder *b, ssrc_sim_circle *circle, uint32_t first, uint32_t n)
{
	for (uint32_t c = first; c < first + n; c++) {
		uint32_t by = b->net->covers[c].by;
		circle->covered |= by != SSRC_NONE;
		circle->stand_ins |= by >= circle->first && by < circle->end;
	}
}

static void mark_stand_ins(const builder *b)
{
	ssrc_sim_net *net = b->net;
	for (uint32_t k = 0; k < net->n; k++)
		mark_covers(b, &net->circles[b->circle_of[k]], net->nodes[k].first_cover, net->nodes[k].n_covers);
	for (uint32_t e = 0; e < net->n_edges; e++)
		if (net->edges[e].user < net->n)
			mark_covers(b, &net->circles[b->circle_of[net->edges[e].user]], net->edges[e].first_cover,
				    net->edges[e].n_covers);
}

/* ---- who is served when
 * ------------------------------------------------------------------------------------------------ */

typedef struct client {
	uint32_t edge, order; /* order: by item, outside last */
	double share;
	int class;
} client;

static int by_class(const void *x, const void *y)
{
	const client *a = x, *b = y;
	if (a->class != b->class)
		return a->class - b->class;
	return (a->order > b->order) - (a->order < b->order);
}

static int by_size(const void *x, const void *y)
{
	const client *a = x, *b = y;
	if (a->share != b->share)
		return a->share > b->share ? -1 : 1;
	if (a->order != b->order)
		return a->order < b->order ? -1 : 1;
	return (a->edge > b->edge) - (a->edge < b->edge);
}

/* Shares of an item's normal use: by units where all are known, else equal. What is left of the use of a product that
 * others need too goes outside. */
static void share_out(const builder *b, ssrc_sim_node *node, client *clients, uint32_t n)
{
	double use = b->net->a->chain->items[node->item].use_per_week, sum = 0;
	bool known = true;
	for (uint32_t k = 0; k < n; k++) {
		clients[k].share = b->drafts[clients[k].edge].weight;
		if (b->net->edges[clients[k].edge].user == b->net->n && n > 1)
			clients[k].share = use - sum > 0 ? use - sum : isnan(use) ? (double)NAN : 0; /* stands last */
		known &= !isnan(clients[k].share);
		sum += known ? clients[k].share : 0;
	}
	node->shares_known = n == 1 || (known && sum > 0);
	for (uint32_t k = 0; k < n; k++)
		clients[k].share = known && sum > 0 ? clients[k].share / sum : 1.0 / n;
}

static void add_queues(builder *b, ssrc_sim_node *node, client *clients, uint32_t n)
{
	ssrc_sim_net *net = b->net;
	ssrc_rationing way = node->runs_on ? SSRC_RATION_PROPORTIONAL : net->options->rationing;
	node->first_queue = net->n_queues;
	if (n > 1 && way != SSRC_RATION_PROPORTIONAL)
		qsort(clients, n, sizeof *clients, way == SSRC_RATION_PRIORITY ? by_class : by_size);
	for (uint32_t k = 0; k < n; k++) {
		bool fresh = k == 0 || way == SSRC_RATION_LARGEST ||
			     (way == SSRC_RATION_PRIORITY && clients[k].class != clients[k - 1].class);
		if (fresh)
			net->queue_share[net->n_queues++] = 0;
		net->queue_share[net->n_queues - 1] += clients[k].share;
		net->edges[clients[k].edge].queue = net->n_queues - 1;
		net->edges[clients[k].edge].share = clients[k].share;
	}
	node->n_queues = net->n_queues - node->first_queue;
}

static ssrc_status queue_users(builder *b, ssrc_error *err)
{
	ssrc_sim_net *net = b->net;
	uint32_t *from = ssrc_arena_array(b->arena, net->n_edges, sizeof *from);
	uint32_t *to = ssrc_arena_array(b->arena, net->n_edges, sizeof *to);
	client *clients = ssrc_arena_array(b->arena, net->n_edges, sizeof *clients);
	net->queue_share = ssrc_arena_array(b->arena, net->n_edges, sizeof *net->queue_share);
	if (!from || !to || !clients || !net->queue_share)
		return ssrc_no_memory(err);
	for (uint32_t e = 0; e < net->n_edges; e++) {
		from[e] = net->edges[e].item;
		to[e] = net->edges[e].user;
	}
	ssrc_csr users;
	ssrc_status status = ssrc_csr_build(&users, b->arena, net->n, net->n_edges, from, to, err);
	net->users_start = users.start;
	net->users = users.edge;
	for (uint32_t k = 0; k < net->n && !status; k++) {
		uint32_t first = users.start[k], n = users.start[k + 1] - first;
		for (uint32_t i = 0; i < n; i++) {
			uint32_t e = users.edge[first + i], user = net->edges[e].user;
			clients[i] = (client){.edge = e,
					      .order = user == net->n ? SSRC_NONE : net->nodes[user].item,
					      .class = b->drafts[e].class};
		}
		share_out(b, &net->nodes[k], clients, n);
		add_queues(b, &net->nodes[k], clients, n);
	}
	return status;
}

/* ---- the whole
 * ------------------------------------------------------------------------------------------------------------ */

/* Alternates of all affected items, and once more those for one user at each edge between the two. */
static size_t count_covers(const builder *b)
{
	const ssrc_chain *chain = b->net->a->chain;
	size_t n = chain->n_alternates;
	for (uint32_t i = 0; i < b->from->n; i++)
		for (uint32_t e = b->from->start[i]; b->affected[i] && e < b->from->start[i + 1]; e++)
			n += chain->items[b->from->edges[e].input].n_alternates;
	return n;
}

static ssrc_status make_room(builder *b, uint32_t n_backups, ssrc_error *err)
{
	ssrc_sim_net *net = b->net;
	const ssrc_chain *chain = net->a->chain;
	size_t m = b->from->start[b->from->n], alternates = chain->n_alternates;
	for (uint32_t i = 0; i < b->from->n; i++)
		net->n += b->affected[i];
	net->nodes = ssrc_arena_array(b->arena, (size_t)net->n + 1, sizeof *net->nodes);
	net->circles = ssrc_arena_array(b->arena, net->n, sizeof *net->circles);
	net->edges = ssrc_arena_array(b->arena, m + net->n, sizeof *net->edges);
	net->choices = ssrc_arena_array(b->arena, m, sizeof *net->choices);
	net->covers = ssrc_arena_array(b->arena, count_covers(b), sizeof *net->covers);
	net->backup_of = ssrc_arena_array(b->arena, n_backups, sizeof *net->backup_of);
	net->place = ssrc_arena_array(b->arena, b->from->n, sizeof *net->place);
	b->drafts = ssrc_arena_array(b->arena, m + net->n, sizeof *b->drafts);
	b->inputs_of = ssrc_arena_array(b->arena, alternates, sizeof *b->inputs_of);
	b->circle_of = ssrc_arena_array(b->arena, (size_t)net->n + 1, sizeof *b->circle_of);
	if (!net->nodes || !net->circles || !net->edges || !net->choices || !net->covers || !net->backup_of ||
	    !net->place || !b->drafts || !b->inputs_of || !b->circle_of)
		return ssrc_no_memory(err);
	memset(net->place, 0xFF, b->from->n * sizeof *net->place);
	memset(b->inputs_of, 0xFF, alternates * sizeof *b->inputs_of);
	b->circle_of[net->n] = SSRC_NONE;
	return SSRC_OK;
}

static ssrc_status fill_net(builder *b, ssrc_error *err)
{
	ssrc_sim_net *net = b->net;
	bool *taken = ssrc_arena_array(b->arena, net->n, sizeof *taken);
	if (!taken)
		return ssrc_no_memory(err);
	for (uint32_t k = 0; k < net->n; k++)
		add_node(b, k);
	for (uint32_t k = 0; k < net->n; k++)
		add_choices(b, k);
	for (uint32_t e = 0; e < net->n_edges; e++)
		taken[net->edges[e].item] = true;
	add_outside(b, taken);
	mark_stand_ins(b);
	return queue_users(b, err);
}

ssrc_status ssrc_sim_net_build(ssrc_sim_net *out, const ssrc_assessment *a, const ssrc_scenario *scenario,
			       const ssrc_stress_options *options, const ssrc_stress_backup *backups,
			       uint32_t n_backups, ssrc_arena *arena, ssrc_error *err)
{
	ssrc_sim_net net = {.a = a, .options = options, .backups = backups};
	builder b = {.net = &net, .from = &a->network, .arena = arena, .n_backups = n_backups};
	net.n_steps = (uint32_t)ceil(options->weeks / options->step - 1e-9);
	ssrc_status status = ssrc_sim_hits_build(&net.hits, a, scenario, arena, err);
	if (status)
		return status;
	b.affected = ssrc_sim_affected(&net.hits, arena);
	if (!b.affected)
		return ssrc_no_memory(err);
	status = make_room(&b, n_backups, err);
	if (!status)
		status = order_nodes(&b, err);
	if (!status)
		status = fill_net(&b, err);
	if (!status)
		*out = net;
	return status;
}
