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
bool ssrc_sim_alternate_counts(const ssrc_sim_hits *hits, const ssrc_alternate *alternate);
/* Three inputs: share, gap, weeks; the index of the first. */
uint32_t ssrc_sim_alternate_inputs(ssrc_sim_hits *hits, uint32_t alternate);

/* What is hit and everything downstream of it. [n_items], arena memory; NULL without memory. */
bool *ssrc_sim_affected(const ssrc_sim_hits *hits, ssrc_arena *arena);

#endif
