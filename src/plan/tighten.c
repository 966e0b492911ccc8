/* Weights of binaries cut down to what they can use: a source that brings 0.6 where 0.2 is missing brings 0.2.
 * docs/methods/plan-core.md */
#include "core.h"

#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 8 };

/* ---- paths of binaries ---------------------------------------------------------------------------------------- */

static bool is_binary(const ssrc_program *first, uint32_t j)
{
	return first->integer && first->integer[j] && first->low[j] >= 0 && first->high[j] <= 1;
}

typedef struct pair_row {
	uint32_t n, col[2];
	double value[2];
} pair_row;

/* Rows of the first stage with up to two entries; n = 3 for more. */
static void fill_pairs(pair_row *rows, const ssrc_program *first)
{
	for (uint32_t j = 0; j < first->n_cols; j++)
		for (uint32_t k = first->start[j]; k < first->start[j + 1]; k++) {
			pair_row *row = &rows[first->row[k]];
			if (row->n < 2) {
				row->col[row->n] = j;
				row->value[row->n] = first->value[k];
			}
			row->n += row->n < 3;
		}
}

/* next[a] = b where a row says x_a <= x_b; each column has at most one next and one before it. No circle arises: along
 * a circle all columns are equal, and the link that would close it is left out. */
static void link_pairs(core_paths *paths, uint32_t *next, uint32_t *before, const pair_row *rows,
		       const ssrc_program *first)
{
	for (uint32_t r = 0; r < first->n_rows; r++) {
		const pair_row *row = &rows[r];
		if (row->n != 2 || row->value[0] != -row->value[1] || first->row_high[r] != 0 ||
		    isfinite(first->row_low[r]))
			continue;
		uint32_t a = row->value[0] > 0 ? row->col[0] : row->col[1];
		uint32_t b = row->value[0] > 0 ? row->col[1] : row->col[0], end = b;
		if (!is_binary(first, a) || !is_binary(first, b) || next[a] != SSRC_NONE || before[b] != SSRC_NONE)
			continue;
		while (next[end] != SSRC_NONE)
			end = next[end];
		if (end == a)
			continue;
		next[a] = b;
		before[b] = a;
		paths->orders[r] = true;
	}
}

ssrc_status ssrc_core_find_paths(core_paths *out, const ssrc_program *first, ssrc_arena *arena, ssrc_error *err)
{
	uint32_t n = first->n_cols;
	core_paths p = {0};
	pair_row *rows = ssrc_arena_array(arena, first->n_rows, sizeof *rows);
	uint32_t *next = ssrc_arena_array(arena, n, sizeof *next), *before = ssrc_arena_array(arena, n, sizeof *before);
	p.start = ssrc_arena_array(arena, (size_t)n + 1, sizeof *p.start);
	p.col = ssrc_arena_array(arena, n, sizeof *p.col);
	p.path = ssrc_arena_array(arena, n, sizeof *p.path);
	p.place = ssrc_arena_array(arena, n, sizeof *p.place);
	p.orders = ssrc_arena_array(arena, first->n_rows, sizeof *p.orders);
	if (!rows || !next || !before || !p.orders || !p.start || !p.col || !p.path || !p.place)
		return ssrc_no_memory(err);
	memset(next, 0xff, n * sizeof *next);
	memset(before, 0xff, n * sizeof *before);
	memset(p.path, 0xff, n * sizeof *p.path);
	fill_pairs(rows, first);
	link_pairs(&p, next, before, rows, first);
	uint32_t used = 0;
	for (uint32_t j = 0; j < n; j++) {
		if (!is_binary(first, j) || before[j] != SSRC_NONE)
			continue;
		for (uint32_t k = j; k != SSRC_NONE; k = next[k]) {
			p.path[k] = p.n;
			p.place[k] = used - p.start[p.n];
			p.col[used++] = k;
		}
		p.start[++p.n] = used;
	}
	*out = p;
	return SSRC_OK;
}

