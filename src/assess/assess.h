/* The assessment in memory (internal): what `rank`, `explain`, `map` and the reports read. */
#ifndef SSRC_ASSESS_H
#define SSRC_ASSESS_H

#include "model/chain.h"
#include "model/policy.h"

#include <secondsource/assess.h>

/* Best case, central estimate, worst case; NaN = unknown. */
typedef enum ssrc_case { SSRC_CASE_LOW, SSRC_CASE_MID, SSRC_CASE_HIGH, SSRC_CASES } ssrc_case;
typedef enum ssrc_mode { SSRC_MODE_RUN, SSRC_MODE_GROW, SSRC_MODES } ssrc_mode;
typedef struct ssrc_estimate {
	double at[SSRC_CASES];
} ssrc_estimate;

/* ---- network.c: what flows where --------------------------------------------------------------- */

typedef struct ssrc_edge {
	uint32_t input;
	uint32_t group; /* edges of one item with the same group replace each other; SSRC_NONE = by itself */
	ssrc_essential essential;
	bool inherited;    /* from the group of a variant */
	bool from_variant; /* input is a variant of the item: `part` of the item's supply */
	ssrc_estimate part;
	uint32_t row; /* of needs, SSRC_NONE for variants */
} ssrc_edge;

/* What a loss travels along in one mode, packed: only edges that lose output. The members of a choice stand next to
 * each other; a choice with a member that loses nothing is left out, because that member covers it. */
typedef struct ssrc_link {
	uint32_t input, edge;
	uint32_t members; /* from this one on: 1, or the size of the choice; 0 inside a choice */
	float weight;     /* 1 or 1/2; negative: of a variant, edges[edge].part */
} ssrc_link;

enum { SSRC_SLOT_BITS = 6, SSRC_SLOTS = 1 << SSRC_SLOT_BITS };

typedef struct ssrc_links {
	uint32_t *start; /* [n + 1] */
	ssrc_link *links;
	/* Turned round, only users that lead to a product: place in the order << 6 | slot, where a slot holds one link
	 * or, where an item has more than 64, 2^shift of them. A member of a choice counts for the choice's first. */
	uint32_t *users_start, *users;
} ssrc_links;

static inline uint32_t ssrc_slot_shift(uint32_t n_links)
{
	uint32_t shift = 0;
	while (n_links > (uint32_t)SSRC_SLOTS << shift)
		shift++;
	return shift;
}

typedef struct ssrc_network {
	uint32_t n;
	uint32_t *start; /* [n + 1] edges of item i: start[i] .. start[i+1] */
	ssrc_edge *edges;
	uint32_t *users_start, *users;       /* the same turned round: items that take from i */
	uint32_t *component, *order, *place; /* inputs before users; place[order[k]] = k */
	uint32_t n_components;
	bool *leads_to_product[SSRC_MODES]; /* through edges that lose output in that mode */
	ssrc_links links[SSRC_MODES];
	uint32_t *dependants; /* items downstream by needs that are not optional */
	uint32_t *products;   /* products among them, itself included */
} ssrc_network;

/* Output lost per unit of missing input: critical 1, important 1/2 (Pichler et al. 2022), optional 0; capital 0 when
 * running, 1 when growing. */
double ssrc_edge_weight(const ssrc_edge *edge, ssrc_mode mode, ssrc_case which);

/* ---- supply.c: who supplies, from where ----------------------------------------------------------- */

typedef struct ssrc_supply {
	uint32_t firm_set, country_set; /* share sets used, SSRC_NONE */
	bool basis_replaced;            /* no set fits the basis: the nearest was taken */
	bool home_market;               /* the set is of the home's own market */
	ssrc_estimate *country;         /* [n_countries] share of supply */
	ssrc_estimate home, foreign, unknown;
	uint32_t top_foreign; /* country, SSRC_NONE */
} ssrc_supply;

/* True if what is meant for the market of `country` is open to the home: its own, or a company's seat. */
bool ssrc_home_market(const ssrc_assessment *a, uint32_t country);

/* True if at least half of the supply has a place. */
bool ssrc_supply_is_named(const ssrc_supply *supply);

/* The country a party counts for on a basis; SSRC_NONE unknown or several. */
uint32_t ssrc_party_country(const ssrc_party *party, ssrc_basis basis);

/* ---- the result ------------------------------------------------------------------------------------- */

