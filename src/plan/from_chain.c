#include "from_chain.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { PERIODS_MAX = 60, STREAM_SUCCESS = 71 };
static const double weeks_of_year = 365.25 / 7;

typedef struct converter {
	ssrc_plan_from_chain *out;
	const ssrc_assessment *a;
	const ssrc_chain *chain;
	const ssrc_plan_scope *scope;
	ssrc_arena *arena;
	ssrc_error *err;
	uint32_t *new_option; /* [chain n_options] number in the problem, SSRC_NONE */
} converter;

/* The end of an interval for a case; `good`: a high value helps. */
static double pick(ssrc_interval x, ssrc_case which, bool good)
{
	if (which == SSRC_CASE_MID)
		return (x.low + x.high) / 2;
	return (which == SSRC_CASE_LOW) == good ? x.high : x.low;
}

/* ---- items and arcs ------------------------------------------------------------------------------------ */

static ssrc_status convert_items(converter *k)
{
	ssrc_plan_item *items = ssrc_arena_array(k->arena, k->chain->n_items, sizeof *items);
	if (!items)
		return ssrc_no_memory(k->err);
	k->out->valued = true;
	for (uint32_t i = 0; i < k->chain->n_items; i++)
		if (k->chain->items[i].product && isnan(k->chain->items[i].value_per_week))
			k->out->valued = false;
	for (uint32_t i = 0; i < k->chain->n_items; i++) {
		const ssrc_item *item = &k->chain->items[i];
		double stock = ssrc_known(item->stock)            ? pick(item->stock, k->scope->which, true)
			       : k->scope->which == SSRC_CASE_LOW ? (double)INFINITY
								  : 0;
		items[i] = (ssrc_plan_item){
			.name = item->id,
			.stock = fmin(stock, isnan(item->shelf_weeks) ? (double)INFINITY : item->shelf_weeks),
			.expires = strcmp(item->kind, "good") != 0,
			.value = !item->product   ? 0
				 : k->out->valued ? item->value_per_week
						  : 1,
		};
	}
	k->out->problem.items = items;
	k->out->problem.n_items = k->chain->n_items;
	return SSRC_OK;
}

/* Shares of an input's normal use are equal among the users that lead to a product. */
static ssrc_status convert_arcs(converter *k)
{
	const ssrc_network *net = &k->a->network;
	const ssrc_links *links = &net->links[k->scope->mode];
	uint32_t n = 0, *users = ssrc_arena_array(k->arena, net->n, sizeof *users);
	ssrc_plan_arc *arcs = ssrc_arena_array(k->arena, links->start[net->n], sizeof *arcs);
	if (!users || !arcs)
		return ssrc_no_memory(k->err);
	for (uint32_t i = 0; i < net->n; i++)
		for (uint32_t e = links->start[i]; e < links->start[i + 1]; e++)
			users[links->links[e].input] += net->leads_to_product[k->scope->mode][i];
	for (uint32_t i = 0; i < net->n; i++) {
		uint32_t choice = SSRC_NONE;
		for (uint32_t e = links->start[i]; e < links->start[i + 1]; e++) {
			const ssrc_link *link = &links->links[e];
			double part = link->weight < 0 ? net->edges[link->edge].part.at[k->scope->which]
						       : (double)link->weight;
			if (link->members)
				choice = link->members > 1 ? e : SSRC_NONE;
			if (!net->leads_to_product[k->scope->mode][i] || !(part > 0))
				continue;
			arcs[n++] = (ssrc_plan_arc){i, link->input, choice, part, 1.0 / users[link->input]};
		}
	}
	k->out->problem.arcs = arcs;
	k->out->problem.n_arcs = n;
	return SSRC_OK;
}

/* ---- options ------------------------------------------------------------------------------------------- */

static bool is_stock(const ssrc_option *option)
{
	return option->kind == SSRC_OPTION_STOCKPILE;
}

static bool names_item(const uint32_t *items, uint32_t n, uint32_t item)
{
	for (uint32_t i = 0; i < n; i++)
		if (items[i] == item)
			return true;
	return false;
}