void ssrc_core_begun_by(double *x, const double *u, const core_paths *paths, uint32_t n_cols)
{
	memmove(x, u, n_cols * sizeof *x);
	for (uint32_t p = 0; p < paths->n; p++)
		for (uint32_t k = paths->start[p] + 1; k < paths->start[p + 1]; k++)
			x[paths->col[k]] += x[paths->col[k - 1]];
}

void ssrc_core_begun_at(double *u, const double *x, const core_paths *paths, uint32_t n_cols)
{
	memmove(u, x, n_cols * sizeof *x);
	for (uint32_t p = 0; p < paths->n; p++)
		for (uint32_t k = paths->start[p + 1]; k-- > paths->start[p] + 1;)
			u[paths->col[k]] -= u[paths->col[k - 1]];
}

/* ---- bounds of a plan that follow from its rows
 * ---------------------------------------------------------------------- */

/* Bounds of x_j from a row's least or most activity with the others at their best; whole numbers are rounded, so that a
 * start that costs more than may be spent by then is barred. */
static bool limit_first_col(ssrc_program *p, uint32_t j, double a, double row_low, double row_high, double least,
			    double most)
{
	bool whole = p->integer && p->integer[j];
	double x = a * p->low[j], y = a * p->high[j];
	double room_high = (row_high - (least - fmin(x, y))) / a, room_low = (row_low - (most - fmax(x, y))) / a;
	double high = a > 0 ? room_high : room_low, low = a > 0 ? room_low : room_high;
	double slack = 1e-7 * (1 + fmax(isfinite(least) ? fabs(least) : 0, isfinite(most) ? fabs(most) : 0)) / fabs(a);
	high = whole ? floor(high + slack) : high + slack;
	low = whole ? ceil(low - slack) : low - slack;
	bool moved = false;
	if (isfinite(high) && high < p->high[j] && high >= p->low[j]) {
		p->high[j] = high;
		moved = true;
	}
	if (isfinite(low) && low > p->low[j] && low <= p->high[j]) {
		p->low[j] = low;
		moved = true;
	}
	return moved;
}

/* Activity of each row over the bounds. */
static void first_spans(const ssrc_program *p, double *least, double *most)
{
	memset(least, 0, p->n_rows * sizeof *least);
	memset(most, 0, p->n_rows * sizeof *most);
	for (uint32_t j = 0; j < p->n_cols; j++)
		for (uint32_t k = p->start[j]; k < p->start[j + 1]; k++) {
			double x = p->value[k] * p->low[j], y = p->value[k] * p->high[j];
			least[p->row[k]] += fmin(x, y);
			most[p->row[k]] += fmax(x, y);
		}
}

/* Bounds of the first stage tightened in place; what its rows leave no plan for is left to the master. */
static bool limit_first(ssrc_program *p, ssrc_arena *arena)
{
	double *low = ssrc_arena_array(arena, p->n_cols, sizeof *low);
	double *high = ssrc_arena_array(arena, p->n_cols, sizeof *high);
	double *least = ssrc_arena_array(arena, p->n_rows, sizeof *least);
	double *most = ssrc_arena_array(arena, p->n_rows, sizeof *most);
	bool moved = true;
	if (!low || !high || !least || !most)
		return false;
	memcpy(low, p->low, p->n_cols * sizeof *low);
	memcpy(high, p->high, p->n_cols * sizeof *high);
	p->low = low;
	p->high = high;
	for (int round = 0; round < ROUNDS && moved; round++) {
		moved = false;
		first_spans(p, least, most);
		for (uint32_t j = 0; j < p->n_cols; j++)
			for (uint32_t k = p->start[j]; k < p->start[j + 1]; k++) {
				uint32_t r = p->row[k];
				moved |= limit_first_col(p, j, p->value[k], p->row_low[r], p->row_high[r], least[r],
							 most[r]);
			}
	}
	return true;
}

/* ---- bounds of an answer that follow from its rows
 * ------------------------------------------------------------------- */

/* A link of a row, in order of path and place; columns outside paths come last. */
typedef struct tie {
	uint32_t path, place;
	size_t at; /* in link_value */
} tie;

typedef struct span {
	double least, most;
} span;

