/* The weekly simulation against its reference on random packages, the examples of docs/methods/{loss,stress}.md by
 * hand, and the laws that it must keep. */
#include "harness.h"

#include "ref/random_package.h"
#include "ref/stress_ref.h"

#include "io/date.h"

enum { PACKAGES = 300, SMALL = 12, CUTS_MAX = 5 };

/* ---- a package, assessed ---------------------------------------------------------------------------------------- */

typedef struct world {
	ssrc_context ctx;
	ssrc_error err;
	ssrc_package *package;
	ssrc_chain *chain;
	ssrc_assessment *a;
	ref_model *ref;
} world;

static void world_close(world *x)
{
	ssrc_assessment_free(x->a);
	ssrc_chain_free(x->chain);
	ssrc_package_free(x->package);
	free(x->ref);
	*x = (world){0};
}

/* What drafts do not hold is set in the chain itself, before it is assessed. */
typedef void world_change(ssrc_chain *chain, void *with);

static bool world_open(world *x, const draft *d, const char *home, ssrc_basis basis, int threads, world_change *change,
		       void *with)
{
	*x = (world){0};
	ssrc_context_init(&x->ctx);
	x->ctx.threads = threads;
	ssrc_assess_options options = {home, (int)basis};
	bool good = draft_package(&x->package, d, &x->ctx, &x->err) &&
		    ssrc_chain_build(&x->chain, x->package, ssrc_date_days(2026, 9, 1), &x->err) == SSRC_OK;
	if (good && change)
		change(x->chain, with);
	good = good && ssrc_assess(&x->a, x->chain, &options, &x->err) == SSRC_OK;
	CHECK(good);
	if (!good)
		world_close(x);
	return good;
}

static uint32_t item_of(const world *x, const char *id)
{
	uint32_t item = ssrc_chain_item(x->chain, id);
	return item == SSRC_NONE ? (abort(), item) : item;
}

/* ---- random worlds and scenarios ----------------------------------------------------------------------------------
 */

static uint64_t text_hash(const char *text)
{
	return ssrc_hash_quick(text, strlen(text));
}

/* Kinds, transit, shelf lives and units, drawn by id, so that renaming rows or shuffling them changes nothing else. */
static void random_change(ssrc_chain *chain, void *with)
{
	uint64_t seed = *(uint64_t *)with;
	static const char *const kinds[] = {"good", "good", "good", "software", "service"};
	for (uint32_t i = 0; i < chain->n_items; i++) {
		ssrc_item *it = &chain->items[i];
		dice r = {seed, text_hash(it->id) & 0xFFFFFFFF};
		it->kind = kinds[dice_below(&r, 5)];
		double transit = dice_chance(&r, 0.3) ? dice_below(&r, 16) / 4.0 : NAN;
		it->transit =
			(ssrc_interval){transit, dice_chance(&r, 0.5) ? transit : transit + dice_below(&r, 8) / 4.0};
		it->shelf_weeks = dice_chance(&r, 0.3) ? dice_below(&r, 40) / 4.0 : NAN;
		it->use_per_week = dice_chance(&r, 0.8) ? 1 + dice_below(&r, 9) : NAN;
	}
	for (uint32_t i = 0; i < chain->n_needs; i++) {
		dice r = {seed, text_hash(chain->items[chain->needs[i].item].id) ^
					text_hash(chain->items[chain->needs[i].input].id) >> 20};
		chain->needs[i].per_unit = dice_chance(&r, 0.9) ? 0.5 + dice_below(&r, 6) / 4.0 : NAN;
	}
}

typedef struct cuts {
	ssrc_scenario scenario;
	ssrc_scenario_cut cut[CUTS_MAX];
	uint32_t items[CUTS_MAX][3];
} cuts;

static ssrc_interval random_interval(dice *r, double most, double step)
{
	double low = dice_below(r, (int)(most / step) + 1) * step;
	double high = dice_chance(r, 0.4) ? low : fmin(most, low + dice_below(r, (int)(most / step) + 1) * step);
	return (ssrc_interval){low, high};
}

static void random_cuts(cuts *out, const ssrc_chain *chain, dice *r)
{
	*out = (cuts){.scenario = {.id = "random", .path = "", .source = "", .home = ""}};
	uint32_t n = 1 + (uint32_t)dice_below(r, CUTS_MAX);
	for (uint32_t k = 0; k < n; k++) {
		ssrc_scenario_cut *c = &out->cut[k];
		*c = (ssrc_scenario_cut){.kind = (ssrc_cut_kind)dice_below(r, chain->n_events ? 4 : 3)};
		uint32_t limit = c->kind == SSRC_CUT_COUNTRY ? chain->n_countries
				 : c->kind == SSRC_CUT_PARTY ? chain->n_parties
				 : c->kind == SSRC_CUT_ITEM  ? chain->n_items
							     : chain->n_events;
		c->target = (uint32_t)dice_below(r, (int)limit);
		if (c->kind == SSRC_CUT_PARTY)
			c->target = chain->parties[c->target].same_as;
		c->eu = c->kind == SSRC_CUT_COUNTRY && dice_chance(r, 0.15);
		if (c->kind == SSRC_CUT_COUNTRY && strcmp(chain->countries[c->target], "EU") == 0)
			c->eu = true;
		for (uint32_t i = 0; dice_chance(r, 0.3) && i < 3; i++)
			out->items[k][c->n_items++] = (uint32_t)dice_below(r, (int)chain->n_items);
		c->items = out->items[k];
		c->fraction = dice_chance(r, 0.5) ? (ssrc_interval){1, 1} : random_interval(r, 1, 0.125);
		c->start = dice_chance(r, 0.5) ? 0 : dice_below(r, 40) / 4.0;
		c->weeks = dice_chance(r, 0.4) ? (ssrc_interval){NAN, NAN} : random_interval(r, 20, 0.25);
		c->recovery = (ssrc_recovery)dice_below(r, 3);
		if (c->recovery != SSRC_RECOVERY_STEP)
			c->recovery_weeks = random_interval(r, 8, 0.25);
	}
	out->scenario.cuts = out->cut;
	out->scenario.n_cuts = n;
}

static ssrc_stress_options random_options(dice *r)
{
	ssrc_stress_options o = ssrc_stress_defaults;
	o.weeks = 30 + (uint32_t)dice_below(r, 20);
	o.step = dice_chance(r, 0.7) ? 1 : dice_chance(r, 0.5) ? 0.5 : 2;
	o.form = (ssrc_production)dice_below(r, SSRC_PRODUCTIONS);
	o.rationing = (ssrc_rationing)dice_below(r, 3);
	o.mode = (ssrc_mode)dice_below(r, SSRC_MODES);
	o.refill = dice_chance(r, 0.2) ? 0.25 : 0;
	o.seed = 1 + (uint64_t)dice_below(r, 100);
	return o;
}