/* The first control in force that blocks the provider's route for the item, by the rule of alternates; SSRC_NONE. */
static uint32_t blocking_event(const converter *k, const ssrc_option *option)
{
	for (uint32_t e = 0; e < k->chain->n_events && option->provider != SSRC_NONE; e++)
		if (ssrc_reach_of_party(k->a, e, option->item, option->provider) == SSRC_REACH_BLOCKED)
			return e;
	return SSRC_NONE;
}

static ssrc_option_state state_of(const converter *k, const ssrc_option *option, uint32_t *event)
{
	*event = blocking_event(k, option);
	if (*event != SSRC_NONE)
		return SSRC_OPTION_BLOCKED;
	if (is_stock(option) ? isnan(option->unit_cost) : !ssrc_known(option->fixed_cost))
		return SSRC_OPTION_NO_COST;
	if (!ssrc_known(option->lead))
		return SSRC_OPTION_NO_LEAD;
	if (!is_stock(option) && !(option->capacity > 0))
		return SSRC_OPTION_NO_CAPACITY;
	return SSRC_OPTION_USABLE;
}

static ssrc_plan_option convert_option(const converter *k, const ssrc_option *option, double horizon)
{
	ssrc_case which = k->scope->which;
	double gap = isnan(option->performance_gap) ? 0 : option->performance_gap;
	ssrc_plan_option out = {
		.name = option->id,
		.kind = is_stock(option)                                                           ? SSRC_PLAN_STOCK
			: option->kind == SSRC_OPTION_REDESIGN || option->kind == SSRC_OPTION_POOL ? SSRC_PLAN_BYPASS
												   : SSRC_PLAN_SOURCE,
		.item = option->item,
		.fixed = ssrc_known(option->fixed_cost) ? pick(option->fixed_cost, which, false) : 0,
		.lead = pick(option->lead, which, false),
	};
	if (is_stock(option)) {
		out.unit = option->unit_cost;
		out.holding =
			isnan(option->holding_cost) ? 0 : option->unit_cost * option->holding_cost / weeks_of_year;
		out.capacity = isnan(option->shelf_weeks) ? horizon : fmin(option->shelf_weeks, horizon);
	} else {
		out.capacity = fmin(option->capacity * (1 - gap), 1);
	}
	return out;
}

/* The usable ones of a list of options, by their numbers in the problem. *missing: one is not usable. */
static ssrc_status convert_list(const converter *k, const uint32_t *list, uint32_t n, const uint32_t **out,
				uint32_t *count, bool *missing)
{
	uint32_t *copy = ssrc_arena_array(k->arena, n, sizeof *copy), used = 0;
	if (!copy)
		return ssrc_no_memory(k->err);
	for (uint32_t i = 0; i < n; i++)
		if (k->new_option[list[i]] != SSRC_NONE)
			copy[used++] = k->new_option[list[i]];
		else
			*missing = true;
	*out = copy;
	*count = used;
	return SSRC_OK;
}

/* States of all options; what needs an option that is not usable is not usable either. */
static ssrc_status judge_options(converter *k)
{
	const ssrc_chain *chain = k->chain;
	ssrc_plan_from_chain *out = k->out;
	out->state = ssrc_arena_array(k->arena, chain->n_options, sizeof *out->state);
	out->blocked_by = ssrc_arena_array(k->arena, chain->n_options, sizeof *out->blocked_by);
	out->option_of = ssrc_arena_array(k->arena, chain->n_options, sizeof *out->option_of);
	k->new_option = ssrc_arena_array(k->arena, chain->n_options, sizeof *k->new_option);
	if (!out->state || !out->blocked_by || !out->option_of || !k->new_option)
		return ssrc_no_memory(k->err);
	for (uint32_t i = 0; i < chain->n_options; i++)
		out->state[i] = chain->options[i].item == SSRC_NONE || chain->options[i].kind == SSRC_OPTION_KINDS
					? SSRC_OPTION_NO_CAPACITY
					: state_of(k, &chain->options[i], &out->blocked_by[i]);
	for (uint32_t round = 0, changed = 1; changed && round < chain->n_options; round++) {
		changed = 0;
		for (uint32_t i = 0; i < chain->n_options; i++)
			for (uint32_t r = 0; r < chain->options[i].n_requires; r++) {
				ssrc_option_state needed = out->state[chain->options[i].requires[r]];
				if (out->state[i] == SSRC_OPTION_USABLE && needed != SSRC_OPTION_USABLE) {
					out->state[i] = needed;
					changed = 1;
				}
			}
	}
	return SSRC_OK;
}

