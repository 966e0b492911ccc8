/* The chain as it stands: map, countries, concentration against loss, controls, time to survive and to recover. */
#include "sections.h"

#include "io/date.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 25, COUNTRIES = 10, HEAT_ROWS = 24, POINTS = 60, BELLS = 20, MEASURES = 30 };

/* ---- the table of items: everything the figures show ------------------------------------------------------------- */

static void add(ssrc_sheet *sheet, const char *key, ssrc_text_id head, ssrc_sheet_kind kind, int decimals, double scale,
		bool only_files)
{
	ssrc_sheet_column_add(sheet, (ssrc_sheet_column){.key = key,
							 .head = ssrc_catalogue_words(head),
							 .kind = kind,
							 .decimals = decimals,
							 .scale = scale,
							 .only_files = only_files});
}

static ssrc_span bounds_span(bool known, ssrc_bounds b)
{
	ssrc_span out = {b.low, (b.low + b.high) / 2, b.high};
	if (!known)
		out = (ssrc_span){(double)NAN, (double)NAN, (double)NAN};
	return out;
}

static void items_row(ssrc_brief_writer *w, ssrc_sheet *sheet, uint32_t i)
{
	const ssrc_item *x = &w->chain->items[i];
	const ssrc_item_result *r = &w->b->a->items[i];
	const ssrc_tier *tier = &w->chain->tiers[x->tier];
	ssrc_sheet_level(sheet, r->level);
	ssrc_sheet_code(sheet, ssrc_brief_text(w, "%c", ssrc_grade_letter(r->grade)), NULL);
	ssrc_sheet_words(sheet, ssrc_brief_item(w, i), ssrc_brief_item_href(w, i));
	ssrc_sheet_code(sheet, x->id, NULL);
	ssrc_sheet_words(sheet, ssrc_brief_names(w, tier->name, tier->id), NULL);
	ssrc_sheet_span(sheet, bounds_span(r->firms_known, r->firms.hhi));
	ssrc_sheet_code(sheet, r->supply.top_foreign == SSRC_NONE ? "" : w->chain->countries[r->supply.top_foreign],
			NULL);
	ssrc_sheet_span(sheet, ssrc_brief_span(&r->fact[SSRC_FACT_TOP_FOREIGN]));
	ssrc_sheet_span(sheet, ssrc_brief_span(&r->supply.foreign));
	ssrc_sheet_span(sheet, ssrc_brief_span(&r->lookthrough));
	ssrc_sheet_span(sheet, ssrc_brief_span(&r->tts));
	ssrc_sheet_span(sheet, ssrc_brief_span(&r->ttr));
	ssrc_sheet_span(sheet, ssrc_brief_span(&r->loss[SSRC_MODE_RUN]));
	ssrc_sheet_span(sheet, ssrc_brief_span(&r->loss[SSRC_MODE_GROW]));
	ssrc_sheet_span(sheet, ssrc_brief_span(&r->cover));
	ssrc_sheet_number(sheet, r->n_controls);
	ssrc_sheet_number(sheet, w->b->a->network.dependants[i]);
	ssrc_sheet_number(sheet, w->b->a->network.products[i]);
}

