/* Random two-stage programs, and SMPS written from them: names shuffled, rows, columns and scenarios in any order. */
#ifndef SSRC_SMPS_REF_H
#define SSRC_SMPS_REF_H

#include "harness.h"

#include "plan/two_stage.h"

typedef struct ref_random {
	uint64_t seed, next;
} ref_random;

static inline uint32_t ref_below(ref_random *r, uint32_t n)
{
	return (uint32_t)(ssrc_random_bits(r->seed, 7, r->next++) % n);
}

/* A small whole number from low to high. */
static inline double ref_between(ref_random *r, int low, int high)
{
	return low + (double)ref_below(r, (uint32_t)(high - low + 1));
}

typedef struct ref_shape {
	uint32_t n_x, n_y, n_scenarios, n_rows;
	bool whole_x;       /* columns of the first stage */
	uint32_t n_whole_y; /* the first so many columns of the second stage */
	int most;           /* upper bound of whole columns */
} ref_shape;

static inline void ref_random_first(ref_random *r, const ref_shape *shape, ssrc_program_draft *draft)
{
	for (uint32_t j = 0; j < shape->n_x; j++)
		ssrc_draft_col(draft, ref_between(r, -3, 9), 0, shape->most, shape->whole_x, NULL);
	uint32_t row = ssrc_draft_row(draft, ref_below(r, 3) ? -INFINITY : 1, ref_between(r, 2, 5), NULL);
	for (uint32_t j = 0; j < shape->n_x; j++)
		ssrc_draft_entry(draft, row, j, ref_between(r, 1, 2));
	draft->offset = ref_between(r, -5, 5);
}

/* Sides of a row: L, G, E or a range, such that some answers fit. */
static inline void ref_random_sides(ref_random *r, double *low, double *high)
{
	static const double inf = INFINITY;
	double side = ref_between(r, -3, 6);
	switch (ref_below(r, 5)) {
	case 0: *low = side - 2, *high = side + ref_between(r, 0, 3); break;
	case 1: *low = *high = side; break;
	case 2: *low = side, *high = inf; break;
	default: *low = -inf, *high = side + 2;
	}
}

static inline ssrc_status ref_random_recourse(ref_random *r, const ref_shape *shape, ssrc_context *ctx,
					      ssrc_arena *arena, ssrc_scenario_program *out)
{
	ssrc_program_draft draft;
	ssrc_draft_init(&draft, ctx);
	for (uint32_t j = 0; j < shape->n_y; j++)
		ssrc_draft_col(&draft, ref_between(r, -6, 9), ref_below(r, 4) ? 0 : -1, shape->most,
			       j < shape->n_whole_y, NULL);
	out->link_start = ssrc_arena_array(arena, shape->n_rows + 1, sizeof *out->link_start);
	out->link_col = ssrc_arena_array(arena, shape->n_rows * shape->n_x, sizeof *out->link_col);
	out->link_value = ssrc_arena_array(arena, shape->n_rows * shape->n_x, sizeof *out->link_value);
	for (uint32_t i = 0; i < shape->n_rows; i++) {
		double low, high;
		ref_random_sides(r, &low, &high);
		ssrc_draft_row(&draft, low, high, NULL);
		for (uint32_t j = 0; j < shape->n_y; j++)
			if (ref_below(r, 3))
				ssrc_draft_entry(&draft, i, j, ref_between(r, -2, 3));
		uint32_t at = out->link_start[i];
		for (uint32_t j = 0; j < shape->n_x; j++)
			if (ref_below(r, 2)) {
				out->link_col[at] = j;
				out->link_value[at++] =
					ref_between(r, 0, 1) ? ref_between(r, 1, 2) : -ref_between(r, 1, 2);
			}
		out->link_start[i + 1] = at;
	}
	draft.offset = ref_between(r, 0, 2);
	ssrc_status status = ssrc_draft_finish(&out->recourse, &draft, arena, NULL);
	ssrc_draft_clear(&draft);
	return status;
}

