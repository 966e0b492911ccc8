/* What a fixed plan leaves in each scenario, and in scenarios it was not made for. docs/methods/plan.md */
#include "answer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- decisions apart from programs ------------------------------------------------------------------------ */

ssrc_status ssrc_plan_decision_new(ssrc_plan_decision *out, const ssrc_plan_problem *problem, ssrc_arena *arena,
				   ssrc_error *err)
{
	size_t cells = (size_t)problem->n_options * problem->n_slots;
	ssrc_plan_decision d = {ssrc_arena_array(arena, problem->n_options, sizeof *d.begun),
				ssrc_arena_array(arena, cells, sizeof *d.bought)};
	if (!d.begun || !d.bought)
		return ssrc_no_memory(err);
	for (uint32_t o = 0; o < problem->n_options; o++)
		d.begun[o] = SSRC_NONE;
	*out = d;
	return SSRC_OK;
}

void ssrc_plan_decide(ssrc_plan_decision *out, const ssrc_plan_problem *p, const ssrc_plan_model *model,
		      const double *x)
{
	for (uint32_t o = 0; o < p->n_options; o++) {
		out->begun[o] = SSRC_NONE;
		for (uint32_t s = 0; s < p->n_slots; s++) {
			size_t cell = (size_t)o * p->n_slots + s;
			double bought = model->bought[cell] != SSRC_NONE ? x[model->bought[cell]] : 0;
			out->bought[cell] = bought > SSRC_PLAN_LEAST ? bought : 0;
			bool begun = model->start[cell] != SSRC_NONE && x[model->start[cell]] > 0.5;
			if (out->begun[o] == SSRC_NONE && (begun || out->bought[cell] > 0))
				out->begun[o] = s;
		}
	}
}

/* Amounts of one option: each goes to the first slot from its own on that is in the program, up to what is of use. */
static void apply_amounts(double *x, const ssrc_plan_problem *p, const ssrc_plan_model *model,
			  const ssrc_plan_decision *d, uint32_t o)
{
	double waiting = 0, sum = 0;
	for (uint32_t s = 0; s < p->n_slots; s++) {
		size_t cell = (size_t)o * p->n_slots + s;
		uint32_t col = model->bought[cell];
		waiting += d->bought[cell];
		if (col == SSRC_NONE)
			continue;
		x[col] = fmax(0, fmin(waiting, model->program.first.high[col] - sum));
		sum += x[col];
		waiting = 0;
	}
}

void ssrc_plan_apply(double *x, const ssrc_plan_problem *p, const ssrc_plan_model *model, const ssrc_plan_decision *d)
{
	memset(x, 0, model->program.first.n_cols * sizeof *x);
	for (uint32_t o = 0; o < p->n_options; o++) {
		bool started = model->started && model->started[o];
		for (uint32_t s = 0; s < p->n_slots; s++) {
			uint32_t col = model->start[(size_t)o * p->n_slots + s];
			if (col != SSRC_NONE)
				x[col] = started || (d->begun[o] != SSRC_NONE && d->begun[o] <= s) ? 1 : 0;
		}
		apply_amounts(x, p, model, d, o);
	}
}

/* ---- tail ------------------------------------------------------------------------------------------------- */

typedef struct weighed {
	double loss, weight;
} weighed;

static int worst_first(const void *a, const void *b)
{
	const weighed *x = a, *y = b;
	return (x->loss < y->loss) - (x->loss > y->loss);
}

ssrc_status ssrc_plan_tail(double *out, uint32_t n, const double *weight, const double *loss, double tail,
			   ssrc_context *ctx, ssrc_error *err)
{
	weighed *list = ssrc_alloc_array(ctx, n, sizeof *list);
	if (!list)
		return ssrc_no_memory(err);
	double total = ssrc_sum(weight, n), left = (1 - tail) * total, sum = 0;
	for (uint32_t s = 0; s < n; s++)
		list[s] = (weighed){loss[s], weight[s]};
	qsort(list, n, sizeof *list, worst_first);
	for (uint32_t s = 0; s < n && left > 0; s++) {
		double part = fmin(left, list[s].weight);
		sum += part * list[s].loss;
		left -= part;
	}
	ssrc_release(ctx, list);
	*out = n > 0 ? sum / ((1 - tail) * total) : 0;
	return SSRC_OK;
}

/* ---- looking at a plan ------------------------------------------------------------------------------------ */

