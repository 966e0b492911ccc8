#include "store.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HEADER_BYTES = 100, APPLICATION_ID_AT = 68 };

/* ---- errors ------------------------------------------------------------------------------------ */

static ssrc_status status_of(int code)
{
	if (code == SQLITE_IOERR_NOMEM)
		return SSRC_NOMEM;
	switch (code & 0xFF) {
	case SQLITE_NOMEM: return SSRC_NOMEM;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
	case SQLITE_PROTOCOL: return SSRC_BUSY;
	case SQLITE_FULL:
	case SQLITE_IOERR:
	case SQLITE_CANTOPEN:
	case SQLITE_READONLY:
	case SQLITE_PERM:
	case SQLITE_AUTH: return SSRC_IO;
	case SQLITE_MISUSE:
	case SQLITE_INTERNAL: return SSRC_BUG;
	default: return SSRC_FORMAT; /* corrupt, not a database, a table or column that should be there is not */
	}
}

ssrc_status ssrc_store_fail(const ssrc_store *store, ssrc_error *err)
{
	ssrc_status status = status_of(sqlite3_extended_errcode(store->db));
	const char *why = sqlite3_errmsg(store->db);
	switch (status) {
	case SSRC_NOMEM: return ssrc_no_memory(err);
	case SSRC_BUSY: return ssrc_fail(err, status, SSRC_M_STUDY_BUSY, store->path, NULL, NULL);
	case SSRC_IO:
		return ssrc_fail(err, status, store->mode == SSRC_STORE_READ ? SSRC_M_READ : SSRC_M_STUDY_SQL,
				 store->path, why, NULL);
	case SSRC_BUG: return ssrc_fail(err, status, SSRC_M_BUG, "store", NULL, NULL);
	default: return ssrc_fail(err, status, SSRC_M_STUDY_CORRUPT, store->path, why, NULL);
	}
}

ssrc_status ssrc_store_corrupt(const ssrc_store *store, const char *why, ssrc_error *err)
{
	return ssrc_fail(err, SSRC_FORMAT, SSRC_M_STUDY_CORRUPT, store->path, why, NULL);
}

/* ---- statements -------------------------------------------------------------------------------- */

ssrc_status ssrc_store_exec(const ssrc_store *store, const char *sql, ssrc_error *err)
{
	return sqlite3_exec(store->db, sql, NULL, NULL, NULL) ? ssrc_store_fail(store, err) : SSRC_OK;
}

ssrc_status ssrc_store_prepare(const ssrc_store *store, const char *sql, sqlite3_stmt **out, ssrc_error *err)
{
	*out = NULL;
	return sqlite3_prepare_v2(store->db, sql, -1, out, NULL) ? ssrc_store_fail(store, err) : SSRC_OK;
}

ssrc_status ssrc_store_prepare_buf(const ssrc_store *store, const ssrc_buf *sql, sqlite3_stmt **out, ssrc_error *err)
{
	*out = NULL;
	return sql->failed ? ssrc_no_memory(err) : ssrc_store_prepare(store, sql->data, out, err);
}

ssrc_status ssrc_store_step(const ssrc_store *store, sqlite3_stmt *stmt, int bound, bool *row, ssrc_error *err)
{
	*row = false;
	if (bound)
		return ssrc_store_fail(store, err);
	int code = sqlite3_step(stmt);
	*row = code == SQLITE_ROW;
	return code == SQLITE_ROW || code == SQLITE_DONE ? SSRC_OK : ssrc_store_fail(store, err);
}

ssrc_status ssrc_store_run(const ssrc_store *store, sqlite3_stmt *stmt, int bound, ssrc_error *err)
{
	bool row;
	ssrc_status status = ssrc_store_step(store, stmt, bound, &row, err);
	sqlite3_reset(stmt);
	return status;
}

ssrc_status ssrc_store_number(const ssrc_store *store, const char *sql, int64_t *out, ssrc_error *err)
{
	sqlite3_stmt *stmt;
	bool row;
	ssrc_status status = ssrc_store_prepare(store, sql, &stmt, err);
	if (!status)
		status = ssrc_store_step(store, stmt, 0, &row, err);
	if (!status)
		*out = row ? sqlite3_column_int64(stmt, 0) : 0;
	sqlite3_finalize(stmt);
	return status;
}

