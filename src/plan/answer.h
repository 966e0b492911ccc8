/* What people ask of a plan: the plan itself, what it leaves, what binds and is worth what, what else is nearly as
 * good, why nothing works, what the worst attack is (internal). Methods: docs/methods/plan.md.
 *
 * All results are in arena memory; outputs are untouched on failure. Errors of every function that solves: NOMEM,
 * RANGE (the record named), NOTFOUND (no solver), UNSUPPORTED (the solver failed). Limits are no error: a result says
 * how far it got. */
#ifndef SSRC_PLAN_ANSWER_H
#define SSRC_PLAN_ANSWER_H

#include "plan/model.h"

/* Weeks of output beyond what is allowed that count as none. */
#define SSRC_PLAN_REACHED 1e-7

/* How hard to try; of each program that is solved on the way. */
typedef struct ssrc_plan_effort {
	ssrc_two_stage_options core; /* `start` is not used */
	bool boxed;                  /* in a watched child process with at most `memory_bytes` (0 = no limit) */
	size_t memory_bytes;
	ssrc_on_progress *each; /* hears of every better plan or bound of the main solve; NULL */
	void *user;
} ssrc_plan_effort;

/* A plan apart from any program: the same decision fits programs with other scenarios, budgets and modes. */
typedef struct ssrc_plan_decision {
	uint32_t *begun; /* [n_options] slot; SSRC_NONE = not taken */
	double *bought;  /* [n_options * n_slots] weeks of use */
} ssrc_plan_decision;

/* ---- what a fixed plan leaves ----------------------------------------------------------------------------- */

typedef struct ssrc_plan_outlook {
	uint32_t n_products, *product; /* items with a value */
	uint32_t n_scenarios, n_periods;
	double *loss;  /* [n_scenarios] discounted money */
	double *weeks; /* [n_scenarios * n_products] weeks of output lost */
	double *path; /* [n_scenarios * n_products * n_periods] part of the period's output lost, 0 … 1; stock is used
		       * as early as it is needed; NULL if not asked for */
	double *first_week; /* [n_scenarios * n_products] begin of the first period with a loss; NaN = none */
	double expected;    /* of loss, by the scenarios' weights */
	double tail;        /* CVaR of loss at the tail of the settings */
	double worst_weeks; /* of all products and scenarios; where: */
	uint32_t worst_product, worst_scenario;
	double excess; /* SURVIVE: weeks (money) beyond what is allowed, summed */
} ssrc_plan_outlook;

/* Answers each scenario as well as can be with a fixed plan: linear programs only. `settings` tell mode, limits of
 * loss, discount, risk and what was begun before; budgets are left aside. */
SSRC_MUST_CHECK ssrc_status ssrc_plan_look(ssrc_plan_outlook *out, const ssrc_plan_problem *problem,
					   const ssrc_plan_settings *settings, const ssrc_plan_decision *decision,
					   bool paths, const ssrc_plan_effort *effort, ssrc_context *ctx,
					   ssrc_arena *arena, ssrc_error *err);

typedef struct ssrc_plan_sample {
	uint32_t n;
	double mean, half_width; /* of loss: 95 % confidence interval mean ± half_width */
	double tail;             /* CVaR at the tail of the settings */
	double worst_weeks;
	double part_short; /* weight of scenarios with any loss */
	double *loss;      /* [n] */
} ssrc_plan_sample;

/* The plan against scenarios it was not made for: `problem` with the same items, options and slots. In parts, so that
 * memory does not grow with their number. Half width: 1.96 standard errors of the weighted mean. */
SSRC_MUST_CHECK ssrc_status ssrc_plan_try(ssrc_plan_sample *out, const ssrc_plan_problem *problem,
					  const ssrc_plan_settings *settings, const ssrc_plan_decision *decision,
					  const ssrc_plan_effort *effort, ssrc_context *ctx, ssrc_arena *arena,
					  ssrc_error *err);

