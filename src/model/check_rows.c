/* Cells one by one, references, keys and intervals. */
#include "check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void ssrc_check_cell(ssrc_checker *c, ssrc_severity severity, ssrc_text_id message, ssrc_file_id file, uint32_t row,
		     uint32_t column, const char *arg0, const char *arg1, const char *arg2)
{
	const ssrc_table *table = &c->package->tables[file];
	int64_t at = column == SSRC_NONE ? 1 : ssrc_table_cell(table, row, column)->column;
	ssrc_findings_add(c->findings, severity, message, table->display, table->lines[row], at ? at : 1, arg0, arg1,
			  arg2);
}

/* One cell under examination. */
typedef struct cell_check {
	ssrc_checker *c;
	ssrc_file_id file;
	uint32_t row, column;
	const ssrc_column *schema;
	const ssrc_cell *cell;
} cell_check;

static void complain(const cell_check *k, ssrc_text_id message, const char *arg0, const char *arg1, const char *arg2)
{
	ssrc_check_cell(k->c, SSRC_ERROR, message, k->file, k->row, k->column, arg0, arg1, arg2);
}

static bool id_is_valid(const char *text, size_t len)
{
	if (len == 0 || len > 64 || text[0] == '-')
		return false;
	for (size_t i = 0; i < len; i++)
		if (!((text[i] >= 'a' && text[i] <= 'z') || (text[i] >= '0' && text[i] <= '9') || text[i] == '-'))
			return false;
	return true;
}

/* True if the word is one of "a|b|c". */
static bool in_words(const char *words, const char *text, size_t len)
{
	for (const char *p = words;;) {
		size_t n = strcspn(p, "|");
		if (n == len && memcmp(p, text, n) == 0)
			return true;
		if (p[n] == '\0')
			return false;
		p += n + 1;
	}
}

static void show_words(char *out, size_t size, const char *words)
{
	size_t used = 0;
	for (const char *p = words; *p && used + 3 < size; p++) {
		if (*p == '|') {
			out[used++] = ',';
			out[used++] = ' ';
		} else {
			out[used++] = *p;
		}
	}
	out[used] = '\0';
}

static bool known_in(const ssrc_package *package, const char *files, const char *text, size_t len)
{
	for (const char *p = files;;) {
		size_t n = strcspn(p, "|");
		for (int f = 0; f < SSRC_FILE_COUNT; f++)
			if (ssrc_text_equal(p, n, ssrc_schema[f].name) &&
			    (package->tables[f].lost || ssrc_symbols_find(&package->ids[f], text, len) != SSRC_NONE))
				return true;
		if (p[n] == '\0')
			return false;
		p += n + 1;
	}
}

static void unknown_reference(const cell_check *k, const char *files, const char *text, size_t len)
{
	char word[80], where[80];
	snprintf(word, sizeof word, "%.*s", (int)(len < 79 ? len : 79), text);
	show_words(where, sizeof where, files);
	const char *close[3] = {"-", "-", "-"};
	for (int f = 0; f < SSRC_FILE_COUNT && close[0][0] == '-'; f++) {
		const ssrc_symbols *ids = &k->c->package->ids[f];
		if (ids->count > 0 && ids->count <= 4000 &&
		    in_words(files, ssrc_schema[f].name, strlen(ssrc_schema[f].name)))
			ssrc_did_you_mean(word, ids->text, ids->count, close);
	}
	complain(k, SSRC_M_REF_UNKNOWN, word, where, close[0]);
}

static bool check_reference(void *user, const char *text, size_t len)
{
	const cell_check *k = user;
	if (!known_in(k->c->package, k->schema->of, text, len))
		unknown_reference(k, k->schema->of, text, len);
	return true;
}

