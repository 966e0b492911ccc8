/* The second stage taken apart into independent blocks, their answers listed. docs/methods/instances.md */
#include "plan/recourse_blocks.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ANSWERS_MAX = 1024, STEPS_MAX = 200000 };
static const double tolerance = 1e-9;

typedef struct lister {
	const ssrc_two_stage *problem;
	ssrc_context *ctx;
	ssrc_arena *arena;
	ssrc_error *err;
	ssrc_block_set *out;
	ssrc_symbols tender_names; /* the bytes of a tender */
	ssrc_buf key;
	size_t tenders_cap, entries_cap, value_cap, blocks_cap, bare_cap;
	/* Of the scenario in work. */
	uint32_t *parent;     /* [n_cols] union-find */
	uint32_t *row_first;  /* [n_rows] a column of the row, SSRC_NONE */
	uint32_t *row_tender; /* [n_rows] SSRC_NONE = sees no first stage */
	double *row_scale;    /* [n_rows] links of the row = scale · tender */
	uint32_t *local_row;  /* [n_rows] within the block in work */
	ssrc_arena scratch;
} lister;

/* ---- tenders ---------------------------------------------------------------------------------------------- */

static void bound_tender(const lister *l, ssrc_tender *t)
{
	const ssrc_program *first = &l->problem->first;
	t->low = t->high = 0;
	for (uint32_t k = t->start; k < t->start + t->count; k++) {
		double v = l->out->value[k], low = first->low[l->out->col[k]], high = first->high[l->out->col[k]];
		t->low += v > 0 ? v * low : v * high;
		t->high += v > 0 ? v * high : v * low;
	}
}

/* The tender of row r of a scenario: its links divided by the first of them. */
static ssrc_status find_tender(lister *l, const ssrc_scenario_program *s, uint32_t r)
{
	ssrc_block_set *out = l->out;
	uint32_t begin = s->link_start[r], end = s->link_start[r + 1], id;
	l->row_tender[r] = SSRC_NONE;
	l->key.len = 0;
	double scale = 0;
	for (uint32_t k = begin; k < end; k++) {
		if (s->link_value[k] == 0)
			continue;
		scale = scale == 0 ? s->link_value[k] : scale;
		double value = s->link_value[k] / scale;
		ssrc_buf_add(&l->key, (const char *)&s->link_col[k], sizeof s->link_col[k]);
		ssrc_buf_add(&l->key, (const char *)&value, sizeof value);
	}
	if (l->key.failed)
		return ssrc_no_memory(l->err);
	if (l->key.len == 0)
		return SSRC_OK;
	l->row_scale[r] = scale;
	ssrc_status status = ssrc_symbols_add(&l->tender_names, l->key.data, l->key.len, &id, l->err);
	if (status)
		return status;
	l->row_tender[r] = id;
	if (id < out->n_tenders)
		return SSRC_OK;
	size_t pair = sizeof(uint32_t) + sizeof(double), count = l->key.len / pair;
	size_t need = out->n_entries + count;
	status = ssrc_reserve(l->ctx, (void **)&out->tenders, &l->tenders_cap, (size_t)id + 1, sizeof *out->tenders,
			      l->err);
	if (!status)
		status = ssrc_reserve(l->ctx, (void **)&out->col, &l->entries_cap, need, sizeof *out->col, l->err);
	if (!status)
		status = ssrc_reserve(l->ctx, (void **)&out->value, &l->value_cap, need, sizeof *out->value, l->err);
	if (status)
		return status;
	ssrc_tender *t = &out->tenders[id];
	*t = (ssrc_tender){.start = out->n_entries, .count = (uint32_t)count};
	for (size_t k = 0; k < count; k++) {
		memcpy(&out->col[out->n_entries], l->key.data + k * pair, sizeof(uint32_t));
		memcpy(&out->value[out->n_entries++], l->key.data + k * pair + sizeof(uint32_t), sizeof(double));
	}
	bound_tender(l, t);
	out->n_tenders++;
	return SSRC_OK;
}

