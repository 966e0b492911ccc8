/* Tables and views of the study. The fixed tables stand here; fact tables and views follow from the schema of the
 * package, so a new column of the package needs no migration of its own. */
#include "store.h"

#include <stdio.h>
#include <string.h>

/* ---- fixed tables ------------------------------------------------------------------------------ */

static const char version_1[] =
	"CREATE TABLE study(name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;"

	"CREATE TABLE audit(seq INTEGER PRIMARY KEY, at TEXT NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL,"
	" detail TEXT NOT NULL, prev_hash BLOB NOT NULL, hash BLOB NOT NULL) STRICT;"
	"CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN"
	" SELECT raise(ABORT, 'the audit log is append-only'); END;"
	"CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN"
	" SELECT raise(ABORT, 'the audit log is append-only'); END;"
	/* INSERT OR REPLACE deletes without asking the trigger above. */
	"CREATE TRIGGER audit_in_order BEFORE INSERT ON audit"
	" WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM audit) BEGIN"
	" SELECT raise(ABORT, 'the audit log is append-only'); END;"

	"CREATE TABLE import(import_id INTEGER PRIMARY KEY, at TEXT NOT NULL, path TEXT NOT NULL, package TEXT NOT "
	"NULL,"
	" version TEXT NOT NULL, actor TEXT NOT NULL, added INTEGER NOT NULL DEFAULT 0, kept INTEGER NOT NULL DEFAULT "
	"0,"
	" ended INTEGER NOT NULL DEFAULT 0, documents INTEGER NOT NULL DEFAULT 0, digest BLOB,"
	" audit_seq INTEGER REFERENCES audit(seq)) STRICT;"

	"CREATE TABLE file(file_id INTEGER PRIMARY KEY, import_id INTEGER NOT NULL REFERENCES import(import_id),"
	" name TEXT NOT NULL, bom INTEGER NOT NULL, crlf INTEGER NOT NULL, \"rows\" INTEGER NOT NULL,"
	" sha256 BLOB NOT NULL, UNIQUE(import_id, name)) STRICT;"
	"CREATE TABLE file_column(file_id INTEGER NOT NULL REFERENCES file(file_id), position INTEGER NOT NULL,"
	" name TEXT NOT NULL, PRIMARY KEY(file_id, position)) STRICT, WITHOUT ROWID;"

	/* fact_id is unique over all fact tables. */
	"CREATE TABLE extra_cell(fact_id INTEGER NOT NULL, name TEXT NOT NULL, nth INTEGER NOT NULL, value TEXT NOT "
	"NULL,"
	" PRIMARY KEY(fact_id, name, nth)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE moved(fact_id INTEGER NOT NULL, import_id INTEGER NOT NULL REFERENCES import(import_id),"
	" position INTEGER NOT NULL, line INTEGER NOT NULL, PRIMARY KEY(fact_id, import_id)) STRICT, WITHOUT ROWID;"

	"CREATE TABLE document(document_id INTEGER PRIMARY KEY, recorded_from TEXT NOT NULL, recorded_to TEXT,"
	" import_id INTEGER NOT NULL REFERENCES import(import_id), ended_id INTEGER REFERENCES import(import_id),"
	" path TEXT NOT NULL, content TEXT NOT NULL, sha256 BLOB NOT NULL) STRICT;"

	"CREATE VIEW v_documents AS SELECT path, content, lower(hex(sha256)) AS sha256, recorded_from, document_id"
	" FROM document WHERE recorded_to IS NULL;"
	"CREATE VIEW v_history_documents AS SELECT path, content, lower(hex(sha256)) AS sha256, recorded_from, "
	"recorded_to,"
	" import_id, ended_id, document_id FROM document;"
	"CREATE VIEW v_imports AS SELECT import_id, at, path, package, version, actor, added, kept, ended, documents,"
	" lower(hex(digest)) AS digest, audit_seq FROM import;"
	"CREATE VIEW v_files AS SELECT import_id, name AS file, bom, crlf, \"rows\", lower(hex(sha256)) AS sha256 FROM "
	"file;"
	"CREATE VIEW v_extra AS SELECT fact_id, name, nth, value FROM extra_cell;"
	"CREATE VIEW v_audit AS SELECT seq, at, actor, action, detail, lower(hex(hash)) AS hash FROM audit;";

/* migrations[k] leads from version k to k + 1. Released ones are never edited. */
static const char *const migrations[SSRC_STORE_VERSION] = {version_1};

/* ---- tables and views of the package files ------------------------------------------------------- */

