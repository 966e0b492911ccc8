/* Any solver that is a program: the problem goes to it as an MPS file, its solution file is read back. Multipliers do
 * not come back, so it is of use for whole numbers only. It runs in a watched child, in a folder of its own that is
 * removed whatever happens. This file and box.c are the only ones of the module that touch files or start processes. */
#include "model.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ARGUMENTS_MAX = 20, PATH_BYTES = 512 };

/* How a program is asked: its arguments, with {in}, {out}, {options}, {seconds} and {gap} filled in. */
typedef struct manner {
	const char *name;
	const char *arguments[ARGUMENTS_MAX];
} manner;

static const manner manners[] = {
	{"cbc",
	 {"{in}", "-timeMode", "elapsed", "-seconds", "{seconds}", "-ratioGap", "{gap}", "-preprocess", "off", "-solve",
	  "-solution", "{out}"}},
	{"glpsol",
	 {"--nopresol", "--freemps", "{in}", "--tmlim", "{seconds}", "--mipgap", "{gap}", "--write", "{out}"}},
	{"highs",
	 {"--model_file", "{in}", "--options_file", "{options}", "--time_limit", "{seconds}", "--solution_file",
	  "{out}"}},
	{"gurobi_cl", {"TimeLimit={seconds}", "MIPGap={gap}", "ResultFile={out}", "{in}"}},
};

typedef struct file_solver {
	ssrc_plain_solver plain;
	const manner *manner;
	char path[PATH_BYTES]; /* of the program, absolute */
} file_solver;

static bool file_available(const char **version)
{
	if (version)
		*version = "";
	return false; /* only with the path of a program */
}

static const manner *manner_of(const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	for (size_t i = 0; i < sizeof manners / sizeof *manners; i++)
		if (strcmp(name, manners[i].name) == 0)
			return &manners[i];
	return NULL;
}

static ssrc_status file_create_at(ssrc_solver **out, const char *path, ssrc_context *ctx, const ssrc_program *program,
				  ssrc_error *err)
{
	const manner *how = manner_of(path);
	if (!how)
		return ssrc_fail(err, SSRC_NOTFOUND, SSRC_M_SOLVER_PROGRAM, path, NULL, NULL);
	if (path[0] != '/' || strlen(path) >= PATH_BYTES || access(path, X_OK))
		return ssrc_fail(err, SSRC_NOTFOUND, SSRC_M_SOLVER_PATH, path, NULL, NULL);
	ssrc_status status = ssrc_plain_new(out, &ssrc_file_solver, sizeof(file_solver), ctx, program, err);
	if (status == SSRC_OK) {
		file_solver *s = (file_solver *)*out;
		s->manner = how;
		memcpy(s->path, path, strlen(path) + 1);
	}
	return status;
}

static ssrc_status file_create(ssrc_solver **out, ssrc_context *ctx, const ssrc_program *program, ssrc_error *err)
{
	(void)out, (void)ctx, (void)program;
	return ssrc_fail(err, SSRC_NOTFOUND, SSRC_M_SOLVER_PATH, "file:", NULL, NULL);
}

/* ---- the folder ---------------------------------------------------------------------------------------------------
 */

typedef struct folder {
	ssrc_context *ctx;
	char path[PATH_BYTES], in[PATH_BYTES], out[PATH_BYTES], options[PATH_BYTES];
} folder;

static bool folder_open(folder *f, ssrc_context *ctx)
{
	*f = (folder){.ctx = ctx};
	snprintf(f->path, sizeof f->path, "/tmp/ssrc-solve-%ld-XXXXXX", (long)getpid());
	if (!mkdtemp(f->path))
		return false;
	snprintf(f->in, sizeof f->in, "%.400s/model.mps", f->path);
	snprintf(f->out, sizeof f->out, "%.400s/solution.sol", f->path);
	snprintf(f->options, sizeof f->options, "%.400s/options", f->path);
	return true;
}

static void remove_one(void *user, const char *name)
{
	const folder *f = user;
	char path[PATH_BYTES + 256];
	snprintf(path, sizeof path, "%s/%.255s", f->path, name);
	(void)f->ctx->files.remove(f->ctx->files.user, path);
}

