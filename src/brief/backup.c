/* What to do: the plan, the front of budgets, where effort pays, alternates, alerts with their playbooks. */
#include "sections.h"

#include "report/plan_page.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { EFFORTS = 12, BINDS = 8, ALTERNATES = 60 };

static ssrc_words option_words(const ssrc_brief_writer *w, uint32_t option)
{
	const ssrc_option *x = &w->chain->options[w->b->from.option_of[option]];
	return ssrc_brief_names(w, x->name, x->id);
}

static const char *plan_command(ssrc_brief_writer *w, const char *rest)
{
	char text[900] = "--scenario ";
	for (uint32_t s = 0; s < w->b->scope.n_scenarios; s++)
		snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", s ? "," : "",
			 w->b->scope.scenarios[s].id);
	snprintf(text + strlen(text), sizeof text - strlen(text), " --budget %.10g --gap 0.01%s", w->b->budget, rest);
	return ssrc_brief_command(w, "plan", text);
}

/* ---- the plan -------------------------------------------------------------------------------------------------------
 */

static void draw_gantt(ssrc_buf *out, const ssrc_picture *picture, const void *data, ssrc_context *ctx)
{
	(void)ctx;
	ssrc_figure_draw_gantt(out, picture, data);
}

static void put_choices(ssrc_brief_writer *w)
{
	const ssrc_plan_page *p = &w->b->page;
	const ssrc_plan_problem *problem = &p->from->problem;
	ssrc_figure_task *tasks = ssrc_arena_array(w->arena, problem->n_options + 1, sizeof *tasks);
	ssrc_sheet sheet;
	uint32_t n = 0;
	w->failed |= !tasks;
	ssrc_sheet_begin(&sheet, "plan", ssrc_catalogue_words(SSRC_T_B_T_PLAN), w->arena);
	ssrc_sheet_add(&sheet, "name", SSRC_T_B_OPTION, SSRC_SHEET_WORDS, 0);
	ssrc_sheet_add(&sheet, "option", SSRC_T_B_ID, SSRC_SHEET_CODE, 0);
	ssrc_sheet_add(&sheet, "item", SSRC_T_B_ITEM, SSRC_SHEET_WORDS, 0);
	ssrc_sheet_add(&sheet, "start_week", SSRC_T_B_START, SSRC_SHEET_NUMBER, 0);
	ssrc_sheet_add(&sheet, "ready_week", SSRC_T_B_READY, SSRC_SHEET_NUMBER, 1);
	ssrc_sheet_add(&sheet, "ready", SSRC_T_B_READY_DAY, SSRC_SHEET_CODE, 0);
	ssrc_sheet_add(&sheet, "amount", SSRC_T_B_AMOUNT, SSRC_SHEET_NUMBER, 2);
	ssrc_sheet_add(&sheet, "cost", SSRC_T_B_COST, SSRC_SHEET_NUMBER, 0);
	for (uint32_t o = 0; tasks && o < problem->n_options; o++) {
		const ssrc_plan_choice *choice = &p->answer->choices[o];
		const ssrc_plan_option *option = &problem->options[o];
		char day[11], cost[40];
		if (!choice->taken)
			continue;
		ssrc_plan_ready_day(day, w->chain, choice->ready);
		ssrc_sheet_words(&sheet, option_words(w, o), NULL);
		ssrc_sheet_code(&sheet, option->name, NULL);
		ssrc_sheet_words(&sheet, ssrc_brief_item(w, option->item), ssrc_brief_item_href(w, option->item));
		ssrc_sheet_number(&sheet, choice->start);
		ssrc_sheet_number(&sheet, choice->ready);
		ssrc_sheet_code(&sheet, ssrc_brief_text(w, "%s", day), NULL);
		ssrc_sheet_number(&sheet, option->kind == SSRC_PLAN_STOCK ? choice->amount : option->capacity);
		ssrc_sheet_number(&sheet, choice->cost);
		tasks[n++] =
			(ssrc_figure_task){.name = option_words(w, o),
					   .begin = choice->start,
					   .ready = choice->ready,
					   .full = choice->ready + option->ramp,
					   .end = (double)INFINITY,
					   .text = ssrc_brief_text(w, "%s", ssrc_grouped_text(cost, choice->cost, 0))};
	}
	if (n == 0) {
		ssrc_page_line(&w->page, "p", NULL, SSRC_T_P_NOTHING, NULL, 0);
		return;
	}
	ssrc_figure_gantt gantt = {.tasks = tasks,
				   .n_tasks = n,
				   .cut_from = ssrc_plan_first_cut(problem),
				   .cut_to = problem->period[problem->n_periods],
				   .cut = ssrc_catalogue_words(SSRC_T_B_CUT),
				   .preparing = ssrc_catalogue_words(SSRC_T_B_PREPARING),
				   .ramping = ssrc_catalogue_words(SSRC_T_B_RAMPING),
				   .ready = ssrc_catalogue_words(SSRC_T_B_IN_USE),
				   .x_title = ssrc_catalogue_words(SSRC_T_B_WEEK)};
	char count[24], cost[40];
	snprintf(count, sizeof count, "%u", n);
	ssrc_words args[] = {SSRC_SAME(count), SSRC_SAME(ssrc_grouped_text(cost, p->answer->cost, 0))};
	ssrc_brief_figure(w, "plan-gantt", ssrc_words_fill(w->arena, SSRC_T_B_F_GANTT, args, 2), SSRC_T_B_R_GANTT,
			  plan_command(w, ""), draw_gantt, &gantt);
	ssrc_brief_sheet(w, &sheet, 0);
}

