/* Other people's instances: two-stage programs in SMPS, facility location problems of the OR-Library, and the choice of
 * the method that solves them (internal). docs/methods/instances.md */
#ifndef SSRC_INSTANCES_H
#define SSRC_INSTANCES_H

#include "plan/two_stage.h"

/* A text and the name it has in messages. The text need not be terminated and is not kept. */
typedef struct ssrc_named_text {
	const char *name, *text;
	size_t len;
} ssrc_named_text;

/* A problem as read, and what the reader decided on the way: a caller that reports an answer reports these too. */
typedef struct ssrc_instance {
	ssrc_two_stage problem;    /* always to be minimised */
	bool maximise;             /* the file maximises: costs are negated, so are values and bounds of a solution */
	bool whole_recourse;       /* a column of the second stage must be whole */
	double probability_sum;    /* as the file has it; probabilities are divided by it where it is not 1 */
	uint32_t implied_binaries; /* whole columns from markers without any bound: taken as 0 or 1, as is usual */
	uint32_t negative_uppers; /* UP bounds below 0 over a lower bound of 0: the lower bound is taken as -infinity */
	uint32_t free_rows;       /* N rows beside the objective: left out */
	const char *name;         /* of the file's NAME line, "" if none */
} ssrc_instance;

/* Reads a two-stage program in SMPS: core (MPS, free or fixed form), time and stoch file. At most `max_scenarios` may
 * come of it (independent outcomes multiply). Everything in arena memory; scenarios share what they do not change.
 * Errors: FORMAT with file, line and column; RANGE for probabilities that are negative or do not sum to 1 within 1e-3;
 * LIMIT for too many scenarios; UNSUPPORTED for three or more periods, continuous distributions, semi-continuous
 * columns; NOMEM. Cost O(size · log). Source: Gassmann, Kristjansson, IMA J. Manag. Math. 19 (2008). */
SSRC_MUST_CHECK ssrc_status ssrc_smps_read(ssrc_instance *out, const ssrc_named_text *core, const ssrc_named_text *time,
					   const ssrc_named_text *stoch, uint32_t max_scenarios, ssrc_context *ctx,
					   ssrc_arena *arena, ssrc_error *err);

/* Reads a capacitated facility location problem of the OR-Library: m n, m × (capacity, fixed cost), n × (demand, m
 * costs of serving all of it), or the variant with all demands first and then one row of n costs per facility, which is
 * recognised by how it divides into lines. `capacity` stands for the word in files that leave it open (capa, capb,
 * capc); NaN = none given. First stage: which to open, enough for the whole demand; one scenario: who serves whom.
 * Errors: FORMAT with file, line and column; RANGE for negative numbers or total capacity below demand; NOMEM. */
SSRC_MUST_CHECK ssrc_status ssrc_cflp_read(ssrc_instance *out, const ssrc_named_text *file, double capacity,
					   ssrc_context *ctx, ssrc_arena *arena, ssrc_error *err);

/* How an instance was solved. */
typedef enum ssrc_instance_method {
	SSRC_METHOD_LINEAR_RECOURSE, /* ssrc_two_stage_solve */
	SSRC_METHOD_WHOLE_RECOURSE,  /* ssrc_integer_recourse_solve */
	SSRC_METHOD_ONE_SCENARIO     /* nothing to take apart: one mixed-integer program */
} ssrc_instance_method;

typedef struct ssrc_instance_answer {
	ssrc_two_stage_result result; /* of the minimisation */
	double value, bound; /* in the sense of the file: negated where it maximises; NaN, ±infinity if none */
	double gap;          /* |value − bound| / max(1e-10, |value|); infinity without both */
	ssrc_instance_method method;
} ssrc_instance_answer;

/* Solves an instance by the method its second stage needs. Errors of the two methods. */
SSRC_MUST_CHECK ssrc_status ssrc_plan_instance_solve(ssrc_instance_answer *out, const ssrc_instance *instance,
						     const ssrc_two_stage_options *options, ssrc_on_progress *each,
						     void *user, ssrc_context *ctx, ssrc_arena *arena, ssrc_error *err);

#endif
