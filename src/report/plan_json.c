/* A backup plan as JSON. */
#include "report/plan_page.h"

#include "io/json.h"

#include <math.h>
#include <string.h>

static const char *const verdicts[] = {"proven", "open", "infeasible", "unknown"};

static void json_choices(ssrc_json *json, const ssrc_plan_page *p, const ssrc_plan_choice *choices)
{
	const ssrc_plan_problem *problem = &p->from->problem;
	ssrc_json_open(json, "options", '[');
	for (uint32_t o = 0; o < problem->n_options; o++) {
		char day[11];
		if (!choices[o].taken)
			continue;
		const ssrc_option *option = &p->a->chain->options[p->from->option_of[o]];
		ssrc_plan_ready_day(day, p->a->chain, choices[o].ready);
		ssrc_json_open(json, NULL, '{');
		ssrc_json_string(json, "option", option->id);
		ssrc_json_string(json, "kind", ssrc_option_kind_word(option->kind));
		ssrc_json_string(json, "item", problem->items[problem->options[o].item].name);
		ssrc_json_string(json, "name_en", option->name[0]);
		ssrc_json_string(json, "name_zh", option->name[1]);
		ssrc_json_number(json, "start_week", choices[o].start);
		ssrc_json_number(json, "ready_week", choices[o].ready);
		ssrc_json_string(json, "ready_date", day);
		if (option->kind == SSRC_OPTION_STOCKPILE)
			ssrc_json_number(json, "stock_weeks", choices[o].amount);
		else
			ssrc_json_number(json, "capacity", problem->options[o].capacity);
		ssrc_json_number(json, "cost", choices[o].cost);
		ssrc_json_string(json, "source",
				 ssrc_fact_cell(p->a->chain, SSRC_FILE_OPTIONS, option->row, SSRC_COMMON_SOURCE)->text);
		ssrc_json_close(json, '}');
	}
	ssrc_json_close(json, ']');
}

static void json_scenarios(ssrc_json *json, const ssrc_plan_page *p)
{
	const ssrc_plan_problem *problem = &p->from->problem;
	const ssrc_plan_outlook *o = &p->answer->outlook;
	ssrc_json_open(json, "scenarios", '[');
	for (uint32_t s = 0; s < problem->n_scenarios && s < o->n_scenarios; s++) {
		uint32_t product;
		double weeks = ssrc_plan_worst_of(o, s, &product);
		ssrc_json_open(json, NULL, '{');
		ssrc_json_string(json, "scenario", problem->scenarios[s].name);
		ssrc_json_number(json, "loss", o->loss[s]);
		ssrc_json_number(json, "worst_product_weeks", weeks);
		ssrc_json_string(json, "worst_product",
				 product == SSRC_NONE ? NULL : problem->items[o->product[product]].name);
		ssrc_json_open(json, "products", '[');
		for (uint32_t k = 0; k < o->n_products; k++) {
			double lost = o->weeks[(size_t)s * o->n_products + k];
			if (!(lost > SSRC_PLAN_REACHED))
				continue;
			ssrc_json_open(json, NULL, '{');
			ssrc_json_string(json, "item", problem->items[o->product[k]].name);
			ssrc_json_number(json, "loss_weeks", lost);
			ssrc_json_close(json, '}');
		}
		ssrc_json_close(json, ']');
		if (p->without)
			ssrc_json_number(json, "worst_product_weeks_without_plan",
					 ssrc_plan_worst_of(p->without, s, &product));
		if (p->replay)
			ssrc_json_number(json, "simulated_weeks", p->replay[s]);
		ssrc_json_close(json, '}');
	}
	ssrc_json_close(json, ']');
}

