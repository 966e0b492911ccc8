/* SMPS: the stoch file, and the two-stage program that comes of all three. docs/methods/instances.md */
#include "plan/smps_internal.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef enum change_kind { CHANGE_W, CHANGE_T, CHANGE_COST, CHANGE_RHS, CHANGE_OFFSET, CHANGE_BOUND } change_kind;
typedef enum change_sense { REPLACE, ADD, MULTIPLY } change_sense;

typedef struct change {
	change_kind kind;
	change_sense sense;
	smps_bound_type bound;
	uint32_t col, row; /* of the core */
	uint32_t at;       /* where in the arrays of the scenario */
	double value;
} change;

/* One outcome of a random element: its changes on top of those of `base`. */
typedef struct outcome {
	double probability;
	uint32_t base, name, next; /* SSRC_NONE = none; next of the same element */
	uint32_t first, count;     /* changes */
} outcome;

typedef struct element {
	uint32_t first, last, count;
	double sum;
} element;

typedef enum stoch_section { STOCH_NONE, STOCH_INDEP, STOCH_BLOCKS, STOCH_SCENARIOS, STOCH_END } stoch_section;

typedef struct stoch_reader {
	smps_model *m;
	smps_lines lines;
	stoch_section section;
	change_sense sense;
	ssrc_symbols element_names, scenario_names;
	change *changes;
	outcome *outcomes;
	element *elements;
	size_t changes_cap, outcomes_cap, elements_cap;
	uint32_t n_changes, n_outcomes;
} stoch_reader;

static ssrc_status refuse(const stoch_reader *r, ssrc_status code, uint32_t k, const char *expected)
{
	return smps_refuse(r->m, &r->lines, code, k, expected);
}

/* ---- changes ---------------------------------------------------------------------------------------------- */

static ssrc_status add_change(stoch_reader *r, change c)
{
	c.sense = r->sense;
	ssrc_status status = ssrc_reserve(r->m->ctx, (void **)&r->changes, &r->changes_cap, (size_t)r->n_changes + 1,
					  sizeof *r->changes, r->m->err);
	if (status)
		return status;
	r->changes[r->n_changes++] = c;
	r->outcomes[r->n_outcomes - 1].count++;
	return SSRC_OK;
}

static bool names_rhs(const smps_model *m, const smps_token *token)
{
	if (m->rhs_name[0] && ssrc_text_equal(token->at, token->len, m->rhs_name))
		return true;
	smps_token start = *token;
	start.len = start.len < 3 ? start.len : 3;
	return smps_is(&start, "RHS");
}

/* "column row value" from word k on, of which `row` and `value` may stand further right. */
static ssrc_status read_place(stoch_reader *r, uint32_t row_at)
{
	const smps_model *m = r->m;
	const smps_token *name = smps_word(&r->lines, 0);
	change c = {.col = smps_find_col(m, name), .row = smps_find_row(m, smps_word(&r->lines, row_at))};
	if (c.row == SSRC_NONE)
		return refuse(r, SSRC_FORMAT, row_at, "a row of the core file");
	bool objective = c.row == m->objective, rhs = c.col == SSRC_NONE;
	if (rhs && !names_rhs(m, name)) {
		bool range = m->range_name[0] && ssrc_text_equal(name->at, name->len, m->range_name);
		return range ? refuse(r, SSRC_UNSUPPORTED, 0, "the right-hand side: random ranges are not supported")
			     : refuse(r, SSRC_FORMAT, 0, "a column of the core file, or its right-hand side");
	}
	if (!objective && m->rows[c.row].stage == 0)
		return refuse(r, SSRC_FORMAT, row_at, "a row of the second period");
	if (objective && !rhs && m->cols[c.col].stage == 0)
		return refuse(r, SSRC_FORMAT, 0, "a column of the second period");
	smps_row_type side = rhs ? m->rows[c.row].type : SMPS_EQUAL;
	if (!smps_number(smps_word(&r->lines, row_at + 1), &c.value) || !smps_is_side(side, c.value))
		return refuse(r, SSRC_FORMAT, row_at + 1, "a number");
	if (!objective && m->rows[c.row].type == SMPS_FREE)
		return SSRC_OK;
	if (rhs)
		c.kind = objective ? CHANGE_OFFSET : CHANGE_RHS;
	else
		c.kind = objective ? CHANGE_COST : m->cols[c.col].stage == 0 ? CHANGE_T : CHANGE_W;
	return add_change(r, c);
}

