/* The substitution card: who counts and why not, what a control reaches, and the standing after a swap against a chain
 * that is built with the swap in its rows. Example of docs/methods/alternates.md by hand. */
#include "harness.h"

#include "ref/random_package.h"

#include "assess/substitution.h"
#include "io/date.h"
#include "report/report.h"

enum { PACKAGES = 150, SMALL = 12 };

typedef struct world {
	ssrc_context ctx;
	ssrc_error err;
	ssrc_package *package;
	ssrc_chain *chain;
	ssrc_assessment *a;
	ssrc_substitution *s;
} world;

static void world_close(world *x)
{
	ssrc_substitution_free(x->s, &x->ctx);
	ssrc_assessment_free(x->a);
	ssrc_chain_free(x->chain);
	ssrc_package_free(x->package);
	*x = (world){0};
}

static bool world_open(world *x, const draft *d, const char *home)
{
	*x = (world){0};
	ssrc_context_init(&x->ctx);
	x->ctx.threads = 1;
	ssrc_assess_options options = {home, SSRC_BASIS_HQ};
	bool good = draft_package(&x->package, d, &x->ctx, &x->err) &&
		    ssrc_chain_build(&x->chain, x->package, ssrc_date_days(2026, 9, 1), &x->err) == SSRC_OK &&
		    ssrc_assess(&x->a, x->chain, &options, &x->err) == SSRC_OK;
	CHECK(good);
	if (!good)
		world_close(x);
	return good;
}

/* The card of an item; for_item "" = any user. */
static bool card_open(world *x, const draft *d, const char *home, const char *item, const char *for_item,
		      const char *exclude)
{
	if (!world_open(x, d, home))
		return false;
	ssrc_substitution_options options = {home, exclude, *for_item ? ssrc_chain_item(x->chain, for_item) : SSRC_NONE,
					     true};
	bool good = ssrc_substitution_new(&x->s, x->a, ssrc_chain_item(x->chain, item), &options, &x->err) == SSRC_OK;
	CHECK(good);
	if (!good)
		world_close(x);
	return good;
}

static const ssrc_candidate *candidate(const world *x, const char *id)
{
	for (uint32_t i = 0; i < x->s->n_candidates; i++) {
		const ssrc_alternate *alternate = &x->chain->alternates[x->s->candidates[i].alternate];
		const char *there = alternate->by_item != SSRC_NONE ? x->chain->items[alternate->by_item].id
								    : x->chain->parties[alternate->by_party].id;
		if (strcmp(there, id) == 0)
			return &x->s->candidates[i];
	}
	printf("# no candidate %s\n", id);
	return NULL;
}

static void verdict(const world *x, const char *id, ssrc_verdict want)
{
	const ssrc_candidate *c = candidate(x, id);
	CHECK(c != NULL);
	if (c && c->verdict != want) {
		printf("# %s: verdict %d, expected %d\n", id, c->verdict, want);
		checks_failed_here++;
	}
	if (c)
		CHECK(c->offered == (want == SSRC_VERDICT_COUNTS || want == SSRC_VERDICT_NOT_QUALIFIED) &&
		      c->has_after == c->offered);
}

/* Resist: 80 % from JP, 20 % from KR, back after 40 weeks, 3 weeks of stock; a phone without stock needs it. */
typedef struct example {
	draft *d;
	int resist, ink, phone, radio, jp, kr, tw, cn;
} example;

static example example_new(void)
{
	example e = {.d = draft_new()};
	e.resist = draft_add_item(e.d, "resist", 3, 40, false);
	e.ink = draft_add_item(e.d, "ink", 0, 10, false);
	e.phone = draft_add_item(e.d, "phone", 0, 10, true);
	e.radio = draft_add_item(e.d, "radio", 0, 10, true);
	draft_add_need(e.d, e.phone, e.resist, "critical", "");
	draft_add_need(e.d, e.radio, e.resist, "critical", "");
	draft_add_need(e.d, e.radio, e.ink, "optional", "");
	e.jp = draft_add_party(e.d, "jp", "JP");
	e.kr = draft_add_party(e.d, "kr", "KR");
	e.tw = draft_add_party(e.d, "tw", "TW");
	e.cn = draft_add_party(e.d, "cn", "CN");
	draft_add_share(e.d, e.resist, "JP", 80, 80)->basis = "hq";
	draft_add_share(e.d, e.resist, "KR", 20, 20)->basis = "hq";
	draft_add_share(e.d, e.ink, "US", 60, 60)->basis = "hq";
	draft_add_share(e.d, e.ink, "TW", 40, 40)->basis = "hq";
	return e;
}