static ssrc_status convert_options(converter *k, double horizon)
{
	const ssrc_chain *chain = k->chain;
	ssrc_plan_from_chain *out = k->out;
	uint32_t n = 0;
	ssrc_status status = judge_options(k);
	ssrc_plan_option *options = ssrc_arena_array(k->arena, chain->n_options, sizeof *options);
	if (status || !options)
		return status ? status : ssrc_no_memory(k->err);
	for (uint32_t i = 0; i < chain->n_options; i++) {
		k->new_option[i] = SSRC_NONE;
		if (out->state[i] != SSRC_OPTION_USABLE || !out->relevant[i])
			continue;
		out->option_of[n] = i;
		k->new_option[i] = n;
		options[n++] = convert_option(k, &chain->options[i], horizon);
	}
	for (uint32_t o = 0; o < n && !status; o++) {
		const ssrc_option *option = &chain->options[out->option_of[o]];
		bool missing = false;
		status = convert_list(k, option->requires, option->n_requires, &options[o].needs, &options[o].n_needs,
				      &missing);
		if (!status)
			status = convert_list(k, option->excludes, option->n_excludes, &options[o].excludes,
					      &options[o].n_excludes, &missing);
	}
	out->problem.options = options;
	out->problem.n_options = n;
	return status;
}

/* ---- scenarios ------------------------------------------------------------------------------------------ */

/* True if the cut takes what the party supplies of the item. */
static bool cut_takes(const converter *k, const ssrc_scenario_cut *cut, uint32_t party, uint32_t item)
{
	const ssrc_chain *chain = k->chain;
	if (cut->n_items && !names_item(cut->items, cut->n_items, item))
		return false;
	uint32_t country = ssrc_party_country(&chain->parties[party], k->a->basis);
	if (cut->kind == SSRC_CUT_PARTY)
		return chain->parties[party].same_as == cut->target;
	if (country == SSRC_NONE || cut->kind == SSRC_CUT_ITEM)
		return false;
	if (cut->kind == SSRC_CUT_COUNTRY)
		return cut->eu ? ssrc_country_is_eu_member(chain->countries[country]) : country == cut->target;
	const ssrc_event *event = &chain->events[cut->target];
	return (event->n_items == 0 || names_item(event->items, event->n_items, item)) &&
	       names_item(event->issuers, event->n_issuers, country);
}

static bool option_in_cut(const converter *k, const ssrc_option *option, const ssrc_scenario *scenario)
{
	bool hit = false;
	for (uint32_t c = 0; c < scenario->n_cuts && option->provider != SSRC_NONE; c++)
		hit |= cut_takes(k, &scenario->cuts[c], option->provider, option->item);
	return hit;
}

/* Development works in replicate r if its draw says so: the same draw in every scenario. */
static bool succeeds(const converter *k, uint32_t option, uint32_t replicate)
{
	const ssrc_option *o = &k->chain->options[option];
	if (k->scope->replicates == 0 || !ssrc_known(o->success))
		return true;
	double odds = pick(o->success, k->scope->which, true);
	uint64_t name = ssrc_hash_quick(o->id, strlen(o->id));
	return ssrc_random_unit(k->scope->seed ^ name, STREAM_SUCCESS, replicate) < odds;
}