static inline ssrc_status ref_random_problem(ssrc_two_stage *out, uint64_t seed, const ref_shape *shape,
					     ssrc_context *ctx, ssrc_arena *arena)
{
	ref_random r = {seed, 0};
	ssrc_program_draft draft;
	*out = (ssrc_two_stage){.n_scenarios = shape->n_scenarios};
	ssrc_draft_init(&draft, ctx);
	ref_random_first(&r, shape, &draft);
	ssrc_status status = ssrc_draft_finish(&out->first, &draft, arena, NULL);
	ssrc_draft_clear(&draft);
	out->scenarios = ssrc_arena_array(arena, shape->n_scenarios, sizeof *out->scenarios);
	double sum = 0;
	for (uint32_t s = 0; s < shape->n_scenarios && !status; s++) {
		status = ref_random_recourse(&r, shape, ctx, arena, &out->scenarios[s]);
		sum += out->scenarios[s].probability = ref_between(&r, 1, 5);
	}
	for (uint32_t s = 0; s < shape->n_scenarios; s++)
		out->scenarios[s].probability /= sum;
	return status;
}

/* ---- writing ----------------------------------------------------------------------------------------------- */

/* All scenarios must have the sides of rows of one type (all L, all E …) and bounds of the same kind. The core holds
 * the first scenario; the others say what differs. `shuffle` 0 keeps every order. */
typedef struct ref_smps {
	ssrc_buf core, time, stoch;
	ref_random r;
	bool shuffle;
} ref_smps;

static inline void ref_permute(ref_smps *w, uint32_t *order, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		order[i] = i;
	for (uint32_t i = n; w->shuffle && i > 1; i--) {
		uint32_t k = ref_below(&w->r, i), t = order[i - 1];
		order[i - 1] = order[k];
		order[k] = t;
	}
}

static inline void ref_put_number(ssrc_buf *out, double v)
{
	char text[32];
	ssrc_format_number(text, v);
	ssrc_buf_puts(out, text);
}

/* " a b value" */
static inline void ref_put_entry(ssrc_buf *out, const char *a, uint32_t i, const char *b, uint32_t j, double v)
{
	ssrc_buf_printf(out, "  %s%u  %s%u  ", a, (unsigned)i, b, (unsigned)j);
	ref_put_number(out, v);
	ssrc_buf_putc(out, '\n');
}

static inline char ref_row_type(double low, double high)
{
	return low == high ? 'E' : high < INFINITY ? 'L' : 'G';
}

static inline double ref_row_rhs(const ssrc_program *p, uint32_t i)
{
	return p->row_high[i] < INFINITY ? p->row_high[i] : p->row_low[i];
}

static inline void ref_put_column(ref_smps *w, const ssrc_two_stage *problem, uint32_t stage, uint32_t j)
{
	const ssrc_scenario_program *s = &problem->scenarios[0];
	const ssrc_program *p = stage ? &s->recourse : &problem->first;
	const char *col = stage ? "y" : "x", *row = stage ? "s" : "f";
	bool whole = p->integer && p->integer[j];
	if (whole)
		ssrc_buf_puts(&w->core, "  M  'MARKER'  'INTORG'\n");
	ssrc_buf_printf(&w->core, "  %s%u  obj  ", col, (unsigned)j);
	ref_put_number(&w->core, p->cost[j]);
	ssrc_buf_putc(&w->core, '\n');
	for (uint32_t k = p->start[j]; k < p->start[j + 1]; k++)
		ref_put_entry(&w->core, col, j, row, p->row[k], p->value[k]);
	for (uint32_t i = 0; stage == 0 && i < s->recourse.n_rows; i++)
		for (uint32_t k = s->link_start[i]; k < s->link_start[i + 1]; k++)
			if (s->link_col[k] == j)
				ref_put_entry(&w->core, "x", j, "s", i, s->link_value[k]);
	if (whole)
		ssrc_buf_puts(&w->core, "  M  'MARKER'  'INTEND'\n");
}

static inline void ref_put_bounds(ref_smps *w, const ssrc_program *p, const char *col, uint32_t j)
{
	if (p->low[j] != 0) {
		ssrc_buf_puts(&w->core, " LO");
		ref_put_entry(&w->core, "bnd", 0, col, j, p->low[j]);
	}
	if (p->high[j] < INFINITY) {
		ssrc_buf_puts(&w->core, " UP");
		ref_put_entry(&w->core, "bnd", 0, col, j, p->high[j]);
	} else
		ssrc_buf_printf(&w->core, " PL bnd0 %s%u\n", col, (unsigned)j);
}

