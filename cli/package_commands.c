/* init, import, export, check, history, schema, man, completion: what does not compute with a chain. */
#include "cli.h"

#include "io/file.h"
#include "io/json.h"
#include "model/package.h"

#include <pwd.h>
#include <secondsource/import.h>
#include <secondsource/study.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- init --------------------------------------------------------------------------------------------------- */

static const struct {
	ssrc_file_id file;
	const char *columns, *values; /* pairs, separated by | */
} examples[] = {
	{SSRC_FILE_SOURCES, "source|title|grade", "own|Our own register|A"},
	{SSRC_FILE_TIERS, "tier|order|name_en|name_zh", "part|1|Part|零件"},
	{SSRC_FILE_TIERS, "tier|order|name_en|name_zh", "product|2|Product|产品"},
	{SSRC_FILE_ITEMS,
	 "item|tier|kind|name_en|name_zh|stock_weeks_low|stock_weeks_high|recovery_weeks_low|recovery_weeks_high|"
	 "source|evidence",
	 "example-part|part|good|Example part|示例零件|4|6|26|52|own|assumed"},
	{SSRC_FILE_ITEMS, "item|tier|kind|name_en|name_zh|product|source|evidence",
	 "example-product|product|good|Example product|示例产品|yes|own|assumed"},
	{SSRC_FILE_NEEDS, "item|input|essential|source|evidence", "example-product|example-part|critical|own|assumed"},
	{SSRC_FILE_PARTIES, "party|kind|name_en|name_zh|hq", "example-maker|firm|Example maker|示例供方|JP"},
	{SSRC_FILE_SHARES, "item|provider|basis|metric|share_low|share_high|year|source|evidence",
	 "example-part|example-maker|hq|our purchases|70|80|2026|own|assumed"},
	{SSRC_FILE_SHARES, "item|provider|basis|metric|share_low|share_high|year|source|evidence",
	 "example-part|various|hq|our purchases|20|30|2026|own|assumed"},
};

static ssrc_status add_example(ssrc_package *package, size_t index, ssrc_error *err)
{
	ssrc_file_id file = examples[index].file;
	const char *cells[64] = {0};
	char storage[512];
	size_t used = 0;
	const char *column = examples[index].columns, *value = examples[index].values;
	while (*column) {
		size_t n = strcspn(column, "|"), m = strcspn(value, "|");
		char name[40];
		snprintf(name, sizeof name, "%.*s", (int)n, column);
		memcpy(storage + used, value, m);
		storage[used + m] = '\0';
		cells[ssrc_schema_column(file, name)] = storage + used;
		used += m + 1;
		column += n + (column[n] == '|');
		value += m + (value[m] == '|');
	}
	return ssrc_package_add_row(package, file, cells, 0, err);
}

/* The first member of `home` that is no country code, its length in *len; NULL if all are. */
static const char *not_a_country(const char *home, size_t *len)
{
	for (const char *p = home;; p += *len + 1) {
		*len = strcspn(p, ",");
		if (!ssrc_country_known(p, *len))
			return p;
		if (!p[*len])
			return NULL;
	}
}

static int check_home(cli *c, const char *home)
{
	char text[400], word[80];
	size_t len;
	if (!home) {
		ssrc_text_fill(text, sizeof text, ssrc_text(SSRC_T_U_NO_HOME, c->lang),
			       (const char *[]){"--home CN, --home EU, --home JP,KR"}, 1);
		return cli_usage(c, "{0}", "{0}", text);
	}
	const char *bad = not_a_country(home, &len);
	if (!bad)
		return EXIT_FINE;
	int code = cli_usage(c, "{0} is not a country code: write CN, US, EU or JP,KR",
			     "{0} 不是国别代码:请写成 CN、US、EU 或 JP,KR", home);
	if (len < sizeof word) {
		memcpy(word, bad, len);
		word[len] = '\0';
		cli_suggest_home(c, word, NULL);
	}
	return code;
}

/* Plain where that is safe, else in quotes. */
static void put_yaml_text(ssrc_buf *out, const char *text, size_t len)
{
	bool plain = len > 0;
	for (size_t i = 0; i < len && plain; i++)
		plain = (text[i] >= 'a' && text[i] <= 'z') || (text[i] >= 'A' && text[i] <= 'Z') ||
			(text[i] >= '0' && text[i] <= '9') ||
			(i > 0 && (text[i] == '-' || text[i] == '_' || text[i] == '.'));
	if (!plain)
		ssrc_buf_putc(out, '"');
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '"' || text[i] == '\\')
			ssrc_buf_putc(out, '\\');
		ssrc_buf_putc(out, (unsigned char)text[i] < 0x20 ? ' ' : text[i]);
	}
	if (!plain)
		ssrc_buf_putc(out, '"');
}

