#include "cli.h"

#include <string.h>

static const cli_option_id everywhere[] = {OPT_LANG, OPT_COLOR, OPT_QUIET, OPT_HELP};

static void option_line(ssrc_buf *out, cli_option_id id, ssrc_lang lang)
{
	const cli_option *option = &cli_options[id];
	char head[64];
	size_t n = 0;
	const char *parts[] = {"  --", option->name, option->value ? " " : "", option->value ? option->value : ""};
	for (size_t i = 0; i < 4; i++)
		for (const char *p = parts[i]; *p && n + 1 < sizeof head; p++)
			head[n++] = *p;
	head[n] = '\0';
	ssrc_buf_puts(out, head);
	for (size_t i = ssrc_display_width(head, n); i < 24; i++)
		ssrc_buf_putc(out, ' ');
	ssrc_buf_puts(out, option->help[lang]);
	if (option->choices) {
		ssrc_buf_puts(out, ": ");
		for (const char *p = option->choices; *p; p++)
			ssrc_buf_puts(out, *p == '|' ? ", " : (char[]){*p, 0});
	}
	ssrc_buf_putc(out, '\n');
}

void cli_print_help(const cli *c, ssrc_buf *out)
{
	bool zh = c->lang == SSRC_LANG_ZH;
	ssrc_buf_puts(
		out,
		zh ? "secondsource(备源):关键技术供应链风险预警与备份\n\n用法:secondsource 命令 [参数] [选项]\n\n命令\n"
		   : "secondsource (备源): early warning and backup planning for key-technology supply chains\n\n"
		     "usage: secondsource COMMAND [ARGUMENTS] [OPTIONS]\n\ncommands\n");
	for (size_t i = 0; i < cli_n_commands; i++) {
		ssrc_buf_printf(out, "  %-12s %s\n", cli_commands[i].name, cli_commands[i].summary[c->lang]);
	}
	ssrc_buf_puts(out, zh ? "\n通用选项\n" : "\noptions of every command\n");
	for (size_t i = 0; i < sizeof everywhere / sizeof *everywhere; i++)
		option_line(out, everywhere[i], c->lang);
	option_line(out, OPT_VERSION, c->lang);
	ssrc_buf_puts(out, zh ? "\n退出码\n  0 正常 · 1 有达到 --fail-on 的结果 · 2 用法错误 · 3 数据无效 · 4 无解 · 5 "
				"达到上限 · 6 环境错误 · 70 内部错误\n"
				"\n示例\n  secondsource rank data/ai-chain --home CN --top 15 --lang zh\n"
				"  secondsource rank --help\n"
			      : "\nexit codes\n  0 fine · 1 findings at or above --fail-on · 2 usage · 3 invalid data "
				"· 4 infeasible · "
				"5 limit · 6 environment · 70 internal\n"
				"\nexamples\n  secondsource rank data/ai-chain --home CN --top 15\n"
				"  secondsource explain data/ai-chain eda --home CN\n  secondsource rank --help\n");
}

void cli_print_command_help(const cli *c, const cli_command *command, ssrc_buf *out)
{
	bool zh = c->lang == SSRC_LANG_ZH;
	ssrc_buf_printf(out, "%s secondsource %s %s%s%s\n\n%s\n", zh ? "用法:" : "usage:", command->name,
			command->arguments, *command->arguments ? " " : "", zh ? "[选项]" : "[OPTIONS]",
			command->about[c->lang]);
	ssrc_buf_puts(out, zh ? "\n选项\n" : "\noptions\n");
	for (size_t i = 0; i < command->n_options; i++)
		option_line(out, command->options[i], c->lang);
	for (size_t i = 0; i < sizeof everywhere / sizeof *everywhere; i++)
		option_line(out, everywhere[i], c->lang);
	ssrc_buf_puts(out, zh ? "\n示例\n" : "\nexamples\n");
	for (const char *p = command->examples; *p;) {
		size_t n = strcspn(p, "\n");
		ssrc_buf_puts(out, "  ");
		ssrc_buf_add(out, p, n);
		ssrc_buf_putc(out, '\n');
		p += n + (p[n] == '\n');
	}
}

/* roff: a backslash and a leading dot or quote have meanings of their own; a hyphen must stay one. */
static void roff(ssrc_buf *out, const char *text)
{
	for (const char *p = text; *p; p++) {
		if (*p == '\\')
			ssrc_buf_puts(out, "\\e");
		else if (*p == '-')
			ssrc_buf_puts(out, "\\-");
		else
			ssrc_buf_putc(out, *p);
	}
}

static void man_option(ssrc_buf *out, cli_option_id id)
{
	const cli_option *option = &cli_options[id];
	ssrc_buf_puts(out, ".TP\n.B \\-\\-");
	roff(out, option->name);
	if (option->value)
		ssrc_buf_printf(out, " \\fI%s\\fR", option->value);
	ssrc_buf_putc(out, '\n');
	roff(out, option->help[0]);
	if (option->choices) {
		ssrc_buf_puts(out, ": ");
		for (const char *p = option->choices; *p; p++)
			ssrc_buf_puts(out, *p == '|' ? ", " : (char[]){*p, 0});
	}
	ssrc_buf_putc(out, '\n');
}

