/* Programs: built from drafts, checked, and bounded from below without a solver. */
#include "solve.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

struct ssrc_draft_col {
	double cost, low, high;
	bool integer;
	const char *name;
};

struct ssrc_draft_row {
	double low, high;
	const char *name;
};

struct ssrc_draft_entry {
	uint32_t row, col;
	double value;
};

void ssrc_draft_init(ssrc_program_draft *draft, ssrc_context *ctx)
{
	*draft = (ssrc_program_draft){.ctx = ctx};
}

void ssrc_draft_clear(ssrc_program_draft *draft)
{
	ssrc_release(draft->ctx, draft->cols);
	ssrc_release(draft->ctx, draft->rows);
	ssrc_release(draft->ctx, draft->entries);
	*draft = (ssrc_program_draft){.ctx = draft->ctx};
}

/* Room for one more; false (and the draft marked) if there is none. */
static bool grow(ssrc_program_draft *draft, void **block, size_t *cap, size_t used, size_t size)
{
	if (draft->failed || used >= SSRC_NONE - 1 ||
	    ssrc_reserve(draft->ctx, block, cap, used + 1, size, NULL) != SSRC_OK)
		draft->failed = true;
	return !draft->failed;
}

uint32_t ssrc_draft_col(ssrc_program_draft *draft, double cost, double low, double high, bool integer, const char *name)
{
	void *block = draft->cols;
	if (grow(draft, &block, &draft->cols_cap, draft->n_cols, sizeof *draft->cols)) {
		draft->cols = block;
		draft->cols[draft->n_cols] = (struct ssrc_draft_col){cost, low, high, integer, name};
	}
	return draft->n_cols++;
}

uint32_t ssrc_draft_row(ssrc_program_draft *draft, double low, double high, const char *name)
{
	void *block = draft->rows;
	if (grow(draft, &block, &draft->rows_cap, draft->n_rows, sizeof *draft->rows)) {
		draft->rows = block;
		draft->rows[draft->n_rows] = (struct ssrc_draft_row){low, high, name};
	}
	return draft->n_rows++;
}

void ssrc_draft_entry(ssrc_program_draft *draft, uint32_t row, uint32_t col, double value)
{
	void *block = draft->entries;
	if (grow(draft, &block, &draft->entries_cap, draft->n_entries, sizeof *draft->entries)) {
		draft->entries = block;
		draft->entries[draft->n_entries++] = (struct ssrc_draft_entry){row, col, value};
	}
}

/* ---- from draft to program ------------------------------------------------------------------------------- */

static bool take_arrays(ssrc_program *p, size_t entries, ssrc_arena *arena)
{
	p->cost = ssrc_arena_array(arena, p->n_cols, sizeof *p->cost);
	p->low = ssrc_arena_array(arena, p->n_cols, sizeof *p->low);
	p->high = ssrc_arena_array(arena, p->n_cols, sizeof *p->high);
	p->integer = ssrc_arena_array(arena, p->n_cols, sizeof *p->integer);
	p->col_name = ssrc_arena_array(arena, p->n_cols, sizeof *p->col_name);
	p->row_low = ssrc_arena_array(arena, p->n_rows, sizeof *p->row_low);
	p->row_high = ssrc_arena_array(arena, p->n_rows, sizeof *p->row_high);
	p->row_name = ssrc_arena_array(arena, p->n_rows, sizeof *p->row_name);
	p->start = ssrc_arena_array(arena, (size_t)p->n_cols + 1, sizeof *p->start);
	p->row = ssrc_arena_array(arena, entries, sizeof *p->row);
	p->value = ssrc_arena_array(arena, entries, sizeof *p->value);
	return p->cost && p->low && p->high && p->integer && p->col_name && p->row_low && p->row_high && p->row_name &&
	       p->start && p->row && p->value;
}

/* Numbers of the entries in order of row; *first: [n_rows + 1]. Counting sort, so that equal places keep their order.
 */
static void order_by_row(const ssrc_program_draft *draft, uint32_t *first, uint32_t *order)
{
	for (size_t k = 0; k < draft->n_entries; k++)
		first[draft->entries[k].row + 1]++;
	for (uint32_t i = 0; i < draft->n_rows; i++)
		first[i + 1] += first[i];
	for (size_t k = 0; k < draft->n_entries; k++)
		order[first[draft->entries[k].row]++] = (uint32_t)k;
}

