/* GraphML (graphml.graphdrawing.org, structural layer and attributes) -> a package. An edge goes from the input to what
 * needs it, as `map --graphml` writes it. What this program wrote comes back row by row. */
#include "io/json_read.h"
#include "io/xml.h"
#include "model/adapter.h"

#include <secondsource/import.h>

#include <stdio.h>
#include <string.h>

static const char space[] = "http://graphml.graphdrawing.org/xmlns";

typedef struct key {
	const char *name; /* attr.name, or the id where there is none */
} key;

typedef struct node {
	const ssrc_xml *xml;
	const char *ref, *id;
	bool used; /* an edge leaves it */
} node;

typedef struct import {
	ssrc_adapter a;
	ssrc_symbols key_ids, node_ids;
	key *keys;
	node *nodes;
	size_t keys_cap, nodes_cap;
	bool own, directed;
} import;

static bool is_element(const ssrc_xml *xml, const char *name)
{
	return (!*xml->space || strncmp(xml->space, space, sizeof space - 1) == 0) && strcmp(xml->name, name) == 0;
}

static void complain(import *x, ssrc_severity severity, ssrc_text_id message, const ssrc_xml *at, const char *arg0,
		     const char *arg1)
{
	ssrc_adapter_report(&x->a, severity, message, at->line, at->column, arg0, arg1, NULL);
}

/* The value of a needed attribute, NULL with a finding if it is missing. */
static const char *needed(import *x, const ssrc_xml *xml, const char *name)
{
	const char *value = ssrc_xml_value(xml, name);
	if (value && *value)
		return value;
	complain(x, SSRC_ERROR, SSRC_M_X_ATTRIBUTE_MISSING, xml, xml->name, name);
	return NULL;
}

static void read_key(import *x, const ssrc_xml *xml)
{
	const char *id = needed(x, xml, "id"), *name = ssrc_xml_value(xml, "attr.name");
	uint32_t before = x->key_ids.count, symbol = SSRC_NONE;
	if (!id || x->a.status)
		return;
	x->a.status = ssrc_symbols_add(&x->key_ids, id, strlen(id), &symbol, x->a.err);
	if (!x->a.status)
		x->a.status = ssrc_reserve(x->a.ctx, (void **)&x->keys, &x->keys_cap, (size_t)x->key_ids.count,
					   sizeof *x->keys, x->a.err);
	if (x->a.status)
		return;
	if (symbol != before)
		complain(x, SSRC_ERROR, SSRC_M_X_ID_TWICE, xml, "key", id);
	else
		x->keys[symbol].name = name && *name ? name : id;
}

/* attr.name of the key of a data element, NULL if nothing declares it. */
static const char *name_of(import *x, const ssrc_xml *data)
{
	const char *id = needed(x, data, "key");
	uint32_t symbol = id ? ssrc_symbols_find(&x->key_ids, id, strlen(id)) : SSRC_NONE;
	if (id && symbol == SSRC_NONE)
		complain(x, SSRC_ERROR, SSRC_M_X_KEY_UNKNOWN, data, id, NULL);
	return symbol == SSRC_NONE ? NULL : x->keys[symbol].name;
}

/* Text of the data element whose key has one of the names, "" if there is none. */
static const char *data_of(import *x, const ssrc_xml *xml, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (const ssrc_xml *at = xml->first; at; at = at->next) {
			const char *id = is_element(at, "data") ? ssrc_xml_value(at, "key") : NULL;
			uint32_t symbol = id ? ssrc_symbols_find(&x->key_ids, id, strlen(id)) : SSRC_NONE;
			if (symbol != SSRC_NONE && strcmp(x->keys[symbol].name, names[i]) == 0 && *at->text)
				return at->text;
		}
	return "";
}

static void read_node(import *x, const ssrc_xml *xml)
{
	const char *id = needed(x, xml, "id");
	uint32_t before = x->node_ids.count, symbol = SSRC_NONE;
	if (!id || x->a.status)
		return;
	x->a.status = ssrc_symbols_add(&x->node_ids, id, strlen(id), &symbol, x->a.err);
	if (!x->a.status)
		x->a.status = ssrc_reserve(x->a.ctx, (void **)&x->nodes, &x->nodes_cap, (size_t)x->node_ids.count,
					   sizeof *x->nodes, x->a.err);
	if (x->a.status)
		return;
	if (symbol != before)
		complain(x, SSRC_ERROR, SSRC_M_X_ID_TWICE, xml, "node", id);
	else
		x->nodes[symbol] = (node){.xml = xml, .ref = id};
}

/* ---- what this program wrote ------------------------------------------------------------------------------------ */

