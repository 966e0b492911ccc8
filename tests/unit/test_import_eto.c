/* The ETO adapter: every trap of the data set on an invented one, and the real vintages where they are at hand. */
#include "harness.h"

#include "base/findings.h"
#include "io/date.h"
#include "model/package.h"

#include <secondsource/import.h>

static const char fixture[] = SSRC_SOURCE_DIR "/tests/data/eto-fixture";
static const char fixture_old[] = SSRC_SOURCE_DIR "/tests/data/eto-fixture-macroman";

typedef struct imported {
	ssrc_context ctx;
	ssrc_package *package;
	ssrc_findings *findings; /* of the import */
	ssrc_findings *check;
} imported;

static bool import_open(imported *x, const char *folder)
{
	ssrc_error err = {0};
	ssrc_check_options options = {ssrc_date_days(2026, 9, 1)};
	*x = (imported){0};
	ssrc_context_init(&x->ctx);
	bool good = ssrc_findings_new(&x->findings, &x->ctx, &err) == SSRC_OK &&
		    ssrc_findings_new(&x->check, &x->ctx, &err) == SSRC_OK &&
		    ssrc_import_eto(&x->package, &x->ctx, folder, x->findings, &err) == SSRC_OK &&
		    ssrc_package_check(x->package, &options, x->check, &err) == SSRC_OK;
	CHECK(good);
	return good;
}

static void import_close(imported *x)
{
	ssrc_package_free(x->package);
	ssrc_findings_free(x->findings);
	ssrc_findings_free(x->check);
}

/* Findings of one code; where `about` is given, only those whose first argument begins with it. */
static int found(const ssrc_findings *findings, ssrc_text_id message, const char *about)
{
	int n = 0;
	for (size_t i = 0; i < ssrc_findings_total(findings); i++) {
		const ssrc_finding *f = ssrc_findings_get(findings, i);
		n += f->message == message && (!about || strncmp(f->arg[0], about, strlen(about)) == 0);
	}
	return n;
}

static const ssrc_finding *find(const ssrc_findings *findings, ssrc_text_id message)
{
	for (size_t i = 0; i < ssrc_findings_total(findings); i++)
		if (ssrc_findings_get(findings, i)->message == message)
			return ssrc_findings_get(findings, i);
	return NULL;
}

static const char *cell(const imported *x, ssrc_file_id file, uint32_t row, const char *column)
{
	return ssrc_table_cell(&x->package->tables[file], row, ssrc_schema_column(file, column))->text;
}

/* The `nth` row whose `column` holds `text`, SSRC_NONE if there is none. */
static uint32_t row_where(const imported *x, ssrc_file_id file, const char *column, const char *text, int nth)
{
	for (uint32_t row = 0; row < x->package->tables[file].n_rows; row++)
		if (strcmp(cell(x, file, row, column), text) == 0 && nth-- == 0)
			return row;
	return SSRC_NONE;
}

static const char *value(const imported *x, ssrc_file_id file, const char *key, const char *id, const char *column)
{
	uint32_t row = row_where(x, file, key, id, 0);
	return row == SSRC_NONE ? "(no row)" : cell(x, file, row, column);
}

/* The row of one item and provider in shares.csv. */
static uint32_t share_row(const imported *x, const char *item, const char *provider)
{
	for (uint32_t row = 0; row < x->package->tables[SSRC_FILE_SHARES].n_rows; row++)
		if (strcmp(cell(x, SSRC_FILE_SHARES, row, "item"), item) == 0 &&
		    strcmp(cell(x, SSRC_FILE_SHARES, row, "provider"), provider) == 0)
			return row;
	return SSRC_NONE;
}

static const char *share(const imported *x, const char *item, const char *provider, const char *column)
{
	uint32_t row = share_row(x, item, provider);
	return row == SSRC_NONE ? "(no row)" : cell(x, SSRC_FILE_SHARES, row, column);
}

static const char *need(const imported *x, const char *item, const char *input, const char *column)
{
	for (uint32_t row = 0; row < x->package->tables[SSRC_FILE_NEEDS].n_rows; row++)
		if (strcmp(cell(x, SSRC_FILE_NEEDS, row, "item"), item) == 0 &&
		    strcmp(cell(x, SSRC_FILE_NEEDS, row, "input"), input) == 0)
			return cell(x, SSRC_FILE_NEEDS, row, column);
	return "(no row)";
}

