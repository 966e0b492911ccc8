/* The master: the first stage, and for each scenario what the cuts say it costs at least. docs/methods/plan-core.md */
#include "core.h"

#include <string.h>

/* ---- building ------------------------------------------------------------------------------------------------- */

static ssrc_status place(core_master *m, ssrc_error *err)
{
	const ssrc_two_stage *problem = m->problem;
	const core_paths *paths = m->paths;
	uint32_t n = problem->first.n_cols, s = problem->n_scenarios;
	bool risk = problem->risk > 0;
	m->theta = n;
	m->zeta = risk ? n + s : SSRC_NONE;
	m->eta = risk ? n + 2 * s : SSRC_NONE;
	m->n_cols = risk ? n + 2 * s + 1 : n + s;
	m->row_of = ssrc_alloc_array(m->ctx, problem->first.n_rows, sizeof *m->row_of);
	m->path_row = ssrc_alloc_array(m->ctx, paths->n, sizeof *m->path_row);
	m->low = ssrc_alloc_array(m->ctx, n, sizeof *m->low);
	m->high = ssrc_alloc_array(m->ctx, n, sizeof *m->high);
	m->path_low = ssrc_alloc_array(m->ctx, paths->n, sizeof *m->path_low);
	m->now_low = ssrc_alloc_array(m->ctx, n, sizeof *m->now_low);
	m->now_high = ssrc_alloc_array(m->ctx, n, sizeof *m->now_high);
	m->now_path_low = ssrc_alloc_array(m->ctx, paths->n, sizeof *m->now_path_low);
	m->floor = ssrc_alloc_array(m->ctx, s, sizeof *m->floor);
	if (!m->row_of || !m->path_row || !m->low || !m->high || !m->path_low || !m->now_low || !m->now_high ||
	    !m->now_path_low || !m->floor)
		return ssrc_no_memory(err);
	for (uint32_t r = 0; r < problem->first.n_rows; r++)
		m->row_of[r] = paths->orders[r] ? SSRC_NONE : m->base_rows++;
	for (uint32_t p = 0; p < paths->n; p++)
		m->path_row[p] = paths->start[p + 1] - paths->start[p] > 1 ? m->base_rows++ : SSRC_NONE;
	m->base_rows += risk ? s : 0;
	return SSRC_OK;
}

/* What is barred by a slot cannot begin in it or before; what must be begun by a slot cannot begin after it. */
static void find_bounds(core_master *m)
{
	const ssrc_program *first = &m->problem->first;
	memcpy(m->low, first->low, first->n_cols * sizeof *m->low);
	memcpy(m->high, first->high, first->n_cols * sizeof *m->high);
	for (uint32_t p = 0; p < m->paths->n; p++) {
		const uint32_t *col = m->paths->col + m->paths->start[p];
		uint32_t n = m->paths->start[p + 1] - m->paths->start[p];
		for (uint32_t k = 0; n > 1 && k < n; k++) {
			double high = first->high[col[k]] < 1 ? 0 : 1;
			m->low[col[k]] = 0;
			for (uint32_t later = k + 1; later < n; later++)
				high = fmin(high, first->high[col[later]] < 1 ? 0 : 1);
			for (uint32_t before = 0; before < k; before++)
				high = fmin(high, first->low[col[before]] > 0 ? 0 : 1);
			m->high[col[k]] = high;
		}
	}
}

static bool path_is_forced(const core_master *m, uint32_t path)
{
	for (uint32_t k = m->paths->start[path]; k < m->paths->start[path + 1]; k++)
		if (m->problem->first.low[m->paths->col[k]] > 0)
			return true;
	return false;
}

/* What has come together in each row of the first stage from the columns of a path, last first. */
typedef struct row_sums {
	double *sum;   /* [n_rows] */
	bool *in;      /* [n_rows] */
	uint32_t *row; /* those that are in */
	uint32_t n;
} row_sums;

static bool take_sums(row_sums *sums, const ssrc_program *first, ssrc_arena *arena)
{
	*sums = (row_sums){ssrc_arena_array(arena, first->n_rows, sizeof(double)),
			   ssrc_arena_array(arena, first->n_rows, sizeof(bool)),
			   ssrc_arena_array(arena, first->n_rows, sizeof(uint32_t)), 0};
	return sums->sum && sums->in && sums->row;
}

