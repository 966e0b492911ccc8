/* SMPS: the core file, a linear or mixed-integer program in MPS. docs/methods/instances.md */
#include "plan/smps_internal.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef enum core_section {
	CORE_NONE,
	CORE_OBJSENSE,
	CORE_OBJNAME,
	CORE_ROWS,
	CORE_COLUMNS,
	CORE_RHS,
	CORE_RANGES,
	CORE_BOUNDS,
	CORE_END,
	CORE_SECTIONS
} core_section;

static const char *const section_name[CORE_SECTIONS] = {
	"NAME", "OBJSENSE", "OBJNAME", "ROWS", "COLUMNS", "RHS", "RANGES", "BOUNDS", "ENDATA",
};

typedef struct core_reader {
	smps_model *m;
	smps_lines lines;
	core_section section;
	bool integers;        /* between integer markers */
	smps_token objective; /* asked for by OBJNAME */
} core_reader;

static ssrc_status refuse(const core_reader *r, uint32_t k, const char *expected)
{
	return smps_refuse(r->m, &r->lines, SSRC_FORMAT, k, expected);
}

static void keep_name(char out[64], const smps_token *token)
{
	size_t n = token->len < 63 ? token->len : 0;
	memcpy(out, token->at, n);
	out[n] = '\0';
}

/* ---- sections --------------------------------------------------------------------------------------------- */

static ssrc_status read_sense(core_reader *r, uint32_t k)
{
	const smps_token *word = smps_word(&r->lines, k);
	bool max = smps_is(word, "MAX") || smps_is(word, "MAXIMIZE") || smps_is(word, "MAXIMISE");
	if (!max && !smps_is(word, "MIN") && !smps_is(word, "MINIMIZE") && !smps_is(word, "MINIMISE"))
		return refuse(r, k, "MAX or MIN");
	r->m->out.maximise = max;
	return SSRC_OK;
}

static ssrc_status read_row(core_reader *r)
{
	static const char types[] = "NLGE";
	smps_model *m = r->m;
	const smps_token *type = smps_word(&r->lines, 0), *name = smps_word(&r->lines, 1);
	char c = type->len == 1 ? type->at[0] : '\0';
	c = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
	const char *found = c ? strchr(types, c) : NULL;
	if (!found)
		return refuse(r, 0, "N, L, G or E");
	if (name->len == 0)
		return refuse(r, 1, "the name of a row");
	uint32_t row, before = m->row_names.count;
	ssrc_status status = ssrc_symbols_add(&m->row_names, name->at, name->len, &row, m->err);
	if (!status && row < before)
		return refuse(r, 1, "a name that no other row has");
	if (!status)
		status =
			ssrc_reserve(m->ctx, (void **)&m->rows, &m->rows_cap, (size_t)row + 1, sizeof *m->rows, m->err);
	if (status)
		return status;
	m->rows[row] = (smps_row){(smps_row_type)(found - types), 0, (double)NAN, 0, SSRC_NONE};
	bool wanted =
		r->objective.len == 0 || ssrc_text_equal(r->objective.at, r->objective.len, m->row_names.text[row]);
	if (m->rows[row].type == SMPS_FREE && m->objective == SSRC_NONE && wanted)
		m->objective = row;
	else
		m->out.free_rows += m->rows[row].type == SMPS_FREE;
	return SSRC_OK;
}

static ssrc_status find_or_add_col(core_reader *r, uint32_t *out)
{
	smps_model *m = r->m;
	const smps_token *name = smps_word(&r->lines, 0);
	uint32_t before = m->col_names.count;
	ssrc_status status = ssrc_symbols_add(&m->col_names, name->at, name->len, out, m->err);
	if (!status)
		status = ssrc_reserve(m->ctx, (void **)&m->cols, &m->cols_cap, (size_t)*out + 1, sizeof *m->cols,
				      m->err);
	if (!status && *out == before)
		m->cols[*out] = (smps_col){.high = (double)INFINITY, .integer = r->integers};
	return status;
}