/* All that is in it: programs leave logs behind. */
static void folder_close(folder *f)
{
	remove_one(f, "model.mps");
	remove_one(f, "solution.sol");
	remove_one(f, "options");
	(void)f->ctx->files.list(f->ctx->files.user, f->path, remove_one, f);
	(void)f->ctx->files.remove(f->ctx->files.user, f->path);
}

static bool write_file(ssrc_context *ctx, const char *path, const char *data, size_t len)
{
	const ssrc_file_ops *files = &ctx->files;
	int handle = files->open_write(files->user, path);
	bool whole = handle >= 0;
	while (whole && len > 0) {
		int64_t put = files->write(files->user, handle, data, len);
		whole = put > 0;
		if (whole) {
			data += put;
			len -= (size_t)put;
		}
	}
	return handle >= 0 && files->close(files->user, handle) == 0 && whole;
}

/* All of a file; what cannot be read is as if it was not there. */
static void read_file(ssrc_context *ctx, const char *path, ssrc_buf *out)
{
	const ssrc_file_ops *files = &ctx->files;
	int handle = files->open_read(files->user, path);
	char chunk[65536];
	for (int64_t got; handle >= 0 && (got = files->read(files->user, handle, chunk, sizeof chunk)) > 0;)
		ssrc_buf_add(out, chunk, (size_t)got);
	if (handle >= 0)
		(void)files->close(files->user, handle);
}

/* ---- the program ----------------------------------------------------------------------------------------------------
 */

typedef struct call {
	const file_solver *s;
	const folder *folder;
	char seconds[32], gap[32];
} call;

static const char *place(const call *c, const char *key)
{
	return strcmp(key, "{in}") == 0        ? c->folder->in
	       : strcmp(key, "{out}") == 0     ? c->folder->out
	       : strcmp(key, "{options}") == 0 ? c->folder->options
	       : strcmp(key, "{seconds}") == 0 ? c->seconds
					       : c->gap;
}

/* One argument with its place filled in. */
static void fill(const call *c, const char *argument, char out[2 * PATH_BYTES])
{
	const char *open = strchr(argument, '{');
	if (open)
		snprintf(out, 2 * PATH_BYTES, "%.*s%s", (int)(open - argument), argument, place(c, open));
	else
		snprintf(out, 2 * PATH_BYTES, "%s", argument);
}

/* In the child: becomes the program. */
static int become(void *user, ssrc_box_out *out)
{
	(void)out;
	const call *c = user;
	char filled[ARGUMENTS_MAX][2 * PATH_BYTES], own[PATH_BYTES];
	char *arguments[ARGUMENTS_MAX + 2] = {own};
	memcpy(own, c->s->path, sizeof own);
	for (size_t i = 0; i < ARGUMENTS_MAX && c->s->manner->arguments[i]; i++) {
		fill(c, c->s->manner->arguments[i], filled[i]);
		arguments[i + 1] = filled[i];
	}
	if (chdir(c->folder->path) == 0)
		execv(own, arguments);
	return SSRC_NOTFOUND;
}

/* ---- the answer ----------------------------------------------------------------------------------------------------
 */

/* The next word of a line; its length 0 at the end of the line. */
static size_t next_word(const char **at, const char *end)
{
	while (*at < end && (**at == ' ' || **at == '\t' || **at == '*'))
		(*at)++;
	const char *word = *at;
	while (word < end && *word != ' ' && *word != '\t' && *word != '\r' && *word != '\n')
		word++;
	return (size_t)(word - *at);
}

/* The number after `letter`, SSRC_NONE if the word is not such a name of a column below n. */
static uint32_t column_of(const char *word, size_t len, uint32_t n)
{
	uint64_t number = 0;
	if (len < 2 || len > 11 || word[0] != 'c')
		return SSRC_NONE;
	for (size_t i = 1; i < len; i++) {
		if (word[i] < '0' || word[i] > '9')
			return SSRC_NONE;
		number = 10 * number + (uint64_t)(word[i] - '0');
	}
	return number < n ? (uint32_t)number : SSRC_NONE;
}

