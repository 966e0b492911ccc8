#include "assess.h"

#include "graph/graph.h"

#include <math.h>
#include <string.h>

double ssrc_edge_weight(const ssrc_edge *edge, ssrc_mode mode, ssrc_case which)
{
	if (edge->from_variant)
		return edge->part.at[which];
	switch (edge->essential) {
	case SSRC_CRITICAL: return 1;
	case SSRC_IMPORTANT: return 0.5;
	case SSRC_CAPITAL: return mode == SSRC_MODE_GROW ? 1 : 0;
	case SSRC_OPTIONAL: return 0;
	}
	return 0;
}

/* A variant's own row for an input (or for any member of the same choice) stands in the place of the group's row. */
static bool overridden(const ssrc_chain *chain, const ssrc_item *variant, const ssrc_item *group, const ssrc_need *need)
{
	for (uint32_t i = 0; i < variant->n_needs; i++) {
		const ssrc_need *own = &chain->needs[variant->first_need + i];
		if (own->input == need->input)
			return true;
		if (!*need->any_of)
			continue;
		for (uint32_t k = 0; k < group->n_needs; k++) {
			const ssrc_need *other = &chain->needs[group->first_need + k];
			if (other->input == own->input && strcmp(other->any_of, need->any_of) == 0)
				return true;
		}
	}
	return false;
}

/* Writes the edges of one item to out (NULL: counts only). */
static uint32_t item_edges(const ssrc_chain *chain, uint32_t item, const uint32_t *first_variant,
			   const uint32_t *next_variant, ssrc_edge *out)
{
	const ssrc_item *self = &chain->items[item];
	uint32_t n = 0;
	for (int inherited = 0; inherited < 2; inherited++) {
		const ssrc_item *owner =
			inherited ? (self->variant_of == SSRC_NONE ? NULL : &chain->items[self->variant_of]) : self;
		for (uint32_t i = 0; owner && owner != (inherited ? self : NULL) && i < owner->n_needs; i++) {
			const ssrc_need *need = &chain->needs[owner->first_need + i];
			if (inherited && (need->input == item || overridden(chain, self, owner, need)))
				continue;
			if (out)
				out[n] = (ssrc_edge){.input = need->input,
						     .group = SSRC_NONE,
						     .essential = need->essential,
						     .inherited = inherited,
						     .row = need->row};
			/* The group number is the position of the first edge with the same label. */
			for (uint32_t k = 0; out && *need->any_of && k <= n; k++)
				if (out[k].row != SSRC_NONE && out[k].inherited == inherited) {
					const ssrc_cell *label =
						ssrc_table_cell(&chain->package->tables[SSRC_FILE_NEEDS], out[k].row,
								ssrc_schema_column(SSRC_FILE_NEEDS, "any_of"));
					if (strcmp(label->text, need->any_of) == 0) {
						out[n].group = k;
						break;
					}
				}
			n++;
		}
	}
	for (uint32_t v = first_variant[item]; v != SSRC_NONE; v = next_variant[v]) {
		if (out)
			out[n] = (ssrc_edge){.input = v,
					     .group = SSRC_NONE,
					     .essential = SSRC_CRITICAL,
					     .from_variant = true,
					     .row = SSRC_NONE};
		n++;
	}
	return n;
}

static ssrc_status build_edges(ssrc_network *net, const ssrc_chain *chain, ssrc_arena *arena, ssrc_error *err)
{
	uint32_t *first = ssrc_arena_array(arena, net->n, sizeof *first);
	uint32_t *next = ssrc_arena_array(arena, net->n, sizeof *next);
	net->start = ssrc_arena_array(arena, (size_t)net->n + 1, sizeof *net->start);
	if (!first || !next || !net->start)
		return ssrc_no_memory(err);
	memset(first, 0xFF, net->n * sizeof *first);
	for (uint32_t i = net->n; i-- > 0;) {
		uint32_t group = chain->items[i].variant_of;
		if (group == SSRC_NONE || group == i)
			continue;
		next[i] = first[group];
		first[group] = i;
	}
	for (uint32_t i = 0; i < net->n; i++)
		net->start[i + 1] = net->start[i] + item_edges(chain, i, first, next, NULL);
	net->edges = ssrc_arena_array(arena, net->start[net->n], sizeof *net->edges);
	if (!net->edges)
		return ssrc_no_memory(err);
	for (uint32_t i = 0; i < net->n; i++)
		item_edges(chain, i, first, next, net->edges + net->start[i]);
	return SSRC_OK;
}

