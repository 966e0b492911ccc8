/* The least loss of a cut as a linear program: what every item lacks, once for each product that it is made for. All
 * users of an item for the same product lack the same part of it; who decides for all may choose between products, and
 * where goods in stock go. docs/methods/exposure.md, "The chain". */
#include "exposure_chain.h"

#include "solve/solve.h"

#include <math.h>
#include <omp.h>
#include <string.h>

enum { ROUNDS_MAX = 10000, CELLS_MAX = 4000000 };
static const double sliver = 1e-12;

/* What normal output is made for; the same for every cut. */
typedef struct shares {
	uint32_t n_products;
	uint32_t *product; /* [n_products] items */
	double *sold;      /* [n_items] part of a product that is delivered as such */
	double *of;        /* [n_items * n_products] part of an item's normal output that goes into a product */
} shares;

typedef struct program {
	const ssrc_assessment *a;
	const ssrc_links *links;
	const shares *shares;
	const ssrc_cut *cut; /* of one item */
	double lost, weeks;  /* part of its supply, until when */
	bool in_money;
	bool *hit;       /* [n_items] may lack something */
	double *reaches; /* [n_items] what users lack if every product gets the same, mean over the weeks */
	double *brings;  /* [n_alternates] part of the need that an alternate covers, mean over the weeks */
	uint32_t *m, *e; /* [n_items * n_products] columns: what makers and what users lack; SSRC_NONE = nothing */
	ssrc_program_draft draft;
} program;

static double middle(ssrc_interval x)
{
	return (x.low + x.high) / 2;
}

static double stock_of(const ssrc_item *item)
{
	return ssrc_known(item->stock) ? middle(item->stock) : 0;
}

static double link_weight(const ssrc_assessment *a, const ssrc_link *link)
{
	double weight = link->weight < 0 ? a->network.edges[link->edge].part.at[SSRC_CASE_MID] : (double)link->weight;
	return weight > 0 ? weight : 0; /* unknown: none */
}

/* ---- what is made for which product ------------------------------------------------------------------------ */

/* Items that full output of some product takes. */
static bool find_used(bool *used, const ssrc_assessment *a, const ssrc_links *links, ssrc_arena *arena)
{
	const ssrc_chain *chain = a->chain;
	uint32_t n = 0, *stack = ssrc_arena_array(arena, chain->n_items, sizeof *stack);
	if (!stack)
		return false;
	for (uint32_t i = 0; i < chain->n_items; i++) {
		used[i] = chain->items[i].product;
		if (used[i])
			stack[n++] = i;
	}
	while (n > 0) {
		uint32_t item = stack[--n];
		for (uint32_t k = links->start[item]; k < links->start[item + 1]; k++) {
			uint32_t input = links->links[k].input;
			if (used[input] || !(link_weight(a, &links->links[k]) > 0))
				continue;
			used[input] = true;
			stack[n++] = input;
		}
	}
	return true;
}

/* Sizes of uses: no data say more than that they are equal. Members of a choice share one use; what a variant inherits
 * is as much of its group's use as the variant is of the group. */
static void size_uses(double *size, const ssrc_assessment *a, const ssrc_links *links)
{
	for (uint32_t i = 0; i < a->chain->n_items; i++)
		for (uint32_t k = links->start[i]; k < links->start[i + 1]; k++) {
			const ssrc_link *link = &links->links[k];
			uint32_t group = a->chain->items[i].variant_of;
			for (uint32_t m = k; m < k + link->members; m++)
				size[m] = link_weight(a, &links->links[m]) > 0 ? 1.0 / link->members : 0;
			if (!a->network.edges[link->edge].inherited || group == SSRC_NONE)
				continue;
			for (uint32_t g = links->start[group]; g < links->start[group + 1]; g++)
				if (links->links[g].input == i && links->links[g].weight < 0 &&
				    link_weight(a, &links->links[g]) > 0)
					size[k] *= link_weight(a, &links->links[g]);
		}
}

/* One round, users before inputs; the largest change. An item's output goes where that of its users goes. next: what
 * has come in since the item was last looked at, from every user once. */
