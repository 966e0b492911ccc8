/* The assessment against its reference on random packages, the examples of docs/methods/{dependence,loss,levels,
 * explain}.md by hand, and the laws that any change of the input must keep. */
#include "harness.h"

#include "ref/assess_ref.h"
#include "ref/random_package.h"

#include "io/date.h"
#include "report/report.h"

enum { PACKAGES = 400, SMALL = 12 };

/* ---- a draft assessed -------------------------------------------------------------------------------- */

typedef struct world {
	ssrc_context ctx;
	ssrc_error err;
	ssrc_package *package;
	ssrc_chain *chain;
	ssrc_assessment *a;
	ssrc_workspace *w;
	ref_model *ref;
} world;

static void world_close(world *x)
{
	ssrc_workspace_free(x->w);
	ssrc_assessment_free(x->a);
	ssrc_chain_free(x->chain);
	ssrc_package_free(x->package);
	free(x->ref);
	*x = (world){0};
}

static bool world_open(world *x, const draft *d, const char *home, ssrc_basis basis, int threads)
{
	*x = (world){0};
	ssrc_context_init(&x->ctx);
	x->ctx.threads = threads;
	ssrc_assess_options options = {home, (int)basis};
	bool good = draft_package(&x->package, d, &x->ctx, &x->err) &&
		    ssrc_chain_build(&x->chain, x->package, ssrc_date_days(2026, 9, 1), &x->err) == SSRC_OK &&
		    ssrc_assess(&x->a, x->chain, &options, &x->err) == SSRC_OK &&
		    ssrc_workspace_new(&x->w, x->a, &x->err) == SSRC_OK;
	CHECK(good);
	if (!good)
		world_close(x);
	return good;
}

static const char *random_home(uint64_t seed)
{
	static const char *const homes[] = {"CN", "CN", "US", "EU", "DE", "JP,KR", "party-03", "CN"};
	return homes[seed % 8];
}

static ssrc_basis random_basis(uint64_t seed)
{
	return (ssrc_basis)(seed / 8 % SSRC_BASIS_COUNT);
}

/* A random world with its reference. */
static bool world_random(world *x, uint64_t seed)
{
	draft *d = draft_random(seed, 2 + (int)(seed % SMALL));
	bool good = world_open(x, d, random_home(seed), random_basis(seed), 1);
	free(d);
	if (!good)
		return false;
	x->ref = ref_build(x->chain, &x->a->home, x->a->basis);
	CHECK(x->ref != NULL);
	return x->ref != NULL;
}

static bool same(double x, double y, double tolerance)
{
	return (isnan(x) && isnan(y)) || x == y || fabs(x - y) <= tolerance;
}

static int complaints;

/* One line for a wrong number of a random package; at most a few. */
static void complain(bool good, uint64_t seed, const char *what, const char *id, int which, double got, double want)
{
	if (good)
		return;
	if (complaints++ < 12)
		printf("# seed %llu, %s of %s in case %d: %.17g, reference %.17g\n", (unsigned long long)seed, what, id,
		       which, got, want);
	checks_failed_here++;
}

static void agree(uint64_t seed, const char *what, const char *id, const ssrc_estimate *got, const double *want,
		  double tolerance)
{
	for (int w = 0; w < SSRC_CASES; w++)
		complain(same(got->at[w], want[w], tolerance), seed, what, id, w, got->at[w], want[w]);
}

/* ---- against the reference ------------------------------------------------------------------------------ */

static void test_supply_reference(void)
{
	complaints = 0;
	for (uint64_t seed = 1; seed <= PACKAGES; seed++) {
		world x;
		if (!world_random(&x, seed))
			return;
		for (uint32_t i = 0; i < x.chain->n_items; i++) {
			const ssrc_supply *got = &x.a->items[i].supply;
			const ref_supply *want = &x.ref->supply[i];
			const char *id = x.chain->items[i].id;
			complain(got->firm_set == want->firms, seed, "firm set", id, 0, got->firm_set, want->firms);
			complain(got->country_set == want->countries, seed, "set", id, 0, got->country_set,
				 want->countries);
			complain(got->top_foreign == want->top, seed, "top country", id, 0, got->top_foreign,
				 want->top);
			agree(seed, "foreign share", id, &got->foreign, want->foreign, 1e-12);
			for (uint32_t c = 0; c < x.chain->n_countries; c++)
				for (int w = 0; w < SSRC_CASES; w++)
					complain(same(got->country[c].at[w], want->country[w][c], 1e-12), seed,
						 x.chain->countries[c], id, w, got->country[c].at[w],
						 want->country[w][c]);
		}
		world_close(&x);
	}
}

static void test_dependence_reference(void)
{
	complaints = 0;
	for (uint64_t seed = 1; seed <= PACKAGES; seed++) {
		world x;
		if (!world_random(&x, seed))
			return;
		for (uint32_t i = 0; i < x.chain->n_items; i++) {
			const char *id = x.chain->items[i].id;
			double want[SSRC_CASES];
			for (uint32_t c = 0; c < x.chain->n_countries; c++) {
				for (int w = 0; w < SSRC_CASES; w++)
					want[w] = x.ref->depend[w][i][c];
				agree(seed, x.chain->countries[c], id, &x.a->dependence[i * x.chain->n_countries + c],
				      want, 1e-9);
			}
			for (int w = 0; w < SSRC_CASES; w++)
				want[w] = x.ref->foreign[w][i];
			agree(seed, "look-through", id, &x.a->items[i].lookthrough, want, 1e-9);
			complain(x.a->items[i].routes == x.ref->routes[i], seed, "routes", id, 0, x.a->items[i].routes,
				 x.ref->routes[i]);
		}
		world_close(&x);
	}
}

static void check_item_loss(const world *x, uint64_t seed, uint32_t item)
{
	const ssrc_item_result *r = &x->a->items[item];
	const char *id = x->chain->items[item].id;
	bool block[REF_COUNTRIES] = {false};
	if (r->supply.top_foreign == SSRC_NONE)
		return;
	block[r->supply.top_foreign] = true;
	ssrc_cut cut = {.countries = block, .party = SSRC_NONE, .item = item};
	for (int mode = 0; mode < SSRC_MODES; mode++)
		for (int w = 0; w < SSRC_CASES; w++) {
			ref_loss want;
			ref_loss_if_cut(&want, x->ref, &cut, (ssrc_case)w, (ssrc_mode)mode);
			complain(same(r->loss[mode].at[w], want.weeks, 1e-9), seed, mode ? "growth loss" : "loss", id,
				 w, r->loss[mode].at[w], want.weeks);
			if (mode == SSRC_MODE_GROW)
				continue;
			double tts = r->tts.at[SSRC_CASE_HIGH - w], cover = r->cover.at[SSRC_CASE_HIGH - w];
			complain(same(tts, want.tts, 1e-9), seed, "TTS", id, w, tts, want.tts);
			complain(same(r->ttr.at[w], want.ttr, 1e-9), seed, "TTR", id, w, r->ttr.at[w], want.ttr);
			complain(same(cover, want.cover, 1e-9), seed, "cover", id, w, cover, want.cover);
		}
}

static void test_blocked_reference(void)
{
	uint32_t blocked = 0, free_ones = 0;
	complaints = 0;
	for (uint64_t seed = 1; seed <= PACKAGES; seed++) {
		world x;
		if (!world_random(&x, seed))
			return;
		for (uint32_t i = 0; i < x.chain->n_alternates; i++) {
			bool got = x.a->blocked[i], any = false;
			const char *id = x.chain->items[x.chain->alternates[i].item].id;
			complain(got == x.ref->blocked[i], seed, "blocked", id, 0, got, x.ref->blocked[i]);
			/* Those who ask later see the same controls. */
			for (uint32_t e = 0; e < x.chain->n_events; e++)
				any |= ssrc_reach_of_alternate(x.a, e, i) == SSRC_REACH_BLOCKED;
			complain(got == any, seed, "controls that block", id, 0, got, any);
			blocked += got;
			free_ones += !got;
		}
		world_close(&x);
	}
	printf("# %u alternates blocked, %u not\n", blocked, free_ones);
	CHECK(blocked > 20 && free_ones > 200);
}

static void test_loss_reference(void)
{
	complaints = 0;
	for (uint64_t seed = 1; seed <= PACKAGES; seed++) {
		world x;
		if (!world_random(&x, seed))
			return;
		for (uint32_t i = 0; i < x.chain->n_items; i++)
			check_item_loss(&x, seed, i);
		world_close(&x);
	}
}