/* ---- components ------------------------------------------------------------------------------------------- */

static uint32_t root_of(uint32_t *parent, uint32_t j)
{
	while (parent[j] != j)
		j = parent[j] = parent[parent[j]];
	return j;
}

static void join_columns(lister *l, const ssrc_program *p)
{
	for (uint32_t i = 0; i < p->n_rows; i++)
		l->row_first[i] = SSRC_NONE;
	for (uint32_t j = 0; j < p->n_cols; j++)
		l->parent[j] = j;
	for (uint32_t j = 0; j < p->n_cols; j++)
		for (uint32_t k = p->start[j]; k < p->start[j + 1]; k++) {
			uint32_t i = p->row[k];
			if (p->value[k] == 0)
				continue;
			if (l->row_first[i] == SSRC_NONE) {
				l->row_first[i] = j;
				continue;
			}
			uint32_t a = root_of(l->parent, l->row_first[i]), b = root_of(l->parent, j);
			/* The smallest column leads, so that blocks come in the order of columns. */
			l->parent[a > b ? a : b] = a > b ? b : a;
		}
}

/* ---- the answers of one block ----------------------------------------------------------------------------- */

typedef struct answers {
	lister *l;
	const ssrc_program *p;
	ssrc_block *block;
	uint32_t n_rows, *row; /* rows of the block */
	double *low, *high;    /* [n_rows] sides that the columns of the second stage must keep for some tender */
	double *activity, *least, *most; /* [n_rows] of fixed columns; of columns still free */
	double *x;                       /* [n_cols] */
	ssrc_buf found;                  /* per answer: cost, number, x */
	uint32_t n_found, steps;
	bool too_many;
} answers;

static double worst(const answers *a, uint32_t j, uint32_t k, bool most)
{
	double v = a->p->value[k], low = v * a->p->low[j], high = v * a->p->high[j];
	return most ? fmax(low, high) : fmin(low, high);
}

/* Fixes column c of the block to v, or frees it again (undo). */
static void fix(answers *a, uint32_t c, double v, bool undo)
{
	uint32_t j = a->block->col[c];
	double sign = undo ? -1 : 1;
	for (uint32_t k = a->p->start[j]; k < a->p->start[j + 1]; k++) {
		if (a->p->value[k] == 0)
			continue;
		uint32_t i = a->l->local_row[a->p->row[k]];
		a->activity[i] += sign * a->p->value[k] * v;
		a->least[i] -= sign * worst(a, j, k, false);
		a->most[i] -= sign * worst(a, j, k, true);
	}
	a->x[c] = v;
}

static bool still_possible(const answers *a, uint32_t c)
{
	uint32_t j = a->block->col[c];
	for (uint32_t k = a->p->start[j]; k < a->p->start[j + 1]; k++) {
		if (a->p->value[k] == 0)
			continue;
		uint32_t i = a->l->local_row[a->p->row[k]];
		double slack_low = tolerance * fmax(1, fabs(a->low[i])),
		       slack_high = tolerance * fmax(1, fabs(a->high[i]));
		if (a->activity[i] + a->least[i] > a->high[i] + slack_high ||
		    a->activity[i] + a->most[i] < a->low[i] - slack_low)
			return false;
	}
	return true;
}

/* Sums from scratch: what adding and taking away left in `activity` is not exact. */
static void record(answers *a)
{
	const ssrc_block *b = a->block;
	double cost = 0, number = a->n_found;
	if (a->n_found++ >= ANSWERS_MAX) {
		a->too_many = true;
		return;
	}
	for (uint32_t c = 0; c < b->n_cols; c++)
		cost += a->p->cost[b->col[c]] * a->x[c];
	ssrc_buf_add(&a->found, (const char *)&cost, sizeof cost);
	ssrc_buf_add(&a->found, (const char *)&number, sizeof number);
	ssrc_buf_add(&a->found, (const char *)a->x, b->n_cols * sizeof *a->x);
}

