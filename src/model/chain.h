/* The chain: typed, indexed, in canonical order (by id), as it holds on one day. Built from a package's tables. */
#ifndef SSRC_MODEL_CHAIN_H
#define SSRC_MODEL_CHAIN_H

#include "model/package.h"

#include <secondsource/chain.h>

/* NaN in both ends: unknown. */
typedef struct ssrc_interval {
	double low, high;
} ssrc_interval;

typedef enum ssrc_essential { SSRC_CRITICAL, SSRC_IMPORTANT, SSRC_OPTIONAL, SSRC_CAPITAL } ssrc_essential;
typedef enum ssrc_basis {
	SSRC_BASIS_SITE,
	SSRC_BASIS_HQ,
	SSRC_BASIS_PARENT,
	SSRC_BASIS_ORIGIN,
	SSRC_BASIS_COUNT
} ssrc_basis;
typedef enum ssrc_state { SSRC_IDENTIFIED, SSRC_SAMPLING, SSRC_QUALIFIED, SSRC_IN_USE } ssrc_state;
typedef enum ssrc_provider_kind { SSRC_BY_PARTY, SSRC_BY_COUNTRY, SSRC_BY_JOINT, SSRC_BY_VARIOUS } ssrc_provider_kind;

typedef struct ssrc_tier {
	const char *id, *name[2];
	double order;
} ssrc_tier;

typedef struct ssrc_item {
	const char *id, *name[2], *kind, *unit;
	uint32_t tier;
	uint32_t variant_of;           /* item, SSRC_NONE */
	ssrc_interval stock, recovery; /* weeks */
	ssrc_interval transit;         /* weeks that goods are under way, NaN = unknown */
	double shelf_weeks;            /* of the stock, NaN = keeps */
	double use_per_week;           /* units, NaN unknown */
	bool product;
	double value_per_week; /* million currency, NaN unknown */
	uint32_t row;
	uint32_t first_need, n_needs;           /* needs[] of this item */
	uint32_t first_set, n_sets;             /* sets[] of this item */
	uint32_t first_alternate, n_alternates; /* alternates[] of this item */
} ssrc_item;

typedef struct ssrc_need {
	uint32_t item, input;
	ssrc_essential essential;
	const char *any_of; /* "" = by itself */
	double per_unit;    /* NaN unknown */
	uint32_t row;
} ssrc_need;

typedef struct ssrc_party {
	const char *id, *name[2];
	uint32_t hq, parent; /* countries, SSRC_NONE unknown; parent = ultimate */
	const uint32_t *sites;
	uint32_t n_sites;
	uint32_t same_as; /* the party it stands for (itself if not merged) */
	uint32_t row;
} ssrc_party;

typedef struct ssrc_share {
	ssrc_provider_kind kind;
	uint32_t party, country; /* by kind, else SSRC_NONE */
	const uint32_t *members; /* joint: parties */
	uint32_t n_members;
	const char *provider; /* as written */
	ssrc_interval share;  /* fractions; NaN = supplies, share unknown */
	uint32_t row;         /* of shares.csv */
	uint32_t
		*more; /* further rows: the same maker under other ids (same_as), added up; their evidence counts too */
	uint32_t n_more;
} ssrc_share;

typedef struct ssrc_share_set {
	uint32_t item;
	ssrc_basis basis;
	uint32_t market; /* country, SSRC_NONE = world */
	const char *metric;
	int year; /* 0 unknown */
	bool main, context, various, parties, countries;
	double known_low;      /* sum of lows of named rows */
	uint32_t first, count; /* shares[] */
} ssrc_share_set;

typedef struct ssrc_alternate {
	uint32_t item;
	uint32_t by_item, by_party; /* one of them, else SSRC_NONE */
	uint32_t for_item;
	const uint32_t *markets; /* countries; n_markets 0 = any home */
	uint32_t n_markets;
	bool market_eu;
	ssrc_interval performance, ecosystem, integration; /* gaps 0–1 */
	ssrc_state state;
	ssrc_interval weeks, share; /* share: fraction of the need; low NaN = unknown */
	uint32_t row;
} ssrc_alternate;

