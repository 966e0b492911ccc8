/* Time to recover against time to survive. docs/methods/exposure.md */
#include "exposure.h"
#include "exposure_parts.h"
#include "graph/graph.h"

#include <stdio.h>
#include <string.h>

enum { STEPS_MAX = 1000 };
#define NOTHING 1e-9 /* of the value of the products: less is rounding */

typedef struct crowd {
	ssrc_exposure_shape shape;
	const ssrc_exposure_scenario *scenarios;
	ssrc_exposure *results;
	ssrc_exposure_work *works; /* one per thread */
	ssrc_arena *lists;         /* one per thread: what is lost */
	int threads;
} crowd;

/* ---- what is given ------------------------------------------------------------------------------------- */

static ssrc_status refuse(ssrc_error *err, const char *what, const char *kind, uint32_t number)
{
	char text[SSRC_ERROR_ARG_BYTES];
	snprintf(text, sizeof text, "%s (%s %lu)", what, kind, (unsigned long)number);
	return ssrc_fail(err, SSRC_RANGE, SSRC_M_ARGUMENT, text, NULL, NULL);
}

static bool is_amount(double x)
{
	return x >= 0 && isfinite(x);
}

static ssrc_status check_node(const ssrc_exposure_network *net, uint32_t i, ssrc_error *err)
{
	if (!is_amount(net->stock[i]) || !is_amount(net->demand[i]))
		return refuse(err, "stock and demand are amounts >= 0", "node", i);
	if (net->demand[i] > 0 && !(net->margin[i] > 0 && isfinite(net->margin[i])))
		return refuse(err, "a product has a margin > 0", "node", i);
	if (net->group[i] != SSRC_NONE && net->group[i] >= net->n_groups)
		return refuse(err, "no such capacity", "node", i);
	for (uint32_t k = net->need_start[i]; k < net->need_start[i + 1]; k++) {
		if (!(net->rate[k] > 0 && isfinite(net->rate[k])))
			return refuse(err, "a need has a rate > 0", "node", i);
		for (uint32_t a = net->producer_start[k]; a < net->producer_start[k + 1]; a++)
			if (net->producer[a] >= net->n)
				return refuse(err, "no such producer", "node", i);
	}
	return SSRC_OK;
}

static ssrc_status check(const ssrc_exposure_network *net, const ssrc_exposure_scenario *scenarios, uint32_t n,
			 ssrc_error *err)
{
	for (uint32_t i = 0; i < net->n; i++) {
		ssrc_status status = check_node(net, i, err);
		if (status)
			return status;
	}
	for (uint32_t g = 0; g < net->n_groups; g++)
		if (!(net->capacity[g] >= 0))
			return refuse(err, "a capacity is >= 0", "capacity", g);
	for (uint32_t s = 0; s < n; s++) {
		if (!is_amount(scenarios[s].recovery))
			return refuse(err, "a time to recover is >= 0", "scenario", s);
		for (uint32_t d = 0; d < scenarios[s].n_down; d++)
			if (scenarios[s].down[d] >= net->n)
				return refuse(err, "no such node", "scenario", s);
	}
	return SSRC_OK;
}

/* ---- memory -------------------------------------------------------------------------------------------- */

static uint32_t arcs_of(const ssrc_exposure_network *net)
{
	return net->producer_start[net->need_start[net->n]];
}

static bool make_work(ssrc_exposure_work *w, const ssrc_exposure_shape *shape, ssrc_arena *arena)
{
	uint32_t n = shape->net->n, arcs = arcs_of(shape->net), groups = shape->net->n_groups;
	bool **flags[] = {&w->down, &w->barred, &w->plenty, &w->usable};
	uint32_t **numbers[] = {&w->local, &w->region, &w->stack, &w->u_col, &w->o_col};
	double **amounts[] = {&w->use, &w->back, &w->before, &w->made, &w->stress, &w->most};
	bool good = true;
	*w = (ssrc_exposure_work){.shape = shape};
	ssrc_arena_init(&w->arena, shape->ctx);
	for (size_t k = 0; k < sizeof flags / sizeof *flags; k++)
		good &= (*flags[k] = ssrc_arena_array(arena, n, sizeof **flags[k])) != NULL;
	for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++)
		good &= (*numbers[k] = ssrc_arena_array(arena, n, sizeof **numbers[k])) != NULL;
	for (size_t k = 0; k < sizeof amounts / sizeof *amounts; k++)
		good &= (*amounts[k] = ssrc_arena_array(arena, n, sizeof **amounts[k])) != NULL;
	w->capped = ssrc_arena_array(arena, groups, sizeof *w->capped);
	w->load = ssrc_arena_array(arena, groups, sizeof *w->load);
	w->share = ssrc_arena_array(arena, arcs, sizeof *w->share);
	w->y_col = ssrc_arena_array(arena, arcs, sizeof *w->y_col);
	return good && w->capped && w->load && w->share && w->y_col;
}

