/* A stress test as text, CSV and JSON. */
#include "report.h"

#include "io/csv.h"
#include "io/json.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { PATH_CELLS = 26 };

typedef struct page {
	ssrc_buf *out;
	const ssrc_stress *s;
	const ssrc_chain *chain;
	const ssrc_stress_best *best;
	const ssrc_report_options *options;
	ssrc_lang lang;
	size_t top;
} page;

static const char *word(const page *p, ssrc_text_id id)
{
	return ssrc_text(id, p->lang);
}

static const char *item_name(const page *p, uint32_t item)
{
	return ssrc_name(p->chain->items[item].name, p->chain->items[item].id, p->lang);
}

static size_t shown(const page *p, size_t n)
{
	return p->top && p->top < n ? p->top : n;
}

static bool has_runs(const page *p)
{
	return p->s->options.runs > 0;
}

static void put_more(const page *p, size_t n)
{
	char left[24];
	if (shown(p, n) == n)
		return;
	snprintf(left, sizeof left, "%zu", n - shown(p, n));
	ssrc_put_line(p->out, p->lang, SSRC_T_S_MORE, (const char *[]){left}, 1);
}

/* ---- head --------------------------------------------------------------------------------------------------- */

static void put_cut(const page *p, const ssrc_scenario_cut *cut)
{
	char items[300] = "", fraction[64], start[24], span[64], weeks[120], back[120] = "";
	for (uint32_t i = 0; i < cut->n_items && strlen(items) < 200; i++)
		snprintf(items + strlen(items), sizeof items - strlen(items), "%s%s", i ? ", " : "",
			 p->chain->items[cut->items[i]].id);
	ssrc_put_range(fraction, cut->fraction.low, cut->fraction.high, 100, 0);
	ssrc_put_short(start, cut->start, 1);
	ssrc_put_range(span, cut->weeks.low, cut->weeks.high, 1, 0);
	const char *arg = span;
	if (isnan(cut->weeks.low))
		snprintf(weeks, sizeof weeks, "%s", word(p, SSRC_T_S_OWN_RECOVERY));
	else
		ssrc_text_fill(weeks, sizeof weeks, word(p, SSRC_T_S_FOR_WEEKS), &arg, 1);
	ssrc_put_range(span, cut->recovery_weeks.low, cut->recovery_weeks.high, 1, 0);
	if (cut->recovery != SSRC_RECOVERY_STEP)
		ssrc_text_fill(back, sizeof back,
			       word(p, cut->recovery == SSRC_RECOVERY_S ? SSRC_T_S_RETURN_S : SSRC_T_S_RETURN_LINEAR),
			       &arg, 1);
	const char *args[] = {ssrc_cut_kind_word(cut->kind),
			      ssrc_cut_target(p->chain, cut),
			      *items ? items : word(p, SSRC_T_S_ALL_ITEMS),
			      fraction,
			      start,
			      weeks,
			      back};
	ssrc_put_line(p->out, p->lang, SSRC_T_S_CUT, args, 7);
}

static void put_head(const page *p)
{
	const ssrc_stress_options *o = &p->s->options;
	const ssrc_scenario *scenario = p->s->scenario;
	char weeks[24], step[24], runs[24], seed[24], line[600];
	const char *title[] = {scenario->id, ssrc_name(scenario->title, scenario->id, p->lang)};
	ssrc_text_fill(line, sizeof line, word(p, scenario->exercise ? SSRC_T_S_TITLE : SSRC_T_S_TITLE_REAL), title, 2);
	ssrc_paint_text(p->out, line, SSRC_BOLD, p->options->colour);
	ssrc_buf_putc(p->out, '\n');
	snprintf(weeks, sizeof weeks, "%u", o->weeks);
	ssrc_put_short(step, o->step, 2);
	const char *setting[] = {p->s->a->home.text,
				 ssrc_basis_word(p->s->a->basis),
				 weeks,
				 o->step == floor(o->step) ? ssrc_put_short(step, o->step, 0) : step,
				 word(p, (ssrc_text_id)(SSRC_T_S_FORM_0 + (int)o->form)),
				 word(p, (ssrc_text_id)(SSRC_T_S_RATION_0 + (int)o->rationing)),
				 word(p, (ssrc_text_id)(SSRC_T_S_MODE_0 + (int)o->mode))};
	ssrc_put_line(p->out, p->lang, SSRC_T_S_SETTING, setting, 7);
	for (uint32_t c = 0; c < scenario->n_cuts; c++)
		put_cut(p, &scenario->cuts[c]);
	if (has_runs(p)) {
		snprintf(runs, sizeof runs, "%u", o->runs);
		snprintf(seed, sizeof seed, "%llu", (unsigned long long)o->seed);
		ssrc_put_line(p->out, p->lang, SSRC_T_S_RUNS, (const char *[]){runs, seed}, 2);
	}
	ssrc_buf_putc(p->out, '\n');
}

/* ---- answers first ------------------------------------------------------------------------------------------ */

static void put_bands(const page *p, const ssrc_stress_band *band, char half[64], char most[64])
{
	(void)p;
	ssrc_put_range(half, band->p25, band->p75, 1, 1);
	ssrc_put_range(most, band->p05, band->p95, 1, 1);
}

