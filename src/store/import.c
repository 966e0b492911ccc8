/* From a package into the study: what is new, what stayed, what is gone. Everything here runs inside one transaction.
 */
#include "import.h"

#include "io/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct importer {
	const ssrc_store *store;
	const ssrc_package *package;
	const char *version, *actor, *source_path;
	ssrc_study_import_report report;
	char at[21]; /* recorded time */
	int64_t next_fact;
	ssrc_buf scratch;
	sqlite3_stmt *add_extra, *add_move;
} importer;

/* ---- matching rows with those recorded ------------------------------------------------------------ */

typedef struct row_mark {
	ssrc_hash hash;
	int64_t position, line;
	int64_t fact_id; /* of the recorded row that it is; 0 = none */
} row_mark;

static int by_content(const void *a, const void *b)
{
	const row_mark *x = a, *y = b;
	int order = memcmp(x->hash.bytes, y->hash.bytes, SSRC_HASH_BYTES);
	return order ? order : (x->position > y->position) - (x->position < y->position);
}

static int by_position(const void *a, const void *b)
{
	const row_mark *x = a, *y = b;
	return (x->position > y->position) - (x->position < y->position);
}

static void sort_marks(row_mark *marks, size_t n, int (*compare)(const void *, const void *))
{
	if (n)
		qsort(marks, n, sizeof *marks, compare);
}

static ssrc_status hash_rows(importer *im, const ssrc_store_plan *plan, row_mark *marks, ssrc_error *err)
{
	ssrc_status status = SSRC_OK;
	for (uint32_t row = 0; row < plan->table->n_rows && !status; row++) {
		marks[row] = (row_mark){.position = row, .line = plan->table->lines[row]};
		status = ssrc_store_row_hash(plan, row, &im->scratch, &marks[row].hash, err);
	}
	return status;
}

#define LATEST_MOVE(column)                                                                                            \
	"coalesce((SELECT m." column                                                                                   \
	" FROM moved m WHERE m.fact_id = f.fact_id ORDER BY m.import_id DESC LIMIT 1), f." column ")"

/* The rows of a file that are recorded now. *out belongs to the caller also on failure. */
static ssrc_status read_recorded(const importer *im, ssrc_file_id file, row_mark **out, size_t *n, ssrc_error *err)
{
	ssrc_buf sql;
	ssrc_buf_init(&sql, im->store->ctx);
	ssrc_buf_printf(&sql,
			"SELECT f.fact_id, f.row_hash, " LATEST_MOVE("position") ", " LATEST_MOVE(
				"line") " FROM \"fact_%s\" f WHERE f.recorded_to IS NULL",
			ssrc_schema[file].name);
	sqlite3_stmt *stmt;
	bool row = true;
	size_t cap = 0;
	ssrc_status status = ssrc_store_prepare_buf(im->store, &sql, &stmt, err);
	ssrc_buf_clear(&sql);
	while (!status) {
		status = ssrc_store_step(im->store, stmt, 0, &row, err);
		if (status || !row)
			break;
		status = ssrc_reserve(im->store->ctx, (void **)out, &cap, *n + 1, sizeof **out, err);
		if (!status && sqlite3_column_bytes(stmt, 1) != SSRC_HASH_BYTES)
			status = ssrc_store_corrupt(im->store, "row_hash", err);
		if (status)
			break;
		row_mark *mark = &(*out)[(*n)++];
		memcpy(mark->hash.bytes, sqlite3_column_blob(stmt, 1), SSRC_HASH_BYTES);
		mark->fact_id = sqlite3_column_int64(stmt, 0);
		mark->position = sqlite3_column_int64(stmt, 2);
		mark->line = sqlite3_column_int64(stmt, 3);
	}
	sqlite3_finalize(stmt);
	return status;
}

static ssrc_status note_move(importer *im, const row_mark *was, const row_mark *is, ssrc_error *err)
{
	if (was->position == is->position && was->line == is->line)
		return SSRC_OK;
	int bound = sqlite3_bind_int64(im->add_move, 1, was->fact_id) |
		    sqlite3_bind_int64(im->add_move, 2, im->report.import_id) |
		    sqlite3_bind_int64(im->add_move, 3, is->position) | sqlite3_bind_int64(im->add_move, 4, is->line);
	return ssrc_store_run(im->store, im->add_move, bound, err);
}

