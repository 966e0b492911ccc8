/* How the cells of a package file map to columns of its fact table and to extra_cell, and the hash of a row. */
#include "store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Columns of a fact table that hold no cells. */
static bool is_own(const char *name)
{
	static const char *const own[] = {"fact_id", "recorded_from", "recorded_to", "import_id", "ended_id",
					  "file_id", "position",      "line",        "row_hash"};
	for (size_t i = 0; i < sizeof own / sizeof *own; i++)
		if (strcmp(own[i], name) == 0)
			return true;
	return false;
}

/* The names of the cell columns that the fact table really has: a newer or older program may have made it. */
static ssrc_status cell_columns(const ssrc_store *store, ssrc_file_id file, ssrc_symbols *out, ssrc_error *err)
{
	char table[80];
	snprintf(table, sizeof table, "fact_%s", ssrc_schema[file].name);
	sqlite3_stmt *stmt;
	bool row = true;
	ssrc_status status = ssrc_store_prepare(store, "SELECT name FROM pragma_table_info(?1)", &stmt, err);
	int bound = status ? 0 : sqlite3_bind_text(stmt, 1, table, -1, SQLITE_STATIC);
	while (!status && row) {
		const char *name;
		size_t len;
		uint32_t id;
		status = ssrc_store_step(store, stmt, bound, &row, err);
		if (status || !row)
			break;
		status = ssrc_store_text(store, stmt, 0, &name, &len, err);
		if (!status && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == len && !is_own(name))
			status = ssrc_symbols_add(out, name, len, &id, err);
	}
	sqlite3_finalize(stmt);
	return status;
}

typedef struct named {
	const char *name;
	uint32_t at;
} named;

static int compare_named(const void *a, const void *b)
{
	const named *x = a, *y = b;
	int order = strcmp(x->name, y->name);
	return order ? order : (x->at > y->at) - (x->at < y->at);
}

/* Fills order and nth: sorted by name, equal names follow each other in the order of the header. */
static ssrc_status order_names(ssrc_store_plan *plan, ssrc_context *ctx, ssrc_error *err)
{
	uint32_t n = plan->table->n_header;
	named *names = ssrc_alloc_array(ctx, n, sizeof *names);
	if (!names)
		return ssrc_no_memory(err);
	for (uint32_t i = 0; i < n; i++)
		names[i] = (named){plan->table->header[i], i};
	if (n)
		qsort(names, n, sizeof *names, compare_named);
	for (uint32_t i = 0; i < n; i++) {
		bool again = i > 0 && strcmp(names[i].name, names[i - 1].name) == 0;
		plan->order[i] = names[i].at;
		plan->nth[names[i].at] = again ? plan->nth[names[i - 1].at] + 1 : 1;
	}
	ssrc_release(ctx, names);
	return SSRC_OK;
}

ssrc_status ssrc_store_plan_init(ssrc_store_plan *plan, const ssrc_store *store, ssrc_file_id file,
				 const ssrc_table *table, ssrc_error *err)
{
	ssrc_context *ctx = store->ctx;
	uint32_t n = table->n_header;
	*plan = (ssrc_store_plan){.file = file, .table = table};
	ssrc_buf_init(&plan->columns, ctx);
	plan->place = ssrc_alloc_array(ctx, n, sizeof *plan->place);
	plan->nth = ssrc_alloc_array(ctx, n, sizeof *plan->nth);
	plan->order = ssrc_alloc_array(ctx, n, sizeof *plan->order);
	if (!plan->place || !plan->nth || !plan->order) {
		ssrc_store_plan_clear(plan, ctx);
		return ssrc_no_memory(err);
	}
	ssrc_symbols known;
	ssrc_symbols_init(&known, ctx);
	ssrc_status status = order_names(plan, ctx, err);
	if (!status)
		status = cell_columns(store, file, &known, err);
	for (uint32_t i = 0; i < n && !status; i++) {
		const char *name = table->header[i];
		bool in_table = plan->nth[i] == 1 && ssrc_symbols_find(&known, name, strlen(name)) != SSRC_NONE;
		plan->place[i] = in_table ? plan->n_columns++ : SSRC_NONE;
		plan->has_extras |= !in_table;
		if (in_table)
			ssrc_buf_printf(&plan->columns, ",\"%s\"", name);
	}
	if (!status && plan->columns.failed)
		status = ssrc_no_memory(err);
	ssrc_symbols_clear(&known);
	if (status)
		ssrc_store_plan_clear(plan, ctx);
	return status;
}

void ssrc_store_plan_clear(ssrc_store_plan *plan, ssrc_context *ctx)
{
	ssrc_release(ctx, plan->place);
	ssrc_release(ctx, plan->nth);
	ssrc_release(ctx, plan->order);
	ssrc_buf_clear(&plan->columns);
	plan->place = plan->nth = plan->order = NULL;
}

ssrc_status ssrc_store_row_hash(const ssrc_store_plan *plan, uint32_t row, ssrc_buf *scratch, ssrc_hash *out,
				ssrc_error *err)
{
	const ssrc_table *table = plan->table;
	const ssrc_cell *cells = table->cells + (size_t)row * table->n_header;
	const char *name = ssrc_schema[plan->file].name;
	scratch->len = 0;
	ssrc_buf_add(scratch, name, strlen(name) + 1);
	for (uint32_t i = 0; i < table->n_header; i++) {
		uint32_t at = plan->order[i];
		if (cells[at].len == 0)
			continue;
		ssrc_buf_add(scratch, table->header[at], strlen(table->header[at]) + 1);
		ssrc_buf_add(scratch, cells[at].text, cells[at].len);
		ssrc_buf_putc(scratch, '\0');
	}
	if (scratch->failed)
		return ssrc_no_memory(err);
	*out = ssrc_hash_bytes(scratch->data, scratch->len);
	return SSRC_OK;
}