static ssrc_status read_bound_change(stoch_reader *r, uint32_t n)
{
	smps_bound bound;
	ssrc_status status = smps_read_bound(r->m, &r->lines, n, &bound);
	if (status)
		return status;
	if (r->m->cols[bound.col].stage == 0)
		return refuse(r, SSRC_FORMAT, n == 3 ? 1 : 2, "a column of the second period");
	return add_change(r,
			  (change){.kind = CHANGE_BOUND, .bound = bound.type, .col = bound.col, .value = bound.value});
}

/* ---- elements and outcomes -------------------------------------------------------------------------------- */

/* Adds an outcome to the random element of this name. */
static ssrc_status add_outcome(stoch_reader *r, const char *name, size_t len, double probability, bool on_first)
{
	smps_model *m = r->m;
	uint32_t which, before = r->element_names.count, at = r->n_outcomes;
	ssrc_status status = ssrc_symbols_add(&r->element_names, name, len, &which, m->err);
	if (!status)
		status = ssrc_reserve(m->ctx, (void **)&r->elements, &r->elements_cap, (size_t)which + 1,
				      sizeof *r->elements, m->err);
	if (!status)
		status = ssrc_reserve(m->ctx, (void **)&r->outcomes, &r->outcomes_cap, (size_t)at + 1,
				      sizeof *r->outcomes, m->err);
	if (status)
		return status;
	if (which == before)
		r->elements[which] = (element){at, SSRC_NONE, 0, 0};
	element *e = &r->elements[which];
	if (e->count > 0)
		r->outcomes[e->last].next = at;
	e->last = at;
	e->count++;
	e->sum += probability;
	r->outcomes[at] = (outcome){.probability = probability,
				    .base = on_first && e->first != at ? e->first : SSRC_NONE,
				    .name = SSRC_NONE,
				    .next = SSRC_NONE,
				    .first = r->n_changes};
	r->n_outcomes++;
	return SSRC_OK;
}

static ssrc_status read_probability(const stoch_reader *r, uint32_t k, double *out)
{
	if (!smps_number(smps_word(&r->lines, k), out) || !isfinite(*out))
		return refuse(r, SSRC_FORMAT, k, "a probability");
	if (*out < 0 || *out > 1.001)
		return refuse(r, SSRC_RANGE, k, "a probability from 0 to 1");
	return SSRC_OK;
}

/* "column row value (period) probability": what names column and row names the element. */
static ssrc_status read_indep(stoch_reader *r)
{
	const smps_lines *lines = &r->lines;
	uint32_t n = lines->n_tokens;
	bool bound = smps_is_bound(smps_word(lines, 0)) && smps_find_col(r->m, smps_word(lines, 0)) == SSRC_NONE;
	uint32_t places = bound ? 4 : 3; /* words before period and probability */
	double probability;
	char key[160];
	if (n < places + 1 || n > places + 2 || lines->more)
		return refuse(r, SSRC_FORMAT, n, "column, row, value, period and probability");
	ssrc_status status = read_probability(r, n - 1, &probability);
	const smps_token *a = smps_word(lines, bound ? 2 : 0), *b = smps_word(lines, bound ? 0 : 1);
	int len = snprintf(key, sizeof key, "I%.*s %.*s", (int)(a->len < 70 ? a->len : 70), a->at,
			   (int)(b->len < 70 ? b->len : 70), b->at);
	if (!status)
		status = add_outcome(r, key, (size_t)len, probability, false);
	if (!status)
		status = bound ? read_bound_change(r, 4) : read_place(r, 1);
	return status;
}

/* "BL name period probability" */
static ssrc_status begin_block(stoch_reader *r)
{
	const smps_lines *lines = &r->lines;
	const smps_token *name = smps_word(lines, 1);
	char key[160];
	double probability;
	if (lines->n_tokens < 3 || lines->n_tokens > 4)
		return refuse(r, SSRC_FORMAT, lines->n_tokens, "BL, name, period and probability");
	ssrc_status status = read_probability(r, lines->n_tokens - 1, &probability);
	int len = snprintf(key, sizeof key, "B%.*s", (int)(name->len < 150 ? name->len : 150), name->at);
	return status ? status : add_outcome(r, key, (size_t)len, probability, true);
}

