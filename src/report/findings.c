#include "report.h"

#include "io/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const ssrc_text_id severity_words[] = {SSRC_T_W_SEVERITY_INFO, SSRC_T_W_SEVERITY_WARNING,
					      SSRC_T_W_SEVERITY_ERROR};
static const char *const severity_codes[] = {"note", "warning", "error"};

static void hint_text(char *out, size_t size, const ssrc_finding *finding, ssrc_lang lang)
{
	ssrc_text_fill(out, size, ssrc_text_hint(finding->message, lang), finding->arg, 4);
}

static void put_place(ssrc_buf *out, const ssrc_finding *finding)
{
	ssrc_buf_puts(out, *finding->file ? finding->file : ".");
	if (finding->line > 0)
		ssrc_buf_printf(out, ":%lld", (long long)finding->line);
	if (finding->line > 0 && finding->column > 0)
		ssrc_buf_printf(out, ":%lld", (long long)finding->column);
}

static void finding_text(ssrc_buf *out, const ssrc_finding *finding, const ssrc_report_options *options)
{
	char message[800], hint[600];
	ssrc_paint paint = finding->accepted                   ? SSRC_DIM
			   : finding->severity == SSRC_ERROR   ? SSRC_LEVEL_4
			   : finding->severity == SSRC_WARNING ? SSRC_LEVEL_2
							       : SSRC_LEVEL_1;
	ssrc_finding_render(message, sizeof message, finding, options->lang);
	hint_text(hint, sizeof hint, finding, options->lang);
	put_place(out, finding);
	ssrc_buf_puts(out, ": ");
	ssrc_paint_text(
		out,
		ssrc_text(finding->accepted ? SSRC_T_W_ACCEPTED : severity_words[finding->severity], options->lang),
		paint, options->colour);
	ssrc_buf_printf(out, ": %s [%s]\n", message, ssrc_text_code(finding->message));
	if (finding->accepted)
		ssrc_buf_printf(out, "    %s\n", finding->accepted);
	else if (*hint)
		ssrc_buf_printf(out, "    %s: %s\n", ssrc_text(SSRC_T_W_HINT, options->lang), hint);
}

static void fill_line(ssrc_buf *out, ssrc_lang lang, ssrc_text_id id, const char *const *args, size_t n)
{
	char text[400];
	ssrc_text_fill(text, sizeof text, ssrc_text(id, lang), args, n);
	ssrc_buf_puts(out, text);
	ssrc_buf_putc(out, '\n');
}

/* ---- coverage by tier --------------------------------------------------------------------------------- */

typedef struct coverage {
	uint32_t items, shares, recovery, stock, assumed;
	int newest;
} coverage;

static void count_coverage(const ssrc_package *package, const ssrc_chain *chain, coverage *tiers)
{
	const ssrc_table *table = &package->tables[SSRC_FILE_ITEMS];
	for (uint32_t i = 0; i < chain->n_items; i++) {
		const ssrc_item *item = &chain->items[i];
		coverage *c = &tiers[item->tier];
		c->items++;
		c->shares += item->n_sets > 0;
		c->recovery += ssrc_known(item->recovery);
		c->stock += ssrc_known(item->stock);
		const ssrc_cell *evidence =
			ssrc_table_cell(table, item->row, ssrc_schema_common(SSRC_FILE_ITEMS) + SSRC_COMMON_EVIDENCE);
		c->assumed += strcmp(evidence->text, "assumed") == 0;
		for (uint32_t s = item->first_set; s < item->first_set + item->n_sets; s++)
			if (chain->sets[s].year > c->newest)
				c->newest = chain->sets[s].year;
	}
}

