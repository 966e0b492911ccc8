/* policy.yaml: levels and grades as named conditions on facts (docs/methods/levels.md). */
#ifndef SSRC_MODEL_POLICY_H
#define SSRC_MODEL_POLICY_H

#include "model/package.h"

/* Facts of an item that conditions may name: word, unit, and the catalogue text that says what it is. */
#define SSRC_FACT_LIST(X)                                                                                              \
	X(HHI, "hhi", "index")                                                                                         \
	X(COUNTRY_HHI, "country_hhi", "index")                                                                         \
	X(CR1, "largest_share", "share")                                                                               \
	X(TOP_FOREIGN, "top_foreign_share", "share")                                                                   \
	X(FOREIGN, "foreign_share", "share")                                                                           \
	X(LOOKTHROUGH, "lookthrough_foreign", "share")                                                                 \
	X(LOSS, "loss_weeks", "weeks")                                                                                 \
	X(GROWTH_LOSS, "growth_loss_weeks", "weeks")                                                                   \
	X(TTS, "tts_weeks", "weeks")                                                                                   \
	X(TTR, "ttr_weeks", "weeks")                                                                                   \
	X(COVER, "qualified_cover", "share")                                                                           \
	X(ALTERNATES, "qualified_alternates", "count")                                                                 \
	X(ROUTES, "routes", "count")                                                                                   \
	X(DEPENDANTS, "dependants", "count")                                                                           \
	X(PRODUCTS, "products", "count")                                                                               \
	X(CONTROLS, "controls_in_force", "count")                                                                      \
	X(CONTROLS_NAMED, "controls_naming_home", "count")                                                             \
	X(SOLE, "sole_source", "flag")                                                                                 \
	X(SINGLE, "single_source", "flag")                                                                             \
	X(KNOWN, "known_share", "share")

typedef enum ssrc_fact {
#define SSRC_X(name, word, unit) SSRC_FACT_##name,
	SSRC_FACT_LIST(SSRC_X)
#undef SSRC_X
		SSRC_FACT_COUNT
} ssrc_fact;

const char *ssrc_fact_word(ssrc_fact fact);
const char *ssrc_fact_unit(ssrc_fact fact);

typedef enum ssrc_condition_kind { SSRC_ALL, SSRC_ANY, SSRC_TEST } ssrc_condition_kind;
typedef enum ssrc_test_op { SSRC_AT_LEAST, SSRC_ABOVE, SSRC_AT_MOST, SSRC_BELOW } ssrc_test_op;
/* certain: holds whatever the true value is; central: holds at the central estimate; possible: may hold. */
typedef enum ssrc_test_at { SSRC_CERTAIN, SSRC_CENTRAL, SSRC_POSSIBLE } ssrc_test_at;

typedef struct ssrc_condition ssrc_condition;
struct ssrc_condition {
	ssrc_condition_kind kind;
	ssrc_fact fact;
	ssrc_test_op op;
	ssrc_test_at at;
	double value;
	const char *source;           /* where the threshold is published, "" if it is a convention of the policy */
	ssrc_condition *first, *next; /* children of all/any; next sibling */
};

typedef struct ssrc_rule {
	int rank; /* level 1–4, or grade A=3 B=2 C=1 */
	const char *name, *title[2];
	ssrc_condition *condition;
} ssrc_rule;

enum { SSRC_RULES_MAX = 64 };
typedef struct ssrc_policy {
	const char *name;
	ssrc_rule levels[SSRC_RULES_MAX], grades[SSRC_RULES_MAX]; /* as written; highest rank that holds wins */
	size_t n_levels, n_grades;
} ssrc_policy;

/* Reads the policy of a package, or the built-in one if it has none. Everything lives in `arena`.
 * Errors: FORMAT with place, NOMEM. */
SSRC_MUST_CHECK ssrc_status ssrc_policy_read(ssrc_policy **out, const ssrc_package *package, ssrc_arena *arena,
					     ssrc_error *err);

/* The built-in policy as YAML text. */
extern const char ssrc_policy_default_text[];

#endif
