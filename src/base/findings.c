#include "findings.h"

#include <stdlib.h>
#include <string.h>

struct ssrc_findings {
	ssrc_context *ctx;
	ssrc_arena texts;
	ssrc_finding *list;
	size_t count, cap;
	size_t open[SSRC_SEVERITY_COUNT];
	/* Runs of one message in one file: how many came. */
	struct run {
		const char *file;
		ssrc_text_id message;
		size_t count;
	} * runs;
	size_t n_runs, runs_cap;
	bool failed;
};

ssrc_status ssrc_findings_new(ssrc_findings **out, ssrc_context *ctx, ssrc_error *err)
{
	ssrc_findings *findings = ssrc_alloc_array(ctx, 1, sizeof *findings);
	if (!findings)
		return ssrc_fail(err, SSRC_NOMEM, SSRC_M_NOMEM, NULL, NULL, NULL);
	findings->ctx = ctx;
	ssrc_arena_init(&findings->texts, ctx);
	*out = findings;
	return SSRC_OK;
}

void ssrc_findings_free(ssrc_findings *findings)
{
	if (!findings)
		return;
	ssrc_context *ctx = findings->ctx;
	ssrc_arena_clear(&findings->texts);
	ssrc_release(ctx, findings->list);
	ssrc_release(ctx, findings->runs);
	ssrc_release(ctx, findings);
}

size_t ssrc_findings_count(const ssrc_findings *findings, ssrc_severity severity)
{
	return findings->open[severity];
}

size_t ssrc_findings_total(const ssrc_findings *findings)
{
	return findings->count;
}

const ssrc_finding *ssrc_findings_get(const ssrc_findings *findings, size_t index)
{
	return &findings->list[index];
}

static const char *keep(ssrc_findings *findings, const char *text)
{
	if (!text || !*text)
		return "";
	size_t len = strlen(text);
	char *copy = ssrc_arena_text(&findings->texts, text, len < 400 ? len : 400);
	if (!copy) {
		findings->failed = true;
		return "";
	}
	if (len > 400) { /* not inside a character */
		size_t n = ssrc_utf8_valid_prefix(copy, 400);
		copy[n] = '\0';
	}
	return copy;
}

/* The run of (file, message), found or made; NULL when memory is short. */
static struct run *run_of(ssrc_findings *findings, const char *file, ssrc_text_id message)
{
	for (size_t i = findings->n_runs; i-- > 0;)
		if (findings->runs[i].message == message && strcmp(findings->runs[i].file, file) == 0)
			return &findings->runs[i];
	if (ssrc_reserve(findings->ctx, (void **)&findings->runs, &findings->runs_cap, findings->n_runs + 1,
			 sizeof *findings->runs, NULL))
		return NULL;
	struct run *run = &findings->runs[findings->n_runs++];
	*run = (struct run){keep(findings, file), message, 0};
	return run;
}

void ssrc_findings_add(ssrc_findings *findings, ssrc_severity severity, ssrc_text_id message, const char *file,
		       int64_t line, int64_t column, const char *arg0, const char *arg1, const char *arg2)
{
	struct run *run = run_of(findings, file ? file : "", message);
	if (!run || ssrc_reserve(findings->ctx, (void **)&findings->list, &findings->cap, findings->count + 1,
				 sizeof *findings->list, NULL)) {
		findings->failed = true;
		return;
	}
	findings->open[severity]++;
	run->count++;
	if (run->count > SSRC_FINDINGS_PER_MESSAGE)
		return;
	findings->list[findings->count++] = (ssrc_finding){
		.severity = severity,
		.message = message,
		.file = run->file,
		.line = line,
		.column = column,
		.arg = {keep(findings, arg0), keep(findings, arg1), keep(findings, arg2), ""},
	};
}

ssrc_status ssrc_findings_status(const ssrc_findings *findings, ssrc_error *err)
{
	if (findings->failed)
		return ssrc_fail(err, SSRC_NOMEM, SSRC_M_NOMEM, NULL, NULL, NULL);
	return SSRC_OK;
}

void ssrc_findings_accept(ssrc_findings *findings, size_t index, const char *reason)
{
	ssrc_finding *finding = &findings->list[index];
	if (!finding->accepted)
		findings->open[finding->severity]--;
	finding->accepted = keep(findings, reason);
}

static int compare_findings(const void *a, const void *b)
{
	const ssrc_finding *x = a, *y = b;
	int order = strcmp(x->file, y->file);
	if (order == 0)
		order = (x->line > y->line) - (x->line < y->line);
	if (order == 0)
		order = (x->column > y->column) - (x->column < y->column);
	if (order == 0)
		order = strcmp(ssrc_text_code(x->message), ssrc_text_code(y->message));
	for (int i = 0; order == 0 && i < 4; i++)
		order = strcmp(x->arg[i], y->arg[i]);
	return order;
}

void ssrc_findings_sort(ssrc_findings *findings)
{
	if (findings->count > 1)
		qsort(findings->list, findings->count, sizeof *findings->list, compare_findings);
}

size_t ssrc_finding_render(char *out, size_t size, const ssrc_finding *finding, ssrc_lang lang)
{
	return ssrc_text_fill(out, size, ssrc_text(finding->message, lang), finding->arg, 4);
}
