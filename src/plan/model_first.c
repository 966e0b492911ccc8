/* The first stage: what is begun and bought when, and what may be spent. docs/methods/plan.md */
#include "model.h"

#include <math.h>
#include <string.h>

/* ---- which starts matter (slot elimination) --------------------------------------------------------------- */

static bool same_effect(const ssrc_plan_build_state *b, uint32_t option, uint32_t slot)
{
	const ssrc_plan_problem *p = b->problem;
	bool stock = p->options[option].kind == SSRC_PLAN_STOCK;
	for (uint32_t s = 0; s < p->n_scenarios; s++) {
		if (stock &&
		    ssrc_plan_stock_counts(b, s, option, slot) != ssrc_plan_stock_counts(b, s, option, slot + 1))
			return false;
		for (uint32_t t = 0; !stock && t < b->windows[s].n; t++)
			if (ssrc_plan_effect(b, s, option, slot, t) != ssrc_plan_effect(b, s, option, slot + 1, t))
				return false;
	}
	return true;
}

/* A start that does no more than the next one costs no less, now or discounted: only others are kept. */
static void keep_own(ssrc_plan_build_state *b, uint32_t o)
{
	uint32_t n = b->problem->n_slots;
	bool *kept = b->kept + (size_t)o * n;
	if (ssrc_plan_is_started(b->settings, o)) {
		kept[0] = true;
		for (uint32_t s = 1; s < n && b->problem->options[o].kind == SSRC_PLAN_STOCK; s++)
			kept[s] = !same_effect(b, o, s);
		return;
	}
	for (uint32_t s = 0; s < n; s++)
		kept[s] = !same_effect(b, o, s);
	if (b->settings->forced && b->settings->forced[o])
		kept[n - 1] = true;
}

/* An option that another needs may have to begin whenever that one does. */
static bool keep_needed(ssrc_plan_build_state *b)
{
	const ssrc_plan_problem *p = b->problem;
	bool changed = false;
	for (uint32_t o = 0; o < p->n_options; o++)
		for (uint32_t k = 0; k < p->options[o].n_needs && !ssrc_plan_is_started(b->settings, o); k++) {
			uint32_t needed = p->options[o].needs[k];
			for (uint32_t s = 0; s < p->n_slots && !ssrc_plan_is_started(b->settings, needed); s++) {
				bool *kept = &b->kept[(size_t)needed * p->n_slots + s];
				bool add = b->kept[(size_t)o * p->n_slots + s] && !*kept;
				*kept |= add;
				changed |= add;
			}
		}
	return changed;
}

/* ---- columns ---------------------------------------------------------------------------------------------- */

/* Options whose being taken is a yes or no; other stocks are just amounts. */
static void find_linked(const ssrc_plan_build_state *b, bool *linked)
{
	const ssrc_plan_problem *p = b->problem;
	for (uint32_t o = 0; o < p->n_options; o++) {
		const ssrc_plan_option *option = &p->options[o];
		bool forced = b->settings->forced && b->settings->forced[o];
		if (option->kind != SSRC_PLAN_STOCK || option->fixed > 0 || forced || option->n_needs > 0 ||
		    option->n_excludes > 0 || ssrc_plan_is_started(b->settings, o))
			linked[o] = true;
		for (uint32_t k = 0; k < option->n_needs; k++)
			linked[option->needs[k]] = true;
		for (uint32_t k = 0; k < option->n_excludes; k++)
			linked[option->excludes[k]] = true;
	}
}

static uint32_t next_kept(const ssrc_plan_build_state *b, uint32_t o, uint32_t slot)
{
	uint32_t n = b->problem->n_slots;
	for (slot++; slot < n && !b->kept[(size_t)o * n + slot];)
		slot++;
	return slot;
}