static bool take_outlook(ssrc_plan_outlook *out, const ssrc_plan_problem *p, bool paths, ssrc_arena *arena)
{
	for (uint32_t i = 0; i < p->n_items; i++)
		out->n_products += p->items[i].value > 0;
	size_t cells = (size_t)p->n_scenarios * out->n_products;
	out->n_scenarios = p->n_scenarios;
	out->n_periods = p->n_periods;
	out->product = ssrc_arena_array(arena, out->n_products, sizeof *out->product);
	out->loss = ssrc_arena_array(arena, p->n_scenarios, sizeof *out->loss);
	out->weeks = ssrc_arena_array(arena, cells, sizeof *out->weeks);
	out->first_week = ssrc_arena_array(arena, cells, sizeof *out->first_week);
	out->path = paths ? ssrc_arena_array(arena, cells * p->n_periods, sizeof *out->path) : NULL;
	if (!out->product || !out->loss || !out->weeks || !out->first_week || (paths && !out->path))
		return false;
	for (uint32_t i = 0, n = 0; i < p->n_items; i++)
		if (p->items[i].value > 0)
			out->product[n++] = i;
	for (size_t k = 0; k < cells; k++)
		out->first_week[k] = (double)NAN;
	out->worst_product = out->worst_scenario = SSRC_NONE;
	return true;
}

/* A limit comes before money: a week (unit of money) of excess costs more than any loss it could save. `early`: weight
 * by which a loss costs more the earlier it is, so that of equal courses the one with stock used first is taken. */
static void price_losses(ssrc_plan_model *m, const ssrc_plan_problem *p, const ssrc_plan_settings *set, double early)
{
	double most = 0;
	for (uint32_t i = 0; i < p->n_items; i++)
		most += p->items[i].value;
	most = set->max_money ? 1e3 : 1e3 * most;
	for (uint32_t s = 0; s < p->n_scenarios; s++) {
		const ssrc_plan_scenario_map *map = &m->scenarios[s];
		double *cost = m->program.scenarios[s].recourse.cost;
		for (uint32_t i = 0; i < p->n_items; i++) {
			if (map->excess[i] != SSRC_NONE)
				cost[map->excess[i]] = most;
			for (uint32_t t = 0; t < map->n_periods; t++) {
				size_t cell = (size_t)i * map->n_periods + t;
				if (map->loss[cell] != SSRC_NONE)
					cost[map->loss[cell]] =
						map->price[cell] * (1 + early * (map->n_periods - t) / map->n_periods);
			}
		}
	}
}

/* Solver's dust: parts of a period. */
#define DUST 1e-9

static void read_loss(ssrc_plan_outlook *out, const ssrc_plan_model *m, uint32_t s, const double *y)
{
	const ssrc_plan_scenario_map *map = &m->scenarios[s];
	for (uint32_t k = 0; k < out->n_products; k++) {
		double weeks = 0;
		for (uint32_t t = 0; t < map->n_periods; t++) {
			size_t cell = (size_t)out->product[k] * map->n_periods + t;
			double part = map->loss[cell] != SSRC_NONE ? y[map->loss[cell]] : 0;
			part = part > DUST ? part : 0;
			weeks += part * (map->to[t] - map->from[t]);
			out->loss[s] += part * map->price[cell];
		}
		out->weeks[(size_t)s * out->n_products + k] = weeks;
		if (weeks > out->worst_weeks) {
			out->worst_weeks = weeks;
			out->worst_product = out->product[k];
			out->worst_scenario = s;
		}
	}
}

static void read_path(ssrc_plan_outlook *out, const ssrc_plan_problem *p, const ssrc_plan_model *m, uint32_t s,
		      const double *y)
{
	const ssrc_plan_scenario_map *map = &m->scenarios[s];
	for (uint32_t k = 0; k < out->n_products; k++) {
		size_t row = (size_t)s * out->n_products + k;
		for (uint32_t t = 0; t < map->n_periods; t++) {
			uint32_t col = map->loss[(size_t)out->product[k] * map->n_periods + t];
			uint32_t period = map->first_period + t;
			double part = col != SSRC_NONE ? y[col] : 0;
			if (!(part > DUST))
				continue;
			double length = p->period[period + 1] - p->period[period];
			out->path[row * p->n_periods + period] = part * (map->to[t] - map->from[t]) / length;
			if (isnan(out->first_week[row]))
				out->first_week[row] = map->from[t];
		}
	}
}

double ssrc_plan_excess(const ssrc_plan_model *model, uint32_t n_items, double *const *y)
{
	double sum = 0;
	for (uint32_t s = 0; s < model->program.n_scenarios; s++)
		for (uint32_t i = 0; i < n_items; i++)
			if (model->scenarios[s].excess[i] != SSRC_NONE)
				sum += fmax(0, y[s][model->scenarios[s].excess[i]]);
	return sum;
}

