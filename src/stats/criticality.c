/* EU criticality (2017 method) and GeoPolRisk. docs/methods/criticality.md derives the intervals. */
#include <secondsource/criticality.h>

#include "base/base.h"

#include <math.h>
#include <stdio.h>

static ssrc_status refuse(ssrc_error *err, const char *what)
{
	return ssrc_fail(err, SSRC_RANGE, SSRC_M_ARGUMENT, what, NULL, NULL);
}

static bool is_amount(double x)
{
	return x >= 0 && isfinite(x);
}

static bool is_interval(ssrc_bounds b, double limit)
{
	return is_amount(b.low) && is_amount(b.high) && b.low <= b.high && b.high <= limit;
}

static bool is_interval_of_amounts(ssrc_bounds b)
{
	return is_interval(b, (double)INFINITY);
}

static ssrc_bounds point(double x)
{
	return (ssrc_bounds){x, x};
}

static ssrc_bounds times(ssrc_bounds a, ssrc_bounds b)
{
	return (ssrc_bounds){a.low * b.low, a.high * b.high};
}

ssrc_bounds ssrc_printed_bounds(double printed, double half_unit, double limit)
{
	return (ssrc_bounds){fmax(0, printed - half_unit), fmin(limit, printed + half_unit)};
}

static bool same_word(const char *a, const char *word)
{
	for (; *a && *word; a++, word++) {
		char lower = *a >= 'A' && *a <= 'Z' ? (char)(*a - 'A' + 'a') : *a;
		if (lower != *word)
			return false;
	}
	return *a == *word;
}

ssrc_status ssrc_crm_supply_parse(const char *text, ssrc_crm_supply *out, ssrc_error *err)
{
	static const char *const words[] = {"gs", "eu", "both"};
	for (int i = 0; text && i < 3; i++)
		if (same_word(text, words[i])) {
			*out = (ssrc_crm_supply)i;
			return SSRC_OK;
		}
	return refuse(err, "supply is GS, EU or both");
}

/* ---- EU: supply risk --------------------------------------------------------------------------- */

ssrc_status ssrc_crm_hhi(const double *share, const double *wgi, const double *trade, size_t n, double *out,
			 ssrc_error *err)
{
	double sum = 0;
	for (size_t i = 0; i < n; i++) {
		double t = trade ? trade[i] : 1;
		if (!is_amount(share[i]) || !is_interval(point(wgi[i]), 10) || !is_amount(t))
			return refuse(err, "a country needs share >= 0, governance 0 to 10 and trade >= 0");
		sum += share[i] * share[i] * wgi[i] * t;
	}
	*out = sum;
	return SSRC_OK;
}

ssrc_status ssrc_crm_hhi_bounds(const ssrc_bounds *share, const ssrc_bounds *wgi, const ssrc_bounds *trade, size_t n,
				ssrc_bounds *out, ssrc_error *err)
{
	ssrc_bounds sum = {0, 0};
	for (size_t i = 0; i < n; i++) {
		ssrc_bounds t = trade ? trade[i] : point(1);
		if (!is_interval_of_amounts(share[i]) || !is_interval(wgi[i], 10) || !is_interval_of_amounts(t))
			return refuse(err, "a country needs share >= 0, governance 0 to 10 and trade >= 0");
		ssrc_bounds term = times(times(times(share[i], share[i]), wgi[i]), t);
		sum.low += term.low;
		sum.high += term.high;
	}
	*out = sum;
	return SSRC_OK;
}

/* Rises with net imports, falls with production: d/dN of N / (P + N) is P / (P + N)^2. */
static double reliance_of(double net, double production)
{
	return net <= 0 ? 0 : net / (production + net);
}

ssrc_status ssrc_import_reliance(double import, double export_, double production, ssrc_reliance *out, ssrc_error *err)
{
	if (!is_amount(import) || !is_amount(export_) || !is_amount(production))
		return refuse(err, "imports, exports and production are amounts >= 0");
	double net = import - export_;
	if (production == 0 && net == 0)
		return refuse(err, "import reliance is undefined where nothing is consumed");
	*out = (ssrc_reliance){reliance_of(net, production), net <= 0 && export_ > 0};
	return SSRC_OK;
}

