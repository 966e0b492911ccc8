/* A planning problem as a two-stage program: validation, what options do, the whole. docs/methods/plan.md */
#include "model.h"

#include <math.h>
#include <stdio.h>

/* ---- validation ------------------------------------------------------------------------------------------- */

static ssrc_status refuse(ssrc_error *err, const char *name, const char *what)
{
	char text[SSRC_ERROR_ARG_BYTES];
	snprintf(text, sizeof text, "%.80s: %s", name ? name : "?", what);
	return ssrc_fail(err, SSRC_RANGE, SSRC_M_ARGUMENT, text, NULL, NULL);
}

static bool is_amount(double x)
{
	return x >= 0 && isfinite(x);
}

static bool is_part(double x)
{
	return x >= 0 && x <= 1;
}

static bool rises(const double *x, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		if (!isfinite(x[i]) || (i > 0 && !(x[i] > x[i - 1])))
			return false;
	return true;
}

static ssrc_status check_network(const ssrc_plan_problem *p, ssrc_error *err)
{
	if (p->n_periods == 0 || p->period[0] != 0 || !rises(p->period, p->n_periods + 1))
		return refuse(err, "periods", "limits begin at 0 and rise");
	if (p->n_slots == 0 || p->slot[0] != 0 || !rises(p->slot, p->n_slots))
		return refuse(err, "slots", "begin at 0 and rise");
	for (uint32_t i = 0; i < p->n_items; i++) {
		const ssrc_plan_item *it = &p->items[i];
		if (!(it->stock >= 0) || !is_amount(it->value))
			return refuse(err, it->name, "an item needs stock >= 0 and value >= 0");
	}
	for (uint32_t k = 0; k < p->n_arcs; k++) {
		const ssrc_plan_arc *a = &p->arcs[k];
		if (a->item >= p->n_items || a->input >= p->n_items)
			return refuse(err, "needs", "name an item that is not there");
		if (!(a->weight > 0) || !is_part(a->weight) || !(a->use > 0) || !is_part(a->use))
			return refuse(err, p->items[a->item].name, "a need has weight and use above 0, at most 1");
	}
	return SSRC_OK;
}

static bool names_options(const uint32_t *list, uint32_t n, uint32_t n_options, uint32_t self)
{
	for (uint32_t k = 0; k < n; k++)
		if (list[k] >= n_options || list[k] == self)
			return false;
	return true;
}

static ssrc_status check_option(const ssrc_plan_problem *p, uint32_t i, ssrc_error *err)
{
	const ssrc_plan_option *o = &p->options[i];
	if (o->item >= p->n_items)
		return refuse(err, o->name, "is for an item that is not there");
	if (!is_amount(o->fixed) || !is_amount(o->unit) || !is_amount(o->holding))
		return refuse(err, o->name, "costs are amounts >= 0");
	if (!is_amount(o->lead) || !is_amount(o->ramp) || !is_amount(o->capacity))
		return refuse(err, o->name, "lead, ramp and capacity are >= 0");
	if (o->kind > SSRC_PLAN_STOCK)
		return refuse(err, o->name, "is of no known kind");
	if (!names_options(o->needs, o->n_needs, p->n_options, i) ||
	    !names_options(o->excludes, o->n_excludes, p->n_options, i))
		return refuse(err, o->name, "needs and excludes name other options");
	return SSRC_OK;
}

static ssrc_status check_scenario(const ssrc_plan_problem *p, const ssrc_plan_scenario *s, ssrc_error *err)
{
	if (!is_amount(s->probability))
		return refuse(err, s->name, "a weight is >= 0");
	for (uint32_t k = 0; k < s->n_hits; k++) {
		const ssrc_plan_hit *h = &s->hits[k];
		if (h->item >= p->n_items || !is_part(h->lost) || isnan(h->from) || isnan(h->to))
			return refuse(err, s->name, "a cut hits an item, loses 0 to 1, and has two weeks");
	}
	for (uint32_t k = 0; k < s->n_covers; k++) {
		const ssrc_plan_cover *c = &s->covers[k];
		bool known = c->item < p->n_items && (c->by_item == SSRC_NONE || c->by_item < p->n_items) &&
			     (c->user == SSRC_NONE || c->user < p->n_items);
		if (!known || !is_amount(c->cover) || isnan(c->from))
			return refuse(err, s->name, "what stands in is for an item, with cover >= 0 and a week");
	}
	return SSRC_OK;
}