static void gather_col(row_sums *sums, const ssrc_program *first, uint32_t j)
{
	for (uint32_t e = first->start[j]; e < first->start[j + 1]; e++) {
		uint32_t r = first->row[e];
		if (!sums->in[r])
			sums->row[sums->n++] = r;
		sums->in[r] = true;
		sums->sum[r] += first->value[e];
	}
}

static void clear_sums(row_sums *sums)
{
	for (uint32_t k = 0; k < sums->n; k++) {
		sums->in[sums->row[k]] = false;
		sums->sum[sums->row[k]] = 0;
	}
	sums->n = 0;
}

static void add_path(ssrc_program_draft *draft, const core_master *m, uint32_t path, row_sums *sums)
{
	const core_paths *paths = m->paths;
	for (uint32_t k = paths->start[path + 1]; k-- > paths->start[path];) {
		uint32_t j = paths->col[k];
		gather_col(sums, &m->problem->first, j);
		for (uint32_t i = 0; i < sums->n; i++)
			if (m->row_of[sums->row[i]] != SSRC_NONE)
				ssrc_draft_entry(draft, m->row_of[sums->row[i]], j, sums->sum[sums->row[i]]);
		if (m->path_row[path] != SSRC_NONE)
			ssrc_draft_entry(draft, m->path_row[path], j, 1);
	}
	clear_sums(sums);
}

static void add_first_cols(ssrc_program_draft *draft, const core_master *m, bool whole, const double *low,
			   const double *high)
{
	const ssrc_program *first = &m->problem->first;
	const core_paths *paths = m->paths;
	for (uint32_t j = 0; j < first->n_cols; j++) {
		double cost = first->cost[j];
		uint32_t path = paths->path[j];
		for (uint32_t k = path == SSRC_NONE ? 0 : paths->start[path] + paths->place[j] + 1;
		     path != SSRC_NONE && k < paths->start[path + 1]; k++)
			cost += first->cost[paths->col[k]];
		ssrc_draft_col(draft, cost, low[j], high[j], whole && first->integer && first->integer[j], NULL);
	}
}

static bool add_first(ssrc_program_draft *draft, const core_master *m, bool whole, const double *low,
		      const double *high, ssrc_arena *scratch)
{
	const ssrc_program *first = &m->problem->first;
	row_sums sums;
	if (!take_sums(&sums, first, scratch))
		return false;
	add_first_cols(draft, m, whole, low, high);
	for (uint32_t r = 0; r < first->n_rows; r++)
		if (m->row_of[r] != SSRC_NONE)
			ssrc_draft_row(draft, first->row_low[r], first->row_high[r], NULL);
	for (uint32_t p = 0; p < m->paths->n; p++)
		if (m->path_row[p] != SSRC_NONE)
			ssrc_draft_row(draft, m->path_low[p] > 0 ? 1 : -(double)INFINITY, 1, NULL);
	for (uint32_t j = 0; j < first->n_cols; j++)
		for (uint32_t e = first->start[j]; m->paths->path[j] == SSRC_NONE && e < first->start[j + 1]; e++)
			ssrc_draft_entry(draft, m->row_of[first->row[e]], j, first->value[e]);
	for (uint32_t p = 0; p < m->paths->n; p++)
		add_path(draft, m, p, &sums);
	draft->offset = first->offset;
	return true;
}

/* η, the answer at the tail's edge, is one of the answers: not below the least of them. */
static void add_answers(ssrc_program_draft *draft, const core_master *m)
{
	const ssrc_two_stage *problem = m->problem;
	double least = (double)INFINITY;
	for (uint32_t s = 0; s < problem->n_scenarios; s++) {
		ssrc_draft_col(draft, (1 - problem->risk) * problem->scenarios[s].probability, m->floor[s],
			       (double)INFINITY, false, NULL);
		least = fmin(least, m->floor[s]);
	}
	if (m->eta == SSRC_NONE)
		return;
	for (uint32_t s = 0; s < problem->n_scenarios; s++)
		ssrc_draft_col(draft, problem->risk * problem->scenarios[s].probability / (1 - problem->tail), 0,
			       (double)INFINITY, false, NULL);
	ssrc_draft_col(draft, problem->risk, least, (double)INFINITY, false, NULL);
	for (uint32_t s = 0; s < problem->n_scenarios; s++) {
		uint32_t row = ssrc_draft_row(draft, 0, (double)INFINITY, NULL);
		ssrc_draft_entry(draft, row, m->zeta + s, 1);
		ssrc_draft_entry(draft, row, m->eta, 1);
		ssrc_draft_entry(draft, row, m->theta + s, -1);
	}
}