/* The order of rows, columns in each stage. */
typedef struct ref_orders {
	uint32_t row[2][32], col[2][32];
} ref_orders;

static inline const ssrc_program *ref_stage(const ssrc_two_stage *problem, uint32_t stage)
{
	return stage ? &problem->scenarios[0].recourse : &problem->first;
}

static inline void ref_put_core(ref_smps *w, const ssrc_two_stage *problem, const ref_orders *o)
{
	ssrc_buf_puts(&w->core, "NAME random\nROWS\n N obj\n");
	for (uint32_t t = 0; t < 2; t++)
		for (uint32_t i = 0; i < ref_stage(problem, t)->n_rows; i++) {
			const ssrc_program *p = ref_stage(problem, t);
			uint32_t row = o->row[t][i];
			ssrc_buf_printf(&w->core, " %c %s%u\n", ref_row_type(p->row_low[row], p->row_high[row]),
					t ? "s" : "f", (unsigned)row);
		}
	ssrc_buf_puts(&w->core, "COLUMNS\n");
	for (uint32_t t = 0; t < 2; t++)
		for (uint32_t j = 0; j < ref_stage(problem, t)->n_cols; j++)
			ref_put_column(w, problem, t, o->col[t][j]);
	ssrc_buf_puts(&w->core, "RHS\n  rhs  obj  ");
	ref_put_number(&w->core, -problem->first.offset - problem->scenarios[0].recourse.offset);
	ssrc_buf_putc(&w->core, '\n');
	for (uint32_t t = 0; t < 2; t++)
		for (uint32_t i = 0; i < ref_stage(problem, t)->n_rows; i++) {
			ssrc_buf_printf(&w->core, "  rhs  %s%u  ", t ? "s" : "f", (unsigned)i);
			ref_put_number(&w->core, ref_row_rhs(ref_stage(problem, t), i));
			ssrc_buf_putc(&w->core, '\n');
		}
	ssrc_buf_puts(&w->core, "RANGES\n");
	for (uint32_t t = 0; t < 2; t++)
		for (uint32_t i = 0; i < ref_stage(problem, t)->n_rows; i++) {
			const ssrc_program *p = ref_stage(problem, t);
			if (!isfinite(p->row_low[i]) || !isfinite(p->row_high[i]) || p->row_low[i] == p->row_high[i])
				continue;
			ssrc_buf_printf(&w->core, "  rng  %s%u  ", t ? "s" : "f", (unsigned)i);
			ref_put_number(&w->core, p->row_high[i] - p->row_low[i]);
			ssrc_buf_putc(&w->core, '\n');
		}
	ssrc_buf_puts(&w->core, "BOUNDS\n");
	for (uint32_t t = 0; t < 2; t++)
		for (uint32_t j = 0; j < ref_stage(problem, t)->n_cols; j++)
			ref_put_bounds(w, ref_stage(problem, t), t ? "y" : "x", j);
	ssrc_buf_puts(&w->core, "ENDATA\n");
}

static inline double ref_value_at(const ssrc_program *p, uint32_t i, uint32_t j)
{
	for (uint32_t k = p->start[j]; k < p->start[j + 1]; k++)
		if (p->row[k] == i)
			return p->value[k];
	return 0;
}

static inline double ref_link_at(const ssrc_scenario_program *s, uint32_t i, uint32_t j)
{
	for (uint32_t k = s->link_start[i]; k < s->link_start[i + 1]; k++)
		if (s->link_col[k] == j)
			return s->link_value[k];
	return 0;
}

