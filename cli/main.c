#include "cli.h"

#include <errno.h>
#include <secondsource/study.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- talking -------------------------------------------------------------------------------------------- */

/* Length of a colour code of the program at `p`, 0 if there is none: those of ssrc_paint_text, no others. */
static size_t colour_bytes(const char *p)
{
	static const char *const codes[] = {"0", "1", "2", "34", "33", "38;5;208", "1;31"};
	if (p[0] != 0x1B || p[1] != '[')
		return 0;
	size_t n = strspn(p + 2, "0123456789;");
	for (size_t i = 0; p[2 + n] == 'm' && i < sizeof codes / sizeof *codes; i++)
		if (ssrc_text_equal(p + 2, n, codes[i]))
			return n + 3;
	return 0;
}

/* Bytes of a character at `p` that must not reach a terminal, 0 if there is none. Texts come from files that nobody
 * vouches for, and a terminal obeys what they say. Line ends and tabs stay. */
static size_t control_bytes(const char *p)
{
	const unsigned char *u = (const unsigned char *)p;
	if (u[0] == 0xC2 && u[1] >= 0x80 && u[1] < 0xA0)
		return 2;
	/* U+202A–202E and U+2066–2069 turn the direction of text, so that it reads as another. */
	if (u[0] == 0xE2 && u[1] == 0x80 && u[2] >= 0xAA && u[2] <= 0xAE)
		return 3;
	if (u[0] == 0xE2 && u[1] == 0x81 && u[2] >= 0xA6 && u[2] <= 0xA9)
		return 3;
	return (u[0] >= 0x20 && u[0] != 0x7F) || u[0] == '\n' || u[0] == '\t' ? 0 : 1;
}

void cli_make_safe(char *text, bool colour)
{
	char *to = text;
	for (const char *p = text; *p;) {
		size_t own = colour ? colour_bytes(p) : 0, n = own ? 0 : control_bytes(p);
		if (own) {
			memmove(to, p, own);
			to += own;
			p += own;
			continue;
		}
		*to++ = n ? '?' : *p;
		p += n ? n : 1;
	}
	*to = '\0';
}

int cli_print(cli *c, ssrc_buf *text)
{
	bool plain = !c->option[OPT_JSON] && !c->option[OPT_CSV] && !c->option[OPT_DOT] && !c->option[OPT_GRAPHML];
	if (text->len && (plain || isatty(STDOUT_FILENO))) {
		cli_make_safe(text->data, c->colour);
		text->len = strlen(text->data);
	}
	if (text->failed) {
		ssrc_fail(&c->err, SSRC_NOMEM, SSRC_M_NOMEM, NULL, NULL, NULL);
		return cli_fail(c, SSRC_NOMEM);
	}
	if (text->len && fwrite(text->data, 1, text->len, stdout) != text->len) {
		if (errno == EPIPE)
			return EXIT_FINE;
		ssrc_fail(&c->err, SSRC_IO, SSRC_M_U_STDOUT, strerror(errno), NULL, NULL);
		return cli_fail(c, SSRC_IO);
	}
	if (fflush(stdout) != 0 && errno != EPIPE) {
		ssrc_fail(&c->err, SSRC_IO, SSRC_M_U_STDOUT, strerror(errno), NULL, NULL);
		return cli_fail(c, SSRC_IO);
	}
	return EXIT_FINE;
}

void cli_say(const cli *c, const char *text)
{
	char safe[1200];
	snprintf(safe, sizeof safe, "%s", text);
	cli_make_safe(safe, false);
	if (!c->quiet)
		fprintf(stderr, "%s\n", safe);
}

int cli_fail(cli *c, ssrc_status status)
{
	char message[1024], hint[800];
	const char *args[SSRC_ERROR_ARGS];
	for (int i = 0; i < SSRC_ERROR_ARGS; i++)
		args[i] = c->err.arg[i];
	if (c->err.code) {
		ssrc_error_render(message, sizeof message, &c->err, c->lang);
		ssrc_text_fill(hint, sizeof hint, ssrc_text_hint((ssrc_text_id)c->err.message, c->lang), args,
			       SSRC_ERROR_ARGS);
	} else {
		snprintf(message, sizeof message, "%s", ssrc_status_text(status, c->lang));
		hint[0] = '\0';
	}
	cli_make_safe(message, false);
	cli_make_safe(hint, false);
	fprintf(stderr, "secondsource: %s\n", message);
	if (*hint)
		fprintf(stderr, "    %s: %s\n", ssrc_text(SSRC_T_W_HINT, c->lang), hint);
	return ssrc_status_exit_code(status);
}

