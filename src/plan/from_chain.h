/* From a chain, its scenarios and its options to a planning problem (internal). docs/methods/plan.md */
#ifndef SSRC_PLAN_FROM_CHAIN_H
#define SSRC_PLAN_FROM_CHAIN_H

#include "plan/problem.h"
#include "stress/stress.h"

typedef struct ssrc_plan_scope {
	const ssrc_scenario *scenarios;
	uint32_t n_scenarios;
	ssrc_case which; /* of the scenarios' intervals and the options' */
	ssrc_mode mode;
	double notice;       /* weeks between the plan and week 0 of the scenarios */
	double until;        /* week of the scenarios after which nothing counts; 0 = to the end of every cut */
	double horizon;      /* weeks that bought stock is held; 0 = until the last scenario is over */
	const double *slots; /* weeks in which options may begin; NULL = only at once */
	uint32_t n_slots;
	const double *periods; /* limits of the periods; NULL = where something changes in a scenario */
	uint32_t n_periods;
	uint32_t replicates; /* draws of which developments succeed, per scenario; 0 = every option works */
	uint64_t seed;
} ssrc_plan_scope;

/* Why an option of the package cannot be chosen. */
typedef enum ssrc_option_state {
	SSRC_OPTION_USABLE,
	SSRC_OPTION_NO_COST,     /* fixed or unit cost not stated */
	SSRC_OPTION_NO_LEAD,     /* how long it takes is not stated */
	SSRC_OPTION_NO_CAPACITY, /* what it covers is not stated */
	SSRC_OPTION_CUT,         /* its provider is in every scenario's cut */
	SSRC_OPTION_BLOCKED,     /* a control in force of the provider's country reaches the home */
	SSRC_OPTION_STATES
} ssrc_option_state;

typedef struct ssrc_plan_from_chain {
	ssrc_plan_problem problem;
	uint32_t *option_of;      /* [problem.n_options] option of the chain */
	ssrc_option_state *state; /* [chain n_options] */
	uint32_t *blocked_by;     /* [chain n_options] event, SSRC_NONE */
	bool *relevant;           /* [chain n_options] on an item that the scenarios can reach */
	uint32_t *scenario_of;    /* [problem.n_scenarios] of the scope; replicates stand next to each other */
	uint32_t n_left_out;      /* items hit whose length of cut nobody knows, over the scenarios */
	uint32_t n_unreached;     /* scenarios that do not reach the home: not in the problem */
	bool valued;              /* value_per_week of every product known: money; else each product counts 1 */
	bool weighted;            /* probabilities of every scenario known; else equal weights */
} ssrc_plan_from_chain;

/* Names and arrays in arena memory. Errors: NOMEM, NOTFOUND (no scenario reaches the home). Cost O(chain + hits). */
SSRC_MUST_CHECK ssrc_status ssrc_plan_problem_from_chain(ssrc_plan_from_chain *out, const ssrc_assessment *a,
							 const ssrc_plan_scope *scope, ssrc_arena *arena,
							 ssrc_error *err);

/* What the chosen options are for the simulation, on the clock of the scenarios (arena memory). works: [n_options] of
 * one scenario, NULL = all. */
SSRC_MUST_CHECK ssrc_status ssrc_plan_backups(ssrc_stress_backup **out, uint32_t *count,
					      const ssrc_plan_from_chain *from, const ssrc_plan_scope *scope,
					      const ssrc_plan_choice *choices, const bool *works, ssrc_arena *arena,
					      ssrc_error *err);

/* A plan in the simulation, where everybody acts alone. weeks: [problem.n_scenarios] of the worst product, in the case
 * of the scope. Errors: as ssrc_stress_run. */
SSRC_MUST_CHECK ssrc_status ssrc_plan_replay(double *weeks, const ssrc_assessment *a, const ssrc_plan_from_chain *from,
					     const ssrc_plan_scope *scope, const ssrc_plan_choice *choices,
					     ssrc_arena *arena, ssrc_error *err);

#endif
