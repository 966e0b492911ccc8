#include "harness.h"
#include "ref/criticality_data.h"

static uint64_t draws;
static double draw(void)
{
	return ssrc_random_unit(12, 7, draws++);
}
static ssrc_bounds draw_bounds(double limit)
{
	double a = draw() * limit, b = draw() < 0.3 ? a : draw() * limit;
	return (ssrc_bounds){fmin(a, b), fmax(a, b)};
}
static double inside(ssrc_bounds b)
{
	double u = draw();
	return u < 0.25 ? b.low : u > 0.75 ? b.high : b.low + draw() * (b.high - b.low);
}
static bool holds(ssrc_bounds b, double x)
{
	double slack = 1e-12 * (1 + fabs(x));
	return x >= b.low - slack && x <= b.high + slack;
}

/* ---- EU -------------------------------------------------------------------------------------------- */

/* Antimony in the study of 2017; worked example of docs/methods/criticality.md. */
static void antimony(void)
{
	ssrc_crm_risk in = {7.1, 5.7, 1, 0.28, 0.9, SSRC_CRM_BOTH};
	double sr;
	CHECK(ssrc_crm_supply_risk(&in, &sr, NULL) == SSRC_OK);
	CHECK_NEAR(sr, 4.1472, 1e-12);
	ssrc_crm_row row = {"Antimony",
			    ssrc_printed_bounds(7.1, 0.05, (double)INFINITY),
			    ssrc_printed_bounds(5.7, 0.05, (double)INFINITY),
			    ssrc_printed_bounds(1, 0.005, 1),
			    ssrc_printed_bounds(0.28, 0.005, 1),
			    ssrc_printed_bounds(0.9, 0.05, (double)INFINITY),
			    SSRC_CRM_BOTH};
	ssrc_crm_result r;
	CHECK(ssrc_crm_supply_risk_bounds(&row, &r, NULL) == SSRC_OK);
	CHECK_NEAR(r.risk.low, (7.05 * 0.4975 + 5.65 * 0.5025) * 0.715 * 0.85, 1e-12);
	CHECK_NEAR(r.risk.high, (7.15 * 0.5 + 5.75 * 0.5) * 0.725 * 0.95, 1e-12);
	CHECK(holds(r.risk, 4.3) && r.certainly_critical && r.possibly_critical);
}

static void supply_data_select_the_equation(void)
{
	ssrc_crm_risk in = {2, 1, 0.4, 0.5, 0.8, SSRC_CRM_GLOBAL};
	double sr;
	CHECK(ssrc_crm_supply_risk(&in, &sr, NULL) == SSRC_OK);
	CHECK_NEAR(sr, 0.8, 1e-15);
	in.supply = SSRC_CRM_EU;
	in.hhi_gs = (double)NAN; /* unused */
	CHECK(ssrc_crm_supply_risk(&in, &sr, NULL) == SSRC_OK);
	CHECK_NEAR(sr, 0.4, 1e-15);
	in.supply = SSRC_CRM_BOTH;
	CHECK(ssrc_crm_supply_risk(&in, &sr, NULL) == SSRC_RANGE);
	in.hhi_gs = 2;
	CHECK(ssrc_crm_supply_risk(&in, &sr, NULL) == SSRC_OK);
	CHECK_NEAR(sr, (2 * 0.2 + 1 * 0.8) * 0.5 * 0.8, 1e-15);
	ssrc_crm_supply s = SSRC_CRM_BOTH;
	CHECK(ssrc_crm_supply_parse("GS", &s, NULL) == SSRC_OK && s == SSRC_CRM_GLOBAL);
	CHECK(ssrc_crm_supply_parse("eu", &s, NULL) == SSRC_OK && s == SSRC_CRM_EU);
	CHECK(ssrc_crm_supply_parse("Both", &s, NULL) == SSRC_OK && s == SSRC_CRM_BOTH);
	const char *bad[] = {"", "G", "GS ", "GSS", "EUS only", NULL};
	for (size_t i = 0; i < 6; i++)
		CHECK(ssrc_crm_supply_parse(bad[i], &s, NULL) == SSRC_RANGE && s == SSRC_CRM_BOTH);
}

static void governance_and_trade_weigh_concentration(void)
{
	double share[] = {0.5, 0.3, 0.2}, wgi[] = {6, 2, 4}, trade[] = {1.1, 0.8, 1}, hhi;
	CHECK(ssrc_crm_hhi(share, wgi, trade, 3, &hhi, NULL) == SSRC_OK);
	CHECK_NEAR(hhi, 0.25 * 6 * 1.1 + 0.09 * 2 * 0.8 + 0.04 * 4, 1e-15);
	CHECK(ssrc_crm_hhi(share, wgi, NULL, 3, &hhi, NULL) == SSRC_OK);
	CHECK_NEAR(hhi, 1.84, 1e-15);
	CHECK(ssrc_crm_hhi(NULL, NULL, NULL, 0, &hhi, NULL) == SSRC_OK && hhi == 0);
	wgi[1] = 10.5;
	hhi = 7;
	CHECK(ssrc_crm_hhi(share, wgi, trade, 3, &hhi, NULL) == SSRC_RANGE && hhi == 7);
}