/* "SC name parent probability period" */
static ssrc_status begin_scenario(stoch_reader *r)
{
	const smps_lines *lines = &r->lines;
	const smps_token *name = smps_word(lines, 1), *parent = smps_word(lines, 2);
	uint32_t id, before = r->scenario_names.count, base = SSRC_NONE;
	double probability;
	if (lines->n_tokens < 4 || lines->n_tokens > 5)
		return refuse(r, SSRC_FORMAT, lines->n_tokens, "SC, name, parent, probability and period");
	ssrc_status status = read_probability(r, 3, &probability);
	if (status)
		return status;
	if (!smps_is(parent, "ROOT")) {
		uint32_t known = ssrc_symbols_find(&r->scenario_names, parent->at, parent->len);
		for (uint32_t o = 0; known != SSRC_NONE && o < r->n_outcomes; o++)
			if (r->outcomes[o].name == known)
				base = o;
		if (base == SSRC_NONE)
			return refuse(r, SSRC_FORMAT, 2, "ROOT or a scenario further up");
	}
	status = ssrc_symbols_add(&r->scenario_names, name->at, name->len, &id, r->m->err);
	if (!status && id < before)
		return refuse(r, SSRC_FORMAT, 1, "a name that no other scenario has");
	if (!status)
		status = add_outcome(r, "S", 1, probability, false);
	if (!status) {
		r->outcomes[r->n_outcomes - 1].name = id;
		r->outcomes[r->n_outcomes - 1].base = base;
	}
	return status;
}

/* ---- the file --------------------------------------------------------------------------------------------- */

static ssrc_status read_words_of_section(stoch_reader *r)
{
	r->sense = REPLACE;
	for (uint32_t k = 1; k < r->lines.n_tokens; k++) {
		const smps_token *word = smps_word(&r->lines, k);
		if (smps_is(word, "ADD"))
			r->sense = ADD;
		else if (smps_is(word, "MULTIPLY"))
			r->sense = MULTIPLY;
		else if (!smps_is(word, "DISCRETE") && !smps_is(word, "REPLACE"))
			return refuse(r, SSRC_UNSUPPORTED, k, "DISCRETE; other distributions are not read");
	}
	return SSRC_OK;
}

static ssrc_status read_header(stoch_reader *r, bool *is_header)
{
	static const char *const names[] = {"STOCH", "INDEP", "BLOCKS", "SCENARIOS", "ENDATA"};
	const smps_token *word = smps_word(&r->lines, 0);
	*is_header = true;
	for (int s = 0; r->lines.header && s < 5; s++) {
		if (!smps_is(word, names[s]))
			continue;
		r->section = (stoch_section)s;
		return s == STOCH_NONE || s == STOCH_END ? SSRC_OK : read_words_of_section(r);
	}
	*is_header = false;
	if (r->section == STOCH_NONE || (r->lines.header && r->lines.n_tokens <= 2))
		return refuse(r, SSRC_UNSUPPORTED, 0, "INDEP, BLOCKS, SCENARIOS or ENDATA");
	return SSRC_OK;
}

static ssrc_status read_data(stoch_reader *r)
{
	const smps_lines *lines = &r->lines;
	uint32_t n = lines->n_tokens;
	const smps_token *word = smps_word(lines, 0);
	bool column = smps_find_col(r->m, word) != SSRC_NONE;
	if (r->section == STOCH_INDEP)
		return read_indep(r);
	if (r->section == STOCH_BLOCKS && smps_is(word, "BL") && !column)
		return begin_block(r);
	if (r->section == STOCH_SCENARIOS && smps_is(word, "SC") && !column)
		return begin_scenario(r);
	if (r->n_outcomes == 0)
		return refuse(r, SSRC_FORMAT, 0, r->section == STOCH_BLOCKS ? "BL" : "SC");
	if (smps_is_bound(word) && !column)
		return read_bound_change(r, n);
	if (n < 3 || n % 2 == 0 || lines->more)
		return refuse(r, SSRC_FORMAT, n, "a column, then one or two pairs of row and number");
	ssrc_status status = SSRC_OK;
	for (uint32_t k = 1; !status && k < n; k += 2)
		status = read_place(r, k);
	return status;
}

