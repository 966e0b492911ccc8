/* Importing inside a transaction, internal. */
#ifndef SSRC_STORE_IMPORT_H
#define SSRC_STORE_IMPORT_H

#include "store.h"

/* Records `package` as the present content. The caller has begun a transaction and rolls it back on failure. */
SSRC_MUST_CHECK ssrc_status ssrc_store_import(const ssrc_store *store, const ssrc_package *package,
					      const ssrc_study_import_options *options, ssrc_study_import_report *out,
					      ssrc_error *err);

#endif