static bool check_country(void *user, const char *text, size_t len)
{
	const cell_check *k = user;
	bool special = k->schema->type == SSRC_COL_TARGET_LIST && ssrc_text_equal(text, len, "all");
	if (!special && !ssrc_country_known(text, len)) {
		char word[40];
		snprintf(word, sizeof word, "%.*s", (int)(len < 39 ? len : 39), text);
		complain(k, SSRC_M_COUNTRY_UNKNOWN, word, NULL, NULL);
	}
	return true;
}

static bool check_member(void *user, const char *text, size_t len)
{
	const cell_check *k = user;
	if (!known_in(k->c->package, "parties", text, len))
		unknown_reference(k, "parties", text, len);
	return true;
}

static bool looks_like_country(const char *text, size_t len)
{
	return len == 2 && text[0] >= 'A' && text[0] <= 'Z' && text[1] >= 'A' && text[1] <= 'Z';
}

/* The next member of a+b+c from *at on, without blanks; false at the end. */
static bool next_member(const char *text, size_t len, size_t *at, const char **member, size_t *n)
{
	if (*at > len)
		return false;
	const char *stop = memchr(text + *at, '+', len - *at), *start = text + *at, *end = stop ? stop : text + len;
	*at = (size_t)(end - text) + 1;
	while (start < end && *start == ' ')
		start++;
	while (end > start && end[-1] == ' ')
		end--;
	*member = start;
	*n = (size_t)(end - start);
	return true;
}

/* A member that is blank, or one that stands twice. */
static bool members_are_odd(const char *text, size_t len)
{
	const char *a, *b;
	size_t n, m;
	for (size_t at = 0; next_member(text, len, &at, &a, &n);) {
		if (n == 0)
			return true;
		for (size_t from = at; next_member(text, len, &from, &b, &m);)
			if (n == m && memcmp(a, b, n) == 0)
				return true;
	}
	return false;
}

static void check_provider(const cell_check *k)
{
	const char *text = k->cell->text;
	size_t len = k->cell->len;
	if (ssrc_text_equal(text, len, "various"))
		return;
	if (looks_like_country(text, len)) {
		check_country((void *)(uintptr_t)k, text, len);
		return;
	}
	for (size_t i = 0; i < len; i++)
		if (!id_is_valid(text + i, 1) && text[i] != '-' && text[i] != '+' && text[i] != ' ') {
			complain(k, SSRC_M_PROVIDER_BAD, text, NULL, NULL);
			return;
		}
	if (members_are_odd(text, len))
		complain(k, SSRC_M_PROVIDER_BAD, text, NULL, NULL);
	else
		ssrc_cell_list(k->cell, '+', check_member, (void *)(uintptr_t)k);
}

static void check_number(const cell_check *k)
{
	double value;
	if (!ssrc_parse_number(k->cell->text, k->cell->len, &value)) {
		complain(k, SSRC_M_NOT_NUMBER, k->schema->name, k->cell->text, NULL);
		return;
	}
	if (value >= k->schema->min && value <= k->schema->max)
		return;
	char low[32], high[32], range[72];
	ssrc_format_number(low, k->schema->min);
	ssrc_format_number(high, k->schema->max);
	snprintf(range, sizeof range, "%s–%s", low, high);
	complain(k, SSRC_M_NUMBER_RANGE, k->schema->name, k->cell->text, range);
}

/* ISO 17442: 18 letters or digits, 2 check digits; the number read in base 36 gives 1 modulo 97. */
static bool lei_is_valid(const char *text, size_t len)
{
	unsigned rest = 0;
	if (len != 20)
		return false;
	for (size_t i = 0; i < len; i++) {
		char ch = text[i];
		if (ch >= '0' && ch <= '9')
			rest = (rest * 10 + (unsigned)(ch - '0')) % 97;
		else if (ch >= 'A' && ch <= 'Z' && i < 18)
			rest = (rest * 100 + (unsigned)(ch - 'A') + 10) % 97;
		else
			return false;
	}
	return rest == 1;
}

