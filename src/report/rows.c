/* The rows of a chain as cells: what the formats for exchange carry beside their own fields. */
#include "exchange.h"

#include "io/json.h"

#include <stdlib.h>
#include <string.h>

/* ---- the reader --------------------------------------------------------------------------------------------- */

/* Index in the chain of every id of a file, by symbol of the package. first: the record of the chain's first. */
static uint32_t *positions(ssrc_row_reader *reader, ssrc_file_id file)
{
	const ssrc_chain *chain = reader->chain;
	const ssrc_symbols *ids = &chain->package->ids[file];
	const ssrc_table *table = &chain->package->tables[file];
	uint32_t n = file == SSRC_FILE_ITEMS ? chain->n_items : chain->n_parties;
	uint32_t *out = ssrc_arena_array(&reader->arena, (size_t)ids->count + 1, sizeof *out);
	if (!out)
		return NULL;
	memset(out, 0xFF, ((size_t)ids->count + 1) * sizeof *out);
	for (uint32_t i = 0; i < n; i++) {
		uint32_t row = file == SSRC_FILE_ITEMS ? chain->items[i].row : chain->parties[i].row;
		const ssrc_cell *cell = ssrc_table_cell(table, row, 0);
		uint32_t symbol = ssrc_symbols_find(ids, cell->text, cell->len);
		if (symbol != SSRC_NONE)
			out[symbol] = i;
	}
	return out;
}

static uint32_t position_of(const ssrc_row_reader *reader, ssrc_file_id file, const ssrc_cell *cell)
{
	const uint32_t *table = file == SSRC_FILE_ITEMS ? reader->item_of : reader->party_of;
	uint32_t symbol = ssrc_symbols_find(&reader->chain->package->ids[file], cell->text, cell->len);
	return symbol == SSRC_NONE ? SSRC_NONE : table[symbol];
}

/* Hangs the rows of item_codes.csv on their items; false if memory is short. */
static bool list_codes(ssrc_row_reader *reader)
{
	const ssrc_table *table = &reader->chain->package->tables[SSRC_FILE_ITEM_CODES];
	size_t n_items = (size_t)reader->chain->n_items + 1;
	reader->code = ssrc_arena_array(&reader->arena, n_items, sizeof *reader->code);
	reader->next_code = ssrc_arena_array(&reader->arena, (size_t)table->n_rows + 1, sizeof *reader->next_code);
	if (!reader->code || !reader->next_code)
		return false;
	memset(reader->code, 0xFF, n_items * sizeof *reader->code);
	for (uint32_t row = 0; row < table->n_rows; row++) {
		uint32_t item = position_of(reader, SSRC_FILE_ITEMS, ssrc_table_cell(table, row, 0));
		if (item == SSRC_NONE)
			continue;
		reader->next_code[row] = reader->code[item];
		reader->code[item] = row;
	}
	return true;
}

ssrc_status ssrc_row_reader_begin(ssrc_row_reader *reader, const ssrc_chain *chain, bool full, ssrc_error *err)
{
	*reader = (ssrc_row_reader){.chain = chain, .full = full};
	ssrc_buf_init(&reader->text, chain->ctx);
	ssrc_arena_init(&reader->arena, chain->ctx);
	reader->item_of = positions(reader, SSRC_FILE_ITEMS);
	reader->party_of = positions(reader, SSRC_FILE_PARTIES);
	return reader->item_of && reader->party_of && list_codes(reader) ? SSRC_OK : ssrc_no_memory(err);
}

void ssrc_row_reader_end(ssrc_row_reader *reader)
{
	ssrc_buf_clear(&reader->text);
	ssrc_arena_clear(&reader->arena);
}

/* ---- cells -------------------------------------------------------------------------------------------------- */

/* What names nobody: taken from the package as it is written, so that 18.0 stays 18.0. */
static bool is_plain(ssrc_column_type type)
{
	switch (type) {
	case SSRC_COL_ENUM:
	case SSRC_COL_NUMBER:
	case SSRC_COL_YEAR:
	case SSRC_COL_DATE:
	case SSRC_COL_COUNTRY:
	case SSRC_COL_COUNTRY_LIST:
	case SSRC_COL_TARGET_LIST:
	case SSRC_COL_YES: return true;
	default: return false;
	}
}