/* Entries into columns, then equal places added up and zeros dropped, column by column in place. */
static void place_entries(ssrc_program *p, const ssrc_program_draft *draft, const uint32_t *order, uint32_t *next)
{
	for (size_t k = 0; k < draft->n_entries; k++)
		next[draft->entries[k].col + 1]++;
	for (uint32_t j = 0; j < p->n_cols; j++)
		next[j + 1] += next[j];
	memcpy(p->start, next, ((size_t)p->n_cols + 1) * sizeof *p->start);
	for (size_t k = 0; k < draft->n_entries; k++) {
		const struct ssrc_draft_entry *entry = &draft->entries[order[k]];
		uint32_t at = next[entry->col]++;
		p->row[at] = entry->row;
		p->value[at] = entry->value;
	}
	uint32_t used = 0, begin = 0;
	for (uint32_t j = 0; j < p->n_cols; j++) {
		uint32_t end = p->start[j + 1];
		p->start[j] = used;
		for (uint32_t k = begin; k < end;) {
			uint32_t row = p->row[k];
			double sum = 0;
			for (; k < end && p->row[k] == row; k++)
				sum += p->value[k];
			if (sum == 0) /* NaN stays and is refused later */
				continue;
			p->row[used] = row;
			p->value[used++] = sum;
		}
		begin = end;
	}
	p->start[p->n_cols] = used;
}

static void copy_sides(ssrc_program *p, const ssrc_program_draft *draft)
{
	bool integer = false, cols = false, rows = false;
	for (uint32_t j = 0; j < p->n_cols; j++) {
		const struct ssrc_draft_col *col = &draft->cols[j];
		p->cost[j] = col->cost;
		p->low[j] = col->low;
		p->high[j] = col->high;
		p->integer[j] = col->integer;
		p->col_name[j] = col->name;
		integer |= col->integer;
		cols |= col->name != NULL;
	}
	for (uint32_t i = 0; i < p->n_rows; i++) {
		p->row_low[i] = draft->rows[i].low;
		p->row_high[i] = draft->rows[i].high;
		p->row_name[i] = draft->rows[i].name;
		rows |= draft->rows[i].name != NULL;
	}
	p->integer = integer ? p->integer : NULL;
	p->col_name = cols ? p->col_name : NULL;
	p->row_name = rows ? p->row_name : NULL;
}

/* An entry of a row or column that was never made is a mistake of the caller. */
static ssrc_status check_places(const ssrc_program_draft *draft, ssrc_error *err)
{
	for (size_t k = 0; k < draft->n_entries; k++)
		if (draft->entries[k].row >= draft->n_rows || draft->entries[k].col >= draft->n_cols)
			return ssrc_fail(err, SSRC_BUG, SSRC_M_BUG, "ssrc_draft_entry", NULL, NULL);
	return SSRC_OK;
}

ssrc_status ssrc_draft_finish(ssrc_program *out, ssrc_program_draft *draft, ssrc_arena *arena, ssrc_error *err)
{
	if (draft->failed)
		return ssrc_no_memory(err);
	ssrc_status status = check_places(draft, err);
	if (status != SSRC_OK)
		return status;
	ssrc_program p = {.n_cols = draft->n_cols, .n_rows = draft->n_rows, .offset = draft->offset};
	uint32_t *first = ssrc_alloc_array(draft->ctx, (size_t)draft->n_rows + 1, sizeof *first);
	uint32_t *next = ssrc_alloc_array(draft->ctx, (size_t)draft->n_cols + 1, sizeof *next);
	uint32_t *order = ssrc_alloc_array(draft->ctx, draft->n_entries, sizeof *order);
	if (!first || !next || !order || !take_arrays(&p, draft->n_entries, arena)) {
		status = ssrc_no_memory(err);
	} else {
		order_by_row(draft, first, order);
		place_entries(&p, draft, order, next);
		copy_sides(&p, draft);
		status = ssrc_program_valid(&p, err);
	}
	ssrc_release(draft->ctx, first);
	ssrc_release(draft->ctx, next);
	ssrc_release(draft->ctx, order);
	if (status == SSRC_OK)
		*out = p;
	return status;
}

