/* Packages: what is read is written byte for byte, every failing call is told and leaves nothing half done, findings
 * are bounded, the order of rows does not matter. */
#include "harness.h"

#include "base/findings.h"
#include "io/file.h"
#include "model/chain.h"
#include "model/package.h"

#include <dirent.h>
#include <sys/stat.h>

/* ---- folders ------------------------------------------------------------------------------------------- */

static const struct {
	const char *name, *text;
} files[] = {
	{"package.yaml", "name: small\nlicence: none\nhome: CN\ntitle: {en: Small, zh: 小}\n"},
	{"README.md", "# Small\n"},
	{"tiers.csv", "tier,order,name_en,name_zh\nmaterial,1,Materials,材料\nproduct,2,Products,产品\n"},
	{"items.csv", "\xEF\xBB\xBFitem,tier,kind,name_en,recovery_weeks_low,recovery_weeks_high,product,colour\r\n"
		      "gallium,material,good,\"Gallium, pure\",10,20,,grey\r\nchip,product,good,Chip,,,yes,\r\n"
		      "glass,material,good,\"The \"\"good\"\" glass\",5,6,,\r\n"},
	{"needs.csv", "item,input,essential,any_of\nchip,gallium,critical,\nchip,glass,important,\n"},
	{"parties.csv", "party,kind,name_en,site,hq\nmaker,firm,Maker,JP;KR,JP\nother,firm,Other,,US\n"},
	{"shares.csv",
	 "item,provider,basis,share_low,share_high,year\ngallium,maker,hq,60,70,2024\ngallium,other,hq,20,30,2024\n"
	 "gallium,various,hq,5,15,2024\nglass,US,site,80,90,2023\nglass,CN,site,10,20,2023\n"},
	{"alternates.csv", "item,alternate,for_item,state,share_low,share_high\ngallium,glass,,qualified,10,20\n"
			   "glass,maker,,sampling,,\n"},
	{"events.csv", "event,date,kind,title_en,item,country,target,direction,valid_from\n"
		       "ban,2024-01-01,control,Ban,gallium;glass,US,CN,tighten,2024-01-01\n"},
	{"scenarios/cut.yaml", "scenario: cut\ntitle: {en: Cut}\ncuts:\n  - {country: JP}\n"},
};
enum { N_FILES = sizeof files / sizeof *files };

static void write_folder(char folder[256])
{
	char path[400];
	CHECK(test_folder(folder) != NULL);
	snprintf(path, sizeof path, "%s/scenarios", folder);
	mkdir(path, 0777);
	for (size_t i = 0; i < N_FILES; i++) {
		snprintf(path, sizeof path, "%s/%s", folder, files[i].name);
		test_write_file(path, files[i].text);
	}
}

static int count_entries(const char *folder)
{
	DIR *dir = opendir(folder);
	int n = 0;
	for (struct dirent *entry; dir && (entry = readdir(dir));)
		n += entry->d_name[0] != '.';
	if (dir)
		closedir(dir);
	return dir ? n : -1;
}

static ssrc_context plain;

static ssrc_package *read_plain(const char *folder, ssrc_findings **findings)
{
	ssrc_package *package = NULL;
	ssrc_error err = {0};
	ssrc_context_init(&plain);
	CHECK(ssrc_findings_new(findings, &plain, &err) == SSRC_OK);
	CHECK(ssrc_package_read(&package, &plain, folder, *findings, &err) == SSRC_OK);
	return package;
}

/* ---- reading and writing ----------------------------------------------------------------------------------- */

static void expect_same_file(const char *folder, const char *name, const char *text)
{
	char path[700];
	ssrc_buf bytes;
	ssrc_context_init(&plain);
	ssrc_buf_init(&bytes, &plain);
	snprintf(path, sizeof path, "%s/%s", folder, name);
	CHECK(ssrc_file_load(&plain, path, 1 << 20, &bytes, NULL) == SSRC_OK);
	CHECK_TEXT(bytes.data ? bytes.data : "", text);
	ssrc_buf_clear(&bytes);
}

