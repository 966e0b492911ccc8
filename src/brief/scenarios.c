/* What happens in each scenario: losses, what is short when, what the result hangs on, longer training. */
#include "sections.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { DETAILED = 4, PANELS = 6, SWINGS = 10, CAUSES = 5, TRAINED = 8 };

static const char *anchor_of(ssrc_brief_writer *w, const ssrc_stress *s)
{
	return ssrc_brief_text(w, "s-%s", s->scenario->id);
}

static void put_summary(ssrc_brief_writer *w)
{
	ssrc_sheet sheet;
	ssrc_sheet_begin(&sheet, "scenarios", ssrc_catalogue_words(SSRC_T_B_T_SCENARIOS), w->arena);
	ssrc_sheet_add(&sheet, "title", SSRC_T_B_SCENARIO, SSRC_SHEET_WORDS, 0);
	ssrc_sheet_add(&sheet, "scenario", SSRC_T_B_ID, SSRC_SHEET_CODE, 0);
	ssrc_sheet_add(&sheet, "status", SSRC_T_B_STATUS, SSRC_SHEET_WORDS, 0);
	ssrc_sheet_add(&sheet, "loss_weeks", SSRC_T_B_LOSS_WORST, SSRC_SHEET_SPAN, 1);
	ssrc_sheet_add(&sheet, "first_short_week", SSRC_T_B_FIRST_WEEK, SSRC_SHEET_SPAN, 0);
	ssrc_sheet_add(&sheet, "product", SSRC_T_B_WORST_PRODUCT, SSRC_SHEET_WORDS, 0);
	ssrc_sheet_add(&sheet, "items_hit", SSRC_T_B_ITEMS_HIT, SSRC_SHEET_NUMBER, 0);
	for (uint32_t k = 0; k < w->b->n_stress; k++) {
		const ssrc_stress *s = w->b->stress[k];
		uint32_t product = s->n_products ? s->products[0] : SSRC_NONE;
		ssrc_estimate never = {{(double)INFINITY, (double)INFINITY, (double)INFINITY}};
		ssrc_sheet_words(&sheet, ssrc_brief_scenario(w, s->scenario),
				 k < DETAILED ? ssrc_brief_text(w, "#%s", anchor_of(w, s)) : NULL);
		ssrc_sheet_code(&sheet, s->scenario->id, NULL);
		ssrc_sheet_words(
			&sheet,
			ssrc_catalogue_words(s->scenario->exercise ? SSRC_T_B_STATUS_EXERCISE : SSRC_T_B_STATUS_ACTUAL),
			NULL);
		ssrc_sheet_span(&sheet, ssrc_brief_span(&s->loss));
		ssrc_sheet_span(&sheet,
				ssrc_brief_span(product == SSRC_NONE ? &never : &s->items[product].first_short));
		ssrc_sheet_words(&sheet, product == SSRC_NONE ? SSRC_SAME("–") : ssrc_brief_item(w, product),
				 product == SSRC_NONE ? NULL : ssrc_brief_item_href(w, product));
		ssrc_sheet_number(&sheet, s->n_hit);
	}
	ssrc_brief_sheet(w, &sheet, 0);
	if (w->b->n_unreached) {
		ssrc_bit bit = ssrc_brief_number(w, w->b->n_unreached, 0);
		ssrc_page_line(&w->page, "p", "note", SSRC_T_B_UNREACHED, &bit, 1);
	}
}

/* ---- one scenario -------------------------------------------------------------------------------------------------
 */

static void draw_fan(ssrc_buf *out, const ssrc_picture *picture, const void *data, ssrc_context *ctx)
{
	(void)ctx;
	ssrc_figure_draw_fan(out, picture, data);
}

static void draw_tornado(ssrc_buf *out, const ssrc_picture *picture, const void *data, ssrc_context *ctx)
{
	(void)ctx;
	ssrc_figure_draw_tornado(out, picture, data);
}