static double follow_uses(const shares *s, double *next, const double *part, const ssrc_assessment *a,
			  const ssrc_links *links)
{
	uint32_t n = s->n_products;
	double change = 0;
	for (uint32_t at = a->chain->n_items; at-- > 0;) {
		uint32_t user = a->network.order[at];
		double *of = s->of + (size_t)user * n, *sum = next + (size_t)user * n;
		for (uint32_t p = 0; p < n; p++) {
			change = fmax(change, fabs(sum[p] - of[p]));
			of[p] = sum[p];
			sum[p] = s->product[p] == user ? s->sold[user] : 0;
		}
		for (uint32_t k = links->start[user]; k < links->start[user + 1]; k++) {
			double *to = next + (size_t)links->links[k].input * n;
			for (uint32_t p = 0; part[k] > 0 && p < n; p++)
				to[p] += part[k] * of[p];
		}
	}
	return change;
}

/* Every row sums to 1: what is lost in rounding, and in circles not followed to their end. */
static void scale_shares(const shares *s, uint32_t n_items)
{
	for (uint32_t i = 0; i < n_items; i++) {
		double sum = 0, *of = s->of + (size_t)i * s->n_products;
		for (uint32_t p = 0; p < s->n_products; p++)
			sum += of[p] = of[p] > sliver ? of[p] : 0;
		for (uint32_t p = 0; p < s->n_products && sum > 0; p++)
			of[p] /= sum;
	}
}

/* Parts of normal output: what is sold, what each use takes. */
static void measure_parts(const shares *s, double *part, double *total, const bool *used, const ssrc_assessment *a,
			  const ssrc_links *links)
{
	const ssrc_chain *chain = a->chain;
	size_uses(part, a, links);
	for (uint32_t i = 0; i < chain->n_items; i++) {
		total[i] += chain->items[i].product;
		for (uint32_t k = links->start[i]; used[i] && k < links->start[i + 1]; k++)
			total[links->links[k].input] += part[k];
	}
	for (uint32_t i = 0; i < chain->n_items; i++) {
		s->sold[i] = chain->items[i].product ? 1 / total[i] : 0;
		for (uint32_t k = links->start[i]; k < links->start[i + 1]; k++)
			part[k] = used[i] && part[k] > 0 ? part[k] / total[links->links[k].input] : 0;
	}
}

/* Circles pass a part of it on again and again, until what comes back is nothing. */
static ssrc_status find_shares(shares *s, const ssrc_assessment *a, ssrc_mode mode, ssrc_arena *arena)
{
	const ssrc_chain *chain = a->chain;
	const ssrc_links *links = &a->network.links[mode];
	s->product = ssrc_arena_array(arena, chain->n_items, sizeof *s->product);
	s->sold = ssrc_arena_array(arena, chain->n_items, sizeof *s->sold);
	for (uint32_t i = 0; s->product && i < chain->n_items; i++)
		if (chain->items[i].product)
			s->product[s->n_products++] = i;
	size_t cells = (size_t)chain->n_items * s->n_products;
	if (cells > CELLS_MAX)
		return SSRC_LIMIT;
	s->of = ssrc_arena_array(arena, cells, sizeof *s->of);
	double *next = ssrc_arena_array(arena, cells, sizeof *next);
	bool *used = ssrc_arena_array(arena, chain->n_items, sizeof *used);
	double *part = ssrc_arena_array(arena, links->start[chain->n_items], sizeof *part);
	double *total = ssrc_arena_array(arena, chain->n_items, sizeof *total);
	if (!s->product || !s->sold || !s->of || !next || !used || !part || !total || !find_used(used, a, links, arena))
		return SSRC_NOMEM;
	measure_parts(s, part, total, used, a, links);
	for (uint32_t p = 0; p < s->n_products; p++)
		next[(size_t)s->product[p] * s->n_products + p] = s->sold[s->product[p]];
	for (uint32_t round = 0; round < ROUNDS_MAX; round++)
		if (follow_uses(s, next, part, a, links) <= sliver)
			break;
	scale_shares(s, chain->n_items);
	return SSRC_OK;
}

/* ---- alternates of what is cut ----------------------------------------------------------------------------- */

