/* The study file, internal: one SQLite connection, and what the parts of the module share. */
#ifndef SSRC_STORE_STORE_H
#define SSRC_STORE_STORE_H

#include "model/package.h"

#include <secondsource/study.h>

#include <sqlite3.h>

enum {
	SSRC_STORE_APPLICATION_ID = 0x53535243, /* "SSRC" */
	SSRC_STORE_VERSION = 1,                 /* user_version: number of migrations */
};

/* Seconds that a reader waits. It hardly ever has to, beside a writer too; but one that closes last, or the first to
 * open after a crash, holds the file for a moment. */
#define SSRC_STORE_READER_WAITS 5.0

typedef enum ssrc_store_mode {
	SSRC_STORE_READ,
	SSRC_STORE_WRITE,
	SSRC_STORE_BUILD, /* a new file nobody else sees: no journal, nothing synced before the end */
} ssrc_store_mode;

typedef struct ssrc_store {
	ssrc_context *ctx;
	const char *path; /* borrowed; what messages name */
	sqlite3 *db;
	ssrc_store_mode mode;
} ssrc_store;

/* ---- connection (store.c) ---------------------------------------------------------------------- */

typedef enum ssrc_store_kind {
	SSRC_STORE_MISSING,
	SSRC_STORE_STUDY,
	SSRC_STORE_FOREIGN, /* SQLite, but of another program */
	SSRC_STORE_OTHER,   /* not SQLite */
} ssrc_store_kind;

/* What stands at `path`; *application_id is set for FOREIGN. */
SSRC_MUST_CHECK ssrc_status ssrc_store_probe(ssrc_context *ctx, const char *path, ssrc_store_kind *out,
					     uint32_t *application_id, ssrc_error *err);
/* The error for a file that is not a study. */
ssrc_status ssrc_store_refuse(const char *path, ssrc_store_kind kind, uint32_t application_id, ssrc_error *err);

/* Opens `file`; messages call it `path` (both borrowed). READ and WRITE refuse what is not a study or too new; READ
 * migrates an older study first. Closed with ssrc_store_close. */
SSRC_MUST_CHECK ssrc_status ssrc_store_open(ssrc_store *out, ssrc_context *ctx, const char *file, const char *path,
					    ssrc_store_mode mode, double wait_seconds, ssrc_error *err);
void ssrc_store_close(ssrc_store *store);

/* Maps the last SQLite error of the connection to a status and message. */
ssrc_status ssrc_store_fail(const ssrc_store *store, ssrc_error *err);
/* The file contradicts itself; `why` says where. */
ssrc_status ssrc_store_corrupt(const ssrc_store *store, const char *why, ssrc_error *err);

SSRC_MUST_CHECK ssrc_status ssrc_store_exec(const ssrc_store *store, const char *sql, ssrc_error *err);
SSRC_MUST_CHECK ssrc_status ssrc_store_prepare(const ssrc_store *store, const char *sql, sqlite3_stmt **out,
					       ssrc_error *err);
/* Prepares what a buffer holds; NOMEM if the buffer failed. */
SSRC_MUST_CHECK ssrc_status ssrc_store_prepare_buf(const ssrc_store *store, const ssrc_buf *sql, sqlite3_stmt **out,
						   ssrc_error *err);
/* One step; *row is false at the end. `bound` is the OR of what the sqlite3_bind_ calls before returned. */
SSRC_MUST_CHECK ssrc_status ssrc_store_step(const ssrc_store *store, sqlite3_stmt *stmt, int bound, bool *row,
					    ssrc_error *err);
/* Runs a statement that gives no rows and readies it for the next values. */
SSRC_MUST_CHECK ssrc_status ssrc_store_run(const ssrc_store *store, sqlite3_stmt *stmt, int bound, ssrc_error *err);
/* First column of the first row as a number; 0 if there is no row or it is NULL. */
SSRC_MUST_CHECK ssrc_status ssrc_store_number(const ssrc_store *store, const char *sql, int64_t *out, ssrc_error *err);
/* Text of a column, valid until the next step; NULL reads as "". Checks that it is UTF-8 without NUL. */
SSRC_MUST_CHECK ssrc_status ssrc_store_text(const ssrc_store *store, sqlite3_stmt *stmt, int column, const char **out,
					    size_t *len, ssrc_error *err);
/* True if the column is a blob equal to *hash. */
bool ssrc_store_hash_is(sqlite3_stmt *stmt, int column, const ssrc_hash *hash);

/* ---- layout (layout.c) ------------------------------------------------------------------------- */

/* Inside a transaction: brings the tables to SSRC_STORE_VERSION, adds the columns that the schema of the package has
 * gained, renews the views. */
SSRC_MUST_CHECK ssrc_status ssrc_store_migrate(const ssrc_store *store, ssrc_error *err);

/* ---- rows (plan.c) ----------------------------------------------------------------------------- */

/* Where the cells of one file go: its first column of a name into the column of the fact table, if that has one, all
 * others into extra_cell. */
typedef struct ssrc_store_plan {
	ssrc_file_id file;
	const ssrc_table *table;
	uint32_t *place; /* [n_header] number among `columns`, SSRC_NONE = extra */
	uint32_t *nth;   /* [n_header] how often the name stood before, plus 1 */
	uint32_t *order; /* [n_header] by name */
	uint32_t n_columns;
	bool has_extras;
	ssrc_buf columns; /* `,"item","tier"` */
} ssrc_store_plan;

SSRC_MUST_CHECK ssrc_status ssrc_store_plan_init(ssrc_store_plan *plan, const ssrc_store *store, ssrc_file_id file,
						 const ssrc_table *table, ssrc_error *err);
void ssrc_store_plan_clear(ssrc_store_plan *plan, ssrc_context *ctx);

/* SHA-256 of a row: the name of its file, then name and text of every cell that is not blank, ordered by name, each
 * followed by NUL. The order of columns and blank columns make no difference. */
SSRC_MUST_CHECK ssrc_status ssrc_store_row_hash(const ssrc_store_plan *plan, uint32_t row, ssrc_buf *scratch,
						ssrc_hash *out, ssrc_error *err);

/* ---- content of one import (load.c, digest.c) --------------------------------------------------- */

typedef struct ssrc_store_check {
	int64_t rows; /* whose hash agreed */
	bool broken;
} ssrc_store_check;

/* Rebuilds the package as import `import_id` left it. check: also recompute the hash of every row that this import
 * added and of every file and document; NULL = trust them. */
SSRC_MUST_CHECK ssrc_status ssrc_store_load(ssrc_package **out, const ssrc_store *store, int64_t import_id,
					    ssrc_findings *findings, ssrc_store_check *check, ssrc_error *err);

/* SHA-256 over "NAME HASH\n" of all files and documents of an import, ordered by name. */
SSRC_MUST_CHECK ssrc_status ssrc_store_digest(const ssrc_store *store, int64_t import_id, ssrc_hash *out,
					      ssrc_error *err);

/* ---- audit log (audit.c) ----------------------------------------------------------------------- */

/* Appends an entry; *seq is its number. */
SSRC_MUST_CHECK ssrc_status ssrc_store_audit(const ssrc_store *store, const char *at, const char *actor,
					     const char *action, const char *detail, int64_t *seq, ssrc_error *err);

#endif
