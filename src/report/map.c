#include "exchange.h"

#include "io/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void line(ssrc_buf *out, ssrc_lang lang, ssrc_text_id id, const char *const *args, size_t n)
{
	char text[400];
	ssrc_text_fill(text, sizeof text, ssrc_text(id, lang), args, n);
	ssrc_buf_puts(out, text);
	ssrc_buf_putc(out, '\n');
}

/* ---- which items to show ------------------------------------------------------------------------------ */

/* With a focus: the item, all it needs and all that needs it. */
static void mark_from(const ssrc_assessment *a, uint32_t item, bool upstream, bool *shown, uint32_t *stack)
{
	const ssrc_network *net = &a->network;
	uint32_t n = 0;
	stack[n++] = item;
	bool *seen = shown;
	while (n > 0) {
		uint32_t at = stack[--n];
		uint32_t first = upstream ? net->start[at] : net->users_start[at];
		uint32_t last = upstream ? net->start[at + 1] : net->users_start[at + 1];
		for (uint32_t k = first; k < last; k++) {
			uint32_t other = upstream ? net->edges[k].input : net->users[k];
			if (!seen[other]) {
				seen[other] = true;
				stack[n++] = other;
			}
		}
	}
}

static ssrc_status choose_shown(const ssrc_assessment *a, const char *focus, bool *shown, ssrc_error *err)
{
	uint32_t n = a->chain->n_items;
	if (!focus) {
		memset(shown, 1, n * sizeof *shown);
		return SSRC_OK;
	}
	uint32_t item = ssrc_chain_item(a->chain, focus);
	if (item == SSRC_NONE)
		return ssrc_not_found(a->chain, focus, false, err);
	uint32_t *stack = ssrc_alloc_array(a->ctx, (size_t)n + 1, sizeof *stack);
	bool *other = ssrc_alloc_array(a->ctx, (size_t)n + 1, sizeof *other);
	if (!stack || !other) {
		ssrc_release(a->ctx, stack);
		ssrc_release(a->ctx, other);
		return ssrc_no_memory(err);
	}
	shown[item] = other[item] = true;
	mark_from(a, item, true, shown, stack);
	mark_from(a, item, false, other, stack);
	for (uint32_t i = 0; i < n; i++)
		shown[i] |= other[i];
	ssrc_release(a->ctx, stack);
	ssrc_release(a->ctx, other);
	return SSRC_OK;
}

/* ---- the tree by tier ----------------------------------------------------------------------------------- */

static void top_share(char out[96], const ssrc_assessment *a, const ssrc_item_result *r, ssrc_lang lang)
{
	if (r->supply.top_foreign == SSRC_NONE) {
		bool known = r->supply.country_set != SSRC_NONE && r->supply.unknown.at[SSRC_CASE_MID] < 0.5;
		snprintf(out, 96, "%s", ssrc_text(known ? SSRC_T_W_HOME : SSRC_T_W_UNKNOWN, lang));
		return;
	}
	char range[64];
	const ssrc_estimate *e = &r->supply.country[r->supply.top_foreign];
	ssrc_put_range(range, e->at[SSRC_CASE_LOW], e->at[SSRC_CASE_HIGH], 100, 0);
	snprintf(out, 96, "%s %s %%", a->chain->countries[r->supply.top_foreign], range);
}

static void put_on_one_line(ssrc_buf *out, const char *text)
{
	for (const char *p = text; *p; p++)
		ssrc_buf_putc(out, *p == '\n' || *p == '\r' ? ' ' : *p);
}