/* Of an item, looked through, on the countries of the cut; unknown counts as all of it, as in the loss if cut. */
static double dependence_on_cut(const program *x, uint32_t item)
{
	uint32_t n = x->a->chain->n_countries;
	double sum = 0;
	for (uint32_t c = 0; x->cut->countries && c < n; c++) {
		double d = x->a->dependence[(size_t)item * n + c].at[SSRC_CASE_MID];
		sum += !x->cut->countries[c] ? 0 : isnan(d) ? 1 : d;
	}
	return fmin(sum, 1);
}

/* Part of the need that an alternate covers from its week on; 0 if it does not count or comes too late. */
static double cover_of(const program *x, uint32_t index)
{
	const ssrc_alternate *alternate = &x->a->chain->alternates[index];
	if (!ssrc_alternate_counts(x->a, index, x->cut) || !ssrc_known(alternate->weeks) ||
	    middle(alternate->weeks) >= x->weeks)
		return 0;
	double cover = ssrc_alternate_share(alternate, SSRC_CASE_MID);
	if (alternate->by_item != SSRC_NONE)
		cover *= 1 - dependence_on_cut(x, alternate->by_item);
	return cover > 0 ? cover : 0;
}

/* What alternates bring on average until recovery: earliest first, and none more than is still missing then, because
 * what comes later is no help earlier. */
static void measure_alternates(program *x)
{
	const ssrc_alternate *all = x->a->chain->alternates;
	const ssrc_item *it = &x->a->chain->items[x->cut->item];
	uint32_t first = it->first_alternate, last = first + it->n_alternates;
	double left = x->lost;
	for (uint32_t k = first; k < last; k++) {
		x->brings[k] = -1; /* not yet */
		if (all[k].for_item != SSRC_NONE || !(cover_of(x, k) > 0))
			x->brings[k] = fmin(cover_of(x, k), x->lost) * (1 - middle(all[k].weeks) / x->weeks);
		if (isnan(x->brings[k]) || !ssrc_known(all[k].weeks))
			x->brings[k] = 0;
	}
	for (;;) {
		uint32_t next = SSRC_NONE;
		for (uint32_t k = first; k < last; k++)
			if (x->brings[k] < 0 && (next == SSRC_NONE || middle(all[k].weeks) < middle(all[next].weeks)))
				next = k;
		if (next == SSRC_NONE)
			break;
		double cover = fmin(cover_of(x, next), left);
		left -= cover;
		x->brings[next] = cover * (1 - middle(all[next].weeks) / x->weeks);
	}
}

/* What alternates for this user alone cover of the cut item. */
static double brought_to(const program *x, uint32_t input, uint32_t user)
{
	const ssrc_item *it = &x->a->chain->items[x->cut->item];
	double sum = 0;
	for (uint32_t k = it->first_alternate; input == x->cut->item && k < it->first_alternate + it->n_alternates; k++)
		sum += x->a->chain->alternates[k].for_item == user ? x->brings[k] : 0;
	return sum;
}

/* ---- who is hit -------------------------------------------------------------------------------------------- */

/* True if every member of the choice that starts at a link may lack something. */
static bool passes_on(const program *x, const ssrc_link *link)
{
	bool all = link->members > 0;
	for (uint32_t m = 0; m < link->members; m++)
		all &= x->hit[link[m].input] && link_weight(x->a, &link[m]) > 0;
	return all;
}

/* Of a choice the member that is least short when everybody acts alone: it is what the user turns to. */
static const ssrc_link *best_member(const program *x, const ssrc_link *link)
{
	const ssrc_link *best = link;
	for (uint32_t m = 1; m < link->members; m++)
		if (link_weight(x->a, &link[m]) * x->reaches[link[m].input] <
		    link_weight(x->a, best) * x->reaches[best->input])
			best = &link[m];
	return best;
}

/* Downstream from the cut, inputs before users and round the circles again until nothing changes; at the same time
 * what everybody lacks if all products get the same. */
