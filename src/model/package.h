/* A package in memory: its tables cell by cell as written, with places, and its YAML documents. */
#ifndef SSRC_MODEL_PACKAGE_H
#define SSRC_MODEL_PACKAGE_H

#include "base/findings.h"
#include "io/date.h"
#include "io/yaml.h"
#include "model/schema.h"

#include <secondsource/package.h>

typedef struct ssrc_cell {
	const char *text; /* terminated, "" if blank */
	uint32_t len;
	uint32_t column; /* characters from 1 */
} ssrc_cell;

typedef struct ssrc_table {
	bool present, bom, crlf;
	bool lost; /* rows could not be read, or the file is required and missing: what is not here may be there */
	uint32_t n_header;
	const char **header;
	uint32_t *schema_of; /* [n_header] schema column, SSRC_NONE = unknown column, kept */
	uint32_t *header_of; /* [schema columns] position, SSRC_NONE = absent */
	uint32_t n_rows;
	ssrc_cell *cells; /* [n_rows * n_header] */
	int64_t *lines;   /* [n_rows] */
	size_t cells_cap, lines_cap;
	const char *display; /* "items.csv" */
} ssrc_table;

typedef struct ssrc_document {
	const char *path; /* relative: package.yaml, policy.yaml, scenarios/x.yaml, README.md */
	const char *bytes;
	size_t len;
	ssrc_yaml *root; /* NULL for documents that are not YAML or broken */
} ssrc_document;

struct ssrc_package {
	ssrc_context *ctx;
	ssrc_arena arena;
	const char *path;
	ssrc_table tables[SSRC_FILE_COUNT];
	ssrc_symbols ids[SSRC_FILE_COUNT]; /* of files with an id column; symbol = order of first row */
	ssrc_document *documents;
	size_t n_documents, documents_cap;
};

static inline const ssrc_cell *ssrc_table_cell(const ssrc_table *table, uint32_t row, uint32_t schema_column)
{
	static const ssrc_cell blank = {"", 0, 0};
	uint32_t at = table->header_of[schema_column];
	return at == SSRC_NONE ? &blank : &table->cells[(size_t)row * table->n_header + at];
}

/* The number in a cell, NaN if blank or broken. */
double ssrc_cell_number(const ssrc_cell *cell);

/* Calls visit for each trimmed part of a `;` list; stops when it returns false. */
typedef bool ssrc_list_visit(void *user, const char *text, size_t len);
void ssrc_cell_list(const ssrc_cell *cell, char separator, ssrc_list_visit *visit, void *user);

/* SHA-256 over all cells and documents in their order: which input a result was made from. Cost O(bytes). */
ssrc_hash ssrc_package_hash(const ssrc_package *package);

const ssrc_document *ssrc_package_document(const ssrc_package *package, const char *path);

/* ---- building one row by row (adapters, the study, tests) -------------------------------------- */

SSRC_MUST_CHECK ssrc_status ssrc_package_new(ssrc_package **out, ssrc_context *ctx, const char *path, ssrc_error *err);
SSRC_MUST_CHECK ssrc_status ssrc_package_set_header(ssrc_package *package, ssrc_file_id file, const char *const *header,
						    uint32_t n, ssrc_error *err);
/* Header with all columns of the schema. */
SSRC_MUST_CHECK ssrc_status ssrc_package_full_header(ssrc_package *package, ssrc_file_id file, ssrc_error *err);
/* texts: one per header column, NULL = blank; copied. */
SSRC_MUST_CHECK ssrc_status ssrc_package_add_row(ssrc_package *package, ssrc_file_id file, const char *const *texts,
						 int64_t line, ssrc_error *err);
SSRC_MUST_CHECK ssrc_status ssrc_package_add_document(ssrc_package *package, const char *path, const char *bytes,
						      size_t len, ssrc_findings *findings, ssrc_error *err);
/* Fills the id maps after rows were added. Duplicate ids keep the first row. */
SSRC_MUST_CHECK ssrc_status ssrc_package_index(ssrc_package *package, ssrc_error *err);

/* Appends the CSV text of a table as it is exported: header and rows in order, BOM and CRLF as read. */
void ssrc_table_write(const ssrc_table *table, ssrc_buf *out);

#endif
