/* The parts of the weekly simulation (internal): what is uncertain, what is cut, the network in the order of
 * calculation, and blocks of runs side by side. Equations: docs/methods/stress.md. */
#ifndef SSRC_STRESS_SIMULATE_H
#define SSRC_STRESS_SIMULATE_H

#include "stress/stress.h"

/* ---- hits.c: uncertain numbers --------------------------------------------------------------------------- */

/* One uncertain number of a scenario or of the chain. */
typedef struct ssrc_sim_input {
	ssrc_input_kind kind;
	uint32_t item, index;
	ssrc_estimate at; /* by case */
	double low, high; /* what a draw lies between; NaN: a draw is at[SSRC_CASE_MID] */
	uint64_t number;  /* of the draw: a hash of kind and ids, so that other inputs do not change it */
} ssrc_sim_input;

/* Which value the inputs take in one run, and which of the hit items are hit. */
typedef struct ssrc_sim_run {
	ssrc_case which; /* read unless drawn */
	bool drawn;
	uint64_t number; /* of the drawn run */
	uint32_t input;  /* this input alone stands at `end`; SSRC_NONE */
	ssrc_case end;
	uint32_t only, except; /* hits: this one alone, all but this one; SSRC_NONE */
} ssrc_sim_run;

/* ---- hits.c: what is cut ------------------------------------------------------------------------------------ */

/* A cut of the scenario, resolved for the home. */
typedef struct ssrc_sim_cut {
	const ssrc_scenario_cut *cut;
	const bool *countries;                       /* [n_countries] of a country or measure; NULL */
	uint32_t party;                              /* SSRC_NONE */
	bool reaches;                                /* false: a measure that does not concern the home */
	uint32_t in_fraction, in_weeks, in_recovery; /* inputs; in_weeks SSRC_NONE = each item's own */
} ssrc_sim_cut;

/* A country with a part in an item's supply that some cut may take. */
typedef struct ssrc_sim_place {
	uint32_t country;
	double low, mid, high;
} ssrc_sim_place;

typedef struct ssrc_sim_hit {
	uint32_t item;
	uint32_t in_share, in_weeks; /* inputs: position of the shares between their bounds; own recovery time */
	uint32_t first_cut, n_cuts;  /* cut_of[]: cuts that take something of the item */
	uint32_t first_place, n_places;
	uint32_t first_row, n_rows; /* rows[]: shares of the chain with a party that is cut */
	double lows;                /* sum of the lower bounds of all countries */
} ssrc_sim_hit;

typedef struct ssrc_sim_hits {
	const ssrc_assessment *a;
	const ssrc_scenario *scenario;
	ssrc_sim_cut *cuts; /* [scenario->n_cuts] */
	ssrc_sim_hit *hits; /* by item */
	uint32_t *hit_of;   /* [n_items] SSRC_NONE */
	uint32_t *cut_of;
	ssrc_sim_place *places;
	uint32_t *rows;
	ssrc_sim_input *inputs;
	uint32_t n_hits, n_inputs, left_out;
	bool reaches_home;
} ssrc_sim_hits;

/* Arena memory. Room is left in `inputs` for two of each item, four of each alternate and one of each variant.
 * Errors: NOMEM, LIMIT (more than SSRC_SIM_CUTS_MAX cuts on one item). */
SSRC_MUST_CHECK ssrc_status ssrc_sim_hits_build(ssrc_sim_hits *out, const ssrc_assessment *a,
						const ssrc_scenario *scenario, ssrc_arena *arena, ssrc_error *err);
enum { SSRC_SIM_CUTS_MAX = 64, SSRC_SIM_STAIRS_MAX = 104 };

/* A stable number for an input from its kind and up to three ids. */
uint64_t ssrc_sim_number(ssrc_input_kind kind, const char *a, const char *b, const char *c);
uint32_t ssrc_sim_add_input(ssrc_sim_hits *hits, ssrc_sim_input input);
/* NaN only if the input is: at[] of an unknown one is never read for a run it does not belong to. */
double ssrc_sim_value(const ssrc_sim_input *input, uint32_t index, const ssrc_sim_run *run, uint64_t seed);

/* The cuts on one hit item in one run. */
typedef struct ssrc_sim_course {
	const ssrc_sim_hits *hits;
	const ssrc_sim_hit *hit;
	double position;               /* of shares between their bounds, 0–1; NaN = the central ones */
	uint32_t n;                    /* cuts, 0 if the run spares the item */
	struct ssrc_sim_phase *phases; /* [n] memory of the caller: as many as the hit has cuts */
} ssrc_sim_course;
typedef struct ssrc_sim_phase {
	double fraction, from, end, back; /* of the cut: begins, ends, weeks of return after the end */
	ssrc_recovery recovery;
} ssrc_sim_phase;
/* out->phases is set by the caller. */
void ssrc_sim_course_set(ssrc_sim_course *out, const ssrc_sim_hits *hits, uint32_t hit, const ssrc_sim_run *run,
			 uint64_t seed);