/* What a scenario has that the core has not. */
static inline void ref_put_changes(ref_smps *w, const ssrc_two_stage *problem, uint32_t which)
{
	const ssrc_scenario_program *s = &problem->scenarios[which], *core = &problem->scenarios[0];
	const ssrc_program *p = &s->recourse, *q = &core->recourse;
	for (uint32_t j = 0; j < p->n_cols; j++) {
		if (p->cost[j] != q->cost[j]) {
			ssrc_buf_printf(&w->stoch, "  y%u  obj  ", (unsigned)j);
			ref_put_number(&w->stoch, p->cost[j]);
			ssrc_buf_putc(&w->stoch, '\n');
		}
		if (p->low[j] != q->low[j]) {
			ssrc_buf_puts(&w->stoch, " LO");
			ref_put_entry(&w->stoch, "bnd", 0, "y", j, p->low[j]);
		}
		for (uint32_t i = 0; i < p->n_rows; i++)
			if (ref_value_at(p, i, j) != ref_value_at(q, i, j))
				ref_put_entry(&w->stoch, "y", j, "s", i, ref_value_at(p, i, j));
	}
	for (uint32_t i = 0; i < p->n_rows; i++) {
		if (ref_row_rhs(p, i) != ref_row_rhs(q, i)) {
			ssrc_buf_printf(&w->stoch, "  rhs  s%u  ", (unsigned)i);
			ref_put_number(&w->stoch, ref_row_rhs(p, i));
			ssrc_buf_putc(&w->stoch, '\n');
		}
		for (uint32_t j = 0; j < problem->first.n_cols; j++)
			if (ref_link_at(s, i, j) != ref_link_at(core, i, j))
				ref_put_entry(&w->stoch, "x", j, "s", i, ref_link_at(s, i, j));
	}
	if (p->offset != q->offset) {
		ssrc_buf_puts(&w->stoch, "  rhs  obj  ");
		ref_put_number(&w->stoch, -problem->first.offset - p->offset);
		ssrc_buf_putc(&w->stoch, '\n');
	}
}

static inline void ref_put_smps(ref_smps *w, const ssrc_two_stage *problem, ssrc_context *ctx)
{
	ref_orders o;
	uint32_t order[64];
	ssrc_buf_init(&w->core, ctx);
	ssrc_buf_init(&w->time, ctx);
	ssrc_buf_init(&w->stoch, ctx);
	for (uint32_t t = 0; t < 2; t++) {
		ref_permute(w, o.row[t], ref_stage(problem, t)->n_rows);
		ref_permute(w, o.col[t], ref_stage(problem, t)->n_cols);
	}
	ref_put_core(w, problem, &o);
	ssrc_buf_printf(&w->time, "TIME random\nPERIODS\n  x%u  f%u  ONE\n  y%u  s%u  TWO\nENDATA\n",
			(unsigned)o.col[0][0], (unsigned)o.row[0][0], (unsigned)o.col[1][0], (unsigned)o.row[1][0]);
	ssrc_buf_puts(&w->stoch, "STOCH random\nSCENARIOS DISCRETE\n");
	ref_permute(w, order, problem->n_scenarios);
	for (uint32_t k = 0; k < problem->n_scenarios; k++) {
		ssrc_buf_printf(&w->stoch, " SC scen%u  ROOT  ", (unsigned)order[k]);
		ref_put_number(&w->stoch, problem->scenarios[order[k]].probability);
		ssrc_buf_puts(&w->stoch, "  TWO\n");
		ref_put_changes(w, problem, order[k]);
	}
	ssrc_buf_puts(&w->stoch, "ENDATA\n");
}

static inline void ref_clear_smps(ref_smps *w)
{
	ssrc_buf_clear(&w->core);
	ssrc_buf_clear(&w->time);
	ssrc_buf_clear(&w->stoch);
}

/* Row sides of every scenario get the type and the width of the first, so that SMPS can say them. */
static inline void ref_align_sides(ssrc_two_stage *problem)
{
	const ssrc_program *q = &problem->scenarios[0].recourse;
	for (uint32_t s = 1; s < problem->n_scenarios; s++) {
		ssrc_program *p = &problem->scenarios[s].recourse;
		for (uint32_t i = 0; i < p->n_rows; i++) {
			double at = ref_row_rhs(p, i);
			if (!isfinite(q->row_high[i])) {
				p->row_low[i] = at;
				p->row_high[i] = INFINITY;
				continue;
			}
			p->row_low[i] = at - (q->row_high[i] - q->row_low[i]);
			p->row_high[i] = at;
		}
	}
}

#endif