static void what_is_read_is_written(void)
{
	char folder[256], copy[300];
	ssrc_findings *findings;
	ssrc_error err = {0};
	write_folder(folder);
	ssrc_package *package = read_plain(folder, &findings);
	CHECK(ssrc_package_rows(package, "items") == 3 && ssrc_package_rows(package, "shares.csv") == 5);
	CHECK(ssrc_package_rows(package, "nothing") == 0);
	CHECK_TEXT(ssrc_package_home(package), "CN");
	snprintf(copy, sizeof copy, "%s/copy", folder);
	CHECK(ssrc_package_write(package, copy, &err) == SSRC_OK);
	for (size_t i = 0; i < N_FILES; i++)
		expect_same_file(copy, files[i].name, files[i].text);
	CHECK(count_entries(copy) == N_FILES); /* scenarios counts as one, like its file */
	/* Nothing is written over. */
	CHECK(ssrc_package_write(package, copy, &err) == SSRC_EXISTS && err.code == SSRC_EXISTS);
	expect_same_file(copy, "items.csv", files[3].text);
	ssrc_package_free(package);
	ssrc_findings_free(findings);
}

static void cells_know_their_places(void)
{
	char folder[256];
	ssrc_findings *findings;
	write_folder(folder);
	ssrc_package *package = read_plain(folder, &findings);
	const ssrc_table *items = &package->tables[SSRC_FILE_ITEMS];
	uint32_t name = ssrc_schema_column(SSRC_FILE_ITEMS, "name_en"),
		 zh = ssrc_schema_column(SSRC_FILE_ITEMS, "name_zh");
	CHECK_TEXT(ssrc_table_cell(items, 2, name)->text, "The \"good\" glass");
	CHECK(items->lines[2] == 4 && ssrc_table_cell(items, 2, name)->column == 21);
	CHECK_TEXT(ssrc_table_cell(items, 0, zh)->text, ""); /* a column that the file does not have */
	CHECK(items->bom && items->crlf && items->n_header == 8 && items->schema_of[7] == SSRC_NONE);
	CHECK(package->ids[SSRC_FILE_ITEMS].count == 3);
	ssrc_package_free(package);
	ssrc_findings_free(findings);
}

/* ---- every failing call -------------------------------------------------------------------------------------- */

typedef ssrc_status (*work)(ssrc_context *ctx, const char *folder, ssrc_error *err);

static ssrc_status read_work(ssrc_context *ctx, const char *folder, ssrc_error *err)
{
	ssrc_findings *findings = NULL;
	ssrc_package *package = NULL, *untouched = NULL;
	ssrc_status status = ssrc_findings_new(&findings, ctx, err);
	if (!status)
		status = ssrc_package_read(&package, ctx, folder, findings, err);
	CHECK(!status || package == untouched);
	ssrc_check_options options = {.as_of = 20000};
	if (!status)
		status = ssrc_package_check(package, &options, findings, err);
	ssrc_chain *chain = NULL;
	if (!status)
		status = ssrc_chain_build(&chain, package, 20000, err);
	CHECK(!status || chain == NULL);
	ssrc_chain_free(chain);
	ssrc_package_free(package);
	ssrc_findings_free(findings);
	return status;
}

static long fail_each(work work_on, const char *folder, long most,
		      void (*after)(const char *folder, ssrc_status status))
{
	long k = 1;
	for (; k < most; k++) {
		test_faults f;
		ssrc_context ctx;
		ssrc_error err = {0};
		test_faults_init(&f, &ctx, k);
		ssrc_status status = work_on(&ctx, folder, &err);
		CHECK(f.live_blocks == 0);
		if (after)
			after(folder, status);
		if (f.calls < k) {
			CHECK(status == SSRC_OK && err.code == SSRC_OK);
			break;
		}
		/* A failure may be one the work can do without; otherwise it is told with its cause. A path that cannot
		 * be looked at counts as taken. */
		CHECK(status == SSRC_OK || status == SSRC_NOMEM || status == SSRC_IO || status == SSRC_EXISTS);
		CHECK(err.code == status);
	}
	CHECK(k < most);
	return k;
}

static void reading_survives_every_failure(void)
{
	char folder[256];
	write_folder(folder);
	CHECK(fail_each(read_work, folder, 4000, NULL) > 100);
}

static ssrc_package *to_write;

static ssrc_status write_work(ssrc_context *ctx, const char *folder, ssrc_error *err)
{
	char copy[300];
	snprintf(copy, sizeof copy, "%s/copy", folder);
	ssrc_context *own = to_write->ctx;
	to_write->ctx = ctx;
	ssrc_status status = ssrc_package_write(to_write, copy, err);
	to_write->ctx = own;
	return status;
}

