/* Published criticality figures as the user supplies them (SSRC_REFERENCE_DATA), turned into inputs of the library.
 *   eu_crm/crm2017_results.csv    tables of the EU study of 2017
 *   geopolrisk/test_*.csv         cases of the geopolrisk-py project */
#ifndef SSRC_TEST_CRITICALITY_DATA_H
#define SSRC_TEST_CRITICALITY_DATA_H

#include "reference_csv.h"

#include <secondsource/criticality.h>

#include <math.h>

enum { CRM_FIGURES = 4, GEO_FIGURES = 7, GEO_ROWS = 256 };

/* SR by the supply data used, and the three variants that the study prints beside it. */
static const char *const crm_figure[CRM_FIGURES] = {"SR", "SR_GS_only", "SR_EU_only", "SR_both"};

static inline ssrc_crm_supply crm_supply_of(const char *text)
{
	if (strcmp(text, "GS only") == 0)
		return SSRC_CRM_GLOBAL;
	return strcmp(text, "EUS only") == 0 ? SSRC_CRM_EU : SSRC_CRM_BOTH;
}

/* Inputs of a row as intervals of `units` half units of the last printed digit; 0 = the printed numbers. */
static inline ssrc_crm_row crm_row(const ref_csv *csv, size_t row, size_t figure, double units)
{
	static const ssrc_crm_supply variant[] = {SSRC_CRM_GLOBAL, SSRC_CRM_EU, SSRC_CRM_BOTH};
	double tenth = 0.05 * units, percent = 0.005 * units;
	return (ssrc_crm_row){
		.name = ref_csv_text(csv, row, "material"),
		.hhi_gs = ssrc_printed_bounds(ref_csv_number(csv, row, "HHIWGIt_GS"), tenth, (double)INFINITY),
		.hhi_eu = ssrc_printed_bounds(ref_csv_number(csv, row, "HHIWGIt_EU28"), tenth, (double)INFINITY),
		.import_reliance = ssrc_printed_bounds(ref_csv_number(csv, row, "IR_pct") / 100, percent, 1),
		.eol_rir = ssrc_printed_bounds(ref_csv_number(csv, row, "EoL_RIR_pct") / 100, percent, 1),
		.si_sr = ssrc_printed_bounds(ref_csv_number(csv, row, "SI_SR"), tenth, (double)INFINITY),
		.supply = figure == 0 ? crm_supply_of(ref_csv_text(csv, row, "supply_data")) : variant[figure - 1],
	};
}

/* Whether the interval meets the published one-decimal figure ± half a unit. 1e-9: 0.15 + 0.05 in binary. */
static inline bool crm_agrees(ssrc_bounds computed, double published)
{
	return computed.low <= published + 0.05 + 1e-9 && computed.high >= published - 0.05 - 1e-9;
}

static const char *const geo_figure[GEO_FIGURES] = {
	"HHI", "Numerator", "Total Trade", "Import Risk (WTA)", "GeoPolRisk Score", "Price", "Midpoint"};

typedef struct geo_case {
	double production[GEO_ROWS], quantity[GEO_ROWS], value[GEO_ROWS], instability[GEO_ROWS];
	ssrc_geopolrisk_input in;
} geo_case;

static inline bool geo_production(geo_case *c, const char *folder, const char *material, const char *year)
{
	char name[128];
	ref_csv csv;
	snprintf(name, sizeof name, "geopolrisk/test_prod_%s.csv", material);
	for (char *p = name; *p; p++)
		*p = *p >= 'A' && *p <= 'Z' ? (char)(*p - 'A' + 'a') : *p;
	if (!ref_csv_read(&csv, folder, name))
		return false;
	for (size_t i = 1; i < csv.rows && c->in.n_production < GEO_ROWS; i++)
		if (strcmp(ref_csv_text(&csv, i, "Country_Code"), "DELETE") != 0) /* the row of totals */
			c->production[c->in.n_production++] = ref_csv_number(&csv, i, year);
	ref_csv_free(&csv);
	return true;
}

static inline bool geo_imports(geo_case *c, const char *folder, const char *material, const char *importer)
{
	ref_csv csv;
	if (!ref_csv_read(&csv, folder, "geopolrisk/test_trade.csv"))
		return false;
	for (size_t i = 1; i < csv.rows && c->in.n_import < GEO_ROWS; i++) {
		if (strcmp(ref_csv_text(&csv, i, "rawMaterial"), material) != 0 ||
		    strcmp(ref_csv_text(&csv, i, "Importing Country"), importer) != 0)
			continue;
		c->quantity[c->in.n_import] = ref_csv_number(&csv, i, "Quantity (mTonnes)");
		c->value[c->in.n_import] = ref_csv_number(&csv, i, "Trade Value (1000 USD)");
		c->instability[c->in.n_import++] = ref_csv_number(&csv, i, "WGI");
	}
	ref_csv_free(&csv);
	return true;
}

/* Fills the case of row `row` of test_expected.csv. */
static inline bool geo_read(geo_case *c, const ref_csv *expected, size_t row, const char *folder)
{
	const char *material = ref_csv_text(expected, row, "Raw Material");
	*c = (geo_case){0};
	if (!geo_production(c, folder, material, ref_csv_text(expected, row, "Year")) ||
	    !geo_imports(c, folder, material, ref_csv_text(expected, row, "Importer Code")))
		return false;
	c->in.production = c->production;
	c->in.quantity = c->quantity;
	c->in.value = c->value;
	c->in.instability = c->instability;
	c->in.domestic = ref_csv_number(expected, row, "Domestic Production");
	return true;
}

static inline void geo_values(const ssrc_geopolrisk_result *r, double out[GEO_FIGURES])
{
	out[0] = r->hhi;
	out[1] = r->numerator;
	out[2] = r->imports;
	out[3] = r->import_risk;
	out[4] = r->score;
	out[5] = r->price;
	out[6] = r->midpoint;
}

#endif
