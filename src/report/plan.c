/* A backup plan as text and CSV; plan_json.c writes JSON. */
#include "report/plan_page.h"

#include "io/csv.h"
#include "io/date.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { GANTT_CELLS = 26, BLOCKED_SHOWN = 5, BINDS_SHOWN = 8 };
/* Weeks by which the steps of the simulation may differ from the periods of the plan. */
static const double REPLAY_ALLOWANCE = 0.05;

typedef struct page {
	ssrc_buf *out;
	const ssrc_plan_page *p;
	const ssrc_chain *chain;
	const ssrc_plan_problem *problem;
	const ssrc_report_options *options;
	ssrc_lang lang;
	char million[40]; /* "million USD" */
} page;

static const char *word(const page *g, ssrc_text_id id)
{
	return ssrc_text(id, g->lang);
}

static void line(const page *g, ssrc_text_id id, const char *const *args, size_t n)
{
	ssrc_put_line(g->out, g->lang, id, args, n);
}

static void title(const page *g, ssrc_text_id id)
{
	ssrc_buf_putc(g->out, '\n');
	ssrc_paint_text(g->out, word(g, id), SSRC_BOLD, g->options->colour);
	ssrc_buf_putc(g->out, '\n');
}

static const char *option_id(const page *g, uint32_t option)
{
	return option < g->problem->n_options ? g->problem->options[option].name : "?";
}

static const char *item_id(const page *g, uint32_t item)
{
	return item < g->problem->n_items ? g->problem->items[item].name : "?";
}

static const char *scenario_id(const page *g, uint32_t scenario)
{
	return scenario < g->problem->n_scenarios ? g->problem->scenarios[scenario].name : "?";
}

/* "12", "0.5": as many digits as the size deserves. */
static const char *number(char out[24], double x)
{
	double size = fabs(x);
	bool whole = fabs(size - round(size)) < 1e-9 * fmax(1, size);
	return ssrc_put_short(out, x, whole || size >= 100 ? 0 : size >= 1 ? 1 : 3);
}

static bool exercise(const page *g)
{
	for (uint32_t s = 0; s < g->p->scope->n_scenarios; s++)
		if (!g->p->scope->scenarios[s].exercise)
			return false;
	return true;
}

/* ---- head ------------------------------------------------------------------------------------------------------- */

static void put_goal(const page *g)
{
	const ssrc_plan_settings *s = g->p->settings;
	char most[24], budget[24], risk[24], tail[24], rest[300] = "";
	const char *args[] = {number(budget, s->budget), g->million};
	if (isfinite(s->budget))
		ssrc_text_fill(rest, sizeof rest, word(g, SSRC_T_P_GOAL_BUDGET), args, 2);
	if (s->risk > 0 && s->mode != SSRC_PLAN_SURVIVE) {
		const char *both[] = {number(risk, s->risk), number(tail, (1 - s->tail) * 100)};
		ssrc_text_fill(rest + strlen(rest), sizeof rest - strlen(rest), word(g, SSRC_T_P_GOAL_RISK), both, 2);
	}
	const char *goal[] = {number(most, s->max_loss), rest};
	line(g, (ssrc_text_id)(SSRC_T_P_GOAL_0 + (int)s->mode), goal, 2);
}

static void put_candidates(const page *g)
{
	const ssrc_plan_from_chain *from = g->p->from;
	uint32_t uncosted = 0, blocked = 0, shown = 0;
	char usable[24], missing[24], closed[24];
	for (uint32_t o = 0; o < g->chain->n_options; o++) {
		uncosted += from->relevant[o] && from->state[o] != SSRC_OPTION_USABLE &&
			    from->state[o] != SSRC_OPTION_BLOCKED;
		blocked += from->relevant[o] && from->state[o] == SSRC_OPTION_BLOCKED;
	}
	snprintf(usable, sizeof usable, "%u", g->problem->n_options);
	snprintf(missing, sizeof missing, "%u", uncosted);
	snprintf(closed, sizeof closed, "%u", blocked);
	line(g, SSRC_T_P_CANDIDATES, (const char *[]){usable, missing, closed}, 3);
	for (uint32_t o = 0; o < g->chain->n_options && shown < BLOCKED_SHOWN; o++) {
		if (!from->relevant[o] || from->state[o] != SSRC_OPTION_BLOCKED || from->blocked_by[o] == SSRC_NONE)
			continue;
		const ssrc_event *event = &g->chain->events[from->blocked_by[o]];
		const char *args[] = {g->chain->options[o].id, event->id, ssrc_name(event->title, "", g->lang)};
		line(g, SSRC_T_P_BLOCKED, args, 3);
		shown++;
	}
}

