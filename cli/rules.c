/* What goes together: options that would be ignored are refused; and how a home that nobody knows may have been meant.
 */
#include "cli.h"

#include <stdio.h>
#include <string.h>

/* ---- options ------------------------------------------------------------------------------------------------- */

static int usage_text(cli *c, ssrc_text_id id, const char *first, const char *second)
{
	char text[400];
	ssrc_text_fill(text, sizeof text, ssrc_text(id, c->lang), (const char *[]){first, second}, 2);
	return cli_usage(c, "{0}", "{0}", text);
}

static int no_effect(cli *c, cli_option_id id, const char *with)
{
	char name[64];
	snprintf(name, sizeof name, "--%s", cli_options[id].name);
	return usage_text(c, SSRC_T_U_NO_EFFECT, name, with);
}

static int check_formats(cli *c)
{
	static const cli_option_id formats[] = {OPT_JSON,      OPT_CSV,  OPT_DOT, OPT_GRAPHML,
						OPT_CYCLONEDX, OPT_STIX, OPT_CAP};
	char given[80] = "";
	size_t n = 0, used = 0;
	for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
		if (!c->option[formats[i]])
			continue;
		used += (size_t)snprintf(given + used, sizeof given - used, "%s--%s", n ? ", " : "",
					 cli_options[formats[i]].name);
		n++;
	}
	if (n > 1)
		return usage_text(c, SSRC_T_U_ONE_FORMAT, given, "");
	if (c->option[OPT_BOM] && !c->option[OPT_CSV])
		return no_effect(c, OPT_BOM, "--csv");
	if (c->option[OPT_WIDTH] && n) {
		char text[200];
		snprintf(text, sizeof text, "%s, --width", given);
		return usage_text(c, SSRC_T_U_ONE_FORMAT, text, "");
	}
	return -1;
}

static bool option_is(const cli *c, cli_option_id id, const char *value)
{
	return c->option[id] && strcmp(c->option[id], value) == 0;
}

static int check_rank(cli *c)
{
	static const cli_option_id of_items[] = {OPT_FAIL_ON, OPT_BY, OPT_LEAST, OPT_MIN_LEVEL, OPT_TIER};
	if (c->option[OPT_LEAST] && !option_is(c, OPT_BY, "loss"))
		return no_effect(c, OPT_LEAST, "--by loss");
	if (!c->option[OPT_OF] || option_is(c, OPT_OF, "items"))
		return -1;
	for (size_t i = 0; i < sizeof of_items / sizeof *of_items; i++)
		if (c->option[of_items[i]])
			return no_effect(c, of_items[i], "--of items");
	return -1;
}

static int check_map(cli *c)
{
	bool country = option_is(c, OPT_VIEW, "country");
	bool network = c->option[OPT_JSON] || c->option[OPT_DOT] || c->option[OPT_GRAPHML];
	if (c->option[OPT_CSV] && c->option[OPT_VIEW] && !country)
		return usage_text(c, SSRC_T_U_NO_EFFECT, "--csv", "--view country");
	if (network && c->option[OPT_VIEW])
		return no_effect(c, OPT_VIEW, c->lang == SSRC_LANG_ZH ? "文本或 --csv 输出" : "text or --csv output");
	if (c->option[OPT_DIRECT] && (network || (!country && !c->option[OPT_CSV])))
		return no_effect(c, OPT_DIRECT, "--view country");
	if (c->option[OPT_FOCUS] && option_is(c, OPT_VIEW, "tiers"))
		return usage_text(c, SSRC_T_U_NO_EFFECT, "--view tiers --focus", "--view needs, --view country");
	return -1;
}

static int check_export(cli *c)
{
	static const struct {
		cli_option_id id, with;
	} pairs[] = {{OPT_STATUS, OPT_CAP}, {OPT_SENDER, OPT_CAP}, {OPT_TLP, OPT_STIX}};
	static const cli_option_id assessed[] = {OPT_HOME, OPT_BASIS, OPT_MIN_LEVEL, OPT_AS_OF};
	bool any = c->option[OPT_CYCLONEDX] || c->option[OPT_STIX] || c->option[OPT_CAP];
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
		if (c->option[pairs[i].id] && !c->option[pairs[i].with])
			return no_effect(c, pairs[i].id, pairs[i].with == OPT_CAP ? "--cap" : "--stix");
	for (size_t i = 0; i < sizeof assessed / sizeof *assessed && !any; i++)
		if (c->option[assessed[i]])
			return no_effect(c, assessed[i], "--cyclonedx, --stix, --cap");
	if (c->option[OPT_MIN_LEVEL] && c->option[OPT_CYCLONEDX])
		return no_effect(c, OPT_MIN_LEVEL, "--stix, --cap");
	return -1;
}

static int check_import(cli *c)
{
	bool file = option_is(c, OPT_FROM, "cyclonedx") || option_is(c, OPT_FROM, "graphml");
	if (c->option[OPT_HOME] && !file)
		return no_effect(c, OPT_HOME, "--from cyclonedx, --from graphml");
	return -1;
}

int cli_check_options(cli *c)
{
	int code = check_formats(c);
	if (code < 0 && c->command->run == cli_rank)
		code = check_rank(c);
	if (code < 0 && c->command->run == cli_map)
		code = check_map(c);
	if (code < 0 && c->command->run == cli_export)
		code = check_export(c);
	if (code < 0 && c->command->run == cli_import)
		code = check_import(c);
	return code;
}

/* ---- homes ---------------------------------------------------------------------------------------------------- */

static const char *party_like(const char *word, const ssrc_chain *chain, ssrc_context *ctx)
{
	const char *close[3] = {NULL}, **names = NULL;
	if (chain && chain->n_parties)
		names = ssrc_alloc_array(ctx, chain->n_parties, sizeof *names);
	for (uint32_t i = 0; names && i < chain->n_parties; i++)
		names[i] = chain->parties[i].id;
	size_t n = names ? ssrc_did_you_mean(word, names, chain->n_parties, close) : 0;
	ssrc_release(ctx, names);
	return n ? close[0] : NULL;
}

void cli_suggest_home(cli *c, const char *word, const ssrc_chain *chain)
{
	char upper[8] = "", text[400];
	size_t n = strlen(word);
	for (size_t i = 0; n < sizeof upper && i < n; i++)
		upper[i] = (char)(word[i] >= 'a' && word[i] <= 'z' ? word[i] - 'a' + 'A' : word[i]);
	const char *meant = NULL;
	if (strcmp(upper, "UK") == 0)
		meant = "GB";
	else if (*upper && ssrc_country_known(upper, n))
		meant = upper;
	else
		meant = party_like(word, chain, &c->ctx);
	if (!meant)
		return;
	ssrc_text_fill(text, sizeof text, ssrc_text(SSRC_T_U_SUGGEST, c->lang), &meant, 1);
	cli_make_safe(text, false);
	fprintf(stderr, "    %s\n", text);
}
