#include "harness.h"
#include "ref/random_package.h"

#include "io/date.h"
#include "stress/exposure_chain.h"
#include "stress/stress.h"

typedef struct world {
	ssrc_context ctx;
	ssrc_arena arena;
	ssrc_package *package;
	ssrc_chain *chain;
	ssrc_assessment *a;
	ssrc_workspace *w;
	ssrc_coordinated c;
} world;

static void world_close(world *x)
{
	ssrc_workspace_free(x->w);
	ssrc_assessment_free(x->a);
	ssrc_chain_free(x->chain);
	ssrc_package_free(x->package);
	ssrc_arena_clear(&x->arena);
}

/* change: of the chain before it is assessed, NULL = none. */
static void world_open_with(world *x, const draft *d, ssrc_mode mode, void change(ssrc_chain *chain))
{
	ssrc_error err = {0};
	ssrc_assess_options options = {"CN", 0};
	*x = (world){0};
	ssrc_context_init(&x->ctx);
	x->ctx.threads = 1;
	ssrc_arena_init(&x->arena, &x->ctx);
	CHECK(draft_package(&x->package, d, &x->ctx, &err) &&
	      ssrc_chain_build(&x->chain, x->package, ssrc_date_days(2026, 9, 1), &err) == SSRC_OK);
	if (change)
		change(x->chain);
	CHECK(ssrc_assess(&x->a, x->chain, &options, &err) == SSRC_OK &&
	      ssrc_workspace_new(&x->w, x->a, &err) == SSRC_OK);
	CHECK(ssrc_coordinated_loss(&x->c, x->a, mode, NULL, NULL, 1, &x->arena, NULL) == SSRC_OK);
}

static void world_open(world *x, const draft *d, ssrc_mode mode)
{
	world_open_with(x, d, mode, NULL);
}

/* Loss of the item with this id; frees the draft. */
static double loss_of(draft *d, const char *id, ssrc_mode mode)
{
	world x;
	world_open(&x, d, mode);
	uint32_t item = ssrc_chain_item(x.chain, id);
	double loss = x.c.loss[item];
	world_close(&x);
	free(d);
	return loss;
}

/* The cases of docs/methods/loss.md: 4 weeks of stock, recovery 12. `part` is item 0, `device` the last. */
static draft *part_and_device(const char *essential)
{
	draft *d = draft_new();
	int part = draft_add_item(d, "part", 4, 12, false), device = draft_add_item(d, "device", NAN, 12, true);
	draft_add_need(d, device, part, essential, "");
	return d;
}

static void worked_examples(void)
{
	CHECK_NEAR(loss_of(part_and_device("critical"), "part", SSRC_MODE_RUN), 8, 1e-7);
	CHECK_NEAR(loss_of(part_and_device("critical"), "device", SSRC_MODE_RUN), 12, 1e-7);
	CHECK_NEAR(loss_of(part_and_device("important"), "part", SSRC_MODE_RUN), 4, 1e-7);
	CHECK_NEAR(loss_of(part_and_device("optional"), "part", SSRC_MODE_RUN), 0, 1e-7);
	CHECK_NEAR(loss_of(part_and_device("capital"), "part", SSRC_MODE_RUN), 0, 1e-7);
	CHECK_NEAR(loss_of(part_and_device("capital"), "part", SSRC_MODE_GROW), 8, 1e-7);
	draft *d = part_and_device("critical");
	int module = draft_add_item(d, "module", 3, 12, false);
	d->needs[0].item = module;
	draft_add_need(d, 1, module, "critical", "");
	CHECK_NEAR(loss_of(d, "part", SSRC_MODE_RUN), 5, 1e-7);
}

