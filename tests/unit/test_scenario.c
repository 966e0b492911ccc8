/* Scenarios and options of a chain: from documents, from words, with what is missing left out and counted. */
#include "harness.h"

#include "base/findings.h"
#include "model/package.h"
#include "model/scenario.h"

static const char document[] = "scenario: two-steps\n"
			       "title: {en: Two steps, zh: 两步}\n"
			       "exercise: no\n"
			       "probability_low: 0.1\n"
			       "probability_high: 0.3\n"
			       "cuts:\n"
			       "  - country: NO\n"
			       "    items: [wafer, resist, nothing]\n"
			       "    fraction_low: 0.4\n"
			       "    fraction_high: 0.6\n"
			       "    start_week: 3\n"
			       "    weeks_low: 10\n"
			       "    weeks_high: 20\n"
			       "    recovery: linear\n"
			       "    recovery_weeks_low: 4\n"
			       "    recovery_weeks_high: 8\n"
			       "  - party: maker\n"
			       "    fraction_low: 0.5\n"
			       "  - measure: rule-1\n"
			       "    recovery: s-curve\n"
			       "  - country: EU\n"
			       "    weeks_low: 5\n"
			       "  - item: gone\n";

typedef struct fixture {
	ssrc_package *package;
	ssrc_chain *chain;
	ssrc_arena arena;
} fixture;

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

static void begin(fixture *f, ssrc_context *ctx)
{
	ssrc_findings *findings = NULL;
	*f = (fixture){0};
	CHECK(ssrc_package_new(&f->package, ctx, "p", NULL) == SSRC_OK);
	for (int file = 0; file < SSRC_FILE_COUNT; file++)
		CHECK(ssrc_package_full_header(f->package, (ssrc_file_id)file, NULL) == SSRC_OK);
	add(f->package, SSRC_FILE_TIERS, "tier=t|order=1|name_en=T");
	add(f->package, SSRC_FILE_ITEMS,
	    "item=wafer|tier=t|kind=good|name_en=W|transit_weeks_low=2|transit_weeks_high=3|shelf_weeks=8|use_per_week="
	    "5");
	add(f->package, SSRC_FILE_ITEMS, "item=resist|tier=t|kind=good|name_en=R");
	add(f->package, SSRC_FILE_PARTIES, "party=maker|kind=firm|name_en=M|hq=NO");
	add(f->package, SSRC_FILE_PARTIES, "party=maker-too|kind=firm|name_en=M|hq=NO|same_as=maker");
	add(f->package, SSRC_FILE_SHARES, "item=wafer|provider=NO|basis=hq|share_low=50|share_high=50");
	add(f->package, SSRC_FILE_EVENTS, "event=rule-1|date=2026-01-01|kind=control|title_en=E|direction=tighten");
	add(f->package, SSRC_FILE_OPTIONS,
	    "option=b|kind=qualify|item=wafer|name_en=B|provider=maker|fixed_cost_low=2|fixed_cost_high=4|"
	    "lead_weeks_low=6|lead_weeks_high=8|capacity=40|requires=a|excludes=c;gone");
	add(f->package, SSRC_FILE_OPTIONS, "option=a|kind=stockpile|item=wafer|name_en=A|unit_cost=3|holding_cost=12");
	add(f->package, SSRC_FILE_OPTIONS,
	    "option=c|kind=demand_pull|item=resist|name_en=C|success_low=0.5|valid_to=2020");
	CHECK(ssrc_findings_new(&findings, ctx, NULL) == SSRC_OK);
	CHECK(ssrc_package_add_document(f->package, "scenarios/two.yaml", document, strlen(document), findings, NULL) ==
	      SSRC_OK);
	ssrc_findings_free(findings);
	CHECK(ssrc_package_index(f->package, NULL) == SSRC_OK);
	CHECK(ssrc_chain_build(&f->chain, f->package, 20700, NULL) == SSRC_OK);
	ssrc_arena_init(&f->arena, ctx);
}

static void end(fixture *f)
{
	ssrc_arena_clear(&f->arena);
	ssrc_chain_free(f->chain);
	ssrc_package_free(f->package);
}

