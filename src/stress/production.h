/* What missing inputs leave of output: the five production forms of Pichler et al. (2022), JEDC 144:104527 (internal).
 * Shared by the input-output table and the network of items. docs/methods/input-output.md */
#ifndef SSRC_STRESS_PRODUCTION_H
#define SSRC_STRESS_PRODUCTION_H

#include <math.h>
#include <stddef.h>

typedef enum ssrc_production {
	SSRC_LEONTIEF, /* every input limits output */
	SSRC_STRONG,   /* critical and important inputs limit it alike */
	SSRC_HALF,     /* an important input that is missing altogether leaves half; the form the authors prefer */
	SSRC_WEAK,     /* only critical inputs limit it */
	SSRC_LINEAR,   /* inputs replace each other by value */
	SSRC_PRODUCTIONS
} ssrc_production;

/* "leontief", "strong", "half", "weak", "linear": the words of options and files. NULL out of range. */
const char *ssrc_production_word(ssrc_production form);
/* SSRC_PRODUCTIONS if the word is none of them. */
ssrc_production ssrc_production_parse(const char *word, size_t len);

/* The most output that the inputs seen so far allow, as a fraction of normal output; may exceed 1. */
typedef struct ssrc_ceiling {
	double least;         /* of the inputs that limit it; INFINITY = none so far */
	double value, weight; /* linear form: sum of weight × available, sum of weight */
} ssrc_ceiling;

static inline ssrc_ceiling ssrc_ceiling_open(void)
{
	return (ssrc_ceiling){(double)INFINITY, 0, 0};
}

/* One input more. available: what there is of it / normal use, >= 0. criticality: 1 critical, 0.5 important, 0 neither.
 * weight: value of normal use, > 0; read by the linear form only. */
static inline void ssrc_ceiling_add(ssrc_ceiling *ceiling, ssrc_production form, double available, double criticality,
				    double weight)
{
	double limit = (double)INFINITY;
	if (form == SSRC_LINEAR) {
		ceiling->value += weight * available;
		ceiling->weight += weight;
	} else if (form == SSRC_LEONTIEF || criticality >= 1 || (form == SSRC_STRONG && criticality > 0)) {
		limit = available;
	} else if (form == SSRC_HALF && criticality > 0) {
		limit = (1 - criticality) + criticality * available;
	}
	if (limit < ceiling->least)
		ceiling->least = limit;
}

/* INFINITY if no input limits output. */
static inline double ssrc_ceiling_close(const ssrc_ceiling *ceiling, ssrc_production form)
{
	return form == SSRC_LINEAR && ceiling->weight > 0 ? ceiling->value / ceiling->weight : ceiling->least;
}

#endif