/* Probabilities of each element to a sum of 1; *n: how many scenarios there are. */
static ssrc_status settle_probabilities(stoch_reader *r, uint32_t max_scenarios, uint32_t *n)
{
	smps_model *m = r->m;
	uint64_t product = 1;
	m->out.probability_sum = 1;
	for (uint32_t e = 0; e < r->element_names.count; e++) {
		element *it = &r->elements[e];
		char text[SSRC_ERROR_ARG_BYTES], number[32];
		if (!(fabs(it->sum - 1) <= 1e-3)) {
			ssrc_format_number(number, it->sum);
			snprintf(text, sizeof text, "probabilities of %s sum to %s: expected 1",
				 smps_short(r->element_names.text[e] + 1).text, number);
			return ssrc_fail_at(m->err, SSRC_RANGE, SSRC_M_ARGUMENT, r->lines.text->name, 0, 0, text, NULL);
		}
		m->out.probability_sum *= it->sum;
		product *= it->count;
		if (product > max_scenarios) {
			ssrc_format_number(number, max_scenarios);
			snprintf(text, sizeof text, "the outcomes multiply to more than %s scenarios", number);
			return ssrc_fail_at(m->err, SSRC_LIMIT, SSRC_M_ARGUMENT, r->lines.text->name, 0, 0, text, NULL);
		}
	}
	*n = (uint32_t)product;
	return SSRC_OK;
}

/* ---- the program ------------------------------------------------------------------------------------------ */

typedef struct builder {
	stoch_reader *r;
	smps_model *m;
	ssrc_scenario_program base; /* of the core */
	smps_col *cols;             /* second stage, for bounds */
	double *row_rhs;            /* second stage */
	uint32_t *chain;            /* [n_outcomes] */
	uint32_t n_links;
	/* The scenario in work. */
	double *w, *t, *cost, *low, *high, *row_low, *row_high, offset;
	smps_col *work_cols;
	bool touched[CHANGE_BOUND + 1], overflow;
} builder;

static int by_place(const void *a, const void *b)
{
	const smps_entry *x = a, *y = b;
	if (x->col != y->col)
		return x->col < y->col ? -1 : 1;
	return x->row < y->row ? -1 : x->row > y->row;
}

/* Places that only the stoch file fills become entries of value 0. */
static ssrc_status add_missing_entries(stoch_reader *r)
{
	smps_model *m = r->m;
	size_t known = m->n_entries;
	for (uint32_t c = 0; c < r->n_changes; c++) {
		const change *it = &r->changes[c];
		smps_entry entry = {it->col, it->row, 0};
		if (it->kind > CHANGE_T || (known && bsearch(&entry, m->entries, known, sizeof entry, by_place)))
			continue;
		ssrc_status status = ssrc_reserve(m->ctx, (void **)&m->entries, &m->entries_cap, m->n_entries + 1,
						  sizeof *m->entries, m->err);
		if (status)
			return status;
		m->entries[m->n_entries++] = entry;
	}
	if (m->n_entries == known)
		return SSRC_OK;
	qsort(m->entries, m->n_entries, sizeof *m->entries, by_place);
	size_t kept = 1;
	for (size_t e = 1; e < m->n_entries; e++)
		if (by_place(&m->entries[e], &m->entries[kept - 1]) != 0)
			m->entries[kept++] = m->entries[e];
	m->n_entries = kept;
	return SSRC_OK;
}

static void number_places(smps_model *m, uint32_t stage, uint32_t *n_cols, uint32_t *n_rows)
{
	*n_cols = *n_rows = 0;
	for (uint32_t j = 0; j < m->col_names.count; j++)
		if (m->cols[j].stage == stage)
			m->cols[j].at = (*n_cols)++;
	for (uint32_t i = 0; i < m->row_names.count; i++)
		if (m->rows[i].stage == stage && m->rows[i].type != SMPS_FREE)
			m->rows[i].at = (*n_rows)++;
}

