/* Many runs on all threads, and their bands. docs/methods/stress.md */
#include "simulate.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

/* Columns of results are kept for so many bytes at a time; more take another pass over the runs. */
enum { PASS_BYTES = 256 << 20 };

/* ---- running ---------------------------------------------------------------------------------------------------- */

static void keep_block(const ssrc_sim_state *state, const ssrc_sim_net *net, const ssrc_sim_want *want, size_t n_runs,
		       size_t first, uint32_t here)
{
	for (uint32_t l = 0; l < here; l++) {
		for (uint32_t i = 0; i < want->n; i++) {
			if (want->loss)
				want->loss[i * n_runs + first + l] = ssrc_sim_loss(state, want->nodes[i], l);
			if (want->first)
				want->first[i * n_runs + first + l] = ssrc_sim_first_short(state, want->nodes[i], l);
		}
		double worst = 0;
		for (uint32_t k = 0; want->worst && k < net->n; k++)
			if (net->nodes[k].product)
				worst = fmax(worst, ssrc_sim_loss(state, k, l));
		if (want->worst)
			want->worst[first + l] = worst;
	}
}

static void free_states(ssrc_context *ctx, ssrc_sim_state **states, int n)
{
	for (int t = 0; states && t < n; t++)
		ssrc_sim_state_free(states[t]);
	ssrc_release(ctx, states);
}

ssrc_status ssrc_sim_all(const ssrc_sim_net *net, const ssrc_sim_run *runs, size_t n_runs, const ssrc_sim_want *want,
			 double *balance, ssrc_error *err)
{
	ssrc_context *ctx = net->a->ctx;
	size_t n_blocks = (n_runs + SSRC_LANES - 1) / SSRC_LANES;
	int threads = ctx->threads > 0 ? ctx->threads : omp_get_max_threads();
	if ((size_t)threads > n_blocks)
		threads = n_blocks > 0 ? (int)n_blocks : 1;
	ssrc_sim_state **states = ssrc_alloc_array(ctx, (size_t)threads, sizeof(ssrc_sim_state *));
	ssrc_status status = states ? SSRC_OK : ssrc_no_memory(err);
	for (int t = 0; t < threads && !status; t++)
		status = ssrc_sim_state_new(&states[t], net, err);
	if (!status) {
#pragma omp parallel for num_threads(threads) schedule(dynamic)
		for (size_t b = 0; b < n_blocks; b++) {
			ssrc_sim_state *state = states[omp_get_thread_num()];
			size_t first = b * SSRC_LANES, left = n_runs - first;
			uint32_t here = left < SSRC_LANES ? (uint32_t)left : SSRC_LANES;
			ssrc_sim_block(state, runs + first, here, want->watch.n ? &want->watch : NULL, first);
			keep_block(state, net, want, n_runs, first, here);
		}
	}
	for (int t = 0; t < threads && !status; t++)
		*balance = fmax(*balance, ssrc_sim_balance(states[t]));
	free_states(ctx, states, threads);
	return status;
}

/* ---- bands ------------------------------------------------------------------------------------------------------- */