/* What lies ahead of one scenario of the scope, shifted by the notice. */
static ssrc_status read_hits(converter *k, const ssrc_scenario *scenario, ssrc_plan_scenario *out, bool *reaches)
{
	ssrc_stress_hit *hits;
	ssrc_stress_cover *covers;
	uint32_t n_hits, n_covers, left_out = 0;
	ssrc_status status = ssrc_scenario_hits(&hits, &n_hits, &covers, &n_covers, &left_out, reaches, k->a, scenario,
						k->scope->which, k->arena, k->err);
	if (status)
		return status;
	ssrc_plan_hit *to_hits = ssrc_arena_array(k->arena, n_hits, sizeof *to_hits);
	ssrc_plan_cover *to_covers = ssrc_arena_array(k->arena, n_covers, sizeof *to_covers);
	if (!to_hits || !to_covers)
		return ssrc_no_memory(k->err);
	double until = k->scope->until > 0 ? k->scope->until : (double)INFINITY;
	uint32_t kept = 0;
	for (uint32_t i = 0; i < n_hits; i++)
		if (hits[i].from < until)
			to_hits[kept++] = (ssrc_plan_hit){hits[i].item, hits[i].from + k->scope->notice,
							  fmin(hits[i].to, until) + k->scope->notice, hits[i].lost};
	n_hits = kept;
	for (uint32_t i = 0; i < n_covers; i++)
		to_covers[i] = (ssrc_plan_cover){covers[i].item, covers[i].user, covers[i].by_item,
						 covers[i].from + k->scope->notice, covers[i].cover};
	k->out->n_left_out += left_out;
	*reaches &= n_hits > 0;
	out->hits = to_hits;
	out->n_hits = n_hits;
	out->covers = to_covers;
	out->n_covers = n_covers;
	return SSRC_OK;
}

/* Which options work in a scenario: NULL if all do. */
static ssrc_status find_works(converter *k, const ssrc_scenario *scenario, uint32_t replicate, const bool **out)
{
	const ssrc_plan_problem *problem = &k->out->problem;
	bool all = true, *works = ssrc_arena_array(k->arena, problem->n_options, sizeof *works);
	if (!works)
		return ssrc_no_memory(k->err);
	for (uint32_t o = 0; o < problem->n_options; o++) {
		uint32_t option = k->out->option_of[o];
		/* What lies in stock is there, wherever it came from. */
		bool there =
			is_stock(&k->chain->options[option]) || !option_in_cut(k, &k->chain->options[option], scenario);
		works[o] = there && succeeds(k, option, replicate);
		all &= works[o];
	}
	*out = all ? NULL : works;
	return SSRC_OK;
}

/* Scenarios that reach the home, without what their options do. */
static ssrc_status convert_scenarios(converter *k)
{
	const ssrc_plan_scope *scope = k->scope;
	uint32_t copies = scope->replicates ? scope->replicates : 1, n = 0;
	size_t most = (size_t)scope->n_scenarios * copies;
	ssrc_plan_scenario *list = ssrc_arena_array(k->arena, most, sizeof *list);
	k->out->scenario_of = ssrc_arena_array(k->arena, most, sizeof *k->out->scenario_of);
	if (!list || !k->out->scenario_of)
		return ssrc_no_memory(k->err);
	k->out->weighted = true;
	for (uint32_t s = 0; s < scope->n_scenarios; s++)
		k->out->weighted &= ssrc_known(scope->scenarios[s].probability);
	for (uint32_t s = 0; s < scope->n_scenarios; s++) {
		const ssrc_scenario *scenario = &scope->scenarios[s];
		bool reaches = false;
		ssrc_plan_scenario first = {.name = scenario->id};
		ssrc_status status = read_hits(k, scenario, &first, &reaches);
		if (status)
			return status;
		k->out->n_unreached += !reaches;
		double weight = k->out->weighted ? (scenario->probability.low + scenario->probability.high) / 2 : 1;
		first.probability = weight / copies;
		for (uint32_t c = 0; c < copies && reaches; c++) {
			k->out->scenario_of[n] = s;
			list[n++] = first;
		}
	}
	k->out->problem.scenarios = list;
	k->out->problem.n_scenarios = n;
	if (n == 0)
		return ssrc_fail(k->err, SSRC_NOTFOUND, SSRC_M_PLAN_NO_SCENARIO, k->a->home.text, NULL, NULL);
	return SSRC_OK;
}

