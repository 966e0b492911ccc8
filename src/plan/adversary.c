/* The plan against the worst that others can do: plan, find the worst attack, add it, again. docs/methods/plan.md
 * G. Brown et al., "Defending Critical Infrastructure", Interfaces 36 (2006) 530 – 544, doi 10.1287/inte.1060.0252. */
#include "answer.h"

#include <math.h>
#include <string.h>

typedef struct duel {
	const ssrc_plan_problem *problem;
	const ssrc_plan_settings *settings;
	const ssrc_plan_threat *threat;
	const ssrc_plan_effort *effort;
	ssrc_context *ctx;
	ssrc_arena *arena; /* of the result */
	ssrc_error *err;
	ssrc_arena scratch;
	uint32_t size;                 /* attacks in a full set: more is never less bad */
	uint32_t *attack;              /* [room * size] the sets found */
	uint32_t *count;               /* [room] */
	ssrc_plan_scenario *scenarios; /* [room] */
	uint32_t n, tests;
} duel;

/* ---- a set of attacks as a scenario ----------------------------------------------------------------------- */

static ssrc_status make_scenario(ssrc_plan_scenario *out, const duel *d, const uint32_t *set, uint32_t count,
				 ssrc_arena *arena)
{
	const ssrc_plan_threat *t = d->threat;
	uint32_t n_hits = 0, n_options = d->problem->n_options;
	for (uint32_t k = 0; k < count; k++)
		n_hits += t->attacks[set[k]].n_hits;
	ssrc_plan_hit *hits = ssrc_arena_array(arena, n_hits, sizeof *hits);
	ssrc_plan_cover *covers = ssrc_arena_array(arena, t->n_covers, sizeof *covers);
	bool *works = ssrc_arena_array(arena, n_options, sizeof *works);
	if (!hits || !covers || !works)
		return ssrc_no_memory(d->err);
	*out = (ssrc_plan_scenario){.name = count > 0 ? t->attacks[set[0]].name : "",
				    .probability = 1,
				    .hits = hits,
				    .covers = covers,
				    .works = works};
	for (uint32_t k = 0; k < count; k++)
		for (uint32_t h = 0; h < t->attacks[set[k]].n_hits; h++)
			hits[out->n_hits++] = t->attacks[set[k]].hits[h];
	for (uint32_t c = 0; c < t->n_covers; c++) {
		bool spoiled = false;
		for (uint32_t k = 0; k < count; k++)
			spoiled |= t->attacks[set[k]].spoils_cover && t->attacks[set[k]].spoils_cover[c];
		if (!spoiled)
			covers[out->n_covers++] = t->covers[c];
	}
	for (uint32_t o = 0; o < n_options; o++) {
		works[o] = true;
		for (uint32_t k = 0; k < count; k++)
			works[o] &= !(t->attacks[set[k]].spoils_option && t->attacks[set[k]].spoils_option[o]);
	}
	return SSRC_OK;
}

/* With so little weight in the tail the CVaR is the maximum. */
static ssrc_plan_settings against_worst(const duel *d, uint32_t n)
{
	ssrc_plan_settings set = *d->settings;
	set.max_money = NULL;
	if (set.mode != SSRC_PLAN_SURVIVE) {
		set.risk = 1;
		set.tail = 1 - 0.5 / n;
	}
	return set;
}

/* ---- the worst set for a plan ----------------------------------------------------------------------------- */

enum { BATCH = 64 };

typedef struct tried {
	ssrc_plan_scenario scenarios[BATCH];
	uint32_t n;
	uint32_t *sets; /* [BATCH * size] */
	uint32_t count; /* attacks in each */
	const ssrc_plan_decision *decision;
	double worst;  /* loss in money, or weeks of the product that loses most */
	uint32_t *set; /* [size] the worst */
	uint32_t set_count;
	ssrc_arena arena;
} tried;

static double badness(const duel *d, const ssrc_plan_outlook *o, uint32_t s)
{
	if (d->settings->mode != SSRC_PLAN_SURVIVE)
		return o->loss[s];
	double weeks = 0;
	for (uint32_t k = 0; k < o->n_products; k++)
		weeks = fmax(weeks, o->weeks[(size_t)s * o->n_products + k]);
	return weeks;
}

static ssrc_status flush(duel *d, tried *t)
{
	if (t->n == 0)
		return SSRC_OK;
	ssrc_plan_problem p = *d->problem;
	ssrc_plan_settings set = against_worst(d, t->n);
	ssrc_plan_outlook outlook;
	p.scenarios = t->scenarios;
	p.n_scenarios = t->n;
	ssrc_status status =
		ssrc_plan_look(&outlook, &p, &set, t->decision, false, d->effort, d->ctx, &t->arena, d->err);
	for (uint32_t s = 0; s < t->n && status == SSRC_OK; s++)
		if (badness(d, &outlook, s) >
		    t->worst) { /* the first of equals: the result does not depend on timing */
			t->worst = badness(d, &outlook, s);
			t->set_count = t->count;
			memcpy(t->set, t->sets + (size_t)s * d->size, t->count * sizeof *t->set);
		}
	d->tests += t->n;
	t->n = 0;
	ssrc_arena_clear(&t->arena);
	return status;
}