/* More than 64 items and an item with more than 64 inputs: several words of every bit set. */
static void test_loss_reference_in_wide_networks(void)
{
	complaints = 0;
	for (uint64_t seed = 1; seed <= 6; seed++) {
		draft *d = draft_random(seed, 90);
		for (int i = 0; i < 80; i++)
			if (!draft_needs(d, 89, i))
				draft_add_need(d, 89, i, i % 3 ? "critical" : "important", i % 7 ? "" : "either");
		world x;
		if (world_open(&x, d, "CN", SSRC_BASIS_HQ, 0)) {
			x.ref = ref_build(x.chain, &x.a->home, x.a->basis);
			CHECK(x.ref != NULL);
			for (uint32_t i = seed % 4; x.ref && i < x.chain->n_items; i += 4)
				check_item_loss(&x, seed, i);
		}
		world_close(&x);
		free(d);
	}
}

/* An alternate for one user of an item that comes back to itself: whether what comes round is the item's own shortage
 * or one of its inputs is a matter of words, and kernel and reference may take it differently. */
static bool own_alternate_in_circle(const world *x)
{
	for (uint32_t i = 0; i < x->chain->n_alternates; i++) {
		const ssrc_alternate *alternate = &x->chain->alternates[i];
		for (uint32_t k = 0; alternate->for_item != SSRC_NONE && k < x->chain->n_items; k++)
			if (k != alternate->item && x->ref->circle[alternate->item][k])
				return true;
	}
	return false;
}

/* Cuts of several countries, of a party and of an item altogether, through all items at once or through one. */
static void test_cut_reference(void)
{
	complaints = 0;
	for (uint64_t seed = 1; seed <= PACKAGES; seed++) {
		world x;
		if (!world_random(&x, seed))
			return;
		dice r = {seed, 900};
		for (int round = 0; round < (own_alternate_in_circle(&x) ? 0 : 6); round++) {
			bool block[REF_COUNTRIES];
			for (uint32_t c = 0; c < x.chain->n_countries; c++)
				block[c] = dice_chance(&r, 0.1) ||
					   strcmp(x.chain->countries[c], draft_countries[round]) == 0;
			uint32_t some = (uint32_t)dice_below(&r, (int)x.chain->n_items);
			uint32_t party = x.chain->parties[dice_below(&r, (int)x.chain->n_parties)].same_as;
			const ssrc_cut cuts[] = {{block, SSRC_NONE, SSRC_NONE},
						 {block, SSRC_NONE, some},
						 {NULL, party, SSRC_NONE},
						 {NULL, SSRC_NONE, some}};
			const ssrc_cut *cut = &cuts[round % 4];
			ssrc_case which = (ssrc_case)dice_below(&r, SSRC_CASES);
			ssrc_mode mode = (ssrc_mode)dice_below(&r, SSRC_MODES);
			ssrc_loss got;
			ref_loss want;
			CHECK(ssrc_loss_if_cut(&got, x.w, cut, which, mode, &ssrc_no_change, NULL) == SSRC_OK);
			ref_loss_if_cut(&want, x.ref, cut, which, mode);
			complain(same(got.weeks, want.weeks, 1e-9), seed, "loss by cut", "", round, got.weeks,
				 want.weeks);
			complain(same(got.value, want.value, 1e-6), seed, "value lost", "", round, got.value,
				 want.value);
		}
		world_close(&x);
	}
}

/* Admissible shares drawn at random never leave the bounds, and shares pushed to the limit reach them. */
static void sample_set(const world *x, uint64_t seed, uint32_t item, dice *r)
{
	const ssrc_supply *s = &x->a->items[item].supply;
	const ssrc_share_set *set = &x->chain->sets[s->country_set];
	double lows = 0;
	for (uint32_t i = set->first; i < set->first + set->count; i++)
		lows += isnan(x->chain->shares[i].share.low) ? 0 : x->chain->shares[i].share.low;
	if (lows > 1)
		return;
	for (int round = 0; round < 40; round++) {
		double country[REF_COUNTRIES] = {0}, left = 1 - lows;
		bool own_row[REF_COUNTRIES] = {false}, various = false;
		for (uint32_t i = set->first; i < set->first + set->count; i++) {
			const ssrc_share *row = &x->chain->shares[i];
			double low = isnan(row->share.low) ? 0 : row->share.low,
			       high = isnan(row->share.high) ? 1 : row->share.high;
			double more = fmin(left, high - low) * (dice_chance(r, 0.5) ? 1 : dice_unit(r));
			bool at[REF_COUNTRIES], own = ref_own_row(x->ref, row);
			uint32_t n = ref_places(x->ref, row, at), where = SSRC_NONE;
			/* A row with several places lies wholly in one of them, drawn at random. */
			for (uint32_t c = 0, skip = n ? (uint32_t)dice_below(r, (int)n) : 0; c < x->chain->n_countries;
			     c++)
				if (at[c] && skip-- == 0) {
					where = c;
					break;
				}
			various |= row->kind == SSRC_BY_VARIOUS;
			left -= more;
			if (row->kind == SSRC_BY_COUNTRY && where != SSRC_NONE)
				own_row[where] = true;
			if (where != SSRC_NONE && !own)
				country[where] += low + more;
		}
		/* Nobody's share may be anybody's but of countries that a row speaks for. */
		uint32_t taker = (uint32_t)dice_below(r, (int)x->chain->n_countries);
		if (!own_row[taker] && !various)
			country[taker] += left;
		for (uint32_t c = 0; c < x->chain->n_countries; c++) {
			const double *at = s->country[c].at;
			bool inside = country[c] >= at[SSRC_CASE_LOW] - 1e-9 && country[c] <= at[SSRC_CASE_HIGH] + 1e-9;
			complain(inside, seed, x->chain->countries[c], x->chain->items[item].id, round, country[c],
				 at[country[c] < at[SSRC_CASE_LOW] ? SSRC_CASE_LOW : SSRC_CASE_HIGH]);
		}
	}
}

static void test_bounds_hold_for_sampled_shares(void)
{
	complaints = 0;
	for (uint64_t seed = 1; seed <= PACKAGES; seed++) {
		world x;
		dice r = {seed, 500};
		if (!world_random(&x, seed))
			return;
		for (uint32_t i = 0; i < x.chain->n_items; i++)
			if (x.a->items[i].supply.country_set != SSRC_NONE)
				sample_set(&x, seed, i, &r);
		world_close(&x);
	}
}

/* ---- examples of docs/methods ----------------------------------------------------------------------------- */

/* `device` of home CN needs `part`; all of it from Japan; 4 weeks of stock (40 units at 10 a week), 12 weeks to
 * recover. */
static draft *example(void)
{
	draft *d = draft_new();
	int part = draft_add_item(d, "part", 4, 12, false), device = draft_add_item(d, "device", 0, 1, true);
	draft_add_need(d, device, part, "critical", "");
	draft_add_party(d, "kk", "JP");
	draft_add_party(d, "second", "CN");
	draft_add_maker(d, part, 0, 100, 100);
	draft_add_share(d, device, "CN", 100, 100);
	return d;
}

static const ssrc_item_result *result_of(const world *x, const char *id)
{
	uint32_t item = ssrc_chain_item(x->chain, id);
	return item == SSRC_NONE ? (abort(), NULL) : &x->a->items[item];
}

static double loss_of(const draft *d, const char *id, ssrc_mode mode)
{
	world x;
	double weeks = NAN;
	if (world_open(&x, d, "CN", SSRC_BASIS_SITE, 1))
		weeks = result_of(&x, id)->loss[mode].at[SSRC_CASE_MID];
	world_close(&x);
	return weeks;
}

static void test_example_stock(void)
{
	draft *d = example();
	world x;
	if (world_open(&x, d, "CN", SSRC_BASIS_SITE, 1)) {
		const ssrc_item_result *r = result_of(&x, "part");
		for (int w = 0; w < SSRC_CASES; w++) {
			CHECK_NEAR(r->loss[SSRC_MODE_RUN].at[w], 8, 1e-12);
			CHECK_NEAR(r->tts.at[w], 4, 1e-12);
			CHECK_NEAR(r->ttr.at[w], 12, 1e-12);
		}
		CHECK(r->sole_source && r->routes == 1 && r->n_providers == 1);
		CHECK(r->worst_product[SSRC_MODE_RUN] == ssrc_chain_item(x.chain, "device"));
		CHECK(result_of(&x, "device")->loss[SSRC_MODE_RUN].at[SSRC_CASE_MID] == 0);
	}
	world_close(&x);
	free(d);
}