static void spread(program *x)
{
	const ssrc_chain *chain = x->a->chain;
	double missing = x->lost;
	const ssrc_item *it = &chain->items[x->cut->item];
	for (uint32_t k = it->first_alternate; k < it->first_alternate + it->n_alternates; k++)
		missing -= chain->alternates[k].for_item == SSRC_NONE ? x->brings[k] : 0;
	x->hit[x->cut->item] = true;
	bool changed = true;
	for (uint32_t round = 0; changed && round <= chain->n_items; round++) {
		changed = false;
		for (uint32_t at = 0; at < chain->n_items; at++) {
			uint32_t i = x->a->network.order[at];
			double lacks = i == x->cut->item ? fmax(missing, 0) : 0;
			bool hit = x->hit[i];
			for (uint32_t k = x->links->start[i]; k < x->links->start[i + 1]; k++) {
				if (!passes_on(x, &x->links->links[k]))
					continue;
				const ssrc_link *link = best_member(x, &x->links->links[k]);
				double felt = x->reaches[link->input] - brought_to(x, link->input, i);
				lacks = fmax(lacks, link_weight(x->a, link) * felt);
				hit = true;
			}
			double reaches = fmax(0, lacks - stock_of(&chain->items[i]) / x->weeks);
			changed |= hit != x->hit[i] || reaches > x->reaches[i] + sliver;
			x->hit[i] = hit;
			x->reaches[i] = fmax(x->reaches[i], reaches);
		}
	}
}

/* ---- the program ------------------------------------------------------------------------------------------- */

/* Part of an item's output that its users take for a product; what is delivered as such has no stock. */
static double for_users(const program *x, uint32_t item, uint32_t p)
{
	double sold = x->shares->product[p] == item ? x->shares->sold[item] : 0;
	double of = x->shares->of[(size_t)item * x->shares->n_products + p] - sold;
	return of > sliver ? of : 0;
}

static void add_columns(program *x, uint32_t item)
{
	const ssrc_chain *chain = x->a->chain;
	for (uint32_t p = 0; p < x->shares->n_products; p++) {
		size_t cell = (size_t)item * x->shares->n_products + p;
		x->m[cell] = x->e[cell] = SSRC_NONE;
		if (!x->hit[item] || !(x->shares->of[cell] > 0))
			continue;
		const ssrc_item *product = &chain->items[x->shares->product[p]];
		double cost = x->shares->product[p] != item ? 0 : x->in_money ? product->value_per_week : 1;
		x->m[cell] = x->e[cell] = ssrc_draft_col(&x->draft, cost, 0, 1, false, NULL);
		if (stock_of(&chain->items[item]) > 0 && for_users(x, item, p) > 0)
			x->e[cell] = ssrc_draft_col(&x->draft, 0, 0, 1, false, NULL);
	}
}

/* Makers lack what the input lacks, by weight: for every product. */
static void add_input(program *x, uint32_t item, const ssrc_link *link)
{
	uint32_t n = x->shares->n_products;
	double weight = link_weight(x->a, link), brought = brought_to(x, link->input, item);
	for (uint32_t p = 0; p < n; p++) {
		uint32_t own = x->m[(size_t)item * n + p], input = x->e[(size_t)link->input * n + p];
		if (own == SSRC_NONE || input == SSRC_NONE)
			continue;
		uint32_t row = ssrc_draft_row(&x->draft, -weight * brought, (double)INFINITY, NULL);
		ssrc_draft_entry(&x->draft, row, own, 1);
		ssrc_draft_entry(&x->draft, row, input, -weight);
	}
}

/* A group lacks what a variant lacks, by its part: over all products, as what other variants make may go to any. */
static void add_variant(program *x, uint32_t group, const ssrc_link *link)
{
	uint32_t n = x->shares->n_products, row = ssrc_draft_row(&x->draft, 0, (double)INFINITY, NULL);
	for (uint32_t p = 0; p < n; p++) {
		size_t cell = (size_t)group * n + p;
		uint32_t variant = x->e[(size_t)link->input * n + p];
		if (x->m[cell] == SSRC_NONE || variant == SSRC_NONE)
			continue;
		ssrc_draft_entry(&x->draft, row, x->m[cell], x->shares->of[cell]);
		ssrc_draft_entry(&x->draft, row, variant, -link_weight(x->a, link) * x->shares->of[cell]);
	}
}