/* CVaR of losses with weights (any scale): the mean of the worst 1 − tail of the weight. O(n log n). */
SSRC_MUST_CHECK ssrc_status ssrc_plan_tail(double *out, uint32_t n, const double *weight, const double *loss,
					   double tail, ssrc_context *ctx, ssrc_error *err);

/* ---- the plan --------------------------------------------------------------------------------------------- */

typedef enum ssrc_plan_verdict {
	SSRC_PLAN_PROVEN,     /* optimal within the gap asked for */
	SSRC_PLAN_OPEN,       /* a plan, and a bound further away; stopped_by says why */
	SSRC_PLAN_INFEASIBLE, /* proven: no plan does what is asked. The plan given, if any, comes closest */
	SSRC_PLAN_UNKNOWN /* stopped before there was a plan, or before it was known whether one does what is asked */
} ssrc_plan_verdict;

typedef struct ssrc_plan_answer {
	ssrc_plan_mode mode;
	ssrc_plan_verdict verdict;
	bool has_plan;
	ssrc_plan_decision decision;
	ssrc_plan_choice *choices; /* [n_options] */
	double *spent;             /* [n_slots] */
	double cost;               /* undiscounted */
	double value;              /* SURVIVE: discounted cost; BUDGET: weighed loss; WEIGHTED: both */
	double bound, gap;         /* proven, of value; INFEASIBLE: bound and gap of the least excess */
	double relaxation;         /* linear bound */
	ssrc_phase value_phase, bound_phase;
	const char *stopped_by;
	double violation; /* largest, as our checker finds it */
	double penalty;   /* SURVIVE: price of a week of excess that was enough */
	ssrc_plan_outlook outlook;
	double columns, rows, entries, binaries, naive_columns; /* of the program */
} ssrc_plan_answer;

/* Finds the best plan. SURVIVE is exact: the penalised program bounds the cost from below; where its plan has an
 * excess, the least excess possible is found, which proves INFEASIBLE or asks for a higher penalty. BUDGET: of the
 * plans with that loss one that spends no more than it needs (no option without effect). `before`: a plan to begin
 * with; NULL. */
SSRC_MUST_CHECK ssrc_status ssrc_plan_solve(ssrc_plan_answer *out, const ssrc_plan_problem *problem,
					    const ssrc_plan_settings *settings, const ssrc_plan_decision *before,
					    const ssrc_plan_effort *effort, ssrc_context *ctx, ssrc_arena *arena,
					    ssrc_error *err);

/* Options of an answer begun before week `now`, as `started` for a new plan made then: started, started_week
 * [n_options], weeks counted from `now`. What was bought and has come by then belongs into the items' stock: arrived
 * [n_items], weeks of use. What is still on its way is not in it. */
void ssrc_plan_carry(bool *started, double *started_week, double *arrived, const ssrc_plan_problem *problem,
		     const ssrc_plan_answer *answer, double now);

/* ---- what binds ------------------------------------------------------------------------------------------- */

typedef enum ssrc_plan_bind_kind {
	SSRC_PLAN_BINDS_BUDGET,      /* a unit of money more */
	SSRC_PLAN_BINDS_SLOT_BUDGET, /* the same, by the end of slot */
	SSRC_PLAN_BINDS_CAPACITY,    /* option: 1 % more of its capacity */
	SSRC_PLAN_BINDS_STOCK,       /* item in scenario: a week of use more in stock */
	SSRC_PLAN_BINDS_MAKERS,      /* item in scenario: 1 % more makers */
	SSRC_PLAN_BINDS_LIMIT        /* product in scenario: a week more of loss allowed */
} ssrc_plan_bind_kind;

typedef struct ssrc_plan_bind {
	ssrc_plan_bind_kind kind;
	uint32_t option, item, scenario, slot; /* SSRC_NONE where it does not apply */
	double worth; /* by how much the value falls for one unit more, options taken as they are: a derivative */
} ssrc_plan_bind;