static void import_reliance_is_never_negative(void)
{
	ssrc_reliance r = {0};
	CHECK(ssrc_import_reliance(80, 20, 40, &r, NULL) == SSRC_OK && r.value == 0.6 && !r.net_exporter);
	CHECK(ssrc_import_reliance(80, 20, 0, &r, NULL) == SSRC_OK && r.value == 1);
	CHECK(ssrc_import_reliance(0, 0, 5, &r, NULL) == SSRC_OK && r.value == 0 && !r.net_exporter);
	CHECK(ssrc_import_reliance(10, 60, 40, &r, NULL) == SSRC_OK && r.value == 0 && r.net_exporter);
	CHECK(ssrc_import_reliance(0, 0, 0, &r, NULL) == SSRC_RANGE);
	CHECK(ssrc_import_reliance(-1, 0, 5, &r, NULL) == SSRC_RANGE);
	CHECK(ssrc_import_reliance(1, (double)NAN, 5, &r, NULL) == SSRC_RANGE);
	ssrc_bounds b;
	CHECK(ssrc_import_reliance_bounds((ssrc_bounds){10, 80}, (ssrc_bounds){20, 30}, (ssrc_bounds){40, 60}, &b,
					  NULL) == SSRC_OK);
	CHECK(b.low == 0 && b.high == 0.6);
	CHECK(ssrc_import_reliance_bounds((ssrc_bounds){0, 1}, (ssrc_bounds){0, 1}, (ssrc_bounds){0, 1}, &b, NULL) ==
	      SSRC_RANGE);
}

static void economic_importance(void)
{
	double use[] = {0.6, 0.3, 0.1}, value[] = {100, 50, 20}, ei;
	CHECK(ssrc_crm_economic_importance(use, value, 3, 0.9, 200, &ei, NULL) == SSRC_OK);
	CHECK_NEAR(ei, 77 * 0.9 * 10 / 200, 1e-15);
	CHECK(ssrc_crm_economic_importance(use, value, 3, 0.9, 0, &ei, NULL) == SSRC_RANGE);
	value[2] = -1;
	CHECK(ssrc_crm_economic_importance(use, value, 3, 0.9, 200, &ei, NULL) == SSRC_RANGE);
}

static void wrong_rows_are_named(void)
{
	ssrc_bounds x = {0.1, 0.2};
	ssrc_crm_row good = {"Unobtainium", x, x, x, x, x, SSRC_CRM_BOTH};
	for (int i = 0; i < 5; i++) {
		ssrc_crm_row bad = good;
		ssrc_bounds *field[] = {&bad.hhi_gs, &bad.hhi_eu, &bad.import_reliance, &bad.eol_rir, &bad.si_sr};
		*field[i] = (ssrc_bounds){0.2, 0.1};
		ssrc_error err = {0};
		ssrc_crm_result r = {.possibly_critical = true};
		CHECK(ssrc_crm_supply_risk_bounds(&bad, &r, &err) == SSRC_RANGE && r.possibly_critical);
		CHECK(strncmp(err.arg[0], "Unobtainium: ", 13) == 0);
		bad.name = NULL;
		CHECK(ssrc_crm_supply_risk_bounds(&bad, &r, NULL) == SSRC_RANGE);
	}
	good.eol_rir.high = 1.2;
	ssrc_crm_result r;
	CHECK(ssrc_crm_supply_risk_bounds(&good, &r, NULL) == SSRC_RANGE);
}

