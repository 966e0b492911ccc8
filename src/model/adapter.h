/* What adapters of foreign files have in common: loading, ids, rows of the package they make (internal). */
#ifndef SSRC_MODEL_ADAPTER_H
#define SSRC_MODEL_ADAPTER_H

#include "model/package.h"

/* Larger files are refused: JSON takes up to 40 times its size in memory while it is read. */
enum { SSRC_ADAPTER_MIB_MAX = 32 };

/* The id form of a text: letters without their accents, digits and single hyphens, at most `max` bytes and a NUL. */
void ssrc_slug(char *out, size_t max, const char *text);

typedef struct ssrc_adapter {
	ssrc_context *ctx;
	ssrc_findings *findings;
	ssrc_package *package;
	ssrc_arena arena;
	ssrc_buf bytes;         /* of the file */
	const char *file;       /* its name without folders: what findings show */
	const char *home;       /* NULL = not known yet */
	const char *name;       /* of the package */
	ssrc_symbols ids, seen; /* ids given to items and parties; what came before */
	ssrc_symbols makers;    /* names of the parties that ssrc_adapter_maker added, in their order */
	bool has_package_yaml;
	ssrc_status status; /* the first failure; every step after it does nothing */
	ssrc_error *err;
} ssrc_adapter;

typedef struct ssrc_adapter_cell {
	const char *column, *text; /* text NULL = blank */
} ssrc_adapter_cell;

/* Loads the file at path. home: may be NULL. Ends with ssrc_adapter_finish whatever happens. */
void ssrc_adapter_start(ssrc_adapter *a, ssrc_context *ctx, const char *path, const char *home, ssrc_findings *findings,
			ssrc_error *err);
/* Writes package.yaml where the file did not bring one; gives the package to *out, or the first failure. */
SSRC_MUST_CHECK ssrc_status ssrc_adapter_finish(ssrc_adapter *a, ssrc_package **out);

void ssrc_adapter_no_memory(ssrc_adapter *a);
/* A copy that lives as long as the adapter, "" once memory is short. */
const char *ssrc_adapter_keep(ssrc_adapter *a, const char *text);
/* Adds a finding. line, column: 0 = none. */
void ssrc_adapter_report(ssrc_adapter *a, ssrc_severity severity, ssrc_text_id message, int64_t line, int64_t column,
			 const char *arg0, const char *arg1, const char *arg2);
/* A new id made from `text` that no other item or party has. */
const char *ssrc_adapter_id(ssrc_adapter *a, const char *text);
/* True the first time this pair comes. */
bool ssrc_adapter_first(ssrc_adapter *a, const char *what, const char *x, const char *y);

/* Adds a row; columns that are not named stay blank. */
void ssrc_adapter_put(ssrc_adapter *a, ssrc_file_id file, const ssrc_adapter_cell *cells, size_t n);
/* Adds a row by the columns of the schema, as ssrc_package_add_row takes it. */
void ssrc_adapter_put_row(ssrc_adapter *a, ssrc_file_id file, const char *const *texts);
#define SSRC_ADAPTER_PUT(a, file, ...)                                                                                 \
	ssrc_adapter_put(a, file, (const ssrc_adapter_cell[]){__VA_ARGS__},                                            \
			 sizeof((const ssrc_adapter_cell[]){__VA_ARGS__}) / sizeof(ssrc_adapter_cell))

/* Adds the row that this program wrote as a JSON object of texts into a foreign format (src/report/rows.c). table: the
 * file of the package, or "documents"; item: fills that column, NULL = none. False if there is no such table. where and
 * line: for findings. */
bool ssrc_adapter_row(ssrc_adapter *a, const char *table, const char *json, const char *item, const char *where,
		      int64_t line);
/* A column of items.csv, or SSRC_NONE. */
uint32_t ssrc_adapter_item_column(const char *name);
/* A maker that a file names, with its country (ISO 3166-1 alpha-2, "" unknown); returns its id. */
const char *ssrc_adapter_maker(ssrc_adapter *a, const char *name, const char *country, const char *where);
/* The tiers, the source and the header of files of others. */
void ssrc_adapter_foreign(ssrc_adapter *a, const char *title);

#endif