static void put_residual(ssrc_brief_writer *w)
{
	const ssrc_plan_page *p = &w->b->page;
	const ssrc_plan_outlook *with = &p->answer->outlook, *none = &p->frontier[0].outlook;
	ssrc_sheet sheet;
	ssrc_sheet_begin(&sheet, "residual", ssrc_catalogue_words(SSRC_T_B_T_RESIDUAL), w->arena);
	ssrc_sheet_add(&sheet, "title", SSRC_T_B_SCENARIO, SSRC_SHEET_WORDS, 0);
	ssrc_sheet_add(&sheet, "scenario", SSRC_T_B_ID, SSRC_SHEET_CODE, 0);
	ssrc_sheet_add(&sheet, "without_plan", SSRC_T_B_NO_PLAN, SSRC_SHEET_NUMBER, 1);
	ssrc_sheet_add(&sheet, "with_plan", SSRC_T_B_WITH_PLAN, SSRC_SHEET_NUMBER, 1);
	ssrc_sheet_add(&sheet, "simulated", SSRC_T_B_SIMULATED, SSRC_SHEET_NUMBER, 1);
	for (uint32_t s = 0; s < p->from->problem.n_scenarios; s++) {
		const ssrc_scenario *scenario = &p->scope->scenarios[p->from->scenario_of[s]];
		uint32_t product;
		ssrc_sheet_words(&sheet, ssrc_brief_scenario(w, scenario), NULL);
		ssrc_sheet_code(&sheet, scenario->id, NULL);
		ssrc_sheet_number(&sheet, ssrc_plan_worst_of(none, s, &product));
		ssrc_sheet_number(&sheet, ssrc_plan_worst_of(with, s, &product));
		ssrc_sheet_number(&sheet, p->replay ? p->replay[s] : (double)NAN);
	}
	ssrc_brief_sheet(w, &sheet, 0);
}

/* ---- the front
 * ------------------------------------------------------------------------------------------------------- */

static void draw_pareto(ssrc_buf *out, const ssrc_picture *picture, const void *data, ssrc_context *ctx)
{
	(void)ctx;
	ssrc_figure_draw_pareto(out, picture, data);
}