static void alternates_stand_in(void)
{
	struct {
		double share, weeks, loss;
		const char *state;
	} cases[] = {{100, 6, 2, "qualified"},
		     {60, 6, 4.4, "qualified"},
		     {100, 6, 8, "sampling"},
		     {100, 12, 8, "qualified"}};
	for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
		draft *d = part_and_device("critical");
		int party = draft_add_party(d, "second", "DE");
		draft_add_alternate(d, 0, party, cases[k].share, cases[k].weeks)->state = cases[k].state;
		CHECK_NEAR(loss_of(d, "part", SSRC_MODE_RUN), cases[k].loss, 1e-7);
	}
	/* Of a product: what it delivers itself. */
	draft *d = part_and_device("critical");
	draft_add_alternate(d, 1, draft_add_party(d, "second", "DE"), 100, 3);
	CHECK_NEAR(loss_of(d, "device", SSRC_MODE_RUN), 3, 1e-7);
	/* For one of two users, who share the part alike: 4 weeks of half the use each, 6 weeks from the alternate. */
	d = part_and_device("critical");
	int other = draft_add_item(d, "other", NAN, 12, true);
	draft_add_need(d, other, 0, "critical", "");
	draft_add_alternate(d, 0, draft_add_party(d, "second", "DE"), 100, 6)->for_item = other;
	CHECK_NEAR(loss_of(d, "part", SSRC_MODE_RUN), 24 - 8 - 6, 1e-7);
}

static void choices_and_shared_stock(void)
{
	draft *d = part_and_device("critical");
	int second = draft_add_item(d, "second", 0, 12, false);
	d->needs[0].any_of = "g";
	draft_add_need(d, 1, second, "critical", "g");
	CHECK_NEAR(loss_of(d, "part", SSRC_MODE_RUN), 0, 1e-7);
	/* Two products of one part: the dearer one gets all the stock, 8 weeks of its own use. */
	d = part_and_device("critical");
	int other = draft_add_item(d, "other", NAN, 12, true);
	draft_add_need(d, other, 0, "critical", "");
	d->items[1].value = 1;
	d->items[other].value = 5;
	CHECK_NEAR(loss_of(d, "part", SSRC_MODE_RUN), 12 * 6 - 8 * 5, 1e-6);
	/* Without values every product counts 1. */
	d = part_and_device("critical");
	other = draft_add_item(d, "other", NAN, 12, true);
	draft_add_need(d, other, 0, "critical", "");
	d->items[other].value = 5;
	CHECK_NEAR(loss_of(d, "part", SSRC_MODE_RUN), 24 - 8, 1e-6);
}

static void unknown_stays_unknown(void)
{
	draft *d = part_and_device("critical");
	d->items[0].recovery[0] = d->items[0].recovery[1] = NAN;
	CHECK(isnan(loss_of(d, "part", SSRC_MODE_RUN)));
	d = part_and_device("critical");
	d->items[0].stock[0] = d->items[0].stock[1] = NAN;
	CHECK_NEAR(loss_of(d, "part", SSRC_MODE_RUN), 12, 1e-7);
}

/* Critical needs only, nothing to choose: best use never loses more than what docs/methods/loss.md adds up. */
static void never_above_the_loss_if_cut(void)
{
	uint32_t compared = 0, less = 0, above = 0;
	for (uint64_t seed = 1; seed <= 150; seed++) {
		world x;
		draft *d = draft_random(seed, 2 + (int)(seed % 30));
		d->n_alternates = 0;
		for (int i = 0; i < d->n_items; i++) {
			d->items[i].variant_of = DRAFT_NO;
			d->items[i].value = 1;
		}
		for (int k = 0; k < d->n_needs; k++) {
			d->needs[k].essential = "critical";
			d->needs[k].any_of = "";
		}
		world_open(&x, d, SSRC_MODE_RUN);
		for (uint32_t i = 0; i < x.chain->n_items; i++) {
			ssrc_loss loss;
			ssrc_cut cut = {NULL, SSRC_NONE, i};
			CHECK(ssrc_loss_if_cut(&loss, x.w, &cut, SSRC_CASE_MID, SSRC_MODE_RUN, &ssrc_no_change, NULL) ==
			      SSRC_OK);
			CHECK(isnan(loss.weeks) == isnan(x.c.loss[i]));
			double sum = isnan(loss.value) ? 0 : loss.value;
			if (isnan(loss.weeks))
				continue;
			if (!(x.c.loss[i] <= sum + 1e-6 * (1 + sum)) && above++ < 5)
				printf("# seed %lu, %s: %.9g, loss if cut %.9g\n", (unsigned long)seed,
				       x.chain->items[i].id, x.c.loss[i], sum);
			compared += sum > 0;
			less += x.c.loss[i] < sum - 1e-6;
		}
		world_close(&x);
		free(d);
	}
	printf("# %lu losses, %lu of them smaller in the best use\n", (unsigned long)compared, (unsigned long)less);
	CHECK(compared > 300 && less > 0 && above == 0);
}