void cli_print_man(ssrc_buf *out)
{
	ssrc_buf_puts(
		out, ".TH SECONDSOURCE 1 2026-11-24 \"secondsource " SECONDSOURCE_VERSION "\" \"User Commands\"\n"
		     ".SH NAME\nsecondsource \\- early warning and backup planning for key\\-technology supply chains\n"
		     ".SH SYNOPSIS\n.B secondsource\n\\fICOMMAND\\fR [\\fIARGUMENTS\\fR] [\\fIOPTIONS\\fR]\n.SH "
		     "DESCRIPTION\n"
		     "Shows early where a chain of key technology breaks when outside supply is cut, how badly and how "
		     "soon, why\n"
		     "the program says so, and from which source. It analyses exposure and supports compliance; it "
		     "never suggests\n"
		     "a route round a control.\n.SH COMMANDS\n");
	for (size_t i = 0; i < cli_n_commands; i++) {
		const cli_command *command = &cli_commands[i];
		ssrc_buf_printf(out, ".SS secondsource %s%s%s\n", command->name, *command->arguments ? " " : "",
				command->arguments);
		roff(out, command->about[0]);
		ssrc_buf_putc(out, '\n');
		for (size_t k = 0; k < command->n_options; k++)
			man_option(out, command->options[k]);
		ssrc_buf_puts(out, ".PP\nExamples:\n.PP\n.nf\n");
		roff(out, command->examples);
		ssrc_buf_puts(out, ".fi\n");
	}
	ssrc_buf_puts(out, ".SH OPTIONS OF EVERY COMMAND\n");
	for (size_t i = 0; i < sizeof everywhere / sizeof *everywhere; i++)
		man_option(out, everywhere[i]);
	ssrc_buf_puts(out,
		      ".SH EXIT STATUS\n0 fine, 1 findings at or above \\-\\-fail\\-on, 2 usage, 3 invalid data, 4 "
		      "infeasible,\n"
		      "5 limit or time\\-out with a partial result, 6 environment, 70 internal error.\n"
		      ".SH ENVIRONMENT\n.TP\n.B LC_ALL, LC_MESSAGES, LANG\nlanguage: Chinese if it starts with zh.\n"
		      ".TP\n.B NO_COLOR\nno colours.\n.TP\n.B SOURCE_DATE_EPOCH\nthe time taken for now, for "
		      "reproducible results.\n");
}

static void completion_options(ssrc_buf *out, const cli_command *command, const char *separator)
{
	for (size_t k = 0; k < command->n_options; k++)
		ssrc_buf_printf(out, "--%s%s", cli_options[command->options[k]].name, separator);
	for (size_t k = 0; k < sizeof everywhere / sizeof *everywhere; k++)
		ssrc_buf_printf(out, "--%s%s", cli_options[everywhere[k]].name, separator);
}

static void completion_bash(ssrc_buf *out)
{
	ssrc_buf_puts(
		out, "_secondsource() {\n  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} words\n"
		     "  case $prev in\n");
	for (int i = 0; i < OPT_COUNT; i++) {
		if (!cli_options[i].choices)
			continue;
		ssrc_buf_printf(out, "  --%s) words='", cli_options[i].name);
		for (const char *p = cli_options[i].choices; *p; p++)
			ssrc_buf_putc(out, *p == '|' ? ' ' : *p);
		ssrc_buf_puts(out, "' ;;\n");
	}
	ssrc_buf_puts(out, "  *) if [ \"$COMP_CWORD\" = 1 ]; then words='");
	for (size_t i = 0; i < cli_n_commands; i++)
		ssrc_buf_printf(out, "%s ", cli_commands[i].name);
	ssrc_buf_puts(out, "'; else case ${COMP_WORDS[1]} in\n");
	for (size_t i = 0; i < cli_n_commands; i++) {
		ssrc_buf_printf(out, "    %s) words='", cli_commands[i].name);
		completion_options(out, &cli_commands[i], " ");
		ssrc_buf_puts(out, "' ;;\n");
	}
	ssrc_buf_puts(out, "    esac; fi ;;\n  esac\n  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n}\n"
			   "complete -o default -F _secondsource secondsource\n");
}

static void completion_zsh(ssrc_buf *out)
{
	ssrc_buf_puts(out, "#compdef secondsource\nif (( CURRENT == 2 )); then\n  compadd --");
	for (size_t i = 0; i < cli_n_commands; i++)
		ssrc_buf_printf(out, " %s", cli_commands[i].name);
	ssrc_buf_puts(out, "\nelse\n  case $words[2] in\n");
	for (size_t i = 0; i < cli_n_commands; i++) {
		ssrc_buf_printf(out, "  %s) compadd -- ", cli_commands[i].name);
		completion_options(out, &cli_commands[i], " ");
		ssrc_buf_puts(out, ";;\n");
	}
	ssrc_buf_puts(out, "  esac\n  _files\nfi\n");
}

static void completion_fish(ssrc_buf *out)
{
	for (size_t i = 0; i < cli_n_commands; i++) {
		ssrc_buf_printf(out, "complete -c secondsource -n __fish_use_subcommand -a %s -d '%s'\n",
				cli_commands[i].name, cli_commands[i].summary[0]);
		for (size_t k = 0; k < cli_commands[i].n_options; k++)
			ssrc_buf_printf(out, "complete -c secondsource -n '__fish_seen_subcommand_from %s' -l %s\n",
					cli_commands[i].name, cli_options[cli_commands[i].options[k]].name);
	}
}

bool cli_print_completion(ssrc_buf *out, const char *shell)
{
	if (strcmp(shell, "bash") == 0)
		completion_bash(out);
	else if (strcmp(shell, "zsh") == 0)
		completion_zsh(out);
	else if (strcmp(shell, "fish") == 0)
		completion_fish(out);
	else
		return false;
	return true;
}