static void put_front(ssrc_brief_writer *w)
{
	const ssrc_plan_page *p = &w->b->page;
	double cost[SSRC_BRIEF_FRONT + 1], loss[SSRC_BRIEF_FRONT + 1], bound[SSRC_BRIEF_FRONT + 1];
	ssrc_sheet sheet;
	ssrc_sheet_begin(&sheet, "front", ssrc_catalogue_words(SSRC_T_B_T_FRONT), w->arena);
	ssrc_sheet_add(&sheet, "budget", SSRC_T_B_BUDGET, SSRC_SHEET_NUMBER, 0);
	ssrc_sheet_add(&sheet, "cost", SSRC_T_B_COST, SSRC_SHEET_NUMBER, 0);
	ssrc_sheet_add(&sheet, "loss", p->from->valued ? SSRC_T_B_LOSS_MONEY : SSRC_T_B_LOSS_SUM, SSRC_SHEET_NUMBER, 1);
	ssrc_sheet_add(&sheet, "bound", SSRC_T_B_BOUND, SSRC_SHEET_NUMBER, 1);
	ssrc_sheet_add(&sheet, "options", SSRC_T_B_TAKES, SSRC_SHEET_CODE, 0);
	for (uint32_t i = 0; i < p->n_frontier; i++) {
		char taken[1000];
		cost[i] = p->frontier[i].cost;
		loss[i] = p->frontier[i].value;
		bound[i] = p->frontier[i].bound;
		ssrc_plan_list_taken(taken, sizeof taken, &p->from->problem, p->frontier[i].choices);
		ssrc_sheet_number(&sheet, p->budgets[i]);
		ssrc_sheet_number(&sheet, cost[i]);
		ssrc_sheet_number(&sheet, loss[i]);
		ssrc_sheet_number(&sheet, bound[i]);
		ssrc_sheet_code(&sheet, ssrc_brief_text(w, "%s", taken), NULL);
	}
	ssrc_figure_pareto pareto = {
		.cost = cost,
		.loss = loss,
		.bound = bound,
		.n = p->n_frontier,
		.chosen = w->b->chosen,
		.x_title = ssrc_catalogue_words(SSRC_T_B_COST),
		.y_title = ssrc_catalogue_words(p->from->valued ? SSRC_T_B_LOSS_MONEY : SSRC_T_B_LOSS_SUM),
		.plan = ssrc_catalogue_words(SSRC_T_B_PLAN),
		.proven = ssrc_catalogue_words(SSRC_T_B_BOUND),
		.choice = ssrc_catalogue_words(SSRC_T_B_CHOSEN)};
	char budget[40], part[24];
	double none = p->frontier[0].value, all = p->frontier[p->n_frontier - 1].value, here = p->answer->value;
	ssrc_put_short(part, none > all ? 100 * (none - here) / (none - all) : 0, 0);
	ssrc_words args[] = {SSRC_SAME(ssrc_grouped_text(budget, w->b->budget, 0)), SSRC_SAME(part)};
	ssrc_brief_figure(w, "budget-front", ssrc_words_fill(w->arena, SSRC_T_B_F_FRONT, args, 2), SSRC_T_B_R_FRONT,
			  plan_command(w, " --frontier 6"), draw_pareto, &pareto);
	ssrc_brief_sheet(w, &sheet, 0);
}

/* ---- where effort pays
 * --------------------------------------------------------------------------------------------------- */

static void put_contributions(ssrc_brief_writer *w)
{
	const ssrc_plan_problem *problem = &w->b->from.problem;
	ssrc_figure_bar bars[EFFORTS];
	ssrc_sheet sheet;
	uint32_t n = 0;
	double with = w->b->page.answer->outlook.expected;
	ssrc_sheet_begin(&sheet, "contributions", ssrc_catalogue_words(SSRC_T_B_T_EFFORT), w->arena);
	ssrc_sheet_add(&sheet, "name", SSRC_T_B_OPTION, SSRC_SHEET_WORDS, 0);
	ssrc_sheet_add(&sheet, "option", SSRC_T_B_ID, SSRC_SHEET_CODE, 0);
	ssrc_sheet_add(&sheet, "loss_more", SSRC_T_B_VALUE_CHANGE, SSRC_SHEET_NUMBER, 2);
	ssrc_sheet_add(&sheet, "cost", SSRC_T_B_COST, SSRC_SHEET_NUMBER, 0);
	ssrc_sheet_add(&sheet, "loss_more_per_million", SSRC_T_B_PER_MILLION, SSRC_SHEET_NUMBER, 4);
	for (uint32_t o = 0; o < problem->n_options; o++) {
		double more = fmax(0, w->b->without[o] - with), cost = w->b->page.answer->choices[o].cost;
		if (!w->b->page.answer->choices[o].taken)
			continue;
		ssrc_sheet_words(&sheet, option_words(w, o), NULL);
		ssrc_sheet_code(&sheet, problem->options[o].name, NULL);
		ssrc_sheet_number(&sheet, more);
		ssrc_sheet_number(&sheet, cost);
		ssrc_sheet_number(&sheet, cost > 0 ? more / cost : (double)NAN);
		if (n == EFFORTS && more <= bars[n - 1].value.mid)
			continue;
		uint32_t at = n < EFFORTS ? n++ : EFFORTS - 1;
		for (; at > 0 && bars[at - 1].value.mid < more; at--)
			bars[at] = bars[at - 1];
		bars[at] = (ssrc_figure_bar){.name = option_words(w, o), .value = {more, more, more}};
	}
	if (n == 0)
		return;
	ssrc_figure_bars figure = {.bars = bars, .n_bars = n, .x_title = ssrc_catalogue_words(SSRC_T_B_VALUE_CHANGE)};
	ssrc_brief_figure(w, "contributions", ssrc_words_fill(w->arena, SSRC_T_B_F_EFFORT, &bars[0].name, 1),
			  SSRC_T_B_R_EFFORT, plan_command(w, ""), ssrc_brief_draw_bars, &figure);
	ssrc_brief_sheet(w, &sheet, 0);
}

