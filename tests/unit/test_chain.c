/* The chain on one day: events to come and past, versions of one row, makers under several ids. */
#include "harness.h"

#include "base/findings.h"
#include "io/date.h"
#include "model/chain.h"
#include "model/package.h"

static ssrc_context plain;

static int32_t day(const char *text)
{
	ssrc_date date = {0};
	CHECK(ssrc_date_parse(text, strlen(text), &date));
	return date.first;
}

static ssrc_package *empty(void)
{
	ssrc_package *package = NULL;
	ssrc_context_init(&plain);
	CHECK(ssrc_package_new(&package, &plain, "chain", NULL) == SSRC_OK);
	for (int f = 0; f < SSRC_FILE_COUNT; f++)
		CHECK(ssrc_package_full_header(package, (ssrc_file_id)f, NULL) == SSRC_OK);
	return package;
}

/* A row of cells given as "column=text|column=text". */
static void add(ssrc_package *package, ssrc_file_id file, const char *cells)
{
	const char *texts[64] = {0};
	char copy[400];
	snprintf(copy, sizeof copy, "%s", cells);
	for (char *cell = copy; cell;) {
		char *next = strchr(cell, '|'), *text = strchr(cell, '=');
		if (next)
			*next++ = '\0';
		*text++ = '\0';
		texts[ssrc_schema_column(file, cell)] = text;
		cell = next;
	}
	CHECK(ssrc_package_add_row(package, file, texts, package->tables[file].n_rows + 2, NULL) == SSRC_OK);
}

static ssrc_chain *build(ssrc_package *package, const char *as_of)
{
	ssrc_chain *chain = NULL;
	CHECK(ssrc_package_index(package, NULL) == SSRC_OK);
	CHECK(ssrc_chain_build(&chain, package, day(as_of), NULL) == SSRC_OK);
	return chain;
}

static bool in_force(ssrc_package *package, const char *id, const char *as_of)
{
	ssrc_chain *chain = build(package, as_of);
	bool found = false, force = false;
	for (uint32_t i = 0; i < chain->n_events; i++)
		if (strcmp(chain->events[i].id, id) == 0) {
			found = true;
			force = chain->events[i].in_force;
		}
	CHECK(found); /* events of all days are there */
	ssrc_chain_free(chain);
	return force;
}

#define EVENT "date=2025-12-01|kind=control|title_en=E|direction=tighten|"

static void events_of_all_days_are_kept(void)
{
	ssrc_package *package = empty();
	add(package, SSRC_FILE_EVENTS, "event=spell|" EVENT "valid_from=2026-01-01|valid_to=2028-01-01");
	add(package, SSRC_FILE_EVENTS, "event=past|" EVENT "valid_from=2020|valid_to=2021");
	add(package, SSRC_FILE_EVENTS, "event=coming|" EVENT "valid_from=2027");
	add(package, SSRC_FILE_EVENTS, "event=open|" EVENT "valid_to=2030");
	CHECK(in_force(package, "spell", "2026-11-24"));
	CHECK(!in_force(package, "spell", "2025-12-31") && in_force(package, "spell", "2026-01-01"));
	CHECK(in_force(package, "spell", "2027-12-31") && !in_force(package, "spell", "2028-01-01"));
	CHECK(!in_force(package, "past", "2026-11-24") && in_force(package, "past", "2020-06-01"));
	CHECK(!in_force(package, "coming", "2026-11-24") && in_force(package, "coming", "2027-01-01"));
	CHECK(!in_force(package, "open", "2026-11-24"));
	ssrc_package_free(package);
}

static void an_event_lifted_and_imposed_again(void)
{
	ssrc_package *package = empty();
	add(package, SSRC_FILE_EVENTS, "event=ban|" EVENT "valid_from=2027|measure=second");
	add(package, SSRC_FILE_EVENTS, "event=ban|" EVENT "valid_from=2024|valid_to=2025|measure=first");
	CHECK(in_force(package, "ban", "2024-06-01") && !in_force(package, "ban", "2026-01-01"));
	CHECK(in_force(package, "ban", "2027-06-01"));
	ssrc_chain *chain = build(package, "2024-06-01");
	CHECK_TEXT(chain->n_events == 1 ? chain->events[0].measure : "", "first");
	ssrc_chain_free(chain);
	ssrc_package_free(package);
}

/* ---- versions of one row ----------------------------------------------------------------------------------- */

static const char *const versions[] = {
	"party=maker|kind=firm|name_en=Old|valid_to=2024",
	"party=maker|kind=firm|name_en=Middle|valid_from=2024",
	"party=maker|kind=firm|name_en=New|valid_from=2026",
	"party=maker|kind=firm|name_en=Next|valid_from=2030",
};

