/* Programs as free MPS, which every solver reads. */
#include "solve.h"

#include <math.h>

/* True for a name that free MPS can hold: it begins with a letter and has no blank or control character. */
static bool name_fits(const char *name)
{
	bool letter = (*name >= 'A' && *name <= 'Z') || (*name >= 'a' && *name <= 'z') || *name == '_';
	size_t n = 0;
	for (; name[n]; n++)
		if ((unsigned char)name[n] <= ' ' || name[n] == 127)
			return false;
	return letter && n <= 200;
}

static void put_name(ssrc_buf *out, const char *const *names, char letter, uint32_t number)
{
	if (names && names[number] && name_fits(names[number]))
		ssrc_buf_puts(out, names[number]);
	else
		ssrc_buf_printf(out, "%c%lu", letter, (unsigned long)number);
}

static void put_number(ssrc_buf *out, double value)
{
	char text[32];
	size_t n = ssrc_format_number(text, value);
	ssrc_buf_putc(out, ' ');
	ssrc_buf_add(out, text, n);
}

static char row_kind(const ssrc_program *p, uint32_t i)
{
	bool low = isfinite(p->row_low[i]), high = isfinite(p->row_high[i]);
	if (!low && !high)
		return 'N';
	return low && high && p->row_low[i] == p->row_high[i] ? 'E' : high ? 'L' : 'G';
}

static void put_rows(const ssrc_program *p, const char *const *names, ssrc_buf *out)
{
	ssrc_buf_puts(out, "ROWS\n N OBJECTIVE\n");
	for (uint32_t i = 0; i < p->n_rows; i++) {
		ssrc_buf_printf(out, " %c ", row_kind(p, i));
		put_name(out, names, 'r', i);
		ssrc_buf_putc(out, '\n');
	}
}

static void put_column(const ssrc_program *p, const char *const *cols, const char *const *rows, uint32_t j,
		       ssrc_buf *out)
{
	if (p->cost[j] != 0 || p->start[j] == p->start[j + 1]) {
		ssrc_buf_putc(out, ' ');
		put_name(out, cols, 'c', j);
		ssrc_buf_puts(out, " OBJECTIVE");
		put_number(out, p->cost[j]);
		ssrc_buf_putc(out, '\n');
	}
	for (uint32_t k = p->start[j]; k < p->start[j + 1]; k++) {
		ssrc_buf_putc(out, ' ');
		put_name(out, cols, 'c', j);
		ssrc_buf_putc(out, ' ');
		put_name(out, rows, 'r', p->row[k]);
		put_number(out, p->value[k]);
		ssrc_buf_putc(out, '\n');
	}
}

static void put_columns(const ssrc_program *p, const char *const *cols, const char *const *rows, ssrc_buf *out)
{
	bool inside = false;
	uint32_t markers = 0;
	ssrc_buf_puts(out, "COLUMNS\n");
	for (uint32_t j = 0; j <= p->n_cols; j++) {
		bool integer = j < p->n_cols && p->integer && p->integer[j];
		if (integer != inside)
			ssrc_buf_printf(out, " MARKER%lu 'MARKER' '%s'\n", (unsigned long)markers++,
					integer ? "INTORG" : "INTEND");
		inside = integer;
		if (j < p->n_cols)
			put_column(p, cols, rows, j, out);
	}
	if (p->offset != 0) {
		ssrc_buf_puts(out, " OFFSET OBJECTIVE");
		put_number(out, p->offset);
		ssrc_buf_putc(out, '\n');
	}
}

static void put_sides(const ssrc_program *p, const char *const *rows, ssrc_buf *out)
{
	ssrc_buf_puts(out, "RHS\n");
	for (uint32_t i = 0; i < p->n_rows; i++) {
		char kind = row_kind(p, i);
		double side = kind == 'G' ? p->row_low[i] : p->row_high[i];
		if (kind == 'N' || side == 0)
			continue;
		ssrc_buf_puts(out, " RHS ");
		put_name(out, rows, 'r', i);
		put_number(out, side);
		ssrc_buf_putc(out, '\n');
	}
	ssrc_buf_puts(out, "RANGES\n");
	for (uint32_t i = 0; i < p->n_rows; i++) {
		if (row_kind(p, i) != 'L' || !isfinite(p->row_low[i]))
			continue;
		ssrc_buf_puts(out, " RANGES ");
		put_name(out, rows, 'r', i);
		put_number(out, p->row_high[i] - p->row_low[i]);
		ssrc_buf_putc(out, '\n');
	}
}

static void put_bound(const char *kind, const char *const *cols, uint32_t j, double value, ssrc_buf *out)
{
	ssrc_buf_printf(out, " %s BOUNDS ", kind);
	put_name(out, cols, 'c', j);
	if (isfinite(value))
		put_number(out, value);
	ssrc_buf_putc(out, '\n');
}

/* Whole columns always say their upper bound: without one some readers take 1. The lower one comes first, because a
 * negative upper bound alone makes some readers drop it. */
static void put_bounds(const ssrc_program *p, const char *const *cols, ssrc_buf *out)
{
	const double none = (double)NAN;
	ssrc_buf_puts(out, "BOUNDS\n");
	for (uint32_t j = 0; j < p->n_cols; j++) {
		double low = p->low[j], high = p->high[j];
		bool integer = p->integer && p->integer[j];
		if (low == high) {
			put_bound("FX", cols, j, low, out);
			continue;
		}
		if (isinf(low) && isinf(high)) {
			put_bound("FR", cols, j, none, out);
			continue;
		}
		if (isinf(low))
			put_bound("MI", cols, j, none, out);
		else if (low != 0)
			put_bound("LO", cols, j, low, out);
		if (isfinite(high))
			put_bound("UP", cols, j, high, out);
		else if (integer)
			put_bound("PL", cols, j, none, out);
	}
	if (p->offset != 0)
		ssrc_buf_puts(out, " FX BOUNDS OFFSET 1\n");
}

void ssrc_program_write_mps(const ssrc_program *p, bool names, ssrc_buf *out)
{
	const char *const *cols = names ? p->col_name : NULL, *const *rows = names ? p->row_name : NULL;
	ssrc_buf_puts(out, "NAME x FREE\n");
	put_rows(p, rows, out);
	put_columns(p, cols, rows, out);
	put_sides(p, rows, out);
	put_bounds(p, cols, out);
	ssrc_buf_puts(out, "ENDATA\n");
}