static void put_binds(ssrc_brief_writer *w)
{
	const ssrc_plan_binds *x = w->b->page.binds;
	if (!x || !x->solved || x->n == 0)
		return;
	ssrc_page_line(&w->page, "h3", NULL, SSRC_T_B_BINDS, NULL, 0);
	ssrc_page_raw(&w->page, "<ul>\n");
	for (uint32_t k = 0; k < x->n && k < BINDS; k++) {
		const ssrc_plan_bind *bind = &x->bind[k];
		uint32_t scenario = bind->scenario == SSRC_NONE ? 0 : w->b->from.scenario_of[bind->scenario];
		ssrc_words what = bind->kind == SSRC_PLAN_BINDS_CAPACITY ? option_words(w, bind->option)
				  : bind->item == SSRC_NONE              ? SSRC_SAME("")
									 : ssrc_brief_item(w, bind->item);
		ssrc_bit bits[] = {ssrc_brief_number(w, bind->worth, 3), ssrc_brief_bit(what, NULL),
				   ssrc_brief_bit(ssrc_brief_scenario(w, &w->b->scope.scenarios[scenario]), NULL)};
		ssrc_page_line(&w->page, "li", NULL, (ssrc_text_id)(SSRC_T_B_BIND_0 + (int)bind->kind), bits, 3);
	}
	ssrc_page_raw(&w->page, "</ul>\n");
}

static void put_effort(ssrc_brief_writer *w)
{
	ssrc_brief_begin(w, "effort", SSRC_T_B_H_EFFORT);
	if (w->b->has_plan && w->b->without) {
		put_contributions(w);
		put_binds(w);
	} else {
		ssrc_page_line(&w->page, "p", NULL, w->b->no_plan, NULL, 0);
	}
	ssrc_brief_end(w);
}

/* ---- alternates
 * ------------------------------------------------------------------------------------------------------------ */

static ssrc_words alternate_name(const ssrc_brief_writer *w, const ssrc_alternate *x)
{
	if (x->by_item != SSRC_NONE)
		return ssrc_brief_item(w, x->by_item);
	const ssrc_party *party = &w->chain->parties[x->by_party];
	return ssrc_brief_names(w, party->name, party->id);
}

static ssrc_span span_of(ssrc_interval x)
{
	return (ssrc_span){x.low, (x.low + x.high) / 2, x.high};
}

/* Counts, or why not: the control that blocks it, or the cut itself, or that it is not qualified. */
static ssrc_words verdict_of(ssrc_brief_writer *w, uint32_t index, const ssrc_cut *cut)
{
	const ssrc_alternate *x = &w->chain->alternates[index];
	if (ssrc_alternate_counts(w->b->a, index, cut))
		return ssrc_catalogue_words(SSRC_T_B_COUNTS);
	for (uint32_t e = 0; e < w->chain->n_events && w->b->a->blocked[index]; e++)
		if (ssrc_reach_of_alternate(w->b->a, e, index) == SSRC_REACH_BLOCKED) {
			const ssrc_event *event = &w->chain->events[e];
			ssrc_words title = ssrc_brief_names(w, event->title, event->id);
			return ssrc_words_fill(w->arena, SSRC_T_B_BLOCKED, &title, 1);
		}
	return ssrc_catalogue_words(x->state < SSRC_QUALIFIED ? SSRC_T_B_NOT_QUALIFIED : SSRC_T_B_COUNTS_NOT);
}