static ssrc_status put_coverage(ssrc_buf *out, const ssrc_package *package, const ssrc_report_options *options,
				ssrc_error *err)
{
	ssrc_chain *chain;
	ssrc_status status = ssrc_chain_build(&chain, package, INT32_MAX - 1, err);
	if (status)
		return status;
	coverage *tiers = ssrc_alloc_array(package->ctx, (size_t)chain->n_tiers + 1, sizeof *tiers);
	if (!tiers) {
		ssrc_chain_free(chain);
		return ssrc_fail(err, SSRC_NOMEM, SSRC_M_NOMEM, NULL, NULL, NULL);
	}
	count_coverage(package, chain, tiers);
	ssrc_text_table table;
	ssrc_text_table_begin(&table, package->ctx);
	static const ssrc_text_id heads[] = {SSRC_T_W_TIER,
					     SSRC_T_W_COUNT_ITEMS,
					     SSRC_T_W_COVERAGE_SHARES,
					     SSRC_T_W_COVERAGE_RECOVERY,
					     SSRC_T_W_COVERAGE_STOCK,
					     SSRC_T_W_COVERAGE_ASSUMED,
					     SSRC_T_W_COVERAGE_NEWEST};
	for (size_t c = 0; c < sizeof heads / sizeof *heads; c++)
		ssrc_text_table_column(&table, ssrc_text(heads[c], options->lang), c ? SSRC_RIGHT : SSRC_LEFT);
	for (uint32_t t = 0; t < chain->n_tiers; t++) {
		const coverage *c = &tiers[t];
		const uint32_t numbers[] = {c->items, c->shares, c->recovery, c->stock, c->assumed};
		ssrc_text_table_put(&table, ssrc_name(chain->tiers[t].name, chain->tiers[t].id, options->lang),
				    SSRC_PLAIN);
		char text[24];
		for (size_t k = 0; k < 5; k++) {
			snprintf(text, sizeof text, "%u", numbers[k]);
			ssrc_text_table_put(&table, text, SSRC_PLAIN);
		}
		snprintf(text, sizeof text, c->newest ? "%d" : "-", c->newest);
		ssrc_text_table_put(&table, text, SSRC_PLAIN);
	}
	ssrc_buf_printf(out, "\n%s\n", ssrc_text(SSRC_T_W_CHECK_COVERAGE, options->lang));
	ssrc_text_table_write(&table, out, options->colour, options->width);
	if (table.failed)
		status = ssrc_fail(err, SSRC_NOMEM, SSRC_M_NOMEM, NULL, NULL, NULL);
	ssrc_text_table_end(&table);
	ssrc_release(package->ctx, tiers);
	ssrc_chain_free(chain);
	return status;
}

static void put_summary(ssrc_buf *out, const ssrc_findings *findings, size_t accepted,
			const ssrc_report_options *options)
{
	char numbers[3][24];
	for (int s = 0; s < 3; s++)
		snprintf(numbers[s], sizeof numbers[s], "%zu", ssrc_findings_count(findings, (ssrc_severity)s));
	const char *args[] = {numbers[2], numbers[1], numbers[0]};
	fill_line(out, options->lang, SSRC_T_W_CHECK_SUMMARY, args, 3);
	if (accepted) {
		char number[24];
		snprintf(number, sizeof number, "%zu", accepted);
		fill_line(out, options->lang, SSRC_T_W_CHECK_ACCEPTED, (const char *[]){number}, 1);
	}
}

static void findings_json(ssrc_buf *out, const ssrc_findings *findings, const ssrc_report_options *options)
{
	ssrc_json json;
	char text[800];
	ssrc_json_begin(&json, out, true);
	ssrc_json_open(&json, NULL, '{');
	ssrc_json_string(&json, "schema", "secondsource/check/1");
	ssrc_json_string(&json, "program", options->version);
	ssrc_json_integer(&json, "errors", (int64_t)ssrc_findings_count(findings, SSRC_ERROR));
	ssrc_json_integer(&json, "warnings", (int64_t)ssrc_findings_count(findings, SSRC_WARNING));
	ssrc_json_integer(&json, "notes", (int64_t)ssrc_findings_count(findings, SSRC_INFO));
	ssrc_json_open(&json, "findings", '[');
	for (size_t i = 0; i < ssrc_findings_total(findings); i++) {
		const ssrc_finding *finding = ssrc_findings_get(findings, i);
		ssrc_json_open(&json, NULL, '{');
		ssrc_json_string(&json, "severity", severity_codes[finding->severity]);
		ssrc_json_string(&json, "code", ssrc_text_code(finding->message));
		ssrc_json_string(&json, "file", finding->file);
		ssrc_json_integer(&json, "line", finding->line);
		ssrc_json_integer(&json, "column", finding->column);
		ssrc_finding_render(text, sizeof text, finding, SSRC_LANG_EN);
		ssrc_json_string(&json, "message_en", text);
		ssrc_finding_render(text, sizeof text, finding, SSRC_LANG_ZH);
		ssrc_json_string(&json, "message_zh", text);
		hint_text(text, sizeof text, finding, SSRC_LANG_EN);
		ssrc_json_string(&json, "fix_en", text);
		hint_text(text, sizeof text, finding, SSRC_LANG_ZH);
		ssrc_json_string(&json, "fix_zh", text);
		ssrc_json_string(&json, "accepted", finding->accepted);
		ssrc_json_close(&json, '}');
	}
	ssrc_json_close(&json, ']');
	ssrc_json_close(&json, '}');
	ssrc_json_end(&json);
}

