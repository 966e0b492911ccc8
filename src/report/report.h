/* Results as text, CSV, JSON, DOT and GraphML. Every function appends to `out` and reads nothing but its arguments. */
#ifndef SSRC_REPORT_H
#define SSRC_REPORT_H

#include "assess/assess.h"
#include "plan/answer.h"
#include "plan/from_chain.h"
#include "plan/instances.h"
#include "report/table.h"
#include "stress/stress.h"

#include <secondsource/compute.h>

typedef enum ssrc_format {
	SSRC_FORMAT_TEXT,
	SSRC_FORMAT_CSV,
	SSRC_FORMAT_JSON,
	SSRC_FORMAT_DOT,
	SSRC_FORMAT_GRAPHML
} ssrc_format;

typedef struct ssrc_report_options {
	ssrc_format format;
	ssrc_lang lang;
	bool colour;
	bool bom;     /* CSV with a byte-order mark, for spreadsheets */
	size_t width; /* columns of the terminal, 0 = unlimited */
	const char *version;
} ssrc_report_options;

typedef enum ssrc_rank_of { SSRC_RANK_ITEMS, SSRC_RANK_PARTIES, SSRC_RANK_COUNTRIES } ssrc_rank_of;
typedef enum ssrc_rank_by { SSRC_BY_LEVEL, SSRC_BY_LOSS, SSRC_BY_GROWTH, SSRC_BY_SHARE, SSRC_BY_HHI } ssrc_rank_by;

typedef struct ssrc_rank_options {
	ssrc_rank_of of;
	ssrc_rank_by by;
	size_t top;       /* 0 = all */
	const char *tier; /* only this tier, NULL = all */
	int min_level;    /* only items at or above */
	size_t least; /* by loss: rows from the top whose least coordinated loss is computed; 0 = none, no columns */
} ssrc_rank_options;

/* The ranked items, parties or countries. *worst gets the highest level shown. */
SSRC_MUST_CHECK ssrc_status ssrc_report_rank(ssrc_buf *out, const ssrc_assessment *a, const ssrc_rank_options *rank,
					     const ssrc_report_options *options, int *worst, ssrc_error *err);

/* Why an item, a party or a country stands where it does. what: "eda", "item:eda", "party:asml", "country:JP". */
SSRC_MUST_CHECK ssrc_status ssrc_report_explain(ssrc_buf *out, const ssrc_assessment *a, const char *what,
						const ssrc_report_options *options, ssrc_error *err);

typedef enum ssrc_map_view { SSRC_MAP_TIERS, SSRC_MAP_COUNTRY, SSRC_MAP_NEEDS } ssrc_map_view;
typedef struct ssrc_map_options {
	ssrc_map_view view;
	const char *focus; /* only paths through this item, NULL = all */
	bool direct;       /* country view: not looked through */
	bool full;         /* GraphML without focus: also sources, notes and documents of the package */
} ssrc_map_options;

SSRC_MUST_CHECK ssrc_status ssrc_report_map(ssrc_buf *out, const ssrc_assessment *a, const ssrc_map_options *map,
					    const ssrc_report_options *options, ssrc_error *err);

/* Findings of check with place, hint and summary; the same list as JSON or CSV. */
SSRC_MUST_CHECK ssrc_status ssrc_report_findings(ssrc_buf *out, const ssrc_package *package,
						 const ssrc_findings *findings, bool show_info,
						 const ssrc_report_options *options, ssrc_error *err);

typedef struct ssrc_alternates_options {
	const char *item;     /* "eda", "item:eda" */
	const char *home;     /* as given to ssrc_assess */
	const char *exclude;  /* countries that are cut too, NULL = none */
	const char *for_item; /* the user it is for, NULL = any */
	bool grade_after;
} ssrc_alternates_options;

/* The substitution card of one item. Errors: NOTFOUND (item; exclude), NOMEM. */
SSRC_MUST_CHECK ssrc_status ssrc_report_alternates(ssrc_buf *out, const ssrc_assessment *a,
						   const ssrc_alternates_options *alternates,
						   const ssrc_report_options *options, ssrc_error *err);

/* What to compute of training time, chip supply and splits; names and sources have one element per chip or limit. */
typedef struct ssrc_compute_request {
	const ssrc_compute_run *run; /* NULL = no training run; its phases: the cut, then its end */
	ssrc_bounds params, tokens;  /* what the compute comes from, NaN = given as such */
	bool recompute;
	bool default_mfu, default_availability, default_scaling;
	const char *const *chip_names;
	const char *const *chip_sources; /* of the peak, NULL = given by the user */
	const bool *chip_assumed;
	const ssrc_compute_limit *limits; /* of chip supply */
	const char *const *limit_names;
	size_t n_limits;
	double optimum; /* compute to split, NaN = none */
} ssrc_compute_request;