static void json_conflict(ssrc_json *json, const ssrc_plan_page *p)
{
	const ssrc_plan_conflict *x = p->conflict;
	char text[200];
	ssrc_json_open(json, "conflict", '{');
	ssrc_json_bool(json, "irreducible", x->irreducible);
	ssrc_json_open(json, "requirements", '[');
	for (uint32_t r = 0; r < x->n; r++) {
		ssrc_plan_rule_text(text, sizeof text, p, &x->rule[r], SSRC_LANG_EN);
		ssrc_json_string(json, NULL, text);
	}
	ssrc_json_close(json, ']');
	ssrc_json_open(json, "items_without_option", '[');
	for (uint32_t i = 0; i < x->n_missing; i++)
		ssrc_json_string(json, NULL, p->from->problem.items[x->missing[i]].name);
	ssrc_json_close(json, ']');
	ssrc_json_number(json, "budget_needed", x->budget_needed);
	ssrc_json_number(json, "max_shortage_reachable", x->loss_reachable);
	ssrc_json_number(json, "weeks_sooner", x->weeks_sooner);
	ssrc_json_close(json, '}');
}

static void json_effort(ssrc_json *json, const ssrc_plan_page *p)
{
	static const char *const kinds[] = {"without", "with", "sooner", "budget_1_percent", "cut_shorter"};
	static const char *const binds[] = {"budget", "money_until", "capacity", "stock", "makers", "limit"};
	static const char *const per[] = {"million", "million", "percent", "week", "percent", "week"};
	const ssrc_plan_problem *problem = &p->from->problem;
	ssrc_json_open(json, "binds", '[');
	for (uint32_t b = 0; p->binds && p->binds->solved && b < p->binds->n; b++) {
		const ssrc_plan_bind *bind = &p->binds->bind[b];
		ssrc_json_open(json, NULL, '{');
		ssrc_json_string(json, "what", binds[bind->kind]);
		if (bind->option != SSRC_NONE)
			ssrc_json_string(json, "option", problem->options[bind->option].name);
		if (bind->item != SSRC_NONE)
			ssrc_json_string(json, "item", problem->items[bind->item].name);
		if (bind->scenario != SSRC_NONE)
			ssrc_json_string(json, "scenario", problem->scenarios[bind->scenario].name);
		ssrc_json_number(json, "worth", bind->worth);
		ssrc_json_string(json, "per", per[bind->kind]);
		ssrc_json_close(json, '}');
	}
	ssrc_json_close(json, ']');
	ssrc_json_open(json, "changes", '[');
	for (uint32_t c = 0; p->changes && c < p->changes->n; c++) {
		const ssrc_plan_change *change = &p->changes->change[c];
		ssrc_json_open(json, NULL, '{');
		ssrc_json_string(json, "what", kinds[change->kind]);
		if (change->option != SSRC_NONE)
			ssrc_json_string(json, "option", problem->options[change->option].name);
		if (change->kind == SSRC_PLAN_SHORTER)
			ssrc_json_string(json, "item", problem->items[change->item].name);
		ssrc_json_number(json, "value", change->value);
		ssrc_json_string(json, "verdict", verdicts[change->verdict]);
		ssrc_json_number(json, "difference", change->regret);
		ssrc_json_interval(json, "difference_proven", change->low, change->high);
		ssrc_json_bool(json, "within_gap", change->within_gap);
		ssrc_json_close(json, '}');
	}
	ssrc_json_close(json, ']');
}

static void json_frontier(ssrc_json *json, const ssrc_plan_page *p)
{
	ssrc_json_open(json, "frontier", '[');
	for (uint32_t k = 0; k < p->n_frontier; k++) {
		ssrc_json_open(json, NULL, '{');
		ssrc_json_number(json, "budget", p->budgets[k]);
		ssrc_json_number(json, "cost", p->frontier[k].cost);
		ssrc_json_number(json, "loss", p->frontier[k].value);
		ssrc_json_number(json, "bound", p->frontier[k].bound);
		json_choices(json, p, p->frontier[k].choices);
		ssrc_json_close(json, '}');
	}
	ssrc_json_close(json, ']');
	ssrc_json_open(json, "others", '[');
	for (uint32_t k = 0; k < p->n_others; k++) {
		ssrc_json_open(json, NULL, '{');
		ssrc_json_number(json, "value", p->others[k].value);
		ssrc_json_number(json, "cost", p->others[k].cost);
		json_choices(json, p, p->others[k].choices);
		ssrc_json_close(json, '}');
	}
	ssrc_json_close(json, ']');
}