static void put_first(const page *p)
{
	const ssrc_stress *s = p->s;
	uint32_t first = SSRC_NONE, product = SSRC_NONE;
	for (uint32_t k = 0; k < s->n_ranking; k++) {
		uint32_t item = s->ranking[k];
		double week = s->items[item].first_short.at[SSRC_CASE_MID];
		double before = first == SSRC_NONE ? (double)INFINITY : s->items[first].first_short.at[SSRC_CASE_MID];
		/* Of those in the same week what is cut itself is the first. */
		if (week < before || (isfinite(week) && week == before && s->items[item].hit && !s->items[first].hit))
			first = item;
	}
	for (uint32_t k = 0; k < s->n_products; k++) {
		double week = s->items[s->products[k]].first_short.at[SSRC_CASE_MID];
		if (isfinite(week) && (product == SSRC_NONE || week < s->items[product].first_short.at[SSRC_CASE_MID]))
			product = s->products[k];
	}
	char weeks[24], at[24], product_at[24];
	if (first == SSRC_NONE) {
		snprintf(weeks, sizeof weeks, "%u", s->options.weeks);
		ssrc_put_line(p->out, p->lang, SSRC_T_S_NONE_SHORT, (const char *[]){weeks}, 1);
		return;
	}
	ssrc_put_short(at, s->items[first].first_short.at[SSRC_CASE_MID], 1);
	ssrc_put_short(product_at,
		       product == SSRC_NONE ? (double)INFINITY : s->items[product].first_short.at[SSRC_CASE_MID], 1);
	const char *args[] = {item_name(p, first), at, product == SSRC_NONE ? "–" : item_name(p, product), product_at};
	ssrc_put_line(p->out, p->lang, SSRC_T_S_FIRST, args, 4);
}

static void put_best(const page *p)
{
	const ssrc_stress_best *best = p->best;
	char low[24], alone[24], gap[24], million[40];
	const char *measure = best->money ? ssrc_put_million(million, p->chain, p->lang) : word(p, SSRC_T_S_BEST_UNIT);
	if (!best->computed) {
		if (best->why_not)
			ssrc_put_line(p->out, p->lang, SSRC_T_S_BEST_FAILED, (const char *[]){best->why_not}, 1);
		return;
	}
	if (best->alone > 0 && best->best >= best->alone) {
		const char *none[] = {ssrc_put_short(alone, best->alone, 1), measure};
		ssrc_put_line(p->out, p->lang, SSRC_T_S_BEST_NONE, none, 2);
		return;
	}
	const char *args[] = {ssrc_put_short(low, best->best, 1), measure, ssrc_put_short(alone, best->alone, 1),
			      ssrc_put_short(gap, best->alone - best->best, 1)};
	ssrc_put_line(p->out, p->lang, SSRC_T_S_BEST, args, 4);
}

static void put_answers(const page *p)
{
	const ssrc_stress *s = p->s;
	char mid[24], range[64], half[64], most[64], count[24], million[40];
	ssrc_put_range(range, s->loss.at[SSRC_CASE_LOW], s->loss.at[SSRC_CASE_HIGH], 1, 1);
	const char *loss[] = {ssrc_put_short(mid, s->loss.at[SSRC_CASE_MID], 1), range};
	ssrc_put_line(p->out, p->lang, SSRC_T_S_LOSS, loss, 2);
	if (has_runs(p)) {
		put_bands(p, &s->loss_band, half, most);
		const char *bands[] = {ssrc_put_short(mid, s->loss_band.p50, 1), half, most};
		ssrc_put_line(p->out, p->lang, SSRC_T_S_LOSS_BANDS, bands, 3);
	}
	if (!isnan(s->value.at[SSRC_CASE_MID])) {
		ssrc_put_range(range, s->value.at[SSRC_CASE_LOW], s->value.at[SSRC_CASE_HIGH], 1, 1);
		const char *value[] = {ssrc_put_short(mid, s->value.at[SSRC_CASE_MID], 1), range,
				       ssrc_put_million(million, p->chain, p->lang)};
		ssrc_put_line(p->out, p->lang, SSRC_T_S_VALUE, value, 3);
	}
	put_first(p);
	put_best(p);
	if (s->left_out) {
		snprintf(count, sizeof count, "%u", s->left_out);
		ssrc_put_line(p->out, p->lang, SSRC_T_S_LEFT_OUT, (const char *[]){count}, 1);
	}
}

/* ---- tables --------------------------------------------------------------------------------------------------- */

