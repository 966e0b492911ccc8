/* The two-stage solve in a watched child process: whatever becomes of the child, what it had sent stays. */
#include "core.h"

#include <string.h>

enum { SENT_PROGRESS = 1, SENT_PLAN = 2, SENT_RESULT = 3, SENT_Y = 4, SENT_ERROR = 5 };
static const double GRACE = 5;

/* What the child sends at its end, before x, the answers and the prices. */
typedef struct final_figures {
	double value, bound, relaxation, violation;
	int32_t value_phase, bound_phase, has_plan, infeasible;
	char stopped_by[16];
} final_figures;

typedef struct boxed {
	const ssrc_two_stage *problem;
	const ssrc_two_stage_options *options;
	ssrc_context *ctx;
	ssrc_on_progress *each;
	void *user;
	ssrc_box_out *out; /* in the child */
	/* In the parent: */
	ssrc_two_stage_result *result;
	ssrc_two_stage_progress progress; /* that belongs to the plan which comes next */
	ssrc_error error;
	bool has_x, done;
	uint32_t scenarios; /* answers that have come */
} boxed;

/* ---- the child ------------------------------------------------------------------------------------------------- */

static void send_progress(void *user, const ssrc_two_stage_progress *progress, const double *x)
{
	boxed *b = user;
	ssrc_box_send(b->out, SENT_PROGRESS, progress, sizeof *progress);
	if (x)
		ssrc_box_send(b->out, SENT_PLAN, x, b->problem->first.n_cols * sizeof *x);
}

static bool send_result(const boxed *b, const ssrc_two_stage_result *r)
{
	const ssrc_two_stage *problem = b->problem;
	final_figures figures = {r->value,
				 r->bound,
				 r->relaxation,
				 r->violation,
				 (int32_t)r->value_phase,
				 (int32_t)r->bound_phase,
				 r->has_plan,
				 r->infeasible,
				 ""};
	if (r->stopped_by)
		strncpy(figures.stopped_by, r->stopped_by, sizeof figures.stopped_by - 1);
	bool sent = !r->has_plan || ssrc_box_send(b->out, SENT_PLAN, r->x, problem->first.n_cols * sizeof *r->x);
	for (uint32_t s = 0; s < problem->n_scenarios && sent && r->has_plan; s++)
		sent = ssrc_box_send(b->out, SENT_Y, r->y[s], problem->scenarios[s].recourse.n_cols * sizeof **r->y);
	return sent && ssrc_box_send(b->out, SENT_RESULT, &figures, sizeof figures);
}

static int work(void *user, ssrc_box_out *out)
{
	boxed *b = user;
	ssrc_arena arena;
	ssrc_two_stage_result result;
	ssrc_error err = {0};
	ssrc_two_stage_options options = *b->options;
	options.stop = &ssrc_box_stop;
	b->out = out;
	ssrc_arena_init(&arena, b->ctx);
	ssrc_status status =
		ssrc_two_stage_solve(&result, b->problem, &options, send_progress, b, b->ctx, &arena, &err);
	if (status)
		ssrc_box_send(out, SENT_ERROR, &err, sizeof err);
	else if (!send_result(b, &result))
		status = SSRC_IO;
	return (int)status;
}

/* ---- the parent -------------------------------------------------------------------------------------------------- */

static void take_progress(boxed *b, const ssrc_two_stage_progress *p)
{
	ssrc_two_stage_result *r = b->result;
	b->progress = *p;
	if (p->bound > r->bound) {
		r->bound = p->bound;
		r->bound_phase = p->phase;
	}
	if (b->each)
		b->each(b->user, p, NULL);
}

static void take_figures(boxed *b, const final_figures *f)
{
	static const char *const reasons[] = {"gap", "time", "iterations", "stop", "solver"};
	ssrc_two_stage_result *r = b->result;
	r->bound = f->bound;
	r->relaxation = f->relaxation;
	r->value_phase = (ssrc_phase)f->value_phase;
	r->bound_phase = (ssrc_phase)f->bound_phase;
	r->infeasible = f->infeasible;
	for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
		if (strcmp(reasons[i], f->stopped_by) == 0)
			r->stopped_by = reasons[i];
	/* The child is told to stop by one signal, whatever the reason. */
	bool asked = b->options->stop && *b->options->stop;
	if (strcmp(r->stopped_by, "stop") == 0 && !asked)
		r->stopped_by = "time";
	b->done = true;
}

