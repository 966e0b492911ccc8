#include "check.h"

#include <string.h>

/* accepted.csv: findings the authors looked at. One row covers every finding of that code, file and first argument. */
static void accept_findings(ssrc_checker *c)
{
	const ssrc_table *table = &c->package->tables[SSRC_FILE_ACCEPTED];
	size_t total = ssrc_findings_total(c->findings);
	for (uint32_t row = 0; row < table->n_rows; row++) {
		const char *code = ssrc_table_cell(table, row, 0)->text;
		const char *file = ssrc_table_cell(table, row, 1)->text;
		const char *about = ssrc_table_cell(table, row, 2)->text;
		const char *reason = ssrc_table_cell(table, row, 3)->text;
		bool used = false;
		for (size_t i = 0; i < total; i++) {
			const ssrc_finding *finding = ssrc_findings_get(c->findings, i);
			if (finding->severity == SSRC_ERROR || strcmp(ssrc_text_code(finding->message), code) != 0 ||
			    strcmp(finding->file, file) != 0 || strcmp(finding->arg[0], about) != 0)
				continue;
			ssrc_findings_accept(c->findings, i, reason);
			used = true;
		}
		if (!used)
			ssrc_check_cell(c, SSRC_WARNING, SSRC_M_ACCEPTED_UNUSED, SSRC_FILE_ACCEPTED, row, 0, code,
					about, NULL);
	}
}

ssrc_status ssrc_package_check(ssrc_package *package, const ssrc_check_options *options, ssrc_findings *findings,
			       ssrc_error *err)
{
	ssrc_checker c = {.package = package, .findings = findings, .options = options};
	ssrc_arena_init(&c.arena, package->ctx);
	ssrc_status status = ssrc_check_rows(&c, err);
	if (!status)
		status = ssrc_check_documents(&c, err);
	if (!status)
		status = ssrc_check_sense(&c, err);
	if (!status) {
		accept_findings(&c);
		ssrc_findings_sort(findings);
		status = ssrc_findings_status(findings, err);
	}
	ssrc_arena_clear(&c.arena);
	return status;
}
