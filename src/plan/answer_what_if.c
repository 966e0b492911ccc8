/* What else could be: one thing changed, other plans nearly as good, a list of budgets, knowing more.
 * docs/methods/plan.md */
#include "answer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The problem and its answer, with copies of what a change touches. */
typedef struct around {
	const ssrc_plan_problem *problem;
	const ssrc_plan_settings *settings;
	const ssrc_plan_answer *answer;
	ssrc_plan_effort effort;
	ssrc_context *ctx;
	ssrc_error *err;
	ssrc_arena scratch;
	ssrc_plan_problem changed; /* of the next solve */
	ssrc_plan_settings set;
	bool *forced, *barred;     /* [n_options] of set */
	ssrc_plan_option *options; /* of changed */
	ssrc_plan_changes out;
} around;

static void copy_flags(bool *to, const bool *from, uint32_t n)
{
	for (uint32_t o = 0; o < n; o++)
		to[o] = from && from[o];
}

/* Everything as it was. */
static void reset(around *r)
{
	const ssrc_plan_problem *p = r->problem;
	r->changed = *p;
	r->changed.options = r->options;
	memcpy(r->options, p->options, p->n_options * sizeof *r->options);
	r->set = *r->settings;
	copy_flags(r->forced, r->settings->forced, p->n_options);
	copy_flags(r->barred, r->settings->barred, p->n_options);
	r->set.forced = r->forced;
	r->set.barred = r->barred;
}

static ssrc_status open_around(around *r)
{
	uint32_t n = r->problem->n_options;
	ssrc_arena_init(&r->scratch, r->ctx);
	r->effort.each = NULL;
	r->forced = ssrc_arena_array(&r->scratch, n, sizeof *r->forced);
	r->barred = ssrc_arena_array(&r->scratch, n, sizeof *r->barred);
	r->options = ssrc_arena_array(&r->scratch, n, sizeof *r->options);
	if (!r->forced || !r->barred || !r->options)
		return ssrc_no_memory(r->err);
	reset(r);
	return SSRC_OK;
}

/* ---- one thing changed ------------------------------------------------------------------------------------ */

/* What the two bounds leave of a difference: each least value lies between its bound and its plan's value. */
static void bracket(ssrc_plan_change *change, const ssrc_plan_answer *changed, const ssrc_plan_answer *answer)
{
	double dust = 1e-9 * fmax(1, fabs(answer->value));
	change->low = fmin(changed->bound, changed->value) - answer->value;
	change->high = changed->value - fmin(answer->bound, answer->value);
	change->within_gap = change->low <= dust && change->high >= -dust;
}

/* Nobody has to use it that something is ready sooner, so it never hurts. The program may say that it does: a stock is
 * held, and paid for, from the day on which it is ready. */
static void never_worse(ssrc_plan_change *change, const ssrc_plan_answer *answer)
{
	if (isnan(change->value))
		return;
	if (!(change->value <= answer->value)) {
		change->value = answer->value;
		change->regret = 0;
		change->cost = answer->cost;
		change->verdict = answer->verdict;
	}
	change->low = isnan(change->low) ? 0 : fmin(change->low, 0);
	change->high = isnan(change->high) ? 0 : fmin(change->high, 0);
	change->within_gap = change->high >= -1e-9 * fmax(1, fabs(answer->value));
}

/* Solves what was changed and notes what became of it. */
static ssrc_status note_change(around *r, ssrc_plan_change_kind kind, uint32_t option, uint32_t item)
{
	ssrc_plan_answer a;
	ssrc_arena arena;
	ssrc_arena_init(&arena, r->ctx);
	ssrc_status status =
		ssrc_plan_solve(&a, &r->changed, &r->set, &r->answer->decision, &r->effort, r->ctx, &arena, r->err);
	if (status != SSRC_OK && status != SSRC_NOMEM) {
		/* The solver failed at this question only. */
		a = (ssrc_plan_answer){.verdict = SSRC_PLAN_UNKNOWN};
		if (r->err)
			*r->err = (ssrc_error){0};
		status = SSRC_OK;
	}
	if (status == SSRC_OK) {
		bool met = a.verdict == SSRC_PLAN_PROVEN || a.verdict == SSRC_PLAN_OPEN;
		double value = met ? a.value : a.verdict == SSRC_PLAN_INFEASIBLE ? (double)INFINITY : (double)NAN;
		ssrc_plan_change *change = &r->out.change[r->out.n++];
		*change = (ssrc_plan_change){.kind = kind,
					     .option = option,
					     .item = item,
					     .verdict = a.verdict,
					     .value = value,
					     .regret = value - r->answer->value,
					     .low = (double)NAN,
					     .high = (double)NAN,
					     .cost = met ? a.cost : (double)NAN};
		if (met)
			bracket(change, &a, r->answer);
		if (kind == SSRC_PLAN_SOONER)
			never_worse(change, r->answer);
	}
	ssrc_arena_clear(&arena);
	reset(r);
	return status;
}

