/* The best plan, proven as far as the limits allow. docs/methods/plan.md */
#include "answer.h"

#include <math.h>
#include <string.h>

/* ---- one program ------------------------------------------------------------------------------------------ */

ssrc_status ssrc_plan_run(ssrc_two_stage_result *out, const ssrc_two_stage *program, const double *start,
			  const ssrc_plan_effort *effort, bool told, ssrc_context *ctx, ssrc_arena *arena,
			  ssrc_error *err)
{
	ssrc_two_stage_options core = effort->core;
	ssrc_on_progress *each = told ? effort->each : NULL;
	core.start = start;
	return effort->boxed ? ssrc_two_stage_solve_boxed(out, program, &core, effort->memory_bytes, each, effort->user,
							  ctx, arena, err)
			     : ssrc_two_stage_solve(out, program, &core, each, effort->user, ctx, arena, err);
}

/* What a solve needs and leaves; everything in the scratch arena until it is copied. */
typedef struct attempt {
	const ssrc_plan_problem *problem;
	ssrc_plan_settings settings; /* own copy: penalty, mode and barred change */
	const ssrc_plan_effort *effort;
	ssrc_context *ctx;
	ssrc_error *err;
	ssrc_arena scratch;
	ssrc_plan_model model;
	ssrc_two_stage_result result;
	ssrc_plan_decision decision; /* of result, where it has a plan */
	double excess;
	bool infeasible;     /* proven */
	double excess_bound; /* proven least excess, where infeasible */
	bool unsettled;      /* stopped before it was known whether an excess is needed */
} attempt;

static ssrc_status start_of(double **x, const attempt *a, const ssrc_plan_decision *before, ssrc_arena *arena)
{
	*x = NULL;
	if (!before)
		return SSRC_OK;
	*x = ssrc_arena_array(arena, a->model.program.first.n_cols, sizeof **x);
	if (!*x)
		return ssrc_no_memory(a->err);
	ssrc_plan_apply(*x, a->problem, &a->model, before);
	return SSRC_OK;
}

static ssrc_status run_once(attempt *a, const ssrc_plan_decision *before, bool told)
{
	double *start;
	ssrc_status status = ssrc_plan_build(&a->model, a->problem, &a->settings, a->ctx, &a->scratch, a->err);
	if (status == SSRC_OK)
		status = start_of(&start, a, before, &a->scratch);
	if (status == SSRC_OK)
		status = ssrc_plan_run(&a->result, &a->model.program, start, a->effort, told, a->ctx, &a->scratch,
				       a->err);
	if (status != SSRC_OK)
		return status;
	a->infeasible = a->result.infeasible;
	a->excess = 0;
	if (!a->result.has_plan)
		return SSRC_OK;
	ssrc_plan_decide(&a->decision, a->problem, &a->model, a->result.x);
	a->excess = ssrc_plan_excess(&a->model, a->problem->n_items, a->result.y);
	return SSRC_OK;
}

/* What comes after a first plan may fail without taking it away: only want of memory here is fatal. */
static ssrc_status not_fatal(const attempt *a, ssrc_status status)
{
	if (status == SSRC_OK || status == SSRC_NOMEM)
		return status;
	if (a->err)
		*a->err = (ssrc_error){0};
	return SSRC_OK;
}

/* ---- SURVIVE: is an excess needed? ------------------------------------------------------------------------ */

ssrc_status ssrc_plan_least_excess(ssrc_two_stage_result *out, ssrc_plan_model *model, const ssrc_plan_problem *problem,
				   const ssrc_plan_settings *settings, const ssrc_plan_effort *effort,
				   ssrc_context *ctx, ssrc_arena *arena, ssrc_error *err)
{
	ssrc_plan_settings set = *settings;
	set.mode = SSRC_PLAN_SURVIVE;
	set.penalty = 1;
	ssrc_status status = ssrc_plan_build(model, problem, &set, ctx, arena, err);
	if (status != SSRC_OK)
		return status;
	memset(model->program.first.cost, 0, model->program.first.n_cols * sizeof *model->program.first.cost);
	return ssrc_plan_run(out, &model->program, NULL, effort, false, ctx, arena, err);
}

/* The penalised value is a lower bound of the least cost, so a plan of it without excess is optimal. With an excess,
 * either no plan is without (proven by a bound of the least excess above 0), or the penalty is too low for the exchange
 * of money for weeks: it is raised. *again: the plan of the least excess, to begin with. */