/* Room for texts that a row puts together is kept from the start: cells point into it. */
static void begin(ssrc_row_reader *reader, ssrc_file_id file, uint32_t row)
{
	const ssrc_table *table = &reader->chain->package->tables[file];
	uint32_t common = ssrc_schema[file].fact ? ssrc_schema_common(file) : SSRC_NONE;
	reader->file = file;
	reader->text.len = 0;
	for (uint32_t c = 0; c < ssrc_schema[file].n_columns; c++) {
		ssrc_column_type type = ssrc_schema[file].columns[c].type;
		bool own = common != SSRC_NONE && (c == common + SSRC_COMMON_SOURCE || c == common + SSRC_COMMON_NOTE);
		bool taken = is_plain(type) || (reader->full && (own || type == SSRC_COL_LEI));
		reader->cell[c] = taken && row != SSRC_NONE ? ssrc_table_cell(table, row, c)->text : "";
	}
}

static void set(ssrc_row_reader *reader, const char *column, const char *text)
{
	reader->cell[ssrc_schema_column(reader->file, column)] = text ? text : "";
}

static const ssrc_cell *written(const ssrc_row_reader *reader, uint32_t row, const char *column)
{
	return ssrc_table_cell(&reader->chain->package->tables[reader->file], row,
			       ssrc_schema_column(reader->file, column));
}

/* A list of ids in the reader's text, as the cell of `column`. At most one list a row may still grow: lists of one row
 * are made by set_lists. */
typedef struct id_list {
	const char *column;
	const uint32_t *values;
	uint32_t n;
	ssrc_file_id file;
	char separator;
} id_list;

static const char *id_of(const ssrc_chain *chain, ssrc_file_id file, uint32_t index)
{
	if (file == SSRC_FILE_ITEMS)
		return chain->items[index].id;
	return file == SSRC_FILE_PARTIES ? chain->parties[index].id : chain->options[index].id;
}

/* Two lists share the buffer; its place is only certain once both are written. */
static void set_lists(ssrc_row_reader *reader, const id_list *lists, size_t n)
{
	size_t start[2] = {0};
	for (size_t k = 0; k < n && k < 2; k++) {
		start[k] = reader->text.len;
		for (uint32_t i = 0; i < lists[k].n; i++) {
			if (i)
				ssrc_buf_putc(&reader->text, lists[k].separator);
			ssrc_buf_puts(&reader->text, id_of(reader->chain, lists[k].file, lists[k].values[i]));
		}
		ssrc_buf_add(&reader->text, "", 1);
	}
	for (size_t k = 0; k < n && k < 2; k++)
		set(reader, lists[k].column, reader->text.failed ? "" : reader->text.data + start[k]);
}

void ssrc_row_tier(ssrc_row_reader *reader, uint32_t tier)
{
	const ssrc_tier *t = &reader->chain->tiers[tier];
	char number[32];
	begin(reader, SSRC_FILE_TIERS, SSRC_NONE);
	size_t n = ssrc_format_number(number, t->order);
	ssrc_buf_add(&reader->text, number, n);
	set(reader, "tier", t->id);
	set(reader, "order", reader->text.failed ? "" : reader->text.data);
	set(reader, "name_en", t->name[0]);
	set(reader, "name_zh", t->name[1]);
}

void ssrc_row_item(ssrc_row_reader *reader, uint32_t item)
{
	const ssrc_chain *chain = reader->chain;
	const ssrc_item *it = &chain->items[item];
	begin(reader, SSRC_FILE_ITEMS, it->row);
	set(reader, "item", it->id);
	set(reader, "tier", chain->tiers[it->tier].id);
	set(reader, "name_en", it->name[0]);
	set(reader, "name_zh", it->name[1]);
	set(reader, "unit", it->unit);
	set(reader, "variant_of", it->variant_of == SSRC_NONE ? "" : chain->items[it->variant_of].id);
}

