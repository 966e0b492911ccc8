/* Scenarios: what is cut, by how much, from when, for how long (internal). Read from scenarios/(name).yaml of a
 * package, or made from one line of a command. */
#ifndef SSRC_MODEL_SCENARIO_H
#define SSRC_MODEL_SCENARIO_H

#include "model/chain.h"

typedef enum ssrc_cut_kind { SSRC_CUT_COUNTRY, SSRC_CUT_PARTY, SSRC_CUT_ITEM, SSRC_CUT_MEASURE } ssrc_cut_kind;

/* How supply comes back once the cut is over: at once, or over `recovery_weeks` in a straight line or along an S. */
typedef enum ssrc_recovery { SSRC_RECOVERY_STEP, SSRC_RECOVERY_LINEAR, SSRC_RECOVERY_S } ssrc_recovery;

/* One cut of a scenario. The target is an index by kind: country, party, item, event; `eu` stands for all its members.
 */
typedef struct ssrc_scenario_cut {
	ssrc_cut_kind kind;
	uint32_t target;
	bool eu;
	const uint32_t *items; /* only these; n_items 0 = every item the target supplies */
	uint32_t n_items;
	ssrc_interval fraction; /* of what the target supplies, 0–1 */
	double start;           /* week */
	ssrc_interval weeks;    /* length; NaN = each item's own recovery time */
	ssrc_recovery recovery;
	ssrc_interval recovery_weeks; /* 0 for a step */
} ssrc_scenario_cut;

typedef struct ssrc_scenario {
	const char *id, *title[2], *description[2];
	const char *path;   /* of the document; "" if made from a command line */
	const char *source; /* ids of sources, `;` */
	const char *home;   /* "" = any */
	bool exercise;
	ssrc_interval probability; /* NaN unknown */
	ssrc_scenario_cut *cuts;
	uint32_t n_cuts;
	uint32_t left_out; /* cuts whose target the chain does not hold on its day */
} ssrc_scenario;

/* The scenarios of the chain's package, by id, in arena memory. Errors: NOMEM. Cost O(documents). */
SSRC_MUST_CHECK ssrc_status ssrc_scenarios_read(ssrc_scenario **out, uint32_t *count, const ssrc_chain *chain,
						ssrc_arena *arena, ssrc_error *err);

/* A cut from words as a command line has them: target "country:NL", "party:asml", "item:eda" (or just the id of an
 * item) or "measure:ID"; items: ids separated by commas, NULL = all. Fraction 1 from week 0 for each item's recovery
 * time. Errors: NOTFOUND with the closest id, NOMEM. */
SSRC_MUST_CHECK ssrc_status ssrc_cut_parse(ssrc_scenario_cut *out, const ssrc_chain *chain, const char *target,
					   const char *items, ssrc_arena *arena, ssrc_error *err);

const char *ssrc_cut_kind_word(ssrc_cut_kind kind);
/* Id of what is cut. */
const char *ssrc_cut_target(const ssrc_chain *chain, const ssrc_scenario_cut *cut);

#endif
