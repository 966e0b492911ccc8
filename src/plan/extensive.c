/* A two-stage program as one program. docs/methods/plan-core.md */
#include "core.h"

typedef struct layout {
	uint32_t *first_col; /* [n_scenarios] */
	uint32_t eta, zeta;  /* zeta + s; SSRC_NONE without risk */
} layout;

/* Columns and rows of the first stage as they are; entries of a program go to rows and columns from `row`, `col` on. */
static void add_entries(ssrc_program_draft *draft, const ssrc_program *p, uint32_t row, uint32_t col)
{
	for (uint32_t j = 0; j < p->n_cols; j++)
		for (uint32_t k = p->start[j]; k < p->start[j + 1]; k++)
			ssrc_draft_entry(draft, row + p->row[k], col + j, p->value[k]);
}

static void add_program(ssrc_program_draft *draft, const ssrc_program *p, double weight)
{
	for (uint32_t j = 0; j < p->n_cols; j++)
		ssrc_draft_col(draft, weight * p->cost[j], p->low[j], p->high[j], p->integer && p->integer[j],
			       p->col_name ? p->col_name[j] : NULL);
	for (uint32_t i = 0; i < p->n_rows; i++)
		ssrc_draft_row(draft, p->row_low[i], p->row_high[i], p->row_name ? p->row_name[i] : NULL);
	draft->offset += weight * p->offset;
}

static void add_risk(ssrc_program_draft *draft, const ssrc_two_stage *problem, layout *at)
{
	at->eta = at->zeta = SSRC_NONE;
	if (!(problem->risk > 0))
		return;
	at->eta = ssrc_draft_col(draft, problem->risk, -(double)INFINITY, (double)INFINITY, false, "eta");
	for (uint32_t s = 0; s < problem->n_scenarios; s++) {
		double cost = problem->risk * problem->scenarios[s].probability / (1 - problem->tail);
		uint32_t zeta = ssrc_draft_col(draft, cost, 0, (double)INFINITY, false, NULL);
		at->zeta = s == 0 ? zeta : at->zeta;
	}
}

/* ζ_s + η − cost_s·y_s >= offset_s */
static void add_tail_row(ssrc_program_draft *draft, const ssrc_program *recourse, const layout *at, uint32_t s)
{
	uint32_t row = ssrc_draft_row(draft, recourse->offset, (double)INFINITY, NULL);
	ssrc_draft_entry(draft, row, at->zeta + s, 1);
	ssrc_draft_entry(draft, row, at->eta, 1);
	for (uint32_t j = 0; j < recourse->n_cols; j++)
		ssrc_draft_entry(draft, row, at->first_col[s] + j, -recourse->cost[j]);
}

static void add_scenario(ssrc_program_draft *draft, const ssrc_two_stage *problem, layout *at, uint32_t s)
{
	const ssrc_scenario_program *scenario = &problem->scenarios[s];
	const ssrc_program *recourse = &scenario->recourse;
	uint32_t row = draft->n_rows;
	at->first_col[s] = draft->n_cols;
	add_program(draft, recourse, (1 - problem->risk) * scenario->probability);
	add_entries(draft, recourse, row, at->first_col[s]);
	for (uint32_t r = 0; r < recourse->n_rows; r++)
		for (uint32_t k = scenario->link_start[r]; k < scenario->link_start[r + 1]; k++)
			ssrc_draft_entry(draft, row + r, scenario->link_col[k], scenario->link_value[k]);
	if (at->eta != SSRC_NONE)
		add_tail_row(draft, recourse, at, s);
}

ssrc_status ssrc_two_stage_extensive(ssrc_program *out, uint32_t **first_col, const ssrc_two_stage *problem,
				     ssrc_arena *arena, ssrc_error *err)
{
	ssrc_program_draft draft;
	layout at;
	ssrc_program program;
	at.first_col = ssrc_arena_array(arena, problem->n_scenarios, sizeof *at.first_col);
	if (!at.first_col)
		return ssrc_no_memory(err);
	ssrc_draft_init(&draft, arena->ctx);
	add_program(&draft, &problem->first, 1);
	add_entries(&draft, &problem->first, 0, 0);
	add_risk(&draft, problem, &at);
	for (uint32_t s = 0; s < problem->n_scenarios; s++)
		add_scenario(&draft, problem, &at, s);
	ssrc_status status = ssrc_draft_finish(&program, &draft, arena, err);
	ssrc_draft_clear(&draft);
	if (status != SSRC_OK)
		return status;
	*out = program;
	if (first_col)
		*first_col = at.first_col;
	return SSRC_OK;
}