static void list_from(answers *a, uint32_t c)
{
	if (c == a->block->n_cols) {
		record(a);
		return;
	}
	uint32_t j = a->block->col[c];
	for (double v = ceil(a->p->low[j] - tolerance); v <= a->p->high[j] + tolerance && !a->too_many; v++) {
		a->too_many = a->too_many || a->steps++ > STEPS_MAX;
		fix(a, c, v, false);
		if (still_possible(a, c))
			list_from(a, c + 1);
		fix(a, c, v, true);
	}
}

/* What row r asks of its tender when the columns of the second stage add up to `activity`. */
static void ask(const answers *a, uint32_t r, double activity, double *low, double *high)
{
	double scale = a->l->row_scale[r];
	double x = (a->p->row_low[r] - activity) / scale, y = (a->p->row_high[r] - activity) / scale;
	*low = fmax(*low, scale > 0 ? x : y);
	*high = fmin(*high, scale > 0 ? y : x);
}

static uint32_t local_tender(const ssrc_block *b, uint32_t tender)
{
	uint32_t k = 0;
	while (b->tender[k] != tender)
		k++;
	return k;
}

/* Row sums of an answer and the ranges of tenders that follow; false if a row without tender fails after all. */
static bool ranges_of(answers *a, const double *x, double *low, double *high)
{
	const ssrc_block *b = a->block;
	memset(a->activity, 0, a->n_rows * sizeof *a->activity);
	for (uint32_t c = 0; c < b->n_cols; c++)
		for (uint32_t k = a->p->start[b->col[c]]; k < a->p->start[b->col[c] + 1]; k++)
			if (a->p->value[k] != 0)
				a->activity[a->l->local_row[a->p->row[k]]] += a->p->value[k] * x[c];
	for (uint32_t k = 0; k < b->n_tenders; k++) {
		low[k] = -(double)INFINITY;
		high[k] = (double)INFINITY;
	}
	for (uint32_t i = 0; i < a->n_rows; i++) {
		uint32_t r = a->row[i];
		if (a->l->row_tender[r] == SSRC_NONE)
			continue;
		uint32_t k = local_tender(b, a->l->row_tender[r]);
		ask(a, r, a->activity[i], &low[k], &high[k]);
	}
	for (uint32_t k = 0; k < b->n_tenders; k++)
		if (low[k] > high[k] + tolerance)
			return false;
	return true;
}

static bool covers(const ssrc_block *b, uint32_t p, const double *low, const double *high)
{
	for (uint32_t k = 0; k < b->n_tenders; k++)
		if (b->low[p * b->n_tenders + k] > low[k] || b->high[p * b->n_tenders + k] < high[k])
			return false;
	return true;
}

static int by_cost(const void *a, const void *b)
{
	const double *x = a, *y = b;
	if (x[0] != y[0])
		return x[0] < y[0] ? -1 : 1;
	return x[1] < y[1] ? -1 : x[1] > y[1];
}

