/* The first page: what changed, what breaks first, what runs out, what to do, how sure. */
#include "sections.h"

#include "io/date.h"
#include "report/plan_page.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { WORST = 5, MOVES = 8, STEPS = 6, SHORT = 4 };

static void open_card(ssrc_brief_writer *w, ssrc_text_id heading)
{
	ssrc_page_raw(&w->page, "<div class=\"card\">");
	ssrc_page_line(&w->page, "h3", NULL, heading, NULL, 0);
}

static void close_card(ssrc_brief_writer *w)
{
	ssrc_page_raw(&w->page, "</div>\n");
}

static ssrc_words reason_of(ssrc_brief_writer *w, uint32_t item)
{
	ssrc_words out;
	for (int lang = 0; lang < 2; lang++) {
		ssrc_buf text;
		ssrc_buf_init(&text, w->b->ctx);
		ssrc_put_reason(&text, w->b->a, item, (ssrc_lang)lang);
		w->failed |= text.failed;
		out.in[lang] = ssrc_brief_text(w, "%s", text.data && !text.failed ? text.data : "");
		ssrc_buf_clear(&text);
	}
	return out;
}

static void put_counts(ssrc_brief_writer *w)
{
	uint32_t count[6] = {0};
	for (uint32_t i = 0; i < w->chain->n_items; i++)
		count[w->b->a->items[i].level < 0 ? 5 : w->b->a->items[i].level]++;
	ssrc_page_raw(&w->page, "<ul class=\"counts\">");
	for (int k = 4; k >= -1; k--) {
		ssrc_bit bit = ssrc_brief_number(w, count[k < 0 ? 5 : k], 0);
		ssrc_page_raw(&w->page, "<li>");
		ssrc_page_level(&w->page, k);
		ssrc_page_say(&w->page, k < 0 ? SSRC_T_B_COUNT_UNKNOWN : (ssrc_text_id)(SSRC_T_B_COUNT_0 + k), &bit, 1);
		ssrc_page_raw(&w->page, "</li>\n");
	}
	ssrc_page_raw(&w->page, "</ul>\n");
}

static void put_breaks(ssrc_brief_writer *w)
{
	const ssrc_assessment *a = w->b->a;
	open_card(w, SSRC_T_B_Q_BREAKS);
	ssrc_page_raw(&w->page, "<ol>\n");
	uint32_t n = 0;
	for (uint32_t k = 0; k < w->chain->n_items && n < WORST; k++) {
		uint32_t item = a->rank[k];
		const ssrc_item_result *r = &a->items[item];
		if (r->level < 2)
			break;
		ssrc_words why = reason_of(w, item);
		uint32_t top = r->supply.top_foreign;
		ssrc_words from =
			top == SSRC_NONE ? ssrc_catalogue_words(SSRC_T_B_LARGEST) : SSRC_SAME(w->chain->countries[top]);
		ssrc_bit bits[] = {ssrc_brief_item_bit(w, item), ssrc_brief_bit(why, NULL),
				   ssrc_brief_span_bit(w, ssrc_brief_span(&r->loss[SSRC_MODE_RUN]), 1, 0),
				   ssrc_brief_bit(from, NULL)};
		ssrc_page_raw(&w->page, "<li>");
		ssrc_page_level(&w->page, r->level);
		ssrc_page_say(&w->page, SSRC_T_B_BREAKS_ROW, bits, 4);
		ssrc_page_raw(&w->page, "</li>\n");
		n++;
	}
	ssrc_page_raw(&w->page, "</ol>\n");
	if (n == 0)
		ssrc_page_line(&w->page, "p", NULL, SSRC_T_B_NO_CHOKEPOINT, NULL, 0);
	close_card(w);
}

/* The item that users miss first in the central case. */
static uint32_t first_short(const ssrc_stress *s, bool product)
{
	uint32_t best = SSRC_NONE;
	for (uint32_t i = 0; i < s->n_items; i++) {
		double week = s->items[i].first_short.at[SSRC_CASE_MID];
		if (!s->items[i].affected || !isfinite(week) || s->a->chain->items[i].product != product)
			continue;
		if (best == SSRC_NONE || week < s->items[best].first_short.at[SSRC_CASE_MID])
			best = i;
	}
	return best;
}