/* Takes the value after a column's name (cbc, highs, gurobi_cl: "... c12 value ..."), or of a "j number value"
 * (glpsol). The first of a column counts: duals may follow. */
static bool read_line(const char *at, const char *end, double *x, bool *seen, uint32_t n)
{
	uint32_t col = SSRC_NONE;
	bool glpk = end - at > 2 && at[0] == 'j' && at[1] == ' ';
	for (int words = 0; words < 5; words++) {
		size_t len = next_word(&at, end);
		const char *word = at;
		double value;
		at += len;
		if (len == 0)
			return false;
		if (glpk && words == 1)
			col = ssrc_parse_number(word, len, &value) && value >= 1 && value <= n ? (uint32_t)value - 1
											       : SSRC_NONE;
		else if (glpk && words < 2)
			continue;
		else if (col == SSRC_NONE)
			col = column_of(word, len, n);
		else if (!ssrc_parse_number(word, len, &value) || seen[col])
			return false;
		else {
			x[col] = value;
			return seen[col] = true;
		}
	}
	return false;
}

static bool contains(const char *line, size_t len, const char *word)
{
	size_t n = strlen(word);
	for (size_t i = 0; i + n <= len; i++)
		if (memcmp(line + i, word, n) == 0)
			return true;
	return false;
}

/* What the first lines say. */
static ssrc_outcome read_outcome(const char *text, size_t len)
{
	static const struct {
		const char *word;
		ssrc_outcome outcome;
	} words[] = {
		{"nfeasible", SSRC_OUTCOME_INFEASIBLE},  {"EMPTY", SSRC_OUTCOME_INFEASIBLE},
		{"INFEASIBLE", SSRC_OUTCOME_INFEASIBLE}, {"nbounded", SSRC_OUTCOME_UNBOUNDED},
		{"UNBOUNDED", SSRC_OUTCOME_UNBOUNDED},   {"NON-OPTIMAL", SSRC_OUTCOME_STOPPED},
		{"OPTIMAL", SSRC_OUTCOME_OPTIMAL},       {"Optimal", SSRC_OUTCOME_OPTIMAL},
	};
	size_t head = 0;
	for (int lines = 0; head < len && lines < 7; head++)
		lines += text[head] == '\n';
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (contains(text, head, words[i].word))
			return words[i].outcome;
	return SSRC_OUTCOME_STOPPED;
}

/* Fills x from a solution file; columns it leaves out are 0. Returns how many values were found. */
static uint32_t read_values(const ssrc_buf *text, double *x, bool *seen, uint32_t n)
{
	uint32_t found = 0;
	for (size_t at = 0; at < text->len;) {
		const char *line = text->data + at, *end = memchr(line, '\n', text->len - at);
		size_t len = end ? (size_t)(end - line) : text->len - at;
		found += read_line(line, line + len, x, seen, n);
		at += len + 1;
	}
	return found;
}

static ssrc_status take_answer(file_solver *s, const folder *f, const ssrc_solve_limits *limits, ssrc_solution *out)
{
	ssrc_model *model = &s->plain.model;
	uint32_t n = model->program.n_cols;
	double *x = ssrc_alloc_array(model->ctx, n, sizeof *x);
	bool *seen = ssrc_alloc_array(model->ctx, n, sizeof *seen);
	ssrc_buf text;
	ssrc_buf_init(&text, model->ctx);
	read_file(model->ctx, f->out, &text);
	ssrc_status status = x && seen && !text.failed ? SSRC_OK : SSRC_NOMEM;
	if (status == SSRC_OK && text.len > 0) {
		*out = ssrc_model_no_solution(model, read_outcome(text.data, text.len));
		bool solved = out->outcome == SSRC_OUTCOME_OPTIMAL || out->outcome == SSRC_OUTCOME_STOPPED;
		uint32_t found = read_values(&text, x, seen, n);
		if (solved && (found > 0 || out->outcome == SSRC_OUTCOME_OPTIMAL))
			status = ssrc_mip_take(model, x, limits, out);
		if (out->outcome == SSRC_OUTCOME_INFEASIBLE)
			ssrc_model_find_ray(model, out);
	}
	ssrc_buf_clear(&text);
	ssrc_release(model->ctx, x);
	ssrc_release(model->ctx, seen);
	return status;
}