/* Keeps the answers that no cheaper one replaces everywhere. */
static ssrc_status keep_answers(answers *a)
{
	ssrc_block *b = a->block;
	size_t width = (size_t)b->n_cols + 2;
	double *found = (double *)(void *)a->found.data;
	if (a->n_found > 0)
		qsort(found, a->n_found, width * sizeof *found, by_cost);
	b->cost = ssrc_arena_array(a->l->arena, a->n_found, sizeof *b->cost);
	b->low = ssrc_arena_array(a->l->arena, (size_t)a->n_found * b->n_tenders, sizeof *b->low);
	b->high = ssrc_arena_array(a->l->arena, (size_t)a->n_found * b->n_tenders, sizeof *b->high);
	b->answer = ssrc_arena_array(a->l->arena, (size_t)a->n_found * b->n_cols, sizeof *b->answer);
	if (!b->cost || !b->low || !b->high || !b->answer)
		return ssrc_no_memory(a->l->err);
	for (uint32_t f = 0; f < a->n_found; f++) {
		const double *it = found + f * width;
		uint32_t at = b->n_points, p = 0;
		double *low = b->low + (size_t)at * b->n_tenders, *high = b->high + (size_t)at * b->n_tenders;
		if (!ranges_of(a, it + 2, low, high))
			continue;
		while (p < at && !covers(b, p, low, high))
			p++;
		if (p < at)
			continue;
		b->cost[at] = it[0];
		memcpy(b->answer + (size_t)at * b->n_cols, it + 2, b->n_cols * sizeof *it);
		b->n_points++;
	}
	a->l->out->infeasible = a->l->out->infeasible || b->n_points == 0;
	return SSRC_OK;
}

static bool set_up(answers *a)
{
	ssrc_arena *scratch = &a->l->scratch;
	const ssrc_block *b = a->block;
	a->low = ssrc_arena_array(scratch, a->n_rows, sizeof *a->low);
	a->high = ssrc_arena_array(scratch, a->n_rows, sizeof *a->high);
	a->activity = ssrc_arena_array(scratch, a->n_rows, sizeof *a->activity);
	a->least = ssrc_arena_array(scratch, a->n_rows, sizeof *a->least);
	a->most = ssrc_arena_array(scratch, a->n_rows, sizeof *a->most);
	a->x = ssrc_arena_array(scratch, b->n_cols, sizeof *a->x);
	if (!a->low || !a->high || !a->activity || !a->least || !a->most || !a->x)
		return false;
	for (uint32_t i = 0; i < a->n_rows; i++) {
		uint32_t r = a->row[i];
		a->l->local_row[r] = i;
		a->low[i] = a->p->row_low[r];
		a->high[i] = a->p->row_high[r];
		if (a->l->row_tender[r] == SSRC_NONE)
			continue;
		const ssrc_tender *t = &a->l->out->tenders[a->l->row_tender[r]];
		double scale = a->l->row_scale[r], x = scale * t->low, y = scale * t->high;
		a->low[i] -= fmax(x, y);
		a->high[i] -= fmin(x, y);
	}
	for (uint32_t c = 0; c < b->n_cols; c++)
		for (uint32_t k = a->p->start[b->col[c]]; k < a->p->start[b->col[c] + 1]; k++) {
			if (a->p->value[k] == 0)
				continue;
			uint32_t i = a->l->local_row[a->p->row[k]];
			a->least[i] += worst(a, b->col[c], k, false);
			a->most[i] += worst(a, b->col[c], k, true);
		}
	return true;
}

static ssrc_status list_answers(lister *l, const ssrc_program *p, ssrc_block *block, uint32_t *row, uint32_t n_rows,
				bool *listed)
{
	answers a = {.l = l, .p = p, .block = block, .row = row, .n_rows = n_rows};
	if (!set_up(&a))
		return ssrc_no_memory(l->err);
	ssrc_buf_init(&a.found, l->ctx);
	list_from(&a, 0);
	*listed = !a.too_many;
	ssrc_status status = a.found.failed ? ssrc_no_memory(l->err) : SSRC_OK;
	if (!status && *listed)
		status = keep_answers(&a);
	ssrc_buf_clear(&a.found);
	return status;
}

/* ---- a scenario ------------------------------------------------------------------------------------------- */

static int by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	return x < y ? -1 : x > y;
}