typedef struct tightener {
	const ssrc_two_stage *problem;
	const core_paths *paths;
	const ssrc_scenario_program *scenario;
	double *value;      /* of the links, as they become */
	tie *ties;          /* of one row */
	span *answer;       /* [rows] activity of W y */
	span *plan;         /* [rows] of T x */
	double *low, *high; /* [cols] */
} tightener;

static int by_path(const void *a, const void *b)
{
	const tie *x = a, *y = b;
	return x->path != y->path ? (x->path > y->path) - (x->path < y->path)
				  : (x->place > y->place) - (x->place < y->place);
}

/* The links of a row, sorted; 0 also if a column stands twice. */
static uint32_t row_ties(tightener *t, uint32_t r)
{
	const ssrc_scenario_program *s = t->scenario;
	uint32_t n = s->link_start[r + 1] - s->link_start[r];
	for (uint32_t k = 0; k < n; k++) {
		uint32_t col = s->link_col[s->link_start[r] + k], path = t->paths->path[col];
		t->ties[k] = (tie){path, path == SSRC_NONE ? col : t->paths->place[col], s->link_start[r] + k};
	}
	qsort(t->ties, n, sizeof *t->ties, by_path);
	for (uint32_t k = 1; k < n; k++)
		if (by_path(&t->ties[k - 1], &t->ties[k]) == 0)
			return 0;
	return n;
}

/* What the links from .. end - 1, of one path, may add to the row: nothing, or all from some place on. */
static span path_span(const tightener *t, uint32_t from, uint32_t end)
{
	span out = {0, 0};
	double sum = 0;
	for (uint32_t k = end; k-- > from;) {
		sum += t->value[t->ties[k].at];
		if (t->problem->first.high[t->paths->col[t->paths->start[t->ties[k].path] + t->ties[k].place]] < 1)
			break; /* nor at any place before */
		out.most = fmax(out.most, sum);
		out.least = fmin(out.least, sum);
	}
	return out;
}

static span col_span(const tightener *t, const tie *link)
{
	const ssrc_program *first = &t->problem->first;
	double a = t->value[link->at];
	if (a == 0)
		return (span){0, 0};
	double x = a * first->low[link->place], y = a * first->high[link->place];
	return (span){fmin(x, y), fmax(x, y)};
}

static uint32_t path_end(const tightener *t, uint32_t from, uint32_t n)
{
	uint32_t end = from + 1;
	while (end < n && t->ties[end].path == t->ties[from].path && t->ties[from].path != SSRC_NONE)
		end++;
	return end;
}

static span plan_span(const tightener *t, uint32_t n)
{
	span out = {0, 0};
	for (uint32_t k = 0, end; k < n; k = end) {
		end = path_end(t, k, n);
		span one = t->ties[k].path == SSRC_NONE ? col_span(t, &t->ties[k]) : path_span(t, k, end);
		out.least += one.least;
		out.most += one.most;
	}
	return out;
}

static void answer_spans(tightener *t)
{
	const ssrc_program *p = &t->scenario->recourse;
	memset(t->answer, 0, p->n_rows * sizeof *t->answer);
	for (uint32_t j = 0; j < p->n_cols; j++)
		for (uint32_t k = p->start[j]; k < p->start[j + 1]; k++) {
			double x = p->value[k] * t->low[j], y = p->value[k] * t->high[j];
			t->answer[p->row[k]].least += fmin(x, y);
			t->answer[p->row[k]].most += fmax(x, y);
		}
}

/* Limits of y_j from row r, where its coefficient is w, with everything else at its best. Widened by what rounding may
 * do. */
static void limit_col(tightener *t, uint32_t j, uint32_t r, double w)
{
	const ssrc_program *p = &t->scenario->recourse;
	double x = w * t->low[j], y = w * t->high[j];
	double under = t->answer[r].least - fmin(x, y) + t->plan[r].least; /* of the others */
	double over = t->answer[r].most - fmax(x, y) + t->plan[r].most;
	double room_high = (p->row_high[r] - under) / w, room_low = (p->row_low[r] - over) / w;
	double high = w > 0 ? room_high : room_low, low = w > 0 ? room_low : room_high;
	double slack = 1e-9 * (1 + fabs(under) + fabs(over)) / fabs(w);
	if (isfinite(high) && high + slack < t->high[j])
		t->high[j] = fmax(high + slack, t->low[j]);
	if (isfinite(low) && low - slack > t->low[j])
		t->low[j] = fmin(low - slack, t->high[j]);
}