/* ---- solving -------------------------------------------------------------------------------------------------------
 */

static ssrc_status put_problem(const file_solver *s, const folder *f, const char *gap)
{
	ssrc_buf text;
	ssrc_context *ctx = s->plain.model.ctx;
	ssrc_buf_init(&text, ctx);
	ssrc_program_write_mps(&s->plain.model.program, false, &text);
	ssrc_status status = text.failed ? SSRC_NOMEM : write_file(ctx, f->in, text.data, text.len) ? SSRC_OK : SSRC_IO;
	ssrc_buf_clear(&text);
	if (status == SSRC_OK) {
		ssrc_buf_printf(&text, "mip_rel_gap = %s\n", gap);
		status = text.failed                                        ? SSRC_NOMEM
			 : write_file(ctx, f->options, text.data, text.len) ? SSRC_OK
									    : SSRC_IO;
		ssrc_buf_clear(&text);
	}
	return status;
}

/* The program is asked to end a little before the limit; some take whole seconds only. */
static ssrc_status ask(file_solver *s, const ssrc_solve_limits *limits, double deadline, ssrc_solution *out)
{
	ssrc_model *model = &s->plain.model;
	double left = fmin(deadline - ssrc_seconds_now(), 1e9);
	folder f;
	call c = {.s = s, .folder = &f};
	snprintf(c.seconds, sizeof c.seconds, "%.0f", fmax(1, ceil(left - fmin(5, left / 10))));
	ssrc_format_number(c.gap, limits->gap);
	*out = ssrc_model_no_solution(model, SSRC_OUTCOME_FAILED);
	if (!folder_open(&f, model->ctx))
		return SSRC_OK;
	ssrc_status status = put_problem(s, &f, c.gap);
	if (status == SSRC_OK) {
		ssrc_box_limits box = {deadline - ssrc_seconds_now(), 1, 0, limits->stop};
		ssrc_status boxed = ssrc_box_run(model->ctx, become, &c, &box, NULL, NULL, NULL);
		if (boxed == SSRC_LIMIT || boxed == SSRC_CANCEL)
			out->outcome = SSRC_OUTCOME_STOPPED;
		status = boxed == SSRC_NOMEM ? SSRC_NOMEM : take_answer(s, &f, limits, out);
	}
	folder_close(&f);
	return status == SSRC_NOMEM ? SSRC_NOMEM : SSRC_OK;
}

static ssrc_status file_solve_mip(ssrc_solver *solver, const ssrc_solve_limits *limits, const double *start,
				  ssrc_on_incumbent *each, void *user, ssrc_solution *out)
{
	file_solver *s = (file_solver *)solver;
	ssrc_model *model = &s->plain.model;
	double deadline = ssrc_seconds_now() + limits->seconds;
	bool done;
	ssrc_status status = ssrc_mip_begin(model, limits, out, &done);
	if (status == SSRC_OK && !done) {
		double linear = out->bound;
		status = ask(s, limits, deadline, out);
		if (status == SSRC_OK && start && !out->has_x)
			status = ssrc_mip_keep_start(model, start, limits, out);
		ssrc_mip_close(limits, -(double)INFINITY, out);
		out->bound = fmax(out->bound, fmin(linear, out->value));
	}
	if (status == SSRC_OK && out->has_x && each)
		each(user, out->x, out->value, out->bound);
	return status;
}

const ssrc_solver_ops ssrc_file_solver = {
	.name = "file",
	.mip = true,
	.available = file_available,
	.create = file_create,
	.create_at = file_create_at,
	.destroy = ssrc_plain_destroy,
	.set_cost = ssrc_plain_set_cost,
	.set_col = ssrc_plain_set_col,
	.set_row = ssrc_plain_set_row,
	.add_rows = ssrc_plain_add_rows,
	.keep_rows = ssrc_plain_keep_rows,
	.solve_mip = file_solve_mip,
};