static ssrc_status settle_excess(attempt *a, double *least, ssrc_plan_decision *again)
{
	ssrc_plan_model model;
	ssrc_two_stage_result result;
	ssrc_status status = ssrc_plan_least_excess(&result, &model, a->problem, &a->settings, a->effort, a->ctx,
						    &a->scratch, a->err);
	*least = (double)NAN;
	if (status != SSRC_OK)
		return not_fatal(a, status);
	if (!result.has_plan)
		return SSRC_OK;
	status = ssrc_plan_decision_new(again, a->problem, &a->scratch, a->err);
	if (status != SSRC_OK)
		return status;
	ssrc_plan_decide(again, a->problem, &model, result.x);
	*least = ssrc_plan_excess(&model, a->problem->n_items, result.y);
	a->excess_bound = result.bound;
	a->infeasible = result.bound > 10 * SSRC_PLAN_REACHED;
	return SSRC_OK;
}

enum { RAISES = 4 };

static ssrc_status survive(attempt *a, const ssrc_plan_decision *before)
{
	ssrc_plan_decision again = {0};
	double least = (double)NAN;
	ssrc_status status = run_once(a, before, true);
	for (int k = 0; k < RAISES && status == SSRC_OK && a->result.has_plan && a->excess > SSRC_PLAN_REACHED; k++) {
		if (k == 0)
			status = settle_excess(a, &least, &again);
		/* As near as it can be (or nothing is known): a dearer excess changes nothing. */
		if (status != SSRC_OK || isnan(least) || a->excess <= least + 10 * SSRC_PLAN_REACHED)
			break;
		attempt before_raise = *a;
		a->settings.penalty = 100 * a->model.penalty;
		status = run_once(a, &again, true);
		if (status != SSRC_OK) {
			status = not_fatal(a, status);
			before_raise.scratch = a->scratch; /* has grown since */
			*a = before_raise;
			break;
		}
		a->infeasible |= before_raise.infeasible;
	}
	if (a->excess <= 10 * SSRC_PLAN_REACHED)
		a->infeasible = a->result.infeasible;
	a->unsettled = a->excess > 10 * SSRC_PLAN_REACHED && !a->infeasible;
	return status;
}

/* A cheaper plan may lose so much more, of the loss: solvers are no more exact. The verdict allows for it. */
#define TRIM_SLACK 1e-8

/* ---- BUDGET: no money for nothing ------------------------------------------------------------------------- */

/* The cheapest plan of the same options that loses no more in any scenario, in place of the one found. */
static ssrc_status trim(ssrc_plan_decision *decision, ssrc_plan_outlook *outlook, const attempt *a, double cost,
			ssrc_arena *arena)
{
	const ssrc_plan_problem *p = a->problem;
	ssrc_plan_effort less = *a->effort; /* a nicety: no reason to wait as long as for the plan */
	attempt t = {.problem = p, .settings = a->settings, .effort = &less, .ctx = a->ctx, .err = a->err};
	less.core.seconds = fmax(1, less.core.seconds / 4);
	if (less.core.stop && *less.core.stop)
		return SSRC_OK;
	ssrc_plan_outlook after;
	ssrc_arena_init(&t.scratch, a->ctx);
	bool *barred = ssrc_arena_array(&t.scratch, p->n_options, sizeof *barred);
	double *limit = ssrc_arena_array(&t.scratch, p->n_scenarios, sizeof *limit);
	ssrc_plan_choice *choices = ssrc_arena_array(&t.scratch, p->n_options, sizeof *choices);
	ssrc_status status = barred && limit && choices ? SSRC_OK : ssrc_no_memory(a->err);
	if (status == SSRC_OK)
		status = ssrc_plan_decision_new(&t.decision, p, arena, a->err);
	if (status == SSRC_OK) {
		for (uint32_t o = 0; o < p->n_options; o++)
			barred[o] = decision->begun[o] == SSRC_NONE;
		for (uint32_t s = 0; s < p->n_scenarios; s++)
			limit[s] = outlook->loss[s] * (1 + 1e-9);
		t.settings.mode = SSRC_PLAN_SURVIVE;
		t.settings.barred = barred;
		t.settings.max_money = limit;
		status = run_once(&t, decision, false);
	}
	bool better = status == SSRC_OK && t.result.has_plan &&
		      ssrc_plan_choices(choices, p, &t.model, t.result.x) < cost - 1e-9 * fmax(1, cost);
	if (better)
		status = ssrc_plan_look(&after, p, &a->settings, &t.decision, outlook->path != NULL, a->effort, a->ctx,
					arena, a->err);
	bool same = better && status == SSRC_OK;
	for (uint32_t s = 0; s < p->n_scenarios && same; s++)
		same = after.loss[s] <= outlook->loss[s] + TRIM_SLACK * fmax(1, outlook->loss[s]);
	if (same) {
		*decision = t.decision;
		*outlook = after;
	}
	ssrc_arena_clear(&t.scratch);
	return status;
}

