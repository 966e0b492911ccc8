/* Small immutable networks in compressed rows, with orders and components. */
#ifndef SSRC_GRAPH_H
#define SSRC_GRAPH_H

#include "base/base.h"

typedef struct ssrc_csr {
	uint32_t n;      /* vertices */
	uint32_t *start; /* [n + 1] */
	uint32_t *to;    /* [start[n]] neighbour */
	uint32_t *edge;  /* [start[n]] index of the edge in the caller's list */
} ssrc_csr;

/* Builds rows from `from[i] -> to[i]`, i < m; within a row in the order of the list. All memory from arena.
 * Errors: NOMEM. Cost O(n + m). */
SSRC_MUST_CHECK ssrc_status ssrc_csr_build(ssrc_csr *out, ssrc_arena *arena, uint32_t n, uint32_t m,
					   const uint32_t *from, const uint32_t *to, ssrc_error *err);

/* Strongly connected components: component[v] for v < n, numbered so that every edge u -> v has
 * component[u] >= component[v] (targets first). *count = how many. Tarjan without recursion. O(n + m). */
SSRC_MUST_CHECK ssrc_status ssrc_components(const ssrc_csr *g, uint32_t *component, uint32_t *count, ssrc_arena *arena,
					    ssrc_error *err);

/* Vertices ordered by (component, id), so that targets of an edge stand before its source. order[n]. O(n). */
SSRC_MUST_CHECK ssrc_status ssrc_component_order(uint32_t n, const uint32_t *component, uint32_t count, uint32_t *order,
						 ssrc_arena *arena, ssrc_error *err);

/* Number of targets reachable from each vertex, itself not counted: reach[n]. targets: n_targets vertices, each at
 * most once. Bit sets of 64 targets at a time; O((n + m) · n_targets / 64) time, O(n) space. */
SSRC_MUST_CHECK ssrc_status ssrc_reach_counts(const ssrc_csr *g, const uint32_t *component, const uint32_t *order,
					      const uint32_t *targets, uint32_t n_targets, uint32_t *reach,
					      ssrc_arena *arena, ssrc_error *err);

#endif
