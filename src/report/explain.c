/* Why something stands where it does: the rule with its facts and margins, the loss step by step, what would lower the
 * level, and the source rows behind every number. */
#include "report.h"

#include "io/json.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { EVIDENCE_MAX = 400, INDENT = 2 };

/* Rows that numbers came from, in order of first mention: [E1], [E2] … */
typedef struct evidence_list {
	ssrc_file_id file[EVIDENCE_MAX];
	uint32_t row[EVIDENCE_MAX];
	size_t count;
} evidence_list;

typedef struct explainer {
	const ssrc_assessment *a;
	const ssrc_chain *chain;
	const ssrc_report_options *options;
	ssrc_lang lang;
	ssrc_buf *out;
	ssrc_json json;
	bool as_json, citing; /* citing: a JSON list of evidence numbers is open */
	evidence_list evidence;
	ssrc_workspace *w;
	ssrc_error *err;
} explainer;

static size_t cite(explainer *x, ssrc_file_id file, uint32_t row)
{
	evidence_list *list = &x->evidence;
	for (size_t i = 0; i < list->count; i++)
		if (list->file[i] == file && list->row[i] == row)
			return i + 1;
	if (list->count == EVIDENCE_MAX)
		return 0;
	list->file[list->count] = file;
	list->row[list->count] = row;
	return ++list->count;
}

static void put_cite(explainer *x, ssrc_file_id file, uint32_t row);

/* All rows of one provider's share. */
static void cite_share(explainer *x, const ssrc_share *share)
{
	put_cite(x, SSRC_FILE_SHARES, share->row);
	for (uint32_t i = 0; i < share->n_more; i++)
		put_cite(x, SSRC_FILE_SHARES, share->more[i]);
}

static void put_cite(explainer *x, ssrc_file_id file, uint32_t row)
{
	size_t n = cite(x, file, row);
	if (n && x->as_json && x->citing)
		ssrc_json_integer(&x->json, NULL, (int64_t)n);
	else if (n && !x->as_json)
		ssrc_buf_printf(x->out, " [E%zu]", n);
}

/* Fills the template with up to four texts (NULL ends them) and writes it. */
static void say(explainer *x, ssrc_text_id id, ...)
{
	const char *args[4] = {0};
	va_list list;
	va_start(list, id);
	for (int i = 0; i < 4; i++) {
		args[i] = va_arg(list, const char *);
		if (!args[i])
			break;
	}
	va_end(list);
	char text[700];
	ssrc_text_fill(text, sizeof text, ssrc_text(id, x->lang), args, 4);
	ssrc_buf_puts(x->out, text);
}

static void newline(explainer *x)
{
	ssrc_buf_putc(x->out, '\n');
}

static void indent(explainer *x, int depth)
{
	for (int i = 0; i < depth * INDENT; i++)
		ssrc_buf_putc(x->out, ' ');
}

static void heading(explainer *x, const char *text)
{
	newline(x);
	ssrc_paint_text(x->out, text, SSRC_BOLD, x->options->colour);
	newline(x);
}

static void heading_of(explainer *x, ssrc_text_id id, const char *arg)
{
	char text[300];
	ssrc_text_fill(text, sizeof text, ssrc_text(id, x->lang), (const char *[]){arg}, 1);
	heading(x, text);
}

static void put_decimals(char out[40], double value, int decimals)
{
	char text[64];
	ssrc_put_range(text, value, value, 1, decimals); /* rounds first: no -0.0 */
	snprintf(out, 40, "%.39s", text);
}

static void put_number(char out[40], double value, int decimals)
{
	if (isnan(value))
		snprintf(out, 40, "?");
	else if (isinf(value))
		snprintf(out, 40, "∞");
	else
		put_decimals(out, value, decimals);
}

/* Exact enough to read back: up to 4 decimals, no padding. */
static void put_plain(char out[40], double value)
{
	if (isfinite(value))
		ssrc_format_number(out, round(value * 1e4) / 1e4);
	else
		put_number(out, value, 0);
}

/* ---- the rule that fired ---------------------------------------------------------------------------------- */

static const ssrc_text_id fact_texts[] = {
#define SSRC_X(name, word, unit) SSRC_T_F_##name,
	SSRC_FACT_LIST(SSRC_X)
#undef SSRC_X
};

static double fact_scale(ssrc_fact fact)
{
	const char *unit = ssrc_fact_unit(fact);
	return strcmp(unit, "share") == 0 ? 100 : strcmp(unit, "index") == 0 ? 10000 : 1;
}

static const char *fact_unit_text(const explainer *x, ssrc_fact fact)
{
	const char *unit = ssrc_fact_unit(fact);
	if (strcmp(unit, "share") == 0)
		return " %";
	if (strcmp(unit, "weeks") == 0)
		return x->lang == SSRC_LANG_ZH ? " 周" : " weeks";
	return "";
}

static bool event_hits(const ssrc_event *event, uint32_t item)
{
	for (uint32_t k = 0; k < event->n_items; k++)
		if (event->items[k] == item)
			return true;
	return false;
}

/* The source rows that a fact of an item rests on. */
static void cite_fact(explainer *x, uint32_t item, ssrc_fact fact)
{
	const ssrc_item_result *r = &x->a->items[item];
	const ssrc_chain *chain = x->chain;
	switch (fact) {
	case SSRC_FACT_CONTROLS:
	case SSRC_FACT_CONTROLS_NAMED:
		for (uint32_t i = 0; r->n_controls && i < chain->n_events; i++)
			if (event_hits(&chain->events[i], item) && ssrc_event_restricts(x->a, &chain->events[i], item))
				put_cite(x, SSRC_FILE_EVENTS, chain->events[i].row);
		break;
	case SSRC_FACT_TOP_FOREIGN:
	case SSRC_FACT_FOREIGN:
	case SSRC_FACT_COUNTRY_HHI:
	case SSRC_FACT_KNOWN:
		for (uint32_t i = 0; r->supply.country_set != SSRC_NONE && i < chain->sets[r->supply.country_set].count;
		     i++)
			cite_share(x, &chain->shares[chain->sets[r->supply.country_set].first + i]);
		break;
	case SSRC_FACT_HHI:
	case SSRC_FACT_CR1:
	case SSRC_FACT_SOLE:
	case SSRC_FACT_SINGLE:
		for (uint32_t i = 0; r->supply.firm_set != SSRC_NONE && i < chain->sets[r->supply.firm_set].count; i++)
			cite_share(x, &chain->shares[chain->sets[r->supply.firm_set].first + i]);
		break;
	case SSRC_FACT_LOSS:
	case SSRC_FACT_GROWTH_LOSS:
	case SSRC_FACT_TTS:
	case SSRC_FACT_TTR: put_cite(x, SSRC_FILE_ITEMS, chain->items[item].row); break;
	case SSRC_FACT_COVER:
	case SSRC_FACT_ALTERNATES:
		for (uint32_t i = 0; i < chain->items[item].n_alternates; i++)
			put_cite(x, SSRC_FILE_ALTERNATES,
				 chain->alternates[chain->items[item].first_alternate + i].row);
		break;
	case SSRC_FACT_LOOKTHROUGH:
	case SSRC_FACT_ROUTES:
	case SSRC_FACT_DEPENDANTS:
	case SSRC_FACT_PRODUCTS:
	case SSRC_FACT_COUNT: break;
	}
}