static ssrc_status read_column(core_reader *r)
{
	smps_model *m = r->m;
	const smps_lines *lines = &r->lines;
	if (smps_is(smps_word(lines, 1), "MARKER")) {
		bool begin = smps_is(smps_word(lines, 2), "INTORG");
		if (!begin && !smps_is(smps_word(lines, 2), "INTEND"))
			return refuse(r, 2, "'INTORG' or 'INTEND'");
		r->integers = begin;
		return SSRC_OK;
	}
	uint32_t col;
	if (lines->n_tokens < 3 || lines->n_tokens % 2 == 0 || lines->more)
		return refuse(r, lines->n_tokens, "a column, then one or two pairs of row and number");
	ssrc_status status = find_or_add_col(r, &col);
	for (uint32_t k = 1; !status && k + 1 < lines->n_tokens; k += 2) {
		uint32_t row = smps_find_row(m, smps_word(lines, k));
		double value;
		if (row == SSRC_NONE)
			return refuse(r, k, "a row of the section ROWS");
		if (!smps_number(smps_word(lines, k + 1), &value) || !isfinite(value))
			return refuse(r, k + 1, "a number");
		if (m->rows[row].type == SMPS_FREE && row != m->objective)
			continue;
		status = ssrc_reserve(m->ctx, (void **)&m->entries, &m->entries_cap, m->n_entries + 1,
				      sizeof *m->entries, m->err);
		if (!status)
			m->entries[m->n_entries++] = (smps_entry){col, row, value};
	}
	return status;
}

/* RHS and RANGES: pairs of row and number behind the name of the set, which may be missing. */
static ssrc_status read_sides(core_reader *r)
{
	smps_model *m = r->m;
	const smps_lines *lines = &r->lines;
	bool ranges = r->section == CORE_RANGES;
	uint32_t first = lines->n_tokens % 2;
	if (lines->n_tokens < 2 || lines->more)
		return refuse(r, lines->n_tokens, "pairs of row and number");
	if (first)
		keep_name(ranges ? m->range_name : m->rhs_name, smps_word(lines, 0));
	for (uint32_t k = first; k + 1 < lines->n_tokens; k += 2) {
		uint32_t row = smps_find_row(m, smps_word(lines, k));
		double value;
		if (row == SSRC_NONE)
			return refuse(r, k, "a row of the section ROWS");
		smps_row_type type = ranges ? SMPS_EQUAL : m->rows[row].type;
		if (!smps_number(smps_word(lines, k + 1), &value) || !smps_is_side(type, value))
			return refuse(r, k + 1, "a number");
		*(ranges ? &m->rows[row].range : &m->rows[row].rhs) = value;
	}
	return SSRC_OK;
}

/* ---- bounds ------------------------------------------------------------------------------------------------ */

static smps_bound_type find_bound_type(const smps_token *token)
{
	static const char *const names[SMPS_BOUND_TYPES] = {"UP", "LO", "FX", "FR", "MI", "PL", "BV", "LI", "UI"};
	for (int t = 0; t < SMPS_BOUND_TYPES; t++)
		if (smps_is(token, names[t]))
			return (smps_bound_type)t;
	return SMPS_BOUND_TYPES;
}

bool smps_is_bound(const smps_token *token)
{
	return find_bound_type(token) != SMPS_BOUND_TYPES;
}

bool smps_set_bound(smps_col *col, smps_bound_type type, double value)
{
	bool below = false;
	col->bounded = true;
	col->integer = col->integer || type == SMPS_BV || type == SMPS_LI || type == SMPS_UI;
	if (type == SMPS_BV || type == SMPS_FX) {
		col->low = type == SMPS_BV ? 0 : value;
		col->high = type == SMPS_BV ? 1 : value;
	}
	if (type == SMPS_LO || type == SMPS_LI)
		col->low = value;
	if (type == SMPS_MI || type == SMPS_FR)
		col->low = -(double)INFINITY;
	if (type == SMPS_PL || type == SMPS_FR)
		col->high = (double)INFINITY;
	if (type == SMPS_UP || type == SMPS_UI) {
		col->high = value;
		below = value < 0 && col->low == 0;
		if (below)
			col->low = -(double)INFINITY;
	}
	return below;
}