typedef struct ssrc_item_result {
	ssrc_supply supply;
	ssrc_concentration firms, countries;
	ssrc_bounds cr1;
	bool firms_known, countries_known;
	uint32_t n_providers; /* named makers (or countries) in the set used */
	bool fragmented;      /* nothing but `various` */
	bool sole_source, single_source;
	uint32_t routes;           /* SSRC_NONE unknown */
	ssrc_estimate lookthrough; /* foreign share of supply, inputs looked through */
	ssrc_estimate tts, ttr;
	ssrc_estimate loss[SSRC_MODES];
	ssrc_estimate cover;   /* of qualified alternates not in the cut, fraction of the need */
	uint32_t n_alternates; /* that count */
	uint32_t worst_product[SSRC_MODES];
	uint32_t n_controls, first_control; /* controls in force that reach the home and whose issuer has a lever */
	uint32_t n_controls_named;          /* of these, aimed at the home by name */
	int level, level_low, level_high;   /* -1 unknown */
	uint32_t level_rule;                /* SSRC_NONE */
	int grade;                          /* 3 A … 0 D */
	ssrc_estimate fact[SSRC_FACT_COUNT];
} ssrc_item_result;

struct ssrc_assessment {
	ssrc_context *ctx;
	ssrc_arena arena;
	const ssrc_chain *chain;
	ssrc_home home;
	ssrc_basis basis;
	ssrc_policy *policy;
	ssrc_network network;
	ssrc_item_result *items;   /* [n_items] */
	ssrc_estimate *dependence; /* [n_items * n_countries] looked through */
	uint32_t *rank;            /* items, worst first */
	bool *aimed;               /* [n_events] a control in force that restricts the home on some item */
	bool *controlled;          /* [n_items] such a control names it, and its issuer has a lever on it */
	bool *blocked;             /* [n_alternates] such a control reaches the route: it does not count */
};

SSRC_MUST_CHECK ssrc_status ssrc_network_build(ssrc_network *out, const ssrc_chain *chain, ssrc_arena *arena,
					       ssrc_error *err);
SSRC_MUST_CHECK ssrc_status ssrc_supply_build(ssrc_supply *out, const ssrc_assessment *a, uint32_t item,
					      ssrc_arena *arena, ssrc_error *err);
/* Looked-through dependence of every item on one block of countries. share[i]: of its own supply from the block;
 * cover[i]: of its need that qualified alternates outside the block meet; total[i]: the result. All [n_items]. */
void ssrc_lookthrough(const ssrc_assessment *a, ssrc_case which, const double *share, const double *cover,
		      double *total);

/* ---- loss.c ------------------------------------------------------------------------------------------ */

/* What to change in a what-if evaluation of one item; the default {0} with NaN shares changes nothing. */
typedef struct ssrc_change {
	double add_stock_weeks;
	double add_cover;          /* fraction of the need from a further qualified source outside the cut */
	double cover_week;         /* from this week on */
	double cap_recovery_weeks; /* NaN = as it is */
	double cap_top_share;      /* NaN = as it is */
} ssrc_change;
extern const ssrc_change ssrc_no_change;

/* The steps from gross loss to loss of output, in weeks; they sum up to `loss`. */
typedef struct ssrc_waterfall {
	double gross;      /* lost share × recovery time */
	double alternates; /* <= 0 */
	double stock;      /* <= 0 */
	double downstream; /* <= 0: stocks and essential classes between the item and the product */
	double loss;
} ssrc_waterfall;

typedef struct ssrc_workspace ssrc_workspace;
SSRC_MUST_CHECK ssrc_status ssrc_workspace_new(ssrc_workspace **out, const ssrc_assessment *a, ssrc_error *err);
void ssrc_workspace_free(ssrc_workspace *w);

/* One cut: countries, a party, or an item altogether. */
typedef struct ssrc_cut {
	const bool *countries; /* [n_countries] or NULL */
	uint32_t party;        /* SSRC_NONE */
	uint32_t item;         /* only this item is hit; SSRC_NONE = every item the cut supplies */
} ssrc_cut;

typedef struct ssrc_loss {
	double weeks;             /* of output of the worst product; NaN unknown */
	double total;             /* weeks of output summed over all products; NaN unknown */
	double value;             /* million currency over all products, NaN if no value is known */
	uint32_t product;         /* the worst, SSRC_NONE if nothing is lost */
	uint32_t products;        /* how many lose output */
	uint32_t left_out;        /* items the cut hits whose recovery time nobody knows: the loss is at least this */
	ssrc_waterfall waterfall; /* of the cut item, when one */
	double tts, ttr;          /* of the cut item, when one; tts = INFINITY if never short */
	double cover;
	uint32_t alternates;
} ssrc_loss;