static void tree_item(ssrc_buf *out, const ssrc_assessment *a, uint32_t item, const char *branch, bool with_needs,
		      const ssrc_report_options *options)
{
	const ssrc_item *it = &a->chain->items[item];
	const ssrc_item_result *r = &a->items[item];
	char level[24], share[96];
	ssrc_put_level(level, r, false);
	top_share(share, a, r, options->lang);
	ssrc_buf_puts(out, branch);
	ssrc_paint_text(out, level, ssrc_level_paint(r->level), options->colour);
	ssrc_buf_putc(out, ' ');
	ssrc_paint_text(out, it->id, SSRC_BOLD, options->colour);
	ssrc_buf_puts(out, "  ");
	put_on_one_line(out, ssrc_name(it->name, it->id, options->lang));
	ssrc_buf_printf(out, " · %s", share);
	const ssrc_network *net = &a->network;
	if (with_needs && net->start[item] < net->start[item + 1]) {
		ssrc_buf_printf(out, "  ← ");
		for (uint32_t e = net->start[item]; e < net->start[item + 1]; e++) {
			const ssrc_edge *edge = &net->edges[e];
			static const char *const marks[] = {"", "~", "?", "^"};
			ssrc_buf_printf(out, "%s%s%s%s", e == net->start[item] ? "" : ", ",
					edge->from_variant ? "=" : marks[edge->essential],
					a->chain->items[edge->input].id, edge->group != SSRC_NONE ? "|" : "");
		}
	}
	ssrc_buf_putc(out, '\n');
}

static void map_tree(ssrc_buf *out, const ssrc_assessment *a, const bool *shown, bool needs,
		     const ssrc_report_options *options)
{
	const ssrc_chain *chain = a->chain;
	line(out, options->lang, SSRC_T_W_MAP_TITLE, NULL, 0);
	uint32_t items = 0;
	for (uint32_t t = 0; t < chain->n_tiers; t++) {
		uint32_t here = 0, done = 0;
		for (uint32_t i = 0; i < chain->n_items; i++)
			here += shown[i] && chain->items[i].tier == t;
		if (here == 0)
			continue;
		items += here;
		ssrc_buf_putc(out, '\n');
		ssrc_paint_text(out, ssrc_name(chain->tiers[t].name, chain->tiers[t].id, options->lang), SSRC_BOLD,
				options->colour);
		ssrc_buf_putc(out, '\n');
		for (uint32_t i = 0; i < chain->n_items; i++) {
			if (!shown[i] || chain->items[i].tier != t)
				continue;
			done++;
			tree_item(out, a, i, done == here ? "└─ " : "├─ ", needs, options);
		}
	}
	char n_items[24], n_needs[24];
	snprintf(n_items, sizeof n_items, "%u", items);
	snprintf(n_needs, sizeof n_needs, "%u", chain->n_needs);
	ssrc_buf_putc(out, '\n');
	line(out, options->lang, SSRC_T_W_MAP_FOOT, (const char *[]){n_items, n_needs}, 2);
	line(out, options->lang, SSRC_T_W_MAP_MARKS, NULL, 0);
}

/* ---- DOT (GraphML: graphml.c) ---------------------------------------------------------------------------------------
 */

static void quoted(ssrc_buf *out, const char *text)
{
	ssrc_buf_putc(out, '"');
	for (const char *p = text; *p; p++) {
		if (*p == '"' || *p == '\\')
			ssrc_buf_putc(out, '\\');
		ssrc_buf_putc(out, *p);
	}
	ssrc_buf_putc(out, '"');
}

