/* Instances of others: which method solves them. docs/methods/instances.md */
#include "plan/instances.h"

#include "plan/integer_recourse.h"

#include <math.h>

ssrc_status ssrc_plan_instance_solve(ssrc_instance_answer *out, const ssrc_instance *instance,
				     const ssrc_two_stage_options *options, ssrc_on_progress *each, void *user,
				     ssrc_context *ctx, ssrc_arena *arena, ssrc_error *err)
{
	ssrc_instance_answer answer;
	double sign = instance->maximise ? -1 : 1;
	const ssrc_two_stage *problem = &instance->problem;
	ssrc_status status;
	if (instance->whole_recourse) {
		answer.method = SSRC_METHOD_WHOLE_RECOURSE;
		status = ssrc_integer_recourse_solve(&answer.result, problem, options, each, user, ctx, arena, err);
	} else if (problem->n_scenarios == 1) {
		answer.method = SSRC_METHOD_ONE_SCENARIO;
		status = ssrc_one_program_solve(&answer.result, problem, options, each, user, ctx, arena, err);
	} else {
		answer.method = SSRC_METHOD_LINEAR_RECOURSE;
		status = ssrc_two_stage_solve(&answer.result, problem, options, each, user, ctx, arena, err);
	}
	if (status)
		return status;
	const ssrc_two_stage_result *r = &answer.result;
	answer.value = r->has_plan ? sign * r->value : (double)NAN;
	answer.bound = sign * r->bound;
	answer.gap = r->has_plan && isfinite(r->bound) ? fmax(0, r->value - r->bound) / fmax(1e-10, fabs(r->value))
						       : (double)INFINITY;
	*out = answer;
	return SSRC_OK;
}