ssrc_status ssrc_store_text(const ssrc_store *store, sqlite3_stmt *stmt, int column, const char **out, size_t *len,
			    ssrc_error *err)
{
	*out = "";
	*len = 0;
	if (sqlite3_column_type(stmt, column) == SQLITE_NULL)
		return SSRC_OK;
	const unsigned char *text = sqlite3_column_text(stmt, column);
	if (!text)
		return ssrc_no_memory(err);
	*out = (const char *)text;
	*len = (size_t)sqlite3_column_bytes(stmt, column);
	if (*len && ssrc_utf8_valid_prefix(*out, *len) != *len)
		return ssrc_store_corrupt(store, "text that is not UTF-8", err);
	return SSRC_OK;
}

bool ssrc_store_hash_is(sqlite3_stmt *stmt, int column, const ssrc_hash *hash)
{
	return sqlite3_column_type(stmt, column) == SQLITE_BLOB &&
	       sqlite3_column_bytes(stmt, column) == SSRC_HASH_BYTES &&
	       memcmp(sqlite3_column_blob(stmt, column), hash->bytes, SSRC_HASH_BYTES) == 0;
}

/* ---- looking without touching ------------------------------------------------------------------- */

/* The path as a URI, because only URIs can say mode and immutability. */
static void put_uri(ssrc_buf *out, const char *path, const char *query)
{
	ssrc_buf_puts(out, *path == '/' ? "file://" : "file:./");
	for (const unsigned char *p = (const unsigned char *)path; *p; p++) {
		bool plain = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || (*p >= '0' && *p <= '9') ||
			     strchr("/._-~", *p);
		if (plain)
			ssrc_buf_putc(out, (char)*p);
		else
			ssrc_buf_printf(out, "%%%02X", *p);
	}
	ssrc_buf_puts(out, query);
}

static ssrc_status connect(ssrc_store *store, const char *file, const char *query, int flags, ssrc_error *err)
{
	ssrc_buf uri;
	ssrc_buf_init(&uri, store->ctx);
	put_uri(&uri, file, query);
	ssrc_status status = uri.failed ? ssrc_no_memory(err) : SSRC_OK;
	if (!status) {
		int code = sqlite3_open_v2(uri.data, &store->db, flags | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, NULL);
		if (code && store->db) /* keep the code: closing loses it */
			status = status_of(code) == SSRC_IO ? ssrc_fail(err, SSRC_IO, SSRC_M_STUDY_OPEN, store->path,
									sqlite3_errmsg(store->db), NULL)
							    : ssrc_store_fail(store, err);
		else if (code)
			status = ssrc_no_memory(err);
	}
	ssrc_buf_clear(&uri);
	if (status)
		ssrc_store_close(store);
	else
		sqlite3_extended_result_codes(store->db, 1);
	return status;
}

/* The header is read through SQLite: closing a descriptor of our own would drop the locks that other connections of
 * this process hold on the file (sqlite.org/howtocorrupt.html, 2.2). */
static ssrc_status read_header(ssrc_context *ctx, const char *path, unsigned char out[HEADER_BYTES], ssrc_error *err)
{
	ssrc_store store = {.ctx = ctx, .path = path, .mode = SSRC_STORE_READ};
	ssrc_status status = connect(&store, path, "?mode=ro", SQLITE_OPEN_READONLY, err);
	if (status)
		return status;
	sqlite3_file *file = NULL;
	int code = sqlite3_file_control(store.db, "main", SQLITE_FCNTL_FILE_POINTER, &file);
	if (!code)
		code = file && file->pMethods ? file->pMethods->xRead(file, out, HEADER_BYTES, 0) : SQLITE_CANTOPEN;
	/* A short file is filled with zeros and is no study; that is for the caller to say. */
	if (code && code != SQLITE_IOERR_SHORT_READ)
		status = ssrc_fail(err, SSRC_IO, SSRC_M_READ, path, sqlite3_errstr(code), NULL);
	ssrc_store_close(&store);
	return status;
}

