/* A scenario week by week on the network of items (internal). Equations: docs/methods/stress.md.
 *
 * Quantities of an item are fractions of its normal use (rate 1 a week), times are weeks from the start of the scenario
 * clock, output is a fraction of normal output. */
#ifndef SSRC_STRESS_H
#define SSRC_STRESS_H

#include "assess/assess.h"
#include "model/scenario.h"
#include "stress/production.h"

typedef enum ssrc_rationing {
	SSRC_RATION_PROPORTIONAL, /* all users of an item get the same fraction of what they ask for */
	SSRC_RATION_PRIORITY, /* critical needs first, then important, then the rest; inside a class in proportion */
	SSRC_RATION_LARGEST   /* the largest user first (equal ones in order of their ids) */
} ssrc_rationing;

typedef struct ssrc_stress_options {
	uint32_t weeks; /* length of the run, 1 … 5200 */
	double step;    /* weeks, 1 by default; (0, 13] */
	uint32_t runs;  /* random runs; 0 = the three cases only */
	uint64_t seed;
	ssrc_production form; /* half critical by default */
	ssrc_rationing rationing;
	ssrc_mode mode;        /* run or grow: what capital needs mean */
	double refill;         /* output above normal that makers can reach to refill stocks, 0 = none */
	double training_weeks; /* length of a training job for the multiplier of compute items */
	bool brief;            /* without causes and tornado: a plan replayed needs neither */
} ssrc_stress_options;
extern const ssrc_stress_options ssrc_stress_defaults;

/* What stands in beside the alternates of the chain: the options of a plan at work (replay). Weeks on the scenario's
 * clock. */
typedef struct ssrc_stress_backup {
	uint32_t item;
	enum { SSRC_BACKUP_SOURCE, SSRC_BACKUP_BYPASS, SSRC_BACKUP_STOCK } kind;
	double amount;      /* fraction of normal use; STOCK: weeks of use, there from the first week */
	double from, full;  /* in use from, at full size from (linear between) */
	double shelf_weeks; /* STOCK; INFINITY = keeps */
} ssrc_stress_backup;

typedef struct ssrc_stress_path {
	double *output; /* [n_steps] fraction of normal output */
} ssrc_stress_path;

/* Five numbers of a distribution over runs. */
typedef struct ssrc_stress_band {
	double p05, p25, p50, p75, p95;
} ssrc_stress_band;

/* Estimates stand by case — best, central, worst — so that weeks of survival fall from the first to the last. */
typedef struct ssrc_stress_item {
	bool hit, affected;        /* by the scenario itself; short at any time in the worst case */
	ssrc_estimate lost_supply; /* largest fraction of its makers out at any time */
	ssrc_estimate first_short; /* week in which users first get less than they need; INFINITY = never */
	ssrc_estimate tts, ttr;    /* weeks from the first week of the cut: users are served; makers are back */
	ssrc_estimate loss;        /* weeks of its output lost */
	ssrc_estimate
		multiplier; /* time of a job of training_weeks begun at the cut / training_weeks; NaN = not compute */
	ssrc_stress_band loss_band, first_short_band; /* over runs; NaN without */
	double short_odds;                            /* part of the runs in which it is ever short */
} ssrc_stress_item;

/* Loss of output by cause: what the products lose less if this hit item alone is spared. */
typedef struct ssrc_stress_cause {
	uint32_t item;
	ssrc_estimate loss; /* weeks of the worst product, this cut alone */
	double spared;      /* central: weeks of loss less when this item is left out of the scenario */
} ssrc_stress_cause;

typedef enum ssrc_input_kind {
	SSRC_INPUT_STOCK,
	SSRC_INPUT_SHARE,
	SSRC_INPUT_FRACTION,
	SSRC_INPUT_WEEKS, /* length of the cut */
	SSRC_INPUT_RETURN,
	SSRC_INPUT_TRANSIT,
	SSRC_INPUT_COVER,
	SSRC_INPUT_COVER_WEEKS,
	SSRC_INPUT_GAP, /* performance gap of an alternate */
	SSRC_INPUT_PART /* what a variant is of its group */
} ssrc_input_kind;
typedef struct ssrc_tornado_row {
	ssrc_input_kind kind;
	uint32_t item, index;       /* index: of the cut or alternate, SSRC_NONE */
	double low, high;           /* the interval of the input */
	double loss_low, loss_high; /* weeks of the worst product with the input at either end, all others central */
} ssrc_tornado_row;

typedef struct ssrc_stress {
	ssrc_context *ctx;
	ssrc_arena arena;
	const ssrc_assessment *a;
	const ssrc_scenario *scenario;
	ssrc_stress_options options;
	uint32_t n_steps, n_items;
	uint32_t n_hit,
		left_out;  /* items hit; items whose length of cut nobody knows (left out, loss is a lower bound) */
	bool reaches_home; /* false: a measure that does not reach the home, nothing is cut */
	ssrc_stress_item *items; /* [n_items] */
	uint32_t *products;      /* that lose anything in the worst case, worst first */
	uint32_t n_products;
	ssrc_stress_path (*paths)[SSRC_CASES]; /* [n_products] */
	ssrc_stress_band **bands;              /* [n_products][n_steps] output over runs, NULL without runs */
	ssrc_estimate loss;                    /* weeks of the worst product */
	ssrc_estimate value;                   /* million currency over products, NaN if unknown */
	ssrc_stress_band loss_band, value_band;
	uint32_t *ranking; /* hit and affected items by central loss, then worst, then id */
	uint32_t n_ranking;
	ssrc_stress_cause *causes; /* worst first */
	uint32_t n_causes;
	ssrc_tornado_row *tornado; /* largest swing first, at most SSRC_TORNADO_MAX; tried: the inputs of the cuts and
				    * of the items that lose most, 256 in all */
	uint32_t n_tornado;
	double balance; /* largest violation of the mass balance seen in any step and run */
} ssrc_stress;
enum { SSRC_TORNADO_MAX = 20 };

/* Runs one scenario for the home of the assessment. backups may be NULL. *out is freed with ssrc_stress_free.
 * Errors: NOMEM, RANGE (options, backups), LIMIT (more than 64 cuts on one item). Same bytes for any thread count; run
 * k is the same alone or in a batch. Cost O(runs · steps · needs of affected items). */
SSRC_MUST_CHECK ssrc_status ssrc_stress_run(ssrc_stress **out, const ssrc_assessment *a, const ssrc_scenario *scenario,
					    const ssrc_stress_options *options, const ssrc_stress_backup *backups,
					    uint32_t n_backups, ssrc_error *err);
void ssrc_stress_free(ssrc_stress *stress);

/* The hits and covers of a scenario in one case, as step functions: shared with the plan, which must see the same cut.
 */
typedef struct ssrc_stress_hit {
	uint32_t item, cut; /* cut: index of the scenario's */
	double from, to,
		lost; /* weeks; fraction of the item's makers, the return profile as a staircase of weekly steps */
} ssrc_stress_hit;
typedef struct ssrc_stress_cover {
	uint32_t item, user, by_item, alternate; /* SSRC_NONE where not so */
	double from, cover;
} ssrc_stress_cover;
/* Arena memory. *left_out as above. */
SSRC_MUST_CHECK ssrc_status ssrc_scenario_hits(ssrc_stress_hit **hits, uint32_t *n_hits, ssrc_stress_cover **covers,
					       uint32_t *n_covers, uint32_t *left_out, bool *reaches_home,
					       const ssrc_assessment *a, const ssrc_scenario *scenario, ssrc_case which,
					       ssrc_arena *arena, ssrc_error *err);

#endif