/* "Begun by slot": in the cost, what is paid now less what would be paid at the next start. */
static void add_starts(ssrc_plan_build_state *b, ssrc_program_draft *draft, uint32_t o)
{
	const ssrc_plan_problem *p = b->problem;
	const ssrc_plan_settings *set = b->settings;
	uint32_t n = p->n_slots, *start = b->model->start + (size_t)o * n;
	bool started = ssrc_plan_is_started(set, o);
	bool barred = set->barred && set->barred[o] && !started, forced = set->forced && set->forced[o];
	for (uint32_t s = 0; s < (started ? 1 : n); s++) {
		if (!b->kept[(size_t)o * n + s])
			continue;
		uint32_t next = next_kept(b, o, s);
		double price = ssrc_plan_discount(set, p->slot[s]);
		if (next < n)
			price -= ssrc_plan_discount(set, p->slot[next]);
		double cost = set->mode == SSRC_PLAN_BUDGET || started ? 0 : p->options[o].fixed * price;
		/* Forced and barred at once: the row of the last start says so. */
		double low = started || (forced && next == n && !barred) ? 1 : 0;
		start[s] = ssrc_draft_col(draft, cost, low, barred ? 0 : 1, true, NULL);
		if (forced && barred && next == n)
			ssrc_draft_entry(draft, ssrc_draft_row(draft, 1, (double)INFINITY, NULL), start[s], 1);
	}
	for (uint32_t s = 0, before = SSRC_NONE; s < n; s++) {
		if (start[s] == SSRC_NONE)
			continue;
		if (before != SSRC_NONE) {
			uint32_t row = ssrc_draft_row(draft, (double)-INFINITY, 0, NULL);
			ssrc_draft_entry(draft, row, before, 1);
			ssrc_draft_entry(draft, row, start[s], -1);
		}
		before = start[s];
	}
}

static bool counts_somewhere(const ssrc_plan_build_state *b, uint32_t o, uint32_t slot)
{
	for (uint32_t s = 0; s < b->problem->n_scenarios; s++)
		if (ssrc_plan_stock_counts(b, s, o, slot))
			return true;
	return false;
}

/* Weeks of use bought in each slot; bought by a slot only if begun by it. */
static void add_amounts(ssrc_plan_build_state *b, ssrc_program_draft *draft, uint32_t o, bool linked)
{
	const ssrc_plan_problem *p = b->problem;
	const ssrc_plan_settings *set = b->settings;
	uint32_t n = p->n_slots, *bought = b->model->bought + (size_t)o * n, *start = b->model->start + (size_t)o * n;
	uint32_t begun = SSRC_NONE;
	double high = set->barred && set->barred[o] && !ssrc_plan_is_started(set, o) ? 0 : b->most[o];
	for (uint32_t s = 0; s < n; s++) {
		begun = start[s] != SSRC_NONE ? start[s] : begun;
		if (!b->kept[(size_t)o * n + s] || !counts_somewhere(b, o, s))
			continue;
		double cost = ssrc_plan_unit_cost(p, set->started, o, s) * ssrc_plan_discount(set, p->slot[s]);
		bought[s] = ssrc_draft_col(draft, set->mode == SSRC_PLAN_BUDGET ? 0 : cost, 0, high, false, NULL);
		uint32_t row = ssrc_draft_row(draft, (double)-INFINITY, linked ? 0 : b->most[o], NULL);
		for (uint32_t k = 0; k <= s; k++)
			if (bought[k] != SSRC_NONE)
				ssrc_draft_entry(draft, row, bought[k], 1);
		if (linked)
			ssrc_draft_entry(draft, row, begun, -b->most[o]);
	}
}

/* ---- rows between options --------------------------------------------------------------------------------- */

/* The column that says whether an option is begun by `slot`, SSRC_NONE if it cannot be. */
static uint32_t begun_by(const ssrc_plan_build_state *b, uint32_t o, uint32_t slot)
{
	for (uint32_t s = slot + 1; s-- > 0;)
		if (b->model->start[(size_t)o * b->problem->n_slots + s] != SSRC_NONE)
			return b->model->start[(size_t)o * b->problem->n_slots + s];
	return SSRC_NONE;
}

static void add_needs(ssrc_plan_build_state *b, ssrc_program_draft *draft, uint32_t o)
{
	const ssrc_plan_problem *p = b->problem;
	for (uint32_t k = 0; k < p->options[o].n_needs && !ssrc_plan_is_started(b->settings, o); k++)
		for (uint32_t s = 0; s < p->n_slots; s++) {
			uint32_t mine = b->model->start[(size_t)o * p->n_slots + s];
			uint32_t needed = begun_by(b, p->options[o].needs[k], s);
			if (mine == SSRC_NONE)
				continue;
			uint32_t row = ssrc_draft_row(draft, (double)-INFINITY, 0, NULL);
			ssrc_draft_entry(draft, row, mine, 1);
			if (needed != SSRC_NONE)
				ssrc_draft_entry(draft, row, needed, -1);
		}
}

