/* Text tables that align in a terminal (Chinese characters are two columns wide), and the same rows as CSV. */
#ifndef SSRC_REPORT_TABLE_H
#define SSRC_REPORT_TABLE_H

#include "base/base.h"

typedef enum ssrc_align { SSRC_LEFT, SSRC_RIGHT, SSRC_CENTRE } ssrc_align;
typedef enum ssrc_paint {
	SSRC_PLAIN,
	SSRC_BOLD,
	SSRC_DIM,
	SSRC_LEVEL_0,
	SSRC_LEVEL_1,
	SSRC_LEVEL_2,
	SSRC_LEVEL_3,
	SSRC_LEVEL_4
} ssrc_paint;

enum { SSRC_TABLE_COLUMNS_MAX = 24 };

typedef struct ssrc_text_table {
	ssrc_context *ctx;
	ssrc_arena arena;
	size_t n_columns;
	const char *head[SSRC_TABLE_COLUMNS_MAX];
	ssrc_align align[SSRC_TABLE_COLUMNS_MAX];
	int drop[SSRC_TABLE_COLUMNS_MAX]; /* 0 = always shown; the highest goes first where the terminal is narrow */
	bool hidden[SSRC_TABLE_COLUMNS_MAX];
	const char **cells; /* rows × n_columns */
	ssrc_paint *paint;
	size_t n_rows, cells_cap, paint_cap;
	size_t at; /* next column of the row being filled */
	bool failed;
} ssrc_text_table;

void ssrc_text_table_begin(ssrc_text_table *table, ssrc_context *ctx);
void ssrc_text_table_column(ssrc_text_table *table, const char *head, ssrc_align align);
/* A column that a narrow terminal may do without. */
void ssrc_text_table_optional(ssrc_text_table *table, const char *head, ssrc_align align, int drop);
/* Fills the next cell of the current row; a row is full after n_columns cells. Text is copied. */
void ssrc_text_table_put(ssrc_text_table *table, const char *text, ssrc_paint paint);
/* Writes the table; width: of the terminal, 0 = unlimited. Too wide: optional columns go, then the last column is cut
 * with …. Returns how many columns were left out. */
size_t ssrc_text_table_write(ssrc_text_table *table, ssrc_buf *out, bool colour, size_t width);
void ssrc_text_table_write_csv(ssrc_text_table *table, ssrc_buf *out, bool bom);
void ssrc_text_table_end(ssrc_text_table *table);

void ssrc_paint_text(ssrc_buf *out, const char *text, ssrc_paint paint, bool colour);

#endif