bool ssrc_plan_misses(const ssrc_plan_page *p, uint32_t *scenario, double *weeks)
{
	const ssrc_plan_answer *x = p->answer;
	*weeks = 0;
	*scenario = 0;
	if (!p->replay || !x->has_plan || p->settings->mode != SSRC_PLAN_SURVIVE || x->verdict == SSRC_PLAN_INFEASIBLE)
		return false;
	for (uint32_t s = 0; s < p->from->problem.n_scenarios; s++)
		if (p->replay[s] > *weeks) {
			*weeks = p->replay[s];
			*scenario = s;
		}
	return *weeks > p->settings->max_loss + REPLAY_ALLOWANCE;
}

/* A plan that does not do in the simulation what was asked of it says so before anything else. */
static void put_miss(const page *g)
{
	char weeks[24], most[24], text[400];
	uint32_t scenario;
	double lost;
	if (!ssrc_plan_misses(g->p, &scenario, &lost))
		return;
	const char *args[] = {number(weeks, lost), scenario_id(g, scenario), number(most, g->p->settings->max_loss)};
	ssrc_text_fill(text, sizeof text, word(g, SSRC_T_P_MISSES), args, 3);
	ssrc_paint_text(g->out, text, SSRC_LEVEL_4, g->options->colour);
	ssrc_buf_putc(g->out, '\n');
}

static void put_head(const page *g)
{
	const ssrc_plan_page *p = g->p;
	char names[300] = "", text[400], count[24], notice[24];
	for (uint32_t s = 0; s < p->scope->n_scenarios; s++) {
		const char *id = p->scope->scenarios[s].id;
		if (strlen(names) + strlen(id) > 200) {
			strcat(names, ", …");
			break;
		}
		snprintf(names + strlen(names), sizeof names - strlen(names), "%s%s", s ? ", " : "", id);
	}
	const char *arg = names;
	ssrc_text_fill(text, sizeof text, word(g, exercise(g) ? SSRC_T_P_TITLE : SSRC_T_P_TITLE_REAL), &arg, 1);
	ssrc_paint_text(g->out, text, SSRC_BOLD, g->options->colour);
	ssrc_buf_putc(g->out, '\n');
	put_miss(g);
	snprintf(count, sizeof count, "%u", p->scope->n_scenarios - p->from->n_unreached);
	const char *args[] = {p->a->home.text,
			      ssrc_basis_word(p->a->basis),
			      count,
			      word(g, p->from->weighted ? SSRC_T_P_WEIGHTS_GIVEN : SSRC_T_P_WEIGHTS_EQUAL),
			      word(g, (ssrc_text_id)(SSRC_T_P_CASE_0 + (int)p->scope->which)),
			      number(notice, p->scope->notice),
			      word(g, (ssrc_text_id)(SSRC_T_S_MODE_0 + (int)p->scope->mode))};
	line(g, SSRC_T_P_SETTING, args, 7);
	put_goal(g);
	if (p->settings->mode != SSRC_PLAN_SURVIVE)
		line(g, p->from->valued ? SSRC_T_P_LOSS_MONEY : SSRC_T_P_LOSS_UNIT, (const char *[]){g->million}, 1);
	put_candidates(g);
	if (p->from->n_unreached) {
		snprintf(count, sizeof count, "%u", p->from->n_unreached);
		line(g, SSRC_T_P_UNREACHED, (const char *[]){p->a->home.text, count}, 2);
	}
	if (p->from->n_left_out) {
		snprintf(count, sizeof count, "%u", p->from->n_left_out);
		line(g, SSRC_T_S_LEFT_OUT, (const char *[]){count}, 1);
	}
	ssrc_buf_putc(g->out, '\n');
}

/* " (5 pieces)" for weeks of an item whose use is known. */
static const char *units(const page *g, char out[80], uint32_t item, double weeks)
{
	char amount[24];
	out[0] = '\0';
	if (item >= g->chain->n_items || isnan(g->chain->items[item].use_per_week) || !*g->chain->items[item].unit)
		return out;
	const char *args[] = {number(amount, weeks * g->chain->items[item].use_per_week), g->chain->items[item].unit};
	ssrc_text_fill(out, 80, word(g, SSRC_T_P_UNITS), args, 2);
	return out;
}

const char *ssrc_stop_word(const char *stopped_by, ssrc_lang lang)
{
	static const struct {
		const char *word;
		ssrc_text_id text;
	} reasons[] = {{"gap", SSRC_T_P_STOP_GAP},
		       {"time", SSRC_T_P_STOP_TIME},
		       {"iterations", SSRC_T_P_STOP_ITERATIONS},
		       {"stop", SSRC_T_P_STOP_REQUEST},
		       {"solver", SSRC_T_P_STOP_SOLVER}};
	for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
		if (strcmp(reasons[i].word, stopped_by) == 0)
			return ssrc_text(reasons[i].text, lang);
	return stopped_by;
}

