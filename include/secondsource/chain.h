/* The chain: items, needs, parties, shares, alternates and events as they hold on one day. */
#ifndef SECONDSOURCE_CHAIN_H
#define SECONDSOURCE_CHAIN_H

#include <secondsource/package.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ssrc_chain ssrc_chain;
typedef struct ssrc_home ssrc_home;

/* Builds the chain of `package` (borrowed, must outlive it) as it holds on day `as_of` (days since 1970-01-01).
 * Rows whose references do not resolve are left out: check the package first. Order is canonical, so shuffled rows
 * give the same chain. *out is freed with ssrc_chain_free. Errors: NOMEM. Cost O(rows · log rows). */
SSRC_API SSRC_MUST_CHECK ssrc_status ssrc_chain_build(ssrc_chain **out, const ssrc_package *package, int32_t as_of,
						      ssrc_error *err);
SSRC_API void ssrc_chain_free(ssrc_chain *chain);

#ifdef __cplusplus
}
#endif
#endif
