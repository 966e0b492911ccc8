/* The whole job: an assessment taken through stress tests and backup plan to a report (internal).
 *
 * Compute first (ssrc_brief_compute), then write: files come out as names and bytes, nothing is read or written here.
 */
#ifndef SSRC_BRIEF_H
#define SSRC_BRIEF_H

#include "brief/page.h"
#include "model/scenario.h"
#include "report/report.h"

typedef struct ssrc_brief_settings {
	ssrc_langs langs;
	const char *version, *path; /* of the program; the package as the user named it */
	const char *command;        /* that makes this brief again */
	double budget;              /* million currency; NaN = the least that reaches most of what money can reach */
	uint32_t runs;              /* random runs of each stress test */
	uint64_t seed;
	double seconds; /* each program of the plan may take; a brief that ran into it is not reproducible and says so
			 */
	const ssrc_scenario *scenarios;
	uint32_t n_scenarios;
	const char *before; /* content of brief.json of an earlier brief to compare with; NULL */
	size_t before_len;
	const volatile int *stop;
	void (*progress)(void *user, ssrc_text_id what, size_t done, size_t all); /* NULL */
	void *user;
} ssrc_brief_settings;

typedef struct ssrc_brief_change {
	uint32_t item;
	int level_before, level_now;
	double loss_before, loss_now; /* central, weeks; NaN unknown */
	bool is_new;                  /* the earlier brief did not know the item */
} ssrc_brief_change;

enum { SSRC_BRIEF_FRONT = 6 };
typedef struct ssrc_brief {
	ssrc_context *ctx;
	ssrc_arena arena;
	const ssrc_assessment *a;
	const ssrc_findings *findings;
	ssrc_brief_settings settings;
	ssrc_stress **stress; /* [n_stress] scenarios that reach the home, worst first */
	uint32_t n_stress;
	uint32_t n_unreached; /* scenarios that hit nothing of the home */
	bool has_plan;        /* options and scenarios there were; page.answer is set */
	bool budget_chosen;   /* by us */
	double budget;
	ssrc_plan_scope scope;
	ssrc_plan_settings plan_settings;
	ssrc_plan_from_chain from;
	ssrc_plan_page page;
	double *without; /* [problem options] expected loss if this one of the plan is left out and not replaced; NaN if
			  * not taken */
	ssrc_text_id no_plan; /* why there is none */
	uint32_t chosen;      /* of the front, SSRC_NONE */
	ssrc_brief_change *changes;
	uint32_t n_changes; /* since the earlier brief, worst first */
	bool compared;
	char before_day[11];
	bool limited; /* some program stopped at its time limit */
} ssrc_brief;

/* Stress tests of all scenarios, a front of budgets and the plan in it. *out is freed with ssrc_brief_free. A plan that
 * cannot be made is no error: the brief says why. Errors: NOMEM, RANGE, FORMAT (the earlier brief). Cost: stress
 * O(runs), a handful of programs. Same bytes for any thread count unless `limited`. */
SSRC_MUST_CHECK ssrc_status ssrc_brief_compute(ssrc_brief **out, const ssrc_assessment *a,
					       const ssrc_findings *findings, const ssrc_brief_settings *settings,
					       ssrc_error *err);
void ssrc_brief_free(ssrc_brief *brief);

typedef struct ssrc_brief_file {
	const char *name; /* "index.html", "tables/items.csv", … */
	const char *bytes;
	size_t len;
} ssrc_brief_file;
typedef struct ssrc_brief_files {
	ssrc_arena arena;
	ssrc_brief_file *file;
	size_t n, cap;
} ssrc_brief_files;

/* Everything that is written. files is freed with ssrc_brief_files_clear. Errors: NOMEM. */
SSRC_MUST_CHECK ssrc_status ssrc_brief_write(ssrc_brief_files *files, const ssrc_brief *brief, ssrc_error *err);
void ssrc_brief_files_clear(ssrc_brief_files *files);

#endif