/* Interval functions at points are the point functions, and contain every point of their intervals. */
static void intervals_contain_every_choice(void)
{
	for (int round = 0; round < 5000; round++) {
		ssrc_crm_row row = {NULL,
				    draw_bounds(8),
				    draw_bounds(8),
				    draw_bounds(1),
				    draw_bounds(1),
				    draw_bounds(1.1),
				    (ssrc_crm_supply)(round % 3)};
		ssrc_crm_risk in = {inside(row.hhi_gs),  inside(row.hhi_eu), inside(row.import_reliance),
				    inside(row.eol_rir), inside(row.si_sr),  row.supply};
		ssrc_crm_result r;
		double x;
		CHECK(ssrc_crm_supply_risk_bounds(&row, &r, NULL) == SSRC_OK);
		CHECK(ssrc_crm_supply_risk(&in, &x, NULL) == SSRC_OK && holds(r.risk, x));
		ssrc_bounds a[3], b[3], c[3], all, import = draw_bounds(9), export_ = draw_bounds(9),
						   production = draw_bounds(9);
		double pa[3], pb[3], pc[3];
		for (int i = 0; i < 3; i++) {
			a[i] = draw_bounds(1), b[i] = draw_bounds(10), c[i] = draw_bounds(2);
			pa[i] = inside(a[i]), pb[i] = inside(b[i]), pc[i] = inside(c[i]);
		}
		CHECK(ssrc_crm_hhi_bounds(a, b, round % 2 ? c : NULL, 3, &all, NULL) == SSRC_OK);
		CHECK(ssrc_crm_hhi(pa, pb, round % 2 ? pc : NULL, 3, &x, NULL) == SSRC_OK && holds(all, x));
		CHECK(ssrc_crm_economic_importance_bounds(a, b, 3, c[0], (ssrc_bounds){5, 9}, &all, NULL) == SSRC_OK);
		CHECK(ssrc_crm_economic_importance(pa, pb, 3, pc[0], 6, &x, NULL) == SSRC_OK && holds(all, x));
		ssrc_reliance ir;
		if (ssrc_import_reliance_bounds(import, export_, production, &all, NULL) == SSRC_OK) {
			CHECK(ssrc_import_reliance(inside(import), inside(export_), inside(production), &ir, NULL) ==
			      SSRC_OK);
			CHECK(holds(all, ir.value));
		}
	}
}

/* ---- GeoPolRisk --------------------------------------------------------------------------------------- */

static void an_invented_import(void)
{
	double production[] = {60, 30, 10}, quantity[] = {4, 4}, value[] = {10, 30}, g[] = {0.75, (double)NAN};
	ssrc_geopolrisk_input in = {production, 3, quantity, value, g, 2, 2};
	ssrc_geopolrisk_result r;
	CHECK(ssrc_geopolrisk(&in, &r, NULL) == SSRC_OK);
	CHECK_NEAR(r.hhi, 0.46, 1e-15);
	CHECK(r.numerator == 5 && r.total == 10 && r.imports == 8 && r.import_risk == 0.5 && r.price == 5);
	CHECK_NEAR(r.score, 0.23, 1e-15);
	CHECK_NEAR(r.midpoint, 1.15, 1e-15);
	in.value = NULL;
	CHECK(ssrc_geopolrisk(&in, &r, NULL) == SSRC_OK && isnan(r.price) && isnan(r.midpoint));
	in.n_import = 0;
	CHECK(ssrc_geopolrisk(&in, &r, NULL) == SSRC_OK && r.score == 0);
	in.domestic = 0;
	CHECK(ssrc_geopolrisk(&in, &r, NULL) == SSRC_RANGE);
	in.n_import = 2;
	in.n_production = 0;
	CHECK(ssrc_geopolrisk(&in, &r, NULL) == SSRC_RANGE);
	in.n_production = 3;
	g[0] = 1.5;
	CHECK(ssrc_geopolrisk(&in, &r, NULL) == SSRC_RANGE);
}

/* The extreme import risk is found by trying all ends. */
static ssrc_bounds try_all_ends(const ssrc_geopolrisk_ranges *in)
{
	ssrc_bounds found = {1, 0};
	for (unsigned ends = 0; ends < 1u << (2 * in->n_import + 1); ends++) {
		double domestic = ends & 1 ? in->domestic.high : in->domestic.low, sum = 0, total = domestic;
		for (size_t i = 0; i < in->n_import; i++) {
			double f = ends >> (2 * i + 1) & 1 ? in->quantity[i].high : in->quantity[i].low;
			double g = ends >> (2 * i + 2) & 1 ? in->instability[i].high : in->instability[i].low;
			sum += f * g;
			total += f;
		}
		found.low = fmin(found.low, sum / total);
		found.high = fmax(found.high, sum / total);
	}
	return found;
}