/* How high y_j must be, at most, for row r to hold whatever the others are; -INFINITY if it only helps to be lower. */
static double needed_high(const tightener *t, uint32_t j, uint32_t r, double w)
{
	const ssrc_program *p = &t->scenario->recourse;
	double x = w * t->low[j], y = w * t->high[j], needed = -(double)INFINITY;
	double under = t->answer[r].least - fmin(x, y) + t->plan[r].least;
	double over = t->answer[r].most - fmax(x, y) + t->plan[r].most;
	if (w > 0 && isfinite(p->row_low[r]))
		needed = (p->row_low[r] - under) / w + 1e-9 * (1 + fabs(under)) / w;
	else if (w < 0 && isfinite(p->row_high[r]))
		needed = (p->row_high[r] - over) / w - 1e-9 * (1 + fabs(over)) / w;
	return isnan(needed) ? (double)INFINITY : needed;
}

static double needed_low(const tightener *t, uint32_t j, uint32_t r, double w)
{
	const ssrc_program *p = &t->scenario->recourse;
	double x = w * t->low[j], y = w * t->high[j], needed = (double)INFINITY;
	double under = t->answer[r].least - fmin(x, y) + t->plan[r].least;
	double over = t->answer[r].most - fmax(x, y) + t->plan[r].most;
	if (w < 0 && isfinite(p->row_low[r]))
		needed = (p->row_low[r] - under) / w + 1e-9 * (1 + fabs(under)) / w;
	else if (w > 0 && isfinite(p->row_high[r]))
		needed = (p->row_high[r] - over) / w - 1e-9 * (1 + fabs(over)) / w;
	return isnan(needed) ? -(double)INFINITY : needed;
}

/* An answer need not have more of y_j than any row can ask for, if it does not earn by it; nor less than no row minds.
 */
static void limit_dominated(tightener *t, uint32_t j)
{
	const ssrc_program *p = &t->scenario->recourse;
	double high = -(double)INFINITY, low = (double)INFINITY;
	for (uint32_t k = p->start[j]; k < p->start[j + 1]; k++) {
		high = fmax(high, needed_high(t, j, p->row[k], p->value[k]));
		low = fmin(low, needed_low(t, j, p->row[k], p->value[k]));
	}
	if (p->cost[j] >= 0 && isfinite(t->low[j]))
		t->high[j] = fmin(t->high[j], fmax(high, t->low[j]));
	if (p->cost[j] <= 0 && isfinite(t->high[j]))
		t->low[j] = fmax(t->low[j], fmin(low, t->high[j]));
}

static void find_limits(tightener *t)
{
	const ssrc_program *p = &t->scenario->recourse;
	memcpy(t->low, p->low, p->n_cols * sizeof *t->low);
	memcpy(t->high, p->high, p->n_cols * sizeof *t->high);
	for (uint32_t r = 0; r < p->n_rows; r++) {
		uint32_t n = row_ties(t, r), all = t->scenario->link_start[r + 1] - t->scenario->link_start[r];
		t->plan[r] = n == all ? plan_span(t, n) : (span){-(double)INFINITY, (double)INFINITY};
	}
	for (int round = 0; round < ROUNDS; round++) {
		answer_spans(t);
		for (uint32_t j = 0; j < p->n_cols; j++)
			for (uint32_t k = p->start[j]; k < p->start[j + 1]; k++)
				limit_col(t, j, p->row[k], p->value[k]);
		for (uint32_t j = 0; j < p->n_cols; j++)
			limit_dominated(t, j);
	}
	answer_spans(t);
}

/* ---- weights
 * ------------------------------------------------------------------------------------------------------------ */

/* Row: sign · (W y + T x) <= side. Beginning at a place that leaves it slack whatever y is gets no more weight than
 * leaves it just slack. */
