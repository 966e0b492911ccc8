/* stress: a scenario week by week. */
#include "cli.h"

#include "plan/from_chain.h"

#include <math.h>
#include <string.h>

static bool read_options(cli *c, ssrc_stress_options *out, int *code)
{
	static const char *const rations[] = {"proportional", "priority", "largest"};
	double weeks = out->weeks, runs = 0, seed = 1;
	if (!cli_whole(c, OPT_WEEKS, 1, 5200, &weeks, code) || !cli_number(c, OPT_STEP, 0.05, 13, &out->step, code) ||
	    !cli_whole(c, OPT_RUNS, 0, 1e6, &runs, code) || !cli_whole(c, OPT_SEED, 0, 9e15, &seed, code) ||
	    !cli_number(c, OPT_REFILL, 0, 10, &out->refill, code) ||
	    !cli_number(c, OPT_TRAINING_WEEKS, 0.1, 520, &out->training_weeks, code))
		return false;
	out->weeks = (uint32_t)weeks;
	out->runs = (uint32_t)runs;
	out->seed = (uint64_t)seed;
	if (c->option[OPT_FORM])
		out->form = ssrc_production_parse(c->option[OPT_FORM], strlen(c->option[OPT_FORM]));
	for (int i = 0; c->option[OPT_RATION] && i < 3; i++)
		if (strcmp(c->option[OPT_RATION], rations[i]) == 0)
			out->rationing = (ssrc_rationing)i;
	out->mode = c->option[OPT_MODE] && strcmp(c->option[OPT_MODE], "grow") == 0 ? SSRC_MODE_GROW : SSRC_MODE_RUN;
	return true;
}

/* The least loss that coordinated use of stocks and alternates could reach, by linear program; what everybody for
 * himself loses, in the same measure. What everybody does alone can be agreed upon too, so the best is never above it,
 * although the program is: it knows neither goods in transit nor other ways to ration, and is careful with licences.
 * A solver that fails is no reason to keep the rest of the result back. */
static ssrc_status best_response(cli *c, ssrc_stress_best *out, const ssrc_stress *stress, ssrc_arena *arena)
{
	ssrc_plan_from_chain from;
	ssrc_plan_model model;
	ssrc_two_stage_result result;
	ssrc_error local = {0};
	ssrc_plan_scope scope = {.scenarios = stress->scenario,
				 .n_scenarios = 1,
				 .which = SSRC_CASE_MID,
				 .mode = stress->options.mode,
				 .until = stress->options.weeks};
	if (stress->options.form != SSRC_HALF) {
		out->why_not = ssrc_text(SSRC_T_S_BEST_FORM, c->lang);
		return SSRC_OK;
	}
	ssrc_plan_settings settings = {.mode = SSRC_PLAN_WEIGHTED, .budget = 0};
	ssrc_two_stage_options options = {.seconds = 60, .gap = 1e-9, .iterations = -1, .solver = ""};
	ssrc_status status = ssrc_plan_problem_from_chain(&from, stress->a, &scope, arena, &local);
	from.problem.n_options = 0;
	if (!status)
		status = ssrc_plan_build(&model, &from.problem, &settings, &c->ctx, arena, &local);
	double *nothing = status ? NULL : ssrc_arena_array(arena, model.program.first.n_cols, sizeof *nothing);
	if (!status && !nothing)
		return ssrc_no_memory(&c->err);
	if (!status)
		status = ssrc_two_stage_evaluate(&result, &model.program, nothing, &options, &c->ctx, arena, &local);
	if (status == SSRC_NOMEM)
		return ssrc_no_memory(&c->err);
	if (status) {
		char text[600];
		ssrc_error_render(text, sizeof text, &local, c->lang);
		out->why_not = ssrc_arena_text(arena, text, strlen(text));
		return SSRC_OK;
	}
	out->computed = true;
	out->money = from.valued;
	for (uint32_t i = 0; i < stress->n_products; i++) {
		double weeks = stress->items[stress->products[i]].loss.at[SSRC_CASE_MID];
		out->alone += weeks * from.problem.items[stress->products[i]].value;
	}
	out->best = fmin(result.answer[0], out->alone);
	return SSRC_OK;
}

/* How many items each scenario hits in the central case. */
static ssrc_status count_hits(cli *c, uint32_t *hits, const cli_scenarios *scenarios, const ssrc_assessment *a)
{
	ssrc_status status = SSRC_OK;
	for (uint32_t s = 0; s < scenarios->n && !status; s++) {
		ssrc_arena arena;
		ssrc_stress_hit *list;
		ssrc_stress_cover *covers;
		uint32_t n = 0, n_covers, left_out;
		bool reaches;
		ssrc_arena_init(&arena, &c->ctx);
		status = ssrc_scenario_hits(&list, &n, &covers, &n_covers, &left_out, &reaches, a, &scenarios->list[s],
					    SSRC_CASE_MID, &arena, &c->err);
		for (uint32_t i = 0; i < n && !status; i++)
			hits[s] += i == 0 || list[i].item != list[i - 1].item;
		ssrc_arena_clear(&arena);
	}
	return status;
}