static ssrc_status without_and_sooner(around *r)
{
	const ssrc_plan_problem *p = r->problem;
	ssrc_status status = SSRC_OK;
	for (uint32_t o = 0; o < p->n_options && status == SSRC_OK; o++) {
		if (!r->answer->choices[o].taken)
			continue;
		if (!ssrc_plan_is_started(r->settings, o) && !r->forced[o]) {
			r->barred[o] = true;
			status = note_change(r, SSRC_PLAN_WITHOUT, o, p->options[o].item);
		}
		if (status == SSRC_OK && p->options[o].lead > 0) {
			r->options[o].lead = fmax(0, p->options[o].lead - 1);
			status = note_change(r, SSRC_PLAN_SOONER, o, p->options[o].item);
		}
	}
	return status;
}

/* The option outside the plan that promises most and was not tried; SSRC_NONE if there is none. */
static uint32_t next_best(const around *r, const ssrc_plan_binds *binds, const bool *tried)
{
	uint32_t best = SSRC_NONE;
	for (uint32_t o = 0; o < r->problem->n_options; o++) {
		if (r->answer->choices[o].taken || r->barred[o] || tried[o])
			continue;
		bool more = best == SSRC_NONE ||
			    (binds && binds->solved && binds->option_worth[o] > binds->option_worth[best]);
		best = more ? o : best;
	}
	return best;
}

static ssrc_status with_others(around *r, const ssrc_plan_binds *binds, uint32_t most)
{
	const ssrc_plan_problem *p = r->problem;
	bool *tried = ssrc_arena_array(&r->scratch, p->n_options, sizeof *tried);
	ssrc_status status = tried ? SSRC_OK : ssrc_no_memory(r->err);
	for (uint32_t k = 0; k < most && status == SSRC_OK; k++) {
		uint32_t o = next_best(r, binds, tried);
		if (o == SSRC_NONE)
			break;
		tried[o] = r->forced[o] = true;
		status = note_change(r, SSRC_PLAN_WITH, o, p->options[o].item);
	}
	return status;
}

static ssrc_status more_money(around *r)
{
	if (!(r->settings->budget < (double)INFINITY))
		return SSRC_OK;
	r->set.budget = r->settings->budget * 1.01;
	return note_change(r, SSRC_PLAN_MORE, SSRC_NONE, SSRC_NONE);
}

/* All cuts of an item end a week sooner (and none before it began). */
static bool shorten(around *r, uint32_t item)
{
	const ssrc_plan_problem *p = r->problem;
	ssrc_plan_scenario *scenarios = ssrc_arena_array(&r->scratch, p->n_scenarios, sizeof *scenarios);
	if (!scenarios)
		return false;
	for (uint32_t s = 0; s < p->n_scenarios; s++) {
		scenarios[s] = p->scenarios[s];
		ssrc_plan_hit *hits = ssrc_arena_array(&r->scratch, scenarios[s].n_hits, sizeof *hits);
		if (!hits)
			return false;
		for (uint32_t k = 0; k < scenarios[s].n_hits; k++) {
			hits[k] = p->scenarios[s].hits[k];
			if (hits[k].item == item)
				hits[k].to = fmax(hits[k].from, hits[k].to - 1);
		}
		scenarios[s].hits = hits;
	}
	r->changed.scenarios = scenarios;
	return true;
}