static void test_example_second_source(void)
{
	draft *d = example();
	draft_alternate *second = draft_add_alternate(d, 0, 1, 100, 6);
	CHECK_NEAR(loss_of(d, "part", SSRC_MODE_RUN), 2, 1e-12);
	second->share[0] = second->share[1] = 60; /* 6 weeks of all, 6 of 40 %, less 4 of stock */
	CHECK_NEAR(loss_of(d, "part", SSRC_MODE_RUN), 4.4, 1e-12);
	second->gap[0] = second->gap[1] = 0.5; /* 60 % of half the performance */
	CHECK_NEAR(loss_of(d, "part", SSRC_MODE_RUN), 6 + 6 * 0.7 - 4, 1e-12);
	second->state = "sampling";
	CHECK_NEAR(loss_of(d, "part", SSRC_MODE_RUN), 8, 1e-12);
	second->state = "in_use";
	second->gap[0] = second->gap[1] = NAN;
	second->market = "US";
	CHECK_NEAR(loss_of(d, "part", SSRC_MODE_RUN), 8, 1e-12);
	second->market = "US;CN";
	CHECK_NEAR(loss_of(d, "part", SSRC_MODE_RUN), 4.4, 1e-12);
	d->parties[1].site = "JP"; /* in the cut itself */
	CHECK_NEAR(loss_of(d, "part", SSRC_MODE_RUN), 8, 1e-12);
	free(d);
}

/* Covered in full from the first week: never short, whatever the stock. */
static void test_covered_at_once(void)
{
	draft *d = example();
	draft_add_alternate(d, 0, 1, 100, 0);
	for (int stock = 0; stock < 2; stock++) {
		world x;
		d->items[0].stock[0] = d->items[0].stock[1] = stock;
		if (world_open(&x, d, "CN", SSRC_BASIS_SITE, 1)) {
			const ssrc_item_result *r = result_of(&x, "part");
			CHECK(r->loss[SSRC_MODE_RUN].at[SSRC_CASE_MID] == 0);
			CHECK(isinf(r->tts.at[SSRC_CASE_MID]));
			CHECK(r->ttr.at[SSRC_CASE_MID] == 0);
		}
		world_close(&x);
	}
	free(d);
}

/* Three alternates that cover 10, 20 and 70 % leave no sliver of rounding behind. */
static void test_no_slivers(void)
{
	draft *d = example();
	static const double shares[] = {70, 20, 10};
	for (int i = 0; i < 3; i++) {
		char id[8];
		snprintf(id, sizeof id, "alt-%d", i);
		draft_add_alternate(d, 0, draft_add_party(d, id, "CN"), shares[i], 3);
	}
	world x;
	if (world_open(&x, d, "CN", SSRC_BASIS_SITE, 1)) {
		const ssrc_item_result *r = result_of(&x, "part");
		CHECK(r->loss[SSRC_MODE_RUN].at[SSRC_CASE_MID] == 0);
		CHECK(isinf(r->tts.at[SSRC_CASE_MID]));
		CHECK_NEAR(r->ttr.at[SSRC_CASE_MID], 3, 1e-12);
	}
	world_close(&x);
	free(d);
}

static void test_example_essential(void)
{
	draft *d = example();
	d->needs[0].essential = "important";
	CHECK_NEAR(loss_of(d, "part", SSRC_MODE_RUN), 4, 1e-12);
	d->needs[0].essential = "optional";
	CHECK(loss_of(d, "part", SSRC_MODE_RUN) == 0 && loss_of(d, "part", SSRC_MODE_GROW) == 0);
	d->needs[0].essential = "capital";
	CHECK(loss_of(d, "part", SSRC_MODE_RUN) == 0);
	CHECK_NEAR(loss_of(d, "part", SSRC_MODE_GROW), 8, 1e-12);
	free(d);
}

/* part (stock 4) -> module (stock 3) -> device: loss = recovery less all stocks on the way. */
static void test_example_series(void)
{
	draft *d = example();
	int module = draft_add_item(d, "module", 3, 1, false);
	d->needs[0].item = module;
	draft_add_need(d, 1, module, "critical", "");
	CHECK_NEAR(loss_of(d, "part", SSRC_MODE_RUN), 12 - 4 - 3, 1e-12);
	/* A circle back from the module changes nothing: what goes round is never more than what came in. */
	draft_add_need(d, 0, module, "critical", "");
	CHECK_NEAR(loss_of(d, "part", SSRC_MODE_RUN), 5, 1e-12);
	free(d);
}

/* Of two inputs that replace each other only the loss of both counts. */
static void test_example_choice(void)
{
	draft *d = example();
	int other = draft_add_item(d, "other", 0, 12, false);
	d->needs[0].any_of = "either";
	draft_add_need(d, 1, other, "critical", "either");
	draft_add_share(d, other, "JP", 50, 50);
	draft_add_share(d, other, "CN", 50, 50);
	CHECK(loss_of(d, "part", SSRC_MODE_RUN) == 0);
	world x;
	if (world_open(&x, d, "CN", SSRC_BASIS_SITE, 1)) {
		bool block[REF_COUNTRIES] = {false};
		block[ssrc_chain_country(x.chain, "JP")] = true;
		ssrc_cut cut = {block, SSRC_NONE, SSRC_NONE};
		ssrc_loss loss;
		CHECK(ssrc_loss_if_cut(&loss, x.w, &cut, SSRC_CASE_MID, SSRC_MODE_RUN, &ssrc_no_change, NULL) ==
		      SSRC_OK);
		CHECK_NEAR(loss.weeks, 0.5 * (12 - 4),
			   1e-12); /* the least affected: half, once the stock of part is gone */
	}
	world_close(&x);
	free(d);
}

/* One maker of a variant holds 60 % of the group: users of the group lose 60 %. */
static void test_example_variant(void)
{
	draft *d = draft_new();
	int group = draft_add_item(d, "group", 0, 10, false), device = draft_add_item(d, "device", 0, 1, true);
	int variant = draft_add_item(d, "variant", 0, 10, false);
	d->items[variant].variant_of = group;
	draft_add_need(d, device, group, "critical", "");
	int a = draft_add_party(d, "a", "US"), b = draft_add_party(d, "b", "JP");
	draft_add_maker(d, group, a, 60, 60);
	draft_add_maker(d, group, b, 40, 40);
	draft_add_maker(d, variant, a, 100, 100);
	CHECK_NEAR(loss_of(d, "variant", SSRC_MODE_RUN), 6, 1e-12);
	CHECK_NEAR(loss_of(d, "group", SSRC_MODE_RUN), 6, 1e-12);
	/* Intervals that add up to more than all of it are still at most all of it. */
	d->shares[0].share[1] = 90;
	d->shares[1].share[1] = 90;
	draft_add_maker(d, variant, b, 0, 0);
	world x;
	if (world_open(&x, d, "CN", SSRC_BASIS_SITE, 1))
		CHECK(result_of(&x, "variant")->loss[SSRC_MODE_RUN].at[SSRC_CASE_HIGH] <= 10);
	world_close(&x);
	free(d);
}

/* An alternate for one user only helps this user, as far as the cut itself is what is missing. */
static void test_example_for_item(void)
{
	draft *d = example();
	int tool = draft_add_item(d, "tool", 0, 1, true);
	draft_add_need(d, tool, 0, "critical", "");
	draft_alternate *second = draft_add_alternate(d, 0, 1, 100, 6);
	second->for_item = 1;
	world x;
	if (world_open(&x, d, "CN", SSRC_BASIS_SITE, 1)) {
		const ssrc_item_result *r = result_of(&x, "part");
		CHECK_NEAR(r->loss[SSRC_MODE_RUN].at[SSRC_CASE_MID], 8, 1e-12);
		CHECK(r->worst_product[SSRC_MODE_RUN] == ssrc_chain_item(x.chain, "tool"));
		CHECK(r->cover.at[SSRC_CASE_MID] == 0);
	}
	world_close(&x);
	d->items[tool].product = false;
	CHECK_NEAR(loss_of(d, "part", SSRC_MODE_RUN), 2, 1e-12);
	free(d);
}

