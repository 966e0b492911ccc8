/* Pieces of `check` shared by its files (internal). */
#ifndef SSRC_MODEL_CHECK_H
#define SSRC_MODEL_CHECK_H

#include "model/package.h"

typedef struct ssrc_checker {
	ssrc_package *package;
	ssrc_findings *findings;
	const ssrc_check_options *options;
	ssrc_arena arena; /* scratch of one run */
} ssrc_checker;

/* Adds a finding at a cell (or at the row if the column is absent). */
void ssrc_check_cell(ssrc_checker *c, ssrc_severity severity, ssrc_text_id message, ssrc_file_id file, uint32_t row,
		     uint32_t column, const char *arg0, const char *arg1, const char *arg2);

SSRC_MUST_CHECK ssrc_status ssrc_check_rows(ssrc_checker *c,
					    ssrc_error *err); /* check_rows.c: cells, references, keys */
SSRC_MUST_CHECK ssrc_status ssrc_check_sense(ssrc_checker *c,
					     ssrc_error *err); /* check_sense.c: sets, circles, plausibility */
SSRC_MUST_CHECK ssrc_status ssrc_check_documents(ssrc_checker *c, ssrc_error *err); /* check_documents.c: YAML files */

#endif