static ssrc_status prepare_ending(const importer *im, const char *prefix, const char *table, const char *id,
				  sqlite3_stmt **out, ssrc_error *err)
{
	char sql[160];
	snprintf(sql, sizeof sql, "UPDATE \"%s%s\" SET recorded_to = ?1, ended_id = ?2 WHERE %s = ?3", prefix, table,
		 id);
	return ssrc_store_prepare(im->store, sql, out, err);
}

static ssrc_status end_fact(const importer *im, sqlite3_stmt *stmt, int64_t id, ssrc_error *err)
{
	int bound = sqlite3_bind_text(stmt, 1, im->at, -1, SQLITE_STATIC) |
		    sqlite3_bind_int64(stmt, 2, im->report.import_id) | sqlite3_bind_int64(stmt, 3, id);
	return ssrc_store_run(im->store, stmt, bound, err);
}

/* Merges both lists, sorted by content. Of equal rows the first of one is the first of the other, so a table that holds
 * a row three times and now twice loses one. */
static ssrc_status match_rows(importer *im, ssrc_file_id file, row_mark *now, size_t n_now, const row_mark *was,
			      size_t n_was, ssrc_error *err)
{
	sqlite3_stmt *ending;
	ssrc_status status = prepare_ending(im, "fact_", ssrc_schema[file].name, "fact_id", &ending, err);
	size_t i = 0, k = 0;
	while (!status && k < n_was) {
		int order = i < n_now ? memcmp(was[k].hash.bytes, now[i].hash.bytes, SSRC_HASH_BYTES) : -1;
		if (order < 0) {
			status = end_fact(im, ending, was[k++].fact_id, err);
			im->report.ended++;
		} else if (order > 0) {
			i++;
		} else {
			status = note_move(im, &was[k], &now[i], err);
			now[i++].fact_id = was[k++].fact_id;
			im->report.kept++;
		}
	}
	sqlite3_finalize(ending);
	return status;
}

static ssrc_status match_file(importer *im, ssrc_file_id file, row_mark *marks, size_t n, ssrc_error *err)
{
	row_mark *was = NULL;
	size_t n_was = 0;
	ssrc_status status = read_recorded(im, file, &was, &n_was, err);
	if (!status && was) {
		sort_marks(was, n_was, by_content);
		sort_marks(marks, n, by_content);
		status = match_rows(im, file, marks, n, was, n_was, err);
		sort_marks(marks, n, by_position);
	}
	ssrc_release(im->store->ctx, was);
	return status;
}

/* ---- adding rows ---------------------------------------------------------------------------------- */

enum { PARAM_FACT = 1, PARAM_AT, PARAM_IMPORT, PARAM_FILE, PARAM_POSITION, PARAM_LINE, PARAM_HASH, PARAM_CELLS };

static ssrc_status prepare_adding(const importer *im, const ssrc_store_plan *plan, int64_t file_id, sqlite3_stmt **out,
				  ssrc_error *err)
{
	ssrc_buf sql;
	ssrc_buf_init(&sql, im->store->ctx);
	ssrc_buf_printf(&sql,
			"INSERT INTO \"fact_%s\"(fact_id, recorded_from, import_id, file_id, position, line, row_hash",
			ssrc_schema[plan->file].name);
	ssrc_buf_add(&sql, plan->columns.data ? plan->columns.data : "", plan->columns.len);
	ssrc_buf_puts(&sql, ") VALUES(?1");
	for (uint32_t i = 2; i < PARAM_CELLS + plan->n_columns; i++)
		ssrc_buf_printf(&sql, ",?%u", i);
	ssrc_buf_putc(&sql, ')');
	ssrc_status status = ssrc_store_prepare_buf(im->store, &sql, out, err);
	ssrc_buf_clear(&sql);
	/* These three stay bound from row to row. */
	if (!status && (sqlite3_bind_text(*out, PARAM_AT, im->at, -1, SQLITE_STATIC) |
			sqlite3_bind_int64(*out, PARAM_IMPORT, im->report.import_id) |
			sqlite3_bind_int64(*out, PARAM_FILE, file_id)))
		status = ssrc_store_fail(im->store, err);
	return status;
}

