/* Capacitated facility location problems of the OR-Library as two-stage programs. docs/methods/instances.md */
#include "plan/instances.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct cflp_reader {
	const ssrc_named_text *file;
	ssrc_error *err;
	size_t next, word, len; /* the present word */
	int64_t line;
	size_t line_start;
	double capacity;
} cflp_reader;

typedef struct cflp {
	uint32_t m, n;
	double *capacity, *fixed, *demand;
	double *cost; /* [m * n] of serving all of j from i: [i * n + j] */
	double total_demand;
} cflp;

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == '\v';
}

/* False at the end of the file. */
static bool next_word(cflp_reader *r)
{
	const char *text = r->file->text;
	while (r->next < r->file->len && is_blank(text[r->next])) {
		if (text[r->next++] != '\n')
			continue;
		r->line++;
		r->line_start = r->next;
	}
	r->word = r->next;
	while (r->next < r->file->len && !is_blank(text[r->next]))
		r->next++;
	r->len = r->next - r->word;
	return r->len > 0;
}

static ssrc_status refuse(const cflp_reader *r, ssrc_status code, const char *expected)
{
	const char *at = r->file->text + r->word;
	char text[SSRC_ERROR_ARG_BYTES];
	size_t n = ssrc_utf8_valid_prefix(at, r->len < 48 ? r->len : 48);
	if (r->len > 0)
		snprintf(text, sizeof text, "%.*s: expected %s", (int)n, at, expected);
	else
		snprintf(text, sizeof text, "the file ends: expected %s", expected);
	int64_t column = (int64_t)ssrc_utf8_count(r->file->text + r->line_start, r->word - r->line_start) + 1;
	return ssrc_fail_at(r->err, code, SSRC_M_ARGUMENT, r->file->name, r->line, column, text, NULL);
}

static ssrc_status read_amount(cflp_reader *r, const char *expected, double *out)
{
	char text[64];
	if (!next_word(r))
		return refuse(r, SSRC_FORMAT, expected);
	const char *at = r->file->text + r->word;
	size_t n = r->len < sizeof text - 1 ? r->len : 0;
	memcpy(text, at, n);
	if (n > 0 && text[n - 1] == '.') /* "7500." */
		text[n++] = '0';
	if (!ssrc_parse_number(text, n, out))
		return refuse(r, SSRC_FORMAT, expected);
	return *out < 0 ? refuse(r, SSRC_RANGE, expected) : SSRC_OK;
}

static ssrc_status read_count(cflp_reader *r, const char *expected, uint32_t *out)
{
	double value = 0;
	ssrc_status status = read_amount(r, expected, &value);
	if (!status && !(value >= 1 && value <= 1e6 && value == floor(value)))
		return refuse(r, SSRC_FORMAT, expected);
	if (!status)
		*out = (uint32_t)value;
	return status;
}

/* A number, or the word that leaves the capacity to the caller. */
static ssrc_status read_capacity(cflp_reader *r, double *out)
{
	cflp_reader ahead = *r;
	double ignored;
	if (next_word(&ahead) && !ssrc_parse_number(ahead.file->text + ahead.word, ahead.len, &ignored) &&
	    ssrc_text_equal(ahead.file->text + ahead.word, ahead.len, "capacity")) {
		*r = ahead;
		*out = r->capacity;
		return !(r->capacity >= 0)
			       ? refuse(r, SSRC_RANGE, "a number; this file leaves the capacity open: give one")
			       : SSRC_OK;
	}
	return read_amount(r, "a capacity >= 0", out);
}

/* How many words stand on the next line that has any. */
static uint32_t words_of_next_line(cflp_reader *ahead)
{
	uint32_t n = 0;
	int64_t line = 0;
	cflp_reader before = *ahead;
	while (next_word(ahead)) {
		if (n == 0)
			line = ahead->line;
		else if (ahead->line != line)
			break;
		n++;
		before = *ahead;
	}
	*ahead = before;
	return n;
}

/* All demands stand first if this line and the next have a word per customer. */
static bool demands_first(const cflp_reader *r, const cflp *p)
{
	cflp_reader ahead = *r;
	uint32_t first = words_of_next_line(&ahead), second = words_of_next_line(&ahead);
	/* One customer per line of m + 1 words looks the same where n = m + 1: the documented order is taken then. */
	return first == p->n && second == p->n && p->n != p->m + 1 && p->n > 1;
}

