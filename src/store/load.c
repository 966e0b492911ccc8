/* From the study back to a package: the rows that one import left recorded, in its order and with its headers. */
#include "store.h"

#include <stdio.h>
#include <string.h>

typedef struct loader {
	const ssrc_store *store;
	int64_t import_id;
	ssrc_package *package;
	ssrc_findings *findings;
	ssrc_store_check *check; /* nullable */
	ssrc_buf scratch;
	sqlite3_stmt *extras;
} loader;

/* Something is not as it was recorded: an error for a reader, an answer for verify. */
static ssrc_status disagree(const loader *l, const char *what, ssrc_error *err)
{
	if (!l->check)
		return ssrc_store_corrupt(l->store, what, err);
	l->check->broken = true;
	return SSRC_OK;
}

/* ---- one table ---------------------------------------------------------------------------------- */

static ssrc_status load_header(const loader *l, ssrc_file_id file, int64_t file_id, ssrc_error *err)
{
	sqlite3_stmt *stmt;
	bool row = true;
	const char **names = NULL;
	size_t cap = 0, n = 0;
	ssrc_status status = ssrc_store_prepare(
		l->store, "SELECT name FROM file_column WHERE file_id = ?1 ORDER BY position", &stmt, err);
	int bound = status ? 0 : sqlite3_bind_int64(stmt, 1, file_id);
	while (!status) {
		const char *name;
		size_t len;
		status = ssrc_store_step(l->store, stmt, bound, &row, err);
		if (status || !row)
			break;
		status = ssrc_store_text(l->store, stmt, 0, &name, &len, err);
		if (!status)
			status = ssrc_reserve(l->store->ctx, (void **)&names, &cap, n + 1, sizeof *names, err);
		if (!status && !(names[n++] = ssrc_arena_text(&l->package->arena, name, len)))
			status = ssrc_no_memory(err);
	}
	if (!status)
		status = ssrc_package_set_header(l->package, file, names, (uint32_t)n, err);
	ssrc_release(l->store->ctx, names);
	sqlite3_finalize(stmt);
	return status;
}

enum { COL_FACT, COL_LINE, COL_PLACE, COL_HASH, COL_IMPORT, COL_CELLS };

#define LATEST_MOVE(column)                                                                                            \
	"coalesce((SELECT m." column " FROM moved m WHERE m.fact_id = f.fact_id AND m.import_id <= ?1"                 \
	" ORDER BY m.import_id DESC LIMIT 1), f." column ")"

static ssrc_status prepare_rows(const loader *l, const ssrc_store_plan *plan, sqlite3_stmt **out, ssrc_error *err)
{
	ssrc_buf sql;
	ssrc_buf_init(&sql, l->store->ctx);
	ssrc_buf_puts(&sql, "SELECT f.fact_id, " LATEST_MOVE("line") ", " LATEST_MOVE("position") ", f.row_hash,"
												  " f.import_id");
	ssrc_buf_add(&sql, plan->columns.data ? plan->columns.data : "", plan->columns.len);
	ssrc_buf_printf(
		&sql,
		" FROM \"fact_%s\" f WHERE f.import_id <= ?1 AND (f.ended_id IS NULL OR f.ended_id > ?1) ORDER BY 3",
		ssrc_schema[plan->file].name);
	ssrc_status status = ssrc_store_prepare_buf(l->store, &sql, out, err);
	ssrc_buf_clear(&sql);
	return status;
}

/* Puts the cells of columns that the fact table does not have into the last row. */
static ssrc_status load_extras(const loader *l, const ssrc_store_plan *plan, int64_t fact_id, ssrc_error *err)
{
	const ssrc_table *table = plan->table;
	ssrc_cell *cells = table->cells + (size_t)(table->n_rows - 1) * table->n_header;
	bool row = true;
	ssrc_status status = SSRC_OK;
	int bound = sqlite3_bind_int64(l->extras, 1, fact_id);
	while (!status) {
		const char *name, *value;
		size_t name_len, len;
		status = ssrc_store_step(l->store, l->extras, bound, &row, err);
		if (status || !row)
			break;
		status = ssrc_store_text(l->store, l->extras, 0, &name, &name_len, err);
		if (!status)
			status = ssrc_store_text(l->store, l->extras, 2, &value, &len, err);
		uint32_t nth = (uint32_t)sqlite3_column_int64(l->extras, 1), at = 0;
		while (!status && at < table->n_header &&
		       (plan->place[at] != SSRC_NONE || plan->nth[at] != nth || strcmp(table->header[at], name) != 0))
			at++;
		if (status || at == table->n_header) /* a column of an earlier import */
			continue;
		const char *copy = ssrc_arena_text(&l->package->arena, value, len);
		if (!copy)
			status = ssrc_no_memory(err);
		else
			cells[at] = (ssrc_cell){copy, (uint32_t)len, 0};
	}
	sqlite3_reset(l->extras);
	return status;
}