static bool allocate_program(ssrc_program *p, ssrc_arena *arena, size_t n_entries)
{
	size_t cols = p->n_cols, rows = p->n_rows;
	p->cost = ssrc_arena_array(arena, cols, sizeof *p->cost);
	p->low = ssrc_arena_array(arena, cols, sizeof *p->low);
	p->high = ssrc_arena_array(arena, cols, sizeof *p->high);
	p->integer = ssrc_arena_array(arena, cols, sizeof *p->integer);
	p->row_low = ssrc_arena_array(arena, rows, sizeof *p->row_low);
	p->row_high = ssrc_arena_array(arena, rows, sizeof *p->row_high);
	p->start = ssrc_arena_array(arena, cols + 1, sizeof *p->start);
	p->row = ssrc_arena_array(arena, n_entries, sizeof *p->row);
	p->value = ssrc_arena_array(arena, n_entries, sizeof *p->value);
	p->col_name = ssrc_arena_array(arena, cols, sizeof *p->col_name);
	p->row_name = ssrc_arena_array(arena, rows, sizeof *p->row_name);
	return p->cost && p->low && p->high && p->integer && p->row_low && p->row_high && p->start && p->row &&
	       p->value && p->col_name && p->row_name;
}

static const char *copy_name(ssrc_arena *arena, const ssrc_symbols *names, uint32_t id)
{
	return ssrc_arena_text(arena, names->text[id], names->len[id]);
}

/* Columns, rows and entries of one stage. */
static ssrc_status fill_program(ssrc_program *p, smps_model *m, uint32_t stage)
{
	size_t n_entries = 0, at = 0;
	bool whole = false;
	number_places(m, stage, &p->n_cols, &p->n_rows);
	for (size_t e = 0; e < m->n_entries; e++)
		n_entries += m->cols[m->entries[e].col].stage == stage && m->rows[m->entries[e].row].stage == stage;
	if (!allocate_program(p, m->arena, n_entries))
		return ssrc_no_memory(m->err);
	for (uint32_t j = 0; j < m->col_names.count; j++) {
		const smps_col *col = &m->cols[j];
		if (col->stage != stage)
			continue;
		p->cost[col->at] = col->cost;
		p->low[col->at] = col->low;
		p->high[col->at] = col->high;
		p->integer[col->at] = col->integer;
		whole |= col->integer;
		if (!(p->col_name[col->at] = copy_name(m->arena, &m->col_names, j)))
			return ssrc_no_memory(m->err);
	}
	for (uint32_t i = 0; i < m->row_names.count; i++) {
		const smps_row *row = &m->rows[i];
		if (row->stage != stage || row->at == SSRC_NONE)
			continue;
		smps_row_sides(row, row->rhs, &p->row_low[row->at], &p->row_high[row->at]);
		if (!(p->row_name[row->at] = copy_name(m->arena, &m->row_names, i)))
			return ssrc_no_memory(m->err);
	}
	for (size_t e = 0; e < m->n_entries; e++) {
		const smps_col *col = &m->cols[m->entries[e].col];
		const smps_row *row = &m->rows[m->entries[e].row];
		if (col->stage != stage || row->stage != stage)
			continue;
		p->row[at] = row->at;
		p->value[at++] = m->entries[e].value;
		p->start[col->at + 1] = (uint32_t)at;
	}
	for (uint32_t j = 0; j < p->n_cols; j++)
		if (p->start[j + 1] < p->start[j])
			p->start[j + 1] = p->start[j];
	if (!whole)
		p->integer = NULL;
	return SSRC_OK;
}

/* T by rows; entries come sorted by column, so columns ascend within a row. */
static ssrc_status fill_links(builder *b)
{
	smps_model *m = b->m;
	ssrc_scenario_program *base = &b->base;
	uint32_t n_rows = base->recourse.n_rows;
	uint32_t *next = base->link_start = ssrc_arena_array(m->arena, (size_t)n_rows + 2, sizeof *next);
	if (!next)
		return ssrc_no_memory(m->err);
	for (size_t e = 0; e < m->n_entries; e++)
		if (m->cols[m->entries[e].col].stage == 0 && m->rows[m->entries[e].row].stage == 1) {
			next[m->rows[m->entries[e].row].at + 2]++;
			b->n_links++;
		}
	for (uint32_t i = 0; i < n_rows; i++)
		next[i + 2] += next[i + 1];
	base->link_col = ssrc_arena_array(m->arena, b->n_links, sizeof *base->link_col);
	base->link_value = ssrc_arena_array(m->arena, b->n_links, sizeof *base->link_value);
	if (!base->link_col || !base->link_value)
		return ssrc_no_memory(m->err);
	/* Shifted by one, so that filling moves each start to where it belongs. */
	for (size_t e = 0; e < m->n_entries; e++) {
		const smps_col *col = &m->cols[m->entries[e].col];
		const smps_row *row = &m->rows[m->entries[e].row];
		if (col->stage != 0 || row->stage != 1)
			continue;
		uint32_t at = next[row->at + 1]++;
		base->link_col[at] = col->at;
		base->link_value[at] = m->entries[e].value;
	}
	return SSRC_OK;
}

