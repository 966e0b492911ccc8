/* Why no plan does what is asked: the rules that cannot be kept together, and how much would help. docs/methods/plan.md
 */
#include "answer.h"
#include "solve/model.h"

#include <math.h>
#include <string.h>

typedef enum finding { TOGETHER, CONFLICT, UNDECIDED } finding;

typedef struct explain {
	const ssrc_plan_problem *problem;
	const ssrc_plan_settings *settings;
	ssrc_plan_effort effort;
	ssrc_context *ctx;
	ssrc_error *err;
	ssrc_arena scratch;
	double deadline;
	ssrc_plan_rule *rule; /* all rules */
	bool *kept;           /* [n] in the set that is tested */
	double *missed;       /* [n] of a target in the plan that misses least */
	uint32_t n;
	uint32_t n_tests;
	bool decided;
} explain;

static double limit_of(explain *e)
{
	double left = e->deadline - ssrc_seconds_now();
	return fmax(0, fmin(left, e->effort.core.seconds));
}

/* ---- the rules -------------------------------------------------------------------------------------------- */

static void add_rule(explain *e, ssrc_plan_rule_kind kind, uint32_t option, uint32_t other, uint32_t item,
		     uint32_t scenario, uint32_t slot)
{
	if (e->rule)
		e->rule[e->n] = (ssrc_plan_rule){kind, option, other, item, scenario, slot};
	e->n++;
}

/* Rules other than targets, in the order in which they are tried to be left out: what others ask before money. */
static void list_rules(explain *e)
{
	const ssrc_plan_problem *p = e->problem;
	const ssrc_plan_settings *set = e->settings;
	const uint32_t none = SSRC_NONE;
	for (uint32_t o = 0; o < p->n_options; o++) {
		for (uint32_t k = 0; k < p->options[o].n_excludes; k++)
			add_rule(e, SSRC_PLAN_RULE_EXCLUDES, o, p->options[o].excludes[k], none, none, none);
		for (uint32_t k = 0; k < p->options[o].n_needs; k++)
			add_rule(e, SSRC_PLAN_RULE_NEEDS, o, p->options[o].needs[k], none, none, none);
		if (set->barred && set->barred[o])
			add_rule(e, SSRC_PLAN_RULE_BARRED, o, none, none, none, none);
		if (set->forced && set->forced[o])
			add_rule(e, SSRC_PLAN_RULE_FORCED, o, none, none, none, none);
	}
	double sum = 0;
	for (uint32_t k = 0; set->slot_budget && k < p->n_slots; k++) {
		sum += set->slot_budget[k];
		if (sum < (double)INFINITY)
			add_rule(e, SSRC_PLAN_RULE_SLOT_BUDGET, none, none, none, none, k);
	}
	if (set->budget < (double)INFINITY)
		add_rule(e, SSRC_PLAN_RULE_BUDGET, none, none, none, none, none);
}

static void list_targets(explain *e, const ssrc_plan_model *m)
{
	for (uint32_t s = 0; s < e->problem->n_scenarios; s++)
		for (uint32_t i = 0; i < e->problem->n_items; i++)
			if (m->scenarios[s].limit_row[i] != SSRC_NONE)
				add_rule(e, SSRC_PLAN_RULE_TARGET, SSRC_NONE, SSRC_NONE, i, s, SSRC_NONE);
}

static ssrc_status list_all(explain *e)
{
	ssrc_plan_model model;
	ssrc_arena arena;
	ssrc_arena_init(&arena, e->ctx);
	ssrc_status status = ssrc_plan_build(&model, e->problem, e->settings, e->ctx, &arena, e->err);
	for (int pass = 0; pass < 2 && status == SSRC_OK; pass++) {
		e->n = 0;
		list_rules(e);
		list_targets(e, &model);
		if (pass == 1)
			break;
		e->rule = ssrc_arena_array(&e->scratch, e->n, sizeof *e->rule);
		e->kept = ssrc_arena_array(&e->scratch, e->n, sizeof *e->kept);
		e->missed = ssrc_arena_array(&e->scratch, e->n, sizeof *e->missed);
		if (!e->rule || !e->kept || !e->missed)
			status = ssrc_no_memory(e->err);
	}
	ssrc_arena_clear(&arena);
	return status;
}

