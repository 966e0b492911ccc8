/* Adding findings (internal). */
#ifndef SSRC_BASE_FINDINGS_H
#define SSRC_BASE_FINDINGS_H

#include "base/base.h"

#include <secondsource/findings.h>

/* At most this many findings of one message in one file are kept; the last one says how many more there were. */
enum { SSRC_FINDINGS_PER_MESSAGE = 100 };

/* Adds a finding; texts are copied. A failed allocation is remembered and reported by ssrc_findings_status. */
void ssrc_findings_add(ssrc_findings *findings, ssrc_severity severity, ssrc_text_id message, const char *file,
		       int64_t line, int64_t column, const char *arg0, const char *arg1, const char *arg2);

/* NOMEM if any finding was lost. */
SSRC_MUST_CHECK ssrc_status ssrc_findings_status(const ssrc_findings *findings, ssrc_error *err);

/* Marks finding `index` as accepted for `reason` (copied). */
void ssrc_findings_accept(ssrc_findings *findings, size_t index, const char *reason);

#endif
