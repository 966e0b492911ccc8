/* A context for fuzz targets: files that live in memory, allocations that are counted and limited, one thread, a clock
 * that stands still. */
#ifndef SSRC_FUZZ_CONTEXT_H
#define SSRC_FUZZ_CONTEXT_H

#include "base/base.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FUZZ_FILES_MAX = 32, FUZZ_OPEN_MAX = 8, FUZZ_BYTES_MAX = 256 << 20, FUZZ_HEAD = 16 };

typedef struct fuzz_file {
	char path[80]; /* relative to the package */
	const char *bytes;
	size_t len;
} fuzz_file;

typedef struct fuzz_context {
	ssrc_context ctx;
	fuzz_file files[FUZZ_FILES_MAX];
	size_t n_files, chunk; /* chunk: bytes per read, 0 = as many as asked for */
	struct fuzz_handle {
		const fuzz_file *file; /* NULL = free */
		size_t at;
	} open[FUZZ_OPEN_MAX];
	size_t bytes, blocks;
} fuzz_context;

#define FUZZ_REQUIRE(cond)                                                                                             \
	do {                                                                                                           \
		if (!(cond)) {                                                                                         \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #cond);                                     \
			abort();                                                                                       \
		}                                                                                                      \
	} while (0)

/* Every block carries its size in front of it. */
static inline void *fuzz_resize(void *user, void *block, size_t n)
{
	fuzz_context *f = user;
	char *head = block ? (char *)block - FUZZ_HEAD : NULL;
	size_t before = 0;
	if (head)
		memcpy(&before, head, sizeof before);
	if (n > FUZZ_BYTES_MAX || f->bytes - before + n > FUZZ_BYTES_MAX)
		return NULL;
	char *fresh = realloc(head, n + FUZZ_HEAD);
	if (!fresh)
		return NULL;
	f->bytes += n - before;
	f->blocks += head == NULL;
	memcpy(fresh, &n, sizeof n);
	return fresh + FUZZ_HEAD;
}

static inline void *fuzz_alloc(void *user, size_t n)
{
	return fuzz_resize(user, NULL, n);
}

static inline void fuzz_release(void *user, void *block)
{
	fuzz_context *f = user;
	size_t n;
	if (!block)
		return;
	memcpy(&n, (char *)block - FUZZ_HEAD, sizeof n);
	f->bytes -= n;
	f->blocks--;
	free((char *)block - FUZZ_HEAD);
}

/* "package/x" is file x; everything else is absent. */
static inline int fuzz_open_read(void *user, const char *path)
{
	fuzz_context *f = user;
	if (strncmp(path, "package/", 8) != 0)
		return -ENOENT;
	for (size_t i = 0; i < f->n_files; i++) {
		if (strcmp(f->files[i].path, path + 8) != 0)
			continue;
		for (int h = 0; h < FUZZ_OPEN_MAX; h++)
			if (!f->open[h].file) {
				f->open[h].file = &f->files[i];
				f->open[h].at = 0;
				return h;
			}
		return -EMFILE;
	}
	return -ENOENT;
}

static inline int fuzz_open_write(void *user, const char *path)
{
	(void)user;
	(void)path;
	return -EROFS;
}

static inline int64_t fuzz_read(void *user, int handle, void *buf, size_t n)
{
	fuzz_context *f = user;
	struct fuzz_handle *h = &f->open[handle];
	size_t left = h->file->len - h->at;
	if (f->chunk && n > f->chunk)
		n = f->chunk;
	if (n > left)
		n = left;
	if (n)
		memcpy(buf, h->file->bytes + h->at, n);
	h->at += n;
	return (int64_t)n;
}

static inline int64_t fuzz_write(void *user, int handle, const void *buf, size_t n)
{
	(void)user;
	(void)handle;
	(void)buf;
	(void)n;
	return -EROFS;
}

static inline int fuzz_close(void *user, int handle)
{
	fuzz_context *f = user;
	f->open[handle].file = NULL;
	return 0;
}

static inline int fuzz_sync(void *user, int handle)
{
	(void)user;
	(void)handle;
	return -EROFS;
}

static inline int fuzz_rename(void *user, const char *from, const char *to)
{
	(void)user;
	(void)from;
	(void)to;
	return -EROFS;
}

static inline int fuzz_one_path(void *user, const char *path)
{
	(void)user;
	(void)path;
	return -EROFS;
}

static inline int fuzz_list(void *user, const char *path, void (*each)(void *, const char *), void *each_user)
{
	fuzz_context *f = user;
	bool scenarios = strcmp(path, "package/scenarios") == 0, told = false;
	for (size_t i = 0; i < f->n_files; i++) {
		bool inside = strncmp(f->files[i].path, "scenarios/", 10) == 0;
		if (inside != scenarios) {
			if (inside && !told)
				each(each_user, "scenarios");
			told |= inside;
			continue;
		}
		each(each_user, f->files[i].path + (inside ? 10 : 0));
	}
	return 0;
}

static inline int64_t fuzz_now(void *user)
{
	(void)user;
	return 1780000000;
}

static inline void fuzz_begin(fuzz_context *f)
{
	memset(f, 0, sizeof *f);
	f->ctx = (ssrc_context){
		.memory = {fuzz_alloc, fuzz_resize, fuzz_release, f},
		.files = {fuzz_open_read, fuzz_open_write, fuzz_read, fuzz_write, fuzz_sync, fuzz_close, fuzz_rename,
			  fuzz_one_path, fuzz_one_path, fuzz_list, f},
		.now = fuzz_now,
		.threads = 1,
	};
}

/* Nothing may be left. */
static inline void fuzz_end(const fuzz_context *f)
{
	FUZZ_REQUIRE(f->blocks == 0 && f->bytes == 0);
	for (int h = 0; h < FUZZ_OPEN_MAX; h++)
		FUZZ_REQUIRE(!f->open[h].file);
}

/* Splits an input into files: each starts with a line "=== NAME". What stands before the first is left out. */
static inline void fuzz_split(fuzz_context *f, const char *bytes, size_t len)
{
	for (size_t at = 0; at + 4 < len && f->n_files < FUZZ_FILES_MAX;) {
		const char *line = bytes + at, *end = memchr(line, '\n', len - at);
		size_t n = end ? (size_t)(end - line) : len - at;
		at += n + (end != NULL);
		if (n < 5 || memcmp(line, "=== ", 4) != 0 || n - 4 >= sizeof f->files[0].path)
			continue;
		fuzz_file *file = &f->files[f->n_files];
		memcpy(file->path, line + 4, n - 4);
		file->path[n - 4] = '\0';
		file->bytes = bytes + at;
		bool taken = strlen(file->path) != n - 4;
		for (size_t i = 0; i < f->n_files; i++)
			taken |= strcmp(f->files[i].path, file->path) == 0;
		while (at < len && !(len - at > 4 && memcmp(bytes + at, "=== ", 4) == 0)) {
			end = memchr(bytes + at, '\n', len - at);
			at = end ? (size_t)(end - bytes) + 1 : len;
		}
		file->len = (size_t)(bytes + at - file->bytes);
		f->n_files += !taken;
	}
}

#endif