static ssrc_status check_row(loader *l, const ssrc_store_plan *plan, sqlite3_stmt *stmt, ssrc_error *err)
{
	if (!l->check || sqlite3_column_int64(stmt, COL_IMPORT) != l->import_id)
		return SSRC_OK;
	ssrc_hash hash;
	ssrc_status status = ssrc_store_row_hash(plan, plan->table->n_rows - 1, &l->scratch, &hash, err);
	if (status)
		return status;
	if (ssrc_store_hash_is(stmt, COL_HASH, &hash))
		l->check->rows++;
	else
		l->check->broken = true;
	return SSRC_OK;
}

static ssrc_status load_row(loader *l, const ssrc_store_plan *plan, sqlite3_stmt *stmt, const char **texts,
			    ssrc_error *err)
{
	const ssrc_table *table = plan->table;
	ssrc_status status = SSRC_OK;
	for (uint32_t i = 0; i < table->n_header && !status; i++) {
		size_t len;
		texts[i] = NULL;
		if (plan->place[i] != SSRC_NONE)
			status = ssrc_store_text(l->store, stmt, COL_CELLS + (int)plan->place[i], &texts[i], &len, err);
	}
	if (!status)
		status = ssrc_package_add_row(l->package, plan->file, texts, sqlite3_column_int64(stmt, COL_LINE), err);
	if (!status && plan->has_extras)
		status = load_extras(l, plan, sqlite3_column_int64(stmt, COL_FACT), err);
	return status ? status : check_row(l, plan, stmt, err);
}

static ssrc_status load_rows(loader *l, ssrc_file_id file, int64_t n_rows, ssrc_error *err)
{
	const ssrc_table *table = &l->package->tables[file];
	ssrc_store_plan plan;
	sqlite3_stmt *stmt = NULL;
	bool row = true;
	ssrc_status status = ssrc_store_plan_init(&plan, l->store, file, table, err);
	if (status)
		return status;
	const char **texts = ssrc_alloc_array(l->store->ctx, table->n_header, sizeof *texts);
	if (!texts) {
		ssrc_store_plan_clear(&plan, l->store->ctx);
		return ssrc_no_memory(err);
	}
	status = prepare_rows(l, &plan, &stmt, err);
	int bound = status ? 0 : sqlite3_bind_int64(stmt, 1, l->import_id);
	while (!status) {
		status = ssrc_store_step(l->store, stmt, bound, &row, err);
		if (status || !row)
			break;
		status = table->n_rows < n_rows ? load_row(l, &plan, stmt, texts, err)
						: disagree(l, table->display, err);
		if (l->check && l->check->broken)
			break;
	}
	if (!status && table->n_rows != n_rows)
		status = disagree(l, table->display, err);
	sqlite3_finalize(stmt);
	ssrc_release(l->store->ctx, texts);
	ssrc_store_plan_clear(&plan, l->store->ctx);
	return status;
}

/* Compares the file as it would be exported with the hash that the import noted. */
static ssrc_status check_file(loader *l, const ssrc_table *table, sqlite3_stmt *stmt, ssrc_error *err)
{
	if (!l->check || l->check->broken)
		return SSRC_OK;
	l->scratch.len = 0;
	ssrc_table_write(table, &l->scratch);
	if (l->scratch.failed)
		return ssrc_no_memory(err);
	ssrc_hash hash = ssrc_hash_bytes(l->scratch.data, l->scratch.len);
	l->check->broken = !ssrc_store_hash_is(stmt, 5, &hash);
	return SSRC_OK;
}