static bool needs_value(smps_bound_type type)
{
	return type == SMPS_UP || type == SMPS_LO || type == SMPS_FX || type == SMPS_LI || type == SMPS_UI;
}

ssrc_status smps_read_bound(const smps_model *m, const smps_lines *lines, uint32_t n, smps_bound *out)
{
	const smps_token *word = smps_word(lines, 0);
	smps_bound bound = {.type = find_bound_type(word)};
	uint32_t at;
	if (smps_is(word, "SC") || smps_is(word, "SI"))
		return smps_refuse(m, lines, SSRC_UNSUPPORTED, 0, "another type: semi-continuous is not supported");
	if (bound.type == SMPS_BOUND_TYPES)
		return smps_refuse(m, lines, SSRC_FORMAT, 0, "UP, LO, FX, FR, MI, PL, BV, LI or UI");
	bool value = needs_value(bound.type);
	if (value)
		at = n == 3 ? 1 : 2; /* the name of the set may be missing */
	else
		at = n >= 3 && smps_find_col(m, smps_word(lines, 2)) != SSRC_NONE ? 2 : 1;
	bound.col = smps_find_col(m, smps_word(lines, at));
	if (bound.col == SSRC_NONE)
		return smps_refuse(m, lines, SSRC_FORMAT, at, "a column of the core file");
	bool lower = bound.type == SMPS_LO || bound.type == SMPS_LI;
	smps_row_type side = lower ? SMPS_GREATER : bound.type == SMPS_FX ? SMPS_EQUAL : SMPS_LESS;
	if (value &&
	    (at + 1 >= n || !smps_number(smps_word(lines, at + 1), &bound.value) || !smps_is_side(side, bound.value)))
		return smps_refuse(m, lines, SSRC_FORMAT, at + 1, "a number");
	*out = bound;
	return SSRC_OK;
}

static ssrc_status read_bound(core_reader *r)
{
	smps_bound bound = {0};
	ssrc_status status = smps_read_bound(r->m, &r->lines, r->lines.n_tokens, &bound);
	if (!status)
		r->m->out.negative_uppers += smps_set_bound(&r->m->cols[bound.col], bound.type, bound.value);
	return status;
}

void smps_row_sides(const smps_row *row, double rhs, double *low, double *high)
{
	double range = fabs(row->range);
	*low = row->type == SMPS_LESS ? -(double)INFINITY : rhs;
	*high = row->type == SMPS_GREATER ? (double)INFINITY : rhs;
	if (isnan(row->range))
		return;
	if (row->type == SMPS_LESS || (row->type == SMPS_EQUAL && row->range < 0))
		*low = rhs - range;
	if (row->type == SMPS_GREATER || (row->type == SMPS_EQUAL && row->range > 0))
		*high = rhs + range;
}

/* ---- the whole --------------------------------------------------------------------------------------------- */

static ssrc_status read_header(core_reader *r, bool *is_header)
{
	const smps_lines *lines = &r->lines;
	const smps_token *word = smps_word(lines, 0);
	*is_header = false;
	for (int s = 0; lines->header && s < CORE_SECTIONS; s++) {
		if (!smps_is(word, section_name[s]))
			continue;
		*is_header = true;
		r->section = (core_section)s;
		const smps_token *next = smps_word(lines, 1);
		if (s == CORE_NONE && next->len > 0) {
			r->m->out.name =
				ssrc_arena_text(r->m->arena, next->at, ssrc_utf8_valid_prefix(next->at, next->len));
			return r->m->out.name ? SSRC_OK : ssrc_no_memory(r->m->err);
		}
		if (s == CORE_OBJSENSE && next->len > 0)
			return read_sense(r, 1);
		if (s == CORE_OBJNAME && next->len > 0)
			r->objective = *next;
		return SSRC_OK;
	}
	/* A data line may start in the first column, but not in front of all sections. */
	if (r->section == CORE_NONE)
		return refuse(r, 0, "a section: ROWS, COLUMNS, RHS, RANGES, BOUNDS, OBJSENSE or ENDATA");
	bool one_word = r->section == CORE_OBJSENSE || r->section == CORE_OBJNAME;
	if (lines->header && lines->n_tokens == 1 && !one_word)
		return smps_refuse(r->m, lines, SSRC_UNSUPPORTED, 0, "ROWS, COLUMNS, RHS, RANGES, BOUNDS or ENDATA");
	return SSRC_OK;
}