/* Bands of one product, each percentile a row of its own. */
static bool fill_panel(ssrc_brief_writer *w, ssrc_figure_fan_panel *panel, const ssrc_stress *s, uint32_t k)
{
	double *rows = ssrc_arena_array(w->arena, (size_t)s->n_steps * 5, sizeof *rows);
	*panel = (ssrc_figure_fan_panel){.name = ssrc_brief_item(w, s->products[k]),
					 .p50 = s->paths[k][SSRC_CASE_MID].output};
	if (!rows) {
		w->failed = true;
		return false;
	}
	if (!s->bands)
		return true;
	for (uint32_t t = 0; t < s->n_steps; t++) {
		const ssrc_stress_band *band = &s->bands[k][t];
		rows[t] = band->p05;
		rows[s->n_steps + t] = band->p25;
		rows[2 * (size_t)s->n_steps + t] = band->p50;
		rows[3 * (size_t)s->n_steps + t] = band->p75;
		rows[4 * (size_t)s->n_steps + t] = band->p95;
	}
	panel->p05 = rows;
	panel->p25 = rows + s->n_steps;
	panel->p50 = rows + 2 * (size_t)s->n_steps;
	panel->p75 = rows + 3 * (size_t)s->n_steps;
	panel->p95 = rows + 4 * (size_t)s->n_steps;
	return true;
}

static void put_paths_sheet(ssrc_brief_writer *w, const ssrc_stress *s)
{
	ssrc_sheet sheet;
	ssrc_sheet_begin(&sheet, ssrc_brief_text(w, "output-%s", s->scenario->id),
			 ssrc_catalogue_words(SSRC_T_B_T_PATHS), w->arena);
	ssrc_sheet_add(&sheet, "product", SSRC_T_B_ID, SSRC_SHEET_CODE, 0);
	ssrc_sheet_add(&sheet, "week", SSRC_T_B_WEEK, SSRC_SHEET_NUMBER, 0);
	ssrc_sheet_add(&sheet, "output", SSRC_T_B_OUTPUT, SSRC_SHEET_SPAN, 4);
	for (uint32_t k = 0; k < s->n_products; k++)
		for (uint32_t t = 0; t < s->n_steps; t++) {
			ssrc_sheet_code(&sheet, w->chain->items[s->products[k]].id, NULL);
			ssrc_sheet_number(&sheet, t * s->options.step);
			ssrc_estimate at = {
				{s->paths[k][0].output[t], s->paths[k][1].output[t], s->paths[k][2].output[t]}};
			ssrc_sheet_span(&sheet, ssrc_brief_span(&at));
		}
	ssrc_brief_sheet(w, &sheet, SIZE_MAX);
}

static void put_fan(ssrc_brief_writer *w, const ssrc_stress *s, const char *command)
{
	ssrc_figure_fan_panel panels[PANELS];
	uint32_t n = 0;
	while (n < s->n_products && n < PANELS && fill_panel(w, &panels[n], s, n))
		n++;
	if (n == 0)
		return;
	ssrc_figure_fan fan = {.panels = panels,
			       .n_panels = n,
			       .n_steps = s->n_steps,
			       .step = s->options.step,
			       .x_title = ssrc_catalogue_words(SSRC_T_B_WEEK),
			       .y_title = ssrc_catalogue_words(SSRC_T_B_OUTPUT),
			       .middle = ssrc_catalogue_words(SSRC_T_B_MEDIAN),
			       .half = ssrc_catalogue_words(SSRC_T_B_HALF),
			       .most = ssrc_catalogue_words(SSRC_T_B_MOST)};
	char loss[80];
	ssrc_span_text(loss, ssrc_brief_span(&s->loss), 1, 0);
	ssrc_words args[] = {ssrc_brief_item(w, s->products[0]), SSRC_SAME(loss)};
	ssrc_brief_figure(w, ssrc_brief_text(w, "output-%s", s->scenario->id),
			  ssrc_words_fill(w->arena, SSRC_T_B_F_FAN, args, 2), SSRC_T_B_R_FAN, command, draw_fan, &fan);
	put_paths_sheet(w, s);
}

static ssrc_words swing_name(ssrc_brief_writer *w, const ssrc_stress *s, const ssrc_tornado_row *row)
{
	ssrc_words item = row->item == SSRC_NONE ? SSRC_SAME("") : ssrc_brief_item(w, row->item);
	if (row->item == SSRC_NONE && row->index != SSRC_NONE && row->index < s->scenario->n_cuts)
		item = SSRC_SAME(ssrc_cut_target(w->chain, &s->scenario->cuts[row->index]));
	return ssrc_words_fill(w->arena, (ssrc_text_id)(SSRC_T_B_INPUT_0 + (int)row->kind), &item, 1);
}

