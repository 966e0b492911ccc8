/* What the targets of imported formats share. */
#ifndef SSRC_FUZZ_EXCHANGE_H
#define SSRC_FUZZ_EXCHANGE_H

#include "fuzz_context.h"

#include "io/json_read.h"
#include "io/xml.h"
#include "report/exchange.h"

#include <secondsource/import.h>

typedef ssrc_status fuzz_importer(ssrc_package **out, ssrc_context *ctx, const char *path, const char *home,
				  ssrc_findings *findings, ssrc_error *err);

/* What is written can be read, whatever the names. */
static inline void fuzz_written(ssrc_arena *arena, const ssrc_buf *out, bool json, ssrc_findings *findings)
{
	ssrc_json_value *value = NULL;
	ssrc_xml *xml = NULL;
	if (ssrc_utf8_valid_prefix(out->data, out->len) != out->len)
		return; /* names that are not UTF-8 were findings */
	ssrc_status status = json ? ssrc_json_parse(arena, out->data, out->len, "out", &value, findings, NULL)
				  : ssrc_xml_parse(arena, out->data, out->len, "out", &xml, findings, NULL);
	FUZZ_REQUIRE(status == SSRC_NOMEM || (json ? value != NULL : xml != NULL));
}

static inline void fuzz_formats(const ssrc_assessment *a, ssrc_context *ctx, ssrc_findings *findings)
{
	ssrc_exchange_options options = {.version = "fuzz", .full = true, .min_level = 1};
	ssrc_map_options map = {.full = true};
	ssrc_report_options report = {.format = SSRC_FORMAT_GRAPHML, .version = "fuzz"};
	for (int format = 0; format < 4; format++) {
		ssrc_buf out;
		ssrc_arena arena;
		ssrc_buf_init(&out, ctx);
		ssrc_arena_init(&arena, ctx);
		ssrc_status status = SSRC_OK;
		if (format == 0)
			status = ssrc_report_cyclonedx(&out, a, &options, NULL);
		else if (format == 1)
			status = ssrc_report_stix(&out, a, &options, NULL);
		else if (format == 2)
			status = ssrc_report_map(&out, a, &map, &report, NULL);
		else if (a->chain->n_items && ssrc_report_cap_due(a, 0, &options))
			status = ssrc_report_cap(&out, a, 0, &options, NULL);
		FUZZ_REQUIRE(status == SSRC_OK || status == SSRC_NOMEM);
		if (!status && out.len)
			fuzz_written(&arena, &out, format < 2, findings);
		ssrc_arena_clear(&arena);
		ssrc_buf_clear(&out);
	}
}

static inline void fuzz_exchange(const uint8_t *data, size_t size, fuzz_importer *import)
{
	fuzz_context f;
	ssrc_findings *findings;
	ssrc_package *package;
	ssrc_chain *chain;
	ssrc_assessment *a;
	ssrc_check_options check = {.as_of = 20000};
	ssrc_assess_options options = {.home = "JP", .basis = SSRC_BASIS_HQ};
	fuzz_begin(&f);
	f.files[0] = (fuzz_file){"file", (const char *)data, size};
	f.n_files = 1;
	FUZZ_REQUIRE(ssrc_findings_new(&findings, &f.ctx, NULL) == SSRC_OK);
	ssrc_status status = import(&package, &f.ctx, "package/file", "JP", findings, NULL);
	FUZZ_REQUIRE(status == SSRC_OK || status == SSRC_FORMAT || status == SSRC_NOMEM);
	if (!status) {
		status = ssrc_package_check(package, &check, findings, NULL);
		FUZZ_REQUIRE(status == SSRC_OK || status == SSRC_NOMEM);
		if (!status && ssrc_chain_build(&chain, package, check.as_of, NULL) == SSRC_OK) {
			if (ssrc_assess(&a, chain, &options, NULL) == SSRC_OK) {
				fuzz_formats(a, &f.ctx, findings);
				ssrc_assessment_free(a);
			}
			ssrc_chain_free(chain);
		}
		ssrc_package_free(package);
	}
	ssrc_findings_free(findings);
	fuzz_end(&f);
}

#endif