static ssrc_status read_customers(cflp_reader *r, cflp *p)
{
	bool by_facility = demands_first(r, p);
	ssrc_status status = SSRC_OK;
	for (uint32_t j = 0; !status && by_facility && j < p->n; j++)
		status = read_amount(r, "a demand >= 0", &p->demand[j]);
	for (uint32_t i = 0; !status && by_facility && i < p->m; i++)
		for (uint32_t j = 0; !status && j < p->n; j++)
			status = read_amount(r, "a cost >= 0", &p->cost[(size_t)i * p->n + j]);
	for (uint32_t j = 0; !status && !by_facility && j < p->n; j++) {
		status = read_amount(r, "a demand >= 0", &p->demand[j]);
		for (uint32_t i = 0; !status && i < p->m; i++)
			status = read_amount(r, "a cost >= 0", &p->cost[(size_t)i * p->n + j]);
	}
	if (!status && next_word(r))
		return refuse(r, SSRC_FORMAT, "the end of the file");
	return status;
}

static ssrc_status read_all(cflp_reader *r, cflp *p, ssrc_arena *scratch)
{
	ssrc_status status = read_count(r, "the number of facilities", &p->m);
	if (!status)
		status = read_count(r, "the number of customers", &p->n);
	if (status)
		return status;
	/* Every number takes two bytes: a file cannot promise more than it holds. */
	if ((uint64_t)p->m * p->n > r->file->len)
		return refuse(r, SSRC_FORMAT, "fewer facilities or customers, for the file is too short");
	p->capacity = ssrc_arena_array(scratch, p->m, sizeof *p->capacity);
	p->fixed = ssrc_arena_array(scratch, p->m, sizeof *p->fixed);
	p->demand = ssrc_arena_array(scratch, p->n, sizeof *p->demand);
	p->cost = ssrc_arena_array(scratch, (size_t)p->m * p->n, sizeof *p->cost);
	if (!p->capacity || !p->fixed || !p->demand || !p->cost)
		return ssrc_no_memory(r->err);
	double capacity = 0;
	for (uint32_t i = 0; !status && i < p->m; i++) {
		status = read_capacity(r, &p->capacity[i]);
		if (!status)
			status = read_amount(r, "a fixed cost >= 0", &p->fixed[i]);
		capacity += p->capacity[i];
	}
	if (!status)
		status = read_customers(r, p);
	if (status)
		return status;
	p->total_demand = ssrc_sum(p->demand, p->n);
	if (!(capacity >= p->total_demand))
		return refuse(r, SSRC_RANGE, "a total capacity of at least the total demand");
	return SSRC_OK;
}

/* ---- model ------------------------------------------------------------------------------------------------ */

typedef struct cflp_model {
	const cflp *p;
	ssrc_instance *out;
	ssrc_arena *arena;
	ssrc_program_draft draft;
	ssrc_error *err;
	bool failed; /* no memory for a name */
} cflp_model;

static const char *make_name(cflp_model *b, const char *kind, uint32_t i, uint32_t j)
{
	char text[48];
	int n = snprintf(text, sizeof text, j == SSRC_NONE ? "%s%u" : "%s%u_%u", kind, (unsigned)i + 1,
			 (unsigned)j + 1);
	const char *name = ssrc_arena_text(b->arena, text, (size_t)n);
	b->failed = b->failed || !name;
	return name;
}

static ssrc_status build_first(cflp_model *b)
{
	const cflp *p = b->p;
	for (uint32_t i = 0; i < p->m; i++)
		ssrc_draft_col(&b->draft, p->fixed[i], 0, 1, true, make_name(b, "open", i, SSRC_NONE));
	/* With enough open there is an answer to every choice: whoever does not fit goes elsewhere. */
	uint32_t row = ssrc_draft_row(&b->draft, p->total_demand, (double)INFINITY, "enough");
	for (uint32_t i = 0; i < p->m; i++)
		ssrc_draft_entry(&b->draft, row, i, p->capacity[i]);
	return b->failed ? ssrc_no_memory(b->err)
			 : ssrc_draft_finish(&b->out->problem.first, &b->draft, b->arena, b->err);
}

/* Rows: every customer served; every facility within its capacity; nobody served from a closed one. The last follow
 * from the second where a customer fills the facility; elsewhere they are what makes the relaxation tight. */