ssrc_status ssrc_import_reliance_bounds(ssrc_bounds import, ssrc_bounds export_, ssrc_bounds production,
					ssrc_bounds *out, ssrc_error *err)
{
	if (!is_interval_of_amounts(import) || !is_interval_of_amounts(export_) || !is_interval_of_amounts(production))
		return refuse(err, "imports, exports and production are amounts >= 0");
	ssrc_bounds net = {import.low - export_.high, import.high - export_.low};
	if (production.low == 0 && net.low <= 0 && net.high >= 0)
		return refuse(err, "import reliance is undefined where nothing is consumed");
	*out = (ssrc_bounds){reliance_of(net.low, production.high), reliance_of(net.high, production.low)};
	return SSRC_OK;
}

static ssrc_status check_row(const ssrc_crm_row *r, ssrc_error *err)
{
	char text[SSRC_ERROR_ARG_BYTES];
	const char *name = r->name ? r->name : "", *wrong = NULL;
	bool gs = r->supply != SSRC_CRM_EU, eu = r->supply != SSRC_CRM_GLOBAL;
	if (gs && !is_interval_of_amounts(r->hhi_gs))
		wrong = "hhi_gs is an interval >= 0";
	else if (eu && !is_interval_of_amounts(r->hhi_eu))
		wrong = "hhi_eu is an interval >= 0";
	else if (gs && eu && !is_interval(r->import_reliance, 1))
		wrong = "import_reliance is an interval within 0 to 1";
	else if (!is_interval(r->eol_rir, 1))
		wrong = "eol_rir is an interval within 0 to 1";
	else if (!is_interval_of_amounts(r->si_sr))
		wrong = "si_sr is an interval >= 0";
	if (!wrong)
		return SSRC_OK;
	snprintf(text, sizeof text, "%.100s%s%s", name, *name ? ": " : "", wrong);
	return refuse(err, text);
}

static double weigh(double hhi_gs, double hhi_eu, double reliance)
{
	return hhi_gs * (reliance / 2) + hhi_eu * (1 - reliance / 2);
}

/* The bracket of SR. It is linear in import reliance, with a slope of either sign: both ends are tried. */
static ssrc_bounds supply_concentration(const ssrc_crm_row *r)
{
	if (r->supply == SSRC_CRM_GLOBAL)
		return r->hhi_gs;
	if (r->supply == SSRC_CRM_EU)
		return r->hhi_eu;
	ssrc_bounds ir = r->import_reliance;
	return (ssrc_bounds){
		fmin(weigh(r->hhi_gs.low, r->hhi_eu.low, ir.low), weigh(r->hhi_gs.low, r->hhi_eu.low, ir.high)),
		fmax(weigh(r->hhi_gs.high, r->hhi_eu.high, ir.low), weigh(r->hhi_gs.high, r->hhi_eu.high, ir.high))};
}

ssrc_status ssrc_crm_supply_risk_bounds(const ssrc_crm_row *row, ssrc_crm_result *out, ssrc_error *err)
{
	ssrc_status status = check_row(row, err);
	if (status != SSRC_OK)
		return status;
	ssrc_bounds primary = {1 - row->eol_rir.high, 1 - row->eol_rir.low};
	ssrc_bounds risk = times(times(supply_concentration(row), primary), row->si_sr);
	*out = (ssrc_crm_result){risk, risk.low >= SSRC_CRM_SUPPLY_RISK_CRITICAL,
				 risk.high >= SSRC_CRM_SUPPLY_RISK_CRITICAL};
	return SSRC_OK;
}

ssrc_status ssrc_crm_supply_risk(const ssrc_crm_risk *in, double *out, ssrc_error *err)
{
	ssrc_crm_row row = {.hhi_gs = point(in->hhi_gs),
			    .hhi_eu = point(in->hhi_eu),
			    .import_reliance = point(in->import_reliance),
			    .eol_rir = point(in->eol_rir),
			    .si_sr = point(in->si_sr),
			    .supply = in->supply};
	ssrc_crm_result result;
	ssrc_status status = ssrc_crm_supply_risk_bounds(&row, &result, err);
	if (status == SSRC_OK)
		*out = result.risk.low;
	return status;
}