static ssrc_status try_set(duel *d, tried *t, const uint32_t *set, uint32_t count)
{
	t->count = count;
	memcpy(t->sets + (size_t)t->n * d->size, set, count * sizeof *set);
	ssrc_status status = make_scenario(&t->scenarios[t->n], d, set, count, &t->arena);
	t->n += status == SSRC_OK;
	return status == SSRC_OK && t->n == BATCH ? flush(d, t) : status;
}

/* n over k, at most `limit` + 1. */
static double sets_of(uint32_t n, uint32_t k, double limit)
{
	double sets = 1;
	for (uint32_t i = 0; i < k && sets <= limit; i++)
		sets = sets * (n - i) / (i + 1);
	return sets;
}

/* All sets of `count` attacks, in order. */
static ssrc_status try_all(duel *d, tried *t, uint32_t count)
{
	uint32_t n = d->threat->n_attacks;
	uint32_t *set = ssrc_alloc_array(d->ctx, count, sizeof *set);
	ssrc_status status = set ? SSRC_OK : ssrc_no_memory(d->err);
	for (uint32_t k = 0; k < count && status == SSRC_OK; k++)
		set[k] = k;
	while (status == SSRC_OK) {
		status = try_set(d, t, set, count);
		uint32_t k = count;
		while (k > 0 && set[k - 1] == n - count + k - 1)
			k--;
		if (k == 0)
			break;
		set[k - 1]++;
		for (; k < count; k++)
			set[k] = set[k - 1] + 1;
	}
	ssrc_release(d->ctx, set);
	return status == SSRC_OK ? flush(d, t) : status;
}

static bool holds(const uint32_t *set, uint32_t count, uint32_t attack)
{
	for (uint32_t k = 0; k < count; k++)
		if (set[k] == attack)
			return true;
	return false;
}

/* To the worst set so far the attack that makes it worst, until it is full. */
static ssrc_status extend(duel *d, tried *t)
{
	uint32_t *set = ssrc_alloc_array(d->ctx, d->size, sizeof *set);
	ssrc_status status = set ? SSRC_OK : ssrc_no_memory(d->err);
	while (status == SSRC_OK && t->set_count < d->size) {
		uint32_t count = t->set_count;
		memcpy(set, t->set, count * sizeof *set);
		t->worst = -1; /* a larger set replaces the smaller one in any case */
		for (uint32_t a = 0; a < d->threat->n_attacks && status == SSRC_OK; a++) {
			if (holds(set, count, a))
				continue;
			set[count] = a;
			status = try_set(d, t, set, count + 1);
		}
		if (status == SSRC_OK)
			status = flush(d, t);
	}
	ssrc_release(d->ctx, set);
	return status;
}

/* The worst full set for a decision. *exact: all were tried. */
static ssrc_status find_worst(tried *t, bool *exact, duel *d, const ssrc_plan_decision *decision)
{
	uint32_t n = d->threat->n_attacks;
	double most = d->threat->most_tests;
	*exact = sets_of(n, d->size, most) <= most;
	t->decision = decision;
	t->worst = -1;
	t->set_count = 0;
	ssrc_status status = SSRC_OK;
	if (*exact)
		status = try_all(d, t, d->size);
	else if (d->size >= 2 && sets_of(n, 2, most) <= most)
		status = try_all(d, t, 2);
	if (!*exact && status == SSRC_OK)
		status = extend(d, t);
	t->decision = NULL; /* it is the caller's */
	return status;
}

/* ---- the duel --------------------------------------------------------------------------------------------- */

static uint32_t known(const duel *d, const tried *t)
{
	for (uint32_t s = 0; s < d->n; s++) {
		bool same = d->count[s] == t->set_count;
		for (uint32_t k = 0; k < t->set_count && same; k++)
			same = holds(&d->attack[(size_t)s * d->size], d->count[s], t->set[k]);
		if (same)
			return s;
	}
	return SSRC_NONE;
}

/* Its place in the list; added if it is new. */
static ssrc_status remember(uint32_t *place, duel *d, const tried *t)
{
	*place = known(d, t);
	if (*place != SSRC_NONE)
		return SSRC_OK;
	*place = d->n;
	memcpy(d->attack + (size_t)d->n * d->size, t->set, t->set_count * sizeof *t->set);
	d->count[d->n] = t->set_count;
	ssrc_status status = make_scenario(&d->scenarios[d->n], d, t->set, t->set_count, &d->scratch);
	d->n += status == SSRC_OK;
	return status;
}

static ssrc_status plan_against_list(ssrc_plan_answer *a, const duel *d, const ssrc_plan_decision *before)
{
	ssrc_plan_problem p = *d->problem;
	ssrc_plan_settings set = against_worst(d, d->n);
	p.scenarios = d->scenarios;
	p.n_scenarios = d->n;
	return ssrc_plan_solve(a, &p, &set, before, d->effort, d->ctx, d->arena, d->err);
}