static void whole_or_nothing(const char *folder, ssrc_status status)
{
	char copy[300], path[400];
	snprintf(copy, sizeof copy, "%s/copy", folder);
	if (status) {
		CHECK(access(copy, F_OK) != 0);
		return;
	}
	for (size_t i = 0; i < N_FILES; i++) {
		expect_same_file(copy, files[i].name, files[i].text);
		snprintf(path, sizeof path, "%s/%s", copy, files[i].name);
		unlink(path);
	}
	snprintf(path, sizeof path, "%s/scenarios", copy);
	rmdir(path);
	CHECK(rmdir(copy) == 0); /* nothing else stood there */
}

static void writing_leaves_all_or_nothing(void)
{
	char folder[256];
	ssrc_findings *findings;
	write_folder(folder);
	to_write = read_plain(folder, &findings);
	CHECK(fail_each(write_work, folder, 1000, whole_or_nothing) > 30);
	ssrc_package_free(to_write);
	ssrc_findings_free(findings);
}

/* ---- findings -----------------------------------------------------------------------------------------------------
 */

static void findings_of_one_kind_are_bounded(void)
{
	char folder[256], path[300];
	ssrc_findings *findings;
	ssrc_buf text;
	ssrc_context_init(&plain);
	write_folder(folder);
	ssrc_buf_init(&text, &plain);
	ssrc_buf_puts(&text, "item,tier,kind,name_en\n");
	for (int i = 0; i < 5 * SSRC_FINDINGS_PER_MESSAGE; i++)
		ssrc_buf_printf(&text, "x%d,nowhere,good,X\n", i);
	snprintf(path, sizeof path, "%s/items.csv", folder);
	test_write_file(path, text.data);
	ssrc_package *package = read_plain(folder, &findings);
	ssrc_check_options options = {.as_of = 20000};
	CHECK(ssrc_package_check(package, &options, findings, NULL) == SSRC_OK);
	size_t shown = 0, total = ssrc_findings_total(findings);
	for (size_t i = 0; i < total; i++) {
		const ssrc_finding *f = ssrc_findings_get(findings, i);
		shown += f->message == SSRC_M_REF_UNKNOWN && strcmp(f->file, "items.csv") == 0;
		if (i > 0) {
			const ssrc_finding *before = ssrc_findings_get(findings, i - 1);
			int order = strcmp(before->file, f->file);
			CHECK(order < 0 || (order == 0 && before->line <= f->line));
		}
	}
	CHECK(shown >= SSRC_FINDINGS_PER_MESSAGE && shown <= SSRC_FINDINGS_PER_MESSAGE + 1);
	/* All are counted. */
	CHECK(ssrc_findings_count(findings, SSRC_ERROR) >= 5 * SSRC_FINDINGS_PER_MESSAGE);
	ssrc_package_free(package);
	ssrc_findings_free(findings);
	ssrc_buf_clear(&text);
}

/* ---- files that are not of the format -------------------------------------------------------------------------- */

static const ssrc_finding *unknown_file(const ssrc_findings *findings, const char *name)
{
	for (size_t i = 0; i < ssrc_findings_total(findings); i++) {
		const ssrc_finding *f = ssrc_findings_get(findings, i);
		if (f->message == SSRC_M_FILE_UNKNOWN && strcmp(f->file, name) == 0)
			return f;
	}
	return NULL;
}

static void unknown_files_are_named(void)
{
	static const struct {
		const char *name, *meant;
	} strange[] = {{"package.yml", "package.yaml"},
		       {"Policy.YAML", "policy.yaml"},
		       {"item.csv", "items.csv"},
		       {"ITEMS.CSV", "items.csv"},
		       {"needs.xlsx", "needs.csv"},
		       {"tiers", "tiers.csv"},
		       {"scenarios/war.yml", "scenarios/war.yaml"},
		       {"scenarios/war.YAML", "scenarios/war.yaml"},
		       {"Scenarios.zip", "scenarios"},
		       {"CHANGELOG.md", "-"},
		       {"LICENSE", "-"},
		       {"letters.yaml", "-"},
		       {"zzzzzzz.csv", "-"},
		       {"items.csv.partial", "-"},
		       {"scenarios/README.md", "-"},
		       {".hidden", NULL},
		       {"scenarios/.hidden.yml", NULL}};
	enum { N_STRANGE = sizeof strange / sizeof *strange };
	char folder[256], path[400];
	ssrc_findings *findings;
	write_folder(folder);
	for (size_t i = 0; i < N_STRANGE; i++) {
		snprintf(path, sizeof path, "%s/%s", folder, strange[i].name);
		test_write_file(path, "x");
	}
	snprintf(path, sizeof path, "%s/docs", folder);
	mkdir(path, 0777);
	ssrc_package *package = read_plain(folder, &findings);
	for (size_t i = 0; i < N_STRANGE; i++) {
		const ssrc_finding *f = unknown_file(findings, strange[i].name);
		CHECK((f != NULL) == (strange[i].meant != NULL));
		if (!f || !strange[i].meant)
			continue;
		CHECK(f->severity == (*strange[i].meant == '-' ? SSRC_INFO : SSRC_WARNING));
		CHECK_TEXT(f->arg[1], strange[i].meant);
	}
	CHECK(unknown_file(findings, "docs") != NULL);
	CHECK(ssrc_findings_total(findings) == N_STRANGE - 2 + 2); /* docs, and the column colour */
	CHECK(package->n_documents == 3);
	ssrc_package_free(package);
	ssrc_findings_free(findings);
}