/* ---- validity -------------------------------------------------------------------------------------------- */

static ssrc_status refuse(ssrc_text_id message, const char *const *names, char letter, uint32_t number, ssrc_error *err)
{
	char made_up[24];
	snprintf(made_up, sizeof made_up, "%c%lu", letter, (unsigned long)number);
	return ssrc_fail(err, SSRC_RANGE, message, names && names[number] ? names[number] : made_up, NULL, NULL);
}

static ssrc_status check_side(double low, double high, const char *const *names, char letter, uint32_t number,
			      ssrc_error *err)
{
	if (isnan(low) || isnan(high))
		return refuse(SSRC_M_PROGRAM_NUMBER, names, letter, number, err);
	if (low > high || low == (double)INFINITY || high == (double)-INFINITY)
		return refuse(SSRC_M_PROGRAM_CROSSED, names, letter, number, err);
	return SSRC_OK;
}

ssrc_status ssrc_program_valid(const ssrc_program *p, ssrc_error *err)
{
	ssrc_status status = SSRC_OK;
	const char *const *cols = p->col_name, *const *rows = p->row_name;
	if (!isfinite(p->offset))
		return ssrc_fail(err, SSRC_RANGE, SSRC_M_PROGRAM_NUMBER, "offset", NULL, NULL);
	for (uint32_t i = 0; i < p->n_rows && status == SSRC_OK; i++)
		status = check_side(p->row_low[i], p->row_high[i], rows, 'r', i, err);
	for (uint32_t j = 0; j < p->n_cols && status == SSRC_OK; j++) {
		status = check_side(p->low[j], p->high[j], cols, 'c', j, err);
		if (status == SSRC_OK && !isfinite(p->cost[j]))
			return refuse(SSRC_M_PROGRAM_NUMBER, cols, 'c', j, err);
		for (uint32_t k = p->start[j]; k < p->start[j + 1] && status == SSRC_OK; k++) {
			bool ascending = p->row[k] < p->n_rows && (k == p->start[j] || p->row[k] > p->row[k - 1]);
			if (!ascending || !isfinite(p->value[k]))
				return refuse(SSRC_M_PROGRAM_NUMBER, cols, 'c', j, err);
		}
	}
	return status;
}

/* ---- compensated sums ------------------------------------------------------------------------------------- */

/* sum + error is the exact sum to about twice the precision of a double (Ogita, Rump, Oishi 2005). */
typedef struct exact {
	double sum, error;
} exact;

static void add(exact *to, double x)
{
	double s = to->sum + x, z = s - to->sum;
	to->error += (to->sum - (s - z)) + (x - z);
	to->sum = s;
}

/* x = high + low with at most 26 bits each (Veltkamp); not for |x| near the overflow threshold. */
static void split(double x, double *high, double *low)
{
	double c = 134217729.0 * x;
	*high = c - (c - x);
	*low = x - *high;
}

static void add_product(exact *to, double x, double y)
{
	double p = x * y, x1, x2, y1, y2;
	add(to, p);
	if (!(fabs(x) < 1e150 && fabs(y) < 1e150))
		return;
	split(x, &x1, &x2);
	split(y, &y1, &y2);
	to->error += x2 * y2 - (((p - x1 * y1) - x2 * y1) - x1 * y2);
}

static double total(exact e)
{
	return e.sum + e.error;
}

/* ---- checking ---------------------------------------------------------------------------------------------- */

enum { ROW_BLOCK = 4096 };

static double beyond(double x, double low, double high)
{
	double under = (low - x) / fmax(1, fabs(low)), over = (x - high) / fmax(1, fabs(high));
	return fmax(isnan(under) ? 0 : under, isnan(over) ? 0 : over); /* NaN: an infinite side */
}

static void check_col(ssrc_program_report *out, const ssrc_program *p, const double *x, uint32_t j)
{
	double violation = beyond(x[j], p->low[j], p->high[j]);
	if (violation > out->violation) {
		out->violation = violation;
		out->col = j;
	}
	if (p->integer && p->integer[j])
		out->fraction = fmax(out->fraction, fabs(x[j] - nearbyint(x[j])));
}

