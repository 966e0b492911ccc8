/* Instances of others: files a.cor, a.tim, a.sto and a.cap behind lines "=== NAME". Any bytes give a program that is
 * whole, or an error with a message; what can be listed of its recourse is listed. */
#include "fuzz_context.h"

#include "plan/instances.h"
#include "plan/recourse_blocks.h"

#include <math.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SCENARIOS_MAX = 60 };

static ssrc_named_text file_named(const fuzz_context *f, const char *name)
{
	for (size_t i = 0; i < f->n_files; i++)
		if (strcmp(f->files[i].path, name) == 0)
			return (ssrc_named_text){name, f->files[i].bytes, f->files[i].len};
	return (ssrc_named_text){name, "", 0};
}

static void check_error(ssrc_status status, const ssrc_error *err)
{
	char text[700];
	FUZZ_REQUIRE(err->code == status);
	FUZZ_REQUIRE(status == SSRC_FORMAT || status == SSRC_RANGE || status == SSRC_LIMIT ||
		     status == SSRC_UNSUPPORTED || status == SSRC_NOMEM);
	FUZZ_REQUIRE(ssrc_error_render(text, sizeof text, err, SSRC_LANG_EN) > 0);
	FUZZ_REQUIRE(ssrc_utf8_valid_prefix(text, strlen(text)) == strlen(text));
}

static void check_program(const ssrc_program *p)
{
	FUZZ_REQUIRE(isfinite(p->offset) && p->start[0] == 0);
	for (uint32_t j = 0; j < p->n_cols; j++) {
		FUZZ_REQUIRE(isfinite(p->cost[j]) && p->low[j] <= p->high[j] && p->start[j] <= p->start[j + 1]);
		FUZZ_REQUIRE(p->low[j] < (double)INFINITY && p->high[j] > -(double)INFINITY && p->col_name[j]);
		for (uint32_t k = p->start[j]; k < p->start[j + 1]; k++)
			FUZZ_REQUIRE(p->row[k] < p->n_rows && isfinite(p->value[k]) &&
				     (k == p->start[j] || p->row[k - 1] < p->row[k]));
	}
	for (uint32_t i = 0; i < p->n_rows; i++)
		FUZZ_REQUIRE(p->row_low[i] <= p->row_high[i] && p->row_name[i]);
}

static void check_problem(const ssrc_two_stage *problem)
{
	double sum = 0;
	check_program(&problem->first);
	FUZZ_REQUIRE(problem->n_scenarios >= 1 && problem->n_scenarios <= SCENARIOS_MAX);
	for (uint32_t s = 0; s < problem->n_scenarios; s++) {
		const ssrc_scenario_program *it = &problem->scenarios[s];
		check_program(&it->recourse);
		sum += it->probability;
		FUZZ_REQUIRE(it->name && it->probability >= 0 && it->link_start[0] == 0);
		for (uint32_t i = 0; i < it->recourse.n_rows; i++)
			for (uint32_t k = it->link_start[i]; k < it->link_start[i + 1]; k++)
				FUZZ_REQUIRE(it->link_col[k] < problem->first.n_cols && isfinite(it->link_value[k]));
	}
	FUZZ_REQUIRE(fabs(sum - 1) < 1e-9);
}

static void list_recourse(fuzz_context *f, const ssrc_two_stage *problem, ssrc_arena *arena)
{
	ssrc_block_set set;
	ssrc_error err = {0};
	bool listed;
	ssrc_status status = ssrc_blocks_list(&set, &listed, problem, &f->ctx, arena, &err);
	FUZZ_REQUIRE(status == SSRC_OK || status == SSRC_NOMEM);
	for (uint32_t b = 0; !status && listed && b < set.n_blocks; b++)
		for (uint32_t k = 0; k < set.blocks[b].n_tenders; k++)
			FUZZ_REQUIRE(set.blocks[b].tender[k] < set.n_tenders);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_context f;
	ssrc_arena arena;
	ssrc_instance instance;
	ssrc_error err = {0}, other = {0};
	fuzz_begin(&f);
	ssrc_arena_init(&arena, &f.ctx);
	fuzz_split(&f, (const char *)data, size);
	ssrc_named_text core = file_named(&f, "a.cor"), time = file_named(&f, "a.tim"), stoch = file_named(&f, "a.sto");
	ssrc_status status = ssrc_smps_read(&instance, &core, &time, &stoch, SCENARIOS_MAX, &f.ctx, &arena, &err);
	if (status) {
		check_error(status, &err);
	} else {
		check_problem(&instance.problem);
		list_recourse(&f, &instance.problem, &arena);
	}
	ssrc_named_text places = file_named(&f, "a.cap");
	status = ssrc_cflp_read(&instance, &places, 10, &f.ctx, &arena, &other);
	if (status)
		check_error(status, &other);
	else
		check_problem(&instance.problem);
	ssrc_arena_clear(&arena);
	fuzz_end(&f);
	return 0;
}