static void the_latest_version_counts(void)
{
	static const int orders[][4] = {{0, 1, 2, 3}, {3, 2, 1, 0}, {2, 0, 3, 1}, {1, 3, 0, 2}};
	for (size_t k = 0; k < sizeof orders / sizeof *orders; k++) {
		ssrc_package *package = empty();
		for (int i = 0; i < 4; i++)
			add(package, SSRC_FILE_PARTIES, versions[orders[k][i]]);
		static const struct {
			const char *day, *name;
		} expected[] = {
			{"2023-06-01", "Old"}, {"2025-06-01", "Middle"}, {"2026-11-24", "New"}, {"2030-01-01", "Next"}};
		for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
			ssrc_chain *chain = build(package, expected[i].day);
			CHECK(chain->n_parties == 1);
			CHECK_TEXT(chain->parties[0].name[0], expected[i].name);
			ssrc_chain_free(chain);
		}
		ssrc_package_free(package);
	}
}

/* The one finding of this kind about parties: its place and lines; 0 if there is none. */
static int overlaps(ssrc_package *package, ssrc_finding *out)
{
	ssrc_findings *findings;
	ssrc_check_options options = {.as_of = day("2026-11-24")};
	int n = 0;
	CHECK(ssrc_package_index(package, NULL) == SSRC_OK);
	CHECK(ssrc_findings_new(&findings, &plain, NULL) == SSRC_OK);
	CHECK(ssrc_package_check(package, &options, findings, NULL) == SSRC_OK);
	for (size_t i = 0; i < ssrc_findings_total(findings); i++) {
		const ssrc_finding *f = ssrc_findings_get(findings, i);
		if (f->message != SSRC_M_VERSIONS_OVERLAP)
			continue;
		*out = *f;
		CHECK(f->severity == SSRC_ERROR);
		CHECK_TEXT(f->arg[0], "maker");
		out->line = f->line * 100 + atoi(f->arg[1]) * 10 + atoi(f->arg[2]);
		n++;
	}
	ssrc_findings_free(findings);
	return n;
}

static int overlaps_of(const char *first, const char *second, int64_t *lines)
{
	char row[200];
	ssrc_finding finding = {0};
	ssrc_package *package = empty();
	snprintf(row, sizeof row, "party=maker|kind=firm|name_en=M%s", first);
	add(package, SSRC_FILE_PARTIES, row);
	add(package, SSRC_FILE_PARTIES, "party=other|kind=firm|name_en=O");
	snprintf(row, sizeof row, "party=maker|kind=firm|name_en=M%s", second);
	add(package, SSRC_FILE_PARTIES, row);
	int n = overlaps(package, &finding);
	*lines = finding.line;
	ssrc_package_free(package);
	return n;
}

static void overlapping_versions_are_errors(void)
{
	int64_t lines;
	CHECK(overlaps_of("|valid_to=2024", "|valid_from=2024", &lines) == 0);
	CHECK(overlaps_of("|valid_from=2024", "|valid_to=2024", &lines) == 0);
	CHECK(overlaps_of("|valid_from=2020|valid_to=2021", "|valid_from=2022|valid_to=2023", &lines) == 0);
	CHECK(overlaps_of("", "|valid_from=2024", &lines) == 1 && lines == 424);
	CHECK(overlaps_of("|valid_from=2024", "", &lines) == 1 && lines == 424);
	CHECK(overlaps_of("|valid_to=2024-02", "|valid_from=2024-01", &lines) == 1);
	CHECK(overlaps_of("|valid_from=2024", "|valid_from=2024-01-01", &lines) == 1);
	CHECK(overlaps_of("|valid_from=2020|valid_to=2030", "|valid_from=2022|valid_to=2023", &lines) == 1);
	CHECK(overlaps_of("|valid_from=2020", "|valid_from=2020", &lines) == 0);               /* ID_TWICE says it */
	CHECK(overlaps_of("|valid_from=2024|valid_to=2020", "|valid_from=2019", &lines) == 0); /* DATES_REVERSED */
	/* One long version over two short ones. */
	ssrc_finding finding;
	ssrc_package *package = empty();
	add(package, SSRC_FILE_PARTIES, "party=maker|kind=firm|name_en=M|valid_from=2024|valid_to=2025");
	add(package, SSRC_FILE_PARTIES, "party=maker|kind=firm|name_en=M|valid_from=2022|valid_to=2023");
	add(package, SSRC_FILE_PARTIES, "party=maker|kind=firm|name_en=M|valid_from=2020|valid_to=2030");
	CHECK(overlaps(package, &finding) == 2);
	ssrc_package_free(package);
}

/* ---- one maker under several ids ----------------------------------------------------------------------------- */

