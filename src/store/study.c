/* Making a study and bringing one up to date: what keeps a failure or a crash from leaving half of an import. */
#include "import.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

typedef struct request {
	ssrc_context *ctx;
	const char *path, *partial;
	const ssrc_package *package;
	const ssrc_study_import_options *options;
} request;

static ssrc_status migrate_and_import(const ssrc_store *store, const request *r, ssrc_study_import_report *out,
				      ssrc_error *err)
{
	ssrc_status status = ssrc_store_exec(store, "BEGIN IMMEDIATE", err);
	if (status)
		return status;
	status = ssrc_store_migrate(store, err);
	if (!status)
		status = ssrc_store_import(store, r->package, r->options, out, err);
	if (!status)
		status = ssrc_store_exec(store, "COMMIT", err);
	if (status)
		sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
	return status;
}

static ssrc_status update_study(const request *r, ssrc_study_import_report *out, ssrc_error *err)
{
	ssrc_store store;
	ssrc_status status =
		ssrc_store_open(&store, r->ctx, r->path, r->path, SSRC_STORE_WRITE, r->options->wait_seconds, err);
	if (status)
		return status;
	status = migrate_and_import(&store, r, out, err);
	if (!status) {
		/* Folds the log into the file unless a reader still needs it; then a later writer will. */
		sqlite3_busy_timeout(store.db, 0);
		sqlite3_wal_checkpoint_v2(store.db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	}
	ssrc_store_close(&store);
	return status;
}

/* ---- a new study ------------------------------------------------------------------------------------ */

static double seconds_now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* True if `path` still names the file that `handle` has open. */
static bool is_named(int handle, const char *path)
{
	struct stat held, named;
	return fstat(handle, &held) == 0 && stat(path, &named) == 0 && held.st_ino == named.st_ino &&
	       held.st_dev == named.st_dev;
}

/* Opens PATH.partial and locks it, so that two programs never build the same study at once. The lock goes away with the
 * process that holds it: what a crash left behind is found unlocked and used again. */
static ssrc_status lock_partial(const request *r, int *out, ssrc_error *err)
{
	double deadline = seconds_now() + r->options->wait_seconds;
	for (;;) {
		int handle = open(r->partial, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
		if (handle < 0)
			return ssrc_fail(err, SSRC_IO, SSRC_M_OPEN_WRITE, r->path, strerror(errno), NULL);
		bool held = flock(handle, LOCK_EX | LOCK_NB) == 0 || (errno != EWOULDBLOCK && errno != EINTR);
		if (held && is_named(handle, r->partial)) {
			*out = handle;
			return SSRC_OK;
		}
		close(handle);
		if (held) /* its builder renamed or removed it while we waited */
			continue;
		if (seconds_now() >= deadline)
			return ssrc_fail(err, SSRC_BUSY, SSRC_M_STUDY_BUSY, r->path, NULL, NULL);
		nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
	}
}

static void remove_beside(const request *r, const char *suffix)
{
	char name[4200];
	if ((size_t)snprintf(name, sizeof name, "%s%s", r->partial, suffix) < sizeof name)
		r->ctx->files.remove(r->ctx->files.user, name);
}

static void remove_partial(const request *r)
{
	remove_beside(r, "-journal");
	remove_beside(r, "-wal");
	remove_beside(r, "");
}

static ssrc_status build(const request *r, ssrc_study_import_report *out, ssrc_error *err)
{
	ssrc_store store;
	ssrc_status status = ssrc_store_open(&store, r->ctx, r->partial, r->path, SSRC_STORE_BUILD, 0, err);
	if (status)
		return status;
	status = migrate_and_import(&store, r, out, err);
	if (!status) /* only noted in the header; there is no log to write yet */
		status = ssrc_store_exec(&store, "PRAGMA journal_mode=WAL", err);
	ssrc_store_close(&store);
	return status;
}

static ssrc_status sync_file(const request *r, ssrc_error *err)
{
	const ssrc_file_ops *files = &r->ctx->files;
	int handle = files->open_read(files->user, r->partial);
	if (handle < 0)
		return ssrc_fail(err, SSRC_IO, SSRC_M_OPEN_READ, r->path, strerror(-handle), NULL);
	int synced = files->sync(files->user, handle);
	files->close(files->user, handle);
	if (synced < 0 && synced != -EINVAL && synced != -EROFS)
		return ssrc_fail(err, SSRC_IO, SSRC_M_WRITE, r->path, strerror(-synced), NULL);
	return SSRC_OK;
}

/* Makes the new name durable; a file system that cannot do that is no reason to fail. */
static void sync_folder(const char *path)
{
	char folder[4096];
	if ((size_t)snprintf(folder, sizeof folder, "%s", path) >= sizeof folder)
		return;
	char *slash = strrchr(folder, '/');
	if (slash)
		slash[slash == folder] = '\0';
	int handle = open(slash ? folder : ".", O_RDONLY | O_CLOEXEC);
	if (handle < 0)
		return;
	fsync(handle);
	close(handle);
}

static ssrc_status publish(const request *r, ssrc_error *err)
{
	ssrc_status status = sync_file(r, err);
	if (status)
		return status;
	int renamed = r->ctx->files.rename(r->ctx->files.user, r->partial, r->path);
	if (renamed < 0)
		return ssrc_fail(err, SSRC_IO, SSRC_M_WRITE, r->path, strerror(-renamed), NULL);
	sync_folder(r->path);
	return SSRC_OK;
}

/* Builds the study beside its name and renames it at the end. *exists is set if somebody else made it meanwhile. */
static ssrc_status create_study(const request *r, bool *exists, ssrc_study_import_report *out, ssrc_error *err)
{
	int lock = -1;
	ssrc_status status = lock_partial(r, &lock, err);
	if (status)
		return status;
	struct stat info;
	*exists = lstat(r->path, &info) == 0;
	if (!*exists) {
		remove_beside(r, "-journal");
		remove_beside(r, "-wal");
		status = ftruncate(lock, 0) ? ssrc_fail(err, SSRC_IO, SSRC_M_WRITE, r->path, strerror(errno), NULL)
					    : build(r, out, err);
		if (!status)
			status = publish(r, err);
	}
	if (status || *exists)
		remove_partial(r);
	close(lock);
	return status;
}

static ssrc_status import_into(const request *r, ssrc_study_import_report *out, ssrc_error *err)
{
	for (;;) {
		ssrc_store_kind kind;
		uint32_t application_id = 0;
		bool exists = false;
		ssrc_status status = ssrc_store_probe(r->ctx, r->path, &kind, &application_id, err);
		if (status)
			return status;
		if (kind == SSRC_STORE_STUDY)
			return update_study(r, out, err);
		if (kind != SSRC_STORE_MISSING)
			return ssrc_store_refuse(r->path, kind, application_id, err);
		status = create_study(r, &exists, out, err);
		out->created = !status;
		if (status || !exists)
			return status;
	}
}

ssrc_status ssrc_study_import(ssrc_context *ctx, const char *path, const ssrc_package *package,
			      const ssrc_study_import_options *options, ssrc_study_import_report *out, ssrc_error *err)
{
	static const ssrc_study_import_options defaults;
	ssrc_study_import_report report = {0};
	ssrc_buf partial;
	ssrc_buf_init(&partial, ctx);
	ssrc_buf_printf(&partial, "%s.partial", path);
	request r = {ctx, path, partial.data, package, options ? options : &defaults};
	ssrc_status status = partial.failed ? ssrc_fail(err, SSRC_NOMEM, SSRC_M_NOMEM, NULL, NULL, NULL)
					    : import_into(&r, &report, err);
	ssrc_buf_clear(&partial);
	if (!status && out)
		*out = report;
	return status;
}