static void put_fact_table(ssrc_buf *out, ssrc_file_id file)
{
	const ssrc_file_schema *schema = &ssrc_schema[file];
	ssrc_buf_printf(
		out,
		"CREATE TABLE IF NOT EXISTS \"fact_%s\"(fact_id INTEGER PRIMARY KEY, recorded_from TEXT NOT NULL,"
		" recorded_to TEXT, import_id INTEGER NOT NULL REFERENCES import(import_id),"
		" ended_id INTEGER REFERENCES import(import_id), file_id INTEGER NOT NULL REFERENCES file(file_id),"
		" position INTEGER NOT NULL, line INTEGER NOT NULL, row_hash BLOB NOT NULL",
		schema->name);
	for (uint32_t c = 0; c < schema->n_columns; c++)
		ssrc_buf_printf(out, ", \"%s\" TEXT", schema->columns[c].name);
	ssrc_buf_puts(out, ") STRICT;\n");
}

/* A cell as the view shows it. The range test is where text meets a number: SQLite then converts text that is a number
 * as a whole, and text that is not ("12 kg") sorts above every number, so it reads as NULL and never as 12 or 0. */
static void put_value(ssrc_buf *out, const ssrc_column *column)
{
	const char *name = column->name;
	if (column->type == SSRC_COL_NUMBER)
		ssrc_buf_printf(
			out,
			"CASE WHEN f.\"%s\" NOT GLOB '*[^-0-9.eE+]*' AND f.\"%s\" BETWEEN CAST('-1.7e308' AS REAL)"
			" AND CAST('1.7e308' AS REAL) THEN CAST(f.\"%s\" AS REAL) END AS \"%s\"",
			name, name, name, name);
	else if (column->type == SSRC_COL_YEAR)
		ssrc_buf_printf(
			out,
			"CASE WHEN f.\"%s\" GLOB '[0-9][0-9][0-9][0-9]' THEN CAST(f.\"%s\" AS INTEGER) END AS \"%s\"",
			name, name, name);
	else
		ssrc_buf_printf(out, "f.\"%s\" AS \"%s\"", name, name);
}

/* The name of a column of provenance: row_file where the package file has a column `file` of its own. */
static const char *provenance(char out[64], ssrc_file_id file, const char *name)
{
	snprintf(out, 64, "%s%s", ssrc_schema_column(file, name) == SSRC_NONE ? "" : "row_", name);
	return out;
}

static void put_view(ssrc_buf *out, ssrc_file_id file, bool history)
{
	static const char *const recorded[] = {"recorded_from", "recorded_to", "import_id", "ended_id"};
	const ssrc_file_schema *schema = &ssrc_schema[file];
	const char *kind = history ? "history_" : "";
	char name[64];
	ssrc_buf_printf(out, "DROP VIEW IF EXISTS \"v_%s%s\";\nCREATE VIEW \"v_%s%s\" AS SELECT ", kind, schema->name,
			kind, schema->name);
	for (uint32_t c = 0; c < schema->n_columns; c++) {
		put_value(out, &schema->columns[c]);
		ssrc_buf_puts(out, ",\n ");
	}
	for (size_t i = 0; history && i < sizeof recorded / sizeof *recorded; i++)
		ssrc_buf_printf(out, "f.%s AS \"%s\", ", recorded[i], provenance(name, file, recorded[i]));
	ssrc_buf_printf(out, "'%s.csv' AS \"%s\", ", schema->name, provenance(name, file, "file"));
	ssrc_buf_printf(
		out,
		"coalesce((SELECT m.line FROM moved m WHERE m.fact_id = f.fact_id ORDER BY m.import_id DESC LIMIT 1),"
		" f.line) AS \"%s\", ",
		provenance(name, file, "line"));
	ssrc_buf_printf(out, "f.fact_id AS \"%s\" FROM \"fact_%s\" f%s;\n", provenance(name, file, "fact_id"),
			schema->name, history ? "" : " WHERE f.recorded_to IS NULL");
}

static void put_tables(ssrc_buf *out)
{
	for (int f = 0; f < SSRC_FILE_COUNT; f++)
		put_fact_table(out, (ssrc_file_id)f);
}

static void put_views(ssrc_buf *out)
{
	for (int f = 0; f < SSRC_FILE_COUNT; f++) {
		put_view(out, (ssrc_file_id)f, false);
		put_view(out, (ssrc_file_id)f, true);
	}
}

/* ---- bringing up to date ------------------------------------------------------------------------ */

/* Adds one column to a fact table. Cells of that name were kept as extra until now: they move into the column. */
static ssrc_status add_column(const ssrc_store *store, const char *file, const char *column, ssrc_error *err)
{
	ssrc_buf sql;
	ssrc_buf_init(&sql, store->ctx);
	ssrc_buf_printf(&sql, "ALTER TABLE \"fact_%s\" ADD COLUMN \"%s\" TEXT;\n", file, column);
	ssrc_buf_printf(&sql,
			"UPDATE \"fact_%s\" AS f SET \"%s\" = e.value FROM extra_cell e"
			" WHERE e.fact_id = f.fact_id AND e.name = '%s' AND e.nth = 1;\n",
			file, column, column);
	ssrc_buf_printf(&sql,
			"DELETE FROM extra_cell WHERE name = '%s' AND nth = 1 AND fact_id IN (SELECT fact_id FROM"
			" \"fact_%s\");\n",
			column, file);
	ssrc_status status = sql.failed ? ssrc_fail(err, SSRC_NOMEM, SSRC_M_NOMEM, NULL, NULL, NULL)
					: ssrc_store_exec(store, sql.data, err);
	ssrc_buf_clear(&sql);
	return status;
}

