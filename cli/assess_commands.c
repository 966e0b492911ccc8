/* rank, explain, map: what computes with a chain for one home. */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

void cli_free_assessed(cli_assessed *x)
{
	ssrc_assessment_free(x->assessment);
	ssrc_chain_free(x->chain);
	cli_free_input(&x->input);
}

static int basis_of(const cli *c)
{
	static const char *const words[] = {"site", "hq", "parent", "origin"};
	const char *word = c->option[OPT_BASIS];
	for (int i = 0; word && i < 4; i++)
		if (strcmp(words[i], word) == 0)
			return i;
	return SSRC_BASIS_HQ;
}

bool cli_assess(cli *c, cli_assessed *x, int *code)
{
	*x = (cli_assessed){0};
	if (!cli_read_input(c, c->args[0], true, &x->input, code))
		return false;
	const char *home = c->option[OPT_HOME] ? c->option[OPT_HOME] : ssrc_package_home(x->input.package);
	ssrc_assess_options options = {.home = home, .basis = basis_of(c)};
	ssrc_status status = ssrc_chain_build(&x->chain, x->input.package, c->as_of, &c->err);
	if (!status)
		status = ssrc_assess(&x->assessment, x->chain, &options, &c->err);
	if (!status)
		return true;
	*code = cli_fail(c, status);
	if (c->err.message == SSRC_M_HOME_UNKNOWN)
		cli_suggest_home(c, c->err.arg[0], x->chain);
	if (status == SSRC_NOTFOUND)
		*code = EXIT_USAGE;
	cli_free_assessed(x);
	return false;
}

int cli_finish(cli *c, cli_assessed *x, ssrc_buf *out, ssrc_status status)
{
	int code = status ? cli_fail(c, status) : cli_print(c, out);
	ssrc_buf_clear(out);
	cli_free_assessed(x);
	return status == SSRC_NOTFOUND ? EXIT_USAGE : code;
}

static int word_index(const char *words, const char *word)
{
	int index = 0;
	size_t len = strlen(word);
	for (const char *p = words;; index++) {
		size_t n = strcspn(p, "|");
		if (n == len && memcmp(p, word, n) == 0)
			return index;
		if (p[n] == '\0')
			return 0;
		p += n + 1;
	}
}

static int choice_of(const cli *c, cli_option_id id)
{
	return c->option[id] ? word_index(cli_options[id].choices, c->option[id]) : 0;
}

static bool tier_known(const ssrc_chain *chain, const char *tier)
{
	for (uint32_t t = 0; tier && t < chain->n_tiers; t++)
		if (strcmp(chain->tiers[t].id, tier) == 0)
			return true;
	return tier == NULL;
}

int cli_rank(cli *c)
{
	cli_assessed x;
	int code, worst = 0;
	double top = 0, least = 20;
	if (c->option[OPT_TOP] && (!ssrc_parse_number(c->option[OPT_TOP], strlen(c->option[OPT_TOP]), &top) ||
				   top < 0 || top > 1e9 || top != (double)(int64_t)top))
		return cli_usage(c, "not a whole number of this option: {0}", "该选项需要整数:{0}", c->option[OPT_TOP]);
	if (!cli_whole(c, OPT_LEAST, 0, 1e6, &least, &code) || !cli_assess(c, &x, &code))
		return code;
	if (!tier_known(x.chain, c->option[OPT_TIER])) {
		code = cli_usage(c, "there is no tier {0}", "没有层级 {0}", c->option[OPT_TIER]);
		cli_free_assessed(&x);
		return code;
	}
	ssrc_rank_options rank = {
		.of = (ssrc_rank_of)choice_of(c, OPT_OF),
		.by = (ssrc_rank_by)choice_of(c, OPT_BY),
		.top = (size_t)top,
		.tier = c->option[OPT_TIER],
		.least = (size_t)least,
		.min_level = c->option[OPT_MIN_LEVEL] ? atoi(c->option[OPT_MIN_LEVEL]) : 0,
	};
	ssrc_report_options options = cli_report_options(c);
	ssrc_buf out;
	ssrc_buf_init(&out, &c->ctx);
	ssrc_status status = ssrc_report_rank(&out, x.assessment, &rank, &options, &worst, &c->err);
	code = cli_finish(c, &x, &out, status);
	if (code == EXIT_FINE && c->option[OPT_FAIL_ON] && worst >= atoi(c->option[OPT_FAIL_ON]))
		code = EXIT_FINDINGS;
	return code;
}

int cli_explain(cli *c)
{
	cli_assessed x;
	int code;
	if (!cli_assess(c, &x, &code))
		return code;
	ssrc_report_options options = cli_report_options(c);
	ssrc_buf out;
	ssrc_buf_init(&out, &c->ctx);
	ssrc_status status = ssrc_report_explain(&out, x.assessment, c->args[1], &options, &c->err);
	return cli_finish(c, &x, &out, status);
}

int cli_map(cli *c)
{
	cli_assessed x;
	int code;
	if (!cli_assess(c, &x, &code))
		return code;
	static const ssrc_map_view views[] = {SSRC_MAP_TIERS, SSRC_MAP_NEEDS, SSRC_MAP_COUNTRY};
	ssrc_map_options map = {
		.view = views[choice_of(c, OPT_VIEW)],
		.focus = c->option[OPT_FOCUS],
		.direct = c->option[OPT_DIRECT] != NULL,
		.full = true,
	};
	ssrc_report_options options = cli_report_options(c);
	ssrc_buf out;
	ssrc_buf_init(&out, &c->ctx);
	ssrc_status status = ssrc_report_map(&out, x.assessment, &map, &options, &c->err);
	return cli_finish(c, &x, &out, status);
}