static void check_date(const cell_check *k)
{
	ssrc_date date;
	if (!ssrc_date_parse(k->cell->text, k->cell->len, &date))
		complain(k, SSRC_M_NOT_DATE, k->schema->name, k->cell->text, NULL);
}

static void check_one_cell(const cell_check *k)
{
	const ssrc_cell *cell = k->cell;
	const ssrc_column *schema = k->schema;
	void *self = (void *)(uintptr_t)k;
	if (cell->len == 0) {
		if (schema->required)
			complain(k, SSRC_M_CELL_REQUIRED, schema->name, NULL, NULL);
		return;
	}
	switch (schema->type) {
	case SSRC_COL_ID:
		if (!id_is_valid(cell->text, cell->len))
			complain(k, SSRC_M_NOT_ID, schema->name, cell->text, NULL);
		break;
	case SSRC_COL_REF: check_reference(self, cell->text, cell->len); break;
	case SSRC_COL_REF_LIST: ssrc_cell_list(cell, ';', check_reference, self); break;
	case SSRC_COL_ENUM:
	case SSRC_COL_YES: {
		const char *words = schema->type == SSRC_COL_YES ? "yes" : schema->of;
		if (in_words(words, cell->text, cell->len))
			break;
		char shown[200];
		show_words(shown, sizeof shown, words);
		complain(k, SSRC_M_NOT_ENUM, schema->name, cell->text, shown);
		break;
	}
	case SSRC_COL_NUMBER: check_number(k); break;
	case SSRC_COL_YEAR: {
		ssrc_date date;
		if (cell->len != 4 || !ssrc_date_parse(cell->text, cell->len, &date))
			complain(k, SSRC_M_NOT_DATE, schema->name, cell->text, NULL);
		break;
	}
	case SSRC_COL_DATE: check_date(k); break;
	case SSRC_COL_COUNTRY: check_country(self, cell->text, cell->len); break;
	case SSRC_COL_COUNTRY_LIST:
	case SSRC_COL_TARGET_LIST: ssrc_cell_list(cell, ';', check_country, self); break;
	case SSRC_COL_PARENT:
		if (looks_like_country(cell->text, cell->len))
			check_country(self, cell->text, cell->len);
		else
			check_member(self, cell->text, cell->len);
		break;
	case SSRC_COL_PROVIDER: check_provider(k); break;
	case SSRC_COL_LEI:
		if (!lei_is_valid(cell->text, cell->len))
			complain(k, SSRC_M_NOT_LEI, cell->text, NULL, NULL);
		break;
	case SSRC_COL_TEXT:
	case SSRC_COL_LABEL: break;
	}
}

/* Every x_low / x_high pair of the schema, and valid_from / valid_to. */
static void check_pairs(ssrc_checker *c, ssrc_file_id file, uint32_t row)
{
	const ssrc_table *table = &c->package->tables[file];
	const ssrc_file_schema *schema = &ssrc_schema[file];
	for (uint32_t k = 0; k + 1 < schema->n_columns; k++) {
		const char *name = schema->columns[k].name;
		size_t n = strlen(name);
		if (n < 5 || strcmp(name + n - 4, "_low") != 0)
			continue;
		const ssrc_cell *low = ssrc_table_cell(table, row, k), *high = ssrc_table_cell(table, row, k + 1);
		if (ssrc_cell_number(low) > ssrc_cell_number(high))
			ssrc_check_cell(c, SSRC_ERROR, SSRC_M_INTERVAL_REVERSED, file, row, k, name,
					schema->columns[k + 1].name, NULL);
		else if (low->len && !high->len && file != SSRC_FILE_ATTRIBUTES)
			ssrc_check_cell(c, SSRC_WARNING, SSRC_M_INTERVAL_OPEN, file, row, k, name,
					schema->columns[k + 1].name, NULL);
	}
	if (!schema->fact)
		return;
	uint32_t common = ssrc_schema_common(file);
	const ssrc_cell *from = ssrc_table_cell(table, row, common + SSRC_COMMON_FROM);
	const ssrc_cell *to = ssrc_table_cell(table, row, common + SSRC_COMMON_TO);
	ssrc_date a, b;
	if (ssrc_date_parse(from->text, from->len, &a) && ssrc_date_parse(to->text, to->len, &b) && b.first <= a.first)
		ssrc_check_cell(c, SSRC_ERROR, SSRC_M_DATES_REVERSED, file, row, common + SSRC_COMMON_TO, from->text,
				to->text, NULL);
}