/* The items whose makers bind most, by their worth over all scenarios. */
static ssrc_status shorter_cuts(around *r, const ssrc_plan_binds *binds, uint32_t most)
{
	uint32_t n = r->problem->n_items;
	double *worth = ssrc_arena_array(&r->scratch, n, sizeof *worth);
	ssrc_status status = worth ? SSRC_OK : ssrc_no_memory(r->err);
	for (uint32_t k = 0; status == SSRC_OK && binds && k < binds->n; k++)
		if (binds->bind[k].kind == SSRC_PLAN_BINDS_MAKERS)
			worth[binds->bind[k].item] += binds->bind[k].worth;
	for (uint32_t k = 0; k < most && status == SSRC_OK; k++) {
		uint32_t best = SSRC_NONE;
		for (uint32_t i = 0; i < n; i++)
			if (worth[i] > 0 && (best == SSRC_NONE || worth[i] > worth[best]))
				best = i;
		if (best == SSRC_NONE)
			break;
		worth[best] = 0;
		status = shorten(r, best) ? note_change(r, SSRC_PLAN_SHORTER, SSRC_NONE, best) : ssrc_no_memory(r->err);
	}
	return status;
}

ssrc_status ssrc_plan_what_if(ssrc_plan_changes *out, const ssrc_plan_problem *problem,
			      const ssrc_plan_settings *settings, const ssrc_plan_answer *answer,
			      const ssrc_plan_binds *binds, uint32_t most, const ssrc_plan_effort *effort,
			      ssrc_context *ctx, ssrc_arena *arena, ssrc_error *err)
{
	around r = {
		.problem = problem, .settings = settings, .answer = answer, .effort = *effort, .ctx = ctx, .err = err};
	ssrc_status status = open_around(&r);
	size_t room = 2 * ((size_t)problem->n_options + most) + 1;
	r.out.change = ssrc_arena_array(arena, room, sizeof *r.out.change);
	if (status == SSRC_OK && !r.out.change)
		status = ssrc_no_memory(err);
	if (status == SSRC_OK && answer->has_plan) {
		status = without_and_sooner(&r);
		if (status == SSRC_OK)
			status = with_others(&r, binds, most);
		if (status == SSRC_OK)
			status = more_money(&r);
		if (status == SSRC_OK)
			status = shorter_cuts(&r, binds, most);
	}
	ssrc_arena_clear(&r.scratch);
	if (status == SSRC_OK)
		*out = r.out;
	return status;
}

/* ---- other plans ------------------------------------------------------------------------------------------ */

/* The last column that says whether an option is taken, SSRC_NONE if it is a mere amount or never taken. */
static uint32_t taken_col(const ssrc_plan_problem *p, const ssrc_plan_model *m, uint32_t o)
{
	for (uint32_t s = p->n_slots; s-- > 0;)
		if (m->start[(size_t)o * p->n_slots + s] != SSRC_NONE)
			return m->start[(size_t)o * p->n_slots + s];
	return SSRC_NONE;
}

typedef struct search {
	around *r;
	ssrc_plan_other *found; /* [0]: the answer itself */
	uint32_t n;
	double limit, room; /* of the value */
} search;

static bool takes(const search *f, uint32_t k, uint32_t o)
{
	return f->found[k].decision.begun[o] != SSRC_NONE;
}

static void copy_program(ssrc_program_draft *draft, const ssrc_program *p)
{
	draft->offset = p->offset;
	for (uint32_t j = 0; j < p->n_cols; j++)
		ssrc_draft_col(draft, p->cost[j], p->low[j], p->high[j], p->integer && p->integer[j], NULL);
	for (uint32_t i = 0; i < p->n_rows; i++)
		ssrc_draft_row(draft, p->row_low[i], p->row_high[i], NULL);
	for (uint32_t j = 0; j < p->n_cols; j++)
		for (uint32_t k = p->start[j]; k < p->start[j + 1]; k++)
			ssrc_draft_entry(draft, p->row[k], j, p->value[k]);
}

/* For each set of options found a row "taken of it − taken of the others <= its size − 1". */
static ssrc_status rule_out(ssrc_program *first, const search *f, const ssrc_plan_model *m, ssrc_arena *arena)
{
	const ssrc_plan_problem *p = f->r->problem;
	ssrc_program_draft draft;
	ssrc_draft_init(&draft, f->r->ctx);
	copy_program(&draft, first);
	for (uint32_t k = 0; k < f->n; k++) {
		double size = 0;
		for (uint32_t o = 0; o < p->n_options; o++)
			size += taken_col(p, m, o) != SSRC_NONE && takes(f, k, o);
		uint32_t row = ssrc_draft_row(&draft, (double)-INFINITY, size - 1, NULL);
		for (uint32_t o = 0; o < p->n_options; o++)
			if (taken_col(p, m, o) != SSRC_NONE)
				ssrc_draft_entry(&draft, row, taken_col(p, m, o), takes(f, k, o) ? 1 : -1);
	}
	ssrc_status status = ssrc_draft_finish(first, &draft, arena, f->r->err);
	ssrc_draft_clear(&draft);
	return status;
}