/* Weeks of output lost without the item, over all products, and all of them together if each acts alone. */
static void two_losses(draft *d, const char *id, void change(ssrc_chain *chain), double alone, double least)
{
	world x;
	ssrc_loss loss;
	world_open_with(&x, d, SSRC_MODE_RUN, change);
	uint32_t item = ssrc_chain_item(x.chain, id);
	ssrc_cut cut = {NULL, SSRC_NONE, item};
	CHECK(ssrc_loss_if_cut(&loss, x.w, &cut, SSRC_CASE_MID, SSRC_MODE_RUN, &ssrc_no_change, NULL) == SSRC_OK);
	CHECK_NEAR(loss.total, alone, 1e-7);
	CHECK_NEAR(x.c.loss[item], least, 1e-7);
	world_close(&x);
	free(d);
}

static void all_services(ssrc_chain *chain)
{
	for (uint32_t i = 0; i < chain->n_items; i++)
		chain->items[i].kind = "service";
}

/* A phone that cannot do without the part, a toy that loses half; 4 weeks in stock, 12 without. Alone 8 and 4. The
 * stock is 8 weeks of what one of them uses: with all of it the phone loses 4, the toy 6. What runs on at each user
 * helps no other. */
static void stock_goes_where_it_is_worth_most(void)
{
	for (int service = 0; service < 2; service++) {
		draft *d = draft_new();
		int part = draft_add_item(d, "part", 4, 12, false);
		draft_add_need(d, draft_add_item(d, "phone", NAN, 12, true), part, "critical", "");
		draft_add_need(d, draft_add_item(d, "toy", NAN, 12, true), part, "important", "");
		two_losses(d, "part", service ? all_services : NULL, 12, service ? 12 : 10);
	}
}

/* Chips of a group, 60 % of them of one maker as a variant; all of a wafer. Nobody makes a chip without wafers, however
 * the wafers are divided between group and variant; without the variant 40 % is left, for either product. */
static draft *chips(void)
{
	draft *d = draft_new();
	int wafer = draft_add_item(d, "wafer", 2, 10, false), chip = draft_add_item(d, "chip", 0, 10, false);
	int variant = draft_add_item(d, "variant", 0, 10, false);
	d->items[variant].variant_of = chip;
	draft_add_need(d, chip, wafer, "critical", "");
	int a = draft_add_party(d, "a", "US"), b = draft_add_party(d, "b", "JP");
	draft_add_maker(d, chip, a, 60, 60);
	draft_add_maker(d, chip, b, 40, 40);
	draft_add_maker(d, variant, a, 100, 100);
	draft_add_need(d, draft_add_item(d, "phone", NAN, 10, true), chip, "critical", "");
	return d;
}

static void variants_make_no_more(void)
{
	two_losses(chips(), "wafer", NULL, 8, 8);
	two_losses(chips(), "variant", NULL, 6, 6);
	/* A toy that loses half: 16 weeks of chips are missing for two. The toy goes without, the phone gets 8 of 10.
	 */
	draft *d = chips();
	draft_add_need(d, draft_add_item(d, "toy", NAN, 10, true), 1, "important", "");
	two_losses(d, "variant", NULL, 6 + 3, 2 + 5);
	/* The group needs wafers of its own too: none for nobody. */
	d = chips();
	draft_add_need(d, draft_add_item(d, "toy", NAN, 10, true), 1, "important", "");
	two_losses(d, "wafer", NULL, 8 + 4, 6 + 5);
}

/* Either of two parts will do, both are made of the same metal: no metal, no part; one of them, no matter. */
static void choices_make_no_more(void)
{
	for (int both = 0; both < 2; both++) {
		draft *d = draft_new();
		int metal = draft_add_item(d, "metal", 3, 12, false);
		int a = draft_add_item(d, "a", 0, 12, false), b = draft_add_item(d, "b", 0, 12, false);
		int device = draft_add_item(d, "device", NAN, 12, true);
		draft_add_need(d, a, metal, "critical", "");
		draft_add_need(d, b, metal, "critical", "");
		draft_add_need(d, device, a, "critical", "g");
		draft_add_need(d, device, b, "critical", "g");
		two_losses(d, both ? "metal" : "a", NULL, both ? 9 : 0, both ? 9 : 0);
	}
}

