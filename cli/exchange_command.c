/* export --cyclonedx, --stix, --cap: an assessment for other programs. */
#include "cli.h"

#include "io/file.h"
#include "report/exchange.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int choice_index(const cli *c, cli_option_id id)
{
	const char *word = c->option[id];
	size_t len = word ? strlen(word) : 0;
	int index = 0;
	for (const char *p = cli_options[id].choices; word && *p; index++) {
		size_t n = strcspn(p, "|");
		if (n == len && memcmp(p, word, n) == 0)
			return index;
		p += n + (p[n] == '|');
	}
	return 0;
}

static ssrc_exchange_options exchange_options(const cli *c)
{
	return (ssrc_exchange_options){
		.version = SECONDSOURCE_VERSION,
		.full = true,
		.min_level = c->option[OPT_MIN_LEVEL] ? atoi(c->option[OPT_MIN_LEVEL]) : 1,
		.status = (ssrc_cap_status)choice_index(c, OPT_STATUS),
		.sender = c->option[OPT_SENDER],
		.tlp = (ssrc_tlp)choice_index(c, OPT_TLP),
	};
}

static void say_filled(const cli *c, ssrc_text_id id, const char *const *args)
{
	char text[800];
	ssrc_text_fill(text, sizeof text, ssrc_text(id, c->lang), args, 2);
	cli_say(c, text);
}

/* One file for every alert, named after its item. */
static ssrc_status write_alerts(cli *c, const ssrc_assessment *a, const ssrc_exchange_options *options)
{
	const char *folder = c->option[OPT_OUT];
	char path[4096], number[24];
	unsigned n = 0;
	int made = c->ctx.files.make_folder(c->ctx.files.user, folder);
	if (made < 0 && made != -EEXIST)
		return ssrc_fail(&c->err, SSRC_IO, SSRC_M_OPEN_WRITE, folder, strerror(-made), NULL);
	ssrc_status status = SSRC_OK;
	for (uint32_t i = 0; i < a->chain->n_items && !status; i++) {
		if (!ssrc_report_cap_due(a, i, options))
			continue;
		ssrc_buf out;
		ssrc_buf_init(&out, &c->ctx);
		status = ssrc_report_cap(&out, a, i, options, &c->err);
		if ((size_t)snprintf(path, sizeof path, "%s/%s.cap.xml", folder, a->chain->items[i].id) >= sizeof path)
			status = ssrc_fail(&c->err, SSRC_IO, SSRC_M_OPEN_WRITE, folder, strerror(ENAMETOOLONG), NULL);
		if (!status)
			status = ssrc_file_save(&c->ctx, path, out.data, out.len, &c->err);
		ssrc_buf_clear(&out);
		n++;
	}
	if (status)
		return status;
	snprintf(number, sizeof number, "%u", n);
	say_filled(c, SSRC_T_X_MADE_CAP, (const char *[]){number, folder});
	return SSRC_OK;
}

static int write_document(cli *c, ssrc_buf *out)
{
	if (!c->option[OPT_OUT])
		return cli_print(c, out);
	ssrc_status status = ssrc_file_save(&c->ctx, c->option[OPT_OUT], out->data, out->len, &c->err);
	if (status)
		return cli_fail(c, status);
	say_filled(c, SSRC_T_X_WRITTEN, (const char *[]){c->option[OPT_OUT], ""});
	return EXIT_FINE;
}

int cli_export_exchange(cli *c)
{
	cli_assessed x;
	int code;
	if (c->option[OPT_CAP] && !c->option[OPT_OUT])
		return cli_usage(c, "say where to write: {0}", "请指定输出位置:{0}", "--out DIR");
	if (!cli_assess(c, &x, &code))
		return code;
	ssrc_exchange_options options = exchange_options(c);
	ssrc_buf out;
	ssrc_buf_init(&out, &c->ctx);
	ssrc_status status;
	if (c->option[OPT_CAP])
		status = write_alerts(c, x.assessment, &options);
	else if (c->option[OPT_STIX])
		status = ssrc_report_stix(&out, x.assessment, &options, &c->err);
	else
		status = ssrc_report_cyclonedx(&out, x.assessment, &options, &c->err);
	if (status)
		code = cli_fail(c, status);
	else
		code = c->option[OPT_CAP] ? EXIT_FINE : write_document(c, &out);
	ssrc_buf_clear(&out);
	cli_free_assessed(&x);
	return code;
}