static void documents_become_scenarios(void)
{
	ssrc_context ctx;
	fixture f;
	ssrc_scenario *list;
	uint32_t n;
	ssrc_context_init(&ctx);
	begin(&f, &ctx);
	CHECK(ssrc_scenarios_read(&list, &n, f.chain, &f.arena, NULL) == SSRC_OK);
	CHECK(n == 1 && list[0].n_cuts == 4 && list[0].left_out == 1);
	CHECK(!list[0].exercise && list[0].probability.low == 0.1 && list[0].probability.high == 0.3);
	const ssrc_scenario_cut *cut = list[0].cuts;
	CHECK(cut[0].kind == SSRC_CUT_COUNTRY && cut[0].n_items == 2 && cut[0].items[0] < cut[0].items[1]);
	CHECK_TEXT(ssrc_cut_target(f.chain, &cut[0]), "NO");
	CHECK(cut[0].fraction.low == 0.4 && cut[0].fraction.high == 0.6 && cut[0].start == 3);
	CHECK(cut[0].recovery == SSRC_RECOVERY_LINEAR && cut[0].recovery_weeks.high == 8);
	CHECK(cut[1].kind == SSRC_CUT_PARTY && cut[1].fraction.high == 0.5 && isnan(cut[1].weeks.low));
	/* A profile without a length is a step. */
	CHECK(cut[2].kind == SSRC_CUT_MEASURE && cut[2].recovery == SSRC_RECOVERY_STEP);
	CHECK(cut[3].eu && cut[3].weeks.low == 5 && cut[3].weeks.high == 5);
	CHECK_TEXT(ssrc_cut_target(f.chain, &cut[3]), "EU");
	end(&f);
}

static void words_become_cuts(void)
{
	ssrc_context ctx;
	fixture f;
	ssrc_scenario_cut cut;
	ssrc_error err = {0};
	ssrc_context_init(&ctx);
	begin(&f, &ctx);
	CHECK(ssrc_cut_parse(&cut, f.chain, "country:NO", "resist, wafer", &f.arena, NULL) == SSRC_OK);
	CHECK(cut.kind == SSRC_CUT_COUNTRY && cut.n_items == 2 && cut.fraction.low == 1 && isnan(cut.weeks.low));
	CHECK(ssrc_cut_parse(&cut, f.chain, "wafer", NULL, &f.arena, NULL) == SSRC_OK);
	CHECK(cut.kind == SSRC_CUT_ITEM && cut.n_items == 0);
	CHECK(ssrc_cut_parse(&cut, f.chain, "party:maker-too", NULL, &f.arena, NULL) == SSRC_OK);
	CHECK_TEXT(ssrc_cut_target(f.chain, &cut), "maker");
	CHECK(ssrc_cut_parse(&cut, f.chain, "item:wafr", NULL, &f.arena, &err) == SSRC_NOTFOUND);
	CHECK_TEXT(err.arg[1], "wafer");
	CHECK(ssrc_cut_parse(&cut, f.chain, "country:NO", "resit", &f.arena, NULL) == SSRC_NOTFOUND);
	CHECK(ssrc_cut_parse(&cut, f.chain, "country:XX", NULL, &f.arena, NULL) == SSRC_NOTFOUND);
	end(&f);
}

static void options_are_typed(void)
{
	ssrc_context ctx;
	fixture f;
	ssrc_context_init(&ctx);
	begin(&f, &ctx);
	CHECK(f.chain->n_options == 2); /* c has ended */
	uint32_t b = ssrc_chain_option(f.chain, "b");
	CHECK(b == 1 && ssrc_chain_option(f.chain, "c") == SSRC_NONE);
	const ssrc_option *option = &f.chain->options[b];
	CHECK(option->kind == SSRC_OPTION_QUALIFY && option->fixed_cost.high == 4 && option->lead.low == 6);
	CHECK_NEAR(option->capacity, 0.4, 1e-15);
	CHECK(option->n_requires == 1 && option->requires[0] == 0 && option->n_excludes == 0);
	CHECK(f.chain->options[0].unit_cost == 3 && isnan(f.chain->options[0].fixed_cost.low));
	CHECK_NEAR(f.chain->options[0].holding_cost, 0.12, 1e-15);
	const ssrc_item *wafer = &f.chain->items[ssrc_chain_item(f.chain, "wafer")];
	CHECK(wafer->transit.low == 2 && wafer->transit.high == 3 && wafer->shelf_weeks == 8 &&
	      wafer->use_per_week == 5);
	end(&f);
}

static void every_allocation_may_fail(void)
{
	test_faults faults;
	ssrc_context ctx;
	fixture f;
	ssrc_context_init(&ctx);
	begin(&f, &ctx);
	for (long k = 1; k < 100; k++) {
		ssrc_context failing;
		ssrc_arena arena;
		ssrc_scenario *list;
		ssrc_scenario_cut cut;
		uint32_t n;
		test_faults_init(&faults, &failing, k);
		ssrc_arena_init(&arena, &failing);
		ssrc_status one = ssrc_scenarios_read(&list, &n, f.chain, &arena, NULL);
		ssrc_status two = ssrc_cut_parse(&cut, f.chain, "country:NO", "wafer", &arena, NULL);
		CHECK(one == SSRC_OK || one == SSRC_NOMEM);
		CHECK(two == SSRC_OK || two == SSRC_NOMEM);
		ssrc_arena_clear(&arena);
		if (!one && !two)
			break;
		CHECK(k < 99);
	}
	end(&f);
}

int main(int argc, char **argv)
{
	TEST(documents_become_scenarios);
	TEST(words_become_cuts);
	TEST(options_are_typed);
	TEST(every_allocation_may_fail);
	return tests_done();
}
