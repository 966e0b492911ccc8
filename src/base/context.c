#include "base.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static void *plain_alloc(void *user, size_t bytes)
{
	(void)user;
	return malloc(bytes);
}

static void *plain_resize(void *user, void *block, size_t bytes)
{
	(void)user;
	return realloc(block, bytes);
}

static void plain_release(void *user, void *block)
{
	(void)user;
	free(block);
}

static int posix_open_read(void *user, const char *path)
{
	(void)user;
	int handle = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (handle < 0)
		return -errno;
	/* A pipe or device in a package folder would block or never end. */
	struct stat info;
	if (fstat(handle, &info) == 0 && S_ISDIR(info.st_mode)) {
		close(handle);
		return -EISDIR;
	}
	if (!S_ISREG(info.st_mode)) {
		close(handle);
		return -EINVAL;
	}
	return handle;
}

static int posix_open_write(void *user, const char *path)
{
	(void)user;
	int handle = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	return handle < 0 ? -errno : handle;
}

static int64_t posix_read(void *user, int handle, void *buf, size_t n)
{
	(void)user;
	ssize_t got;
	do
		got = read(handle, buf, n);
	while (got < 0 && errno == EINTR);
	return got < 0 ? -errno : got;
}

static int64_t posix_write(void *user, int handle, const void *buf, size_t n)
{
	(void)user;
	ssize_t put;
	do
		put = write(handle, buf, n);
	while (put < 0 && errno == EINTR);
	return put < 0 ? -errno : put;
}

static int posix_sync(void *user, int handle)
{
	(void)user;
	return fsync(handle) ? -errno : 0;
}

static int posix_close(void *user, int handle)
{
	(void)user;
	return close(handle) ? -errno : 0;
}

static int posix_rename(void *user, const char *from, const char *to)
{
	(void)user;
	return rename(from, to) ? -errno : 0;
}

static int posix_remove(void *user, const char *path)
{
	(void)user;
	return remove(path) ? -errno : 0;
}

static int posix_make_folder(void *user, const char *path)
{
	(void)user;
	return mkdir(path, 0777) ? -errno : 0;
}

static int posix_list(void *user, const char *path, void (*each)(void *each_user, const char *name), void *each_user)
{
	(void)user;
	DIR *folder = opendir(path);
	if (!folder)
		return -errno;
	for (const struct dirent *entry; (entry = readdir(folder));)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			each(each_user, entry->d_name);
	closedir(folder);
	return 0;
}

static int64_t system_now(void *user)
{
	(void)user;
	return (int64_t)time(NULL);
}

void ssrc_context_init(ssrc_context *ctx)
{
	*ctx = (ssrc_context){
		.memory = {plain_alloc, plain_resize, plain_release, NULL},
		.files = {posix_open_read, posix_open_write, posix_read, posix_write, posix_sync, posix_close,
			  posix_rename, posix_remove, posix_make_folder, posix_list, NULL},
		.now = system_now,
	};
}