static int compare_numbers(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

double ssrc_sim_quantile(const double *sorted, size_t n, double p)
{
	double at = p * (double)(n - 1);
	size_t k = (size_t)at;
	double rest = at - (double)k;
	if (k + 1 >= n || rest == 0 || sorted[k] == sorted[k + 1]) /* equal ones may be infinite */
		return sorted[k < n ? k : n - 1];
	return sorted[k] + rest * (sorted[k + 1] - sorted[k]);
}

/* Sorts the column. */
static ssrc_stress_band band_of(double *column, size_t n)
{
	qsort(column, n, sizeof *column, compare_numbers);
	return (ssrc_stress_band){ssrc_sim_quantile(column, n, 0.05), ssrc_sim_quantile(column, n, 0.25),
				  ssrc_sim_quantile(column, n, 0.5), ssrc_sim_quantile(column, n, 0.75),
				  ssrc_sim_quantile(column, n, 0.95)};
}

/* What several passes have in common. */
typedef struct passes {
	ssrc_stress *stress;
	const ssrc_sim_net *net;
	ssrc_sim_run *runs;
	uint32_t *nodes, *products; /* affected; that lose output in the worst case */
	uint32_t n_nodes;
	double *worst, *value;  /* [runs] */
	double *columns, *path; /* room for one pass */
	uint32_t per_pass, products_per_pass;
	int threads;
} passes;

static ssrc_status make_passes(passes *p, ssrc_error *err)
{
	ssrc_stress *s = p->stress;
	ssrc_context *ctx = s->ctx;
	size_t runs = s->options.runs;
	p->threads = ctx->threads > 0 ? ctx->threads : omp_get_max_threads();
	p->nodes = ssrc_alloc_array(ctx, (size_t)p->net->n + 1, sizeof *p->nodes);
	p->products = ssrc_alloc_array(ctx, (size_t)s->n_products + 1, sizeof *p->products);
	p->runs = ssrc_alloc_array(ctx, runs, sizeof *p->runs);
	p->worst = ssrc_alloc_array(ctx, runs, sizeof *p->worst);
	p->value = ssrc_alloc_array(ctx, runs, sizeof *p->value);
	if (!p->nodes || !p->products || !p->runs || !p->worst || !p->value)
		return ssrc_no_memory(err);
	for (uint32_t k = 0; k < p->net->n; k++)
		if (s->items[p->net->nodes[k].item].affected)
			p->nodes[p->n_nodes++] = k;
	for (uint32_t i = 0; i < s->n_products; i++)
		p->products[i] = p->net->place[s->products[i]];
	for (uint32_t r = 0; r < s->options.runs; r++)
		p->runs[r] = (ssrc_sim_run){
			.drawn = true, .number = r, .input = SSRC_NONE, .only = SSRC_NONE, .except = SSRC_NONE};
	size_t node_bytes = runs * 2 * sizeof(double), path_bytes = runs * s->n_steps * sizeof(double);
	p->per_pass = (uint32_t)fmin(p->n_nodes, fmax(1, floor(PASS_BYTES / (double)node_bytes)));
	p->products_per_pass = (uint32_t)fmin(s->n_products, fmax(1, floor(PASS_BYTES / (double)path_bytes)));
	p->columns = ssrc_alloc_array(ctx, p->per_pass * runs + 1, 2 * sizeof *p->columns);
	p->path = ssrc_alloc_array(ctx, (size_t)p->products_per_pass * s->n_steps * runs + 1, sizeof *p->path);
	return p->columns && p->path ? SSRC_OK : ssrc_no_memory(err);
}

static void free_passes(passes *p)
{
	ssrc_context *ctx = p->stress->ctx;
	ssrc_release(ctx, p->nodes);
	ssrc_release(ctx, p->products);
	ssrc_release(ctx, p->runs);
	ssrc_release(ctx, p->worst);
	ssrc_release(ctx, p->value);
	ssrc_release(ctx, p->columns);
	ssrc_release(ctx, p->path);
}

/* Adds what the products of this pass lose to the sums of each run, in the order of nodes. */
static void add_products(passes *p, uint32_t first, uint32_t n)
{
	const ssrc_chain *chain = p->stress->a->chain;
	size_t runs = p->stress->options.runs;
	for (uint32_t i = 0; i < n; i++) {
		const ssrc_sim_node *node = &p->net->nodes[p->nodes[first + i]];
		double worth = chain->items[node->item].value_per_week;
		for (size_t r = 0; node->product && r < runs; r++) {
			double weeks = p->columns[i * runs + r];
			p->worst[r] = fmax(p->worst[r], weeks);
			p->value[r] += isnan(worth) ? 0 : weeks * worth;
		}
	}
}

static void band_nodes(passes *p, uint32_t first, uint32_t n)
{
	size_t runs = p->stress->options.runs;
	double *losses = p->columns, *firsts = p->columns + n * runs;
#pragma omp parallel for num_threads(p->threads) schedule(dynamic)
	for (uint32_t i = 0; i < n; i++) {
		ssrc_stress_item *item = &p->stress->items[p->net->nodes[p->nodes[first + i]].item];
		size_t never = 0;
		for (size_t r = 0; r < runs; r++)
			never += isinf(firsts[i * runs + r]) ? 1 : 0;
		item->loss_band = band_of(losses + i * runs, runs);
		item->first_short_band = band_of(firsts + i * runs, runs);
		item->short_odds = 1 - (double)never / (double)runs;
	}
}

static void band_paths(passes *p, uint32_t first, uint32_t n)
{
	size_t runs = p->stress->options.runs;
	uint32_t steps = p->stress->n_steps;
#pragma omp parallel for num_threads(p->threads) schedule(dynamic)
	for (uint32_t i = 0; i < n; i++)
		for (uint32_t k = 0; k < steps; k++)
			p->stress->bands[first + i][k] = band_of(p->path + ((size_t)i * steps + k) * runs, runs);
}

static ssrc_status run_passes(passes *p, ssrc_error *err)
{
	ssrc_stress *s = p->stress;
	ssrc_status status = SSRC_OK;
	for (uint32_t node = 0, product = 0; (node < p->n_nodes || product < s->n_products) && !status;) {
		uint32_t n = p->n_nodes - node < p->per_pass ? p->n_nodes - node : p->per_pass;
		uint32_t m =
			s->n_products - product < p->products_per_pass ? s->n_products - product : p->products_per_pass;
		ssrc_sim_want want = {.nodes = p->nodes + node,
				      .n = n,
				      .loss = p->columns,
				      .first = p->columns + (size_t)n * s->options.runs,
				      .watch = {p->products + product, m, p->path, s->options.runs}};
		status = ssrc_sim_all(p->net, p->runs, s->options.runs, &want, &s->balance, err);
		if (!status) {
			add_products(p, node, n);
			band_nodes(p, node, n);
			band_paths(p, product, m);
		}
		node += n;
		product += m;
	}
	return status;
}

static ssrc_status add_bands(ssrc_stress *s, ssrc_error *err)
{
	s->bands = ssrc_arena_array(&s->arena, (size_t)s->n_products + 1, sizeof(ssrc_stress_band *));
	if (!s->bands)
		return ssrc_no_memory(err);
	for (uint32_t i = 0; i < s->n_products; i++) {
		s->bands[i] = ssrc_arena_array(&s->arena, s->n_steps, sizeof **s->bands);
		if (!s->bands[i])
			return ssrc_no_memory(err);
	}
	return SSRC_OK;
}

ssrc_status ssrc_stress_ensemble(ssrc_stress *s, const ssrc_sim_net *net, ssrc_error *err)
{
	const ssrc_stress_band none = {0, 0, 0, 0, 0}, never = {(double)INFINITY, (double)INFINITY, (double)INFINITY,
								(double)INFINITY, (double)INFINITY};
	passes p = {.stress = s, .net = net};
	for (uint32_t i = 0; i < s->n_items; i++) {
		s->items[i].loss_band = none;
		s->items[i].first_short_band = never;
		s->items[i].short_odds = 0;
	}
	ssrc_status status = add_bands(s, err);
	if (!status)
		status = make_passes(&p, err);
	if (!status)
		status = run_passes(&p, err);
	if (!status) {
		s->loss_band = band_of(p.worst, s->options.runs);
		if (!isnan(s->value.at[SSRC_CASE_HIGH]))
			s->value_band = band_of(p.value, s->options.runs);
	}
	free_passes(&p);
	return status;
}
