/* CBC (EPL) through its C interface, opened at run time: programs with whole numbers. It has global state, overruns
 * time limits and may end the process: to be used in a watched child (box.c), one at a time. The prototypes are of
 * Cbc_C_Interface.h, 2.10. */
#include "model.h"

#include <limits.h>
#include <math.h>
#include <string.h>

typedef void cbc_model;

#define CBC_FUNCTIONS(X)                                                                                               \
	X(const char *, Cbc_getVersion, (void))                                                                        \
	X(cbc_model *, Cbc_newModel, (void))                                                                           \
	X(void, Cbc_deleteModel, (cbc_model *))                                                                        \
	X(void, Cbc_loadProblem,                                                                                       \
	  (cbc_model *, int, int, const int *, const int *, const double *, const double *, const double *,            \
	   const double *, const double *, const double *))                                                            \
	X(void, Cbc_setInteger, (cbc_model *, int))                                                                    \
	X(void, Cbc_setMIPStartI, (cbc_model *, int, const int *, const double *))                                     \
	X(void, Cbc_setParameter, (cbc_model *, const char *, const char *))                                           \
	X(void, Cbc_setLogLevel, (cbc_model *, int))                                                                   \
	X(int, Cbc_solve, (cbc_model *))                                                                               \
	X(double *, Cbc_bestSolution, (cbc_model *))                                                                   \
	X(double, Cbc_getBestPossibleObjValue, (cbc_model *))                                                          \
	X(int, Cbc_status, (cbc_model *))                                                                              \
	X(int, Cbc_secondaryStatus, (cbc_model *))                                                                     \
	X(int, Cbc_isProvenOptimal, (cbc_model *))                                                                     \
	X(int, Cbc_isProvenInfeasible, (cbc_model *))                                                                  \
	X(int, Cbc_isContinuousUnbounded, (cbc_model *))                                                               \
	X(int, Cbc_getNodeCount, (cbc_model *))                                                                        \
	X(int, Cbc_getIterationCount, (cbc_model *))

typedef struct cbc_api {
#define X(type, name, arguments) type(*name) arguments;
	CBC_FUNCTIONS(X)
#undef X
} cbc_api;

static const ssrc_symbol cbc_symbols[] = {
#define X(type, name, arguments) {#name, offsetof(cbc_api, name), false},
	CBC_FUNCTIONS(X)
#undef X
};

static bool open_cbc(cbc_api *api)
{
	static const char *const files[] = {"libCbcSolver.so.3", "libCbcSolver.so", NULL};
	return ssrc_library_open(files, cbc_symbols, sizeof cbc_symbols / sizeof *cbc_symbols, api);
}

/* The program waits in the model; each solve loads it anew, because a model of CBC may be solved once only. */
typedef struct cbc_solver {
	ssrc_plain_solver plain;
	cbc_api api;
} cbc_solver;

static bool cbc_available(const char **version)
{
	cbc_api api;
	if (!open_cbc(&api))
		return false;
	if (version)
		*version = api.Cbc_getVersion();
	return true;
}

static ssrc_status cbc_create(ssrc_solver **out, ssrc_context *ctx, const ssrc_program *program, ssrc_error *err)
{
	cbc_api api;
	if (!open_cbc(&api))
		return ssrc_fail(err, SSRC_NOTFOUND, SSRC_M_SOLVER_MISSING, "cbc", "coinor-libcbc3", NULL);
	ssrc_status status = ssrc_plain_new(out, &ssrc_cbc, sizeof(cbc_solver), ctx, program, err);
	if (status == SSRC_OK)
		((cbc_solver *)*out)->api = api;
	return status;
}

/* ---- solving ------------------------------------------------------------------------------------------------ */

static cbc_model *load(cbc_solver *s)
{
	ssrc_model *model = &s->plain.model;
	const ssrc_program *p = &model->program;
	double *sides = ssrc_model_finite_sides(model);
	cbc_model *cbc = sides ? s->api.Cbc_newModel() : NULL;
	if (cbc) {
		const double *high = sides + p->n_cols, *row_low = high + p->n_cols, *row_high = row_low + p->n_rows;
		s->api.Cbc_loadProblem(cbc, (int)p->n_cols, (int)p->n_rows, (const int *)p->start, (const int *)p->row,
				       p->value, sides, high, p->cost, row_low, row_high);
		for (uint32_t j = 0; j < p->n_cols; j++)
			if (p->integer[j])
				s->api.Cbc_setInteger(cbc, (int)j);
	}
	ssrc_release(model->ctx, sides);
	return cbc;
}