static ssrc_package *merged_package(const char *const *shares, size_t n)
{
	ssrc_package *package = empty();
	char row[200];
	add(package, SSRC_FILE_TIERS, "tier=t|order=1|name_en=T|name_zh=T");
	add(package, SSRC_FILE_ITEMS, "item=lens|tier=t|kind=good|name_en=Lens");
	add(package, SSRC_FILE_PARTIES, "party=alpha|kind=firm|name_en=A|hq=NL");
	add(package, SSRC_FILE_PARTIES, "party=beta|kind=firm|name_en=B|hq=US");
	for (const char *id = "123456789"; *id; id++) {
		snprintf(row, sizeof row, "party=alpha-%c|kind=firm|name_en=A|same_as=alpha", *id);
		add(package, SSRC_FILE_PARTIES, row);
	}
	for (size_t i = 0; i < n; i++) {
		snprintf(row, sizeof row, "item=lens|basis=hq|%s", shares[i]);
		add(package, SSRC_FILE_SHARES, row);
	}
	return package;
}

static const ssrc_share *share_of(const ssrc_chain *chain, const char *party)
{
	static const ssrc_share none = {.row = SSRC_NONE};
	for (uint32_t i = 0; i < chain->n_shares; i++)
		if (chain->shares[i].party == ssrc_chain_party(chain, party))
			return &chain->shares[i];
	CHECK(!"a share");
	return &none;
}

static void expect_share(const char *const *shares, size_t n, double low, double high)
{
	ssrc_package *package = merged_package(shares, n);
	ssrc_chain *chain = build(package, "2026-11-24");
	const ssrc_share *share = share_of(chain, "alpha");
	CHECK(chain->n_shares == 1 && chain->n_sets == 1 && chain->sets[0].count == 1);
	if (isnan(low)) {
		CHECK(isnan(share->share.low) && isnan(share->share.high));
	} else {
		CHECK_NEAR(share->share.low, low, 1e-12);
		CHECK_NEAR(share->share.high, high, 1e-12);
	}
	CHECK(share->n_more == n - 1);
	bool seen[16] = {0};
	for (uint32_t i = 0; i <= share->n_more; i++)
		seen[i ? share->more[i - 1] : share->row] = true;
	for (size_t i = 0; i < n; i++)
		CHECK(seen[i]);
	ssrc_chain_free(chain);
	ssrc_package_free(package);
}

static void shares_of_one_maker_add_up(void)
{
	const char *const both[] = {"provider=alpha|share_low=30|share_high=40",
				    "provider=alpha-1|share_low=20|share_high=25"};
	const char *const one[] = {"provider=alpha|share_low=30|share_high=30", "provider=alpha-1"};
	const char *const other[] = {"provider=alpha", "provider=alpha-1|share_low=30|share_high=30"};
	const char *const none[] = {"provider=alpha", "provider=alpha-1"};
	const char *const three[] = {"provider=alpha", "provider=alpha-1|share_low=30|share_high=30",
				     "provider=alpha-2|share_low=10|share_high=20"};
	expect_share(both, 2, 0.5, 0.65);
	expect_share(one, 2, 0.3, 1);
	expect_share(other, 2, 0.3, 1);
	expect_share(none, 2, (double)NAN, (double)NAN);
	expect_share(three, 3, 0.4, 1);
	const char *many[10];
	char texts[10][60];
	for (int i = 0; i < 10; i++) {
		snprintf(texts[i], sizeof texts[i],
			 i ? "provider=alpha-%d|share_low=5|share_high=5" : "provider=alpha|share_low=5|share_high=5",
			 i);
		many[i] = texts[i];
	}
	expect_share(many, 10, 0.5, 0.5);
}

static void versions_are_not_added_up(void)
{
	/* An error of the package, but never the sum of the two. */
	const char *const rows[] = {"provider=alpha|share_low=30|share_high=30|valid_from=2020",
				    "provider=alpha|share_low=50|share_high=50|valid_from=2025",
				    "provider=alpha-1|share_low=5|share_high=5|valid_from=2020",
				    "provider=alpha-1|share_low=6|share_high=6|valid_from=2025",
				    "provider=beta|share_low=10|share_high=10"};
	ssrc_package *package = merged_package(rows, 5);
	ssrc_chain *chain = build(package, "2026-11-24");
	CHECK(chain->n_shares == 3);
	for (uint32_t i = 0; i < chain->n_shares; i++) {
		const ssrc_share *share = &chain->shares[i];
		CHECK(share->n_more == (share->party == ssrc_chain_party(chain, "alpha")));
		CHECK(share->share.low < 0.57);
	}
	ssrc_chain_free(chain);
	chain = build(package, "2022-01-01");
	CHECK_NEAR(share_of(chain, "alpha")->share.low, 0.35, 1e-12);
	ssrc_chain_free(chain);
	ssrc_package_free(package);
}

int main(int argc, char **argv)
{
	TEST(events_of_all_days_are_kept);
	TEST(an_event_lifted_and_imposed_again);
	TEST(the_latest_version_counts);
	TEST(overlapping_versions_are_errors);
	TEST(shares_of_one_maker_add_up);
	TEST(versions_are_not_added_up);
	return tests_done();
}