static bool row_has_number(const ssrc_table *table, ssrc_file_id file, uint32_t row)
{
	const ssrc_file_schema *schema = &ssrc_schema[file];
	for (uint32_t k = 0; k < schema->n_columns; k++)
		if (schema->columns[k].type == SSRC_COL_NUMBER && ssrc_table_cell(table, row, k)->len > 0)
			return true;
	return false;
}

static void check_evidence(ssrc_checker *c, ssrc_file_id file, uint32_t row)
{
	const ssrc_table *table = &c->package->tables[file];
	if (!ssrc_schema[file].fact || !row_has_number(table, file, row))
		return;
	uint32_t common = ssrc_schema_common(file);
	if (ssrc_table_cell(table, row, common + SSRC_COMMON_SOURCE)->len == 0)
		ssrc_check_cell(c, SSRC_WARNING, SSRC_M_NO_SOURCE, file, row, SSRC_NONE,
				ssrc_table_cell(table, row, 0)->text, NULL, NULL);
	if (ssrc_table_cell(table, row, common + SSRC_COMMON_EVIDENCE)->len == 0)
		ssrc_check_cell(c, SSRC_WARNING, SSRC_M_NO_EVIDENCE, file, row, SSRC_NONE,
				ssrc_table_cell(table, row, 0)->text, NULL, NULL);
}

/* The key of a row as text: its key cells joined. The caller adds valid_from where dated versions may follow each
 * other.
 */
static void row_key(ssrc_buf *key, const ssrc_table *table, ssrc_file_id file, uint32_t row)
{
	key->len = 0;
	for (const char *p = ssrc_schema[file].key;;) {
		size_t n = strcspn(p, ",");
		char name[40];
		snprintf(name, sizeof name, "%.*s", (int)n, p);
		const ssrc_cell *cell = ssrc_table_cell(table, row, ssrc_schema_column(file, name));
		if (key->len)
			ssrc_buf_puts(key, " · ");
		ssrc_buf_add(key, cell->text, cell->len);
		if (p[n] == '\0')
			break;
		p += n + 1;
	}
}

/* A version of a row: the days on which it holds. */
typedef struct row_span {
	uint32_t key, row;
	int32_t from, to; /* closed-open; open ends are INT32_MIN, INT32_MAX */
} row_span;

static int compare_spans(const void *a, const void *b)
{
	const row_span *x = a, *y = b;
	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	return (x->row > y->row) - (x->row < y->row);
}

/* False if its dates cannot be read or leave no day, which is said elsewhere. */
static bool read_span(const ssrc_table *table, ssrc_file_id file, uint32_t row, row_span *out)
{
	uint32_t common = ssrc_schema_common(file);
	const ssrc_cell *from = ssrc_table_cell(table, row, common + SSRC_COMMON_FROM);
	const ssrc_cell *to = ssrc_table_cell(table, row, common + SSRC_COMMON_TO);
	ssrc_date date;
	out->row = row;
	out->from = INT32_MIN;
	out->to = INT32_MAX;
	if (from->len) {
		if (!ssrc_date_parse(from->text, from->len, &date))
			return false;
		out->from = date.first;
	}
	if (to->len) {
		if (!ssrc_date_parse(to->text, to->len, &date))
			return false;
		out->to = date.first;
	}
	return out->from < out->to;
}

/* Two versions of one row on one day contradict each other: of each key, every version that begins before an earlier
 * one has ended. */