static ssrc_status check_settings(const ssrc_plan_problem *p, const ssrc_plan_settings *set, ssrc_error *err)
{
	if (set->mode > SSRC_PLAN_WEIGHTED || !(set->budget >= 0) || !is_amount(set->discount))
		return refuse(err, "settings", "mode, budget and discount are known and >= 0");
	if (set->mode == SSRC_PLAN_SURVIVE && !is_amount(set->max_loss))
		return refuse(err, "settings", "the loss allowed is >= 0 weeks");
	for (uint32_t s = 0; set->max_money && s < p->n_scenarios; s++)
		if (!is_amount(set->max_money[s]))
			return refuse(err, p->scenarios[s].name, "the loss allowed is >= 0");
	if (!is_part(set->risk) || !is_part(set->tail) || set->tail >= 1)
		return refuse(err, "settings", "risk is 0 to 1, the tail below 1");
	for (uint32_t s = 0; set->slot_budget && s < p->n_slots; s++)
		if (!(set->slot_budget[s] >= 0))
			return refuse(err, "settings", "the budget of a slot is >= 0");
	for (uint32_t o = 0; set->started && o < p->n_options; o++)
		if (set->started[o] && (!set->started_week || !(set->started_week[o] <= 0)))
			return refuse(err, p->options[o].name, "began at week 0 or before");
	return SSRC_OK;
}

ssrc_status ssrc_plan_validate(const ssrc_plan_problem *p, const ssrc_plan_settings *settings, ssrc_error *err)
{
	ssrc_status status = check_network(p, err);
	double weight = 0;
	for (uint32_t o = 0; o < p->n_options && status == SSRC_OK; o++)
		status = check_option(p, o, err);
	for (uint32_t s = 0; s < p->n_scenarios && status == SSRC_OK; s++) {
		status = check_scenario(p, &p->scenarios[s], err);
		weight += p->scenarios[s].probability;
	}
	if (status == SSRC_OK && !(weight > 0 && isfinite(weight)))
		status = refuse(err, "scenarios", "some scenario has a weight above 0");
	return status == SSRC_OK ? check_settings(p, settings, err) : status;
}

/* ---- what an option does ---------------------------------------------------------------------------------- */

double ssrc_plan_discount(const ssrc_plan_settings *settings, double week)
{
	return settings->discount > 0 ? pow(1 + settings->discount, -week / SSRC_PLAN_YEAR) : 1;
}

/* Integral from -infinity to `week` of a step that rises from 0 at `ready` to 1 at `ready + ramp`. */
static double risen(double ready, double ramp, double week)
{
	double past = week - ready;
	if (past <= 0)
		return 0;
	return past < ramp ? past * past / (2 * ramp) : past - ramp / 2;
}

double ssrc_plan_ready_part(double ready, double ramp, double from, double to)
{
	if (to <= ready)
		return 0;
	if (from >= ready + ramp) /* exactly 1: starts that do the same must look the same */
		return 1;
	return (risen(ready, ramp, to) - risen(ready, ramp, from)) / (to - from);
}

bool ssrc_plan_is_started(const ssrc_plan_settings *settings, uint32_t option)
{
	return settings->started && settings->started[option];
}

double ssrc_plan_ready_week(const ssrc_plan_build_state *b, uint32_t option, uint32_t slot)
{
	const ssrc_plan_option *o = &b->problem->options[option];
	/* More of a stock begun earlier is bought without waiting again. */
	if (ssrc_plan_is_started(b->settings, option))
		return o->kind == SSRC_PLAN_STOCK ? b->problem->slot[slot]
						  : b->settings->started_week[option] + o->lead;
	return b->problem->slot[slot] + o->lead;
}