/* A model is trained on data that models make (important both ways): the circle does not shrink to its half that needs
 * no data, nor feed itself. The chip is an input of the model: without it nothing; half without its maker's metal. */
static void circles_make_no_more(void)
{
	for (int metal_cut = 0; metal_cut < 2; metal_cut++) {
		draft *d = draft_new();
		int metal = draft_add_item(d, "metal", 0, 10, false), chip = draft_add_item(d, "chip", 2, 10, false);
		int model = draft_add_item(d, "model", 0, 10, false), data = draft_add_item(d, "data", 0, 10, false);
		draft_add_need(d, chip, metal, "important", "");
		draft_add_need(d, model, chip, "critical", "");
		draft_add_need(d, model, data, "important", "");
		draft_add_need(d, data, model, "important", "");
		draft_add_need(d, draft_add_item(d, "service", NAN, 10, true), model, "critical", "");
		two_losses(d, metal_cut ? "metal" : "chip", NULL, metal_cut ? 3 : 8, metal_cut ? 3 : 8);
	}
}

/* Another maker of boards is none of films, and makes no board without: only where the cut hits does one stand in. */
static void makers_downstream_need_inputs(void)
{
	draft *d = draft_new();
	int film = draft_add_item(d, "film", 1, 12, false), board = draft_add_item(d, "board", 0, 12, false);
	draft_add_need(d, board, film, "critical", "");
	draft_add_need(d, draft_add_item(d, "device", NAN, 12, true), board, "critical", "");
	draft_add_alternate(d, board, draft_add_party(d, "second", "DE"), 100, 0);
	two_losses(d, "film", NULL, 11, 11);
	/* Half is cut, an alternate for all of it comes after 9 of 12 weeks: late plenty is no help in weeks 0 to 9. */
	d = part_and_device("critical");
	draft_add_share(d, 0, "US", 50, 50);
	draft_add_share(d, 0, "CN", 50, 50);
	d->items[0].stock[0] = d->items[0].stock[1] = 0;
	draft_add_alternate(d, 0, draft_add_party(d, "second", "DE"), 100, 9);
	world x;
	ssrc_least row;
	bool money;
	world_open(&x, d, SSRC_MODE_RUN);
	uint32_t item = ssrc_chain_item(x.chain, "part");
	CHECK(ssrc_least_losses(&row, &money, x.a, SSRC_MODE_RUN, &item, 1, NULL, 1, NULL) == SSRC_OK);
	CHECK(row.state == SSRC_LEAST_COMPUTED && !money);
	CHECK_NEAR(row.alone, 4.5, 1e-7);
	CHECK_NEAR(row.least, 4.5, 1e-7);
	world_close(&x);
	free(d);
}

/* Random needs for one product, the last item: critical, nothing to choose, no alternates. */
static draft *one_product(uint64_t seed, bool stocks)
{
	draft *d = draft_random(seed, 2 + (int)(seed % 30));
	d->n_alternates = 0;
	for (int i = 0; i < d->n_items; i++) {
		d->items[i].variant_of = DRAFT_NO;
		d->items[i].product = i == d->n_items - 1;
		d->items[i].value = NAN;
		if (!stocks)
			d->items[i].stock[0] = d->items[i].stock[1] = 0;
	}
	for (int k = 0; k < d->n_needs; k++) {
		d->needs[k].essential = "critical";
		d->needs[k].any_of = "";
	}
	return d;
}

/* Nothing to share and nothing to choose: exactly share x weeks without stocks, and with them what everybody alone
 * loses, the longest way to the product, if an item is gone altogether. */