static ssrc_status read_data(core_reader *r)
{
	switch (r->section) {
	case CORE_OBJSENSE: return read_sense(r, 0);
	case CORE_OBJNAME: r->objective = *smps_word(&r->lines, 0); return SSRC_OK;
	case CORE_ROWS: return read_row(r);
	case CORE_COLUMNS: return read_column(r);
	case CORE_RHS:
	case CORE_RANGES: return read_sides(r);
	case CORE_BOUNDS: return read_bound(r);
	default: return refuse(r, 0, "a section");
	}
}

static int by_place(const void *a, const void *b)
{
	const smps_entry *x = a, *y = b;
	if (x->col != y->col)
		return x->col < y->col ? -1 : 1;
	return x->row < y->row ? -1 : x->row > y->row;
}

/* Sorts the entries, takes costs out of them and looks at what only the whole file shows. */
static ssrc_status settle(core_reader *r)
{
	smps_model *m = r->m;
	if (m->objective == SSRC_NONE)
		return refuse(r, 0, "an objective: a row of type N");
	if (m->col_names.count == 0)
		return refuse(r, 0, "columns");
	double sign = m->out.maximise ? -1 : 1;
	if (m->n_entries > 0)
		qsort(m->entries, m->n_entries, sizeof *m->entries, by_place);
	size_t kept = 0;
	for (size_t e = 0; e < m->n_entries; e++) {
		smps_entry *entry = &m->entries[e];
		if (e > 0 && by_place(entry, entry - 1) == 0) {
			char text[SSRC_ERROR_ARG_BYTES];
			snprintf(text, sizeof text, "column %s has row %s twice",
				 smps_short(m->col_names.text[entry->col]).text,
				 smps_short(m->row_names.text[entry->row]).text);
			return ssrc_fail_at(m->err, SSRC_FORMAT, SSRC_M_ARGUMENT, m->core_name, 0, 0, text, NULL);
		}
		if (entry->row == m->objective)
			m->cols[entry->col].cost = sign * entry->value;
	}
	for (size_t e = 0; e < m->n_entries; e++)
		if (m->entries[e].row != m->objective)
			m->entries[kept++] = m->entries[e];
	m->n_entries = kept;
	for (uint32_t j = 0; j < m->col_names.count; j++) {
		smps_col *col = &m->cols[j];
		if (col->integer && !col->bounded) {
			col->high = 1;
			m->out.implied_binaries++;
		}
		if (col->low > col->high) {
			char text[SSRC_ERROR_ARG_BYTES];
			snprintf(text, sizeof text, "column %s has a lower bound above its upper bound",
				 smps_short(m->col_names.text[j]).text);
			return ssrc_fail_at(m->err, SSRC_FORMAT, SSRC_M_ARGUMENT, m->core_name, 0, 0, text, NULL);
		}
	}
	return SSRC_OK;
}

ssrc_status smps_read_core(smps_model *m, const ssrc_named_text *core, bool fixed)
{
	core_reader r = {.m = m, .section = CORE_NONE};
	smps_lines_init(&r.lines, core);
	r.lines.fixed = fixed;
	while (r.section != CORE_END && smps_next_line(&r.lines)) {
		bool header;
		ssrc_status status = read_header(&r, &header);
		if (!status && !header)
			status = read_data(&r);
		if (status)
			return status;
	}
	if (r.section != CORE_END)
		return refuse(&r, 0, "ENDATA at the end of the file");
	return settle(&r);
}