static ssrc_status findings_csv(ssrc_buf *out, ssrc_context *ctx, const ssrc_findings *findings,
				const ssrc_report_options *options, ssrc_error *err)
{
	static const char *const heads[] = {"severity", "code", "file", "line", "column", "message", "fix", "accepted"};
	ssrc_text_table table;
	char text[800];
	ssrc_text_table_begin(&table, ctx);
	for (size_t c = 0; c < sizeof heads / sizeof *heads; c++)
		ssrc_text_table_column(&table, heads[c], SSRC_LEFT);
	for (size_t i = 0; i < ssrc_findings_total(findings); i++) {
		const ssrc_finding *finding = ssrc_findings_get(findings, i);
		ssrc_text_table_put(&table, severity_codes[finding->severity], SSRC_PLAIN);
		ssrc_text_table_put(&table, ssrc_text_code(finding->message), SSRC_PLAIN);
		ssrc_text_table_put(&table, finding->file, SSRC_PLAIN);
		snprintf(text, sizeof text, "%lld", (long long)finding->line);
		ssrc_text_table_put(&table, text, SSRC_PLAIN);
		snprintf(text, sizeof text, "%lld", (long long)finding->column);
		ssrc_text_table_put(&table, text, SSRC_PLAIN);
		ssrc_finding_render(text, sizeof text, finding, options->lang);
		ssrc_text_table_put(&table, text, SSRC_PLAIN);
		hint_text(text, sizeof text, finding, options->lang);
		ssrc_text_table_put(&table, text, SSRC_PLAIN);
		ssrc_text_table_put(&table, finding->accepted ? finding->accepted : "", SSRC_PLAIN);
	}
	ssrc_text_table_write_csv(&table, out, options->bom);
	bool failed = table.failed;
	ssrc_text_table_end(&table);
	return failed ? ssrc_fail(err, SSRC_NOMEM, SSRC_M_NOMEM, NULL, NULL, NULL) : SSRC_OK;
}

ssrc_status ssrc_report_findings(ssrc_buf *out, const ssrc_package *package, const ssrc_findings *findings,
				 bool show_info, const ssrc_report_options *options, ssrc_error *err)
{
	if (options->format == SSRC_FORMAT_JSON) {
		findings_json(out, findings, options);
		return SSRC_OK;
	}
	if (options->format == SSRC_FORMAT_CSV)
		return findings_csv(out, package->ctx, findings, options, err);
	size_t accepted = 0, hidden = 0;
	for (size_t i = 0; i < ssrc_findings_total(findings); i++) {
		const ssrc_finding *finding = ssrc_findings_get(findings, i);
		accepted += finding->accepted != NULL;
		bool show = finding->accepted || finding->severity == SSRC_INFO ? show_info : true;
		hidden += !show && !finding->accepted;
		if (show)
			finding_text(out, finding, options);
	}
	if (ssrc_findings_count(findings, SSRC_ERROR) == 0) {
		ssrc_status status = put_coverage(out, package, options, err);
		if (status)
			return status;
	}
	ssrc_buf_putc(out, '\n');
	put_summary(out, findings, accepted, options);
	if (hidden)
		fill_line(out, options->lang, SSRC_T_W_CHECK_NOTES_HIDDEN, NULL, 0);
	return SSRC_OK;
}