double ssrc_plan_effect(const ssrc_plan_build_state *b, uint32_t scenario, uint32_t option, uint32_t slot, uint32_t t)
{
	const ssrc_plan_option *o = &b->problem->options[option];
	const ssrc_plan_scenario *s = &b->problem->scenarios[scenario];
	const ssrc_plan_window *w = &b->windows[scenario];
	size_t cell = (size_t)o->item * w->n + t;
	if (o->kind == SSRC_PLAN_STOCK || slot >= b->problem->n_slots || (s->works && !s->works[option]))
		return 0;
	if (!w->affected[cell] || (o->kind == SSRC_PLAN_SOURCE && !(w->missing[cell] > 0)))
		return 0;
	double ready = ssrc_plan_ready_week(b, option, slot);
	return o->capacity * ssrc_plan_ready_part(ready, o->ramp, w->from[t], w->to[t]);
}

/* Weeks of use of a stock that a scenario could draw, beyond what is there. */
static double wanted(const ssrc_plan_build_state *b, uint32_t scenario, uint32_t item)
{
	const ssrc_plan_window *w = &b->windows[scenario];
	const ssrc_plan_item *it = &b->problem->items[item];
	if (!ssrc_plan_felt(b, w, item))
		return 0;
	return it->expires && !(it->value > 0) ? w->short_weeks[item] : fmax(0, w->short_weeks[item] - it->stock);
}

bool ssrc_plan_stock_counts(const ssrc_plan_build_state *b, uint32_t scenario, uint32_t option, uint32_t slot)
{
	const ssrc_plan_option *o = &b->problem->options[option];
	const ssrc_plan_scenario *s = &b->problem->scenarios[scenario];
	if (slot >= b->problem->n_slots || (s->works && !s->works[option]) || !(o->capacity > 0))
		return false;
	return wanted(b, scenario, o->item) > 0 && ssrc_plan_ready_week(b, option, slot) <= b->windows[scenario].onset;
}

/* ---- the whole -------------------------------------------------------------------------------------------- */

static ssrc_status find_most(ssrc_plan_build_state *b)
{
	const ssrc_plan_problem *p = b->problem;
	b->most = ssrc_arena_array(b->arena, p->n_options, sizeof *b->most);
	if (!b->most)
		return ssrc_no_memory(b->err);
	for (uint32_t o = 0; o < p->n_options; o++) {
		double most = 0;
		for (uint32_t s = 0; p->options[o].kind == SSRC_PLAN_STOCK && s < p->n_scenarios; s++)
			if (ssrc_plan_stock_counts(b, s, o, 0))
				most = fmax(most, wanted(b, s, p->options[o].item));
		b->most[o] = fmin(p->options[o].capacity, most);
	}
	return SSRC_OK;
}

/* Columns if every option, item, need and period had its own, for the report. */
static double count_naively(const ssrc_plan_problem *p)
{
	double cells = 0, first = 0;
	for (uint32_t i = 0; i < p->n_items; i++)
		cells += 2 + (p->items[i].value > 0);
	for (uint32_t o = 0; o < p->n_options; o++)
		first += p->options[o].kind == SSRC_PLAN_STOCK ? 2 : 1;
	return first * p->n_slots + (cells + p->n_arcs) * p->n_periods * p->n_scenarios;
}

/* A week of excess costs more than any single option saves; raised where that is not enough (answer.c). */
static double penalty_of(const ssrc_plan_problem *p)
{
	double most = 0, horizon = p->period[p->n_periods];
	for (uint32_t o = 0; o < p->n_options; o++) {
		const ssrc_plan_option *option = &p->options[o];
		double unit = option->unit + option->holding * horizon;
		most = fmax(most, option->fixed + unit * fmin(option->capacity, horizon));
	}
	return most > 0 ? 10 * most : 1;
}

