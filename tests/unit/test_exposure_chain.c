#include "harness.h"
#include "ref/random_package.h"

#include "io/date.h"
#include "stress/exposure_chain.h"

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

static void world_open(world *x, const draft *d, ssrc_mode mode)
{
	ssrc_error err = {0};
	ssrc_assess_options options = {"CN", 0};
	*x = (world){0};
	ssrc_context_init(&x->ctx);
	x->ctx.threads = 1;
	ssrc_arena_init(&x->arena, &x->ctx);
	CHECK(draft_package(&x->package, d, &x->ctx, &err) &&
	      ssrc_chain_build(&x->chain, x->package, ssrc_date_days(2026, 9, 1), &err) == SSRC_OK &&
	      ssrc_assess(&x->a, x->chain, &options, &err) == SSRC_OK &&
	      ssrc_workspace_new(&x->w, x->a, &err) == SSRC_OK);
	CHECK(ssrc_coordinated_loss(&x->c, x->a, mode, NULL, NULL, 1, &x->arena, NULL) == SSRC_OK);
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
	TEST(any_number_of_threads);
	TEST(memory_may_fail);
	return tests_done();
}