/* The end of the estimate that a test looks at. */
static ssrc_case tested_case(const ssrc_condition *test)
{
	bool rising = test->op == SSRC_AT_LEAST || test->op == SSRC_ABOVE;
	if (test->at == SSRC_CENTRAL)
		return SSRC_CASE_MID;
	return (test->at == SSRC_CERTAIN) == rising ? SSRC_CASE_LOW : SSRC_CASE_HIGH;
}

static void test_json(explainer *x, uint32_t item, const ssrc_condition *test, const ssrc_item_result *r,
		      ssrc_truth truth)
{
	static const char *const ops[] = {">=", ">", "<=", "<"}, *const truths[] = {"false", "unknown", "true"};
	static const char *const ats[] = {"certain", "central", "possible"};
	const ssrc_estimate *e = &r->fact[test->fact];
	ssrc_json_open(&x->json, NULL, '{');
	ssrc_json_string(&x->json, "fact", ssrc_fact_word(test->fact));
	ssrc_json_string(&x->json, "op", ops[test->op]);
	ssrc_json_number(&x->json, "threshold", test->value);
	ssrc_json_string(&x->json, "at", ats[test->at]);
	ssrc_json_number(&x->json, "low", e->at[SSRC_CASE_LOW]);
	ssrc_json_number(&x->json, "central", e->at[SSRC_CASE_MID]);
	ssrc_json_number(&x->json, "high", e->at[SSRC_CASE_HIGH]);
	ssrc_json_number(&x->json, "margin", e->at[tested_case(test)] - test->value);
	ssrc_json_string(&x->json, "holds", truths[truth]);
	ssrc_json_string(&x->json, "threshold_source", *test->source ? test->source : NULL);
	ssrc_json_open(&x->json, "evidence", '[');
	x->citing = true;
	cite_fact(x, item, test->fact);
	x->citing = false;
	ssrc_json_close(&x->json, ']');
	ssrc_json_close(&x->json, '}');
}

static void put_test(explainer *x, uint32_t item, const ssrc_condition *test, int depth)
{
	static const char *const ops[] = {"≥", ">", "≤", "<"}, *const marks[] = {"✗", "?", "✓"};
	const ssrc_item_result *r = &x->a->items[item];
	ssrc_truth truth = ssrc_condition_holds(test, r->fact, -1);
	if (x->as_json) {
		test_json(x, item, test, r, truth);
		return;
	}
	double scale = fact_scale(test->fact), margin = r->fact[test->fact].at[tested_case(test)] - test->value;
	bool whole = scale > 1000 || strcmp(ssrc_fact_unit(test->fact), "count") == 0;
	char value[64], threshold[40], distance[40];
	ssrc_put_estimate(value, &r->fact[test->fact], scale, whole ? 0 : 1);
	put_plain(threshold, test->value * scale);
	put_number(distance, margin * scale, whole ? 0 : 1);
	indent(x, depth);
	ssrc_buf_printf(x->out, "%s %s ", marks[truth], ssrc_text(fact_texts[test->fact], x->lang));
	if (test->fact == SSRC_FACT_TOP_FOREIGN && r->supply.top_foreign != SSRC_NONE)
		ssrc_buf_printf(x->out, "(%s) ", x->chain->countries[r->supply.top_foreign]);
	ssrc_buf_printf(x->out, "%s%s %s %s", value, fact_unit_text(x, test->fact), ops[test->op], threshold);
	if (test->at != SSRC_CENTRAL)
		ssrc_buf_printf(x->out, " (%s)",
				ssrc_text(test->at == SSRC_CERTAIN ? SSRC_T_E_CERTAINLY : SSRC_T_E_POSSIBLY, x->lang));
	ssrc_buf_puts(x->out, x->lang == SSRC_LANG_ZH ? ";" : "; ");
	say(x, SSRC_T_E_MARGIN, distance, NULL);
	cite_fact(x, item, test->fact);
	newline(x);
	indent(x, depth + 1);
	if (*test->source)
		say(x, SSRC_T_E_THRESHOLD, test->source, NULL);
	else
		say(x, SSRC_T_E_CONVENTION, NULL);
	newline(x);
}

static void put_condition(explainer *x, uint32_t item, const ssrc_condition *condition, int depth)
{
	if (condition->kind == SSRC_TEST) {
		put_test(x, item, condition, depth);
		return;
	}
	if (x->as_json) {
		ssrc_json_open(&x->json, NULL, '{');
		ssrc_json_open(&x->json, condition->kind == SSRC_ALL ? "all" : "any", '[');
	} else if (depth > 1 || condition->kind == SSRC_ANY) {
		indent(x, depth);
		say(x, condition->kind == SSRC_ALL ? SSRC_T_E_ALL : SSRC_T_E_ANY, NULL);
		newline(x);
		depth++;
	}
	for (const ssrc_condition *child = condition->first; child; child = child->next)
		put_condition(x, item, child, depth);
	if (x->as_json) {
		ssrc_json_close(&x->json, ']');
		ssrc_json_close(&x->json, '}');
	}
}

static const ssrc_text_id level_words[] = {SSRC_T_W_LEVEL_0, SSRC_T_W_LEVEL_1, SSRC_T_W_LEVEL_2, SSRC_T_W_LEVEL_3,
					   SSRC_T_W_LEVEL_4};

static const char *grade_title(const explainer *x, int grade)
{
	for (size_t i = 0; i < x->a->policy->n_grades; i++)
		if (x->a->policy->grades[i].rank == grade)
			return ssrc_name(x->a->policy->grades[i].title, x->a->policy->grades[i].name, x->lang);
	return ssrc_text(grade < 0 ? SSRC_T_W_GRADE_UNKNOWN : SSRC_T_W_GRADE_D, x->lang);
}

static void put_item_head(explainer *x, uint32_t item)
{
	const ssrc_item *it = &x->chain->items[item];
	const ssrc_item_result *r = &x->a->items[item];
	char day[11], level[24], low[8], high[8];
	ssrc_date_format(x->chain->as_of, day);
	snprintf(low, sizeof low, "%d", r->level_low & 7);
	snprintf(high, sizeof high, "%d", r->level_high & 7);
	ssrc_put_level(level, r, false);
	const char *other = x->lang == SSRC_LANG_ZH ? it->name[0] : it->name[1];
	ssrc_paint_text(x->out, ssrc_name(it->name, it->id, x->lang), SSRC_BOLD, x->options->colour);
	ssrc_buf_printf(x->out, " (%s) · %s · %s\n", *other ? other : it->id, it->id,
			ssrc_name(x->chain->tiers[it->tier].name, x->chain->tiers[it->tier].id, x->lang));
	say(x, SSRC_T_E_HEAD, x->a->home.text, ssrc_basis_word(x->a->basis), day, NULL);
	newline(x);
	char text[200];
	const char *word = ssrc_text(r->level < 0 ? SSRC_T_W_LEVEL_UNKNOWN : level_words[r->level], x->lang);
	ssrc_text_fill(text, sizeof text, ssrc_text(SSRC_T_E_LEVEL, x->lang), (const char *[]){level, word}, 2);
	ssrc_paint_text(x->out, text, ssrc_level_paint(r->level), x->options->colour);
	if (r->level_low != r->level_high) {
		ssrc_buf_puts(x->out, " (");
		say(x, SSRC_T_E_LEVEL_RANGE, low, high, NULL);
		ssrc_buf_putc(x->out, ')');
	}
	ssrc_buf_puts(x->out, " · ");
	say(x, SSRC_T_E_GRADE, (char[]){ssrc_grade_letter(r->grade), 0}, grade_title(x, r->grade), NULL);
	newline(x);
}