static void json_answer(ssrc_json *json, const ssrc_plan_page *p)
{
	static const char *const goals[] = {"survive", "budget", "weighted"};
	const ssrc_plan_answer *x = p->answer;
	uint32_t scenario;
	double lost;
	ssrc_json_string(json, "goal", goals[x->mode]);
	ssrc_json_number(json, "budget", p->settings->budget);
	ssrc_json_number(json, "max_shortage_weeks", p->settings->max_loss);
	ssrc_json_number(json, "notice_weeks", p->scope->notice);
	ssrc_json_string(json, "loss_measure", p->from->valued ? "million" : "product-weeks");
	ssrc_json_string(json, "currency", ssrc_package_currency(p->a->chain->package));
	if (p->replay && x->mode == SSRC_PLAN_SURVIVE && x->verdict != SSRC_PLAN_INFEASIBLE)
		ssrc_json_bool(json, "simulation_meets_target", !ssrc_plan_misses(p, &scenario, &lost));
	ssrc_json_string(json, "verdict", verdicts[x->verdict]);
	ssrc_json_number(json, "cost", x->has_plan ? x->cost : (double)NAN);
	ssrc_json_number(json, "value", x->has_plan ? x->value : (double)NAN);
	ssrc_json_number(json, "bound", x->bound);
	ssrc_json_number(json, "gap", x->gap);
	ssrc_json_string(json, "value_from",
			 ssrc_text((ssrc_text_id)(SSRC_T_P_PHASE_0 + (int)x->value_phase), SSRC_LANG_EN));
	ssrc_json_string(json, "bound_from",
			 ssrc_text((ssrc_text_id)(SSRC_T_P_PHASE_0 + (int)x->bound_phase), SSRC_LANG_EN));
	ssrc_json_string(json, "stopped_by", x->stopped_by);
	ssrc_json_number(json, "violation", x->violation);
}

void ssrc_plan_put_json(ssrc_buf *out, const ssrc_plan_page *p, const ssrc_report_options *options)
{
	ssrc_json json;
	bool exercise = true;
	for (uint32_t s = 0; s < p->scope->n_scenarios; s++)
		exercise &= p->scope->scenarios[s].exercise;
	ssrc_json_begin(&json, out, true);
	ssrc_put_json_head(&json, p->a, "secondsource/plan/1", options);
	ssrc_json_bool(&json, "exercise", exercise);
	json_answer(&json, p);
	if (p->answer->has_plan) {
		ssrc_json_number(&json, "expected_loss", p->answer->outlook.expected);
		ssrc_json_number(&json, "tail_loss", p->answer->outlook.tail);
		ssrc_json_number(&json, "worst_weeks", p->answer->outlook.worst_weeks);
		ssrc_json_number(&json, "excess_weeks", p->answer->outlook.excess);
		json_choices(&json, p, p->answer->choices);
		if (!p->worst)
			json_scenarios(&json, p);
	}
	if (p->conflict)
		json_conflict(&json, p);
	json_effort(&json, p);
	json_frontier(&json, p);
	if (p->sample) {
		ssrc_json_open(&json, "sample", '{');
		ssrc_json_integer(&json, "n", p->sample->n);
		ssrc_json_number(&json, "mean", p->sample->mean);
		ssrc_json_number(&json, "half_width", p->sample->half_width);
		ssrc_json_number(&json, "tail", p->sample->tail);
		ssrc_json_number(&json, "part_short", p->sample->part_short);
		ssrc_json_close(&json, '}');
	}
	ssrc_json_close(&json, '}');
	ssrc_json_end(&json);
}