/* Producers before their users. */
static ssrc_status find_order(ssrc_exposure_shape *s, ssrc_arena *arena)
{
	const ssrc_exposure_network *net = s->net;
	uint32_t arcs = arcs_of(net), count, at = 0;
	uint32_t *from = ssrc_arena_array(arena, arcs, sizeof *from);
	uint32_t *component = ssrc_arena_array(arena, net->n, sizeof *component);
	ssrc_csr g;
	if (!from || !component || !s->order || !s->place)
		return SSRC_NOMEM;
	for (uint32_t i = 0; i < net->n; i++)
		for (uint32_t a = net->producer_start[net->need_start[i]];
		     a < net->producer_start[net->need_start[i + 1]]; a++) {
			s->circles |= net->producer[a] == i;
			from[at++] = i;
		}
	ssrc_status status = ssrc_csr_build(&g, arena, net->n, arcs, from, net->producer, NULL);
	if (!status)
		status = ssrc_components(&g, component, &count, arena, NULL);
	if (!status)
		status = ssrc_component_order(net->n, component, count, s->order, arena, NULL);
	s->circles |= !status && count < net->n;
	for (uint32_t i = 0; !status && i < net->n; i++)
		s->place[s->order[i]] = i;
	return status;
}

static void start_shares(ssrc_exposure_shape *s)
{
	const ssrc_exposure_network *net = s->net;
	for (uint32_t k = 0; k < net->need_start[net->n]; k++) {
		double most = 0;
		for (uint32_t a = net->producer_start[k]; a < net->producer_start[k + 1]; a++) {
			double limit = ssrc_exposure_limit(net, net->producer[a]);
			most = isfinite(limit) ? fmax(most, limit) : most;
		}
		for (uint32_t a = net->producer_start[k]; a < net->producer_start[k + 1]; a++) {
			double limit = fmin(ssrc_exposure_limit(net, net->producer[a]), most);
			s->share[a] = most > 0 ? fmax(limit / most, 1e-6) : 1;
		}
	}
}

/* ---- one scenario -------------------------------------------------------------------------------------- */

static void begin(ssrc_exposure_work *w, const ssrc_exposure_scenario *scenario)
{
	const ssrc_exposure_network *net = w->shape->net;
	memset(w->down, 0, net->n * sizeof *w->down);
	memset(w->barred, 0, net->n * sizeof *w->barred);
	memset(w->made, 0, net->n * sizeof *w->made);
	memset(w->stress, 0, net->n * sizeof *w->stress); /* circles read what was there before */
	for (uint32_t d = 0; d < scenario->n_down; d++)
		w->down[scenario->down[d]] = true;
	for (uint32_t g = 0; g < net->n_groups; g++)
		w->capped[g] = w->shape->capped[g];
	memcpy(w->share, w->shape->share, arcs_of(net) * sizeof *w->share);
}

/* Least loss for the window 1 / sigma under all limits. */
static ssrc_status solve_in_full(ssrc_exposure_work *w, double sigma, double *loss)
{
	double fall;
	for (;;) {
		ssrc_status status = ssrc_exposure_solve(w, sigma, loss, &fall);
		if (status || ssrc_exposure_plan(w, sigma))
			return status;
		status = ssrc_exposure_find_region(w);
		if (status)
			return status;
	}
}

/* The least sigma without loss: 1 / time to survive. The loss is convex and falls with sigma, so that the root of each
 * tangent is never too far; with the limits that count it is a lower bound of the loss. */