static void strangers_do_not_crowd_out_scenarios(void)
{
	char folder[256], path[400];
	ssrc_findings *findings;
	write_folder(folder);
	for (int i = 0; i < 2500; i++) {
		snprintf(path, sizeof path, "%s/%snote-%04d.txt", folder, i % 2 ? "scenarios/" : "", i);
		test_write_file(path, "x");
	}
	for (int i = 0; i < 2004; i++) {
		snprintf(path, sizeof path, "%s/scenarios/s%04d.yaml", folder, i);
		test_write_file(path, "scenario: s\n");
	}
	ssrc_package *package = read_plain(folder, &findings);
	CHECK(package->n_documents == 2002); /* package.yaml, README.md and 2,000 scenarios */
	CHECK(ssrc_package_document(package, "package.yaml") && ssrc_package_document(package, "scenarios/s1998.yaml"));
	CHECK(!ssrc_package_document(package, "scenarios/s1999.yaml")); /* cut.yaml is one of them */
	size_t more = 0, limit = 0;
	for (size_t i = 0; i < ssrc_findings_total(findings); i++) {
		const ssrc_finding *f = ssrc_findings_get(findings, i);
		if (f->message == SSRC_M_FILES_UNKNOWN_MORE) {
			CHECK(f->severity == SSRC_INFO);
			CHECK_TEXT(f->arg[0], "1150");
			more++;
		}
		if (f->message == SSRC_M_SCENARIOS_LIMIT) {
			CHECK(f->severity == SSRC_ERROR);
			CHECK_TEXT(f->arg[1], "5");
			limit++;
		}
	}
	CHECK(more == 2 && limit == 1);
	ssrc_package_free(package);
	ssrc_findings_free(findings);
}

/* ---- order of rows --------------------------------------------------------------------------------------------------
 */

static void add_row(ssrc_package *package, ssrc_file_id file, const char *columns, const char *values)
{
	const char *cells[64] = {0};
	char names[400], texts[400], *name = names, *text = texts;
	snprintf(names, sizeof names, "%s", columns);
	snprintf(texts, sizeof texts, "%s", values);
	while (name) {
		char *next_name = strchr(name, '|'), *next_text = strchr(text, '|');
		if (next_name)
			*next_name++ = '\0';
		if (next_text)
			*next_text++ = '\0';
		cells[ssrc_schema_column(file, name)] = text;
		name = next_name;
		text = next_text;
	}
	CHECK(ssrc_package_add_row(package, file, cells, 1, NULL) == SSRC_OK);
}

enum { N_ITEMS = 30 };