static void test_example_lookthrough(void)
{
	draft *d = example();
	d->shares[0].share[0] = d->shares[0].share[1] = 70; /* part: 70 % Japan, the rest at home */
	draft_add_maker(d, 0, 1, 30, 30);
	d->shares[1].share[0] = d->shares[1].share[1] = 80; /* device: 20 % Japan itself */
	draft_add_share(d, 1, "JP", 20, 20);
	world x;
	if (world_open(&x, d, "CN", SSRC_BASIS_SITE, 1)) {
		uint32_t japan = ssrc_chain_country(x.chain, "JP"), device = ssrc_chain_item(x.chain, "device");
		CHECK_NEAR(x.a->dependence[device * x.chain->n_countries + japan].at[SSRC_CASE_MID], 0.2 + 0.8 * 0.7,
			   1e-12);
		CHECK_NEAR(x.a->items[device].lookthrough.at[SSRC_CASE_MID], 0.76, 1e-12);
		CHECK_NEAR(x.a->items[device].supply.foreign.at[SSRC_CASE_MID], 0.2, 1e-12);
	}
	world_close(&x);
	draft_add_alternate(d, 0, 1, 30, 0); /* covers 30 of the 70 % */
	if (world_open(&x, d, "CN", SSRC_BASIS_SITE, 1))
		CHECK_NEAR(result_of(&x, "device")->lookthrough.at[SSRC_CASE_MID], 0.2 + 0.8 * 0.4, 1e-12);
	world_close(&x);
	free(d);
}

/* A small foreign share in a circle stays small, however often it goes round. */
static void test_example_circle(void)
{
	draft *d = draft_new();
	int a = draft_add_item(d, "a", 0, 10, true), b = draft_add_item(d, "b", 0, 10, false);
	draft_add_need(d, a, b, "critical", "");
	draft_add_need(d, b, a, "critical", "");
	draft_add_share(d, a, "CN", 99, 99);
	draft_add_share(d, a, "JP", 1, 1);
	draft_add_share(d, b, "CN", 100, 100);
	world x;
	if (world_open(&x, d, "CN", SSRC_BASIS_SITE, 1)) {
		CHECK_NEAR(result_of(&x, "a")->lookthrough.at[SSRC_CASE_MID], 0.01, 1e-12);
		CHECK_NEAR(result_of(&x, "b")->lookthrough.at[SSRC_CASE_MID], 0.01, 1e-12);
		CHECK_NEAR(result_of(&x, "a")->loss[SSRC_MODE_RUN].at[SSRC_CASE_MID], 0.1, 1e-12);
	}
	world_close(&x);
	free(d);
}

/* "60-65 % Taiwan, 10-12 % Korea": as a row of the country it is at most 65 %; as a row of one maker there the rest may
 * be of the same country. `various` belongs to nobody; "100 % various" says nothing. */
static void test_example_bounds(void)
{
	draft *d = draft_new();
	int by_country = draft_add_item(d, "by-country", 0, 10, true),
	    by_maker = draft_add_item(d, "by-maker", 0, 10, true);
	int dust = draft_add_item(d, "dust", 0, 10, true);
	draft_add_share(d, by_country, "TW", 60, 65);
	draft_add_share(d, by_country, "KR", 10, 12);
	draft_add_maker(d, by_maker, draft_add_party(d, "tw", "TW"), 60, 65);
	draft_add_maker(d, by_maker, draft_add_party(d, "kr", "KR"), 10, 12);
	draft_add_share(d, dust, "various", 100, 100);
	world x;
	if (world_open(&x, d, "CN", SSRC_BASIS_SITE, 1)) {
		uint32_t tw = ssrc_chain_country(x.chain, "TW");
		const ssrc_estimate *country = &result_of(&x, "by-country")->supply.country[tw];
		const ssrc_estimate *maker = &result_of(&x, "by-maker")->supply.country[tw];
		const double want_country[] = {0.6, 0.625, 0.65}, want_maker[] = {0.6, 0.625, 0.9};
		agree(0, "share", "by-country", country, want_country, 1e-12);
		agree(0, "share", "by-maker", maker, want_maker, 1e-12);
		const ssrc_item_result *r = result_of(&x, "dust");
		CHECK(r->fragmented && !r->firms_known && !r->sole_source && r->routes == REF_ROUTES_MANY);
		CHECK(r->level == -1 && isnan(r->fact[SSRC_FACT_HHI].at[SSRC_CASE_MID]));
	}
	world_close(&x);
	free(d);
}

/* What stands first wins: main, informative, own market, basis, newest. */
static void test_example_choice_of_set(void)
{
	draft *d = draft_new();
	int item = draft_add_item(d, "x", 0, 10, true);
	draft_share *old = draft_add_share(d, item, "JP", 90, 90), *bare = draft_add_share(d, item, "KR", 30, 30);
	draft_share *market = draft_add_share(d, item, "US", 70, 70), *other = draft_add_share(d, item, "TW", 80, 80);
	draft_share *context = draft_add_share(d, item, "NL", 99, 99);
	old->year = 2020;
	bare->year = 2026;
	market->market = "CN";
	market->year = 2019;
	other->market = "US"; /* not the home's */
	context->use = "context";
	context->year = 2027;
	for (int step = 0; step < 4; step++) {
		world x;
		const char *want = step == 0 ? "US" : step == 1 ? "JP" : step == 2 ? "KR" : "TW";
		if (step == 1)
			market->market = "JP";
		if (step == 2)
			bare->use = "main";
		if (step == 3) {
			bare->use = "";
			other->market = ""; /* newer than the old one */
		}
		if (world_open(&x, d, "CN", SSRC_BASIS_SITE, 1)) {
			CHECK(result_of(&x, "x")->supply.top_foreign != SSRC_NONE);
			CHECK_TEXT(x.chain->countries[result_of(&x, "x")->supply.top_foreign], want);
		}
		world_close(&x);
	}
	free(d);
}

static void add_control(draft *d, int item, const char *issuer, const char *target, const char *to)
{
	d->events[d->n_events++] = (draft_event){.item = item,
						 .kind = "control",
						 .issuer = issuer,
						 .target = target,
						 .from = "2024-01-01",
						 .to = to,
						 .direction = "tighten"};
}

/* A second source covers the part from week 6: 2 weeks are lost. Where a control reaches it, it does not count: 8. */
static void test_example_blocked_second_source(void)
{
	draft *d = example();
	int maker = draft_add_party(d, "korean", "KR");
	draft_add_alternate(d, 0, maker, 100, 6);
	int other = draft_add_item(d, "other", 0, 10, false); /* what Korea has a lever on */
	draft_add_share(d, other, "KR", 100, 100);
	CHECK_NEAR(loss_of(d, "part", SSRC_MODE_RUN), 2, 1e-12);
	add_control(d, 0, "KR", "CN", "");
	CHECK_NEAR(loss_of(d, "part", SSRC_MODE_RUN), 8, 1e-12);
	d->events[0].target = "all";
	CHECK_NEAR(loss_of(d, "part", SSRC_MODE_RUN), 8, 1e-12);
	d->events[0].target = "US"; /* aimed at others */
	CHECK_NEAR(loss_of(d, "part", SSRC_MODE_RUN), 2, 1e-12);
	d->events[0].target = "CN";
	d->events[0].to = "2025-01-01"; /* over */
	CHECK_NEAR(loss_of(d, "part", SSRC_MODE_RUN), 2, 1e-12);
	d->events[0].to = "";
	d->events[0].direction = "ease";
	CHECK_NEAR(loss_of(d, "part", SSRC_MODE_RUN), 2, 1e-12);
	d->events[0].direction = "tighten";
	d->events[0].item = other; /* not on what it replaces */
	CHECK_NEAR(loss_of(d, "part", SSRC_MODE_RUN), 2, 1e-12);
	d->events[0].item = 0;
	d->parties[maker].site = d->parties[maker].hq = "TW"; /* under another law: nobody knows without reading it */
	CHECK_NEAR(loss_of(d, "part", SSRC_MODE_RUN), 2, 1e-12);
	d->parties[maker].parent = "KR";
	CHECK_NEAR(loss_of(d, "part", SSRC_MODE_RUN), 8, 1e-12);
	/* An item in its place: reached if it is named and the issuer has a lever on it. */
	d->alternates[0].by_party = DRAFT_NO;
	d->alternates[0].by_item = other;
	CHECK_NEAR(loss_of(d, "part", SSRC_MODE_RUN), 2, 1e-12);
	d->events[0].item = other;
	CHECK_NEAR(loss_of(d, "part", SSRC_MODE_RUN), 8, 1e-12);
	d->events[0].issuer = "US";
	CHECK_NEAR(loss_of(d, "part", SSRC_MODE_RUN), 2, 1e-12);
	free(d);
}