/* The tenders that the rows of a block see, ascending and each once. */
static ssrc_status gather_tenders(lister *l, ssrc_block *block, const uint32_t *row, uint32_t n_rows)
{
	block->tender = ssrc_arena_array(l->arena, n_rows, sizeof *block->tender);
	if (!block->tender)
		return ssrc_no_memory(l->err);
	uint32_t n = 0, kept = 0;
	for (uint32_t i = 0; i < n_rows; i++)
		if (l->row_tender[row[i]] != SSRC_NONE)
			block->tender[n++] = l->row_tender[row[i]];
	qsort(block->tender, n, sizeof *block->tender, by_number); /* arena memory: never NULL */
	for (uint32_t k = 0; k < n; k++)
		if (kept == 0 || block->tender[k] != block->tender[kept - 1])
			block->tender[kept++] = block->tender[k];
	block->n_tenders = kept;
	return SSRC_OK;
}

static ssrc_status add_block(lister *l, uint32_t scenario, uint32_t root, bool *listed)
{
	const ssrc_scenario_program *s = &l->problem->scenarios[scenario];
	const ssrc_program *p = &s->recourse;
	ssrc_block block = {.scenario = scenario, .weight = s->probability};
	uint32_t n_rows = 0, *row = ssrc_arena_array(&l->scratch, p->n_rows, sizeof *row);
	for (uint32_t j = root; j < p->n_cols; j++)
		block.n_cols += root_of(l->parent, j) == root;
	block.col = ssrc_arena_array(l->arena, block.n_cols, sizeof *block.col);
	if (!row || !block.col)
		return ssrc_no_memory(l->err);
	block.n_cols = 0;
	for (uint32_t j = root; j < p->n_cols; j++)
		if (root_of(l->parent, j) == root)
			block.col[block.n_cols++] = j;
	for (uint32_t i = 0; i < p->n_rows; i++)
		if (l->row_first[i] != SSRC_NONE && root_of(l->parent, l->row_first[i]) == root)
			row[n_rows++] = i;
	ssrc_status status = gather_tenders(l, &block, row, n_rows);
	if (!status)
		status = list_answers(l, p, &block, row, n_rows, listed);
	if (!status)
		status = ssrc_reserve(l->ctx, (void **)&l->out->blocks, &l->blocks_cap, (size_t)l->out->n_blocks + 1,
				      sizeof block, l->err);
	if (!status)
		l->out->blocks[l->out->n_blocks++] = block;
	return status;
}

/* Rows that no column of the second stage enters: conditions on the first stage, or on nothing. */
static ssrc_status add_bare_rows(lister *l, uint32_t scenario)
{
	const ssrc_program *p = &l->problem->scenarios[scenario].recourse;
	ssrc_block_set *out = l->out;
	for (uint32_t i = 0; i < p->n_rows; i++) {
		if (l->row_first[i] != SSRC_NONE)
			continue;
		if (l->row_tender[i] == SSRC_NONE) {
			out->infeasible = out->infeasible || p->row_low[i] > tolerance || p->row_high[i] < -tolerance;
			continue;
		}
		size_t need = (size_t)out->n_bare + 1;
		ssrc_status status =
			ssrc_reserve(l->ctx, (void **)&out->bare, &l->bare_cap, need, sizeof *out->bare, l->err);
		if (status)
			return status;
		out->bare[out->n_bare++] = (ssrc_bare_row){scenario, i, l->row_tender[i], l->row_scale[i]};
	}
	return SSRC_OK;
}