static int list_scenarios(cli *c, cli_assessed *x, const cli_scenarios *scenarios, ssrc_arena *arena)
{
	ssrc_buf out;
	ssrc_report_options options = cli_report_options(c);
	uint32_t *hits = ssrc_arena_array(arena, scenarios->n, sizeof *hits);
	ssrc_buf_init(&out, &c->ctx);
	ssrc_status status = hits ? count_hits(c, hits, scenarios, x->assessment) : ssrc_no_memory(&c->err);
	if (!status)
		status = ssrc_report_scenarios(&out, x->assessment, scenarios->list, hits, scenarios->n, &options,
					       &c->err);
	return cli_finish(c, x, &out, status);
}

/* Weeks to look at without --weeks: to the end of the last cut in the central case and a quarter more, 52 to 520. */
static ssrc_status default_weeks(cli *c, uint32_t *weeks, const ssrc_assessment *a, const ssrc_scenario *scenario)
{
	ssrc_arena arena;
	ssrc_stress_hit *hits;
	ssrc_stress_cover *covers;
	uint32_t n = 0, n_covers, left_out;
	bool reaches;
	double end = 0;
	ssrc_arena_init(&arena, &c->ctx);
	ssrc_status status = ssrc_scenario_hits(&hits, &n, &covers, &n_covers, &left_out, &reaches, a, scenario,
						SSRC_CASE_MID, &arena, &c->err);
	for (uint32_t i = 0; i < n && !status; i++)
		end = fmax(end, hits[i].to);
	ssrc_arena_clear(&arena);
	*weeks = (uint32_t)fmin(520, fmax(52, 13 * ceil((end + 13) / 13)));
	return status;
}

/* Runs and reports one scenario into out. */
static ssrc_status run_one(cli *c, ssrc_buf *out, const cli_assessed *x, const ssrc_scenario *scenario,
			   const ssrc_stress_options *options, double top, ssrc_arena *arena)
{
	ssrc_stress *stress;
	ssrc_stress_best best = {0};
	ssrc_report_options report = cli_report_options(c);
	ssrc_stress_options own = *options;
	ssrc_status status = c->option[OPT_WEEKS] ? SSRC_OK : default_weeks(c, &own.weeks, x->assessment, scenario);
	if (!status)
		status = ssrc_stress_run(&stress, x->assessment, scenario, &own, NULL, 0, &c->err);
	if (status)
		return status;
	if (!c->option[OPT_NO_BEST] && stress->n_hit > 0)
		status = best_response(c, &best, stress, arena);
	if (!status)
		status = ssrc_report_stress(out, stress, &best, (size_t)top, &report, &c->err);
	ssrc_stress_free(stress);
	return status;
}

/* Takes out the line that begins at `from`: the head of a further table. */
static void drop_line(ssrc_buf *out, size_t from)
{
	char *end = out->failed ? NULL : memchr(out->data + from, '\n', out->len - from);
	if (!end)
		return;
	size_t len = (size_t)(end + 1 - (out->data + from));
	memmove(out->data + from, end + 1, out->len - from - len + 1);
	out->len -= len;
}

static int run_all(cli *c, cli_assessed *x, const cli_scenarios *scenarios, ssrc_arena *arena)
{
	int code = EXIT_USAGE;
	double top = 10;
	ssrc_buf out;
	ssrc_stress_options options = ssrc_stress_defaults;
	if (!read_options(c, &options, &code) || !cli_whole(c, OPT_TOP, 0, 1e9, &top, &code)) {
		cli_free_assessed(x);
		return code;
	}
	ssrc_buf_init(&out, &c->ctx);
	ssrc_status status = SSRC_OK;
	for (uint32_t s = 0; s < scenarios->n && !status; s++) {
		size_t from = out.len;
		if (s > 0 && !c->option[OPT_CSV])
			ssrc_buf_putc(&out, '\n');
		status = run_one(c, &out, x, &scenarios->list[s], &options, top, arena);
		if (s > 0 && c->option[OPT_CSV] && !status)
			drop_line(&out, from);
	}
	return cli_finish(c, x, &out, status);
}

int cli_stress(cli *c)
{
	cli_assessed x;
	cli_scenarios scenarios;
	ssrc_arena arena;
	int code;
	bool list = c->option[OPT_LIST] != NULL, chosen = c->option[OPT_CUT] || c->option[OPT_SCENARIO];
	if (!list && !chosen)
		return cli_usage(c, "name a scenario with --scenario ID, or a cut with --cut country:NL{0}",
				 "请用 --scenario ID 指定情景,或用 --cut country:NL 指定切断对象{0}", "");
	if (!cli_assess(c, &x, &code))
		return code;
	ssrc_arena_init(&arena, &c->ctx);
	if (!cli_pick_scenarios(c, &scenarios, x.chain, &arena, &code)) {
		cli_free_assessed(&x);
	} else if (list) {
		code = list_scenarios(c, &x, &scenarios, &arena);
	} else if (scenarios.n != 1 && c->option[OPT_JSON]) {
		code = cli_usage(c, "--json takes one scenario at a time{0}", "--json 每次只能用于一个情景{0}", "");
		cli_free_assessed(&x);
	} else {
		code = run_all(c, &x, &scenarios, &arena);
	}
	ssrc_arena_clear(&arena);
	return code;
}