/* Every finding says something in both languages and where. */
static void check_findings(const ssrc_findings *findings)
{
	for (size_t i = 0; i < ssrc_findings_total(findings); i++) {
		const ssrc_finding *f = ssrc_findings_get(findings, i);
		char en[600], zh[600];
		CHECK(ssrc_finding_render(en, sizeof en, f, SSRC_LANG_EN) > 10);
		CHECK(ssrc_finding_render(zh, sizeof zh, f, SSRC_LANG_ZH) > 6);
		CHECK(strcmp(en, zh) != 0);
		CHECK(strlen(f->file) > 4);
		CHECK(f->line > 0 && f->column > 0);
	}
}

static uint32_t count_sinks(const imported *x, const char **last)
{
	uint32_t sinks = 0;
	for (uint32_t row = 0; row < x->package->tables[SSRC_FILE_ITEMS].n_rows; row++) {
		const char *id = cell(x, SSRC_FILE_ITEMS, row, "item");
		if (*cell(x, SSRC_FILE_ITEMS, row, "variant_of") ||
		    row_where(x, SSRC_FILE_NEEDS, "input", id, 0) != SSRC_NONE)
			continue;
		sinks++;
		*last = id;
	}
	return sinks;
}

/* ---- the invented data set -------------------------------------------------------------------------- */

static void items_and_tiers(void)
{
	imported x;
	if (!import_open(&x, fixture))
		return;
	CHECK(ssrc_package_rows(x.package, "tiers") == 6);
	CHECK(ssrc_package_rows(x.package, "items") == 18);
	CHECK_TEXT(value(&x, SSRC_FILE_ITEMS, "item", "n0-pattern-drawing", "tier"), "design");
	CHECK_TEXT(value(&x, SSRC_FILE_ITEMS, "item", "n0-pattern-drawing", "kind"), "service");
	CHECK_TEXT(value(&x, SSRC_FILE_ITEMS, "item", "n0-pattern-drawing", "note"),
		   "How a pattern is \"drawn\". A second paragraph.");
	CHECK_TEXT(value(&x, SSRC_FILE_ITEMS, "item", "n1-drawing-software", "tier"), "design");
	CHECK_TEXT(value(&x, SSRC_FILE_ITEMS, "item", "n1-drawing-software", "kind"), "software");
	CHECK_TEXT(value(&x, SSRC_FILE_ITEMS, "item", "n14-drawing-software-for-boxes", "tier"), "design");
	CHECK_TEXT(value(&x, SSRC_FILE_ITEMS, "item", "n2-licensed-patterns", "kind"), "technology");
	CHECK_TEXT(value(&x, SSRC_FILE_ITEMS, "item", "n3-widget-printing", "tier"), "fabrication");
	CHECK_TEXT(value(&x, SSRC_FILE_ITEMS, "item", "n4-printing-presses", "tier"), "equipment");
	CHECK_TEXT(value(&x, SSRC_FILE_ITEMS, "item", "n5-flat-presses-adv", "variant_of"), "n4-printing-presses");
	CHECK_TEXT(value(&x, SSRC_FILE_ITEMS, "item", "n7-resine-bleue", "name_en"), "Résine bleue");
	CHECK_TEXT(value(&x, SSRC_FILE_ITEMS, "item", "n8-finished-widget", "tier"), "compute");
	CHECK_TEXT(value(&x, SSRC_FILE_ITEMS, "item", "n8-finished-widget", "product"), "yes");
	CHECK_TEXT(value(&x, SSRC_FILE_ITEMS, "item", "n9-widget-boxing", "tier"), "packaging");
	CHECK_TEXT(value(&x, SSRC_FILE_ITEMS, "item", "n10-mystery-powder", "tier"), "material");
	CHECK_TEXT(value(&x, SSRC_FILE_ITEMS, "item", "n13-box-drawing", "tier"), "design");
	CHECK_TEXT(value(&x, SSRC_FILE_ITEMS, "item", "s2-fabrication", "tier"), "fabrication");
	CHECK(row_where(&x, SSRC_FILE_ITEMS, "name_en", "Boxing", 0) == SSRC_NONE); /* no provision */
	CHECK(found(x.findings, SSRC_M_ETO_TYPE_UNKNOWN, "N10") == 1);
	CHECK(found(x.findings, SSRC_M_ETO_STAGE_UNKNOWN, "N12") == 1);
	CHECK(found(x.findings, SSRC_M_ETO_STAGE_UNKNOWN, "S7") == 1);
	CHECK(found(x.findings, SSRC_M_ETO_TWICE, "N7") == 1);
	CHECK(found(x.findings, SSRC_M_CELL_REQUIRED, "input_id") == 1);
	CHECK(found(x.findings, SSRC_M_NOT_ID, "input_id") == 1);
	CHECK(found(x.findings, SSRC_M_CELL_REQUIRED, "provider_id") == 1);
	CHECK(found(x.findings, SSRC_M_ETO_DEAD_END, "n11-loose-gauge") == 1);
	CHECK(found(x.findings, SSRC_M_ETO_DEAD_END, NULL) == 1);
	import_close(&x);
}

