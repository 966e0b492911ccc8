/* plan: the cheapest backups against scenarios, and everything that is asked about them. */
#include "cli.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS_MAX = 60, FRONTIER_MAX = 100, OTHERS_MAX = 3, TRIED_MAX = 3, SUPPORTED_ATTACKS = 2 };

typedef struct planner {
	cli *c;
	cli_assessed x;
	cli_scenarios scenarios;
	ssrc_arena arena;
	ssrc_plan_scope scope;
	ssrc_plan_from_chain from;
	ssrc_plan_settings settings;
	ssrc_plan_effort effort, brief; /* brief: of each question beside the plan */
	ssrc_plan_page page;
	double slots[SLOTS_MAX], slot_budget[SLOTS_MAX];
	double gap, frontier, evaluate, near, adversary;
	cli_progress progress;
} planner;

/* ---- options ------------------------------------------------------------------------------------------------------
 */

/* --yearly 50,50,100: a slot each year with its money. */
static bool read_yearly(planner *k, int *code)
{
	const char *list = k->c->option[OPT_YEARLY];
	uint32_t n = 0;
	double total = 0;
	for (const char *p = list; p && *p; n++) {
		size_t len = strcspn(p, ",;");
		if (n == SLOTS_MAX || !ssrc_parse_number(p, len, &k->slot_budget[n]) || !(k->slot_budget[n] >= 0)) {
			*code = cli_usage(k->c, "--yearly {0}: give amounts separated by commas, one a year",
					  "--yearly {0}:请给出以逗号分隔的各年金额", list);
			return false;
		}
		k->slots[n] = 52.0 * n;
		total += k->slot_budget[n];
		p += len;
		p += *p != '\0';
	}
	if (n == 0)
		return true;
	k->scope.slots = k->slots;
	k->scope.n_slots = n;
	k->settings.slot_budget = k->slot_budget;
	k->settings.budget = fmin(k->settings.budget, total);
	return true;
}

static bool read_goal(planner *k, int *code)
{
	cli *c = k->c;
	const char *goal = c->option[OPT_GOAL];
	bool survive = goal ? strcmp(goal, "survive") == 0 : c->option[OPT_MAX_SHORTAGE] || !c->option[OPT_BUDGET];
	k->settings = (ssrc_plan_settings){.budget = (double)INFINITY, .tail = 0.9};
	k->settings.mode = survive                                 ? SSRC_PLAN_SURVIVE
			   : goal && strcmp(goal, "weighted") == 0 ? SSRC_PLAN_WEIGHTED
								   : SSRC_PLAN_BUDGET;
	if (c->option[OPT_FRONTIER] || c->option[OPT_YEARLY])
		k->settings.mode = goal                          ? k->settings.mode
				   : c->option[OPT_MAX_SHORTAGE] ? SSRC_PLAN_SURVIVE
								 : SSRC_PLAN_BUDGET;
	if (c->option[OPT_FRONTIER] && (k->settings.mode != SSRC_PLAN_BUDGET || !c->option[OPT_BUDGET])) {
		*code = cli_usage(c, "--frontier goes with --budget, without --max-shortage{0}",
				  "--frontier 需与 --budget 同用,且不与 --max-shortage 同用{0}", "");
		return false;
	}
	return cli_number(c, OPT_MAX_SHORTAGE, 0, 5200, &k->settings.max_loss, code) &&
	       cli_number(c, OPT_BUDGET, 0, 1e12, &k->settings.budget, code) &&
	       cli_number(c, OPT_RISK, 0, 1, &k->settings.risk, code) &&
	       cli_number(c, OPT_TAIL, 0, 0.9999, &k->settings.tail, code) &&
	       cli_number(c, OPT_DISCOUNT, 0, 1, &k->settings.discount, code) && read_yearly(k, code);
}