/* The same rows in an order that depends on the seed. */
static ssrc_package *shuffled(uint64_t seed)
{
	ssrc_package *package;
	char values[400];
	uint32_t order[N_ITEMS];
	CHECK(ssrc_package_new(&package, &plain, "shuffled", NULL) == SSRC_OK);
	for (int f = 0; f < SSRC_FILE_COUNT; f++)
		CHECK(ssrc_package_full_header(package, (ssrc_file_id)f, NULL) == SSRC_OK);
	for (uint32_t i = 0; i < N_ITEMS; i++)
		order[i] = i;
	for (uint32_t i = N_ITEMS; seed && i-- > 1;) {
		uint32_t k = (uint32_t)(ssrc_random_bits(seed, 1, i) % (i + 1)), x = order[i];
		order[i] = order[k];
		order[k] = x;
	}
	for (uint32_t n = 0; n < N_ITEMS; n++) {
		uint32_t i = order[n];
		snprintf(values, sizeof values, "t%u|%u|T|层", i % 7, i % 3);
		if (i < 7)
			add_row(package, SSRC_FILE_TIERS, "tier|order|name_en|name_zh", values);
		snprintf(values, sizeof values, "i%u|t%u|good|Item %u|%u|%u|%s", i, i % 7, i, 1 + i, 2 + i,
			 i > 27 ? "yes" : "");
		add_row(package, SSRC_FILE_ITEMS,
			"item|tier|kind|name_en|recovery_weeks_low|recovery_weeks_high|product", values);
		snprintf(values, sizeof values, "p%u|firm|P%u|%s|%s", i, i, i % 2 ? "JP;KR" : "", i % 3 ? "US" : "NL");
		add_row(package, SSRC_FILE_PARTIES, "party|kind|name_en|site|hq", values);
		for (uint32_t k = 1; k < 4 && i + k < N_ITEMS; k++) {
			snprintf(values, sizeof values, "i%u|i%u|%s|%s", i + k, i, k == 1 ? "critical" : "important",
				 k == 3 ? "g" : "");
			add_row(package, SSRC_FILE_NEEDS, "item|input|essential|any_of", values);
		}
		for (uint32_t k = 0; k < 3; k++) {
			snprintf(values, sizeof values, "i%u|p%u|hq|%u|%u|2024", n % 2 ? i : i, (i + k) % N_ITEMS,
				 30 - k, 31 - k);
			add_row(package, SSRC_FILE_SHARES, "item|provider|basis|share_low|share_high|year", values);
		}
		snprintf(values, sizeof values, "i%u|p%u|qualified|10|20", i, (i + 5) % N_ITEMS);
		add_row(package, SSRC_FILE_ALTERNATES, "item|alternate|state|share_low|share_high", values);
		snprintf(values, sizeof values, "e%u|2024-01-%02u|control|E|i%u;i%u|US|CN", i, 1 + i % 28, i,
			 (i + 1) % N_ITEMS);
		add_row(package, SSRC_FILE_EVENTS, "event|date|kind|title_en|item|country|target", values);
	}
	CHECK(ssrc_package_index(package, NULL) == SSRC_OK);
	return package;
}

static void expect_same_lists(const uint32_t *a, uint32_t n, const uint32_t *b, uint32_t m)
{
	CHECK(n == m && (n == 0 || memcmp(a, b, n * sizeof *a) == 0));
}

static void expect_same_chain(const ssrc_chain *a, const ssrc_chain *b)
{
	CHECK(a->n_items == b->n_items && a->n_tiers == b->n_tiers && a->n_needs == b->n_needs &&
	      a->n_parties == b->n_parties);
	CHECK(a->n_shares == b->n_shares && a->n_sets == b->n_sets && a->n_alternates == b->n_alternates);
	CHECK(a->n_events == b->n_events && a->n_countries == b->n_countries);
	for (uint32_t i = 0; i < a->n_tiers; i++)
		CHECK_TEXT(a->tiers[i].id, b->tiers[i].id);
	for (uint32_t i = 0; i < a->n_items; i++) {
		const ssrc_item *x = &a->items[i], *y = &b->items[i];
		CHECK_TEXT(x->id, y->id);
		CHECK(x->tier == y->tier && x->recovery.low == y->recovery.low && x->product == y->product);
		CHECK(x->first_need == y->first_need && x->n_needs == y->n_needs && x->first_set == y->first_set);
		CHECK(x->n_sets == y->n_sets && x->first_alternate == y->first_alternate &&
		      x->n_alternates == y->n_alternates);
	}
	for (uint32_t i = 0; i < a->n_needs; i++)
		CHECK(a->needs[i].item == b->needs[i].item && a->needs[i].input == b->needs[i].input &&
		      a->needs[i].essential == b->needs[i].essential &&
		      strcmp(a->needs[i].any_of, b->needs[i].any_of) == 0);
	for (uint32_t i = 0; i < a->n_parties; i++) {
		CHECK_TEXT(a->parties[i].id, b->parties[i].id);
		CHECK(a->parties[i].hq == b->parties[i].hq && a->parties[i].parent == b->parties[i].parent);
		expect_same_lists(a->parties[i].sites, a->parties[i].n_sites, b->parties[i].sites,
				  b->parties[i].n_sites);
	}
	for (uint32_t i = 0; i < a->n_shares; i++)
		CHECK(a->shares[i].party == b->shares[i].party && a->shares[i].share.low == b->shares[i].share.low &&
		      a->shares[i].kind == b->shares[i].kind);
	for (uint32_t i = 0; i < a->n_sets; i++)
		CHECK(a->sets[i].item == b->sets[i].item && a->sets[i].first == b->sets[i].first &&
		      a->sets[i].known_low == b->sets[i].known_low);
	for (uint32_t i = 0; i < a->n_alternates; i++)
		CHECK(a->alternates[i].item == b->alternates[i].item &&
		      a->alternates[i].by_party == b->alternates[i].by_party);
	for (uint32_t i = 0; i < a->n_events; i++) {
		CHECK_TEXT(a->events[i].id, b->events[i].id);
		expect_same_lists(a->events[i].items, a->events[i].n_items, b->events[i].items, b->events[i].n_items);
	}
	for (uint32_t i = 0; i < a->n_countries; i++)
		CHECK_TEXT(a->countries[i], b->countries[i]);
}

