/* Rows of docs/validation.md on disruption dynamics; called by tests/validate.c. */
#include "ref/io_table_data.h"
#include "validate_page.h"

#include <math.h>

static const char *form_name(ssrc_production form)
{
	static const char *const name[SSRC_PRODUCTIONS] = {"Leontief", "strongly critical", "half critical",
							   "weakly critical", "linear"};
	return name[form];
}

/* A printed figure agrees if ours rounds to it. */
static void put_figure(page *p, ssrc_production form, const char *figure, double published, double ours, int decimals)
{
	double half = 0.5 * pow(10, -decimals);
	bool agrees = fabs(ours - published) <= half;
	put(p, "| %s | %s | %.*f | %.*f | %+.1e | %s |\n", form_name(form), figure, decimals, published, decimals + 2,
	    ours, ours - published, agrees ? "agrees 一致" : "**differs 不一致**");
	p->figures++;
	p->agree += agrees;
}

static bool put_form(page *p, const io_data *d, const io_figure *figure)
{
	ssrc_context ctx;
	ssrc_arena arena;
	ssrc_io_options options = ssrc_io_defaults;
	ssrc_io_shock shock = io_data_shock(d);
	ssrc_io_scenario scenario = {&shock, 1};
	ssrc_io_path path;
	ssrc_context_init(&ctx);
	ssrc_arena_init(&arena, &ctx);
	options.form = figure->form;
	bool good = ssrc_io_run(&path, &ctx, &d->table, &options, &scenario, 1, 1, &arena, NULL) == SSRC_OK;
	if (good) {
		put_figure(p, figure->form, "least output 最低产出", figure->least, path.least, 5);
		put_figure(p, figure->form, "loss, days 损失天数", figure->lost_days, path.lost_days, 2);
	}
	ssrc_arena_clear(&arena);
	return good;
}

bool put_stress(page *p, const char *folder)
{
	static io_data d;
	if (!io_data_read(&d, folder)) {
		put(p, "## Input-output dynamics · 投入产出动态\n\nNot compared: the folder holds no "
		       "`io/belgium_sweden_iot` and `io/pichler`. 未对照:缺少数据。\n\n");
		return true;
	}
	put(p, "## Input-output dynamics: essential inputs · 投入产出动态:关键投入\n\n"
	       "Source: the program pyIEEM (github.com/twallema/pyIEEM, commit 23c5b593), which follows Pichler et "
	       "al., "
	       "JEDC 144 (2022)\n"
	       "104527, run on the Belgian table of 2015 with 63 sectors, the survey of essential inputs and the "
	       "inventories it holds.\n"
	       "Electronics (C26) lose 90 %% of their labour on days 10 to 69 of 365; demand stays. *Output* is gross "
	       "output of all\n"
	       "sectors / normal, its loss counted in days of normal output. A figure agrees if ours rounds to it. "
	       "Equations:\n"
	       "[input-output](methods/input-output.md).\n\n"
	       "| production form 生产函数 | figure 指标 | published 原值 | computed 计算值 | difference 差异 | "
	       "verdict "
	       "结论 |\n"
	       "|---|---|---:|---:|---:|---|\n");
	bool good = true;
	for (int k = 0; k < IO_DATA_FORMS && good; k++)
		good = put_form(p, &d, &io_figures[k]);
	put(p, "\n");
	return good;
}