static void put_rule(explainer *x, uint32_t item)
{
	const ssrc_item_result *r = &x->a->items[item];
	if (x->as_json) {
		ssrc_json_open(&x->json, "because", '{');
		if (r->level_rule != SSRC_NONE) {
			const ssrc_rule *rule = &x->a->policy->levels[r->level_rule];
			ssrc_json_string(&x->json, "rule", rule->name);
			ssrc_json_string(&x->json, "title_en", rule->title[0]);
			ssrc_json_string(&x->json, "title_zh", rule->title[1]);
			ssrc_json_open(&x->json, "conditions", '[');
			put_condition(x, item, rule->condition, 1);
			ssrc_json_close(&x->json, ']');
		}
		ssrc_json_close(&x->json, '}');
		return;
	}
	newline(x);
	if (r->level_rule == SSRC_NONE) {
		say(x, r->level < 0 ? SSRC_T_E_UNKNOWN_RULE : SSRC_T_E_NO_RULE, NULL);
		newline(x);
		return;
	}
	const ssrc_rule *rule = &x->a->policy->levels[r->level_rule];
	say(x, SSRC_T_E_BECAUSE, ssrc_name(rule->title, rule->name, x->lang), NULL);
	newline(x);
	put_condition(x, item, rule->condition, 1);
}

/* ---- the loss, step by step ---------------------------------------------------------------------------------- */

static void waterfall_line(explainer *x, const char *label, double value, bool total)
{
	char number[40];
	put_number(number, value, 1);
	indent(x, 1);
	size_t width = ssrc_display_width(label, strlen(label));
	ssrc_buf_puts(x->out, label);
	for (size_t i = width; i < 52; i++)
		ssrc_buf_putc(x->out, ' ');
	ssrc_buf_printf(x->out, "%s%9s\n", total ? "=" : " ", number);
}

static ssrc_status put_loss(explainer *x, uint32_t item, ssrc_mode mode)
{
	const ssrc_item_result *r = &x->a->items[item];
	bool block[26 * 26] = {false};
	if (r->supply.top_foreign == SSRC_NONE)
		return SSRC_OK;
	block[r->supply.top_foreign] = true;
	const char *country = x->chain->countries[r->supply.top_foreign];
	ssrc_cut cut = {.countries = block, .party = SSRC_NONE, .item = item};
	ssrc_loss loss;
	ssrc_status status = ssrc_loss_if_cut(&loss, x->w, &cut, SSRC_CASE_MID, mode, &ssrc_no_change, x->err);
	if (status)
		return status;
	const ssrc_waterfall *f = &loss.waterfall;
	if (x->as_json) {
		ssrc_json_open(&x->json, mode == SSRC_MODE_RUN ? "loss" : "growth_loss", '{');
		ssrc_json_string(&x->json, "cut", country);
		ssrc_json_number(&x->json, "gross", isnan(loss.weeks) ? (double)NAN : f->gross);
		ssrc_json_number(&x->json, "alternates", isnan(loss.weeks) ? (double)NAN : f->alternates);
		ssrc_json_number(&x->json, "stock", isnan(loss.weeks) ? (double)NAN : f->stock);
		ssrc_json_number(&x->json, "downstream", isnan(loss.weeks) ? (double)NAN : f->downstream);
		ssrc_json_number(&x->json, "weeks", loss.weeks);
		ssrc_json_interval(&x->json, "range", r->loss[mode].at[SSRC_CASE_LOW],
				   r->loss[mode].at[SSRC_CASE_HIGH]);
		ssrc_json_string(&x->json, "product",
				 loss.product == SSRC_NONE ? NULL : x->chain->items[loss.product].id);
		ssrc_json_close(&x->json, '}');
		return SSRC_OK;
	}
	heading_of(x, mode == SSRC_MODE_RUN ? SSRC_T_E_SCORE : SSRC_T_E_SCORE_GROW, country);
	if (isnan(loss.weeks)) {
		indent(x, 1);
		say(x, SSRC_T_E_NO_LOSS,
		    ssrc_text(ssrc_known(x->chain->items[item].recovery) ? SSRC_T_R_NO_SHARES : SSRC_T_R_NO_RECOVERY,
			      x->lang),
		    NULL);
		newline(x);
		return SSRC_OK;
	}
	char share[40], weeks[40], label[200], low[40], high[40];
	const ssrc_interval *recovery = &x->chain->items[item].recovery;
	put_number(share, r->supply.country[r->supply.top_foreign].at[SSRC_CASE_MID] * 100, 1);
	put_number(weeks, (recovery->low + recovery->high) / 2, 1);
	ssrc_text_fill(label, sizeof label, ssrc_text(SSRC_T_E_GROSS, x->lang), (const char *[]){share, weeks}, 2);
	waterfall_line(x, label, f->gross, false);
	waterfall_line(x, ssrc_text(SSRC_T_E_ALTERNATES, x->lang), f->alternates, false);
	waterfall_line(x, ssrc_text(SSRC_T_E_STOCK, x->lang), f->stock, false);
	waterfall_line(x, ssrc_text(SSRC_T_E_DOWNSTREAM, x->lang), f->downstream, false);
	waterfall_line(x, ssrc_text(SSRC_T_E_TOTAL, x->lang), f->loss, true);
	put_number(low, r->loss[mode].at[SSRC_CASE_LOW], 1);
	put_number(high, r->loss[mode].at[SSRC_CASE_HIGH], 1);
	indent(x, 1);
	say(x, SSRC_T_E_BEST_WORST, low, high, NULL);
	if (loss.product != SSRC_NONE) {
		ssrc_buf_puts(x->out, " · ");
		say(x, SSRC_T_E_WORST_PRODUCT, x->chain->items[loss.product].id, NULL);
	}
	put_cite(x, SSRC_FILE_ITEMS, x->chain->items[item].row);
	newline(x);
	return SSRC_OK;
}