static void intervals_of_imports_are_exact(void)
{
	ssrc_context ctx;
	ssrc_context_init(&ctx);
	for (int round = 0; round < 300; round++) {
		ssrc_bounds production[4], quantity[3], g[3], domestic = draw_bounds(5);
		double p[4], q[3], gi[3];
		domestic.low += 0.1, domestic.high += 0.1;
		for (int i = 0; i < 4; i++) {
			production[i] = draw_bounds(50);
			p[i] = inside(production[i]);
		}
		for (int i = 0; i < 3; i++) {
			quantity[i] = draw_bounds(9), g[i] = draw_bounds(1);
			q[i] = inside(quantity[i]), gi[i] = inside(g[i]);
		}
		ssrc_geopolrisk_ranges in = {production, 4, quantity, g, 3, domestic};
		ssrc_geopolrisk_input one = {p, 4, q, NULL, gi, 3, inside(domestic)};
		ssrc_geopolrisk_bounds b;
		ssrc_geopolrisk_result r;
		CHECK(ssrc_geopolrisk_interval(&ctx, &in, &b, NULL) == SSRC_OK);
		CHECK(ssrc_geopolrisk(&one, &r, NULL) == SSRC_OK);
		CHECK(holds(b.hhi, r.hhi) && holds(b.import_risk, r.import_risk) && holds(b.score, r.score));
		ssrc_bounds all = try_all_ends(&in);
		CHECK_NEAR(b.import_risk.low, all.low, 1e-12);
		CHECK_NEAR(b.import_risk.high, all.high, 1e-12);
	}
}

static void memory_may_fail(void)
{
	ssrc_bounds production[100], quantity = {1, 2}, unknown = {(double)NAN, (double)NAN};
	for (int i = 0; i < 100; i++)
		production[i] = (ssrc_bounds){1, 2};
	ssrc_geopolrisk_ranges in = {production, 100, &quantity, &unknown, 1, {0, 0}};
	for (long k = 1; k <= 3; k++) {
		test_faults faults;
		ssrc_context ctx;
		ssrc_geopolrisk_bounds b;
		test_faults_init(&faults, &ctx, k);
		CHECK(ssrc_geopolrisk_interval(&ctx, &in, &b, NULL) == (k < 3 ? SSRC_NOMEM : SSRC_OK));
		CHECK(faults.live_blocks == 0);
		if (k == 3)
			CHECK(b.import_risk.low == 0.5 && b.import_risk.high == 0.5 && b.hhi.low < 0.0101);
	}
	in.production = &(ssrc_bounds){0, 1};
	in.n_production = 1;
	ssrc_context ctx;
	ssrc_geopolrisk_bounds b;
	ssrc_context_init(&ctx);
	CHECK(ssrc_geopolrisk_interval(&ctx, &in, &b, NULL) == SSRC_RANGE);
}

/* ---- published figures, where the user supplies them ------------------------------------------------ */

static void published_supply_risk_2017(void)
{
	const char *folder = test_reference_data();
	ref_csv csv;
	if (!folder || !ref_csv_read(&csv, folder, "eu_crm/crm2017_results.csv"))
		SKIP("no eu_crm/crm2017_results.csv in SSRC_REFERENCE_DATA");
	for (size_t row = 1; row < csv.rows; row++)
		for (size_t figure = 0; figure < CRM_FIGURES; figure++) {
			ssrc_crm_row in = crm_row(&csv, row, figure, 1);
			ssrc_crm_result r = {0};
			CHECK(ssrc_crm_supply_risk_bounds(&in, &r, NULL) == SSRC_OK);
			CHECK(crm_agrees(r.risk, ref_csv_number(&csv, row, crm_figure[figure])));
		}
	printf("# %zu materials\n", csv.rows - 1);
	CHECK(csv.rows > 1);
	ref_csv_free(&csv);
}

static void published_geopolrisk(void)
{
	const char *folder = test_reference_data();
	ref_csv expected;
	if (!folder || !ref_csv_read(&expected, folder, "geopolrisk/test_expected.csv"))
		SKIP("no geopolrisk/test_expected.csv in SSRC_REFERENCE_DATA");
	static geo_case c;
	for (size_t row = 1; row < expected.rows; row++) {
		ssrc_geopolrisk_result r = {0};
		double value[GEO_FIGURES];
		CHECK(geo_read(&c, &expected, row, folder));
		CHECK(ssrc_geopolrisk(&c.in, &r, NULL) == SSRC_OK);
		geo_values(&r, value);
		for (size_t i = 0; i < GEO_FIGURES; i++) {
			double published = ref_csv_number(&expected, row, geo_figure[i]);
			CHECK_NEAR(value[i], published, 1e-12 * fabs(published));
		}
	}
	CHECK(expected.rows > 1);
	ref_csv_free(&expected);
}

int main(int argc, char **argv)
{
	TEST(antimony);
	TEST(supply_data_select_the_equation);
	TEST(governance_and_trade_weigh_concentration);
	TEST(import_reliance_is_never_negative);
	TEST(economic_importance);
	TEST(wrong_rows_are_named);
	TEST(intervals_contain_every_choice);
	TEST(an_invented_import);
	TEST(intervals_of_imports_are_exact);
	TEST(memory_may_fail);
	TEST(published_supply_risk_2017);
	TEST(published_geopolrisk);
	return tests_done();
}