ssrc_status ssrc_store_probe(ssrc_context *ctx, const char *path, ssrc_store_kind *out, uint32_t *application_id,
			     ssrc_error *err)
{
	struct stat info;
	if (stat(path, &info)) {
		*out = SSRC_STORE_MISSING;
		return errno == ENOENT ? SSRC_OK
				       : ssrc_fail(err, SSRC_IO, SSRC_M_OPEN_READ, path, strerror(errno), NULL);
	}
	*out = SSRC_STORE_OTHER;
	if (!S_ISREG(info.st_mode)) /* a pipe would block */
		return SSRC_OK;
	unsigned char header[HEADER_BYTES] = {0};
	ssrc_status status = read_header(ctx, path, header, err);
	if (status || memcmp(header, "SQLite format 3", 16) != 0)
		return status;
	const unsigned char *id = header + APPLICATION_ID_AT;
	*application_id = (uint32_t)id[0] << 24 | (uint32_t)id[1] << 16 | (uint32_t)id[2] << 8 | id[3];
	*out = *application_id == SSRC_STORE_APPLICATION_ID ? SSRC_STORE_STUDY : SSRC_STORE_FOREIGN;
	return SSRC_OK;
}

ssrc_status ssrc_store_refuse(const char *path, ssrc_store_kind kind, uint32_t application_id, ssrc_error *err)
{
	char why[64];
	if (kind == SSRC_STORE_MISSING)
		return ssrc_fail(err, SSRC_NOTFOUND, SSRC_M_PATH_MISSING, path, NULL, NULL);
	if (kind == SSRC_STORE_OTHER)
		return ssrc_fail(err, SSRC_FORMAT, SSRC_M_NOT_PACKAGE, path, NULL, NULL);
	snprintf(why, sizeof why, "SQLite, application_id 0x%08X", (unsigned)application_id);
	return ssrc_fail(err, SSRC_FORMAT, SSRC_M_STUDY_OPEN, path, why, NULL);
}

bool ssrc_study_is_study(ssrc_context *ctx, const char *path)
{
	ssrc_store_kind kind;
	uint32_t application_id;
	return !ssrc_store_probe(ctx, path, &kind, &application_id, NULL) && kind == SSRC_STORE_STUDY;
}

/* ---- opening ----------------------------------------------------------------------------------- */

static bool has_log(const char *file)
{
	char name[PATH_MAX];
	struct stat info;
	return (size_t)snprintf(name, sizeof name, "%s-wal", file) < sizeof name && stat(name, &info) == 0 &&
	       info.st_size > 0;
}

static bool is_writable(const char *file)
{
	char folder[PATH_MAX];
	if (access(file, W_OK) || (size_t)snprintf(folder, sizeof folder, "%s", file) >= sizeof folder)
		return false;
	char *slash = strrchr(folder, '/');
	if (!slash)
		return access(".", W_OK) == 0;
	slash[slash == folder] = '\0'; /* "/" stays */
	return access(folder, W_OK) == 0;
}

/* A reader of a study in WAL mode keeps a file -shm beside it, and only a connection that may write removes it at the
 * end. Where nothing may be written the study is read as it is: beside a log with the log, otherwise as a file that
 * does not change. */
static ssrc_status connect_reader(ssrc_store *store, const char *file, ssrc_error *err)
{
	if (is_writable(file))
		return connect(store, file, "?mode=rw", SQLITE_OPEN_READWRITE, err);
	return connect(store, file, has_log(file) ? "?mode=ro&readonly_shm=1" : "?mode=ro&immutable=1",
		       SQLITE_OPEN_READONLY, err);
}

