/* The study: one SQLite file that holds a chain, everything that was ever imported into it and an audit log
 * (docs/study.md). */
#ifndef SECONDSOURCE_STUDY_H
#define SECONDSOURCE_STUDY_H

#include <secondsource/package.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ssrc_study_import_options {
	double wait_seconds;     /* how long to wait while another process writes; 0 = not at all */
	const char *version;     /* of the program, recorded; NULL = "" */
	const char *actor;       /* who imports, recorded; NULL = "" */
	const char *source_path; /* where the package came from, recorded; NULL = the path the package was read from */
} ssrc_study_import_options;

typedef struct ssrc_study_import_report {
	int64_t import_id;         /* 1 for the first import of a study */
	int64_t added;             /* rows that are new */
	int64_t kept;              /* rows that were there already, cell for cell */
	int64_t ended;             /* rows that are gone from the package; their history stays */
	int64_t documents;         /* documents of the package */
	int64_t documents_changed; /* documents that are new, changed or gone */
	char digest[65];           /* SHA-256 over the files and documents as they are exported, hexadecimal */
	bool created;              /* the study did not exist before */
} ssrc_study_import_report;

/* Records `package` as the present content of the study `path`, which is made if it does not exist. Rows are
 * compared cell by cell: unchanged ones stay, the others get the time at which they were no longer recorded.
 * options may be NULL. The package is stored as it is: check it first, because rows that could not be read are
 * not in it. One transaction: on any failure, crash included, the study is as before. *out (nullable) is untouched on
 * error. Time recorded: ctx->now, but never before that of the last import.
 * Errors: BUSY (another writer), IO (also disk full), FORMAT (no study, damaged), VERSION, NOMEM.
 * Cost O(rows · log rows), memory about 60 bytes per row. */
SSRC_API SSRC_MUST_CHECK ssrc_status ssrc_study_import(ssrc_context *ctx, const char *path, const ssrc_package *package,
						       const ssrc_study_import_options *options,
						       ssrc_study_import_report *out, ssrc_error *err);

/* Rebuilds the package as the study knew it at `known_at`: NULL = now, a date (YYYY, YYYY-MM, YYYY-MM-DD: its last
 * second) or a time YYYY-MM-DDTHH:MM[:SS][Z], in UTC. Writing it gives the bytes that were imported, where the files
 * quoted only what needs quotes. Reading never waits for a writer and works in a read-only folder.
 * *out is freed with ssrc_package_free; untouched on error. findings takes what the YAML reader has to say.
 * Errors: NOTFOUND (no such file, or nothing was recorded yet at that time), USAGE (known_at is no date), FORMAT,
 * VERSION, IO, NOMEM. Cost O(rows ever recorded + rows · log rows). */
SSRC_API SSRC_MUST_CHECK ssrc_status ssrc_study_load(ssrc_package **out, ssrc_context *ctx, const char *path,
						     const char *known_at, ssrc_findings *findings, ssrc_error *err);

/* True if `path` is a file that says it is a study; nothing else of it is checked. Cost O(1). */
SSRC_API bool ssrc_study_is_study(ssrc_context *ctx, const char *path);

typedef struct ssrc_study_verify_report {
	int64_t entries;    /* audit entries that hold, counted from the first */
	int64_t imports;    /* imports whose content was rebuilt and agreed */
	int64_t rows;       /* rows whose hash agreed */
	int64_t broken_seq; /* first audit entry that does not hold, or whose import does not; 0 = all is whole */
	char head[65];      /* hash of the last entry, hexadecimal: noted elsewhere it dates the whole study */
} ssrc_study_verify_report;

/* Recomputes the chain of the audit log, the hash of every row ever recorded and the content of every import. *out is
 * filled also when the answer is FORMAT because something was changed (broken_seq > 0), otherwise untouched on error.
 * Errors: FORMAT (changed or damaged), NOTFOUND, VERSION, IO, NOMEM. Cost O(imports · rows). */
SSRC_API SSRC_MUST_CHECK ssrc_status ssrc_study_verify(ssrc_study_verify_report *out, ssrc_context *ctx,
						       const char *path, ssrc_error *err);

typedef struct ssrc_study_entry {
	int64_t seq;    /* from 1 */
	const char *at; /* YYYY-MM-DDTHH:MM:SSZ */
	const char *actor, *action;
	const char *detail; /* a JSON object */
	const char *hash;   /* SHA-256, hexadecimal */
} ssrc_study_entry;

/* Receives one entry, valid only during the call. A status other than OK ends the iteration and is returned. */
typedef ssrc_status ssrc_study_log_visit(void *user, const ssrc_study_entry *entry);

/* Calls visit for every entry of the audit log, oldest first.
 * Errors: what visit returns, NOTFOUND, FORMAT, VERSION, IO, NOMEM. Cost O(entries). */
SSRC_API SSRC_MUST_CHECK ssrc_status ssrc_study_log(ssrc_context *ctx, const char *path, ssrc_study_log_visit *visit,
						    void *user, ssrc_error *err);

#ifdef __cplusplus
}
#endif
#endif