static draft_alternate *add_identified(example *e, int by_party, double share, double weeks)
{
	draft_alternate *x = draft_add_alternate(e->d, e->resist, by_party, share, weeks);
	x->state = "identified";
	return x;
}

static void add_control(example *e, int item, const char *issuer, const char *target)
{
	e->d->events[e->d->n_events++] = (draft_event){item, "control", issuer, target, "2026-01-01", "", "tighten"};
}

/* ---- worked example -------------------------------------------------------------------------------------------- */

/* Lost 0.8 × 40 = 32 weeks; a stock of 3 weeks of use takes 3 off: 29. With 40 % from Taiwan at once 0.4 is missing:
 * 16 - 3 = 13. */
static void a_swap_by_hand(void)
{
	example e = example_new();
	world x;
	add_identified(&e, e.tw, 40, 20);
	if (card_open(&x, e.d, "CN", "resist", "", NULL)) {
		const ssrc_candidate *c = candidate(&x, "tw");
		CHECK_NEAR(x.s->now.loss[SSRC_MODE_RUN].at[SSRC_CASE_MID], 29, 1e-9);
		CHECK(x.s->n_counts == 0 && x.s->n_offered == 1 && !x.s->has_all && x.s->n_cut == 1);
		verdict(&x, "tw", SSRC_VERDICT_NOT_QUALIFIED);
		if (c) {
			CHECK_NEAR(c->after.loss[SSRC_MODE_RUN].at[SSRC_CASE_MID], 13, 1e-9);
			CHECK_NEAR(c->cover.at[SSRC_CASE_LOW], 0, 1e-12); /* a gap nobody states may be all of it */
			CHECK_NEAR(c->cover.at[SSRC_CASE_MID], 0.4, 1e-12);
			CHECK(c->after.level <= x.s->now.level && c->after.grade <= x.s->now.grade);
			CHECK(strcmp(x.chain->countries[c->country], "TW") == 0);
		}
		world_close(&x);
	}
	/* Korea out as well: everything is lost, 40 - 3; after the swap 0.6 · 40 - 3 = 21. */
	if (card_open(&x, e.d, "CN", "resist", "", "KR")) {
		const ssrc_candidate *c = candidate(&x, "tw");
		CHECK(x.s->n_cut == 2);
		CHECK_NEAR(x.s->now.loss[SSRC_MODE_RUN].at[SSRC_CASE_MID], 37, 1e-9);
		if (c)
			CHECK_NEAR(c->after.loss[SSRC_MODE_RUN].at[SSRC_CASE_MID], 21, 1e-9);
		world_close(&x);
	}
	free(e.d);
}

