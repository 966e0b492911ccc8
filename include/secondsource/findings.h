/* Findings: everything that is wrong or doubtful in an input, with its place, in any language. */
#ifndef SECONDSOURCE_FINDINGS_H
#define SECONDSOURCE_FINDINGS_H

#include <secondsource/context.h>
#include <secondsource/text.h>

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum ssrc_severity { SSRC_INFO, SSRC_WARNING, SSRC_ERROR, SSRC_SEVERITY_COUNT } ssrc_severity;

typedef struct ssrc_finding {
	ssrc_severity severity;
	ssrc_text_id message;
	const char *file;     /* relative to the package, "" if none */
	int64_t line, column; /* from 1, column in characters; 0 = none */
	const char *arg[4];   /* never NULL */
	const char *accepted; /* why it is accepted (accepted.csv), NULL otherwise */
} ssrc_finding;

typedef struct ssrc_findings ssrc_findings;

/* Creates an empty list; *out is freed with ssrc_findings_free. Errors: NOMEM. Cost O(1). */
SSRC_API SSRC_MUST_CHECK ssrc_status ssrc_findings_new(ssrc_findings **out, ssrc_context *ctx, ssrc_error *err);
SSRC_API void ssrc_findings_free(ssrc_findings *findings);

/* Number of findings of one severity that are not accepted, and of all. Cost O(1) and O(1). */
SSRC_API size_t ssrc_findings_count(const ssrc_findings *findings, ssrc_severity severity);
SSRC_API size_t ssrc_findings_total(const ssrc_findings *findings);

/* Borrows finding `index` (< total); lives as long as the list. Cost O(1). */
SSRC_API const ssrc_finding *ssrc_findings_get(const ssrc_findings *findings, size_t index);

/* Sorts by file, line, column, message, arguments: the order never depends on the order of checks.
 * Cost O(n log n). */
SSRC_API void ssrc_findings_sort(ssrc_findings *findings);

/* Renders the message of a finding (without place and hint) into out; returns its length. Cost O(size). */
SSRC_API size_t ssrc_finding_render(char *out, size_t size, const ssrc_finding *finding, ssrc_lang lang);

#ifdef __cplusplus
}
#endif
#endif
