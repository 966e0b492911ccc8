/* The audit log: each entry is hashed together with the hash of the entry before it. */
#include "store.h"

#include <stdio.h>
#include <string.h>

static const char zero_hash[SSRC_HASH_BYTES];

/* Each field with its length first, so that no text can be shifted from one field into the next. */
static void put_field(ssrc_buf *out, const char *text, size_t len)
{
	for (int shift = 0; shift < 64; shift += 8)
		ssrc_buf_putc(out, (char)((uint64_t)len >> shift & 0xFF));
	ssrc_buf_add(out, text, len);
}

typedef struct entry {
	int64_t seq;
	const char *text[4]; /* at, actor, action, detail */
	size_t len[4];
	const void *prev; /* SSRC_HASH_BYTES */
} entry;

static ssrc_status entry_hash(const ssrc_store *store, const entry *e, ssrc_hash *out, ssrc_error *err)
{
	ssrc_buf bytes;
	ssrc_buf_init(&bytes, store->ctx);
	ssrc_buf_add(&bytes, e->prev, SSRC_HASH_BYTES);
	for (int shift = 0; shift < 64; shift += 8)
		ssrc_buf_putc(&bytes, (char)((uint64_t)e->seq >> shift & 0xFF));
	for (int i = 0; i < 4; i++)
		put_field(&bytes, e->text[i], e->len[i]);
	ssrc_status status = bytes.failed ? ssrc_fail(err, SSRC_NOMEM, SSRC_M_NOMEM, NULL, NULL, NULL) : SSRC_OK;
	if (!status)
		*out = ssrc_hash_bytes(bytes.data, bytes.len);
	ssrc_buf_clear(&bytes);
	return status;
}

static ssrc_status last_entry(const ssrc_store *store, int64_t *seq, unsigned char hash[SSRC_HASH_BYTES],
			      ssrc_error *err)
{
	sqlite3_stmt *stmt;
	bool row = false;
	ssrc_status status =
		ssrc_store_prepare(store, "SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1", &stmt, err);
	if (!status)
		status = ssrc_store_step(store, stmt, 0, &row, err);
	*seq = 0;
	memcpy(hash, zero_hash, SSRC_HASH_BYTES);
	if (!status && row && sqlite3_column_bytes(stmt, 1) != SSRC_HASH_BYTES)
		status = ssrc_store_corrupt(store, "audit", err);
	if (!status && row) {
		*seq = sqlite3_column_int64(stmt, 0);
		memcpy(hash, sqlite3_column_blob(stmt, 1), SSRC_HASH_BYTES);
	}
	sqlite3_finalize(stmt);
	return status;
}

ssrc_status ssrc_store_audit(const ssrc_store *store, const char *at, const char *actor, const char *action,
			     const char *detail, int64_t *seq, ssrc_error *err)
{
	unsigned char prev[SSRC_HASH_BYTES];
	ssrc_hash hash;
	entry e = {.text = {at, actor, action, detail}, .prev = prev};
	for (int i = 0; i < 4; i++)
		e.len[i] = strlen(e.text[i]);
	ssrc_status status = last_entry(store, &e.seq, prev, err);
	e.seq++;
	if (!status)
		status = entry_hash(store, &e, &hash, err);
	sqlite3_stmt *stmt = NULL;
	if (!status)
		status = ssrc_store_prepare(store,
					    "INSERT INTO audit(seq, at, actor, action, detail, prev_hash, hash)"
					    " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)",
					    &stmt, err);
	if (!status) {
		int bound = sqlite3_bind_int64(stmt, 1, e.seq) |
			    sqlite3_bind_blob(stmt, 6, prev, SSRC_HASH_BYTES, SQLITE_STATIC) |
			    sqlite3_bind_blob(stmt, 7, hash.bytes, SSRC_HASH_BYTES, SQLITE_STATIC);
		for (int i = 0; i < 4; i++)
			bound |= sqlite3_bind_text(stmt, i + 2, e.text[i], (int)e.len[i], SQLITE_STATIC);
		status = ssrc_store_run(store, stmt, bound, err);
	}
	sqlite3_finalize(stmt);
	if (!status)
		*seq = e.seq;
	return status;
}

/* ---- reading the log ---------------------------------------------------------------------------- */