static void verdicts(void)
{
	example e = example_new();
	world x;
	int us = draft_add_party(e.d, "us", "US");
	draft_add_alternate(e.d, e.resist, e.jp, 10, 5);
	draft_add_alternate(e.d, e.resist, e.kr, 10, 5);
	draft_add_alternate(e.d, e.resist, e.tw, 10, 5)->for_item = e.phone;
	draft_add_alternate(e.d, e.resist, us, 10, 5)->market = "US";
	add_identified(&e, e.cn, 10, 5);
	draft_add_alternate(e.d, e.resist, DRAFT_NO, 10, 5)->by_item = e.ink;
	if (card_open(&x, e.d, "CN", "resist", "", NULL)) {
		verdict(&x, "jp", SSRC_VERDICT_IN_CUT);
		verdict(&x, "kr", SSRC_VERDICT_COUNTS);
		verdict(&x, "tw", SSRC_VERDICT_COUNTS);
		verdict(&x, "us", SSRC_VERDICT_OTHER_MARKET);
		verdict(&x, "cn", SSRC_VERDICT_NOT_QUALIFIED);
		verdict(&x, "ink", SSRC_VERDICT_COUNTS);
		CHECK(x.s->n_counts == 3 && x.s->n_offered == 4 && x.s->has_all);
		world_close(&x);
	}
	if (card_open(&x, e.d, "CN", "resist", "radio", "KR")) {
		verdict(&x, "kr", SSRC_VERDICT_EXCLUDED);
		verdict(&x, "tw", SSRC_VERDICT_OTHER_USER);
		world_close(&x);
	}
	if (card_open(&x, e.d, "CN", "resist", "phone", "US,TW")) {
		verdict(&x, "tw", SSRC_VERDICT_EXCLUDED);
		verdict(&x, "ink", SSRC_VERDICT_EXCLUDED); /* all of it comes from there */
		const ssrc_candidate *c = candidate(&x, "ink");
		if (c)
			CHECK_NEAR(c->lost.at[SSRC_CASE_MID], 1, 1e-9);
		world_close(&x);
	}
	if (card_open(&x, e.d, "CN", "resist", "", "US")) {
		const ssrc_candidate *c = candidate(&x, "ink");
		verdict(&x, "ink", SSRC_VERDICT_COUNTS);
		if (c) {
			CHECK_NEAR(c->lost.at[SSRC_CASE_MID], 0.6, 1e-9);
			CHECK_NEAR(c->cover.at[SSRC_CASE_MID], 0.04, 1e-9);
		}
		world_close(&x);
	}
	if (card_open(&x, e.d, "US", "resist", "", NULL)) { /* another home, another card */
		verdict(&x, "us", SSRC_VERDICT_COUNTS);
		world_close(&x);
	}
	free(e.d);
}

/* ---- controls -----------------------------------------------------------------------------------------------------
 */

static void controls_block_routes(void)
{
	example e = example_new();
	world x;
	int odd = draft_add_party(e.d, "odd", "TW");
	e.d->parties[odd].parent = "KR";
	draft_add_alternate(e.d, e.resist, e.kr, 10, 5);
	draft_add_alternate(e.d, e.resist, e.tw, 10, 5);
	draft_add_alternate(e.d, e.resist, e.cn, 10, 5);
	draft_add_alternate(e.d, e.resist, odd, 10, 5);
	draft_add_alternate(e.d, e.resist, DRAFT_NO, 10, 5)->by_item = e.ink;
	add_control(&e, e.resist, "KR", "CN");
	if (card_open(&x, e.d, "CN", "resist", "", NULL)) {
		const ssrc_candidate *kr = candidate(&x, "kr"), *tw = candidate(&x, "tw"), *cn = candidate(&x, "cn");
		verdict(&x, "kr", SSRC_VERDICT_BLOCKED);
		verdict(&x, "odd", SSRC_VERDICT_BLOCKED); /* by its parent */
		verdict(&x, "tw", SSRC_VERDICT_COUNTS);
		verdict(&x, "cn", SSRC_VERDICT_COUNTS);
		verdict(&x, "ink", SSRC_VERDICT_COUNTS);
		if (kr && tw && cn) {
			CHECK(kr->n_controls == 1 && strcmp(x.chain->events[kr->controls[0]].id, "event-0") == 0);
			CHECK(kr->n_near == 0 && !kr->counted && tw->counted);
			CHECK(tw->n_controls == 0 && tw->n_near == 1);
			CHECK(cn->n_controls == 0 && cn->n_near == 0);
		}
		CHECK(x.s->n_controls == 1 && x.s->n_elsewhere == 1 && x.s->elsewhere[0].n_controls == 1);
		world_close(&x);
	}
	if (card_open(&x, e.d, "US", "resist", "", NULL)) { /* it is not aimed at this home */
		verdict(&x, "kr", SSRC_VERDICT_COUNTS);
		CHECK(x.s->n_controls == 0);
		world_close(&x);
	}
	e.d->events[0].direction = "ease";
	if (card_open(&x, e.d, "CN", "resist", "", NULL)) {
		verdict(&x, "kr", SSRC_VERDICT_COUNTS);
		world_close(&x);
	}
	e.d->events[0].direction = "tighten";
	e.d->events[0].to = "2026-06-01";
	if (card_open(&x, e.d, "CN", "resist", "", NULL)) {
		verdict(&x, "kr", SSRC_VERDICT_COUNTS);
		world_close(&x);
	}
	/* Taiwan supplies no resist yet, but its law reaches its firms; the control on ink reaches the item. */
	e.d->n_events = 0;
	add_control(&e, e.resist, "TW", "all");
	add_control(&e, e.ink, "US", "CN");
	if (card_open(&x, e.d, "CN", "resist", "", NULL)) {
		verdict(&x, "tw", SSRC_VERDICT_BLOCKED);
		verdict(&x, "ink", SSRC_VERDICT_BLOCKED);
		verdict(&x, "kr", SSRC_VERDICT_COUNTS);
		world_close(&x);
	}
	free(e.d);
}