static ssrc_status find_root(ssrc_exposure_work *w, double *sigma)
{
	ssrc_status status = SSRC_OK;
	*sigma = 0;
	for (int step = 0; step < STEPS_MAX && !status; step++) {
		double loss, fall;
		status = ssrc_exposure_solve(w, *sigma, &loss, &fall);
		if (status)
			return status;
		if (loss > NOTHING) {
			if (!(fall > 0)) {
				*sigma = (double)INFINITY;
				return SSRC_OK;
			}
			*sigma += loss / fall;
		} else if (ssrc_exposure_plan(w, *sigma)) {
			return SSRC_OK;
		} else {
			status = ssrc_exposure_find_region(w);
		}
	}
	return status ? status : SSRC_LIMIT;
}

static ssrc_status list_lost(const ssrc_exposure_work *w, ssrc_exposure *out, double recovery, ssrc_arena *lists)
{
	const ssrc_exposure_network *net = w->shape->net;
	ssrc_exposure_lost *lost = NULL;
	for (uint32_t i = 0; i < net->n; i++) {
		if (w->local[i] == SSRC_NONE || w->o_col[i] == SSRC_NONE)
			continue;
		double part = 1 - w->solution.x[w->o_col[i]];
		if (part <= NOTHING)
			continue;
		if (!lost && !(lost = ssrc_arena_array(lists, w->n_region, sizeof *lost)))
			return SSRC_NOMEM;
		lost[out->n_lost++] = (ssrc_exposure_lost){i, part * net->demand[i] * recovery};
	}
	out->lost = lost;
	return SSRC_OK;
}

static ssrc_status find_survival(ssrc_exposure_work *w, double recovery, ssrc_exposure *out)
{
	double sigma;
	ssrc_status status = find_root(w, &sigma);
	if (!status) {
		out->survive = 1 / sigma; /* 0 for never, and for ever for 0 */
		out->exposed = recovery > out->survive;
	}
	return status;
}

static ssrc_status run_scenario(void *user, uint32_t number, int worker)
{
	crowd *c = user;
	ssrc_exposure_work *w = &c->works[worker];
	const ssrc_exposure_scenario *scenario = &c->scenarios[number];
	ssrc_exposure result = {.survive = (double)NAN, .exposed = scenario->recovery > 0};
	double loss = 0;
	begin(w, scenario);
	ssrc_status status = ssrc_exposure_find_region(w);
	if (!status && !scenario->loss_only)
		status = find_survival(w, scenario->recovery, &result);
	if (!status && result.exposed) {
		status = solve_in_full(w, 1 / scenario->recovery, &loss);
		loss = loss > NOTHING ? loss : 0;
		result.loss = loss * w->value * scenario->recovery;
		result.exposed = scenario->loss_only ? loss > 0 : result.exposed;
		if (!status && loss > 0)
			status = list_lost(w, &result, scenario->recovery, &c->lists[worker]);
	}
	ssrc_exposure_drop_program(w);
	c->results[number] = result;
	return status;
}

/* ---- all of them --------------------------------------------------------------------------------------- */

/* Sizes of flows, and the limits and shares of the undisturbed network, from which every scenario starts. */
static ssrc_status find_base(crowd *c)
{
	ssrc_exposure_shape *s = &c->shape;
	ssrc_exposure_work *w = &c->works[0];
	double loss, most = 0;
	start_shares(s);
	begin(w, &(ssrc_exposure_scenario){0});
	bool good = ssrc_exposure_flows(w);
	for (uint32_t i = 0; i < s->net->n; i++)
		most = fmax(most, s->net->demand[i]);
	for (uint32_t i = 0; i < s->net->n; i++)
		s->scale[i] = good && w->made[i] > 0 ? w->made[i] : most > 0 ? most : 1;
	ssrc_status status = ssrc_exposure_find_region(w);
	if (!status)
		status = solve_in_full(w, 0, &loss);
	ssrc_exposure_drop_program(w);
	memcpy(s->capped, w->capped, s->net->n_groups * sizeof *s->capped);
	memcpy(s->share, w->share, arcs_of(s->net) * sizeof *s->share);
	return status;
}

