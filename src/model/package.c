#include "package.h"

#include "io/csv.h"
#include "io/file.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS_MAX = 20000000, PATH_BYTES = 4096, SCENARIOS_MAX = 2000, UNKNOWN_NAMED_MAX = 100 };

double ssrc_cell_number(const ssrc_cell *cell)
{
	double value;
	return cell->len && ssrc_parse_number(cell->text, cell->len, &value) ? value : (double)NAN;
}

void ssrc_cell_list(const ssrc_cell *cell, char separator, ssrc_list_visit *visit, void *user)
{
	const char *p = cell->text, *end = cell->text + cell->len;
	while (p < end) {
		const char *stop = memchr(p, separator, (size_t)(end - p));
		const char *next = stop ? stop + 1 : end;
		if (!stop)
			stop = end;
		while (p < stop && *p == ' ')
			p++;
		while (stop > p && stop[-1] == ' ')
			stop--;
		if (stop > p && !visit(user, p, (size_t)(stop - p)))
			return;
		p = next;
	}
}

const ssrc_document *ssrc_package_document(const ssrc_package *package, const char *path)
{
	for (size_t i = 0; i < package->n_documents; i++)
		if (strcmp(package->documents[i].path, path) == 0)
			return &package->documents[i];
	return NULL;
}

size_t ssrc_package_rows(const ssrc_package *package, const char *file)
{
	ssrc_file_id id = ssrc_schema_file(file);
	return id < SSRC_FILE_COUNT ? package->tables[id].n_rows : 0;
}

const char *ssrc_package_home(const ssrc_package *package)
{
	const ssrc_document *document = ssrc_package_document(package, "package.yaml");
	return document ? ssrc_yaml_text(document->root, "home") : "";
}

const char *ssrc_package_currency(const ssrc_package *package)
{
	const ssrc_document *document = ssrc_package_document(package, "package.yaml");
	return document ? ssrc_yaml_text(document->root, "currency") : "";
}

/* ---- building -------------------------------------------------------------------------------- */

ssrc_status ssrc_package_new(ssrc_package **out, ssrc_context *ctx, const char *path, ssrc_error *err)
{
	ssrc_package *package = ssrc_alloc_array(ctx, 1, sizeof *package);
	if (!package)
		return ssrc_no_memory(err);
	package->ctx = ctx;
	ssrc_arena_init(&package->arena, ctx);
	for (int f = 0; f < SSRC_FILE_COUNT; f++)
		ssrc_symbols_init(&package->ids[f], ctx);
	package->path = ssrc_arena_text(&package->arena, path, strlen(path));
	ssrc_status status = package->path ? SSRC_OK : ssrc_no_memory(err);
	for (int f = 0; f < SSRC_FILE_COUNT && !status; f++) {
		ssrc_table *table = &package->tables[f];
		uint32_t n = ssrc_schema[f].n_columns;
		char name[64];
		int len = snprintf(name, sizeof name, "%s.csv", ssrc_schema[f].name);
		table->display = ssrc_arena_text(&package->arena, name, (size_t)len);
		table->header_of = ssrc_arena_array(&package->arena, n, sizeof *table->header_of);
		if (!table->display || !table->header_of)
			status = ssrc_no_memory(err);
		else
			memset(table->header_of, 0xFF, n * sizeof *table->header_of);
	}
	if (status)
		ssrc_package_free(package);
	else
		*out = package;
	return status;
}

void ssrc_package_free(ssrc_package *package)
{
	if (!package)
		return;
	ssrc_context *ctx = package->ctx;
	for (int f = 0; f < SSRC_FILE_COUNT; f++) {
		ssrc_release(ctx, package->tables[f].cells);
		ssrc_release(ctx, package->tables[f].lines);
		ssrc_symbols_clear(&package->ids[f]);
	}
	ssrc_release(ctx, package->documents);
	ssrc_arena_clear(&package->arena);
	ssrc_release(ctx, package);
}

