/* plan --smps, plan --cflp: instances of others through the same decomposition. */
#include "cli.h"

#include "io/file.h"
#include "plan/instances.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { FILE_BYTES_MAX = 512 << 20, SCENARIOS_MAX = 100000 };

static ssrc_status load(cli *c, ssrc_named_text *out, const char *path, ssrc_buf *text, ssrc_arena *arena)
{
	ssrc_buf_init(text, &c->ctx);
	ssrc_status status = ssrc_file_load(&c->ctx, path, FILE_BYTES_MAX, text, &c->err);
	out->name = status ? path : ssrc_arena_text(arena, path, strlen(path));
	out->text = text->data ? text->data : "";
	out->len = text->len;
	return status || out->name ? status : ssrc_no_memory(&c->err);
}

static ssrc_status read_smps(cli *c, ssrc_instance *out, ssrc_arena *arena)
{
	static const char *const endings[] = {"cor", "tim", "sto"};
	ssrc_named_text files[3] = {{0}};
	ssrc_buf texts[3];
	ssrc_status status = SSRC_OK;
	for (int i = 0; i < 3; i++)
		ssrc_buf_init(&texts[i], &c->ctx);
	for (int i = 0; i < 3 && !status; i++) {
		char path[4096];
		snprintf(path, sizeof path, "%s.%s", c->option[OPT_SMPS], endings[i]);
		status = load(c, &files[i], path, &texts[i], arena);
	}
	if (!status)
		status = ssrc_smps_read(out, &files[0], &files[1], &files[2], SCENARIOS_MAX, &c->ctx, arena, &c->err);
	for (int i = 0; i < 3; i++)
		ssrc_buf_clear(&texts[i]);
	return status;
}

static ssrc_status read_cflp(cli *c, ssrc_instance *out, double capacity, ssrc_arena *arena)
{
	ssrc_named_text file;
	ssrc_buf text;
	ssrc_status status = load(c, &file, c->option[OPT_CFLP], &text, arena);
	if (!status)
		status = ssrc_cflp_read(out, &file, capacity, &c->ctx, arena, &c->err);
	ssrc_buf_clear(&text);
	return status;
}

int cli_plan_file(cli *c)
{
	ssrc_arena arena;
	ssrc_buf out;
	ssrc_instance instance;
	ssrc_instance_answer answer = {0};
	cli_progress progress;
	const char *solver;
	double seconds = 60, gap = 1e-6, capacity = (double)NAN;
	int code = EXIT_USAGE;
	if (c->option[OPT_SMPS] && c->option[OPT_CFLP])
		return cli_usage(c, "give --smps or --cflp, not both{0}", "--smps 与 --cflp 只能用其一{0}", "");
	if (!cli_number(c, OPT_TIME, 0.1, 1e6, &seconds, &code) || !cli_number(c, OPT_GAP, 0, 1, &gap, &code) ||
	    !cli_number(c, OPT_CAPACITY, 0, 1e15, &capacity, &code) || !cli_solver(c, &solver, &code))
		return code;
	ssrc_arena_init(&arena, &c->ctx);
	ssrc_buf_init(&out, &c->ctx);
	ssrc_status status =
		c->option[OPT_SMPS] ? read_smps(c, &instance, &arena) : read_cflp(c, &instance, capacity, &arena);
	ssrc_two_stage_options options = {.seconds = seconds,
					  .gap = gap,
					  .iterations = -1,
					  .threads = c->ctx.threads,
					  .seed = 1,
					  .solver = solver,
					  .stop = &cli_stop};
	ssrc_report_options report = cli_report_options(c);
	cli_begin_progress(&progress, c);
	if (!status)
		status = ssrc_plan_instance_solve(&answer, &instance, &options, cli_on_progress, &progress, &c->ctx,
						  &arena, &c->err);
	cli_end_progress(&progress);
	if (!status)
		status = ssrc_report_instance(&out, &instance, &answer, &report, &c->err);
	code = status ? cli_fail(c, status) : cli_print(c, &out);
	if (code == EXIT_FINE && answer.result.infeasible)
		code = EXIT_INFEASIBLE;
	else if (code == EXIT_FINE && !(answer.gap <= gap + 1e-12))
		code = EXIT_LIMIT;
	ssrc_buf_clear(&out);
	ssrc_arena_clear(&arena);
	return code;
}
