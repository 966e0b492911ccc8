/* Which scenarios a command works on, and the numbers of its options. */
#include "cli.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* "12", "50%". */
static bool parse_end(const char *text, size_t len, bool *percent, double *out)
{
	if (len > 0 && text[len - 1] == '%') {
		*percent = true;
		len--;
	}
	return ssrc_parse_number(text, len, out);
}

bool cli_parse_range(const char *text, size_t len, double *low, double *high)
{
	size_t at = 1;
	bool low_percent = false, high_percent = false;
	while (at < len && !(text[at] == '-' && text[at - 1] != 'e' && text[at - 1] != 'E'))
		at++;
	bool range = at < len;
	if (!parse_end(text, range ? at : len, &low_percent, low))
		return false;
	*high = *low;
	if (range && !parse_end(text + at + 1, len - at - 1, &high_percent, high))
		return false;
	if (low_percent || high_percent) {
		*low /= 100;
		*high /= 100;
	}
	return *low <= *high;
}

static int invalid(cli *c, cli_option_id id, const char *wanted)
{
	(void)ssrc_fail(&c->err, SSRC_USAGE, SSRC_M_OPTION_NUMBER, cli_options[id].name, c->option[id], wanted);
	return cli_fail(c, SSRC_USAGE);
}

static void put_limits(char out[64], const char *format, double low, double high)
{
	char a[32], b[32];
	ssrc_format_number(a, low);
	ssrc_format_number(b, high);
	const char *args[] = {a, isinf(high) ? "∞" : b};
	ssrc_text_fill(out, 64, format, args, 2);
}

bool cli_number(cli *c, cli_option_id id, double low, double high, double *out, int *exit_code)
{
	char wanted[64];
	double value;
	if (!c->option[id])
		return true;
	if (ssrc_parse_number(c->option[id], strlen(c->option[id]), &value) && value >= low && value <= high) {
		*out = value;
		return true;
	}
	put_limits(wanted, "{0}–{1}", low, high);
	*exit_code = invalid(c, id, wanted);
	return false;
}

bool cli_whole(cli *c, cli_option_id id, double low, double high, double *out, int *exit_code)
{
	double value = *out;
	if (!cli_number(c, id, low, high, &value, exit_code))
		return false;
	if (value != floor(value)) {
		*exit_code = invalid(c, id, c->lang == SSRC_LANG_ZH ? "整数" : "a whole number");
		return false;
	}
	*out = value;
	return true;
}

bool cli_range(cli *c, cli_option_id id, double low, double high, ssrc_interval *out, int *exit_code)
{
	char wanted[64];
	ssrc_interval value;
	if (!c->option[id])
		return true;
	if (cli_parse_range(c->option[id], strlen(c->option[id]), &value.low, &value.high) && value.low >= low &&
	    value.high <= high) {
		*out = value;
		return true;
	}
	put_limits(wanted, "{0}–{1}, or LOW-HIGH", low, high);
	*exit_code = invalid(c, id, wanted);
	return false;
}

bool cli_solver(cli *c, const char **out, int *exit_code)
{
	*out = c->option[OPT_SOLVER] ? c->option[OPT_SOLVER] : "";
	if (**out && !ssrc_solver_find(*out, true, &c->err) && c->err.message == SSRC_M_SOLVER_UNKNOWN) {
		*exit_code = cli_fail(c, SSRC_USAGE);
		return false;
	}
	c->err = (ssrc_error){0}; /* whether a solver that exists can do what is asked shows when it is */
	return true;
}

/* ---- a scenario from --cut ------------------------------------------------------------------------------------ */

/* One cut for each target in the list; what the other options say holds for all of them. */
static ssrc_status parse_cuts(cli *c, ssrc_scenario *out, const ssrc_chain *chain, const ssrc_scenario_cut *as,
			      ssrc_arena *arena)
{
	const char *list = c->option[OPT_CUT];
	out->cuts = ssrc_arena_array(arena, strlen(list) / 2 + 1, sizeof *out->cuts);
	if (!out->cuts)
		return ssrc_no_memory(&c->err);
	for (const char *p = list; *p;) {
		size_t len = strcspn(p, ",; ");
		const char *target = ssrc_arena_text(arena, p, len);
		if (!target)
			return ssrc_no_memory(&c->err);
		ssrc_scenario_cut *cut = &out->cuts[out->n_cuts];
		ssrc_status status =
			len ? ssrc_cut_parse(cut, chain, target, c->option[OPT_ITEMS], arena, &c->err) : SSRC_OK;
		if (status)
			return status;
		if (len > 0) {
			cut->fraction = as->fraction;
			cut->weeks = as->weeks;
			cut->start = as->start;
			out->n_cuts++;
		}
		p += len;
		p += strspn(p, ",; ");
	}
	return SSRC_OK;
}