typedef struct ssrc_plan_binds {
	ssrc_plan_bind *bind; /* worth > 0, most first; equals by kind, item, option, scenario, slot */
	uint32_t n;
	double *option_worth; /* [n_options] what beginning an option now would save at these prices, less its cost; NaN
			       * for those taken: orders what to try next */
	bool solved;          /* false: not within the limits */
} ssrc_plan_binds;

/* Prices from the linear program in which the options taken stay as they are and amounts are free. Derivatives, so they
 * hold for small changes; a finite change is in ssrc_plan_what_if. */
SSRC_MUST_CHECK ssrc_status ssrc_plan_bindings(ssrc_plan_binds *out, const ssrc_plan_problem *problem,
					       const ssrc_plan_settings *settings, const ssrc_plan_answer *answer,
					       const ssrc_plan_effort *effort, ssrc_context *ctx, ssrc_arena *arena,
					       ssrc_error *err);

/* ---- what if ---------------------------------------------------------------------------------------------- */

typedef enum ssrc_plan_change_kind {
	SSRC_PLAN_WITHOUT, /* an option of the plan is ruled out */
	SSRC_PLAN_WITH,    /* an option outside the plan is taken */
	SSRC_PLAN_SOONER,  /* an option of the plan is ready a week sooner */
	SSRC_PLAN_MORE,    /* the budget is larger by 1 % */
	SSRC_PLAN_SHORTER  /* all cuts of an item end a week sooner */
} ssrc_plan_change_kind;

typedef struct ssrc_plan_change {
	ssrc_plan_change_kind kind;
	uint32_t option, item;
	ssrc_plan_verdict verdict;
	double value;  /* INFINITY if nothing does what is asked */
	double regret; /* value less that of the answer: > 0 worse; at most so if OPEN */
	/* Between these the difference of the two least values is proven to lie; NaN where one of them has no plan. */
	double low, high;
	bool within_gap; /* low <= 0 <= high: the regret may be what the two searches left open, and nothing else */
	double cost;
} ssrc_plan_change;

typedef struct ssrc_plan_changes {
	ssrc_plan_change *change;
	uint32_t n;
} ssrc_plan_changes;

/* Solves again with one thing changed: each option taken ruled out and sooner, the `most` best others taken in turn (by
 * `binds`, else by number), the budget, the cuts of the `most` items hit that a product feels most. */
SSRC_MUST_CHECK ssrc_status ssrc_plan_what_if(ssrc_plan_changes *out, const ssrc_plan_problem *problem,
					      const ssrc_plan_settings *settings, const ssrc_plan_answer *answer,
					      const ssrc_plan_binds *binds, uint32_t most,
					      const ssrc_plan_effort *effort, ssrc_context *ctx, ssrc_arena *arena,
					      ssrc_error *err);

/* ---- other plans ------------------------------------------------------------------------------------------ */

typedef struct ssrc_plan_other {
	ssrc_plan_decision decision;
	ssrc_plan_choice *choices;
	double value, cost;
} ssrc_plan_other;

/* Up to `most` plans that take other options and whose value is at most (1 + tolerance) of the answer's (plus tolerance
 * where that is 0): options used so far are made dearer, and a set of options that was found is ruled out. others:
 * [most], *n of them. */
SSRC_MUST_CHECK ssrc_status ssrc_plan_others(ssrc_plan_other **others, uint32_t *n, uint32_t most, double tolerance,
					     const ssrc_plan_problem *problem, const ssrc_plan_settings *settings,
					     const ssrc_plan_answer *answer, const ssrc_plan_effort *effort,
					     ssrc_context *ctx, ssrc_arena *arena, ssrc_error *err);

/* One plan for each budget (rising), in BUDGET mode; each begins with the one before, so that loss never rises even
 * where a limit stops the search. answers: [n]. Optimal plans need not be nested. */