static ssrc_status add_extras(const importer *im, const ssrc_store_plan *plan, const ssrc_cell *cells, int64_t fact_id,
			      ssrc_error *err)
{
	ssrc_status status = SSRC_OK;
	for (uint32_t i = 0; i < plan->table->n_header && !status; i++) {
		if (plan->place[i] != SSRC_NONE || cells[i].len == 0)
			continue;
		int bound = sqlite3_bind_int64(im->add_extra, 1, fact_id) |
			    sqlite3_bind_text(im->add_extra, 2, plan->table->header[i], -1, SQLITE_STATIC) |
			    sqlite3_bind_int64(im->add_extra, 3, plan->nth[i]) |
			    sqlite3_bind_text(im->add_extra, 4, cells[i].text, (int)cells[i].len, SQLITE_STATIC);
		status = ssrc_store_run(im->store, im->add_extra, bound, err);
	}
	return status;
}

static ssrc_status add_row(importer *im, const ssrc_store_plan *plan, const row_mark *mark, sqlite3_stmt *stmt,
			   ssrc_error *err)
{
	const ssrc_table *table = plan->table;
	const ssrc_cell *cells = table->cells + (size_t)mark->position * table->n_header;
	int64_t fact_id = im->next_fact++;
	int bound = sqlite3_bind_int64(stmt, PARAM_FACT, fact_id) |
		    sqlite3_bind_int64(stmt, PARAM_POSITION, mark->position) |
		    sqlite3_bind_int64(stmt, PARAM_LINE, mark->line) |
		    sqlite3_bind_blob(stmt, PARAM_HASH, mark->hash.bytes, SSRC_HASH_BYTES, SQLITE_STATIC);
	for (uint32_t i = 0; i < table->n_header; i++) {
		if (plan->place[i] == SSRC_NONE)
			continue;
		int at = PARAM_CELLS + (int)plan->place[i];
		bound |= cells[i].len ? sqlite3_bind_text(stmt, at, cells[i].text, (int)cells[i].len, SQLITE_STATIC)
				      : sqlite3_bind_null(stmt, at);
	}
	ssrc_status status = ssrc_store_run(im->store, stmt, bound, err);
	if (!status && plan->has_extras)
		status = add_extras(im, plan, cells, fact_id, err);
	im->report.added++;
	return status;
}

static ssrc_status add_rows(importer *im, const ssrc_store_plan *plan, const row_mark *marks, int64_t file_id,
			    ssrc_error *err)
{
	sqlite3_stmt *stmt;
	ssrc_status status = prepare_adding(im, plan, file_id, &stmt, err);
	for (uint32_t i = 0; i < plan->table->n_rows && !status; i++)
		if (!marks[i].fact_id)
			status = add_row(im, plan, &marks[i], stmt, err);
	sqlite3_finalize(stmt);
	return status;
}

/* ---- files ---------------------------------------------------------------------------------------- */

static ssrc_status note_columns(const importer *im, const ssrc_table *table, int64_t file_id, ssrc_error *err)
{
	sqlite3_stmt *stmt;
	ssrc_status status = ssrc_store_prepare(
		im->store, "INSERT INTO file_column(file_id, position, name) VALUES(?1, ?2, ?3)", &stmt, err);
	for (uint32_t i = 0; i < table->n_header && !status; i++) {
		int bound = sqlite3_bind_int64(stmt, 1, file_id) | sqlite3_bind_int64(stmt, 2, i) |
			    sqlite3_bind_text(stmt, 3, table->header[i], -1, SQLITE_STATIC);
		status = ssrc_store_run(im->store, stmt, bound, err);
	}
	sqlite3_finalize(stmt);
	return status;
}

/* Notes a file of this import: how it was written, and the hash of the bytes that its export will have. */
static ssrc_status note_file(importer *im, const ssrc_table *table, int64_t *file_id, ssrc_error *err)
{
	im->scratch.len = 0;
	ssrc_table_write(table, &im->scratch);
	if (im->scratch.failed)
		return ssrc_no_memory(err);
	ssrc_hash hash = ssrc_hash_bytes(im->scratch.data, im->scratch.len);
	sqlite3_stmt *stmt;
	ssrc_status status = ssrc_store_prepare(
		im->store,
		"INSERT INTO file(import_id, name, bom, crlf, \"rows\", sha256) VALUES(?1, ?2, ?3, ?4, ?5, ?6)", &stmt,
		err);
	if (!status) {
		int bound = sqlite3_bind_int64(stmt, 1, im->report.import_id) |
			    sqlite3_bind_text(stmt, 2, table->display, -1, SQLITE_STATIC) |
			    sqlite3_bind_int(stmt, 3, table->bom) | sqlite3_bind_int(stmt, 4, table->crlf) |
			    sqlite3_bind_int64(stmt, 5, table->n_rows) |
			    sqlite3_bind_blob(stmt, 6, hash.bytes, SSRC_HASH_BYTES, SQLITE_STATIC);
		status = ssrc_store_run(im->store, stmt, bound, err);
	}
	sqlite3_finalize(stmt);
	*file_id = sqlite3_last_insert_rowid(im->store->db);
	return status ? status : note_columns(im, table, *file_id, err);
}