/* `chem` comes to 60 % from US, an alternate from DE covers it; `spare` is made of it at home and stands in for the
 * part. A German control blocks the alternate of chem; so spare depends on US, whose control on it then has a lever. */
static void test_a_block_may_give_a_lever(void)
{
	draft *d = example();
	int chem = draft_add_item(d, "chem", 0, 10, false), spare = draft_add_item(d, "spare", 0, 10, false);
	draft_add_share(d, chem, "US", 60, 60);
	draft_add_share(d, chem, "DE", 40, 40);
	draft_add_share(d, spare, "CN", 100, 100);
	draft_add_need(d, spare, chem, "critical", "");
	draft_add_alternate(d, chem, draft_add_party(d, "german", "DE"), 100, 0)->gap[0] = 0;
	d->alternates[0].gap[1] = 0;
	draft_add_alternate(d, 0, DRAFT_NO, 100, 6)->by_item = spare;
	add_control(d, spare, "US", "CN", "");
	CHECK_NEAR(loss_of(d, "part", SSRC_MODE_RUN), 2, 1e-12); /* no lever */
	add_control(d, chem, "DE", "CN", "");
	CHECK_NEAR(loss_of(d, "part", SSRC_MODE_RUN), 8, 1e-12);
	free(d);
}

static int level_of(const draft *d, const char *home)
{
	world x;
	int level = -9;
	if (world_open(&x, d, home, SSRC_BASIS_SITE, 1))
		level = result_of(&x, "part")->level;
	world_close(&x);
	return level;
}

static void test_example_levels(void)
{
	draft *d = example();
	CHECK(level_of(d, "CN") == 2); /* 8 weeks >= 4, 100 % > 50 % */
	add_control(d, 0, "JP", "CN", "");
	CHECK(level_of(d, "CN") == 4);
	d->events[0].to = "2025-01-01"; /* over */
	CHECK(level_of(d, "CN") == 2);
	d->events[0].to = "";
	d->events[0].target = "all"; /* does not name the home */
	CHECK(level_of(d, "CN") == 3);
	d->events[0].issuer = "US"; /* has no lever on the part */
	CHECK(level_of(d, "CN") == 2);
	d->n_events = 0;
	d->items[0].recovery[0] = d->items[0].recovery[1] = 17; /* 13 weeks */
	CHECK(level_of(d, "CN") == 3);
	d->items[0].recovery[0] = d->items[0].recovery[1] = NAN; /* the share alone */
	CHECK(level_of(d, "CN") == 1);
	d->shares[0].share[0] = d->shares[0].share[1] = NAN;
	CHECK(level_of(d, "CN") == -1);
	free(d);
}

/* The smallest single changes from 8 weeks (level 2) to less than 4: see docs/methods/explain.md. */
static void test_example_counterfactual(void)
{
	draft *d = example();
	world x;
	ssrc_counterfactual c[SSRC_LEVERS];
	if (world_open(&x, d, "CN", SSRC_BASIS_SITE, 1)) {
		CHECK(ssrc_counterfactuals(c, x.a, x.w, ssrc_chain_item(x.chain, "part"), NULL) == SSRC_OK);
		for (int lever = 0; lever < SSRC_LEVERS; lever++)
			CHECK(c[lever].possible && c[lever].level_after == 1);
		CHECK_NEAR(c[SSRC_LEVER_STOCK].amount, 4.001, 1e-9);
		CHECK_NEAR(c[SSRC_LEVER_COVER].amount, 0.5001, 1e-9);
		CHECK_NEAR(c[SSRC_LEVER_COVER].by_week, 4, 0);
		CHECK_NEAR(c[SSRC_LEVER_SHARE].amount, 0.6666, 1e-9);
		CHECK_NEAR(c[SSRC_LEVER_RECOVERY].amount, 7.999, 1e-9);
	}
	world_close(&x);
	free(d);
}

/* A company is not dependent on itself, and what is offered where it sits is offered to it. */
static void test_company_as_home(void)
{
	draft *d = example();
	draft_add_maker(d, 1, 1, 100, 100)->metric = "units";
	draft_add_alternate(d, 0, 1, 100, 6)->market = "CN";
	world x;
	if (world_open(&x, d, "second", SSRC_BASIS_SITE, 1)) {
		const ssrc_item_result *r = result_of(&x, "device");
		d->shares[1].metric = "units";
		CHECK_NEAR(result_of(&x, "part")->loss[SSRC_MODE_RUN].at[SSRC_CASE_MID], 2, 1e-12);
		(void)r;
	}
	world_close(&x);
	d->shares[1] = d->shares[2]; /* its own row alone */
	d->n_shares = 2;
	if (world_open(&x, d, "second", SSRC_BASIS_SITE, 1)) {
		const ssrc_item_result *r = result_of(&x, "device");
		CHECK(r->supply.top_foreign == SSRC_NONE);
		CHECK_NEAR(r->supply.foreign.at[SSRC_CASE_HIGH], 0, 1e-12);
		CHECK(r->loss[SSRC_MODE_RUN].at[SSRC_CASE_HIGH] == 0);
	}
	world_close(&x);
	free(d);
}

/* ---- laws ------------------------------------------------------------------------------------------------- */

/* Every number of an assessment, in the order of the chain; `map` gives the order of another chain's items. */
static uint64_t digest(const world *x)
{
	uint64_t h = 14695981039346656037u;
	for (uint32_t i = 0; i < x->chain->n_items; i++) {
		const ssrc_item_result *r = &x->a->items[i];
		double numbers[3 * SSRC_FACT_COUNT + 8];
		size_t n = 0;
		for (int f = 0; f < SSRC_FACT_COUNT; f++)
			for (int w = 0; w < SSRC_CASES; w++)
				numbers[n++] = isnan(r->fact[f].at[w]) ? -1e300 : r->fact[f].at[w] + 0.0;
		numbers[n++] = r->level;
		numbers[n++] = r->level_low;
		numbers[n++] = r->level_high;
		numbers[n++] = r->grade;
		numbers[n++] = x->a->rank[i];
		numbers[n++] = r->supply.top_foreign;
		numbers[n++] = r->worst_product[0];
		numbers[n++] = r->worst_product[1];
		for (size_t k = 0; k < n * sizeof *numbers; k++)
			h = (h ^ ((const unsigned char *)numbers)[k]) * 1099511628211u;
	}
	for (size_t k = 0; k < (size_t)x->chain->n_items * x->chain->n_countries; k++)
		for (int w = 0; w < SSRC_CASES; w++) {
			double d = x->a->dependence[k].at[w] + 0.0;
			uint64_t bits;
			memcpy(&bits, &d, sizeof bits);
			h = (h ^ bits) * 1099511628211u;
		}
	return h;
}

static void test_row_shuffle_gives_the_same_bits(void)
{
	for (uint64_t seed = 1; seed <= 100; seed++) {
		draft *d = draft_random(seed, 12);
		world x, y;
		if (world_open(&x, d, random_home(seed), random_basis(seed), 1)) {
			d->shuffle = seed * 17 + 1;
			if (world_open(&y, d, random_home(seed), random_basis(seed), 1))
				CHECK(digest(&x) == digest(&y));
			world_close(&y);
		}
		world_close(&x);
		free(d);
	}
}

static void test_threads_give_the_same_bits(void)
{
	for (uint64_t seed = 1; seed <= 12; seed++) {
		draft *d = draft_random(seed, 90);
		static const int threads[] = {1, 2, 7};
		uint64_t found[3] = {0};
		for (int t = 0; t < 3; t++) {
			world x;
			if (world_open(&x, d, random_home(seed), random_basis(seed), threads[t]))
				found[t] = digest(&x);
			world_close(&x);
		}
		CHECK(found[0] == found[1] && found[0] == found[2]);
		free(d);
	}
}

/* New ids in the same order change no bit. */
static void test_renaming_changes_nothing(void)
{
	for (uint64_t seed = 1; seed <= 60; seed++) {
		draft *d = draft_random(seed, 12);
		world x, y;
		if (world_open(&x, d, "CN", random_basis(seed), 1)) {
			for (int i = 0; i < d->n_items; i++)
				snprintf(d->items[i].id, sizeof d->items[i].id, "zz-%04d", 7 * i);
			for (int p = 0; p < d->n_parties; p++)
				snprintf(d->parties[p].id, sizeof d->parties[p].id, "firm-%04d", 3 * p);
			if (world_open(&y, d, "CN", random_basis(seed), 1))
				CHECK(digest(&x) == digest(&y));
			world_close(&y);
		}
		world_close(&x);
		free(d);
	}
}