static void add_inputs(program *x, uint32_t item)
{
	for (uint32_t k = x->links->start[item]; k < x->links->start[item + 1]; k++) {
		const ssrc_link *link = &x->links->links[k];
		if (!passes_on(x, link))
			continue;
		if (link->weight < 0)
			add_variant(x, item, link);
		else
			add_input(x, item, best_member(x, link));
	}
}

/* Goods in stock may go to anybody, what runs on at a user (a licence, a service) helps this user only. */
static void add_stock(program *x, uint32_t item)
{
	const ssrc_item *it = &x->a->chain->items[item];
	double weeks = stock_of(it) / x->weeks, users = 0;
	bool pooled = strcmp(it->kind, "good") == 0;
	uint32_t common = SSRC_NONE;
	for (uint32_t p = 0; p < x->shares->n_products; p++) {
		size_t cell = (size_t)item * x->shares->n_products + p;
		if (x->m[cell] == x->e[cell])
			continue;
		uint32_t row = ssrc_draft_row(&x->draft, 0, pooled ? (double)INFINITY : weeks, NULL);
		ssrc_draft_entry(&x->draft, row, x->m[cell], 1);
		ssrc_draft_entry(&x->draft, row, x->e[cell], -1);
		users += for_users(x, item, p);
	}
	if (!pooled || !(users > 0))
		return;
	common = ssrc_draft_row(&x->draft, -(double)INFINITY, weeks * users, NULL);
	for (uint32_t p = 0; p < x->shares->n_products; p++) {
		size_t cell = (size_t)item * x->shares->n_products + p;
		if (x->m[cell] == x->e[cell])
			continue;
		ssrc_draft_entry(&x->draft, common, x->m[cell], for_users(x, item, p));
		ssrc_draft_entry(&x->draft, common, x->e[cell], -for_users(x, item, p));
	}
}

/* What is cut and not brought by alternates is missing, for one product or another. An item that stands in brings as
 * much less as its own makers lack. */
static void add_cut(program *x)
{
	const ssrc_item *it = &x->a->chain->items[x->cut->item];
	uint32_t n = x->shares->n_products, row = ssrc_draft_row(&x->draft, 0, (double)INFINITY, NULL);
	double missing = x->lost;
	for (uint32_t p = 0; p < n; p++) {
		size_t cell = (size_t)x->cut->item * n + p;
		if (x->m[cell] != SSRC_NONE)
			ssrc_draft_entry(&x->draft, row, x->m[cell], x->shares->of[cell]);
	}
	for (uint32_t k = it->first_alternate; k < it->first_alternate + it->n_alternates; k++) {
		const ssrc_alternate *alternate = &x->a->chain->alternates[k];
		if (alternate->for_item != SSRC_NONE)
			continue;
		missing -= x->brings[k];
		for (uint32_t p = 0; alternate->by_item != SSRC_NONE && p < n; p++) {
			size_t cell = (size_t)alternate->by_item * n + p;
			if (x->m[cell] != SSRC_NONE)
				ssrc_draft_entry(&x->draft, row, x->m[cell], -x->brings[k] * x->shares->of[cell]);
		}
	}
	uint32_t level = ssrc_draft_col(&x->draft, 0, 1, 1, false, NULL); /* the right-hand side */
	ssrc_draft_entry(&x->draft, row, level, -fmax(missing, 0));
}

static ssrc_status write_program(ssrc_program *out, program *x, ssrc_arena *arena)
{
	const ssrc_chain *chain = x->a->chain;
	size_t cells = (size_t)chain->n_items * x->shares->n_products;
	x->hit = ssrc_arena_array(arena, chain->n_items, sizeof *x->hit);
	x->reaches = ssrc_arena_array(arena, chain->n_items, sizeof *x->reaches);
	x->brings = ssrc_arena_array(arena, chain->n_alternates, sizeof *x->brings);
	x->m = ssrc_arena_array(arena, cells, sizeof *x->m);
	x->e = ssrc_arena_array(arena, cells, sizeof *x->e);
	if (!x->hit || !x->reaches || !x->brings || !x->m || !x->e)
		return SSRC_NOMEM;
	measure_alternates(x);
	spread(x);
	ssrc_draft_init(&x->draft, x->a->ctx);
	for (uint32_t i = 0; i < chain->n_items; i++)
		add_columns(x, i);
	for (uint32_t i = 0; i < chain->n_items; i++)
		if (x->hit[i]) {
			add_inputs(x, i);
			add_stock(x, i);
		}
	add_cut(x);
	ssrc_status status = ssrc_draft_finish(out, &x->draft, arena, NULL);
	ssrc_draft_clear(&x->draft);
	return status;
}

