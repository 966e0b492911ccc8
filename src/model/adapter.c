#include "adapter.h"

#include "io/file.h"
#include "io/json.h"
#include "io/json_read.h"

#include <stdio.h>
#include <string.h>
#include <utf8proc.h>

enum { ID_BYTES = 56, COLUMNS = 64 };

void ssrc_slug(char *out, size_t max, const char *text)
{
	size_t used = 0, len = strlen(text);
	for (size_t at = 0; at < len && used < max;) {
		utf8proc_int32_t point, parts[4];
		utf8proc_ssize_t n =
			utf8proc_iterate((const utf8proc_uint8_t *)text + at, (utf8proc_ssize_t)(len - at), &point);
		int boundary = 0;
		at += n > 0 ? (size_t)n : 1;
		if (n > 0 && point >= 0x80 &&
		    utf8proc_decompose_char(point, parts, 4, UTF8PROC_DECOMPOSE, &boundary) > 0)
			point = parts[0];
		char c = n > 0 && point < 0x80 ? (char)point : ' ';
		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			out[used++] = c;
		else if (used > 0 && out[used - 1] != '-')
			out[used++] = '-';
	}
	while (used > 0 && out[used - 1] == '-')
		used--;
	out[used] = '\0';
}

void ssrc_adapter_no_memory(ssrc_adapter *a)
{
	if (!a->status)
		a->status = ssrc_no_memory(a->err);
}

const char *ssrc_adapter_keep(ssrc_adapter *a, const char *text)
{
	const char *copy = a->status ? NULL : ssrc_arena_text(&a->arena, text, strlen(text));
	if (!copy)
		ssrc_adapter_no_memory(a);
	return copy ? copy : "";
}

void ssrc_adapter_report(ssrc_adapter *a, ssrc_severity severity, ssrc_text_id message, int64_t line, int64_t column,
			 const char *arg0, const char *arg1, const char *arg2)
{
	ssrc_findings_add(a->findings, severity, message, a->file, line, column, arg0, arg1, arg2);
}

static bool add_symbol(ssrc_adapter *a, ssrc_symbols *symbols, const char *text)
{
	uint32_t before = symbols->count, id = SSRC_NONE;
	if (!a->status)
		a->status = ssrc_symbols_add(symbols, text, strlen(text), &id, a->err);
	return !a->status && id == before;
}

const char *ssrc_adapter_id(ssrc_adapter *a, const char *text)
{
	char word[ID_BYTES + 1], id[ID_BYTES + 16];
	ssrc_slug(word, ID_BYTES, text);
	snprintf(id, sizeof id, "%s", word);
	if (*word && add_symbol(a, &a->ids, id))
		return ssrc_adapter_keep(a, id);
	/* Nothing of it is Latin, or the id is taken: the text's own hash, then one more for the same text. */
	ssrc_hash hash = ssrc_hash_bytes(text, strlen(text));
	for (size_t k = 0; k + 4 <= SSRC_HASH_BYTES && !a->status; k++) {
		snprintf(id, sizeof id, "%s%s%02x%02x%02x%02x", *word ? word : "x", "-", hash.bytes[k],
			 hash.bytes[k + 1], hash.bytes[k + 2], hash.bytes[k + 3]);
		if (add_symbol(a, &a->ids, id))
			return ssrc_adapter_keep(a, id);
	}
	for (uint32_t k = 2; !a->status; k++) {
		snprintf(id, sizeof id, "%s-%u", *word ? word : "x", k);
		if (add_symbol(a, &a->ids, id))
			return ssrc_adapter_keep(a, id);
	}
	return "";
}

bool ssrc_adapter_first(ssrc_adapter *a, const char *what, const char *x, const char *y)
{
	ssrc_buf key;
	ssrc_buf_init(&key, a->ctx);
	ssrc_buf_printf(&key, "%s\x1F%s\x1F%s", what, x, y);
	bool fresh = !key.failed && add_symbol(a, &a->seen, key.data);
	if (key.failed)
		ssrc_adapter_no_memory(a);
	ssrc_buf_clear(&key);
	return fresh;
}

/* ---- rows ----------------------------------------------------------------------------------------------------- */

void ssrc_adapter_put_row(ssrc_adapter *a, ssrc_file_id file, const char *const *texts)
{
	if (a->status)
		return;
	const ssrc_table *table = &a->package->tables[file];
	if (!table->present)
		a->status = ssrc_package_full_header(a->package, file, a->err);
	if (!a->status)
		a->status = ssrc_package_add_row(a->package, file, texts, (int64_t)table->n_rows + 2, a->err);
}