/* Two larger cuts: all foreign supply of the item, and the item altogether. */
static ssrc_status put_larger_cuts(explainer *x, uint32_t item)
{
	bool foreign[26 * 26];
	for (uint32_t c = 0; c < x->chain->n_countries; c++)
		foreign[c] = !x->a->home.is_country[c];
	const ssrc_cut cuts[] = {{foreign, SSRC_NONE, item}, {NULL, SSRC_NONE, item}};
	static const ssrc_text_id texts[] = {SSRC_T_E_ALL_FOREIGN, SSRC_T_E_ALTOGETHER};
	static const char *const keys[] = {"loss_if_all_foreign_stops", "loss_if_item_stops"};
	for (size_t k = 0; k < 2; k++) {
		ssrc_loss run, grow;
		ssrc_status status =
			ssrc_loss_if_cut(&run, x->w, &cuts[k], SSRC_CASE_MID, SSRC_MODE_RUN, &ssrc_no_change, x->err);
		if (!status)
			status = ssrc_loss_if_cut(&grow, x->w, &cuts[k], SSRC_CASE_MID, SSRC_MODE_GROW, &ssrc_no_change,
						  x->err);
		if (status)
			return status;
		if (x->as_json) {
			ssrc_json_open(&x->json, keys[k], '{');
			ssrc_json_number(&x->json, "weeks", run.weeks);
			ssrc_json_number(&x->json, "growth_weeks", grow.weeks);
			ssrc_json_close(&x->json, '}');
			continue;
		}
		char a[40], b[40];
		put_number(a, run.weeks, 1);
		put_number(b, grow.weeks, 1);
		if (k == 0)
			newline(x);
		say(x, texts[k], a, b, NULL);
		newline(x);
	}
	return SSRC_OK;
}

/* ---- what would lower it ---------------------------------------------------------------------------------------- */

static ssrc_status put_counterfactuals(explainer *x, uint32_t item)
{
	static const char *const names[] = {"add_stock_weeks", "add_qualified_cover", "top_share_falls_to",
					    "recovery_within_weeks"};
	const ssrc_item_result *r = &x->a->items[item];
	ssrc_counterfactual found[SSRC_LEVERS];
	ssrc_status status = ssrc_counterfactuals(found, x->a, x->w, item, x->err);
	if (status)
		return status;
	bool any = false;
	for (int lever = 0; lever < SSRC_LEVERS; lever++)
		any |= found[lever].possible;
	if (x->as_json) {
		ssrc_json_open(&x->json, "lower_by", '[');
		for (int lever = 0; lever < SSRC_LEVERS; lever++) {
			if (!found[lever].possible)
				continue;
			ssrc_json_open(&x->json, NULL, '{');
			ssrc_json_string(&x->json, "change", names[lever]);
			ssrc_json_number(&x->json, "amount", found[lever].amount);
			if (lever == SSRC_LEVER_COVER)
				ssrc_json_number(&x->json, "ready_by_week", found[lever].by_week);
			ssrc_json_integer(&x->json, "level_after", found[lever].level_after);
			ssrc_json_close(&x->json, '}');
		}
		ssrc_json_close(&x->json, ']');
		return SSRC_OK;
	}
	if (r->level < 1)
		return SSRC_OK;
	heading(x, ssrc_text(any ? SSRC_T_E_LOWER : SSRC_T_E_LOWER_NONE, x->lang));
	for (int lever = 0; lever < SSRC_LEVERS; lever++) {
		const ssrc_counterfactual *c = &found[lever];
		if (!c->possible)
			continue;
		char amount[40], percent[40], week[40], level[8];
		const char *country = x->chain->countries[r->supply.top_foreign];
		put_plain(amount, c->amount);
		put_plain(percent, c->amount * 100);
		put_plain(week, c->by_week);
		snprintf(level, sizeof level, "%d", c->level_after & 7);
		indent(x, 1);
		ssrc_buf_puts(x->out, "· ");
		switch ((ssrc_lever)lever) {
		case SSRC_LEVER_STOCK: say(x, SSRC_T_E_LOWER_STOCK, amount, level, NULL); break;
		case SSRC_LEVER_COVER: say(x, SSRC_T_E_LOWER_COVER, country, percent, week, level); break;
		case SSRC_LEVER_SHARE: say(x, SSRC_T_E_LOWER_SHARE, country, percent, level, NULL); break;
		case SSRC_LEVER_RECOVERY: say(x, SSRC_T_E_LOWER_RECOVERY, amount, level, NULL); break;
		case SSRC_LEVERS: break;
		}
		newline(x);
	}
	return SSRC_OK;
}

/* ---- supply, alternates, controls ----------------------------------------------------------------------------------
 */

static void set_text(const ssrc_chain *chain, const ssrc_share_set *set, ssrc_lang lang, char *out, size_t size)
{
	char market[64] = "", year[16] = "";
	if (set->market != SSRC_NONE)
		ssrc_text_fill(market, sizeof market, ssrc_text(SSRC_T_W_MARKET, lang),
			       (const char *[]){chain->countries[set->market]}, 1);
	if (set->year)
		snprintf(year, sizeof year, "%d", set->year);
	snprintf(out, size, "%s%s%s%s%s%s%s", ssrc_basis_word(set->basis), *set->metric ? " · " : "", set->metric,
		 *market ? " · " : "", market, *year ? " · " : "", year);
}

static void put_shares(explainer *x, uint32_t set_index)
{
	const ssrc_share_set *set = &x->chain->sets[set_index];
	char text[300], range[64];
	set_text(x->chain, set, x->lang, text, sizeof text);
	indent(x, 1);
	say(x, SSRC_T_E_SET, text, NULL);
	newline(x);
	for (uint32_t i = set->first; i < set->first + set->count; i++) {
		const ssrc_share *share = &x->chain->shares[i];
		const char *name = share->provider;
		if (share->kind == SSRC_BY_PARTY)
			name = ssrc_name(x->chain->parties[share->party].name, share->provider, x->lang);
		else if (share->kind == SSRC_BY_COUNTRY)
			name = ssrc_country_name(share->provider, x->lang);
		else if (share->kind == SSRC_BY_VARIOUS)
			name = ssrc_text(SSRC_T_W_VARIOUS, x->lang);
		ssrc_put_range(range, share->share.low, share->share.high, 100, 1);
		indent(x, 2);
		ssrc_buf_printf(x->out, "%s %s%s", name,
				ssrc_known(share->share) ? range : ssrc_text(SSRC_T_E_UNKNOWN_SHARE, x->lang),
				ssrc_known(share->share) ? " %" : "");
		cite_share(x, share);
		newline(x);
	}
}

static void put_supply_text(explainer *x, uint32_t item)
{
	const ssrc_item_result *r = &x->a->items[item];
	const ssrc_supply *s = &r->supply;
	char a[64], b[64], c[24], d[64];
	heading(x, ssrc_text(SSRC_T_E_SUPPLY, x->lang));
	if (r->firms_known)
		ssrc_put_range(a, r->firms.hhi.low, r->firms.hhi.high, 10000, 0);
	else
		snprintf(a, sizeof a, "%s", ssrc_text(SSRC_T_W_UNKNOWN, x->lang));
	if (r->countries_known)
		ssrc_put_range(b, r->countries.hhi.low, r->countries.hhi.high, 10000, 0);
	else
		snprintf(b, sizeof b, "%s", ssrc_text(SSRC_T_W_UNKNOWN, x->lang));
	indent(x, 1);
	say(x, SSRC_T_E_CONCENTRATION, a, b, NULL);
	newline(x);
	ssrc_put_estimate(a, &s->foreign, 100, 0);
	ssrc_put_estimate(b, &r->lookthrough, 100, 0);
	snprintf(c, sizeof c, r->routes == SSRC_NONE ? "?" : r->routes >= 999 ? "∞" : "%u", r->routes);
	snprintf(d, sizeof d, "%u", x->a->network.dependants[item]);
	char text[400], products[24];
	snprintf(products, sizeof products, "%u", x->a->network.products[item]);
	const char *args[] = {a, b, c, d, products};
	ssrc_text_fill(text, sizeof text, ssrc_text(SSRC_T_E_STRUCTURE, x->lang), args, 5);
	indent(x, 1);
	ssrc_buf_puts(x->out, text);
	newline(x);
	if (r->sole_source || r->single_source) {
		indent(x, 1);
		say(x, r->sole_source ? SSRC_T_E_SOLE_FLAG : SSRC_T_E_SINGLE_FLAG, NULL);
		newline(x);
	}
	if (s->basis_replaced) {
		indent(x, 1);
		say(x, SSRC_T_E_BASIS_REPLACED, ssrc_basis_word(x->a->basis), NULL);
		newline(x);
	}
	if (s->country_set != SSRC_NONE)
		put_shares(x, s->country_set);
	if (s->firm_set != SSRC_NONE && s->firm_set != s->country_set)
		put_shares(x, s->firm_set);
}

