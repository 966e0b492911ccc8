#include "sheet.h"

#include "io/csv.h"
#include "report/report.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

void ssrc_sheet_begin(ssrc_sheet *sheet, const char *id, ssrc_words title, ssrc_arena *arena)
{
	*sheet = (ssrc_sheet){.arena = arena, .id = id, .title = title};
}

void ssrc_sheet_column_add(ssrc_sheet *sheet, ssrc_sheet_column column)
{
	if (sheet->n_columns == SSRC_SHEET_COLUMNS) {
		sheet->failed = true;
		return;
	}
	if (column.scale == 0)
		column.scale = 1;
	sheet->columns[sheet->n_columns++] = column;
}

void ssrc_sheet_add(ssrc_sheet *sheet, const char *key, ssrc_text_id head, ssrc_sheet_kind kind, int decimals)
{
	ssrc_sheet_column_add(
		sheet, (ssrc_sheet_column){
			       .key = key, .head = ssrc_catalogue_words(head), .kind = kind, .decimals = decimals});
}

static void add(ssrc_sheet *sheet, ssrc_sheet_cell cell)
{
	if (sheet->n_cells == sheet->cap) {
		size_t cap = sheet->cap ? sheet->cap * 2 : 256;
		ssrc_sheet_cell *cells = ssrc_arena_array(sheet->arena, cap, sizeof *cells);
		if (!cells) {
			sheet->failed = true;
			return;
		}
		if (sheet->n_cells)
			memcpy(cells, sheet->cells, sheet->n_cells * sizeof *cells);
		sheet->cells = cells;
		sheet->cap = cap;
	}
	sheet->cells[sheet->n_cells++] = cell;
}

void ssrc_sheet_words(ssrc_sheet *sheet, ssrc_words words, const char *href)
{
	add(sheet, (ssrc_sheet_cell){.words = words, .href = href});
}

void ssrc_sheet_code(ssrc_sheet *sheet, const char *text, const char *href)
{
	add(sheet, (ssrc_sheet_cell){.words = SSRC_SAME(text ? text : ""), .href = href});
}

void ssrc_sheet_number(ssrc_sheet *sheet, double value)
{
	add(sheet, (ssrc_sheet_cell){.span = {value, value, value}});
}

void ssrc_sheet_span(ssrc_sheet *sheet, ssrc_span span)
{
	add(sheet, (ssrc_sheet_cell){.span = span});
}

void ssrc_sheet_level(ssrc_sheet *sheet, int level)
{
	add(sheet, (ssrc_sheet_cell){.level = level});
}

size_t ssrc_sheet_rows(const ssrc_sheet *sheet)
{
	return sheet->n_columns ? sheet->n_cells / sheet->n_columns : 0;
}

/* Commas between the thousands of every whole part in text. */
static void group_thousands(char *text, size_t size)
{
	for (size_t i = 0, run; text[i]; i += run ? run : 1) {
		run = strspn(text + i, "0123456789");
		if (run < 4 || (i > 0 && text[i - 1] == '.'))
			continue;
		size_t first = i, digits = run;
		for (size_t at = first + digits; at > first + 3 && strlen(text) + 1 < size;) {
			at -= 3;
			memmove(text + at + 1, text + at, strlen(text + at) + 1);
			text[at] = ',';
			run++;
		}
	}
}

const char *ssrc_grouped_text(char out[40], double x, int decimals)
{
	char text[24];
	snprintf(out, 40, "%s", ssrc_put_short(text, x, decimals));
	group_thousands(out, 40);
	return out;
}

void ssrc_span_text(char out[80], ssrc_span span, double scale, int decimals)
{
	char mid[24], range[64];
	ssrc_put_range(range, span.low, span.high, scale, decimals);
	ssrc_put_short(mid, span.mid * scale, decimals);
	if (isnan(span.mid) && (!isnan(span.low) || !isnan(span.high)))
		snprintf(out, 80, "%s", range);
	else if (strcmp(mid, range) == 0 || isnan(span.low))
		snprintf(out, 80, "%s", mid);
	else
		snprintf(out, 80, "%.22s (%.48s)", mid, range);
	group_thousands(out, 80);
}

/* ---- on the page --------------------------------------------------------------------------------------------- */

/* Bytes: up to the first, dates, codes and words are not broken; beyond the second, a column may not be narrow. */
enum { SHORT_CODE = 14, LONG_TEXT = 60 };

static bool is_numeric(ssrc_sheet_kind kind)
{
	return kind == SSRC_SHEET_NUMBER || kind == SSRC_SHEET_SPAN;
}