/* Makes what was used before dearer, so that the plan found before would cost `room` more; and everything a little, so
 * that nothing is taken without need. */
static void make_dearer(ssrc_plan_model *m, const search *f, double room)
{
	const ssrc_plan_problem *p = f->r->problem;
	double used = 0;
	for (uint32_t o = 0; o < p->n_options; o++)
		used += takes(f, 0, o);
	for (uint32_t o = 0; o < p->n_options; o++) {
		uint32_t col = taken_col(p, m, o);
		if (col == SSRC_NONE)
			continue;
		for (uint32_t k = 0; k < f->n; k++)
			m->program.first.cost[col] += takes(f, k, o) ? room / (f->n * fmax(1, used)) : 0;
		if (f->r->settings->mode == SSRC_PLAN_BUDGET)
			m->program.first.cost[col] += f->room / (100.0 * p->n_options);
	}
}

static ssrc_status new_other(ssrc_plan_other *out, const around *r, ssrc_arena *arena)
{
	out->choices = ssrc_arena_array(arena, r->problem->n_options, sizeof *out->choices);
	return out->choices ? ssrc_plan_decision_new(&out->decision, r->problem, arena, r->err)
			    : ssrc_no_memory(r->err);
}

static ssrc_status value_other(ssrc_plan_other *out, bool *met, const around *r, ssrc_arena *scratch)
{
	const ssrc_plan_settings *set = r->settings;
	ssrc_plan_outlook outlook;
	double *spent = ssrc_arena_array(scratch, r->problem->n_slots, sizeof *spent);
	if (!spent)
		return ssrc_no_memory(r->err);
	ssrc_status status =
		ssrc_plan_look(&outlook, r->problem, set, &out->decision, false, &r->effort, r->ctx, scratch, r->err);
	if (status != SSRC_OK)
		return status;
	double discounted = ssrc_plan_account(out->choices, spent, &out->cost, r->problem, set, &out->decision);
	out->value = ssrc_plan_value(set, &outlook, discounted);
	*met = set->mode != SSRC_PLAN_SURVIVE || outlook.excess <= 10 * SSRC_PLAN_REACHED;
	return SSRC_OK;
}

/* One more plan with prices raised by `room`; *good: it is within the limit. */
static ssrc_status find_other(search *f, double room, bool *good, ssrc_arena *arena)
{
	around *r = f->r;
	ssrc_plan_model model;
	ssrc_two_stage_result result;
	ssrc_plan_settings set = *r->settings;
	ssrc_arena scratch;
	ssrc_plan_other *other = &f->found[f->n];
	*good = false;
	set.penalty = r->answer->penalty;
	ssrc_arena_init(&scratch, r->ctx);
	ssrc_status status = ssrc_plan_build(&model, r->problem, &set, r->ctx, &scratch, r->err);
	if (status == SSRC_OK) {
		make_dearer(&model, f, room);
		status = rule_out(&model.program.first, f, &model, &scratch);
	}
	if (status == SSRC_OK)
		status = ssrc_plan_run(&result, &model.program, NULL, &r->effort, false, r->ctx, &scratch, r->err);
	if (status == SSRC_OK && result.has_plan) {
		status = new_other(other, r, arena);
		if (status == SSRC_OK) {
			ssrc_plan_decide(&other->decision, r->problem, &model, result.x);
			status = value_other(other, good, r, &scratch);
		}
		*good &= status == SSRC_OK && other->value <= f->limit;
	}
	ssrc_arena_clear(&scratch);
	return status;
}

