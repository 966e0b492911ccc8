/* GraphML: structural layer and GraphML-attributes (graphml.graphdrawing.org). Keys are declared before they are used,
 * each with its own id and attr.name; edges go from an input to what needs it. */
#include "exchange.h"

#include "io/xml.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Tables that hang on an item, and on the whole; their rows stand as a JSON list of texts in one data element. */
static const char *const item_tables[] = {"shares", "alternates", "options", "item_codes"};
static const char *const chain_tables[] = {"documents", "sources", "tiers", "parties", "events"};

/* Columns that nodes and edges share are declared for both. */
static const char *const common[] = {"source", "evidence", "valid_from", "valid_to", "note"};

typedef struct writer {
	ssrc_buf *out;
	const ssrc_assessment *a;
	const bool *shown;
	ssrc_row_reader rows;
	bool whole;
	ssrc_buf text;     /* of one data element */
	const char *table; /* whose rows are collected */
} writer;

/* ---- keys ---------------------------------------------------------------------------------------------------- */

static void put_key(writer *w, const char *name, const char *of, const char *type)
{
	ssrc_buf_printf(w->out, "  <key id=\"%s\" for=\"%s\" attr.name=\"%s\" attr.type=\"%s\"/>\n", name, of, name,
			type);
}

static bool is_common(const char *name)
{
	for (size_t i = 0; i < sizeof common / sizeof *common; i++)
		if (strcmp(common[i], name) == 0)
			return true;
	return false;
}

static void put_column_keys(writer *w, ssrc_file_id file, const char *of, uint32_t first)
{
	for (uint32_t c = first; c < ssrc_schema[file].n_columns; c++) {
		const ssrc_column *column = &ssrc_schema[file].columns[c];
		if (!is_common(column->name))
			put_key(w, column->name, of, column->type == SSRC_COL_NUMBER ? "double" : "string");
	}
}

static void put_keys(writer *w)
{
	static const char *const results[][2] = {{"level", "int"}, {"grade", "string"}, {"top_foreign", "string"}};
	put_column_keys(w, SSRC_FILE_ITEMS, "node", 1);
	for (size_t i = 0; i < sizeof results / sizeof *results; i++)
		put_key(w, results[i][0], "node", results[i][1]);
	for (int f = 0; f < SSRC_FACT_COUNT; f++)
		put_key(w, ssrc_fact_word((ssrc_fact)f), "node", "double");
	put_column_keys(w, SSRC_FILE_NEEDS, "edge", 2);
	put_key(w, "inherited", "edge", "boolean");
	for (size_t i = 0; i < sizeof common / sizeof *common; i++)
		put_key(w, common[i], "all", "string");
	if (!w->whole)
		return;
	for (size_t i = 0; i < sizeof item_tables / sizeof *item_tables; i++)
		put_key(w, item_tables[i], "node", "string");
	static const char *const of_graph[] = {"format", "package", "package_home"};
	for (size_t i = 0; i < sizeof of_graph / sizeof *of_graph; i++)
		put_key(w, of_graph[i], "graph", "string");
	for (size_t i = 0; i < sizeof chain_tables / sizeof *chain_tables; i++)
		put_key(w, chain_tables[i], "graph", "string");
}

/* ---- data ------------------------------------------------------------------------------------------------------ */

static void put_data(writer *w, const char *key, const char *text)
{
	if (!*text)
		return;
	ssrc_buf_printf(w->out, "      <data key=\"%s\">", key);
	ssrc_xml_put(w->out, text);
	ssrc_buf_puts(w->out, "</data>\n");
}

static void put_columns(writer *w, uint32_t first)
{
	for (uint32_t c = first; c < ssrc_schema[w->rows.file].n_columns; c++)
		put_data(w, ssrc_schema[w->rows.file].columns[c].name, w->rows.cell[c]);
}

/* A row as a JSON text in the list: quotes and backslashes once more. */
static void collect(void *user, const char *table, const char *json)
{
	writer *w = user;
	if (strcmp(table, w->table) != 0)
		return;
	ssrc_buf_puts(&w->text, w->text.len ? ",\"" : "[\"");
	for (const char *p = json; *p; p++) {
		if (*p == '"' || *p == '\\')
			ssrc_buf_putc(&w->text, '\\');
		ssrc_buf_putc(&w->text, *p);
	}
	ssrc_buf_putc(&w->text, '"');
}

static void put_tables(writer *w, const char *const *tables, size_t n, uint32_t item)
{
	for (size_t i = 0; i < n; i++) {
		w->table = tables[i];
		w->text.len = 0;
		if (item == SSRC_NONE)
			ssrc_chain_rows(&w->rows, collect, w);
		else
			ssrc_item_rows(&w->rows, item, collect, w);
		if (w->text.len == 0)
			continue;
		ssrc_buf_putc(&w->text, ']');
		if (!w->text.failed)
			put_data(w, tables[i], w->text.data);
	}
}