SSRC_MUST_CHECK ssrc_status ssrc_plan_frontier(ssrc_plan_answer *answers, const double *budgets, uint32_t n,
					       const ssrc_plan_problem *problem, const ssrc_plan_settings *settings,
					       const ssrc_plan_effort *effort, ssrc_context *ctx, ssrc_arena *arena,
					       ssrc_error *err);

typedef struct ssrc_plan_information {
	double wait_and_see;     /* value if the scenario were known before: a lower bound of it */
	double perfect;          /* EVPI: value − wait_and_see, at most */
	double of_mean_plan;     /* EEV: value of the plan made for the mean of the scenarios */
	double stochastic;       /* VSS: of_mean_plan − value, at least 0 if the answer is proven */
	ssrc_plan_decision mean; /* that plan */
} ssrc_plan_information;

/* BUDGET and WEIGHTED only. The mean of the scenarios: each cut with its part times the scenario's weight. Solves one
 * small program for each scenario. */
SSRC_MUST_CHECK ssrc_status ssrc_plan_information_worth(ssrc_plan_information *out, const ssrc_plan_problem *problem,
							const ssrc_plan_settings *settings,
							const ssrc_plan_answer *answer, const ssrc_plan_effort *effort,
							ssrc_context *ctx, ssrc_arena *arena, ssrc_error *err);

/* ---- infeasible.c: why nothing works ---------------------------------------------------------------------- */

typedef enum ssrc_plan_rule_kind {
	SSRC_PLAN_RULE_BUDGET,
	SSRC_PLAN_RULE_SLOT_BUDGET, /* slot */
	SSRC_PLAN_RULE_TARGET,      /* item (product), scenario */
	SSRC_PLAN_RULE_EXCLUDES,    /* option, other */
	SSRC_PLAN_RULE_NEEDS,       /* option, other */
	SSRC_PLAN_RULE_FORCED,      /* option */
	SSRC_PLAN_RULE_BARRED       /* option */
} ssrc_plan_rule_kind;

typedef struct ssrc_plan_rule {
	ssrc_plan_rule_kind kind;
	uint32_t option, other, item, scenario, slot; /* SSRC_NONE where it does not apply */
} ssrc_plan_rule;

typedef struct ssrc_plan_conflict {
	bool conflict;        /* false: the rules can be kept together (or it could not be decided: !decided) */
	bool decided;         /* every test that the result rests on was proven */
	bool irreducible;     /* leaving out any one rule of the list makes the others possible: all proven */
	ssrc_plan_rule *rule; /* the conflict */
	uint32_t n;
	uint32_t *missing, n_missing; /* items that need an option that is not there, all options and money given: the
				       * fewest that would do; none if the options do */
	double budget_needed;         /* that would do, all else kept; INFINITY: none, NaN: unknown */
	double loss_reachable;        /* least max_loss that can be met, all else kept; NaN: unknown */
	double weeks_sooner; /* by which all options would have to be ready sooner; INFINITY: not enough, NaN: unknown
			      */
	uint32_t n_tests;
} ssrc_plan_conflict;

/* Explains a plan that cannot be: elastic filter (which targets are missed), then one rule after the other left out and
 * the rest tested. `seconds` for all of it. */
SSRC_MUST_CHECK ssrc_status ssrc_plan_explain(ssrc_plan_conflict *out, const ssrc_plan_problem *problem,
					      const ssrc_plan_settings *settings, const ssrc_plan_effort *effort,
					      double seconds, ssrc_context *ctx, ssrc_arena *arena, ssrc_error *err);

/* ---- adversary.c: the worst that others can do ------------------------------------------------------------ */

/* One thing that may be cut: a country, an item, a maker. */
typedef struct ssrc_plan_attack {
	const char *name;
	const ssrc_plan_hit *hits;
	uint32_t n_hits;
	const bool *spoils_cover;  /* [n_covers] of the covers common to all; NULL = none */
	const bool *spoils_option; /* [n_options] NULL = none */
} ssrc_plan_attack;