static void needs_and_variants(void)
{
	imported x;
	if (!import_open(&x, fixture))
		return;
	CHECK_TEXT(need(&x, "n3-widget-printing", "n4-printing-presses", "essential"), "capital");
	CHECK_TEXT(need(&x, "n3-widget-printing", "n7-resine-bleue", "essential"), "critical");
	CHECK_TEXT(need(&x, "n3-widget-printing", "n0-pattern-drawing", "essential"), "critical");
	CHECK_TEXT(need(&x, "n0-pattern-drawing", "n1-drawing-software", "essential"), "critical");
	CHECK_TEXT(need(&x, "n0-pattern-drawing", "n13-box-drawing", "essential"), "critical");
	CHECK_TEXT(need(&x, "n8-finished-widget", "s1-design", "evidence"), "assumed");
	CHECK_TEXT(need(&x, "n4-printing-presses", "n5-flat-presses-adv", "essential"), "(no row)");
	CHECK(ssrc_package_rows(x.package, "needs") == 13);
	CHECK(found(x.findings, SSRC_M_ETO_VARIANT_SEVERAL, "n5-flat-presses-adv") == 1);
	CHECK(found(x.findings, SSRC_M_ETO_VARIANT_AND_INPUT, "n5-flat-presses-adv") == 1);
	CHECK(found(x.findings, SSRC_M_ETO_SELF, NULL) == 2);
	CHECK(found(x.findings, SSRC_M_ETO_SEQUENCE_EMPTY, "n11") == 1);
	CHECK(found(x.findings, SSRC_M_ETO_TWICE, "n7-resine-bleue") == 1);
	CHECK(found(x.findings, SSRC_M_ETO_STAGE_LINK, NULL) == 3);
	import_close(&x);
}

