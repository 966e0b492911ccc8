#include "table.h"

#include "io/csv.h"

#include <string.h>

void ssrc_text_table_begin(ssrc_text_table *table, ssrc_context *ctx)
{
	*table = (ssrc_text_table){.ctx = ctx};
	ssrc_arena_init(&table->arena, ctx);
}

void ssrc_text_table_column(ssrc_text_table *table, const char *head, ssrc_align align)
{
	if (table->n_columns == SSRC_TABLE_COLUMNS_MAX) {
		table->failed = true;
		return;
	}
	table->head[table->n_columns] = head;
	table->align[table->n_columns++] = align;
}

void ssrc_text_table_optional(ssrc_text_table *table, const char *head, ssrc_align align, int drop)
{
	if (table->n_columns < SSRC_TABLE_COLUMNS_MAX)
		table->drop[table->n_columns] = drop;
	ssrc_text_table_column(table, head, align);
}

void ssrc_text_table_put(ssrc_text_table *table, const char *text, ssrc_paint paint)
{
	size_t need = (table->n_rows + 1) * table->n_columns;
	const char *copy = ssrc_arena_text(&table->arena, text, strlen(text));
	if (!copy ||
	    ssrc_reserve(table->ctx, (void **)&table->cells, &table->cells_cap, need, sizeof *table->cells, NULL) ||
	    ssrc_reserve(table->ctx, (void **)&table->paint, &table->paint_cap, need, sizeof *table->paint, NULL)) {
		table->failed = true;
		return;
	}
	table->cells[table->n_rows * table->n_columns + table->at] = copy;
	table->paint[table->n_rows * table->n_columns + table->at] = paint;
	if (++table->at == table->n_columns) {
		table->at = 0;
		table->n_rows++;
	}
}

/* ANSI colours of the levels: blue, yellow, orange, red as in docs; the number always stands beside the colour. */
void ssrc_paint_text(ssrc_buf *out, const char *text, ssrc_paint paint, bool colour)
{
	static const char *const codes[] = {"", "1", "2", "2", "34", "33", "38;5;208", "1;31"};
	if (colour && paint != SSRC_PLAIN)
		ssrc_buf_printf(out, "\033[%sm%s\033[0m", codes[paint], text);
	else
		ssrc_buf_puts(out, text);
}

static void pad(ssrc_buf *out, size_t n)
{
	while (n-- > 0)
		ssrc_buf_putc(out, ' ');
}

/* Bytes of the longest prefix that fits `width` columns. */
static size_t prefix_for(const char *text, size_t width)
{
	size_t len = strlen(text), at = 0, used = 0;
	while (at < len) {
		size_t n = 1;
		while (at + n < len && ((unsigned char)text[at + n] & 0xC0) == 0x80)
			n++;
		size_t w = ssrc_display_width(text + at, n);
		if (used + w > width)
			break;
		used += w;
		at += n;
	}
	return at;
}

static void put_cell(ssrc_buf *out, const char *text, size_t width, ssrc_align align, ssrc_paint paint, bool colour,
		     bool last, size_t room)
{
	char cut[512];
	size_t have = ssrc_display_width(text, strlen(text));
	if (last && room > 0 && have > room) {
		size_t n = prefix_for(text, room - 1);
		if (n > sizeof cut - 4)
			n = prefix_for(text, 160);
		memcpy(cut, text, n);
		memcpy(cut + n, "…", sizeof "…");
		text = cut;
		have = ssrc_display_width(text, strlen(text));
	}
	size_t gap = width > have ? width - have : 0;
	size_t before = align == SSRC_RIGHT ? gap : align == SSRC_CENTRE ? gap / 2 : 0;
	pad(out, before);
	ssrc_paint_text(out, text, paint, colour);
	if (!last)
		pad(out, gap - before);
}

static void measure(const ssrc_text_table *table, size_t widths[SSRC_TABLE_COLUMNS_MAX])
{
	for (size_t c = 0; c < table->n_columns; c++) {
		widths[c] = ssrc_display_width(table->head[c], strlen(table->head[c]));
		for (size_t r = 0; r < table->n_rows; r++) {
			const char *text = table->cells[r * table->n_columns + c];
			size_t w = ssrc_display_width(text, strlen(text));
			if (w > widths[c])
				widths[c] = w;
		}
	}
}

enum { LAST_COLUMN_MIN = 40 };

/* Hides optional columns until the last column has room; returns the columns before it. */
static size_t fit(ssrc_text_table *table, const size_t widths[SSRC_TABLE_COLUMNS_MAX], size_t width, size_t *n_hidden)
{
	*n_hidden = 0;
	for (;;) {
		size_t before = 0, worst = 0;
		int highest = 0;
		for (size_t c = 0; c + 1 < table->n_columns; c++) {
			if (table->hidden[c])
				continue;
			before += widths[c] + 2;
			if (table->drop[c] > highest) {
				highest = table->drop[c];
				worst = c;
			}
		}
		if (width == 0 || before + LAST_COLUMN_MIN <= width || highest == 0)
			return before;
		table->hidden[worst] = true;
		(*n_hidden)++;
	}
}

size_t ssrc_text_table_write(ssrc_text_table *table, ssrc_buf *out, bool colour, size_t width)
{
	size_t widths[SSRC_TABLE_COLUMNS_MAX] = {0}, n_hidden;
	measure(table, widths);
	size_t before = fit(table, widths, width, &n_hidden);
	size_t room = width > before + 20 ? width - before : width ? 20 : 0;
	for (size_t r = 0; r <= table->n_rows; r++) {
		for (size_t c = 0; c < table->n_columns; c++) {
			if (table->hidden[c])
				continue;
			bool last = c + 1 == table->n_columns, head = r == 0;
			size_t at = head ? c : (r - 1) * table->n_columns + c;
			put_cell(out, head ? table->head[c] : table->cells[at], widths[c], table->align[c],
				 head ? SSRC_BOLD : table->paint[at], colour, last, room);
			if (!last)
				ssrc_buf_puts(out, "  ");
		}
		ssrc_buf_putc(out, '\n');
	}
	return n_hidden;
}

void ssrc_text_table_write_csv(ssrc_text_table *table, ssrc_buf *out, bool bom)
{
	if (bom)
		ssrc_buf_puts(out, "\xEF\xBB\xBF");
	for (size_t c = 0; c < table->n_columns; c++)
		ssrc_csv_put(out, c == 0, table->head[c], strlen(table->head[c]));
	ssrc_buf_putc(out, '\n');
	for (size_t r = 0; r < table->n_rows; r++) {
		for (size_t c = 0; c < table->n_columns; c++) {
			const char *text = table->cells[r * table->n_columns + c];
			ssrc_csv_put(out, c == 0, text, strlen(text));
		}
		ssrc_buf_putc(out, '\n');
	}
}

void ssrc_text_table_end(ssrc_text_table *table)
{
	ssrc_release(table->ctx, table->cells);
	ssrc_release(table->ctx, table->paint);
	ssrc_arena_clear(&table->arena);
}