void ssrc_adapter_put(ssrc_adapter *a, ssrc_file_id file, const ssrc_adapter_cell *cells, size_t n)
{
	const char *texts[COLUMNS] = {NULL};
	for (size_t i = 0; i < n; i++)
		texts[ssrc_schema_column(file, cells[i].column)] = cells[i].text;
	ssrc_adapter_put_row(a, file, texts);
}

uint32_t ssrc_adapter_item_column(const char *name)
{
	return ssrc_schema_column(SSRC_FILE_ITEMS, name);
}

static void put_document(ssrc_adapter *a, const ssrc_json_value *row, const char *where, int64_t line)
{
	const char *path = ssrc_json_text(row, "path"), *text = ssrc_json_text(row, "text");
	const char *name = strncmp(path, "scenarios/", 10) == 0 ? path + 10 : path;
	size_t n = strlen(name);
	bool plain = n > 5 && strcmp(name + n - 5, ".yaml") == 0 && name[0] != '.';
	for (const char *p = name; *p && plain; p++)
		plain = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || (*p >= '0' && *p <= '9') || *p == '-' ||
			*p == '_' || *p == '.';
	if (!plain || !ssrc_adapter_first(a, "document", path, "")) {
		ssrc_adapter_report(a, SSRC_ERROR, SSRC_M_X_DOCUMENT_PATH, line, 0, where, path, NULL);
		return;
	}
	a->has_package_yaml |= strcmp(path, "package.yaml") == 0;
	if (!a->status)
		a->status = ssrc_package_add_document(a->package, path, text, strlen(text), a->findings, a->err);
}

bool ssrc_adapter_row(ssrc_adapter *a, const char *table, const char *json, const char *item, const char *where,
		      int64_t line)
{
	bool document = strcmp(table, "documents") == 0;
	ssrc_file_id file = ssrc_schema_file(table);
	if (!document && (file == SSRC_FILE_COUNT || strchr(table, '.')))
		return false;
	const char *texts[COLUMNS] = {NULL};
	ssrc_json_value *row = NULL;
	if (!a->status)
		a->status = ssrc_json_parse(&a->arena, json, strlen(json), a->file, &row, a->findings, a->err);
	if (a->status)
		return true;
	if (!row || row->kind != SSRC_JSON_OBJECT) {
		ssrc_adapter_report(a, SSRC_ERROR, SSRC_M_X_ROW_BROKEN, line, 0, where, table, NULL);
		return true;
	}
	if (document) {
		put_document(a, row, where, line);
		return true;
	}
	uint32_t of = ssrc_schema_column(file, "item");
	if (item && of == SSRC_NONE) { /* a table of the whole chain cannot hang on an item */
		ssrc_adapter_report(a, SSRC_ERROR, SSRC_M_X_ROW_COLUMN, line, 0, where, "item", table);
		return true;
	}
	if (item)
		texts[of] = item;
	for (const ssrc_json_value *cell = row->first; cell; cell = cell->next) {
		uint32_t column = ssrc_schema_column(file, cell->key);
		if (column == SSRC_NONE || cell->kind != SSRC_JSON_STRING) {
			ssrc_adapter_report(a, SSRC_ERROR, SSRC_M_X_ROW_COLUMN, line, 0, where, cell->key, table);
			return true;
		}
		texts[column] = cell->text;
	}
	ssrc_adapter_put_row(a, file, texts);
	return true;
}

const char *ssrc_adapter_maker(ssrc_adapter *a, const char *name, const char *country, const char *where)
{
	bool known = ssrc_country_known(country, strlen(country)) && strcmp(country, "EU") != 0;
	if (*country && !known)
		ssrc_adapter_report(a, SSRC_WARNING, SSRC_M_X_COUNTRY, 0, 0, where, country, NULL);
	bool fresh = add_symbol(a, &a->makers, name);
	if (a->status)
		return "";
	if (!fresh) /* one name is one maker: the parties stand in the order of the names */
		return ssrc_table_cell(&a->package->tables[SSRC_FILE_PARTIES],
				       ssrc_symbols_find(&a->makers, name, strlen(name)), 0)
			->text;
	const char *id = ssrc_adapter_id(a, name);
	SSRC_ADAPTER_PUT(a, SSRC_FILE_PARTIES, {"party", id}, {"kind", "firm"}, {"name_en", name},
			 {"hq", known ? country : NULL}, {"source", "file"}, {"evidence", "observed"});
	return id;
}