int cli_usage(cli *c, const char *en, const char *zh, const char *word)
{
	char text[400];
	ssrc_text_fill(text, sizeof text, c->lang == SSRC_LANG_ZH ? zh : en, (const char *[]){word}, 1);
	cli_make_safe(text, false);
	fprintf(stderr, "secondsource: %s\n", text);
	const char *command = c->command ? c->command->name : "";
	fprintf(stderr,
		c->lang == SSRC_LANG_ZH ? "    查看用法:secondsource %s%s--help\n"
					: "    see: secondsource %s%s--help\n",
		command, *command ? " " : "");
	return EXIT_USAGE;
}

ssrc_report_options cli_report_options(const cli *c)
{
	return (ssrc_report_options){
		.format = c->option[OPT_JSON]      ? SSRC_FORMAT_JSON
			  : c->option[OPT_CSV]     ? SSRC_FORMAT_CSV
			  : c->option[OPT_DOT]     ? SSRC_FORMAT_DOT
			  : c->option[OPT_GRAPHML] ? SSRC_FORMAT_GRAPHML
						   : SSRC_FORMAT_TEXT,
		.lang = c->lang,
		.colour = c->colour,
		.bom = c->option[OPT_BOM] != NULL,
		.width = c->width,
		.version = SECONDSOURCE_VERSION,
	};
}

/* ---- input ------------------------------------------------------------------------------------------------ */

ssrc_status cli_find_path(cli *c, const char *path, bool *folder)
{
	struct stat info;
	if (stat(path, &info) != 0) {
		if (errno == ENOENT)
			return ssrc_fail(&c->err, SSRC_IO, SSRC_M_PATH_MISSING, path, NULL, NULL);
		return ssrc_fail(&c->err, SSRC_IO, SSRC_M_OPEN_READ, path, strerror(errno), NULL);
	}
	if (folder)
		*folder = S_ISDIR(info.st_mode);
	return SSRC_OK;
}

static ssrc_status read_package(cli *c, const char *path, cli_input *out)
{
	bool folder = false;
	ssrc_status status = cli_find_path(c, path, &folder);
	if (status)
		return status;
	if (folder && c->option[OPT_KNOWN_AT])
		return ssrc_fail(&c->err, SSRC_USAGE, SSRC_M_ARGUMENT,
				 c->lang == SSRC_LANG_ZH ? "--known-at 只用于研究文件"
							 : "--known-at is for study files only",
				 NULL, NULL);
	if (folder)
		return ssrc_package_read(&out->package, &c->ctx, path, out->findings, &c->err);
	if (ssrc_study_is_study(&c->ctx, path))
		return ssrc_study_load(&out->package, &c->ctx, path, c->option[OPT_KNOWN_AT], out->findings, &c->err);
	return ssrc_fail(&c->err, SSRC_FORMAT, SSRC_M_NOT_PACKAGE, path, NULL, NULL);
}

void cli_show_finding(const cli *c, const ssrc_finding *finding)
{
	char message[800], place[400], at[48] = "";
	snprintf(place, sizeof place, "%.350s", finding->file);
	if (finding->line > 0 && finding->column > 0)
		snprintf(at, sizeof at, ":%lld:%lld", (long long)finding->line, (long long)finding->column);
	else if (finding->line > 0)
		snprintf(at, sizeof at, ":%lld", (long long)finding->line);
	ssrc_finding_render(message, sizeof message, finding, c->lang);
	cli_make_safe(place, false);
	cli_make_safe(message, false);
	fprintf(stderr, "%s%s: %s: %s\n", place, at, ssrc_text(SSRC_T_W_SEVERITY_ERROR, c->lang), message);
	ssrc_text_fill(message, sizeof message, ssrc_text_hint(finding->message, c->lang), finding->arg, 4);
	cli_make_safe(message, false);
	if (*message)
		fprintf(stderr, "    %s: %s\n", ssrc_text(SSRC_T_W_HINT, c->lang), message);
}

