/* SMPS: lines and words, the time file, the whole. docs/methods/instances.md */
#include "plan/smps_internal.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- lines ------------------------------------------------------------------------------------------------ */

void smps_lines_init(smps_lines *lines, const ssrc_named_text *text)
{
	*lines = (smps_lines){.text = text};
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

static void add_token(smps_lines *lines, const char *line, size_t from, size_t to)
{
	if (lines->n_tokens == SMPS_TOKENS_MAX) {
		lines->more = true;
		return;
	}
	int64_t column = (int64_t)ssrc_utf8_count(line, from) + 1;
	lines->token[lines->n_tokens++] = (smps_token){line + from, (uint32_t)(to - from), column};
}

static void cut_words(smps_lines *lines, const char *line, size_t len)
{
	for (size_t i = 0; i < len;) {
		while (i < len && is_blank(line[i]))
			i++;
		size_t from = i;
		while (i < len && !is_blank(line[i]))
			i++;
		if (i > from)
			add_token(lines, line, from, i);
	}
}

/* The fields of fixed MPS: columns 2-3, 5-12, 15-22, 25-36, 40-47, 50-61; names may hold blanks. */
static void cut_fields(smps_lines *lines, const char *line, size_t len)
{
	static const size_t first[] = {1, 4, 14, 24, 39, 49}, end[] = {3, 12, 22, 36, 47, 61};
	for (int f = 0; f < 6; f++) {
		size_t from = first[f], to = end[f] < len ? end[f] : len;
		while (from < to && is_blank(line[from]))
			from++;
		while (to > from && is_blank(line[to - 1]))
			to--;
		if (to > from)
			add_token(lines, line, from, to);
	}
}

bool smps_next_line(smps_lines *lines)
{
	const ssrc_named_text *text = lines->text;
	while (lines->next < text->len) {
		const char *line = text->text + lines->next, *end = memchr(line, '\n', text->len - lines->next);
		size_t len = end ? (size_t)(end - line) : text->len - lines->next;
		lines->next += len + (end != NULL);
		lines->line++;
		lines->n_tokens = 0;
		lines->more = false;
		if (len == 0 || line[0] == '*')
			continue;
		lines->header = !is_blank(line[0]);
		if (lines->fixed && !lines->header)
			cut_fields(lines, line, len);
		else
			cut_words(lines, line, len);
		if (lines->n_tokens > 0 && lines->token[0].at[0] != '*')
			return true;
	}
	lines->n_tokens = 0;
	return false;
}

bool smps_is(const smps_token *token, const char *word)
{
	const char *at = token->at;
	size_t len = token->len;
	if (len >= 2 && (at[0] == '\'' || at[0] == '"') && at[len - 1] == at[0]) {
		at++;
		len -= 2;
	}
	for (size_t i = 0; i < len; i++) {
		char c = at[i] >= 'a' && at[i] <= 'z' ? (char)(at[i] - 'a' + 'A') : at[i];
		if (!word[i] || c != word[i])
			return false;
	}
	return word[len] == '\0';
}

/* To the form that ssrc_parse_number reads: no plus sign, digits on both sides of the point, e for FORTRAN's d. */
static size_t plain_number(const smps_token *token, char out[96])
{
	size_t n = 0;
	for (uint32_t i = 0; i < token->len && n + 3 < 96; i++) {
		char c = token->at[i];
		bool digit_before = n > 0 && out[n - 1] >= '0' && out[n - 1] <= '9';
		bool digit_after = i + 1 < token->len && token->at[i + 1] >= '0' && token->at[i + 1] <= '9';
		if (c == '+' && i == 0)
			continue;
		if (c == '.' && (digit_before || digit_after)) {
			if (!digit_before)
				out[n++] = '0';
			out[n++] = '.';
			if (!digit_after)
				out[n++] = '0';
			continue;
		}
		out[n++] = c == 'd' || c == 'D' || c == 'E' ? 'e' : c;
	}
	return n;
}

bool smps_number(const smps_token *token, double *out)
{
	static const double infinite = 1e20;
	char text[96];
	smps_token rest = *token;
	double sign = 1, value;
	if (rest.len == 0 || rest.len > 64)
		return false;
	if (rest.at[0] == '-' || rest.at[0] == '+') {
		sign = rest.at[0] == '-' ? -1 : 1;
		rest.at++;
		rest.len--;
	}
	if (smps_is(&rest, "INF") || smps_is(&rest, "INFINITY")) {
		*out = sign * (double)INFINITY;
		return true;
	}
	size_t n = plain_number(token, text);
	if (!ssrc_parse_number(text, n, &value))
		return false;
	*out = value >= infinite ? (double)INFINITY : value <= -infinite ? -(double)INFINITY : value;
	return true;
}

const smps_token *smps_word(const smps_lines *lines, uint32_t k)
{
	static const smps_token none = {"", 0, 0};
	return k < lines->n_tokens ? &lines->token[k] : &none;
}

ssrc_status smps_refuse(const smps_model *m, const smps_lines *lines, ssrc_status code, uint32_t k,
			const char *expected)
{
	const smps_token *token = smps_word(lines, k);
	char text[SSRC_ERROR_ARG_BYTES];
	size_t n = ssrc_utf8_valid_prefix(token->at, token->len < 48 ? token->len : 48);
	if (token->len > 0)
		snprintf(text, sizeof text, "%.*s: expected %s", (int)n, token->at, expected);
	else
		snprintf(text, sizeof text, "expected %s", expected);
	return ssrc_fail_at(m->err, code, SSRC_M_ARGUMENT, lines->text->name, lines->line, token->column, text, NULL);
}

smps_name smps_short(const char *name)
{
	smps_name out;
	size_t n = strlen(name);
	n = ssrc_utf8_valid_prefix(name, n < 44 ? n : 44);
	memcpy(out.text, name, n);
	out.text[n] = '\0';
	return out;
}

bool smps_is_side(smps_row_type type, double rhs)
{
	return isfinite(rhs) || (type == SMPS_LESS && rhs > 0) || (type == SMPS_GREATER && rhs < 0);
}

uint32_t smps_find_row(const smps_model *m, const smps_token *token)
{
	return ssrc_symbols_find(&m->row_names, token->at, token->len);
}

uint32_t smps_find_col(const smps_model *m, const smps_token *token)
{
	return ssrc_symbols_find(&m->col_names, token->at, token->len);
}

/* ---- time file -------------------------------------------------------------------------------------------- */

typedef struct time_reader {
	smps_model *m;
	smps_lines lines;
	ssrc_symbols periods;
} time_reader;

/* "column row period": everything in the core from that column and row on belongs to the period. */
static ssrc_status implicit_period(time_reader *t)
{
	smps_model *m = t->m;
	const smps_lines *lines = &t->lines;
	if (lines->n_tokens < 3)
		return smps_refuse(m, lines, SSRC_FORMAT, lines->n_tokens, "column, row and period");
	uint32_t col = smps_find_col(m, smps_word(lines, 0)), row = smps_find_row(m, smps_word(lines, 1)), period;
	if (col == SSRC_NONE)
		return smps_refuse(m, lines, SSRC_FORMAT, 0, "a column of the core file");
	if (row == SSRC_NONE)
		return smps_refuse(m, lines, SSRC_FORMAT, 1, "a row of the core file");
	const smps_token *name = smps_word(lines, 2);
	ssrc_status status = ssrc_symbols_add(&t->periods, name->at, name->len, &period, m->err);
	if (status)
		return status;
	if (period + 1 < t->periods.count)
		return smps_refuse(m, lines, SSRC_FORMAT, 2, "each period once, in order");
	if (period >= 2)
		return smps_refuse(m, lines, SSRC_UNSUPPORTED, 2, "two periods; problems of more stages are not read");
	/* The first period holds what stands before the second, wherever it is said to begin. */
	for (uint32_t j = period ? col : 0; j < m->col_names.count; j++)
		m->cols[j].stage = period;
	for (uint32_t i = period ? row : 0; i < m->row_names.count; i++)
		m->rows[i].stage = period;
	return SSRC_OK;
}

/* "name period" of the sections ROWS and COLUMNS of an explicit time file. */
static ssrc_status explicit_period(time_reader *t, bool rows)
{
	smps_model *m = t->m;
	const smps_lines *lines = &t->lines;
	uint32_t which = rows ? smps_find_row(m, smps_word(lines, 0)) : smps_find_col(m, smps_word(lines, 0)), period;
	const smps_token *name = smps_word(lines, 1);
	if (which == SSRC_NONE)
		return smps_refuse(m, lines, SSRC_FORMAT, 0,
				   rows ? "a row of the core file" : "a column of the core file");
	if (name->len == 0)
		return smps_refuse(m, lines, SSRC_FORMAT, 1, "a period");
	if (t->periods.count > 0) {
		period = ssrc_symbols_find(&t->periods, name->at, name->len);
		if (period == SSRC_NONE)
			return smps_refuse(m, lines, SSRC_FORMAT, 1, "a period of the section PERIODS");
	} else
		return smps_refuse(m, lines, SSRC_FORMAT, 1, "the section PERIODS before this one");
	if (rows)
		m->rows[which].stage = period;
	else
		m->cols[which].stage = period;
	return SSRC_OK;
}

/* A line of PERIODS EXPLICIT names one period. */
static ssrc_status named_period(time_reader *t)
{
	const smps_token *name = smps_word(&t->lines, 0);
	uint32_t period, before = t->periods.count;
	ssrc_status status = ssrc_symbols_add(&t->periods, name->at, name->len, &period, t->m->err);
	if (status)
		return status;
	if (period < before)
		return smps_refuse(t->m, &t->lines, SSRC_FORMAT, 0, "each period once");
	if (period >= 2)
		return smps_refuse(t->m, &t->lines, SSRC_UNSUPPORTED, 0,
				   "two periods; problems of more stages are not read");
	return SSRC_OK;
}

typedef enum time_section { TIME_NONE, TIME_IMPLICIT, TIME_EXPLICIT, TIME_ROWS, TIME_COLUMNS, TIME_END } time_section;

static bool time_header(const smps_lines *lines, time_section *section)
{
	const smps_token *word = smps_word(lines, 0);
	if (!lines->header)
		return false;
	if (smps_is(word, "PERIODS"))
		*section = smps_is(smps_word(lines, 1), "EXPLICIT") ? TIME_EXPLICIT : TIME_IMPLICIT;
	else if (smps_is(word, "ROWS"))
		*section = TIME_ROWS;
	else if (smps_is(word, "COLUMNS"))
		*section = TIME_COLUMNS;
	else if (smps_is(word, "ENDATA"))
		*section = TIME_END;
	else if (!smps_is(word, "TIME"))
		return false;
	return true;
}

static ssrc_status read_time_lines(time_reader *t)
{
	time_section section = TIME_NONE;
	while (section != TIME_END && smps_next_line(&t->lines)) {
		ssrc_status status = SSRC_OK;
		if (time_header(&t->lines, &section))
			continue;
		if (section == TIME_NONE)
			return smps_refuse(t->m, &t->lines, SSRC_FORMAT, 0, "TIME, PERIODS, ROWS, COLUMNS or ENDATA");
		if (section == TIME_IMPLICIT)
			status = implicit_period(t);
		else if (section == TIME_EXPLICIT)
			status = named_period(t);
		else
			status = explicit_period(t, section == TIME_ROWS);
		if (status)
			return status;
	}
	if (section != TIME_END)
		return smps_refuse(t->m, &t->lines, SSRC_FORMAT, 0, "ENDATA at the end of the file");
	if (t->periods.count != 2)
		return smps_refuse(t->m, &t->lines, SSRC_FORMAT, 0, "two periods");
	return SSRC_OK;
}

ssrc_status smps_read_time(smps_model *m, const ssrc_named_text *time, bool fixed)
{
	time_reader t = {.m = m};
	smps_lines_init(&t.lines, time);
	t.lines.fixed = fixed;
	ssrc_symbols_init(&t.periods, m->ctx);
	ssrc_status status = read_time_lines(&t);
	for (size_t e = 0; !status && e < m->n_entries; e++) {
		const smps_row *row = &m->rows[m->entries[e].row];
		if (row->stage >= m->cols[m->entries[e].col].stage)
			continue;
		char text[SSRC_ERROR_ARG_BYTES];
		snprintf(text, sizeof text, "row %s of the first period holds column %s of the second",
			 smps_short(m->row_names.text[m->entries[e].row]).text,
			 smps_short(m->col_names.text[m->entries[e].col]).text);
		status = ssrc_fail_at(m->err, SSRC_FORMAT, SSRC_M_ARGUMENT, time->name, 0, 0, text, NULL);
	}
	ssrc_symbols_clear(&t.periods);
	return status;
}

/* ---- the whole -------------------------------------------------------------------------------------------- */

/* Names with blanks exist in fixed form only: there a line of ROWS has more than two words, or one of COLUMNS an even
 * number. */
static bool is_fixed_form(const ssrc_named_text *core)
{
	smps_lines lines;
	smps_lines_init(&lines, core);
	int section = 0; /* 1 = ROWS, 2 = COLUMNS */
	while (smps_next_line(&lines)) {
		const smps_token *word = smps_word(&lines, 0);
		if (lines.header) {
			if (smps_is(word, "NAME") && smps_is(smps_word(&lines, lines.n_tokens - 1), "FREE"))
				return false;
			section = smps_is(word, "ROWS") ? 1 : smps_is(word, "COLUMNS") ? 2 : 0;
			continue;
		}
		if ((section == 1 && lines.n_tokens > 2) || (section == 2 && lines.n_tokens % 2 == 0))
			return true;
	}
	return false;
}

/* Names go into messages and reports: outside comments the texts must be UTF-8. */
static ssrc_status check_bytes(const ssrc_named_text *text, ssrc_error *err)
{
	int64_t number = 1;
	for (size_t next = 0; next < text->len; number++) {
		const char *line = text->text + next, *end = memchr(line, '\n', text->len - next);
		size_t len = end ? (size_t)(end - line) : text->len - next;
		size_t valid = line[0] == '*' ? len : ssrc_utf8_valid_prefix(line, len);
		next += len + 1;
		if (valid == len)
			continue;
		char byte[4];
		snprintf(byte, sizeof byte, "%02X", (unsigned)(unsigned char)line[valid]);
		return ssrc_fail_at(err, SSRC_FORMAT, line[valid] ? SSRC_M_UTF8 : SSRC_M_NUL, text->name, number,
				    (int64_t)ssrc_utf8_count(line, valid) + 1, byte, NULL);
	}
	return SSRC_OK;
}

static void clear(smps_model *m)
{
	ssrc_symbols_clear(&m->row_names);
	ssrc_symbols_clear(&m->col_names);
	ssrc_release(m->ctx, m->rows);
	ssrc_release(m->ctx, m->cols);
	ssrc_release(m->ctx, m->entries);
}

ssrc_status ssrc_smps_read(ssrc_instance *out, const ssrc_named_text *core, const ssrc_named_text *time,
			   const ssrc_named_text *stoch, uint32_t max_scenarios, ssrc_context *ctx, ssrc_arena *arena,
			   ssrc_error *err)
{
	smps_model m = {.ctx = ctx, .err = err, .arena = arena, .objective = SSRC_NONE, .core_name = core->name};
	ssrc_symbols_init(&m.row_names, ctx);
	ssrc_symbols_init(&m.col_names, ctx);
	m.out.name = "";
	bool fixed = is_fixed_form(core);
	ssrc_status status = check_bytes(core, err);
	if (!status)
		status = check_bytes(time, err);
	if (!status)
		status = check_bytes(stoch, err);
	if (!status)
		status = smps_read_core(&m, core, fixed);
	if (!status)
		status = smps_read_time(&m, time, fixed);
	if (!status)
		status = smps_read_stoch(&m, stoch, fixed, max_scenarios);
	if (!status)
		*out = m.out;
	clear(&m);
	return status;
}