static bool is_folder(const char *path)
{
	struct stat info;
	return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

static bool is_package(const char *path)
{
	char document[4096];
	struct stat info;
	int n = snprintf(document, sizeof document, "%s/package.yaml", path);
	return n > 0 && (size_t)n < sizeof document && stat(document, &info) == 0;
}

int cli_init(cli *c)
{
	ssrc_package *package = NULL;
	ssrc_findings *findings = NULL;
	const char *home = c->option[OPT_HOME], *name = c->args[0];
	size_t len = strlen(name);
	if (is_package(c->args[0]))
		return cli_fail(c, ssrc_fail(&c->err, SSRC_EXISTS, SSRC_M_PATH_EXISTS, c->args[0], NULL, NULL));
	int code = check_home(c, home);
	if (code != EXIT_FINE)
		return code;
	while (len > 1 && name[len - 1] == '/')
		len--;
	for (size_t i = len; i-- > 0;)
		if (name[i] == '/' && i + 1 < len) {
			name += i + 1;
			len -= i + 1;
			break;
		}
	ssrc_buf yaml;
	ssrc_buf_init(&yaml, &c->ctx);
	ssrc_buf_puts(&yaml, "name: ");
	put_yaml_text(&yaml, name, len);
	ssrc_buf_printf(&yaml,
			"\ntitle: {en: \"My chain\", zh: \"我的产业链\"}\nversion: \"0.1\"\nlicence: \"not for "
			"publication\"\n"
			"home: %s\ncurrency: USD\n",
			home);
	ssrc_status status = ssrc_package_new(&package, &c->ctx, c->args[0], &c->err);
	if (!status)
		status = ssrc_findings_new(&findings, &c->ctx, &c->err);
	for (int f = 0; f < SSRC_FILE_COUNT && !status; f++)
		status = ssrc_package_full_header(package, (ssrc_file_id)f, &c->err);
	for (size_t i = 0; i < sizeof examples / sizeof *examples && !status; i++)
		status = add_example(package, i, &c->err);
	if (!status)
		status = ssrc_package_add_document(package, "package.yaml", yaml.data, yaml.len, findings, &c->err);
	if (!status)
		status = ssrc_package_add_document(package, "policy.yaml", ssrc_policy_default_text,
						   strlen(ssrc_policy_default_text), findings, &c->err);
	if (!status)
		status = ssrc_package_write(package, c->args[0], &c->err);
	ssrc_buf_clear(&yaml);
	ssrc_package_free(package);
	ssrc_findings_free(findings);
	if (status)
		return cli_fail(c, status);
	char text[400];
	snprintf(text, sizeof text,
		 c->lang == SSRC_LANG_ZH ? "已新建 %.300s\n下一步:secondsource check %.300s"
					 : "made %.300s\nnext: secondsource check %.300s",
		 c->args[0], c->args[0]);
	cli_say(c, text);
	return EXIT_FINE;
}

/* ---- check -------------------------------------------------------------------------------------------------- */

static int print_findings(cli *c, const cli_input *input, bool show_info)
{
	ssrc_buf out;
	ssrc_buf_init(&out, &c->ctx);
	ssrc_report_options options = cli_report_options(c);
	ssrc_status status = ssrc_report_findings(&out, input->package, input->findings, show_info, &options, &c->err);
	int code = status ? cli_fail(c, status) : cli_print(c, &out);
	ssrc_buf_clear(&out);
	return code;
}

int cli_check(cli *c)
{
	cli_input input;
	int code;
	if (!cli_read_input(c, c->args[0], false, &input, &code))
		return code;
	code = print_findings(c, &input, c->option[OPT_MISSING] != NULL);
	if (code == EXIT_FINE && (ssrc_findings_count(input.findings, SSRC_ERROR) ||
				  (c->option[OPT_STRICT] && ssrc_findings_count(input.findings, SSRC_WARNING))))
		code = EXIT_DATA;
	cli_free_input(&input);
	return code;
}

/* ---- import -------------------------------------------------------------------------------------------------- */

static ssrc_status import_from(cli *c, const char *from, cli_input *input)
{
	const char *path = c->args[0], *home = c->option[OPT_HOME];
	if (strcmp(from, "cyclonedx") == 0)
		return ssrc_import_cyclonedx(&input->package, &c->ctx, path, home, input->findings, &c->err);
	if (strcmp(from, "graphml") == 0)
		return ssrc_import_graphml(&input->package, &c->ctx, path, home, input->findings, &c->err);
	return ssrc_import_eto(&input->package, &c->ctx, path, input->findings, &c->err);
}

static bool read_source(cli *c, cli_input *input, int *code)
{
	const char *from = c->option[OPT_FROM] ? c->option[OPT_FROM] : "package";
	if (strcmp(from, "package") == 0)
		return cli_read_input(c, c->args[0], !c->option[OPT_FORCE], input, code);
	*input = (cli_input){0};
	ssrc_status status = ssrc_findings_new(&input->findings, &c->ctx, &c->err);
	if (!status)
		status = import_from(c, from, input);
	ssrc_check_options options = {.as_of = c->as_of};
	if (!status)
		status = ssrc_package_check(input->package, &options, input->findings, &c->err);
	if (!status)
		return true;
	*code = cli_fail(c, status);
	cli_free_input(input);
	return false;
}

static bool ends_with(const char *text, const char *end)
{
	size_t n = strlen(text), m = strlen(end);
	return n >= m && strcmp(text + n - m, end) == 0;
}

/* Writes the package into the folder --out and says so. */
static ssrc_status write_folder(cli *c, const ssrc_package *package)
{
	ssrc_status status = ssrc_package_write(package, c->option[OPT_OUT], &c->err);
	if (status)
		return status;
	size_t n = package->n_documents;
	for (int f = 0; f < SSRC_FILE_COUNT; f++)
		n += package->tables[f].present;
	char text[800], number[24];
	snprintf(number, sizeof number, "%zu", n);
	ssrc_text_fill(text, sizeof text, ssrc_text(SSRC_T_U_EXPORTED, c->lang),
		       (const char *[]){c->option[OPT_OUT], number}, 2);
	cli_say(c, text);
	return SSRC_OK;
}

static ssrc_status import_study(cli *c, const cli_input *input)
{
	double wait = 5;
	if (c->option[OPT_WAIT])
		ssrc_parse_number(c->option[OPT_WAIT], strlen(c->option[OPT_WAIT]), &wait);
	const char *actor = getenv("USER");
	const struct passwd *person = actor && *actor ? NULL : getpwuid(getuid());
	if (person)
		actor = person->pw_name;
	ssrc_study_import_options options = {.wait_seconds = wait,
					     .version = SECONDSOURCE_VERSION,
					     .actor = actor ? actor : "",
					     .source_path = c->args[0]};
	ssrc_study_import_report report;
	ssrc_status status = ssrc_study_import(&c->ctx, c->option[OPT_OUT], input->package, &options, &report, &c->err);
	if (status)
		return status;
	char text[400];
	snprintf(text, sizeof text,
		 c->lang == SSRC_LANG_ZH ? "%.200s:新增 %lld 行,保留 %lld 行,终止 %lld 行,文档 %lld 个"
					 : "%.200s: %lld rows added, %lld kept, %lld ended, %lld documents",
		 c->option[OPT_OUT], (long long)report.added, (long long)report.kept, (long long)report.ended,
		 (long long)report.documents);
	cli_say(c, text);
	return SSRC_OK;
}

int cli_import(cli *c)
{
	cli_input input;
	int code;
	if (!c->option[OPT_OUT] && !c->option[OPT_CHECK_ONLY])
		return cli_usage(c, "say where to write: {0}", "请指定输出位置:{0}", "--out FILE");
	const char *out = c->option[OPT_OUT];
	bool adapter = c->option[OPT_FROM] && strcmp(c->option[OPT_FROM], "package") != 0;
	bool folder = out && (ends_with(out, "/") || is_folder(out));
	if (c->option[OPT_HOME] && check_home(c, c->option[OPT_HOME]) != EXIT_FINE)
		return EXIT_USAGE;
	if (folder && !adapter)
		return cli_fail(c, ssrc_fail(&c->err, SSRC_EXISTS, SSRC_M_U_OUT_FOLDER, out, NULL, NULL));
	if (!read_source(c, &input, &code))
		return code;
	if (adapter && !c->quiet)
		print_findings(c, &input, true);
	code = EXIT_FINE;
	if (ssrc_findings_count(input.findings, SSRC_ERROR) && !c->option[OPT_FORCE]) {
		code = EXIT_DATA;
	} else if (!c->option[OPT_CHECK_ONLY]) {
		/* An adapter's result may also be wanted as a package to edit: a path that ends in / or is a folder. */
		ssrc_status status = folder ? write_folder(c, input.package) : import_study(c, &input);
		if (status)
			code = cli_fail(c, status);
	}
	cli_free_input(&input);
	return code;
}

/* ---- export ---------------------------------------------------------------------------------------------------- */

int cli_export(cli *c)
{
	cli_input input;
	int code;
	if (c->option[OPT_CYCLONEDX] || c->option[OPT_STIX] || c->option[OPT_CAP])
		return cli_export_exchange(c);
	if (!c->option[OPT_OUT])
		return cli_usage(c, "say where to write: {0}", "请指定输出位置:{0}", "--out DIR");
	if (is_folder(c->args[0]))
		return cli_fail(c, ssrc_fail(&c->err, SSRC_FORMAT, SSRC_M_U_EXPORT_FOLDER, c->args[0], NULL, NULL));
	if (!cli_read_input(c, c->args[0], false, &input, &code))
		return code;
	ssrc_status status = write_folder(c, input.package);
	code = status ? cli_fail(c, status) : EXIT_FINE;
	cli_free_input(&input);
	return code;
}

/* ---- history ---------------------------------------------------------------------------------------------------- */

typedef struct history_writer {
	ssrc_buf *out;
	ssrc_json *json;
} history_writer;

static ssrc_status write_entry(void *user, const ssrc_study_entry *entry)
{
	history_writer *writer = user;
	if (writer->json) {
		ssrc_json_open(writer->json, NULL, '{');
		ssrc_json_integer(writer->json, "seq", entry->seq);
		ssrc_json_string(writer->json, "at", entry->at);
		ssrc_json_string(writer->json, "actor", entry->actor);
		ssrc_json_string(writer->json, "action", entry->action);
		ssrc_json_string(writer->json, "detail", entry->detail);
		ssrc_json_string(writer->json, "hash", entry->hash);
		ssrc_json_close(writer->json, '}');
	} else {
		ssrc_buf_printf(writer->out, "%4lld  %s  %-8s  %-8s  %.16s…  %s\n", (long long)entry->seq, entry->at,
				entry->action, entry->actor, entry->hash, entry->detail);
	}
	return SSRC_OK;
}

int cli_history(cli *c)
{
	ssrc_buf out;
	ssrc_json json;
	ssrc_buf_init(&out, &c->ctx);
	bool as_json = c->option[OPT_JSON] != NULL;
	history_writer writer = {&out, as_json ? &json : NULL};
	if (as_json) {
		ssrc_json_begin(&json, &out, true);
		ssrc_json_open(&json, NULL, '{');
		ssrc_json_string(&json, "schema", "secondsource/history/1");
		ssrc_json_open(&json, "entries", '[');
	}
	ssrc_study_verify_report report = {0};
	ssrc_status status = ssrc_study_log(&c->ctx, c->args[0], write_entry, &writer, &c->err);
	ssrc_status verified = status ? status : ssrc_study_verify(&report, &c->ctx, c->args[0], &c->err);
	if (as_json) {
		ssrc_json_close(&json, ']');
		ssrc_json_bool(&json, "whole", verified == SSRC_OK);
		ssrc_json_integer(&json, "broken_seq", report.broken_seq);
		ssrc_json_string(&json, "head", report.head);
		ssrc_json_close(&json, '}');
		ssrc_json_end(&json);
	} else if (verified == SSRC_OK) {
		ssrc_buf_printf(&out,
				c->lang == SSRC_LANG_ZH ? "审计日志完整:%lld 条,%lld 行哈希一致\n"
							: "the log is whole: %lld entries, %lld row hashes agree\n",
				(long long)report.entries, (long long)report.rows);
	}
	int code = status ? EXIT_FINE : cli_print(c, &out);
	if (verified)
		code = cli_fail(c, verified);
	ssrc_buf_clear(&out);
	return code;
}

/* ---- schema, man, completion ------------------------------------------------------------------------------------ */

int cli_schema(cli *c)
{
	ssrc_buf out;
	ssrc_buf_init(&out, &c->ctx);
	ssrc_schema_write_markdown(&out);
	int code = cli_print(c, &out);
	ssrc_buf_clear(&out);
	return code;
}

int cli_man(cli *c)
{
	ssrc_buf out;
	ssrc_buf_init(&out, &c->ctx);
	cli_print_man(&out);
	int code = cli_print(c, &out);
	ssrc_buf_clear(&out);
	return code;
}

int cli_completion(cli *c)
{
	ssrc_buf out;
	ssrc_buf_init(&out, &c->ctx);
	int code = cli_print_completion(&out, c->args[0])
			   ? cli_print(c, &out)
			   : cli_usage(c, "there is no completion for {0}: name bash, zsh or fish",
				       "没有 {0} 的补全脚本:请指定 bash、zsh 或 fish", c->args[0]);
	ssrc_buf_clear(&out);
	return code;
}