/* ---- testing a set of rules ------------------------------------------------------------------------------- */

/* The problem with only the rules that are kept. */
typedef struct relaxed {
	ssrc_plan_problem problem;
	ssrc_plan_settings settings;
	ssrc_plan_option *options;
	uint32_t *pairs; /* kept needs and excludes */
	ssrc_plan_scenario *scenarios;
	double *max_money;
	uint32_t *scenario_of; /* [n_scenarios of problem] in e->problem */
	bool *forced, *barred, *slot_open;
} relaxed;

static bool take_relaxed(relaxed *r, const explain *e, ssrc_arena *arena)
{
	const ssrc_plan_problem *p = e->problem;
	r->options = ssrc_arena_array(arena, p->n_options, sizeof *r->options);
	r->pairs = ssrc_arena_array(arena, e->n, sizeof *r->pairs);
	r->scenarios = ssrc_arena_array(arena, p->n_scenarios, sizeof *r->scenarios);
	r->max_money = ssrc_arena_array(arena, p->n_scenarios, sizeof *r->max_money);
	r->scenario_of = ssrc_arena_array(arena, p->n_scenarios, sizeof *r->scenario_of);
	r->forced = ssrc_arena_array(arena, p->n_options, sizeof *r->forced);
	r->barred = ssrc_arena_array(arena, p->n_options, sizeof *r->barred);
	r->slot_open = ssrc_arena_array(arena, p->n_slots, sizeof *r->slot_open);
	return r->options && r->pairs && r->scenarios && r->max_money && r->scenario_of && r->forced && r->barred &&
	       r->slot_open;
}

static bool has_target(const explain *e, uint32_t scenario)
{
	for (uint32_t k = 0; k < e->n; k++)
		if (e->kept[k] && e->rule[k].kind == SSRC_PLAN_RULE_TARGET && e->rule[k].scenario == scenario)
			return true;
	return false;
}

/* Scenarios without a target are left out; one has to stay. */
static void relax_scenarios(relaxed *r, const explain *e)
{
	const ssrc_plan_problem *p = e->problem;
	uint32_t n = 0;
	for (uint32_t s = 0; s < p->n_scenarios; s++)
		if (has_target(e, s) || (s + 1 == p->n_scenarios && n == 0)) {
			r->scenarios[n] = p->scenarios[s];
			r->scenarios[n].probability = 1;
			r->max_money[n] = e->settings->max_money ? e->settings->max_money[s] : 0;
			r->scenario_of[n++] = s;
		}
	r->problem.scenarios = r->scenarios;
	r->problem.n_scenarios = n;
	if (e->settings->max_money)
		r->settings.max_money = r->max_money;
}

/* Options with the needs and excludes that are kept; rules stand by option. */
static void relax_options(relaxed *r, const explain *e)
{
	const ssrc_plan_problem *p = e->problem;
	uint32_t used = 0;
	for (uint32_t o = 0; o < p->n_options; o++) {
		r->options[o] = p->options[o];
		for (int pass = 0; pass < 2; pass++) {
			ssrc_plan_rule_kind kind = pass == 0 ? SSRC_PLAN_RULE_NEEDS : SSRC_PLAN_RULE_EXCLUDES;
			uint32_t first = used;
			for (uint32_t k = 0; k < e->n; k++)
				if (e->kept[k] && e->rule[k].kind == kind && e->rule[k].option == o)
					r->pairs[used++] = e->rule[k].other;
			if (pass == 0) {
				r->options[o].needs = r->pairs + first;
				r->options[o].n_needs = used - first;
			} else {
				r->options[o].excludes = r->pairs + first;
				r->options[o].n_excludes = used - first;
			}
		}
	}
	r->problem.options = r->options;
}