static uint32_t find_in(const uint32_t *list, uint32_t from, uint32_t to, uint32_t wanted)
{
	while (from < to) {
		uint32_t mid = from + (to - from) / 2;
		if (list[mid] < wanted)
			from = mid + 1;
		else
			to = mid;
	}
	return from;
}

static void place_changes(builder *b)
{
	const smps_model *m = b->m;
	const ssrc_scenario_program *base = &b->base;
	for (uint32_t c = 0; c < b->r->n_changes; c++) {
		change *it = &b->r->changes[c];
		uint32_t col = it->kind == CHANGE_RHS || it->kind == CHANGE_OFFSET ? 0 : m->cols[it->col].at;
		uint32_t row = it->kind == CHANGE_COST || it->kind >= CHANGE_OFFSET ? 0 : m->rows[it->row].at;
		if (it->kind == CHANGE_W)
			it->at = find_in(base->recourse.row, base->recourse.start[col], base->recourse.start[col + 1],
					 row);
		else if (it->kind == CHANGE_T)
			it->at = find_in(base->link_col, base->link_start[row], base->link_start[row + 1], col);
		else
			it->at = it->kind == CHANGE_RHS ? row : col;
	}
}

/* A value of the core after a change; sums and products that leave the numbers are remembered. */
static double changed(builder *b, const change *c, double core)
{
	double value = c->sense == ADD ? core + c->value : c->sense == MULTIPLY ? core * c->value : c->value;
	if (c->sense != REPLACE && !isfinite(value))
		b->overflow = true;
	return value;
}

static void apply_bound(builder *b, const change *c)
{
	const ssrc_program *base = &b->base.recourse;
	smps_col *col = &b->work_cols[c->at];
	double core = c->bound == SMPS_UP || c->bound == SMPS_UI ? base->high[c->at] : base->low[c->at];
	(void)smps_set_bound(col, c->bound, changed(b, c, core));
	b->low[c->at] = col->low;
	b->high[c->at] = col->high;
}

static void apply(builder *b, const change *c)
{
	const smps_model *m = b->m;
	const ssrc_program *base = &b->base.recourse;
	const smps_row *row = &m->rows[c->row];
	double sign = m->out.maximise ? -1 : 1;
	b->touched[c->kind] = true;
	switch (c->kind) {
	case CHANGE_W: b->w[c->at] = changed(b, c, base->value[c->at]); break;
	case CHANGE_T: b->t[c->at] = changed(b, c, b->base.link_value[c->at]); break;
	case CHANGE_COST: b->cost[c->at] = sign * changed(b, c, sign * base->cost[c->at]); break;
	case CHANGE_RHS: smps_row_sides(row, changed(b, c, row->rhs), &b->row_low[c->at], &b->row_high[c->at]); break;
	case CHANGE_OFFSET: b->offset = -sign * (changed(b, c, row->rhs) - row->rhs); break;
	case CHANGE_BOUND: apply_bound(b, c); break;
	}
}

static void apply_outcome(builder *b, uint32_t which)
{
	const outcome *outcomes = b->r->outcomes;
	uint32_t n = 0;
	for (uint32_t o = which; o != SSRC_NONE; o = outcomes[o].base)
		b->chain[n++] = o;
	while (n-- > 0) {
		const outcome *o = &outcomes[b->chain[n]];
		for (uint32_t c = o->first; c < o->first + o->count; c++)
			apply(b, &b->r->changes[c]);
	}
}

static void reset(builder *b)
{
	const ssrc_program *p = &b->base.recourse;
	size_t cols = p->n_cols * sizeof *p->cost, rows = p->n_rows * sizeof *p->row_low;
	memset(b->touched, 0, sizeof b->touched);
	memcpy(b->w, p->value, p->start[p->n_cols] * sizeof *p->value);
	memcpy(b->t, b->base.link_value, b->n_links * sizeof *b->t);
	memcpy(b->cost, p->cost, cols);
	memcpy(b->low, p->low, cols);
	memcpy(b->high, p->high, cols);
	memcpy(b->row_low, p->row_low, rows);
	memcpy(b->row_high, p->row_high, rows);
	memcpy(b->work_cols, b->cols, p->n_cols * sizeof *b->cols);
	b->offset = 0;
}

