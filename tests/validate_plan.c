/* Optima that others published for two-stage programs, reached and proven again: plan/known_optima.csv and the SMPS and
 * OR-Library files it names. */
#include "plan/instances.h"
#include "ref/reference_csv.h"
#include "validate_page.h"

#include <math.h>

static const double proven_gap = 1e-6;

typedef struct files {
	char path[3][1000];
	char *text[3];
	ssrc_named_text named[3];
} files;

static bool load(files *f, int k, const char *folder, const char *name, const char *ending)
{
	snprintf(f->path[k], sizeof f->path[k], "%s/plan/%s%s", folder, name, ending);
	f->text[k] = ref_csv_load(f->path[k]);
	f->named[k] = (ssrc_named_text){name, f->text[k], f->text[k] ? strlen(f->text[k]) : 0};
	return f->text[k] != NULL;
}

static void unload(files *f)
{
	for (int k = 0; k < 3; k++)
		free(f->text[k]);
}

/* The instance of a row: SMPS of the SIPLIB, or p1 … of the OR-Library copy. */
static bool read_instance(const char *folder, const ref_csv *csv, size_t row, ssrc_instance *out, ssrc_context *ctx,
			  ssrc_arena *arena)
{
	const char *kind = ref_csv_text(csv, row, "folder"), *last = strrchr(kind, '/');
	files f = {0};
	char name[300];
	bool smps = strcmp(kind, "siplib_smps") == 0, good;
	ssrc_status status = SSRC_FORMAT;
	if (smps)
		snprintf(name, sizeof name, "siplib_smps/%s", ref_csv_text(csv, row, "instance"));
	else
		snprintf(name, sizeof name, "orlib_cflp/%s", last ? last + 1 : kind);
	if (smps) {
		good = load(&f, 0, folder, name, ".cor") && load(&f, 1, folder, name, ".tim") &&
		       load(&f, 2, folder, name, ".sto");
		if (good)
			status = ssrc_smps_read(out, &f.named[0], &f.named[1], &f.named[2], 100000, ctx, arena, NULL);
	} else if (load(&f, 0, folder, name, ""))
		status = ssrc_cflp_read(out, &f.named[0], (double)NAN, ctx, arena, NULL);
	unload(&f);
	return status == SSRC_OK;
}

/* Half a unit of the last printed digit. */
static double half_unit(const char *printed)
{
	const char *point = strchr(printed, '.');
	return 0.5 * pow(10, point ? -(double)strlen(point + 1) : 0);
}

static const char *method_of(const ssrc_instance_answer *answer)
{
	if (answer->result.bound_phase == SSRC_PHASE_EXTENSIVE)
		return "one program 整体模型";
	return answer->method == SSRC_METHOD_WHOLE_RECOURSE ? "listed answers 逐一列出" : "decomposition 分解";
}

static bool put_row(page *p, const char *folder, const ref_csv *csv, size_t row, ssrc_context *ctx)
{
	ssrc_two_stage_options options = {.seconds = (double)INFINITY,
					  .gap = proven_gap,
					  .iterations = -1,
					  .threads = 0,
					  .seed = 1,
					  .solver = ""};
	ssrc_instance instance;
	ssrc_instance_answer answer;
	ssrc_arena arena;
	ssrc_arena_init(&arena, ctx);
	bool good = read_instance(folder, csv, row, &instance, ctx, &arena) &&
		    ssrc_plan_instance_solve(&answer, &instance, &options, NULL, NULL, ctx, &arena, NULL) == SSRC_OK;
	if (good) {
		const char *printed = ref_csv_text(csv, row, "value");
		double published = ref_csv_number(csv, row, "value"), room = half_unit(printed);
		bool proven = answer.gap <= proven_gap;
		bool agrees = proven && answer.result.violation <= 1e-6 &&
			      fabs(answer.value - published) <= room * (1 + 1e-9) + 1e-12 * fabs(published);
		p->figures++;
		p->agree += agrees;
		put(p, "| %s | %s | %u | %s | %.6f | %s | %s | %s |\n", ref_csv_text(csv, row, "instance"),
		    ref_csv_text(csv, row, "problem"), (unsigned)instance.problem.n_scenarios, printed, answer.value,
		    proven ? "≤ 1e-6" : "> 1e-6", method_of(&answer), agrees ? "agrees 一致" : "**differs 不一致**");
	}
	ssrc_arena_clear(&arena);
	return good;
}

static bool is_ours(const ref_csv *csv, size_t row)
{
	const char *folder = ref_csv_text(csv, row, "folder");
	return strcmp(folder, "siplib_smps") == 0 || strncmp(folder, "orlib_cflp", 10) == 0;
}

bool put_plan(page *p, const char *folder)
{
	ssrc_context ctx;
	ref_csv csv;
	size_t before = p->figures, right = p->agree;
	ssrc_context_init(&ctx);
	put(p, "## Two-stage programs: optima · 两阶段规划:最优值\n\n");
	if (!ref_csv_read(&csv, folder, "plan/known_optima.csv")) {
		put(p, "The folder holds no `plan/known_optima.csv`. 数据目录中没有该文件。\n\n");
		return true;
	}
	put(p, "Sources: SIPLIB (S. Ahmed), test sets DCAP and SSLP, as kept in "
	       "github.com/Argonne-National-Laboratory/DSP\n"
	       "(commit 8ceedb43); OR-Library (J.E. Beasley), capacitated facility location, as kept in\n"
	       "github.com/Oscar-Oliveira/OR-Datasets (commit e31f6d17). The published optima are in "
	       "`plan/known_optima.csv`.\n"
	       "Methods: [instances](methods/instances.md).\n\n"
	       "A figure agrees if our plan, checked by our own arithmetic, differs by at most half a unit of the last "
	       "digit\n"
	       "and the distance to the bound is at most one millionth. Where answers are listed the bound is computed "
	       "here;\n"
	       "of one program it is what the solver says.\n\n"
	       "| instance 算例 | problem 问题 | scenarios 情景数 | published 原值 | computed 计算值 | gap 差距 | "
	       "method 方法 | "
	       "verdict 结论 |\n|---|---|---:|---:|---:|---|---|---|\n");
	bool good = true;
	for (size_t row = 1; row < csv.rows && good; row++)
		good = !is_ours(&csv, row) || put_row(p, folder, &csv, row, &ctx);
	put(p, "\nSummary 小结: %zu of %zu optima reached and proven.\n\n", p->agree - right, p->figures - before);
	ref_csv_free(&csv);
	return good;
}
