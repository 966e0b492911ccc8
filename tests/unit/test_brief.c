/* The brief as a library: names masked, tables alike in all forms, every allocation failing in turn. */
#include "harness.h"

#include "base/mask.h"
#include "brief/brief.h"
#include "brief/sheet.h"

static ssrc_context ctx;

static const char *masked(const ssrc_mask *mask, const char *text, ssrc_buf *out)
{
	ssrc_buf_clear(out);
	ssrc_buf_init(out, &ctx);
	return ssrc_mask_apply(mask, text, strlen(text), out) ? out->data : "(as it was)";
}

static void names_are_replaced_wherever_they_stand(void)
{
	static const ssrc_mask_name names[] = {{"Arm", "P1"},    {"ASML", "P2"},     {"ASML Holding", "P2"},
					       {"台积电", "P3"}, {"Lasertec", "P4"}, {"x", "P5"}};
	ssrc_mask *mask = NULL;
	ssrc_error err = {0};
	ssrc_buf out;
	ssrc_buf_init(&out, &ctx);
	CHECK(ssrc_mask_new(&mask, names, 6, &ctx, &err) == SSRC_OK);
	CHECK_TEXT(masked(mask, "ARM and asml holding, ASML", &out), "P1 and P2, P2");
	CHECK_TEXT(masked(mask, "由台积电代工", &out), "由P3代工");
	CHECK_TEXT(masked(mask, "alarm, harm, Armenia, x", &out), "(as it was)");
	CHECK_TEXT(masked(mask, "gpu-arm/asml", &out), "gpu-P1/P2");
	CHECK_TEXT(masked(mask, "www.lasertecjp.com", &out), "www.P4jp.com");
	CHECK_TEXT(masked(mask, "", &out), "(as it was)");
	ssrc_buf_clear(&out);
	ssrc_mask_free(mask);
}

static void a_table_is_the_same_in_every_form(void)
{
	ssrc_arena arena;
	ssrc_sheet sheet;
	ssrc_buf csv, json_text, html;
	ssrc_json json;
	ssrc_arena_init(&arena, &ctx);
	ssrc_buf_init(&csv, &ctx);
	ssrc_buf_init(&json_text, &ctx);
	ssrc_buf_init(&html, &ctx);
	ssrc_sheet_begin(&sheet, "things", SSRC_SAME("Things"), &arena);
	ssrc_sheet_column_add(&sheet,
			      (ssrc_sheet_column){.key = "name", .head = SSRC_SAME("Name"), .kind = SSRC_SHEET_WORDS});
	ssrc_sheet_column_add(
		&sheet,
		(ssrc_sheet_column){.key = "part", .head = SSRC_SAME("Part"), .kind = SSRC_SHEET_SPAN, .scale = 100});
	ssrc_sheet_column_add(
		&sheet, (ssrc_sheet_column){.key = "level", .head = SSRC_SAME("Level"), .kind = SSRC_SHEET_LEVEL});
	ssrc_sheet_words(&sheet, (ssrc_words){{"a <b>, \"c\"", "甲"}}, NULL);
	ssrc_sheet_span(&sheet, (ssrc_span){0.25, 0.5, (double)INFINITY});
	ssrc_sheet_level(&sheet, -1);
	CHECK(ssrc_sheet_rows(&sheet) == 1);
	ssrc_sheet_put_csv(&sheet, &csv);
	CHECK_TEXT(csv.data, "\xEF\xBB\xBFname_en,name_zh,part_low,part,part_high,level\r\n"
			     "\"a <b>, \"\"c\"\"\",甲,0.25,0.5,inf,\r\n");
	ssrc_json_begin(&json, &json_text, false);
	ssrc_json_open(&json, NULL, '{');
	ssrc_sheet_put_json(&sheet, &json);
	ssrc_json_close(&json, '}');
	CHECK_TEXT(json_text.data, "{\"things\":[{\"name\":{\"en\":\"a <b>, \\\"c\\\"\",\"zh\":\"甲\"},"
				   "\"part\":{\"low\":0.25,\"central\":0.5,\"high\":null},\"level\":null}]}");
	ssrc_page page = {.out = &html, .langs = SSRC_LANGS_BOTH};
	ssrc_sheet_put_page(&sheet, &page, 0);
	CHECK(strstr(html.data, "a &lt;b&gt;, &quot;c&quot;") != NULL);
	CHECK(strstr(html.data, "50 (25–∞)") != NULL);
	ssrc_buf_clear(&csv);
	ssrc_buf_clear(&json_text);
	ssrc_buf_clear(&html);
	ssrc_arena_clear(&arena);
}

/* ---- every allocation fails in turn ---------------------------------------------------------------------------------
 */

static ssrc_status brief_of(ssrc_context *own, size_t *n_files)
{
	ssrc_error err = {0};
	ssrc_findings *findings = NULL;
	ssrc_package *package = NULL;
	ssrc_chain *chain = NULL;
	ssrc_assessment *a = NULL;
	ssrc_brief *brief = NULL;
	ssrc_scenario *scenarios = NULL;
	uint32_t n = 0;
	ssrc_arena arena;
	ssrc_brief_files files;
	ssrc_assess_options options = {.home = "CN", .basis = 1};
	ssrc_arena_init(&arena, own);
	ssrc_status status = ssrc_findings_new(&findings, own, &err);
	if (!status)
		status = ssrc_package_read(&package, own, SSRC_SOURCE_DIR "/tests/data/backup", findings, &err);
	if (!status)
		status = ssrc_chain_build(&chain, package, 20000, &err);
	if (!status)
		status = ssrc_assess(&a, chain, &options, &err);
	if (!status)
		status = ssrc_scenarios_read(&scenarios, &n, chain, &arena, &err);
	ssrc_brief_settings settings = {
		.langs = SSRC_LANGS_BOTH,
		.version = "test",
		.path = "backup",
		.command = "secondsource brief backup",
		.budget = (double)NAN,
		.seconds = 20,
		.seed = 1,
		.scenarios = scenarios,
		/* None run: solvers have tests of their own for failing memory, and take long. */
		.n_scenarios = 0};
	if (!status)
		status = ssrc_brief_compute(&brief, a, findings, &settings, &err);
	if (!status)
		status = ssrc_brief_write(&files, brief, &err);
	if (!status) {
		*n_files = files.n;
		ssrc_brief_files_clear(&files);
	}
	ssrc_brief_free(brief);
	ssrc_assessment_free(a);
	ssrc_chain_free(chain);
	ssrc_package_free(package);
	ssrc_findings_free(findings);
	ssrc_arena_clear(&arena);
	return status;
}

static void memory_that_runs_out_leaves_nothing_behind(void)
{
	size_t n_files = 0;
	long at = 1;
	for (; at < 1000000; at += 1 + at / 40) {
		test_faults faults;
		ssrc_context failing;
		test_faults_init(&faults, &failing, at);
		failing.threads = 1;
		ssrc_status status = brief_of(&failing, &n_files);
		CHECK(faults.live_blocks == 0);
		if (faults.calls < at)
			break;
		CHECK(status == SSRC_NOMEM || status == SSRC_IO || status == SSRC_OK);
	}
	CHECK(n_files > 10);
}

int main(int argc, char **argv)
{
	ssrc_context_init(&ctx);
	TEST(names_are_replaced_wherever_they_stand);
	TEST(a_table_is_the_same_in_every_form);
	TEST(memory_that_runs_out_leaves_nothing_behind);
	return tests_done();
}