/* The value is a list of rows; every one becomes text again, as ssrc_adapter_row takes it. */
static void own_rows(import *x, const ssrc_xml *data, const char *table, const char *item)
{
	ssrc_json_value *list = NULL;
	ssrc_adapter *a = &x->a;
	if (!a->status)
		a->status =
			ssrc_json_parse(&a->arena, data->text, strlen(data->text), a->file, &list, a->findings, a->err);
	if (a->status || !list)
		return;
	if (list->kind != SSRC_JSON_LIST)
		complain(x, SSRC_ERROR, SSRC_M_X_ROW_BROKEN, data, item ? item : "graph", table);
	for (const ssrc_json_value *row = list->first; row && list->kind == SSRC_JSON_LIST; row = row->next)
		if (!ssrc_adapter_row(a, table, row->text, item, item ? item : "graph", data->line))
			complain(x, SSRC_ERROR, SSRC_M_X_KEY_UNKNOWN, data, table, NULL);
}

static bool is_table(const char *name)
{
	return strcmp(name, "documents") == 0 || ssrc_schema_file(name) < SSRC_FILE_COUNT;
}

static void own_graph(import *x, const ssrc_xml *graph)
{
	for (const ssrc_xml *at = graph->first; at; at = at->next) {
		const char *name = is_element(at, "data") ? name_of(x, at) : NULL;
		if (!name)
			continue;
		if (strcmp(name, "package") == 0)
			x->a.name = at->text;
		else if (strcmp(name, "package_home") == 0 && !x->a.home)
			x->a.home = at->text;
		else if (is_table(name))
			own_rows(x, at, name, NULL);
	}
}

static void own_node(import *x, const node *n)
{
	const char *texts[64] = {NULL};
	for (const ssrc_xml *at = n->xml->first; at; at = at->next) {
		const char *name = is_element(at, "data") ? name_of(x, at) : NULL;
		uint32_t column = name ? ssrc_adapter_item_column(name) : SSRC_NONE;
		if (column != SSRC_NONE)
			texts[column] = at->text;
		else if (name && is_table(name))
			own_rows(x, at, name, n->ref);
	}
	texts[0] = n->ref;
	ssrc_adapter_put_row(&x->a, SSRC_FILE_ITEMS, texts);
}

static void own_edge(import *x, const ssrc_xml *edge, const node *input, const node *item)
{
	const char *texts[64] = {NULL};
	for (const ssrc_xml *at = edge->first; at; at = at->next) {
		const char *name = is_element(at, "data") ? name_of(x, at) : NULL;
		uint32_t column = name ? ssrc_schema_column(SSRC_FILE_NEEDS, name) : SSRC_NONE;
		/* Edges that follow from variant_of are drawn, but are no rows. */
		bool drawn = name && (strcmp(name, "inherited") == 0 ||
				      (strcmp(name, "essential") == 0 && strcmp(at->text, "variant") == 0));
		if (drawn)
			return;
		if (column != SSRC_NONE)
			texts[column] = at->text;
	}
	texts[ssrc_schema_column(SSRC_FILE_NEEDS, "item")] = item->ref;
	texts[ssrc_schema_column(SSRC_FILE_NEEDS, "input")] = input->ref;
	ssrc_adapter_put_row(&x->a, SSRC_FILE_NEEDS, texts);
}

/* ---- files of others ----------------------------------------------------------------------------------------------
 */

static const char *one_of(const char *text, ssrc_file_id file, const char *column, const char *otherwise)
{
	size_t len = strlen(text);
	for (const char *p = ssrc_schema[file].columns[ssrc_schema_column(file, column)].of; len && *p;) {
		size_t n = strcspn(p, "|");
		if (n == len && memcmp(p, text, n) == 0)
			return text;
		p += n + (p[n] == '|');
	}
	return otherwise;
}

static void foreign_node(import *x, const node *n)
{
	static const char *const names[] = {"name_en", "name", "label", "Label", "title"},
				 *const chinese[] = {"name_zh"}, *const kinds[] = {"kind", "type"};
	const char *name = data_of(x, n->xml, names, sizeof names / sizeof *names);
	SSRC_ADAPTER_PUT(&x->a, SSRC_FILE_ITEMS, {"item", n->id}, {"tier", n->used ? "component" : "product"},
			 {"kind", one_of(data_of(x, n->xml, kinds, 2), SSRC_FILE_ITEMS, "kind", "good")},
			 {"name_en", *name ? name : n->ref}, {"name_zh", data_of(x, n->xml, chinese, 1)},
			 {"product", n->used ? NULL : "yes"}, {"source", "file"}, {"evidence", "observed"});
}

static void foreign_edge(import *x, const ssrc_xml *edge, const node *input, const node *item)
{
	static const char *const names[] = {"essential"}, *const choices[] = {"any_of"};
	const char *direction = ssrc_xml_value(edge, "directed");
	bool directed = direction ? strcmp(direction, "true") == 0 || strcmp(direction, "1") == 0 : x->directed;
	if (!directed)
		complain(x, SSRC_WARNING, SSRC_M_X_UNDIRECTED, edge, input->ref, NULL);
	if (input == item) {
		complain(x, SSRC_WARNING, SSRC_M_X_SELF, edge, "edge", item->ref);
		return;
	}
	if (!ssrc_adapter_first(&x->a, "need", item->id, input->id))
		return;
	SSRC_ADAPTER_PUT(&x->a, SSRC_FILE_NEEDS, {"item", item->id}, {"input", input->id},
			 {"essential", one_of(data_of(x, edge, names, 1), SSRC_FILE_NEEDS, "essential", "critical")},
			 {"any_of", data_of(x, edge, choices, 1)}, {"source", "file"}, {"evidence", "assumed"});
}