static void put_verdict(const page *g)
{
	const ssrc_plan_answer *x = g->p->answer;
	const char *stopped = ssrc_stop_word(x->stopped_by, g->lang);
	char cost[24], value[32], bound[32], gap[24], short_by[24], unit[80], violation[24];
	if (!x->has_plan) {
		line(g, SSRC_T_P_VERDICT_3, (const char *[]){"", "", "", "", stopped}, 5);
		return;
	}
	number(cost, x->cost);
	if (x->verdict == SSRC_PLAN_INFEASIBLE || x->verdict == SSRC_PLAN_UNKNOWN) {
		const ssrc_plan_outlook *o = &x->outlook;
		double excess = o->worst_weeks - g->p->settings->max_loss;
		const char *args[] = {cost, number(short_by, excess), units(g, unit, o->worst_product, excess),
				      g->million, stopped};
		line(g, x->verdict == SSRC_PLAN_UNKNOWN ? SSRC_T_P_VERDICT_4 : SSRC_T_P_VERDICT_2, args, 5);
	} else {
		snprintf(value, sizeof value, "%.6g", x->value);
		snprintf(bound, sizeof bound, "%.6g", x->bound);
		snprintf(gap, sizeof gap, "%.3g", fmax(x->gap, 0) * 100);
		const char *args[] = {cost, value, bound, gap, stopped, g->million};
		line(g, (ssrc_text_id)(SSRC_T_P_VERDICT_0 + (x->verdict == SSRC_PLAN_OPEN)), args, 6);
	}
	snprintf(violation, sizeof violation, "%.1e", x->violation);
	const char *proof[] = {word(g, (ssrc_text_id)(SSRC_T_P_PHASE_0 + (int)x->value_phase)),
			       word(g, (ssrc_text_id)(SSRC_T_P_PHASE_0 + (int)x->bound_phase)), violation};
	line(g, SSRC_T_P_PROOF, proof, 3);
	char columns[24], rows[24], whole[24], naive[24];
	const char *size[] = {number(columns, x->columns), number(rows, x->rows), number(whole, x->binaries),
			      number(naive, x->naive_columns)};
	line(g, SSRC_T_P_SIZE, size, 4);
}

/* ---- the plan ------------------------------------------------------------------------------------------------------
 */

double ssrc_plan_first_cut(const ssrc_plan_problem *problem)
{
	double first = (double)INFINITY;
	for (uint32_t s = 0; s < problem->n_scenarios; s++)
		for (uint32_t h = 0; h < problem->scenarios[s].n_hits; h++)
			first = fmin(first, problem->scenarios[s].hits[h].from);
	return first;
}

static void put_gantt(const page *g, const ssrc_plan_choice *choice, char out[GANTT_CELLS * 4 + 1])
{
	double end = g->problem->period[g->problem->n_periods], cut = ssrc_plan_first_cut(g->problem);
	out[0] = '\0';
	for (int c = 0; c < GANTT_CELLS; c++) {
		double from = end * c / GANTT_CELLS, to = end * (c + 1) / GANTT_CELLS;
		bool here = cut >= from && cut < to;
		strcat(out, here ? "!" : to <= choice->start ? "·" : from < choice->ready ? "░" : "█");
	}
}

void ssrc_plan_ready_day(char out[11], const ssrc_chain *chain, double week)
{
	ssrc_date_format(chain->as_of + (int32_t)ceil(week * 7), out);
}

static void put_choice(const page *g, ssrc_text_table *table, uint32_t o)
{
	const ssrc_plan_choice *choice = &g->p->answer->choices[o];
	const ssrc_plan_option *option = &g->problem->options[o];
	const ssrc_option *named = &g->chain->options[g->p->from->option_of[o]];
	char text[120], unit[80], week[24], day[11], gantt[GANTT_CELLS * 4 + 1];
	bool stock = option->kind == SSRC_PLAN_STOCK;
	ssrc_text_table_put(table, option->name, SSRC_PLAIN);
	ssrc_text_table_put(table, word(g, (ssrc_text_id)(SSRC_T_P_KIND_0 + (int)named->kind)), SSRC_PLAIN);
	ssrc_text_table_put(table, item_id(g, option->item), SSRC_PLAIN);
	ssrc_text_table_put(table, number(week, choice->start), SSRC_PLAIN);
	ssrc_text_table_put(table, number(week, choice->ready), SSRC_PLAIN);
	ssrc_plan_ready_day(day, g->chain, choice->ready);
	ssrc_text_table_put(table, day, SSRC_PLAIN);
	const char *args[] = {number(week, stock ? choice->amount : option->capacity * 100),
			      units(g, unit, option->item, choice->amount)};
	ssrc_text_fill(text, sizeof text, word(g, stock ? SSRC_T_P_STOCK_AMOUNT : SSRC_T_P_COVER_AMOUNT), args, 2);
	ssrc_text_table_put(table, text, SSRC_PLAIN);
	ssrc_text_table_put(table, number(week, choice->cost), SSRC_PLAIN);
	put_gantt(g, choice, gantt);
	ssrc_text_table_put(table, gantt, SSRC_PLAIN);
}