static void put_results(writer *w, const ssrc_item_result *r)
{
	char text[40];
	snprintf(text, sizeof text, "%d", r->level);
	put_data(w, "level", r->level < 0 ? "" : text);
	put_data(w, "grade", (char[]){ssrc_grade_letter(r->grade), 0});
	put_data(w, "top_foreign",
		 r->supply.top_foreign == SSRC_NONE ? "" : w->a->chain->countries[r->supply.top_foreign]);
	for (int f = 0; f < SSRC_FACT_COUNT; f++) {
		double value = r->fact[f].at[SSRC_CASE_MID];
		if (!isfinite(value))
			continue;
		ssrc_format_number(text, round(value * 1e9) / 1e9);
		put_data(w, ssrc_fact_word((ssrc_fact)f), text);
	}
}

static void put_node(writer *w, uint32_t item)
{
	ssrc_buf_puts(w->out, "    <node id=\"");
	ssrc_xml_put(w->out, w->a->chain->items[item].id);
	ssrc_buf_puts(w->out, "\">\n");
	ssrc_row_item(&w->rows, item);
	put_columns(w, 1);
	put_results(w, &w->a->items[item]);
	if (w->whole)
		put_tables(w, item_tables, sizeof item_tables / sizeof *item_tables, item);
	ssrc_buf_puts(w->out, "    </node>\n");
}

/* The need that an edge of the network comes from, SSRC_NONE for one that follows from a variant. */
static uint32_t need_of(const ssrc_chain *chain, uint32_t item, const ssrc_edge *edge)
{
	uint32_t owner = edge->inherited ? chain->items[item].variant_of : item;
	const ssrc_item *it = &chain->items[owner];
	for (uint32_t i = it->first_need; !edge->from_variant && i < it->first_need + it->n_needs; i++)
		if (chain->needs[i].row == edge->row)
			return i;
	return SSRC_NONE;
}

static void put_edge(writer *w, uint32_t item, const ssrc_edge *edge, uint32_t number)
{
	const ssrc_chain *chain = w->a->chain;
	uint32_t need = need_of(chain, item, edge);
	ssrc_buf_printf(w->out, "    <edge id=\"e%u\" source=\"", number);
	ssrc_xml_put(w->out, chain->items[edge->input].id);
	ssrc_buf_puts(w->out, "\" target=\"");
	ssrc_xml_put(w->out, chain->items[item].id);
	ssrc_buf_puts(w->out, "\">\n");
	if (need == SSRC_NONE) {
		put_data(w, "essential", "variant");
	} else {
		ssrc_row_need(&w->rows, need);
		put_columns(w, 2);
	}
	put_data(w, "inherited", edge->inherited ? "true" : "");
	ssrc_buf_puts(w->out, "    </edge>\n");
}

static void put_graph(writer *w)
{
	const ssrc_chain *chain = w->a->chain;
	const ssrc_network *net = &w->a->network;
	ssrc_buf_puts(w->out, "  <graph id=\"chain\" edgedefault=\"directed\">\n");
	if (w->whole) {
		put_data(w, "format", "secondsource 1");
		put_data(w, "package", ssrc_package_name(chain->package));
		put_data(w, "package_home", ssrc_package_home(chain->package));
		put_tables(w, chain_tables, sizeof chain_tables / sizeof *chain_tables, SSRC_NONE);
	}
	for (uint32_t i = 0; i < chain->n_items; i++)
		if (w->shown[i])
			put_node(w, i);
	uint32_t number = 0;
	for (uint32_t i = 0; i < chain->n_items; i++)
		for (uint32_t e = net->start[i]; e < net->start[i + 1]; e++)
			if (w->shown[i] && w->shown[net->edges[e].input])
				put_edge(w, i, &net->edges[e], number++);
	ssrc_buf_puts(w->out, "  </graph>\n");
}

ssrc_status ssrc_report_graphml(ssrc_buf *out, const ssrc_assessment *a, const bool *shown, bool full, ssrc_error *err)
{
	writer w = {.out = out, .a = a, .shown = shown, .whole = true};
	for (uint32_t i = 0; i < a->chain->n_items; i++)
		w.whole &= shown[i];
	ssrc_buf_init(&w.text, a->ctx);
	ssrc_status status = ssrc_row_reader_begin(&w.rows, a->chain, full, err);
	if (!status) {
		ssrc_buf_puts(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
				   "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n");
		put_keys(&w);
		put_graph(&w);
		ssrc_buf_puts(out, "</graphml>\n");
		if (out->failed || w.text.failed || w.rows.text.failed)
			status = ssrc_no_memory(err);
	}
	ssrc_row_reader_end(&w.rows);
	ssrc_buf_clear(&w.text);
	return status;
}