/* The path as blocks of eight heights, the mean of some steps each. */
static void put_path(char out[4 * PATH_CELLS + 1], const double *output, uint32_t n)
{
	static const char *const blocks[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
	uint32_t cells = n < PATH_CELLS ? n : PATH_CELLS;
	*out = '\0';
	for (uint32_t c = 0; c < cells; c++) {
		uint32_t from = (uint32_t)((uint64_t)c * n / cells), to = (uint32_t)((uint64_t)(c + 1) * n / cells);
		double sum = 0;
		for (uint32_t t = from; t < to; t++)
			sum += output[t];
		int height = (int)ceil(sum / (to - from) * 8 - 1e-9) - 1;
		strcat(out, blocks[height < 0 ? 0 : height > 7 ? 7 : height]);
	}
}

static void begin_table(const page *p, ssrc_text_table *table, ssrc_text_id title)
{
	ssrc_buf_putc(p->out, '\n');
	ssrc_paint_text(p->out, word(p, title), SSRC_BOLD, p->options->colour);
	ssrc_buf_putc(p->out, '\n');
	ssrc_text_table_begin(table, p->s->ctx);
}

static void end_table(const page *p, ssrc_text_table *table, size_t n)
{
	ssrc_text_table_write(table, p->out, p->options->colour, p->options->width);
	if (table->failed)
		p->out->failed = true;
	ssrc_text_table_end(table);
	put_more(p, n);
}

static void put_estimate_cell(ssrc_text_table *table, const ssrc_estimate *e, ssrc_paint paint)
{
	char text[64];
	ssrc_put_estimate(text, e, 1, 1);
	ssrc_text_table_put(table, text, paint);
}

static void put_products(const page *p)
{
	ssrc_text_table table;
	char head[80], weeks[24], half[64], most[64], path[4 * PATH_CELLS + 1];
	const char *arg = weeks;
	if (p->s->n_products == 0)
		return;
	snprintf(weeks, sizeof weeks, "%u", p->s->options.weeks);
	ssrc_text_fill(head, sizeof head, word(p, SSRC_T_S_PATH), &arg, 1);
	begin_table(p, &table, SSRC_T_S_PRODUCTS);
	ssrc_text_table_column(&table, word(p, SSRC_T_S_PRODUCT), SSRC_LEFT);
	ssrc_text_table_column(&table, word(p, SSRC_T_W_LOSS), SSRC_RIGHT);
	ssrc_text_table_column(&table, word(p, SSRC_T_S_FIRST_SHORT), SSRC_RIGHT);
	if (has_runs(p)) {
		ssrc_text_table_optional(&table, word(p, SSRC_T_S_BAND50), SSRC_RIGHT, 2);
		ssrc_text_table_optional(&table, word(p, SSRC_T_S_BAND90), SSRC_RIGHT, 1);
	}
	ssrc_text_table_optional(&table, head, SSRC_LEFT, 3);
	for (size_t k = 0; k < shown(p, p->s->n_products); k++) {
		const ssrc_stress_item *item = &p->s->items[p->s->products[k]];
		ssrc_text_table_put(&table, item_name(p, p->s->products[k]), SSRC_PLAIN);
		put_estimate_cell(&table, &item->loss, SSRC_PLAIN);
		put_estimate_cell(&table, &item->first_short, SSRC_PLAIN);
		if (has_runs(p)) {
			put_bands(p, &item->loss_band, half, most);
			ssrc_text_table_put(&table, half, SSRC_PLAIN);
			ssrc_text_table_put(&table, most, SSRC_PLAIN);
		}
		put_path(path, p->s->paths[k][SSRC_CASE_MID].output, p->s->n_steps);
		ssrc_text_table_put(&table, path, SSRC_PLAIN);
	}
	end_table(p, &table, p->s->n_products);
}

static bool any_training(const page *p)
{
	for (uint32_t k = 0; k < p->s->n_ranking; k++)
		if (!isnan(p->s->items[p->s->ranking[k]].multiplier.at[SSRC_CASE_MID]))
			return true;
	return false;
}

static void put_items(const page *p)
{
	ssrc_text_table table;
	char text[64];
	bool training = any_training(p);
	if (p->s->n_ranking == 0)
		return;
	begin_table(p, &table, SSRC_T_S_ITEMS);
	ssrc_text_table_column(&table, word(p, SSRC_T_W_ITEM), SSRC_LEFT);
	ssrc_text_table_column(&table, word(p, SSRC_T_S_LOST), SSRC_RIGHT);
	ssrc_text_table_optional(&table, word(p, SSRC_T_S_FIRST_SHORT), SSRC_RIGHT, 2);
	ssrc_text_table_column(&table, word(p, SSRC_T_S_TTS), SSRC_RIGHT);
	ssrc_text_table_column(&table, word(p, SSRC_T_S_TTR), SSRC_RIGHT);
	ssrc_text_table_optional(&table, word(p, SSRC_T_S_EXPOSED), SSRC_LEFT, 1);
	ssrc_text_table_column(&table, word(p, SSRC_T_W_LOSS), SSRC_RIGHT);
	if (training)
		ssrc_text_table_column(&table, word(p, SSRC_T_S_TRAINING), SSRC_RIGHT);
	if (has_runs(p))
		ssrc_text_table_optional(&table, word(p, SSRC_T_S_ODDS), SSRC_RIGHT, 3);
	for (size_t k = 0; k < shown(p, p->s->n_ranking); k++) {
		const ssrc_stress_item *item = &p->s->items[p->s->ranking[k]];
		bool exposed = item->tts.at[SSRC_CASE_MID] < item->ttr.at[SSRC_CASE_MID];
		ssrc_text_table_put(&table, p->chain->items[p->s->ranking[k]].id, SSRC_PLAIN);
		ssrc_put_estimate(text, &item->lost_supply, 100, 0);
		ssrc_text_table_put(&table, item->hit ? text : "–", SSRC_PLAIN);
		put_estimate_cell(&table, &item->first_short, SSRC_PLAIN);
		put_estimate_cell(&table, &item->tts, SSRC_PLAIN);
		put_estimate_cell(&table, &item->ttr, SSRC_PLAIN);
		ssrc_text_table_put(&table, word(p, exposed ? SSRC_T_S_EXPOSED_YES : SSRC_T_S_EXPOSED_NO),
				    exposed ? SSRC_LEVEL_3 : SSRC_PLAIN);
		put_estimate_cell(&table, &item->loss, SSRC_PLAIN);
		if (training && isnan(item->multiplier.at[SSRC_CASE_MID]))
			ssrc_text_table_put(&table, "–", SSRC_PLAIN);
		else if (training)
			put_estimate_cell(&table, &item->multiplier, SSRC_PLAIN);
		if (has_runs(p)) {
			ssrc_put_short(text, item->short_odds * 100, 0);
			ssrc_text_table_put(&table, text, SSRC_PLAIN);
		}
	}
	end_table(p, &table, p->s->n_ranking);
}

static void put_causes(const page *p)
{
	ssrc_text_table table;
	char spared[24];
	if (p->s->n_causes == 0)
		return;
	begin_table(p, &table, SSRC_T_S_CAUSES);
	ssrc_text_table_column(&table, word(p, SSRC_T_W_ITEM), SSRC_LEFT);
	ssrc_text_table_column(&table, word(p, SSRC_T_S_ALONE), SSRC_RIGHT);
	ssrc_text_table_column(&table, word(p, SSRC_T_S_SPARED), SSRC_RIGHT);
	for (size_t k = 0; k < shown(p, p->s->n_causes); k++) {
		ssrc_text_table_put(&table, p->chain->items[p->s->causes[k].item].id, SSRC_PLAIN);
		put_estimate_cell(&table, &p->s->causes[k].loss, SSRC_PLAIN);
		ssrc_text_table_put(&table, ssrc_put_short(spared, p->s->causes[k].spared, 1), SSRC_PLAIN);
	}
	end_table(p, &table, p->s->n_causes);
}

/* What the input belongs to: an item, or a cut as a whole. */
static const char *input_of(const page *p, const ssrc_tornado_row *row)
{
	if (row->item != SSRC_NONE)
		return p->chain->items[row->item].id;
	return row->index < p->s->scenario->n_cuts ? ssrc_cut_target(p->chain, &p->s->scenario->cuts[row->index]) : "?";
}

static void input_name(const page *p, const ssrc_tornado_row *row, char out[160], ssrc_lang lang)
{
	const char *item = input_of(p, row);
	ssrc_text_fill(out, 160, ssrc_text((ssrc_text_id)(SSRC_T_S_IN_0 + (int)row->kind), lang), &item, 1);
}

/* Shares of supply and fractions are shown in percent. */
static double input_scale(ssrc_input_kind kind)
{
	return kind == SSRC_INPUT_SHARE || kind == SSRC_INPUT_FRACTION || kind == SSRC_INPUT_COVER ||
			       kind == SSRC_INPUT_GAP || kind == SSRC_INPUT_PART
		       ? 100
		       : 1;
}

static double swing(const ssrc_tornado_row *row)
{
	return fabs(row->loss_high - row->loss_low);
}

static void put_tornado(const page *p)
{
	ssrc_text_table table;
	char text[160], range[64];
	if (p->s->n_tornado == 0)
		return;
	begin_table(p, &table, SSRC_T_S_TORNADO);
	ssrc_text_table_column(&table, word(p, SSRC_T_S_INPUT), SSRC_LEFT);
	ssrc_text_table_column(&table, word(p, SSRC_T_S_INTERVAL), SSRC_RIGHT);
	ssrc_text_table_column(&table, word(p, SSRC_T_S_LOSS_LOW_HIGH), SSRC_RIGHT);
	ssrc_text_table_optional(&table, word(p, SSRC_T_S_SWING), SSRC_LEFT, 1);
	for (size_t k = 0; k < shown(p, p->s->n_tornado); k++) {
		const ssrc_tornado_row *row = &p->s->tornado[k];
		double scale = input_scale(row->kind);
		input_name(p, row, text, p->lang);
		ssrc_text_table_put(&table, text, SSRC_PLAIN);
		ssrc_put_range(range, row->low, row->high, scale, 0);
		ssrc_text_table_put(&table, scale > 1 ? strcat(range, " %") : range, SSRC_PLAIN);
		ssrc_put_range(range, row->loss_low, row->loss_high, 1, 1);
		ssrc_text_table_put(&table, range, SSRC_PLAIN);
		int bar = (int)lround(20 * swing(row) / fmax(swing(&p->s->tornado[0]), 1e-12));
		text[0] = '\0';
		for (int b = 0; b < bar && b < 20; b++)
			strcat(text, "█");
		ssrc_text_table_put(&table, text, SSRC_PLAIN);
	}
	end_table(p, &table, p->s->n_tornado);
}

/* What in the tables needs a word. */
static void put_key(const page *p)
{
	bool outside = false, free = false;
	for (size_t k = 0; k < shown(p, p->s->n_ranking); k++) {
		const ssrc_stress_item *item = &p->s->items[p->s->ranking[k]];
		const double *loss = item->loss.at;
		outside |= loss[SSRC_CASE_MID] < fmin(loss[SSRC_CASE_LOW], loss[SSRC_CASE_HIGH]) - 0.05 ||
			   loss[SSRC_CASE_MID] > fmax(loss[SSRC_CASE_LOW], loss[SSRC_CASE_HIGH]) + 0.05;
		free |= isinf(item->tts.at[SSRC_CASE_MID]) && loss[SSRC_CASE_MID] >= 0.05;
	}
	ssrc_put_line(p->out, p->lang, SSRC_T_S_KEY, NULL, 0);
	if (free)
		ssrc_put_line(p->out, p->lang, SSRC_T_S_KEY_FREE, NULL, 0);
	if (outside)
		ssrc_put_line(p->out, p->lang, SSRC_T_S_KEY_OUTSIDE, NULL, 0);
	if (has_runs(p))
		ssrc_put_line(p->out, p->lang, SSRC_T_S_KEY_ODDS, NULL, 0);
}

static void put_option(ssrc_buf *out, const char *name, ssrc_interval value, double usual)
{
	char number[32];
	if (isnan(value.low) || (value.low == usual && value.high == usual))
		return;
	ssrc_format_number(number, value.low);
	ssrc_buf_printf(out, " --%s %s", name, number);
	if (value.high == value.low)
		return;
	ssrc_format_number(number, value.high);
	ssrc_buf_printf(out, "-%s", number);
}

/* The options that describe the scenario to another command: its name, or the cut that was described by options (one
 * for each target, alike in everything else). */
static void describe(ssrc_buf *out, const page *p)
{
	const ssrc_scenario *scenario = p->s->scenario;
	if (*scenario->path) {
		ssrc_buf_printf(out, "--scenario %s", scenario->id);
		return;
	}
	const ssrc_scenario_cut *cut = scenario->cuts;
	for (uint32_t c = 0; c < scenario->n_cuts; c++)
		ssrc_buf_printf(out, "%s%s:%s", c ? "," : "--cut ", ssrc_cut_kind_word(cut[c].kind),
				ssrc_cut_target(p->chain, &cut[c]));
	for (uint32_t i = 0; i < cut->n_items; i++)
		ssrc_buf_printf(out, "%s%s", i ? "," : " --items ", p->chain->items[cut->items[i]].id);
	put_option(out, "fraction", cut->fraction, 1);
	put_option(out, "from-week", (ssrc_interval){cut->start, cut->start}, 0);
	put_option(out, "for-weeks", cut->weeks, (double)NAN);
}

static void put_next(const page *p)
{
	ssrc_buf words;
	ssrc_buf_init(&words, p->s->ctx);
	describe(&words, p);
	if (words.failed)
		p->out->failed = true;
	else if (words.len < 900)
		ssrc_put_line(p->out, p->lang, SSRC_T_S_NEXT, (const char *[]){words.data, p->s->a->home.text}, 2);
	ssrc_buf_clear(&words);
}

static void put_text(const page *p)
{
	const char *home = p->s->a->home.text;
	put_head(p);
	if (!p->s->reaches_home || p->s->n_hit == 0) {
		ssrc_put_line(p->out, p->lang, p->s->reaches_home ? SSRC_T_S_NOTHING_HIT : SSRC_T_S_NOT_REACHED, &home,
			      1);
		return;
	}
	put_answers(p);
	put_products(p);
	put_items(p);
	put_causes(p);
	put_tornado(p);
	ssrc_buf_putc(p->out, '\n');
	put_key(p);
	put_next(p);
}

/* ---- CSV ------------------------------------------------------------------------------------------------------ */

static void csv_text(const page *p, bool first, const char *text)
{
	ssrc_csv_put(p->out, first, text, strlen(text));
}

static void csv_number(const page *p, double x)
{
	char text[32] = "";
	if (isinf(x))
		snprintf(text, sizeof text, "inf");
	else if (!isnan(x))
		ssrc_format_number(text, x);
	csv_text(p, false, text);
}

static void csv_estimate(const page *p, const ssrc_estimate *e)
{
	for (int which = 0; which < SSRC_CASES; which++)
		csv_number(p, e->at[which]);
}

static void csv_band(const page *p, const ssrc_stress_band *b)
{
	const double all[] = {b->p05, b->p25, b->p50, b->p75, b->p95};
	for (size_t i = 0; i < 5; i++)
		csv_number(p, all[i]);
}

/* One row an item that is hit or affected. */
static void put_csv(const page *p)
{
	static const char head[] =
		"scenario,exercise,item,name_en,name_zh,product,hit,lost_supply_low,lost_supply,lost_supply_high,"
		"first_short_week_low,first_short_week,first_short_week_high,tts_weeks_low,tts_weeks,tts_weeks_high,"
		"ttr_weeks_low,ttr_weeks,ttr_weeks_high,loss_weeks_low,loss_weeks,loss_weeks_high,"
		"training_multiplier_low,training_multiplier,training_multiplier_high,loss_weeks_p05,loss_weeks_p25,"
		"loss_weeks_p50,loss_weeks_p75,loss_weeks_p95,short_odds\n";
	if (p->options->bom)
		ssrc_buf_puts(p->out, "\xEF\xBB\xBF");
	ssrc_buf_puts(p->out, head);
	for (uint32_t k = 0; k < p->s->n_ranking; k++) {
		uint32_t item = p->s->ranking[k];
		const ssrc_stress_item *r = &p->s->items[item];
		csv_text(p, true, p->s->scenario->id);
		csv_text(p, false, p->s->scenario->exercise ? "yes" : "no");
		csv_text(p, false, p->chain->items[item].id);
		csv_text(p, false, p->chain->items[item].name[0]);
		csv_text(p, false, p->chain->items[item].name[1]);
		csv_text(p, false, p->chain->items[item].product ? "yes" : "");
		csv_text(p, false, r->hit ? "yes" : "");
		csv_estimate(p, &r->lost_supply);
		csv_estimate(p, &r->first_short);
		csv_estimate(p, &r->tts);
		csv_estimate(p, &r->ttr);
		csv_estimate(p, &r->loss);
		csv_estimate(p, &r->multiplier);
		csv_band(p, &r->loss_band);
		csv_number(p, r->short_odds);
		ssrc_buf_putc(p->out, '\n');
	}
}

/* ---- JSON ----------------------------------------------------------------------------------------------------- */

/* INFINITY is no JSON number: "never" is null, as is unknown; members ending in _never tell them apart. */
static void json_estimate(ssrc_json *json, const char *key, const ssrc_estimate *e)
{
	static const char *const names[] = {"low", "central", "high"};
	ssrc_json_open(json, key, '{');
	for (int which = 0; which < SSRC_CASES; which++) {
		if (isinf(e->at[which]))
			ssrc_json_string(json, names[which], "never");
		else
			ssrc_json_number(json, names[which], e->at[which]);
	}
	ssrc_json_close(json, '}');
}

static void json_band(ssrc_json *json, const char *key, const ssrc_stress_band *b)
{
	ssrc_json_open(json, key, '{');
	ssrc_json_number(json, "p05", b->p05);
	ssrc_json_number(json, "p25", b->p25);
	ssrc_json_number(json, "p50", b->p50);
	ssrc_json_number(json, "p75", b->p75);
	ssrc_json_number(json, "p95", b->p95);
	ssrc_json_close(json, '}');
}

static void json_cuts(ssrc_json *json, const page *p)
{
	ssrc_json_open(json, "cuts", '[');
	for (uint32_t c = 0; c < p->s->scenario->n_cuts; c++) {
		const ssrc_scenario_cut *cut = &p->s->scenario->cuts[c];
		ssrc_json_open(json, NULL, '{');
		ssrc_json_string(json, ssrc_cut_kind_word(cut->kind), ssrc_cut_target(p->chain, cut));
		ssrc_json_open(json, "items", '[');
		for (uint32_t i = 0; i < cut->n_items; i++)
			ssrc_json_string(json, NULL, p->chain->items[cut->items[i]].id);
		ssrc_json_close(json, ']');
		ssrc_json_interval(json, "fraction", cut->fraction.low, cut->fraction.high);
		ssrc_json_number(json, "start_week", cut->start);
		ssrc_json_interval(json, "weeks", cut->weeks.low, cut->weeks.high);
		ssrc_json_interval(json, "recovery_weeks", cut->recovery_weeks.low, cut->recovery_weeks.high);
		ssrc_json_close(json, '}');
	}
	ssrc_json_close(json, ']');
}

static void json_settings(ssrc_json *json, const page *p)
{
	static const char *const rations[] = {"proportional", "priority", "largest"};
	const ssrc_stress_options *o = &p->s->options;
	ssrc_json_open(json, "settings", '{');
	ssrc_json_integer(json, "weeks", o->weeks);
	ssrc_json_number(json, "step", o->step);
	ssrc_json_integer(json, "runs", o->runs);
	ssrc_json_integer(json, "seed", (int64_t)o->seed);
	ssrc_json_string(json, "form", ssrc_production_word(o->form));
	ssrc_json_string(json, "ration", rations[o->rationing]);
	ssrc_json_string(json, "mode", o->mode == SSRC_MODE_GROW ? "grow" : "run");
	ssrc_json_number(json, "refill", o->refill);
	ssrc_json_number(json, "training_weeks", o->training_weeks);
	ssrc_json_close(json, '}');
}

static void json_items(ssrc_json *json, const page *p)
{
	ssrc_json_open(json, "items", '[');
	for (uint32_t k = 0; k < p->s->n_ranking; k++) {
		const ssrc_item *item = &p->chain->items[p->s->ranking[k]];
		const ssrc_stress_item *r = &p->s->items[p->s->ranking[k]];
		ssrc_json_open(json, NULL, '{');
		ssrc_json_string(json, "item", item->id);
		ssrc_json_string(json, "name_en", item->name[0]);
		ssrc_json_string(json, "name_zh", item->name[1]);
		ssrc_json_bool(json, "product", item->product);
		ssrc_json_bool(json, "hit", r->hit);
		json_estimate(json, "lost_supply", &r->lost_supply);
		json_estimate(json, "first_short_week", &r->first_short);
		json_estimate(json, "tts_weeks", &r->tts);
		json_estimate(json, "ttr_weeks", &r->ttr);
		json_estimate(json, "loss_weeks", &r->loss);
		json_estimate(json, "training_multiplier", &r->multiplier);
		if (has_runs(p)) {
			json_band(json, "loss_weeks_runs", &r->loss_band);
			json_band(json, "first_short_week_runs", &r->first_short_band);
			ssrc_json_number(json, "short_odds", r->short_odds);
		}
		ssrc_json_close(json, '}');
	}
	ssrc_json_close(json, ']');
}

static void json_products(ssrc_json *json, const page *p)
{
	static const char *const names[] = {"low", "central", "high"};
	ssrc_json_open(json, "products", '[');
	for (uint32_t k = 0; k < p->s->n_products; k++) {
		ssrc_json_open(json, NULL, '{');
		ssrc_json_string(json, "item", p->chain->items[p->s->products[k]].id);
		ssrc_json_open(json, "output", '{');
		for (int which = 0; which < SSRC_CASES; which++) {
			ssrc_json_open(json, names[which], '[');
			for (uint32_t t = 0; t < p->s->n_steps; t++)
				ssrc_json_number(json, NULL, p->s->paths[k][which].output[t]);
			ssrc_json_close(json, ']');
		}
		ssrc_json_close(json, '}');
		if (p->s->bands) {
			ssrc_json_open(json, "output_runs", '[');
			for (uint32_t t = 0; t < p->s->n_steps; t++)
				json_band(json, NULL, &p->s->bands[k][t]);
			ssrc_json_close(json, ']');
		}
		ssrc_json_close(json, '}');
	}
	ssrc_json_close(json, ']');
}

static void json_causes(ssrc_json *json, const page *p)
{
	char text[160];
	ssrc_json_open(json, "causes", '[');
	for (uint32_t k = 0; k < p->s->n_causes; k++) {
		ssrc_json_open(json, NULL, '{');
		ssrc_json_string(json, "item", p->chain->items[p->s->causes[k].item].id);
		json_estimate(json, "alone_weeks", &p->s->causes[k].loss);
		ssrc_json_number(json, "spared_weeks", p->s->causes[k].spared);
		ssrc_json_close(json, '}');
	}
	ssrc_json_close(json, ']');
	ssrc_json_open(json, "tornado", '[');
	for (uint32_t k = 0; k < p->s->n_tornado; k++) {
		const ssrc_tornado_row *row = &p->s->tornado[k];
		ssrc_json_open(json, NULL, '{');
		input_name(p, row, text, SSRC_LANG_EN);
		ssrc_json_string(json, "input", text);
		ssrc_json_string(json, "of", input_of(p, row));
		ssrc_json_interval(json, "interval", row->low, row->high);
		ssrc_json_interval(json, "loss_weeks", row->loss_low, row->loss_high);
		ssrc_json_close(json, '}');
	}
	ssrc_json_close(json, ']');
}

static void put_json(const page *p)
{
	ssrc_json json;
	ssrc_json_begin(&json, p->out, true);
	ssrc_put_json_head(&json, p->s->a, "secondsource/stress/1", p->options);
	ssrc_json_bool(&json, "exercise", p->s->scenario->exercise);
	ssrc_json_string(&json, "scenario", p->s->scenario->id);
	ssrc_json_string(&json, "sources", p->s->scenario->source);
	json_settings(&json, p);
	json_cuts(&json, p);
	ssrc_json_bool(&json, "reaches_home", p->s->reaches_home);
	ssrc_json_integer(&json, "items_hit", p->s->n_hit);
	ssrc_json_integer(&json, "items_left_out", p->s->left_out);
	json_estimate(&json, "loss_weeks", &p->s->loss);
	json_estimate(&json, "value_lost", &p->s->value);
	ssrc_json_string(&json, "currency", ssrc_package_currency(p->chain->package));
	if (has_runs(p)) {
		json_band(&json, "loss_weeks_runs", &p->s->loss_band);
		json_band(&json, "value_lost_runs", &p->s->value_band);
	}
	if (p->best->computed) {
		ssrc_json_open(&json, "best_response", '{');
		ssrc_json_string(&json, "measure", p->best->money ? "million" : "product-weeks");
		ssrc_json_number(&json, "coordinated", p->best->best);
		ssrc_json_number(&json, "alone", p->best->alone);
		ssrc_json_close(&json, '}');
	}
	ssrc_json_number(&json, "mass_balance_error", p->s->balance);
	json_items(&json, p);
	json_products(&json, p);
	json_causes(&json, p);
	ssrc_json_close(&json, '}');
	ssrc_json_end(&json);
}

ssrc_status ssrc_report_stress(ssrc_buf *out, const ssrc_stress *stress, const ssrc_stress_best *best, size_t top,
			       const ssrc_report_options *options, ssrc_error *err)
{
	page p = {out, stress, stress->a->chain, best, options, options->lang, top};
	if (options->format == SSRC_FORMAT_JSON)
		put_json(&p);
	else if (options->format == SSRC_FORMAT_CSV)
		put_csv(&p);
	else
		put_text(&p);
	return out->failed ? ssrc_no_memory(err) : SSRC_OK;
}

/* ---- the list of scenarios --------------------------------------------------------------------------------------- */

/* "country TW, party asml", and weeks from the start of the first cut until all is back (NaN where none says). */
static void describe_cuts(const ssrc_chain *chain, const ssrc_scenario *scenario, char targets[240],
			  ssrc_interval *weeks)
{
	double start = (double)INFINITY, low = 0, high = 0;
	targets[0] = '\0';
	for (uint32_t c = 0; c < scenario->n_cuts; c++)
		start = fmin(start, scenario->cuts[c].start);
	for (uint32_t c = 0; c < scenario->n_cuts; c++) {
		const ssrc_scenario_cut *cut = &scenario->cuts[c];
		char one[100];
		snprintf(one, sizeof one, "%s %s", ssrc_cut_kind_word(cut->kind), ssrc_cut_target(chain, cut));
		if (!strstr(targets, one) && strlen(targets) + strlen(one) < 230)
			snprintf(targets + strlen(targets), 240 - strlen(targets), "%s%s", *targets ? ", " : "", one);
		bool step = cut->recovery == SSRC_RECOVERY_STEP;
		double back_low = step ? 0 : cut->recovery_weeks.low, back_high = step ? 0 : cut->recovery_weeks.high;
		low = fmax(low, cut->start - start + cut->weeks.low + back_low); /* NaN is passed over */
		high = fmax(high, cut->start - start + cut->weeks.high + back_high);
	}
	if (!(high > 0))
		low = high = (double)NAN;
	*weeks = (ssrc_interval){low, high};
}

static void list_json(ssrc_buf *out, const ssrc_assessment *a, const ssrc_scenario *scenarios, const uint32_t *hits,
		      uint32_t n, const ssrc_report_options *options)
{
	ssrc_json json;
	char targets[240];
	ssrc_interval weeks;
	ssrc_json_begin(&json, out, true);
	ssrc_put_json_head(&json, a, "secondsource/scenarios/1", options);
	ssrc_json_open(&json, "scenarios", '[');
	for (uint32_t i = 0; i < n; i++) {
		describe_cuts(a->chain, &scenarios[i], targets, &weeks);
		ssrc_json_open(&json, NULL, '{');
		ssrc_json_string(&json, "scenario", scenarios[i].id);
		ssrc_json_string(&json, "title_en", scenarios[i].title[0]);
		ssrc_json_string(&json, "title_zh", scenarios[i].title[1]);
		ssrc_json_bool(&json, "exercise", scenarios[i].exercise);
		ssrc_json_string(&json, "cuts", targets);
		ssrc_json_interval(&json, "weeks", weeks.low, weeks.high);
		ssrc_json_integer(&json, "items_hit", hits[i]);
		ssrc_json_interval(&json, "probability", scenarios[i].probability.low, scenarios[i].probability.high);
		ssrc_json_string(&json, "sources", scenarios[i].source);
		ssrc_json_close(&json, '}');
	}
	ssrc_json_close(&json, ']');
	ssrc_json_close(&json, '}');
	ssrc_json_end(&json);
}

static void list_csv(ssrc_buf *out, const ssrc_assessment *a, const ssrc_scenario *scenarios, const uint32_t *hits,
		     uint32_t n, bool bom)
{
	char targets[240], number[32];
	ssrc_interval weeks;
	if (bom)
		ssrc_buf_puts(out, "\xEF\xBB\xBF");
	ssrc_buf_puts(out, "scenario,exercise,items_hit,weeks_low,weeks_high,cuts,title_en,title_zh\n");
	for (uint32_t i = 0; i < n; i++) {
		describe_cuts(a->chain, &scenarios[i], targets, &weeks);
		const double ends[] = {hits[i], weeks.low, weeks.high};
		const char *texts[] = {targets, scenarios[i].title[0], scenarios[i].title[1]};
		ssrc_csv_put(out, true, scenarios[i].id, strlen(scenarios[i].id));
		ssrc_csv_put(out, false, scenarios[i].exercise ? "yes" : "no", scenarios[i].exercise ? 3 : 2);
		for (int k = 0; k < 3; k++) {
			number[0] = '\0';
			if (isfinite(ends[k]))
				ssrc_format_number(number, ends[k]);
			ssrc_csv_put(out, false, number, strlen(number));
		}
		for (int k = 0; k < 3; k++)
			ssrc_csv_put(out, false, texts[k], strlen(texts[k]));
		ssrc_buf_putc(out, '\n');
	}
}

static void list_text(ssrc_buf *out, const ssrc_assessment *a, const ssrc_scenario *scenarios, const uint32_t *hits,
		      uint32_t n, const ssrc_report_options *options)
{
	ssrc_text_table table;
	char targets[240], text[64], count[24];
	ssrc_interval weeks;
	ssrc_text_table_begin(&table, a->ctx);
	ssrc_text_table_column(&table, ssrc_text(SSRC_T_S_LIST_ID, options->lang), SSRC_LEFT);
	ssrc_text_table_column(&table, ssrc_text(SSRC_T_S_LIST_REACHES, options->lang), SSRC_RIGHT);
	ssrc_text_table_column(&table, ssrc_text(SSRC_T_S_LIST_WEEKS, options->lang), SSRC_RIGHT);
	ssrc_text_table_column(&table, ssrc_text(SSRC_T_S_LIST_CUTS, options->lang), SSRC_LEFT);
	ssrc_text_table_column(&table, ssrc_text(SSRC_T_S_LIST_TITLE, options->lang), SSRC_LEFT);
	for (uint32_t i = 0; i < n; i++) {
		describe_cuts(a->chain, &scenarios[i], targets, &weeks);
		ssrc_put_range(text, weeks.low, weeks.high, 1, 0);
		snprintf(count, sizeof count, "%u", hits[i]);
		ssrc_text_table_put(&table, scenarios[i].id, SSRC_PLAIN);
		ssrc_text_table_put(&table, count, hits[i] ? SSRC_PLAIN : SSRC_DIM);
		ssrc_text_table_put(&table, text, SSRC_PLAIN);
		ssrc_text_table_put(&table, targets, SSRC_PLAIN);
		ssrc_text_table_put(&table, ssrc_name(scenarios[i].title, scenarios[i].id, options->lang), SSRC_PLAIN);
	}
	ssrc_text_table_write(&table, out, options->colour, options->width);
	if (table.failed)
		out->failed = true;
	ssrc_text_table_end(&table);
}

ssrc_status ssrc_report_scenarios(ssrc_buf *out, const ssrc_assessment *a, const ssrc_scenario *scenarios,
				  const uint32_t *hits, uint32_t n, const ssrc_report_options *options, ssrc_error *err)
{
	if (options->format == SSRC_FORMAT_JSON)
		list_json(out, a, scenarios, hits, n, options);
	else if (options->format == SSRC_FORMAT_CSV)
		list_csv(out, a, scenarios, hits, n, options->bom);
	else
		list_text(out, a, scenarios, hits, n, options);
	return out->failed ? ssrc_no_memory(err) : SSRC_OK;
}