static ssrc_status solve(double *out, const program *x, const ssrc_program *p, const ssrc_solver_ops *ops,
			 ssrc_error *err)
{
	ssrc_solver *solver;
	ssrc_solution answer;
	ssrc_status status = ops->create(&solver, x->a->ctx, p, err);
	if (status)
		return status;
	status = ops->solve_lp(solver, &ssrc_no_limits, &answer);
	if (status)
		status = ssrc_no_memory(err);
	else if (answer.outcome != SSRC_OUTCOME_OPTIMAL)
		status = SSRC_LIMIT;
	else
		*out = fmax(answer.value, 0) * x->weeks;
	ops->destroy(solver);
	return status;
}

/* ---- cuts -------------------------------------------------------------------------------------------------- */

static bool has_all_values(const ssrc_chain *chain)
{
	bool all = true;
	for (uint32_t i = 0; i < chain->n_items; i++)
		all &= !chain->items[i].product || chain->items[i].value_per_week > 0;
	return all;
}

/* Loss when everybody acts alone, in the measure of the program; NaN = unknown. */
static ssrc_status alone_if_cut(double *out, const ssrc_assessment *a, const ssrc_cut *cut, ssrc_mode mode,
				bool in_money)
{
	ssrc_loss loss;
	ssrc_workspace *w = NULL;
	ssrc_status status = ssrc_workspace_new(&w, a, NULL);
	if (!status)
		status = ssrc_loss_if_cut(&loss, w, cut, SSRC_CASE_MID, mode, &ssrc_no_change, NULL);
	ssrc_workspace_free(w);
	if (!status)
		*out = isnan(loss.weeks) ? (double)NAN : !in_money ? loss.total : isnan(loss.value) ? 0 : loss.value;
	return status;
}

/* One cut. `alone` is NaN where nobody knows what the cut takes; what everybody does alone can be agreed upon too, so
 * the least is never above it, although the program may be (choices, items that stand in). */
static ssrc_status measure(ssrc_least *out, const ssrc_assessment *a, const shares *s, const ssrc_cut *cut, double lost,
			   ssrc_mode mode, bool in_money, const ssrc_solver_ops *solver, ssrc_error *err)
{
	ssrc_arena scratch;
	ssrc_program written;
	ssrc_interval recovery = a->chain->items[cut->item].recovery;
	program x = {.a = a,
		     .links = &a->network.links[mode],
		     .shares = s,
		     .cut = cut,
		     .lost = fmin(lost, 1),
		     .weeks = middle(recovery),
		     .in_money = in_money};
	ssrc_status status = alone_if_cut(&out->alone, a, cut, mode, in_money);
	out->least = status || isnan(out->alone) ? (double)NAN : 0;
	if (status || !(out->alone > 0) || !(x.lost > 0) || !ssrc_known(recovery) || !(x.weeks > 0))
		return status;
	ssrc_arena_init(&scratch, a->ctx);
	status = write_program(&written, &x, &scratch);
	if (!status)
		status = solve(&out->least, &x, &written, solver, err);
	ssrc_arena_clear(&scratch);
	if (!status)
		out->least = fmin(out->least, out->alone);
	return status;
}