ssrc_status ssrc_package_set_header(ssrc_package *package, ssrc_file_id file, const char *const *header, uint32_t n,
				    ssrc_error *err)
{
	ssrc_table *table = &package->tables[file];
	table->header = ssrc_arena_array(&package->arena, n, sizeof *table->header);
	table->schema_of = ssrc_arena_array(&package->arena, n, sizeof *table->schema_of);
	if (!table->header || !table->schema_of)
		return ssrc_no_memory(err);
	for (uint32_t i = 0; i < n; i++) {
		table->header[i] = ssrc_arena_text(&package->arena, header[i], strlen(header[i]));
		if (!table->header[i])
			return ssrc_no_memory(err);
		uint32_t column = ssrc_schema_column(file, header[i]);
		table->schema_of[i] = column;
		if (column != SSRC_NONE && table->header_of[column] == SSRC_NONE)
			table->header_of[column] = i;
	}
	table->n_header = n;
	table->present = true;
	return SSRC_OK;
}

ssrc_status ssrc_package_full_header(ssrc_package *package, ssrc_file_id file, ssrc_error *err)
{
	const char *names[64];
	uint32_t n = ssrc_schema[file].n_columns;
	for (uint32_t c = 0; c < n; c++)
		names[c] = ssrc_schema[file].columns[c].name;
	return ssrc_package_set_header(package, file, names, n, err);
}

/* Room for one more row; *cells is where its cells go. */
static ssrc_status new_row(ssrc_package *package, ssrc_table *table, int64_t line, ssrc_cell **cells, ssrc_error *err)
{
	size_t need = ((size_t)table->n_rows + 1) * table->n_header;
	ssrc_status status =
		ssrc_reserve(package->ctx, (void **)&table->cells, &table->cells_cap, need, sizeof *table->cells, err);
	if (!status)
		status = ssrc_reserve(package->ctx, (void **)&table->lines, &table->lines_cap,
				      (size_t)table->n_rows + 1, sizeof *table->lines, err);
	if (status)
		return status;
	*cells = table->cells + (size_t)table->n_rows * table->n_header;
	table->lines[table->n_rows++] = line;
	return SSRC_OK;
}

ssrc_status ssrc_package_add_row(ssrc_package *package, ssrc_file_id file, const char *const *texts, int64_t line,
				 ssrc_error *err)
{
	ssrc_table *table = &package->tables[file];
	ssrc_cell *cells;
	ssrc_status status = new_row(package, table, line, &cells, err);
	for (uint32_t i = 0; i < table->n_header && !status; i++) {
		const char *text = texts[i] ? texts[i] : "";
		size_t len = strlen(text);
		const char *copy = len ? ssrc_arena_text(&package->arena, text, len) : "";
		if (!copy)
			status = ssrc_no_memory(err);
		cells[i] = (ssrc_cell){copy, (uint32_t)len, 0};
	}
	return status;
}

static bool has_suffix(const char *text, const char *suffix)
{
	size_t n = strlen(text), m = strlen(suffix);
	return n >= m && strcmp(text + n - m, suffix) == 0;
}

/* A file name, below scenarios/ or not: a document of a study that nobody vouches for must not leave the folder that it
 * is written to. */