static void parties_and_names(void)
{
	imported x;
	if (!import_open(&x, fixture))
		return;
	CHECK(ssrc_package_rows(x.package, "parties") == 9);
	CHECK_TEXT(value(&x, SSRC_FILE_PARTIES, "party", "atelier-lumiere", "name_en"), "Atelier Lumière");
	CHECK_TEXT(value(&x, SSRC_FILE_PARTIES, "party", "atelier-lumiere", "hq"), "FR");
	CHECK_TEXT(value(&x, SSRC_FILE_NAMES, "party", "atelier-lumiere", "name"), "Lumière Presses");
	CHECK_TEXT(value(&x, SSRC_FILE_PARTIES, "party", "boxwood", "hq"), "GB");
	CHECK_TEXT(value(&x, SSRC_FILE_PARTIES, "party", "boxwood-p9", "hq"), "DE");
	CHECK(row_where(&x, SSRC_FILE_NAMES, "party", "boxwood", 1) != SSRC_NONE);
	CHECK(row_where(&x, SSRC_FILE_NAMES, "party", "boxwood", 2) == SSRC_NONE);
	CHECK(row_where(&x, SSRC_FILE_NAMES, "party", "nippon-plates", 0) == SSRC_NONE);
	CHECK_TEXT(value(&x, SSRC_FILE_PARTIES, "party", "p16", "name_en"), "北方油墨");
	CHECK_TEXT(value(&x, SSRC_FILE_PARTIES, "party", "atlantis-inks", "hq"), "");
	CHECK_TEXT(value(&x, SSRC_FILE_PARTIES, "party", "continental-inks", "hq"), "EU");
	CHECK(found(x.findings, SSRC_M_ETO_ALIAS_ROWS, "Boxwood") == 1);
	CHECK(found(x.findings, SSRC_M_ETO_TWICE, "P8") == 1);
	CHECK(found(x.findings, SSRC_M_ETO_COUNTRY_UNKNOWN, "Atlantis Inks") == 1);
	CHECK(found(x.findings, SSRC_M_ETO_COUNTRY_UNKNOWN, "ZZZ") == 1);
	CHECK(found(x.findings, SSRC_M_ETO_PROVIDER_LOST, "ZZZ") == 1);
	CHECK(found(x.findings, SSRC_M_ETO_PROVIDER_TYPE, "Quarry Guild") == 1);
	CHECK(found(x.findings, SSRC_M_ETO_REGION, "EUR") == 2);
	CHECK(found(x.findings, SSRC_M_ETO_NAME_DIFFERS, "P10") == 1);
	CHECK(row_where(&x, SSRC_FILE_PARTIES, "party", "various-companies", 0) == SSRC_NONE);
	import_close(&x);
}

static void succession(void)
{
	imported x;
	if (!import_open(&x, fixture))
		return;
	CHECK_TEXT(value(&x, SSRC_FILE_PARTIES, "party", "siemens-eda", "hq"), "US");
	CHECK_TEXT(value(&x, SSRC_FILE_PARTIES, "party", "siemens-eda", "parent"), "DE");
	CHECK_TEXT(value(&x, SSRC_FILE_NAMES, "party", "siemens-eda", "name"), "Mentor Graphics");
	CHECK_TEXT(value(&x, SSRC_FILE_NAMES, "party", "siemens-eda", "strength"), "strong");
	CHECK(strncmp(value(&x, SSRC_FILE_NAMES, "party", "siemens-eda", "note"), "succession 2017", 15) == 0);
	CHECK(row_where(&x, SSRC_FILE_PARTIES, "party", "mentor-graphics", 0) == SSRC_NONE);
	CHECK_TEXT(share(&x, "n1-drawing-software", "siemens-eda", "metric"), "firms");
	CHECK_TEXT(value(&x, SSRC_FILE_SOURCES, "source", "siemens-mentor-2017", "published"), "2017-03-30");
	const ssrc_finding *f = find(x.findings, SSRC_M_ETO_SUCCESSION);
	CHECK(f && f->line == 8 && strcmp(f->file, "providers.csv") == 0);
	import_close(&x);
}

static void shares_as_they_are(void)
{
	imported x;
	if (!import_open(&x, fixture))
		return;
	CHECK_TEXT(share(&x, "s1-design", "US", "basis"), "hq");
	CHECK_TEXT(share(&x, "s2-fabrication", "JP", "basis"), "site");
	CHECK_TEXT(share(&x, "s2-fabrication", "EU", "share_low"), "30");
	CHECK_TEXT(share(&x, "s2-fabrication", "EU", "metric"), "countries");
	CHECK(found(x.findings, SSRC_M_ETO_STAGE_BASIS, "s2") == 1);
	CHECK_TEXT(share(&x, "n1-drawing-software", "US", "share_high"), "90");
	CHECK_TEXT(share(&x, "n1-drawing-software", "US", "basis"), "hq");
	CHECK_TEXT(share(&x, "n1-drawing-software", "US", "year"), "2019");
	CHECK_TEXT(share(&x, "n1-drawing-software", "US", "evidence"), "estimated");
	CHECK(found(x.findings, SSRC_M_ETO_SUM, "n1-drawing-software (countries 2019)") == 1);
	CHECK(found(x.check, SSRC_M_SHARES_OVER, "n1-drawing-software") == 1);
	CHECK_TEXT(share(&x, "n1-drawing-software", "quarry-guild", "share_low"), "");
	CHECK(found(x.findings, SSRC_M_ETO_SHARE_BLANK, "n1-drawing-software (firms 2019)") == 1);
	CHECK_TEXT(share(&x, "n7-resine-bleue", "atelier-lumiere", "share_low"), "50");
	CHECK(found(x.findings, SSRC_M_ETO_TWICE, "Atelier Lumière") == 1);
	CHECK(found(x.findings, SSRC_M_ETO_SUM, "n7-resine-bleue (firms 2023)") == 1);
	CHECK_TEXT(share(&x, "n10-mystery-powder", "atlantis-inks", "share_low"), "");
	CHECK_TEXT(share(&x, "n10-mystery-powder", "atlantis-inks", "year"), "");
	CHECK(found(x.findings, SSRC_M_ETO_SHARE_BAD, "lots") == 1);
	CHECK(found(x.findings, SSRC_M_ETO_SHARE_BAD, "140") == 1);
	CHECK(found(x.findings, SSRC_M_ETO_YEAR_BAD, "20x4") == 1);
	CHECK(found(x.findings, SSRC_M_ETO_ID_UNKNOWN, "P99") == 1);
	CHECK(found(x.findings, SSRC_M_ETO_ID_UNKNOWN, "N77") == 1);
	CHECK(found(x.findings, SSRC_M_ETO_ID_UNKNOWN, "N98") == 1);
	CHECK(found(x.findings, SSRC_M_ROW_CELLS, "4") == 1);
	import_close(&x);
}