static void relax(relaxed *r, const explain *e)
{
	r->problem = *e->problem;
	r->settings = *e->settings;
	relax_scenarios(r, e);
	relax_options(r, e);
	r->settings.budget = (double)INFINITY;
	r->settings.forced = r->forced;
	r->settings.barred = r->barred;
	for (uint32_t k = 0; k < e->problem->n_slots; k++)
		r->slot_open[k] = true;
	for (uint32_t k = 0; k < e->n; k++) {
		const ssrc_plan_rule *rule = &e->rule[k];
		if (!e->kept[k])
			continue;
		if (rule->kind == SSRC_PLAN_RULE_BUDGET)
			r->settings.budget = e->settings->budget;
		else if (rule->kind == SSRC_PLAN_RULE_SLOT_BUDGET)
			r->slot_open[rule->slot] = false;
		else if (rule->kind == SSRC_PLAN_RULE_FORCED)
			r->forced[rule->option] = true;
		else if (rule->kind == SSRC_PLAN_RULE_BARRED)
			r->barred[rule->option] = true;
	}
}

/* The rule of a target; SSRC_NONE if it is not one of those kept. */
static uint32_t target_rule(const explain *e, uint32_t item, uint32_t scenario)
{
	for (uint32_t k = 0; k < e->n; k++)
		if (e->kept[k] && e->rule[k].kind == SSRC_PLAN_RULE_TARGET && e->rule[k].item == item &&
		    e->rule[k].scenario == scenario)
			return k;
	return SSRC_NONE;
}

/* Only the excess of targets that are kept has a price; slot budgets left out are open. */
static void price_targets(ssrc_plan_model *m, const relaxed *r, const explain *e)
{
	const ssrc_program *first = &m->program.first;
	memset(first->cost, 0, first->n_cols * sizeof *first->cost);
	for (uint32_t k = 0; k < e->problem->n_slots; k++)
		if (r->slot_open[k] && m->slot_budget_row[k] != SSRC_NONE)
			first->row_high[m->slot_budget_row[k]] = (double)INFINITY;
	for (uint32_t s = 0; s < r->problem.n_scenarios; s++)
		for (uint32_t i = 0; i < e->problem->n_items; i++)
			if (m->scenarios[s].excess[i] != SSRC_NONE && target_rule(e, i, r->scenario_of[s]) == SSRC_NONE)
				m->program.scenarios[s].recourse.cost[m->scenarios[s].excess[i]] = 0;
}

/* Excess of the targets that are kept; noted by target where `note`. */
static double read_missed(explain *e, const relaxed *r, const ssrc_plan_model *m, double *const *y, bool note)
{
	double sum = 0;
	for (uint32_t s = 0; s < r->problem.n_scenarios; s++)
		for (uint32_t i = 0; i < e->problem->n_items; i++) {
			uint32_t col = m->scenarios[s].excess[i];
			uint32_t rule = col != SSRC_NONE ? target_rule(e, i, r->scenario_of[s]) : SSRC_NONE;
			if (rule == SSRC_NONE)
				continue;
			sum += fmax(0, y[s][col]);
			if (note)
				e->missed[rule] = fmax(0, y[s][col]);
		}
	return sum;
}

static ssrc_status test_in(finding *out, explain *e, bool note, ssrc_arena *arena)
{
	relaxed r = {0};
	ssrc_plan_model model;
	ssrc_two_stage_result result;
	*out = UNDECIDED;
	if (!take_relaxed(&r, e, arena))
		return ssrc_no_memory(e->err);
	relax(&r, e);
	r.settings.mode = SSRC_PLAN_SURVIVE;
	r.settings.penalty = 1;
	ssrc_status status = ssrc_plan_build(&model, &r.problem, &r.settings, e->ctx, arena, e->err);
	if (status != SSRC_OK)
		return status;
	price_targets(&model, &r, e);
	ssrc_plan_effort effort = e->effort;
	effort.core.seconds = limit_of(e);
	status = ssrc_plan_run(&result, &model.program, NULL, &effort, false, e->ctx, arena, e->err);
	if (status != SSRC_OK)
		return status;
	if (result.infeasible || (result.bound > 10 * SSRC_PLAN_REACHED && isfinite(result.bound)))
		*out = CONFLICT;
	else if (result.has_plan && read_missed(e, &r, &model, result.y, false) <= 10 * SSRC_PLAN_REACHED)
		*out = TOGETHER;
	if (note && result.has_plan)
		(void)read_missed(e, &r, &model, result.y, true);
	return SSRC_OK;
}