static void map_dot(ssrc_buf *out, const ssrc_assessment *a, const bool *shown, const ssrc_report_options *options)
{
	static const char *const fills[] = {"#FFFFFF", "#CFE3F2", "#FBE8A6", "#F4C89C", "#E8A0A8"};
	const ssrc_chain *chain = a->chain;
	ssrc_buf_puts(out,
		      "digraph chain {\n  rankdir=LR;\n  node [shape=box, style=filled, fontname=\"sans-serif\"];\n");
	for (uint32_t t = 0; t < chain->n_tiers; t++) {
		ssrc_buf_printf(out, "  subgraph cluster_%u {\n    label=", t);
		quoted(out, ssrc_name(chain->tiers[t].name, chain->tiers[t].id, options->lang));
		ssrc_buf_puts(out, ";\n");
		for (uint32_t i = 0; i < chain->n_items; i++) {
			if (!shown[i] || chain->items[i].tier != t)
				continue;
			char label[400], level[24];
			ssrc_put_level(level, &a->items[i], false);
			snprintf(label, sizeof label, "%s [%s]",
				 ssrc_name(chain->items[i].name, chain->items[i].id, options->lang), level);
			ssrc_buf_puts(out, "    ");
			quoted(out, chain->items[i].id);
			ssrc_buf_puts(out, " [label=");
			quoted(out, label);
			ssrc_buf_printf(out, ", fillcolor=\"%s\"];\n",
					a->items[i].level < 0 ? "#DDDDDD" : fills[a->items[i].level]);
		}
		ssrc_buf_puts(out, "  }\n");
	}
	static const char *const styles[] = {"solid", "dashed", "dotted", "bold"};
	for (uint32_t i = 0; i < chain->n_items; i++)
		for (uint32_t e = a->network.start[i]; e < a->network.start[i + 1]; e++) {
			const ssrc_edge *edge = &a->network.edges[e];
			if (!shown[i] || !shown[edge->input])
				continue;
			ssrc_buf_puts(out, "  ");
			quoted(out, chain->items[edge->input].id);
			ssrc_buf_puts(out, " -> ");
			quoted(out, chain->items[i].id);
			ssrc_buf_printf(out, " [style=%s%s];\n",
					edge->from_variant ? "dotted" : styles[edge->essential],
					edge->from_variant ? ", arrowhead=empty" : "");
		}
	ssrc_buf_puts(out, "}\n");
}

static void map_json(ssrc_buf *out, const ssrc_assessment *a, const bool *shown, const ssrc_report_options *options)
{
	const ssrc_chain *chain = a->chain;
	ssrc_json json;
	ssrc_json_begin(&json, out, true);
	ssrc_json_open(&json, NULL, '{');
	ssrc_json_string(&json, "schema", "secondsource/map/1");
	ssrc_json_string(&json, "program", options->version);
	ssrc_json_string(&json, "home", a->home.text);
	ssrc_json_open(&json, "items", '[');
	for (uint32_t i = 0; i < chain->n_items; i++) {
		if (!shown[i])
			continue;
		ssrc_json_open(&json, NULL, '{');
		ssrc_json_string(&json, "item", chain->items[i].id);
		ssrc_json_string(&json, "tier", chain->n_tiers ? chain->tiers[chain->items[i].tier].id : "");
		ssrc_json_string(&json, "name_en", chain->items[i].name[0]);
		ssrc_json_string(&json, "name_zh", chain->items[i].name[1]);
		if (a->items[i].level < 0)
			ssrc_json_string(&json, "level", NULL);
		else
			ssrc_json_integer(&json, "level", a->items[i].level);
		ssrc_json_open(&json, "needs", '[');
		for (uint32_t e = a->network.start[i]; e < a->network.start[i + 1]; e++) {
			const ssrc_edge *edge = &a->network.edges[e];
			ssrc_json_open(&json, NULL, '{');
			ssrc_json_string(&json, "input", chain->items[edge->input].id);
			ssrc_json_string(&json, "essential",
					 edge->from_variant ? "variant" : ssrc_essential_word(edge->essential));
			if (edge->group != SSRC_NONE)
				ssrc_json_integer(&json, "any_of", edge->group);
			ssrc_json_close(&json, '}');
		}
		ssrc_json_close(&json, ']');
		ssrc_json_close(&json, '}');
	}
	ssrc_json_close(&json, ']');
	ssrc_json_close(&json, '}');
	ssrc_json_end(&json);
}

/* ---- country by item --------------------------------------------------------------------------------------- */

typedef struct country_weight {
	uint32_t country;
	double weight;
} country_weight;

static int compare_weights(const void *a, const void *b)
{
	const country_weight *x = a, *y = b;
	if (x->weight != y->weight)
		return x->weight > y->weight ? -1 : 1;
	return (x->country > y->country) - (x->country < y->country);
}

static const ssrc_estimate *dependence_of(const ssrc_assessment *a, uint32_t item, uint32_t country, bool direct)
{
	if (direct)
		return &a->items[item].supply.country[country];
	return &a->dependence[(size_t)item * a->chain->n_countries + country];
}