static void put_runs_out(ssrc_brief_writer *w)
{
	uint32_t n = 0;
	open_card(w, SSRC_T_B_Q_RUNS_OUT);
	ssrc_page_raw(&w->page, "<ol>\n");
	for (uint32_t s = 0; s < w->b->n_stress && n < SHORT; s++) {
		const ssrc_stress *x = w->b->stress[s];
		/* The cut that the loss comes from, not the one that is short first: a shortage may cost nothing. */
		uint32_t product = first_short(x, true);
		uint32_t item = x->n_causes && x->causes[0].loss.at[SSRC_CASE_MID] > 0 ? x->causes[0].item
										       : first_short(x, false);
		if (!(x->loss.at[SSRC_CASE_MID] > 0) || product == SSRC_NONE)
			continue;
		if (item == SSRC_NONE)
			item = product;
		ssrc_bit bits[] = {ssrc_brief_bit(ssrc_brief_scenario(w, x->scenario),
						  ssrc_brief_text(w, "#s-%s", x->scenario->id)),
				   ssrc_brief_item_bit(w, item),
				   ssrc_brief_number(w, x->items[item].first_short.at[SSRC_CASE_MID], 0),
				   ssrc_brief_item_bit(w, product),
				   ssrc_brief_number(w, x->items[product].first_short.at[SSRC_CASE_MID], 0),
				   ssrc_brief_span_bit(w, ssrc_brief_span(&x->loss), 1, 0)};
		ssrc_page_line(&w->page, "li", NULL, SSRC_T_B_RUNS_OUT_ROW, bits, 6);
		n++;
	}
	ssrc_page_raw(&w->page, "</ol>\n");
	if (n == 0)
		ssrc_page_line(&w->page, "p", NULL, w->b->n_stress ? SSRC_T_B_NO_LOSS : SSRC_T_B_NO_SCENARIO, NULL, 0);
	close_card(w);
}

/* The measures without which most more is lost come first. steps: [STEPS]; returns how many. */
static uint32_t pick_steps(const ssrc_brief *b, uint32_t *steps, uint32_t *taken)
{
	uint32_t n = 0;
	for (uint32_t o = 0; o < b->page.from->problem.n_options; o++) {
		if (!b->page.answer->choices[o].taken)
			continue;
		(*taken)++;
		bool full = n == STEPS;
		if (full && !(b->without && b->without[o] > b->without[steps[n - 1]]))
			continue;
		uint32_t at = full ? n - 1 : n++;
		for (; b->without && at > 0 && b->without[steps[at - 1]] < b->without[o]; at--)
			steps[at] = steps[at - 1];
		steps[at] = o;
	}
	return n;
}

static void put_steps(ssrc_brief_writer *w)
{
	const ssrc_plan_page *p = &w->b->page;
	uint32_t steps[STEPS], taken = 0, n = pick_steps(w->b, steps, &taken);
	ssrc_page_raw(&w->page, "<ul>\n");
	for (uint32_t k = 0; k < n; k++) {
		const ssrc_plan_choice *choice = &p->answer->choices[steps[k]];
		const ssrc_option *option = &w->chain->options[p->from->option_of[steps[k]]];
		char day[11];
		ssrc_plan_ready_day(day, w->chain, choice->ready);
		ssrc_words name = ssrc_brief_names(w, option->name, option->id);
		const char *ready = ssrc_brief_text(w, "%s", day);
		ssrc_bit bits[] = {ssrc_brief_bit(name, NULL), ssrc_brief_item_bit(w, option->item),
				   SSRC_SAME_BIT(ready), ssrc_brief_number(w, choice->cost, 0)};
		ssrc_page_line(&w->page, "li", NULL, SSRC_T_B_STEP, bits, 4);
	}
	ssrc_page_raw(&w->page, "</ul>\n");
	if (taken > n) {
		ssrc_bit more = ssrc_brief_number(w, taken - n, 0);
		ssrc_page_line(&w->page, "p", "note", SSRC_T_B_STEPS_MORE, &more, 1);
	}
}

/* "million USD" */
static ssrc_bit million_of(ssrc_brief_writer *w)
{
	ssrc_words out;
	for (int lang = 0; lang < 2; lang++) {
		char text[40];
		(void)ssrc_put_million(text, w->chain, (ssrc_lang)lang);
		out.in[lang] = ssrc_brief_text(w, "%s", text);
	}
	return ssrc_brief_bit(out, NULL);
}