static void end_table(const page *g, ssrc_text_table *table)
{
	if (g->options->format == SSRC_FORMAT_CSV)
		ssrc_text_table_write_csv(table, g->out, g->options->bom);
	else
		ssrc_text_table_write(table, g->out, g->options->colour, g->options->width);
	if (table->failed)
		g->out->failed = true;
	ssrc_text_table_end(table);
}

static void put_plan(const page *g)
{
	ssrc_text_table table;
	char head[160], end[24];
	uint32_t taken = 0;
	for (uint32_t o = 0; o < g->problem->n_options; o++)
		taken += g->p->answer->choices[o].taken;
	ssrc_buf_putc(g->out, '\n');
	if (taken == 0) {
		line(g, SSRC_T_P_NOTHING, NULL, 0);
		return;
	}
	const char *arg = number(end, g->problem->period[g->problem->n_periods]);
	ssrc_text_fill(head, sizeof head, word(g, SSRC_T_P_GANTT), &arg, 1);
	ssrc_text_table_begin(&table, g->p->a->ctx);
	ssrc_text_table_column(&table, word(g, SSRC_T_P_TAKE), SSRC_LEFT);
	ssrc_text_table_optional(&table, word(g, SSRC_T_P_KIND), SSRC_LEFT, 3);
	ssrc_text_table_column(&table, word(g, SSRC_T_W_ITEM), SSRC_LEFT);
	ssrc_text_table_column(&table, word(g, SSRC_T_P_START), SSRC_RIGHT);
	ssrc_text_table_column(&table, word(g, SSRC_T_P_READY), SSRC_RIGHT);
	ssrc_text_table_optional(&table, word(g, SSRC_T_P_READY_DAY), SSRC_LEFT, 2);
	ssrc_text_table_column(&table, word(g, SSRC_T_P_AMOUNT), SSRC_RIGHT);
	ssrc_text_table_column(&table, word(g, SSRC_T_P_COST), SSRC_RIGHT);
	ssrc_text_table_optional(&table, head, SSRC_LEFT, 1);
	for (uint32_t o = 0; o < g->problem->n_options; o++)
		if (g->p->answer->choices[o].taken)
			put_choice(g, &table, o);
	end_table(g, &table);
	if (g->problem->n_slots < 2)
		return;
	char spent[600] = "", one[80], amount[24], week[24];
	for (uint32_t t = 0; t < g->problem->n_slots; t++) {
		const char *args[] = {number(amount, g->p->answer->spent[t]), number(week, g->problem->slot[t])};
		ssrc_text_fill(one, sizeof one, word(g, SSRC_T_P_SPENT_ONE), args, 2);
		snprintf(spent + strlen(spent), sizeof spent - strlen(spent), "%s%s", t ? " · " : "", one);
	}
	line(g, SSRC_T_P_SPENT, (const char *[]){spent}, 1);
}

/* ---- what remains ---------------------------------------------------------------------------------------------------
 */

double ssrc_plan_worst_of(const ssrc_plan_outlook *o, uint32_t scenario, uint32_t *product)
{
	double worst = 0;
	*product = SSRC_NONE;
	for (uint32_t k = 0; k < o->n_products; k++) {
		double weeks = o->weeks[(size_t)scenario * o->n_products + k];
		if (weeks > worst + SSRC_PLAN_REACHED) {
			worst = weeks;
			*product = k;
		}
	}
	return worst;
}

static void put_residual_row(const page *g, ssrc_text_table *table, uint32_t s)
{
	const ssrc_plan_outlook *o = &g->p->answer->outlook;
	char text[24];
	uint32_t product, ignored;
	double weeks = ssrc_plan_worst_of(o, s, &product);
	ssrc_text_table_put(table, scenario_id(g, s), SSRC_PLAIN);
	ssrc_text_table_put(table, g->p->without ? number(text, ssrc_plan_worst_of(g->p->without, s, &ignored)) : "?",
			    SSRC_PLAIN);
	ssrc_text_table_put(table, number(text, weeks), weeks > 0 ? SSRC_LEVEL_3 : SSRC_LEVEL_0);
	ssrc_text_table_put(table, g->p->replay ? number(text, g->p->replay[s]) : "?", SSRC_PLAIN);
	ssrc_text_table_put(table, product == SSRC_NONE ? "–" : item_id(g, o->product[product]), SSRC_PLAIN);
	ssrc_text_table_put(table,
			    product == SSRC_NONE ? "–"
						 : number(text, o->first_week[(size_t)s * o->n_products + product] -
									g->p->scope->notice),
			    SSRC_PLAIN);
}