static bool read_scope(planner *k, int *code)
{
	cli *c = k->c;
	const char *which = c->option[OPT_CASE];
	double replicates = 0, seed = 1;
	k->scope = (ssrc_plan_scope){.scenarios = k->scenarios.list, .n_scenarios = k->scenarios.n};
	k->scope.which = which && strcmp(which, "best") == 0    ? SSRC_CASE_LOW
			 : which && strcmp(which, "worst") == 0 ? SSRC_CASE_HIGH
								: SSRC_CASE_MID;
	k->scope.mode =
		c->option[OPT_MODE] && strcmp(c->option[OPT_MODE], "grow") == 0 ? SSRC_MODE_GROW : SSRC_MODE_RUN;
	if (!cli_number(c, OPT_NOTICE, 0, 5200, &k->scope.notice, code) ||
	    !cli_number(c, OPT_WEEKS, 1, 5200, &k->scope.horizon, code) ||
	    !cli_whole(c, OPT_REPLICATES, 0, 1000, &replicates, code) || !cli_whole(c, OPT_SEED, 0, 9e15, &seed, code))
		return false;
	k->scope.replicates = (uint32_t)replicates;
	k->scope.seed = (uint64_t)seed;
	return true;
}

static bool read_effort(planner *k, int *code)
{
	cli *c = k->c;
	double seconds = 60, memory = 4096;
	const char *solver;
	k->gap = 1e-3;
	if (!cli_number(c, OPT_TIME, 0.1, 1e6, &seconds, code) || !cli_number(c, OPT_GAP, 0, 1, &k->gap, code) ||
	    !cli_number(c, OPT_MEMORY, 64, 1e6, &memory, code) ||
	    !cli_whole(c, OPT_FRONTIER, 2, FRONTIER_MAX, &k->frontier, code) ||
	    !cli_whole(c, OPT_EVALUATE, 2, 1e6, &k->evaluate, code) ||
	    !cli_number(c, OPT_NEAR, 0, 10, &k->near, code) ||
	    !cli_whole(c, OPT_ADVERSARY, 1, SUPPORTED_ATTACKS, &k->adversary, code) || !cli_solver(c, &solver, code))
		return false;
	k->effort = (ssrc_plan_effort){
		.core = {.seconds = seconds,
			 .gap = k->gap,
			 .iterations = -1,
			 .threads = c->ctx.threads,
			 .seed = k->scope.seed,
			 .solver = solver,
			 .stop = &cli_stop},
		.boxed = true,
		.memory_bytes = (size_t)memory << 20,
		.each = cli_on_progress,
		.user = &k->progress,
	};
	k->brief = k->effort;
	k->brief.core.seconds = fmax(seconds / 20, 1);
	k->brief.each = NULL;
	return true;
}

/* --started eda-second-flow=26: begun 26 weeks ago. */
static bool read_started(planner *k, int *code)
{
	uint32_t n = k->from.problem.n_options;
	bool *started = ssrc_arena_array(&k->arena, n, sizeof *started);
	double *week = ssrc_arena_array(&k->arena, n, sizeof *week);
	if (!started || !week) {
		*code = cli_fail(k->c, ssrc_no_memory(&k->c->err));
		return false;
	}
	for (const char *p = k->c->option[OPT_STARTED]; p && *p;) {
		size_t len = strcspn(p, ",;"), name = strcspn(p, "=,;");
		char id[128] = "";
		double ago = 0;
		uint32_t option = 0;
		memcpy(id, p, name < sizeof id ? name : sizeof id - 1);
		while (option < n && strcmp(k->from.problem.options[option].name, id) != 0)
			option++;
		if (option == n || name == len || !ssrc_parse_number(p + name + 1, len - name - 1, &ago) || ago < 0) {
			(void)ssrc_fail(&k->c->err, SSRC_USAGE, SSRC_M_PLAN_OPTION, id, NULL, NULL);
			*code = cli_fail(k->c, SSRC_USAGE);
			return false;
		}
		started[option] = true;
		week[option] = -ago;
		p += len;
		p += *p != '\0';
	}
	k->settings.started = started;
	k->settings.started_week = week;
	return true;
}

/* ---- the questions
 * --------------------------------------------------------------------------------------------------- */

static ssrc_status look_without(planner *k)
{
	ssrc_plan_outlook *without = ssrc_arena_array(&k->arena, 1, sizeof *without);
	ssrc_plan_decision nothing;
	if (!without)
		return ssrc_no_memory(&k->c->err);
	ssrc_status status = ssrc_plan_decision_new(&nothing, &k->from.problem, &k->arena, &k->c->err);
	if (!status)
		status = ssrc_plan_look(without, &k->from.problem, &k->settings, &nothing, false, &k->brief, &k->c->ctx,
					&k->arena, &k->c->err);
	if (!status)
		k->page.without = without;
	return status;
}