/* Week in which the first measure of the plan is ready. */
static ssrc_bit first_ready(ssrc_brief_writer *w)
{
	double first = (double)INFINITY;
	for (uint32_t o = 0; o < w->b->from.problem.n_options; o++)
		if (w->b->page.answer->choices[o].taken)
			first = fmin(first, w->b->page.answer->choices[o].ready);
	return ssrc_brief_number(w, first, 0);
}

/* Each scenario without and with the plan: a mean hides what it does not help. */
static void put_effects(ssrc_brief_writer *w)
{
	const ssrc_plan_page *p = &w->b->page;
	ssrc_page_raw(&w->page, "<ul>\n");
	for (uint32_t s = 0; s < p->from->problem.n_scenarios; s++) {
		const ssrc_scenario *scenario = &p->scope->scenarios[p->from->scenario_of[s]];
		uint32_t product;
		double none = ssrc_plan_worst_of(&p->frontier[0].outlook, s, &product);
		double with = ssrc_plan_worst_of(&p->answer->outlook, s, &product);
		ssrc_bit bits[] = {ssrc_brief_bit(ssrc_brief_scenario(w, scenario), "#plan"),
				   ssrc_brief_number(w, none, 0), ssrc_brief_number(w, with, 0)};
		ssrc_page_line(&w->page, "li", NULL, none - with < 1 ? SSRC_T_B_EFFECT_NONE : SSRC_T_B_EFFECT, bits, 3);
	}
	ssrc_page_raw(&w->page, "</ul>\n");
}

static void put_what_to_do(ssrc_brief_writer *w)
{
	const ssrc_brief *b = w->b;
	open_card(w, SSRC_T_B_Q_DO);
	if (!b->has_plan) {
		ssrc_page_line(&w->page, "p", NULL, b->no_plan, NULL, 0);
		close_card(w);
		return;
	}
	const ssrc_plan_answer *answer = b->page.answer;
	double none = b->page.frontier[0].outlook.expected, with = answer->outlook.expected;
	ssrc_bit bits[] = {
		ssrc_brief_number(w, b->budget, 0),
		ssrc_brief_number(w, answer->cost, 0),
		ssrc_brief_number(w, none > 0 ? 100 * (none - with) / none : 0, 0),
		ssrc_brief_number(w, b->scope.n_scenarios, 0),
		million_of(w),
		ssrc_brief_bit(ssrc_catalogue_words(b->from.weighted ? SSRC_T_B_BY_WEIGHT : SSRC_T_B_BY_EQUAL), NULL),
		first_ready(w)};
	ssrc_page_line(&w->page, "p", NULL, SSRC_T_B_DO, bits, 7);
	put_effects(w);
	ssrc_bit most[] = {ssrc_brief_number(w, b->page.budgets[b->page.n_frontier - 1], 0)};
	if (b->budget_chosen)
		ssrc_page_line(&w->page, "p", "note", SSRC_T_B_BUDGET_CHOSEN, most, 1);
	put_steps(w);
	close_card(w);
}

static void put_how_sure(ssrc_brief_writer *w)
{
	const ssrc_assessment *a = w->b->a;
	uint32_t judged = 0, open = 0, assumed = 0, facts = 0;
	for (uint32_t i = 0; i < w->chain->n_items; i++) {
		judged += a->items[i].level >= 0;
		open += a->items[i].level >= 0 && a->items[i].level_low != a->items[i].level_high;
	}
	for (uint32_t s = 0; s < w->chain->n_shares; s++) {
		const char *kind =
			ssrc_fact_cell(w->chain, SSRC_FILE_SHARES, w->chain->shares[s].row, SSRC_COMMON_EVIDENCE)->text;
		assumed += strcmp(kind, "observed") != 0;
		facts++;
	}
	ssrc_bit bits[] = {ssrc_brief_number(w, judged, 0), ssrc_brief_number(w, w->chain->n_items, 0),
			   ssrc_brief_number(w, open, 0), ssrc_brief_number(w, assumed, 0),
			   ssrc_brief_number(w, facts, 0)};
	open_card(w, SSRC_T_B_Q_SURE);
	ssrc_page_raw(&w->page, "<ul>\n");
	ssrc_page_line(&w->page, "li", NULL, SSRC_T_B_SURE_JUDGED, bits, 2);
	ssrc_page_line(&w->page, "li", NULL, SSRC_T_B_SURE_OPEN, bits + 2, 1);
	ssrc_page_line(&w->page, "li", NULL, SSRC_T_B_SURE_ASSUMED, bits + 3, 2);
	if (w->b->has_plan) {
		double part = fmax(w->b->page.answer->gap, 0) * 100;
		ssrc_bit gap = ssrc_brief_number(w, part, 2);
		ssrc_page_line(&w->page, "li", NULL, part < 0.005 ? SSRC_T_B_SURE_BEST : SSRC_T_B_SURE_GAP, &gap, 1);
	}
	if (w->b->limited)
		ssrc_page_line(&w->page, "li", NULL, SSRC_T_B_SURE_LIMITED, NULL, 0);
	ssrc_page_raw(&w->page, "</ul>\n");
	close_card(w);
}

