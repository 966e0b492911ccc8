/* Assessment of structure: dependence, concentration, loss if cut, levels and grades (docs/methods/). */
#ifndef SECONDSOURCE_ASSESS_H
#define SECONDSOURCE_ASSESS_H

#include <secondsource/chain.h>
#include <secondsource/concentration.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ssrc_assessment ssrc_assessment;

typedef struct ssrc_assess_options {
	const char *home; /* "CN", "EU", "JP,KR" or a party id */
	int basis;        /* 0 site, 1 headquarters, 2 ultimate parent, 3 origin of technology */
} ssrc_assess_options;

/* Assesses every item of `chain` (borrowed, must outlive the result) for one home. Same bytes for any thread count.
 * *out is freed with ssrc_assessment_free. Errors: NOTFOUND (home), FORMAT (policy), NOMEM.
 * Cost O(items · (needs downstream + countries)). Methods: docs/methods/{dependence,loss,levels}.md. */
SSRC_API SSRC_MUST_CHECK ssrc_status ssrc_assess(ssrc_assessment **out, const ssrc_chain *chain,
						 const ssrc_assess_options *options, ssrc_error *err);
SSRC_API void ssrc_assessment_free(ssrc_assessment *assessment);

#ifdef __cplusplus
}
#endif
#endif
