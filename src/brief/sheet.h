/* A table as data, written as HTML, CSV and JSON from the same cells (internal). */
#ifndef SSRC_BRIEF_SHEET_H
#define SSRC_BRIEF_SHEET_H

#include "brief/page.h"
#include "io/json.h"
#include "report/figures.h"

typedef enum ssrc_sheet_kind {
	SSRC_SHEET_WORDS,  /* CSV: key_en, key_zh */
	SSRC_SHEET_CODE,   /* the same in both languages */
	SSRC_SHEET_NUMBER, /* NaN = unknown, INFINITY = never */
	SSRC_SHEET_SPAN,   /* CSV: key_low, key, key_high */
	SSRC_SHEET_LEVEL   /* -1 unknown */
} ssrc_sheet_kind;

typedef struct ssrc_sheet_column {
	const char *key; /* of CSV and JSON: never changes with the language */
	ssrc_words head;
	ssrc_sheet_kind kind;
	int decimals;
	double scale;    /* of what is shown: 100 for percent; files hold the number itself; 0 = 1 */
	bool only_files; /* not on the page */
} ssrc_sheet_column;

typedef struct ssrc_sheet_cell {
	ssrc_words words; /* WORDS, CODE: in[0] */
	ssrc_span span;   /* NUMBER: mid */
	int level;
	const char *href; /* on the page; NULL = none */
} ssrc_sheet_cell;

enum { SSRC_SHEET_COLUMNS = 24 };
typedef struct ssrc_sheet {
	ssrc_arena *arena;
	const char *id; /* name of the file, key of JSON, anchor of the page */
	ssrc_words title;
	ssrc_sheet_column columns[SSRC_SHEET_COLUMNS];
	size_t n_columns;
	ssrc_sheet_cell *cells; /* rows × n_columns */
	size_t n_cells, cap;
	bool failed;
} ssrc_sheet;

/* Everything is in arena memory; texts are borrowed and must live as long. */
void ssrc_sheet_begin(ssrc_sheet *sheet, const char *id, ssrc_words title, ssrc_arena *arena);
void ssrc_sheet_column_add(ssrc_sheet *sheet, ssrc_sheet_column column);
/* A column with a heading of the catalogue, shown as it is. */
void ssrc_sheet_add(ssrc_sheet *sheet, const char *key, ssrc_text_id head, ssrc_sheet_kind kind, int decimals);
/* The next cell; a row is full after n_columns of them. */
void ssrc_sheet_words(ssrc_sheet *sheet, ssrc_words words, const char *href);
void ssrc_sheet_code(ssrc_sheet *sheet, const char *text, const char *href);
void ssrc_sheet_number(ssrc_sheet *sheet, double value);
void ssrc_sheet_span(ssrc_sheet *sheet, ssrc_span span);
void ssrc_sheet_level(ssrc_sheet *sheet, int level);
size_t ssrc_sheet_rows(const ssrc_sheet *sheet);

/* The first `most` rows (0 = all) as a table with caption; what is left out is said with the name of the CSV file. */
void ssrc_sheet_put_page(const ssrc_sheet *sheet, ssrc_page *page, size_t most);
void ssrc_sheet_put_csv(const ssrc_sheet *sheet, ssrc_buf *out);
/* "id": [ {row}, … ] inside an open object. */
void ssrc_sheet_put_json(const ssrc_sheet *sheet, ssrc_json *json);

/* "?", "∞", "12.5", "12.5 (3–20)". */
void ssrc_span_text(char out[80], ssrc_span span, double scale, int decimals);
/* A number with commas between thousands: "66,000". Returns out. */
const char *ssrc_grouped_text(char out[40], double x, int decimals);

#endif