static ssrc_status import_rows(importer *im, ssrc_file_id file, int64_t file_id, ssrc_error *err)
{
	const ssrc_table *table = &im->package->tables[file];
	ssrc_store_plan plan;
	ssrc_status status = ssrc_store_plan_init(&plan, im->store, file, table, err);
	if (status)
		return status;
	row_mark *marks = ssrc_alloc_array(im->store->ctx, table->n_rows, sizeof *marks);
	if (!marks) {
		ssrc_store_plan_clear(&plan, im->store->ctx);
		return ssrc_no_memory(err);
	}
	status = hash_rows(im, &plan, marks, err);
	if (!status)
		status = match_file(im, file, marks, table->n_rows, err);
	if (!status && table->n_rows)
		status = add_rows(im, &plan, marks, file_id, err);
	ssrc_release(im->store->ctx, marks);
	ssrc_store_plan_clear(&plan, im->store->ctx);
	return status;
}

static ssrc_status import_files(importer *im, ssrc_error *err)
{
	ssrc_status status = SSRC_OK;
	for (int f = 0; f < SSRC_FILE_COUNT && !status; f++) {
		const ssrc_table *table = &im->package->tables[f];
		int64_t file_id = 0;
		if (table->present)
			status = note_file(im, table, &file_id, err);
		if (!status) /* a file that is gone ends its rows */
			status = import_rows(im, (ssrc_file_id)f, file_id, err);
	}
	return status;
}

/* ---- documents ------------------------------------------------------------------------------------- */

typedef struct open_document {
	int64_t id;
	const char *path;
	ssrc_hash hash;
} open_document;

typedef struct open_documents {
	ssrc_arena arena;
	open_document *list;
	size_t n, cap;
} open_documents;

static ssrc_status read_documents(const importer *im, open_documents *out, ssrc_error *err)
{
	sqlite3_stmt *stmt;
	bool row = true;
	ssrc_status status = ssrc_store_prepare(
		im->store, "SELECT document_id, path, sha256 FROM document WHERE recorded_to IS NULL", &stmt, err);
	while (!status) {
		const char *path;
		size_t len;
		status = ssrc_store_step(im->store, stmt, 0, &row, err);
		if (status || !row)
			break;
		status = ssrc_store_text(im->store, stmt, 1, &path, &len, err);
		if (!status && sqlite3_column_bytes(stmt, 2) != SSRC_HASH_BYTES)
			status = ssrc_store_corrupt(im->store, "document", err);
		if (!status)
			status = ssrc_reserve(im->store->ctx, (void **)&out->list, &out->cap, out->n + 1,
					      sizeof *out->list, err);
		if (status)
			break;
		open_document *document = &out->list[out->n++];
		document->id = sqlite3_column_int64(stmt, 0);
		document->path = ssrc_arena_text(&out->arena, path, len);
		memcpy(document->hash.bytes, sqlite3_column_blob(stmt, 2), SSRC_HASH_BYTES);
		if (!document->path)
			status = ssrc_no_memory(err);
	}
	sqlite3_finalize(stmt);
	return status;
}

static ssrc_status add_document(importer *im, sqlite3_stmt *stmt, const ssrc_document *document, const ssrc_hash *hash,
				ssrc_error *err)
{
	int bound = sqlite3_bind_text(stmt, 1, im->at, -1, SQLITE_STATIC) |
		    sqlite3_bind_int64(stmt, 2, im->report.import_id) |
		    sqlite3_bind_text(stmt, 3, document->path, -1, SQLITE_STATIC) |
		    sqlite3_bind_text64(stmt, 4, document->bytes, document->len, SQLITE_STATIC, SQLITE_UTF8) |
		    sqlite3_bind_blob(stmt, 5, hash->bytes, SSRC_HASH_BYTES, SQLITE_STATIC);
	im->report.documents_changed++;
	return ssrc_store_run(im->store, stmt, bound, err);
}

