/* Criticality indicators of raw materials: the European Union's supply risk and economic importance (method of 2017,
 * used for the lists of 2017, 2020 and 2023) and GeoPolRisk, each as a number and as an interval.
 *
 * Sources: European Commission, Methodology for establishing the EU list of critical raw materials, 2017,
 * ISBN 978-92-79-68051-9; Study on the review of the list of Critical Raw Materials, Criticality Assessments, 2017;
 * E. D. Gemechu et al. (2016), J. Industrial Ecology 20, 154-165, and A. Koyamparambath et al. (2024) for GeoPolRisk.
 * Equations and worked examples: docs/methods/criticality.md.
 *
 * Conventions of all functions: shares, rates and recycling rates are fractions; governance is 0..10 for the EU method
 * and 0..1 for GeoPolRisk, higher = worse; arrays are read only and may be NULL where their count is 0; nothing is
 * kept; `err` may be NULL; *out is untouched on failure; a wrong value is SSRC_RANGE. No memory is used unless a
 * function says so. Interval results contain the result for every choice of inputs within their
 * intervals; "exact" says that both ends are attained. */
#ifndef SECONDSOURCE_CRITICALITY_H
#define SECONDSOURCE_CRITICALITY_H

#include <secondsource/concentration.h>
#include <secondsource/context.h>
#include <secondsource/status.h>

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Thresholds of the EU method: a material is critical if both are reached. */
#define SSRC_CRM_SUPPLY_RISK_CRITICAL 1.0
#define SSRC_CRM_ECONOMIC_IMPORTANCE_CRITICAL 2.8

/* Which supply data the assessment rests on (column "supply data used" of the study). */
typedef enum ssrc_crm_supply {
	SSRC_CRM_GLOBAL, /* "GS": global supply only */
	SSRC_CRM_EU,     /* "EU": sourcing of the EU only */
	SSRC_CRM_BOTH    /* "both": weighted by import reliance */
} ssrc_crm_supply;

/* Reads "GS", "EU" or "both" (any case of letters). SSRC_RANGE for other text. Cost O(1). */
SSRC_API SSRC_MUST_CHECK ssrc_status ssrc_crm_supply_parse(const char *text, ssrc_crm_supply *out, ssrc_error *err);

/* ---- EU: supply risk --------------------------------------------------------------------------- */

/* Concentration weighted by governance and trade: HHI = sum share^2 * wgi * trade, 0..10 (above 10 with trade > 1).
 * share[n] fractions >= 0, not required to sum to 1 (the study counts the countries it names); wgi[n] 0..10;
 * trade[n] >= 0: t of the method, > 1 for export taxes, quotas and bans, < 1 with a trade agreement or inside the EU;
 * trade NULL = 1. Cost O(n). */
SSRC_API SSRC_MUST_CHECK ssrc_status ssrc_crm_hhi(const double *share, const double *wgi, const double *trade, size_t n,
						  double *out, ssrc_error *err);

/* The same with intervals; the end points use each share by itself, so that they are exact where the shares may move
 * freely and outer bounds where they must sum to 1. Cost O(n). */
SSRC_API SSRC_MUST_CHECK ssrc_status ssrc_crm_hhi_bounds(const ssrc_bounds *share, const ssrc_bounds *wgi,
							 const ssrc_bounds *trade, size_t n, ssrc_bounds *out,
							 ssrc_error *err);

typedef struct ssrc_reliance {
	double value;      /* 0..1 */
	bool net_exporter; /* exports reach imports: value 0, that is EU sourcing only */
} ssrc_reliance;

/* Import reliance (import - export) / (production + import - export), quantities in one unit, all >= 0; negative is set
 * to 0. SSRC_RANGE where there is neither production nor net trade (0/0). Cost O(1). */
SSRC_API SSRC_MUST_CHECK ssrc_status ssrc_import_reliance(double import, double export_, double production,
							  ssrc_reliance *out, ssrc_error *err);

/* The same with intervals; exact. SSRC_RANGE where both production and net trade may be 0. Cost O(1). */
SSRC_API SSRC_MUST_CHECK ssrc_status ssrc_import_reliance_bounds(ssrc_bounds import, ssrc_bounds export_,
								 ssrc_bounds production, ssrc_bounds *out,
								 ssrc_error *err);

/* Inputs of the supply risk. hhi_*: from ssrc_crm_hhi, >= 0 (that of unused supply data is ignored);
 * import_reliance and eol_rir (end-of-life recycling input rate): 0..1; si_sr (substitution index for supply
 * risk) >= 0. import_reliance is ignored unless supply is SSRC_CRM_BOTH. */
typedef struct ssrc_crm_risk {
	double hhi_gs, hhi_eu, import_reliance, eol_rir, si_sr;
	ssrc_crm_supply supply;
} ssrc_crm_risk;

/* SR = [hhi_gs * IR/2 + hhi_eu * (1 - IR/2)] * (1 - eol_rir) * si_sr; with one supply only its HHI stands in the
 * bracket. No unit; 1.0 and more is critical. Cost O(1). */
SSRC_API SSRC_MUST_CHECK ssrc_status ssrc_crm_supply_risk(const ssrc_crm_risk *in, double *out, ssrc_error *err);