static void the_order_of_rows_does_not_matter(void)
{
	ssrc_context_init(&plain);
	ssrc_package *first = shuffled(0);
	ssrc_chain *a;
	CHECK(ssrc_chain_build(&a, first, 20000, NULL) == SSRC_OK);
	CHECK(a->n_items == N_ITEMS && a->n_needs > 80 && a->n_shares == 3 * N_ITEMS && a->n_tiers == 7);
	for (uint64_t seed = 1; seed <= 20; seed++) {
		ssrc_package *package = shuffled(seed);
		ssrc_chain *b;
		CHECK(ssrc_chain_build(&b, package, 20000, NULL) == SSRC_OK);
		expect_same_chain(a, b);
		ssrc_chain_free(b);
		ssrc_package_free(package);
	}
	ssrc_chain_free(a);
	ssrc_package_free(first);
}

/* ---- what may be missing
 * ------------------------------------------------------------------------------------------------ */

static void items_without_tiers(void)
{
	ssrc_package *package;
	ssrc_chain *chain;
	ssrc_context_init(&plain);
	CHECK(ssrc_package_new(&package, &plain, "none", NULL) == SSRC_OK);
	CHECK(ssrc_package_full_header(package, SSRC_FILE_ITEMS, NULL) == SSRC_OK);
	add_row(package, SSRC_FILE_ITEMS, "item|tier|kind", "a|nowhere|good");
	CHECK(ssrc_package_index(package, NULL) == SSRC_OK);
	CHECK(ssrc_chain_build(&chain, package, 20000, NULL) == SSRC_OK);
	CHECK(chain->n_items == 1 && chain->n_tiers == 0);
	CHECK_TEXT(chain->tiers[chain->items[0].tier].id, ""); /* a tier that can be named */
	ssrc_chain_free(chain);
	ssrc_package_free(package);
}

static void a_folder_that_is_none(void)
{
	ssrc_findings *findings;
	ssrc_package *package = NULL;
	ssrc_error err = {0};
	char folder[256], path[300];
	ssrc_context_init(&plain);
	CHECK(test_folder(folder) != NULL);
	snprintf(path, sizeof path, "%s/file", folder);
	test_write_file(path, "x");
	CHECK(ssrc_findings_new(&findings, &plain, &err) == SSRC_OK);
	ssrc_status status = ssrc_package_read(&package, &plain, path, findings, &err);
	CHECK(status == SSRC_OK || status == SSRC_IO);
	CHECK(status == SSRC_OK ? ssrc_findings_count(findings, SSRC_ERROR) > 0
				: err.code == SSRC_IO && package == NULL);
	ssrc_package_free(package);
	ssrc_findings_free(findings);
}

int main(int argc, char **argv)
{
	TEST(what_is_read_is_written);
	TEST(cells_know_their_places);
	TEST(reading_survives_every_failure);
	TEST(writing_leaves_all_or_nothing);
	TEST(findings_of_one_kind_are_bounded);
	TEST(unknown_files_are_named);
	TEST(strangers_do_not_crowd_out_scenarios);
	TEST(the_order_of_rows_does_not_matter);
	TEST(items_without_tiers);
	TEST(a_folder_that_is_none);
	return tests_done();
}