static void share_groups(void)
{
	imported x;
	if (!import_open(&x, fixture))
		return;
	/* All under "various": fragmented, no firm and no country of that name. */
	CHECK_TEXT(share(&x, "n4-printing-presses", "various", "share_low"), "100");
	CHECK(found(x.findings, SSRC_M_ETO_VARIOUS_ONLY, "n4-printing-presses") == 2);
	/* All zero: unknown. */
	CHECK_TEXT(share(&x, "n5-flat-presses-adv", "CN", "share_low"), "");
	CHECK(found(x.findings, SSRC_M_ETO_GROUP_ZERO, "n5-flat-presses-adv (countries 2023)") == 1);
	/* Two years: two sets, each whole. */
	CHECK(found(x.findings, SSRC_M_ETO_MIXED_YEARS, "n6-drum-presses") == 1);
	CHECK(found(x.findings, SSRC_M_ETO_SUM, "n6-drum-presses") == 0);
	CHECK(found(x.findings, SSRC_M_ETO_MIXED_SOURCES, "n7-resine-bleue") == 1);
	import_close(&x);
}

static void sources_and_licence(void)
{
	imported x;
	if (!import_open(&x, fixture))
		return;
	CHECK_TEXT(ssrc_package_home(x.package), "US");
	const ssrc_document *yaml = ssrc_package_document(x.package, "package.yaml");
	CHECK(yaml && strcmp(ssrc_yaml_text(yaml->root, "name"), "eto-chip-chain") == 0);
	CHECK(yaml && strcmp(ssrc_yaml_text(yaml->root, "currency"), "USD") == 0);
	CHECK(yaml && strcmp(ssrc_yaml_text(yaml->root, "licence"),
			     "CC BY-NC 4.0 (user's own download; not redistributed)") == 0);
	CHECK(ssrc_package_rows(x.package, "sources") == 5);
	uint32_t row = row_where(&x, SSRC_FILE_SOURCES, "title", "Widget Board (citing the guild, 2024)", 0);
	CHECK(row != SSRC_NONE);
	CHECK_TEXT(cell(&x, SSRC_FILE_SOURCES, row, "url"), "https://example.org/wb");
	CHECK_TEXT(share(&x, "n1-drawing-software", "US", "source"), cell(&x, SSRC_FILE_SOURCES, row, "source"));
	/* A stage without a source of its own rests on that of its chart. */
	row = row_where(&x, SSRC_FILE_SOURCES, "title", "Widget Board (WB)", 0);
	CHECK(row != SSRC_NONE);
	CHECK_TEXT(share(&x, "s1-design", "US", "source"), cell(&x, SSRC_FILE_SOURCES, row, "source"));
	import_close(&x);
}