static void cut_down(tightener *t, uint32_t from, uint32_t end, double sign, double room)
{
	double sum = 0, kept = 0;
	for (uint32_t k = end; k-- > from;) {
		sum += sign * t->value[t->ties[k].at];
		double now = fmax(sum, room);
		t->value[t->ties[k].at] = sign * (now - kept);
		kept = now;
	}
}

static void tighten_row(tightener *t, uint32_t r)
{
	const ssrc_program *p = &t->scenario->recourse;
	bool low = isfinite(p->row_low[r]), high = isfinite(p->row_high[r]);
	uint32_t n = row_ties(t, r);
	if (n == 0 || low == high)
		return;
	double sign = high ? 1 : -1, side = high ? p->row_high[r] : -p->row_low[r];
	double most = high ? t->answer[r].most + t->plan[r].most : -(t->answer[r].least + t->plan[r].least);
	for (uint32_t k = 0, end; k < n; k = end) {
		end = path_end(t, k, n);
		if (t->ties[k].path == SSRC_NONE)
			return;
		span own = path_span(t, k, end);
		double room = side - (most - (high ? own.most : -own.least));
		room -= 1e-12 * (fabs(side) + fabs(most));
		if (room < 0) /* NaN and infinities are not */
			cut_down(t, k, end, sign, room);
	}
}

static bool take_scratch(tightener *t, ssrc_arena *scratch)
{
	const ssrc_program *p = &t->scenario->recourse;
	uint32_t widest = 0;
	for (uint32_t r = 0; r < p->n_rows; r++) {
		uint32_t n = t->scenario->link_start[r + 1] - t->scenario->link_start[r];
		widest = n > widest ? n : widest;
	}
	t->ties = ssrc_arena_array(scratch, widest, sizeof *t->ties);
	t->answer = ssrc_arena_array(scratch, p->n_rows, sizeof *t->answer);
	t->plan = ssrc_arena_array(scratch, p->n_rows, sizeof *t->plan);
	t->low = ssrc_arena_array(scratch, p->n_cols, sizeof *t->low);
	t->high = ssrc_arena_array(scratch, p->n_cols, sizeof *t->high);
	return t->ties && t->answer && t->plan && t->low && t->high;
}

static ssrc_status tighten_scenario(ssrc_scenario_program *out, tightener *t, ssrc_arena *arena, ssrc_error *err)
{
	const ssrc_scenario_program *s = t->scenario;
	uint32_t n_links = s->recourse.n_rows ? s->link_start[s->recourse.n_rows] : 0;
	ssrc_arena scratch;
	ssrc_arena_init(&scratch, arena->ctx);
	t->value = ssrc_arena_array(arena, n_links, sizeof *t->value);
	bool ok = t->value && take_scratch(t, &scratch);
	if (ok) {
		memcpy(t->value, s->link_value, n_links * sizeof *t->value);
		find_limits(t);
		for (uint32_t r = 0; r < s->recourse.n_rows; r++)
			tighten_row(t, r);
		*out = *s;
		out->link_value = t->value;
	}
	ssrc_arena_clear(&scratch);
	return ok ? SSRC_OK : ssrc_no_memory(err);
}

ssrc_status ssrc_core_tighten(ssrc_two_stage *out, const ssrc_two_stage *problem, const core_paths *paths,
			      ssrc_arena *arena, ssrc_error *err)
{
	ssrc_two_stage tight = *problem;
	tight.scenarios = ssrc_arena_array(arena, problem->n_scenarios, sizeof *tight.scenarios);
	if (!tight.scenarios || !limit_first(&tight.first, arena))
		return ssrc_no_memory(err);
	ssrc_status status = SSRC_OK;
	for (uint32_t s = 0; s < problem->n_scenarios && status == SSRC_OK; s++) {
		tightener t = {.problem = &tight, .paths = paths, .scenario = &problem->scenarios[s]};
		status = tighten_scenario(&tight.scenarios[s], &t, arena, err);
	}
	if (status == SSRC_OK)
		*out = tight;
	return status;
}
