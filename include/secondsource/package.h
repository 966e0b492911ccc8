/* A package: the folder of CSV and YAML files that a chain is written in (docs/package.md). */
#ifndef SECONDSOURCE_PACKAGE_H
#define SECONDSOURCE_PACKAGE_H

#include <secondsource/findings.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ssrc_package ssrc_package;

/* Reads every known file of the folder `path`. What cannot be read as CSV or YAML becomes findings, and reading
 * goes on; only the environment (IO, NOMEM) ends it. *out is freed with ssrc_package_free; untouched on error.
 * Cost O(bytes). */
SSRC_API SSRC_MUST_CHECK ssrc_status ssrc_package_read(ssrc_package **out, ssrc_context *ctx, const char *path,
						       ssrc_findings *findings, ssrc_error *err);
SSRC_API void ssrc_package_free(ssrc_package *package);

typedef struct ssrc_check_options {
	int32_t as_of; /* days since 1970-01-01: facts and data age are judged on this day */
} ssrc_check_options;

/* Checks the package against the schema and the sense of the data: every problem becomes a finding (sorted).
 * Nothing is repaired. Errors: NOMEM. Cost O(rows · log rows). */
SSRC_API SSRC_MUST_CHECK ssrc_status ssrc_package_check(ssrc_package *package, const ssrc_check_options *options,
							ssrc_findings *findings, ssrc_error *err);

/* Writes the package into folder `path` (made if missing, refused with EXISTS if it holds a package already).
 * Cells, column order, unknown columns, BOM and line ends are as they were read. Errors: IO, EXISTS, NOMEM. Cost
 * O(bytes). */
SSRC_API SSRC_MUST_CHECK ssrc_status ssrc_package_write(const ssrc_package *package, const char *path, ssrc_error *err);

/* Rows of a file ("items"), 0 if absent or unknown. Cost O(files). */
SSRC_API size_t ssrc_package_rows(const ssrc_package *package, const char *file);

/* `home` of package.yaml, "" if none. Borrowed. Cost O(documents). */
SSRC_API const char *ssrc_package_home(const ssrc_package *package);

/* `currency` of package.yaml, in which amounts of money are millions; "" if none. Borrowed. Cost O(documents). */
SSRC_API const char *ssrc_package_currency(const ssrc_package *package);

#ifdef __cplusplus
}
#endif
#endif
