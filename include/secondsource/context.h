/* The context: memory, files, clock, threads and log that a caller lends to the library.
 * Nothing in the library is global; tests make every allocation and every I/O call fail through this table. */
#ifndef SECONDSOURCE_CONTEXT_H
#define SECONDSOURCE_CONTEXT_H

#include <secondsource/status.h>

#ifdef __cplusplus
extern "C" {
#endif

struct ssrc_mask;

typedef struct ssrc_memory_ops {
	void *(*alloc)(void *user, size_t bytes);               /* NULL on failure */
	void *(*resize)(void *user, void *block, size_t bytes); /* NULL on failure, block kept */
	void (*release)(void *user, void *block);               /* NULL allowed */
	void *user;
} ssrc_memory_ops;

/* Files as the library uses them. Every call returns a negative errno on failure. */
typedef struct ssrc_file_ops {
	int (*open_read)(void *user, const char *path);               /* handle >= 0 */
	int (*open_write)(void *user, const char *path);              /* creates or truncates */
	int64_t (*read)(void *user, int handle, void *buf, size_t n); /* bytes, 0 at the end */
	int64_t (*write)(void *user, int handle, const void *buf, size_t n);
	int (*sync)(void *user, int handle);
	int (*close)(void *user, int handle);
	int (*rename)(void *user, const char *from, const char *to);
	int (*remove)(void *user, const char *path);
	int (*make_folder)(void *user, const char *path); /* -EEXIST if it is there */
	/* Calls each(each_user, name) for every name in a folder, in no order. */
	int (*list)(void *user, const char *path, void (*each)(void *each_user, const char *name), void *each_user);
	void *user;
} ssrc_file_ops;

typedef struct ssrc_context {
	ssrc_memory_ops memory;
	ssrc_file_ops files;
	int64_t (*now)(void *user);                              /* seconds since 1970-01-01 UTC */
	void (*log)(void *user, int level, const char *message); /* NULL = silent */
	void *user;
	int threads;                  /* 0 = as many as the machine offers */
	const struct ssrc_mask *mask; /* names that writers must not put out; NULL = none (internal) */
} ssrc_context;

/* Fills *ctx with malloc, POSIX files and the system clock (SOURCE_DATE_EPOCH wins where set by the caller's
 * program; the library itself never reads the environment). Cost O(1), cannot fail. */
SSRC_API void ssrc_context_init(ssrc_context *ctx);

#ifdef __cplusplus
}
#endif
#endif