static ssrc_status read_entry(const ssrc_store *store, sqlite3_stmt *stmt, entry *e, ssrc_error *err)
{
	ssrc_status status = SSRC_OK;
	e->seq = sqlite3_column_int64(stmt, 0);
	for (int i = 0; i < 4 && !status; i++)
		status = ssrc_store_text(store, stmt, i + 1, &e->text[i], &e->len[i], err);
	return status;
}

static ssrc_status visit_entries(const ssrc_store *store, ssrc_study_log_visit *visit, void *user, ssrc_error *err)
{
	sqlite3_stmt *stmt;
	bool row = true;
	ssrc_status status = ssrc_store_prepare(
		store, "SELECT seq, at, actor, action, detail, lower(hex(hash)) FROM audit ORDER BY seq", &stmt, err);
	while (!status && row) {
		entry e;
		const char *hash;
		size_t len;
		status = ssrc_store_step(store, stmt, 0, &row, err);
		if (status || !row)
			break;
		status = read_entry(store, stmt, &e, err);
		if (!status)
			status = ssrc_store_text(store, stmt, 5, &hash, &len, err);
		if (!status) {
			ssrc_study_entry given = {e.seq, e.text[0], e.text[1], e.text[2], e.text[3], hash};
			status = visit(user, &given);
		}
	}
	sqlite3_finalize(stmt);
	return status;
}

ssrc_status ssrc_study_log(ssrc_context *ctx, const char *path, ssrc_study_log_visit *visit, void *user,
			   ssrc_error *err)
{
	ssrc_store store;
	ssrc_status status = ssrc_store_open(&store, ctx, path, path, SSRC_STORE_READ, SSRC_STORE_READER_WAITS, err);
	if (status)
		return status;
	status = visit_entries(&store, visit, user, err);
	ssrc_store_close(&store);
	return status;
}

/* ---- verifying ---------------------------------------------------------------------------------- */

/* Walks the chain. report->entries counts what holds, report->broken_seq names the first that does not. */
static ssrc_status verify_chain(const ssrc_store *store, ssrc_study_verify_report *report, ssrc_error *err)
{
	ssrc_hash hash;
	memcpy(hash.bytes, zero_hash, sizeof hash.bytes);
	sqlite3_stmt *stmt;
	bool row = true;
	ssrc_status status = ssrc_store_prepare(
		store, "SELECT seq, at, actor, action, detail, prev_hash, hash FROM audit ORDER BY seq", &stmt, err);
	while (!status && !report->broken_seq) {
		status = ssrc_store_step(store, stmt, 0, &row, err);
		if (status || !row)
			break;
		entry e = {.prev = hash.bytes};
		status = read_entry(store, stmt, &e, err);
		bool linked = e.seq == report->entries + 1 && ssrc_store_hash_is(stmt, 5, &hash);
		ssrc_hash next;
		if (!status)
			status = entry_hash(store, &e, &next, err);
		if (status)
			break;
		if (linked && ssrc_store_hash_is(stmt, 6, &next))
			report->entries++;
		else
			report->broken_seq = report->entries + 1;
		hash = next;
	}
	if (!status && !report->broken_seq)
		ssrc_hash_hex(&hash, report->head);
	sqlite3_finalize(stmt);
	return status;
}

/* True in *broken if a row of a fact table (or a document) names an import or a time that the imports do not. */
static ssrc_status check_times(const ssrc_store *store, const char *prefix, const char *name, int64_t *first,
			       ssrc_error *err)
{
	ssrc_buf sql;
	ssrc_buf_init(&sql, store->ctx);
	ssrc_buf_printf(
		&sql,
		"SELECT min(coalesce(i.audit_seq, 1)) FROM \"%s%s\" f LEFT JOIN import i ON i.import_id = f.import_id"
		" LEFT JOIN import e ON e.import_id = f.ended_id WHERE i.at IS NOT f.recorded_from"
		" OR e.at IS NOT f.recorded_to OR (f.ended_id IS NULL) <> (f.recorded_to IS NULL)",
		prefix, name);
	int64_t seq = 0;
	ssrc_status status = sql.failed ? ssrc_fail(err, SSRC_NOMEM, SSRC_M_NOMEM, NULL, NULL, NULL)
					: ssrc_store_number(store, sql.data, &seq, err);
	ssrc_buf_clear(&sql);
	if (!status && seq && (!*first || seq < *first))
		*first = seq;
	return status;
}

