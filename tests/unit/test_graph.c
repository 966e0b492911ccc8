/* Networks in compressed rows against naive versions on random graphs: rows, components, order, reach counts. */
#include "harness.h"

#include "graph/graph.h"

enum { N_MAX = 150, M_MAX = 900, GRAPHS = 400 };

typedef struct sample {
	uint32_t n, m;
	uint32_t from[M_MAX], to[M_MAX];
	bool reach[N_MAX][N_MAX]; /* by at least one edge */
} sample;

static uint32_t random_below(uint64_t seed, uint64_t *counter, uint32_t n)
{
	return (uint32_t)(ssrc_random_unit(seed, 3, (*counter)++) * n);
}

/* Loops and double edges included; sparse to dense, empty ones too. */
static void random_graph(sample *g, uint64_t seed)
{
	uint64_t counter = 0;
	g->n = seed % 20 == 0 ? 0 : 1 + random_below(seed, &counter, N_MAX);
	g->m = g->n ? random_below(seed, &counter, seed % 3 ? 2 * g->n : M_MAX) : 0;
	memset(g->reach, 0, sizeof g->reach);
	for (uint32_t i = 0; i < g->m; i++) {
		g->from[i] = random_below(seed, &counter, g->n);
		g->to[i] = random_below(seed, &counter, g->n);
		g->reach[g->from[i]][g->to[i]] = true;
	}
	for (uint32_t k = 0; k < g->n; k++)
		for (uint32_t i = 0; i < g->n; i++)
			for (uint32_t j = 0; g->reach[i][k] && j < g->n; j++)
				g->reach[i][j] |= g->reach[k][j];
}

static bool build(const sample *g, ssrc_arena *arena, ssrc_csr *csr)
{
	bool good = ssrc_csr_build(csr, arena, g->n, g->m, g->from, g->to, NULL) == SSRC_OK;
	CHECK(good);
	return good;
}

/* Every row holds its edges in the order of the list. */
static void test_rows(void)
{
	static sample g;
	for (uint64_t seed = 0; seed < GRAPHS; seed++) {
		ssrc_context ctx;
		ssrc_arena arena;
		ssrc_csr csr;
		ssrc_context_init(&ctx);
		ssrc_arena_init(&arena, &ctx);
		random_graph(&g, seed);
		if (build(&g, &arena, &csr)) {
			CHECK(csr.n == g.n && csr.start[0] == 0 && csr.start[g.n] == g.m);
			for (uint32_t v = 0; v < g.n; v++) {
				uint32_t k = csr.start[v];
				for (uint32_t i = 0; i < g.m; i++)
					if (g.from[i] == v) {
						CHECK(k < csr.start[v + 1] && csr.edge[k] == i && csr.to[k] == g.to[i]);
						k++;
					}
				CHECK(k == csr.start[v + 1]);
			}
		}
		ssrc_arena_clear(&arena);
	}
}

/* Two vertices share a component exactly if each reaches the other; targets are numbered first; the order follows. */
static void check_components(const sample *g, const ssrc_csr *csr, ssrc_arena *arena)
{
	uint32_t component[N_MAX + 1], order[N_MAX + 1], count = 0;
	bool used[N_MAX + 1] = {false};
	CHECK(ssrc_components(csr, component, &count, arena, NULL) == SSRC_OK);
	CHECK(ssrc_component_order(g->n, component, count, order, arena, NULL) == SSRC_OK);
	CHECK(count <= g->n && (count > 0) == (g->n > 0));
	for (uint32_t v = 0; v < g->n; v++) {
		CHECK(component[v] < count);
		used[component[v]] = true;
		for (uint32_t w = 0; w < v; w++)
			CHECK((component[v] == component[w]) == (g->reach[v][w] && g->reach[w][v]));
	}
	for (uint32_t c = 0; c < count; c++)
		CHECK(used[c]);
	for (uint32_t i = 0; i < g->m; i++)
		CHECK(component[g->from[i]] >= component[g->to[i]]);
	for (uint32_t k = 1; k < g->n; k++) {
		uint32_t a = order[k - 1], b = order[k];
		CHECK(component[a] < component[b] || (component[a] == component[b] && a < b));
	}
}

static void test_components(void)
{
	static sample g;
	for (uint64_t seed = 0; seed < GRAPHS; seed++) {
		ssrc_context ctx;
		ssrc_arena arena;
		ssrc_csr csr;
		ssrc_context_init(&ctx);
		ssrc_arena_init(&arena, &ctx);
		random_graph(&g, seed);
		if (build(&g, &arena, &csr))
			check_components(&g, &csr, &arena);
		ssrc_arena_clear(&arena);
	}
}