typedef bool relation(double before, double after);

static bool is_equal(double before, double after)
{
	return same(before, after, 1e-9);
}
static bool is_not_less(double before, double after)
{
	return isnan(before) || isnan(after) || after >= before - 1e-9;
}
static bool is_not_more(double before, double after)
{
	return isnan(before) || isnan(after) || after <= before + 1e-9;
}

/* Compares items of two worlds by their place in the draft. */
static void compare_facts(const world *x, const draft *before, const world *y, const draft *after, uint64_t seed,
			  const char *law, const ssrc_fact *facts, size_t n_facts, relation *holds)
{
	for (int i = 0; i < before->n_items; i++) {
		const ssrc_item_result *p = result_of(x, before->items[i].id), *q = result_of(y, after->items[i].id);
		for (size_t f = 0; f < n_facts; f++)
			for (int w = 0; w < SSRC_CASES; w++) {
				double a = p->fact[facts[f]].at[w], b = q->fact[facts[f]].at[w];
				complain(holds(a, b), seed, law, before->items[i].id, w, b, a);
			}
	}
}

static const ssrc_fact losses[] = {SSRC_FACT_LOSS, SSRC_FACT_GROWTH_LOSS};
static const ssrc_fact structure[] = {SSRC_FACT_TOP_FOREIGN, SSRC_FACT_FOREIGN,  SSRC_FACT_LOOKTHROUGH, SSRC_FACT_LOSS,
				      SSRC_FACT_GROWTH_LOSS, SSRC_FACT_TTS,      SSRC_FACT_TTR,         SSRC_FACT_COVER,
				      SSRC_FACT_ROUTES,      SSRC_FACT_PRODUCTS, SSRC_FACT_DEPENDANTS,  SSRC_FACT_HHI};

typedef void change_draft(draft *d, uint64_t seed);

static void check_law(const char *law, change_draft *change, const ssrc_fact *facts, size_t n_facts, relation *holds)
{
	complaints = 0;
	for (uint64_t seed = 1; seed <= 120; seed++) {
		draft *before = draft_random(seed, 4 + (int)(seed % 10)), *after = draft_new();
		*after = *before;
		change(after, seed);
		world x, y;
		bool both = world_open(&x, before, "CN", random_basis(seed), 1);
		if (both && world_open(&y, after, "CN", random_basis(seed), 1)) {
			compare_facts(&x, before, &y, after, seed, law, facts, n_facts, holds);
			world_close(&y);
		}
		world_close(&x);
		free(before);
		free(after);
	}
}

static void permute_ids(draft *d, uint64_t seed)
{
	for (int i = 0; i < d->n_items; i++)
		snprintf(d->items[i].id, sizeof d->items[i].id, "item-%03d", (i * 29 + (int)seed) % 97);
	for (int p = 0; p < d->n_parties; p++)
		snprintf(d->parties[p].id, sizeof d->parties[p].id, "party-%02d", (p * 7 + (int)seed) % 31);
}

static void add_unrelated(draft *d, uint64_t seed)
{
	(void)seed;
	int item = draft_add_item(d, "item-0001", 1, 20, true); /* between others */
	int input = draft_add_item(d, "zz", 2, 10, false);
	draft_add_need(d, item, input, "critical", "");
	draft_add_share(d, input, "JP", 100, 100);
}

static void longer_recovery(draft *d, uint64_t seed)
{
	d->items[seed % (uint64_t)d->n_items].recovery[1] *= 1.5;
	for (int i = 0; i < d->n_items; i += 2)
		for (int k = 0; k < 2; k++)
			d->items[i].recovery[k] += 3.25;
}

/* Blocks what comes from there or replaces the item. */
static void one_more_control(draft *d, uint64_t seed)
{
	int at = (int)(seed % (uint64_t)d->n_items);
	for (int i = 0; i < d->n_alternates && seed % 2; i++)
		if (d->alternates[i].by_item != DRAFT_NO)
			at = d->alternates[i].by_item;
	add_control(d, at, draft_countries[1 + seed % 5], seed % 3 ? "CN" : "all", "");
}

static void less_stock(draft *d, uint64_t seed)
{
	(void)seed;
	for (int i = 0; i < d->n_items; i++)
		for (int k = 0; k < 2; k++)
			d->items[i].stock[k] *= 0.6;
}

static void more_cover(draft *d, uint64_t seed)
{
	for (int i = 0; i < d->n_alternates; i++)
		if ((uint64_t)i % 2 == seed % 2) {
			d->alternates[i].share[0] = d->alternates[i].share[0] / 2 + 50;
			d->alternates[i].share[1] = d->alternates[i].share[1] / 2 + 50;
			d->alternates[i].weeks[0] *= 0.5;
		}
}

static void split_makers(draft *d, uint64_t seed)
{
	(void)seed;
	int n = d->n_shares;
	for (int i = 0; i < d->n_items; i++)
		d->items[i].variant_of = DRAFT_NO; /* a variant is what its makers hold of its group */
	for (int i = 0; i < n && d->n_parties < DRAFT_PARTIES; i += 3) {
		draft_share *x = &d->shares[i];
		bool again = false; /* two rows of one maker in a set are one block, whichever way they are cut */
		for (int k = 0; k < n; k++)
			again |= k != i && d->shares[k].item == x->item && d->shares[k].n_parties == 1 &&
				 d->shares[k].party[0] == x->party[0];
		if (x->n_parties != 1 || isnan(x->share[0]) || again)
			continue;
		draft_party *twin = &d->parties[d->n_parties];
		*twin = d->parties[x->party[0]];
		snprintf(twin->id, sizeof twin->id, "twin-%02d", d->n_parties);
		x->share[0] /= 2;
		x->share[1] /= 2;
		d->shares[d->n_shares] = *x;
		d->shares[d->n_shares++].party[0] = d->n_parties++;
	}
}

static void no_variants(draft *d, uint64_t seed)
{
	(void)seed;
	for (int i = 0; i < d->n_items; i++)
		d->items[i].variant_of = DRAFT_NO;
}

static void test_permutation_of_ids(void)
{
	check_law("permutation", permute_ids, structure, sizeof structure / sizeof *structure, is_equal);
}
static void test_unrelated_item_changes_nothing(void)
{
	check_law("unrelated item", add_unrelated, structure, sizeof structure / sizeof *structure, is_equal);
}
static void test_a_control_never_lowers_loss(void)
{
	static const ssrc_fact facts[] = {SSRC_FACT_LOSS, SSRC_FACT_GROWTH_LOSS, SSRC_FACT_LOOKTHROUGH};
	static const ssrc_fact cover[] = {SSRC_FACT_COVER, SSRC_FACT_ALTERNATES};
	check_law("one more control", one_more_control, facts, 3, is_not_less);
	check_law("one more control", one_more_control, cover, 2, is_not_more);
}

static void test_longer_recovery_never_lowers_loss(void)
{
	check_law("longer recovery", longer_recovery, losses, 2, is_not_less);
}
static void test_less_stock_never_lowers_loss(void)
{
	check_law("less stock", less_stock, losses, 2, is_not_less);
}
static void test_more_cover_never_raises_loss(void)
{
	check_law("more cover", more_cover, losses, 2, is_not_more);
}

static void test_split_maker_changes_no_country(void)
{
	static const ssrc_fact facts[] = {SSRC_FACT_TOP_FOREIGN, SSRC_FACT_FOREIGN, SSRC_FACT_LOOKTHROUGH,
					  SSRC_FACT_LOSS,        SSRC_FACT_TTS,     SSRC_FACT_GROWTH_LOSS};
	complaints = 0;
	for (uint64_t seed = 1; seed <= 120; seed++) {
		draft *before = draft_random(seed, 10), *after = draft_new();
		no_variants(before, seed);
		for (int i = 0; i < before->n_parties; i++)
			before->parties[i].same_as =
				DRAFT_NO; /* merged rows are one maker, whichever way they are cut */
		*after = *before;
		split_makers(after, seed);
		world x, y;
		bool both = world_open(&x, before, "CN", random_basis(seed), 1);
		if (both && world_open(&y, after, "CN", random_basis(seed), 1)) {
			compare_facts(&x, before, &y, after, seed, "split maker", facts, 6, is_equal);
			for (size_t k = 0; k < (size_t)x.chain->n_items * x.chain->n_countries; k++)
				agree(seed, "dependence", "split maker", &y.a->dependence[k], x.a->dependence[k].at,
				      1e-9);
			world_close(&y);
		}
		world_close(&x);
		free(before);
		free(after);
	}
}

