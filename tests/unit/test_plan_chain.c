/* From a package to a planning problem and its optimum: user story 5 on tests/data/backup. */
#include "harness.h"

#include "base/findings.h"
#include "plan/from_chain.h"

typedef struct fixture {
	ssrc_context ctx;
	ssrc_package *package;
	ssrc_chain *chain;
	ssrc_assessment *a;
	ssrc_arena arena;
	ssrc_scenario *scenarios;
	uint32_t n_scenarios;
} fixture;

static void begin(fixture *f)
{
	ssrc_findings *findings = NULL;
	*f = (fixture){0};
	ssrc_context_init(&f->ctx);
	ssrc_arena_init(&f->arena, &f->ctx);
	CHECK(ssrc_findings_new(&findings, &f->ctx, NULL) == SSRC_OK);
	CHECK(ssrc_package_read(&f->package, &f->ctx, SSRC_SOURCE_DIR "/tests/data/backup", findings, NULL) == SSRC_OK);
	ssrc_findings_free(findings);
	CHECK(ssrc_chain_build(&f->chain, f->package, 20700, NULL) == SSRC_OK);
	CHECK(ssrc_assess(&f->a, f->chain, &(ssrc_assess_options){.home = "DE", .basis = SSRC_BASIS_HQ}, NULL) ==
	      SSRC_OK);
	CHECK(ssrc_scenarios_read(&f->scenarios, &f->n_scenarios, f->chain, &f->arena, NULL) == SSRC_OK);
}

static void end(fixture *f)
{
	ssrc_arena_clear(&f->arena);
	ssrc_assessment_free(f->a);
	ssrc_chain_free(f->chain);
	ssrc_package_free(f->package);
}

static const ssrc_scenario *scenario(const fixture *f, const char *id)
{
	uint32_t at = 0;
	while (at + 1 < f->n_scenarios && strcmp(f->scenarios[at].id, id) != 0)
		at++;
	CHECK_TEXT(f->scenarios[at].id, id);
	return &f->scenarios[at];
}

/* Least cost so that nothing is lost; *excess: what stays short all the same. */
static double least_cost(fixture *f, const ssrc_plan_scope *scope, double budget, double *excess)
{
	ssrc_plan_from_chain from;
	ssrc_plan_model model;
	ssrc_two_stage_result result;
	ssrc_plan_settings settings = {.mode = SSRC_PLAN_SURVIVE, .budget = budget, .tail = 0.9};
	ssrc_two_stage_options options = {.seconds = 60, .gap = 1e-9, .iterations = -1, .threads = 1, .solver = ""};
	CHECK(ssrc_plan_problem_from_chain(&from, f->a, scope, &f->arena, NULL) == SSRC_OK);
	CHECK(ssrc_plan_build(&model, &from.problem, &settings, &f->ctx, &f->arena, NULL) == SSRC_OK);
	CHECK(ssrc_two_stage_solve(&result, &model.program, &options, NULL, NULL, &f->ctx, &f->arena, NULL) == SSRC_OK);
	CHECK(result.has_plan);
	ssrc_plan_choice *choices = ssrc_arena_array(&f->arena, from.problem.n_options + 1, sizeof *choices);
	double cost = ssrc_plan_choices(choices, &from.problem, &model, result.x);
	*excess = 0;
	for (uint32_t i = 0; i < from.problem.n_items; i++)
		if (model.scenarios[0].excess[i] != SSRC_NONE)
			*excess += result.y[0][model.scenarios[0].excess[i]];
	return cost;
}