/* Value of an answer if the worst set comes. SURVIVE: its cost if it survives that. */
static double full_value(const duel *d, const ssrc_plan_answer *a, double worst)
{
	if (d->settings->mode == SSRC_PLAN_BUDGET)
		return worst;
	if (d->settings->mode == SSRC_PLAN_WEIGHTED)
		return a->value - a->outlook.tail + worst;
	return worst <= d->settings->max_loss + 1e-6 ? a->value : (double)INFINITY;
}

static bool closed(const duel *d, const ssrc_plan_worst *w)
{
	return isfinite(w->upper) &&
	       w->upper - w->lower <= fmax(1e-9, fmax(d->effort->core.gap, 1e-7) * fabs(w->upper));
}

static ssrc_status rounds(ssrc_plan_worst *w, duel *d, tried *t)
{
	ssrc_plan_decision nothing, *before = NULL;
	ssrc_plan_answer a = {0};
	bool exact;
	uint32_t place;
	ssrc_status status = ssrc_plan_decision_new(&nothing, d->problem, &d->scratch, d->err);
	if (status == SSRC_OK)
		status = find_worst(t, &exact, d, &nothing);
	if (status == SSRC_OK)
		status = remember(&place, d, t);
	for (w->rounds = 0; status == SSRC_OK && w->rounds < d->threat->most_rounds; w->rounds++) {
		status = plan_against_list(&a, d, before);
		if (status != SSRC_OK)
			break;
		bool met = a.verdict == SSRC_PLAN_PROVEN || a.verdict == SSRC_PLAN_OPEN;
		w->lower = met ? fmax(w->lower, a.bound) : w->lower;
		if (!met) { /* what was found cannot be answered at all */
			w->answer = a;
			w->upper = (double)INFINITY;
			w->exact = a.verdict == SSRC_PLAN_INFEASIBLE;
			break;
		}
		uint32_t solved = d->n;
		status = find_worst(t, &exact, d, &a.decision);
		if (status == SSRC_OK)
			status = remember(&place, d, t);
		double value = full_value(d, &a, t->worst);
		if (status == SSRC_OK && (!w->answer.has_plan || value < w->upper)) {
			w->answer = a;
			w->upper = value;
			w->exact = exact;
			w->worst = place;
			before = &w->answer.decision;
		}
		/* A set that the plan knew already: nothing new to plan for. */
		if (status == SSRC_OK && (closed(d, w) || place < solved)) {
			w->rounds++;
			break;
		}
	}
	return status;
}

static ssrc_status open_duel(duel *d, tried *t)
{
	const ssrc_plan_threat *threat = d->threat;
	size_t room = (size_t)threat->most_rounds + 1;
	d->size = threat->most < threat->n_attacks ? threat->most : threat->n_attacks;
	if (d->size == 0)
		return ssrc_fail(d->err, SSRC_RANGE, SSRC_M_ARGUMENT, "no attack is possible", NULL, NULL);
	d->attack = ssrc_arena_array(d->arena, room * d->size, sizeof *d->attack);
	d->count = ssrc_arena_array(d->arena, room, sizeof *d->count);
	d->scenarios = ssrc_arena_array(&d->scratch, room, sizeof *d->scenarios);
	t->sets = ssrc_arena_array(&d->scratch, (size_t)BATCH * d->size, sizeof *t->sets);
	t->set = ssrc_arena_array(&d->scratch, d->size, sizeof *t->set);
	if (!d->attack || !d->count || !d->scenarios || !t->sets || !t->set)
		return ssrc_no_memory(d->err);
	for (uint32_t a = 0; a < threat->n_attacks; a++)
		for (uint32_t h = 0; h < threat->attacks[a].n_hits; h++)
			if (threat->attacks[a].hits[h].item >= d->problem->n_items)
				return ssrc_fail(d->err, SSRC_RANGE, SSRC_M_ARGUMENT, threat->attacks[a].name, NULL,
						 NULL);
	return SSRC_OK;
}

ssrc_status ssrc_plan_against(ssrc_plan_worst *out, const ssrc_plan_problem *problem,
			      const ssrc_plan_settings *settings, const ssrc_plan_threat *threat,
			      const ssrc_plan_effort *effort, ssrc_context *ctx, ssrc_arena *arena, ssrc_error *err)
{
	ssrc_plan_worst worst = {.lower = (double)-INFINITY, .upper = (double)INFINITY, .worst = SSRC_NONE};
	duel d = {.problem = problem,
		  .settings = settings,
		  .threat = threat,
		  .effort = effort,
		  .ctx = ctx,
		  .arena = arena,
		  .err = err};
	tried t = {0};
	ssrc_arena_init(&d.scratch, ctx);
	ssrc_arena_init(&t.arena, ctx);
	ssrc_status status = open_duel(&d, &t);
	if (status == SSRC_OK)
		status = rounds(&worst, &d, &t);
	ssrc_arena_clear(&t.arena);
	ssrc_arena_clear(&d.scratch);
	if (status != SSRC_OK)
		return status;
	worst.attack = d.attack;
	worst.n_attack = d.count;
	worst.n_scenarios = d.n;
	worst.tests = d.tests;
	*out = worst;
	return SSRC_OK;
}