/* Options that a scenario can call on: their item lies on a way from a hit item to a product, or is one of those. */
static ssrc_status find_relevant(converter *k)
{
	const ssrc_network *net = &k->a->network;
	bool *reached = ssrc_arena_array(k->arena, net->n, sizeof *reached);
	uint32_t *stack = ssrc_arena_array(k->arena, net->n, sizeof *stack), n = 0;
	k->out->relevant = ssrc_arena_array(k->arena, k->chain->n_options, sizeof *k->out->relevant);
	if (!reached || !stack || !k->out->relevant)
		return ssrc_no_memory(k->err);
	for (uint32_t s = 0; s < k->out->problem.n_scenarios; s++)
		for (uint32_t h = 0; h < k->out->problem.scenarios[s].n_hits; h++) {
			uint32_t item = k->out->problem.scenarios[s].hits[h].item;
			if (!reached[item] && net->leads_to_product[k->scope->mode][item])
				stack[n++] = item;
			reached[item] |= net->leads_to_product[k->scope->mode][item];
		}
	while (n > 0) {
		uint32_t item = stack[--n];
		for (uint32_t u = net->users_start[item]; u < net->users_start[item + 1]; u++) {
			uint32_t user = net->users[u];
			if (reached[user] || !net->leads_to_product[k->scope->mode][user])
				continue;
			reached[user] = true;
			stack[n++] = user;
		}
	}
	for (uint32_t o = 0; o < k->chain->n_options; o++)
		k->out->relevant[o] = k->chain->options[o].item != SSRC_NONE && reached[k->chain->options[o].item];
	return SSRC_OK;
}

/* ---- time ------------------------------------------------------------------------------------------------- */

static double last_week(const ssrc_plan_problem *problem)
{
	double end = 0;
	for (uint32_t s = 0; s < problem->n_scenarios; s++)
		for (uint32_t h = 0; h < problem->scenarios[s].n_hits; h++)
			end = fmax(end, problem->scenarios[s].hits[h].to);
	return end;
}

static int compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

/* Sorted, each once, within (0, end]; those that stand closest to the one before go first until few enough are left. */
static uint32_t tidy_limits(double *limits, uint32_t n, double end)
{
	uint32_t used = 0;
	qsort(limits, n, sizeof *limits, compare_doubles);
	for (uint32_t i = 0; i < n; i++)
		if (limits[i] <= end && (used == 0 || limits[i] - limits[used - 1] > 1e-9))
			limits[used++] = limits[i];
	while (used > PERIODS_MAX + 1) {
		uint32_t close = 1;
		for (uint32_t i = 2; i + 1 < used; i++)
			if (limits[i] - limits[i - 1] < limits[close] - limits[close - 1])
				close = i;
		memmove(limits + close, limits + close + 1, (used - close - 1) * sizeof *limits);
		used--;
	}
	return used;
}

/* Periods end where something changes in some scenario: everything is constant inside them, so that nothing is lost by
 * taking averages (the recourse is convex). */
static ssrc_status make_periods(converter *k, double end)
{
	ssrc_plan_problem *problem = &k->out->problem;
	uint32_t most = 2 + problem->n_options * problem->n_slots, n = 0;
	for (uint32_t s = 0; s < problem->n_scenarios; s++)
		most += 2 * problem->scenarios[s].n_hits + problem->scenarios[s].n_covers;
	double *limits = ssrc_arena_array(k->arena, most, sizeof *limits);
	if (!limits)
		return ssrc_no_memory(k->err);
	limits[n++] = 0;
	limits[n++] = end;
	for (uint32_t s = 0; s < problem->n_scenarios; s++) {
		for (uint32_t h = 0; h < problem->scenarios[s].n_hits; h++) {
			limits[n++] = problem->scenarios[s].hits[h].from;
			limits[n++] = problem->scenarios[s].hits[h].to;
		}
		for (uint32_t c = 0; c < problem->scenarios[s].n_covers; c++)
			limits[n++] = problem->scenarios[s].covers[c].from;
	}
	for (uint32_t o = 0; o < problem->n_options; o++)
		for (uint32_t t = 0; t < problem->n_slots; t++)
			if (problem->options[o].kind != SSRC_PLAN_STOCK)
				limits[n++] = problem->slot[t] + problem->options[o].lead;
	problem->n_periods = tidy_limits(limits, n, end) - 1;
	problem->period = limits;
	return SSRC_OK;
}

