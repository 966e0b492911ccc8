/* alternates: the substitution card of one item. */
#include "cli.h"

int cli_alternates(cli *c)
{
	cli_assessed x;
	int code;
	if (!cli_assess(c, &x, &code))
		return code;
	ssrc_alternates_options alternates = {
		.item = c->args[1],
		.home = c->option[OPT_HOME] ? c->option[OPT_HOME] : ssrc_package_home(x.input.package),
		.exclude = c->option[OPT_EXCLUDE],
		.for_item = c->option[OPT_FOR],
		.grade_after = c->option[OPT_GRADE_AFTER] != NULL,
	};
	ssrc_report_options options = cli_report_options(c);
	ssrc_buf out;
	ssrc_buf_init(&out, &c->ctx);
	ssrc_status status = ssrc_report_alternates(&out, x.assessment, &alternates, &options, &c->err);
	return cli_finish(c, &x, &out, status);
}