/* A blocked candidate is never offered, and its swap is never assessed. */
static void blocked_is_never_offered(void)
{
	for (uint64_t seed = 1; seed <= PACKAGES; seed++) {
		draft *d = draft_random(seed, 2 + (int)(seed % SMALL));
		world x;
		for (int i = 0; world_open(&x, d, "CN") && i < d->n_items; i++) {
			ssrc_substitution_options options = {"CN", "JP", SSRC_NONE, true};
			uint32_t item = ssrc_chain_item(x.chain, d->items[i].id);
			CHECK(ssrc_substitution_new(&x.s, x.a, item, &options, NULL) == SSRC_OK);
			for (uint32_t k = 0; x.s && k < x.s->n_candidates; k++) {
				const ssrc_candidate *c = &x.s->candidates[k];
				CHECK((c->n_controls > 0) == (c->verdict == SSRC_VERDICT_BLOCKED));
				CHECK(!c->n_controls || (!c->offered && !c->has_after));
				CHECK(c->verdict != SSRC_VERDICT_COUNTS || c->counted);
				CHECK(c->verdict != SSRC_VERDICT_BLOCKED || !c->counted);
				CHECK(c->cover.at[0] <= c->cover.at[1] && c->cover.at[1] <= c->cover.at[2]);
			}
			world_close(&x);
		}
		world_close(&x);
		free(d);
	}
}

/* ---- after a swap: built from rows
 * ------------------------------------------------------------------------------------ */

static bool same_number(double x, double y)
{
	return x == y || (isnan(x) && isnan(y));
}

static void same_standing(uint64_t seed, const ssrc_standing *got, const ssrc_item_result *want, bool losses)
{
	bool same = got->level == want->level && got->level_low == want->level_low &&
		    got->level_high == want->level_high && got->grade == want->grade;
	for (int mode = 0; mode < SSRC_MODES && losses; mode++)
		for (int which = 0; which < SSRC_CASES; which++)
			same &= same_number(got->loss[mode].at[which], want->loss[mode].at[which]);
	if (!same)
		printf("# seed %llu: level %d, rebuilt %d; loss %.17g, rebuilt %.17g\n", (unsigned long long)seed,
		       got->level, want->level, got->loss[0].at[1], want->loss[0].at[1]);
	CHECK(same);
}

static void write_swap(draft *d, uint32_t row)
{
	d->alternates[row].state = "in_use";
	d->alternates[row].weeks[0] = d->alternates[row].weeks[1] = 0;
}