static void put_moves(ssrc_brief_writer *w)
{
	const ssrc_brief *b = w->b;
	ssrc_bit bits[] = {SSRC_SAME_BIT(b->before_day), ssrc_brief_number(w, b->n_changes, 0)};
	ssrc_page_line(&w->page, "p", NULL, b->n_changes ? SSRC_T_B_MOVED : SSRC_T_B_NOT_MOVED, bits, 2);
	ssrc_page_raw(&w->page, "<ul>\n");
	for (uint32_t c = 0; c < b->n_changes && c < MOVES; c++) {
		const ssrc_brief_change *x = &b->changes[c];
		ssrc_bit row[] = {ssrc_brief_item_bit(w, x->item), ssrc_brief_number(w, x->loss_before, 1),
				  ssrc_brief_number(w, x->loss_now, 1)};
		ssrc_page_raw(&w->page, "<li>");
		ssrc_page_level(&w->page, x->level_before);
		ssrc_page_raw(&w->page, "→ ");
		ssrc_page_level(&w->page, x->level_now);
		ssrc_page_say(&w->page, SSRC_T_B_MOVE, row, 3);
		ssrc_page_raw(&w->page, "</li>\n");
	}
	ssrc_page_raw(&w->page, "</ul>\n");
}

/* Without an earlier brief: the measures that came into force in the year before. */
static void put_recent(ssrc_brief_writer *w)
{
	uint32_t n = 0;
	ssrc_page_line(&w->page, "p", "note", SSRC_T_B_NO_EARLIER, NULL, 0);
	ssrc_page_raw(&w->page, "<ul>\n");
	const uint32_t *order = ssrc_brief_events(w);
	for (uint32_t k = order ? w->chain->n_events : 0; k-- > 0 && n < SHORT;) {
		const ssrc_event *e = &w->chain->events[order[k]];
		int32_t day = e->date.first;
		if (day > w->chain->as_of || day < w->chain->as_of - 366)
			continue;
		char text[11];
		ssrc_date_format(day, text);
		const char *date = ssrc_brief_text(w, "%s", text);
		ssrc_words title = ssrc_brief_names(w, e->title, e->id);
		ssrc_bit bits[] = {SSRC_SAME_BIT(date), ssrc_brief_bit(title, NULL)};
		ssrc_page_line(&w->page, "li", NULL, SSRC_T_B_RECENT, bits, 2);
		n++;
	}
	ssrc_page_raw(&w->page, "</ul>\n");
	if (n == 0)
		ssrc_page_line(&w->page, "p", NULL, SSRC_T_B_NO_RECENT, NULL, 0);
}

void ssrc_brief_put_answers(ssrc_brief_writer *w)
{
	ssrc_brief_begin(w, "answers", SSRC_T_B_H_ANSWERS);
	put_counts(w);
	char day[11];
	ssrc_date_format(w->chain->as_of, day);
	ssrc_bit bit = SSRC_SAME_BIT(day);
	ssrc_page_line(&w->page, "p", "note", SSRC_T_B_UNITS, &bit, 1);
	ssrc_page_raw(&w->page, "<div class=\"cards\">\n");
	put_breaks(w);
	put_runs_out(w);
	put_what_to_do(w);
	put_how_sure(w);
	open_card(w, SSRC_T_B_Q_CHANGED);
	if (w->b->compared)
		put_moves(w);
	else
		put_recent(w);
	close_card(w);
	ssrc_page_raw(&w->page, "</div>\n");
	ssrc_brief_end(w);
}