void ssrc_row_need(ssrc_row_reader *reader, uint32_t need)
{
	const ssrc_chain *chain = reader->chain;
	const ssrc_need *n = &chain->needs[need];
	begin(reader, SSRC_FILE_NEEDS, n->row);
	set(reader, "item", chain->items[n->item].id);
	set(reader, "input", chain->items[n->input].id);
	set(reader, "any_of", n->any_of);
}

void ssrc_row_party(ssrc_row_reader *reader, uint32_t party)
{
	const ssrc_chain *chain = reader->chain;
	const ssrc_party *p = &chain->parties[party];
	begin(reader, SSRC_FILE_PARTIES, p->row);
	const ssrc_cell *parent = written(reader, p->row, "parent");
	uint32_t owner = position_of(reader, SSRC_FILE_PARTIES, parent);
	set(reader, "party", p->id);
	set(reader, "name_en", p->name[0]);
	set(reader, "name_zh", p->name[1]);
	if (owner != SSRC_NONE)
		set(reader, "parent", chain->parties[owner].id);
	else if (ssrc_country_known(parent->text, parent->len))
		set(reader, "parent", parent->text);
	set(reader, "same_as", p->same_as == party ? "" : chain->parties[p->same_as].id);
}

/* Who supplies, under the id that the chain has for it. */
static void set_provider(ssrc_row_reader *reader, const ssrc_share *share, uint32_t row)
{
	const ssrc_chain *chain = reader->chain;
	uint32_t party = position_of(reader, SSRC_FILE_PARTIES, written(reader, row, "provider"));
	switch (share->kind) {
	case SSRC_BY_VARIOUS: set(reader, "provider", "various"); break;
	case SSRC_BY_COUNTRY: set(reader, "provider", chain->countries[share->country]); break;
	case SSRC_BY_PARTY:
		set(reader, "provider", chain->parties[party == SSRC_NONE ? share->party : party].id);
		break;
	case SSRC_BY_JOINT:
		set_lists(reader, &(id_list){"provider", share->members, share->n_members, SSRC_FILE_PARTIES, '+'}, 1);
		break;
	}
}

void ssrc_row_share(ssrc_row_reader *reader, uint32_t set_index, uint32_t share, uint32_t part)
{
	const ssrc_chain *chain = reader->chain;
	const ssrc_share_set *of = &chain->sets[set_index];
	const ssrc_share *s = &chain->shares[share];
	uint32_t row = part ? s->more[part - 1] : s->row;
	begin(reader, SSRC_FILE_SHARES, row);
	set(reader, "item", chain->items[of->item].id);
	set(reader, "metric", of->metric);
	set_provider(reader, s, row);
}

void ssrc_row_alternate(ssrc_row_reader *reader, uint32_t alternate)
{
	const ssrc_chain *chain = reader->chain;
	const ssrc_alternate *x = &chain->alternates[alternate];
	begin(reader, SSRC_FILE_ALTERNATES, x->row);
	set(reader, "item", chain->items[x->item].id);
	set(reader, "alternate",
	    x->by_item != SSRC_NONE ? chain->items[x->by_item].id : chain->parties[x->by_party].id);
	set(reader, "for_item", x->for_item == SSRC_NONE ? "" : chain->items[x->for_item].id);
}

void ssrc_row_event(ssrc_row_reader *reader, uint32_t event)
{
	const ssrc_event *e = &reader->chain->events[event];
	begin(reader, SSRC_FILE_EVENTS, e->row);
	set(reader, "event", e->id);
	set(reader, "title_en", e->title[0]);
	set(reader, "title_zh", e->title[1]);
	set(reader, "measure", e->measure);
	set_lists(reader,
		  (const id_list[]){{"item", e->items, e->n_items, SSRC_FILE_ITEMS, ';'},
				    {"party", e->parties, e->n_parties, SSRC_FILE_PARTIES, ';'}},
		  2);
}