/* Part of the item's makers that is out at time t if only the first n cuts happen; constant between breaks. */
double ssrc_sim_lost_at(const ssrc_sim_course *course, uint32_t n, double t);
/* The first break after t; INFINITY if there is none. */
double ssrc_sim_next_break(const ssrc_sim_course *course, double t);
/* Mean of what is out over [t0, t1). */
double ssrc_sim_lost_mean(const ssrc_sim_course *course, double t0, double t1);
/* First week in which anything is out, INFINITY if never; *most: the largest part out at any time. */
double ssrc_sim_first_week(const ssrc_sim_course *course, double *most);

/* Alternates of an item that count: those of parties if the item is hit, those that are items in any case. *from: weeks
 * after the first week of the cut. */
bool ssrc_sim_alternate_counts(const ssrc_sim_hits *hits, uint32_t alternate);
/* Three inputs: share, gap, weeks; the index of the first. */
uint32_t ssrc_sim_alternate_inputs(ssrc_sim_hits *hits, uint32_t alternate);

/* What is hit and everything downstream of it. [n_items], arena memory; NULL without memory. */
bool *ssrc_sim_affected(const ssrc_sim_hits *hits, ssrc_arena *arena);

/* ---- network.c: what is affected, inputs before users ------------------------------------------------------- */

/* One input of one user. The user holds a stock of its own. */
typedef struct ssrc_sim_edge {
	uint32_t user, item;            /* places; user n: outside the network, always asks for its normal need */
	uint32_t queue;                 /* where it stands when the item is rationed */
	double share;                   /* of the item's normal use */
	double slope;                   /* output is at most 1 − slope · (1 − what there is / normal need) */
	uint32_t in_part;               /* slope of a variant: an input; SSRC_NONE */
	uint32_t first_cover, n_covers; /* alternates for this user alone */
	size_t ring, ring_len; /* lanes of arrivals so far, at the ends of past steps: goods that spoil; 0 = keeps */
} ssrc_sim_edge;

typedef enum ssrc_sim_limit { SSRC_SIM_FREE, SSRC_SIM_LEAST, SSRC_SIM_MEAN } ssrc_sim_limit;
/* Inputs that stand in for each other: the best counts. */
typedef struct ssrc_sim_choice {
	uint32_t first, n; /* edges */
	ssrc_sim_limit limit;
} ssrc_sim_choice;

typedef struct ssrc_sim_cover {
	uint32_t in;   /* inputs: share, gap, weeks */
	uint32_t by;   /* place of the item that stands in, n = one that nothing happens to; SSRC_NONE = other makers */
	uint32_t node; /* of the item that is replaced */
} ssrc_sim_cover;

typedef struct ssrc_sim_node {
	uint32_t item, hit;            /* hit: SSRC_NONE */
	bool shares_known;             /* how its use is shared out among its users */
	bool runs_on, product;         /* runs_on: users go on for calendar time, nothing is used up */
	uint32_t in_stock, in_transit; /* inputs */
	double shelf;                  /* weeks, INFINITY = keeps */
	double outside, needs;         /* choices with a member that nothing happens to; all: linear form */
	uint32_t first_choice, n_choices, first_queue, n_queues, first_cover, n_covers, first_backup, n_backups;
	size_t pipe, pipe_len; /* ring of lanes: what its makers delivered in past steps; 0 = no time in transit */
	size_t past, past_len; /* ring of lanes: what was on offer in past steps; runs_on */
} ssrc_sim_node;

/* Nodes first .. end: one, or a circle. */
typedef struct ssrc_sim_circle {
	uint32_t first, end;
	bool around;    /* output depends on itself */
	bool covered;   /* an item stands in for a node, or for an input of one */
	bool stand_ins; /* and is in the circle itself */
} ssrc_sim_circle;

typedef struct ssrc_sim_net {
	const ssrc_assessment *a;
	const ssrc_stress_options *options;
	const ssrc_stress_backup *backups;
	ssrc_sim_hits hits;
	ssrc_sim_node *nodes;
	ssrc_sim_edge *edges; /* by user and choice; then those of users outside */
	ssrc_sim_choice *choices;
	ssrc_sim_cover *covers;
	ssrc_sim_circle *circles;
	uint32_t *users_start, *users; /* edges by item */
	double *queue_share;           /* of an item's normal use; queues of an item stand in the order of service */
	uint32_t *backup_of;           /* index of backups, by node */
	uint32_t *place;               /* [n_items] node of an item; SSRC_NONE */
	uint32_t n, n_edges, n_choices, n_covers, n_circles, n_queues, n_steps;
	size_t ring_lanes; /* lanes of all rings */
} ssrc_sim_net;