static void add_cut(ssrc_program_draft *draft, const core_master *m, const core_cut *cut)
{
	uint32_t row = ssrc_draft_row(draft, cut->constant, (double)INFINITY, NULL);
	for (size_t k = cut->first; k < cut->first + cut->n; k++)
		ssrc_draft_entry(draft, row, m->cuts.col[k], -m->cuts.value[k]);
	if (!cut->feasibility)
		ssrc_draft_entry(draft, row, m->theta + cut->scenario, 1);
}

ssrc_status ssrc_core_master_program(ssrc_program *out, const core_master *m, bool whole, const double *low,
				     const double *high, const bool *cuts, ssrc_arena *arena, ssrc_error *err)
{
	ssrc_program_draft draft;
	ssrc_draft_init(&draft, m->ctx);
	bool ok = add_first(&draft, m, whole, low ? low : m->low, high ? high : m->high, arena);
	add_answers(&draft, m);
	for (uint32_t i = 0; i < m->cuts.n; i++)
		if (!cuts || cuts[i])
			add_cut(&draft, m, &m->cuts.cuts[i]);
	ssrc_status status = ok ? ssrc_draft_finish(out, &draft, arena, err) : ssrc_no_memory(err);
	ssrc_draft_clear(&draft);
	return status;
}

ssrc_status ssrc_core_master_init(core_master *m, const ssrc_two_stage *problem, const core_paths *paths,
				  const ssrc_two_stage_options *options, const double *floor, ssrc_context *ctx,
				  ssrc_error *err)
{
	ssrc_arena arena;
	ssrc_program program;
	*m = (core_master){.ctx = ctx, .problem = problem, .paths = paths};
	ssrc_status status = place(m, err);
	if (status == SSRC_OK)
		status = ssrc_core_cuts_init(&m->cuts, problem, paths, ctx, err);
	if (status != SSRC_OK)
		return status;
	memcpy(m->floor, floor, problem->n_scenarios * sizeof *floor);
	find_bounds(m);
	for (uint32_t p = 0; p < paths->n; p++)
		m->path_low[p] = m->now_path_low[p] = m->path_row[p] != SSRC_NONE && path_is_forced(m, p) ? 1 : 0;
	memcpy(m->now_low, m->low, problem->first.n_cols * sizeof *m->low);
	memcpy(m->now_high, m->high, problem->first.n_cols * sizeof *m->high);
	ssrc_arena_init(&arena, ctx);
	status = ssrc_core_master_program(&program, m, false, NULL, NULL, NULL, &arena, err);
	if (status == SSRC_OK)
		status = ssrc_core_solver(&m->solver, options, false, ctx, &program, err);
	ssrc_arena_clear(&arena);
	return status;
}

void ssrc_core_master_clear(core_master *m)
{
	ssrc_solver_free(m->solver);
	ssrc_core_cuts_clear(&m->cuts);
	ssrc_release(m->ctx, m->row_of);
	ssrc_release(m->ctx, m->path_row);
	ssrc_release(m->ctx, m->low);
	ssrc_release(m->ctx, m->high);
	ssrc_release(m->ctx, m->path_low);
	ssrc_release(m->ctx, m->now_low);
	ssrc_release(m->ctx, m->now_high);
	ssrc_release(m->ctx, m->now_path_low);
	ssrc_release(m->ctx, m->floor);
	*m = (core_master){.ctx = m->ctx};
}

/* ---- limits ---------------------------------------------------------------------------------------------------- */

ssrc_status ssrc_core_master_limit(core_master *m, const double *low, const double *high, const double *path_low,
				   ssrc_error *err)
{
	ssrc_status status = SSRC_OK;
	for (uint32_t j = 0; j < m->problem->first.n_cols && status == SSRC_OK; j++) {
		if (low[j] == m->now_low[j] && high[j] == m->now_high[j])
			continue;
		status = m->solver->ops->set_col(m->solver, j, low[j], high[j]);
		m->now_low[j] = low[j];
		m->now_high[j] = high[j];
	}
	for (uint32_t p = 0; p < m->paths->n && status == SSRC_OK; p++) {
		if (m->path_row[p] == SSRC_NONE || path_low[p] == m->now_path_low[p])
			continue;
		status = m->solver->ops->set_row(m->solver, m->path_row[p], path_low[p] > 0 ? 1 : -(double)INFINITY, 1);
		m->now_path_low[p] = path_low[p];
	}
	return status == SSRC_OK ? SSRC_OK : ssrc_no_memory(err);
}