void ssrc_row_option(ssrc_row_reader *reader, uint32_t option)
{
	const ssrc_chain *chain = reader->chain;
	const ssrc_option *o = &chain->options[option];
	begin(reader, SSRC_FILE_OPTIONS, o->row);
	set(reader, "option", o->id);
	set(reader, "item", o->item == SSRC_NONE ? "" : chain->items[o->item].id);
	set(reader, "name_en", o->name[0]);
	set(reader, "name_zh", o->name[1]);
	set(reader, "provider", o->provider == SSRC_NONE ? "" : chain->parties[o->provider].id);
	set_lists(reader,
		  (const id_list[]){{"requires", o->requires, o->n_requires, SSRC_FILE_OPTIONS, ';'},
				    {"excludes", o->excludes, o->n_excludes, SSRC_FILE_OPTIONS, ';'}},
		  2);
}

void ssrc_row_json(const ssrc_row_reader *reader, uint32_t skip, ssrc_buf *out)
{
	ssrc_json json;
	ssrc_json_begin(&json, out, false);
	ssrc_json_open(&json, NULL, '{');
	for (uint32_t c = 0; c < ssrc_schema[reader->file].n_columns; c++)
		if (c != skip && *reader->cell[c])
			ssrc_json_string(&json, ssrc_schema[reader->file].columns[c].name, reader->cell[c]);
	ssrc_json_close(&json, '}');
}

/* ---- all rows ----------------------------------------------------------------------------------------------- */

typedef struct walk {
	ssrc_row_reader *reader;
	ssrc_row_visit *visit;
	void *user;
	ssrc_buf json;
} walk;

static void tell(walk *w, const char *skip)
{
	uint32_t column = skip ? ssrc_schema_column(w->reader->file, skip) : SSRC_NONE;
	w->json.len = 0;
	ssrc_row_json(w->reader, column, &w->json);
	w->reader->text.failed |= w->json.failed;
	if (!w->reader->text.failed)
		w->visit(w->user, ssrc_schema[w->reader->file].name, w->json.data);
}

static void tell_shares(walk *w, const ssrc_item *item)
{
	const ssrc_chain *chain = w->reader->chain;
	for (uint32_t s = item->first_set; s < item->first_set + item->n_sets; s++)
		for (uint32_t k = chain->sets[s].first; k < chain->sets[s].first + chain->sets[s].count; k++)
			for (uint32_t part = 0; part <= chain->shares[k].n_more; part++) {
				ssrc_row_share(w->reader, s, k, part);
				tell(w, "item");
			}
}

enum { CODES_MAX = 256 };

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Codes are no part of the chain: their rows are put in order here. */
static void tell_codes(walk *w, uint32_t item)
{
	ssrc_row_reader *reader = w->reader;
	const char *texts[CODES_MAX];
	uint32_t n = 0;
	for (uint32_t row = reader->code[item]; row != SSRC_NONE && n < CODES_MAX; row = reader->next_code[row]) {
		begin(reader, SSRC_FILE_ITEM_CODES, row);
		static const char *const labels[] = {"scheme", "code", "scheme_version"};
		for (size_t k = 0; k < 3; k++)
			set(reader, labels[k], written(reader, row, labels[k])->text);
		w->json.len = 0;
		ssrc_row_json(reader, 0, &w->json);
		texts[n] = w->json.failed ? NULL : ssrc_arena_text(&reader->arena, w->json.data, w->json.len);
		reader->text.failed |= texts[n] == NULL;
		if (reader->text.failed)
			return;
		n++;
	}
	if (n)
		qsort(texts, n, sizeof *texts, compare_texts);
	for (uint32_t i = 0; i < n; i++)
		w->visit(w->user, "item_codes", texts[i]);
}

void ssrc_item_rows(ssrc_row_reader *reader, uint32_t item, ssrc_row_visit *visit, void *user)
{
	const ssrc_item *it = &reader->chain->items[item];
	walk w = {reader, visit, user, {0}};
	ssrc_buf_init(&w.json, reader->chain->ctx);
	for (uint32_t i = it->first_need; i < it->first_need + it->n_needs; i++) {
		ssrc_row_need(reader, i);
		tell(&w, "item");
	}
	tell_shares(&w, it);
	for (uint32_t i = it->first_alternate; i < it->first_alternate + it->n_alternates; i++) {
		ssrc_row_alternate(reader, i);
		tell(&w, "item");
	}
	for (uint32_t i = 0; i < reader->chain->n_options; i++)
		if (reader->chain->options[i].item == item) {
			ssrc_row_option(reader, i);
			tell(&w, "item");
		}
	tell_codes(&w, item);
	ssrc_buf_clear(&w.json);
}