/* Adds the documents that are not recorded as they are; those that are recorded and stay get id 0 in `recorded`. */
static ssrc_status match_documents(importer *im, open_documents *recorded, ssrc_error *err)
{
	sqlite3_stmt *adding;
	ssrc_status status = ssrc_store_prepare(im->store,
						"INSERT INTO document(recorded_from, import_id, path, content, sha256)"
						" VALUES(?1, ?2, ?3, ?4, ?5)",
						&adding, err);
	for (size_t i = 0; i < im->package->n_documents && !status; i++) {
		const ssrc_document *document = &im->package->documents[i];
		ssrc_hash hash = ssrc_hash_bytes(document->bytes, document->len);
		open_document *same = NULL;
		for (size_t k = 0; k < recorded->n && !same; k++)
			if (recorded->list[k].id && strcmp(recorded->list[k].path, document->path) == 0 &&
			    memcmp(&recorded->list[k].hash, &hash, sizeof hash) == 0)
				same = &recorded->list[k];
		if (same)
			same->id = 0;
		else
			status = add_document(im, adding, document, &hash, err);
	}
	sqlite3_finalize(adding);
	return status;
}

static ssrc_status import_documents(importer *im, ssrc_error *err)
{
	open_documents recorded = {0};
	ssrc_arena_init(&recorded.arena, im->store->ctx);
	sqlite3_stmt *ending = NULL;
	ssrc_status status = read_documents(im, &recorded, err);
	if (!status)
		status = match_documents(im, &recorded, err);
	if (!status)
		status = prepare_ending(im, "", "document", "document_id", &ending, err);
	for (size_t k = 0; k < recorded.n && !status; k++) {
		if (!recorded.list[k].id)
			continue;
		status = end_fact(im, ending, recorded.list[k].id, err);
		/* A changed document counted when its new text was added. */
		im->report.documents_changed += !ssrc_package_document(im->package, recorded.list[k].path);
	}
	im->report.documents = (int64_t)im->package->n_documents;
	sqlite3_finalize(ending);
	ssrc_release(im->store->ctx, recorded.list);
	ssrc_arena_clear(&recorded.arena);
	return status;
}

/* ---- the import itself ------------------------------------------------------------------------------ */

static const char *package_name(const ssrc_package *package)
{
	const ssrc_document *document = ssrc_package_document(package, "package.yaml");
	return document ? ssrc_yaml_text(document->root, "name") : "";
}

/* Recorded time never runs backwards, even if the clock does: an earlier state must not change afterwards. */
static ssrc_status choose_time(importer *im, ssrc_error *err)
{
	sqlite3_stmt *stmt;
	bool row;
	const char *last = "";
	size_t len = 0;
	ssrc_time_format(im->store->ctx->now(im->store->ctx->user), im->at);
	ssrc_status status = ssrc_store_prepare(im->store, "SELECT max(at) FROM import", &stmt, err);
	if (!status)
		status = ssrc_store_step(im->store, stmt, 0, &row, err);
	if (!status)
		status = ssrc_store_text(im->store, stmt, 0, &last, &len, err);
	if (!status && len == strlen(im->at) && strcmp(last, im->at) > 0)
		memcpy(im->at, last, len);
	sqlite3_finalize(stmt);
	return status;
}

static ssrc_status next_fact_id(importer *im, ssrc_error *err)
{
	int64_t last = 0;
	ssrc_status status = SSRC_OK;
	for (int f = 0; f < SSRC_FILE_COUNT && !status; f++) {
		char sql[96];
		int64_t id = 0;
		snprintf(sql, sizeof sql, "SELECT max(fact_id) FROM \"fact_%s\"", ssrc_schema[f].name);
		status = ssrc_store_number(im->store, sql, &id, err);
		last = id > last ? id : last;
	}
	im->next_fact = last + 1;
	return status;
}

static ssrc_status begin_import(importer *im, ssrc_error *err)
{
	ssrc_status status = choose_time(im, err);
	if (!status)
		status = next_fact_id(im, err);
	sqlite3_stmt *stmt = NULL;
	if (!status)
		status = ssrc_store_prepare(im->store,
					    "INSERT INTO import(import_id, at, path, package, version, actor)"
					    " SELECT coalesce(max(import_id), 0) + 1, ?1, ?2, ?3, ?4, ?5 FROM import",
					    &stmt, err);
	if (!status) {
		int bound = sqlite3_bind_text(stmt, 1, im->at, -1, SQLITE_STATIC) |
			    sqlite3_bind_text(stmt, 2, im->source_path, -1, SQLITE_STATIC) |
			    sqlite3_bind_text(stmt, 3, package_name(im->package), -1, SQLITE_STATIC) |
			    sqlite3_bind_text(stmt, 4, im->version, -1, SQLITE_STATIC) |
			    sqlite3_bind_text(stmt, 5, im->actor, -1, SQLITE_STATIC);
		status = ssrc_store_run(im->store, stmt, bound, err);
	}
	sqlite3_finalize(stmt);
	im->report.import_id = sqlite3_last_insert_rowid(im->store->db);
	return status;
}