/* `work` copied to memory of the result if it was touched, else what all scenarios share. */
static double *keep(builder *b, bool touched, double *shared, const double *work, size_t n, bool *failed)
{
	if (!touched)
		return shared;
	double *copy = ssrc_arena_array(b->m->arena, n, sizeof *copy);
	if (!copy)
		*failed = true;
	else if (n)
		memcpy(copy, work, n * sizeof *copy);
	return copy;
}

static ssrc_status check_scenario(const builder *b)
{
	char text[SSRC_ERROR_ARG_BYTES] = "";
	if (b->overflow)
		snprintf(text, sizeof text, "a change of sense ADD or MULTIPLY leaves the range of numbers");
	for (uint32_t j = 0; b->touched[CHANGE_BOUND] && j < b->base.recourse.n_cols; j++) {
		bool whole = b->work_cols[j].integer == b->cols[j].integer;
		if (!(b->low[j] <= b->high[j]) || !whole)
			snprintf(text, sizeof text, "column %s: a scenario %s",
				 smps_short(b->base.recourse.col_name[j]).text,
				 whole ? "puts its lower bound above its upper bound" : "makes it whole");
	}
	if (!text[0])
		return SSRC_OK;
	return ssrc_fail_at(b->m->err, SSRC_FORMAT, SSRC_M_ARGUMENT, b->r->lines.text->name, 0, 0, text, NULL);
}

static ssrc_status finish_scenario(builder *b, ssrc_scenario_program *out)
{
	const bool *touched = b->touched;
	bool failed = false;
	*out = b->base;
	ssrc_program *p = &out->recourse;
	ssrc_status status = check_scenario(b);
	if (status)
		return status;
	p->offset = b->offset;
	p->value = keep(b, touched[CHANGE_W], p->value, b->w, p->start[p->n_cols], &failed);
	p->cost = keep(b, touched[CHANGE_COST], p->cost, b->cost, p->n_cols, &failed);
	p->low = keep(b, touched[CHANGE_BOUND], p->low, b->low, p->n_cols, &failed);
	p->high = keep(b, touched[CHANGE_BOUND], p->high, b->high, p->n_cols, &failed);
	p->row_low = keep(b, touched[CHANGE_RHS], p->row_low, b->row_low, p->n_rows, &failed);
	p->row_high = keep(b, touched[CHANGE_RHS], p->row_high, b->row_high, p->n_rows, &failed);
	out->link_value = keep(b, touched[CHANGE_T], out->link_value, b->t, b->n_links, &failed);
	return failed ? ssrc_no_memory(b->m->err) : SSRC_OK;
}

static ssrc_status name_scenario(const builder *b, uint32_t which, uint32_t number, ssrc_scenario_program *out)
{
	const ssrc_symbols *names = &b->r->scenario_names;
	char text[16];
	if (which != SSRC_NONE)
		out->name = copy_name(b->m->arena, names, which);
	else
		out->name = ssrc_arena_text(b->m->arena, text,
					    (size_t)snprintf(text, sizeof text, "%u", (unsigned)number + 1));
	return out->name ? SSRC_OK : ssrc_no_memory(b->m->err);
}

/* Scenario `number`: the outcomes that its digits name, the last element fastest. */
static ssrc_status build_scenario(builder *b, uint32_t *pick, uint32_t number, ssrc_scenario_program *out)
{
	const stoch_reader *r = b->r;
	uint32_t n = r->element_names.count, name = SSRC_NONE;
	double probability = 1;
	reset(b);
	for (uint32_t e = 0; e < n; e++) {
		const outcome *o = &r->outcomes[pick[e]];
		probability *= o->probability / r->elements[e].sum;
		if (n == 1)
			name = o->name;
		apply_outcome(b, pick[e]);
	}
	ssrc_status status = finish_scenario(b, out);
	out->probability = probability;
	for (uint32_t e = n; e-- > 0;) {
		pick[e] = r->outcomes[pick[e]].next;
		if (pick[e] != SSRC_NONE)
			break;
		pick[e] = r->elements[e].first;
	}
	return status ? status : name_scenario(b, name, number, out);
}

