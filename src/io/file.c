#include "file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { CHUNK = 256 << 10 };

static const char *error_text(int64_t negative_errno)
{
	return strerror((int)-negative_errno);
}

ssrc_status ssrc_file_stream(ssrc_context *ctx, const char *path, ssrc_file_visit *visit, void *user, ssrc_error *err)
{
	const ssrc_file_ops *files = &ctx->files;
	int handle = files->open_read(files->user, path);
	if (handle < 0)
		return ssrc_fail(err, SSRC_IO, SSRC_M_OPEN_READ, path, error_text(handle), NULL);
	char *chunk = ssrc_alloc(ctx, CHUNK);
	ssrc_status status = chunk ? SSRC_OK : ssrc_fail(err, SSRC_NOMEM, SSRC_M_NOMEM, NULL, NULL, NULL);
	for (bool stop = false; !status && !stop;) {
		int64_t n = files->read(files->user, handle, chunk, CHUNK);
		if (n == 0)
			break;
		if (n < 0)
			status = ssrc_fail(err, SSRC_IO, SSRC_M_READ, path, error_text(n), NULL);
		else
			status = visit(user, chunk, (size_t)n, &stop, err);
	}
	ssrc_release(ctx, chunk);
	files->close(files->user, handle);
	return status;
}

typedef struct load_state {
	ssrc_buf *out;
	size_t limit;
	const char *path;
} load_state;

static ssrc_status load_chunk(void *user, const char *bytes, size_t n, bool *stop, ssrc_error *err)
{
	(void)stop;
	load_state *load = user;
	if (load->out->len + n > load->limit)
		return ssrc_fail(err, SSRC_FORMAT, SSRC_M_FILE_LIMIT, load->path, NULL, NULL);
	ssrc_buf_add(load->out, bytes, n);
	return load->out->failed ? ssrc_fail(err, SSRC_NOMEM, SSRC_M_NOMEM, NULL, NULL, NULL) : SSRC_OK;
}

ssrc_status ssrc_file_load(ssrc_context *ctx, const char *path, size_t limit, ssrc_buf *out, ssrc_error *err)
{
	load_state load = {out, limit, path};
	return ssrc_file_stream(ctx, path, load_chunk, &load, err);
}

static ssrc_status write_all(ssrc_context *ctx, int handle, const char *path, const char *bytes, size_t len,
			     ssrc_error *err)
{
	const ssrc_file_ops *files = &ctx->files;
	while (len > 0) {
		int64_t n = files->write(files->user, handle, bytes, len);
		if (n <= 0)
			return ssrc_fail(err, SSRC_IO, SSRC_M_WRITE, path, error_text(n ? n : -EIO), NULL);
		bytes += n;
		len -= (size_t)n;
	}
	int synced = files->sync(files->user, handle);
	/* Pipes and some file systems cannot sync; that is no loss of data of ours. */
	if (synced < 0 && synced != -EINVAL && synced != -EROFS)
		return ssrc_fail(err, SSRC_IO, SSRC_M_WRITE, path, error_text(synced), NULL);
	return SSRC_OK;
}

ssrc_status ssrc_file_save(ssrc_context *ctx, const char *path, const char *bytes, size_t len, ssrc_error *err)
{
	const ssrc_file_ops *files = &ctx->files;
	char partial[4096];
	if ((size_t)snprintf(partial, sizeof partial, "%s.partial", path) >= sizeof partial)
		return ssrc_fail(err, SSRC_IO, SSRC_M_OPEN_WRITE, path, error_text(-ENAMETOOLONG), NULL);
	int handle = files->open_write(files->user, partial);
	if (handle < 0)
		return ssrc_fail(err, SSRC_IO, SSRC_M_OPEN_WRITE, path, error_text(handle), NULL);
	ssrc_status status = write_all(ctx, handle, path, bytes, len, err);
	int closed = files->close(files->user, handle);
	if (!status && closed < 0)
		status = ssrc_fail(err, SSRC_IO, SSRC_M_WRITE, path, error_text(closed), NULL);
	if (!status) {
		int renamed = files->rename(files->user, partial, path);
		if (renamed < 0)
			status = ssrc_fail(err, SSRC_IO, SSRC_M_WRITE, path, error_text(renamed), NULL);
	}
	if (status)
		files->remove(files->user, partial);
	return status;
}

bool ssrc_file_exists(ssrc_context *ctx, const char *path, int *error_number)
{
	int handle = ctx->files.open_read(ctx->files.user, path);
	*error_number = handle < 0 ? handle : 0;
	if (handle < 0)
		return false;
	ctx->files.close(ctx->files.user, handle);
	return true;
}