static void put_tornado(ssrc_brief_writer *w, const ssrc_stress *s, const char *command)
{
	ssrc_figure_swing swings[SWINGS];
	uint32_t n = s->n_tornado < SWINGS ? s->n_tornado : SWINGS;
	if (n == 0)
		return;
	for (uint32_t k = 0; k < n; k++) {
		const ssrc_tornado_row *row = &s->tornado[k];
		swings[k] = (ssrc_figure_swing){
			.name = swing_name(w, s, row), .low = row->loss_low, .high = row->loss_high};
		ssrc_put_short(swings[k].low_text, row->low, row->high <= 1 ? 2 : 0);
		ssrc_put_short(swings[k].high_text, row->high, row->high <= 1 ? 2 : 0);
	}
	ssrc_figure_tornado tornado = {.swings = swings,
				       .n_swings = n,
				       .centre = s->loss.at[SSRC_CASE_MID],
				       .x_title = ssrc_catalogue_words(SSRC_T_B_LOSS_WORST),
				       .at_low = ssrc_catalogue_words(SSRC_T_B_AT_LOW),
				       .at_high = ssrc_catalogue_words(SSRC_T_B_AT_HIGH)};
	ssrc_words args[] = {swings[0].name};
	ssrc_brief_figure(w, ssrc_brief_text(w, "swing-%s", s->scenario->id),
			  ssrc_words_fill(w->arena, SSRC_T_B_F_TORNADO, args, 1), SSRC_T_B_R_TORNADO, command,
			  draw_tornado, &tornado);
	ssrc_sheet sheet;
	ssrc_sheet_begin(&sheet, ssrc_brief_text(w, "swing-%s", s->scenario->id),
			 ssrc_catalogue_words(SSRC_T_B_T_SWINGS), w->arena);
	ssrc_sheet_add(&sheet, "input", SSRC_T_B_INPUT, SSRC_SHEET_WORDS, 0);
	ssrc_sheet_add(&sheet, "low", SSRC_T_B_AT_LOW, SSRC_SHEET_NUMBER, 2);
	ssrc_sheet_add(&sheet, "high", SSRC_T_B_AT_HIGH, SSRC_SHEET_NUMBER, 2);
	ssrc_sheet_add(&sheet, "loss_at_low", SSRC_T_B_LOSS_LOW, SSRC_SHEET_NUMBER, 1);
	ssrc_sheet_add(&sheet, "loss_at_high", SSRC_T_B_LOSS_HIGH, SSRC_SHEET_NUMBER, 1);
	for (uint32_t k = 0; k < s->n_tornado; k++) {
		ssrc_sheet_words(&sheet, swing_name(w, s, &s->tornado[k]), NULL);
		ssrc_sheet_number(&sheet, s->tornado[k].low);
		ssrc_sheet_number(&sheet, s->tornado[k].high);
		ssrc_sheet_number(&sheet, s->tornado[k].loss_low);
		ssrc_sheet_number(&sheet, s->tornado[k].loss_high);
	}
	ssrc_brief_sheet(w, &sheet, SWINGS);
}

static void put_scenario(ssrc_brief_writer *w, const ssrc_stress *s)
{
	char option[200];
	ssrc_words title = ssrc_brief_scenario(w, s->scenario);
	ssrc_words text = {{s->scenario->description[0], s->scenario->description[1]}};
	snprintf(option, sizeof option, "--scenario %s --runs %u --seed %llu", s->scenario->id, s->options.runs,
		 (unsigned long long)s->options.seed);
	const char *command = ssrc_brief_command(w, "stress", option);
	ssrc_page_raw(&w->page, "<h3");
	ssrc_page_attribute(&w->page, "id", anchor_of(w, s));
	ssrc_page_raw(&w->page, ">");
	ssrc_page_words(&w->page, &title);
	ssrc_page_raw(&w->page, "</h3>\n<p>");
	ssrc_page_words(&w->page, &text);
	ssrc_page_raw(&w->page, "</p>\n");
	ssrc_bit bits[] = {ssrc_brief_span_bit(w, ssrc_brief_span(&s->loss), 1, 1), ssrc_brief_number(w, s->n_hit, 0),
			   ssrc_brief_number(w, s->n_products, 0)};
	ssrc_page_line(&w->page, "p", NULL, SSRC_T_B_SCENARIO_LINE, bits, 3);
	put_fan(w, s, command);
	put_tornado(w, s, command);
}