ssrc_status ssrc_coordinated_loss(ssrc_coordinated *out, const ssrc_assessment *a, ssrc_mode mode, const bool *wanted,
				  const ssrc_solver_ops *solver, int threads, ssrc_arena *arena, ssrc_error *err)
{
	const ssrc_chain *chain = a->chain;
	ssrc_coordinated result = {ssrc_arena_array(arena, chain->n_items, sizeof *result.loss), has_all_values(chain)};
	ssrc_arena kept;
	shares s = {0};
	if (!result.loss)
		return ssrc_no_memory(err);
	if (!solver)
		solver = ssrc_solver_find(NULL, false, err);
	if (!solver)
		return SSRC_NOTFOUND;
	ssrc_arena_init(&kept, a->ctx);
	ssrc_status status = find_shares(&s, a, mode, &kept);
	uint32_t failed = SSRC_NONE; /* the first one: the same for any number of threads */
#pragma omp parallel for num_threads(threads > 0 ? threads : omp_get_max_threads()) schedule(dynamic, 1)
	for (uint32_t i = 0; i < (status ? 0 : chain->n_items); i++) {
		ssrc_least one = {SSRC_LEAST_COMPUTED, (double)NAN, (double)NAN};
		ssrc_cut cut = {NULL, SSRC_NONE, i};
		ssrc_status state = SSRC_OK;
		if (ssrc_known(chain->items[i].recovery) && (!wanted || wanted[i]))
			state = measure(&one, a, &s, &cut, 1, mode, result.in_money, solver, NULL);
		result.loss[i] = one.least;
#pragma omp critical(ssrc_coordinated_failed)
		if (state && (failed == SSRC_NONE || i < failed)) {
			failed = i;
			status = state;
		}
	}
	ssrc_arena_clear(&kept);
	if (!status)
		*out = result;
	return status == SSRC_NOMEM ? ssrc_no_memory(err) : status;
}

/* ---- the cuts of `rank` ------------------------------------------------------------------------------------ */

/* One row; a program that fails is told, not passed on. */
static ssrc_status measure_row(ssrc_least *out, const ssrc_assessment *a, const shares *s, uint32_t item,
			       ssrc_mode mode, bool in_money, const ssrc_solver_ops *solver)
{
	bool block[26 * 26] = {false};
	const ssrc_supply *supply = &a->items[item].supply;
	ssrc_cut cut = {block, SSRC_NONE, item};
	*out = (ssrc_least){SSRC_LEAST_UNKNOWN, (double)NAN, (double)NAN};
	if (supply->top_foreign == SSRC_NONE || isnan(a->items[item].loss[mode].at[SSRC_CASE_MID]))
		return SSRC_OK;
	block[supply->top_foreign] = true;
	double lost = supply->country[supply->top_foreign].at[SSRC_CASE_MID];
	ssrc_status status = measure(out, a, s, &cut, lost, mode, in_money, solver, NULL);
	out->state = status ? SSRC_LEAST_FAILED : isnan(out->alone) ? SSRC_LEAST_UNKNOWN : SSRC_LEAST_COMPUTED;
	if (status)
		out->least = (double)NAN;
	return status == SSRC_NOMEM ? status : SSRC_OK;
}

ssrc_status ssrc_least_losses(ssrc_least *out, bool *in_money, const ssrc_assessment *a, ssrc_mode mode,
			      const uint32_t *items, uint32_t n, const ssrc_solver_ops *solver, int threads,
			      ssrc_error *err)
{
	bool money = has_all_values(a->chain);
	ssrc_arena kept;
	shares s = {0};
	int failed = 0;
	if (!solver)
		solver = ssrc_solver_find(NULL, false, NULL);
	ssrc_arena_init(&kept, a->ctx);
	ssrc_status status = find_shares(&s, a, mode, &kept);
#pragma omp parallel for num_threads(threads > 0 ? threads : omp_get_max_threads()) schedule(dynamic, 1)
	for (uint32_t i = 0; i < n; i++) {
		out[i] = (ssrc_least){SSRC_LEAST_FAILED, (double)NAN, (double)NAN};
		if (solver && !status && measure_row(&out[i], a, &s, items[i], mode, money, solver)) {
#pragma omp atomic write
			failed = 1;
		}
	}
	ssrc_arena_clear(&kept);
	*in_money = money;
	return status == SSRC_NOMEM || failed ? ssrc_no_memory(err) : SSRC_OK;
}