static bool document_is_inside(const char *path)
{
	const char *name = strncmp(path, "scenarios/", 10) == 0 ? path + 10 : path;
	return *name && !strchr(name, '/') && strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

ssrc_status ssrc_package_add_document(ssrc_package *package, const char *path, const char *bytes, size_t len,
				      ssrc_findings *findings, ssrc_error *err)
{
	if (!document_is_inside(path))
		return ssrc_fail(err, SSRC_FORMAT, SSRC_M_STUDY_CORRUPT, package->path, path, NULL);
	ssrc_status status = ssrc_reserve(package->ctx, (void **)&package->documents, &package->documents_cap,
					  package->n_documents + 1, sizeof *package->documents, err);
	if (status)
		return status;
	ssrc_document document = {
		.path = ssrc_arena_text(&package->arena, path, strlen(path)),
		.bytes = ssrc_arena_text(&package->arena, bytes, len),
		.len = len,
	};
	if (!document.path || !document.bytes)
		return ssrc_no_memory(err);
	if (has_suffix(path, ".yaml"))
		status = ssrc_yaml_parse(&package->arena, document.bytes, len, document.path, &document.root, findings,
					 err);
	if (!status)
		package->documents[package->n_documents++] = document;
	return status;
}

ssrc_status ssrc_package_index(ssrc_package *package, ssrc_error *err)
{
	for (int f = 0; f < SSRC_FILE_COUNT; f++) {
		ssrc_symbols_clear(&package->ids[f]);
		if (ssrc_schema[f].columns[0].type != SSRC_COL_ID)
			continue;
		const ssrc_table *table = &package->tables[f];
		for (uint32_t row = 0; row < table->n_rows; row++) {
			const ssrc_cell *cell = ssrc_table_cell(table, row, 0);
			uint32_t id;
			ssrc_status status = ssrc_symbols_add(&package->ids[f], cell->text, cell->len, &id, err);
			if (status)
				return status;
		}
	}
	return SSRC_OK;
}

/* ---- reading --------------------------------------------------------------------------------- */

typedef struct table_reader {
	ssrc_package *package;
	ssrc_file_id file;
	ssrc_findings *findings;
	size_t errors; /* found before this file */
	bool headless; /* no usable header: rows cannot be understood */
} table_reader;

static ssrc_status read_header(table_reader *reader, const ssrc_csv_record *record, ssrc_error *err)
{
	ssrc_table *table = &reader->package->tables[reader->file];
	const ssrc_file_schema *schema = &ssrc_schema[reader->file];
	const char **names = ssrc_arena_array(&reader->package->arena, record->n_cells, sizeof *names);
	if (!names)
		return ssrc_no_memory(err);
	for (size_t i = 0; i < record->n_cells; i++) {
		names[i] = record->text + record->cells[i].start;
		for (size_t k = 0; k < i; k++)
			if (strcmp(names[k], names[i]) == 0)
				ssrc_findings_add(reader->findings, SSRC_ERROR, SSRC_M_HEADER_TWICE, table->display,
						  record->line, record->cells[i].column, names[i], NULL, NULL);
		if (ssrc_schema_column(reader->file, names[i]) != SSRC_NONE)
			continue;
		const char *known[64], *close[3];
		for (uint32_t c = 0; c < schema->n_columns; c++)
			known[c] = schema->columns[c].name;
		size_t n_close = ssrc_did_you_mean(names[i], known, schema->n_columns, close);
		ssrc_findings_add(reader->findings, n_close ? SSRC_WARNING : SSRC_INFO, SSRC_M_HEADER_UNKNOWN,
				  table->display, record->line, record->cells[i].column, names[i],
				  n_close ? close[0] : "-", NULL);
	}
	ssrc_status status =
		ssrc_package_set_header(reader->package, reader->file, names, (uint32_t)record->n_cells, err);
	for (uint32_t c = 0; c < schema->n_columns && !status; c++) {
		if (!schema->columns[c].required || table->header_of[c] != SSRC_NONE)
			continue;
		ssrc_findings_add(reader->findings, SSRC_ERROR, SSRC_M_HEADER_MISSING, table->display, record->line, 1,
				  schema->columns[c].name, NULL, NULL);
		reader->headless = true;
	}
	return status;
}

static ssrc_status read_record(void *user, const ssrc_csv_record *record, ssrc_error *err)
{
	table_reader *reader = user;
	ssrc_package *package = reader->package;
	ssrc_table *table = &package->tables[reader->file];
	if (reader->headless)
		return SSRC_OK;
	if (!table->present) {
		/* The header line itself is broken if something was found before the first record: this is no header.
		 */
		reader->headless = ssrc_findings_count(reader->findings, SSRC_ERROR) > reader->errors;
		return reader->headless ? SSRC_OK : read_header(reader, record, err);
	}
	if (record->n_cells != table->n_header) {
		char have[24], want[24];
		snprintf(have, sizeof have, "%zu", record->n_cells);
		snprintf(want, sizeof want, "%u", table->n_header);
		ssrc_findings_add(reader->findings, SSRC_ERROR, SSRC_M_ROW_CELLS, table->display, record->line, 1, have,
				  want, NULL);
		return SSRC_OK;
	}
	if (table->n_rows >= ROWS_MAX)
		return ssrc_fail_at(err, SSRC_FORMAT, SSRC_M_CSV_ROWS_LIMIT, table->display, record->line, 1,
				    "20000000", NULL);
	ssrc_cell *cells;
	ssrc_status status = new_row(package, table, record->line, &cells, err);
	const char *text = status ? NULL : ssrc_arena_text(&package->arena, record->text, record->text_len);
	if (!status && !text)
		status = ssrc_no_memory(err);
	for (size_t i = 0; i < record->n_cells && !status; i++)
		cells[i] = (ssrc_cell){text + record->cells[i].start, record->cells[i].len, record->cells[i].column};
	return status;
}

static ssrc_status read_table(ssrc_package *package, ssrc_file_id file, ssrc_findings *findings, ssrc_error *err)
{
	ssrc_table *table = &package->tables[file];
	char path[PATH_BYTES];
	if ((size_t)snprintf(path, sizeof path, "%s/%s", package->path, table->display) >= sizeof path)
		return ssrc_fail(err, SSRC_IO, SSRC_M_OPEN_READ, package->path, strerror(ENAMETOOLONG), NULL);
	int error_number;
	if (!ssrc_file_exists(package->ctx, path, &error_number)) {
		if (error_number != -ENOENT)
			return ssrc_fail(err, SSRC_IO, SSRC_M_OPEN_READ, path, strerror(-error_number), NULL);
		if (ssrc_schema[file].required)
			ssrc_findings_add(findings, SSRC_ERROR, SSRC_M_FILE_MISSING, table->display, 0, 0,
					  table->display, NULL, NULL);
		table->lost = ssrc_schema[file].required;
		return SSRC_OK;
	}
	table_reader reader = {package, file, findings, ssrc_findings_count(findings, SSRC_ERROR), false};
	ssrc_csv_info info;
	ssrc_status status =
		ssrc_csv_read(package->ctx, path, table->display, NULL, read_record, &reader, &info, findings, err);
	table->bom = info.bom;
	table->crlf = info.crlf;
	if (!status && !table->present && ssrc_findings_count(findings, SSRC_ERROR) == reader.errors)
		ssrc_findings_add(findings, SSRC_ERROR, SSRC_M_FILE_EMPTY, table->display, 1, 1, NULL, NULL, NULL);
	table->lost = ssrc_findings_count(findings, SSRC_ERROR) > reader.errors;
	return status;
}

static ssrc_status read_document(ssrc_package *package, const char *name, ssrc_findings *findings, ssrc_error *err)
{
	char path[PATH_BYTES];
	if ((size_t)snprintf(path, sizeof path, "%s/%s", package->path, name) >= sizeof path)
		return ssrc_fail(err, SSRC_IO, SSRC_M_OPEN_READ, package->path, strerror(ENAMETOOLONG), NULL);
	ssrc_buf bytes;
	ssrc_buf_init(&bytes, package->ctx);
	ssrc_error local = {0};
	ssrc_status status = ssrc_file_load(package->ctx, path, SSRC_YAML_BYTES_MAX, &bytes, &local);
	if (status == SSRC_FORMAT) {
		ssrc_findings_add(findings, SSRC_ERROR, SSRC_M_FILE_LIMIT, name, 1, 1, name, NULL, NULL);
		status = SSRC_OK;
	} else if (status) {
		if (err && !err->code)
			*err = local;
	} else {
		size_t valid = bytes.len ? ssrc_utf8_valid_prefix(bytes.data, bytes.len) : 0;
		if (valid != bytes.len) {
			char byte[3];
			snprintf(byte, sizeof byte, "%02X", (unsigned char)bytes.data[valid]);
			int64_t line = 1;
			size_t start = 0;
			for (size_t i = 0; i < valid; i++)
				if (bytes.data[i] == '\n') {
					line++;
					start = i + 1;
				}
			int64_t column = 1 + (int64_t)ssrc_utf8_count(bytes.data + start, valid - start);
			ssrc_findings_add(findings, SSRC_ERROR, bytes.data[valid] ? SSRC_M_UTF8 : SSRC_M_NUL, name,
					  line, column, byte, NULL, NULL);
		} else {
			status = ssrc_package_add_document(package, name, bytes.data ? bytes.data : "", bytes.len,
							   findings, err);
		}
	}
	ssrc_buf_clear(&bytes);
	return status;
}

typedef struct name_list {
	ssrc_context *ctx;
	ssrc_arena texts;
	const char **names;
	size_t count, cap;
	bool failed;
} name_list;

static void add_name(void *user, const char *name)
{
	name_list *list = user;
	const char *copy = ssrc_arena_text(&list->texts, name, strlen(name));
	if (!copy ||
	    ssrc_reserve(list->ctx, (void **)&list->names, &list->cap, list->count + 1, sizeof *list->names, NULL))
		list->failed = true;
	else
		list->names[list->count++] = copy;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Names in a folder, sorted. A missing folder gives none. Freed with clear_names, also after an error. */
static ssrc_status list_folder(ssrc_context *ctx, const char *folder, name_list *list, ssrc_error *err)
{
	*list = (name_list){.ctx = ctx};
	ssrc_arena_init(&list->texts, ctx);
	int got = ctx->files.list(ctx->files.user, folder, add_name, list);
	if (got < 0 && got != -ENOENT)
		return ssrc_fail(err, SSRC_IO, SSRC_M_OPEN_READ, folder, strerror(-got), NULL);
	if (list->failed)
		return ssrc_no_memory(err);
	if (list->count)
		qsort(list->names, list->count, sizeof *list->names, compare_names);
	return SSRC_OK;
}

static void clear_names(name_list *list)
{
	ssrc_release(list->ctx, list->names);
	ssrc_arena_clear(&list->texts);
}

static bool document_is_known(const char *name)
{
	static const char *const known[] = {"package.yaml", "policy.yaml", "README.md", "README.zh.md"};
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strcmp(known[i], name) == 0)
			return true;
	return false;
}

/* Equal but for the case of ASCII letters. */
static bool same_letters(const char *a, const char *b)
{
	for (; *a && *b; a++, b++) {
		char x = *a >= 'A' && *a <= 'Z' ? (char)(*a - 'A' + 'a') : *a;
		char y = *b >= 'A' && *b <= 'Z' ? (char)(*b - 'A' + 'a') : *b;
		if (x != y)
			return false;
	}
	return *a == *b;
}

/* The names of a folder that are not of the format. */
typedef struct unknown_names {
	ssrc_findings *findings;
	size_t seen[SSRC_SEVERITY_COUNT];
} unknown_names;

/* Names a file or folder that was not read; `meant` is what it may have been meant to be, "" if nothing is near. */
static void report_unknown(unknown_names *unknown, const char *name, const char *meant)
{
	ssrc_severity severity = *meant ? SSRC_WARNING : SSRC_INFO;
	if (unknown->seen[severity]++ < UNKNOWN_NAMED_MAX)
		ssrc_findings_add(unknown->findings, severity, SSRC_M_FILE_UNKNOWN, name, 0, 0, name,
				  *meant ? meant : "-", NULL);
}

static void report_more_unknown(const unknown_names *unknown, const char *folder)
{
	for (int severity = 0; severity < SSRC_SEVERITY_COUNT; severity++) {
		if (unknown->seen[severity] <= UNKNOWN_NAMED_MAX)
			continue;
		char more[24];
		snprintf(more, sizeof more, "%zu", unknown->seen[severity] - UNKNOWN_NAMED_MAX);
		ssrc_findings_add(unknown->findings, (ssrc_severity)severity, SSRC_M_FILES_UNKNOWN_MORE, folder, 0, 0,
				  more, NULL, NULL);
	}
}

/* What an unknown name in the package was probably meant to be: a name of the format with another ending (items.xlsx,
 * package.yml), or one that is spelt nearly the same. */
static void guess_name(const char *name, char out[80])
{
	enum { N_NAMES = SSRC_FILE_COUNT + 3 };
	static const char *const others[] = {"package", "policy", "scenarios"};
	static const char *const other_ends[] = {".yaml", ".yaml", ""};
	const char *names[N_NAMES], *close[3], *found = NULL, *dot = strrchr(name, '.'), *end = dot ? dot : "";
	char stem[128];
	for (int i = 0; i < N_NAMES; i++)
		names[i] = i < SSRC_FILE_COUNT ? ssrc_schema[i].name : others[i - SSRC_FILE_COUNT];
	snprintf(stem, sizeof stem, "%.*s", (int)(dot ? (size_t)(dot - name) : strlen(name)), name);
	for (int i = 0; i < N_NAMES && !found; i++)
		if (same_letters(stem, names[i]))
			found = names[i];
	if (!found && same_letters(end, ".csv") && ssrc_did_you_mean(stem, names, SSRC_FILE_COUNT, close))
		found = close[0];
	if (!found && (same_letters(end, ".yaml") || same_letters(end, ".yml")) &&
	    ssrc_did_you_mean(stem, names + SSRC_FILE_COUNT, 2, close))
		found = close[0];
	if (!found && !*end && ssrc_did_you_mean(stem, names + SSRC_FILE_COUNT + 2, 1, close))
		found = close[0];
	*out = '\0';
	for (int i = 0; i < N_NAMES && found; i++)
		if (names[i] == found)
			snprintf(out, 80, "%s%s", found,
				 i < SSRC_FILE_COUNT ? ".csv" : other_ends[i - SSRC_FILE_COUNT]);
}

/* The documents of the package's own folder. Hidden files are nobody's concern. */
static ssrc_status read_root(ssrc_package *package, bool *scenarios, ssrc_findings *findings, ssrc_error *err)
{
	name_list list;
	unknown_names unknown = {.findings = findings};
	ssrc_status status = list_folder(package->ctx, package->path, &list, err);
	bool named = false;
	for (size_t i = 0; i < list.count && !status; i++) {
		const char *name = list.names[i];
		named |= strcmp(name, "package.yaml") == 0;
		if (document_is_known(name)) {
			status = read_document(package, name, findings, err);
		} else if (strcmp(name, "scenarios") == 0) {
			*scenarios = true;
		} else if (*name != '.' && !(has_suffix(name, ".csv") && ssrc_schema_file(name) < SSRC_FILE_COUNT)) {
			char meant[80];
			guess_name(name, meant);
			report_unknown(&unknown, name, meant);
		}
	}
	clear_names(&list);
	report_more_unknown(&unknown, "");
	if (!status && !named)
		ssrc_findings_add(findings, SSRC_ERROR, SSRC_M_FILE_MISSING, "package.yaml", 0, 0, "package.yaml", NULL,
				  NULL);
	return status;
}

static ssrc_status read_scenarios(ssrc_package *package, ssrc_findings *findings, ssrc_error *err)
{
	char folder[PATH_BYTES];
	if ((size_t)snprintf(folder, sizeof folder, "%s/scenarios", package->path) >= sizeof folder)
		return ssrc_fail(err, SSRC_IO, SSRC_M_OPEN_READ, package->path, strerror(ENAMETOOLONG), NULL);
	name_list list;
	unknown_names unknown = {.findings = findings};
	size_t count = 0;
	ssrc_status status = list_folder(package->ctx, folder, &list, err);
	for (size_t i = 0; i < list.count && !status; i++) {
		char name[PATH_BYTES], meant[PATH_BYTES] = "";
		const char *dot = strrchr(list.names[i], '.'), *end = dot ? dot : "";
		snprintf(name, sizeof name, "scenarios/%s", list.names[i]);
		if (strcmp(end, ".yaml") == 0) {
			if (count++ < SCENARIOS_MAX)
				status = read_document(package, name, findings, err);
		} else if (list.names[i][0] != '.') {
			if (same_letters(end, ".yml") || same_letters(end, ".yaml"))
				snprintf(meant, sizeof meant, "%.*s.yaml", (int)(strlen(name) - strlen(end)), name);
			report_unknown(&unknown, name, meant);
		}
	}
	clear_names(&list);
	report_more_unknown(&unknown, "scenarios");
	if (count > SCENARIOS_MAX) {
		char most[24], more[24];
		snprintf(most, sizeof most, "%d", SCENARIOS_MAX);
		snprintf(more, sizeof more, "%zu", count - SCENARIOS_MAX);
		ssrc_findings_add(findings, SSRC_ERROR, SSRC_M_SCENARIOS_LIMIT, "scenarios", 0, 0, most, more, NULL);
	}
	return status;
}

ssrc_status ssrc_package_read(ssrc_package **out, ssrc_context *ctx, const char *path, ssrc_findings *findings,
			      ssrc_error *err)
{
	ssrc_package *package;
	ssrc_status status = ssrc_package_new(&package, ctx, path, err);
	if (status)
		return status;
	for (int f = 0; f < SSRC_FILE_COUNT && !status; f++)
		status = read_table(package, (ssrc_file_id)f, findings, err);
	bool scenarios = false;
	if (!status)
		status = read_root(package, &scenarios, findings, err);
	if (!status && scenarios)
		status = read_scenarios(package, findings, err);
	if (!status)
		status = ssrc_package_index(package, err);
	if (!status)
		status = ssrc_findings_status(findings, err);
	if (status)
		ssrc_package_free(package);
	else
		*out = package;
	return status;
}

/* ---- writing --------------------------------------------------------------------------------- */

void ssrc_table_write(const ssrc_table *table, ssrc_buf *out)
{
	const char *end_of_line = table->crlf ? "\r\n" : "\n";
	if (table->bom)
		ssrc_buf_puts(out, "\xEF\xBB\xBF");
	for (uint32_t i = 0; i < table->n_header; i++)
		ssrc_csv_put(out, i == 0, table->header[i], strlen(table->header[i]));
	ssrc_buf_puts(out, end_of_line);
	for (uint32_t row = 0; row < table->n_rows; row++) {
		const ssrc_cell *cells = table->cells + (size_t)row * table->n_header;
		for (uint32_t i = 0; i < table->n_header; i++)
			ssrc_csv_put(out, i == 0, cells[i].text, cells[i].len);
		ssrc_buf_puts(out, end_of_line);
	}
}

/* One package being written: what stands there by now, so that a failure can take it back. */
typedef struct package_writer {
	const ssrc_package *package;
	const char *path;
	const char **names; /* relative to path */
	size_t count;
	bool made_folder, made_scenarios;
} package_writer;

static ssrc_status path_in(char out[PATH_BYTES], const char *folder, const char *name, ssrc_error *err)
{
	if ((size_t)snprintf(out, PATH_BYTES, "%s/%s", folder, name) >= PATH_BYTES)
		return ssrc_fail(err, SSRC_IO, SSRC_M_OPEN_WRITE, folder, strerror(ENAMETOOLONG), NULL);
	return SSRC_OK;
}

static ssrc_status make_folder(ssrc_context *ctx, const char *path, bool *made, ssrc_error *err)
{
	int result = ctx->files.make_folder(ctx->files.user, path);
	*made = result >= 0;
	if (result < 0 && result != -EEXIST)
		return ssrc_fail(err, SSRC_IO, SSRC_M_OPEN_WRITE, path, strerror(-result), NULL);
	return SSRC_OK;
}

/* Nothing that stands there is written over. */
static ssrc_status refuse_existing(const package_writer *w, const char *name, ssrc_error *err)
{
	char path[PATH_BYTES];
	int error_number;
	ssrc_status status = path_in(path, w->path, name, err);
	if (!status && (ssrc_file_exists(w->package->ctx, path, &error_number) ||
			(error_number != -ENOENT && error_number != -ENOTDIR)))
		status = ssrc_fail(err, SSRC_EXISTS, SSRC_M_PATH_EXISTS, path, NULL, NULL);
	return status;
}

static ssrc_status save_in(package_writer *w, const char *name, const char *bytes, size_t len, ssrc_error *err)
{
	char path[PATH_BYTES];
	ssrc_status status = path_in(path, w->path, name, err);
	if (!status)
		status = ssrc_file_save(w->package->ctx, path, bytes, len, err);
	if (!status)
		w->names[w->count++] = name;
	return status;
}

static ssrc_status write_tables(package_writer *w, ssrc_error *err)
{
	ssrc_status status = SSRC_OK;
	ssrc_buf text;
	ssrc_buf_init(&text, w->package->ctx);
	for (int f = 0; f < SSRC_FILE_COUNT && !status; f++) {
		const ssrc_table *table = &w->package->tables[f];
		if (!table->present)
			continue;
		text.len = 0;
		ssrc_table_write(table, &text);
		status = text.failed ? ssrc_no_memory(err) : save_in(w, table->display, text.data, text.len, err);
	}
	ssrc_buf_clear(&text);
	return status;
}

static ssrc_status write_documents(package_writer *w, ssrc_error *err)
{
	ssrc_status status = SSRC_OK;
	char folder[PATH_BYTES];
	bool scenarios = false;
	/* package.yaml last: a folder that has it is whole. */
	for (int pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < w->package->n_documents && !status; i++) {
			const ssrc_document *document = &w->package->documents[i];
			if ((strcmp(document->path, "package.yaml") == 0) != (pass == 1))
				continue;
			if (!scenarios && strncmp(document->path, "scenarios/", 10) == 0) {
				scenarios = true;
				status = path_in(folder, w->path, "scenarios", err);
				if (!status)
					status = make_folder(w->package->ctx, folder, &w->made_scenarios, err);
			}
			if (!status)
				status = save_in(w, document->path, document->bytes, document->len, err);
		}
	}
	return status;
}