static void set_number(cbc_solver *s, cbc_model *cbc, const char *name, double value)
{
	char text[32];
	ssrc_format_number(text, value);
	s->api.Cbc_setParameter(cbc, name, text);
}

/* The increment is what a better solution must be better by; CBC's own would cut off some. The objective of CBC has no
 * offset, so the gap is asked for in absolute terms when there is one. */
static void set_limits(cbc_solver *s, cbc_model *cbc, const ssrc_solve_limits *limits, double left)
{
	double offset = s->plain.model.program.offset;
	s->api.Cbc_setLogLevel(cbc, 0);
	s->api.Cbc_setParameter(cbc, "threads", "0");
	set_number(s, cbc, "increment", 1e-9);
	set_number(s, cbc, "ratio", offset == 0 ? limits->gap : 0);
	set_number(s, cbc, "allow", 1e-10);
	set_number(s, cbc, "randomC", (double)(limits->seed % 1000000 + 1));
	set_number(s, cbc, "randomS", (double)(limits->seed % 1000000 + 1));
	if (limits->nodes >= 0)
		set_number(s, cbc, "maxN", limits->nodes < INT_MAX ? (double)limits->nodes : INT_MAX);
	if (isfinite(limits->cutoff))
		set_number(s, cbc, "cutoff", limits->cutoff - offset);
	if (isfinite(left)) {
		s->api.Cbc_setParameter(cbc, "timeMode", "elapsed");
		set_number(s, cbc, "seconds", fmax(left, 0.01));
	}
}

/* Hands over a solution to begin with, whole where it must be. */
static ssrc_status set_start(cbc_solver *s, cbc_model *cbc, const double *start)
{
	ssrc_model *model = &s->plain.model;
	const ssrc_program *p = &model->program;
	int *cols = ssrc_alloc_array(model->ctx, p->n_cols, sizeof *cols);
	if (!cols)
		return SSRC_NOMEM;
	for (uint32_t j = 0; j < p->n_cols; j++) {
		cols[j] = (int)j;
		model->x[j] = p->integer[j] ? nearbyint(start[j]) : start[j];
	}
	s->api.Cbc_setMIPStartI(cbc, (int)p->n_cols, cols, model->x);
	ssrc_release(model->ctx, cols);
	return SSRC_OK;
}

static ssrc_outcome outcome_of(cbc_solver *s, cbc_model *cbc)
{
	int status = s->api.Cbc_status(cbc);
	if (s->api.Cbc_isContinuousUnbounded(cbc) || s->api.Cbc_secondaryStatus(cbc) == 7)
		return SSRC_OUTCOME_UNBOUNDED;
	if (s->api.Cbc_isProvenOptimal(cbc))
		return SSRC_OUTCOME_OPTIMAL;
	if (s->api.Cbc_isProvenInfeasible(cbc))
		return SSRC_OUTCOME_INFEASIBLE;
	return status == 1 || status == 5 ? SSRC_OUTCOME_STOPPED : SSRC_OUTCOME_FAILED;
}

/* ---- in the box ---------------------------------------------------------------------------------------------- */

/* What CBC claims; x follows if it has one. */
typedef struct claim {
	ssrc_outcome outcome;
	double bound;
	int64_t nodes, iterations;
} claim;

enum { SEND_X, SEND_CLAIM };

typedef struct job {
	cbc_solver *s;
	const ssrc_solve_limits *limits;
	const double *start;
	double left;
	bool preprocess;
	/* what arrived in the parent */
	double *x;
	bool has_x, has_claim;
	claim claim;
} job;

static int work(void *user, ssrc_box_out *out)
{
	const job *j = user;
	cbc_solver *s = j->s;
	cbc_model *cbc = load(s);
	if (!cbc || (j->start && set_start(s, cbc, j->start) != SSRC_OK))
		return SSRC_NOMEM;
	set_limits(s, cbc, j->limits, j->left);
	s->api.Cbc_setParameter(cbc, "preprocess", j->preprocess ? "on" : "off");
	s->api.Cbc_solve(cbc);
	claim c = {outcome_of(s, cbc), s->api.Cbc_getBestPossibleObjValue(cbc) + s->plain.model.program.offset,
		   s->api.Cbc_getNodeCount(cbc), s->api.Cbc_getIterationCount(cbc)};
	const double *x = s->api.Cbc_bestSolution(cbc);
	bool sent = !x || ssrc_box_send(out, SEND_X, x, s->plain.model.program.n_cols * sizeof *x);
	return sent && ssrc_box_send(out, SEND_CLAIM, &c, sizeof c) ? 0 : SSRC_IO;
}