SSRC_MUST_CHECK ssrc_status ssrc_report_compute(ssrc_buf *out, ssrc_context *ctx, const ssrc_compute_request *request,
						const ssrc_report_options *options, ssrc_error *err);

/* What coordinated use of stocks and alternates could reach, beside what happens when everybody acts alone (central
 * case; product-weeks, or million currency where every product has a value). */
typedef struct ssrc_stress_best {
	bool computed, money;
	double best, alone;
	const char *why_not; /* a sentence if not computed, NULL = not asked for */
} ssrc_stress_best;

/* A stress test. top: rows of each table, 0 = all. */
SSRC_MUST_CHECK ssrc_status ssrc_report_stress(ssrc_buf *out, const ssrc_stress *stress, const ssrc_stress_best *best,
					       size_t top, const ssrc_report_options *options, ssrc_error *err);
/* The scenarios of a package; hits: [n] items that each one hits for the home. */
SSRC_MUST_CHECK ssrc_status ssrc_report_scenarios(ssrc_buf *out, const ssrc_assessment *a,
						  const ssrc_scenario *scenarios, const uint32_t *hits, uint32_t n,
						  const ssrc_report_options *options, ssrc_error *err);

/* A plan with everything that was asked about it; what was not is NULL or 0. */
typedef struct ssrc_plan_page {
	const ssrc_assessment *a;
	const ssrc_plan_scope *scope;
	const ssrc_plan_from_chain *from;
	const ssrc_plan_settings *settings;
	const ssrc_plan_answer *answer;
	const ssrc_plan_outlook *without; /* of no plan at all */
	const double *replay; /* [problem.n_scenarios] weeks of the worst product in the simulation; NaN = not run */
	const ssrc_plan_binds *binds;
	const ssrc_plan_changes *changes;
	const ssrc_plan_conflict *conflict;
	const ssrc_plan_information *information;
	const ssrc_plan_sample *sample;
	const ssrc_plan_other *others;
	uint32_t n_others;
	const ssrc_plan_answer *frontier;
	const double *budgets;
	uint32_t n_frontier;
	const ssrc_plan_worst *worst;
	uint32_t worst_most;
} ssrc_plan_page;
/* Why a search ended, in words: "gap", "time", "iterations", "stop", "solver". */
const char *ssrc_stop_word(const char *stopped_by, ssrc_lang lang);
/* True if a plan with a target misses it in the simulation; *scenario, *weeks: where most is lost there. */
bool ssrc_plan_misses(const ssrc_plan_page *page, uint32_t *scenario, double *weeks);
SSRC_MUST_CHECK ssrc_status ssrc_report_plan(ssrc_buf *out, const ssrc_plan_page *page,
					     const ssrc_report_options *options, ssrc_error *err);

/* How an instance of others was solved. */
SSRC_MUST_CHECK ssrc_status ssrc_report_instance(ssrc_buf *out, const ssrc_instance *instance,
						 const ssrc_instance_answer *answer, const ssrc_report_options *options,
						 ssrc_error *err);

/* ---- shared by the files of this module ---------------------------------------------------------- */

/* "80", "80 (74–86)", "?" — a number of a case estimate in short, scaled. */
void ssrc_put_estimate(char out[64], const ssrc_estimate *e, double scale, int decimals);
void ssrc_put_range(char out[64], double low, double high, double scale, int decimals);
/* Fails with NOTFOUND and the ids that come closest to `id`, those of parties too if asked. */
ssrc_status ssrc_not_found(const ssrc_chain *chain, const char *id, bool parties, ssrc_error *err);
ssrc_paint ssrc_level_paint(int level);
/* "4", "3", "?" and "4 (1–4)". */
void ssrc_put_level(char out[24], const ssrc_item_result *r, bool range);
char ssrc_grade_letter(int grade);
/* The text of the catalogue with up to four arguments, and a line end. */
void ssrc_put_line(ssrc_buf *out, ssrc_lang lang, ssrc_text_id id, const char *const *args, size_t n_args);
/* "20", "1.5", "?", "∞": a number in short. */
const char *ssrc_put_short(char out[24], double x, int decimals);
/* "million USD", "million" where the package names no currency. */
const char *ssrc_put_million(char out[40], const ssrc_chain *chain, ssrc_lang lang);
/* The members that open every JSON result: schema, program, home, basis, date, policy. */
struct ssrc_json;
void ssrc_put_json_head(struct ssrc_json *json, const ssrc_assessment *a, const char *schema,
			const ssrc_report_options *options);
/* One line of reasons for an item. */
void ssrc_put_reason(ssrc_buf *out, const ssrc_assessment *a, uint32_t item, ssrc_lang lang);

#endif