static void take_back(const package_writer *w)
{
	const ssrc_file_ops *files = &w->package->ctx->files;
	char path[PATH_BYTES];
	for (size_t i = w->count; i-- > 0;)
		if (!path_in(path, w->path, w->names[i], NULL))
			files->remove(files->user, path);
	if (w->made_scenarios && !path_in(path, w->path, "scenarios", NULL))
		files->remove(files->user, path);
	if (w->made_folder)
		files->remove(files->user, w->path);
}

ssrc_status ssrc_package_write(const ssrc_package *package, const char *path, ssrc_error *err)
{
	package_writer w = {.package = package, .path = path};
	ssrc_status status = refuse_existing(&w, "package.yaml", err);
	for (int f = 0; f < SSRC_FILE_COUNT && !status; f++)
		if (package->tables[f].present)
			status = refuse_existing(&w, package->tables[f].display, err);
	for (size_t i = 0; i < package->n_documents && !status; i++)
		status = refuse_existing(&w, package->documents[i].path, err);
	if (status)
		return status;
	w.names = ssrc_alloc_array(package->ctx, SSRC_FILE_COUNT + package->n_documents, sizeof *w.names);
	if (!w.names)
		return ssrc_no_memory(err);
	status = make_folder(package->ctx, path, &w.made_folder, err);
	if (!status)
		status = write_tables(&w, err);
	if (!status)
		status = write_documents(&w, err);
	if (status)
		take_back(&w);
	ssrc_release(package->ctx, w.names);
	return status;
}

ssrc_hash ssrc_package_hash(const ssrc_package *package)
{
	ssrc_buf all;
	ssrc_buf_init(&all, package->ctx);
	for (int f = 0; f < SSRC_FILE_COUNT; f++) {
		if (!package->tables[f].present)
			continue;
		ssrc_buf_printf(&all, "%s\n", package->tables[f].display);
		ssrc_table_write(&package->tables[f], &all);
	}
	for (size_t d = 0; d < package->n_documents; d++) {
		ssrc_buf_printf(&all, "%s\n", package->documents[d].path);
		ssrc_buf_add(&all, package->documents[d].bytes, package->documents[d].len);
	}
	ssrc_hash hash = ssrc_hash_bytes(all.failed || !all.data ? "" : all.data, all.failed ? 0 : all.len);
	ssrc_buf_clear(&all);
	return hash;
}