typedef struct ssrc_plan_threat {
	const ssrc_plan_attack *attacks;
	uint32_t n_attacks, most; /* at most so many at once */
	const ssrc_plan_cover *covers;
	uint32_t n_covers;
	uint32_t most_tests; /* sets that may be tried one by one; above, sets of more than two are built greedily */
	uint32_t most_rounds;
} ssrc_plan_threat;

typedef struct ssrc_plan_worst {
	ssrc_plan_answer answer;     /* the plan against the attacks found; its outlook's scenarios are those */
	uint32_t *attack, *n_attack; /* [n_scenarios * most], [n_scenarios]: what each of these is made of */
	uint32_t n_scenarios, worst; /* the worst for the plan */
	double lower, upper;         /* of the value against the worst attack */
	bool exact;                  /* all sets were tried in the end: upper holds */
	uint32_t rounds, tests;
} ssrc_plan_worst;

/* The plan that is best against the worst set of at most `most` attacks; the scenarios of `problem` are left aside.
 * Plan, worst attack, add it, until none is worse than expected. BUDGET and WEIGHTED: value with the largest loss in
 * place of the mean; SURVIVE: each set must be survived. */
SSRC_MUST_CHECK ssrc_status ssrc_plan_against(ssrc_plan_worst *out, const ssrc_plan_problem *problem,
					      const ssrc_plan_settings *settings, const ssrc_plan_threat *threat,
					      const ssrc_plan_effort *effort, ssrc_context *ctx, ssrc_arena *arena,
					      ssrc_error *err);

/* ---- shared by these files -------------------------------------------------------------------------------- */

SSRC_MUST_CHECK ssrc_status ssrc_plan_decision_new(ssrc_plan_decision *out, const ssrc_plan_problem *problem,
						   ssrc_arena *arena, ssrc_error *err);
/* x: [program.first.n_cols] of the model. */
void ssrc_plan_decide(ssrc_plan_decision *out, const ssrc_plan_problem *problem, const ssrc_plan_model *model,
		      const double *x);
/* A start that the model has reduced away is the next one that does the same; amounts go where they still count. */
void ssrc_plan_apply(double *x, const ssrc_plan_problem *problem, const ssrc_plan_model *model,
		     const ssrc_plan_decision *decision);
/* Choices [n_options], spending by slot [n_slots] and total cost of a decision; returns the discounted cost. */
double ssrc_plan_account(ssrc_plan_choice *choices, double *spent, double *cost, const ssrc_plan_problem *problem,
			 const ssrc_plan_settings *settings, const ssrc_plan_decision *decision);
/* Value of the mode, from what is paid and what is left: what the programs said is not taken on trust. */
double ssrc_plan_value(const ssrc_plan_settings *settings, const ssrc_plan_outlook *outlook, double discounted);
/* Solves a program as the effort says. */
SSRC_MUST_CHECK ssrc_status ssrc_plan_run(ssrc_two_stage_result *out, const ssrc_two_stage *program,
					  const double *start, const ssrc_plan_effort *effort, bool told,
					  ssrc_context *ctx, ssrc_arena *arena, ssrc_error *err);
/* Σ excess of all scenarios of a SURVIVE model. */
double ssrc_plan_excess(const ssrc_plan_model *model, uint32_t n_items, double *const *y);
/* The least total excess over the limits: the SURVIVE model with costs 0 and a week of excess at 1. */
SSRC_MUST_CHECK ssrc_status ssrc_plan_least_excess(ssrc_two_stage_result *out, ssrc_plan_model *model,
						   const ssrc_plan_problem *problem, const ssrc_plan_settings *settings,
						   const ssrc_plan_effort *effort, ssrc_context *ctx, ssrc_arena *arena,
						   ssrc_error *err);

#endif