static ssrc_status verify_times(const ssrc_store *store, ssrc_study_verify_report *report, ssrc_error *err)
{
	ssrc_status status = check_times(store, "", "document", &report->broken_seq, err);
	for (int f = 0; f < SSRC_FILE_COUNT && !status; f++)
		status = check_times(store, "fact_", ssrc_schema[f].name, &report->broken_seq, err);
	/* Every entry of an import has its import, at the same time. */
	int64_t seq = 0;
	if (!status)
		status = ssrc_store_number(store,
					   "SELECT min(a.seq) FROM audit a LEFT JOIN import i ON i.audit_seq = a.seq"
					   " WHERE a.action = 'import' AND i.at IS NOT a.at",
					   &seq, err);
	if (!status && seq && (!report->broken_seq || seq < report->broken_seq))
		report->broken_seq = seq;
	return status;
}

/* Rebuilds one import, checking its rows and files; *digest is what its audit entry should say. */
static ssrc_status verify_import(const ssrc_store *store, int64_t import_id, ssrc_store_check *check, ssrc_hash *digest,
				 ssrc_error *err)
{
	ssrc_findings *findings;
	ssrc_package *package;
	ssrc_status status = ssrc_findings_new(&findings, store->ctx, err);
	if (status)
		return status;
	status = ssrc_store_load(&package, store, import_id, findings, check, err);
	ssrc_findings_free(findings);
	if (status)
		return status;
	ssrc_package_free(package);
	return ssrc_store_digest(store, import_id, digest, err);
}

static ssrc_status verify_imports(const ssrc_store *store, ssrc_study_verify_report *report, ssrc_error *err)
{
	sqlite3_stmt *stmt;
	bool row = true;
	ssrc_status status =
		ssrc_store_prepare(store,
				   "SELECT i.import_id, coalesce(a.seq, 1), a.detail, i.digest FROM import i"
				   " LEFT JOIN audit a ON a.seq = i.audit_seq AND a.action = 'import' ORDER BY 1",
				   &stmt, err);
	while (!status && !report->broken_seq) {
		const char *detail;
		size_t len;
		ssrc_store_check check = {0};
		ssrc_hash digest;
		char hex[65];
		status = ssrc_store_step(store, stmt, 0, &row, err);
		if (status || !row)
			break;
		status = ssrc_store_text(store, stmt, 2, &detail, &len, err);
		if (!status)
			status = verify_import(store, sqlite3_column_int64(stmt, 0), &check, &digest, err);
		if (status)
			break;
		ssrc_hash_hex(&digest, hex);
		report->rows += check.rows;
		if (!check.broken && strstr(detail, hex) && ssrc_store_hash_is(stmt, 3, &digest))
			report->imports++;
		else
			report->broken_seq = sqlite3_column_int64(stmt, 1);
	}
	sqlite3_finalize(stmt);
	return status;
}

static ssrc_status verify_pages(const ssrc_store *store, ssrc_error *err)
{
	sqlite3_stmt *stmt;
	bool row;
	const char *text = "";
	size_t len;
	ssrc_status status = ssrc_store_prepare(store, "PRAGMA quick_check(1)", &stmt, err);
	if (!status)
		status = ssrc_store_step(store, stmt, 0, &row, err);
	if (!status)
		status = ssrc_store_text(store, stmt, 0, &text, &len, err);
	if (!status && strcmp(text, "ok") != 0)
		status = ssrc_store_corrupt(store, text, err);
	sqlite3_finalize(stmt);
	return status;
}

ssrc_status ssrc_study_verify(ssrc_study_verify_report *out, ssrc_context *ctx, const char *path, ssrc_error *err)
{
	ssrc_study_verify_report report = {0};
	ssrc_store store;
	ssrc_status status = ssrc_store_open(&store, ctx, path, path, SSRC_STORE_READ, SSRC_STORE_READER_WAITS, err);
	if (status)
		return status;
	status = ssrc_store_exec(&store, "BEGIN", err);
	if (!status)
		status = verify_pages(&store, err);
	if (!status)
		status = verify_chain(&store, &report, err);
	if (!status && !report.broken_seq)
		status = verify_times(&store, &report, err);
	if (!status && !report.broken_seq)
		status = verify_imports(&store, &report, err);
	ssrc_store_close(&store);
	if (status)
		return status;
	*out = report;
	if (!report.broken_seq)
		return SSRC_OK;
	char seq[24];
	snprintf(seq, sizeof seq, "%lld", (long long)report.broken_seq);
	return ssrc_fail(err, SSRC_FORMAT, SSRC_M_STUDY_TAMPERED, path, seq, NULL);
}