/* The mode, limits of loss and what was begun before; what may be spent and taken is settled. */
static ssrc_plan_settings only_losses(const ssrc_plan_settings *set)
{
	ssrc_plan_settings out = *set;
	out.mode = set->mode == SSRC_PLAN_SURVIVE ? SSRC_PLAN_SURVIVE : SSRC_PLAN_BUDGET;
	out.budget = (double)INFINITY;
	out.slot_budget = NULL;
	out.forced = out.barred = NULL;
	return out;
}

typedef struct look {
	const ssrc_plan_problem *problem;
	const ssrc_plan_settings *settings;
	const ssrc_plan_effort *effort;
	ssrc_context *ctx;
	ssrc_error *err;
	ssrc_arena scratch;
	ssrc_plan_model model;
	double *x;
	ssrc_two_stage_result result;
} look;

static ssrc_status evaluate(look *l, double early)
{
	/* Linear programs that end soon, and without them a plan has no value: a limit or a stop that ended the search
	 * for plans would lose the one that it found. */
	ssrc_two_stage_options core = l->effort->core;
	core.seconds = (double)INFINITY;
	core.stop = NULL;
	price_losses(&l->model, l->problem, l->settings, early);
	return ssrc_two_stage_evaluate(&l->result, &l->model.program, l->x, &core, l->ctx, &l->scratch, l->err);
}

static ssrc_status summarise(ssrc_plan_outlook *out, const look *l)
{
	uint32_t n = l->problem->n_scenarios;
	double *weight = ssrc_alloc_array(l->ctx, n, sizeof *weight), *part = ssrc_alloc_array(l->ctx, n, sizeof *part);
	ssrc_status status = weight && part ? SSRC_OK : ssrc_no_memory(l->err);
	for (uint32_t s = 0; s < n && status == SSRC_OK; s++) {
		weight[s] = l->problem->scenarios[s].probability;
		part[s] = weight[s] * out->loss[s];
	}
	if (status == SSRC_OK) {
		out->expected = ssrc_sum(part, n) / ssrc_sum(weight, n);
		status = ssrc_plan_tail(&out->tail, n, weight, out->loss, l->settings->tail, l->ctx, l->err);
	}
	ssrc_release(l->ctx, weight);
	ssrc_release(l->ctx, part);
	return status;
}

static ssrc_status look_at(ssrc_plan_outlook *out, look *l, const ssrc_plan_decision *decision, bool paths)
{
	const ssrc_plan_problem *p = l->problem;
	ssrc_plan_settings set = only_losses(l->settings);
	ssrc_status status = ssrc_plan_build(&l->model, p, &set, l->ctx, &l->scratch, l->err);
	if (status != SSRC_OK)
		return status;
	l->x = ssrc_arena_array(&l->scratch, l->model.program.first.n_cols, sizeof *l->x);
	if (!l->x)
		return ssrc_no_memory(l->err);
	ssrc_plan_apply(l->x, p, &l->model, decision);
	status = evaluate(l, 0);
	for (uint32_t s = 0; s < p->n_scenarios && status == SSRC_OK; s++)
		read_loss(out, &l->model, s, l->result.y[s]);
	if (status == SSRC_OK)
		out->excess = ssrc_plan_excess(&l->model, p->n_items, l->result.y);
	if (status == SSRC_OK && paths)
		status = evaluate(l, 1e-6);
	for (uint32_t s = 0; s < p->n_scenarios && status == SSRC_OK && paths; s++)
		read_path(out, p, &l->model, s, l->result.y[s]);
	return status == SSRC_OK ? summarise(out, l) : status;
}

ssrc_status ssrc_plan_look(ssrc_plan_outlook *out, const ssrc_plan_problem *problem, const ssrc_plan_settings *settings,
			   const ssrc_plan_decision *decision, bool paths, const ssrc_plan_effort *effort,
			   ssrc_context *ctx, ssrc_arena *arena, ssrc_error *err)
{
	ssrc_plan_outlook outlook = {0};
	look l = {.problem = problem, .settings = settings, .effort = effort, .ctx = ctx, .err = err};
	ssrc_status status = ssrc_plan_validate(problem, settings, err);
	if (status != SSRC_OK)
		return status;
	if (!take_outlook(&outlook, problem, paths, arena))
		return ssrc_no_memory(err);
	ssrc_arena_init(&l.scratch, ctx);
	status = look_at(&outlook, &l, decision, paths);
	ssrc_arena_clear(&l.scratch);
	if (status == SSRC_OK)
		*out = outlook;
	return status;
}