/* ---- solving --------------------------------------------------------------------------------------------------- */

/* Rows in row form of the cuts from `loaded` on. */
typedef struct row_block {
	double *low, *high, *value;
	uint32_t *start, *col;
} row_block;

static bool take_block(row_block *b, ssrc_arena *arena, uint32_t n, size_t entries)
{
	b->low = ssrc_arena_array(arena, n, sizeof *b->low);
	b->high = ssrc_arena_array(arena, n, sizeof *b->high);
	b->start = ssrc_arena_array(arena, (size_t)n + 1, sizeof *b->start);
	b->col = ssrc_arena_array(arena, entries, sizeof *b->col);
	b->value = ssrc_arena_array(arena, entries, sizeof *b->value);
	return b->low && b->high && b->start && b->col && b->value;
}

static void fill_block(row_block *b, const core_master *m)
{
	uint32_t at = 0;
	for (uint32_t i = m->loaded; i < m->cuts.n; i++) {
		const core_cut *cut = &m->cuts.cuts[i];
		b->low[i - m->loaded] = cut->constant;
		b->high[i - m->loaded] = (double)INFINITY;
		for (size_t k = cut->first; k < cut->first + cut->n; k++) {
			b->col[at] = m->cuts.col[k];
			b->value[at++] = -m->cuts.value[k];
		}
		if (!cut->feasibility) {
			b->col[at] = m->theta + cut->scenario;
			b->value[at++] = 1;
		}
		b->start[i - m->loaded + 1] = at;
	}
}

static ssrc_status load_cuts(core_master *m, ssrc_error *err)
{
	ssrc_arena arena;
	row_block block;
	uint32_t n = m->cuts.n - m->loaded;
	if (n == 0)
		return SSRC_OK;
	ssrc_arena_init(&arena, m->ctx);
	ssrc_status status = SSRC_NOMEM;
	if (take_block(&block, &arena, n, m->cuts.n_entries - m->cuts.cuts[m->loaded].first + n)) {
		fill_block(&block, m);
		status = m->solver->ops->add_rows(m->solver, n, block.low, block.high, block.start, block.col,
						  block.value);
	}
	ssrc_arena_clear(&arena);
	m->loaded = status == SSRC_OK ? m->cuts.n : m->loaded;
	return status == SSRC_NOMEM ? ssrc_no_memory(err) : status;
}

ssrc_status ssrc_core_master_solve(core_master *m, const ssrc_solve_limits *limits, ssrc_error *err)
{
	ssrc_status status = load_cuts(m, err);
	if (status == SSRC_OK && m->solver->ops->solve_lp(m->solver, limits, &m->solution) != SSRC_OK)
		status = ssrc_no_memory(err);
	if (status != SSRC_OK || m->solution.outcome != SSRC_OUTCOME_OPTIMAL)
		return status;
	for (uint32_t i = 0; i < m->cuts.n; i++) {
		bool tight = m->solution.dual[m->base_rows + i] != 0;
		m->cuts.cuts[i].idle = tight ? 0 : m->cuts.cuts[i].idle + 1;
	}
	return SSRC_OK;
}

ssrc_status ssrc_core_master_purge(core_master *m, uint32_t rounds, ssrc_error *err)
{
	uint32_t idle = 0;
	for (uint32_t i = 0; i < m->loaded; i++)
		idle += m->cuts.cuts[i].idle > rounds;
	if (idle == 0)
		return SSRC_OK;
	bool *keep = ssrc_alloc_array(m->ctx, (size_t)m->base_rows + m->cuts.n, sizeof *keep);
	if (!keep)
		return ssrc_no_memory(err);
	for (uint32_t i = 0; i < m->base_rows + m->cuts.n; i++)
		keep[i] = i < m->base_rows || m->cuts.cuts[i - m->base_rows].idle <= rounds;
	ssrc_status status = m->solver->ops->keep_rows(m->solver, keep);
	if (status == SSRC_OK) {
		ssrc_core_cuts_keep(&m->cuts, keep + m->base_rows);
		m->loaded -= idle;
	}
	ssrc_release(m->ctx, keep);
	return status == SSRC_OK ? SSRC_OK : ssrc_no_memory(err);
}