static void test_larger_cut_never_lowers_loss(void)
{
	complaints = 0;
	for (uint64_t seed = 1; seed <= 120; seed++) {
		world x;
		if (!world_random(&x, seed))
			return;
		bool block[REF_COUNTRIES] = {false};
		double before[SSRC_CASES][SSRC_MODES] = {{0}};
		dice r = {seed, 77};
		for (int step = 0; step < 5; step++) {
			for (uint32_t c = 0; c < x.chain->n_countries; c++)
				block[c] |= dice_chance(&r, 0.15) ||
					    strcmp(x.chain->countries[c], draft_countries[step]) == 0;
			ssrc_cut cut = {block, SSRC_NONE, step % 2 ? SSRC_NONE : SSRC_NONE};
			for (int w = 0; w < SSRC_CASES; w++)
				for (int m = 0; m < SSRC_MODES; m++) {
					ssrc_loss loss;
					CHECK(ssrc_loss_if_cut(&loss, x.w, &cut, (ssrc_case)w, (ssrc_mode)m,
							       &ssrc_no_change, NULL) == SSRC_OK);
					if (isnan(loss.weeks)) /* an item was left out: nobody knows */
						continue;
					complain(loss.weeks >= before[w][m] - 1e-9, seed, "larger cut", "", w,
						 loss.weeks, before[w][m]);
					before[w][m] = loss.weeks;
				}
		}
		world_close(&x);
	}
}

static void check_order(uint64_t seed, const char *what, const char *id, const ssrc_estimate *e)
{
	const double *at = e->at;
	complain(is_not_less(at[SSRC_CASE_LOW], at[SSRC_CASE_MID]), seed, what, id, 1, at[SSRC_CASE_MID],
		 at[SSRC_CASE_LOW]);
	complain(is_not_less(at[SSRC_CASE_MID], at[SSRC_CASE_HIGH]), seed, what, id, 2, at[SSRC_CASE_HIGH],
		 at[SSRC_CASE_MID]);
	complain(is_not_less(at[SSRC_CASE_LOW], at[SSRC_CASE_HIGH]), seed, what, id, 2, at[SSRC_CASE_HIGH],
		 at[SSRC_CASE_LOW]);
}

static void check_item_order(const world *x, uint64_t seed, uint32_t i)
{
	const ssrc_item_result *r = &x->a->items[i];
	const char *id = x->chain->items[i].id;
	for (int f = 0; f < SSRC_FACT_COUNT; f++)
		check_order(seed, ssrc_fact_word((ssrc_fact)f), id, &r->fact[f]);
	for (int w = 0; w < SSRC_CASES; w++) {
		double run = r->loss[SSRC_MODE_RUN].at[w], grow = r->loss[SSRC_MODE_GROW].at[w];
		complain(is_not_less(run, grow), seed, "growth loss", id, w, grow, run);
		complain(is_not_less(r->supply.foreign.at[w], r->lookthrough.at[w]), seed, "look-through", id, w,
			 r->lookthrough.at[w], r->supply.foreign.at[w]);
	}
	for (uint32_t c = 0; c < x->chain->n_countries; c++) {
		const ssrc_estimate *e = &x->a->dependence[i * x->chain->n_countries + c];
		check_order(seed, "dependence", id, e);
		for (int w = 0; w < SSRC_CASES; w++) {
			double d = e->at[w], direct = r->supply.country[c].at[w];
			complain(d >= 0 && d <= 1, seed, "dependence", id, w, d, 1);
			complain(is_not_less(direct, d), seed, "dependence against share", id, w, d, direct);
		}
	}
	complain(r->level < 0 || (r->level_low <= r->level && r->level <= r->level_high), seed, "level", id, 0,
		 r->level_low, r->level_high);
}

static void test_cases_are_ordered(void)
{
	complaints = 0;
	for (uint64_t seed = 1; seed <= PACKAGES; seed++) {
		world x;
		if (!world_random(&x, seed))
			return;
		for (uint32_t i = 0; i < x.chain->n_items; i++)
			check_item_order(&x, seed, i);
		world_close(&x);
	}
}

/* Level = highest rank whose rule is true; 0 only if every rule is false; never 0 where one is unknown. */
static void test_levels_follow_the_rules(void)
{
	complaints = 0;
	for (uint64_t seed = 1; seed <= PACKAGES; seed++) {
		world x;
		if (!world_random(&x, seed))
			return;
		for (uint32_t i = 0; i < x.chain->n_items; i++) {
			const ssrc_item_result *r = &x.a->items[i];
			int best = 0;
			double truth = 0;
			for (size_t k = 0; k < x.a->policy->n_levels; k++) {
				double t = ref_truth(x.a->policy->levels[k].condition, r->fact);
				if (t == 1 && x.a->policy->levels[k].rank > best)
					best = x.a->policy->levels[k].rank;
				truth = fmax(truth, t);
			}
			int want = best ? best : truth > 0 ? -1 : 0;
			complain(r->level == want, seed, "level", x.chain->items[i].id, 0, r->level, want);
		}
		world_close(&x);
	}
}

/* ---- waterfall and counterfactuals -------------------------------------------------------------------------- */

static void test_waterfall_sums_to_the_loss(void)
{
	complaints = 0;
	for (uint64_t seed = 1; seed <= PACKAGES; seed++) {
		world x;
		if (!world_random(&x, seed))
			return;
		for (uint32_t i = 0; i < x.chain->n_items; i++) {
			bool block[REF_COUNTRIES] = {false};
			if (x.a->items[i].supply.top_foreign == SSRC_NONE)
				continue;
			block[x.a->items[i].supply.top_foreign] = true;
			ssrc_cut cut = {block, SSRC_NONE, i};
			ssrc_loss loss;
			ref_loss want;
			CHECK(ssrc_loss_if_cut(&loss, x.w, &cut, SSRC_CASE_MID, SSRC_MODE_RUN, &ssrc_no_change, NULL) ==
			      SSRC_OK);
			ref_loss_if_cut(&want, x.ref, &cut, SSRC_CASE_MID, SSRC_MODE_RUN);
			const ssrc_waterfall *f = &loss.waterfall;
			const char *id = x.chain->items[i].id;
			if (isnan(loss.weeks))
				continue;
			double sum = f->gross + f->alternates + f->stock + f->downstream;
			complain(same(sum, loss.weeks, 1e-9) && f->loss == loss.weeks, seed, "waterfall", id, 0, sum,
				 loss.weeks);
			complain(same(f->gross, want.gross, 1e-9), seed, "gross", id, 0, f->gross, want.gross);
			complain(same(f->gross + f->alternates, want.own, 1e-9), seed, "after alternates", id, 0,
				 f->gross + f->alternates, want.own);
			bool falling = f->alternates <= 1e-9 && f->stock <= 1e-9 && f->downstream <= 1e-9;
			complain(falling, seed, "steps down", id, 0, f->downstream, 0);
		}
		world_close(&x);
	}
}

static int level_with(const world *x, uint32_t item, ssrc_lever lever, const ssrc_counterfactual *c, double part)
{
	const ssrc_item_result *r = &x->a->items[item];
	ssrc_change change = ssrc_no_change;
	double from;
	switch (lever) {
	case SSRC_LEVER_STOCK: change.add_stock_weeks = part * c->amount; break;
	case SSRC_LEVER_COVER:
		change.add_cover = part * c->amount;
		change.cover_week = c->by_week;
		break;
	case SSRC_LEVER_SHARE:
		from = r->fact[SSRC_FACT_TOP_FOREIGN].at[SSRC_CASE_MID];
		change.cap_top_share = part == 1 ? c->amount : from - part * (from - c->amount);
		break;
	case SSRC_LEVER_RECOVERY:
		from = r->ttr.at[SSRC_CASE_MID];
		change.cap_recovery_weeks = part == 1 ? c->amount : from - part * (from - c->amount);
		break;
	case SSRC_LEVERS: break;
	}
	ssrc_item_result after = {0};
	CHECK(ssrc_assess_item(&after, x->a, x->w, item, &change, NULL) == SSRC_OK);
	return after.level;
}

