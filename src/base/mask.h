/* Names that must not appear in what is written: each is replaced by a code, wherever a writer puts out text
 * (internal). Computing is not touched, so numbers and order stay as they are. */
#ifndef SSRC_MASK_H
#define SSRC_MASK_H

#include "base/base.h"

typedef struct ssrc_mask ssrc_mask;

/* One name and what stands for it; borrowed. */
typedef struct ssrc_mask_name {
	const char *name, *code;
} ssrc_mask_name;

/* Names of less than two bytes are left out. ASCII letters match in either case; a name of less than six bytes that
 * begins with an ASCII letter or digit matches whole words only. Longer names win. *out is freed with ssrc_mask_free.
 * Errors: NOMEM. Cost O(n log n). */
SSRC_MUST_CHECK ssrc_status ssrc_mask_new(ssrc_mask **out, const ssrc_mask_name *names, size_t n, ssrc_context *ctx,
					  ssrc_error *err);
void ssrc_mask_free(ssrc_mask *mask);

/* Appends text to out with every name replaced; false (nothing appended) if there is none. Cost O(len · names that
 * begin alike). */
bool ssrc_mask_apply(const ssrc_mask *mask, const char *text, size_t len, ssrc_buf *out);

/* For writers: text as it may be put out. Where the context of `out` has a mask and it changes text, the changed copy
 * is made in *scratch, which the caller clears. */
const char *ssrc_masked(const ssrc_buf *out, const char *text, size_t *len, ssrc_buf *scratch);

#endif