static void shares_json(explainer *x, const char *key, uint32_t set_index)
{
	if (set_index == SSRC_NONE)
		return;
	const ssrc_share_set *set = &x->chain->sets[set_index];
	ssrc_json_open(&x->json, key, '{');
	ssrc_json_string(&x->json, "basis", ssrc_basis_word(set->basis));
	ssrc_json_string(&x->json, "metric", *set->metric ? set->metric : NULL);
	ssrc_json_string(&x->json, "market", set->market == SSRC_NONE ? NULL : x->chain->countries[set->market]);
	if (set->year)
		ssrc_json_integer(&x->json, "year", set->year);
	ssrc_json_open(&x->json, "rows", '[');
	for (uint32_t i = set->first; i < set->first + set->count; i++) {
		const ssrc_share *share = &x->chain->shares[i];
		ssrc_json_open(&x->json, NULL, '{');
		ssrc_json_string(&x->json, "provider", share->provider);
		ssrc_json_interval(&x->json, "share", share->share.low, share->share.high);
		ssrc_json_integer(&x->json, "evidence", (int64_t)cite(x, SSRC_FILE_SHARES, share->row));
		ssrc_json_close(&x->json, '}');
	}
	ssrc_json_close(&x->json, ']');
	ssrc_json_close(&x->json, '}');
}

static void supply_json(explainer *x, uint32_t item)
{
	const ssrc_item_result *r = &x->a->items[item];
	ssrc_json_open(&x->json, "supply", '{');
	for (int f = 0; f < SSRC_FACT_COUNT; f++)
		ssrc_json_interval(&x->json, ssrc_fact_word((ssrc_fact)f), r->fact[f].at[SSRC_CASE_LOW],
				   r->fact[f].at[SSRC_CASE_HIGH]);
	ssrc_json_bool(&x->json, "basis_replaced", r->supply.basis_replaced);
	shares_json(x, "country_set", r->supply.country_set);
	if (r->supply.firm_set != r->supply.country_set)
		shares_json(x, "maker_set", r->supply.firm_set);
	ssrc_json_close(&x->json, '}');
}

/* Why an alternate counts or not, as a catalogue text. */
static ssrc_text_id alternate_verdict(const explainer *x, uint32_t index, const ssrc_cut *cut)
{
	const ssrc_alternate *alternate = &x->chain->alternates[index];
	if (x->a->blocked[index])
		return SSRC_T_E_BLOCKED;
	if (alternate->state < SSRC_QUALIFIED)
		return SSRC_T_E_NOT_QUALIFIED;
	if (ssrc_alternate_counts(x->a, index, cut))
		return SSRC_T_E_COUNTS;
	return ssrc_alternate_is_open(x->a, alternate) ? SSRC_T_E_CUT_TOO : SSRC_T_E_OTHER_MARKET;
}

/* The controls that block an alternate: in JSON all, in text by id with their evidence. */
static void put_blocking(explainer *x, uint32_t alternate)
{
	bool any = false;
	if (x->as_json)
		ssrc_json_open(&x->json, "blocked_by", '[');
	for (uint32_t e = 0; x->a->blocked[alternate] && e < x->chain->n_events; e++) {
		const ssrc_event *event = &x->chain->events[e];
		if (ssrc_reach_of_alternate(x->a, e, alternate) != SSRC_REACH_BLOCKED)
			continue;
		if (x->as_json) {
			ssrc_json_open(&x->json, NULL, '{');
			ssrc_json_string(&x->json, "event", event->id);
			ssrc_json_integer(&x->json, "evidence", (int64_t)cite(x, SSRC_FILE_EVENTS, event->row));
			ssrc_json_close(&x->json, '}');
			continue;
		}
		ssrc_buf_puts(x->out, any ? ", " : " ");
		ssrc_buf_puts(x->out, event->id);
		put_cite(x, SSRC_FILE_EVENTS, event->row);
		any = true;
	}
	if (x->as_json)
		ssrc_json_close(&x->json, ']');
}

static void put_alternate(explainer *x, uint32_t index, const ssrc_cut *cut)
{
	const ssrc_alternate *alternate = &x->chain->alternates[index];
	const char *id = alternate->by_item != SSRC_NONE ? x->chain->items[alternate->by_item].id
							 : x->chain->parties[alternate->by_party].id;
	const char *const *name = alternate->by_item != SSRC_NONE ? x->chain->items[alternate->by_item].name
								  : x->chain->parties[alternate->by_party].name;
	char share[64], weeks[64], gaps[3][64];
	ssrc_text_id verdict = alternate_verdict(x, index, cut);
	ssrc_put_range(share, alternate->share.low, alternate->share.high, 100, 0);
	ssrc_put_range(weeks, alternate->weeks.low, alternate->weeks.high, 1, 0);
	ssrc_put_range(gaps[0], alternate->performance.low, alternate->performance.high, 1, 2);
	ssrc_put_range(gaps[1], alternate->ecosystem.low, alternate->ecosystem.high, 1, 2);
	ssrc_put_range(gaps[2], alternate->integration.low, alternate->integration.high, 1, 2);
	if (x->as_json) {
		ssrc_json_open(&x->json, NULL, '{');
		ssrc_json_string(&x->json, "alternate", id);
		ssrc_json_string(&x->json, "state", ssrc_state_word(alternate->state));
		ssrc_json_interval(&x->json, "share", alternate->share.low, alternate->share.high);
		ssrc_json_interval(&x->json, "weeks", alternate->weeks.low, alternate->weeks.high);
		ssrc_json_interval(&x->json, "performance_gap", alternate->performance.low,
				   alternate->performance.high);
		ssrc_json_interval(&x->json, "ecosystem_gap", alternate->ecosystem.low, alternate->ecosystem.high);
		ssrc_json_interval(&x->json, "integration_gap", alternate->integration.low,
				   alternate->integration.high);
		ssrc_json_bool(&x->json, "counts", verdict == SSRC_T_E_COUNTS);
		put_blocking(x, index);
		ssrc_json_integer(&x->json, "evidence", (int64_t)cite(x, SSRC_FILE_ALTERNATES, alternate->row));
		ssrc_json_close(&x->json, '}');
		return;
	}
	indent(x, 1);
	ssrc_buf_printf(x->out, "%s %s · %s · %s", verdict == SSRC_T_E_COUNTS ? "✓" : "✗", ssrc_name(name, id, x->lang),
			ssrc_state_word(alternate->state), ssrc_text(verdict, x->lang));
	put_blocking(x, index);
	if (alternate->for_item != SSRC_NONE) {
		ssrc_buf_puts(x->out, " · ");
		say(x, SSRC_T_E_FOR_ONLY, x->chain->items[alternate->for_item].id, NULL);
	}
	put_cite(x, SSRC_FILE_ALTERNATES, alternate->row);
	newline(x);
	indent(x, 2);
	say(x, SSRC_T_E_COVER_WEEKS, share, weeks, NULL);
	ssrc_buf_puts(x->out, " · ");
	say(x, SSRC_T_E_GAPS, gaps[0], gaps[1], gaps[2], NULL);
	newline(x);
}