/* Level, grade and loss after a swap are those of a package whose row says so. */
static void after_equals_a_fresh_assessment(void)
{
	int swaps = 0, moved = 0;
	for (uint64_t seed = 1; seed <= PACKAGES; seed++) {
		draft *d = draft_random(seed, 2 + (int)(seed % SMALL));
		d->shuffle = 0;
		for (int i = 0; i < d->n_items; i++) {
			world x, y;
			const char *id = d->items[i].id;
			if (!card_open(&x, d, "CN", id, "", NULL))
				break;
			same_standing(seed, &x.s->now, &x.a->items[ssrc_chain_item(x.chain, id)], true);
			for (uint32_t k = 0; k < x.s->n_candidates; k++) {
				const ssrc_candidate *c = &x.s->candidates[k];
				draft changed = *d;
				write_swap(&changed, x.chain->alternates[c->alternate].row);
				if (!c->has_after || !world_open(&y, &changed, "CN"))
					continue;
				same_standing(seed, &c->after, &y.a->items[ssrc_chain_item(y.chain, id)], true);
				swaps++;
				moved += c->after.loss[0].at[1] != x.s->now.loss[0].at[1];
				world_close(&y);
			}
			draft changed = *d;
			for (uint32_t k = 0; k < x.s->n_candidates; k++)
				if (x.s->candidates[k].offered)
					write_swap(&changed, x.chain->alternates[x.s->candidates[k].alternate].row);
			if (x.s->has_all && world_open(&y, &changed, "CN")) {
				same_standing(seed, &x.s->all, &y.a->items[ssrc_chain_item(y.chain, id)], true);
				world_close(&y);
			}
			world_close(&x);
		}
		free(d);
	}
	printf("# %d swaps, %d of them change the loss\n", swaps, moved);
	CHECK(swaps > 100 && moved > 20);
}

/* ---- direction, neighbours, options of the caller
 * ---------------------------------------------------------------------- */

static void substitution_has_one_direction(void)
{
	example e = example_new();
	world x;
	draft_add_alternate(e.d, e.resist, DRAFT_NO, 10, 5)->by_item = e.ink;
	if (card_open(&x, e.d, "CN", "resist", "", NULL)) {
		CHECK(x.s->n_candidates == 1 && x.s->n_stands_in == 0);
		world_close(&x);
	}
	if (card_open(&x, e.d, "CN", "ink", "", NULL)) {
		CHECK(x.s->n_candidates == 0 && x.s->n_stands_in == 1);
		CHECK(x.chain->alternates[x.s->stands_in[0]].item == ssrc_chain_item(x.chain, "resist"));
		/* Radio uses both; phone uses resist alone: one of two. */
		CHECK(x.s->n_similar == 1 && x.s->similar[0].item == ssrc_chain_item(x.chain, "resist"));
		CHECK_NEAR(x.s->similar[0].shared, 0.5, 1e-12);
		CHECK(!x.s->similar[0].variant);
		world_close(&x);
	}
	e.d->n_alternates = 0;
	int group = draft_add_item(e.d, "group", 0, 10, false);
	e.d->items[e.resist].variant_of = group;
	int other = draft_add_item(e.d, "dry-resist", 0, 10, false);
	e.d->items[other].variant_of = group;
	if (card_open(&x, e.d, "CN", "resist", "", NULL)) {
		CHECK(x.s->n_similar == 3);
		CHECK(x.s->similar[0].variant && x.s->similar[1].variant && !x.s->similar[2].variant);
		CHECK(x.s->similar[2].item == ssrc_chain_item(x.chain, "ink"));
		world_close(&x);
	}
	free(e.d);
}

static void exclusions_are_checked(void)
{
	example e = example_new();
	world x;
	if (world_open(&x, e.d, "CN")) {
		static const char *const bad[] = {"XX", "US,Japan", "us", "US;;1"};
		for (size_t i = 0; i < 4; i++) {
			ssrc_substitution_options options = {"CN", bad[i], SSRC_NONE, false};
			ssrc_error err = {0};
			CHECK(ssrc_substitution_new(&x.s, x.a, 0, &options, &err) == SSRC_NOTFOUND && !x.s);
			CHECK(err.message == SSRC_M_AL_EXCLUDE);
			CHECK(ssrc_substitution_new(&x.s, x.a, 0, &options, NULL) == SSRC_NOTFOUND && !x.s);
		}
		world_close(&x);
	}
	draft_add_share(e.d, e.ink, "DE", 0, 5)->basis = "hq";
	if (card_open(&x, e.d, "CN", "resist", "", "EU,FR ,KR")) {
		CHECK(x.s->excluded[ssrc_chain_country(x.chain, "DE")] &&
		      x.s->excluded[ssrc_chain_country(x.chain, "KR")]);
		CHECK(x.s->n_cut == 27 + 2); /* the members, KR and JP, the largest source */
		world_close(&x);
	}
	free(e.d);
}