static void put_head(const ssrc_sheet *sheet, ssrc_page *page)
{
	ssrc_page_raw(page, "<thead><tr>");
	for (size_t c = 0; c < sheet->n_columns; c++) {
		if (sheet->columns[c].only_files)
			continue;
		ssrc_page_raw(page, is_numeric(sheet->columns[c].kind) ? "<th scope=\"col\" class=\"num\">"
								       : "<th scope=\"col\">");
		ssrc_page_words(page, &sheet->columns[c].head);
		ssrc_page_raw(page, "</th>");
	}
	ssrc_page_raw(page, "</tr></thead>\n");
}

/* Of the longer language. */
static size_t text_length(const ssrc_sheet_column *column, const ssrc_sheet_cell *cell)
{
	const char *en = cell->words.in[0] ? cell->words.in[0] : "", *zh = cell->words.in[1] ? cell->words.in[1] : "";
	size_t a = strlen(en), b = column->kind == SSRC_SHEET_CODE ? 0 : strlen(zh);
	return a > b ? a : b;
}

/* The column that names the row: the first of words, or the first of all. */
static size_t head_column(const ssrc_sheet *sheet)
{
	for (size_t c = 0; c < sheet->n_columns; c++)
		if (!sheet->columns[c].only_files && sheet->columns[c].kind == SSRC_SHEET_WORDS)
			return c;
	return 0;
}

static void put_cell(const ssrc_sheet_column *column, const ssrc_sheet_cell *cell, ssrc_page *page, bool first)
{
	char text[80];
	const char *tag = first ? "th" : "td";
	size_t len = text_length(column, cell);
	ssrc_page_raw(page, first                      ? "<th scope=\"row\">"
			    : is_numeric(column->kind) ? "<td class=\"num\">"
			    : len > LONG_TEXT          ? "<td class=\"long\">"
			    : len <= SHORT_CODE        ? "<td class=\"code\">"
						       : "<td>");
	if (cell->href && column->kind != SSRC_SHEET_LEVEL) {
		ssrc_page_raw(page, "<a");
		ssrc_page_attribute(page, "href", cell->href);
		ssrc_page_raw(page, ">");
	}
	if (column->kind == SSRC_SHEET_LEVEL) {
		ssrc_page_level(page, cell->level);
	} else if (is_numeric(column->kind)) {
		ssrc_span_text(text, cell->span, column->scale, column->decimals);
		ssrc_page_text(page, text);
	} else {
		ssrc_page_words(page, &cell->words);
	}
	if (cell->href && column->kind != SSRC_SHEET_LEVEL)
		ssrc_page_raw(page, "</a>");
	ssrc_page_close(page, tag);
}

static void put_file_note(const ssrc_sheet *sheet, ssrc_page *page, size_t left)
{
	char file[160], count[24];
	snprintf(file, sizeof file, "tables/%s.csv", sheet->id);
	snprintf(count, sizeof count, "%zu", left);
	ssrc_bit bits[] = {{{file, file}, file}, SSRC_SAME_BIT(count)};
	ssrc_page_line(page, "p", "note", left ? SSRC_T_B_SHEET_MORE : SSRC_T_B_SHEET_FILE, bits, 2);
}

void ssrc_sheet_put_page(const ssrc_sheet *sheet, ssrc_page *page, size_t most)
{
	size_t rows = ssrc_sheet_rows(sheet), shown = most && most < rows ? most : rows;
	size_t head = head_column(sheet);
	ssrc_page_raw(page, "<div class=\"scroll\" tabindex=\"0\" role=\"group\"");
	ssrc_buf_printf(page->out, " aria-labelledby=\"t-%s\"><table><caption id=\"t-%s\">", sheet->id, sheet->id);
	ssrc_page_words(page, &sheet->title);
	ssrc_page_raw(page, "</caption>");
	put_head(sheet, page);
	ssrc_page_raw(page, "<tbody>\n");
	for (size_t r = 0; r < shown; r++) {
		ssrc_page_raw(page, "<tr>");
		for (size_t c = 0; c < sheet->n_columns; c++) {
			if (sheet->columns[c].only_files)
				continue;
			put_cell(&sheet->columns[c], &sheet->cells[r * sheet->n_columns + c], page, c == head);
		}
		ssrc_page_raw(page, "</tr>\n");
	}
	ssrc_page_raw(page, "</tbody></table></div>\n");
	put_file_note(sheet, page, rows - shown);
}

/* ---- in files --------------------------------------------------------------------------------------------------- */