static ssrc_status build_scenarios(builder *b, ssrc_arena *scratch, uint32_t n)
{
	ssrc_two_stage *problem = &b->m->out.problem;
	const ssrc_program *p = &b->base.recourse;
	size_t cols = p->n_cols, rows = p->n_rows;
	uint32_t *pick = ssrc_arena_array(scratch, b->r->element_names.count, sizeof *pick);
	b->w = ssrc_arena_array(scratch, p->start[cols], sizeof *b->w);
	b->t = ssrc_arena_array(scratch, b->n_links, sizeof *b->t);
	b->cost = ssrc_arena_array(scratch, cols, sizeof *b->cost);
	b->low = ssrc_arena_array(scratch, cols, sizeof *b->low);
	b->high = ssrc_arena_array(scratch, cols, sizeof *b->high);
	b->row_low = ssrc_arena_array(scratch, rows, sizeof *b->row_low);
	b->row_high = ssrc_arena_array(scratch, rows, sizeof *b->row_high);
	b->cols = ssrc_arena_array(scratch, cols, sizeof *b->cols);
	b->work_cols = ssrc_arena_array(scratch, cols, sizeof *b->work_cols);
	b->chain = ssrc_arena_array(scratch, b->r->n_outcomes, sizeof *b->chain);
	problem->scenarios = ssrc_arena_array(b->m->arena, n, sizeof *problem->scenarios);
	if (!pick || !b->w || !b->t || !b->cost || !b->low || !b->high || !b->row_low || !b->row_high || !b->cols ||
	    !b->work_cols || !b->chain || !problem->scenarios)
		return ssrc_no_memory(b->m->err);
	for (uint32_t j = 0; j < b->m->col_names.count; j++)
		if (b->m->cols[j].stage == 1)
			b->cols[b->m->cols[j].at] = b->m->cols[j];
	for (uint32_t e = 0; e < b->r->element_names.count; e++)
		pick[e] = b->r->elements[e].first;
	ssrc_status status = SSRC_OK;
	for (uint32_t s = 0; !status && s < n; s++)
		status = build_scenario(b, pick, s, &problem->scenarios[s]);
	problem->n_scenarios = n;
	return status;
}

static ssrc_status build(stoch_reader *r, uint32_t n)
{
	smps_model *m = r->m;
	builder b = {.r = r, .m = m};
	ssrc_status status = add_missing_entries(r);
	if (!status)
		status = fill_program(&m->out.problem.first, m, 0);
	if (!status)
		status = fill_program(&b.base.recourse, m, 1);
	if (!status)
		status = fill_links(&b);
	if (status)
		return status;
	m->out.problem.first.offset = (m->out.maximise ? 1 : -1) * m->rows[m->objective].rhs;
	m->out.whole_recourse = b.base.recourse.integer != NULL;
	place_changes(&b);
	ssrc_arena scratch;
	ssrc_arena_init(&scratch, m->ctx);
	status = build_scenarios(&b, &scratch, n);
	ssrc_arena_clear(&scratch);
	return status;
}

static ssrc_status read_file(stoch_reader *r)
{
	while (r->section != STOCH_END && smps_next_line(&r->lines)) {
		bool header;
		ssrc_status status = read_header(r, &header);
		if (!status && !header)
			status = read_data(r);
		if (status)
			return status;
	}
	return r->section == STOCH_END ? SSRC_OK : refuse(r, SSRC_FORMAT, 0, "ENDATA at the end of the file");
}

ssrc_status smps_read_stoch(smps_model *m, const ssrc_named_text *stoch, bool fixed, uint32_t max_scenarios)
{
	stoch_reader r = {.m = m};
	uint32_t n = 0;
	smps_lines_init(&r.lines, stoch);
	r.lines.fixed = fixed;
	ssrc_symbols_init(&r.element_names, m->ctx);
	ssrc_symbols_init(&r.scenario_names, m->ctx);
	ssrc_status status = read_file(&r);
	if (!status)
		status = settle_probabilities(&r, max_scenarios, &n);
	if (!status)
		status = build(&r, n);
	ssrc_symbols_clear(&r.element_names);
	ssrc_symbols_clear(&r.scenario_names);
	ssrc_release(m->ctx, r.changes);
	ssrc_release(m->ctx, r.outcomes);
	ssrc_release(m->ctx, r.elements);
	return status;
}