static void put_items(ssrc_brief_writer *w)
{
	ssrc_sheet sheet;
	ssrc_sheet_begin(&sheet, "items", ssrc_catalogue_words(SSRC_T_B_T_ITEMS), w->arena);
	add(&sheet, "level", SSRC_T_B_LEVEL, SSRC_SHEET_LEVEL, 0, 1, false);
	add(&sheet, "grade", SSRC_T_B_GRADE, SSRC_SHEET_CODE, 0, 1, false);
	add(&sheet, "name", SSRC_T_B_ITEM, SSRC_SHEET_WORDS, 0, 1, false);
	add(&sheet, "item", SSRC_T_B_ID, SSRC_SHEET_CODE, 0, 1, true);
	add(&sheet, "tier", SSRC_T_B_TIER, SSRC_SHEET_WORDS, 0, 1, false);
	add(&sheet, "hhi", SSRC_T_B_HHI, SSRC_SHEET_SPAN, 0, 10000, false);
	add(&sheet, "top_foreign", SSRC_T_B_TOP, SSRC_SHEET_CODE, 0, 1, false);
	add(&sheet, "top_foreign_share", SSRC_T_B_TOP_SHARE, SSRC_SHEET_SPAN, 0, 100, false);
	add(&sheet, "foreign_share", SSRC_T_B_FOREIGN, SSRC_SHEET_SPAN, 0, 100, true);
	add(&sheet, "foreign_looked_through", SSRC_T_B_THROUGH, SSRC_SHEET_SPAN, 0, 100, true);
	add(&sheet, "tts_weeks", SSRC_T_B_TTS, SSRC_SHEET_SPAN, 0, 1, false);
	add(&sheet, "ttr_weeks", SSRC_T_B_TTR, SSRC_SHEET_SPAN, 0, 1, false);
	add(&sheet, "loss_weeks", SSRC_T_B_LOSS, SSRC_SHEET_SPAN, 0, 1, false);
	add(&sheet, "growth_loss_weeks", SSRC_T_B_GROWTH, SSRC_SHEET_SPAN, 0, 1, true);
	add(&sheet, "qualified_cover", SSRC_T_B_COVER, SSRC_SHEET_SPAN, 0, 100, true);
	add(&sheet, "controls", SSRC_T_B_CONTROLS, SSRC_SHEET_NUMBER, 0, 1, false);
	add(&sheet, "dependants", SSRC_T_B_DEPENDANTS, SSRC_SHEET_NUMBER, 0, 1, true);
	add(&sheet, "products", SSRC_T_B_PRODUCTS, SSRC_SHEET_NUMBER, 0, 1, false);
	for (uint32_t k = 0; k < w->chain->n_items; k++)
		items_row(w, &sheet, w->b->a->rank[k]);
	ssrc_brief_sheet(w, &sheet, ROWS);
}

/* ---- map ----------------------------------------------------------------------------------------------------------
 */

static void draw_map(ssrc_buf *out, const ssrc_picture *picture, const void *data, ssrc_context *ctx)
{
	ssrc_figure_draw_map(out, picture, data, ctx);
}

static bool worth_a_node(const ssrc_brief_writer *w, uint32_t item)
{
	return w->chain->items[item].product || w->b->a->items[item].level >= 1;
}

/* Products and the items that rank worst, up to what a map can hold. place: [n_items] node, SSRC_NONE. */
static uint32_t pick_nodes(ssrc_brief_writer *w, uint32_t *place, ssrc_figure_node *nodes)
{
	uint32_t n = 0, room = SSRC_FIGURE_NODES;
	for (uint32_t i = 0; i < w->chain->n_items; i++)
		place[i] = SSRC_NONE;
	for (int products = 1; products >= 0; products--)
		for (uint32_t k = 0; k < w->chain->n_items && n < room; k++) {
			uint32_t i = w->b->a->rank[k];
			if (w->chain->items[i].product != (bool)products || !worth_a_node(w, i) ||
			    (products && n >= room / 3))
				continue;
			place[i] = n;
			nodes[n++] = (ssrc_figure_node){.name = ssrc_brief_item(w, i),
							.column = w->chain->items[i].tier,
							.level = w->b->a->items[i].level,
							.product = products};
		}
	return n;
}