static void put_alternates(explainer *x, uint32_t item)
{
	const ssrc_item *it = &x->chain->items[item];
	const ssrc_item_result *r = &x->a->items[item];
	bool block[26 * 26] = {false};
	if (r->supply.top_foreign != SSRC_NONE)
		block[r->supply.top_foreign] = true;
	ssrc_cut cut = {.countries = block, .party = SSRC_NONE, .item = item};
	if (x->as_json)
		ssrc_json_open(&x->json, "alternates", '[');
	else
		heading(x, ssrc_text(SSRC_T_E_ALTERNATES_HEAD, x->lang));
	for (uint32_t i = it->first_alternate; i < it->first_alternate + it->n_alternates; i++)
		put_alternate(x, i, &cut);
	if (x->as_json) {
		ssrc_json_close(&x->json, ']');
	} else if (it->n_alternates == 0) {
		indent(x, 1);
		say(x, SSRC_T_E_NO_ALTERNATES, NULL);
		newline(x);
	}
}

static void put_controls(explainer *x, uint32_t item)
{
	const ssrc_item_result *r = &x->a->items[item];
	if (x->as_json)
		ssrc_json_open(&x->json, "controls", '[');
	else if (r->n_controls)
		heading(x, ssrc_text(SSRC_T_E_CONTROLS_HEAD, x->lang));
	for (uint32_t i = 0; r->n_controls && i < x->chain->n_events; i++) {
		const ssrc_event *event = &x->chain->events[i];
		if (!event_hits(event, item) || !ssrc_event_restricts(x->a, event, item))
			continue;
		const ssrc_cell *from = ssrc_fact_cell(x->chain, SSRC_FILE_EVENTS, event->row, SSRC_COMMON_FROM);
		const ssrc_cell *to = ssrc_fact_cell(x->chain, SSRC_FILE_EVENTS, event->row, SSRC_COMMON_TO);
		if (x->as_json) {
			ssrc_json_open(&x->json, NULL, '{');
			ssrc_json_string(&x->json, "event", event->id);
			ssrc_json_string(&x->json, "title_en", event->title[0]);
			ssrc_json_string(&x->json, "title_zh", event->title[1]);
			ssrc_json_string(&x->json, "from", from->text);
			ssrc_json_string(&x->json, "to", *to->text ? to->text : NULL);
			ssrc_json_integer(&x->json, "evidence", (int64_t)cite(x, SSRC_FILE_EVENTS, event->row));
			ssrc_json_close(&x->json, '}');
			continue;
		}
		indent(x, 1);
		ssrc_buf_printf(x->out, "· %s (%s → %s)", ssrc_name(event->title, event->id, x->lang), from->text,
				*to->text ? to->text : "…");
		put_cite(x, SSRC_FILE_EVENTS, event->row);
		newline(x);
	}
	if (x->as_json)
		ssrc_json_close(&x->json, ']');
}

/* ---- evidence ---------------------------------------------------------------------------------------------------- */

/* The key cells of a row, joined. */
static void row_label(const ssrc_chain *chain, ssrc_file_id file, uint32_t row, char *out, size_t size)
{
	const ssrc_table *table = &chain->package->tables[file];
	size_t used = (size_t)snprintf(out, size, "%s", ssrc_schema[file].name);
	for (const char *p = ssrc_schema[file].key; used < size;) {
		size_t n = strcspn(p, ",");
		char name[40];
		snprintf(name, sizeof name, "%.*s", (int)n, p);
		const ssrc_cell *cell = ssrc_table_cell(table, row, ssrc_schema_column(file, name));
		if (cell->len)
			used += (size_t)snprintf(out + used, size - used, " %s", cell->text);
		if (p[n] == '\0')
			break;
		p += n + 1;
	}
}

typedef struct source_writer {
	explainer *x;
	bool any;
} source_writer;

static bool write_source(void *user, const char *text, size_t len)
{
	source_writer *writer = user;
	explainer *x = writer->x;
	const ssrc_table *table = &x->chain->package->tables[SSRC_FILE_SOURCES];
	uint32_t found = SSRC_NONE;
	uint32_t symbol = ssrc_symbols_find(&x->chain->package->ids[SSRC_FILE_SOURCES], text, len);
	for (uint32_t row = 0; symbol != SSRC_NONE && row < table->n_rows && found == SSRC_NONE; row++) {
		const ssrc_cell *id = ssrc_table_cell(table, row, 0);
		if (id->len == len && memcmp(id->text, text, len) == 0)
			found = row;
	}
	const char *title = "", *date = "", *grade = "", *url = "";
	if (found != SSRC_NONE) {
		title = ssrc_table_cell(table, found, ssrc_schema_column(SSRC_FILE_SOURCES, "title"))->text;
		date = ssrc_table_cell(table, found, ssrc_schema_column(SSRC_FILE_SOURCES, "published"))->text;
		grade = ssrc_table_cell(table, found, ssrc_schema_column(SSRC_FILE_SOURCES, "grade"))->text;
		url = ssrc_table_cell(table, found, ssrc_schema_column(SSRC_FILE_SOURCES, "url"))->text;
	}
	writer->any = true;
	if (x->as_json) {
		char id[80];
		snprintf(id, sizeof id, "%.*s", (int)(len < 79 ? len : 79), text);
		ssrc_json_open(&x->json, NULL, '{');
		ssrc_json_string(&x->json, "source", id);
		ssrc_json_string(&x->json, "title", title);
		ssrc_json_string(&x->json, "published", *date ? date : NULL);
		ssrc_json_string(&x->json, "grade", *grade ? grade : NULL);
		ssrc_json_string(&x->json, "url", *url ? url : NULL);
		ssrc_json_close(&x->json, '}');
		return true;
	}
	indent(x, 3);
	ssrc_buf_printf(x->out, "%.*s %s%s%s%s", (int)len, text, title, *date ? ", " : "", date, *grade ? ", " : "");
	if (*grade)
		say(x, SSRC_T_E_GRADE_OF, grade, NULL);
	newline(x);
	return true;
}