static void on_message(void *user, uint32_t kind, const void *data, size_t len)
{
	boxed *b = user;
	ssrc_two_stage_result *r = b->result;
	size_t first_bytes = b->problem->first.n_cols * sizeof *r->x;
	if (kind == SENT_PROGRESS && len == sizeof b->progress) {
		take_progress(b, data);
	} else if (kind == SENT_PLAN && len == first_bytes) {
		memcpy(r->x, data, len);
		r->value_phase = b->progress.phase;
		b->has_x = true;
		b->scenarios = 0;
	} else if (kind == SENT_Y && b->scenarios < b->problem->n_scenarios &&
		   len == b->problem->scenarios[b->scenarios].recourse.n_cols * sizeof **r->y) {
		memcpy(r->y[b->scenarios++], data, len);
	} else if (kind == SENT_RESULT && len == sizeof(final_figures)) {
		take_figures(b, data);
	} else if (kind == SENT_ERROR && len == sizeof b->error) {
		memcpy(&b->error, data, len);
	}
}

/* The answers to a plan whose own had not arrived yet. */
static ssrc_status fill_answers(boxed *b, ssrc_arena *arena, ssrc_error *err)
{
	ssrc_two_stage_result again, *r = b->result;
	ssrc_two_stage_options options = *b->options;
	options.seconds = (double)INFINITY;
	options.stop = NULL;
	ssrc_status status = ssrc_two_stage_evaluate(&again, b->problem, r->x, &options, b->ctx, arena, err);
	if (!status) {
		r->y = again.y;
		r->answer = again.answer;
	}
	return status;
}

/* The child is gone without a result: what is left of its work. */
static ssrc_status salvage(boxed *b, ssrc_status status, ssrc_arena *arena, ssrc_error *err)
{
	if (status != SSRC_LIMIT && status != SSRC_CANCEL && !b->has_x) {
		/* Want of memory of the child is its limit, which the message of the box names. */
		if (status != SSRC_NOMEM && b->error.code && err && !err->code)
			*err = b->error;
		return status;
	}
	b->result->stopped_by = status == SSRC_LIMIT ? "time" : status == SSRC_CANCEL ? "stop" : "solver";
	return b->has_x ? fill_answers(b, arena, err) : SSRC_OK;
}

ssrc_status ssrc_two_stage_solve_boxed(ssrc_two_stage_result *out, const ssrc_two_stage *problem,
				       const ssrc_two_stage_options *options, size_t memory_bytes,
				       ssrc_on_progress *each, void *user, ssrc_context *ctx, ssrc_arena *arena,
				       ssrc_error *err)
{
	ssrc_two_stage_result result;
	ssrc_error of_box = {0};
	boxed b = {.problem = problem, .options = options, .ctx = ctx, .each = each, .user = user, .result = &result};
	ssrc_box_limits limits = {
		.seconds = options->seconds, .grace = GRACE, .bytes = memory_bytes, .stop = options->stop};
	ssrc_status status = ssrc_core_result_new(&result, problem, arena, err);
	if (status)
		return status;
	status = ssrc_box_run(ctx, work, &b, &limits, on_message, &b, &of_box);
	if (!b.done) {
		ssrc_status failed = status ? status : SSRC_UNSUPPORTED;
		status = salvage(&b, failed, arena, err);
		if (status && err && !err->code)
			*err = of_box;
		if (status)
			return status;
	}
	result.has_plan = b.has_x;
	if (b.has_x && b.done && b.scenarios < problem->n_scenarios)
		status = fill_answers(&b, arena, err);
	else
		status = SSRC_OK;
	if (!status && result.has_plan)
		ssrc_two_stage_check(&result, problem);
	if (!status)
		*out = result;
	return status;
}