/* ---- other scenarios -------------------------------------------------------------------------------------- */

enum { BATCH = 64 };

/* Mean, its confidence interval and the rest from the losses. The standard error of a weighted mean:
 * sqrt(n / (n − 1) · Σ w² (loss − mean)²) / Σ w. */
static ssrc_status summarise_sample(ssrc_plan_sample *out, const ssrc_plan_problem *p, double tail, ssrc_context *ctx,
				    ssrc_error *err)
{
	uint32_t n = p->n_scenarios;
	double *weight = ssrc_alloc_array(ctx, n, sizeof *weight), *term = ssrc_alloc_array(ctx, n, sizeof *term);
	ssrc_status status = weight && term ? SSRC_OK : ssrc_no_memory(err);
	if (status == SSRC_OK) {
		for (uint32_t s = 0; s < n; s++) {
			weight[s] = p->scenarios[s].probability;
			term[s] = weight[s] * out->loss[s];
		}
		double total = ssrc_sum(weight, n);
		out->mean = ssrc_sum(term, n) / total;
		for (uint32_t s = 0; s < n; s++) {
			double away = weight[s] * (out->loss[s] - out->mean);
			term[s] = away * away;
		}
		double error = n > 1 ? sqrt(n / (n - 1.0) * ssrc_sum(term, n)) / total : (double)INFINITY;
		out->half_width = 1.96 * error;
		for (uint32_t s = 0; s < n; s++)
			term[s] = out->loss[s] > 0 ? weight[s] : 0;
		out->part_short = ssrc_sum(term, n) / total;
		status = ssrc_plan_tail(&out->tail, n, weight, out->loss, tail, ctx, err);
	}
	ssrc_release(ctx, weight);
	ssrc_release(ctx, term);
	return status;
}

/* Scenarios first .. of the sample, as a problem of their own; weights of 0 would leave none. */
static ssrc_status try_batch(ssrc_plan_sample *out, const ssrc_plan_problem *problem, uint32_t first,
			     const ssrc_plan_settings *settings, const ssrc_plan_decision *decision,
			     const ssrc_plan_effort *effort, ssrc_context *ctx, ssrc_error *err)
{
	ssrc_plan_problem part = *problem;
	ssrc_plan_scenario scenarios[BATCH];
	ssrc_plan_settings set = *settings;
	ssrc_plan_outlook outlook;
	ssrc_arena arena;
	part.n_scenarios = problem->n_scenarios - first < BATCH ? problem->n_scenarios - first : BATCH;
	part.scenarios = scenarios;
	set.max_money = settings->max_money ? settings->max_money + first : NULL;
	for (uint32_t s = 0; s < part.n_scenarios; s++) {
		scenarios[s] = problem->scenarios[first + s];
		scenarios[s].probability = 1;
	}
	ssrc_arena_init(&arena, ctx);
	ssrc_status status = ssrc_plan_look(&outlook, &part, &set, decision, false, effort, ctx, &arena, err);
	if (status == SSRC_OK) {
		memcpy(out->loss + first, outlook.loss, part.n_scenarios * sizeof *out->loss);
		out->worst_weeks = fmax(out->worst_weeks, outlook.worst_weeks);
	}
	ssrc_arena_clear(&arena);
	return status;
}

ssrc_status ssrc_plan_try(ssrc_plan_sample *out, const ssrc_plan_problem *problem, const ssrc_plan_settings *settings,
			  const ssrc_plan_decision *decision, const ssrc_plan_effort *effort, ssrc_context *ctx,
			  ssrc_arena *arena, ssrc_error *err)
{
	ssrc_plan_sample sample = {.n = problem->n_scenarios};
	ssrc_status status = ssrc_plan_validate(problem, settings, err);
	if (status != SSRC_OK)
		return status;
	sample.loss = ssrc_arena_array(arena, sample.n, sizeof *sample.loss);
	if (!sample.loss)
		return ssrc_no_memory(err);
	for (uint32_t s = 0; s < sample.n && status == SSRC_OK; s += BATCH)
		status = try_batch(&sample, problem, s, settings, decision, effort, ctx, err);
	if (status == SSRC_OK)
		status = summarise_sample(&sample, problem, settings->tail, ctx, err);
	if (status == SSRC_OK)
		*out = sample;
	return status;
}