static ssrc_status check_spans(ssrc_checker *c, ssrc_file_id file, row_span *spans, uint32_t n, ssrc_error *err)
{
	const ssrc_table *table = &c->package->tables[file];
	ssrc_buf key;
	ssrc_buf_init(&key, c->package->ctx);
	if (n)
		qsort(spans, n, sizeof *spans, compare_spans);
	uint32_t longest = 0; /* of this key so far */
	for (uint32_t i = 1; i < n; i++) {
		if (spans[i].key != spans[longest].key) {
			longest = i;
			continue;
		}
		if (spans[i].from < spans[longest].to) {
			bool later = spans[i].row > spans[longest].row;
			uint32_t last = spans[later ? i : longest].row, first = spans[later ? longest : i].row;
			char lines[2][24];
			snprintf(lines[0], sizeof lines[0], "%lld", (long long)table->lines[first]);
			snprintf(lines[1], sizeof lines[1], "%lld", (long long)table->lines[last]);
			row_key(&key, table, file, last);
			ssrc_check_cell(c, SSRC_ERROR, SSRC_M_VERSIONS_OVERLAP, file, last,
					ssrc_schema_common(file) + SSRC_COMMON_FROM, key.data ? key.data : "", lines[0],
					lines[1]);
		}
		if (spans[i].to > spans[longest].to)
			longest = i;
	}
	ssrc_status status = key.failed ? ssrc_no_memory(err) : SSRC_OK;
	ssrc_buf_clear(&key);
	return status;
}

/* Keys of one file under examination. */
typedef struct key_check {
	ssrc_symbols keys;  /* with valid_from */
	ssrc_symbols names; /* without */
	ssrc_buf key, name;
	uint32_t *first; /* row of each key */
	row_span *spans;
	uint32_t n_spans;
} key_check;

static ssrc_status check_key(ssrc_checker *c, ssrc_file_id file, uint32_t row, key_check *k, ssrc_error *err)
{
	const ssrc_table *table = &c->package->tables[file];
	bool fact = ssrc_schema[file].fact;
	row_key(&k->name, table, file, row);
	k->key.len = 0;
	ssrc_buf_add(&k->key, k->name.data, k->name.len);
	if (fact) {
		const ssrc_cell *from = ssrc_table_cell(table, row, ssrc_schema_common(file) + SSRC_COMMON_FROM);
		ssrc_buf_putc(&k->key, '\x1F');
		ssrc_buf_add(&k->key, from->text, from->len);
	}
	if (k->key.failed || k->name.failed)
		return ssrc_no_memory(err);
	uint32_t before = k->keys.count, id;
	ssrc_status status = ssrc_symbols_add(&k->keys, k->key.data, k->key.len, &id, err);
	if (status)
		return status;
	if (id != before) {
		bool has_id = ssrc_schema[file].columns[0].type == SSRC_COL_ID;
		char line[24];
		snprintf(line, sizeof line, "%lld", (long long)table->lines[k->first[id]]);
		ssrc_check_cell(c, SSRC_ERROR, has_id ? SSRC_M_ID_TWICE : SSRC_M_KEY_TWICE, file, row, 0, k->name.data,
				line, NULL);
		return SSRC_OK;
	}
	k->first[id] = row;
	if (!fact || !read_span(table, file, row, &k->spans[k->n_spans]))
		return SSRC_OK;
	return ssrc_symbols_add(&k->names, k->name.data, k->name.len, &k->spans[k->n_spans++].key, err);
}