static void percent(char out[24], double x)
{
	if (isnan(x))
		snprintf(out, 24, "?");
	else
		snprintf(out, 24, x < 0.005 ? "." : "%.0f", x * 100);
}

enum { COUNTRIES_SHOWN = 12 };

/* The countries anything depends on, by their weight over the items shown. */
static uint32_t weigh_countries(const ssrc_assessment *a, const bool *shown, bool direct, country_weight *weights)
{
	uint32_t n = 0;
	for (uint32_t c = 0; c < a->chain->n_countries; c++) {
		double weight = 0;
		for (uint32_t i = 0; i < a->chain->n_items; i++) {
			double x = dependence_of(a, i, c, direct)->at[SSRC_CASE_MID];
			weight += shown[i] && !isnan(x) ? x : 0;
		}
		if (weight > 0)
			weights[n++] = (country_weight){c, weight};
	}
	qsort(weights, n, sizeof *weights, compare_weights);
	return n;
}

/* Something is known of the item's supply or of its inputs'. */
static bool depends(const ssrc_assessment *a, uint32_t item)
{
	bool any = a->chain->items[item].n_sets > 0;
	for (uint32_t c = 0; c < a->chain->n_countries && !any; c++)
		any = dependence_of(a, item, c, false)->at[SSRC_CASE_MID] > 0;
	return any;
}

static void matrix_row(ssrc_text_table *table, const ssrc_assessment *a, uint32_t item, const country_weight *weights,
		       uint32_t columns, bool direct)
{
	char text[24];
	ssrc_text_table_put(table, a->chain->items[item].id, SSRC_PLAIN);
	for (uint32_t k = 0; k < columns; k++) {
		double x = dependence_of(a, item, weights[k].country, direct)->at[SSRC_CASE_MID];
		percent(text, x);
		ssrc_text_table_put(table, text, x > 0.65 ? SSRC_LEVEL_4 : x > 0.5 ? SSRC_LEVEL_3 : SSRC_PLAIN);
	}
	percent(text, a->items[item].supply.unknown.at[SSRC_CASE_MID]);
	ssrc_text_table_put(table, text, SSRC_DIM);
}

/* Rows: items by tier. Columns: the countries that matter most, and what nobody states. */
static void country_matrix(ssrc_text_table *table, const ssrc_assessment *a, const bool *shown,
			   const country_weight *weights, uint32_t n, bool direct, ssrc_lang lang)
{
	uint32_t columns = n < COUNTRIES_SHOWN ? n : COUNTRIES_SHOWN;
	ssrc_text_table_column(table, ssrc_text(SSRC_T_W_ITEM, lang), SSRC_LEFT);
	for (uint32_t k = 0; k < columns; k++)
		ssrc_text_table_column(table, a->chain->countries[weights[k].country], SSRC_RIGHT);
	ssrc_text_table_column(table, ssrc_text(SSRC_T_W_UNKNOWN, lang), SSRC_RIGHT);
	for (uint32_t t = 0; t < a->chain->n_tiers; t++)
		for (uint32_t i = 0; i < a->chain->n_items; i++)
			if (shown[i] && a->chain->items[i].tier == t && depends(a, i))
				matrix_row(table, a, i, weights, columns, direct);
}

static void list_numbers(ssrc_text_table *table, const ssrc_estimate *e)
{
	char text[32];
	for (int which = 0; which < SSRC_CASES; which++) {
		if (isnan(e->at[which]))
			text[0] = '\0';
		else
			ssrc_format_number(text, round(e->at[which] * 1e6) / 1e4);
		ssrc_text_table_put(table, text, SSRC_PLAIN);
	}
}