/* The rows first .. first + ROW_BLOCK, whose sums fit on the stack: the check cannot fail for want of memory. */
static void check_rows(ssrc_program_report *out, const ssrc_program *p, const double *x, uint32_t first)
{
	exact sums[ROW_BLOCK];
	uint32_t end = p->n_rows - first < ROW_BLOCK ? p->n_rows : first + ROW_BLOCK;
	memset(sums, 0, (end - first) * sizeof *sums);
	for (uint32_t j = 0; j < p->n_cols; j++) {
		if (x[j] == 0)
			continue;
		for (uint32_t k = p->start[j]; k < p->start[j + 1] && p->row[k] < end; k++)
			if (p->row[k] >= first)
				add_product(&sums[p->row[k] - first], p->value[k], x[j]);
	}
	for (uint32_t i = first; i < end; i++) {
		double violation = beyond(total(sums[i - first]), p->row_low[i], p->row_high[i]);
		if (violation > out->violation) {
			out->violation = violation;
			out->row = i;
			out->col = SSRC_NONE;
		}
	}
}

void ssrc_program_check(ssrc_program_report *out, const ssrc_program *p, const double *x)
{
	*out = (ssrc_program_report){.row = SSRC_NONE, .col = SSRC_NONE};
	exact value = {p->offset, 0};
	for (uint32_t j = 0; j < p->n_cols; j++) {
		if (!isfinite(x[j])) {
			*out = (ssrc_program_report){(double)NAN, (double)INFINITY, (double)INFINITY, SSRC_NONE, j};
			return;
		}
		add_product(&value, p->cost[j], x[j]);
		check_col(out, p, x, j);
	}
	out->value = total(value);
	for (uint32_t first = 0; first < p->n_rows; first += ROW_BLOCK)
		check_rows(out, p, x, first);
}

/* ---- bounds ------------------------------------------------------------------------------------------------ */

/* A multiplier that has no side to press on counts for nothing. */
static double usable(const ssrc_program *p, const double *y, uint32_t i)
{
	return isfinite(y[i]) && isfinite(y[i] > 0 ? p->row_low[i] : p->row_high[i]) ? y[i] : 0;
}

/* Σ min over the rows' sides of y_i · row + Σ min over the columns' bounds of (cost - A'y)_j · x_j. `magnitude`: the
 * sum of the terms' sizes, so of what rounding may have changed. */
static double bound_of(const ssrc_program *p, const double *cost, const double *y, double *reduced, double *magnitude)
{
	exact bound = {0, 0};
	double size = 0;
	bool open = false;
	for (uint32_t i = 0; i < p->n_rows; i++) {
		double multiplier = usable(p, y, i), side = multiplier > 0 ? p->row_low[i] : p->row_high[i];
		if (multiplier == 0)
			continue;
		add_product(&bound, multiplier, side);
		size += fabs(multiplier * side);
	}
	for (uint32_t j = 0; j < p->n_cols; j++) {
		exact d = {cost ? cost[j] : 0, 0};
		double terms = fabs(d.sum);
		for (uint32_t k = p->start[j]; k < p->start[j + 1]; k++) {
			double multiplier = usable(p, y, p->row[k]);
			add_product(&d, -p->value[k], multiplier);
			terms += fabs(p->value[k] * multiplier);
		}
		double price = total(d), at = price > 0 ? p->low[j] : p->high[j];
		if (reduced)
			reduced[j] = price;
		if (price == 0)
			continue;
		if (!isfinite(at)) {
			open |= fabs(price) > 1e-9 * terms;
			continue;
		}
		add_product(&bound, price, at);
		size += fabs(price * at) + DBL_EPSILON * terms * fabs(at);
	}
	*magnitude = size;
	return open ? (double)-INFINITY : total(bound);
}

double ssrc_dual_bound(const ssrc_program *p, const double *y, double *reduced)
{
	double magnitude, bound = bound_of(p, p->cost, y, reduced, &magnitude);
	return bound + p->offset - 4 * DBL_EPSILON * (magnitude + fabs(p->offset));
}

bool ssrc_ray_proves(const ssrc_program *p, const double *y)
{
	double magnitude, bound = bound_of(p, NULL, y, NULL, &magnitude);
	return bound > 1e-9 * magnitude;
}