static void put_residual(const page *g)
{
	ssrc_text_table table;
	uint32_t scenario;
	double lost;
	title(g, SSRC_T_P_RESIDUAL);
	ssrc_text_table_begin(&table, g->p->a->ctx);
	ssrc_text_table_column(&table, word(g, SSRC_T_P_SCENARIO), SSRC_LEFT);
	ssrc_text_table_column(&table, word(g, SSRC_T_P_NO_PLAN), SSRC_RIGHT);
	ssrc_text_table_column(&table, word(g, SSRC_T_P_WITH_PLAN), SSRC_RIGHT);
	ssrc_text_table_column(&table, word(g, SSRC_T_P_SIMULATED), SSRC_RIGHT);
	ssrc_text_table_column(&table, word(g, SSRC_T_S_PRODUCT), SSRC_LEFT);
	ssrc_text_table_column(&table, word(g, SSRC_T_S_FIRST_SHORT), SSRC_RIGHT);
	for (uint32_t s = 0; s < g->problem->n_scenarios; s++) {
		if (s > 0 && g->p->from->scenario_of[s] == g->p->from->scenario_of[s - 1])
			continue;
		put_residual_row(g, &table, s);
	}
	end_table(g, &table);
	if (g->p->replay && g->p->settings->mode == SSRC_PLAN_SURVIVE && g->p->answer->verdict != SSRC_PLAN_INFEASIBLE)
		line(g, ssrc_plan_misses(g->p, &scenario, &lost) ? SSRC_T_P_REPLAY_MISSES : SSRC_T_P_REPLAY_HOLDS, NULL,
		     0);
}

/* ---- why, and what else
 * ------------------------------------------------------------------------------------------------ */

static void put_conflict(const page *g)
{
	const ssrc_plan_conflict *x = g->p->conflict;
	char text[200], most[24], week[24], missing[300] = "";
	if (!x)
		return;
	ssrc_buf_putc(g->out, '\n');
	if (x->n > 0)
		line(g, SSRC_T_P_CONFLICT, (const char *[]){x->irreducible ? word(g, SSRC_T_P_IRREDUCIBLE) : ""}, 1);
	for (uint32_t r = 0; r < x->n; r++) {
		ssrc_plan_rule_text(text, sizeof text, g->p, &x->rule[r], g->lang);
		ssrc_buf_printf(g->out, "  · %s\n", text);
	}
	for (uint32_t i = 0; i < x->n_missing && strlen(missing) < 200; i++)
		snprintf(missing + strlen(missing), sizeof missing - strlen(missing), "%s%s", i ? ", " : "",
			 item_id(g, x->missing[i]));
	if (x->n_missing)
		line(g, SSRC_T_P_MISSING, (const char *[]){missing}, 1);
	if (isfinite(x->budget_needed) && isfinite(g->p->settings->budget))
		line(g, SSRC_T_P_RELAX_BUDGET, (const char *[]){number(most, ceil(x->budget_needed * 1e4) / 1e4)}, 1);
	if (isfinite(x->loss_reachable)) {
		snprintf(most, sizeof most, "%.6g", ceil(x->loss_reachable * 1e4) / 1e4);
		line(g, SSRC_T_P_RELAX_LOSS, (const char *[]){most}, 1);
	}
	if (isfinite(x->weeks_sooner) && x->weeks_sooner > 0) {
		const char *args[] = {number(most, ceil(x->weeks_sooner * 10) / 10),
				      number(week, ceil(x->weeks_sooner * 10) / 10 + g->p->scope->notice)};
		line(g, SSRC_T_P_RELAX_LEAD, args, 2);
	}
}

static void put_binds(const page *g)
{
	const ssrc_plan_binds *x = g->p->binds;
	char worth[24], week[24];
	if (!x || !x->solved || x->n == 0)
		return;
	title(g, SSRC_T_P_BINDS);
	for (uint32_t b = 0; b < x->n && b < BINDS_SHOWN; b++) {
		const ssrc_plan_bind *bind = &x->bind[b];
		const char *what = bind->kind == SSRC_PLAN_BINDS_CAPACITY ? option_id(g, bind->option)
				   : bind->kind == SSRC_PLAN_BINDS_SLOT_BUDGET
					   ? number(week, bind->slot + 1 < g->problem->n_slots
								  ? g->problem->slot[bind->slot + 1]
								  : g->problem->period[g->problem->n_periods])
					   : item_id(g, bind->item);
		const char *args[] = {number(worth, bind->worth), what, scenario_id(g, bind->scenario), g->million};
		ssrc_buf_puts(g->out, "  · ");
		line(g, (ssrc_text_id)(SSRC_T_P_BIND_0 + (int)bind->kind), args, 4);
	}
}