/* One line an item and country, with the part of the item's supply that nobody states. */
static void country_list(ssrc_text_table *table, const ssrc_assessment *a, const bool *shown,
			 const country_weight *weights, uint32_t n)
{
	static const char *const heads[] = {
		"item",        "tier",        "country",         "basis",       "direct_low",
		"direct",      "direct_high", "lookthrough_low", "lookthrough", "lookthrough_high",
		"unknown_low", "unknown",     "unknown_high"};
	const ssrc_chain *chain = a->chain;
	for (size_t k = 0; k < sizeof heads / sizeof *heads; k++)
		ssrc_text_table_column(table, heads[k], SSRC_LEFT);
	for (uint32_t t = 0; t < chain->n_tiers; t++)
		for (uint32_t i = 0; i < chain->n_items; i++)
			for (uint32_t k = 0; k < n && shown[i] && chain->items[i].tier == t; k++) {
				uint32_t c = weights[k].country;
				if (!(dependence_of(a, i, c, false)->at[SSRC_CASE_MID] > 0))
					continue;
				ssrc_text_table_put(table, chain->items[i].id, SSRC_PLAIN);
				ssrc_text_table_put(table, chain->tiers[t].id, SSRC_PLAIN);
				ssrc_text_table_put(table, chain->countries[c], SSRC_PLAIN);
				ssrc_text_table_put(table, ssrc_basis_word(a->basis), SSRC_PLAIN);
				list_numbers(table, dependence_of(a, i, c, true));
				list_numbers(table, dependence_of(a, i, c, false));
				list_numbers(table, &a->items[i].supply.unknown);
			}
}

static ssrc_status map_countries(ssrc_buf *out, const ssrc_assessment *a, const bool *shown, bool direct,
				 const ssrc_report_options *options, ssrc_error *err)
{
	country_weight weights[26 * 26];
	uint32_t n = weigh_countries(a, shown, direct, weights);
	ssrc_text_table table;
	ssrc_text_table_begin(&table, a->ctx);
	if (options->format == SSRC_FORMAT_CSV) {
		country_list(&table, a, shown, weights, n);
		ssrc_text_table_write_csv(&table, out, options->bom);
	} else {
		const char *args[] = {ssrc_text(direct ? SSRC_T_W_MAP_DIRECT : SSRC_T_W_MAP_LOOK, options->lang),
				      ssrc_basis_word(a->basis)};
		country_matrix(&table, a, shown, weights, n, direct, options->lang);
		line(out, options->lang, SSRC_T_W_MAP_COUNTRY_TITLE, args, 2);
		ssrc_text_table_write(&table, out, options->colour, 0);
		char more[24];
		snprintf(more, sizeof more, "%u", n > COUNTRIES_SHOWN ? n - COUNTRIES_SHOWN : 0);
		line(out, options->lang, SSRC_T_W_MORE_COUNTRIES, (const char *[]){more}, 1);
	}
	bool failed = table.failed;
	ssrc_text_table_end(&table);
	return failed ? ssrc_no_memory(err) : SSRC_OK;
}

ssrc_status ssrc_report_map(ssrc_buf *out, const ssrc_assessment *a, const ssrc_map_options *map,
			    const ssrc_report_options *options, ssrc_error *err)
{
	bool *shown = ssrc_alloc_array(a->ctx, (size_t)a->chain->n_items + 1, sizeof *shown);
	if (!shown)
		return ssrc_no_memory(err);
	ssrc_status status = choose_shown(a, map->focus, shown, err);
	if (!status) {
		if (options->format == SSRC_FORMAT_DOT)
			map_dot(out, a, shown, options);
		else if (options->format == SSRC_FORMAT_GRAPHML)
			status = ssrc_report_graphml(out, a, shown, map->full && !map->focus, err);
		else if (options->format == SSRC_FORMAT_JSON)
			map_json(out, a, shown, options);
		else if (map->view == SSRC_MAP_COUNTRY || options->format == SSRC_FORMAT_CSV)
			status = map_countries(out, a, shown, map->direct, options, err);
		else
			map_tree(out, a, shown, map->view == SSRC_MAP_NEEDS || map->focus, options);
	}
	ssrc_release(a->ctx, shown);
	if (!status && out->failed)
		status = ssrc_no_memory(err);
	return status;
}