ssrc_status ssrc_plan_others(ssrc_plan_other **others, uint32_t *n, uint32_t most, double tolerance,
			     const ssrc_plan_problem *problem, const ssrc_plan_settings *settings,
			     const ssrc_plan_answer *answer, const ssrc_plan_effort *effort, ssrc_context *ctx,
			     ssrc_arena *arena, ssrc_error *err)
{
	around r = {
		.problem = problem, .settings = settings, .answer = answer, .effort = *effort, .ctx = ctx, .err = err};
	search f = {.r = &r, .n = 1};
	bool good = answer->has_plan && answer->verdict != SSRC_PLAN_INFEASIBLE;
	double size = fabs(answer->value);
	f.room = tolerance * (size > 1e-9 ? size : 1);
	f.limit = answer->value + f.room + 1e-9 * fmax(1, size);
	ssrc_status status = open_around(&r);
	f.found = ssrc_arena_array(arena, (size_t)most + 1, sizeof *f.found);
	if (status == SSRC_OK && !f.found)
		status = ssrc_no_memory(err);
	if (status == SSRC_OK)
		f.found[0].decision = answer->decision;
	while (status == SSRC_OK && good && f.n <= most) {
		status = find_other(&f, f.room, &good, arena);
		/* The raised prices may have led astray; the nearest set that was not found decides. */
		if (status == SSRC_OK && !good)
			status = find_other(&f, 0, &good, arena);
		f.n += status == SSRC_OK && good;
	}
	ssrc_arena_clear(&r.scratch);
	if (status != SSRC_OK)
		return status;
	*others = f.found + 1;
	*n = f.n - 1;
	return SSRC_OK;
}

/* ---- a list of budgets ------------------------------------------------------------------------------------ */

/* A smaller budget had a better plan: a limit stopped this search. The bound stays its own. */
static void keep_better(ssrc_plan_answer *now, const ssrc_plan_answer *before)
{
	if (!before->has_plan || (now->has_plan && now->value <= before->value))
		return;
	double bound = now->bound;
	const char *stopped = now->stopped_by;
	*now = *before;
	now->bound = fmin(bound, now->value);
	now->gap = (now->value - now->bound) / fmax(1e-10, fabs(now->value));
	now->verdict = now->value - now->bound <= 1e-7 * fmax(1, now->value) ? SSRC_PLAN_PROVEN : SSRC_PLAN_OPEN;
	now->stopped_by = stopped;
	now->value_phase = SSRC_PHASE_START;
}

ssrc_status ssrc_plan_frontier(ssrc_plan_answer *answers, const double *budgets, uint32_t n,
			       const ssrc_plan_problem *problem, const ssrc_plan_settings *settings,
			       const ssrc_plan_effort *effort, ssrc_context *ctx, ssrc_arena *arena, ssrc_error *err)
{
	ssrc_plan_settings set = *settings;
	ssrc_plan_answer *list = ssrc_alloc_array(ctx, n, sizeof *list);
	ssrc_status status = list ? SSRC_OK : ssrc_no_memory(err);
	set.mode = SSRC_PLAN_BUDGET;
	for (uint32_t k = 0; k < n && status == SSRC_OK; k++) {
		if (k > 0 && !(budgets[k] >= budgets[k - 1])) {
			status = ssrc_fail(err, SSRC_RANGE, SSRC_M_ARGUMENT, "budgets rise", NULL, NULL);
			break;
		}
		set.budget = budgets[k];
		const ssrc_plan_decision *before = k > 0 && list[k - 1].has_plan ? &list[k - 1].decision : NULL;
		status = ssrc_plan_solve(&list[k], problem, &set, before, effort, ctx, arena, err);
		if (status == SSRC_OK && k > 0)
			keep_better(&list[k], &list[k - 1]);
	}
	if (status == SSRC_OK)
		memcpy(answers, list, n * sizeof *list);
	ssrc_release(ctx, list);
	return status;
}

/* ---- knowing more ----------------------------------------------------------------------------------------- */

/* Lower bound of the value if each scenario had its own plan. */
static ssrc_status wait_and_see(double *out, around *r)
{
	const ssrc_plan_problem *p = r->problem;
	double *value = ssrc_arena_array(&r->scratch, p->n_scenarios, sizeof *value);
	double *weight = ssrc_arena_array(&r->scratch, p->n_scenarios, sizeof *weight);
	double *part = ssrc_arena_array(&r->scratch, p->n_scenarios, sizeof *part), tail;
	ssrc_status status = value && weight && part ? SSRC_OK : ssrc_no_memory(r->err);
	for (uint32_t s = 0; s < p->n_scenarios && status == SSRC_OK; s++) {
		ssrc_plan_answer a;
		ssrc_plan_scenario alone = p->scenarios[s];
		ssrc_arena arena;
		ssrc_arena_init(&arena, r->ctx);
		alone.probability = 1;
		r->changed.scenarios = &alone;
		r->changed.n_scenarios = 1;
		status = ssrc_plan_solve(&a, &r->changed, &r->set, &r->answer->decision, &r->effort, r->ctx, &arena,
					 r->err);
		if (status == SSRC_OK) {
			value[s] = a.bound;
			weight[s] = p->scenarios[s].probability;
			part[s] = weight[s] * value[s];
		}
		ssrc_arena_clear(&arena);
	}
	if (status == SSRC_OK)
		status = ssrc_plan_tail(&tail, p->n_scenarios, weight, value, r->settings->tail, r->ctx, r->err);
	if (status == SSRC_OK) {
		double mean = ssrc_sum(part, p->n_scenarios) / ssrc_sum(weight, p->n_scenarios);
		*out = (1 - r->settings->risk) * mean + r->settings->risk * tail;
	}
	reset(r);
	return status;
}