static void put_map(ssrc_brief_writer *w)
{
	const ssrc_chain *c = w->chain;
	uint32_t *place = ssrc_arena_array(w->arena, c->n_items + 1, sizeof *place), links = 0;
	ssrc_figure_node *nodes = ssrc_arena_array(w->arena, SSRC_FIGURE_NODES, sizeof *nodes);
	ssrc_figure_link *link = ssrc_arena_array(w->arena, c->n_needs + 1, sizeof *link);
	ssrc_words *columns = ssrc_arena_array(w->arena, c->n_tiers + 1, sizeof *columns);
	if (!place || !nodes || !link || !columns) {
		w->failed = true;
		return;
	}
	for (uint32_t t = 0; t < c->n_tiers; t++)
		columns[t] = ssrc_brief_names(w, c->tiers[t].name, c->tiers[t].id);
	uint32_t n = pick_nodes(w, place, nodes);
	for (uint32_t k = 0; k < c->n_needs; k++)
		if (place[c->needs[k].item] != SSRC_NONE && place[c->needs[k].input] != SSRC_NONE)
			link[links++] = (ssrc_figure_link){place[c->needs[k].input], place[c->needs[k].item],
							   (int)c->needs[k].essential};
	ssrc_figure_map map = {.columns = columns,
			       .n_columns = c->n_tiers,
			       .nodes = nodes,
			       .n_nodes = n,
			       .links = link,
			       .n_links = links,
			       .n_left_out = c->n_items - n};
	char shown[24], all[24];
	snprintf(shown, sizeof shown, "%u", n);
	snprintf(all, sizeof all, "%u", c->n_items);
	ssrc_words args[] = {SSRC_SAME(shown), SSRC_SAME(all)};
	ssrc_brief_figure(w, "chain-map", ssrc_words_fill(w->arena, SSRC_T_B_F_MAP, args, 2), SSRC_T_B_R_MAP,
			  ssrc_brief_command(w, "map", ""), draw_map, &map);
}

/* ---- countries ------------------------------------------------------------------------------------------------------
 */

static void draw_heat(ssrc_buf *out, const ssrc_picture *picture, const void *data, ssrc_context *ctx)
{
	(void)ctx;
	ssrc_figure_draw_heat(out, picture, data);
}

/* Foreign countries by how much of the worst items comes from them. */
static uint32_t pick_countries(const ssrc_brief_writer *w, const uint32_t *rows, uint32_t n_rows, uint32_t *out)
{
	double best[COUNTRIES];
	uint32_t n = 0;
	for (uint32_t c = 0; c < w->chain->n_countries; c++) {
		double sum = 0;
		for (uint32_t r = 0; r < n_rows; r++) {
			double share = w->b->a->items[rows[r]].supply.country[c].at[SSRC_CASE_MID];
			sum += isnan(share) ? 0 : share;
		}
		if (!(sum > 0) || (n == COUNTRIES && sum <= best[n - 1]))
			continue;
		uint32_t at = n < COUNTRIES ? n++ : COUNTRIES - 1;
		for (; at > 0 && best[at - 1] < sum; at--) {
			best[at] = best[at - 1];
			out[at] = out[at - 1];
		}
		best[at] = sum;
		out[at] = c;
	}
	return n;
}

static void heat_sheet(ssrc_brief_writer *w, const uint32_t *rows, uint32_t n_rows, const uint32_t *columns,
		       uint32_t n_columns)
{
	ssrc_sheet sheet;
	ssrc_sheet_begin(&sheet, "countries", ssrc_catalogue_words(SSRC_T_B_T_COUNTRIES), w->arena);
	add(&sheet, "name", SSRC_T_B_ITEM, SSRC_SHEET_WORDS, 0, 1, false);
	add(&sheet, "item", SSRC_T_B_ID, SSRC_SHEET_CODE, 0, 1, true);
	for (uint32_t c = 0; c < n_columns; c++) {
		const char *code = w->chain->countries[columns[c]];
		ssrc_sheet_column_add(
			&sheet, (ssrc_sheet_column){
					.key = code, .head = SSRC_SAME(code), .kind = SSRC_SHEET_SPAN, .scale = 100});
	}
	add(&sheet, "unknown", SSRC_T_B_UNKNOWN, SSRC_SHEET_SPAN, 0, 100, false);
	for (uint32_t r = 0; r < n_rows; r++) {
		const ssrc_supply *supply = &w->b->a->items[rows[r]].supply;
		ssrc_sheet_words(&sheet, ssrc_brief_item(w, rows[r]), ssrc_brief_item_href(w, rows[r]));
		ssrc_sheet_code(&sheet, w->chain->items[rows[r]].id, NULL);
		for (uint32_t c = 0; c < n_columns; c++)
			ssrc_sheet_span(&sheet, ssrc_brief_span(&supply->country[columns[c]]));
		ssrc_sheet_span(&sheet, ssrc_brief_span(&supply->unknown));
	}
	ssrc_brief_sheet(w, &sheet, HEAT_ROWS);
}