static ssrc_status build_users(ssrc_network *net, ssrc_arena *arena, ssrc_error *err)
{
	uint32_t m = net->start[net->n];
	uint32_t *from = ssrc_arena_array(arena, m, sizeof *from), *to = ssrc_arena_array(arena, m, sizeof *to);
	if (!from || !to)
		return ssrc_no_memory(err);
	for (uint32_t i = 0; i < net->n; i++)
		for (uint32_t e = net->start[i]; e < net->start[i + 1]; e++) {
			from[e] = net->edges[e].input;
			to[e] = i;
		}
	ssrc_csr users;
	ssrc_status status = ssrc_csr_build(&users, arena, net->n, m, from, to, err);
	if (status)
		return status;
	net->users_start = users.start;
	net->users = users.to;
	/* Components of the needs graph come targets first, that is inputs before users. */
	ssrc_csr needs;
	status = ssrc_csr_build(&needs, arena, net->n, m, to, from, err);
	if (status)
		return status;
	net->component = ssrc_arena_array(arena, net->n, sizeof *net->component);
	net->order = ssrc_arena_array(arena, net->n, sizeof *net->order);
	net->place = ssrc_arena_array(arena, net->n, sizeof *net->place);
	if (!net->component || !net->order || !net->place)
		return ssrc_no_memory(err);
	status = ssrc_components(&needs, net->component, &net->n_components, arena, err);
	if (!status)
		status = ssrc_component_order(net->n, net->component, net->n_components, net->order, arena, err);
	for (uint32_t k = 0; k < net->n && !status; k++)
		net->place[net->order[k]] = k;
	return status;
}

/* Backwards from the products along edges that can lose output. */
static ssrc_status mark_leads(ssrc_network *net, const ssrc_chain *chain, ssrc_mode mode, ssrc_arena *arena,
			      ssrc_error *err)
{
	bool *mark = ssrc_arena_array(arena, net->n, sizeof *mark);
	uint32_t *stack = ssrc_arena_array(arena, net->n, sizeof *stack);
	if (!mark || !stack)
		return ssrc_no_memory(err);
	uint32_t n_stack = 0;
	for (uint32_t i = 0; i < net->n; i++)
		if (chain->items[i].product) {
			mark[i] = true;
			stack[n_stack++] = i;
		}
	while (n_stack > 0) {
		uint32_t item = stack[--n_stack];
		for (uint32_t e = net->start[item]; e < net->start[item + 1]; e++) {
			const ssrc_edge *edge = &net->edges[e];
			bool loses = edge->from_variant || ssrc_edge_weight(edge, mode, SSRC_CASE_MID) > 0;
			if (loses && !mark[edge->input]) {
				mark[edge->input] = true;
				stack[n_stack++] = edge->input;
			}
		}
	}
	net->leads_to_product[mode] = mark;
	return SSRC_OK;
}

/* True if some member of the choice that edge e starts loses nothing. */
static bool choice_is_covered(const ssrc_network *net, uint32_t item, uint32_t e, ssrc_mode mode)
{
	bool covered = false;
	for (uint32_t k = e; k < net->start[item + 1]; k++)
		if (!net->edges[k].from_variant && net->edges[k].group == net->edges[e].group)
			covered |= !(ssrc_edge_weight(&net->edges[k], mode, SSRC_CASE_MID) > 0);
	return covered;
}

static void add_link(ssrc_links *out, const ssrc_network *net, uint32_t e, uint32_t members, ssrc_mode mode,
		     uint32_t *n)
{
	const ssrc_edge *edge = &net->edges[e];
	float weight = edge->from_variant ? -1 : (float)ssrc_edge_weight(edge, mode, SSRC_CASE_MID);
	out->links[(*n)++] = (ssrc_link){edge->input, e, members, weight};
}

static void item_links(ssrc_links *out, const ssrc_network *net, uint32_t item, ssrc_mode mode, uint32_t *n)
{
	for (uint32_t e = net->start[item]; e < net->start[item + 1]; e++) {
		const ssrc_edge *edge = &net->edges[e];
		bool choice = !edge->from_variant && edge->group != SSRC_NONE;
		if (choice && (edge->group != e - net->start[item] || choice_is_covered(net, item, e, mode)))
			continue;
		if (!edge->from_variant && !choice && !(ssrc_edge_weight(edge, mode, SSRC_CASE_MID) > 0))
			continue;
		uint32_t first = *n;
		add_link(out, net, e, 1, mode, n);
		for (uint32_t k = e + 1; choice && k < net->start[item + 1]; k++)
			if (!net->edges[k].from_variant && net->edges[k].group == edge->group)
				add_link(out, net, k, 0, mode, n);
		out->links[first].members = *n - first;
	}
}