/* Can the rules that are kept be kept together? Bounds prove a conflict, a plan proves the opposite. */
static ssrc_status test(finding *out, explain *e, bool note)
{
	ssrc_arena arena;
	*out = UNDECIDED;
	if (!(limit_of(e) > 0))
		return SSRC_OK;
	e->n_tests++;
	ssrc_arena_init(&arena, e->ctx);
	ssrc_status status = test_in(out, e, note, &arena);
	ssrc_arena_clear(&arena);
	return status;
}

/* ---- filters ---------------------------------------------------------------------------------------------- */

static bool is_target(const explain *e, uint32_t k)
{
	return e->rule[k].kind == SSRC_PLAN_RULE_TARGET;
}

static void keep_targets(explain *e, bool all, bool missed)
{
	for (uint32_t k = 0; k < e->n; k++)
		if (is_target(e, k))
			e->kept[k] = all || (missed && e->missed[k] > SSRC_PLAN_REACHED);
}

enum { SINGLES = 3 };

/* Elastic filter: a target that is missed most may be impossible by itself; else those that are missed, then more and
 * more of the others, until they cannot be kept together. */
static ssrc_status narrow_targets(explain *e)
{
	finding found = TOGETHER;
	ssrc_status status = SSRC_OK;
	bool *tried = ssrc_arena_array(&e->scratch, e->n, sizeof *tried);
	if (!tried)
		return ssrc_no_memory(e->err);
	for (int k = 0; k < SINGLES && status == SSRC_OK && found != CONFLICT; k++) {
		uint32_t worst = SSRC_NONE;
		for (uint32_t t = 0; t < e->n; t++)
			if (is_target(e, t) && !tried[t] && e->missed[t] > SSRC_PLAN_REACHED &&
			    (worst == SSRC_NONE || e->missed[t] > e->missed[worst]))
				worst = t;
		if (worst == SSRC_NONE)
			break;
		keep_targets(e, false, false);
		tried[worst] = e->kept[worst] = true;
		status = test(&found, e, false);
	}
	if (status != SSRC_OK || found == CONFLICT)
		return status;
	keep_targets(e, false, true);
	status = test(&found, e, false);
	for (uint32_t more = 1; status == SSRC_OK && found != CONFLICT; more *= 2) {
		uint32_t added = 0;
		for (uint32_t t = 0; t < e->n && added < more; t++)
			if (is_target(e, t) && !e->kept[t]) {
				e->kept[t] = true;
				added++;
			}
		if (added == 0) /* all of them: known to be in conflict */
			break;
		status = test(&found, e, false);
	}
	return status;
}

/* Deletion filter: a rule without which the conflict remains is left out for good. */
static ssrc_status delete_rules(explain *e)
{
	ssrc_status status = SSRC_OK;
	for (uint32_t k = 0; k < e->n && status == SSRC_OK; k++) {
		finding found;
		if (!e->kept[k])
			continue;
		e->kept[k] = false;
		status = test(&found, e, false);
		if (found == CONFLICT)
			continue;
		e->kept[k] = true;
		e->decided &= found == TOGETHER;
	}
	return status;
}

/* ---- how much would help ---------------------------------------------------------------------------------- */

/* Solves with everything kept but what the caller changed; *met: a plan does what is asked, *never: proven that none
 * does. */
static ssrc_status solve_changed(explain *e, const ssrc_plan_problem *problem, const ssrc_plan_settings *settings,
				 ssrc_plan_answer *a, bool *met, bool *never, ssrc_arena *arena)
{
	ssrc_plan_effort effort = e->effort;
	effort.core.seconds = limit_of(e);
	*met = *never = false;
	if (!(effort.core.seconds > 0))
		return SSRC_OK;
	e->n_tests++;
	ssrc_status status = ssrc_plan_solve(a, problem, settings, NULL, &effort, e->ctx, arena, e->err);
	if (status == SSRC_OK) {
		*met = a->verdict == SSRC_PLAN_PROVEN || a->verdict == SSRC_PLAN_OPEN;
		*never = a->verdict == SSRC_PLAN_INFEASIBLE;
	}
	return status;
}