/* True if the option and what it needs directly, as far as they are not begun, cost more than there is. */
static bool too_dear(const page *g, uint32_t option)
{
	const ssrc_plan_option *o = &g->problem->options[option];
	const bool *started = g->p->settings->started;
	double fixed = o->fixed;
	for (uint32_t k = 0; k < o->n_needs; k++)
		fixed += started && started[o->needs[k]] ? 0 : g->problem->options[o->needs[k]].fixed;
	return fixed > g->p->settings->budget * (1 + 1e-9);
}

/* What a change does, as far as it is proven: a difference that the two searches may have left open is no finding. */
static void put_difference(const page *g, char *out, size_t size, const ssrc_plan_change *change)
{
	char low[24], high[24];
	double dust = 1e-9 * fmax(1, fabs(g->p->answer->value));
	if (isinf(change->value)) {
		bool dear = change->kind == SSRC_PLAN_WITH && too_dear(g, change->option);
		snprintf(out, size, "%s", word(g, dear ? SSRC_T_P_CHANGE_BUDGET : SSRC_T_P_CHANGE_NEVER));
	} else if (isnan(change->value)) {
		snprintf(out, size, "%s", word(g, SSRC_T_P_CHANGE_UNKNOWN));
	} else if (fmax(fabs(change->low), fabs(change->high)) <= dust) {
		snprintf(out, size, "%s", word(g, SSRC_T_P_CHANGE_NONE));
	} else if (change->within_gap) {
		snprintf(low, sizeof low, "%+.3g", fmin(change->low, 0));
		snprintf(high, sizeof high, "%+.3g", fmax(change->high, 0));
		ssrc_text_fill(out, size, word(g, SSRC_T_P_CHANGE_WITHIN), (const char *[]){low, high}, 2);
	} else {
		snprintf(out, size, "%+.4g", change->regret);
	}
}

static void put_changes(const page *g)
{
	const ssrc_plan_changes *x = g->p->changes;
	char by[120];
	if (!x || x->n == 0)
		return;
	title(g, SSRC_T_P_EFFORT);
	for (uint32_t c = 0; c < x->n; c++) {
		const ssrc_plan_change *change = &x->change[c];
		const char *what = change->kind == SSRC_PLAN_SHORTER ? item_id(g, change->item)
				   : change->option == SSRC_NONE     ? ""
								     : option_id(g, change->option);
		put_difference(g, by, sizeof by, change);
		ssrc_buf_puts(g->out, "  · ");
		line(g, (ssrc_text_id)(SSRC_T_P_CHANGE_0 + (int)change->kind), (const char *[]){what, by}, 2);
	}
}

void ssrc_plan_list_taken(char *out, size_t size, const ssrc_plan_problem *problem, const ssrc_plan_choice *choices)
{
	char amount[24];
	out[0] = '\0';
	for (uint32_t o = 0; o < problem->n_options; o++) {
		if (!choices[o].taken || strlen(out) + strlen(problem->options[o].name) + 24 > size)
			continue;
		snprintf(out + strlen(out), size - strlen(out), "%s%s", *out ? ", " : "", problem->options[o].name);
		if (problem->options[o].kind == SSRC_PLAN_STOCK)
			snprintf(out + strlen(out), size - strlen(out), " (%s)",
				 ssrc_put_short(amount, choices[o].amount, 1));
	}
}

static void put_others(const page *g)
{
	char taken[600], value[24], cost[24];
	if (g->p->n_others == 0)
		return;
	title(g, SSRC_T_P_OTHERS);
	for (uint32_t i = 0; i < g->p->n_others; i++) {
		const ssrc_plan_other *other = &g->p->others[i];
		ssrc_plan_list_taken(taken, sizeof taken, g->problem, other->choices);
		const char *args[] = {number(value, other->value), number(cost, other->cost), taken, g->million};
		ssrc_buf_puts(g->out, "  · ");
		line(g, SSRC_T_P_OTHER, args, 4);
	}
}

