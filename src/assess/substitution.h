/* Substitutes of one item for one home (internal): who or what could stand in for it, what it lacks, whether a cut or a
 * control reaches it too, and the grade and level once it does. Method: docs/methods/alternates.md. */
#ifndef SSRC_ASSESS_SUBSTITUTION_H
#define SSRC_ASSESS_SUBSTITUTION_H

#include "assess/assess.h"

/* The first that holds, in this order, is the verdict. */
typedef enum ssrc_verdict {
	SSRC_VERDICT_BLOCKED,       /* a control in force reaches this route */
	SSRC_VERDICT_OTHER_USER,    /* serves another item than the one asked for */
	SSRC_VERDICT_OTHER_MARKET,  /* not open to the home */
	SSRC_VERDICT_EXCLUDED,      /* comes from a country that the caller excludes */
	SSRC_VERDICT_IN_CUT,        /* comes from what is cut */
	SSRC_VERDICT_NOT_QUALIFIED, /* identified or being sampled */
	SSRC_VERDICT_COUNTS
} ssrc_verdict;

/* Where an item stands: weeks of output lost are those of the cut of this substitution. */
typedef struct ssrc_standing {
	int level, level_low, level_high, grade; /* -1 unknown */
	ssrc_estimate loss[SSRC_MODES];
} ssrc_standing;

typedef struct ssrc_candidate {
	uint32_t alternate; /* of chain->alternates */
	ssrc_verdict verdict;
	bool offered;     /* counts, or would once it is qualified */
	bool counted;     /* the assessment counts it against this cut, whatever the verdict */
	uint32_t country; /* of a party on the basis, SSRC_NONE unknown or several; of an item SSRC_NONE */
	/* Of an item: the part of its own supply that the cut takes, inputs looked through; of a party 0. In each case
	 * the part lost there: low = least. */
	ssrc_estimate lost;
	ssrc_estimate cover; /* of the need once on line: share less performance gap less what is lost; low = least */
	const uint32_t *controls; /* events that reach this route */
	uint32_t n_controls;
	const uint32_t *near; /* other controls on the item that are aimed at the home: whether they reach is unknown */
	uint32_t n_near;
	const uint32_t *options; /* of chain->options: qualify, develop or redesign with this provider */
	uint32_t n_options;
	bool has_after; /* asked for, and offered */
	ssrc_standing after;
} ssrc_candidate;

/* A further option for the item, with no candidate of its own. */
typedef struct ssrc_other_option {
	uint32_t option;
	const uint32_t *controls; /* that reach its provider */
	uint32_t n_controls;
} ssrc_other_option;

/* Supply of the item itself from a country that the cut does not take. */
typedef struct ssrc_elsewhere {
	uint32_t country;
	bool home;
	const uint32_t *controls; /* on this item, by this country, aimed at the home */
	uint32_t n_controls;
} ssrc_elsewhere;

/* An item that resembles this one but is no substitute in the data. */
typedef struct ssrc_similar {
	uint32_t item;
	bool variant;  /* of the same group */
	double shared; /* users and inputs in common, fraction of all of both */
	const uint32_t *controls;
	uint32_t n_controls;
} ssrc_similar;

enum { SSRC_SIMILAR_MAX = 3 };

typedef struct ssrc_substitution {
	ssrc_arena arena;
	uint32_t item, for_item; /* for_item: SSRC_NONE = any user */
	bool *cut;               /* [n_countries] the largest foreign source and what is excluded */
	bool *excluded;          /* [n_countries] */
	uint32_t n_cut;
	const uint32_t *controls; /* events that restrict the home's supply of the item */
	uint32_t n_controls;
	ssrc_standing now;
	ssrc_candidate *candidates;
	uint32_t n_candidates, n_counts, n_offered;
	bool has_all;
	ssrc_standing all; /* with all that are offered at once */
	ssrc_other_option *options;
	uint32_t n_options;
	ssrc_elsewhere *elsewhere;
	uint32_t n_elsewhere;
	const uint32_t *stands_in; /* alternates by this item: substitution has one direction */
	uint32_t n_stands_in;
	ssrc_similar similar[SSRC_SIMILAR_MAX];
	uint32_t n_similar;
} ssrc_substitution;

typedef struct ssrc_substitution_options {
	const char *home;    /* as given to ssrc_assess */
	const char *exclude; /* countries that are cut too: "US,JP", "EU"; NULL = none */
	uint32_t for_item;   /* the user it is for, SSRC_NONE = any */
	bool after;          /* assess with each offered candidate swapped in */
} ssrc_substitution_options;

/* The substitution card of one item. `a` is borrowed and must outlive the result, which is freed with
 * ssrc_substitution_free. A swap means that the candidate is in use from week 0; `after` equals ssrc_assess on a chain
 * with that row changed. Errors: NOTFOUND (exclude), NOMEM. Cost O(alternates · (events + items)), with `after` one
 * assessment per offered candidate. */
SSRC_MUST_CHECK ssrc_status ssrc_substitution_new(ssrc_substitution **out, const ssrc_assessment *a, uint32_t item,
						  const ssrc_substitution_options *options, ssrc_error *err);
void ssrc_substitution_free(ssrc_substitution *substitution, ssrc_context *ctx);

#endif