static ssrc_status add_missing_columns(const ssrc_store *store, ssrc_file_id file, ssrc_error *err)
{
	const ssrc_file_schema *schema = &ssrc_schema[file];
	char table[80];
	snprintf(table, sizeof table, "fact_%s", schema->name);
	sqlite3_stmt *find;
	ssrc_status status =
		ssrc_store_prepare(store, "SELECT 1 FROM pragma_table_info(?1) WHERE name = ?2", &find, err);
	for (uint32_t c = 0; c < schema->n_columns && !status; c++) {
		bool there;
		int bound = sqlite3_bind_text(find, 1, table, -1, SQLITE_STATIC) |
			    sqlite3_bind_text(find, 2, schema->columns[c].name, -1, SQLITE_STATIC);
		status = ssrc_store_step(store, find, bound, &there, err);
		sqlite3_reset(find);
		if (!status && !there)
			status = add_column(store, schema->name, schema->columns[c].name, err);
	}
	sqlite3_finalize(find);
	return status;
}

static ssrc_status get_value(const ssrc_store *store, const char *name, char out[65], ssrc_error *err)
{
	sqlite3_stmt *stmt;
	bool row;
	const char *text = "";
	size_t len;
	ssrc_status status = ssrc_store_prepare(store, "SELECT value FROM study WHERE name = ?1", &stmt, err);
	if (!status)
		status = ssrc_store_step(store, stmt, sqlite3_bind_text(stmt, 1, name, -1, SQLITE_STATIC), &row, err);
	if (!status && row)
		status = ssrc_store_text(store, stmt, 0, &text, &len, err);
	if (!status)
		snprintf(out, 65, "%.64s", text);
	sqlite3_finalize(stmt);
	return status;
}

static ssrc_status set_value(const ssrc_store *store, const char *name, const char *value, ssrc_error *err)
{
	sqlite3_stmt *stmt;
	ssrc_status status = ssrc_store_prepare(store,
						"INSERT INTO study(name, value) VALUES(?1, ?2)"
						" ON CONFLICT(name) DO UPDATE SET value = ?2",
						&stmt, err);
	if (!status) {
		int bound = sqlite3_bind_text(stmt, 1, name, -1, SQLITE_STATIC) |
			    sqlite3_bind_text(stmt, 2, value, -1, SQLITE_STATIC);
		status = ssrc_store_run(store, stmt, bound, err);
	}
	sqlite3_finalize(stmt);
	return status;
}

/* Makes fact tables and views agree with the schema of the package, unless they do already. */
static ssrc_status follow_schema(const ssrc_store *store, ssrc_error *err)
{
	ssrc_buf sql;
	ssrc_buf_init(&sql, store->ctx);
	put_tables(&sql);
	size_t tables = sql.len;
	put_views(&sql);
	char want[65], have[65];
	ssrc_status status = sql.failed ? ssrc_fail(err, SSRC_NOMEM, SSRC_M_NOMEM, NULL, NULL, NULL)
					: get_value(store, "layout", have, err);
	if (!status) {
		ssrc_hash hash = ssrc_hash_bytes(sql.data, sql.len);
		ssrc_hash_hex(&hash, want);
	}
	if (!status && strcmp(want, have) != 0) {
		char after = sql.data[tables];
		sql.data[tables] = '\0';
		status = ssrc_store_exec(store, sql.data, err);
		sql.data[tables] = after;
		for (int f = 0; f < SSRC_FILE_COUNT && !status; f++)
			status = add_missing_columns(store, (ssrc_file_id)f, err);
		if (!status)
			status = ssrc_store_exec(store, sql.data + tables, err);
		if (!status)
			status = set_value(store, "layout", want, err);
	}
	ssrc_buf_clear(&sql);
	return status;
}

ssrc_status ssrc_store_migrate(const ssrc_store *store, ssrc_error *err)
{
	int64_t version = 0;
	ssrc_status status = ssrc_store_number(store, "PRAGMA user_version", &version, err);
	if (!status && version < 0)
		return ssrc_store_corrupt(store, "user_version", err);
	for (int64_t v = version; v < SSRC_STORE_VERSION && !status; v++)
		status = ssrc_store_exec(store, migrations[v], err);
	char pragmas[96];
	snprintf(pragmas, sizeof pragmas, "PRAGMA application_id=%d; PRAGMA user_version=%d",
		 (int)SSRC_STORE_APPLICATION_ID, (int)SSRC_STORE_VERSION);
	if (!status && version < SSRC_STORE_VERSION)
		status = ssrc_store_exec(store, pragmas, err);
	return status ? status : follow_schema(store, err);
}