/* Loss if cut in one case and mode. Cost O(needs downstream). Errors: NOMEM. */
SSRC_MUST_CHECK ssrc_status ssrc_loss_if_cut(ssrc_loss *out, ssrc_workspace *w, const ssrc_cut *cut, ssrc_case which,
					     ssrc_mode mode, const ssrc_change *change, ssrc_error *err);

/* Fraction of the need that an alternate covers once on line, its performance gap taken off. A share nobody states is
 * all of the need in the best case, what is certain otherwise; a gap nobody states is none but in the worst case. */
double ssrc_alternate_share(const ssrc_alternate *alternate, ssrc_case which);

/* True if the home may use what this alternate makes: for all markets, or for one of the home's. */
bool ssrc_alternate_is_open(const ssrc_assessment *a, const ssrc_alternate *alternate);

/* True if this alternate of the chain counts for the home against the cut: qualified or in use, open to the home, not
 * from what is cut, and blocked by no control. */
bool ssrc_alternate_counts(const ssrc_assessment *a, uint32_t alternate, const ssrc_cut *cut);

/* ---- controls.c -------------------------------------------------------------------------------------- */

/* True if the event is a control in force that reaches the home (by name or as one of all), is not its own, and whose
 * issuer has a lever on the item: part of the item's supply, inputs looked through, comes from there. */
bool ssrc_event_restricts(const ssrc_assessment *a, const ssrc_event *event, uint32_t item);

/* What is known of a control against one way to a substitute: it leaves it alone; it is on the item and aimed at the
 * home, but the data cannot tell whether it reaches this maker; it reaches it. */
typedef enum ssrc_reach { SSRC_REACH_NONE, SSRC_REACH_NEAR, SSRC_REACH_BLOCKED } ssrc_reach;

/* The control of event number `event` against a route (docs/methods/alternates.md, "Controls"): the item as it is; a
 * party that would supply `item`; an alternate of the chain, which is one or the other. Cost O(items of the event). */
ssrc_reach ssrc_reach_of_item(const ssrc_assessment *a, uint32_t event, uint32_t item);
ssrc_reach ssrc_reach_of_party(const ssrc_assessment *a, uint32_t event, uint32_t item, uint32_t party);
ssrc_reach ssrc_reach_of_alternate(const ssrc_assessment *a, uint32_t event, uint32_t alternate);

/* True if the country is an issuer of the event, itself or as a member of the EU. */
bool ssrc_event_issued_by(const ssrc_assessment *a, const ssrc_event *event, uint32_t country);

/* Steps of ssrc_assess. Arena arrays for what follows, nothing blocked yet. Errors: NOMEM. */
SSRC_MUST_CHECK ssrc_status ssrc_controls_new(ssrc_assessment *a, ssrc_error *err);
/* Blocks further alternates by the dependence as it stands; true if one of them had been counted in it. Cost
 * O(events · items + alternates of the items that controls name). */
bool ssrc_block_alternates(ssrc_assessment *a);
/* Fills the counts of controls of every item. Cost O(items that events name). */
void ssrc_count_controls(const ssrc_assessment *a);

/* ---- assess.c, policy evaluation ------------------------------------------------------------------------ */

/* Facts, level and grade of one item again, with a change. */
SSRC_MUST_CHECK ssrc_status ssrc_assess_item(ssrc_item_result *out, const ssrc_assessment *a, ssrc_workspace *w,
					     uint32_t item, const ssrc_change *change, ssrc_error *err);

typedef enum ssrc_truth { SSRC_FALSE, SSRC_UNKNOWN, SSRC_TRUE } ssrc_truth;
/* Kleene logic. at_override: -1 = as the condition says, else an ssrc_test_at for every test. */
ssrc_truth ssrc_condition_holds(const ssrc_condition *condition, const ssrc_estimate *facts, int at_override);

/* ---- counterfactual.c ------------------------------------------------------------------------------------ */

typedef enum ssrc_lever {
	SSRC_LEVER_STOCK,
	SSRC_LEVER_COVER,
	SSRC_LEVER_SHARE,
	SSRC_LEVER_RECOVERY,
	SSRC_LEVERS
} ssrc_lever;
typedef struct ssrc_counterfactual {
	bool possible;
	double amount;  /* weeks of stock to add; fraction to cover; share to fall to; weeks to recover in */
	double by_week; /* cover: from this week */
	int level_after;
} ssrc_counterfactual;

/* The smallest single change of each lever that lowers the level of `item`; rounded to 4 digits on the safe side. */
SSRC_MUST_CHECK ssrc_status ssrc_counterfactuals(ssrc_counterfactual out[SSRC_LEVERS], const ssrc_assessment *a,
						 ssrc_workspace *w, uint32_t item, ssrc_error *err);

#endif