/* ---- EU: economic importance --------------------------------------------------------------------- */

ssrc_status ssrc_crm_economic_importance(const double *use, const double *value_added, size_t n, double si_ei,
					 double largest, double *out, ssrc_error *err)
{
	double sum = 0;
	if (!is_amount(si_ei) || !is_amount(largest) || largest <= 0)
		return refuse(err, "economic importance needs si_ei >= 0 and a largest value added > 0");
	for (size_t s = 0; s < n; s++) {
		if (!is_amount(use[s]) || !is_amount(value_added[s]))
			return refuse(err, "a use needs a share >= 0 and a value added >= 0");
		sum += use[s] * value_added[s];
	}
	*out = sum * si_ei * 10 / largest;
	return SSRC_OK;
}

ssrc_status ssrc_crm_economic_importance_bounds(const ssrc_bounds *use, const ssrc_bounds *value_added, size_t n,
						ssrc_bounds si_ei, ssrc_bounds largest, ssrc_bounds *out,
						ssrc_error *err)
{
	ssrc_bounds sum = {0, 0};
	if (!is_interval_of_amounts(si_ei) || !is_interval_of_amounts(largest) || largest.low <= 0)
		return refuse(err, "economic importance needs si_ei >= 0 and a largest value added > 0");
	for (size_t s = 0; s < n; s++) {
		if (!is_interval_of_amounts(use[s]) || !is_interval_of_amounts(value_added[s]))
			return refuse(err, "a use needs a share >= 0 and a value added >= 0");
		ssrc_bounds term = times(use[s], value_added[s]);
		sum.low += term.low;
		sum.high += term.high;
	}
	sum = times(sum, si_ei);
	*out = (ssrc_bounds){sum.low * 10 / largest.high, sum.high * 10 / largest.low};
	return SSRC_OK;
}

/* ---- GeoPolRisk ------------------------------------------------------------------------------------ */

static ssrc_status production_hhi(const double *production, size_t n, double *out, ssrc_error *err)
{
	double sum = 0, squares = 0;
	for (size_t i = 0; i < n; i++) {
		if (!is_amount(production[i]))
			return refuse(err, "production is an amount >= 0");
		sum += production[i];
		squares += production[i] * production[i];
	}
	if (sum <= 0)
		return refuse(err, "world production is 0");
	*out = squares / (sum * sum);
	return SSRC_OK;
}

static double instability_of(double g)
{
	return isnan(g) ? SSRC_GEOPOLRISK_UNKNOWN : g;
}

static ssrc_status sum_imports(const ssrc_geopolrisk_input *in, ssrc_geopolrisk_result *r, ssrc_error *err)
{
	double value = 0;
	for (size_t i = 0; i < in->n_import; i++) {
		double g = instability_of(in->instability[i]);
		if (!is_amount(in->quantity[i]) || !is_interval(point(g), 1) || (in->value && !is_amount(in->value[i])))
			return refuse(err, "an import needs quantity >= 0, value >= 0 and instability 0 to 1");
		r->imports += in->quantity[i];
		value += in->value ? in->value[i] : 0;
		r->numerator += g * in->quantity[i];
	}
	r->total = in->domestic + r->imports;
	r->price = in->value && r->imports > 0 ? value / r->imports : (double)NAN;
	return SSRC_OK;
}

ssrc_status ssrc_geopolrisk(const ssrc_geopolrisk_input *in, ssrc_geopolrisk_result *out, ssrc_error *err)
{
	ssrc_geopolrisk_result r = {0};
	ssrc_status status = production_hhi(in->production, in->n_production, &r.hhi, err);
	if (status == SSRC_OK)
		status = sum_imports(in, &r, err);
	if (status != SSRC_OK)
		return status;
	if (!is_amount(in->domestic) || r.total <= 0)
		return refuse(err, "domestic production is >= 0 and, with imports, > 0");
	r.import_risk = r.numerator / r.total;
	r.score = r.hhi * r.import_risk;
	r.midpoint = r.score * r.price;
	*out = r;
	return SSRC_OK;
}

/* Shares of quantities: the own end against the opposite ends of all others. The set is complete, which an empty
 * fragmented row says. */
