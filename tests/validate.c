/* Compares the library with what others published and prints docs/validation.md, one row per published figure.
 *
 *   SSRC_REFERENCE_DATA=FOLDER validate [PAGE]     the page goes to stdout and, if named, to the file PAGE
 *
 * Exit: 0 all figures agree, 1 some differ, 2 no data or PAGE cannot be written. The page holds no date, path or
 * version: the same data give the same bytes. */
#include "ref/criticality_data.h"
#include "validate_page.h"

static void put_head(page *p)
{
	put(p,
	    "# Validation against published figures · 与已发表数值的对照\n\n"
	    "One row per published figure: theirs, ours, the difference, the verdict. "
	    "每个已发表数值一行:原值、本程序的结果、"
	    "差异、结论。\n\n"
	    "This page is generated; do not edit it. 本页由程序生成,请勿手工修改。\n\n"
	    "```\nSSRC_REFERENCE_DATA=FOLDER script/validate\n```\n\n"
	    "The figures come from data that you supply: a folder with `eu_crm/crm2017_results.csv` and the files\n"
	    "`geopolrisk/test_*.csv`. No such file is part of this project; without them the tests that need them are\n"
	    "skipped. 数据由用户自备,本项目不包含这些文件。\n\n");
}

/* ---- EU critical raw materials 2017 -------------------------------------------------------------- */

typedef struct tally {
	size_t figures, agree, inside;
	double sum, worst;
	const char *worst_name;
} tally;

static void count_figure(tally *t, ssrc_bounds computed, double published, double ours, const char *name)
{
	double difference = fabs(ours - published);
	t->figures++;
	t->agree += crm_agrees(computed, published);
	t->inside += computed.low <= published + 1e-9 && computed.high >= published - 1e-9;
	t->sum += difference;
	if (difference > t->worst) {
		t->worst = difference;
		t->worst_name = name;
	}
}

static bool put_crm_figure(page *p, tally *t, const ref_csv *csv, size_t row, size_t figure)
{
	ssrc_crm_row printed = crm_row(csv, row, figure, 0), wide = crm_row(csv, row, figure, 1);
	ssrc_crm_result at, within;
	double published = ref_csv_number(csv, row, crm_figure[figure]);
	if (ssrc_crm_supply_risk_bounds(&printed, &at, NULL) != SSRC_OK ||
	    ssrc_crm_supply_risk_bounds(&wide, &within, NULL) != SSRC_OK)
		return false;
	count_figure(t, within.risk, published, at.risk.low, printed.name);
	put(p, "| %s | %s | %.1f | %.3f | %.3f – %.3f | %+.3f | %s |\n", printed.name, crm_figure[figure], published,
	    at.risk.low, within.risk.low, within.risk.high, at.risk.low - published,
	    crm_agrees(within.risk, published) ? "agrees 一致" : "**differs 不一致**");
	return true;
}

/* The blend with IR and 1 - IR in place of IR/2 and 1 - IR/2, put where global supply alone is used. */
static void blend_by_whole_reliance(ssrc_crm_row *r)
{
	ssrc_bounds gs = r->hhi_gs, eu = r->hhi_eu, ir = r->import_reliance;
	r->supply = SSRC_CRM_GLOBAL;
	r->hhi_gs.low = fmin(gs.low * ir.low + eu.low * (1 - ir.low), gs.low * ir.high + eu.low * (1 - ir.high));
	r->hhi_gs.high = fmax(gs.high * ir.low + eu.high * (1 - ir.low), gs.high * ir.high + eu.high * (1 - ir.high));
}

typedef enum wrong_equation { WHOLE_RELIANCE, PLAIN_HALVES, GLOBAL_ONLY } wrong_equation;

/* How many published SR a wrong equation would pass: shows that agreement is not for free. */
static size_t passes_of(const ref_csv *csv, wrong_equation wrong)
{
	size_t passes = 0;
	for (size_t row = 1; row < csv->rows; row++) {
		ssrc_crm_row in = crm_row(csv, row, 0, 1);
		ssrc_crm_result r;
		if (wrong == PLAIN_HALVES)
			in.import_reliance = (ssrc_bounds){1, 1};
		else if (wrong == GLOBAL_ONLY)
			in.supply = SSRC_CRM_GLOBAL;
		else if (in.supply == SSRC_CRM_BOTH)
			blend_by_whole_reliance(&in);
		if (ssrc_crm_supply_risk_bounds(&in, &r, NULL) == SSRC_OK)
			passes += crm_agrees(r.risk, ref_csv_number(csv, row, "SR"));
	}
	return passes;
}