static void fixture_passes_check(void)
{
	const char *folders[] = {fixture, fixture_old};
	for (int i = 0; i < 2; i++) {
		imported x;
		if (!import_open(&x, folders[i]))
			return;
		CHECK(ssrc_findings_count(x.check, SSRC_ERROR) == 0);
		CHECK(ssrc_findings_count(x.findings, SSRC_ERROR) == (i == 0)); /* the row with too few cells */
		check_findings(x.findings);
		import_close(&x);
	}
}

static void old_vintage(void)
{
	imported x;
	if (!import_open(&x, fixture_old))
		return;
	CHECK(found(x.findings, SSRC_M_ETO_ENCODING, NULL) == 4); /* stages.csv is UTF-8 */
	CHECK(found(x.findings, SSRC_M_ETO_PERCENT, "61%") == 1);
	CHECK(found(x.findings, SSRC_M_ETO_NO_YEAR, NULL) == 1);
	CHECK(found(x.findings, SSRC_M_ETO_COUNTRY_READ, "MAL") == 1);
	CHECK(found(x.findings, SSRC_M_ETO_NEGLIGIBLE, "n7-resine-bleue (firms)") == 1);
	CHECK_TEXT(value(&x, SSRC_FILE_ITEMS, "item", "n7-resine-bleue", "name_en"), "Résine bleue");
	CHECK_TEXT(value(&x, SSRC_FILE_ITEMS, "item", "n0-pattern-drawing", "note"),
		   "How a “pattern” is drawn – by hand");
	CHECK_TEXT(value(&x, SSRC_FILE_ITEMS, "item", "s2-fabrication", "note"), "“Printing” in UTF‑8");
	CHECK_TEXT(value(&x, SSRC_FILE_PARTIES, "party", "facade-akeri", "name_en"), "Façade Åkeri");
	CHECK_TEXT(value(&x, SSRC_FILE_PARTIES, "party", "angstrom-inks", "hq"), "SE");
	CHECK_TEXT(share(&x, "s2-fabrication", "US", "share_low"), "61");
	CHECK_TEXT(share(&x, "s2-fabrication", "MY", "share_low"), "30");
	CHECK_TEXT(share(&x, "s2-fabrication", "US", "basis"), "hq"); /* no caption that says otherwise */
	CHECK_TEXT(share(&x, "n7-resine-bleue", "facade-akeri", "share_low"), "");
	CHECK(*share(&x, "n7-resine-bleue", "facade-akeri", "note") != '\0');
	CHECK_TEXT(share(&x, "n7-resine-bleue", "atelier-lumiere", "year"), "");
	import_close(&x);
}

/* What was imported can be written, read again and is the same. */
static void round_trip(void)
{
	imported x;
	char folder[256], path[300];
	if (!import_open(&x, fixture) || !test_folder(folder))
		return;
	snprintf(path, sizeof path, "%s/out", folder);
	ssrc_error err = {0};
	ssrc_package *again = NULL;
	CHECK(ssrc_package_write(x.package, path, &err) == SSRC_OK);
	CHECK(ssrc_package_read(&again, &x.ctx, path, x.check, &err) == SSRC_OK);
	for (int f = 0; again && f < SSRC_FILE_COUNT; f++) {
		const ssrc_table *a = &x.package->tables[f], *b = &again->tables[f];
		CHECK(a->n_rows == b->n_rows && a->n_header == b->n_header);
		for (size_t i = 0; a->n_rows == b->n_rows && i < (size_t)a->n_rows * a->n_header; i++)
			CHECK_TEXT(a->cells[i].text, b->cells[i].text);
		for (uint32_t row = 0; a->n_rows == b->n_rows && row < a->n_rows; row++)
			CHECK(a->lines[row] == b->lines[row]);
	}
	ssrc_package_free(again);
	import_close(&x);
}

/* ---- what is no download ---------------------------------------------------------------------------- */