static ssrc_status make_scenarios(ssrc_plan_build_state *b)
{
	const ssrc_plan_problem *p = b->problem;
	ssrc_plan_model *m = b->model;
	m->program.scenarios = ssrc_arena_array(b->arena, p->n_scenarios, sizeof *m->program.scenarios);
	m->scenarios = ssrc_arena_array(b->arena, p->n_scenarios, sizeof *m->scenarios);
	if (!m->program.scenarios || !m->scenarios)
		return ssrc_no_memory(b->err);
	double weight = 0;
	for (uint32_t s = 0; s < p->n_scenarios; s++)
		weight += p->scenarios[s].probability;
	ssrc_status status = SSRC_OK;
	for (uint32_t s = 0; s < p->n_scenarios && status == SSRC_OK; s++) {
		/* To survive, each scenario counts, however unlikely. */
		bool alike = b->settings->mode == SSRC_PLAN_SURVIVE;
		m->program.scenarios[s].probability =
			alike ? 1.0 / p->n_scenarios : p->scenarios[s].probability / weight;
		m->program.scenarios[s].name = p->scenarios[s].name;
		status = ssrc_plan_make_recourse(b, s);
	}
	return status;
}

ssrc_status ssrc_plan_build(ssrc_plan_model *out, const ssrc_plan_problem *problem, const ssrc_plan_settings *settings,
			    ssrc_context *ctx, ssrc_arena *arena, ssrc_error *err)
{
	ssrc_plan_model model = {.penalty = settings->penalty > 0 ? settings->penalty : penalty_of(problem),
				 .naive_columns = count_naively(problem),
				 .started = settings->started,
				 .started_week = settings->started_week};
	ssrc_arena scratch;
	ssrc_arena_init(&scratch, ctx);
	ssrc_plan_build_state b = {
		.ctx = ctx, .arena = &scratch, .problem = problem, .settings = settings, .model = &model, .err = err};
	ssrc_status status = ssrc_plan_validate(problem, settings, err);
	if (status == SSRC_OK)
		status = ssrc_plan_make_index(&b);
	if (status == SSRC_OK)
		status = ssrc_plan_make_windows(&b);
	if (status == SSRC_OK)
		status = find_most(&b);
	b.arena = arena;
	if (status == SSRC_OK)
		status = ssrc_plan_make_first(&b);
	if (status == SSRC_OK)
		status = make_scenarios(&b);
	ssrc_arena_clear(&scratch);
	if (status != SSRC_OK)
		return status;
	model.program.n_scenarios = problem->n_scenarios;
	model.program.complete = true;
	if (settings->mode != SSRC_PLAN_SURVIVE) {
		model.program.risk = settings->risk;
		model.program.tail = settings->tail;
	}
	*out = model;
	return SSRC_OK;
}

/* ---- reading a plan --------------------------------------------------------------------------------------- */

double ssrc_plan_unit_cost(const ssrc_plan_problem *p, const bool *started, uint32_t option, uint32_t slot)
{
	const ssrc_plan_option *o = &p->options[option];
	double lead = started && started[option] ? 0 : o->lead;
	return o->unit + o->holding * fmax(0, p->period[p->n_periods] - p->slot[slot] - lead);
}

/* One slot of an option, added to what is known of it. */
static void add_slot(ssrc_plan_choice *c, const ssrc_plan_problem *p, const ssrc_plan_model *model, const double *x,
		     uint32_t option, uint32_t slot)
{
	const ssrc_plan_option *o = &p->options[option];
	size_t cell = (size_t)option * p->n_slots + slot;
	bool early = model->started && model->started[option];
	bool begun = !c->taken && model->start[cell] != SSRC_NONE && x[model->start[cell]] > 0.5;
	double amount = model->bought[cell] != SSRC_NONE ? x[model->bought[cell]] : 0;
	amount = amount > SSRC_PLAN_LEAST ? amount : 0;
	if (!c->taken && (begun || amount > 0)) {
		c->taken = true;
		c->start = early ? model->started_week[option] : p->slot[slot];
		c->ready = c->start + o->lead;
	}
	c->amount += amount;
	c->cost += (begun && !early ? o->fixed : 0) + amount * ssrc_plan_unit_cost(p, model->started, option, slot);
}

double ssrc_plan_choices(ssrc_plan_choice *choices, const ssrc_plan_problem *p, const ssrc_plan_model *model,
			 const double *x)
{
	double total = 0;
	for (uint32_t o = 0; o < p->n_options; o++) {
		choices[o] = (ssrc_plan_choice){.start = (double)NAN, .ready = (double)NAN};
		for (uint32_t s = 0; s < p->n_slots; s++)
			add_slot(&choices[o], p, model, x, o, s);
		total += choices[o].cost;
	}
	return total;
}