static void put_countries(ssrc_brief_writer *w)
{
	const ssrc_chain *c = w->chain;
	uint32_t rows[HEAT_ROWS], columns[COUNTRIES], n_rows = 0;
	ssrc_words row_names[HEAT_ROWS], column_names[COUNTRIES];
	for (uint32_t k = 0; k < c->n_items && n_rows < HEAT_ROWS; k++)
		if (w->b->a->items[w->b->a->rank[k]].supply.country_set != SSRC_NONE)
			rows[n_rows++] = w->b->a->rank[k];
	uint32_t n_columns = pick_countries(w, rows, n_rows, columns);
	ssrc_span *cells = ssrc_arena_array(w->arena, (size_t)n_rows * n_columns + 1, sizeof *cells);
	ssrc_brief_begin(w, "countries", SSRC_T_B_H_COUNTRIES);
	if (!cells || n_rows == 0 || n_columns == 0) {
		w->failed |= !cells;
		ssrc_page_line(&w->page, "p", NULL, SSRC_T_B_NO_SHARES, NULL, 0);
		ssrc_brief_end(w);
		return;
	}
	for (uint32_t r = 0; r < n_rows; r++) {
		row_names[r] = ssrc_brief_item(w, rows[r]);
		for (uint32_t k = 0; k < n_columns; k++) {
			cells[(size_t)r * n_columns + k] =
				ssrc_brief_span(&w->b->a->items[rows[r]].supply.country[columns[k]]);
		}
	}
	for (uint32_t k = 0; k < n_columns; k++)
		column_names[k] = SSRC_SAME(c->countries[columns[k]]);
	ssrc_figure_heat heat = {.rows = row_names,
				 .columns = column_names,
				 .n_rows = n_rows,
				 .n_columns = n_columns,
				 .cells = cells,
				 .unit = ssrc_catalogue_words(SSRC_T_B_SHARE_UNIT)};
	uint32_t most = 0, lead = 0;
	for (uint32_t k = 0; k < n_columns; k++) {
		uint32_t half = 0;
		for (uint32_t r = 0; r < n_rows; r++)
			half += cells[(size_t)r * n_columns + k].mid > 0.5;
		if (half > lead) {
			lead = half;
			most = k;
		}
	}
	char some[24], all[24];
	snprintf(some, sizeof some, "%u", lead);
	snprintf(all, sizeof all, "%u", n_rows);
	ssrc_words args[] = {SSRC_SAME(c->countries[columns[most]]), SSRC_SAME(ssrc_basis_word(w->b->a->basis)),
			     SSRC_SAME(some), SSRC_SAME(all)};
	ssrc_brief_figure(w, "countries-heat", ssrc_words_fill(w->arena, SSRC_T_B_F_HEAT, args, 4), SSRC_T_B_R_HEAT,
			  ssrc_brief_command(w, "map", "--view country"), draw_heat, &heat);
	heat_sheet(w, rows, n_rows, columns, n_columns);
	ssrc_brief_end(w);
}

/* ---- concentration against loss
 * --------------------------------------------------------------------------------------- */