static ssrc_status load_tables(loader *l, ssrc_error *err)
{
	sqlite3_stmt *stmt;
	bool row = true;
	ssrc_status status = ssrc_store_prepare(
		l->store,
		"SELECT file_id, name, bom, crlf, \"rows\", sha256 FROM file WHERE import_id = ?1 ORDER BY file_id",
		&stmt, err);
	int bound = status ? 0 : sqlite3_bind_int64(stmt, 1, l->import_id);
	while (!status) {
		const char *name;
		size_t len;
		status = ssrc_store_step(l->store, stmt, bound, &row, err);
		if (status || !row)
			break;
		status = ssrc_store_text(l->store, stmt, 1, &name, &len, err);
		ssrc_file_id file = status ? SSRC_FILE_COUNT : ssrc_schema_file(name);
		if (file == SSRC_FILE_COUNT) /* a file that only a newer program knows */
			continue;
		ssrc_table *table = &l->package->tables[file];
		status = load_header(l, file, sqlite3_column_int64(stmt, 0), err);
		table->bom = sqlite3_column_int(stmt, 2) != 0;
		table->crlf = sqlite3_column_int(stmt, 3) != 0;
		if (!status)
			status = load_rows(l, file, sqlite3_column_int64(stmt, 4), err);
		if (!status)
			status = check_file(l, table, stmt, err);
	}
	sqlite3_finalize(stmt);
	return status;
}

/* ---- documents ---------------------------------------------------------------------------------- */

static ssrc_status load_documents(loader *l, ssrc_error *err)
{
	sqlite3_stmt *stmt;
	bool row = true;
	ssrc_status status = ssrc_store_prepare(l->store,
						"SELECT path, content, sha256 FROM document WHERE import_id <= ?1 AND"
						" (ended_id IS NULL OR ended_id > ?1) ORDER BY path",
						&stmt, err);
	int bound = status ? 0 : sqlite3_bind_int64(stmt, 1, l->import_id);
	while (!status) {
		const char *path, *bytes;
		size_t path_len, len;
		status = ssrc_store_step(l->store, stmt, bound, &row, err);
		if (status || !row)
			break;
		status = ssrc_store_text(l->store, stmt, 0, &path, &path_len, err);
		if (!status)
			status = ssrc_store_text(l->store, stmt, 1, &bytes, &len, err);
		if (status)
			break;
		ssrc_hash hash = ssrc_hash_bytes(bytes, len);
		if (!ssrc_store_hash_is(stmt, 2, &hash))
			status = disagree(l, path, err);
		if (!status)
			status = ssrc_package_add_document(l->package, path, bytes, len, l->findings, err);
	}
	sqlite3_finalize(stmt);
	return status;
}

ssrc_status ssrc_store_load(ssrc_package **out, const ssrc_store *store, int64_t import_id, ssrc_findings *findings,
			    ssrc_store_check *check, ssrc_error *err)
{
	loader l = {.store = store, .import_id = import_id, .findings = findings, .check = check};
	ssrc_buf_init(&l.scratch, store->ctx);
	ssrc_status status = ssrc_package_new(&l.package, store->ctx, store->path, err);
	if (status)
		return status;
	status =
		ssrc_store_prepare(store, "SELECT name, nth, value FROM extra_cell WHERE fact_id = ?1", &l.extras, err);
	if (!status)
		status = load_tables(&l, err);
	if (!status)
		status = load_documents(&l, err);
	if (!status)
		status = ssrc_package_index(l.package, err);
	if (!status)
		status = ssrc_findings_status(findings, err);
	sqlite3_finalize(l.extras);
	ssrc_buf_clear(&l.scratch);
	if (status)
		ssrc_package_free(l.package);
	else
		*out = l.package;
	return status;
}

/* ---- digest ------------------------------------------------------------------------------------- */