static void put_alternate(ssrc_brief_writer *w, ssrc_sheet *sheet, uint32_t index)
{
	const ssrc_alternate *x = &w->chain->alternates[index];
	bool *block = ssrc_arena_array(w->arena, w->chain->n_countries + 1, sizeof *block);
	uint32_t top = w->b->a->items[x->item].supply.top_foreign;
	w->failed |= !block;
	if (!block)
		return;
	if (top != SSRC_NONE)
		block[top] = true;
	ssrc_cut cut = {.countries = block, .party = SSRC_NONE, .item = x->item};
	ssrc_sheet_words(sheet, ssrc_brief_item(w, x->item), ssrc_brief_item_href(w, x->item));
	ssrc_sheet_words(sheet, alternate_name(w, x), NULL);
	ssrc_sheet_words(sheet, ssrc_catalogue_words((ssrc_text_id)(SSRC_T_B_STATE_0 + (int)x->state)), NULL);
	ssrc_sheet_words(sheet, verdict_of(w, index, &cut), NULL);
	ssrc_sheet_span(sheet, span_of(x->share));
	ssrc_sheet_span(sheet, span_of(x->weeks));
	ssrc_sheet_span(sheet, span_of(x->performance));
	ssrc_sheet_span(sheet, span_of(x->ecosystem));
	ssrc_sheet_span(sheet, span_of(x->integration));
}

static void put_alternates(ssrc_brief_writer *w)
{
	ssrc_sheet sheet;
	ssrc_brief_begin(w, "alternates", SSRC_T_B_H_ALTERNATES);
	ssrc_page_line(&w->page, "p", "note", SSRC_T_B_ALTERNATES_NOTE, NULL, 0);
	ssrc_sheet_begin(&sheet, "alternates", ssrc_catalogue_words(SSRC_T_B_T_ALTERNATES), w->arena);
	ssrc_sheet_add(&sheet, "name", SSRC_T_B_ITEM, SSRC_SHEET_WORDS, 0);
	ssrc_sheet_add(&sheet, "alternate", SSRC_T_B_ALTERNATE, SSRC_SHEET_WORDS, 0);
	ssrc_sheet_add(&sheet, "state", SSRC_T_B_STATE, SSRC_SHEET_WORDS, 0);
	ssrc_sheet_add(&sheet, "counts", SSRC_T_B_VERDICT, SSRC_SHEET_WORDS, 0);
	ssrc_sheet_column_add(&sheet, (ssrc_sheet_column){.key = "share",
							  .head = ssrc_catalogue_words(SSRC_T_B_COVERS),
							  .kind = SSRC_SHEET_SPAN,
							  .scale = 100});
	ssrc_sheet_add(&sheet, "weeks", SSRC_T_B_WEEKS_TO, SSRC_SHEET_SPAN, 0);
	ssrc_sheet_add(&sheet, "performance_gap", SSRC_T_B_GAP_P, SSRC_SHEET_SPAN, 2);
	ssrc_sheet_add(&sheet, "ecosystem_gap", SSRC_T_B_GAP_E, SSRC_SHEET_SPAN, 2);
	ssrc_sheet_add(&sheet, "integration_gap", SSRC_T_B_GAP_I, SSRC_SHEET_SPAN, 2);
	for (uint32_t k = 0; k < w->chain->n_items; k++) {
		const ssrc_item *item = &w->chain->items[w->b->a->rank[k]];
		for (uint32_t i = 0; i < item->n_alternates; i++)
			put_alternate(w, &sheet, item->first_alternate + i);
	}
	ssrc_brief_sheet(w, &sheet, ALTERNATES);
	ssrc_brief_end(w);
}

void ssrc_brief_put_backup(ssrc_brief_writer *w)
{
	ssrc_brief_begin(w, "plan", SSRC_T_B_H_PLAN);
	ssrc_page_line(&w->page, "p", "note", SSRC_T_B_PLAN_NOTE, NULL, 0);
	if (w->b->has_plan) {
		put_choices(w);
		put_front(w);
		put_residual(w);
	} else {
		ssrc_page_line(&w->page, "p", NULL, w->b->no_plan, NULL, 0);
	}
	ssrc_brief_end(w);
	put_effort(w);
	put_alternates(w);
}