static void draw_scatter(ssrc_buf *out, const ssrc_picture *picture, const void *data, ssrc_context *ctx)
{
	ssrc_figure_draw_scatter(out, picture, data, ctx);
}

static void put_points(ssrc_brief_writer *w)
{
	ssrc_figure_point *points = ssrc_arena_array(w->arena, POINTS, sizeof *points);
	uint32_t n = 0, corner = 0;
	double high = 4;
	ssrc_brief_begin(w, "points", SSRC_T_B_H_POINTS);
	for (uint32_t k = 0; points && k < w->chain->n_items && n < POINTS; k++) {
		const ssrc_item_result *r = &w->b->a->items[w->b->a->rank[k]];
		ssrc_span hhi = bounds_span(r->firms_known, r->firms.hhi),
			  loss = ssrc_brief_span(&r->loss[SSRC_MODE_RUN]);
		if (isnan(hhi.mid) || isnan(loss.mid))
			continue;
		ssrc_span index = {hhi.low * 10000, hhi.mid * 10000, hhi.high * 10000};
		points[n++] = (ssrc_figure_point){ssrc_brief_item(w, w->b->a->rank[k]), index, loss, r->level};
		high = fmax(high, isfinite(loss.mid) ? loss.mid * 1.25 : 0);
		corner += index.mid >= 2500 && loss.mid >= 4;
	}
	w->failed |= !points;
	ssrc_figure_scatter scatter = {.points = points,
				       .n_points = n,
				       .x_title = ssrc_catalogue_words(SSRC_T_B_HHI),
				       .y_title = ssrc_catalogue_words(SSRC_T_B_LOSS),
				       .x_high = 10000,
				       .y_high = high,
				       .x_mark = 2500,
				       .y_mark = 4,
				       .quadrant = ssrc_catalogue_words(SSRC_T_B_QUADRANT)};
	char count[24], all[24];
	snprintf(count, sizeof count, "%u", corner);
	snprintf(all, sizeof all, "%u", n);
	ssrc_words args[] = {SSRC_SAME(count), SSRC_SAME(all)};
	if (points && n > 0)
		ssrc_brief_figure(w, "concentration-loss", ssrc_words_fill(w->arena, SSRC_T_B_F_SCATTER, args, 2),
				  SSRC_T_B_R_SCATTER, ssrc_brief_command(w, "rank", "--by loss"), draw_scatter,
				  &scatter);
	else
		ssrc_page_line(&w->page, "p", NULL, SSRC_T_B_NO_SHARES, NULL, 0);
	ssrc_brief_end(w);
}

/* ---- controls
 * ----------------------------------------------------------------------------------------------------------- */

typedef struct dated {
	int32_t day;
	uint32_t event;
} dated;

static int by_day(const void *x, const void *y)
{
	const dated *a = x, *b = y;
	if (a->day != b->day)
		return a->day < b->day ? -1 : 1;
	return a->event < b->event ? -1 : a->event > b->event;
}

/* The day in a cell; `otherwise` where it is blank or no date. */
static int32_t day_of(const ssrc_cell *cell, int32_t otherwise)
{
	ssrc_date date;
	return cell->len && ssrc_date_parse(cell->text, cell->len, &date) ? date.first : otherwise;
}

/* The day an event takes effect. */
static int32_t effect_of(const ssrc_brief_writer *w, uint32_t event)
{
	const ssrc_event *e = &w->chain->events[event];
	return day_of(ssrc_fact_cell(w->chain, SSRC_FILE_EVENTS, e->row, SSRC_COMMON_FROM), e->date.first);
}