static bool put_crm(page *p, const char *folder)
{
	ref_csv csv;
	tally all = {0}, main_figure = {0};
	if (!ref_csv_read(&csv, folder, "eu_crm/crm2017_results.csv"))
		return false;
	put(p,
	    "## EU critical raw materials 2017: supply risk · 欧盟关键原材料 2017:供应风险\n\n"
	    "Source: European Commission (Deloitte, BGS, BRGM, TNO), *Study on the review of the list of Critical Raw\n"
	    "Materials – Criticality Assessments*, 2017, tables 3, 18 and 19; reproduction authorised provided the "
	    "source\n"
	    "is acknowledged. Equation: [criticality](methods/criticality.md).\n\n"
	    "The study prints one decimal (percentages: whole numbers). *Computed* uses the printed inputs; *interval* "
	    "lets\n"
	    "every input vary by half a unit of its last digit; a figure agrees if the interval meets published ± "
	    "0.05.\n"
	    "SR uses the supply data that the study chose; the other figures are variants it prints beside it.\n"
	    "The supplied file holds %zu of the 78 materials that the study assesses.\n\n"
	    "| material 材料 | figure 指标 | published 原值 | computed 计算值 | interval 区间 | difference 差异 | "
	    "verdict 结论 |\n"
	    "|---|---|---:|---:|---:|---:|---|\n",
	    csv.rows - 1);
	bool good = true;
	for (size_t row = 1; row < csv.rows && good; row++)
		for (size_t figure = 0; figure < CRM_FIGURES && good; figure++) {
			tally *t = figure == 0 ? &main_figure : &all;
			good = put_crm_figure(p, t, &csv, row, figure);
		}
	put(p,
	    "\nSummary 小结: SR agrees for %zu of %zu materials (the published digit itself lies in the interval for "
	    "%zu);\n"
	    "mean difference %.3f, greatest %.2f (%s). The variants agree for %zu of %zu figures.\n\n"
	    "The comparison can fail: of the same %zu SR a weight IR instead of IR/2 passes %zu, plain halves pass "
	    "%zu,\n"
	    "global supply alone passes %zu.\n\n",
	    main_figure.agree, main_figure.figures, main_figure.inside,
	    main_figure.sum / (double)(main_figure.figures ? main_figure.figures : 1), main_figure.worst,
	    main_figure.worst_name ? main_figure.worst_name : "-", all.agree, all.figures, main_figure.figures,
	    passes_of(&csv, WHOLE_RELIANCE), passes_of(&csv, PLAIN_HALVES), passes_of(&csv, GLOBAL_ONLY));
	p->figures += all.figures + main_figure.figures;
	p->agree += all.agree + main_figure.agree;
	ref_csv_free(&csv);
	return good;
}

/* ---- GeoPolRisk ------------------------------------------------------------------------------------ */

static const double geo_tolerance = 1e-12; /* relative: a few hundred rounding errors of double */

static bool put_geo_case(page *p, const ref_csv *expected, size_t row, const char *folder)
{
	static geo_case c;
	ssrc_geopolrisk_result r;
	double value[GEO_FIGURES];
	if (!geo_read(&c, expected, row, folder) || ssrc_geopolrisk(&c.in, &r, NULL) != SSRC_OK)
		return false;
	geo_values(&r, value);
	for (size_t i = 0; i < GEO_FIGURES; i++) {
		double published = ref_csv_number(expected, row, geo_figure[i]);
		double difference = published != 0 ? fabs(value[i] - published) / fabs(published) : fabs(value[i]);
		bool agrees = difference <= geo_tolerance;
		p->figures++;
		p->agree += agrees;
		put(p, "| %s, %s %s | %s | %.15g | %.15g | %s | %s |\n", ref_csv_text(expected, row, "Raw Material"),
		    ref_csv_text(expected, row, "Importer"), ref_csv_text(expected, row, "Year"), geo_figure[i],
		    published, value[i],
		    difference == 0 ? "0"
		    : agrees        ? "< 1e-12"
				    : "> 1e-12",
		    agrees ? "agrees 一致" : "**differs 不一致**");
	}
	return true;
}

static bool put_geo(page *p, const char *folder)
{
	ref_csv expected;
	size_t figures = p->figures, agree = p->agree;
	if (!ref_csv_read(&expected, folder, "geopolrisk/test_expected.csv"))
		return false;
	put(p,
	    "## GeoPolRisk: import risk · GeoPolRisk:进口地缘政治风险\n\n"
	    "Source: test cases of the project geopolrisk-py (github.com/akoyamp/geopolrisk-py, commit b453938c), "
	    "which rest\n"
	    "on CEPII BACI, World Mining Data and the World Bank's Worldwide Governance Indicators. Equation:\n"
	    "[criticality](methods/criticality.md). Agreement means a relative difference of at most 1e-12. *Total "
	    "Trade*\n"
	    "there is imports without domestic production. Origins to which the cases give the value 0 (code 490) are "
	    "taken\n"
	    "as given. The factor relative to copper (*CF*) needs the copper midpoint, which the cases do not hold.\n\n"
	    "| case 算例 | figure 指标 | published 原值 | computed 计算值 | relative difference 相对差 | verdict 结论 "
	    "|\n"
	    "|---|---|---:|---:|---:|---|\n");
	bool good = true;
	for (size_t row = 1; row < expected.rows && good; row++)
		good = put_geo_case(p, &expected, row, folder);
	put(p, "\nSummary 小结: %zu of %zu figures of %zu cases agree.\n\n", p->agree - agree, p->figures - figures,
	    expected.rows - 1);
	ref_csv_free(&expected);
	return good;
}

int main(int argc, char **argv)
{
	const char *folder = getenv("SSRC_REFERENCE_DATA");
	page p = {0};
	ref_csv probe;
	/* Looked at first, so that a missing folder does not leave a page of headings. */
	if (!folder || !ref_csv_read(&probe, folder, "geopolrisk/test_expected.csv")) {
		fprintf(stderr, "validate: set SSRC_REFERENCE_DATA to the folder with eu_crm and geopolrisk\n");
		return 2;
	}
	ref_csv_free(&probe);
	if (argc > 1 && !(p.file = fopen(argv[1], "wb"))) {
		fprintf(stderr, "validate: cannot write %s\n", argv[1]);
		return 2;
	}
	put_head(&p);
	bool good = put_crm(&p, folder) && put_geo(&p, folder) && put_stress(&p, folder) && put_compute(&p) &&
		    put_plan(&p, folder);
	put(&p, "## Total · 合计\n\n%zu of %zu published figures agree. %zu 个数值中 %zu 个一致。\n", p.agree,
	    p.figures, p.figures, p.agree);
	if (p.file && fclose(p.file) != 0)
		good = false;
	if (!good)
		fprintf(stderr, "validate: data could not be read or the page could not be written\n");
	return !good ? 2 : p.agree == p.figures ? 0 : 1;
}