/* All cuts and covers at once, each scaled by the weight of its scenario. */
static ssrc_status mean_scenario(ssrc_plan_scenario *out, around *r)
{
	const ssrc_plan_problem *p = r->problem;
	uint32_t n_hits = 0, n_covers = 0;
	double total = 0;
	for (uint32_t s = 0; s < p->n_scenarios; s++) {
		n_hits += p->scenarios[s].n_hits;
		n_covers += p->scenarios[s].n_covers;
		total += p->scenarios[s].probability;
	}
	ssrc_plan_hit *hits = ssrc_arena_array(&r->scratch, n_hits, sizeof *hits);
	ssrc_plan_cover *covers = ssrc_arena_array(&r->scratch, n_covers, sizeof *covers);
	if (!hits || !covers)
		return ssrc_no_memory(r->err);
	*out = (ssrc_plan_scenario){.name = "mean", .probability = 1, .hits = hits, .covers = covers};
	for (uint32_t s = 0; s < p->n_scenarios; s++) {
		const ssrc_plan_scenario *from = &p->scenarios[s];
		double part = from->probability / total;
		for (uint32_t k = 0; k < from->n_hits; k++) {
			hits[out->n_hits] = from->hits[k];
			hits[out->n_hits++].lost *= part;
		}
		for (uint32_t k = 0; k < from->n_covers; k++) {
			covers[out->n_covers] = from->covers[k];
			covers[out->n_covers++].cover *= part;
		}
	}
	return SSRC_OK;
}

static ssrc_status mean_plan(ssrc_plan_information *out, around *r, ssrc_arena *arena)
{
	ssrc_plan_scenario mean;
	ssrc_plan_answer a;
	ssrc_plan_other other;
	bool met;
	ssrc_status status = mean_scenario(&mean, r);
	if (status != SSRC_OK)
		return status;
	r->changed.scenarios = &mean;
	r->changed.n_scenarios = 1;
	status = ssrc_plan_solve(&a, &r->changed, &r->set, &r->answer->decision, &r->effort, r->ctx, arena, r->err);
	if (status == SSRC_OK && a.has_plan) {
		other = (ssrc_plan_other){.decision = a.decision, .choices = a.choices};
		status = value_other(&other, &met, r, &r->scratch);
		out->mean = a.decision;
		out->of_mean_plan = other.value;
	}
	reset(r);
	return status;
}

ssrc_status ssrc_plan_information_worth(ssrc_plan_information *out, const ssrc_plan_problem *problem,
					const ssrc_plan_settings *settings, const ssrc_plan_answer *answer,
					const ssrc_plan_effort *effort, ssrc_context *ctx, ssrc_arena *arena,
					ssrc_error *err)
{
	around r = {
		.problem = problem, .settings = settings, .answer = answer, .effort = *effort, .ctx = ctx, .err = err};
	double none = (double)NAN;
	ssrc_plan_information info = {.wait_and_see = none, .perfect = none, .of_mean_plan = none, .stochastic = none};
	if (settings->mode == SSRC_PLAN_SURVIVE)
		return ssrc_fail(err, SSRC_RANGE, SSRC_M_ARGUMENT, "the worth of information needs losses in money",
				 NULL, NULL);
	ssrc_status status = open_around(&r);
	if (status == SSRC_OK && answer->has_plan)
		status = wait_and_see(&info.wait_and_see, &r);
	if (status == SSRC_OK && answer->has_plan)
		status = mean_plan(&info, &r, arena);
	ssrc_arena_clear(&r.scratch);
	if (status != SSRC_OK)
		return status;
	info.perfect = answer->value - info.wait_and_see;
	info.stochastic = info.of_mean_plan - answer->value;
	*out = info;
	return SSRC_OK;
}