static const uint32_t *order_events(ssrc_brief_writer *w, bool by_effect)
{
	uint32_t n = w->chain->n_events;
	dated *list = ssrc_arena_array(w->arena, n + 1, sizeof *list);
	uint32_t *order = ssrc_arena_array(w->arena, n + 1, sizeof *order);
	w->failed |= !list || !order;
	if (!list || !order)
		return NULL;
	for (uint32_t e = 0; e < n; e++)
		list[e] = (dated){by_effect ? effect_of(w, e) : w->chain->events[e].date.first, e};
	qsort(list, n, sizeof *list, by_day);
	for (uint32_t e = 0; e < n; e++)
		order[e] = list[e].event;
	return order;
}

const uint32_t *ssrc_brief_events(ssrc_brief_writer *w)
{
	return order_events(w, false);
}

static void draw_timeline(ssrc_buf *out, const ssrc_picture *picture, const void *data, ssrc_context *ctx)
{
	(void)ctx;
	ssrc_figure_draw_timeline(out, picture, data);
}

static bool restricts_any(const ssrc_brief_writer *w, const ssrc_event *e, uint32_t *items)
{
	*items = 0;
	for (uint32_t i = 0; i < e->n_items; i++)
		*items += ssrc_event_restricts(w->b->a, e, e->items[i]);
	return *items > 0;
}

static void put_controls(ssrc_brief_writer *w)
{
	const ssrc_chain *c = w->chain;
	const uint32_t *order = order_events(w, true);
	ssrc_figure_measure *list = ssrc_arena_array(w->arena, c->n_events + 1, sizeof *list);
	ssrc_sheet sheet;
	uint32_t n = 0;
	ssrc_brief_begin(w, "controls", SSRC_T_B_H_CONTROLS);
	ssrc_sheet_begin(&sheet, "controls", ssrc_catalogue_words(SSRC_T_B_T_CONTROLS), w->arena);
	add(&sheet, "title", SSRC_T_B_MEASURE, SSRC_SHEET_WORDS, 0, 1, false);
	add(&sheet, "event", SSRC_T_B_ID, SSRC_SHEET_CODE, 0, 1, true);
	add(&sheet, "issuer", SSRC_T_B_ISSUER, SSRC_SHEET_CODE, 0, 1, false);
	add(&sheet, "from", SSRC_T_B_FROM, SSRC_SHEET_CODE, 0, 1, false);
	add(&sheet, "to", SSRC_T_B_TO, SSRC_SHEET_CODE, 0, 1, false);
	add(&sheet, "items", SSRC_T_B_ITEMS_HIT, SSRC_SHEET_NUMBER, 0, 1, false);
	w->failed |= !list;
	for (uint32_t k = 0; order && list && k < c->n_events; k++) {
		const ssrc_event *e = &c->events[order[k]];
		uint32_t items;
		if (!restricts_any(w, e, &items))
			continue;
		const ssrc_cell *to = ssrc_fact_cell(c, SSRC_FILE_EVENTS, e->row, SSRC_COMMON_TO);
		char day[11];
		const char *issuer = e->n_issuers ? c->countries[e->issuers[0]] : "?";
		ssrc_words title = ssrc_brief_names(w, e->title, e->id);
		int32_t first = effect_of(w, order[k]);
		ssrc_date_format(first, day);
		ssrc_sheet_words(&sheet, title, NULL);
		ssrc_sheet_code(&sheet, e->id, NULL);
		ssrc_sheet_code(&sheet, issuer, NULL);
		ssrc_sheet_code(&sheet, ssrc_brief_text(w, "%s", day), NULL);
		ssrc_sheet_code(&sheet, to->text, NULL);
		ssrc_sheet_number(&sheet, items);
		list[n++] = (ssrc_figure_measure){.name = title,
						  .issuer = issuer,
						  .from = first,
						  .to = day_of(to, INT32_MAX),
						  .tighten = e->tighten,
						  .sunset = to->len > 0};
	}
	ssrc_page_line(&w->page, "p", "note", SSRC_T_B_CONTROLS_NOTE, NULL, 0);
	if (n == 0) {
		ssrc_page_line(&w->page, "p", NULL, SSRC_T_B_NO_CONTROLS, NULL, 0);
	} else {
		uint32_t skip = n > MEASURES ? n - MEASURES : 0;
		ssrc_figure_timeline timeline = {.measures = list + skip,
						 .n_measures = n - skip,
						 .today = c->as_of,
						 .today_word = ssrc_catalogue_words(SSRC_T_B_AS_OF),
						 .tighten = ssrc_catalogue_words(SSRC_T_B_TIGHTEN),
						 .ease = ssrc_catalogue_words(SSRC_T_B_EASE),
						 .open = ssrc_catalogue_words(SSRC_T_B_OPEN_END)};
		char count[24];
		snprintf(count, sizeof count, "%u", n);
		ssrc_words args[] = {SSRC_SAME(count), SSRC_SAME(w->b->a->home.text)};
		ssrc_brief_figure(w, "controls-timeline", ssrc_words_fill(w->arena, SSRC_T_B_F_CONTROLS, args, 2),
				  SSRC_T_B_R_CONTROLS, ssrc_brief_command(w, "explain", "ITEM"), draw_timeline,
				  &timeline);
	}
	ssrc_brief_sheet(w, &sheet, n ? MEASURES : SIZE_MAX);
	ssrc_brief_end(w);
}