/* The plan in the simulation, where everybody acts alone. */
static ssrc_status replay(planner *k)
{
	double *weeks = ssrc_arena_array(&k->arena, k->from.problem.n_scenarios, sizeof *weeks);
	if (!weeks)
		return ssrc_no_memory(&k->c->err);
	ssrc_status status = ssrc_plan_replay(weeks, k->x.assessment, &k->from, &k->scope, k->page.answer->choices,
					      &k->arena, &k->c->err);
	if (!status)
		k->page.replay = weeks;
	return status;
}

static ssrc_status explain_conflict(planner *k)
{
	ssrc_plan_conflict *conflict = ssrc_arena_array(&k->arena, 1, sizeof *conflict);
	if (!conflict)
		return ssrc_no_memory(&k->c->err);
	ssrc_status status = ssrc_plan_explain(conflict, &k->from.problem, &k->settings, &k->brief,
					       k->effort.core.seconds, &k->c->ctx, &k->arena, &k->c->err);
	if (!status)
		k->page.conflict = conflict;
	return status;
}

/* What binds, and what one change would do. */
static ssrc_status ask_effort(planner *k)
{
	ssrc_plan_binds *binds = ssrc_arena_array(&k->arena, 1, sizeof *binds);
	ssrc_plan_changes *changes = ssrc_arena_array(&k->arena, 1, sizeof *changes);
	if (!binds || !changes)
		return ssrc_no_memory(&k->c->err);
	ssrc_status status = ssrc_plan_bindings(binds, &k->from.problem, &k->settings, k->page.answer, &k->brief,
						&k->c->ctx, &k->arena, &k->c->err);
	if (!status)
		status = ssrc_plan_what_if(changes, &k->from.problem, &k->settings, k->page.answer,
					   binds->solved ? binds : NULL, TRIED_MAX, &k->brief, &k->c->ctx, &k->arena,
					   &k->c->err);
	if (!status) {
		k->page.binds = binds;
		k->page.changes = changes;
	}
	return status;
}

static ssrc_status ask_others(planner *k)
{
	ssrc_plan_other *others;
	uint32_t n;
	ssrc_status status = ssrc_plan_others(&others, &n, OTHERS_MAX, k->near, &k->from.problem, &k->settings,
					      k->page.answer, &k->brief, &k->c->ctx, &k->arena, &k->c->err);
	if (!status) {
		k->page.others = others;
		k->page.n_others = n;
	}
	return status;
}

static ssrc_status ask_frontier(planner *k)
{
	uint32_t n = (uint32_t)k->frontier;
	ssrc_plan_answer *answers = ssrc_arena_array(&k->arena, n, sizeof *answers);
	double *budgets = ssrc_arena_array(&k->arena, n, sizeof *budgets);
	if (!answers || !budgets)
		return ssrc_no_memory(&k->c->err);
	for (uint32_t i = 0; i < n; i++)
		budgets[i] = k->settings.budget * i / (n - 1);
	ssrc_plan_effort each = k->effort;
	each.core.seconds /= n;
	ssrc_status status = ssrc_plan_frontier(answers, budgets, n, &k->from.problem, &k->settings, &each, &k->c->ctx,
						&k->arena, &k->c->err);
	if (!status) {
		k->page.frontier = answers;
		k->page.budgets = budgets;
		k->page.n_frontier = n;
		k->page.answer = &answers[n - 1];
	}
	return status;
}

/* Futures drawn from the cases of every interval and from which developments succeed. */
static ssrc_status ask_sample(planner *k)
{
	ssrc_plan_sample *sample = ssrc_arena_array(&k->arena, 1, sizeof *sample);
	ssrc_plan_from_chain drawn;
	ssrc_plan_scope scope = k->scope;
	if (!sample)
		return ssrc_no_memory(&k->c->err);
	scope.replicates = (uint32_t)fmax(1, ceil(k->evaluate / fmax(1, k->from.problem.n_scenarios)));
	scope.seed = k->scope.seed + 1;
	scope.periods = k->from.problem.period;
	scope.n_periods = k->from.problem.n_periods;
	ssrc_status status = ssrc_plan_problem_from_chain(&drawn, k->x.assessment, &scope, &k->arena, &k->c->err);
	if (!status)
		status = ssrc_plan_try(sample, &drawn.problem, &k->settings, &k->page.answer->decision, &k->brief,
				       &k->c->ctx, &k->arena, &k->c->err);
	if (!status)
		k->page.sample = sample;
	return status;
}