/* The errors of a package that is to be computed with: at most ten, then how to see them all. */
static void show_errors(const cli *c, const cli_input *input, const char *path)
{
	size_t shown = 0, errors = ssrc_findings_count(input->findings, SSRC_ERROR);
	char message[800], number[24];
	for (size_t i = 0; i < ssrc_findings_total(input->findings) && shown < 10; i++) {
		const ssrc_finding *finding = ssrc_findings_get(input->findings, i);
		if (finding->severity != SSRC_ERROR)
			continue;
		cli_show_finding(c, finding);
		shown++;
	}
	snprintf(number, sizeof number, "%zu", errors);
	ssrc_text_fill(message, sizeof message, ssrc_text(SSRC_M_DATA_INVALID, c->lang), (const char *[]){path, number},
		       2);
	fprintf(stderr, "secondsource: %s\n", message);
	ssrc_text_fill(message, sizeof message, ssrc_text_hint(SSRC_M_DATA_INVALID, c->lang), (const char *[]){path},
		       1);
	fprintf(stderr, "    %s: %s\n", ssrc_text(SSRC_T_W_HINT, c->lang), message);
}

bool cli_read_input(cli *c, const char *path, bool check, cli_input *out, int *exit_code)
{
	*out = (cli_input){0};
	ssrc_status status = ssrc_findings_new(&out->findings, &c->ctx, &c->err);
	if (!status)
		status = read_package(c, path, out);
	ssrc_check_options options = {.as_of = c->as_of};
	if (!status)
		status = ssrc_package_check(out->package, &options, out->findings, &c->err);
	if (status) {
		*exit_code = cli_fail(c, status);
	} else if (check && ssrc_findings_count(out->findings, SSRC_ERROR)) {
		show_errors(c, out, path);
		*exit_code = EXIT_DATA;
	} else {
		return true;
	}
	cli_free_input(out);
	return false;
}

void cli_free_input(cli_input *input)
{
	ssrc_package_free(input->package);
	ssrc_findings_free(input->findings);
	*input = (cli_input){0};
}

/* ---- the arguments ------------------------------------------------------------------------------------------ */

static const cli_command *find_command(const char *name)
{
	for (size_t i = 0; i < cli_n_commands; i++)
		if (strcmp(cli_commands[i].name, name) == 0)
			return &cli_commands[i];
	return NULL;
}

static int unknown_command(cli *c, const char *name)
{
	const char *names[32], *close[3];
	for (size_t i = 0; i < cli_n_commands; i++)
		names[i] = cli_commands[i].name;
	size_t n = ssrc_did_you_mean(name, names, cli_n_commands, close);
	int code = cli_usage(c, "there is no command {0}", "没有命令 {0}", name);
	if (n)
		fprintf(stderr,
			c->lang == SSRC_LANG_ZH ? "    您是否想要:secondsource %s\n"
						: "    did you mean: secondsource %s\n",
			close[0]);
	return code;
}

static int find_option(const char *name, size_t len)
{
	for (int i = 0; i < OPT_COUNT; i++)
		if (ssrc_text_equal(name, len, cli_options[i].name))
			return i;
	return OPT_COUNT;
}

static bool option_allowed(const cli *c, int id)
{
	if (id == OPT_LANG || id == OPT_COLOR || id == OPT_QUIET || id == OPT_HELP || id == OPT_VERSION)
		return true;
	for (size_t i = 0; c->command && i < c->command->n_options; i++)
		if ((int)c->command->options[i] == id)
			return true;
	return false;
}

static int unknown_option(cli *c, const char *word)
{
	const char *names[OPT_COUNT], *close[3];
	size_t n = 0;
	for (int i = 0; i < OPT_COUNT; i++)
		if (option_allowed(c, i))
			names[n++] = cli_options[i].name;
	n = ssrc_did_you_mean(word + 2, names, n, close);
	int code = cli_usage(c, "this command has no option {0}", "该命令没有选项 {0}", word);
	if (n)
		fprintf(stderr, c->lang == SSRC_LANG_ZH ? "    您是否想要:--%s\n" : "    did you mean: --%s\n",
			close[0]);
	return code;
}

static bool choice_ok(const cli_option *option, const char *value)
{
	size_t len = strlen(value);
	for (const char *p = option->choices;;) {
		size_t n = strcspn(p, "|");
		if (n == len && memcmp(p, value, n) == 0)
			return true;
		if (p[n] == '\0')
			return false;
		p += n + 1;
	}
}