static ssrc_status import_files(const char *const (*files)[2], size_t n, ssrc_error *err)
{
	static const char *const names[] = {"inputs.csv", "providers.csv", "provision.csv", "sequence.csv",
					    "stages.csv"};
	static const char *const headers[] = {"input_id,input_name,type\n", "provider_id,provider_name,provider_type\n",
					      "provider_id,provided_id,share_provided\n",
					      "input_id,goes_into_id,is_type_of_id\n", "stage_id,stage_name\n"};
	char folder[256], path[300];
	ssrc_context ctx;
	ssrc_findings *findings;
	ssrc_package *package = NULL;
	ssrc_context_init(&ctx);
	if (!test_folder(folder) || ssrc_findings_new(&findings, &ctx, err))
		return SSRC_BUG;
	for (int i = 0; i < 5; i++) {
		const char *text = headers[i];
		for (size_t k = 0; k < n; k++)
			if (strcmp(files[k][0], names[i]) == 0)
				text = files[k][1];
		snprintf(path, sizeof path, "%s/%s", folder, names[i]);
		if (text)
			test_write_file(path, text);
	}
	ssrc_status status = ssrc_import_eto(&package, &ctx, folder, findings, err);
	CHECK((status == SSRC_OK) == (package != NULL));
	ssrc_package_free(package);
	ssrc_findings_free(findings);
	return status;
}

static void not_a_download(void)
{
	static const struct {
		const char *file, *text;
		ssrc_text_id message;
	} cases[] = {
		{"providers.csv", NULL, SSRC_M_ETO_FILE_MISSING},
		{"inputs.csv", "", SSRC_M_ETO_COLUMN_MISSING},
		{"sequence.csv", "input_id,goes_into_id\nN1,N2\n", SSRC_M_ETO_COLUMN_MISSING},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *files[1][2] = {{cases[i].file, cases[i].text}};
		ssrc_error err = {0};
		CHECK(import_files((const char *const(*)[2])files, 1, &err) == SSRC_FORMAT);
		CHECK(err.message == cases[i].message);
	}
	ssrc_error err = {0};
	CHECK(import_files(NULL, 0, &err) == SSRC_OK); /* headers alone: an empty chain */
}

static void too_large(void)
{
	char *text = malloc((17 << 20) + 1);
	if (!text)
		return;
	memset(text, 'x', 17 << 20);
	text[17 << 20] = '\0';
	const char *files[1][2] = {{"stages.csv", text}};
	ssrc_error err = {0};
	CHECK(import_files((const char *const(*)[2])files, 1, &err) == SSRC_FORMAT);
	CHECK(err.message == SSRC_M_ETO_FILE_LARGE);
	free(text);
}

/* Bytes of no sense in every file end in findings or an error, never in a crash. */
static void random_bytes(void)
{
	for (uint64_t seed = 0; seed < 200; seed++) {
		static const char alphabet[] = "NPS0123,,,\n\n\"% \xC3\xA9\x8E";
		static const char *const names[] = {"inputs.csv", "providers.csv", "provision.csv", "sequence.csv",
						    "stages.csv"};
		static const char *const heads[] = {"input_id,input_name,type\n",
						    "provider_id,provider_name,provider_type\n",
						    "provider_id,provided_id,share_provided\n",
						    "input_id,goes_into_id,is_type_of_id\n", "stage_id,stage_name\n"};
		static char text[5][700];
		const char *files[5][2];
		for (int f = 0; f < 5; f++) {
			size_t n = strlen(heads[f]);
			memcpy(text[f], heads[f], n);
			for (uint64_t i = 0; n < sizeof text[f] - 1; i++)
				text[f][n++] = alphabet[ssrc_random_bits(seed, (uint64_t)f, i) % (sizeof alphabet - 1)];
			text[f][n] = '\0';
			files[f][0] = names[f];
			files[f][1] = text[f];
		}
		ssrc_error err = {0};
		CHECK(import_files((const char *const(*)[2])files, 5, &err) == SSRC_OK);
	}
}

static void faults_on(const char *folder)
{
	for (long k = 1;; k++) {
		test_faults faults;
		ssrc_context ctx;
		ssrc_error err = {0};
		ssrc_findings *findings = NULL;
		ssrc_package *package = NULL;
		test_faults_init(&faults, &ctx, k);
		ssrc_status status = ssrc_findings_new(&findings, &ctx, &err);
		if (!status)
			status = ssrc_import_eto(&package, &ctx, folder, findings, &err);
		bool reached = faults.calls >= k;
		CHECK(status == (reached ? err.code : SSRC_OK));
		CHECK(!reached || status == SSRC_NOMEM || status == SSRC_IO);
		CHECK((package == NULL) == (status != SSRC_OK));
		ssrc_package_free(package);
		ssrc_findings_free(findings);
		CHECK(faults.live_blocks == 0);
		if (!reached || checks_failed_here)
			return;
	}
}