static void one_product_has_nothing_to_share(void)
{
	uint32_t exact = 0, whole = 0;
	for (uint64_t seed = 1; seed <= 150; seed++) {
		world x;
		draft *d = one_product(seed, false);
		world_open(&x, d, SSRC_MODE_RUN);
		for (uint32_t i = 0; i < x.chain->n_items; i++) {
			ssrc_least row;
			bool money;
			CHECK(ssrc_least_losses(&row, &money, x.a, SSRC_MODE_RUN, &i, 1, NULL, 1, NULL) == SSRC_OK);
			if (row.state != SSRC_LEAST_COMPUTED)
				continue;
			const ssrc_supply *supply = &x.a->items[i].supply;
			ssrc_interval recovery = x.chain->items[i].recovery;
			double lost = fmin(1, supply->country[supply->top_foreign].at[SSRC_CASE_MID]);
			double want = x.a->network.leads_to_product[SSRC_MODE_RUN][i] && lost > 0
					      ? lost * (recovery.low + recovery.high) / 2
					      : 0;
			CHECK_NEAR(row.least, want, 1e-6 * (1 + want));
			CHECK_NEAR(row.alone, want, 1e-6 * (1 + want));
			exact += want > 0;
		}
		world_close(&x);
		free(d);
		d = one_product(seed, true);
		world_open(&x, d, SSRC_MODE_RUN);
		for (uint32_t i = 0; i < x.chain->n_items; i++) {
			ssrc_loss loss;
			ssrc_cut cut = {NULL, SSRC_NONE, i};
			CHECK(ssrc_loss_if_cut(&loss, x.w, &cut, SSRC_CASE_MID, SSRC_MODE_RUN, &ssrc_no_change, NULL) ==
			      SSRC_OK);
			if (isnan(loss.total))
				continue;
			CHECK_NEAR(x.c.loss[i], loss.total, 1e-6 * (1 + loss.total));
			whole += loss.total > 0;
		}
		world_close(&x);
		free(d);
	}
	printf("# %lu shares, %lu whole items\n", (unsigned long)exact, (unsigned long)whole);
	CHECK(exact > 300 && whole > 300);
}

/* Several products, critical needs, no stock and no alternates: what is gone altogether is gone for all of them. */
static void nothing_helps_if_there_is_nothing(void)
{
	uint32_t compared = 0;
	for (uint64_t seed = 1; seed <= 100; seed++) {
		world x;
		draft *d = one_product(seed, false);
		for (int i = 0; i < d->n_items; i += 3)
			d->items[i].product = true;
		world_open(&x, d, SSRC_MODE_RUN);
		for (uint32_t i = 0; i < x.chain->n_items; i++) {
			ssrc_loss loss;
			ssrc_cut cut = {NULL, SSRC_NONE, i};
			CHECK(ssrc_loss_if_cut(&loss, x.w, &cut, SSRC_CASE_MID, SSRC_MODE_RUN, &ssrc_no_change, NULL) ==
			      SSRC_OK);
			if (isnan(loss.total))
				continue;
			ssrc_interval recovery = x.chain->items[i].recovery;
			double want = loss.products * (recovery.low + recovery.high) / 2;
			CHECK_NEAR(x.c.loss[i], want, 1e-6 * (1 + want));
			compared += loss.products > 1;
		}
		world_close(&x);
		free(d);
	}
	CHECK(compared > 100);
}

static void in_whole_weeks(ssrc_chain *chain)
{
	for (uint32_t i = 0; i < chain->n_items; i++) {
		ssrc_interval *times[] = {&chain->items[i].stock, &chain->items[i].recovery};
		for (int k = 0; k < 2; k++)
			*times[k] =
				(ssrc_interval){round(times[k]->low),
						round(times[k]->low) + 2 * round((times[k]->high - times[k]->low) / 2)};
		chain->items[i].value_per_week = 1;
	}
	for (uint32_t i = 0; i < chain->n_alternates; i++)
		chain->alternates[i].weeks =
			(ssrc_interval){round(chain->alternates[i].weeks.low), round(chain->alternates[i].weeks.low)};
}

/* All products together in the weekly simulation of the same cut; NaN where it leaves the cut out. */
static double simulated(const world *x, uint32_t item)
{
	ssrc_scenario_cut cut = {.kind = SSRC_CUT_ITEM, .target = item, .fraction = {1, 1}, .weeks = {NAN, NAN}};
	ssrc_scenario scenario = {.id = "cut", .path = "", .source = "", .home = "", .cuts = &cut, .n_cuts = 1};
	ssrc_stress_options o = ssrc_stress_defaults;
	o.weeks = 100;
	o.brief = true;
	ssrc_stress *s = NULL;
	double sum = 0;
	CHECK(ssrc_stress_run(&s, x->a, &scenario, &o, NULL, 0, NULL) == SSRC_OK);
	for (uint32_t p = 0; s && p < s->n_products; p++)
		sum += s->items[s->products[p]].loss.at[SSRC_CASE_MID];
	ssrc_stress_free(s);
	return sum;
}

