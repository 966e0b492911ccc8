/* A planning problem as plain data: a network of items, what may happen to it, what one can buy (internal).
 *
 * Quantities of an item are fractions of its normal use (rate 1 a week; a stock of 4 = 4 weeks of full use), times are
 * weeks from the day of the plan, money is million currency. Equations: docs/methods/plan.md. */
#ifndef SSRC_PLAN_PROBLEM_H
#define SSRC_PLAN_PROBLEM_H

#include "plan/two_stage.h"

typedef struct ssrc_plan_item {
	const char *name;
	double stock; /* weeks of use that the users hold when a scenario begins; INFINITY = never short */
	bool expires; /* a licence or service: stock is calendar time it runs on, not drained by use */
	double value; /* of one week of lost output; 0 = not a product */
} ssrc_plan_item;

/* Output of `item` is at most 1 − weight + weight · (what it gets of the choice / use). Arcs of one item with the same
 * `choice` stand in for each other (what it gets is summed); SSRC_NONE = by itself. */
typedef struct ssrc_plan_arc {
	uint32_t item, input, choice;
	double weight; /* (0, 1]: critical 1, important 1/2, a variant: its part */
	double use;    /* share of the input's normal use that this user takes, (0, 1] */
} ssrc_plan_arc;

typedef enum ssrc_plan_kind {
	SSRC_PLAN_SOURCE, /* more makers: raises what the item's makers can make, inputs needed (qualify, develop,
			     demand_pull) */
	SSRC_PLAN_BYPASS, /* reaches the users without the item's makers and their inputs (redesign, pool) */
	SSRC_PLAN_STOCK   /* weeks of use bought before the cut */
} ssrc_plan_kind;

typedef struct ssrc_plan_option {
	const char *name;
	ssrc_plan_kind kind;
	uint32_t item;
	double fixed;    /* once, if taken at all */
	double unit;     /* STOCK: per week of use bought */
	double holding;  /* STOCK: per week of use and week of holding, from ready to the horizon */
	double lead;     /* weeks from start to ready; STOCK: bought stock counts where ready <= onset */
	double ramp;     /* weeks from ready to full capacity, linear */
	double capacity; /* SOURCE, BYPASS: fraction of normal use, performance gap taken off; STOCK: most weeks of use
			  */
	const uint32_t *needs, *excludes; /* options */
	uint32_t n_needs, n_excludes;
} ssrc_plan_option;

/* `lost` of the item's makers are out from week `from` until `to`; hits of one item add up, to 1 at most. */
typedef struct ssrc_plan_hit {
	uint32_t item;
	double from, to, lost;
} ssrc_plan_hit;

/* What stands in without a plan: an alternate that is qualified, from week `from` on. by_item SSRC_NONE: makers, who
 * replace what is cut of the item's makers (sum with the makers left <= 1); otherwise another item, whose own output
 * limits it (cover · X[by_item]) and which also helps when the item's makers miss inputs. user SSRC_NONE: for all. */
typedef struct ssrc_plan_cover {
	uint32_t item, user, by_item;
	double from, cover;
} ssrc_plan_cover;

typedef struct ssrc_plan_scenario {
	const char *name;
	double probability; /* weights; need not sum to 1, they are scaled */
	const ssrc_plan_hit *hits;
	const ssrc_plan_cover *covers;
	const bool *works; /* [n_options] false: the option's provider is in the cut, or its development fails; NULL =
			      all */
	uint32_t n_hits, n_covers;
} ssrc_plan_scenario;

typedef struct ssrc_plan_problem {
	const ssrc_plan_item *items;
	const ssrc_plan_arc *arcs;
	const ssrc_plan_option *options;
	const ssrc_plan_scenario *scenarios;
	uint32_t n_items, n_arcs, n_options, n_scenarios;
	const double *period; /* [n_periods + 1] limits of the periods, week 0 first, rising; the last is the horizon */
	uint32_t n_periods;
	const double *slot; /* [n_slots] weeks in which options may begin, rising, first 0 */
	uint32_t n_slots;
	/* How what is short is shared. false: it goes to whichever user needs it most, and the members of a choice add
	 * up (one hand decides; a lower bound of any rule). true: every user of an item gets the same part of its need,
	 * and of a choice each period counts the member that is least short without a plan, as in the simulation. */
	bool proportional;
} ssrc_plan_problem;