/* ---- the answer ------------------------------------------------------------------------------------------- */

static void count_program(ssrc_plan_answer *out, const ssrc_plan_model *m)
{
	const ssrc_two_stage *t = &m->program;
	out->columns = t->first.n_cols;
	out->rows = t->first.n_rows;
	out->entries = t->first.start[t->first.n_cols];
	for (uint32_t j = 0; j < t->first.n_cols; j++)
		out->binaries += t->first.integer && t->first.integer[j];
	for (uint32_t s = 0; s < t->n_scenarios; s++) {
		const ssrc_program *r = &t->scenarios[s].recourse;
		out->columns += r->n_cols;
		out->rows += r->n_rows;
		out->entries += (double)r->start[r->n_cols] + t->scenarios[s].link_start[r->n_rows];
	}
	out->naive_columns = m->naive_columns;
}

double ssrc_plan_account(ssrc_plan_choice *choices, double *spent, double *cost, const ssrc_plan_problem *p,
			 const ssrc_plan_settings *set, const ssrc_plan_decision *d)
{
	double discounted = 0;
	*cost = 0;
	memset(spent, 0, p->n_slots * sizeof *spent);
	for (uint32_t o = 0; o < p->n_options; o++) {
		bool early = ssrc_plan_is_started(set, o);
		uint32_t begun = d->begun[o];
		ssrc_plan_choice c = {.start = (double)NAN, .ready = (double)NAN};
		for (uint32_t s = begun; begun != SSRC_NONE && s < p->n_slots; s++) {
			double bought = d->bought[(size_t)o * p->n_slots + s];
			double paid = bought * ssrc_plan_unit_cost(p, set->started, o, s);
			paid += s == begun && !early ? p->options[o].fixed : 0;
			c.amount += bought;
			c.cost += paid;
			spent[s] += paid;
			discounted += paid * ssrc_plan_discount(set, p->slot[s]);
		}
		if (begun != SSRC_NONE) {
			c.taken = true;
			c.start = early ? set->started_week[o] : p->slot[begun];
			c.ready = c.start + p->options[o].lead;
		}
		choices[o] = c;
		*cost += c.cost;
	}
	return discounted;
}

double ssrc_plan_value(const ssrc_plan_settings *set, const ssrc_plan_outlook *outlook, double discounted)
{
	double loss = (1 - set->risk) * outlook->expected + set->risk * outlook->tail;
	return set->mode == SSRC_PLAN_SURVIVE ? discounted : set->mode == SSRC_PLAN_BUDGET ? loss : discounted + loss;
}

static void judge(ssrc_plan_answer *out, const attempt *a)
{
	const ssrc_two_stage_result *r = &a->result;
	double reference = out->value;
	out->bound = r->bound;
	if (a->infeasible && out->has_plan) {
		out->bound = a->excess_bound;
		reference = out->outlook.excess;
	}
	out->gap = out->has_plan ? fmax(0, reference - out->bound) / fmax(1e-10, fabs(reference)) : (double)INFINITY;
	if (out->has_plan && reference - out->bound <= 1e-9)
		out->gap = 0;
	if (a->infeasible)
		out->verdict = SSRC_PLAN_INFEASIBLE;
	else if (!out->has_plan || a->unsettled)
		out->verdict = SSRC_PLAN_UNKNOWN;
	else
		out->verdict = out->gap <= fmax(a->effort->core.gap, 1e-7) * (1 + 1e-9) + TRIM_SLACK ? SSRC_PLAN_PROVEN
												     : SSRC_PLAN_OPEN;
}