static void put_frontier(const page *g)
{
	ssrc_text_table table;
	char taken[600], text[32];
	if (g->p->n_frontier == 0)
		return;
	title(g, SSRC_T_P_FRONTIER);
	ssrc_text_table_begin(&table, g->p->a->ctx);
	ssrc_text_table_column(&table, word(g, SSRC_T_P_BUDGET), SSRC_RIGHT);
	ssrc_text_table_column(&table, word(g, SSRC_T_P_COST), SSRC_RIGHT);
	ssrc_text_table_column(&table, word(g, SSRC_T_P_EXPECTED), SSRC_RIGHT);
	ssrc_text_table_column(&table, word(g, SSRC_T_P_BOUND), SSRC_RIGHT);
	ssrc_text_table_column(&table, word(g, SSRC_T_P_TAKES), SSRC_LEFT);
	for (uint32_t k = 0; k < g->p->n_frontier; k++) {
		const ssrc_plan_answer *answer = &g->p->frontier[k];
		ssrc_text_table_put(&table, number(text, g->p->budgets[k]), SSRC_PLAIN);
		ssrc_text_table_put(&table, number(text, answer->cost), SSRC_PLAIN);
		snprintf(text, sizeof text, "%.5g", answer->value);
		ssrc_text_table_put(&table, text, SSRC_PLAIN);
		snprintf(text, sizeof text, "%.5g", answer->bound);
		ssrc_text_table_put(&table, text, SSRC_PLAIN);
		ssrc_plan_list_taken(taken, sizeof taken, g->problem, answer->choices);
		ssrc_text_table_put(&table, *taken ? taken : "–", SSRC_PLAIN);
	}
	end_table(g, &table);
}

static void put_sample(const page *g)
{
	const ssrc_plan_sample *x = g->p->sample;
	char n[24], mean[24], half[24], part[24], tail[24], odds[24];
	if (!x)
		return;
	snprintf(n, sizeof n, "%u", x->n);
	const char *args[] = {n,
			      number(mean, x->mean),
			      number(half, x->half_width),
			      number(part, (1 - g->p->settings->tail) * 100),
			      number(tail, x->tail),
			      number(odds, x->part_short * 100)};
	ssrc_buf_putc(g->out, '\n');
	line(g, SSRC_T_P_SAMPLE, args, 6);
}

static void put_worst(const page *g)
{
	const ssrc_plan_worst *x = g->p->worst;
	char most[24], all[24], rounds[24], tests[24], names[400] = "";
	if (!x)
		return;
	for (uint32_t k = 0; x->n_scenarios && k < x->n_attack[x->worst]; k++) {
		uint32_t attack = x->attack[(size_t)x->worst * g->p->worst_most + k];
		snprintf(names + strlen(names), sizeof names - strlen(names), "%s%s", k ? " + " : "",
			 g->p->scope->scenarios[attack].id);
	}
	snprintf(most, sizeof most, "%u", g->p->worst_most);
	snprintf(all, sizeof all, "%u", g->p->scope->n_scenarios);
	snprintf(rounds, sizeof rounds, "%u", x->rounds);
	snprintf(tests, sizeof tests, "%u", x->tests);
	const char *args[] = {most,   all,   *names ? names : "–",
			      rounds, tests, word(g, x->exact ? SSRC_T_P_WORST_EXACT : SSRC_T_P_WORST_OPEN)};
	line(g, SSRC_T_P_WORST, args, 6);
}

static void put_information(const page *g)
{
	char perfect[24], stochastic[24];
	if (!g->p->information)
		return;
	const char *args[] = {number(perfect, g->p->information->perfect),
			      number(stochastic, g->p->information->stochastic)};
	ssrc_buf_putc(g->out, '\n');
	line(g, SSRC_T_P_INFORMATION, args, 2);
}

static void put_text(const page *g)
{
	put_head(g);
	put_worst(g);
	put_verdict(g);
	if (!g->p->answer->has_plan)
		return;
	put_plan(g);
	if (!g->p->worst)
		put_residual(g);
	put_conflict(g);
	put_binds(g);
	put_changes(g);
	put_others(g);
	put_frontier(g);
	put_sample(g);
	put_information(g);
}

void ssrc_plan_rule_text(char *out, size_t size, const ssrc_plan_page *p, const ssrc_plan_rule *rule, ssrc_lang lang)
{
	const ssrc_plan_problem *problem = &p->from->problem;
	char budget[24], most[24], million[40];
	number(budget, rule->kind == SSRC_PLAN_RULE_BUDGET ? p->settings->budget
		       : rule->slot == SSRC_NONE           ? 0
		       : rule->slot + 1 < problem->n_slots ? problem->slot[rule->slot + 1]
							   : problem->period[problem->n_periods]);
	number(most, p->settings->max_loss);
	const char *first = budget, *second = "";
	if (rule->kind == SSRC_PLAN_RULE_TARGET) {
		first = problem->items[rule->item].name;
		second = problem->scenarios[rule->scenario].name;
	} else if (rule->option != SSRC_NONE) {
		first = problem->options[rule->option].name;
		second = rule->other == SSRC_NONE ? "" : problem->options[rule->other].name;
	}
	ssrc_text_fill(out, size, ssrc_text((ssrc_text_id)(SSRC_T_P_RULE_0 + (int)rule->kind), lang),
		       (const char *[]){first, second, most, ssrc_put_million(million, p->a->chain, lang)}, 4);
}