/* ---- training ------------------------------------------------------------------------------------------------------
 */

/* The compute item that is slowed most in a scenario. */
static uint32_t slowest(const ssrc_stress *s)
{
	uint32_t best = SSRC_NONE;
	for (uint32_t i = 0; i < s->n_items; i++) {
		double x = s->items[i].multiplier.at[SSRC_CASE_MID];
		if (s->items[i].affected && !isnan(x) &&
		    (best == SSRC_NONE || x > s->items[best].multiplier.at[SSRC_CASE_MID]))
			best = i;
	}
	return best;
}

static void put_training(ssrc_brief_writer *w)
{
	ssrc_figure_bar bars[TRAINED];
	ssrc_sheet sheet;
	uint32_t n = 0;
	ssrc_brief_begin(w, "compute", SSRC_T_B_H_COMPUTE);
	ssrc_sheet_begin(&sheet, "training", ssrc_catalogue_words(SSRC_T_B_T_TRAINING), w->arena);
	ssrc_sheet_add(&sheet, "title", SSRC_T_B_SCENARIO, SSRC_SHEET_WORDS, 0);
	ssrc_sheet_add(&sheet, "scenario", SSRC_T_B_ID, SSRC_SHEET_CODE, 0);
	ssrc_sheet_add(&sheet, "name", SSRC_T_B_ITEM, SSRC_SHEET_WORDS, 0);
	ssrc_sheet_add(&sheet, "multiplier", SSRC_T_B_MULTIPLIER, SSRC_SHEET_SPAN, 2);
	for (uint32_t k = 0; k < w->b->n_stress; k++) {
		const ssrc_stress *s = w->b->stress[k];
		uint32_t item = slowest(s);
		if (item == SSRC_NONE || !(s->items[item].multiplier.at[SSRC_CASE_HIGH] > 1))
			continue;
		ssrc_span span = ssrc_brief_span(&s->items[item].multiplier);
		if (n < TRAINED)
			bars[n++] = (ssrc_figure_bar){.name = ssrc_brief_scenario(w, s->scenario), .value = span};
		ssrc_sheet_words(&sheet, ssrc_brief_scenario(w, s->scenario), NULL);
		ssrc_sheet_code(&sheet, s->scenario->id, NULL);
		ssrc_sheet_words(&sheet, ssrc_brief_item(w, item), ssrc_brief_item_href(w, item));
		ssrc_sheet_span(&sheet, span);
	}
	ssrc_figure_bars figure = {.bars = bars, .n_bars = n, .x_title = ssrc_catalogue_words(SSRC_T_B_MULTIPLIER)};
	if (n > 0) {
		char times[24];
		ssrc_put_short(times, bars[0].value.mid, 1);
		ssrc_words args[] = {bars[0].name, SSRC_SAME(times)};
		ssrc_brief_figure(w, "training-time", ssrc_words_fill(w->arena, SSRC_T_B_F_TRAINING, args, 2),
				  SSRC_T_B_R_TRAINING, ssrc_brief_command(w, "stress", "--scenario all"),
				  ssrc_brief_draw_bars, &figure);
		ssrc_brief_sheet(w, &sheet, 0);
	} else {
		ssrc_page_line(&w->page, "p", NULL, SSRC_T_B_NO_TRAINING, NULL, 0);
	}
	ssrc_brief_end(w);
}

void ssrc_brief_put_scenarios(ssrc_brief_writer *w)
{
	ssrc_brief_begin(w, "scenarios", SSRC_T_B_H_SCENARIOS);
	if (w->b->n_stress == 0) {
		ssrc_page_line(&w->page, "p", NULL, SSRC_T_B_NO_SCENARIO, NULL, 0);
	} else {
		put_summary(w);
		for (uint32_t k = 0; k < w->b->n_stress && k < DETAILED; k++)
			put_scenario(w, w->b->stress[k]);
	}
	ssrc_brief_end(w);
	put_training(w);
}