static void put_evidence_row(explainer *x, size_t number)
{
	ssrc_file_id file = x->evidence.file[number - 1];
	uint32_t row = x->evidence.row[number - 1];
	const ssrc_cell *kind = ssrc_fact_cell(x->chain, file, row, SSRC_COMMON_EVIDENCE);
	const ssrc_cell *source = ssrc_fact_cell(x->chain, file, row, SSRC_COMMON_SOURCE);
	const ssrc_cell *note = ssrc_fact_cell(x->chain, file, row, SSRC_COMMON_NOTE);
	char label[300];
	row_label(x->chain, file, row, label, sizeof label);
	source_writer writer = {x, false};
	if (x->as_json) {
		ssrc_json_open(&x->json, NULL, '{');
		ssrc_json_integer(&x->json, "evidence", (int64_t)number);
		ssrc_json_string(&x->json, "row", label);
		ssrc_json_string(&x->json, "kind", *kind->text ? kind->text : NULL);
		ssrc_json_string(&x->json, "note", *note->text ? note->text : NULL);
		ssrc_json_open(&x->json, "sources", '[');
		ssrc_cell_list(source, ';', write_source, &writer);
		ssrc_json_close(&x->json, ']');
		ssrc_json_close(&x->json, '}');
		return;
	}
	ssrc_text_id word = strcmp(kind->text, "observed") == 0    ? SSRC_T_E_OBSERVED
			    : strcmp(kind->text, "estimated") == 0 ? SSRC_T_E_ESTIMATED
			    : strcmp(kind->text, "assumed") == 0   ? SSRC_T_E_ASSUMED
								   : SSRC_T_E_NO_KIND;
	indent(x, 1);
	ssrc_buf_printf(x->out, "[E%zu] %s · %s%s%s\n", number, label, ssrc_text(word, x->lang),
			*note->text ? " · " : "", note->text);
	ssrc_cell_list(source, ';', write_source, &writer);
	if (!writer.any) {
		indent(x, 3);
		say(x, SSRC_T_E_NO_SOURCE, NULL);
		newline(x);
	}
}

static void put_evidence(explainer *x)
{
	if (x->as_json)
		ssrc_json_open(&x->json, "evidence", '[');
	else if (x->evidence.count)
		heading(x, ssrc_text(SSRC_T_E_EVIDENCE, x->lang));
	for (size_t i = 1; i <= x->evidence.count; i++)
		put_evidence_row(x, i);
	if (x->as_json)
		ssrc_json_close(&x->json, ']');
}

/* ---- an item ------------------------------------------------------------------------------------------------------
 */

static void json_head(explainer *x, const char *what, const char *id)
{
	char day[11];
	ssrc_date_format(x->chain->as_of, day);
	ssrc_json_begin(&x->json, x->out, true);
	ssrc_json_open(&x->json, NULL, '{');
	ssrc_json_string(&x->json, "schema", "secondsource/explain/1");
	ssrc_json_string(&x->json, "program", x->options->version);
	ssrc_json_string(&x->json, "home", x->a->home.text);
	ssrc_json_string(&x->json, "basis", ssrc_basis_word(x->a->basis));
	ssrc_json_string(&x->json, "as_of", day);
	ssrc_json_string(&x->json, what, id);
}

static ssrc_status explain_item(explainer *x, uint32_t item)
{
	const ssrc_item_result *r = &x->a->items[item];
	if (x->as_json) {
		json_head(x, "item", x->chain->items[item].id);
		if (r->level < 0)
			ssrc_json_string(&x->json, "level", NULL);
		else
			ssrc_json_integer(&x->json, "level", r->level);
		ssrc_json_interval(&x->json, "level_range", r->level_low, r->level_high);
		ssrc_json_string(&x->json, "grade", (char[]){ssrc_grade_letter(r->grade), 0});
	} else {
		put_item_head(x, item);
	}
	put_rule(x, item);
	ssrc_status status = put_loss(x, item, SSRC_MODE_RUN);
	if (!status && (r->loss[SSRC_MODE_GROW].at[SSRC_CASE_HIGH] > r->loss[SSRC_MODE_RUN].at[SSRC_CASE_HIGH]))
		status = put_loss(x, item, SSRC_MODE_GROW);
	if (!status)
		status = put_larger_cuts(x, item);
	if (!status)
		status = put_counterfactuals(x, item);
	if (status)
		return status;
	if (x->as_json)
		supply_json(x, item);
	else
		put_supply_text(x, item);
	put_controls(x, item);
	put_alternates(x, item);
	if (x->as_json) /* every row behind the supply figures */
		for (int f = 0; f < SSRC_FACT_COUNT; f++)
			cite_fact(x, item, (ssrc_fact)f);
	put_evidence(x);
	if (x->as_json) {
		ssrc_json_close(&x->json, '}');
		ssrc_json_end(&x->json);
	}
	return SSRC_OK;
}

/* ---- a party or a country ------------------------------------------------------------------------------------------
 */

/* The share of an item that a party holds: its own row, or up to all of a joint holding it is part of. */
static bool party_share(const explainer *x, uint32_t item, uint32_t party, ssrc_estimate *out, uint32_t *row)
{
	uint32_t index = x->a->items[item].supply.firm_set;
	for (uint32_t i = 0; index != SSRC_NONE && i < x->chain->sets[index].count; i++) {
		const ssrc_share *share = &x->chain->shares[x->chain->sets[index].first + i];
		double low = share->share.low, high = share->share.high;
		if (share->kind == SSRC_BY_PARTY && share->party == party) {
			*out = (ssrc_estimate){{low, (low + high) / 2, high}};
			*row = share->row;
			return true;
		}
		for (uint32_t m = 0; share->kind == SSRC_BY_JOINT && m < share->n_members; m++) {
			if (x->chain->parties[share->members[m]].same_as != party)
				continue;
			*out = (ssrc_estimate){{0, (low + high) / 2 / share->n_members, high}};
			*row = share->row;
			return true;
		}
	}
	return false;
}

static void put_supplied_item(explainer *x, uint32_t item, const ssrc_estimate *direct, const ssrc_estimate *through,
			      uint32_t row)
{
	if (x->as_json) {
		ssrc_json_open(&x->json, NULL, '{');
		ssrc_json_string(&x->json, "item", x->chain->items[item].id);
		ssrc_json_number(&x->json, "share", direct->at[SSRC_CASE_MID]);
		ssrc_json_interval(&x->json, "share_range", direct->at[SSRC_CASE_LOW], direct->at[SSRC_CASE_HIGH]);
		if (through)
			ssrc_json_number(&x->json, "looked_through", through->at[SSRC_CASE_MID]);
		ssrc_json_close(&x->json, '}');
		if (row != SSRC_NONE)
			cite(x, SSRC_FILE_SHARES, row);
		return;
	}
	char a[64], b[64];
	ssrc_put_estimate(a, direct, 100, 0);
	indent(x, 1);
	ssrc_buf_printf(x->out, "%s (%s): ", ssrc_name(x->chain->items[item].name, "", x->lang),
			x->chain->items[item].id);
	if (through) {
		ssrc_put_estimate(b, through, 100, 0);
		say(x, SSRC_T_E_DEPENDS, a, b, NULL);
	} else {
		ssrc_buf_printf(x->out, "%s %%", a);
	}
	if (row != SSRC_NONE)
		put_cite(x, SSRC_FILE_SHARES, row);
	newline(x);
}