/* Every scenario is one thing that may be cut; an alternate is spoilt by a cut whose scenario does not count it. */
static ssrc_status solve_against(planner *k)
{
	const ssrc_plan_problem *problem = &k->from.problem;
	uint32_t n = problem->n_scenarios, n_covers = 0, most = 0;
	for (uint32_t s = 0; s < n; s++)
		most += problem->scenarios[s].n_covers;
	ssrc_plan_attack *attacks = ssrc_arena_array(&k->arena, n, sizeof *attacks);
	ssrc_plan_cover *covers = ssrc_arena_array(&k->arena, most, sizeof *covers);
	bool *spoils = ssrc_arena_array(&k->arena, (size_t)n * most, sizeof *spoils);
	bool *options = ssrc_arena_array(&k->arena, (size_t)n * problem->n_options, sizeof *options);
	ssrc_plan_worst *worst = ssrc_arena_array(&k->arena, 1, sizeof *worst);
	if (!attacks || !covers || !spoils || !options || !worst)
		return ssrc_no_memory(&k->c->err);
	for (uint32_t s = 0; s < n; s++)
		for (uint32_t i = 0; i < problem->scenarios[s].n_covers; i++) {
			const ssrc_plan_cover *cover = &problem->scenarios[s].covers[i];
			uint32_t at = 0;
			while (at < n_covers &&
			       !(covers[at].item == cover->item && covers[at].user == cover->user &&
				 covers[at].by_item == cover->by_item && covers[at].cover == cover->cover))
				at++;
			if (at == n_covers)
				covers[n_covers++] = *cover;
			covers[at].from = fmax(covers[at].from, cover->from);
		}
	for (uint32_t s = 0; s < n; s++) {
		const ssrc_plan_scenario *scenario = &problem->scenarios[s];
		attacks[s] = (ssrc_plan_attack){scenario->name, scenario->hits, scenario->n_hits,
						spoils + (size_t)s * most, options + (size_t)s * problem->n_options};
		for (uint32_t c = 0; c < n_covers; c++) {
			bool hits = false, counts = false;
			for (uint32_t h = 0; h < scenario->n_hits; h++)
				hits |= scenario->hits[h].item == covers[c].item;
			for (uint32_t i = 0; i < scenario->n_covers; i++)
				counts |= scenario->covers[i].item == covers[c].item &&
					  scenario->covers[i].by_item == covers[c].by_item &&
					  scenario->covers[i].cover == covers[c].cover;
			spoils[(size_t)s * most + c] = hits && !counts;
		}
		for (uint32_t o = 0; o < problem->n_options; o++)
			options[(size_t)s * problem->n_options + o] = scenario->works && !scenario->works[o];
	}
	ssrc_plan_threat threat = {.attacks = attacks,
				   .n_attacks = n,
				   .most = (uint32_t)k->adversary,
				   .covers = covers,
				   .n_covers = n_covers,
				   .most_tests = 5000,
				   .most_rounds = 50};
	ssrc_status status =
		ssrc_plan_against(worst, problem, &k->settings, &threat, &k->effort, &k->c->ctx, &k->arena, &k->c->err);
	if (!status) {
		k->page.worst = worst;
		k->page.worst_most = threat.most;
		k->page.answer = &worst->answer;
	}
	return status;
}

static ssrc_status solve(planner *k)
{
	ssrc_plan_answer *answer = ssrc_arena_array(&k->arena, 1, sizeof *answer);
	if (!answer)
		return ssrc_no_memory(&k->c->err);
	if (k->frontier > 0)
		return ask_frontier(k);
	if (k->adversary > 0)
		return solve_against(k);
	ssrc_status status = ssrc_plan_solve(answer, &k->from.problem, &k->settings, NULL, &k->effort, &k->c->ctx,
					     &k->arena, &k->c->err);
	if (!status)
		k->page.answer = answer;
	return status;
}