static void add_excludes(ssrc_plan_build_state *b, ssrc_program_draft *draft, uint32_t o)
{
	const ssrc_plan_problem *p = b->problem;
	uint32_t mine = begun_by(b, o, p->n_slots - 1);
	for (uint32_t k = 0; k < p->options[o].n_excludes && mine != SSRC_NONE; k++) {
		uint32_t other = begun_by(b, p->options[o].excludes[k], p->n_slots - 1);
		if (other == SSRC_NONE)
			continue;
		uint32_t row = ssrc_draft_row(draft, (double)-INFINITY, 1, NULL);
		ssrc_draft_entry(draft, row, mine, 1);
		ssrc_draft_entry(draft, row, other, 1);
	}
}

/* Spending of all slots up to `slot`; options begun before week 0 are paid. */
static uint32_t add_spending(ssrc_plan_build_state *b, ssrc_program_draft *draft, uint32_t slot, double limit)
{
	const ssrc_plan_problem *p = b->problem;
	uint32_t row = ssrc_draft_row(draft, (double)-INFINITY, limit, NULL);
	for (uint32_t o = 0; o < p->n_options; o++) {
		uint32_t begun = begun_by(b, o, slot);
		if (begun != SSRC_NONE && !ssrc_plan_is_started(b->settings, o))
			ssrc_draft_entry(draft, row, begun, p->options[o].fixed);
		for (uint32_t s = 0; s <= slot; s++) {
			uint32_t bought = b->model->bought[(size_t)o * p->n_slots + s];
			if (bought != SSRC_NONE)
				ssrc_draft_entry(draft, row, bought,
						 ssrc_plan_unit_cost(p, b->settings->started, o, s));
		}
	}
	return row;
}

static void add_budgets(ssrc_plan_build_state *b, ssrc_program_draft *draft)
{
	const ssrc_plan_settings *set = b->settings;
	double sum = 0;
	b->model->budget_row = SSRC_NONE;
	if (set->budget < (double)INFINITY)
		b->model->budget_row = add_spending(b, draft, b->problem->n_slots - 1, set->budget);
	for (uint32_t s = 0; s < b->problem->n_slots; s++) {
		sum += set->slot_budget ? set->slot_budget[s] : (double)INFINITY;
		b->model->slot_budget_row[s] = sum < (double)INFINITY ? add_spending(b, draft, s, sum) : SSRC_NONE;
	}
}

static bool take_maps(ssrc_plan_build_state *b)
{
	size_t cells = (size_t)b->problem->n_options * b->problem->n_slots;
	b->kept = ssrc_arena_array(b->arena, cells, sizeof *b->kept);
	b->model->start = ssrc_arena_array(b->arena, cells, sizeof *b->model->start);
	b->model->bought = ssrc_arena_array(b->arena, cells, sizeof *b->model->bought);
	b->model->slot_budget_row = ssrc_arena_array(b->arena, b->problem->n_slots, sizeof(uint32_t));
	if (!b->kept || !b->model->start || !b->model->bought || !b->model->slot_budget_row)
		return false;
	memset(b->model->start, 0xff, cells * sizeof *b->model->start);
	memset(b->model->bought, 0xff, cells * sizeof *b->model->bought);
	return true;
}

ssrc_status ssrc_plan_make_first(ssrc_plan_build_state *b)
{
	const ssrc_plan_problem *p = b->problem;
	bool *linked = ssrc_alloc_array(b->ctx, p->n_options, sizeof *linked);
	if (!linked || !take_maps(b)) {
		ssrc_release(b->ctx, linked);
		return ssrc_no_memory(b->err);
	}
	find_linked(b, linked);
	for (uint32_t o = 0; o < p->n_options; o++)
		keep_own(b, o);
	while (keep_needed(b))
		continue;
	ssrc_program_draft draft;
	ssrc_draft_init(&draft, b->ctx);
	for (uint32_t o = 0; o < p->n_options; o++) {
		if (linked[o])
			add_starts(b, &draft, o);
		if (p->options[o].kind == SSRC_PLAN_STOCK)
			add_amounts(b, &draft, o, linked[o]);
	}
	for (uint32_t o = 0; o < p->n_options; o++) {
		add_needs(b, &draft, o);
		add_excludes(b, &draft, o);
	}
	add_budgets(b, &draft);
	ssrc_status status = ssrc_draft_finish(&b->model->program.first, &draft, b->arena, b->err);
	ssrc_draft_clear(&draft);
	ssrc_release(b->ctx, linked);
	return status;
}