static void put_supplied(explainer *x, uint32_t party, uint32_t country)
{
	if (x->as_json)
		ssrc_json_open(&x->json, "items", '[');
	else
		heading(x, ssrc_text(SSRC_T_E_SUPPLIES, x->lang));
	for (uint32_t k = 0; k < x->chain->n_items; k++) {
		uint32_t item = x->a->rank[k], row = SSRC_NONE;
		ssrc_estimate direct;
		if (country == SSRC_NONE) {
			if (party_share(x, item, party, &direct, &row))
				put_supplied_item(x, item, &direct, NULL, row);
			continue;
		}
		direct = x->a->items[item].supply.country[country];
		if (direct.at[SSRC_CASE_MID] > 0)
			put_supplied_item(x, item, &direct,
					  &x->a->dependence[(size_t)item * x->chain->n_countries + country], SSRC_NONE);
	}
	if (x->as_json)
		ssrc_json_close(&x->json, ']');
}

static ssrc_status explain_other(explainer *x, uint32_t party, uint32_t country)
{
	bool block[26 * 26] = {false};
	ssrc_cut cut = {.party = party, .item = SSRC_NONE};
	if (country != SSRC_NONE) {
		block[country] = true;
		cut.countries = block;
	}
	ssrc_estimate run = {{0, 0, 0}};
	double growth = 0;
	uint32_t left_out = 0;
	for (int which = 0; which < SSRC_CASES; which++) {
		ssrc_loss loss;
		ssrc_status status =
			ssrc_loss_if_cut(&loss, x->w, &cut, (ssrc_case)which, SSRC_MODE_RUN, &ssrc_no_change, x->err);
		if (status)
			return status;
		run.at[which] = loss.weeks;
		if (which != SSRC_CASE_MID)
			continue;
		left_out = loss.left_out;
		status = ssrc_loss_if_cut(&loss, x->w, &cut, SSRC_CASE_MID, SSRC_MODE_GROW, &ssrc_no_change, x->err);
		if (status)
			return status;
		growth = loss.weeks;
	}
	const char *id = country != SSRC_NONE ? x->chain->countries[country] : x->chain->parties[party].id;
	if (x->as_json) {
		json_head(x, country != SSRC_NONE ? "country" : "party", id);
		ssrc_json_number(&x->json, "loss_weeks", run.at[SSRC_CASE_MID]);
		ssrc_json_interval(&x->json, "loss_weeks_range", run.at[SSRC_CASE_LOW], run.at[SSRC_CASE_HIGH]);
		ssrc_json_number(&x->json, "growth_loss_weeks", growth);
		ssrc_json_integer(&x->json, "items_left_out", left_out);
	} else {
		const char *name = country != SSRC_NONE ? ssrc_country_name(id, x->lang)
							: ssrc_name(x->chain->parties[party].name, id, x->lang);
		char title[200], day[11], numbers[4][40];
		ssrc_date_format(x->chain->as_of, day);
		ssrc_text_fill(title, sizeof title,
			       ssrc_text(country != SSRC_NONE ? SSRC_T_E_COUNTRY_HEAD : SSRC_T_E_PARTY_HEAD, x->lang),
			       (const char *[]){name}, 1);
		ssrc_paint_text(x->out, title, SSRC_BOLD, x->options->colour);
		newline(x);
		say(x, SSRC_T_E_HEAD, x->a->home.text, ssrc_basis_word(x->a->basis), day, NULL);
		newline(x);
		put_number(numbers[0], run.at[SSRC_CASE_MID], 1);
		put_number(numbers[1], run.at[SSRC_CASE_LOW], 1);
		put_number(numbers[2], run.at[SSRC_CASE_HIGH], 1);
		put_number(numbers[3], growth, 1);
		say(x, SSRC_T_E_PARTY_LOSS, numbers[0], numbers[1], numbers[2], numbers[3]);
		newline(x);
		if (left_out) {
			char number[24];
			snprintf(number, sizeof number, "%u", left_out);
			say(x, SSRC_T_E_LEFT_OUT, number, NULL);
			newline(x);
		}
		if (party != SSRC_NONE) {
			const ssrc_party *p = &x->chain->parties[party];
			const char *places[3];
			static const ssrc_basis bases[] = {SSRC_BASIS_SITE, SSRC_BASIS_HQ, SSRC_BASIS_PARENT};
			for (size_t k = 0; k < 3; k++) {
				uint32_t where = ssrc_party_country(p, bases[k]);
				places[k] = where == SSRC_NONE ? "?" : x->chain->countries[where];
			}
			say(x, SSRC_T_E_BASES, places[0], places[1], places[2], NULL);
			put_cite(x, SSRC_FILE_PARTIES, p->row);
			newline(x);
		}
	}
	put_supplied(x, party, country);
	put_evidence(x);
	if (x->as_json) {
		ssrc_json_close(&x->json, '}');
		ssrc_json_end(&x->json);
	}
	return SSRC_OK;
}

/* ---- finding what is meant
 * ------------------------------------------------------------------------------------------- */

ssrc_status ssrc_report_explain(ssrc_buf *out, const ssrc_assessment *a, const char *what,
				const ssrc_report_options *options, ssrc_error *err)
{
	explainer *x = ssrc_alloc_array(a->ctx, 1, sizeof *x);
	if (!x)
		return ssrc_fail(err, SSRC_NOMEM, SSRC_M_NOMEM, NULL, NULL, NULL);
	x->a = a;
	x->chain = a->chain;
	x->options = options;
	x->lang = options->lang;
	x->out = out;
	x->as_json = options->format == SSRC_FORMAT_JSON;
	x->err = err;
	const char *colon = strchr(what, ':');
	const char *id = colon ? colon + 1 : what;
	size_t kind_len = colon ? (size_t)(colon - what) : 0;
	bool item_only = ssrc_text_equal(what, kind_len, "item") || ssrc_text_equal(what, kind_len, "node");
	bool party_only = ssrc_text_equal(what, kind_len, "party"),
	     country_only = ssrc_text_equal(what, kind_len, "country");
	uint32_t item = party_only || country_only ? SSRC_NONE : ssrc_chain_item(a->chain, id);
	uint32_t party = item != SSRC_NONE || item_only || country_only ? SSRC_NONE : ssrc_chain_party(a->chain, id);
	uint32_t country = item != SSRC_NONE || party != SSRC_NONE || item_only || party_only
				   ? SSRC_NONE
				   : ssrc_chain_country(a->chain, id);
	ssrc_status status = ssrc_workspace_new(&x->w, a, err);
	if (!status) {
		if (item != SSRC_NONE)
			status = explain_item(x, item);
		else if (party != SSRC_NONE || country != SSRC_NONE)
			status = explain_other(x, party == SSRC_NONE ? SSRC_NONE : a->chain->parties[party].same_as,
					       country);
		else
			status = ssrc_not_found(a->chain, id, true, err);
	}
	ssrc_workspace_free(x->w);
	ssrc_release(a->ctx, x);
	if (!status && out->failed)
		status = ssrc_fail(err, SSRC_NOMEM, SSRC_M_NOMEM, NULL, NULL, NULL);
	return status;
}