static void receive(void *user, uint32_t kind, const void *data, size_t len)
{
	job *j = user;
	if (kind == SEND_X && len == j->s->plain.model.program.n_cols * sizeof *j->x) {
		memcpy(j->x, data, len);
		j->has_x = true;
	} else if (kind == SEND_CLAIM && len == sizeof j->claim) {
		memcpy(&j->claim, data, len);
		j->has_claim = true;
	}
}

/* What became of the child: a crash is no answer, a limit stops. */
static ssrc_status conclude(const job *j, ssrc_status boxed, ssrc_solution *out)
{
	ssrc_model *model = &j->s->plain.model;
	ssrc_status status = SSRC_OK;
	*out = ssrc_model_no_solution(model, boxed == SSRC_LIMIT || boxed == SSRC_CANCEL ? SSRC_OUTCOME_STOPPED
											 : SSRC_OUTCOME_FAILED);
	if (j->has_claim) {
		out->outcome = j->claim.outcome;
		out->nodes = j->claim.nodes;
		out->iterations = j->claim.iterations;
	}
	if (j->has_x && (out->outcome == SSRC_OUTCOME_OPTIMAL || out->outcome == SSRC_OUTCOME_STOPPED))
		status = ssrc_mip_take(model, j->x, j->limits, out);
	if (status == SSRC_OK && j->start && !out->has_x)
		status = ssrc_mip_keep_start(model, j->start, j->limits, out);
	ssrc_mip_close(j->limits, j->has_claim ? j->claim.bound : (double)-INFINITY, out);
	return status;
}

/* CBC is asked to end somewhat before the limit, and ended at it. Its preprocessing (2.10.8) calls solvable programs
 * infeasible and optimal what is not, in one of a thousand small ones; without it, one in ten thousand fails an
 * assertion. After such a crash it is tried with it, and nothing but the solution is believed. */
static ssrc_status search(cbc_solver *s, const ssrc_solve_limits *limits, const double *start, double deadline,
			  ssrc_solution *out)
{
	ssrc_model *model = &s->plain.model;
	job j = {.s = s, .limits = limits, .start = start};
	j.x = ssrc_alloc_array(model->ctx, model->program.n_cols, sizeof *j.x);
	ssrc_status status = j.x ? SSRC_OK : SSRC_NOMEM, boxed = SSRC_UNSUPPORTED;
	for (int attempt = 0; attempt < 2 && status == SSRC_OK && boxed == SSRC_UNSUPPORTED; attempt++) {
		double left = deadline - ssrc_seconds_now();
		ssrc_box_limits box = {left, 1, 0, limits->stop};
		j.left = left - fmin(5, left / 10);
		j.preprocess = attempt > 0;
		boxed = ssrc_box_run(model->ctx, work, &j, &box, receive, &j, NULL);
		status = boxed == SSRC_NOMEM ? SSRC_NOMEM : SSRC_OK;
	}
	if (j.preprocess && j.has_claim)
		j.claim = (claim){j.has_x ? SSRC_OUTCOME_STOPPED : SSRC_OUTCOME_FAILED, -(double)INFINITY,
				  j.claim.nodes, j.claim.iterations};
	if (status == SSRC_OK)
		status = conclude(&j, boxed, out);
	ssrc_release(model->ctx, j.x);
	return status;
}

/* The linear relaxation first: CBC 2.10.8 calls programs infeasible whose whole columns its preprocessing all fixes,
 * and those mostly end here. What the relaxation bounds holds whatever CBC says. */
static ssrc_status cbc_solve_mip(ssrc_solver *solver, const ssrc_solve_limits *limits, const double *start,
				 ssrc_on_incumbent *each, void *user, ssrc_solution *out)
{
	cbc_solver *s = (cbc_solver *)solver;
	double deadline = ssrc_seconds_now() + limits->seconds, linear;
	bool done;
	ssrc_status status = ssrc_mip_begin(&s->plain.model, limits, out, &done);
	if (status == SSRC_OK && !done) {
		linear = out->bound;
		status = search(s, limits, start, deadline, out);
		out->bound = fmax(out->bound, fmin(linear, out->value));
	}
	if (status == SSRC_OK && out->has_x && each)
		each(user, out->x, out->value, out->bound);
	return status;
}

const ssrc_solver_ops ssrc_cbc = {
	.name = "cbc",
	.mip = true,
	.available = cbc_available,
	.create = cbc_create,
	.destroy = ssrc_plain_destroy,
	.set_cost = ssrc_plain_set_cost,
	.set_col = ssrc_plain_set_col,
	.set_row = ssrc_plain_set_row,
	.add_rows = ssrc_plain_add_rows,
	.keep_rows = ssrc_plain_keep_rows,
	.solve_mip = cbc_solve_mip,
};