typedef enum ssrc_option_kind {
	SSRC_OPTION_QUALIFY,
	SSRC_OPTION_STOCKPILE,
	SSRC_OPTION_DEVELOP,
	SSRC_OPTION_REDESIGN,
	SSRC_OPTION_POOL,
	SSRC_OPTION_DEMAND_PULL,
	SSRC_OPTION_KINDS
} ssrc_option_kind;

/* A backup one can buy before a cut. */
typedef struct ssrc_option {
	const char *id, *name[2];
	ssrc_option_kind kind;
	uint32_t item, provider;             /* provider: party, SSRC_NONE */
	ssrc_interval fixed_cost;            /* million currency */
	double unit_cost;                    /* million currency a week of use, NaN unknown */
	double holding_cost;                 /* fraction of the value a year, NaN unknown */
	ssrc_interval lead;                  /* weeks */
	double capacity;                     /* fraction of the home's need, NaN unknown */
	ssrc_interval success;               /* odds */
	double shelf_weeks;                  /* NaN = keeps */
	double performance_gap;              /* fraction, NaN unknown */
	const uint32_t *requires, *excludes; /* options */
	uint32_t n_requires, n_excludes;
	uint32_t row;
} ssrc_option;

typedef struct ssrc_event {
	const char *id, *title[2], *kind, *measure;
	ssrc_date date;
	const uint32_t *items, *parties, *issuers, *targets;
	uint32_t n_items, n_parties, n_issuers, n_targets;
	bool target_all, target_eu;
	bool tighten, ease;
	bool in_force; /* on the day of the chain */
	uint32_t row;
} ssrc_event;

struct ssrc_chain {
	ssrc_context *ctx;
	ssrc_arena arena;
	const ssrc_package *package;
	int32_t as_of;
	ssrc_tier *tiers;
	ssrc_item *items;
	ssrc_need *needs; /* sorted by item, input, any_of */
	ssrc_party *parties;
	ssrc_share *shares;
	ssrc_share_set *sets;
	ssrc_alternate *alternates;
	ssrc_event *events;
	ssrc_option *options;
	const char **countries; /* codes, sorted */
	uint32_t n_tiers, n_items, n_needs, n_parties, n_shares, n_sets, n_alternates, n_events, n_options, n_countries;
};

/* Whose exposure is computed: countries, or one party. */
struct ssrc_home {
	char text[64];
	bool *is_country; /* [chain->n_countries] */
	uint32_t party;   /* SSRC_NONE for countries */
};

uint32_t ssrc_chain_item(const ssrc_chain *chain, const char *id);      /* SSRC_NONE */
uint32_t ssrc_chain_party(const ssrc_chain *chain, const char *id);     /* SSRC_NONE */
uint32_t ssrc_chain_option(const ssrc_chain *chain, const char *id);    /* SSRC_NONE */
uint32_t ssrc_chain_event(const ssrc_chain *chain, const char *id);     /* SSRC_NONE */
uint32_t ssrc_chain_country(const ssrc_chain *chain, const char *code); /* SSRC_NONE */

/* Reads "CN", "EU", "JP,KR" or a party id into *out (arena memory). Errors: NOTFOUND with suggestion, NOMEM. */
SSRC_MUST_CHECK ssrc_status ssrc_home_parse(ssrc_home *out, const ssrc_chain *chain, const char *text,
					    ssrc_arena *arena, ssrc_error *err);

const char *ssrc_basis_word(ssrc_basis basis);
const char *ssrc_essential_word(ssrc_essential essential);
const char *ssrc_state_word(ssrc_state state);
const char *ssrc_option_kind_word(ssrc_option_kind kind);
/* Name in `lang`, falling back to the other language, then the id. */
const char *ssrc_name(const char *const name[2], const char *id, ssrc_lang lang);
/* The cell of a common column (SSRC_COMMON_*) of a fact row. */
const ssrc_cell *ssrc_fact_cell(const ssrc_chain *chain, ssrc_file_id file, uint32_t row, uint32_t common);

static inline bool ssrc_known(ssrc_interval x)
{
	return x.low == x.low && x.high == x.high;
}

#endif