/* Everything there is, makers as alternates: never above what everybody loses alone, in closed form and simulated. */
static void never_above_the_simulation(void)
{
	uint32_t compared = 0, less = 0, above = 0;
	for (uint64_t seed = 1; seed <= 120; seed++) {
		world x;
		int n = 0;
		draft *d = draft_random(seed, 2 + (int)(seed % 30));
		for (int k = 0; k < d->n_alternates; k++)
			if (d->alternates[k].by_item == DRAFT_NO)
				d->alternates[n++] = d->alternates[k];
		d->n_alternates = n;
		world_open_with(&x, d, SSRC_MODE_RUN, in_whole_weeks);
		for (uint32_t i = 0; i < x.chain->n_items; i++) {
			if (isnan(x.c.loss[i]))
				continue;
			double alone = simulated(&x, i);
			if (!(x.c.loss[i] <= alone + 1e-6 * (1 + alone)) && above++ < 5)
				printf("# seed %lu, %s: %.9g, simulated %.9g\n", (unsigned long)seed,
				       x.chain->items[i].id, x.c.loss[i], alone);
			compared += alone > 0;
			less += x.c.loss[i] < alone - 1e-6;
		}
		world_close(&x);
		free(d);
	}
	printf("# %lu simulated, %lu of them smaller in the best use\n", (unsigned long)compared, (unsigned long)less);
	CHECK(compared > 300 && less > 0 && above == 0);
}

static void any_number_of_threads(void)
{
	for (uint64_t seed = 1; seed <= 20; seed++) {
		world x;
		ssrc_coordinated many;
		draft *d = draft_random(seed, 40);
		world_open(&x, d, SSRC_MODE_GROW);
		CHECK(ssrc_coordinated_loss(&many, x.a, SSRC_MODE_GROW, NULL, NULL, 4, &x.arena, NULL) == SSRC_OK);
		CHECK(many.in_money == x.c.in_money);
		CHECK(memcmp(many.loss, x.c.loss, x.chain->n_items * sizeof *many.loss) == 0);
		/* One at a time. */
		uint32_t item = (uint32_t)seed;
		bool *wanted = calloc(x.chain->n_items, sizeof *wanted);
		wanted[item] = true;
		CHECK(ssrc_coordinated_loss(&many, x.a, SSRC_MODE_GROW, wanted, NULL, 1, &x.arena, NULL) == SSRC_OK);
		for (uint32_t i = 0; i < x.chain->n_items; i++)
			CHECK(i == item ? memcmp(&many.loss[i], &x.c.loss[i], sizeof *many.loss) == 0
					: isnan(many.loss[i]));
		free(wanted);
		world_close(&x);
		free(d);
	}
}

static void memory_may_fail(void)
{
	const ssrc_solver_ops *builtin = ssrc_solver_find("builtin", false, NULL);
	draft *d = draft_random(5, 12);
	world x;
	world_open(&x, d, SSRC_MODE_RUN);
	for (long k = 1; builtin && k < 20000; k++) {
		test_faults faults;
		ssrc_context ctx, kept = *x.a->ctx;
		ssrc_coordinated c = {.in_money = true};
		ssrc_arena arena;
		test_faults_init(&faults, &ctx, k);
		ssrc_arena_init(&arena, &ctx);
		*x.a->ctx = ctx;
		ssrc_status status = ssrc_coordinated_loss(&c, x.a, SSRC_MODE_RUN, NULL, builtin, 1, &arena, NULL);
		*x.a->ctx = kept;
		ssrc_arena_clear(&arena);
		CHECK(status == SSRC_OK || (status == SSRC_NOMEM && !c.loss));
		CHECK(faults.live_blocks == 0);
		if (status == SSRC_OK)
			break;
	}
	world_close(&x);
	free(d);
}

int main(int argc, char **argv)
{
	TEST(worked_examples);
	TEST(alternates_stand_in);
	TEST(choices_and_shared_stock);
	TEST(unknown_stays_unknown);
	TEST(never_above_the_loss_if_cut);
	TEST(stock_goes_where_it_is_worth_most);
	TEST(variants_make_no_more);
	TEST(choices_make_no_more);
	TEST(circles_make_no_more);
	TEST(makers_downstream_need_inputs);
	TEST(one_product_has_nothing_to_share);
	TEST(nothing_helps_if_there_is_nothing);
	TEST(never_above_the_simulation);
	TEST(any_number_of_threads);
	TEST(memory_may_fail);
	return tests_done();
}