static bool cut_scenario(cli *c, ssrc_scenario *out, const ssrc_chain *chain, ssrc_arena *arena, int *exit_code)
{
	ssrc_scenario_cut as = {.fraction = {1, 1}, .weeks = {(double)NAN, (double)NAN}};
	if (!cli_range(c, OPT_FRACTION, 0, 1, &as.fraction, exit_code) ||
	    !cli_number(c, OPT_FROM_WEEK, 0, 5200, &as.start, exit_code) ||
	    !cli_range(c, OPT_FOR_WEEKS, 0, 5200, &as.weeks, exit_code))
		return false;
	*out = (ssrc_scenario){
		.id = "cut",
		.title = {c->option[OPT_CUT], c->option[OPT_CUT]},
		.description = {"", ""},
		.path = "",
		.source = "",
		.home = "",
		.exercise = true,
		.probability = {(double)NAN, (double)NAN},
	};
	ssrc_status status = parse_cuts(c, out, chain, &as, arena);
	if (!status && out->n_cuts > 0)
		return true;
	if (!status)
		*exit_code = cli_usage(c, "--cut names nothing: {0}", "--cut 未指明对象:{0}", c->option[OPT_CUT]);
	else
		*exit_code = cli_fail(c, status) == 3 ? EXIT_USAGE : ssrc_status_exit_code(status);
	return false;
}

/* ---- scenarios of the package ---------------------------------------------------------------------------------- */

static const ssrc_scenario *find(const ssrc_scenario *all, uint32_t n, const char *id)
{
	for (uint32_t i = 0; i < n; i++)
		if (strcmp(all[i].id, id) == 0)
			return &all[i];
	return NULL;
}

static int unknown_scenario(cli *c, const ssrc_scenario *all, uint32_t n, const char *id)
{
	const char *close[3] = {"–"}, **names = ssrc_alloc_array(&c->ctx, n ? n : 1, sizeof *names);
	for (uint32_t i = 0; names && i < n; i++)
		names[i] = all[i].id;
	if (names && n)
		ssrc_did_you_mean(id, names, n, close);
	ssrc_release(&c->ctx, names);
	(void)ssrc_fail(&c->err, SSRC_USAGE, n ? SSRC_M_SCENARIO_UNKNOWN : SSRC_M_SCENARIO_NONE, id, close[0], NULL);
	return cli_fail(c, SSRC_USAGE);
}

static bool named_scenarios(cli *c, cli_scenarios *out, const ssrc_scenario *all, uint32_t n, ssrc_arena *arena,
			    int *exit_code)
{
	const char *list = c->option[OPT_SCENARIO];
	ssrc_scenario *picked = ssrc_arena_array(arena, strlen(list) / 2 + 1, sizeof *picked);
	out->n = 0;
	for (const char *p = list; picked && *p;) {
		size_t len = strcspn(p, ",; ");
		char id[128] = "";
		memcpy(id, p, len < sizeof id ? len : sizeof id - 1);
		const ssrc_scenario *scenario = len ? find(all, n, id) : NULL;
		if (len && !scenario) {
			*exit_code = unknown_scenario(c, all, n, id);
			return false;
		}
		if (len && !find(picked, out->n, id))
			picked[out->n++] = *scenario;
		p += len;
		p += strspn(p, ",; ");
	}
	if (!picked)
		*exit_code = cli_fail(c, ssrc_no_memory(&c->err));
	out->list = picked;
	return picked != NULL;
}

bool cli_pick_scenarios(cli *c, cli_scenarios *out, const ssrc_chain *chain, ssrc_arena *arena, int *exit_code)
{
	static const cli_option_id of_cut[] = {OPT_ITEMS, OPT_FRACTION, OPT_FROM_WEEK, OPT_FOR_WEEKS};
	ssrc_scenario *all;
	uint32_t n;
	ssrc_status status = ssrc_scenarios_read(&all, &n, chain, arena, &c->err);
	if (status) {
		*exit_code = cli_fail(c, status);
		return false;
	}
	*out = (cli_scenarios){all, n};
	for (size_t i = 0; i < sizeof of_cut / sizeof *of_cut && !c->option[OPT_CUT]; i++)
		if (c->option[of_cut[i]]) {
			*exit_code = cli_usage(c, "--{0} goes with --cut only", "--{0} 只能与 --cut 同用",
					       cli_options[of_cut[i]].name);
			return false;
		}
	if (c->option[OPT_CUT] && c->option[OPT_SCENARIO]) {
		*exit_code =
			cli_usage(c, "give --scenario or --cut, not both{0}", "--scenario 与 --cut 只能用其一{0}", "");
		return false;
	}
	if (c->option[OPT_CUT]) {
		out->list = ssrc_arena_array(arena, 1, sizeof *out->list);
		out->n = 1;
		if (!out->list)
			*exit_code = cli_fail(c, ssrc_no_memory(&c->err));
		return out->list && cut_scenario(c, out->list, chain, arena, exit_code);
	}
	if (c->option[OPT_SCENARIO] && strcmp(c->option[OPT_SCENARIO], "all") != 0)
		return named_scenarios(c, out, all, n, arena, exit_code);
	return true;
}