static ssrc_status build_links(ssrc_network *net, ssrc_mode mode, ssrc_arena *arena, ssrc_error *err)
{
	uint32_t m = net->start[net->n], n = 0, used = 0;
	ssrc_links out = {.start = ssrc_arena_array(arena, (size_t)net->n + 1, sizeof *out.start),
			  .links = ssrc_arena_array(arena, m, sizeof *out.links)};
	uint32_t *from = ssrc_arena_array(arena, m, sizeof *from), *to = ssrc_arena_array(arena, m, sizeof *to);
	if (!out.start || !out.links || !from || !to)
		return ssrc_no_memory(err);
	for (uint32_t item = 0; item < net->n; item++) {
		out.start[item] = n;
		item_links(&out, net, item, mode, &n);
		uint32_t shift = ssrc_slot_shift(n - out.start[item]), slot = 0;
		for (uint32_t k = out.start[item]; net->leads_to_product[mode][item] && k < n; k++) {
			if (out.links[k].members)
				slot = (k - out.start[item]) >> shift;
			from[used] = out.links[k].input;
			to[used++] = net->place[item] << SSRC_SLOT_BITS | slot;
		}
	}
	out.start[net->n] = n;
	ssrc_csr users;
	ssrc_status status = ssrc_csr_build(&users, arena, net->n, used, from, to, err);
	if (status)
		return status;
	out.users_start = users.start;
	out.users = users.to;
	net->links[mode] = out;
	return SSRC_OK;
}

static ssrc_status count_dependants(ssrc_network *net, const ssrc_chain *chain, ssrc_arena *arena, ssrc_error *err)
{
	uint32_t m = net->start[net->n], used = 0, count, n_products = 0;
	uint32_t *from = ssrc_arena_array(arena, m, sizeof *from), *to = ssrc_arena_array(arena, m, sizeof *to);
	uint32_t *component = ssrc_arena_array(arena, net->n, sizeof *component);
	uint32_t *order = ssrc_arena_array(arena, net->n, sizeof *order);
	uint32_t *all = ssrc_arena_array(arena, net->n, sizeof *all),
		 *made = ssrc_arena_array(arena, net->n, sizeof *made);
	net->dependants = ssrc_arena_array(arena, net->n, sizeof *net->dependants);
	net->products = ssrc_arena_array(arena, net->n, sizeof *net->products);
	if (!from || !to || !component || !order || !all || !made || !net->dependants || !net->products)
		return ssrc_no_memory(err);
	for (uint32_t i = 0; i < net->n; i++) {
		all[i] = i;
		if (chain->items[i].product)
			made[n_products++] = i;
		for (uint32_t e = net->start[i]; e < net->start[i + 1]; e++) {
			if (net->edges[e].essential == SSRC_OPTIONAL)
				continue;
			from[used] = net->edges[e].input;
			to[used++] = i;
		}
	}
	ssrc_csr users;
	ssrc_status status = ssrc_csr_build(&users, arena, net->n, used, from, to, err);
	if (!status)
		status = ssrc_components(&users, component, &count, arena, err);
	if (!status)
		status = ssrc_component_order(net->n, component, count, order, arena, err);
	if (!status)
		status = ssrc_reach_counts(&users, component, order, all, net->n, net->dependants, arena, err);
	if (!status)
		status = ssrc_reach_counts(&users, component, order, made, n_products, net->products, arena, err);
	for (uint32_t i = 0; i < n_products && !status; i++)
		net->products[made[i]]++;
	return status;
}

ssrc_status ssrc_network_build(ssrc_network *out, const ssrc_chain *chain, ssrc_arena *arena, ssrc_error *err)
{
	ssrc_network net = {.n = chain->n_items};
	ssrc_status status = build_edges(&net, chain, arena, err);
	if (!status)
		status = build_users(&net, arena, err);
	for (int mode = 0; mode < SSRC_MODES && !status; mode++)
		status = mark_leads(&net, chain, (ssrc_mode)mode, arena, err);
	for (int mode = 0; mode < SSRC_MODES && !status; mode++)
		status = build_links(&net, (ssrc_mode)mode, arena, err);
	if (!status)
		status = count_dependants(&net, chain, arena, err);
	if (!status)
		*out = net;
	return status;
}