/* Sources as they stand in the package, in order of their ids. */
static void tell_sources(walk *w)
{
	ssrc_row_reader *reader = w->reader;
	const ssrc_table *table = &reader->chain->package->tables[SSRC_FILE_SOURCES];
	const char **texts = ssrc_arena_array(&reader->arena, table->n_rows, sizeof *texts);
	reader->text.failed |= texts == NULL;
	for (uint32_t row = 0; row < table->n_rows && !reader->text.failed; row++) {
		begin(reader, SSRC_FILE_SOURCES, row);
		for (uint32_t c = 0; c < ssrc_schema[SSRC_FILE_SOURCES].n_columns; c++)
			reader->cell[c] = ssrc_table_cell(table, row, c)->text;
		w->json.len = 0;
		ssrc_row_json(reader, SSRC_NONE, &w->json);
		texts[row] = w->json.failed ? NULL : ssrc_arena_text(&reader->arena, w->json.data, w->json.len);
		reader->text.failed |= texts[row] == NULL;
	}
	if (table->n_rows && !reader->text.failed)
		qsort(texts, table->n_rows, sizeof *texts, compare_texts);
	for (uint32_t row = 0; row < table->n_rows && !reader->text.failed; row++)
		w->visit(w->user, "sources", texts[row]);
}

static int compare_documents(const void *a, const void *b)
{
	return strcmp((*(const ssrc_document *const *)a)->path, (*(const ssrc_document *const *)b)->path);
}

/* What the package says of itself: package.yaml, the policy, scenarios. Readme files stay behind. */
static void tell_documents(walk *w)
{
	ssrc_row_reader *reader = w->reader;
	const ssrc_package *package = reader->chain->package;
	const ssrc_document **list = ssrc_arena_array(&reader->arena, package->n_documents, sizeof(ssrc_document *));
	reader->text.failed |= list == NULL;
	size_t n = 0;
	for (size_t i = 0; i < package->n_documents && !reader->text.failed; i++)
		if (package->documents[i].root)
			list[n++] = &package->documents[i];
	if (n)
		qsort(list, n, sizeof(ssrc_document *), compare_documents);
	for (size_t i = 0; i < n; i++) {
		ssrc_json json;
		w->json.len = 0;
		ssrc_json_begin(&json, &w->json, false);
		ssrc_json_open(&json, NULL, '{');
		ssrc_json_string(&json, "path", list[i]->path);
		ssrc_json_string(&json, "text", list[i]->bytes);
		ssrc_json_close(&json, '}');
		reader->text.failed |= w->json.failed;
		if (!reader->text.failed)
			w->visit(w->user, "documents", w->json.data);
	}
}

void ssrc_chain_rows(ssrc_row_reader *reader, ssrc_row_visit *visit, void *user)
{
	const ssrc_chain *chain = reader->chain;
	walk w = {reader, visit, user, {0}};
	ssrc_buf_init(&w.json, chain->ctx);
	if (reader->full) {
		tell_documents(&w);
		tell_sources(&w);
	}
	for (uint32_t i = 0; i < chain->n_tiers; i++) {
		ssrc_row_tier(reader, i);
		tell(&w, NULL);
	}
	for (uint32_t i = 0; i < chain->n_parties; i++) {
		ssrc_row_party(reader, i);
		tell(&w, NULL);
	}
	for (uint32_t i = 0; i < chain->n_events; i++) {
		ssrc_row_event(reader, i);
		tell(&w, NULL);
	}
	ssrc_buf_clear(&w.json);
}

/* ---- small things of all formats ----------------------------------------------------------------------------- */

const char *ssrc_package_name(const ssrc_package *package)
{
	const ssrc_document *document = ssrc_package_document(package, "package.yaml");
	return document && document->root ? ssrc_yaml_text(document->root, "name") : "";
}