static ssrc_status configure(const ssrc_store *store, double wait_seconds, ssrc_error *err)
{
	double wait = wait_seconds > 0 ? wait_seconds : 0;
	sqlite3_busy_timeout(store->db, wait > 1e6 ? 1000000000 : (int)(wait * 1000));
	ssrc_status status =
		ssrc_store_exec(store,
				"PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON; PRAGMA foreign_keys=ON;"
				"PRAGMA temp_store=MEMORY; PRAGMA cache_size=-65536",
				err);
	if (status)
		return status;
	if (store->mode == SSRC_STORE_BUILD)
		return ssrc_store_exec(store,
				       "PRAGMA auto_vacuum=0; PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;"
				       "PRAGMA locking_mode=EXCLUSIVE",
				       err);
	sqlite3_db_config(store->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	return store->mode == SSRC_STORE_READ ? ssrc_store_exec(store, "PRAGMA query_only=ON", err) : SSRC_OK;
}

static ssrc_status check_identity(const ssrc_store *store, int64_t *version, ssrc_error *err)
{
	int64_t id = 0;
	ssrc_status status = ssrc_store_number(store, "PRAGMA application_id", &id, err);
	if (!status)
		status = ssrc_store_number(store, "PRAGMA user_version", version, err);
	if (status)
		return status;
	if (id != SSRC_STORE_APPLICATION_ID)
		return ssrc_store_refuse(store->path, SSRC_STORE_FOREIGN, (uint32_t)id, err);
	if (*version > SSRC_STORE_VERSION) {
		char text[24];
		snprintf(text, sizeof text, "%lld", (long long)*version);
		return ssrc_fail(err, SSRC_VERSION, SSRC_M_STUDY_VERSION, store->path, text, NULL);
	}
	return SSRC_OK;
}

/* A study of an older program is brought up to date before it is read. */
static ssrc_status migrate_first(ssrc_context *ctx, const char *file, const char *path, ssrc_error *err)
{
	ssrc_store store = {0};
	ssrc_status status = ssrc_store_open(&store, ctx, file, path, SSRC_STORE_WRITE, 10, err);
	if (status)
		return status;
	status = ssrc_store_exec(&store, "BEGIN IMMEDIATE", err);
	if (!status)
		status = ssrc_store_migrate(&store, err);
	if (!status)
		status = ssrc_store_exec(&store, "COMMIT", err);
	ssrc_store_close(&store); /* what was not committed is rolled back */
	return status;
}

static ssrc_status connect_as(ssrc_store *store, const char *file, ssrc_error *err)
{
	switch (store->mode) {
	case SSRC_STORE_READ: return connect_reader(store, file, err);
	case SSRC_STORE_WRITE: return connect(store, file, "?mode=rw", SQLITE_OPEN_READWRITE, err);
	default: return connect(store, file, "?mode=rwc", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, err);
	}
}

ssrc_status ssrc_store_open(ssrc_store *out, ssrc_context *ctx, const char *file, const char *path,
			    ssrc_store_mode mode, double wait_seconds, ssrc_error *err)
{
	ssrc_store store = {.ctx = ctx, .path = path, .mode = mode};
	if (mode != SSRC_STORE_BUILD) {
		ssrc_store_kind kind;
		uint32_t application_id = 0;
		ssrc_status probed = ssrc_store_probe(ctx, file, &kind, &application_id, err);
		if (probed || kind != SSRC_STORE_STUDY)
			return probed ? probed : ssrc_store_refuse(path, kind, application_id, err);
	}
	ssrc_status status = connect_as(&store, file, err);
	int64_t version = SSRC_STORE_VERSION;
	if (!status)
		status = configure(&store, wait_seconds, err);
	if (!status && mode != SSRC_STORE_BUILD)
		status = check_identity(&store, &version, err);
	/* One import is one commit: syncing it fully costs nothing that one would notice. */
	if (!status && mode == SSRC_STORE_WRITE)
		status = ssrc_store_exec(&store, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL", err);
	if (!status && mode == SSRC_STORE_READ && version < SSRC_STORE_VERSION) {
		ssrc_store_close(&store);
		status = migrate_first(ctx, file, path, err);
		return status ? status : ssrc_store_open(out, ctx, file, path, mode, wait_seconds, err);
	}
	if (status)
		ssrc_store_close(&store);
	else
		*out = store;
	return status;
}

void ssrc_store_close(ssrc_store *store)
{
	sqlite3_close(store->db);
	store->db = NULL;
}