ssrc_status ssrc_store_digest(const ssrc_store *store, int64_t import_id, ssrc_hash *out, ssrc_error *err)
{
	ssrc_buf lines;
	ssrc_buf_init(&lines, store->ctx);
	sqlite3_stmt *stmt;
	bool row = true;
	ssrc_status status =
		ssrc_store_prepare(store,
				   "SELECT name, lower(hex(sha256)) FROM file WHERE import_id = ?1 UNION ALL"
				   " SELECT path, lower(hex(sha256)) FROM document WHERE import_id <= ?1 AND"
				   " (ended_id IS NULL OR ended_id > ?1) ORDER BY 1",
				   &stmt, err);
	int bound = status ? 0 : sqlite3_bind_int64(stmt, 1, import_id);
	while (!status) {
		const char *name, *hash;
		size_t name_len, len;
		status = ssrc_store_step(store, stmt, bound, &row, err);
		if (status || !row)
			break;
		status = ssrc_store_text(store, stmt, 0, &name, &name_len, err);
		if (!status)
			status = ssrc_store_text(store, stmt, 1, &hash, &len, err);
		if (status)
			break;
		ssrc_buf_add(&lines, name, name_len);
		ssrc_buf_putc(&lines, ' ');
		ssrc_buf_add(&lines, hash, len);
		ssrc_buf_putc(&lines, '\n');
	}
	sqlite3_finalize(stmt);
	if (!status && lines.failed)
		status = ssrc_no_memory(err);
	if (!status)
		*out = ssrc_hash_bytes(lines.data ? lines.data : "", lines.len);
	ssrc_buf_clear(&lines);
	return status;
}

/* ---- known at ------------------------------------------------------------------------------------ */

static bool two_digits(const char *p, int limit)
{
	return p[0] >= '0' && p[0] <= '9' && p[1] >= '0' && p[1] <= '9' && (p[0] - '0') * 10 + (p[1] - '0') < limit;
}

/* The last second that `text` can mean, as the imports write times. */
static bool parse_moment(const char *text, char out[21])
{
	size_t len = strlen(text);
	ssrc_date date;
	char day[11];
	if (len <= 10 && ssrc_date_parse(text, len, &date)) {
		ssrc_date_format(date.last, day);
		snprintf(out, 21, "%sT23:59:59Z", day);
		return true;
	}
	if (len && text[len - 1] == 'Z')
		len--;
	if ((len != 16 && len != 19) || !ssrc_date_parse(text, 10, &date) || (text[10] != 'T' && text[10] != ' '))
		return false;
	if (!two_digits(text + 11, 24) || text[13] != ':' || !two_digits(text + 14, 60))
		return false;
	if (len == 19 && (text[16] != ':' || !two_digits(text + 17, 60)))
		return false;
	snprintf(out, 21, "%.10sT%.5s:%.2sZ", text, text + 11, len == 19 ? text + 17 : "59");
	return true;
}

/* The import that was in force at `known_at`. */
static ssrc_status find_import(const ssrc_store *store, const char *known_at, int64_t *out, ssrc_error *err)
{
	char moment[21] = "9999-12-31T23:59:59Z";
	if (known_at && !parse_moment(known_at, moment))
		return ssrc_fail(err, SSRC_USAGE, SSRC_M_BAD_DATE, known_at, NULL, NULL);
	sqlite3_stmt *stmt;
	bool row;
	const char *first = "";
	size_t len;
	ssrc_status status = ssrc_store_prepare(
		store, "SELECT max(import_id) FILTER (WHERE at <= ?1 OR ?2), min(at) FROM import", &stmt, err);
	if (!status) {
		int bound = sqlite3_bind_text(stmt, 1, moment, -1, SQLITE_STATIC) |
			    sqlite3_bind_int(stmt, 2, known_at == NULL);
		status = ssrc_store_step(store, stmt, bound, &row, err);
	}
	if (!status)
		status = ssrc_store_text(store, stmt, 1, &first, &len, err);
	if (!status && sqlite3_column_type(stmt, 0) == SQLITE_NULL)
		status = ssrc_fail(err, SSRC_NOTFOUND, SSRC_M_STUDY_BEFORE, store->path, known_at ? known_at : moment,
				   first);
	if (!status)
		*out = sqlite3_column_int64(stmt, 0);
	sqlite3_finalize(stmt);
	return status;
}

ssrc_status ssrc_study_load(ssrc_package **out, ssrc_context *ctx, const char *path, const char *known_at,
			    ssrc_findings *findings, ssrc_error *err)
{
	ssrc_store store;
	int64_t import_id = 0;
	ssrc_status status = ssrc_store_open(&store, ctx, path, path, SSRC_STORE_READ, SSRC_STORE_READER_WAITS, err);
	if (status)
		return status;
	/* One transaction: all that is read belongs to one moment, whatever a writer does meanwhile. */
	status = ssrc_store_exec(&store, "BEGIN", err);
	if (!status)
		status = find_import(&store, known_at, &import_id, err);
	if (!status)
		status = ssrc_store_load(out, &store, import_id, findings, NULL, err);
	ssrc_store_close(&store);
	return status;
}