static ssrc_status set_time(converter *k, double end)
{
	static const double at_once[] = {0};
	ssrc_plan_problem *problem = &k->out->problem;
	problem->slot = k->scope->slots ? k->scope->slots : at_once;
	problem->n_slots = k->scope->slots ? k->scope->n_slots : 1;
	if (k->scope->periods) {
		problem->period = k->scope->periods;
		problem->n_periods = k->scope->n_periods;
		return SSRC_OK;
	}
	return make_periods(k, end);
}

ssrc_status ssrc_plan_problem_from_chain(ssrc_plan_from_chain *out, const ssrc_assessment *a,
					 const ssrc_plan_scope *scope, ssrc_arena *arena, ssrc_error *err)
{
	ssrc_plan_from_chain result = {.problem = {.proportional = true}};
	converter k = {&result, a, a->chain, scope, arena, err, NULL};
	ssrc_status status = convert_items(&k);
	if (!status)
		status = convert_arcs(&k);
	if (!status)
		status = convert_scenarios(&k);
	if (!status)
		status = find_relevant(&k);
	double end = last_week(&result.problem);
	if (!status)
		status = convert_options(&k, fmax(scope->horizon, end));
	ssrc_plan_scenario *scenarios = (ssrc_plan_scenario *)(uintptr_t)result.problem.scenarios;
	for (uint32_t s = 0, copy = 0; s < result.problem.n_scenarios && !status; s++) {
		copy = s > 0 && result.scenario_of[s] == result.scenario_of[s - 1] ? copy + 1 : 0;
		status = find_works(&k, &scope->scenarios[result.scenario_of[s]], copy, &scenarios[s].works);
	}
	if (!status)
		status = set_time(&k, fmax(scope->horizon, end));
	if (!status)
		*out = result;
	return status;
}

/* ---- back to the simulation --------------------------------------------------------------------------------- */

ssrc_status ssrc_plan_backups(ssrc_stress_backup **out, uint32_t *count, const ssrc_plan_from_chain *from,
			      const ssrc_plan_scope *scope, const ssrc_plan_choice *choices, const bool *works,
			      ssrc_arena *arena, ssrc_error *err)
{
	const ssrc_plan_problem *problem = &from->problem;
	ssrc_stress_backup *backups = ssrc_arena_array(arena, problem->n_options, sizeof *backups);
	uint32_t n = 0;
	if (!backups)
		return ssrc_no_memory(err);
	for (uint32_t o = 0; o < problem->n_options; o++) {
		const ssrc_plan_option *option = &problem->options[o];
		if (!choices[o].taken || (works && !works[o]))
			continue;
		double ready = choices[o].ready - scope->notice;
		backups[n++] = (ssrc_stress_backup){
			.item = option->item,
			.kind = option->kind == SSRC_PLAN_STOCK    ? SSRC_BACKUP_STOCK
				: option->kind == SSRC_PLAN_BYPASS ? SSRC_BACKUP_BYPASS
								   : SSRC_BACKUP_SOURCE,
			.amount = option->kind == SSRC_PLAN_STOCK ? choices[o].amount : option->capacity,
			.from = fmax(ready, 0),
			.full = fmax(ready + option->ramp, 0),
			.shelf_weeks = (double)INFINITY,
		};
	}
	*out = backups;
	*count = n;
	return SSRC_OK;
}