/* Returns -1 to go on, else the exit code. */
static int take_option(cli *c, int argc, char **argv, int *at)
{
	const char *word = argv[*at], *name = word + 2, *equals = strchr(name, '=');
	size_t len = equals ? (size_t)(equals - name) : strlen(name);
	int id = find_option(name, len);
	if (id == OPT_COUNT || !option_allowed(c, id))
		return unknown_option(c, word);
	const cli_option *option = &cli_options[id];
	if (!option->value) {
		if (equals)
			return cli_usage(c, "{0} takes no value", "{0} 不带取值", word);
		c->option[id] = "";
		return -1;
	}
	const char *value = equals ? equals + 1 : *at + 1 < argc ? argv[++*at] : NULL;
	if (!value || !*value)
		return cli_usage(c, "{0} needs a value", "{0} 需要取值", word);
	if (option->choices && !choice_ok(option, value)) {
		char text[200], shown[160];
		size_t used = 0;
		for (const char *p = option->choices; *p && used + 3 < sizeof shown; p++) {
			shown[used++] = *p == '|' ? ',' : *p;
			if (*p == '|')
				shown[used++] = ' ';
		}
		shown[used] = '\0';
		snprintf(text, sizeof text, "--%s %.30s (%s)", option->name, value, shown);
		return cli_usage(c, "this value is not possible: {0}", "取值无效:{0}", text);
	}
	c->option[id] = value;
	return -1;
}

static ssrc_lang language_of_environment(void)
{
	static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
	for (size_t i = 0; i < 3; i++) {
		const char *value = getenv(names[i]);
		if (value && *value)
			return strncmp(value, "zh", 2) == 0 ? SSRC_LANG_ZH : SSRC_LANG_EN;
	}
	return SSRC_LANG_EN;
}

static const double LAST_SECOND = 253402300799; /* of the year 9999 */

static int64_t fixed_now(void *user)
{
	return *(const int64_t *)user;
}

/* Language before anything is said; time, colours and width from the environment. */
static void set_up(cli *c, int argc, char **argv)
{
	static int64_t epoch;
	ssrc_context_init(&c->ctx);
	const char *fixed = getenv("SOURCE_DATE_EPOCH");
	double seconds;
	if (fixed && ssrc_parse_number(fixed, strlen(fixed), &seconds) && seconds >= 0 && seconds <= LAST_SECOND) {
		epoch = (int64_t)seconds;
		c->ctx.now = fixed_now;
		c->ctx.user = &epoch;
	}
	c->lang = language_of_environment();
	for (int i = 1; i < argc && argv[i]; i++) {
		const char *value = NULL;
		if (strncmp(argv[i], "--lang=", 7) == 0)
			value = argv[i] + 7;
		else if (strcmp(argv[i], "--lang") == 0 && i + 1 < argc)
			value = argv[i + 1];
		if (value && (strcmp(value, "en") == 0 || strcmp(value, "zh") == 0))
			c->lang = strcmp(value, "zh") == 0 ? SSRC_LANG_ZH : SSRC_LANG_EN;
	}
	c->today = (int32_t)(c->ctx.now(c->ctx.user) / 86400);
	c->as_of = c->today;
}

static int number_option(cli *c, cli_option_id id, double most, double *out)
{
	const char *text = c->option[id];
	if (!text)
		return -1;
	if (!ssrc_parse_number(text, strlen(text), out) || *out < 0 || *out > most || *out != (double)(int64_t)*out)
		return cli_usage(c, "not a whole number of this option: {0}", "该选项需要整数:{0}", text);
	return -1;
}

static int finish_options(cli *c)
{
	const char *when = c->option[OPT_COLOR], *as_of = c->option[OPT_AS_OF];
	bool terminal = isatty(STDOUT_FILENO);
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");
	c->colour = when ? strcmp(when, "always") == 0 || (strcmp(when, "auto") == 0 && terminal)
			 : terminal && !(no_color && *no_color) && !(term && strcmp(term, "dumb") == 0);
	c->quiet = c->option[OPT_QUIET] != NULL;
	if (as_of) {
		ssrc_date date;
		if (!ssrc_date_parse(as_of, strlen(as_of), &date) || strlen(as_of) != 10)
			return cli_usage(c, "{0} is not a date: write YYYY-MM-DD", "{0} 不是日期:请写成 YYYY-MM-DD",
					 as_of);
		c->as_of = date.first;
	}
	double width = 0, threads = 0, wait = 0;
	int code = number_option(c, OPT_WIDTH, 10000, &width);
	if (code < 0)
		code = number_option(c, OPT_THREADS, 1024, &threads);
	if (code < 0)
		code = number_option(c, OPT_WAIT, 86400, &wait);
	if (code >= 0)
		return code;
	c->ctx.threads = (int)threads;
	c->width = (size_t)width;
	struct winsize size;
	if (!c->option[OPT_WIDTH] && terminal && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0)
		c->width = size.ws_col;
	return -1;
}