static ssrc_status find_budget(double *out, explain *e)
{
	ssrc_plan_settings set = *e->settings;
	ssrc_plan_answer a;
	ssrc_arena arena;
	bool met, never;
	*out = (double)NAN;
	set.budget = (double)INFINITY;
	set.discount = 0; /* budgets are not discounted */
	ssrc_arena_init(&arena, e->ctx);
	ssrc_status status = solve_changed(e, e->problem, &set, &a, &met, &never, &arena);
	if (status == SSRC_OK && (met || never))
		*out = met ? a.cost : (double)INFINITY;
	ssrc_arena_clear(&arena);
	return status;
}

static ssrc_status ready_by(bool *met, bool *never, explain *e, double sooner, ssrc_arena *scratch)
{
	ssrc_plan_problem p = *e->problem;
	ssrc_plan_answer a;
	ssrc_arena arena;
	ssrc_plan_option *options = ssrc_arena_array(scratch, p.n_options, sizeof *options);
	if (!options)
		return ssrc_no_memory(e->err);
	for (uint32_t o = 0; o < p.n_options; o++) {
		options[o] = p.options[o];
		options[o].lead = fmax(0, options[o].lead - sooner);
	}
	p.options = options;
	ssrc_arena_init(&arena, e->ctx);
	ssrc_status status = solve_changed(e, &p, e->settings, &a, met, never, &arena);
	ssrc_arena_clear(&arena);
	return status;
}

/* By bisection over whole weeks: sooner never hurts. */
static ssrc_status find_weeks(double *out, explain *e)
{
	double low = 0, high = 0;
	bool met, never;
	for (uint32_t o = 0; o < e->problem->n_options; o++)
		high = fmax(high, ceil(e->problem->options[o].lead));
	*out = (double)NAN;
	ssrc_status status = ready_by(&met, &never, e, high, &e->scratch);
	if (status != SSRC_OK || !met) {
		if (status == SSRC_OK && never)
			*out = (double)INFINITY;
		return status;
	}
	while (status == SSRC_OK && high - low > 1) {
		double middle = floor((low + high) / 2);
		status = ready_by(&met, &never, e, middle, &e->scratch);
		if (!met && !never)
			return status;
		*(met ? &high : &low) = middle;
	}
	if (status == SSRC_OK)
		*out = high;
	return status;
}

/* The first stage with one column more, and that column with −1 in the limit of every product. */
static ssrc_status add_common_limit(ssrc_plan_model *m, const explain *e, ssrc_arena *arena)
{
	ssrc_program *first = &m->program.first;
	ssrc_program_draft draft;
	ssrc_draft_init(&draft, e->ctx);
	for (uint32_t j = 0; j < first->n_cols; j++)
		ssrc_draft_col(&draft, 0, first->low[j], first->high[j], first->integer && first->integer[j], NULL);
	for (uint32_t i = 0; i < first->n_rows; i++)
		ssrc_draft_row(&draft, first->row_low[i], first->row_high[i], NULL);
	for (uint32_t j = 0; j < first->n_cols; j++)
		for (uint32_t k = first->start[j]; k < first->start[j + 1]; k++)
			ssrc_draft_entry(&draft, first->row[k], j, first->value[k]);
	uint32_t common = ssrc_draft_col(&draft, 1, 0, e->problem->period[e->problem->n_periods], false, NULL);
	ssrc_status status = ssrc_draft_finish(first, &draft, arena, e->err);
	ssrc_draft_clear(&draft);
	for (uint32_t s = 0; s < m->program.n_scenarios && status == SSRC_OK; s++) {
		ssrc_scenario_program *scenario = &m->program.scenarios[s];
		uint32_t n_rows = scenario->recourse.n_rows, used = 0;
		size_t room = (size_t)scenario->link_start[n_rows] + e->problem->n_items;
		uint32_t *start = ssrc_arena_array(arena, (size_t)n_rows + 1, sizeof *start);
		uint32_t *col = ssrc_arena_array(arena, room, sizeof *col);
		double *value = ssrc_arena_array(arena, room, sizeof *value);
		if (!start || !col || !value)
			return ssrc_no_memory(e->err);
		for (uint32_t r = 0; r < n_rows; r++) {
			for (uint32_t k = scenario->link_start[r]; k < scenario->link_start[r + 1]; k++, used++) {
				col[used] = scenario->link_col[k];
				value[used] = scenario->link_value[k];
			}
			for (uint32_t i = 0; i < e->problem->n_items; i++)
				if (m->scenarios[s].limit_row[i] == r) {
					col[used] = common;
					value[used++] = -1;
				}
			start[r + 1] = used;
		}
		scenario->link_start = start;
		scenario->link_col = col;
		scenario->link_value = value;
	}
	return status;
}