static ssrc_status write_audit(const importer *im, int64_t *seq, ssrc_error *err)
{
	const ssrc_study_import_report *report = &im->report;
	ssrc_buf detail;
	ssrc_json json;
	ssrc_buf_init(&detail, im->store->ctx);
	ssrc_json_begin(&json, &detail, false);
	ssrc_json_open(&json, NULL, '{');
	ssrc_json_integer(&json, "import", report->import_id);
	ssrc_json_string(&json, "package", package_name(im->package));
	ssrc_json_string(&json, "path", im->source_path);
	ssrc_json_string(&json, "version", im->version);
	ssrc_json_integer(&json, "added", report->added);
	ssrc_json_integer(&json, "kept", report->kept);
	ssrc_json_integer(&json, "ended", report->ended);
	ssrc_json_integer(&json, "documents", report->documents);
	ssrc_json_string(&json, "digest", report->digest);
	ssrc_json_close(&json, '}');
	ssrc_status status = detail.failed
				     ? ssrc_no_memory(err)
				     : ssrc_store_audit(im->store, im->at, im->actor, "import", detail.data, seq, err);
	ssrc_buf_clear(&detail);
	return status;
}

static ssrc_status finish_import(importer *im, ssrc_error *err)
{
	ssrc_hash digest;
	int64_t seq = 0;
	ssrc_study_import_report *report = &im->report;
	ssrc_status status = ssrc_store_digest(im->store, report->import_id, &digest, err);
	if (status)
		return status;
	ssrc_hash_hex(&digest, report->digest);
	status = write_audit(im, &seq, err);
	sqlite3_stmt *stmt = NULL;
	if (!status)
		status = ssrc_store_prepare(im->store,
					    "UPDATE import SET added = ?2, kept = ?3, ended = ?4, documents = ?5,"
					    " digest = ?6, audit_seq = ?7 WHERE import_id = ?1",
					    &stmt, err);
	if (!status) {
		int bound = sqlite3_bind_int64(stmt, 1, report->import_id) |
			    sqlite3_bind_int64(stmt, 2, report->added) | sqlite3_bind_int64(stmt, 3, report->kept) |
			    sqlite3_bind_int64(stmt, 4, report->ended) |
			    sqlite3_bind_int64(stmt, 5, report->documents) |
			    sqlite3_bind_blob(stmt, 6, digest.bytes, SSRC_HASH_BYTES, SQLITE_STATIC) |
			    sqlite3_bind_int64(stmt, 7, seq);
		status = ssrc_store_run(im->store, stmt, bound, err);
	}
	sqlite3_finalize(stmt);
	return status;
}

static ssrc_status prepare_common(importer *im, ssrc_error *err)
{
	ssrc_status status = ssrc_store_prepare(
		im->store, "INSERT INTO extra_cell(fact_id, name, nth, value) VALUES(?1, ?2, ?3, ?4)", &im->add_extra,
		err);
	return status ? status
		      : ssrc_store_prepare(
				im->store,
				"INSERT INTO moved(fact_id, import_id, position, line) VALUES(?1, ?2, ?3, ?4)",
				&im->add_move, err);
}

ssrc_status ssrc_store_import(const ssrc_store *store, const ssrc_package *package,
			      const ssrc_study_import_options *options, ssrc_study_import_report *out, ssrc_error *err)
{
	importer im = {
		.store = store,
		.package = package,
		.version = options->version ? options->version : "",
		.actor = options->actor ? options->actor : "",
		.source_path = options->source_path ? options->source_path : package->path,
	};
	ssrc_buf_init(&im.scratch, store->ctx);
	ssrc_status status = prepare_common(&im, err);
	if (!status)
		status = begin_import(&im, err);
	if (!status)
		status = import_files(&im, err);
	if (!status)
		status = import_documents(&im, err);
	if (!status)
		status = finish_import(&im, err);
	sqlite3_finalize(im.add_extra);
	sqlite3_finalize(im.add_move);
	ssrc_buf_clear(&im.scratch);
	if (!status)
		*out = im.report;
	return status;
}
