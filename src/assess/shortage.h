/* Shortage over time as step functions: what part of supply is missing from week to week. */
#ifndef SSRC_ASSESS_SHORTAGE_H
#define SSRC_ASSESS_SHORTAGE_H

#include "base/base.h"

/* Height h of [t, next t); the last step of a function has h = 0. Functions of one run lie in one pool. */
typedef struct ssrc_step {
	double t, h;
} ssrc_step;

/* Less than this (of the supply, of a week) is rounding, not shortage. */
#define SSRC_SLIVER 1e-12

typedef struct ssrc_steps {
	uint32_t first, n; /* n = 0: never short */
} ssrc_steps;

typedef struct ssrc_step_pool {
	ssrc_context *ctx;
	ssrc_step *steps;
	size_t count, cap;
	bool failed;
} ssrc_step_pool;

void ssrc_step_pool_clear(ssrc_step_pool *pool);

/* A new function from up to n steps (equal neighbours are joined, zero tails dropped). */
ssrc_steps ssrc_steps_make(ssrc_step_pool *pool, const ssrc_step *steps, uint32_t n);
/* What is left after a stock of `weeks` of full use has been used up first. */
ssrc_steps ssrc_steps_absorb(ssrc_step_pool *pool, ssrc_steps f, double weeks);
/* Pointwise max(f, weight · g). */
ssrc_steps ssrc_steps_max(ssrc_step_pool *pool, ssrc_steps f, ssrc_steps g, double weight);
/* Pointwise min(wf · f, wg · g). */
ssrc_steps ssrc_steps_min(ssrc_step_pool *pool, ssrc_steps f, double wf, ssrc_steps g, double wg);
double ssrc_steps_area(const ssrc_step_pool *pool, ssrc_steps f);  /* weeks lost */
double ssrc_steps_begin(const ssrc_step_pool *pool, ssrc_steps f); /* first week short, INFINITY if never */
double ssrc_steps_end(const ssrc_step_pool *pool, ssrc_steps f);   /* 0 if never */
bool ssrc_steps_equal(const ssrc_step_pool *pool, ssrc_steps f, ssrc_steps g);

#endif