static ssrc_status take_apart(lister *l, uint32_t scenario, bool *listed)
{
	const ssrc_scenario_program *s = &l->problem->scenarios[scenario];
	const ssrc_program *p = &s->recourse;
	ssrc_arena *scratch = &l->scratch;
	for (uint32_t j = 0; j < p->n_cols; j++)
		if (!p->integer || !p->integer[j] || !(p->high[j] - p->low[j] <= ANSWERS_MAX)) {
			*listed = false;
			return SSRC_OK;
		}
	l->parent = ssrc_arena_array(scratch, p->n_cols, sizeof *l->parent);
	l->row_first = ssrc_arena_array(scratch, p->n_rows, sizeof *l->row_first);
	l->row_tender = ssrc_arena_array(scratch, p->n_rows, sizeof *l->row_tender);
	l->row_scale = ssrc_arena_array(scratch, p->n_rows, sizeof *l->row_scale);
	l->local_row = ssrc_arena_array(scratch, p->n_rows, sizeof *l->local_row);
	if (!l->parent || !l->row_first || !l->row_tender || !l->row_scale || !l->local_row)
		return ssrc_no_memory(l->err);
	join_columns(l, p);
	ssrc_status status = SSRC_OK;
	for (uint32_t r = 0; !status && r < p->n_rows; r++)
		status = find_tender(l, s, r);
	if (!status)
		status = add_bare_rows(l, scenario);
	for (uint32_t j = 0; !status && *listed && j < p->n_cols; j++)
		if (l->parent[j] == j)
			status = add_block(l, scenario, j, listed);
	l->out->offset += s->probability * p->offset;
	return status;
}

/* Everything that grew outside the arena moves there. */
static bool move(ssrc_arena *arena, void **block, size_t bytes)
{
	void *copy = ssrc_arena_alloc(arena, bytes);
	if (copy && bytes)
		memcpy(copy, *block, bytes);
	*block = copy;
	return copy != NULL;
}

static ssrc_status hand_over(lister *l, ssrc_block_set *out)
{
	ssrc_block_set set = *l->out;
	bool good = move(l->arena, (void **)&set.tenders, set.n_tenders * sizeof *set.tenders);
	good = move(l->arena, (void **)&set.col, set.n_entries * sizeof *set.col) && good;
	good = move(l->arena, (void **)&set.value, set.n_entries * sizeof *set.value) && good;
	good = move(l->arena, (void **)&set.blocks, set.n_blocks * sizeof *set.blocks) && good;
	good = move(l->arena, (void **)&set.bare, set.n_bare * sizeof *set.bare) && good;
	if (!good)
		return ssrc_no_memory(l->err);
	*out = set;
	return SSRC_OK;
}

ssrc_status ssrc_blocks_list(ssrc_block_set *out, bool *listed, const ssrc_two_stage *problem, ssrc_context *ctx,
			     ssrc_arena *arena, ssrc_error *err)
{
	ssrc_block_set set = {0};
	lister l = {.problem = problem, .ctx = ctx, .arena = arena, .err = err, .out = &set};
	ssrc_symbols_init(&l.tender_names, ctx);
	ssrc_buf_init(&l.key, ctx);
	ssrc_arena_init(&l.scratch, ctx);
	ssrc_status status = SSRC_OK;
	*listed = true;
	for (uint32_t s = 0; !status && *listed && s < problem->n_scenarios; s++) {
		status = take_apart(&l, s, listed);
		ssrc_arena_clear(&l.scratch);
	}
	if (!status && *listed)
		status = hand_over(&l, out);
	ssrc_symbols_clear(&l.tender_names);
	ssrc_buf_clear(&l.key);
	ssrc_arena_clear(&l.scratch);
	ssrc_release(ctx, set.tenders);
	ssrc_release(ctx, set.col);
	ssrc_release(ctx, set.value);
	ssrc_release(ctx, set.blocks);
	ssrc_release(ctx, set.bare);
	return status;
}

uint32_t ssrc_block_answer(const ssrc_block *block, const double *t, double slack, double *cost)
{
	for (uint32_t p = 0; p < block->n_points; p++) {
		const double *low = block->low + (size_t)p * block->n_tenders;
		const double *high = block->high + (size_t)p * block->n_tenders;
		uint32_t k = 0;
		for (; k < block->n_tenders; k++) {
			double at = t[block->tender[k]];
			if (at < low[k] - slack * fmax(1, fabs(low[k])) ||
			    at > high[k] + slack * fmax(1, fabs(high[k])))
				break;
		}
		if (k == block->n_tenders) {
			*cost = block->cost[p];
			return p;
		}
	}
	*cost = (double)INFINITY;
	return SSRC_NONE;
}