/* Targets: all vertices, or each with a chance; more than 64 so that several blocks are needed. */
static void test_reach_counts(void)
{
	static sample g;
	for (uint64_t seed = 0; seed < GRAPHS; seed++) {
		ssrc_context ctx;
		ssrc_arena arena;
		ssrc_csr csr;
		uint32_t component[N_MAX + 1], order[N_MAX + 1], targets[N_MAX + 1], reach[N_MAX + 1], count,
			n_targets = 0;
		ssrc_context_init(&ctx);
		ssrc_arena_init(&arena, &ctx);
		random_graph(&g, seed);
		for (uint32_t v = g.n; v-- > 0;)
			if (seed % 4 == 0 || ssrc_random_unit(seed, 5, v) < 0.4)
				targets[n_targets++] = v;
		if (build(&g, &arena, &csr)) {
			CHECK(ssrc_components(&csr, component, &count, &arena, NULL) == SSRC_OK);
			CHECK(ssrc_component_order(g.n, component, count, order, &arena, NULL) == SSRC_OK);
			CHECK(ssrc_reach_counts(&csr, component, order, targets, n_targets, reach, &arena, NULL) ==
			      SSRC_OK);
			for (uint32_t v = 0; v < g.n; v++) {
				uint32_t want = 0;
				for (uint32_t i = 0; i < n_targets; i++)
					want += targets[i] != v && g.reach[v][targets[i]];
				CHECK(reach[v] == want);
			}
		}
		ssrc_arena_clear(&arena);
	}
}

/* A path and a ring of a million vertices: no recursion, so no stack to run out of. */
static void test_long_chains(void)
{
	enum { LONG = 1000000 };
	ssrc_context ctx;
	ssrc_arena arena;
	ssrc_csr csr;
	ssrc_context_init(&ctx);
	ssrc_arena_init(&arena, &ctx);
	uint32_t *from = ssrc_arena_array(&arena, LONG, sizeof *from), *to = ssrc_arena_array(&arena, LONG, sizeof *to);
	uint32_t *component = ssrc_arena_array(&arena, LONG, sizeof *component), count = 0;
	for (uint32_t i = 0; from && to && i < LONG; i++) {
		from[i] = i;
		to[i] = (i + 1) % LONG;
	}
	for (uint32_t ring = 0; from && to && component && ring < 2; ring++) {
		CHECK(ssrc_csr_build(&csr, &arena, LONG, LONG - 1 + ring, from, to, NULL) == SSRC_OK);
		CHECK(ssrc_components(&csr, component, &count, &arena, NULL) == SSRC_OK);
		CHECK(count == (ring ? 1 : LONG));
		CHECK(component[LONG - 1] == 0 && component[0] == (ring ? 0 : LONG - 1));
	}
	ssrc_arena_clear(&arena);
}

static ssrc_status everything(const sample *g, ssrc_context *ctx)
{
	ssrc_arena arena;
	ssrc_csr csr;
	uint32_t component[N_MAX + 1], order[N_MAX + 1], targets[N_MAX + 1], reach[N_MAX + 1], count;
	ssrc_arena_init(&arena, ctx);
	for (uint32_t v = 0; v < g->n; v++)
		targets[v] = v;
	ssrc_status status = ssrc_csr_build(&csr, &arena, g->n, g->m, g->from, g->to, NULL);
	if (!status)
		status = ssrc_components(&csr, component, &count, &arena, NULL);
	if (!status)
		status = ssrc_component_order(g->n, component, count, order, &arena, NULL);
	if (!status)
		status = ssrc_reach_counts(&csr, component, order, targets, g->n, reach, &arena, NULL);
	ssrc_arena_clear(&arena);
	return status;
}

static void test_every_failed_allocation(void)
{
	static sample g;
	ssrc_status status = SSRC_NOMEM;
	random_graph(&g, 1);
	for (long k = 1; status && k < 1000; k++) {
		test_faults faults;
		ssrc_context ctx;
		test_faults_init(&faults, &ctx, k);
		status = everything(&g, &ctx);
		CHECK(status == SSRC_OK || status == SSRC_NOMEM);
		CHECK(faults.live_blocks == 0);
	}
	CHECK(status == SSRC_OK);
}

int main(int argc, char **argv)
{
	TEST(test_rows);
	TEST(test_components);
	TEST(test_reach_counts);
	TEST(test_long_chains);
	TEST(test_every_failed_allocation);
	return tests_done();
}
