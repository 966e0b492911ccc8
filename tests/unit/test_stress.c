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
		double from = dice_below(r, 40) / 4.0;
		out[k] = (ssrc_stress_backup){.item = (uint32_t)dice_below(r, (int)chain->n_items),
					      .kind = dice_below(r, 3),
					      .amount = dice_below(r, 8) / 8.0,
					      .from = from,
					      .full = from + dice_below(r, 20) / 4.0,
					      .shelf_weeks =
						      dice_chance(r, 0.5) ? (double)INFINITY : dice_below(r, 30) / 4.0};
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

static bool random_world(world *x, uint64_t seed)
{
	draft *d = draft_random(seed, 2 + (int)(seed % SMALL));
	bool good =
		world_open(x, d, random_home(seed), (ssrc_basis)(seed / 8 % SSRC_BASIS_COUNT), 1, random_change, &seed);
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

/* ---- rank
 * ------------------------------------------------------------------------------------------------------------ */

static void whole_weeks(ssrc_chain *chain, void *with)
{
	(void)with;
	for (uint32_t i = 0; i < chain->n_items; i++) {
		ssrc_item *it = &chain->items[i];
		it->stock = (ssrc_interval){round(it->stock.low), round(it->stock.high)};
		it->recovery = (ssrc_interval){round(it->recovery.low), round(it->recovery.high)};
	}
	for (uint32_t i = 0; i < chain->n_alternates; i++) {
		ssrc_alternate *x = &chain->alternates[i];
		x->weeks = (ssrc_interval){round(x->weeks.low), round(x->weeks.high)};
	}
}

int main(int argc, char **argv)
{
	TEST(test_cases_reference);
	return tests_done();
}