static double moved(const world *x, uint32_t item, ssrc_lever lever, const ssrc_counterfactual *c)
{
	const ssrc_item_result *r = &x->a->items[item];
	if (lever == SSRC_LEVER_SHARE)
		return r->fact[SSRC_FACT_TOP_FOREIGN].at[SSRC_CASE_MID] - c->amount;
	return lever == SSRC_LEVER_RECOVERY ? r->ttr.at[SSRC_CASE_MID] - c->amount : c->amount;
}

static void test_counterfactuals_are_smallest(void)
{
	int found[SSRC_LEVERS] = {0};
	complaints = 0;
	for (uint64_t seed = 1; seed <= PACKAGES; seed++) {
		world x;
		if (!world_random(&x, seed))
			return;
		for (uint32_t i = 0; i < x.chain->n_items; i++) {
			ssrc_counterfactual c[SSRC_LEVERS];
			int now = x.a->items[i].level;
			CHECK(ssrc_counterfactuals(c, x.a, x.w, i, NULL) == SSRC_OK);
			for (int lever = 0; lever < SSRC_LEVERS; lever++) {
				if (!c[lever].possible)
					continue;
				found[lever]++;
				int all = level_with(&x, i, (ssrc_lever)lever, &c[lever], 1);
				int less = level_with(&x, i, (ssrc_lever)lever, &c[lever], 0.99);
				const char *id = x.chain->items[i].id;
				complain(all >= 0 && all < now && all == c[lever].level_after, seed,
					 "level after lever", id, lever, all, now);
				bool edge =
					moved(&x, i, (ssrc_lever)lever, &c[lever]) <= 1.001e-4; /* anything would do */
				complain(less >= now || edge, seed, "level after 0.99 of lever", id, lever, less, now);
			}
		}
		world_close(&x);
	}
	for (int lever = 0; lever < SSRC_LEVERS; lever++)
		CHECK(found[lever] >= 20);
}

/* ---- faults -------------------------------------------------------------------------------------------------- */

static ssrc_status write_reports(const ssrc_assessment *a, ssrc_error *err)
{
	static const ssrc_format formats[] = {SSRC_FORMAT_TEXT, SSRC_FORMAT_JSON};
	ssrc_status status = SSRC_OK;
	for (int f = 0; f < 2 && !status; f++) {
		ssrc_report_options options = {.format = formats[f], .lang = SSRC_LANG_ZH, .width = 80, .version = "0"};
		ssrc_rank_options rank = {.of = SSRC_RANK_ITEMS};
		ssrc_map_options map = {.view = f ? SSRC_MAP_COUNTRY : SSRC_MAP_TIERS};
		ssrc_buf out;
		int worst;
		ssrc_buf_init(&out, a->ctx);
		status = ssrc_report_rank(&out, a, &rank, &options, &worst, err);
		if (!status)
			status = ssrc_report_explain(&out, a, a->chain->items[a->rank[0]].id, &options, err);
		if (!status)
			status = ssrc_report_map(&out, a, &map, &options, err);
		if (!status && out.failed)
			status = SSRC_NOMEM;
		ssrc_buf_clear(&out);
	}
	return status;
}

static ssrc_status assess_and_report(const ssrc_package *package, ssrc_error *err)
{
	ssrc_assess_options options = {"CN", SSRC_BASIS_SITE};
	ssrc_chain *chain = NULL;
	ssrc_assessment *a = NULL;
	ssrc_status status = ssrc_chain_build(&chain, package, ssrc_date_days(2026, 9, 1), err);
	if (!status)
		status = ssrc_assess(&a, chain, &options, err);
	if (!status)
		status = write_reports(a, err);
	ssrc_assessment_free(a);
	ssrc_chain_free(chain);
	return status;
}

static void test_every_failed_allocation(void)
{
	draft *d = draft_random(31, 14);
	test_faults faults;
	ssrc_context ctx;
	ssrc_error err = {0};
	ssrc_package *package;
	test_faults_init(&faults, &ctx, 0);
	ctx.threads = 1;
	bool good = draft_package(&package, d, &ctx, &err);
	CHECK(good);
	long live = faults.live_blocks, k = 0;
	ssrc_status status = SSRC_NOMEM;
	for (k = 1; good && status && k < 5000; k++) {
		faults.calls = 0;
		faults.fail_at = k;
		status = assess_and_report(package, &err);
		CHECK(status == SSRC_OK || status == SSRC_NOMEM);
		CHECK(faults.live_blocks == live);
		if (status == SSRC_OK)
			CHECK(faults.calls < k); /* a failed call is never passed over */
	}
	CHECK(status == SSRC_OK && k > 30);
	faults.fail_at = 0;
	if (good)
		ssrc_package_free(package);
	CHECK(faults.live_blocks == 0);
	free(d);
}

static void test_errors_are_told(void)
{
	draft *d = example();
	ssrc_context ctx;
	ssrc_error err = {0};
	ssrc_package *package;
	ssrc_chain *chain;
	ssrc_context_init(&ctx);
	ssrc_assessment *untouched = NULL;
	ssrc_assess_options options = {"nobody", SSRC_BASIS_SITE};
	if (draft_package(&package, d, &ctx, &err)) {
		if (ssrc_chain_build(&chain, package, ssrc_date_days(2026, 9, 1), &err) == SSRC_OK) {
			CHECK(ssrc_assess(&untouched, chain, &options, &err) == SSRC_NOTFOUND && !untouched);
			ssrc_chain_free(chain);
		}
		ssrc_package_free(package);
	}
	err = (ssrc_error){0};
	d->policy = "policy: broken\nlevels:\n  - level: 9\n    fact: loss_weeks\n    min: 1\n";
	if (draft_package(&package, d, &ctx, &err)) {
		if (ssrc_chain_build(&chain, package, ssrc_date_days(2026, 9, 1), &err) == SSRC_OK) {
			options.home = "CN";
			CHECK(ssrc_assess(&untouched, chain, &options, &err) == SSRC_FORMAT && !untouched);
			CHECK_NEAR((double)err.line, 3, 0);
			ssrc_chain_free(chain);
		}
		ssrc_package_free(package);
	}
	free(d);
}

static void test_empty_chain(void)
{
	draft *d = draft_new();
	world x;
	if (world_open(&x, d, "CN", SSRC_BASIS_SITE, 0))
		CHECK(x.chain->n_items == 0);
	world_close(&x);
	free(d);
}

int main(int argc, char **argv)
{
	TEST(test_example_stock);
	TEST(test_example_second_source);
	TEST(test_covered_at_once);
	TEST(test_no_slivers);
	TEST(test_example_essential);
	TEST(test_example_series);
	TEST(test_example_choice);
	TEST(test_example_variant);
	TEST(test_example_for_item);
	TEST(test_example_lookthrough);
	TEST(test_example_circle);
	TEST(test_example_bounds);
	TEST(test_example_choice_of_set);
	TEST(test_example_blocked_second_source);
	TEST(test_a_block_may_give_a_lever);
	TEST(test_example_levels);
	TEST(test_example_counterfactual);
	TEST(test_company_as_home);
	TEST(test_supply_reference);
	TEST(test_dependence_reference);
	TEST(test_blocked_reference);
	TEST(test_loss_reference);
	TEST(test_loss_reference_in_wide_networks);
	TEST(test_cut_reference);
	TEST(test_bounds_hold_for_sampled_shares);
	TEST(test_row_shuffle_gives_the_same_bits);
	TEST(test_threads_give_the_same_bits);
	TEST(test_renaming_changes_nothing);
	TEST(test_permutation_of_ids);
	TEST(test_unrelated_item_changes_nothing);
	TEST(test_a_control_never_lowers_loss);
	TEST(test_longer_recovery_never_lowers_loss);
	TEST(test_less_stock_never_lowers_loss);
	TEST(test_more_cover_never_raises_loss);
	TEST(test_split_maker_changes_no_country);
	TEST(test_larger_cut_never_lowers_loss);
	TEST(test_cases_are_ordered);
	TEST(test_levels_follow_the_rules);
	TEST(test_waterfall_sums_to_the_loss);
	TEST(test_counterfactuals_are_smallest);
	TEST(test_every_failed_allocation);
	TEST(test_errors_are_told);
	TEST(test_empty_chain);
	return tests_done();
}