static int parse(cli *c, int argc, char **argv)
{
	bool only_arguments = false;
	for (int i = 2; i < argc; i++) {
		if (!only_arguments && strcmp(argv[i], "--") == 0) {
			only_arguments = true;
		} else if (!only_arguments && strncmp(argv[i], "--", 2) == 0) {
			int code = take_option(c, argc, argv, &i);
			if (code >= 0)
				return code;
		} else if (!only_arguments && argv[i][0] == '-' && argv[i][1]) {
			if (strcmp(argv[i], "-h") != 0)
				return cli_usage(c, "options are written --name: {0}", "选项写作 --name:{0}", argv[i]);
			c->option[OPT_HELP] = "";
		} else if (c->n_args < 4) {
			c->args[c->n_args++] = argv[i];
		} else {
			return cli_usage(c, "too many arguments: {0}", "参数过多:{0}", argv[i]);
		}
	}
	return -1;
}

static int print_version(cli *c)
{
	ssrc_buf out;
	ssrc_buf_init(&out, &c->ctx);
	ssrc_buf_puts(&out, "secondsource " SECONDSOURCE_VERSION "\n");
	int code = cli_print(c, &out);
	ssrc_buf_clear(&out);
	return code;
}

static int run(cli *c)
{
	if (c->option[OPT_VERSION])
		return print_version(c);
	if (c->option[OPT_HELP]) {
		ssrc_buf out;
		ssrc_buf_init(&out, &c->ctx);
		cli_print_command_help(c, c->command, &out);
		int code = cli_print(c, &out);
		ssrc_buf_clear(&out);
		return code;
	}
	if (c->n_args < c->command->min_args)
		return cli_usage(c, "arguments are missing: {0}", "缺少参数:{0}", c->command->arguments);
	if (c->n_args > c->command->max_args)
		return cli_usage(c, "too many arguments: {0}", "参数过多:{0}", c->args[c->command->max_args]);
	int code = finish_options(c);
	if (code < 0)
		code = cli_check_options(c);
	return code >= 0 ? code : c->command->run(c);
}

/* help and version: what needs no command table entry. Returns -1 if it is none of these. */
static int run_plain(cli *c, int argc, char **argv)
{
	const char *word = argc > 1 ? argv[1] : "--help";
	ssrc_buf out;
	ssrc_buf_init(&out, &c->ctx);
	int code = -1;
	if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0) {
		const cli_command *command = argc > 2 ? find_command(argv[2]) : NULL;
		if (argc > 2 && !command && argv[2][0] != '-') {
			code = unknown_command(c, argv[2]);
		} else {
			if (command)
				cli_print_command_help(c, command, &out);
			else
				cli_print_help(c, &out);
			code = cli_print(c, &out);
		}
	} else if (strcmp(word, "--version") == 0) {
		code = print_version(c);
	}
	ssrc_buf_clear(&out);
	return code;
}

int main(int argc, char **argv)
{
	cli c = {0};
	(void)signal(SIGPIPE, SIG_IGN);
	set_up(&c, argc, argv);
	/* The language may stand before the command; alone it shows the help in that language. */
	while (argc > 1 && strncmp(argv[1], "--lang", 6) == 0 && (argv[1][6] == '\0' || argv[1][6] == '=')) {
		int words = argv[1][6] == '=' || argc == 2 ? 1 : 2;
		const char *value = argv[1][6] == '=' ? argv[1] + 7 : argc > 2 ? argv[2] : "";
		if (strcmp(value, "en") != 0 && strcmp(value, "zh") != 0)
			return cli_usage(&c, "this value is not possible: --lang {0} (en, zh)",
					 "取值无效:--lang {0}(en、zh)", value);
		argv += words;
		argc -= words;
	}
	int code = run_plain(&c, argc, argv);
	if (code >= 0)
		return code;
	c.command = find_command(argv[1]);
	if (!c.command)
		return unknown_command(&c, argv[1]);
	code = parse(&c, argc, argv);
	return code >= 0 ? code : run(&c);
}