static ssrc_status ask_all(planner *k)
{
	ssrc_status status = solve(k);
	const ssrc_plan_answer *answer = k->page.answer;
	if (status || !answer->has_plan || k->page.worst)
		return status;
	status = look_without(k);
	if (!status)
		status = replay(k);
	/* Whoever asked to stop wants the plan, not more questions. */
	if (status || cli_stop)
		return status;
	if (answer->verdict == SSRC_PLAN_INFEASIBLE)
		status = explain_conflict(k);
	else if (!k->c->option[OPT_NO_BEST] && k->frontier == 0)
		status = ask_effort(k);
	if (!status && k->near > 0 && answer->verdict != SSRC_PLAN_INFEASIBLE)
		status = ask_others(k);
	if (!status && k->evaluate > 0)
		status = ask_sample(k);
	return status;
}

/* ---- the command ----------------------------------------------------------------------------------------------------
 */

static int exit_code(const planner *k)
{
	const ssrc_plan_answer *answer = k->page.answer;
	uint32_t scenario;
	double lost;
	if (answer->verdict == SSRC_PLAN_INFEASIBLE)
		return EXIT_INFEASIBLE;
	if (answer->verdict == SSRC_PLAN_PROVEN && ssrc_plan_misses(&k->page, &scenario, &lost))
		return EXIT_FINDINGS;
	return answer->verdict == SSRC_PLAN_PROVEN ? EXIT_FINE : EXIT_LIMIT;
}

static int run(planner *k)
{
	cli *c = k->c;
	int code;
	ssrc_buf out;
	ssrc_report_options report = cli_report_options(c);
	ssrc_status status = ssrc_plan_problem_from_chain(&k->from, k->x.assessment, &k->scope, &k->arena, &c->err);
	if (status)
		return cli_fail(c, status) == EXIT_DATA ? EXIT_USAGE : ssrc_status_exit_code(status);
	if (k->settings.mode == SSRC_PLAN_WEIGHTED && !k->from.valued) {
		(void)ssrc_fail(&c->err, SSRC_USAGE, SSRC_M_PLAN_VALUES, NULL, NULL, NULL);
		return cli_fail(c, SSRC_USAGE);
	}
	if (!read_started(k, &code))
		return code;
	k->page =
		(ssrc_plan_page){.a = k->x.assessment, .scope = &k->scope, .from = &k->from, .settings = &k->settings};
	ssrc_buf_init(&out, &c->ctx);
	cli_begin_progress(&k->progress, c);
	status = ask_all(k);
	cli_end_progress(&k->progress);
	if (!status)
		status = ssrc_report_plan(&out, &k->page, &report, &c->err);
	code = status ? cli_fail(c, status) : cli_print(c, &out);
	if (!status && code == EXIT_FINE)
		code = exit_code(k);
	ssrc_buf_clear(&out);
	return code;
}

/* Without a choice, the scenarios of the package that are meant for this home. */
static void keep_for_home(planner *k)
{
	uint32_t n = 0;
	if (k->c->option[OPT_CUT] || k->c->option[OPT_SCENARIO])
		return;
	for (uint32_t s = 0; s < k->scenarios.n; s++) {
		const ssrc_scenario *scenario = &k->scenarios.list[s];
		if (scenario->n_cuts > 0 &&
		    (!*scenario->home || strcmp(scenario->home, k->x.assessment->home.text) == 0))
			k->scenarios.list[n++] = *scenario;
	}
	k->scenarios.n = n;
}

int cli_plan(cli *c)
{
	int code = EXIT_USAGE;
	if (c->option[OPT_SMPS] || c->option[OPT_CFLP])
		return cli_plan_file(c);
	if (c->n_args == 0)
		return cli_usage(c, "name a package or study, or a file with --smps or --cflp{0}",
				 "请指定数据包或研究文件,或用 --smps、--cflp 指定文件{0}", "");
	planner *k = ssrc_alloc_array(&c->ctx, 1, sizeof *k);
	if (!k)
		return cli_fail(c, ssrc_no_memory(&c->err));
	k->c = c;
	ssrc_arena_init(&k->arena, &c->ctx);
	if (read_scope(k, &code) && read_goal(k, &code) && read_effort(k, &code) && cli_assess(c, &k->x, &code)) {
		if (cli_pick_scenarios(c, &k->scenarios, k->x.chain, &k->arena, &code)) {
			keep_for_home(k);
			k->scope.scenarios = k->scenarios.list;
			k->scope.n_scenarios = k->scenarios.n;
			code = run(k);
		}
		cli_free_assessed(&k->x);
	}
	ssrc_arena_clear(&k->arena);
	ssrc_release(&c->ctx, k);
	return code;
}
