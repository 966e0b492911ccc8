/* Importing data sets that the user has downloaded: each becomes a package in memory (docs/adapters.md).
 * The program ships none of these data sets and fetches none of them here. */
#ifndef SECONDSOURCE_IMPORT_H
#define SECONDSOURCE_IMPORT_H

#include <secondsource/package.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Reads the five CSV files of the ETO Advanced Semiconductor Supply Chain Dataset (inputs, providers, provision,
 * sequence, stages) from `folder` into a new package. Every vintage is read: the encoding is told from the bytes of
 * each file (UTF-8, else Mac Roman), the columns from its header. Whatever had to be read as something else, or was
 * left out, becomes a finding with its place in the download; no share is rescaled. Findings are sorted at the end.
 * Shape: items, needs, parties, names, shares (percent, 0 to 100), sources, tiers and package.yaml; row order follows
 * the download. Ownership: *out is freed with ssrc_package_free and untouched on error; all texts are copied. Errors:
 * IO; FORMAT where a file or a column that nothing can be read without is missing, or a file is larger than 16 MiB;
 * NOMEM. Cost O(bytes + rows · log rows). */
SSRC_API SSRC_MUST_CHECK ssrc_status ssrc_import_eto(ssrc_package **out, ssrc_context *ctx, const char *folder,
						     ssrc_findings *findings, ssrc_error *err);

/* Reads a bill of materials in CycloneDX JSON (1.6 and compatible) into a new package. A file that this program wrote
 * comes back row by row; of other files components become items, their makers parties, dependencies needs (critical,
 * assumed). home: country codes or NULL; needed where the file does not say (NULL then is a finding). What cannot be
 * read as it should becomes a finding, errors among them: do not use the package then. Findings are sorted at the end.
 * Ownership: *out is freed with ssrc_package_free and untouched on error; all texts are copied. Errors: IO; FORMAT
 * where the file is larger than 32 MiB; NOMEM. Cost O(bytes + components · log components). */
SSRC_API SSRC_MUST_CHECK ssrc_status ssrc_import_cyclonedx(ssrc_package **out, ssrc_context *ctx, const char *path,
							   const char *home, ssrc_findings *findings, ssrc_error *err);

/* The same for a network in GraphML: nodes become items, an edge says that its target needs its source. No entity that
 * the file declares is expanded, nothing is fetched. Shape, ownership, errors and cost as above. */
SSRC_API SSRC_MUST_CHECK ssrc_status ssrc_import_graphml(ssrc_package **out, ssrc_context *ctx, const char *path,
							 const char *home, ssrc_findings *findings, ssrc_error *err);

#ifdef __cplusplus
}
#endif
#endif
