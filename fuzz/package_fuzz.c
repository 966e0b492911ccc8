/* A whole package: an input split into files by lines "=== NAME" is read, checked, built, assessed and reported, also
 * where check finds errors. */
#include "fuzz_context.h"

#include "report/report.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void explain(ssrc_buf *out, const ssrc_assessment *a, const char *prefix, const char *id,
		    const ssrc_report_options *options)
{
	char what[200];
	snprintf(what, sizeof what, "%s%.150s", prefix, id);
	out->len = 0;
	ssrc_status status = ssrc_report_explain(out, a, what, options, NULL);
	FUZZ_REQUIRE(status == SSRC_OK || status == SSRC_NOTFOUND || status == SSRC_NOMEM);
}

static void report(fuzz_context *f, const ssrc_package *package, const ssrc_findings *findings,
		   const ssrc_assessment *a)
{
	const ssrc_chain *chain = a->chain;
	ssrc_buf out;
	ssrc_buf_init(&out, &f->ctx);
	for (int format = SSRC_FORMAT_TEXT; format <= SSRC_FORMAT_GRAPHML; format++) {
		ssrc_report_options options = {.format = (ssrc_format)format,
					       .lang = (ssrc_lang)(format % 2),
					       .width = format ? 0 : 90,
					       .version = "fuzz"};
		if (format <= SSRC_FORMAT_JSON) {
			for (int of = SSRC_RANK_ITEMS; of <= SSRC_RANK_COUNTRIES; of++) {
				ssrc_rank_options rank = {.of = (ssrc_rank_of)of, .by = (ssrc_rank_by)format};
				int worst;
				ssrc_status status = ssrc_report_rank(&out, a, &rank, &options, &worst, NULL);
				FUZZ_REQUIRE(status == SSRC_OK || status == SSRC_NOMEM);
			}
			FUZZ_REQUIRE(ssrc_report_findings(&out, package, findings, true, &options, NULL) == SSRC_OK);
			for (uint32_t i = 0; i < chain->n_items && i < 6; i++)
				explain(&out, a, "item:", chain->items[i].id, &options);
			for (uint32_t i = 0; i < chain->n_parties && i < 2; i++)
				explain(&out, a, "party:", chain->parties[i].id, &options);
			explain(&out, a, "country:", "JP", &options);
		}
		ssrc_map_options map = {.view = (ssrc_map_view)(format % 3),
					.focus = chain->n_items && format == 1 ? chain->items[0].id : NULL};
		ssrc_status status = ssrc_report_map(&out, a, &map, &options, NULL);
		FUZZ_REQUIRE(status == SSRC_OK || status == SSRC_NOMEM || status == SSRC_UNSUPPORTED ||
			     status == SSRC_USAGE);
	}
	ssrc_buf_clear(&out);
}

static void assess(fuzz_context *f, ssrc_package *package, ssrc_findings *findings)
{
	ssrc_chain *chain;
	ssrc_check_options check = {.as_of = 20000};
	ssrc_status status = ssrc_package_check(package, &check, findings, NULL);
	FUZZ_REQUIRE(status == SSRC_OK || status == SSRC_NOMEM);
	if (status || ssrc_chain_build(&chain, package, check.as_of, NULL))
		return;
	const char *homes[] = {ssrc_package_home(package), "CN", "EU"};
	for (size_t i = 0; i < sizeof homes / sizeof *homes; i++) {
		ssrc_assess_options options = {.home = homes[i], .basis = (int)(i + 1) % SSRC_BASIS_COUNT};
		ssrc_assessment *a;
		ssrc_error err = {0};
		status = ssrc_assess(&a, chain, &options, &err);
		FUZZ_REQUIRE(status == SSRC_OK || status == SSRC_NOTFOUND || status == SSRC_FORMAT ||
			     status == SSRC_NOMEM);
		if (status)
			continue;
		report(f, package, findings, a);
		ssrc_assessment_free(a);
	}
	ssrc_chain_free(chain);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_context f;
	ssrc_findings *findings;
	ssrc_package *package;
	ssrc_error err = {0};
	fuzz_begin(&f);
	fuzz_split(&f, (const char *)data, size);
	FUZZ_REQUIRE(ssrc_findings_new(&findings, &f.ctx, NULL) == SSRC_OK);
	ssrc_status status = ssrc_package_read(&package, &f.ctx, "package", findings, &err);
	FUZZ_REQUIRE(status == SSRC_OK || status == SSRC_FORMAT || status == SSRC_NOMEM);
	if (!status) {
		assess(&f, package, findings);
		ssrc_package_free(package);
	}
	ssrc_findings_free(findings);
	fuzz_end(&f);
	return 0;
}
