#include "graph.h"

#include <string.h>

ssrc_status ssrc_csr_build(ssrc_csr *out, ssrc_arena *arena, uint32_t n, uint32_t m, const uint32_t *from,
			   const uint32_t *to, ssrc_error *err)
{
	ssrc_csr g = {.n = n};
	g.start = ssrc_arena_array(arena, (size_t)n + 2, sizeof *g.start);
	g.to = ssrc_arena_array(arena, m, sizeof *g.to);
	g.edge = ssrc_arena_array(arena, m, sizeof *g.edge);
	if (!g.start || !g.to || !g.edge)
		return ssrc_no_memory(err);
	/* Counting sort with the row starts shifted by one, so that filling them leaves them right. */
	for (uint32_t i = 0; i < m; i++)
		g.start[from[i] + 2]++;
	for (uint32_t v = 0; v < n; v++)
		g.start[v + 2] += g.start[v + 1];
	for (uint32_t i = 0; i < m; i++) {
		uint32_t at = g.start[from[i] + 1]++;
		g.to[at] = to[i];
		g.edge[at] = i;
	}
	*out = g;
	return SSRC_OK;
}

typedef struct tarjan {
	const ssrc_csr *g;
	uint32_t *component, *index, *low, *stack, *path, *next;
	uint32_t n_stack, n_path, clock, count;
} tarjan;

static void enter(tarjan *t, uint32_t v)
{
	t->index[v] = t->low[v] = ++t->clock;
	t->next[v] = t->g->start[v];
	t->stack[t->n_stack++] = v;
	t->path[t->n_path++] = v;
}

static void leave(tarjan *t, uint32_t v)
{
	t->n_path--;
	if (t->n_path > 0) {
		uint32_t parent = t->path[t->n_path - 1];
		if (t->low[v] < t->low[parent])
			t->low[parent] = t->low[v];
	}
	if (t->low[v] != t->index[v])
		return;
	uint32_t w;
	do {
		w = t->stack[--t->n_stack];
		t->component[w] = t->count;
	} while (w != v);
	t->count++;
}

static void visit_from(tarjan *t, uint32_t root)
{
	enter(t, root);
	while (t->n_path > 0) {
		uint32_t v = t->path[t->n_path - 1];
		if (t->next[v] == t->g->start[v + 1]) {
			leave(t, v);
			continue;
		}
		uint32_t w = t->g->to[t->next[v]++];
		if (t->index[w] == 0)
			enter(t, w);
		else if (t->component[w] == SSRC_NONE && t->index[w] < t->low[v])
			t->low[v] = t->index[w];
	}
}

ssrc_status ssrc_components(const ssrc_csr *g, uint32_t *component, uint32_t *count, ssrc_arena *arena, ssrc_error *err)
{
	tarjan t = {.g = g, .component = component};
	t.index = ssrc_arena_array(arena, g->n, sizeof *t.index);
	t.low = ssrc_arena_array(arena, g->n, sizeof *t.low);
	t.stack = ssrc_arena_array(arena, g->n, sizeof *t.stack);
	t.path = ssrc_arena_array(arena, g->n, sizeof *t.path);
	t.next = ssrc_arena_array(arena, g->n, sizeof *t.next);
	if (!t.index || !t.low || !t.stack || !t.path || !t.next)
		return ssrc_no_memory(err);
	memset(component, 0xFF, g->n * sizeof *component);
	for (uint32_t v = 0; v < g->n; v++)
		if (t.index[v] == 0)
			visit_from(&t, v);
	*count = t.count;
	return SSRC_OK;
}

ssrc_status ssrc_component_order(uint32_t n, const uint32_t *component, uint32_t count, uint32_t *order,
				 ssrc_arena *arena, ssrc_error *err)
{
	uint32_t *at = ssrc_arena_array(arena, (size_t)count + 1, sizeof *at);
	if (!at)
		return ssrc_no_memory(err);
	for (uint32_t v = 0; v < n; v++)
		at[component[v] + 1]++;
	for (uint32_t c = 0; c < count; c++)
		at[c + 1] += at[c];
	for (uint32_t v = 0; v < n; v++)
		order[at[component[v]]++] = v;
	return SSRC_OK;
}

/* bits[v] on entry: v's own bit if it is a target of this block; on exit: the targets v reaches or is. */
static void reach_block(const ssrc_csr *g, const uint32_t *component, const uint32_t *order, const uint64_t *own,
			uint64_t *bits, uint32_t *reach)
{
	for (uint32_t i = 0; i < g->n;) {
		uint32_t first = i;
		uint64_t all = 0;
		for (; i < g->n && component[order[i]] == component[order[first]]; i++) {
			uint32_t v = order[i];
			all |= own[v];
			for (uint32_t k = g->start[v]; k < g->start[v + 1]; k++)
				if (component[g->to[k]] != component[v])
					all |= bits[g->to[k]];
		}
		for (uint32_t k = first; k < i; k++) {
			uint32_t v = order[k];
			bits[v] = all;
			reach[v] += (uint32_t)__builtin_popcountll(all & ~own[v]);
		}
	}
}

ssrc_status ssrc_reach_counts(const ssrc_csr *g, const uint32_t *component, const uint32_t *order,
			      const uint32_t *targets, uint32_t n_targets, uint32_t *reach, ssrc_arena *arena,
			      ssrc_error *err)
{
	uint64_t *own = ssrc_arena_array(arena, g->n, sizeof *own);
	uint64_t *bits = ssrc_arena_array(arena, g->n, sizeof *bits);
	if (!own || !bits)
		return ssrc_no_memory(err);
	memset(reach, 0, g->n * sizeof *reach);
	for (uint32_t base = 0; base < n_targets; base += 64) {
		uint32_t here = n_targets - base < 64 ? n_targets - base : 64;
		for (uint32_t i = 0; i < here; i++)
			own[targets[base + i]] = UINT64_C(1) << i;
		reach_block(g, component, order, own, bits, reach);
		for (uint32_t i = 0; i < here; i++)
			own[targets[base + i]] = 0;
	}
	return SSRC_OK;
}