/* The least loss that every product can be held to in every scenario. An excess at 10 a week is never worth it: a week
 * more for all costs 1. */
static ssrc_status find_loss(double *out, explain *e)
{
	ssrc_plan_settings set = *e->settings;
	ssrc_plan_model model;
	ssrc_two_stage_result result;
	ssrc_plan_effort effort = e->effort;
	ssrc_arena arena;
	*out = (double)NAN;
	effort.core.seconds = limit_of(e);
	if (set.max_money || !(effort.core.seconds > 0))
		return SSRC_OK;
	set.max_loss = 0;
	set.penalty = 10;
	e->n_tests++;
	ssrc_arena_init(&arena, e->ctx);
	ssrc_status status = ssrc_plan_build(&model, e->problem, &set, e->ctx, &arena, e->err);
	if (status == SSRC_OK)
		status = add_common_limit(&model, e, &arena);
	if (status == SSRC_OK)
		status = ssrc_plan_run(&result, &model.program, NULL, &effort, false, e->ctx, &arena, e->err);
	if (status == SSRC_OK && result.has_plan)
		*out = result.x[model.program.first.n_cols - 1];
	ssrc_arena_clear(&arena);
	return status;
}

/* ---- options that are not there --------------------------------------------------------------------------- */

/* The problem with money no object, and for each item that is hit a way round it that costs 1. */
static ssrc_status with_ways_round(ssrc_plan_problem *p, ssrc_plan_settings *set, const explain *e, ssrc_arena *arena)
{
	const ssrc_plan_problem *from = e->problem;
	uint32_t n = from->n_options, all = n + from->n_items;
	ssrc_plan_option *options = ssrc_arena_array(arena, all, sizeof *options);
	ssrc_plan_scenario *scenarios = ssrc_arena_array(arena, from->n_scenarios, sizeof *scenarios);
	bool *flags = ssrc_arena_array(arena, 3 * (size_t)all, sizeof *flags);
	double *weeks = ssrc_arena_array(arena, all, sizeof *weeks);
	if (!options || !scenarios || !flags || !weeks)
		return ssrc_no_memory(e->err);
	for (uint32_t o = 0; o < n; o++) {
		options[o] = from->options[o];
		options[o].fixed = options[o].unit = options[o].holding = 0;
		flags[o] = set->forced && set->forced[o];
		flags[all + o] = set->barred && set->barred[o];
		flags[2 * all + o] = set->started && set->started[o];
		weeks[o] = set->started ? set->started_week[o] : 0;
	}
	for (uint32_t i = 0; i < from->n_items; i++)
		options[n + i] = (ssrc_plan_option){
			.name = from->items[i].name, .kind = SSRC_PLAN_BYPASS, .item = i, .fixed = 1, .capacity = 1};
	for (uint32_t s = 0; s < from->n_scenarios; s++) {
		scenarios[s] = from->scenarios[s];
		bool *works = ssrc_arena_array(arena, all, sizeof *works);
		if (!works)
			return ssrc_no_memory(e->err);
		for (uint32_t o = 0; o < all; o++)
			works[o] = o >= n || !from->scenarios[s].works || from->scenarios[s].works[o];
		for (uint32_t i = 0; i < from->n_items; i++) {
			bool hit = false;
			for (uint32_t k = 0; k < from->scenarios[s].n_hits; k++)
				hit |= from->scenarios[s].hits[k].item == i;
			works[n + i] = hit;
		}
		scenarios[s].works = works;
	}
	*p = *from;
	p->options = options;
	p->n_options = all;
	p->scenarios = scenarios;
	set->budget = (double)INFINITY;
	set->slot_budget = NULL;
	set->forced = flags;
	set->barred = flags + all;
	set->started = flags + 2 * (size_t)all;
	set->started_week = weeks;
	return SSRC_OK;
}