static ssrc_status build_recourse(cflp_model *b, ssrc_program *out, ssrc_buf *links)
{
	const cflp *p = b->p;
	ssrc_program_draft *draft = &b->draft;
	for (uint32_t i = 0; i < p->m; i++)
		for (uint32_t j = 0; j < p->n; j++)
			ssrc_draft_col(draft, p->cost[(size_t)i * p->n + j], 0, 1, false, make_name(b, "x", i, j));
	for (uint32_t j = 0; j < p->n; j++) {
		uint32_t row = ssrc_draft_row(draft, 1, 1, make_name(b, "serve", j, SSRC_NONE));
		for (uint32_t i = 0; i < p->m; i++)
			ssrc_draft_entry(draft, row, i * p->n + j, 1);
	}
	for (uint32_t i = 0; i < p->m; i++) {
		uint32_t row = ssrc_draft_row(draft, -(double)INFINITY, 0, make_name(b, "cap", i, SSRC_NONE));
		for (uint32_t j = 0; j < p->n; j++)
			ssrc_draft_entry(draft, row, i * p->n + j, p->demand[j]);
	}
	ssrc_buf_clear(links);
	for (uint32_t i = 0; i < p->m; i++)
		for (uint32_t j = 0; j < p->n; j++) {
			if (p->demand[j] >= p->capacity[i] && p->demand[j] > 0)
				continue;
			uint32_t row = ssrc_draft_row(draft, -(double)INFINITY, 0, make_name(b, "link", i, j));
			ssrc_draft_entry(draft, row, i * p->n + j, 1);
			ssrc_buf_add(links, (const char *)&i, sizeof i);
		}
	if (b->failed || links->failed)
		return ssrc_no_memory(b->err);
	return ssrc_draft_finish(out, draft, b->arena, b->err);
}

/* T: the capacity that an open facility gives, and 1 in each linking row. */
static ssrc_status build_links(cflp_model *b, ssrc_scenario_program *s, const ssrc_buf *links)
{
	const cflp *p = b->p;
	uint32_t n_links = (uint32_t)(links->len / sizeof(uint32_t)), at = 0, row = p->n;
	s->link_start = ssrc_arena_array(b->arena, (size_t)s->recourse.n_rows + 1, sizeof *s->link_start);
	s->link_col = ssrc_arena_array(b->arena, (size_t)p->m + n_links, sizeof *s->link_col);
	s->link_value = ssrc_arena_array(b->arena, (size_t)p->m + n_links, sizeof *s->link_value);
	if (!s->link_start || !s->link_col || !s->link_value)
		return ssrc_no_memory(b->err);
	for (uint32_t i = 0; i < p->m; i++) {
		s->link_col[at] = i;
		s->link_value[at] = -p->capacity[i];
		s->link_start[++row] = ++at;
	}
	for (uint32_t k = 0; k < n_links; k++) {
		memcpy(&s->link_col[at], links->data + k * sizeof(uint32_t), sizeof(uint32_t));
		s->link_value[at] = -1;
		s->link_start[++row] = ++at;
	}
	return SSRC_OK;
}

static ssrc_status build(cflp_model *b, ssrc_context *ctx)
{
	ssrc_buf links;
	ssrc_scenario_program *s = ssrc_arena_array(b->arena, 1, sizeof *s);
	if (!s)
		return ssrc_no_memory(b->err);
	ssrc_buf_init(&links, ctx);
	ssrc_draft_init(&b->draft, ctx);
	ssrc_status status = build_first(b);
	ssrc_draft_clear(&b->draft);
	if (!status)
		status = build_recourse(b, &s->recourse, &links);
	ssrc_draft_clear(&b->draft);
	if (!status)
		status = build_links(b, s, &links);
	ssrc_buf_clear(&links);
	s->probability = 1;
	s->name = "all";
	b->out->problem.scenarios = s;
	b->out->problem.n_scenarios = 1;
	b->out->problem.complete = true;
	return status;
}

ssrc_status ssrc_cflp_read(ssrc_instance *out, const ssrc_named_text *file, double capacity, ssrc_context *ctx,
			   ssrc_arena *arena, ssrc_error *err)
{
	ssrc_instance instance = {.probability_sum = 1, .name = ""};
	cflp_reader reader = {.file = file, .err = err, .line = 1, .capacity = capacity};
	cflp problem = {0};
	ssrc_arena scratch;
	ssrc_arena_init(&scratch, ctx);
	ssrc_status status = read_all(&reader, &problem, &scratch);
	if (!status) {
		cflp_model b = {.p = &problem, .out = &instance, .arena = arena, .err = err};
		status = build(&b, ctx);
	}
	if (!status)
		*out = instance;
	ssrc_arena_clear(&scratch);
	return status;
}