/* Arena memory; a, options and backups are borrowed. Errors: NOMEM, LIMIT. Cost O(needs of what is affected). */
SSRC_MUST_CHECK ssrc_status ssrc_sim_net_build(ssrc_sim_net *out, const ssrc_assessment *a,
					       const ssrc_scenario *scenario, const ssrc_stress_options *options,
					       const ssrc_stress_backup *backups, uint32_t n_backups, ssrc_arena *arena,
					       ssrc_error *err);

/* ---- simulate.c: runs side by side ---------------------------------------------------------------------------- */

enum { SSRC_LANES = 8, SSRC_SIM_SWEEPS = 100 };
typedef double ssrc_lanes[SSRC_LANES];

/* Room for one block of runs and what they came to. */
typedef struct ssrc_sim_state ssrc_sim_state;
SSRC_MUST_CHECK ssrc_status ssrc_sim_state_new(ssrc_sim_state **out, const ssrc_sim_net *net, ssrc_error *err);
void ssrc_sim_state_free(ssrc_sim_state *state);

/* Where the output of some nodes is written: value of watch w, step k, run r at path[(w * n_steps + k) * n_runs + r].
 */
typedef struct ssrc_sim_watch {
	const uint32_t *nodes;
	uint32_t n;
	double *path;
	size_t n_runs;
} ssrc_sim_watch;

/* Runs up to SSRC_LANES runs; lane l is run first + l for the watch. Each lane is the same whatever stands beside it.
 * Allocates nothing. */
void ssrc_sim_block(ssrc_sim_state *state, const ssrc_sim_run *runs, uint32_t n_runs, const ssrc_sim_watch *watch,
		    size_t first);

/* Of one lane of the last block. Weeks; INFINITY = never, or not before the run ends. */
double ssrc_sim_loss(const ssrc_sim_state *state, uint32_t node, uint32_t lane); /* weeks of output */
double ssrc_sim_first_short(const ssrc_sim_state *state, uint32_t node, uint32_t lane);
/* End of the last step in which inputs limited output; 0 = never. */
double ssrc_sim_inputs_back(const ssrc_sim_state *state, uint32_t node, uint32_t lane);
/* When the makers that are left and their stand-ins are enough again; 0 = they always were. */
double ssrc_sim_own_back(const ssrc_sim_state *state, uint32_t node, uint32_t lane);
/* First week of the item's own cut, else of the scenario. */
double ssrc_sim_first_cut(const ssrc_sim_state *state, uint32_t node, uint32_t lane);
double ssrc_sim_most_lost(const ssrc_sim_state *state, uint32_t node, uint32_t lane);
/* Largest violation of the balance of goods in all blocks so far, weeks of use. */
double ssrc_sim_balance(const ssrc_sim_state *state);

/* ---- ensemble.c: many runs, and what they have in common --------------------------------------------------------- */

/* What is kept of the runs; any pointer may be NULL. */
typedef struct ssrc_sim_want {
	const uint32_t *nodes; /* of loss and first */
	uint32_t n;
	double *loss, *first; /* [n][n_runs] weeks */
	double *worst;        /* [n_runs] weeks of the product that loses most */
	ssrc_sim_watch watch;
} ssrc_sim_want;

/* On all threads of the context; the same for any number of them. *balance grows to the worst violation seen.
 * Errors: NOMEM. */
SSRC_MUST_CHECK ssrc_status ssrc_sim_all(const ssrc_sim_net *net, const ssrc_sim_run *runs, size_t n_runs,
					 const ssrc_sim_want *want, double *balance, ssrc_error *err);

/* Quantile p of n sorted values, linear between them (type 7). */
double ssrc_sim_quantile(const double *sorted, size_t n, double p);

/* The drawn runs: bands of items and products. stress holds the three cases. */
SSRC_MUST_CHECK ssrc_status ssrc_stress_ensemble(ssrc_stress *stress, const ssrc_sim_net *net, ssrc_error *err);

/* ---- tornado.c: which cause, which uncertainty ------------------------------------------------------------------- */

SSRC_MUST_CHECK ssrc_status ssrc_stress_causes(ssrc_stress *stress, const ssrc_sim_net *net, ssrc_error *err);
SSRC_MUST_CHECK ssrc_status ssrc_stress_tornado(ssrc_stress *stress, const ssrc_sim_net *net, ssrc_error *err);

#endif