static ssrc_status find_missing(ssrc_plan_conflict *out, explain *e, ssrc_arena *arena)
{
	ssrc_plan_problem p;
	ssrc_plan_settings set = *e->settings;
	ssrc_plan_answer a;
	ssrc_arena scratch;
	bool met, never;
	ssrc_arena_init(&scratch, e->ctx);
	ssrc_status status = with_ways_round(&p, &set, e, &scratch);
	if (status == SSRC_OK)
		status = solve_changed(e, &p, &set, &a, &met, &never, &scratch);
	out->missing = ssrc_arena_array(arena, e->problem->n_items, sizeof *out->missing);
	if (status == SSRC_OK && !out->missing)
		status = ssrc_no_memory(e->err);
	for (uint32_t i = 0; status == SSRC_OK && met && i < e->problem->n_items; i++)
		if (a.choices[e->problem->n_options + i].taken)
			out->missing[out->n_missing++] = i;
	ssrc_arena_clear(&scratch);
	return status;
}

/* ---- the whole -------------------------------------------------------------------------------------------- */

static ssrc_status find_conflict(ssrc_plan_conflict *out, explain *e, ssrc_arena *arena)
{
	finding found;
	for (uint32_t k = 0; k < e->n; k++)
		e->kept[k] = true;
	ssrc_status status = test(&found, e, true);
	out->decided = found != UNDECIDED;
	out->conflict = found == CONFLICT;
	if (status != SSRC_OK || found != CONFLICT)
		return status;
	e->decided = true;
	status = narrow_targets(e);
	if (status == SSRC_OK)
		status = delete_rules(e);
	if (status != SSRC_OK)
		return status;
	out->irreducible = e->decided;
	out->rule = ssrc_arena_array(arena, e->n, sizeof *out->rule);
	if (!out->rule)
		return ssrc_no_memory(e->err);
	for (uint32_t k = 0; k < e->n; k++)
		if (e->kept[k])
			out->rule[out->n++] = e->rule[k];
	return SSRC_OK;
}

ssrc_status ssrc_plan_explain(ssrc_plan_conflict *out, const ssrc_plan_problem *problem,
			      const ssrc_plan_settings *settings, const ssrc_plan_effort *effort, double seconds,
			      ssrc_context *ctx, ssrc_arena *arena, ssrc_error *err)
{
	ssrc_plan_conflict conflict = {
		.budget_needed = (double)NAN, .loss_reachable = (double)NAN, .weeks_sooner = (double)NAN};
	ssrc_plan_settings set = *settings;
	explain e = {.problem = problem, .settings = &set, .effort = *effort, .ctx = ctx, .err = err};
	if (settings->mode != SSRC_PLAN_SURVIVE) { /* no targets: any loss is allowed */
		set.mode = SSRC_PLAN_SURVIVE;
		set.max_money = NULL;
		set.max_loss = problem->n_periods > 0 ? fmax(0, problem->period[problem->n_periods]) : 0;
	}
	e.deadline = ssrc_seconds_now() + seconds;
	e.effort.each = NULL;
	ssrc_arena_init(&e.scratch, ctx);
	ssrc_status status = ssrc_plan_validate(problem, &set, err);
	if (status == SSRC_OK)
		status = list_all(&e);
	if (status == SSRC_OK)
		status = find_conflict(&conflict, &e, arena);
	if (status == SSRC_OK && conflict.conflict) {
		status = find_budget(&conflict.budget_needed, &e);
		if (status == SSRC_OK)
			status = find_loss(&conflict.loss_reachable, &e);
		if (status == SSRC_OK)
			status = find_weeks(&conflict.weeks_sooner, &e);
		if (status == SSRC_OK && isinf(conflict.budget_needed))
			status = find_missing(&conflict, &e, arena);
	}
	conflict.n_tests = e.n_tests;
	ssrc_arena_clear(&e.scratch);
	if (status == SSRC_OK)
		*out = conflict;
	return status;
}