/* ---- time to survive against time to recover
 * ----------------------------------------------------------------------------- */

static void draw_dumbbell(ssrc_buf *out, const ssrc_picture *picture, const void *data, ssrc_context *ctx)
{
	(void)ctx;
	ssrc_figure_draw_dumbbell(out, picture, data);
}

static void put_time(ssrc_brief_writer *w)
{
	ssrc_figure_dumbbell_row rows[BELLS];
	uint32_t n = 0, gap = 0, known = 0;
	for (uint32_t k = 0; k < w->chain->n_items; k++) {
		const ssrc_item_result *r = &w->b->a->items[w->b->a->rank[k]];
		double tts = r->tts.at[SSRC_CASE_MID], ttr = r->ttr.at[SSRC_CASE_MID];
		if (isnan(tts) || isnan(ttr))
			continue;
		known++;
		gap += tts < ttr;
		if (tts < ttr && n < BELLS)
			rows[n++] = (ssrc_figure_dumbbell_row){ssrc_brief_item(w, w->b->a->rank[k]),
							       ssrc_brief_span(&r->tts), ssrc_brief_span(&r->ttr),
							       r->level};
	}
	char some[24], all[24];
	snprintf(some, sizeof some, "%u", gap);
	snprintf(all, sizeof all, "%u", known);
	ssrc_words args[] = {SSRC_SAME(some), SSRC_SAME(all)};
	ssrc_figure_dumbbell dumbbell = {.rows = rows,
					 .n_rows = n,
					 .survive = ssrc_catalogue_words(SSRC_T_B_TTS),
					 .recover = ssrc_catalogue_words(SSRC_T_B_TTR),
					 .unit = ssrc_catalogue_words(SSRC_T_B_WEEKS)};
	ssrc_brief_begin(w, "time", SSRC_T_B_H_TIME);
	if (n > 0)
		ssrc_brief_figure(w, "survive-recover", ssrc_words_fill(w->arena, SSRC_T_B_F_TIME, args, 2),
				  SSRC_T_B_R_TIME, ssrc_brief_command(w, "rank", ""), draw_dumbbell, &dumbbell);
	else
		ssrc_page_line(&w->page, "p", NULL, SSRC_T_B_NO_GAP, NULL, 0);
	ssrc_brief_end(w);
}

void ssrc_brief_put_structure(ssrc_brief_writer *w)
{
	ssrc_brief_begin(w, "chain", SSRC_T_B_H_CHAIN);
	put_map(w);
	put_items(w);
	ssrc_brief_end(w);
	put_countries(w);
	put_points(w);
	put_controls(w);
	put_time(w);
}