static void faults(void)
{
	faults_on(fixture);
	faults_on(fixture_old);
}

/* ---- the real data set, where it is at hand --------------------------------------------------------- */

static bool real_open(imported *x, const char *vintage)
{
	char folder[512];
	const char *root = test_reference_data();
	if (!root)
		return false;
	snprintf(folder, sizeof folder, "%s/eto/%s", root, vintage);
	return access(folder, R_OK) == 0 && import_open(x, folder);
}

static void real_2025(void)
{
	imported x;
	const char *sink = "";
	if (!real_open(&x, "v2025-07"))
		SKIP("no reference data");
	size_t items = ssrc_package_rows(x.package, "items");
	CHECK(items >= 123 && items <= 129);
	CHECK(count_sinks(&x, &sink) == 1);
	CHECK_TEXT(value(&x, SSRC_FILE_ITEMS, "item", sink, "product"), "yes");
	CHECK(ssrc_findings_count(x.check, SSRC_ERROR) == 0);
	CHECK(ssrc_findings_count(x.findings, SSRC_ERROR) == 0);
	check_findings(x.findings);
	CHECK_TEXT(value(&x, SSRC_FILE_NAMES, "name", "Mentor Graphics", "party"), "siemens-eda");
	CHECK_TEXT(value(&x, SSRC_FILE_PARTIES, "party", "siemens-eda", "hq"), "US");
	CHECK_TEXT(value(&x, SSRC_FILE_PARTIES, "party", "siemens-eda", "parent"), "DE");
	CHECK_TEXT(share(&x, "n84-electronic-design-automation-software", "siemens-eda", "basis"), "hq");
	CHECK_TEXT(value(&x, SSRC_FILE_ITEMS, "item", "n84-electronic-design-automation-software", "kind"), "software");
	CHECK(found(x.findings, SSRC_M_ETO_SUM, "n84-") == 1);
	CHECK(found(x.findings, SSRC_M_ETO_VARIOUS_ONLY, NULL) == 4);
	CHECK(found(x.findings, SSRC_M_ETO_ID_UNKNOWN, "N68") == 8);
	CHECK_TEXT(share(&x, "s2-fabrication", "TW", "basis"), "site");
	CHECK_TEXT(share(&x, "s1-design", "US", "basis"), "hq");
	import_close(&x);
}

static void real_2022(void)
{
	imported x;
	if (!real_open(&x, "v2022-09"))
		SKIP("no reference data");
	CHECK(ssrc_package_rows(x.package, "items") == 82);
	CHECK(ssrc_findings_count(x.check, SSRC_ERROR) == 0);
	CHECK(ssrc_findings_count(x.findings, SSRC_ERROR) == 0);
	check_findings(x.findings);
	CHECK(found(x.findings, SSRC_M_ETO_ENCODING, "inputs.csv") == 1);
	CHECK(strstr(value(&x, SSRC_FILE_ITEMS, "item", "n2-logic-chip-design-discrete-gpus", "note"), "“") != NULL);
	CHECK_TEXT(share(&x, "s2-fabrication", "TW", "share_low"), "47");
	CHECK_TEXT(share(&x, "s2-fabrication", "TW", "basis"), "hq");
	CHECK(found(x.findings, SSRC_M_ETO_SUM, NULL) == 4);
	CHECK(found(x.findings, SSRC_M_ETO_NAME_DIFFERS, "P44") == 1);
	import_close(&x);
}

int main(int argc, char **argv)
{
	TEST(items_and_tiers);
	TEST(needs_and_variants);
	TEST(parties_and_names);
	TEST(succession);
	TEST(shares_as_they_are);
	TEST(share_groups);
	TEST(sources_and_licence);
	TEST(fixture_passes_check);
	TEST(old_vintage);
	TEST(round_trip);
	TEST(not_a_download);
	TEST(too_large);
	TEST(random_bytes);
	TEST(faults);
	TEST(real_2025);
	TEST(real_2022);
	return tests_done();
}
