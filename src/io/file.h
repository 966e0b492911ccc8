/* Whole files through the context's file table: streamed in, written so that a crash leaves old or new, never half. */
#ifndef SSRC_IO_FILE_H
#define SSRC_IO_FILE_H

#include "base/base.h"

/* Receives a chunk; sets *stop to end early. */
typedef ssrc_status ssrc_file_visit(void *user, const char *bytes, size_t n, bool *stop, ssrc_error *err);

/* Feeds the file to visit in chunks of at most 256 KiB. Errors: IO, NOMEM, what visit returns. */
SSRC_MUST_CHECK ssrc_status ssrc_file_stream(ssrc_context *ctx, const char *path, ssrc_file_visit *visit, void *user,
					     ssrc_error *err);

/* Reads a file of at most `limit` bytes into out (appended). Errors: IO, NOMEM, LIMIT. */
SSRC_MUST_CHECK ssrc_status ssrc_file_load(ssrc_context *ctx, const char *path, size_t limit, ssrc_buf *out,
					   ssrc_error *err);

/* Writes path.partial, syncs it, renames it to path. Errors: IO; the old file stays on failure. */
SSRC_MUST_CHECK ssrc_status ssrc_file_save(ssrc_context *ctx, const char *path, const char *bytes, size_t len,
					   ssrc_error *err);

/* True if the file can be opened; *status gets the negative errno otherwise (ENOENT is the common one). */
bool ssrc_file_exists(ssrc_context *ctx, const char *path, int *error_number);

#endif