/* One row of a table of materials: name, hhi_gs, hhi_eu, import_reliance, eol_rir, si_sr, supply. */
typedef struct ssrc_crm_row {
	const char *name; /* for error messages; may be NULL */
	ssrc_bounds hhi_gs, hhi_eu, import_reliance, eol_rir, si_sr;
	ssrc_crm_supply supply;
} ssrc_crm_row;

typedef struct ssrc_crm_result {
	ssrc_bounds risk;        /* by the supply of the row */
	bool certainly_critical; /* risk.low >= 1.0 */
	bool possibly_critical;  /* risk.high >= 1.0 */
} ssrc_crm_result;

/* The supply risk of one row in interval arithmetic; exact. Cost O(1). */
SSRC_API SSRC_MUST_CHECK ssrc_status ssrc_crm_supply_risk_bounds(const ssrc_crm_row *row, ssrc_crm_result *out,
								 ssrc_error *err);

/* What a printed number stands for: printed ± half_unit, the low end not below 0. Multiply both by 0.01 for a
 * percentage and cut at 1 what cannot be more (`limit`; INFINITY = no limit). Cannot fail, cost O(1). */
SSRC_API ssrc_bounds ssrc_printed_bounds(double printed, double half_unit, double limit);

/* ---- EU: economic importance --------------------------------------------------------------------- */

/* EI = sum_s (use[s] * value_added[s]) * si_ei * 10 / largest. use[n]: share of end use s, >= 0; value_added[n] >= 0
 * of the NACE two-digit sector, in the unit of `largest`, the greatest value added of all manufacturing sectors
 * (> 0); si_ei >= 0: substitution index for economic importance. Scale 0..10 for shares that sum to 1. Cost O(n). */
SSRC_API SSRC_MUST_CHECK ssrc_status ssrc_crm_economic_importance(const double *use, const double *value_added,
								  size_t n, double si_ei, double largest, double *out,
								  ssrc_error *err);

/* The same with intervals; each use by itself, as in ssrc_crm_hhi_bounds. Cost O(n). */
SSRC_API SSRC_MUST_CHECK ssrc_status ssrc_crm_economic_importance_bounds(const ssrc_bounds *use,
									 const ssrc_bounds *value_added, size_t n,
									 ssrc_bounds si_ei, ssrc_bounds largest,
									 ssrc_bounds *out, ssrc_error *err);

/* ---- GeoPolRisk ------------------------------------------------------------------------------------ */

/* Political instability of a country that has no value. */
#define SSRC_GEOPOLRISK_UNKNOWN 0.5

/* Raw material A imported by one country in one period. Quantities in one unit of mass, values in one currency. */
typedef struct ssrc_geopolrisk_input {
	const double *production; /* [n_production] world production by country, >= 0 */
	size_t n_production;
	const double *quantity;    /* [n_import] imports by country of origin, >= 0 */
	const double *value;       /* [n_import] value of those imports, >= 0; NULL = no price is wanted */
	const double *instability; /* [n_import] 0..1, political instability of the origin; NAN = unknown = 0.5 */
	size_t n_import;
	double domestic; /* production of the importing country, >= 0, in the unit of quantity */
} ssrc_geopolrisk_input;

typedef struct ssrc_geopolrisk_result {
	double hhi;         /* of world production by country, 0..1 */
	double numerator;   /* sum instability * quantity */
	double imports;     /* sum quantity */
	double total;       /* domestic production + imports */
	double import_risk; /* numerator / total, 0..1 */
	double score;       /* hhi * import_risk, 0..1 */
	double price;       /* imports: value / quantity; NAN without values or imports */
	double midpoint;    /* score * price, the characterisation value before division by that of copper */
} ssrc_geopolrisk_result;

/* GeoPolRisk = HHI * sum_i g_i f_i / (p + F), import side. SSRC_RANGE where nothing is produced in the world or
 * nothing reaches the country. Sums run in the order of the arrays. Cost O(n). */
SSRC_API SSRC_MUST_CHECK ssrc_status ssrc_geopolrisk(const ssrc_geopolrisk_input *in, ssrc_geopolrisk_result *out,
						     ssrc_error *err);

/* The same with intervals. instability NAN at either end = unknown = 0.5. */
typedef struct ssrc_geopolrisk_ranges {
	const ssrc_bounds *production;
	size_t n_production;
	const ssrc_bounds *quantity;
	const ssrc_bounds *instability;
	size_t n_import;
	ssrc_bounds domestic;
} ssrc_geopolrisk_ranges;

typedef struct ssrc_geopolrisk_bounds {
	ssrc_bounds hhi;         /* outer: country shares first, then their concentration */
	ssrc_bounds import_risk; /* exact */
	ssrc_bounds score;       /* hhi * import_risk */
} ssrc_geopolrisk_bounds;

/* SSRC_RANGE also where production or total supply may be 0. Memory: at most two blocks of n_production + 1 rows
 * from ctx, released before return (SSRC_NOMEM). Cost: that of ssrc_concentration_bounds, and a few passes over
 * imports. */
SSRC_API SSRC_MUST_CHECK ssrc_status ssrc_geopolrisk_interval(ssrc_context *ctx, const ssrc_geopolrisk_ranges *in,
							      ssrc_geopolrisk_bounds *out, ssrc_error *err);

#ifdef __cplusplus
}
#endif
#endif