/* ---- CSV
 * ------------------------------------------------------------------------------------------------------------- */

static void csv_text(const page *g, bool first, const char *text)
{
	ssrc_csv_put(g->out, first, text, strlen(text));
}

static void csv_number(const page *g, double x)
{
	char text[32] = "";
	if (isfinite(x))
		ssrc_format_number(text, x);
	csv_text(g, false, text);
}

/* The budgets in a row, with every figure. */
static void put_frontier_csv(const page *g)
{
	char taken[600];
	if (g->options->bom)
		ssrc_buf_puts(g->out, "\xEF\xBB\xBF");
	ssrc_buf_puts(g->out, "budget_million,exercise,cost_million,loss,bound,takes\n");
	for (uint32_t k = 0; k < g->p->n_frontier; k++) {
		const ssrc_plan_answer *answer = &g->p->frontier[k];
		char budget[40];
		ssrc_format_number(budget, g->p->budgets[k]);
		csv_text(g, true, budget);
		csv_text(g, false, exercise(g) ? "yes" : "no");
		csv_number(g, answer->cost);
		csv_number(g, answer->value);
		csv_number(g, answer->bound);
		ssrc_plan_list_taken(taken, sizeof taken, g->problem, answer->choices);
		csv_text(g, false, taken);
		ssrc_buf_putc(g->out, '\n');
	}
}

/* All options on the items that the scenarios reach, taken or not, with the reason why not. */
static void put_csv(const page *g)
{
	const ssrc_plan_from_chain *from = g->p->from;
	if (g->options->bom)
		ssrc_buf_puts(g->out, "\xEF\xBB\xBF");
	ssrc_buf_puts(g->out, "option,kind,item,name_en,name_zh,exercise,state,blocked_by,taken,start_week,ready_week,"
			      "ready_date,stock_weeks,capacity_percent,cost_million\n");
	for (uint32_t o = 0; o < g->chain->n_options; o++) {
		const ssrc_option *option = &g->chain->options[o];
		uint32_t at = SSRC_NONE;
		char day[11] = "";
		if (!from->relevant[o])
			continue;
		for (uint32_t k = 0; k < g->problem->n_options; k++)
			if (from->option_of[k] == o)
				at = k;
		const ssrc_plan_choice none = {false, (double)NAN, (double)NAN, (double)NAN, (double)NAN};
		const ssrc_plan_choice *choice =
			at == SSRC_NONE || !g->p->answer->has_plan || !g->p->answer->choices[at].taken
				? &none
				: &g->p->answer->choices[at];
		if (choice->taken)
			ssrc_plan_ready_day(day, g->chain, choice->ready);
		csv_text(g, true, option->id);
		csv_text(g, false, ssrc_option_kind_word(option->kind));
		csv_text(g, false, g->chain->items[option->item].id);
		csv_text(g, false, option->name[0]);
		csv_text(g, false, option->name[1]);
		csv_text(g, false, exercise(g) ? "yes" : "no");
		csv_text(g, false, ssrc_plan_state_word(from->state[o]));
		csv_text(g, false, from->blocked_by[o] == SSRC_NONE ? "" : g->chain->events[from->blocked_by[o]].id);
		csv_text(g, false, choice->taken ? "yes" : "no");
		csv_number(g, choice->start);
		csv_number(g, choice->ready);
		csv_text(g, false, day);
		csv_number(g, option->kind == SSRC_OPTION_STOCKPILE ? choice->amount : (double)NAN);
		csv_number(g, at != SSRC_NONE && g->problem->options[at].kind != SSRC_PLAN_STOCK
				      ? g->problem->options[at].capacity * 100
				      : (double)NAN);
		csv_number(g, choice->cost);
		ssrc_buf_putc(g->out, '\n');
	}
}

const char *ssrc_plan_state_word(ssrc_option_state state)
{
	static const char *const words[] = {"usable", "no_cost", "no_lead", "no_capacity", "in_the_cut", "blocked"};
	return words[state];
}

ssrc_status ssrc_report_plan(ssrc_buf *out, const ssrc_plan_page *p, const ssrc_report_options *options,
			     ssrc_error *err)
{
	page g = {out, p, p->a->chain, &p->from->problem, options, options->lang, ""};
	(void)ssrc_put_million(g.million, g.chain, g.lang);
	if (options->format == SSRC_FORMAT_JSON)
		ssrc_plan_put_json(out, p, options);
	else if (options->format == SSRC_FORMAT_CSV && p->n_frontier > 0)
		put_frontier_csv(&g);
	else if (options->format == SSRC_FORMAT_CSV)
		put_csv(&g);
	else
		put_text(&g);
	return out->failed ? ssrc_no_memory(err) : SSRC_OK;
}