/* ---- all of it ----------------------------------------------------------------------------------------------------
 */

static node *end_of(import *x, const ssrc_xml *edge, const char *which)
{
	const char *id = needed(x, edge, which);
	uint32_t symbol = id ? ssrc_symbols_find(&x->node_ids, id, strlen(id)) : SSRC_NONE;
	if (id && symbol == SSRC_NONE)
		complain(x, SSRC_ERROR, SSRC_M_X_NODE_UNKNOWN, edge, id, NULL);
	return symbol == SSRC_NONE ? NULL : &x->nodes[symbol];
}

/* Edges twice: first who is used at all, then their rows. */
static void read_edges(import *x, const ssrc_xml *graph, bool rows)
{
	for (const ssrc_xml *at = graph->first; at && !x->a.status; at = at->next) {
		if (!is_element(at, "edge"))
			continue;
		if (!rows) {
			node *input = end_of(x, at, "source"), *item = end_of(x, at, "target");
			if (input && item && input != item)
				input->used = true;
			continue;
		}
		const char *from = ssrc_xml_value(at, "source"), *to = ssrc_xml_value(at, "target");
		uint32_t input = from ? ssrc_symbols_find(&x->node_ids, from, strlen(from)) : SSRC_NONE;
		uint32_t item = to ? ssrc_symbols_find(&x->node_ids, to, strlen(to)) : SSRC_NONE;
		if (input == SSRC_NONE || item == SSRC_NONE)
			continue;
		if (x->own)
			own_edge(x, at, &x->nodes[input], &x->nodes[item]);
		else
			foreign_edge(x, at, &x->nodes[input], &x->nodes[item]);
	}
}

static void read_graph(import *x, const ssrc_xml *graph)
{
	static const char *const format[] = {"format"};
	const char *direction = ssrc_xml_value(graph, "edgedefault");
	x->directed = direction && strcmp(direction, "directed") == 0;
	x->own = strcmp(data_of(x, graph, format, 1), "secondsource 1") == 0;
	for (const ssrc_xml *at = graph->first; at && !x->a.status; at = at->next) {
		if (is_element(at, "node"))
			read_node(x, at);
		else if (!is_element(at, "edge") && !is_element(at, "data") && !is_element(at, "desc"))
			complain(x, SSRC_WARNING, SSRC_M_X_NOT_READ, at, at->name, NULL);
	}
	read_edges(x, graph, false);
	if (x->own)
		own_graph(x, graph);
	else
		ssrc_adapter_foreign(&x->a, x->a.file);
	for (uint32_t i = 0; i < x->node_ids.count && !x->a.status; i++) {
		if (!x->own)
			x->nodes[i].id = ssrc_adapter_id(&x->a, x->nodes[i].ref);
		if (x->own)
			own_node(x, &x->nodes[i]);
		else
			foreign_node(x, &x->nodes[i]);
	}
	read_edges(x, graph, true);
}

static void convert(import *x, const ssrc_xml *root)
{
	const ssrc_xml *graph = NULL;
	if (!is_element(root, "graphml")) {
		complain(x, SSRC_ERROR, SSRC_M_X_NOT_GRAPHML, root, root->name, NULL);
		return;
	}
	for (const ssrc_xml *at = root->first; at && !x->a.status; at = at->next) {
		if (is_element(at, "key"))
			read_key(x, at);
		else if (is_element(at, "graph") && graph)
			complain(x, SSRC_WARNING, SSRC_M_X_GRAPH_MORE, at, NULL, NULL);
		else if (is_element(at, "graph"))
			graph = at;
	}
	if (!graph)
		complain(x, SSRC_ERROR, SSRC_M_X_GRAPH_NONE, root, NULL, NULL);
	else if (!x->a.status)
		read_graph(x, graph);
}

ssrc_status ssrc_import_graphml(ssrc_package **out, ssrc_context *ctx, const char *path, const char *home,
				ssrc_findings *findings, ssrc_error *err)
{
import x = {.own = false };
	ssrc_xml *root = NULL;
	ssrc_adapter_start(&x.a, ctx, path, home, findings, err);
	ssrc_symbols_init(&x.key_ids, ctx);
	ssrc_symbols_init(&x.node_ids, ctx);
	if (!x.a.status)
		x.a.status = ssrc_xml_parse(&x.a.arena, x.a.bytes.data ? x.a.bytes.data : "", x.a.bytes.len, x.a.file,
					    &root, findings, err);
	if (!x.a.status && root)
		convert(&x, root);
	ssrc_symbols_clear(&x.key_ids);
	ssrc_symbols_clear(&x.node_ids);
	ssrc_release(ctx, x.keys);
	ssrc_release(ctx, x.nodes);
	return ssrc_adapter_finish(&x.a, out);
}