static ssrc_status production_hhi_bounds(ssrc_context *ctx, const ssrc_bounds *production, size_t n, ssrc_bounds *out,
					 ssrc_error *err)
{
	ssrc_bounds sum = {0, 0};
	for (size_t i = 0; i < n; i++) {
		if (!is_interval_of_amounts(production[i]))
			return refuse(err, "production is an amount >= 0");
		sum.low += production[i].low;
		sum.high += production[i].high;
	}
	if (sum.low <= 0)
		return refuse(err, "world production may be 0");
	ssrc_share_block *rows = n < SIZE_MAX ? ssrc_alloc_array(ctx, n + 1, sizeof *rows) : NULL;
	if (!rows)
		return ssrc_fail(err, SSRC_NOMEM, SSRC_M_NOMEM, NULL, NULL, NULL);
	for (size_t i = 0; i < n; i++) {
		ssrc_bounds p = production[i];
		double others_low = fmax(0, sum.low - p.low), others_high = fmax(0, sum.high - p.high);
		rows[i].low = p.low > 0 ? p.low / (p.low + others_high) : 0;
		rows[i].high = p.high > 0 ? p.high / (p.high + others_low) : 0;
		rows[i].members = 1;
	}
	rows[n].fragmented = true;
	ssrc_concentration c;
	ssrc_status status = ssrc_concentration_bounds(ctx, rows, n + 1, 0, &c, err);
	if (status == SSRC_OK)
		*out = (ssrc_bounds){c.hhi.low, isnan(c.hhi.high) ? 1 : c.hhi.high};
	ssrc_release(ctx, rows);
	return status;
}

/* One round of Dinkelbach's method for the ratio sum g f / (p + sum f): against the last ratio each import stands at
 * the end that moves the ratio the wanted way. */
static double better_ratio(const ssrc_geopolrisk_ranges *in, bool highest, double ratio)
{
	double numerator = 0, total = highest ? in->domestic.low : in->domestic.high;
	for (size_t i = 0; i < in->n_import; i++) {
		double g = instability_of(highest ? in->instability[i].high : in->instability[i].low);
		double f = (g > ratio) == highest ? in->quantity[i].high : in->quantity[i].low;
		numerator += g * f;
		total += f;
	}
	return total > 0 ? numerator / total : ratio;
}

/* Converges in at most n + 1 rounds because each round moves the threshold past at least one import. */
static double extreme_ratio(const ssrc_geopolrisk_ranges *in, bool highest)
{
	double ratio = highest ? 0 : 1;
	for (size_t round = 0; round <= in->n_import + 1; round++) {
		double next = better_ratio(in, highest, ratio);
		if (highest ? next <= ratio : next >= ratio)
			break;
		ratio = next;
	}
	return ratio;
}

static ssrc_status check_ranges(const ssrc_geopolrisk_ranges *in, ssrc_error *err)
{
	double least = in->domestic.low;
	if (!is_interval_of_amounts(in->domestic))
		return refuse(err, "domestic production is an amount >= 0");
	for (size_t i = 0; i < in->n_import; i++) {
		ssrc_bounds g = {instability_of(in->instability[i].low), instability_of(in->instability[i].high)};
		if (!is_interval_of_amounts(in->quantity[i]) || !is_interval(g, 1))
			return refuse(err, "an import needs quantity >= 0 and instability 0 to 1");
		least += in->quantity[i].low;
	}
	return least > 0 ? SSRC_OK : refuse(err, "imports and domestic production may be 0");
}

ssrc_status ssrc_geopolrisk_interval(ssrc_context *ctx, const ssrc_geopolrisk_ranges *in, ssrc_geopolrisk_bounds *out,
				     ssrc_error *err)
{
	ssrc_geopolrisk_bounds b = {{0, 0}, {0, 0}, {0, 0}};
	ssrc_status status = check_ranges(in, err);
	if (status == SSRC_OK)
		status = production_hhi_bounds(ctx, in->production, in->n_production, &b.hhi, err);
	if (status != SSRC_OK)
		return status;
	b.import_risk = (ssrc_bounds){extreme_ratio(in, false), extreme_ratio(in, true)};
	b.score = times(b.hhi, b.import_risk);
	*out = b;
	return SSRC_OK;
}