/* ---- faults
 * -------------------------------------------------------------------------------------------------------------- */

static ssrc_status write_cards(const ssrc_assessment *a, ssrc_error *err)
{
	static const ssrc_format formats[] = {SSRC_FORMAT_TEXT, SSRC_FORMAT_JSON, SSRC_FORMAT_CSV};
	ssrc_status status = SSRC_OK;
	for (int f = 0; f < 3 && !status; f++) {
		ssrc_report_options options = {.format = formats[f], .lang = SSRC_LANG_ZH, .version = "0"};
		ssrc_alternates_options wanted = {"item:resist", "CN", "KR", "phone", f == 1};
		ssrc_buf out;
		ssrc_buf_init(&out, a->ctx);
		status = ssrc_report_alternates(&out, a, &wanted, &options, err);
		CHECK(status || out.len > 100);
		ssrc_buf_clear(&out);
	}
	return status;
}

static void every_failed_allocation(void)
{
	example e = example_new();
	test_faults faults;
	ssrc_context ctx;
	ssrc_error err = {0};
	ssrc_package *package;
	ssrc_chain *chain = NULL;
	ssrc_assessment *a = NULL;
	ssrc_assess_options options = {"CN", SSRC_BASIS_HQ};
	draft_add_alternate(e.d, e.resist, e.tw, 10, 5);
	add_identified(&e, e.cn, 10, 5);
	draft_add_alternate(e.d, e.resist, DRAFT_NO, 10, 5)->by_item = e.ink;
	add_control(&e, e.ink, "US", "CN");
	test_faults_init(&faults, &ctx, 0);
	ctx.threads = 1;
	bool good = draft_package(&package, e.d, &ctx, &err) &&
		    ssrc_chain_build(&chain, package, ssrc_date_days(2026, 9, 1), &err) == SSRC_OK &&
		    ssrc_assess(&a, chain, &options, &err) == SSRC_OK;
	CHECK(good);
	long live = faults.live_blocks, k;
	ssrc_status status = SSRC_NOMEM;
	for (k = 1; good && status && k < 5000; k++) {
		faults.calls = 0;
		faults.fail_at = k;
		status = write_cards(a, &err);
		CHECK(status == SSRC_OK || status == SSRC_NOMEM);
		CHECK(faults.live_blocks == live);
		if (status == SSRC_OK)
			CHECK(faults.calls < k);
	}
	CHECK(status == SSRC_OK && k > 30);
	faults.fail_at = 0;
	ssrc_assessment_free(a);
	ssrc_chain_free(chain);
	if (good)
		ssrc_package_free(package);
	CHECK(faults.live_blocks == 0);
	free(e.d);
}

static void unknown_items_are_told(void)
{
	example e = example_new();
	world x;
	if (world_open(&x, e.d, "CN")) {
		ssrc_report_options options = {.version = "0"};
		ssrc_buf out;
		ssrc_error err = {0};
		ssrc_buf_init(&out, &x.ctx);
		ssrc_alternates_options wanted = {"resit", "CN", NULL, NULL, false};
		CHECK(ssrc_report_alternates(&out, x.a, &wanted, &options, &err) == SSRC_NOTFOUND);
		CHECK_TEXT(err.arg[1], "resist");
		wanted = (ssrc_alternates_options){"resist", "CN", NULL, "phne", false};
		err = (ssrc_error){0};
		CHECK(ssrc_report_alternates(&out, x.a, &wanted, &options, &err) == SSRC_NOTFOUND);
		CHECK_TEXT(err.arg[1], "phone");
		CHECK(out.len == 0);
		ssrc_buf_clear(&out);
		world_close(&x);
	}
	free(e.d);
}

int main(int argc, char **argv)
{
	TEST(a_swap_by_hand);
	TEST(verdicts);
	TEST(controls_block_routes);
	TEST(blocked_is_never_offered);
	TEST(after_equals_a_fresh_assessment);
	TEST(substitution_has_one_direction);
	TEST(exclusions_are_checked);
	TEST(every_failed_allocation);
	TEST(unknown_items_are_told);
	return tests_done();
}