static ssrc_status check_keys(ssrc_checker *c, ssrc_file_id file, ssrc_error *err)
{
	uint32_t n = c->package->tables[file].n_rows;
	key_check k = {
		.first = ssrc_arena_array(&c->arena, n, sizeof *k.first),
		.spans = ssrc_arena_array(&c->arena, n, sizeof *k.spans),
	};
	ssrc_symbols_init(&k.keys, c->package->ctx);
	ssrc_symbols_init(&k.names, c->package->ctx);
	ssrc_buf_init(&k.key, c->package->ctx);
	ssrc_buf_init(&k.name, c->package->ctx);
	ssrc_status status = k.first && k.spans ? SSRC_OK : ssrc_no_memory(err);
	for (uint32_t row = 0; row < n && !status; row++)
		status = check_key(c, file, row, &k, err);
	if (!status)
		status = check_spans(c, file, k.spans, k.n_spans, err);
	ssrc_buf_clear(&k.key);
	ssrc_buf_clear(&k.name);
	ssrc_symbols_clear(&k.keys);
	ssrc_symbols_clear(&k.names);
	return status;
}

static void check_code_format(ssrc_checker *c, uint32_t row)
{
	const ssrc_table *table = &c->package->tables[SSRC_FILE_ITEM_CODES];
	uint32_t at = ssrc_schema_column(SSRC_FILE_ITEM_CODES, "code");
	const ssrc_cell *scheme = ssrc_table_cell(table, row, ssrc_schema_column(SSRC_FILE_ITEM_CODES, "scheme"));
	const ssrc_cell *code = ssrc_table_cell(table, row, at);
	if (!ssrc_text_equal(scheme->text, scheme->len, "HS") || code->len == 0)
		return;
	bool digits = strspn(code->text, "0123456789") == code->len;
	if (!digits || !(code->len == 2 || code->len == 4 || (code->len >= 6 && code->len <= 10)))
		ssrc_check_cell(c, SSRC_ERROR, SSRC_M_CODE_FORMAT, SSRC_FILE_ITEM_CODES, row, at, scheme->text,
				code->text, NULL);
}

/* A control that began on no day is never in force. */
static void check_event_start(ssrc_checker *c, uint32_t row)
{
	const ssrc_table *table = &c->package->tables[SSRC_FILE_EVENTS];
	uint32_t from = ssrc_schema_common(SSRC_FILE_EVENTS) + SSRC_COMMON_FROM;
	const ssrc_cell *kind = ssrc_table_cell(table, row, ssrc_schema_column(SSRC_FILE_EVENTS, "kind"));
	const ssrc_cell *way = ssrc_table_cell(table, row, ssrc_schema_column(SSRC_FILE_EVENTS, "direction"));
	if (ssrc_text_equal(way->text, way->len, "tighten") && ssrc_table_cell(table, row, from)->len == 0 &&
	    in_words("control|listing|licence", kind->text, kind->len))
		ssrc_check_cell(c, SSRC_WARNING, SSRC_M_EVENT_NO_START, SSRC_FILE_EVENTS, row, from,
				ssrc_table_cell(table, row, 0)->text, NULL, NULL);
}

static void check_table(ssrc_checker *c, ssrc_file_id file)
{
	const ssrc_table *table = &c->package->tables[file];
	const ssrc_file_schema *schema = &ssrc_schema[file];
	for (uint32_t row = 0; row < table->n_rows; row++) {
		for (uint32_t column = 0; column < schema->n_columns; column++) {
			cell_check k = {
				c, file, row, column, &schema->columns[column], ssrc_table_cell(table, row, column)};
			check_one_cell(&k);
		}
		check_pairs(c, file, row);
		check_evidence(c, file, row);
		if (file == SSRC_FILE_ITEM_CODES)
			check_code_format(c, row);
		if (file == SSRC_FILE_EVENTS)
			check_event_start(c, row);
	}
}

ssrc_status ssrc_check_rows(ssrc_checker *c, ssrc_error *err)
{
	for (int f = 0; f < SSRC_FILE_COUNT; f++) {
		if (!c->package->tables[f].present)
			continue;
		check_table(c, (ssrc_file_id)f);
		ssrc_status status = check_keys(c, (ssrc_file_id)f, err);
		if (status)
			return status;
	}
	return SSRC_OK;
}
