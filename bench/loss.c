/* How much the pruning of loss-if-cut is worth: the same losses by a plain pass over the whole network.
 *   bench_loss FOLDER EVERY     every EVERY-th item whose largest foreign source no alternate covers
 * Prints one NDJSON line with the time of both, their ratio and the largest difference of results (0 unless something
 * is wrong; exit 1 then). The plain pass looks at every edge of every item once per round, inputs before users, until
 * nothing changes. */
#include "assess/assess.h"
#include "assess/shortage.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct plain {
	const ssrc_assessment *a;
	ssrc_step_pool pool;
	ssrc_steps *made, *reaches; /* [n] */
} plain;

static double seconds_now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static double stock_of(const ssrc_item *item)
{
	return ssrc_known(item->stock) ? (item->stock.low + item->stock.high) / 2 : 0;
}

static ssrc_steps made_from_inputs(plain *p, uint32_t item, ssrc_steps made)
{
	const ssrc_network *net = &p->a->network;
	const ssrc_edge *edges = net->edges + net->start[item];
	uint32_t n = net->start[item + 1] - net->start[item];
	for (uint32_t e = 0; e < n; e++) {
		if (edges[e].group != SSRC_NONE && edges[e].group != e)
			continue;
		ssrc_steps f = p->reaches[edges[e].input];
		double weight = ssrc_edge_weight(&edges[e], SSRC_MODE_RUN, SSRC_CASE_MID);
		for (uint32_t k = e + 1; edges[e].group != SSRC_NONE && k < n; k++) {
			if (edges[k].from_variant || edges[k].group != edges[e].group)
				continue;
			f = ssrc_steps_min(&p->pool, f, weight, p->reaches[edges[k].input],
					   ssrc_edge_weight(&edges[k], SSRC_MODE_RUN, SSRC_CASE_MID));
			weight = 1;
		}
		made = ssrc_steps_max(&p->pool, made, f, weight);
	}
	return made;
}

/* Weeks of output of the worst product lost when `lost` of `source` is missing for `weeks`. */
static double plain_loss(plain *p, uint32_t source, double lost, double weeks)
{
	const ssrc_network *net = &p->a->network;
	const ssrc_item *items = p->a->chain->items;
	memset(p->made, 0, net->n * sizeof *p->made);
	memset(p->reaches, 0, net->n * sizeof *p->reaches);
	p->pool.count = 0;
	ssrc_steps own = ssrc_steps_make(&p->pool, (ssrc_step[]){{0, lost}, {weeks, 0}}, 2);
	bool again = true;
	for (int round = 0; again && round < 64; round++) {
		again = false;
		for (uint32_t k = 0; k < net->n; k++) {
			uint32_t item = net->order[k];
			ssrc_steps made = made_from_inputs(p, item, item == source ? own : (ssrc_steps){0, 0});
			if (ssrc_steps_equal(&p->pool, made, p->made[item]))
				continue;
			p->made[item] = made;
			p->reaches[item] = ssrc_steps_absorb(&p->pool, made, stock_of(&items[item]));
			again = net->n_components < net->n;
		}
	}
	double worst = 0;
	for (uint32_t i = 0; i < net->n; i++)
		if (items[i].product)
			worst = fmax(worst, ssrc_steps_area(&p->pool, p->made[i]));
	return worst;
}

static ssrc_status compare(const ssrc_assessment *a, uint32_t every, ssrc_error *err)
{
	const ssrc_chain *chain = a->chain;
	plain p = {.a = a, .pool.ctx = a->ctx};
	p.made = ssrc_alloc_array(a->ctx, chain->n_items, sizeof *p.made);
	p.reaches = ssrc_alloc_array(a->ctx, chain->n_items, sizeof *p.reaches);
	bool *block = ssrc_alloc_array(a->ctx, chain->n_countries, sizeof *block);
	ssrc_workspace *w = NULL;
	ssrc_status status = ssrc_workspace_new(&w, a, err);
	double ours = 0, theirs = 0, largest = 0;
	uint32_t n = 0;
	for (uint32_t i = 0; i < chain->n_items && !status; i += every) {
		uint32_t top = a->items[i].supply.top_foreign;
		if (top == SSRC_NONE)
			continue;
		block[top] = true;
		ssrc_cut cut = {.countries = block, .party = SSRC_NONE, .item = i};
		ssrc_loss loss;
		double start = seconds_now();
		status = ssrc_loss_if_cut(&loss, w, &cut, SSRC_CASE_MID, SSRC_MODE_RUN, &ssrc_no_change, err);
		double middle = seconds_now();
		block[top] = false;
		if (status || isnan(loss.weeks) || loss.alternates || !(loss.waterfall.gross > 0))
			continue;
		double recovery = (chain->items[i].recovery.low + chain->items[i].recovery.high) / 2;
		double other = plain_loss(&p, i, loss.waterfall.gross / recovery, recovery);
		ours += middle - start;
		theirs += seconds_now() - middle;
		largest = fmax(largest, fabs(other - loss.weeks));
		n++;
	}
	if (!status)
		printf("{\"name\":\"loss-if-cut\",\"items\":%u,\"evaluations\":%u,\"ours_s\":%.6f,\"plain_s\":%.6f,"
		       "\"ratio\":%.1f,\"largest_difference\":%.3g}\n",
		       chain->n_items, n, ours, theirs, ours > 0 ? theirs / ours : 0, largest);
	/* lost is recovered by a division, so the last digits may differ. */
	if (!status && largest > 1e-9)
		status = SSRC_BUG;
	ssrc_workspace_free(w);
	ssrc_step_pool_clear(&p.pool);
	ssrc_release(a->ctx, p.made);
	ssrc_release(a->ctx, p.reaches);
	ssrc_release(a->ctx, block);
	return status;
}

int main(int argc, char **argv)
{
	int every = argc == 3 ? atoi(argv[2]) : 0;
	if (every < 1) {
		fputs("usage: bench_loss FOLDER EVERY\n", stderr);
		return 2;
	}
	ssrc_context ctx;
	ssrc_context_init(&ctx);
	ssrc_error err = {0};
	ssrc_findings *findings = NULL;
	ssrc_package *package = NULL;
	ssrc_chain *chain = NULL;
	ssrc_assessment *assessment = NULL;
	ssrc_status status = ssrc_findings_new(&findings, &ctx, &err);
	if (!status)
		status = ssrc_package_read(&package, &ctx, argv[1], findings, &err);
	if (!status)
		status = ssrc_chain_build(&chain, package, 20000, &err);
	ssrc_assess_options options = {.home = package ? ssrc_package_home(package) : "", .basis = SSRC_BASIS_HQ};
	if (!status)
		status = ssrc_assess(&assessment, chain, &options, &err);
	if (!status)
		status = compare(assessment, (uint32_t)every, &err);
	if (status) {
		char text[400];
		ssrc_error_render(text, sizeof text, &err, SSRC_LANG_EN);
		fprintf(stderr, "bench_loss: %s %s\n", ssrc_status_text(status, SSRC_LANG_EN), text);
	}
	ssrc_assessment_free(assessment);
	ssrc_chain_free(chain);
	ssrc_package_free(package);
	ssrc_findings_free(findings);
	return status ? 1 : 0;
}