static uint32_t random_backups(ssrc_stress_backup *out, const ssrc_chain *chain, dice *r)
{
	uint32_t n = dice_chance(r, 0.5) ? 0 : (uint32_t)dice_below(r, 4);
	for (uint32_t k = 0; k < n; k++) {
		ssrc_stress_backup *b = &out[k]; /* one number after the other: the same on every compiler */
		b->item = (uint32_t)dice_below(r, (int)chain->n_items);
		b->kind = dice_below(r, 3);
		b->amount = dice_below(r, 8) / 8.0;
		b->from = dice_below(r, 40) / 4.0;
		b->full = b->from + dice_below(r, 20) / 4.0;
		b->shelf_weeks = dice_chance(r, 0.5) ? (double)INFINITY : dice_below(r, 30) / 4.0;
		if (out[k].kind == SSRC_BACKUP_STOCK)
			out[k].amount *= 8;
	}
	return n;
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

static bool random_world(world *x, uint64_t seed)
{
	draft *d = draft_random(seed, 2 + (int)(seed % SMALL));
	bool good = world_open(x, d, random_home(seed), random_basis(seed), 1, random_change, &seed);
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

static void complain(bool good, uint64_t seed, const char *what, const char *id, int which, double got, double want)
{
	if (good)
		return;
	if (complaints++ < 12)
		printf("# seed %llu, %s of %s in case %d: %.17g, reference %.17g\n", (unsigned long long)seed, what, id,
		       which, got, want);
	checks_failed_here++;
}

/* ---- against the reference ------------------------------------------------------------------------------------------
 */

static void compare_case(const world *x, const ssrc_stress *s, uint64_t seed, const ssrc_stress_backup *backups,
			 uint32_t n_backups, int w)
{
	ref_stress *want = calloc(1, sizeof *want);
	want->m = x->ref;
	want->scenario = s->scenario;
	want->o = &s->options;
	want->backups = backups;
	want->n_backups = n_backups;
	want->which = (ssrc_case)w;
	ref_stress_run(want);
	for (uint32_t i = 0; i < x->chain->n_items; i++) {
		const ssrc_stress_item *got = &s->items[i];
		const char *id = x->chain->items[i].id;
		complain(same(got->loss.at[w], want->loss[i], 1e-9), seed, "loss", id, w, got->loss.at[w],
			 want->loss[i]);
		complain(same(got->first_short.at[w], want->first_short[i], 1e-6), seed, "first shortage", id, w,
			 got->first_short.at[w], want->first_short[i]);
	}
	complain(same(s->loss.at[w], want->worst, 1e-9), seed, "worst", "", w, s->loss.at[w], want->worst);
	for (uint32_t p = 0; p < s->n_products; p++)
		for (uint32_t k = 0; k < s->n_steps; k++)
			complain(same(s->paths[p][w].output[k], want->output[s->products[p]][k], 1e-9), seed, "output",
				 "", w, s->paths[p][w].output[k], want->output[s->products[p]][k]);
	free(want);
}

static void test_cases_reference(void)
{
	complaints = 0;
	int hit = 0;
	for (uint64_t seed = 1; seed <= PACKAGES; seed++) {
		world x;
		cuts c;
		dice r = {seed, 77};
		ssrc_stress_backup backups[4];
		if (!random_world(&x, seed))
			return;
		random_cuts(&c, x.chain, &r);
		ssrc_stress_options o = random_options(&r);
		uint32_t n_backups = random_backups(backups, x.chain, &r);
		ssrc_stress *s = NULL;
		CHECK(ssrc_stress_run(&s, x.a, &c.scenario, &o, backups, n_backups, &x.err) == SSRC_OK);
		for (int w = 0; s && w < SSRC_CASES; w++)
			compare_case(&x, s, seed, backups, n_backups, w);
		complain(s && s->balance < 1e-9, seed, "balance", "", 0, s ? s->balance : NAN, 0);
		hit += s && s->loss.at[SSRC_CASE_HIGH] > 0;
		ssrc_stress_free(s);
		world_close(&x);
	}
	printf("# %d of %d random scenarios lose output\n", hit, PACKAGES);
	CHECK(hit > PACKAGES / 3);
}

/* A drawn run by itself, as the reference draws it. */
static void test_draws_reference(void)
{
	complaints = 0;
	for (uint64_t seed = 1; seed <= PACKAGES / 3; seed++) {
		world x;
		cuts c;
		dice r = {seed, 78};
		if (!random_world(&x, seed))
			return;
		random_cuts(&c, x.chain, &r);
		ssrc_stress_options o = random_options(&r);
		ssrc_arena arena;
		ssrc_arena_init(&arena, &x.ctx);
		ssrc_sim_net net;
		ssrc_sim_state *state = NULL;
		CHECK(ssrc_sim_net_build(&net, x.a, &c.scenario, &o, NULL, 0, &arena, &x.err) == SSRC_OK);
		CHECK(ssrc_sim_state_new(&state, &net, &x.err) == SSRC_OK);
		ssrc_sim_run run = {
			.drawn = true, .number = seed * 31, .input = SSRC_NONE, .only = SSRC_NONE, .except = SSRC_NONE};
		ssrc_sim_block(state, &run, 1, NULL, 0);
		ref_stress *want = calloc(1, sizeof *want);
		want->m = x.ref;
		want->scenario = &c.scenario;
		want->o = &o;
		want->drawn = true;
		want->number = run.number;
		ref_stress_run(want);
		for (uint32_t k = 0; k < net.n; k++) {
			uint32_t i = net.nodes[k].item;
			complain(same(ssrc_sim_loss(state, k, 0), want->loss[i], 1e-9), seed, "drawn loss",
				 x.chain->items[i].id, 0, ssrc_sim_loss(state, k, 0), want->loss[i]);
		}
		free(want);
		ssrc_sim_state_free(state);
		ssrc_arena_clear(&arena);
		world_close(&x);
	}
}

/* The step functions that a plan reads add up to what the simulation cuts. */
static void test_hits_reference(void)
{
	complaints = 0;
	for (uint64_t seed = 1; seed <= PACKAGES; seed++) {
		world x;
		cuts c;
		dice r = {seed, 79};
		if (!random_world(&x, seed))
			return;
		random_cuts(&c, x.chain, &r);
		ssrc_arena arena;
		ssrc_arena_init(&arena, &x.ctx);
		ssrc_stress_hit *hits;
		ssrc_stress_cover *covers;
		uint32_t n_hits, n_covers, left_out;
		bool reaches;
		int w = (int)(seed % SSRC_CASES);
		CHECK(ssrc_scenario_hits(&hits, &n_hits, &covers, &n_covers, &left_out, &reaches, x.a, &c.scenario,
					 (ssrc_case)w, &arena, &x.err) == SSRC_OK);
		ref_stress *want = calloc(1, sizeof *want);
		want->m = x.ref;
		want->scenario = &c.scenario;
		want->o = &ssrc_stress_defaults;
		want->which = (ssrc_case)w;
		ref_begin(want);
		for (uint32_t i = 0; i < x.chain->n_items; i++)
			for (double t = 0.0625; t < 60; t += 0.25) {
				double got = 0;
				for (uint32_t k = 0; k < n_hits; k++)
					got += hits[k].item == i && hits[k].from <= t && t < hits[k].to ? hits[k].lost
													: 0;
				double out = ref_out(want, i, t);
				complain(same(got, out, 1e-9), seed, "hit", x.chain->items[i].id, w, got, out);
			}
		for (uint32_t k = 0; k < n_covers; k++) {
			const ssrc_alternate *alternate = &x.chain->alternates[covers[k].alternate];
			double share = ref_reach(alternate, (ssrc_case)w);
			complain(ref_may_stand_in(want, alternate) && covers[k].item == alternate->item &&
					 covers[k].from >= want->first_cut[alternate->item],
				 seed, "cover", "", w, covers[k].from, want->first_cut[alternate->item]);
			complain(same(covers[k].cover, share, 1e-12), seed, "cover", "", w, covers[k].cover, share);
		}
		free(want);
		ssrc_arena_clear(&arena);
		world_close(&x);
	}
}

/* ---- examples of docs/methods/loss.md -------------------------------------------------------------------------------
 */

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

/* A scenario of one cut: "country:JP", "part", … as on the command line. */
static ssrc_scenario cut_of(const world *x, ssrc_scenario_cut *cut, const char *target, const char *items,
			    ssrc_arena *arena)
{
	ssrc_error err = {0};
	CHECK(ssrc_cut_parse(cut, x->chain, target, items, arena, &err) == SSRC_OK);
	return (ssrc_scenario){.id = "one", .path = "", .source = "", .home = "", .cuts = cut, .n_cuts = 1};
}

typedef struct outcome {
	double loss, tts, ttr, multiplier, first;
} outcome;

/* Central values of an item, and the loss of the worst product, if `target` is cut. */
static outcome cut_example(const draft *d, const char *target, const char *items, const char *item,
			   const ssrc_stress_options *o, world_change *change, void *with)
{
	world x;
	outcome out = {NAN, NAN, NAN, NAN, NAN};
	ssrc_scenario_cut cut;
	ssrc_stress *s = NULL;
	if (!world_open(&x, d, "CN", SSRC_BASIS_SITE, 1, change, with))
		return out;
	ssrc_arena arena;
	ssrc_arena_init(&arena, &x.ctx);
	ssrc_scenario scenario = cut_of(&x, &cut, target, items, &arena);
	CHECK(ssrc_stress_run(&s, x.a, &scenario, o, NULL, 0, &x.err) == SSRC_OK);
	if (s) {
		const ssrc_stress_item *it = &s->items[item_of(&x, item)];
		int w = SSRC_CASE_MID;
		out = (outcome){s->loss.at[w], it->tts.at[w], it->ttr.at[w], it->multiplier.at[w],
				it->first_short.at[w]};
		CHECK(s->balance < 1e-9);
	}
	ssrc_stress_free(s);
	ssrc_arena_clear(&arena);
	world_close(&x);
	return out;
}

static double loss_of(const draft *d, ssrc_mode mode)
{
	ssrc_stress_options o = ssrc_stress_defaults;
	o.mode = mode;
	return cut_example(d, "country:JP", NULL, "part", &o, NULL, NULL).loss;
}

/* US4: stock 40, use 10 a week: the users go on for 4 weeks. */
static void test_example_stock(void)
{
	draft *d = example();
	outcome out = cut_example(d, "country:JP", NULL, "part", &ssrc_stress_defaults, NULL, NULL);
	CHECK_NEAR(out.loss, 8, 1e-12);
	CHECK_NEAR(out.tts, 4, 1e-12);
	CHECK_NEAR(out.ttr, 12, 1e-12);
	d->items[0].stock[0] = d->items[0].stock[1] = 4.25; /* a fraction of a step */
	ssrc_stress_options o = ssrc_stress_defaults;
	CHECK_NEAR(cut_example(d, "country:JP", NULL, "part", &o, NULL, NULL).tts, 4.25, 1e-12);
	o.step = 2;
	CHECK_NEAR(cut_example(d, "country:JP", NULL, "part", &o, NULL, NULL).tts, 4.25, 1e-12);
	CHECK_NEAR(cut_example(d, "country:JP", NULL, "part", &o, NULL, NULL).loss, 7.75, 1e-12);
	CHECK_NEAR(cut_example(d, "party:kk", NULL, "part", &o, NULL, NULL).loss, 7.75, 1e-12);
	CHECK_NEAR(cut_example(d, "item:part", NULL, "part", &o, NULL, NULL).loss, 7.75, 1e-12);
	CHECK(cut_example(d, "country:JP", "device", "part", &o, NULL, NULL).loss == 0); /* which it does not supply */
	free(d);
}

static void test_example_second_source(void)
{
	draft *d = example();
	draft_alternate *second = draft_add_alternate(d, 0, 1, 100, 6);
	CHECK_NEAR(loss_of(d, SSRC_MODE_RUN), 2, 1e-12);
	CHECK_NEAR(cut_example(d, "country:JP", NULL, "part", &ssrc_stress_defaults, NULL, NULL).ttr, 6, 1e-12);
	second->share[0] = second->share[1] = 60;
	CHECK_NEAR(loss_of(d, SSRC_MODE_RUN), 4.4, 1e-12);
	second->gap[0] = second->gap[1] = 0.5;
	CHECK_NEAR(loss_of(d, SSRC_MODE_RUN), 6.2, 1e-12);
	second->state = "sampling";
	CHECK_NEAR(loss_of(d, SSRC_MODE_RUN), 8, 1e-12);
	second->state = "in_use";
	second->market = "US";
	CHECK_NEAR(loss_of(d, SSRC_MODE_RUN), 8, 1e-12);
	second->market = "";
	d->parties[1].site = "JP"; /* in the cut itself */
	CHECK_NEAR(loss_of(d, SSRC_MODE_RUN), 8, 1e-12);
	free(d);
}

static void test_example_essential(void)
{
	draft *d = example();
	d->needs[0].essential = "important";
	CHECK_NEAR(loss_of(d, SSRC_MODE_RUN), 4, 1e-12);
	d->needs[0].essential = "optional";
	CHECK(loss_of(d, SSRC_MODE_RUN) == 0 && loss_of(d, SSRC_MODE_GROW) == 0);
	d->needs[0].essential = "capital";
	CHECK(loss_of(d, SSRC_MODE_RUN) == 0);
	CHECK_NEAR(loss_of(d, SSRC_MODE_GROW), 8, 1e-12);
	free(d);
}

static void test_example_series(void)
{
	draft *d = example();
	int module = draft_add_item(d, "module", 3, 1, false);
	d->needs[0].item = module;
	draft_add_need(d, 1, module, "critical", "");
	CHECK_NEAR(loss_of(d, SSRC_MODE_RUN), 12 - 4 - 3, 1e-12);
	draft_add_need(d, 0, module, "critical", ""); /* a circle back changes nothing */
	CHECK_NEAR(loss_of(d, SSRC_MODE_RUN), 5, 1e-12);
	free(d);
}

static void test_example_choice(void)
{
	draft *d = example();
	int other = draft_add_item(d, "other", 0, 12, false);
	d->needs[0].any_of = "either";
	draft_add_need(d, 1, other, "critical", "either");
	draft_add_share(d, other, "CN", 100, 100);
	CHECK(loss_of(d, SSRC_MODE_RUN) == 0);
	d->shares[2].share[0] = d->shares[2].share[1] = 50;
	draft_add_share(d, other, "JP", 50, 50);
	CHECK_NEAR(loss_of(d, SSRC_MODE_RUN), 4, 1e-12);
	free(d);
}

static void test_example_variant(void)
{
	draft *d = draft_new();
	int group = draft_add_item(d, "part", 0, 10, false), device = draft_add_item(d, "device", 0, 1, true);
	int variant = draft_add_item(d, "variant", 0, 10, false);
	d->items[variant].variant_of = group;
	draft_add_need(d, device, group, "critical", "");
	int a = draft_add_party(d, "a", "US"), b = draft_add_party(d, "b", "JP");
	draft_add_maker(d, group, a, 60, 60);
	draft_add_maker(d, group, b, 40, 40);
	draft_add_maker(d, variant, a, 100, 100);
	const ssrc_stress_options *o = &ssrc_stress_defaults;
	CHECK_NEAR(cut_example(d, "item:variant", NULL, "part", o, NULL, NULL).loss, 6, 1e-12);
	CHECK_NEAR(cut_example(d, "country:US", "part", "part", o, NULL, NULL).loss, 6, 1e-12);
	CHECK_NEAR(cut_example(d, "country:US", NULL, "part", o, NULL, NULL).loss, 6, 1e-12);
	free(d);
}

/* ---- what only the weekly simulation has
 * ------------------------------------------------------------------------------ */

typedef struct traits {
	const char *kind;
	double transit, shelf;
	const char *tier;
} traits;

static void set_traits(ssrc_chain *chain, void *with)
{
	const traits *t = with;
	ssrc_item *part = &chain->items[ssrc_chain_item(chain, "part")];
	part->kind = t->kind;
	part->transit = (ssrc_interval){t->transit, t->transit};
	part->shelf_weeks = t->shelf;
	if (t->tier)
		chain->tiers[0].id = t->tier;
}

static outcome with_traits(const draft *d, traits t, const ssrc_stress_options *o)
{
	return cut_example(d, "country:JP", NULL, "part", o, set_traits, &t);
}

static void test_transit(void)
{
	draft *d = example();
	outcome out = with_traits(d, (traits){"good", 3, NAN, NULL}, &ssrc_stress_defaults);
	CHECK_NEAR(out.tts, 4 + 3, 1e-12);   /* what is under way still arrives */
	CHECK_NEAR(out.loss, 12 - 4, 1e-12); /* and is missing at the end */
	out = with_traits(d, (traits){"service", 3, NAN, NULL}, &ssrc_stress_defaults);
	CHECK_NEAR(out.tts, 7, 1e-12);
	free(d);
}

/* A licence runs on for 4 weeks whatever is used; half of a supply is missed in full after that, not after 8 weeks. */
static void test_licence(void)
{
	draft *d = example();
	d->shares[0].share[0] = d->shares[0].share[1] = 50;
	draft_add_share(d, 0, "CN", 50, 50);
	const traits good = {"good", NAN, NAN, NULL}, licence = {"software", NAN, NAN, NULL};
	CHECK_NEAR(with_traits(d, good, &ssrc_stress_defaults).tts, 8, 1e-12);
	CHECK_NEAR(with_traits(d, good, &ssrc_stress_defaults).loss, 0.5 * 12 - 4, 1e-12);
	CHECK_NEAR(with_traits(d, licence, &ssrc_stress_defaults).tts, 4, 1e-12);
	CHECK_NEAR(with_traits(d, licence, &ssrc_stress_defaults).loss, 0.5 * (12 - 4), 1e-12);
	d->items[0].stock[0] = d->items[0].stock[1] = 4.5;
	CHECK_NEAR(with_traits(d, licence, &ssrc_stress_defaults).tts, 4.5, 1e-12);
	CHECK_NEAR(with_traits(d, licence, &ssrc_stress_defaults).loss, 0.5 * (12 - 4.5), 1e-12);
	free(d);
}

/* Stock beyond its shelf life does not exist; and what nobody uses in time is lost: while the device stands still for
 * want of `other`, its 4 weeks of `part` go bad. */
static void test_shelf_life(void)
{
	draft *d = example();
	const ssrc_stress_options *o = &ssrc_stress_defaults;
	CHECK_NEAR(with_traits(d, (traits){"good", NAN, 2.5, NULL}, o).tts, 2.5, 1e-12);
	CHECK_NEAR(with_traits(d, (traits){"good", NAN, 2.5, NULL}, o).loss, 9.5, 1e-12);
	CHECK_NEAR(with_traits(d, (traits){"good", NAN, 4, NULL}, o).loss, 8, 1e-12);
	int other = draft_add_item(d, "other", 0, 3, false);
	draft_add_need(d, 1, other, "critical", "");
	draft_add_share(d, other, "JP", 100, 100);
	CHECK_NEAR(with_traits(d, (traits){"good", NAN, NAN, NULL}, o).loss, 3 + (12 - 3 - 4), 1e-12);
	CHECK_NEAR(with_traits(d, (traits){"good", NAN, 5, NULL}, o).loss, 3 + (12 - 3 - 2), 1e-12); /* weeks 3 and 4 */
	free(d);
}

/* 1,000 processors cut to 500: twice the time. Nothing left: never. */
static void test_compute(void)
{
	draft *d = example();
	d->needs[0].essential = "important"; /* half of the output */
	d->items[0].stock[0] = d->items[0].stock[1] = 0;
	d->items[0].recovery[0] = d->items[0].recovery[1] = 200;
	traits t = {"good", NAN, NAN, "compute"};
	CHECK_NEAR(cut_example(d, "country:JP", NULL, "device", &ssrc_stress_defaults, set_traits, &t).multiplier, 2,
		   0);
	d->needs[0].essential = "critical";
	CHECK(isinf(cut_example(d, "country:JP", NULL, "device", &ssrc_stress_defaults, set_traits, &t).multiplier));
	d->items[0].recovery[0] = d->items[0].recovery[1] = 13; /* a quarter of a year late */
	CHECK_NEAR(cut_example(d, "country:JP", NULL, "device", &ssrc_stress_defaults, set_traits, &t).multiplier, 2,
		   0);
	t.tier = NULL;
	CHECK(isnan(cut_example(d, "country:JP", NULL, "device", &ssrc_stress_defaults, set_traits, &t).multiplier));
	free(d);
}

static double with_backups(const draft *d, const ssrc_stress_backup *backups, uint32_t n)
{
	world x;
	ssrc_scenario_cut cut;
	ssrc_stress *s = NULL;
	double loss = NAN;
	if (!world_open(&x, d, "CN", SSRC_BASIS_SITE, 1, NULL, NULL))
		return NAN;
	ssrc_arena arena;
	ssrc_arena_init(&arena, &x.ctx);
	ssrc_scenario scenario = cut_of(&x, &cut, "country:JP", NULL, &arena);
	CHECK(ssrc_stress_run(&s, x.a, &scenario, &ssrc_stress_defaults, backups, n, &x.err) == SSRC_OK);
	if (s)
		loss = s->loss.at[SSRC_CASE_MID];
	ssrc_stress_free(s);
	ssrc_arena_clear(&arena);
	world_close(&x);
	return loss;
}

/* The plan of US5: 20 more in stock (2 weeks) and a second source from week 6 on leave nothing lost. */
static void test_backups(void)
{
	draft *d = example();
	uint32_t part = 1; /* device, part: by id */
	ssrc_stress_backup b[] = {{part, SSRC_BACKUP_STOCK, 2, 0, 0, INFINITY},
				  {part, SSRC_BACKUP_SOURCE, 1, 6, 6, INFINITY}};
	CHECK_NEAR(with_backups(d, b, 2), 0, 1e-12);
	CHECK_NEAR(with_backups(d, b, 1), 6, 1e-12);
	CHECK_NEAR(with_backups(d, b + 1, 1), 2, 1e-12);
	b[0].shelf_weeks = 5; /* with the 4 that are there */
	CHECK_NEAR(with_backups(d, b, 1), 7, 1e-12);
	b[1].kind = SSRC_BACKUP_BYPASS;
	CHECK_NEAR(with_backups(d, b + 1, 1), 2, 1e-12);
	b[1].full = 10; /* grows over four weeks: 1/8, 3/8, 5/8, 7/8 */
	CHECK_NEAR(with_backups(d, b + 1, 1), 2 + 2, 1e-12);
	int extra = draft_add_item(d, "extra", 0, 12, false); /* part's makers lack an input: only a bypass helps */
	draft_add_need(d, 0, extra, "critical", "");
	draft_add_share(d, extra, "JP", 100, 100);
	b[1].full = 6;
	b[1].item = part = 2;
	CHECK_NEAR(with_backups(d, b + 1, 1), 2, 1e-12);
	b[1].kind = SSRC_BACKUP_SOURCE;
	CHECK_NEAR(with_backups(d, b + 1, 1), 8, 1e-12);
	free(d);
}

/* Staged and partial cuts, and how supply comes back. */
static void test_profiles(void)
{
	draft *d = example();
	d->items[0].stock[0] = d->items[0].stock[1] = 0;
	world x;
	if (!world_open(&x, d, "CN", SSRC_BASIS_SITE, 1, NULL, NULL))
		return;
	uint32_t jp = ssrc_chain_country(x.chain, "JP"), kk = ssrc_chain_party(x.chain, "kk");
	ssrc_scenario_cut c[] = {
		{.kind = SSRC_CUT_COUNTRY, .target = jp, .fraction = {0.5, 0.5}, .start = 2, .weeks = {8, 8}},
		{.kind = SSRC_CUT_PARTY, .target = kk, .fraction = {0.75, 0.75}, .start = 6, .weeks = {8, 8}}};
	ssrc_scenario scenario = {.id = "two", .path = "", .source = "", .home = "", .cuts = c, .n_cuts = 2};
	static const struct {
		ssrc_recovery recovery;
		double weeks, want;
	} rows[] = {{SSRC_RECOVERY_STEP, 0, 4 * 0.5 + 8 * 0.75},
		    {SSRC_RECOVERY_LINEAR, 4, 4 * 0.5 + 8 * 0.75 + 0.75 * 2},
		    {SSRC_RECOVERY_S, 4, 4 * 0.5 + 8 * 0.75 + 0.75 * 2}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		ssrc_stress *s = NULL;
		c[1].recovery = rows[i].recovery;
		c[1].recovery_weeks = (ssrc_interval){rows[i].weeks, rows[i].weeks};
		CHECK(ssrc_stress_run(&s, x.a, &scenario, &ssrc_stress_defaults, NULL, 0, &x.err) == SSRC_OK);
		if (s) {
			const ssrc_stress_item *part = &s->items[item_of(&x, "part")];
			CHECK_NEAR(s->loss.at[SSRC_CASE_MID], rows[i].want, 1e-12); /* where both cut, the larger */
			CHECK_NEAR(part->lost_supply.at[SSRC_CASE_MID], 0.75, 1e-12);
			CHECK_NEAR(part->first_short.at[SSRC_CASE_MID], 2, 1e-12);
			CHECK_NEAR(part->tts.at[SSRC_CASE_MID], 0, 1e-12);
			CHECK_NEAR(part->ttr.at[SSRC_CASE_MID], 12 + rows[i].weeks, 1e-12);
			CHECK_NEAR(s->paths[0][SSRC_CASE_MID].output[4], 0.5, 1e-12);
			CHECK_NEAR(s->paths[0][SSRC_CASE_MID].output[7], 0.25, 1e-12);
		}
		ssrc_stress_free(s);
	}
	world_close(&x);
	free(d);
}

static void test_measures(void)
{
	draft *d = example();
	d->events[0] = (draft_event){0, "control", "JP", "CN", "2024-01-01", "", "tighten"};
	d->n_events = 1;
	static const struct {
		const char *home, *target;
		double loss;
		bool reaches;
	} rows[] = {{"CN", "CN", 8, true}, {"CN", "US", 0, false}, {"CN", "all", 8, true}, {"JP", "all", 0, false}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		world x;
		d->events[0].target = rows[i].target;
		if (!world_open(&x, d, rows[i].home, SSRC_BASIS_SITE, 1, NULL, NULL))
			break;
		ssrc_arena arena;
		ssrc_arena_init(&arena, &x.ctx);
		ssrc_scenario_cut cut;
		ssrc_stress *s = NULL;
		ssrc_scenario scenario = cut_of(&x, &cut, "measure:event-0", NULL, &arena);
		CHECK(ssrc_stress_run(&s, x.a, &scenario, &ssrc_stress_defaults, NULL, 0, &x.err) == SSRC_OK);
		if (s) {
			CHECK_NEAR(s->loss.at[SSRC_CASE_MID], rows[i].loss, 1e-12);
			CHECK(s->reaches_home == rows[i].reaches);
			CHECK(s->n_hit == (rows[i].reaches ? 1 : 0));
		}
		ssrc_stress_free(s);
		ssrc_arena_clear(&arena);
		world_close(&x);
	}
	free(d);
}

/* What nobody knows: a length leaves the item out; so does a share, if the cut names the item. */
static void test_unknown(void)
{
	draft *d = example();
	int other = draft_add_item(d, "other", 2, 6, false);
	draft_add_need(d, 1, other, "critical", "");
	draft_add_share(d, other, "JP", 100, 100);
	d->items[0].recovery[0] = d->items[0].recovery[1] = NAN;
	world x;
	if (world_open(&x, d, "CN", SSRC_BASIS_SITE, 1, NULL, NULL)) {
		ssrc_arena arena;
		ssrc_arena_init(&arena, &x.ctx);
		for (int round = 0; round < 3; round++) {
			ssrc_scenario_cut cut;
			ssrc_stress *s = NULL;
			const char *item = round == 1 ? "device" : NULL;
			ssrc_scenario scenario = cut_of(&x, &cut, round == 1 ? "party:kk" : "country:JP", item, &arena);
			if (round == 2)
				cut.weeks = (ssrc_interval){10, 10};
			CHECK(ssrc_stress_run(&s, x.a, &scenario, &ssrc_stress_defaults, NULL, 0, &x.err) == SSRC_OK);
			if (s) {
				CHECK(s->left_out == (round < 2 ? 1 : 0) && s->n_hit == (round == 0   ? 1
											 : round == 1 ? 0
												      : 2));
				CHECK_NEAR(s->loss.at[SSRC_CASE_MID], round == 0 ? 4 : round == 1 ? 0 : 8, 1e-12);
			}
			ssrc_stress_free(s);
		}
		ssrc_arena_clear(&arena);
	}
	world_close(&x);
	free(d);
}

/* Two parts, one cut: what each cause does, and which uncertain number moves the loss most. */
static void test_causes_and_tornado(void)
{
	draft *d = example();
	int other = draft_add_item(d, "other", 2, 9, false);
	draft_add_need(d, 1, other, "critical", "");
	draft_add_share(d, other, "JP", 50, 50);
	d->items[0].recovery[0] = 10; /* 10–14, central 12 */
	d->items[0].recovery[1] = 14;
	d->items[other].stock[0] = 1; /* 1–3 */
	d->items[other].stock[1] = 3;
	world x;
	if (world_open(&x, d, "CN", SSRC_BASIS_SITE, 1, NULL, NULL)) {
		ssrc_arena arena;
		ssrc_arena_init(&arena, &x.ctx);
		ssrc_scenario_cut cut;
		ssrc_stress *s = NULL;
		ssrc_scenario scenario = cut_of(&x, &cut, "country:JP", NULL, &arena);
		CHECK(ssrc_stress_run(&s, x.a, &scenario, &ssrc_stress_defaults, NULL, 0, &x.err) == SSRC_OK);
		if (s) {
			/* part alone 12 − 4; other alone ½ · 9 − 2; together the larger, week by week */
			CHECK(s->n_causes == 2 && s->causes[0].item == item_of(&x, "part"));
			CHECK_NEAR(s->causes[0].loss.at[SSRC_CASE_MID], 8, 1e-12);
			CHECK_NEAR(s->causes[1].loss.at[SSRC_CASE_MID], 2.5, 1e-12);
			CHECK_NEAR(s->causes[0].spared, s->loss.at[SSRC_CASE_MID] - 2.5, 1e-12);
			CHECK_NEAR(s->causes[1].spared, s->loss.at[SSRC_CASE_MID] - 8, 1e-12);
			CHECK(s->n_tornado >= 1 && s->tornado[0].kind == SSRC_INPUT_WEEKS &&
			      s->tornado[0].item == item_of(&x, "part"));
			CHECK_NEAR(s->tornado[0].loss_high - s->tornado[0].loss_low, 4, 1e-12);
			CHECK_NEAR(s->tornado[0].low, 10, 0);
			CHECK_NEAR(s->tornado[0].high, 14, 0);
			for (uint32_t i = 0; i < s->n_tornado; i++)
				CHECK(fabs(s->tornado[i].loss_high - s->tornado[i].loss_low) > 1e-12);
		}
		ssrc_stress_free(s);
		ssrc_arena_clear(&arena);
	}
	world_close(&x);
	free(d);
}

static void test_refused_options(void)
{
	draft *d = example();
	world x;
	if (world_open(&x, d, "CN", SSRC_BASIS_SITE, 1, NULL, NULL)) {
		ssrc_scenario none = {.id = "none"};
		ssrc_stress *untouched = NULL;
		for (int k = 0; k < 8; k++) {
			ssrc_stress_options o = ssrc_stress_defaults;
			ssrc_error err = {0};
			ssrc_stress_backup backup = {k == 7 ? 99u : 0u, SSRC_BACKUP_STOCK, 1, 0, 0, INFINITY};
			*(k == 0 ? &o.weeks : &o.runs) = k == 0 ? 0 : k == 1 ? 2000000 : 0;
			o.step = k == 2 ? 0 : 1;
			o.refill = k == 3 ? -1 : 0;
			o.training_weeks = k == 4 ? NAN : 13;
			o.form = k == 5 ? SSRC_PRODUCTIONS : SSRC_HALF;
			o.mode = k == 6 ? SSRC_MODES : SSRC_MODE_RUN;
			CHECK(ssrc_stress_run(&untouched, x.a, &none, &o, &backup, 1, &err) == SSRC_RANGE &&
			      !untouched);
			CHECK(err.code == SSRC_RANGE);
		}
	}
	world_close(&x);
	free(d);
}

static void test_quantiles(void)
{
	const double x[] = {1, 2, 4, 8, INFINITY};
	CHECK_NEAR(ssrc_sim_quantile(x, 4, 0.5), 3, 1e-12);
	CHECK_NEAR(ssrc_sim_quantile(x, 4, 0.25), 1.75, 1e-12);
	CHECK_NEAR(ssrc_sim_quantile(x, 4, 0), 1, 0);
	CHECK_NEAR(ssrc_sim_quantile(x, 4, 1), 8, 0);
	CHECK(isinf(ssrc_sim_quantile(x, 5, 0.95)) && ssrc_sim_quantile(x, 5, 0.75) == 8);
	CHECK(ssrc_sim_quantile(x + 4, 1, 0.3) == INFINITY);
}

/* ---- laws -----------------------------------------------------------------------------------------------------------
 */

/* Nothing cut: nothing lost and every week as always, to the last bit. */
static void test_no_shock(void)
{
	for (uint64_t seed = 1; seed <= 60; seed++) {
		world x;
		dice r = {seed, 80};
		if (!random_world(&x, seed))
			return;
		ssrc_stress_options o = random_options(&r);
		o.runs = 9;
		ssrc_scenario_cut cut = {.kind = SSRC_CUT_ITEM, .target = 0, .fraction = {0, 0}, .weeks = {9, 9}};
		ssrc_scenario scenario = {
			.id = "none", .path = "", .source = "", .home = "", .cuts = &cut, .n_cuts = 1};
		ssrc_arena arena;
		ssrc_arena_init(&arena, &x.ctx);
		ssrc_stress *s = NULL;
		ssrc_sim_net net;
		ssrc_sim_state *state = NULL;
		CHECK(ssrc_stress_run(&s, x.a, &scenario, &o, NULL, 0, &x.err) == SSRC_OK);
		for (uint32_t i = 0; s && i < x.chain->n_items; i++)
			for (int w = 0; w < SSRC_CASES; w++)
				CHECK(s->items[i].loss.at[w] == 0 && isinf(s->items[i].tts.at[w]) &&
				      s->items[i].ttr.at[w] == 0);
		CHECK(s && s->n_products == 0 && s->loss_band.p95 == 0 && s->value.at[SSRC_CASE_HIGH] == 0 &&
		      s->balance == 0);
		CHECK(ssrc_sim_net_build(&net, x.a, &scenario, &o, NULL, 0, &arena, &x.err) == SSRC_OK);
		CHECK(ssrc_sim_state_new(&state, &net, &x.err) == SSRC_OK);
		uint32_t all[DRAFT_ITEMS];
		for (uint32_t k = 0; k < net.n; k++)
			all[k] = k;
		double *path = calloc((size_t)net.n * net.n_steps + 1, sizeof *path);
		ssrc_sim_run run = {
			.which = SSRC_CASE_HIGH, .input = SSRC_NONE, .only = SSRC_NONE, .except = SSRC_NONE};
		ssrc_sim_block(state, &run, 1, &(ssrc_sim_watch){all, net.n, path, 1}, 0);
		for (size_t k = 0; k < (size_t)net.n * net.n_steps; k++)
			CHECK(path[k] == 1);
		free(path);
		ssrc_sim_state_free(state);
		ssrc_stress_free(s);
		ssrc_arena_clear(&arena);
		world_close(&x);
	}
}

/* Whole weeks at both ends and in the middle. */
static ssrc_interval whole_weeks(ssrc_interval x)
{
	return (ssrc_interval){round(x.low), round(x.low) + 2 * round((x.high - x.low) / 2)};
}

/* Goods only, nothing that travels or spoils; tree: each item has one user, and only what nobody uses is a product. */
static void only_goods(ssrc_chain *chain, void *with)
{
	(void)with;
	for (uint32_t i = 0; i < chain->n_items; i++) {
		ssrc_item *it = &chain->items[i];
		it->stock = whole_weeks(it->stock);
		it->recovery = whole_weeks(it->recovery);
	}
	for (uint32_t i = 0; i < chain->n_alternates; i++)
		chain->alternates[i].weeks = whole_weeks(chain->alternates[i].weeks);
}

/* Makers alone stand in, for makers; inputs do not stand in for each other: the best of two means is less than the mean
 * of the best where one of them runs out within a week. */
static draft *with_maker_alternates(uint64_t seed, bool tree)
{
	draft *d = draft_random(seed, 2 + (int)(seed % SMALL));
	int n = 0;
	for (int k = 0; k < d->n_alternates; k++)
		if (d->alternates[k].by_item == DRAFT_NO)
			d->alternates[n++] = d->alternates[k];
	d->n_alternates = n;
	n = 0;
	for (int k = 0; k < d->n_needs; k++) {
		bool again = tree && d->needs[k].item < d->needs[k].input;
		for (int j = 0; tree && j < n; j++)
			again |= d->needs[j].input == d->needs[k].input;
		d->needs[k].any_of = "";
		if (!again)
			d->needs[n++] = d->needs[k];
	}
	d->n_needs = n;
	for (int i = 0; tree && i < d->n_items; i++) {
		d->items[i].variant_of = DRAFT_NO;
		for (int k = 0; k < n; k++)
			if (d->needs[k].input == i)
				d->items[i].product = false;
	}
	return d;
}

/* `rank` for one item and its largest country against the simulation: never below it, and the same in a tree. */
static int compare_rank(const world *x, ssrc_workspace *w, uint32_t item, uint64_t seed, bool tree, int *count)
{
	uint32_t top = x->a->items[item].supply.top_foreign;
	bool block[REF_COUNTRIES] = {false};
	int equal = 0;
	if (top == SSRC_NONE || strcmp(x->chain->countries[top], "EU") == 0)
		return 0;
	block[top] = true;
	ssrc_scenario_cut cut = {.kind = SSRC_CUT_COUNTRY,
				 .target = top,
				 .items = &item,
				 .n_items = 1,
				 .fraction = {1, 1},
				 .weeks = {NAN, NAN}};
	ssrc_scenario scenario = {.id = "top", .path = "", .source = "", .home = "", .cuts = &cut, .n_cuts = 1};
	ssrc_stress_options o = ssrc_stress_defaults;
	o.weeks = 100;
	o.brief = true;
	ssrc_stress *s = NULL;
	CHECK(ssrc_stress_run(&s, x->a, &scenario, &o, NULL, 0, NULL) == SSRC_OK);
	for (int k = 0; s && k < SSRC_CASES; k++) {
		ssrc_loss want;
		const ssrc_cut one = {block, SSRC_NONE, item};
		CHECK(ssrc_loss_if_cut(&want, w, &one, (ssrc_case)k, SSRC_MODE_RUN, &ssrc_no_change, NULL) == SSRC_OK);
		if (isnan(want.weeks))
			continue;
		double got = s->loss.at[k];
		complain(got <= want.weeks + 1e-9 && (!tree || same(got, want.weeks, 1e-9)), seed, "loss and rank",
			 x->chain->items[item].id, k, got, want.weeks);
		equal += same(got, want.weeks, 1e-9);
		++*count;
	}
	ssrc_stress_free(s);
	return equal;
}

static void test_rank(void)
{
	complaints = 0;
	for (int tree = 0; tree < 2; tree++) {
		int count = 0, equal = 0;
		for (uint64_t seed = 1; seed <= PACKAGES; seed++) {
			draft *d = with_maker_alternates(seed, tree);
			world x;
			ssrc_workspace *w = NULL;
			if (world_open(&x, d, random_home(seed), random_basis(seed), 1, only_goods, NULL)) {
				CHECK(ssrc_workspace_new(&w, x.a, &x.err) == SSRC_OK);
				for (uint32_t i = 0; w && i < x.chain->n_items; i++)
					equal += compare_rank(&x, w, i, seed, tree, &count);
				ssrc_workspace_free(w);
			}
			world_close(&x);
			free(d);
		}
		printf("# rank = simulation in %d of %d single cuts %s\n", equal, count,
		       tree ? "in trees" : "in networks");
		CHECK(count > 1000 && equal > count * 98 / 100);
	}
}

/* Makes the cut larger (0), longer (1) or the stocks smaller (2). */
static void worsen(cuts *c, ssrc_chain *chain, dice *r, int how)
{
	ssrc_scenario_cut *cut = &c->cut[dice_below(r, (int)c->scenario.n_cuts)];
	if (how == 0) {
		double f = dice_unit(r);
		cut->fraction.low += f * (1 - cut->fraction.low);
		cut->fraction.high += f * (1 - cut->fraction.high);
	} else if (how == 1) {
		cut->weeks.low += 3 * dice_unit(r);
		cut->weeks.high += 3.5;
		cut->recovery_weeks.high += cut->recovery != SSRC_RECOVERY_STEP;
	}
	for (uint32_t i = 0; how == 2 && i < chain->n_items; i++) {
		double f = dice_unit(r);
		chain->items[i].stock.low *= f;
		chain->items[i].stock.high *= f;
	}
}

/* Every cut is there from the first, so that alternates come no earlier in a worse one; and none of a maker, whom the
 * data may give more than its country. */
static void make_comparable(cuts *c, const ssrc_chain *chain)
{
	for (uint32_t k = 0; k < c->scenario.n_cuts; k++) {
		ssrc_scenario_cut *cut = &c->cut[k];
		if (cut->kind == SSRC_CUT_PARTY) {
			cut->kind = SSRC_CUT_ITEM;
			cut->target %= chain->n_items;
			cut->n_items = 0;
		}
		if (cut->fraction.low < 0.125) {
			cut->fraction.low += 0.125;
			cut->fraction.high = fmin(1, cut->fraction.high + 0.125);
		}
		if (cut->weeks.low < 1) {
			cut->weeks.low++;
			cut->weeks.high++;
		}
	}
}

/* A larger or longer cut and smaller stocks never lose less of a product, where nothing is shared between users. With
 * shared inputs a user who stops earlier leaves more to the others: seldom, and counted. */
static void test_worse_is_worse(void)
{
	complaints = 0;
	int compared = 0, less = 0, more = 0;
	for (int tree = 1; tree >= 0; tree--)
		for (uint64_t seed = 1; seed <= 3 * PACKAGES; seed++) {
			draft *d =
				tree ? with_maker_alternates(seed, true) : draft_random(seed, 2 + (int)(seed % SMALL));
			world x, y;
			cuts c;
			dice r = {seed, 81};
			bool good = world_open(&x, d, random_home(seed), random_basis(seed), 1,
					       tree ? NULL : random_change, &seed);
			if (good && world_open(&y, d, random_home(seed), random_basis(seed), 1,
					       tree ? NULL : random_change, &seed)) {
				ssrc_stress *s = NULL, *t = NULL;
				random_cuts(&c, x.chain, &r);
				make_comparable(&c, x.chain);
				ssrc_stress_options o = random_options(&r);
				o.brief = true;
				o.refill = 0;
				CHECK(ssrc_stress_run(&s, x.a, &c.scenario, &o, NULL, 0, &x.err) == SSRC_OK);
				worsen(&c, y.chain, &r, (int)(seed % 3));
				CHECK(ssrc_stress_run(&t, y.a, &c.scenario, &o, NULL, 0, &y.err) == SSRC_OK);
				for (uint32_t i = 0; s && t && i < x.chain->n_items; i++)
					for (int w = 0; x.chain->items[i].product && w < SSRC_CASES; w++) {
						double a = s->items[i].loss.at[w], b = t->items[i].loss.at[w];
						complain(!tree || b >= a - 1e-9, seed, "loss in a worse cut",
							 x.chain->items[i].id, w, b, a);
						more += tree && b > a + 1e-9;
						compared += !tree;
						less += !tree && b < a - 1e-9;
					}
				ssrc_stress_free(s);
				ssrc_stress_free(t);
				world_close(&y);
			}
			if (good)
				world_close(&x);
			free(d);
		}
	printf("# with shared inputs a worse cut loses less of a product in %d of %d comparisons\n", less, compared);
	CHECK(more > 200 && less < compared / 100);
}

/* Two makers in place of one, both cut. */
static void test_split_maker(void)
{
	draft *d = example();
	d->shares[0].share[0] = 60;
	d->shares[0].share[1] = 80;
	world x, y;
	if (!world_open(&x, d, "CN", SSRC_BASIS_SITE, 1, NULL, NULL))
		return;
	draft_add_party(d, "kk2", "JP");
	d->shares[0].share[0] = 30;
	d->shares[0].share[1] = 40;
	draft_add_maker(d, 0, 2, 30, 40);
	if (world_open(&y, d, "CN", SSRC_BASIS_SITE, 1, NULL, NULL)) {
		ssrc_scenario_cut one[2], two[2];
		ssrc_arena arena;
		ssrc_arena_init(&arena, &x.ctx);
		ssrc_scenario a = cut_of(&x, &one[0], "party:kk", NULL, &arena),
			      b = cut_of(&y, &two[0], "party:kk", NULL, &arena);
		cut_of(&y, &two[1], "party:kk2", NULL, &arena);
		b.n_cuts = 2;
		ssrc_stress_options o = ssrc_stress_defaults;
		o.runs = 50;
		for (int round = 0; round < 2; round++) {
			ssrc_stress *s = NULL, *t = NULL;
			CHECK(ssrc_stress_run(&s, x.a, &a, &o, NULL, 0, &x.err) == SSRC_OK);
			CHECK(ssrc_stress_run(&t, y.a, &b, &o, NULL, 0, &y.err) == SSRC_OK);
			for (int w = 0; s && t && w < SSRC_CASES; w++) {
				CHECK_NEAR(s->loss.at[w], t->loss.at[w], 1e-12);
				CHECK(s->loss.at[w] > 0);
			}
			if (s && t)
				CHECK_NEAR(s->loss_band.p75, t->loss_band.p75, 1e-12);
			ssrc_stress_free(s);
			ssrc_stress_free(t);
			a = cut_of(&x, &one[0], "country:JP", NULL, &arena);
			b = cut_of(&y, &two[0], "country:JP", NULL, &arena);
		}
		ssrc_arena_clear(&arena);
		world_close(&y);
	}
	world_close(&x);
	free(d);
}

static uint64_t digest_bytes(uint64_t h, const void *data, size_t n)
{
	for (size_t k = 0; k < n; k++)
		h = (h ^ ((const unsigned char *)data)[k]) * 1099511628211u;
	return h;
}

/* Every number of a result. */
static uint64_t digest(const ssrc_stress *s)
{
	uint64_t h = 14695981039346656037u;
	for (uint32_t i = 0; i < s->n_items; i++) {
		const ssrc_stress_item *x = &s->items[i];
		const ssrc_estimate e[] = {x->lost_supply, x->first_short, x->tts, x->ttr, x->loss, x->multiplier};
		const ssrc_stress_band b[] = {x->loss_band, x->first_short_band};
		h = digest_bytes(h, e, sizeof e);
		h = digest_bytes(h, b, sizeof b);
		h = digest_bytes(h, &x->short_odds, sizeof x->short_odds);
	}
	h = digest_bytes(h, s->ranking, s->n_ranking * sizeof *s->ranking);
	for (uint32_t p = 0; p < s->n_products; p++) {
		for (int w = 0; w < SSRC_CASES; w++)
			h = digest_bytes(h, s->paths[p][w].output, s->n_steps * sizeof(double));
		if (s->bands)
			h = digest_bytes(h, s->bands[p], s->n_steps * sizeof **s->bands);
	}
	const ssrc_stress_band b[] = {s->loss_band, s->value_band};
	h = digest_bytes(h, b, sizeof b);
	for (uint32_t i = 0; i < s->n_causes; i++) {
		h = digest_bytes(h, &s->causes[i].loss, sizeof s->causes[i].loss);
		h = digest_bytes(h, &s->causes[i].spared, sizeof s->causes[i].spared);
	}
	for (uint32_t i = 0; i < s->n_tornado; i++)
		h = digest_bytes(h, &s->tornado[i].loss_low, 2 * sizeof(double));
	return digest_bytes(h, &s->balance, sizeof s->balance);
}

/* The same bytes for shuffled rows, shuffled cuts and any number of threads. */
static void test_same_bytes(void)
{
	static const int threads[] = {1, 2, 7, 1};
	for (uint64_t seed = 1; seed <= 20; seed++) {
		uint64_t want = 0;
		for (int round = 0; round < 4; round++) {
			draft *d = draft_random(seed, 2 + (int)(seed % SMALL));
			d->shuffle = round == 3 ? 99 + seed : 0;
			world x;
			cuts c;
			dice r = {seed, 82};
			ssrc_stress *s = NULL;
			if (world_open(&x, d, random_home(seed), random_basis(seed), threads[round], random_change,
				       &seed)) {
				random_cuts(&c, x.chain, &r);
				ssrc_stress_options o = random_options(&r);
				o.runs = 61;
				CHECK(ssrc_stress_run(&s, x.a, &c.scenario, &o, NULL, 0, &x.err) == SSRC_OK);
				uint64_t got = s ? digest(s) : 0;
				want = round == 0 ? got : want;
				CHECK(got == want);
				ssrc_stress_free(s);
			}
			world_close(&x);
			free(d);
		}
	}
}

/* Run k is the same alone, in another lane and in a batch, bit for bit. */
static void test_run_alone(void)
{
	enum { RUNS = 37 };
	for (uint64_t seed = 1; seed <= 30; seed++) {
		world x;
		cuts c;
		dice r = {seed, 83};
		if (!random_world(&x, seed))
			return;
		random_cuts(&c, x.chain, &r);
		ssrc_stress_options o = random_options(&r);
		ssrc_arena arena;
		ssrc_arena_init(&arena, &x.ctx);
		ssrc_sim_net net;
		ssrc_sim_run runs[RUNS];
		double worst[RUNS], alone, balance = 0;
		for (uint32_t k = 0; k < RUNS; k++)
			runs[k] = (ssrc_sim_run){
				.drawn = true, .number = k, .input = SSRC_NONE, .only = SSRC_NONE, .except = SSRC_NONE};
		CHECK(ssrc_sim_net_build(&net, x.a, &c.scenario, &o, NULL, 0, &arena, &x.err) == SSRC_OK);
		CHECK(ssrc_sim_all(&net, runs, RUNS, &(ssrc_sim_want){.worst = worst}, &balance, &x.err) == SSRC_OK);
		for (uint32_t k = 0; k < RUNS; k++) {
			CHECK(ssrc_sim_all(&net, &runs[k], 1, &(ssrc_sim_want){.worst = &alone}, &balance, &x.err) ==
			      SSRC_OK);
			CHECK(memcmp(&alone, &worst[k], sizeof alone) == 0);
		}
		ssrc_arena_clear(&arena);
		world_close(&x);
	}
}

/* Other names change nothing in the three cases; an item elsewhere does not change the draws of the others. */
static void test_names_and_strangers(void)
{
	complaints = 0;
	for (uint64_t seed = 1; seed <= 40; seed++) {
		draft *d = draft_random(seed, 3 + (int)(seed % SMALL));
		world x, y, z;
		cuts c;
		dice r = {seed, 84};
		ssrc_stress *s = NULL, *t = NULL, *u = NULL;
		ssrc_stress_options o = random_options(&r);
		o.runs = 16;
		o.rationing = SSRC_RATION_PROPORTIONAL; /* elsewhere ids decide between equals */
		if (!world_open(&x, d, "CN", random_basis(seed), 1, NULL, NULL))
			return;
		random_cuts(&c, x.chain, &r);
		CHECK(ssrc_stress_run(&s, x.a, &c.scenario, &o, NULL, 0, &x.err) == SSRC_OK);
		draft_add_item(d, "zz-stranger", 1, 1, true);
		if (world_open(&y, d, "CN", random_basis(seed), 1, NULL, NULL)) {
			CHECK(ssrc_stress_run(&t, y.a, &c.scenario, &o, NULL, 0, &y.err) == SSRC_OK);
			for (uint32_t i = 0; s && t && i < x.chain->n_items; i++)
				complain(memcmp(&s->items[i].loss_band, &t->items[i].loss_band,
						sizeof s->items[i].loss_band) == 0 &&
						 memcmp(&s->items[i].loss, &t->items[i].loss,
							sizeof s->items[i].loss) == 0,
					 seed, "loss beside a stranger", x.chain->items[i].id, 0,
					 t->items[i].loss_band.p50, s->items[i].loss_band.p50);
			ssrc_stress_free(t);
			world_close(&y);
		}
		d->n_items--;
		for (int i = 0; i < d->n_items; i++) /* the order of ids turns round */
			snprintf(d->items[i].id, sizeof d->items[i].id, "renamed-%03d", d->n_items - i);
		if (world_open(&z, d, "CN", random_basis(seed), 1, NULL, NULL)) {
			uint32_t last = x.chain->n_items - 1;
			for (uint32_t k = 0; k < c.scenario.n_cuts; k++) {
				for (uint32_t i = 0; i < c.cut[k].n_items; i++)
					c.items[k][i] = last - c.items[k][i];
				if (c.cut[k].kind == SSRC_CUT_ITEM)
					c.cut[k].target = last - c.cut[k].target;
			}
			CHECK(ssrc_stress_run(&u, z.a, &c.scenario, &o, NULL, 0, &z.err) == SSRC_OK);
			for (uint32_t i = 0; s && u && i < x.chain->n_items; i++)
				for (int w = 0; w < SSRC_CASES; w++)
					complain(same(s->items[i].loss.at[w], u->items[last - i].loss.at[w], 1e-9),
						 seed, "loss under another name", x.chain->items[i].id, w,
						 u->items[last - i].loss.at[w], s->items[i].loss.at[w]);
			ssrc_stress_free(u);
			world_close(&z);
		}
		ssrc_stress_free(s);
		world_close(&x);
		free(d);
	}
}

/* ---- failures
 * ---------------------------------------------------------------------------------------------------------- */

static void test_every_failed_allocation(void)
{
	draft *d = draft_random(31, 14);
	test_faults faults;
	ssrc_context ctx;
	ssrc_error err = {0};
	ssrc_package *package;
	ssrc_chain *chain = NULL;
	ssrc_assessment *a = NULL;
	test_faults_init(&faults, &ctx, 0);
	ctx.threads = 1;
	ssrc_assess_options home = {"CN", SSRC_BASIS_SITE};
	bool good = draft_package(&package, d, &ctx, &err) &&
		    ssrc_chain_build(&chain, package, ssrc_date_days(2026, 9, 1), &err) == SSRC_OK &&
		    ssrc_assess(&a, chain, &home, &err) == SSRC_OK;
	CHECK(good);
	cuts c;
	dice r = {31, 85};
	random_cuts(&c, chain, &r);
	c.cut[0] = (ssrc_scenario_cut){.kind = SSRC_CUT_COUNTRY, .eu = true, .fraction = {0.5, 1}, .weeks = {4, 9}};
	ssrc_stress_options o = ssrc_stress_defaults;
	o.runs = 20;
	long live = faults.live_blocks, k = 0;
	ssrc_status status = SSRC_NOMEM;
	for (k = 1; good && status && k < 5000; k++) {
		ssrc_stress *s = NULL;
		faults.calls = 0;
		faults.fail_at = k;
		err = (ssrc_error){0};
		status = ssrc_stress_run(&s, a, &c.scenario, &o, NULL, 0, &err);
		CHECK(status == SSRC_OK || (status == SSRC_NOMEM && !s && err.code == SSRC_NOMEM));
		ssrc_stress_free(s);
		CHECK(faults.live_blocks == live);
		if (status == SSRC_OK)
			CHECK(faults.calls < k);
	}
	CHECK(status == SSRC_OK && k > 20);
	faults.fail_at = 0;
	ssrc_assessment_free(a);
	ssrc_chain_free(chain);
	if (good)
		ssrc_package_free(package);
	CHECK(faults.live_blocks == 0);
	free(d);
}

int main(int argc, char **argv)
{
	TEST(test_cases_reference);
	TEST(test_draws_reference);
	TEST(test_hits_reference);
	TEST(test_example_stock);
	TEST(test_example_second_source);
	TEST(test_example_essential);
	TEST(test_example_series);
	TEST(test_example_choice);
	TEST(test_example_variant);
	TEST(test_transit);
	TEST(test_licence);
	TEST(test_shelf_life);
	TEST(test_compute);
	TEST(test_backups);
	TEST(test_profiles);
	TEST(test_measures);
	TEST(test_unknown);
	TEST(test_causes_and_tornado);
	TEST(test_refused_options);
	TEST(test_quantiles);
	TEST(test_no_shock);
	TEST(test_rank);
	TEST(test_worse_is_worse);
	TEST(test_split_maker);
	TEST(test_same_bytes);
	TEST(test_run_alone);
	TEST(test_names_and_strangers);
	TEST(test_every_failed_allocation);
	return tests_done();
}