static ssrc_status fill_answer(ssrc_plan_answer *out, attempt *a, ssrc_arena *arena)
{
	const ssrc_plan_problem *p = a->problem;
	const ssrc_two_stage_result *r = &a->result;
	*out = (ssrc_plan_answer){.mode = a->settings.mode,
				  .has_plan = r->has_plan,
				  .cost = (double)NAN,
				  .value = (double)INFINITY,
				  .relaxation = r->relaxation,
				  .value_phase = r->value_phase,
				  .bound_phase = r->bound_phase,
				  .stopped_by = r->stopped_by,
				  .violation = r->violation,
				  .penalty = a->model.penalty};
	count_program(out, &a->model);
	out->choices = ssrc_arena_array(arena, p->n_options, sizeof *out->choices);
	out->spent = ssrc_arena_array(arena, p->n_slots, sizeof *out->spent);
	ssrc_status status = out->choices && out->spent ? SSRC_OK : ssrc_no_memory(a->err);
	if (status == SSRC_OK)
		status = ssrc_plan_decision_new(&out->decision, p, arena, a->err);
	if (status == SSRC_OK && r->has_plan) {
		memcpy(out->decision.begun, a->decision.begun, p->n_options * sizeof *out->decision.begun);
		memcpy(out->decision.bought, a->decision.bought,
		       (size_t)p->n_options * p->n_slots * sizeof *out->decision.bought);
		status = ssrc_plan_look(&out->outlook, p, &a->settings, &out->decision, true, a->effort, a->ctx, arena,
					a->err);
	}
	if (status == SSRC_OK && r->has_plan && a->settings.mode == SSRC_PLAN_BUDGET) {
		(void)ssrc_plan_account(out->choices, out->spent, &out->cost, p, &a->settings, &out->decision);
		status = not_fatal(a, trim(&out->decision, &out->outlook, a, out->cost, arena));
	}
	if (status == SSRC_OK && r->has_plan) {
		double discounted =
			ssrc_plan_account(out->choices, out->spent, &out->cost, p, &a->settings, &out->decision);
		out->value = ssrc_plan_value(&a->settings, &out->outlook, discounted);
	}
	if (status == SSRC_OK)
		judge(out, a);
	return status;
}

ssrc_status ssrc_plan_solve(ssrc_plan_answer *out, const ssrc_plan_problem *problem, const ssrc_plan_settings *settings,
			    const ssrc_plan_decision *before, const ssrc_plan_effort *effort, ssrc_context *ctx,
			    ssrc_arena *arena, ssrc_error *err)
{
	ssrc_plan_answer answer;
	attempt a = {.problem = problem, .settings = *settings, .effort = effort, .ctx = ctx, .err = err};
	ssrc_arena_init(&a.scratch, ctx);
	ssrc_status status = ssrc_plan_validate(problem, settings, err);
	if (status == SSRC_OK)
		status = ssrc_plan_decision_new(&a.decision, problem, &a.scratch, err);
	if (status == SSRC_OK)
		status = settings->mode == SSRC_PLAN_SURVIVE ? survive(&a, before) : run_once(&a, before, true);
	if (status == SSRC_OK)
		status = fill_answer(&answer, &a, arena);
	ssrc_arena_clear(&a.scratch);
	if (status == SSRC_OK)
		*out = answer;
	return status;
}

/* ---- the next plan ---------------------------------------------------------------------------------------- */

void ssrc_plan_carry(bool *started, double *started_week, double *arrived, const ssrc_plan_problem *p,
		     const ssrc_plan_answer *answer, double now)
{
	for (uint32_t i = 0; i < p->n_items; i++)
		arrived[i] = 0;
	for (uint32_t o = 0; o < p->n_options; o++) {
		const ssrc_plan_choice *c = &answer->choices[o];
		started[o] = c->taken && c->start < now;
		started_week[o] = started[o] ? c->start - now : 0;
		double lead = c->start < 0 ? 0 : p->options[o].lead; /* more of a stock begun earlier comes at once */
		for (uint32_t s = 0; started[o] && s < p->n_slots; s++)
			if (p->slot[s] < now && p->slot[s] + lead <= now)
				arrived[p->options[o].item] += answer->decision.bought[(size_t)o * p->n_slots + s];
	}
}