void ssrc_adapter_foreign(ssrc_adapter *a, const char *title)
{
	SSRC_ADAPTER_PUT(a, SSRC_FILE_SOURCES, {"source", "file"}, {"title", title}, {"grade", "C"});
	SSRC_ADAPTER_PUT(a, SSRC_FILE_TIERS, {"tier", "component"}, {"order", "1"}, {"name_en", "Components"},
			 {"name_zh", "组件"});
	SSRC_ADAPTER_PUT(a, SSRC_FILE_TIERS, {"tier", "product"}, {"order", "2"}, {"name_en", "Products"},
			 {"name_zh", "产品"});
}

/* ---- all of it -------------------------------------------------------------------------------------------------- */

static ssrc_status take_bytes(void *user, const char *bytes, size_t n, bool *stop, ssrc_error *err)
{
	(void)stop;
	ssrc_adapter *a = user;
	char most[16];
	snprintf(most, sizeof most, "%d", SSRC_ADAPTER_MIB_MAX);
	if (a->bytes.len + n > (size_t)SSRC_ADAPTER_MIB_MAX << 20)
		return ssrc_fail(err, SSRC_FORMAT, SSRC_M_X_FILE_LARGE, a->file, most, NULL);
	ssrc_buf_add(&a->bytes, bytes, n);
	return a->bytes.failed ? ssrc_no_memory(err) : SSRC_OK;
}

void ssrc_adapter_start(ssrc_adapter *a, ssrc_context *ctx, const char *path, const char *home, ssrc_findings *findings,
			ssrc_error *err)
{
	const char *cut = strrchr(path, '/');
	*a = (ssrc_adapter){.ctx = ctx, .findings = findings, .file = cut ? cut + 1 : path, .home = home, .err = err};
	ssrc_arena_init(&a->arena, ctx);
	ssrc_buf_init(&a->bytes, ctx);
	ssrc_symbols_init(&a->ids, ctx);
	ssrc_symbols_init(&a->seen, ctx);
	ssrc_symbols_init(&a->makers, ctx);
	a->status = ssrc_file_stream(ctx, path, take_bytes, a, err);
	if (!a->status)
		a->status = ssrc_package_new(&a->package, ctx, path, err);
	static const ssrc_file_id required[] = {SSRC_FILE_SOURCES, SSRC_FILE_TIERS, SSRC_FILE_ITEMS};
	for (size_t i = 0; i < sizeof required / sizeof *required && !a->status; i++)
		a->status = ssrc_package_full_header(a->package, required[i], err);
}

/* Text of a file in double quotes, which YAML reads as JSON does. */
static void yaml_line(ssrc_buf *out, const char *key, const char *text)
{
	ssrc_json json;
	ssrc_buf_printf(out, "%s: ", key);
	ssrc_json_begin(&json, out, false);
	ssrc_json_string(&json, NULL, text);
	ssrc_buf_putc(out, '\n');
}

static void put_package_yaml(ssrc_adapter *a)
{
	ssrc_buf yaml;
	if (a->status || a->has_package_yaml)
		return;
	if (!a->home || !*a->home) {
		ssrc_adapter_report(a, SSRC_ERROR, SSRC_M_X_HOME_NEEDED, 0, 0, NULL, NULL, NULL);
		return;
	}
	ssrc_buf_init(&yaml, a->ctx);
	yaml_line(&yaml, "name", a->name && *a->name ? a->name : "imported");
	yaml_line(&yaml, "licence", "as the imported file");
	yaml_line(&yaml, "home", a->home);
	if (yaml.failed)
		ssrc_adapter_no_memory(a);
	else
		a->status =
			ssrc_package_add_document(a->package, "package.yaml", yaml.data, yaml.len, a->findings, a->err);
	ssrc_buf_clear(&yaml);
}

ssrc_status ssrc_adapter_finish(ssrc_adapter *a, ssrc_package **out)
{
	put_package_yaml(a);
	if (!a->status)
		a->status = ssrc_package_index(a->package, a->err);
	if (!a->status)
		a->status = ssrc_findings_status(a->findings, a->err);
	if (!a->status) {
		ssrc_findings_sort(a->findings);
		*out = a->package;
	} else {
		ssrc_package_free(a->package);
	}
	ssrc_symbols_clear(&a->ids);
	ssrc_symbols_clear(&a->seen);
	ssrc_symbols_clear(&a->makers);
	ssrc_buf_clear(&a->bytes);
	ssrc_arena_clear(&a->arena);
	return a->status;
}