static ssrc_status prepare(crowd *c, uint32_t n_scenarios, ssrc_arena *arena)
{
	const ssrc_exposure_network *net = c->shape.net;
	c->shape.order = ssrc_arena_array(arena, net->n, sizeof *c->shape.order);
	c->shape.place = ssrc_arena_array(arena, net->n, sizeof *c->shape.place);
	c->shape.scale = ssrc_arena_array(arena, net->n, sizeof *c->shape.scale);
	c->shape.share = ssrc_arena_array(arena, arcs_of(net), sizeof *c->shape.share);
	c->shape.capped = ssrc_arena_array(arena, net->n_groups, sizeof *c->shape.capped);
	c->results = ssrc_arena_array(arena, n_scenarios, sizeof *c->results);
	c->works = ssrc_arena_array(arena, (size_t)c->threads, sizeof *c->works);
	c->lists = ssrc_arena_array(arena, (size_t)c->threads, sizeof *c->lists);
	if (!c->shape.order || !c->shape.scale || !c->shape.share || !c->shape.capped || !c->results || !c->works ||
	    !c->lists)
		return SSRC_NOMEM;
	for (int k = 0; k < c->threads; k++) {
		ssrc_arena_init(&c->lists[k], c->shape.ctx);
		if (!make_work(&c->works[k], &c->shape, arena))
			return SSRC_NOMEM;
	}
	return find_order(&c->shape, arena);
}

static void add_effort(ssrc_exposure_effort *sum, const ssrc_exposure_effort *x)
{
	sum->programs += x->programs;
	sum->solves += x->solves;
	sum->pivots += x->pivots;
	sum->largest = x->largest > sum->largest ? x->largest : sum->largest;
}

/* Copies the lists out of the threads' memory, and the indices. */
static ssrc_status finish(crowd *c, uint32_t n_scenarios, ssrc_arena *arena)
{
	double most = 0;
	for (uint32_t s = 0; s < n_scenarios; s++) {
		ssrc_exposure *r = &c->results[s];
		most = fmax(most, r->loss);
		if (r->n_lost == 0)
			continue;
		ssrc_exposure_lost *lost = ssrc_arena_array(arena, r->n_lost, sizeof *lost);
		if (!lost)
			return SSRC_NOMEM;
		memcpy(lost, r->lost, r->n_lost * sizeof *lost);
		r->lost = lost;
	}
	for (uint32_t s = 0; s < n_scenarios; s++)
		c->results[s].index = most > 0 ? c->results[s].loss / most : 0;
	return SSRC_OK;
}

ssrc_status ssrc_exposure_run(ssrc_exposure *out, ssrc_context *ctx, const ssrc_exposure_network *network,
			      const ssrc_exposure_scenario *scenarios, uint32_t n_scenarios,
			      const ssrc_solver_ops *solver, int threads, ssrc_arena *arena,
			      ssrc_exposure_effort *effort, ssrc_error *err)
{
	crowd c = {
		.shape = {.ctx = ctx, .net = network}, .scenarios = scenarios, .threads = ssrc_thread_count(threads)};
	ssrc_status status = check(network, scenarios, n_scenarios, err);
	if (status)
		return status;
	c.shape.solver = solver ? solver : ssrc_solver_find(NULL, false, err);
	if (!c.shape.solver)
		return SSRC_NOTFOUND;
	ssrc_arena scratch;
	ssrc_arena_init(&scratch, ctx);
	status = prepare(&c, n_scenarios, &scratch);
	if (!status)
		status = find_base(&c);
	if (!status)
		status = ssrc_parallel(n_scenarios, c.threads, run_scenario, &c);
	if (!status)
		status = finish(&c, n_scenarios, arena);
	ssrc_exposure_effort sum = {0};
	for (int k = 0; c.works && c.lists && k < c.threads; k++) {
		add_effort(&sum, &c.works[k].effort);
		if (c.works[k].shape)
			ssrc_exposure_drop_program(&c.works[k]);
		if (c.lists[k].ctx)
			ssrc_arena_clear(&c.lists[k]);
	}
	if (!status && effort)
		*effort = sum;
	if (!status && n_scenarios > 0)
		memcpy(out, c.results, n_scenarios * sizeof *out);
	ssrc_arena_clear(&scratch);
	if (status == SSRC_NOMEM)
		return ssrc_no_memory(err);
	return status ? ssrc_fail(err, status, SSRC_M_ARGUMENT, "a linear program was not solved", NULL, NULL)
		      : SSRC_OK;
}