static void story_five(void)
{
	fixture f;
	double excess;
	begin(&f);
	ssrc_plan_scope scope = {
		.scenarios = scenario(&f, "s1"), .n_scenarios = 1, .which = SSRC_CASE_MID, .mode = SSRC_MODE_RUN};
	CHECK_NEAR(least_cost(&f, &scope, 100, &excess), 45, 1e-6);
	CHECK_NEAR(excess, 0, 1e-7);
	/* A budget of 40 leaves 5 of 10 units a week short: half a week. */
	CHECK_NEAR(least_cost(&f, &scope, 40, &excess), 40, 1e-6);
	CHECK_NEAR(excess, 0.5, 1e-6);
	/* Ready in week 12 the second source helps nobody: 80 units of stock. */
	ssrc_option *second = &f.chain->options[ssrc_chain_option(f.chain, "part-second")];
	second->lead = (ssrc_interval){12, 12};
	CHECK_NEAR(least_cost(&f, &scope, 100, &excess), 80, 1e-6);
	/* Twelve weeks of notice are the same as a source that is there at once. */
	scope.notice = 12;
	CHECK_NEAR(least_cost(&f, &scope, 100, &excess), 25, 1e-6);
	end(&f);
}

static void options_without_figures_are_left_out(void)
{
	fixture f;
	ssrc_plan_from_chain from;
	begin(&f);
	ssrc_plan_scope scope = {
		.scenarios = scenario(&f, "s1"), .n_scenarios = 1, .which = SSRC_CASE_MID, .mode = SSRC_MODE_RUN};
	uint32_t stock = ssrc_chain_option(f.chain, "part-stock"), second = ssrc_chain_option(f.chain, "part-second");
	f.chain->options[stock].unit_cost = (double)NAN;
	CHECK(ssrc_plan_problem_from_chain(&from, f.a, &scope, &f.arena, NULL) == SSRC_OK);
	CHECK(from.problem.n_options == 1 && from.state[stock] == SSRC_OPTION_NO_COST);
	CHECK(from.state[second] == SSRC_OPTION_USABLE && from.relevant[second]);
	f.chain->options[second].capacity = (double)NAN;
	CHECK(ssrc_plan_problem_from_chain(&from, f.a, &scope, &f.arena, NULL) == SSRC_OK);
	CHECK(from.problem.n_options == 0 && from.state[second] == SSRC_OPTION_NO_CAPACITY);
	/* Nothing that the other scenario hits is protected by these. */
	scope.scenarios = scenario(&f, "half-compute");
	CHECK(ssrc_plan_problem_from_chain(&from, f.a, &scope, &f.arena, NULL) == SSRC_OK);
	CHECK(from.problem.n_options == 0 && !from.relevant[second]);
	end(&f);
}

static void providers_in_the_cut_do_not_work(void)
{
	fixture f;
	ssrc_plan_from_chain from;
	begin(&f);
	ssrc_scenario both = *scenario(&f, "s1");
	ssrc_scenario_cut cuts[2] = {both.cuts[0], both.cuts[0]};
	cuts[1].target = ssrc_chain_country(f.chain, "FR");
	both.cuts = cuts;
	both.n_cuts = 2;
	ssrc_plan_scope scope = {.scenarios = &both, .n_scenarios = 1, .which = SSRC_CASE_MID, .mode = SSRC_MODE_RUN};
	CHECK(ssrc_plan_problem_from_chain(&from, f.a, &scope, &f.arena, NULL) == SSRC_OK);
	CHECK(from.problem.n_options == 2 && from.problem.scenarios[0].works != NULL);
	for (uint32_t o = 0; o < 2; o++)
		CHECK(from.problem.scenarios[0].works[o] == (from.problem.options[o].kind == SSRC_PLAN_STOCK));
	/* Half of the developments fail: the draws are the same in every scenario and for every seed alike. */
	scope.scenarios = scenario(&f, "s1");
	scope.replicates = 200;
	f.chain->options[ssrc_chain_option(f.chain, "part-second")].success = (ssrc_interval){0.5, 0.5};
	CHECK(ssrc_plan_problem_from_chain(&from, f.a, &scope, &f.arena, NULL) == SSRC_OK);
	uint32_t failed = 0;
	for (uint32_t s = 0; s < 200; s++)
		failed += from.problem.scenarios[s].works != NULL;
	CHECK(failed > 70 && failed < 130);
	end(&f);
}

int main(int argc, char **argv)
{
	TEST(story_five);
	TEST(options_without_figures_are_left_out);
	TEST(providers_in_the_cut_do_not_work);
	return tests_done();
}