typedef enum ssrc_plan_mode {
	SSRC_PLAN_SURVIVE, /* least cost such that no product loses more than max_loss in any scenario */
	SSRC_PLAN_BUDGET,  /* least expected and tail loss within the budget */
	SSRC_PLAN_WEIGHTED /* least cost + expected and tail loss */
} ssrc_plan_mode;

typedef struct ssrc_plan_settings {
	ssrc_plan_mode mode;
	double max_loss;           /* SURVIVE: weeks of output of each product in each scenario */
	const double *max_money;   /* [n_scenarios] SURVIVE: instead, discounted loss in money of each scenario; NULL */
	double budget;             /* INFINITY = none */
	const double *slot_budget; /* [n_slots] what may be spent from each slot to the next, unspent money carries
				    * over; NULL = only the total */
	double risk, tail;         /* as in ssrc_two_stage */
	double discount;           /* a year, on spending and loss */
	const bool *forced, *barred; /* [n_options] must be, must not be taken; NULL = none */
	const bool *started;        /* [n_options] began before week 0 (replan): paid, lead counted from before; NULL */
	const double *started_week; /* [n_options] (negative weeks) */
	double penalty;             /* SURVIVE: price of one week of excess; 0 = chosen from the costs */
} ssrc_plan_settings;

/* Where things stand in the two-stage program. SSRC_NONE = not there (reduced away). */
typedef struct ssrc_plan_scenario_map {
	uint32_t first_period, n_periods; /* the window */
	uint32_t *output;                 /* [n_items * n_periods] column of X */
	uint32_t *loss;                   /* [n_items * n_periods] column of lost output of products */
	uint32_t *draw;                   /* [n_items * n_periods] column of stock used */
	uint32_t *excess;                 /* [n_items] SURVIVE: column of loss beyond max_loss */
	double *from, *to;                /* [n_periods] the part of each period inside the window, weeks */
	double *price;                    /* [n_items * n_periods] of one lost period of a product, discounted money */
	uint32_t *makers_row;             /* [n_items * n_periods] output <= makers left + options ready */
	uint32_t *stock_row;              /* [n_items] drawn <= stock + bought */
	uint32_t *limit_row;              /* [n_items] SURVIVE: lost weeks <= max_loss; of the first if in money */
} ssrc_plan_scenario_map;

typedef struct ssrc_plan_model {
	ssrc_two_stage program;
	uint32_t *start;                       /* [n_options * n_slots] column "started by slot"; SSRC_NONE */
	uint32_t *bought;                      /* [n_options * n_slots] column "weeks of use bought in slot" */
	uint32_t budget_row, *slot_budget_row; /* spent in all, spent by the end of each slot */
	ssrc_plan_scenario_map *scenarios;
	double penalty;       /* SURVIVE: price of one week of excess in the objective */
	double naive_columns; /* of the program without reductions, for the report */
	const bool *started;  /* of the settings, borrowed */
	const double *started_week;
} ssrc_plan_model;

/* Builds the two-stage program with the exact reductions (window, affected closure, slot elimination, dominated
 * options). Arena memory; names borrowed from the problem. Errors: NOMEM, RANGE. Cost O(size of the result). */
SSRC_MUST_CHECK ssrc_status ssrc_plan_build(ssrc_plan_model *out, const ssrc_plan_problem *problem,
					    const ssrc_plan_settings *settings, ssrc_context *ctx, ssrc_arena *arena,
					    ssrc_error *err);

/* A plan as people read it. */
typedef struct ssrc_plan_choice {
	bool taken;
	double start, ready; /* weeks */
	double amount;       /* STOCK: weeks of use */
	double cost;         /* undiscounted */
} ssrc_plan_choice;
/* choices: [n_options]. Returns the total cost. x: [program.first.n_cols]. */
double ssrc_plan_choices(ssrc_plan_choice *choices, const ssrc_plan_problem *problem, const ssrc_plan_model *model,
			 const double *x);

#endif