static void csv_text(ssrc_buf *out, bool *first, const char *text)
{
	ssrc_csv_put(out, *first, text, strlen(text));
	*first = false;
}

static void csv_number(ssrc_buf *out, bool *first, double value)
{
	char text[32] = "";
	if (isinf(value))
		snprintf(text, sizeof text, "%s", value > 0 ? "inf" : "-inf");
	else if (!isnan(value))
		ssrc_format_number(text, value);
	csv_text(out, first, text);
}

static void csv_head(const ssrc_sheet_column *column, ssrc_buf *out, bool *first)
{
	char key[80];
	static const char *const words[] = {"%s_en", "%s_zh"};
	static const char *const span[] = {"%s_low", "%s", "%s_high"};
	size_t n = column->kind == SSRC_SHEET_WORDS ? 2 : column->kind == SSRC_SHEET_SPAN ? 3 : 1;
	for (size_t i = 0; i < n; i++) {
		const char *suffix = n == 2 ? words[i] + 2 : n == 3 ? span[i] + 2 : "";
		snprintf(key, sizeof key, "%s%s", column->key, suffix);
		csv_text(out, first, key);
	}
}

static void csv_cell(const ssrc_sheet_column *column, const ssrc_sheet_cell *cell, ssrc_buf *out, bool *first)
{
	switch (column->kind) {
	case SSRC_SHEET_WORDS:
		csv_text(out, first, cell->words.in[0] ? cell->words.in[0] : "");
		csv_text(out, first, cell->words.in[1] ? cell->words.in[1] : "");
		break;
	case SSRC_SHEET_CODE: csv_text(out, first, cell->words.in[0]); break;
	case SSRC_SHEET_NUMBER: csv_number(out, first, cell->span.mid); break;
	case SSRC_SHEET_SPAN:
		csv_number(out, first, cell->span.low);
		csv_number(out, first, cell->span.mid);
		csv_number(out, first, cell->span.high);
		break;
	case SSRC_SHEET_LEVEL: csv_number(out, first, cell->level < 0 ? (double)NAN : cell->level); break;
	}
}

void ssrc_sheet_put_csv(const ssrc_sheet *sheet, ssrc_buf *out)
{
	bool first = true;
	ssrc_buf_puts(out, "\xEF\xBB\xBF");
	for (size_t c = 0; c < sheet->n_columns; c++)
		csv_head(&sheet->columns[c], out, &first);
	ssrc_buf_puts(out, "\r\n");
	for (size_t i = 0; i < ssrc_sheet_rows(sheet) * sheet->n_columns; i++) {
		size_t c = i % sheet->n_columns;
		if (c == 0)
			first = true;
		csv_cell(&sheet->columns[c], &sheet->cells[i], out, &first);
		if (c + 1 == sheet->n_columns)
			ssrc_buf_puts(out, "\r\n");
	}
}

static void json_cell(const ssrc_sheet_column *column, const ssrc_sheet_cell *cell, ssrc_json *json)
{
	switch (column->kind) {
	case SSRC_SHEET_WORDS:
		ssrc_json_open(json, column->key, '{');
		ssrc_json_string(json, "en", cell->words.in[0]);
		ssrc_json_string(json, "zh", cell->words.in[1]);
		ssrc_json_close(json, '}');
		break;
	case SSRC_SHEET_CODE: ssrc_json_string(json, column->key, cell->words.in[0]); break;
	case SSRC_SHEET_NUMBER: ssrc_json_number(json, column->key, cell->span.mid); break;
	case SSRC_SHEET_SPAN:
		ssrc_json_open(json, column->key, '{');
		ssrc_json_number(json, "low", cell->span.low);
		ssrc_json_number(json, "central", cell->span.mid);
		ssrc_json_number(json, "high", cell->span.high);
		ssrc_json_close(json, '}');
		break;
	case SSRC_SHEET_LEVEL: ssrc_json_number(json, column->key, cell->level < 0 ? (double)NAN : cell->level); break;
	}
}

void ssrc_sheet_put_json(const ssrc_sheet *sheet, ssrc_json *json)
{
	ssrc_json_open(json, sheet->id, '[');
	for (size_t r = 0; r < ssrc_sheet_rows(sheet); r++) {
		ssrc_json_open(json, NULL, '{');
		for (size_t c = 0; c < sheet->n_columns; c++)
			json_cell(&sheet->columns[c], &sheet->cells[r * sheet->n_columns + c], json);
		ssrc_json_close(json, '}');
	}
	ssrc_json_close(json, ']');
}
